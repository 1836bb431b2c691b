// Sobol's indices of an output: which of several choices, varied independently, move it, alone and together with the others.
//
// From N pairs of independent drawings A and B, and for each choice one more, AB: A with that choice of B.
// First order: mean(B' (AB - A)) / variance, B' being B less the mean of all outputs (A. Saltelli et al., Variance based sensitivity
// analysis of model output, Computer Physics Communications 181 (2010), table 2 b); total: mean((A - AB)^2) / 2 / variance (M. Jansen, Analysis of variance
// designs for model output, Computer Physics Communications 117 (1999)); the variance is that of A and B together.
// A first-order index is the share of the variance that goes when the choice is settled; a total one the share that stays while it alone is open.
// Estimates scatter, so that they may lie a little below 0 or above 1. Floating point.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SOBOL_CHOICES_MAX = 8 };

// Sums over the pairs of a block; blocks are alike and independent.
struct sobol_sums {
    double pairs, all; // sum of all outputs
    double a, b, a_square, b_square;
    double product[SOBOL_CHOICES_MAX];    // of B (AB - A)
    double difference[SOBOL_CHOICES_MAX]; // of AB - A
    double square[SOBOL_CHOICES_MAX];     // of (AB - A)^2
};

// Outputs near 0 lose fewest digits: take something that is typical of them off before.
void sobol_add(struct sobol_sums *sums, double a, double b, const double *ab, size_t choices);

struct sobol_estimate {
    double value, low, high; // the interval at 95 %: of the bootstrap's percentiles
};

struct sobol_index {
    struct sobol_estimate first, total;
};

// From all blocks; the bootstrap draws as many blocks again, `resamples` times. False when the output never varied.
bool sobol_estimate(const struct sobol_sums *blocks, size_t block_count, size_t choices,
                    size_t resamples, uint64_t seed, struct sobol_index *out);
