// From the public builder to a core event. Internal to the library.
#pragma once

#include "core/arena.h"
#include "core/error.h"
#include "core/event.h"
#include "core/family.h"
#include "ingest/cityops/publisher.h"

// Fills *out; texts share the builder's memory, arrays the arena's. ERROR_BAD_RECORD
// "event.built-wrong: ..." with the first mistake of the building calls.
bool event_from_builder(const struct cityops_event *event, struct text default_source,
                        struct arena *arena, struct event *out, struct error *error);

// The number of an event kind ("received"), or 0.
uint16_t event_kind_by_name(const struct family_definition *family, struct text name);
// The number of a kind of occurrences ("closings"), or 0.
uint16_t occurrence_kind_by_name(const struct family_definition *family, struct text name);

// *error as the public interface tells it; failure may be null.
enum cityops_status publisher_tell(const struct error *error, struct cityops_failure *failure);
