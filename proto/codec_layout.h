// The layout of every family's messages, read once from the generated descriptors, so that decoding
// and encoding are array look-ups and one routine serves all families.
//
// Invariant: field numbers of the proto are the core's kinds and fields. A field type that the core
// has no value for aborts when the layouts are made, which is at the first use in any test. Private
// to the codec.
#pragma once

#include "core/event.h"

#include <protobuf-c/protobuf-c.h>

enum {
    PATH_EVENT = 0, // of struct unknown_fields
    PATH_ENVELOPE = 1,
    PATH_SNAPSHOT = 2,
    PATH_FACTS = 3,
    FIELD_LIMIT = 64, // field numbers lie below: a message's fields fit one word of bits
    FIELD_ORDINAL = 2,
    FIELD_CLEARED = 4,
    FIRST_OCCURRENCE_KIND = 10,
};

enum storage { STORAGE_INT64, STORAGE_UINT32, STORAGE_INT32, STORAGE_BOOLEAN, STORAGE_TEXT };

// Where a field lies in the generated struct.
struct slot_layout {
    uint16_t field;
    enum storage storage;
    unsigned offset, presence_offset; // texts are present when they are not null
};

// The facts, or one kind of occurrence.
struct message_layout {
    const ProtobufCMessageDescriptor *descriptor; // null: the family has none
    uint16_t kind;                                // FACTS_KIND, or the field number in the event
    unsigned list_offset, count_offset;    // of the repeated field in the event; not for facts
    struct slot_layout slots[FIELD_LIMIT]; // own fields, ascending
    size_t slot_count;
    uint8_t slot_of_field[FIELD_LIMIT]; // 1 + position in slots; 0: no such field
    unsigned id_offset, ordinal_offset, has_ordinal_offset, withdrawn_offset, has_withdrawn_offset;
    unsigned cleared_offset, cleared_count_offset;
};

struct family_layout {
    const char *name; // "hotline"
    const ProtobufCMessageDescriptor *descriptor;
    const ProtobufCEnumDescriptor *event_kinds;
    unsigned envelope_offset, kind_offset, has_kind_offset, facts_offset;
    struct message_layout facts;
    struct message_layout *occurrences; // ascending by kind
    size_t occurrence_count;
    char (*event_types)[NAME_LIMIT_BYTES]; // by event kind: "cityops.hotline.v1.received"; "" where
                                           // none
    size_t event_type_count;
};

// Null for FAMILY_NONE or a number that is no family. Any thread.
const struct family_layout *family_layout(enum family family);
const struct message_layout *occurrence_layout(const struct family_layout *layout, uint16_t kind);

// Whether a key is "#N", the name of the occurrence with ordinal N (from 1, without leading zeros).
bool key_is_ordinal(struct text key, uint32_t *ordinal);

// Typed access to a generated struct, for reading and for writing. The offsets come from its own
// descriptor.
#define FIELD_OF(type, message, offset)                                                            \
    (*(type const *)(const void *)((const char *)(message) + (offset)))
#define FIELD_AT(type, message, offset) (*(type *)(void *)((char *)(message) + (offset)))
