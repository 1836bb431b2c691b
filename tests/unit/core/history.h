// Random histories of one entity for property tests, and what their state must be by the words of
// core/state.h alone.
//
// The universe is small on purpose, so that events meet: few sources, equal microseconds, the same
// event id with other bytes, snapshots of several parts with cuts, withdrawals. Equal versions mean equal events.
// Shares no code with the fold.
#pragma once

#include "core/state.h"

#include <stdio.h>

struct random {
    uint64_t state;
};

uint64_t random_next(struct random *random);
uint32_t random_below(struct random *random, uint32_t limit);

struct history {
    struct event *events;
    size_t count;
};

// All memory is the arena's.
struct history history_random(struct arena *arena, struct random *random, size_t most_events);
void history_print(FILE *out, const struct history *history);

// One line per entry and cut, ascending: what the state of this set of events has to be, found by
// looking at every event.
const char *history_oracle(struct arena *arena, const struct history *history);
// The same lines of a state.
const char *state_describe(struct arena *arena, const struct state *state);

// The slots and occurrences that histories use, for asking all of them.
enum { HISTORY_FIELD_LIMIT = 9 };
extern const uint16_t history_kinds[];
extern const struct text history_keys[];
extern const size_t history_kind_count, history_key_count;
// The line of the value that wins a slot over all sources; null when there is none.
const char *history_slot_oracle(struct arena *arena, const struct history *history, uint16_t kind,
                                struct text key, uint16_t field);
const char *entry_describe(struct arena *arena, const struct state *state,
                           const struct state_entry *entry);
