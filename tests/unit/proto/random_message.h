// Random events of any family, made from the descriptors: every field of every message gets its turn.
#pragma once

#include "core/arena.h"
#include "core/event.h"

#include <protobuf-c/protobuf-c.h>

// The event message of a family.
const ProtobufCMessageDescriptor *event_descriptor(enum family family);

// xorshift64*: the same numbers everywhere. The state must not be 0.
uint64_t random_number(uint64_t *state);

// What codec_encode would write for some event: named occurrences in the order of their keys, nothing both cleared and
// stated, no false `withdrawn`; unknown fields at every level now and then. Lives in the arena.
ProtobufCMessage *random_event(struct arena *arena, enum family family, uint64_t *state);
struct text pack_message(struct arena *arena, const ProtobufCMessage *message);
