// The document of a published result: an assessment with everything that it was computed from, as canonical bytes.
//
// Canonical JSON: UTF-8, one line without a line feed, keys of objects in the order of their bytes, no blanks, integers and no other
// numbers (beyond 2^53 as strings), fractions as strings "341/347", only those characters escaped that have to be. So `jq -cSj .`
// gives the same bytes, whatever laid the document out anew. What each key means stands in sql/README.md. Nothing of the clock is in it.
// Pure; no database.
#pragma once

#include "rank/assessment.h"
#include "rank/published/publication.h"

struct accepted_source { // that had not published everything, and why it was closed nevertheless
    struct text source, reason;
};

// What is stated with the figures.
struct result_terms {
    enum publication_stage stage;
    int32_t restatement;       // of restated: 1, 2, ...
    int32_t appeals_until_day; // the last day of appeals; DAY_MAX: none was set
    struct text early; // why it was closed without, or before the end of, appeals; else empty
    struct accepted_source *accepted;
    size_t accepted_count;
};

struct result {
    struct profile profile; // of its own text
    struct assessment assessment;
    struct result_terms terms;
    struct traffic_hours hours; // of profiles with indicators of traffic
};

// The hours (bit set of kinds) that indicators of traffic look at one by one; 0: the profile has none of them.
uint64_t profile_traffic_kinds(const struct profile *profile);

// "visited.result_5", "-overdue-left.tickets before the period": what a sum is of, in documents and differences.
const char *result_term_name(struct arena *arena, const struct indicator_settings *settings,
                             const struct indicator_term *term);

// The bytes are the arena's. ERROR_BAD_CONFIG when a text is not UTF-8.
bool result_write(struct arena *arena, const struct assessment *assessment,
                  const struct result_terms *terms, const struct traffic_hours *hours,
                  struct text *document, struct error *error);
// Everything is the arena's; `name` is for messages, and `document` has to live as long. ERROR_DIFFERENT when it is no document that
// this program could have written: it was edited, or a newer program wrote it.
bool result_read(struct arena *arena, const char *name, struct text document, struct result *out,
                 struct error *error);

// Whether two documents have the same figures, whatever else they say: rows, summaries and hours.
bool result_figures_equal(struct text left, struct text right);
// Appends a line for each place ("/rows/0/indicators/W04/n: 617, recomputed 616") at which two documents differ, at most `most`.
// Returns how many there are.
size_t result_compare(struct text left, struct text right, size_t most, struct buffer *out);

#define CONFIG_KEY_DOCUMENT                                                                        \
    {                                                                                              \
        .name = "document", .type = CONFIG_FLAG,                                                   \
        .meaning = "Print the result's document instead, byte for byte as it was hashed"           \
    }
// Prints a published result as config's keys "format", "columns", "document" and "lang" say (rank/published/results.c).
bool publication_print(const struct publication *publication, const struct config *config,
                       struct error *error);
