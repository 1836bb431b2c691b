// Pages of 32,768 bits in a uthash by page number.
#include "sql/offset_set.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>
#define HASH_FUNCTION(key, length, hash) ((hash) = (unsigned)XXH3_64bits((key), (length)))
#include <uthash.h>

enum { PAGE_BITS = 32768 };

struct offset_page {
    int64_t number;
    UT_hash_handle hh;
    uint64_t bits[PAGE_BITS / 64];
};

static struct offset_page *page_of(struct offset_set *set, int64_t number)
{
    if (set->last && set->last->number == number)
        return set->last;
    struct offset_page *page;
    HASH_FIND(hh, set->pages, &number, sizeof number, page);
    if (!page) {
        page = calloc(1, sizeof *page);
        if (!page)
            abort();
        page->number = number;
        HASH_ADD(hh, set->pages, number, sizeof page->number, page);
    }
    return set->last = page;
}

bool offset_set_add(struct offset_set *set, int64_t offset)
{
    struct offset_page *page = page_of(set, offset / PAGE_BITS);
    uint64_t *word = &page->bits[offset % PAGE_BITS / 64], bit = UINT64_C(1) << (offset % 64);
    bool added = !(*word & bit);
    *word |= bit;
    return added;
}

void offset_set_free(struct offset_set *set)
{
    struct offset_page *page, *next;
    HASH_ITER(hh, set->pages, page, next)
    {
        HASH_DEL(set->pages, page);
        free(page);
    }
    *set = OFFSET_SET_INIT;
}
