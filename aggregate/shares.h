// Work on a batch that is split among threads: decoding its records, merging its entities. A share touches nothing that another
// one writes, so that the result does not depend on who runs when.
#pragma once

#include <stddef.h>

enum { SHARES_MOST = 8 };

// Into how many shares to split `items`: the processors that this process may use, at most SHARES_MOST, and so few that each
// share is worth a thread. At least 1.
size_t shares_for(size_t items);
// Calls run for each of `count` shares, which lie one after the other, share_bytes each: the first in the caller's thread,
// the others in threads of their own. Returns when all are done.
void shares_run(void *shares, size_t share_bytes, size_t count, void (*run)(void *share));
