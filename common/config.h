// Configuration as a table: default < file < environment < option.
//
// A program's keys are an array of config_key; parser, --help, the example file, the reference page
// and --print-config come from it. Key "batch-records" is the line `batch-records = 20000` of a
// file, the variable CITYOPS_BATCH_RECORDS and the option --batch-records. An unknown key is an
// error with file:line:column that names the nearest known key. librdkafka's properties pass
// through with -X name=value or lines `kafka.name = value`; libpq's conninfo and PG* variables work
// as in psql.
//
// A file has one `key = value` per line; lines that start with # are comments, and a value may
// stand in double quotes to keep its blanks. A key may stand there once. Booleans are true, false,
// on, off, yes, no. Variables of the environment that no key has are ignored, since programs share
// it; a variable that a key has is checked like any other value.
#pragma once

#include "core/arena.h"
#include "core/error.h"

#include <stdint.h>
#include <stdio.h>

enum config_type {
    CONFIG_TEXT,
    CONFIG_INTEGER,
    CONFIG_BOOLEAN,
    CONFIG_CHOICE,
    CONFIG_FLAG,
    // librdkafka's NAME=VALUE, any number of times: the row that allows -X and `kafka.` lines
    CONFIG_PROPERTY,
};

struct config_key {
    const char *name;          // lower case with hyphens
    char letter;               // one-letter option, or 0
    enum config_type type;     // FLAG: a boolean option without a value, command line only
    const char *argument;      // shown in help: "FILE", "MILLISECONDS"; null for flags
    const char *default_value; // text as it would be written; null: none
    int64_t minimum, maximum;  // of integers, both inclusive; both 0: any
    const char *choices;       // "table|csv|json|md"
    bool secret;               // masked wherever it is shown
    bool required;
    const char *meaning; // one sentence
};

enum config_origin {
    CONFIG_FROM_DEFAULT,
    CONFIG_FROM_FILE,
    CONFIG_FROM_ENVIRONMENT,
    CONFIG_FROM_OPTION
};

struct config;

// Makes the configuration of one command from its keys (ending with an all-null row; borrowed until
// config_free). A default that its own key would refuse is a programming error and aborts.
struct config *config_new(const struct config_key *keys);
void config_free(struct config *config); // takes null

// Each returns ERROR_BAD_CONFIG with place, what is wrong, and the nearest known key. A source is
// read whole before anything of it applies. A source never overrides a stronger one, in whatever
// order they are read.
bool config_read_file(struct config *config, const char *path, struct error *error);
bool config_read_environment(struct config *config, struct error *error);
// Reads argv[1..]; what is no option is a positional argument, kept in order, and so is a lone "-".
// "--" ends options. The file of "--config FILE" is read as well, wherever the option stands.
// Afterwards required keys are checked, unless one of the flags help and print-config, or -X list,
// is given.
bool config_read_options(struct config *config, int argc, char **argv, struct error *error);
// All of the above in their order; the file may also be named by CITYOPS_CONFIG.
bool config_load(struct config *config, int argc, char **argv, struct error *error);

// A key that is not in the table is a programming error and aborts. Texts live as long as config;
// null when not given.
const char *config_text(const struct config *config, const char *key);
int64_t config_integer(const struct config *config, const char *key);
bool config_boolean(const struct config *config, const char *key); // booleans and flags
bool config_is_set(const struct config *config, const char *key);  // by anything but the default
enum config_origin config_origin(const struct config *config, const char *key);
size_t config_argument_count(const struct config *config);
const char *config_argument(const struct config *config, size_t position);
// The pass-through properties, weaker sources first, then in the order given: the last one of a
// name counts.
size_t config_kafka_property_count(const struct config *config);
void config_kafka_property(const struct config *config, size_t position, const char **name,
                           const char **value);
bool config_kafka_list_wanted(const struct config *config); // -X list

void config_print(const struct config *config, FILE *out); // --print-config: value and origin
void config_print_options(const struct config_key *keys, FILE *out); // of --help
void config_print_example(const struct config_key *keys, FILE *out); // an example file
// `value` with every password in it (password=..., user:...@host, ?password=...) replaced by "***";
// the arena's.
const char *config_mask_secrets(struct arena *arena, const char *value);
// The known word nearest to `word` in edit distance (letters changed, added, left out or swapped),
// or null when none is near: about a quarter of its letters may be wrong.
const char *nearest_word(const char *word, const char *const *words, size_t count);
