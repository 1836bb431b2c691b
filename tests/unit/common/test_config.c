// The configuration: which source wins, and what each mistake is told.
#include "common/config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct config_key keys[] = {
    {.name = "config", .type = CONFIG_TEXT, .argument = "FILE", .meaning = "A file"},
    {.name = "batch-records",
     .letter = 'n',
     .type = CONFIG_INTEGER,
     .argument = "RECORDS",
     .default_value = "20000",
     .minimum = 1,
     .maximum = 1000000,
     .meaning = "Records in one transaction"},
    {.name = "offset", .type = CONFIG_INTEGER, .argument = "SECONDS", .meaning = "Any number"},
    {.name = "cache",
     .type = CONFIG_BOOLEAN,
     .argument = "BOOLEAN",
     .default_value = "true",
     .meaning = "Keep states"},
    {.name = "format",
     .letter = 'f',
     .type = CONFIG_CHOICE,
     .argument = "FORMAT",
     .default_value = "table",
     .choices = "table|csv|json",
     .meaning = "Form of the output"},
    {.name = "database",
     .letter = 'd',
     .type = CONFIG_TEXT,
     .argument = "CONNINFO",
     .default_value = "",
     .meaning = "PostgreSQL"},
    {.name = "token",
     .type = CONFIG_TEXT,
     .argument = "TEXT",
     .secret = true,
     .meaning = "A secret text"},
    {.name = "pin",
     .type = CONFIG_INTEGER,
     .argument = "NUMBER",
     .secret = true,
     .meaning = "A secret number"},
    {.name = "quiet", .letter = 'q', .type = CONFIG_FLAG, .meaning = "Say less"},
    {.name = "wide", .letter = 'w', .type = CONFIG_FLAG, .meaning = "Show more"},
    {.name = "print-config", .type = CONFIG_FLAG, .meaning = "Print and end"},
    {.name = "kafka", .letter = 'X', .type = CONFIG_PROPERTY, .argument = "NAME=VALUE"},
    {0},
};

static const struct config_key required_keys[] = {
    {.name = "brokers", .type = CONFIG_TEXT, .argument = "HOST:PORT", .required = true},
    {.name = "print-config", .type = CONFIG_FLAG},
    {0},
};

static char path[64];

// A file with this content under a name that complaints can be compared with.
static const char *file_with(const char *content)
{
    strcpy(path, "/tmp/cityops-config-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content));
    close(fd);
    return path;
}

// Arguments are borrowed from `words`, which live as long as the test.
static bool load(struct config *config, struct error *error, const char *const *words)
{
    char program[] = "program", *argv[16] = {program};
    int argc = 1;
    for (; *words; words++)
        memcpy(&argv[argc++], words, sizeof *words);
    return config_load(config, argc, argv, error);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

Test(config, a_default_counts_when_nothing_else_is_said)
{
    struct config *config = config_new(keys);
    cr_assert_eq(config_integer(config, "batch-records"), 20000);
    cr_assert(config_boolean(config, "cache"));
    cr_assert_not(config_boolean(config, "quiet"));
    cr_assert_null(config_text(config, "token"));
    cr_assert_not(config_is_set(config, "format"));
    config_free(config);
}

Test(config, an_option_wins_over_the_environment_and_that_over_the_file)
{
    struct error error = ERROR_INIT;
    file_with("batch-records = 1\nformat=csv\n# a comment\n\ncache = no\n");
    setenv("CITYOPS_FORMAT", "json", 1);
    setenv("CITYOPS_BATCH_RECORDS", "2", 1);
    struct config *config = config_new(keys);
    cr_assert(load(config, &error, WORDS("--batch-records", "3", "--config", path)), "%s",
              error.text);
    cr_assert_eq(config_integer(config, "batch-records"), 3);
    cr_assert_str_eq(config_text(config, "format"), "json");
    cr_assert_not(config_boolean(config, "cache"));
    cr_assert_eq(config_origin(config, "batch-records"), CONFIG_FROM_OPTION);
    cr_assert_eq(config_origin(config, "format"), CONFIG_FROM_ENVIRONMENT);
    cr_assert_eq(config_origin(config, "cache"), CONFIG_FROM_FILE);
    cr_assert_eq(config_origin(config, "offset"), CONFIG_FROM_DEFAULT);
    config_free(config);
    unlink(path);
}

Test(config, the_environment_can_name_the_file)
{
    struct error error = ERROR_INIT;
    setenv("CITYOPS_CONFIG", file_with("offset = -5\r\n"), 1);
    struct config *config = config_new(keys);
    cr_assert(load(config, &error, WORDS("-q")), "%s", error.text);
    cr_assert_eq(config_integer(config, "offset"), -5);
    config_free(config);
    unlink(path);
}

Test(config, options_are_written_in_every_usual_way)
{
    struct error error = ERROR_INIT;
    struct config *config = config_new(keys);
    cr_assert(load(config, &error,
                   WORDS("one", "-n5", "--format=csv", "-qw", "-d", "dbname=a b=c", "-", "-X",
                         "linger.ms=7", "-Xacks=all", "--", "--quiet")),
              "%s", error.text);
    cr_assert_eq(config_integer(config, "batch-records"), 5);
    cr_assert_str_eq(config_text(config, "format"), "csv");
    cr_assert_str_eq(config_text(config, "database"), "dbname=a b=c");
    cr_assert(config_boolean(config, "quiet"));
    cr_assert(config_boolean(config, "wide"));
    cr_assert_eq(config_argument_count(config), 3);
    cr_assert_str_eq(config_argument(config, 0), "one");
    cr_assert_str_eq(config_argument(config, 1), "-");
    cr_assert_str_eq(config_argument(config, 2), "--quiet");
    cr_assert_null(config_argument(config, 3));
    const char *name, *value;
    cr_assert_eq(config_kafka_property_count(config), 2);
    config_kafka_property(config, 1, &name, &value);
    cr_assert_str_eq(name, "acks");
    cr_assert_str_eq(value, "all");
    config_free(config);
}

Test(config, properties_of_the_command_line_come_after_those_of_the_file)
{
    struct error error = ERROR_INIT;
    file_with("kafka.linger.ms = 1\n");
    struct config *config = config_new(keys);
    cr_assert(load(config, &error, WORDS("-X", "linger.ms=2", "--config", path)), "%s", error.text);
    const char *name, *value;
    cr_assert_eq(config_kafka_property_count(config), 2);
    config_kafka_property(config, 1, &name, &value);
    cr_assert_str_eq(value, "2");
    config_free(config);
    unlink(path);
}

struct refusal {
    const char *words[4];
    const char *text;
};

static void refusals_check(const struct refusal *refusals, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct error error = ERROR_INIT;
        struct config *config = config_new(keys);
        cr_expect_not(load(config, &error, refusals[i].words));
        cr_expect_eq(error.class, ERROR_BAD_CONFIG);
        cr_expect_str_eq(error.text, refusals[i].text);
        cr_expect_eq(config_integer(config, "batch-records"), 20000);
        config_free(config);
    }
}

Test(config, each_mistake_in_an_option_is_named)
{
    static const struct refusal refusals[] = {
        {{"--batch-record", "3"},
         "--batch-record: unknown option; did you mean '--batch-records'?"},
        {{"--zzz"}, "--zzz: unknown option"},
        {{"-z"}, "-z: unknown option"},
        {{"-qz"}, "-z: unknown option (in -qz)"},
        {{"--batch-records"}, "--batch-records: a value is missing (RECORDS)"},
        {{"--batch-records", "--quiet"}, "--batch-records: a value is missing (RECORDS)"},
        {{"--batch-records", "many"}, "--batch-records: 'many' is not a whole number"},
        {{"--batch-records", "5x"}, "--batch-records: '5x' is not a whole number"},
        {{"--batch-records", ""}, "--batch-records: '' is not a whole number"},
        {{"-n", "0"}, "-n: 0 is out of range; it takes 1 to 1000000 RECORDS"},
        {{"--offset", "99999999999999999999"},
         "--offset: 99999999999999999999 is out of range; it takes -9223372036854775808 to "
         "9223372036854775807 SECONDS"},
        {{"--cache", "maybe"},
         "--cache: 'maybe' is neither true nor false (also: on, off, yes, no)"},
        {{"--format", "jsn"}, "--format: 'jsn' is none of table|csv|json; did you mean 'json'?"},
        {{"--pin", "hunter2"}, "--pin: '***' is not a whole number"},
        {{"--quiet=yes"}, "--quiet: this option takes no value"},
        {{"-X", "linger"},
         "-X: 'linger' is not NAME=VALUE; '-X list' prints librdkafka's properties"},
        {{"--config", "/nowhere/a.conf"},
         "/nowhere/a.conf: cannot open the configuration file: No such file or directory"},
        // the first two words would be right: nothing of a bad line applies
        {{"--batch-records", "3", "--wide=1"}, "--wide: this option takes no value"},
    };
    refusals_check(refusals, sizeof refusals / sizeof *refusals);
}

Test(config, each_mistake_in_a_file_is_named_with_line_and_column)
{
    static const struct {
        const char *content, *text;
    } cases[] = {
        {"batch-records = 5\n  batch-recrods = 6\n",
         ":2:3: unknown key 'batch-recrods'; did you mean 'batch-records'?"},
        {"batch-records = 5\nformat =  xml\n", ":2:11: format: 'xml' is none of table|csv|json"},
        {"offset = \n", ":1:8: offset: '' is not a whole number"},
        {"batch-records = 5\n\nbatch-records = 6\n",
         ":3:1: 'batch-records' stands already in line 1"},
        {"batch-records\n", ":1:1: a line is 'key = value', a comment with # or empty"},
        {" = 5\n", ":1:2: there is no key before '='"},
        {"quiet = true\n", ":1:1: 'quiet' is an option of the command line only"},
        {"config = a\n", ":1:1: 'config' is an option of the command line only"},
        {"# \xc3\xa9\nd\xff = 5\n", ":2:1: the line is not UTF-8 text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = ERROR_INIT;
        char expected[256];
        struct config *config = config_new(keys);
        cr_expect_not(config_read_file(config, file_with(cases[i].content), &error));
        snprintf(expected, sizeof expected, "%s%s", path, cases[i].text);
        cr_expect_eq(error.class, ERROR_BAD_CONFIG);
        cr_expect_str_eq(error.text, expected);
        cr_expect_eq(config_integer(config, "batch-records"), 20000, "something of it applied");
        config_free(config);
        unlink(path);
    }
}

Test(config, a_mistake_in_the_environment_names_the_variable)
{
    struct error error = ERROR_INIT;
    setenv("CITYOPS_BATCH_RECORDS", "all", 1);
    struct config *config = config_new(keys);
    cr_assert_not(config_read_environment(config, &error));
    cr_assert_str_eq(error.text,
                     "CITYOPS_BATCH_RECORDS: batch-records: 'all' is not a whole number");
    config_free(config);
}

Test(config, a_quoted_value_keeps_its_blanks_and_hash)
{
    struct error error = ERROR_INIT;
    struct config *config = config_new(keys);
    cr_assert(config_read_file(config,
                               file_with("\xef\xbb\xbf"
                                         "token = \" a # b \"\ndatabase = host=/tmp user=a # b"),
                               &error),
              "%s", error.text);
    cr_assert_str_eq(config_text(config, "token"), " a # b ");
    cr_assert_str_eq(config_text(config, "database"), "host=/tmp user=a # b");
    config_free(config);
    unlink(path);
}

Test(config, a_missing_required_key_says_the_three_ways_to_give_it)
{
    struct error error = ERROR_INIT;
    struct config *config = config_new(required_keys);
    cr_assert_not(load(config, &error, WORDS("x")));
    cr_assert_str_eq(error.text, "brokers is missing: give --brokers HOST:PORT, CITYOPS_BROKERS or "
                                 "'brokers = ...' in a configuration file");
    config_free(config);
    config = config_new(required_keys);
    cr_assert(load(config, &error, WORDS("--print-config")), "showing needs nothing");
    config_free(config);
}

Test(config, a_number_of_anything_has_no_unit)
{
    static const struct config_key counting_keys[] = {
        {.name = "top", .type = CONFIG_INTEGER, .argument = "N", .minimum = 1, .maximum = 9}, {0}};
    struct error error = ERROR_INIT;
    struct config *config = config_new(counting_keys);
    cr_assert_not(load(config, &error, WORDS("--top", "0")));
    cr_assert_str_eq(error.text, "--top: 0 is out of range; it takes 1 to 9");
    config_free(config);
}

static void printed(void (*print)(const void *, FILE *), const void *what, const char *expected)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    print(what, out);
    fclose(out);
    cr_expect_str_eq(text, expected);
    free(text);
}

static void print_values(const void *config, FILE *out)
{
    config_print(config, out);
}

Test(config, print_config_says_where_each_value_came_from_and_no_secret)
{
    struct error error = ERROR_INIT;
    setenv("CITYOPS_TOKEN", "hunter2", 1);
    struct config *config = config_new(keys);
    cr_assert(load(config, &error,
                   WORDS("-n", "7", "--database", "host=h password='p w' user=u", "-X",
                         "sasl.password=x")),
              "%s", error.text);
    printed(print_values, config,
            "config =                                          # not set\n"
            "batch-records = 7                                 # option -n\n"
            "offset =                                          # not set\n"
            "cache = true                                      # default\n"
            "format = table                                    # default\n"
            "database = host=h password=*** user=u             # option --database\n"
            "token = ***                                       # environment CITYOPS_TOKEN\n"
            "pin =                                             # not set\n"
            "kafka.sasl.password = ***                         # option -X\n");
    config_free(config);
}

Test(config, passwords_are_masked_in_every_form_of_a_conninfo)
{
    static const char *const cases[][2] = {
        {"host=a dbname=b", "host=a dbname=b"},
        {"password=x", "password=***"},
        {"host=a password = x user=u", "host=a password = *** user=u"},
        {"password='a\\' b' host=h", "password=*** host=h"},
        {"sslpassword=x passfile=/f", "sslpassword=*** passfile=/f"},
        {"postgresql://u:p@h:5432/d", "postgresql://u:***@h:5432/d"},
        {"postgresql://u:p:q@h/d", "postgresql://u:***@h/d"},
        {"postgresql://h:5432/d?password=x&sslmode=require",
         "postgresql://h:5432/d?password=***&sslmode=require"},
        {"postgresql://h:5432/d", "postgresql://h:5432/d"},
        {"", ""},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_str_eq(config_mask_secrets(&arena, cases[i][0]), cases[i][1]);
    arena_free(&arena);
}

static void print_help(const void *table, FILE *out)
{
    config_print_options(table, out);
}

static void print_example(const void *table, FILE *out)
{
    config_print_example(table, out);
}

static const struct config_key shown_keys[] = {
    {.name = "batch-records",
     .letter = 'n',
     .type = CONFIG_INTEGER,
     .argument = "RECORDS",
     .default_value = "20000",
     .minimum = 1,
     .maximum = 1000000,
     .meaning = "Records in one transaction"},
    {.name = "quiet", .type = CONFIG_FLAG, .meaning = "Say less"},
    {.name = "format",
     .type = CONFIG_CHOICE,
     .argument = "FORMAT-OF-THE-WHOLE-OUTPUT",
     .choices = "table|csv",
     .required = true,
     .meaning = "Form"},
    {0},
};

Test(config, help_and_example_file_come_from_the_table)
{
    printed(print_help, shown_keys,
            "  -n, --batch-records RECORDS   Records in one transaction (1 to 1000000;"
            "\n                                default: 20000)\n"
            "      --quiet                   Say less\n"
            "      --format FORMAT-OF-THE-WHOLE-OUTPUT\n"
            "                                Form (table|csv; required)\n");
    printed(
        print_example, shown_keys,
        "# Records in one transaction (1 to 1000000; default: 20000)\n#batch-records = 20000\n\n"
        "# Form (table|csv; required)\n#format = \n\n");
}

Test(config, the_nearest_word_forgives_slips_and_not_other_words)
{
    static const char *const words[] = {"month", "announce", "close", "explain"};
    static const char *const cases[][2] = {
        {"mnth", "month"},       {"motnh", "month"}, {"months", "month"},
        {"anounce", "announce"}, {"clsoe", "close"}, {"x", NULL},
        {"quarter", NULL},       {"", NULL},         {"close", "close"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *near = nearest_word(cases[i][0], words, 4);
        if (cases[i][1])
            cr_expect_str_eq(near ? near : "(none)", cases[i][1]);
        else
            cr_expect_null(near, "'%s' is near nothing", cases[i][0]);
    }
}
