// Connecting: which settings every connection has, how long to wait for a server, and which
// failures no waiting mends. Conninfo strings hold passwords: only host, port, database and user of
// one are ever shown.
#include "common/postgres_internal.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/signals.h"

#include <poll.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

enum {
    CONNECT_TIMEOUT_S = 10,
    BACKOFF_FIRST_MS = 100,
    BACKOFF_MOST_MS = 2000,
    SAY_EVERY_S = 5,
    PARAMETERS_MOST = 12,
};

struct connect_parameters {
    const char *keywords[PARAMETERS_MOST], *values[PARAMETERS_MOST];
    int count;
};

static void connect_parameter(struct connect_parameters *out, const char *keyword,
                              const char *value)
{
    out->keywords[out->count] = keyword;
    out->values[out->count++] = value;
}

// What stands before dbname, which is the conninfo and is expanded, is only a default.
static struct connect_parameters connect_parameters_of(const char *conninfo,
                                                       const char *application)
{
    struct connect_parameters out = {.count = 0};
    if (!getenv("PGCONNECT_TIMEOUT"))
        connect_parameter(&out, "connect_timeout", "10");
    connect_parameter(&out, "keepalives_idle", "30");
    connect_parameter(&out, "keepalives_interval", "10");
    connect_parameter(&out, "keepalives_count", "3");
    connect_parameter(&out, "fallback_application_name", application);
    connect_parameter(&out, "dbname", conninfo);
    connect_parameter(&out, "client_encoding", "UTF8");
    return out;
}

static bool conninfo_is_string(const char *conninfo)
{
    return strchr(conninfo, '=') || strncmp(conninfo, "postgresql://", 13) == 0 ||
           strncmp(conninfo, "postgres://", 11) == 0;
}

// libpq's complaints repeat parts of what they complain about: shown only where no password can be
// in it.
static bool conninfo_check(const char *conninfo, struct error *error)
{
    if (!conninfo_is_string(conninfo))
        return true;
    char *reason = NULL, text[300];
    PQconninfoOption *options = PQconninfoParse(conninfo, &reason);
    bool right = options != NULL;
    if (!right) {
        bool safe = !strcasestr(conninfo, "password") && !strchr(conninfo, '@');
        message_flatten(text, sizeof text, reason ? reason : "out of memory");
        error_set(error, ERROR_BAD_CONFIG, "database: the conninfo cannot be read: %s",
                  safe ? text
                       : "look at its quotes, escapes and = signs (it holds a password, so "
                         "no more is shown)");
    }
    PQconninfoFree(options);
    PQfreemem(reason);
    return right;
}

// Waits until PQconnectPoll has an answer; the connection's messages then carry SQLSTATEs.
static void connect_finish(PGconn *connection, int64_t until_us)
{
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
        int64_t left_ms = (until_us - clock_monotonic_us()) / 1000;
        struct pollfd socket = {.fd = PQsocket(connection),
                                .events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        if (left_ms <= 0 || poll(&socket, 1, (int)left_ms) <= 0)
            return;
        status = PQconnectPoll(connection);
    }
}

// Why does a server that answers refuse us? libpq tells the SQLSTATE of a failed connection only in
// verbose messages, and these can only be asked for between the start of a connection and its end.
// "" when it cannot be learnt.
static void refusal_sqlstate(const struct connect_parameters *parameters, char sqlstate[6])
{
    *sqlstate = '\0';
    PGconn *connection = PQconnectStartParams(parameters->keywords, parameters->values, 1);
    if (connection && PQstatus(connection) != CONNECTION_BAD) {
        PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
        connect_finish(connection, clock_monotonic_us() + CONNECT_TIMEOUT_S * INT64_C(1000000));
        // "...FATAL:  28P01: text": the last one is the last host's.
        const char *at = PQerrorMessage(connection);
        while ((at = strstr(at, ":  "))) {
            at += 3;
            if (strspn(at, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 && at[5] == ':')
                snprintf(sqlstate, 6, "%s", at);
        }
    }
    PQfinish(connection);
}

static enum error_class refusal_class(const PGconn *connection,
                                      const struct connect_parameters *parameters)
{
    static const char *const hopeless[] = {"28", "3D", "42",
                                           "22"}; // authorization, database, rights
    if (PQconnectionNeedsPassword(connection))
        return ERROR_BAD_CONFIG;
    if (PQpingParams(parameters->keywords, parameters->values, 1) != PQPING_OK)
        return ERROR_RETRY;
    char sqlstate[6];
    refusal_sqlstate(parameters, sqlstate);
    for (size_t i = 0; i < sizeof hopeless / sizeof *hopeless; i++) {
        if (strncmp(sqlstate, hopeless[i], 2) == 0)
            return ERROR_BAD_CONFIG;
    }
    return ERROR_RETRY;
}

static const char *shown(const char *value)
{
    return value && *value ? value : "?";
}

static void notice_arrived(void *context, const PGresult *result)
{
    (void)context;
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    log_warning("PostgreSQL: %s", message ? message : "a notice without a text");
}

struct postgres *postgres_connect(const char *conninfo, const char *application,
                                  struct error *error)
{
    if (!conninfo_check(conninfo, error))
        return NULL;
    struct connect_parameters parameters = connect_parameters_of(conninfo, application);
    struct postgres *postgres = calloc(1, sizeof *postgres);
    if (!postgres)
        abort();
    PGconn *connection = PQconnectdbParams(parameters.keywords, parameters.values, 1);
    if (!connection)
        abort();
    postgres->connection = connection;
    if (PQstatus(connection) != CONNECTION_OK) {
        char message[600];
        message_flatten(message, sizeof message, PQerrorMessage(connection));
        error_set(error, refusal_class(connection, &parameters),
                  "PostgreSQL at host %s, port %s, database %s, user %s: %s",
                  shown(PQhost(connection)), shown(PQport(connection)), shown(PQdb(connection)),
                  shown(PQuser(connection)), message);
        postgres_close(postgres);
        return NULL;
    }
    PQsetNoticeReceiver(connection, notice_arrived, NULL);
    // A plan that is kept would be that of the table as it was then: batches come into tables that grow from nothing to
    // millions of rows before anybody analyzes them.
    if (!postgres_script(postgres, "session settings",
                         "set client_min_messages = warning; set timezone = 'UTC'; "
                         "set plan_cache_mode = force_custom_plan",
                         error)) {
        postgres_close(postgres);
        return NULL;
    }
    return postgres;
}

static void pause_ms(int64_t ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL); // a signal ends it early
}

struct postgres *postgres_open(const struct config *config, const char *application,
                               struct error *error)
{
    const char *conninfo = config_text(config, "database");
    int64_t wait_s = config_integer(config, "wait");
    int64_t start_us = clock_monotonic_us(), until_us = start_us + wait_s * 1000000;
    int64_t say_us = start_us, backoff_ms = BACKOFF_FIRST_MS;
    for (;;) {
        struct error failure = ERROR_INIT;
        struct postgres *postgres =
            postgres_connect(conninfo ? conninfo : "", application, &failure);
        if (postgres)
            return postgres;
        int64_t now_us = clock_monotonic_us();
        if (failure.class != ERROR_RETRY || signals_stop_requested() || now_us >= until_us) {
            error_set(error, failure.class, "%s", failure.text);
            if (failure.class == ERROR_RETRY && wait_s > 0)
                error_prefix(error, "waited %lld s", (long long)((now_us - start_us) / 1000000));
            return NULL;
        }
        if (now_us >= say_us) {
            log_warning("waiting up to %lld s more: %s", (long long)((until_us - now_us) / 1000000),
                        failure.text);
            say_us = now_us + SAY_EVERY_S * INT64_C(1000000);
        }
        int64_t left_ms = (until_us - now_us) / 1000 + 1;
        pause_ms(backoff_ms < left_ms ? backoff_ms : left_ms);
        backoff_ms = backoff_ms * 2 < BACKOFF_MOST_MS ? backoff_ms * 2 : BACKOFF_MOST_MS;
    }
}

void postgres_close(struct postgres *postgres)
{
    if (!postgres)
        return;
    postgres_forget_prepared(postgres);
    PQfinish(postgres->connection);
    free(postgres);
}

void postgres_interrupt(struct postgres *postgres)
{
    shutdown(PQsocket(postgres->connection), SHUT_RDWR);
}

bool postgres_is_alive(const struct postgres *postgres)
{
    if (PQstatus(postgres->connection) != CONNECTION_OK)
        return false;
    // A farewell of the server is data: reading it succeeds, so the closed end is asked for as
    // well.
    struct pollfd socket = {.fd = PQsocket(postgres->connection), .events = POLLIN | POLLRDHUP};
    if (poll(&socket, 1, 0) <= 0)
        return true;
    return !(socket.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) &&
           PQconsumeInput(postgres->connection) && PQstatus(postgres->connection) == CONNECTION_OK;
}
