// Names of periods to ranges of days.
#include "rank/period.h"

#include <stdlib.h>

// The first day of the month as the rule counts it.
static int32_t month_start(int32_t month, const struct month_rule *rule)
{
    return rule->first_day == 1 ? civil_month_first_day(month)
                                : civil_month_first_day(month - 1) + rule->first_day - 1;
}

static const char *month_name(struct arena *arena, int32_t month)
{
    int year, number, day;
    civil_from_day(civil_month_first_day(month), &year, &number, &day);
    return arena_printf(arena, "%04d-%02d", year, number);
}

static struct period months_period(struct arena *arena, int32_t first, int32_t count,
                                   const struct month_rule *rule)
{
    int year, month, day;
    civil_from_day(civil_month_first_day(first), &year, &month, &day);
    struct period out = {
        .from_day = month_start(first, rule),
        .year_from_day = month_start(first - (month - 1), rule),
        .until_day = month_start(first + count, rule),
        .first_month = first,
        .month_count = count,
        .name = month_name(arena, first),
        .rule = *rule,
    };
    if (count > 1)
        out.name = arena_printf(arena, "%s..%s", out.name, month_name(arena, first + count - 1));
    return out;
}

static bool read_month(struct arena *arena, const struct period_choice *choice,
                       const struct month_rule *rule, struct period *out, struct error *error)
{
    int32_t first, months = (int32_t)choice->months;
    if (!civil_parse_month(text_from(choice->month), &first))
        return error_set(error, ERROR_BAD_CONFIG, "--month %s: write a month as 2015-03",
                         choice->month);
    if (choice->to_date) {
        int year, month, day;
        civil_from_day(civil_month_first_day(first), &year, &month, &day);
        first -= month - 1;
        months = month;
    }
    *out = months_period(arena, first, months, rule);
    return true;
}

bool period_read(struct arena *arena, const struct period_choice *choice,
                 const struct month_rule *rule, struct period *out, struct error *error)
{
    if (!!choice->month + !!choice->quarter + !!choice->year != 1)
        return error_set(error, ERROR_BAD_CONFIG,
                         "which period? give --month 2015-03 (and --months N, or --to-date), or "
                         "--quarter 2015-Q1, or --year 2015");
    if (choice->to_date && !choice->month)
        return error_set(error, ERROR_BAD_CONFIG, "--to-date goes with --month");
    if (choice->to_date && choice->months > 1)
        return error_set(error, ERROR_BAD_CONFIG,
                         "--to-date begins with the year: it does not go with --months");
    if (choice->month)
        return read_month(arena, choice, rule, out, error);
    const char *name = choice->year ? choice->year : choice->quarter;
    int32_t first, count, wanted = choice->year ? 12 : 3;
    if (!civil_parse_months(text_from(name), &first, &count) || count != wanted)
        return choice->year
                   ? error_set(error, ERROR_BAD_CONFIG, "--year %s: write a year as 2015", name)
                   : error_set(error, ERROR_BAD_CONFIG, "--quarter %s: write a quarter as 2015-Q1",
                               name);
    *out = months_period(arena, first, count, rule);
    out->name = arena_printf(arena, "%s", name);
    return true;
}

bool period_of_options(struct arena *arena, const struct config *config,
                       const struct month_rule *rule, struct period *out, struct error *error)
{
    const struct period_choice choice = {
        .month = config_text(config, "month"),
        .quarter = config_text(config, "quarter"),
        .year = config_text(config, "year"),
        .months = config_integer(config, "months"),
        .to_date = config_boolean(config, "to-date"),
    };
    return period_read(arena, &choice, rule, out, error);
}

struct period period_month(struct arena *arena, const struct period *period, int32_t position)
{
    return months_period(arena, period->first_month + position, 1, &period->rule);
}

// The midnight at which a day starts, or a noon beside it.
static int64_t edge_us(const struct zone *zone, int32_t day, int hours)
{
    if (hours == 0)
        return zone_day_start_us(zone, day);
    return zone_instant_us(zone, hours < 0 ? day - 1 : day, 12 * 3600);
}

int64_t period_from_us(const struct period *period, const struct zone *zone)
{
    return edge_us(zone, period->from_day, period->rule.from_hours);
}

int64_t period_until_us(const struct period *period, const struct zone *zone)
{
    return edge_us(zone, period->until_day, period->rule.until_hours);
}

int64_t period_year_from_us(const struct period *period, const struct zone *zone)
{
    return edge_us(zone, period->year_from_day, period->rule.from_hours);
}

struct zone *period_window(const struct period *period, const struct zone *zone)
{
    const int32_t days[] = {period->year_from_day, period->from_day, period->until_day};
    const int64_t starts_us[] = {period_year_from_us(period, zone), period_from_us(period, zone),
                                 period_until_us(period, zone)};
    return zone_with_day_starts(zone, days, starts_us, 3);
}

bool period_is_of_days(const struct period *period)
{
    return period->rule.from_hours == 0 && period->rule.until_hours == 0;
}

static const char *print_edge(struct arena *arena, int32_t day, int hours)
{
    int year, month, day_of_month;
    civil_from_day(hours < 0 ? day - 1 : day, &year, &month, &day_of_month);
    return arena_printf(arena, "%04d-%02d-%02d%s", year, month, day_of_month,
                        hours ? "T12:00" : "");
}

const char *period_days(struct arena *arena, const struct period *period)
{
    return arena_printf(arena, "[%s, %s)",
                        print_edge(arena, period->from_day, period->rule.from_hours),
                        print_edge(arena, period->until_day, period->rule.until_hours));
}
