// An event to bytes: the generated structs are filled through the layouts and packed. Refuses
// whatever codec_decode would refuse or read differently, so that what was encoded decodes to the
// same event.
#include "proto/codec.h"

#include "cityops/v1/envelope.pb-c.h"
#include "proto/codec_readings.h"
#include "proto/codec_unknown.h"

#include <inttypes.h>

struct encoding {
    struct arena *arena;
    const struct family_layout *layout;
    const struct event *event;
    struct error *error;
    ProtobufCMessage *message;
};

static ProtobufCMessage *new_message(struct arena *arena,
                                     const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *message = arena_alloc(arena, descriptor->sizeof_message);
    protobuf_c_message_init(descriptor, message);
    return message;
}

static bool refuse_assignment(const struct encoding *encoding, const struct assignment *assignment,
                              const char *what)
{
    return error_set(encoding->error, ERROR_BAD_RECORD, "%s event, slot %u" TEXT_FORMAT ".%u: %s",
                     encoding->layout->name, assignment->kind, TEXT_ARGUMENTS(assignment->key),
                     assignment->field, what);
}

// A name of the envelope; empty: not stated.
static bool write_name(struct encoding *encoding, const char *name, struct text text, char **out)
{
    if (text.length == 0) {
        return true;
    }
    *out = arena_string(encoding->arena, text);
    return text_is_storable(text) || error_set(encoding->error, ERROR_BAD_RECORD,
                                               "envelope.%s: is not UTF-8 without NUL", name);
}

static bool write_snapshot(struct encoding *encoding, Cityops__V1__Envelope *envelope)
{
    const struct event *event = encoding->event;
    ProtobufCMessage *message = new_message(encoding->arena, &cityops__v1__snapshot__descriptor);
    Cityops__V1__Snapshot *snapshot = (Cityops__V1__Snapshot *)message;
    envelope->snapshot = snapshot;
    snapshot->complete = arena_array(encoding->arena, uint32_t, event->complete_kind_count);
    snapshot->n_complete = event->complete_kind_count;
    for (size_t i = 0; i < event->complete_kind_count; i++) {
        snapshot->complete[i] = event->complete_kinds[i];
    }
    return write_name(encoding, "snapshot.part", event->part, &snapshot->part) &&
           unknown_attach(encoding->arena, event, PATH_SNAPSHOT, 0, message, encoding->error);
}

static bool write_envelope(struct encoding *encoding)
{
    const struct event *event = encoding->event;
    ProtobufCMessage *message = new_message(encoding->arena, &cityops__v1__envelope__descriptor);
    Cityops__V1__Envelope *envelope = (Cityops__V1__Envelope *)message;
    FIELD_AT(ProtobufCMessage *, encoding->message, encoding->layout->envelope_offset) = message;
    envelope->has_occurred_us = event->occurred_us != INT64_MIN;
    envelope->occurred_us = event->occurred_us;
    envelope->has_recorded_us = event->recorded_stated;
    envelope->recorded_us = event->version.recorded_us;
    envelope->has_sequence = event->version.sequence != 0;
    envelope->sequence = event->version.sequence;
    envelope->has_progress_until_us = event->form == EVENT_PROGRESS;
    envelope->progress_until_us = event->progress_until_us;
    return write_name(encoding, "source", event->version.source, &envelope->source) &&
           write_name(encoding, "event_id", event->version.event_id, &envelope->event_id) &&
           write_name(encoding, "authority", event->authority, &envelope->authority) &&
           write_name(encoding, "entity_id", event->entity, &envelope->entity_id) &&
           (event->form != EVENT_SNAPSHOT || write_snapshot(encoding, envelope)) &&
           unknown_attach(encoding->arena, event, PATH_ENVELOPE, 0, message, encoding->error);
}

static bool fits(enum storage storage, int64_t integer)
{
    switch (storage) {
    case STORAGE_UINT32:
        return integer >= 0 && integer <= UINT32_MAX;
    case STORAGE_INT32:
        return integer >= INT32_MIN && integer <= INT32_MAX;
    case STORAGE_BOOLEAN:
        return integer == 0 || integer == 1;
    default:
        return true;
    }
}

static bool write_text(struct encoding *encoding, const struct slot_layout *slot,
                       const struct assignment *assignment, ProtobufCMessage *message)
{
    if (assignment->value.type != VALUE_TEXT || !text_is_storable(assignment->value.text)) {
        return refuse_assignment(encoding, assignment, "must be a text of UTF-8 without NUL");
    }
    FIELD_AT(char *, message, slot->offset) = arena_string(encoding->arena, assignment->value.text);
    return true;
}

static bool write_integer(struct encoding *encoding, const struct slot_layout *slot,
                          const struct assignment *assignment, ProtobufCMessage *message)
{
    int64_t integer = assignment->value.integer;
    if (assignment->value.type != VALUE_INTEGER || !fits(slot->storage, integer)) {
        return refuse_assignment(encoding, assignment, "must be an integer in the field's range");
    }
    FIELD_AT(protobuf_c_boolean, message, slot->presence_offset) = 1;
    if (slot->storage == STORAGE_INT64) {
        FIELD_AT(int64_t, message, slot->offset) = integer;
    } else if (slot->storage == STORAGE_UINT32) {
        FIELD_AT(uint32_t, message, slot->offset) = (uint32_t)integer;
    } else {
        FIELD_AT(int32_t, message, slot->offset) = (int32_t)integer;
    }
    return true;
}

static void write_cleared(struct encoding *encoding, const struct message_layout *layout,
                          uint16_t field, ProtobufCMessage *message)
{
    uint32_t **cleared = &FIELD_AT(uint32_t *, message, layout->cleared_offset);
    size_t *count = &FIELD_AT(size_t, message, layout->cleared_count_offset);
    if (!*cleared) {
        *cleared = arena_array(encoding->arena, uint32_t, layout->slot_count);
    }
    (*cleared)[(*count)++] = field;
}

static bool write_slot(struct encoding *encoding, const struct message_layout *layout,
                       const struct assignment *assignment, ProtobufCMessage *message)
{
    uint16_t field = assignment->field;
    unsigned position = field < FIELD_LIMIT ? layout->slot_of_field[field] : 0;
    if (position == 0) {
        return refuse_assignment(encoding, assignment, "the family has no such field");
    }
    const struct slot_layout *slot = &layout->slots[position - 1];
    if (assignment->value.type == VALUE_EMPTY) {
        write_cleared(encoding, layout, field, message);
        return true;
    }
    return slot->storage == STORAGE_TEXT ? write_text(encoding, slot, assignment, message)
                                         : write_integer(encoding, slot, assignment, message);
}

static bool write_occurrence_name(struct encoding *encoding, const struct message_layout *layout,
                                  const struct assignment *first, ProtobufCMessage *message)
{
    uint32_t ordinal;
    if (first->key.length == 0 || !text_is_storable(first->key)) {
        return refuse_assignment(encoding, first, "an occurrence has no name of UTF-8 without NUL");
    }
    if (key_is_ordinal(first->key, &ordinal)) {
        FIELD_AT(protobuf_c_boolean, message, layout->has_ordinal_offset) = 1;
        FIELD_AT(uint32_t, message, layout->ordinal_offset) = ordinal;
    } else {
        FIELD_AT(char *, message, layout->id_offset) = arena_string(encoding->arena, first->key);
    }
    return true;
}

// One occurrence from its assignments [first, until).
static bool write_occurrence(struct encoding *encoding, const struct message_layout *layout,
                             const struct assignment *first, const struct assignment *until,
                             ProtobufCMessage *message)
{
    if (!write_occurrence_name(encoding, layout, first, message)) {
        return false;
    }
    bool withdrawn = first->field == FIELD_WITHDRAWN;
    if ((!withdrawn && first->field != FIELD_STATED) || first->value.type != VALUE_INTEGER ||
        first->value.integer != 1) {
        return refuse_assignment(encoding, first,
                                 "an occurrence must be stated or withdrawn first");
    }
    FIELD_AT(protobuf_c_boolean, message, layout->has_withdrawn_offset) = withdrawn;
    FIELD_AT(protobuf_c_boolean, message, layout->withdrawn_offset) = withdrawn;
    for (const struct assignment *next = first + 1; next < until; next++) {
        if (!write_slot(encoding, layout, next, message)) {
            return false;
        }
    }
    return true;
}

static const struct assignment *occurrence_end(const struct assignment *first,
                                               const struct assignment *end)
{
    const struct assignment *next = first + 1;
    while (next < end && next->kind == first->kind && text_equal(next->key, first->key)) {
        next++;
    }
    return next;
}

// All occurrences of one kind, [first, until).
static bool write_kind(struct encoding *encoding, const struct assignment *first,
                       const struct assignment *until)
{
    const struct message_layout *layout = occurrence_layout(encoding->layout, first->kind);
    if (!layout) {
        return refuse_assignment(encoding, first, "the family has no such kind of occurrence");
    }
    uint32_t count = 0;
    for (const struct assignment *at = first; at < until; at = occurrence_end(at, until)) {
        count++;
    }
    ProtobufCMessage **list = arena_array(encoding->arena, ProtobufCMessage *, count);
    FIELD_AT(ProtobufCMessage **, encoding->message, layout->list_offset) = list;
    FIELD_AT(size_t, encoding->message, layout->count_offset) = count;
    uint32_t index = 0;
    for (const struct assignment *at = first; at < until; index++) {
        const struct assignment *end = occurrence_end(at, until);
        list[index] = new_message(encoding->arena, layout->descriptor);
        if (!write_occurrence(encoding, layout, at, end, list[index]) ||
            !unknown_attach(encoding->arena, encoding->event, layout->kind, index, list[index],
                            encoding->error)) {
            return false;
        }
        at = end;
    }
    return true;
}

static bool write_facts(struct encoding *encoding, const struct assignment *until)
{
    const struct message_layout *layout = &encoding->layout->facts;
    const struct assignment *first = encoding->event->assignments;
    if (first == until && !unknown_exists(encoding->event, PATH_FACTS, 0)) {
        return true;
    }
    if (!layout->descriptor) {
        return error_set(encoding->error, ERROR_BAD_RECORD, "%s event: the family has no facts",
                         encoding->layout->name);
    }
    ProtobufCMessage *facts = new_message(encoding->arena, layout->descriptor);
    FIELD_AT(ProtobufCMessage *, encoding->message, encoding->layout->facts_offset) = facts;
    for (const struct assignment *next = first; next < until; next++) {
        if (next->key.length) {
            return refuse_assignment(encoding, next, "facts have no key");
        }
        if (!write_slot(encoding, layout, next, facts)) {
            return false;
        }
    }
    return unknown_attach(encoding->arena, encoding->event, PATH_FACTS, 0, facts, encoding->error);
}

static bool write_assignments(struct encoding *encoding)
{
    const struct assignment *next = encoding->event->assignments;
    const struct assignment *end = next + encoding->event->assignment_count;
    for (const struct assignment *a = next; a + 1 < end; a++) {
        if (assignment_compare(a, a + 1) >= 0) {
            return refuse_assignment(encoding, a + 1, "assignments are out of order");
        }
    }
    while (next < end && next->kind == FACTS_KIND) {
        next++;
    }
    if (!write_facts(encoding, next)) {
        return false;
    }
    while (next < end) {
        const struct assignment *until = next;
        while (until < end && until->kind == next->kind) {
            until++;
        }
        if (!write_kind(encoding, next, until)) {
            return false;
        }
        next = until;
    }
    return true;
}

bool codec_encode(struct arena *arena, const struct event *event, struct buffer *out,
                  struct error *error)
{
    const struct family_layout *layout = family_layout(event->family);
    if (!layout) {
        return error_set(error, ERROR_BAD_RECORD, "no family %d", (int)event->family);
    }
    struct encoding encoding = {.arena = arena, .layout = layout, .event = event, .error = error};
    encoding.message = new_message(arena, layout->descriptor);
    FIELD_AT(protobuf_c_boolean, encoding.message, layout->has_kind_offset) = event->kind != 0;
    FIELD_AT(int32_t, encoding.message, layout->kind_offset) = event->kind;
    if (!write_envelope(&encoding) || !write_assignments(&encoding) ||
        !readings_write(arena, event, encoding.message, error) ||
        !unknown_attach(arena, event, PATH_EVENT, 0, encoding.message, error)) {
        return false;
    }
    size_t size = protobuf_c_message_get_packed_size(encoding.message);
    protobuf_c_message_pack(encoding.message, (uint8_t *)buffer_extend(out, size));
    return true;
}
