// Reads the descriptors that protoc-c generated into the tables of codec_layout.h. What the tables
// are used for is left to the codec. A mistake in a .proto (a type without a core value, a number
// out of range) aborts here with its name.
#include "proto/codec_layout.h"

#include "cityops/v1/activity.pb-c.h"
#include "cityops/v1/hotline.pb-c.h"
#include "cityops/v1/incident.pb-c.h"
#include "cityops/v1/inspection.pb-c.h"
#include "cityops/v1/traffic.pb-c.h"

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static struct family_layout layouts[FAMILY_COUNT] = {
    [FAMILY_HOTLINE] = {.name = "hotline", .descriptor = &cityops__v1__ticket_event__descriptor},
    [FAMILY_INCIDENT] = {.name = "incident",
                         .descriptor = &cityops__v1__incident_event__descriptor},
    [FAMILY_TRAFFIC] = {.name = "traffic", .descriptor = &cityops__v1__traffic_event__descriptor},
    [FAMILY_INSPECTION] = {.name = "inspection",
                           .descriptor = &cityops__v1__problem_event__descriptor},
    [FAMILY_ACTIVITY] = {.name = "activity",
                         .descriptor = &cityops__v1__activity_event__descriptor},
};

static pthread_once_t layouts_once = PTHREAD_ONCE_INIT;

static void refuse_contract(const ProtobufCMessageDescriptor *message, const char *field,
                            const char *what)
{
    fprintf(stderr, "contract %s.%s: %s\n", message->name, field, what);
    abort();
}

static void *allocate(size_t count, size_t bytes)
{
    void *memory = calloc(count ? count : 1, bytes);
    if (!memory) {
        abort();
    }
    return memory;
}

static const ProtobufCFieldDescriptor *expect_field(const ProtobufCMessageDescriptor *message,
                                                    unsigned number, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(message, number);
    if (!field || strcmp(field->name, name) != 0) {
        refuse_contract(message, name, "is missing or has another number");
    }
    return field;
}

static void read_slot(const ProtobufCMessageDescriptor *message,
                      const ProtobufCFieldDescriptor *field, struct slot_layout *slot)
{
    slot->field = (uint16_t)field->id;
    slot->offset = field->offset;
    slot->presence_offset = field->quantifier_offset;
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
        slot->storage = STORAGE_INT64;
        break;
    case PROTOBUF_C_TYPE_UINT32:
        slot->storage = STORAGE_UINT32;
        break;
    case PROTOBUF_C_TYPE_ENUM:
        slot->storage = STORAGE_INT32;
        break;
    case PROTOBUF_C_TYPE_BOOL:
        slot->storage = STORAGE_BOOLEAN;
        break;
    case PROTOBUF_C_TYPE_STRING:
        slot->storage = STORAGE_TEXT;
        break;
    default:
        refuse_contract(message, field->name, "has a type that the core has no value for");
    }
}

static void read_message(const ProtobufCMessageDescriptor *message, struct message_layout *layout)
{
    layout->descriptor = message;
    for (unsigned i = 0; i < message->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->fields[i];
        if (field->id < FIRST_OWN_FIELD) {
            continue;
        }
        if (field->id >= FIELD_LIMIT || field->label != PROTOBUF_C_LABEL_OPTIONAL) {
            refuse_contract(message, field->name, "must be optional, with a number below 64");
        }
        read_slot(message, field, &layout->slots[layout->slot_count++]);
        layout->slot_of_field[field->id] = (uint8_t)layout->slot_count;
    }
    const ProtobufCFieldDescriptor *cleared = expect_field(message, FIELD_CLEARED, "cleared");
    layout->cleared_offset = cleared->offset;
    layout->cleared_count_offset = cleared->quantifier_offset;
}

static bool is_occurrence(const ProtobufCFieldDescriptor *field)
{
    const ProtobufCMessageDescriptor *message = field->descriptor;
    const ProtobufCFieldDescriptor *cleared =
        protobuf_c_message_descriptor_get_field(message, FIELD_CLEARED);
    return cleared && strcmp(cleared->name, "cleared") == 0;
}

static void read_occurrence(const ProtobufCFieldDescriptor *field, struct message_layout *layout)
{
    const ProtobufCMessageDescriptor *message = field->descriptor;
    layout->kind = (uint16_t)field->id;
    layout->list_offset = field->offset;
    layout->count_offset = field->quantifier_offset;
    layout->id_offset = expect_field(message, FIELD_STATED, "id")->offset;
    const ProtobufCFieldDescriptor *ordinal = expect_field(message, FIELD_ORDINAL, "ordinal");
    layout->ordinal_offset = ordinal->offset;
    layout->has_ordinal_offset = ordinal->quantifier_offset;
    const ProtobufCFieldDescriptor *withdrawn = expect_field(message, FIELD_WITHDRAWN, "withdrawn");
    layout->withdrawn_offset = withdrawn->offset;
    layout->has_withdrawn_offset = withdrawn->quantifier_offset;
    read_message(message, layout);
}

// "TICKET_EVENT_KIND_RECEIVED" becomes "cityops.hotline.v1.received": what follows the prefix that
// the zero value shows.
static void read_event_types(struct family_layout *layout)
{
    const ProtobufCEnumDescriptor *kinds = layout->event_kinds;
    size_t prefix = strlen(kinds->values[0].name) - strlen("UNSPECIFIED");
    layout->event_type_count = (size_t)kinds->values[kinds->n_values - 1].value + 1;
    layout->event_types = allocate(layout->event_type_count, sizeof *layout->event_types);
    for (unsigned i = 1; i < kinds->n_values; i++) {
        char *type = layout->event_types[kinds->values[i].value];
        size_t size = sizeof layout->event_types[0];
        int at = snprintf(type, size, "cityops.%s.v1.", layout->name);
        for (const char *c = kinds->values[i].name + prefix; *c && (size_t)at + 1 < size; c++) {
            type[at++] = (char)tolower((unsigned char)*c);
        }
    }
}

static void read_family(struct family_layout *layout)
{
    const ProtobufCMessageDescriptor *message = layout->descriptor;
    layout->envelope_offset = expect_field(message, 1, "envelope")->offset;
    const ProtobufCFieldDescriptor *kind = expect_field(message, 2, "kind");
    layout->kind_offset = kind->offset;
    layout->has_kind_offset = kind->quantifier_offset;
    layout->event_kinds = kind->descriptor;
    read_event_types(layout);

    const ProtobufCFieldDescriptor *facts =
        protobuf_c_message_descriptor_get_field(message, PATH_FACTS);
    if (facts) {
        layout->facts_offset = facts->offset;
        read_message(facts->descriptor, &layout->facts);
    }
    layout->occurrences = allocate(message->n_fields, sizeof *layout->occurrences);
    for (unsigned i = 0; i < message->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->fields[i];
        if (field->id < FIRST_OCCURRENCE_KIND) {
            continue;
        }
        if (is_occurrence(field)) {
            read_occurrence(field, &layout->occurrences[layout->occurrence_count++]);
        } else if (message != &cityops__v1__traffic_event__descriptor) {
            refuse_contract(message, field->name, "is a list of what are no occurrences");
        } // readings: proto/codec_readings.c
    }
}

static void read_layouts(void)
{
    for (int family = FAMILY_NONE + 1; family < FAMILY_COUNT; family++) {
        read_family(&layouts[family]);
    }
}

const struct family_layout *family_layout(enum family family)
{
    if ((unsigned)family <= FAMILY_NONE || (unsigned)family >= FAMILY_COUNT) {
        return NULL;
    }
    pthread_once(&layouts_once, read_layouts);
    return &layouts[family];
}

const struct message_layout *occurrence_layout(const struct family_layout *layout, uint16_t kind)
{
    for (size_t i = 0; i < layout->occurrence_count; i++) {
        if (layout->occurrences[i].kind == kind) {
            return &layout->occurrences[i];
        }
    }
    return NULL;
}

bool key_is_ordinal(struct text key, uint32_t *ordinal)
{
    if (key.length < 2 || key.length > 11 || key.bytes[0] != '#' || key.bytes[1] == '0') {
        return false;
    }
    uint64_t number = 0;
    for (uint32_t i = 1; i < key.length; i++) {
        if (key.bytes[i] < '0' || key.bytes[i] > '9') {
            return false;
        }
        number = number * 10 + (uint64_t)(key.bytes[i] - '0');
    }
    *ordinal = (uint32_t)number;
    return number <= UINT32_MAX;
}
