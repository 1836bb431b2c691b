// Wilson's interval against published figures (DOMAIN 6) and the ends.
#include "core/interval.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void expect(int64_t successes, int64_t n, const char *text)
{
    struct interval interval;
    char printed[32];
    cr_assert(interval_wilson(successes, n, &interval));
    snprintf(printed, sizeof printed, "%.2f-%.2f", 100 * interval.low, 100 * interval.high);
    cr_assert_str_eq(printed, text);
}

// DOMAIN 6 says 43.7-97.0 and 93.5-94.2: these two digits, rounded a second time. Once, 43.649 is 43.6 and 94.145 is 94.1.
Test(interval, of_five_of_six_reaches_from_43_65_to_96_99)
{
    expect(5, 6, "43.65-96.99");
}

Test(interval, of_18764_of_20000_reaches_from_93_48_to_94_15)
{
    expect(18764, 20000, "93.48-94.15");
}

Test(interval, stays_between_nothing_and_all)
{
    expect(0, 4, "0.00-48.99");
    expect(4, 4, "51.01-100.00");
}

Test(interval, of_no_cases_is_none)
{
    struct interval interval;
    cr_assert_not(interval_wilson(0, 0, &interval));
    cr_assert_not(interval_wilson(3, 2, &interval));
    cr_assert_not(interval_wilson(-1, 2, &interval));
}
