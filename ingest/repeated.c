// Decides which of several rows with one key counts. Hashes only narrow the search: a decision
// rests on the key itself, so no row is lost to a collision.
#include "ingest/repeated.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#undef uthash_fatal
#define uthash_fatal(message) abort()
#define HASH_FUNCTION(key, length, hash) ((hash) = (unsigned)XXH3_64bits((key), (length)))
#include <uthash.h>

// A set of hashes by open addressing; 0 marks a free place.
struct hash_set {
    uint64_t *places;
    size_t capacity, count; // capacity is a power of two
};

struct repeated_key {
    UT_hash_handle hh;
    uint64_t rows, first_position, last_position, first_line, content;
    uint64_t first_accepted, last_accepted;
    bool differs, is_accepted;
    uint32_t length;
    char key[];
};

struct repeated {
    struct hash_set seen, suspects;
    struct repeated_key *keys;
};

struct repeated *repeated_new(void)
{
    struct repeated *repeated = calloc(1, sizeof *repeated);
    if (!repeated)
        abort();
    return repeated;
}

void repeated_free(struct repeated *repeated)
{
    struct repeated_key *key, *next;
    if (!repeated)
        return;
    HASH_ITER(hh, repeated->keys, key, next)
    {
        HASH_DEL(repeated->keys, key);
        free(key);
    }
    free(repeated->seen.places);
    free(repeated->suspects.places);
    free(repeated);
}

static uint64_t hash_of(struct text key)
{
    uint64_t hash = XXH3_64bits(key.bytes, key.length);
    return hash ? hash : 1;
}

static uint64_t *find_place(const struct hash_set *set, uint64_t hash)
{
    size_t at = hash & (set->capacity - 1);
    while (set->places[at] && set->places[at] != hash)
        at = (at + 1) & (set->capacity - 1);
    return &set->places[at];
}

static bool is_in(const struct hash_set *set, uint64_t hash)
{
    return set->count > 0 && *find_place(set, hash) == hash;
}

static void grow(struct hash_set *set)
{
    struct hash_set larger = {.capacity = set->capacity ? 2 * set->capacity : 1024,
                              .count = set->count};
    larger.places = calloc(larger.capacity, sizeof *larger.places);
    if (!larger.places)
        abort();
    for (size_t i = 0; i < set->capacity; i++) {
        if (set->places[i])
            *find_place(&larger, set->places[i]) = set->places[i];
    }
    free(set->places);
    *set = larger;
}

// False when it was in already.
static bool add(struct hash_set *set, uint64_t hash)
{
    if (4 * (set->count + 1) > 3 * set->capacity)
        grow(set);
    uint64_t *place = find_place(set, hash);
    if (*place)
        return false;
    *place = hash;
    set->count++;
    return true;
}

void repeated_note(struct repeated *repeated, struct text key)
{
    uint64_t hash = hash_of(key);
    if (!add(&repeated->seen, hash))
        add(&repeated->suspects, hash);
}

bool repeated_is_any(const struct repeated *repeated)
{
    return repeated->suspects.count > 0;
}

static struct repeated_key *find_key(const struct repeated *repeated, struct text key)
{
    struct repeated_key *found;
    HASH_FIND(hh, repeated->keys, key.bytes, key.length, found);
    return found;
}

void repeated_resolve(struct repeated *repeated, struct text key, uint64_t position, uint64_t line,
                      struct text content)
{
    uint64_t content_hash = XXH3_64bits(content.bytes, content.length);
    if (!is_in(&repeated->suspects, hash_of(key)))
        return;
    struct repeated_key *known = find_key(repeated, key);
    if (!known) {
        known = calloc(1, sizeof *known + key.length);
        if (!known)
            abort();
        known->first_position = position;
        known->first_line = line;
        known->content = content_hash;
        known->length = key.length;
        memcpy(known->key, key.bytes, key.length);
        HASH_ADD(hh, repeated->keys, key[0], known->length, known);
    }
    known->rows++;
    known->last_position = position;
    known->differs |= known->content != content_hash;
}

void repeated_accept(struct repeated *repeated, struct text key, uint64_t position)
{
    struct repeated_key *known =
        is_in(&repeated->suspects, hash_of(key)) ? find_key(repeated, key) : NULL;
    if (!known)
        return;
    if (!known->is_accepted)
        known->first_accepted = position;
    known->last_accepted = position;
    known->is_accepted = true;
}

enum repeated_verdict repeated_decide(const struct repeated *repeated, enum repeated_rule rule,
                                      struct text key, uint64_t position, char reason[256])
{
    const struct repeated_key *known =
        is_in(&repeated->suspects, hash_of(key)) ? find_key(repeated, key) : NULL;
    if (!known || known->rows < 2)
        return ROW_COUNTS;
    bool is_refused = rule == REPEATED_REJECT || (rule == REPEATED_ALL_EQUAL && known->differs);
    if (is_refused) {
        snprintf(reason, 256,
                 "the key stands in %" PRIu64 " rows%s, first in line %" PRIu64 " (repeated: %s)",
                 known->rows, rule == REPEATED_ALL_EQUAL ? " that differ" : "", known->first_line,
                 repeated_rule_name(rule));
        return ROW_REFUSED;
    }
    uint64_t first = known->is_accepted ? known->first_accepted : known->first_position;
    uint64_t last = known->is_accepted ? known->last_accepted : known->last_position;
    uint64_t counting = rule == REPEATED_LAST ? last : first;
    return position == counting ? ROW_COUNTS : ROW_SUPERSEDED;
}
