// From assessments to the triangle: at each cut-off every month that has ended by then is assessed, as `month --as-of` would.
#include "rank/questions/vintages.h"

#include "rank/subjects.h"
#include "sql/as_of.h"
#include "sql/queries.h"

#include <string.h>

// ---- of one assessment ----

// The arena of an assessment goes with it.
static struct rational kept(struct arena *arena, struct rational value)
{
    return rational_add(arena, value, rational_integer(arena, 0));
}

static struct rational denominator_of(struct arena *arena, const struct measured *measured)
{
    int64_t sum = 0;
    for (int i = 0; measured->sums && i < INDICATOR_TERMS_MAX; i++)
        sum += measured->sums->denominator[i];
    return rational_integer(arena, measured->sums ? sum : measured->n);
}

static void keep_indicator(struct triangle *triangle, const struct measured *measured,
                           struct vintage *out)
{
    struct arena *arena = &triangle->arena;
    const struct indicator_settings *settings =
        &triangle->profile.indicators[triangle->indicator].settings;
    struct rational factor = indicator_print_factor(arena, settings->indicator->unit);
    out->has_value = measured->known;
    out->n = measured->n;
    if (!measured->known)
        return;
    out->value = rational_multiply(arena, measured->value, factor);
    out->numerator = kept(arena, measured->numerator);
    out->denominator = denominator_of(arena, measured);
}

static void keep_contender(struct triangle *triangle, const struct contender *contender,
                           size_t indicator, struct vintage *out)
{
    struct arena *arena = &triangle->arena;
    struct rational zero = rational_integer(arena, 0);
    *out = (struct vintage){.code = arena_text(arena, contender->code),
                            .group = arena_text(arena, contender->group),
                            .value = zero,
                            .numerator = zero,
                            .denominator = zero,
                            .total = zero};
    if (contender->reason == RANKED && !triangle->unranked_by) {
        out->rank = contender->rank;
        out->is_shared = contender->is_shared;
        out->total = kept(arena, contender->exact_total);
    }
    if (triangle->figure == FIGURE_INDICATOR) {
        keep_indicator(triangle, &contender->measured[indicator], out);
        return;
    }
    out->has_value = contender->reason == RANKED;
    out->value =
        triangle->figure == FIGURE_TOTAL ? out->total : rational_integer(arena, (int64_t)out->rank);
}

static void keep_name(struct triangle *triangle, struct text code, const struct area *area)
{
    enum { GROWTH = 64 };
    for (size_t i = 0; i < triangle->name_count; i++)
        if (text_equal(triangle->names[i].code, code))
            return;
    if (triangle->name_count % GROWTH == 0) {
        struct subject_name *grown =
            arena_array(&triangle->arena, struct subject_name, triangle->name_count + GROWTH);
        if (triangle->name_count)
            memcpy(grown, triangle->names, triangle->name_count * sizeof *grown);
        triangle->names = grown;
    }
    struct subject_name *name = &triangle->names[triangle->name_count++];
    *name = (struct subject_name){.code = code, .en = TEXT(""), .zh = TEXT("")};
    if (area) {
        name->en = arena_text(&triangle->arena, area->name_en);
        name->zh = arena_text(&triangle->arena, area->name_zh);
    }
}

void triangle_name_subject(struct triangle *triangle, const struct config *config,
                           const struct snapshot *snapshot, const struct period *period)
{
    triangle->subject =
        arena_text(&triangle->arena,
                   subject_code(snapshot->generation.areas, triangle->profile.subject,
                                text_from(config_argument(config, 0)), period->until_day - 1));
}

void triangle_keep(struct triangle *triangle, const struct assessment *assessment, size_t indicator,
                   struct known_month *out)
{
    struct arena *arena = &triangle->arena;
    out->is_there = true;
    out->digest = arena_printf(arena, "%s", assessment->cut_off.digest);
    out->vector = arena_printf(arena, "%s", assessment->cut_off.vector);
    out->versions = assessment->versions;
    out->versions.rule_sha256 = arena_printf(arena, "%s", assessment->versions.rule_sha256);
    out->list = arena_array(arena, struct vintage, assessment->count + 1);
    for (size_t i = 0; i < assessment->count; i++) {
        if (assessment->contenders[i].is_unassigned)
            continue;
        struct vintage *vintage = &out->list[out->count++];
        keep_contender(triangle, &assessment->contenders[i], indicator, vintage);
        keep_name(triangle, vintage->code, assessment->areas[i]);
    }
}

// ---- looking up ----

const struct vintage *vintage_at(const struct triangle *triangle, size_t month, size_t age,
                                 struct text code)
{
    const struct month_vintages *row = &triangle->months[month];
    if (age >= row->count || !row->known[age].is_there)
        return NULL;
    for (size_t i = 0; i < row->known[age].count; i++)
        if (text_equal(row->known[age].list[i].code, code))
            return &row->known[age].list[i];
    return NULL;
}

size_t settled_at(const struct triangle *triangle, size_t month, int64_t known_us)
{
    const struct month_vintages *row = &triangle->months[month];
    size_t first = triangle->is_of_results ? STAGE_FINAL : triangle->settled;
    size_t last = triangle->is_of_results ? row->count : first + 1, found = row->count;
    for (size_t i = first; i < last && i < row->count; i++)
        if (row->known[i].is_there && row->known[i].known_us <= known_us)
            found = i;
    return found;
}

// ---- the walk over the cut-offs ----

struct triangle_reading {
    struct triangle *triangle;
    struct snapshot snapshot;
    struct snapshot_walk *walk;
    int64_t *cut_offs_us;
    struct offset_vector *vectors;
    size_t count; // of cut-offs that have come
};

// Months, and the instants at which they are looked at.
static void plan(struct triangle_reading *reading, const struct period *period, size_t later)
{
    struct triangle *triangle = reading->triangle;
    triangle->count = (size_t)period->month_count;
    triangle->months = arena_array(&triangle->arena, struct month_vintages, triangle->count + 1);
    reading->count = triangle->count + later;
    reading->cut_offs_us = arena_array(&triangle->arena, int64_t, reading->count + 1);
    for (size_t i = 0; i < reading->count; i++) {
        struct period month = period_month(&triangle->arena, period, (int32_t)i);
        if (i < triangle->count)
            triangle->months[i].period = month;
        month.until_day += (int32_t)triangle->days;
        reading->cut_offs_us[i] = period_until_us(&month, reading->snapshot.generation.zone);
    }
}

static const char *instant(struct arena *arena, int64_t instant_us)
{
    char out[32];
    civil_print_instant(instant_us, out);
    return arena_printf(arena, "%s", out);
}

static bool fail_before(const struct triangle_reading *reading, int64_t began_us,
                        struct error *error)
{
    struct triangle *triangle = reading->triangle;
    size_t first = 0;
    while (first < triangle->count && reading->cut_offs_us[first] < began_us)
        first++;
    const char *began = instant(&triangle->arena, began_us);
    return error_set(
        error, ERROR_BAD_CONFIG,
        "what was known of %s at %s cannot be said: the journal begins at %s: %s%s",
        triangle->months[0].period.name, instant(&triangle->arena, reading->cut_offs_us[0]), began,
        first < triangle->count
            ? "begin with --month "
            : "all these months ended before it: ask of later ones, or of published results with "
              "--closings",
        first < triangle->count ? triangle->months[first].period.name : "");
}

// What lies before the journal is refused, what has not come yet is left out.
static bool check_times(struct triangle_reading *reading, struct error *error)
{
    struct triangle *triangle = reading->triangle;
    PGresult *result;
    if (!postgres_query(reading->snapshot.postgres, &query_rank_journal_times, NULL, &result,
                        error))
        return false;
    bool is_empty = column_is_null(result, 0, 0);
    int64_t began_us = is_empty ? 0 : column_instant(result, 0, 0),
            newest_us = is_empty ? 0 : column_instant(result, 0, 1);
    PQclear(result);
    if (is_empty)
        return error_set(error, ERROR_BAD_CONFIG,
                         "nothing was aggregated yet: there is no journal to ask");
    if (reading->cut_offs_us[0] < began_us)
        return fail_before(reading, began_us, error);
    size_t wanted = reading->count;
    while (reading->count && reading->cut_offs_us[reading->count - 1] > newest_us)
        reading->count--;
    triangle->missing = wanted - reading->count;
    triangle->missing_us = reading->cut_offs_us[reading->count];
    return reading->count > 1 ||
           error_set(error, ERROR_BAD_CONFIG,
                     "these months have no later cut-off yet: the newest batch is of %s, and %s "
                     "would be known again at %s",
                     instant(&triangle->arena, newest_us), triangle->months[0].period.name,
                     instant(&triangle->arena, reading->cut_offs_us[1]));
}

static bool read_vectors(struct triangle_reading *reading, struct error *error)
{
    struct arena *arena = &reading->triangle->arena;
    reading->vectors = arena_array(arena, struct offset_vector, reading->count);
    for (size_t i = 0; i < reading->count; i++)
        if (!as_of_read(reading->snapshot.postgres, arena, instant(arena, reading->cut_offs_us[i]),
                        &reading->vectors[i], error))
            return false;
    return true;
}

static bool read_step(struct triangle_reading *reading, size_t step, struct error *error)
{
    struct triangle *triangle = reading->triangle;
    bool done = snapshot_walk_step(reading->walk, error);
    for (size_t i = 0; done && i < triangle->count && i <= step; i++) {
        struct arena arena = ARENA_INIT;
        struct assessment assessment;
        struct known_month *known = &triangle->months[i].known[step - i];
        done = assessment_make(&reading->snapshot, &arena, &triangle->profile,
                               &triangle->months[i].period, &assessment, error);
        if (done)
            triangle_keep(triangle, &assessment, triangle->indicator, known);
        known->known_us = reading->cut_offs_us[step];
        arena_free(&arena);
    }
    return done;
}

static bool read_steps(struct triangle_reading *reading, struct error *error)
{
    struct triangle *triangle = reading->triangle;
    triangle->ages = reading->count;
    for (size_t i = 0; i < triangle->count; i++) {
        struct month_vintages *month = &triangle->months[i];
        month->count = i < reading->count ? reading->count - i : 0;
        month->known = arena_array(&triangle->arena, struct known_month, month->count + 1);
    }
    bool done =
        snapshot_walk_begin(&reading->snapshot, reading->vectors, reading->count,
                            assessment_reads_states(&triangle->profile), &reading->walk, error);
    for (size_t step = 0; done && step < reading->count; step++)
        done = read_step(reading, step, error);
    return done;
}

bool triangle_read_ages(struct triangle *triangle, const struct config *config,
                        const struct period *period, struct error *error)
{
    struct triangle_reading reading = {.triangle = triangle};
    bool done = snapshot_open_to_walk(config, &reading.snapshot, error);
    if (done) {
        triangle_name_subject(triangle, config, &reading.snapshot, period);
        plan(&reading, period, (size_t)config_integer(config, "later"));
        done = check_times(&reading, error) && read_vectors(&reading, error) &&
               read_steps(&reading, error);
    }
    snapshot_walk_end(reading.walk);
    snapshot_close(&reading.snapshot);
    return done;
}
