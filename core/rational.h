// Exact fractions on GMP, as values that live in an arena.
//
// A rational is immutable and in lowest terms; copying the struct copies the value's address, so it holds as long as its
// arena. Nothing here rounds but rational_round, rational_print and rational_to_double, which alone makes a float. Out of
// memory aborts.
#pragma once

#include "core/arena.h"
#include "core/text.h"

#include <gmp.h>
#include <stdint.h>

struct rational {
    mpq_t value; // read only: never give it to GMP as a destination
};

struct rational rational_integer(struct arena *arena, int64_t value);
// denominator must not be 0.
struct rational rational_fraction(struct arena *arena, int64_t numerator, int64_t denominator);
// Reads "93.815", "-2", "12/17"; exactly. False when the text is anything else (also 1/0, "1e3", "", " 1").
bool rational_parse(struct arena *arena, struct text text, struct rational *out);

struct rational rational_add(struct arena *arena, struct rational a, struct rational b);
struct rational rational_subtract(struct arena *arena, struct rational a, struct rational b);
struct rational rational_multiply(struct arena *arena, struct rational a, struct rational b);
// b must not be 0.
struct rational rational_divide(struct arena *arena, struct rational a, struct rational b);

int rational_compare(struct rational a, struct rational b); // <0, 0, >0
int rational_sign(struct rational a);                       // -1, 0, 1

// The nearest multiple of 10^-digits; a half goes away from zero (四舍五入). 0 <= digits <= 18.
struct rational rational_round(struct arena *arena, struct rational a, int digits);
// "93.82": rounded as above, with exactly that many digits after the point.
const char *rational_print(struct arena *arena, struct rational a, int digits);
// "12/17", or "5" when whole: exact.
const char *rational_print_exact(struct arena *arena, struct rational a);
// The shortest decimal that is exact, or the fraction when there is none.
const char *rational_print_decimal(struct arena *arena, struct rational a);
// The least whole number that is not below a, which must fit: used for order statistics.
int64_t rational_ceiling(struct rational a);
bool rational_is_whole(struct rational a);
// The nearest float towards zero: for forecasts and intervals, never for what decides a rank.
double rational_to_double(struct rational a);
