// An early figure's error is taken in proportion to one over the root of what it was counted of (Mack's variance), so that a
// past month with many cases says more than one with few.
#include "core/vintages.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

// ---- revisions ----

// The mean over its standard error, in floating point: it is compared with a table, not published.
static void find_bias(const struct rational *revisions, struct revision_summary *out)
{
    double mean = rational_to_double(out->mean), squares = 0, count = (double)out->count;
    for (size_t i = 0; i < out->count; i++) {
        double error = rational_to_double(revisions[i]) - mean;
        squares += error * error;
    }
    if (out->count < 2 || squares <= 0)
        return;
    out->has_bias = true;
    out->t = mean / sqrt(squares / (count - 1) / count);
    out->p = 2 * gsl_cdf_tdist_Q(fabs(out->t), count - 1);
}

void revisions_summarize(struct arena *arena, const struct rational *revisions, size_t count,
                         struct revision_summary *out)
{
    struct rational zero = rational_integer(arena, 0), sum = zero, absolute = zero;
    *out = (struct revision_summary){.count = count, .mean = zero, .mean_absolute = zero};
    if (!count)
        return;
    for (size_t i = 0; i < count; i++) {
        sum = rational_add(arena, sum, revisions[i]);
        absolute = rational_sign(revisions[i]) < 0
                       ? rational_subtract(arena, absolute, revisions[i])
                       : rational_add(arena, absolute, revisions[i]);
    }
    struct rational divisor = rational_integer(arena, (int64_t)count);
    out->mean = rational_divide(arena, sum, divisor);
    out->mean_absolute = rational_divide(arena, absolute, divisor);
    find_bias(revisions, out);
}

// ---- what a figure becomes ----

// Of one figure: what its error goes by, and what is forecast of it under the growth of past months.
struct growth {
    enum development development;
    double numerator, denominator; // factors
    double shift;                  // of a value
    double late_share;             // of the late cases, how many count, of all that could
};

static double weight_of(enum development development, const struct known_figure *early)
{
    switch (development) {
    case DEVELOPS_AS_COUNT:
        return early->numerator;
    case DEVELOPS_AS_SHARE:
        return early->denominator;
    case DEVELOPS_AS_VALUE:
        break;
    }
    return 1;
}

static double settled_value(enum development development, const struct known_figure *settled)
{
    switch (development) {
    case DEVELOPS_AS_COUNT:
        return settled->numerator;
    case DEVELOPS_AS_SHARE:
        return settled->numerator / settled->denominator;
    case DEVELOPS_AS_VALUE:
        break;
    }
    return settled->value;
}

static double grown_value(const struct growth *growth, const struct known_figure *early)
{
    switch (growth->development) {
    case DEVELOPS_AS_COUNT:
        return early->numerator * growth->numerator;
    case DEVELOPS_AS_SHARE:
        return early->numerator * growth->numerator / (early->denominator * growth->denominator);
    case DEVELOPS_AS_VALUE:
        break;
    }
    return early->value + growth->shift;
}

// Laplace's share of the late cases: one more that counts, and one that does not.
static double late_share(const struct known_figure *early, const struct known_figure *settled,
                         double all)
{
    double cases = settled->denominator - early->denominator;
    double counted = (settled->numerator - early->numerator) / all;
    return cases > 0 && isfinite(all) ? fmin(1, fmax(0, (counted + 1) / (cases + 2))) : 0;
}

// False when no past month had anything at this age.
static bool find_growth(enum development development, const struct developed *past, size_t count,
                        double all, struct growth *out)
{
    struct known_figure early = {0}, settled = {0};
    for (size_t i = 0; i < count; i++) {
        early.numerator += past[i].early.numerator;
        early.denominator += past[i].early.denominator;
        early.value += past[i].early.value;
        settled.numerator += past[i].settled.numerator;
        settled.denominator += past[i].settled.denominator;
        settled.value += past[i].settled.value;
    }
    *out = (struct growth){.development = development,
                           .numerator = settled.numerator / early.numerator,
                           .denominator = settled.denominator / early.denominator,
                           .shift = (settled.value - early.value) / (double)count};
    out->late_share = late_share(&early, &settled, all);
    // A share without a numerator, early and settled: none of the cases is one.
    if (development == DEVELOPS_AS_SHARE && early.numerator == 0 && settled.numerator == 0)
        out->numerator = 1;
    return development == DEVELOPS_AS_VALUE ||
           (isfinite(out->numerator) && out->numerator > 0 &&
            (development == DEVELOPS_AS_COUNT ||
             (isfinite(out->denominator) && out->denominator > 0)));
}

// The variance that the error of a figure counted of one case has, if late cases come by chance; 0: nothing is known of it.
static double variance_by_chance(const struct growth *growth)
{
    double late =
        growth->development == DEVELOPS_AS_COUNT ? growth->numerator - 1 : growth->denominator - 1;
    if (growth->development == DEVELOPS_AS_VALUE || late <= 0)
        return 0;
    if (growth->development == DEVELOPS_AS_COUNT)
        return late;
    double of_all = late + 1;
    return late / (of_all * of_all) * growth->late_share * (1 - growth->late_share);
}

static double square(double value)
{
    return value * value;
}

static double within(const struct forecast_bounds *bounds, double value)
{
    return fmin(bounds->high, fmax(bounds->low, value));
}

void forecast_make(enum development development, const struct developed *past, size_t count,
                   const struct known_figure *now, double probability,
                   const struct forecast_bounds *bounds, struct forecast *out)
{
    *out = (struct forecast){.outcome = FORECAST_TOO_FEW};
    struct growth growth;
    double weight = weight_of(development, now), weights = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        out->months += weight_of(development, &past[i].early) > 0;
    if (out->months < FORECAST_MONTHS_MIN)
        return;
    out->outcome = FORECAST_NOTHING;
    if (weight <= 0 || !find_growth(development, past, count, bounds->high, &growth))
        return;
    for (size_t i = 0; i < count; i++) {
        double past_weight = weight_of(development, &past[i].early);
        if (past_weight <= 0)
            continue; // it has grown the sums alone
        double error =
            settled_value(development, &past[i].settled) - grown_value(&growth, &past[i].early);
        if (development == DEVELOPS_AS_COUNT)
            error /= past_weight; // of the factor
        weights += past_weight;
        squares += past_weight * error * error;
    }
    double freedom = (double)out->months - 1;
    double by_chance =
        variance_by_chance(&growth) * (development == DEVELOPS_AS_SHARE ? square(bounds->high) : 1);
    double prior = by_chance > 0 ? FORECAST_PRIOR : 0;
    double variance = (squares + prior * by_chance) / (freedom + prior);
    double reach = gsl_cdf_tdist_Pinv((1 + probability) / 2, freedom + prior) *
                   sqrt(variance * (1 / weight + 1 / weights));
    if (development == DEVELOPS_AS_COUNT)
        reach *= weight;
    double value = grown_value(&growth, now);
    out->outcome = FORECAST_MADE;
    out->value = within(bounds, value);
    out->from = within(bounds, value - reach);
    out->until = within(bounds, value + reach);
    out->was_never_revised = reach <= 0 && value == settled_value(development, now);
}

// ---- what ranks become ----

static double *centre(struct arena *arena, const struct rank_question *question, double *errors)
{
    double *mean = arena_array(arena, double, question->subjects);
    for (size_t s = 0; s < question->subjects; s++) {
        mean[s] = 0;
        for (size_t i = 0; i < question->months; i++)
            mean[s] += question->revisions[i * question->subjects + s] / (double)question->months;
        for (size_t i = 0; i < question->months; i++)
            errors[i * question->subjects + s] =
                question->revisions[i * question->subjects + s] - mean[s];
    }
    return mean;
}

static void draw_totals(const struct rank_question *question, gsl_rng *random, const double *mean,
                        const double *errors, double *totals)
{
    size_t subjects = question->subjects;
    double months = (double)question->months, freedom = months - 1;
    double scale = sqrt((1 + 1 / months) / gsl_ran_chisq(random, freedom));
    for (size_t s = 0; s < subjects; s++)
        totals[s] = question->now[s] + mean[s];
    for (size_t i = 0; i < question->months; i++) {
        double z = scale * gsl_ran_gaussian_ziggurat(random, 1);
        for (size_t s = 0; s < subjects; s++)
            totals[s] += z * errors[i * subjects + s];
    }
}

static void count_ranks(const double *totals, size_t subjects, double share, double *probability)
{
    for (size_t s = 0; s < subjects; s++) {
        size_t better = 0;
        for (size_t other = 0; other < subjects; other++)
            better += totals[other] > totals[s];
        probability[s * subjects + better] += share;
    }
}

bool forecast_ranks(struct arena *arena, const struct rank_question *question, double *probability)
{
    size_t subjects = question->subjects;
    for (size_t i = 0; i < subjects * subjects; i++)
        probability[i] = 0;
    if (question->months < FORECAST_MONTHS_MIN)
        return false;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (!random)
        abort();
    gsl_rng_set(random, (unsigned long)question->seed);
    double *errors = arena_array(arena, double, question->months *subjects + 1);
    double *totals = arena_array(arena, double, subjects + 1);
    const double *mean = centre(arena, question, errors);
    for (size_t i = 0; i < question->draws; i++) {
        draw_totals(question, random, mean, errors, totals);
        count_ranks(totals, subjects, 1.0 / (double)question->draws, probability);
    }
    gsl_rng_free(random);
    return true;
}

size_t forecast_likeliest(const double *probability, size_t subjects)
{
    size_t best = 0;
    for (size_t i = 1; i < subjects; i++)
        if (probability[i] > probability[best])
            best = i;
    return best + 1;
}

void forecast_rank_set(const double *probability, size_t subjects, double wanted, bool *in_set)
{
    static const double rounding = 1e-9; // of sums of so many draws
    double have = 0;
    for (size_t i = 0; i < subjects; i++)
        in_set[i] = false;
    while (have < wanted - rounding) {
        size_t best = subjects;
        for (size_t i = 0; i < subjects; i++)
            if (!in_set[i] && (best == subjects || probability[i] > probability[best]))
                best = i;
        if (best == subjects)
            return;
        in_set[best] = true;
        have += probability[best];
    }
}
