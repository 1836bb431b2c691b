// Streams of random numbers that depend on a seed and their own number alone: the same whichever thread draws them.
//
// Mersenne twister (M. Matsumoto, T. Nishimura, ACM TOMACS 8 (1998)) of the GSL. Streams of one seed are different ones of its 2^32 initial states.
#pragma once

#include <gsl/gsl_rng.h>
#include <stdint.h>

enum { RANDOM_STREAM_BOOTSTRAP = 1 << 30 }; // beyond those of drawings

static inline gsl_rng *random_stream_new(uint64_t seed, uint32_t stream)
{
    uint64_t mixed =
        seed + UINT64_C(0x9e3779b97f4a7c15); // seeds that are neighbours lie far apart (splitmix64)
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, (uint32_t)((mixed ^ (mixed >> 31)) + stream));
    return random;
}
