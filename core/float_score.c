// From exact to floating: once, before any drawing.
#include "core/float_score_internal.h"

#include <math.h>
#include <string.h>

// ---- from exact to floating ----

static double to_double(struct rational value)
{
    return rational_to_double(value);
}

static void take_rule(struct arena *arena, const struct scored_indicator *indicator,
                      struct float_indicator *out)
{
    const struct score_rule *rule = &indicator->rule;
    out->weight = to_double(indicator->weight);
    switch (rule->type) {
    case RULE_PROPORTIONAL:
        out->full = to_double(rule->full);
        break;
    case RULE_DEDUCT:
        out->baseline = to_double(rule->baseline);
        out->slope = to_double(rule->slope);
        out->floor = to_double(rule->floor);
        break;
    case RULE_RANK_POINTS:
        out->points = arena_array(arena, double, rule->point_count + 1);
        out->point_count = rule->point_count;
        for (size_t i = 0; i < rule->point_count; i++)
            out->points[i] = to_double(rule->points[i]);
        out->beyond = to_double(rule->beyond);
        break;
    case RULE_RATIO_TO_TARGET:
        out->target = rule->target_is_mean ? 0 : to_double(rule->target);
        out->target_is_mean = rule->target_is_mean;
        out->cap = to_double(rule->cap);
        out->over_target = to_double(rule->over_target);
        out->over_deduction = out->over_target < 0 ? 0 : to_double(rule->over_deduction);
        break;
    default:
        break;
    }
}

static bool breaks_ties(const struct scoring *scoring, size_t position)
{
    for (size_t i = 0; i < scoring->tie_break_count; i++)
        if (scoring->tie_breaks[i].indicator == position)
            return true;
    return false;
}

static void take_indicators(struct arena *arena, struct text group, struct float_score *score)
{
    const struct scoring *scoring = score->scoring;
    struct float_indicator *list =
        arena_array(arena, struct float_indicator, scoring->indicator_count + 1);
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        const struct scored_indicator *indicator = &scoring->indicators[i];
        const struct indicator *what = indicator->settings.indicator;
        struct float_indicator *out = &list[score->indicator_count];
        bool scores = indicator->rule.type != RULE_WATCHED && indicator_counts_in(indicator, group);
        if (!scores && !breaks_ties(scoring, i))
            continue;
        *out = (struct float_indicator){
            .position = i,
            .scores = scores,
            .lower = what->direction == BETTER_LOWER,
            .is_count = what->unit == UNIT_COUNT,
            .may_change =
                what->direction != BETTER_NEITHER && indicator->rule.type != RULE_FULL_IF_ANY,
            .type = indicator->rule.type,
            .missing = indicator->missing,
            .scale = indicator->input_digits < 0 ? 0 : pow(10, indicator->input_digits),
        };
        if (scores)
            take_rule(arena, indicator, out);
        score->indicator_count++;
    }
    score->indicators = list;
}

static enum standing find_standing(const struct scored_indicator *indicator,
                                   const struct measured *measured, double factor)
{
    double minimum = factor * (double)indicator->minimum_denominator;
    if (measured->known)
        return (double)measured->n < minimum ? STANDS_TOO_FEW : STANDS_SCORED;
    return indicator->missing == MISSING_EXCLUDE && minimum > 0 ? STANDS_TOO_FEW : STANDS_MISSING;
}

// What was entered of items, limited as score_group limits it; false when one is missing that must not be.
static bool take_items(const struct scoring *scoring, const struct contender *contender,
                       size_t subject, struct float_standing *out)
{
    bool is_ranked = true;
    for (size_t i = 0; i < scoring->item_count; i++) {
        const struct scored_item *item = &scoring->items[i];
        const struct entered_item *entered = &contender->entered[i];
        double most = to_double(item->most), sum = entered->known ? to_double(entered->sum) : 0;
        if (item->type == ITEM_DEDUCTION)
            out->bonus[subject] += fmax(sum, -most);
        if (item->type == ITEM_BONUS)
            out->bonus[subject] += fmin(sum, most);
        if (item->type != ITEM_ENTERED)
            continue;
        out->mark_weights[subject] += most;
        if (!entered->known && item->missing == MISSING_EXCLUDE)
            is_ranked = false;
        if (!entered->known && item->missing == MISSING_REDISTRIBUTE)
            continue;
        if (!entered->known && item->missing == MISSING_FULL)
            sum = most;
        out->mark_present[subject] += most;
        out->mark[subject] += fmin(sum, most);
    }
    return is_ranked;
}

static void take_subject(const struct float_score *score, size_t subject, double factor,
                         struct float_standing *out)
{
    const struct contender *contender = score->contenders[subject];
    double present = 0;
    out->is_ranked[subject] = contender->has_orders && !contender->is_unassigned;
    for (size_t i = 0; i < score->indicator_count; i++) {
        const struct float_indicator *indicator = &score->indicators[i];
        enum standing standing = find_standing(&score->scoring->indicators[indicator->position],
                                               &contender->measured[indicator->position], factor);
        out->of[i * score->count + subject] = (uint8_t)standing;
        if (!indicator->scores)
            continue;
        bool is_missing = standing == STANDS_MISSING;
        if (standing == STANDS_TOO_FEW || (is_missing && indicator->missing == MISSING_EXCLUDE))
            out->is_ranked[subject] = false;
        if (is_missing && indicator->missing == MISSING_REDISTRIBUTE)
            out->is_short[subject] = true;
        else
            present += indicator->weight;
    }
    if (!take_items(score->scoring, contender, subject, out))
        out->is_ranked[subject] = false;
    if (out->mark_present[subject] < out->mark_weights[subject])
        out->is_short[subject] = true;
    if (out->is_short[subject] && present + out->mark_present[subject] <= 0)
        out->is_ranked[subject] = false; // nothing is left to carry the weight
    out->ranked += out->is_ranked[subject];
}

static void take_standings(struct arena *arena, const double *minimums, struct float_score *score)
{
    struct float_standing *list = arena_array(arena, struct float_standing, score->minimum_count);
    size_t count = score->count;
    for (size_t i = 0; i < score->minimum_count; i++) {
        list[i] = (struct float_standing){
            .of = arena_array(arena, uint8_t, score->indicator_count * count + 1),
            .is_ranked = arena_array(arena, bool, count + 1),
            .is_short = arena_array(arena, bool, count + 1),
            .mark = arena_array(arena, double, count + 1),
            .mark_weights = arena_array(arena, double, count + 1),
            .mark_present = arena_array(arena, double, count + 1),
            .bonus = arena_array(arena, double, count + 1),
        };
        for (size_t subject = 0; subject < count; subject++)
            take_subject(score, subject, minimums[i], &list[i]);
        while (memcmp(list[list[i].same_as].of, list[i].of, score->indicator_count * count) != 0)
            list[i].same_as++;
    }
    score->standings = list;
}

static void take_values(struct arena *arena, struct float_score *score)
{
    score->values = arena_array(arena, double, score->indicator_count * score->count + 1);
    for (size_t i = 0; i < score->indicator_count; i++) {
        size_t position = score->indicators[i].position;
        struct rational factor = indicator_print_factor(
            arena, score->scoring->indicators[position].settings.indicator->unit);
        for (size_t subject = 0; subject < score->count; subject++) {
            const struct measured *measured = &score->contenders[subject]->measured[position];
            if (measured->known)
                score->values[i * score->count + subject] =
                    to_double(rational_multiply(arena, measured->value, factor));
        }
    }
}

void float_score_new(struct arena *arena, const struct scoring *scoring,
                     const struct contender *const *group, size_t count, const double *minimums,
                     size_t minimum_count, struct float_score *out)
{
    double full = 0;
    *out = (struct float_score){
        .scoring = scoring,
        .contenders = arena_array(arena, const struct contender *, count + 1),
        .minimum_count = minimum_count,
    };
    for (size_t i = 0; i < count; i++)
        if (!group[i]->is_unassigned)
            out->contenders[out->count++] = group[i];
    take_indicators(arena, count ? group[0]->group : (struct text){"", 0}, out);
    take_standings(arena, minimums, out);
    take_values(arena, out);
    for (size_t i = 0; i < out->indicator_count; i++)
        full += out->indicators[i].weight;
    out->tolerance = FLOAT_SCORE_TIE * fmax(1, full);
}

void float_sheet_new(struct arena *arena, const struct float_score *score, struct float_sheet *out)
{
    *out = (struct float_sheet){
        .points = arena_array(arena, double, score->indicator_count * score->count + 1),
        .totals = arena_array(arena, double, score->count + 1),
        .ranks = arena_array(arena, uint32_t, score->count + 1),
        .keys = arena_array(arena, double, score->count + 1),
        .sorted = arena_array(arena, double, score->count + 1),
        .order = arena_array(arena, size_t, score->count + 1),
    };
}

size_t float_score_position(const struct float_score *score, size_t indicator)
{
    return score->indicators[indicator].position;
}

bool float_score_scores(const struct float_score *score, size_t indicator)
{
    return score->indicators[indicator].scores;
}

double float_score_weight(const struct float_score *score, size_t indicator)
{
    return score->indicators[indicator].weight;
}

bool float_score_is_ranked(const struct float_score *score, size_t minimum, size_t subject)
{
    return score->standings[minimum].is_ranked[subject];
}

size_t float_score_ranked(const struct float_score *score, size_t minimum)
{
    return score->standings[minimum].ranked;
}

bool float_score_minimums_agree(const struct float_score *score, size_t one, size_t other)
{
    return score->standings[one].same_as == score->standings[other].same_as;
}
