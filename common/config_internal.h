// What the files of the configuration share. A source (file, environment, options) is read into a
// list of assignments, each checked against its key; only when the whole list is right does
// config_apply make it count.
#pragma once

#include "common/config.h"
#include "core/buffer.h"

struct setting {
    const char *text; // null: not given
    int64_t integer;  // of integers and booleans
    enum config_origin origin;
    const char *place; // "aggregate.conf:12", "CITYOPS_WAIT", "--wait"
};

struct kafka_entry {
    const char *name, *value, *place;
    enum config_origin origin;
};

struct config {
    const struct config_key *keys;
    size_t key_count;
    struct setting *settings; // by position of the key
    struct kafka_entry *entries;
    size_t entry_count;
    const char **arguments;
    size_t argument_count;
    bool kafka_list;
    struct arena arena;
};

struct assignment_list {
    struct arena *arena; // the configuration's
    enum config_origin origin;
    struct pending {
        size_t key;       // position; that of the CONFIG_PROPERTY row for a property
        const char *name; // of a property
        struct setting setting;
    } * items;
    size_t count, capacity;
};

enum { CONFIG_KEY_NONE = -1 };

long config_find_key(const struct config *config, const char *name);
long config_find_type(const struct config *config, enum config_type type);
// Checks `text` for the key and appends it. On failure the error's text starts with the key's name.
bool assignment_add(const struct config *config, struct assignment_list *list, size_t key,
                    const char *text, const char *place, struct error *error);
// Appends librdkafka's `name` = `value`.
void assignment_add_property(struct assignment_list *list, size_t key, const char *name,
                             const char *value, const char *place);
const struct pending *assignment_find(const struct assignment_list *list, size_t key);
void config_apply(struct config *config,
                  struct assignment_list *list); // and frees the list's memory
void assignment_list_free(struct assignment_list *list);
// "; did you mean 'x'?" or "".
const char *config_hint(const struct config *config, const char *word, const char *before,
                        struct arena *arena);
// The variable of a key: CITYOPS_BATCH_RECORDS.
const char *config_variable(struct arena *arena, const char *key);
// May the value of this property of librdkafka be a secret?
bool config_property_is_secret(const char *name);

enum { HELP_WIDTH = 80 };
// Prints `text` wrapped at blanks, and a line end. `column`: how much stands in the line already,
// at most `indent`, where every line starts.
void print_wrapped(FILE *out, const char *text, size_t column, size_t indent);
