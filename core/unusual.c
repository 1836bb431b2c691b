// Levels and shapes by kind of day first; then how far days and hours lie from them; then what of that a day of this kind may show.
#include "core/unusual.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <stdlib.h>

static const double trimmed_share = 0.1, interval_tail = 0.05, dispersion_most = 100,
                    half_a_case = 0.5, totals_share = 0.5;

struct level { // of one kind of day
    size_t days;
    double level, shares[HOURS_COUNTED];
};

struct baseline {
    struct level kinds[UNUSUAL_KINDS_MAX];
    double day_dispersion, hour_dispersion;
};

static int64_t total_of(const struct counted_day *day)
{
    int64_t sum = 0;
    for (int hour = 0; hour < HOURS_COUNTED; hour++)
        sum += day->hours[hour];
    return sum;
}

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *list, size_t count)
{
    qsort(list, count, sizeof *list, compare_doubles);
    return (list[(count - 1) / 2] + list[count / 2]) / 2;
}

static void read_level(const struct counted_day *days, size_t count, int kind, double *room,
                       struct level *out)
{
    double sum = 0, hours[HOURS_COUNTED] = {0};
    *out = (struct level){0};
    for (size_t i = 0; i < count; i++) {
        if (!days[i].is_known || days[i].kind != kind)
            continue;
        room[out->days++] = (double)total_of(&days[i]);
        sum += (double)total_of(&days[i]);
        for (int hour = 0; hour < HOURS_COUNTED; hour++)
            hours[hour] += (double)days[i].hours[hour];
    }
    if (!out->days)
        return;
    out->level = median(room, out->days);
    // half a case more in each hour, as Jeffreys has it: an hour that had none so far may have one
    if (out->level < UNUSUAL_FEW)
        out->level = (sum + half_a_case) / (double)out->days;
    for (int hour = 0; hour < HOURS_COUNTED; hour++)
        out->shares[hour] = (hours[hour] + half_a_case) / (sum + half_a_case * HOURS_COUNTED);
}

// ---- dispersion ----

static double pearson(double count, double expected, double dispersion)
{
    double far = count - expected;
    return expected > 0 ? far * far / (expected + dispersion * expected * expected) : 0;
}

// The c at which a statistic that falls with c reaches `wanted`.
typedef double statistic(const void *context, double dispersion);
static double solve(statistic *of, const void *context, double wanted)
{
    double low = 0, high = dispersion_most;
    if (of(context, 0) <= wanted)
        return 0;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        *(of(context, middle) > wanted ? &low : &high) = middle;
    }
    return high;
}

struct far_days {
    const struct counted_day *days;
    const struct level *kinds;
    const bool *is_kept; // of each day
    size_t count;
};

static double totals_statistic(const void *context, double dispersion)
{
    const struct far_days *far = context;
    double sum = 0;
    for (size_t i = 0; i < far->count; i++)
        if (far->is_kept[i])
            sum += pearson((double)total_of(&far->days[i]), far->kinds[far->days[i].kind].level,
                           dispersion);
    return sum;
}

// Of the hours of a day the mean: they go together, so a day is one degree of freedom.
static double hours_statistic(const void *context, double dispersion)
{
    const struct far_days *far = context;
    double sum = 0;
    for (size_t i = 0; i < far->count; i++) {
        const struct level *level = &far->kinds[far->days[i].kind];
        for (int hour = 0; far->is_kept[i] && hour < HOURS_COUNTED; hour++)
            sum += pearson((double)far->days[i].hours[hour], level->level * level->shares[hour],
                           dispersion) /
                   HOURS_COUNTED;
    }
    return sum;
}

// Marks the days that are kept: all known ones but the tenth that lies farthest from its level, relatively. Returns how many.
static size_t keep_days(const struct far_days *far, bool trims, double *room, bool *is_kept)
{
    size_t known = 0;
    for (size_t i = 0; i < far->count; i++) {
        double level = far->kinds[far->days[i].kind].level;
        is_kept[i] = far->days[i].is_known;
        if (is_kept[i])
            room[known++] = pearson((double)total_of(&far->days[i]), level, 1);
    }
    size_t dropped = trims ? (size_t)(trimmed_share * (double)known) : 0;
    if (!dropped)
        return known;
    qsort(room, known, sizeof *room, compare_doubles);
    double most = room[known - dropped - 1];
    size_t kept = 0;
    for (size_t i = 0; i < far->count; i++) {
        double level = far->kinds[far->days[i].kind].level;
        is_kept[i] = is_kept[i] && pearson((double)total_of(&far->days[i]), level, 1) <= most;
        kept += is_kept[i];
    }
    return kept;
}

static void read_dispersion(const struct counted_day *days, size_t count, double *room,
                            struct baseline *baseline)
{
    const double median_freedom = 0.43; // residuals from a median: 1 - 2/n + pi/2n of the variance
    bool *is_kept = calloc(count + 1, sizeof *is_kept);
    struct far_days far = {
        .days = days, .kinds = baseline->kinds, .is_kept = is_kept, .count = count};
    double freedom = 0, lowest = HUGE_VAL;
    if (!is_kept)
        abort();
    for (int kind = 0; kind < UNUSUAL_KINDS_MAX; kind++) {
        if (!baseline->kinds[kind].days)
            continue;
        freedom += (double)baseline->kinds[kind].days - median_freedom;
        lowest = GSL_MIN(lowest, baseline->kinds[kind].level);
    }
    bool trims = lowest >= UNUSUAL_FEW;
    size_t kept = keep_days(&far, trims, room, is_kept);
    if (kept < 2) {
        free(is_kept);
        return;
    }
    double bound = gsl_cdf_chisq_Pinv(interval_tail, GSL_MAX(1, freedom)) / GSL_MAX(1, freedom);
    // of a normal residual's square, the part that lies below its quantile
    double part = trims ? gsl_cdf_chisq_P(gsl_cdf_chisq_Pinv(1 - trimmed_share, 1), 3) : 1;
    baseline->day_dispersion = solve(totals_statistic, &far, part * bound * freedom);
    double of_hours = solve(hours_statistic, &far, bound * (double)kept);
    baseline->hour_dispersion = GSL_MAX(baseline->day_dispersion, of_hours);
    free(is_kept);
}

// ---- judging ----

struct expectation {
    double mean, size; // of the negative binomial; size 0: Poisson
};

static struct expectation expect(double mean, double dispersion, size_t days)
{
    double variance = (mean + dispersion * mean * mean) * (1 + M_PI / (2 * (double)days));
    struct expectation out = {.mean = mean};
    if (variance > mean * (1 + 1e-9))
        out.size = mean * mean / (variance - mean);
    return out;
}

// At most, or (upper) more than so many.
static double probability(const struct expectation *of, int64_t count, bool upper)
{
    if (count < 0)
        return upper ? 1 : 0;
    unsigned at = (unsigned)GSL_MIN(count, (int64_t)UINT32_MAX);
    if (of->size == 0)
        return upper ? gsl_cdf_poisson_Q(at, of->mean) : gsl_cdf_poisson_P(at, of->mean);
    double chance = of->size / (of->size + of->mean);
    return upper ? gsl_cdf_negative_binomial_Q(at, chance, of->size)
                 : gsl_cdf_negative_binomial_P(at, chance, of->size);
}

// The least count that is exceeded with at most the probability `tail` (upper), or not exceeded with more than that.
static int64_t limit(const struct expectation *of, double tail, bool upper)
{
    int64_t low = -1, high = 1;
    while (upper ? probability(of, high, true) > tail : probability(of, high, false) <= tail)
        high *= 2;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        bool is_beyond =
            upper ? probability(of, middle, true) <= tail : probability(of, middle, false) > tail;
        *(is_beyond ? &high : &low) = middle;
    }
    return high;
}

static void judge(int64_t count, double mean, double dispersion, size_t days, double tail,
                  struct judged_count *out)
{
    const struct expectation of = expect(mean, dispersion, days);
    *out = (struct judged_count){.is_tested = true, .count = count, .expected = mean};
    out->low = limit(&of, tail, false);
    out->high = limit(&of, tail, true);
    out->unusual = count > out->high ? 1 : count < out->low ? -1 : 0;
}

void unusual_judge(const struct counted_day *before, size_t count, const struct counted_day *day,
                   double rate, size_t series, struct judged_day *out)
{
    struct baseline baseline = {0};
    double *room = calloc(count + 1, sizeof *room);
    double of_series = rate / (2 * (double)series), tail_of_total = totals_share * of_series,
           tail_of_hour = (1 - totals_share) * of_series / HOURS_COUNTED;
    if (!room)
        abort();
    for (int kind = 0; kind < UNUSUAL_KINDS_MAX; kind++)
        read_level(before, count, kind, room, &baseline.kinds[kind]);
    read_dispersion(before, count, room, &baseline);
    free(room);

    const struct level *level = &baseline.kinds[day->kind];
    bool is_tested = day->is_known && level->days >= UNUSUAL_DAYS_LEAST, has_gap = false;
    *out = (struct judged_day){.comparable = level->days,
                               .overdispersion = baseline.day_dispersion,
                               .total = {.count = total_of(day)}};
    for (int hour = 0; hour < HOURS_COUNTED; hour++) {
        out->hours[hour] = (struct judged_count){.count = day->hours[hour]};
        has_gap |= day->hour_is_gap[hour];
        if (is_tested && !day->hour_is_gap[hour])
            judge(day->hours[hour], level->level * level->shares[hour], baseline.hour_dispersion,
                  level->days, tail_of_hour, &out->hours[hour]);
    }
    if (is_tested && !has_gap)
        judge(total_of(day), level->level, baseline.day_dispersion, level->days, tail_of_total,
              &out->total);
}
