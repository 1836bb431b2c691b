// What the two readers share: buffers for a row's fields, and the table of operations behind
// reader.h.
#pragma once

#include "ingest/lines.h"
#include "ingest/reader.h"

struct reader {
    enum read_outcome (*next)(struct reader *reader, struct row *row, struct error *error);
    bool (*restart)(struct reader *reader, struct error *error);
    void (*close)(struct reader *reader); // frees the format's own part
    struct reader_options options;
    struct lines lines;
    struct text *fields; // by wanted column
    char defect[256];
};

bool csv_reader_open(struct reader **reader, struct error *error); // grows *reader to its own size
bool jsonl_reader_open(struct reader **reader, struct error *error);
