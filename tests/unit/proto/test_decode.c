// What the codec refuses, and by which words; framings; what a decoded event looks like.
#include "core/hotline.h"
#include "proto/codec.h"
#include "wire.h"

#include <criterion/criterion.h>

#define ENVELOPE "\x0a\x03\x0a\x01s" // source "s"

// The text of the error with which these bytes are refused as a hotline event; "" when they decode.
static const char *refusal(struct text value)
{
    static struct error error;
    struct arena arena = ARENA_INIT;
    struct event event;
    error = ERROR_INIT;
    if (!codec_decode(&arena, FAMILY_HOTLINE, value, &event, &error)) {
        cr_assert_eq(error.class, ERROR_BAD_RECORD);
    }
    arena_free(&arena);
    return error.text;
}

static const char *refusal_of_message(unsigned field, struct text content)
{
    struct buffer value = BUFFER_INIT;
    buffer_append_text(&value, TEXT(ENVELOPE));
    wire_bytes(&value, field, content);
    const char *text = refusal(wire_text_of(&value));
    buffer_free(&value);
    return text;
}

Test(decode, what_is_wrong_is_named_by_message_and_field)
{
    static const struct {
        unsigned field; // of the event
        struct text message;
        const char *expected;
    } cases[] = {
        {10, TEXT("\x28\x01"),
         "dispatches: an occurrence has no name: neither an id nor an ordinal from 1"},
        {10, TEXT("\x0a\x00\x28\x01"),
         "dispatches: an occurrence has no name: neither an id nor an ordinal from 1"},
        {10, TEXT("\x10\x00"),
         "dispatches: an occurrence has no name: neither an id nor an ordinal from 1"},
        {10, TEXT("\x0a\x02#7"), "dispatches#7.id: reads as an ordinal"},
        {10,
         TEXT("\x0a\x03"
              "a\0b"),
         "dispatches.id: is not UTF-8 without NUL"},
        {10, TEXT("\x10\x01\x32\x02\xc3\x28"), "dispatches#1.unit: is not UTF-8 without NUL"},
        {10, TEXT("\x10\x01\x28\x05\x22\x01\x05"),
         "dispatches#1.dispatched_us: is cleared and stated at once"},
        {14, TEXT("\x10\x02\x22\x02\x06\x06"), "closings#2.unit: is cleared twice"},
        {14, TEXT("\x10\x02\x22\x01\x01"),
         "closings#2.cleared: names a field below 5, which cannot be cleared"},
        {3,
         TEXT("\x3a\x05"
              "a\0bcd"),
         "facts.district: is not UTF-8 without NUL"},
        {3, TEXT("\x3a\x02\xed\xa0"), "facts.district: is not UTF-8 without NUL"},
        {3, TEXT("\x3a\x01x\x22\x01\x07"), "facts.district: is cleared and stated at once"},
        {3, TEXT("\x80\x00\x01"), "TicketFacts has a field with number 0"},
        {1, TEXT("\x12\x02\xff\xff"), "envelope.event_id: is not UTF-8 without NUL"},
        {1,
         TEXT("\x0a\x03"
              "x\0y"),
         "envelope.source: is not UTF-8 without NUL"},
        {1, TEXT("\x42\x00\x48\x01"), "envelope: both a snapshot and a progress event"},
        {1, TEXT("\x42\x03\x0a\x01\x80"), "envelope.snapshot.part: is not UTF-8 without NUL"},
        {1, TEXT("\x42\x05\x12\x03\x80\x80\x04"),
         "envelope.snapshot.complete: 65536 is no kind of occurrence"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_assert_str_eq(refusal_of_message(cases[i].field, cases[i].message), cases[i].expected,
                         "case %zu", i);
    }
}

Test(decode, what_is_not_this_protobuf_message_is_refused)
{
    cr_assert_str_eq(refusal(TEXT("")), "no envelope");
    cr_assert_str_eq(refusal(TEXT("\x10\x01")), "no envelope");
    cr_assert_str_eq(refusal(TEXT("{\"json\": 1}")),
                     "11 bytes are not the protobuf message cityops.v1.TicketEvent");
    cr_assert_str_eq(refusal(TEXT(ENVELOPE "\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")),
                     "kind: -1 is out of range");
}

Test(decode, two_occurrences_of_one_name_in_an_event_are_refused)
{
    cr_assert_str_eq(refusal(TEXT(ENVELOPE "\x52\x02\x10\x01\x52\x04\x10\x01\x18\x01")),
                     "dispatches#1: is stated twice");
}

Test(decode, a_family_that_does_not_exist_is_refused)
{
    struct arena arena = ARENA_INIT;
    struct event event;
    struct error error = ERROR_INIT;
    cr_assert_not(codec_decode(&arena, (enum family)9, TEXT(ENVELOPE), &event, &error));
    cr_assert_str_eq(error.text, "no family 9");
    arena_free(&arena);
}

Test(decode, an_occurrence_is_stated_or_withdrawn_and_named_by_id_before_ordinal)
{
    struct arena arena = ARENA_INIT;
    struct event event;
    struct error error = ERROR_INIT;
    // dispatch 12 withdrawn; dispatch "b" with ordinal 3; dispatch 2
    struct text value = TEXT(ENVELOPE "\x10\x02\x52\x04\x10\x0c\x18\x01"
                                      "\x52\x05\x0a\x01"
                                      "b\x10\x03\x52\x02\x10\x02");
    cr_assert(codec_decode(&arena, FAMILY_HOTLINE, value, &event, &error), "%s", error.text);
    cr_assert_eq(event.kind, TICKET_DISPATCHED);
    cr_assert_eq(event.assignment_count, 3);
    static const struct {
        struct text key;
        uint16_t field;
    } expected[] = {
        {TEXT("#12"), FIELD_WITHDRAWN}, {TEXT("#2"), FIELD_STATED}, {TEXT("b"), FIELD_STATED}};
    for (size_t i = 0; i < 3; i++) {
        cr_assert(text_equal(event.assignments[i].key, expected[i].key));
        cr_assert_eq(event.assignments[i].field, expected[i].field);
        cr_assert_eq(event.assignments[i].value.integer, 1);
    }
    arena_free(&arena);
}

Test(decode, what_the_envelope_says_decides_form_and_version)
{
    struct arena arena = ARENA_INIT;
    struct event event;
    struct error error = ERROR_INIT;
    // occurred 5, recorded 7, sequence 2
    cr_assert(codec_decode(&arena, FAMILY_HOTLINE, TEXT("\x0a\x06\x28\x05\x30\x07\x38\x02"), &event,
                           &error));
    cr_assert_eq(event.form, EVENT_STATEMENT);
    cr_assert_eq(event.occurred_us, 5);
    cr_assert_eq(event.version.recorded_us, 7);
    cr_assert_eq(event.version.sequence, 2);
    cr_assert(event.recorded_stated);
    // recorded defaults to occurred; a snapshot of "ticket" complete in 14, 10, 14
    cr_assert(codec_decode(&arena, FAMILY_HOTLINE,
                           TEXT("\x0a\x11\x28\x05\x42\x0d\x0a\x06ticket\x12\x03\x0e\x0a\x0e"),
                           &event, &error));
    cr_assert_eq(event.form, EVENT_SNAPSHOT);
    cr_assert_eq(event.version.recorded_us, 5);
    cr_assert_not(event.recorded_stated);
    cr_assert(text_equal(event.part, TEXT("ticket")));
    cr_assert_eq(event.complete_kind_count, 2);
    cr_assert_eq(event.complete_kinds[0], TICKET_DISPATCH);
    cr_assert_eq(event.complete_kinds[1], TICKET_CLOSING);
    // progress until 9, nothing said of when
    cr_assert(codec_decode(&arena, FAMILY_HOTLINE, TEXT("\x0a\x02\x48\x09"), &event, &error));
    cr_assert_eq(event.form, EVENT_PROGRESS);
    cr_assert_eq(event.progress_until_us, 9);
    cr_assert_eq(event.occurred_us, INT64_MIN);
    arena_free(&arena);
}

Test(decode, a_cleared_number_of_a_newer_contract_is_kept)
{
    struct arena arena = ARENA_INIT;
    struct event event;
    struct error error = ERROR_INIT;
    struct buffer out = BUFFER_INIT;
    cr_assert(codec_decode(&arena, FAMILY_HOTLINE, TEXT(ENVELOPE "\x1a\x05\x22\x03\x07\x3f\x64"),
                           &event, &error));
    cr_assert_eq(event.assignment_count, 1);
    cr_assert_eq(event.assignments[0].field, TICKET_DISTRICT);
    cr_assert_eq(event.assignments[0].value.type, VALUE_EMPTY);
    cr_assert_eq(event.unknown_count, 2);
    cr_assert(codec_encode(&arena, &event, &out, &error));
    cr_assert(text_equal(wire_text_of(&out), TEXT(ENVELOPE "\x1a\x07\x22\x01\x07\x20\x3f\x20\x64")),
              "7 packed, then 63 and 100");
    buffer_free(&out);
    arena_free(&arena);
}

Test(decode, readings_of_a_sensor_are_kept_as_they_came)
{
    struct arena arena = ARENA_INIT;
    struct event event;
    struct error error = ERROR_INIT;
    struct buffer out = BUFFER_INIT;
    struct text value = TEXT(ENVELOPE "\x10\x01\x52\x05\x0a\x01"
                                      "a\x10\x07\x52\x02\x10\x08");
    cr_assert(codec_decode(&arena, FAMILY_TRAFFIC, value, &event, &error), "%s", error.text);
    cr_assert_eq(event.assignment_count, 0);
    cr_assert(codec_encode(&arena, &event, &out, &error));
    cr_assert(text_equal(wire_text_of(&out), value));
    struct text cut = TEXT(ENVELOPE "\x52\x05\x0a\x03"
                                    "a\0b");
    cr_assert_not(codec_decode(&arena, FAMILY_TRAFFIC, cut, &event, &error));
    cr_assert_str_eq(error.text, "Reading.series: is not UTF-8 without NUL");
    buffer_free(&out);
    arena_free(&arena);
}

Test(decode, both_spellings_of_the_first_message_index_are_framing_and_raw_protobuf_is_none)
{
    static const struct {
        struct text value, payload;
        int32_t schema_id;
    } cases[] = {
        {TEXT("\0\0\0\1\2\0payload"), TEXT("payload"), 258},
        {TEXT("\0\x7f\xff\xff\xff\2\0payload"), TEXT("payload"), INT32_MAX},
        {TEXT("\x0apayload"), TEXT("\x0apayload"), -1},
        {TEXT("\0\0\0\0\0\0"), TEXT(""), 0},
        {TEXT(""), TEXT(""), -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text payload;
        int32_t schema_id;
        struct error error = ERROR_INIT;
        cr_assert(codec_unframe(cases[i].value, &payload, &schema_id, &error), "case %zu", i);
        cr_assert(text_equal(payload, cases[i].payload), "case %zu", i);
        cr_assert_eq(schema_id, cases[i].schema_id, "case %zu", i);
    }
}

Test(decode, damaged_framing_is_refused)
{
    static const struct {
        struct text value;
        const char *expected;
    } cases[] = {
        {TEXT("\0"), "framing is truncated: 1 bytes"},
        {TEXT("\0\0\0\1\2"), "framing is truncated: 5 bytes"},
        {TEXT("\0\0\0\1\2\2"), "framing is truncated: 6 bytes"},
        {TEXT("\0\0\0\1\2\x80\x80\x80\x80\x80\x80"), "framing is truncated: 11 bytes"},
        {TEXT("\0\xff\0\0\0\0"), "framing has schema id 4278190080, which is negative"},
        {TEXT("\0\0\0\1\2\2\2"), "framing names another message than the file's first: 1 indexes, "
                                 "the first read is 1"},
        {TEXT("\0\0\0\1\2\4\0\0"), "framing names another message than the file's first: 2 "
                                   "indexes, the first read is 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text payload;
        int32_t schema_id;
        struct error error = ERROR_INIT;
        cr_assert_not(codec_unframe(cases[i].value, &payload, &schema_id, &error), "case %zu", i);
        cr_assert_eq(error.class, ERROR_BAD_RECORD);
        cr_assert_str_eq(error.text, cases[i].expected, "case %zu", i);
    }
}

static struct assignment integer_of(uint16_t kind, uint16_t field, struct text key, int64_t integer)
{
    return (struct assignment){kind, field, key, {.type = VALUE_INTEGER, .integer = integer}};
}

static struct assignment text_of(uint16_t kind, uint16_t field, struct text key, struct text text)
{
    return (struct assignment){kind, field, key, {.type = VALUE_TEXT, .text = text}};
}

Test(encode, what_could_not_be_read_back_is_refused)
{
    struct {
        size_t count;
        struct assignment assignments[2];
        const char *expected;
    } cases[] = {
        {1,
         {integer_of(0, 63, TEXT(""), 1)},
         "hotline event, slot 0.63: the family has no such field"},
        {1,
         {integer_of(0, 900, TEXT(""), 1)},
         "hotline event, slot 0.900: the family has no such field"},
        {1,
         {integer_of(99, 1, TEXT("#1"), 1)},
         "hotline event, slot 99#1.1: the family has no such kind of occurrence"},
        {1,
         {integer_of(0, TICKET_DUE_US, TEXT("k"), 1)},
         "hotline event, slot 0k.6: facts have no key"},
        {1,
         {text_of(0, TICKET_DUE_US, TEXT(""), TEXT("1"))},
         "hotline event, slot 0.6: must be an integer in the field's range"},
        {1,
         {integer_of(0, TICKET_EXCLUDED, TEXT(""), 2)},
         "hotline event, slot 0.18: must be an integer in the field's range"},
        {1,
         {integer_of(0, TICKET_NATURE, TEXT(""), INT64_C(1) << 31)},
         "hotline event, slot 0.11: must be an integer in the field's range"},
        {1,
         {integer_of(0, TICKET_DISTRICT, TEXT(""), 1)},
         "hotline event, slot 0.7: must be a text of UTF-8 without NUL"},
        {1,
         {text_of(0, TICKET_DISTRICT, TEXT(""), TEXT("a\0"))},
         "hotline event, slot 0.7: must be a text of UTF-8 without NUL"},
        {1,
         {integer_of(10, 5, TEXT("#1"), 1)},
         "hotline event, slot 10#1.5: an occurrence must be stated or withdrawn first"},
        {1,
         {integer_of(10, FIELD_STATED, TEXT(""), 1)},
         "hotline event, slot 10.1: an occurrence has no name of UTF-8 without NUL"},
        {2,
         {integer_of(10, 1, TEXT("#1"), 1), integer_of(10, 3, TEXT("#1"), 1)},
         "hotline event, slot 10#1.3: the family has no such field"},
        {2,
         {integer_of(0, 6, TEXT(""), 1), integer_of(0, 5, TEXT(""), 1)},
         "hotline event, slot 0.5: assignments are out of order"},
        {2,
         {integer_of(0, 6, TEXT(""), 1), integer_of(0, 6, TEXT(""), 1)},
         "hotline event, slot 0.6: assignments are out of order"},
    };
    struct arena arena = ARENA_INIT;
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct event event = {.family = FAMILY_HOTLINE,
                              .assignments = cases[i].assignments,
                              .assignment_count = cases[i].count};
        struct error error = ERROR_INIT;
        cr_assert_not(codec_encode(&arena, &event, &out, &error), "case %zu", i);
        cr_assert_eq(error.class, ERROR_BAD_RECORD);
        cr_assert_str_eq(error.text, cases[i].expected, "case %zu", i);
    }
    cr_assert_eq(out.length, 0, "nothing is written of a refused event");
    buffer_free(&out);
    arena_free(&arena);
}

Test(decode, more_readings_than_an_event_may_have_are_refused_before_they_take_memory)
{
    struct arena arena = ARENA_INIT;
    struct event event;
    struct error error = ERROR_INIT;
    struct buffer value = BUFFER_INIT;
    buffer_append_text(&value, TEXT(ENVELOPE "\x10\x01"));
    for (int i = 0; i < 10001; i++)
        buffer_append_text(&value, TEXT("\x52\x00"));
    size_t held = arena_held_bytes(&arena);
    cr_assert_not(codec_decode(&arena, FAMILY_TRAFFIC, wire_text_of(&value), &event, &error));
    cr_assert_str_eq(error.text, "10001 readings, more than 10000");
    cr_assert_lt(arena_held_bytes(&arena) - held, 10001 * sizeof(struct reading));
    buffer_free(&value);
    arena_free(&arena);
}

Test(encode, names_and_facts_that_no_contract_has_are_refused)
{
    struct arena arena = ARENA_INIT;
    struct buffer out = BUFFER_INIT;
    struct error error = ERROR_INIT;
    struct event bad_name = {.family = FAMILY_HOTLINE, .entity = TEXT("\xff")};
    cr_assert_not(codec_encode(&arena, &bad_name, &out, &error));
    cr_assert_str_eq(error.text, "envelope.entity_id: is not UTF-8 without NUL");
    struct assignment fact = integer_of(0, 5, TEXT(""), 1);
    struct event reading = {.family = FAMILY_TRAFFIC, .assignments = &fact, .assignment_count = 1};
    cr_assert_not(codec_encode(&arena, &reading, &out, &error));
    cr_assert_str_eq(error.text, "traffic event: the family has no facts");
    struct unknown_fields unknown = {.path = 0, .bytes = TEXT("\x80\x80\x80\x80\x80\x80")};
    struct event strange = {.family = FAMILY_HOTLINE, .unknown = &unknown, .unknown_count = 1};
    cr_assert_not(codec_encode(&arena, &strange, &out, &error));
    cr_assert_str_eq(error.text, "unknown fields kept for path 0[0] are not protobuf");
    cr_assert_not(codec_encode(&arena, &(struct event){0}, &out, &error));
    cr_assert_str_eq(error.text, "no family 0");
    buffer_free(&out);
    arena_free(&arena);
}
