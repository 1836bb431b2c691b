// Tables in their four formats: quoting, numbers, wide characters, facts.
#include "common/table.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void expect_printed(const struct table *table, enum table_format format, bool continued,
                           const char *expected)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    struct error error = ERROR_INIT;
    cr_assert(table_print(table, format, continued, out, &error), "%s", error.text);
    fclose(out);
    cr_assert_str_eq(bytes, expected);
    free(bytes);
}

static struct table *make_table(void)
{
    struct table *table = table_new();
    table_add_column(table, "code", "code", TABLE_WORDS, TABLE_FOR_MACHINES);
    table_add_column(table, "name", "区", TABLE_WORDS, TABLE_FOR_ALL);
    table_add_column(table, "value", "value %", TABLE_NUMBER, TABLE_FOR_ALL);
    table_add_row(table);
    table_add_cell(table, "1");
    table_add_cell(table, "番禺");
    table_add_cell(table, "93.82");
    table_add_row(table);
    table_add_cell(table, "2");
    table_add_cell(table, "A \"b\", c|d");
    table_add_cell(table, NULL);
    table_add_fact(table, "period", "period", "2022-12", TABLE_FOR_ALL);
    table_add_fact(table, "digest", "digest", "abc", TABLE_FOR_MACHINES);
    return table;
}

Test(table, for_people_aligns_wide_characters_and_shows_what_is_missing)
{
    struct table *table = make_table();
    expect_printed(table, TABLE_TEXT, false,
                   "区         value %\n"
                   "番禺         93.82\n"
                   "A \"b\", c|d       -\n"
                   "period: 2022-12\n");
    table_free(table);
}

Test(table, as_csv_carries_its_facts_in_every_row)
{
    struct table *table = make_table();
    expect_printed(table, TABLE_CSV, false,
                   "code,name,value,period,digest\n"
                   "1,番禺,93.82,2022-12,abc\n"
                   "2,\"A \"\"b\"\", c|d\",,2022-12,abc\n");
    expect_printed(table, TABLE_CSV, true,
                   "1,番禺,93.82,2022-12,abc\n"
                   "2,\"A \"\"b\"\", c|d\",,2022-12,abc\n");
    table_free(table);
}

Test(table, as_json_has_numbers_and_nulls)
{
    struct table *table = make_table();
    expect_printed(table, TABLE_JSON, false,
                   "{\n"
                   "  \"facts\": {\n"
                   "    \"period\": \"2022-12\",\n"
                   "    \"digest\": \"abc\"\n"
                   "  },\n"
                   "  \"rows\": [\n"
                   "    {\n"
                   "      \"code\": \"1\",\n"
                   "      \"name\": \"番禺\",\n"
                   "      \"value\": 93.82\n"
                   "    },\n"
                   "    {\n"
                   "      \"code\": \"2\",\n"
                   "      \"name\": \"A \\\"b\\\", c|d\",\n"
                   "      \"value\": null\n"
                   "    }\n"
                   "  ]\n"
                   "}\n");
    table_free(table);
}

Test(table, series_of_tables_is_one_json_array)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    struct error error = ERROR_INIT;
    struct table *table = table_new();
    table_add_column(table, "name", "", TABLE_WORDS, TABLE_FOR_ALL);
    table_series_open(TABLE_JSON, out);
    cr_assert(table_print(table, TABLE_JSON, false, out, &error));
    cr_assert(table_print(table, TABLE_JSON, true, out, &error));
    cr_assert(table_series_close(TABLE_JSON, out, &error));
    fclose(out);
    const char *one = "{\n  \"facts\": {},\n  \"rows\": []\n}\n";
    char expected[256];
    snprintf(expected, sizeof expected, "[\n%s,\n%s]\n", one, one);
    cr_assert_str_eq(bytes, expected);
    free(bytes);
    table_free(table);
}

Test(table, as_markdown_escapes_bars)
{
    struct table *table = make_table();
    table_set_title(table, "December");
    expect_printed(table, TABLE_MARKDOWN, false,
                   "**December**\n\n"
                   "| 区 | value % |\n"
                   "| --- | ---: |\n"
                   "| 番禺 | 93.82 |\n"
                   "| A \"b\", c\\|d | - |\n"
                   "\n"
                   "- period: 2022-12\n");
    table_free(table);
}

Test(table, that_cannot_be_written_is_an_error)
{
    struct table *table = make_table();
    struct error error = ERROR_INIT;
    FILE *full = fopen("/dev/full", "w");
    cr_assert_not_null(full);
    cr_assert_not(table_print(table, TABLE_CSV, false, full, &error));
    cr_assert_eq(error.class, ERROR_FATAL);
    cr_assert_not_null(strstr(error.text, "could not be written"), "%s", error.text);
    fclose(full);
    table_free(table);
}

Test(table, knows_the_names_of_its_formats)
{
    enum table_format format = TABLE_TEXT;
    cr_assert(table_format_parse("md", &format));
    cr_assert_eq(format, TABLE_MARKDOWN);
    cr_assert_not(table_format_parse("xml", &format));
}
