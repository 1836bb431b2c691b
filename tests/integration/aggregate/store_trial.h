// One list of operations tried on both stores: their sessions, what they answer, and how answers are compared.
//
// What a trial names is its own, so a database takes any number of them. An operation that would wait for the other session is
// left out on both sides.
#pragma once

#include "aggregate/store_postgres.h"
#include "tests/unit/aggregate/memory_store.h"
#include "tests/unit/support/small_world.h"

enum {
    SESSIONS = 2,
    PARTITIONS = 3,
    KEYS_MOST = 5, // of one call
    ENTITIES = 2,
};
#define ARRIVED_US INT64_C(1425168000000000)

enum operation_kind {
    CREATE_LEDGER,
    STOP_PARTITION,
    NOTE_ENDS,
    READ_UNFED,
    MARK_FED,
    BEGIN,
    READ_STATES,
    WRITE_JOURNAL,
    WRITE_STATES,
    ADD_ROLLUPS,
    WRITE_PROGRESS,
    SETTLE,
    ADVANCE,
    COMMIT,
    ROLLBACK,
    OPERATION_KINDS,
};

// What it does in detail is chance, which is its own: what is left out changes nothing of it.
struct operation {
    int kind, session;
    uint64_t chance;
};

struct side { // one of both stores: its sessions, and its own numbers of the same partitions
    struct store *stores[SESSIONS];
    struct ledger_row rows[PARTITIONS]; // as last loaded
    int32_t first_generation;
};

struct trial {
    struct small_world *world;
    struct dice chance; // of the operation at hand
    struct dice no_faults;
    struct memory_server server;
    struct memory_session *memory[SESSIONS];
    struct side stand_in, real;
    bool in_transaction[SESSIONS];
    enum family family; // that most of its states are of
    bool alone[SESSIONS];
    bool
        waits_too; // what the stand-in would wait for at this operation, PostgreSQL has to wait for
    bool begun[SESSIONS][PARTITIONS]; // whose ledger row it holds
    unsigned written[SESSIONS]; // what it wrote, which is once: a bit per family, 1 for rollups
    struct partition_name names[PARTITIONS];
    char topic[64], authority[64];
    int64_t next_offset; // of the journal and the quarantine
    struct arena arena;
    char fault[512];
};

struct answer {
    bool ok, conflict;
    struct error error;
};

extern int
    trial_stale_merges; // states written over an older version than the one that is there, not the first
extern struct small_world trial_world;         // opened by the suite, like
extern struct store *trial_postgres[SESSIONS]; // these

void trial_open(struct trial *trial);
void trial_close(struct trial *trial);
// Notes the first difference; returns false. So do those below that return false.
bool trial_differ(struct trial *trial, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// Loads the ledger on both sides, where a session is free to.
bool trial_load(struct trial *trial);
bool trial_same_rows(struct trial *trial, const struct ledger_row *a, const struct ledger_row *b);
void trial_end_transaction(struct trial *trial, int session);
// Whether PostgreSQL is to be asked too: not when the stand-in would have to wait.
bool trial_is_asked(struct trial *trial, int session, const struct answer *stand_in);
// Ends the transaction on both sides when they refuse alike.
bool trial_compare(struct trial *trial, int session, const struct answer *stand_in,
                   const struct answer *real);

// Calls one function of the interface on both sides; the expression says which, with `store` and `side`.
#define ON_BOTH(call)                                                                              \
    do {                                                                                           \
        struct answer answers[2] = {{.error = ERROR_INIT}, {.error = ERROR_INIT}};                 \
        struct side *sides[2] = {&t->stand_in, &t->real};                                          \
        for (int on = 0; on < 2; on++) {                                                           \
            struct side *side = sides[on];                                                         \
            struct store *store = side->stores[session];                                           \
            struct answer *answer = &answers[on];                                                  \
            struct error *error = &answer->error;                                                  \
            (void)side;                                                                            \
            (void)error;                                                                           \
            answer->ok = (call);                                                                   \
            if (on == 0 && !trial_is_asked(t, session, answer))                                    \
                return true;                                                                       \
        }                                                                                          \
        if (!trial_compare(t, session, &answers[0], &answers[1]))                                  \
            return false;                                                                          \
    } while (0)

// --- store_operations.c ---
bool trial_operate(struct trial *trial, const struct operation *operation);
bool trial_read_keys(struct trial *trial, int session, const struct family_definition *family,
                     const struct entity_key *keys, size_t count, bool lock,
                     struct stored_state (*stored)[KEYS_MOST]);

// --- store_tables.c ---
// Ends all transactions and compares what everybody sees.
bool trial_same_tables(struct trial *trial);
