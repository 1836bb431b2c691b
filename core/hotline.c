// Hotline's row of the family table: names, columns, and where its rules, figures and contributions are.
//
// hotline_ticket.c reads a ticket, hotline_rollup.c counts it, hotline_rules.c refuses an event. Invariant: kinds,
// fields and their names are those of hotline.proto, columns those of the table cityops.ticket (tests compare them).
#include "core/hotline.h"

#include "core/hotline_family.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

const char *const ticket_natures[TICKET_NATURES] = {
    "not-stated", "enquiry", "request", "complaint", "report", "suggestion", "praise"};

static const struct family_kind kinds[] = {
    {TICKET_DISPATCH, "dispatches"},  {TICKET_CONTACT, "contacts"},
    {TICKET_EXTENSION, "extensions"}, {TICKET_REPLY, "replies"},
    {TICKET_CLOSING, "closings"},     {TICKET_VISIT, "visits"},
    {TICKET_REWORK, "reworks"},       {TICKET_ESCALATION, "escalations"},
};

static const struct family_field fields[] = {
    {FACTS_KIND, TICKET_RECEIVED_US, "received_us", VALUE_INTEGER},
    {FACTS_KIND, TICKET_DUE_US, "due_us", VALUE_INTEGER},
    {FACTS_KIND, TICKET_DISTRICT, "district", VALUE_TEXT},
    {FACTS_KIND, TICKET_TOWN, "town", VALUE_TEXT},
    {FACTS_KIND, TICKET_VILLAGE, "village", VALUE_TEXT},
    {FACTS_KIND, TICKET_LOCATION_DISTRICT, "location_district", VALUE_TEXT},
    {FACTS_KIND, TICKET_NATURE, "nature", VALUE_INTEGER},
    {FACTS_KIND, TICKET_CHANNEL, "channel", VALUE_INTEGER},
    {FACTS_KIND, TICKET_CATEGORY1, "category1", VALUE_TEXT},
    {FACTS_KIND, TICKET_CATEGORY2, "category2", VALUE_TEXT},
    {FACTS_KIND, TICKET_CATEGORY3, "category3", VALUE_TEXT},
    {FACTS_KIND, TICKET_EXTERNAL_NUMBER, "external_number", VALUE_TEXT},
    {FACTS_KIND, TICKET_CALLER_HASH, "caller_hash", VALUE_TEXT},
    {FACTS_KIND, TICKET_EXCLUDED, "excluded", VALUE_INTEGER},
    {FACTS_KIND, TICKET_IS_VOID, "voided", VALUE_INTEGER},
    {FACTS_KIND, TICKET_DUPLICATE_OF, "duplicate_of", VALUE_TEXT},
    {TICKET_DISPATCH, OCCURRENCE_AT_US, "dispatched_us", VALUE_INTEGER},
    {TICKET_DISPATCH, DISPATCH_UNIT, "unit", VALUE_TEXT},
    {TICKET_DISPATCH, DISPATCH_SIGN_DUE_US, "sign_due_us", VALUE_INTEGER},
    {TICKET_DISPATCH, DISPATCH_SIGNED_US, "signed_us", VALUE_INTEGER},
    {TICKET_DISPATCH, DISPATCH_RETURNED_US, "returned_us", VALUE_INTEGER},
    {TICKET_CONTACT, OCCURRENCE_AT_US, "contacted_us", VALUE_INTEGER},
    {TICKET_CONTACT, CONTACT_REACHED, "reached", VALUE_INTEGER},
    {TICKET_EXTENSION, OCCURRENCE_AT_US, "extended_us", VALUE_INTEGER},
    {TICKET_EXTENSION, EXTENSION_APPROVED, "approved", VALUE_INTEGER},
    {TICKET_REPLY, OCCURRENCE_AT_US, "replied_us", VALUE_INTEGER},
    {TICKET_CLOSING, OCCURRENCE_AT_US, "closed_us", VALUE_INTEGER},
    {TICKET_CLOSING, CLOSING_UNIT, "unit", VALUE_TEXT},
    {TICKET_CLOSING, CLOSING_OUTCOME, "outcome", VALUE_INTEGER},
    {TICKET_VISIT, OCCURRENCE_AT_US, "visited_us", VALUE_INTEGER},
    {TICKET_VISIT, VISIT_VALID, "valid", VALUE_INTEGER},
    {TICKET_VISIT, VISIT_CONTACTED, "contacted", VALUE_INTEGER},
    {TICKET_VISIT, VISIT_SOLVED, "solved", VALUE_INTEGER},
    {TICKET_VISIT, VISIT_RESULT, "result", VALUE_INTEGER},
    {TICKET_VISIT, VISIT_ATTITUDE, "attitude", VALUE_INTEGER},
    {TICKET_VISIT, VISIT_SECOND, "second", VALUE_INTEGER},
    {TICKET_REWORK, OCCURRENCE_AT_US, "reworked_us", VALUE_INTEGER},
    {TICKET_ESCALATION, OCCURRENCE_AT_US, "escalated_us", VALUE_INTEGER},
    {TICKET_ESCALATION, ESCALATION_LEVEL, "level", VALUE_INTEGER},
};

static const char *const event_kind_names[] = {
    [TICKET_RECEIVED] = "received",
    [TICKET_DISPATCHED] = "dispatched",
    [TICKET_SIGNED] = "signed",
    [TICKET_RETURNED] = "returned",
    [TICKET_CONTACTED] = "contacted",
    [TICKET_EXTENDED] = "extended",
    [TICKET_REPLIED] = "replied",
    [TICKET_CLOSED] = "closed",
    [TICKET_VISITED] = "visited",
    [TICKET_REWORKED] = "reworked",
    [TICKET_SECOND_RATED] = "second_rated",
    [TICKET_ESCALATED] = "escalated",
    [TICKET_REASSIGNED] = "reassigned",
    [TICKET_DUPLICATE_MARKED] = "duplicate_marked",
    [TICKET_EXCLUSION_APPROVED] = "exclusion_approved",
    [TICKET_EXCLUSION_REVOKED] = "exclusion_revoked",
    [TICKET_CORRECTED] = "corrected",
    [TICKET_VOIDED] = "voided",
    [TICKET_SNAPSHOT] = "snapshot",
    [TICKET_PROGRESS] = "progress",
};

static const struct column columns[] = {
    {"received_at", COLUMN_TIMESTAMP, "when the hotline received it"},
    {"due_at", COLUMN_TIMESTAMP, "when it has to be closed"},
    {"first_closed_at", COLUMN_TIMESTAMP, "its first closing"},
    {"last_closed_at", COLUMN_TIMESTAMP, "its last closing"},
    {"visited_at", COLUMN_TIMESTAMP, "its last valid visit"},
    {"district", COLUMN_TEXT, "responsible district as sent"},
    {"unit", COLUMN_TEXT, "unit of the last dispatch that was not returned, as sent"},
    {"town", COLUMN_TEXT, "town where it is, as sent"},
    {"village", COLUMN_TEXT, "village where it is, as sent"},
    {"nature", COLUMN_SMALLINT,
     "1 enquiry, 2 request, 3 complaint, 4 report, 5 suggestion, 6 praise"},
    {"channel", COLUMN_SMALLINT,
     "1 phone, 2 web, 3 WeChat, 4 app, 5 province transfer, 6 message board, 7 staff, 8 other"},
    {"category1", COLUMN_TEXT, "first-level category as sent"},
    {"category2", COLUMN_TEXT, "second-level category as sent"},
    {"flags", COLUMN_SMALLINT, "sum of 1 excluded, 2 void, 4 duplicate"},
    {"dispatches", COLUMN_INTEGER, "number of dispatches"},
    {"returns", COLUMN_INTEGER, "number of dispatches that were returned"},
    {"closings", COLUMN_INTEGER, "number of closings"},
    {"reworks", COLUMN_INTEGER, "number of reworks"},
    {"escalations", COLUMN_INTEGER, "number of escalations"},
    {"contact", COLUMN_BOOLEAN,
     "true when some contact reached the citizen, false when all tries failed"},
    {"solved", COLUMN_BOOLEAN, "last valid visit: the citizen says solved"},
    {"result", COLUMN_SMALLINT,
     "last valid visit: 1 very dissatisfied to 5 very satisfied, 6 not rated"},
    {"attitude", COLUMN_SMALLINT, "last valid visit, likewise"},
};

static const struct rollup *const rollups[] = {&rollup_ticket_day, &rollup_ticket_month,
                                               &rollup_dispatch_day, &rollup_ticket_subset_day};

void hotline_read_columns(const struct entity_key *key, const struct state *state,
                          struct arena *arena, struct value *values)
{
    struct ticket ticket;
    (void)key;
    ticket_read(state, arena, &ticket);
    const struct value row[] = {
        value_integer_unless(ticket.received_us, INSTANT_NONE),
        value_integer_unless(ticket.due_us, INSTANT_NONE),
        value_integer_unless(ticket.first_closed_us, INSTANT_NONE),
        value_integer_unless(ticket.last_closed_us, INSTANT_NONE),
        value_integer_unless(ticket.visit.visited_us, INSTANT_NONE),
        value_text_unless_empty(ticket.district),
        value_text_unless_empty(ticket.unit),
        value_text_unless_empty(ticket.town),
        value_text_unless_empty(ticket.village),
        value_integer_unless(ticket.nature, 0),
        value_integer_unless(ticket.channel, 0),
        value_text_unless_empty(ticket.category1),
        value_text_unless_empty(ticket.category2),
        value_integer(ticket.flags),
        value_integer(ticket.dispatch_count),
        value_integer(ticket.returns),
        value_integer(ticket.closings),
        value_integer(ticket.reworks),
        value_integer(ticket.escalations),
        value_integer_unless(ticket.contact, -1),
        value_integer_unless(ticket.visit.solved, -1),
        value_integer_unless(ticket.visit.result, 0),
        value_integer_unless(ticket.visit.attitude, 0),
    };
    _Static_assert(LENGTH_OF(row) == LENGTH_OF(columns), "a value for every column");
    memcpy(values, row, sizeof row);
}

const struct family_definition family_hotline = {
    .family = FAMILY_HOTLINE,
    .name = "hotline",
    .topic = "cityops.hotline.v1",
    .state_table = "ticket",
    .root_part = "ticket",
    .kinds = kinds,
    .kind_count = LENGTH_OF(kinds),
    .fields = fields,
    .field_count = LENGTH_OF(fields),
    .event_kind_names = event_kind_names,
    .event_kind_count = LENGTH_OF(event_kind_names),
    .validate = hotline_validate,
    .columns = columns,
    .column_count = LENGTH_OF(columns),
    .read_columns = hotline_read_columns,
    .rollups = rollups,
    .rollup_count = LENGTH_OF(rollups),
    .contribute = hotline_contribute,
};
