// Random events of every family, from its own table of fields: statements, snapshots with cuts, withdrawals, corrections.
//
// The world is small, so that events meet: few entities, few sources, equal microseconds, sequence numbers, event ids that
// are used twice for different things. Every event is valid and can be encoded.
#pragma once

#include "core/family.h"
#include "tests/unit/support/dice.h"

#define RANDOM_EVENT_START_US                                                                      \
    INT64_C(1425168000000000) // 2015-03-01 in UTC: nothing random happens earlier

// `entities`: of how many entities it may speak, from "T0" on; `number` makes its event id its own, mostly. Memory is the
// arena's. Readings for FAMILY_TRAFFIC.
struct event *random_event(struct dice *dice, struct arena *arena, enum family family,
                           uint32_t entities, uint32_t number);
// A source's statement of how far it has published.
struct event *random_progress(struct dice *dice, struct arena *arena, enum family family,
                              uint32_t number);
// The event's bytes, the arena's. Aborts the test when it cannot be encoded.
struct text random_event_bytes(struct arena *arena, const struct event *event);
