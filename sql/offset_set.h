// A set of offsets, as pages of bits made where they are needed: a bit for each record of the journal, whatever the gaps.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct offset_set {
    struct offset_page *pages; // by number
    struct offset_page *last;  // the page used last: records come in runs
};

#define OFFSET_SET_INIT ((struct offset_set){0})

// False when the offset was there already. Offsets are not negative.
bool offset_set_add(struct offset_set *set, int64_t offset);
void offset_set_free(struct offset_set *set);
