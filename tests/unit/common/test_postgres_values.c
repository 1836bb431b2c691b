// Values in PostgreSQL's binary form, byte for byte, and back.
#include "common/postgres.h"
#include "core/area.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#define EXPECT_BYTES(actual, length, expected)                                                     \
    do {                                                                                           \
        cr_assert_eq((size_t)(length), sizeof expected - 1);                                       \
        cr_assert_arr_eq((actual), (expected), sizeof expected - 1);                               \
    } while (0)

Test(parameters, are_big_endian_with_types)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, -2);
    parameter_bigint(&parameters, 0x0102030405060708);
    parameter_boolean(&parameters, true);
    parameter_text(&parameters, TEXT("abc"));
    parameter_instant(&parameters, INT64_C(946684800000001)); // 2000-01-01 and 1 µs
    parameter_date(&parameters, 10957 - 1);
    parameter_null(&parameters, TYPE_TEXT);
    cr_assert_eq(parameters.count, 7);
    EXPECT_BYTES(parameters.values[0], parameters.lengths[0], "\xff\xff\xff\xfe");
    EXPECT_BYTES(parameters.values[1], parameters.lengths[1], "\1\2\3\4\5\6\7\10");
    EXPECT_BYTES(parameters.values[2], parameters.lengths[2], "\1");
    EXPECT_BYTES(parameters.values[3], parameters.lengths[3], "abc");
    EXPECT_BYTES(parameters.values[4], parameters.lengths[4], "\0\0\0\0\0\0\0\1");
    EXPECT_BYTES(parameters.values[5], parameters.lengths[5], "\xff\xff\xff\xff");
    cr_assert_null(parameters.values[6]);
    static const unsigned types[] = {23, 20, 16, 25, 1184, 1082, 25};
    cr_assert_arr_eq(parameters.types, types, sizeof types);
}

Test(parameters, an_empty_text_is_not_null)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_text(&parameters, (struct text){NULL, 0});
    parameter_bytes(&parameters, (struct text){NULL, 0});
    cr_assert_not_null(parameters.values[0]);
    cr_assert_not_null(parameters.values[1]);
    cr_assert_eq(parameters.lengths[0], 0);
}

Test(parameters, infinite_dates_stay_infinite)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_date(&parameters, DAY_MIN);
    parameter_date(&parameters, DAY_MAX);
    parameter_instant(&parameters, INT64_MAX);
    EXPECT_BYTES(parameters.values[0], 4, "\x80\0\0\0");
    EXPECT_BYTES(parameters.values[1], 4, "\x7f\xff\xff\xff");
    EXPECT_BYTES(parameters.values[2], 8, "\x7f\xff\xff\xff\xff\xff\xff\xff");
}

Test(parameters, an_array_has_one_dimension_and_counts_its_elements)
{
    struct buffer array = BUFFER_INIT;
    array_begin(&array, TYPE_TEXT);
    array_add_text(&array, TEXT("ab"));
    array_add_null(&array);
    array_add_text(&array, TEXT(""));
    EXPECT_BYTES(array.bytes, array.length,
                 "\0\0\0\1"         // dimensions
                 "\0\0\0\1"         // a null is inside
                 "\0\0\0\x19"       // text
                 "\0\0\0\3\0\0\0\1" // three elements from 1
                 "\0\0\0\2"
                 "ab"
                 "\xff\xff\xff\xff"
                 "\0\0\0\0");
    array_begin(&array, TYPE_BIGINT); // starts again
    EXPECT_BYTES(array.bytes, array.length, "\0\0\0\1\0\0\0\0\0\0\0\x14\0\0\0\0\0\0\0\1");
    buffer_free(&array);
}

Test(copy, rows_stand_between_header_and_trailer)
{
    struct buffer rows = BUFFER_INIT;
    struct value empty = {.type = VALUE_EMPTY};
    struct value day = {.type = VALUE_INTEGER, .integer = 10958};
    copy_begin(&rows);
    copy_row(&rows, 6);
    copy_smallint(&rows, 1);
    copy_text(&rows, TEXT("x"));
    copy_null(&rows);
    copy_value(&rows, COLUMN_TEXT, &empty);
    copy_value(&rows, COLUMN_DATE, &day);
    copy_boolean(&rows, true);
    copy_end(&rows);
    EXPECT_BYTES(rows.bytes, rows.length,
                 "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"
                 "\0\6"
                 "\0\0\0\2\0\1"
                 "\0\0\0\1x"
                 "\xff\xff\xff\xff"
                 "\xff\xff\xff\xff"
                 "\0\0\0\4\0\0\0\1"
                 "\0\0\0\1\1"
                 "\xff\xff");
    buffer_free(&rows);
}

// One row with one column of these bytes.
static PGresult *result_with(const char *bytes, int length)
{
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    char name[] = "column";
    PGresAttDesc column = {.name = name, .format = 1};
    char value[16];
    memcpy(value, bytes, (size_t)length);
    cr_assert(PQsetResultAttrs(result, 1, &column));
    cr_assert(PQsetvalue(result, 0, 0, value, length));
    return result;
}

Test(columns, are_read_as_they_are_written)
{
    PGresult *result = result_with("\0\0\0\0\0\0\0\1", 8);
    cr_assert_eq(column_bigint(result, 0, 0), 1);
    cr_assert_eq(column_instant(result, 0, 0), INT64_C(946684800000001));
    PQclear(result);
    result = result_with("\xff\xff\xff\xff", 4);
    cr_assert_eq(column_integer(result, 0, 0), -1);
    cr_assert_eq(column_date(result, 0, 0), 10956);
    PQclear(result);
    result = result_with("\x7f\xff\xff\xff", 4);
    cr_assert_eq(column_date(result, 0, 0), DAY_MAX);
    PQclear(result);
    result = result_with("\xff\xfe", 2);
    cr_assert_eq(column_smallint(result, 0, 0), -2);
    cr_assert(text_equal(column_text(result, 0, 0), TEXT("\xff\xfe")));
    PQclear(result);
}

Test(columns, of_another_type_abort, .signal = SIGABRT)
{
    PGresult *result = result_with("\xff\xfe", 2);
    column_integer(result, 0, 0);
}

Test(fields, of_copied_rows_are_read_as_columns_are)
{
    cr_assert_eq(field_smallint((struct text){"\1\0", 2}), 256);
    cr_assert_eq(field_integer((struct text){"\0\0\1\0", 4}), 256);
    cr_assert_eq(field_date((struct text){"\x80\0\0\0", 4}), DAY_MIN);
    cr_assert_eq(field_instant((struct text){"\0\0\0\0\0\0\0\0", 8}), INT64_C(946684800000000));
}
