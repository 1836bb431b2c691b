// Physical lines of a source, cut at \n, \r\n or a lone \r, so that line numbers are exact whatever
// a format makes of them.
//
// Takes a UTF-8 byte-order mark off. One thread.
#pragma once

#include "core/text.h"
#include "ingest/source.h"

struct lines {
    struct source *source; // borrowed
    char *bytes;
    size_t from, until, capacity;
    bool is_ended, is_started;
    char excerpt[128]; // of a line that is too long
    uint64_t number;   // of the line handed out last; from 1
};

void lines_open(struct lines *lines, struct source *source);
void lines_close(struct lines *lines);
void lines_restart(struct lines *lines); // after source_rewind

enum line_outcome { LINE_READ, LINE_END, LINE_TOO_LONG, LINE_FAILED };

// The next line with its line end; it holds until the next call. LINE_TOO_LONG: longer than
// `limit`: *line is its start, and its rest is passed over. LINE_FAILED with *error: source_read's,
// or ERROR_BAD_CONFIG for UTF-16.
enum line_outcome lines_next(struct lines *lines, size_t limit, struct text *line,
                             struct error *error);

// The length of the first line of bytes that end where a file ends.
size_t line_length(struct text bytes);

// The line without \n, \r\n or \r.
struct text line_content(struct text line);
