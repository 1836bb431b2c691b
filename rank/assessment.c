// Measures first, ranks then: contenders change places when they are ranked, so whatever belongs to one hangs on it.
#include "rank/assessment.h"

#include "rank/regroup.h"

#include "core/zone.h"

struct measuring {
    struct snapshot *snapshot;
    struct arena *arena;
    const struct profile *profile;
    const struct period *period;
    struct subjects subjects;
    struct working_time working; // where the profile counts working time
    // by what is observed and the cohort; with a list once an indicator wanted it
    struct observations observations[OBSERVED_COUNT][COUNT_COHORTS_MAX];
};

static const char *print_day(struct arena *arena, int32_t day)
{
    int year, month, day_of_month;
    civil_from_day(day, &year, &month, &day_of_month);
    return arena_printf(arena, "%04d-%02d-%02d", year, month, day_of_month);
}

static bool check_profile(const struct measuring *measuring, struct error *error)
{
    const struct profile *profile = measuring->profile;
    const struct period *period = measuring->period;
    const char *zone = zone_name(measuring->snapshot->generation.zone);
    if (!text_equal(profile->zone, text_from(zone)))
        return error_set(error, ERROR_BAD_CONFIG,
                         "%s: the profile counts months of " TEXT_FORMAT
                         ", but the rollups are summed in %s: take a profile "
                         "of that zone, or rebuild the rollups in the profile's",
                         profile->path, TEXT_ARGUMENTS(profile->zone), zone);
    if (period->from_day < profile->valid_from_day)
        return error_set(
            error, ERROR_BAD_CONFIG,
            "%s: the profile holds from %s, but %s begins on %s: take an earlier version",
            profile->path, print_day(measuring->arena, profile->valid_from_day), period->name,
            print_day(measuring->arena, period->from_day));
    if (period->until_day > profile->valid_until_day)
        return error_set(error, ERROR_BAD_CONFIG,
                         "%s: the profile holds until %s, but %s lasts until %s: rank the months "
                         "before and after the change apart, each by its version "
                         "(month --each --profile FILE,FILE)",
                         profile->path, print_day(measuring->arena, profile->valid_until_day),
                         period->name, print_day(measuring->arena, period->until_day));
    return true;
}

// Ways 1, 2, ... are those of the profile's rules, way 0 is that of the rollups.
static struct count_way *make_ways(const struct measuring *measuring)
{
    const struct profile *profile = measuring->profile;
    struct count_way *ways =
        arena_array(measuring->arena, struct count_way, profile->rule_count + 1);
    for (size_t i = 1; i <= profile->rule_count; i++)
        ways[i] = (struct count_way){.number = (uint8_t)i, .rule = &profile->rules[i - 1]};
    for (size_t i = 0; i < profile->scoring.indicator_count; i++) {
        const struct indicator_settings *settings = &profile->indicators[i].settings;
        indicator_add_needs(settings->indicator, &ways[settings->rule].needs);
    }
    return ways;
}

static bool is_in_rollups(const struct profile *profile)
{
    return profile->subject == SUBJECT_DISTRICT && profile->months.from_hours == 0 &&
           profile->months.until_hours == 0;
}

bool assessment_has_groups(const struct assessment *assessment)
{
    size_t named = 0;
    for (size_t i = 0; i < assessment->group_count; i++)
        named += !assessment->contenders[assessment->groups[i].first].is_unassigned;
    return named > 1;
}

bool assessment_reads_states(const struct profile *profile)
{
    bool reads = !is_in_rollups(profile) || profile->rule_count;
    for (size_t i = 0; i < profile->scoring.indicator_count; i++)
        reads |= profile->indicators[i].settings.indicator->observed != OBSERVED_NOTHING;
    return reads;
}

static bool read_counts(struct measuring *measuring, struct error *error)
{
    const struct profile *profile = measuring->profile;
    const struct period *period = measuring->period;
    bool in_rollups = is_in_rollups(profile);
    const struct count_way *ways = make_ways(measuring);
    const struct regroup regroup = {
        .subject = profile->subject,
        .ways = ways + in_rollups,
        .way_count = profile->rule_count + !in_rollups,
        .working = &measuring->working,
    };
    return (!in_rollups || snapshot_read_districts(measuring->snapshot, measuring->arena, period,
                                                   &ways[0].needs, &measuring->subjects, error)) &&
           (!regroup.way_count || regroup_read(measuring->snapshot, measuring->arena, period,
                                               &regroup, &measuring->subjects, error));
}

static bool read_calendar(struct measuring *measuring, struct error *error)
{
    return !profile_needs_calendar(measuring->profile) ||
           snapshot_read_calendar(measuring->snapshot, measuring->arena, &measuring->working,
                                  error);
}

// What is asked for together: tickets are read once for all indicators of one cohort.
static bool prepare_observations(struct measuring *measuring, struct error *error)
{
    for (size_t i = 0; i < measuring->profile->scoring.indicator_count; i++) {
        const struct indicator_settings *settings = &measuring->profile->indicators[i].settings;
        struct observations *observations =
            &measuring->observations[settings->indicator->observed][settings->cohort];
        observations->with_begins |= indicator_needs_begins(settings);
        if (observations->required && observations->required != settings->required)
            return error_set(error, ERROR_BAD_CONFIG,
                             "%s: two indicators of one cohort require different fields: give one "
                             "of them the other cohort, or its own profile",
                             measuring->profile->path);
        observations->required = settings->required;
        if (settings->indicator->observed == OBSERVED_DELIVERY)
            subjects_add(measuring->arena, &measuring->subjects, TEXT(AREA_UNASSIGNED));
    }
    return true;
}

static bool read_observations(struct measuring *measuring, struct error *error)
{
    for (size_t i = 0; i < measuring->profile->scoring.indicator_count; i++) {
        const struct indicator_settings *settings = &measuring->profile->indicators[i].settings;
        enum observed observed = settings->indicator->observed;
        struct observations *observations = &measuring->observations[observed][settings->cohort];
        if (observed == OBSERVED_NOTHING || observations->list)
            continue;
        observations->observed = observed;
        observations->cohort = settings->cohort;
        observations->subject = measuring->profile->subject;
        if (!snapshot_read_observations(measuring->snapshot, measuring->arena, measuring->period,
                                        &measuring->subjects, observations, error))
            return false;
    }
    return true;
}

// The indicators of the subjects that member[] names, as if they were one.
static struct measured *measure(const struct measuring *measuring, const bool *member,
                                const struct counts *counts)
{
    const struct scoring *scoring = &measuring->profile->scoring;
    struct measured *out = arena_array(measuring->arena, struct measured, scoring->indicator_count);
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        const struct indicator_settings *settings = &scoring->indicators[i].settings;
        enum observed observed = settings->indicator->observed;
        if (observed == OBSERVED_NOTHING) {
            indicator_measure(measuring->arena, settings, counts, &out[i]);
            continue;
        }
        struct observation *sorted;
        size_t count = observations_sorted(
            measuring->arena, &measuring->observations[observed][settings->cohort],
            &(struct observation_filter){.member = member,
                                         .caliber = settings->caliber,
                                         .kinds = settings->kinds,
                                         .time = indicator_needs_begins(settings) ? &settings->time
                                                                                  : NULL,
                                         .working = &measuring->working},
            &sorted);
        indicator_measure_observed(measuring->arena, settings, sorted, count, &out[i]);
    }
    return out;
}

static void make_contender(const struct measuring *measuring, size_t position,
                           struct contender *out)
{
    const struct subject *subject = &measuring->subjects.list[position];
    bool *member = arena_array(measuring->arena, bool, measuring->subjects.count);
    member[position] = true;
    *out = (struct contender){
        .code = subject->code,
        .is_unassigned = measuring->profile->subject == SUBJECT_CHANNEL
                             ? text_equal(subject->code, TEXT(AREA_UNASSIGNED))
                             : !subject->area,
        .measured = measure(measuring, member, &subject->counts),
    };
    if (measuring->profile->grouping == GROUPS_BY_AREA && subject->area)
        out->group = subject->area->group;
    for (size_t i = 0; i < measuring->profile->scoring.indicator_count; i++)
        if (counts_any(&subject->counts, &measuring->profile->indicators[i].settings.caliber))
            out->has_orders = true;
}

static size_t subject_position(const struct measuring *measuring, struct text code)
{
    size_t position = 0;
    while (!text_equal(measuring->subjects.list[position].code, code))
        position++;
    return position;
}

static void add_group(const struct measuring *measuring, struct assessment *out, size_t first,
                      size_t until)
{
    const struct scoring *scoring = &measuring->profile->scoring;
    struct assessed_group *group = &out->groups[out->group_count++];
    *group = (struct assessed_group){
        .name = out->contenders[first].group,
        .first = first,
        .count = until - first,
        .mean = arena_array(measuring->arena, struct rational, scoring->indicator_count),
        .mean_count = arena_array(measuring->arena, size_t, scoring->indicator_count),
    };
    bool *member = arena_array(measuring->arena, bool, measuring->subjects.count);
    size_t cell_count = 0;
    for (size_t i = first; i < until; i++) {
        size_t position = subject_position(measuring, out->contenders[i].code);
        member[position] = true;
        cell_count += measuring->subjects.list[position].counts.cell_count;
    }
    struct count_cell *cells = arena_array(measuring->arena, struct count_cell, cell_count + 1);
    size_t filled = 0;
    for (size_t i = 0; i < measuring->subjects.count; i++) {
        const struct counts *counts = &measuring->subjects.list[i].counts;
        if (!member[i] || !counts->cell_count)
            continue;
        memcpy(cells + filled, counts->cells, counts->cell_count * sizeof *cells);
        filled += counts->cell_count;
    }
    group->pooled = measure(measuring, member, &(struct counts){cells, filled});
    for (size_t i = 0; i < scoring->indicator_count; i++)
        group->mean_count[i] = ranking_mean_value(measuring->arena, out->contenders + first,
                                                  group->count, i, &group->mean[i]);
}

static void add_groups(const struct measuring *measuring, struct assessment *out)
{
    out->groups = arena_array(measuring->arena, struct assessed_group, out->count + 1);
    for (size_t first = 0, until; first < out->count; first = until) {
        for (until = first + 1; until < out->count; until++)
            if (!text_equal(out->contenders[until].group, out->contenders[first].group))
                break;
        add_group(measuring, out, first, until);
    }
}

const struct contender *assessment_find(const struct assessment *assessment, struct text code)
{
    for (size_t i = 0; i < assessment->count; i++)
        if (text_equal(assessment->contenders[i].code, code))
            return &assessment->contenders[i];
    return NULL;
}

bool assessment_make(struct snapshot *snapshot, struct arena *arena, const struct profile *profile,
                     const struct period *period, struct assessment *out, struct error *error)
{
    struct measuring measuring = {
        .snapshot = snapshot, .arena = arena, .profile = profile, .period = period};
    struct printed_figures *printed;
    *out = (struct assessment){.profile = profile, .period = *period};
    if (!check_profile(&measuring, error) || !read_calendar(&measuring, error) ||
        !read_counts(&measuring, error) || !prepare_observations(&measuring, error) ||
        !read_observations(&measuring, error) ||
        !snapshot_read_cut_off(snapshot, arena, period_until_us(period, snapshot->generation.zone),
                               &out->cut_off, error) ||
        !snapshot_sha256(snapshot, arena, profile->bytes, &out->versions.rule_sha256, error))
        return false;
    out->versions.reference = snapshot->generation.reference_version;
    out->versions.fold = snapshot->generation.fold_version;
    out->versions.generation = snapshot->generation.generation;

    out->count = measuring.subjects.count;
    out->contenders = arena_array(arena, struct contender, out->count + 1);
    for (size_t i = 0; i < out->count; i++)
        make_contender(&measuring, i, &out->contenders[i]);
    if (!adjustments_enter(snapshot, arena, profile, period, out->contenders, out->count,
                           &out->adjustments, error) ||
        !printed_figures_enter(snapshot, arena, profile, period, out->contenders, out->count,
                               &printed, error))
        return false;
    ranking_compute(arena, &profile->scoring, out->contenders, out->count);
    if (printed)
        interval_ranking_compute(arena, &profile->scoring, out->contenders, out->count,
                                 &printed->intervals);
    out->printed = printed;

    out->areas = arena_array(arena, const struct area *, out->count + 1);
    for (size_t i = 0; i < out->count; i++)
        out->areas[i] =
            measuring.subjects.list[subject_position(&measuring, out->contenders[i].code)].area;
    add_groups(&measuring, out);
    return true;
}
