// Which records of a batch say something of which entity, and readings of which window. Merging is fold_merge.c's. Invariant:
// the entities are in the order of their keys, in which the store locks them; an entity's pieces in that of their arrival.
#include "aggregate/batch.h"

#include "core/traffic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

enum { NO_PIECE = UINT32_MAX, NO_ENTITY = UINT32_MAX };

void fold_init(struct fold *fold)
{
    *fold = (struct fold){.arena = ARENA_INIT};
}

void fold_free(struct fold *fold)
{
    arena_free(&fold->arena);
    for (size_t i = 0; i < SHARES_MOST; i++) {
        arena_free(&fold->merged[i]);
        arena_free(&fold->scratch[i]);
        buffer_free(&fold->bytes[i]);
    }
    fold_init(fold);
}

// From entity to its index: open addressing, at most half full, made anew for each attempt in two allocations.
struct entity_table {
    uint32_t *slots;
    uint64_t *hashes;
    size_t mask;
};

static uint64_t key_hash(enum family family, const struct entity_key *key)
{
    uint64_t authority = XXH3_64bits(key->authority.bytes, key->authority.length);
    return XXH3_64bits_withSeed(key->entity.bytes, key->entity.length,
                                authority + (uint64_t)family + (uint64_t)key->window_us);
}

static bool is_entity(const struct entity *entity, enum family family, const struct entity_key *key)
{
    return entity->family->family == family && entity->key.window_us == key->window_us &&
           text_equal(entity->key.entity, key->entity) &&
           text_equal(entity->key.authority, key->authority);
}

static struct entity *find_or_add(struct fold *fold, struct entity_table *table, enum family family,
                                  const struct entity_key *key)
{
    uint64_t hash = key_hash(family, key);
    size_t place = hash & table->mask;
    while (table->slots[place] != NO_ENTITY) {
        struct entity *entity = &fold->entities[table->slots[place]];
        if (table->hashes[place] == hash && is_entity(entity, family, key))
            return entity;
        place = (place + 1) & table->mask;
    }
    table->slots[place] = (uint32_t)fold->entity_count;
    table->hashes[place] = hash;
    struct entity *entity = &fold->entities[fold->entity_count++];
    *entity = (struct entity){
        .key = *key, .family = family_get(family), .first_piece = NO_PIECE, .last_piece = NO_PIECE};
    return entity;
}

static int compare_entities(const void *left, const void *right)
{
    const struct entity *a = left, *b = right;
    if (a->family->family != b->family->family)
        return a->family->family < b->family->family ? -1 : 1;
    int order = text_compare(a->key.authority, b->key.authority);
    order = order ? order : text_compare(a->key.entity, b->key.entity);
    return order ? order
                 : (a->key.window_us > b->key.window_us) - (a->key.window_us < b->key.window_us);
}

static bool changes_a_state(const struct batch *batch, size_t index)
{
    const struct batch_record *slot = &batch->records[index];
    return !batch_leaves_out(batch, index) && slot->event && slot->event->form != EVENT_PROGRESS;
}

static struct entity_table new_table(struct arena *arena, size_t pieces)
{
    size_t size = 64;
    while (size < pieces * 2)
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
    fold->writes = arena_alloc(&fold->arena, (fold->entity_count + 1) * sizeof *fold->writes);
}

static void add_piece(struct fold *fold, struct entity *entity, const struct piece *piece)
{
    uint32_t place = (uint32_t)fold->piece_count++;
    fold->pieces[place] = *piece;
    fold->pieces[place].next = NO_PIECE;
    if (entity->first_piece == NO_PIECE)
        entity->first_piece = place;
    else
        fold->pieces[entity->last_piece].next = place;
    entity->last_piece = place;
    entity->piece_count++;
}

// The number of readings from `first` on that lie in the same window of this length.
static uint32_t window_run(const struct event *event, uint32_t first, int64_t window_s)
{
    int64_t window_us = traffic_window_us(event->readings[first].from_us, window_s);
    uint32_t count = 1;
    while (first + count < event->reading_count &&
           traffic_window_us(event->readings[first + count].from_us, window_s) == window_us)
        count++;
    return count;
}

// At most so many pieces do the batch's records have: whatever its length, a window consists of whole short ones.
static size_t most_pieces(const struct batch *batch)
{
    size_t pieces = batch->count;
    for (size_t i = 0; i < batch->count; i++) {
        const struct event *event = batch->records[i].event;
        for (uint32_t at = 0; event && at < event->reading_count; pieces++)
            at += window_run(event, at, SENSOR_WINDOW_SHORT_S);
    }
    return pieces;
}

static bool check_windows(struct batch *batch, size_t index, int64_t window_s)
{
    const struct event *event = batch->records[index].event;
    for (size_t i = 0; i < event->reading_count; i++) {
        if (traffic_window_holds(&event->readings[i], window_s))
            continue;
        char detail[128];
        snprintf(detail, sizeof detail,
                 "a reading of %" PRId64 " s does not lie in a window of its sensor, %" PRId64 " s",
                 event->readings[i].length_s, window_s);
        batch_set_aside(batch, index, "validate", "reading.outside-window", detail);
        return false;
    }
    return true;
}

static void add_readings(struct fold *fold, struct batch *batch, size_t index,
                         struct entity_table *table, const struct sensor_index *sensors)
{
    struct batch_record *slot = &batch->records[index];
    const struct event *event = slot->event;
    const struct sensor *sensor = sensor_find(sensors, event->authority, event->entity);
    int64_t window_s = traffic_window_s(sensor);
    if (!check_windows(batch, index, window_s))
        return;
    slot->outcome = OUTCOME_UNCHANGED; // until a window takes one of them
    for (uint32_t at = 0; at < event->reading_count;) {
        struct piece piece = {.record = (uint32_t)index,
                              .first_reading = at,
                              .reading_count = window_run(event, at, window_s)};
        struct entity_key key = {event->authority, event->entity,
                                 traffic_window_us(event->readings[at].from_us, window_s)};
        add_piece(fold, find_or_add(fold, table, event->family, &key), &piece);
        at += piece.reading_count;
    }
}

void fold_begin(struct fold *fold, struct batch *batch, const struct contribution_context *context)
{
    batch_take_back(batch);
    arena_reset(&fold->arena);
    for (size_t i = 0; i < SHARES_MOST; i++) {
        arena_reset(&fold->merged[i]);
        fold->sums[i] = rollup_sums_new(&fold->merged[i]);
    }
    fold->entity_count = fold->write_count = fold->piece_count = fold->merged_until = 0;
    size_t most = most_pieces(batch);
    fold->entities = arena_alloc(&fold->arena, (most + 1) * sizeof *fold->entities);
    fold->pieces = arena_alloc(&fold->arena, (most + 1) * sizeof *fold->pieces);
    struct entity_table table = new_table(&fold->arena, most);
    for (size_t i = 0; i < batch->count; i++) {
        const struct event *event = batch->records[i].event;
        if (!changes_a_state(batch, i))
            continue;
        if (family_get(event->family)->has_windows) {
            add_readings(fold, batch, i, &table, context->sensors);
            continue;
        }
        struct entity_key key = {event->authority, event->entity, 0};
        add_piece(fold, find_or_add(fold, &table, event->family, &key),
                  &(struct piece){.record = (uint32_t)i});
    }
    sort_entities(fold);
}
