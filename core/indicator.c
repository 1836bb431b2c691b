// Adding up what the catalogue lists; the catalogue itself is core/catalogue.c.
#include "core/indicator.h"

static void add_term_needs(const struct indicator *indicator, const struct indicator_term *term,
                           struct count_needs *needs)
{
    for (; term->coefficient; term++)
        needs->ranges[indicator->source] |= (uint8_t)(1U << term->range);
}

void indicator_add_needs(const struct indicator *indicator, struct count_needs *needs)
{
    needs->ranges[indicator->source] |= 1U << RANGE_PERIOD; // whether there is anything at all
    add_term_needs(indicator, indicator->numerator, needs);
    add_term_needs(indicator, indicator->denominator, needs);
    add_term_needs(indicator, indicator->other_denominator, needs);
    if (indicator->sample.coefficient)
        needs->ranges[indicator->source] |= (uint8_t)(1U << indicator->sample.range);
}

static bool any_is_due(const struct indicator *indicator, const struct indicator_term *term)
{
    const struct count_source_definition *source = &count_sources[indicator->source];
    bool is_due = false;
    for (; term->coefficient; term++) {
        uint8_t cohort = term->cohort == COHORT_OF_INDICATOR ? indicator->cohort : term->cohort;
        is_due |=
            (source->due_measures >> term->measure & 1) || (source->due_cohorts >> cohort & 1);
    }
    return is_due;
}

bool indicator_has_deadline(const struct indicator *indicator)
{
    return !indicator->observed && (any_is_due(indicator, indicator->numerator) ||
                                    any_is_due(indicator, indicator->denominator));
}

const char *indicator_move_name(enum move_type type)
{
    static const char *const names[] = {
        [MOVE_NONE] = "none",
        [MOVE_ONE_MORE] = "one-more",
        [MOVE_ONE_FEWER] = "one-fewer",
        [MOVE_RATING] = "rating",
    };
    return names[type];
}

const char *indicator_direction_name(enum indicator_direction direction)
{
    static const char *const names[] = {"-", "higher", "lower"};
    return names[direction];
}

const char *indicator_unit_name(enum indicator_unit unit)
{
    static const char *const names[] = {"count", "percent", "hours", "ratio"};
    return names[unit];
}

const char *indicator_cohort_name(const struct indicator *indicator, uint8_t cohort)
{
    return indicator->moment ? indicator->moment : count_sources[indicator->source].cohorts[cohort];
}

struct rational indicator_print_factor(struct arena *arena, enum indicator_unit unit)
{
    if (unit == UNIT_SHARE)
        return rational_integer(arena, 100);
    return rational_fraction(arena, 1, unit == UNIT_DURATION ? 3600 : 1);
}

const char *const ticket_required[] = {"received_at", "due_at",    "district", "unit",
                                       "town",        "village",   "nature",   "channel",
                                       "category1",   "category2", NULL};

static struct caliber term_caliber(const struct indicator_settings *settings,
                                   const struct indicator_term *term)
{
    const struct count_source_definition *source = &count_sources[settings->indicator->source];
    struct caliber out = settings->caliber;
    if (term->only_flags & source->excluded_flag)
        out.excluded = CALIBER_ONLY;
    if (term->any_flags & source->excluded_flag)
        out.excluded = CALIBER_INCLUDE;
    return out;
}

static bool kind_taken(const struct indicator_settings *settings, const struct indicator_term *term,
                       int kind)
{
    return (!term->kinds || (kind >= 0 && kind < 16 && (term->kinds >> kind & 1))) &&
           (!settings->kinds || (kind >= 0 && kind < 64 && (settings->kinds >> kind & 1)));
}

static int64_t term_sum(const struct indicator_settings *settings,
                        const struct indicator_term *term, const struct counts *counts)
{
    struct caliber caliber = term_caliber(settings, term);
    enum count_source source = settings->indicator->source;
    int cohort = term->cohort == COHORT_OF_INDICATOR ? settings->cohort : term->cohort;
    int64_t sum = 0;
    for (size_t i = 0; i < counts->cell_count; i++) {
        const struct count_cell *cell = &counts->cells[i];
        if (cell->source == source && cell->range == term->range && cell->cohort == cohort &&
            cell->rule == settings->rule && kind_taken(settings, term, cell->kind) &&
            caliber_takes(&caliber, source, cell->nature, (unsigned)cell->flags))
            sum = rollup_add(sum, cell->measures[term->measure]);
    }
    return sum * term->coefficient;
}

const struct indicator_term *indicator_denominator(const struct indicator_settings *settings)
{
    return settings->over_other ? settings->indicator->other_denominator
                                : settings->indicator->denominator;
}

struct rational indicator_term_weight(struct arena *arena,
                                      const struct indicator_settings *settings,
                                      const struct indicator_term *term)
{
    return term->level ? settings->satisfaction_weights[term->level - 1]
                       : rational_integer(arena, 1);
}

static void sum_terms(const struct indicator_settings *settings, const struct indicator_term *terms,
                      const struct counts *counts, int64_t *sums)
{
    for (size_t i = 0; terms[i].coefficient; i++)
        sums[i] = term_sum(settings, &terms[i], counts);
}

void indicator_sum(const struct indicator_settings *settings, const struct counts *counts,
                   struct indicator_sums *out)
{
    const struct indicator *indicator = settings->indicator;
    *out = (struct indicator_sums){0};
    sum_terms(settings, indicator->numerator, counts, out->numerator);
    sum_terms(settings, indicator_denominator(settings), counts, out->denominator);
    if (indicator->sample.coefficient)
        out->sample = term_sum(settings, &indicator->sample, counts);
}

// Of the printed value from the target, as a share of the target.
static struct rational deviation(struct arena *arena, const struct indicator_settings *settings,
                                 struct rational value)
{
    struct rational printed =
        rational_multiply(arena, value, indicator_print_factor(arena, settings->target_unit));
    return rational_divide(arena, rational_subtract(arena, printed, settings->target),
                           settings->target);
}

void indicator_measure_sums(struct arena *arena, const struct indicator_settings *settings,
                            const struct indicator_sums *sums, struct measured *out)
{
    const struct indicator *indicator = settings->indicator;
    const struct indicator_term *denominator_terms = indicator_denominator(settings);
    int64_t whole = 0, denominator = 0;
    struct rational weighted = rational_integer(arena, 0);
    for (size_t i = 0; indicator->numerator[i].coefficient; i++) {
        if (indicator->numerator[i].level)
            weighted =
                rational_add(arena, weighted,
                             rational_multiply(
                                 arena, rational_integer(arena, sums->numerator[i]),
                                 indicator_term_weight(arena, settings, &indicator->numerator[i])));
        else
            whole = rollup_add(whole, sums->numerator[i]);
    }
    for (size_t i = 0; denominator_terms[i].coefficient; i++)
        denominator = rollup_add(denominator, sums->denominator[i]);

    bool is_count = !indicator->denominator[0].coefficient;
    *out = (struct measured){.sums = sums};
    out->numerator = rational_add(arena, weighted, rational_integer(arena, whole));
    out->n = is_count ? whole : indicator->sample.coefficient ? sums->sample : denominator;
    out->known = is_count || denominator != 0;
    out->value = out->numerator;
    if (!is_count && out->known)
        out->value = rational_divide(arena, out->numerator, rational_integer(arena, denominator));
    if (indicator->is_deviation && out->known)
        out->value = deviation(arena, settings, out->value);
}

void indicator_measure(struct arena *arena, const struct indicator_settings *settings,
                       const struct counts *counts, struct measured *out)
{
    struct indicator_sums *sums = arena_array(arena, struct indicator_sums, 1);
    indicator_sum(settings, counts, sums);
    indicator_measure_sums(arena, settings, sums, out);
}

int observation_compare(const void *left, const void *right)
{
    const struct observation *a = left, *b = right;
    __int128 x = (__int128)a->numerator * b->denominator,
             y = (__int128)b->numerator * a->denominator;
    return (x > y) - (x < y);
}

void indicator_share_within(struct arena *arena, const struct observation *observations,
                            size_t count, struct measured *out)
{
    int64_t within = 0;
    for (size_t i = 0; i < count; i++)
        within += observations[i].numerator;
    *out = (struct measured){
        .known = count > 0,
        .n = (int64_t)count,
        .observed = observations,
        .numerator = rational_integer(arena, within),
        .value =
            count ? rational_fraction(arena, within, (int64_t)count) : rational_integer(arena, 0),
    };
}

void indicator_order_statistic(struct arena *arena, const struct indicator_settings *settings,
                               const struct observation *observations, size_t count,
                               struct measured *out)
{
    *out = (struct measured){.known = count > 0, .n = (int64_t)count, .observed = observations};
    if (!count) {
        out->value = out->numerator = rational_integer(arena, 0);
        return;
    }
    struct rational place =
        rational_multiply(arena, settings->quantile, rational_integer(arena, (int64_t)count));
    size_t position = (size_t)rational_ceiling(place); // from 1
    const struct observation *low = &observations[position - 1], *high = low;
    if (settings->midpoint && rational_is_whole(place) && position < count)
        high = &observations[position];
    struct rational sum =
        rational_add(arena, rational_fraction(arena, low->numerator, low->denominator),
                     rational_fraction(arena, high->numerator, high->denominator));
    out->value = rational_multiply(arena, sum, rational_fraction(arena, 1, 2));
    out->numerator = out->value;
}

void indicator_measure_observed(struct arena *arena, const struct indicator_settings *settings,
                                const struct observation *observations, size_t count,
                                struct measured *out)
{
    if (settings->indicator->has_limit)
        indicator_share_within(arena, observations, count, out);
    else
        indicator_order_statistic(arena, settings, observations, count, out);
}

bool indicator_needs_begins(const struct indicator_settings *settings)
{
    return settings->time.is_working || settings->time.limit_us || settings->time.limit_days;
}
