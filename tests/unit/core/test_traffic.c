// Readings: which are accepted, which slot and window they belong to, what a window adds up to.
#include "core/traffic.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define MINUTE_US INT64_C(60000000)

static const int64_t noon_us = INT64_C(1425211200) * 1000000; // 2015-03-01T12:00Z

static struct reading reading_of(const char *series, int64_t minute, int64_t minutes,
                                 int64_t vehicles)
{
    return (struct reading){.series = text_from(series),
                            .from_us = noon_us + minute * MINUTE_US,
                            .length_s = minutes * 60,
                            .vehicles = vehicles,
                            .speed_mm_per_s = 10000,
                            .occupancy_permille = READING_NOT_MEASURED,
                            .queue_m = READING_NOT_MEASURED};
}

static struct event event_of(const struct reading *readings, size_t count, int64_t recorded_us)
{
    return (struct event){.family = FAMILY_TRAFFIC,
                          .kind = TRAFFIC_READINGS,
                          .authority = TEXT("roads"),
                          .entity = TEXT("0970"),
                          .occurred_us = noon_us,
                          .recorded_stated = true,
                          .version = {.recorded_us = recorded_us,
                                      .source = TEXT("roads"),
                                      .event_id = TEXT("e1"),
                                      .digest = 7},
                          .readings = readings,
                          .reading_count = count};
}

static const char *code_of(const struct reading *readings, size_t count)
{
    struct arena arena = ARENA_INIT;
    struct event event = event_of(readings, count, noon_us);
    struct violation violation = {.code = "accepted"};
    event_validate(&event, &arena, &violation);
    arena_free(&arena); // codes are static
    return violation.code;
}

Test(traffic, readings_are_refused_by_a_rule_that_has_a_code)
{
    struct reading good = reading_of("a", 0, 5, 3);
    cr_expect_str_eq(code_of(&good, 1), "accepted");
    cr_expect_str_eq(code_of(&good, 0), "readings.count");
    struct reading bad = good;
    bad.from_us = INSTANT_NONE;
    cr_expect_str_eq(code_of(&bad, 1), "reading.from");
    bad.from_us = INSTANT_LIMIT_US;
    cr_expect_str_eq(code_of(&bad, 1), "reading.from");
    bad.from_us = INT64_MAX - INT64_MAX % (15 * MINUTE_US); // its end is beyond any number
    cr_expect_str_eq(code_of(&bad, 1), "reading.from");
    bad = good;
    bad.length_s = READING_NOT_MEASURED;
    cr_expect_str_eq(code_of(&bad, 1), "reading.length");
    bad.length_s = 420; // not a part of 15 minutes
    cr_expect_str_eq(code_of(&bad, 1), "reading.length");
    bad.length_s = 1800;
    cr_expect_str_eq(code_of(&bad, 1), "reading.length");
    bad = reading_of("a", 1, 5, 3);
    cr_expect_str_eq(code_of(&bad, 1), "reading.outside-slot");
    bad = good;
    bad.vehicles = 1000000;
    cr_expect_str_eq(code_of(&bad, 1), "reading.out-of-range");
    bad = good;
    bad.vehicles = bad.speed_mm_per_s = READING_NOT_MEASURED;
    cr_expect_str_eq(code_of(&bad, 1), "reading.nothing-measured");
    bad.queue_m = 0;
    cr_expect_str_eq(code_of(&bad, 1), "accepted", "a queue of no metres was measured");
    bad = good;
    bad.series = TEXT("a\0b");
    cr_expect_str_eq(code_of(&bad, 1), "reading.series");
}

Test(traffic, an_event_may_repeat_a_reading_but_not_state_two_values_of_a_slot)
{
    struct reading readings[] = {reading_of("b", 5, 5, 1), reading_of("a", 0, 5, 2),
                                 reading_of("b", 5, 5, 1)};
    cr_expect_str_eq(code_of(readings, 3), "accepted");
    readings[2].vehicles = 9;
    cr_expect_str_eq(code_of(readings, 3), "reading.two-values");
    readings[2].series = TEXT("c");
    cr_expect_str_eq(code_of(readings, 3), "accepted", "a second series adds");
}

Test(traffic, progress_states_no_readings_and_there_are_no_snapshots_of_sensors)
{
    struct arena arena = ARENA_INIT;
    struct violation violation = {0};
    struct reading reading = reading_of("", 0, 5, 1);
    struct event event = event_of(&reading, 1, noon_us);
    event.form = EVENT_PROGRESS;
    event.kind = TRAFFIC_PROGRESS;
    event.progress_until_us = noon_us;
    cr_expect_not(event_validate(&event, &arena, &violation));
    cr_expect_str_eq(violation.code, "progress.states-something");
    event = event_of(&reading, 1, noon_us);
    event.form = EVENT_SNAPSHOT;
    event.part = TEXT("sensor");
    cr_expect_not(event_validate(&event, &arena, &violation));
    cr_expect_str_eq(violation.code, "kind.contradicts-form");
    arena_free(&arena);
}

Test(traffic, windows_start_at_multiples_of_their_length_and_hold_whole_readings)
{
    cr_expect_eq(traffic_window_s(NULL), 900);
    cr_expect_eq(traffic_window_us(noon_us + 14 * MINUTE_US, 900), noon_us);
    cr_expect_eq(traffic_window_us(noon_us + 15 * MINUTE_US, 900), noon_us + 15 * MINUTE_US);
    struct reading quarter = reading_of("", 0, 15, 1), short_one = reading_of("", 4, 1, 1);
    cr_expect(traffic_window_holds(&quarter, 900));
    cr_expect_not(traffic_window_holds(&quarter, 300));
    cr_expect(traffic_window_holds(&short_one, 300));
}

// --- folds ---

static void state_of(struct arena *arena, const struct reading *readings, size_t count,
                     int64_t recorded_us, struct state *out)
{
    struct event *event = arena_new(arena, struct event);
    *event = event_of(readings, count, recorded_us);
    traffic_state_window(arena, &(struct window_statement){event, readings, count}, 1, out);
}

static const struct sensor sensor = {.authority = {"roads", 5},
                                     .code = {"0970", 4},
                                     .district = {"1", 1},
                                     .segment = {"ring", 4},
                                     .length_m = 1000,
                                     .free_flow_mm_per_s = 16667,
                                     .window_s = 900};

struct world {
    struct arena arena;
    struct zone *zone;
    struct area_index *areas;
    struct sensor_index *sensors;
    struct contribution_context context;
};

static struct world world_of(const char *zone)
{
    struct error error = ERROR_INIT;
    struct world world = {.arena = ARENA_INIT, .zone = zone_open(zone, &error)};
    world.areas = area_index_new();
    world.sensors = sensor_index_new(&sensor, 1, NULL, &error);
    cr_assert(area_index_add(world.areas,
                             &(struct area){.code = TEXT("1"),
                                            .kind = AREA_DISTRICT,
                                            .valid_from_day = DAY_MIN,
                                            .valid_until_day = DAY_MAX},
                             &error) &&
                  area_index_finish(world.areas, &error),
              "%s", error.text);
    world.context = (struct contribution_context){
        .zone = world.zone, .areas = world.areas, .sensors = world.sensors};
    return world;
}

static void world_free(struct world *world)
{
    arena_free(&world->arena);
    zone_close(world->zone);
    area_index_free(world->areas);
    sensor_index_free(world->sensors);
}

static struct value column_of(struct arena *arena, const struct state *state, const char *name)
{
    const struct entity_key key = {TEXT("roads"), TEXT("0970"), noon_us};
    struct value *values = arena_array(arena, struct value, family_traffic.column_count);
    family_traffic.read_columns(&key, state, arena, values);
    for (size_t i = 0; i < family_traffic.column_count; i++)
        if (strcmp(family_traffic.columns[i].name, name) == 0)
            return values[i];
    cr_assert(false, "no column %s", name);
    return values[0];
}

Test(traffic, a_second_reading_of_a_slot_replaces_the_first_and_another_series_adds)
{
    struct world world = world_of("Asia/Shanghai");
    struct arena *arena = &world.arena;
    struct reading first[] = {reading_of("a", 0, 5, 10), reading_of("a", 5, 5, 20),
                              reading_of("b", 0, 5, 100)};
    struct reading later = {.series = TEXT("a"),
                            .from_us = noon_us,
                            .length_s = 300,
                            .vehicles = 11,
                            .speed_mm_per_s = READING_NOT_MEASURED,
                            .occupancy_permille = 250,
                            .queue_m = READING_NOT_MEASURED};
    struct state a, b, ab, ba, again;
    state_of(arena, first, 3, noon_us, &a);
    state_of(arena, &later, 1, noon_us + 1, &b);
    cr_assert(state_merge(arena, &a, &b, &ab));
    state_merge(arena, &b, &a, &ba);
    struct buffer one = BUFFER_INIT, other = BUFFER_INIT;
    state_encode(&ab, &one);
    state_encode(&ba, &other);
    cr_assert_eq(one.length, other.length);
    cr_assert_eq(memcmp(one.bytes, other.bytes, one.length), 0, "order cannot show");
    cr_assert_not(state_merge(arena, &ab, &a, &again), "a replay changes nothing");
    cr_expect_eq(column_of(arena, &ab, "readings").integer, 3);
    cr_expect_eq(column_of(arena, &ab, "series").integer, 2);
    cr_expect_eq(column_of(arena, &ab, "vehicles").integer, 131);
    cr_expect_eq(column_of(arena, &ab, "speed_vehicles").integer, 120, "11 have no speed any more");
    cr_expect_eq(column_of(arena, &ab, "speed_sum_mm_per_s").integer, 1200000);
    cr_expect_eq(column_of(arena, &ab, "occupancy_permille_seconds").integer, 75000);
    cr_expect_eq(column_of(arena, &ab, "queue_most_m").type, VALUE_EMPTY);
    cr_expect_eq(column_of(arena, &ab, "first_from").integer, noon_us);
    cr_expect_eq(column_of(arena, &ab, "last_until").integer, noon_us + 10 * MINUTE_US);
    buffer_free(&one);
    buffer_free(&other);
    world_free(&world);
}

// A small history of one window: few slots, few sources, few instants, so that all of them meet.
static size_t random_statements(struct arena *arena, unsigned *seed, struct window_statement *out)
{
    static const char *const names[] = {"a", "b", "ab"};
    size_t count = 1 + (size_t)rand_r(seed) % 12;
    for (size_t i = 0; i < count; i++) {
        size_t readings = 1 + (size_t)rand_r(seed) % 3;
        struct reading *stated = arena_array(arena, struct reading, readings);
        int64_t minute = rand_r(seed) % 5;
        for (size_t r = 0; r < readings; r++)
            stated[r] =
                reading_of(names[rand_r(seed) % 3], minute + (int64_t)r, 1, rand_r(seed) % 9);
        struct event *event = arena_new(arena, struct event);
        *event = event_of(stated, readings, noon_us + rand_r(seed) % 3);
        event->version.source = text_from(names[rand_r(seed) % 2]);
        event->version.digest = (uint64_t)rand_r(seed);
        out[i] = (struct window_statement){event, stated, readings};
        if (i && rand_r(seed) % 4 == 0)
            out[i] = out[rand_r(seed) % (int)i]; // sent twice
    }
    return count;
}

Test(traffic, a_batch_of_statements_gives_what_joining_them_one_by_one_gives)
{
    struct arena arena = ARENA_INIT;
    unsigned seed = 20060, dropped = 0;
    for (int round = 0; round < 3000; round++) {
        struct window_statement statements[12];
        struct state one_by_one[12], expected, together;
        arena_reset(&arena);
        size_t count = random_statements(&arena, &seed, statements);
        for (size_t i = 0; i < count; i++)
            traffic_state_window(&arena, &statements[i], 1, &one_by_one[i]);
        state_merge_all(&arena, one_by_one, count, &expected);
        traffic_state_window(&arena, statements, count, &together);
        struct buffer a = BUFFER_INIT, b = BUFFER_INIT;
        state_encode(&expected, &a);
        state_encode(&together, &b);
        cr_assert_eq(a.length, b.length, "round %d", round);
        cr_assert_eq(memcmp(a.bytes, b.bytes, a.length), 0, "round %d", round);
        dropped += together.version_count < count;
        buffer_free(&a);
        buffer_free(&b);
    }
    cr_expect_gt(dropped, 1000u, "histories have to replace whole statements");
    arena_free(&arena);
}

Test(traffic, slots_that_overlap_are_kept_and_counted_but_not_summed_twice)
{
    struct world world = world_of("Asia/Shanghai");
    struct reading readings[] = {reading_of("", 0, 5, 10), reading_of("", 1, 1, 2),
                                 reading_of("", 4, 1, 3), reading_of("", 5, 5, 20)};
    struct state state;
    state_of(&world.arena, readings, 4, noon_us, &state);
    cr_expect_eq(column_of(&world.arena, &state, "readings").integer, 4);
    cr_expect_eq(column_of(&world.arena, &state, "overlapping_readings").integer, 2);
    cr_expect_eq(column_of(&world.arena, &state, "vehicles").integer, 30);
    world_free(&world);
}

static const struct rollup_cell *only_cell(struct world *world, const char *entity,
                                           int64_t window_us, const struct state *state)
{
    struct rollup_sums *sums = rollup_sums_new(&world->arena);
    const struct entity_key key = {TEXT("roads"), text_from(entity), window_us};
    struct rollup_cell **cells;
    family_traffic.contribute(&key, state, &world->arena, &world->context, 1, sums);
    cr_assert_eq(rollup_sums_sorted(sums, &cells), 1);
    return cells[0];
}

Test(traffic, an_hour_sums_whole_milliseconds_of_travel_and_free_flow)
{
    struct world world = world_of("Asia/Shanghai");
    struct reading readings[] = {reading_of("a", 0, 5, 3), reading_of("a", 5, 5, 2)};
    readings[1].speed_mm_per_s = 0; // stands: no travel time
    struct state state;
    state_of(&world.arena, readings, 2, noon_us, &state);
    const struct rollup_cell *cell = only_cell(&world, "0970", noon_us, &state);
    cr_expect_eq(cell->dimensions[0].integer, noon_us);
    cr_expect(text_equal(cell->dimensions[1].text, TEXT("1")));
    cr_expect(text_equal(cell->dimensions[2].text, TEXT("ring")));
    cr_expect_eq(cell->measures[TRAFFIC_COUNT_READINGS], 2);
    cr_expect_eq(cell->measures[TRAFFIC_COUNT_VEHICLES], 5);
    cr_expect_eq(cell->measures[TRAFFIC_COUNT_TIMED_VEHICLES], 3);
    cr_expect_eq(cell->measures[TRAFFIC_COUNT_TRAVEL_MS], 3 * 100000);
    cr_expect_eq(cell->measures[TRAFFIC_COUNT_FREE_FLOW_MS], 3 * 59999, "1000 m at 16.667 m/s");
    world_free(&world);
}

Test(traffic, a_window_whose_travel_times_nobody_can_add_up_has_none)
{
    struct world world = world_of("Asia/Shanghai");
    struct sensor endless = sensor; // its length was meant in another unit
    struct error error = ERROR_INIT;
    endless.length_m = INT32_MAX;
    struct sensor_index *sensors = sensor_index_new(&endless, 1, NULL, &error);
    cr_assert(sensors, "%s", error.text);
    struct reading readings[] = {reading_of("a", 0, 5, 100000), reading_of("b", 0, 5, 3)};
    readings[0].speed_mm_per_s = 1;
    struct state state;
    state_of(&world.arena, readings, 2, noon_us, &state);
    world.context.sensors = sensors;
    const struct rollup_cell *cell = only_cell(&world, "0970", noon_us, &state);
    cr_expect_eq(cell->measures[TRAFFIC_COUNT_READINGS], 2);
    cr_expect_eq(cell->measures[TRAFFIC_COUNT_VEHICLES], 100003);
    cr_expect_eq(cell->measures[TRAFFIC_COUNT_TIMED_VEHICLES], 0);
    cr_expect_eq(cell->measures[TRAFFIC_COUNT_TRAVEL_MS], 0);
    cr_expect_eq(cell->measures[TRAFFIC_COUNT_FREE_FLOW_MS], 0);
    sensor_index_free(sensors);
    world_free(&world);
}

Test(traffic, a_sensor_that_is_not_known_is_counted_as_unassigned)
{
    struct world world = world_of("Asia/Shanghai");
    struct reading reading = reading_of("a", 0, 5, 3);
    struct state state;
    state_of(&world.arena, &reading, 1, noon_us, &state);
    const struct rollup_cell *cell = only_cell(&world, "970", noon_us, &state);
    cr_expect(text_equal(cell->dimensions[1].text, TEXT("unassigned")));
    cr_expect(text_equal(cell->dimensions[2].text, TEXT("unassigned")));
    cr_expect_eq(cell->measures[TRAFFIC_COUNT_VEHICLES], 3);
    cr_expect_eq(cell->measures[TRAFFIC_COUNT_TIMED_VEHICLES], 0);
    world_free(&world);
}

Test(traffic, civil_hours_start_where_the_zone_says_and_a_repeated_hour_is_two)
{
    struct world world = world_of("Asia/Kolkata"); // +05:30
    struct reading reading = reading_of("a", 45, 5, 3);
    struct state state;
    state_of(&world.arena, &reading, 1, noon_us, &state);
    int64_t window_us = noon_us + 45 * MINUTE_US;
    cr_expect_eq(only_cell(&world, "0970", window_us, &state)->dimensions[0].integer,
                 noon_us + 30 * MINUTE_US, "18:00 there");
    world_free(&world);
    world = world_of("Europe/Madrid"); // 2015-10-25: 03:00 becomes 02:00 at 01:00Z
    int64_t change_us = INT64_C(1445734800) * 1000000;
    for (int i = -1; i <= 0; i++) {
        window_us = change_us + i * 60 * MINUTE_US;
        reading.from_us = window_us;
        state_of(&world.arena, &reading, 1, window_us, &state);
        cr_expect_eq(only_cell(&world, "0970", window_us, &state)->dimensions[0].integer,
                     window_us);
    }
    world_free(&world);
}
