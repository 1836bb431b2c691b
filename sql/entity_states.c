// The fold of the whole journal in memory: states are kept encoded, decoded only to be merged.
#include "sql/entity_states.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>
#define HASH_FUNCTION(key, length, hash) ((hash) = (unsigned)XXH3_64bits((key), (length)))
#include <uthash.h>

struct entity_node {
    struct entity_state state; // first: a pointer to it is one to its node
    UT_hash_handle hh;
    char key[]; // family, authority, 0, entity
};

struct entity_states {
    struct entity_node *nodes;
    struct buffer encoded;
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
        free(node);
    }
    buffer_free(&states->encoded);
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

void entity_states_fold(struct entity_states *states, const struct event *event,
                        struct arena *scratch)
{
    struct state stated, old = {0}, merged;
    struct error error = ERROR_INIT;
    state_from_event(scratch, event, &stated);
    struct text key = key_of(scratch, event->family, event->authority, event->entity);
    struct entity_node *node = find(states, key);
    if (node && !state_decode(scratch, node->state.bytes, &old, &error))
        abort(); // these bytes are our own
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
    return node ? &node->state : NULL;
}

struct entity_state *entity_states_next(struct entity_states *states, struct entity_state *after)
{
    struct entity_node *node = after ? ((struct entity_node *)after)->hh.next : states->nodes;
    return node ? &node->state : NULL;
}
