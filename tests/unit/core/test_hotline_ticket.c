// What a ticket's state means: firsts, lasts, measures, cohorts, flags, and the columns for analysts.
#include "ticket_rows.h"

#include <criterion/criterion.h>

#define SECOND US_PER_SECOND
#define HOUR US_PER_HOUR
#define DAY US_PER_DAY
#define T (INT64_C(1425800000) * US_PER_SECOND) // received

enum { ROWS_MAX = 16 };

struct measure_case {
    const char *name;
    struct stated rows[ROWS_MAX];
    int64_t expected[TICKET_MEASURE_COUNT];
};

#define WITHIN_72H_UP [COUNT_WITHIN_72H] = 1, [COUNT_WITHIN_7D] = 1, [COUNT_WITHIN_30D] = 1
#define WITHIN_ALL [COUNT_WITHIN_24H] = 1, WITHIN_72H_UP
#define CLOSED_ONCE [COUNT_TICKETS] = 1, [COUNT_CLOSED] = 1, [COUNT_CLOSED_WITHOUT_REWORK] = 1

static const struct measure_case measure_cases[] = {
    {"nothing stated", {{0}}, {[COUNT_TICKETS] = 1}},
    {"received", {FACT(TICKET_RECEIVED_US, T)}, {[COUNT_TICKETS] = 1}},
    {"closed after 24 hours, to the microsecond, at its due time",
     {FACT(TICKET_RECEIVED_US, T), FACT(TICKET_DUE_US, T + 24 * HOUR),
      OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 24 * HOUR)},
     {CLOSED_ONCE,
      WITHIN_ALL, [COUNT_HANDLING_SECONDS] = 86400, [COUNT_DUE] = 1, [COUNT_ON_TIME] = 1}},
    {"a microsecond after 24 hours and after its due time",
     {FACT(TICKET_RECEIVED_US, T), FACT(TICKET_DUE_US, T + 24 * HOUR),
      OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 24 * HOUR + 1)},
     {CLOSED_ONCE,
      WITHIN_72H_UP, [COUNT_HANDLING_SECONDS] = 86400, [COUNT_DUE] = 1, [COUNT_LATE] = 1}},
    {"after 72 hours",
     {FACT(TICKET_RECEIVED_US, T), OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 72 * HOUR)},
     {CLOSED_ONCE, WITHIN_72H_UP, [COUNT_HANDLING_SECONDS] = 72 * 3600}},
    {"a microsecond after 72 hours",
     {FACT(TICKET_RECEIVED_US, T), OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 72 * HOUR + 1)},
     {CLOSED_ONCE, [COUNT_WITHIN_7D] = 1, [COUNT_WITHIN_30D] = 1,
      [COUNT_HANDLING_SECONDS] = 72 * 3600}},
    {"after 7 days",
     {FACT(TICKET_RECEIVED_US, T), OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 7 * DAY)},
     {CLOSED_ONCE, [COUNT_WITHIN_7D] = 1, [COUNT_WITHIN_30D] = 1,
      [COUNT_HANDLING_SECONDS] = 7 * 86400}},
    {"a microsecond after 7 days",
     {FACT(TICKET_RECEIVED_US, T), OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 7 * DAY + 1)},
     {CLOSED_ONCE, [COUNT_WITHIN_30D] = 1, [COUNT_HANDLING_SECONDS] = 7 * 86400}},
    {"after 30 days",
     {FACT(TICKET_RECEIVED_US, T), OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 30 * DAY)},
     {CLOSED_ONCE, [COUNT_WITHIN_30D] = 1, [COUNT_HANDLING_SECONDS] = 30 * 86400}},
    {"a microsecond after 30 days",
     {FACT(TICKET_RECEIVED_US, T), OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 30 * DAY + 1)},
     {CLOSED_ONCE, [COUNT_HANDLING_SECONDS] = 30 * 86400}},
    {"closed at once",
     {FACT(TICKET_RECEIVED_US, T), OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T)},
     {CLOSED_ONCE, WITHIN_ALL}},
    {"whole seconds are counted",
     {FACT(TICKET_RECEIVED_US, T), OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 2 * SECOND - 1)},
     {CLOSED_ONCE, WITHIN_ALL, [COUNT_HANDLING_SECONDS] = 1}},
    {"closed before received is in no duration, but on time",
     {FACT(TICKET_RECEIVED_US, T), FACT(TICKET_DUE_US, T + DAY),
      OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T - 1)},
     {CLOSED_ONCE, [COUNT_CLOSED_BEFORE_RECEIVED] = 1, [COUNT_DUE] = 1, [COUNT_ON_TIME] = 1}},
    {"closed, never received", {OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T)}, {CLOSED_ONCE}},
    {"due and open",
     {FACT(TICKET_RECEIVED_US, T), FACT(TICKET_DUE_US, T + DAY)},
     {[COUNT_TICKETS] = 1, [COUNT_DUE] = 1, [COUNT_DUE_OPEN] = 1}},
    {"a due time that was cleared is none",
     {FACT(TICKET_DUE_US, STATED_EMPTY)},
     {[COUNT_TICKETS] = 1}},
    {"a closing whose time is not stated yet closes nothing",
     {FACT(TICKET_RECEIVED_US, T), FACT(TICKET_DUE_US, T + DAY),
      OF(TICKET_CLOSING, "#1", CLOSING_OUTCOME, OUTCOME_SOLVED)},
     {[COUNT_TICKETS] = 1, [COUNT_DUE] = 1, [COUNT_DUE_OPEN] = 1}},
    {"closed twice: on time by the first closing, durations by the last",
     {FACT(TICKET_RECEIVED_US, T), FACT(TICKET_DUE_US, T + DAY),
      OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 2 * DAY),
      OF(TICKET_CLOSING, "#1", CLOSING_OUTCOME, OUTCOME_SOLVED),
      OF(TICKET_CLOSING, "#2", OCCURRENCE_AT_US, T + HOUR),
      OF(TICKET_CLOSING, "#2", CLOSING_OUTCOME, OUTCOME_EXPLAINED)},
     {CLOSED_ONCE, WITHIN_72H_UP, [COUNT_HANDLING_SECONDS] = 2 * 86400, [COUNT_DUE] = 1,
      [COUNT_ON_TIME] = 1, [COUNT_UNIT_SOLVED] = 1}},
    {"closed twice at one time: the greater key's outcome is the last",
     {OF(TICKET_CLOSING, "a", OCCURRENCE_AT_US, T),
      OF(TICKET_CLOSING, "a", CLOSING_OUTCOME, OUTCOME_SOLVED),
      OF(TICKET_CLOSING, "b", OCCURRENCE_AT_US, T),
      OF(TICKET_CLOSING, "b", CLOSING_OUTCOME, OUTCOME_EXPLAINED)},
     {CLOSED_ONCE, [COUNT_UNIT_EXPLAINED] = 1}},
    {"reached in the second contact",
     {OF(TICKET_CONTACT, "#1", CONTACT_REACHED, 0), OF(TICKET_CONTACT, "#2", CONTACT_REACHED, 1),
      OF(TICKET_CONTACT, "#3", CONTACT_REACHED, 0)},
     {[COUNT_TICKETS] = 1, [COUNT_CONTACT_YES] = 1}},
    {"tried in vain",
     {OF(TICKET_CONTACT, "#1", CONTACT_REACHED, 0), OF(TICKET_CONTACT, "#2", OCCURRENCE_AT_US, T)},
     {[COUNT_TICKETS] = 1, [COUNT_CONTACT_NO] = 1}},
    {"a contact that does not say so counts in neither",
     {OF(TICKET_CONTACT, "#1", OCCURRENCE_AT_US, T)},
     {[COUNT_TICKETS] = 1}},
    {"the last valid visit decides; invalid ones, those without time and those that do not say so "
     "do not",
     {OF(TICKET_VISIT, "#1", OCCURRENCE_AT_US, T + 2 * DAY), OF(TICKET_VISIT, "#1", VISIT_VALID, 1),
      OF(TICKET_VISIT, "#1", VISIT_CONTACTED, 1), OF(TICKET_VISIT, "#1", VISIT_SOLVED, 1),
      OF(TICKET_VISIT, "#1", VISIT_RESULT, SATISFIED),
      OF(TICKET_VISIT, "#1", VISIT_ATTITUDE, VERY_SATISFIED),
      OF(TICKET_VISIT, "#2", OCCURRENCE_AT_US, T + 3 * DAY), OF(TICKET_VISIT, "#2", VISIT_VALID, 0),
      OF(TICKET_VISIT, "#3", VISIT_VALID, 1), OF(TICKET_VISIT, "#4", OCCURRENCE_AT_US, T + DAY),
      OF(TICKET_VISIT, "#4", VISIT_VALID, 1), OF(TICKET_VISIT, "#5", OCCURRENCE_AT_US, T + 4 * DAY),
      OF(TICKET_VISIT, "#5", VISIT_RESULT, DISSATISFIED)},
     {[COUNT_TICKETS] = 1,
      [COUNT_VISITED] = 1,
      [COUNT_CONTACTED] = 1,
      [COUNT_SOLVED] = 1,
      [COUNT_RESULT_4] = 1,
      [COUNT_DOUBLE_SATISFIED] = 1}},
    {"satisfied with one of the two is not double",
     {OF(TICKET_VISIT, "#1", OCCURRENCE_AT_US, T), OF(TICKET_VISIT, "#1", VISIT_VALID, 1),
      OF(TICKET_VISIT, "#1", VISIT_SOLVED, 0), OF(TICKET_VISIT, "#1", VISIT_RESULT, VERY_SATISFIED),
      OF(TICKET_VISIT, "#1", VISIT_ATTITUDE, BASICALLY_SATISFIED)},
     {[COUNT_TICKETS] = 1, [COUNT_VISITED] = 1, [COUNT_RESULT_5] = 1}},
    {"not rated",
     {OF(TICKET_VISIT, "#1", OCCURRENCE_AT_US, T), OF(TICKET_VISIT, "#1", VISIT_VALID, 1),
      OF(TICKET_VISIT, "#1", VISIT_RESULT, NOT_RATED),
      OF(TICKET_VISIT, "#1", VISIT_ATTITUDE, NOT_RATED)},
     {[COUNT_TICKETS] = 1, [COUNT_VISITED] = 1, [COUNT_RESULT_NOT_RATED] = 1}},
    {"a second rating is the citizen's last word",
     {OF(TICKET_VISIT, "#1", OCCURRENCE_AT_US, T), OF(TICKET_VISIT, "#1", VISIT_VALID, 1),
      OF(TICKET_VISIT, "#1", VISIT_RESULT, VERY_DISSATISFIED),
      OF(TICKET_REWORK, "#1", OCCURRENCE_AT_US, T),
      OF(TICKET_VISIT, "#2", OCCURRENCE_AT_US, T + DAY), OF(TICKET_VISIT, "#2", VISIT_VALID, 1),
      OF(TICKET_VISIT, "#2", VISIT_SECOND, 1), OF(TICKET_VISIT, "#2", VISIT_RESULT, SATISFIED)},
     {[COUNT_TICKETS] = 1,
      [COUNT_VISITED] = 1,
      [COUNT_RESULT_4] = 1,
      [COUNT_SECOND_RATED] = 1,
      [COUNT_SECOND_SATISFIED] = 1,
      [COUNT_REWORKED] = 1}},
    {"a second rating that is followed by another visit stays the second rating",
     {OF(TICKET_VISIT, "#1", OCCURRENCE_AT_US, T), OF(TICKET_VISIT, "#1", VISIT_VALID, 1),
      OF(TICKET_VISIT, "#1", VISIT_SECOND, 1), OF(TICKET_VISIT, "#1", VISIT_RESULT, DISSATISFIED),
      OF(TICKET_VISIT, "#2", OCCURRENCE_AT_US, T + 1), OF(TICKET_VISIT, "#2", VISIT_VALID, 1),
      OF(TICKET_VISIT, "#2", VISIT_RESULT, BASICALLY_SATISFIED)},
     {[COUNT_TICKETS] = 1, [COUNT_VISITED] = 1, [COUNT_RESULT_3] = 1, [COUNT_SECOND_RATED] = 1}},
    {"a second visit without a level is no second rating",
     {OF(TICKET_VISIT, "#1", OCCURRENCE_AT_US, T), OF(TICKET_VISIT, "#1", VISIT_VALID, 1),
      OF(TICKET_VISIT, "#1", VISIT_SECOND, 1), OF(TICKET_VISIT, "#1", VISIT_RESULT, NOT_RATED)},
     {[COUNT_TICKETS] = 1, [COUNT_VISITED] = 1, [COUNT_RESULT_NOT_RATED] = 1}},
    {"reworked twice counts once, and is not closed without rework",
     {OF(TICKET_REWORK, "#1", OCCURRENCE_AT_US, T),
      OF(TICKET_REWORK, "#2", OCCURRENCE_AT_US, T + 1),
      OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T)},
     {[COUNT_TICKETS] = 1, [COUNT_CLOSED] = 1, [COUNT_REWORKED] = 1}},
    {"escalated",
     {OF(TICKET_ESCALATION, "#1", ESCALATION_LEVEL, 2)},
     {[COUNT_TICKETS] = 1, [COUNT_ESCALATED] = 1}},
    {"extended when approved, or nobody says that it was refused",
     {OF(TICKET_EXTENSION, "#1", OCCURRENCE_AT_US, T)},
     {[COUNT_TICKETS] = 1, [COUNT_EXTENDED] = 1}},
    {"a refused extension extends nothing",
     {OF(TICKET_EXTENSION, "#1", EXTENSION_APPROVED, 0)},
     {[COUNT_TICKETS] = 1}},
    {"a reply alone counts nowhere",
     {OF(TICKET_REPLY, "#1", OCCURRENCE_AT_US, T)},
     {[COUNT_TICKETS] = 1}},
};

Test(ticket, each_measure_counts_what_its_name_says)
{
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof measure_cases / sizeof measure_cases[0]; i++) {
        const struct measure_case *c = &measure_cases[i];
        struct ticket ticket;
        int64_t measures[TICKET_MEASURE_COUNT];
        rows_read(&arena, c->rows, &ticket);
        ticket_measures(&ticket, measures);
        for (int m = 0; m < TICKET_MEASURE_COUNT; m++)
            cr_expect_eq(measures[m], c->expected[m], "%s: %s is %ld, not %ld", c->name,
                         rollup_ticket_day.measures[m].name, (long)measures[m],
                         (long)c->expected[m]);
        arena_reset(&arena);
    }
    arena_free(&arena);
}

Test(ticket, every_measure_is_counted_by_some_case_above)
{
    for (int m = 0; m < TICKET_MEASURE_COUNT; m++) {
        bool counted = false;
        for (size_t i = 0; i < sizeof measure_cases / sizeof measure_cases[0]; i++)
            counted |= measure_cases[i].expected[m] != 0;
        bool other_test = m == COUNT_RESULT_1 || m == COUNT_RESULT_2; // the next test
        cr_expect(counted || other_test, "%s", rollup_ticket_day.measures[m].name);
    }
}

Test(ticket, each_level_of_the_result_has_a_measure)
{
    struct arena arena = ARENA_INIT;
    for (int level = 0; level <= NOT_RATED; level++) {
        const struct stated rows[] = {
            OF(TICKET_VISIT, "v", OCCURRENCE_AT_US, T),
            OF(TICKET_VISIT, "v", VISIT_VALID, 1),
            OF(TICKET_VISIT, "v", VISIT_RESULT, level ? level : STATED_EMPTY),
            {0}};
        struct ticket ticket;
        int64_t measures[TICKET_MEASURE_COUNT];
        rows_read(&arena, rows, &ticket);
        ticket_measures(&ticket, measures);
        for (int m = COUNT_RESULT_1; m <= COUNT_RESULT_NOT_RATED; m++)
            cr_assert_eq(measures[m], m - COUNT_RESULT_1 + 1 == level, "level %d, measure %d",
                         level, m);
    }
    arena_free(&arena);
}

struct cohort_case {
    const char *name;
    struct stated rows[ROWS_MAX];
    int64_t expected[COHORT_OVERDUE_LEFT + 1]; // from T; NEVER when not reached
};

#define NEVER INT64_MIN

static const struct cohort_case cohort_cases[] = {
    {"nothing", {{0}}, {0, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER}},
    {"open and due",
     {FACT(TICKET_RECEIVED_US, T), FACT(TICKET_DUE_US, T + 5)},
     {0, 0, NEVER, 5, NEVER, NEVER, NEVER}},
    {"closed before due",
     {FACT(TICKET_RECEIVED_US, T), FACT(TICKET_DUE_US, T + 5),
      OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 3)},
     {0, 0, 3, 5, NEVER, 3, 5}},
    {"closed after due, again later, and visited",
     {FACT(TICKET_RECEIVED_US, T), FACT(TICKET_DUE_US, T + 5),
      OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 7),
      OF(TICKET_CLOSING, "#2", OCCURRENCE_AT_US, T + 9),
      OF(TICKET_VISIT, "#1", OCCURRENCE_AT_US, T + 11), OF(TICKET_VISIT, "#1", VISIT_VALID, 1)},
     {0, 0, 9, 5, 11, 9, 7}},
    {"closed before received leaves the backlog as it enters",
     {FACT(TICKET_RECEIVED_US, T), OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T - 4)},
     {0, 0, -4, NEVER, NEVER, 0, NEVER}},
    {"closed and never received is in no backlog",
     {OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T)},
     {0, NEVER, 0, NEVER, NEVER, NEVER, NEVER}},
};

Test(ticket, each_cohort_has_the_instant_that_puts_a_ticket_into_a_period)
{
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof cohort_cases / sizeof cohort_cases[0]; i++) {
        const struct cohort_case *c = &cohort_cases[i];
        struct ticket ticket;
        rows_read(&arena, c->rows, &ticket);
        for (int cohort = COHORT_RECEIVED; cohort <= COHORT_OVERDUE_LEFT; cohort++) {
            int64_t expected =
                c->expected[cohort] == NEVER ? INSTANT_NONE : T + c->expected[cohort];
            cr_expect_eq(ticket_cohort_us(&ticket, (enum ticket_cohort)cohort), expected,
                         "%s: cohort %d", c->name, cohort);
        }
    }
    arena_free(&arena);
}

struct flag_case {
    struct stated rows[4];
    unsigned flags;
};

Test(ticket, each_flag_is_a_bit_of_its_own)
{
    static const struct flag_case cases[] = {
        {{{0}}, 0},
        {{FACT(TICKET_EXCLUDED, 1)}, FLAG_EXCLUDED},
        {{FACT(TICKET_EXCLUDED, 0)}, 0},
        {{FACT(TICKET_IS_VOID, 1)}, FLAG_VOID},
        {{FACT_TEXT(TICKET_DUPLICATE_OF, "2")}, FLAG_DUPLICATE},
        {{FACT(TICKET_DUPLICATE_OF, STATED_EMPTY)}, 0},
        {{FACT(TICKET_EXCLUDED, 1), FACT(TICKET_IS_VOID, 1), FACT_TEXT(TICKET_DUPLICATE_OF, "2")},
         7},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ticket ticket;
        rows_read(&arena, cases[i].rows, &ticket);
        cr_expect_eq(ticket.flags, cases[i].flags, "case %zu", i);
    }
    arena_free(&arena);
}

struct unit_case {
    const char *name;
    struct stated rows[ROWS_MAX];
    const char *unit;
    uint32_t dispatches, returns;
};

Test(ticket, its_unit_is_that_of_the_last_dispatch_that_was_not_returned)
{
    static const struct unit_case cases[] = {
        {"none", {{0}}, "", 0, 0},
        {"the last by time, not by key",
         {OF(TICKET_DISPATCH, "b", OCCURRENCE_AT_US, T),
          OF_TEXT(TICKET_DISPATCH, "b", DISPATCH_UNIT, "first"),
          OF(TICKET_DISPATCH, "a", OCCURRENCE_AT_US, T + 1),
          OF_TEXT(TICKET_DISPATCH, "a", DISPATCH_UNIT, "second")},
         "second",
         2,
         0},
        {"at one time the greater key",
         {OF(TICKET_DISPATCH, "b", OCCURRENCE_AT_US, T),
          OF_TEXT(TICKET_DISPATCH, "b", DISPATCH_UNIT, "second"),
          OF(TICKET_DISPATCH, "a", OCCURRENCE_AT_US, T),
          OF_TEXT(TICKET_DISPATCH, "a", DISPATCH_UNIT, "first")},
         "second",
         2,
         0},
        {"returned: the one before",
         {OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, T),
          OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "first"),
          OF(TICKET_DISPATCH, "2", OCCURRENCE_AT_US, T + 1),
          OF_TEXT(TICKET_DISPATCH, "2", DISPATCH_UNIT, "second"),
          OF(TICKET_DISPATCH, "2", DISPATCH_RETURNED_US, T + 2)},
         "first",
         2,
         1},
        {"returned and given to another: the next",
         {OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, T),
          OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "first"),
          OF(TICKET_DISPATCH, "1", DISPATCH_RETURNED_US, T + 1),
          OF(TICKET_DISPATCH, "2", OCCURRENCE_AT_US, T + 2),
          OF_TEXT(TICKET_DISPATCH, "2", DISPATCH_UNIT, "second")},
         "second",
         2,
         1},
        {"all returned",
         {OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "first"),
          OF(TICKET_DISPATCH, "1", DISPATCH_RETURNED_US, T)},
         "",
         1,
         1},
        {"a dispatch without a time comes before those with one",
         {OF_TEXT(TICKET_DISPATCH, "9", DISPATCH_UNIT, "timeless"),
          OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, T),
          OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "timed")},
         "timed",
         2,
         0},
        {"and answers where there is no other",
         {OF_TEXT(TICKET_DISPATCH, "9", DISPATCH_UNIT, "timeless")},
         "timeless",
         1,
         0},
        {"a dispatch to nobody in particular",
         {OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, T),
          OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "first"),
          OF(TICKET_DISPATCH, "2", OCCURRENCE_AT_US, T + 1)},
         "",
         2,
         0},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ticket ticket;
        rows_read(&arena, cases[i].rows, &ticket);
        cr_expect(text_equal(ticket.unit, text_from(cases[i].unit)), "%s: " TEXT_FORMAT,
                  cases[i].name, TEXT_ARGUMENTS(ticket.unit));
        cr_expect_eq(ticket.dispatch_count, cases[i].dispatches, "%s", cases[i].name);
        cr_expect_eq(ticket.returns, cases[i].returns, "%s", cases[i].name);
        for (uint32_t d = 1; d < ticket.dispatch_count; d++)
            cr_expect_leq(ticket.dispatches[d - 1].dispatched_us,
                          ticket.dispatches[d].dispatched_us);
    }
    arena_free(&arena);
}

// Folds statements in the order given.
static void fold(struct arena *arena, const struct statement *statements, size_t count,
                 struct ticket *out)
{
    struct state *state = arena_new(arena, struct state);
    for (size_t i = 0; i < count; i++) {
        struct state one, merged;
        statement_fold(arena, &statements[i], &one);
        state_merge(arena, state, &one, &merged);
        *state = merged;
    }
    ticket_read(state, arena, out);
}

static const struct stated closed_rows[] = {
    FACT(TICKET_RECEIVED_US, T), OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + HOUR), {0}};
static const struct stated reopened_rows[] = {FACT(TICKET_RECEIVED_US, T), {0}};
static const uint16_t closings_complete[] = {TICKET_CLOSING};

Test(ticket, one_that_a_newer_snapshot_shows_open_has_no_closing)
{
    const struct statement statements[] = {{"city", 1, closed_rows, closings_complete, 1},
                                           {"city", 2, reopened_rows, closings_complete, 1}};
    struct arena arena = ARENA_INIT;
    struct ticket ticket;
    fold(&arena, statements, 1, &ticket);
    cr_assert_eq(ticket.last_closed_us, T + HOUR);
    fold(&arena, statements, 2, &ticket);
    cr_assert_eq(ticket.closings, 0);
    cr_assert_eq(ticket.last_closed_us, INSTANT_NONE);
    cr_assert_eq(ticket.first_closed_us, INSTANT_NONE);
    arena_free(&arena);
}

Test(ticket, a_withdrawn_closing_counts_no_more)
{
    static const struct stated withdrawal[] = {OF(TICKET_CLOSING, "#1", FIELD_WITHDRAWN, 1), {0}};
    const struct statement statements[] = {{"city", 1, closed_rows, NULL, 0},
                                           {"unit", 2, withdrawal, NULL, 0}};
    struct arena arena = ARENA_INIT;
    struct ticket ticket;
    fold(&arena, statements, 2, &ticket);
    cr_assert_eq(ticket.closings, 0);
    arena_free(&arena);
}

Test(ticket, of_two_sources_the_later_statement_of_an_occurrence_wins_field_by_field)
{
    static const struct stated by_city[] = {
        OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T),
        OF(TICKET_CLOSING, "#1", CLOSING_OUTCOME, OUTCOME_SOLVED),
        {0}};
    static const struct stated by_unit[] = {OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + HOUR),
                                            {0}};
    const struct statement city_later[] = {{"city", 9, by_city, NULL, 0},
                                           {"unit", 2, by_unit, NULL, 0}};
    const struct statement unit_later[] = {{"city", 1, by_city, NULL, 0},
                                           {"unit", 2, by_unit, NULL, 0}};
    struct arena arena = ARENA_INIT;
    struct ticket ticket;
    fold(&arena, city_later, 2, &ticket);
    cr_assert_eq(ticket.closings, 1);
    cr_assert_eq(ticket.last_closed_us, T);
    fold(&arena, unit_later, 2, &ticket);
    cr_assert_eq(ticket.closings, 1);
    cr_assert_eq(ticket.last_closed_us, T + HOUR);
    cr_assert_eq(ticket.outcome, OUTCOME_SOLVED);
    arena_free(&arena);
}

static const char *describe_row(struct arena *arena, const struct value *values)
{
    const char *text = "";
    for (size_t i = 0; i < family_hotline.column_count; i++) {
        const struct value *value = &values[i];
        const char *name = family_hotline.columns[i].name;
        if (value->type == VALUE_TEXT)
            text = arena_printf(arena, "%s%s=" TEXT_FORMAT " ", text, name,
                                TEXT_ARGUMENTS(value->text));
        else if (value->type == VALUE_INTEGER && family_hotline.columns[i].type == COLUMN_TIMESTAMP)
            text = arena_printf(arena, "%s%s=T%+ld ", text, name, (long)(value->integer - T));
        else if (value->type == VALUE_INTEGER)
            text = arena_printf(arena, "%s%s=%ld ", text, name, (long)value->integer);
    }
    return text;
}

struct row_case {
    struct stated rows[ROWS_MAX + 20];
    const char *expected;
};

Test(ticket, its_columns_are_what_is_derived_and_null_where_nothing_is_stated)
{
    static const struct row_case cases[] = {
        {{FACT(TICKET_NATURE, STATED_EMPTY)},
         "flags=0 dispatches=0 returns=0 closings=0 reworks=0 escalations=0 "},
        {{FACT(TICKET_RECEIVED_US, T),
          FACT(TICKET_DUE_US, T + 10),
          OF(TICKET_CLOSING, "#1", OCCURRENCE_AT_US, T + 3),
          OF(TICKET_CLOSING, "#2", OCCURRENCE_AT_US, T + 5),
          OF(TICKET_VISIT, "#1", OCCURRENCE_AT_US, T + 7),
          OF(TICKET_VISIT, "#1", VISIT_VALID, 1),
          OF(TICKET_VISIT, "#1", VISIT_SOLVED, 0),
          OF(TICKET_VISIT, "#1", VISIT_RESULT, DISSATISFIED),
          OF(TICKET_VISIT, "#1", VISIT_ATTITUDE, SATISFIED),
          FACT_TEXT(TICKET_DISTRICT, "Panyu"),
          FACT_TEXT(TICKET_TOWN, "Shiqiao"),
          FACT_TEXT(TICKET_VILLAGE, "V1"),
          FACT_TEXT(TICKET_LOCATION_DISTRICT, "elsewhere"),
          FACT(TICKET_NATURE, 3),
          FACT(TICKET_CHANNEL, 5),
          FACT_TEXT(TICKET_CATEGORY1, "roads"),
          FACT_TEXT(TICKET_CATEGORY2, "holes"),
          FACT_TEXT(TICKET_CATEGORY3, "deep"),
          FACT(TICKET_EXCLUDED, 1),
          OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, T + 1),
          OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "U1"),
          OF(TICKET_DISPATCH, "2", DISPATCH_RETURNED_US, T + 1),
          OF(TICKET_REWORK, "1", OCCURRENCE_AT_US, T + 4),
          OF(TICKET_ESCALATION, "1", OCCURRENCE_AT_US, T + 4),
          OF(TICKET_CONTACT, "1", CONTACT_REACHED, 0)},
         "received_at=T+0 due_at=T+10 first_closed_at=T+3 last_closed_at=T+5 visited_at=T+7 "
         "district=Panyu unit=U1 "
         "town=Shiqiao village=V1 nature=3 channel=5 category1=roads category2=holes flags=1 "
         "dispatches=2 returns=1 "
         "closings=2 reworks=1 escalations=1 contact=0 solved=0 result=2 attitude=4 "},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct state state;
        struct value values[64];
        rows_fold(&arena, cases[i].rows, &state);
        family_hotline.read_columns(&(struct entity_key){0}, &state, &arena, values);
        cr_expect_str_eq(describe_row(&arena, values), cases[i].expected);
    }
    arena_free(&arena);
}
