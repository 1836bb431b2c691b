// Periods: which days a name means.
#include "rank/period.h"

#include <criterion/criterion.h>

static struct arena arena;

static void close_arena(void)
{
    arena_free(&arena);
}

TestSuite(period, .fini = close_arena);

static bool read(struct period_choice choice, struct month_rule rule, struct period *period,
                 struct error *error)
{
    return period_read(&arena, &choice, &rule, period, error);
}

static void expect(struct period_choice choice, struct month_rule rule, const char *days)
{
    struct period period;
    struct error error = ERROR_INIT;
    cr_assert(read(choice, rule, &period, &error), "%s", error.text);
    cr_assert_str_eq(period_days(&arena, &period), days);
}

static void expect_days(const char *month, int64_t months, const char *year, int first_day,
                        const char *days)
{
    expect((struct period_choice){.month = month, .months = months, .year = year},
           (struct month_rule){.first_day = first_day}, days);
}

Test(period, may_be_a_quarter_or_the_year_to_date)
{
    expect((struct period_choice){.quarter = "2022-Q3"}, CIVIL_MONTHS, "[2022-07-01, 2022-10-01)");
    expect((struct period_choice){.month = "2022-05", .months = 1, .to_date = true}, CIVIL_MONTHS,
           "[2022-01-01, 2022-06-01)");
    expect((struct period_choice){.month = "2022-05", .months = 1, .to_date = true},
           (struct month_rule){.first_day = 19}, "[2021-12-19, 2022-05-19)");
}

Test(period, may_begin_and_end_at_noon)
{
    const struct period_choice march = {.month = "2022-03", .months = 1};
    expect(march, (struct month_rule){19, -12, -12}, "[2022-02-18T12:00, 2022-03-18T12:00)");
    expect(march, (struct month_rule){19, 0, -12}, "[2022-02-19, 2022-03-18T12:00)");
    expect(march, (struct month_rule){19, 12, 12}, "[2022-02-19T12:00, 2022-03-19T12:00)");
    struct error error = ERROR_INIT;
    struct zone *zone = zone_open("Asia/Shanghai", &error);
    struct period period;
    int64_t from = 0, until = 0;
    cr_assert(read(march, (struct month_rule){19, 0, -12}, &period, &error));
    cr_assert(civil_parse_instant(TEXT("2022-02-19T00:00:00+08:00"), &from) &&
              civil_parse_instant(TEXT("2022-03-18T12:00:00+08:00"), &until));
    cr_assert_eq(period_from_us(&period, zone), from);
    cr_assert_eq(period_until_us(&period, zone), until);
    cr_assert_not(period_is_of_days(&period));
    zone_close(zone);
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
    cr_assert(read((struct period_choice){.year = "2022"}, CIVIL_MONTHS, &period, &error));
    cr_assert_eq(period.month_count, 12);
    struct period march = period_month(&arena, &period, 2);
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
        cr_assert(read((struct period_choice){.month = cases[i].month, .months = cases[i].months},
                       (struct month_rule){.first_day = cases[i].first_day}, &period, &error));
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
    cr_assert(read((struct period_choice){.month = "2015-03", .months = 1}, CIVIL_MONTHS, &period,
                   &error));
    cr_assert(civil_parse_instant(TEXT("2015-03-01T05:00:00Z"), &from) &&
              civil_parse_instant(TEXT("2015-04-01T04:00:00Z"), &until));
    cr_assert_eq(period_from_us(&period, zone), from);
    cr_assert_eq(period_until_us(&period, zone), until, "summer time began inside the month");
    zone_close(zone);
}

static void expect_refused(struct period_choice choice, const char *message)
{
    struct period period;
    struct error error = ERROR_INIT;
    cr_assert_not(read(choice, CIVIL_MONTHS, &period, &error));
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    cr_assert_not_null(strstr(error.text, message), "%s", error.text);
}

Test(period, that_is_not_one_is_refused)
{
    expect_refused((struct period_choice){.months = 1}, "which period?");
    expect_refused((struct period_choice){.month = "2022-01", .year = "2022"}, "which period?");
    expect_refused((struct period_choice){.month = "2022-13"},
                   "--month 2022-13: write a month as 2015-03");
    expect_refused((struct period_choice){.month = "December"}, "write a month as");
    expect_refused((struct period_choice){.year = "22"}, "--year 22: write a year as 2015");
    expect_refused((struct period_choice){.quarter = "2022-Q5"},
                   "--quarter 2022-Q5: write a quarter as 2015-Q1");
    expect_refused((struct period_choice){.quarter = "2022"}, "write a quarter as");
    expect_refused((struct period_choice){.year = "2022", .to_date = true},
                   "--to-date goes with --month");
    expect_refused((struct period_choice){.month = "2022-02", .months = 2, .to_date = true},
                   "--to-date begins with the year: it does not go with --months");
}
