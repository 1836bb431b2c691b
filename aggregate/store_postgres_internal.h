// What the files of the PostgreSQL store share.
#pragma once

#include "aggregate/store_postgres.h"
#include "common/reference.h"

#include <pthread.h>

// A COPY that a helper thread sends, and the statement after it.
struct flight {
    pthread_t thread;
    bool is_flying;
    bool arrived; // when landed; else *error says why not
    const struct query *copy, *merge;
    const struct buffer *rows;
    struct error error;
};

struct store_postgres {
    struct store store; // first
    const char *conninfo;
    struct postgres *postgres; // null: to be opened
    struct generation generation;
    bool generation_held;
    int32_t first_month, last_month; // of the journal that are known to exist; first > last: none
    struct buffer rows[2];           // of the COPY that is being sent, and of the next
    int built;                       // the one that was begun last
    struct flight flight;
    struct buffer arrays[11];
};

// The queries of a family's states, and of a rollup.
struct state_queries {
    enum family family;
    const struct query *stage, *read, *read_for_update, *copy, *merge, *insert;
};
struct rollup_queries {
    const char *rollup;
    const struct query *stage, *copy, *add;
};
extern const struct state_queries store_state_queries[];   // ends with FAMILY_NONE
extern const struct rollup_queries store_rollup_queries[]; // ends with null

// The instant as elements of timestamptz arrays want it: µs since 2000.
#define INSTANT_ELEMENT(instant_us) ((instant_us)-INT64_C(946684800000000))
enum { OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25, OID_TIMESTAMPTZ = 1184 };
enum {
    OID_INT4_ARRAY = 1007,
    OID_TEXT_ARRAY = 1009,
    OID_INT8_ARRAY = 1016,
    OID_TIMESTAMPTZ_ARRAY = 1185
};

// Opens the connection when there is none.
bool store_connect(struct store_postgres *self, struct error *error);
// For calls outside a transaction: on a lost connection drops it, so that the next call opens another.
bool store_outside(struct store_postgres *self, bool ok);
// A cleared array buffer, begun with elements of this type.
struct buffer *store_array(struct store_postgres *self, size_t number, unsigned element_type);

// For what writes a batch's rows: a failure for the rows' own sake (SQLSTATE classes 22, data, and 23, constraints) is that of
// a record, not of the daemon.
bool store_within(struct store_postgres *self, bool ok, struct error *error);

// --- store_postgres_flight.c ---
bool store_settle(struct store *store, struct error *error);
// A buffer for the next COPY's rows, with COPY's header.
struct buffer *store_begin_rows(struct store_postgres *self);
// Lands what is in flight, then sends the rows that were begun last and runs `merge` (may be null) behind them, in the
// background. False: the one before did not arrive.
bool store_launch(struct store_postgres *self, const struct query *copy, const struct query *merge,
                  struct error *error);
// Waits for what is in flight. Before any other use of the connection.
bool store_land(struct store_postgres *self, struct error *error);

// --- store_postgres_write.c ---
bool store_write_journal(struct store *store, const struct journal_row *rows, size_t count,
                         struct error *error);
bool store_read_states(struct store *store, const struct family_definition *family,
                       const struct entity_key *keys, size_t count, bool lock, struct arena *arena,
                       struct stored_state *out, struct error *error);
bool store_write_states(struct store *store, const struct family_definition *family,
                        const struct state_write *writes, size_t count, size_t *written,
                        struct error *error);
bool store_add_rollups(struct store *store, int32_t slot, struct rollup_cell *const *cells,
                       size_t count, struct error *error);
bool store_write_progress(struct store *store, const struct progress_row *rows, size_t count,
                          struct error *error);
bool store_advance(struct store *store, int32_t slot, int32_t generation,
                   const struct ledger_step *steps, size_t count,
                   const struct quarantine_row *quarantine, size_t quarantine_count,
                   struct error *error);

// --- store_postgres_letters.c ---
bool store_read_unfed(struct store *store, const int32_t *partition_ids, size_t partition_count,
                      size_t limit, struct arena *arena, struct dead_letter **out, size_t *count,
                      struct error *error);
bool store_mark_fed(struct store *store, const struct dead_letter *letters, size_t count,
                    struct error *error);
bool store_copy_quarantine(struct store_postgres *self, int64_t batch_id,
                           const struct quarantine_row *rows, size_t count, struct error *error);
