// When the simulated city calls and works: its calendar, its hours, its storms. Whole numbers only.
#include "ingest/simulation/city.h"

#include "ingest/simulation/traffic.h"

#include <inttypes.h>

enum { HOUR_SECONDS = 3600, DAY_SECONDS = 86400, OPENING_SECOND = 9 * 3600, THURSDAY = 4 };

struct days_off {
    int year, from_month, from_day, until_month, until_day; // until: the first day that is not off
    const char *name;
};

static const struct days_off days_off[] = {
    {2022, 1, 1, 1, 4, "元旦"},
    {2022, 1, 31, 2, 7, "春节"},
    {2022, 4, 3, 4, 6, "清明节"},
    {2022, 4, 30, 5, 5, "劳动节"},
    {2022, 6, 3, 6, 6, "端午节"},
    {2022, 9, 10, 9, 13, "中秋节"},
    {2022, 10, 1, 10, 8, "国庆节"},
    {2023, 1, 1, 1, 3, "元旦"},
    {2023, 1, 21, 1, 28, "春节"},
    {2023, 4, 5, 4, 6, "清明节"},
    {2023, 4, 29, 5, 4, "劳动节"},
    {2023, 6, 22, 6, 25, "端午节"},
    {2023, 9, 29, 10, 7, "中秋节、国庆节"},
};

// Weekends on which people work instead (调休).
static const struct {
    int year, month, day;
    const char *name;
} moved_days[] = {
    {2022, 1, 29, "春节调休"},   {2022, 1, 30, "春节调休"},   {2022, 4, 2, "清明节调休"},
    {2022, 4, 24, "劳动节调休"}, {2022, 5, 7, "劳动节调休"},  {2022, 10, 8, "国庆节调休"},
    {2022, 10, 9, "国庆节调休"}, {2023, 1, 28, "春节调休"},   {2023, 1, 29, "春节调休"},
    {2023, 4, 23, "劳动节调休"}, {2023, 5, 6, "劳动节调休"},  {2023, 6, 25, "端午节调休"},
    {2023, 10, 7, "国庆节调休"}, {2023, 10, 8, "国庆节调休"},
};

enum { SPECIAL_DAYS_MAX = 100 };

#define TICKETS_MAX UINT64_C(99999999)

// By the hour of the day. No hour weighs nothing, so that every arrival has one.
static const int hour_weights[RHYTHM_COUNT][24] = {
    [RHYTHM_CALLS] = {20, 12, 8,  6,  6,  10, 20, 45, 85, 100, 100, 90,
                      70, 75, 90, 95, 90, 80, 65, 55, 50, 45,  38,  28},
    [RHYTHM_ALARMS] = {40, 35, 30, 25, 25, 30, 45, 80, 95, 85, 80, 80,
                       75, 75, 75, 80, 85, 95, 90, 80, 75, 70, 60, 50},
    [RHYTHM_PATROLS] = {1,  1,  1,  1,  1,  1,  2,  20, 80, 100, 100, 80,
                        30, 60, 95, 95, 80, 50, 15, 10, 8,  5,   2,   1},
    [RHYTHM_DESK] = {4,  3,  3,  3,  3,  4,  10, 30, 90, 100, 100, 90,
                     50, 60, 90, 95, 95, 70, 25, 15, 12, 10,  8,   5},
};

static bool is_weekend(int32_t day)
{
    int weekday = (int)(((int64_t)day + THURSDAY) % 7 + 7) % 7; // 0 is Sunday
    return weekday == 0 || weekday == 6;
}

const struct special_day *city_special_days(size_t *count)
{
    static _Thread_local struct special_day days[SPECIAL_DAYS_MAX];
    *count = 0;
    for (size_t i = 0; i < sizeof days_off / sizeof days_off[0]; i++) {
        const struct days_off *off = &days_off[i];
        int32_t until = civil_day(off->year, off->until_month, off->until_day);
        for (int32_t day = civil_day(off->year, off->from_month, off->from_day); day < until;
             day++) {
            if (!is_weekend(day)) {
                days[(*count)++] = (struct special_day){day, false, off->name};
            }
        }
    }
    for (size_t i = 0; i < sizeof moved_days / sizeof moved_days[0]; i++) {
        days[(*count)++] = (struct special_day){
            civil_day(moved_days[i].year, moved_days[i].month, moved_days[i].day), true,
            moved_days[i].name};
    }
    return days;
}

static bool is_working(int32_t day)
{
    size_t count;
    const struct special_day *special = city_special_days(&count);
    for (size_t i = 0; i < count; i++) {
        if (special[i].day == day) {
            return special[i].working;
        }
    }
    return !is_weekend(day);
}

static void make_calendar(struct city *city)
{
    for (int32_t d = 0; d < CALENDAR_DAYS; d++) {
        city->working_before[d] = city->working_day_count;
        if (is_working(city->first_day + d)) {
            city->working_days[city->working_day_count++] = city->first_day + d;
        }
    }
    city->working_before[CALENDAR_DAYS] = city->working_day_count;
}

bool city_works_on(const struct city *city, int32_t day)
{
    int32_t d = day - city->first_day;
    return city->working_before[d + 1] > city->working_before[d];
}

// Storms come from May to September, one in each of six windows, for two or three days.
static void make_storms(struct city *city, struct chance *chance)
{
    int32_t season = civil_day(city->year, 5, 1);
    for (int i = 0; i < STORMS; i++) {
        int32_t from = season + 25 * i + (int32_t)chance_below(chance, 22);
        city->storms[i] =
            (struct storm){from, from + 2 + (int32_t)chance_below(chance, 2),
                           (int)chance_between(chance, 140, 240), (unsigned)chance_next(chance)};
    }
}

static bool is_within(const struct storm *storm, int32_t day)
{
    return day >= storm->from_day && day < storm->until_day;
}

int city_storm(const struct city *city, int32_t day, int district)
{
    for (int i = 0; i < STORMS; i++) {
        if (is_within(&city->storms[i], day)) {
            return city->storms[i].districts >> district & 1 ? city->storms[i].strength : 0;
        }
    }
    return 0;
}

// Of the strongest storm over the city, per 100 on an ordinary day.
static int storm_weight(const struct city *city, int32_t day)
{
    int weight = 100;
    for (int i = 0; i < STORMS; i++) {
        if (is_within(&city->storms[i], day)) {
            weight = weight * city->storms[i].strength / 100;
        }
    }
    return weight;
}

// What arrives on a day, per 100 on a plain working day.
static int day_weight(const struct city *city, enum city_rhythm rhythm, int32_t day)
{
    bool works = city_works_on(city, day);
    int storm = storm_weight(city, day);
    switch (rhythm) {
    case RHYTHM_ALARMS:
        return storm * storm / 100;
    case RHYTHM_PATROLS:
        return works ? 10000 / storm : 20;
    case RHYTHM_DESK:
        return (works ? 100 : 45) * storm / 100;
    default: { // what waited over the days off is told on the first working day
        bool waited = works && day > city->first_day && !city_works_on(city, day - 1);
        return (waited ? 118 : works ? 100 : 65) * storm / 100;
    }
    }
}

static void make_hours(struct city *city, enum city_rhythm rhythm)
{
    int64_t sum = 0, *weight_before = city->weight_before[rhythm];
    for (int hour = 0; hour < city->hour_count; hour++) {
        int32_t day = city->first_day + hour / 24;
        weight_before[hour] = sum;
        sum += (int64_t)hour_weights[rhythm][hour % 24] * day_weight(city, rhythm, day);
    }
    weight_before[city->hour_count] = sum;
}

int city_choose_district(const struct city *city, struct chance *chance, int32_t day)
{
    int64_t weights[CITY_DISTRICTS], sum = 0;
    for (int i = 0; i < city->district_count; i++) {
        weights[i] = city_district(city->districts[i])->weight;
        weights[i] *= city_storm(city, day, city->districts[i]) ? 2 : 1;
        sum += weights[i];
    }
    int64_t draw = chance_below(chance, sum);
    int chosen = 0;
    while (draw >= weights[chosen]) {
        draw -= weights[chosen++];
    }
    return city->districts[chosen];
}

int city_choose(struct chance *chance, const int *shares, int count)
{
    int64_t draw = chance_below(chance, 1000);
    int chosen = 0;
    while (chosen < count - 1 && draw >= shares[chosen]) {
        draw -= shares[chosen++];
    }
    return chosen;
}

static bool choose_district(struct city *city, struct text code, struct error *error)
{
    for (int i = 0; i < CITY_DISTRICTS; i++) {
        if (text_equal(code, text_from(city_district(i)->code))) {
            for (int k = 0; k < city->district_count; k++) {
                if (city->districts[k] == i) {
                    return error_set(error, ERROR_BAD_CONFIG, "districts: %s is listed twice",
                                     city_district(i)->code);
                }
            }
            city->districts[city->district_count++] = i;
            return true;
        }
    }
    return error_set(error, ERROR_BAD_CONFIG,
                     "districts: \"" TEXT_FORMAT "\" is no district of Guangzhou; they are 440103 "
                     "to 440106, 440111 to 440115, 440117 and 440118",
                     TEXT_ARGUMENTS(code));
}

static bool choose_districts(struct city *city, const char *list, struct error *error)
{
    for (int i = 0; !*list && i < CITY_DISTRICTS; i++) {
        city->districts[city->district_count++] = i;
    }
    while (*list) {
        size_t length = strcspn(list, ",");
        if (!choose_district(city, text_trim((struct text){list, (uint32_t)length}), error)) {
            return false;
        }
        list += length + (list[length] == ',');
    }
    return true;
}

static bool check_options(const struct simulation_options *options, struct error *error)
{
    if (options->tickets < 1 || options->tickets > TICKETS_MAX) {
        return error_set(error, ERROR_BAD_CONFIG, "tickets: %" PRIu64 " is not from 1 to %" PRIu64,
                         options->tickets, TICKETS_MAX);
    }
    if (options->year < 1971 || options->year > 2190) {
        return error_set(error, ERROR_BAD_CONFIG, "year: %d is not from 1971 to 2190",
                         options->year);
    }
    if (options->sensors < 0 || options->sensors > SENSORS_OF_DISTRICT_MAX) {
        return error_set(error, ERROR_BAD_CONFIG, "sensors: %d is not from 0 to %d",
                         options->sensors, SENSORS_OF_DISTRICT_MAX);
    }
    return true;
}

bool city_make(struct city *city, const struct simulation_options *options, struct error *error)
{
    if (!check_options(options, error)) {
        return false;
    }
    *city = (struct city){.seed = options->seed,
                          .tickets = options->tickets,
                          .sensors = options->sensors,
                          .year = options->year,
                          .first_day = civil_day(options->year, 1, 1),
                          .until_day = civil_day(options->year + 1, 1, 1)};
    city->horizon_us = (city->until_day + FOLLOW_UP_DAYS) * US_PER_DAY - CITY_OFFSET_US;
    city->hour_count = (city->until_day - city->first_day) * 24;
    struct chance chance = chance_open(options->seed, UINT64_MAX);
    make_calendar(city);
    make_storms(city, &chance);
    for (int rhythm = 0; rhythm < RHYTHM_COUNT; rhythm++) {
        make_hours(city, (enum city_rhythm)rhythm);
    }
    for (int district = 0; district < CITY_DISTRICTS; district++) {
        for (int month = 0; month < 12; month++) {
            city->mood[district][month] = (int)chance_between(&chance, 930, 1071);
        }
    }
    return choose_districts(city, options->districts ? options->districts : "", error);
}

int64_t city_arrival_us(const struct city *city, enum city_rhythm rhythm, uint64_t number,
                        uint64_t count, uint32_t part)
{
    const int64_t *weight_before = city->weight_before[rhythm];
    // In 1/2^20 of a weight.
    unsigned __int128 way = (unsigned __int128)number << 32 | part;
    way = way * (uint64_t)weight_before[city->hour_count] / count;
    int64_t at = (int64_t)(way >> 12);
    int from = 0, until = city->hour_count;
    while (until - from > 1) {
        int middle = from + (until - from) / 2;
        if (weight_before[middle] << 20 <= at) {
            from = middle;
        } else {
            until = middle;
        }
    }
    int64_t weight = weight_before[from + 1] - weight_before[from];
    int64_t share = at - (weight_before[from] << 20); // below weight << 20
    int64_t second = (int64_t)((__int128)share * HOUR_SECONDS / weight >> 20);
    return (city->first_day * (int64_t)DAY_SECONDS + (int64_t)from * HOUR_SECONDS + second) *
               US_PER_SECOND -
           CITY_OFFSET_US;
}

int32_t city_day(int64_t instant_us)
{
    return (int32_t)((instant_us + CITY_OFFSET_US) / US_PER_DAY);
}

static int64_t local_us(int32_t day, int64_t second)
{
    return day * US_PER_DAY + second * US_PER_SECOND - CITY_OFFSET_US;
}

int64_t city_work_us(const struct city *city, int64_t from_us, int64_t seconds)
{
    int32_t day = city_day(from_us);
    int64_t second = (from_us + CITY_OFFSET_US) % US_PER_DAY / US_PER_SECOND - OPENING_SECOND;
    int64_t worked = city->working_before[day - city->first_day] * CITY_DAY_SECONDS;
    if (city_works_on(city, day) && second > 0) {
        worked += second < CITY_DAY_SECONDS ? second : CITY_DAY_SECONDS;
    }
    worked += seconds;
    int64_t position = worked / CITY_DAY_SECONDS;
    if (position >= city->working_day_count) {
        return local_us(city->first_day + CALENDAR_DAYS, 0); // long after the horizon
    }
    return local_us(city->working_days[position], OPENING_SECOND + worked % CITY_DAY_SECONDS);
}

int64_t city_deadline_us(const struct city *city, int64_t from_us, int working_days)
{
    int32_t position =
        city->working_before[city_day(from_us) - city->first_day + 1] + working_days - 1;
    if (position >= city->working_day_count) {
        position = city->working_day_count - 1;
    }
    return local_us(city->working_days[position], DAY_SECONDS - 1);
}
