// Which hotline events are refused, beyond what event_validate says for all families.
//
// Two tables decide: what each slot may hold, and what an event of each kind has to state. Codes are stable: they stand
// in dead-letter headers and in metrics. Unknown areas and impossible pairs of times are no reason to refuse: they are
// counted.
#include "core/hotline.h"

#include "core/hotline_family.h"

#include <inttypes.h>

enum slot_type { SLOT_UNKNOWN = 0, SLOT_TEXT, SLOT_INSTANT, SLOT_BOOLEAN, SLOT_CHOICE };

struct slot_rule {
    enum slot_type type;
    int most; // SLOT_CHOICE: from 1 to this, both inclusive
};

enum {
    KIND_ROWS = TICKET_ESCALATION - TICKET_DISPATCH + 2, // row 0: the ticket's own
    FIELD_ROWS = TICKET_DUPLICATE_OF + 1,
    NATURE_LAST = 6,
    CHANNEL_LAST = 8,
    ESCALATION_LEVEL_LAST = 4,
};
#define ROW_OF(kind) ((kind)-TICKET_DISPATCH + 1)
#define INSTANT_LIMIT_US INT64_C(7258118400000000) // 2200-01-01

static const struct slot_rule slot_rules[KIND_ROWS][FIELD_ROWS] = {
    [0] = {[TICKET_RECEIVED_US] = {SLOT_INSTANT, 0},
           [TICKET_DUE_US] = {SLOT_INSTANT, 0},
           [TICKET_DISTRICT] = {SLOT_TEXT, 0},
           [TICKET_TOWN] = {SLOT_TEXT, 0},
           [TICKET_VILLAGE] = {SLOT_TEXT, 0},
           [TICKET_LOCATION_DISTRICT] = {SLOT_TEXT, 0},
           [TICKET_NATURE] = {SLOT_CHOICE, NATURE_LAST},
           [TICKET_CHANNEL] = {SLOT_CHOICE, CHANNEL_LAST},
           [TICKET_CATEGORY1] = {SLOT_TEXT, 0},
           [TICKET_CATEGORY2] = {SLOT_TEXT, 0},
           [TICKET_CATEGORY3] = {SLOT_TEXT, 0},
           [TICKET_EXTERNAL_NUMBER] = {SLOT_TEXT, 0},
           [TICKET_CALLER_HASH] = {SLOT_TEXT, 0},
           [TICKET_EXCLUDED] = {SLOT_BOOLEAN, 0},
           [TICKET_IS_VOID] = {SLOT_BOOLEAN, 0},
           [TICKET_DUPLICATE_OF] = {SLOT_TEXT, 0}},
    [ROW_OF(TICKET_DISPATCH)] = {[OCCURRENCE_AT_US] = {SLOT_INSTANT, 0},
                                 [DISPATCH_UNIT] = {SLOT_TEXT, 0},
                                 [DISPATCH_SIGN_DUE_US] = {SLOT_INSTANT, 0},
                                 [DISPATCH_SIGNED_US] = {SLOT_INSTANT, 0},
                                 [DISPATCH_RETURNED_US] = {SLOT_INSTANT, 0}},
    [ROW_OF(TICKET_CONTACT)] =
        {[OCCURRENCE_AT_US] = {SLOT_INSTANT, 0}, [CONTACT_REACHED] = {SLOT_BOOLEAN, 0}},
    [ROW_OF(TICKET_EXTENSION)] =
        {[OCCURRENCE_AT_US] = {SLOT_INSTANT, 0}, [EXTENSION_APPROVED] = {SLOT_BOOLEAN, 0}},
    [ROW_OF(TICKET_REPLY)] = {[OCCURRENCE_AT_US] = {SLOT_INSTANT, 0}},
    [ROW_OF(TICKET_CLOSING)] = {[OCCURRENCE_AT_US] = {SLOT_INSTANT, 0},
                                [CLOSING_UNIT] = {SLOT_TEXT, 0},
                                [CLOSING_OUTCOME] = {SLOT_CHOICE, OUTCOME_EXPLAINED}},
    [ROW_OF(TICKET_VISIT)] = {[OCCURRENCE_AT_US] = {SLOT_INSTANT, 0},
                              [VISIT_VALID] = {SLOT_BOOLEAN, 0},
                              [VISIT_CONTACTED] = {SLOT_BOOLEAN, 0},
                              [VISIT_SOLVED] = {SLOT_BOOLEAN, 0},
                              [VISIT_RESULT] = {SLOT_CHOICE, NOT_RATED},
                              [VISIT_ATTITUDE] = {SLOT_CHOICE, NOT_RATED},
                              [VISIT_SECOND] = {SLOT_BOOLEAN, 0}},
    [ROW_OF(TICKET_REWORK)] = {[OCCURRENCE_AT_US] = {SLOT_INSTANT, 0}},
    [ROW_OF(TICKET_ESCALATION)] = {[OCCURRENCE_AT_US] = {SLOT_INSTANT, 0},
                                   [ESCALATION_LEVEL] = {SLOT_CHOICE, ESCALATION_LEVEL_LAST}},
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

static const struct slot_rule *rule_of(uint16_t kind, uint16_t field)
{
    static const struct slot_rule none = {SLOT_UNKNOWN, 0};
    if (field >= FIELD_ROWS ||
        (kind != FACTS_KIND && (kind < TICKET_DISPATCH || kind > TICKET_ESCALATION)))
        return &none;
    return &slot_rules[kind == FACTS_KIND ? 0 : ROW_OF(kind)][field];
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

static bool refuse_value(const struct assignment *assignment, const char *code, const char *wanted,
                         struct arena *arena, struct violation *violation)
{
    const struct value *value = &assignment->value;
    const char *name = field_name(assignment->kind, assignment->field);
    if (value->type == VALUE_INTEGER)
        return refuse(violation, code,
                      arena_printf(arena, "field %s is %" PRId64 ", but has to be %s", name,
                                   value->integer, wanted));
    return refuse(violation, code,
                  arena_printf(arena, "field %s is a text, but has to be %s", name, wanted));
}

static bool check_integer(const struct assignment *assignment, const struct slot_rule *rule,
                          struct arena *arena, struct violation *violation)
{
    int64_t integer = assignment->value.integer;
    switch (rule->type) {
    case SLOT_INSTANT:
        return (integer >= 0 && integer < INSTANT_LIMIT_US) ||
               refuse_value(assignment, "time.out-of-range",
                            "from 1970-01-01 until before 2200-01-01, in microseconds", arena,
                            violation);
    case SLOT_BOOLEAN:
        return integer == 0 || integer == 1 ||
               refuse_value(assignment, "boolean.out-of-range", "0 or 1", arena, violation);
    case SLOT_CHOICE:
        return (integer >= 1 && integer <= rule->most) ||
               refuse_value(assignment, "enum.out-of-range",
                            arena_printf(arena, "from 1 to %d", rule->most), arena, violation);
    case SLOT_UNKNOWN:
    case SLOT_TEXT:
        break;
    }
    return refuse_value(assignment, "value.type", "a text", arena, violation);
}

static bool check_slot(const struct assignment *assignment, struct arena *arena,
                       struct violation *violation)
{
    bool is_fact = assignment->kind == FACTS_KIND;
    if (!is_fact && assignment->field < FIRST_OWN_FIELD && ROW_OF(assignment->kind) > 0 &&
        ROW_OF(assignment->kind) < KIND_ROWS)
        return true; // that it exists, or is withdrawn
    const struct slot_rule *rule = rule_of(assignment->kind, assignment->field);
    if (rule->type == SLOT_UNKNOWN)
        return refuse(violation, "slot.unknown",
                      arena_printf(arena, "a ticket has no field %u of kind %u", assignment->field,
                                   assignment->kind));
    if (assignment->value.type == VALUE_EMPTY)
        return true;
    if (assignment->value.type == VALUE_INTEGER)
        return check_integer(assignment, rule, arena, violation);
    return rule->type == SLOT_TEXT ||
           refuse_value(assignment, "value.type", "an integer", arena, violation);
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

static bool check_kind(const struct event *event, struct violation *violation)
{
    if (event->kind < TICKET_RECEIVED || event->kind > TICKET_PROGRESS)
        return refuse(violation, "kind.unknown",
                      "the event's kind is not stated, or newer than this program");
    if ((event->kind == TICKET_SNAPSHOT) != (event->form == EVENT_SNAPSHOT))
        return refuse(violation, "kind.contradicts-form",
                      "kind snapshot and the envelope's snapshot go together");
    if ((event->kind == TICKET_PROGRESS) != (event->form == EVENT_PROGRESS))
        return refuse(violation, "kind.contradicts-form",
                      "kind progress and the envelope's progress_until_us go together");
    return true;
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
    if (!check_kind(event, violation))
        return false;
    for (size_t i = 0; i < event->assignment_count; i++) {
        const struct assignment *assignment = &event->assignments[i];
        if (!check_slot(assignment, arena, violation))
            return false;
        if (assignment->kind == FACTS_KIND && assignment->field == TICKET_DUPLICATE_OF &&
            assignment->value.type == VALUE_TEXT &&
            text_equal(assignment->value.text, event->entity))
            return refuse(violation, "duplicate.of-itself",
                          "a ticket cannot be the duplicate of itself");
    }
    return check_requirements(event, violation);
}
