// Configuration from the command line: --key value, --key=value, -k value, -kvalue, flags, -X
// name=value, "--".
#include "common/config_internal.h"

#include <stdlib.h>
#include <string.h>

struct option_reading {
    struct config *config;
    struct assignment_list list;
    char **argv;
    int argc, at;
    bool kafka_list;
    struct error *error;
};

// The value of the option at `at`: what stands behind it in the same word, or the next word. Null:
// there is none.
static const char *value_take(struct option_reading *reading, const char *attached)
{
    if (attached)
        return attached;
    if (reading->at + 1 >= reading->argc)
        return NULL;
    const char *next = reading->argv[reading->at + 1];
    // "--brokers --wait 5" forgot a value: take no known option for one. "--brokers=--wait" says it
    // is meant.
    if (strncmp(next, "--", 2) == 0) {
        struct text name = {next + 2, (uint32_t)strcspn(next + 2, "=")};
        const char *known = arena_string(reading->list.arena, name);
        if (name.length == 0 || config_find_key(reading->config, known) != CONFIG_KEY_NONE)
            return NULL;
    }
    reading->at++;
    return next;
}

static bool property_take(struct option_reading *reading, size_t key, const char *shown,
                          const char *value)
{
    const char *equals = strchr(value, '=');
    if (strcmp(value, "list") == 0) {
        reading->kafka_list = true;
        return true;
    }
    if (!equals || equals == value)
        return error_set(reading->error, ERROR_BAD_CONFIG,
                         "%s: '%s' is not NAME=VALUE; '-X list' prints librdkafka's properties",
                         shown, value);
    const char *name =
        arena_string(reading->list.arena, (struct text){value, (uint32_t)(equals - value)});
    assignment_add_property(&reading->list, key, name, equals + 1, shown);
    return true;
}

static bool option_take(struct option_reading *reading, size_t key, const char *shown,
                        const char *attached)
{
    const struct config_key *row = &reading->config->keys[key];
    if (row->type == CONFIG_FLAG) {
        if (attached)
            return error_set(reading->error, ERROR_BAD_CONFIG, "%s: this option takes no value",
                             shown);
        return assignment_add(reading->config, &reading->list, key, "true", shown, reading->error);
    }
    const char *value = value_take(reading, attached);
    if (!value)
        return error_set(reading->error, ERROR_BAD_CONFIG, "%s: a value is missing (%s)", shown,
                         row->argument ? row->argument : "a text");
    if (row->type == CONFIG_PROPERTY)
        return property_take(reading, key, shown, value);
    struct error wrong = ERROR_INIT;
    if (!assignment_add(reading->config, &reading->list, key, value, shown, &wrong))
        return error_set(reading->error, wrong.class, "%s%s", shown,
                         wrong.text + strlen(row->name)); // ": what is wrong"
    return true;
}

static bool long_option_read(struct option_reading *reading, const char *word)
{
    struct arena *arena = reading->list.arena;
    const char *equals = strchr(word, '=');
    struct text text = {word, (uint32_t)(equals ? (size_t)(equals - word) : strlen(word))};
    const char *shown = arena_string(arena, text), *name = shown + 2;
    long key = config_find_key(reading->config, name);
    if (key == CONFIG_KEY_NONE)
        return error_set(reading->error, ERROR_BAD_CONFIG, "%s: unknown option%s", shown,
                         config_hint(reading->config, name, "--", arena));
    return option_take(reading, (size_t)key, shown, equals ? equals + 1 : NULL);
}

static bool letters_read(struct option_reading *reading, const char *word)
{
    for (const char *letter = word + 1; *letter; letter++) {
        size_t key = 0;
        while (key < reading->config->key_count && reading->config->keys[key].letter != *letter)
            key++;
        const char *shown = arena_printf(reading->list.arena, "-%c", *letter);
        if (key == reading->config->key_count)
            return error_set(reading->error, ERROR_BAD_CONFIG, "%s: unknown option%s%s%s", shown,
                             word[2] ? " (in " : "", word[2] ? word : "", word[2] ? ")" : "");
        bool flag = reading->config->keys[key].type == CONFIG_FLAG;
        const char *attached = flag || !letter[1] ? NULL : letter + 1;
        if (!option_take(reading, key, shown, attached))
            return false;
        if (!flag)
            break;
    }
    return true;
}

static void argument_add(struct config *config, const char *argument)
{
    config->arguments = realloc(config->arguments, (config->argument_count + 1) * sizeof(char *));
    if (!config->arguments)
        abort();
    config->arguments[config->argument_count++] = argument;
}

static bool words_read(struct option_reading *reading)
{
    bool options_ended = false;
    for (reading->at = 1; reading->at < reading->argc; reading->at++) {
        const char *word = reading->argv[reading->at];
        if (options_ended || word[0] != '-' || word[1] == '\0')
            argument_add(reading->config, word);
        else if (strcmp(word, "--") == 0)
            options_ended = true;
        else if (!(word[1] == '-' ? long_option_read(reading, word) : letters_read(reading, word)))
            return false;
    }
    return true;
}

static bool flag_given(const struct config *config, const char *name)
{
    long key = config_find_key(config, name);
    return key != CONFIG_KEY_NONE && config->settings[key].integer;
}

static bool required_check(const struct config *config, struct error *error)
{
    if (flag_given(config, "help") || flag_given(config, "print-config") || config->kafka_list)
        return true;
    for (size_t i = 0; i < config->key_count; i++) {
        const struct config_key *key = &config->keys[i];
        if (key->required && !config->settings[i].text) {
            struct arena arena = ARENA_INIT;
            error_set(error, ERROR_BAD_CONFIG,
                      "%s is missing: give --%s %s, %s or '%s = ...' in a configuration file",
                      key->name, key->name, key->argument ? key->argument : "VALUE",
                      config_variable(&arena, key->name), key->name);
            arena_free(&arena);
            return false;
        }
    }
    return true;
}

bool config_read_options(struct config *config, int argc, char **argv, struct error *error)
{
    struct option_reading reading = {
        .config = config,
        .list = {.arena = &config->arena, .origin = CONFIG_FROM_OPTION},
        .argv = argv,
        .argc = argc,
        .error = error,
    };
    long file_key = config_find_key(config, "config");
    const struct pending *file = NULL;
    bool right = words_read(&reading);
    if (right && file_key != CONFIG_KEY_NONE)
        file = assignment_find(&reading.list, (size_t)file_key);
    if (right && file)
        right = config_read_file(config, file->setting.text, error);
    if (!right) {
        assignment_list_free(&reading.list);
        config->argument_count = 0;
        return false;
    }
    config->kafka_list = reading.kafka_list;
    config_apply(config, &reading.list);
    return required_check(config, error);
}

// Does --config stand among the options? Then the environment's file is not read: the option
// replaces it.
static bool file_is_an_option(int argc, char **argv, char letter)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *word = argv[i];
        if (strcmp(word, "--config") == 0 || strncmp(word, "--config=", 9) == 0 ||
            (letter && word[0] == '-' && word[1] == letter))
            return true;
    }
    return false;
}

bool config_load(struct config *config, int argc, char **argv, struct error *error)
{
    if (!config_read_environment(config, error))
        return false;
    long key = config_find_key(config, "config");
    bool named = key != CONFIG_KEY_NONE && config->settings[key].text &&
                 config->settings[key].text[0] != '\0';
    if (named && !file_is_an_option(argc, argv, config->keys[key].letter) &&
        !config_read_file(config, config->settings[key].text, error))
        return error_prefix(error, "%s", config->settings[key].place);
    return config_read_options(config, argc, argv, error);
}
