// A value missing or below its minimum denominator is in no relative rule: neither best, nor in a sum, nor in a rank.
#include "core/score.h"

static struct rational least(struct rational a, struct rational b)
{
    return rational_compare(a, b) <= 0 ? a : b;
}

static struct rational greatest(struct rational a, struct rational b)
{
    return rational_compare(a, b) >= 0 ? a : b;
}

struct rule_context {
    struct arena *arena;
    const struct scored_indicator *indicator;
    size_t position;
    struct contender *const *group;
    size_t count;
};

static bool takes_part(const struct contender *contender, size_t position)
{
    const struct points *points = &contender->points[position];
    return points->status == POINTS_SCORED && !contender->is_unassigned;
}

static bool lower_is_better(const struct rule_context *context)
{
    return context->indicator->settings.indicator->direction == BETTER_LOWER;
}

static struct rational score_proportional(const struct rule_context *context, struct rational input)
{
    const struct score_rule *rule = &context->indicator->rule;
    struct rational earned =
        lower_is_better(context) ? rational_subtract(context->arena, rule->full, input) : input;
    earned = rational_divide(context->arena, earned, rule->full);
    earned = rational_multiply(context->arena, context->indicator->weight, earned);
    return greatest(rational_integer(context->arena, 0), least(earned, context->indicator->weight));
}

static struct rational score_deduct(const struct rule_context *context, struct rational input)
{
    const struct score_rule *rule = &context->indicator->rule;
    struct rational shortfall = lower_is_better(context)
                                    ? rational_subtract(context->arena, input, rule->baseline)
                                    : rational_subtract(context->arena, rule->baseline, input);
    if (rational_sign(shortfall) <= 0)
        return context->indicator->weight;
    struct rational deduction = rational_multiply(context->arena, rule->slope, shortfall);
    return greatest(rule->floor,
                    rational_subtract(context->arena, context->indicator->weight, deduction));
}

static struct rational score_rank_points(const struct rule_context *context, struct rational input)
{
    const struct score_rule *rule = &context->indicator->rule;
    size_t better = 0;
    for (size_t i = 0; i < context->count; i++) {
        if (!takes_part(context->group[i], context->position))
            continue;
        int order = rational_compare(context->group[i]->points[context->position].input, input);
        better += lower_is_better(context) ? order < 0 : order > 0;
    }
    return better < rule->point_count ? rule->points[better] : rule->beyond;
}

static struct rational score_relative_to_best(const struct rule_context *context,
                                              struct rational input)
{
    struct rational best = input;
    for (size_t i = 0; i < context->count; i++) {
        if (!takes_part(context->group[i], context->position))
            continue;
        struct rational other = context->group[i]->points[context->position].input;
        best = lower_is_better(context) ? least(best, other) : greatest(best, other);
    }
    if (rational_compare(input, best) == 0) // also where both are 0: a perfect zero is the best
        return context->indicator->weight;
    struct rational ratio = lower_is_better(context) ? rational_divide(context->arena, best, input)
                                                     : rational_divide(context->arena, input, best);
    return rational_multiply(context->arena, context->indicator->weight, ratio);
}

static struct rational score_share_of_total(const struct rule_context *context,
                                            struct rational input)
{
    struct rational sum = rational_integer(context->arena, 0);
    for (size_t i = 0; i < context->count; i++)
        if (takes_part(context->group[i], context->position))
            sum = rational_add(context->arena, sum,
                               context->group[i]->points[context->position].input);
    if (rational_sign(sum) == 0)
        return sum;
    return rational_divide(
        context->arena, rational_multiply(context->arena, context->indicator->weight, input), sum);
}

static struct rational group_mean(const struct rule_context *context)
{
    struct rational sum = rational_integer(context->arena, 0);
    int64_t count = 0;
    for (size_t i = 0; i < context->count; i++) {
        if (!takes_part(context->group[i], context->position))
            continue;
        sum = rational_add(context->arena, sum, context->group[i]->points[context->position].input);
        count++;
    }
    return count ? rational_divide(context->arena, sum, rational_integer(context->arena, count))
                 : sum;
}

static struct rational find_target(const struct rule_context *context)
{
    const struct score_rule *rule = &context->indicator->rule;
    return rule->target_is_mean ? group_mean(context) : rule->target;
}

// A value of 0 where less is better, or a target of 0 that is met, is as good as can be: it earns the cap.
static struct rational score_ratio_to_target(const struct rule_context *context,
                                             struct rational input)
{
    const struct score_rule *rule = &context->indicator->rule;
    struct rational target = find_target(context), ratio = rule->cap;
    struct rational over = lower_is_better(context) ? target : input,
                    under = lower_is_better(context) ? input : target;
    if (rational_sign(under) > 0)
        ratio = least(rule->cap, rational_divide(context->arena, over, under));
    ratio = greatest(rational_integer(context->arena, 0), ratio);
    return rational_multiply(context->arena, context->indicator->weight, ratio);
}

static struct rational score_full_if_any(const struct rule_context *context, struct rational input)
{
    bool is_count = context->indicator->settings.indicator->unit == UNIT_COUNT;
    return is_count && rational_sign(input) <= 0 ? rational_integer(context->arena, 0)
                                                 : context->indicator->weight;
}

// Flags a target that was exceeded by far, and takes off what the rule says for it.
static void check_target(const struct rule_context *context, struct points *points)
{
    const struct score_rule *rule = &context->indicator->rule;
    struct arena *arena = context->arena;
    struct rational target = find_target(context);
    if (rule->type != RULE_RATIO_TO_TARGET || rational_sign(rule->over_target) < 0 ||
        rational_sign(target) <= 0)
        return;
    struct rational ahead = lower_is_better(context)
                                ? rational_subtract(arena, target, points->input)
                                : rational_subtract(arena, points->input, target);
    if (rational_compare(ahead, rational_multiply(arena, rule->over_target, target)) <= 0)
        return;
    points->is_over_target = true;
    points->points = greatest(rational_integer(arena, 0),
                              rational_subtract(arena, points->points, rule->over_deduction));
}

typedef struct rational score_function(const struct rule_context *context, struct rational input);

static score_function *const score_functions[SCORE_RULE_COUNT] = {
    [RULE_PROPORTIONAL] = score_proportional,     [RULE_DEDUCT] = score_deduct,
    [RULE_RANK_POINTS] = score_rank_points,       [RULE_RELATIVE_TO_BEST] = score_relative_to_best,
    [RULE_SHARE_OF_TOTAL] = score_share_of_total, [RULE_RATIO_TO_TARGET] = score_ratio_to_target,
    [RULE_FULL_IF_ANY] = score_full_if_any,
};

bool indicator_counts_in(const struct scored_indicator *indicator, struct text group)
{
    for (size_t i = 0; i < indicator->group_count; i++)
        if (text_equal(indicator->groups[i], group))
            return true;
    return indicator->group_count == 0;
}

bool score_rule_is_relative(const struct score_rule *rule)
{
    return rule->type == RULE_RANK_POINTS || rule->type == RULE_RELATIVE_TO_BEST ||
           rule->type == RULE_SHARE_OF_TOTAL ||
           (rule->type == RULE_RATIO_TO_TARGET && rule->target_is_mean);
}

struct rational score_input(struct arena *arena, const struct scored_indicator *indicator,
                            struct rational input, bool *is_over_target)
{
    const struct rule_context context = {.arena = arena, .indicator = indicator};
    struct points points = {.status = POINTS_SCORED, .input = input};
    points.points = score_functions[indicator->rule.type](&context, input);
    check_target(&context, &points);
    *is_over_target = points.is_over_target;
    return points.points;
}

struct rational score_rule_input(struct arena *arena, const struct scored_indicator *indicator,
                                 struct rational value)
{
    struct rational factor = indicator_print_factor(arena, indicator->settings.indicator->unit),
                    input = rational_multiply(arena, value, factor);
    return indicator->input_digits < 0 ? input
                                       : rational_round(arena, input, indicator->input_digits);
}

// What the rule reads, and whether it can read anything.
static void prepare_input(struct arena *arena, const struct scored_indicator *indicator,
                          struct text group, const struct measured *measured, struct points *out)
{
    struct rational zero = rational_integer(arena, 0);
    *out = (struct points){.status = POINTS_MISSING, .input = zero, .points = zero};
    if (measured->known) {
        out->input = score_rule_input(arena, indicator, measured->value);
        out->status = measured->n < indicator->minimum_denominator ? POINTS_TOO_FEW : POINTS_SCORED;
    } else if (indicator->missing == MISSING_EXCLUDE && indicator->minimum_denominator > 0) {
        out->status = POINTS_TOO_FEW;
    }
    if (indicator->rule.type == RULE_WATCHED || !indicator_counts_in(indicator, group))
        out->status = POINTS_WATCHED;
}

static void score_indicator(struct arena *arena, const struct scoring *scoring, size_t position,
                            struct contender *const *group, size_t count)
{
    const struct scored_indicator *indicator = &scoring->indicators[position];
    const struct rule_context context = {arena, indicator, position, group, count};
    for (size_t i = 0; i < count; i++)
        prepare_input(arena, indicator, group[i]->group, &group[i]->measured[position],
                      &group[i]->points[position]);
    for (size_t i = 0; i < count; i++) {
        struct points *points = &group[i]->points[position];
        if (points->status == POINTS_SCORED) {
            points->points = score_functions[indicator->rule.type](&context, points->input);
            check_target(&context, points);
        }
        if (points->status == POINTS_MISSING && indicator->missing == MISSING_FULL)
            points->points = indicator->weight;
    }
}

static enum unranked_reason find_reason(const struct scoring *scoring, struct contender *contender)
{
    if (contender->is_unassigned)
        return UNRANKED_UNASSIGNED;
    if (!contender->has_orders)
        return UNRANKED_NO_ORDERS;
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        contender->reason_indicator = i;
        if (contender->points[i].status == POINTS_TOO_FEW)
            return UNRANKED_TOO_FEW;
        if (contender->points[i].status == POINTS_MISSING &&
            scoring->indicators[i].missing == MISSING_EXCLUDE)
            return UNRANKED_MISSING;
    }
    for (size_t i = 0; i < scoring->item_count; i++) {
        contender->reason_indicator = i;
        if (scoring->items[i].type == ITEM_ENTERED && !contender->entered[i].known &&
            scoring->items[i].missing == MISSING_EXCLUDE)
            return UNRANKED_NOT_ENTERED;
    }
    return RANKED;
}

// Whether it takes part in the full mark: neither watched, nor missing with its weight given to the others.
static bool keeps_weight(const struct scoring *scoring, const struct contender *contender,
                         size_t position)
{
    enum points_status status = contender->points[position].status;
    return status != POINTS_WATCHED &&
           !(status == POINTS_MISSING &&
             scoring->indicators[position].missing == MISSING_REDISTRIBUTE);
}

static bool item_keeps_weight(const struct scoring *scoring, const struct contender *contender,
                              size_t position)
{
    return contender->entered[position].known ||
           scoring->items[position].missing != MISSING_REDISTRIBUTE;
}

struct mark { // the weights of the full mark, and of what is there to carry them
    struct rational whole, kept;
};

static struct mark add_weights(struct arena *arena, const struct scoring *scoring,
                               const struct contender *contender)
{
    struct mark mark = {rational_integer(arena, 0), rational_integer(arena, 0)};
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        if (!indicator_counts_in(&scoring->indicators[i], contender->group))
            continue;
        mark.whole = rational_add(arena, mark.whole, scoring->indicators[i].weight);
        if (keeps_weight(scoring, contender, i))
            mark.kept = rational_add(arena, mark.kept, scoring->indicators[i].weight);
    }
    for (size_t i = 0; i < scoring->item_count; i++) {
        if (scoring->items[i].type != ITEM_ENTERED)
            continue;
        mark.whole = rational_add(arena, mark.whole, scoring->items[i].most);
        if (item_keeps_weight(scoring, contender, i))
            mark.kept = rational_add(arena, mark.kept, scoring->items[i].most);
    }
    return mark;
}

struct rational score_scale(struct arena *arena, const struct scoring *scoring,
                            const struct contender *contender)
{
    struct mark mark = add_weights(arena, scoring, contender);
    return rational_compare(mark.whole, mark.kept) == 0 || rational_sign(mark.kept) == 0
               ? rational_integer(arena, 1)
               : rational_divide(arena, mark.whole, mark.kept);
}

// What was entered, within its limit.
static struct rational item_points(struct arena *arena, const struct scored_item *item,
                                   const struct entered_item *entered)
{
    if (!entered->known)
        return item->type == ITEM_ENTERED && item->missing == MISSING_FULL
                   ? item->most
                   : rational_integer(arena, 0);
    if (item->type == ITEM_DEDUCTION)
        return greatest(entered->sum,
                        rational_subtract(arena, rational_integer(arena, 0), item->most));
    return least(entered->sum, item->most);
}

static void add_total(struct arena *arena, const struct scoring *scoring,
                      struct contender *contender)
{
    struct rational of_the_mark = rational_integer(arena, 0), on_top = of_the_mark;
    struct mark mark = add_weights(arena, scoring, contender);
    for (size_t i = 0; i < scoring->indicator_count; i++)
        if (keeps_weight(scoring, contender, i) &&
            indicator_counts_in(&scoring->indicators[i], contender->group))
            of_the_mark = rational_add(arena, of_the_mark, contender->points[i].points);
    for (size_t i = 0; i < scoring->item_count; i++) {
        struct rational *sum = scoring->items[i].type == ITEM_ENTERED ? &of_the_mark : &on_top;
        contender->entered[i].points =
            item_points(arena, &scoring->items[i], &contender->entered[i]);
        *sum = rational_add(arena, *sum, contender->entered[i].points);
    }
    if (rational_sign(mark.kept) == 0 && rational_sign(mark.whole) != 0) {
        contender->reason = UNRANKED_MISSING; // nothing is left to carry the weight
        contender->reason_indicator = 0;
        return;
    }
    contender->scale = score_scale(arena, scoring, contender);
    struct rational sum =
        rational_add(arena, rational_multiply(arena, of_the_mark, contender->scale), on_top);
    contender->exact_total = contender->total = sum;
    if (scoring->total_digits >= 0)
        contender->total = rational_round(arena, sum, scoring->total_digits);
}

void score_group(struct arena *arena, const struct scoring *scoring, struct contender *const *group,
                 size_t count)
{
    for (size_t i = 0; i < count; i++)
        group[i]->points = arena_array(arena, struct points, scoring->indicator_count);
    for (size_t i = 0; i < scoring->indicator_count; i++)
        score_indicator(arena, scoring, i, group, count);
    for (size_t i = 0; i < count; i++) {
        group[i]->exact_total = group[i]->total = rational_integer(arena, 0);
        group[i]->scale = rational_integer(arena, 1);
        group[i]->reason = find_reason(scoring, group[i]);
        if (group[i]->reason == RANKED)
            add_total(arena, scoring, group[i]);
    }
}
