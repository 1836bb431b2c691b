// The floating scores against the exact ones on random groups; chance against its formulas; streams that add up in any order.
#include "core/robustness.h"

#include "core/random_stream.h"
#include "tests/unit/core/random_group.h"
#include "tests/unit/support/replay.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const enum score_way all_ways[] = {SCORE_AS_PROFILE, SCORE_BY_RANK, SCORE_BY_BEST,
                                          SCORE_BY_RANGE, SCORE_BY_STANDARD};
static const double all_minimums[] = {0, 1, 2};

static struct robustness_settings settings_of(double spread, bool has_noise)
{
    return (struct robustness_settings){.spread = spread,
                                        .has_noise = has_noise,
                                        .ways = all_ways,
                                        .way_count = 1,
                                        .minimums = &all_minimums[1],
                                        .minimum_count = 1,
                                        .seed = 1};
}

static struct robustness *robustness_of(struct group *group,
                                        const struct robustness_settings *settings)
{
    const struct contender **list =
        arena_array(&group->arena, const struct contender *, group->count + 1);
    for (size_t i = 0; i < group->count; i++)
        list[i] = &group->contenders[i];
    return robustness_new(&group->scoring, list, group->count, settings);
}

// Fixed: 36 moments and shares have to lie within five standard errors, which chance alone breaks once in some 50,000 seeds.
static uint64_t first_seed(void)
{
    return replay_fixed_seed("robustness", 20221101);
}

// ---- floating and exact ----

static void expect_as_exact(struct group *group, const struct robustness *robustness, uint64_t seed)
{
    const struct float_score *score = robustness_score(robustness);
    struct float_sheet sheet;
    float_sheet_new(&group->arena, score, &sheet);
    float_score_points(score, score->values, SCORE_AS_PROFILE, 0, &sheet);
    float_score_rank(score, score->values, sheet.points, NULL, 0, &sheet);
    for (size_t i = 0; i < score->count; i++) {
        const struct contender *exact = score->contenders[i];
        bool is_ranked = exact->reason == RANKED;
        cr_assert_eq(float_score_is_ranked(score, 0, i), is_ranked, "seed %" PRIu64 " %s", seed,
                     exact->code.bytes);
        if (!is_ranked)
            continue;
        double total = rational_to_double(exact->exact_total);
        cr_assert_lt(fabs(sheet.totals[i] - total), 1e-12 * fmax(1, fabs(total)),
                     "seed %" PRIu64 " %s: %.17g, exactly %.17g", seed, exact->code.bytes,
                     sheet.totals[i], total);
        cr_assert_eq(sheet.ranks[i], exact->rank,
                     "seed %" PRIu64 " %s: rank %" PRIu32 ", exactly %" PRIu32, seed,
                     exact->code.bytes, sheet.ranks[i], exact->rank);
    }
}

Test(robustness, scores_and_ranks_of_an_undisturbed_drawing_are_those_of_the_ranking)
{
    enum { CASES = 20000 };
    uint64_t seed = first_seed();
    for (uint64_t i = 0; i < CASES; i++) {
        struct group group = {.arena = ARENA_INIT, .dice = {seed + i}};
        random_group_make(&group);
        struct robustness_settings settings = settings_of(0, false);
        struct robustness *robustness = robustness_of(&group, &settings);
        expect_as_exact(&group, robustness, seed + i);
        robustness_free(robustness);
        arena_free(&group.arena);
    }
}

// A group in which at least four are ranked.
static void make_large_group(struct group *group, uint64_t seed)
{
    enum { RANKED_MIN = 4 };
    for (;; seed++) {
        size_t ranked = 0;
        *group = (struct group){.arena = ARENA_INIT, .dice = {seed}};
        random_group_make(group);
        for (size_t i = 0; i < group->count; i++)
            ranked += group->contenders[i].reason == RANKED;
        if (ranked >= RANKED_MIN && group->scoring.indicator_count > 2)
            return;
        arena_free(&group->arena);
    }
}

Test(robustness, without_spread_and_noise_every_drawing_is_the_ranking)
{
    struct group group;
    make_large_group(&group, first_seed());
    struct robustness_settings settings = settings_of(0, false);
    struct robustness *robustness = robustness_of(&group, &settings);
    struct robustness_tally tally;
    struct sobol_sums sums[OUTPUT_COUNT] = {0};
    struct sobol_index indices[CHOICE_COUNT];
    robustness_tally_new(&group.arena, robustness, &tally);
    robustness_draw(robustness, 0, 100, &tally);
    for (size_t i = 0; i < robustness_count(robustness); i++) {
        const struct contender *subject = robustness_subject(robustness, i);
        struct rank_summary summary;
        if (subject->reason != RANKED)
            continue;
        robustness_summarize(robustness, &tally, i, &summary);
        cr_assert_eq(summary.own, 1);
        cr_assert(summary.low == subject->rank && summary.median == subject->rank &&
                  summary.high == subject->rank);
    }
    robustness_vary(robustness, ROBUSTNESS_ALL, 0, 100, sums, NULL);
    cr_assert_not(sobol_estimate(&sums[OUTPUT_RANK], 1, CHOICE_COUNT, 10, 1, indices));
    robustness_free(robustness);
    arena_free(&group.arena);
}

// a has 90 points, b 80 and a bonus of 9.9: were the one weight not scaled back, b would be ahead of a in half of the drawings.
Test(robustness, weights_are_scaled_to_their_old_sum)
{
    struct arena arena = ARENA_INIT;
    const struct indicator *what = indicator_by_id(TEXT("W04"));
    struct scored_indicator indicator = {
        .key = TEXT("W04"),
        .settings = {.indicator = what},
        .weight = rational_integer(&arena, 100),
        .rule = {.type = RULE_PROPORTIONAL, .full = rational_integer(&arena, 100)},
        .input_digits = -1};
    const struct scored_item bonus = {
        .key = TEXT("bonus"), .type = ITEM_BONUS, .most = rational_integer(&arena, 10)};
    const struct scoring scoring = {.indicators = &indicator,
                                    .indicator_count = 1,
                                    .total_digits = -1,
                                    .items = &bonus,
                                    .item_count = 1};
    struct entered_item entered[2] = {{.known = false},
                                      {.known = true, .sum = rational_fraction(&arena, 99, 10)}};
    struct measured measured[2];
    struct contender pair[2] = {{.code = TEXT("a"), .has_orders = true},
                                {.code = TEXT("b"), .has_orders = true}};
    for (int i = 0; i < 2; i++) {
        pair[i].entered = &entered[i];
        pair[i].measured = &measured[i];
        measured[i] = (struct measured){.known = true,
                                        .value = rational_fraction(&arena, 9 - i, 10),
                                        .numerator = rational_integer(&arena, 90 - 10 * i),
                                        .n = 100};
    }
    ranking_compute(&arena, &scoring, pair, 2);
    const struct contender *const group[] = {&pair[0], &pair[1]};
    struct robustness_settings settings = settings_of(0.5, false);
    struct robustness *robustness = robustness_new(&scoring, group, 2, &settings);
    struct robustness_tally tally;
    robustness_tally_new(&arena, robustness, &tally);
    robustness_draw(robustness, 0, 1000, &tally);
    cr_assert_eq(robustness_ahead(robustness, &tally, 0, 1), 1);
    robustness_free(robustness);
    arena_free(&arena);
}

// ---- streams ----

static void draw_streams(struct group *group, uint64_t seed, const uint32_t *streams, size_t count,
                         struct robustness_tally *out)
{
    enum { DRAWS = 500 };
    struct robustness_settings settings = settings_of(0.25, true);
    settings.seed = seed;
    struct robustness *robustness = robustness_of(group, &settings);
    robustness_tally_new(&group->arena, robustness, out);
    for (size_t i = 0; i < count; i++) {
        struct robustness_tally one;
        robustness_tally_new(&group->arena, robustness, &one);
        robustness_draw(robustness, streams[i], DRAWS, &one);
        robustness_tally_add(robustness, out, &one);
    }
    robustness_free(robustness);
}

Test(robustness, streams_give_the_same_in_any_order_and_another_seed_does_not)
{
    static const uint32_t forwards[] = {0, 1, 2}, backwards[] = {2, 0, 1};
    struct group group;
    struct robustness_tally a, b, c;
    make_large_group(&group, first_seed());
    size_t bytes = group.count * group.count * sizeof *a.ranks;
    draw_streams(&group, 7, forwards, 3, &a);
    draw_streams(&group, 7, backwards, 3, &b);
    draw_streams(&group, 8, forwards, 3, &c);
    cr_assert(a.draws == 1500 && b.draws == 1500);
    cr_assert(memcmp(a.ranks, b.ranks, bytes) == 0 && memcmp(a.ahead, b.ahead, bytes) == 0);
    cr_assert(memcmp(a.ranks, c.ranks, bytes) != 0);
    arena_free(&group.arena);
}

// ---- chance ----

enum { NOISE_DRAWS = 200000 };

struct moments {
    double mean, sd;
};

static struct moments draw_moments(const struct noise *noise)
{
    gsl_rng *random = random_stream_new(first_seed(), 0);
    double sum = 0, squares = 0;
    for (int i = 0; i < NOISE_DRAWS; i++) {
        double value = noise_draw(noise, random);
        sum += value;
        squares += value * value;
    }
    gsl_rng_free(random);
    double mean = sum / NOISE_DRAWS;
    return (struct moments){mean, sqrt(squares / NOISE_DRAWS - mean * mean)};
}

// Within 5 standard errors; that of a standard deviation is wider than a normal distribution's, hence the 3.
static void expect_moments(const struct noise *noise, double mean, double sd)
{
    struct moments drawn = draw_moments(noise);
    cr_assert_lt(fabs(drawn.mean - mean), 5 * sd / sqrt(NOISE_DRAWS), "mean %g, by formula %g",
                 drawn.mean, mean);
    cr_assert_lt(fabs(drawn.sd / sd - 1), 3 * 5 / sqrt(2.0 * NOISE_DRAWS), "sd %g, by formula %g",
                 drawn.sd, sd);
}

static void measure(struct arena *arena, struct indicator_settings *settings, const char *id,
                    const struct indicator_sums *sums, struct measured *out)
{
    settings->indicator = indicator_by_id(text_from(id));
    indicator_measure_sums(arena, settings, sums, out);
}

Test(robustness, shares_vary_as_beta_distributions_do)
{
    static const int64_t cases[][2] = {{5, 6},         {0, 3}, {3, 3},      {617, 700},
                                       {19999, 20000}, {0, 1}, {1, 1000000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = ARENA_INIT;
        struct indicator_settings settings = {0};
        const struct indicator_sums sums = {.numerator = {cases[i][0]},
                                            .denominator = {cases[i][1]}};
        struct measured measured;
        struct noise noise;
        measure(&arena, &settings, "W04", &sums, &measured);
        noise_init(&arena, &settings, &measured, NULL, &noise);
        cr_assert_eq(noise.kind, NOISE_SHARE);
        double a = (double)cases[i][0] + 0.5, n = (double)cases[i][1] + 1, mean = a / n;
        expect_moments(&noise, 100 * mean, 100 * sqrt(mean * (1 - mean) / (n + 1)));
        noise_free(&noise);
        arena_free(&arena);
    }
}

Test(robustness, weighted_shares_vary_as_the_weighted_sum_of_a_dirichlet_distribution)
{
    static const double weights[] = {0, 0.6, 0.8, 1}, counts[] = {3, 5, 0, 40};
    struct arena arena = ARENA_INIT;
    struct indicator_settings settings = {0};
    static const int64_t tenths[] = {0, 6, 6, 8, 10};
    for (int i = 0; i < 5; i++)
        settings.satisfaction_weights[i] = rational_fraction(&arena, tenths[i], 10);
    // levels of the catalogue, in whatever order: 3 + 2 have one weight together
    struct indicator_sums sums = {0};
    const struct indicator *satisfaction = indicator_by_id(TEXT("W09"));
    static const int64_t of_level[] = {3, 2, 3, 0, 40};
    for (size_t i = 0; satisfaction->numerator[i].coefficient; i++)
        sums.numerator[i] = of_level[satisfaction->numerator[i].level - 1];
    memcpy(sums.denominator, sums.numerator, sizeof sums.denominator);
    struct measured measured;
    struct noise noise;
    measure(&arena, &settings, "W09", &sums, &measured);
    cr_assert_eq(measured.n, 48);
    noise_init(&arena, &settings, &measured, NULL, &noise);
    cr_assert_eq(noise.kind, NOISE_LEVELS);
    double all = 0, mean = 0, square = 0;
    for (int i = 0; i < 4; i++)
        all += counts[i] + 0.5;
    for (int i = 0; i < 4; i++) {
        mean += weights[i] * (counts[i] + 0.5) / all;
        square += weights[i] * weights[i] * (counts[i] + 0.5) / all;
    }
    expect_moments(&noise, 100 * mean, 100 * sqrt((square - mean * mean) / (all + 1)));
    noise_free(&noise);
    arena_free(&arena);
}

Test(robustness, counts_vary_as_the_parameter_of_a_poisson_distribution)
{
    static const int64_t cases[] = {0, 1, 12, 34530};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = ARENA_INIT;
        struct indicator_settings settings = {0};
        const struct indicator_sums sums = {.numerator = {cases[i]}};
        struct measured measured;
        struct noise noise;
        measure(&arena, &settings, "W15", &sums, &measured);
        noise_init(&arena, &settings, &measured, NULL, &noise);
        cr_assert_eq(noise.kind, NOISE_COUNT);
        expect_moments(&noise, (double)cases[i] + 0.5, sqrt((double)cases[i] + 0.5));
        noise_free(&noise);
        arena_free(&arena);
    }
}

static double binomial(int n, int k, double p)
{
    return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) +
               (n - k) * log(1 - p));
}

// Of a sample drawn again from n observations, the r-th is one of the first i if at least r of the n are.
Test(robustness, quantiles_vary_as_order_statistics_of_samples_drawn_again)
{
    enum { N = 9, R = 7 };
    struct arena arena = ARENA_INIT;
    struct observation observed[N];
    int found[N + 1] = {0};
    for (int i = 0; i < N; i++)
        observed[i] = (struct observation){3600 * (i + 1), 1};
    struct indicator_settings settings = {.indicator = indicator_by_id(TEXT("W18")),
                                          .quantile = rational_fraction(&arena, 7, 10)};
    struct measured measured;
    struct noise noise;
    indicator_order_statistic(&arena, &settings, observed, N, &measured);
    noise_init(&arena, &settings, &measured, NULL, &noise);
    cr_assert_eq(noise.kind, NOISE_QUANTILE);
    gsl_rng *random = random_stream_new(first_seed(), 0);
    for (int i = 0; i < NOISE_DRAWS; i++)
        found[(int)lround(noise_draw(&noise, random))]++;
    double below = 0;
    for (int i = 1; i < N; i++) {
        double expected = 0;
        for (int k = R; k <= N; k++)
            expected += binomial(N, k, (double)i / N);
        below += (double)found[i] / NOISE_DRAWS;
        cr_assert_lt(fabs(below - expected), 5 * sqrt(expected * (1 - expected) / NOISE_DRAWS),
                     "one of the first %d: %g, by formula %g", i, below, expected);
    }
    gsl_rng_free(random);
    noise_free(&noise);
    arena_free(&arena);
}

Test(robustness, what_an_office_decides_and_ratios_of_time_do_not_vary)
{
    static const char *const ids[] = {"A01", "P01", "T02"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct arena arena = ARENA_INIT;
        struct indicator_settings settings = {0};
        const struct indicator_sums sums = {.numerator = {12}, .denominator = {20}, .sample = 5};
        struct measured measured;
        struct noise noise;
        measure(&arena, &settings, ids[i], &sums, &measured);
        noise_init(&arena, &settings, &measured, NULL, &noise);
        cr_assert_eq(noise.kind, NOISE_NONE, "%s", ids[i]);
        arena_free(&arena);
    }
}

// 93.8 % of 500 cases, as printed, varies as if it had been counted; of nobody knows how many only inside its digits.
Test(robustness, a_printed_share_varies_by_its_cases_or_else_inside_its_digits)
{
    struct arena arena = ARENA_INIT;
    struct indicator_settings settings = {.indicator = indicator_by_id(TEXT("W04"))};
    const struct value_set digits = {.is_range = true,
                                     .high_is_open = true,
                                     .low = rational_fraction(&arena, 9375, 10000),
                                     .high = rational_fraction(&arena, 9385, 10000)};
    struct measured measured = {.known = true,
                                .value = rational_fraction(&arena, 938, 1000),
                                .numerator = rational_integer(&arena, 469),
                                .n = 500};
    struct noise noise;
    noise_init(&arena, &settings, &measured, &digits, &noise);
    cr_assert_eq(noise.kind, NOISE_SHARE);
    double mean = 469.5 / 501;
    expect_moments(&noise, 100 * mean, 100 * sqrt(mean * (1 - mean) / 502));
    noise_free(&noise);
    measured.n = INT64_MAX;
    measured.numerator = measured.value;
    noise_init(&arena, &settings, &measured, &digits, &noise);
    cr_assert_eq(noise.kind, NOISE_DIGITS);
    expect_moments(&noise, 93.8, 0.1 / sqrt(12));
    noise_free(&noise);
    arena_free(&arena);
}

// ---- indices ----

// Of Y = 3 X1 + 2 X2 + X3 with X uniform the indices are 9/14, 4/14, 1/14, first order and total alike.
Test(robustness, indices_of_a_sum_are_the_shares_of_its_variance)
{
    enum { BLOCKS = 200, PAIRS = 200, CHOICES = 3, RESAMPLES = 500 };
    static const double slopes[] = {3, 2, 1};
    static struct sobol_sums blocks[BLOCKS];
    struct sobol_index indices[CHOICES];
    gsl_rng *random = random_stream_new(first_seed(), 0);
    for (int at = 0; at < BLOCKS * PAIRS; at++) {
        double a = 0, b = 0, changes[CHOICES], ab[CHOICES];
        for (int i = 0; i < CHOICES; i++) {
            double x = slopes[i] * gsl_rng_uniform(random), y = slopes[i] * gsl_rng_uniform(random);
            a += x;
            b += y;
            changes[i] = y - x;
        }
        for (int i = 0; i < CHOICES; i++)
            ab[i] = a + changes[i];
        sobol_add(&blocks[at / PAIRS], a, b, ab, CHOICES);
    }
    gsl_rng_free(random);
    cr_assert(sobol_estimate(blocks, BLOCKS, CHOICES, RESAMPLES, 1, indices));
    for (int i = 0; i < CHOICES; i++) {
        double expected = slopes[i] * slopes[i] / 14;
        cr_assert_float_eq(indices[i].first.value, expected, 0.03);
        cr_assert_float_eq(indices[i].total.value, expected, 0.03);
        cr_assert(indices[i].first.low < indices[i].first.value &&
                  indices[i].first.value < indices[i].first.high);
        cr_assert_lt(indices[i].first.high - indices[i].first.low, 0.05);
    }
}
