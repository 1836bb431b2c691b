// From a batch's events to changed states and rollup deltas (laws 1 and 2).
//
// An entity's events of the batch are joined first, then with its stored state: n log n, however many one entity has.
// contribution(new) - contribution(old) is added once per changed entity. The store's order of keys is kept throughout.
#include "aggregate/batch.h"

#include <stdlib.h>
#include <xxhash.h>

enum { NO_RECORD = UINT32_MAX, NO_ENTITY = UINT32_MAX };

void fold_init(struct fold *fold)
{
    *fold = (struct fold){.arena = ARENA_INIT, .bytes = BUFFER_INIT};
}

void fold_free(struct fold *fold)
{
    arena_free(&fold->arena);
    buffer_free(&fold->bytes);
    fold_init(fold);
}

// From entity to its index: open addressing, at most half full, made anew for each attempt in two allocations.
struct entity_table {
    uint32_t *slots;
    uint64_t *hashes;
    size_t mask;
};

static uint64_t entity_hash(const struct event *event)
{
    uint64_t authority = XXH3_64bits(event->authority.bytes, event->authority.length);
    return XXH3_64bits_withSeed(event->entity.bytes, event->entity.length,
                                authority + (uint64_t)event->family);
}

static bool is_entity(const struct entity *entity, const struct event *event)
{
    return entity->family->family == event->family &&
           text_equal(entity->key.entity, event->entity) &&
           text_equal(entity->key.authority, event->authority);
}

static struct entity *find_or_add(struct fold *fold, struct entity_table *table,
                                  const struct event *event)
{
    uint64_t hash = entity_hash(event);
    size_t place = hash & table->mask;
    while (table->slots[place] != NO_ENTITY) {
        struct entity *entity = &fold->entities[table->slots[place]];
        if (table->hashes[place] == hash && is_entity(entity, event))
            return entity;
        place = (place + 1) & table->mask;
    }
    table->slots[place] = (uint32_t)fold->entity_count;
    table->hashes[place] = hash;
    struct entity *entity = &fold->entities[fold->entity_count++];
    *entity = (struct entity){.key = {event->authority, event->entity},
                              .family = family_get(event->family),
                              .first_record = NO_RECORD,
                              .last_record = NO_RECORD};
    return entity;
}

static int compare_entities(const void *left, const void *right)
{
    const struct entity *a = left, *b = right;
    if (a->family->family != b->family->family)
        return a->family->family < b->family->family ? -1 : 1;
    int order = text_compare(a->key.authority, b->key.authority);
    return order ? order : text_compare(a->key.entity, b->key.entity);
}

static bool changes_a_state(const struct batch *batch, size_t index)
{
    const struct batch_record *slot = &batch->records[index];
    return !batch_leaves_out(batch, index) && slot->event && slot->event->form != EVENT_PROGRESS &&
           family_get(slot->event->family);
}

static struct entity_table new_table(struct arena *arena, size_t records)
{
    size_t size = 64;
    while (size < records * 2)
        size *= 2;
    struct entity_table table = {arena_alloc(arena, size * sizeof *table.slots),
                                 arena_alloc(arena, size * sizeof *table.hashes), size - 1};
    memset(table.slots, 0xff, size * sizeof *table.slots);
    return table;
}

static void sort_entities(struct fold *fold)
{
    if (fold->entity_count)
        qsort(fold->entities, fold->entity_count, sizeof *fold->entities, compare_entities);
    fold->keys = arena_array(&fold->arena, struct entity_key, fold->entity_count + 1);
    fold->stored = arena_array(&fold->arena, struct stored_state, fold->entity_count + 1);
    size_t i = 0;
    for (size_t family = 0; family < FAMILY_COUNT; family++) {
        for (; i < fold->entity_count && fold->entities[i].family->family == family; i++)
            fold->keys[i] = fold->entities[i].key;
        fold->entities_until[family] = i;
    }
}

void fold_begin(struct fold *fold, struct batch *batch)
{
    arena_reset(&fold->arena);
    buffer_reset(&fold->bytes);
    fold->entity_count = fold->write_count = 0;
    fold->entities = arena_array(&fold->arena, struct entity, batch->count + 1);
    fold->next = arena_alloc(&fold->arena, (batch->count + 1) * sizeof *fold->next);
    fold->sums = rollup_sums_new(&fold->arena);
    struct entity_table table = new_table(&fold->arena, batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_record *slot = &batch->records[i];
        fold->next[i] = NO_RECORD;
        if (!changes_a_state(batch, i))
            continue;
        struct entity *entity = find_or_add(fold, &table, slot->event);
        if (entity->first_record == NO_RECORD)
            entity->first_record = (uint32_t)i;
        else
            fold->next[entity->last_record] = (uint32_t)i;
        entity->last_record = (uint32_t)i;
        entity->record_count++;
    }
    sort_entities(fold);
}

// The place of a version among a state's, which ascend; NO_VERSION_PLACE when the state does not refer to it.
enum { NO_VERSION_PLACE = UINT32_MAX };

static uint32_t version_place(const struct state *state, const struct version *version)
{
    uint32_t from = 0, until = state->version_count;
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

// A record is applied when the new state refers to its statement and the old one did not; of duplicates, the first.
static void give_outcomes(struct fold *fold, struct batch *batch, const struct entity *entity,
                          const struct state *old, const struct state *merged)
{
    bool *taken = arena_zalloc(&fold->arena, merged->version_count);
    for (uint32_t i = entity->first_record; i != NO_RECORD; i = fold->next[i]) {
        const struct version *version = &batch->records[i].event->version;
        uint32_t place = version_place(merged, version);
        bool applied = place != NO_VERSION_PLACE && !taken[place] &&
                       version_place(old, version) == NO_VERSION_PLACE;
        if (applied)
            taken[place] = true;
        batch->records[i].outcome = applied ? OUTCOME_APPLIED : OUTCOME_UNCHANGED;
    }
}

// Merges an entity's records into what was stored of it; true when anything changed.
static bool merge_records(struct fold *fold, struct batch *batch, const struct entity *entity,
                          const struct state *old, struct state *merged)
{
    struct state *stated = arena_alloc(&fold->arena, entity->record_count * sizeof *stated),
                 together;
    size_t count = 0;
    for (uint32_t i = entity->first_record; i != NO_RECORD; i = fold->next[i])
        state_from_event(&fold->arena, batch->records[i].event, &stated[count++]);
    state_merge_all(&fold->arena, stated, count, &together);
    bool changed = state_merge(&fold->arena, old, &together, merged);
    give_outcomes(fold, batch, entity, old, merged);
    return changed;
}

static void add_write(struct fold *fold, size_t index, const struct state *state)
{
    const struct entity *entity = &fold->entities[index];
    struct value *columns =
        arena_array(&fold->arena, struct value, entity->family->column_count + 1);
    entity->family->read_columns(state, &fold->arena, columns);
    buffer_reset(&fold->bytes);
    state_encode(state, &fold->bytes);
    struct text bytes = {fold->bytes.bytes, (uint32_t)fold->bytes.length};
    fold->writes[fold->write_count++] =
        (struct state_write){.key = entity->key,
                             .expected_version = fold->stored[index].row_version,
                             .bytes = arena_text(&fold->arena, bytes),
                             .columns = columns};
}

static bool merge_entity(struct fold *fold, struct batch *batch, size_t index,
                         const struct contribution_context *context, struct error *error)
{
    const struct entity *entity = &fold->entities[index];
    struct state old = {0};
    if (fold->stored[index].row_version &&
        !state_decode(&fold->arena, fold->stored[index].bytes, &old, error))
        return error_prefix(error, "the stored state of %s " TEXT_FORMAT " / " TEXT_FORMAT,
                            entity->family->name, TEXT_ARGUMENTS(entity->key.authority),
                            TEXT_ARGUMENTS(entity->key.entity));
    struct state state;
    if (!merge_records(fold, batch, entity, &old, &state))
        return true;
    if (fold->stored[index].row_version)
        entity->family->contribute(&old, &fold->arena, context, -1, fold->sums);
    entity->family->contribute(&state, &fold->arena, context, 1, fold->sums);
    add_write(fold, index, &state);
    return true;
}

bool fold_merge(struct fold *fold, struct batch *batch, const struct contribution_context *context,
                struct error *error)
{
    fold->writes = arena_array(&fold->arena, struct state_write, fold->entity_count + 1);
    fold->write_count = 0;
    size_t i = 0;
    for (size_t family = 0; family < FAMILY_COUNT; family++) {
        for (; i < fold->entities_until[family]; i++)
            if (!merge_entity(fold, batch, i, context, error))
                return false;
        fold->written_until[family] = fold->write_count;
    }
    return true;
}
