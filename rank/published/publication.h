// Published results (law 5): how they are named, stored, chained and found.
//
// A result is a document (rank/published/result_document.h) with a number in the chain of its profile and subjects. Rows are only ever added;
// the database gives number, hashes, author and time (sql/migrations/0011_published_result.sql). Reads and writes through a
// connection of the caller's.
#pragma once

#include "common/postgres.h"

#include <stdint.h>

enum publication_stage { STAGE_ANNOUNCED, STAGE_FINAL, STAGE_RESTATED, STAGE_COUNT };

const char *publication_stage_name(enum publication_stage stage); // "announced", as stored

struct publication {
    struct text profile, subjects, period;
    int32_t number;
    enum publication_stage stage;
    int32_t restatement;  // of restated: 1, 2, ...; else 0
    struct text document; // empty where it was not asked for
    struct text document_sha256, previous_sha256, chain_sha256;
    int64_t published_us;
    struct text published_by, reason;
    bool document_is_right, chain_is_right; // the hashes are those of what is stored
};

struct publications {
    struct publication *list; // by profile, subjects, number
    size_t count;
};

// Which: empty texts mean any.
struct publication_filter {
    struct text profile, subjects, period;
    bool with_documents;
};

// Everything is the arena's.
bool publications_read(struct postgres *postgres, struct arena *arena,
                       const struct publication_filter *filter, struct publications *out,
                       struct error *error);
// The newest of those read that has this stage (STAGE_COUNT: any); null when there is none.
const struct publication *publications_newest(const struct publications *publications,
                                              enum publication_stage stage);

// "guangzhou-monthly/2022-12/restated-1": how it is said and found.
const char *publication_name(struct arena *arena, const struct publication *publication);
// Finds what "PROFILE/PERIOD" (the newest), "PROFILE/PERIOD/final", ".../announced", ".../restated-2" or "PROFILE#7" (the number)
// names, with its document. ERROR_BAD_CONFIG when it is none of these or there is no such result.
bool publication_find(struct postgres *postgres, struct arena *arena, const char *name,
                      struct publication *out, struct error *error);

// Adds one in the caller's transaction; the rest of the row is the database's to give. ERROR_BAD_CONFIG when the stage is out of
// order.
bool publication_add(struct postgres *postgres, const struct publication *publication,
                     int32_t from_day, int32_t until_day, struct error *error);

// What is wrong with a whole chain, whose publications have been read without a period: a number that is missing, a document or a link
// whose hash is another. Appends a line for each to `out`; returns how many.
size_t publication_check_chain(const struct publications *chain, struct buffer *out);
