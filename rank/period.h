// Periods: which days and which instants a month, a quarter, a year or several months mean under a rule.
//
// A period is a half-open range of civil days of a zone; a rule may let it begin and end at noon. The month M of a rule that
// starts on the 19th runs from the 19th of M - 1 to the 18th of M. No clock: a month is as good in the future as in the past.
#pragma once

#include "common/config.h"
#include "core/arena.h"
#include "core/error.h"
#include "core/zone.h"

// Where a rule lets its months begin and end.
struct month_rule {
    int first_day; // 1 to 28
    // Wall-clock hours from the midnight at which the first day starts, at which the last day ends: -12 (noon before), 0, 12.
    int from_hours, until_hours;
};

#define CIVIL_MONTHS ((struct month_rule){.first_day = 1})

struct period {
    int32_t from_day, until_day;
    int32_t
        year_from_day;   // the first day of the year in which it begins, as the rule counts months
    const char *name;    // "2015-03", "2015", "2015-Q1", "2015-03..2015-05"; lives in the arena
    int32_t first_month; // months since 1970-01, of its name
    int32_t month_count;
    struct month_rule rule;
};

// Which period is asked for: one of month, quarter, year; the others are null.
struct period_choice {
    const char *month, *quarter, *year;
    int64_t months; // so many from `month` on
    bool to_date;   // from the first month of the year to `month`
};

#define CONFIG_KEYS_PERIOD(MONTHS)                                                                 \
    {.name = "month",                                                                              \
     .letter = 'm',                                                                                \
     .type = CONFIG_TEXT,                                                                          \
     .argument = "YYYY-MM",                                                                        \
     .meaning = "The month, or the first one"},                                                    \
        {.name = "months",                                                                         \
         .type = CONFIG_INTEGER,                                                                   \
         .argument = "N",                                                                          \
         .default_value = (MONTHS),                                                                \
         .minimum = 1,                                                                             \
         .maximum = 120,                                                                           \
         .meaning = "So many months from --month on"},                                             \
        {.name = "to-date",                                                                        \
         .type = CONFIG_FLAG,                                                                      \
         .meaning = "The months of the year up to --month"},                                       \
        {.name = "quarter",                                                                        \
         .type = CONFIG_TEXT,                                                                      \
         .argument = "YYYY-Qn",                                                                    \
         .meaning = "A quarter's three months"},                                                   \
    {                                                                                              \
        .name = "year", .type = CONFIG_TEXT, .argument = "YYYY",                                   \
        .meaning = "A year's twelve months"                                                        \
    }

// ERROR_BAD_CONFIG when none or several are chosen, or a name means nothing.
bool period_read(struct arena *arena, const struct period_choice *choice,
                 const struct month_rule *rule, struct period *out, struct error *error);
// From the options of CONFIG_KEYS_PERIOD.
bool period_of_options(struct arena *arena, const struct config *config,
                       const struct month_rule *rule, struct period *out, struct error *error);
// The months of the period, one by one.
struct period period_month(struct arena *arena, const struct period *period, int32_t position);
int64_t period_from_us(const struct period *period, const struct zone *zone);
int64_t period_until_us(const struct period *period, const struct zone *zone);
int64_t period_year_from_us(const struct period *period, const struct zone *zone);
// The zone with the period's days starting where the period says; to be closed like another.
struct zone *period_window(const struct period *period, const struct zone *zone);
// Whether it begins and ends at midnight: else no rollup by days knows it.
bool period_is_of_days(const struct period *period);
// "[2015-02-19, 2015-03-19)", "[2015-02-18T12:00, 2015-03-18T12:00)"
const char *period_days(struct arena *arena, const struct period *period);
