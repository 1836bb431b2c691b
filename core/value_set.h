// A figure of somebody else's, known by what was published of it, and all the values that it can have been.
//
// Printed digits are an interval (core/printed.h); where the number of cases is known, only the k/n inside it can have been; counts are
// whole. Numerator and number of cases together are exact. Pure.
#pragma once

#include "core/indicator.h"
#include "core/printed.h"

// All that a value can be, as measured (a share, seconds, a count): some values, or all between two ends.
struct value_set {
    bool is_range;
    bool high_is_open;             // of a range: its high end itself is no value
    bool is_outer;                 // holds more than can be: there were too many values to list
    struct rational low, high;     // the least and the greatest; of a range its ends
    const struct rational *values; // not of a range: ascending, [count]
    size_t count;
};

struct published_figure {
    bool has_value, has_numerator, has_n;
    struct printed_figure value; // as printed
    enum printed_rounding rounding;
    int64_t numerator, n; // 0 <= numerator <= n, n > 0
};

// Whether a share is one of cases, so that its numerator is a whole number: not of money, and not of ratings with weights between
// 0 and 1. Null weights: they are not known, so a weighted indicator is none.
bool value_counts_cases(const struct indicator *indicator,
                        const struct rational *satisfaction_weights);

enum value_fault {
    VALUE_FITS,
    VALUE_NOT_STATED,    // neither a value nor numerator and n
    VALUE_NOT_WHOLE,     // a count between whole numbers
    VALUE_ABOVE_ALL,     // a share above 100 %
    VALUE_NO_SUCH_SHARE, // no k of n gives these digits
    VALUE_CONTRADICTED,  // numerator and n give other digits
};

// What the figure can have been. `counts_cases`: of a share, its numerator is whole.
enum value_fault value_set_find(struct arena *arena, const struct published_figure *figure,
                                enum indicator_unit unit, bool counts_cases, struct value_set *out);
// The one that a table sorts by: of a range what the digits read, else the middle one of the values, as measured.
struct rational value_nominal(struct arena *arena, const struct published_figure *figure,
                              enum indicator_unit unit, const struct value_set *set);
