// Decimal numbers as people write them ("63.5"), as integers in a declared unit.
//
// "63.5" km/h are 17,639 mm/s: the decimal times a fraction (2,500 / 9), rounded half away from zero, exactly; no
// floats. Pure.
#pragma once

#include "core/text.h"

// *out = text * times / per, rounded. The text is an optional sign, digits, and at most one point with digits on both
// sides. False when it is anything else, has more than 18 digits, or the result does not fit. times and per are above 0.
bool decimal_read(struct text text, int64_t times, int64_t per, int64_t *out);

// Speeds: "times" and "per" of their units in mm/s.
#define DECIMAL_KM_H_TO_MM_PER_S 2500, 9
#define DECIMAL_M_S_TO_MM_PER_S 1000, 1
