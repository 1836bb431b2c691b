// The fold of the journal in memory: states are kept encoded, decoded only to be joined with what waits.
//
// Decoding a record and encoding a state cost more than merging, so both happen once a join, not once a record.
#include "sql/entity_states.h"

#include "proto/codec.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>
#define HASH_FUNCTION(key, length, hash) ((hash) = (unsigned)XXH3_64bits((key), (length)))
#include <uthash.h>

enum { CACHE_LINE_BYTES = 64 };

struct entity_node {
    struct entity_state state; // first: a pointer to it is one to its node
    struct waiting_record *waiting;
    struct entity_node *next_waiting; // of the shard
    uint32_t waiting_count;
    uint32_t shard;
    UT_hash_handle hh;
    char key[]; // family, authority, 0, entity
};

struct entity_shard {
    struct entity_node *nodes;
    struct entity_node *waiting;
    struct buffer encoded;
    struct arena arena; // of one join
};

struct entity_states {
    size_t shard_count;
    struct entity_shard shards[];
};

// ---- keys and records ----

// Names hold no NUL, so the key is unambiguous.
static size_t key_write(char *key, int16_t family, struct text authority, struct text entity)
{
    key[0] = (char)family;
    if (authority.length)
        memcpy(key + 1, authority.bytes, authority.length);
    key[1 + authority.length] = '\0';
    if (entity.length)
        memcpy(key + 2 + authority.length, entity.bytes, entity.length);
    return 2 + (size_t)authority.length + entity.length;
}

size_t waiting_record_bytes(const struct journal_record *record)
{
    size_t bytes = sizeof(struct waiting_record) + 2 + record->authority.length +
                   record->entity.length + record->value.length;
    return (bytes + 7) & ~(size_t)7;
}

struct waiting_record *waiting_record_make(void *room, const struct journal_record *record)
{
    struct waiting_record *waiting = room;
    *waiting = (struct waiting_record){
        .offset = record->offset,
        .occurred_us = record->occurred_us,
        .partition_id = record->partition_id,
        .authority_length = record->authority.length,
        .key_length = 2 + record->authority.length + record->entity.length,
        .value_length = record->value.length,
        .family = record->family,
        .kind = record->kind,
        .occurred_stated = record->occurred_stated,
    };
    // Only now: the bytes begin where the structure's padding is.
    size_t key_length =
        key_write(waiting->bytes, record->family, record->authority, record->entity);
    waiting->hash = XXH3_64bits(waiting->bytes, key_length);
    memcpy(waiting->bytes + key_length, record->value.bytes, record->value.length);
    return waiting;
}

// ---- the table ----

struct entity_states *entity_states_new(size_t shard_count)
{
    struct entity_states *states = calloc(1, sizeof *states + shard_count * sizeof *states->shards);
    if (!states)
        abort();
    states->shard_count = shard_count;
    return states;
}

void entity_states_free(struct entity_states *states)
{
    for (size_t i = 0; states && i < states->shard_count; i++) {
        struct entity_shard *shard = &states->shards[i];
        struct entity_node *node, *next;
        HASH_ITER(hh, shard->nodes, node, next)
        {
            HASH_DEL(shard->nodes, node);
            free((char *)(uintptr_t)node->state.bytes.bytes);
            free(node);
        }
        buffer_free(&shard->encoded);
        arena_free(&shard->arena);
    }
    free(states);
}

size_t entity_states_shards(const struct entity_states *states)
{
    return states->shard_count;
}

// The table's buckets go by the lower half of the hash.
size_t entity_states_shard_of(const struct entity_states *states, uint64_t hash)
{
    return (hash >> 32) % states->shard_count;
}

static struct entity_node *node_find(struct entity_shard *shard, const char *key, size_t length,
                                     uint64_t hash)
{
    struct entity_node *node;
    HASH_FIND_BYHASHVALUE(hh, shard->nodes, key, length, (unsigned)hash, node);
    return node;
}

static struct entity_node *node_add(struct entity_shard *shard, uint32_t shard_number,
                                    const char *key, size_t length, uint32_t authority_length,
                                    uint64_t hash)
{
    struct entity_node *node = calloc(1, sizeof *node + length);
    if (!node)
        abort();
    memcpy(node->key, key, length);
    node->shard = shard_number;
    node->state.family = (enum family)key[0];
    node->state.authority = (struct text){node->key + 1, authority_length};
    node->state.entity =
        (struct text){node->key + 2 + authority_length, (uint32_t)length - 2 - authority_length};
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, shard->nodes, node->key, length, (unsigned)hash, node);
    return node;
}

void entity_states_wait(struct entity_states *states, size_t shard_number,
                        struct waiting_record *record)
{
    struct entity_shard *shard = &states->shards[shard_number];
    struct entity_node *node = node_find(shard, record->bytes, record->key_length, record->hash);
    if (!node)
        node = node_add(shard, (uint32_t)shard_number, record->bytes, record->key_length,
                        record->authority_length, record->hash);
    if (!node->waiting) {
        node->next_waiting = shard->waiting;
        shard->waiting = node;
    }
    record->next = node->waiting;
    node->waiting = record;
    node->waiting_count++;
}

// ---- joining ----

// The column that does not say what the event says; null when all do.
static const char *wrong_column(const struct waiting_record *record, const struct event *event)
{
    struct text authority = {record->bytes + 1, record->authority_length};
    struct text entity = {record->bytes + 2 + record->authority_length,
                          record->key_length - 2 - record->authority_length};
    bool progress = event->form == EVENT_PROGRESS;
    if (record->kind != event->kind)
        return "kind is not what the value says";
    if (!text_equal(authority, event->authority))
        return "authority is not what the value says";
    if (!text_equal(entity, event->entity))
        return "entity_id is not what the value says";
    if (record->occurred_stated == progress ||
        (!progress && record->occurred_us != event->occurred_us))
        return "occurred_at is not what the value says";
    return NULL;
}

static bool is_of(const struct entity_state *entity, const struct event *event)
{
    return event->form != EVENT_PROGRESS && text_equal(entity->authority, event->authority) &&
           text_equal(entity->entity, event->entity);
}

// What a record states of this entity; false when it is not to be joined here.
static bool read_record(struct arena *arena, const struct entity_state *entity,
                        const struct waiting_record *record, const struct join_observer *observer,
                        struct state *out)
{
    struct error error = ERROR_INIT;
    struct event *event = arena_alloc(arena, sizeof *event); // the state points to its version
    struct text value = {record->bytes + record->key_length, record->value_length};
    if (!codec_decode(arena, (enum family)record->family, value, event, &error)) {
        if (observer->fault)
            observer->fault(observer->context, record,
                            arena_printf(arena, "cannot be decoded: %s", error.text));
        return false;
    }
    const char *wrong = record->is_checked ? NULL : wrong_column(record, event);
    if (wrong && observer->fault)
        observer->fault(observer->context, record, wrong);
    if (!is_of(entity, event)) {
        if (observer->stray)
            observer->stray(observer->context, record, event);
        return false;
    }
    state_from_event(arena, event, out);
    return true;
}

static void keep(struct entity_shard *shard, struct entity_state *entity, const struct state *state)
{
    buffer_reset(&shard->encoded);
    state_encode(state, &shard->encoded);
    char *bytes = (char *)(uintptr_t)entity->bytes.bytes;
    if (shard->encoded.length != entity->bytes.length) {
        bytes = realloc(bytes, shard->encoded.length);
        if (!bytes)
            abort();
    }
    memcpy(bytes, shard->encoded.bytes, shard->encoded.length);
    entity->bytes = (struct text){bytes, (uint32_t)shard->encoded.length};
}

static void join_node(struct entity_shard *shard, struct entity_node *node,
                      const struct join_observer *observer)
{
    struct arena *arena = &shard->arena;
    struct entity_state *entity = &node->state;
    arena_reset(arena);
    struct state *parts = arena_array(arena, struct state, node->waiting_count + 1), merged;
    struct error error = ERROR_INIT;
    size_t count = 1; // the first is the state as it was
    if (entity->bytes.length && !state_decode(arena, entity->bytes, &parts[0], &error))
        abort(); // these bytes are our own
    for (struct waiting_record *record = node->waiting; record; record = record->next) {
        if (record->next) { // lies anywhere: on its way while this one is decoded
            __builtin_prefetch(record->next);
            __builtin_prefetch(record->next->bytes + CACHE_LINE_BYTES);
        }
        count += read_record(arena, entity, record, observer, &parts[count]);
    }
    node->waiting = NULL;
    node->waiting_count = 0;
    state_merge_all(arena, parts, count, &merged);
    if (!merged.version_count)
        return;
    if (observer->changed)
        observer->changed(observer->context, entity, &parts[0], &merged, arena);
    keep(shard, entity, &merged);
}

void entity_states_join(struct entity_states *states, size_t shard_number,
                        const struct join_observer *observer)
{
    struct entity_shard *shard = &states->shards[shard_number];
    for (struct entity_node *node = shard->waiting, *next; node; node = next) {
        next = node->next_waiting;
        node->next_waiting = NULL;
        if (next)
            __builtin_prefetch(next->waiting);
        join_node(shard, node, observer);
    }
    shard->waiting = NULL;
}

static void add_node(struct entity_shard *shard, struct entity_node *node,
                     const struct entity_node *from, const struct join_observer *observer)
{
    struct arena *arena = &shard->arena;
    struct entity_state *entity = &node->state;
    struct state parts[2] = {0}, merged;
    struct error error = ERROR_INIT;
    arena_reset(arena);
    if ((entity->bytes.length && !state_decode(arena, entity->bytes, &parts[0], &error)) ||
        !state_decode(arena, from->state.bytes, &parts[1], &error))
        abort(); // these bytes are our own
    state_merge_all(arena, parts, 2, &merged);
    if (observer->changed)
        observer->changed(observer->context, entity, &parts[0], &merged, arena);
    keep(shard, entity, &merged);
}

void entity_states_add(struct entity_states *into, const struct entity_states *from,
                       const struct join_observer *observer)
{
    for (size_t i = 0; i < from->shard_count; i++) {
        struct entity_shard *shard = &into->shards[i];
        for (const struct entity_node *at = from->shards[i].nodes; at; at = at->hh.next) {
            if (!at->state.bytes.length)
                continue;
            uint64_t hash = at->hh.hashv; // its lower half, by which buckets go
            struct entity_node *node = node_find(shard, at->key, at->hh.keylen, hash);
            if (!node)
                node = node_add(shard, (uint32_t)i, at->key, at->hh.keylen,
                                at->state.authority.length, hash);
            add_node(shard, node, at, observer);
        }
    }
}

// ---- reading ----

static struct entity_node *look_up(struct entity_states *states, enum family family,
                                   struct text authority, struct text entity, struct arena *scratch,
                                   bool make)
{
    char *key = arena_alloc(scratch, 2 + (size_t)authority.length + entity.length);
    size_t length = key_write(key, (int16_t)family, authority, entity);
    uint64_t hash = XXH3_64bits(key, length);
    size_t number = entity_states_shard_of(states, hash);
    struct entity_shard *shard = &states->shards[number];
    struct entity_node *node = node_find(shard, key, length, hash);
    return node || !make ? node
                         : node_add(shard, (uint32_t)number, key, length, authority.length, hash);
}

struct entity_state *entity_states_find(struct entity_states *states, enum family family,
                                        struct text authority, struct text entity,
                                        struct arena *scratch)
{
    struct entity_node *node = look_up(states, family, authority, entity, scratch, false);
    return node ? &node->state : NULL;
}

struct entity_state *entity_states_get(struct entity_states *states, enum family family,
                                       struct text authority, struct text entity,
                                       struct arena *scratch)
{
    return &look_up(states, family, authority, entity, scratch, true)->state;
}

struct entity_state *entity_states_next(struct entity_states *states, struct entity_state *after)
{
    size_t shard = 0;
    if (after) {
        struct entity_node *node = (struct entity_node *)after;
        if (node->hh.next)
            return &((struct entity_node *)node->hh.next)->state;
        shard = node->shard + 1;
    }
    for (; shard < states->shard_count; shard++)
        if (states->shards[shard].nodes)
            return &states->shards[shard].nodes->state;
    return NULL;
}
