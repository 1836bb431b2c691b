// Transactions of the store in memory: which calls begin, which rows they hold, and what becomes of them. Internal to
// memory_store.c.
#pragma once

#include "memory_store.h"

#define TABLE_ADD(table, row)                                                                      \
    do {                                                                                           \
        if ((table).count == (table).capacity) {                                                   \
            (table).capacity = (table).capacity ? (table).capacity * 2 : 16;                       \
            (table).rows = realloc((table).rows, (table).capacity * sizeof *(table).rows);         \
            if (!(table).rows)                                                                     \
                abort();                                                                           \
        }                                                                                          \
        (table).rows[(table).count++] = (row);                                                     \
    } while (0)

struct memory_transaction {
    struct memory_transaction *next; // open ones, in no order
    bool alone;                      // no other one may be open
    bool kept_out;                   // it never began
    bool failed;                     // only rollback may follow
    bool conflict;                   // a state was refused, which may be told late
    MEMORY_TABLE(size_t) ledger, states, cells, progress; // positions of the rows that it holds
    MEMORY_TABLE(struct memory_journal) journal;          // what it adds
    MEMORY_TABLE(struct memory_quarantine) quarantine;
    MEMORY_TABLE(struct memory_range) ranges;
};

void memory_transaction_begin(struct memory_session *session, bool alone);
// Whether one that is alone is open, or any where this one is to be alone.
bool memory_is_kept_out(const struct memory_session *session);
// Commits or rolls back and gives the rows free; nothing when there is no transaction.
void memory_transaction_end(struct memory_session *session, bool commits);
// The session loses its transaction, whose COMMIT is on its way.
void memory_transaction_orphan(struct memory_session *session);
// Whether somebody else holds the row. One whose COMMIT is on its way may end now instead.
bool memory_is_taken(const struct memory_session *session,
                     const struct memory_transaction *const *holder);
// Takes a row that is not taken.
void memory_take_ledger(struct memory_session *session, struct memory_ledger *row);
void memory_take_state(struct memory_session *session, struct memory_state *row);
void memory_take_cell(struct memory_session *session, struct memory_cell *row);
void memory_take_progress(struct memory_session *session, struct memory_progress *row);

// Notes the first breach of store.h's contract by a caller.
void memory_breach(struct memory_server *server, const char *what);
// Fills *error, returns false; in a transaction only rollback may follow.
bool memory_fails(struct memory_session *session, enum error_class class, const char *why,
                  struct error *error);
// The same for a row that somebody else holds.
bool memory_blocked(struct memory_session *session, struct error *error);
// Draws whether a call begins that belongs outside, or within, a transaction; fills *error if not.
bool memory_begins_outside(struct memory_session *session, struct error *error);
bool memory_begins_within(struct memory_session *session, struct error *error);
// False, with *error, when a state was refused since `begin`.
bool memory_tells_conflict(struct memory_session *session, struct error *error);
// Draws whether the answer comes to a call that has had its effect outside a transaction.
bool memory_answers(struct memory_session *session, struct error *error);
