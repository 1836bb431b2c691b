// Reference data and generations, read from PostgreSQL into the core's structures.
#pragma once

#include "common/postgres.h"
#include "core/area.h"
#include "core/family.h"
#include "core/zone.h"

// One generation (law 6): what rollups mean. Everything is owned; free with generation_free.
struct generation {
    int32_t generation, reference_version, fold_version;
    struct zone *zone;
    struct area_index *areas;
};

// The current generation. ERROR_BAD_CONFIG when the database was never migrated ("run cityops-db migrate"), or its schema
// or fold version is not this program's.
bool generation_load(struct postgres *postgres, struct generation *out, struct error *error);
// Areas and aliases as of a reference version.
struct area_index *reference_load_areas(struct postgres *postgres, int32_t reference_version, struct error *error);
void generation_free(struct generation *generation);
static inline struct contribution_context generation_context(const struct generation *generation)
{
    return (struct contribution_context){generation->zone, generation->areas};
}
