// What is done to the stand-in store itself, not through a session: see memory_store.h.
#include "memory_transaction.h"

#include <stdlib.h>

struct memory_ledger *memory_server_ledger(const struct memory_server *server, int32_t partition)
{
    for (size_t i = 0; i < server->committed.ledger.count; i++)
        if (!server->committed.ledger.rows[i].is_replaced &&
            server->committed.ledger.rows[i].name.partition == partition)
            return &server->committed.ledger.rows[i];
    return NULL;
}

void memory_server_init(struct memory_server *server, struct dice *dice,
                        const struct contribution_context *context)
{
    *server = (struct memory_server){.dice = dice, .context = *context};
    server->committed.generation = 1;
}

static void free_tables(struct memory_tables *tables)
{
    free(tables->ledger.rows);
    free(tables->states.rows);
    free(tables->cells.rows);
    free(tables->progress.rows);
    free(tables->journal.rows);
    free(tables->quarantine.rows);
    free(tables->ranges.rows);
    *tables = (struct memory_tables){0};
}

void memory_server_free(struct memory_server *server)
{
    memory_server_end_orphans(server);
    free_tables(&server->committed);
    free_tables(&server->kept);
    arena_free(&server->arena);
}

#define TABLE_COPY(to, from)                                                                       \
    do {                                                                                           \
        for (size_t copied = 0; copied < (from).count; copied++)                                   \
            TABLE_ADD(to, (from).rows[copied]);                                                    \
    } while (0)

static void copy_tables(struct memory_tables *to, const struct memory_tables *from)
{
    free_tables(to);
    to->generation = from->generation;
    TABLE_COPY(to->ledger, from->ledger);
    TABLE_COPY(to->states, from->states);
    TABLE_COPY(to->cells, from->cells);
    TABLE_COPY(to->progress, from->progress);
    TABLE_COPY(to->journal, from->journal);
    TABLE_COPY(to->quarantine, from->quarantine);
    TABLE_COPY(to->ranges, from->ranges);
}

void memory_server_keep(struct memory_server *server)
{
    memory_server_end_orphans(server);
    copy_tables(&server->kept, &server->committed);
}

void memory_server_forget(struct memory_server *server)
{
    free_tables(&server->kept);
}

bool memory_server_go_back(struct memory_server *server)
{
    if (!server->kept.generation)
        return false;
    memory_server_end_orphans(server);
    copy_tables(&server->committed, &server->kept);
    return true;
}

bool memory_server_accept(struct memory_server *server, int32_t partition)
{
    memory_server_end_orphans(server); // it waits for the ledger's row
    struct memory_ledger *ledger = memory_server_ledger(server, partition);
    if (!ledger || !ledger->row.stopped)
        return false;
    struct ledger_row *row = &ledger->row;
    if (row->stop_kind == STOP_LOST) {
        struct memory_range range = {{.partition_id = row->partition_id,
                                      .from_offset = row->next_offset,
                                      .until_offset = row->stopped_until},
                                     row->stopped_until - row->next_offset};
        TABLE_ADD(server->committed.ranges, range);
        row->next_offset = row->stopped_until;
    }
    ledger->is_replaced = row->stop_kind == STOP_RECREATED;
    row->stopped = false;
    row->stop_kind = STOP_NONE;
    row->stopped_until = 0;
    row->stopped_reason[0] = 0;
    return true;
}

size_t memory_server_state_count(const struct memory_server *server)
{
    size_t count = 0;
    for (size_t i = 0; i < server->committed.states.count; i++)
        count += server->committed.states.rows[i].row_version > 0;
    return count;
}
