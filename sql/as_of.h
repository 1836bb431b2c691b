// What was known at an earlier cut-off: states and sums, folded again from the journal.
//
// A cut-off is a vector: per partition of the ledger the first offset that is not below it (DESIGN: Cut-off). "As known at t"
// means the steps of the batches that had been stored by t. One transaction must hold: begin it before, at REPEATABLE READ.
// Readings of traffic are not in the journal, so they have no earlier cut-off; whoever asks for them is to be refused.
#pragma once

#include "sql/family_queries.h"
#include "sql/refold.h"

// The option that asks for it.
#define CONFIG_KEY_AS_OF                                                                           \
    {                                                                                              \
        .name = "as-of", .type = CONFIG_TEXT, .argument = "INSTANT",                               \
        .meaning = "As known at this instant, like 2022-03-01T08:00:00+08:00; or at a vector of "  \
                   "offsets, as it is printed"                                                     \
    }

struct vector_step {
    int32_t partition_id, partition;
    struct text cluster, topic;
    struct text name; // "cluster/topic[0]", of a second log of that name "...[0]#1"
    bool was_there;   // the ledger had it by then
    int64_t until_offset, next_offset; // of the cut-off; of the ledger now
    int64_t seen_us; // when the consumer was at the end, where that was by then; else INSTANT_NONE
};

struct offset_vector {
    struct vector_step *steps; // ascending by cluster, topic, partition, incarnation
    size_t count;
    bool leaves_out; // records of partitions that are not in it
};

// Reads "2022-03-01T08:00:00+08:00": the partitions that the ledger had by then; or a vector as it is printed: the partitions
// that it names. So what came into the ledger later changes neither. Everything is the arena's. ERROR_BAD_CONFIG when it is neither, or names a partition or an offset that is not there.
bool as_of_read(struct postgres *postgres, struct arena *arena, const char *text,
                struct offset_vector *out, struct error *error);
// Where the ledger is.
bool as_of_read_newest(struct postgres *postgres, struct arena *arena, struct offset_vector *out,
                       struct error *error);
// Null when the vector has no such partition.
const struct vector_step *vector_step(const struct offset_vector *vector, int32_t partition_id);
bool vector_holds(const struct offset_vector *vector, int32_t partition_id, int64_t offset);
// Every partition is where the ledger is.
bool vector_is_newest(const struct offset_vector *vector);
// Appends "cluster/topic[0]=20138 cluster/topic[1]=...".
void vector_print(const struct offset_vector *vector, struct buffer *out);

// Up to when a source had published to a topic.
struct known_progress {
    struct text cluster, topic, source;
    int64_t until_us;
};

struct as_of {
    const struct offset_vector *vector; // borrowed
    struct entity_states *states;
    struct refold_counts counts; // below the vector
    struct known_progress *progress;
    size_t progress_count, progress_capacity;
    struct arena arena;
};

// Folds what lies below the vector. as_of_free in any case.
bool as_of_fold(struct postgres *postgres, const struct offset_vector *vector, struct as_of *out,
                struct error *error);
void as_of_free(struct as_of *as_of);
// Folds the journal once for several cut-offs, each of which has in it all that lies below the one before. out[0].states are those of the
// first; out[i].states what the records between the vectors i - 1 and i state, to be joined to what came before them
// (entity_states_add). Progress is that of the cut-off; counts are of all, in out[0]. as_of_free each, in any case.
bool as_of_fold_steps(struct postgres *postgres, const struct offset_vector *vectors, size_t count,
                      struct as_of *out, struct error *error);

// The states of a family, ascending by (authority, entity); the list is the arena's. Returns how many.
size_t as_of_sorted(const struct as_of *as_of, enum family family, struct arena *arena,
                    struct entity_state ***out);

// Called with each state in that order; `columns` are the family's, in memory of the call.
typedef bool as_of_reader(void *context, const struct entity_state *entity,
                          const struct value *columns, struct error *error);
// Runs over them, and adds what they contribute to `sums`. `sums` or `reader` may be null.
bool as_of_read_states(const struct as_of *as_of, const struct family_definition *family,
                       const struct contribution_context *meaning, struct rollup_sums *sums,
                       as_of_reader *reader, void *context, struct error *error);
