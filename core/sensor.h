// Sensors of traffic: reference data that say where a sensor stands and how long its windows are.
//
// A reading names its sensor as (authority, code); what a sensor lies on is resolved only when a contribution is computed,
// like the names of areas. A sensor that is not in the index is kept in windows of SENSOR_WINDOW_DEFAULT_S and counted
// under "unassigned". Immutable once made: any thread may read it. Source of the rules: DESIGN 3 (Readings, Reference data).
#pragma once

#include "core/error.h"
#include "core/text.h"

#include <stdint.h>

enum { SENSOR_WINDOW_SHORT_S = 300, SENSOR_WINDOW_DEFAULT_S = 900 };

struct sensor {
    struct text authority, code; // as readings name it; at most NAME_LIMIT_BYTES each
    struct text name;            // for people
    struct text district;        // as written: area_find resolves it on the day of a reading
    struct text segment;         // of road; empty: not told
    int32_t length_m;            // of the segment that it stands for; 0: not known
    int32_t free_flow_mm_per_s;  // 0: not known
    int32_t window_s;            // 300 or 900
};

struct sensor_index;

// What every sensor must be: named, within the limits above. ERROR_BAD_CONFIG says what is wrong, without a place.
bool sensor_check(const struct sensor *sensor, struct error *error);
// Copies `count` sensors. Null with ERROR_BAD_CONFIG: sensor_check's, or two with one key, whose positions are then in
// twins (which may be null). The caller's to free.
struct sensor_index *sensor_index_new(const struct sensor *sensors, size_t count, size_t twins[2],
                                      struct error *error);
void sensor_index_free(struct sensor_index *index); // takes null
// An index without sensors, for ever there: not to be freed.
const struct sensor_index *sensor_index_none(void);

// Null when the sensor is not among the reference data. The result lives as long as the index.
const struct sensor *sensor_find(const struct sensor_index *index, struct text authority,
                                 struct text code);
size_t sensor_count(const struct sensor_index *index);
const struct sensor *sensor_at(const struct sensor_index *index, size_t position); // as given
