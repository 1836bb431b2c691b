// Why a score is what it is: what each term gives and lacks, and what one entity costs.
//
// The parts of a ranked subject add up to its score exactly. An entity costs what the score would be more, had the entity been saved: as
// good for this one indicator as the indicator's move (core/move.h) makes it; the others' figures, and the subject's other indicators, are
// held fixed, and the group is scored again. Pure and exact.
#pragma once

#include "core/ranking.h"

struct explain_question {
    const struct scoring *scoring;
    const struct contender *contenders; // as ranking_compute left them
    size_t count;
    size_t subject; // position; RANKED
};

// An indicator, or an item that people enter.
struct explained_term {
    bool counts;          // false: watched, or without weight here; the rest is 0 then
    struct rational part; // of the score: its points, times the scale
    struct rational
        full; // what full marks would give: its weight, times the scale; of items on top 0
    struct rational lost;       // full - part; below 0 where a rule gives more than the weight
    size_t best;                // position of the group's contender to whom it gives most
    struct rational best_part;  // that much
    struct rational first_part; // what it gives to the group's first
    bool has_target;
    struct rational
        target; // of an indicator: the value, as printed, that earns full marks; the others' held fixed
};

struct explained_score {
    struct explained_term *indicators; // [indicator_count]
    struct explained_term *items;      // [item_count]
    struct rational scale;             // of the subject
    struct rational rounding;          // total - exact total
    size_t first;                      // position of the group's first (one of them)
};

// exact total = sum of the parts; total = that + rounding. Everything is the arena's.
void explain_score(struct arena *arena, const struct explain_question *question,
                   struct explained_score *out);

// What one entity adds to an indicator of the subject.
struct entity_figures {
    struct indicator_sums sums; // of an indicator that is a sum; as core/indicator.h has them
    bool is_observed;           // of a quantile, and of a share within a limit
    struct observation observed;
};

// How much better the sum behind the indicator would be, had the entity been saved: of the numerator, or of what was observed. False: the
// entity costs nothing, or no entity can be saved. Greater gains never cost less, unless the rule takes points off beyond a target.
//   one more counts      what it adds to the denominator counts in the numerator
//   one fewer counts     nothing of it counts in the numerator
//   ratings              each is of the highest weight
//   quantiles            it was the quickest of all; only those that are not below the value cost anything
//   travel time          as in free flow
// Of a quantile, measured->observed must be there; likewise for explain_saved.
bool explain_gain(struct arena *arena, const struct indicator_settings *settings,
                  const struct measured *measured, const struct entity_figures *entity,
                  struct rational *gain);
// The subject's figures had it been saved; only where explain_gain holds.
void explain_saved(struct arena *arena, const struct indicator_settings *settings,
                   const struct measured *measured, const struct entity_figures *entity,
                   struct measured *out);
// The exact total with these figures of the indicator, minus that of now. False: the subject would have no rank.
bool explain_cost(struct arena *arena, const struct explain_question *question, size_t indicator,
                  const struct measured *saved, struct rational *cost);
