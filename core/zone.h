// Civil time in a named zone: the day, month or assessment window that an instant belongs to.
//
// ICU knows the zones; a table of each day's start is made once per zone, so that the hot path is an array look-up.
// Days are counted from 1970-01-01; months from January 1970. A civil day starts at its first instant in the zone and ends
// where the next one starts (where a clock is put back over midnight, the repeated minutes stay in the later day).
// Exact for the instants that events may state, 1970 until 2200. Immutable after zone_open, hence usable from several
// threads. The calendar functions below need no zone (core/civil.c).
#pragma once

#include "core/error.h"
#include "core/text.h"

#include <stdbool.h>
#include <stdint.h>

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_HOUR (INT64_C(3600) * US_PER_SECOND)
#define US_PER_DAY (INT64_C(24) * US_PER_HOUR)

struct zone;

// ERROR_BAD_CONFIG with the nearest known name when `name` is no IANA zone. zone_close takes null.
struct zone *zone_open(const char *name, struct error *error);
// Whether zone_open takes this name; ERROR_BAD_CONFIG names the nearest one that it takes.
bool zone_check_name(const char *name, struct error *error);
void zone_close(struct zone *zone);
const char *zone_name(const struct zone *zone);

// A copy of the zone in which each of these days starts at an instant of its own, less than a day from its midnight: a day then
// ends where the next one starts. For windows that begin at noon. To be closed like another.
struct zone *zone_with_day_starts(const struct zone *zone, const int32_t *days,
                                  const int64_t *starts_us, size_t count);

int32_t zone_day(const struct zone *zone, int64_t instant_us);   // days since 1970-01-01
int64_t zone_day_start_us(const struct zone *zone, int32_t day); // first instant of the day
int64_t zone_instant_us(const struct zone *zone, int32_t day,
                        int32_t second_of_day); // see zone_local_us
// The UTC hour, counted from 1970-01-01T00Z, in which the instant's civil hour starts (they start together but for zones
// whose offset is no whole hour).
int32_t zone_hour(const struct zone *zone, int64_t instant_us);

// The instant of a wall-clock time given as µs since 1970 read as if it were UTC. A time that exists twice (end of
// summer time) is the first of the two; one that does not exist is moved forward by the gap.
// *status (may be null): 0 plain, 1 existed twice, 2 did not exist.
int64_t zone_local_us(const struct zone *zone, int64_t wall_us, int *status);
int64_t zone_wall_us(const struct zone *zone, int64_t instant_us); // the reverse

// Proleptic Gregorian calendar, no zone.
int32_t civil_day(int year, int month,
                  int day_of_month); // days since 1970-01-01; 1-based month and day
void civil_from_day(int32_t day, int *year, int *month, int *day_of_month);
int32_t civil_month(int32_t day);             // months since 1970-01
int32_t civil_month_first_day(int32_t month); // its first day

// Read exactly one form; false when the text is anything else, or no such day exists.
bool civil_parse_day(struct text text, int32_t *day);     // "2015-03-19"
bool civil_parse_month(struct text text, int32_t *month); // "2015-03"
// "2015", "2015-Q1" or "2015-03": its first month, and how many months it has.
bool civil_parse_months(struct text text, int32_t *first_month, int32_t *month_count);
bool civil_parse_instant(struct text text,
                         int64_t *instant_us); // RFC 3339 with Z or an offset, up to µs; second 60
                                               // only where a leap second may be, as the next one
void civil_print_instant(int64_t instant_us, char out[32]); // RFC 3339 in UTC, µs only where not 0
