// Forecasts from the triangle, each from what was known at its time alone: so those of past months can be held against what came.
#include "rank/questions/vintages.h"

#include <math.h>

static struct known_figure figure_of(const struct triangle *triangle, const struct vintage *vintage)
{
    return (struct known_figure){rational_to_double(vintage->numerator) * triangle->factor,
                                 rational_to_double(vintage->denominator),
                                 rational_to_double(vintage->value)};
}

static int64_t known_at(const struct triangle *triangle, size_t month, size_t age)
{
    return triangle->months[month].known[age].known_us;
}

// Of a past month the figure of one subject at an age, and settled by an instant. False when there is no such pair.
static bool find_pair(const struct triangle *triangle, size_t month, size_t age, int64_t known_us,
                      struct text code, const struct vintage **early,
                      const struct vintage **settled)
{
    *early = vintage_at(triangle, month, age, code);
    *settled = vintage_at(triangle, month, settled_at(triangle, month, known_us), code);
    return *early && *settled;
}

// ---- the figure ----

// The month in question, at an age, and what is known of the others: now, or as then.
struct standpoint {
    size_t month, age;
    int64_t known_us;
};

// What a month known at an age becomes, by what was known of the others at an instant.
static void forecast_figure(struct triangle *triangle, const struct standpoint *at,
                            struct text code, double probability, struct forecast *out)
{
    struct developed *past = arena_array(&triangle->arena, struct developed, triangle->count);
    size_t count = 0;
    for (size_t i = 0; i < triangle->count; i++) {
        const struct vintage *early, *settled;
        if (i != at->month &&
            find_pair(triangle, i, at->age, at->known_us, code, &early, &settled) &&
            early->has_value && settled->has_value)
            past[count++] =
                (struct developed){figure_of(triangle, early), figure_of(triangle, settled)};
    }
    const struct vintage *now = vintage_at(triangle, at->month, at->age, code);
    *out = (struct forecast){.outcome = FORECAST_NOTHING};
    if (!now || !now->has_value)
        return;
    const struct known_figure figure = figure_of(triangle, now);
    forecast_make(triangle->development, past, count, &figure, probability, &triangle->bounds, out);
}

static bool holds(const struct forecast *forecast, double settled)
{
    static const double rounding = 1e-9;
    double room = rounding * fmax(1, fabs(settled));
    return settled >= forecast->from - room && settled <= forecast->until + room;
}

// Every settled month, forecast at the age from what was known then.
static struct hit_rate test_figure(struct triangle *triangle, size_t age, struct text code,
                                   double probability)
{
    struct hit_rate rate = {0};
    for (size_t i = 0; i < triangle->count; i++) {
        const struct vintage *early, *settled;
        struct forecast forecast;
        if (!find_pair(triangle, i, age, INT64_MAX, code, &early, &settled) || !settled->has_value)
            continue;
        forecast_figure(triangle, &(struct standpoint){i, age, known_at(triangle, i, age)}, code,
                        probability, &forecast);
        if (forecast.outcome != FORECAST_MADE)
            continue;
        rate.tested++;
        rate.held += holds(&forecast, rational_to_double(settled->value));
    }
    return rate;
}

// ---- ranks ----

// Those that take part: of the subject's group, ranked now. Of a past month in which one had no rank its revision is not known and
// counts as none, so that the ranks to come are among as many as the rank now.
struct field {
    const struct vintage **now;
    size_t count, held, own; // held: of some past month that is used nothing is known
    size_t *months;          // positions of the past ones
    size_t month_count;
};

static bool is_ranked_in(const struct triangle *triangle, size_t month, size_t age,
                         int64_t known_us, struct text code)
{
    const struct vintage *early, *settled;
    return find_pair(triangle, month, age, known_us, code, &early, &settled) && early->rank &&
           settled->rank;
}

static bool find_field(struct triangle *triangle, const struct standpoint *at, struct field *out)
{
    const struct known_month *known = &triangle->months[at->month].known[at->age];
    const struct vintage *own = vintage_at(triangle, at->month, at->age, triangle->subject);
    *out = (struct field){
        .now = arena_array(&triangle->arena, const struct vintage *, known->count + 1),
        .months = arena_array(&triangle->arena, size_t, triangle->count + 1)};
    if (!own || !own->rank)
        return false;
    for (size_t i = 0; i < triangle->count; i++)
        if (i != at->month && is_ranked_in(triangle, i, at->age, at->known_us, triangle->subject))
            out->months[out->month_count++] = i;
    for (size_t s = 0; s < known->count; s++) {
        const struct vintage *vintage = &known->list[s];
        if (!vintage->rank || !text_equal(vintage->group, own->group))
            continue;
        bool is_known = true;
        for (size_t i = 0; i < out->month_count; i++)
            is_known &=
                is_ranked_in(triangle, out->months[i], at->age, at->known_us, vintage->code);
        out->held += !is_known;
        if (vintage == own)
            out->own = out->count;
        out->now[out->count++] = vintage;
    }
    return true;
}

// Fills a matrix [subject][rank]; null when there are too few months.
static double *draw_ranks(struct triangle *triangle, const struct field *field,
                          const struct standpoint *at, const struct forecast_options *options)
{
    struct arena *arena = &triangle->arena;
    size_t subjects = field->count;
    double *now = arena_array(arena, double, subjects + 1);
    double *revisions = arena_array(arena, double, subjects * field->month_count + 1);
    double *out = arena_array(arena, double, subjects *subjects + 1);
    for (size_t s = 0; s < subjects; s++) {
        now[s] = rational_to_double(field->now[s]->total);
        for (size_t i = 0; i < field->month_count; i++) {
            const struct vintage *early, *settled;
            bool is_known = is_ranked_in(triangle, field->months[i], at->age, at->known_us,
                                         field->now[s]->code) &&
                            find_pair(triangle, field->months[i], at->age, at->known_us,
                                      field->now[s]->code, &early, &settled);
            revisions[i * subjects + s] =
                is_known
                    ? rational_to_double(rational_subtract(arena, settled->total, early->total))
                    : 0;
        }
    }
    const struct rank_question question = {.subjects = subjects,
                                           .months = field->month_count,
                                           .now = now,
                                           .revisions = revisions,
                                           .seed = options->seed,
                                           .draws = options->draws};
    return forecast_ranks(arena, &question, out) ? out : NULL;
}

// The settled rank among those that take part; 0: it had none.
static size_t settled_rank(const struct triangle *triangle, const struct field *field, size_t month,
                           size_t subject)
{
    size_t better = 0, age = settled_at(triangle, month, INT64_MAX);
    const struct vintage *own = vintage_at(triangle, month, age, field->now[subject]->code);
    for (size_t s = 0; s < field->count; s++) {
        const struct vintage *other = vintage_at(triangle, month, age, field->now[s]->code);
        if (!own || !own->rank)
            return 0;
        better += other && other->rank && rational_compare(other->total, own->total) > 0;
    }
    return better + 1;
}

static void test_ranks(struct triangle *triangle, size_t age,
                       const struct forecast_options *options, struct month_forecast *out)
{
    for (size_t i = 0; i < triangle->count; i++) {
        struct field field;
        const double *ranks;
        if (!vintage_at(triangle, i, age, triangle->subject))
            continue;
        const struct standpoint then = {i, age, known_at(triangle, i, age)};
        if (!find_field(triangle, &then, &field) ||
            !(ranks = draw_ranks(triangle, &field, &then, options)))
            continue;
        bool *likely = arena_array(&triangle->arena, bool, field.count + 1);
        for (size_t s = 0; s < field.count; s++) {
            size_t rank = settled_rank(triangle, &field, i, s);
            if (!rank)
                continue;
            forecast_rank_set(ranks + s * field.count, field.count, options->probability, likely);
            out->rank_all.tested++;
            out->rank_all.held += likely[rank - 1];
            out->rank_own.tested += s == field.own;
            out->rank_own.held += s == field.own && likely[rank - 1];
        }
    }
}

static void find_ranks(struct triangle *triangle, const struct forecast_options *options,
                       struct month_forecast *out)
{
    struct field field;
    const struct standpoint now = {out->month, out->age, INT64_MAX};
    if (!find_field(triangle, &now, &field))
        return;
    out->ranked = field.count;
    out->held = field.held;
    out->rank_months = field.month_count;
    double *ranks = draw_ranks(triangle, &field, &now, options);
    if (!ranks)
        return;
    out->has_ranks = true;
    out->ranks = ranks + field.own * field.count;
    out->likely = arena_array(&triangle->arena, bool, field.count + 1);
    out->likeliest = forecast_likeliest(out->ranks, field.count);
    forecast_rank_set(out->ranks, field.count, options->probability, out->likely);
    test_ranks(triangle, out->age, options, out);
}

// ---- months to come ----

static void forecast_month(struct triangle *triangle, const struct forecast_options *options,
                           struct month_forecast *out)
{
    const struct known_month *known = &triangle->months[out->month].known[out->age];
    forecast_figure(triangle, &(struct standpoint){out->month, out->age, INT64_MAX},
                    triangle->subject, options->probability, &out->forecast);
    for (size_t s = 0; s < known->count; s++) {
        struct hit_rate rate =
            test_figure(triangle, out->age, known->list[s].code, options->probability);
        out->all.tested += rate.tested;
        out->all.held += rate.held;
        if (text_equal(known->list[s].code, triangle->subject))
            out->own = rate;
    }
    find_ranks(triangle, options, out);
}

size_t vintages_forecast(struct triangle *triangle, const struct forecast_options *options,
                         struct month_forecast **out)
{
    size_t count = 0;
    *out = arena_array(&triangle->arena, struct month_forecast, triangle->count + 1);
    for (size_t i = 0; i < triangle->count; i++) {
        size_t age = triangle->months[i].count;
        while (age > 0 && !triangle->months[i].known[age - 1].is_there)
            age--;
        if (!age || settled_at(triangle, i, INT64_MAX) < triangle->months[i].count)
            continue;
        struct month_forecast *forecast = &(*out)[count++];
        *forecast = (struct month_forecast){.month = i, .age = age - 1};
        forecast_month(triangle, options, forecast);
    }
    return count;
}

void vintages_revisions(struct triangle *triangle, size_t age, struct revision_summary *out)
{
    struct rational *revisions =
        arena_array(&triangle->arena, struct rational, triangle->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < triangle->count; i++) {
        const struct vintage *early, *settled;
        if (find_pair(triangle, i, age, INT64_MAX, triangle->subject, &early, &settled) &&
            early->has_value && settled->has_value)
            revisions[count++] = rational_subtract(&triangle->arena, settled->value, early->value);
    }
    revisions_summarize(&triangle->arena, revisions, count, out);
}
