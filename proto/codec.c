// Bytes to an event, for all families alike. What a field means, and whether its value makes sense,
// is left to the core.
//
// protobuf-c unpacks into scratch memory on the stack; what the event keeps is then measured and
// copied into the arena in one piece, so that a batch of a million events holds little more than
// what they state. The scratch remembers each allocation's size: a string's is its length on the
// wire plus one, which is how an embedded NUL is seen.
#include "proto/codec.h"

#include "cityops/v1/envelope.pb-c.h"
#include "proto/codec_readings.h"
#include "proto/codec_unknown.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

enum { SCRATCH_BYTES = 8192, KEY_BYTES_MAX = 12 };

struct scratch_block {
    struct scratch_block *next;
    uint64_t room[];
};

struct scratch {
    size_t used; // in words
    struct scratch_block *overflow;
    uint64_t words[SCRATCH_BYTES / sizeof(uint64_t)];
};

// An occurrence of the unpacked message under its key.
struct occurrence {
    const struct message_layout *layout;
    const ProtobufCMessage *message;
    struct text key;
};

struct decoding {
    struct arena *arena;
    const struct family_layout *layout;
    struct error *error;
    const ProtobufCMessage *message;
    struct occurrence *occurrences; // ascending by (kind, key)
    size_t occurrence_count;
    struct assignment *next; // where the next assignment goes
    char *text_next;         // where the next text goes
    struct unknown_list unknown;
};

static void *scratch_alloc(void *allocator_data, size_t bytes)
{
    struct scratch *scratch = allocator_data;
    size_t words = (bytes + sizeof(uint64_t) - 1) / sizeof(uint64_t) + 1;
    uint64_t *room;
    if (words <= sizeof scratch->words / sizeof scratch->words[0] - scratch->used) {
        room = &scratch->words[scratch->used];
        scratch->used += words;
    } else {
        struct scratch_block *block = malloc(sizeof *block + words * sizeof(uint64_t));
        if (!block) {
            abort();
        }
        block->next = scratch->overflow;
        scratch->overflow = block;
        room = block->room;
    }
    room[0] = bytes;
    return room + 1;
}

static void scratch_keep(void *allocator_data, void *pointer)
{
    (void)allocator_data; // all of it goes at once, in scratch_free
    (void)pointer;
}

static void scratch_free(struct scratch *scratch)
{
    for (struct scratch_block *block = scratch->overflow; block;) {
        struct scratch_block *next = block->next;
        free(block);
        block = next;
    }
}

static bool refuse_field(struct decoding *decoding, const struct message_layout *layout,
                         struct text key, unsigned field, const char *what)
{
    const ProtobufCFieldDescriptor *list =
        protobuf_c_message_descriptor_get_field(decoding->layout->descriptor, layout->kind);
    const ProtobufCFieldDescriptor *own =
        protobuf_c_message_descriptor_get_field(layout->descriptor, field);
    return error_set(decoding->error, ERROR_BAD_RECORD, "%s" TEXT_FORMAT "%s%s: %s",
                     layout->kind == FACTS_KIND ? "facts" : list->name, TEXT_ARGUMENTS(key),
                     own ? "." : "", own ? own->name : "", what);
}

static bool keep_unknown(struct decoding *decoding, uint16_t path, uint32_t index,
                         const ProtobufCMessage *message)
{
    return unknown_keep(decoding->arena, &decoding->unknown, path, index, message, decoding->error);
}

static struct text copy_text(struct decoding *decoding, struct text text)
{
    char *at = decoding->text_next;
    if (text.length) {
        memcpy(at, text.bytes, text.length);
    }
    decoding->text_next += text.length;
    return (struct text){at, text.length};
}

static bool is_present(const struct slot_layout *slot, const ProtobufCMessage *message)
{
    return slot->storage == STORAGE_TEXT
               ? FIELD_OF(char *, message, slot->offset) != NULL
               : FIELD_OF(protobuf_c_boolean, message, slot->presence_offset) != 0;
}

// How many assignments a message makes at most, and how many bytes its texts have.
static size_t measure_message(const struct message_layout *layout, const ProtobufCMessage *message,
                              size_t *text_bytes)
{
    size_t count = FIELD_OF(size_t, message, layout->cleared_count_offset);
    if (count > layout->slot_count) {
        count = layout->slot_count; // more are refused when they are read
    }
    for (size_t i = 0; i < layout->slot_count; i++) {
        const struct slot_layout *slot = &layout->slots[i];
        if (is_present(slot, message)) {
            count++;
            if (slot->storage == STORAGE_TEXT) {
                *text_bytes += wire_text(FIELD_OF(char *, message, slot->offset)).length;
            }
        }
    }
    return count;
}

// The fields that a message clears, as bits. Numbers of a newer contract are kept as unknown.
static bool read_cleared(struct decoding *decoding, const struct message_layout *layout,
                         const struct occurrence *of, uint32_t index, uint64_t *cleared)
{
    size_t count = FIELD_OF(size_t, of->message, layout->cleared_count_offset);
    const uint32_t *numbers = FIELD_OF(uint32_t *, of->message, layout->cleared_offset);
    *cleared = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t number = numbers[i];
        if (number < FIRST_OWN_FIELD) {
            return refuse_field(decoding, layout, of->key, FIELD_CLEARED,
                                "names a field below 5, which cannot be cleared");
        }
        if (number >= FIELD_LIMIT || layout->slot_of_field[number] == 0) {
            uint16_t path = layout->kind == FACTS_KIND ? PATH_FACTS : layout->kind;
            unknown_keep_cleared(decoding->arena, &decoding->unknown, path, index, number);
        } else if (*cleared & UINT64_C(1) << number) {
            return refuse_field(decoding, layout, of->key, number, "is cleared twice");
        } else {
            *cleared |= UINT64_C(1) << number;
        }
    }
    return true;
}

static bool read_slot_value(struct decoding *decoding, const struct message_layout *layout,
                            const struct slot_layout *slot, const struct occurrence *of,
                            struct value *value)
{
    const ProtobufCMessage *message = of->message;
    value->type = VALUE_INTEGER;
    switch (slot->storage) {
    case STORAGE_INT64:
        value->integer = FIELD_OF(int64_t, message, slot->offset);
        return true;
    case STORAGE_UINT32:
        value->integer = FIELD_OF(uint32_t, message, slot->offset);
        return true;
    case STORAGE_INT32:
        value->integer = FIELD_OF(int32_t, message, slot->offset);
        return true;
    case STORAGE_BOOLEAN:
        value->integer = FIELD_OF(protobuf_c_boolean, message, slot->offset) != 0;
        return true;
    case STORAGE_TEXT:
        break;
    }
    struct text text = wire_text(FIELD_OF(char *, message, slot->offset));
    if (!text_is_storable(text)) {
        return refuse_field(decoding, layout, of->key, slot->field, "is not UTF-8 without NUL");
    }
    value->type = VALUE_TEXT;
    value->text = copy_text(decoding, text);
    return true;
}

// The own fields of the facts or of an occurrence, whose key is already copied.
static bool assign_slots(struct decoding *decoding, const struct message_layout *layout,
                         const struct occurrence *of, uint32_t index)
{
    uint64_t cleared;
    if (!read_cleared(decoding, layout, of, index, &cleared)) {
        return false;
    }
    for (size_t i = 0; i < layout->slot_count; i++) {
        const struct slot_layout *slot = &layout->slots[i];
        bool is_cleared = cleared >> slot->field & 1;
        bool is_stated = is_present(slot, of->message);
        if (!is_cleared && !is_stated) {
            continue;
        }
        if (is_cleared && is_stated) {
            return refuse_field(decoding, layout, of->key, slot->field,
                                "is cleared and stated at once");
        }
        struct assignment *assignment = decoding->next++;
        *assignment = (struct assignment){
            .kind = layout->kind, .field = slot->field, .key = of->key, .value.type = VALUE_EMPTY};
        if (is_stated && !read_slot_value(decoding, layout, slot, of, &assignment->value)) {
            return false;
        }
    }
    return true;
}

static bool is_withdrawn(const struct occurrence *occurrence)
{
    const struct message_layout *layout = occurrence->layout;
    return FIELD_OF(protobuf_c_boolean, occurrence->message, layout->has_withdrawn_offset) &&
           FIELD_OF(protobuf_c_boolean, occurrence->message, layout->withdrawn_offset);
}

static bool assign_occurrence(struct decoding *decoding, struct occurrence *occurrence,
                              uint32_t index)
{
    occurrence->key = copy_text(decoding, occurrence->key);
    *decoding->next++ = (struct assignment){
        .kind = occurrence->layout->kind,
        .field = is_withdrawn(occurrence) ? FIELD_WITHDRAWN : FIELD_STATED,
        .key = occurrence->key,
        .value = {.type = VALUE_INTEGER, .integer = 1},
    };
    return keep_unknown(decoding, occurrence->layout->kind, index, occurrence->message) &&
           assign_slots(decoding, occurrence->layout, occurrence, index);
}

// The key of an occurrence: its id, else "#N".
static bool name_occurrence(struct decoding *decoding, struct scratch *scratch,
                            struct occurrence *occurrence)
{
    const struct message_layout *layout = occurrence->layout;
    const ProtobufCMessage *message = occurrence->message;
    struct text id = wire_text(FIELD_OF(char *, message, layout->id_offset));
    uint32_t ordinal = 0;
    if (id.length) {
        occurrence->key = id;
        if (!text_is_storable(id)) {
            return refuse_field(decoding, layout, TEXT(""), FIELD_STATED,
                                "is not UTF-8 without NUL");
        }
        return !key_is_ordinal(id, &ordinal) ||
               refuse_field(decoding, layout, id, FIELD_STATED, "reads as an ordinal");
    }
    if (FIELD_OF(protobuf_c_boolean, message, layout->has_ordinal_offset)) {
        ordinal = FIELD_OF(uint32_t, message, layout->ordinal_offset);
    }
    if (ordinal == 0) {
        return refuse_field(decoding, layout, TEXT(""), 0,
                            "an occurrence has no name: neither an id nor an ordinal from 1");
    }
    char *key = scratch_alloc(scratch, KEY_BYTES_MAX);
    occurrence->key =
        (struct text){key, (uint32_t)snprintf(key, KEY_BYTES_MAX, "#%" PRIu32, ordinal)};
    return true;
}

static int compare_keys(const void *a, const void *b)
{
    const struct occurrence *left = a, *right = b;
    return text_compare(left->key, right->key);
}

// Names the occurrences of one kind and puts them in the order of their keys.
static bool read_kind(struct decoding *decoding, struct scratch *scratch,
                      const struct message_layout *layout)
{
    size_t count = FIELD_OF(size_t, decoding->message, layout->count_offset);
    ProtobufCMessage *const *list =
        FIELD_OF(ProtobufCMessage **, decoding->message, layout->list_offset);
    struct occurrence *first = decoding->occurrences + decoding->occurrence_count;
    for (size_t i = 0; i < count; i++) {
        first[i] = (struct occurrence){.layout = layout, .message = list[i]};
        if (!name_occurrence(decoding, scratch, &first[i])) {
            return false;
        }
    }
    if (count > 1) {
        qsort(first, count, sizeof *first, compare_keys);
    }
    for (size_t i = 1; i < count; i++) {
        if (text_equal(first[i - 1].key, first[i].key)) {
            return refuse_field(decoding, layout, first[i].key, 0, "is stated twice");
        }
    }
    decoding->occurrence_count += count;
    return true;
}

static bool read_occurrences(struct decoding *decoding, struct scratch *scratch)
{
    const struct family_layout *layout = decoding->layout;
    size_t count = 0;
    for (size_t i = 0; i < layout->occurrence_count; i++) {
        count += FIELD_OF(size_t, decoding->message, layout->occurrences[i].count_offset);
    }
    if (count == 0) {
        return true;
    }
    decoding->occurrences = scratch_alloc(scratch, count * sizeof *decoding->occurrences);
    for (size_t i = 0; i < layout->occurrence_count; i++) {
        if (FIELD_OF(size_t, decoding->message, layout->occurrences[i].count_offset) &&
            !read_kind(decoding, scratch, &layout->occurrences[i])) {
            return false;
        }
    }
    return true;
}

static const ProtobufCMessage *event_facts(const struct decoding *decoding)
{
    return decoding->layout->facts.descriptor
               ? FIELD_OF(ProtobufCMessage *, decoding->message, decoding->layout->facts_offset)
               : NULL;
}

static const Cityops__V1__Envelope *event_envelope(const struct decoding *decoding)
{
    return FIELD_OF(Cityops__V1__Envelope *, decoding->message, decoding->layout->envelope_offset);
}

// Takes the arena's memory for everything that the event keeps.
static void reserve(struct decoding *decoding)
{
    const Cityops__V1__Envelope *envelope = event_envelope(decoding);
    size_t text_bytes =
        (size_t)wire_text(envelope->source).length + wire_text(envelope->event_id).length +
        wire_text(envelope->authority).length + wire_text(envelope->entity_id).length;
    if (envelope->snapshot) {
        text_bytes += wire_text(envelope->snapshot->part).length;
    }
    size_t count = 0;
    const ProtobufCMessage *facts = event_facts(decoding);
    if (facts) {
        count += measure_message(&decoding->layout->facts, facts, &text_bytes);
    }
    for (size_t i = 0; i < decoding->occurrence_count; i++) {
        const struct occurrence *occurrence = &decoding->occurrences[i];
        text_bytes += occurrence->key.length;
        count += 1 + measure_message(occurrence->layout, occurrence->message, &text_bytes);
    }
    char *memory = arena_alloc(decoding->arena, count * sizeof(struct assignment) + text_bytes + 1);
    decoding->next = (struct assignment *)(void *)memory;
    decoding->text_next = memory + count * sizeof(struct assignment);
}

static bool assign_event(struct decoding *decoding, struct event *event)
{
    struct assignment *first = decoding->next;
    const ProtobufCMessage *facts = event_facts(decoding);
    if (facts) {
        const struct occurrence of = {.message = facts, .key = {"", 0}};
        if (!keep_unknown(decoding, PATH_FACTS, 0, facts) ||
            !assign_slots(decoding, &decoding->layout->facts, &of, 0)) {
            return false;
        }
    }
    uint32_t index = 0;
    for (size_t i = 0; i < decoding->occurrence_count; i++) {
        struct occurrence *occurrence = &decoding->occurrences[i];
        index = i > 0 && occurrence[-1].layout == occurrence->layout ? index + 1 : 0;
        if (!assign_occurrence(decoding, occurrence, index)) {
            return false;
        }
    }
    event->assignments = first;
    event->assignment_count = (size_t)(decoding->next - first);
    return true;
}

static bool read_name(struct decoding *decoding, const char *name, const char *string,
                      struct text *out)
{
    struct text text = wire_text(string);
    if (!text_is_storable(text)) {
        return error_set(decoding->error, ERROR_BAD_RECORD, "envelope.%s: is not UTF-8 without NUL",
                         name);
    }
    *out = copy_text(decoding, text);
    return true;
}

static int compare_kinds(const void *a, const void *b)
{
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

static bool read_snapshot(struct decoding *decoding, const Cityops__V1__Snapshot *snapshot,
                          struct event *event)
{
    event->form = EVENT_SNAPSHOT;
    uint16_t *kinds = arena_array(decoding->arena, uint16_t, snapshot->n_complete);
    for (size_t i = 0; i < snapshot->n_complete; i++) {
        if (snapshot->complete[i] > UINT16_MAX) {
            return error_set(decoding->error, ERROR_BAD_RECORD,
                             "envelope.snapshot.complete: %" PRIu32 " is no kind of occurrence",
                             snapshot->complete[i]);
        }
        kinds[i] = (uint16_t)snapshot->complete[i];
    }
    if (snapshot->n_complete > 1) {
        qsort(kinds, snapshot->n_complete, sizeof *kinds, compare_kinds);
    }
    size_t count = 0;
    for (size_t i = 0; i < snapshot->n_complete; i++) {
        if (count == 0 || kinds[count - 1] != kinds[i]) {
            kinds[count++] = kinds[i];
        }
    }
    event->complete_kinds = kinds;
    event->complete_kind_count = count;
    return keep_unknown(decoding, PATH_SNAPSHOT, 0, &snapshot->base) &&
           read_name(decoding, "snapshot.part", snapshot->part, &event->part);
}

static bool read_envelope(struct decoding *decoding, struct event *event)
{
    const Cityops__V1__Envelope *envelope = event_envelope(decoding);
    event->occurred_us = envelope->has_occurred_us ? envelope->occurred_us : INT64_MIN;
    event->recorded_stated = envelope->has_recorded_us;
    event->version.recorded_us =
        envelope->has_recorded_us ? envelope->recorded_us : event->occurred_us;
    event->version.sequence = envelope->has_sequence ? envelope->sequence : 0;
    event->form = EVENT_STATEMENT;
    if (envelope->has_progress_until_us) {
        event->form = EVENT_PROGRESS;
        event->progress_until_us = envelope->progress_until_us;
        if (envelope->snapshot) {
            return error_set(decoding->error, ERROR_BAD_RECORD,
                             "envelope: both a snapshot and a progress event");
        }
    }
    return keep_unknown(decoding, PATH_ENVELOPE, 0, &envelope->base) &&
           read_name(decoding, "source", envelope->source, &event->version.source) &&
           read_name(decoding, "event_id", envelope->event_id, &event->version.event_id) &&
           read_name(decoding, "authority", envelope->authority, &event->authority) &&
           read_name(decoding, "entity_id", envelope->entity_id, &event->entity) &&
           (!envelope->snapshot || read_snapshot(decoding, envelope->snapshot, event));
}

static bool keep_event_unknown(struct decoding *decoding, struct event *event)
{
    if (!keep_unknown(decoding, PATH_EVENT, 0, decoding->message)) {
        return false;
    }
    event->unknown = decoding->unknown.entries;
    event->unknown_count = decoding->unknown.count;
    return true;
}

static bool read_event(struct decoding *decoding, struct scratch *scratch, struct event *event)
{
    const struct family_layout *layout = decoding->layout;
    if (!event_envelope(decoding)) {
        return error_set(decoding->error, ERROR_BAD_RECORD, "no envelope");
    }
    if (FIELD_OF(protobuf_c_boolean, decoding->message, layout->has_kind_offset)) {
        int32_t kind = FIELD_OF(int32_t, decoding->message, layout->kind_offset);
        if (kind < 0 || kind > UINT16_MAX) {
            return error_set(decoding->error, ERROR_BAD_RECORD, "kind: %" PRId32 " is out of range",
                             kind);
        }
        event->kind = (uint16_t)kind;
    }
    if (!read_occurrences(decoding, scratch)) {
        return false;
    }
    reserve(decoding);
    return read_envelope(decoding, event) && assign_event(decoding, event) &&
           readings_read(decoding->arena, decoding->message, event, &decoding->unknown,
                         decoding->error) &&
           keep_event_unknown(decoding, event);
}

bool codec_decode(struct arena *arena, enum family family, struct text value, struct event *event,
                  struct error *error)
{
    const struct family_layout *layout = family_layout(family);
    if (!layout) {
        return error_set(error, ERROR_BAD_RECORD, "no family %d", (int)family);
    }
    struct text payload;
    int32_t schema_id;
    if (!codec_unframe(value, &payload, &schema_id, error)) {
        return false;
    }
    struct scratch scratch;
    scratch.used = 0;
    scratch.overflow = NULL;
    ProtobufCAllocator allocator = {scratch_alloc, scratch_keep, &scratch};
    const ProtobufCMessage *message = protobuf_c_message_unpack(
        layout->descriptor, &allocator, payload.length, (const uint8_t *)payload.bytes);
    bool done = false;
    if (message) {
        *event = (struct event){.family = family};
        event->version.digest = XXH3_64bits(payload.bytes, payload.length);
        struct decoding decoding = {
            .arena = arena, .layout = layout, .error = error, .message = message};
        done = read_event(&decoding, &scratch, event);
    } else {
        error_set(error, ERROR_BAD_RECORD, "%u bytes are not the protobuf message %s",
                  payload.length, layout->descriptor->name);
    }
    scratch_free(&scratch);
    return done;
}
