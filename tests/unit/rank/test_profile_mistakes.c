// What a profile may not say, and how it is told: file, line, column, what is wrong, what to write.
#include "profile_file.h"

#include <criterion/criterion.h>

TestSuite(profile_mistakes, .init = profile_file_make, .fini = profile_file_remove);

Test(profile_mistakes, what_is_no_yaml_is_told_with_its_place)
{
    struct profile profile;
    struct error error = ERROR_INIT;
    cr_assert_not(load("id: [1, 2\nversion: 1\n", &profile, &error));
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    cr_assert_not_null(strstr(error.text, ": not YAML: "), "%s", error.text);
    cr_assert_not(load("", &profile, &error));
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    cr_assert_not(profile_load(&arena, "/nowhere/profile.yaml", &profile, &error));
    cr_assert_str_eq(error.text, "/nowhere/profile.yaml: No such file or directory");
}

Test(profile_mistakes, what_is_no_single_text_is_told_with_its_place)
{
    expect_mistake(ONE "---\n" ONE, "9:1: a second document begins here: one file holds one");
    expect_mistake(ONE "--- # anew\n", "9:1: a second document begins here: one file holds one");
    expect_mistake("id: \xb7\xac\xd8\xae\n", // 番禺 in GBK
                   "1:5: this is no UTF-8 text: save the file as UTF-8");
    expect_mistake(HEAD "title: {zh: 番禺\xff}\n",
                   "5:15: this is no UTF-8 text: save the file as UTF-8");
    struct profile profile;
    expect_good("%YAML 1.2\n---\n" ONE, &profile);
}

Test(profile_mistakes, a_key_without_a_value_is_told_with_the_place_of_the_key)
{
    expect_mistake(ONE "total:\n", "9:1: total must be a mapping of keys and values");
    expect_mistake(HEAD "indicators:\n  - id: W04\n    weight:\n    rule: proportional\n",
                   "7:5: \"\" is no exact number: write 93.815, -2 or 12/17");
    expect_mistake(HEAD "indicators:\n  - id: W04\n    weight: 1\n    rule: {}\n",
                   "8:5: the key \"type\" is missing here");
    expect_mistake("id:\nversion: 1\n", "1:1: id must not be empty");
}

Test(profile_mistakes, a_name_that_names_nothing_is_refused)
{
    expect_mistake("id: a/b\n",
                   "1:5: an id has no blanks, / or #: published results are named by it");
    expect_mistake("id: a\nversion: 1\nzone: Asia/Shangai\n",
                   "3:7: zone \"Asia/Shangai\" is not in the IANA time zone database; the nearest "
                   "name is \"Asia/Shanghai\"");
    expect_mistake(HEAD "indicators:\n  - {id: W04, key: '', rule: watched}\n",
                   "6:21: key must not be empty");
    expect_mistake(HEAD "indicators:\n  - {id: W04, rule: watched}\n"
                        "  - {id: W05, key: W04_n, rule: watched}\n",
                   "7:6: \"W04_n\" and another key give columns of one name (W04_n): give one of "
                   "them another key");
    expect_mistake(ONE "tie-breaks: [{indicator: W04}, {indicator: W04}]\n",
                   "9:33: \"W04\" breaks ties here twice: the second never would");
}

Test(profile_mistakes, a_key_given_twice_is_refused)
{
    struct profile profile;
    struct error error = ERROR_INIT;
    cr_assert_not(load("id: a\nid: b\n", &profile, &error));
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
}

Test(profile_mistakes, a_rule_that_does_not_fit_its_indicator_is_refused)
{
    expect_mistake(
        HEAD "indicators:\n  - {id: W01, weight: 100, rule: {type: relative-to-best}}\n",
        "6:35: W01 has no better direction: rule: watched, share-of-total, ratio-to-target "
        "or full-if-any");
    expect_mistake(
        HEAD "indicators:\n  - {id: W04, weight: 100, rule: deduct-below-baseline}\n",
        "6:34: deduct-below-baseline needs parameters: rule: {type: deduct-below-baseline, ...}");
    expect_mistake(HEAD "indicators:\n  - {id: W04, weight: 100, rule: watched}\n",
                   "6:23: W04 is watched, not scored: its weight must be 0 or left out");
    expect_mistake(
        HEAD
        "indicators:\n  - {id: W04, weight: 100, rule: {type: rank-points, points: [60, 57]}}\n",
        "6:63: the first rank earns 60, but the weight is 100");
    expect_mistake(HEAD "indicators:\n  - {id: W11, cohort: due, rule: watched}\n",
                   "6:23: W11 has no cohort to choose: each of its dispatches counts on the day on "
                   "which it was dispatched");
    expect_mistake(HEAD "indicators:\n  - {id: E01, cohort: reopened, rule: watched}\n",
                   "6:23: unknown cohort of E01 \"reopened\"; known are: known, closed");
    expect_mistake(HEAD "indicators:\n  - {id: E01, over: due, rule: watched}\n",
                   "6:21: E01 has one denominator only");
    expect_mistake(HEAD "indicators:\n  - {id: E02, satisfaction-over: visits, rule: watched}\n",
                   "6:34: E02 has no satisfaction weights");
    expect_mistake(HEAD "indicators:\n  - {id: E02, over: rated, rule: watched}\n",
                   "6:21: unknown over \"rated\"; known are: incidents, due");
}

Test(profile_mistakes, points_that_rise_where_figures_fall_are_refused)
{
    static const struct {
        const char *indicator, *message;
    } cases[] = {
        {"id: W04, weight: 60, rule: {type: rank-points, points: [60, 54, 57]}",
         "6:70: rank 3 earns more than the rank before it"},
        {"id: W04, weight: 60, rule: {type: rank-points, points: [60, 57], beyond: 58}",
         "6:79: beyond the list nobody earns more than its last rank"},
        {"id: W04, weight: 20, rule: {type: deduct-below-baseline, baseline: 95, slope: -1}",
         "6:84: slope must be above 0: points less for each point from the baseline"},
        {"id: W04, weight: 20, rule: {type: deduct-below-baseline, baseline: 95, floor: 25}",
         "6:84: the floor of 25 lies above the weight of 20"},
        {"id: W09, satisfaction-weights: [1, 1, 0.6, 0, 0], rule: watched",
         "6:44: satisfaction weights do not fall: the first is that of very dissatisfied, the last "
         "that of very satisfied"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_mistake(arena_printf(&arena, HEAD "indicators:\n  - {%s}\n", cases[i].indicator),
                       cases[i].message);
}
