// A time as a column writes it: a format like strptime's, compiled once, read without locale or
// allocation.
//
// Directives: %Y %m %d %H %I %M %S %p (AM, PM) %f (fraction of a second) %j %b (Jan) %y (1969 to
// 2068) %z (+08:00, +0800, Z) %%; a blank stands for one or more blanks; everything else for
// itself. Whole formats by name: "rfc3339", "unix_s", "unix_ms", "unix_us". In file-name patterns *
// stands for any run of characters. Immutable once compiled.
#pragma once

#include "core/error.h"
#include "core/text.h"
#include "core/zone.h"

struct time_format {
    char pattern[80];
    bool is_absolute; // carries its own offset: needs no zone
    bool is_glob;     // * is a wildcard
};

// ERROR_BAD_CONFIG: an unknown directive, no date, %I without %p or the reverse.
bool time_format_compile(struct text pattern, bool is_glob, struct time_format *out,
                         struct error *error);

// Reads the whole text. `zone` may be null when the format is absolute. A wall-clock time that
// exists twice is the first of the two; one that does not exist moves forward by the gap.
// ERROR_BAD_RECORD says what was expected where.
bool time_format_read(const struct time_format *format, const struct zone *zone, struct text text,
                      int64_t *instant_us, struct error *error);
