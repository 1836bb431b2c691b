// Incident's row of the family table: names, columns, and where its rules, figures and
// contributions are.
//
// incident_stages.c reads an incident, incident_rollup.c counts it, incident_rules.c refuses an
// event. Invariant: kinds, fields and their names are those of incident.proto, columns those of the
// table cityops.incident (tests compare them).
#include "core/incident.h"

#include "core/incident_family.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct family_kind kinds[] = {
    {INCIDENT_UNIT, "units"},
    {INCIDENT_BULLETIN, "bulletins"},
};

static const struct family_field fields[] = {
    {FACTS_KIND, INCIDENT_OCCURRED_US, "incident_us", VALUE_INTEGER},
    {FACTS_KIND, INCIDENT_KNOWN_US, "known_us", VALUE_INTEGER},
    {FACTS_KIND, INCIDENT_VERIFIED_US, "verified_us", VALUE_INTEGER},
    {FACTS_KIND, INCIDENT_FIRST_REPORT_DUE_US, "first_report_due_us", VALUE_INTEGER},
    {FACTS_KIND, INCIDENT_REOPENED_US, "reopened_us", VALUE_INTEGER},
    {FACTS_KIND, INCIDENT_CLEARED_US, "cleared_us", VALUE_INTEGER},
    {FACTS_KIND, INCIDENT_CLOSED_US, "closed_us", VALUE_INTEGER},
    {FACTS_KIND, INCIDENT_LEVEL, "level", VALUE_INTEGER},
    {FACTS_KIND, INCIDENT_CATEGORY1, "category1", VALUE_TEXT},
    {FACTS_KIND, INCIDENT_CATEGORY2, "category2", VALUE_TEXT},
    {FACTS_KIND, INCIDENT_DISTRICT, "district", VALUE_TEXT},
    {FACTS_KIND, INCIDENT_TOWN, "town", VALUE_TEXT},
    {FACTS_KIND, INCIDENT_ROAD_SEGMENT, "road_segment", VALUE_TEXT},
    {FACTS_KIND, INCIDENT_MERGED_INTO, "merged_into", VALUE_TEXT},
    {FACTS_KIND, INCIDENT_IS_VOID, "voided", VALUE_INTEGER},
    {FACTS_KIND, INCIDENT_KILLED, "killed", VALUE_INTEGER},
    {FACTS_KIND, INCIDENT_SEVERELY_INJURED, "severely_injured", VALUE_INTEGER},
    {FACTS_KIND, INCIDENT_SLIGHTLY_INJURED, "slightly_injured", VALUE_INTEGER},
    {INCIDENT_UNIT, UNIT_RECEIVED_US, "received_us", VALUE_INTEGER},
    {INCIDENT_UNIT, UNIT_DISPATCHED_US, "dispatched_us", VALUE_INTEGER},
    {INCIDENT_UNIT, UNIT_RESPONDED_US, "responded_us", VALUE_INTEGER},
    {INCIDENT_UNIT, UNIT_ARRIVED_US, "arrived_us", VALUE_INTEGER},
    {INCIDENT_UNIT, UNIT_TRANSPORT_US, "transport_us", VALUE_INTEGER},
    {INCIDENT_UNIT, UNIT_HOSPITAL_US, "hospital_us", VALUE_INTEGER},
    {INCIDENT_UNIT, UNIT_AVAILABLE_US, "available_us", VALUE_INTEGER},
    {INCIDENT_BULLETIN, BULLETIN_SENT_US, "sent_us", VALUE_INTEGER},
    {INCIDENT_BULLETIN, BULLETIN_KIND, "kind", VALUE_INTEGER},
};

static const char *const event_kind_names[] = {
    [INCIDENT_KNOWN] = "known",       [INCIDENT_VERIFIED] = "verified",
    [INCIDENT_REPORTED] = "reported", [INCIDENT_DISPATCHED] = "dispatched",
    [INCIDENT_ARRIVED] = "arrived",   [INCIDENT_REOPENED] = "reopened",
    [INCIDENT_CLEARED] = "cleared",   [INCIDENT_CLOSED] = "closed",
    [INCIDENT_MERGED] = "merged",     [INCIDENT_CORRECTED] = "corrected",
    [INCIDENT_VOIDED] = "voided",     [INCIDENT_SNAPSHOT] = "snapshot",
    [INCIDENT_PROGRESS] = "progress",
};

static const struct column columns[] = {
    {"occurred_at", COLUMN_TIMESTAMP, "when it occurred, as far as known"},
    {"known_at", COLUMN_TIMESTAMP,
     "when it was first known: as stated, else the earliest receipt of a unit"},
    {"verified_at", COLUMN_TIMESTAMP, "when it was verified"},
    {"first_report_due_at", COLUMN_TIMESTAMP, "when the first bulletin has to be sent"},
    {"first_reported_at", COLUMN_TIMESTAMP, "its earliest bulletin"},
    {"dispatched_at", COLUMN_TIMESTAMP, "the earliest dispatch of a unit"},
    {"arrived_at", COLUMN_TIMESTAMP, "the earliest arrival of a unit"},
    {"reopened_at", COLUMN_TIMESTAMP, "when the roadway was open again"},
    {"cleared_at", COLUMN_TIMESTAMP, "when the last responder had left"},
    {"closed_at", COLUMN_TIMESTAMP,
     "when it was closed: as stated, else the last return of its units once all are back"},
    {"district", COLUMN_TEXT, "district where it happened, as sent"},
    {"town", COLUMN_TEXT, "town where it happened, as sent"},
    {"road_segment", COLUMN_TEXT, "road segment, as sent"},
    {"category1", COLUMN_TEXT, "first-level category as sent"},
    {"category2", COLUMN_TEXT, "second-level category as sent"},
    {"level", COLUMN_SMALLINT, "1 especially serious (Ⅰ) to 4 general (Ⅳ)"},
    {"flags", COLUMN_SMALLINT, "sum of 1 void, 2 merged into another"},
    {"merged_into", COLUMN_TEXT, "the incident that is counted instead"},
    {"units", COLUMN_INTEGER, "number of units"},
    {"bulletins", COLUMN_INTEGER, "number of bulletins"},
    {"killed", COLUMN_INTEGER, "people killed"},
    {"severely_injured", COLUMN_INTEGER, "people severely injured"},
    {"slightly_injured", COLUMN_INTEGER, "people slightly injured"},
};

static const struct rollup *const rollups[] = {&rollup_incident_day};

static uint32_t bulletin_count(const struct incident *incident)
{
    uint32_t count = 0;
    for (int kind = 0; kind < BULLETIN_KIND_COUNT; kind++)
        count += incident->bulletins[kind];
    return count;
}

void incident_read_columns(const struct entity_key *key, const struct state *state,
                           struct arena *arena, struct value *values)
{
    struct incident incident;
    (void)key;
    (void)arena;
    incident_read(state, &incident);
    const struct value row[] = {
        value_integer_unless(incident.occurred_us, INSTANT_NONE),
        value_integer_unless(incident.known_us, INSTANT_NONE),
        value_integer_unless(incident.verified_us, INSTANT_NONE),
        value_integer_unless(incident.first_report_due_us, INSTANT_NONE),
        value_integer_unless(incident.first_reported_us, INSTANT_NONE),
        value_integer_unless(incident.dispatched_us, INSTANT_NONE),
        value_integer_unless(incident.arrived_us, INSTANT_NONE),
        value_integer_unless(incident.reopened_us, INSTANT_NONE),
        value_integer_unless(incident.cleared_us, INSTANT_NONE),
        value_integer_unless(incident.closed_us, INSTANT_NONE),
        value_text_unless_empty(incident.district),
        value_text_unless_empty(incident.town),
        value_text_unless_empty(incident.road_segment),
        value_text_unless_empty(incident.category1),
        value_text_unless_empty(incident.category2),
        value_integer_unless(incident.level, 0),
        value_integer(incident.flags),
        value_text_unless_empty(incident.merged_into),
        value_integer(incident.units),
        value_integer(bulletin_count(&incident)),
        value_integer_unless(incident.killed, -1),
        value_integer_unless(incident.severely_injured, -1),
        value_integer_unless(incident.slightly_injured, -1),
    };
    _Static_assert(LENGTH_OF(row) == LENGTH_OF(columns), "a value for every column");
    memcpy(values, row, sizeof row);
}

const struct family_definition family_incident = {
    .family = FAMILY_INCIDENT,
    .name = "incident",
    .topic = "cityops.incident.v1",
    .state_table = "incident",
    .root_part = "incident",
    .kinds = kinds,
    .kind_count = LENGTH_OF(kinds),
    .fields = fields,
    .field_count = LENGTH_OF(fields),
    .event_kind_names = event_kind_names,
    .event_kind_count = LENGTH_OF(event_kind_names),
    .validate = incident_validate,
    .columns = columns,
    .column_count = LENGTH_OF(columns),
    .read_columns = incident_read_columns,
    .rollups = rollups,
    .rollup_count = LENGTH_OF(rollups),
    .contribute = incident_contribute,
};
