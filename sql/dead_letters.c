// `dead-letters`: lists quarantined records, shows one, and lets them in again after a fix.
//
// Replaying a letter writes nothing but its place in the topic's replay log. The daemon reads that log like a partition
// (aggregate/source_replay.h): so a letter goes through the code that every record goes through, is counted once by a ledger row
// of its own, and stands above every cut-off there was. A letter is queued once; what fails again is a new letter, with its own
// reason, and can be queued in its turn.
#include "sql/dead_letters.h"

#include "sql/queries.h"

#include "core/zone.h"

#include <inttypes.h>
#include <stdlib.h>

const struct config_key dead_letters_keys[] = {
    CONFIG_KEYS_DATABASE,
    CONFIG_KEYS_DECISION,
    {.name = "topic", .type = CONFIG_TEXT, .argument = "TOPIC", .meaning = "Only of this topic"},
    {.name = "failure",
     .type = CONFIG_TEXT,
     .argument = "CODE",
     .meaning = "Only those quarantined for this reason, like decode.invalid"},
    {.name = "since",
     .type = CONFIG_TEXT,
     .argument = "INSTANT",
     .meaning = "Only those that arrived at or after this instant, like 2022-03-01T08:00:00+08:00"},
    {.name = "until",
     .type = CONFIG_TEXT,
     .argument = "INSTANT",
     .meaning = "Only those that arrived before this instant"},
    {.name = "all",
     .type = CONFIG_FLAG,
     .meaning = "list: also those that were counted, failed again or erased; replay: everything "
                "that is open"},
    {.name = "counts",
     .type = CONFIG_FLAG,
     .meaning = "list: how many there are by topic, reason and what has become of them"},
    {.name = "most",
     .type = CONFIG_INTEGER,
     .argument = "LETTERS",
     .default_value = "50",
     .minimum = 1,
     .maximum = 1000000000,
     .meaning = "list: show at most so many"},
    {.name = "bytes",
     .type = CONFIG_CHOICE,
     .argument = "ENCODING",
     .choices = "none|hex|base64",
     .default_value = "none",
     .meaning = "show: the value's bytes too"},
    {.name = "family",
     .type = CONFIG_TEXT,
     .argument = "FAMILY",
     .meaning = "show: how to read the value, where the topic does not tell"},
    {0},
};

// ---- which letters ----

struct filter {
    struct text topic, failure;
    int64_t since_us, until_us; // INSTANT_NONE: any
    bool is_empty;
};

static bool read_instant(const struct config *config, const char *key, int64_t *out,
                         struct error *error)
{
    const char *text = config_text(config, key);
    *out = INSTANT_NONE;
    return !text || civil_parse_instant(text_from(text), out) ||
           error_set(error, ERROR_BAD_CONFIG,
                     "--%s \"%s\" is no instant with an offset, like 2022-03-01T08:00:00+08:00",
                     key, text);
}

static bool read_filter(const struct config *config, struct filter *out, struct error *error)
{
    const char *topic = config_text(config, "topic"), *failure = config_text(config, "failure");
    out->topic = text_from(topic ? topic : "");
    out->failure = text_from(failure ? failure : "");
    if (!read_instant(config, "since", &out->since_us, error) ||
        !read_instant(config, "until", &out->until_us, error))
        return false;
    out->is_empty =
        !topic && !failure && out->since_us == INSTANT_NONE && out->until_us == INSTANT_NONE;
    return true;
}

static void add_instant(struct parameters *parameters, int64_t instant_us)
{
    if (instant_us == INSTANT_NONE)
        parameter_null(parameters, TYPE_TIMESTAMPTZ);
    else
        parameter_instant(parameters, instant_us);
}

static void add_filter(struct parameters *parameters, const struct filter *filter)
{
    parameter_text(parameters, filter->topic);
    parameter_text(parameters, filter->failure);
    add_instant(parameters, filter->since_us);
    add_instant(parameters, filter->until_us);
}

// ---- list ----

static bool list(struct postgres *postgres, const struct config *config, struct error *error)
{
    struct filter filter;
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    bool counts = config_boolean(config, "counts");
    if (!arguments_at_most(config, 1, error) || !read_filter(config, &filter, error))
        return false;
    add_filter(&parameters, &filter);
    parameter_boolean(&parameters, config_boolean(config, "all"));
    if (!counts)
        parameter_bigint(&parameters, config_integer(config, "most"));
    if (!postgres_query(postgres,
                        counts ? &query_db_dead_letter_counts : &query_db_dead_letter_list,
                        &parameters, &result, error))
        return false;
    bool printed = print_texts("dead letters", result, error);
    if (printed && !counts && PQntuples(result) == config_integer(config, "most"))
        printf("(there may be more: --most; --counts counts them all)\n");
    PQclear(result);
    return printed;
}

// ---- replay ----

struct replaying {
    const struct config *config;
    struct filter filter;
    struct text by, reason;
    size_t named; // letters given by name
    struct buffer report;
    int64_t queued, left; // left: named, but nothing to do
};

static void add_names(struct buffer *array, const struct config *config)
{
    array_begin(array, TYPE_TEXT);
    for (size_t i = 1; i < config_argument_count(config); i++)
        array_add_text(array, text_from(config_argument(config, i)));
}

// Every letter that is named must be there; those that are not open are reported.
static bool check_names(struct postgres *postgres, struct replaying *replaying, struct error *error)
{
    struct buffer names = BUFFER_INIT;
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    add_names(&names, replaying->config);
    parameter_array(&parameters, TYPE_TEXT_ARRAY, &names);
    bool done = postgres_query(postgres, &query_db_dead_letter_named, &parameters, &result, error);
    for (int row = 0; done && row < PQntuples(result); row++) {
        struct text letter = column_text(result, row, 0);
        if (column_is_null(result, row, 1)) {
            error_set(error, ERROR_BAD_CONFIG,
                      "there is no dead letter " TEXT_FORMAT
                      "; 'cityops-db dead-letters list --all' "
                      "names them",
                      TEXT_ARGUMENTS(letter));
            PQclear(result);
            buffer_free(&names);
            return false;
        }
        struct text became = column_text(result, row, 1);
        if (text_equal(became, TEXT("open")))
            continue;
        replaying->left++;
        bool has_place = !column_is_null(result, row, 2);
        buffer_printf(&replaying->report,
                      TEXT_FORMAT ": nothing to do: " TEXT_FORMAT "%s" TEXT_FORMAT "\n",
                      TEXT_ARGUMENTS(letter), TEXT_ARGUMENTS(became), has_place ? " as " : "",
                      TEXT_ARGUMENTS(has_place ? column_text(result, row, 2) : TEXT("")));
    }
    if (done)
        PQclear(result);
    buffer_free(&names);
    return done;
}

static bool queue(struct postgres *postgres, struct replaying *replaying, struct error *error)
{
    struct buffer names = BUFFER_INIT;
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    add_filter(&parameters, &replaying->filter);
    add_names(&names, replaying->config);
    if (replaying->named)
        parameter_array(&parameters, TYPE_TEXT_ARRAY, &names);
    else
        parameter_null(&parameters, TYPE_TEXT_ARRAY);
    parameter_text(&parameters, replaying->by);
    parameter_text(&parameters, replaying->reason);
    bool done = postgres_query(postgres, &query_db_replay_queue, &parameters, &result, error);
    buffer_free(&names);
    if (!done)
        return false;
    for (int row = 0; row < PQntuples(result); row++) {
        replaying->queued += column_bigint(result, row, 1);
        buffer_printf(&replaying->report,
                      TEXT_FORMAT ": %" PRId64 " letters, offsets %" PRId64 " until %" PRId64 "\n",
                      TEXT_ARGUMENTS(column_text(result, row, 0)), column_bigint(result, row, 1),
                      column_bigint(result, row, 2), column_bigint(result, row, 3));
    }
    PQclear(result);
    return true;
}

static bool replay_within(struct postgres *postgres, void *context, struct error *error)
{
    struct replaying *replaying = context;
    PGresult *locked;
    if (!postgres_execute(postgres, &query_db_replay_make_logs, NULL, NULL, error) ||
        !postgres_query(postgres, &query_db_replay_lock_logs, NULL, &locked, error))
        return false;
    PQclear(locked);
    return (replaying->named == 0 || check_names(postgres, replaying, error)) &&
           queue(postgres, replaying, error);
}

static bool replay(struct postgres *postgres, const struct config *config, struct error *error)
{
    struct replaying replaying = {.config = config, .named = config_argument_count(config) - 1};
    if (!read_filter(config, &replaying.filter, error) ||
        !decision_read(config, &replaying.by, &replaying.reason, error))
        return false;
    if (!replaying.named && replaying.filter.is_empty && !config_boolean(config, "all"))
        return error_set(
            error, ERROR_BAD_CONFIG,
            "which letters? Name them, or choose by --topic, --failure, --since or --until; "
            "--all takes every one that is open");
    bool done = transaction_run(postgres, replay_within, &replaying, error);
    if (done) {
        if (replaying.report.length)
            fwrite(replaying.report.bytes, 1, replaying.report.length, stdout);
        printf("dead-letters: %" PRId64 " queued%s\n", replaying.queued,
               replaying.queued
                   ? "; the daemon of each topic's partition 0 reads them within a second, and "
                     "'dead-letters list --all' shows what has become of them"
                   : "");
    }
    buffer_free(&replaying.report);
    return done;
}

enum exit_status dead_letters_run(const struct config *config, struct error *error)
{
    static const char *const verbs[] = {"list", "show", "replay"};
    const char *verb =
        argument_choice(config, 0, "what to do", verbs, sizeof verbs / sizeof *verbs, error);
    if (!verb)
        return exit_status_of(error->class);
    struct postgres *postgres = postgres_open_migrated(config, "cityops-db dead-letters", error);
    if (!postgres)
        return exit_status_of(error->class);
    bool done = verb == verbs[0]   ? list(postgres, config, error)
                : verb == verbs[1] ? dead_letter_show(postgres, config, error)
                                   : replay(postgres, config, error);
    postgres_close(postgres);
    return done ? EXIT_OK : exit_status_of(error->class);
}
