// Which queries belong to a family's states and rollups: everything of cityops-db that is particular to a family. A new family
// is one row of the table and its query files; the shapes of their rows follow core/family.h and core/rollup.h.
#pragma once

#include "common/postgres.h"
#include "core/family.h"

struct rollup_queries {
    const struct rollup *rollup;
    const struct query
        *cells_out; // dimensions, measures; summed over slots; ascending by the dimensions
    const struct query *delete_all;
    const struct query *cells_in; // slot, dimensions, measures
    // A temporary table for rows of the rollup, a copy into it (slot, dimensions, measures), adding its rows to the rollup's.
    const struct query *stage, *stage_in, *stage_add;
};

struct family_queries {
    const struct family_definition *definition;
    const struct query
        *states_out; // authority, entity_id, state, the family's columns; in any order
    const struct query *states_sorted_out; // the same in the order of their keys
    const struct query *state_count;
    const struct rollup_queries *rollups;
    size_t rollup_count;
    // A temporary table for rows of the states' table, a copy into it (authority, entity_id, row_version, state, the family's
    // columns), writing them over the version before theirs.
    const struct query *stage, *stage_in, *stage_merge;
    // By arrays of authorities and entity ids, ascending; null where the journal does not hold what is folded.
    const struct query *read_locked; // position, row_version, state
    const struct query *drop;
};

// Ends with a row whose definition is null.
extern const struct family_queries family_queries[];

// Decodes a field of a binary row. A null is VALUE_EMPTY; texts point into the field.
struct value field_value(enum column_type type, struct text field, bool is_null);

// A row of cells_out. `measures` has room for ROLLUP_MEASURES_MAX. ERROR_FATAL when the row has another number of columns or a
// null: the query does not fit the rollup.
bool stored_cell_read(const struct rollup *rollup, const struct text *fields, const bool *nulls,
                      int field_count, struct value *dimensions, int64_t *measures,
                      struct error *error);
// A row of states_out: checks the number of columns, likewise.
bool stored_state_check(const struct family_definition *family, int field_count,
                        struct error *error);

// The key of a row of states_out; shares the row's memory.
struct entity_key stored_key_read(const struct family_definition *family,
                                  const struct text *fields);

// Appends "ticket (gz, T1)", of a window with its start: which row of states_out it is, for people.
void stored_key_print(struct buffer *out, const struct family_definition *family,
                      const struct text *fields);

// Appends "2015-03-01", "42", a text as it stands or an instant in UTC; nothing for an absent value.
void value_print(struct buffer *out, enum column_type type, const struct value *value);

// Appends a line on how much smaller a rollup is than the states that it sums; `first` is the sum of its first measure over all
// its cells (DESIGN: Grain).
void grain_print(struct buffer *out, const struct rollup *rollup, int64_t cells, int64_t first,
                 int64_t states);
