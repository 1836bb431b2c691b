// What people have decided about records is listed, so that nobody has to look for it; and it must fit what the tables hold.
#include "sql/queries.h"
#include "sql/verify.h"

#include <inttypes.h>

static bool list_gaps(struct verification *verification, struct error *error)
{
    PGresult *result;
    if (!postgres_query(verification->postgres, &query_db_gap_decisions, NULL, &result, error))
        return false;
    for (int row = 0; row < PQntuples(result); row++) {
        struct text name = column_text(result, row, 0), offsets = column_text(result, row, 1);
        if (column_is_null(result, row, 2)) {
            verify_differs(verification,
                           TEXT_FORMAT ": says " TEXT_FORMAT " lost, nobody accepted it",
                           TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(offsets));
            continue;
        }
        printf("accepted: " TEXT_FORMAT ", " TEXT_FORMAT ": " TEXT_FORMAT ", by " TEXT_FORMAT
               " " TEXT_FORMAT ": " TEXT_FORMAT "\n",
               TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(offsets),
               TEXT_ARGUMENTS(column_text(result, row, 2)),
               TEXT_ARGUMENTS(column_text(result, row, 3)),
               TEXT_ARGUMENTS(column_text(result, row, 4)),
               TEXT_ARGUMENTS(column_text(result, row, 5)));
    }
    PQclear(result);
    return true;
}

static bool list_waiting(struct verification *verification, struct error *error)
{
    PGresult *result;
    if (!postgres_query(verification->postgres, &query_db_gap_list, NULL, &result, error))
        return false;
    for (int row = 0; row < PQntuples(result); row++)
        printf("waits: " TEXT_FORMAT ", " TEXT_FORMAT ": " TEXT_FORMAT
               "; to let it go on: cityops-db accept-gap '" TEXT_FORMAT "' --reason ...\n",
               TEXT_ARGUMENTS(column_text(result, row, 0)),
               TEXT_ARGUMENTS(column_text(result, row, 2)),
               TEXT_ARGUMENTS(column_text(result, row, 4)),
               TEXT_ARGUMENTS(column_text(result, row, 0)));
    PQclear(result);
    return true;
}

static bool list_erasures(struct verification *verification, struct error *error)
{
    PGresult *result;
    if (!postgres_query(verification->postgres, &query_db_erasure_list, NULL, &result, error))
        return false;
    struct arena *arena = &verification->arena;
    verification->erasure_count = (size_t)PQntuples(result);
    verification->erasures =
        arena_array(arena, struct verified_erasure, verification->erasure_count + 1);
    for (int row = 0; row < PQntuples(result); row++) {
        struct verified_erasure *erasure = &verification->erasures[row];
        *erasure = (struct verified_erasure){
            .partition_id = column_integer(result, row, 0),
            .offset = column_bigint(result, row, 1),
            .in_journal = text_equal(column_text(result, row, 2), TEXT("journal")),
            .digest = (uint64_t)column_bigint(result, row, 3),
            .name = arena_text(arena, column_text(result, row, 4)),
        };
        printf("erased: " TEXT_FORMAT ", " TEXT_FORMAT ", by " TEXT_FORMAT " " TEXT_FORMAT
               ": " TEXT_FORMAT "\n",
               TEXT_ARGUMENTS(erasure->name), TEXT_ARGUMENTS(column_text(result, row, 2)),
               TEXT_ARGUMENTS(column_text(result, row, 6)),
               TEXT_ARGUMENTS(column_text(result, row, 5)),
               TEXT_ARGUMENTS(column_text(result, row, 7)));
        if (!erasure->in_journal && !column_boolean(result, row, 9))
            verify_differs(verification,
                           "erasure " TEXT_FORMAT ": the quarantine has no such record",
                           TEXT_ARGUMENTS(erasure->name));
        else if (!erasure->in_journal && column_boolean(result, row, 8))
            verify_differs(verification, "erasure " TEXT_FORMAT ": the quarantine has bytes of it",
                           TEXT_ARGUMENTS(erasure->name));
    }
    PQclear(result);
    return true;
}

uint64_t verify_erased_digest(struct verification *verification,
                              const struct journal_record *record)
{
    for (size_t i = 0; i < verification->erasure_count; i++) {
        struct verified_erasure *erasure = &verification->erasures[i];
        if (!erasure->in_journal || erasure->partition_id != record->partition_id ||
            erasure->offset != record->offset)
            continue;
        erasure->met = true;
        return erasure->digest;
    }
    verify_differs(verification, "journal (%d, %" PRId64 "): has no value, and nobody erased it",
                   record->partition_id, record->offset);
    return 0;
}

void verify_erasures_met(struct verification *verification)
{
    for (size_t i = 0; i < verification->erasure_count; i++) {
        const struct verified_erasure *erasure = &verification->erasures[i];
        if (erasure->in_journal && !erasure->met &&
            (!verification->vector ||
             vector_holds(verification->vector, erasure->partition_id, erasure->offset)))
            verify_differs(verification,
                           "erasure " TEXT_FORMAT
                           ": the journal has no such record without its bytes",
                           TEXT_ARGUMENTS(erasure->name));
    }
}

bool verify_decisions(struct verification *verification, struct error *error)
{
    return list_gaps(verification, error) && list_waiting(verification, error) &&
           list_erasures(verification, error);
}
