// The commands that read files: `file` sends what a mapping makes of them, `check` does the same
// without sending.
//
// It decides the order of things: mapping, brokers, files, delivery, progress, summary. Nothing is
// called done before the broker has it; what was refused or not delivered shows in the exit status.
#include "ingest/publish_file.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/signals.h"
#include "ingest/extract.h"
#include "ingest/publish_delivery.h"
#include "ingest/publisher_core.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REDRAW_US = 200000 };

const struct config_key publish_file_keys[] = {
    CONFIG_KEYS_KAFKA,
    {.name = "mapping",
     .letter = 'm',
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "The mapping; without it the first argument is the mapping"},
    {.name = "as-of",
     .type = CONFIG_TEXT,
     .argument = "INSTANT",
     .meaning = "As of when snapshots or readings were taken, like 2016-01-13T08:00:00-05:00"},
    {.name = "topic",
     .type = CONFIG_TEXT,
     .argument = "TOPIC",
     .meaning = "Instead of the family's own topic"},
    {.name = "source",
     .type = CONFIG_TEXT,
     .argument = "NAME",
     .meaning = "Instead of the mapping's source"},
    {.name = "rejects",
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .default_value = "rejects.csv",
     .meaning = "Where refused rows go, with line and reason; made when there is one"},
    {.name = "accept-rejects",
     .type = CONFIG_FLAG,
     .meaning =
         "State progress even though rows were refused: the source is complete without them"},
    {.name = "limit",
     .type = CONFIG_INTEGER,
     .argument = "ROWS",
     .default_value = "0",
     .minimum = 0,
     .maximum = INT64_MAX,
     .meaning = "Read only so many rows of each file and state no progress; 0: all"},
    {.name = "wait",
     .type = CONFIG_INTEGER,
     .argument = "SECONDS",
     .default_value = "30",
     .minimum = 0,
     .maximum = 86400,
     .meaning = "How long to wait for a broker at the start; 0: ask once, then give up with exit "
                "status 3"},
    {0},
};

const struct config_key publish_check_keys[] = {
    {.name = "mapping",
     .letter = 'm',
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "The mapping; without it the first argument is the mapping"},
    {.name = "as-of",
     .type = CONFIG_TEXT,
     .argument = "INSTANT",
     .meaning = "As of when snapshots or readings were taken, like 2016-01-13T08:00:00-05:00"},
    {.name = "rejects",
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .default_value = "rejects.csv",
     .meaning = "Where rows go that would be refused"},
    {.name = "limit",
     .type = CONFIG_INTEGER,
     .argument = "ROWS",
     .default_value = "0",
     .minimum = 0,
     .maximum = INT64_MAX,
     .meaning = "Read only so many rows of each file; 0: all"},
    {0},
};

struct publishing {
    const struct config *config;
    struct mapping *mapping;
    struct cityops_publisher *publisher; // null: a check
    struct arena arena;                  // of one event of a check
    struct extract_counts counts;
    int64_t started_us, drawn_us;
    int64_t complete_until_us; // the greatest as_of of the files
    bool draws;
};

// ---- talk ----

static bool draw_progress(void *context, const struct extract_counts *counts, double share)
{
    struct publishing *publishing = context;
    int64_t now_us = clock_monotonic_us();
    if (publishing->draws && now_us - publishing->drawn_us >= REDRAW_US) {
        double elapsed_s = publish_seconds_since(publishing->started_us);
        publishing->drawn_us = now_us;
        if (counts->rows == 0)
            fprintf(stderr, "\r\033[Klooking for repeated keys");
        else
            fprintf(stderr, "\r\033[K%" PRIu64 " rows, %.0f rows/s, %" PRIu64 " rejected",
                    counts->rows, (double)counts->rows / elapsed_s, counts->rejected);
        if (counts->rows > 0 && share > 0)
            fprintf(stderr, ", %.0f %% read, %.0f s left", 100 * share,
                    elapsed_s * (1 - share) / share);
    }
    return !signals_stop_requested();
}

static void print_summary(struct publishing *publishing, const char *rejects_path)
{
    const struct extract_counts *counts = &publishing->counts;
    struct cityops_counts sent = {0};
    double elapsed_s = publish_seconds_since(publishing->started_us);
    if (publishing->draws)
        fprintf(stderr, "\r\033[K");
    fprintf(stderr, "rows read     %" PRIu64 "\n", counts->rows);
    if (counts->superseded)
        fprintf(stderr, "superseded    %" PRIu64 "  (another row with the same key counts)\n",
                counts->superseded);
    if (counts->silent)
        fprintf(stderr, "no event      %" PRIu64 "\n", counts->silent);
    if (counts->findings.moved)
        fprintf(stderr,
                "no such hour  %" PRIu64 "  (readings of a wall-clock time that does not exist: "
                "moved by the gap, in series " GAP_SERIES_SUFFIX ")\n",
                counts->findings.moved);
    if (counts->findings.twice)
        fprintf(stderr,
                "hour twice    %" PRIu64
                "  (readings of a wall-clock time that exists twice: taken "
                "as the first)\n",
                counts->findings.twice);
    fprintf(stderr, "rejected      %" PRIu64, counts->rejected);
    if (counts->rejected)
        fprintf(stderr, "  (%s)", rejects_path);
    if (publishing->publisher) {
        cityops_publisher_counts(publishing->publisher, &sent);
        fprintf(stderr, "\nevents sent   %" PRIu64 "\ndelivered     %" PRIu64 "\n", sent.accepted,
                sent.delivered);
        if (sent.accepted != sent.delivered)
            fprintf(stderr, "not delivered %" PRIu64 "\n", sent.accepted - sent.delivered);
        fprintf(stderr, "bytes         %" PRIu64, sent.bytes);
    } else {
        fprintf(stderr, "\nevents        %" PRIu64 "  (checked, not sent)", counts->events);
    }
    fprintf(stderr, "\nseconds       %.2f\nrows/s        %.0f\n", elapsed_s,
            (double)counts->rows / elapsed_s);
}

// ---- steps ----

static bool send_event(void *context, const struct event *event, struct error *error)
{
    return publisher_send_event(((struct publishing *)context)->publisher, event, error);
}

static bool check_event(void *context, const struct event *event, struct error *error)
{
    struct publishing *publishing = context;
    bool is_good = publisher_check_event(&publishing->arena, event, error);
    arena_reset(&publishing->arena);
    return is_good;
}

// The mapping, and where the files start among the arguments.
static bool load_mapping(struct publishing *publishing, size_t *first_file, struct error *error)
{
    const struct config *config = publishing->config;
    const char *path = config_text(config, "mapping");
    *first_file = 0;
    if (!path && config_argument_count(config) > 0) {
        path = config_argument(config, 0);
        *first_file = 1;
    }
    if (!path)
        return error_set(error, ERROR_BAD_CONFIG,
                         "no mapping: give one as the first argument or with --mapping");
    publishing->mapping = mapping_load(path, error);
    return publishing->mapping != NULL;
}

static bool override_source(struct publishing *publishing, struct error *error)
{
    const char *source = config_text(publishing->config, "source");
    if (!source || !*source)
        return true;
    if (strlen(source) > NAME_LIMIT_BYTES)
        return error_set(error, ERROR_BAD_CONFIG, "--source: \"%s\" is longer than %d bytes",
                         source, NAME_LIMIT_BYTES);
    publishing->mapping->source = text_from(source);
    return true;
}

// The reject file is made anew: it must be none of the files that are read.
static bool check_rejects(const struct publishing *publishing, size_t first_file,
                          struct error *error)
{
    const struct config *config = publishing->config;
    const char *rejects = config_text(config, "rejects");
    const char *same = NULL;
    if (rejects_is_file(rejects, publishing->mapping->path))
        same = publishing->mapping->path;
    for (size_t i = first_file; i < config_argument_count(config); i++)
        if (rejects_is_file(rejects, config_argument(config, i)))
            same = config_argument(config, i);
    return !same || error_set(error, ERROR_BAD_CONFIG,
                              "%s is to be read, and refused rows would replace it: name another "
                              "file with --rejects",
                              same);
}

// Every file's as_of and columns are known before the first event is sent: a mistake in the last
// one must not show after an hour.
static bool check_heads(const struct publishing *publishing, size_t first_file, struct error *error)
{
    const struct config *config = publishing->config;
    for (size_t i = first_file; i < config_argument_count(config); i++) {
        const char *path = config_argument(config, i);
        int64_t as_of_us;
        if (strcmp(path, "-") != 0 && access(path, R_OK) != 0)
            return error_set(error, ERROR_BAD_CONFIG, "%s: cannot be read", path);
        if (mapping_has_as_of(publishing->mapping) &&
            !extract_as_of(publishing->mapping, path, config_text(config, "as-of"), &as_of_us,
                           error))
            return false;
        if (!extract_check_head(publishing->mapping, path, error))
            return false;
    }
    return true;
}

static bool check_files(const struct publishing *publishing, size_t first_file, struct error *error)
{
    if (config_argument_count(publishing->config) == first_file)
        return error_set(error, ERROR_BAD_CONFIG, "no file to read; - is standard input");
    return check_rejects(publishing, first_file, error) &&
           check_heads(publishing, first_file, error);
}

static bool read_files(struct publishing *publishing, size_t first_file, struct rejects *rejects,
                       struct error *error)
{
    const struct config *config = publishing->config;
    struct extract_options options = {.mapping = publishing->mapping,
                                      .as_of = config_text(config, "as-of"),
                                      .row_limit = (uint64_t)config_integer(config, "limit"),
                                      .rejects = rejects,
                                      .sink = publishing->publisher ? send_event : check_event,
                                      .context = publishing,
                                      .progress = draw_progress};
    publishing->complete_until_us = INT64_MIN;
    for (size_t i = first_file; i < config_argument_count(config); i++) {
        int64_t as_of_us;
        if (!extract_file(&options, config_argument(config, i), &publishing->counts, &as_of_us,
                          error))
            return false;
        if (as_of_us > publishing->complete_until_us)
            publishing->complete_until_us = as_of_us;
    }
    return true;
}

static bool send_progress(struct publishing *publishing, struct error *error)
{
    const struct config *config = publishing->config;
    if (!publishing->mapping->sends_progress || config_integer(config, "limit") > 0)
        return true;
    if (publishing->counts.rejected > 0 && !config_boolean(config, "accept-rejects")) {
        log_warning(
            "no progress is stated, because rows were refused: mend them, or say --accept-rejects");
        return true;
    }
    return publisher_send_progress(publishing->publisher, publishing->mapping->family->family,
                                   publishing->mapping->source, publishing->complete_until_us,
                                   error) &&
           publish_await_delivery(publishing->publisher, error);
}

static bool publish(struct publishing *publishing, size_t first_file, struct rejects *rejects,
                    struct error *error)
{
    struct error delivery = ERROR_INIT;
    if (!publishing->publisher)
        return read_files(publishing, first_file, rejects, error);
    bool is_read = read_files(publishing, first_file, rejects, error);
    bool is_delivered = publish_await_delivery(publishing->publisher, &delivery);
    if (is_read && !is_delivered)
        *error = delivery;
    return is_read && is_delivered && send_progress(publishing, error);
}

static enum exit_status run_files(struct publishing *publishing, size_t first_file,
                                  struct error *error)
{
    const char *rejects_path = config_text(publishing->config, "rejects");
    struct error rejects_error = ERROR_INIT;
    struct rejects *rejects = rejects_open(rejects_path, error);
    if (!rejects)
        return exit_status_of(error->class);
    signals_open();
    publishing->draws = isatty(STDERR_FILENO);
    publishing->started_us = clock_monotonic_us();
    bool is_done = publish(publishing, first_file, rejects, error);
    bool is_kept = rejects_close(rejects, &rejects_error);
    print_summary(publishing, rejects_path);
    if (is_done && !is_kept)
        *error = rejects_error;
    if (!is_done || !is_kept)
        return exit_status_of(error->class);
    return publishing->counts.rejected > 0 ? EXIT_REJECTED : EXIT_OK;
}

enum exit_status publish_file_run(const struct config *config, struct error *error)
{
    struct publishing publishing = {.config = config};
    size_t first_file;
    enum exit_status status;
    if (load_mapping(&publishing, &first_file, error) && override_source(&publishing, error) &&
        check_files(&publishing, first_file, error) &&
        (publishing.publisher = publish_open(config, error)))
        status = run_files(&publishing, first_file, error);
    else
        status = exit_status_of(error->class);
    cityops_publisher_free(publishing.publisher);
    mapping_free(publishing.mapping);
    return status;
}

enum exit_status publish_check_run(const struct config *config, struct error *error)
{
    struct publishing publishing = {.config = config};
    size_t first_file;
    enum exit_status status = EXIT_OK;
    if (!load_mapping(&publishing, &first_file, error)) {
        status = exit_status_of(error->class);
    } else {
        mapping_print(publishing.mapping, stdout);
        if (config_argument_count(config) > first_file)
            status = check_files(&publishing, first_file, error)
                         ? run_files(&publishing, first_file, error)
                         : exit_status_of(error->class);
    }
    arena_free(&publishing.arena);
    mapping_free(publishing.mapping);
    return status;
}
