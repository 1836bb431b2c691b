// Names of areas: what they mean, on which day, and which tables of areas are refused.
#include "core/area.h"
#include "core/zone.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define ALWAYS .valid_from_day = DAY_MIN, .valid_until_day = DAY_MAX

static void add(struct area_index *index, struct area area)
{
    struct error error = ERROR_INIT;
    cr_assert(area_index_add(index, &area, &error), "%s", error.text);
}

static void add_alias(struct area_index *index, struct area_alias alias)
{
    struct error error = ERROR_INIT;
    cr_assert(area_index_add_alias(index, &alias, &error), "%s", error.text);
}

static void finish(struct area_index *index)
{
    struct error error = ERROR_INIT;
    cr_assert(area_index_finish(index, &error), "%s", error.text);
}

static void expect_refused(struct area_index *index, const char *first, const char *second)
{
    struct error error = ERROR_INIT;
    cr_assert_not(area_index_finish(index, &error));
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    cr_assert_not_null(strstr(error.text, first), "%s", error.text);
    cr_assert_not_null(strstr(error.text, second), "%s", error.text);
    area_index_free(index);
}

static struct area district(const char *code, const char *zh, const char *en)
{
    return (struct area){.code = text_from(code),
                         .kind = AREA_DISTRICT,
                         .name_zh = text_from(zh),
                         .name_en = text_from(en),
                         ALWAYS};
}

static void expect_code(const struct area *area, const char *code)
{
    cr_assert_not_null(area, "expected %s", code);
    cr_assert(text_equal(area->code, text_from(code)), TEXT_FORMAT " is not %s",
              TEXT_ARGUMENTS(area->code), code);
}

Test(area, a_code_both_names_and_aliases_mean_the_area_after_trimming)
{
    struct area_index *index = area_index_new();
    add(index, district("440113", "番禺", " Panyu "));
    add_alias(index, (struct area_alias){TEXT(" Pan Yu"), TEXT("440113"), AREA_DISTRICT, DAY_MIN,
                                         DAY_MAX});
    add_alias(index,
              (struct area_alias){TEXT(""), TEXT("440113"), AREA_DISTRICT, DAY_MIN, DAY_MAX});
    finish(index);
    static const char *const names[] = {"440113", "番禺", "Panyu", "  Panyu\t",
                                        "Pan Yu", "",     "   "};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        expect_code(area_find(index, AREA_DISTRICT, text_from(names[i]), 0), "440113");
    cr_assert_null(area_find(index, AREA_DISTRICT, TEXT("panyu"), 0),
                   "names are compared byte for byte");
    cr_assert_null(area_find(index, AREA_TOWN, TEXT("Panyu"), 0), "a name belongs to a kind");
    cr_assert_eq(area_count(index), 1);
    expect_code(area_at(index, 0), "440113");
    area_index_free(index);
}

Test(area, an_empty_name_means_nothing_without_an_alias)
{
    struct area_index *index = area_index_new();
    add(index, district("1", "", ""));
    finish(index);
    cr_assert_null(area_find(index, AREA_DISTRICT, TEXT(""), 0));
    area_index_free(index);
}

Test(area, an_index_without_areas_knows_no_name)
{
    struct area_index *index = area_index_new();
    finish(index);
    cr_assert_null(area_find(index, AREA_DISTRICT, TEXT("x"), 0));
    cr_assert_null(area_by_code(index, TEXT("x"), 0));
    area_index_free(index);
    area_index_free(NULL);
}

Test(area, an_alias_holds_from_its_first_day_until_before_its_last)
{
    int32_t from = civil_day(2015, 3, 1), until = civil_day(2015, 6, 1);
    struct area_index *index = area_index_new();
    add(index, district("A", "", ""));
    add(index, district("B", "", ""));
    add_alias(index, (struct area_alias){TEXT("north"), TEXT("A"), AREA_DISTRICT, from, until});
    add_alias(index, (struct area_alias){TEXT("north"), TEXT("B"), AREA_DISTRICT, until, DAY_MAX});
    finish(index);
    cr_assert_null(area_find(index, AREA_DISTRICT, TEXT("north"), from - 1));
    expect_code(area_find(index, AREA_DISTRICT, TEXT("north"), from), "A");
    expect_code(area_find(index, AREA_DISTRICT, TEXT("north"), until - 1), "A");
    expect_code(area_find(index, AREA_DISTRICT, TEXT("north"), until), "B");
    area_index_free(index);
}

Test(area, versions_of_a_code_follow_each_other_and_a_name_means_the_version_of_the_day)
{
    int32_t change = civil_day(2020, 1, 1);
    struct area_index *index = area_index_new();
    add(index, district("W", "", "West"));
    add(index, district("E", "", "East"));
    add(index, (struct area){.code = TEXT("t"),
                             .kind = AREA_TOWN,
                             .parent = TEXT("W"),
                             .name_en = TEXT("Old Town"),
                             .valid_from_day = DAY_MIN,
                             .valid_until_day = change});
    add(index, (struct area){.code = TEXT("t"),
                             .kind = AREA_TOWN,
                             .parent = TEXT("E"),
                             .name_en = TEXT("New Town"),
                             .valid_from_day = change,
                             .valid_until_day = DAY_MAX});
    finish(index);
    const struct area *before = area_find(index, AREA_TOWN, TEXT("t"), change - 1);
    const struct area *after = area_by_code(index, TEXT("t"), change);
    expect_code(area_ancestor(index, before, AREA_DISTRICT, change - 1), "W");
    expect_code(area_ancestor(index, after, AREA_DISTRICT, change), "E");
    cr_assert_null(area_find(index, AREA_TOWN, TEXT("Old Town"), change));
    cr_assert_null(area_find(index, AREA_TOWN, TEXT("New Town"), change - 1));
    expect_code(area_ancestor(index, after, AREA_TOWN, change), "t");
    cr_assert_null(area_ancestor(index, after, AREA_CITY, change));
    area_index_free(index);
}

Test(area, a_name_of_two_areas_of_one_kind_on_one_day_is_refused_with_both)
{
    struct area_index *index = area_index_new();
    add(index, district("A", "", "North"));
    add(index, district("B", "", "North"));
    expect_refused(index, "\"A\"", "\"B\"");

    index = area_index_new();
    add(index, district("A", "", ""));
    add(index, district("B", "", ""));
    add_alias(index, (struct area_alias){TEXT("n"), TEXT("A"), AREA_DISTRICT, 0, 100});
    add_alias(index,
              (struct area_alias){TEXT("n"), TEXT("A"), AREA_DISTRICT, 10, 20}); // hides nothing
    add_alias(index, (struct area_alias){TEXT("n"), TEXT("B"), AREA_DISTRICT, 99, 200});
    expect_refused(index, "\"A\"", "\"B\"");
}

Test(area, one_name_may_mean_a_district_and_a_town)
{
    struct area_index *index = area_index_new();
    add(index, district("D", "", "Shiqiao"));
    add(index, (struct area){.code = TEXT("T"),
                             .kind = AREA_TOWN,
                             .parent = TEXT("D"),
                             .name_en = TEXT("Shiqiao"),
                             ALWAYS});
    finish(index);
    expect_code(area_find(index, AREA_DISTRICT, TEXT("Shiqiao"), 0), "D");
    expect_code(area_find(index, AREA_TOWN, TEXT("Shiqiao"), 0), "T");
    area_index_free(index);
}

Test(area, a_code_listed_twice_for_a_day_is_refused_with_both)
{
    struct area_index *index = area_index_new();
    add(index, district("A", "", "One"));
    add(index, district("A", "", "Two"));
    expect_refused(index, "\"One\"", "\"Two\"");
}

Test(area, a_parent_that_is_missing_or_leads_back_is_refused_with_both)
{
    struct area_index *index = area_index_new();
    add(index, (struct area){.code = TEXT("T"), .kind = AREA_TOWN, .parent = TEXT("X"), ALWAYS});
    expect_refused(index, "\"T\"", "\"X\"");

    index = area_index_new();
    add(index,
        (struct area){
            .code = TEXT("P"), .kind = AREA_DISTRICT, .valid_from_day = 0, .valid_until_day = 10});
    add(index, (struct area){.code = TEXT("T"),
                             .kind = AREA_TOWN,
                             .parent = TEXT("P"),
                             .valid_from_day = 10,
                             .valid_until_day = 20});
    expect_refused(index, "\"T\"", "\"P\"");

    index = area_index_new();
    add(index, (struct area){.code = TEXT("1"),
                             .kind = AREA_TOWN,
                             .parent = TEXT("2"),
                             .valid_from_day = 0,
                             .valid_until_day = 100});
    add(index, (struct area){.code = TEXT("2"),
                             .kind = AREA_TOWN,
                             .parent = TEXT("1"),
                             .valid_from_day = 50,
                             .valid_until_day = 200});
    expect_refused(index, "\"1\"", "\"2\"");
}

struct bad_area {
    struct area area;
    const char *text;
};

Test(area, an_area_without_a_code_with_the_reserved_one_or_without_days_is_refused)
{
    const struct bad_area cases[] = {
        {{.code = TEXT("  "), .kind = AREA_TOWN, ALWAYS}, "a code is needed"},
        {{.code = TEXT(AREA_UNASSIGNED), .kind = AREA_TOWN, ALWAYS}, "reserved"},
        {{.code = TEXT("a"), .kind = (enum area_kind)9, ALWAYS}, "none of city"},
        {{.code = TEXT("a"), .kind = AREA_TOWN, .valid_from_day = 5, .valid_until_day = 5},
         "before valid_until"},
    };
    struct area_index *index = area_index_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = ERROR_INIT;
        cr_assert_not(area_index_add(index, &cases[i].area, &error));
        cr_assert_eq(error.class, ERROR_BAD_CONFIG);
        cr_assert_not_null(strstr(error.text, cases[i].text), "%s", error.text);
    }
    area_index_free(index);
}

struct bad_alias {
    struct area_alias alias;
    const char *text;
};

Test(area, an_alias_of_an_unknown_code_of_another_kind_or_without_days_is_refused)
{
    const struct bad_alias cases[] = {
        {{TEXT("x"), TEXT("B"), AREA_DISTRICT, DAY_MIN, DAY_MAX}, "no area with code \"B\""},
        {{TEXT("x"), TEXT("A"), AREA_TOWN, DAY_MIN, DAY_MAX}, "is a district, not a town"},
        {{TEXT("x"), TEXT("A"), AREA_DISTRICT, 7, 7}, "before valid_until"},
    };
    struct area_index *index = area_index_new();
    add(index, district("A", "", ""));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = ERROR_INIT;
        cr_assert_not(area_index_add_alias(index, &cases[i].alias, &error));
        cr_assert_eq(error.class, ERROR_BAD_CONFIG);
        cr_assert_not_null(strstr(error.text, cases[i].text), "%s", error.text);
    }
    area_index_free(index);
}

Test(area, a_name_is_known_when_it_means_an_area_of_the_kind_on_any_day)
{
    struct area_index *index = area_index_new();
    struct area old = district("1", "", "Old");
    old.valid_until_day = 10;
    add(index, old);
    finish(index);
    cr_assert(area_name_is_known(index, AREA_DISTRICT, TEXT(" Old ")));
    cr_assert_null(area_find(index, AREA_DISTRICT, TEXT("Old"), 10));
    cr_assert_not(area_name_is_known(index, AREA_TOWN, TEXT("Old")));
    cr_assert_not(area_name_is_known(index, AREA_DISTRICT, TEXT("")));
    area_index_free(index);
}

Test(area, thousands_of_areas_are_all_found)
{
    enum { COUNT = 5000 };
    struct area_index *index = area_index_new();
    char code[16];
    for (int i = 0; i < COUNT; i++) {
        snprintf(code, sizeof code, "v%d", i);
        add(index, (struct area){.code = text_from(code), .kind = AREA_VILLAGE, ALWAYS});
    }
    finish(index);
    for (int i = 0; i < COUNT; i++) {
        snprintf(code, sizeof code, "v%d", i);
        expect_code(area_find(index, AREA_VILLAGE, text_from(code), i), code);
        cr_assert_eq(area_by_code(index, text_from(code), 0), area_at(index, (size_t)i));
    }
    area_index_free(index);
}

Test(area, kinds_and_their_names_are_inverse)
{
    for (int kind = AREA_CITY; kind <= AREA_UNIT; kind++) {
        enum area_kind parsed;
        cr_assert(area_kind_parse(text_from(area_kind_name((enum area_kind)kind)), &parsed));
        cr_assert_eq((int)parsed, kind);
    }
    enum area_kind parsed;
    cr_assert_not(area_kind_parse(TEXT("province"), &parsed));
    cr_assert_str_eq(area_kind_name((enum area_kind)0), "unknown");
}
