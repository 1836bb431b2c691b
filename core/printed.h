// A figure as somebody printed it: "93.82", "93.82%", "345,300", "34.53万" - and what it can have been before it was printed.
//
// Printed digits are an interval: 93.82 is [93.815, 93.825) where halves go up (四舍五入), [93.82, 93.83) where digits were cut
// off, and either, [93.815, 93.83), where nobody says which. Exact; pure.
#pragma once

#include "core/error.h"
#include "core/rational.h"

struct printed_figure {
    struct rational value; // in ones, of per cent in per cent: 345300; 93.82
    struct rational step;  // one in its last printed place: 100 of 34.53万, 1/100 of 93.82
    int digits;            // after the point, as printed
    bool is_percent;       // % stands behind it
    bool is_in_units;      // 万 or 亿 stands behind it
};

enum printed_rounding {
    ROUNDED_HALF_UP,   // away from zero, as rational_round does
    ROUNDED_TRUNCATED, // further digits were cut off
    ROUNDED_UNKNOWN,   // the one or the other
};
#define PRINTED_ROUNDINGS "half-up|truncated|unknown" // in the order of enum printed_rounding

bool printed_rounding_parse(const char *word, enum printed_rounding *rounding);

// Blanks around it are ignored; thousands may be parted by commas; %, ％, 万 (10^4) or 亿 (10^8) may follow. Everything is the
// arena's. ERROR_BAD_CONFIG says what is wrong with it; no sign is taken: counts and shares are not below zero.
bool printed_read(struct arena *arena, struct text text, struct printed_figure *out,
                  struct error *error);

// What it can have been: [*from, *until).
void printed_interval(struct arena *arena, const struct printed_figure *figure,
                      enum printed_rounding rounding, struct rational *from,
                      struct rational *until);
