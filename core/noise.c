// Beta(a, b) of x is tabulated in the angle whose sine squared is x, Gamma(a) of x in the root of x: there all of them have a bounded
// density, and a standard deviation that hardly depends on x.
#include "core/noise.h"

#include <math.h>

enum { CELLS = 256 };

static const double reach = 7.5; // standard deviations to either side
static const double half = 0.5;  // Jeffreys

// ---- tables ----

typedef double log_density(double at, double a, double b);
typedef double value_at(double at);

static double beta_log_density(double angle, double a, double b)
{
    return (2 * a - 1) * log(sin(angle)) + (2 * b - 1) * log(cos(angle));
}

static double beta_value(double angle)
{
    return sin(angle) * sin(angle);
}

static double gamma_log_density(double root, double a, double unused)
{
    (void)unused;
    return (2 * a - 1) * log(root) - root * root;
}

static double gamma_value(double root)
{
    return root * root;
}

static void tabulate(struct arena *arena, log_density *density, value_at *value, double from,
                     double until, double a, double b, struct noise_table *out)
{
    double mass[CELLS], width = (until - from) / CELLS, most = -INFINITY;
    out->edges = arena_array(arena, double, CELLS + 1);
    for (int i = 0; i <= CELLS; i++)
        out->edges[i] = value(from + i * width);
    for (int i = 0; i < CELLS; i++) {
        mass[i] = density(from + (i + half) * width, a, b);
        most = fmax(most, mass[i]);
    }
    for (int i = 0; i < CELLS; i++)
        mass[i] = exp(mass[i] - most);
    out->cells = gsl_ran_discrete_preproc(CELLS, mass);
}

// a, b >= 1/2
static void tabulate_beta(struct arena *arena, double a, double b, struct noise_table *out)
{
    double middle = atan2(sqrt(2 * a - 1), sqrt(2 * b - 1)), sd = half / sqrt(a + b);
    tabulate(arena, beta_log_density, beta_value, fmax(0, middle - reach * sd),
             fmin(M_PI_2, middle + reach * sd), a, b, out);
}

// a >= 1/2
static void tabulate_gamma(struct arena *arena, double a, struct noise_table *out)
{
    double middle = sqrt(a - half), sd = half;
    tabulate(arena, gamma_log_density, gamma_value, fmax(0, middle - reach * sd),
             middle + reach * sd, a, 0, out);
}

static double draw_from(const struct noise_table *table, gsl_rng *random)
{
    size_t cell = gsl_ran_discrete(random, table->cells);
    double low = table->edges[cell];
    return low + gsl_rng_uniform(random) * (table->edges[cell + 1] - low);
}

// ---- what is drawn ----

static struct noise_table *add_stick(struct noise *noise, double weight)
{
    noise->weights[noise->stick_count] = weight;
    return &noise->sticks[noise->stick_count++];
}

static void init_share(struct arena *arena, double successes, double n, struct noise *out)
{
    out->kind = NOISE_SHARE;
    tabulate_beta(arena, successes + half, n - successes + half, add_stick(out, 1));
    out->weights[1] = 0;
}

static void init_count(struct arena *arena, double count, double over, struct noise *out)
{
    out->kind = NOISE_COUNT;
    tabulate_gamma(arena, count + half, add_stick(out, 1 / over));
}

struct levels { // ratings by weight
    struct rational weights[NOISE_STICKS_MAX + 1];
    double counts[NOISE_STICKS_MAX + 1];
    size_t count;
};

static void add_level(struct levels *levels, struct rational weight, int64_t cases)
{
    size_t i = 0;
    while (i < levels->count && rational_compare(levels->weights[i], weight) != 0)
        i++;
    if (i == levels->count) {
        levels->weights[levels->count] = weight;
        levels->counts[levels->count++] = 0;
    }
    levels->counts[i] += (double)cases;
}

// The sum of what has a level has to be n: what has none, as visits that were not rated, weighs nothing.
static void init_levels(struct arena *arena, const struct indicator_settings *settings,
                        const struct measured *measured, struct noise *out)
{
    const struct indicator_term *terms = settings->indicator->numerator;
    struct levels levels = {.count = 0};
    int64_t rated = 0;
    for (size_t i = 0; terms[i].coefficient; i++) {
        if (measured->sums->numerator[i] < 0)
            return;
        add_level(&levels, indicator_term_weight(arena, settings, &terms[i]),
                  measured->sums->numerator[i]);
        rated += measured->sums->numerator[i];
    }
    if (rated > measured->n)
        return;
    if (rated < measured->n || settings->over_other)
        add_level(&levels, rational_integer(arena, 0), measured->n - rated);
    out->kind = NOISE_LEVELS;
    double left = 0;
    for (size_t i = 0; i < levels.count; i++)
        left += levels.counts[i] + half;
    for (size_t i = 0; i + 1 < levels.count; i++) {
        double own = levels.counts[i] + half;
        left -= own;
        tabulate_beta(arena, own, left, add_stick(out, rational_to_double(levels.weights[i])));
    }
    out->weights[out->stick_count] = rational_to_double(levels.weights[levels.count - 1]);
}

static void init_quantile(struct arena *arena, const struct indicator_settings *settings,
                          const struct measured *measured, struct noise *out)
{
    size_t n = (size_t)measured->n;
    double *observed = arena_array(arena, double, n);
    for (size_t i = 0; i < n; i++)
        observed[i] =
            (double)measured->observed[i].numerator / (double)measured->observed[i].denominator;
    struct rational place =
        rational_multiply(arena, settings->quantile, rational_integer(arena, measured->n));
    double rank = (double)rational_ceiling(place), count = (double)n;
    out->kind = NOISE_QUANTILE;
    out->observed = observed;
    out->observed_count = n;
    tabulate_beta(arena, rank, count - rank + 1, add_stick(out, 0));
    if (settings->midpoint && rational_is_whole(place) && rank < count)
        tabulate_beta(arena, 1, count - rank, add_stick(out, 0));
}

static bool is_a_sample(const struct indicator *indicator)
{
    return indicator->source != COUNTED_ACTIVITIES && !indicator->sample.coefficient &&
           !indicator->is_deviation;
}

// Whether a printed figure says of how many cases it is, and cases are all that it is made of.
static bool tells_cases(const struct indicator_settings *settings, const struct measured *measured)
{
    const struct indicator *indicator = settings->indicator;
    return indicator->unit == UNIT_COUNT ||
           (measured->n < INT64_MAX &&
            value_counts_cases(indicator,
                               indicator->is_weighted ? settings->satisfaction_weights : NULL));
}

static void init_digits(const struct value_set *printed, struct noise *out)
{
    out->kind = NOISE_DIGITS;
    out->low = rational_to_double(printed->low);
    out->high = rational_to_double(printed->high);
}

void noise_init(struct arena *arena, const struct indicator_settings *settings,
                const struct measured *measured, const struct value_set *printed, struct noise *out)
{
    const struct indicator *indicator = settings->indicator;
    double numerator = rational_to_double(measured->numerator), n = (double)measured->n;
    struct rational factor = indicator_print_factor(arena, indicator->unit);
    bool counts_cases = printed || !indicator->is_weighted;
    *out = (struct noise){
        .factor = rational_to_double(factor),
        .fixed = rational_to_double(rational_multiply(arena, measured->value, factor)),
    };
    bool is_bare = printed && !tells_cases(settings, measured);
    if (is_bare && printed->is_range)
        init_digits(printed, out);
    if (is_bare || !is_a_sample(indicator) || n < 0 || numerator < 0)
        return;
    if (indicator->unit == UNIT_COUNT)
        init_count(arena, numerator, 1, out);
    else if (indicator->observed && !indicator->has_limit && measured->observed)
        init_quantile(arena, settings, measured, out);
    else if (indicator->is_weighted && measured->sums)
        init_levels(arena, settings, measured, out);
    else if (indicator->unit == UNIT_SHARE && counts_cases && numerator <= n)
        init_share(arena, numerator, n, out);
    else if (indicator->unit == UNIT_SHARE && counts_cases)
        init_count(arena, numerator, n, out);
}

void noise_free(struct noise *noise)
{
    for (size_t i = 0; i < noise->stick_count; i++)
        gsl_ran_discrete_free(noise->sticks[i].cells);
}

static double draw_weighted(const struct noise *noise, gsl_rng *random)
{
    double left = 1, sum = 0;
    for (size_t i = 0; i < noise->stick_count; i++) {
        double part = left * draw_from(&noise->sticks[i], random);
        sum += part * noise->weights[i];
        left -= part;
    }
    return sum + left * noise->weights[noise->stick_count];
}

static double observation_at(const struct noise *noise, double share)
{
    size_t position = (size_t)(share * (double)noise->observed_count);
    return noise->observed[position < noise->observed_count ? position : noise->observed_count - 1];
}

static double draw_quantile(const struct noise *noise, gsl_rng *random)
{
    double share = draw_from(&noise->sticks[0], random), value = observation_at(noise, share);
    if (noise->stick_count == 1)
        return value;
    double next = share + (1 - share) * draw_from(&noise->sticks[1], random);
    return (value + observation_at(noise, next)) * half;
}

double noise_draw(const struct noise *noise, gsl_rng *random)
{
    switch (noise->kind) {
    case NOISE_SHARE:
    case NOISE_LEVELS:
        return noise->factor * draw_weighted(noise, random);
    case NOISE_COUNT:
        return noise->factor * noise->weights[0] * draw_from(&noise->sticks[0], random);
    case NOISE_QUANTILE:
        return noise->factor * draw_quantile(noise, random);
    case NOISE_DIGITS:
        return noise->factor * (noise->low + gsl_rng_uniform(random) * (noise->high - noise->low));
    case NOISE_NONE:
        break;
    }
    return noise->fixed;
}
