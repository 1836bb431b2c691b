// The functions that stand in incident's row of the family table; internal to the files of
// incident.
#pragma once

#include "core/family.h"

// As family_definition says of validate, read_columns and contribute.
bool incident_validate(const struct event *event, struct arena *arena, struct violation *violation);
void incident_read_columns(const struct entity_key *key, const struct state *state,
                           struct arena *arena, struct value *values);
void incident_contribute(const struct entity_key *key, const struct state *state,
                         struct arena *arena, const struct contribution_context *context, int sign,
                         struct rollup_sums *sums);
