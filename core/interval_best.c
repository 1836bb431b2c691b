// The end that earns more points is found by scoring the group with all low ends, then with all high ones: under rules that look at a
// subject's own figure alone, each figure's points are those of its own end.
#include "core/interval_points.h"

static void set_ends(struct contender *others, size_t count, size_t subject, size_t indicators,
                     bool high)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; i != subject && k < indicators; k++)
            if (figure_is_open(&others[i], k))
                others[i].measured[k].value =
                    high ? others[i].printed[k]->high : others[i].printed[k]->low;
}

static bool earns_more(const struct points *high, const struct points *low)
{
    return high->status == POINTS_SCORED && low->status == POINTS_SCORED &&
           rational_compare(high->points, low->points) > 0;
}

bool interval_others_at_best(struct arena *arena, const struct scoring *scoring,
                             struct contender *contenders, size_t count, size_t subject)
{
    size_t indicators = scoring->indicator_count;
    struct points **low = arena_array(arena, struct points *, count + 1);
    bool is_certain = true;
    set_ends(contenders, count, subject, indicators, false);
    ranking_compute(arena, scoring, contenders, count);
    for (size_t i = 0; i < count; i++)
        low[i] = arena_copy(arena, contenders[i].points, indicators * sizeof *low[i]);
    set_ends(contenders, count, subject, indicators, true);
    ranking_compute(arena, scoring, contenders, count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; i != subject && k < indicators; k++) {
            if (!figure_is_open(&contenders[i], k))
                continue;
            is_certain = is_certain && !score_rule_is_relative(&scoring->indicators[k].rule);
            if (!earns_more(&contenders[i].points[k], &low[i][k]))
                contenders[i].measured[k].value = contenders[i].printed[k]->low;
        }
    ranking_compute(arena, scoring, contenders, count);
    return is_certain;
}
