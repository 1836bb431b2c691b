// What a counted output contributes, and which of its events are refused.
#include "ticket_rows.h"

#include "core/activity.h"

#include <criterion/criterion.h>

#define T INT64_C(1425790800000000) // 2015-03-08T00:00 in New York

// District A with unit U; the empty name means district B.
static struct area_index *make_areas(void)
{
    static const struct area areas[] = {
        {TEXT("A"), AREA_DISTRICT, {0}, {0}, TEXT("Alpha"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("B"), AREA_DISTRICT, {0}, {0}, TEXT("Beta"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("U"), AREA_UNIT, TEXT("A"), {0}, TEXT("Unit"), {0}, DAY_MIN, DAY_MAX},
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
    struct stated rows[8];
    const char *expected;
};

static const struct cell_case cell_cases[] = {
    {"nobody knows when: no cell", {FACT(ACTIVITY_TYPE, 1)}, ""},
    {"a bulletin of a district",
     {FACT(ACTIVITY_DONE_US, T), FACT(ACTIVITY_TYPE, ACTIVITY_FLASH_BULLETIN),
      FACT_TEXT(ACTIVITY_DISTRICT, "Beta")},
     "activity_day 2015-03-08 \"B\" \"\" 3 0: activities 1\n"},
    {"a payment of a unit: the district above it",
     {FACT(ACTIVITY_DONE_US, T - 1), FACT(ACTIVITY_TYPE, ACTIVITY_BUDGET_PAID),
      FACT_TEXT(ACTIVITY_UNIT, " Unit "), FACT(ACTIVITY_AMOUNT_FEN, 3398),
      FACT(ACTIVITY_IS_VOID, 1)},
     "activity_day 2015-03-07 \"A\" \"U\" 9 1: activities 1, amount_fen 3398\n"},
    {"a unit that is a whole district has no unit's code",
     {FACT(ACTIVITY_DONE_US, T), FACT_TEXT(ACTIVITY_UNIT, "Alpha")},
     "activity_day 2015-03-08 \"A\" \"\" 0 0: activities 1\n"},
    {"an unknown unit is counted, where the empty name says",
     {FACT(ACTIVITY_DONE_US, T), FACT_TEXT(ACTIVITY_UNIT, "Atlantis")},
     "activity_day 2015-03-08 \"B\" \"unassigned\" 0 0: activities 1\n"},
    {"an unknown district is counted as unassigned",
     {FACT(ACTIVITY_DONE_US, T), FACT_TEXT(ACTIVITY_DISTRICT, "Atlantis")},
     "activity_day 2015-03-08 \"unassigned\" \"\" 0 0: activities 1\n"},
};

Test(activity, contributes_to_the_cell_of_its_day)
{
    struct arena arena = ARENA_INIT;
    struct zone *zone = zone_open("America/New_York", NULL);
    struct area_index *areas = make_areas();
    const struct contribution_context context = {
        .zone = zone, .areas = areas, .sensors = sensor_index_none()};
    for (size_t i = 0; i < sizeof cell_cases / sizeof cell_cases[0]; i++) {
        struct rollup_sums *sums = rollup_sums_new(&arena);
        struct state state;
        family_rows_fold(&arena, FAMILY_ACTIVITY, cell_cases[i].rows, &state);
        family_activity.contribute(&(struct entity_key){0}, &state, &arena, &context, 1, sums);
        cr_expect_str_eq(sums_describe(&arena, sums), cell_cases[i].expected, "%s: %s",
                         cell_cases[i].name, sums_describe(&arena, sums));
        family_activity.contribute(&(struct entity_key){0}, &state, &arena, &context, -1, sums);
        cr_expect_str_eq(sums_describe(&arena, sums), "", "%s: what was added goes away",
                         cell_cases[i].name);
    }
    zone_close(zone);
    area_index_free(areas);
    arena_free(&arena);
}

struct rule_case {
    uint16_t kind;
    struct stated rows[4];
    const char *code; // null: accepted
};

static const struct rule_case rule_cases[] = {
    {ACTIVITY_DONE, {FACT(ACTIVITY_DONE_US, T), FACT(ACTIVITY_TYPE, ACTIVITY_NEWS_REPORT)}, NULL},
    {ACTIVITY_DONE, {FACT(ACTIVITY_TYPE, ACTIVITY_NEWS_REPORT)}, "done.time-missing"},
    {ACTIVITY_DONE, {FACT(ACTIVITY_DONE_US, T)}, "done.type-missing"},
    {ACTIVITY_DONE, {FACT(ACTIVITY_DONE_US, T), FACT(ACTIVITY_TYPE, 10)}, "enum.out-of-range"},
    {ACTIVITY_DONE,
     {FACT(ACTIVITY_DONE_US, T), FACT(ACTIVITY_TYPE, ACTIVITY_BUDGET_PAID)},
     "done.amount-missing"},
    {ACTIVITY_DONE,
     {FACT(ACTIVITY_DONE_US, T), FACT(ACTIVITY_TYPE, ACTIVITY_BUDGET_PAID),
      FACT(ACTIVITY_AMOUNT_FEN, INT64_C(10000000000000))},
     NULL},
    {ACTIVITY_CORRECTED,
     {FACT(ACTIVITY_AMOUNT_FEN, INT64_C(10000000000001))},
     "number.out-of-range"},
    {ACTIVITY_CORRECTED, {FACT(ACTIVITY_AMOUNT_FEN, -1)}, "number.out-of-range"},
    {ACTIVITY_CORRECTED, {{0}}, "corrected.nothing-stated"},
    {ACTIVITY_VOIDED, {FACT(ACTIVITY_IS_VOID, 0)}, "voided.not-void"},
    {ACTIVITY_VOIDED, {FACT(ACTIVITY_IS_VOID, 1)}, NULL},
};

Test(activity, events_are_accepted_when_complete_and_refused_by_their_code)
{
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof rule_cases / sizeof rule_cases[0]; i++) {
        const struct statement statement = {
            .source = "city", .recorded_us = T, .rows = rule_cases[i].rows};
        struct event event = family_statement_event(&arena, FAMILY_ACTIVITY, &statement);
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
