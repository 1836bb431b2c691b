// Which ranks are possible where some figures are known only to the digits that somebody printed.
//
// A choice gives each printed figure one of its values (core/value_set.h). A rank is possible when some choice gives it. Where points
// depend on a subject's own figures alone, exactly those ranks are found: totals are unions of intervals (core/pieces.h), and the
// others' totals can be chosen apart. Relative rules (share, relative to best, mean as target, rank points) tie the figures together:
// there each indicator's points are bounded at the ends, which can only give too many ranks (an outer bound); where the choices
// are few and finite all of them are ranked instead, which is exact. Pure; no floats.
#pragma once

#include "core/pieces.h"
#include "core/ranking.h"
#include "core/value_set.h"

enum { INTERVAL_CHOICES_MAX = 20000 }; // so many are ranked one by one at most

struct interval_standing {
    uint32_t rank_low, rank_high, rank_count; // 0: not ranked. Not all between need be possible
    bool *ranks;                              // [rank_high + 1]: which are; null when not ranked
    bool is_exact;      // false: an outer bound: the ranks hold all that are possible, perhaps more
    struct piece total; // around the possible totals, as they are compared
    struct piece *points; // [indicator_count]: around the possible points
};

struct interval_ranking {
    struct interval_standing *standings; // [count]: of each contender
    bool has_intervals;                  // some figure has more than one value
    bool is_exact;                       // all are
};

// `contenders` as ranking_compute left them. Everything is the arena's.
void interval_ranking_compute(struct arena *arena, const struct scoring *scoring,
                              const struct contender *contenders, size_t count,
                              struct interval_ranking *out);
