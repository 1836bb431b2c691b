// Bytes that grow by doubling.
//
// Invariant: length <= capacity; `bytes` is null only while capacity is 0.
#include "core/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAPACITY_BYTES = 256 };

static void buffer_reserve(struct buffer *buffer, size_t bytes)
{
    if (buffer->capacity - buffer->length >= bytes)
        return;
    if (bytes > SIZE_MAX / 4 || buffer->length > SIZE_MAX / 4)
        abort();
    size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY_BYTES;
    while (capacity - buffer->length < bytes)
        capacity *= 2;
    char *grown = realloc(buffer->bytes, capacity);
    if (!grown)
        abort();
    buffer->bytes = grown;
    buffer->capacity = capacity;
}

char *buffer_extend(struct buffer *buffer, size_t bytes)
{
    buffer_reserve(buffer, bytes ? bytes : 1); // never a null pointer
    char *room = buffer->bytes + buffer->length;
    buffer->length += bytes;
    return room;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length)
        memcpy(buffer_extend(buffer, length), bytes, length);
}

void buffer_append_text(struct buffer *buffer, struct text text)
{
    buffer_append(buffer, text.bytes, text.length);
}

void buffer_append_printable(struct buffer *buffer, struct text text)
{
    while (text.length) {
        uint32_t valid = text_storable_length(text);
        buffer_append(buffer, text.bytes, valid);
        if (valid == text.length)
            return;
        buffer_printf(buffer, "\\x%02x", (unsigned char)text.bytes[valid]);
        text = (struct text){text.bytes + valid + 1, text.length - valid - 1};
    }
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        abort();
    buffer_reserve(buffer, (size_t)length + 1); // vsnprintf ends with a NUL
    va_start(arguments, format);
    vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buffer->length += (size_t)length;
}

void buffer_reset(struct buffer *buffer)
{
    buffer->length = 0;
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = BUFFER_INIT;
}
