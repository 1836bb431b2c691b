// The fold of the whole journal in memory: states are kept encoded, decoded only to be merged.
//
// Merging event by event copies the state each time. So the events of an entity whose state has
// grown large wait, encoded, until they are as long as the state itself, and are joined with it
// together: n log n in what one entity has.
#include "sql/entity_states.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>
#define HASH_FUNCTION(key, length, hash) ((hash) = (unsigned)XXH3_64bits((key), (length)))
#include <uthash.h>

enum { LARGE_STATE_BYTES = 4096 };

struct entity_node {
    struct entity_state state; // first: a pointer to it is one to its node
    struct buffer waiting;     // encoded states of events, each behind its length (uint32_t)
    uint32_t waiting_count;
    UT_hash_handle hh;
    char key[]; // family, authority, 0, entity
};

struct entity_states {
    struct entity_node *nodes;
    struct buffer encoded;
    struct arena arena; // of one join
};

struct entity_states *entity_states_new(void)
{
    struct entity_states *states = calloc(1, sizeof *states);
    if (!states)
        abort();
    return states;
}

void entity_states_free(struct entity_states *states)
{
    if (!states)
        return;
    struct entity_node *node, *next;
    HASH_ITER(hh, states->nodes, node, next)
    {
        HASH_DEL(states->nodes, node);
        free((char *)(uintptr_t)node->state.bytes.bytes);
        buffer_free(&node->waiting);
        free(node);
    }
    buffer_free(&states->encoded);
    arena_free(&states->arena);
    free(states);
}

// Names hold no NUL, so the key is unambiguous.
static struct text key_of(struct arena *scratch, enum family family, struct text authority,
                          struct text entity)
{
    char *key = arena_alloc(scratch, 2 + (size_t)authority.length + entity.length);
    key[0] = (char)family;
    if (authority.length)
        memcpy(key + 1, authority.bytes, authority.length);
    key[1 + authority.length] = '\0';
    if (entity.length)
        memcpy(key + 2 + authority.length, entity.bytes, entity.length);
    return (struct text){key, 2 + authority.length + entity.length};
}

static struct entity_node *find(struct entity_states *states, struct text key)
{
    struct entity_node *node;
    HASH_FIND(hh, states->nodes, key.bytes, key.length, node);
    return node;
}

static struct entity_node *add(struct entity_states *states, struct text key, enum family family,
                               uint32_t authority_length)
{
    struct entity_node *node = calloc(1, sizeof *node + key.length);
    if (!node)
        abort();
    memcpy(node->key, key.bytes, key.length);
    node->state.family = family;
    node->state.authority = (struct text){node->key + 1, authority_length};
    node->state.entity =
        (struct text){node->key + 2 + authority_length, key.length - 2 - authority_length};
    HASH_ADD(hh, states->nodes, key, key.length, node);
    return node;
}

static void keep(struct entity_states *states, struct entity_node *node, const struct state *state)
{
    buffer_reset(&states->encoded);
    state_encode(state, &states->encoded);
    char *bytes = (char *)(uintptr_t)node->state.bytes.bytes;
    if (states->encoded.length != node->state.bytes.length) {
        bytes = realloc(bytes, states->encoded.length);
        if (!bytes)
            abort();
    }
    memcpy(bytes, states->encoded.bytes, states->encoded.length);
    node->state.bytes = (struct text){bytes, (uint32_t)states->encoded.length};
}

static void decode(struct arena *arena, struct text bytes, struct state *out)
{
    struct error error = ERROR_INIT;
    if (!state_decode(arena, bytes, out, &error))
        abort(); // these bytes are our own
}

static void join_waiting(struct entity_states *states, struct entity_node *node)
{
    if (!node->waiting_count)
        return;
    struct arena *arena = &states->arena;
    struct state *parts = arena_array(arena, struct state, node->waiting_count + 1), merged;
    const char *at = node->waiting.bytes;
    for (uint32_t i = 0, length; i < node->waiting_count; i++, at += length) {
        memcpy(&length, at, sizeof length);
        at += sizeof length;
        decode(arena, (struct text){at, length}, &parts[i]);
    }
    decode(arena, node->state.bytes, &parts[node->waiting_count]);
    state_merge_all(arena, parts, node->waiting_count + 1, &merged);
    keep(states, node, &merged);
    arena_reset(arena);
    buffer_free(&node->waiting);
    node->waiting_count = 0;
}

static void let_wait(struct entity_states *states, struct entity_node *node,
                     const struct state *stated)
{
    buffer_reset(&states->encoded);
    state_encode(stated, &states->encoded);
    uint32_t length = (uint32_t)states->encoded.length;
    buffer_append(&node->waiting, &length, sizeof length);
    buffer_append(&node->waiting, states->encoded.bytes, length);
    node->waiting_count++;
    if (node->waiting.length >= node->state.bytes.length)
        join_waiting(states, node);
}

void entity_states_fold(struct entity_states *states, const struct event *event,
                        struct arena *scratch)
{
    struct state stated, old = {0}, merged;
    state_from_event(scratch, event, &stated);
    struct text key = key_of(scratch, event->family, event->authority, event->entity);
    struct entity_node *node = find(states, key);
    if (node && node->state.bytes.length >= LARGE_STATE_BYTES) {
        let_wait(states, node, &stated);
        return;
    }
    if (node)
        decode(scratch, node->state.bytes, &old);
    if (!state_merge(scratch, &old, &stated, &merged))
        return;
    if (!node)
        node = add(states, key, event->family, event->authority.length);
    keep(states, node, &merged);
}

struct entity_state *entity_states_find(struct entity_states *states, enum family family,
                                        struct text authority, struct text entity,
                                        struct arena *scratch)
{
    struct entity_node *node = find(states, key_of(scratch, family, authority, entity));
    if (!node)
        return NULL;
    join_waiting(states, node);
    return &node->state;
}

struct entity_state *entity_states_next(struct entity_states *states, struct entity_state *after)
{
    struct entity_node *node = after ? ((struct entity_node *)after)->hh.next : states->nodes;
    if (!node)
        return NULL;
    join_waiting(states, node);
    return &node->state;
}
