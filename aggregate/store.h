// Where a batch is kept: what the batch loop needs of a transactional store, and nothing else.
//
// PostgreSQL implements it (store_postgres.c); so does a deterministic store in tests/unit/aggregate. Everything between
// `begin` and `commit` is one transaction; the order of calls is that of the declarations, which is the order in which rows
// are locked. Every call may fail with ERROR_RETRY (the environment), ERROR_ABORT (do this attempt again: deadlock,
// serialization), ERROR_BAD_RECORD (the store refuses something in the rows: see refusal) or ERROR_FATAL; after a failure only `rollback` may follow. A lost connection is opened again by the next
// call outside a transaction. One thread.
#pragma once

#include "aggregate/source.h"
#include "core/family.h"

// What became of a record (law 4). The order is that of cityops.batch_range's columns.
enum record_outcome {
    OUTCOME_APPLIED,     // something that it states stands in the state that its batch wrote
    OUTCOME_UNCHANGED,   // a duplicate, or superseded, maybe by another record of its batch
    OUTCOME_PROGRESS,    // a source's statement of how far it has published
    OUTCOME_TOMBSTONE,   // a key without a value: journalled, states nothing
    OUTCOME_QUARANTINED, // could not be counted
    OUTCOME_PASSED_OVER, // not a record: an offset that the broker left out of a successful fetch
    OUTCOME_COUNT,
};

// Why a partition waits for an operator.
enum stop_kind {
    STOP_NONE,          // also of a stop that an older program wrote down
    STOP_LOST,          // the log begins above the ledger's next offset
    STOP_RECREATED,     // it is another log
    STOP_OTHER_CLUSTER, // another cluster's log of the topic was counted, nothing of this one's
};

struct ledger_row {
    int32_t partition_id; // 0: the ledger does not have this partition yet
    int32_t generation;
    int64_t origin_offset, next_offset;
    int64_t last_record_offset; // of the last journalled record; -1: none
    uint64_t last_record_digest;
    bool stopped;
    enum stop_kind stop_kind;
    int64_t stopped_until; // STOP_LOST: where the log began when it was last looked at
    char stopped_reason[256];
};

struct store_generation { // owned by the store until its next load_generation
    int32_t generation;
    struct contribution_context context;
};

struct stored_state {
    struct text bytes;   // in the caller's arena; empty when there is none
    int64_t row_version; // 0: no row
};

struct state_write {
    struct entity_key key;
    int64_t
        expected_version; // the row version that this state was merged from; 0: there was no row
    struct text bytes;
    const struct value *columns; // the family's column_count values
};

struct journal_row {
    int32_t partition_id;
    enum family family; // FAMILY_NONE: a tombstone
    uint16_t kind;
    bool has_value;
    int64_t offset, arrived_us, occurred_us; // occurred_us INT64_MIN: not stated
    struct entity_key key;                   // empty: not stated
    struct text value;
};

struct quarantine_row {
    int32_t partition_id;
    int64_t offset, arrived_us;
    const char *stage, *reason;
    struct text detail;
    const struct record *record; // key, value, headers
};

struct progress_row {
    struct text source;
    const struct partition_name *name;
    int64_t until_us;
};

struct ledger_step {
    int32_t partition_id;
    int64_t from_offset, until_offset;
    int64_t
        last_record_offset; // -1: every record of this batch is quarantined; keep what the ledger has
    uint64_t last_record_digest;
    int64_t outcomes[OUTCOME_COUNT]; // they add up to until_offset - from_offset
    int64_t unjournalled;            // of those applied and unchanged: records of readings
};

// A quarantined record that was not yet published to the dead-letter topic. Texts live in the arena given.
struct dead_letter {
    int32_t partition_id;
    int64_t offset;
    struct text topic;
    int32_t partition;
    struct text stage, reason, detail;
    struct text key, value;
    bool has_key, has_value;
    const struct record_header *headers;
    uint32_t header_count;
};

enum commit_result { COMMIT_DONE, COMMIT_NOT_DONE, COMMIT_UNKNOWN };

struct store {
    char refusal[16]; // the store's own code of the last ERROR_BAD_RECORD: PostgreSQL's SQLSTATE
    bool conflict;    // since `begin` a state was refused: another daemon wrote it meanwhile

    // --- outside a transaction ---
    // The current generation. ERROR_BAD_CONFIG when the store was never migrated or is not this program's version.
    bool (*load_generation)(struct store *store, struct store_generation *out, struct error *error);
    // The rows of these partitions, in their order; partition_id 0 where there is none.
    bool (*load_ledger)(struct store *store, const struct partition_name *const *names,
                        size_t count, struct ledger_row *rows, struct error *error);
    // Makes a row with this origin, in the current generation, where there is none; a stopped one (STOP_OTHER_CLUSTER) where
    // the topic was counted of another cluster. Who comes second leaves the first one's row as it is.
    bool (*create_ledger)(struct store *store, const struct partition_name *name,
                          int64_t origin_offset, struct error *error);
    // Stops a partition for all owners until an operator accepts it, if nobody moved it meanwhile; or says anew why it is
    // stopped. row: where it was read to, and why (stop_kind, stopped_until, stopped_reason).
    bool (*stop_partition)(struct store *store, const struct ledger_row *row, struct error *error);
    // Notes that everything below row->next_offset was all there was at this instant, where the ledger still stands there.
    bool (*note_ends)(struct store *store, const struct ledger_row *const *rows, size_t count,
                      int64_t instant_us, struct error *error);
    // Prepares what needs a transaction of its own for records that arrive in [first_us, last_us]: the journal's months.
    bool (*prepare_journal)(struct store *store, int64_t first_us, int64_t last_us,
                            struct error *error);

    // --- one transaction ---
    // Begins and locks the ledger rows of rows[].partition_id (ascending, no two equal; the writer slot's is among them),
    // then fills actual[] with what stands there. partition_id 0: the row is gone. The caller compares. alone: waits until no
    // other transaction is open that began here, and keeps others out; for one that locks states before it adds some, since
    // two of that kind would wait for each other.
    bool (*begin)(struct store *store, const struct ledger_row *const *rows, size_t count,
                  bool alone, struct ledger_row *actual, struct error *error);
    // States of ascending keys; locked for update when `lock`, which only a transaction does that is alone. Bytes are copied to the arena.
    bool (*read_states)(struct store *store, const struct family_definition *family,
                        const struct entity_key *keys, size_t count, bool lock, struct arena *arena,
                        struct stored_state *out, struct error *error);
    // May return before the rows are written: a later call, settle at the latest, tells.
    bool (*write_journal)(struct store *store, const struct journal_row *rows, size_t count,
                          struct error *error);
    // Writes states of ascending keys, each only over its expected version; ERROR_ABORT with `conflict` set when one has
    // another version. A family's states may come in several pieces; is_last tells the last. May return early, likewise.
    bool (*write_states)(struct store *store, const struct family_definition *family,
                         const struct state_write *writes, size_t count, bool is_last,
                         struct error *error);
    // Adds cells in their order (rollup's name, dimensions) to the rows of this writer slot; once per transaction. May return
    // early, likewise.
    bool (*add_rollups)(struct store *store, int32_t slot, struct rollup_cell *const *cells,
                        size_t count, struct error *error);
    bool (*write_progress)(struct store *store, const struct progress_row *rows, size_t count,
                           struct error *error);
    // Whether something that returned early is under way yet. Any time.
    bool (*is_busy)(struct store *store);
    // Waits for what returned early.
    bool (*settle)(struct store *store, struct error *error);
    // Opens the batch's row, stores quarantine and ranges, and moves the ledger by compare-and-set from
    // (from_offset, generation). ERROR_FENCED when a row is not there any more.
    bool (*advance)(struct store *store, int32_t slot, int32_t generation,
                    const struct ledger_step *steps, size_t count,
                    const struct quarantine_row *quarantine, size_t quarantine_count,
                    struct error *error);
    // UNKNOWN: the answer was lost; the ledger tells. *error is filled unless DONE.
    enum commit_result (*commit)(struct store *store, struct error *error);
    void (*rollback)(struct store *store); // never fails: a broken connection is dropped

    // --- dead letters, outside a transaction ---
    // Of these partitions and of the logs that they replaced.
    bool (*read_unfed)(struct store *store, const int32_t *partition_ids, size_t partition_count,
                       size_t limit, struct arena *arena, struct dead_letter **out, size_t *count,
                       struct error *error);
    bool (*mark_fed)(struct store *store, const struct dead_letter *letters, size_t count,
                     struct error *error);
};
