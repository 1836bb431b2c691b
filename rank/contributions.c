// The numbers of entities that a difference or an explanation adds up, of two sides: found by entity and subject, grown as they come,
// sorted once. What an entity's numbers are: rank/contribution.c.
#include "rank/contribution.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void contributions_free(struct contributions *contributions)
{
    free(contributions->contributors);
    free(contributions->slots);
    free(contributions->subjects);
    for (int side = 0; side < SIDE_COUNT; side++)
        free(contributions->sides[side].list);
    arena_free(&contributions->arena);
    *contributions = CONTRIBUTIONS_INIT;
}

static void *grown(void *list, size_t count, size_t *capacity, size_t bytes)
{
    if (count < *capacity)
        return list;
    *capacity = *capacity ? *capacity * 2 : 64;
    void *more = realloc(list, *capacity * bytes);
    if (!more)
        abort();
    return more;
}

// ---- who ----

static uint64_t contributor_hash(const struct contributor *contributor)
{
    XXH64_hash_t seed = XXH3_64bits_withSeed(contributor->authority.bytes,
                                             contributor->authority.length, contributor->family);
    return XXH3_64bits_withSeed(contributor->id.bytes, contributor->id.length, seed);
}

static bool contributor_equal(const struct contributor *a, const struct contributor *b)
{
    return a->family == b->family && text_equal(a->authority, b->authority) &&
           text_equal(a->id, b->id);
}

static void grow_slots(struct contributions *contributions)
{
    size_t slot_count = contributions->slot_mask ? (contributions->slot_mask + 1) * 4 : 1024;
    free(contributions->slots);
    contributions->slots = calloc(slot_count, sizeof *contributions->slots);
    if (!contributions->slots)
        abort();
    contributions->slot_mask = slot_count - 1;
    for (size_t i = 0; i < contributions->contributor_count; i++) {
        size_t slot = contributor_hash(&contributions->contributors[i]) & contributions->slot_mask;
        while (contributions->slots[slot])
            slot = (slot + 1) & contributions->slot_mask;
        contributions->slots[slot] = (uint32_t)i + 1;
    }
}

uint32_t contributions_find_contributor(struct contributions *contributions,
                                        const struct contributor *wanted)
{
    if (contributions->contributor_count * 2 >= contributions->slot_mask)
        grow_slots(contributions);
    size_t slot = contributor_hash(wanted) & contributions->slot_mask;
    for (; contributions->slots[slot]; slot = (slot + 1) & contributions->slot_mask)
        if (contributor_equal(&contributions->contributors[contributions->slots[slot] - 1], wanted))
            return contributions->slots[slot] - 1;
    contributions->contributors =
        grown(contributions->contributors, contributions->contributor_count,
              &contributions->contributor_capacity, sizeof *contributions->contributors);
    contributions->contributors[contributions->contributor_count] =
        (struct contributor){wanted->family, arena_text(&contributions->arena, wanted->authority),
                             arena_text(&contributions->arena, wanted->id)};
    contributions->slots[slot] = (uint32_t)++contributions->contributor_count;
    return contributions->slots[slot] - 1;
}

uint16_t contributions_find_subject(struct contributions *contributions, struct text code)
{
    for (size_t i = 0; i < contributions->subject_count; i++)
        if (text_equal(contributions->subjects[i], code))
            return (uint16_t)i;
    contributions->subjects =
        grown(contributions->subjects, contributions->subject_count,
              &contributions->subject_capacity, sizeof *contributions->subjects);
    contributions->subjects[contributions->subject_count] = arena_text(&contributions->arena, code);
    return (uint16_t)contributions->subject_count++;
}

void contributions_add(struct contributions *contributions, enum contribution_side side,
                       struct contribution contribution)
{
    struct contribution_list *list = &contributions->sides[side];
    list->list = grown(list->list, list->count, &list->capacity, sizeof *list->list);
    list->list[list->count++] = contribution;
}

// ---- order ----

static int compare_contributors(const void *left, const void *right, void *context)
{
    const struct contributor *list = context;
    const struct contributor *a = &list[*(const uint32_t *)left],
                             *b = &list[*(const uint32_t *)right];
    int order = (int)a->family - (int)b->family;
    if (!order)
        order = text_compare(a->authority, b->authority);
    return order ? order : text_compare(a->id, b->id);
}

static int compare_contributions(const void *left, const void *right)
{
    const struct contribution *a = left, *b = right;
    int order = (int)a->subject - (int)b->subject;
    if (!order)
        order = (int)a->indicator - (int)b->indicator;
    if (!order)
        order = a->contributor < b->contributor ? -1 : a->contributor > b->contributor;
    return order ? order : (int)a->slot - (int)b->slot;
}

void contributions_sort(struct contributions *contributions)
{
    size_t count = contributions->contributor_count;
    uint32_t *order = arena_array(&contributions->arena, uint32_t, count + 1),
             *rank = arena_array(&contributions->arena, uint32_t, count + 1);
    struct contributor *sorted = arena_array(&contributions->arena, struct contributor, count + 1);
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, count, sizeof *order, compare_contributors, contributions->contributors);
    for (size_t i = 0; i < count; i++) {
        rank[order[i]] = (uint32_t)i;
        sorted[i] = contributions->contributors[order[i]];
    }
    if (count)
        memcpy(contributions->contributors, sorted, count * sizeof *sorted);
    for (int side = 0; side < SIDE_COUNT; side++) {
        struct contribution_list *list = &contributions->sides[side];
        for (size_t i = 0; i < list->count; i++)
            list->list[i].contributor = rank[list->list[i].contributor];
        if (list->count)
            qsort(list->list, list->count, sizeof *list->list, compare_contributions);
    }
}
