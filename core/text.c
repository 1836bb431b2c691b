// What texts are: trimming, and whether PostgreSQL takes them.
//
// Decides nothing about meaning or length limits; see core/event.h for those. ICU's macros know
// UTF-8: overlong forms, surrogates and code points beyond U+10FFFF are not storable.
#include "core/text.h"

#include <unicode/utf8.h>

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct text text_trim(struct text text)
{
    while (text.length && is_blank(text.bytes[0])) {
        text.bytes++;
        text.length--;
    }
    while (text.length && is_blank(text.bytes[text.length - 1]))
        text.length--;
    return text;
}

// Eight bytes are plain ASCII without a NUL: no high bit, and no byte that borrows when 1 is taken
// from it.
static bool is_plain_word(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = UINT64_C(0x8080808080808080);
    return ((word | (word - ones)) & high) == 0;
}

uint32_t text_storable_length(struct text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    int32_t length = text.length > INT32_MAX ? INT32_MAX : (int32_t)text.length, at = 0;
    while (at < length) {
        uint64_t word;
        if (length - at >= (int32_t)sizeof word) {
            memcpy(&word, bytes + at, sizeof word);
            if (is_plain_word(word)) {
                at += (int32_t)sizeof word;
                continue;
            }
        }
        UChar32 point;
        int32_t start = at;
        U8_NEXT(bytes, at, length, point);
        if (point <= 0)
            return (uint32_t)start;
    }
    return (uint32_t)at;
}

bool text_is_storable(struct text text)
{
    return text.length <= INT32_MAX && text_storable_length(text) == text.length;
}

bool text_has_full_width_digits(struct text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    for (int32_t at = 0; at < (int32_t)text.length;) {
        UChar32 point;
        U8_NEXT(bytes, at, (int32_t)text.length, point);
        if (point >= 0xFF0D && point <= 0xFF1A)
            return true;
    }
    return false;
}
