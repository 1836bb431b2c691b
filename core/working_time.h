// Working time: how much of a span lies in the working hours of working days, and when so many working days are over.
//
// Monday to Friday are working days, but for the days that a calendar lists (days off, and weekends that were moved to be worked).
// Time is that of the zone's wall clock: on a day on which the clock is changed, hours count as they are read. Immutable once made;
// any thread may read it.
#pragma once

#include "core/arena.h"
#include "core/zone.h"

enum { WORKING_SPANS_MAX = 4 };

// The hours of a working day: spans of the day, ascending, apart. None: the whole day.
struct working_hours {
    struct {
        int64_t from_us, until_us; // since the day's midnight, half open
    } spans[WORKING_SPANS_MAX];
    int count;
};

struct calendar_day {
    int32_t day;
    bool working;
};

struct working_time {
    const struct zone *zone;
    const int32_t *worked_before; // by day: working days since 1970-01-01 and before it
};

// The days may come in any order. Everything is the arena's, but the zone, which is borrowed.
void working_time_make(struct arena *arena, const struct zone *zone,
                       const struct calendar_day *days, size_t count, struct working_time *out);
bool working_time_is_working(const struct working_time *working, int32_t day);
// Working time from an instant to a later one, in µs; exact, and additive over adjoining spans.
int64_t working_time_between(const struct working_time *working, const struct working_hours *hours,
                             int64_t from_us, int64_t until_us);
// The instant at which the n-th working day after the day of `from_us` ends: a deadline of n working days. n is above 0.
int64_t working_time_deadline(const struct working_time *working, int64_t from_us, int32_t n);
// The instant at which that much working time has passed since `from_us`: a deadline of working hours, itself in time. amount_us is
// above 0.
int64_t working_time_after(const struct working_time *working, const struct working_hours *hours,
                           int64_t from_us, int64_t amount_us);

// How a profile counts the time between two instants, and what it calls in time.
struct time_rule {
    bool is_working; // else elapsed
    struct working_hours hours;
    int64_t limit_us;   // of elapsed or working time; 0: there is none
    int32_t limit_days; // until the end of the n-th working day after; 0: there is none
};

// `working` may be null where the rule does not need it.
int64_t time_rule_count(const struct time_rule *rule, const struct working_time *working,
                        int64_t from_us, int64_t until_us);
bool time_rule_holds(const struct time_rule *rule, const struct working_time *working,
                     int64_t from_us, int64_t until_us);
