// Ends are compared first by number, then by whether they belong: an open low end comes after a closed one.
#include "core/pieces.h"

#include <stdlib.h>
#include <string.h>

void pieces_add(struct arena *arena, struct pieces *pieces, struct piece piece)
{
    if (pieces->count == pieces->capacity) {
        pieces->capacity = pieces->capacity ? pieces->capacity * 2 : 8;
        struct piece *list = arena_array(arena, struct piece, pieces->capacity);
        if (pieces->count)
            memcpy(list, pieces->list, pieces->count * sizeof *list);
        pieces->list = list;
    }
    pieces->list[pieces->count++] = piece;
}

void pieces_add_one(struct arena *arena, struct pieces *pieces, struct rational value)
{
    pieces_add(arena, pieces, (struct piece){.low = value, .high = value});
}

static int compare_pieces(const void *left, const void *right)
{
    const struct piece *a = left, *b = right;
    int order = rational_compare(a->low, b->low);
    return order ? order : (int)a->low_is_open - (int)b->low_is_open;
}

// Whether `next`, which does not begin before `piece`, leaves no number between them out.
static bool touches(const struct piece *piece, const struct piece *next)
{
    int order = rational_compare(next->low, piece->high);
    return order < 0 || (order == 0 && !(piece->high_is_open && next->low_is_open));
}

static void extend(struct piece *piece, const struct piece *next)
{
    int order = rational_compare(next->high, piece->high);
    if (order > 0)
        piece->high_is_open = next->high_is_open;
    else if (order == 0)
        piece->high_is_open = piece->high_is_open && next->high_is_open;
    if (order > 0)
        piece->high = next->high;
}

void pieces_merge(struct pieces *pieces)
{
    if (!pieces->count)
        return;
    qsort(pieces->list, pieces->count, sizeof *pieces->list, compare_pieces);
    size_t last = 0;
    for (size_t i = 1; i < pieces->count; i++) {
        if (touches(&pieces->list[last], &pieces->list[i]))
            extend(&pieces->list[last], &pieces->list[i]);
        else
            pieces->list[++last] = pieces->list[i];
    }
    pieces->count = last + 1;
}

static struct piece around(const struct pieces *pieces)
{
    const struct piece *first = pieces_first(pieces), *last = pieces_last(pieces);
    return (struct piece){first->low, last->high, first->low_is_open, last->high_is_open};
}

static struct piece sum_of(struct arena *arena, const struct piece *a, const struct piece *b)
{
    return (struct piece){rational_add(arena, a->low, b->low),
                          rational_add(arena, a->high, b->high), a->low_is_open || b->low_is_open,
                          a->high_is_open || b->high_is_open};
}

struct pieces pieces_sum(struct arena *arena, const struct pieces *a, const struct pieces *b)
{
    struct pieces out = {.is_outer = a->is_outer || b->is_outer};
    if (a->count && b->count > PIECES_MAX / a->count) {
        struct piece whole_a = around(a), whole_b = around(b);
        pieces_add(arena, &out, sum_of(arena, &whole_a, &whole_b));
        out.is_outer = true;
        return out;
    }
    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < b->count; k++)
            pieces_add(arena, &out, sum_of(arena, &a->list[i], &b->list[k]));
    pieces_merge(&out);
    return out;
}

void pieces_scale(struct arena *arena, struct pieces *pieces, struct rational times,
                  struct rational plus)
{
    for (size_t i = 0; i < pieces->count; i++) {
        struct piece *piece = &pieces->list[i];
        piece->low = rational_add(arena, rational_multiply(arena, piece->low, times), plus);
        piece->high = rational_add(arena, rational_multiply(arena, piece->high, times), plus);
    }
}

// The least and the greatest of a piece's numbers when they are rounded: a half goes away from zero, so that an open end at a half
// is not what the half itself becomes, where the numbers beside it lie nearer to zero.
static struct piece round_ends(struct arena *arena, const struct piece *piece, struct rational step,
                               int digits)
{
    struct rational half = rational_divide(arena, step, rational_integer(arena, 2));
    struct piece out = {.low = rational_round(arena, piece->low, digits),
                        .high = rational_round(arena, piece->high, digits)};
    if (piece->low_is_open && rational_sign(piece->low) < 0 &&
        rational_compare(piece->low, rational_add(arena, out.low, half)) == 0)
        out.low = rational_add(arena, out.low, step);
    if (piece->high_is_open && rational_sign(piece->high) > 0 &&
        rational_compare(piece->high, rational_subtract(arena, out.high, half)) == 0)
        out.high = rational_subtract(arena, out.high, step);
    return out;
}

struct pieces pieces_round(struct arena *arena, const struct pieces *pieces, int digits)
{
    struct pieces out = {.is_outer = pieces->is_outer};
    struct rational step = rational_integer(arena, 1);
    for (int i = 0; i < digits; i++)
        step = rational_divide(arena, step, rational_integer(arena, 10));
    for (size_t i = 0; i < pieces->count; i++) {
        struct piece ends = round_ends(arena, &pieces->list[i], step, digits);
        for (; rational_compare(ends.low, ends.high) <= 0 && out.count < PIECES_MAX;
             ends.low = rational_add(arena, ends.low, step))
            pieces_add_one(arena, &out, ends.low);
        if (out.count == PIECES_MAX && rational_compare(ends.low, ends.high) <= 0) {
            out.is_outer = true;
            pieces_add(arena, &out, ends);
        }
    }
    pieces_merge(&out);
    return out;
}

const struct piece *pieces_first(const struct pieces *pieces)
{
    return &pieces->list[0];
}

const struct piece *pieces_last(const struct pieces *pieces)
{
    return &pieces->list[pieces->count - 1];
}

bool pieces_is_one(const struct pieces *pieces)
{
    return pieces->count == 1 && rational_compare(pieces->list[0].low, pieces->list[0].high) == 0;
}

bool pieces_holds(const struct pieces *pieces, struct rational value)
{
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->list[i];
        int low = rational_compare(value, piece->low), high = rational_compare(value, piece->high);
        if ((piece->low_is_open ? low > 0 : low >= 0) &&
            (piece->high_is_open ? high < 0 : high <= 0))
            return true;
    }
    return false;
}

bool pieces_holds_between(const struct pieces *pieces, const struct rational *low,
                          const struct rational *high)
{
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->list[i];
        bool begins = !high || rational_compare(piece->low, *high) < 0,
             ends = !low || rational_compare(piece->high, *low) > 0;
        if (begins &&
            ends) // of a single number, that it lies between; of an interval, that some of it does
            return true;
    }
    return false;
}
