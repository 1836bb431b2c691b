// How a measured value may vary by chance: what so few cases leave open of it. Floating point, never for a rank.
//
// What was counted is taken as a sample, and the value behind it is drawn given what was seen (as H. Goldstein, D. Spiegelhalter, League tables and
// their limitations, Journal of the Royal Statistical Society A 159 (1996), do for ranks), with Jeffreys' prior, so that 12 of 12 leaves
// something open too:
// - a share of k in n: Beta(k + 1/2, n - k + 1/2) (L. Brown, T. Cai, A. DasGupta, Interval estimation for a binomial proportion,
//   Statistical Science 16 (2001));
// - a weighted share (levels of satisfaction): Dirichlet(k + 1/2 of each weight that occurs), of which the weighted sum is taken;
// - a count k, and a rate of k that may exceed n: Gamma(k + 1/2), the parameter of a Poisson distribution, over n;
// - a quantile of n observations: the bootstrap of its order statistic, which is the observation at the rank n x Beta(r, n - r + 1)
//   (B. Efron, The Jackknife, the Bootstrap and Other Resampling Plans, 1982, 10.4).
// - a figure that others printed without its number of cases: uniform inside its digits, as nothing more is known of it (with it, as above).
// What an office decides (activities, budgets) and ratios whose denominator is no number of cases have none. Values are drawn from
// tables of cells of equal width on the scale where these distributions are nearly normal: exact to some 0.01 % of their
// standard deviation.
#pragma once

#include "core/score.h"
#include "core/value_set.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

enum noise_kind {
    NOISE_NONE,
    NOISE_SHARE,
    NOISE_LEVELS,
    NOISE_COUNT,
    NOISE_QUANTILE,
    NOISE_DIGITS,
};

enum { NOISE_STICKS_MAX = INDICATOR_TERMS_MAX };

struct noise_table { // of one distribution
    gsl_ran_discrete_t *cells;
    double *edges; // one more than cells, ascending
};

struct noise {
    enum noise_kind kind;
    double factor; // to the printed value
    double fixed;  // NONE: the printed value
    // SHARE, LEVELS: a stick of length 1 is broken at each table's draw; the parts have these weights, the last one what is left.
    // COUNT: the first table alone. QUANTILE: the rank's share of n, and of what is left that of the next one, if there is a second.
    struct noise_table sticks[NOISE_STICKS_MAX];
    size_t stick_count;
    double weights[NOISE_STICKS_MAX + 1];
    double low, high;       // DIGITS
    const double *observed; // QUANTILE: ascending
    size_t observed_count;
};

// `measured` is known; `printed` is null where it was counted. Memory is the arena's, but what noise_free gives back. Out of memory aborts.
void noise_init(struct arena *arena, const struct indicator_settings *settings,
                const struct measured *measured, const struct value_set *printed,
                struct noise *out);
void noise_free(struct noise *noise);
// One value, as printed.
double noise_draw(const struct noise *noise, gsl_rng *random);
