// Which hotline events are refused, beyond what event_validate says for all families.
//
// Two tables decide: what numbers may be, and what an event of each kind has to state. Codes are stable: they stand
// in dead-letter headers and in metrics. Unknown areas and impossible pairs of times are no reason to refuse: they are
// counted.
#include "core/hotline.h"

#include "core/hotline_family.h"

#include <inttypes.h>

// What a number may be beyond its type: from `least` to `most`, both inclusive. Instants and texts have general rules.
struct range {
    uint16_t kind, field;
    uint8_t least, most; // 0 and 1 of booleans; enums start at 1, since 0 is UNSPECIFIED
};

enum { NATURE_LAST = 6, CHANNEL_LAST = 8, ESCALATION_LEVEL_LAST = 4 };

static const struct range ranges[] = {
    {FACTS_KIND, TICKET_NATURE, 1, NATURE_LAST},
    {FACTS_KIND, TICKET_CHANNEL, 1, CHANNEL_LAST},
    {FACTS_KIND, TICKET_EXCLUDED, 0, 1},
    {FACTS_KIND, TICKET_IS_VOID, 0, 1},
    {TICKET_CONTACT, CONTACT_REACHED, 0, 1},
    {TICKET_EXTENSION, EXTENSION_APPROVED, 0, 1},
    {TICKET_CLOSING, CLOSING_OUTCOME, 1, OUTCOME_EXPLAINED},
    {TICKET_VISIT, VISIT_VALID, 0, 1},
    {TICKET_VISIT, VISIT_CONTACTED, 0, 1},
    {TICKET_VISIT, VISIT_SOLVED, 0, 1},
    {TICKET_VISIT, VISIT_RESULT, 1, NOT_RATED},
    {TICKET_VISIT, VISIT_ATTITUDE, 1, NOT_RATED},
    {TICKET_VISIT, VISIT_SECOND, 0, 1},
    {TICKET_ESCALATION, ESCALATION_LEVEL, 1, ESCALATION_LEVEL_LAST},
};

enum { ANY_VALUE = -1 };

// What an event of a kind has to state: this slot, not empty, and with this integer unless ANY_VALUE.
struct requirement {
    uint16_t event_kind, kind, field;
    int integer;
    const char *code, *detail;
};

static const struct requirement requirements[] = {
    {TICKET_RECEIVED, FACTS_KIND, TICKET_RECEIVED_US, ANY_VALUE, "received.time-missing",
     "an event of kind received has to state received_us"},
    {TICKET_DISPATCHED, TICKET_DISPATCH, OCCURRENCE_AT_US, ANY_VALUE, "dispatched.dispatch-missing",
     "an event of kind dispatched has to state a dispatch with dispatched_us"},
    {TICKET_SIGNED, TICKET_DISPATCH, DISPATCH_SIGNED_US, ANY_VALUE, "signed.dispatch-missing",
     "an event of kind signed has to state a dispatch with signed_us"},
    {TICKET_RETURNED, TICKET_DISPATCH, DISPATCH_RETURNED_US, ANY_VALUE, "returned.dispatch-missing",
     "an event of kind returned has to state a dispatch with returned_us"},
    {TICKET_CONTACTED, TICKET_CONTACT, OCCURRENCE_AT_US, ANY_VALUE, "contacted.contact-missing",
     "an event of kind contacted has to state a contact with contacted_us"},
    {TICKET_EXTENDED, TICKET_EXTENSION, OCCURRENCE_AT_US, ANY_VALUE, "extended.extension-missing",
     "an event of kind extended has to state an extension with extended_us"},
    {TICKET_REPLIED, TICKET_REPLY, OCCURRENCE_AT_US, ANY_VALUE, "replied.reply-missing",
     "an event of kind replied has to state a reply with replied_us"},
    {TICKET_CLOSED, TICKET_CLOSING, OCCURRENCE_AT_US, ANY_VALUE, "closed.closing-missing",
     "an event of kind closed has to state a closing with closed_us"},
    {TICKET_VISITED, TICKET_VISIT, OCCURRENCE_AT_US, ANY_VALUE, "visited.visit-missing",
     "an event of kind visited has to state a visit with visited_us"},
    {TICKET_REWORKED, TICKET_REWORK, OCCURRENCE_AT_US, ANY_VALUE, "reworked.rework-missing",
     "an event of kind reworked has to state a rework with reworked_us"},
    {TICKET_SECOND_RATED, TICKET_VISIT, OCCURRENCE_AT_US, ANY_VALUE, "second-rated.visit-missing",
     "an event of kind second_rated has to state a visit with visited_us"},
    {TICKET_SECOND_RATED, TICKET_VISIT, VISIT_SECOND, 1, "second-rated.not-second",
     "an event of kind second_rated has to state a visit with second = true"},
    {TICKET_ESCALATED, TICKET_ESCALATION, OCCURRENCE_AT_US, ANY_VALUE,
     "escalated.escalation-missing",
     "an event of kind escalated has to state an escalation with escalated_us"},
    {TICKET_DUPLICATE_MARKED, FACTS_KIND, TICKET_DUPLICATE_OF, ANY_VALUE,
     "duplicate-marked.original-missing",
     "an event of kind duplicate_marked has to state duplicate_of"},
    {TICKET_EXCLUSION_APPROVED, FACTS_KIND, TICKET_EXCLUDED, 1, "exclusion-approved.not-excluded",
     "an event of kind exclusion_approved has to state excluded = true"},
    {TICKET_EXCLUSION_REVOKED, FACTS_KIND, TICKET_EXCLUDED, 0, "exclusion-revoked.not-included",
     "an event of kind exclusion_revoked has to state excluded = false"},
    {TICKET_VOIDED, FACTS_KIND, TICKET_IS_VOID, 1, "voided.not-void",
     "an event of kind voided has to state voided = true"},
};

static bool refuse(struct violation *violation, const char *code, const char *detail)
{
    *violation = (struct violation){code, detail};
    return false;
}

static const char *field_name(uint16_t kind, uint16_t field)
{
    for (size_t i = 0; i < family_hotline.field_count; i++) {
        const struct family_field *known = &family_hotline.fields[i];
        if (known->kind == kind && known->field == field)
            return known->name;
    }
    return "unknown";
}

static bool check_range(const struct assignment *assignment, struct arena *arena,
                        struct violation *violation)
{
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        const struct range *range = &ranges[i];
        if (range->kind != assignment->kind || range->field != assignment->field)
            continue;
        int64_t integer = assignment->value.integer;
        if (integer >= range->least && integer <= range->most)
            return true;
        return refuse(violation, range->least == 0 ? "boolean.out-of-range" : "enum.out-of-range",
                      arena_printf(arena, "%s is %" PRId64 ", but has to be from %d to %d",
                                   field_name(assignment->kind, assignment->field), integer,
                                   range->least, range->most));
    }
    return true;
}

static bool states(const struct event *event, uint16_t kind, uint16_t field, int integer)
{
    for (size_t i = 0; i < event->assignment_count; i++) {
        const struct assignment *assignment = &event->assignments[i];
        if (assignment->kind != kind || assignment->field != field)
            continue;
        const struct value *value = &assignment->value;
        if (value->type == VALUE_TEXT ? value->text.length > 0 : value->type == VALUE_INTEGER) {
            if (integer == ANY_VALUE || (value->type == VALUE_INTEGER && value->integer == integer))
                return true;
        }
    }
    return false;
}

static bool check_requirements(const struct event *event, struct violation *violation)
{
    for (size_t i = 0; i < sizeof requirements / sizeof requirements[0]; i++) {
        const struct requirement *required = &requirements[i];
        if (required->event_kind == event->kind &&
            !states(event, required->kind, required->field, required->integer))
            return refuse(violation, required->code, required->detail);
    }
    if (event->kind == TICKET_REASSIGNED &&
        !states(event, TICKET_DISPATCH, FIELD_STATED, ANY_VALUE) &&
        !states(event, FACTS_KIND, TICKET_DISTRICT, ANY_VALUE))
        return refuse(violation, "reassigned.target-missing",
                      "an event of kind reassigned has to state a dispatch or a district");
    if (event->kind == TICKET_CORRECTED && event->assignment_count == 0)
        return refuse(violation, "corrected.nothing-stated",
                      "an event of kind corrected has to state a field");
    return true;
}

bool hotline_validate(const struct event *event, struct arena *arena, struct violation *violation)
{
    for (size_t i = 0; i < event->assignment_count; i++) {
        const struct assignment *assignment = &event->assignments[i];
        if (assignment->value.type == VALUE_INTEGER && !check_range(assignment, arena, violation))
            return false;
        if (assignment->kind == FACTS_KIND && assignment->field == TICKET_DUPLICATE_OF &&
            assignment->value.type == VALUE_TEXT &&
            text_equal(assignment->value.text, event->entity))
            return refuse(violation, "duplicate.of-itself",
                          "a ticket cannot be the duplicate of itself");
    }
    return check_requirements(event, violation);
}
