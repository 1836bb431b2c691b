// Runs a file through a mapping: up to three readings to resolve repeated keys, one to send.
//
// Invariant: every row read is sent, superseded, silent or rejected, and counted as exactly one of
// them.
#include "ingest/extract.h"

#include "ingest/publisher_core.h"
#include "ingest/repeated.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PROGRESS_EVERY_ROWS = 1024, ARENA_KEEP_BYTES = 1 << 20 };

struct extract {
    const struct extract_options *options;
    const struct mapping *mapping;
    const char *path;
    struct source *source;
    struct reader *reader;
    struct repeated *repeated; // null: rows of events
    bool is_contested;         // some row is refused for one of its parts
    struct arena arena;        // of one row
    int64_t as_of_us;
    struct extract_counts *counts;
};

// ---- As of when ----

static bool refuse_without_as_of(const struct mapping *mapping, const char *path,
                                 struct error *error)
{
    return error_set(error, ERROR_BAD_CONFIG,
                     "%s: a snapshot has to say as of when it was taken, and neither an option nor "
                     "%s says it: give "
                     "--as-of 2016-01-13T08:00:00-05:00, or put as_of: {column: NAME} or as_of: "
                     "{file: \"name-%%Y-%%m-%%d*\"} "
                     "into the mapping",
                     path, mapping->path);
}

static bool read_option(const struct mapping *mapping, const char *option, int64_t *as_of_us,
                        struct error *error)
{
    if (mapping->as_of_origin == AS_OF_COLUMN)
        return error_set(error, ERROR_BAD_CONFIG,
                         "--as-of: the mapping %s takes as_of from column \"%s\"", mapping->path,
                         mapping->reader.columns[mapping->as_of.column]);
    return civil_parse_instant(text_from(option), as_of_us) ||
           error_set(error, ERROR_BAD_CONFIG,
                     "--as-of: \"%s\" is no instant with an offset; write it like "
                     "2016-01-13T08:00:00-05:00",
                     option);
}

bool extract_as_of(const struct mapping *mapping, const char *path, const char *option,
                   int64_t *as_of_us, struct error *error)
{
    struct error reason = ERROR_INIT;
    *as_of_us = INT64_MIN;
    if (option && *option)
        return read_option(mapping, option, as_of_us, error);
    if (mapping->as_of_origin == AS_OF_COLUMN)
        return true;
    if (mapping->as_of_origin == AS_OF_OPTION)
        return refuse_without_as_of(mapping, path, error);
    const char *slash = strrchr(path, '/');
    struct text name = text_from(slash ? slash + 1 : path);
    return time_format_read(&mapping->as_of_pattern, mapping->as_of_zone, name, as_of_us,
                            &reason) ||
           error_set(error, ERROR_BAD_CONFIG,
                     "%s: as_of comes from the file's name: %s; rename it, or give --as-of "
                     "2016-01-13T08:00:00-05:00",
                     path, reason.text);
}

// ---- Rows ----

static void end_row(struct extract *extract)
{
    if (arena_held_bytes(&extract->arena) > ARENA_KEEP_BYTES)
        arena_free(&extract->arena);
    else
        arena_reset(&extract->arena);
}

static bool reject_row(struct extract *extract, const struct row *row, const char *reason,
                       struct error *error)
{
    extract->counts->rejected++;
    return rejects_add(extract->options->rejects, source_path(extract->source), row->line, reason,
                       row->raw, error);
}

// All of a row or nothing: events are checked before the first one goes.
static bool send_row(struct extract *extract, const struct row_events *events, struct error *error)
{
    for (size_t i = 0; events->count > 1 && i < events->count; i++) {
        if (!publisher_check_event(&extract->arena, &events->events[i], error))
            return false;
    }
    for (size_t i = 0; i < events->count; i++) {
        if (!extract->options->sink(extract->options->context, &events->events[i], error))
            return false;
        extract->counts->events++;
    }
    extract->counts->silent += events->count == 0;
    extract->counts->findings.moved += events->findings.moved;
    extract->counts->findings.twice += events->findings.twice;
    return true;
}

// Which parts of a snapshot's row count. ERROR_BAD_RECORD: a key is missing, or a part repeats
// against its rule.
static bool decide_parts(struct extract *extract, const struct row *row, uint64_t position,
                         bool counts[ROW_EVENTS_MAX], struct error *error)
{
    const struct mapping *mapping = extract->mapping;
    for (size_t i = 0; i < mapping->event_count; i++) {
        const struct mapped_event *part = &mapping->events[i];
        struct text key;
        char refusal[256];
        if (!row_key(mapping, part, row, &extract->arena, &key, error))
            return false;
        enum repeated_verdict verdict =
            repeated_decide(extract->repeated, part->repeated, key, position, refusal);
        if (verdict == ROW_REFUSED)
            return error_set(error, ERROR_BAD_RECORD, "%s", refusal);
        counts[i] = verdict == ROW_COUNTS;
    }
    return true;
}

static void keep_parts(struct row_events *events, const bool counts[ROW_EVENTS_MAX])
{
    size_t kept = 0;
    for (size_t i = 0; i < events->count; i++) {
        if (counts[i])
            events->events[kept++] = events->events[i];
    }
    events->count = kept;
}

static bool take_row(struct extract *extract, const struct row *row, uint64_t position,
                     struct error *error)
{
    struct row_events events;
    struct error reason = ERROR_INIT;
    bool counts[ROW_EVENTS_MAX]; // by part of a snapshot
    if (row->defect)
        return reject_row(extract, row, row->defect, error);
    if (extract->repeated && !decide_parts(extract, row, position, counts, &reason))
        return reject_row(extract, row, reason.text, error);
    if (extract->repeated && !memchr(counts, true, extract->mapping->event_count)) {
        extract->counts->superseded++;
        return true;
    }
    if (row_to_events(extract->mapping, row, extract->as_of_us, &extract->arena, &events,
                      &reason)) {
        if (extract->repeated)
            keep_parts(&events, counts);
        if (send_row(extract, &events, &reason))
            return true;
    }
    if (reason.class == ERROR_BAD_RECORD)
        return reject_row(extract, row, reason.text, error);
    if (error)
        *error = reason;
    return false;
}

// ---- Readings of the file ----

typedef bool row_taker(struct extract *extract, const struct row *row, uint64_t position,
                       struct error *error);

static bool note_row(struct extract *extract, const struct row *row, uint64_t position,
                     struct error *error)
{
    const struct mapping *mapping = extract->mapping;
    struct text key;
    (void)position;
    (void)error;
    for (size_t i = 0; !row->defect && i < mapping->event_count; i++) {
        if (row_key(mapping, &mapping->events[i], row, &extract->arena, &key, NULL))
            repeated_note(extract->repeated, key);
    }
    return true;
}

// Rows that cannot be read do not count: the first row that can is the first.
static bool resolve_row(struct extract *extract, const struct row *row, uint64_t position,
                        struct error *error)
{
    const struct mapping *mapping = extract->mapping;
    struct row_events events;
    struct text key;
    (void)error;
    if (row->defect ||
        !row_to_events(mapping, row, extract->as_of_us, &extract->arena, &events, NULL))
        return true;
    for (size_t i = 0; i < events.count; i++) {
        char refusal[256];
        const struct mapped_event *part = &mapping->events[i];
        if (!row_key(mapping, part, row, &extract->arena, &key, NULL))
            continue;
        repeated_resolve(extract->repeated, key, position, row->line,
                         events.events[i].version.event_id);
        extract->is_contested |= repeated_decide(extract->repeated, part->repeated, key, position,
                                                 refusal) == ROW_REFUSED;
    }
    return true;
}

// A row that is refused for one part is not the first of another: that would lose the other part.
static bool accept_row(struct extract *extract, const struct row *row, uint64_t position,
                       struct error *error)
{
    const struct mapping *mapping = extract->mapping;
    struct row_events events;
    struct text key;
    bool counts[ROW_EVENTS_MAX];
    (void)error;
    if (row->defect ||
        !row_to_events(mapping, row, extract->as_of_us, &extract->arena, &events, NULL) ||
        !decide_parts(extract, row, position, counts, NULL))
        return true;
    for (size_t i = 0; i < events.count; i++) {
        if (row_key(mapping, &mapping->events[i], row, &extract->arena, &key, NULL))
            repeated_accept(extract->repeated, key, position);
    }
    return true;
}

static double share_read(const struct extract *extract)
{
    uint64_t size = source_size_bytes(extract->source);
    return size ? (double)source_position_bytes(extract->source) / (double)size : -1;
}

// Hands every row to `take`; counts them where `is_last` says that this is the reading that sends.
static bool read_rows(struct extract *extract, row_taker *take, bool is_last, struct error *error)
{
    const struct extract_options *options = extract->options;
    struct row row;
    enum read_outcome outcome = READ_END;
    for (uint64_t position = 0; !options->row_limit || position < options->row_limit; position++) {
        outcome = reader_next(extract->reader, &row, error);
        if (outcome != READ_ROW)
            break;
        extract->counts->rows += is_last;
        bool is_taken = take(extract, &row, position, error);
        end_row(extract);
        if (!is_taken)
            return false;
        bool is_due = position % PROGRESS_EVERY_ROWS == 0 && options->progress;
        if (is_due && !options->progress(options->context, extract->counts,
                                         is_last ? share_read(extract) : -1))
            return error_set(error, ERROR_INCOMPLETE, "%s: stopped on request at line %llu",
                             extract->path, (unsigned long long)row.line);
    }
    return outcome != READ_FAILED;
}

static bool resolve_repeated(struct extract *extract, struct error *error)
{
    if (!read_rows(extract, note_row, false, error) || !reader_rewind(extract->reader, error))
        return false;
    if (!repeated_is_any(extract->repeated))
        return true;
    if (!read_rows(extract, resolve_row, false, error) || !reader_rewind(extract->reader, error))
        return false;
    if (!extract->is_contested || extract->mapping->event_count == 1)
        return true;
    return read_rows(extract, accept_row, false, error) && reader_rewind(extract->reader, error);
}

bool extract_file(const struct extract_options *options, const char *path,
                  struct extract_counts *counts, int64_t *as_of_us, struct error *error)
{
    const struct mapping *mapping = options->mapping;
    struct extract extract = {
        .options = options, .mapping = mapping, .path = path, .counts = counts};
    bool is_done = false;
    *as_of_us = INT64_MIN;
    if (mapping_has_as_of(mapping) &&
        !extract_as_of(mapping, path, options->as_of, as_of_us, error))
        return false;
    extract.as_of_us = *as_of_us;
    extract.source = source_open(path, mapping_has_as_of(mapping), error);
    if (!extract.source)
        return false;
    extract.reader = reader_open(extract.source, &mapping->reader, error);
    if (!extract.reader)
        goto done;
    if (mapping_has_as_of(mapping)) {
        extract.repeated = repeated_new();
        if (!resolve_repeated(&extract, error))
            goto done;
    }
    is_done = read_rows(&extract, take_row, true, error);
done:
    repeated_free(extract.repeated);
    reader_close(extract.reader);
    source_close(extract.source);
    arena_free(&extract.arena);
    return is_done;
}

bool extract_check_head(const struct mapping *mapping, const char *path, struct error *error)
{
    struct stat status;
    // What comes through a pipe is gone once it is read.
    if (strcmp(path, "-") == 0 || (stat(path, &status) == 0 && !S_ISREG(status.st_mode)))
        return true;
    struct source *source = source_open(path, false, error);
    struct reader *reader = source ? reader_open(source, &mapping->reader, error) : NULL;
    bool is_good = reader != NULL;
    reader_close(reader);
    source_close(source);
    return is_good;
}
