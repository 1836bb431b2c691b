// Periods: which days a month, a year or several months mean under a rule.
//
// A period is a half-open range of civil days of a zone. The month M of a rule that starts on the 19th runs from the 19th of
// M - 1 to the 18th of M. Pure.
#pragma once

#include "core/arena.h"
#include "core/error.h"
#include "core/zone.h"

struct period {
    int32_t from_day, until_day;
    int32_t
        year_from_day;   // the first day of the year in which it begins, as the rule counts months
    const char *name;    // "2015-03", "2015", "2015-03..2015-05"; lives in the arena
    int32_t first_month; // months since 1970-01, of its name
    int32_t month_count;
};

// From the options --month, --months and --year: the texts may be null. ERROR_BAD_CONFIG.
bool period_read(struct arena *arena, const char *month, int64_t months, const char *year,
                 int first_day_of_month, struct period *out, struct error *error);
// The months of the period, one by one.
struct period period_month(struct arena *arena, const struct period *period, int32_t position,
                           int first_day_of_month);
int64_t period_from_us(const struct period *period, const struct zone *zone);
int64_t period_until_us(const struct period *period, const struct zone *zone);
// "[2015-02-19, 2015-03-19)"
const char *period_days(struct arena *arena, const struct period *period);
