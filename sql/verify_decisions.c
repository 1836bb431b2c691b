// What people have decided about records is listed, so that nobody has to look for it; and it must fit what the tables hold.
#include "sql/queries.h"
#include "sql/verify.h"

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

bool verify_decisions(struct verification *verification, struct error *error)
{
    return list_gaps(verification, error);
}
