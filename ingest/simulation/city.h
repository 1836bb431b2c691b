// The city of a simulation: its areas, its calendar, its weather, and how it behaves.
//
// Made once from the seed, immutable afterwards. All families of events happen in it: the storm that
// fills the streets with water raises complaints and incidents, keeps patrols at home and slows traffic.
// Figures of behaviour (weights, shares, speeds) are invented, as are all of its events; names and codes
// of districts and streets are Guangzhou's (GB/T 2260), the days off are those that the State Council
// announced for 2022 and 2023.
#pragma once

#include "core/error.h"
#include "core/text.h"
#include "core/zone.h"
#include "ingest/simulation/chance.h"
#include "ingest/simulation/simulation.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    CITY_DISTRICTS = 11,
    CITY_TOWNS = 6,       // of each district
    CITY_DEPARTMENTS = 6, // of each district
    CITY_UNITS = CITY_TOWNS + CITY_DEPARTMENTS,
    CITY_VILLAGES = 3, // of each town
    CITY_CATEGORIES = 9,
    CITY_SUBCATEGORIES = 3,
    CATEGORY_WATER = 8, // what a storm brings
    STORMS = 6,
    HOURS_MAX = 366 * 24,
    CALENDAR_DAYS = 366 + 330,
    FOLLOW_UP_DAYS = 40, // after the year's end the sources are read so much longer
    NOBODY = -1,         // a district or unit that no list knows
};

#define CITY_OFFSET_US (8 * US_PER_HOUR) // China has one time, without summer time

struct district_names {
    const char *code, *zh, *zh_short, *en;
    int weight; // of its tickets
    // In 1,000: time taken against the city's, share of returns, of contacts made, and how much
    // happier its citizens are.
    int speed, returns, contacts, goodwill;
    const char *towns_zh[CITY_TOWNS], *towns_en[CITY_TOWNS];
};

struct storm {
    int32_t from_day, until_day;
    int strength;       // tickets per 100 on an ordinary day
    unsigned districts; // those it hits, as bits
};

// What happens at which hours.
enum city_rhythm {
    RHYTHM_CALLS,   // by day, more after days off and in storms
    RHYTHM_ALARMS,  // at all hours, many more in storms
    RHYTHM_PATROLS, // in office hours, few in storms
    RHYTHM_DESK,    // in office hours, more in storms
    RHYTHM_COUNT
};

struct city {
    uint64_t seed, tickets; // as given, like the sensors of each district
    int sensors;
    int year;
    int32_t first_day, until_day;  // of the year
    int64_t horizon_us;            // nothing that happens from here on is known
    int districts[CITY_DISTRICTS]; // positions in the table of districts
    int district_count;
    struct storm storms[STORMS];
    // What arrives, arrives by these weights: weight_before[r][h] is the sum over the hours before
    // h.
    int64_t weight_before[RHYTHM_COUNT][HOURS_MAX + 1];
    int hour_count;
    // Working days from first_day on.
    int32_t working_days[CALENDAR_DAYS];
    int32_t working_before[CALENDAR_DAYS + 1]; // in the days before this one
    int32_t working_day_count;
    // Changes from month to month, in 1,000.
    int mood[CITY_DISTRICTS][12];
};

// ERROR_BAD_CONFIG: an unknown district, or a number outside of its range (see simulation.h).
bool city_make(struct city *city, const struct simulation_options *options, struct error *error);

const struct district_names *city_district(int district); // 0 to CITY_DISTRICTS - 1
// A unit's code ("440113-t2" a town, "440113-d1" a department) and Chinese name; NUL-terminated,
// made once.
const char *city_unit_code(int district, int unit);
const char *city_unit_zh(int district, int unit);
const char *city_unit_en(int district, int unit);
// A village's code ("440113-t2-v1") and names; of the district's, by town: village 0 to
// CITY_VILLAGES - 1.
const char *city_village_code(int district, int town, int village);
const char *city_village_zh(int district, int town, int village);
const char *city_village_en(int district, int town, int village);
const char *city_category(int category);
const char *city_subcategory(int category, int position);
int city_department(int category); // the unit of each district that answers for it

// The instant at `part` (0 to 2^32 - 1) of the way of arrival `number` of `count` through the year.
// Ascending.
int64_t city_arrival_us(const struct city *city, enum city_rhythm rhythm, uint64_t number,
                        uint64_t count, uint32_t part);
// How strong a district's storm is on a day, in calls per 100 on an ordinary day; 0: none.
int city_storm(const struct city *city, int32_t day, int district);
// One of the city's districts, by weight; what a storm brings comes from where it rains.
int city_choose_district(const struct city *city, struct chance *chance, int32_t day);
// One of `count` choices, in 1,000; the last takes the rest.
int city_choose(struct chance *chance, const int *shares, int count);
bool city_works_on(const struct city *city, int32_t day); // no day off

// Offices work from 9:00 to 18:00 on working days.
#define CITY_DAY_SECONDS INT64_C(32400)
int64_t city_work_us(const struct city *city, int64_t from_us,
                     int64_t seconds); // after so much of it
// The end of the n-th working day after the day of an instant.
int64_t city_deadline_us(const struct city *city, int64_t from_us, int working_days);
int32_t city_day(int64_t instant_us); // civil day in the city

// A day of the calendar that does not follow the rule "Monday to Friday are working days".
struct special_day {
    int32_t day;
    bool working;
    const char *name;
};
const struct special_day *city_special_days(size_t *count);
