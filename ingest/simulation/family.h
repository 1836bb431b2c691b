// What a family of events is to a simulated city. A new family is one file with one of these, and a
// row in simulation.c.
#pragma once

#include "ingest/simulation/city.h"
#include "ingest/simulation/life.h"
#include "ingest/simulation/tally.h"

enum { FAMILY_TALLIES_MAX = 3 };

struct simulated_family {
    enum family family;
    const char *const *sources; // that say everything of it; ends with null
    // How many entities begin in the year; and a lower bound of when entity `number` says its first
    // word, ascending by number.
    uint64_t (*count)(const struct city *city);
    int64_t (*begins_us)(const struct city *city, uint64_t number, uint64_t count);
    // Plans entity `number`, from 0. Texts point into *life or to constants. Counts in `tallies`
    // what really becomes of it, unless that is null.
    void (*plan)(const struct city *city, uint64_t number, struct life *life,
                 struct tally *const *tallies);
    const struct tally_table *tables; // a tally for each; at most FAMILY_TALLIES_MAX
    size_t table_count;
};

extern const struct simulated_family simulated_hotline;
extern const struct simulated_family simulated_incident;
extern const struct simulated_family simulated_inspection;
extern const struct simulated_family simulated_activity;
extern const struct simulated_family simulated_traffic;
