// What the figures of a table depend on, as facts of the table: the same of every command that prints counts.
#pragma once

#include "common/table.h"
#include "rank/language.h"
#include "rank/snapshot.h"

// Zone, status, reference, fold, generation and cut-off, of a table about the whole period.
bool facts_add_versions(struct table *table, enum language language, struct snapshot *snapshot,
                        struct arena *arena, const struct period *period, struct error *error);
