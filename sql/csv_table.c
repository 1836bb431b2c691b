// CSV by libcsv, fed line by line so that each row knows where it starts.
#include "sql/csv_table.h"

#include "common/config.h"
#include "core/buffer.h"

#include <csv.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

struct reading {
    struct arena *arena;
    struct csv_table *table;
    const struct csv_column *columns;
    size_t column_count;
    int position_of[CSV_COLUMNS_MAX]; // by column of the file: position in columns
    size_t file_columns;              // of the header; 0 before it was read
    struct text cells[CSV_COLUMNS_MAX];
    size_t cell_count;
    size_t row_capacity;
    int line; // of the row being read
    bool row_ended;
    bool failed;
    struct error *error;
};

static void refuse(struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void refuse(struct reading *reading, const char *format, ...)
{
    if (reading->failed)
        return;
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    reading->failed = true;
    error_set(reading->error, ERROR_BAD_CONFIG, "%s:%d: %s", reading->table->path, reading->line,
              what);
}

static void take_cell(void *bytes, size_t length, void *context)
{
    struct reading *reading = context;
    if (reading->cell_count == CSV_COLUMNS_MAX) {
        refuse(reading, "more than %d cells", CSV_COLUMNS_MAX);
        return;
    }
    struct text cell = {bytes, (uint32_t)length};
    if (!text_is_storable(cell))
        refuse(reading, "cell %zu is not UTF-8", reading->cell_count + 1);
    reading->cells[reading->cell_count++] = arena_text(reading->arena, cell);
}

static int find_column(const struct reading *reading, struct text name)
{
    for (size_t i = 0; i < reading->column_count; i++) {
        if (text_equal(name, text_from(reading->columns[i].name)))
            return (int)i;
    }
    return -1;
}

static void take_header(struct reading *reading)
{
    bool seen[CSV_COLUMNS_MAX] = {0};
    const char *names[CSV_COLUMNS_MAX];
    for (size_t i = 0; i < reading->column_count; i++)
        names[i] = reading->columns[i].name;
    for (size_t i = 0; i < reading->cell_count; i++) {
        int position = find_column(reading, text_trim(reading->cells[i]));
        if (position < 0) {
            const char *name = arena_string(reading->arena, reading->cells[i]);
            const char *near = nearest_word(name, names, reading->column_count);
            refuse(reading, "unknown column \"%s\"%s%s%s", name, near ? "; did you mean \"" : "",
                   near ? near : "", near ? "\"?" : "");
            return;
        }
        if (seen[position]) {
            refuse(reading, "column \"%s\" stands twice", names[position]);
            return;
        }
        seen[position] = true;
        reading->position_of[i] = position;
    }
    for (size_t i = 0; i < reading->column_count; i++) {
        if (reading->columns[i].required && !seen[i])
            refuse(reading, "column \"%s\" is missing", names[i]);
    }
    reading->file_columns = reading->cell_count;
}

static void take_row(struct reading *reading)
{
    struct csv_table *table = reading->table;
    if (reading->cell_count != reading->file_columns) {
        refuse(reading, "%zu cells where the header has %zu", reading->cell_count,
               reading->file_columns);
        return;
    }
    if (table->row_count == reading->row_capacity) {
        size_t capacity = reading->row_capacity ? reading->row_capacity * 2 : 64;
        struct csv_row *rows = arena_array(reading->arena, struct csv_row, capacity);
        if (table->row_count)
            memcpy(rows, table->rows, table->row_count * sizeof *rows);
        table->rows = rows;
        reading->row_capacity = capacity;
    }
    struct csv_row *row = &table->rows[table->row_count++];
    row->line = reading->line;
    row->cells = arena_array(reading->arena, struct text, reading->column_count);
    for (size_t i = 0; i < reading->cell_count; i++)
        row->cells[reading->position_of[i]] = reading->cells[i];
    for (size_t i = 0; i < reading->column_count; i++) {
        if (reading->columns[i].filled && row->cells[i].length == 0)
            refuse(reading, "no %s", reading->columns[i].name);
    }
}

static void end_row(int character, void *context)
{
    struct reading *reading = context;
    (void)character;
    reading->row_ended = true;
    if (!reading->failed && reading->file_columns == 0)
        take_header(reading);
    else if (!reading->failed)
        take_row(reading);
    reading->cell_count = 0;
}

static bool line_is_blank(const char *line, size_t length)
{
    return text_trim((struct text){line, (uint32_t)length}).length == 0;
}

// Feeds line by line: a row starts on the first line that is not blank after the row before.
static void feed_lines(struct reading *reading, struct csv_parser *parser, struct text bytes)
{
    const char *at = bytes.bytes, *end = bytes.bytes + bytes.length;
    bool inside = false; // a row that goes on over the line's end
    for (int line = 1; at < end && !reading->failed; line++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = newline ? (size_t)(newline + 1 - at) : (size_t)(end - at);
        if (!inside)
            reading->line = line;
        reading->row_ended = false;
        if (csv_parse(parser, at, length, take_cell, end_row, reading) != length)
            refuse(reading, "not CSV: a quote inside a cell, or text after a closing quote");
        inside = !reading->row_ended && (inside || !line_is_blank(at, length));
        at += length;
    }
}

bool csv_table_parse(struct arena *arena, const char *path, struct text bytes,
                     const struct csv_column *columns, size_t column_count, struct csv_table *out,
                     struct error *error)
{
    *out = (struct csv_table){.path = path, .bytes = bytes};
    struct reading reading = {.arena = arena,
                              .table = out,
                              .columns = columns,
                              .column_count = column_count,
                              .line = 1,
                              .error = error};
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return error_set(error, ERROR_FATAL, "libcsv does not start");
    struct text rest = bytes;
    if (rest.length >= 3 && memcmp(rest.bytes, "\xEF\xBB\xBF", 3) == 0)
        rest = (struct text){rest.bytes + 3, rest.length - 3};
    feed_lines(&reading, &parser, rest);
    if (!reading.failed && csv_fini(&parser, take_cell, end_row, &reading) != 0)
        refuse(&reading, "a quote is opened and never closed");
    csv_free(&parser);
    if (!reading.failed && reading.file_columns == 0)
        refuse(&reading, "the file is empty: its first line names the columns");
    return !reading.failed;
}

bool csv_table_read(struct arena *arena, const char *path, const struct csv_column *columns,
                    size_t column_count, struct csv_table *out, struct error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return error_set(error, ERROR_BAD_CONFIG, "%s: %s", path, strerror(errno));
    struct buffer buffer = BUFFER_INIT;
    char piece[65536];
    size_t got;
    while ((got = fread(piece, 1, sizeof piece, file)) > 0 && buffer.length < UINT32_MAX / 2)
        buffer_append(&buffer, piece, got);
    bool broken = ferror(file) != 0, too_long = buffer.length >= UINT32_MAX / 2;
    int reason = errno;
    fclose(file);
    struct text bytes = {0};
    if (!broken && !too_long)
        bytes = arena_text(arena, (struct text){buffer.bytes, (uint32_t)buffer.length});
    buffer_free(&buffer);
    if (broken)
        return error_set(error, ERROR_BAD_CONFIG, "%s: %s", path, strerror(reason));
    if (too_long)
        return error_set(error, ERROR_BAD_CONFIG, "%s: longer than 2 GiB", path);
    return csv_table_parse(arena, path, bytes, columns, column_count, out, error);
}
