// An entity's state: the fold of the set of its events (law 1).
//
// A state is a join-semilattice. It keeps
//   - for every slot of the entity itself: the value with the greatest version;
//   - for every slot of an occurrence and every speaker, which is a source speaking for one part of
//     the entity (event_part): that speaker's value with the greatest version (per speaker, because a
//     snapshot only removes what its own source had listed of its own part);
//   - for every occurrence: the greatest version that withdrew it, of whatever source (a
//     *withdrawal*);
//   - for every (speaker, kind): the greatest version of a snapshot that listed this kind
//     completely (a *cut*);
// and drops an occurrence's value that is older than its withdrawal, or older than its speaker's
// cut. Both are maxima and dropping is monotone, so merging is commutative, associative and
// idempotent: order, duplicates and batch boundaries cannot show. Equal sets of events give equal
// bytes. A statement that an occurrence is *not* withdrawn states nothing.
//
// Versions are kept once per stating event and shared by its entries. One merge function serves the
// daemon, verify and every question "as of". Pure; one thread per arena.
#pragma once

#include "core/arena.h"
#include "core/buffer.h"
#include "core/error.h"
#include "core/event.h"

enum { STATE_FOLD_VERSION = 2 }; // first byte of the encoding; changes when the fold's meaning does

struct state_entry {
    uint16_t kind, field;
    struct text key;
    struct value value;
    uint32_t version; // index into versions
};

struct state_cut {
    uint16_t kind;
    uint32_t version; // its source and part are the cut's
};

// Canonical: versions ascending by version_compare and each referred to; entries ascending by
// (kind, key, field, source, part), withdrawals being entries with FIELD_WITHDRAWN; cuts ascending by
// (kind, source, part). No source is empty (event_validate). The empty state (all counts 0) is the neutral element.
struct state {
    const struct version *versions;
    const struct state_entry *entries;
    const struct state_cut *cuts;
    uint32_t version_count, entry_count, cut_count;
};

// What one event states, as a state. Shares the texts that the event points to, and nothing of the
// struct itself, which may be used again. Progress events state nothing: the empty state.
void state_from_event(struct arena *arena, const struct event *event, struct state *out);

// The join of two states; shares memory with both. Returns whether *out differs from *a
// (false: b was a duplicate or superseded, and *out equals *a).
bool state_merge(struct arena *arena, const struct state *a, const struct state *b,
                 struct state *out);

// The join of many states, n log n in their size: an entity with thousands of events in one batch
// is folded with this, not by merging them one by one, which copies the growing state each time.
// Shares memory with all; count may be 0.
void state_merge_all(struct arena *arena, const struct state *states, size_t count,
                     struct state *out);

// Appends the canonical bytes. An empty state has one byte.
void state_encode(const struct state *state, struct buffer *out);

// Reads canonical bytes; texts point into `bytes` or are the arena's. ERROR_FATAL when the bytes are not a state, or
// of another fold version.
bool state_decode(struct arena *arena, struct text bytes, struct state *out, struct error *error);

// The winner of a slot: of the greatest version among the speakers; null when nobody states it.
// A value of type VALUE_EMPTY means: stated to be empty.
const struct state_entry *state_find(const struct state *state, uint16_t kind, struct text key,
                                     uint16_t field);

// Runs over the live occurrences of a kind, ascending by key. Start with cursor 0; false at the
// end. An occurrence is live when somebody says that it exists (FIELD_STATED).
bool state_next_occurrence(const struct state *state, uint16_t kind, uint32_t *cursor,
                           struct text *key);

// The event that won a slot, for explanations.
static inline const struct version *state_version(const struct state *state,
                                                  const struct state_entry *entry)
{
    return &state->versions[entry->version];
}
