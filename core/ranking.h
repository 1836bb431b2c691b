// Who comes first: exact totals, ties shared, peer groups apart.
//
// Ranks are standard competition ranks (1, 2, 2, 4) within a peer group. Equal totals are parted only by the profile's
// tie-breaks; what these leave equal shares its rank. Subjects without a rank are listed after the ranked ones. Pure.
#pragma once

#include "core/score.h"

// Scores and ranks all contenders, groups apart, and puts them into the order of the table: groups by name, the
// unassigned area last; in a group the ranked ones by rank, then the others; by code where nothing else decides (which never decides a rank). Then marks who is
// on the red and the black list.
void ranking_compute(struct arena *arena, const struct scoring *scoring,
                     struct contender *contenders, size_t count);

// One contender of its group, scored and ranked with other figures (`measured`, [indicator_count]), those of all others as they are.
// Everything is the arena's; `contenders` stay as they are, and hold what a ranking has filled in or not.
struct contender ranking_try(struct arena *arena, const struct scoring *scoring,
                             const struct contender *contenders, size_t count, size_t subject,
                             struct measured *measured);

// The whole of that group instead, in the order of the table; returns how many they are.
size_t ranking_try_group(struct arena *arena, const struct scoring *scoring,
                         const struct contender *contenders, size_t count, size_t subject,
                         struct measured *measured, struct contender **out);

// The mean of the values of those that have one (unassigned left out): beside the pooled value, and different from it.
// Returns how many; *mean is defined when that is not 0.
size_t ranking_mean_value(struct arena *arena, const struct contender *contenders, size_t count,
                          size_t indicator, struct rational *mean);
