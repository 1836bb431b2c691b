// Cuts a source into physical lines. It knows nothing of quotes: a CSV row may take several lines.
//
// Invariant: every byte of the source belongs to exactly one line, so the number of a line is what
// an editor shows.
#include "ingest/lines.h"

#include <stdlib.h>
#include <string.h>

enum { READ_BYTES = 1 << 18 };

void lines_open(struct lines *lines, struct source *source)
{
    *lines = (struct lines){.source = source, .capacity = 2 * READ_BYTES};
    lines->bytes = malloc(lines->capacity);
    if (!lines->bytes)
        abort();
}

void lines_close(struct lines *lines)
{
    free(lines->bytes);
    lines->bytes = NULL;
}

void lines_restart(struct lines *lines)
{
    lines->from = lines->until = 0;
    lines->is_ended = lines->is_started = false;
    lines->number = 0;
}

static bool fill(struct lines *lines, struct error *error)
{
    size_t length;
    if (lines->from > 0) {
        memmove(lines->bytes, lines->bytes + lines->from, lines->until - lines->from);
        lines->until -= lines->from;
        lines->from = 0;
    }
    if (lines->capacity - lines->until < READ_BYTES) {
        lines->capacity *= 2;
        lines->bytes = realloc(lines->bytes, lines->capacity);
        if (!lines->bytes)
            abort();
    }
    if (!source_read(lines->source, lines->bytes + lines->until, READ_BYTES, &length, error))
        return false;
    lines->until += length;
    lines->is_ended = length == 0;
    return true;
}

static bool start(struct lines *lines, struct error *error)
{
    lines->is_started = true;
    while (lines->until < 3 && !lines->is_ended) {
        if (!fill(lines, error))
            return false;
    }
    if (lines->until >= 2 &&
        (memcmp(lines->bytes, "\xff\xfe", 2) == 0 || memcmp(lines->bytes, "\xfe\xff", 2) == 0))
        return error_set(error, ERROR_BAD_CONFIG,
                         "%s:1: the file is UTF-16; convert it with iconv -f UTF-16 -t UTF-8",
                         source_path(lines->source));
    if (lines->until >= 3 && memcmp(lines->bytes, "\xef\xbb\xbf", 3) == 0)
        lines->from = 3;
    return true;
}

// The length of the first line with its end, or 0 when its end has not been read yet.
static size_t find_end(const char *bytes, size_t length, bool is_ended)
{
    const char *feed = memchr(bytes, '\n', length);
    size_t before = feed ? (size_t)(feed - bytes) : length;
    const char *back = memchr(bytes, '\r', before);
    if (!back)
        return feed ? before + 1 : 0;
    size_t at = (size_t)(back - bytes);
    if (at + 1 < length)
        return bytes[at + 1] == '\n' ? at + 2 : at + 1;
    return is_ended ? at + 1 : 0; // whether \n follows is not known yet
}

// Passes over the rest of a line that is too long.
static bool skip_line(struct lines *lines, struct error *error)
{
    for (;;) {
        size_t length =
            find_end(lines->bytes + lines->from, lines->until - lines->from, lines->is_ended);
        if (length > 0) {
            lines->from += length;
            return true;
        }
        // A \r at the very end stays, in case \n follows.
        bool keeps_one = lines->until > lines->from && lines->bytes[lines->until - 1] == '\r';
        lines->from = lines->until - (keeps_one && !lines->is_ended);
        if (lines->is_ended)
            return true;
        if (!fill(lines, error))
            return false;
    }
}

enum line_outcome lines_next(struct lines *lines, size_t limit, struct text *line,
                             struct error *error)
{
    if (!lines->is_started && !start(lines, error))
        return LINE_FAILED;
    size_t searched = 0;
    for (;;) {
        size_t available = lines->until - lines->from;
        size_t length =
            find_end(lines->bytes + lines->from + searched, available - searched, lines->is_ended);
        length += length > 0 ? searched : 0;
        if (length == 0 && lines->is_ended)
            length = available;
        if (length > limit || (length == 0 && available > limit)) {
            memcpy(lines->excerpt, lines->bytes + lines->from, sizeof lines->excerpt);
            *line = (struct text){lines->excerpt, sizeof lines->excerpt};
            lines->number++;
            return skip_line(lines, error) ? LINE_TOO_LONG : LINE_FAILED;
        }
        if (length > 0) {
            *line = (struct text){lines->bytes + lines->from, (uint32_t)length};
            lines->from += length;
            lines->number++;
            return LINE_READ;
        }
        if (lines->is_ended)
            return LINE_END;
        searched = available > 0 ? available - 1 : 0; // a \r may have waited for its \n
        if (!fill(lines, error))
            return LINE_FAILED;
    }
}

struct text line_content(struct text line)
{
    if (line.length > 0 && line.bytes[line.length - 1] == '\n')
        line.length--;
    if (line.length > 0 && line.bytes[line.length - 1] == '\r')
        line.length--;
    return line;
}

size_t line_length(struct text bytes)
{
    size_t length = find_end(bytes.bytes, bytes.length, true);
    return length > 0 ? length : bytes.length;
}
