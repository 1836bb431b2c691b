// The configuration of one command: its life, its values, and what nearest_word means. Reading is
// config_file.c (files, environment) and config_options.c, what a key takes is config_value.c,
// showing is config_print.c. Invariant: every setting holds a value that its key allows, from the
// strongest source that gave one.
#include "common/config_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct config *config_new(const struct config_key *keys)
{
    struct config *config = calloc(1, sizeof *config);
    if (!config)
        abort();
    config->keys = keys;
    while (keys[config->key_count].name)
        config->key_count++;
    config->settings = arena_array(&config->arena, struct setting, config->key_count);
    struct assignment_list list = {.arena = &config->arena, .origin = CONFIG_FROM_DEFAULT};
    for (size_t i = 0; i < config->key_count; i++) {
        struct error error = ERROR_INIT;
        if (keys[i].default_value &&
            !assignment_add(config, &list, i, keys[i].default_value, "default", &error)) {
            fprintf(stderr, "the default of a key is wrong: %s\n", error.text);
            abort();
        }
    }
    config_apply(config, &list);
    return config;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    free(config->entries);
    free(config->arguments);
    arena_free(&config->arena);
    free(config);
}

long config_find_key(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->key_count; i++) {
        if (strcmp(config->keys[i].name, name) == 0)
            return (long)i;
    }
    return CONFIG_KEY_NONE;
}

long config_find_type(const struct config *config, enum config_type type)
{
    for (size_t i = 0; i < config->key_count; i++) {
        if (config->keys[i].type == type)
            return (long)i;
    }
    return CONFIG_KEY_NONE;
}

const char *config_variable(struct arena *arena, const char *key)
{
    char *name = arena_printf(arena, "CITYOPS_%s", key);
    for (char *byte = name; *byte; byte++)
        *byte = *byte == '-' ? '_' : (char)toupper((unsigned char)*byte);
    return name;
}

const char *config_hint(const struct config *config, const char *word, const char *before,
                        struct arena *arena)
{
    const char **names = arena_array(arena, const char *, config->key_count);
    for (size_t i = 0; i < config->key_count; i++)
        names[i] = config->keys[i].name;
    const char *near = nearest_word(word, names, config->key_count);
    return near ? arena_printf(arena, "; did you mean '%s%s'?", before, near) : "";
}

static const struct setting *setting_of(const struct config *config, const char *key)
{
    long position = config_find_key(config, key);
    if (position == CONFIG_KEY_NONE) {
        fprintf(stderr, "the program asks for the key '%s', which its table does not have\n", key);
        abort();
    }
    return &config->settings[position];
}

const char *config_text(const struct config *config, const char *key)
{
    return setting_of(config, key)->text;
}

int64_t config_integer(const struct config *config, const char *key)
{
    return setting_of(config, key)->integer;
}

bool config_boolean(const struct config *config, const char *key)
{
    return setting_of(config, key)->integer != 0;
}

bool config_is_set(const struct config *config, const char *key)
{
    return setting_of(config, key)->origin != CONFIG_FROM_DEFAULT;
}

enum config_origin config_origin(const struct config *config, const char *key)
{
    return setting_of(config, key)->origin;
}

size_t config_argument_count(const struct config *config)
{
    return config->argument_count;
}

const char *config_argument(const struct config *config, size_t position)
{
    return position < config->argument_count ? config->arguments[position] : NULL;
}

size_t config_kafka_property_count(const struct config *config)
{
    return config->entry_count;
}

void config_kafka_property(const struct config *config, size_t position, const char **name,
                           const char **value)
{
    *name = config->entries[position].name;
    *value = config->entries[position].value;
}

bool config_kafka_list_wanted(const struct config *config)
{
    return config->kafka_list;
}

enum { WORD_LIMIT_BYTES = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Optimal string alignment: Levenshtein's distance where swapping two neighbours costs one.
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][WORD_LIMIT_BYTES + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        above[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t change = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(change, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[b_length];
}

const char *nearest_word(const char *word, const char *const *words, size_t count)
{
    size_t length = strlen(word), limit = 1 + length / 4, best = limit + 1;
    const char *nearest = NULL;
    if (length < 2 || length > WORD_LIMIT_BYTES)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t other = words[i] ? strlen(words[i]) : 0;
        if (other == 0 || other > WORD_LIMIT_BYTES)
            continue;
        size_t distance = edit_distance(word, length, words[i], other);
        if (distance < best) {
            best = distance;
            nearest = words[i];
        }
    }
    return nearest;
}
