// Chance, the same on every machine: whole numbers only, one stream per seed (splitmix64, Steele
// and others 2014).
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

static inline uint64_t chance_mix(uint64_t word)
{
    word = (word ^ word >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ word >> 27) * UINT64_C(0x94d049bb133111eb);
    return word ^ word >> 31;
}

static inline uint64_t chance_next(struct chance *chance)
{
    chance->state += UINT64_C(0x9e3779b97f4a7c15);
    return chance_mix(chance->state);
}

// The stream number `stream` of a seed.
static inline struct chance chance_open(uint64_t seed, uint64_t stream)
{
    return (struct chance){chance_mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^
                           chance_mix(stream * UINT64_C(0xd1342543de82ef95) + 1)};
}

// From 0 to limit - 1; limit is at most 2^32.
static inline int64_t chance_below(struct chance *chance, int64_t limit)
{
    return (int64_t)(((chance_next(chance) >> 32) * (uint64_t)limit) >> 32);
}

// From `from` to `until` - 1.
static inline int64_t chance_between(struct chance *chance, int64_t from, int64_t until)
{
    return from + chance_below(chance, until - from);
}

// True in `share` of 1,000 cases.
static inline bool chance_permille(struct chance *chance, int share)
{
    return chance_below(chance, 1000) < share;
}
