// The terms are read off the points; a cost is one more ranking.
#include "core/explain.h"

#include "core/move.h"

#include <string.h>

// ---- terms ----

static bool takes_part(const struct scoring *scoring, const struct contender *contender,
                       size_t position)
{
    return contender->points[position].status != POINTS_WATCHED &&
           indicator_counts_in(&scoring->indicators[position], contender->group);
}

struct score_reading {
    struct arena *arena;
    const struct explain_question *question;
    struct explained_score *out;
};

static struct rational indicator_part(const struct score_reading *reading, size_t contender,
                                      size_t position)
{
    const struct contender *of = &reading->question->contenders[contender];
    return takes_part(reading->question->scoring, of, position)
               ? rational_multiply(reading->arena, of->points[position].points, of->scale)
               : rational_integer(reading->arena, 0);
}

static struct rational item_part(const struct score_reading *reading, size_t contender,
                                 size_t position)
{
    const struct contender *of = &reading->question->contenders[contender];
    return reading->question->scoring->items[position].type == ITEM_ENTERED
               ? rational_multiply(reading->arena, of->entered[position].points, of->scale)
               : of->entered[position].points;
}

typedef struct rational part_function(const struct score_reading *reading, size_t contender,
                                      size_t position);

static bool is_peer(const struct explain_question *question, size_t contender)
{
    const struct contender *of = &question->contenders[contender];
    return of->reason == RANKED &&
           text_equal(of->group, question->contenders[question->subject].group);
}

// Everything but `counts`, which the caller knows.
static void read_term(const struct score_reading *reading, part_function *part_of, size_t position,
                      struct rational full, struct explained_term *out)
{
    const struct explain_question *question = reading->question;
    out->part = part_of(reading, question->subject, position);
    out->full = full;
    out->lost = rational_subtract(reading->arena, full, out->part);
    out->best = question->subject;
    out->best_part = out->part;
    for (size_t i = 0; i < question->count; i++) {
        if (!is_peer(question, i))
            continue;
        struct rational part = part_of(reading, i, position);
        if (rational_compare(part, out->best_part) > 0) {
            out->best = i;
            out->best_part = part;
        }
    }
    out->first_part = part_of(reading, reading->out->first, position);
}

// The mean, or the best, of what the rule read of the group.
static struct rational group_input(const struct score_reading *reading, size_t position,
                                   bool of_mean, bool lower)
{
    const struct explain_question *question = reading->question;
    struct rational sum = rational_integer(reading->arena, 0), best = sum;
    int64_t count = 0;
    for (size_t i = 0; i < question->count; i++) {
        const struct contender *contender = &question->contenders[i];
        const struct points *points = &contender->points[position];
        if (points->status != POINTS_SCORED || contender->is_unassigned ||
            !text_equal(contender->group, question->contenders[question->subject].group))
            continue;
        int order = count ? rational_compare(points->input, best) : 0;
        if (!count || (lower ? order < 0 : order > 0))
            best = points->input;
        sum = rational_add(reading->arena, sum, points->input);
        count++;
    }
    return of_mean && count
               ? rational_divide(reading->arena, sum, rational_integer(reading->arena, count))
               : best;
}

static void read_target(const struct score_reading *reading, size_t position,
                        struct explained_term *out)
{
    const struct scored_indicator *indicator = &reading->question->scoring->indicators[position];
    const struct score_rule *rule = &indicator->rule;
    bool lower = indicator->settings.indicator->direction == BETTER_LOWER;
    out->has_target = true;
    switch (rule->type) {
    case RULE_PROPORTIONAL:
        out->target = lower ? rational_integer(reading->arena, 0) : rule->full;
        return;
    case RULE_DEDUCT:
        out->target = rule->baseline;
        return;
    case RULE_RELATIVE_TO_BEST:
        out->target = group_input(reading, position, false, lower);
        return;
    case RULE_RATIO_TO_TARGET:
        out->target =
            rule->target_is_mean ? group_input(reading, position, true, lower) : rule->target;
        return;
    default:
        out->has_target = false;
    }
}

static void read_indicator(const struct score_reading *reading, size_t position)
{
    const struct explain_question *question = reading->question;
    const struct contender *subject = &question->contenders[question->subject];
    struct explained_term *out = &reading->out->indicators[position];
    bool gives_away = subject->points[position].status == POINTS_MISSING &&
                      question->scoring->indicators[position].missing == MISSING_REDISTRIBUTE;
    out->counts = takes_part(question->scoring, subject, position) && !gives_away;
    struct rational full = rational_integer(reading->arena, 0);
    if (out->counts)
        full = rational_multiply(reading->arena, question->scoring->indicators[position].weight,
                                 reading->out->scale);
    read_term(reading, indicator_part, position, full, out);
    if (out->counts && subject->points[position].status == POINTS_SCORED)
        read_target(reading, position, out);
}

static void read_item(const struct score_reading *reading, size_t position)
{
    const struct explain_question *question = reading->question;
    const struct scored_item *item = &question->scoring->items[position];
    const struct contender *subject = &question->contenders[question->subject];
    struct explained_term *out = &reading->out->items[position];
    bool gives_away = !subject->entered[position].known && item->missing == MISSING_REDISTRIBUTE;
    out->counts = item->type != ITEM_ENTERED || !gives_away;
    struct rational full = rational_integer(reading->arena, 0);
    if (item->type == ITEM_ENTERED && out->counts)
        full = rational_multiply(reading->arena, item->most, reading->out->scale);
    read_term(reading, item_part, position, full, out);
}

void explain_score(struct arena *arena, const struct explain_question *question,
                   struct explained_score *out)
{
    const struct scoring *scoring = question->scoring;
    const struct contender *subject = &question->contenders[question->subject];
    struct score_reading reading = {
        .arena = arena,
        .question = question,
        .out = out,
    };
    *out = (struct explained_score){
        .indicators = arena_array(arena, struct explained_term, scoring->indicator_count + 1),
        .items = arena_array(arena, struct explained_term, scoring->item_count + 1),
        .rounding = rational_subtract(arena, subject->total, subject->exact_total),
        .first = question->subject,
    };
    for (size_t i = 0; i < question->count; i++) {
        if (!is_peer(question, i))
            continue;
        if (question->contenders[i].rank < question->contenders[out->first].rank)
            out->first = i;
    }
    out->scale = subject->scale;
    for (size_t i = 0; i < scoring->indicator_count; i++)
        read_indicator(&reading, i);
    for (size_t i = 0; i < scoring->item_count; i++)
        read_item(&reading, i);
}

// ---- one entity ----

static int64_t add_terms(const int64_t *sums)
{
    int64_t sum = 0;
    for (int i = 0; i < INDICATOR_TERMS_MAX; i++)
        sum = rollup_add(sum, sums[i]);
    return sum;
}

// Paid and allocated money are entries of their own: what is missing in the numerator is no entity of the denominator.
static bool counts_parts(const struct indicator_settings *settings)
{
    const struct indicator_term *of = &settings->indicator->numerator[0],
                                *over = indicator_denominator(settings);
    return !of->kinds || !over->kinds || (of->kinds & over->kinds);
}

static bool raise_ratings(struct arena *arena, const struct indicator_settings *settings,
                          int64_t *numerator)
{
    const struct indicator_term *terms = settings->indicator->numerator;
    size_t best = 0;
    int64_t raised = 0;
    for (size_t i = 1; terms[i].coefficient; i++)
        if (rational_compare(indicator_term_weight(arena, settings, &terms[i]),
                             indicator_term_weight(arena, settings, &terms[best])) > 0)
            best = i;
    for (size_t i = 0; terms[i].coefficient; i++) {
        if (rational_compare(indicator_term_weight(arena, settings, &terms[i]),
                             indicator_term_weight(arena, settings, &terms[best])) >= 0)
            continue;
        raised += numerator[i];
        numerator[i] = 0;
    }
    numerator[best] += raised;
    return raised > 0;
}

// The entity's numerator had it been saved; the denominator is the same. False: it costs nothing.
static bool save_sums(struct arena *arena, const struct indicator_settings *settings,
                      const struct indicator_sums *sums, int64_t numerator[INDICATOR_TERMS_MAX])
{
    const struct indicator *indicator = settings->indicator;
    int64_t of = add_terms(sums->numerator), over = add_terms(sums->denominator);
    memcpy(numerator, sums->numerator, sizeof sums->numerator);
    switch (indicator->move.type) {
    case MOVE_ONE_MORE:
        if (indicator->unit == UNIT_COUNT || !counts_parts(settings) || over <= of)
            return false;
        numerator[0] += over - of;
        return true;
    case MOVE_ONE_FEWER:
        memset(numerator, 0, sizeof sums->numerator);
        return of > 0;
    case MOVE_RATING:
        return raise_ratings(arena, settings, numerator);
    case MOVE_NONE:
        break;
    }
    bool is_travel_time = indicator->source == COUNTED_TRAFFIC && indicator->unit == UNIT_RATIO;
    numerator[0] += over - of;
    return is_travel_time && of > over;
}

static struct rational weigh(struct arena *arena, const struct indicator_settings *settings,
                             const int64_t *numerator)
{
    const struct indicator_term *terms = settings->indicator->numerator;
    struct rational sum = rational_integer(arena, 0);
    for (size_t i = 0; terms[i].coefficient; i++)
        sum = rational_add(arena, sum,
                           rational_multiply(arena, rational_integer(arena, numerator[i]),
                                             indicator_term_weight(arena, settings, &terms[i])));
    return sum;
}

static struct rational absolute(struct arena *arena, struct rational value)
{
    return rational_sign(value) < 0 ? rational_subtract(arena, rational_integer(arena, 0), value)
                                    : value;
}

static bool observed_gain(struct arena *arena, const struct indicator_settings *settings,
                          const struct measured *measured, const struct observation *observed,
                          struct rational *gain)
{
    if (settings->indicator->has_limit) {
        *gain = rational_integer(arena, 1);
        return observed->numerator == 0;
    }
    *gain = rational_fraction(arena, observed->numerator, observed->denominator);
    if (settings->indicator->direction != BETTER_LOWER || !measured->known)
        return false;
    struct rational place =
        rational_multiply(arena, settings->quantile, rational_integer(arena, measured->n));
    const struct observation *low = &measured->observed[rational_ceiling(place) - 1];
    return observation_compare(observed, low) >= 0 &&
           observation_compare(observed, &measured->observed[0]) > 0;
}

bool explain_gain(struct arena *arena, const struct indicator_settings *settings,
                  const struct measured *measured, const struct entity_figures *entity,
                  struct rational *gain)
{
    int64_t numerator[INDICATOR_TERMS_MAX];
    if (settings->indicator->observed != OBSERVED_NOTHING)
        return entity->is_observed &&
               observed_gain(arena, settings, measured, &entity->observed, gain);
    if (!measured->known || !save_sums(arena, settings, &entity->sums, numerator))
        return false;
    *gain = absolute(arena, rational_subtract(arena, weigh(arena, settings, numerator),
                                              weigh(arena, settings, entity->sums.numerator)));
    return rational_sign(*gain) > 0;
}

// One of the observations was the quickest of all.
static void quicken(struct arena *arena, const struct indicator_settings *settings,
                    const struct measured *measured, const struct observation *observed,
                    struct measured *out)
{
    size_t count = (size_t)measured->n, at = 0;
    struct observation *list = arena_array(arena, struct observation, count + 1);
    while (at + 1 < count && observation_compare(&measured->observed[at], observed) != 0)
        at++;
    list[0] = measured->observed[0];
    memcpy(list + 1, measured->observed, at * sizeof *list);
    memcpy(list + 1 + at, measured->observed + at + 1, (count - at - 1) * sizeof *list);
    indicator_order_statistic(arena, settings, list, count, out);
}

void explain_saved(struct arena *arena, const struct indicator_settings *settings,
                   const struct measured *measured, const struct entity_figures *entity,
                   struct measured *out)
{
    int64_t numerator[INDICATOR_TERMS_MAX];
    if (settings->indicator->has_limit) {
        move_make(arena, settings, measured, 1, out);
        return;
    }
    if (settings->indicator->observed != OBSERVED_NOTHING) {
        quicken(arena, settings, measured, &entity->observed, out);
        return;
    }
    struct indicator_sums *sums = arena_array(arena, struct indicator_sums, 1);
    *sums = *measured->sums;
    save_sums(arena, settings, &entity->sums, numerator);
    for (int i = 0; i < INDICATOR_TERMS_MAX; i++)
        sums->numerator[i] += numerator[i] - entity->sums.numerator[i];
    indicator_measure_sums(arena, settings, sums, out);
}

bool explain_cost(struct arena *arena, const struct explain_question *question, size_t indicator,
                  const struct measured *saved, struct rational *cost)
{
    const struct contender *subject = &question->contenders[question->subject];
    size_t count = question->scoring->indicator_count;
    struct measured *measured =
        arena_copy(arena, subject->measured, count * sizeof *subject->measured);
    measured[indicator] = *saved;
    struct contender then = ranking_try(arena, question->scoring, question->contenders,
                                        question->count, question->subject, measured);
    if (then.reason != RANKED)
        return false;
    *cost = rational_subtract(arena, then.exact_total, subject->exact_total);
    return true;
}
