// Which hotline events are refused, beyond what event_validate says for all families.
//
// Two tables decide: what numbers may be, and what an event of each kind has to state. Codes are stable: they stand
// in dead-letter headers and in metrics. Unknown areas and impossible pairs of times are no reason to refuse: they are
// counted.
#include "core/hotline.h"

#include "core/family_rules.h"
#include "core/hotline_family.h"

enum { NATURE_LAST = 6, CHANNEL_LAST = 8, ESCALATION_LEVEL_LAST = 4 };

static const struct field_range ranges[] = {
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

static const struct event_requirement requirements[] = {
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

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

bool hotline_validate(const struct event *event, struct arena *arena, struct violation *violation)
{
    if (!event_check_ranges(event, ranges, LENGTH_OF(ranges), arena, violation) ||
        !event_check_other(event, TICKET_DUPLICATE_OF, "duplicate.of-itself",
                           "a ticket cannot be the duplicate of itself", violation) ||
        !event_check_requirements(event, requirements, LENGTH_OF(requirements), violation))
        return false;
    if (event->kind == TICKET_REASSIGNED &&
        !event_states(event, TICKET_DISPATCH, FIELD_STATED, ANY_VALUE) &&
        !event_states(event, FACTS_KIND, TICKET_DISTRICT, ANY_VALUE))
        return event_refuse(violation, "reassigned.target-missing",
                            "an event of kind reassigned has to state a dispatch or a district");
    if (event->kind == TICKET_CORRECTED && event->assignment_count == 0)
        return event_refuse(violation, "corrected.nothing-stated",
                            "an event of kind corrected has to state a field");
    return true;
}
