// What people entered for the subjects of a period (cityops-db load adjustments), as the generation's reference version has it.
#pragma once

#include "core/score.h"
#include "rank/profile.h"
#include "rank/snapshot.h"

struct adjustment_counts {
    size_t used,
        unused; // unused: of an item that the profile lacks, or of a subject that is not in the table
};

// Fills contenders[].entered. Nothing is read where the profile has no items. An adjustment counts in every period that holds all
// of its own months. ERROR_BAD_CONFIG names the line whose points have the wrong sign or are more than the item's weight.
bool adjustments_enter(struct snapshot *snapshot, struct arena *arena,
                       const struct profile *profile, const struct period *period,
                       struct contender *contenders, size_t count, struct adjustment_counts *out,
                       struct error *error);
