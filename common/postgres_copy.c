// COPY in PostgreSQL's binary format, in and out. The rows of one call reach the server in order or
// not at all.
#include "common/fail_point.h"
#include "common/postgres_internal.h"

#include <stdlib.h>

static const char copy_signature[11] = "PGCOPY\n\377\r\n"; // with its NUL

enum { COPY_HEADER_BYTES = 19, COPY_PIECE_BYTES = 256 * 1024, COPY_FIELDS_MOST = 256 };

void copy_begin(struct buffer *rows)
{
    buffer_append(rows, copy_signature, sizeof copy_signature);
    memset(buffer_extend(rows, 8), 0, 8); // flags, length of the header's extension
}

void copy_row(struct buffer *rows, int columns)
{
    put_16(buffer_extend(rows, 2), (uint16_t)columns);
}

void copy_smallint(struct buffer *rows, int16_t value)
{
    char *field = buffer_extend(rows, 6);
    put_32(field, 2);
    put_16(field + 4, (uint16_t)value);
}

void copy_integer(struct buffer *rows, int32_t value)
{
    char *field = buffer_extend(rows, 8);
    put_32(field, 4);
    put_32(field + 4, (uint32_t)value);
}

void copy_bigint(struct buffer *rows, int64_t value)
{
    char *field = buffer_extend(rows, 12);
    put_32(field, 8);
    put_64(field + 4, (uint64_t)value);
}

void copy_boolean(struct buffer *rows, bool value)
{
    char *field = buffer_extend(rows, 5);
    put_32(field, 1);
    field[4] = value;
}

void copy_text(struct buffer *rows, struct text value)
{
    char *field = buffer_extend(rows, 4 + (size_t)value.length);
    put_32(field, value.length);
    if (value.length)
        memcpy(field + 4, value.bytes, value.length);
}

void copy_instant(struct buffer *rows, int64_t instant_us)
{
    copy_bigint(rows, instant_to_wire(instant_us));
}

void copy_date(struct buffer *rows, int32_t day)
{
    copy_integer(rows, day_to_wire(day));
}

void copy_null(struct buffer *rows)
{
    put_32(buffer_extend(rows, 4), UINT32_MAX);
}

void copy_value(struct buffer *rows, enum column_type type, const struct value *value)
{
    if (value->type == VALUE_EMPTY) {
        copy_null(rows);
        return;
    }
    switch (type) {
    case COLUMN_DATE:
        copy_date(rows, (int32_t)value->integer);
        return;
    case COLUMN_SMALLINT:
        copy_smallint(rows, (int16_t)value->integer);
        return;
    case COLUMN_INTEGER:
        copy_integer(rows, (int32_t)value->integer);
        return;
    case COLUMN_BIGINT:
        copy_bigint(rows, value->integer);
        return;
    case COLUMN_TEXT:
        copy_text(rows, value->text);
        return;
    case COLUMN_TIMESTAMP:
        copy_instant(rows, value->integer);
        return;
    case COLUMN_BOOLEAN:
        copy_boolean(rows, value->integer != 0);
        return;
    }
    abort();
}

void copy_end(struct buffer *rows)
{
    put_16(buffer_extend(rows, 2), UINT16_MAX);
}

static bool copy_start(struct postgres *postgres, const struct query *query,
                       ExecStatusType expected, struct error *error)
{
    if (!postgres_settle(postgres, error))
        return false;
    PGresult *result = PQexec(postgres->connection, query->text);
    bool right = PQresultStatus(result) == expected;
    if (!right)
        postgres_fail(postgres, query->name, result, error);
    PQclear(result);
    return right;
}

bool postgres_copy_in_begin(struct postgres *postgres, const struct query *query,
                            const struct buffer *rows, struct error *error)
{
    FAIL_POINT(query->name, "before");
    if (!copy_start(postgres, query, PGRES_COPY_IN, error))
        return false;
    bool sent = true;
    for (size_t at = 0; sent && at < rows->length; at += COPY_PIECE_BYTES) {
        size_t left = rows->length - at;
        int piece = (int)(left < COPY_PIECE_BYTES ? left : COPY_PIECE_BYTES);
        sent = PQputCopyData(postgres->connection, rows->bytes + at, piece) == 1;
    }
    FAIL_POINT(query->name, "open");
    sent = sent && PQputCopyEnd(postgres->connection, NULL) == 1;
    FAIL_POINT(query->name, "sent");
    postgres->settling = query;
    if (sent)
        return true;
    // The reason is in the answer, where there is one.
    if (postgres_settle(postgres, error))
        postgres_fail(postgres, query->name, NULL, error);
    return false;
}

bool postgres_copy_in(struct postgres *postgres, const struct query *query,
                      const struct buffer *rows, struct error *error)
{
    bool copied =
        postgres_copy_in_begin(postgres, query, rows, error) && postgres_settle(postgres, error);
    FAIL_POINT(query->name, "after");
    return copied;
}

struct copy_stream {
    const struct query *query;
    copy_row_reader *reader;
    void *context;
    struct error *error;
    struct buffer pending; // the start of a row whose end has not come yet
    bool header_read, ended;
    struct text fields[COPY_FIELDS_MOST];
    bool nulls[COPY_FIELDS_MOST];
};

static bool stream_refuse(struct copy_stream *stream, const char *what)
{
    return error_set(stream->error, ERROR_FATAL, "query %s: %s", stream->query->name, what);
}

// The header at the start of `bytes`. *used: its length, 0 while it is not complete.
static bool header_parse(struct copy_stream *stream, const char *bytes, size_t length, size_t *used)
{
    *used = 0;
    if (length < COPY_HEADER_BYTES)
        return true;
    if (memcmp(bytes, copy_signature, sizeof copy_signature) != 0)
        return stream_refuse(stream, "the server does not copy in binary format");
    size_t header = COPY_HEADER_BYTES + (size_t)get_32(bytes + COPY_HEADER_BYTES - 4);
    if (length < header)
        return true;
    stream->header_read = true;
    *used = header;
    return true;
}

// One row at the start of `bytes`, given to the reader. *used: its length, 0 while it is not
// complete.
static bool row_parse(struct copy_stream *stream, const char *bytes, size_t length, size_t *used)
{
    *used = 0;
    if (length < 2)
        return true;
    int count = (int16_t)get_16(bytes);
    size_t at = 2;
    if (count < 0) {
        stream->ended = true;
        *used = at;
        return true;
    }
    if (count > COPY_FIELDS_MOST)
        return stream_refuse(stream, "a row has too many fields");
    for (int i = 0; i < count; i++) {
        if (length - at < 4)
            return true;
        uint32_t field = get_32(bytes + at);
        at += 4;
        stream->nulls[i] = field == UINT32_MAX;
        stream->fields[i] = (struct text){bytes + at, stream->nulls[i] ? 0 : field};
        if (length - at < stream->fields[i].length)
            return true;
        at += stream->fields[i].length;
    }
    *used = at;
    return stream->reader(stream->context, stream->fields, stream->nulls, count, stream->error);
}

// Takes whole rows from `bytes` and keeps the rest.
static bool stream_feed(struct copy_stream *stream, const char *bytes, size_t length)
{
    bool carried = stream->pending.length > 0;
    if (carried) {
        buffer_append(&stream->pending, bytes, length);
        bytes = stream->pending.bytes;
        length = stream->pending.length;
    }
    size_t at = 0, used = 1;
    while (at < length && used && !stream->ended) {
        bool right = stream->header_read ? row_parse(stream, bytes + at, length - at, &used)
                                         : header_parse(stream, bytes + at, length - at, &used);
        if (!right)
            return false;
        at += used;
    }
    if (carried) {
        memmove(stream->pending.bytes, bytes + at, length - at);
        stream->pending.length = length - at;
    } else if (at < length) {
        buffer_append(&stream->pending, bytes + at, length - at);
    }
    return true;
}

// Reads and throws away what the server still sends for a statement that nobody wants any more.
static void copy_cancel(PGconn *connection)
{
    char reason[256], *piece;
    PGcancel *cancel = PQgetCancel(connection);
    if (cancel)
        PQcancel(cancel, reason, sizeof reason);
    PQfreeCancel(cancel);
    while (PQgetCopyData(connection, &piece, 0) > 0)
        PQfreemem(piece);
    PGresult *result;
    while ((result = PQgetResult(connection)))
        PQclear(result);
}

bool postgres_copy_out(struct postgres *postgres, const struct query *query,
                       copy_row_reader *reader, void *context, struct error *error)
{
    if (!copy_start(postgres, query, PGRES_COPY_OUT, error))
        return false;
    struct copy_stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        abort();
    stream->query = query;
    stream->reader = reader;
    stream->context = context;
    stream->error = error;
    PGconn *connection = postgres->connection;
    bool right = true;
    char *piece;
    int length = 0;
    while (right && (length = PQgetCopyData(connection, &piece, 0)) > 0) {
        right = stream_feed(stream, piece, (size_t)length);
        PQfreemem(piece);
    }
    if (!right) {
        copy_cancel(connection);
    } else {
        postgres->settling = query; // the statement's own answer follows the rows
        right = postgres_settle(postgres, error);
        if (right && (length != -1 || !stream->ended || stream->pending.length))
            right = stream_refuse(stream, "the copied rows end too early");
    }
    buffer_free(&stream->pending);
    free(stream);
    return right;
}
