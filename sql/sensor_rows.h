// Sensors on their way from a CSV file into the database, each knowing its line.
//
// The rules are core/sensor.h's; what is added here is the place, the units of people (metres, km/h) and that districts
// must be known. Everything lives in the arena. Pure but for reading the file.
#pragma once

#include "core/area.h"
#include "core/sensor.h"
#include "sql/csv_table.h"

struct sensor_rows {
    struct sensor *sensors; // by row of the table
    size_t count;
};

// Reads `table->path`. `areas` says which districts there are on some day; an empty one is none. ERROR_BAD_CONFIG with
// path:line, with both lines where a sensor is listed twice.
bool sensor_rows_read(struct arena *arena, const struct area_index *areas, struct sensor_rows *rows,
                      struct csv_table *table, struct error *error);
