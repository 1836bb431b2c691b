// Unknown fields as bytes. protobuf-c hands an unknown field out as tag and raw data, length prefix
// included, and packs one by writing the tag and then the data: so a run of fields goes back as one
// whose data are all the rest.
#include "proto/codec_unknown.h"

enum { VARINT_BYTES_MAX = 10, WIRE_TYPE_BITS = 3, WIRE_TYPE_MASK = 7 };

static size_t write_varint(uint64_t number, char *out)
{
    size_t length = 0;
    while (number >= 0x80) {
        out[length++] = (char)(number | 0x80);
        number >>= 7;
    }
    out[length++] = (char)number;
    return length;
}

static uint64_t field_tag(uint32_t number, unsigned wire_type)
{
    return (uint64_t)number << WIRE_TYPE_BITS | wire_type;
}

static void unknown_append(struct arena *arena, struct unknown_list *list, uint16_t path,
                           uint32_t index, struct text bytes)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 4;
        struct unknown_fields *grown = arena_array(arena, struct unknown_fields, list->capacity);
        if (list->count) {
            memcpy(grown, list->entries, list->count * sizeof *grown);
        }
        list->entries = grown;
    }
    list->entries[list->count++] = (struct unknown_fields){path, index, bytes};
}

bool unknown_keep(struct arena *arena, struct unknown_list *list, uint16_t path, uint32_t index,
                  const ProtobufCMessage *message, struct error *error)
{
    size_t bound = 0;
    for (unsigned i = 0; i < message->n_unknown_fields; i++) {
        bound += VARINT_BYTES_MAX + message->unknown_fields[i].len;
    }
    if (bound == 0) {
        return true;
    }
    char *bytes = arena_alloc(arena, bound);
    size_t length = 0;
    for (unsigned i = 0; i < message->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *field = &message->unknown_fields[i];
        if (field->tag == 0) {
            return error_set(error, ERROR_BAD_RECORD, "%s has a field with number 0",
                             message->descriptor->short_name);
        }
        length += write_varint(field_tag(field->tag, field->wire_type), bytes + length);
        memcpy(bytes + length, field->data, field->len);
        length += field->len;
    }
    unknown_append(arena, list, path, index, (struct text){bytes, (uint32_t)length});
    return true;
}

void unknown_keep_cleared(struct arena *arena, struct unknown_list *list, uint16_t path,
                          uint32_t index, uint32_t number)
{
    char *bytes = arena_alloc(arena, 2 * VARINT_BYTES_MAX);
    size_t length = write_varint(field_tag(FIELD_CLEARED, PROTOBUF_C_WIRE_TYPE_VARINT), bytes);
    length += write_varint(number, bytes + length);
    unknown_append(arena, list, path, index, (struct text){bytes, (uint32_t)length});
}

bool unknown_exists(const struct event *event, uint16_t path, uint32_t index)
{
    for (size_t i = 0; i < event->unknown_count; i++) {
        if (event->unknown[i].path == path && event->unknown[i].index == index) {
            return true;
        }
    }
    return false;
}

// Splits the first tag off. False: not a tag.
static bool read_run(struct text bytes, ProtobufCMessageUnknownField *field)
{
    uint64_t tag = 0;
    for (uint32_t i = 0; i < bytes.length && i < VARINT_BYTES_MAX / 2; i++) {
        uint8_t byte = (uint8_t)bytes.bytes[i];
        tag |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte & 0x80) {
            continue;
        }
        field->tag = (uint32_t)(tag >> WIRE_TYPE_BITS);
        field->wire_type = (ProtobufCWireType)(tag & WIRE_TYPE_MASK);
        field->len = bytes.length - i - 1;
        field->data = (uint8_t *)(uintptr_t)(bytes.bytes + i + 1); // packing only reads it
        return field->tag != 0;
    }
    return false;
}

bool unknown_attach(struct arena *arena, const struct event *event, uint16_t path, uint32_t index,
                    ProtobufCMessage *message, struct error *error)
{
    if (event->unknown_count == 0) {
        return true;
    }
    ProtobufCMessageUnknownField *fields =
        arena_array(arena, ProtobufCMessageUnknownField, event->unknown_count);
    for (size_t i = 0; i < event->unknown_count; i++) {
        const struct unknown_fields *kept = &event->unknown[i];
        if (kept->path != path || kept->index != index || kept->bytes.length == 0) {
            continue;
        }
        if (!read_run(kept->bytes, &fields[message->n_unknown_fields++])) {
            return error_set(error, ERROR_BAD_RECORD,
                             "unknown fields kept for path %u[%u] are not protobuf", path, index);
        }
    }
    message->unknown_fields = fields;
    return true;
}
