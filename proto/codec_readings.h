// The readings of a traffic event: the one list of a contract that is no occurrence. Private to the codec.
#pragma once

#include "core/event.h"
#include "proto/codec_unknown.h"

// A string that protobuf-c allocated from the codec's scratch, which keeps the length on the wire plus one in the word
// before it: that is how an embedded NUL is seen.
static inline struct text wire_text(const char *string)
{
    if (!string) {
        return (struct text){"", 0};
    }
    const uint64_t *bytes = (const uint64_t *)(const void *)string - 1;
    return (struct text){string, (uint32_t)(*bytes - 1)};
}

// Of an event of another family: true, and nothing is done.
bool readings_read(struct arena *arena, const ProtobufCMessage *message, struct event *event,
                   struct unknown_list *unknown, struct error *error);
bool readings_write(struct arena *arena, const struct event *event, ProtobufCMessage *message,
                    struct error *error);
