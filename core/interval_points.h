// The points that a printed figure can earn: the first half of core/interval_ranking.h.
#pragma once

#include "core/interval_ranking.h"

// Whether the figure of an indicator has more than one value.
static inline bool figure_is_open(const struct contender *contender, size_t indicator)
{
    const struct value_set *set = contender->printed ? contender->printed[indicator] : NULL;
    return set && (set->is_range || set->count > 1);
}

// Whether the points of an indicator depend on an open figure of any of the group by a relative rule.
bool points_are_tied(const struct scoring *scoring, size_t indicator,
                     const struct contender *const *group, size_t count);

// All points of one subject by one indicator: by its own figure, or (tied) bounds at the group's ends. Merged, not empty.
struct pieces points_possible(struct arena *arena, const struct scoring *scoring, size_t indicator,
                              const struct contender *const *group, size_t count, size_t own);
