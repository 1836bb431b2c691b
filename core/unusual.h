// What is unusual in a day's counts by the hour, against the same hour and kind of day before: a robust baseline, and the false-alarm rate that it keeps.
//
// Level: the median of the totals of comparable days (their mean where it is below UNUSUAL_FEW). Shape: the share that each hour had of those days,
// half a case added to each hour. The
// counts are taken as negative binomial around that: variance m + c m^2, so that days differ by more than chance, all hours of a day together. c is
// estimated from all known days (each against the level of its own kind), by Pearson's statistic without its greatest tenth, as the upper end of a 95 %
// interval with one degree of freedom a day; the level's own error widens the variance by pi/2n.
// A page makes several tests (hours, days, series); each is two-sided at its share of the page's rate (Bonferroni), which holds however hours and
// series depend on each other. So an ordinary day has anything unusual on it with at most that probability; a test with simulated days shows it.
// The shares need not be equal (weighted Bonferroni: Genovese, Roeder and Wasserman, Biometrika 93, 2006): the few totals, in which most of what
// lasts longer than an hour shows best, have half of the rate together, the many hours the other half.
// Floating point: for people to look at. Pure.
#pragma once

#include "core/zone.h"

enum { HOURS_COUNTED = 24, UNUSUAL_FEW = 10, UNUSUAL_DAYS_LEAST = 4 };

struct counted_day {
    int kind;      // days of one kind are compared: a weekday, ...; below UNUSUAL_KINDS_MAX
    bool is_known; // false: a gap, nothing is said of it
    int64_t hours[HOURS_COUNTED];
    bool hour_is_gap[HOURS_COUNTED]; // of the day that is judged: this hour is not tested
};

enum { UNUSUAL_KINDS_MAX = 16 };

struct judged_count {
    bool is_tested;
    int64_t count;
    double expected;
    int64_t low, high; // from low to high is usual
    int unusual;       // -1: fewer than usual, 1: more, 0: neither, or not tested
};

struct judged_day {
    size_t comparable; // days of its kind; fewer than UNUSUAL_DAYS_LEAST: nothing is tested
    struct judged_count total, hours[HOURS_COUNTED];
    double overdispersion; // c, of day totals
};

// Judges `day` by `before` (any order). `rate`: the page's false-alarm rate, above 0 and below 1; `series`: how many are on the page.
void unusual_judge(const struct counted_day *before, size_t count, const struct counted_day *day,
                   double rate, size_t series, struct judged_day *out);
