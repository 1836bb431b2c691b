// The core knows the contracts' numbers and names without seeing it; here they are compared.
#include "cityops/v1/activity.pb-c.h"
#include "cityops/v1/hotline.pb-c.h"
#include "cityops/v1/incident.pb-c.h"
#include "cityops/v1/inspection.pb-c.h"
#include "core/activity.h"
#include "core/hotline.h"
#include "core/incident.h"
#include "core/inspection.h"
#include "proto/codec.h"
#include "random_message.h"

#include <criterion/criterion.h>
#include <strings.h>

static const struct family_field *core_field(const struct family_definition *family, unsigned kind,
                                             unsigned number)
{
    for (size_t i = 0; i < family->field_count; i++) {
        if (family->fields[i].kind == kind && family->fields[i].field == number) {
            return &family->fields[i];
        }
    }
    return NULL;
}

// Returns how many own fields the message has.
static size_t compare_fields(const struct family_definition *family, unsigned kind,
                             const ProtobufCMessageDescriptor *message)
{
    size_t count = 0;
    for (unsigned i = 0; i < message->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->fields[i];
        if (field->id < FIRST_OWN_FIELD) {
            continue;
        }
        const struct family_field *known = core_field(family, kind, field->id);
        cr_assert_not_null(known, "the core does not know %s.%s", message->name, field->name);
        cr_assert_str_eq(known->name, field->name);
        cr_assert_eq(known->type == VALUE_TEXT, field->type == PROTOBUF_C_TYPE_STRING, "%s.%s",
                     message->name, field->name);
        count++;
    }
    return count;
}

static const char *core_kind(const struct family_definition *family, unsigned number)
{
    for (size_t i = 0; i < family->kind_count; i++) {
        if (family->kinds[i].kind == number) {
            return family->kinds[i].name;
        }
    }
    return "";
}

Test(names, kinds_and_fields_of_every_family_in_the_core_are_those_of_the_contract)
{
    size_t families = 0;
    for (enum family number = FAMILY_HOTLINE; number <= FAMILY_ACTIVITY; number++) {
        const struct family_definition *family = family_get(number);
        if (!family || family->has_windows) { // readings are no slots
            continue;
        }
        families++;
        const ProtobufCMessageDescriptor *event = event_descriptor(number);
        size_t fields = 0, kinds = 0;
        for (unsigned i = 0; i < event->n_fields; i++) {
            const ProtobufCFieldDescriptor *field = &event->fields[i];
            if (field->id == 3) {
                fields += compare_fields(family, FACTS_KIND, field->descriptor);
            } else if (field->id >= 10) {
                cr_assert_str_eq(core_kind(family, field->id), field->name);
                fields += compare_fields(family, field->id, field->descriptor);
                kinds++;
            }
        }
        cr_assert_eq(family->kind_count, kinds, "%s", family->name);
        size_t own = 0;
        for (size_t i = 0; i < family->field_count; i++) {
            own += family->fields[i].field >= FIRST_OWN_FIELD;
        }
        cr_assert_eq(own, fields, "%s", family->name);
    }
    cr_assert_geq(families, 1);
}

Test(names, event_kinds_and_topics_of_every_family_in_the_core_are_those_of_the_contract)
{
    struct arena arena = ARENA_INIT;
    for (enum family number = FAMILY_HOTLINE; number <= FAMILY_ACTIVITY; number++) {
        const struct family_definition *family = family_get(number);
        if (!family) {
            continue;
        }
        const ProtobufCEnumDescriptor *kinds =
            protobuf_c_message_descriptor_get_field(event_descriptor(number), 2)->descriptor;
        cr_assert_eq(family->event_kind_count, kinds->n_values, "%s", family->name);
        cr_assert_null(family->event_kind_names[0]);
        for (unsigned i = 1; i < kinds->n_values; i++) {
            struct event event = {.family = number, .kind = (uint16_t)kinds->values[i].value};
            const char *name = family->event_kind_names[kinds->values[i].value];
            const char *expected = arena_printf(&arena, "%s.%s", family->topic, name);
            cr_assert(text_equal(codec_event_type(&arena, &event), text_from(expected)),
                      "%s: " TEXT_FORMAT, expected,
                      TEXT_ARGUMENTS(codec_event_type(&arena, &event)));
        }
    }
    arena_free(&arena);
}

// The constants of core/hotline.h by the contract's own names.
static void expect_field(const ProtobufCMessageDescriptor *message, unsigned number,
                         const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message, name);
    cr_assert_not_null(field, "%s.%s", message->name, name);
    cr_assert_eq(field->id, number, "%s.%s", message->name, name);
}

Test(names, the_constants_of_the_hotline_are_the_numbers_of_the_contract)
{
    static const struct {
        const ProtobufCMessageDescriptor *message;
        unsigned number;
        const char *name;
    } cases[] = {
        {&cityops__v1__ticket_event__descriptor, TICKET_DISPATCH, "dispatches"},
        {&cityops__v1__ticket_event__descriptor, TICKET_CONTACT, "contacts"},
        {&cityops__v1__ticket_event__descriptor, TICKET_EXTENSION, "extensions"},
        {&cityops__v1__ticket_event__descriptor, TICKET_REPLY, "replies"},
        {&cityops__v1__ticket_event__descriptor, TICKET_CLOSING, "closings"},
        {&cityops__v1__ticket_event__descriptor, TICKET_VISIT, "visits"},
        {&cityops__v1__ticket_event__descriptor, TICKET_REWORK, "reworks"},
        {&cityops__v1__ticket_event__descriptor, TICKET_ESCALATION, "escalations"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_RECEIVED_US, "received_us"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_DUE_US, "due_us"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_DISTRICT, "district"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_TOWN, "town"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_VILLAGE, "village"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_LOCATION_DISTRICT, "location_district"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_NATURE, "nature"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_CHANNEL, "channel"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_CATEGORY1, "category1"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_CATEGORY3, "category3"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_EXTERNAL_NUMBER, "external_number"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_CALLER_HASH, "caller_hash"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_EXCLUDED, "excluded"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_IS_VOID, "voided"},
        {&cityops__v1__ticket_facts__descriptor, TICKET_DUPLICATE_OF, "duplicate_of"},
        {&cityops__v1__dispatch__descriptor, OCCURRENCE_AT_US, "dispatched_us"},
        {&cityops__v1__dispatch__descriptor, DISPATCH_UNIT, "unit"},
        {&cityops__v1__dispatch__descriptor, DISPATCH_SIGN_DUE_US, "sign_due_us"},
        {&cityops__v1__dispatch__descriptor, DISPATCH_SIGNED_US, "signed_us"},
        {&cityops__v1__dispatch__descriptor, DISPATCH_RETURNED_US, "returned_us"},
        {&cityops__v1__contact__descriptor, CONTACT_REACHED, "reached"},
        {&cityops__v1__extension__descriptor, EXTENSION_APPROVED, "approved"},
        {&cityops__v1__reply__descriptor, OCCURRENCE_AT_US, "replied_us"},
        {&cityops__v1__closing__descriptor, OCCURRENCE_AT_US, "closed_us"},
        {&cityops__v1__closing__descriptor, CLOSING_UNIT, "unit"},
        {&cityops__v1__closing__descriptor, CLOSING_OUTCOME, "outcome"},
        {&cityops__v1__visit__descriptor, OCCURRENCE_AT_US, "visited_us"},
        {&cityops__v1__visit__descriptor, VISIT_VALID, "valid"},
        {&cityops__v1__visit__descriptor, VISIT_CONTACTED, "contacted"},
        {&cityops__v1__visit__descriptor, VISIT_SOLVED, "solved"},
        {&cityops__v1__visit__descriptor, VISIT_RESULT, "result"},
        {&cityops__v1__visit__descriptor, VISIT_ATTITUDE, "attitude"},
        {&cityops__v1__visit__descriptor, VISIT_SECOND, "second"},
        {&cityops__v1__rework__descriptor, OCCURRENCE_AT_US, "reworked_us"},
        {&cityops__v1__escalation__descriptor, ESCALATION_LEVEL, "level"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_field(cases[i].message, cases[i].number, cases[i].name);
    }
    static const struct {
        const ProtobufCEnumDescriptor *type;
        int number;
        const char *name;
    } values[] = {
        {&cityops__v1__ticket_event_kind__descriptor, TICKET_RECEIVED,
         "TICKET_EVENT_KIND_RECEIVED"},
        {&cityops__v1__ticket_event_kind__descriptor, TICKET_PROGRESS,
         "TICKET_EVENT_KIND_PROGRESS"},
        {&cityops__v1__satisfaction__descriptor, VERY_DISSATISFIED,
         "SATISFACTION_VERY_DISSATISFIED"},
        {&cityops__v1__satisfaction__descriptor, VERY_SATISFIED, "SATISFACTION_VERY_SATISFIED"},
        {&cityops__v1__satisfaction__descriptor, NOT_RATED, "SATISFACTION_NOT_RATED"},
        {&cityops__v1__ticket_outcome__descriptor, OUTCOME_SOLVED, "TICKET_OUTCOME_SOLVED"},
        {&cityops__v1__ticket_outcome__descriptor, OUTCOME_EXPLAINED, "TICKET_OUTCOME_EXPLAINED"},
        {&cityops__v1__ticket_channel__descriptor, CHANNEL_MESSAGE_BOARD,
         "TICKET_CHANNEL_MESSAGE_BOARD"},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const ProtobufCEnumValue *value =
            protobuf_c_enum_descriptor_get_value_by_name(values[i].type, values[i].name);
        cr_assert_not_null(value, "%s", values[i].name);
        cr_assert_eq(value->value, values[i].number, "%s", values[i].name);
    }
}

Test(names, the_constants_of_the_incident_are_the_numbers_of_the_contract)
{
    static const struct {
        const ProtobufCMessageDescriptor *message;
        unsigned number;
        const char *name;
    } cases[] = {
        {&cityops__v1__incident_event__descriptor, INCIDENT_UNIT, "units"},
        {&cityops__v1__incident_event__descriptor, INCIDENT_BULLETIN, "bulletins"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_OCCURRED_US, "incident_us"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_KNOWN_US, "known_us"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_VERIFIED_US, "verified_us"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_FIRST_REPORT_DUE_US,
         "first_report_due_us"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_REOPENED_US, "reopened_us"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_CLEARED_US, "cleared_us"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_CLOSED_US, "closed_us"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_LEVEL, "level"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_DISTRICT, "district"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_TOWN, "town"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_MERGED_INTO, "merged_into"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_IS_VOID, "voided"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_KILLED, "killed"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_SEVERELY_INJURED, "severely_injured"},
        {&cityops__v1__incident_facts__descriptor, INCIDENT_SLIGHTLY_INJURED, "slightly_injured"},
        {&cityops__v1__response_unit__descriptor, UNIT_RECEIVED_US, "received_us"},
        {&cityops__v1__response_unit__descriptor, UNIT_DISPATCHED_US, "dispatched_us"},
        {&cityops__v1__response_unit__descriptor, UNIT_RESPONDED_US, "responded_us"},
        {&cityops__v1__response_unit__descriptor, UNIT_ARRIVED_US, "arrived_us"},
        {&cityops__v1__response_unit__descriptor, UNIT_TRANSPORT_US, "transport_us"},
        {&cityops__v1__response_unit__descriptor, UNIT_HOSPITAL_US, "hospital_us"},
        {&cityops__v1__response_unit__descriptor, UNIT_AVAILABLE_US, "available_us"},
        {&cityops__v1__bulletin__descriptor, BULLETIN_SENT_US, "sent_us"},
        {&cityops__v1__bulletin__descriptor, BULLETIN_KIND, "kind"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_field(cases[i].message, cases[i].number, cases[i].name);
    }
    static const struct {
        const ProtobufCEnumDescriptor *type;
        int number;
        const char *name;
    } values[] = {
        {&cityops__v1__incident_event_kind__descriptor, INCIDENT_KNOWN,
         "INCIDENT_EVENT_KIND_KNOWN"},
        {&cityops__v1__incident_event_kind__descriptor, INCIDENT_PROGRESS,
         "INCIDENT_EVENT_KIND_PROGRESS"},
        {&cityops__v1__incident_level__descriptor, LEVEL_ESPECIALLY_SERIOUS,
         "INCIDENT_LEVEL_ESPECIALLY_SERIOUS"},
        {&cityops__v1__incident_level__descriptor, LEVEL_GENERAL, "INCIDENT_LEVEL_GENERAL"},
        {&cityops__v1__bulletin_kind__descriptor, BULLETIN_FLASH, "BULLETIN_KIND_FLASH"},
        {&cityops__v1__bulletin_kind__descriptor, BULLETIN_DUTY, "BULLETIN_KIND_DUTY"},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const ProtobufCEnumValue *value =
            protobuf_c_enum_descriptor_get_value_by_name(values[i].type, values[i].name);
        cr_assert_not_null(value, "%s", values[i].name);
        cr_assert_eq(value->value, values[i].number, "%s", values[i].name);
    }
}

Test(names, the_constants_of_the_inspection_are_the_numbers_of_the_contract)
{
    static const struct {
        const ProtobufCMessageDescriptor *message;
        unsigned number;
        const char *name;
    } cases[] = {
        {&cityops__v1__problem_event__descriptor, PROBLEM_NOTICE, "notices"},
        {&cityops__v1__problem_event__descriptor, PROBLEM_RECTIFICATION, "rectifications"},
        {&cityops__v1__problem_event__descriptor, PROBLEM_RECHECK, "rechecks"},
        {&cityops__v1__problem_facts__descriptor, PROBLEM_FOUND_US, "found_us"},
        {&cityops__v1__problem_facts__descriptor, PROBLEM_DUE_US, "due_us"},
        {&cityops__v1__problem_facts__descriptor, PROBLEM_THEME, "theme"},
        {&cityops__v1__problem_facts__descriptor, PROBLEM_ORIGIN, "origin"},
        {&cityops__v1__problem_facts__descriptor, PROBLEM_DISTRICT, "district"},
        {&cityops__v1__problem_facts__descriptor, PROBLEM_TOWN, "town"},
        {&cityops__v1__problem_facts__descriptor, PROBLEM_VILLAGE, "village"},
        {&cityops__v1__problem_facts__descriptor, PROBLEM_IS_VOID, "voided"},
        {&cityops__v1__notice__descriptor, NOTICE_ASSIGNED_US, "assigned_us"},
        {&cityops__v1__notice__descriptor, NOTICE_UNIT, "unit"},
        {&cityops__v1__rectification__descriptor, RECTIFICATION_AT_US, "rectified_us"},
        {&cityops__v1__recheck__descriptor, RECHECK_AT_US, "rechecked_us"},
        {&cityops__v1__recheck__descriptor, RECHECK_PASSED, "passed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_field(cases[i].message, cases[i].number, cases[i].name);
    }
    cr_expect_eq(PROBLEM_PROGRESS, CITYOPS__V1__PROBLEM_EVENT_KIND__PROBLEM_EVENT_KIND_PROGRESS);
    cr_expect_eq(THEME_TRAFFIC_ORDER, CITYOPS__V1__PROBLEM_THEME__PROBLEM_THEME_TRAFFIC_ORDER);
    cr_expect_eq(ORIGIN_CITIZEN, CITYOPS__V1__PROBLEM_ORIGIN__PROBLEM_ORIGIN_CITIZEN);
}

Test(names, the_constants_of_the_activity_are_the_numbers_of_the_contract)
{
    static const struct {
        unsigned number;
        const char *name;
    } cases[] = {
        {ACTIVITY_DONE_US, "done_us"},   {ACTIVITY_TYPE, "type"},
        {ACTIVITY_DISTRICT, "district"}, {ACTIVITY_UNIT, "unit"},
        {ACTIVITY_SUBJECT, "subject"},   {ACTIVITY_AMOUNT_FEN, "amount_fen"},
        {ACTIVITY_IS_VOID, "voided"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_field(&cityops__v1__activity_facts__descriptor, cases[i].number, cases[i].name);
    }
    cr_expect_eq(ACTIVITY_PROGRESS, CITYOPS__V1__ACTIVITY_EVENT_KIND__ACTIVITY_EVENT_KIND_PROGRESS);
    cr_expect_eq(ACTIVITY_BUDGET_PAID, CITYOPS__V1__ACTIVITY_TYPE__ACTIVITY_TYPE_BUDGET_PAID);
}
