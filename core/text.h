// Borrowed bytes with a length; not NUL-terminated. Empty text has length 0 and any pointer.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
    const char *bytes;
    uint32_t length;
};

#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})
#define TEXT_FORMAT "%.*s"
#define TEXT_ARGUMENTS(text) (int)(text).length, (text).bytes

static inline struct text text_from(const char *string)
{
    return (struct text){string, string ? (uint32_t)strlen(string) : 0};
}

// Order of the bytes, a prefix first: the order of PostgreSQL's collation "C".
static inline int text_compare(struct text a, struct text b)
{
    uint32_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter ? memcmp(a.bytes, b.bytes, shorter) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

static inline bool text_equal(struct text a, struct text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

// Without blanks, tabs and line ends around it.
struct text text_trim(struct text text);

// Valid UTF-8 without a NUL: what PostgreSQL takes as text.
bool text_is_storable(struct text text);
// Bytes of the longest beginning that is storable; whole characters.
uint32_t text_storable_length(struct text text);
// A digit, hyphen, colon, slash or point as Chinese keyboards type them in full width (２０２２－１２).
bool text_has_full_width_digits(struct text text);
