// A CSV file with a header as rows of named cells, each knowing its line.
//
// The whole file is read: its bytes are hashed, and nothing of it counts before all of it is right. Everything lives in the
// arena. Quotes, CRLF, a BOM and line ends inside quotes are read (libcsv, strict); blanks around an unquoted cell are not
// part of it.
#pragma once

#include "core/arena.h"
#include "core/error.h"
#include "core/text.h"

enum { CSV_COLUMNS_MAX = 16 };

struct csv_column {
    const char *name;
    bool required; // must be in the header
    bool filled;   // and may not be empty
};

struct csv_row {
    int line; // where it starts, from 1
    struct text
        *cells; // by position in the columns asked for; empty where the file lacks the column
};

struct csv_table {
    const char *path;
    struct text bytes;
    struct csv_row *rows;
    size_t row_count;
};

// Reads `path`. ERROR_BAD_CONFIG with path:line: not readable, not UTF-8, not CSV, an unknown column (names the nearest
// known), one twice, a required one missing, an empty cell of a filled one, a row with too many or too few cells.
bool csv_table_read(struct arena *arena, const char *path, const struct csv_column *columns,
                    size_t column_count, struct csv_table *out, struct error *error);
// The same of bytes in memory; `path` is for messages.
bool csv_table_parse(struct arena *arena, const char *path, struct text bytes,
                     const struct csv_column *columns, size_t column_count, struct csv_table *out,
                     struct error *error);
