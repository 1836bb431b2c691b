// Periods: which days a name means.
#include "rank/period.h"

#include <criterion/criterion.h>

static struct arena arena;

static void close_arena(void)
{
    arena_free(&arena);
}

TestSuite(period, .fini = close_arena);

static void expect_days(const char *month, int64_t months, const char *year, int first_day,
                        const char *days)
{
    struct period period;
    struct error error = ERROR_INIT;
    cr_assert(period_read(&arena, month, months, year, first_day, &period, &error), "%s",
              error.text);
    cr_assert_str_eq(period_days(&arena, &period), days);
}

Test(period, is_half_open_in_civil_days)
{
    expect_days("2022-12", 1, NULL, 1, "[2022-12-01, 2023-01-01)");
    expect_days("2022-11", 3, NULL, 1, "[2022-11-01, 2023-02-01)");
    expect_days(NULL, 1, "2024", 1, "[2024-01-01, 2025-01-01)");
}

Test(period, of_a_rule_that_starts_on_the_19th_begins_in_the_month_before)
{
    expect_days("2022-03", 1, NULL, 19, "[2022-02-19, 2022-03-19)");
    expect_days(NULL, 1, "2022", 19, "[2021-12-19, 2022-12-19)");
}

Test(period, of_several_months_is_the_months_one_after_the_other)
{
    struct period period;
    struct error error = ERROR_INIT;
    cr_assert(period_read(&arena, NULL, 1, "2022", 1, &period, &error));
    cr_assert_eq(period.month_count, 12);
    struct period march = period_month(&arena, &period, 2, 1);
    cr_assert_str_eq(march.name, "2022-03");
    cr_assert_str_eq(period_days(&arena, &march), "[2022-03-01, 2022-04-01)");
}

Test(period, knows_where_its_year_begins_as_the_rule_counts_months)
{
    static const struct {
        const char *month;
        int64_t months;
        int first_day;
        int year, month_of, day;
    } cases[] = {{"2022-03", 1, 1, 2022, 1, 1},
                 {"2022-12", 3, 1, 2022, 1, 1},
                 {"2022-01", 1, 19, 2021, 12, 19},
                 {"2022-12", 1, 19, 2021, 12, 19}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct period period;
        struct error error = ERROR_INIT;
        cr_assert(period_read(&arena, cases[i].month, cases[i].months, NULL, cases[i].first_day,
                              &period, &error));
        cr_assert_eq(period.year_from_day,
                     civil_day(cases[i].year, cases[i].month_of, cases[i].day), "%s",
                     cases[i].month);
    }
}

Test(period, starts_and_ends_with_the_civil_day_of_the_zone)
{
    struct error error = ERROR_INIT;
    struct zone *zone = zone_open("America/New_York", &error);
    struct period period;
    int64_t from = 0, until = 0;
    cr_assert(period_read(&arena, "2015-03", 1, NULL, 1, &period, &error));
    cr_assert(civil_parse_instant(TEXT("2015-03-01T05:00:00Z"), &from) &&
              civil_parse_instant(TEXT("2015-04-01T04:00:00Z"), &until));
    cr_assert_eq(period_from_us(&period, zone), from);
    cr_assert_eq(period_until_us(&period, zone), until, "summer time began inside the month");
    zone_close(zone);
}

static void expect_refused(const char *month, const char *year, const char *message)
{
    struct period period;
    struct error error = ERROR_INIT;
    cr_assert_not(period_read(&arena, month, 1, year, 1, &period, &error));
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    cr_assert_not_null(strstr(error.text, message), "%s", error.text);
}

Test(period, that_is_not_one_is_refused)
{
    expect_refused(NULL, NULL, "which period?");
    expect_refused("2022-01", "2022", "which period?");
    expect_refused("2022-13", NULL, "--month 2022-13: write a month as 2015-03");
    expect_refused("December", NULL, "write a month as");
    expect_refused(NULL, "22", "--year 22: write a year as 2015");
}
