// The assessment of one period under one profile: every district measured, scored and ranked, and who they are together.
//
// Reads through a snapshot; scores in the core. Everything lives in the arena.
#pragma once

#include "core/ranking.h"
#include "rank/adjustments.h"
#include "rank/printed_figures.h"
#include "rank/profile.h"
#include "rank/snapshot.h"

struct assessed_group { // a peer group, or all
    struct text name;
    size_t first, count;     // of contenders
    struct measured *pooled; // [indicator]: of the sums of all of the group, unassigned too
    struct rational *mean;   // [indicator]: of the values of those that have one; see mean_count
    size_t *mean_count;
};

struct publication;
struct published_parts;
struct result_terms;

// What the figures depend on besides the events below the cut-off (law 6).
struct versions {
    int32_t reference, fold, generation;
    const char *rule_sha256; // of the profile's bytes, in hexadecimal
};

struct assessment {
    const struct profile *profile;
    struct period period;
    struct contender *contenders; // in the table's order
    const struct area **areas;    // of each; null for unassigned and for codes that no area has
    size_t count;
    struct assessed_group *groups;
    size_t group_count;
    struct cut_off cut_off;
    struct versions versions;
    struct adjustment_counts adjustments;
    const struct printed_figures
        *printed; // with the ranks that are possible; null: none were asked for
    const struct publication *publication; // null: it was not read from a published result
    const struct result_terms *terms;      // of a published result
    const struct published_parts
        *parts; // the months that it is the sum of (rank/published/as_published.h); null: none
};

// Null when there is no such subject.
const struct contender *assessment_find(const struct assessment *assessment, struct text code);
// Whether there are several peer groups: else nobody needs to be told which.
bool assessment_has_groups(const struct assessment *assessment);
// Whether it is made of states too, not of rollups alone: of others than districts, of windows from noon, under rules of its own, of what is
// observed of entities.
bool assessment_reads_states(const struct profile *profile);
// ERROR_BAD_CONFIG when the profile does not hold for the whole period, or its zone is not the rollups'.
bool assessment_make(struct snapshot *snapshot, struct arena *arena, const struct profile *profile,
                     const struct period *period, struct assessment *out, struct error *error);
