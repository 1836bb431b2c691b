// Times as files write them, through the two nights when the clock changes.
#include "ingest/time_format.h"

#include <criterion/criterion.h>

static int64_t read_in(const char *pattern, const char *zone_name, const char *text)
{
    struct time_format format;
    struct error error = ERROR_INIT;
    int64_t instant_us;
    struct zone *zone = zone_name ? zone_open(zone_name, &error) : NULL;
    cr_assert(time_format_compile(text_from(pattern), false, &format, &error), "%s", error.text);
    cr_assert(time_format_read(&format, zone, text_from(text), &instant_us, &error), "%s",
              error.text);
    zone_close(zone);
    return instant_us;
}

static void expect_instant(const char *pattern, const char *zone, const char *text,
                           const char *instant)
{
    char printed[32];
    civil_print_instant(read_in(pattern, zone, text), printed);
    cr_assert_str_eq(printed, instant);
}

#define BOSTON "%m/%d/%Y %I:%M:%S %p", "America/New_York"

Test(time_format, reads_twelve_hour_times)
{
    expect_instant(BOSTON, "01/01/2015 12:20:09 AM", "2015-01-01T05:20:09Z");
    expect_instant(BOSTON, "01/01/2015 12:20:09 PM", "2015-01-01T17:20:09Z");
    expect_instant(BOSTON, "7/4/2015  1:00:00 pm", "2015-07-04T17:00:00Z");
}

Test(time_format, takes_the_first_of_two_equal_wall_clock_times)
{
    expect_instant(BOSTON, "11/01/2015 12:59:59 AM", "2015-11-01T04:59:59Z");
    expect_instant(BOSTON, "11/01/2015 01:30:00 AM", "2015-11-01T05:30:00Z");
    expect_instant(BOSTON, "11/01/2015 02:00:00 AM", "2015-11-01T07:00:00Z");
}

Test(time_format, moves_a_time_that_does_not_exist_forward_by_the_gap)
{
    expect_instant(BOSTON, "03/08/2015 01:59:59 AM", "2015-03-08T06:59:59Z");
    expect_instant(BOSTON, "03/08/2015 02:30:00 AM", "2015-03-08T07:30:00Z");
    expect_instant(BOSTON, "03/08/2015 03:00:00 AM", "2015-03-08T07:00:00Z");
}

Test(time_format, reads_offsets_fractions_days_of_the_year_and_names_of_months)
{
    expect_instant("%Y-%m-%d %H:%M:%S.%f%z", NULL, "2022-12-01 09:00:00.25+0800",
                   "2022-12-01T01:00:00.250000Z");
    expect_instant("%Y-%m-%dT%H:%M%z", NULL, "2022-12-01T09:00Z", "2022-12-01T09:00:00Z");
    expect_instant("%Y%j", "Asia/Shanghai", "2022001", "2021-12-31T16:00:00Z");
    expect_instant("%d %b %y", "Europe/Madrid", "02 Oct 14", "2014-10-01T22:00:00Z");
    expect_instant("rfc3339", NULL, "2022-12-01T09:00:00+08:00", "2022-12-01T01:00:00Z");
    expect_instant("unix_ms", NULL, "1671840000500", "2022-12-24T00:00:00.500000Z");
}

static void expect_refusal(const char *pattern, const char *text, const char *message)
{
    struct time_format format;
    struct error error = ERROR_INIT;
    int64_t instant_us;
    struct zone *zone = zone_open("America/New_York", &error);
    cr_assert(time_format_compile(text_from(pattern), false, &format, &error));
    cr_assert_not(time_format_read(&format, zone, text_from(text), &instant_us, &error));
    cr_assert_eq(error.class, ERROR_BAD_RECORD);
    cr_assert_str_eq(error.text, message);
    zone_close(zone);
}

Test(time_format, refuses_what_does_not_match_to_the_end)
{
    expect_refusal("%m/%d/%Y", "13/01/2015",
                   "\"13/01/2015\" is no time like %m/%d/%Y (wrong from character 1)");
    expect_refusal("%m/%d/%Y", "02/30/2015", "\"02/30/2015\" is no day of the calendar");
    expect_refusal("%m/%d/%Y", "02/03/15",
                   "\"02/03/15\" is no time like %m/%d/%Y (wrong from character 7)");
    expect_refusal("%m/%d/%Y", "02/03/2015 1",
                   "\"02/03/2015 1\" is no time like %m/%d/%Y (wrong from character 11)");
    expect_refusal("unix_s", "1e9", "\"1e9\" is no time like unix_s (wrong from character 1)");
    expect_refusal("rfc3339", "2015-01-01",
                   "\"2015-01-01\" is no time like rfc3339 (wrong from character 1)");
}

Test(time_format, refuses_formats_that_can_not_name_an_instant)
{
    static const struct {
        const char *pattern, *message;
    } rows[] = {
        {"%H:%M", "time format \"%H:%M\" has no whole date: it needs %Y, %m and %d"},
        {"%Y-%m-%d %I:%M",
         "time format \"%Y-%m-%d %I:%M\": %I (01 to 12) and %p (AM, PM) need each other"},
        {"%Y-%q", "time format \"%Y-%q\": %q is unknown; known are %Y %m %d %H %I %M %S %p %f %j "
                  "%b %y %z %%, or "
                  "rfc3339, unix_s, unix_ms, unix_us as the whole format"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct time_format format;
        struct error error = ERROR_INIT;
        cr_assert_not(time_format_compile(text_from(rows[i].pattern), false, &format, &error));
        cr_assert_eq(error.class, ERROR_BAD_CONFIG);
        cr_assert_str_eq(error.text, rows[i].message);
    }
}

Test(time_format, finds_a_time_in_a_name_with_wildcards)
{
    struct time_format format;
    struct error error = ERROR_INIT;
    int64_t instant_us;
    char printed[32];
    struct zone *zone = zone_open("Asia/Shanghai", &error);
    cr_assert(time_format_compile(TEXT("*-%Y-%m-%d*"), true, &format, &error));
    cr_assert(
        time_format_read(&format, zone, TEXT("gz-12345-2022-12-31.csv.gz"), &instant_us, &error),
        "%s", error.text);
    civil_print_instant(instant_us, printed);
    cr_assert_str_eq(printed, "2022-12-30T16:00:00Z");
    cr_assert_not(time_format_read(&format, zone, TEXT("gz-12345.csv"), &instant_us, &error));
    zone_close(zone);
}
