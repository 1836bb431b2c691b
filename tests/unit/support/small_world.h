// A small world of reference data for random tests: two districts with a town and units, an alias, and the sensors of
// random_readings.h. Names that random events use and it does not know are "unassigned".
#pragma once

#include "core/family.h"

struct small_world {
    struct zone *zone;
    struct area_index *areas;
    struct sensor_index *sensors;
    struct contribution_context context; // of all three
};

// Aborts the test when the core refuses it.
void small_world_open(struct small_world *world);
void small_world_close(struct small_world *world);
