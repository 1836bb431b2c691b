// Entities for tests, tickets unless a family is named, written as rows of what one source states;
// contributions printed as lines.
#pragma once

#include "core/hotline.h"

// One stated field; text wins over integer when it is not null, STATED_EMPTY clears.
struct stated {
    uint16_t kind;
    const char *key; // of an occurrence; null for the ticket's own
    uint16_t field;  // 0 ends a list; FIELD_STATED alone says that the occurrence exists
    int64_t integer;
    const char *text;
};

#define STATED_EMPTY INT64_MAX
#define FACT(field, integer)                                                                       \
    {                                                                                              \
        FACTS_KIND, NULL, field, integer, NULL                                                     \
    }
#define FACT_TEXT(field, text)                                                                     \
    {                                                                                              \
        FACTS_KIND, NULL, field, 0, text                                                           \
    }
#define OF(kind, key, field, integer)                                                              \
    {                                                                                              \
        kind, key, field, integer, NULL                                                            \
    }
#define OF_TEXT(kind, key, field, text)                                                            \
    {                                                                                              \
        kind, key, field, 0, text                                                                  \
    }

struct statement {
    const char *source;
    int64_t recorded_us;
    const struct stated *rows;      // ends with a row of field 0
    const uint16_t *complete_kinds; // of a snapshot, else null
    size_t complete_kind_count;
};

// The assignments that the rows mean: sorted, each occurrence existing unless it is withdrawn.
struct event statement_event(struct arena *arena, const struct statement *statement);
void statement_fold(struct arena *arena, const struct statement *statement, struct state *out);
// Of one source "test", recorded at 1.
void rows_fold(struct arena *arena, const struct stated *rows, struct state *out);
// The same of any family.
struct event family_statement_event(struct arena *arena, enum family family,
                                    const struct statement *statement);
void family_rows_fold(struct arena *arena, enum family family, const struct stated *rows,
                      struct state *out);
void rows_read(struct arena *arena, const struct stated *rows, struct ticket *out);

// One line for each cell that is not zero, in their order: "ticket_day 1 2015-03-08 A 3 0: tickets
// 1, due 1\n".
const char *sums_describe(struct arena *arena, struct rollup_sums *sums);
