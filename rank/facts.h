// What the figures of a table depend on, as facts of the table: the same of every command that prints counts.
#pragma once

#include "common/table.h"
#include "rank/language.h"
#include "rank/snapshot.h"

// A fact in words: people read it in their language, machines in English, whatever the language.
void facts_add_words(struct table *table, enum language language, const char *key,
                     const char *title, const char *en, const char *zh);
// Zone, status, reference, fold, generation and cut-off, of a table about the whole period.
bool facts_add_versions(struct table *table, enum language language, struct snapshot *snapshot,
                        struct arena *arena, const struct period *period, struct error *error);
