// See random_readings.h. Few sensors and few slots, so that most events meet a slot that was stated before.
#include "tests/unit/support/random_readings.h"

#include "core/traffic.h"
#include "core/zone.h"

#include <stdio.h>
#include <stdlib.h>

enum { SENSORS = 5, LOADED = 4, SLOTS = 12, SLOT_S = 300, READINGS = 6, EVENTS_A_SLOT = 3 };

struct sensor_index *random_readings_sensors(void)
{
    static const struct sensor sensors[LOADED] = {
        {.authority = TEXT("gz"),
         .code = TEXT("S0"),
         .district = TEXT("440103"),
         .segment = TEXT("ring"),
         .length_m = 700,
         .free_flow_mm_per_s = 20000,
         .window_s = 300},
        {.authority = TEXT("gz"),
         .code = TEXT("S1"),
         .district = TEXT("440103"),
         .segment = TEXT("ring"),
         .length_m = 400,
         .free_flow_mm_per_s = 20000,
         .window_s = 900},
        {.authority = TEXT("gz"), .code = TEXT("S2"), .district = TEXT("nowhere"), .window_s = 900},
        {.authority = TEXT("gz"),
         .code = TEXT("S3"),
         .district = TEXT("440113"),
         .segment = TEXT("bridge"),
         .window_s = 300},
    };
    struct error error = ERROR_INIT;
    struct sensor_index *index = sensor_index_new(sensors, LOADED, NULL, &error);
    if (!index) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
    return index;
}

static int64_t measured(struct dice *dice, uint32_t most)
{
    return dice_hits(dice, 700) ? (int64_t)dice_below(dice, most) : READING_NOT_MEASURED;
}

static struct reading make_reading(struct dice *dice, int64_t start_us, uint32_t slot)
{
    static const char *const series[] = {"", "a", "b"};
    bool quarter = slot % 3 == 0 && dice_hits(dice, 100);
    return (struct reading){.series = text_from(series[dice_below(dice, 3)]),
                            .from_us = start_us + slot * SLOT_S * US_PER_SECOND,
                            .length_s = quarter ? 3 * SLOT_S : SLOT_S,
                            .vehicles = dice_below(dice, 50),
                            .speed_mm_per_s = measured(dice, 30000),
                            .occupancy_permille = measured(dice, 1000),
                            .queue_m = measured(dice, 200)};
}

// Whether a reading before it has its slot: such an event is refused unless both say the same.
static bool is_taken(const struct reading *readings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (reading_order(&readings[i], &readings[count]) == 0)
            return true;
    return false;
}

static size_t choose_readings(struct dice *dice, int64_t start_us, struct reading *out)
{
    size_t wanted = dice_hits(dice, 500) ? 1 : 1 + dice_below(dice, READINGS), count = 0;
    uint32_t slot = dice_below(dice, SLOTS);
    bool in_order = dice_hits(dice, 700), may_repeat = dice_hits(dice, 50);
    for (size_t i = 0; i < wanted; i++) {
        out[count] = make_reading(dice, start_us, slot);
        if (may_repeat || !is_taken(out, count))
            count++;
        slot = (in_order ? slot + 1 : dice_below(dice, SLOTS)) % SLOTS;
    }
    return count;
}

struct event *random_readings(struct dice *dice, struct arena *arena, int64_t start_us,
                              uint32_t number)
{
    bool late = dice_hits(dice, 300);
    int64_t now_us = start_us + (late ? 0 : number / EVENTS_A_SLOT * SLOT_S * US_PER_SECOND);
    struct reading *readings = arena_alloc(arena, READINGS * sizeof *readings);
    struct event *event = arena_new(arena, struct event);
    *event =
        (struct event){.family = FAMILY_TRAFFIC,
                       .kind = TRAFFIC_READINGS,
                       .authority = TEXT("gz"),
                       .entity = text_from(arena_printf(arena, "S%u", dice_below(dice, SENSORS))),
                       .occurred_us = start_us,
                       .recorded_stated = true,
                       .version = {.recorded_us = start_us + dice_below(dice, 20) * US_PER_HOUR,
                                   .source = dice_hits(dice, 500) ? TEXT("a") : TEXT("b"),
                                   .event_id = text_from(arena_printf(arena, "r%u", number))},
                       .readings = readings,
                       .reading_count = choose_readings(dice, now_us, readings)};
    return event;
}
