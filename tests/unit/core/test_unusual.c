// Simulated days: the false-alarm rate that is stated is kept, with days that differ by more than chance and hours that go together; what is planted is seen.
#include "core/unusual.h"

#include "tests/unit/support/replay.h"

#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { SERIES = 6, DAYS_BEFORE = 56, PAGES = 1460 };
static const double rate = 0.05;

// Of a page's six conditions: how many a day, by how much days differ (of the day as a whole, of each hour by itself).
static const struct condition {
    double daily, day_spread, hour_spread;
} conditions[SERIES] = {{560000, 0.06, 0.03}, {330, 0.15, 0.1}, {10, 0.1, 0},
                        {8, 0.3, 0.2},        {41, 0.1, 0.1},   {0.4, 0, 0}},
  restless[SERIES] = {{1000, 0.3, 0.2}, {100, 0.3, 0.2}, {30, 0.3, 0.2},
                      {10, 0.3, 0.2},   {3, 0.3, 0.2},   {0.4, 0.3, 0.2}},
  orders_of_a_small_city = {33, 0.1, 0.05};

static gsl_rng *random_open(void)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, replay_seed("unusual"));
    return random;
}

// A factor of mean 1 with this coefficient of variation.
static double factor(gsl_rng *random, double spread)
{
    return spread > 0 ? gsl_ran_gamma(random, 1 / (spread * spread), spread * spread) : 1;
}

static struct counted_day random_day(gsl_rng *random, const struct condition *of, int weekday,
                                     double times)
{
    static const double by_weekday[7] = {1.1, 1, 1, 1, 1, 0.7, 0.6};
    struct counted_day day = {.kind = weekday, .is_known = true};
    double mean = of->daily * by_weekday[weekday] * times * factor(random, of->day_spread);
    for (int hour = 0; hour < HOURS_COUNTED; hour++) {
        double share = (hour < 7 ? 0.2 : hour < 19 ? 1.5 : 0.92) / HOURS_COUNTED;
        day.hours[hour] = gsl_ran_poisson(random, mean * share * factor(random, of->hour_spread));
    }
    return day;
}

// Whether anything of one condition of a page is unusual, the last day's counts `times` what they are.
static bool is_unusual(gsl_rng *random, const struct condition *of, int last, double times,
                       int storms_before)
{
    struct counted_day before[DAYS_BEFORE];
    struct judged_day judged;
    for (int d = 0; d < DAYS_BEFORE; d++)
        before[d] = random_day(random, of, (last + 7 * DAYS_BEFORE - d - 1) % 7,
                               d >= 20 && d < 20 + storms_before ? 2.5 : 1);
    struct counted_day day = random_day(random, of, last % 7, times);
    unusual_judge(before, DAYS_BEFORE, &day, rate, SERIES, &judged);
    bool any = judged.total.unusual != 0;
    for (int hour = 0; hour < HOURS_COUNTED; hour++)
        any |= judged.hours[hour].unusual != 0;
    return any;
}

static int count_pages(gsl_rng *random, const struct condition *page, int pages, double times,
                       int storms_before)
{
    int unusual = 0;
    for (int day = 0; day < pages; day++) {
        bool any = false;
        for (int i = 0; i < SERIES; i++)
            any |= is_unusual(random, &page[i], day, times, storms_before);
        unusual += any;
    }
    return unusual;
}

Test(unusual, four_years_of_ordinary_days_raise_no_more_alarms_than_stated)
{
    gsl_rng *random = random_open();
    static const struct {
        const struct condition *page;
        int days;
    } cities[] = {{conditions, PAGES}, {restless, PAGES / 4}};
    for (int i = 0; i < 2; i++) {
        int alarms = count_pages(random, cities[i].page, cities[i].days, 1, 0);
        printf("unusual: %d of %d ordinary pages have anything on them, stated at most %.0f\n",
               alarms, cities[i].days, rate * cities[i].days);
        cr_expect_leq(alarms, (int)(rate * cities[i].days), "%d alarms", alarms);
    }
    gsl_rng_free(random);
}

Test(unusual, a_planted_storm_is_seen_also_when_another_lies_in_the_weeks_before)
{
    enum { STORMS = 200 };
    gsl_rng *random = random_open();
    int alone = count_pages(random, conditions, STORMS, 2.2, 0),
        after = count_pages(random, conditions, STORMS, 2.2, 3);
    printf("unusual: of %d storms %d are seen, %d after another one\n", STORMS, alone, after);
    cr_expect_geq(alone, STORMS * 99 / 100);
    cr_expect_geq(after, STORMS * 99 / 100);
    gsl_rng_free(random);
}

// Four in five, measured; were the rate parted alike among totals and hours, a half.
Test(unusual, most_storms_are_seen_in_thirty_orders_a_day)
{
    enum { STORMS = 400 };
    gsl_rng *random = random_open();
    int seen = 0;
    for (int i = 0; i < STORMS; i++)
        seen += is_unusual(random, &orders_of_a_small_city, i % 5, 2.2, 0);
    printf("unusual: of %d storms in some 33 orders a day %d are seen\n", STORMS, seen);
    cr_expect_geq(seen, STORMS * 2 / 3);
    gsl_rng_free(random);
}

// ---- by hand ----

static struct counted_day flat_day(int kind, int64_t an_hour)
{
    struct counted_day day = {.kind = kind, .is_known = true};
    for (int hour = 0; hour < HOURS_COUNTED; hour++)
        day.hours[hour] = an_hour;
    return day;
}

Test(unusual, counts_without_spread_are_judged_as_poisson_with_the_level_s_own_error)
{
    struct counted_day before[8], day = flat_day(0, 100);
    struct judged_day judged;
    for (int i = 0; i < 8; i++)
        before[i] = flat_day(0, 100);
    day.hours[5] = 200;
    unusual_judge(before, 8, &day, rate, 1, &judged);
    cr_expect_eq(judged.comparable, 8);
    cr_expect_float_eq(judged.hours[5].expected, 100, 1e-9);
    cr_expect_eq(judged.overdispersion, 0);
    cr_expect_eq(judged.hours[5].unusual, 1);
    cr_expect_eq(judged.hours[4].unusual, 0);
    // three and a half standard deviations of sqrt(100 (1 + pi/16)), a little more above than below
    cr_expect(judged.hours[4].low >= 62 && judged.hours[4].low <= 72, "%" PRId64,
              judged.hours[4].low);
    cr_expect(judged.hours[4].high >= 132 && judged.hours[4].high <= 142, "%" PRId64,
              judged.hours[4].high);
}

Test(unusual, other_kinds_of_days_gaps_and_too_few_days_are_no_baseline)
{
    struct counted_day before[12], day = flat_day(0, 50);
    struct judged_day judged;
    for (int i = 0; i < 12; i++)
        before[i] = flat_day(i % 3, i % 3 ? 500 : 50);
    unusual_judge(before, 12, &day, rate, 1, &judged);
    cr_expect_eq(judged.comparable, 4);
    cr_expect_eq(judged.total.unusual, 0);
    before[0].is_known = false;
    unusual_judge(before, 12, &day, rate, 1, &judged);
    cr_expect_eq(judged.comparable, 3);
    cr_expect_not(judged.total.is_tested);
    before[0].is_known = true;
    day.hour_is_gap[3] = true;
    unusual_judge(before, 12, &day, rate, 1, &judged);
    cr_expect_not(judged.hours[3].is_tested);
    cr_expect(judged.hours[4].is_tested);
    cr_expect_not(judged.total.is_tested, "the day's total lacks the gap");
    day.is_known = false;
    unusual_judge(before, 12, &day, rate, 1, &judged);
    cr_expect_not(judged.hours[4].is_tested);
}
