// Shares of few cases drawn towards those of their group: for people to look at, never for a rank. Floating point.
//
// Each subject's share is taken as drawn from one beta distribution of the group, its cases as binomial of that share. The two
// parameters are those of greatest likelihood (C. C. Kleinman, Proportions with extraneous variance, JASA 68 (1973); J. G. Skellam, A
// probability distribution derived from the binomial, JRSS B 10 (1948)). A share is then (successes + weight x mean) / (n + weight):
// one of few cases moves far towards the mean, one of many hardly. Where the shares differ by chance alone, the weight is the greatest
// that is tried, and all of them are the mean.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHRINKAGE_WEIGHT_MAX 1e7

struct share_of_cases {
    int64_t successes, n;
};

struct shrinkage {
    double mean;   // 0 to 1
    double weight; // in cases; above 0
};

// Of the shares with an n above 0. False where fewer than two have one, or one is no share.
bool shrinkage_fit(const struct share_of_cases *shares, size_t count, struct shrinkage *out);
double shrinkage_share(const struct shrinkage *shrinkage, struct share_of_cases share);
