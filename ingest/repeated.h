// Keys that stand more than once in one extract, and which of their rows count. Resolved before
// anything is sent.
//
// Two readings of the file find out, three where a row of several parts is refused for one of them:
// the first notes 8 bytes per row and so knows which keys may repeat; the second looks at those
// alone, exactly. A file without repeated keys needs no second reading. One thread.
#pragma once

#include "core/text.h"
#include "ingest/mapping.h"

#include <stdint.h>

struct repeated;

struct repeated *repeated_new(void);
void repeated_free(struct repeated *repeated); // takes null

// First reading: every row that can be read.
void repeated_note(struct repeated *repeated, struct text key);
// Whether a second reading is needed.
bool repeated_is_any(const struct repeated *repeated);
// Second reading: the same rows again. `position` counts rows; `content` is equal when two rows say
// the same.
void repeated_resolve(struct repeated *repeated, struct text key, uint64_t position, uint64_t line,
                      struct text content);

enum repeated_verdict { ROW_COUNTS, ROW_SUPERSEDED, ROW_REFUSED };

// Third reading, where rows are refused for one of their parts: the others of the file. Among these
// is then the first and the last of a key; before, among all.
void repeated_accept(struct repeated *repeated, struct text key, uint64_t position);

// Afterwards: what becomes of a row by the rule of its part. ROW_REFUSED: `reason` says why.
enum repeated_verdict repeated_decide(const struct repeated *repeated, enum repeated_rule rule,
                                      struct text key, uint64_t position, char reason[256]);
