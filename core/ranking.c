// qsort_r's comparison never decides a rank by the code: ranks are given by comparing neighbours without it.
#include "core/ranking.h"

#include <stdlib.h>

// An unknown value goes behind every known one.
static int compare_tie_break(const struct contender *a, const struct contender *b,
                             const struct tie_break *tie_break)
{
    const struct measured *x = &a->measured[tie_break->indicator],
                          *y = &b->measured[tie_break->indicator];
    if (!x->known || !y->known)
        return (int)y->known - (int)x->known;
    int order = rational_compare(x->value, y->value);
    return tie_break->higher ? -order : order;
}

// <0: a before b; 0: they share their rank.
static int compare_ranked(const struct contender *a, const struct contender *b,
                          const struct scoring *scoring)
{
    int order = scoring->sort_rounded ? rational_compare(b->total, a->total)
                                      : rational_compare(b->exact_total, a->exact_total);
    for (size_t i = 0; !order && i < scoring->tie_break_count; i++)
        order = compare_tie_break(a, b, &scoring->tie_breaks[i]);
    return order;
}

static int compare_rows(const void *left, const void *right, void *context)
{
    const struct contender *a = left, *b = right;
    int order = (a->reason == UNRANKED_UNASSIGNED) - (b->reason == UNRANKED_UNASSIGNED);
    if (!order)
        order = text_compare(a->group, b->group);
    if (!order)
        order = (a->reason != RANKED) - (b->reason != RANKED);
    if (!order && a->reason == RANKED)
        order = compare_ranked(a, b, context);
    return order ? order : text_compare(a->code, b->code);
}

static int compare_groups(const void *left, const void *right)
{
    const struct contender *const *a = left, *const *b = right;
    return text_compare((*a)->group, (*b)->group);
}

static void score_groups(struct arena *arena, const struct scoring *scoring,
                         struct contender *contenders, size_t count)
{
    struct contender **by_group = arena_array(arena, struct contender *, count + 1);
    for (size_t i = 0; i < count; i++)
        by_group[i] = &contenders[i];
    qsort(by_group, count, sizeof *by_group, compare_groups);
    for (size_t from = 0, until; from < count; from = until) {
        for (until = from + 1; until < count; until++)
            if (!text_equal(by_group[until]->group, by_group[from]->group))
                break;
        score_group(arena, scoring, by_group + from, until - from);
    }
}

static int compare_totals(const struct scoring *scoring, const struct contender *a,
                          const struct contender *b)
{
    return scoring->sort_rounded ? rational_compare(a->total, b->total)
                                 : rational_compare(a->exact_total, b->exact_total);
}

// Whether fewer than the list's places are taken by totals better (or worse) than this one.
static bool is_listed(const struct scoring *scoring, const struct ranking_list *list,
                      bool of_the_best, const struct contender *contenders, size_t count,
                      const struct contender *contender)
{
    int64_t before = 0;
    for (size_t i = 0; i < count; i++) {
        const struct contender *other = &contenders[i];
        if (other->reason != RANKED ||
            (!list->of_all && !text_equal(other->group, contender->group)))
            continue;
        int order = compare_totals(scoring, other, contender);
        before += of_the_best ? order > 0 : order < 0;
    }
    return before < list->places;
}

static void mark_lists(const struct scoring *scoring, struct contender *contenders, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct contender *contender = &contenders[i];
        contender->lists = 0;
        if (contender->reason != RANKED)
            continue;
        if (is_listed(scoring, &scoring->red, true, contenders, count, contender))
            contender->lists |= LIST_RED;
        if (is_listed(scoring, &scoring->black, false, contenders, count, contender))
            contender->lists |= LIST_BLACK;
    }
}

void ranking_compute(struct arena *arena, const struct scoring *scoring,
                     struct contender *contenders, size_t count)
{
    score_groups(arena, scoring, contenders, count);
    struct scoring order = *scoring; // qsort_r takes no const
    qsort_r(contenders, count, sizeof *contenders, compare_rows, &order);

    size_t group_start = 0;
    for (size_t i = 0; i < count; i++) {
        struct contender *contender = &contenders[i];
        contender->rank = 0;
        contender->is_shared = false;
        if (i && !text_equal(contender->group, contenders[i - 1].group))
            group_start = i;
        if (contender->reason != RANKED)
            continue;
        contender->rank = (uint32_t)(i - group_start) + 1;
        if (i > group_start && compare_ranked(&contenders[i - 1], contender, scoring) == 0) {
            contender->rank = contenders[i - 1].rank;
            contender->is_shared = contenders[i - 1].is_shared = true;
        }
    }
    mark_lists(scoring, contenders, count);
}

size_t ranking_try_group(struct arena *arena, const struct scoring *scoring,
                         const struct contender *contenders, size_t count, size_t subject,
                         struct measured *measured, struct contender **out)
{
    const struct contender *own = &contenders[subject];
    struct contender *group = *out = arena_array(arena, struct contender, count + 1);
    size_t peers = 0;
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(contenders[i].group, own->group))
            continue;
        group[peers] = contenders[i];
        if (i == subject)
            group[peers].measured = measured;
        if (scoring->item_count) // their points are filled in anew
            group[peers].entered = arena_copy(arena, contenders[i].entered,
                                              scoring->item_count * sizeof *own->entered);
        peers++;
    }
    ranking_compute(arena, scoring, group, peers);
    return peers;
}

struct contender ranking_try(struct arena *arena, const struct scoring *scoring,
                             const struct contender *contenders, size_t count, size_t subject,
                             struct measured *measured)
{
    struct contender *group;
    ranking_try_group(arena, scoring, contenders, count, subject, measured, &group);
    while (!text_equal(group->code, contenders[subject].code))
        group++;
    return *group;
}

size_t ranking_mean_value(struct arena *arena, const struct contender *contenders, size_t count,
                          size_t indicator, struct rational *mean)
{
    struct rational sum = rational_integer(arena, 0);
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        if (contenders[i].is_unassigned || !contenders[i].measured[indicator].known)
            continue;
        sum = rational_add(arena, sum, contenders[i].measured[indicator].value);
        known++;
    }
    if (known)
        *mean = rational_divide(arena, sum, rational_integer(arena, (int64_t)known));
    return known;
}
