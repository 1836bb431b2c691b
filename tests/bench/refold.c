// Folds the journal of the database that libpq's environment names, once, and prints: records, seconds, CPU-seconds, entities.
#include "sql/refold.h"
#include "sql/queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static double seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(void)
{
    struct error error = ERROR_INIT;
    struct postgres *postgres = postgres_connect("", "bench-refold", &error);
    struct entity_states *states = refold_states_new();
    struct refold_counts counts = {0};
    const struct refold_options options = {0};
    double began = seconds_of(CLOCK_MONOTONIC);
    bool done = postgres &&
                refold_journal(postgres, &query_db_journal_out, &options, states, &counts, &error);
    double seconds = seconds_of(CLOCK_MONOTONIC) - began;
    size_t entities = 0;
    for (struct entity_state *at = NULL; (at = entity_states_next(states, at));)
        entities++;
    if (done)
        printf("%" PRId64 " %.2f %.2f %zu\n", counts.records, seconds,
               seconds_of(CLOCK_PROCESS_CPUTIME_ID), entities);
    else
        fprintf(stderr, "bench-refold: %s\n", error.text);
    entity_states_free(states);
    postgres_close(postgres);
    return done ? 0 : 1;
}
