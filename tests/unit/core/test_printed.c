// A printed figure is an interval of what it can have been.
#include "core/printed.h"

#include <criterion/criterion.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

Test(printed, digits_become_an_interval)
{
    static const struct {
        const char *text, *value, *step, *half_up_from, *half_up_until;
    } cases[] = {
        {"93.82", "4691/50", "1/100", "18763/200", "3753/40"},
        {"93.82%", "4691/50", "1/100", "18763/200", "3753/40"},
        {" 93.82 ％ ", "4691/50", "1/100", "18763/200", "3753/40"},
        {"345,300", "345300", "1", "690599/2", "690601/2"},
        {"345300", "345300", "1", "690599/2", "690601/2"},
        {"34.53万", "345300", "100", "345250", "345350"},
        {"34.530 万", "345300", "10", "345295", "345305"},
        {"1.2亿", "120000000", "10000000", "115000000", "125000000"},
        {"1,234,567.5", "2469135/2", "1/10", "24691349/20", "24691351/20"},
        {"100", "100", "1", "199/2", "201/2"},
        {"0", "0", "1", "-1/2", "1/2"},
    };
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct arena arena = ARENA_INIT;
        struct error error = ERROR_INIT;
        struct printed_figure figure;
        struct rational from, until;
        cr_assert(printed_read(&arena, text_from(cases[i].text), &figure, &error), "%s: %s",
                  cases[i].text, error.text);
        cr_expect_str_eq(rational_print_exact(&arena, figure.value), cases[i].value);
        cr_expect_str_eq(rational_print_exact(&arena, figure.step), cases[i].step);
        printed_interval(&arena, &figure, ROUNDED_HALF_UP, &from, &until);
        cr_expect_str_eq(rational_print_exact(&arena, from), cases[i].half_up_from);
        cr_expect_str_eq(rational_print_exact(&arena, until), cases[i].half_up_until);
        arena_free(&arena);
    }
}

Test(printed, what_was_cut_off_lies_above_and_unknown_rounding_is_either)
{
    struct arena arena = ARENA_INIT;
    struct printed_figure figure;
    struct rational from, until;
    cr_assert(printed_read(&arena, TEXT("93.82"), &figure, NULL));
    printed_interval(&arena, &figure, ROUNDED_TRUNCATED, &from, &until);
    cr_expect_str_eq(rational_print_decimal(&arena, from), "93.82");
    cr_expect_str_eq(rational_print_decimal(&arena, until), "93.83");
    printed_interval(&arena, &figure, ROUNDED_UNKNOWN, &from, &until);
    cr_expect_str_eq(rational_print_decimal(&arena, from), "93.815");
    cr_expect_str_eq(rational_print_decimal(&arena, until), "93.83");
    arena_free(&arena);
}

Test(printed, its_marks_and_digits_are_told)
{
    struct arena arena = ARENA_INIT;
    struct printed_figure figure;
    cr_assert(printed_read(&arena, TEXT("93.820%"), &figure, NULL));
    cr_expect(figure.is_percent && !figure.is_in_units && figure.digits == 3);
    cr_assert(printed_read(&arena, TEXT("34.53万"), &figure, NULL));
    cr_expect(!figure.is_percent && figure.is_in_units && figure.digits == 2);
    arena_free(&arena);
}

Test(printed, what_is_no_figure_is_refused_with_a_reason)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "it is no number"},
        {"%", "it is no number"},
        {"ninety", "it is no number"},
        {"-5", "it is no number"},
        {"1e3", "it is no number"},
        {"93.", "it is no number"},
        {".5", "it is no number"},
        {"1.2.3", "it is no number"},
        {"34,53", "a comma in it parts no thousands"},
        {"3453,000", "a comma in it parts no thousands"},
        {"1,2345", "a comma in it parts no thousands"},
        {"1,234,56", "a comma in it parts no thousands"},
        {",123", "a comma in it parts no thousands"},
        {"1.234,567", "a comma in it parts no thousands"},
        {"1,23.4", "a comma in it parts no thousands"},
        {"1234567890123456789", "it has more than 18 digits"},
    };
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct arena arena = ARENA_INIT;
        struct error error = ERROR_INIT;
        struct printed_figure figure;
        cr_assert(!printed_read(&arena, text_from(cases[i].text), &figure, &error), "%s",
                  cases[i].text);
        cr_expect_eq(error.class, ERROR_BAD_CONFIG);
        cr_expect(strstr(error.text, cases[i].reason) != NULL, "%s: %s", cases[i].text, error.text);
        arena_free(&arena);
    }
}

Test(printed, roundings_have_names)
{
    enum printed_rounding rounding;
    cr_expect(printed_rounding_parse("truncated", &rounding) && rounding == ROUNDED_TRUNCATED);
    cr_expect(printed_rounding_parse("unknown", &rounding) && rounding == ROUNDED_UNKNOWN);
    cr_expect(!printed_rounding_parse("up", &rounding));
}
