// One file through one mapping: as of when it is, which rows count, and what each becomes. Where
// events go is the caller's.
//
// The order of the file is kept. Nothing of a row is handed on unless all of it is right.
#pragma once

#include "core/error.h"
#include "ingest/mapping.h"
#include "ingest/rejects.h"
#include "ingest/row_events.h"

// Takes one event; false stops the extract with *error, but for ERROR_BAD_RECORD, which refuses the
// row.
typedef bool event_sink(void *context, const struct event *event, struct error *error);

struct extract_counts {
    uint64_t rows;                  // read, of whatever fate
    uint64_t rejected;              // to the reject file
    uint64_t superseded;            // another row with the same key counts
    uint64_t silent;                // rows of events that yield none
    uint64_t events;                // handed to the sink
    struct clock_findings findings; // among their readings
};

struct extract_options {
    const struct mapping *mapping;
    const char *as_of;  // --as-of; null: not given
    uint64_t row_limit; // 0: none
    struct rejects *rejects;
    event_sink *sink;
    void *context;
    // Now and then, with how far the file is read (0 to 1, or -1 where unknown); returns false to
    // stop. May be null.
    bool (*progress)(void *context, const struct extract_counts *counts, double share);
};

// Adds to *counts, and sets *as_of_us of a snapshot file (INT64_MIN where rows have their own).
// ERROR_BAD_CONFIG: the file cannot be read, columns are missing, or a snapshot has no as_of.
// ERROR_INCOMPLETE: progress said stop. Otherwise the sink's error.
bool extract_file(const struct extract_options *options, const char *path,
                  struct extract_counts *counts, int64_t *as_of_us, struct error *error);

// Looks at the head of a file that extract_file will read, as far as that changes nothing: a regular file can be opened and
// has the mapping's columns. ERROR_BAD_CONFIG as extract_file.
bool extract_check_head(const struct mapping *mapping, const char *path, struct error *error);

// As of when a file is; see mapping->as_of_origin.
bool extract_as_of(const struct mapping *mapping, const char *path, const char *option,
                   int64_t *as_of_us, struct error *error);
