// What the files of the PostgreSQL store share.
#pragma once

#include "aggregate/store_postgres.h"
#include "common/reference.h"

#include <pthread.h>

#define SQLSTATE_UNIQUE_VIOLATION "23505"

// What the helper thread sends next: rows by COPY, then a statement; either may be null.
struct flight {
    struct buffer rows; // with COPY's header and end
    const struct query *copy, *merge;
    int64_t row_count;    // of states: so many have to be written
    bool checks_versions; // fewer, or a unique violation, is a conflict
};

enum { FLIGHTS_MOST = 8 };

struct flights {
    pthread_t thread;
    pthread_mutex_t mutex; // of everything below; a flight that is not in the queue is the daemon's
    pthread_cond_t changed; // the count, or closing
    struct flight queue[FLIGHTS_MOST];
    size_t first, count;
    bool closing;
    struct error error; // of the first that did not arrive since the last landing
};

struct store_postgres {
    struct store store; // first
    struct replay_log replay_log;
    struct postgres *
        replays; // its connection: the store's may be waiting in another thread; null: to be opened
    const char *conninfo;
    struct postgres *postgres;        // null: to be opened
    pthread_mutex_t connection_mutex; // whoever interrupts reads it in another thread
    struct generation generation;
    bool generation_held;
    int32_t first_month, last_month; // of the journal that are known to exist; first > last: none
    struct flights flights;
    int64_t staged_count; // states of the current family in its staging table
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
void flights_open(struct store_postgres *self);
void flights_close(struct store_postgres *self);
// A flight to be filled, its rows with COPY's header. Waits while FLIGHTS_MOST are under way.
struct flight *flight_begin(struct store_postgres *self);
// Sends what was begun last behind all that is under way. False: something before it did not arrive.
bool flight_launch(struct store_postgres *self, struct error *error);
// Waits for all that is under way. Before any other use of the connection.
bool store_land(struct store_postgres *self, struct error *error);
bool store_settle(struct store *store, struct error *error);
bool store_is_busy(struct store *store);

// --- store_postgres_write.c ---
bool store_write_journal(struct store *store, const struct journal_row *rows, size_t count,
                         struct error *error);
bool store_read_states(struct store *store, const struct family_definition *family,
                       const struct entity_key *keys, size_t count, bool lock, struct arena *arena,
                       struct stored_state *out, struct error *error);
bool store_write_states(struct store *store, const struct family_definition *family,
                        const struct state_write *writes, size_t count, bool is_last,
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
bool store_replay_ends(struct replay_log *log, const struct partition_name *const *names,
                       size_t count, int64_t *ends, struct error *error);
bool store_read_replay(struct replay_log *log, const struct partition_name *name,
                       uint32_t partition, int64_t from, const struct poll_limits *limits,
                       struct delivery *delivery, int64_t *until, struct error *error);
bool store_mark_fed(struct store *store, const struct dead_letter *letters, size_t count,
                    struct error *error);
bool store_copy_quarantine(struct store_postgres *self, int64_t batch_id,
                           const struct quarantine_row *rows, size_t count, struct error *error);
