// Few cases of each count, so that ties, missing values and too few cases come often.
#include "tests/unit/core/random_group.h"

#include "tests/unit/core/oracle_cases.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RATING_LEVELS = 5, CASES_OF_A_SHARE = 9, HOUR_SECONDS = 3600 };

static const char *const plain_ids[] = {"W04", "W04", "W03", "W03", "W11",
                                        "W11", "W15", "A01", "W09", "W09"};
static struct rational whole(struct group *group, int64_t value)
{
    return rational_integer(&group->arena, value);
}

static struct rational random_fraction(struct group *group, uint32_t below)
{
    return rational_fraction(&group->arena, 1 + dice_below(&group->dice, below),
                             1 + dice_below(&group->dice, 3));
}

static struct score_rule random_rule(struct group *group, const struct scored_indicator *indicator)
{
    enum { POINTS = 3 };
    bool is_share = indicator->settings.indicator->unit == UNIT_SHARE;
    uint32_t typical = is_share ? 100 : 6;
    struct rational *points = arena_array(&group->arena, struct rational, POINTS);
    for (int i = 0; i < POINTS; i++) // mostly as profiles have them, falling; else any
        points[i] = dice_hits(&group->dice, 800) ? whole(group, 12 - 4 * i)
                                                 : whole(group, dice_below(&group->dice, 13));
    return (struct score_rule){
        .type = dice_hits(&group->dice, 100) ? RULE_WATCHED
                                             : 1 + dice_below(&group->dice, SCORE_RULE_COUNT - 1),
        .full = random_fraction(group, typical),
        .baseline = random_fraction(group, typical),
        .slope = rational_fraction(&group->arena, 1 + dice_below(&group->dice, 4), 4),
        .floor = whole(group, dice_below(&group->dice, 4)),
        .points = points,
        .point_count = POINTS,
        .beyond = whole(group, 0),
        .target = random_fraction(group, typical),
        .target_is_mean = dice_hits(&group->dice, 400),
        .cap = whole(group, 1 + dice_below(&group->dice, 2)),
        .over_target = dice_hits(&group->dice, 700) ? whole(group, -1)
                                                    : rational_fraction(&group->arena, 1, 10),
        .over_deduction = whole(group, dice_below(&group->dice, 6)),
    };
}

static void make_indicator(struct group *group, size_t position)
{
    struct scored_indicator *out = &group->indicators[position];
    const char *const *ids = group->ids ? group->ids : plain_ids;
    size_t id_count = group->ids ? group->id_count : sizeof plain_ids / sizeof *plain_ids;
    const char *id = ids[dice_below(&group->dice, (uint32_t)id_count)];
    *out = (struct scored_indicator){
        .key = text_from(id),
        .settings = {.indicator = indicator_by_id(text_from(id))},
        .weight = whole(group, 1 + dice_below(&group->dice, 40)),
        .minimum_denominator = dice_hits(&group->dice, 200) ? 3 : 0,
        .missing = (enum missing_policy)dice_below(&group->dice, 4),
        .input_digits = dice_hits(&group->dice, 700) ? -1 : (int)dice_below(&group->dice, 3),
        .move_cost = rational_fraction(&group->arena, 1 + dice_below(&group->dice, 3),
                                       1 + dice_below(&group->dice, 2)),
    };
    for (int level = 0; level < RATING_LEVELS; level++)
        out->settings.satisfaction_weights[level] = rational_fraction(
            &group->arena, dice_hits(&group->dice, 700) ? level : (int)dice_below(&group->dice, 5),
            4);
    if (out->settings.indicator->observed != OBSERVED_NOTHING) {
        out->settings.quantile =
            rational_fraction(&group->arena, 1 + dice_below(&group->dice, 10), 10);
        out->settings.midpoint = dice_hits(&group->dice, 500);
    }
    out->rule = random_rule(group, out);
    if (out->rule.type == RULE_WATCHED)
        out->weight = whole(group, 0);
}

static int64_t below(struct group *group, uint32_t bound)
{
    return dice_below(&group->dice, bound);
}

// Counts as the database would give them, so that numerator and denominator fit each other.
static void random_sums(struct group *group, const char *id, struct indicator_sums *out)
{
    *out = (struct indicator_sums){0};
    int64_t n = below(group, CASES_OF_A_SHARE);
    if (strcmp(id, "W09") == 0) {
        for (int level = 0; level < RATING_LEVELS; level++)
            out->numerator[level] = out->denominator[level] = below(group, 3);
        return;
    }
    if (strcmp(id, "W15") == 0) {
        out->numerator[0] = 5 + below(group, 5);
        out->numerator[1] = -below(group, 6);
        return;
    }
    out->numerator[0] = below(group, (uint32_t)n + 1);
    out->denominator[0] = n;
    if (strcmp(id, "W03") == 0 || strcmp(id, "W08") == 0) {
        out->denominator[0] = out->numerator[0];
        out->denominator[1] = n - out->numerator[0];
    }
}

// Whole hours, or within the limit or not.
static void random_observed(struct group *group, const struct indicator_settings *settings,
                            struct measured *out)
{
    size_t count = (size_t)below(group, CASES_OF_A_SHARE);
    struct observation *list = arena_array(&group->arena, struct observation, count + 1);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct observation){
            settings->indicator->has_limit ? below(group, 2) : HOUR_SECONDS * below(group, 12), 1};
    qsort(list, count, sizeof *list, observation_compare);
    indicator_measure_observed(&group->arena, settings, list, count, out);
}

static void make_contender(struct group *group, size_t position)
{
    struct contender *out = &group->contenders[position];
    size_t count = group->scoring.indicator_count;
    group->codes[position][0] = (char)('a' + position);
    *out = (struct contender){
        .code = text_from(group->codes[position]),
        .has_orders = true,
        .measured = arena_array(&group->arena, struct measured, count),
        .entered = arena_array(&group->arena, struct entered_item, 1),
    };
    out->entered[0] = (struct entered_item){
        .known = true, .sum = whole(group, below(group, 6)), .points = whole(group, 0)};
    for (size_t i = 0; i < count; i++) {
        const struct indicator_settings *settings = &group->indicators[i].settings;
        if (settings->indicator->observed != OBSERVED_NOTHING) {
            random_observed(group, settings, &out->measured[i]);
            continue;
        }
        struct indicator_sums *sums = arena_array(&group->arena, struct indicator_sums, 1);
        random_sums(group, settings->indicator->id, sums);
        indicator_measure_sums(&group->arena, settings, sums, &out->measured[i]);
    }
}

void random_group_make(struct group *group)
{
    size_t indicator_number = 1 + dice_below(&group->dice, INDICATORS_MAX);
    group->count = 2 + dice_below(&group->dice, DISTRICTS_MAX - 1);
    group->item =
        (struct scored_item){.key = TEXT("item"), .type = ITEM_ENTERED, .most = whole(group, 5)};
    group->scoring = (struct scoring){
        .indicators = group->indicators,
        .indicator_count = indicator_number,
        .tie_breaks = group->tie_breaks,
        .total_digits = dice_hits(&group->dice, 500) ? -1 : (int)dice_below(&group->dice, 2),
        .items = &group->item,
        .item_count = 1,
    };
    group->scoring.sort_rounded = group->scoring.total_digits >= 0 && dice_hits(&group->dice, 500);
    for (size_t i = 0; i < indicator_number; i++)
        make_indicator(group, i);
    if (dice_hits(&group->dice, 300))
        group->tie_breaks[group->scoring.tie_break_count++] = (struct tie_break){
            dice_below(&group->dice, (uint32_t)indicator_number), dice_hits(&group->dice, 500)};
    for (size_t i = 0; i < group->count; i++)
        make_contender(group, i);
    ranking_compute(&group->arena, &group->scoring, group->contenders, group->count);
}

// ---- printing ----

static const char *exact(struct group *group, struct rational value)
{
    return rational_print_exact(&group->arena, value);
}

static void print_list(const int64_t *list, size_t count)
{
    printf("[");
    for (size_t i = 0; i < count; i++)
        printf("%s%" PRId64, i ? "," : "", list[i]);
    printf("]");
}

static void print_measured(const struct measured *measured)
{
    printf("[");
    if (measured->sums) {
        print_list(measured->sums->numerator, RATING_LEVELS);
        printf(",");
        print_list(measured->sums->denominator, RATING_LEVELS);
    } else {
        printf("[");
        for (int64_t i = 0; i < measured->n; i++)
            printf("%s%" PRId64, i ? "," : "", measured->observed[i].numerator);
        printf("],[]");
    }
    printf("]");
}

static void print_contender(struct group *group, const struct contender *contender)
{
    printf("{\"code\":\"%s\",\"rank\":%" PRIu32 ",\"item\":\"%s\",\"sums\":[",
           contender->code.bytes, contender->rank, exact(group, contender->entered[0].sum));
    for (size_t i = 0; i < group->scoring.indicator_count; i++) {
        printf("%s", i ? "," : "");
        print_measured(&contender->measured[i]);
    }
    printf("]}");
}

void random_group_print(struct group *group)
{
    oracle_scoring_print(&group->arena, &group->scoring);
    printf(",\"districts\":[");
    for (size_t i = 0; i < group->count; i++) {
        printf("%s", i ? "," : "");
        print_contender(group, &group->contenders[i]);
    }
    printf("]");
}
