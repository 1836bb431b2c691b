// For a given weight the likelihood is concave in the mean, so that each weight has one best mean; of the weights a grid is tried, then
// the neighbourhood of the best.
#include "core/shrinkage.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>

enum { GRID = 48, STEPS = 60 };

static const double least_weight = 1e-3, golden = 0.6180339887498949;

struct fitting {
    const struct share_of_cases *shares;
    size_t count;
    double weight, mean; // the one that is tried, and its best
};

static double likelihood(const struct fitting *fitting, double mean)
{
    double a = fitting->weight * mean, b = fitting->weight * (1 - mean), sum = 0;
    for (size_t i = 0; i < fitting->count; i++) {
        double n = (double)fitting->shares[i].n, k = (double)fitting->shares[i].successes;
        if (n > 0)
            sum +=
                gsl_sf_lnpoch(a, k) + gsl_sf_lnpoch(b, n - k) - gsl_sf_lnpoch(fitting->weight, n);
    }
    return sum;
}

// The greatest value of a function with one peak.
static double peak(double (*value)(struct fitting *, double), struct fitting *fitting, double from,
                   double until, double *at)
{
    double left = until - golden * (until - from), right = from + golden * (until - from);
    double of_left = value(fitting, left), of_right = value(fitting, right);
    for (int step = 0; step < STEPS; step++) {
        if (of_left < of_right) {
            from = left;
            left = right;
            of_left = of_right;
            right = from + golden * (until - from);
            of_right = value(fitting, right);
        } else {
            until = right;
            right = left;
            of_right = of_left;
            left = until - golden * (until - from);
            of_left = value(fitting, left);
        }
    }
    *at = (from + until) / 2;
    return value(fitting, *at);
}

static double of_mean(struct fitting *fitting, double mean)
{
    return likelihood(fitting, mean);
}

static double of_weight(struct fitting *fitting, double log_weight)
{
    enum { EDGE_DIGITS = 12 };
    const double edge = pow(10, -EDGE_DIGITS); // a mean of 0 or 1 has no likelihood
    fitting->weight = exp(log_weight);
    return peak(of_mean, fitting, edge, 1 - edge, &fitting->mean);
}

bool shrinkage_fit(const struct share_of_cases *shares, size_t count, struct shrinkage *out)
{
    struct fitting fitting = {.shares = shares, .count = count};
    size_t with_cases = 0;
    for (size_t i = 0; i < count; i++) {
        if (shares[i].n < 0 || shares[i].successes < 0 || shares[i].successes > shares[i].n)
            return false;
        with_cases += shares[i].n > 0;
    }
    if (with_cases < 2)
        return false;
    double from = log(least_weight), step = (log(SHRINKAGE_WEIGHT_MAX) - from) / GRID,
           best = -INFINITY, at = from;
    for (int i = 0; i <= GRID; i++) {
        double value = of_weight(&fitting, from + i * step);
        if (value > best) {
            best = value;
            at = from + i * step;
        }
    }
    double low = fmax(from, at - step), high = fmin(log(SHRINKAGE_WEIGHT_MAX), at + step), refined;
    if (peak(of_weight, &fitting, low, high, &refined) < best)
        of_weight(&fitting, at);
    *out = (struct shrinkage){.mean = fitting.mean, .weight = fitting.weight};
    return true;
}

double shrinkage_share(const struct shrinkage *shrinkage, struct share_of_cases share)
{
    return ((double)share.successes + shrinkage->weight * shrinkage->mean) /
           ((double)share.n + shrinkage->weight);
}
