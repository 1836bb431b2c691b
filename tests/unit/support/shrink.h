// Makes a failing case small: takes items out of a list while it still fails.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Whether these items still make the test fail; called often.
typedef bool still_fails(void *context, const void *items, size_t count);

// Takes out runs of items, long ones first, then single ones, until none can be spared. The items that stay are moved to
// the front in their order; returns how many.
size_t shrink(void *items, size_t item_bytes, size_t count, still_fails *fails, void *context);
