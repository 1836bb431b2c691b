#include "random_message.h"

#include "cityops/v1/activity.pb-c.h"
#include "cityops/v1/hotline.pb-c.h"
#include "cityops/v1/incident.pb-c.h"
#include "cityops/v1/inspection.pb-c.h"
#include "cityops/v1/traffic.pb-c.h"

#include <stdio.h>

#define AT(type, message, offset) (*(type *)(void *)((char *)(message) + (offset)))

enum { OWN_FIELDS = 5, CLEARED = 4 };

const ProtobufCMessageDescriptor *event_descriptor(enum family family)
{
    switch (family) {
    case FAMILY_HOTLINE:
        return &cityops__v1__ticket_event__descriptor;
    case FAMILY_INCIDENT:
        return &cityops__v1__incident_event__descriptor;
    case FAMILY_TRAFFIC:
        return &cityops__v1__traffic_event__descriptor;
    case FAMILY_INSPECTION:
        return &cityops__v1__problem_event__descriptor;
    case FAMILY_ACTIVITY:
        return &cityops__v1__activity_event__descriptor;
    default:
        return NULL;
    }
}

uint64_t random_number(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static uint64_t below(uint64_t *state, uint64_t limit)
{
    return (random_number(state) >> 32) % limit;
}

struct text pack_message(struct arena *arena, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_alloc(arena, size + 1);
    protobuf_c_message_pack(message, bytes);
    return (struct text){(const char *)bytes, (uint32_t)size};
}

static ProtobufCMessage *
fill_message(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, uint64_t *state);

static char *random_string(struct arena *arena, uint64_t *state, bool may_be_empty)
{
    static const char *const pieces[] = {"a", "Z", "7", " ", "é", "区", "🚦", "#", "-", "番禺"};
    char *string = arena_zalloc(arena, 64);
    size_t count = below(state, 8) + !may_be_empty;
    for (size_t i = 0; i < count; i++) {
        strcat(string, pieces[below(state, sizeof pieces / sizeof pieces[0])]);
    }
    return string;
}

static void add_unknown(struct arena *arena, ProtobufCMessage *message, uint64_t *state)
{
    if (below(state, 3)) {
        return;
    }
    ProtobufCMessageUnknownField *fields = arena_array(arena, ProtobufCMessageUnknownField, 2);
    fields[0] = (ProtobufCMessageUnknownField){
        .tag = 1000, .wire_type = PROTOBUF_C_WIRE_TYPE_VARINT, .len = 1};
    fields[0].data = arena_copy(arena, "\x2a", 1);
    fields[1] = (ProtobufCMessageUnknownField){
        .tag = 70000, .wire_type = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, .len = 4};
    fields[1].data = arena_copy(arena, "\x03\0\xff\x80", 4);
    message->unknown_fields = fields;
    message->n_unknown_fields = 1 + (unsigned)below(state, 2);
}

// A value at `offset`; booleans are 0 or 1, messages are filled.
static void fill_value(struct arena *arena, const ProtobufCFieldDescriptor *field, void *at,
                       uint64_t *state)
{
    uint64_t number = below(state, 4) ? below(state, 1000) : random_number(state);
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        *(uint64_t *)at = number;
        break;
    case PROTOBUF_C_TYPE_UINT32:
        *(uint32_t *)at = (uint32_t)number;
        break;
    case PROTOBUF_C_TYPE_ENUM:
        *(int32_t *)at = (int32_t)(number % 40); // some that the contract does not name
        break;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)at = (protobuf_c_boolean)(number & 1);
        break;
    case PROTOBUF_C_TYPE_STRING:
        *(char **)at = random_string(arena, state, field->id >= OWN_FIELDS);
        break;
    default:
        *(ProtobufCMessage **)at = fill_message(arena, field->descriptor, state);
    }
}

static size_t value_size(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_MESSAGE ? sizeof(void *) : sizeof(uint32_t);
}

// Own fields are stated, cleared or neither.
static void fill_field(struct arena *arena, const ProtobufCFieldDescriptor *field,
                       ProtobufCMessage *message, const ProtobufCFieldDescriptor *cleared,
                       uint64_t *state)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        size_t count = below(state, 4);
        char *list = arena_zalloc(arena, 8 * count + 8);
        for (size_t i = 0; i < count; i++) {
            fill_value(arena, field, list + i * value_size(field), state);
        }
        AT(size_t, message, field->quantifier_offset) = count;
        AT(char *, message, field->offset) = list;
        return;
    }
    uint64_t choice = below(state, 3);
    if (choice == 0 && cleared && field->id >= OWN_FIELDS) {
        size_t *count = &AT(size_t, message, cleared->quantifier_offset);
        AT(uint32_t *, message, cleared->offset)[(*count)++] = field->id;
    } else if (choice) {
        fill_value(arena, field, (char *)message + field->offset, state);
        if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE) {
            AT(protobuf_c_boolean, message, field->quantifier_offset) = 1;
        }
    }
}

static ProtobufCMessage *fill_message(struct arena *arena,
                                      const ProtobufCMessageDescriptor *descriptor, uint64_t *state)
{
    ProtobufCMessage *message = arena_zalloc(arena, descriptor->sizeof_message);
    protobuf_c_message_init(descriptor, message);
    const ProtobufCFieldDescriptor *cleared =
        protobuf_c_message_descriptor_get_field_by_name(descriptor, "cleared");
    if (cleared) {
        AT(uint32_t *, message, cleared->offset) = arena_array(arena, uint32_t, 64);
    }
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        bool own = !cleared || field->id >= OWN_FIELDS;
        if (own) {
            fill_field(arena, field, message, cleared, state);
        }
    }
    add_unknown(arena, message, state);
    return message;
}

// Names in the order of their bytes: "#1" < "#2" < "id-0" < "id-1".
static void name_occurrences(struct arena *arena, const ProtobufCFieldDescriptor *list,
                             ProtobufCMessage *event, uint64_t *state)
{
    const ProtobufCMessageDescriptor *descriptor = list->descriptor;
    const ProtobufCFieldDescriptor *id = protobuf_c_message_descriptor_get_field(descriptor, 1);
    const ProtobufCFieldDescriptor *ordinal =
        protobuf_c_message_descriptor_get_field(descriptor, 2);
    const ProtobufCFieldDescriptor *withdrawn =
        protobuf_c_message_descriptor_get_field(descriptor, 3);
    size_t count = AT(size_t, event, list->quantifier_offset);
    size_t ordinals = below(state, count + 1);
    for (size_t i = 0; i < count; i++) {
        ProtobufCMessage *occurrence = AT(ProtobufCMessage **, event, list->offset)[i];
        if (i < ordinals) {
            AT(protobuf_c_boolean, occurrence, ordinal->quantifier_offset) = 1;
            AT(uint32_t, occurrence, ordinal->offset) = (uint32_t)i + 1;
        } else {
            AT(char *, occurrence, id->offset) = arena_printf(arena, "id-%zu", i);
        }
        protobuf_c_boolean is_withdrawn = below(state, 4) == 0;
        AT(protobuf_c_boolean, occurrence, withdrawn->quantifier_offset) = is_withdrawn;
        AT(protobuf_c_boolean, occurrence, withdrawn->offset) = is_withdrawn;
    }
}

static Cityops__V1__Envelope *random_envelope(struct arena *arena, uint64_t *state)
{
    Cityops__V1__Envelope *envelope =
        (Cityops__V1__Envelope *)fill_message(arena, &cityops__v1__envelope__descriptor, state);
    envelope->has_sequence = envelope->sequence != 0;
    if (envelope->snapshot) {
        envelope->has_progress_until_us = 0;
        Cityops__V1__Snapshot *snapshot = envelope->snapshot;
        for (size_t i = 0; i < snapshot->n_complete; i++) {
            snapshot->complete[i] = 10 + (uint32_t)i;
        }
    }
    return envelope;
}

ProtobufCMessage *random_event(struct arena *arena, enum family family, uint64_t *state)
{
    const ProtobufCMessageDescriptor *descriptor = event_descriptor(family);
    ProtobufCMessage *event = fill_message(arena, descriptor, state);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        if (field->id == 1) {
            AT(void *, event, field->offset) = random_envelope(arena, state);
        } else if (field->id == 2) {
            AT(int32_t, event, field->offset) += 1; // kind 0 is the same as none
        } else if (field->id == 3) {
            ProtobufCMessage **facts = &AT(ProtobufCMessage *, event, field->offset);
            if (*facts && protobuf_c_message_get_packed_size(*facts) == 0) {
                *facts = NULL; // facts that state nothing
            }
        } else if (protobuf_c_message_descriptor_get_field_by_name(field->descriptor, "cleared")) {
            name_occurrences(arena, field, event, state);
        }
    }
    return event;
}
