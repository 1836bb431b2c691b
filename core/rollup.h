// Rollups: sums of what entity states contribute (law 2).
//
// A contribution adds +1 or -1 times whole numbers to cells; a batch adds contribution(new) - contribution(old). Only sums
// over a rollup's cells mean anything. A rollup is described by a table (dimensions, measures), from which the store,
// verify, rebuild and the documentation are driven. Pure; a rollup_sums belongs to one thread.
#pragma once

#include "core/arena.h"
#include "core/event.h"
#include "core/text.h"

#include <stdint.h>

enum { ROLLUP_DIMENSIONS_MAX = 8, ROLLUP_MEASURES_MAX = 64 };

enum column_type {
    COLUMN_DATE,
    COLUMN_SMALLINT,
    COLUMN_INTEGER,
    COLUMN_BIGINT,
    COLUMN_TEXT,
    COLUMN_TIMESTAMP,
    COLUMN_BOOLEAN
};

// A typed column: of a rollup's key, or of a state's row. Dates are days since 1970, timestamps µs since 1970.
struct column {
    const char *name;
    enum column_type type;
    const char *meaning; // one sentence with the unit
};

struct measure {
    const char *name;
    const char *meaning;
};

struct rollup {
    const char *name; // of the table in schema cityops
    const char *meaning;
    enum family family;
    const struct column *dimensions;
    const struct measure *measures;
    uint16_t dimension_count, measure_count;
};

struct rollup_cell {
    const struct rollup *rollup;
    int64_t *measures;              // rollup->measure_count sums
    const struct value *dimensions; // rollup->dimension_count, never VALUE_EMPTY
};

struct rollup_sums;

// Sums that live in `arena` until it is reset.
struct rollup_sums *rollup_sums_new(struct arena *arena);

// The cell with these dimensions, made with zeros when new; texts are copied. Add to ->measures.
struct rollup_cell *rollup_sums_cell(struct rollup_sums *sums, const struct rollup *rollup,
                                     const struct value *dimensions);

// The measures of one entity that are not zero, times a sign: collected once, added to each cell that the entity is in.
struct addends {
    unsigned count;
    uint8_t measures[ROLLUP_MEASURES_MAX];
    int64_t amounts[ROLLUP_MEASURES_MAX];
};

void addends_collect(const int64_t *measures, unsigned measure_count, int sign,
                     struct addends *out);
void addends_add(const struct addends *addends, struct rollup_cell *cell);

// a + b with a check: overflow aborts the program, since a wrapped sum would be published.
int64_t rollup_add(int64_t a, int64_t b);

// The cells that are not all zero, ascending by (rollup's name, dimensions): the order in which rows are locked.
size_t rollup_sums_sorted(struct rollup_sums *sums, struct rollup_cell ***cells);
size_t rollup_sums_count(const struct rollup_sums *sums); // zeros too
