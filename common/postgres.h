// PostgreSQL: the only file that calls libpq, apart from files that own SQL.
//
// A connection belongs to one thread. SQL is one statement per file of sql/queries, embedded by the
// build (sql/queries.h); parameters and results are binary. A failed statement gives an error class
// by SQLSTATE:
//   ERROR_RETRY  the connection is lost, or classes 08 and 53 (disk, memory, connections), 57P01 to
//                57P05 (shutdown, start), 57014 (cancelled, timed out), 58030 (input/output), 55006
//                and 55P03 (in use, locked), 25006 (a standby)
//   ERROR_ABORT  class 40: deadlock, serialization failure
//   ERROR_FATAL  everything else
// Its text names the query's file, the SQLSTATE, the server's message and detail. Passwords never
// appear in a text.
#pragma once

#include "common/config.h"
#include "core/arena.h"
#include "core/buffer.h"
#include "core/error.h"
#include "core/rollup.h"
#include "core/text.h"
#include "sql/query.h"

#include <libpq-fe.h>
#include <stdint.h>

struct postgres;

// Connects; retries with back-off until config's `wait` is over or a stop is requested
// (common/signals.h), then ERROR_RETRY; says every few seconds what it waits for. What waiting
// cannot mend (a conninfo that cannot be read, a wrong password, no such database, no permission)
// is ERROR_BAD_CONFIG at once. Sets application_name (PGAPPNAME wins), TimeZone UTC,
// client_encoding UTF8, client_min_messages warning; connect_timeout 10 s and TCP keepalives unless
// the conninfo has its own.
struct postgres *postgres_open(const struct config *config, const char *application,
                               struct error *error);
struct postgres *postgres_connect(const char *conninfo, const char *application,
                                  struct error *error); // one try
void postgres_close(struct postgres *postgres);         // takes null
// How long an answer to a query may keep us waiting; then the connection is cut, and the query fails with ERROR_RETRY. 0: without
// end, as after opening.
void postgres_set_patience(struct postgres *postgres, int patience_ms);
// Looks at the socket as well: false as soon as the server's end of the connection is known to be
// gone.
bool postgres_is_alive(const struct postgres *postgres);
// Breaks the connection: a call that another thread is waiting in fails with ERROR_RETRY, and the server rolls back. The
// caller sees to it that the connection is not closed meanwhile.
void postgres_interrupt(struct postgres *postgres);
// SQLSTATE of the last statement that failed on this connection; "" when none did or the server had
// no say.
const char *postgres_sqlstate(const struct postgres *postgres);
PGconn *postgres_connection(
    struct postgres *postgres); // borrowed: for its socket, and for files that own SQL

// PostgreSQL's type numbers, as parameters and arrays need them.
enum postgres_type {
    TYPE_BOOLEAN = 16,
    TYPE_BYTEA = 17,
    TYPE_BIGINT = 20,
    TYPE_SMALLINT = 21,
    TYPE_INTEGER = 23,
    TYPE_TEXT = 25,
    TYPE_DATE = 1082,
    TYPE_TIMESTAMPTZ = 1184,
    TYPE_BOOLEAN_ARRAY = 1000,
    TYPE_BYTEA_ARRAY = 1001,
    TYPE_SMALLINT_ARRAY = 1005,
    TYPE_INTEGER_ARRAY = 1007,
    TYPE_TEXT_ARRAY = 1009,
    TYPE_BIGINT_ARRAY = 1016,
    TYPE_TIMESTAMPTZ_ARRAY = 1185,
    TYPE_DATE_ARRAY = 1182,
};

// Parameters of a statement, in order, at most 32 (more abort). Texts and buffers are borrowed
// until it is sent. Values point into the struct: fill it where it stays, do not copy it.
struct parameters {
    int count;
    unsigned types[32]; // Oids
    const char *values[32];
    int lengths[32];
    int formats[32];
    char scratch[32][16];
};

#define PARAMETERS_INIT ((struct parameters){0})

void parameter_integer(struct parameters *parameters, int32_t value);
void parameter_bigint(struct parameters *parameters, int64_t value);
void parameter_boolean(struct parameters *parameters, bool value);
void parameter_text(struct parameters *parameters, struct text value);
void parameter_bytes(struct parameters *parameters, struct text value);
void parameter_instant(struct parameters *parameters, int64_t instant_us); // timestamptz
void parameter_date(struct parameters *parameters,
                    int32_t day); // days since 1970; DAY_MIN, DAY_MAX: ∓infinity
void parameter_null(struct parameters *parameters, unsigned type);
// A one-dimensional array: start (which empties the buffer), add each element to `array`, finish.
// The buffer must outlive the statement.
void array_begin(struct buffer *array, unsigned element_type);
void array_add_integer(struct buffer *array, int32_t value);
void array_add_bigint(struct buffer *array, int64_t value);
void array_add_text(struct buffer *array, struct text value); // text or bytea
void array_add_smallint(struct buffer *array, int16_t value);
void array_add_boolean(struct buffer *array, bool value);
void array_add_instant(struct buffer *array, int64_t instant_us);
void array_add_date(struct buffer *array, int32_t day);
void array_add_null(struct buffer *array);
void parameter_array(struct parameters *parameters, unsigned array_type, struct buffer *array);

// Runs one statement; the result (null on failure only) is the caller's to PQclear. Statements are
// prepared once per connection under their name. Parameters may be null.
bool postgres_query(struct postgres *postgres, const struct query *query,
                    const struct parameters *parameters, PGresult **result, struct error *error);
// The same, result thrown away. *affected (may be null): rows of the command tag. Without
// parameters nothing is prepared, so `begin`, `commit` and the like can be run.
bool postgres_execute(struct postgres *postgres, const struct query *query,
                      const struct parameters *parameters, int64_t *affected, struct error *error);
// Several statements without parameters, as psql would run them: migrations, begin, commit.
bool postgres_script(struct postgres *postgres, const char *name, const char *script,
                     struct error *error);

// Columns of a binary result. Types must match the query's header; the length is checked and a
// mismatch aborts.
int32_t column_integer(const PGresult *result, int row, int column);
int16_t column_smallint(const PGresult *result, int row, int column);
int64_t column_bigint(const PGresult *result, int row, int column);
bool column_boolean(const PGresult *result, int row, int column);
struct text column_text(const PGresult *result, int row,
                        int column); // text or bytea; points into the result
int64_t column_instant(const PGresult *result, int row, int column); // µs since 1970
int32_t column_date(const PGresult *result, int row,
                    int column); // days since 1970; DAY_MIN, DAY_MAX for ∓infinity
static inline bool column_is_null(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column);
}

// COPY ... FROM STDIN (FORMAT binary). Rows are built in a buffer with the functions below.
void copy_begin(struct buffer *rows);            // the header
void copy_row(struct buffer *rows, int columns); // starts a row
void copy_smallint(struct buffer *rows, int16_t value);
void copy_integer(struct buffer *rows, int32_t value);
void copy_bigint(struct buffer *rows, int64_t value);
void copy_boolean(struct buffer *rows, bool value);
void copy_text(struct buffer *rows, struct text value); // text or bytea
void copy_instant(struct buffer *rows, int64_t instant_us);
void copy_date(struct buffer *rows, int32_t day);
void copy_null(struct buffer *rows);
void copy_value(struct buffer *rows, enum column_type type,
                const struct value *value); // VALUE_EMPTY is null
void copy_end(struct buffer *rows);         // the trailer
// Sends a whole buffer and waits for the end.
bool postgres_copy_in(struct postgres *postgres, const struct query *query,
                      const struct buffer *rows, struct error *error);
// The same, but returns as soon as the server has the bytes; postgres_settle (or the next call)
// waits for its answer.
bool postgres_copy_in_begin(struct postgres *postgres, const struct query *query,
                            const struct buffer *rows, struct error *error);
bool postgres_settle(struct postgres *postgres, struct error *error);

// COPY ... TO STDOUT (FORMAT binary), row by row: called with the row's fields, of which nulls[i]
// says that there is none; they hold until it returns. False from the callback stops with *error as
// it set it; the server's statement is cancelled, so an open transaction can only be rolled back.
// The text of `query` may not have parameters; a row has at most 256 fields.
typedef bool copy_row_reader(void *context, const struct text *fields, const bool *nulls,
                             int field_count, struct error *error);
bool postgres_copy_out(struct postgres *postgres, const struct query *query,
                       copy_row_reader *reader, void *context, struct error *error);
// Fields of such a row.
int16_t field_smallint(struct text field);
int32_t field_integer(struct text field);
int64_t field_bigint(struct text field);
int64_t field_instant(struct text field);
int32_t field_date(struct text field);
