// How far a share may lie from what so few cases show. Floating point: for people to look at, never for a rank.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct interval {
    double low, high; // shares, 0 to 1
};

// Wilson's score interval at 95 % for `successes` of `n`. False when n is 0, or they are none of n.
bool interval_wilson(int64_t successes, int64_t n, struct interval *out);
