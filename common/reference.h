// Reference data and generations, read from PostgreSQL into the core's structures.
#pragma once

#include "common/postgres.h"
#include "core/area.h"
#include "core/family.h"
#include "core/sensor.h"
#include "core/zone.h"

// One generation (law 6): what rollups mean. Everything is owned; free with generation_free.
struct generation {
    int32_t generation, reference_version, fold_version;
    struct zone *zone;
    struct area_index *areas;
    struct sensor_index *sensors;
};

// The current generation. ERROR_BAD_CONFIG when the database was never migrated ("run cityops-db
// migrate"), or its schema (the newest migration) or fold version is not this program's. *out is
// empty on failure.
bool generation_load(struct postgres *postgres, struct generation *out, struct error *error);
// An earlier one, by its number (above 0): what a published result was computed under. ERROR_BAD_CONFIG also when there is none.
bool generation_load_number(struct postgres *postgres, int32_t number, struct generation *out,
                            struct error *error);
// The same for whoever makes the states anew: the fold version may be another.
bool generation_load_any_fold(struct postgres *postgres, struct generation *out,
                              struct error *error);
// Areas and aliases that count at a reference version: the newest load of areas up to it with the
// aliases listed there, and the newest load of aliases up to it. Version 0 is an index without
// areas. Null on failure; else the caller's to free with area_index_free.
struct area_index *reference_load_areas(struct postgres *postgres, int32_t reference_version,
                                        struct error *error);
// Sensors that count at a reference version: those of the newest load of sensors up to it. Null on
// failure; else the caller's to free with sensor_index_free.
struct sensor_index *reference_load_sensors(struct postgres *postgres, int32_t reference_version,
                                            struct error *error);
void generation_free(struct generation *generation); // and empties it
// The number of the newest migration that this program was built with.
int32_t schema_version_built(void);
static inline struct contribution_context generation_context(const struct generation *generation)
{
    return (struct contribution_context){
        .zone = generation->zone, .areas = generation->areas, .sensors = generation->sensors};
}
