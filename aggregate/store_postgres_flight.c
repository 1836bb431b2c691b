// A COPY in flight: rows on their way to PostgreSQL while the daemon folds, or builds the next rows.
//
// One helper thread drives the connection for one COPY, and the statement that merges it, at a time; every other use of the
// connection lands it first. So the connection, and each buffer of rows, belongs to one thread at any time.
// Why a thread: 417,014 records on 2 cores took 5.3 s with it and 6.6 s without, medians of six pairs (one went the other way).
#include "aggregate/store_postgres_internal.h"

#include <stdlib.h>

static void *fly(void *argument)
{
    struct store_postgres *self = argument;
    struct flight *flight = &self->flight;
    flight->arrived =
        postgres_copy_in(self->postgres, flight->copy, flight->rows, &flight->error) &&
        (!flight->merge ||
         postgres_execute(self->postgres, flight->merge, NULL, NULL, &flight->error));
    store_within(self, flight->arrived, &flight->error);
    return NULL;
}

bool store_settle(struct store *store, struct error *error)
{
    return store_land((struct store_postgres *)store, error);
}

struct buffer *store_begin_rows(struct store_postgres *self)
{
    self->built ^= 1; // the other one may be in flight
    struct buffer *rows = &self->rows[self->built];
    buffer_reset(rows);
    copy_begin(rows);
    return rows;
}

bool store_land(struct store_postgres *self, struct error *error)
{
    struct flight *flight = &self->flight;
    if (!flight->is_flying)
        return true;
    pthread_join(flight->thread, NULL);
    flight->is_flying = false;
    if (!flight->arrived)
        *error = flight->error;
    return flight->arrived;
}

bool store_launch(struct store_postgres *self, const struct query *copy, const struct query *merge,
                  struct error *error)
{
    if (!store_land(self, error))
        return false;
    struct flight *flight = &self->flight;
    flight->copy = copy;
    flight->merge = merge;
    flight->rows = &self->rows[self->built];
    flight->error = ERROR_INIT;
    flight->is_flying = true;
    if (pthread_create(&flight->thread, NULL, fly, self) != 0)
        abort(); // out of memory for a stack
    return true;
}
