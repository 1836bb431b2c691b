// How an indicator of a profile scores: its weight, its rule, the rule's parameters.
#include "rank/profile_internal.h"

static const char *const rule_types[] = {
    "watched",         "proportional",     "deduct-below-baseline",
    "rank-points",     "relative-to-best", "share-of-total",
    "ratio-to-target", "full-if-any"}; // enum score_rule_type

static bool check_falls(const struct document *document, struct fy_node *list,
                        const struct score_rule *rule, struct error *error)
{
    for (size_t i = 1; i < rule->point_count; i++)
        if (rational_compare(rule->points[i], rule->points[i - 1]) > 0)
            return document_fail(document, fy_node_sequence_get_by_index(list, (int)i), error,
                                 "rank %zu earns more than the rank before it", i + 1);
    return true;
}

static bool read_rank_points(struct indicator_reader *reader, struct fy_node *rule_node,
                             struct error *error)
{
    const struct document *document = reader->document;
    struct score_rule *rule = &reader->out->rule;
    struct fy_node *list = document_value(rule_node, "points"), *item;
    if (!list || !fy_node_is_sequence(list) || fy_node_sequence_item_count(list) == 0)
        return document_fail(document, list ? list : rule_node, error,
                             "rank-points needs a list: points: [60, 57, 54]");
    struct rational *points =
        arena_array(document->arena, struct rational, (size_t)fy_node_sequence_item_count(list));
    void *cursor = NULL;
    while ((item = fy_node_sequence_iterate(list, &cursor)))
        if (!document_number(document, item, &points[rule->point_count++], error))
            return false;
    rule->points = points;
    if (!check_falls(document, list, rule, error))
        return false;
    if (rational_compare(points[0], reader->out->weight) != 0)
        return document_fail(document, list, error, "the first rank earns %s, but the weight is %s",
                             rational_print_decimal(document->arena, points[0]),
                             rational_print_decimal(document->arena, reader->out->weight));
    if (!document_read_rational((struct document_field){document, rule_node, "beyond", false},
                                &rule->beyond, error))
        return false;
    return rational_compare(rule->beyond, points[rule->point_count - 1]) <= 0 ||
           document_fail(document, document_value(rule_node, "beyond"), error,
                         "beyond the list nobody earns more than its last rank");
}

// A floor above the weight would give points that nobody can earn, a slope below 0 points for less.
static bool read_deduct(struct indicator_reader *reader, struct fy_node *node, struct error *error)
{
    static const char *const keys[] = {"type", "baseline", "slope", "floor"};
    const struct document *document = reader->document;
    struct score_rule *rule = &reader->out->rule;
    if (!document_check_mapping(document, node, "deduct-below-baseline", keys, WORD_COUNT(keys),
                                error) ||
        !document_read_rational((struct document_field){document, node, "baseline", true},
                                &rule->baseline, error) ||
        !document_read_rational((struct document_field){document, node, "slope", false},
                                &rule->slope, error) ||
        !document_read_rational((struct document_field){document, node, "floor", false},
                                &rule->floor, error))
        return false;
    if (rational_sign(rule->slope) <= 0)
        return document_fail(document, document_value(node, "slope"), error,
                             "slope must be above 0: points less for each point from the baseline");
    return rational_compare(rule->floor, reader->out->weight) <= 0 ||
           document_fail(document, document_value(node, "floor"), error,
                         "the floor of %s lies above the weight of %s",
                         rational_print_decimal(document->arena, rule->floor),
                         rational_print_decimal(document->arena, reader->out->weight));
}

// "target: 80" or "target: mean".
static bool read_target(struct indicator_reader *reader, struct fy_node *node, struct error *error)
{
    const struct document *document = reader->document;
    struct score_rule *rule = &reader->out->rule;
    const struct document_field field = {document, node, "target", true};
    struct fy_node *value = document_value(node, "target");
    struct text word;
    if (value && document_scalar(document, value, &word, error) && text_equal(word, TEXT("mean"))) {
        rule->target_is_mean = true;
        return true;
    }
    if (!document_read_rational(field, &rule->target, error))
        return false;
    bool lower = reader->out->settings.indicator->direction == BETTER_LOWER;
    int sign = rational_sign(rule->target);
    return sign > 0 || (sign == 0 && lower) ||
           document_fail(document, value, error,
                         "a target must be above 0 (0 is one only where lower is better)");
}

static bool read_ratio_to_target(struct indicator_reader *reader, struct fy_node *node,
                                 struct error *error)
{
    static const char *const keys[] = {"type", "target", "cap", "over-target", "over-deduction"};
    const struct document *document = reader->document;
    struct score_rule *rule = &reader->out->rule;
    struct rational hundred = rational_integer(document->arena, 100);
    const struct document_field over = {document, node, "over-target", false};
    if (!document_check_mapping(document, node, "ratio-to-target", keys, WORD_COUNT(keys), error) ||
        !read_target(reader, node, error) ||
        !document_read_rational((struct document_field){document, node, "cap", false}, &rule->cap,
                                error) ||
        !document_read_rational(over, &rule->over_target, error) ||
        !document_read_rational((struct document_field){document, node, "over-deduction", false},
                                &rule->over_deduction, error))
        return false;
    if (rational_sign(rule->cap) <= 0)
        return document_fail(document, document_value(node, "cap"), error, "cap must be above 0");
    struct fy_node *given = document_value(node, "over-target");
    if (given && rational_sign(rule->over_target) < 0)
        return document_fail(document, given, error,
                             "over-target is a number of per cent, 0 or more");
    struct fy_node *deduction = document_value(node, "over-deduction");
    if (deduction && (!given || rational_sign(rule->over_deduction) < 0))
        return document_fail(document, deduction, error,
                             "over-deduction takes points off for what over-target says, and is "
                             "not below 0");
    if (given)
        rule->over_target = rational_divide(document->arena, rule->over_target, hundred);
    return true;
}

// The parameters of a rule; which ones, says its type.
static bool read_rule_parameters(struct indicator_reader *reader, struct fy_node *node,
                                 struct error *error)
{
    static const char *const of_proportional[] = {"type", "full"}, *const of_others[] = {"type"};
    static const char *const of_rank_points[] = {"type", "points", "beyond"};
    const struct document *document = reader->document;
    struct score_rule *rule = &reader->out->rule;
    bool is_share = reader->out->settings.indicator->unit == UNIT_SHARE;
    switch (rule->type) {
    case RULE_PROPORTIONAL:
        if (!document_check_mapping(document, node, "proportional", of_proportional,
                                    WORD_COUNT(of_proportional), error) ||
            !document_read_rational((struct document_field){document, node, "full", !is_share},
                                    &rule->full, error))
            return false;
        return rational_sign(rule->full) > 0 ||
               document_fail(document, document_value(node, "full"), error, "full must be above 0");
    case RULE_DEDUCT:
        return read_deduct(reader, node, error);
    case RULE_RANK_POINTS:
        return document_check_mapping(document, node, "rank-points", of_rank_points,
                                      WORD_COUNT(of_rank_points), error) &&
               read_rank_points(reader, node, error);
    case RULE_RATIO_TO_TARGET:
        return read_ratio_to_target(reader, node, error);
    default:
        return document_check_mapping(document, node, rule_types[rule->type], of_others,
                                      WORD_COUNT(of_others), error);
    }
}

// "rule: watched" or "rule: {type: proportional, full: 100}".
bool profile_read_rule(struct indicator_reader *reader, struct error *error)
{
    const struct document *document = reader->document;
    struct scored_indicator *out = reader->out;
    struct fy_node *node = document_value(reader->node, "rule");
    struct rational zero = rational_integer(document->arena, 0);
    out->rule = (struct score_rule){.type = RULE_WATCHED,
                                    .full = rational_integer(document->arena, 100),
                                    .baseline = zero,
                                    .slope = rational_integer(document->arena, 1),
                                    .floor = zero,
                                    .beyond = zero,
                                    .target = zero,
                                    .cap = rational_integer(document->arena, 1),
                                    .over_target = rational_integer(document->arena, -1),
                                    .over_deduction = zero};
    out->weight = zero;
    int type = RULE_WATCHED;
    bool is_mapping = node && fy_node_is_mapping(node);
    const struct document_field type_field = {document, is_mapping ? node : reader->node,
                                              is_mapping ? "type" : "rule", true};
    if (!document_read_choice(type_field, rule_types, WORD_COUNT(rule_types), &type, error) ||
        !document_read_rational(reader_field(reader, "weight", type != RULE_WATCHED), &out->weight,
                                error))
        return false;
    out->rule.type = type;
    struct fy_node *weight = document_value(reader->node, "weight");
    if (type == RULE_WATCHED && rational_sign(out->weight) != 0)
        return document_fail(document, weight, error,
                             "%s is watched, not scored: its weight must be 0 or left out",
                             out->settings.indicator->id);
    if (type != RULE_WATCHED && rational_sign(out->weight) <= 0)
        return document_fail(document, weight, error,
                             "a weight must be above 0; to show an indicator only: rule: watched");
    if (type != RULE_WATCHED && type != RULE_SHARE_OF_TOTAL && type != RULE_FULL_IF_ANY &&
        type != RULE_RATIO_TO_TARGET && out->settings.indicator->direction == BETTER_NEITHER)
        return document_fail(document, node, error,
                             "%s has no better direction: rule: watched, share-of-total, "
                             "ratio-to-target or full-if-any",
                             out->settings.indicator->id);
    if (is_mapping)
        return read_rule_parameters(reader, node, error);
    bool needs_parameters =
        type == RULE_DEDUCT || type == RULE_RANK_POINTS || type == RULE_RATIO_TO_TARGET ||
        (type == RULE_PROPORTIONAL && out->settings.indicator->unit != UNIT_SHARE);
    return !needs_parameters ||
           document_fail(document, node, error, "%s needs parameters: rule: {type: %s, ...}",
                         rule_types[type], rule_types[type]);
}
