// Opens the reader of a format and hands calls on.
#include "ingest/reader_internal.h"

#include <stdlib.h>

struct reader *reader_open(struct source *source, const struct reader_options *options,
                           struct error *error)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        abort();
    reader->options = *options;
    reader->fields = calloc(options->column_count + 1, sizeof *reader->fields);
    if (!reader->fields)
        abort();
    lines_open(&reader->lines, source);
    bool is_open = options->format == ROW_CSV ? csv_reader_open(&reader, error)
                                              : jsonl_reader_open(&reader, error);
    if (is_open)
        return reader;
    reader_close(reader);
    return NULL;
}

void reader_close(struct reader *reader)
{
    if (!reader)
        return;
    if (reader->close)
        reader->close(reader);
    lines_close(&reader->lines);
    free(reader->fields);
    free(reader);
}

enum read_outcome reader_next(struct reader *reader, struct row *row, struct error *error)
{
    return reader->next(reader, row, error);
}

bool reader_rewind(struct reader *reader, struct error *error)
{
    if (!source_rewind(reader->lines.source, error))
        return false;
    lines_restart(&reader->lines);
    return reader->restart(reader, error);
}
