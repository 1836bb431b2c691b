// Ratings are taken as the sums have them: how many of each level, with its weight.
#include "core/move.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

// How many ratings there are of the lowest weight that is above `above` (null: of all weights).
static int64_t next_ratings(struct arena *arena, const struct indicator_settings *settings,
                            const struct measured *measured, const struct rational *above,
                            struct rational *weight)
{
    const struct indicator_term *terms = settings->indicator->numerator;
    bool is_found = false;
    int64_t count = 0;
    for (size_t i = 0; terms[i].coefficient; i++) {
        struct rational own = indicator_term_weight(arena, settings, &terms[i]);
        if (above && rational_compare(own, *above) <= 0)
            continue;
        int order = is_found ? rational_compare(own, *weight) : -1;
        if (order < 0) {
            *weight = own;
            count = 0;
            is_found = true;
        }
        if (order <= 0)
            count += measured->sums->numerator[i];
    }
    return is_found ? count : -1;
}

static struct rational highest_weight(struct arena *arena,
                                      const struct indicator_settings *settings)
{
    const struct indicator_term *terms = settings->indicator->numerator;
    struct rational highest = indicator_term_weight(arena, settings, &terms[0]);
    for (size_t i = 1; terms[i].coefficient; i++) {
        struct rational own = indicator_term_weight(arena, settings, &terms[i]);
        if (rational_compare(own, highest) > 0)
            highest = own;
    }
    return highest;
}

// What `moves` ratings gain, and in *moved how many of them there are.
static struct rational raise_ratings(struct arena *arena, const struct indicator_settings *settings,
                                     const struct measured *measured, int64_t moves, int64_t *moved)
{
    struct rational gain = rational_integer(arena, 0), highest = highest_weight(arena, settings),
                    weight = gain, above;
    const struct rational *lowest = NULL;
    *moved = 0;
    for (int64_t count; (count = next_ratings(arena, settings, measured, lowest, &weight)) >= 0 &&
                        rational_compare(weight, highest) < 0;) {
        int64_t taken = least(count, moves - *moved);
        struct rational each = rational_subtract(arena, highest, weight);
        gain = rational_add(arena, gain,
                            rational_multiply(arena, each, rational_integer(arena, taken)));
        *moved += taken;
        above = weight;
        lowest = &above;
    }
    return gain;
}

// The whole cases in a sum.
static int64_t whole_part(struct arena *arena, struct rational sum)
{
    return -rational_ceiling(rational_subtract(arena, rational_integer(arena, 0), sum));
}

int64_t move_limit(struct arena *arena, const struct indicator_settings *settings,
                   const struct measured *measured)
{
    const struct indicator *indicator = settings->indicator;
    int64_t limit = 0;
    if (!measured->known)
        return 0;
    switch (indicator->move.type) {
    case MOVE_NONE:
        break;
    case MOVE_ONE_MORE:
        limit = MOVES_MAX;
        if (indicator->unit != UNIT_COUNT)
            limit = whole_part(arena, rational_subtract(arena, rational_integer(arena, measured->n),
                                                        measured->numerator));
        break;
    case MOVE_ONE_FEWER:
        limit = whole_part(arena, measured->numerator);
        break;
    case MOVE_RATING:
        raise_ratings(arena, settings, measured, INT64_MAX, &limit);
        break;
    }
    return limit > 0 ? limit : 0;
}

void move_make(struct arena *arena, const struct indicator_settings *settings,
               const struct measured *measured, int64_t moves, struct measured *out)
{
    const struct indicator *indicator = settings->indicator;
    bool fewer = indicator->move.type == MOVE_ONE_FEWER;
    struct rational gain = rational_integer(arena, fewer ? -moves : moves);
    int64_t moved;
    if (indicator->move.type == MOVE_RATING)
        gain = raise_ratings(arena, settings, measured, moves, &moved);
    *out = *measured;
    out->numerator = out->value = rational_add(arena, measured->numerator, gain);
    if (indicator->unit == UNIT_COUNT)
        out->n += fewer ? -moves : moves;
    else
        out->value = rational_divide(arena, out->numerator, rational_integer(arena, measured->n));
}
