// Protobuf written by hand, for values that no encoder of ours would write.
#pragma once

#include "core/buffer.h"

// A field of bytes: a text, or a message that is in `content`.
static inline void wire_bytes(struct buffer *out, unsigned field, struct text content)
{
    const unsigned char head[] = {(unsigned char)(field << 3 | 2), (unsigned char)content.length};
    buffer_append(out, head, sizeof head); // fields below 16, lengths below 128: one byte each
    buffer_append_text(out, content);
}

static inline void wire_number(struct buffer *out, unsigned field, unsigned number)
{
    const unsigned char both[] = {(unsigned char)(field << 3), (unsigned char)number};
    buffer_append(out, both, sizeof both);
}

static inline struct text wire_text_of(const struct buffer *buffer)
{
    return (struct text){buffer->bytes, (uint32_t)buffer->length};
}
