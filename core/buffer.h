// Bytes that grow. Out of memory aborts. One thread.
#pragma once

#include "core/text.h"

#include <stddef.h>
#include <stdint.h>

struct buffer {
    char *bytes;
    size_t length, capacity;
};

#define BUFFER_INIT ((struct buffer){0})

// Room for `bytes` more at the end, already counted in length; the pointer holds until the next call.
char *buffer_extend(struct buffer *buffer, size_t bytes);
void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_append_text(struct buffer *buffer, struct text text);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// Valid UTF-8 stays as it is; each byte that is none, and NUL, becomes \xNN: for messages about bytes that come from outside.
void buffer_append_printable(struct buffer *buffer, struct text text);
void buffer_reset(struct buffer *buffer); // length 0, memory kept
void buffer_free(struct buffer *buffer);
