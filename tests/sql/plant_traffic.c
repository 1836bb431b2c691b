// The planted city's traffic: records of readings, which leave windows and ranges behind, but no journal.
//
// Three sensors that no reference data know, each with a window at 08:00 and one at 08:15 (UTC) of 2015-03-01: S1 states
// series "a" and "b" by fives, S2 sends each record twice and corrects its first slot, S3 packs both windows into one record.
#include "plant.h"

#include "core/traffic.h"
#include "proto/codec.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { RANGE = 10, MINUTE_S = 60, WINDOWS = 2 };

static const int64_t from_us = INT64_C(1425196800000000); // 2015-03-01T08:00:00Z

struct road {
    struct arena arena;
    struct state windows[WINDOWS]; // of one sensor
    int partition_id;
    int64_t batch_id, next_offset, range_from, applied, unchanged;
    uint64_t last_digest;
};

static void end_range(struct road *road)
{
    if (road->next_offset == road->range_from)
        return;
    road->batch_id++;
    printf("insert into cityops.batch (batch_id, slot, generation) overriding system value values "
           "(%" PRId64 ", %d, 1);\n",
           road->batch_id, road->partition_id);
    printf("insert into cityops.batch_range values (%d, %" PRId64 ", %" PRId64 ", %" PRId64
           ", %" PRId64 ", %" PRId64 ", 0, 0, 0, 0, %" PRId64 ");\n",
           road->partition_id, road->range_from, road->next_offset, road->batch_id, road->applied,
           road->unchanged, road->applied + road->unchanged);
    road->range_from = road->next_offset;
    road->applied = road->unchanged = 0;
}

// Encodes and decodes, so that the digest is the value's.
static void encode(struct road *road, struct event *event)
{
    struct buffer bytes = BUFFER_INIT;
    struct error error = ERROR_INIT;
    if (!codec_encode(&road->arena, event, &bytes, &error))
        plant_fail("encode", &error);
    struct text value =
        arena_text(&road->arena, (struct text){bytes.bytes, (uint32_t)bytes.length});
    buffer_free(&bytes);
    if (!codec_decode(&road->arena, FAMILY_TRAFFIC, value, event, &error))
        plant_fail("decode", &error);
    road->last_digest = XXH3_64bits(value.bytes, value.length);
}

static void merge_window(struct road *road, const struct event *event, size_t first, size_t count)
{
    struct state stated, merged;
    int64_t window_us = traffic_window_us(event->readings[first].from_us, SENSOR_WINDOW_DEFAULT_S);
    struct state *window =
        &road->windows[(window_us - from_us) / (SENSOR_WINDOW_DEFAULT_S * US_PER_SECOND)];
    const struct window_statement statement = {event, event->readings + first, count};
    traffic_state_window(&road->arena, &statement, 1, &stated);
    state_merge(&road->arena, window, &stated, &merged);
    *window = merged;
}

// Readings of one sensor; each of them in the same window as the one before it, but for the one at `second_window`.
static void plant_record(struct road *road, const char *sensor, const struct reading *readings,
                         size_t count, size_t second_window, int copies)
{
    struct event event = {.family = FAMILY_TRAFFIC,
                          .kind = TRAFFIC_READINGS,
                          .authority = TEXT("planted"),
                          .entity = text_from(sensor),
                          .occurred_us = from_us,
                          .recorded_stated = true,
                          .version = {.recorded_us = from_us + road->next_offset * US_PER_SECOND,
                                      .source = TEXT("planter"),
                                      .event_id = text_from(arena_printf(&road->arena, "r%d",
                                                                         (int)road->next_offset))},
                          .readings = readings,
                          .reading_count = count};
    encode(road, &event);
    merge_window(road, &event, 0, second_window);
    if (second_window < count)
        merge_window(road, &event, second_window, count - second_window);
    for (int copy = 0; copy < copies; copy++) {
        *(copy ? &road->unchanged : &road->applied) += 1;
        road->next_offset++;
        if (road->next_offset - road->range_from == RANGE)
            end_range(road);
    }
}

static struct reading reading_of(const char *series, int minute, int vehicles)
{
    return (struct reading){.series = text_from(series),
                            .from_us = from_us + minute * MINUTE_S * US_PER_SECOND,
                            .length_s = 5 * MINUTE_S,
                            .vehicles = vehicles,
                            .speed_mm_per_s = 10000 + 100 * minute,
                            .occupancy_permille = 50 + minute,
                            .queue_m = READING_NOT_MEASURED};
}

static void plant_windows(struct road *road, const char *sensor)
{
    for (int i = 0; i < WINDOWS; i++) {
        struct entity_key key = {TEXT("planted"), text_from(sensor),
                                 from_us + i * SENSOR_WINDOW_DEFAULT_S * US_PER_SECOND};
        plant_state(&key, &family_traffic, &road->windows[i]);
        road->windows[i] = (struct state){0};
    }
}

void plant_traffic(int partition_id, int64_t *batch_id)
{
    struct road road = {.arena = ARENA_INIT, .partition_id = partition_id, .batch_id = *batch_id};
    for (int minute = 0; minute < 30; minute += 5) {
        struct reading lanes[] = {reading_of("a", minute, 10 + minute),
                                  reading_of("b", minute, 20 + minute)};
        plant_record(&road, "S1", &lanes[0], 1, 1, 1);
        plant_record(&road, "S1", &lanes[1], 1, 1, 1);
    }
    plant_windows(&road, "S1");
    for (int minute = 0; minute < 30; minute += 5) {
        struct reading reading = reading_of("", minute, minute);
        plant_record(&road, "S2", &reading, 1, 1, 2);
    }
    struct reading corrected = reading_of("", 0, 77);
    plant_record(&road, "S2", &corrected, 1, 1, 1);
    plant_windows(&road, "S2");
    struct reading packed[] = {reading_of("", 0, 1), reading_of("", 5, 2), reading_of("", 15, 3),
                               reading_of("", 25, 4)};
    plant_record(&road, "S3", packed, 4, 2, 1);
    plant_windows(&road, "S3");
    end_range(&road);
    printf("insert into cityops.ledger (partition_id, cluster, topic, partition, origin_offset, "
           "next_offset, generation, last_batch_id, last_record_offset, last_record_digest) "
           "overriding system value values (%d, 'planted', 'cityops.traffic.v1', 0, 0, %" PRId64
           ", (select max(generation) from cityops.generation), %" PRId64 ", %" PRId64 ", %" PRId64
           ");\n",
           partition_id, road.next_offset, road.batch_id, road.next_offset - 1,
           (int64_t)road.last_digest);
    *batch_id = road.batch_id;
    arena_free(&road.arena);
}
