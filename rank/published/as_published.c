// Months are read from their documents; what a subject has in them is put together, and ranked.
#include "rank/published/as_published.h"

#include "core/traffic.h"
#include "rank/difference/difference.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct summing {
    struct arena *arena;
    const struct profile *profile;
    struct published_parts *parts;
    struct assessment *out;
};

// ---- the months ----

static bool map_indicators(struct summing *summing, struct published_part *part,
                           struct error *error)
{
    const struct scoring *theirs = &part->result.profile.scoring,
                         *ours = &summing->profile->scoring;
    part->indicators = arena_array(summing->arena, int, theirs->indicator_count + 1);
    for (size_t i = 0; i < theirs->indicator_count; i++)
        part->indicators[i] = -1;
    for (size_t j = 0; j < ours->indicator_count; j++) {
        size_t i = 0;
        while (i < theirs->indicator_count &&
               !indicators_comparable(&theirs->indicators[i], &ours->indicators[j]))
            i++;
        if (i == theirs->indicator_count)
            return error_set(error, ERROR_BAD_CONFIG,
                             "%s was published without the indicator \"" TEXT_FORMAT
                             "\" of %s: sum the months that have it",
                             publication_name(summing->arena, &part->publication),
                             TEXT_ARGUMENTS(ours->indicators[j].key), summing->profile->path);
        part->indicators[i] = (int)j;
    }
    return true;
}

static bool read_part(struct summing *summing, struct postgres *postgres,
                      const struct period *month, struct published_part *part, struct error *error)
{
    struct publications found;
    const struct publication_filter filter = {.profile = summing->profile->id,
                                              .subjects =
                                                  text_from(profile_subject_name(summing->profile)),
                                              .period = text_from(month->name),
                                              .with_documents = true};
    if (!publications_read(postgres, summing->arena, &filter, &found, error))
        return false;
    const struct publication *newest = publications_newest(&found, STAGE_COUNT);
    if (!newest || newest->stage == STAGE_ANNOUNCED)
        return error_set(error, ERROR_INCOMPLETE,
                         TEXT_FORMAT "/%s has no final result: close it, or ask --basis as-known",
                         TEXT_ARGUMENTS(summing->profile->id), month->name);
    part->publication = *newest;
    return result_read(summing->arena, publication_name(summing->arena, newest), newest->document,
                       &part->result, error) &&
           map_indicators(summing, part, error);
}

static bool read_parts(struct summing *summing, struct postgres *postgres,
                       const struct period *period, struct error *error)
{
    struct published_parts *parts = summing->parts;
    parts->list = arena_array(summing->arena, struct published_part, (size_t)period->month_count);
    for (; parts->count < (size_t)period->month_count; parts->count++) {
        const struct period month = period_month(summing->arena, period, (int32_t)parts->count);
        if (!read_part(summing, postgres, &month, &parts->list[parts->count], error))
            return false;
    }
    return true;
}

// ---- putting figures together ----

// A measured value of one month, or of one subject of a group.
struct addend {
    const struct measured *measured;
    bool is_first, is_last; // of the period's months
};

static bool counts_term(const struct addend *addend, const struct indicator_term *term)
{
    switch (term->range) {
    case RANGE_BEFORE_FROM:
        return addend->is_first;
    case RANGE_BEFORE_UNTIL:
    case RANGE_YEAR:
        return addend->is_last;
    default:
        return true;
    }
}

static void add_terms(const struct addend *addend, const struct indicator_term *terms,
                      const int64_t *from, int64_t *to)
{
    for (size_t i = 0; terms[i].coefficient; i++)
        if (counts_term(addend, &terms[i]))
            to[i] = rollup_add(to[i], from[i]);
}

static void add_sums(struct arena *arena, const struct indicator_settings *settings,
                     const struct addend *addends, size_t count, struct measured *out)
{
    struct indicator_sums *sums = arena_array(arena, struct indicator_sums, 1);
    for (size_t i = 0; i < count; i++) {
        const struct indicator_sums *from = addends[i].measured->sums;
        if (!from)
            continue;
        add_terms(&addends[i], settings->indicator->numerator, from->numerator, sums->numerator);
        add_terms(&addends[i], indicator_denominator(settings), from->denominator,
                  sums->denominator);
        if (settings->indicator->sample.coefficient &&
            counts_term(&addends[i], &settings->indicator->sample))
            sums->sample = rollup_add(sums->sample, from->sample);
    }
    indicator_measure_sums(arena, settings, sums, out);
}

static void add_observed(struct arena *arena, const struct indicator_settings *settings,
                         const struct addend *addends, size_t count, struct measured *out)
{
    size_t room = 0, filled = 0;
    for (size_t i = 0; i < count; i++)
        room += addends[i].measured->observed ? (size_t)addends[i].measured->n : 0;
    struct observation *all = arena_array(arena, struct observation, room + 1);
    for (size_t i = 0; i < count; i++) {
        const struct measured *measured = addends[i].measured;
        if (!measured->observed)
            continue;
        memcpy(all + filled, measured->observed, (size_t)measured->n * sizeof *all);
        filled += (size_t)measured->n;
    }
    qsort(all, filled, sizeof *all, observation_compare);
    indicator_measure_observed(arena, settings, all, filled, out);
}

static void put_together(struct arena *arena, const struct indicator_settings *settings,
                         const struct addend *addends, size_t count, struct measured *out)
{
    if (settings->indicator->observed == OBSERVED_NOTHING)
        add_sums(arena, settings, addends, count, out);
    else
        add_observed(arena, settings, addends, count, out);
}

// Documents keep what was observed of hours of traffic as hours: of one subject, those that an indicator looks at.
static void restore_delays(struct arena *arena, const struct traffic_hours *hours,
                           struct text subject, const struct indicator_settings *settings,
                           struct measured *measured)
{
    struct observation *list = arena_array(arena, struct observation, hours->count + 1);
    int64_t count = 0;
    for (size_t i = 0; i < hours->count; i++) {
        const struct traffic_hour *hour = &hours->list[i];
        if (hour->hour_us == INSTANT_NONE || hour->measures[TRAFFIC_COUNT_FREE_FLOW_MS] <= 0 ||
            !(settings->kinds >> hour->kind & 1) || !text_equal(hour->district, subject))
            continue;
        list[count++] = (struct observation){hour->measures[TRAFFIC_COUNT_TRAVEL_MS],
                                             hour->measures[TRAFFIC_COUNT_FREE_FLOW_MS]};
    }
    measured->observed = list;
    measured->n = count;
}

static int position_in(const struct published_part *part, size_t indicator)
{
    int i = 0;
    while (part->indicators[i] != (int)indicator)
        i++; // map_indicators has found it
    return i;
}

static void measure(struct summing *summing, struct text code, size_t indicator,
                    struct measured *out)
{
    const struct published_parts *parts = summing->parts;
    const struct indicator_settings *settings = &summing->profile->indicators[indicator].settings;
    struct addend *addends = arena_array(summing->arena, struct addend, parts->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < parts->count; i++) {
        const struct published_part *part = &parts->list[i];
        const struct contender *contender = assessment_find(&part->result.assessment, code);
        if (!contender)
            continue;
        int theirs = position_in(part, indicator);
        struct measured *measured = arena_array(summing->arena, struct measured, 1);
        *measured = contender->measured[theirs];
        if (settings->indicator->observed == OBSERVED_DELAY)
            restore_delays(summing->arena, &part->result.hours, code,
                           &part->result.profile.indicators[theirs].settings, measured);
        addends[count++] = (struct addend){measured, i == 0, i + 1 == parts->count};
    }
    put_together(summing->arena, settings, addends, count, out);
}

// Points that people entered for the months.
static void enter_items(struct summing *summing, struct text code, struct contender *out)
{
    const struct scoring *scoring = &summing->profile->scoring;
    out->entered = arena_array(summing->arena, struct entered_item, scoring->item_count + 1);
    for (size_t i = 0; i < scoring->item_count; i++) {
        struct entered_item *entered = &out->entered[i];
        entered->sum = rational_integer(summing->arena, 0);
        for (size_t j = 0; j < summing->parts->count; j++) {
            const struct result *result = &summing->parts->list[j].result;
            const struct contender *contender = assessment_find(&result->assessment, code);
            for (size_t k = 0; contender && k < result->profile.scoring.item_count; k++) {
                if (!contender->entered[k].known ||
                    !text_equal(result->profile.scoring.items[k].key, scoring->items[i].key))
                    continue;
                entered->known = true;
                entered->sum =
                    rational_add(summing->arena, entered->sum, contender->entered[k].sum);
            }
        }
    }
}

// The subject as its last month has it.
static void make_contender(struct summing *summing, struct text code, struct contender *out)
{
    size_t count = summing->profile->scoring.indicator_count;
    *out = (struct contender){.measured = arena_array(summing->arena, struct measured, count)};
    for (size_t i = 0; i < summing->parts->count; i++) {
        const struct contender *contender =
            assessment_find(&summing->parts->list[i].result.assessment, code);
        if (!contender)
            continue;
        out->code = contender->code;
        out->group = contender->group;
        out->is_unassigned = contender->is_unassigned;
        out->has_orders |= contender->has_orders;
    }
    for (size_t i = 0; i < count; i++)
        measure(summing, code, i, &out->measured[i]);
    enter_items(summing, code, out);
}

static void make_contenders(struct summing *summing)
{
    struct assessment *out = summing->out;
    size_t room = 1;
    for (size_t i = 0; i < summing->parts->count; i++)
        room += summing->parts->list[i].result.assessment.count;
    out->contenders = arena_array(summing->arena, struct contender, room);
    for (size_t i = 0; i < summing->parts->count; i++) {
        const struct assessment *month = &summing->parts->list[i].result.assessment;
        for (size_t j = 0; j < month->count; j++)
            if (!assessment_find(out, month->contenders[j].code)) {
                make_contender(summing, month->contenders[j].code, &out->contenders[out->count]);
                out->count++;
            }
    }
}

static const struct area *find_area(const struct summing *summing, struct text code)
{
    for (size_t i = summing->parts->count; i-- > 0;) {
        const struct assessment *month = &summing->parts->list[i].result.assessment;
        for (size_t j = 0; j < month->count; j++)
            if (text_equal(month->contenders[j].code, code) && month->areas[j])
                return month->areas[j];
    }
    return NULL;
}

static void add_group(struct summing *summing, size_t first, size_t until)
{
    struct assessment *out = summing->out;
    struct arena *arena = summing->arena;
    const struct scoring *scoring = &summing->profile->scoring;
    struct assessed_group *group = &out->groups[out->group_count++];
    struct addend *addends = arena_array(arena, struct addend, until - first);
    *group = (struct assessed_group){
        .name = out->contenders[first].group,
        .first = first,
        .count = until - first,
        .pooled = arena_array(arena, struct measured, scoring->indicator_count),
        .mean = arena_array(arena, struct rational, scoring->indicator_count),
        .mean_count = arena_array(arena, size_t, scoring->indicator_count),
    };
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        for (size_t j = first; j < until; j++)
            addends[j - first] = (struct addend){&out->contenders[j].measured[i], true, true};
        put_together(arena, &scoring->indicators[i].settings, addends, until - first,
                     &group->pooled[i]);
        group->mean_count[i] =
            ranking_mean_value(arena, out->contenders + first, until - first, i, &group->mean[i]);
    }
}

static void add_groups(struct summing *summing)
{
    struct assessment *out = summing->out;
    out->groups = arena_array(summing->arena, struct assessed_group, out->count + 1);
    for (size_t first = 0, until; first < out->count; first = until) {
        for (until = first + 1; until < out->count; until++)
            if (!text_equal(out->contenders[until].group, out->contenders[first].group))
                break;
        add_group(summing, first, until);
    }
}

// What the months were published from: complete when all of them were.
static void add_versions(struct summing *summing)
{
    struct assessment *out = summing->out;
    const struct assessment *last =
        &summing->parts->list[summing->parts->count - 1].result.assessment;
    out->cut_off = last->cut_off;
    out->cut_off.is_complete = true;
    out->cut_off.missing = "";
    out->versions.reference = last->versions.reference;
    out->versions.fold = last->versions.fold;
    out->versions.generation = last->versions.generation;
    for (size_t i = 0; i < summing->parts->count; i++) {
        const struct assessment *month = &summing->parts->list[i].result.assessment;
        const struct cut_off *cut_off = &month->cut_off;
        out->adjustments.used += month->adjustments.used;
        out->adjustments.unused += month->adjustments.unused;
        if (cut_off->is_complete)
            continue;
        out->cut_off.is_complete = false;
        out->cut_off.missing = cut_off->missing;
    }
}

bool as_published_make(struct snapshot *snapshot, struct arena *arena,
                       const struct profile *profile, const struct period *period,
                       struct assessment *out, struct error *error)
{
    struct summing summing = {.arena = arena,
                              .profile = profile,
                              .parts = arena_array(arena, struct published_parts, 1),
                              .out = out};
    *out = (struct assessment){.profile = profile, .period = *period, .parts = summing.parts};
    if (!read_parts(&summing, snapshot->postgres, period, error) ||
        !snapshot_sha256(snapshot, arena, profile->bytes, &out->versions.rule_sha256, error))
        return false;
    make_contenders(&summing);
    ranking_compute(arena, &profile->scoring, out->contenders, out->count);
    out->areas = arena_array(arena, const struct area *, out->count + 1);
    for (size_t i = 0; i < out->count; i++)
        out->areas[i] = find_area(&summing, out->contenders[i].code);
    add_groups(&summing);
    add_versions(&summing);
    return true;
}
