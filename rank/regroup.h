// Counts of others than districts, or in windows that begin or end at noon: what no rollup holds.
//
// Every state of the families that are needed is read and contributes as it does to the rollups (core/family.h), under another
// subject and with the period's days starting where the period says. So the figures are those that a rollup of that grain would
// hold, with --as-of too. Costs a scan of the states.
#pragma once

#include "rank/snapshot.h"

// The subjects of the kind on the period's days, and every other that something was counted of, with the cells that are needed.
bool regroup_read(struct snapshot *snapshot, struct arena *arena, const struct period *period,
                  enum subject_kind kind, const struct count_needs *needs, struct subjects *out,
                  struct error *error);
