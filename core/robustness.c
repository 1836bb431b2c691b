// Of a pair of drawings only what differs is worked out again: points depend on values, way and minimum, totals on points and weights.
#include "core/robustness.h"

#include "core/random_stream.h"

#include <math.h>
#include <stdlib.h>

struct robustness {
    struct arena arena;
    struct robustness_settings settings;
    struct float_score score;
    struct noise *noises;  // [indicator * count + subject]
    const uint32_t *ranks; // as they are, [subject]; 0: not ranked
    const double *totals;  // as they are
};

enum { MINIMUM_OF_PROFILE = 0 }; // the alternatives of the settings come after it

// ---- the model ----

static void take_noises(struct robustness *robustness)
{
    const struct float_score *score = &robustness->score;
    struct arena *arena = &robustness->arena;
    robustness->noises =
        arena_array(arena, struct noise, score->indicator_count * score->count + 1);
    for (size_t i = 0; robustness->settings.has_noise && i < score->indicator_count; i++) {
        size_t position = float_score_position(score, i);
        for (size_t subject = 0; subject < score->count; subject++) {
            const struct contender *contender = score->contenders[subject];
            const struct measured *measured = &contender->measured[position];
            if (measured->known)
                noise_init(arena, &score->scoring->indicators[position].settings, measured,
                           contender->printed ? contender->printed[position] : NULL,
                           &robustness->noises[i * score->count + subject]);
        }
    }
}

static void take_standing(struct robustness *robustness)
{
    const struct float_score *score = &robustness->score;
    uint32_t *ranks = arena_array(&robustness->arena, uint32_t, score->count + 1);
    double *totals = arena_array(&robustness->arena, double, score->count + 1);
    for (size_t i = 0; i < score->count; i++) {
        if (score->contenders[i]->reason != RANKED)
            continue;
        ranks[i] = score->contenders[i]->rank;
        totals[i] = rational_to_double(score->contenders[i]->exact_total);
    }
    robustness->ranks = ranks;
    robustness->totals = totals;
}

struct robustness *robustness_new(const struct scoring *scoring,
                                  const struct contender *const *group, size_t count,
                                  const struct robustness_settings *settings)
{
    struct robustness *out = calloc(1, sizeof *out);
    if (!out)
        abort();
    out->settings = *settings;
    double *minimums = arena_array(&out->arena, double, settings->minimum_count + 1);
    minimums[MINIMUM_OF_PROFILE] = 1;
    for (size_t i = 0; i < settings->minimum_count; i++)
        minimums[i + 1] = settings->minimums[i];
    float_score_new(&out->arena, scoring, group, count, minimums, settings->minimum_count + 1,
                    &out->score);
    take_noises(out);
    take_standing(out);
    return out;
}

void robustness_free(struct robustness *robustness)
{
    if (!robustness)
        return;
    for (size_t i = 0; i < robustness->score.indicator_count * robustness->score.count; i++)
        noise_free(&robustness->noises[i]);
    arena_free(&robustness->arena);
    free(robustness);
}

size_t robustness_count(const struct robustness *robustness)
{
    return robustness->score.count;
}

const struct contender *robustness_subject(const struct robustness *robustness, size_t position)
{
    return robustness->score.contenders[position];
}

size_t robustness_position(const struct robustness *robustness, const struct contender *subject)
{
    size_t position = 0;
    while (robustness->score.contenders[position] != subject)
        position++;
    return position;
}

const struct float_score *robustness_score(const struct robustness *robustness)
{
    return &robustness->score;
}

enum noise_kind robustness_noise(const struct robustness *robustness, size_t indicator)
{
    const struct float_score *score = &robustness->score;
    for (size_t i = 0; i < score->indicator_count; i++)
        for (size_t subject = 0;
             float_score_position(score, i) == indicator && subject < score->count; subject++)
            if (robustness->noises[i * score->count + subject].kind != NOISE_NONE)
                return robustness->noises[i * score->count + subject].kind;
    return NOISE_NONE;
}

// ---- drawings ----

struct drawing {
    double *factors; // [indicator]
    double *values;  // [indicator * count + subject]
    enum score_way way;
    size_t minimum;
};

static void drawing_new(struct arena *arena, const struct robustness *robustness,
                        struct drawing *out)
{
    const struct float_score *score = &robustness->score;
    *out = (struct drawing){
        .factors = arena_array(arena, double, score->indicator_count + 1),
        .values = arena_copy(arena, score->values,
                             (score->indicator_count * score->count + 1) * sizeof *score->values),
    };
}

static void draw_weights(const struct robustness *robustness, gsl_rng *random, double *factors)
{
    const struct float_score *score = &robustness->score;
    double before = 0, after = 0;
    for (size_t i = 0; i < score->indicator_count; i++) {
        double weight = float_score_weight(score, i);
        factors[i] = 1 + robustness->settings.spread * (2 * gsl_rng_uniform(random) - 1);
        before += weight;
        after += weight * factors[i];
    }
    for (size_t i = 0; i < score->indicator_count && after > 0; i++)
        factors[i] *= before / after;
}

static void draw_values(const struct robustness *robustness, gsl_rng *random, double *values)
{
    size_t cells = robustness->score.indicator_count * robustness->score.count;
    for (size_t i = 0; i < cells; i++)
        if (robustness->noises[i].kind != NOISE_NONE)
            values[i] = noise_draw(&robustness->noises[i], random);
}

static size_t draw_one_of(gsl_rng *random, size_t count)
{
    return (size_t)(gsl_rng_uniform(random) * (double)count);
}

static void draw_all(const struct robustness *robustness, gsl_rng *random, struct drawing *out)
{
    const struct robustness_settings *settings = &robustness->settings;
    draw_weights(robustness, random, out->factors);
    out->way = settings->ways[draw_one_of(random, settings->way_count)];
    out->minimum = 1 + draw_one_of(random, settings->minimum_count);
    draw_values(robustness, random, out->values);
}

// ---- how often each rank ----

void robustness_tally_new(struct arena *arena, const struct robustness *robustness,
                          struct robustness_tally *out)
{
    size_t count = robustness->score.count;
    *out = (struct robustness_tally){
        .ranks = arena_array(arena, int64_t, count * count + 1),
        .ahead = arena_array(arena, int64_t, count * count + 1),
    };
}

static void count_drawing(const struct robustness *robustness, const uint32_t *ranks,
                          struct robustness_tally *tally)
{
    size_t count = robustness->score.count;
    tally->draws++;
    for (size_t i = 0; i < count; i++) {
        if (!robustness->ranks[i])
            continue;
        tally->ranks[i * count + ranks[i] - 1]++;
        for (size_t other = 0; other < count; other++)
            tally->ahead[i * count + other] +=
                (ranks[i] < ranks[other]) + (ranks[i] <= ranks[other]);
    }
}

void robustness_draw(const struct robustness *robustness, uint32_t stream, int64_t draws,
                     struct robustness_tally *tally)
{
    const struct float_score *score = &robustness->score;
    struct arena arena = ARENA_INIT;
    struct drawing drawing;
    struct float_sheet sheet;
    gsl_rng *random = random_stream_new(robustness->settings.seed, stream);
    drawing_new(&arena, robustness, &drawing);
    float_sheet_new(&arena, score, &sheet);
    for (int64_t i = 0; i < draws; i++) {
        draw_weights(robustness, random, drawing.factors);
        draw_values(robustness, random, drawing.values);
        float_score_points(score, drawing.values, SCORE_AS_PROFILE, MINIMUM_OF_PROFILE, &sheet);
        float_score_rank(score, drawing.values, sheet.points, drawing.factors, MINIMUM_OF_PROFILE,
                         &sheet);
        count_drawing(robustness, sheet.ranks, tally);
    }
    gsl_rng_free(random);
    arena_free(&arena);
}

void robustness_tally_add(const struct robustness *robustness, struct robustness_tally *into,
                          const struct robustness_tally *from)
{
    size_t cells = robustness->score.count * robustness->score.count;
    into->draws += from->draws;
    for (size_t i = 0; i < cells; i++) {
        into->ranks[i] += from->ranks[i];
        into->ahead[i] += from->ahead[i];
    }
}

// The least rank at or below which so much of the drawings lies.
static uint32_t percentile(const int64_t *ranks, size_t count, int64_t draws, int per_cent)
{
    int64_t below = 0;
    for (size_t i = 0; i < count; i++) {
        below += ranks[i];
        if (100 * below >= per_cent * draws)
            return (uint32_t)i + 1;
    }
    return 0;
}

void robustness_summarize(const struct robustness *robustness, const struct robustness_tally *tally,
                          size_t subject, struct rank_summary *out)
{
    enum { LOW = 5, MEDIAN = 50, HIGH = 95 };
    size_t count = robustness->score.count;
    const int64_t *ranks = tally->ranks + subject * count;
    double draws = (double)tally->draws;
    *out = (struct rank_summary){
        .own = (double)ranks[robustness->ranks[subject] - 1] / draws,
        .median = percentile(ranks, count, tally->draws, MEDIAN),
        .low = percentile(ranks, count, tally->draws, LOW),
        .high = percentile(ranks, count, tally->draws, HIGH),
    };
    for (size_t i = 0; i < count; i++)
        out->mean += (double)(i + 1) * (double)ranks[i] / draws;
}

double robustness_ahead(const struct robustness *robustness, const struct robustness_tally *tally,
                        size_t subject, size_t other)
{
    return (double)tally->ahead[subject * robustness->score.count + other] / 2 /
           (double)tally->draws;
}

// ---- which choice moves it ----

struct varying {
    const struct robustness *robustness;
    long subject;
    struct float_sheet sheet;
};

struct outputs {
    double of[OUTPUT_COUNT];
};

// Less what they are in the ranking itself: indices do not depend on it, and sums keep their digits.
static struct outputs read_outputs(const struct varying *varying)
{
    const struct robustness *robustness = varying->robustness;
    const struct float_sheet *sheet = &varying->sheet;
    if (varying->subject >= 0)
        return (struct outputs){
            {(double)sheet->ranks[varying->subject] - (double)robustness->ranks[varying->subject],
             sheet->totals[varying->subject] - robustness->totals[varying->subject]}};
    double shift = 0, ranked = 0;
    for (size_t i = 0; i < robustness->score.count; i++) {
        if (!robustness->ranks[i])
            continue;
        shift += fabs((double)sheet->ranks[i] - (double)robustness->ranks[i]);
        ranked += 1;
    }
    return (struct outputs){{shift / ranked, 0}};
}

// `points` were worked out of `values` under that minimum.
static struct outputs rank(struct varying *varying, const double *values, const double *points,
                           const double *factors, size_t minimum)
{
    float_score_rank(&varying->robustness->score, values, points, factors, minimum,
                     &varying->sheet);
    return read_outputs(varying);
}

static struct outputs score_and_rank(struct varying *varying, const double *values,
                                     enum score_way way, size_t minimum, const double *factors)
{
    float_score_points(&varying->robustness->score, values, way, minimum, &varying->sheet);
    return rank(varying, values, varying->sheet.points, factors, minimum);
}

// A, AB of each choice, B.
static void vary_once(struct varying *varying, const struct drawing *a, const struct drawing *b,
                      struct outputs out[CHOICE_COUNT + 2])
{
    struct outputs *ab = out + 1;
    out[0] = score_and_rank(varying, a->values, a->way, a->minimum, a->factors);
    ab[CHOICE_WEIGHTS] = rank(varying, a->values, varying->sheet.points, b->factors, a->minimum);
    ab[CHOICE_WAY] = ab[CHOICE_MINIMUM] = out[0];
    if (b->way != a->way)
        ab[CHOICE_WAY] = score_and_rank(varying, a->values, b->way, a->minimum, a->factors);
    if (!float_score_minimums_agree(&varying->robustness->score, a->minimum, b->minimum))
        ab[CHOICE_MINIMUM] = score_and_rank(varying, a->values, a->way, b->minimum, a->factors);
    ab[CHOICE_NOISE] = score_and_rank(varying, b->values, a->way, a->minimum, a->factors);
    out[CHOICE_COUNT + 1] = score_and_rank(varying, b->values, b->way, b->minimum, b->factors);
}

void robustness_vary(const struct robustness *robustness, long subject, uint32_t stream,
                     int64_t pairs, struct sobol_sums sums[OUTPUT_COUNT], double *record)
{
    enum { DRAWINGS = CHOICE_COUNT + 2 };
    struct arena arena = ARENA_INIT;
    struct drawing a, b;
    struct varying varying = {.robustness = robustness, .subject = subject};
    struct outputs outputs[DRAWINGS];
    gsl_rng *random = random_stream_new(robustness->settings.seed, stream);
    drawing_new(&arena, robustness, &a);
    drawing_new(&arena, robustness, &b);
    float_sheet_new(&arena, &robustness->score, &varying.sheet);
    for (int64_t pair = 0; pair < pairs; pair++) {
        draw_all(robustness, random, &a);
        draw_all(robustness, random, &b);
        vary_once(&varying, &a, &b, outputs);
        for (int output = 0; output < OUTPUT_COUNT; output++) {
            double ab[CHOICE_COUNT];
            for (int i = 0; i < CHOICE_COUNT; i++)
                ab[i] = outputs[i + 1].of[output];
            sobol_add(&sums[output], outputs[0].of[output], outputs[DRAWINGS - 1].of[output], ab,
                      CHOICE_COUNT);
        }
        for (int i = 0; record && i < DRAWINGS; i++)
            *record++ = outputs[i].of[OUTPUT_RANK];
    }
    gsl_rng_free(random);
    arena_free(&arena);
}

// ---- without one indicator ----

static void scoring_without(struct arena *arena, const struct scoring *scoring, size_t indicator,
                            struct scoring *out)
{
    struct scored_indicator *indicators =
        arena_array(arena, struct scored_indicator, scoring->indicator_count + 1);
    struct tie_break *tie_breaks =
        arena_array(arena, struct tie_break, scoring->tie_break_count + 1);
    *out = *scoring;
    out->indicators = indicators;
    out->tie_breaks = tie_breaks;
    out->indicator_count = out->tie_break_count = 0;
    for (size_t i = 0; i < scoring->indicator_count; i++)
        if (i != indicator)
            indicators[out->indicator_count++] = scoring->indicators[i];
    for (size_t i = 0; i < scoring->tie_break_count; i++) {
        struct tie_break tie_break = scoring->tie_breaks[i];
        if (tie_break.indicator == indicator)
            continue;
        tie_break.indicator -= tie_break.indicator > indicator;
        tie_breaks[out->tie_break_count++] = tie_break;
    }
}

static struct contender contender_without(struct arena *arena, const struct scoring *scoring,
                                          const struct contender *contender, size_t indicator)
{
    struct contender out = *contender;
    out.measured = arena_array(arena, struct measured, scoring->indicator_count + 1);
    for (size_t i = 0; i < scoring->indicator_count; i++)
        out.measured[i] = contender->measured[i + (i >= indicator)];
    if (scoring->item_count) // their points are filled in anew
        out.entered =
            arena_copy(arena, contender->entered, scoring->item_count * sizeof *contender->entered);
    return out;
}

static bool something_scores(const struct scoring *scoring, struct text group)
{
    for (size_t i = 0; i < scoring->indicator_count; i++)
        if (scoring->indicators[i].rule.type != RULE_WATCHED &&
            indicator_counts_in(&scoring->indicators[i], group))
            return true;
    return false;
}

bool robustness_leave_out(struct arena *arena, const struct scoring *scoring,
                          const struct contender *const *group, size_t count, size_t indicator,
                          struct contender *out)
{
    struct scoring without;
    scoring_without(arena, scoring, indicator, &without);
    if (!something_scores(&without, group[0]->group))
        return false;
    struct contender *ranked = arena_array(arena, struct contender, count + 1);
    for (size_t i = 0; i < count; i++)
        ranked[i] = contender_without(arena, &without, group[i], indicator);
    ranking_compute(arena, &without, ranked, count);
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at < count; at++)
            if (text_equal(ranked[at].code, group[i]->code))
                out[i] = ranked[at];
    return true;
}
