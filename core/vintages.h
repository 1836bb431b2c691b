// How figures grew while reports came in, and what an early figure is likely to become.
//
// A month's figure as it was known at an *age* (so many month ends after its own) is compared with what it was when it was *settled*.
// Revisions are summed up exactly. Forecasts are floating point, for people to look at, never for a rank that is published. They
// assume that the months still to come are revised as the past ones were, by independent errors; how often that held is
// for the caller to count, by forecasts of past months from what was known then. Pure; random numbers come from a seed.
//
// Sources. Revisions: R. McKenzie and M. Gamba, Interpreting the results of revision analyses: recommended summary statistics
// (OECD/Eurostat task force on performing revisions analysis, 2008). Growth of counts: the chain ladder, T. Mack, Distribution-free
// calculation of the standard error of chain ladder reserve estimates, ASTIN Bulletin 23 (1993), of one step from the age to the settled
// one; of a share, of its numerator and its denominator apart, and the errors of the two together as those of the share. Normal
// errors of an unknown variance, hence Student's t. Few past months that happened to be revised alike would promise too much, so the
// variance of counts and shares is estimated with a prior worth FORECAST_PRIOR months: that of late cases which come by chance
// (Poisson, and binomial with Laplace's share; conjugate: A. Gelman et al., Bayesian Data Analysis, 2013, 3.2). Joint draws: the errors of past months, each times a normal number, over a chi
// (a multivariate t with the errors' own covariances).
#pragma once

#include "core/rational.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Fewer settled months than that, and there is no forecast.
enum { FORECAST_MONTHS_MIN = 4, FORECAST_PRIOR = 2 };

// ---- revisions ----

struct revision_summary {
    size_t count;                        // of months; the rest is defined when it is not 0
    struct rational mean, mean_absolute; // settled minus early
    bool
        has_bias; // count is 2 or more, and revisions differ: the mean over its standard error, and how likely so large a
    double t,
        p; // one would be of revisions that are none on the average (two-sided, count - 1 degrees of freedom)
};

// Everything is the arena's.
void revisions_summarize(struct arena *arena, const struct rational *revisions, size_t count,
                         struct revision_summary *out);

// ---- what a figure becomes ----

enum development {
    DEVELOPS_AS_COUNT, // the numerator alone, times the growth of past months
    DEVELOPS_AS_SHARE, // numerator / denominator, each times its growth
    DEVELOPS_AS_VALUE, // what is no ratio of sums (quantiles, totals): the value, plus the mean revision of past months
};

// A figure as it was known at one time. A count is its numerator; a value has nothing but `value`.
struct known_figure {
    double numerator, denominator, value;
};

struct developed { // of a past month
    struct known_figure early, settled;
};

enum forecast_outcome {
    FORECAST_MADE,
    FORECAST_TOO_FEW, // below FORECAST_MONTHS_MIN
    FORECAST_NOTHING, // nothing was counted yet, of this month or of all past ones at its age
};

struct forecast {
    enum forecast_outcome outcome;
    size_t months; // past ones that it rests on
    // When MADE: what is likeliest, and between what it lies with the probability that was asked for. At least `low`, at most `high`
    // of the bounds that were given.
    double value, from, until;
    bool was_never_revised; // of no past month: the interval is the value itself
};

struct forecast_bounds {
    double low, high; // of a share that cannot be more than all: high is all, 1 or 100
};

// `past`: the settled months in which something was counted. 0 < probability < 1.
void forecast_make(enum development development, const struct developed *past, size_t count,
                   const struct known_figure *now, double probability,
                   const struct forecast_bounds *bounds, struct forecast *out);

// ---- what ranks become ----

struct rank_question {
    size_t subjects, months;
    const double *now; // [subjects]: totals, the greatest ranks first
    const double *
        revisions; // [months * subjects], month by month: settled minus early totals of past months
    uint64_t seed;
    size_t draws; // above 0
};

// Draws the totals of all subjects together and ranks them: probability[subject * subjects + rank - 1]. Equal totals share the better rank.
// False when there are fewer months than FORECAST_MONTHS_MIN. `arena` is scratch.
bool forecast_ranks(struct arena *arena, const struct rank_question *question, double *probability);
// The likeliest rank (the better of equals), from 1.
size_t forecast_likeliest(const double *probability, size_t subjects);
// Sets in_set[rank - 1] of the fewest ranks, likeliest first, that together have at least this probability.
void forecast_rank_set(const double *probability, size_t subjects, double wanted, bool *in_set);
