// A ranking as of an earlier cut-off: the journal below it is folded (sql/as_of.h) into temporary tables that stand before those of
// the database, so that the same queries answer from them, and the vector that is printed is that of then. Of several cut-offs
// the tables are moved from one to the next by what changed in between: a rollup by differences (law 2), a state by its row.
#include "rank/snapshot.h"

#include "sql/as_of.h"
#include "sql/queries.h"

#include <stdlib.h>

enum { COPY_PIECE_BYTES = 1 << 24 };

// The rows of one table on their way.
struct filling {
    struct postgres *postgres;
    const struct query *copy;
    const struct family_definition *family;
    struct buffer rows;
};

static void begin_rows(struct filling *filling, const struct query *copy)
{
    filling->copy = copy;
    buffer_reset(&filling->rows);
    copy_begin(&filling->rows);
}

static bool send_rows(struct filling *filling, struct error *error)
{
    copy_end(&filling->rows);
    bool sent = postgres_copy_in(filling->postgres, filling->copy, &filling->rows, error);
    begin_rows(filling, filling->copy);
    return sent;
}

static bool put_state(struct filling *filling, const struct entity_state *entity, struct text bytes,
                      const struct value *columns, struct error *error)
{
    const struct family_definition *family = filling->family;
    copy_row(&filling->rows, (int)family->column_count + 4);
    copy_text(&filling->rows, entity->authority);
    copy_text(&filling->rows, entity->entity);
    copy_bigint(&filling->rows, 1);
    copy_text(&filling->rows, bytes);
    for (size_t i = 0; i < family->column_count; i++)
        copy_value(&filling->rows, family->columns[i].type, &columns[i]);
    return filling->rows.length < COPY_PIECE_BYTES || send_rows(filling, error);
}

static bool add_state(void *context, const struct entity_state *entity, const struct value *columns,
                      struct error *error)
{
    return put_state(context, entity, entity->bytes, columns, error);
}

static void add_cell(struct filling *filling, const struct rollup_cell *cell)
{
    const struct rollup *rollup = cell->rollup;
    copy_row(&filling->rows, 1 + rollup->dimension_count + rollup->measure_count);
    copy_integer(&filling->rows, 0); // the writer slot
    for (int i = 0; i < rollup->dimension_count; i++)
        copy_value(&filling->rows, rollup->dimensions[i].type, &cell->dimensions[i]);
    for (int i = 0; i < rollup->measure_count; i++)
        copy_bigint(&filling->rows, cell->measures[i]);
}

static bool fill_rollup(struct filling *filling, const struct rollup_queries *queries,
                        struct rollup_cell **cells, size_t count, struct error *error)
{
    if (!postgres_execute(filling->postgres, queries->stage, NULL, NULL, error))
        return false;
    begin_rows(filling, queries->stage_in);
    for (size_t i = 0; i < count; i++) {
        if (cells[i]->rollup != queries->rollup)
            continue;
        add_cell(filling, cells[i]);
        if (filling->rows.length >= COPY_PIECE_BYTES && !send_rows(filling, error))
            return false;
    }
    return send_rows(filling, error);
}

static bool fill_family(struct filling *filling, const struct as_of *as_of,
                        const struct family_queries *queries,
                        const struct contribution_context *meaning, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct rollup_sums *sums = rollup_sums_new(&arena);
    struct rollup_cell **cells = NULL;
    filling->family = queries->definition;
    bool done = postgres_execute(filling->postgres, queries->stage, NULL, NULL, error);
    if (done) {
        begin_rows(filling, queries->stage_in);
        done = as_of_read_states(as_of, queries->definition, meaning, sums, add_state, filling,
                                 error) &&
               send_rows(filling, error);
    }
    size_t count = done ? rollup_sums_sorted(sums, &cells) : 0;
    for (size_t i = 0; done && i < queries->rollup_count; i++)
        done = fill_rollup(filling, &queries->rollups[i], cells, count, error);
    arena_free(&arena);
    return done;
}

static bool fill_ledger(struct postgres *postgres, const struct offset_vector *vector,
                        struct error *error)
{
    struct buffer ids = BUFFER_INIT, until = BUFFER_INIT, seen = BUFFER_INIT;
    struct parameters parameters = PARAMETERS_INIT;
    array_begin(&ids, TYPE_INTEGER);
    array_begin(&until, TYPE_BIGINT);
    array_begin(&seen, TYPE_TIMESTAMPTZ);
    for (size_t i = 0; i < vector->count; i++) {
        array_add_integer(&ids, vector->steps[i].partition_id);
        array_add_bigint(&until, vector->steps[i].until_offset);
        if (vector->steps[i].seen_us == INSTANT_NONE)
            array_add_null(&seen);
        else
            array_add_instant(&seen, vector->steps[i].seen_us);
    }
    parameter_array(&parameters, TYPE_INTEGER_ARRAY, &ids);
    parameter_array(&parameters, TYPE_BIGINT_ARRAY, &until);
    parameter_array(&parameters, TYPE_TIMESTAMPTZ_ARRAY, &seen);
    bool done = postgres_execute(postgres, &query_rank_as_of_ledger, &parameters, NULL, error);
    buffer_free(&ids);
    buffer_free(&until);
    buffer_free(&seen);
    return done;
}

static bool fill_progress(struct postgres *postgres, const struct as_of *as_of, struct error *error)
{
    struct buffer clusters = BUFFER_INIT, topics = BUFFER_INIT, sources = BUFFER_INIT,
                  until = BUFFER_INIT;
    struct parameters parameters = PARAMETERS_INIT;
    array_begin(&clusters, TYPE_TEXT);
    array_begin(&topics, TYPE_TEXT);
    array_begin(&sources, TYPE_TEXT);
    array_begin(&until, TYPE_TIMESTAMPTZ);
    for (size_t i = 0; i < as_of->progress_count; i++) {
        array_add_text(&clusters, as_of->progress[i].cluster);
        array_add_text(&topics, as_of->progress[i].topic);
        array_add_text(&sources, as_of->progress[i].source);
        array_add_instant(&until, as_of->progress[i].until_us);
    }
    parameter_array(&parameters, TYPE_TEXT_ARRAY, &clusters);
    parameter_array(&parameters, TYPE_TEXT_ARRAY, &topics);
    parameter_array(&parameters, TYPE_TEXT_ARRAY, &sources);
    parameter_array(&parameters, TYPE_TIMESTAMPTZ_ARRAY, &until);
    bool done = postgres_execute(postgres, &query_rank_as_of_progress, &parameters, NULL, error);
    buffer_free(&clusters);
    buffer_free(&topics);
    buffer_free(&sources);
    buffer_free(&until);
    return done;
}

bool snapshot_fold_as_of(struct snapshot *snapshot, const char *text, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct offset_vector vector;
    struct as_of as_of = {0};
    struct filling filling = {.postgres = snapshot->postgres};
    const struct contribution_context meaning = generation_context(&snapshot->generation);
    bool done = as_of_read(snapshot->postgres, &arena, text, &vector, error) &&
                as_of_fold(snapshot->postgres, &vector, &as_of, error);
    for (const struct family_queries *family = family_queries; done && family->definition; family++)
        if (!family->definition->has_windows)
            done = fill_family(&filling, &as_of, family, &meaning, error);
    done = done &&
           postgres_execute(snapshot->postgres, &query_rank_as_of_tables, NULL, NULL, error) &&
           fill_ledger(snapshot->postgres, &vector, error) &&
           fill_progress(snapshot->postgres, &as_of, error);
    snapshot->is_as_of = done;
    buffer_free(&filling.rows);
    as_of_free(&as_of);
    arena_free(&arena);
    return done;
}

// ---- several cut-offs ----

struct snapshot_walk {
    struct snapshot *snapshot;
    struct as_of
        *steps; // [count]; the first one's states are those of the cut-off where the walk is
    size_t count, next;
    bool with_states;
    struct contribution_context meaning;
    struct filling fillings[FAMILY_COUNT];
    struct rollup_sums *changes;
    struct arena arena; // of one step
    struct buffer encoded;
    bool failed;
    struct error error;
};

bool snapshot_walk_begin(struct snapshot *snapshot, const struct offset_vector *vectors,
                         size_t count, bool with_states, struct snapshot_walk **out,
                         struct error *error)
{
    struct snapshot_walk *walk = *out = calloc(1, sizeof *walk);
    if (!walk || !(walk->steps = calloc(count + 1, sizeof *walk->steps)))
        abort();
    walk->snapshot = snapshot;
    walk->count = count;
    walk->with_states = with_states;
    snapshot->has_no_states = !with_states;
    walk->meaning = generation_context(&snapshot->generation);
    return as_of_fold_steps(snapshot->postgres, vectors, count, walk->steps, error);
}

bool snapshot_check_states(const struct snapshot *snapshot, struct error *error)
{
    return !snapshot->has_no_states ||
           error_set(error, ERROR_FATAL,
                     "states are asked for at a cut-off that was folded without");
}

void snapshot_walk_end(struct snapshot_walk *walk)
{
    if (!walk)
        return;
    for (size_t i = 0; i < walk->count; i++)
        as_of_free(&walk->steps[i]);
    for (int i = 0; i < FAMILY_COUNT; i++)
        buffer_free(&walk->fillings[i].rows);
    buffer_free(&walk->encoded);
    arena_free(&walk->arena);
    free(walk->steps);
    free(walk);
}

static void note_change(void *context, struct entity_state *entity, const struct state *old,
                        const struct state *new, struct arena *scratch)
{
    struct snapshot_walk *walk = context;
    const struct family_definition *family = family_get(entity->family);
    const struct entity_key key = {entity->authority, entity->entity, 0};
    if (walk->failed || family->has_windows)
        return;
    if (old->version_count)
        family->contribute(&key, old, scratch, &walk->meaning, -1, walk->changes);
    family->contribute(&key, new, scratch, &walk->meaning, 1, walk->changes);
    if (!walk->with_states)
        return;
    struct value *columns = arena_array(scratch, struct value, family->column_count + 1);
    family->read_columns(&key, new, scratch, columns);
    buffer_reset(&walk->encoded);
    state_encode(new, &walk->encoded);
    walk->failed = !put_state(&walk->fillings[entity->family], entity,
                              (struct text){walk->encoded.bytes, (uint32_t)walk->encoded.length},
                              columns, &walk->error);
}

static bool stage_states(struct snapshot_walk *walk, struct error *error)
{
    for (const struct family_queries *family = family_queries; family->definition; family++) {
        if (family->definition->has_windows)
            continue;
        struct filling *filling = &walk->fillings[family->definition->family];
        filling->postgres = walk->snapshot->postgres;
        filling->family = family->definition;
        if (!postgres_execute(filling->postgres, family->stage, NULL, NULL, error))
            return false;
        begin_rows(filling, family->stage_in);
    }
    return true;
}

static bool send_changes(struct snapshot_walk *walk, struct error *error)
{
    struct rollup_cell **cells;
    size_t count = rollup_sums_sorted(walk->changes, &cells);
    for (const struct family_queries *family = family_queries; family->definition; family++) {
        if (family->definition->has_windows)
            continue;
        struct filling *filling = &walk->fillings[family->definition->family];
        if (!send_rows(filling, error))
            return false;
        for (size_t i = 0; i < family->rollup_count; i++)
            if (!fill_rollup(filling, &family->rollups[i], cells, count, error))
                return false;
    }
    return true;
}

// The first step's states are joined to an empty table, like the others' to what is known by then.
static void join_step(struct snapshot_walk *walk)
{
    const struct join_observer observer = {.context = walk, .changed = note_change};
    struct as_of *known = &walk->steps[0], *step = &walk->steps[walk->next];
    struct entity_states *joined = step->states;
    if (step == known)
        known->states = refold_states_new();
    else
        step->states = NULL;
    entity_states_add(known->states, joined, &observer);
    entity_states_free(joined);
}

bool snapshot_walk_step(struct snapshot_walk *walk, struct error *error)
{
    struct postgres *postgres = walk->snapshot->postgres;
    const struct as_of *step = &walk->steps[walk->next];
    arena_reset(&walk->arena);
    walk->changes = rollup_sums_new(&walk->arena);
    if (!stage_states(walk, error))
        return false;
    join_step(walk);
    if (walk->failed) {
        *error = walk->error;
        return false;
    }
    bool done =
        send_changes(walk, error) &&
        postgres_execute(postgres, walk->next ? &query_rank_as_of_step : &query_rank_as_of_tables,
                         NULL, NULL, error) &&
        fill_ledger(postgres, step->vector, error) && fill_progress(postgres, step, error);
    walk->snapshot->is_as_of = done;
    walk->next++;
    return done;
}
