// What goes in comes out: every field of every family, and nothing is made up from damaged bytes.
#include "proto/codec.h"
#include "random_message.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define AT(type, message, offset) (*(type *)(void *)((char *)(message) + (offset)))

enum { ROUNDS = 2000, DAMAGED_ROUNDS = 20000 };

static const enum family families[] = {FAMILY_HOTLINE, FAMILY_INCIDENT, FAMILY_TRAFFIC,
                                       FAMILY_INSPECTION, FAMILY_ACTIVITY};
enum { FAMILIES = sizeof families / sizeof families[0] };

Test(round_trip, every_field_and_unknown_field_of_every_family_survives)
{
    struct arena arena = ARENA_INIT;
    struct buffer encoded = BUFFER_INIT, framed = BUFFER_INIT;
    uint64_t state = 20221231;
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t f = 0; f < FAMILIES; f++) {
            arena_reset(&arena);
            struct text bytes = pack_message(&arena, random_event(&arena, families[f], &state));
            struct event event;
            struct error error = ERROR_INIT;
            buffer_reset(&framed);
            codec_frame(round, bytes, &framed);
            struct text value =
                round % 2 ? (struct text){framed.bytes, (uint32_t)framed.length} : bytes;
            bool decoded = codec_decode(&arena, families[f], value, &event, &error);
            cr_assert(decoded, "round %d, family %d: %s", round, families[f], error.text);
            buffer_reset(&encoded);
            bool done = codec_encode(&arena, &event, &encoded, &error);
            cr_assert(done, "round %d, family %d: %s", round, families[f], error.text);
            cr_assert_eq(encoded.length, bytes.length, "round %d, family %d: %zu and %u bytes",
                         round, families[f], encoded.length, bytes.length);
            cr_assert_arr_eq(encoded.bytes, bytes.bytes, bytes.length, "round %d, family %d", round,
                             families[f]);
        }
    }
    buffer_free(&framed);
    buffer_free(&encoded);
    arena_free(&arena);
}

static const struct assignment *find_assignment(const struct event *event, uint32_t kind,
                                                struct text key, uint32_t field)
{
    for (size_t i = 0; i < event->assignment_count; i++) {
        const struct assignment *assignment = &event->assignments[i];
        if (assignment->kind == kind && assignment->field == field &&
            text_equal(assignment->key, key)) {
            return assignment;
        }
    }
    return NULL;
}

// Compares one stated field with its assignment. Returns how many assignments it should have made.
static size_t check_field(const struct event *event, uint32_t kind, struct text key,
                          const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message)
{
    const void *at = (const char *)message + field->offset;
    bool is_text = field->type == PROTOBUF_C_TYPE_STRING;
    bool present = is_text ? *(char *const *)at != NULL
                           : AT(protobuf_c_boolean, (uintptr_t)message, field->quantifier_offset);
    const struct assignment *assignment = find_assignment(event, kind, key, field->id);
    if (!present) {
        cr_assert(!assignment || assignment->value.type == VALUE_EMPTY, "%s", field->name);
        return 0;
    }
    cr_assert_not_null(assignment, "%u.%s is lost", kind, field->name);
    if (is_text) {
        cr_assert_eq(assignment->value.type, VALUE_TEXT);
        cr_assert(text_equal(assignment->value.text, text_from(*(char *const *)at)));
        return 1;
    }
    int64_t expected = field->type == PROTOBUF_C_TYPE_INT64    ? *(const int64_t *)at
                       : field->type == PROTOBUF_C_TYPE_UINT32 ? *(const uint32_t *)at
                                                               : (int64_t) * (const int32_t *)at;
    cr_assert_eq(assignment->value.type, VALUE_INTEGER);
    cr_assert_eq(assignment->value.integer, expected, "%u.%s", kind, field->name);
    return 1;
}

// The own fields of a message, what it clears, and for occurrences that they are stated or withdrawn.
static size_t check_message(const struct event *event, uint32_t kind, struct text key,
                            const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;
    size_t count = 0;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        if (descriptor->fields[i].id >= FIRST_OWN_FIELD) {
            count += check_field(event, kind, key, &descriptor->fields[i], message);
        }
    }
    const ProtobufCFieldDescriptor *cleared =
        protobuf_c_message_descriptor_get_field_by_name(descriptor, "cleared");
    size_t cleared_count = AT(size_t, (uintptr_t)message, cleared->quantifier_offset);
    const uint32_t *numbers = AT(uint32_t *, (uintptr_t)message, cleared->offset);
    for (size_t i = 0; i < cleared_count; i++) {
        const struct assignment *assignment = find_assignment(event, kind, key, numbers[i]);
        cr_assert_not_null(assignment);
        cr_assert_eq(assignment->value.type, VALUE_EMPTY);
    }
    return count + cleared_count;
}

static size_t check_occurrences(const struct event *event, const ProtobufCFieldDescriptor *list,
                                const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *descriptor = list->descriptor;
    unsigned id = protobuf_c_message_descriptor_get_field(descriptor, 1)->offset;
    unsigned ordinal = protobuf_c_message_descriptor_get_field(descriptor, 2)->offset;
    unsigned withdrawn = protobuf_c_message_descriptor_get_field(descriptor, 3)->offset;
    size_t count = AT(size_t, (uintptr_t)message, list->quantifier_offset), assignments = 0;
    for (size_t i = 0; i < count; i++) {
        const ProtobufCMessage *one = AT(ProtobufCMessage **, (uintptr_t)message, list->offset)[i];
        char name[16];
        snprintf(name, sizeof name, "#%u", AT(uint32_t, (uintptr_t)one, ordinal));
        const char *given = AT(char *, (uintptr_t)one, id);
        struct text key = text_from(given ? given : name);
        bool is_withdrawn = AT(protobuf_c_boolean, (uintptr_t)one, withdrawn) != 0;
        const struct assignment *stated = find_assignment(event, list->id, key, FIELD_STATED);
        const struct assignment *gone = find_assignment(event, list->id, key, FIELD_WITHDRAWN);
        cr_assert_eq(stated == NULL, is_withdrawn);
        cr_assert_eq(gone == NULL, !is_withdrawn);
        cr_assert_eq((stated ? stated : gone)->value.integer, 1);
        assignments += 1 + check_message(event, list->id, key, one);
    }
    return assignments;
}

Test(round_trip, decoding_makes_one_assignment_of_each_stated_or_cleared_field_and_occurrence)
{
    struct arena arena = ARENA_INIT;
    uint64_t state = 440113;
    for (int round = 0; round < ROUNDS; round++) {
        enum family family = families[(size_t)round % FAMILIES];
        arena_reset(&arena);
        const ProtobufCMessage *message = random_event(&arena, family, &state);
        struct event event;
        struct error error = ERROR_INIT;
        cr_assert(codec_decode(&arena, family, pack_message(&arena, message), &event, &error), "%s",
                  error.text);
        size_t expected = 0;
        for (unsigned i = 0; family != FAMILY_TRAFFIC && i < message->descriptor->n_fields; i++) {
            const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
            if (field->id == 3 && AT(void *, (uintptr_t)message, field->offset)) {
                expected +=
                    check_message(&event, FACTS_KIND, TEXT(""),
                                  AT(ProtobufCMessage *, (uintptr_t)message, field->offset));
            } else if (field->id >= 10) {
                expected += check_occurrences(&event, field, message);
            }
        }
        cr_assert_eq(event.assignment_count, expected, "round %d", round);
        for (size_t i = 1; i < event.assignment_count; i++) {
            cr_assert_lt(assignment_compare(&event.assignments[i - 1], &event.assignments[i]), 0);
        }
    }
    arena_free(&arena);
}

// Some bytes changed, cut off, doubled or put in.
static struct text damage(struct arena *arena, struct text bytes, uint64_t *state)
{
    char *copy = arena_alloc(arena, bytes.length + 9);
    memcpy(copy, bytes.bytes, bytes.length);
    uint32_t length = bytes.length;
    size_t changes = random_number(state) % 4 + 1;
    for (size_t i = 0; i < changes && length; i++) {
        uint32_t at = (uint32_t)(random_number(state) % length);
        switch (random_number(state) % 4) {
        case 0:
            copy[at] = (char)random_number(state);
            break;
        case 1:
            copy[at] ^= (char)(1 << random_number(state) % 8);
            break;
        case 2:
            length = at;
            break;
        default:
            memmove(copy + at + 1, copy + at, length - at);
            length++;
        }
    }
    return (struct text){copy, length};
}

// Whatever decodes must encode, and then be a fixed point.
static void check_stable(struct arena *arena, enum family family, struct text value)
{
    char *exact =
        malloc(value.length ? value.length : 1); // its end is where reading too far is seen
    if (value.length) {
        memcpy(exact, value.bytes, value.length);
    }
    struct event event, again;
    struct error error = ERROR_INIT;
    struct buffer first = BUFFER_INIT, second = BUFFER_INIT;
    if (codec_decode(arena, family, (struct text){exact, value.length}, &event, &error)) {
        cr_assert(codec_encode(arena, &event, &first, &error), "%s", error.text);
        struct text encoded = {first.bytes, (uint32_t)first.length};
        cr_assert(codec_decode(arena, family, encoded, &again, &error), "%s", error.text);
        cr_assert(codec_encode(arena, &again, &second, &error), "%s", error.text);
        cr_assert_eq(first.length, second.length);
        cr_assert_arr_eq(first.bytes, second.bytes, first.length);
        cr_assert_eq(event.assignment_count, again.assignment_count);
    } else {
        cr_assert_eq(error.class, ERROR_BAD_RECORD);
        cr_assert(error.text[0]);
    }
    buffer_free(&first);
    buffer_free(&second);
    free(exact);
}

Test(round_trip, damaged_bytes_are_refused_or_decode_to_something_that_encodes)
{
    struct arena arena = ARENA_INIT;
    uint64_t state = 12345;
    for (int round = 0; round < DAMAGED_ROUNDS; round++) {
        arena_reset(&arena);
        enum family family = families[(size_t)round % FAMILIES];
        struct text bytes = pack_message(&arena, random_event(&arena, family, &state));
        check_stable(&arena, family, damage(&arena, bytes, &state));
    }
    arena_free(&arena);
}

Test(round_trip, random_bytes_are_refused_or_decode_to_something_that_encodes)
{
    struct arena arena = ARENA_INIT;
    uint64_t state = 6789;
    for (int round = 0; round < DAMAGED_ROUNDS; round++) {
        arena_reset(&arena);
        char bytes[64];
        uint32_t length = (uint32_t)(random_number(&state) % sizeof bytes);
        for (uint32_t i = 0; i < length; i++) {
            bytes[i] = (char)(random_number(&state) >> 56);
        }
        check_stable(&arena, families[(size_t)round % FAMILIES], (struct text){bytes, length});
    }
    arena_free(&arena);
}

Test(round_trip, every_truncation_of_a_message_is_refused_or_decodes_to_something_that_encodes)
{
    struct arena arena = ARENA_INIT;
    uint64_t state = 97;
    struct text bytes = pack_message(&arena, random_event(&arena, FAMILY_HOTLINE, &state));
    for (uint32_t length = 0; length <= bytes.length; length++) {
        check_stable(&arena, FAMILY_HOTLINE, (struct text){bytes.bytes, length});
    }
    arena_free(&arena);
}
