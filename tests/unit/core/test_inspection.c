// What a problem's notices, rectifications and re-checks say, what they contribute, and which events are refused.
#include "ticket_rows.h"

#include "core/inspection.h"

#include <criterion/criterion.h>

#define T INT64_C(1425790800000000) // 2015-03-08T00:00 in New York
#define DAY US_PER_DAY

Test(inspection, the_first_rectification_decides_the_due_time_and_the_last_recheck_the_outcome)
{
    static const struct stated rows[] = {
        FACT(PROBLEM_FOUND_US, T),
        OF(PROBLEM_NOTICE, "a", NOTICE_ASSIGNED_US, T + 9),
        OF_TEXT(PROBLEM_NOTICE, "a", NOTICE_UNIT, "later"),
        OF(PROBLEM_NOTICE, "b", NOTICE_ASSIGNED_US, T + 3),
        OF_TEXT(PROBLEM_NOTICE, "b", NOTICE_UNIT, "first"),
        OF_TEXT(PROBLEM_NOTICE, "c", NOTICE_UNIT, "without a time"),
        OF(PROBLEM_RECTIFICATION, "1", RECTIFICATION_AT_US, T + 50),
        OF(PROBLEM_RECTIFICATION, "2", RECTIFICATION_AT_US, T + 20),
        OF(PROBLEM_RECTIFICATION, "3", FIELD_STATED, 1),
        OF(PROBLEM_RECHECK, "1", RECHECK_AT_US, T + 60),
        OF(PROBLEM_RECHECK, "1", RECHECK_PASSED, 1),
        OF(PROBLEM_RECHECK, "2", RECHECK_AT_US, T + 30),
        OF(PROBLEM_RECHECK, "2", RECHECK_PASSED, 0),
        OF(PROBLEM_RECHECK, "3", RECHECK_PASSED, 0),
        {0}};
    struct arena arena = ARENA_INIT;
    struct state state;
    struct problem problem;
    family_rows_fold(&arena, FAMILY_INSPECTION, rows, &state);
    problem_read(&state, &arena, &problem);
    cr_expect_eq(problem.first_assigned_us, T + 3);
    cr_expect(text_equal(problem.unit, TEXT("later")));
    cr_expect_eq(problem.first_rectified_us, T + 20);
    cr_expect_eq(problem.last_rectified_us, T + 50);
    cr_expect_eq(problem.last_recheck.rechecked_us, T + 60);
    cr_expect_eq(problem.last_recheck.passed, 1);
    cr_expect_eq(problem.notices, 3u);
    cr_expect_eq(problem.rectifications, 3u);
    cr_expect_eq(problem.recheck_count, 3u);
    cr_expect_eq(problem.failed_rechecks, 2u);
    arena_free(&arena);
}

// District A with town W and village V; the empty name means district B.
static struct area_index *make_areas(void)
{
    static const struct area areas[] = {
        {TEXT("A"), AREA_DISTRICT, {0}, {0}, TEXT("Alpha"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("B"), AREA_DISTRICT, {0}, {0}, TEXT("Beta"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("W"), AREA_TOWN, TEXT("A"), {0}, TEXT("West"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("V"), AREA_VILLAGE, TEXT("W"), {0}, TEXT("Vale"), {0}, DAY_MIN, DAY_MAX},
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
    {"nobody knows when: no cell", {FACT_TEXT(PROBLEM_DISTRICT, "A")}, ""},
    {"found: day and month, the village's code and the district above it",
     {FACT(PROBLEM_FOUND_US, T), FACT_TEXT(PROBLEM_VILLAGE, " Vale "), FACT(PROBLEM_THEME, 2),
      FACT(PROBLEM_IS_VOID, 1)},
     "problem_day 1 2015-03-08 \"A\" 2 1: problems 1\n"
     "problem_month 1 2015-03-01 \"A\" \"V\" 2 1: problems 1\n"},
    {"a town answers before a village, and an unknown village is counted as unassigned",
     {FACT(PROBLEM_FOUND_US, T), FACT_TEXT(PROBLEM_TOWN, "West"),
      FACT_TEXT(PROBLEM_VILLAGE, "Atlantis")},
     "problem_day 1 2015-03-08 \"A\" 0 0: problems 1\n"
     "problem_month 1 2015-03-01 \"A\" \"unassigned\" 0 0: problems 1\n"},
    {"without any name: what the empty name means",
     {FACT(PROBLEM_FOUND_US, T)},
     "problem_day 1 2015-03-08 \"B\" 0 0: problems 1\n"
     "problem_month 1 2015-03-01 \"B\" \"\" 0 0: problems 1\n"},
    {"failed, rectified again late, and passed: each re-check on its own day",
     {FACT_TEXT(PROBLEM_DISTRICT, "A"), FACT(PROBLEM_FOUND_US, T),
      FACT(PROBLEM_DUE_US, T + 2 * DAY), OF(PROBLEM_NOTICE, "1", NOTICE_ASSIGNED_US, T),
      OF(PROBLEM_RECTIFICATION, "1", RECTIFICATION_AT_US, T + 2 * DAY),
      OF(PROBLEM_RECTIFICATION, "2", RECTIFICATION_AT_US, T + 4 * DAY),
      OF(PROBLEM_RECHECK, "1", RECHECK_AT_US, T + 3 * DAY),
      OF(PROBLEM_RECHECK, "1", RECHECK_PASSED, 0),
      OF(PROBLEM_RECHECK, "2", RECHECK_AT_US, T + 5 * DAY),
      OF(PROBLEM_RECHECK, "2", RECHECK_PASSED, 1)},
#define COUNTS                                                                                     \
    "problems 1, notices 1, assigned 1, due 1, rectified 1, on_time 1, rectification_seconds "     \
    "345600, rechecked 1, settled 1\n"
     "problem_day 1 2015-03-08 \"A\" 0 0: " COUNTS "problem_day 2 2015-03-10 \"A\" 0 0: " COUNTS
     "problem_day 3 2015-03-12 \"A\" 0 0: " COUNTS "problem_day 4 2015-03-12 \"A\" 0 0: " COUNTS
     "problem_day 5 2015-03-10 \"A\" 0 0: " COUNTS
     "problem_month 1 2015-03-01 \"A\" \"\" 0 0: " COUNTS
     "problem_month 2 2015-03-01 \"A\" \"\" 0 0: " COUNTS
     "recheck_day 2015-03-11 \"A\" 0 0: rechecks 1, failed 1\n"
     "recheck_day 2015-03-13 \"A\" 0 0: rechecks 1, passed 1\n"},
    {"rectified before it was found: in no duration, and counted",
     {FACT_TEXT(PROBLEM_DISTRICT, "A"), FACT(PROBLEM_FOUND_US, T),
      OF(PROBLEM_RECTIFICATION, "1", RECTIFICATION_AT_US, T - 1)},
     "problem_day 1 2015-03-08 \"A\" 0 0: problems 1, rectified 1, rectified_before_found 1, "
     "settled 1\n"
     "problem_day 3 2015-03-07 \"A\" 0 0: problems 1, rectified 1, rectified_before_found 1, "
     "settled 1\n"
     "problem_day 4 2015-03-08 \"A\" 0 0: problems 1, rectified 1, rectified_before_found 1, "
     "settled 1\n"
     "problem_month 1 2015-03-01 \"A\" \"\" 0 0: problems 1, rectified 1, rectified_before_found "
     "1, settled 1\n"},
};

Test(inspection, contributes_to_the_cells_of_the_cohorts_that_it_has_reached)
{
    struct arena arena = ARENA_INIT;
    struct zone *zone = zone_open("America/New_York", NULL);
    struct area_index *areas = make_areas();
    const struct contribution_context context = {
        .zone = zone, .areas = areas, .sensors = sensor_index_none()};
    for (size_t i = 0; i < sizeof cell_cases / sizeof cell_cases[0]; i++) {
        struct rollup_sums *sums = rollup_sums_new(&arena);
        struct state state;
        family_rows_fold(&arena, FAMILY_INSPECTION, cell_cases[i].rows, &state);
        family_inspection.contribute(&(struct entity_key){0}, &state, &arena, &context, 1, sums);
        cr_expect_str_eq(sums_describe(&arena, sums), cell_cases[i].expected, "%s: %s",
                         cell_cases[i].name, sums_describe(&arena, sums));
        family_inspection.contribute(&(struct entity_key){0}, &state, &arena, &context, -1, sums);
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
    {PROBLEM_FOUND, {FACT(PROBLEM_FOUND_US, T)}, NULL},
    {PROBLEM_FOUND, {FACT(PROBLEM_DUE_US, T)}, "found.time-missing"},
    {PROBLEM_FOUND, {FACT(PROBLEM_FOUND_US, T), FACT(PROBLEM_THEME, 3)}, "enum.out-of-range"},
    {PROBLEM_FOUND, {FACT(PROBLEM_FOUND_US, T), FACT(PROBLEM_ORIGIN, 4)}, "enum.out-of-range"},
    {PROBLEM_ASSIGNED, {OF(PROBLEM_NOTICE, "1", NOTICE_ASSIGNED_US, T)}, NULL},
    {PROBLEM_ASSIGNED, {OF_TEXT(PROBLEM_NOTICE, "1", NOTICE_UNIT, "U")}, "assigned.notice-missing"},
    {PROBLEM_RECTIFIED, {OF(PROBLEM_RECTIFICATION, "1", RECTIFICATION_AT_US, T)}, NULL},
    {PROBLEM_RECTIFIED, {FACT(PROBLEM_FOUND_US, T)}, "rectified.rectification-missing"},
    {PROBLEM_RECHECKED, {OF(PROBLEM_RECHECK, "1", RECHECK_AT_US, T)}, NULL},
    {PROBLEM_RECHECKED, {OF(PROBLEM_RECHECK, "1", RECHECK_PASSED, 1)}, "rechecked.recheck-missing"},
    {PROBLEM_RECHECKED, {OF(PROBLEM_RECHECK, "1", RECHECK_PASSED, 2)}, "boolean.out-of-range"},
    {PROBLEM_CORRECTED, {{0}}, "corrected.nothing-stated"},
    {PROBLEM_VOIDED, {FACT(PROBLEM_IS_VOID, 0)}, "voided.not-void"},
    {PROBLEM_VOIDED, {FACT(PROBLEM_IS_VOID, 1)}, NULL},
};

Test(inspection, events_are_accepted_when_complete_and_refused_by_their_code)
{
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof rule_cases / sizeof rule_cases[0]; i++) {
        const struct statement statement = {
            .source = "city", .recorded_us = T, .rows = rule_cases[i].rows};
        struct event event = family_statement_event(&arena, FAMILY_INSPECTION, &statement);
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
