// Working time by the shipped calendar of China 2022, worked out by hand; and that spans add up.
#include "core/working_time.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { DAYS_MOST = 64 };

static struct arena arena;
static struct zone *zone;
static struct working_time china;
static const struct working_hours all_day = {.count = 0};
static const struct working_hours office = {
    .spans = {{9 * US_PER_HOUR, 12 * US_PER_HOUR}, {14 * US_PER_HOUR, 18 * US_PER_HOUR}},
    .count = 2};

static void open_calendar(void)
{
    struct error error = ERROR_INIT;
    struct calendar_day days[DAYS_MOST];
    size_t count = 0;
    char line[128];
    FILE *file = fopen("sql/calendars/china-2022.csv", "r");
    cr_assert_not_null(file);
    cr_assert_not_null(fgets(line, sizeof line, file));
    cr_assert_str_eq(line, "day,working,name\n");
    while (fgets(line, sizeof line, file)) {
        cr_assert(civil_parse_day((struct text){line, 10}, &days[count].day), "%s", line);
        days[count++].working = line[11] == 'y';
    }
    fclose(file);
    cr_assert_eq(count, 25);
    zone = zone_open("Asia/Shanghai", &error);
    working_time_make(&arena, zone, days, count, &china);
}

static void close_calendar(void)
{
    zone_close(zone);
    arena_free(&arena);
}

TestSuite(working_time, .init = open_calendar, .fini = close_calendar);

static int64_t at(const char *text) // "2022-10-08T10:00"
{
    int64_t instant_us = 0;
    char full[40];
    snprintf(full, sizeof full, "%s:00+08:00", text);
    cr_assert(civil_parse_instant(text_from(full), &instant_us), "%s", full);
    return instant_us;
}

static void expect_hours(const struct working_hours *hours, const char *from, const char *until,
                         int expected)
{
    int64_t got_us = working_time_between(&china, hours, at(from), at(until));
    cr_assert_eq(got_us, expected * US_PER_HOUR, "%s to %s: %ld minutes", from, until,
                 (long)(got_us / US_PER_SECOND / 60));
}

Test(working_time, the_calendar_has_249_working_days)
{
    int working = 0;
    for (int32_t day = civil_day(2022, 1, 1); day < civil_day(2023, 1, 1); day++)
        working += working_time_is_working(&china, day);
    cr_assert_eq(working, 249);
}

Test(working_time, the_golden_week_does_not_count_but_the_moved_weekend_after_it_does)
{
    expect_hours(&office, "2022-09-30T17:00", "2022-10-08T10:00", 2); // a Friday, a Saturday
    expect_hours(&office, "2022-10-01T00:00", "2022-10-08T00:00", 0);
    expect_hours(&office, "2022-10-08T00:00", "2022-10-10T00:00", 14); // Saturday and Sunday
    expect_hours(&all_day, "2022-09-30T12:00", "2022-10-10T12:00", 12 + 24 + 24 + 12);
}

Test(working_time, of_one_day_leaves_the_noon_break_out)
{
    expect_hours(&office, "2022-08-10T11:00", "2022-08-10T15:00", 2);
    expect_hours(&office, "2022-08-10T12:00", "2022-08-10T14:00", 0);
    expect_hours(&office, "2022-08-10T00:00", "2022-08-11T00:00", 7);
    expect_hours(&office, "2022-08-10T20:00", "2022-08-11T08:00", 0);
}

Test(working_time, adjoining_spans_add_up)
{
    const char *const moments[] = {"2022-01-28T09:30", "2022-01-29T13:00", "2022-02-07T09:00",
                                   "2022-04-24T17:59", "2022-12-31T23:59"};
    for (int i = 0; i + 2 < 5; i++)
        cr_assert_eq(
            working_time_between(&china, &office, at(moments[i]), at(moments[i + 2])),
            working_time_between(&china, &office, at(moments[i]), at(moments[i + 1])) +
                working_time_between(&china, &office, at(moments[i + 1]), at(moments[i + 2])));
}

static void expect_deadline(const char *from, int days, const char *deadline)
{
    cr_assert_eq(working_time_deadline(&china, at(from), days), at(deadline), "%s + %d", from,
                 days);
}

Test(working_time, a_deadline_is_the_end_of_the_nth_working_day_after)
{
    expect_deadline("2022-08-10T09:00", 1, "2022-08-12T00:00");
    expect_deadline("2022-08-12T23:59", 1, "2022-08-16T00:00"); // Friday: Monday's end
    expect_deadline("2022-09-30T09:00", 1, "2022-10-09T00:00"); // Saturday the 8th is worked
    expect_deadline("2022-09-30T09:00", 3, "2022-10-11T00:00");
    expect_deadline("2022-01-30T09:00", 1, "2022-02-08T00:00"); // over the Spring Festival
}

static void expect_after(const struct working_hours *hours, const char *from, int count,
                         const char *deadline)
{
    cr_assert_eq(working_time_after(&china, hours, at(from), count * US_PER_HOUR), at(deadline),
                 "%s + %d h", from, count);
}

Test(working_time, hours_of_work_are_over_at_the_first_instant_by_which_they_were_worked)
{
    expect_after(&office, "2022-08-10T10:00", 2, "2022-08-10T12:00");
    expect_after(&office, "2022-08-10T10:00", 3, "2022-08-10T15:00"); // over noon
    expect_after(&office, "2022-01-28T17:00", 2, "2022-01-29T10:00"); // a worked Saturday
    expect_after(&office, "2022-01-30T18:00", 1, "2022-02-07T10:00"); // over the Spring Festival
    expect_after(&office, "2022-02-01T09:00", 7, "2022-02-07T18:00");
    expect_after(&all_day, "2022-01-30T12:00", 24, "2022-02-07T12:00");
    for (int64_t from_us = at("2022-01-20T00:07"); from_us < at("2022-02-20T00:00");
         from_us += 7 * US_PER_HOUR) {
        for (int64_t amount_us = 1; amount_us < 90 * US_PER_HOUR; amount_us += 11 * US_PER_HOUR) {
            int64_t until_us = working_time_after(&china, &office, from_us, amount_us);
            cr_assert_eq(working_time_between(&china, &office, from_us, until_us), amount_us);
            cr_assert_lt(working_time_between(&china, &office, from_us, until_us - 1), amount_us);
        }
    }
}

Test(working_time, a_rule_counts_elapsed_or_working_time_and_knows_what_is_in_time)
{
    const struct time_rule elapsed = {.limit_us = 24 * US_PER_HOUR},
                           working = {.is_working = true,
                                      .hours = office,
                                      .limit_us = 2 * US_PER_HOUR},
                           days = {.is_working = true, .limit_days = 1};
    int64_t from_us = at("2022-09-30T17:00"), until_us = at("2022-10-08T10:00");
    cr_assert_eq(time_rule_count(&elapsed, NULL, from_us, until_us), until_us - from_us);
    cr_assert_not(time_rule_holds(&elapsed, NULL, from_us, until_us));
    cr_assert(time_rule_holds(&elapsed, NULL, from_us, from_us + 24 * US_PER_HOUR));
    cr_assert(time_rule_holds(&working, &china, from_us, until_us));
    cr_assert_not(time_rule_holds(&working, &china, from_us, until_us + 1));
    cr_assert(time_rule_holds(&days, &china, from_us, at("2022-10-08T23:59")));
    cr_assert_not(time_rule_holds(&days, &china, from_us, at("2022-10-09T00:00")));
}

Test(working_time, where_the_clock_is_changed_hours_count_as_they_are_read)
{
    struct error error = ERROR_INIT;
    struct zone *boston = zone_open("America/New_York", &error);
    struct working_time working;
    const struct calendar_day sunday = {civil_day(2015, 3, 8), true}; // its night lacks an hour
    int64_t from_us = zone_day_start_us(boston, sunday.day);
    working_time_make(&arena, boston, &sunday, 1, &working);
    cr_assert_eq(working_time_between(&working, &all_day, from_us, from_us + 23 * US_PER_HOUR),
                 24 * US_PER_HOUR);
    zone_close(boston);
}
