// A transactional store in memory: the deterministic stand-in for PostgreSQL.
//
// One server, a session per daemon, transactions as PostgreSQL has them at READ COMMITTED: a statement sees what is committed
// and what its own transaction wrote; a row that another transaction has locked or written cannot be had. There is nobody to
// wait for in one thread, so a call that would wait fails without an effect, as after a lock timeout. What else a real server
// may answer is drawn from the dice: failures before and after a call's effect, deadlocks, refused commits, lost answers to
// COMMIT whose transaction holds its locks for a while and ends either way, stalls during which others go on, a daemon that
// dies at a call. Integration tests compare it with PostgreSQL. Bytes live until memory_server_free.
#pragma once

#include "aggregate/store.h"
#include "tests/unit/support/dice.h"

struct memory_transaction;

#define MEMORY_TABLE(type)                                                                         \
    struct {                                                                                       \
        type *rows;                                                                                \
        size_t count, capacity;                                                                    \
    }

// Rows that transactions write over have the holder of their lock, and what it will put there.
struct memory_state {
    const struct memory_transaction *holder;
    uint64_t hash; // of family and key
    enum family family;
    struct entity_key key;
    struct text bytes, pending_bytes;
    int64_t row_version, pending_version; // row_version 0: nobody sees it; pending 0: locked only
};

struct memory_cell {
    const struct memory_transaction *holder;
    uint64_t hash; // of slot, rollup and dimensions
    int32_t slot;
    const struct rollup *rollup;
    struct value dimensions[ROLLUP_DIMENSIONS_MAX];
    int64_t measures[ROLLUP_MEASURES_MAX], pending[ROLLUP_MEASURES_MAX]; // pending: to be added
};

struct memory_ledger {
    const struct memory_transaction *holder;
    struct partition_name name;
    int incarnation;  // how many logs of this name it replaced
    bool is_replaced; // the log was made anew, which an operator has accepted
    struct ledger_row row, pending;
    int64_t end_seen_us; // INT64_MIN: never
};

struct memory_progress {
    const struct memory_transaction *holder;
    const char *topic;
    struct text source;
    int64_t until_us, pending_us; // INT64_MIN: no row
};

struct memory_journal {
    int32_t partition_id;
    int64_t offset;
    enum family family;
    struct text value;
};

struct memory_quarantine {
    int32_t partition_id;
    int64_t offset;
    const char *stage, *reason;
    struct text key, value;
    bool has_key, has_value, fed;
};

struct memory_range {
    struct ledger_step step;
    int64_t lost; // of a loss that an operator has accepted
};

struct memory_tables {
    int32_t generation;
    MEMORY_TABLE(struct memory_ledger) ledger;
    MEMORY_TABLE(struct memory_state) states;
    MEMORY_TABLE(struct memory_cell) cells;
    MEMORY_TABLE(struct memory_progress) progress;
    MEMORY_TABLE(struct memory_journal) journal;
    MEMORY_TABLE(struct memory_quarantine) quarantine;
    MEMORY_TABLE(struct memory_range) ranges;
};

struct memory_faults { // per thousand calls
    uint32_t retry, abort, lost_answer, refused_commit, stall, crash;
    uint32_t late_answers; // a statement is under way for a while, and its conflicts are told later
};

enum { MEMORY_ORPHANS = 16 };

struct memory_server {
    struct arena arena;
    struct dice *dice;
    struct memory_faults faults;
    struct memory_tables committed;  // with the rows that transactions hold
    int32_t last_partition_id;       // never given twice, also after going back
    struct memory_tables kept;       // as they were at memory_server_keep; generation 0: not
    struct memory_transaction *open; // all transactions, by their `next`
    struct memory_transaction *orphans[MEMORY_ORPHANS]; // of them those whose COMMIT is on its way
    size_t orphan_count;
    struct text refused;        // the journal does not take this value; empty: it takes all
    struct text refused_entity; // nor of this entity; empty: of all
    int refusals;
    struct contribution_context context; // of every generation
    void (*meanwhile)(void *universe);   // during a stall; null: nothing happens
    void *universe;
    char breach[128]; // the first breach of store.h's contract by a caller; empty: none
    int64_t lost_committed, lost_not_committed, stalls, blocked;
};

struct memory_session {
    struct store store; // first
    struct memory_server *server;
    struct memory_transaction *transaction; // null: none
    bool crashed;                           // its daemon is to be killed
    bool was_blocked;                       // why the last call failed
};

void memory_server_init(struct memory_server *server, struct dice *dice,
                        const struct contribution_context *context);
// What an operator accepts of a stopped partition, as cityops-db accept-gap does: a loss becomes a range and the ledger moves
// above it; the row of a topic that was made anew is closed. False: it has not stopped.
bool memory_server_accept(struct memory_server *server, int32_t partition);
void memory_server_free(struct memory_server *server); // after its sessions
struct memory_session *memory_session_open(struct memory_server *server);
// As if the connection broke: what was not committed is gone.
void memory_session_close(struct memory_session *session);
// Keeps the tables as they are, as a standby that lags has them; and goes back to them, as if it was promoted. Between turns.
void memory_server_keep(struct memory_server *server);
void memory_server_forget(struct memory_server *server);
bool memory_server_go_back(struct memory_server *server); // false: nothing is kept
// Ends all transactions whose answer was lost, one way or the other.
void memory_server_end_orphans(struct memory_server *server);
// Of the log that is read now; null when there is none.
struct memory_ledger *memory_server_ledger(const struct memory_server *server, int32_t partition);
size_t memory_server_state_count(const struct memory_server *server); // committed
