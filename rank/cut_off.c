// The cut-off vector, and completeness: *consumed* (every partition was seen to its end after the period's end) and
// *complete* (every source's progress has passed it). Either can be missing, and the answer says which.
#include "rank/snapshot.h"

#include "sql/queries.h"

#include <inttypes.h>
#include <xxhash.h>

// Starts the next thing that is missing; the caller says the rest.
static struct buffer *add_missing(struct buffer *missing)
{
    if (missing->length)
        buffer_append(missing, "; ", 2);
    return missing;
}

static bool read_ledger(struct snapshot *snapshot, int64_t until_us, struct buffer *vector,
                        struct buffer *missing, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_instant(&parameters, until_us);
    PGresult *result;
    if (!postgres_query(snapshot->postgres, &query_rank_cut_off, &parameters, &result, error))
        return false;
    int rows = PQntuples(result);
    if (!rows)
        buffer_printf(add_missing(missing), "nothing was ever aggregated");
    for (int row = 0; row < rows; row++) {
        struct text name = column_text(result, row, 4);
        buffer_printf(vector, "%s" TEXT_FORMAT "=%" PRId64, row ? " " : "",
                      TEXT_ARGUMENTS(column_text(result, row, 0)), column_bigint(result, row, 1));
        if (column_boolean(result, row, 3))
            buffer_printf(add_missing(missing), "partition " TEXT_FORMAT " is stopped",
                          TEXT_ARGUMENTS(name));
        else if (!column_boolean(result, row, 2))
            buffer_printf(add_missing(missing),
                          "partition " TEXT_FORMAT " was not yet seen to its end after the period",
                          TEXT_ARGUMENTS(name));
    }
    PQclear(result);
    return true;
}

static bool read_sources(struct snapshot *snapshot, int64_t until_us, struct buffer *missing,
                         struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, snapshot->generation.reference_version);
    parameter_instant(&parameters, until_us);
    PGresult *result;
    if (!postgres_query(snapshot->postgres, &query_rank_sources, &parameters, &result, error))
        return false;
    int rows = PQntuples(result);
    if (!rows)
        buffer_printf(add_missing(missing), "no source has ever told how far it has published");
    for (int row = 0; row < rows; row++)
        if (!column_boolean(result, row, 2))
            buffer_printf(add_missing(missing),
                          "source " TEXT_FORMAT
                          " has not published everything up to the period's end",
                          TEXT_ARGUMENTS(column_text(result, row, 0)));
    PQclear(result);
    return true;
}

bool snapshot_read_cut_off(struct snapshot *snapshot, struct arena *arena, int64_t period_until_us,
                           struct cut_off *out, struct error *error)
{
    struct buffer vector = BUFFER_INIT;
    struct buffer missing = BUFFER_INIT;
    bool ok = read_ledger(snapshot, period_until_us, &vector, &missing, error) &&
              read_sources(snapshot, period_until_us, &missing, error);
    if (ok) {
        uint64_t digest = XXH3_64bits(vector.bytes, vector.length);
        *out = (struct cut_off){
            .vector = arena_string(arena, (struct text){vector.bytes, (uint32_t)vector.length}),
            .digest = arena_printf(arena, "%016" PRIx64, digest),
            .is_complete = missing.length == 0,
            .missing = arena_string(arena, (struct text){missing.bytes, (uint32_t)missing.length}),
        };
    }
    buffer_free(&vector);
    buffer_free(&missing);
    return ok;
}

bool snapshot_sha256(struct snapshot *snapshot, struct arena *arena, struct text bytes,
                     const char **out, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_bytes(&parameters, bytes);
    PGresult *result;
    if (!postgres_query(snapshot->postgres, &query_rank_sha256, &parameters, &result, error))
        return false;
    *out = arena_string(arena, column_text(result, 0, 0));
    PQclear(result);
    return true;
}
