// What a district can do about an indicator, one case at a time: "one unsatisfied visit becomes satisfied".
//
// The catalogue (core/indicator.h) declares each indicator's move, or why it has none; here moves are made on its figures. A move changes
// its own indicator alone: numerator, value and, of counts, n. Pure and exact.
#pragma once

#include "core/indicator.h"

// Most moves of a count that has no end of its own (bulletins written).
#define MOVES_MAX INT64_C(1000000000000)

// How many moves there can be: until no case is left that it could be made on. 0 where there is no move, or nothing was counted.
int64_t move_limit(struct arena *arena, const struct indicator_settings *settings,
                   const struct measured *measured);
// The figures after so many moves, 0 <= moves <= move_limit. Ratings: from the lowest weights up, each to the highest, so that no
// other choice of as many cases gives more. `sums` and `observed` of *out are those before.
void move_make(struct arena *arena, const struct indicator_settings *settings,
               const struct measured *measured, int64_t moves, struct measured *out);
