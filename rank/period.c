// Names of periods to ranges of days.
#include "rank/period.h"

#include <stdlib.h>

// The first day of the month as the rule counts it.
static int32_t month_start(int32_t month, int first_day_of_month)
{
    return first_day_of_month == 1 ? civil_month_first_day(month)
                                   : civil_month_first_day(month - 1) + first_day_of_month - 1;
}

static const char *month_name(struct arena *arena, int32_t month)
{
    int year, number, day;
    civil_from_day(civil_month_first_day(month), &year, &number, &day);
    return arena_printf(arena, "%04d-%02d", year, number);
}

static struct period months_period(struct arena *arena, int32_t first, int32_t count,
                                   int first_day_of_month)
{
    int year, month, day;
    civil_from_day(civil_month_first_day(first), &year, &month, &day);
    struct period out = {
        .from_day = month_start(first, first_day_of_month),
        .year_from_day = month_start(first - (month - 1), first_day_of_month),
        .until_day = month_start(first + count, first_day_of_month),
        .first_month = first,
        .month_count = count,
        .name = month_name(arena, first),
    };
    if (count > 1)
        out.name = arena_printf(arena, "%s..%s", out.name, month_name(arena, first + count - 1));
    return out;
}

bool period_read(struct arena *arena, const char *month, int64_t months, const char *year,
                 int first_day_of_month, struct period *out, struct error *error)
{
    if (!month == !year)
        return error_set(error, ERROR_BAD_CONFIG,
                         "which period? give --month 2015-03 (and --months N), or --year 2015");
    int32_t first;
    if (month) {
        if (!civil_parse_month(text_from(month), &first))
            return error_set(error, ERROR_BAD_CONFIG, "--month %s: write a month as 2015-03",
                             month);
        *out = months_period(arena, first, (int32_t)months, first_day_of_month);
        return true;
    }
    const char *january = arena_printf(arena, "%s-01", year);
    if (!civil_parse_month(text_from(january), &first))
        return error_set(error, ERROR_BAD_CONFIG, "--year %s: write a year as 2015", year);
    *out = months_period(arena, first, 12, first_day_of_month);
    out->name = arena_printf(arena, "%s", year);
    return true;
}

struct period period_month(struct arena *arena, const struct period *period, int32_t position,
                           int first_day_of_month)
{
    return months_period(arena, period->first_month + position, 1, first_day_of_month);
}

int64_t period_from_us(const struct period *period, const struct zone *zone)
{
    return zone_day_start_us(zone, period->from_day);
}

int64_t period_until_us(const struct period *period, const struct zone *zone)
{
    return zone_day_start_us(zone, period->until_day);
}

const char *period_days(struct arena *arena, const struct period *period)
{
    int from[3], until[3];
    civil_from_day(period->from_day, &from[0], &from[1], &from[2]);
    civil_from_day(period->until_day, &until[0], &until[1], &until[2]);
    return arena_printf(arena, "[%04d-%02d-%02d, %04d-%02d-%02d)", from[0], from[1], from[2],
                        until[0], until[1], until[2]);
}
