// A subject's rank is one more than the number of those before it. Of each other subject it is asked whether it can be before, and
// whether it can be not before, given the subject's own total; between the ends of the others' totals the answers stay the same.
#include "core/interval_points.h"

#include <stdlib.h>
#include <string.h>

struct standing { // of one ranked subject, at work
    const struct contender *contender;
    struct pieces totals; // as they are compared
    struct interval_standing *out;
};

struct working {
    struct arena *arena;
    const struct scoring *scoring;
    const struct contender *const *group; // all of it: unranked ones too
    size_t group_count;
    struct standing *standings; // the ranked ones
    size_t count;
    bool is_guess; // a tie was met of which the tie-breaks' order cannot be told
};

// ---- totals ----

static void find_totals(struct working *working, size_t own, struct standing *standing)
{
    struct arena *arena = working->arena;
    const struct scoring *scoring = working->scoring;
    const struct contender *contender = working->group[own];
    struct rational none = rational_integer(arena, 0), one = rational_integer(arena, 1);
    struct pieces sum = {0};
    pieces_add_one(arena, &sum, none);
    standing->out->points = arena_array(arena, struct piece, scoring->indicator_count + 1);
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        struct pieces points =
            points_possible(arena, scoring, i, working->group, working->group_count, own);
        standing->out->points[i] =
            (struct piece){pieces_first(&points)->low, pieces_last(&points)->high,
                           pieces_first(&points)->low_is_open, pieces_last(&points)->high_is_open};
        // what it differs by from the points that the total has now
        pieces_scale(arena, &points, one,
                     rational_subtract(arena, none, contender->points[i].points));
        sum = pieces_sum(arena, &sum, &points);
    }
    pieces_scale(arena, &sum, contender->scale, contender->exact_total);
    if (scoring->sort_rounded && scoring->total_digits >= 0)
        sum = pieces_round(arena, &sum, scoring->total_digits);
    standing->totals = sum;
    standing->out->is_exact = !sum.is_outer;
    standing->out->total =
        (struct piece){pieces_first(&sum)->low, pieces_last(&sum)->high,
                       pieces_first(&sum)->low_is_open, pieces_last(&sum)->high_is_open};
}

// ---- equal totals ----

enum { BEFORE = 1, EQUAL = 2, BEHIND = 4 }; // bits: how the other can stand to the subject

static unsigned order_of_values(const struct tie_break *tie_break, const struct contender *other,
                                const struct contender *own)
{
    size_t i = tie_break->indicator;
    const struct measured *x = &other->measured[i], *y = &own->measured[i];
    if (!x->known || !y->known)
        return x->known == y->known ? EQUAL : x->known ? BEFORE : BEHIND;
    struct rational x_low = x->value, x_high = x->value, y_low = y->value, y_high = y->value;
    if (figure_is_open(other, i))
        x_low = other->printed[i]->low, x_high = other->printed[i]->high;
    if (figure_is_open(own, i))
        y_low = own->printed[i]->low, y_high = own->printed[i]->high;
    unsigned out = 0;
    if (rational_compare(x_high, y_low) >= 0 && rational_compare(x_low, y_high) <= 0)
        out |= EQUAL;
    if (rational_compare(x_high, y_low) > 0)
        out |= tie_break->higher ? BEFORE : BEHIND;
    if (rational_compare(x_low, y_high) < 0)
        out |= tie_break->higher ? BEHIND : BEFORE;
    return out;
}

static unsigned order_at_tie(const struct scoring *scoring, const struct contender *other,
                             const struct contender *own)
{
    unsigned out = 0;
    for (size_t i = 0; i < scoring->tie_break_count; i++) {
        unsigned order = order_of_values(&scoring->tie_breaks[i], other, own);
        out |= order & (BEFORE | BEHIND);
        if (!(order & EQUAL))
            return out;
    }
    return out | EQUAL;
}

// ---- ranks ----

static unsigned order_given_total(struct working *working, const struct standing *other,
                                  const struct standing *own, struct rational total)
{
    const struct piece *first = pieces_first(&other->totals), *last = pieces_last(&other->totals);
    int above = rational_compare(last->high, total), below = rational_compare(first->low, total);
    unsigned out = (above > 0 ? BEFORE : 0) | (below < 0 ? BEHIND : 0);
    bool may_tie = (above == 0 && !last->high_is_open) || (below == 0 && !first->low_is_open);
    if (!may_tie)
        return out;
    unsigned tie = order_at_tie(working->scoring, other->contender, own->contender);
    bool may_be_either = (tie & BEFORE) && (tie & (EQUAL | BEHIND));
    if (may_be_either && out != (BEFORE | BEHIND))
        working->is_guess = true;
    return out | tie;
}

// All ranks of the subject when its total is this one.
static void add_ranks(struct working *working, const struct standing *own, struct rational total)
{
    size_t certain = 0, possible = 0;
    for (size_t i = 0; i < working->count; i++) {
        if (&working->standings[i] == own)
            continue;
        unsigned order = order_given_total(working, &working->standings[i], own, total);
        possible += (order & BEFORE) != 0;
        certain += !(order & (EQUAL | BEHIND));
    }
    for (size_t before = certain; before <= possible; before++)
        own->out->ranks[before + 1] = true;
}

static int compare_rationals(const void *left, const void *right)
{
    return rational_compare(*(const struct rational *)left, *(const struct rational *)right);
}

// The ends of all others' totals, ascending.
static size_t list_ends(struct working *working, const struct standing *own, struct rational *ends)
{
    size_t count = 0;
    for (size_t i = 0; i < working->count; i++) {
        if (&working->standings[i] == own)
            continue;
        ends[count++] = pieces_first(&working->standings[i].totals)->low;
        ends[count++] = pieces_last(&working->standings[i].totals)->high;
    }
    qsort(ends, count, sizeof *ends, compare_rationals);
    return count;
}

static struct rational between(struct arena *arena, const struct rational *low,
                               const struct rational *high)
{
    struct rational one = rational_integer(arena, 1);
    if (!low && !high)
        return one;
    if (!low)
        return rational_subtract(arena, *high, one);
    if (!high)
        return rational_add(arena, *low, one);
    return rational_divide(arena, rational_add(arena, *low, *high), rational_integer(arena, 2));
}

static void summarize(struct interval_standing *out, size_t most)
{
    out->rank_low = out->rank_high = out->rank_count = 0;
    for (uint32_t rank = 1; rank <= most; rank++) {
        if (!out->ranks[rank])
            continue;
        out->rank_low = out->rank_low ? out->rank_low : rank;
        out->rank_high = rank;
        out->rank_count++;
    }
}

static void find_ranks(struct working *working, const struct standing *own)
{
    struct arena *arena = working->arena;
    struct rational *ends = arena_array(arena, struct rational, 2 * working->count + 1);
    size_t count = list_ends(working, own, ends);
    own->out->ranks = arena_array(arena, bool, working->count + 2);
    working->is_guess = false;
    for (size_t i = 0; i <= count; i++) {
        const struct rational *low = i ? &ends[i - 1] : NULL, *high = i < count ? &ends[i] : NULL;
        if (pieces_holds_between(&own->totals, low, high))
            add_ranks(working, own, between(arena, low, high));
        if (high && pieces_holds(&own->totals, *high))
            add_ranks(working, own, *high);
    }
    if (working->is_guess)
        own->out->is_exact = false;
    summarize(own->out, working->count);
}

// ---- all choices, one by one ----

struct choosing {
    struct arena scratch;
    const struct value_set *sets[64];
    struct rational *places[64]; // where the chosen value goes
    size_t chosen[64], count;
};

static bool list_choices(struct working *working, struct choosing *choosing,
                         struct contender *copies)
{
    size_t product = 1;
    for (size_t i = 0; i < working->group_count; i++) {
        for (size_t k = 0; k < working->scoring->indicator_count; k++) {
            if (!figure_is_open(working->group[i], k))
                continue;
            const struct value_set *set = working->group[i]->printed[k];
            if (set->is_range || set->count > INTERVAL_CHOICES_MAX / product ||
                choosing->count == sizeof choosing->sets / sizeof *choosing->sets)
                return false;
            product *= set->count;
            choosing->sets[choosing->count] = set;
            choosing->places[choosing->count++] = &copies[i].measured[k].value;
        }
    }
    return true;
}

// The next choice; false when all have been made.
static bool choose_next(struct choosing *choosing)
{
    for (size_t i = 0; i < choosing->count; i++) {
        choosing->chosen[i] = (choosing->chosen[i] + 1) % choosing->sets[i]->count;
        if (choosing->chosen[i])
            return true;
    }
    return false;
}

static void note_total(struct arena *arena, struct piece *total, struct rational value, bool first)
{
    struct rational zero = rational_integer(arena, 0);
    if (first || rational_compare(value, total->low) < 0)
        total->low = rational_add(arena, value, zero); // a copy
    if (first || rational_compare(value, total->high) > 0)
        total->high = rational_add(arena, value, zero);
}

static void note_ranks(struct working *working, const struct contender *ranked, bool first)
{
    const struct scoring *scoring = working->scoring;
    for (size_t i = 0; i < working->count; i++) {
        struct standing *standing = &working->standings[i];
        const struct contender *at = ranked;
        while (!text_equal(at->code, standing->contender->code))
            at++;
        standing->out->ranks[at->rank] = true;
        note_total(working->arena, &standing->out->total,
                   scoring->sort_rounded ? at->total : at->exact_total, first);
        for (size_t k = 0; k < scoring->indicator_count; k++)
            note_total(working->arena, &standing->out->points[k], at->points[k].points, first);
    }
}

static void begin_choices(struct working *working)
{
    for (size_t i = 0; i < working->count; i++) {
        struct interval_standing *out = working->standings[i].out;
        memset(out->ranks, 0, (working->count + 1) * sizeof *out->ranks);
        out->total.low_is_open = out->total.high_is_open = false;
        for (size_t k = 0; k < working->scoring->indicator_count; k++)
            out->points[k].low_is_open = out->points[k].high_is_open = false;
    }
}

// Ranks every choice. False, with nothing changed, where there are too many, or no end of them.
static bool rank_all_choices(struct working *working)
{
    struct choosing choosing = {.scratch = ARENA_INIT};
    const struct scoring *scoring = working->scoring;
    size_t count = working->group_count;
    struct contender *copies = arena_array(working->arena, struct contender, count),
                     *ranked = arena_array(working->arena, struct contender, count);
    for (size_t i = 0; i < count; i++) {
        copies[i] = *working->group[i];
        copies[i].measured =
            arena_copy(working->arena, copies[i].measured,
                       (scoring->indicator_count + 1) * sizeof *copies[i].measured);
        if (scoring->item_count) // their points are filled in anew
            copies[i].entered = arena_copy(working->arena, copies[i].entered,
                                           scoring->item_count * sizeof *copies[i].entered);
    }
    if (!list_choices(working, &choosing, copies))
        return false;
    begin_choices(working);
    bool first = true;
    do {
        for (size_t i = 0; i < choosing.count; i++)
            *choosing.places[i] = choosing.sets[i]->values[choosing.chosen[i]];
        arena_reset(&choosing.scratch);
        memcpy(ranked, copies, count * sizeof *ranked);
        ranking_compute(&choosing.scratch, scoring, ranked, count);
        note_ranks(working, ranked, first);
        first = false;
    } while (choose_next(&choosing));
    arena_free(&choosing.scratch);
    for (size_t i = 0; i < working->count; i++) {
        working->standings[i].out->is_exact = true;
        summarize(working->standings[i].out, working->count);
    }
    return true;
}

// ---- a peer group ----

static void rank_group(struct working *working, struct interval_standing *standings)
{
    bool is_exact = true, has_loose = false;
    working->standings = arena_array(working->arena, struct standing, working->group_count + 1);
    for (size_t i = 0; i < working->group_count; i++) {
        if (working->group[i]->reason != RANKED)
            continue;
        struct standing *standing = &working->standings[working->count++];
        *standing = (struct standing){.contender = working->group[i], .out = &standings[i]};
        find_totals(working, i, standing);
    }
    for (size_t i = 0; i < working->count; i++)
        find_ranks(working, &working->standings[i]);
    for (size_t i = 0; i < working->count; i++) {
        has_loose = has_loose || working->standings[i].totals.is_outer;
        is_exact = is_exact && working->standings[i].out->is_exact;
    }
    if (is_exact || rank_all_choices(working))
        return;
    for (size_t i = 0; i < working->count;
         i++) { // one total that is loose can make all ranks loose
        struct interval_standing *out = working->standings[i].out;
        out->is_exact = out->rank_count == 1 || (out->is_exact && !has_loose);
    }
}

void interval_ranking_compute(struct arena *arena, const struct scoring *scoring,
                              const struct contender *contenders, size_t count,
                              struct interval_ranking *out)
{
    const struct contender **list = arena_array(arena, const struct contender *, count + 1);
    *out = (struct interval_ranking){
        .standings = arena_array(arena, struct interval_standing, count + 1), .is_exact = true};
    for (size_t i = 0; i < count; i++) {
        list[i] = &contenders[i];
        for (size_t k = 0; k < scoring->indicator_count; k++)
            out->has_intervals |= figure_is_open(&contenders[i], k);
    }
    for (size_t first = 0, until; first < count; first = until) {
        for (until = first + 1; until < count; until++)
            if (!text_equal(contenders[until].group, contenders[first].group))
                break;
        struct working working = {.arena = arena,
                                  .scoring = scoring,
                                  .group = list + first,
                                  .group_count = until - first};
        rank_group(&working, out->standings + first);
    }
    for (size_t i = 0; i < count; i++)
        if (contenders[i].reason == RANKED)
            out->is_exact = out->is_exact && out->standings[i].is_exact;
}
