// What a row says, as core events: the only place where a mapping meets a row.
//
// Pure: no I/O, no clock. One thread.
#pragma once

#include "core/event.h"
#include "ingest/mapping.h"
#include "ingest/row_readings.h"

enum { ROW_EVENTS_MAX = 32 };

struct row_events {
    struct event events[ROW_EVENTS_MAX];
    size_t count; // a row of events or readings may yield none; a snapshot's yields its mapping's
                  // parts, in their order
    struct clock_findings findings; // of readings
};

// Fills *out; everything lives in the arena or in the row. as_of_us is of the file, where the
// mapping takes it from there. ERROR_BAD_RECORD: a value does not parse ("column "OPEN_DT": ..."),
// the row names no entity, or two events have one id.
bool row_to_events(const struct mapping *mapping, const struct row *row, int64_t as_of_us,
                   struct arena *arena, struct row_events *out, struct error *error);

// What must be unique in an extract: entity and part, and as_of where a column states it. `mapped`
// is one of the mapping's events. Cheaper than row_to_events. ERROR_BAD_RECORD as above.
bool row_key(const struct mapping *mapping, const struct mapped_event *mapped,
             const struct row *row, struct arena *arena, struct text *key, struct error *error);

// "column "V08": "-3" is negative": refuses the row for what stands in a column.
bool refuse_column(const struct mapping *mapping, int column, struct text text, const char *why,
                   struct error *error);

// As of when a row is: of its file, or of its own column.
bool row_as_of(const struct mapping *mapping, const struct row *row, int64_t as_of_us,
               struct arena *arena, int64_t *out, struct error *error);

// What the binding's columns say; of several, their trimmed texts with a blank between them.
struct text binding_text(const struct binding *binding, const struct row *row, struct arena *arena);

// The value of one binding. Where the column is empty, value->type is VALUE_EMPTY.
bool binding_read(const struct binding *binding, const struct mapping *mapping,
                  const struct row *row, struct arena *arena, struct value *value,
                  struct error *error);
