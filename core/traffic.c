// What readings may be, what the columns of a window show, and its hourly sums. Slots and the fold are traffic_window.c's.
//
// Invariant: sums are whole numbers in a declared unit; a vehicle's travel time is rounded once, so that sums do not depend on
// their order. Names become codes in the contribution and nowhere else.
#include "core/traffic.h"

#include "core/area.h"
#include "core/family_rules.h"

#include <stdlib.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

enum {
    VEHICLES_MOST = 100000, // in 15 minutes: more than any road carries
    SPEED_MOST_MM_PER_S = 150000,
    OCCUPANCY_MOST_PERMILLE = 1000,
    QUEUE_MOST_M = 100000,
    SERIES_LIMIT_BYTES = 64,
};

static const char *const event_kind_names[] = {
    [TRAFFIC_READINGS] = "readings",
    [TRAFFIC_PROGRESS] = "progress",
};

// --- rules ---

static bool check_reading(const struct reading *reading, struct violation *violation)
{
    if (reading->from_us < 0 || reading->from_us >= INSTANT_LIMIT_US)
        return event_refuse(violation, "reading.from",
                            "from_us has to be stated, from 1970 until 2200");
    if (reading->length_s < 1 || SENSOR_WINDOW_DEFAULT_S % reading->length_s)
        return event_refuse(violation, "reading.length",
                            "length_s has to be a whole part of 15 minutes");
    if (reading->from_us % (reading->length_s * US_PER_SECOND))
        return event_refuse(violation, "reading.outside-slot",
                            "from_us has to be a multiple of the reading's length");
    if (reading->series.length > SERIES_LIMIT_BYTES || !text_is_storable(reading->series))
        return event_refuse(violation, "reading.series",
                            "series has to be at most 64 bytes of UTF-8 without NUL");
    if (reading->vehicles > VEHICLES_MOST || reading->speed_mm_per_s > SPEED_MOST_MM_PER_S ||
        reading->occupancy_permille > OCCUPANCY_MOST_PERMILLE || reading->queue_m > QUEUE_MOST_M)
        return event_refuse(violation, "reading.out-of-range",
                            "a quantity is greater than any road can show");
    if (reading->vehicles < 0 && reading->speed_mm_per_s < 0 && reading->occupancy_permille < 0 &&
        reading->queue_m < 0)
        return event_refuse(violation, "reading.nothing-measured",
                            "a reading has to state a quantity");
    return true;
}

static int compare_pointers(const void *left, const void *right)
{
    return reading_order(*(const struct reading *const *)left,
                         *(const struct reading *const *)right);
}

static bool is_ascending(const struct reading *readings, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (reading_order(&readings[i - 1], &readings[i]) >= 0)
            return false;
    return true;
}

static bool measures_equal(const struct reading *a, const struct reading *b)
{
    return a->length_s == b->length_s && a->vehicles == b->vehicles &&
           a->speed_mm_per_s == b->speed_mm_per_s &&
           a->occupancy_permille == b->occupancy_permille && a->queue_m == b->queue_m;
}

// The readings in the order of their slots.
static const struct reading **sort_readings(struct arena *arena, const struct reading *readings,
                                            size_t count)
{
    const struct reading **sorted = arena_alloc(arena, (count + 1) * sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &readings[i];
    if (count)
        qsort(sorted, count, sizeof(struct reading *), compare_pointers);
    return sorted;
}

static bool check_slots(const struct event *event, struct arena *arena, struct violation *violation)
{
    if (is_ascending(event->readings, event->reading_count))
        return true;
    const struct reading **sorted = sort_readings(arena, event->readings, event->reading_count);
    for (size_t i = 1; i < event->reading_count; i++)
        if (reading_order(sorted[i - 1], sorted[i]) == 0 &&
            !measures_equal(sorted[i - 1], sorted[i]))
            return event_refuse(violation, "reading.two-values",
                                "one event states two values of one slot");
    return true;
}

static bool validate(const struct event *event, struct arena *arena, struct violation *violation)
{
    if (event->form == EVENT_PROGRESS)
        return event->reading_count == 0 || event_refuse(violation, "progress.states-something",
                                                         "a progress event states no readings");
    if (event->form == EVENT_SNAPSHOT)
        return event_refuse(violation, "kind.contradicts-form",
                            "readings are stated one by one, not as a snapshot");
    if (event->reading_count == 0 || event->reading_count > READINGS_MOST)
        return event_refuse(violation, "readings.count", "an event has 1 to 10,000 readings");
    for (size_t i = 0; i < event->reading_count; i++)
        if (!check_reading(&event->readings[i], violation))
            return false;
    return check_slots(event, arena, violation);
}

// --- what a window shows and contributes ---

static const struct column columns[] = {
    {"window_start", COLUMN_TIMESTAMP, "start of the window"},
    {"first_from", COLUMN_TIMESTAMP, "start of its earliest slot"},
    {"last_until", COLUMN_TIMESTAMP, "end of its latest slot"},
    {"series", COLUMN_INTEGER, "series that state a slot"},
    {"readings", COLUMN_INTEGER, "slots that are stated"},
    {"overlapping_readings", COLUMN_INTEGER,
     "of them, those that overlap another of their series: not summed"},
    {"vehicles", COLUMN_BIGINT, "vehicles counted; null where no slot counts any"},
    {"speed_vehicles", COLUMN_BIGINT, "of them, those whose speed is known"},
    {"speed_sum_mm_per_s", COLUMN_BIGINT, "their speeds, mm/s, summed over vehicles"},
    {"occupancy_seconds", COLUMN_BIGINT, "seconds of slots whose occupancy is known"},
    {"occupancy_permille_seconds", COLUMN_BIGINT, "their occupancy times their length"},
    {"queue_most_m", COLUMN_INTEGER, "longest queue, m; null where none was measured"},
};

// What a window's slots add up to, those that overlap left out.
struct window_sums {
    int64_t first_us, last_us, series, readings, overlapping;
    int64_t vehicles, speed_vehicles, speed_sum;
    int64_t occupancy_seconds, occupancy_permille_seconds, queue_most_m;
    bool counts_vehicles;
};

static void sum_slot(struct window_sums *sums, const struct reading *slot)
{
    if (slot->vehicles >= 0) {
        sums->counts_vehicles = true;
        sums->vehicles += slot->vehicles;
        if (slot->speed_mm_per_s >= 0) {
            sums->speed_vehicles += slot->vehicles;
            sums->speed_sum += slot->vehicles * slot->speed_mm_per_s;
        }
    }
    if (slot->occupancy_permille >= 0) {
        sums->occupancy_seconds += slot->length_s;
        sums->occupancy_permille_seconds += slot->length_s * slot->occupancy_permille;
    }
    if (slot->queue_m > sums->queue_most_m)
        sums->queue_most_m = slot->queue_m;
}

static void sum_window(const struct state *state, struct window_sums *sums)
{
    struct window_slots slots = WINDOW_SLOTS(state);
    struct reading slot;
    struct text series = {NULL, 0};
    bool overlaps;
    *sums = (struct window_sums){.first_us = INT64_MAX, .last_us = INT64_MIN, .queue_most_m = -1};
    while (traffic_next_slot(&slots, &slot, &overlaps)) {
        int64_t until_us = slot.from_us + slot.length_s * US_PER_SECOND;
        sums->first_us = slot.from_us < sums->first_us ? slot.from_us : sums->first_us;
        sums->last_us = until_us > sums->last_us ? until_us : sums->last_us;
        sums->series += sums->readings == 0 || !text_equal(series, slot.series);
        series = slot.series;
        sums->readings++;
        sums->overlapping += overlaps;
        if (!overlaps)
            sum_slot(sums, &slot);
    }
}

static void read_columns(const struct entity_key *key, const struct state *state,
                         struct arena *arena, struct value *values)
{
    struct window_sums sums;
    (void)arena;
    sum_window(state, &sums);
    const struct value row[] = {
        value_integer(key->window_us),
        value_integer_unless(sums.first_us, INT64_MAX),
        value_integer_unless(sums.last_us, INT64_MIN),
        value_integer(sums.series),
        value_integer(sums.readings),
        value_integer(sums.overlapping),
        value_integer_unless(sums.counts_vehicles ? sums.vehicles : -1, -1),
        value_integer(sums.speed_vehicles),
        value_integer(sums.speed_sum),
        value_integer(sums.occupancy_seconds),
        value_integer(sums.occupancy_permille_seconds),
        value_integer_unless(sums.queue_most_m, -1),
    };
    _Static_assert(LENGTH_OF(row) == LENGTH_OF(columns), "a value for every column");
    memcpy(values, row, sizeof row);
}

static const struct column dimensions[] = {
    {"hour", COLUMN_TIMESTAMP, "start of the civil hour"},
    {"district", COLUMN_TEXT, "code of the sensor's district, or \"unassigned\""},
    {"segment", COLUMN_TEXT, "road segment, \"unassigned\" when the sensor is unknown"},
};

static const struct measure measures[] = {
    [TRAFFIC_COUNT_READINGS] = {"readings", "slots that are stated"},
    [TRAFFIC_COUNT_OVERLAPPING] = {"overlapping_readings",
                                   "slots that overlap another of their series: in no other sum"},
    [TRAFFIC_COUNT_VEHICLES] = {"vehicles", "vehicles counted"},
    [TRAFFIC_COUNT_TIMED_VEHICLES] = {"timed_vehicles", "of them, those with a travel time"},
    [TRAFFIC_COUNT_TRAVEL_MS] = {"travel_ms", "their travel times on the sensor's length, ms"},
    [TRAFFIC_COUNT_FREE_FLOW_MS] = {"free_flow_ms", "the same at free flow, ms"},
    [TRAFFIC_COUNT_OCCUPANCY_SECONDS] = {"occupancy_seconds",
                                         "seconds of slots whose occupancy is known"},
    [TRAFFIC_COUNT_OCCUPANCY_PERMILLE_SECONDS] = {"occupancy_permille_seconds",
                                                  "their occupancy times their length"},
    [TRAFFIC_COUNT_QUEUE_SECONDS] = {"queue_seconds", "seconds of slots whose queue is known"},
    [TRAFFIC_COUNT_QUEUE_METRE_SECONDS] = {"queue_metre_seconds",
                                           "their queue in m times their length"},
};
_Static_assert(LENGTH_OF(measures) == TRAFFIC_MEASURE_COUNT, "every measure has a name");

const struct rollup rollup_traffic_hour = {
    .name = "traffic_hour",
    .meaning = "Traffic by civil hour, district and road segment",
    .family = FAMILY_TRAFFIC,
    .dimensions = dimensions,
    .measures = measures,
    .dimension_count = LENGTH_OF(dimensions),
    .measure_count = LENGTH_OF(measures),
};
static const struct rollup *const rollups[] = {&rollup_traffic_hour};

// A window's travel times can be as long only where a length or a speed is wrong (10,000 vehicles that take 11 days each).
// Left in, a few such windows would be more than the sums of an hour hold.
#define TRAVEL_MOST_MS INT64_C(10000000000000)

static int64_t passing_ms(int64_t length_m, int64_t speed_mm_per_s)
{
    return (length_m * 1000000 + speed_mm_per_s / 2) / speed_mm_per_s;
}

// Adds to a sum of whole milliseconds; what no number holds stays INT64_MAX.
static void add_times(int64_t *sum, int64_t vehicles, int64_t each_ms)
{
    int64_t times;
    if (__builtin_mul_overflow(vehicles, each_ms, &times) ||
        __builtin_add_overflow(*sum, times, sum))
        *sum = INT64_MAX;
}

static void count_slot(const struct reading *slot, const struct sensor *sensor, int64_t *counts)
{
    int64_t vehicles = slot->vehicles < 0 ? 0 : slot->vehicles;
    counts[TRAFFIC_COUNT_VEHICLES] += vehicles;
    if (slot->occupancy_permille >= 0) {
        counts[TRAFFIC_COUNT_OCCUPANCY_SECONDS] += slot->length_s;
        counts[TRAFFIC_COUNT_OCCUPANCY_PERMILLE_SECONDS] +=
            slot->length_s * slot->occupancy_permille;
    }
    if (slot->queue_m >= 0) {
        counts[TRAFFIC_COUNT_QUEUE_SECONDS] += slot->length_s;
        counts[TRAFFIC_COUNT_QUEUE_METRE_SECONDS] += slot->length_s * slot->queue_m;
    }
    if (!sensor || slot->speed_mm_per_s <= 0 || sensor->length_m <= 0 ||
        sensor->free_flow_mm_per_s <= 0)
        return;
    counts[TRAFFIC_COUNT_TIMED_VEHICLES] += vehicles;
    add_times(&counts[TRAFFIC_COUNT_TRAVEL_MS], vehicles,
              passing_ms(sensor->length_m, slot->speed_mm_per_s));
    add_times(&counts[TRAFFIC_COUNT_FREE_FLOW_MS], vehicles,
              passing_ms(sensor->length_m, sensor->free_flow_mm_per_s));
}

// The start of the civil hour, as an instant: windows lie in one, whatever the zone's offset.
static int64_t civil_hour_us(const struct zone *zone, int64_t instant_us)
{
    return instant_us - zone_wall_us(zone, instant_us) % US_PER_HOUR;
}

static void contribute(const struct entity_key *key, const struct state *state, struct arena *arena,
                       const struct contribution_context *context, int sign,
                       struct rollup_sums *sums)
{
    const struct sensor *sensor = sensor_find(context->sensors, key->authority, key->entity);
    int64_t counts[TRAFFIC_MEASURE_COUNT] = {0};
    struct window_slots slots = WINDOW_SLOTS(state);
    struct reading slot;
    bool overlaps;
    (void)arena;
    while (traffic_next_slot(&slots, &slot, &overlaps)) {
        counts[TRAFFIC_COUNT_READINGS]++;
        counts[TRAFFIC_COUNT_OVERLAPPING] += overlaps;
        if (!overlaps)
            count_slot(&slot, sensor, counts);
    }
    if (counts[TRAFFIC_COUNT_TRAVEL_MS] > TRAVEL_MOST_MS ||
        counts[TRAFFIC_COUNT_FREE_FLOW_MS] > TRAVEL_MOST_MS)
        counts[TRAFFIC_COUNT_TIMED_VEHICLES] = counts[TRAFFIC_COUNT_TRAVEL_MS] =
            counts[TRAFFIC_COUNT_FREE_FLOW_MS] = 0;
    int32_t day = zone_day(context->zone, key->window_us);
    struct text unassigned = text_from(AREA_UNASSIGNED);
    const struct value cell[] = {
        value_integer(civil_hour_us(context->zone, key->window_us)),
        value_text(
            sensor ? area_district_code(context->areas, sensor->district, AREA_TOWN, TEXT(""), day)
                   : unassigned),
        value_text(sensor ? sensor->segment : unassigned),
    };
    struct addends addends;
    addends_collect(counts, TRAFFIC_MEASURE_COUNT, sign, &addends);
    addends_add(&addends, rollup_sums_cell(sums, &rollup_traffic_hour, cell));
}

const struct family_definition family_traffic = {
    .family = FAMILY_TRAFFIC,
    .name = "traffic",
    .topic = "cityops.traffic.v1",
    .state_table = "traffic_window",
    .has_windows = true,
    .root_part = "",
    .event_kind_names = event_kind_names,
    .event_kind_count = LENGTH_OF(event_kind_names),
    .validate = validate,
    .columns = columns,
    .column_count = LENGTH_OF(columns),
    .read_columns = read_columns,
    .rollups = rollups,
    .rollup_count = LENGTH_OF(rollups),
    .contribute = contribute,
};
