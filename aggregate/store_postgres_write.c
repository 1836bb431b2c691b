// What one batch writes to PostgreSQL: journal, states, rollups, progress, ranges, ledger.
//
// Rows go by COPY into the connection's staging tables, which one statement then merges in the order of the keys; first
// states of entities go straight into their table. Which statements belong to a family or a rollup is said by the two tables below; their columns by core's definitions.
#include "aggregate/store_postgres_internal.h"

#include "sql/queries.h"

const struct state_queries store_state_queries[] = {
    {FAMILY_HOTLINE, &query_aggregate_stage_ticket, &query_aggregate_read_ticket,
     &query_aggregate_read_ticket_for_update, &query_aggregate_copy_ticket,
     &query_aggregate_merge_ticket, &query_aggregate_insert_ticket},
    {FAMILY_INCIDENT, &query_aggregate_stage_incident, &query_aggregate_read_incident,
     &query_aggregate_read_incident_for_update, &query_aggregate_copy_incident,
     &query_aggregate_merge_incident, &query_aggregate_insert_incident},
    {FAMILY_TRAFFIC, &query_aggregate_stage_traffic_window, &query_aggregate_read_traffic_window,
     &query_aggregate_read_traffic_window_for_update, &query_aggregate_copy_traffic_window,
     &query_aggregate_merge_traffic_window, &query_aggregate_insert_traffic_window},
    {FAMILY_INSPECTION, &query_aggregate_stage_problem, &query_aggregate_read_problem,
     &query_aggregate_read_problem_for_update, &query_aggregate_copy_problem,
     &query_aggregate_merge_problem, &query_aggregate_insert_problem},
    {FAMILY_ACTIVITY, &query_aggregate_stage_activity, &query_aggregate_read_activity,
     &query_aggregate_read_activity_for_update, &query_aggregate_copy_activity,
     &query_aggregate_merge_activity, &query_aggregate_insert_activity},
    {FAMILY_NONE, NULL, NULL, NULL, NULL, NULL, NULL},
};

const struct rollup_queries store_rollup_queries[] = {
    {"activity_day", &query_aggregate_stage_activity_day, &query_aggregate_copy_activity_day,
     &query_aggregate_add_activity_day},
    {"dispatch_day", &query_aggregate_stage_dispatch_day, &query_aggregate_copy_dispatch_day,
     &query_aggregate_add_dispatch_day},
    {"incident_day", &query_aggregate_stage_incident_day, &query_aggregate_copy_incident_day,
     &query_aggregate_add_incident_day},
    {"problem_day", &query_aggregate_stage_problem_day, &query_aggregate_copy_problem_day,
     &query_aggregate_add_problem_day},
    {"problem_month", &query_aggregate_stage_problem_month, &query_aggregate_copy_problem_month,
     &query_aggregate_add_problem_month},
    {"recheck_day", &query_aggregate_stage_recheck_day, &query_aggregate_copy_recheck_day,
     &query_aggregate_add_recheck_day},
    {"ticket_day", &query_aggregate_stage_ticket_day, &query_aggregate_copy_ticket_day,
     &query_aggregate_add_ticket_day},
    {"ticket_month", &query_aggregate_stage_ticket_month, &query_aggregate_copy_ticket_month,
     &query_aggregate_add_ticket_month},
    {"ticket_subset_day", &query_aggregate_stage_ticket_subset_day,
     &query_aggregate_copy_ticket_subset_day, &query_aggregate_add_ticket_subset_day},
    {"traffic_hour", &query_aggregate_stage_traffic_hour, &query_aggregate_copy_traffic_hour,
     &query_aggregate_add_traffic_hour},
    {NULL, NULL, NULL, NULL},
};

static struct store_postgres *self_of(struct store *store)
{
    return (struct store_postgres *)store;
}

static const struct state_queries *queries_of_family(enum family family, struct error *error)
{
    for (const struct state_queries *q = store_state_queries; q->family; q++)
        if (q->family == family)
            return q;
    error_set(error, ERROR_FATAL, "the store has no table for events of family %d", (int)family);
    return NULL;
}

static const struct rollup_queries *queries_of_rollup(const char *rollup, struct error *error)
{
    for (const struct rollup_queries *q = store_rollup_queries; q->rollup; q++)
        if (strcmp(q->rollup, rollup) == 0)
            return q;
    error_set(error, ERROR_FATAL, "the store has no table for rollup %s", rollup);
    return NULL;
}

static void copy_text_or_null(struct buffer *rows, struct text text)
{
    if (text.length)
        copy_text(rows, text);
    else
        copy_null(rows);
}

bool store_write_journal(struct store *store, const struct journal_row *rows, size_t count,
                         struct error *error)
{
    struct store_postgres *self = self_of(store);
    struct flight *flight = flight_begin(self);
    struct buffer *out = &flight->rows;
    for (size_t i = 0; i < count; i++) {
        const struct journal_row *row = &rows[i];
        copy_row(out, 9);
        copy_integer(out, row->partition_id);
        copy_bigint(out, row->offset);
        copy_smallint(out, (int16_t)row->family);
        copy_smallint(out, (int16_t)row->kind);
        copy_instant(out, row->arrived_us);
        if (row->occurred_us == INT64_MIN)
            copy_null(out);
        else
            copy_instant(out, row->occurred_us);
        copy_text_or_null(out, row->key.authority);
        copy_text_or_null(out, row->key.entity);
        if (row->has_value)
            copy_text(out, row->value);
        else
            copy_null(out);
    }
    copy_end(out);
    flight->copy = &query_aggregate_copy_journal;
    return flight_launch(self, error);
}

bool store_read_states(struct store *store, const struct family_definition *family,
                       const struct entity_key *keys, size_t count, bool lock, struct arena *arena,
                       struct stored_state *out, struct error *error)
{
    struct store_postgres *self = self_of(store);
    const struct state_queries *queries = queries_of_family(family->family, error);
    if (!queries)
        return false;
    struct buffer *authorities = store_array(self, 0, OID_TEXT);
    struct buffer *entities = store_array(self, 1, OID_TEXT);
    struct buffer *starts = family->has_windows ? store_array(self, 2, OID_TIMESTAMPTZ) : NULL;
    for (size_t i = 0; i < count; i++) {
        array_add_text(authorities, keys[i].authority);
        array_add_text(entities, keys[i].entity);
        if (starts)
            array_add_bigint(starts, INSTANT_ELEMENT(keys[i].window_us));
        out[i] = (struct stored_state){0};
    }
    struct parameters parameters = PARAMETERS_INIT;
    parameter_array(&parameters, OID_TEXT_ARRAY, authorities);
    parameter_array(&parameters, OID_TEXT_ARRAY, entities);
    if (starts)
        parameter_array(&parameters, OID_TIMESTAMPTZ_ARRAY, starts);
    PGresult *result;
    if (!store_land(self, error) ||
        !postgres_query(self->postgres, lock ? queries->read_for_update : queries->read,
                        &parameters, &result, error))
        return store_within(self, false, error);
    for (int row = 0; row < PQntuples(result); row++) {
        struct stored_state *state = &out[column_integer(result, row, 0)];
        state->row_version = column_bigint(result, row, 1);
        state->bytes = arena_text(arena, column_text(result, row, 2));
    }
    PQclear(result);
    return true;
}

static void state_row(struct buffer *out, const struct family_definition *family,
                      const struct state_write *write)
{
    copy_row(out, (int)family->column_count + 4);
    copy_text(out, write->key.authority);
    copy_text(out, write->key.entity);
    copy_bigint(out, write->expected_version + 1);
    copy_text(out, write->bytes);
    for (size_t c = 0; c < family->column_count; c++)
        copy_value(out, family->columns[c].type, &write->columns[c]);
}

// Sends the states that have no row yet (`first`), or those that have one. *sent: how many.
static bool send_states(struct store_postgres *self, const struct family_definition *family,
                        const struct query *copy, bool first, const struct state_write *writes,
                        size_t count, int64_t *sent, struct error *error)
{
    struct flight *flight = flight_begin(self);
    for (size_t i = 0; i < count; i++) {
        if ((writes[i].expected_version == 0) != first)
            continue;
        flight->row_count++;
        state_row(&flight->rows, family, &writes[i]);
    }
    copy_end(&flight->rows);
    flight->copy = copy;
    flight->checks_versions = first;
    *sent = flight->row_count;
    return *sent == 0 || flight_launch(self, error);
}

// First states go into their table at once, which takes half the time of staging and merging them; an entity that got a row
// meanwhile is a conflict like any other. The others are staged, and merged behind all first states of the family: so
// every daemon waits for rows in one order.
bool store_write_states(struct store *store, const struct family_definition *family,
                        const struct state_write *writes, size_t count, bool is_last,
                        struct error *error)
{
    struct store_postgres *self = self_of(store);
    const struct state_queries *queries = queries_of_family(family->family, error);
    int64_t firsts, others;
    if (!queries ||
        !send_states(self, family, queries->insert, true, writes, count, &firsts, error) ||
        !send_states(self, family, queries->copy, false, writes, count, &others, error))
        return false;
    self->staged_count += others;
    if (!is_last || !self->staged_count)
        return true;
    struct flight *flight = flight_begin(self);
    flight->merge = queries->merge;
    flight->checks_versions = true;
    flight->row_count = self->staged_count;
    self->staged_count = 0;
    return flight_launch(self, error);
}

// Adds the cells of one rollup.
static bool add_cells(struct store_postgres *self, int32_t slot, struct rollup_cell *const *cells,
                      size_t count, struct error *error)
{
    const struct rollup *rollup = cells[0]->rollup;
    const struct rollup_queries *queries = queries_of_rollup(rollup->name, error);
    if (!queries)
        return false;
    struct flight *flight = flight_begin(self);
    struct buffer *out = &flight->rows;
    for (size_t i = 0; i < count; i++) {
        copy_row(out, 1 + rollup->dimension_count + rollup->measure_count);
        copy_integer(out, slot);
        for (size_t d = 0; d < rollup->dimension_count; d++)
            copy_value(out, rollup->dimensions[d].type, &cells[i]->dimensions[d]);
        for (size_t m = 0; m < rollup->measure_count; m++)
            copy_bigint(out, cells[i]->measures[m]);
    }
    copy_end(out);
    flight->copy = queries->copy;
    flight->merge = queries->add;
    return flight_launch(self, error);
}

bool store_add_rollups(struct store *store, int32_t slot, struct rollup_cell *const *cells,
                       size_t count, struct error *error)
{
    size_t from = 0;
    while (from < count) {
        size_t until = from + 1;
        while (until < count && cells[until]->rollup == cells[from]->rollup)
            until++;
        if (!add_cells(self_of(store), slot, cells + from, until - from, error))
            return false;
        from = until;
    }
    return true;
}

bool store_write_progress(struct store *store, const struct progress_row *rows, size_t count,
                          struct error *error)
{
    struct store_postgres *self = self_of(store);
    struct buffer *clusters = store_array(self, 0, OID_TEXT);
    struct buffer *topics = store_array(self, 1, OID_TEXT);
    struct buffer *sources = store_array(self, 2, OID_TEXT);
    struct buffer *instants = store_array(self, 3, OID_TIMESTAMPTZ);
    for (size_t i = 0; i < count; i++) {
        array_add_text(clusters, text_from(rows[i].name->cluster));
        array_add_text(topics, text_from(rows[i].name->topic));
        array_add_text(sources, rows[i].source);
        array_add_bigint(instants, INSTANT_ELEMENT(rows[i].until_us));
    }
    struct parameters parameters = PARAMETERS_INIT;
    parameter_array(&parameters, OID_TEXT_ARRAY, clusters);
    parameter_array(&parameters, OID_TEXT_ARRAY, topics);
    parameter_array(&parameters, OID_TEXT_ARRAY, sources);
    parameter_array(&parameters, OID_TIMESTAMPTZ_ARRAY, instants);
    return store_land(self, error) &&
           store_within(self,
                        postgres_execute(self->postgres, &query_aggregate_add_progress, &parameters,
                                         NULL, error),
                        error);
}

static bool insert_batch(struct store_postgres *self, int32_t slot, int32_t generation,
                         int64_t *batch_id, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, slot);
    parameter_integer(&parameters, generation);
    PGresult *result;
    if (!postgres_query(self->postgres, &query_aggregate_insert_batch, &parameters, &result, error))
        return false;
    *batch_id = column_bigint(result, 0, 0);
    PQclear(result);
    return true;
}

static bool add_ranges(struct store_postgres *self, int64_t batch_id,
                       const struct ledger_step *steps, size_t count, struct error *error)
{
    enum { OUTCOMES_FROM = 3, UNJOURNALLED = OUTCOMES_FROM + OUTCOME_COUNT };
    store_array(self, 0, OID_INT4);
    for (size_t a = 1; a <= UNJOURNALLED; a++)
        store_array(self, a, OID_INT8);
    for (size_t i = 0; i < count; i++) {
        array_add_integer(&self->arrays[0], steps[i].partition_id);
        array_add_bigint(&self->arrays[1], steps[i].from_offset);
        array_add_bigint(&self->arrays[2], steps[i].until_offset);
        for (size_t o = 0; o < OUTCOME_COUNT; o++)
            array_add_bigint(&self->arrays[OUTCOMES_FROM + o], steps[i].outcomes[o]);
        array_add_bigint(&self->arrays[UNJOURNALLED], steps[i].unjournalled);
    }
    struct parameters parameters = PARAMETERS_INIT;
    parameter_bigint(&parameters, batch_id);
    parameter_array(&parameters, OID_INT4_ARRAY, &self->arrays[0]);
    for (size_t a = 1; a <= UNJOURNALLED; a++)
        parameter_array(&parameters, OID_INT8_ARRAY, &self->arrays[a]);
    return postgres_execute(self->postgres, &query_aggregate_add_ranges, &parameters, NULL, error);
}

static bool advance_ledger(struct store_postgres *self, int64_t batch_id, int32_t generation,
                           const struct ledger_step *steps, size_t count, struct error *error)
{
    store_array(self, 0, OID_INT4);
    for (size_t a = 1; a < 5; a++)
        store_array(self, a, OID_INT8);
    for (size_t i = 0; i < count; i++) {
        array_add_integer(&self->arrays[0], steps[i].partition_id);
        array_add_bigint(&self->arrays[1], steps[i].from_offset);
        array_add_bigint(&self->arrays[2], steps[i].until_offset);
        array_add_bigint(&self->arrays[3], steps[i].last_record_offset);
        array_add_bigint(&self->arrays[4], (int64_t)steps[i].last_record_digest);
    }
    struct parameters parameters = PARAMETERS_INIT;
    parameter_bigint(&parameters, batch_id);
    parameter_integer(&parameters, generation);
    parameter_array(&parameters, OID_INT4_ARRAY, &self->arrays[0]);
    for (size_t a = 1; a < 5; a++)
        parameter_array(&parameters, OID_INT8_ARRAY, &self->arrays[a]);
    int64_t moved;
    if (!postgres_execute(self->postgres, &query_aggregate_advance_ledger, &parameters, &moved,
                          error))
        return false;
    if (moved != (int64_t)count)
        return error_set(error, ERROR_FENCED, "%lld of %zu ledger rows are not where they were",
                         (long long)((int64_t)count - moved), count);
    return true;
}

bool store_advance(struct store *store, int32_t slot, int32_t generation,
                   const struct ledger_step *steps, size_t count,
                   const struct quarantine_row *quarantine, size_t quarantine_count,
                   struct error *error)
{
    struct store_postgres *self = self_of(store);
    int64_t batch_id;
    return store_land(self, error) && insert_batch(self, slot, generation, &batch_id, error) &&
           advance_ledger(self, batch_id, generation, steps, count, error) && // decides first
           store_copy_quarantine(self, batch_id, quarantine, quarantine_count, error) &&
           add_ranges(self, batch_id, steps, count, error);
}
