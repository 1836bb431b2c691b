// One run of an extract over rows in memory, as text: what tests compare.
#pragma once

#include "ingest/extract.h"

#include <stdio.h>

// What one run yields: events as text, the reject file, the counts.
struct outcome {
    char *events, *rejects;
    struct extract_counts counts;
    struct error error;
    bool is_done;
    FILE *out;
    struct arena arena;
};

// An event as a line: entity, "kind.field=value" of each slot, "series|from|length:vehicles,speed,occupancy,queue" of each
// reading (- where not measured), "@" when it was recorded, its id. Times in seconds. An event_sink; context: the outcome.
bool outcome_write_event(void *context, const struct event *event, struct error *error);

// Everything in the outcome is the caller's: outcome_drop.
struct outcome extract_text(const char *yaml, const char *rows, const char *as_of);
void outcome_drop(struct outcome *outcome);

// Expects that it is done, these events (without their ids) and reject file (null: none). Drops it; its counts stay.
void outcome_expect(struct outcome *outcome, const char *events, const char *rejects);
