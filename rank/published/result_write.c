// From an assessment to the bytes of its document.
#include "rank/published/result_document.h"

#include "core/traffic.h"
#include "rank/published/result_words.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

struct writer {
    struct arena *arena;
    const struct assessment *assessment;
    bool failed; // a text is not UTF-8
};

uint64_t profile_traffic_kinds(const struct profile *profile)
{
    uint64_t kinds = 0;
    for (size_t i = 0; i < profile->scoring.indicator_count; i++) {
        const struct indicator_settings *settings = &profile->indicators[i].settings;
        if (settings->indicator->source == COUNTED_TRAFFIC)
            kinds |= settings->kinds ? settings->kinds : UINT64_MAX;
    }
    return kinds;
}

static void set(struct writer *writer, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        writer->failed = true;
}

static void add(struct writer *writer, json_t *list, json_t *value)
{
    if (json_array_append_new(list, value) != 0)
        writer->failed = true;
}

static json_t *text_value(struct text text)
{
    return text.length ? json_stringn(text.bytes, text.length) : json_string("");
}

static json_t *integer_value(struct writer *writer, int64_t value)
{
    if (value <= RESULT_INTEGER_MAX && value >= -RESULT_INTEGER_MAX)
        return json_integer(value);
    return json_string(arena_printf(writer->arena, "%" PRId64, value));
}

static json_t *fraction_value(struct writer *writer, bool known, struct rational value)
{
    return known ? json_string(rational_print_exact(writer->arena, value)) : json_null();
}

static json_t *day_value(struct writer *writer, int32_t day)
{
    int year, month, of_month;
    if (day == DAY_MAX)
        return json_null();
    civil_from_day(day, &year, &month, &of_month);
    return json_string(arena_printf(writer->arena, "%04d-%02d-%02d", year, month, of_month));
}

// ---- what each sum is of ----

const char *result_term_name(struct arena *arena, const struct indicator_settings *settings,
                             const struct indicator_term *term)
{
    static const char *const ranges[RANGE_COUNT] = {"", " in the year", " before the period",
                                                    " before the period's end"};
    const struct count_source_definition *source = &count_sources[settings->indicator->source];
    uint8_t cohort = term->cohort == COHORT_OF_INDICATOR ? settings->cohort : term->cohort;
    return arena_printf(arena, "%s%s.%s%s", term->coefficient < 0 ? "-" : "",
                        source->cohorts[cohort], source->rollup->measures[term->measure].name,
                        ranges[term->range]);
}

static json_t *term_name(struct writer *writer, const struct indicator_settings *settings,
                         const struct indicator_term *term)
{
    return json_string(result_term_name(writer->arena, settings, term));
}

static json_t *term_names(struct writer *writer, const struct indicator_settings *settings,
                          const struct indicator_term *terms)
{
    json_t *list = json_array();
    for (; terms->coefficient; terms++)
        add(writer, list, term_name(writer, settings, terms));
    return list;
}

static json_t *indicator_value(struct writer *writer, const struct scored_indicator *indicator)
{
    const struct indicator_settings *settings = &indicator->settings;
    json_t *object = json_object();
    set(writer, object, "key", text_value(indicator->key));
    set(writer, object, "id", json_string(settings->indicator->id));
    set(writer, object, "unit", json_string(indicator_unit_name(settings->indicator->unit)));
    if (settings->indicator->observed != OBSERVED_NOTHING)
        return object;
    set(writer, object, "numerator", term_names(writer, settings, settings->indicator->numerator));
    set(writer, object, "denominator",
        term_names(writer, settings, indicator_denominator(settings)));
    if (settings->indicator->sample.coefficient)
        set(writer, object, "sample", term_name(writer, settings, &settings->indicator->sample));
    return object;
}

// ---- figures ----

static json_t *sums_list(struct writer *writer, const struct indicator_term *terms,
                         const int64_t *sums)
{
    json_t *list = json_array();
    for (size_t i = 0; terms[i].coefficient; i++)
        add(writer, list, integer_value(writer, sums[i]));
    return list;
}

static json_t *sums_value(struct writer *writer, const struct indicator_settings *settings,
                          const struct indicator_sums *sums)
{
    json_t *object = json_object();
    set(writer, object, "numerator",
        sums_list(writer, settings->indicator->numerator, sums->numerator));
    set(writer, object, "denominator",
        sums_list(writer, indicator_denominator(settings), sums->denominator));
    if (settings->indicator->sample.coefficient)
        set(writer, object, "sample", integer_value(writer, sums->sample));
    return object;
}

// Durations in µs, ascending. Those of traffic are in the hours.
static json_t *observed_value(struct writer *writer, const struct measured *measured)
{
    json_t *list = json_array();
    for (int64_t i = 0; i < measured->n; i++)
        add(writer, list, integer_value(writer, measured->observed[i].numerator));
    return list;
}

static json_t *measured_value(struct writer *writer, const struct measured *measured)
{
    json_t *object = json_object();
    set(writer, object, "value", fraction_value(writer, measured->known, measured->value));
    set(writer, object, "n", integer_value(writer, measured->n));
    return object;
}

static json_t *figure_value(struct writer *writer, const struct contender *contender,
                            size_t position)
{
    const struct scored_indicator *indicator = &writer->assessment->profile->indicators[position];
    const struct measured *measured = &contender->measured[position];
    const struct points *points = &contender->points[position];
    json_t *object = measured_value(writer, measured);
    set(writer, object, "numerator", fraction_value(writer, true, measured->numerator));
    if (measured->sums)
        set(writer, object, "sums", sums_value(writer, &indicator->settings, measured->sums));
    else if (indicator->settings.indicator->observed != OBSERVED_DELAY)
        set(writer, object, "observed", observed_value(writer, measured));
    set(writer, object, "status", json_string(result_status_words[points->status]));
    bool has_points = points->status == POINTS_SCORED ||
                      (points->status == POINTS_MISSING && indicator->missing >= MISSING_ZERO);
    set(writer, object, "points", fraction_value(writer, has_points, points->points));
    set(writer, object, "over_target", json_boolean(points->is_over_target));
    return object;
}

static json_t *entered_value(struct writer *writer, const struct contender *contender)
{
    const struct scoring *scoring = &writer->assessment->profile->scoring;
    json_t *object = json_object();
    for (size_t i = 0; i < scoring->item_count; i++) {
        const struct entered_item *entered = &contender->entered[i];
        json_t *item = json_object();
        set(writer, item, "sum", fraction_value(writer, entered->known, entered->sum));
        set(writer, item, "points",
            fraction_value(writer, contender->reason == RANKED, entered->points));
        set(writer, object, arena_string(writer->arena, scoring->items[i].key), item);
    }
    return object;
}

// Of which indicator, or of which item, the reason is; null where it is of none.
static json_t *reason_of(struct writer *writer, const struct contender *contender)
{
    const struct scoring *scoring = &writer->assessment->profile->scoring;
    switch (contender->reason) {
    case UNRANKED_TOO_FEW:
    case UNRANKED_MISSING:
        return text_value(scoring->indicators[contender->reason_indicator].key);
    case UNRANKED_NOT_ENTERED:
        return text_value(scoring->items[contender->reason_indicator].key);
    default:
        return json_null();
    }
}

static json_t *row_value(struct writer *writer, size_t position)
{
    const struct assessment *assessment = writer->assessment;
    const struct contender *contender = &assessment->contenders[position];
    const struct area *area = assessment->areas[position];
    const struct text none = {"", 0};
    bool ranked = contender->reason == RANKED;
    json_t *object = json_object(), *figures = json_object();
    set(writer, object, "code", text_value(contender->code));
    set(writer, object, "name_zh", text_value(area ? area->name_zh : none));
    set(writer, object, "name_en", text_value(area ? area->name_en : none));
    set(writer, object, "group", text_value(contender->group));
    set(writer, object, "unassigned", json_boolean(contender->is_unassigned));
    set(writer, object, "has_orders", json_boolean(contender->has_orders));
    set(writer, object, "reason", json_string(result_reason_words[contender->reason]));
    set(writer, object, "reason_of", reason_of(writer, contender));
    set(writer, object, "rank", ranked ? json_integer(contender->rank) : json_null());
    set(writer, object, "shared", ranked ? json_boolean(contender->is_shared) : json_null());
    set(writer, object, "exact_total", fraction_value(writer, ranked, contender->exact_total));
    set(writer, object, "total", fraction_value(writer, ranked, contender->total));
    for (size_t i = 0; i < assessment->profile->scoring.indicator_count; i++)
        set(writer, figures, arena_string(writer->arena, assessment->profile->indicators[i].key),
            figure_value(writer, contender, i));
    set(writer, object, "indicators", figures);
    set(writer, object, "entered", entered_value(writer, contender));
    set(writer, object, "red", json_boolean(contender->lists & LIST_RED));
    set(writer, object, "black", json_boolean(contender->lists & LIST_BLACK));
    return object;
}

static json_t *group_value(struct writer *writer, const struct assessed_group *group)
{
    const struct profile *profile = writer->assessment->profile;
    json_t *object = json_object(), *pooled = json_object(), *means = json_object();
    set(writer, object, "name", text_value(group->name));
    set(writer, object, "first", json_integer((json_int_t)group->first));
    set(writer, object, "count", json_integer((json_int_t)group->count));
    for (size_t i = 0; i < profile->scoring.indicator_count; i++) {
        const char *key = arena_string(writer->arena, profile->indicators[i].key);
        const struct measured mean = {.known = group->mean_count[i] > 0,
                                      .value = group->mean[i],
                                      .n = (int64_t)group->mean_count[i]};
        set(writer, pooled, key, measured_value(writer, &group->pooled[i]));
        set(writer, means, key, measured_value(writer, &mean));
    }
    set(writer, object, "pooled", pooled);
    set(writer, object, "mean", means);
    return object;
}

// How much of what people entered was of this table.
static json_t *adjustments_value(struct writer *writer)
{
    json_t *object = json_object();
    const struct adjustment_counts *counts = &writer->assessment->adjustments;
    set(writer, object, "used", json_integer((json_int_t)counts->used));
    set(writer, object, "unused", json_integer((json_int_t)counts->unused));
    return object;
}

static json_t *hour_value(struct writer *writer, const struct traffic_hour *hour)
{
    char instant[32];
    json_t *list = json_array();
    add(writer, list, text_value(hour->district));
    add(writer, list, text_value(hour->segment));
    if (hour->hour_us != INSTANT_NONE)
        civil_print_instant(hour->hour_us, instant);
    add(writer, list, hour->hour_us == INSTANT_NONE ? json_null() : json_string(instant));
    add(writer, list, json_integer(hour->kind));
    for (int i = 0; i < TRAFFIC_MEASURE_COUNT; i++)
        add(writer, list, integer_value(writer, hour->measures[i]));
    return list;
}

// ---- the whole ----

static json_t *profile_value(struct writer *writer)
{
    const struct profile *profile = writer->assessment->profile;
    json_t *object = json_object();
    set(writer, object, "id", text_value(profile->id));
    set(writer, object, "version", json_integer(profile->version));
    set(writer, object, "sha256", json_string(writer->assessment->versions.rule_sha256));
    set(writer, object, "text", text_value(profile->bytes));
    return object;
}

static json_t *period_value(struct writer *writer)
{
    const struct period *period = &writer->assessment->period;
    json_t *object = json_object();
    set(writer, object, "name", json_string(period->name));
    set(writer, object, "from", day_value(writer, period->from_day));
    set(writer, object, "until", day_value(writer, period->until_day));
    set(writer, object, "year_from", day_value(writer, period->year_from_day));
    set(writer, object, "first_month", json_integer(period->first_month));
    set(writer, object, "months", json_integer(period->month_count));
    set(writer, object, "zone", text_value(writer->assessment->profile->zone));
    return object;
}

static json_t *versions_value(struct writer *writer)
{
    const struct versions *versions = &writer->assessment->versions;
    json_t *object = json_object();
    set(writer, object, "reference", json_integer(versions->reference));
    set(writer, object, "fold", json_integer(versions->fold));
    set(writer, object, "generation", json_integer(versions->generation));
    return object;
}

static void set_terms(struct writer *writer, json_t *object, const struct result_terms *terms)
{
    json_t *accepted = json_array();
    for (size_t i = 0; i < terms->accepted_count; i++) {
        json_t *source = json_object();
        set(writer, source, "source", text_value(terms->accepted[i].source));
        set(writer, source, "reason", text_value(terms->accepted[i].reason));
        add(writer, accepted, source);
    }
    set(writer, object, "stage", json_string(publication_stage_name(terms->stage)));
    set(writer, object, "restatement", json_integer(terms->restatement));
    set(writer, object, "appeals_until", day_value(writer, terms->appeals_until_day));
    set(writer, object, "early", text_value(terms->early));
    set(writer, object, "accepted", accepted);
}

static void set_figures(struct writer *writer, json_t *object, const struct traffic_hours *hours)
{
    const struct assessment *assessment = writer->assessment;
    json_t *indicators = json_array(), *rows = json_array(), *groups = json_array(),
           *hour_list = json_array();
    for (size_t i = 0; i < assessment->profile->scoring.indicator_count; i++)
        add(writer, indicators, indicator_value(writer, &assessment->profile->indicators[i]));
    for (size_t i = 0; i < assessment->count; i++)
        add(writer, rows, row_value(writer, i));
    for (size_t i = 0; i < assessment->group_count; i++)
        add(writer, groups, group_value(writer, &assessment->groups[i]));
    for (size_t i = 0; i < hours->count; i++)
        add(writer, hour_list, hour_value(writer, &hours->list[i]));
    set(writer, object, "indicators", indicators);
    set(writer, object, "adjustments", adjustments_value(writer));
    set(writer, object, "rows", rows);
    set(writer, object, "groups", groups);
    set(writer, object, "traffic_hours", hour_list);
}

bool result_write(struct arena *arena, const struct assessment *assessment,
                  const struct result_terms *terms, const struct traffic_hours *hours,
                  struct text *document, struct error *error)
{
    struct writer writer = {.arena = arena, .assessment = assessment};
    json_t *object = json_object();
    set(&writer, object, "format", json_string(RESULT_FORMAT));
    set(&writer, object, "profile", profile_value(&writer));
    set(&writer, object, "subjects", json_string(profile_subject_name(assessment->profile)));
    set(&writer, object, "period", period_value(&writer));
    set(&writer, object, "versions", versions_value(&writer));
    set(&writer, object, "basis", json_string("as known"));
    set(&writer, object, "cut_off", json_string(assessment->cut_off.vector));
    set(&writer, object, "complete", json_boolean(assessment->cut_off.is_complete));
    set(&writer, object, "missing", json_string(assessment->cut_off.missing));
    if (assessment->cut_off.lost) // else left out, as in documents of before it was known
        set(&writer, object, "lost_records", json_integer(assessment->cut_off.lost));
    set_terms(&writer, object, terms);
    set_figures(&writer, object, hours);
    char *bytes = writer.failed ? NULL : json_dumps(object, JSON_SORT_KEYS | JSON_COMPACT);
    json_decref(object);
    if (!bytes)
        return error_set(error, ERROR_BAD_CONFIG,
                         "the result holds a text that is not UTF-8: look at the profile and at "
                         "the names of areas");
    *document = arena_text(arena, text_from(bytes));
    free(bytes);
    return true;
}
