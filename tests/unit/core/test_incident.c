// What an incident's units and facts say together, what it contributes, and which of its events are refused.
#include "ticket_rows.h"

#include "core/incident.h"

#include <criterion/criterion.h>

#define T INT64_C(1425790800000000) // 2015-03-08T00:00 in New York
#define SECOND US_PER_SECOND
#define UNIT(key, field, us) OF(INCIDENT_UNIT, key, field, us)

static struct incident read_rows(struct arena *arena, const struct stated *rows)
{
    struct state state;
    struct incident incident;
    family_rows_fold(arena, FAMILY_INCIDENT, rows, &state);
    incident_read(&state, &incident);
    return incident;
}

Test(incident, takes_the_earliest_dispatch_and_arrival_and_the_latest_return_of_its_units)
{
    static const struct stated rows[] = {
        UNIT("E01", UNIT_RECEIVED_US, T + 5),   UNIT("E01", UNIT_DISPATCHED_US, T + 30),
        UNIT("E01", UNIT_ARRIVED_US, T + 90),   UNIT("E01", UNIT_AVAILABLE_US, T + 100),
        UNIT("M02", UNIT_RECEIVED_US, T),       UNIT("M02", UNIT_DISPATCHED_US, T + 40),
        UNIT("M02", UNIT_ARRIVED_US, T + 80),   UNIT("M02", UNIT_TRANSPORT_US, T + 95),
        UNIT("M02", UNIT_HOSPITAL_US, T + 94),  UNIT("M02", UNIT_AVAILABLE_US, T + 200),
        UNIT("Q03", UNIT_RECEIVED_US, T + 300), {0}};
    struct arena arena = ARENA_INIT;
    struct incident incident = read_rows(&arena, rows);
    cr_expect_eq(incident.known_us, T);
    cr_expect_eq(incident.dispatched_us, T + 30);
    cr_expect_eq(incident.arrived_us, T + 80);
    cr_expect_eq(incident.closed_us, T + 200);
    cr_expect_eq(incident.units, 3u);
    cr_expect_eq(incident.units_arrived, 2u);
    cr_expect_eq(incident.hospital_before_transport, 1u);
    arena_free(&arena);
}

Test(incident, is_open_while_a_dispatched_unit_is_out)
{
    static const struct stated rows[] = {UNIT("E01", UNIT_DISPATCHED_US, T),
                                         UNIT("E01", UNIT_AVAILABLE_US, T + 9),
                                         UNIT("E02", UNIT_DISPATCHED_US, T),
                                         {0}};
    struct arena arena = ARENA_INIT;
    cr_expect_eq(read_rows(&arena, rows).closed_us, INSTANT_NONE);
    arena_free(&arena);
}

Test(incident, lets_what_is_stated_win_over_its_units_even_where_it_is_stated_as_empty)
{
    static const struct stated stated[] = {FACT(INCIDENT_KNOWN_US, T - 1),
                                           FACT(INCIDENT_CLOSED_US, T + 500),
                                           UNIT("E01", UNIT_RECEIVED_US, T),
                                           UNIT("E01", UNIT_AVAILABLE_US, T + 9),
                                           {0}};
    static const struct stated cleared[] = {FACT(INCIDENT_KNOWN_US, STATED_EMPTY),
                                            FACT(INCIDENT_CLOSED_US, STATED_EMPTY),
                                            UNIT("E01", UNIT_RECEIVED_US, T),
                                            UNIT("E01", UNIT_AVAILABLE_US, T + 9),
                                            {0}};
    struct arena arena = ARENA_INIT;
    struct incident incident = read_rows(&arena, stated);
    cr_expect_eq(incident.known_us, T - 1);
    cr_expect_eq(incident.closed_us, T + 500);
    incident = read_rows(&arena, cleared);
    cr_expect_eq(incident.known_us, INSTANT_NONE);
    cr_expect_eq(incident.closed_us, INSTANT_NONE);
    arena_free(&arena);
}

// Districts A (with town W) and B; the empty name means B.
static struct area_index *make_areas(void)
{
    static const struct area areas[] = {
        {TEXT("A"), AREA_DISTRICT, {0}, {0}, TEXT("Alpha"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("B"), AREA_DISTRICT, {0}, {0}, TEXT("Beta"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("W"), AREA_TOWN, TEXT("A"), {0}, TEXT("West"), {0}, DAY_MIN, DAY_MAX},
    };
    static const struct area_alias nameless = {{"", 0}, TEXT("B"), AREA_DISTRICT, DAY_MIN, DAY_MAX};
    struct area_index *index = area_index_new();
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++)
        cr_assert(area_index_add(index, &areas[i], &error), "%s", error.text);
    cr_assert(area_index_add_alias(index, &nameless, &error), "%s", error.text);
    cr_assert(area_index_finish(index, &error), "%s", error.text);
    return index;
}

struct cell_case {
    const char *name;
    struct stated rows[12];
    const char *expected;
};

static const struct cell_case cell_cases[] = {
    {"nobody knows when: no cell", {FACT_TEXT(INCIDENT_DISTRICT, "A")}, ""},
    {"known: its day, district, level and flags",
     {FACT(INCIDENT_KNOWN_US, T), FACT_TEXT(INCIDENT_DISTRICT, " Alpha "), FACT(INCIDENT_LEVEL, 2),
      FACT(INCIDENT_IS_VOID, 1), FACT_TEXT(INCIDENT_MERGED_INTO, "7"), FACT(INCIDENT_KILLED, 1),
      FACT(INCIDENT_SLIGHTLY_INJURED, 12)},
     "incident_day 1 2015-03-08 \"A\" 2 3: incidents 1, killed 1, slightly_injured 12\n"},
    {"no district: the one above the town",
     {FACT(INCIDENT_KNOWN_US, T), FACT_TEXT(INCIDENT_TOWN, "West")},
     "incident_day 1 2015-03-08 \"A\" 0 0: incidents 1\n"},
    {"an unknown town is in no district",
     {FACT(INCIDENT_KNOWN_US, T), FACT_TEXT(INCIDENT_TOWN, "Atlantis")},
     "incident_day 1 2015-03-08 \"unassigned\" 0 0: incidents 1\n"},
    {"neither: what the empty name means",
     {FACT(INCIDENT_KNOWN_US, T)},
     "incident_day 1 2015-03-08 \"B\" 0 0: incidents 1\n"},
    {"an unknown district is counted as unassigned",
     {FACT(INCIDENT_KNOWN_US, T), FACT_TEXT(INCIDENT_DISTRICT, "Desconegut")},
     "incident_day 1 2015-03-08 \"unassigned\" 0 0: incidents 1\n"},
    {"every cohort has all counts, and the limit is inclusive",
     {FACT_TEXT(INCIDENT_DISTRICT, "A"), FACT(INCIDENT_KNOWN_US, T),
      FACT(INCIDENT_REOPENED_US, T + US_PER_DAY), UNIT("E", UNIT_DISPATCHED_US, T + 60 * SECOND),
      UNIT("E", UNIT_ARRIVED_US, T + 480 * SECOND),
      UNIT("E", UNIT_AVAILABLE_US, T + 2 * US_PER_DAY)},
#define COUNTS                                                                                     \
    "incidents 1, units 1, units_arrived 1, dispatched 1, arrived 1, reopened 1, closed 1, "       \
    "arrived_within_480s 1, known_dispatched 1, known_dispatched_seconds 60, known_arrived 1, "    \
    "known_arrived_seconds 480, dispatched_arrived 1, dispatched_arrived_seconds 420, "            \
    "known_reopened 1, known_reopened_seconds 86400, known_closed 1, known_closed_seconds "        \
    "172800\n"
     "incident_day 1 2015-03-08 \"A\" 0 0: " COUNTS "incident_day 2 2015-03-10 \"A\" 0 0: " COUNTS
     "incident_day 3 2015-03-09 \"A\" 0 0: " COUNTS},
    {"impossible pairs are in no duration, and counted",
     {FACT_TEXT(INCIDENT_DISTRICT, "A"), FACT(INCIDENT_KNOWN_US, T),
      UNIT("E", UNIT_DISPATCHED_US, T - 1), UNIT("E", UNIT_ARRIVED_US, T - SECOND)},
     "incident_day 1 2015-03-08 \"A\" 0 0: incidents 1, units 1, units_arrived 1, dispatched 1, "
     "arrived 1, known_dispatched_negative 1, known_arrived_negative 1, "
     "dispatched_arrived_negative 1\n"},
    {"bulletins by kind, and the first against its due time",
     {FACT_TEXT(INCIDENT_DISTRICT, "A"), FACT(INCIDENT_KNOWN_US, T),
      FACT(INCIDENT_FIRST_REPORT_DUE_US, T + 60),
      OF(INCIDENT_BULLETIN, "1", BULLETIN_SENT_US, T + 90),
      OF(INCIDENT_BULLETIN, "1", BULLETIN_KIND, BULLETIN_SPECIAL),
      OF(INCIDENT_BULLETIN, "2", BULLETIN_SENT_US, T + 60),
      OF(INCIDENT_BULLETIN, "2", BULLETIN_KIND, BULLETIN_FLASH),
      OF(INCIDENT_BULLETIN, "3", BULLETIN_KIND, BULLETIN_DUTY),
      OF(INCIDENT_BULLETIN, "4", FIELD_STATED, 1)},
     "incident_day 1 2015-03-08 \"A\" 0 0: incidents 1, first_report_due 1, first_reported 1, "
     "first_report_on_time 1, bulletins_flash 1, bulletins_special 1, bulletins_duty 1\n"},
};

Test(incident, contributes_to_the_cells_of_the_cohorts_that_it_has_reached)
{
    struct arena arena = ARENA_INIT;
    struct zone *zone = zone_open("America/New_York", NULL);
    struct area_index *areas = make_areas();
    const struct contribution_context context = {
        .zone = zone, .areas = areas, .sensors = sensor_index_none()};
    for (size_t i = 0; i < sizeof cell_cases / sizeof cell_cases[0]; i++) {
        struct rollup_sums *sums = rollup_sums_new(&arena);
        struct state state;
        family_rows_fold(&arena, FAMILY_INCIDENT, cell_cases[i].rows, &state);
        family_incident.contribute(&(struct entity_key){0}, &state, &arena, &context, 1, sums);
        cr_expect_str_eq(sums_describe(&arena, sums), cell_cases[i].expected, "%s: %s",
                         cell_cases[i].name, sums_describe(&arena, sums));
        family_incident.contribute(&(struct entity_key){0}, &state, &arena, &context, -1, sums);
        cr_expect_str_eq(sums_describe(&arena, sums), "", "%s: what was added goes away",
                         cell_cases[i].name);
    }
    zone_close(zone);
    area_index_free(areas);
    arena_free(&arena);
}

struct rule_case {
    uint16_t kind;
    struct stated rows[3];
    const char *code; // null: accepted
};

static const struct rule_case rule_cases[] = {
    {INCIDENT_KNOWN, {FACT(INCIDENT_KNOWN_US, T)}, NULL},
    {INCIDENT_KNOWN, {FACT(INCIDENT_KNOWN_US, STATED_EMPTY)}, "known.time-missing"},
    {INCIDENT_VERIFIED, {FACT(INCIDENT_KNOWN_US, T)}, "verified.time-missing"},
    {INCIDENT_REPORTED, {OF(INCIDENT_BULLETIN, "1", BULLETIN_SENT_US, T)}, NULL},
    {INCIDENT_REPORTED,
     {OF(INCIDENT_BULLETIN, "1", BULLETIN_KIND, 1)},
     "reported.bulletin-missing"},
    {INCIDENT_REPORTED, {OF(INCIDENT_BULLETIN, "1", BULLETIN_KIND, 4)}, "enum.out-of-range"},
    {INCIDENT_DISPATCHED, {UNIT("E", UNIT_DISPATCHED_US, T)}, NULL},
    {INCIDENT_DISPATCHED, {UNIT("E", UNIT_ARRIVED_US, T)}, "dispatched.unit-missing"},
    {INCIDENT_ARRIVED, {UNIT("E", UNIT_ARRIVED_US, T - 5), UNIT("E", UNIT_DISPATCHED_US, T)}, NULL},
    {INCIDENT_ARRIVED, {UNIT("E", UNIT_DISPATCHED_US, T)}, "arrived.unit-missing"},
    {INCIDENT_REOPENED, {FACT(INCIDENT_CLEARED_US, T)}, "reopened.time-missing"},
    {INCIDENT_CLEARED, {FACT(INCIDENT_REOPENED_US, T)}, "cleared.time-missing"},
    {INCIDENT_CLOSED, {FACT(INCIDENT_CLEARED_US, T)}, "closed.time-missing"},
    {INCIDENT_MERGED, {FACT_TEXT(INCIDENT_MERGED_INTO, "2")}, NULL},
    {INCIDENT_MERGED, {FACT_TEXT(INCIDENT_DISTRICT, "A")}, "merged.target-missing"},
    {INCIDENT_MERGED, {FACT_TEXT(INCIDENT_MERGED_INTO, "1")}, "merged.into-itself"},
    {INCIDENT_CORRECTED, {{0}}, "corrected.nothing-stated"},
    {INCIDENT_CORRECTED, {FACT(INCIDENT_LEVEL, 5)}, "enum.out-of-range"},
    {INCIDENT_CORRECTED, {FACT(INCIDENT_LEVEL, 0)}, "enum.out-of-range"},
    {INCIDENT_CORRECTED, {FACT(INCIDENT_KILLED, -1)}, "number.out-of-range"},
    {INCIDENT_CORRECTED, {FACT(INCIDENT_KILLED, 1000000)}, NULL},
    {INCIDENT_CORRECTED, {FACT(INCIDENT_IS_VOID, 2)}, "boolean.out-of-range"},
    {INCIDENT_VOIDED, {FACT(INCIDENT_IS_VOID, 0)}, "voided.not-void"},
    {INCIDENT_VOIDED, {FACT(INCIDENT_IS_VOID, 1)}, NULL},
};

Test(incident, events_are_accepted_when_complete_and_refused_by_their_code)
{
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof rule_cases / sizeof rule_cases[0]; i++) {
        const struct statement statement = {
            .source = "city", .recorded_us = T, .rows = rule_cases[i].rows};
        struct event event = family_statement_event(&arena, FAMILY_INCIDENT, &statement);
        event.kind = rule_cases[i].kind;
        struct violation violation = {"accepted", ""};
        bool accepted = event_validate(&event, &arena, &violation);
        cr_expect_eq(accepted, rule_cases[i].code == NULL, "case %zu: %s: %s", i, violation.code,
                     violation.detail);
        if (rule_cases[i].code)
            cr_expect_str_eq(violation.code, rule_cases[i].code, "case %zu: %s", i,
                             violation.detail);
    }
    arena_free(&arena);
}

Test(incident, a_number_out_of_range_is_named_with_its_field_and_the_range)
{
    static const struct stated rows[] = {FACT(INCIDENT_SEVERELY_INJURED, 1000001), {0}};
    struct arena arena = ARENA_INIT;
    struct event event = family_statement_event(
        &arena, FAMILY_INCIDENT,
        &(struct statement){.source = "city", .recorded_us = T, .rows = rows});
    event.kind = INCIDENT_CORRECTED;
    struct violation violation;
    cr_assert_not(event_validate(&event, &arena, &violation));
    cr_expect_str_eq(violation.detail,
                     "severely_injured is 1000001, but has to be from 0 to 1000000");
    arena_free(&arena);
}
