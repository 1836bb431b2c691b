// Indicators: what is summed over what, exact fractions, and order statistics.
#include "core/indicator.h"

#include "core/activity.h"
#include "core/hotline.h"
#include "core/incident.h"
#include "core/inspection.h"
#include "core/traffic.h"
#include "core/zone.h"

#include <criterion/criterion.h>

static struct arena arena;

static void close_arena(void)
{
    arena_free(&arena);
}

TestSuite(indicator, .fini = close_arena);
TestSuite(rational, .fini = close_arena);

static struct rational number(const char *text)
{
    struct rational out;
    cr_assert(rational_parse(&arena, text_from(text), &out), "%s", text);
    return out;
}

static void expect_value(struct rational value, const char *expected)
{
    cr_assert_str_eq(rational_print_exact(&arena, value), expected);
}

Test(rational, decimals_and_fractions_are_read_exactly)
{
    static const char *const cases[][2] = {
        {"93.815", "18763/200"}, {"-2", "-2"},     {"12/17", "12/17"}, {"0", "0"},
        {"0.10", "1/10"},        {"-0.5", "-1/2"}, {"100/50", "2"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_value(number(cases[i][0]), cases[i][1]);
}

Test(rational, anything_else_is_no_number)
{
    static const char *const cases[] = {"",    "-",  ".5", "5.",    "1e3",   " 1",  "1 ",
                                        "1/0", "1/", "/2", "1.2.3", "1/2/3", "0x1", "+1"};
    struct rational out;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_assert_not(rational_parse(&arena, text_from(cases[i]), &out), "'%s'", cases[i]);
}

Test(rational, a_half_is_rounded_away_from_zero_once)
{
    static const struct {
        const char *value;
        int digits;
        const char *printed;
    } cases[] = {{"93.815", 2, "93.82"}, {"93.8149999", 2, "93.81"}, {"2.675", 2, "2.68"},
                 {"-2.675", 2, "-2.68"}, {"1/3", 4, "0.3333"},       {"2/3", 0, "1"},
                 {"0.5", 0, "1"},        {"0.004", 2, "0.00"},       {"-0.004", 2, "0.00"},
                 {"0.05", 1, "0.1"},     {"1000", 2, "1000.00"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_assert_str_eq(rational_print(&arena, number(cases[i].value), cases[i].digits),
                         cases[i].printed);
    expect_value(rational_round(&arena, number("1200/17"), 2), "7059/100");
}

Test(rational, arithmetic_does_not_lose_what_doubles_would)
{
    struct rational sum = number("0");
    for (int i = 0; i < 10; i++)
        sum = rational_add(&arena, sum, number("0.1"));
    cr_assert_eq(rational_compare(sum, number("1")), 0);
    expect_value(
        rational_divide(&arena, number("9223372036854775807"), number("1/9223372036854775807")),
        "85070591730234615847396907784232501249");
    cr_assert_eq(rational_ceiling(number("9.000001")), 10);
    cr_assert_eq(rational_ceiling(number("9")), 9);
    cr_assert_str_eq(rational_print_decimal(&arena, number("9/2")), "4.5");
    cr_assert_str_eq(rational_print_decimal(&arena, number("1/3")), "1/3");
}

// ---- cells ----

enum { CELLS = 16 };

static struct count_cell cells[CELLS];
static int64_t measures[CELLS][ROLLUP_MEASURES_MAX];
static struct counts counts = {cells, 0};

// A new cell of tickets in the period without flags.
static struct count_cell *add_cell(enum ticket_cohort cohort, int64_t tickets)
{
    size_t i = counts.cell_count++;
    measures[i][COUNT_TICKETS] = tickets;
    cells[i] = (struct count_cell){.source = COUNTED_TICKETS,
                                   .range = RANGE_PERIOD,
                                   .cohort = (int16_t)cohort,
                                   .measures = measures[i]};
    return &cells[i];
}

// The same of another source and kind; returns its measures.
static int64_t *add_cell_of(enum count_source source, int cohort, int kind)
{
    struct count_cell *cell = add_cell((enum ticket_cohort)cohort, 0);
    cell->source = (uint8_t)source;
    cell->kind = (int16_t)kind;
    return measures[counts.cell_count - 1];
}

static int64_t *last(void)
{
    return measures[counts.cell_count - 1];
}

static struct indicator_settings settings_of(const char *id)
{
    const struct indicator *indicator = indicator_by_id(text_from(id));
    cr_assert_not_null(indicator, "%s", id);
    struct indicator_settings out = {
        .indicator = indicator, .cohort = indicator->cohort, .caliber = {.natures = UINT32_MAX}};
    for (int i = 0; i < 5; i++)
        out.satisfaction_weights[i] = rational_integer(&arena, 0);
    return out;
}

static struct measured measure(const struct indicator_settings *settings)
{
    struct measured out;
    indicator_measure(&arena, settings, &counts, &out);
    return out;
}

Test(indicator, ids_are_unique_and_every_share_has_a_denominator)
{
    for (size_t i = 0; i < indicator_count; i++) {
        const struct indicator *indicator = &indicator_catalogue[i];
        cr_assert_eq(indicator_by_id(text_from(indicator->id)), indicator);
        if (indicator->is_deviation)
            continue; // its terms are another's
        bool is_quotient = !indicator->observed &&
                           (indicator->unit == UNIT_SHARE || indicator->unit == UNIT_RATIO);
        cr_assert_eq(is_quotient, indicator->denominator[0].coefficient != 0, "%s", indicator->id);
        cr_assert_neq(indicator->observed != OBSERVED_NOTHING,
                      indicator->numerator[0].coefficient != 0, "%s", indicator->id);
        cr_assert(!indicator->cohort || (indicator->cohorts >> indicator->cohort & 1), "%s",
                  indicator->id);
        cr_assert_not_null(indicator_cohort_name(indicator, indicator->cohort), "%s",
                           indicator->id);
        cr_assert_eq(!indicator->over[0], !indicator->other_denominator[0].coefficient, "%s",
                     indicator->id);
    }
    cr_assert_null(indicator_by_id(TEXT("W99")));
}

Test(indicator, a_zero_denominator_has_no_value)
{
    struct indicator_settings settings = settings_of("W04");
    add_cell(COHORT_RECEIVED, 7);
    struct measured out = measure(&settings);
    cr_assert_not(out.known);
    cr_assert_eq(out.n, 0);
}

Test(indicator, on_time_closing_is_closed_in_time_over_due_in_the_cohort_asked_for)
{
    struct indicator_settings settings = settings_of("W04");
    add_cell(COHORT_DUE, 6);
    last()[COUNT_DUE] = 6, last()[COUNT_ON_TIME] = 5;
    add_cell(COHORT_RECEIVED, 9);
    last()[COUNT_DUE] = 4, last()[COUNT_ON_TIME] = 1;
    expect_value(measure(&settings).value, "5/6");
    settings.cohort = COHORT_RECEIVED;
    expect_value(measure(&settings).value, "1/4");
}

static void add_stock(enum count_range range, int64_t due, int64_t left)
{
    add_cell(COHORT_DUE, due)->range = range;
    add_cell(COHORT_OVERDUE_LEFT, left)->range = range;
}

Test(indicator, closing_takes_over_the_overdue_stock_of_the_start_and_does_not_change_later)
{
    struct indicator_settings settings = settings_of("W05");
    add_stock(RANGE_BEFORE_FROM, 100, 90); // 10 overdue and open at the start
    add_cell(COHORT_DUE, 30);
    add_cell(COHORT_OVERDUE_LEFT, 32); // closed, or due and closed before, within the period
    struct measured out = measure(&settings);
    cr_assert_eq(out.n, 40);
    expect_value(out.value, "4/5");
}

Test(indicator, overdue_and_open_is_a_stock_at_the_end)
{
    struct indicator_settings settings = settings_of("W15");
    add_stock(RANGE_BEFORE_UNTIL, 130, 122);
    add_stock(RANGE_BEFORE_FROM, 100, 90);
    struct measured out = measure(&settings);
    cr_assert(out.known);
    expect_value(out.value, "8");
    cr_assert_eq(out.n, 8);
}

Test(indicator, satisfaction_weighs_each_level_over_rated_orders_or_over_visits)
{
    struct indicator_settings settings = settings_of("W09");
    settings.satisfaction_weights[2] = number("0.9");
    settings.satisfaction_weights[3] = settings.satisfaction_weights[4] = number("1");
    add_cell(COHORT_RECEIVED, 20);
    last()[COUNT_RESULT_1] = 1, last()[COUNT_RESULT_3] = 2, last()[COUNT_RESULT_4] = 3,
    last()[COUNT_RESULT_5] = 4;
    last()[COUNT_RESULT_NOT_RATED] = 6, last()[COUNT_VISITED] = 16;
    struct measured out = measure(&settings);
    cr_assert_eq(out.n, 10);
    expect_value(out.value, "22/25");
    settings.over_other = true;
    out = measure(&settings);
    cr_assert_eq(out.n, 16);
    expect_value(out.value, "11/20");
}

Test(indicator, returns_count_dispatches_of_the_unit_that_had_them)
{
    struct indicator_settings settings = settings_of("W11");
    struct count_cell *cell = add_cell(COHORT_RECEIVED, 0);
    cell->source = COUNTED_DISPATCHES, cell->cohort = 0;
    last()[COUNT_DISPATCHES] = 8, last()[COUNT_RETURNED] = 1;
    expect_value(measure(&settings).value, "1/8");
}

Test(indicator, the_caliber_decides_which_natures_and_flags_count)
{
    struct indicator_settings settings = settings_of("W01");
    add_cell(COHORT_RECEIVED, 1);
    add_cell(COHORT_RECEIVED, 10)->flags = FLAG_EXCLUDED;
    add_cell(COHORT_RECEIVED, 100)->flags = FLAG_EXCLUDED | FLAG_DUPLICATE;
    add_cell(COHORT_RECEIVED, 1000)->nature = 3;
    expect_value(measure(&settings).value, "1001");
    settings.caliber.excluded = CALIBER_INCLUDE;
    expect_value(measure(&settings).value, "1011");
    settings.caliber.duplicate = CALIBER_ONLY;
    expect_value(measure(&settings).value, "100");
    settings.caliber = (struct caliber){.natures = 1U << 3};
    expect_value(measure(&settings).value, "1000");
}

Test(indicator, exclusion_counts_excluded_orders_whatever_the_caliber_says)
{
    struct indicator_settings settings = settings_of("W16");
    add_cell(COHORT_RECEIVED, 75);
    add_cell(COHORT_RECEIVED, 25)->flags = FLAG_EXCLUDED;
    expect_value(measure(&settings).value, "1/4");
}

Test(indicator, a_subject_has_orders_when_something_was_counted_or_carried_over)
{
    struct caliber caliber = {.natures = UINT32_MAX};
    cr_assert_not(counts_any(&counts, &caliber));
    add_stock(RANGE_BEFORE_FROM, 5, 5);
    cr_assert_not(counts_any(&counts, &caliber));
    add_stock(RANGE_BEFORE_FROM, 1, 0);
    cr_assert(counts_any(&counts, &caliber));
}

Test(indicator, flags_mean_what_the_source_says_and_natures_concern_orders_alone)
{
    struct indicator_settings settings = settings_of("E01");
    settings.caliber.natures = 1U << 3;
    add_cell_of(COUNTED_INCIDENTS, INCIDENT_COHORT_KNOWN, LEVEL_GENERAL)[0] = 1;
    add_cell_of(COUNTED_INCIDENTS, INCIDENT_COHORT_KNOWN, 0)[0] = 10;
    add_cell_of(COUNTED_INCIDENTS, INCIDENT_COHORT_KNOWN, 0)[0] = 100;
    cells[1].flags = INCIDENT_FLAG_VOID;
    cells[2].flags = INCIDENT_FLAG_MERGED;
    add_cell_of(COUNTED_INCIDENTS, INCIDENT_COHORT_CLOSED, 0)[0] = 1000;
    expect_value(measure(&settings).value, "1");
    settings.caliber.duplicate = CALIBER_INCLUDE;
    expect_value(measure(&settings).value, "101");
    settings.caliber.duplicate = CALIBER_LEAVE_OUT;
    settings.caliber.void_orders = CALIBER_ONLY;
    expect_value(measure(&settings).value, "10");
    settings.caliber.void_orders = CALIBER_LEAVE_OUT;
    settings.caliber.excluded = CALIBER_ONLY; // which no incident can be
    expect_value(measure(&settings).value, "1");
}

Test(indicator, first_reports_are_counted_over_incidents_or_over_those_that_had_to_be_reported)
{
    struct indicator_settings settings = settings_of("E02");
    int64_t *counted = add_cell_of(COUNTED_INCIDENTS, INCIDENT_COHORT_KNOWN, LEVEL_SERIOUS);
    counted[INCIDENT_COUNT_INCIDENTS] = 5;
    counted[INCIDENT_COUNT_FIRST_REPORT_DUE] = 4;
    counted[INCIDENT_COUNT_FIRST_REPORT_ON_TIME] = 3;
    expect_value(measure(&settings).value, "3/5");
    settings.over_other = true;
    expect_value(measure(&settings).value, "3/4");
}

Test(indicator, each_theme_of_inspection_has_its_own_indicators)
{
    int64_t *of_environment = add_cell_of(COUNTED_PROBLEMS, PROBLEM_COHORT_DUE, THEME_ENVIRONMENT);
    of_environment[PROBLEM_COUNT_DUE] = 8, of_environment[PROBLEM_COUNT_ON_TIME] = 6;
    int64_t *of_traffic = add_cell_of(COUNTED_PROBLEMS, PROBLEM_COHORT_FOUND, THEME_TRAFFIC_ORDER);
    of_traffic[PROBLEM_COUNT_PROBLEMS] = 7, of_traffic[PROBLEM_COUNT_SETTLED] = 2;
    int64_t *found = add_cell_of(COUNTED_PROBLEMS, PROBLEM_COHORT_FOUND, THEME_ENVIRONMENT);
    found[PROBLEM_COUNT_PROBLEMS] = 9, found[PROBLEM_COUNT_SETTLED] = 9;
    int64_t *rechecked = add_cell_of(COUNTED_RECHECKS, 0, THEME_ENVIRONMENT);
    rechecked[RECHECK_COUNT_RECHECKS] = 10, rechecked[RECHECK_COUNT_FAILED] = 1;
    add_cell_of(COUNTED_RECHECKS, 0, 0)[RECHECK_COUNT_RECHECKS] = 10;
    static const struct {
        const char *id, *value;
    } cases[] = {{"O01", "3/4"}, {"T04", "2/7"}, {"O02", "1/10"}, {"O03", "9"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct indicator_settings settings = settings_of(cases[i].id);
        expect_value(measure(&settings).value, cases[i].value);
    }
}

Test(indicator, a_budget_is_executed_from_the_years_first_day_on)
{
    struct indicator_settings settings = settings_of("P01");
    static const struct {
        enum count_range range;
        enum activity_type type;
        int64_t fen;
    } amounts[] = {{RANGE_YEAR, ACTIVITY_BUDGET_ALLOCATED, 400},
                   {RANGE_YEAR, ACTIVITY_BUDGET_PAID, 300},
                   {RANGE_PERIOD, ACTIVITY_BUDGET_PAID, 50},
                   {RANGE_YEAR, ACTIVITY_NEWS_REPORT, 7}};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        add_cell_of(COUNTED_ACTIVITIES, 0, amounts[i].type)[ACTIVITY_COUNT_AMOUNT_FEN] =
            amounts[i].fen;
        cells[i].range = (uint8_t)amounts[i].range;
    }
    struct measured out = measure(&settings);
    expect_value(out.value, "3/4");
    cr_assert_eq(out.n, 400);
}

Test(indicator, outputs_are_counted_by_kind)
{
    struct indicator_settings settings = settings_of("A03");
    add_cell_of(COUNTED_ACTIVITIES, 0, ACTIVITY_FLASH_BULLETIN)[0] = 4;
    add_cell_of(COUNTED_ACTIVITIES, 0, ACTIVITY_SPECIAL_BULLETIN)[0] = 56;
    expect_value(measure(&settings).value, "4");
}

Test(indicator, the_travel_time_index_weighs_by_vehicles_in_the_hours_that_count)
{
    struct indicator_settings settings = settings_of("T02");
    static const struct {
        int hour;
        int64_t vehicles, travel_ms, free_flow_ms;
    } hours[] = {{7, 90, 900, 450}, {8, 10, 300, 50}, {9, 5, 7, 7}, {HOURS_OF_DAY + 8, 3, 3, 3}};
    for (size_t i = 0; i < sizeof hours / sizeof *hours; i++) {
        int64_t *counted = add_cell_of(COUNTED_TRAFFIC, 0, hours[i].hour);
        counted[TRAFFIC_COUNT_TIMED_VEHICLES] = hours[i].vehicles;
        counted[TRAFFIC_COUNT_TRAVEL_MS] = hours[i].travel_ms;
        counted[TRAFFIC_COUNT_FREE_FLOW_MS] = hours[i].free_flow_ms;
    }
    settings.kinds = UINT64_C(1) << 7 | UINT64_C(1) << 8;
    struct measured out = measure(&settings);
    expect_value(out.value, "12/5"); // not the mean of 2 and 6
    cr_assert_eq(out.n, 100);
    settings.kinds = UINT64_C(1) << (HOURS_OF_DAY + 8);
    expect_value(measure(&settings).value, "1");
    settings.kinds = UINT64_C(1) << 23;
    cr_assert_not(measure(&settings).known);
}

Test(indicator, fractions_are_ordered_exactly)
{
    static const struct observation a = {INT64_MAX, INT64_MAX - 1},
                                    b = {INT64_MAX - 1, INT64_MAX - 2};
    static const struct observation third = {1, 3}, same = {2, 6};
    cr_assert_lt(observation_compare(&a, &b), 0);
    cr_assert_gt(observation_compare(&b, &a), 0);
    cr_assert_eq(observation_compare(&third, &same), 0);
    struct indicator_settings settings = {.quantile = number("0.95")};
    const struct observation ratios[] = {{1, 3}, {3, 2}};
    struct measured out;
    indicator_order_statistic(&arena, &settings, ratios, 2, &out);
    expect_value(out.value, "3/2");
    settings.quantile = number("0.5");
    settings.midpoint = true;
    indicator_order_statistic(&arena, &settings, ratios, 2, &out);
    expect_value(out.value, "11/12");
}

Test(indicator, only_what_it_is_computed_from_is_needed)
{
    struct count_needs needs = {0};
    indicator_add_needs(indicator_by_id(TEXT("W05")), &needs);
    indicator_add_needs(indicator_by_id(TEXT("P01")), &needs);
    indicator_add_needs(indicator_by_id(TEXT("E03")), &needs);
    cr_assert_eq(needs.ranges[COUNTED_TICKETS], 1U << RANGE_PERIOD | 1U << RANGE_BEFORE_FROM);
    cr_assert_eq(needs.ranges[COUNTED_ACTIVITIES], 1U << RANGE_PERIOD | 1U << RANGE_YEAR);
    cr_assert_eq(needs.ranges[COUNTED_INCIDENTS], 1U << RANGE_PERIOD);
    cr_assert_eq(needs.ranges[COUNTED_DISPATCHES], 0);
}

static struct measured order_statistic(const char *quantile, bool midpoint, const int64_t *seconds,
                                       size_t count)
{
    struct observation durations[8];
    for (size_t i = 0; i < count; i++)
        durations[i] = (struct observation){seconds[i] * US_PER_SECOND, US_PER_SECOND};
    struct indicator_settings settings = {.indicator = indicator_by_id(TEXT("W18")),
                                          .quantile = number(quantile),
                                          .midpoint = midpoint};
    struct measured out;
    indicator_order_statistic(&arena, &settings, durations, count, &out);
    return out;
}

Test(indicator, a_quantile_is_the_nearest_rank_or_the_middle_of_two)
{
    static const int64_t four[] = {1, 2, 7, 100}, five[] = {1, 2, 7, 8, 100};
    expect_value(order_statistic("0.5", false, four, 4).value, "2");
    expect_value(order_statistic("0.5", true, four, 4).value, "9/2");
    expect_value(order_statistic("0.5", true, five, 5).value, "7");
    expect_value(order_statistic("0.9", false, five, 5).value, "100");
    expect_value(order_statistic("1", true, four, 4).value, "100");
    expect_value(order_statistic("0.25", false, four, 4).value, "1");
    cr_assert_eq(order_statistic("0.5", false, five, 5).n, 5);
    cr_assert_not(order_statistic("0.5", false, five, 0).known);
}

Test(indicator, each_names_its_move_or_says_why_it_has_none)
{
    for (size_t i = 0; i < indicator_count; i++) {
        const struct indicator *indicator = &indicator_catalogue[i];
        const struct indicator_move *move = &indicator->move;
        cr_assert(move->en && *move->en && move->zh && *move->zh, "%s", indicator->id);
        bool is_lower = indicator->direction == BETTER_LOWER;
        cr_assert_eq(move->type == MOVE_ONE_FEWER, is_lower && move->type != MOVE_NONE,
                     "%s moves away from what is better", indicator->id);
        cr_assert_eq(move->type == MOVE_RATING, indicator->is_weighted, "%s", indicator->id);
        if (indicator->is_deviation || (indicator->observed && !indicator->has_limit) ||
            indicator->sample.coefficient)
            cr_assert_eq(move->type, MOVE_NONE, "%s is no number of cases", indicator->id);
    }
}

static bool is_ascii(const char *text)
{
    while (*text && !(*text & 0x80))
        text++;
    return !*text;
}

Test(indicator, each_has_its_formula_in_both_languages)
{
    for (size_t i = 0; i < indicator_count; i++) {
        const struct indicator *indicator = &indicator_catalogue[i];
        cr_expect(indicator->formula && is_ascii(indicator->formula), "%s", indicator->id);
        cr_expect(indicator->formula_zh && !is_ascii(indicator->formula_zh), "%s", indicator->id);
    }
}
