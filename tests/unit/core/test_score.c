// Scoring rules against published points, and ranks: ties, rounding, small denominators, peer groups.
#include "core/ranking.h"

#include <criterion/criterion.h>

static struct arena arena;

static void close_arena(void)
{
    arena_free(&arena);
}

TestSuite(score, .fini = close_arena);
TestSuite(ranking, .fini = close_arena);

static struct rational number(const char *text)
{
    struct rational out;
    cr_assert(rational_parse(&arena, text_from(text), &out), "%s", text);
    return out;
}

enum { DISTRICTS = 8 };

static struct scored_indicator indicators[2];
static struct tie_break tie_break = {1, true};
static struct scoring scoring = {
    .indicators = indicators, .indicator_count = 1, .total_digits = -1};
static struct contender contenders[DISTRICTS];
static struct measured measured[DISTRICTS][2];
static const char *const codes[DISTRICTS] = {"a", "b", "c", "d", "e", "f", "g", "h"};

static void set_indicator(size_t position, const char *id, const char *weight,
                          struct score_rule rule)
{
    indicators[position] = (struct scored_indicator){
        .key = text_from(id),
        .settings = {.indicator = indicator_by_id(text_from(id))},
        .weight = number(weight),
        .rule = rule,
        .input_digits = -1,
    };
}

static struct score_rule proportional(const char *full)
{
    return (struct score_rule){.type = RULE_PROPORTIONAL, .full = number(full)};
}

static struct score_rule deduct(const char *baseline, const char *slope, const char *floor)
{
    return (struct score_rule){.type = RULE_DEDUCT,
                               .baseline = number(baseline),
                               .slope = number(slope),
                               .floor = number(floor)};
}

// A share numerator / n of contender i; n 0: no value.
static void set_share(size_t i, size_t position, int64_t numerator, int64_t n)
{
    contenders[i].code = text_from(codes[i]);
    contenders[i].has_orders = true;
    contenders[i].measured = measured[i];
    measured[i][position] = (struct measured){
        .known = n != 0, .n = n, .value = rational_fraction(&arena, numerator, n ? n : 1)};
}

static void rank_all(size_t count)
{
    ranking_compute(&arena, &scoring, contenders, count);
}

static const struct contender *find(const char *code)
{
    for (size_t i = 0; i < DISTRICTS; i++)
        if (text_equal(contenders[i].code, text_from(code)))
            return &contenders[i];
    return NULL;
}

static void expect_total(const char *code, const char *expected)
{
    const struct contender *contender = find(code);
    cr_assert_eq(contender->reason, RANKED, "%s has no rank", code);
    cr_assert_str_eq(rational_print_decimal(&arena, contender->total), expected);
}

static void expect_rank(const char *code, uint32_t rank, bool shared)
{
    cr_assert_eq(find(code)->rank, rank, "%s: rank %u", code, find(code)->rank);
    cr_assert_eq(find(code)->is_shared, shared, "%s", code);
}

// ---- published points (deduct below a baseline) ----

static void expect_points(const char *percent, struct score_rule rule, const char *weight,
                          int input_digits, const char *expected)
{
    set_indicator(0, "W09", weight, rule);
    indicators[0].input_digits = input_digits;
    struct rational share = rational_divide(&arena, number(percent), number("100"));
    contenders[0] =
        (struct contender){.code = TEXT("a"), .has_orders = true, .measured = measured[0]};
    measured[0][0] = (struct measured){.known = true, .n = 1000, .value = share};
    rank_all(1);
    cr_assert_str_eq(rational_print(&arena, contenders[0].total, 2), expected, "%s", percent);
}

Test(score, close_on_time_deducts_a_point_per_percentage_point_below_95)
{
    expect_points("89.82", deduct("95", "1", "0"), "20", -1, "14.82");
    expect_points("80", deduct("95", "1", "0"), "20", -1, "5.00");
    expect_points("66.67", deduct("95", "1", "0"), "20", -1, "0.00");
    expect_points("95", deduct("95", "1", "0"), "20", -1, "20.00");
    expect_points("100", deduct("95", "1", "0"), "20", -1, "20.00");
}

Test(score, satisfaction_deducts_half_a_point_below_95_and_since_august_below_98)
{
    expect_points("75", deduct("95", "0.5", "12.5"), "25", 2, "15.00");
    expect_points("75", deduct("98", "0.5", "12.5"), "25", 2, "13.50");
    expect_points("87.5", deduct("98", "0.5", "12.5"), "25", 2, "19.75");
    expect_points("83.33", deduct("98", "0.5", "12.5"), "25", 2, "17.67");
    expect_points("50", deduct("98", "0.5", "12.5"), "25", 2, "12.50");
}

Test(score, a_published_70_59_gives_12_8_only_when_12_of_17_is_rounded_first)
{
    set_indicator(0, "W09", "25", deduct("95", "0.5", "12.5"));
    set_share(0, 0, 12, 17);
    rank_all(1);
    cr_assert_str_eq(rational_print(&arena, contenders[0].total, 4), "12.7941");
    indicators[0].input_digits = 2;
    rank_all(1);
    cr_assert_str_eq(rational_print_exact(&arena, contenders[0].total),
                     "2559/200"); // 12.795, printed 12.80
    cr_assert_str_eq(rational_print(&arena, contenders[0].total, 2), "12.80");
}

Test(score, where_lower_is_better_the_deduction_is_above_the_baseline)
{
    set_indicator(0, "W11", "10", deduct("2", "1", "0"));
    set_share(0, 0, 5, 100);
    set_share(1, 0, 1, 100);
    rank_all(2);
    expect_total("a", "7");
    expect_total("b", "10");
}

// ---- the other rules ----

Test(score, proportional_points_stay_between_zero_and_the_weight)
{
    set_indicator(0, "W04", "40", proportional("80"));
    set_share(0, 0, 1, 2);
    set_share(1, 0, 9, 10);
    rank_all(2);
    expect_total("a", "25");
    expect_total("b", "40");
    set_indicator(0, "W11", "5", proportional("20"));
    set_share(0, 0, 5, 100);
    set_share(1, 0, 50, 100);
    contenders[0].code = TEXT("a"), contenders[1].code = TEXT("b");
    contenders[0].measured = measured[0], contenders[1].measured = measured[1];
    rank_all(2);
    expect_total("a", "3.75");
    expect_total("b", "0");
}

Test(score, rank_points_are_shared_by_equal_values)
{
    struct rational points[] = {number("60"), number("57"), number("54")};
    set_indicator(
        0, "W04", "60",
        (struct score_rule){
            .type = RULE_RANK_POINTS, .points = points, .point_count = 3, .beyond = number("10")});
    set_share(0, 0, 9, 10);
    set_share(1, 0, 18, 20);
    set_share(2, 0, 8, 10);
    set_share(3, 0, 7, 10);
    rank_all(4);
    expect_total("a", "60");
    expect_total("b", "60");
    expect_total("c", "54");
    expect_total("d", "10");
}

Test(score, relative_to_best_gives_a_perfect_zero_full_points_where_lower_is_better)
{
    set_indicator(0, "W11", "10", (struct score_rule){.type = RULE_RELATIVE_TO_BEST});
    set_share(0, 0, 2, 100);
    set_share(1, 0, 4, 100);
    rank_all(2);
    expect_total("a", "10");
    expect_total("b", "5");
    set_share(0, 0, 0, 100);
    set_share(1, 0, 4, 100);
    rank_all(2);
    expect_total("a", "10");
    expect_total("b", "0");
}

Test(score, a_relative_score_changes_when_another_district_is_corrected)
{
    set_indicator(0, "W04", "10", (struct score_rule){.type = RULE_RELATIVE_TO_BEST});
    set_share(0, 0, 8, 10);
    set_share(1, 0, 10, 10);
    rank_all(2);
    expect_total("a", "8");
    set_share(0, 0, 8, 10); // the table was put into order: set both anew
    set_share(1, 0, 8, 10);
    rank_all(2);
    expect_total("a", "10");
}

Test(score, share_of_total_leaves_the_unassigned_area_out)
{
    set_indicator(0, "W01", "5", (struct score_rule){.type = RULE_SHARE_OF_TOTAL});
    set_share(0, 0, 30, 1);
    set_share(1, 0, 70, 1);
    set_share(2, 0, 900, 1);
    contenders[2].is_unassigned = true;
    rank_all(3);
    expect_total("a", "1.5");
    expect_total("b", "3.5");
    cr_assert_eq(find("c")->reason, UNRANKED_UNASSIGNED);
}

// ---- targets ----

static struct score_rule target(const char *number_or_mean, const char *cap, const char *over)
{
    bool mean = text_equal(text_from(number_or_mean), TEXT("mean"));
    return (struct score_rule){.type = RULE_RATIO_TO_TARGET,
                               .target = number(mean ? "0" : number_or_mean),
                               .target_is_mean = mean,
                               .cap = number(cap),
                               .over_target = number(over),
                               .over_deduction = number("2")};
}

Test(score, a_target_met_earns_the_weight_one_not_met_its_share)
{
    set_indicator(0, "W04", "20", target("80", "1", "-1"));
    set_share(0, 0, 95, 100);
    set_share(1, 0, 60, 100);
    rank_all(2);
    expect_total("a", "20");
    expect_total("b", "15");
}

Test(score, a_target_exceeded_by_far_is_flagged_and_may_cost_points)
{
    set_indicator(0, "A01", "20", target("400", "1", "3/10"));
    set_share(0, 0, 2235, 1);
    set_share(1, 0, 520, 1); // 30 % above, not more
    rank_all(2);
    cr_assert(find("a")->points[0].is_over_target);
    expect_total("a", "18");
    cr_assert_not(find("b")->points[0].is_over_target);
    expect_total("b", "20");
}

Test(score, the_ratio_of_cityscore_may_pass_one_and_a_perfect_zero_is_the_best)
{
    set_indicator(0, "W11", "1", target("4", "2", "-1"));
    set_share(0, 0, 8, 100);
    set_share(1, 0, 3, 100);
    set_share(2, 0, 0, 100);
    rank_all(3);
    expect_total("a", "0.5");
    cr_assert_str_eq(rational_print_exact(&arena, find("b")->total), "4/3");
    expect_total("c", "2");
}

Test(score, a_target_may_be_the_mean_of_the_group)
{
    set_indicator(0, "W09", "10", target("mean", "1", "-1"));
    set_share(0, 0, 90, 100);
    set_share(1, 0, 70, 100);
    rank_all(2);
    expect_total("a", "10");
    expect_total("b", "8.75");
}

Test(score, full_if_any_asks_only_whether_there_is_a_value)
{
    set_indicator(0, "W08", "20", (struct score_rule){.type = RULE_FULL_IF_ANY});
    indicators[0].missing = MISSING_ZERO;
    set_share(0, 0, 0, 3);
    set_share(1, 0, 0, 0);
    rank_all(2);
    expect_total("a", "20");
    expect_total("b", "0");
}

// ---- items that people enter, lists ----

static struct scored_item items[3];
static struct entered_item entered[DISTRICTS][3];

static void set_items(void)
{
    set_indicator(0, "W04", "90", proportional("100"));
    items[0] =
        (struct scored_item){TEXT("calls"), ITEM_ENTERED, number("10"), MISSING_REDISTRIBUTE};
    items[1] = (struct scored_item){TEXT("blame"), ITEM_DEDUCTION, number("5"), MISSING_EXCLUDE};
    items[2] = (struct scored_item){TEXT("thanks"), ITEM_BONUS, number("3"), MISSING_EXCLUDE};
    scoring.items = items;
    scoring.item_count = 3;
    for (size_t i = 0; i < 2; i++) {
        set_share(i, 0, 1, 2);
        contenders[i].entered = entered[i];
    }
}

Test(score, base_minus_deductions_plus_bonuses_each_within_its_limit)
{
    set_items();
    entered[0][0] = (struct entered_item){true, number("8"), number("0")};
    entered[0][1] = (struct entered_item){true, number("-6.5"), number("0")};
    entered[0][2] = (struct entered_item){true, number("2"), number("0")};
    rank_all(2);
    expect_total("a", "50"); // 45 + 8 - 5 + 2
    expect_total("b", "50"); // 45 scaled up to the full mark: nothing was entered
}

Test(score, an_item_that_nobody_entered_may_leave_a_district_unranked)
{
    set_items();
    items[0].missing = MISSING_EXCLUDE;
    rank_all(1);
    cr_assert_eq(contenders[0].reason, UNRANKED_NOT_ENTERED);
    cr_assert_eq(contenders[0].reason_indicator, 0);
}

Test(ranking, units_of_equal_scores_are_listed_together_so_a_list_may_be_longer)
{
    set_indicator(0, "W04", "100", proportional("100"));
    static const int share[] = {9, 8, 8, 5, 4, 4};
    for (size_t i = 0; i < 6; i++) {
        set_share(i, 0, share[i], 10);
        contenders[i].group = i % 2 ? TEXT("county") : TEXT("department");
    }
    scoring.red = (struct ranking_list){1, false};
    scoring.black = (struct ranking_list){1, true};
    rank_all(6);
    static const unsigned expected[] = {LIST_RED, LIST_RED, 0, 0, LIST_BLACK, LIST_BLACK};
    for (size_t i = 0; i < 6; i++)
        cr_assert_eq(find(codes[i])->lists, expected[i], "%s: %u", codes[i], find(codes[i])->lists);
}

// ---- missing values and small denominators ----

static void set_two_indicators(enum missing_policy missing)
{
    scoring.indicator_count = 2;
    set_indicator(0, "W04", "40", proportional("100"));
    set_indicator(1, "W09", "60", proportional("100"));
    indicators[1].missing = missing;
    set_share(0, 0, 9, 10);
    set_share(0, 1, 0, 0);
    rank_all(1);
}

Test(score, a_missing_value_is_not_zero_and_not_a_hundred_unless_the_profile_says_so)
{
    set_two_indicators(MISSING_EXCLUDE);
    cr_assert_eq(contenders[0].reason, UNRANKED_MISSING);
    cr_assert_eq(contenders[0].reason_indicator, 1);
}

Test(score, a_missing_value_may_leave_its_weight_to_the_others)
{
    set_two_indicators(MISSING_REDISTRIBUTE);
    expect_total("a", "90");
}

Test(score, a_missing_value_may_score_zero)
{
    set_two_indicators(MISSING_ZERO);
    expect_total("a", "36");
}

Test(score, a_missing_value_may_score_full)
{
    set_two_indicators(MISSING_FULL);
    expect_total("a", "96");
}

Test(ranking, below_the_minimum_denominator_a_subject_is_listed_not_ranked)
{
    set_indicator(0, "W04", "100", proportional("100"));
    indicators[0].minimum_denominator = 7;
    set_share(0, 0, 5, 6); // one late order of six
    set_share(1, 0, 800, 1000);
    rank_all(2);
    expect_rank("b", 1, false);
    cr_assert_eq(find("a")->reason, UNRANKED_TOO_FEW);
    cr_assert_eq(find("a")->rank, 0);
    cr_assert(text_equal(contenders[1].code, TEXT("a")), "the ranked ones stand first");
}

Test(ranking, a_subject_without_orders_is_listed_not_ranked_even_if_missing_scores_zero)
{
    set_indicator(0, "W04", "100", proportional("100"));
    indicators[0].missing = MISSING_ZERO;
    set_share(0, 0, 0, 0);
    contenders[0].has_orders = false;
    set_share(1, 0, 0, 0);
    rank_all(2);
    cr_assert_eq(find("a")->reason, UNRANKED_NO_ORDERS);
    expect_rank("b", 1, false);
}

// ---- ties, rounding, groups ----

static void set_four(void)
{
    set_indicator(0, "W04", "100", proportional("100"));
    set_share(0, 0, 2, 3);
    set_share(1, 0, 9, 10);
    set_share(2, 0, 90, 100);
    set_share(3, 0, 1, 1);
}

Test(ranking, ties_are_shared_and_the_next_rank_is_skipped)
{
    set_four();
    rank_all(4);
    expect_rank("d", 1, false);
    expect_rank("b", 2, true);
    expect_rank("c", 2, true);
    expect_rank("a", 4, false);
}

Test(ranking, exact_values_are_compared_not_rounded_ones)
{
    set_indicator(0, "W04", "100", proportional("100"));
    scoring.total_digits = 2;
    set_share(0, 0, 938150, 1000000);
    set_share(1, 0, 938151, 1000000);
    rank_all(2);
    expect_rank("b", 1, false);
    expect_rank("a", 2, false);
    cr_assert_eq(rational_compare(contenders[0].total, contenders[1].total), 0,
                 "both are printed 93.82");
}

Test(ranking, round_then_sort_makes_a_tie_when_the_profile_says_so)
{
    set_indicator(0, "W04", "100", proportional("100"));
    scoring.total_digits = 2;
    scoring.sort_rounded = true;
    set_share(0, 0, 938150, 1000000);
    set_share(1, 0, 938151, 1000000);
    rank_all(2);
    expect_rank("a", 1, true);
    expect_rank("b", 1, true);
}

Test(ranking, a_tie_break_of_the_profile_parts_equal_totals)
{
    scoring.indicator_count = 2;
    scoring.tie_breaks = &tie_break;
    scoring.tie_break_count = 1;
    set_indicator(1, "W01", "0", (struct score_rule){.type = RULE_WATCHED});
    set_four();
    for (size_t i = 0; i < 4; i++)
        set_share(i, 1, (int64_t)(100 * (i + 1)), 1);
    rank_all(4);
    expect_rank("c", 2, false); // the larger intake
    expect_rank("b", 3, false);
    expect_rank("a", 4, false);
}

Test(ranking, peer_groups_are_never_mixed)
{
    set_four();
    contenders[0].group = contenders[1].group = TEXT("county");
    contenders[2].group = contenders[3].group = TEXT("department");
    rank_all(4);
    expect_rank("b", 1, false);
    expect_rank("a", 2, false);
    expect_rank("d", 1, false);
    expect_rank("c", 2, false);
    cr_assert(text_equal(contenders[0].group, TEXT("county")));
}

Test(ranking, peer_groups_may_have_different_full_marks)
{
    const struct text counties[] = {TEXT("county")};
    scoring.indicator_count = 2;
    set_indicator(0, "W04", "55", proportional("100"));
    set_indicator(1, "W09", "45", proportional("100"));
    indicators[1].groups = counties;
    indicators[1].group_count = 1;
    indicators[1].missing = MISSING_EXCLUDE;
    for (size_t i = 0; i < 2; i++) {
        set_share(i, 0, 4, 5);
        set_share(i, 1, 4, i == 0 ? 5 : 0); // the department has no value, and needs none
        contenders[i].group = i == 0 ? TEXT("county") : TEXT("department");
    }
    rank_all(2);
    expect_total("a", "80"); // of 100
    expect_total("b", "44"); // of 55
    cr_assert_eq(find("b")->points[1].status, POINTS_WATCHED);
}

Test(ranking, the_mean_of_rates_is_not_the_pooled_rate)
{
    set_indicator(0, "W04", "100", proportional("100"));
    set_share(0, 0, 10, 10);
    set_share(1, 0, 800, 1000);
    set_share(2, 0, 0, 0);
    struct rational mean;
    cr_assert_eq(ranking_mean_value(&arena, contenders, 3, 0, &mean), 2);
    cr_assert_str_eq(rational_print_exact(&arena, mean), "9/10");
    cr_assert_str_eq(rational_print(&arena, rational_fraction(&arena, 81000, 1010), 1),
                     "80.2"); // pooled
}

Test(ranking, an_empty_table_has_no_ranks)
{
    set_indicator(0, "W04", "100", proportional("100"));
    rank_all(0);
}
