// From states to numbers: contribution to rollup cells, cells to the cells of a ranking, those to the terms of indicators.
#include "rank/contribution.h"

#include "core/traffic.h"

#include <stdlib.h>
#include <string.h>

// The position under which an indicator is collected; -1: it is not.
static int collected_as(const struct counting *counting, size_t indicator)
{
    return counting->indicators ? counting->indicators[indicator] : (int)indicator;
}

// ---- sums ----

static void add_sums(struct contributions *contributions, const struct counting *counting,
                     struct contribution at, const struct indicator_sums *sums)
{
    for (int i = 0; i < INDICATOR_TERMS_MAX; i++) {
        at.slot = (uint8_t)i;
        at.amount = sums->numerator[i];
        if (at.amount)
            contributions_add(contributions, counting->side, at);
        at.slot = (uint8_t)(SLOT_DENOMINATOR + i);
        at.amount = sums->denominator[i];
        if (at.amount)
            contributions_add(contributions, counting->side, at);
    }
    at.slot = SLOT_SAMPLE;
    at.amount = sums->sample;
    if (at.amount)
        contributions_add(contributions, counting->side, at);
}

static bool is_left_out(const struct counting *counting, struct text subject)
{
    return counting->only.length && !text_equal(subject, counting->only);
}

// Of one entity the cells of one subject.
static void add_cells(struct contributions *contributions, const struct counting *counting,
                      uint32_t contributor, struct text subject, const struct counts *counts)
{
    const struct scoring *scoring = &counting->profile->scoring;
    struct contribution at = {.contributor = contributor, .denominator = 1};
    bool is_known = false;
    if (is_left_out(counting, subject))
        return;
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        const struct indicator_settings *settings = &scoring->indicators[i].settings;
        struct indicator_sums sums;
        if (settings->indicator->observed != OBSERVED_NOTHING || collected_as(counting, i) < 0)
            continue;
        indicator_sum(settings, counts, &sums);
        if (!is_known)
            at.subject = contributions_find_subject(contributions, subject);
        is_known = true;
        at.indicator = (uint8_t)collected_as(counting, i);
        add_sums(contributions, counting, at, &sums);
    }
}

// Where a rollup keeps what a ranking tells apart; -1: it does not.
struct cell_layout {
    enum count_source source;
    int day, district, cohort, nature, kind, flags;
};

static int dimension_position(const struct rollup *rollup, const char *name)
{
    for (int i = 0; name && i < rollup->dimension_count; i++)
        if (strcmp(rollup->dimensions[i].name, name) == 0)
            return i;
    return -1;
}

// False where no ranking reads the rollup.
static bool find_layout(const struct rollup *rollup, struct cell_layout *out)
{
    for (int source = 0; source < COUNT_SOURCE_COUNT; source++) {
        if (count_sources[source].rollup != rollup)
            continue;
        *out = (struct cell_layout){
            .source = (enum count_source)source,
            .day = dimension_position(rollup, "day"),
            .district = dimension_position(rollup, "district"),
            .cohort = dimension_position(rollup, "cohort"),
            .nature = dimension_position(rollup, "nature"),
            .kind = dimension_position(rollup, count_sources[source].kind_title),
            .flags = dimension_position(rollup, "flags"),
        };
        return out->day >= 0;
    }
    return false;
}

static int16_t dimension(const struct rollup_cell *cell, int position)
{
    return position < 0 ? 0 : (int16_t)cell->dimensions[position].integer;
}

// The ranges of days that a day lies in, as far as this period of several counts them.
static unsigned ranges_of(const struct counting *counting, int64_t day)
{
    const struct period *period = counting->period;
    unsigned ranges = 0;
    if (day >= period->from_day && day < period->until_day)
        ranges |= 1U << RANGE_PERIOD;
    if (counting->is_last && day >= period->year_from_day && day < period->until_day)
        ranges |= 1U << RANGE_YEAR;
    if (counting->is_first && day < period->from_day)
        ranges |= 1U << RANGE_BEFORE_FROM;
    if (counting->is_last && day < period->until_day)
        ranges |= 1U << RANGE_BEFORE_UNTIL;
    return ranges;
}

struct entity_cells {
    struct count_cell *cells;
    struct text *districts; // of each
    size_t count;
};

static void read_cell(const struct counting *counting, const struct rollup_cell *cell, uint8_t rule,
                      struct entity_cells *out)
{
    struct cell_layout layout;
    if (!find_layout(cell->rollup, &layout))
        return;
    unsigned ranges = ranges_of(counting, cell->dimensions[layout.day].integer);
    for (int range = 0; range < RANGE_COUNT; range++) {
        if (!(ranges >> range & 1))
            continue;
        out->districts[out->count] = cell->dimensions[layout.district].text;
        out->cells[out->count++] = (struct count_cell){
            .source = (uint8_t)layout.source,
            .range = (uint8_t)range,
            .rule = rule,
            .cohort = dimension(cell, layout.cohort),
            .nature = dimension(cell, layout.nature),
            .kind = dimension(cell, layout.kind),
            .flags = dimension(cell, layout.flags),
            .measures = cell->measures,
        };
    }
}

// District by district: few entities count in more than one.
static void add_districts(struct contributions *contributions, const struct counting *counting,
                          uint32_t contributor, struct entity_cells *cells)
{
    for (size_t first = 0; first < cells->count;) {
        size_t until = first + 1;
        for (size_t i = until; i < cells->count; i++) {
            if (!text_equal(cells->districts[i], cells->districts[first]))
                continue;
            struct count_cell cell = cells->cells[i];
            struct text district = cells->districts[i];
            cells->cells[i] = cells->cells[until];
            cells->districts[i] = cells->districts[until];
            cells->cells[until] = cell;
            cells->districts[until++] = district;
        }
        add_cells(contributions, counting, contributor, cells->districts[first],
                  &(struct counts){cells->cells + first, until - first});
        first = until;
    }
}

// As the rollups count the entity, and as each rule of the profile does.
static void add_entity_sums(struct contributions *contributions, const struct counting *counting,
                            uint32_t contributor, struct rollup_sums *const *sums,
                            struct arena *scratch)
{
    size_t total = 0;
    for (size_t rule = 0; rule <= counting->profile->rule_count; rule++)
        total += rollup_sums_count(sums[rule]);
    struct entity_cells cells = {
        .cells = arena_array(scratch, struct count_cell, total * RANGE_COUNT + 1),
        .districts = arena_array(scratch, struct text, total * RANGE_COUNT + 1)};
    for (size_t rule = 0; rule <= counting->profile->rule_count; rule++) {
        struct rollup_cell **list;
        size_t count = rollup_sums_sorted(sums[rule], &list);
        for (size_t i = 0; i < count; i++)
            read_cell(counting, list[i], (uint8_t)rule, &cells);
    }
    add_districts(contributions, counting, contributor, &cells);
}

// ---- what is observed of an entity, from the columns of its state ----

// As the queries of rank/snapshot.c have it (sql/queries/rank_durations.sql, rank_incident_durations.sql).
static const struct observed_columns {
    enum family family;
    const char *cohorts[COUNT_COHORTS_MAX]; // the instant that puts it into a period
    const char *began, *ended;
    const char *named; // its day decides what names mean; where there is none, the cohort's
    const char *below, *nature, *kind;
} observed_columns[OBSERVED_COUNT] = {
#define OF_TICKET                                                                                  \
    {                                                                                              \
        FAMILY_HOTLINE, {[1] = "received_at", [2] = "last_closed_at"}, "received_at",              \
            "last_closed_at", "received_at", "unit", "nature", NULL                                \
    }
    [OBSERVED_HANDLING] = OF_TICKET,
    [OBSERVED_COMPLETE] = OF_TICKET,
#define OF_INCIDENT(began_, ended_)                                                                \
    {                                                                                              \
        FAMILY_INCIDENT, {[1] = "known_at", [2] = "closed_at", [3] = "reopened_at"}, began_,       \
            ended_, "known_at", "town", NULL, "level"                                              \
    }
    [OBSERVED_ARRIVAL] = OF_INCIDENT("dispatched_at", "arrived_at"),
    [OBSERVED_CLEARANCE] = OF_INCIDENT("known_at", "closed_at"),
    [OBSERVED_REOPENING] = OF_INCIDENT("known_at", "reopened_at"),
};

static const struct value *column_of(const struct family_definition *family,
                                     const struct value *values, const char *name)
{
    for (size_t i = 0; name && i < family->column_count; i++)
        if (strcmp(family->columns[i].name, name) == 0)
            return values[i].type == VALUE_EMPTY ? NULL : &values[i];
    return NULL;
}

static int64_t integer_column(const struct family_definition *family, const struct value *values,
                              const char *name, int64_t absent)
{
    const struct value *value = column_of(family, values, name);
    return value ? value->integer : absent;
}

static struct text text_column(const struct family_definition *family, const struct value *values,
                               const char *name)
{
    const struct value *value = column_of(family, values, name);
    return value ? value->text : (struct text){"", 0};
}

// As a ranking counts it: µs of elapsed or working time, or 1 within the limit and 0 beyond it.
static int64_t count_span(const struct counting *counting,
                          const struct indicator_settings *settings, int64_t began_us,
                          int64_t ended_us)
{
    if (!indicator_needs_begins(settings))
        return ended_us - began_us;
    return settings->time.limit_us || settings->time.limit_days
               ? time_rule_holds(&settings->time, counting->working, began_us, ended_us)
               : time_rule_count(&settings->time, counting->working, began_us, ended_us);
}

static bool states_all(const struct family_definition *family, const struct value *values,
                       uint32_t required)
{
    for (int i = 0; ticket_required[i]; i++)
        if ((required >> i & 1) && !column_of(family, values, ticket_required[i]))
            return false;
    return true;
}

static void observe(struct contributions *contributions, const struct counting *counting,
                    const struct family_definition *family, const struct value *values,
                    uint32_t contributor, size_t indicator)
{
    const struct indicator_settings *settings = &counting->profile->indicators[indicator].settings;
    const struct observed_columns *columns = &observed_columns[settings->indicator->observed];
    const struct zone *zone = counting->generation->zone;
    if (columns->family != family->family || collected_as(counting, indicator) < 0)
        return;
    int64_t cohort_us =
        integer_column(family, values, columns->cohorts[settings->cohort], INSTANT_NONE);
    bool is_span = settings->indicator->observed != OBSERVED_COMPLETE;
    int64_t began_us = integer_column(family, values, columns->began, INSTANT_NONE),
            ended_us = integer_column(family, values, columns->ended, INSTANT_NONE);
    int kind = (int)integer_column(family, values, columns->kind, 0);
    if (cohort_us == INSTANT_NONE || cohort_us < period_from_us(counting->period, zone) ||
        cohort_us >= period_until_us(counting->period, zone) ||
        (is_span &&
         (began_us == INSTANT_NONE || ended_us == INSTANT_NONE || ended_us < began_us)) ||
        (settings->kinds && !(settings->kinds >> kind & 1)) ||
        !caliber_takes(&settings->caliber, settings->indicator->source,
                       (int)integer_column(family, values, columns->nature, 0),
                       (unsigned)integer_column(family, values, "flags", 0)))
        return;
    int64_t named_us = integer_column(family, values, columns->named, cohort_us);
    const struct observed_names names = {
        .district = text_column(family, values, "district"),
        .below = text_column(family, values, columns->below),
        .town = text_column(family, values, "town"),
        .village = text_column(family, values, "village"),
        .channel = (int)integer_column(family, values, "channel", 0),
    };
    struct text subject =
        observed_subject(settings->indicator->observed, counting->generation->areas,
                         counting->profile->subject, &names, zone_day(zone, named_us));
    if (is_left_out(counting, subject))
        return;
    contributions_add(
        contributions, counting->side,
        (struct contribution){.contributor = contributor,
                              .subject = contributions_find_subject(contributions, subject),
                              .indicator = (uint8_t)collected_as(counting, indicator),
                              .slot = SLOT_OBSERVED,
                              .amount = is_span ? count_span(counting, settings, began_us, ended_us)
                                                : states_all(family, values, settings->required),
                              .denominator = US_PER_SECOND});
}

// ---- the fold ----

static bool is_same(const struct entity_state *entity, const struct as_of *other,
                    struct arena *scratch)
{
    const struct entity_state *found =
        other ? entity_states_find(other->states, entity->family, entity->authority, entity->entity,
                                   scratch)
              : NULL;
    return found && text_equal(found->bytes, entity->bytes);
}

static uint32_t contributor_of(struct contributions *contributions, const struct counting *counting,
                               const struct contributor *wanted)
{
    return counting->only.length ? 0 : contributions_find_contributor(contributions, wanted);
}

struct contribution_context counting_meaning(const struct counting *counting,
                                             const struct zone *window)
{
    const struct generation *generation = counting->generation;
    return (struct contribution_context){.zone = window,
                                         .areas = generation->areas,
                                         .sensors = generation->sensors,
                                         .names_zone = generation->zone,
                                         .subject = counting->profile->subject,
                                         .working = counting->working};
}

bool contributions_add_state(struct contributions *contributions, const struct counting *counting,
                             const struct contribution_context *meaning,
                             const struct entity_state *entity, struct arena *scratch,
                             struct error *error)
{
    const struct family_definition *family = family_get(entity->family);
    const struct entity_key key = {entity->authority, entity->entity, 0};
    size_t rule_count = counting->profile->rule_count;
    struct rollup_sums **sums = arena_array(scratch, struct rollup_sums *, rule_count + 1);
    struct value *values = arena_array(scratch, struct value, family->column_count + 1);
    struct state state;
    if (!state_decode(scratch, entity->bytes, &state, error))
        return false;
    for (size_t rule = 0; rule <= rule_count; rule++) {
        struct contribution_context context = *meaning;
        context.rule = rule ? &counting->profile->rules[rule - 1] : NULL;
        sums[rule] = rollup_sums_new(scratch);
        family->contribute(&key, &state, scratch, &context, 1, sums[rule]);
    }
    family->read_columns(&key, &state, scratch, values);
    uint32_t contributor =
        contributor_of(contributions, counting,
                       &(struct contributor){entity->family, entity->authority, entity->entity});
    add_entity_sums(contributions, counting, contributor, sums, scratch);
    for (size_t i = 0; i < counting->profile->scoring.indicator_count; i++)
        if (counting->profile->indicators[i].settings.indicator->observed != OBSERVED_NOTHING)
            observe(contributions, counting, family, values, contributor, i);
    return true;
}

bool contributions_add_states(struct contributions *contributions, const struct counting *counting,
                              const struct as_of *as_of, const struct as_of *same_in,
                              struct error *error)
{
    struct arena scratch = ARENA_INIT;
    bool done = true;
    struct zone *window = period_window(counting->period, counting->generation->zone);
    const struct contribution_context meaning = counting_meaning(counting, window);
    for (struct entity_state *at = NULL; done && (at = entity_states_next(as_of->states, at));) {
        arena_reset(&scratch);
        if (at->bytes.length && !is_same(at, same_in, &scratch))
            done = contributions_add_state(contributions, counting, &meaning, at, &scratch, error);
    }
    zone_close(window);
    arena_free(&scratch);
    return done;
}

static struct text hour_name(struct arena *arena, const struct traffic_hour *hour)
{
    char instant[32];
    if (hour->hour_us == INSTANT_NONE)
        return text_from(
            arena_printf(arena, "all of %s", count_sources[COUNTED_TRAFFIC].kinds[hour->kind]));
    civil_print_instant(hour->hour_us, instant);
    return text_from(arena_printf(arena, "%s", instant));
}

void contributions_add_hours(struct contributions *contributions, const struct counting *counting,
                             const struct traffic_hours *hours)
{
    const struct scoring *scoring = &counting->profile->scoring;
    for (size_t i = 0; i < hours->count; i++) {
        const struct traffic_hour *hour = &hours->list[i];
        const struct count_cell cell = {.source = COUNTED_TRAFFIC,
                                        .range = RANGE_PERIOD,
                                        .kind = hour->kind,
                                        .measures = hour->measures};
        uint32_t contributor = contributor_of(
            contributions, counting,
            &(struct contributor){FAMILY_TRAFFIC, hour->segment,
                                  counting->only.length ? hour->segment
                                                        : hour_name(&contributions->arena, hour)});
        add_cells(contributions, counting, contributor, hour->district, &(struct counts){&cell, 1});
        int64_t free_flow_ms = hour->measures[TRAFFIC_COUNT_FREE_FLOW_MS];
        for (size_t j = 0; j < scoring->indicator_count; j++) {
            const struct indicator_settings *settings = &scoring->indicators[j].settings;
            if (settings->indicator->observed != OBSERVED_DELAY || free_flow_ms <= 0 ||
                hour->hour_us == INSTANT_NONE || collected_as(counting, j) < 0 ||
                !(settings->kinds >> hour->kind & 1) || is_left_out(counting, hour->district))
                continue;
            contributions_add(
                contributions, counting->side,
                (struct contribution){.contributor = contributor,
                                      .subject =
                                          contributions_find_subject(contributions, hour->district),
                                      .indicator = (uint8_t)collected_as(counting, j),
                                      .slot = SLOT_OBSERVED,
                                      .amount = hour->measures[TRAFFIC_COUNT_TRAVEL_MS],
                                      .denominator = free_flow_ms});
        }
    }
}
