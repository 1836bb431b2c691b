// Which hotline events are refused, by code; each case breaks one rule of an event that is right without it.
#include "ticket_rows.h"

#include <criterion/criterion.h>

#define T INT64_C(1425800000000000)

struct rule_case {
    uint16_t kind;
    struct stated rows[4];
    const char *code; // null: accepted
};

static const struct rule_case cases[] = {
    {TICKET_RECEIVED, {FACT(TICKET_RECEIVED_US, T)}, NULL},
    {TICKET_RECEIVED, {FACT_TEXT(TICKET_DISTRICT, "A")}, "received.time-missing"},
    {TICKET_RECEIVED, {FACT(TICKET_RECEIVED_US, STATED_EMPTY)}, "received.time-missing"},
    {TICKET_RECEIVED, {FACT(TICKET_RECEIVED_US, -1)}, "time.out-of-range"},
    {TICKET_RECEIVED, {FACT(TICKET_RECEIVED_US, INT64_C(7258118400000000))}, "time.out-of-range"},
    {TICKET_RECEIVED, {FACT_TEXT(TICKET_RECEIVED_US, "today")}, "value.type"},
    {TICKET_DISPATCHED, {OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, T)}, NULL},
    {TICKET_DISPATCHED,
     {OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "U")},
     "dispatched.dispatch-missing"},
    {TICKET_SIGNED, {OF(TICKET_DISPATCH, "1", DISPATCH_SIGNED_US, T)}, NULL},
    {TICKET_SIGNED, {OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, T)}, "signed.dispatch-missing"},
    {TICKET_RETURNED, {OF(TICKET_DISPATCH, "1", DISPATCH_RETURNED_US, T)}, NULL},
    {TICKET_RETURNED,
     {OF(TICKET_DISPATCH, "1", DISPATCH_SIGNED_US, T)},
     "returned.dispatch-missing"},
    {TICKET_CONTACTED,
     {OF(TICKET_CONTACT, "1", OCCURRENCE_AT_US, T), OF(TICKET_CONTACT, "1", CONTACT_REACHED, 1)},
     NULL},
    {TICKET_CONTACTED, {OF(TICKET_CONTACT, "1", CONTACT_REACHED, 1)}, "contacted.contact-missing"},
    {TICKET_CONTACTED, {OF(TICKET_CONTACT, "1", CONTACT_REACHED, 2)}, "boolean.out-of-range"},
    {TICKET_EXTENDED,
     {OF(TICKET_EXTENSION, "1", OCCURRENCE_AT_US, T), FACT(TICKET_DUE_US, T)},
     NULL},
    {TICKET_EXTENDED, {FACT(TICKET_DUE_US, T)}, "extended.extension-missing"},
    {TICKET_REPLIED, {OF(TICKET_REPLY, "1", OCCURRENCE_AT_US, T)}, NULL},
    {TICKET_REPLIED, {{0}}, "replied.reply-missing"},
    {TICKET_CLOSED, {OF(TICKET_CLOSING, "1", OCCURRENCE_AT_US, T)}, NULL},
    {TICKET_CLOSED, {FACT(TICKET_RECEIVED_US, T)}, "closed.closing-missing"},
    {TICKET_CLOSED,
     {OF(TICKET_CLOSING, "1", OCCURRENCE_AT_US, T), OF(TICKET_CLOSING, "1", CLOSING_OUTCOME, 0)},
     "enum.out-of-range"},
    {TICKET_CLOSED,
     {OF(TICKET_CLOSING, "1", OCCURRENCE_AT_US, T), OF(TICKET_CLOSING, "1", CLOSING_OUTCOME, 3)},
     "enum.out-of-range"},
    {TICKET_VISITED,
     {OF(TICKET_VISIT, "1", OCCURRENCE_AT_US, T), OF(TICKET_VISIT, "1", VISIT_RESULT, NOT_RATED)},
     NULL},
    {TICKET_VISITED, {OF(TICKET_VISIT, "1", VISIT_RESULT, SATISFIED)}, "visited.visit-missing"},
    {TICKET_VISITED,
     {OF(TICKET_VISIT, "1", OCCURRENCE_AT_US, T), OF(TICKET_VISIT, "1", VISIT_RESULT, 7)},
     "enum.out-of-range"},
    {TICKET_VISITED,
     {OF(TICKET_VISIT, "1", OCCURRENCE_AT_US, T), OF(TICKET_VISIT, "1", VISIT_ATTITUDE, 0)},
     "enum.out-of-range"},
    {TICKET_VISITED,
     {OF(TICKET_VISIT, "1", OCCURRENCE_AT_US, T), OF(TICKET_VISIT, "1", VISIT_VALID, -1)},
     "boolean.out-of-range"},
    {TICKET_REWORKED, {OF(TICKET_REWORK, "1", OCCURRENCE_AT_US, T)}, NULL},
    {TICKET_REWORKED, {{0}}, "reworked.rework-missing"},
    {TICKET_SECOND_RATED,
     {OF(TICKET_VISIT, "1", OCCURRENCE_AT_US, T), OF(TICKET_VISIT, "1", VISIT_SECOND, 1)},
     NULL},
    {TICKET_SECOND_RATED, {OF(TICKET_VISIT, "1", VISIT_SECOND, 1)}, "second-rated.visit-missing"},
    {TICKET_SECOND_RATED,
     {OF(TICKET_VISIT, "1", OCCURRENCE_AT_US, T), OF(TICKET_VISIT, "1", VISIT_SECOND, 0)},
     "second-rated.not-second"},
    {TICKET_ESCALATED,
     {OF(TICKET_ESCALATION, "1", OCCURRENCE_AT_US, T),
      OF(TICKET_ESCALATION, "1", ESCALATION_LEVEL, 4)},
     NULL},
    {TICKET_ESCALATED,
     {OF(TICKET_ESCALATION, "1", ESCALATION_LEVEL, 1)},
     "escalated.escalation-missing"},
    {TICKET_ESCALATED,
     {OF(TICKET_ESCALATION, "1", OCCURRENCE_AT_US, T),
      OF(TICKET_ESCALATION, "1", ESCALATION_LEVEL, 5)},
     "enum.out-of-range"},
    {TICKET_REASSIGNED, {FACT_TEXT(TICKET_DISTRICT, "A")}, NULL},
    {TICKET_REASSIGNED, {OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "U")}, NULL},
    {TICKET_REASSIGNED, {FACT_TEXT(TICKET_TOWN, "T")}, "reassigned.target-missing"},
    {TICKET_REASSIGNED, {FACT(TICKET_DISTRICT, STATED_EMPTY)}, "reassigned.target-missing"},
    {TICKET_DUPLICATE_MARKED, {FACT_TEXT(TICKET_DUPLICATE_OF, "2")}, NULL},
    {TICKET_DUPLICATE_MARKED,
     {FACT(TICKET_DUPLICATE_OF, STATED_EMPTY)},
     "duplicate-marked.original-missing"},
    {TICKET_DUPLICATE_MARKED,
     {FACT_TEXT(TICKET_DUPLICATE_OF, "1")},
     "duplicate.of-itself"}, // the entity of statement_event
    {TICKET_EXCLUSION_APPROVED, {FACT(TICKET_EXCLUDED, 1)}, NULL},
    {TICKET_EXCLUSION_APPROVED, {FACT(TICKET_EXCLUDED, 0)}, "exclusion-approved.not-excluded"},
    {TICKET_EXCLUSION_APPROVED, {FACT(TICKET_EXCLUDED, 2)}, "boolean.out-of-range"},
    {TICKET_EXCLUSION_REVOKED, {FACT(TICKET_EXCLUDED, 0)}, NULL},
    {TICKET_EXCLUSION_REVOKED, {FACT(TICKET_EXCLUDED, 1)}, "exclusion-revoked.not-included"},
    {TICKET_VOIDED, {FACT(TICKET_IS_VOID, 1)}, NULL},
    {TICKET_VOIDED, {FACT(TICKET_IS_VOID, 0)}, "voided.not-void"},
    {TICKET_CORRECTED, {FACT(TICKET_DUE_US, STATED_EMPTY)}, NULL},
    {TICKET_CORRECTED, {OF(TICKET_CLOSING, "1", FIELD_WITHDRAWN, 1)}, NULL},
    {TICKET_CORRECTED, {{0}}, "corrected.nothing-stated"},
    {TICKET_CORRECTED, {FACT(TICKET_NATURE, 0)}, "enum.out-of-range"},
    {TICKET_CORRECTED, {FACT(TICKET_NATURE, 7)}, "enum.out-of-range"},
    {TICKET_CORRECTED, {FACT(TICKET_CHANNEL, 9)}, "enum.out-of-range"},
    {TICKET_CORRECTED, {FACT(TICKET_IS_VOID, 3)}, "boolean.out-of-range"},
    {TICKET_CORRECTED, {FACT(TICKET_CHANNEL, 8), FACT(TICKET_NATURE, 6)}, NULL},
    {TICKET_CORRECTED, {FACT(21, 1)}, "slot.unknown"},
    {0, {FACT(TICKET_RECEIVED_US, T)}, "kind.unknown"},
    {TICKET_PROGRESS + 1, {FACT(TICKET_RECEIVED_US, T)}, "kind.unknown"},
};

Test(hotline_rules, each_accepts_what_is_complete_and_refuses_by_its_code)
{
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct statement statement = {
            .source = "city", .recorded_us = T, .rows = cases[i].rows};
        struct event event = statement_event(&arena, &statement);
        event.kind = cases[i].kind;
        struct violation violation = {"accepted", ""};
        bool accepted = event_validate(&event, &arena, &violation);
        cr_expect_eq(accepted, cases[i].code == NULL, "case %zu, kind %u: %s: %s", i, cases[i].kind,
                     violation.code, violation.detail);
        if (cases[i].code && !accepted) {
            cr_expect_str_eq(violation.code, cases[i].code, "case %zu: %s", i, violation.detail);
            cr_expect_gt(strlen(violation.detail), 10u);
        }
    }
    arena_free(&arena);
}

Test(hotline_rules, a_number_out_of_range_is_named_with_its_field_and_the_range)
{
    static const struct stated rows[] = {FACT(TICKET_CHANNEL, 9), {0}};
    struct arena arena = ARENA_INIT;
    struct event event = statement_event(
        &arena, &(struct statement){.source = "city", .recorded_us = T, .rows = rows});
    struct violation violation;
    cr_assert_not(event_validate(&event, &arena, &violation));
    cr_assert_str_eq(violation.detail, "channel is 9, but has to be from 1 to 8");
    arena_free(&arena);
}
