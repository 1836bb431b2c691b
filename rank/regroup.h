// Counts of others than districts, in windows that begin or end at noon, or by rules of their own: what no rollup holds.
//
// Every state of the families that are needed is read and contributes as it does to the rollups (core/family.h), under another
// subject and with the period's days starting where the period says. So the figures are those that a rollup of that grain would
// hold, with --as-of too. Costs a scan of the states.
#pragma once

#include "rank/snapshot.h"

// One way of counting, and which cells of it are needed. All ways are counted in one pass.
struct count_way {
    uint8_t number;                // of the cells: settings.rule
    const struct count_rule *rule; // null: as the rollups count
    struct count_needs needs;
};

struct regroup {
    enum subject_kind subject;
    const struct count_way *ways;
    size_t way_count;
    const struct working_time *working; // where a rule counts working time
};

// Adds to *out the subjects of the kind on the period's days, and every other that something was counted of, with the cells that
// are needed.
bool regroup_read(struct snapshot *snapshot, struct arena *arena, const struct period *period,
                  const struct regroup *regroup, struct subjects *out, struct error *error);
