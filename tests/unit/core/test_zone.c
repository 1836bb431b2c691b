// Civil time against values that Python's zoneinfo gave (another implementation, another copy of the tz database).
#include "core/zone.h"

#include <criterion/criterion.h>

#define SECONDS(us) ((us) / US_PER_SECOND)

static struct zone *open_zone(const char *name)
{
    struct error error = ERROR_INIT;
    struct zone *zone = zone_open(name, &error);
    cr_assert_not_null(zone, "%s: %s", name, error.text);
    return zone;
}

struct day_case {
    const char *zone;
    int year, month, day;
    int64_t start_s;
};

static const struct day_case day_cases[] = {
    {"America/New_York", 2015, 3, 8, INT64_C(1425790800)},
    {"America/New_York", 2015, 3, 9, INT64_C(1425873600)},
    {"America/New_York", 2015, 11, 1, INT64_C(1446350400)},
    {"America/New_York", 2015, 11, 2, INT64_C(1446440400)},
    {"America/New_York", 2150, 7, 1, INT64_C(5695934400)},
    {"Australia/Melbourne", 2006, 10, 29, INT64_C(1162044000)},
    {"Australia/Melbourne", 2006, 10, 30, INT64_C(1162126800)},
    {"Europe/Madrid", 2015, 3, 29, INT64_C(1427583600)},
    {"Europe/Madrid", 2015, 10, 26, INT64_C(1445814000)},
    {"Asia/Shanghai", 1986, 5, 4, INT64_C(515520000)},
    {"Asia/Shanghai", 1986, 5, 5, INT64_C(515602800)},
    {"Asia/Shanghai", 1986, 9, 14, INT64_C(527007600)},
    {"Asia/Shanghai", 1986, 9, 15, INT64_C(527097600)},
    {"Asia/Shanghai", 1991, 4, 14, INT64_C(671558400)},
    {"Asia/Shanghai", 1991, 4, 15, INT64_C(671641200)},
    {"Asia/Shanghai", 1991, 9, 16, INT64_C(684950400)},
    {"Asia/Shanghai", 2022, 12, 1, INT64_C(1669824000)},
    {"America/Sao_Paulo", 2018, 11, 4, INT64_C(1541300400)}, // its midnight does not exist
    {"America/Sao_Paulo", 2018, 11, 5, INT64_C(1541383200)},
    {"America/Sao_Paulo", 2018, 2, 18, INT64_C(1518922800)},
    {"Asia/Beirut", 2015, 3, 29, INT64_C(1427580000)}, // nor this one
    {"Asia/Beirut", 2015, 10, 25, INT64_C(1445724000)},
    {"Asia/Beirut", 2015, 10, 26, INT64_C(1445810400)},
    {"Pacific/Apia", 2011, 12, 30, INT64_C(1325239200)}, // a day that does not exist
    {"Pacific/Apia", 2011, 12, 31, INT64_C(1325239200)},
    {"America/St_Johns", 2006, 10, 29, INT64_C(1162089000)}, // the clock goes back at 00:01
    {"Asia/Kolkata", 2020, 1, 1, INT64_C(1577817000)},
    {"Africa/Casablanca", 2024, 3, 10, INT64_C(1710025200)},
};

Test(zone, a_day_starts_at_its_first_instant_and_ends_where_the_next_one_starts)
{
    for (size_t i = 0; i < sizeof day_cases / sizeof day_cases[0]; i++) {
        const struct day_case *c = &day_cases[i];
        struct zone *zone = open_zone(c->zone);
        int32_t day = civil_day(c->year, c->month, c->day);
        int64_t start_us = zone_day_start_us(zone, day);
        cr_assert_eq(SECONDS(start_us), c->start_s, "%s %d-%d-%d starts at %ld", c->zone, c->year,
                     c->month, c->day, (long)SECONDS(start_us));
        bool exists = zone_day_start_us(zone, day + 1) > start_us;
        cr_assert_eq(zone_day(zone, start_us), exists ? day : day + 1);
        cr_assert_lt(zone_day(zone, start_us - 1), day);
        zone_close(zone);
    }
}

struct days_case {
    const char *zone;
    uint64_t digest;
};

// Every two and a half hours from 1970 to 2030, day by day; digest = digest * 31 + day.
static const struct days_case days_cases[] = {
    {"America/New_York", UINT64_C(16473751953834490208)},
    {"Australia/Melbourne", UINT64_C(13361987860013415620)},
    {"Europe/Madrid", UINT64_C(3991262509282815967)},
    {"Asia/Shanghai", UINT64_C(14850851615817940638)},
    {"America/Sao_Paulo", UINT64_C(9508097181528744642)},
    {"Asia/Beirut", UINT64_C(10141334714958640316)},
    {"Asia/Kolkata", UINT64_C(2138873913597556093)},
    {"Europe/London", UINT64_C(1433584022555630237)},
    {"Australia/Adelaide", UINT64_C(8030158794687362814)},
};

Test(zone, sixty_years_of_days_are_those_of_an_independent_implementation)
{
    int64_t end_us = civil_day(2030, 1, 1) * US_PER_DAY;
    for (size_t i = 0; i < sizeof days_cases / sizeof days_cases[0]; i++) {
        struct zone *zone = open_zone(days_cases[i].zone);
        uint64_t digest = 0;
        for (int64_t instant_us = 0; instant_us < end_us; instant_us += US_PER_HOUR / 2 * 5)
            digest = digest * 31 + (uint64_t)zone_day(zone, instant_us);
        cr_assert_eq(digest, days_cases[i].digest, "%s", days_cases[i].zone);
        zone_close(zone);
    }
}

struct wall_case {
    const char *zone;
    int wall[6];
    int64_t instant_s;
    int status;
};

static const struct wall_case wall_cases[] = {
    {"America/New_York", {2015, 3, 8, 1, 59, 59}, INT64_C(1425797999), 0},
    {"America/New_York", {2015, 3, 8, 2, 0, 0}, INT64_C(1425798000), 2},
    {"America/New_York", {2015, 3, 8, 2, 30, 0}, INT64_C(1425799800), 2},
    {"America/New_York", {2015, 3, 8, 3, 0, 0}, INT64_C(1425798000), 0},
    {"America/New_York", {2015, 11, 1, 0, 59, 59}, INT64_C(1446353999), 0},
    {"America/New_York", {2015, 11, 1, 1, 0, 0}, INT64_C(1446354000), 1},
    {"America/New_York", {2015, 11, 1, 1, 30, 0}, INT64_C(1446355800), 1},
    {"America/New_York", {2015, 11, 1, 2, 0, 0}, INT64_C(1446361200), 0},
    {"Australia/Melbourne", {2006, 10, 29, 2, 15, 0}, INT64_C(1162052100), 2},
    {"Australia/Melbourne", {2006, 10, 29, 3, 0, 0}, INT64_C(1162051200), 0},
    {"Australia/Melbourne", {2006, 3, 26, 2, 30, 0}, INT64_C(1143300600), 0},
    {"Australia/Melbourne", {2006, 4, 2, 2, 30, 0}, INT64_C(1143905400), 1},
    {"Europe/Madrid", {2015, 3, 29, 2, 30, 0}, INT64_C(1427592600), 2},
    {"Europe/Madrid", {2015, 10, 25, 2, 30, 0}, INT64_C(1445733000), 1},
    {"Asia/Shanghai", {1986, 5, 4, 2, 30, 0}, INT64_C(515529000), 2},
    {"Asia/Shanghai", {1986, 9, 14, 1, 30, 0}, INT64_C(527013000), 1},
    {"Asia/Shanghai", {1988, 7, 1, 0, 0, 0}, INT64_C(583686000), 0},
    {"Asia/Shanghai", {2022, 7, 1, 0, 0, 0}, INT64_C(1656604800), 0},
    {"America/Sao_Paulo", {2018, 11, 4, 0, 0, 0}, INT64_C(1541300400), 2},
    {"America/Sao_Paulo", {2018, 11, 4, 0, 30, 0}, INT64_C(1541302200), 2},
    {"America/Sao_Paulo", {2018, 2, 17, 23, 30, 0}, INT64_C(1518917400), 1},
    {"Asia/Beirut", {2015, 3, 29, 0, 15, 0}, INT64_C(1427580900), 2},
    {"Asia/Beirut", {2015, 10, 24, 23, 30, 0}, INT64_C(1445718600), 1},
    {"Asia/Kolkata", {2020, 1, 1, 0, 0, 0}, INT64_C(1577817000), 0},
};

Test(zone, a_wall_time_is_the_first_of_two_or_is_moved_forward_over_a_gap)
{
    for (size_t i = 0; i < sizeof wall_cases / sizeof wall_cases[0]; i++) {
        const struct wall_case *c = &wall_cases[i];
        struct zone *zone = open_zone(c->zone);
        int32_t day = civil_day(c->wall[0], c->wall[1], c->wall[2]);
        int32_t second = (c->wall[3] * 60 + c->wall[4]) * 60 + c->wall[5];
        int64_t wall_us = day * US_PER_DAY + second * US_PER_SECOND;
        int status = -1;
        int64_t instant_us = zone_local_us(zone, wall_us, &status);
        cr_assert_eq(SECONDS(instant_us), c->instant_s, "%s case %zu: %ld", c->zone, i,
                     (long)SECONDS(instant_us));
        cr_assert_eq(status, c->status, "%s case %zu: status %d", c->zone, i, status);
        cr_assert_eq(zone_instant_us(zone, day, second), instant_us);
        if (status != 2)
            cr_assert_eq(zone_wall_us(zone, instant_us), wall_us);
        zone_close(zone);
    }
}

Test(zone, the_repeated_hour_after_summer_time_is_two_hours_of_the_same_day)
{
    struct zone *zone = open_zone("America/New_York");
    int64_t first_us = INT64_C(1446355800) * US_PER_SECOND; // 01:30 summer time
    int64_t second_us = first_us + US_PER_HOUR;             // 01:30 winter time
    cr_assert_eq(zone_wall_us(zone, first_us), zone_wall_us(zone, second_us));
    cr_assert_eq(zone_hour(zone, first_us) + 1, zone_hour(zone, second_us));
    cr_assert_eq(zone_day(zone, first_us), civil_day(2015, 11, 1));
    cr_assert_eq(zone_day(zone, second_us), civil_day(2015, 11, 1));
    zone_close(zone);
}

Test(zone, an_hour_of_a_half_hour_zone_starts_on_its_own_wall_clock)
{
    struct zone *zone = open_zone("Asia/Kolkata");                           // +05:30
    int64_t nine_us = INT64_C(1577817000) * US_PER_SECOND + 9 * US_PER_HOUR; // 09:00 = 03:30Z
    cr_assert_eq(zone_hour(zone, nine_us), zone_hour(zone, nine_us + US_PER_HOUR - 1));
    cr_assert_eq(zone_hour(zone, nine_us - 1) + 1, zone_hour(zone, nine_us));
    zone_close(zone);
}

Test(zone, minutes_repeated_over_midnight_stay_in_the_later_day)
{
    struct zone *zone = open_zone("America/St_Johns"); // 2006-10-29 00:01 becomes 2006-10-28 23:01
    int64_t midnight_us = zone_day_start_us(zone, civil_day(2006, 10, 29));
    cr_assert_eq(zone_day(zone, midnight_us + 90 * 60 * US_PER_SECOND), civil_day(2006, 10, 29));
    cr_assert_eq(zone_day(zone, midnight_us + 2 * 60 * US_PER_SECOND), civil_day(2006, 10, 29));
    zone_close(zone);
}

Test(zone, instants_at_both_ends_of_the_table_and_beyond_have_a_day)
{
    struct zone *zone = open_zone("Asia/Shanghai");
    cr_assert_eq(zone_day(zone, 0), 0);
    cr_assert_eq(zone_day(zone, -8 * US_PER_HOUR), 0);
    cr_assert_eq(zone_day(zone, -8 * US_PER_HOUR - 1), -1);
    cr_assert_eq(zone_day(zone, -1000 * US_PER_DAY), -1000);
    int32_t last = civil_day(2200, 1, 1);
    cr_assert_eq(zone_day(zone, last * US_PER_DAY - 1), last);
    cr_assert_eq(zone_day(zone, (last + 5000) * US_PER_DAY), last + 5000);
    cr_assert_eq(zone_day_start_us(zone, last + 5000),
                 (last + 5000) * US_PER_DAY - 8 * US_PER_HOUR);
    zone_close(zone);
}

struct name_case {
    const char *name, *nearest;
};

Test(zone, a_name_that_is_no_zone_is_refused_with_the_nearest_one)
{
    static const struct name_case cases[] = {
        {"Asia/Shangai", "\"Asia/Shanghai\""},
        {"asia/shanghai", "\"Asia/Shanghai\""},
        {"America/NewYork", "\"America/New_York\""},
        {"Europe/Madird", "\"Europe/Madrid\""},
        {"CST", "nearest name"}, // ICU would take Chicago
        {"GMT+8:30", "nearest name"},
        {"Etc/Unknown", "nearest name"},
        {"", "nearest name"},
        {"Asia/上海", "nearest name"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = ERROR_INIT;
        cr_assert_null(zone_open(cases[i].name, &error), "%s", cases[i].name);
        cr_assert_eq(error.class, ERROR_BAD_CONFIG);
        cr_assert_not_null(strstr(error.text, cases[i].nearest), "%s", error.text);
    }
    zone_close(NULL);
}

Test(zone, a_zone_keeps_the_name_that_it_was_opened_with)
{
    struct zone *zone = open_zone("PRC"); // a link of the database
    cr_assert_str_eq(zone_name(zone), "PRC");
    zone_close(zone);
}

Test(civil, days_and_dates_are_inverse_over_four_centuries_and_before_1970)
{
    int expected_year = 1850, expected_month = 1, expected_day = 1;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int32_t day = civil_day(1850, 1, 1); day < civil_day(2260, 1, 1); day++) {
        int year, month, day_of_month;
        civil_from_day(day, &year, &month, &day_of_month);
        cr_assert(year == expected_year && month == expected_month && day_of_month == expected_day);
        cr_assert_eq(civil_day(year, month, day_of_month), day);
        cr_assert_eq(civil_month(day), (year - 1970) * 12 + month - 1);
        cr_assert_eq(civil_month_first_day(civil_month(day)), day - day_of_month + 1);
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if (++expected_day > lengths[month - 1] + (month == 2 && leap)) {
            expected_day = 1;
            expected_year += ++expected_month > 12;
            expected_month = expected_month > 12 ? 1 : expected_month;
        }
    }
    cr_assert_eq(civil_day(1970, 1, 1), 0);
    cr_assert_eq(civil_day(2022, 12, 1), 19327);
}

Test(civil, only_real_days_and_months_of_the_exact_form_are_read)
{
    int32_t value;
    cr_assert(civil_parse_day(TEXT("2016-02-29"), &value) && value == civil_day(2016, 2, 29));
    cr_assert(civil_parse_month(TEXT("1969-12"), &value) && value == -1);
    static const char *const bad[] = {"2015-02-29", "2015-2-09",  "2015-13-01",  "2015-00-10",
                                      "2015-01-00", "2015-01-32", "2015-01-010", "20150101",
                                      "",           "2015-01-1x", " 2015-01-01", "2015-01-01 ",
                                      "2015"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not(civil_parse_day(text_from(bad[i]), &value), "%s", bad[i]);
        cr_assert_not(civil_parse_month(text_from(bad[i]), &value), "%s", bad[i]);
    }
}

Test(civil, a_year_a_quarter_and_a_month_are_so_many_months)
{
    int32_t first, count;
    cr_assert(civil_parse_months(TEXT("1971"), &first, &count) && first == 12 && count == 12);
    cr_assert(civil_parse_months(TEXT("1970-Q4"), &first, &count) && first == 9 && count == 3);
    cr_assert(civil_parse_months(TEXT("1970-03"), &first, &count) && first == 2 && count == 1);
    static const char *const bad[] = {"1970-Q0", "1970-Q5", "1970-Q",  "1970-Q12",
                                      "1970Q1",  "70",      "1970-13", "1970-"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_not(civil_parse_months(text_from(bad[i]), &first, &count), "%s", bad[i]);
}

struct instant_case {
    const char *text;
    int64_t instant_us;
    const char *printed;
};

Test(civil, an_instant_is_read_with_its_offset_and_printed_in_utc)
{
    static const struct instant_case cases[] = {
        {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
        {"2015-03-19T12:00:00Z", INT64_C(1426766400000000), "2015-03-19T12:00:00Z"},
        {"2015-03-19T12:00:00+08:00", INT64_C(1426737600000000), "2015-03-19T04:00:00Z"},
        {"2015-03-19 12:00:00-04:30", INT64_C(1426782600000000), "2015-03-19T16:30:00Z"},
        {"2015-03-19t12:00:00.5z", INT64_C(1426766400500000), "2015-03-19T12:00:00.500000Z"},
        {"2015-03-19T12:00:00.000001Z", INT64_C(1426766400000001), "2015-03-19T12:00:00.000001Z"},
        {"2015-03-19T12:00:00.123456000Z", INT64_C(1426766400123456),
         "2015-03-19T12:00:00.123456Z"},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800000000), "2017-01-01T00:00:00Z"},
        {"2015-07-01T07:59:60.5+08:00", INT64_C(1435708800500000), "2015-07-01T00:00:00.500000Z"},
        {"1969-12-31T23:59:59.9Z", -100000, "1969-12-31T23:59:59.900000Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t instant_us;
        char printed[32];
        cr_assert(civil_parse_instant(text_from(cases[i].text), &instant_us), "%s", cases[i].text);
        cr_assert_eq(instant_us, cases[i].instant_us, "%s: %ld", cases[i].text, (long)instant_us);
        civil_print_instant(instant_us, printed);
        cr_assert_str_eq(printed, cases[i].printed);
    }
}

Test(civil, an_instant_without_zone_or_with_parts_out_of_range_is_refused)
{
    static const char *const bad[] = {
        "2015-03-19T12:00:00",          "2015-03-19T12:00Z",        "2015-03-19T24:00:00Z",
        "2015-03-19T12:60:00Z",         "2015-03-19T12:00:60Z",     "2015-03-19T12:00:61Z",
        "2015-03-19T12:00:00.Z",        "2015-03-19T12:00:00+0800", "2015-03-19T12:00:00+24:00",
        "2015-03-19T12:00:00.1234567Z", "2015-03-19T12:00:00Zx",    "2015-03-19",
        "2015-03-19T12:00:00+08:60",    "2015-03-19T12:59:60Z",     "2015-03-31T23:59:60Z",
        "2015-06-30T23:59:60+08:00"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t instant_us;
        cr_assert_not(civil_parse_instant(text_from(bad[i]), &instant_us), "%s", bad[i]);
    }
}

Test(zone, days_may_start_at_instants_of_their_own)
{
    struct error error = ERROR_INIT;
    struct zone *zone = zone_open("Asia/Shanghai", &error);
    const int32_t days[] = {civil_day(2022, 2, 19), civil_day(2022, 3, 19)};
    const int64_t starts_us[] = {zone_instant_us(zone, days[0] - 1, 12 * 3600),
                                 zone_instant_us(zone, days[1], 12 * 3600)};
    struct zone *window = zone_with_day_starts(zone, days, starts_us, 2);
    cr_assert_eq(zone_day(window, starts_us[0] - 1), days[0] - 1);
    cr_assert_eq(zone_day(window, starts_us[0]), days[0]);
    cr_assert_eq(zone_day(window, starts_us[1] - 1), days[1] - 1);
    cr_assert_eq(zone_day(window, starts_us[1]), days[1]);
    cr_assert_eq(zone_day(zone, starts_us[0]), days[0] - 1, "the zone itself is as it was");
    zone_close(window);
    zone_close(zone);
}
