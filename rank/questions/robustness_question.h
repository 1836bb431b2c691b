// What `cityops-rank robustness` asks (rank/questions/robustness.c) and how its answers are printed (robustness_print.c).
#pragma once

#include "rank/questions/question.h"

#include "core/robustness.h"

enum { MINIMUMS_MAX = 16 };

extern const char *const score_way_names[SCORE_WAY_COUNT]; // of --rules

struct asked_group { // a peer group of which at least two are ranked
    struct text name;
    const struct contender **members; // in the table's order, without the unassigned
    size_t count;
    long subject; // position; ROBUSTNESS_ALL
    struct robustness *robustness;
    struct robustness_tally tally;
    struct rank_summary *summaries; // [member]; of the ranked
    struct contender *
        *without; // [indicator][member]; null: it does not count here, or nothing else does
    bool varied[OUTPUT_COUNT]; // false: no choice ever moved it
    struct sobol_index indices[OUTPUT_COUNT][CHOICE_COUNT];
};

struct robustness_question {
    struct question question;
    struct robustness_settings settings;
    enum score_way ways[SCORE_WAY_COUNT];
    double minimums[MINIMUMS_MAX];
    int64_t draws, level; // per cent
    struct asked_group *groups;
    size_t group_count;
};

// Whether the pair stands the one way round, and the other, each in more than `level` per cent of the drawings.
bool robustness_is_open(const struct robustness_question *asked, const struct asked_group *group,
                        size_t subject, size_t other);
// ERROR_FATAL when the output cannot be written.
bool robustness_print(struct robustness_question *asked, struct error *error);
