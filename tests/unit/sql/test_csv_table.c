#include "sql/csv_table.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static const struct csv_column columns[] = {
    {"code", true, true}, {"name", true, false}, {.name = "group"}};

static struct arena arena;

static bool parse(const char *bytes, struct csv_table *table, struct error *error)
{
    *error = ERROR_INIT;
    return csv_table_parse(&arena, "a.csv", text_from(bytes), columns, 3, table, error);
}

static void forget(void)
{
    arena_free(&arena);
}

TestSuite(csv_table, .fini = forget);

Test(csv_table, gives_cells_by_name_and_the_line_where_each_row_starts)
{
    struct csv_table table;
    struct error error;
    cr_assert(parse("\xEF\xBB\xBFname,code\r\n\"two\nlines\",A\r\n\r\n\"say \"\"so\"\"\",B\n",
                    &table, &error),
              "%s", error.text);
    cr_assert(eq(sz, table.row_count, 2));
    cr_assert(eq(int, table.rows[0].line, 2));
    cr_assert(eq(int, table.rows[1].line, 5));
    cr_assert(text_equal(table.rows[0].cells[0], TEXT("A")));
    cr_assert(text_equal(table.rows[0].cells[1], TEXT("two\nlines")));
    cr_assert(text_equal(table.rows[1].cells[1], TEXT("say \"so\"")));
    cr_assert(eq(u32, table.rows[0].cells[2].length, 0), "a column that the file lacks is empty");
}

Test(csv_table, reads_a_last_line_without_an_end)
{
    struct csv_table table;
    struct error error;
    cr_assert(parse("code,name\nA,x\nB,y", &table, &error));
    cr_assert(eq(sz, table.row_count, 2));
    cr_assert(eq(int, table.rows[1].line, 3));
}

Test(csv_table, refuses_what_it_cannot_mean_by_file_and_line)
{
    static const struct {
        const char *bytes, *text;
    } cases[] = {
        {"", "a.csv:1: the file is empty: its first line names the columns"},
        {"code,nmae\n", "a.csv:1: unknown column \"nmae\"; did you mean \"name\"?"},
        {"code,code,name\n", "a.csv:1: column \"code\" stands twice"},
        {"code\n", "a.csv:1: column \"name\" is missing"},
        {"code,name\nA,x\nB\n", "a.csv:3: 1 cells where the header has 2"},
        {"code,name\nA,x\nB,y,z\n", "a.csv:3: 3 cells where the header has 2"},
        {"code,name\n\n,x\n", "a.csv:3: no code"},
        {"code,name\nA,\xFF\n", "a.csv:2: cell 2 is not UTF-8"},
        {"code,name\nA,\"x\"y\n",
         "a.csv:2: not CSV: a quote inside a cell, or text after a closing quote"},
        {"code,name\nA,\"x\n\n", "a.csv:2: a quote is opened and never closed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct csv_table table;
        struct error error;
        cr_assert_not(parse(cases[i].bytes, &table, &error), "case %zu", i);
        cr_expect_eq(error.class, ERROR_BAD_CONFIG);
        cr_expect_str_eq(error.text, cases[i].text);
    }
}

Test(csv_table, names_a_file_that_is_not_there)
{
    struct csv_table table;
    struct error error = ERROR_INIT;
    cr_assert_not(csv_table_read(&arena, "no/such.csv", columns, 3, &table, &error));
    cr_expect_eq(error.class, ERROR_BAD_CONFIG);
    cr_expect_str_eq(error.text, "no/such.csv: No such file or directory");
}
