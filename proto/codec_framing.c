// Confluent's framing of protobuf values: a zero byte, the schema's id, the path of the message
// inside its file. Raw protobuf never starts with a zero byte (field number 0 does not exist), so
// the first byte tells.
#include "proto/codec.h"

enum { MAGIC_BYTE = 0, PREFIX_BYTES = 5, VARINT_BYTES_MAX = 5 };

// Reads a zigzag varint at *at and moves on. False: truncated or too long.
static bool read_varint(struct text value, uint32_t *at, int64_t *number)
{
    uint64_t raw = 0;
    for (int i = 0; i < VARINT_BYTES_MAX; i++) {
        if (*at >= value.length) {
            return false;
        }
        uint8_t byte = (uint8_t)value.bytes[(*at)++];
        raw |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (!(byte & 0x80)) {
            *number = (int64_t)(raw >> 1) ^ -(int64_t)(raw & 1);
            return true;
        }
    }
    return false;
}

bool codec_unframe(struct text value, struct text *payload, int32_t *schema_id, struct error *error)
{
    *payload = value;
    *schema_id = -1;
    if (value.length == 0 || value.bytes[0] != MAGIC_BYTE) {
        return true;
    }
    uint32_t at = PREFIX_BYTES;
    int64_t count = 0, index = 0;
    if (value.length < PREFIX_BYTES || !read_varint(value, &at, &count)) {
        return error_set(error, ERROR_BAD_RECORD, "framing is truncated: %u bytes", value.length);
    }
    const unsigned char *bytes = (const unsigned char *)value.bytes;
    uint32_t id =
        (uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 8 | bytes[4];
    if (id > INT32_MAX) {
        return error_set(error, ERROR_BAD_RECORD, "framing has schema id %u, which is negative",
                         id);
    }
    if (count == 1 && !read_varint(value, &at, &index)) {
        return error_set(error, ERROR_BAD_RECORD, "framing is truncated: %u bytes", value.length);
    }
    if (count < 0 || count > 1 || index != 0) {
        return error_set(error, ERROR_BAD_RECORD,
                         "framing names another message than the file's first: %lld indexes, the "
                         "first read is %lld",
                         (long long)count, (long long)index);
    }
    *payload = (struct text){value.bytes + at, value.length - at};
    *schema_id = (int32_t)id;
    return true;
}

void codec_frame(int32_t schema_id, struct text payload, struct buffer *out)
{
    uint32_t id = (uint32_t)schema_id;
    const unsigned char prefix[] = {MAGIC_BYTE,
                                    (unsigned char)(id >> 24),
                                    (unsigned char)(id >> 16),
                                    (unsigned char)(id >> 8),
                                    (unsigned char)id,
                                    0 /* message index [0] */};
    buffer_append(out, prefix, sizeof prefix);
    buffer_append_text(out, payload);
}
