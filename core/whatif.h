// The least change of one subject that reaches a rank, the others' figures held fixed.
//
// A change is a number of moves (core/move.h) of each indicator. Its group is scored and ranked again after every change that is tried,
// so that relative rules, tie-breaks and rounding are those of the ranking. Where more moves can never make the rank worse, the least
// number is found by doubling and halving, and proven by trying one less; elsewhere (points are taken off beyond a target, ...) every
// number is tried. Pure and exact.
#pragma once

#include "core/interval_ranking.h"
#include "core/move.h"
#include "core/ranking.h"

// So many rankings are tried at most: of one indicator whose numbers are tried one by one, and of all combinations together.
enum { WHATIF_TRIALS_ONE_BY_ONE_MAX = 10000, WHATIF_TRIALS_TOGETHER_MAX = 100000 };
// The same where others' figures are printed ones, so that each trial finds all ranks that are possible.
enum { WHATIF_INTERVAL_TRIALS_MAX = 1000 };
enum { INDICATORS_TOGETHER_MAX = 4 };

// Where others' figures are known to their printed digits (core/interval_ranking.h): which of the possible ranks has to be good enough.
enum whatif_certainty {
    WHATIF_AS_READ,   // the rank of the figures as measured[] has them
    WHATIF_CERTAINLY, // the worst that is possible; of an outer bound, a smaller change may do
    WHATIF_POSSIBLY,  // the best that is possible; of an outer bound, it may not be after all
};

struct whatif_question {
    const struct scoring *scoring;
    const struct contender *contenders; // as ranking_compute left them
    size_t count;
    size_t subject; // position; RANKED
    uint32_t rank;  // that or a better one is wanted; below the subject's
    enum whatif_certainty certainty;
};

// What stands after a change.
struct whatif_state {
    uint32_t rank; // 0: not ranked any more
    bool is_shared;
    struct rational exact_total, total; // defined when ranked
};

enum whatif_outcome {
    WHATIF_REACHED,
    WHATIF_UNREACHED, // not by as many moves as there can be
    WHATIF_NO_MOVE,   // the catalogue says why
    WHATIF_NO_CASE,   // nothing is left to be moved, or nothing was counted
    WHATIF_WATCHED,   // the indicator decides no rank
    WHATIF_GIVEN_UP, // not by the first WHATIF_TRIALS_ONE_BY_ONE_MAX, and nothing is proven of more
};

struct whatif_answer { // of one indicator
    size_t indicator;
    enum whatif_outcome outcome;
    int64_t limit;        // move_limit
    int64_t moves;        // the least, when REACHED; when UNREACHED or GIVEN_UP, those tried last
    struct rational cost; // moves x the indicator's cost of a move
    struct whatif_state state; // after them; undefined of the other outcomes
    struct measured measured;  // likewise
};

struct whatif_combination { // of several indicators, each moved at least once
    int64_t *moves;         // [indicator_count]; 0: not of the combination
    size_t indicators;      // how many are
    struct rational cost;
    struct whatif_state state;
    bool
        is_proven; // no cheaper moves of these indicators reach the rank; false: the trials were used up before
};

struct whatif_combinations {
    struct whatif_combination
        *list; // by cost, then by number of indicators, then as the profile has them
    size_t count;
    bool
        is_whole; // false: the trials were used up; combinations that were not looked at are missing
};

// Everything is the arena's. answers[indicator_count], in the profile's order.
void whatif_each(struct arena *arena, const struct whatif_question *question,
                 struct whatif_answer *answers);
// The cheapest moves of every two, three, ... `most` (<= INDICATORS_TOGETHER_MAX) indicators that reach the rank together. Of indicators of which more moves never
// make a rank worse.
void whatif_together(struct arena *arena, const struct whatif_question *question,
                     const struct whatif_answer *answers, size_t most,
                     struct whatif_combinations *out);
// How many rankings are tried at most together.
int64_t whatif_trials_together(const struct whatif_question *question);
// Whether more moves of the indicator can never make the subject's rank worse, whatever the figures.
bool whatif_is_monotone(const struct scoring *scoring, size_t indicator);
