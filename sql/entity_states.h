// What each entity's state must be: a table from entity to the encoded fold of its journal records so far.
//
// Records wait, as they came, until their shard is joined: then each is decoded once, and all that an entity has waiting is
// merged with its state together, n log n in what one entity has. The table is split into shards by the entity's hash, so that
// each thread can have its own. Memory: the encoded state, the key and about 150 bytes an entity; what waits is the caller's.
#pragma once

#include "core/family.h"

// A row of the journal. Texts are borrowed.
struct journal_record {
    int32_t partition_id;
    int64_t offset, occurred_us; // since 1970; only where stated: a progress event has none
    int16_t family, kind;
    bool occurred_stated, has_value; // no value: a tombstone
    struct text authority, entity, value;
};

// A record of a statement in the caller's memory, 8-byte aligned, until its shard is joined.
struct waiting_record {
    struct waiting_record *next; // of the same entity
    uint64_t hash;               // of the key
    int64_t offset, occurred_us;
    int32_t partition_id;
    uint32_t authority_length, key_length, value_length;
    int16_t family, kind;
    bool occurred_stated;
    bool is_checked; // the columns were compared with the value already
    uint16_t layer;  // for the caller, who has several tables
    char bytes[];    // the key: family, authority, 0, entity; then the value
};

size_t waiting_record_bytes(const struct journal_record *record); // a multiple of 8
struct waiting_record *waiting_record_make(void *room, const struct journal_record *record);

struct entity_state {
    struct text bytes; // the encoded state; no bytes: no record of it states anything
    // For the caller, 0 at first: marks; what is stored of it, as a digest.
    uint8_t mark;
    bool is_stored;
    uint64_t digest;
    enum family family;
    struct text authority, entity;
};

struct entity_states;

struct entity_states *entity_states_new(size_t shard_count);
void entity_states_free(struct entity_states *states); // takes null
size_t entity_states_shards(const struct entity_states *states);
size_t entity_states_shard_of(const struct entity_states *states, uint64_t hash);

// Lets a record wait in the shard of its hash. One thread per shard.
void entity_states_wait(struct entity_states *states, size_t shard, struct waiting_record *record);

// What a join tells, each in the thread that joins; any may be null.
struct join_observer {
    void *context;
    // The value cannot be decoded, or a column does not say what the value says; the sentence holds until it returns.
    void (*fault)(void *context, const struct waiting_record *record, const char *what);
    // The value names another entity, or is a progress event: it was not joined here.
    void (*stray)(void *context, const struct waiting_record *record, const struct event *event);
    // An entity's state as it was and as it is, before its bytes are replaced; memory is the join's until it returns.
    void (*changed)(void *context, struct entity_state *entity, const struct state *old,
                    const struct state *new, struct arena *scratch);
};

// Joins what waits in a shard; the records may go afterwards.
void entity_states_join(struct entity_states *states, size_t shard,
                        const struct join_observer *observer);

// Joins every state of `from`, whose shards have been joined, into `into`, of as many shards; `changed` tells of each.
void entity_states_add(struct entity_states *into, const struct entity_states *from,
                       const struct join_observer *observer);

// Null when there is none. Its shard must have been joined.
struct entity_state *entity_states_find(struct entity_states *states, enum family family,
                                        struct text authority, struct text entity,
                                        struct arena *scratch);
// The same, made without bytes when there is none.
struct entity_state *entity_states_get(struct entity_states *states, enum family family,
                                       struct text authority, struct text entity,
                                       struct arena *scratch);
// Runs over all of them, in no order that means anything. Start with null; null at the end.
struct entity_state *entity_states_next(struct entity_states *states, struct entity_state *after);
