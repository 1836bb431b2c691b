// The PostgreSQL store: its connection, the ledger, and the borders of a transaction.
//
// The order in which rows are locked is the loop's; here each statement locks in the order of its keys. A connection that
// failed is dropped, never mended.
#include "aggregate/store_postgres_internal.h"

#include "common/log.h"
#include "sql/queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct store_postgres *self_of(struct store *store)
{
    return (struct store_postgres *)store;
}

static void set_connection(struct store_postgres *self, struct postgres *postgres)
{
    pthread_mutex_lock(&self->connection_mutex);
    self->postgres = postgres;
    pthread_mutex_unlock(&self->connection_mutex);
}

static void disconnect(struct store_postgres *self)
{
    struct postgres *postgres = self->postgres;
    set_connection(self, NULL);
    postgres_close(postgres);
}

static bool stage_tables(struct store_postgres *self, struct error *error)
{
    if (!postgres_execute(self->postgres, &query_aggregate_set_memory, NULL, NULL, error))
        return false;
    for (const struct state_queries *q = store_state_queries; q->family; q++)
        if (!postgres_script(self->postgres, q->stage->name, q->stage->text, error))
            return false;
    for (const struct rollup_queries *q = store_rollup_queries; q->rollup; q++)
        if (!postgres_script(self->postgres, q->stage->name, q->stage->text, error))
            return false;
    return true;
}

bool store_connect(struct store_postgres *self, struct error *error)
{
    if (self->postgres && postgres_is_alive(self->postgres))
        return true;
    disconnect(self);
    set_connection(self, postgres_connect(self->conninfo, "cityops-aggregate", error));
    if (self->postgres && stage_tables(self, error))
        return true;
    disconnect(self);
    return false;
}

bool store_outside(struct store_postgres *self, bool ok)
{
    if (!ok && self->postgres && !postgres_is_alive(self->postgres))
        disconnect(self);
    return ok;
}

bool store_within(struct store_postgres *self, bool ok, struct error *error)
{
    const char *sqlstate = ok ? "" : postgres_sqlstate(self->postgres);
    if (error->class == ERROR_FATAL &&
        (strncmp(sqlstate, "22", 2) == 0 || strncmp(sqlstate, "23", 2) == 0)) {
        error->class = ERROR_BAD_RECORD;
        self->first_month =
            INT32_MAX; // a month that somebody dropped is refused like data: look again
        self->last_month = INT32_MIN;
        snprintf(self->store.refusal, sizeof self->store.refusal, "%s", sqlstate);
    }
    return ok;
}

struct buffer *store_array(struct store_postgres *self, size_t number, unsigned element_type)
{
    buffer_reset(&self->arrays[number]);
    array_begin(&self->arrays[number], element_type);
    return &self->arrays[number];
}

static bool load_generation(struct store *store, struct store_generation *out, struct error *error)
{
    struct store_postgres *self = self_of(store);
    struct generation loaded = {0};
    if (!store_connect(self, error) ||
        !store_outside(self, generation_load(self->postgres, &loaded, error)))
        return false;
    if (self->generation_held)
        generation_free(&self->generation);
    self->generation = loaded;
    self->generation_held = true;
    *out = (struct store_generation){loaded.generation, generation_context(&self->generation)};
    return true;
}

static const char *const stop_kinds[] = {
    [STOP_LOST] = "lost", [STOP_RECREATED] = "recreated", [STOP_OTHER_CLUSTER] = "other_cluster"};

static enum stop_kind stop_kind_of(struct text text)
{
    for (int kind = STOP_NONE + 1; kind <= STOP_OTHER_CLUSTER; kind++)
        if (text_equal(text, text_from(stop_kinds[kind])))
            return (enum stop_kind)kind;
    return STOP_NONE;
}

// Reads the ledger's columns from `column` on.
static void read_row(const PGresult *result, int row, int column, struct ledger_row *out)
{
    bool has_last = !column_is_null(result, row, column + 4);
    struct text reason = column_text(result, row, column + 7);
    struct text kind = column_text(result, row, column + 8);
    *out = (struct ledger_row){
        .partition_id = column_integer(result, row, column),
        .generation = column_integer(result, row, column + 1),
        .origin_offset = column_bigint(result, row, column + 2),
        .next_offset = column_bigint(result, row, column + 3),
        .last_record_offset = has_last ? column_bigint(result, row, column + 4) : -1,
        .last_record_digest = has_last ? (uint64_t)column_bigint(result, row, column + 5) : 0,
        .stopped = column_boolean(result, row, column + 6),
        .stop_kind = stop_kind_of(kind),
        .stopped_until = column_bigint(result, row, column + 9),
    };
    snprintf(out->stopped_reason, sizeof out->stopped_reason, TEXT_FORMAT, TEXT_ARGUMENTS(reason));
}

static bool load_ledger(struct store *store, const struct partition_name *const *names,
                        size_t count, struct ledger_row *rows, struct error *error)
{
    struct store_postgres *self = self_of(store);
    if (count == 0)
        return true;
    struct buffer *topics = store_array(self, 0, OID_TEXT);
    struct buffer *partitions = store_array(self, 1, OID_INT4);
    for (size_t i = 0; i < count; i++) {
        array_add_text(topics, text_from(names[i]->topic));
        array_add_integer(partitions, names[i]->partition);
        rows[i] = (struct ledger_row){.last_record_offset = -1};
    }
    struct parameters parameters = PARAMETERS_INIT;
    parameter_text(&parameters, text_from(names[0]->cluster)); // one source reads one cluster
    parameter_array(&parameters, OID_TEXT_ARRAY, topics);
    parameter_array(&parameters, OID_INT4_ARRAY, partitions);
    PGresult *result;
    if (!store_connect(self, error) ||
        !store_outside(self, postgres_query(self->postgres, &query_aggregate_load_ledger,
                                            &parameters, &result, error)))
        return false;
    for (int row = 0; row < PQntuples(result); row++)
        read_row(result, row, 1, &rows[column_integer(result, row, 0)]);
    PQclear(result);
    return true;
}

static bool create_ledger(struct store *store, const struct partition_name *name,
                          int64_t origin_offset, struct error *error)
{
    struct store_postgres *self = self_of(store);
    struct parameters parameters = PARAMETERS_INIT;
    parameter_text(&parameters, text_from(name->cluster));
    parameter_text(&parameters, text_from(name->topic));
    parameter_integer(&parameters, name->partition);
    parameter_bigint(&parameters, origin_offset);
    return store_connect(self, error) &&
           store_outside(self, postgres_execute(self->postgres, &query_aggregate_create_ledger,
                                                &parameters, NULL, error));
}

static bool stop_partition(struct store *store, const struct ledger_row *row, struct error *error)
{
    struct store_postgres *self = self_of(store);
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, row->partition_id);
    parameter_bigint(&parameters, row->next_offset);
    parameter_text(&parameters, text_from(stop_kinds[row->stop_kind]));
    parameter_bigint(&parameters, row->stopped_until);
    parameter_text(&parameters, text_from(row->stopped_reason));
    return store_connect(self, error) &&
           store_outside(self, postgres_execute(self->postgres, &query_aggregate_stop_partition,
                                                &parameters, NULL, error));
}

static int compare_rows(const void *left, const void *right)
{
    const struct ledger_row *a = *(const struct ledger_row *const *)left;
    const struct ledger_row *b = *(const struct ledger_row *const *)right;
    return (a->partition_id > b->partition_id) - (a->partition_id < b->partition_id);
}

static bool note_ends(struct store *store, const struct ledger_row *const *rows, size_t count,
                      int64_t instant_us, struct error *error)
{
    struct store_postgres *self = self_of(store);
    struct arena arena = ARENA_INIT;
    const struct ledger_row **sorted = arena_copy(&arena, rows, count * sizeof *rows);
    qsort(sorted, count, sizeof *sorted, compare_rows);
    struct buffer *ids = store_array(self, 0, OID_INT4), *offsets = store_array(self, 1, OID_INT8);
    for (size_t i = 0; i < count; i++) {
        array_add_integer(ids, sorted[i]->partition_id);
        array_add_bigint(offsets, sorted[i]->next_offset);
    }
    arena_free(&arena);
    struct parameters parameters = PARAMETERS_INIT;
    parameter_array(&parameters, OID_INT4_ARRAY, ids);
    parameter_array(&parameters, OID_INT8_ARRAY, offsets);
    parameter_instant(&parameters, instant_us);
    return store_connect(self, error) &&
           store_outside(self, postgres_execute(self->postgres, &query_aggregate_note_ends,
                                                &parameters, NULL, error));
}

static int32_t month_of(int64_t instant_us)
{
    return civil_month((int32_t)(instant_us / US_PER_DAY - (instant_us % US_PER_DAY < 0)));
}

static bool prepare_journal(struct store *store, int64_t first_us, int64_t last_us,
                            struct error *error)
{
    struct store_postgres *self = self_of(store);
    int32_t first = month_of(first_us), last = month_of(last_us);
    if (self->first_month <= first && last <= self->last_month)
        return true;
    struct parameters parameters = PARAMETERS_INIT;
    parameter_instant(&parameters, first_us);
    parameter_instant(&parameters, last_us);
    PGresult *result;
    if (!store_connect(self, error) ||
        !store_outside(self, postgres_query(self->postgres, &query_aggregate_make_months,
                                            &parameters, &result, error)))
        return false;
    PQclear(result);
    self->first_month = first;
    self->last_month = last;
    return true;
}

static bool begin(struct store *store, const struct ledger_row *const *rows, size_t count,
                  bool alone, struct ledger_row *actual, struct error *error)
{
    struct store_postgres *self = self_of(store);
    store->conflict = false;
    self->staged_count = 0;
    struct buffer *ids = store_array(self, 0, OID_INT4);
    for (size_t i = 0; i < count; i++) {
        array_add_integer(ids, rows[i]->partition_id);
        actual[i] = (struct ledger_row){.last_record_offset = -1};
    }
    struct parameters parameters = PARAMETERS_INIT;
    parameter_array(&parameters, OID_INT4_ARRAY, ids);
    PGresult *result;
    const struct query *side_by_side =
        alone ? &query_aggregate_lock_states : &query_aggregate_share_states;
    if (!store_connect(self, error) ||
        !postgres_execute(self->postgres, &query_aggregate_begin, NULL, NULL, error) ||
        !postgres_execute(self->postgres, side_by_side, NULL, NULL, error) ||
        !postgres_query(self->postgres, &query_aggregate_lock_ledger, &parameters, &result, error))
        return false;
    size_t i = 0;
    for (int row = 0; row < PQntuples(result); row++) {
        int32_t id = column_integer(result, row, 0);
        while (i < count && rows[i]->partition_id < id)
            i++;
        if (i < count && rows[i]->partition_id == id)
            read_row(result, row, 0, &actual[i]);
    }
    PQclear(result);
    return true;
}

static enum commit_result commit(struct store *store, struct error *error)
{
    struct store_postgres *self = self_of(store);
    if (!store_land(self, error))
        return COMMIT_NOT_DONE;
    if (postgres_execute(self->postgres, &query_aggregate_commit, NULL, NULL, error))
        return COMMIT_DONE;
    return postgres_is_alive(self->postgres) ? COMMIT_NOT_DONE : COMMIT_UNKNOWN;
}

static void rollback(struct store *store)
{
    struct store_postgres *self = self_of(store);
    struct error ignored = ERROR_INIT; // the failure that led here is the one to tell
    store_land(self, &ignored);
    if (!self->postgres)
        return;
    if (!postgres_is_alive(self->postgres) ||
        !postgres_execute(self->postgres, &query_aggregate_rollback, NULL, NULL, &ignored))
        disconnect(self);
}

struct store *store_postgres_new(const char *conninfo, struct postgres *connected)
{
    struct store_postgres *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->conninfo = conninfo;
    pthread_mutex_init(&self->connection_mutex, NULL);
    self->postgres = connected;
    self->first_month = INT32_MAX;
    self->last_month = INT32_MIN;
    self->store = (struct store){.load_generation = load_generation,
                                 .load_ledger = load_ledger,
                                 .create_ledger = create_ledger,
                                 .stop_partition = stop_partition,
                                 .note_ends = note_ends,
                                 .prepare_journal = prepare_journal,
                                 .begin = begin,
                                 .write_journal = store_write_journal,
                                 .read_states = store_read_states,
                                 .write_states = store_write_states,
                                 .add_rollups = store_add_rollups,
                                 .write_progress = store_write_progress,
                                 .is_busy = store_is_busy,
                                 .settle = store_settle,
                                 .advance = store_advance,
                                 .commit = commit,
                                 .rollback = rollback,
                                 .read_unfed = store_read_unfed,
                                 .mark_fed = store_mark_fed};
    flights_open(self);
    self->replay_log = (struct replay_log){.ends = store_replay_ends, .read = store_read_replay};
    return &self->store;
}

struct replay_log *store_postgres_replay_log(struct store *store)
{
    return &self_of(store)->replay_log;
}

void store_postgres_free(struct store *store)
{
    if (!store)
        return;
    struct store_postgres *self = self_of(store);
    struct error ignored = ERROR_INIT;
    store_land(self, &ignored);
    flights_close(self);
    disconnect(self);
    pthread_mutex_destroy(&self->connection_mutex);
    postgres_close(self->replays);
    if (self->generation_held)
        generation_free(&self->generation);
    for (size_t i = 0; i < sizeof self->arrays / sizeof *self->arrays; i++)
        buffer_free(&self->arrays[i]);
    free(self);
}

void store_postgres_interrupt(struct store *store)
{
    struct store_postgres *self = self_of(store);
    pthread_mutex_lock(&self->connection_mutex);
    if (self->postgres)
        postgres_interrupt(self->postgres);
    pthread_mutex_unlock(&self->connection_mutex);
}

struct postgres *store_postgres_connection(struct store *store)
{
    return self_of(store)->postgres;
}
