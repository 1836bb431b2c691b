// The stored states against the fold: which rows are wrong, and writing those.
//
// Beside the daemons a row is written only while it is as it was compared, in a transaction of its own that adds to the rollups
// what the change means, as a batch would; so every law holds at every commit. A row that a daemon has changed meanwhile is
// left: where only its columns were wrong, the daemon wrote them all; where its state was, it is written at the end, when the
// ledger is held and the fold has everything.
#include "sql/rebuild.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { CHUNK_STATES = 5000 };

// ---- comparing ----

struct comparing {
    struct rebuilding *rebuilding;
    const struct family_definition *family;
    struct rollup_sums *lacking;
};

static bool column_equal(enum column_type type, const struct value *a, const struct value *b)
{
    if (a->type != b->type || a->type == VALUE_EMPTY)
        return a->type == b->type;
    return type == COLUMN_BOOLEAN ? !a->integer == !b->integer : value_equal(a, b);
}

static bool columns_equal(const struct comparing *comparing, const struct entity_key *key,
                          const struct state *state, const struct text *fields, const bool *nulls)
{
    const struct family_definition *family = comparing->family;
    struct arena *scratch = &comparing->rebuilding->scratch;
    struct value *derived = arena_array(scratch, struct value, family->column_count + 1);
    family->read_columns(key, state, scratch, derived);
    for (size_t i = 0; i < family->column_count; i++) {
        struct value stored = field_value(family->columns[i].type, fields[3 + i], nulls[3 + i]);
        if (!column_equal(family->columns[i].type, &stored, &derived[i]))
            return false;
    }
    return true;
}

// A row of states_out. What is stored counts as it stands, wrong or not: the rollups lack what they lack of that.
static bool compare_state(void *context, const struct text *fields, const bool *nulls,
                          int field_count, struct error *error)
{
    struct comparing *comparing = context;
    struct rebuilding *rebuilding = comparing->rebuilding;
    const struct family_definition *family = comparing->family;
    if (!stored_state_check(family, field_count, error))
        return false;
    arena_reset(&rebuilding->scratch);
    struct state stored;
    struct error broken = ERROR_INIT;
    struct entity_key key = stored_key_read(family, fields);
    bool is_readable = state_decode(&rebuilding->scratch, fields[2], &stored, &broken);
    struct contribution_context meaning = generation_context(&rebuilding->old);
    if (is_readable)
        family->contribute(&key, &stored, &rebuilding->scratch, &meaning, 1, comparing->lacking);
    if (family->has_windows)
        return true; // the journal does not hold readings
    struct entity_state *folded = entity_states_get(rebuilding->states, family->family, fields[0],
                                                    fields[1], &rebuilding->scratch);
    folded->digest = XXH3_64bits(fields[2].bytes, fields[2].length);
    folded->is_stored = true;
    if (!text_equal(folded->bytes, fields[2]))
        folded->mark = STATE_WRONG;
    else if (!columns_equal(comparing, &key, &stored, fields, nulls))
        folded->mark = COLUMNS_WRONG;
    return true;
}

bool rebuild_compare(struct rebuilding *rebuilding, struct rollup_sums *lacking,
                     struct error *error)
{
    for (const struct family_queries *family = family_queries; family->definition; family++) {
        struct comparing comparing = {rebuilding, family->definition, lacking};
        if (!postgres_copy_out(rebuilding->postgres, family->states_out, compare_state, &comparing,
                               error) ||
            !rebuild_subtract_cells(rebuilding->postgres, family, lacking, error))
            return false;
    }
    for (struct entity_state *at = NULL; (at = entity_states_next(rebuilding->states, at));)
        if (at->bytes.length && !at->is_stored)
            at->mark = STATE_WRONG;
    return true;
}

// ---- writing ----

// Some states of one family, ascending by key.
struct chunk {
    struct rebuilding *rebuilding;
    const struct family_queries *queries;
    struct entity_state **states;
    size_t count;
    bool is_final;
    struct rollup_sums *changes; // of the rollups
    // [count]: of the rows as they are now
    int64_t *row_versions;     // 0: there is none
    struct text *stored_bytes; // in `arena`
    bool *is_written;
    struct arena arena;
    int64_t written, dropped;
};

static int compare_entities(const void *left, const void *right)
{
    const struct entity_state *a = *(struct entity_state *const *)left,
                              *b = *(struct entity_state *const *)right;
    int order = text_compare(a->authority, b->authority);
    return order ? order : text_compare(a->entity, b->entity);
}

static void add_keys(const struct chunk *chunk, struct buffer *authorities, struct buffer *entities,
                     bool (*takes)(const struct chunk *chunk, size_t position))
{
    array_begin(authorities, TYPE_TEXT);
    array_begin(entities, TYPE_TEXT);
    for (size_t i = 0; i < chunk->count; i++) {
        if (takes && !takes(chunk, i))
            continue;
        array_add_text(authorities, chunk->states[i]->authority);
        array_add_text(entities, chunk->states[i]->entity);
    }
}

static bool read_rows(struct chunk *chunk, struct error *error)
{
    struct buffer authorities = BUFFER_INIT, entities = BUFFER_INIT;
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result = NULL;
    add_keys(chunk, &authorities, &entities, NULL);
    parameter_array(&parameters, TYPE_TEXT_ARRAY, &authorities);
    parameter_array(&parameters, TYPE_TEXT_ARRAY, &entities);
    bool done = postgres_query(chunk->rebuilding->postgres, chunk->queries->read_locked,
                               &parameters, &result, error);
    for (int row = 0; done && row < PQntuples(result); row++) {
        int position = column_integer(result, row, 0);
        chunk->row_versions[position] = column_bigint(result, row, 1);
        chunk->stored_bytes[position] = arena_text(&chunk->arena, column_text(result, row, 2));
    }
    PQclear(result);
    buffer_free(&authorities);
    buffer_free(&entities);
    return done;
}

// Whether the row may be written now: see the head of this file.
static bool may_write(const struct chunk *chunk, size_t position)
{
    const struct entity_state *state = chunk->states[position];
    if (chunk->is_final)
        return true;
    if (!state->is_stored)
        return chunk->row_versions[position] == 0;
    struct text now = chunk->stored_bytes[position];
    return chunk->row_versions[position] && XXH3_64bits(now.bytes, now.length) == state->digest;
}

static bool is_dropped(const struct chunk *chunk, size_t position)
{
    return chunk->is_written[position] && !chunk->states[position]->bytes.length;
}

static void add_contribution(struct chunk *chunk, const struct entity_state *entity,
                             struct text bytes, int sign)
{
    struct rebuilding *rebuilding = chunk->rebuilding;
    struct contribution_context meaning = generation_context(&rebuilding->old);
    const struct entity_key key = {entity->authority, entity->entity, 0};
    struct state state;
    struct error broken = ERROR_INIT;
    if (bytes.length && state_decode(&rebuilding->scratch, bytes, &state, &broken))
        chunk->queries->definition->contribute(&key, &state, &rebuilding->scratch, &meaning, sign,
                                               chunk->changes);
}

static void append_row(struct chunk *chunk, size_t position, struct buffer *rows)
{
    const struct family_definition *family = chunk->queries->definition;
    struct arena *scratch = &chunk->rebuilding->scratch;
    const struct entity_state *entity = chunk->states[position];
    const struct entity_key key = {entity->authority, entity->entity, 0};
    struct value *columns = arena_array(scratch, struct value, family->column_count + 1);
    struct state state;
    struct error error = ERROR_INIT;
    if (!state_decode(scratch, entity->bytes, &state, &error))
        abort(); // these bytes are our own
    family->read_columns(&key, &state, scratch, columns);
    copy_row(rows, (int)family->column_count + 4);
    copy_text(rows, entity->authority);
    copy_text(rows, entity->entity);
    copy_bigint(rows, chunk->row_versions[position] + 1);
    copy_text(rows, entity->bytes);
    for (size_t i = 0; i < family->column_count; i++)
        copy_value(rows, family->columns[i].type, &columns[i]);
}

// Decides on each row; the states to write are appended to `rows`.
static void choose_rows(struct chunk *chunk, struct buffer *rows)
{
    copy_begin(rows);
    for (size_t i = 0; i < chunk->count; i++) {
        const struct entity_state *entity = chunk->states[i];
        chunk->is_written[i] = may_write(chunk, i);
        if (!chunk->is_written[i])
            continue;
        arena_reset(&chunk->rebuilding->scratch);
        if (entity->mark & STATE_WRONG) {
            add_contribution(chunk, entity, chunk->stored_bytes[i], -1);
            add_contribution(chunk, entity, entity->bytes, 1);
        }
        if (is_dropped(chunk, i)) {
            chunk->dropped += chunk->row_versions[i] != 0;
        } else {
            append_row(chunk, i, rows);
            chunk->written++;
        }
    }
    copy_end(rows);
}

static bool drop_rows(struct chunk *chunk, struct error *error)
{
    struct buffer authorities = BUFFER_INIT, entities = BUFFER_INIT;
    struct parameters parameters = PARAMETERS_INIT;
    add_keys(chunk, &authorities, &entities, is_dropped);
    parameter_array(&parameters, TYPE_TEXT_ARRAY, &authorities);
    parameter_array(&parameters, TYPE_TEXT_ARRAY, &entities);
    bool done = postgres_execute(chunk->rebuilding->postgres, chunk->queries->drop, &parameters,
                                 NULL, error);
    buffer_free(&authorities);
    buffer_free(&entities);
    return done;
}

static bool write_rows(struct chunk *chunk, struct error *error)
{
    struct postgres *postgres = chunk->rebuilding->postgres;
    struct buffer rows = BUFFER_INIT;
    int64_t merged = 0;
    choose_rows(chunk, &rows);
    bool done = !chunk->written ||
                (postgres_copy_in(postgres, chunk->queries->stage_in, &rows, error) &&
                 postgres_execute(postgres, chunk->queries->stage_merge, NULL, &merged, error));
    buffer_free(&rows);
    if (done && merged != chunk->written) // a daemon has inserted one since we looked
        done = error_set(error, ERROR_ABORT, "%lld of %lld %s states were written meanwhile",
                         (long long)(chunk->written - merged), (long long)chunk->written,
                         chunk->queries->definition->name);
    return done && (!chunk->dropped || drop_rows(chunk, error));
}

// The body of one transaction beside the daemons.
static bool write_beside(struct postgres *postgres, void *context, struct error *error)
{
    struct chunk *chunk = context;
    (void)postgres;
    return read_rows(chunk, error) && write_rows(chunk, error) &&
           rebuild_add_cells(chunk->rebuilding, chunk->changes, error);
}

static void settle_marks(const struct chunk *chunk)
{
    for (size_t i = 0; i < chunk->count; i++) {
        struct entity_state *entity = chunk->states[i];
        if (chunk->is_written[i])
            entity->mark = entity->mark & STATE_WRONG ? STATE_REPAIRED : 0;
        else if (entity->mark & COLUMNS_WRONG)
            entity->mark = 0; // a daemon wrote the row, from the right state
    }
    chunk->rebuilding->states_written += chunk->written;
    chunk->rebuilding->states_dropped += chunk->dropped;
}

static bool write_chunk(struct chunk *chunk, struct error *error)
{
    struct arena *arena = &chunk->arena;
    chunk->row_versions = arena_array(arena, int64_t, chunk->count);
    chunk->stored_bytes = arena_array(arena, struct text, chunk->count);
    chunk->is_written = arena_array(arena, bool, chunk->count);
    bool done;
    if (chunk->is_final) {
        chunk->changes = chunk->rebuilding->meaning_change;
        done = read_rows(chunk, error) && write_rows(chunk, error);
    } else {
        chunk->changes = rollup_sums_new(arena);
        done = transaction_run(chunk->rebuilding->postgres, write_beside, chunk, error);
        if (!done && error->class == ERROR_ABORT) { // left to the end, when nobody is beside us
            *error = ERROR_INIT;
            arena_free(arena);
            return true;
        }
    }
    if (done)
        settle_marks(chunk);
    arena_free(arena);
    return done;
}

static bool write_family(struct rebuilding *rebuilding, const struct family_queries *queries,
                         bool is_final, struct error *error)
{
    struct arena arena = ARENA_INIT;
    size_t count = 0, filled = 0;
    const int wrong = STATE_WRONG | COLUMNS_WRONG;
    enum family family = queries->definition->family;
    for (struct entity_state *at = NULL; (at = entity_states_next(rebuilding->states, at));)
        count += at->family == family && at->mark & wrong;
    struct entity_state **states = arena_array(&arena, struct entity_state *, count + 1);
    for (struct entity_state *at = NULL; (at = entity_states_next(rebuilding->states, at));)
        if (at->family == family && at->mark & wrong)
            states[filled++] = at;
    qsort(states, count, sizeof *states, compare_entities);
    bool done = true;
    // One chunk at the end: a staging table is emptied only by a commit.
    size_t most = is_final ? count : CHUNK_STATES;
    for (size_t from = 0; done && from < count; from += most) {
        struct chunk chunk = {.rebuilding = rebuilding,
                              .queries = queries,
                              .states = states + from,
                              .count = count - from < most ? count - from : most,
                              .is_final = is_final};
        done = write_chunk(&chunk, error);
    }
    arena_free(&arena);
    return done;
}

bool rebuild_write_states(struct rebuilding *rebuilding, bool is_final, struct error *error)
{
    for (const struct family_queries *family = family_queries; family->definition; family++)
        if (!family->definition->has_windows && !write_family(rebuilding, family, is_final, error))
            return false;
    return true;
}
