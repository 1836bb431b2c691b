// What state.c and state_bytes.c both have to know of a canonical state: the order of its entries,
// and what a cut drops. Internal to core.
#pragma once

#include "core/state.h"

// Texts of one state mostly share their bytes, which makes most comparisons one of pointers.
static inline bool text_same(struct text a, struct text b)
{
    return (a.bytes == b.bytes && a.length == b.length) || text_equal(a, b);
}

static inline int text_order(struct text a, struct text b)
{
    return a.bytes == b.bytes && a.length == b.length ? 0 : text_compare(a, b);
}

static inline int occurrence_order(uint16_t kind_a, struct text key_a, uint16_t kind_b,
                                   struct text key_b)
{
    if (kind_a != kind_b)
        return kind_a < kind_b ? -1 : 1;
    return text_order(key_a, key_b);
}

// Who states something: a source, speaking for one part of the entity.
static inline int speaker_order(const struct version *a, const struct version *b)
{
    int order = text_order(a->source, b->source);
    return order || !(a->part.length | b->part.length) ? order : text_order(a->part, b->part);
}

// A slot of the entity itself, and a withdrawal, is one register for all speakers; any other has one
// for each.
static inline bool slot_is_shared(uint16_t kind, uint16_t field)
{
    return kind == FACTS_KIND || field == FIELD_WITHDRAWN;
}

// The end of the entries that belong to the same occurrence as entries[from]; from < count.
static inline uint32_t occurrence_end(const struct state_entry *entries, uint32_t from,
                                      uint32_t count)
{
    uint32_t end = from + 1;
    while (end < count && entries[end].kind == entries[from].kind &&
           text_same(entries[end].key, entries[from].key))
        end++;
    return end;
}

// A value's version in a joined list of versions, or NO_VERSION, which is below all others.
enum { NO_VERSION = -1 };

// The version of a speaker's cut of a kind, among cuts that ascend by kind and speaker; NO_VERSION
// when there is none.
static inline int64_t cut_version(const struct state_cut *cuts, uint32_t count,
                                  const struct version *versions, uint16_t kind,
                                  const struct version *speaker)
{
    uint32_t from = 0, until = count;
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        const struct state_cut *cut = &cuts[middle];
        int order = cut->kind != kind ? (cut->kind < kind ? -1 : 1)
                                      : speaker_order(&versions[cut->version], speaker);
        if (order == 0)
            return cut->version;
        if (order < 0)
            from = middle + 1;
        else
            until = middle;
    }
    return NO_VERSION;
}
