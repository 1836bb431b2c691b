// What both stores hold at the end; see store_trial.h.
#include "store_trial.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdlib.h>

static PGresult *select_rows(const char *query)
{
    struct postgres *connection = store_postgres_connection(trial_postgres[0]);
    PGresult *result = PQexec(postgres_connection(connection), query);
    cr_assert(PQresultStatus(result) == PGRES_TUPLES_OK, "%s: %s", query,
              PQresultErrorMessage(result));
    return result;
}

static int64_t count_of(struct trial *t, const char *format, int partition)
{
    PGresult *result =
        select_rows(arena_printf(&t->arena,
                                 "select coalesce((%s), 0)::bigint from cityops.ledger l where "
                                 "l.partition_id = %d",
                                 format, t->real.rows[partition].partition_id));
    int64_t count = PQntuples(result) ? strtoll(PQgetvalue(result, 0, 0), NULL, 10) : 0;
    PQclear(result);
    return count;
}

static bool same_counts(struct trial *t, int partition)
{
    const struct memory_tables *tables = &t->server.committed;
    int32_t id = t->stand_in.rows[partition].partition_id;
    int64_t journal = 0, ranges = 0;
    for (size_t i = 0; i < tables->journal.count; i++)
        if (tables->journal.rows[i].partition_id == id)
            journal += tables->journal.rows[i].offset + 1;
    for (size_t i = 0; i < tables->ranges.count; i++)
        if (tables->ranges.rows[i].step.partition_id == id)
            ranges += tables->ranges.rows[i].step.from_offset +
                      1000 * tables->ranges.rows[i].step.outcomes[OUTCOME_APPLIED];
    struct memory_ledger *ledger = memory_server_ledger(&t->server, partition);
    int64_t end_seen = ledger && ledger->end_seen_us != INT64_MIN ? ledger->end_seen_us : 0;
    return (journal == count_of(t,
                                "select sum(j.record_offset + 1) from cityops.journal j "
                                "where j.partition_id = l.partition_id",
                                partition) ||
            trial_differ(t, "the journals differ")) &&
           (ranges == count_of(t,
                               "select sum(r.from_offset + 1000 * r.applied) from "
                               "cityops.batch_range r where r.partition_id = l.partition_id",
                               partition) ||
            trial_differ(t, "the ranges differ")) &&
           (end_seen == count_of(t, "extract(epoch from l.end_seen_at) * 1000000", partition) ||
            trial_differ(t, "the ends seen differ"));
}

// The SQL that tells a column as the text that `tell` makes of the value.
static char *column_text_of(struct arena *arena, const struct column *column)
{
    switch (column->type) {
    case COLUMN_DATE:
        return arena_printf(arena, "(c.%s - date '1970-01-01')::text", column->name);
    case COLUMN_TIMESTAMP:
        return arena_printf(arena, "(extract(epoch from c.%s) * 1000000)::bigint::text",
                            column->name);
    default:
        return arena_printf(arena, "c.%s::text", column->name);
    }
}

static char *tell(struct arena *arena, const struct value *value)
{
    return value->type == VALUE_TEXT ? arena_printf(arena, TEXT_FORMAT, TEXT_ARGUMENTS(value->text))
                                     : arena_printf(arena, "%" PRId64, value->integer);
}

static bool is_told_cell(struct trial *t, const struct memory_cell *cell, const PGresult *result,
                         int row)
{
    int column = 0;
    for (size_t d = 0; d < cell->rollup->dimension_count; d++, column++)
        if (strcmp(tell(&t->arena, &cell->dimensions[d]), PQgetvalue(result, row, column)) != 0)
            return false;
    for (size_t m = 0; m < cell->rollup->measure_count; m++, column++)
        if (strtoll(PQgetvalue(result, row, column), NULL, 10) != cell->measures[m])
            return false;
    return true;
}

static bool is_zero(const struct memory_cell *cell)
{
    for (size_t m = 0; m < cell->rollup->measure_count; m++)
        if (cell->measures[m])
            return false;
    return true;
}

// Cells that are all zero may be there or not.
static bool same_cells(struct trial *t, const struct rollup *rollup, int partition)
{
    struct buffer query = BUFFER_INIT;
    buffer_printf(&query, "select ");
    for (size_t d = 0; d < rollup->dimension_count; d++)
        buffer_printf(&query, "%s, ", column_text_of(&t->arena, &rollup->dimensions[d]));
    for (size_t m = 0; m < rollup->measure_count; m++)
        buffer_printf(&query, "%sc.%s", m ? ", " : "", rollup->measures[m].name);
    buffer_printf(&query, " from cityops.%s c where c.slot = %d and (", rollup->name,
                  t->real.rows[partition].partition_id);
    for (size_t m = 0; m < rollup->measure_count; m++)
        buffer_printf(&query, "%sc.%s <> 0", m ? " or " : "", rollup->measures[m].name);
    buffer_printf(&query, ")");
    PGresult *result = select_rows(arena_printf(&t->arena, "%.*s", (int)query.length, query.bytes));
    buffer_free(&query);
    int expected = 0, found = 0;
    for (size_t i = 0; i < t->server.committed.cells.count; i++) {
        const struct memory_cell *cell = &t->server.committed.cells.rows[i];
        if (cell->rollup != rollup || is_zero(cell) ||
            cell->slot != t->stand_in.rows[partition].partition_id)
            continue;
        expected++;
        for (int row = 0; row < PQntuples(result); row++)
            found += is_told_cell(t, cell, result, row);
    }
    bool same = found == expected && expected == PQntuples(result);
    if (!same)
        trial_differ(t, "%s: %d cells and %d, %d of them equal", rollup->name, expected,
                     PQntuples(result), found);
    PQclear(result);
    return same;
}

static bool same_progress(struct trial *t)
{
    for (size_t i = 0; i < t->server.committed.progress.count; i++) {
        const struct memory_progress *row = &t->server.committed.progress.rows[i];
        PGresult *result = select_rows(arena_printf(
            &t->arena,
            "select (extract(epoch from max(progress_until)) * 1000000)::bigint from "
            "cityops.source_progress where topic = '%s' and source = '" TEXT_FORMAT "'",
            t->topic, TEXT_ARGUMENTS(row->source)));
        bool same = row->until_us == INT64_MIN
                        ? PQgetisnull(result, 0, 0)
                        : strtoll(PQgetvalue(result, 0, 0), NULL, 10) == row->until_us;
        PQclear(result);
        if (!same)
            return trial_differ(t, "progress differs");
    }
    return true;
}

// Every state of the stand-in, one by one, as a reader sees it.
static bool same_states(struct trial *t)
{
    struct operation begins = {BEGIN, 0, 1};
    for (uint64_t chance = 1; !t->in_transaction[0] && chance < 50; chance++) {
        begins.chance = chance;
        if (!trial_operate(t, &begins))
            return false;
    }
    for (size_t i = 0; t->in_transaction[0] && i < t->server.committed.states.count; i++) {
        const struct memory_state *state = &t->server.committed.states.rows[i];
        struct stored_state stored[2][KEYS_MOST];
        if (!trial_read_keys(t, 0, family_get(state->family), &state->key, 1, false, stored))
            return false;
    }
    if (t->in_transaction[0])
        trial_end_transaction(t, 0);
    return true;
}

bool trial_same_tables(struct trial *t)
{
    for (int session = 0; session < SESSIONS; session++)
        if (t->in_transaction[session])
            trial_end_transaction(t, session);
    if (!trial_load(t) || !same_states(t) || !same_progress(t))
        return false;
    for (int partition = 0; partition < PARTITIONS; partition++) {
        if (!t->real.rows[partition].partition_id)
            continue;
        if (!same_counts(t, partition))
            return false;
        for (int family = FAMILY_NONE + 1; family < FAMILY_COUNT; family++)
            for (size_t r = 0; r < family_get((enum family)family)->rollup_count; r++)
                if (!same_cells(t, family_get((enum family)family)->rollups[r], partition))
                    return false;
    }
    return true;
}
