// Folding the journal again: `verify`, `rebuild` and every question "as of" go through here.
//
// The calling thread reads the records from PostgreSQL and hands them on in blocks, by the hash of their entity, to one thread
// per shard of the table, which decodes and joins them (sql/entity_states.h). What waits to be joined takes at most a set
// amount of memory, whatever the journal's length.
#pragma once

#include "common/postgres.h"
#include "sql/entity_states.h"

// Where the reading stops and what it tells. Every function is called in the calling thread, but `changed`; any may be null.
struct refold_options {
    void *context;
    // Each record as it comes, before anything is known of its value. False: it is left out.
    bool (*meet)(void *context, const struct journal_record *record);
    // Of several tables, the position of the one that the record goes to; asked after `meet`. Null: the first.
    size_t (*layer)(void *context, const struct journal_record *record);
    // Each progress event; the event's memory is the call's.
    void (*progress)(void *context, const struct journal_record *record, const struct event *event);
    // A record whose value cannot be decoded or does not say what its columns say (it is folded under what the value says), in
    // the order of partition and offset, after the last record. Null: the first of them is the error, ERROR_FATAL.
    void (*fault)(void *context, int32_t partition_id, int64_t offset, const char *what);
    // A state before it is replaced: see struct join_observer. In any thread, one at a time.
    void (*changed)(void *context, struct entity_state *entity, const struct state *old,
                    const struct state *new, struct arena *scratch);
};

struct refold_counts {
    int64_t records; // all that were read, those left out too
    int64_t statements, progress, tombstones;
    int64_t erased; // statements whose bytes are gone: they were not folded
};

// A table with as many shards as threads are worth while on this machine.
struct entity_states *refold_states_new(void);

// Folds what `journal` (a query with the columns of db_journal_out) gives into `states`. *counts (may be null) are added to.
bool refold_journal(struct postgres *postgres, const struct query *journal,
                    const struct refold_options *options, struct entity_states *states,
                    struct refold_counts *counts, struct error *error);
// The same into several tables at once, each of refold_states_new. Since a state is the join of whatever parts its records are
// split into, tables 0 to k joined (entity_states_add) are the fold of all records that went to these.
bool refold_journal_in_layers(struct postgres *postgres, const struct query *journal,
                              const struct refold_options *options,
                              struct entity_states *const *layers, size_t layer_count,
                              struct refold_counts *counts, struct error *error);
