#include "sql/area_rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

static struct arena arena;
static char path[] = "/tmp/cityops-areas-XXXXXX";

static void write_file(const char *bytes)
{
    int file = mkstemp(path);
    cr_assert(file >= 0);
    cr_assert_eq(write(file, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
    close(file);
}

static void forget(void)
{
    arena_free(&arena);
    unlink(path);
}

TestSuite(area_rows, .fini = forget);

static bool check_areas(const char *bytes, struct area_rows *rows, struct error *error)
{
    struct csv_table table;
    *rows = AREA_ROWS_INIT;
    *error = ERROR_INIT;
    strcpy(path, "/tmp/cityops-areas-XXXXXX");
    write_file(bytes);
    bool fits =
        area_rows_read_areas(&arena, path, rows, &table, error) && area_rows_check(rows, error);
    unlink(path);
    return fits;
}

Test(area_rows, reads_aliases_between_bars_and_the_empty_name)
{
    struct area_rows rows;
    struct error error;
    cr_assert(check_areas(
                  "code,kind,aliases,valid_from\nD1,district,\"North |Nord|\"\"\"\"\",2015-01-01\n",
                  &rows, &error),
              "%s", error.text);
    cr_assert_eq(rows.alias_count, 3);
    cr_assert(text_equal(rows.aliases[0].alias.name, TEXT("North")));
    cr_assert(text_equal(rows.aliases[1].alias.name, TEXT("Nord")));
    cr_assert_eq(rows.aliases[2].alias.name.length, 0);
    cr_assert_eq(rows.aliases[2].alias.valid_from_day, 16436);
    cr_assert_eq(rows.aliases[2].alias.valid_until_day, DAY_MAX);
}

#define HEADER "code,kind,parent,name_en,valid_from,valid_until,aliases\n"

Test(area_rows, refuses_by_file_and_line_and_names_both_rows_that_contradict)
{
    static const struct {
        const char *bytes, *text; // @ stands for the file
    } cases[] = {
        {HEADER, "@: no areas: every ticket would become unassigned"},
        {HEADER "D1,distrit,,,,,\n", "@:2: kind \"distrit\" is none of city, district, town, "
                                     "village, unit; did you mean \"district\"?"},
        {HEADER "D1,district,,,2015-02-30,,\n",
         "@:2: valid_from \"2015-02-30\" is no day like 2015-03-01"},
        {HEADER "D1,district,,,2015-02-01,2015-02-01,\n",
         "@:2: valid_from must lie before valid_until"},
        {HEADER "D1,district,,,,,a||b\n",
         "@:2: an alias between two bars is empty; write \"\" for the empty name"},
        {HEADER "D1,district,,,,,a|\n",
         "@:2: aliases end with a bar; write \"\" for the empty name"},
        {HEADER "D1,district,,,,,\nunassigned,district,,,,,\n",
         "@:3: area \"unassigned\": this code is reserved for names that nobody knows"},
        {HEADER "D1,district,,,,,\nD2,district,,,,,\nD1,district,,,2016-01-01,,\n",
         "@:2 and @:4: code \"D1\" is listed twice for the same days"},
        {HEADER "D1,district,C,,,,\n", "@:2: parent \"C\" is no area on these days"},
        {HEADER "D1,district,D2,,,,\nD2,district,D1,,,,\n",
         "@:2 and @:3: area \"D1\" stands above itself"},
        {HEADER "D1,district,,North,,,\nD2,district,,South,,,North\n",
         "@:2 and @:3: district name \"North\" means \"D1\" and \"D2\" on the same days"},
        {HEADER "D1,district,,,,,x|x\n", "@:2 and @:2: alias \"x\" is listed twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct area_rows rows;
        struct error error;
        char expected[1024] = "";
        cr_assert_not(check_areas(cases[i].bytes, &rows, &error), "case %zu", i);
        for (const char *at = cases[i].text; *at; at++) {
            char one[2] = {*at, 0};
            strcat(expected, *at == '@' ? path : one);
        }
        cr_expect_eq(error.class, ERROR_BAD_CONFIG);
        cr_expect_str_eq(error.text, expected);
    }
}

Test(area_rows, lets_a_name_and_a_code_pass_from_one_area_to_another)
{
    struct area_rows rows;
    struct error error;
    cr_assert(check_areas(HEADER
                          "D1,district,,North,,2016-01-01,\nD2,district,,North,2016-01-01,,\n"
                          "D1,district,,South,2016-01-01,,\n",
                          &rows, &error),
              "%s", error.text);
    cr_assert_eq(rows.area_count, 3);
}
