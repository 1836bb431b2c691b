// What a row of readings says, as one event: the slots that were measured, in the sensor's series.
//
// Slots lie on the wall clock of the mapping's zone. An hour that exists twice is the first of the two. Readings printed for
// an hour that does not exist are real vehicles: they are kept, moved forward by the gap, in a series of their own (the
// series with "~gap"), so that they replace nothing and are lost nowhere. Both are counted. Pure; one thread.
#pragma once

#include "core/event.h"
#include "ingest/mapping.h"

#define GAP_SERIES_SUFFIX "~gap"

// Readings on hours of the clock change.
struct clock_findings {
    uint64_t moved; // their hour does not exist
    uint64_t twice; // their hour exists twice
};

struct row_events;

// Fills the readings and times of out->events[0], whose names are there, and out->findings; out->count is 0 where nothing was
// measured, else 1. ERROR_BAD_RECORD: a value does not parse, is negative, or the row says not when it was.
bool row_to_readings(const struct mapping *mapping, const struct row *row, int64_t as_of_us,
                     struct arena *arena, struct row_events *out, struct error *error);

// What must be unique in an extract besides the entity: series and start, as bytes. ERROR_BAD_RECORD as above.
bool row_readings_key(const struct mapping *mapping, const struct row *row, struct arena *arena,
                      struct text *key, struct error *error);
