// From grouped records to changed states and rollup deltas (laws 1 and 2). The entities are split among threads; what a share
// says is put together in the entities' order, so that the number of threads cannot show.
//
// An entity's events of the batch are joined first, then with its stored state: n log n, however many one entity has.
// contribution(new) - contribution(old) is added once per changed entity. What one entity needs meanwhile is forgotten with
// it: it stays in the processor's cache.
#include "aggregate/batch.h"

#include "core/traffic.h"

enum { NO_PIECE = UINT32_MAX };

struct merge_share {
    const struct fold *fold;
    struct batch *batch; // the outcomes of this share's records are written
    const struct contribution_context *context;
    size_t from,
        until; // of the entities; all windows of a sensor are in one share, and so is each record
    struct state_write *writes;
    size_t write_count;
    struct rollup_sums *sums;
    struct arena *arena;   // of what is handed on
    struct arena *scratch; // of one entity
    struct buffer *bytes;
    struct error error;
};

// The place of an event's version among a state's, which ascend; NO_VERSION_PLACE when the state does not refer to it, or the
// event states nothing.
enum { NO_VERSION_PLACE = UINT32_MAX };

static uint32_t version_place(const struct state *state, const struct version *version)
{
    uint32_t from = 0, until = version ? state->version_count : 0;
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        int order = version_compare(&state->versions[middle], version);
        if (order == 0)
            return middle;
        if (order < 0)
            from = middle + 1;
        else
            until = middle;
    }
    return NO_VERSION_PLACE;
}

// A record is applied when a new state refers to its statement and the old one did not; of duplicates, the first.
// `versions` are those of the entity's pieces in their order, null where one states nothing.
static void give_outcomes(struct merge_share *share, const struct entity *entity,
                          const struct version *const *versions, const struct state *old,
                          const struct state *merged)
{
    bool *taken = arena_zalloc(share->scratch, merged->version_count);
    for (uint32_t i = entity->first_piece; i != NO_PIECE;
         i = share->fold->pieces[i].next, versions++) {
        struct batch_record *slot = &share->batch->records[share->fold->pieces[i].record];
        uint32_t place = version_place(merged, *versions);
        bool applied = place != NO_VERSION_PLACE && !taken[place] &&
                       version_place(old, *versions) == NO_VERSION_PLACE;
        if (applied)
            taken[place] = true;
        if (applied || !entity->family->has_windows)
            slot->outcome = applied ? OUTCOME_APPLIED : OUTCOME_UNCHANGED;
    }
}

// What the batch's readings of a window say together.
static void join_readings(struct merge_share *share, const struct entity *entity,
                          const struct version **versions, struct state *together)
{
    struct window_statement *statements =
        arena_alloc(share->scratch, entity->piece_count * sizeof *statements);
    size_t count = 0;
    for (uint32_t i = entity->first_piece; i != NO_PIECE;
         i = share->fold->pieces[i].next, count++) {
        const struct piece *piece = &share->fold->pieces[i];
        const struct event *event = share->batch->records[piece->record].event;
        statements[count] = (struct window_statement){event, event->readings + piece->first_reading,
                                                      piece->reading_count};
        versions[count] = &event->version;
    }
    traffic_state_window(share->scratch, statements, count, together);
}

// What the batch's records say of an entity together.
static void join_records(struct merge_share *share, const struct entity *entity,
                         const struct version **versions, struct state *together)
{
    struct state *stated = arena_alloc(share->scratch, entity->piece_count * sizeof *stated);
    size_t count = 0;
    for (uint32_t i = entity->first_piece; i != NO_PIECE;
         i = share->fold->pieces[i].next, count++) {
        state_from_event(share->scratch, share->batch->records[share->fold->pieces[i].record].event,
                         &stated[count]);
        versions[count] = stated[count].versions;
    }
    state_merge_all(share->scratch, stated, count, together);
}

// Merges what the records say of an entity into what was stored of it; true when anything changed.
static bool merge_pieces(struct merge_share *share, const struct entity *entity,
                         const struct state *old, struct state *merged)
{
    const struct version **versions =
        arena_alloc(share->scratch, entity->piece_count * sizeof *versions);
    struct state together;
    if (entity->family->has_windows)
        join_readings(share, entity, versions, &together);
    else
        join_records(share, entity, versions, &together);
    bool changed = state_merge(share->scratch, old, &together, merged);
    give_outcomes(share, entity, versions, old, merged);
    return changed;
}

static void add_write(struct merge_share *share, size_t index, const struct state *state)
{
    const struct entity *entity = &share->fold->entities[index];
    size_t columns = entity->family->column_count;
    struct value *values = arena_alloc(share->arena, (columns + 1) * sizeof *values);
    entity->family->read_columns(&entity->key, state, share->scratch, values);
    for (size_t i = 0; i < columns; i++)
        if (values[i].type == VALUE_TEXT)
            values[i].text = arena_text(share->arena, values[i].text);
    buffer_reset(share->bytes);
    state_encode(state, share->bytes);
    struct text bytes = {share->bytes->bytes, (uint32_t)share->bytes->length};
    share->writes[share->write_count++] =
        (struct state_write){.key = entity->key,
                             .expected_version = share->fold->stored[index].row_version,
                             .bytes = arena_text(share->arena, bytes),
                             .columns = values};
}

static bool merge_entity(struct merge_share *share, size_t index)
{
    const struct entity *entity = &share->fold->entities[index];
    const struct stored_state *stored = &share->fold->stored[index];
    const struct family_definition *family = entity->family;
    struct arena *scratch = share->scratch;
    struct state old = {0}, state;
    arena_reset(scratch);
    if (stored->row_version && !state_decode(scratch, stored->bytes, &old, &share->error))
        return error_prefix(&share->error, "the stored state of %s " TEXT_FORMAT " / " TEXT_FORMAT,
                            family->name, TEXT_ARGUMENTS(entity->key.authority),
                            TEXT_ARGUMENTS(entity->key.entity));
    if (!merge_pieces(share, entity, &old, &state))
        return true;
    if (stored->row_version)
        family->contribute(&entity->key, &old, scratch, share->context, -1, share->sums);
    family->contribute(&entity->key, &state, scratch, share->context, 1, share->sums);
    add_write(share, index, &state);
    return true;
}

static void merge_share(void *context)
{
    struct merge_share *share = context;
    for (size_t i = share->from; i < share->until; i++)
        if (!merge_entity(share, i))
            return;
}

// --- splitting and putting together ---

static bool is_same_sensor(const struct entity *a, const struct entity *b)
{
    return a->family == b->family && text_equal(a->key.entity, b->key.entity) &&
           text_equal(a->key.authority, b->key.authority);
}

// Where the i-th of `count` shares of the entities [from, until) begins.
static size_t share_start(const struct fold *fold, size_t from, size_t until, size_t i,
                          size_t count)
{
    size_t start = from + (until - from) * i / count;
    while (start > from && start < until &&
           is_same_sensor(&fold->entities[start - 1], &fold->entities[start]))
        start++;
    return start;
}

bool fold_merge(struct fold *fold, struct batch *batch, const struct contribution_context *context,
                size_t until, struct error *error)
{
    struct merge_share shares[SHARES_MOST];
    size_t first = fold->merged_until, count = shares_for(until - first);
    for (size_t i = 0; i < count; i++) {
        size_t from = share_start(fold, first, until, i, count);
        shares[i] =
            (struct merge_share){.fold = fold,
                                 .batch = batch,
                                 .context = context,
                                 .from = from,
                                 .until = share_start(fold, first, until, i + 1, count),
                                 .writes = fold->writes + fold->write_count + (from - first),
                                 .sums = fold->sums[i],
                                 .arena = &fold->merged[i],
                                 .scratch = &fold->scratch[i],
                                 .bytes = &fold->bytes[i],
                                 .error = ERROR_INIT};
    }
    shares_run(shares, sizeof *shares, count, merge_share);
    for (size_t i = 0; i < count; i++) {
        struct merge_share *share = &shares[i];
        if (share->error.class != ERROR_NONE) {
            *error = share->error;
            return false;
        }
        memmove(fold->writes + fold->write_count, share->writes,
                share->write_count * sizeof *share->writes);
        fold->write_count += share->write_count;
    }
    fold->merged_until = until;
    return true;
}

static void add_sums(struct rollup_sums *sums, struct rollup_sums *more)
{
    struct rollup_cell **cells;
    size_t count = rollup_sums_sorted(more, &cells);
    for (size_t i = 0; i < count; i++) {
        const struct rollup *rollup = cells[i]->rollup;
        struct rollup_cell *cell = rollup_sums_cell(sums, rollup, cells[i]->dimensions);
        for (unsigned m = 0; m < rollup->measure_count; m++)
            cell->measures[m] = rollup_add(cell->measures[m], cells[i]->measures[m]);
    }
}

struct rollup_sums *fold_sums(struct fold *fold)
{
    for (size_t i = 1; i < SHARES_MOST; i++)
        add_sums(fold->sums[0], fold->sums[i]);
    return fold->sums[0];
}
