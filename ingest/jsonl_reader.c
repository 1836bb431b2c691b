// JSON lines by jansson: one object a line; a column is a key, or a path of keys with dots.
//
// A key that is absent, null or "" is an empty field. Numbers and booleans are handed on as JSON
// writes them.
#include "ingest/reader_internal.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { PLAIN_DIGITS_MOST = 17 };

struct jsonl_reader {
    struct reader base;
    json_t *object;       // of the row handed out; its strings are the fields
    struct buffer values; // fields that are no strings
};

static const json_t *find_member(const json_t *object, const char *column)
{
    const json_t *member = json_object_get(object, column);
    const char *dot = strchr(column, '.');
    while (!member && dot && json_is_object(object)) {
        char key[128];
        size_t length = (size_t)(dot - column);
        if (length >= sizeof key)
            return NULL;
        memcpy(key, column, length);
        key[length] = 0;
        object = json_object_get(object, key);
        column = dot + 1;
        dot = strchr(column, '.');
        member = json_object_get(object, column);
    }
    return member;
}

// The shortest decimal that means this number, which is what the file wrote up to 15 digits; without
// an exponent, unless it is huge or tiny.
static void append_real(struct buffer *values, double real)
{
    char text[64];
    int digits = 14;
    do {
        snprintf(text, sizeof text, "%.*e", digits++, real);
    } while (strtod(text, NULL) != real && digits < 17);
    int point = atoi(strchr(text, 'e') + 1), after = digits - 1 - point;
    if (abs(point) > PLAIN_DIGITS_MOST) {
        buffer_printf(values, "%.*g", digits, real);
        return;
    }
    buffer_printf(values, "%.*f", after > 0 ? after : 0, real);
    if (after <= 0)
        return;
    while (values->bytes[values->length - 1] == '0')
        values->length--;
    if (values->bytes[values->length - 1] == '.')
        values->length--;
}

// Appends what a scalar that is no string looks like; false for an object or an array.
static bool append_scalar(struct buffer *values, const json_t *member)
{
    switch (json_typeof(member)) {
    case JSON_INTEGER:
        buffer_printf(values, "%" JSON_INTEGER_FORMAT, json_integer_value(member));
        return true;
    case JSON_REAL:
        append_real(values, json_real_value(member));
        return true;
    case JSON_TRUE:
        buffer_printf(values, "true");
        return true;
    case JSON_FALSE:
        buffer_printf(values, "false");
        return true;
    default:
        return false;
    }
}

static bool take_fields(struct jsonl_reader *jsonl, struct row *row)
{
    struct reader *base = &jsonl->base;
    jsonl->values.length = 0;
    for (size_t i = 0; i < base->options.column_count; i++) {
        const json_t *member = find_member(jsonl->object, base->options.columns[i]);
        base->fields[i] = (struct text){0};
        if (!member || json_is_null(member))
            continue;
        if (json_is_string(member)) {
            base->fields[i] =
                (struct text){json_string_value(member), (uint32_t)json_string_length(member)};
            continue;
        }
        size_t start = jsonl->values.length;
        if (!append_scalar(&jsonl->values, member)) {
            snprintf(base->defect, sizeof base->defect, "\"%s\" is not a single value",
                     base->options.columns[i]);
            row->defect = base->defect;
            return false;
        }
        // The bytes come below: values may move until the last field is in.
        base->fields[i] = (struct text){NULL, (uint32_t)(jsonl->values.length - start)};
    }
    const char *at = jsonl->values.bytes;
    for (size_t i = 0; i < base->options.column_count; i++) {
        if (base->fields[i].bytes || base->fields[i].length == 0)
            continue;
        base->fields[i].bytes = at;
        at += base->fields[i].length;
    }
    return true;
}

static void parse_object(struct jsonl_reader *jsonl, struct text line, struct row *row)
{
    json_error_t reason;
    jsonl->object = json_loadb(line.bytes, line.length, JSON_REJECT_DUPLICATES, &reason);
    if (!jsonl->object) {
        snprintf(jsonl->base.defect, sizeof jsonl->base.defect, "not JSON: %s", reason.text);
        row->defect = jsonl->base.defect;
    } else if (!json_is_object(jsonl->object)) {
        row->defect = "the line is not a JSON object";
    } else {
        take_fields(jsonl, row);
    }
}

static enum read_outcome jsonl_next(struct reader *reader, struct row *row, struct error *error)
{
    struct jsonl_reader *jsonl = (struct jsonl_reader *)reader;
    struct text line;
    enum line_outcome outcome;
    json_decref(jsonl->object);
    jsonl->object = NULL;
    *row = (struct row){.fields = reader->fields};
    do {
        outcome = lines_next(&reader->lines, ROW_LIMIT_BYTES, &line, error);
    } while (outcome == LINE_READ && text_trim(line).length == 0);
    if (outcome == LINE_END)
        return READ_END;
    if (outcome == LINE_FAILED)
        return READ_FAILED;
    row->line = reader->lines.number;
    row->raw = line_content(line);
    if (outcome == LINE_TOO_LONG)
        row->defect = "the line is longer than 1 MiB";
    else
        parse_object(jsonl, line, row);
    return READ_ROW;
}

static bool jsonl_restart(struct reader *reader, struct error *error)
{
    (void)reader;
    (void)error;
    return true;
}

static void jsonl_close(struct reader *reader)
{
    struct jsonl_reader *jsonl = (struct jsonl_reader *)reader;
    json_decref(jsonl->object);
    buffer_free(&jsonl->values);
}

bool jsonl_reader_open(struct reader **reader, struct error *error)
{
    (void)error;
    struct jsonl_reader *jsonl = calloc(1, sizeof *jsonl);
    if (!jsonl)
        abort();
    jsonl->base = **reader;
    free(*reader);
    *reader = &jsonl->base;
    jsonl->base.next = jsonl_next;
    jsonl->base.restart = jsonl_restart;
    jsonl->base.close = jsonl_close;
    return true;
}
