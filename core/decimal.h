// Decimal numbers as people write them ("63.5"), as integers in a declared unit.
//
// "63.5" km/h are 17,639 mm/s: the decimal times a fraction (2,500 / 9), rounded half away from zero, exactly; no floats.
// Pure.
#pragma once

#include "core/text.h"

// A unit as a fraction of the one that is stored; both are above 0.
struct measure_unit {
    int64_t times, per;
};

#define UNIT_ITSELF ((struct measure_unit){1, 1})
#define UNIT_KM_H ((struct measure_unit){2500, 9}) // in mm/s, like the two below
#define UNIT_M_S ((struct measure_unit){1000, 1})
#define UNIT_MPH ((struct measure_unit){44704, 100})

// *out = text * times / per, rounded. The text is an optional sign, digits, and at most one point with digits on both
// sides. False when it is anything else, has more than 18 digits, or the result does not fit.
bool decimal_read(struct text text, struct measure_unit unit, int64_t *out);
