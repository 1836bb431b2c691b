// Quarantined records in PostgreSQL: written by the batch, read again for the dead-letter topic.
//
// Headers are a JSON array of [name, base64 value or null], in their order.
#include "aggregate/store_postgres_internal.h"

#include "sql/queries.h"

#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>

enum { ROUND_BYTES = 8 << 20, ROUND_RECORDS = 1000 }; // read at a time, whatever the letters' size

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static struct text base64_encode(struct arena *arena, struct text from)
{
    char *out = arena_alloc(arena, ((size_t)from.length + 2) / 3 * 4 + 1);
    uint32_t length = 0;
    for (uint32_t i = 0; i < from.length; i += 3) {
        uint32_t left = from.length - i;
        uint32_t bits = (uint32_t)(uint8_t)from.bytes[i] << 16;
        bits |= left > 1 ? (uint32_t)(uint8_t)from.bytes[i + 1] << 8 : 0;
        bits |= left > 2 ? (uint32_t)(uint8_t)from.bytes[i + 2] : 0;
        out[length++] = base64_digits[bits >> 18];
        out[length++] = base64_digits[bits >> 12 & 63];
        out[length++] = left > 1 ? base64_digits[bits >> 6 & 63] : '=';
        out[length++] = left > 2 ? base64_digits[bits & 63] : '=';
    }
    return (struct text){out, length};
}

// Reads what base64_encode wrote.
static struct text base64_decode(struct arena *arena, struct text from)
{
    char *out = arena_alloc(arena, from.length + 1);
    uint32_t length = 0, bits = 0, held = 0;
    for (uint32_t i = 0; i < from.length && from.bytes[i] != '='; i++) {
        const char *digit = strchr(base64_digits, from.bytes[i]);
        if (!digit || !*digit)
            continue;
        bits = bits << 6 | (uint32_t)(digit - base64_digits);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[length++] = (char)(bits >> held & 0xff);
        }
    }
    return (struct text){out, length};
}

static json_t *header_name(const char *name)
{
    json_t *json = json_string(name);
    if (json)
        return json;
    struct buffer printable = BUFFER_INIT; // not UTF-8
    buffer_append_printable(&printable, text_from(name));
    json = json_stringn(printable.bytes, printable.length);
    buffer_free(&printable);
    return json;
}

static char *headers_json(struct arena *arena, const struct record *record)
{
    json_t *all = json_array();
    for (uint32_t i = 0; i < record->header_count; i++) {
        const struct record_header *header = &record->headers[i];
        struct text value = base64_encode(arena, header->value);
        json_t *pair = json_array();
        json_array_append_new(pair, header_name(header->name));
        json_array_append_new(pair, header->value.bytes ? json_stringn(value.bytes, value.length)
                                                        : json_null());
        json_array_append_new(all, pair);
    }
    char *text = json_dumps(all, JSON_COMPACT);
    json_decref(all);
    return text;
}

static void copy_bytes_or_null(struct buffer *rows, struct text bytes, bool present)
{
    if (present)
        copy_text(rows, bytes);
    else
        copy_null(rows);
}

static void copy_headers(struct buffer *out, struct arena *arena, const struct record *record)
{
    enum { JSONB_VERSION = 1 }; // a jsonb is sent as its version and its text
    char *json = headers_json(arena, record);
    char *versioned = arena_printf(arena, "%c%s", JSONB_VERSION, json);
    copy_text(out, text_from(versioned));
    free(json);
}

bool store_copy_quarantine(struct store_postgres *self, int64_t batch_id,
                           const struct quarantine_row *rows, size_t count, struct error *error)
{
    if (!count)
        return true;
    struct arena arena = ARENA_INIT;
    struct buffer *out = &flight_begin(self)->rows; // sent from here, not launched
    for (size_t i = 0; i < count; i++) {
        const struct quarantine_row *row = &rows[i];
        copy_row(out, 10);
        copy_integer(out, row->partition_id);
        copy_bigint(out, row->offset);
        copy_bigint(out, batch_id);
        copy_instant(out, row->arrived_us);
        copy_text(out, text_from(row->stage));
        copy_text(out, text_from(row->reason));
        copy_text(out, row->detail);
        copy_bytes_or_null(out, row->record->key, row->record->has_key);
        copy_bytes_or_null(out, row->record->value, row->record->has_value);
        copy_headers(out, &arena, row->record);
    }
    copy_end(out);
    arena_free(&arena);
    return postgres_copy_in(self->postgres, &query_aggregate_copy_quarantine, out, error);
}

// Returns their number.
static uint32_t read_headers(struct arena *arena, struct text json,
                             const struct record_header **out)
{
    json_t *all = json_loadb(json.bytes, json.length, 0, NULL);
    size_t count = json_array_size(all);
    struct record_header *headers = arena_array(arena, struct record_header, count + 1);
    for (size_t i = 0; i < count; i++) {
        const json_t *pair = json_array_get(all, i);
        const char *name = json_string_value(json_array_get(pair, 0));
        const char *value = json_string_value(json_array_get(pair, 1));
        headers[i].name = arena_string(arena, text_from(name ? name : ""));
        if (value)
            headers[i].value = base64_decode(arena, text_from(value));
    }
    json_decref(all);
    *out = headers;
    return (uint32_t)count;
}

static void read_letter(const PGresult *result, int row, struct arena *arena,
                        struct dead_letter *letter)
{
    *letter = (struct dead_letter){
        .partition_id = column_integer(result, row, 0),
        .offset = column_bigint(result, row, 1),
        .topic = arena_text(arena, column_text(result, row, 2)),
        .partition = column_integer(result, row, 3),
        .stage = arena_text(arena, column_text(result, row, 4)),
        .reason = arena_text(arena, column_text(result, row, 5)),
        .detail = arena_text(arena, column_text(result, row, 6)),
        .has_key = !column_is_null(result, row, 7),
        .has_value = !column_is_null(result, row, 8),
    };
    if (letter->has_key)
        letter->key = arena_text(arena, column_text(result, row, 7));
    if (letter->has_value)
        letter->value = arena_text(arena, column_text(result, row, 8));
    letter->header_count = read_headers(arena, column_text(result, row, 9), &letter->headers);
}

bool store_read_unfed(struct store *store, const int32_t *partition_ids, size_t partition_count,
                      size_t limit, struct arena *arena, struct dead_letter **out, size_t *count,
                      struct error *error)
{
    struct store_postgres *self = (struct store_postgres *)store;
    struct buffer *ids = store_array(self, 0, OID_INT4);
    for (size_t i = 0; i < partition_count; i++)
        array_add_integer(ids, partition_ids[i]);
    struct parameters parameters = PARAMETERS_INIT;
    parameter_array(&parameters, OID_INT4_ARRAY, ids);
    parameter_bigint(&parameters, (int64_t)limit);
    parameter_bigint(&parameters, ROUND_BYTES);
    PGresult *result;
    if (!store_connect(self, error) ||
        !store_outside(self, postgres_query(self->postgres, &query_aggregate_read_unfed,
                                            &parameters, &result, error)))
        return false;
    *count = (size_t)PQntuples(result);
    *out = arena_array(arena, struct dead_letter, *count + 1);
    for (size_t i = 0; i < *count; i++)
        read_letter(result, (int)i, arena, &(*out)[i]);
    PQclear(result);
    return true;
}

bool store_mark_fed(struct store *store, const struct dead_letter *letters, size_t count,
                    struct error *error)
{
    struct store_postgres *self = (struct store_postgres *)store;
    struct buffer *ids = store_array(self, 0, OID_INT4), *offsets = store_array(self, 1, OID_INT8);
    for (size_t i = 0; i < count; i++) {
        array_add_integer(ids, letters[i].partition_id);
        array_add_bigint(offsets, letters[i].offset);
    }
    struct parameters parameters = PARAMETERS_INIT;
    parameter_array(&parameters, OID_INT4_ARRAY, ids);
    parameter_array(&parameters, OID_INT8_ARRAY, offsets);
    return store_connect(self, error) &&
           store_outside(self, postgres_execute(self->postgres, &query_aggregate_mark_fed,
                                                &parameters, NULL, error));
}

// ---- the replay logs ----

static struct store_postgres *store_of(struct replay_log *log)
{
    return (struct store_postgres *)(void *)((char *)log -
                                             offsetof(struct store_postgres, replay_log));
}

// On failure the connection is dropped, whatever it was: the next call opens another.
static bool ask(struct store_postgres *self, const struct query *query,
                const struct parameters *parameters, PGresult **result, struct error *error)
{
    enum { PATIENCE_MS = 2000 };
    if (!self->replays || !postgres_is_alive(self->replays)) {
        postgres_close(self->replays);
        self->replays = postgres_connect(self->conninfo, "cityops-aggregate replays", error);
        if (!self->replays)
            return false;
        postgres_set_patience(self->replays, PATIENCE_MS);
    }
    if (postgres_query(self->replays, query, parameters, result, error))
        return true;
    postgres_close(self->replays);
    self->replays = NULL;
    return false;
}

bool store_replay_ends(struct replay_log *log, const struct partition_name *const *names,
                       size_t count, int64_t *ends, struct error *error)
{
    struct store_postgres *self = store_of(log);
    struct buffer topics = BUFFER_INIT;
    array_begin(&topics, OID_TEXT);
    for (size_t i = 0; i < count; i++) {
        array_add_text(&topics, text_from(names[i]->topic));
        ends[i] = -1;
    }
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    parameter_text(&parameters, text_from(names[0]->cluster)); // one source reads one cluster
    parameter_array(&parameters, OID_TEXT_ARRAY, &topics);
    bool done = ask(self, &query_aggregate_replay_ends, &parameters, &result, error);
    buffer_free(&topics);
    if (!done)
        return false;
    for (int row = 0; row < PQntuples(result); row++)
        ends[column_integer(result, row, 0)] = column_bigint(result, row, 1);
    PQclear(result);
    return true;
}

static void deliver_letter(const PGresult *result, int row, uint32_t partition,
                           struct delivery *delivery)
{
    struct record record = {.partition = partition,
                            .offset = column_bigint(result, row, 0),
                            .appended_us = -1,
                            .has_key = !column_is_null(result, row, 2),
                            .has_value = !column_is_null(result, row, 3)};
    if (record.has_key)
        record.key = arena_text(delivery->arena, column_text(result, row, 2));
    if (record.has_value)
        record.value = arena_text(delivery->arena, column_text(result, row, 3));
    record.header_count =
        read_headers(delivery->arena, column_text(result, row, 4), &record.headers);
    delivery_add_record(delivery, &record);
}

bool store_read_replay(struct replay_log *log, const struct partition_name *name,
                       uint32_t partition, int64_t from, const struct poll_limits *limits,
                       struct delivery *delivery, int64_t *until, struct error *error)
{
    struct store_postgres *self = store_of(log);
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    size_t records = limits->records - delivery->record_count;
    size_t bytes = limits->bytes - delivery->bytes;
    parameter_text(&parameters, text_from(name->cluster));
    parameter_text(&parameters, text_from(name->topic));
    parameter_bigint(&parameters, from);
    parameter_bigint(&parameters, records < ROUND_RECORDS ? (int64_t)records : ROUND_RECORDS);
    parameter_bigint(&parameters, bytes < ROUND_BYTES ? (int64_t)bytes : ROUND_BYTES);
    if (!ask(self, &query_aggregate_read_replay, &parameters, &result, error))
        return false;
    *until = from;
    for (int row = 0; row < PQntuples(result); row++) {
        *until = column_bigint(result, row, 0) + 1;
        if (!column_boolean(result, row, 1))
            deliver_letter(result, row, partition, delivery);
    }
    PQclear(result);
    return true;
}
