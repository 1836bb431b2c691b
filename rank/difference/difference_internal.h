// What the two files of a difference share.
#pragma once

#include "rank/difference/difference.h"

struct indicator_pair { // positions; -1: the side has no such indicator
    struct text key;
    int left, right;
};

struct subject_pair { // null: the side has no such subject
    struct text code;
    const struct area *area;
    const struct contender *left, *right;
};

struct difference {
    struct arena *arena;   // of what lasts until the end
    struct arena *scratch; // of one part, which its reader copies
    const struct assessment *left, *right;
    const struct contributions *contributions;
    part_reader *reader;
    void *context;
    struct indicator_pair *indicators;
    size_t indicator_count;
    const struct subject_pair *subject; // at work
};

// Fills in subject and difference, and tells the part unless it is nothing.
void difference_tell(const struct difference *difference, struct part part);
// The value, the sums and the entities of one indicator; `own` are the points to be shared among them. ERROR_DIFFERENT when they
// do not add up.
bool difference_tell_entities(const struct difference *difference,
                              const struct indicator_pair *pair, struct rational own,
                              struct error *error);
