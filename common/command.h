// A program as a table of commands: `help`, `--version`, dispatch and exit status come from it.
#pragma once

#include "common/config.h"

// Exit statuses, the same in every program.
enum exit_status {
    EXIT_OK = 0,
    EXIT_FAILED = 1,      // fatal, or an internal error
    EXIT_USAGE = 2,       // options, files, profiles: the user has to change something
    EXIT_UNAVAILABLE = 3, // PostgreSQL or Kafka is not there, and waiting was not wanted
    EXIT_REJECTED = 4,    // done, but some rows or records were refused (they are listed)
    EXIT_DIFFERENT = 5,   // verify or a comparison found differences
    EXIT_INCOMPLETE = 6,  // the period is not complete
    EXIT_FENCED = 7,      // another process owns what this one wanted to write
};

struct command {
    // "month"; null: what the program does when its first word is no command (at most one row)
    const char *name;
    const char *arguments; // "FILE..." after the options, or ""
    const char *summary;   // one line
    // For help and manual page, or null. Paragraphs end at a blank line; prose flows to 80 columns
    // wherever the source breaks its lines, a paragraph with an indented line keeps them (a list).
    const char *details;
    const char *examples; // lines, or null
    const struct config_key *keys;
    // `config` is loaded. EXIT_OK says that all went well. Any other status: when *error is filled,
    // command_main logs it, and its class decides the exit status; else the status stands.
    enum exit_status (*run)(const struct config *config, struct error *error);
};

struct program {
    const char *name;               // "cityops-rank"
    const char *summary;            // one line
    const struct command *commands; // ending with a row whose run is null
};

// Keys that every command has: config, log-level, log-format, print-config, help. Added by
// command_main.
//
// Keys of everything that talks to PostgreSQL: database (conninfo), wait.
#define CONFIG_KEYS_DATABASE                                                                       \
    {.name = "database",                                                                           \
     .letter = 'd',                                                                                \
     .type = CONFIG_TEXT,                                                                          \
     .argument = "CONNINFO",                                                                       \
     .default_value = "",                                                                          \
     .meaning = "PostgreSQL, as psql takes it: a conninfo string or URI; PGHOST, PGSERVICE and "   \
                "the other PG variables work"},                                                    \
    {                                                                                              \
        .name = "wait", .type = CONFIG_INTEGER, .argument = "SECONDS", .default_value = "60",      \
        .minimum = 0, .maximum = 86400,                                                            \
        .meaning =                                                                                 \
            "How long to wait for PostgreSQL at the start; 0: give up at once, with exit status 3" \
    }
// A property of librdkafka, passed through.
#define CONFIG_KEY_KAFKA_PROPERTIES                                                                \
    {                                                                                              \
        .name = "kafka", .letter = 'X', .type = CONFIG_PROPERTY, .argument = "NAME=VALUE",         \
        .meaning = "A property of librdkafka, any number of times; -X list prints them all. In a " \
                   "file: kafka.NAME = VALUE"                                                      \
    }
// Keys of everything that talks to Kafka.
#define CONFIG_KEYS_KAFKA                                                                          \
    {.name = "brokers",                                                                            \
     .letter = 'b',                                                                                \
     .type = CONFIG_TEXT,                                                                          \
     .argument = "HOST:PORT,...",                                                                  \
     .required = true,                                                                             \
     .meaning = "Kafka's bootstrap servers"},                                                      \
        CONFIG_KEY_KAFKA_PROPERTIES

// Dispatches, prints help and version, loads the configuration, maps an error's class to an exit
// status, logs once.
//   PROGRAM help [COMMAND], PROGRAM [COMMAND] --help    on stdout; with --man: as a manual page
//   PROGRAM --version
//   PROGRAM          without a nameless command: help on stderr, EXIT_USAGE
// An output that could not be written (a full disk) is EXIT_FAILED. The locale's character set is
// made UTF-8.
int command_main(const struct program *program, int argc, char **argv);

enum exit_status exit_status_of(enum error_class class);
