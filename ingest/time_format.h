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

// A time as its text states it, before any zone: the wall clock as µs since 1970 read as if it were UTC.
struct wall_time {
    int64_t wall_us, offset_us;
    bool has_offset; // else a zone has to say what it means
};

// Reads the whole text. ERROR_BAD_RECORD says what was expected where.
bool time_format_read_wall(const struct time_format *format, struct text text,
                           struct wall_time *out, struct error *error);
// The instant that it is in `zone` (which may be null where the time carries an offset). A time that exists twice is the
// first of the two; one that does not exist moves forward by the gap. *status (may be null): as zone_local_us has it; 0
// where there is an offset.
int64_t wall_time_instant_us(const struct wall_time *time, const struct zone *zone, int *status);

// Both at once. `zone` may be null when the format is absolute.
bool time_format_read(const struct time_format *format, const struct zone *zone, struct text text,
                      int64_t *instant_us, struct error *error);
