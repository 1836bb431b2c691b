// What the parts of `rebuild` share. How it goes, and why in this way, stands at the head of sql/rebuild_journal.c.
#pragma once

#include "sql/as_of.h"
#include "sql/commands.h"

#include "common/reference.h"

enum { REBUILT_SLOT = 0 }; // of rows that no daemon writes: their slots are partitions, from 1

// Marks of entities whose row is not what the journal says.
enum {
    STATE_WRONG = 1,    // the state's bytes are; or there is no row, or should be none
    COLUMNS_WRONG = 2,  // only the typed columns are
    STATE_REPAIRED = 4, // was wrong: a later event may have been judged by the wrong state
};

struct rebuilding {
    struct postgres *postgres;
    struct generation old, new; // of the new one only the reference data count until it is made
    bool
        changes_fold; // stored states are of another fold version: they cannot be read, only replaced
    bool changes_meaning; // other reference data
    struct entity_states *states;
    struct offset_vector folded; // what is in the states
    struct arena arena;          // as long as the rebuild
    // What the rollups must gain when the generation changes: what the states mean then minus what they mean now.
    struct rollup_sums *meaning_change;
    struct arena sums_arena, scratch;
    struct buffer report;
    int64_t erased; // of the records: without bytes
    int64_t records, states_written, states_dropped, cells_changed, tail_records, tails;
};

// rebuild.c: the new generation, in the transaction that holds the ledger.
bool rebuild_add_generation(struct postgres *postgres, const struct generation *old,
                            int32_t reference_version, const char *reason, const char *figures,
                            struct error *error); // figures: see sql/figures.h
bool rebuild_newest_reference(struct postgres *postgres, int32_t *version, struct error *error);
// ERROR_BAD_CONFIG when a sensor's windows would be of another length than those that are stored.
bool rebuild_check_windows(struct postgres *postgres, int32_t reference_version,
                           struct error *error);
bool rebuild_lock(struct postgres *postgres,
                  struct error *error); // ERROR_RETRY: another one is at work

// rebuild_states.c: compares the stored states with the fold and marks what is wrong, and finds what the rollups lack: the sum
// of what the stored states contribute minus the cells. In one snapshot.
bool rebuild_compare(struct rebuilding *rebuilding, struct rollup_sums *lacking,
                     struct error *error);
// Writes what is marked, in transactions of a few thousand rows each beside the daemons; or, with `is_final`, in the present
// transaction, which holds the ledger.
bool rebuild_write_states(struct rebuilding *rebuilding, bool is_final, struct error *error);

// rebuild_rollups.c: subtracts the stored cells of all rollups from `sums`.
bool rebuild_subtract_cells(struct postgres *postgres, const struct family_queries *queries,
                            struct rollup_sums *sums, struct error *error);
// Adds to the rollups, in rows of REBUILT_SLOT, in the present transaction.
bool rebuild_add_cells(struct rebuilding *rebuilding, struct rollup_sums *sums,
                       struct error *error);
// Makes the temporary tables that the two above write through.
bool rebuild_stage(struct postgres *postgres, struct error *error);

// rebuild_journal.c
bool rebuild_from_journal(struct postgres *postgres, struct buffer *report, struct error *error);
