// Dispatch, help, and how failures become exit statuses.
#include "captured.h"
#include "common/command_internal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static enum error_class class_to_raise;

static enum exit_status month_run(const struct config *config, struct error *error)
{
    if (class_to_raise != ERROR_NONE) {
        error_set(error, class_to_raise, "it went wrong");
        return EXIT_FAILED;
    }
    printf("month %s of %s\n", config_text(config, "format"),
           config_argument_count(config) ? config_argument(config, 0) : "nothing");
    return EXIT_OK;
}

static enum exit_status forgiving_run(const struct config *config, struct error *error)
{
    (void)config;
    error_set(error, ERROR_RETRY, "the first try failed");
    return EXIT_OK;
}

static const struct config_key month_keys[] = {
    {.name = "format",
     .letter = 'f',
     .type = CONFIG_CHOICE,
     .argument = "FORMAT",
     .default_value = "table",
     .choices = "table|csv",
     .meaning = "Form of the output"},
    {0},
};

static const struct config_key kafka_keys[] = {CONFIG_KEYS_KAFKA, {0}};

static const struct command commands[] = {
    {.name = "month",
     .arguments = "PERIOD",
     .summary = "Rank a month",
     .details = "First paragraph.\n\nSecond.",
     .examples = "cityops-test month 2022-12\ncityops-test month 2022",
     .keys = month_keys,
     .run = month_run},
    {.name = "forgive", .summary = "Get over a failure", .run = forgiving_run},
    {.name = "consume",
     .summary = "Talk to Kafka",
     .details =
         "Prose that the source breaks\nwherever it likes flows again, and a line longer than "
         "eighty columns\nis wrapped.\n\n"
         "A list keeps its lines:\n"
         "kind:  .hidden, or one of so very many other words that they do not stand in the line\n"
         "       (indented)\n\n\n"
         "Then prose\nagain.",
     .keys = kafka_keys,
     .run = month_run},
    {0},
};

static const struct program program = {"cityops-test", "a program of the tests", commands};

static const struct command nameless_commands[] = {
    {.arguments = "PERIOD", .summary = "Rank a month", .keys = month_keys, .run = month_run},
    {0},
};

static const struct program nameless = {"cityops-one", "a program without commands",
                                        nameless_commands};

static struct captured captured;

static int run(const struct program *which, const char *const *words)
{
    char name[] = "program", *argv[16] = {name};
    int argc = 1;
    for (; *words; words++)
        memcpy(&argv[argc++], words, sizeof *words);
    capture_begin(&captured);
    int status = command_main(which, argc, argv);
    capture_end(&captured);
    return status;
}

#define RUN(which, ...) run(&(which), (const char *const[]){__VA_ARGS__, NULL})

static void expect_text(const char *where, const char *text)
{
    cr_expect(strstr(where, text), "'%s' is missing in:\n%s", text, where);
}

Test(command, a_command_runs_with_its_options_and_arguments)
{
    cr_assert_eq(RUN(program, "month", "-f", "csv", "2022-12"), EXIT_OK);
    cr_assert_str_eq(captured.out, "month csv of 2022-12\n");
    cr_assert_str_eq(captured.err, "");
}

Test(command, a_command_takes_as_many_arguments_as_its_help_names)
{
    cr_assert_eq(RUN(program, "forgive", "2022-12"), EXIT_USAGE);
    expect_text(captured.err, "argument '2022-12' is one too many: options only");
    cr_assert_eq(RUN(program, "month", "2022-12", "2023-01"), EXIT_USAGE);
    expect_text(captured.err, "argument '2023-01' is one too many: month PERIOD");
    cr_assert_eq(RUN(nameless, "2022-12", "2023-01"), EXIT_USAGE);
    expect_text(captured.err, "argument '2023-01' is one too many: PERIOD");
    static const struct command many_commands[] = {{.arguments = "[PERIOD...]",
                                                    .summary = "Rank months",
                                                    .keys = month_keys,
                                                    .run = month_run},
                                                   {0}};
    static const struct program many = {"cityops-many", "takes any number", many_commands};
    cr_assert_eq(RUN(many, "2022-12", "2023-01"), EXIT_OK);
}

Test(command, a_program_without_commands_takes_options_at_once)
{
    cr_assert_eq(RUN(nameless, "2022-12"), EXIT_OK);
    cr_assert_str_eq(captured.out, "month table of 2022-12\n");
    cr_assert_eq(RUN(nameless, "help"), EXIT_OK);
    cr_assert_str_eq(captured.out, "month table of help\n");
}

Test(command, an_unknown_command_names_the_nearest)
{
    cr_assert_eq(RUN(program, "mnth"), EXIT_USAGE);
    expect_text(captured.err, "bad configuration: 'mnth' is no command of cityops-test; did you "
                              "mean 'month'?\n");
    cr_assert_eq(RUN(program, "zzzzzz"), EXIT_USAGE);
    expect_text(captured.err, "'zzzzzz' is no command of cityops-test; 'help' lists them\n");
    cr_assert_eq(RUN(program, "--format", "csv"), EXIT_USAGE);
    expect_text(captured.err, "--format: the command comes first; 'cityops-test help' lists them");
    cr_assert_eq(RUN(program, "help", "mnth"), EXIT_USAGE);
}

Test(command, no_command_at_all_is_a_usage_error_with_the_list_on_stderr)
{
    cr_assert_eq(run(&program, (const char *const[]){NULL}), EXIT_USAGE);
    cr_assert_str_eq(captured.out, "");
    expect_text(captured.err, "Usage: cityops-test COMMAND [OPTION...]");
}

Test(command, help_lists_the_commands)
{
    cr_assert_eq(RUN(program, "help"), EXIT_OK);
    cr_assert_str_eq(captured.out,
                     "cityops-test: a program of the tests\n\n"
                     "Usage: cityops-test COMMAND [OPTION...]\n\n"
                     "Commands:\n"
                     "  month          Rank a month\n"
                     "  forgive        Get over a failure\n"
                     "  consume        Talk to Kafka\n\n"
                     "'cityops-test help COMMAND' says more about one, 'cityops-test help --man'\n"
                     "prints the manual page, 'cityops-test --version' the version.\n");
}

Test(command, help_of_a_command_is_the_same_in_both_spellings)
{
    static char first[sizeof captured.out];
    cr_assert_eq(RUN(program, "help", "month"), EXIT_OK);
    strcpy(first, captured.out);
    cr_assert_eq(RUN(program, "month", "--wrong", "--help"), EXIT_OK);
    cr_assert_str_eq(captured.out, first);
    expect_text(first, "Usage: cityops-test month [OPTION...] PERIOD\n\nRank a month\n\nFirst "
                       "paragraph.\n\nSecond.\n\nOptions");
    expect_text(first, "\n  -f, --format FORMAT           Form of the output (table|csv; default: "
                       "table)\n      --config FILE ");
    expect_text(first, "\nExamples:\n  cityops-test month 2022-12\n  cityops-test month 2022\n");
}

Test(command, prose_of_a_help_flows_to_80_columns_and_a_list_keeps_its_lines)
{
    cr_assert_eq(RUN(program, "consume", "--help"), EXIT_OK);
    expect_text(captured.out,
                "\n\nTalk to Kafka\n\n"
                "Prose that the source breaks wherever it likes flows again, and a line longer\n"
                "than eighty columns is wrapped.\n\n"
                "A list keeps its lines:\n"
                "kind:  .hidden, or one of so very many other words that they do not stand in the\n"
                "       line\n"
                "       (indented)\n\n"
                "Then prose again.\n\n"
                "Options ");
    for (const char *line = captured.out; *line; line += strcspn(line, "\n") + 1)
        cr_expect_leq(strcspn(line, "\n"), 80, "%s", line);
    cr_assert_eq(RUN(program, "consume", "--man"), EXIT_USAGE);
    cr_assert_eq(RUN(program, "help", "--man"), EXIT_OK);
    expect_text(captured.out, "\n.PP\nA list keeps its lines:\n.br\nkind:  .hidden, or one of");
    expect_text(captured.out, "in the line\n.br\n       (indented)\n.PP\nThen prose\nagain.\n");
}

Test(command, the_manual_page_is_roff)
{
    cr_assert_eq(RUN(program, "help", "--man"), EXIT_OK);
    cr_assert_eq(strncmp(captured.out, ".TH CITYOPS-TEST 1 ", 19), 0);
    expect_text(captured.out, ".SH NAME\ncityops-test \\- a program of the tests\n");
    expect_text(captured.out, ".SS month PERIOD\n");
    expect_text(captured.out, "\\fB\\-f\\fR, \\fB\\-\\-format\\fR \\fIFORMAT\\fR\n");
    expect_text(captured.out, ".SH EXIT STATUS\n.TP\n0\ndone\n");
    expect_text(captured.out, ".TP\n7\n");
}

Test(command, the_version_is_that_of_the_build)
{
    cr_assert_eq(RUN(program, "--version"), EXIT_OK);
    cr_assert_eq(strncmp(captured.out, "cityops-test ", 13), 0);
    cr_assert(strchr(captured.out, '.'));
}

Test(command, print_config_and_X_list_do_not_run_the_command)
{
    cr_assert_eq(RUN(program, "month", "--print-config", "-f", "csv"), EXIT_OK);
    expect_text(captured.out, "format = csv  ");
    cr_expect_null(strstr(captured.out, "month csv"));
    cr_assert_eq(RUN(program, "consume", "-X", "list"), EXIT_OK);
    expect_text(captured.out, "bootstrap.servers");
}

Test(command, a_configuration_error_is_logged_once_and_is_status_2)
{
    cr_assert_eq(RUN(program, "month", "--fromat", "csv"), EXIT_USAGE);
    expect_text(captured.err, " error   cityops-test: bad configuration: --fromat: unknown option; "
                              "did you mean '--format'?\n");
    cr_assert_eq(strchr(captured.err, '\n') + 1, captured.err + strlen(captured.err));
}

Test(command, each_error_class_has_its_exit_status)
{
    static const struct {
        enum error_class class;
        enum exit_status status;
    } cases[] = {
        {ERROR_RETRY, EXIT_UNAVAILABLE},   {ERROR_ABORT, EXIT_FAILED},
        {ERROR_FENCED, EXIT_FENCED},       {ERROR_BAD_RECORD, EXIT_REJECTED},
        {ERROR_BAD_CONFIG, EXIT_USAGE},    {ERROR_INCOMPLETE, EXIT_INCOMPLETE},
        {ERROR_DIFFERENT, EXIT_DIFFERENT}, {ERROR_FATAL, EXIT_FAILED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        class_to_raise = cases[i].class;
        cr_expect_eq(RUN(program, "month"), (int)cases[i].status);
        expect_text(captured.err, error_class_name(cases[i].class));
        expect_text(captured.err, ": it went wrong\n");
    }
}

Test(command, a_failure_that_the_command_got_over_is_no_failure)
{
    cr_assert_eq(RUN(program, "forgive"), EXIT_OK);
    cr_assert_str_eq(captured.err, "");
}

Test(command, output_that_cannot_be_written_is_a_failure)
{
    struct captured errors;
    capture_begin(&errors);
    cr_assert(freopen("/dev/full", "w", stdout));
    char name[] = "program", word[] = "help", *argv[] = {name, word, NULL};
    int status = command_main(&program, 2, argv);
    capture_end(&errors);
    cr_assert_eq(status, EXIT_FAILED);
    expect_text(errors.err, "fatal: cannot write the output: No space left on device\n");
}
