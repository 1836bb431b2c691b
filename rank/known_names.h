// What there is, for a message about a word that is none of it.
#pragma once

#include "core/arena.h"

#include <stddef.h>

struct known_name {
    const char *code, *name; // name: "" or the code where it has none
};

// "440113 Panyu, 440103 Liwan, ...", the one that is nearest to `word` in code or name first, then in their order; of many the
// first thirty. "nothing" where there is none. The arena's.
const char *known_names_print(struct arena *arena, const struct known_name *names, size_t count,
                              const char *word);
