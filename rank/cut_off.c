// The cut-off vector, and completeness: *consumed* (every partition was seen to its end after the period's end) and
// *complete* (every source's progress has passed it). Either can be missing, and the answer says which.
#include "rank/incomplete.h"
#include "rank/snapshot.h"

#include "sql/queries.h"

#include <inttypes.h>
#include <string.h>
#include <xxhash.h>

static bool read_ledger(struct snapshot *snapshot, int64_t until_us, struct buffer *vector,
                        struct buffer *missing, int64_t *lost, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_instant(&parameters, until_us);
    PGresult *result;
    if (!postgres_query(snapshot->postgres, &query_rank_cut_off, &parameters, &result, error))
        return false;
    int rows = PQntuples(result);
    if (!rows)
        incomplete_add(missing, INCOMPLETE_NOTHING_AGGREGATED, TEXT(""));
    for (int row = 0; row < rows; row++) {
        struct text name = column_text(result, row, 4);
        buffer_printf(vector, "%s" TEXT_FORMAT "=%" PRId64, row ? " " : "",
                      TEXT_ARGUMENTS(column_text(result, row, 0)), column_bigint(result, row, 1));
        *lost += column_bigint(result, row, 5);
        if (column_boolean(result, row, 3))
            incomplete_add(missing, INCOMPLETE_PARTITION_STOPPED, name);
        else if (!column_boolean(result, row, 2))
            incomplete_add(missing, INCOMPLETE_PARTITION_UNSEEN, name);
    }
    PQclear(result);
    return true;
}

// Of a source that is silent in several topics once.
static void add_silent(struct arena *arena, struct cut_off *out, struct text source)
{
    if (!out->silent_count || !text_equal(out->silent[out->silent_count - 1], source))
        out->silent[out->silent_count++] = arena_text(arena, source);
}

static bool read_sources(struct snapshot *snapshot, struct arena *arena, int64_t until_us,
                         struct buffer *missing, struct cut_off *out, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, snapshot->generation.reference_version);
    parameter_instant(&parameters, until_us);
    PGresult *result;
    if (!postgres_query(snapshot->postgres, &query_rank_sources, &parameters, &result, error))
        return false;
    int rows = PQntuples(result);
    if (!rows) {
        incomplete_add(missing, INCOMPLETE_NO_PROGRESS, TEXT(""));
        out->is_consumed = false;
    }
    out->silent = arena_array(arena, struct text, (size_t)rows + 1);
    for (int row = 0; row < rows; row++)
        if (!column_boolean(result, row, 2)) {
            add_silent(arena, out, column_text(result, row, 0));
            incomplete_add(missing, INCOMPLETE_SOURCE_SILENT, column_text(result, row, 0));
        }
    PQclear(result);
    return true;
}

const char *cut_off_digest(struct arena *arena, const char *vector)
{
    return arena_printf(arena, "%016" PRIx64, (uint64_t)XXH3_64bits(vector, strlen(vector)));
}

bool snapshot_read_cut_off(struct snapshot *snapshot, struct arena *arena, int64_t period_until_us,
                           struct cut_off *out, struct error *error)
{
    struct buffer vector = BUFFER_INIT;
    struct buffer missing = BUFFER_INIT;
    *out = (struct cut_off){0};
    bool ok = read_ledger(snapshot, period_until_us, &vector, &missing, &out->lost, error);
    out->is_consumed = missing.length == 0;
    ok = ok && read_sources(snapshot, arena, period_until_us, &missing, out, error);
    if (ok) {
        out->vector = arena_string(arena, (struct text){vector.bytes, (uint32_t)vector.length});
        out->digest = cut_off_digest(arena, out->vector);
        out->is_complete = missing.length == 0;
        out->missing = arena_string(arena, (struct text){missing.bytes, (uint32_t)missing.length});
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
