// Groups of a few subjects under random profiles, with counts that fit each other, scored and ranked; and as JSON for oracles.
#pragma once

#include "core/ranking.h"
#include "tests/unit/support/dice.h"

enum { DISTRICTS_MAX = 6, INDICATORS_MAX = 4 };

struct group {
    struct arena arena;
    struct dice dice;
    const char *const *ids; // of the indicators to choose from; null: shares, ratings and counts
    size_t id_count;
    struct scored_indicator indicators[INDICATORS_MAX];
    struct tie_break tie_breaks[INDICATORS_MAX];
    struct scored_item item;
    struct scoring scoring;
    struct contender contenders[DISTRICTS_MAX];
    char codes[DISTRICTS_MAX][2];
    size_t count;
};

// Of the dice and the ids; the rest of *group is zero before. Free its arena.
void random_group_make(struct group *group);
// "total_digits":...,"sort_rounded":...,"ties":[...],"indicators":[...],"districts":[...]. A district's sums are by indicator
// [[numerator],[denominator]], of what is observed [[each],[]].
void random_group_print(struct group *group);
