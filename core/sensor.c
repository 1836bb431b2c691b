// Sensors in one array, with one flat hash table of positions over it: a look-up is one hash and
// mostly one comparison, since it is made for every window that a batch touches.
#include "core/sensor.h"

#include "core/arena.h"
#include "core/event.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

struct sensor_index {
    struct arena arena;
    struct sensor *sensors;
    size_t count;
    uint32_t *places; // position + 1; 0: free
    uint32_t mask;
};

static uint32_t no_places[1];
static const struct sensor_index none = {.places = no_places};

static bool refuse_text(struct text text, size_t most, const char *what, struct error *error)
{
    if (text.length > most)
        return error_set(error, ERROR_BAD_CONFIG, "%s is longer than %zu bytes", what, most);
    return text_is_storable(text) ||
           error_set(error, ERROR_BAD_CONFIG, "%s is not UTF-8 without NUL", what);
}

bool sensor_check(const struct sensor *sensor, struct error *error)
{
    if (sensor->authority.length == 0 || sensor->code.length == 0)
        return error_set(error, ERROR_BAD_CONFIG,
                         "a sensor needs an authority and a code, as its readings name it");
    if (!refuse_text(sensor->authority, NAME_LIMIT_BYTES, "authority", error) ||
        !refuse_text(sensor->code, NAME_LIMIT_BYTES, "code", error) ||
        !refuse_text(sensor->name, TEXT_LIMIT_BYTES, "name", error) ||
        !refuse_text(sensor->district, TEXT_LIMIT_BYTES, "district", error) ||
        !refuse_text(sensor->segment, TEXT_LIMIT_BYTES, "road_segment", error))
        return false;
    if (sensor->window_s != SENSOR_WINDOW_SHORT_S && sensor->window_s != SENSOR_WINDOW_DEFAULT_S)
        return error_set(error, ERROR_BAD_CONFIG, "window_s is %d: it has to be %d or %d",
                         sensor->window_s, SENSOR_WINDOW_SHORT_S, SENSOR_WINDOW_DEFAULT_S);
    if (sensor->length_m < 0 || sensor->free_flow_mm_per_s < 0)
        return error_set(error, ERROR_BAD_CONFIG, "a length or a speed is negative");
    return true;
}

static uint64_t hash_of(struct text authority, struct text code)
{
    uint64_t seed = XXH3_64bits(authority.bytes ? authority.bytes : "", authority.length);
    return XXH3_64bits_withSeed(code.bytes ? code.bytes : "", code.length, seed);
}

// Where the sensor stands, or the free place where it would.
static uint32_t *find_place(const struct sensor_index *index, struct text authority,
                            struct text code)
{
    uint32_t at = (uint32_t)hash_of(authority, code) & index->mask;
    while (index->places[at]) {
        const struct sensor *sensor = &index->sensors[index->places[at] - 1];
        if (text_equal(sensor->code, code) && text_equal(sensor->authority, authority))
            break;
        at = (at + 1) & index->mask;
    }
    return &index->places[at];
}

static struct sensor copy_sensor(struct arena *arena, const struct sensor *sensor)
{
    struct sensor copy = *sensor;
    copy.authority = arena_text(arena, sensor->authority);
    copy.code = arena_text(arena, sensor->code);
    copy.name = arena_text(arena, sensor->name);
    copy.district = arena_text(arena, sensor->district);
    copy.segment = arena_text(arena, sensor->segment);
    return copy;
}

static bool add_sensor(struct sensor_index *index, const struct sensor *sensor, size_t twins[2],
                       struct error *error)
{
    if (!sensor_check(sensor, error))
        return error_prefix(error, "sensor \"" TEXT_FORMAT "\"", TEXT_ARGUMENTS(sensor->code));
    uint32_t *place = find_place(index, sensor->authority, sensor->code);
    if (*place) {
        if (twins) {
            twins[0] = *place - 1;
            twins[1] = index->count;
        }
        return error_set(error, ERROR_BAD_CONFIG,
                         "sensor \"" TEXT_FORMAT "\" of \"" TEXT_FORMAT "\" is listed twice",
                         TEXT_ARGUMENTS(sensor->code), TEXT_ARGUMENTS(sensor->authority));
    }
    index->sensors[index->count] = copy_sensor(&index->arena, sensor);
    *place = (uint32_t)++index->count;
    return true;
}

struct sensor_index *sensor_index_new(const struct sensor *sensors, size_t count, size_t twins[2],
                                      struct error *error)
{
    struct sensor_index *index = calloc(1, sizeof *index);
    uint32_t places = 16;
    while (places < 2 * count)
        places *= 2;
    if (twins)
        twins[0] = twins[1] = 0;
    if (!index || !(index->places = calloc(places, sizeof *index->places)))
        abort();
    index->mask = places - 1;
    index->sensors = arena_array(&index->arena, struct sensor, count);
    for (size_t i = 0; i < count; i++) {
        if (!add_sensor(index, &sensors[i], twins, error)) {
            sensor_index_free(index);
            return NULL;
        }
    }
    return index;
}

void sensor_index_free(struct sensor_index *index)
{
    if (!index)
        return;
    arena_free(&index->arena);
    free(index->places);
    free(index);
}

const struct sensor_index *sensor_index_none(void)
{
    return &none;
}

const struct sensor *sensor_find(const struct sensor_index *index, struct text authority,
                                 struct text code)
{
    uint32_t position = *find_place(index, authority, code);
    return position ? &index->sensors[position - 1] : NULL;
}

size_t sensor_count(const struct sensor_index *index)
{
    return index->count;
}

const struct sensor *sensor_at(const struct sensor_index *index, size_t position)
{
    return &index->sensors[position];
}
