// A decimal as a whole number over a power of ten, in 128 bits: 18 digits times a 64-bit factor fit.
#include "core/decimal.h"

enum { DIGITS_MAX = 18 };

// Digits without sign and point; *scale is 10 to the number of those after the point.
static bool read_digits(struct text text, int64_t *digits, int64_t *scale)
{
    uint32_t point = text.length;
    int count = 0;
    *digits = 0;
    *scale = 1;
    for (uint32_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (byte == '.' && point == text.length && i > 0) {
            point = i;
            continue;
        }
        if (byte < '0' || byte > '9' || ++count > DIGITS_MAX)
            return false;
        *digits = *digits * 10 + (byte - '0');
        if (point < i)
            *scale *= 10;
    }
    return count > 0 && point + 1 != text.length;
}

bool decimal_read(struct text text, struct measure_unit unit, int64_t *out)
{
    bool is_negative = text.length > 0 && text.bytes[0] == '-';
    bool has_sign = is_negative || (text.length > 0 && text.bytes[0] == '+');
    int64_t digits, scale;
    if (!read_digits((struct text){text.bytes + has_sign, text.length - has_sign}, &digits, &scale))
        return false;
    __int128 numerator = (__int128)digits * unit.times, denominator = (__int128)scale * unit.per;
    __int128 rounded = (2 * numerator + denominator) / (2 * denominator);
    if (rounded > INT64_MAX)
        return false;
    *out = is_negative ? -(int64_t)rounded : (int64_t)rounded;
    return true;
}
