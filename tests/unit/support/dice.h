// The one source of chance of a simulated universe: the same seed gives the same history.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline uint64_t dice_next(struct dice *dice) // splitmix64
{
    uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline uint32_t dice_below(struct dice *dice, uint32_t bound)
{
    return (uint32_t)(dice_next(dice) % bound);
}

static inline bool dice_hits(struct dice *dice, uint32_t per_thousand)
{
    return dice_below(dice, 1000) < per_thousand;
}
