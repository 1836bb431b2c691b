// Sensors: which there are, and how decimals of people become whole numbers.
#include "core/decimal.h"
#include "core/sensor.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct sensor sensor(const char *authority, const char *code)
{
    return (struct sensor){
        .authority = text_from(authority), .code = text_from(code), .window_s = 900};
}

Test(sensor, is_found_by_authority_and_code_together)
{
    struct error error = ERROR_INIT;
    struct sensor sensors[] = {sensor("gz", "0970"), sensor("gz", "970"), sensor("sz", "0970")};
    sensors[1].length_m = 7;
    struct sensor_index *index = sensor_index_new(sensors, 3, NULL, &error);
    cr_assert(index, "%s", error.text);
    cr_assert_eq(sensor_find(index, TEXT("gz"), TEXT("0970")), sensor_at(index, 0));
    cr_assert_eq(sensor_find(index, TEXT("gz"), TEXT("970"))->length_m, 7);
    cr_assert_eq(sensor_find(index, TEXT("sz"), TEXT("0970")), sensor_at(index, 2));
    cr_assert_null(sensor_find(index, TEXT("sz"), TEXT("970")));
    cr_assert_null(sensor_find(index, TEXT(""), TEXT("")));
    cr_assert_eq(sensor_count(index), 3);
    sensor_index_free(index);
}

Test(sensor, an_index_without_sensors_knows_none)
{
    struct error error = ERROR_INIT;
    struct sensor_index *empty = sensor_index_new(NULL, 0, NULL, &error);
    cr_assert_null(sensor_find(empty, TEXT("gz"), TEXT("0970")));
    cr_assert_null(sensor_find(sensor_index_none(), TEXT("gz"), TEXT("0970")));
    cr_assert_eq(sensor_count(sensor_index_none()), 0);
    sensor_index_free(empty);
}

Test(sensor, ten_thousand_are_all_found)
{
    enum { COUNT = 10000 };
    static struct sensor sensors[COUNT];
    static char codes[COUNT][16];
    struct error error = ERROR_INIT;
    for (int i = 0; i < COUNT; i++) {
        snprintf(codes[i], sizeof codes[i], "s%d", i);
        sensors[i] = sensor("gz", codes[i]);
    }
    struct sensor_index *index = sensor_index_new(sensors, COUNT, NULL, &error);
    cr_assert(index, "%s", error.text);
    for (size_t i = 0; i < COUNT; i++)
        cr_assert_eq(sensor_find(index, TEXT("gz"), text_from(codes[i])), sensor_at(index, i));
    sensor_index_free(index);
}

Test(sensor, two_with_one_key_are_refused_with_their_positions)
{
    struct error error = ERROR_INIT;
    size_t twins[2];
    struct sensor sensors[] = {sensor("gz", "1"), sensor("gz", "2"), sensor("gz", "1")};
    cr_assert_null(sensor_index_new(sensors, 3, twins, &error));
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    cr_assert_str_eq(error.text, "sensor \"1\" of \"gz\" is listed twice");
    cr_assert_eq(twins[0], 0);
    cr_assert_eq(twins[1], 2);
}

Test(sensor, what_no_sensor_can_be_is_refused)
{
    static char longer[66];
    memset(longer, 'x', sizeof longer - 1);
    struct {
        struct sensor sensor;
        const char *text;
    } cases[] = {
        {sensor("", "1"), "a sensor needs an authority and a code, as its readings name it"},
        {sensor("gz", ""), "a sensor needs an authority and a code, as its readings name it"},
        {sensor("gz", longer), "code is longer than 64 bytes"},
        {sensor("gz", "\xff"), "code is not UTF-8 without NUL"},
        {{.authority = TEXT("gz"), .code = TEXT("1"), .window_s = 600},
         "window_s is 600: it has to be 300 or 900"},
        {{.authority = TEXT("gz"), .code = TEXT("1"), .window_s = 300, .length_m = -1},
         "a length or a speed is negative"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = ERROR_INIT;
        cr_assert_not(sensor_check(&cases[i].sensor, &error), "case %zu", i);
        cr_expect_eq(error.class, ERROR_BAD_CONFIG);
        cr_expect_str_eq(error.text, cases[i].text);
    }
}

Test(decimal, is_read_exactly_and_rounded_half_up)
{
    static const struct {
        const char *text;
        struct measure_unit unit;
        int64_t expected;
    } cases[] = {
        {"60", {2500, 9}, 16667}, {"63.5", {2500, 9}, 17639},
        {"0.0", {2500, 9}, 0},    {"9.25", {1000, 1}, 9250},
        {"0.5", {1, 1}, 1},       {"0.49999999999999999", {1, 1}, 0},
        {"-0.5", {1, 1}, -1},     {"+7", {1, 1}, 7},
        {"007", {1, 1}, 7},       {"999999999999999999", {1, 1}, 999999999999999999},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value;
        cr_assert(decimal_read(text_from(cases[i].text), cases[i].unit, &value));
        cr_expect_eq(value, cases[i].expected, "%s is %lld", cases[i].text, (long long)value);
    }
}

Test(decimal, anything_else_is_refused)
{
    static const char *const texts[] = {
        "",    "-",  ".",    "1.",  ".5",   "1.2.3", "1,5",
        "1e3", " 1", "0x10", "NaN", "1..2", "--1",   "9999999999999999999"};
    int64_t value;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cr_expect_not(decimal_read(text_from(texts[i]), UNIT_ITSELF, &value), "\"%s\"", texts[i]);
    cr_expect_not(decimal_read(TEXT("999999999999999999"), UNIT_M_S, &value));
}
