// The orders on which the fold rests, and each general rule of a valid event, by its code.
#include "core/hotline.h"

#include <criterion/criterion.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const int64_t noon_us = 1400000000000000;

Test(version, is_ordered_by_time_then_sequence_source_id_digest_and_part)
{
    static const struct version ascending[] = {
        {-1, 9, {"z", 1}, {"z", 1}, 9, {"", 0}},       {0, 0, {"z", 1}, {"z", 1}, 9, {"", 0}},
        {0, 1, {"a", 1}, {"z", 1}, 9, {"", 0}},        {0, 1, {"ab", 2}, {"a", 1}, 9, {"", 0}},
        {0, 1, {"ab", 2}, {"b", 1}, 3, {"", 0}},       {0, 1, {"ab", 2}, {"b", 1}, 4, {"", 0}},
        {0, 1, {"ab", 2}, {"b", 1}, 4, {"u", 1}},      {0, 1, {"b", 1}, {"", 0}, 0, {"a", 1}},
        {0, UINT64_MAX, {"", 0}, {"", 0}, 0, {"", 0}}, {INT64_MAX, 0, {"", 0}, {"", 0}, 0, {"", 0}},
    };
    for (size_t i = 0; i < COUNT(ascending); i++)
        for (size_t j = 0; j < COUNT(ascending); j++) {
            int order = version_compare(&ascending[i], &ascending[j]);
            cr_assert_eq((order > 0) - (order < 0), (i > j) - (i < j), "%zu against %zu", i, j);
        }
}

Test(value, equals_only_the_same_type_and_content)
{
    const struct value values[] = {
        {.type = VALUE_EMPTY},
        {.type = VALUE_INTEGER, .integer = 0},
        {.type = VALUE_INTEGER, .integer = 1},
        {.type = VALUE_TEXT, .text = TEXT("")},
        {.type = VALUE_TEXT, .text = TEXT("1")},
    };
    for (size_t i = 0; i < COUNT(values); i++)
        for (size_t j = 0; j < COUNT(values); j++)
            cr_assert_eq(value_equal(&values[i], &values[j]), i == j);
}

Test(assignment, is_ordered_by_kind_key_and_field)
{
    static const struct assignment ascending[] = {
        {.kind = 0, .field = 9},
        {.kind = 10, .key = {"#1", 2}, .field = 5},
        {.kind = 10, .key = {"#1", 2}, .field = 6},
        {.kind = 10, .key = {"#10", 3}, .field = 1},
        {.kind = 10, .key = {"#2", 2}, .field = 1},
        {.kind = 11, .key = {"#1", 2}, .field = 1},
    };
    for (size_t i = 0; i < COUNT(ascending); i++)
        for (size_t j = 0; j < COUNT(ascending); j++) {
            int order = assignment_compare(&ascending[i], &ascending[j]);
            cr_assert_eq((order > 0) - (order < 0), (i > j) - (i < j), "%zu against %zu", i, j);
        }
}

// A valid event to spoil.
struct draft {
    struct event event;
    struct assignment assignments[4];
    uint16_t complete[2];
    char long_text[TEXT_LIMIT_BYTES + 2];
};

static struct event *begin(struct draft *draft, uint16_t kind)
{
    memset(draft, 0, sizeof *draft);
    memset(draft->long_text, 'x', sizeof draft->long_text);
    draft->event = (struct event){
        .family = FAMILY_HOTLINE,
        .form = EVENT_STATEMENT,
        .kind = kind,
        .recorded_stated = true,
        .authority = TEXT("gz12345"),
        .entity = TEXT("T-1"),
        .occurred_us = noon_us,
        .version = {.recorded_us = noon_us, .source = TEXT("12345.gz"), .event_id = TEXT("e1")},
        .assignments = draft->assignments,
        .complete_kinds = draft->complete,
    };
    return &draft->event;
}

static void state(struct draft *draft, uint16_t kind, struct text key, uint16_t field,
                  struct value value)
{
    draft->assignments[draft->event.assignment_count++] =
        (struct assignment){kind, field, key, value};
}

static struct value number(int64_t integer)
{
    return (struct value){.type = VALUE_INTEGER, .integer = integer};
}

static struct value words(struct text text)
{
    return (struct value){.type = VALUE_TEXT, .text = text};
}

static void received(struct draft *draft)
{
    begin(draft, TICKET_RECEIVED);
    state(draft, FACTS_KIND, TEXT(""), TICKET_RECEIVED_US, number(noon_us));
    state(draft, FACTS_KIND, TEXT(""), TICKET_DISTRICT, words(TEXT("440113")));
}

static void corrected(struct draft *draft)
{
    begin(draft, TICKET_CORRECTED);
    state(draft, FACTS_KIND, TEXT(""), TICKET_DISTRICT, (struct value){.type = VALUE_EMPTY});
    state(draft, TICKET_CLOSING, TEXT("#1"), FIELD_WITHDRAWN, number(1));
    state(draft, TICKET_CLOSING, TEXT("#2"), FIELD_STATED, number(1));
}

static void closed(struct draft *draft)
{
    begin(draft, TICKET_CLOSED);
    state(draft, TICKET_CLOSING, TEXT("#1"), FIELD_STATED, number(1));
    state(draft, TICKET_CLOSING, TEXT("#1"), OCCURRENCE_AT_US, number(noon_us));
}

static void snapshot(struct draft *draft)
{
    struct event *event = begin(draft, TICKET_SNAPSHOT);
    event->form = EVENT_SNAPSHOT;
    event->part = TEXT("ticket");
    draft->complete[0] = TICKET_DISPATCH;
    draft->complete[1] = TICKET_CLOSING;
    event->complete_kind_count = 2;
    state(draft, FACTS_KIND, TEXT(""), TICKET_DUE_US, (struct value){.type = VALUE_EMPTY});
}

static void progress(struct draft *draft)
{
    struct event *event = begin(draft, TICKET_PROGRESS);
    event->form = EVENT_PROGRESS;
    event->authority = event->entity = (struct text){0};
    event->progress_until_us = noon_us;
}

static struct text longer_than(struct draft *draft, uint32_t limit)
{
    return (struct text){draft->long_text, limit + 1};
}

// Each case spoils one thing of a valid event.
#define CASE(name, statement)                                                                      \
    static void name(struct draft *draft)                                                          \
    {                                                                                              \
        struct event *event = &draft->event;                                                       \
        struct assignment *first = draft->assignments;                                             \
        (void)first;                                                                               \
        (void)event;                                                                               \
        statement;                                                                                 \
    }

CASE(nothing, (void)0)
CASE(no_family, event->family = FAMILY_NONE)
CASE(a_family_to_come, event->family = (enum family)FAMILY_COUNT)
CASE(no_source, event->version.source = TEXT(""))
CASE(no_event_id, event->version.event_id = TEXT(""))
CASE(no_authority, event->authority = TEXT(""))
CASE(no_entity, event->entity = TEXT(""))
CASE(long_source, event->version.source = longer_than(draft, NAME_LIMIT_BYTES))
CASE(long_event_id, event->version.event_id = longer_than(draft, NAME_LIMIT_BYTES))
CASE(long_authority, event->authority = longer_than(draft, NAME_LIMIT_BYTES))
CASE(long_entity, event->entity = longer_than(draft, NAME_LIMIT_BYTES))
CASE(longest_entity, event->entity = longer_than(draft, NAME_LIMIT_BYTES - 1))
CASE(source_with_nul, event->version.source = TEXT("a\0b"))
CASE(entity_in_latin_1, event->entity = TEXT("caf\xe9"))
CASE(long_district, first[1].value.text = longer_than(draft, TEXT_LIMIT_BYTES))
CASE(longest_district, first[1].value.text = longer_than(draft, TEXT_LIMIT_BYTES - 1))
CASE(district_with_nul, first[1].value.text = TEXT("\0"))
CASE(long_part, event->part = longer_than(draft, TEXT_LIMIT_BYTES))
CASE(long_key, first[1].key = longer_than(draft, TEXT_LIMIT_BYTES))
CASE(key_with_nul, first[1].key = TEXT("#\0"))
CASE(no_time, event->occurred_us = INT64_MIN)
CASE(before_1970, event->occurred_us = -1)
CASE(at_1970, event->occurred_us = event->version.recorded_us = first[0].value.integer = 0)
CASE(in_2200, event->occurred_us = INT64_C(7258118400000000))
CASE(before_2200, event->occurred_us = INT64_C(7258118399999999))
CASE(recorded_in_2200, event->version.recorded_us = INT64_C(7258118400000000))
CASE(received_in_2200, first[0].value.integer = INT64_C(7258118400000000))
CASE(received_before_1970, first[0].value.integer = -1)
CASE(progress_in_2200, event->progress_until_us = INT64_C(7258118400000000))
CASE(no_kind, event->kind = 0)
CASE(a_kind_to_come, event->kind = TICKET_PROGRESS + 1)
CASE(received_as_snapshot, event->kind = TICKET_RECEIVED)
CASE(progress_without_until, event->form = EVENT_STATEMENT;
     event->authority = event->entity = TEXT("T-1"))
CASE(snapshot_without_part, event->part = TEXT(""))
CASE(snapshot_as_statement, event->form = EVENT_STATEMENT)
CASE(not_recorded, event->recorded_stated = false)
CASE(complete_facts, draft->complete[0] = FACTS_KIND)
CASE(complete_to_come, draft->complete[1] = 99)
CASE(field_to_come, first[1].field = 99)
CASE(occurrence_kind_to_come, first[0].kind = first[1].kind = 99)
CASE(fact_named_stated, first[0].field = FIELD_STATED)
CASE(no_key, first[0].key = first[1].key = TEXT(""))
CASE(district_a_number, first[1].value = number(440113))
CASE(received_a_text, first[0].value = words(TEXT("noon")))
CASE(stated_emptily, first[0].value = (struct value){.type = VALUE_EMPTY})
CASE(withdrawal_after_more, first[2].key = TEXT("#1"); first[2].field = 1;
     struct assignment swap = first[1]; first[1] = first[2]; first[2] = swap)
CASE(withdrawal_before_more, first[2].key = TEXT("#1"); first[2].field = OCCURRENCE_AT_US)
CASE(not_recorded_withdrawal, event->recorded_stated = false; event->assignment_count = 2;
     first[0] = first[1]; first[1] = first[2])
CASE(a_field_in_progress, state(draft, FACTS_KIND, TEXT(""), TICKET_DUE_US, number(noon_us)))
CASE(another_entity_too_long, event->entity = longer_than(draft, NAME_LIMIT_BYTES))

static const struct {
    void (*valid)(struct draft *);
    void (*spoil)(struct draft *);
    const char *code; // null: still valid
} cases[] = {
    {received, nothing, NULL},
    {corrected, nothing, NULL},
    {closed, nothing, NULL},
    {snapshot, nothing, NULL},
    {progress, nothing, NULL},
    {received, not_recorded, NULL},
    {received, longest_entity, NULL},
    {received, longest_district, NULL},
    {received, at_1970, NULL},
    {received, before_2200, NULL},
    {received, no_family, "family.unknown"},
    {received, a_family_to_come, "family.unknown"},
    {received, no_source, "source.missing"},
    {progress, no_source, "source.missing"},
    {received, no_event_id, "event-id.missing"},
    {received, no_authority, "authority.missing"},
    {received, no_entity, "entity.missing"},
    {received, long_source, "name.too-long"},
    {received, long_event_id, "name.too-long"},
    {received, long_authority, "name.too-long"},
    {received, long_entity, "name.too-long"},
    {progress, another_entity_too_long, "name.too-long"},
    {received, source_with_nul, "text.not-storable"},
    {received, entity_in_latin_1, "text.not-storable"},
    {received, long_district, "text.too-long"},
    {received, district_with_nul, "text.not-storable"},
    {snapshot, long_part, "text.too-long"},
    {closed, long_key, "text.too-long"},
    {closed, key_with_nul, "text.not-storable"},
    {received, no_time, "time.missing"},
    {received, before_1970, "time.out-of-range"},
    {received, in_2200, "time.out-of-range"},
    {received, recorded_in_2200, "time.out-of-range"},
    {received, received_in_2200, "time.out-of-range"},
    {received, received_before_1970, "time.out-of-range"},
    {progress, progress_in_2200, "time.out-of-range"},
    {received, no_kind, "kind.unknown"},
    {received, a_kind_to_come, "kind.unknown"},
    {snapshot, received_as_snapshot, "kind.contradicts-form"},
    {progress, received_as_snapshot, "kind.contradicts-form"},
    {progress, a_field_in_progress, "progress.states-something"},
    {progress, progress_without_until, "progress.until-missing"},
    {snapshot, snapshot_without_part, "snapshot.part-missing"},
    {snapshot, snapshot_as_statement, "snapshot.part-missing"},
    {snapshot, not_recorded, "snapshot.recorded-missing"},
    {snapshot, complete_facts, "snapshot.complete-unknown"},
    {snapshot, complete_to_come, "snapshot.complete-unknown"},
    {received, field_to_come, "slot.unknown"},
    {received, fact_named_stated, "slot.unknown"},
    {closed, occurrence_kind_to_come, "slot.unknown"},
    {closed, no_key, "occurrence.key-missing"},
    {received, district_a_number, "value.type"},
    {received, received_a_text, "value.type"},
    {closed, stated_emptily, "value.type"},
    {corrected, withdrawal_after_more, "withdrawal.states-more"},
    {corrected, withdrawal_before_more, "withdrawal.states-more"},
    {corrected, not_recorded_withdrawal, "withdrawal.recorded-missing"},
    {corrected, not_recorded, "clearing.recorded-missing"},
};

Test(event_rules, each_is_broken_by_the_event_that_it_is_made_for)
{
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct draft draft;
        struct violation violation = {0};
        cases[i].valid(&draft);
        cases[i].spoil(&draft);
        bool valid = event_validate(&draft.event, &arena, &violation);
        cr_assert_eq(valid, cases[i].code == NULL, "case %zu (%s): %s", i,
                     cases[i].code ? cases[i].code : "valid",
                     valid ? "accepted" : violation.detail);
        if (cases[i].code) {
            cr_assert_str_eq(violation.code, cases[i].code, "case %zu: %s: %s", i, violation.code,
                             violation.detail);
            cr_assert(text_is_storable(text_from(violation.detail)) && violation.detail[0]);
        }
    }
    arena_free(&arena);
}

Test(event_rules, each_has_a_code_of_its_own_a_meaning_and_a_case)
{
    size_t count;
    const struct event_rule *rules = event_rules(&count);
    for (size_t i = 0; i < count; i++) {
        cr_assert(rules[i].code && rules[i].meaning);
        for (size_t j = 0; j < i; j++)
            cr_assert_str_neq(rules[i].code, rules[j].code);
        bool tried = false;
        for (size_t j = 0; j < COUNT(cases); j++)
            tried |= cases[j].code && strcmp(cases[j].code, rules[i].code) == 0;
        cr_assert(tried, "%s has no case", rules[i].code);
    }
}
