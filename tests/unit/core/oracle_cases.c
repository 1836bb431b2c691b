#include "tests/unit/core/oracle_cases.h"

#include "core/value_set.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { RATING_LEVELS = 5 };

static const char *const rule_names[SCORE_RULE_COUNT] = {
    "watched",          "proportional",   "deduct",          "rank-points",
    "relative-to-best", "share-of-total", "ratio-to-target", "full-if-any"};
static const char *const missing_names[] = {"exclude", "redistribute", "zero", "full"};

static void print_indicator(struct arena *arena, const struct scored_indicator *indicator)
{
    const struct score_rule *rule = &indicator->rule;
    printf("{\"id\":\"%s\",\"weight\":\"%s\",\"minimum\":%" PRId64
           ",\"missing\":\"%s\",\"digits\":%d,\"cost\":\"%s\",\"cases\":%d,",
           indicator->settings.indicator->id, rational_print_exact(arena, indicator->weight),
           indicator->minimum_denominator, missing_names[indicator->missing],
           indicator->input_digits, rational_print_exact(arena, indicator->move_cost),
           value_counts_cases(indicator->settings.indicator,
                              indicator->settings.satisfaction_weights));
    if (indicator->settings.indicator->observed != OBSERVED_NOTHING)
        printf("\"quantile\":\"%s\",\"midpoint\":%d,",
               rational_print_exact(arena, indicator->settings.quantile),
               indicator->settings.midpoint);
    printf("\"levels\":[");
    for (int level = 0; level < RATING_LEVELS; level++)
        printf("%s\"%s\"", level ? "," : "",
               rational_print_exact(arena, indicator->settings.satisfaction_weights[level]));
    printf("],\"rule\":{\"type\":\"%s\",\"full\":\"%s\",\"baseline\":\"%s\",\"slope\":\"%s\","
           "\"floor\":\"%s\",\"target\":\"%s\",\"cap\":\"%s\",\"over\":\"%s\",\"deduction\":\"%s\","
           "\"beyond\":\"%s\",\"points\":[",
           rule_names[rule->type], rational_print_exact(arena, rule->full),
           rational_print_exact(arena, rule->baseline), rational_print_exact(arena, rule->slope),
           rational_print_exact(arena, rule->floor),
           rule->target_is_mean ? "mean" : rational_print_exact(arena, rule->target),
           rational_print_exact(arena, rule->cap), rational_print_exact(arena, rule->over_target),
           rational_print_exact(arena, rule->over_deduction),
           rational_print_exact(arena, rule->beyond));
    for (size_t i = 0; i < rule->point_count; i++)
        printf("%s\"%s\"", i ? "," : "", rational_print_exact(arena, rule->points[i]));
    printf("]}}");
}

void oracle_scoring_print(struct arena *arena, const struct scoring *scoring)
{
    printf("\"total_digits\":%d,\"sort_rounded\":%d,\"ties\":[", scoring->total_digits,
           scoring->sort_rounded);
    for (size_t i = 0; i < scoring->tie_break_count; i++)
        printf("%s[%zu,%d]", i ? "," : "", scoring->tie_breaks[i].indicator,
               scoring->tie_breaks[i].higher);
    printf("],\"indicators\":[");
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        printf("%s", i ? "," : "");
        print_indicator(arena, &scoring->indicators[i]);
    }
    printf("]");
}

int oracle_cases_run(int argc, char **argv, bool (*print_case)(uint64_t seed))
{
    if (argc != 3)
        return 2;
    uint64_t seed = strtoull(argv[1], NULL, 10);
    for (long left = strtol(argv[2], NULL, 10); left > 0; seed++)
        left -= print_case(seed);
    return 0;
}
