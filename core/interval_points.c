// A rule of its own figure is piecewise monotone and continuous: between the places where it bends or jumps, the points of an
// interval are an interval. So a range is cut at those places.
#include "core/interval_points.h"

#include <stdlib.h>
#include <string.h>

bool points_are_tied(const struct scoring *scoring, size_t indicator,
                     const struct contender *const *group, size_t count)
{
    if (!score_rule_is_relative(&scoring->indicators[indicator].rule))
        return false;
    for (size_t i = 0; i < count; i++)
        if (figure_is_open(group[i], indicator) &&
            group[i]->points[indicator].status == POINTS_SCORED)
            return true;
    return false;
}

// ---- of its own figure ----

enum { BENDS_MAX = 8 };

struct bends {
    struct arena *arena;
    struct rational list[BENDS_MAX];
    size_t count;
};

static void add_bend(struct bends *bends, struct rational at)
{
    bends->list[bends->count++] = at;
}

static bool lower_is_better(const struct scored_indicator *indicator)
{
    return indicator->settings.indicator->direction == BETTER_LOWER;
}

static void add_bends_of_deduction(struct bends *bends, const struct scored_indicator *indicator)
{
    const struct score_rule *rule = &indicator->rule;
    add_bend(bends, rule->baseline);
    if (rational_sign(rule->slope) == 0)
        return;
    struct rational reach = rational_divide(
        bends->arena, rational_subtract(bends->arena, indicator->weight, rule->floor), rule->slope);
    add_bend(bends, lower_is_better(indicator)
                        ? rational_add(bends->arena, rule->baseline, reach)
                        : rational_subtract(bends->arena, rule->baseline, reach));
}

// value / target (or its inverse) bends at the cap, where the deduction has eaten all, and jumps where the target is in doubt.
static void add_bends_of_ratio(struct bends *bends, const struct scored_indicator *indicator)
{
    struct arena *arena = bends->arena;
    const struct score_rule *rule = &indicator->rule;
    bool lower = lower_is_better(indicator);
    struct rational one = rational_integer(arena, 1), ratios[2] = {rule->cap, one};
    if (rational_sign(indicator->weight) > 0)
        ratios[1] = rational_divide(arena, rule->over_deduction, indicator->weight);
    for (int i = 0; i < 2; i++) {
        if (!lower)
            add_bend(bends, rational_multiply(arena, ratios[i], rule->target));
        else if (rational_sign(ratios[i]) > 0)
            add_bend(bends, rational_divide(arena, rule->target, ratios[i]));
    }
    if (rational_sign(rule->over_target) >= 0)
        add_bend(bends, rational_multiply(arena, rule->target,
                                          lower ? rational_subtract(arena, one, rule->over_target)
                                                : rational_add(arena, one, rule->over_target)));
}

static struct bends find_bends(struct arena *arena, const struct scored_indicator *indicator)
{
    struct bends out = {.arena = arena};
    add_bend(&out, rational_integer(arena, 0));
    switch (indicator->rule.type) {
    case RULE_PROPORTIONAL:
        add_bend(&out, indicator->rule.full);
        break;
    case RULE_DEDUCT:
        add_bends_of_deduction(&out, indicator);
        break;
    case RULE_RATIO_TO_TARGET:
        add_bends_of_ratio(&out, indicator);
        break;
    default:
        break;
    }
    return out;
}

static int compare_rationals(const void *left, const void *right)
{
    return rational_compare(*(const struct rational *)left, *(const struct rational *)right);
}

static struct rational points_at(struct arena *arena, const struct scored_indicator *indicator,
                                 struct rational input)
{
    bool is_over;
    return score_input(arena, indicator, input, &is_over);
}

// The points towards an end of a stretch between two bends, whatever happens at the end itself.
static struct rational points_towards(struct arena *arena, const struct scored_indicator *indicator,
                                      struct rational end, bool is_over)
{
    struct scored_indicator without = *indicator;
    without.rule.over_target = rational_integer(arena, -1);
    struct rational points = points_at(arena, &without, end), zero = rational_integer(arena, 0);
    if (!is_over)
        return points;
    points = rational_subtract(arena, points, indicator->rule.over_deduction);
    return rational_sign(points) < 0 ? zero : points;
}

static void add_stretch(struct arena *arena, const struct scored_indicator *indicator,
                        struct rational low, struct rational high, struct pieces *out)
{
    bool is_over;
    struct rational middle = rational_divide(arena, rational_add(arena, low, high),
                                             rational_integer(arena, 2)),
                    inside = score_input(arena, indicator, middle, &is_over),
                    a = points_towards(arena, indicator, low, is_over),
                    b = points_towards(arena, indicator, high, is_over);
    if (rational_compare(inside, a) == 0 || rational_compare(inside, b) == 0) {
        pieces_add_one(arena, out, inside); // monotone, so it is the same all along
        return;
    }
    bool rises = rational_compare(a, b) < 0;
    pieces_add(arena, out, (struct piece){rises ? a : b, rises ? b : a, true, true});
}

static struct pieces points_of_piece(struct arena *arena, const struct scored_indicator *indicator,
                                     const struct piece *inputs)
{
    struct bends bends = find_bends(arena, indicator);
    struct pieces out = {0};
    struct rational cuts[BENDS_MAX + 2] = {inputs->low};
    size_t count = 1;
    qsort(bends.list, bends.count, sizeof *bends.list, compare_rationals);
    for (size_t i = 0; i < bends.count; i++)
        if (rational_compare(bends.list[i], cuts[count - 1]) > 0 &&
            rational_compare(bends.list[i], inputs->high) < 0)
            cuts[count++] = bends.list[i];
    cuts[count++] = inputs->high;
    for (size_t i = 0; i < count; i++) {
        bool is_open = (i == 0 && inputs->low_is_open) || (i + 1 == count && inputs->high_is_open);
        if (!is_open)
            pieces_add_one(arena, &out, points_at(arena, indicator, cuts[i]));
        if (i + 1 < count && rational_compare(cuts[i], cuts[i + 1]) < 0)
            add_stretch(arena, indicator, cuts[i], cuts[i + 1], &out);
    }
    return out;
}

static struct pieces inputs_possible(struct arena *arena, const struct scored_indicator *indicator,
                                     const struct value_set *set)
{
    struct rational factor = indicator_print_factor(arena, indicator->settings.indicator->unit),
                    zero = rational_integer(arena, 0);
    struct pieces out = {.is_outer = set->is_outer};
    if (set->is_range)
        pieces_add(arena, &out, (struct piece){set->low, set->high, false, set->high_is_open});
    for (size_t i = 0; !set->is_range && i < set->count; i++)
        pieces_add_one(arena, &out, set->values[i]);
    pieces_scale(arena, &out, factor, zero);
    return indicator->input_digits < 0 ? out : pieces_round(arena, &out, indicator->input_digits);
}

static struct pieces points_by_itself(struct arena *arena, const struct scored_indicator *indicator,
                                      const struct value_set *set)
{
    struct pieces inputs = inputs_possible(arena, indicator, set),
                  out = {.is_outer = inputs.is_outer};
    for (size_t i = 0; i < inputs.count; i++) {
        struct pieces some = points_of_piece(arena, indicator, &inputs.list[i]);
        for (size_t k = 0; k < some.count; k++)
            pieces_add(arena, &out, some.list[k]);
    }
    pieces_merge(&out);
    return out;
}

// ---- by the whole group ----

// The indicator alone, without what makes its points fall again.
static struct scored_indicator rising(struct arena *arena, const struct scored_indicator *indicator)
{
    struct scored_indicator out = *indicator;
    if (out.rule.type == RULE_RATIO_TO_TARGET)
        out.rule.over_target = rational_integer(arena, -1);
    return out;
}

// A copy of a contender with this one indicator, its figure at an end.
static struct contender at_end(struct arena *arena, const struct contender *contender,
                               size_t indicator, bool high)
{
    struct contender out = *contender;
    struct measured *measured =
        arena_copy(arena, &contender->measured[indicator], sizeof *measured);
    if (figure_is_open(contender, indicator))
        measured->value =
            high ? contender->printed[indicator]->high : contender->printed[indicator]->low;
    out.measured = measured;
    return out;
}

// The subject's points when its own figure is at its better end and the others' at their worse ones, or the other way round.
static struct rational points_at_ends(struct arena *arena, const struct scored_indicator *indicator,
                                      size_t position, const struct contender *const *group,
                                      size_t count, size_t own, bool best)
{
    bool more_earns_more =
        indicator->rule.type == RULE_SHARE_OF_TOTAL || !lower_is_better(indicator);
    struct contender *copies = arena_array(arena, struct contender, count),
                     **list = arena_array(arena, struct contender *, count);
    for (size_t i = 0; i < count; i++) {
        copies[i] = at_end(arena, group[i], position, (i == own) == (best == more_earns_more));
        list[i] = &copies[i];
    }
    const struct scoring alone = {
        .indicators = indicator, .indicator_count = 1, .total_digits = -1};
    score_group(arena, &alone, list, count);
    return copies[own].points[0].points;
}

// A profile may give a worse place more points; then any place's points bound them.
static void widen_to_all_places(const struct score_rule *rule, size_t count, struct piece *around)
{
    bool falls = true;
    for (size_t place = 1; place <= rule->point_count; place++)
        falls = falls &&
                rational_compare(place < rule->point_count ? rule->points[place] : rule->beyond,
                                 rule->points[place - 1]) <= 0;
    for (size_t place = 0; !falls && place < count; place++) {
        struct rational points = place < rule->point_count ? rule->points[place] : rule->beyond;
        if (rational_compare(points, around->low) < 0)
            around->low = points;
        if (rational_compare(points, around->high) > 0)
            around->high = points;
    }
}

static struct pieces points_in_group(struct arena *arena, const struct scored_indicator *indicator,
                                     size_t position, const struct contender *const *group,
                                     size_t count, size_t own)
{
    struct scored_indicator even = rising(arena, indicator);
    struct piece around = {.low = points_at_ends(arena, &even, position, group, count, own, false),
                           .high = points_at_ends(arena, &even, position, group, count, own, true)};
    const struct score_rule *rule = &indicator->rule;
    if (rule->type == RULE_RANK_POINTS)
        widen_to_all_places(rule, count, &around);
    if (rule->type == RULE_RATIO_TO_TARGET && rational_sign(rule->over_target) >= 0) {
        struct rational zero = rational_integer(arena, 0);
        around.low = rational_subtract(arena, around.low, rule->over_deduction);
        if (rational_sign(around.low) < 0)
            around.low = zero;
    }
    struct pieces out = {.is_outer = true};
    pieces_add(arena, &out, around);
    return out;
}

struct pieces points_possible(struct arena *arena, const struct scoring *scoring, size_t indicator,
                              const struct contender *const *group, size_t count, size_t own)
{
    const struct contender *contender = group[own];
    struct pieces out = {0};
    if (contender->points[indicator].status == POINTS_SCORED) {
        if (points_are_tied(scoring, indicator, group, count))
            return points_in_group(arena, &scoring->indicators[indicator], indicator, group, count,
                                   own);
        if (figure_is_open(contender, indicator))
            return points_by_itself(arena, &scoring->indicators[indicator],
                                    contender->printed[indicator]);
    }
    pieces_add_one(arena, &out, contender->points[indicator].points);
    return out;
}
