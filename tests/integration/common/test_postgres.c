// The libpq wrapper against a real PostgreSQL, which PGHOST and its kin name: classes of failures,
// COPY both ways, lost connections, servers that are not there.
#include "common/command.h"
#include "common/log.h"
#include "common/postgres.h"
#include "core/area.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct postgres *postgres;
static struct error error = ERROR_INIT;

static void connection_open(void)
{
    if (!getenv("PGHOST")) {
        printf("SKIPPED: PGHOST is not set: test_postgres needs a PostgreSQL\n");
        cr_skip_test("PGHOST is not set");
    }
    postgres = postgres_connect("", "cityops-test", &error);
    cr_assert(postgres, "%s", error.text);
}

static void connection_close(void)
{
    postgres_close(postgres);
}

TestSuite(postgres, .init = connection_open, .fini = connection_close);

static bool execute(const char *name, const char *text)
{
    struct query query = {name, text};
    error = ERROR_INIT;
    return postgres_execute(postgres, &query, NULL, NULL, &error);
}

static void expect_in_error(const char *text)
{
    cr_expect(strstr(error.text, text), "'%s' is missing in: %s", text, error.text);
}

Test(postgres, parameters_come_back_as_columns)
{
    static const struct query query = {
        "round_trip", "select $1::int4, $2::int8, $3::bool, $4::text, $5::bytea, $6::timestamptz, "
                      "$7::date, $8::text, $9::date, array_length($10::text[], 1), "
                      "($10::text[])[2] is null"};
    struct buffer array = BUFFER_INIT;
    struct parameters parameters = PARAMETERS_INIT;
    array_begin(&array, TYPE_TEXT);
    array_add_text(&array, TEXT("one"));
    array_add_null(&array);
    parameter_integer(&parameters, INT32_MIN);
    parameter_bigint(&parameters, INT64_MAX);
    parameter_boolean(&parameters, true);
    parameter_text(&parameters, TEXT("越秀"));
    parameter_bytes(&parameters, TEXT("\0\xff"));
    parameter_instant(&parameters, INT64_C(1671638400123456));
    parameter_date(&parameters, -1);
    parameter_text(&parameters, TEXT(""));
    parameter_date(&parameters, DAY_MAX);
    parameter_array(&parameters, TYPE_TEXT_ARRAY, &array);
    for (int repeat = 0; repeat < 2; repeat++) { // the second time it is prepared already
        PGresult *result;
        cr_assert(postgres_query(postgres, &query, &parameters, &result, &error), "%s", error.text);
        cr_assert_eq(column_integer(result, 0, 0), INT32_MIN);
        cr_assert_eq(column_bigint(result, 0, 1), INT64_MAX);
        cr_assert(column_boolean(result, 0, 2));
        cr_assert(text_equal(column_text(result, 0, 3), TEXT("越秀")));
        cr_assert(text_equal(column_text(result, 0, 4), TEXT("\0\xff")));
        cr_assert_eq(column_instant(result, 0, 5), INT64_C(1671638400123456));
        cr_assert_eq(column_date(result, 0, 6), -1);
        cr_assert_not(column_is_null(result, 0, 7));
        cr_assert_eq(column_date(result, 0, 8), DAY_MAX);
        cr_assert_eq(column_integer(result, 0, 9), 2);
        cr_assert(column_boolean(result, 0, 10));
        PQclear(result);
    }
    buffer_free(&array);
}

Test(postgres, a_session_is_utc_utf8_and_named)
{
    static const struct query query = {
        "session", "select current_setting('TimeZone'), current_setting('client_encoding'), "
                   "current_setting('application_name'), current_setting('client_min_messages')"};
    static const char *const expected[] = {"UTC", "UTF8", "cityops-test", "warning"};
    PGresult *result;
    cr_assert(postgres_query(postgres, &query, NULL, &result, &error), "%s", error.text);
    for (int i = 0; i < 4; i++)
        cr_expect(text_equal(column_text(result, 0, i), text_from(expected[i])));
    PQclear(result);
}

// A plan that was made for an empty table and kept read a window of a million for minutes.
Test(postgres, a_statement_is_planned_for_the_tables_as_they_are_each_time)
{
    static const struct query query = {
        "planned", "select sum(generic_plans)::bigint, sum(custom_plans)::bigint from "
                   "pg_prepared_statements where $1::text is not null"};
    enum { ONCE_KEPT_AFTER = 5, TIMES = 10 };
    PGresult *result;
    for (int i = 0; i <= TIMES; i++) {
        struct parameters parameters = PARAMETERS_INIT;
        parameter_text(&parameters, TEXT("x"));
        cr_assert(postgres_query(postgres, &query, &parameters, &result, &error), "%s", error.text);
        if (i == TIMES) {
            cr_expect_eq(column_bigint(result, 0, 0), 0);
            cr_expect_gt(column_bigint(result, 0, 1), ONCE_KEPT_AFTER);
        }
        PQclear(result);
    }
}

Test(postgres, each_failure_has_the_class_of_its_sqlstate)
{
    static const struct {
        const char *sqlstate;
        enum error_class class;
    } cases[] = {
        {"08006", ERROR_RETRY}, {"53100", ERROR_RETRY}, {"53300", ERROR_RETRY},
        {"57P03", ERROR_RETRY}, {"57014", ERROR_RETRY}, {"58030", ERROR_RETRY},
        {"55P03", ERROR_RETRY}, {"55006", ERROR_RETRY}, {"25006", ERROR_RETRY},
        {"40001", ERROR_ABORT}, {"40P01", ERROR_ABORT}, {"23505", ERROR_FATAL},
        {"42P01", ERROR_FATAL}, {"22003", ERROR_FATAL}, {"XX000", ERROR_FATAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "do $$ begin raise exception 'no luck' using errcode = '%s', detail = 'row 7'; "
                 "end $$",
                 cases[i].sqlstate);
        cr_expect_not(execute("raise_it", text));
        cr_expect_eq(error.class, cases[i].class, "%s", cases[i].sqlstate);
        cr_expect_str_eq(postgres_sqlstate(postgres), cases[i].sqlstate);
        snprintf(text, sizeof text, "query raise_it: SQLSTATE %s: no luck; row 7",
                 cases[i].sqlstate);
        cr_expect_str_eq(error.text, text);
    }
}

Test(postgres, statements_without_parameters_make_a_transaction)
{
    int64_t affected = -1;
    static const struct query insert = {"insert_two", "insert into pg_temp.kept values ($1), (2)"};
    static const struct query count = {"count_kept", "select count(*) from pg_temp.kept"};
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    parameter_integer(&parameters, 1);
    cr_assert(postgres_script(postgres, "two statements",
                              "create temporary table kept (n integer); select 1", &error));
    cr_assert(execute("begin", "-- with a comment\nbegin"));
    cr_assert(postgres_execute(postgres, &insert, &parameters, &affected, &error));
    cr_assert_eq(affected, 2);
    cr_assert(execute("rollback", "rollback"));
    cr_assert(postgres_query(postgres, &count, NULL, &result, &error));
    cr_assert_eq(column_bigint(result, 0, 0), 0);
    PQclear(result);
}

static const struct query copy_in = {
    "copy_in", "copy pg_temp.copied (a, b, c, d, e, f, g, h) from stdin (format binary)"};
static const struct query copy_out = {
    "copy_out", "copy (select a, b, c, d, e, f, g, h from pg_temp.copied order by b) to stdout "
                "(format binary)"};

static void copied_create(void)
{
    cr_assert(execute("create_copied",
                      "create temporary table copied (a smallint, b integer, c bigint, d boolean, "
                      "e text, f bytea, g timestamptz, h date)"));
}

static void row_add(struct buffer *rows, int32_t number)
{
    copy_row(rows, 8);
    copy_smallint(rows, (int16_t)(number % 1000 - 500));
    copy_integer(rows, number);
    copy_bigint(rows, INT64_C(-1000000007) * number);
    copy_boolean(rows, number % 2);
    copy_text(rows, number % 3 ? TEXT("天河") : TEXT(""));
    copy_text(rows, TEXT("\0\1\xff"));
    copy_instant(rows, INT64_C(1000003) * number);
    copy_date(rows, number == 0 ? DAY_MAX : number);
}

static void null_row_add(struct buffer *rows, int32_t number)
{
    copy_row(rows, 8);
    for (int i = 0; i < 8; i++) {
        if (i == 1)
            copy_integer(rows, number);
        else
            copy_null(rows);
    }
}

static bool row_compare(void *context, const struct text *fields, const bool *nulls, int count,
                        struct error *why)
{
    int32_t number = (*(int32_t *)context)++;
    (void)why;
    cr_assert_eq(count, 8);
    cr_assert_eq(field_integer(fields[1]), number);
    if (number == 50000) {
        cr_assert(nulls[0] && !nulls[1] && nulls[2] && nulls[7]);
        return true;
    }
    cr_assert_not(nulls[4]);
    cr_assert_eq(field_smallint(fields[0]), (int16_t)(number % 1000 - 500));
    cr_assert_eq(field_bigint(fields[2]), INT64_C(-1000000007) * number);
    cr_assert_eq(fields[3].bytes[0], number % 2);
    cr_assert(text_equal(fields[4], number % 3 ? TEXT("天河") : TEXT("")));
    cr_assert(text_equal(fields[5], TEXT("\0\1\xff")));
    cr_assert_eq(field_instant(fields[6]), INT64_C(1000003) * number);
    cr_assert_eq(field_date(fields[7]), number == 0 ? DAY_MAX : number);
    return true;
}

Test(postgres, rows_copied_in_come_out_the_same)
{
    struct buffer rows = BUFFER_INIT;
    copied_create();
    copy_begin(&rows);
    for (int32_t number = 0; number < 50000; number++) // several pieces of 256 KiB
        row_add(&rows, number);
    null_row_add(&rows, 50000);
    copy_end(&rows);
    cr_assert(postgres_copy_in(postgres, &copy_in, &rows, &error), "%s", error.text);
    int32_t number = 0;
    cr_assert(postgres_copy_out(postgres, &copy_out, row_compare, &number, &error), "%s",
              error.text);
    cr_assert_eq(number, 50001);
    buffer_free(&rows);
}

Test(postgres, an_empty_copy_is_a_copy)
{
    struct buffer rows = BUFFER_INIT;
    copied_create();
    copy_begin(&rows);
    copy_end(&rows);
    cr_assert(postgres_copy_in_begin(postgres, &copy_in, &rows, &error));
    cr_assert(postgres_settle(postgres, &error));
    cr_assert(postgres_settle(postgres, &error), "nothing is left to settle");
    int32_t number = 0;
    cr_assert(postgres_copy_out(postgres, &copy_out, row_compare, &number, &error));
    cr_assert_eq(number, 0);
    buffer_free(&rows);
}

Test(postgres, a_refused_copy_is_told_by_the_next_call_and_the_connection_lives)
{
    struct buffer rows = BUFFER_INIT;
    cr_assert(execute("create_copied", "create temporary table copied (b integer primary key)"));
    static const struct query narrow = {"copy_narrow",
                                        "copy pg_temp.copied (b) from stdin (format binary)"};
    copy_begin(&rows);
    for (int i = 0; i < 2; i++) {
        copy_row(&rows, 1);
        copy_integer(&rows, 5);
    }
    copy_end(&rows);
    cr_assert(postgres_copy_in_begin(postgres, &narrow, &rows, &error), "%s", error.text);
    cr_assert_not(execute("next", "select 1"));
    cr_assert_eq(error.class, ERROR_FATAL);
    expect_in_error("query copy_narrow: SQLSTATE 23505: duplicate key");
    expect_in_error("Key (b)=(5) already exists.");
    cr_assert(execute("next", "select 1"));
    buffer_free(&rows);
}

Test(postgres, a_copy_with_a_broken_row_is_refused)
{
    struct buffer rows = BUFFER_INIT;
    copied_create();
    copy_begin(&rows);
    copy_row(&rows, 7);
    cr_assert_not(postgres_copy_in(postgres, &copy_in, &rows, &error));
    cr_assert_eq(error.class, ERROR_FATAL);
    expect_in_error("SQLSTATE 22P04");
    buffer_free(&rows);
}

static bool stop_at_third(void *context, const struct text *fields, const bool *nulls, int count,
                          struct error *why)
{
    (void)fields, (void)nulls, (void)count;
    int *seen = context;
    return ++*seen < 3 || error_set(why, ERROR_DIFFERENT, "enough");
}

Test(postgres, a_reader_can_stop_a_copy_and_the_connection_lives)
{
    static const struct query many = {
        "many", "copy (select generate_series(1, 1000000)) to stdout (format binary)"};
    int seen = 0;
    cr_assert_not(postgres_copy_out(postgres, &many, stop_at_third, &seen, &error));
    cr_assert_eq(seen, 3);
    cr_assert_eq(error.class, ERROR_DIFFERENT);
    cr_assert_str_eq(error.text, "enough");
    cr_assert(execute("next", "select 1"));
}

Test(postgres, a_failure_in_the_middle_of_a_copy_out_is_told)
{
    static const struct query broken = {
        "broken",
        "copy (select 1 / (3 - n) from generate_series(1, 5) n) to stdout (format binary)"};
    int seen = -1000;
    cr_assert_not(postgres_copy_out(postgres, &broken, stop_at_third, &seen, &error));
    expect_in_error("query broken: SQLSTATE 22012: division by zero");
    cr_assert(execute("next", "select 1"));
}

Test(postgres, a_copy_where_rows_were_expected_is_a_failure_and_not_a_hang)
{
    copied_create();
    cr_assert_not(execute("copy_in", copy_in.text));
    cr_assert(execute("next", "select 1"));
}

Test(postgres, a_lost_connection_is_noticed_and_is_worth_a_retry)
{
    cr_assert(postgres_is_alive(postgres));
    struct postgres *other = postgres_connect("", "cityops-test", &error);
    cr_assert(other);
    char text[128];
    snprintf(text, sizeof text, "select pg_terminate_backend(%d, 5000)",
             PQbackendPID(postgres_connection(postgres)));
    cr_assert(postgres_script(other, "terminate", text, &error));
    cr_assert_not(postgres_is_alive(postgres));
    cr_assert_not(execute("next", "select 1"));
    cr_assert_eq(error.class, ERROR_RETRY);
    postgres_close(other);
    postgres_close(postgres);
    postgres = postgres_connect("", "cityops-test", &error);
    cr_assert(postgres && execute("next", "select 1"));
}

static const struct config_key keys[] = {CONFIG_KEYS_DATABASE, {0}};

static void open_with(const char *conninfo, const char *wait)
{
    struct config *config = config_new(keys);
    char words[4][200] = {"program", "--database", "", "--wait"}, last[16];
    snprintf(words[2], sizeof words[2], "%s", conninfo);
    snprintf(last, sizeof last, "%s", wait);
    char *argv[] = {words[0], words[1], words[2], words[3], last};
    cr_assert(config_load(config, 5, argv, &error));
    log_open("cityops-test", LOG_ERROR, false);
    cr_assert_null(postgres_open(config, "cityops-test", &error));
    config_free(config);
}

Test(postgres, a_server_that_is_not_there_is_told_without_the_password)
{
    open_with("host=127.0.0.1 port=1 dbname=d user=u password=hunter2", "0");
    cr_assert_eq(error.class, ERROR_RETRY);
    expect_in_error("PostgreSQL at host 127.0.0.1, port 1, database d, user u: ");
    expect_in_error("Connection refused");
    cr_assert_null(strstr(error.text, "hunter2"));
    open_with("host=127.0.0.1 port=1", "1");
    cr_assert_eq(error.class, ERROR_RETRY);
    expect_in_error("waited 1 s: PostgreSQL at host 127.0.0.1");
}

Test(postgres, what_waiting_cannot_mend_is_not_waited_for)
{
    open_with("dbname=no_such_database_here", "3600");
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    expect_in_error("database \"no_such_database_here\" does not exist");
    open_with("host='unfinished password=hunter2", "3600");
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    expect_in_error("the conninfo cannot be read");
    cr_assert_null(strstr(error.text, "hunter2"));
}
