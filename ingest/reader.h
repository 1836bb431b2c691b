// Rows of a file: the columns that are asked for, the number of the line where the row starts, and
// the row as it stands.
//
// Two formats behind one interface: csv_reader.c, jsonl_reader.c. A row that cannot be read is
// handed out with its defect, and the reader goes on with the next. One thread. Memory is bounded
// by ROW_LIMIT_BYTES.
#pragma once

#include "core/buffer.h"
#include "core/error.h"
#include "core/text.h"
#include "ingest/source.h"

enum { ROW_LIMIT_BYTES = 1 << 20 };

enum row_format { ROW_CSV, ROW_JSON_LINES };

struct reader_options {
    enum row_format format;
    char delimiter;             // CSV
    bool is_latin1;             // else UTF-8
    const char *const *columns; // names wanted; borrowed for the reader's life
    size_t column_count;
};

struct row {
    uint64_t line;             // from 1; the first line of the row
    const struct text *fields; // by wanted column; empty where the row has none
    struct text raw;           // the row's bytes without its line end
    const char *defect; // null, or why the row cannot be read: fields are not to be used then
};

enum read_outcome { READ_ROW, READ_END, READ_FAILED };

struct reader;

// Reads the header of a CSV file. ERROR_BAD_CONFIG "file:1: ..." when a wanted column is missing
// (naming the nearest), named twice, or the file is UTF-16 or empty. `source` is borrowed and is
// read from its start.
struct reader *reader_open(struct source *source, const struct reader_options *options,
                           struct error *error);
void reader_close(struct reader *reader); // takes null

// The next row; it holds until the next call. READ_FAILED with *error from source_read.
enum read_outcome reader_next(struct reader *reader, struct row *row, struct error *error);

// From the first row again.
bool reader_rewind(struct reader *reader, struct error *error);
