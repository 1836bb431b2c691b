// See shrink.h: Zeller's delta debugging, complements only.
#include "tests/unit/support/shrink.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct list {
    char *items, *fewer;
    size_t item_bytes, count;
};

static bool take_out(struct list *list, size_t from, size_t run, still_fails *fails, void *context)
{
    size_t bytes = list->item_bytes, until = from + run;
    memcpy(list->fewer, list->items, from * bytes);
    memcpy(list->fewer + from * bytes, list->items + until * bytes, (list->count - until) * bytes);
    if (!fails(context, list->fewer, list->count - run))
        return false;
    list->count -= run;
    memcpy(list->items, list->fewer, list->count * bytes);
    return true;
}

size_t shrink(void *items, size_t item_bytes, size_t count, still_fails *fails, void *context)
{
    struct list list = {items, malloc(count * item_bytes + 1), item_bytes, count};
    if (!list.fewer)
        abort();
    for (size_t run = count / 2 ? count / 2 : 1; run;) {
        bool smaller = false;
        for (size_t end = list.count; end >= run && end > 0;) {
            bool taken = take_out(&list, end - run, run, fails, context);
            smaller = smaller || taken;
            end = taken || end > run ? end - run : 0;
        }
        if (run > 1 || !smaller)
            run /= 2; // single ones until nothing more can be spared
    }
    free(list.fewer);
    return list.count;
}
