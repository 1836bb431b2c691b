// What tickets contribute to which cells, and that stocks follow from flows.
#include "ticket_rows.h"

#include "history.h"
#include "tests/unit/support/replay.h"

#include <criterion/criterion.h>

#define HOUR US_PER_HOUR
#define DAY US_PER_DAY
#define RECEIVED INT64_C(1425790800000000) // 2015-03-08T00:00 in New York, the day without 02:00

enum { ROWS_MAX = 24 };

// Two districts: A with town T and units U and old (the latter until 2015-03-09), B with none; a bureau of the city.
static struct area_index *make_areas(void)
{
    static const struct area areas[] = {
        {TEXT("city"), AREA_CITY, {0}, {0}, TEXT("City"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("A"), AREA_DISTRICT, TEXT("city"), {0}, TEXT("Alpha"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("B"), AREA_DISTRICT, TEXT("city"), {0}, TEXT("Beta"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("T"), AREA_TOWN, TEXT("A"), {0}, TEXT("Town"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("U"), AREA_UNIT, TEXT("T"), {0}, TEXT("Unit"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("C"), AREA_UNIT, TEXT("city"), {0}, TEXT("Bureau"), {0}, DAY_MIN, DAY_MAX},
    };
    struct area_index *index = area_index_new();
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++)
        cr_assert(area_index_add(index, &areas[i], &error), "%s", error.text);
    int32_t change = civil_day(2015, 3, 9);
    const struct area_alias aliases[] = {
        {TEXT("moving"), TEXT("A"), AREA_DISTRICT, DAY_MIN, change},
        {TEXT("moving"), TEXT("B"), AREA_DISTRICT, change, DAY_MAX},
    };
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
        cr_assert(area_index_add_alias(index, &aliases[i], &error), "%s", error.text);
    return index;
}

static struct area_index *finished(struct area_index *index)
{
    struct error error = ERROR_INIT;
    cr_assert(area_index_finish(index, &error), "%s", error.text);
    return index;
}

struct world {
    struct arena arena;
    struct zone *zone;
    struct area_index *areas;
    struct contribution_context context;
};

static struct world world_open(void)
{
    struct world world = {.arena = ARENA_INIT,
                          .zone = zone_open("America/New_York", NULL),
                          .areas = finished(make_areas())};
    world.context = (struct contribution_context){
        .zone = world.zone, .areas = world.areas, .sensors = sensor_index_none()};
    return world;
}

static void world_close(struct world *world)
{
    zone_close(world->zone);
    area_index_free(world->areas);
    arena_free(&world->arena);
}

static const char *describe(struct world *world, const struct stated *rows)
{
    struct state state;
    struct rollup_sums *sums = rollup_sums_new(&world->arena);
    rows_fold(&world->arena, rows, &state);
    family_hotline.contribute(&(struct entity_key){0}, &state, &world->arena, &world->context, 1,
                              sums);
    return sums_describe(&world->arena, sums);
}

struct cell_case {
    const char *name;
    struct stated rows[ROWS_MAX];
    const char *expected;
};

static const struct cell_case cell_cases[] = {
    {"nothing stated contributes nothing", {FACT_TEXT(TICKET_DISTRICT, "A")}, ""},
    {"received: its day and its month",
     {FACT(TICKET_RECEIVED_US, RECEIVED), FACT_TEXT(TICKET_DISTRICT, " Alpha "),
      FACT(TICKET_NATURE, 3), FACT(TICKET_CHANNEL, 5), FACT_TEXT(TICKET_CATEGORY1, "roads"),
      FACT(TICKET_EXCLUDED, 1), FACT(TICKET_IS_VOID, 1)},
     "ticket_day 1 2015-03-08 \"A\" 3 3: tickets 1\n"
     "ticket_month 1 2015-03-01 \"A\" \"\" \"roads\" 5: tickets 1\n"},
    {"a microsecond earlier is the day before",
     {FACT(TICKET_RECEIVED_US, RECEIVED - 1), FACT_TEXT(TICKET_DISTRICT, "A")},
     "ticket_day 1 2015-03-07 \"A\" 0 0: tickets 1\n"
     "ticket_month 1 2015-03-01 \"A\" \"\" \"\" 0: tickets 1\n"},
    {"every cohort has all counts",
     {FACT(TICKET_RECEIVED_US, RECEIVED), FACT(TICKET_DUE_US, RECEIVED + DAY),
      FACT_TEXT(TICKET_DISTRICT, "A"),
      OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, RECEIVED + 30 * DAY),
      OF(TICKET_VISIT, "#1", OCCURRENCE_AT_US, RECEIVED + 31 * DAY),
      OF(TICKET_VISIT, "#1", VISIT_VALID, 1)},
#define COUNTS                                                                                     \
    "tickets 1, closed 1, within_30d 1, handling_seconds 2592000, due 1, late 1, visited 1, "      \
    "closed_without_rework 1\n"
     "ticket_day 1 2015-03-08 \"A\" 0 0: " COUNTS "ticket_day 2 2015-04-07 \"A\" 0 0: " COUNTS
     "ticket_day 3 2015-03-09 \"A\" 0 0: " COUNTS "ticket_day 4 2015-04-08 \"A\" 0 0: " COUNTS
     "ticket_day 5 2015-04-07 \"A\" 0 0: " COUNTS "ticket_day 6 2015-04-07 \"A\" 0 0: " COUNTS
     "ticket_month 1 2015-03-01 \"A\" \"\" \"\" 0: " COUNTS
     "ticket_month 2 2015-04-01 \"A\" \"\" \"\" 0: " COUNTS},
    {"an escalated letter to the message board is in both subsets",
     {FACT(TICKET_RECEIVED_US, RECEIVED), FACT_TEXT(TICKET_DISTRICT, "A"),
      FACT(TICKET_CHANNEL, CHANNEL_MESSAGE_BOARD), FACT(TICKET_NATURE, 3),
      OF(TICKET_ESCALATION, "#1", OCCURRENCE_AT_US, RECEIVED + DAY),
      OF(TICKET_REPLY, "#1", OCCURRENCE_AT_US, RECEIVED + DAY),
      OF(TICKET_VISIT, "#1", OCCURRENCE_AT_US, RECEIVED + 31 * DAY),
      OF(TICKET_VISIT, "#1", VISIT_VALID, 1),
      OF(TICKET_VISIT, "#1", VISIT_RESULT, BASICALLY_SATISFIED)},
#define RATED "tickets 1, visited 1, result_3 1, escalated 1\n"
#define SUBSET "tickets 1, replied 1, visited 1, result_3 1\n"
     "ticket_day 1 2015-03-08 \"A\" 3 0: " RATED "ticket_day 4 2015-04-08 \"A\" 3 0: " RATED
     "ticket_month 1 2015-03-01 \"A\" \"\" \"\" 6: " RATED
     "ticket_subset_day 1 2015-03-08 \"A\" 1 3 0: " SUBSET
     "ticket_subset_day 1 2015-03-08 \"A\" 2 3 0: " SUBSET
     "ticket_subset_day 4 2015-04-08 \"A\" 1 3 0: " SUBSET
     "ticket_subset_day 4 2015-04-08 \"A\" 2 3 0: " SUBSET},
    {"a reply without a time answers nothing",
     {FACT(TICKET_RECEIVED_US, RECEIVED), FACT_TEXT(TICKET_DISTRICT, "A"),
      FACT(TICKET_CHANNEL, CHANNEL_MESSAGE_BOARD), FACT(TICKET_IS_VOID, 1),
      OF(TICKET_REPLY, "#1", FIELD_STATED, 1)},
     "ticket_day 1 2015-03-08 \"A\" 0 2: tickets 1\n"
     "ticket_month 1 2015-03-01 \"A\" \"\" \"\" 6: tickets 1\n"
     "ticket_subset_day 1 2015-03-08 \"A\" 2 0 2: tickets 1\n"},
    {"an unknown district is counted as unassigned",
     {FACT(TICKET_RECEIVED_US, RECEIVED), FACT_TEXT(TICKET_DISTRICT, "Atlantis")},
     "ticket_day 1 2015-03-08 \"unassigned\" 0 0: tickets 1\n"
     "ticket_month 1 2015-03-01 \"unassigned\" \"\" \"\" 0: tickets 1\n"},
    {"an alias holds on the day of receipt, whenever the ticket is closed",
     {FACT(TICKET_RECEIVED_US, RECEIVED), FACT_TEXT(TICKET_DISTRICT, "moving"),
      OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, RECEIVED + 31 * DAY)},
     "ticket_day 1 2015-03-08 \"A\" 0 0: tickets 1, closed 1, handling_seconds 2678400, "
     "closed_without_rework 1\n"
     "ticket_day 2 2015-04-08 \"A\" 0 0: tickets 1, closed 1, handling_seconds 2678400, "
     "closed_without_rework 1\n"
     "ticket_day 5 2015-04-08 \"A\" 0 0: tickets 1, closed 1, handling_seconds 2678400, "
     "closed_without_rework 1\n"
     "ticket_month 1 2015-03-01 \"A\" \"\" \"\" 0: tickets 1, closed 1, handling_seconds 2678400, "
     "closed_without_rework 1\n"
     "ticket_month 2 2015-04-01 \"A\" \"\" \"\" 0: tickets 1, closed 1, handling_seconds 2678400, "
     "closed_without_rework 1\n"},
    {"never received: each cohort's own day names the district",
     {FACT(TICKET_DUE_US, RECEIVED), FACT_TEXT(TICKET_DISTRICT, "moving"),
      OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, RECEIVED + DAY)},
     "ticket_day 2 2015-03-09 \"B\" 0 0: tickets 1, closed 1, due 1, late 1, closed_without_rework "
     "1\n"
     "ticket_day 3 2015-03-08 \"A\" 0 0: tickets 1, closed 1, due 1, late 1, closed_without_rework "
     "1\n"
     "ticket_day 6 2015-03-09 \"B\" 0 0: tickets 1, closed 1, due 1, late 1, closed_without_rework "
     "1\n"
     "ticket_month 2 2015-03-01 \"B\" \"\" \"\" 0: tickets 1, closed 1, due 1, late 1, "
     "closed_without_rework 1\n"},
    {"no district stated: the one above the unit; a dispatch counts for its own",
     {FACT(TICKET_RECEIVED_US, RECEIVED),
      OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, RECEIVED + DAY),
      OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "Unit"),
      OF(TICKET_DISPATCH, "1", DISPATCH_SIGN_DUE_US, RECEIVED + 2 * DAY),
      OF(TICKET_DISPATCH, "1", DISPATCH_SIGNED_US, RECEIVED + 2 * DAY)},
     "dispatch_day 2015-03-09 \"A\" \"U\" 0 0: dispatches 1, sign_due 1, signed 1, signed_on_time "
     "1\n"
     "ticket_day 1 2015-03-08 \"A\" 0 0: tickets 1\n"
     "ticket_month 1 2015-03-01 \"A\" \"U\" \"\" 0: tickets 1\n"},
    {"the district that is stated wins over the unit's",
     {FACT(TICKET_RECEIVED_US, RECEIVED), FACT_TEXT(TICKET_DISTRICT, "B"),
      OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, RECEIVED),
      OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "T"),
      OF(TICKET_DISPATCH, "1", DISPATCH_SIGN_DUE_US, RECEIVED),
      OF(TICKET_DISPATCH, "1", DISPATCH_SIGNED_US, RECEIVED + 1)},
     "dispatch_day 2015-03-08 \"A\" \"T\" 0 0: dispatches 1, sign_due 1, signed 1\n"
     "ticket_day 1 2015-03-08 \"B\" 0 0: tickets 1\n"
     "ticket_month 1 2015-03-01 \"B\" \"T\" \"\" 0: tickets 1\n"},
    {"a returned dispatch counts for the unit that returned it, the ticket for the next",
     {FACT(TICKET_RECEIVED_US, RECEIVED), OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, RECEIVED),
      OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "Beta"),
      OF(TICKET_DISPATCH, "1", DISPATCH_RETURNED_US, RECEIVED + DAY),
      OF(TICKET_DISPATCH, "2", OCCURRENCE_AT_US, RECEIVED + 31 * DAY),
      OF_TEXT(TICKET_DISPATCH, "2", DISPATCH_UNIT, "U")},
     "dispatch_day 2015-03-08 \"B\" \"\" 0 0: dispatches 1, returned 1\n"
     "dispatch_day 2015-04-08 \"A\" \"U\" 0 0: dispatches 1\n"
     "ticket_day 1 2015-03-08 \"A\" 0 0: tickets 1\n"
     "ticket_month 1 2015-03-01 \"A\" \"U\" \"\" 0: tickets 1\n"},
    {"a dispatch without a time is in no day; its unit is the ticket's",
     {FACT(TICKET_RECEIVED_US, RECEIVED), OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "B")},
     "ticket_day 1 2015-03-08 \"B\" 0 0: tickets 1\n"
     "ticket_month 1 2015-03-01 \"B\" \"\" \"\" 0: tickets 1\n"},
    {"a dispatch without a unit counts for the ticket's district",
     {FACT(TICKET_RECEIVED_US, RECEIVED), FACT_TEXT(TICKET_DISTRICT, "B"),
      OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, RECEIVED)},
     "dispatch_day 2015-03-08 \"B\" \"\" 0 0: dispatches 1\n"
     "ticket_day 1 2015-03-08 \"B\" 0 0: tickets 1\n"
     "ticket_month 1 2015-03-01 \"B\" \"\" \"\" 0: tickets 1\n"},
    {"an unknown unit is unassigned",
     {FACT(TICKET_RECEIVED_US, RECEIVED), FACT_TEXT(TICKET_DISTRICT, "B"),
      OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, RECEIVED),
      OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "nobody")},
     "dispatch_day 2015-03-08 \"unassigned\" \"unassigned\" 0 0: dispatches 1\n"
     "ticket_day 1 2015-03-08 \"B\" 0 0: tickets 1\n"
     "ticket_month 1 2015-03-01 \"B\" \"unassigned\" \"\" 0: tickets 1\n"},
    {"a bureau of the city has no district above it",
     {FACT(TICKET_RECEIVED_US, RECEIVED), OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, RECEIVED),
      OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "Bureau")},
     "dispatch_day 2015-03-08 \"unassigned\" \"C\" 0 0: dispatches 1\n"
     "ticket_day 1 2015-03-08 \"unassigned\" 0 0: tickets 1\n"
     "ticket_month 1 2015-03-01 \"unassigned\" \"C\" \"\" 0: tickets 1\n"},
};

Test(contribution, is_one_cell_for_each_cohort_that_was_reached)
{
    struct world world = world_open();
    for (size_t i = 0; i < sizeof cell_cases / sizeof cell_cases[0]; i++)
        cr_expect_str_eq(describe(&world, cell_cases[i].rows), cell_cases[i].expected, "%s:\n%s",
                         cell_cases[i].name, describe(&world, cell_cases[i].rows));
    world_close(&world);
}

Test(contribution, of_a_ticket_without_district_goes_where_the_empty_name_points)
{
    struct world world = world_open();
    area_index_free(world.areas);
    world.areas = make_areas();
    struct error error = ERROR_INIT;
    cr_assert(area_index_add_alias(
        world.areas, &(struct area_alias){TEXT(""), TEXT("B"), AREA_DISTRICT, DAY_MIN, DAY_MAX},
        &error));
    world.context.areas = finished(world.areas);
    static const struct stated absent[] = {FACT(TICKET_RECEIVED_US, RECEIVED), {0}};
    static const struct stated empty[] = {
        FACT(TICKET_RECEIVED_US, RECEIVED), FACT(TICKET_DISTRICT, STATED_EMPTY), {0}};
    static const char *const expected = "ticket_day 1 2015-03-08 \"B\" 0 0: tickets 1\n"
                                        "ticket_month 1 2015-03-01 \"B\" \"\" \"\" 0: tickets 1\n";
    cr_assert_str_eq(describe(&world, absent), expected);
    cr_assert_str_eq(describe(&world, empty), expected);
    world_close(&world);
}

Test(contribution, moves_a_ticket_when_its_alias_is_loaded_and_leaves_nothing_behind)
{
    static const struct stated rows[] = {
        FACT(TICKET_RECEIVED_US, RECEIVED), FACT_TEXT(TICKET_DISTRICT, "Atlantis"), {0}};
    struct world world = world_open();
    struct area_index *newer = make_areas();
    struct error error = ERROR_INIT;
    cr_assert(area_index_add_alias(
        newer, &(struct area_alias){TEXT("Atlantis"), TEXT("A"), AREA_DISTRICT, DAY_MIN, DAY_MAX},
        &error));
    const struct contribution_context after = {
        .zone = world.zone, .areas = finished(newer), .sensors = sensor_index_none()};
    struct state state;
    rows_fold(&world.arena, rows, &state);
    struct rollup_sums *sums = rollup_sums_new(&world.arena);
    family_hotline.contribute(&(struct entity_key){0}, &state, &world.arena, &world.context, 1,
                              sums);
    family_hotline.contribute(&(struct entity_key){0}, &state, &world.arena, &world.context, -1,
                              sums);
    family_hotline.contribute(&(struct entity_key){0}, &state, &world.arena, &after, 1, sums);
    cr_assert_str_eq(sums_describe(&world.arena, sums),
                     "ticket_day 1 2015-03-08 \"A\" 0 0: tickets 1\n"
                     "ticket_month 1 2015-03-01 \"A\" \"\" \"\" 0: tickets 1\n");
    area_index_free(newer);
    world_close(&world);
}

// A random ticket, kept beside its state as the plain facts that a brute-force count needs.
struct random_ticket {
    struct state state;
    int64_t received_us, due_us, closed_us[3];
    int closings;
};

static int64_t random_instant(struct random *random)
{
    return RECEIVED +
           (int64_t)random_below(random, 100) * (DAY / 2); // often on a day's start, often equal
}

static struct random_ticket random_ticket(struct arena *arena, struct random *random)
{
    static const char *const keys[] = {"#1", "#2", "#3"};
    static const char *const districts[] = {"A", "B", "unknown"};
    struct random_ticket ticket = {.received_us = INSTANT_NONE, .due_us = INSTANT_NONE};
    struct stated rows[8] = {FACT_TEXT(TICKET_DISTRICT, districts[random_below(random, 3)])};
    size_t count = 1;
    if (random_below(random, 8)) {
        ticket.received_us = random_instant(random);
        rows[count++] = (struct stated)FACT(TICKET_RECEIVED_US, ticket.received_us);
    }
    if (random_below(random, 3)) {
        ticket.due_us = random_instant(random);
        rows[count++] = (struct stated)FACT(TICKET_DUE_US, ticket.due_us);
    }
    for (uint32_t i = random_below(random, 4); i > 0; i--) {
        ticket.closed_us[ticket.closings] = random_instant(random);
        rows[count++] = (struct stated)OF(TICKET_CLOSING, keys[ticket.closings], OCCURRENCE_AT_US,
                                          ticket.closed_us[ticket.closings]);
        ticket.closings++;
    }
    rows[count] = (struct stated){0};
    rows_fold(arena, rows, &ticket.state);
    return ticket;
}

static bool was_closed_before(const struct random_ticket *ticket, int64_t end_us,
                              bool by_every_closing)
{
    int before = 0;
    for (int i = 0; i < ticket->closings; i++)
        before += ticket->closed_us[i] < end_us;
    return ticket->closings > 0 && (by_every_closing ? before == ticket->closings : before > 0);
}

// Sums of the tickets of one cohort on days before `end_day`.
static int64_t flow(struct rollup_sums *sums, enum ticket_cohort cohort, int32_t end_day)
{
    struct rollup_cell **cells;
    int64_t tickets = 0;
    for (size_t i = 0, count = rollup_sums_sorted(sums, &cells); i < count; i++) {
        if (cells[i]->rollup == &rollup_ticket_day &&
            cells[i]->dimensions[0].integer == (int64_t)cohort &&
            cells[i]->dimensions[1].integer < end_day)
            tickets += cells[i]->measures[COUNT_TICKETS];
    }
    return tickets;
}

Test(stocks, follow_from_flows_over_every_day_while_tickets_are_corrected)
{
    enum { TICKETS = 120, CORRECTIONS = 200 };
    struct random random = {replay_seed("stocks")};
    struct world world = world_open();
    struct rollup_sums *sums = rollup_sums_new(&world.arena);
    struct random_ticket tickets[TICKETS];
    for (int i = 0; i < TICKETS + CORRECTIONS; i++) {
        int at = i < TICKETS ? i : (int)random_below(&random, TICKETS);
        if (i >= TICKETS)
            family_hotline.contribute(&(struct entity_key){0}, &tickets[at].state, &world.arena,
                                      &world.context, -1, sums);
        tickets[at] = random_ticket(&world.arena, &random);
        family_hotline.contribute(&(struct entity_key){0}, &tickets[at].state, &world.arena,
                                  &world.context, 1, sums);
    }
    for (int32_t end = civil_day(2015, 3, 7); end < civil_day(2015, 5, 1); end++) {
        int64_t end_us = zone_day_start_us(world.zone, end), backlog = 0, overdue = 0;
        for (int i = 0; i < TICKETS; i++) {
            const struct random_ticket *ticket = &tickets[i];
            bool received = ticket->received_us != INSTANT_NONE && ticket->received_us < end_us;
            bool due = ticket->due_us != INSTANT_NONE && ticket->due_us < end_us;
            backlog += received && !was_closed_before(ticket, end_us, true);
            overdue += due && !was_closed_before(ticket, end_us, false);
        }
        cr_assert_eq(flow(sums, COHORT_RECEIVED, end) - flow(sums, COHORT_BACKLOG_LEFT, end),
                     backlog, "day %d", end);
        cr_assert_eq(flow(sums, COHORT_DUE, end) - flow(sums, COHORT_OVERDUE_LEFT, end), overdue,
                     "day %d", end);
    }
    for (int i = 0; i < TICKETS; i++)
        family_hotline.contribute(&(struct entity_key){0}, &tickets[i].state, &world.arena,
                                  &world.context, -1, sums);
    cr_assert_str_empty(sums_describe(&world.arena, sums), "what was added was taken away again");
    world_close(&world);
}

Test(stocks, of_a_closed_month_do_not_change_when_a_ticket_is_closed_later)
{
    static const struct stated open_rows[] = {
        FACT(TICKET_RECEIVED_US, RECEIVED), FACT(TICKET_DUE_US, RECEIVED + DAY), {0}};
    static const struct stated closed_rows[] = {
        FACT(TICKET_RECEIVED_US, RECEIVED),
        FACT(TICKET_DUE_US, RECEIVED + DAY),
        OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, RECEIVED + 40 * DAY),
        {0}};
    int32_t april = civil_day(2015, 4, 1), may = civil_day(2015, 5, 1);
    struct world world = world_open();
    struct state state;
    struct rollup_sums *open = rollup_sums_new(&world.arena),
                       *closed = rollup_sums_new(&world.arena);
    rows_fold(&world.arena, open_rows, &state);
    family_hotline.contribute(&(struct entity_key){0}, &state, &world.arena, &world.context, 1,
                              open);
    rows_fold(&world.arena, closed_rows, &state);
    family_hotline.contribute(&(struct entity_key){0}, &state, &world.arena, &world.context, 1,
                              closed);
    cr_assert_eq(flow(open, COHORT_DUE, april) - flow(open, COHORT_OVERDUE_LEFT, april), 1);
    cr_assert_eq(flow(closed, COHORT_DUE, april) - flow(closed, COHORT_OVERDUE_LEFT, april), 1);
    cr_assert_eq(flow(open, COHORT_DUE, may) - flow(open, COHORT_OVERDUE_LEFT, may), 1);
    cr_assert_eq(flow(closed, COHORT_DUE, may) - flow(closed, COHORT_OVERDUE_LEFT, may), 0);
    world_close(&world);
}
