// See memory_transaction.h.
#include "memory_transaction.h"

#include <stdio.h>
#include <stdlib.h>

// --- whether a call begins ---

void memory_breach(struct memory_server *server, const char *what)
{
    if (!server->breach[0])
        snprintf(server->breach, sizeof server->breach, "%s", what);
}

bool memory_fails(struct memory_session *self, enum error_class class, const char *why,
                  struct error *error)
{
    if (self->transaction)
        self->transaction->failed = true;
    return error_set(error, class, "%s", why);
}

bool memory_blocked(struct memory_session *self, struct error *error)
{
    self->was_blocked = true;
    self->server->blocked++;
    return memory_fails(self, ERROR_RETRY, "canceled due to lock timeout", error);
}

// Whether the daemon's connection lets this call begin, and what fails if not.
static bool begins(struct memory_session *self, struct error *error)
{
    struct memory_server *server = self->server;
    self->was_blocked = false;
    if (self->transaction && self->transaction->failed)
        memory_breach(server, "a call other than rollback after a failure");
    if (!self->crashed && dice_hits(server->dice, server->faults.crash))
        self->crashed = true;
    if (self->crashed)
        return memory_fails(self, ERROR_FATAL, "the daemon died here", error);
    if (server->meanwhile && dice_hits(server->dice, server->faults.stall)) {
        server->stalls++;
        server->meanwhile(server->universe);
    }
    if (dice_hits(server->dice, server->faults.retry))
        return memory_fails(self, ERROR_RETRY, "the server is gone", error);
    if (self->transaction && dice_hits(server->dice, server->faults.abort))
        return memory_fails(self, ERROR_ABORT, "deadlock", error);
    return true;
}

bool memory_begins_outside(struct memory_session *self, struct error *error)
{
    if (self->transaction)
        memory_breach(self->server, "a call in a transaction that belongs outside of one");
    return begins(self, error);
}

bool memory_begins_within(struct memory_session *self, struct error *error)
{
    if (!self->transaction) {
        memory_breach(self->server, "a call outside of a transaction that belongs in one");
        return error_set(error, ERROR_FATAL, "no transaction");
    }
    if (!begins(self, error))
        return false;
    bool tells = self->transaction->conflict && dice_hits(self->server->dice, 300);
    return !tells || memory_tells_conflict(self, error);
}

bool memory_tells_conflict(struct memory_session *self, struct error *error)
{
    if (!self->transaction->conflict)
        return true;
    self->store.conflict = true;
    return memory_fails(self, ERROR_ABORT, "states were written by another daemon meanwhile",
                        error);
}

// The answer to a statement that has had its effect outside a transaction.
bool memory_answers(struct memory_session *self, struct error *error)
{
    struct memory_server *server = self->server;
    return !dice_hits(server->dice, server->faults.retry) ||
           error_set(error, ERROR_RETRY, "connection lost before the answer");
}

// --- transactions ---

void memory_transaction_begin(struct memory_session *session, bool alone)
{
    struct memory_transaction *beginning = calloc(1, sizeof *beginning);
    if (!beginning)
        abort();
    beginning->alone = alone;
    beginning->next = session->server->open;
    session->server->open = session->transaction = beginning;
}

static void close_transaction(struct memory_server *server, const struct memory_transaction *ending)
{
    struct memory_transaction **at = &server->open;
    while (*at != ending)
        at = &(*at)->next;
    *at = ending->next;
}

// Each row is given free here, and has what was pending when it commits.
static void end_rows(struct memory_server *server, struct memory_transaction *ending, bool commits)
{
    struct memory_tables *tables = &server->committed;
    for (size_t i = 0; i < ending->ledger.count; i++) {
        struct memory_ledger *row = &tables->ledger.rows[ending->ledger.rows[i]];
        row->row = commits ? row->pending : row->row;
        row->holder = NULL;
    }
    for (size_t i = 0; i < ending->states.count; i++) {
        struct memory_state *row = &tables->states.rows[ending->states.rows[i]];
        if (commits && row->pending_version) {
            row->bytes = row->pending_bytes;
            row->row_version = row->pending_version;
        }
        row->pending_version = 0;
        row->holder = NULL;
    }
    for (size_t i = 0; i < ending->cells.count; i++) {
        struct memory_cell *row = &tables->cells.rows[ending->cells.rows[i]];
        for (size_t m = 0; m < row->rollup->measure_count; m++) {
            row->measures[m] += commits ? row->pending[m] : 0;
            row->pending[m] = 0;
        }
        row->holder = NULL;
    }
    for (size_t i = 0; i < ending->progress.count; i++) {
        struct memory_progress *row = &tables->progress.rows[ending->progress.rows[i]];
        row->until_us = commits ? row->pending_us : row->until_us;
        row->holder = NULL;
    }
}

static void end(struct memory_server *server, struct memory_transaction *ending, bool commits)
{
    struct memory_tables *tables = &server->committed;
    close_transaction(server, ending);
    end_rows(server, ending, commits);
    for (size_t i = 0; commits && i < ending->journal.count; i++)
        TABLE_ADD(tables->journal, ending->journal.rows[i]);
    for (size_t i = 0; commits && i < ending->quarantine.count; i++)
        TABLE_ADD(tables->quarantine, ending->quarantine.rows[i]);
    for (size_t i = 0; commits && i < ending->ranges.count; i++)
        TABLE_ADD(tables->ranges, ending->ranges.rows[i]);
    free(ending->ledger.rows);
    free(ending->states.rows);
    free(ending->cells.rows);
    free(ending->progress.rows);
    free(ending->journal.rows);
    free(ending->quarantine.rows);
    free(ending->ranges.rows);
    free(ending);
}

void memory_transaction_end(struct memory_session *session, bool commits)
{
    if (session->transaction)
        end(session->server, session->transaction, commits);
    session->transaction = NULL;
}

static void end_orphan(struct memory_server *server, size_t i)
{
    bool commits = dice_hits(server->dice, 500);
    server->lost_committed += commits;
    server->lost_not_committed += !commits;
    end(server, server->orphans[i], commits);
    server->orphans[i] = server->orphans[--server->orphan_count];
}

void memory_server_end_orphans(struct memory_server *server)
{
    while (server->orphan_count)
        end_orphan(server, 0);
}

bool memory_is_kept_out(const struct memory_session *session)
{
    struct memory_server *server = session->server;
    for (size_t i = server->orphan_count; i-- > 0;)
        if (dice_hits(server->dice, 700))
            end_orphan(server, i);
    for (const struct memory_transaction *open = server->open; open; open = open->next)
        if (open != session->transaction && !open->kept_out &&
            (open->alone || session->transaction->alone))
            session->transaction->kept_out = true;
    return session->transaction->kept_out;
}

void memory_transaction_orphan(struct memory_session *session)
{
    struct memory_server *server = session->server;
    if (server->orphan_count == MEMORY_ORPHANS)
        end_orphan(server, 0);
    server->orphans[server->orphan_count++] = session->transaction;
    session->transaction = NULL;
    if (dice_hits(server->dice, 700)) // mostly it has ended before anybody asks
        end_orphan(server, server->orphan_count - 1);
}

bool memory_is_taken(const struct memory_session *session,
                     const struct memory_transaction *const *holder)
{
    struct memory_server *server = session->server;
    for (size_t i = 0; *holder && i < server->orphan_count; i++)
        if (server->orphans[i] == *holder && dice_hits(server->dice, 700))
            end_orphan(server, i);
    return *holder && *holder != session->transaction;
}

void memory_take_ledger(struct memory_session *session, struct memory_ledger *row)
{
    if (row->holder)
        return;
    row->holder = session->transaction;
    row->pending = row->row;
    size_t at = (size_t)(row - session->server->committed.ledger.rows);
    TABLE_ADD(session->transaction->ledger, at);
}

void memory_take_state(struct memory_session *session, struct memory_state *row)
{
    if (row->holder)
        return;
    row->holder = session->transaction;
    size_t at = (size_t)(row - session->server->committed.states.rows);
    TABLE_ADD(session->transaction->states, at);
}

void memory_take_cell(struct memory_session *session, struct memory_cell *row)
{
    if (row->holder)
        return;
    row->holder = session->transaction;
    size_t at = (size_t)(row - session->server->committed.cells.rows);
    TABLE_ADD(session->transaction->cells, at);
}

void memory_take_progress(struct memory_session *session, struct memory_progress *row)
{
    if (row->holder)
        return;
    row->holder = session->transaction;
    row->pending_us = row->until_us;
    size_t at = (size_t)(row - session->server->committed.progress.rows);
    TABLE_ADD(session->transaction->progress, at);
}
