// CSV by libcsv, fed one physical line at a time: so each row's first line is known, and its bytes
// are at hand for the rejects.
//
// A quote that is never closed would swallow the rest of the file. It spoils one line only: the row
// is given up after ROW_LIMIT_BYTES or at the end of the file, its first line is handed out as a
// defect, and reading goes on with the line after it.
#include "ingest/reader_internal.h"

#include "common/config.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>

struct csv_reader {
    struct reader base;
    struct csv_parser parser;
    struct buffer values; // of the row's wanted fields, one after the other
    struct buffer raw;    // of a row of several lines
    struct buffer replay; // lines to be read again
    size_t replay_from;
    uint64_t replay_line;  // number of the line before replay_from
    int *wanted_of;        // by column of the file: the wanted column, or -1
    size_t header_columns; // 0 while the header is being read
    size_t column;         // of the field that comes next
    size_t *ends; // by field kept: where it ends in values; while reading the header, by column
    size_t *starts;
    size_t ends_capacity;
    bool is_row_ended;
    bool owes_long_line; // lines.excerpt comes after the replay
};

static int never_blank(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void reset_parser(struct csv_reader *csv)
{
    if (csv_init(&csv->parser, 0) != 0)
        abort();
    csv_set_delim(&csv->parser, (unsigned char)csv->base.options.delimiter);
    csv_set_space_func(&csv->parser, never_blank);
}

static void append_latin1(struct buffer *values, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte < 0x80) {
            *buffer_extend(values, 1) = bytes[i];
            continue;
        }
        char *two = buffer_extend(values, 2);
        two[0] = (char)(0xc0 | byte >> 6);
        two[1] = (char)(0x80 | (byte & 0x3f));
    }
}

static void reserve_ends(struct csv_reader *csv, size_t count)
{
    if (count <= csv->ends_capacity)
        return;
    csv->ends_capacity = 2 * count + 64;
    csv->ends = realloc(csv->ends, csv->ends_capacity * sizeof *csv->ends);
    csv->starts = realloc(csv->starts, csv->ends_capacity * sizeof *csv->starts);
    if (!csv->ends || !csv->starts)
        abort();
}

static void take_bytes(struct csv_reader *csv, const char *bytes, size_t length)
{
    size_t column = csv->column++;
    size_t kept = column;
    if (csv->header_columns > 0) {
        if (column >= csv->header_columns || csv->wanted_of[column] < 0)
            return;
        kept = (size_t)csv->wanted_of[column];
    }
    reserve_ends(csv, kept + 1);
    csv->starts[kept] = csv->values.length;
    if (csv->base.options.is_latin1)
        append_latin1(&csv->values, bytes, length);
    else
        buffer_append(&csv->values, bytes, length);
    csv->ends[kept] = csv->values.length;
}

static void take_field(void *bytes, size_t length, void *context)
{
    take_bytes(context, bytes, length);
}

static void end_row(int terminator, void *context)
{
    (void)terminator;
    struct csv_reader *csv = context;
    csv->is_row_ended = true;
}

// Ends the row where the file ends; false when a quote is still open, which libcsv only tells in
// strict mode.
static bool finish_row(struct csv_reader *csv)
{
    csv_set_opts(&csv->parser, CSV_STRICT | CSV_STRICT_FINI);
    bool is_closed = csv_fini(&csv->parser, take_field, end_row, csv) == 0;
    csv_set_opts(&csv->parser, 0);
    csv->is_row_ended = is_closed;
    return is_closed;
}

static enum line_outcome next_line(struct csv_reader *csv, struct text *line, uint64_t *number,
                                   struct error *error)
{
    if (csv->replay_from < csv->replay.length) {
        struct text rest = {csv->replay.bytes + csv->replay_from,
                            (uint32_t)(csv->replay.length - csv->replay_from)};
        *line = (struct text){rest.bytes, (uint32_t)line_length(rest)};
        csv->replay_from += line->length;
        *number = ++csv->replay_line;
        return LINE_READ;
    }
    if (csv->owes_long_line) {
        csv->owes_long_line = false;
        *line = (struct text){csv->base.lines.excerpt, sizeof csv->base.lines.excerpt};
        *number = csv->base.lines.number;
        return LINE_TOO_LONG;
    }
    enum line_outcome outcome = lines_next(&csv->base.lines, ROW_LIMIT_BYTES, line, error);
    *number = csv->base.lines.number;
    return outcome;
}

// Gives the row's first line out as a defect and keeps its other lines to be read again.
static void give_up_row(struct csv_reader *csv, struct row *row)
{
    size_t first = line_length((struct text){csv->raw.bytes, (uint32_t)csv->raw.length});
    struct buffer again = BUFFER_INIT;
    buffer_append(&again, csv->raw.bytes + first, csv->raw.length - first);
    buffer_append(&again, csv->replay.bytes + csv->replay_from,
                  csv->replay.length - csv->replay_from);
    buffer_free(&csv->replay);
    csv->replay = again;
    csv->replay_from = 0;
    csv->replay_line = row->line;
    csv->raw.length = first;
    csv_free(&csv->parser);
    reset_parser(csv);
    row->raw = line_content((struct text){csv->raw.bytes, (uint32_t)csv->raw.length});
    row->defect = "a quote is opened and never closed";
}

static void start_row(struct csv_reader *csv)
{
    csv->column = 0;
    csv->is_row_ended = false;
    csv->values.length = csv->raw.length = 0;
}

// Fields before a row's first quote hold nothing that libcsv would have to look at byte by byte:
// they are cut at the delimiters, and libcsv gets the rest. A file of 47 MB with one quoted column
// is read in half the time.
static void feed_line(struct csv_reader *csv, struct text line, bool is_first)
{
    const char *at = line.bytes, *end = line.bytes + line.length;
    const char *quote = is_first ? memchr(at, '"', line.length) : at;
    const char *until = quote ? quote : end;
    const char *delimiter;
    while (is_first &&
           (delimiter = memchr(at, csv->base.options.delimiter, (size_t)(until - at)))) {
        take_bytes(csv, at, (size_t)(delimiter - at));
        at = delimiter + 1;
    }
    if (quote) {
        csv_parse(&csv->parser, at, (size_t)(end - at), take_field, end_row, csv);
        return;
    }
    take_bytes(csv, at, (size_t)(line.bytes + line_content(line).length - at));
    csv->is_row_ended = true;
}

// The further lines of a row whose first one left a quote open.
static bool read_more_lines(struct csv_reader *csv, struct text line, struct row *row,
                            struct error *error)
{
    uint64_t number;
    buffer_append_text(&csv->raw, line);
    while (!csv->is_row_ended) {
        enum line_outcome got = next_line(csv, &line, &number, error);
        if (got == LINE_FAILED)
            return false;
        bool is_hopeless = got == LINE_END ? !finish_row(csv)
                                           : csv->raw.length + line.length > ROW_LIMIT_BYTES ||
                                                 got == LINE_TOO_LONG;
        if (got == LINE_READ && !is_hopeless)
            feed_line(csv, line, false);
        if (got == LINE_READ)
            buffer_append_text(&csv->raw, line);
        if (is_hopeless) {
            csv->owes_long_line = got == LINE_TOO_LONG;
            give_up_row(csv, row);
            return true;
        }
    }
    row->raw = line_content((struct text){csv->raw.bytes, (uint32_t)csv->raw.length});
    return true;
}

// The lines of one row; a blank line is none. False: READ_END or READ_FAILED in *outcome.
static bool read_lines(struct csv_reader *csv, struct row *row, enum read_outcome *outcome,
                       struct error *error)
{
    struct text line;
    enum line_outcome got;
    start_row(csv);
    do {
        got = next_line(csv, &line, &row->line, error);
    } while (got == LINE_READ && line_content(line).length == 0);
    *outcome = got == LINE_END ? READ_END : READ_FAILED;
    if (got == LINE_END || got == LINE_FAILED)
        return false;
    row->raw = line_content(line);
    if (got == LINE_TOO_LONG) {
        row->defect = "the line is longer than 1 MiB";
        return true;
    }
    feed_line(csv, line, true);
    return csv->is_row_ended || read_more_lines(csv, line, row, error);
}

static enum read_outcome csv_next(struct reader *reader, struct row *row, struct error *error)
{
    struct csv_reader *csv = (struct csv_reader *)reader;
    enum read_outcome outcome;
    *row = (struct row){.fields = reader->fields};
    if (!read_lines(csv, row, &outcome, error))
        return outcome;
    if (row->defect)
        return READ_ROW;
    if (csv->column != csv->header_columns) {
        snprintf(reader->defect, sizeof reader->defect,
                 "the row has %zu columns, the header has %zu", csv->column, csv->header_columns);
        row->defect = reader->defect;
        return READ_ROW;
    }
    for (size_t i = 0; i < reader->options.column_count; i++)
        reader->fields[i] = (struct text){csv->values.bytes + csv->starts[i],
                                          (uint32_t)(csv->ends[i] - csv->starts[i])};
    return READ_ROW;
}

// ---- The header ----

static bool refuse_column(const struct csv_reader *csv, const char *const *names, size_t count,
                          const char *wanted, struct error *error)
{
    const char *nearest = nearest_word(wanted, names, count);
    const char *path = source_path(csv->base.lines.source);
    if (nearest)
        return error_set(error, ERROR_BAD_CONFIG,
                         "%s:1: there is no column \"%s\"; the nearest is \"%s\"", path, wanted,
                         nearest);
    return error_set(
        error, ERROR_BAD_CONFIG,
        "%s:1: there is no column \"%s\" among the %zu of the header; is the delimiter '%c'?", path,
        wanted, count, csv->base.options.delimiter);
}

static bool match_columns(struct csv_reader *csv, char **names, size_t count, struct error *error)
{
    for (size_t column = 0; column < count; column++)
        csv->wanted_of[column] = -1;
    for (size_t i = 0; i < csv->base.options.column_count; i++) {
        const char *wanted = csv->base.options.columns[i];
        int found = -1;
        for (size_t column = 0; column < count; column++) {
            if (strcmp(names[column], wanted) != 0)
                continue;
            if (found >= 0)
                return error_set(
                    error, ERROR_BAD_CONFIG, "%s:1: column \"%s\" is there twice (%d and %zu)",
                    source_path(csv->base.lines.source), wanted, found + 1, column + 1);
            found = (int)column;
        }
        if (found < 0)
            return refuse_column(csv, (const char *const *)names, count, wanted, error);
        csv->wanted_of[found] = (int)i;
    }
    return true;
}

static bool read_header(struct csv_reader *csv, struct error *error)
{
    struct row row = {0};
    enum read_outcome outcome;
    csv->header_columns = 0;
    if (!read_lines(csv, &row, &outcome, error)) {
        if (outcome == READ_END)
            error_set(error, ERROR_BAD_CONFIG,
                      "%s:1: the file is empty: it needs a header with the names of its columns",
                      source_path(csv->base.lines.source));
        return false;
    }
    if (row.defect)
        return error_set(error, ERROR_BAD_CONFIG, "%s:%llu: the header cannot be read: %s",
                         source_path(csv->base.lines.source), (unsigned long long)row.line,
                         row.defect);
    size_t count = csv->column;
    char **names = calloc(count + 1, sizeof *names);
    csv->wanted_of = realloc(csv->wanted_of, (count + 1) * sizeof *csv->wanted_of);
    if (!names || !csv->wanted_of)
        abort();
    for (size_t i = 0; i < count; i++) {
        struct text name = text_trim((struct text){csv->values.bytes + csv->starts[i],
                                                   (uint32_t)(csv->ends[i] - csv->starts[i])});
        names[i] = strndup(name.length ? name.bytes : "", name.length);
        if (!names[i])
            abort();
    }
    bool is_matched = match_columns(csv, names, count, error);
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    csv->header_columns = count;
    reserve_ends(csv, csv->base.options.column_count);
    return is_matched;
}

static bool csv_restart(struct reader *reader, struct error *error)
{
    struct csv_reader *csv = (struct csv_reader *)reader;
    csv->replay.length = csv->replay_from = 0;
    csv->owes_long_line = false;
    csv_free(&csv->parser);
    reset_parser(csv);
    return read_header(csv, error);
}

static void csv_close(struct reader *reader)
{
    struct csv_reader *csv = (struct csv_reader *)reader;
    csv_free(&csv->parser);
    buffer_free(&csv->values);
    buffer_free(&csv->raw);
    buffer_free(&csv->replay);
    free(csv->wanted_of);
    free(csv->ends);
    free(csv->starts);
}

bool csv_reader_open(struct reader **reader, struct error *error)
{
    struct csv_reader *csv = calloc(1, sizeof *csv);
    if (!csv)
        abort();
    csv->base = **reader;
    free(*reader);
    *reader = &csv->base;
    csv->base.next = csv_next;
    csv->base.restart = csv_restart;
    csv->base.close = csv_close;
    reset_parser(csv);
    return read_header(csv, error);
}
