// Ends are found in the printed unit (per cent, hours) and then brought to what is measured.
#include "core/value_set.h"

enum { LISTED_MAX = 1000, LEVELS = 5 };

bool value_counts_cases(const struct indicator *indicator,
                        const struct rational *satisfaction_weights)
{
    if (indicator->unit != UNIT_SHARE || indicator->is_deviation || indicator->sample.coefficient ||
        indicator->source == COUNTED_ACTIVITIES)
        return false;
    for (int level = 0; indicator->is_weighted && level < LEVELS; level++)
        if (!satisfaction_weights || !rational_is_whole(satisfaction_weights[level]))
            return false;
    return true;
}

static void set_one(struct arena *arena, struct rational value, struct value_set *out)
{
    *out = (struct value_set){.low = value, .high = value, .count = 1};
    out->values = arena_copy(arena, &value, sizeof value);
}

static void set_range(struct arena *arena, const struct published_figure *figure,
                      enum indicator_unit unit, struct value_set *out)
{
    struct rational factor = indicator_print_factor(arena, unit), zero = rational_integer(arena, 0),
                    all = rational_integer(arena, 100);
    *out = (struct value_set){.is_range = true, .high_is_open = true};
    printed_interval(arena, &figure->value, figure->rounding, &out->low, &out->high);
    if (rational_sign(out->low) < 0)
        out->low = zero;
    if (unit == UNIT_SHARE && rational_compare(out->high, all) > 0) {
        out->high = all;
        out->high_is_open = false;
    }
    out->low = rational_divide(arena, out->low, factor);
    out->high = rational_divide(arena, out->high, factor);
    if (rational_compare(out->low, out->high) == 0)
        set_one(arena, out->low, out);
}

static bool holds(const struct value_set *set, struct rational value)
{
    int low = rational_compare(value, set->low), high = rational_compare(value, set->high);
    return low >= 0 && (set->high_is_open ? high < 0 : high <= 0);
}

// Leaves of a range those values that are a whole number of n-ths. False when none is.
static bool keep_parts(struct arena *arena, int64_t n, struct value_set *set)
{
    struct rational cases = rational_integer(arena, n);
    int64_t first = rational_ceiling(rational_multiply(arena, set->low, cases)), count = 0;
    while (count <= LISTED_MAX && holds(set, rational_fraction(arena, first + count, n)))
        count++;
    if (count > LISTED_MAX)
        set->is_outer = true;
    if (!count || count > LISTED_MAX)
        return count > 0;
    struct rational *values = arena_array(arena, struct rational, (size_t)count);
    for (int64_t i = 0; i < count; i++)
        values[i] = rational_fraction(arena, first + i, n);
    *set = (struct value_set){
        .low = values[0], .high = values[count - 1], .values = values, .count = (size_t)count};
    return true;
}

static enum value_fault find_of_digits(struct arena *arena, const struct published_figure *figure,
                                       enum indicator_unit unit, bool counts_cases,
                                       struct value_set *out)
{
    if (unit == UNIT_SHARE &&
        rational_compare(figure->value.value, rational_integer(arena, 100)) > 0)
        return VALUE_ABOVE_ALL;
    if (unit == UNIT_COUNT && !rational_is_whole(figure->value.value))
        return VALUE_NOT_WHOLE;
    set_range(arena, figure, unit, out);
    if (unit == UNIT_COUNT && !keep_parts(arena, 1, out))
        return VALUE_NOT_WHOLE;
    if (figure->has_n && !figure->has_numerator && counts_cases &&
        !keep_parts(arena, figure->n, out))
        return VALUE_NO_SUCH_SHARE;
    return VALUE_FITS;
}

enum value_fault value_set_find(struct arena *arena, const struct published_figure *figure,
                                enum indicator_unit unit, bool counts_cases, struct value_set *out)
{
    bool is_exact = figure->has_numerator && figure->has_n;
    enum value_fault fault = VALUE_NOT_STATED;
    if (figure->has_value)
        fault = find_of_digits(arena, figure, unit, counts_cases, out);
    if (!is_exact || (figure->has_value && fault != VALUE_FITS))
        return fault;
    struct rational share = rational_fraction(arena, figure->numerator, figure->n);
    if (figure->has_value && !holds(out, share))
        return VALUE_CONTRADICTED;
    set_one(arena, share, out);
    return VALUE_FITS;
}

struct rational value_nominal(struct arena *arena, const struct published_figure *figure,
                              enum indicator_unit unit, const struct value_set *set)
{
    return set->is_range
               ? rational_divide(arena, figure->value.value, indicator_print_factor(arena, unit))
               : set->values[set->count / 2];
}
