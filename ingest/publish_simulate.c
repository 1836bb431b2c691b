// The command `simulate`: a simulated city's year into Kafka, with its reference data and its truth
// beside it.
//
// It decides the order: reference files, events, delivery, progress, truth. Progress is stated only
// when the brokers have every event, and the truth file is only there when it is complete.
#include "ingest/publish_simulate.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/signals.h"
#include "core/family.h"
#include "ingest/publish_delivery.h"
#include "ingest/publisher_core.h"
#include "ingest/simulation/simulation.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REDRAW_EVENTS = 20000 };

const struct config_key publish_simulate_keys[] = {
    {.name = "brokers",
     .letter = 'b',
     .type = CONFIG_TEXT,
     .argument = "HOST:PORT,...",
     .meaning = "Kafka's bootstrap servers; not needed with --describe"},
    CONFIG_KEY_KAFKA_PROPERTIES,
    {.name = "seed",
     .type = CONFIG_INTEGER,
     .argument = "NUMBER",
     .default_value = "1",
     .minimum = 0,
     .maximum = INT64_MAX,
     .meaning = "Another seed is another city; the same seed is the same city everywhere"},
    {.name = "year",
     .type = CONFIG_INTEGER,
     .argument = "YEAR",
     .default_value = "2022",
     .minimum = 1971,
     .maximum = 2190,
     .meaning = "The civil year; days off are known for 2022 and 2023"},
    {.name = "tickets",
     .type = CONFIG_INTEGER,
     .argument = "COUNT",
     .default_value = "120000",
     .minimum = 1,
     .maximum = 99999999,
     .meaning = "Tickets received in the year, each about seven events; incidents and problems "
                "grow with them"},
    {.name = "districts",
     .type = CONFIG_TEXT,
     .argument = "CODE,...",
     .default_value = "",
     .meaning = "Districts that take part, by code; empty: the eleven of Guangzhou"},
    {.name = "families",
     .type = CONFIG_TEXT,
     .argument = "FAMILY,...",
     .default_value = "",
     .meaning = "Of hotline, incident, inspection, activity, traffic; empty: all. A family's "
                "events are the same whichever others take part"},
    {.name = "sensors-per-district",
     .type = CONFIG_INTEGER,
     .argument = "COUNT",
     .default_value = "2",
     .minimum = 0,
     .maximum = 90,
     .meaning = "Of traffic; each sends a message an hour, of 4 to 12 readings"},
    {.name = "topic",
     .type = CONFIG_TEXT,
     .argument = "TOPIC",
     .meaning = "Instead of the family's own; with one family only"},
    {.name = "areas",
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "Write the city's areas there, for `cityops-db load areas`"},
    {.name = "sensors",
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "Write the sensors there, for `cityops-db load sensors`"},
    {.name = "sources",
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "Write the sources there, for `cityops-db load sources`"},
    {.name = "calendar",
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "Write the days off and the moved working days there, for `cityops-db load "
                "calendar`"},
    {.name = "weather",
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "Write there on which days a storm was over which districts"},
    {.name = "truth",
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "Write there what really happened: lines of family, by, area, month, figure and "
                "value"},
    {.name = "describe", .type = CONFIG_FLAG, .meaning = "Only write the files; send nothing"},
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

struct simulating {
    const struct config *config;
    struct simulation *simulation;
    struct cityops_publisher *publisher; // null: only described
    uint64_t events, events_of[FAMILY_COUNT];
    int64_t started_us;
};

static const char *path_of(const struct simulating *simulating, const char *key)
{
    const char *path = config_text(simulating->config, key);
    return path && *path ? path : NULL;
}

static bool close_file(FILE *file, const char *path, struct error *error)
{
    bool is_broken = ferror(file) != 0;
    is_broken = fclose(file) != 0 || is_broken;
    return !is_broken ||
           error_set(error, ERROR_FATAL, "%s: cannot be written: %s", path, strerror(errno));
}

// The file that `key` names, if it does.
static bool write_file(const struct simulating *simulating, const char *key,
                       void (*write)(const struct simulation *simulation, FILE *file),
                       struct error *error)
{
    const char *path = path_of(simulating, key);
    if (!path) {
        return true;
    }
    FILE *file = fopen(path, "we");
    if (!file) {
        return error_set(error, ERROR_BAD_CONFIG, "%s: %s: cannot be written: %s", key, path,
                         strerror(errno));
    }
    write(simulating->simulation, file);
    return close_file(file, path, error);
}

static bool write_references(const struct simulating *simulating, struct error *error)
{
    return write_file(simulating, "areas", simulation_write_areas, error) &&
           write_file(simulating, "sensors", simulation_write_sensors, error) &&
           write_file(simulating, "sources", simulation_write_sources, error) &&
           write_file(simulating, "calendar", simulation_write_calendar, error) &&
           write_file(simulating, "weather", simulation_write_weather, error);
}

// Whether the sources tell of more than one family.
static bool has_families(const struct simulation *simulation)
{
    enum family first = FAMILY_NONE, other = FAMILY_NONE;
    simulation_source(simulation, 0, &first);
    for (size_t i = 1; simulation_source(simulation, i, &other); i++) {
        if (other != first) {
            return true;
        }
    }
    return false;
}

static bool open_publisher(struct simulating *simulating, struct error *error)
{
    if (path_of(simulating, "topic") && has_families(simulating->simulation)) {
        return error_set(error, ERROR_BAD_CONFIG,
                         "--topic takes one family: name it, for example --families hotline");
    }
    if (!path_of(simulating, "brokers")) {
        return error_set(error, ERROR_BAD_CONFIG,
                         "no brokers: give --brokers HOST:PORT, or --describe to send nothing");
    }
    simulating->publisher = publish_open(simulating->config, error);
    return simulating->publisher != NULL;
}

static void draw_progress(const struct simulating *simulating, bool draws)
{
    if (draws && simulating->events % REDRAW_EVENTS == 0) {
        double begun = (double)simulation_begun(simulating->simulation);
        fprintf(stderr, "\r\033[K%" PRIu64 " events, %.0f events/s, %.0f %% of the year begun",
                simulating->events,
                (double)simulating->events / publish_seconds_since(simulating->started_us),
                100.0 * begun / (double)simulation_entities(simulating->simulation));
    }
}

static bool send_events(struct simulating *simulating, struct error *error)
{
    bool draws = isatty(STDERR_FILENO);
    struct event event;
    while (simulation_next(simulating->simulation, &event)) {
        if (signals_stop_requested()) {
            return error_set(error, ERROR_RETRY,
                             "stopped on request after %" PRIu64
                             " events; the same simulation may be sent again: what has arrived "
                             "changes nothing",
                             simulating->events);
        }
        if (simulating->publisher && !publisher_send_event(simulating->publisher, &event, error)) {
            return false;
        }
        simulating->events++;
        simulating->events_of[event.family]++;
        draw_progress(simulating, draws);
    }
    if (draws) {
        fprintf(stderr, "\r\033[K");
    }
    return true;
}

static bool send_progress(struct simulating *simulating, struct error *error)
{
    int64_t until_us = simulation_complete_until_us(simulating->simulation);
    enum family family;
    const char *source;
    for (size_t i = 0; (source = simulation_source(simulating->simulation, i, &family)); i++) {
        if (!publisher_send_progress(simulating->publisher, family, text_from(source), until_us,
                                     error)) {
            return false;
        }
    }
    return publish_await_delivery(simulating->publisher, error);
}

static void print_summary(const struct simulating *simulating)
{
    double elapsed_s = publish_seconds_since(simulating->started_us);
    struct cityops_counts counts;
    cityops_publisher_counts(simulating->publisher, &counts);
    for (int family = FAMILY_HOTLINE; family < FAMILY_COUNT; family++) {
        if (simulating->events_of[family] > 0) {
            fprintf(stderr, "%-13s %" PRIu64 "\n", family_get((enum family)family)->name,
                    simulating->events_of[family]);
        }
    }
    fprintf(stderr,
            "events sent   %" PRIu64 "\ndelivered     %" PRIu64 "\nbytes         %" PRIu64
            "\nseconds       %.2f\nevents/s      %.0f\n",
            counts.accepted, counts.delivered, counts.bytes, elapsed_s,
            (double)simulating->events / elapsed_s);
}

static bool simulate(struct simulating *simulating, struct error *error)
{
    const struct config *config = simulating->config;
    struct simulation_options options = {.seed = (uint64_t)config_integer(config, "seed"),
                                         .year = (int)config_integer(config, "year"),
                                         .tickets = (uint64_t)config_integer(config, "tickets"),
                                         .districts = config_text(config, "districts"),
                                         .families = config_text(config, "families"),
                                         .sensors =
                                             (int)config_integer(config, "sensors-per-district")};
    bool only_described = config_boolean(config, "describe");
    simulating->simulation = simulation_new(&options, error);
    if (!simulating->simulation || !write_references(simulating, error) ||
        (!only_described && !open_publisher(simulating, error))) {
        return false;
    }
    if (only_described && !path_of(simulating, "truth")) {
        return true;
    }
    signals_open();
    simulating->started_us = clock_monotonic_us();
    bool is_done = send_events(simulating, error);
    if (simulating->publisher) {
        is_done = is_done && publish_await_delivery(simulating->publisher, error) &&
                  send_progress(simulating, error);
        print_summary(simulating);
    }
    return is_done && write_file(simulating, "truth", simulation_write_truth, error);
}

enum exit_status publish_simulate_run(const struct config *config, struct error *error)
{
    if (config_argument_count(config) > 0) {
        error_set(error, ERROR_BAD_CONFIG, "simulate takes no arguments, only options");
        return exit_status_of(error->class);
    }
    struct simulating simulating = {.config = config};
    bool is_done = simulate(&simulating, error);
    cityops_publisher_free(simulating.publisher);
    simulation_free(simulating.simulation);
    return is_done ? EXIT_OK : exit_status_of(error->class);
}
