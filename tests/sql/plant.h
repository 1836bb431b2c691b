// What the two halves of the planted city share.
#pragma once

#include "core/family.h"

// A whole row of the family's table of states, at row version 1.
void plant_state(const struct entity_key *key, const struct family_definition *family,
                 const struct state *state);
void plant_fail(const char *what, const struct error *error);

// Readings of three sensors in a partition of their own, with its ranges, its ledger row and its windows. Moves *batch_id to
// the last batch.
void plant_traffic(int partition_id, int64_t *batch_id);
