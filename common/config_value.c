// Which texts a key takes, and the list of values that wait until their whole source is known to be
// right.
#include "common/config_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool integer_read(const struct config_key *key, const char *text, int64_t *out,
                         struct error *error)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    bool starts_well = *text == '-' || (*text >= '0' && *text <= '9');
    if (!starts_well || end == text || *end)
        return error_set(error, ERROR_BAD_CONFIG, "%s: '%s' is not a whole number", key->name,
                         key->secret ? "***" : text);
    bool bounded = key->minimum != 0 || key->maximum != 0;
    bool has_unit =
        key->argument && key->argument[0] && key->argument[1]; // "N" is a number of anything
    if (errno == ERANGE || (bounded && (value < key->minimum || value > key->maximum)))
        return error_set(
            error, ERROR_BAD_CONFIG, "%s: %s is out of range; it takes %lld to %lld%s%s", key->name,
            key->secret ? "***" : text, bounded ? (long long)key->minimum : (long long)INT64_MIN,
            bounded ? (long long)key->maximum : (long long)INT64_MAX, has_unit ? " " : "",
            has_unit ? key->argument : "");
    *out = value;
    return true;
}

static bool boolean_read(const struct config_key *key, const char *text, int64_t *out,
                         struct error *error)
{
    static const char *const words[] = {"false", "true", "off", "on", "no", "yes"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i]) == 0) {
            *out = i % 2;
            return true;
        }
    }
    return error_set(error, ERROR_BAD_CONFIG,
                     "%s: '%s' is neither true nor false (also: on, off, yes, no)", key->name,
                     key->secret ? "***" : text);
}

static bool choice_read(const struct config_key *key, const char *text, struct error *error)
{
    struct arena arena = ARENA_INIT;
    char *choices = arena_string(&arena, text_from(key->choices)), *rest = choices;
    const char *words[64], *word;
    size_t count = 0;
    bool found = false;
    while (count < 64 && (word = strsep(&rest, "|"))) {
        found = found || strcmp(word, text) == 0;
        words[count++] = word;
    }
    if (!found) {
        const char *near = nearest_word(text, words, count);
        error_set(error, ERROR_BAD_CONFIG, "%s: '%s' is none of %s%s%s%s", key->name,
                  key->secret ? "***" : text, key->choices, near ? "; did you mean '" : "",
                  near ? near : "", near ? "'?" : "");
    }
    arena_free(&arena);
    return found;
}

static struct pending *list_extend(struct assignment_list *list)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 16;
        list->items = realloc(list->items, list->capacity * sizeof *list->items);
        if (!list->items)
            abort();
    }
    struct pending *pending = &list->items[list->count++];
    memset(pending, 0, sizeof *pending);
    return pending;
}

bool assignment_add(const struct config *config, struct assignment_list *list, size_t key,
                    const char *text, const char *place, struct error *error)
{
    const struct config_key *row = &config->keys[key];
    int64_t integer = 0;
    bool right = true;
    if (row->type == CONFIG_INTEGER)
        right = integer_read(row, text, &integer, error);
    else if (row->type == CONFIG_BOOLEAN || row->type == CONFIG_FLAG)
        right = boolean_read(row, text, &integer, error);
    else if (row->type == CONFIG_CHOICE)
        right = choice_read(row, text, error);
    if (!right)
        return false;
    struct pending *pending = list_extend(list);
    pending->key = key;
    pending->setting = (struct setting){arena_string(list->arena, text_from(text)), integer,
                                        list->origin, arena_string(list->arena, text_from(place))};
    return true;
}

void assignment_add_property(struct assignment_list *list, size_t key, const char *name,
                             const char *value, const char *place)
{
    struct pending *pending = list_extend(list);
    pending->key = key;
    pending->name = arena_string(list->arena, text_from(name));
    pending->setting = (struct setting){arena_string(list->arena, text_from(value)), 0,
                                        list->origin, arena_string(list->arena, text_from(place))};
}

const struct pending *assignment_find(const struct assignment_list *list, size_t key)
{
    for (size_t i = list->count; i > 0; i--) { // the last one counts
        if (list->items[i - 1].key == key && !list->items[i - 1].name)
            return &list->items[i - 1];
    }
    return NULL;
}

// Properties stand with weaker sources first, whatever was read first.
static void entry_insert(struct config *config, const struct pending *pending)
{
    config->entries = realloc(config->entries, (config->entry_count + 1) * sizeof *config->entries);
    if (!config->entries)
        abort();
    size_t at = config->entry_count++;
    for (; at > 0 && config->entries[at - 1].origin > pending->setting.origin; at--)
        config->entries[at] = config->entries[at - 1];
    config->entries[at] = (struct kafka_entry){pending->name, pending->setting.text,
                                               pending->setting.place, pending->setting.origin};
}

void config_apply(struct config *config, struct assignment_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct pending *pending = &list->items[i];
        struct setting *setting = &config->settings[pending->key];
        if (pending->name)
            entry_insert(config, pending);
        else if (pending->setting.origin >= setting->origin)
            *setting = pending->setting;
    }
    assignment_list_free(list);
}

void assignment_list_free(struct assignment_list *list)
{
    free(list->items);
    list->items = NULL;
    list->count = list->capacity = 0;
}
