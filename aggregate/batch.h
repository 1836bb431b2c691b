// One batch: from records to what has to be written, purely.
//
// A record is decoded and checked once; folding is done per attempt, since it depends on what the store holds. Both are split
// among threads where a batch is large. Invariant: each record has exactly one outcome, and the outcomes of a partition's range add up to its length.
// No I/O, no clock. One thread.
#pragma once

#include "aggregate/shares.h"
#include "aggregate/store.h"

struct batch_record {
    struct record record;
    enum family family;            // as which it is to be read
    const struct event *event;     // null: a tombstone, quarantined, or not decoded yet
    const struct event *set_aside; // the event of a record that batch_set_aside quarantined
    enum record_outcome outcome;
    const char *stage, *reason; // when quarantined
    struct text detail;
    bool dropped; // its partition is somebody else's now
};

struct batch {
    struct arena arena;                // bytes of records
    struct arena decoded[SHARES_MOST]; // events
    struct batch_record *records;
    size_t count, capacity, bytes;
    size_t decoded_count;          // records below are decoded
    size_t quarantined, set_aside; // set_aside: of dropped records too
    size_t limit;                  // an attempt writes the records below this index
};

void batch_init(struct batch *batch);
void batch_clear(struct batch *batch); // forgets the records, keeps the memory
void batch_free(struct batch *batch);

// XXH3 of a value as the ledger keeps it, framing included.
uint64_t batch_value_digest(const struct record *record);

// The record's texts live in batch->arena.
void batch_add(struct batch *batch, const struct record *record, enum family family);
// Unframes, decodes, compares headers and validates the records that were added since the last call.
void batch_decode(struct batch *batch);
// Whether an attempt leaves this record out: dropped, or not below the limit.
bool batch_leaves_out(const struct batch *batch, size_t index);
// Quarantines a record that the reference data of this attempt do not allow to be counted. stage and reason: for ever
// there; the detail is copied.
void batch_set_aside(struct batch *batch, size_t index, const char *stage, const char *reason,
                     const char *detail);
// Another attempt: its reference data may be others, so what was set aside is to be judged anew.
void batch_take_back(struct batch *batch);
// Quarantines a record that the store refuses. The texts are copied.
void batch_refuse(struct batch *batch, size_t index, const char *reason, const char *detail);
// Voids a record.
void batch_leave(struct batch *batch, size_t index);
// Voids the records of a partition. Returns how many there were.
size_t batch_drop(struct batch *batch, uint32_t partition);

// What a record states of one entity: all of it, or those of its readings that lie in one window of the sensor.
struct piece {
    uint32_t record, next; // next: of the same entity, in order of arrival; UINT32_MAX at the end
    uint32_t first_reading, reading_count;
};

struct entity { // or a window of a sensor's readings: what has a state
    struct entity_key key;
    const struct family_definition *family;
    uint32_t first_piece, last_piece, piece_count;
};

// An attempt at a batch. Everything lives in its arenas, which fold_begin resets.
struct fold {
    struct arena arena;
    struct entity *entities; // ascending by (family, key)
    struct piece *pieces;
    size_t piece_count;
    struct entity_key *keys; // of entities, in their order
    struct stored_state *stored;
    size_t entity_count;
    size_t entities_until[FAMILY_COUNT]; // entities of family f: from [f - 1] until [f]
    // what fold_merge fills
    size_t merged_until;        // entities below are merged
    struct state_write *writes; // of changed entities, in order
    size_t write_count;
    struct rollup_sums *sums[SHARES_MOST]; // what each thread has added up
    struct arena merged[SHARES_MOST];      // of writes and sums
    struct arena scratch[SHARES_MOST];     // of one entity
    struct buffer bytes[SHARES_MOST];      // likewise
};

void fold_init(struct fold *fold);
void fold_free(struct fold *fold);
// Groups the batch's records by entity, readings by window. Sets readings aside that do not lie in a window of their sensor.
void fold_begin(struct fold *fold, struct batch *batch, const struct contribution_context *context);
// Merges the records of the entities from where the last call ended up to `until` into what fold->stored says of them, gives the
// records their outcomes, and appends to writes. ERROR_FATAL when a stored state cannot be read: nothing may be written over it.
bool fold_merge(struct fold *fold, struct batch *batch, const struct contribution_context *context,
                size_t until, struct error *error);
// What all merged entities contribute together, in the fold's memory. To be called once.
struct rollup_sums *fold_sums(struct fold *fold);
