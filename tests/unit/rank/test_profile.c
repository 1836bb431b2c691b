// Profiles: what the shipped ones say, and how a mistake is told: file, line, column, what is wrong, the nearest word.
#include "profile_file.h"

#include "core/hotline.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

TestSuite(profile, .init = profile_file_make, .fini = profile_file_remove);

Test(profile, says_who_it_is_and_what_it_leaves_unsaid_has_a_default)
{
    struct profile profile;
    expect_good(ONE, &profile);
    cr_assert(text_equal(profile.id, TEXT("test")));
    cr_assert_eq(profile.version, 3);
    cr_assert_eq(profile.valid_from_day, civil_day(2022, 8, 1));
    cr_assert_eq(profile.valid_until_day, DAY_MAX);
    cr_assert_eq(profile.months.first_day, 1);
    cr_assert_eq(profile.subject, SUBJECT_DISTRICT);
    cr_assert_eq(profile.caliber.excluded, CALIBER_LEAVE_OUT);
    cr_assert_eq(profile.scoring.indicator_count, 1);
    cr_assert_eq(profile.scoring.total_digits, -1);
    cr_assert_eq(profile.indicators[0].settings.cohort, COHORT_DUE);
    cr_assert_eq(profile.indicators[0].missing, MISSING_EXCLUDE);
    cr_assert_eq(profile.indicators[0].input_digits, -1);
}

Test(profile, every_key_of_an_indicator_is_read)
{
    struct profile profile;
    expect_good(HEAD
                "caliber: {natures: [request, complaint], duplicate: only}\n"
                "indicators:\n"
                "  - id: W09\n"
                "    key: satisfied\n"
                "    cohort: closed\n"
                "    weight: 25\n"
                "    caliber: {excluded: include}\n"
                "    satisfaction-weights: [0, 0, 0.9, 1, 1]\n"
                "    input-rounding: 2\n"
                "    minimum-denominator: 5\n"
                "    missing: redistribute\n"
                "    rule: {type: deduct-below-baseline, baseline: 95, slope: 0.5, floor: 12.5}\n"
                "  - id: W18\n"
                "    quantile: 0.9\n"
                "    rule: watched\n"
                "total: {full: 25, round: 1, sort: rounded}\n"
                "tie-breaks: [{indicator: W18}, {indicator: satisfied}]\n"
                "groups: none\n",
                &profile);
    const struct scored_indicator *first = &profile.indicators[0];
    cr_assert(text_equal(first->key, TEXT("satisfied")));
    cr_assert_eq(first->settings.cohort, COHORT_CLOSED);
    cr_assert_eq(first->settings.caliber.natures, 1U << 2 | 1U << 3);
    cr_assert_eq(first->settings.caliber.excluded, CALIBER_INCLUDE);
    cr_assert_eq(first->settings.caliber.duplicate, CALIBER_ONLY);
    cr_assert_eq(first->input_digits, 2);
    cr_assert_eq(first->minimum_denominator, 5);
    cr_assert_eq(first->missing, MISSING_REDISTRIBUTE);
    cr_assert_str_eq(rational_print_exact(&arena, first->rule.slope), "1/2");
    cr_assert_str_eq(rational_print_exact(&arena, first->settings.satisfaction_weights[2]), "9/10");
    cr_assert(text_equal(profile.columns[1].title_en, TEXT("handling time P90")));
    cr_assert_eq(profile.scoring.total_digits, 1);
    cr_assert(profile.scoring.sort_rounded);
    cr_assert_eq(profile.scoring.tie_break_count, 2);
    cr_assert_not(profile.scoring.tie_breaks[0].higher, "less time goes first");
    cr_assert(profile.scoring.tie_breaks[1].higher);
    cr_assert_eq(profile.grouping, GROUPS_NONE);
}

Test(profile, an_unknown_key_names_the_nearest_known_one)
{
    expect_mistake(HEAD "calibre: {}\n",
                   "5:1: unknown key of profile \"calibre\"; did you mean \"caliber\"?");
    expect_mistake(HEAD "indicators:\n  - id: W04\n    wieght: 100\n",
                   "7:5: unknown key of indicator \"wieght\"; did you mean \"weight\"?");
}

Test(profile, an_unknown_indicator_names_the_nearest_id)
{
    expect_mistake(HEAD "indicators:\n  - id: W4\n    rule: watched\n",
                   "6:9: unknown indicator \"W4\"; did you mean \"W04\"?");
}

Test(profile, an_unknown_word_names_what_is_known)
{
    expect_mistake(HEAD "indicators:\n  - id: W04\n    weight: 100\n    rule: proportionate\n",
                   "8:11: unknown rule \"proportionate\"; did you mean \"proportional\"?");
    expect_mistake(
        HEAD "subject: river\n",
        "5:10: unknown subject \"river\"; known are: district, town, village, unit, channel");
    expect_mistake(HEAD "caliber: {natures: [complaints]}\n",
                   "5:21: unknown nature \"complaints\"; did you mean \"complaint\"?");
    expect_mistake(HEAD "indicators:\n  - id: W12\n    cohort: received\n    rule: watched\n",
                   "7:13: unknown cohort of W12 \"received\"; known are: closed");
}

Test(profile, weights_must_add_up_to_what_the_profile_states)
{
    expect_mistake(HEAD "indicators:\n  - id: W04\n    weight: 95\n    rule: proportional\n",
                   "6:5: the weights add up to 95, but total.full says 100");
}

Test(profile, weights_in_thirds_add_up_exactly)
{
    struct profile profile;
    expect_good(HEAD "indicators:\n"
                     "  - {id: W04, weight: 100/3, rule: proportional}\n"
                     "  - {id: W06, weight: 100/3, rule: proportional}\n"
                     "  - {id: W07, weight: 100/3, rule: proportional}\n",
                &profile);
}

Test(profile, what_is_missing_is_named)
{
    expect_mistake("version: 1\n", "1:1: the key \"id\" is missing here");
    expect_mistake(HEAD, "1:1: the key \"indicators\" is missing here");
    expect_mistake("id: x\nversion: 1\nzone: UTC\n",
                   "1:1: the key \"valid\" is missing: from which day does the rule hold?");
    expect_mistake(HEAD "indicators:\n  - id: W04\n    rule: proportional\n",
                   "6:5: the key \"weight\" is missing here");
    expect_mistake(HEAD
                   "indicators:\n  - {id: W04, weight: 100, rule: {type: deduct-below-baseline}}\n",
                   "6:35: the key \"baseline\" is missing here");
}

Test(profile, values_out_of_range_are_refused)
{
    expect_mistake("id: x\nversion: soon\nzone: UTC\n",
                   "2:10: version must be a whole number from 1 to 2147483647, not \"soon\"");
    expect_mistake("id: x\nversion: 1\nzone: UTC\nvalid: {from: 2022-13-01}\n",
                   "4:15: from must be a day like 2022-08-01, not \"2022-13-01\"");
    expect_mistake("id: x\nversion: 1\nzone: UTC\nvalid: {from: 2022-02-01, until: 2022-01-01}\n",
                   "4:34: until must lie after from");
    expect_mistake(HEAD "indicators:\n  - {id: W04, weight: 1e2, rule: proportional}\n",
                   "6:23: \"1e2\" is no exact number: write 93.815, -2 or 12/17");
    expect_mistake(HEAD "indicators:\n  - {id: W09, satisfaction-weights: [0, 1], weight: 100, "
                        "rule: proportional}\n",
                   "6:38: satisfaction-weights must be five numbers, from very dissatisfied to "
                   "very satisfied");
    expect_mistake(HEAD "indicators:\n  - {id: W18, quantile: 1.5, rule: watched}\n",
                   "6:25: a quantile lies above 0 and not above 1: the median is 0.5");
    expect_mistake(HEAD
                   "indicators:\n  - {id: W04, weight: 100, move-cost: 0, rule: proportional}\n",
                   "6:39: a move costs more than 0: it orders what cityops-rank whatif finds");
}

Test(profile, indicators_of_traffic_say_which_hours_count)
{
    struct profile profile;
    expect_good(HEAD "indicators:\n"
                     "  - {id: T02, hours: [7, 18], days: working, weight: 100,\n"
                     "     rule: {type: deduct-below-baseline, baseline: 1.5, slope: 10}}\n"
                     "  - {id: T03, hours: [0], quantile: 0.95, rule: watched}\n",
                &profile);
    cr_assert_eq(profile.indicators[0].settings.kinds, 1U << 7 | 1U << 18);
    cr_assert_eq(profile.indicators[1].settings.kinds, UINT64_C(1) | UINT64_C(1) << HOURS_OF_DAY);
    expect_mistake(HEAD "indicators:\n  - {id: T02, rule: watched}\n",
                   "6:6: T02 needs the hours that count: hours: [7, 8, 17, 18]");
    expect_mistake(HEAD "indicators:\n  - {id: T02, hours: [], rule: watched}\n",
                   "6:6: T02 needs the hours that count: hours: [7, 8, 17, 18]");
    expect_mistake(HEAD "indicators:\n  - {id: T02, hours: [7, 24], rule: watched}\n",
                   "6:26: an hour is a whole number from 0 to 23, its start");
    expect_mistake(HEAD "indicators:\n  - {id: W04, hours: [7], rule: watched}\n",
                   "6:23: W04 has no hours: only indicators of traffic have");
    expect_mistake(HEAD "indicators:\n  - {id: W04, days: working, rule: watched}\n",
                   "6:21: W04 has no hours: only indicators of traffic have");
}

Test(profile, one_indicator_twice_needs_two_keys)
{
    expect_mistake(
        HEAD
        "indicators:\n  - {id: W18, rule: watched}\n  - {id: W18, quantile: 0.9, rule: watched}\n",
        "7:6: the indicator \"W18\" stands here twice: give one of them another key");
}

Test(profile, a_tie_break_names_an_indicator_of_the_profile_and_its_order)
{
    expect_mistake(ONE "tie-breaks: [{indicator: W01}]\n",
                   "9:26: unknown indicator of this profile \"W01\"; did you mean \"W04\"?");
    expect_mistake(HEAD "indicators:\n  - {id: W04, weight: 100, rule: proportional}\n  - {id: "
                        "W01, rule: watched}\n"
                        "tie-breaks: [{indicator: W01}]\n",
                   "8:15: the key \"first\" is missing here");
}

Test(profile, sorting_rounded_totals_needs_digits)
{
    expect_mistake(ONE "total: {sort: rounded}\n",
                   "9:15: \"sort: rounded\" needs \"round\": to how many digits?");
}

Test(profile, the_shipped_ones_are_good)
{
    glob_t shipped;
    cr_assert_eq(glob("rank/profiles/*.yaml", 0, NULL, &shipped), 0);
    cr_assert_geq(shipped.gl_pathc, 14);
    for (size_t i = 0; i < shipped.gl_pathc; i++) {
        struct profile profile;
        struct error error = ERROR_INIT;
        cr_assert(profile_load(&arena, shipped.gl_pathv[i], &profile, &error), "%s", error.text);
    }
    globfree(&shipped);
}

// ---- targets, items, lists ----

Test(profile, a_target_is_a_number_or_the_mean_of_the_group)
{
    struct profile profile;
    expect_good(HEAD "indicators:\n"
                     "  - {id: W04, weight: 40, rule: {type: ratio-to-target, target: mean}}\n"
                     "  - {id: A01, weight: 60, rule: {type: ratio-to-target, target: 200, cap: 2, "
                     "over-target: 30, over-deduction: 1}}\n",
                &profile);
    cr_assert(profile.indicators[0].rule.target_is_mean);
    cr_assert_str_eq(rational_print_exact(&arena, profile.indicators[1].rule.over_target), "3/10");
    expect_mistake(HEAD "indicators:\n  - {id: W04, weight: 100, rule: ratio-to-target}\n",
                   "6:34: ratio-to-target needs parameters: rule: {type: ratio-to-target, ...}");
    expect_mistake(HEAD "indicators:\n  - {id: W04, weight: 100, rule: {type: ratio-to-target, "
                        "target: 0}}\n",
                   "6:66: a target must be above 0 (0 is one only where lower is better)");
    expect_mistake(HEAD "indicators:\n  - {id: W04, weight: 100, rule: {type: ratio-to-target, "
                        "target: 9, over-deduction: 1}}\n",
                   "6:85: over-deduction takes points off for what over-target says, and is not "
                   "below 0");
}

Test(profile, entered_items_are_part_of_the_full_mark_deductions_and_bonuses_are_not)
{
    struct profile profile;
    expect_good(HEAD "indicators:\n  - {id: W04, weight: 90, rule: proportional}\n"
                     "items:\n  - {item: calls, type: entered, weight: 10, missing: zero}\n"
                     "  - {item: blame, type: deduction, most: 7}\n"
                     "lists: {red: {places: 5, of: group}, black: {places: 3, of: all}}\n",
                &profile);
    cr_assert_eq(profile.scoring.item_count, 2);
    cr_assert_eq(profile.scoring.items[1].type, ITEM_DEDUCTION);
    cr_assert_eq(profile.scoring.red.places, 5);
    cr_assert(profile.scoring.black.of_all);
    expect_mistake(ONE "items: [{item: W04, type: bonus, most: 5}]\n",
                   "9:16: \"W04\" is taken, here or by a column of the table: name "
                   "it anew");
    expect_mistake(ONE "items: [{item: x, type: bonus, weight: 5}]\n",
                   "9:32: unknown key of item \"weight\"; known are: item, type, title, most");
    expect_mistake(ONE "items: [{item: x, type: entered, weight: 5}]\n",
                   "6:5: the weights add up to 105, but total.full says 100");
    expect_mistake(ONE "lists: {red: {places: 0}}\n",
                   "9:23: places must be a whole number from 1 to 1000, not \"0\"");
}

// ---- subjects and windows ----

Test(profile, may_rank_towns_in_a_window_from_noon_to_noon)
{
    struct profile profile;
    expect_good(ONE "subject: town\nmonth-starts-on: 19\n"
                    "window: {from: noon-before, until: noon-before}\n",
                &profile);
    cr_assert_eq(profile.subject, SUBJECT_TOWN);
    cr_assert_eq(profile.months.from_hours, -12);
    cr_assert_eq(profile.months.until_hours, -12);
    expect_mistake(ONE "window: {from: noon}\n",
                   "9:16: unknown from \"noon\"; known are: noon-before, midnight, noon-after");
}

Test(profile, what_is_not_counted_by_the_subject_is_refused)
{
    expect_mistake(HEAD "subject: channel\nindicators:\n"
                        "  - {id: W04, weight: 100, rule: proportional}\n"
                        "  - {id: E01, rule: watched}\n",
                   "8:6: E01: incidents are not counted by channels");
    expect_mistake(
        HEAD "window: {from: noon-before}\nindicators:\n"
             "  - {id: T02, hours: [7], rule: watched}\n",
        "7:6: T02: hours of traffic are counted in whole days, not in a window from noon");
}

// ---- indicators of the profile's own ----

#define OWN(rest) HEAD "indicators:\n  - define: {id: X1, source: tickets, " rest

Test(profile, may_define_an_indicator_of_counted_outcomes)
{
    struct profile profile;
    expect_good(
        OWN("cohort: closed, better: lower, numerator: [closed, -reworked], "
            "denominator: [closed, overdue-left.tickets]}\n    weight: 100\n"
            "    caliber: {natures: [complaint]}\n    rule: {type: proportional, full: 5}\n"),
        &profile);
    const struct indicator *own = profile.indicators[0].settings.indicator;
    cr_assert_str_eq(own->id, "X1");
    cr_assert_eq(own->unit, UNIT_SHARE);
    cr_assert_eq(own->direction, BETTER_LOWER);
    cr_assert_eq(profile.indicators[0].settings.cohort, COHORT_CLOSED);
    cr_assert_eq(own->numerator[1].measure, COUNT_REWORKED);
    cr_assert_eq(own->numerator[1].coefficient, -1);
    cr_assert_eq(own->denominator[1].cohort, COHORT_OVERDUE_LEFT);
    cr_assert_eq(own->denominator[2].coefficient, 0);
    cr_assert_str_eq(own->formula, "[closed, -reworked] / [closed, overdue-left.tickets]");
}

Test(profile, a_definition_that_means_nothing_is_refused_with_its_place)
{
    expect_mistake(OWN("cohort: closed, better: higher, numerator: [close]}\n    rule: watched\n"),
                   "6:83: unknown count of tickets \"close\"; did you mean \"closed\"?");
    expect_mistake(
        OWN("better: higher, numerator: [closed]}\n    rule: watched\n"),
        "6:14: the key \"cohort\" is missing here: which moment puts one of tickets into "
        "a month?");
    expect_mistake(OWN("cohort: open, better: higher, numerator: [closed]}\n    rule: watched\n"),
                   "6:47: unknown cohort \"open\"; known are: received, closed, due, visited");
    expect_mistake(
        OWN("cohort: due, better: higher, numerator: [left.closed]}\n"
            "    rule: watched\n"),
        "6:80: unknown cohort in a term \"left.closed\"; known are: received, closed, due, "
        "visited, backlog-left, overdue-left");
    expect_mistake(OWN("cohort: due, better: higher, numerator: []}\n    rule: watched\n"),
                   "6:68: numerator must be a list of 1 to 7 counts, like [on_time] or [closed, "
                   "-late]");
    expect_mistake(OWN("cohort: due, better: higher, unit: percent, numerator: [due]}\n"
                       "    rule: watched\n"),
                   "6:74: a count has no denominator, anything else has one");
    expect_mistake(HEAD "indicators:\n  - define: {id: W04, source: tickets, cohort: due, "
                        "better: higher, numerator: [due]}\n    rule: watched\n",
                   "6:18: \"W04\" is in the catalogue: give this one another id");
    expect_mistake(HEAD "indicators:\n  - id: W01\n    define: {id: X1}\n    rule: watched\n",
                   "6:9: an indicator that is defined here has its id inside \"define\"");
}

Test(profile, an_indicator_may_count_some_kinds_alone)
{
    struct profile profile;
    expect_good(HEAD
                "indicators:\n  - {id: E02, kinds: [serious, especially-serious], weight: 100, "
                "rule: proportional}\n",
                &profile);
    cr_assert_eq(profile.indicators[0].settings.kinds, 1U << 1 | 1U << 2);
    expect_mistake(HEAD "indicators:\n  - {id: E02, kinds: [bad], weight: 100, rule: "
                        "proportional}\n",
                   "6:23: unknown level \"bad\"; known are: not-stated, especially-serious, "
                   "serious, larger, general");
    expect_mistake(HEAD "indicators:\n  - {id: W04, kinds: [bad], weight: 100, rule: "
                        "proportional}\n",
                   "6:23: W04: tickets have no kinds");
}

// ---- time ----

Test(profile, time_may_be_that_of_working_hours_with_a_limit)
{
    struct profile profile;
    expect_good(HEAD "indicators:\n"
                     "  - {id: W18, time: working, working-hours: ['09:00-12:00', '14:00-24:00'], "
                     "rule: watched}\n"
                     "  - {id: W20, time: working, within: {working-days: 5}, weight: 100, rule: "
                     "proportional}\n",
                &profile);
    const struct time_rule *time = &profile.indicators[0].settings.time;
    cr_assert(time->is_working);
    cr_assert_eq(time->hours.count, 2);
    cr_assert_eq(time->hours.spans[1].until_us, US_PER_DAY);
    cr_assert_eq(profile.indicators[1].settings.time.limit_days, 5);
    cr_assert(text_equal(profile.columns[1].title_en, TEXT("closed within the limit")));
}

Test(profile, time_that_means_nothing_is_refused)
{
    expect_mistake(HEAD "indicators:\n  - {id: E04, time: working, rule: watched}\n",
                   "6:21: E04 counts no working time: only W18 and W20 do, and deadlines");
    expect_mistake(HEAD "indicators:\n  - {id: W18, working-hours: ['09:00-12:00'], rule: "
                        "watched}\n",
                   "6:32: working-hours need \"time: working\"");
    expect_mistake(HEAD "indicators:\n  - {id: W18, time: working, working-hours: "
                        "['14:00-18:00', '09:00-12:00'], rule: watched}\n",
                   "6:62: working-hours are spans like \"09:00-12:00\", one after the other");
    expect_mistake(HEAD "indicators:\n  - {id: W20, rule: watched}\n",
                   "6:6: W20 needs its limit: within: {hours: 24} or within: {working-days: 5}");
    expect_mistake(HEAD "indicators:\n  - {id: W20, within: {working-days: 5}, rule: watched}\n",
                   "6:24: working-days need \"time: working\"");
    expect_mistake(HEAD "indicators:\n  - {id: W20, within: {hours: 5, working-days: 5}, rule: "
                        "watched}\n",
                   "6:24: say hours or working-days, one of them");
    expect_mistake(HEAD "indicators:\n  - {id: W18, within: {hours: 5}, rule: watched}\n",
                   "6:24: W18 has no limit: only W20 and D02 have");
    expect_mistake(HEAD "indicators:\n  - {id: W20, within: {hours: 5}, quantile: 0.5, rule: "
                        "watched}\n",
                   "6:45: W20 is no quantile");
}

Test(profile, a_key_that_is_a_column_of_the_table_is_refused)
{
    expect_mistake(HEAD "indicators:\n  - {id: W04, key: days, rule: watched}\n",
                   "6:6: \"days\" is the name of a column of the table already: give the indicator "
                   "another key");
}

Test(profile, may_compare_an_indicator_with_its_target_and_ask_for_complete_orders)
{
    struct profile profile;
    expect_good(HEAD "indicators:\n  - {id: P02, of: A01, target: 200, rule: watched}\n"
                     "  - {id: D01, require: [nature, category1], weight: 60, rule: proportional}\n"
                     "  - {id: D02, within: {hours: 24}, weight: 40, rule: proportional}\n",
                &profile);
    const struct indicator_settings *deviation = &profile.indicators[0].settings;
    cr_assert_eq(deviation->indicator->numerator[0].coefficient, 1);
    cr_assert_eq(deviation->target_unit, UNIT_COUNT);
    cr_assert(
        text_equal(profile.columns[0].title_en, TEXT("target deviation: routine news reports")));
    cr_assert_eq(profile.indicators[1].settings.required, 1U << 6 | 1U << 8);
    expect_mistake(HEAD "indicators:\n  - {id: P02, of: W18, target: 200, rule: watched}\n",
                   "6:19: P02 is of a count or a share of the catalogue: \"W18\" is none");
    expect_mistake(HEAD "indicators:\n  - {id: W04, target: 200, rule: watched}\n",
                   "6:23: W04 has no \"target\" here: only P02 has (a rule has its target inside)");
    expect_mistake(HEAD "indicators:\n  - {id: D01, rule: watched}\n",
                   "6:6: D01 needs what a complete order states: require: [nature, category1]");
    expect_mistake(HEAD "indicators:\n  - {id: D01, require: [colour], rule: watched}\n",
                   "6:25: unknown field of an order \"colour\"; known are: received_at, due_at, "
                   "district, unit, town, village, nature, channel, category1, category2");
}

// ---- full marks of groups ----

#define GROUPED                                                                                    \
    HEAD "indicators:\n  - {id: W04, weight: 55, rule: proportional}\n"                            \
         "  - {id: W09, weight: 45, rule: proportional, groups: [county]}\n"

Test(profile, peer_groups_may_have_full_marks_of_their_own)
{
    struct profile profile;
    expect_good(GROUPED "total: {full: {county: 100, department: 55}}\n", &profile);
    cr_assert_str_eq(rational_print_exact(&arena, *profile_full_of(&profile, TEXT("department"))),
                     "55");
    cr_assert_null(profile_full_of(&profile, TEXT("town")));
    expect_mistake(GROUPED "total: {full: {county: 90, department: 55}}\n",
                   "6:6: the weights of group county add up to 100, but total.full says 90");
    expect_mistake(GROUPED "total: {full: {county: 100, department: 45}}\n",
                   "6:6: the weights of group department add up to 55, but total.full says 45");
    expect_mistake(GROUPED "total: {full: {department: 55}}\n",
                   "6:6: the indicator \"W09\" counts in the group \"county\", of which total.full "
                   "says nothing");
    expect_mistake(GROUPED "groups: none\n",
                   "8:9: indicators count in groups, but \"groups: none\" makes none");
}
