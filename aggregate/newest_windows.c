// A hash table from sensor to its newest window; some 150 bytes a sensor.
#include "aggregate/newest_windows.h"

#include <stdlib.h>

#include <xxhash.h>

// uthash's own hash function falls through switch labels without saying so.
#define HASH_FUNCTION(key, bytes, hash) ((hash) = (unsigned)XXH3_64bits(key, bytes))
#include <uthash.h>

enum {
    DISTRUSTED_BATCHES = 100,
    SENSORS_MOST = 1000000, // more names than sensors: begin again
    KEY_BYTES_MAX = 2 * NAME_LIMIT_BYTES + 1,
};

struct newest_window {
    UT_hash_handle hh;
    int64_t window_us;
    unsigned length;
    char sensor[]; // authority, NUL, entity
};

struct newest_windows {
    struct newest_window *sensors;
    int distrusted; // so many batches yet
};

struct newest_windows *newest_windows_new(void)
{
    struct newest_windows *windows = calloc(1, sizeof *windows);
    if (!windows)
        abort();
    return windows;
}

static void forget(struct newest_windows *windows)
{
    struct newest_window *sensor, *next;
    HASH_ITER(hh, windows->sensors, sensor, next)
    {
        HASH_DEL(windows->sensors, sensor);
        free(sensor);
    }
}

void newest_windows_free(struct newest_windows *windows)
{
    if (!windows)
        return;
    forget(windows);
    free(windows);
}

// Names have at most NAME_LIMIT_BYTES: event_validate saw to it.
static unsigned sensor_key(const struct entity_key *key, char out[KEY_BYTES_MAX])
{
    memcpy(out, key->authority.bytes, key->authority.length);
    out[key->authority.length] = 0;
    memcpy(out + key->authority.length + 1, key->entity.bytes, key->entity.length);
    return key->authority.length + 1 + key->entity.length;
}

static struct newest_window *find(const struct newest_windows *windows, const char *sensor,
                                  unsigned length)
{
    struct newest_window *found;
    HASH_FIND(hh, windows->sensors, sensor, length, found);
    return found;
}

bool newest_windows_are_before(const struct newest_windows *windows, const struct entity_key *key)
{
    char sensor[KEY_BYTES_MAX];
    if (!windows->sensors)
        return false;
    const struct newest_window *found = find(windows, sensor, sensor_key(key, sensor));
    return found && found->window_us < key->window_us;
}

static void note(struct newest_windows *windows, const struct entity_key *key)
{
    char sensor[KEY_BYTES_MAX];
    unsigned length = sensor_key(key, sensor);
    struct newest_window *found = find(windows, sensor, length);
    if (!found) {
        found = malloc(sizeof *found + length);
        if (!found)
            abort();
        *found = (struct newest_window){.window_us = key->window_us, .length = length};
        memcpy(found->sensor, sensor, length);
        HASH_ADD(hh, windows->sensors, sensor[0], length, found);
    }
    if (key->window_us > found->window_us)
        found->window_us = key->window_us;
}

void newest_windows_note(struct newest_windows *windows, const struct entity_key *keys,
                         size_t count)
{
    if (windows->distrusted) {
        windows->distrusted--;
        return;
    }
    if (HASH_COUNT(windows->sensors) > SENSORS_MOST)
        forget(windows);
    for (size_t i = 0; i < count; i++) // ascending: the last of a sensor is its newest
        if (i + 1 == count || !text_equal(keys[i].entity, keys[i + 1].entity) ||
            !text_equal(keys[i].authority, keys[i + 1].authority))
            note(windows, &keys[i]);
}

void newest_windows_distrust(struct newest_windows *windows)
{
    forget(windows);
    windows->distrusted = DISTRUSTED_BATCHES;
}
