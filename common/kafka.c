// librdkafka's configuration: ours first, then the user's over it, except for what a program
// forces.
#include "common/kafka.h"
#include "common/config_internal.h"

#include "common/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void kafka_line(const rd_kafka_t *kafka, int level, const char *facility, const char *text)
{
    (void)kafka;
    // librdkafka's levels are syslog's. Brokers come and go: what it calls an error (a connection
    // refused) it retries.
    enum log_level ours = level <= 2   ? LOG_ERROR
                          : level <= 4 ? LOG_WARNING
                          : level <= 6 ? LOG_INFO
                                       : LOG_DEBUG;
    log_line(ours, "kafka: %s: %s", facility, text);
}

void kafka_properties_print(FILE *out)
{
    rd_kafka_conf_properties_show(out);
}

enum { PROPERTIES_MOST = 512 };

// The only list of librdkafka that has all names, other names of a property too, is the table that
// it prints: a row starts with the name, and " |" ends it.
static const char *property_nearest(const char *name, struct arena *arena)
{
    char *table = NULL, *rest, *row;
    size_t bytes = 0, count = 0;
    FILE *out = open_memstream(&table, &bytes);
    if (!out)
        abort();
    rd_kafka_conf_properties_show(out);
    fclose(out);
    const char **names = arena_array(arena, const char *, PROPERTIES_MOST);
    for (rest = table; (row = strsep(&rest, "\n")) && count < PROPERTIES_MOST;) {
        size_t length = strcspn(row, " |");
        if (length && row[length] == ' ' && strchr(row, '|'))
            names[count++] = arena_string(arena, (struct text){row, (uint32_t)length});
    }
    free(table);
    return nearest_word(name, names, count);
}

static bool property_set(rd_kafka_conf_t *conf, const char *name, const char *value,
                         const char *place, struct error *error)
{
    char reason[512] = "";
    rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, name, value, reason, sizeof reason);
    if (result == RD_KAFKA_CONF_OK)
        return true;
    if (result == RD_KAFKA_CONF_UNKNOWN) {
        struct arena arena = ARENA_INIT;
        const char *near = property_nearest(name, &arena);
        error_set(error, ERROR_BAD_CONFIG, "%s: librdkafka has no property '%s'%s%s%s", place, name,
                  near ? "; did you mean '" : "; -X list prints them", near ? near : "",
                  near ? "'?" : "");
        arena_free(&arena);
        return false;
    }
    // librdkafka's reason may repeat a value that is a secret.
    bool secret = config_property_is_secret(name);
    return error_set(error, ERROR_BAD_CONFIG, "%s: %s: %s", place, name,
                     secret ? "the value is refused" : reason);
}

// As librdkafka itself spells it: "yes", "1" and aliases of names cannot hide a contrary value.
static const char *property_get(const rd_kafka_conf_t *conf, const char *name, struct arena *arena)
{
    size_t bytes = 0;
    if (rd_kafka_conf_get(conf, name, NULL, &bytes) != RD_KAFKA_CONF_OK)
        return "";
    char *value = arena_zalloc(arena, bytes + 1);
    rd_kafka_conf_get(conf, name, value, &bytes);
    return value;
}

// `before`: by row of the defaults, its value before the user's property was set.
static bool forced_check(const rd_kafka_conf_t *conf, const struct kafka_property *defaults,
                         const char *const *before, const struct kafka_entry *entry,
                         struct error *error)
{
    struct arena arena = ARENA_INIT;
    bool right = true;
    for (size_t i = 0; right && defaults && defaults[i].name; i++) {
        if (!defaults[i].forced ||
            strcmp(property_get(conf, defaults[i].name, &arena), before[i]) == 0)
            continue;
        right =
            error_set(error, ERROR_BAD_CONFIG, "%s: %s = %s is refused, %s must be %s: %s",
                      entry->place, entry->name, entry->value, defaults[i].name, defaults[i].value,
                      defaults[i].reason ? defaults[i].reason : "correctness rests on it");
    }
    arena_free(&arena);
    return right;
}

static bool user_properties_set(rd_kafka_conf_t *conf, const struct config *config,
                                const struct kafka_property *defaults, struct error *error)
{
    struct arena arena = ARENA_INIT;
    size_t count = 0;
    while (defaults && defaults[count].name)
        count++;
    const char **before = arena_array(&arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        before[i] = property_get(conf, defaults[i].name, &arena);
    const char *brokers = property_get(conf, "bootstrap.servers", &arena);
    bool right = true;
    for (size_t i = 0; right && i < config->entry_count; i++) {
        const struct kafka_entry *entry = &config->entries[i];
        right = property_set(conf, entry->name, entry->value, entry->place, error) &&
                forced_check(conf, defaults, before, entry, error);
        if (right && strcmp(property_get(conf, "bootstrap.servers", &arena), brokers) != 0)
            right = error_set(error, ERROR_BAD_CONFIG, "%s: %s: give --brokers instead",
                              entry->place, entry->name);
    }
    arena_free(&arena);
    return right;
}

rd_kafka_conf_t *kafka_conf_new(const struct config *config, const struct kafka_property *defaults,
                                struct error *error)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, kafka_line);
    bool right =
        property_set(conf, "bootstrap.servers", config_text(config, "brokers"), "brokers", error);
    for (const struct kafka_property *row = defaults; right && row && row->name; row++)
        right = property_set(conf, row->name, row->value, "default", error);
    right = right && user_properties_set(conf, config, defaults, error);
    if (right)
        return conf;
    rd_kafka_conf_destroy(conf);
    return NULL;
}
