// The store on PostgreSQL. One connection, opened again by the next call after it was lost.
#pragma once

#include "aggregate/source_replay.h"
#include "aggregate/store.h"
#include "common/postgres.h"

// `conninfo` is borrowed. Opens nothing yet unless `connected` is given, which is taken over. Free with
// store_postgres_free.
struct store *store_postgres_new(const char *conninfo, struct postgres *connected);
void store_postgres_free(struct store *store);
// Breaks the call that another thread waits in, if one does: it fails with ERROR_RETRY, and PostgreSQL rolls back what it had.
void store_postgres_interrupt(struct store *store);
// The replay logs of the same database, over a connection of their own, so that any thread may read them; a server that does not
// answer within two seconds has not answered. As long as the store.
struct replay_log *store_postgres_replay_log(struct store *store);
// For tests: the connection at this moment, or null.
struct postgres *store_postgres_connection(struct store *store);
