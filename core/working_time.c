// Full days are counted by a table of sums, so a span of years costs what a span of hours does.
#include "core/working_time.h"

enum {
    DAY_COUNT = 84006,
    DAYS_OF_WEEK = 7,
    THURSDAY = 3
}; // 1970 to 2199; 1970-01-01 was a Thursday

static bool is_weekday(int32_t day)
{
    return (day + THURSDAY) % DAYS_OF_WEEK < 5;
}

void working_time_make(struct arena *arena, const struct zone *zone,
                       const struct calendar_day *days, size_t count, struct working_time *out)
{
    int32_t *sums = arena_array(arena, int32_t, DAY_COUNT + 1);
    for (int32_t day = 0; day < DAY_COUNT; day++)
        sums[day + 1] = is_weekday(day);
    for (size_t i = 0; i < count; i++)
        if (days[i].day >= 0 && days[i].day < DAY_COUNT)
            sums[days[i].day + 1] = days[i].working;
    for (int32_t day = 0; day < DAY_COUNT; day++)
        sums[day + 1] += sums[day];
    *out = (struct working_time){.zone = zone, .worked_before = sums};
}

bool working_time_is_working(const struct working_time *working, int32_t day)
{
    return day >= 0 && day < DAY_COUNT &&
           working->worked_before[day + 1] > working->worked_before[day];
}

// Of a working day, up to a moment of it.
static int64_t hours_before(const struct working_hours *hours, int64_t moment_us)
{
    int64_t sum_us = hours->count ? 0 : moment_us;
    for (int i = 0; i < hours->count; i++) {
        int64_t until_us =
            moment_us < hours->spans[i].until_us ? moment_us : hours->spans[i].until_us;
        if (until_us > hours->spans[i].from_us)
            sum_us += until_us - hours->spans[i].from_us;
    }
    return sum_us;
}

// Working time since 1970 and before an instant.
static int64_t worked_until(const struct working_time *working, const struct working_hours *hours,
                            int64_t instant_us)
{
    int64_t wall_us = zone_wall_us(working->zone, instant_us);
    if (wall_us <= 0)
        return 0;
    int64_t day = wall_us / US_PER_DAY;
    if (day >= DAY_COUNT)
        return working->worked_before[DAY_COUNT] * hours_before(hours, US_PER_DAY);
    int64_t sum_us = working->worked_before[day] * hours_before(hours, US_PER_DAY);
    if (working_time_is_working(working, (int32_t)day))
        sum_us += hours_before(hours, wall_us % US_PER_DAY);
    return sum_us;
}

int64_t working_time_between(const struct working_time *working, const struct working_hours *hours,
                             int64_t from_us, int64_t until_us)
{
    return worked_until(working, hours, until_us) - worked_until(working, hours, from_us);
}

int64_t working_time_deadline(const struct working_time *working, int64_t from_us, int32_t n)
{
    int32_t day = zone_day(working->zone, from_us) + 1;
    while (day < DAY_COUNT && (n -= working_time_is_working(working, day)) > 0)
        day++;
    return zone_day_start_us(working->zone, day + 1);
}

// Of a working day: the moment at which so much of it has been worked.
static int64_t moment_after(const struct working_hours *hours, int64_t worked_us)
{
    for (int i = 0; i < hours->count; i++) {
        int64_t length_us = hours->spans[i].until_us - hours->spans[i].from_us;
        if (worked_us <= length_us)
            return hours->spans[i].from_us + worked_us;
        worked_us -= length_us;
    }
    return worked_us; // the whole day is worked
}

int64_t working_time_after(const struct working_time *working, const struct working_hours *hours,
                           int64_t from_us, int64_t amount_us)
{
    int64_t per_day_us = hours_before(hours, US_PER_DAY),
            wanted_us = worked_until(working, hours, from_us) + amount_us;
    int32_t day = 0, end = DAY_COUNT; // the first day at whose end that much has been worked
    while (day < end) {
        int32_t middle = day + (end - day) / 2;
        if (working->worked_before[middle + 1] * per_day_us < wanted_us)
            day = middle + 1;
        else
            end = middle;
    }
    int64_t moment_us = moment_after(hours, wanted_us - working->worked_before[day] * per_day_us);
    return zone_local_us(working->zone, day * US_PER_DAY + moment_us, NULL);
}

int64_t time_rule_count(const struct time_rule *rule, const struct working_time *working,
                        int64_t from_us, int64_t until_us)
{
    return rule->is_working ? working_time_between(working, &rule->hours, from_us, until_us)
                            : until_us - from_us;
}

bool time_rule_holds(const struct time_rule *rule, const struct working_time *working,
                     int64_t from_us, int64_t until_us)
{
    if (rule->limit_days)
        return until_us < working_time_deadline(working, from_us, rule->limit_days);
    return time_rule_count(rule, working, from_us, until_us) <= rule->limit_us;
}
