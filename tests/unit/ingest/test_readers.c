// Rows out of files: each trap of CSV and of JSON lines, with the line numbers that an editor
// shows.
#include "files.h"
#include "ingest/reader.h"

#include <criterion/criterion.h>
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>

// All rows as "line[a|b]" or "line!defect", one after the other.
static char *read_all(struct text bytes, const struct reader_options *options, bool gzip,
                      struct error *error)
{
    char *path = file_with(bytes, gzip), *out = NULL;
    size_t size;
    FILE *all = open_memstream(&out, &size);
    struct source *source = source_open(path, false, error);
    struct reader *reader = reader_open(source, options, error);
    struct row row;
    while (reader && reader_next(reader, &row, error) == READ_ROW) {
        fprintf(all, "%llu", (unsigned long long)row.line);
        if (row.defect)
            fprintf(all, "!%s", row.defect);
        for (size_t i = 0; !row.defect && i < options->column_count; i++)
            fprintf(all, "%c" TEXT_FORMAT "%s", i ? '|' : '[', TEXT_ARGUMENTS(row.fields[i]),
                    i + 1 == options->column_count ? "]" : "");
    }
    reader_close(reader);
    source_close(source);
    fclose(all);
    file_remove(path);
    return out;
}

static const char *const a_and_b[] = {"a", "b"};
static const struct reader_options csv = {
    .format = ROW_CSV, .delimiter = ',', .columns = a_and_b, .column_count = 2};

static void expect_rows(struct text bytes, const struct reader_options *options, const char *rows)
{
    for (int gzip = 0; gzip < 2; gzip++) {
        struct error error = ERROR_INIT;
        char *got = read_all(bytes, options, gzip, &error);
        cr_assert_str_eq(got, rows);
        cr_assert_eq(error.class, ERROR_NONE, "%s", error.text);
        free(got);
    }
}

static void expect_failure(struct text bytes, const struct reader_options *options,
                           const char *ending)
{
    struct error error = ERROR_INIT;
    char *got = read_all(bytes, options, false, &error);
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    cr_assert_not_null(strstr(error.text, ending), "%s", error.text);
    free(got);
}

Test(csv_reader, reads_the_wanted_columns_whatever_their_order)
{
    expect_rows(TEXT("x,b,a\n1,2,3\n4,5,6\n"), &csv, "2[3|2]3[6|5]");
}

Test(csv_reader, keeps_line_numbers_over_embedded_newlines_quotes_and_blank_lines)
{
    expect_rows(TEXT("a,b\n\"one\ntwo\",\"say \"\"hi\"\"\"\n\nx,y\n"), &csv,
                "2[one\ntwo|say \"hi\"]5[x|y]");
}

Test(csv_reader, takes_a_byte_order_mark_and_windows_line_ends)
{
    expect_rows(TEXT("\xef\xbb\xbf"
                     "a,b\r\n1,\"2\r\n3\"\r\n4,5\r\n"),
                &csv, "2[1|2\r\n3]4[4|5]");
}

Test(csv_reader, takes_lone_carriage_returns_as_line_ends)
{
    expect_rows(TEXT("a,b\r1,2\r3,4\r"), &csv, "2[1|2]3[3|4]");
}

Test(csv_reader, reads_a_last_line_without_an_end)
{
    expect_rows(TEXT("a,b\n1,2"), &csv, "2[1|2]");
    expect_rows(TEXT("a,b\n1,"), &csv, "2[1|]");
    expect_rows(TEXT("a,b\n\"1\","), &csv, "2[1|]");
    expect_rows(TEXT("a,b\n1,\"2\""), &csv, "2[1|2]");
}

Test(csv_reader, keeps_blanks_and_quotes_inside_unquoted_fields)
{
    expect_rows(TEXT("a,b\n 5\" pipe , x \n"), &csv, "2[ 5\" pipe | x ]");
}

Test(csv_reader, takes_other_delimiters_and_trims_names_of_columns)
{
    struct reader_options semicolon = csv;
    semicolon.delimiter = ';';
    expect_rows(TEXT("a ;b\n1,5;2\n"), &semicolon, "2[1,5|2]");
}

Test(csv_reader, turns_latin1_into_utf8)
{
    struct reader_options latin1 = csv;
    latin1.is_latin1 = true;
    expect_rows(TEXT("a,b\nMat\xed,\"\xd1\"\n"), &latin1, "2[Mat\xc3\xad|\xc3\x91]");
}

Test(csv_reader, refuses_a_row_with_another_number_of_columns_and_goes_on)
{
    expect_rows(
        TEXT("a,b\n1,2,3\n4\n5,6\n"), &csv,
        "2!the row has 3 columns, the header has 23!the row has 1 columns, the header has 24[5|6]");
}

Test(csv_reader, loses_one_line_to_a_quote_that_is_never_closed)
{
    expect_rows(TEXT("a,b\n1,2\n3,\"4\n5,6\n7,8\n"), &csv,
                "2[1|2]3!a quote is opened and never closed4[5|6]5[7|8]");
}

Test(csv_reader, gives_up_an_open_quote_after_a_megabyte)
{
    size_t length = 3 << 20;
    char *bytes = malloc(length);
    memcpy(bytes, "a,b\n1,\"2\n", 9);
    for (size_t at = 9; at < length; at++)
        bytes[at] = (at - 9) % 4 == 1 ? ',' : (at - 9) % 4 == 3 ? '\n' : 'x';
    struct error error = ERROR_INIT;
    char *got = read_all((struct text){bytes, (uint32_t)length}, &csv, false, &error);
    cr_assert_eq(strncmp(got, "2!a quote is opened and never closed3[x|x]4[x|x]", 48), 0);
    free(got);
    free(bytes);
}

// Rows as libcsv writes them, and with quotes only where they are needed, come back as they were.
Test(csv_reader, reads_back_whatever_is_written)
{
    static const char letters[] = "ab,;\"\n\r x";
    unsigned chance = 1;
    for (int file = 0; file < 200; file++) {
        char *bytes = NULL, *expected = NULL;
        size_t size;
        FILE *in = open_memstream(&bytes, &size), *out = open_memstream(&expected, &size);
        unsigned long long line = 2;
        fprintf(in, "a,b\n");
        for (int row = 0; row < 20; row++) {
            fprintf(out, "%llu", line++);
            for (int field = 0; field < 2; field++) {
                char text[8];
                size_t length = 0;
                bool is_quoted = false;
                chance = chance * 1103515245 + 12345;
                for (; length < ((chance >> 16) & 7); length++) {
                    text[length] = letters[(chance >> (8 + length)) % (sizeof letters - 1)];
                    is_quoted |= strchr(",\"\n\r", text[length]) != NULL;
                    bool is_pair = length > 0 && text[length - 1] == '\r' && text[length] == '\n';
                    line += (text[length] == '\n' || text[length] == '\r') && !is_pair;
                }
                fprintf(out, "%c%.*s%s", field ? '|' : '[', (int)length, text, field ? "]" : "");
                is_quoted |= (chance >> 20 & 1) != 0 || (field == 0 && length == 0);
                if (is_quoted)
                    csv_fwrite(in, text, length);
                else
                    fwrite(text, 1, length, in);
                fputc(field ? '\n' : ',', in);
            }
        }
        fclose(in);
        fclose(out);
        struct error error = ERROR_INIT;
        char *got = read_all(text_from(bytes), &csv, false, &error);
        cr_assert_str_eq(got, expected);
        free(got);
        free(bytes);
        free(expected);
    }
}

Test(csv_reader, names_a_line_that_is_too_long_even_behind_an_open_quote)
{
    enum { LONG = 2 << 20 };
    static char bytes[LONG];
    memset(bytes, 'x', LONG);
    memcpy(bytes, "a,b\n1,\"2\n3,4\n", 14);
    memcpy(bytes + LONG - 5, "\n5,6\n", 5);
    struct error error = ERROR_INIT;
    char *got = read_all((struct text){bytes, LONG}, &csv, false, &error);
    cr_assert_str_eq(
        got, "2!a quote is opened and never closed3[3|4]4!the line is longer than 1 MiB5[5|6]");
    free(got);
}

Test(csv_reader, names_the_nearest_column_when_one_is_missing)
{
    expect_failure(TEXT("A_LONG_NAME,bb\n"),
                   &(struct reader_options){.delimiter = ',',
                                            .columns = (const char *[]){"A_LONG_NAM"},
                                            .column_count = 1},
                   ":1: there is no column \"A_LONG_NAM\"; the nearest is \"A_LONG_NAME\"");
}

Test(csv_reader, asks_for_the_delimiter_when_no_column_is_near)
{
    expect_failure(TEXT("something;else\n"), &csv,
                   ":1: there is no column \"a\" among the 1 of the header; is the delimiter ','?");
}

Test(csv_reader, refuses_a_column_that_is_there_twice)
{
    expect_failure(TEXT("a,b,a\n"), &csv, ":1: column \"a\" is there twice (1 and 3)");
}

Test(csv_reader, refuses_empty_files_and_utf16)
{
    expect_failure(TEXT(""), &csv,
                   ":1: the file is empty: it needs a header with the names of its columns");
    expect_failure(TEXT("\xff\xfe"
                        "a\0,\0b\0"),
                   &csv, ":1: the file is UTF-16; convert it with iconv -f UTF-16 -t UTF-8");
}

Test(csv_reader, names_a_truncated_gzip)
{
    char *whole = file_with(TEXT("a,b\n1,2\n"), true);
    char *bytes = file_content(whole);
    char *half = file_with((struct text){bytes, 18}, false);
    struct error error = ERROR_INIT;
    struct source *source = source_open(half, false, &error);
    struct reader *reader = reader_open(source, &csv, &error);
    struct row row;
    if (reader)
        cr_assert_eq(reader_next(reader, &row, &error), READ_FAILED);
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    cr_assert_not_null(strstr(error.text, ": damaged gzip: the file ends too early"), "%s",
                       error.text);
    reader_close(reader);
    source_close(source);
    file_remove(whole);
    file_remove(half);
    free(bytes);
}

Test(csv_reader, starts_again_from_the_first_row)
{
    struct error error = ERROR_INIT;
    char *path = file_with(TEXT("\xef\xbb\xbf"
                                "a,b\n1,\"2\n"),
                           true);
    struct source *source = source_open(path, true, &error);
    struct reader *reader = reader_open(source, &csv, &error);
    struct row row;
    for (int reading = 0; reading < 2; reading++) {
        cr_assert_eq(reader_next(reader, &row, &error), READ_ROW);
        cr_assert_eq(row.line, 2);
        cr_assert(text_equal(row.raw, TEXT("1,\"2")));
        cr_assert_eq(reader_next(reader, &row, &error), READ_END);
        cr_assert(reader_rewind(reader, &error));
    }
    reader_close(reader);
    source_close(source);
    file_remove(path);
}

static const char *const members[] = {"id", "where.district", "n", "ok"};
static const struct reader_options jsonl = {
    .format = ROW_JSON_LINES, .columns = members, .column_count = 4};

Test(jsonl_reader, reads_strings_numbers_booleans_and_nested_members)
{
    expect_rows(TEXT("{\"id\":\"1\",\"where\":{\"district\":\"番禺\"},\"n\":12,\"ok\":true}\n\n{"
                     "\"n\":1.5,\"id\":null}\r\n"),
                &jsonl, "1[1|番禺|12|true]3[||1.5|]");
}

Test(jsonl_reader, reads_decimals_as_they_are_written)
{
    static const char *const written[] = {
        "1.5", "0.0725", "63.1",  "-0.1",    "0.00001",           "12345.6",
        "0.3", "100.5",  "1e300", "2.5e-30", "0.1234567890123456"};
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        char line[64], expected[64];
        snprintf(line, sizeof line, "{\"n\":%s}", written[i]);
        snprintf(expected, sizeof expected, "1[||%s|]",
                 strcmp(written[i], "1e300") == 0 ? "1e+300" : written[i]);
        expect_rows(text_from(line), &jsonl, expected);
    }
    expect_rows(TEXT("{\"n\":12.0}\n{\"n\":1e3}\n{\"n\":0.0}\n"), &jsonl,
                "1[||12|]2[||1000|]3[||0|]");
}

Test(jsonl_reader, refuses_what_is_no_object_and_goes_on)
{
    expect_rows(
        TEXT("[1]\n{\"id\":\"1\"\n{\"id\":{\"x\":1}}\n{\"id\":\"2\",\"id\":\"3\"}\n{\"id\":\"4\"}"),
        &jsonl,
        "1!the line is not a JSON object2!not JSON: '}' expected near end of file"
        "3!\"id\" is not a single value4!not JSON: duplicate object key near '\"id\"'5[4|||]");
}
