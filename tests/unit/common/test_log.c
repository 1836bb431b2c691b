// Lines of the log: one per event, whatever a text holds.
#include "captured.h"
#include "common/log.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

static struct captured captured;

Test(log, a_line_has_time_level_program_and_text)
{
    log_open("cityops-test", LOG_INFO, false);
    capture_begin(&captured);
    log_debug("not %s", "shown");
    log_info("%d batches", 3);
    capture_end(&captured);
    cr_assert_str_eq(captured.out, "");
    // 2022-12-31T16:00:00.000Z
    cr_assert_eq(captured.err[10], 'T');
    cr_assert_eq(captured.err[23], 'Z');
    cr_assert_str_eq(captured.err + 24, " info    cityops-test: 3 batches\n");
}

Test(log, line_ends_of_a_text_start_no_line)
{
    log_open("cityops-test", LOG_INFO, false);
    capture_begin(&captured);
    log_warning("a\nb\x1b[0m");
    capture_end(&captured);
    cr_assert_str_eq(captured.err + 24, " warning cityops-test: a b [0m\n");
}

Test(log, an_error_carries_its_class)
{
    struct error error = ERROR_INIT;
    error_set(&error, ERROR_FENCED, "partition 3");
    capture_begin(&captured);
    log_error(&error);
    capture_end(&captured);
    cr_assert_str_eq(captured.err + 24, " error   cityops: fenced: partition 3\n");
}

Test(log, json_is_one_object_a_line_even_of_bytes_that_are_no_text)
{
    struct error error = ERROR_INIT;
    error_set(&error, ERROR_FATAL, "bytes \xff \"quoted\"\n");
    log_open("cityops-test", LOG_DEBUG, true);
    capture_begin(&captured);
    log_debug("越秀");
    log_error(&error);
    capture_end(&captured);
    char *second = strchr(captured.err, '\n');
    cr_assert(second);
    *second++ = '\0';
    json_t *line = json_loads(captured.err, 0, NULL);
    cr_assert_str_eq(json_string_value(json_object_get(line, "text")), "越秀");
    cr_assert_str_eq(json_string_value(json_object_get(line, "level")), "debug");
    cr_assert_null(json_object_get(line, "class"));
    json_decref(line);
    line = json_loads(second, 0, NULL);
    cr_assert_str_eq(json_string_value(json_object_get(line, "text")), "bytes \\xff \"quoted\" ");
    cr_assert_str_eq(json_string_value(json_object_get(line, "class")), "fatal");
    json_decref(line);
}
