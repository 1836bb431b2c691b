// The vector from the batches' times, and the fold below it.
#include "sql/as_of.h"

#include "common/log.h"
#include "sql/queries.h"

#include <inttypes.h>
#include <stdlib.h>

// ---- the vector ----

static bool read_known(struct postgres *postgres, struct arena *arena, int64_t known_us,
                       struct offset_vector *out, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    parameter_instant(&parameters, known_us);
    if (!postgres_query(postgres, &query_vector_as_known, &parameters, &result, error))
        return false;
    out->count = (size_t)PQntuples(result);
    out->leaves_out = false;
    out->steps = arena_array(arena, struct vector_step, out->count + 1);
    for (int row = 0; row < (int)out->count; row++)
        out->steps[row] = (struct vector_step){
            .partition_id = column_integer(result, row, 0),
            .cluster = arena_text(arena, column_text(result, row, 1)),
            .topic = arena_text(arena, column_text(result, row, 2)),
            .partition = column_integer(result, row, 3),
            .until_offset = column_bigint(result, row, 4),
            .next_offset = column_bigint(result, row, 5),
            .seen_us =
                column_is_null(result, row, 6) ? INSTANT_NONE : column_instant(result, row, 6),
            .name = arena_text(arena, column_text(result, row, 7)),
            .was_there = column_boolean(result, row, 8)};
    PQclear(result);
    return true;
}

static bool refuse_step(struct text word, const char *what, struct error *error)
{
    return error_set(error, ERROR_BAD_CONFIG, "as of \"" TEXT_FORMAT "\": %s", TEXT_ARGUMENTS(word),
                     what);
}

static void keep_those_there(struct offset_vector *vector)
{
    size_t kept = 0;
    for (size_t i = 0; i < vector->count; i++)
        if (vector->steps[i].was_there)
            vector->steps[kept++] = vector->steps[i];
        else
            vector->leaves_out |= vector->steps[i].next_offset > vector->steps[i].until_offset;
    vector->count = kept;
}

// One "cluster/topic[0]=20138".
static bool read_step(struct arena *arena, struct offset_vector *vector, struct text word,
                      struct error *error)
{
    for (size_t i = 0; i < vector->count; i++) {
        struct vector_step *step = &vector->steps[i];
        uint32_t name = step->name.length;
        if (word.length <= name + 1 || memcmp(word.bytes, step->name.bytes, name) != 0 ||
            word.bytes[name] != '=')
            continue;
        char *end,
            *digits =
                arena_string(arena, (struct text){word.bytes + name + 1, word.length - name - 1});
        int64_t offset = strtoll(digits, &end, 10);
        if (*end || digits[0] < '0' || digits[0] > '9')
            return refuse_step(word, "no offset follows the name", error);
        if (offset < step->until_offset || offset > step->next_offset)
            return refuse_step(word, "the offset is below the partition's first or beyond its next",
                               error);
        step->until_offset = offset;
        step->was_there = true;
        return true;
    }
    return refuse_step(word,
                       "neither an instant with an offset, like 2022-03-01T08:00:00+08:00, nor "
                       "cluster/topic[partition]=offset of a partition in the ledger",
                       error);
}

bool as_of_read(struct postgres *postgres, struct arena *arena, const char *text,
                struct offset_vector *out, struct error *error)
{
    int64_t known_us;
    if (civil_parse_instant(text_from(text), &known_us)) {
        if (!read_known(postgres, arena, known_us, out, error))
            return false;
        keep_those_there(out);
        return true;
    }
    if (!read_known(postgres, arena, 0, out, error))
        return false;
    for (size_t i = 0; i < out->count; i++)
        out->steps[i].was_there = false;
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, " ");
        if (length && !read_step(arena, out, (struct text){at, (uint32_t)length}, error))
            return false;
        at += length + (at[length] == ' ');
    }
    keep_those_there(out);
    return true;
}

bool as_of_read_newest(struct postgres *postgres, struct arena *arena, struct offset_vector *out,
                       struct error *error)
{
    if (!read_known(postgres, arena, 0, out, error))
        return false;
    for (size_t i = 0; i < out->count; i++)
        out->steps[i].until_offset = out->steps[i].next_offset;
    return true;
}

const struct vector_step *vector_step(const struct offset_vector *vector, int32_t partition_id)
{
    for (size_t i = 0; i < vector->count; i++)
        if (vector->steps[i].partition_id == partition_id)
            return &vector->steps[i];
    return NULL;
}

bool vector_holds(const struct offset_vector *vector, int32_t partition_id, int64_t offset)
{
    const struct vector_step *step = vector_step(vector, partition_id);
    return step && offset < step->until_offset;
}

bool vector_is_newest(const struct offset_vector *vector)
{
    if (vector->leaves_out)
        return false;
    for (size_t i = 0; i < vector->count; i++)
        if (vector->steps[i].until_offset != vector->steps[i].next_offset)
            return false;
    return true;
}

void vector_print(const struct offset_vector *vector, struct buffer *out)
{
    for (size_t i = 0; i < vector->count; i++) {
        const struct vector_step *step = &vector->steps[i];
        buffer_printf(out, "%s" TEXT_FORMAT "=%" PRId64, i ? " " : "", TEXT_ARGUMENTS(step->name),
                      step->until_offset);
    }
}

// ---- the fold ----

static bool is_below(void *context, const struct journal_record *record)
{
    const struct as_of *as_of = context;
    return vector_holds(as_of->vector, record->partition_id, record->offset);
}

static void note_progress(void *context, const struct journal_record *record,
                          const struct event *event)
{
    struct as_of *as_of = context;
    const struct vector_step *step =
        vector_step(as_of->vector, record->partition_id); // is_below has seen it
    for (size_t i = 0; i < as_of->progress_count; i++) {
        struct known_progress *known = &as_of->progress[i];
        if (!text_equal(known->source, event->version.source) ||
            !text_equal(known->topic, step->topic) || !text_equal(known->cluster, step->cluster))
            continue;
        if (known->until_us < event->progress_until_us)
            known->until_us = event->progress_until_us;
        return;
    }
    if (as_of->progress_count == as_of->progress_capacity) {
        size_t capacity = as_of->progress_capacity ? as_of->progress_capacity * 2 : 16;
        struct known_progress *grown = arena_array(&as_of->arena, struct known_progress, capacity);
        if (as_of->progress_count)
            memcpy(grown, as_of->progress, as_of->progress_count * sizeof *grown);
        as_of->progress = grown;
        as_of->progress_capacity = capacity;
    }
    as_of->progress[as_of->progress_count++] = (struct known_progress){
        step->cluster, step->topic, arena_text(&as_of->arena, event->version.source),
        event->progress_until_us};
}

static void warn_erased(const struct refold_counts *counts)
{
    if (counts->erased)
        log_warning("%" PRId64 " records below this cut-off were erased since and cannot be folded "
                    "again: figures of then may have counted them; cityops-db verify lists them",
                    counts->erased);
}

bool as_of_fold(struct postgres *postgres, const struct offset_vector *vector, struct as_of *out,
                struct error *error)
{
    *out = (struct as_of){.vector = vector, .states = refold_states_new()};
    const struct refold_options options = {
        .context = out, .meet = is_below, .progress = note_progress};
    if (!refold_journal(postgres, &query_db_journal_out, &options, out->states, &out->counts,
                        error))
        return false;
    warn_erased(&out->counts);
    return true;
}

// ---- several cut-offs at once ----

struct folding_steps {
    struct as_of *steps;
    size_t count;
};

static bool is_below_last(void *context, const struct journal_record *record)
{
    const struct folding_steps *folding = context;
    return is_below(&folding->steps[folding->count - 1], record);
}

static size_t step_of(void *context, const struct journal_record *record)
{
    const struct folding_steps *folding = context;
    size_t step = 0;
    while (step + 1 < folding->count && !is_below(&folding->steps[step], record))
        step++;
    return step;
}

static void note_progress_from(void *context, const struct journal_record *record,
                               const struct event *event)
{
    const struct folding_steps *folding = context;
    for (size_t i = step_of(context, record); i < folding->count; i++)
        note_progress(&folding->steps[i], record, event);
}

bool as_of_fold_steps(struct postgres *postgres, const struct offset_vector *vectors, size_t count,
                      struct as_of *out, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct entity_states **layers = arena_array(&arena, struct entity_states *, count + 1);
    for (size_t i = 0; i < count; i++) {
        layers[i] = refold_states_new();
        out[i] = (struct as_of){.vector = &vectors[i], .states = layers[i]};
    }
    const struct refold_options options = {.context = &(struct folding_steps){out, count},
                                           .meet = is_below_last,
                                           .layer = step_of,
                                           .progress = note_progress_from};
    bool done = refold_journal_in_layers(postgres, &query_db_journal_out, &options, layers, count,
                                         &out[0].counts, error);
    if (done)
        warn_erased(&out[0].counts);
    arena_free(&arena);
    return done;
}

void as_of_free(struct as_of *as_of)
{
    entity_states_free(as_of->states);
    arena_free(&as_of->arena);
    *as_of = (struct as_of){0};
}

static int compare_entities(const void *left, const void *right)
{
    const struct entity_state *a = *(struct entity_state *const *)left,
                              *b = *(struct entity_state *const *)right;
    int order = text_compare(a->authority, b->authority);
    return order ? order : text_compare(a->entity, b->entity);
}

size_t as_of_sorted(const struct as_of *as_of, enum family family, struct arena *arena,
                    struct entity_state ***out)
{
    size_t count = 0, filled = 0;
    for (struct entity_state *at = NULL; (at = entity_states_next(as_of->states, at));)
        count += at->family == family && at->bytes.length;
    *out = arena_array(arena, struct entity_state *, count + 1);
    for (struct entity_state *at = NULL; (at = entity_states_next(as_of->states, at));)
        if (at->family == family && at->bytes.length)
            (*out)[filled++] = at;
    qsort(*out, count, sizeof **out, compare_entities);
    return count;
}

bool as_of_read_states(const struct as_of *as_of, const struct family_definition *family,
                       const struct contribution_context *meaning, struct rollup_sums *sums,
                       as_of_reader *reader, void *context, struct error *error)
{
    struct arena list = ARENA_INIT, scratch = ARENA_INIT;
    struct entity_state **entities;
    size_t count = as_of_sorted(as_of, family->family, &list, &entities);
    bool done = true;
    for (size_t i = 0; done && i < count; i++) {
        struct state state;
        arena_reset(&scratch);
        done = state_decode(&scratch, entities[i]->bytes, &state, error);
        if (!done)
            break;
        struct value *columns = arena_array(&scratch, struct value, family->column_count + 1);
        const struct entity_key key = {entities[i]->authority, entities[i]->entity, 0};
        family->read_columns(&key, &state, &scratch, columns);
        if (sums)
            family->contribute(&key, &state, &scratch, meaning, 1, sums);
        done = !reader || reader(context, entities[i], columns, error);
    }
    arena_free(&scratch);
    arena_free(&list);
    return done;
}
