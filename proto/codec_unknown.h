// What this version of the contracts does not know: kept by message, and given back when the event
// is encoded. Private to the codec.
#pragma once

#include "proto/codec_layout.h"

// Grows in the arena. Several entries may name the same message; their order is kept.
struct unknown_list {
    struct unknown_fields *entries;
    size_t count, capacity;
};

// Copies the unknown fields of a decoded message. ERROR_BAD_RECORD: one has number 0, which no protobuf field has.
bool unknown_keep(struct arena *arena, struct unknown_list *list, uint16_t path, uint32_t index,
                  const ProtobufCMessage *message, struct error *error);
// The number of a field that a newer source cleared.
void unknown_keep_cleared(struct arena *arena, struct unknown_list *list, uint16_t path,
                          uint32_t index, uint32_t number);

// Whether the event keeps something of this message.
bool unknown_exists(const struct event *event, uint16_t path, uint32_t index);
// Hangs what was kept onto a message that is about to be packed. ERROR_BAD_RECORD: the bytes are no
// protobuf fields.
bool unknown_attach(struct arena *arena, const struct event *event, uint16_t path, uint32_t index,
                    ProtobufCMessage *message, struct error *error);
