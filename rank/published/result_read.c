// From the bytes of a document back to the assessment: nothing is computed, everything is as it was published.
#include "rank/published/result_document.h"

#include "core/traffic.h"
#include "rank/published/result_words.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

const char *const result_status_words[] = {"watched", "scored", "missing", "too-few", NULL};
const char *const result_reason_words[] = {"ranked",  "unassigned",  "no-orders", "too-few",
                                           "missing", "not-entered", NULL};

struct reader {
    struct arena *arena;
    const char *name;
    struct result *out;
    const char *place; // null: all has been right
};

// Remembers the first thing that is not as it is written.
static void wrong(struct reader *reader, const char *place)
{
    if (!reader->place)
        reader->place = place;
}

static json_t *member(struct reader *reader, const json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    if (!value)
        wrong(reader, key);
    return value;
}

static struct text text_of(struct reader *reader, const json_t *value, const char *place)
{
    if (!json_is_string(value)) {
        wrong(reader, place);
        return (struct text){"", 0};
    }
    return arena_text(reader->arena,
                      (struct text){json_string_value(value), (uint32_t)json_string_length(value)});
}

static struct text read_text(struct reader *reader, const json_t *object, const char *key)
{
    return text_of(reader, member(reader, object, key), key);
}

static int64_t integer_of(struct reader *reader, const json_t *value, const char *place)
{
    if (json_is_integer(value))
        return json_integer_value(value);
    if (!json_is_string(value))
        wrong(reader, place);
    return json_is_string(value) ? strtoll(json_string_value(value), NULL, 10) : 0;
}

static int64_t read_integer(struct reader *reader, const json_t *object, const char *key)
{
    return integer_of(reader, member(reader, object, key), key);
}

static bool read_boolean(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = member(reader, object, key);
    if (!json_is_boolean(value) && !json_is_null(value))
        wrong(reader, key);
    return json_is_true(value);
}

// False where it is null.
static bool read_fraction(struct reader *reader, const json_t *object, const char *key,
                          struct rational *out)
{
    const json_t *value = member(reader, object, key);
    *out = rational_integer(reader->arena, 0);
    if (json_is_null(value))
        return false;
    if (!json_is_string(value) ||
        !rational_parse(reader->arena, text_from(json_string_value(value)), out))
        wrong(reader, key);
    return true;
}

static int32_t read_day(struct reader *reader, const json_t *object, const char *key)
{
    int32_t day = DAY_MAX;
    const json_t *value = member(reader, object, key);
    if (!json_is_null(value) && !civil_parse_day(read_text(reader, object, key), &day))
        wrong(reader, key);
    return day;
}

static int read_word(struct reader *reader, const json_t *object, const char *key,
                     const char *const *words)
{
    struct text word = read_text(reader, object, key);
    for (int i = 0; words[i]; i++)
        if (text_equal(text_from(words[i]), word))
            return i;
    wrong(reader, key);
    return 0;
}

// ---- figures ----

static void read_sums_list(struct reader *reader, const json_t *object, const char *key,
                           int64_t *sums)
{
    const json_t *list = member(reader, object, key);
    if (json_array_size(list) > INDICATOR_TERMS_MAX)
        wrong(reader, key);
    for (size_t i = 0; i < json_array_size(list) && i < INDICATOR_TERMS_MAX; i++)
        sums[i] = integer_of(reader, json_array_get(list, i), key);
}

static const struct indicator_sums *read_sums(struct reader *reader, const json_t *object)
{
    struct indicator_sums *sums = arena_array(reader->arena, struct indicator_sums, 1);
    read_sums_list(reader, object, "numerator", sums->numerator);
    read_sums_list(reader, object, "denominator", sums->denominator);
    if (json_object_get(object, "sample"))
        sums->sample = read_integer(reader, object, "sample");
    return sums;
}

static const struct observation *read_observed(struct reader *reader, const json_t *list, int64_t n)
{
    if ((int64_t)json_array_size(list) != n) {
        wrong(reader, "observed");
        return NULL;
    }
    struct observation *observed = arena_array(reader->arena, struct observation, (size_t)n + 1);
    for (size_t i = 0; i < (size_t)n; i++)
        observed[i] = (struct observation){integer_of(reader, json_array_get(list, i), "observed"),
                                           US_PER_SECOND};
    return observed;
}

static struct measured read_measured(struct reader *reader, const json_t *object)
{
    struct measured out = {.n = read_integer(reader, object, "n")};
    out.known = read_fraction(reader, object, "value", &out.value);
    out.numerator = out.value;
    return out;
}

static void read_figure(struct reader *reader, const json_t *object, struct measured *measured,
                        struct points *points)
{
    *measured = read_measured(reader, object);
    read_fraction(reader, object, "numerator", &measured->numerator);
    const json_t *sums = json_object_get(object, "sums"),
                 *observed = json_object_get(object, "observed");
    if (sums)
        measured->sums = read_sums(reader, sums);
    if (observed)
        measured->observed = read_observed(reader, observed, measured->n);
    points->status = (enum points_status)read_word(reader, object, "status", result_status_words);
    points->input = measured->value;
    read_fraction(reader, object, "points", &points->points);
    points->is_over_target = read_boolean(reader, object, "over_target");
}

static void read_figures(struct reader *reader, const json_t *figures, struct contender *contender)
{
    const struct profile *profile = &reader->out->profile;
    size_t count = profile->scoring.indicator_count;
    contender->measured = arena_array(reader->arena, struct measured, count);
    contender->points = arena_array(reader->arena, struct points, count);
    for (size_t i = 0; i < count; i++)
        read_figure(
            reader,
            member(reader, figures, arena_string(reader->arena, profile->indicators[i].key)),
            &contender->measured[i], &contender->points[i]);
}

static void read_entered(struct reader *reader, const json_t *object, struct contender *contender)
{
    const struct scoring *scoring = &reader->out->profile.scoring;
    contender->entered = arena_array(reader->arena, struct entered_item, scoring->item_count + 1);
    for (size_t i = 0; i < scoring->item_count; i++) {
        struct entered_item *entered = &contender->entered[i];
        const json_t *item =
            member(reader, object, arena_string(reader->arena, scoring->items[i].key));
        entered->known = read_fraction(reader, item, "sum", &entered->sum);
        read_fraction(reader, item, "points", &entered->points);
    }
}

// The position of the indicator, or of the item, that has this key.
static size_t reason_position(struct reader *reader, const json_t *row, enum unranked_reason reason)
{
    const struct scoring *scoring = &reader->out->profile.scoring;
    if (reason != UNRANKED_TOO_FEW && reason != UNRANKED_MISSING && reason != UNRANKED_NOT_ENTERED)
        return 0;
    struct text key = read_text(reader, row, "reason_of");
    for (size_t i = 0; reason != UNRANKED_NOT_ENTERED && i < scoring->indicator_count; i++)
        if (text_equal(scoring->indicators[i].key, key))
            return i;
    for (size_t i = 0; reason == UNRANKED_NOT_ENTERED && i < scoring->item_count; i++)
        if (text_equal(scoring->items[i].key, key))
            return i;
    wrong(reader, "reason_of");
    return 0;
}

static const struct area *make_area(struct reader *reader, const json_t *row,
                                    const struct contender *contender)
{
    struct area *area = arena_array(reader->arena, struct area, 1);
    *area = (struct area){.code = contender->code,
                          .kind = AREA_DISTRICT,
                          .parent = {"", 0},
                          .name_zh = read_text(reader, row, "name_zh"),
                          .name_en = read_text(reader, row, "name_en"),
                          .group = contender->group,
                          .valid_from_day = DAY_MIN,
                          .valid_until_day = DAY_MAX};
    return area;
}

static void read_row(struct reader *reader, const json_t *row, size_t position)
{
    struct assessment *assessment = &reader->out->assessment;
    struct contender *contender = &assessment->contenders[position];
    *contender = (struct contender){
        .code = read_text(reader, row, "code"),
        .group = read_text(reader, row, "group"),
        .is_unassigned = read_boolean(reader, row, "unassigned"),
        .has_orders = read_boolean(reader, row, "has_orders"),
        .reason = (enum unranked_reason)read_word(reader, row, "reason", result_reason_words),
    };
    contender->reason_indicator = reason_position(reader, row, contender->reason);
    if (contender->reason == RANKED) {
        contender->rank = (uint32_t)read_integer(reader, row, "rank");
        contender->is_shared = read_boolean(reader, row, "shared");
    }
    read_fraction(reader, row, "exact_total", &contender->exact_total);
    read_fraction(reader, row, "total", &contender->total);
    read_figures(reader, member(reader, row, "indicators"), contender);
    read_entered(reader, member(reader, row, "entered"), contender);
    if (contender->reason == RANKED)
        contender->scale = score_scale(reader->arena, &reader->out->profile.scoring, contender);
    contender->lists = (read_boolean(reader, row, "red") ? LIST_RED : 0) |
                       (read_boolean(reader, row, "black") ? LIST_BLACK : 0);
    if (!contender->is_unassigned)
        assessment->areas[position] = make_area(reader, row, contender);
}

static void read_group(struct reader *reader, const json_t *object, struct assessed_group *group)
{
    const struct profile *profile = &reader->out->profile;
    size_t count = profile->scoring.indicator_count;
    const json_t *pooled = member(reader, object, "pooled"),
                 *means = member(reader, object, "mean");
    *group = (struct assessed_group){
        .name = read_text(reader, object, "name"),
        .first = (size_t)read_integer(reader, object, "first"),
        .count = (size_t)read_integer(reader, object, "count"),
        .pooled = arena_array(reader->arena, struct measured, count),
        .mean = arena_array(reader->arena, struct rational, count),
        .mean_count = arena_array(reader->arena, size_t, count),
    };
    if (group->first + group->count > reader->out->assessment.count || !group->count)
        wrong(reader, "groups");
    for (size_t i = 0; i < count; i++) {
        const char *key = arena_string(reader->arena, profile->indicators[i].key);
        group->pooled[i] = read_measured(reader, member(reader, pooled, key));
        struct measured mean = read_measured(reader, member(reader, means, key));
        group->mean[i] = mean.value;
        group->mean_count[i] = (size_t)mean.n;
    }
}

static void read_hour(struct reader *reader, const json_t *list, struct traffic_hour *hour)
{
    enum { KEYS = 4 };
    if (json_array_size(list) != KEYS + TRAFFIC_MEASURE_COUNT) {
        wrong(reader, "traffic_hours");
        return;
    }
    int64_t *measures = arena_array(reader->arena, int64_t, TRAFFIC_MEASURE_COUNT);
    const char *instant = json_string_value(json_array_get(list, 2));
    *hour = (struct traffic_hour){
        .district = text_of(reader, json_array_get(list, 0), "traffic_hours"),
        .segment = text_of(reader, json_array_get(list, 1), "traffic_hours"),
        .hour_us = INSTANT_NONE,
        .kind = (int16_t)integer_of(reader, json_array_get(list, 3), "traffic_hours"),
        .measures = measures,
    };
    if (instant && !civil_parse_instant(text_from(instant), &hour->hour_us))
        wrong(reader, "traffic_hours");
    for (size_t i = 0; i < TRAFFIC_MEASURE_COUNT; i++)
        measures[i] = integer_of(reader, json_array_get(list, KEYS + i), "traffic_hours");
}

// ---- the whole ----

static void read_rows(struct reader *reader, const json_t *object)
{
    struct result *out = reader->out;
    struct assessment *assessment = &out->assessment;
    const json_t *adjustments = member(reader, object, "adjustments");
    assessment->adjustments.used = (size_t)read_integer(reader, adjustments, "used");
    assessment->adjustments.unused = (size_t)read_integer(reader, adjustments, "unused");
    const json_t *rows = member(reader, object, "rows"), *groups = member(reader, object, "groups"),
                 *hours = member(reader, object, "traffic_hours");
    assessment->count = json_array_size(rows);
    assessment->contenders = arena_array(reader->arena, struct contender, assessment->count + 1);
    assessment->areas = arena_array(reader->arena, const struct area *, assessment->count + 1);
    for (size_t i = 0; i < assessment->count; i++)
        read_row(reader, json_array_get(rows, i), i);
    assessment->group_count = json_array_size(groups);
    assessment->groups =
        arena_array(reader->arena, struct assessed_group, assessment->group_count + 1);
    for (size_t i = 0; i < assessment->group_count; i++)
        read_group(reader, json_array_get(groups, i), &assessment->groups[i]);
    out->hours.count = json_array_size(hours);
    out->hours.list = arena_array(reader->arena, struct traffic_hour, out->hours.count + 1);
    for (size_t i = 0; i < out->hours.count; i++)
        read_hour(reader, json_array_get(hours, i), &out->hours.list[i]);
}

static void read_terms(struct reader *reader, const json_t *object)
{
    static const char *const stages[] = {"announced", "final", "restated", NULL};
    struct result_terms *terms = &reader->out->terms;
    const json_t *accepted = member(reader, object, "accepted");
    *terms = (struct result_terms){
        .stage = (enum publication_stage)read_word(reader, object, "stage", stages),
        .restatement = (int32_t)read_integer(reader, object, "restatement"),
        .appeals_until_day = read_day(reader, object, "appeals_until"),
        .early = read_text(reader, object, "early"),
        .accepted_count = json_array_size(accepted),
    };
    terms->accepted = arena_array(reader->arena, struct accepted_source, terms->accepted_count + 1);
    for (size_t i = 0; i < terms->accepted_count; i++) {
        const json_t *source = json_array_get(accepted, i);
        terms->accepted[i] = (struct accepted_source){read_text(reader, source, "source"),
                                                      read_text(reader, source, "reason")};
    }
}

static void read_head(struct reader *reader, const json_t *object)
{
    struct assessment *assessment = &reader->out->assessment;
    const json_t *period = member(reader, object, "period"),
                 *versions = member(reader, object, "versions"),
                 *profile = member(reader, object, "profile");
    assessment->period = (struct period){
        .name = arena_string(reader->arena, read_text(reader, period, "name")),
        .from_day = read_day(reader, period, "from"),
        .until_day = read_day(reader, period, "until"),
        .year_from_day = read_day(reader, period, "year_from"),
        .first_month = (int32_t)read_integer(reader, period, "first_month"),
        .month_count = (int32_t)read_integer(reader, period, "months"),
        .rule = reader->out->profile.months,
    };
    assessment->versions = (struct versions){
        .reference = (int32_t)read_integer(reader, versions, "reference"),
        .fold = (int32_t)read_integer(reader, versions, "fold"),
        .generation = (int32_t)read_integer(reader, versions, "generation"),
        .rule_sha256 = arena_string(reader->arena, read_text(reader, profile, "sha256")),
    };
    assessment->cut_off.vector = arena_string(reader->arena, read_text(reader, object, "cut_off"));
    assessment->cut_off.digest = cut_off_digest(reader->arena, assessment->cut_off.vector);
    assessment->cut_off.is_complete = read_boolean(reader, object, "complete");
    assessment->cut_off.missing = arena_string(reader->arena, read_text(reader, object, "missing"));
    if (json_object_get(object, "lost_records"))
        assessment->cut_off.lost = read_integer(reader, object, "lost_records");
}

static bool read_object(struct reader *reader, const json_t *object, struct error *error)
{
    struct result *out = reader->out;
    if (!text_equal(read_text(reader, object, "format"), TEXT(RESULT_FORMAT)))
        return error_set(error, ERROR_DIFFERENT,
                         "%s: the document is not of the format \"" RESULT_FORMAT
                         "\": it was edited, or another program wrote it",
                         reader->name);
    struct text profile = read_text(reader, member(reader, object, "profile"), "text");
    if (!profile_parse(reader->arena, arena_printf(reader->arena, "%s: profile", reader->name),
                       profile, &out->profile, error))
        return false;
    out->assessment.profile = &out->profile;
    read_head(reader, object);
    read_terms(reader, object);
    read_rows(reader, object);
    return !reader->place ||
           error_set(error, ERROR_DIFFERENT,
                     "%s: the document is not as cityops-rank writes it, at \"%s\": it was edited",
                     reader->name, reader->place);
}

bool result_read(struct arena *arena, const char *name, struct text document, struct result *out,
                 struct error *error)
{
    *out = (struct result){0};
    struct reader reader = {.arena = arena, .name = name, .out = out};
    json_t *object = json_loadb(document.bytes, document.length, JSON_REJECT_DUPLICATES, NULL);
    bool done = json_is_object(object)
                    ? read_object(&reader, object, error)
                    : error_set(error, ERROR_DIFFERENT,
                                "%s: the document is no JSON object: it was edited", name);
    json_decref(object);
    return done;
}
