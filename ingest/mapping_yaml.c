// YAML with places. A failure names file, line and column, what is wrong, and the nearest known
// word.
#include "ingest/mapping_yaml.h"

#include "common/config.h"
#include "core/buffer.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct mapping_key keys[] = {
    {"mapping", "family", true,
     "Which family the events are of: hotline, incident, traffic, inspection or activity."},
    {"mapping", "source", true,
     "The system that states this, as its events name it; at most 64 bytes."},
    {"mapping", "authority", true, "Who numbers the entities; with the number it is the entity."},
    {"mapping", "row", true, "What a row is: snapshot, event or readings."},
    {"mapping", "format", false, "csv (the default) or jsonl."},
    {"mapping", "delimiter", false,
     "Between columns of a CSV file: one character, or tab. Default: a comma."},
    {"mapping", "encoding", false, "utf-8 (the default) or latin-1."},
    {"mapping", "zone", false, "The IANA zone of times that carry no offset of their own."},
    {"mapping", "time", false,
     "The format of times that name none of their own. Default: rfc3339."},
    {"mapping", "entity", true, "The column with the entity's number."},
    {"mapping", "part", false,
     "Snapshots: the part of the entity that a row states. Default: the family's root part."},
    {"mapping", "as_of", false, "Snapshots and readings: where as_of comes from. Default: option."},
    {"mapping", "repeated", false,
     "Snapshots and readings: which row counts where a key repeats in one extract: all-equal (the "
     "default), first, last, reject."},
    {"mapping", "complete", false,
     "Snapshots: kinds of occurrences that every row lists completely."},
    {"mapping", "progress", false,
     "as_of: once everything is delivered, state that the source is complete until then."},
    {"mapping", "parts", false,
     "Snapshots: a list, where a row states several parts: each with its part, facts and so on."},
    {"mapping", "facts", false, "Snapshots: fields of the entity."},
    {"mapping", "occurrences", false, "Snapshots: occurrences that a row may list."},
    {"mapping", "readings", false, "Readings: what a row measures of its sensor."},
    {"mapping", "event_id", false,
     "Events: the column with the event's id. Default: a hash of all that it says."},
    {"mapping", "recorded", false, "Events: the column with the time when the source recorded it."},
    {"mapping", "sequence", false, "Events: the column with the order within one microsecond."},
    {"mapping", "events", false, "Events: what a row may yield."},
    {"part", "part", false, "The part's name, or where it comes from. Default: the root part."},
    {"part", "repeated", false, "Which row counts where the part repeats in one extract."},
    {"part", "complete", false, "Kinds of occurrences that the part lists completely."},
    {"part", "facts", false, "Fields of the entity."},
    {"part", "occurrences", false, "Occurrences that the part may list."},
    {"field", "column", false, "The column that the value comes from."},
    {"field", "columns", false,
     "Times and texts: a list of columns whose values are joined, with a blank between them."},
    {"field", "value", false, "A constant, instead of a column."},
    {"field", "type", false,
     "text, time, integer, boolean or enum; has to be what the field takes."},
    {"field", "format", false, "Times: the format; see below."},
    {"field", "zone", false, "Times: the IANA zone."},
    {"field", "trim", false, "Texts: false keeps blanks around the value. Default: true."},
    {"field", "prefix", false, "Texts: put before a value that is not empty."},
    {"field", "map", false,
     "Texts and enums: from the column's word to the field's; ~ means empty."},
    {"field", "default", false,
     "For words that the map does not list. Without it the row is rejected."},
    {"field", "empty", false, "Words that mean: empty."},
    {"field", "true_words", false, "Booleans: words for yes. Default: true, yes, y, t, 1."},
    {"field", "false_words", false, "Booleans: words for no. Default: false, no, n, f, 0."},
    {"occurrence", "kind", true, "The kind, as the .proto names it: closings."},
    {"occurrence", "id", false, "The column with the source's own id of the occurrence."},
    {"occurrence", "ordinal", false,
     "Its number from 1, where the source has no id: a number, or a column."},
    {"occurrence", "present", false,
     "When the row lists it. Default: when any of its columns is not empty."},
    {"occurrence", "fields", false, "Its fields."},
    {"occurrence", "withdrawn", false, "Events: true says that the occurrence is void."},
    {"event", "kind", true, "The event's kind, as the .proto names it: received."},
    {"event", "when", false,
     "When the row yields it. Default: when the column of occurred is not empty."},
    {"event", "occurred", true, "The column with the time when it happened."},
    {"event", "id_suffix", false, "Put after event_id, where one row yields several events."},
    {"event", "facts", false,
     "Fields of the entity that it states; an empty column states nothing."},
    {"event", "occurrences", false, "Occurrences that it states."},
    {"condition", "column", true, "The column that must not be empty."},
    {"condition", "is", false, "Words of which it has to be one."},
    {"as_of", "column", false, "The column with as_of."},
    {"as_of", "file", false,
     "A pattern for the file's name: * is any run of characters, the rest as in time formats."},
    {"as_of", "format", false, "The column's time format."},
    {"as_of", "zone", false, "The IANA zone of the column or pattern."},
    {"readings", "from", false, "Of a row with one reading: the column with its start."},
    {"readings", "length_s", false,
     "Of a row with one reading: its length in seconds, a number or a column: {column: NAME}."},
    {"readings", "day", false,
     "Of a row with many: the column with the day, whose start is that of the first slot."},
    {"readings", "every_s", false, "Of a row with many: the length of each slot in seconds."},
    {"readings", "count", false, "Of a row with many: how many slots. Default: the whole day."},
    {"readings", "series", false,
     "The column with the lane or approach, whose readings add up. Default: the sensor has one."},
    {"readings", "vehicles", false, "How many vehicles passed: a column, or a section."},
    {"readings", "speed", false, "Their mean speed: a section with a unit."},
    {"readings", "occupancy", false, "For how much of the time it was covered: with a unit."},
    {"readings", "queue", false, "Length of the queue: a column, or a section."},
    {"readings", "empty", false, "Words that mean: not measured. An empty cell always does."},
    {"quantity", "column", false, "Of a row with one reading: the column."},
    {"quantity", "pattern", false,
     "Of a row with many: the columns' names, with %d or %02d for the slot's number."},
    {"quantity", "first", false, "The number in the first slot's name. Default: 0."},
    {"quantity", "unit", false,
     "Of speed: km/h, m/s or mph; of occupancy: percent, permille or share; of queue: m."},
};

const struct mapping_key *mapping_keys(size_t *count)
{
    *count = sizeof keys / sizeof *keys;
    return keys;
}

// ---- Places ----

static const struct fy_mark *node_mark(struct fy_node *node)
{
    void *cursor = NULL;
    while (node && !fy_node_is_scalar(node)) {
        cursor = NULL;
        if (fy_node_is_mapping(node)) {
            struct fy_node_pair *pair = fy_node_mapping_iterate(node, &cursor);
            node = pair ? fy_node_pair_key(pair) : NULL;
        } else {
            node = fy_node_sequence_iterate(node, &cursor);
        }
    }
    struct fy_token *token = node ? fy_node_get_scalar_token(node) : NULL;
    return token ? fy_token_start_mark(token) : NULL;
}

bool fail_at(const struct loading *loading, struct fy_node *node, const char *format, ...)
{
    char text[900];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const struct fy_mark *mark = node_mark(node);
    return error_set(loading->error, ERROR_BAD_CONFIG, "%s:%d:%d: %s", loading->path,
                     mark ? mark->line + 1 : 1, mark ? mark->column + 1 : 1, text);
}

bool fail_unknown(const struct loading *loading, struct fy_node *node, const char *what,
                  struct text word, const char *const *known, size_t known_count)
{
    char copy[128], list[600] = "";
    snprintf(copy, sizeof copy, TEXT_FORMAT, TEXT_ARGUMENTS(word));
    const char *nearest = nearest_word(copy, known, known_count);
    if (nearest)
        return fail_at(loading, node, "unknown %s \"%s\"; the nearest is \"%s\"", what, copy,
                       nearest);
    size_t used = 0;
    for (size_t i = 0; i < known_count && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", known[i]);
    return fail_at(loading, node, "unknown %s \"%s\"; known are %s", what, copy, list);
}

struct fy_document *yaml_parse(const char *path, struct text yaml, struct error *error)
{
    struct fy_diag_cfg diagnostics;
    fy_diag_cfg_default(&diagnostics);
    diagnostics.fp = NULL;
    diagnostics.output_fn = NULL;
    diagnostics.level = FYET_MAX; // nothing is printed; errors are collected
    struct fy_diag *diag = fy_diag_create(&diagnostics);
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg configuration = {.flags = FYPCF_QUIET, .diag = diag};
    struct fy_document *document =
        fy_document_build_from_string(&configuration, yaml.bytes, yaml.length);
    if (!document || !fy_document_root(document)) {
        void *cursor = NULL;
        struct fy_diag_error *first = fy_diag_errors_iterate(diag, &cursor);
        if (first)
            error_set(error, ERROR_BAD_CONFIG, "%s:%d:%d: not YAML: %s", path, first->line,
                      first->column, first->msg);
        else
            error_set(error, ERROR_BAD_CONFIG, "%s:1:1: %s", path,
                      document ? "the file is empty" : "not YAML");
        fy_document_destroy(document);
        document = NULL;
    }
    fy_diag_reset_error(diag); // libfyaml 0.7.12 does not free collected errors with their owner
    fy_diag_unref(diag);
    return document;
}

// ---- Sections and values ----

struct text node_text(struct fy_node *scalar)
{
    size_t length = 0;
    const char *bytes = fy_node_get_scalar(scalar, &length);
    return (struct text){bytes ? bytes : "", (uint32_t)length};
}

static bool check_key(const struct loading *loading, struct fy_node *key, const char *section)
{
    const char *known[sizeof keys / sizeof *keys];
    size_t count = 0;
    char what[64];
    if (!fy_node_is_scalar(key))
        return fail_at(loading, key, "a key has to be a word");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i].section, section) != 0)
            continue;
        known[count++] = keys[i].name;
        if (text_equal(text_from(keys[i].name), node_text(key)))
            return true;
    }
    const char *article = strcmp(section, "readings") == 0 ? ""
                          : strchr("aeiou", section[0])    ? "an "
                                                           : "a ";
    snprintf(what, sizeof what, strcmp(section, "mapping") == 0 ? "key" : "key of %s%s", article,
             section);
    return fail_unknown(loading, key, what, node_text(key), known, count);
}

bool check_section(const struct loading *loading, struct fy_node *at, struct fy_node *node,
                   const char *section)
{
    void *cursor = NULL;
    struct fy_node_pair *pair;
    if (!node || !fy_node_is_mapping(node))
        return fail_at(loading, at, "here a list of \"key: value\" lines is needed");
    while ((pair = fy_node_mapping_iterate(node, &cursor))) {
        if (!check_key(loading, fy_node_pair_key(pair), section))
            return false;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        bool is_missing = keys[i].required && strcmp(keys[i].section, section) == 0 &&
                          !is_there(find_entry(node, keys[i].name));
        if (is_missing)
            return fail_at(loading, fy_node_mapping_is_empty(node) ? at : node,
                           "the key \"%s\" is missing: %s", keys[i].name, keys[i].meaning);
    }
    return true;
}

struct entry find_entry(struct fy_node *node, const char *key)
{
    struct fy_node_pair *pair = fy_node_mapping_lookup_pair_by_string(node, key, FY_NT);
    if (!pair)
        return (struct entry){0};
    return (struct entry){fy_node_pair_key(pair), fy_node_pair_value(pair)};
}

bool read_text(const struct loading *loading, struct entry entry, struct text *out)
{
    if (!entry.value || !fy_node_is_scalar(entry.value) || node_text(entry.value).length == 0)
        return fail_at(loading, entry.key, "\"" TEXT_FORMAT "\" needs a value",
                       TEXT_ARGUMENTS(node_text(entry.key)));
    *out = arena_text(&loading->mapping->arena, node_text(entry.value));
    if (out->length > TEXT_LIMIT_BYTES)
        return fail_at(loading, entry.value, "this is longer than %d bytes", TEXT_LIMIT_BYTES);
    return true;
}

bool read_choice(const struct loading *loading, struct entry entry, const char *const *choices,
                 size_t count, size_t *out)
{
    struct text word;
    char what[64];
    if (!read_text(loading, entry, &word))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (text_equal(text_from(choices[i]), word)) {
            *out = i;
            return true;
        }
    }
    snprintf(what, sizeof what, TEXT_FORMAT, TEXT_ARGUMENTS(node_text(entry.key)));
    return fail_unknown(loading, entry.value, what, word, choices, count);
}

bool read_boolean(const struct loading *loading, struct entry entry, bool *out)
{
    static const char *const words[] = {"false", "true"};
    size_t position;
    if (!read_choice(loading, entry, words, 2, &position))
        return false;
    *out = position == 1;
    return true;
}

bool read_whole(const struct loading *loading, struct entry entry, int64_t least, int64_t most,
                int64_t *out)
{
    struct text word;
    if (!read_text(loading, entry, &word))
        return false;
    char *end, *digits = arena_string(&loading->mapping->arena, word);
    errno = 0;
    *out = strtoll(digits, &end, 10);
    if (errno || *end || isspace((unsigned char)*digits) || *out < least || *out > most)
        return fail_at(loading, entry.value,
                       "\"" TEXT_FORMAT "\" has to be a whole number from %" PRId64 " to %" PRId64,
                       TEXT_ARGUMENTS(node_text(entry.key)), least, most);
    return true;
}

bool read_texts(const struct loading *loading, struct entry entry, const struct text **out,
                size_t *count)
{
    struct arena *arena = &loading->mapping->arena;
    bool is_list = entry.value && fy_node_is_sequence(entry.value);
    *count = is_list ? (size_t)fy_node_sequence_item_count(entry.value) : 1;
    struct text *texts = arena_array(arena, struct text, *count + 1);
    *out = texts;
    if (!is_list)
        return read_text(loading, entry, &texts[0]);
    for (size_t i = 0; i < *count; i++) {
        struct entry item = {entry.key, fy_node_sequence_get_by_index(entry.value, (int)i)};
        if (!read_text(loading, item, &texts[i]))
            return false;
    }
    return true;
}
