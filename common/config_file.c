// Configuration from a file and from the environment. Every complaint about a file starts with
// file:line:column.
#include "common/config_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KAFKA_PREFIX "kafka."

struct file_reading {
    struct config *config;
    struct assignment_list list;
    const char *path;
    unsigned line;
    unsigned *first_lines; // by key: where it stood already; 0: nowhere
    struct error *error;
};

// Columns count characters, as editors do.
static unsigned column_of(const char *line, const char *at)
{
    unsigned column = 1;
    for (; line < at; line++)
        column += ((unsigned char)*line & 0xc0) != 0x80;
    return column;
}

static bool complain(const struct file_reading *reading, unsigned column, const char *what)
{
    return error_set(reading->error, ERROR_BAD_CONFIG, "%s:%u:%u: %s", reading->path, reading->line,
                     column, what);
}

static bool property_read(struct file_reading *reading, const char *name, const char *value,
                          unsigned column)
{
    long row = config_find_type(reading->config, CONFIG_PROPERTY);
    if (row == CONFIG_KEY_NONE)
        return complain(reading, column,
                        "this command does not talk to Kafka: no kafka. keys here");
    const char *place = arena_printf(reading->list.arena, "%s:%u", reading->path, reading->line);
    assignment_add_property(&reading->list, (size_t)row, name, value, place);
    return true;
}

static bool pair_read(struct file_reading *reading, const char *name, unsigned name_column,
                      const char *value, unsigned value_column)
{
    struct arena *arena = reading->list.arena;
    if (strncmp(name, KAFKA_PREFIX, strlen(KAFKA_PREFIX)) == 0 && name[strlen(KAFKA_PREFIX)])
        return property_read(reading, name + strlen(KAFKA_PREFIX), value, name_column);
    long key = config_find_key(reading->config, name);
    if (key == CONFIG_KEY_NONE)
        return complain(reading, name_column,
                        arena_printf(arena, "unknown key '%s'%s", name,
                                     config_hint(reading->config, name, "", arena)));
    const struct config_key *row = &reading->config->keys[key];
    if (row->type == CONFIG_FLAG || row->type == CONFIG_PROPERTY || strcmp(name, "config") == 0)
        return complain(reading, name_column,
                        arena_printf(arena, "'%s' is an option of the command line only", name));
    if (reading->first_lines[key])
        return complain(
            reading, name_column,
            arena_printf(arena, "'%s' stands already in line %u", name, reading->first_lines[key]));
    reading->first_lines[key] = reading->line;
    const char *place = arena_printf(arena, "%s:%u", reading->path, reading->line);
    struct error wrong = ERROR_INIT;
    if (!assignment_add(reading->config, &reading->list, (size_t)key, value, place, &wrong))
        return complain(reading, value_column, wrong.text);
    return true;
}

static bool line_read(struct file_reading *reading, const char *bytes, size_t length)
{
    struct arena *arena = reading->list.arena;
    if (length && !text_is_storable((struct text){bytes, (uint32_t)length}))
        return complain(reading, 1, "the line is not UTF-8 text");
    const char *line = arena_string(arena, (struct text){bytes, (uint32_t)length});
    if (reading->line == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0)
        line += 3;
    struct text all = text_trim(text_from(line));
    if (all.length == 0 || *all.bytes == '#')
        return true;
    unsigned column = column_of(line, all.bytes);
    const char *equals = memchr(all.bytes, '=', all.length);
    if (!equals)
        return complain(reading, column, "a line is 'key = value', a comment with # or empty");
    struct text name = text_trim((struct text){all.bytes, (uint32_t)(equals - all.bytes)});
    struct text value = text_trim(text_from(equals + 1));
    if (name.length == 0)
        return complain(reading, column, "there is no key before '='");
    unsigned value_column = column_of(line, value.length ? value.bytes : equals);
    if (value.length >= 2 && value.bytes[0] == '"' && value.bytes[value.length - 1] == '"')
        value = (struct text){value.bytes + 1, value.length - 2};
    return pair_read(reading, arena_string(arena, name), column, arena_string(arena, value),
                     value_column);
}

static bool lines_read(struct file_reading *reading, FILE *file)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    bool right = true;
    errno = 0;
    while (right && (length = getline(&line, &capacity, file)) >= 0) {
        reading->line++;
        while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
            length--;
        right = line_read(reading, line, (size_t)length);
    }
    if (right && ferror(file))
        right = error_set(reading->error, ERROR_BAD_CONFIG, "%s: cannot read the file: %s",
                          reading->path, strerror(errno));
    free(line);
    return right;
}

bool config_read_file(struct config *config, const char *path, struct error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set(error, ERROR_BAD_CONFIG, "%s: cannot open the configuration file: %s",
                         path, strerror(errno));
    struct file_reading reading = {
        .config = config,
        .list = {.arena = &config->arena, .origin = CONFIG_FROM_FILE},
        .path = path,
        .first_lines = arena_array(&config->arena, unsigned, config->key_count),
        .error = error,
    };
    bool right = lines_read(&reading, file);
    fclose(file);
    if (right)
        config_apply(config, &reading.list);
    else
        assignment_list_free(&reading.list);
    return right;
}

bool config_read_environment(struct config *config, struct error *error)
{
    struct assignment_list list = {.arena = &config->arena, .origin = CONFIG_FROM_ENVIRONMENT};
    for (size_t i = 0; i < config->key_count; i++) {
        const char *variable = config_variable(&config->arena, config->keys[i].name);
        const char *value = getenv(variable);
        enum config_type type = config->keys[i].type;
        if (!value || type == CONFIG_FLAG || type == CONFIG_PROPERTY)
            continue;
        if (!assignment_add(config, &list, i, value, variable, error)) {
            assignment_list_free(&list);
            return error_prefix(error, "%s", variable);
        }
    }
    config_apply(config, &list);
    return true;
}
