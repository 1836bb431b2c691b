// What an incident contributes to which cells: the cohorts that it has reached.
//
// Names become codes here and nowhere else (DESIGN 3, reference data), as of the day on which the
// incident was known, so that all of its cells are in one district. Invariant: what a cell gets
// depends on the state and the context alone.
#include "core/incident.h"

#include "core/count_rule.h"
#include "core/incident_family.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct column dimensions[] = {
    {"cohort", COLUMN_SMALLINT, "1 known, 2 closed, 3 reopened"},
    {"day", COLUMN_DATE, "civil day of the cohort's instant"},
    {"district", COLUMN_TEXT, "code of the district where it happened, or \"unassigned\""},
    {"level", COLUMN_SMALLINT, "1 especially serious to 4 general, 0 when not stated"},
    {"flags", COLUMN_SMALLINT, "sum of 1 void, 2 merged into another"},
};

// In the order of enum incident_pair.
#define PAIR_MEASURES(name, from, until)                                                           \
    {name, "that have been " until " at or after " from},                                          \
        {name "_negative", "that have been " until " before " from ": in no duration"},            \
    {                                                                                              \
        name "_seconds", "whole seconds from " from " to being " until ", summed"                  \
    }

static const struct measure measures[] = {
    [INCIDENT_COUNT_INCIDENTS] = {"incidents", "incidents"},
    [INCIDENT_COUNT_UNITS] = {"units", "units, summed"},
    [INCIDENT_COUNT_UNITS_ARRIVED] = {"units_arrived", "units that arrived, summed"},
    [INCIDENT_COUNT_HOSPITAL_BEFORE_TRANSPORT] =
        {"hospital_before_transport",
         "units that reached the hospital before transport started, summed"},
    [INCIDENT_COUNT_VERIFIED] = {"verified", "that were verified"},
    [INCIDENT_COUNT_DISPATCHED] = {"dispatched", "to which a unit was dispatched"},
    [INCIDENT_COUNT_ARRIVED] = {"arrived", "at which a unit arrived"},
    [INCIDENT_COUNT_REOPENED] = {"reopened", "after which the roadway was open again"},
    [INCIDENT_COUNT_CLEARED] = {"cleared", "that the last responder has left"},
    [INCIDENT_COUNT_CLOSED] = {"closed", "that are closed"},
    [INCIDENT_COUNT_FIRST_REPORT_DUE] = {"first_report_due",
                                         "that have a due time for the first bulletin"},
    [INCIDENT_COUNT_FIRST_REPORTED] = {"first_reported", "that have a bulletin with a time"},
    [INCIDENT_COUNT_FIRST_REPORT_ON_TIME] = {"first_report_on_time",
                                             "whose first bulletin was sent by its due time"},
    [INCIDENT_COUNT_BULLETINS_FLASH] = {"bulletins_flash", "flash bulletins (快报), summed"},
    [INCIDENT_COUNT_BULLETINS_SPECIAL] = {"bulletins_special", "special bulletins (专报), summed"},
    [INCIDENT_COUNT_BULLETINS_DUTY] = {"bulletins_duty", "duty bulletins (值班信息), summed"},
    [INCIDENT_COUNT_KILLED] = {"killed", "people killed, summed"},
    [INCIDENT_COUNT_SEVERELY_INJURED] = {"severely_injured", "people severely injured, summed"},
    [INCIDENT_COUNT_SLIGHTLY_INJURED] = {"slightly_injured", "people slightly injured, summed"},
    [INCIDENT_COUNT_ARRIVED_WITHIN_480S] = {"arrived_within_480s",
                                            "reached at most 480 seconds after becoming known"},
    PAIR_MEASURES("known_verified", "becoming known", "verified"),
    PAIR_MEASURES("known_dispatched", "becoming known", "dispatched to"),
    PAIR_MEASURES("known_arrived", "becoming known", "reached"),
    PAIR_MEASURES("dispatched_arrived", "the first dispatch", "reached"),
    PAIR_MEASURES("known_reopened", "becoming known", "reopened"),
    PAIR_MEASURES("known_cleared", "becoming known", "cleared"),
    PAIR_MEASURES("known_closed", "becoming known", "closed"),
};

_Static_assert(LENGTH_OF(measures) == INCIDENT_MEASURE_COUNT, "every measure has a name");
_Static_assert((int)INCIDENT_MEASURE_COUNT <= (int)ROLLUP_MEASURES_MAX, "a cell holds them");

const struct rollup rollup_incident_day = {
    .name = "incident_day",
    .meaning = "Incidents by cohort, civil day, district, level and flags",
    .family = FAMILY_INCIDENT,
    .dimensions = dimensions,
    .measures = measures,
    .dimension_count = LENGTH_OF(dimensions),
    .measure_count = INCIDENT_MEASURE_COUNT,
};

struct text incident_district(const struct incident *incident, const struct area_index *areas,
                              int32_t day)
{
    return area_district_code(areas, incident->district, AREA_TOWN, incident->town, day);
}

struct text incident_subject(const struct incident *incident, const struct area_index *areas,
                             enum subject_kind subject, int32_t day)
{
    return subject == SUBJECT_TOWN ? area_named_code(areas, AREA_TOWN, incident->town, day)
                                   : incident_district(incident, areas, day);
}

void incident_begun(const struct incident *incident, struct begun *out)
{
    *out =
        (struct begun){incident->level, incident->known_us, incident->first_report_due_us, false};
}

void incident_contribute(const struct entity_key *key, const struct state *state,
                         struct arena *arena, const struct contribution_context *context, int sign,
                         struct rollup_sums *sums)
{
    struct incident incident;
    struct addends addends;
    int64_t counted[INCIDENT_MEASURE_COUNT];
    (void)key;
    (void)arena;
    incident_read(state, &incident);
    struct begun begun;
    incident_begun(&incident, &begun);
    if (context->rule)
        incident.first_report_due_us = count_rule_due_us(context->rule, context->working, &begun);
    incident_measures(&incident, counted);
    addends_collect(counted, INCIDENT_MEASURE_COUNT, sign, &addends);
    for (int cohort = INCIDENT_COHORT_KNOWN; cohort <= INCIDENT_COHORT_REOPENED; cohort++) {
        int64_t instant_us = incident_cohort_us(&incident, (enum incident_cohort)cohort);
        if (instant_us == INSTANT_NONE)
            continue;
        int32_t day = zone_day(context->zone, instant_us), naming_day = day;
        if (incident.known_us != INSTANT_NONE)
            naming_day = context_names_day(context, incident.known_us);
        const struct value cell[] = {
            value_integer(cohort),
            value_integer(day),
            value_text(incident_subject(&incident, context->areas, context->subject, naming_day)),
            value_integer(incident.level),
            value_integer(incident.flags),
        };
        addends_add(&addends, rollup_sums_cell(sums, &rollup_incident_day, cell));
    }
}
