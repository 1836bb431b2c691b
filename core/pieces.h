// A set of numbers as a union of intervals, each end belonging to it or not: exact. A single number is an interval of two equal ends.
//
// Once merged, pieces ascend and do not touch. Everything lives in the caller's arena. Pure.
#pragma once

#include "core/rational.h"

#include <stdbool.h>
#include <stddef.h>

enum { PIECES_MAX = 20000 }; // beyond, a sum becomes the one interval around it

struct piece {
    struct rational low, high; // low <= high
    bool low_is_open, high_is_open;
};

struct pieces {
    struct piece *list;
    size_t count, capacity;
    bool is_outer; // holds more than it should: there were too many
};

void pieces_add(struct arena *arena, struct pieces *pieces, struct piece piece);
void pieces_add_one(struct arena *arena, struct pieces *pieces, struct rational value);
// Sorts, and joins what overlaps or touches.
void pieces_merge(struct pieces *pieces);
// All sums of a number of the one and a number of the other; merged.
struct pieces pieces_sum(struct arena *arena, const struct pieces *a, const struct pieces *b);
// Each number x becomes x times + plus; times > 0.
void pieces_scale(struct arena *arena, struct pieces *pieces, struct rational times,
                  struct rational plus);
// Each number rounded to so many digits (rational_round); merged.
struct pieces pieces_round(struct arena *arena, const struct pieces *pieces, int digits);
// Of a merged set that is not empty.
const struct piece *pieces_first(const struct pieces *pieces);
const struct piece *pieces_last(const struct pieces *pieces);
bool pieces_is_one(const struct pieces *pieces);
bool pieces_holds(const struct pieces *pieces, struct rational value);
// Whether a number of the set lies strictly between the two; a null end is without limit.
bool pieces_holds_between(const struct pieces *pieces, const struct rational *low,
                          const struct rational *high);
