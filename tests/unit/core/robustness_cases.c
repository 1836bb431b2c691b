// What core/robustness.h finds, for robustness_oracle.py and robustness_salib.py to find by other means; lines of JSON.
//
//   robustness-cases duel SEED DRAWS       two subjects and one share: how often the first stands ahead
//   robustness-cases without SEED COUNT    random groups, ranked without each indicator in turn
//   robustness-cases vary SEED PAIRS       one group: how often each rank, the indices, and every output they were estimated from
#include "core/robustness.h"
#include "tests/unit/core/random_group.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum score_way ways[] = {SCORE_AS_PROFILE, SCORE_BY_RANK, SCORE_BY_BEST,
                                      SCORE_BY_RANGE, SCORE_BY_STANDARD};
static const double minimums[] = {0.5, 1, 2};

static struct robustness *model_of(struct arena *arena, const struct scoring *scoring,
                                   struct contender *contenders, size_t count,
                                   const struct robustness_settings *settings)
{
    const struct contender **group = arena_array(arena, const struct contender *, count + 1);
    ranking_compute(arena, scoring, contenders, count);
    for (size_t i = 0; i < count; i++)
        group[i] = &contenders[i];
    return robustness_new(scoring, group, count, settings);
}

static size_t position_of(const struct robustness *robustness, const char *code)
{
    size_t at = 0;
    while (!text_equal(robustness_subject(robustness, at)->code, text_from(code)))
        at++;
    return at;
}

static struct scored_indicator scored(struct arena *arena, const char *id, int64_t weight,
                                      enum score_rule_type type)
{
    return (struct scored_indicator){
        .key = text_from(id),
        .settings = {.indicator = indicator_by_id(text_from(id))},
        .weight = rational_integer(arena, weight),
        .rule = {.type = type},
        .missing = MISSING_EXCLUDE,
        .input_digits = -1,
        .move_cost = rational_integer(arena, 1),
    };
}

// ---- duel ----

static void duel(uint64_t seed, int64_t draws, const int64_t counts[4])
{
    struct arena arena = ARENA_INIT;
    struct scored_indicator indicator = scored(&arena, "W04", 100, RULE_PROPORTIONAL);
    struct scoring scoring = {.indicators = &indicator, .indicator_count = 1, .total_digits = -1};
    struct contender pair[2] = {{.code = TEXT("a"), .has_orders = true},
                                {.code = TEXT("b"), .has_orders = true}};
    struct indicator_sums sums[2] = {0};
    indicator.rule.full = rational_integer(&arena, 100);
    for (int i = 0; i < 2; i++) {
        sums[i].numerator[0] = counts[2 * i];
        sums[i].denominator[0] = counts[2 * i + 1];
        pair[i].measured = arena_array(&arena, struct measured, 1);
        indicator_measure_sums(&arena, &indicator.settings, &sums[i], pair[i].measured);
    }
    const struct robustness_settings settings = {.has_noise = true,
                                                 .ways = ways,
                                                 .way_count = 1,
                                                 .minimums = minimums,
                                                 .minimum_count = 1,
                                                 .seed = seed};
    struct robustness *robustness = model_of(&arena, &scoring, pair, 2, &settings);
    struct robustness_tally tally;
    robustness_tally_new(&arena, robustness, &tally);
    robustness_draw(robustness, 0, draws, &tally);
    size_t a = position_of(robustness, "a"), b = position_of(robustness, "b");
    printf("{\"a\":[%" PRId64 ",%" PRId64 "],\"b\":[%" PRId64 ",%" PRId64 "],\"ahead\":%.9f}\n",
           counts[0], counts[1], counts[2], counts[3], robustness_ahead(robustness, &tally, a, b));
    robustness_free(robustness);
    arena_free(&arena);
}

static void print_duels(uint64_t seed, int64_t draws)
{
    static const int64_t duels[][4] = {
        {5, 6, 4, 6},       {12, 12, 11, 12},     {0, 3, 0, 9},
        {90, 100, 85, 100}, {930, 1000, 48, 50},  {1, 1, 19000, 20000},
        {3, 400, 5, 300},   {18764, 20000, 5, 6}, {512, 1000, 500, 1000}};
    for (size_t i = 0; i < sizeof duels / sizeof *duels; i++)
        duel(seed, draws, duels[i]);
}

// ---- without ----

static void print_without(struct group *group, size_t indicator)
{
    const struct contender *members[DISTRICTS_MAX];
    struct contender without[DISTRICTS_MAX];
    for (size_t i = 0; i < group->count; i++)
        members[i] = &group->contenders[i];
    if (!robustness_leave_out(&group->arena, &group->scoring, members, group->count, indicator,
                              without)) {
        printf("null");
        return;
    }
    printf("{");
    for (size_t i = 0; i < group->count; i++)
        printf("%s\"%s\":[%" PRIu32 ",\"%s\"]", i ? "," : "", without[i].code.bytes,
               without[i].reason == RANKED ? without[i].rank : 0,
               without[i].reason == RANKED
                   ? rational_print_exact(&group->arena, without[i].exact_total)
                   : "");
    printf("}");
}

static void print_group_without(uint64_t seed)
{
    struct group group = {.arena = ARENA_INIT, .dice = {seed}};
    random_group_make(&group);
    printf("{\"seed\":%" PRIu64 ",", seed);
    random_group_print(&group);
    printf(",\"without\":[");
    for (size_t i = 0; i < group.scoring.indicator_count; i++) {
        printf("%s", i ? "," : "");
        print_without(&group, i);
    }
    printf("]}\n");
    arena_free(&group.arena);
}

// ---- vary ----

enum { VARIED_DISTRICTS = 5, VARIED_INDICATORS = 4, LEVELS = 5 };

static const char *const varied_codes[VARIED_DISTRICTS] = {"a", "b", "c", "d", "e"};
// on time of due; returned of dispatched; overdue; ratings by level
static const int64_t varied_counts[VARIED_DISTRICTS][5 + LEVELS] = {
    {181, 200, 12, 240, 14, 3, 5, 10, 40, 62},   {160, 175, 9, 220, 11, 6, 4, 12, 35, 43},
    {88, 100, 3, 130, 6, 2, 6, 9, 18, 25},       {45, 52, 5, 61, 3, 1, 0, 4, 6, 9},
    {301, 340, 25, 400, 31, 9, 12, 20, 80, 120},
};

static void make_varied(struct arena *arena, struct scored_indicator *indicators)
{
    indicators[0] = scored(arena, "W04", 40, RULE_DEDUCT);
    indicators[0].rule.baseline = rational_integer(arena, 95);
    indicators[0].rule.slope = rational_integer(arena, 2);
    indicators[0].rule.floor = rational_integer(arena, 10);
    indicators[1] = scored(arena, "W11", 20, RULE_RELATIVE_TO_BEST);
    indicators[2] = scored(arena, "W15", 10, RULE_RATIO_TO_TARGET);
    indicators[2].rule.target = rational_integer(arena, 5);
    indicators[2].rule.cap = rational_integer(arena, 1);
    indicators[2].rule.over_target = rational_integer(arena, -1);
    indicators[3] = scored(arena, "W09", 30, RULE_PROPORTIONAL);
    indicators[3].rule.full = rational_integer(arena, 100);
    indicators[3].minimum_denominator = 20;
    for (int i = 0; i < LEVELS; i++)
        indicators[3].settings.satisfaction_weights[i] = rational_fraction(arena, i, LEVELS - 1);
}

static void measure_varied(struct arena *arena, const struct scored_indicator *indicators,
                           const int64_t *counts, struct measured *out)
{
    struct indicator_sums *sums = arena_array(arena, struct indicator_sums, VARIED_INDICATORS);
    const struct indicator_term *ratings = indicators[3].settings.indicator->numerator;
    sums[0].numerator[0] = counts[0];
    sums[0].denominator[0] = counts[1];
    sums[1].numerator[0] = counts[2];
    sums[1].denominator[0] = counts[3];
    sums[2].numerator[0] = counts[4];
    for (int i = 0; ratings[i].coefficient; i++)
        sums[3].numerator[i] = sums[3].denominator[i] = counts[5 + ratings[i].level - 1];
    for (int i = 0; i < VARIED_INDICATORS; i++)
        indicator_measure_sums(arena, &indicators[i].settings, &sums[i], &out[i]);
}

static void print_indices(const struct robustness *robustness, long subject, int64_t pairs)
{
    enum { BLOCKS = 256, RESAMPLES = 1000, DRAWINGS = CHOICE_COUNT + 2 };
    static struct sobol_sums of_block[BLOCKS][OUTPUT_COUNT], blocks[BLOCKS];
    struct sobol_index indices[CHOICE_COUNT];
    double *record = calloc((size_t)pairs * DRAWINGS, sizeof *record);
    memset(of_block, 0, sizeof of_block);
    for (int i = 0; i < BLOCKS; i++) {
        robustness_vary(robustness, subject, (uint32_t)(1000 + i), pairs / BLOCKS, of_block[i],
                        record + (size_t)i * (size_t)(pairs / BLOCKS) * DRAWINGS);
        blocks[i] = of_block[i][OUTPUT_RANK];
    }
    if (!sobol_estimate(blocks, BLOCKS, CHOICE_COUNT, RESAMPLES, 1, indices))
        abort();
    printf("{\"subject\":%ld,\"indices\":[", subject);
    for (int i = 0; i < CHOICE_COUNT; i++)
        printf("%s[%.12f,%.12f,%.12f,%.12f,%.12f,%.12f]", i ? "," : "", indices[i].first.value,
               indices[i].first.low, indices[i].first.high, indices[i].total.value,
               indices[i].total.low, indices[i].total.high);
    printf("],\"outputs\":[");
    for (int64_t i = 0; i < pairs / BLOCKS * BLOCKS * DRAWINGS; i++)
        printf("%s%.6f", i ? "," : "", record[i]);
    printf("]}\n");
    free(record);
}

static void print_ranks(struct arena *arena, const struct robustness *robustness, int64_t draws)
{
    struct robustness_tally tally;
    robustness_tally_new(arena, robustness, &tally);
    robustness_draw(robustness, 0, draws, &tally);
    printf("{\"spread\":0.25,\"minimums\":[0.5,1,2],\"draws\":%" PRId64 ",\"ranks\":{", draws);
    for (size_t i = 0; i < robustness_count(robustness); i++) {
        printf("%s\"%s\":[", i ? "," : "", robustness_subject(robustness, i)->code.bytes);
        for (size_t rank = 0; rank < robustness_count(robustness); rank++)
            printf("%s%" PRId64, rank ? "," : "",
                   tally.ranks[i * robustness_count(robustness) + rank]);
        printf("]");
    }
    printf("},\"counts\":{");
    for (int i = 0; i < VARIED_DISTRICTS; i++) {
        printf("%s\"%s\":[", i ? "," : "", varied_codes[i]);
        for (int at = 0; at < 5 + LEVELS; at++)
            printf("%s%" PRId64, at ? "," : "", varied_counts[i][at]);
        printf("]");
    }
    printf("}}\n");
}

static void vary(uint64_t seed, int64_t pairs)
{
    enum { DRAWS = 200000 };
    struct arena arena = ARENA_INIT;
    struct scored_indicator indicators[VARIED_INDICATORS];
    struct contender contenders[VARIED_DISTRICTS] = {0};
    make_varied(&arena, indicators);
    const struct scoring scoring = {
        .indicators = indicators, .indicator_count = VARIED_INDICATORS, .total_digits = -1};
    for (int i = 0; i < VARIED_DISTRICTS; i++) {
        contenders[i].code = text_from(varied_codes[i]);
        contenders[i].has_orders = true;
        contenders[i].measured = arena_array(&arena, struct measured, VARIED_INDICATORS);
        measure_varied(&arena, indicators, varied_counts[i], contenders[i].measured);
    }
    const struct robustness_settings settings = {.spread = 0.25,
                                                 .has_noise = true,
                                                 .ways = ways,
                                                 .way_count = sizeof ways / sizeof *ways,
                                                 .minimums = minimums,
                                                 .minimum_count =
                                                     sizeof minimums / sizeof *minimums,
                                                 .seed = seed};
    struct robustness *robustness =
        model_of(&arena, &scoring, contenders, VARIED_DISTRICTS, &settings);
    print_ranks(&arena, robustness, DRAWS);
    print_indices(robustness, ROBUSTNESS_ALL, pairs);
    print_indices(robustness, (long)position_of(robustness, "b"), pairs);
    robustness_free(robustness);
    arena_free(&arena);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    uint64_t seed = strtoull(argv[2], NULL, 10);
    long number = strtol(argv[3], NULL, 10);
    if (strcmp(argv[1], "duel") == 0)
        print_duels(seed, number);
    else if (strcmp(argv[1], "vary") == 0)
        vary(seed, number);
    else
        for (long i = 0; i < number; i++)
            print_group_without(seed + (uint64_t)i);
    return 0;
}
