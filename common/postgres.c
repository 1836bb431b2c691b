// Statements on an open connection, and what their failures mean. Connecting is postgres_connect.c,
// values are postgres_parameters.c and postgres_columns.c, COPY is postgres_copy.c.
#include "common/fail_point.h"
#include "common/postgres_internal.h"

#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <xxhash.h>

// uthash's own hash function falls through switch labels without saying so.
#define HASH_FUNCTION(key, bytes, hash) ((hash) = (unsigned)XXH3_64bits(key, bytes))
#include <uthash.h>

struct prepared_statement {
    const char *name; // the query's, static
    UT_hash_handle hh;
};

void message_flatten(char *out, size_t out_bytes, const char *message)
{
    size_t used = 0;
    for (; message && *message && used + 1 < out_bytes; message++) {
        bool blank = *message == '\n' || *message == '\t' || *message == '\r' || *message == ' ';
        if (!blank)
            out[used++] = *message;
        else if (used && out[used - 1] != ' ')
            out[used++] = ' ';
    }
    while (used && out[used - 1] == ' ')
        used--;
    out[used] = '\0';
}

enum error_class postgres_class_of(const char *sqlstate)
{
    static const char *const retry[] = {"08",    "53",    "57P01", "57P02", "57P03", "57P04",
                                        "57P05", "57014", "58030", "55006", "55P03", "25006"};
    if (strncmp(sqlstate, "40", 2) == 0)
        return ERROR_ABORT;
    for (size_t i = 0; i < sizeof retry / sizeof *retry; i++) {
        if (strncmp(sqlstate, retry[i], strlen(retry[i])) == 0)
            return ERROR_RETRY;
    }
    return ERROR_FATAL;
}

bool postgres_fail(struct postgres *postgres, const char *name, const PGresult *result,
                   struct error *error)
{
    const char *sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *detail = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL) : NULL;
    // A statement that could not be sent leaves libpq's status as it was: the socket is asked too.
    bool lost = !postgres_is_alive(postgres);
    snprintf(postgres->sqlstate, sizeof postgres->sqlstate, "%s", sqlstate ? sqlstate : "");
    enum error_class class = lost || !sqlstate ? ERROR_RETRY : postgres_class_of(sqlstate);
    if (!sqlstate && !lost)
        class = ERROR_FATAL; // libpq itself refuses: a statement out of order, too many parameters
    char message[400], more[400];
    message_flatten(message, sizeof message,
                    primary ? primary : PQerrorMessage(postgres->connection));
    message_flatten(more, sizeof more, detail);
    return error_set(error, class, "query %s: %s%s%s%s%s%s", name, sqlstate ? "SQLSTATE " : "",
                     sqlstate ? sqlstate : "", sqlstate ? ": " : "",
                     *message ? message : "the connection to PostgreSQL was lost",
                     *more ? "; " : "", more);
}

// Waits until something can be read without waiting, for as long as the connection's patience; past it the connection is cut, which
// the next read tells.
static void answer_await(struct postgres *postgres)
{
    struct pollfd socket = {.fd = PQsocket(postgres->connection), .events = POLLIN};
    while (postgres->patience_ms && PQisBusy(postgres->connection)) {
        int ready = poll(&socket, 1, postgres->patience_ms);
        if (ready == 0)
            shutdown(socket.fd, SHUT_RDWR);
        if (ready == 0 || !PQconsumeInput(postgres->connection))
            return;
    }
}

// The answer to what was sent, as PQexec gives it: the last result; where a COPY begins, its beginning. Null: none came.
static PGresult *answer_read(struct postgres *postgres)
{
    PGconn *connection = postgres->connection;
    PGresult *last = NULL, *next;
    while (answer_await(postgres), (next = PQgetResult(connection))) {
        PQclear(last);
        last = next;
        ExecStatusType status = PQresultStatus(last);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT ||
            PQstatus(connection) == CONNECTION_BAD)
            break;
    }
    return last;
}

static bool result_check(struct postgres *postgres, const char *name, PGresult *result,
                         struct error *error)
{
    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        return true;
    case PGRES_COPY_IN:
        PQputCopyEnd(postgres->connection, "this statement was not expected to copy");
        PQclear(answer_read(postgres));
        break;
    default:
        break;
    }
    return postgres_fail(postgres, name, result, error);
}

static bool statement_prepare(struct postgres *postgres, const struct query *query,
                              const struct parameters *parameters, struct error *error)
{
    struct prepared_statement *prepared;
    HASH_FIND_STR(postgres->prepared, query->name, prepared);
    if (prepared)
        return true;
    PGresult *result =
        PQprepare(postgres->connection, query->name, query->text,
                  parameters ? parameters->count : 0, parameters ? parameters->types : NULL);
    bool right = result_check(postgres, query->name, result, error);
    PQclear(result);
    if (!right)
        return false;
    prepared = calloc(1, sizeof *prepared);
    if (!prepared)
        abort();
    prepared->name = query->name;
    HASH_ADD_KEYPTR(hh, postgres->prepared, prepared->name, strlen(prepared->name), prepared);
    return true;
}

void postgres_forget_prepared(struct postgres *postgres)
{
    struct prepared_statement *prepared, *next;
    HASH_ITER(hh, postgres->prepared, prepared, next)
    {
        HASH_DEL(postgres->prepared, prepared);
        free(prepared);
    }
}

void postgres_set_patience(struct postgres *postgres, int patience_ms)
{
    postgres->patience_ms = patience_ms;
}

bool postgres_query(struct postgres *postgres, const struct query *query,
                    const struct parameters *parameters, PGresult **result, struct error *error)
{
    *result = NULL;
    if (!postgres_settle(postgres, error) || !statement_prepare(postgres, query, parameters, error))
        return false;
    enum { BINARY = 1 };
    FAIL_POINT(query->name, "before");
    PGresult *answer = NULL;
    if (PQsendQueryPrepared(postgres->connection, query->name, parameters ? parameters->count : 0,
                            parameters ? parameters->values : NULL,
                            parameters ? parameters->lengths : NULL,
                            parameters ? parameters->formats : NULL, BINARY)) {
        FAIL_POINT(query->name, "sent");
        answer = answer_read(postgres);
    }
    FAIL_POINT(query->name, "after");
    if (!result_check(postgres, query->name, answer, error)) {
        PQclear(answer);
        return false;
    }
    *result = answer;
    return true;
}

bool postgres_execute(struct postgres *postgres, const struct query *query,
                      const struct parameters *parameters, int64_t *affected, struct error *error)
{
    PGresult *result = NULL;
    bool right;
    if (parameters) {
        right = postgres_query(postgres, query, parameters, &result, error);
    } else {
        right = postgres_settle(postgres, error);
        if (right) {
            FAIL_POINT(query->name, "before");
            if (PQsendQuery(postgres->connection, query->text)) {
                FAIL_POINT(query->name, "sent");
                result = answer_read(postgres);
            }
            FAIL_POINT(query->name, "after");
            right = result_check(postgres, query->name, result, error);
        }
    }
    if (right && affected)
        *affected = strtoll(PQcmdTuples(result), NULL, 10);
    PQclear(result);
    return right;
}

bool postgres_script(struct postgres *postgres, const char *name, const char *script,
                     struct error *error)
{
    if (!postgres_settle(postgres, error))
        return false;
    PGresult *result = PQexec(postgres->connection, script);
    bool right = result_check(postgres, name, result, error);
    PQclear(result);
    return right;
}

bool postgres_settle(struct postgres *postgres, struct error *error)
{
    if (!postgres->settling)
        return true;
    const char *name = postgres->settling->name;
    postgres->settling = NULL;
    bool right = true;
    PGresult *result;
    while ((result = PQgetResult(postgres->connection))) {
        if (right)
            right = result_check(postgres, name, result, error);
        PQclear(result);
    }
    if (right && PQstatus(postgres->connection) != CONNECTION_OK)
        right = postgres_fail(postgres, name, NULL, error);
    return right;
}

const char *postgres_sqlstate(const struct postgres *postgres)
{
    return postgres->sqlstate;
}

PGconn *postgres_connection(struct postgres *postgres)
{
    return postgres->connection;
}
