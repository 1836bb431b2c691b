// Readings of the simulated city's sensors, and what is counted of them.
//
// An hour of one sensor is an entity, told in one message of slots of 15 or 5 minutes, in one series or
// one for each direction; some messages say something wrong that is corrected later. Rush hours slow the
// roads of working days, and a storm slows those where it rains. Every figure is invented here (see
// city.h).
//
// Figures by district and by road segment and month: what traffic_hour sums (see FIGURES), and "peak_"
// the same of the hours from 7 to 9 and from 17 to 19.
#include "ingest/simulation/traffic.h"

#include "core/traffic.h"
#include "ingest/simulation/family.h"
#include "ingest/simulation/statement.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    HOUR_SECONDS = 3600,
    LONG_SLOT_S = 900,
    SHORT_SLOT_S = 300,
    SEGMENTS = CITY_DISTRICTS * SENSORS_OF_DISTRICT_MAX,
    CROWDED = 300, // slowed down by so much, in 1,000, queues form
};

// Streams of chance that no entity has.
#define STREAM_ROADS (UINT64_C(1) << 46)
#define STREAM_OUTAGES (UINT64_C(1) << 47)

#define TRAFFIC_SOURCE "traffic.gz.example"

// How much slower than free flow, in 1,000, and how many vehicles in 15 minutes and a direction, by
// the hour.
static const int slowed_on_working_days[24] = {20,  15,  10,  10,  10,  20,  80,  300,
                                               420, 260, 160, 160, 140, 130, 150, 170,
                                               240, 400, 450, 300, 180, 120, 80,  40};
static const int slowed_on_days_off[24] = {30,  20,  10,  10,  10,  15,  30,  60,
                                           100, 150, 180, 190, 170, 160, 170, 180,
                                           190, 210, 220, 190, 150, 120, 90,  50};
static const int vehicles_by_hour[24] = {40,  20,  8,   4,   4,   15,  90,  260, 340, 300, 240, 230,
                                         220, 210, 230, 240, 280, 330, 340, 270, 200, 160, 120, 70};

struct hour_plan {
    struct planner base;
    struct simulated_sensor sensor;
    int32_t day;
    int hour; // of the civil day
    int64_t from_us;
    int slowed;  // in 1,000
    size_t used; // readings of the life
};

// ---- Counting -----------------------------------------------------------------------------------

// clang-format off
#define FIGURES(X) \
    X(readings) X(overlapping_readings) X(vehicles) X(timed_vehicles) X(travel_ms) X(free_flow_ms) \
    X(occupancy_seconds) X(occupancy_permille_seconds) X(queue_seconds) X(queue_metre_seconds)
// clang-format on

#define AS_NUMBER(name) FIGURE_##name,
#define AS_TEXT(name) #name,
enum figure { FIGURES(AS_NUMBER) FIGURE_COUNT };
static const char *const figure_names[] = {FIGURES(AS_TEXT) NULL};
enum way { ALL_DAY, PEAK };
static const char *const way_names[] = {"", "peak", NULL};

static size_t segment_rows(void)
{
    return SEGMENTS + 1;
}

static const char *segment_code(size_t row)
{
    static _Thread_local char code[SENSOR_CODE_BYTES];
    if (row == SEGMENTS) {
        return "unassigned";
    }
    int district = (int)row / SENSORS_OF_DISTRICT_MAX;
    snprintf(code, sizeof code, "%s-r%d", city_district(district)->code,
             (int)row % SENSORS_OF_DISTRICT_MAX + 1);
    return code;
}

enum table { BY_DISTRICT, BY_SEGMENT, TABLES };
static const struct tally_table tables[TABLES] = {
    [BY_DISTRICT] = {"district", tally_district_rows, tally_district_code, way_names, figure_names},
    [BY_SEGMENT] = {"segment", segment_rows, segment_code, way_names, figure_names},
};

// A vehicle's time on the segment, rounded half up.
static int64_t passing_ms(int64_t length_m, int64_t mm_per_s)
{
    return (2 * length_m * 1000000 + mm_per_s) / (2 * mm_per_s);
}

static void count_reading(const struct simulated_sensor *sensor, const struct reading *reading,
                          int64_t *values)
{
    values[FIGURE_readings]++;
    values[FIGURE_vehicles] += reading->vehicles;
    if (reading->occupancy_permille != READING_NOT_MEASURED) {
        values[FIGURE_occupancy_seconds] += reading->length_s;
        values[FIGURE_occupancy_permille_seconds] +=
            reading->length_s * reading->occupancy_permille;
    }
    if (reading->queue_m != READING_NOT_MEASURED) {
        values[FIGURE_queue_seconds] += reading->length_s;
        values[FIGURE_queue_metre_seconds] += reading->length_s * reading->queue_m;
    }
    if (sensor->district != NOBODY && reading->speed_mm_per_s != READING_NOT_MEASURED) {
        int64_t free_flow = (sensor->free_flow_km_h * INT64_C(1000000) + HOUR_SECONDS / 2) /
                            HOUR_SECONDS; // in mm/s
        values[FIGURE_timed_vehicles] += reading->vehicles;
        values[FIGURE_travel_ms] +=
            reading->vehicles * passing_ms(sensor->length_m, reading->speed_mm_per_s);
        values[FIGURE_free_flow_ms] += reading->vehicles * passing_ms(sensor->length_m, free_flow);
    }
}

static void count_hour(const struct hour_plan *plan, const struct reading *readings, size_t count,
                       struct tally *const *tallies)
{
    const struct simulated_sensor *sensor = &plan->sensor;
    int64_t values[FIGURE_COUNT] = {0};
    for (size_t i = 0; i < count; i++) {
        count_reading(sensor, &readings[i], values);
    }
    bool is_peak = (plan->hour >= 7 && plan->hour < 9) || (plan->hour >= 17 && plan->hour < 19);
    size_t segment =
        sensor->district == NOBODY
            ? SEGMENTS
            : (size_t)(sensor->district * SENSORS_OF_DISTRICT_MAX + sensor->number - 1);
    for (int way = ALL_DAY; way <= (is_peak ? PEAK : ALL_DAY); way++) {
        tally_add(tallies[BY_DISTRICT], tally_district_row(sensor->district), plan->from_us,
                  (size_t)way, values);
        tally_add(tallies[BY_SEGMENT], segment, plan->from_us, (size_t)way, values);
    }
}

// ---- Planning -----------------------------------------------------------------------------------

uint64_t traffic_sensor_count(const struct city *city)
{
    return city->sensors > 0 ? (uint64_t)(city->sensors * city->district_count) + 1 : 0;
}

void traffic_sensor(const struct city *city, uint64_t position, struct simulated_sensor *sensor)
{
    static const int speeds_km_h[] = {40, 50, 60, 80};
    int districts = city->district_count;
    bool is_temporary = position + 1 == traffic_sensor_count(city);
    int district = is_temporary ? NOBODY : city->districts[position % (uint64_t)districts];
    int number = (int)(position / (uint64_t)districts) + 1;
    struct chance chance =
        chance_open(city->seed, STREAM_ROADS + (uint64_t)(district + 1) * 100 + (uint64_t)number);
    *sensor = (struct simulated_sensor){
        .district = district,
        .number = number,
        .length_m = (int)chance_between(&chance, 300, 2400),
        .free_flow_km_h = speeds_km_h[chance_below(&chance, 4)],
    };
    if (is_temporary) {
        snprintf(sensor->code, sizeof sensor->code, "temporary-1");
        return;
    }
    const char *code = city_district(district)->code;
    snprintf(sensor->code, sizeof sensor->code, "%s-s%d", code, number);
    snprintf(sensor->segment, sizeof sensor->segment, "%s-r%d", code, number);
}

// How much slower than free flow the hour is.
static int slowed_by(const struct hour_plan *plan)
{
    const struct city *city = plan->base.city;
    int slowed = city_works_on(city, plan->day) ? slowed_on_working_days[plan->hour]
                                                : slowed_on_days_off[plan->hour];
    if (plan->sensor.district == NOBODY) {
        return slowed;
    }
    int storm = city_storm(city, plan->day, plan->sensor.district);
    slowed = slowed * city_district(plan->sensor.district)->speed / 1000;
    return storm ? slowed + (1000 - slowed) * (storm - 100) / 400 : slowed;
}

// Vehicles, their speed, and what else this sensor measures; at night a slot may be empty and have
// no speed.
static void measure(struct hour_plan *plan, struct reading *reading)
{
    struct chance *chance = &plan->base.chance;
    int64_t free_flow = plan->sensor.free_flow_km_h * INT64_C(1000000) / HOUR_SECONDS;
    int64_t vehicles = vehicles_by_hour[plan->hour] * reading->length_s / LONG_SLOT_S;
    int64_t slowed = plan->slowed * chance_between(chance, 900, 1101) / 1000;
    reading->vehicles = vehicles * chance_between(chance, 700, 1301) / 1000;
    reading->speed_mm_per_s = READING_NOT_MEASURED;
    if (reading->vehicles > 0 && chance_permille(chance, 995)) {
        reading->speed_mm_per_s =
            free_flow * (1000 - slowed) / 1000 * chance_between(chance, 970, 1031) / 1000;
    }
    reading->occupancy_permille = reading->queue_m = READING_NOT_MEASURED;
    if (plan->sensor.number % 3 != 1) {
        reading->occupancy_permille = 20 + slowed / 2 + chance_below(chance, 30);
    }
    if (plan->sensor.number % 2 == 1) {
        reading->queue_m = slowed > CROWDED ? (slowed - CROWDED) / 2 : 0;
    }
}

// The first sensor of a district has slots of 5 minutes, the second one series of 15 minutes for
// each direction, the third one series; and so on.
static size_t measure_hour(struct hour_plan *plan, struct reading *readings)
{
    static const struct text directions[] = {TEXT("in"), TEXT("out")};
    bool has_directions = plan->sensor.number % 3 == 2;
    int64_t length_s = plan->sensor.number % 3 == 1 ? SHORT_SLOT_S : LONG_SLOT_S;
    size_t count = 0;
    for (int series = 0; series < (has_directions ? 2 : 1); series++) {
        for (int64_t second = 0; second < HOUR_SECONDS; second += length_s) {
            readings[count] = (struct reading){
                .series = has_directions ? directions[series] : TEXT(""),
                .from_us = plan->from_us + second * US_PER_SECOND,
                .length_s = length_s,
            };
            measure(plan, &readings[count++]);
        }
    }
    return count;
}

static void tell(struct hour_plan *plan, const struct reading *readings, size_t count,
                 int64_t at_us)
{
    struct life_statement *statement = begin(&plan->base, TRAFFIC_READINGS, at_us);
    if (statement) {
        statement->readings = readings;
        statement->reading_count = count;
    }
}

// One slot was told wrong; the sensor's software finds it hours later. What was really measured
// stays in `readings`.
static void tell_with_mistake(struct hour_plan *plan, struct reading *readings, size_t count)
{
    struct life *life = plan->base.life;
    struct chance *chance = &plan->base.chance;
    size_t wrong = (size_t)chance_below(chance, (int64_t)count);
    struct reading *told = life->readings + count;
    for (size_t i = 0; i < count; i++) {
        told[i] = readings[i];
    }
    told[wrong].vehicles = readings[wrong].vehicles * 7 + 3;
    tell(plan, told, count, plan->base.now_us);
    tell(plan, &readings[wrong], 1, minutes_later(&plan->base, 30, 2000));
    if (plan->base.over) {
        readings[wrong] = told[wrong]; // nobody found it in time
    }
}

static uint64_t count(const struct city *city)
{
    return traffic_sensor_count(city) * (uint64_t)city->hour_count;
}

static int64_t hour_us(const struct city *city, uint64_t hour)
{
    return city->first_day * US_PER_DAY + (int64_t)hour * US_PER_HOUR - CITY_OFFSET_US;
}

static int64_t begins_us(const struct city *city, uint64_t number, uint64_t count)
{
    (void)count;
    return hour_us(city, number / traffic_sensor_count(city) + 1);
}

// Whether the sensor is out of order all day.
static bool is_out(const struct city *city, uint64_t sensor, int32_t day)
{
    struct chance chance =
        chance_open(city->seed, STREAM_OUTAGES + sensor * HOURS_MAX + (uint64_t)day);
    return chance_permille(&chance, 8);
}

static void plan_hour(const struct city *city, uint64_t number, struct life *life,
                      struct tally *const *tallies)
{
    uint64_t sensors = traffic_sensor_count(city), hour = number / sensors;
    struct hour_plan plan = {
        .base = plan_open(city, FAMILY_TRAFFIC, number, life),
        .day = city->first_day + (int32_t)(hour / 24),
        .hour = (int)(hour % 24),
        .from_us = hour_us(city, hour),
    };
    if (is_out(city, number % sensors, plan.day)) {
        return;
    }
    traffic_sensor(city, number % sensors, &plan.sensor);
    plan.slowed = slowed_by(&plan);
    plan.base.now_us = plan.from_us + US_PER_HOUR;
    life->source = TRAFFIC_SOURCE;
    life->authority = SENSOR_AUTHORITY;
    snprintf(life->entity, sizeof life->entity, "%s", plan.sensor.code);
    snprintf(life->chapter, sizeof life->chapter, "-%" PRIu64, hour);
    size_t readings = measure_hour(&plan, life->readings);
    if (chance_permille(&plan.base.chance, 8)) {
        tell_with_mistake(&plan, life->readings, readings);
    } else {
        tell(&plan, life->readings, readings, plan.base.now_us);
    }
    plan_sends(&plan.base);
    if (tallies) {
        count_hour(&plan, life->readings, readings, tallies);
    }
}

static const char *const sources[] = {TRAFFIC_SOURCE, NULL};

const struct simulated_family simulated_traffic = {
    .family = FAMILY_TRAFFIC,
    .sources = sources,
    .count = count,
    .begins_us = begins_us,
    .plan = plan_hour,
    .tables = tables,
    .table_count = TABLES,
};
