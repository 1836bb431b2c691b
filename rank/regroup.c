// Contributions are collected by day, and every so often added to the cells of their subjects by range: memory does not grow
// with the days.
#include "rank/regroup.h"

#include "sql/queries.h"

enum { CELLS_TO_COLLECT = 100000 };

struct way_sums {
    const struct count_way *way;
    struct rollup_sums *sums;
};

struct regrouping {
    const struct period *period;
    struct way_sums *ways;
    size_t way_count;
    const struct family_definition *family; // whose states are being read
    struct contribution_context meaning;
    struct arena *arena;  // of the subjects
    struct arena scratch; // of one state
    struct arena collected;
    struct subjects *subjects;
};

// The unqualified tables: with --as-of those of then.
static const struct {
    enum family family;
    const struct query *states; // authority, entity_id, state
} state_queries[] = {
    {FAMILY_HOTLINE, &query_rank_ticket_states},
    {FAMILY_INCIDENT, &query_rank_incident_states},
    {FAMILY_INSPECTION, &query_rank_problem_states},
    {FAMILY_ACTIVITY, &query_rank_activity_states},
};

enum { FAMILY_QUERIES = sizeof state_queries / sizeof *state_queries };

// The values of a rollup's cell under the names that rankings know; 0 where the rollup lacks one.
static void read_key(const struct rollup_cell *cell, struct count_cell *out, struct text *code,
                     int32_t *day)
{
    const struct rollup *rollup = cell->rollup;
    for (int i = 0; i < rollup->dimension_count; i++) {
        const char *name = rollup->dimensions[i].name;
        const struct value *value = &cell->dimensions[i];
        if (strcmp(name, "district") == 0)
            *code = value->text;
        else if (strcmp(name, "day") == 0)
            *day = (int32_t)value->integer;
        else if (strcmp(name, "cohort") == 0)
            out->cohort = (int16_t)value->integer;
        else if (strcmp(name, "nature") == 0)
            out->nature = (int16_t)value->integer;
        else if (strcmp(name, "flags") == 0)
            out->flags = (int16_t)value->integer;
        else if (rollup->dimensions[i].type == COLUMN_SMALLINT) // level, theme, type, subset
            out->kind = (int16_t)value->integer;
    }
}

static bool lies_in(const struct period *period, enum count_range range, int32_t day)
{
    switch (range) {
    case RANGE_PERIOD:
        return day >= period->from_day && day < period->until_day;
    case RANGE_YEAR:
        return day >= period->year_from_day && day < period->until_day;
    case RANGE_BEFORE_FROM:
        return day < period->from_day;
    case RANGE_BEFORE_UNTIL:
        return day < period->until_day;
    case RANGE_COUNT:
        break;
    }
    return false;
}

// Only cohorts that enter or leave a stock are asked for before a day.
static bool makes_stock(const struct count_source_definition *source, int cohort)
{
    bool enters = source->left_by[cohort] != 0, leaves = false;
    for (int i = 0; i < COUNT_COHORTS_MAX; i++)
        leaves |= source->left_by[i] != 0 && source->left_by[i] == cohort;
    return enters || leaves;
}

static bool same_key(const struct count_cell *a, const struct count_cell *b)
{
    return a->source == b->source && a->range == b->range && a->rule == b->rule &&
           a->cohort == b->cohort && a->nature == b->nature && a->kind == b->kind &&
           a->flags == b->flags;
}

static void add_to_subject(struct regrouping *regrouping, struct text code,
                           const struct count_cell *key, const struct rollup_cell *from)
{
    size_t measure_count = from->rollup->measure_count;
    struct subject *subject = subjects_add(regrouping->arena, regrouping->subjects, code);
    struct count_cell *cell = subject->cells, *end = cell + subject->counts.cell_count;
    while (cell < end && !same_key(cell, key))
        cell++;
    if (cell == end) {
        cell = subject_add_cell(regrouping->arena, subject);
        *cell = *key;
        cell->measures = arena_array(regrouping->arena, int64_t, measure_count);
    }
    int64_t *measures = (int64_t *)(uintptr_t)cell->measures;
    for (size_t i = 0; i < measure_count; i++)
        measures[i] = rollup_add(measures[i], from->measures[i]);
}

static void add_cell(struct regrouping *regrouping, const struct count_way *way,
                     enum count_source source, const struct rollup_cell *cell)
{
    struct count_cell key = {.source = (uint8_t)source, .rule = way->number};
    struct text code = {"", 0};
    int32_t day = 0;
    read_key(cell, &key, &code, &day);
    for (int range = 0; range < RANGE_COUNT; range++) {
        if (!(way->needs.ranges[source] >> range & 1) ||
            !lies_in(regrouping->period, (enum count_range)range, day) ||
            (range > RANGE_YEAR && !makes_stock(&count_sources[source], key.cohort)))
            continue;
        key.range = (uint8_t)range;
        add_to_subject(regrouping, code, &key, cell);
    }
}

static void drain_way(struct regrouping *regrouping, const struct way_sums *way)
{
    struct rollup_cell **cells;
    size_t count = rollup_sums_sorted(way->sums, &cells);
    for (size_t i = 0; i < count; i++)
        for (int source = 0; source < COUNT_SOURCE_COUNT; source++)
            if (count_sources[source].rollup == cells[i]->rollup)
                add_cell(regrouping, way->way, (enum count_source)source, cells[i]);
}

static void drain(struct regrouping *regrouping)
{
    for (size_t i = 0; i < regrouping->way_count; i++)
        drain_way(regrouping, &regrouping->ways[i]);
    arena_reset(&regrouping->collected);
    for (size_t i = 0; i < regrouping->way_count; i++)
        regrouping->ways[i].sums = rollup_sums_new(&regrouping->collected);
}

static bool is_needed(const struct count_needs *needs, enum family family)
{
    for (int source = 0; source < COUNT_SOURCE_COUNT; source++)
        if (needs->ranges[source] && count_sources[source].rollup->family == family)
            return true;
    return false;
}

static void contribute(struct regrouping *regrouping, const struct entity_key *key,
                       const struct state *state)
{
    size_t collected = 0;
    for (size_t i = 0; i < regrouping->way_count; i++) {
        struct way_sums *way = &regrouping->ways[i];
        if (!is_needed(&way->way->needs, regrouping->family->family))
            continue;
        regrouping->meaning.rule = way->way->rule;
        regrouping->family->contribute(key, state, &regrouping->scratch, &regrouping->meaning, 1,
                                       way->sums);
        collected += rollup_sums_count(way->sums);
    }
    if (collected >= CELLS_TO_COLLECT)
        drain(regrouping);
}

static bool add_state(void *context, const struct text *fields, const bool *nulls, int field_count,
                      struct error *error)
{
    struct regrouping *regrouping = context;
    struct state state;
    (void)nulls;
    if (field_count != 3)
        return error_set(error, ERROR_FATAL, "%s: %d columns where the query has 3",
                         regrouping->family->state_table, field_count);
    arena_reset(&regrouping->scratch);
    if (!state_decode(&regrouping->scratch, fields[2], &state, error))
        return error_prefix(error, "%s (" TEXT_FORMAT ", " TEXT_FORMAT ")",
                            regrouping->family->state_table, TEXT_ARGUMENTS(fields[0]),
                            TEXT_ARGUMENTS(fields[1]));
    const struct entity_key key = {.authority = fields[0], .entity = fields[1]};
    contribute(regrouping, &key, &state);
    return true;
}

static bool any_needs(const struct regrouping *regrouping, enum family family)
{
    bool needs = false;
    for (size_t i = 0; i < regrouping->way_count; i++)
        needs |= is_needed(&regrouping->ways[i].way->needs, family);
    return needs;
}

static bool read_states(struct regrouping *regrouping, struct postgres *postgres,
                        struct error *error)
{
    for (int i = 0; i < FAMILY_QUERIES; i++) {
        regrouping->family = family_get(state_queries[i].family);
        if (any_needs(regrouping, state_queries[i].family) &&
            !postgres_copy_out(postgres, state_queries[i].states, add_state, regrouping, error))
            return false;
        drain(regrouping);
    }
    return true;
}

bool regroup_read(struct snapshot *snapshot, struct arena *arena, const struct period *period,
                  const struct regroup *regroup, struct subjects *out, struct error *error)
{
    const struct generation *generation = &snapshot->generation;
    if (!snapshot_check_states(snapshot, error))
        return false;
    const struct zone *zone = generation->zone;
    struct zone *window = period_window(period, zone);
    struct regrouping regrouping = {
        .period = period,
        .ways = arena_array(arena, struct way_sums, regroup->way_count),
        .way_count = regroup->way_count,
        .meaning = {.zone = window,
                    .areas = generation->areas,
                    .sensors = generation->sensors,
                    .names_zone = zone,
                    .subject = regroup->subject,
                    .working = regroup->working},
        .arena = arena,
        .scratch = ARENA_INIT,
        .collected = ARENA_INIT,
        .subjects = out,
    };
    for (size_t i = 0; i < regroup->way_count; i++)
        regrouping.ways[i] =
            (struct way_sums){&regroup->ways[i], rollup_sums_new(&regrouping.collected)};
    subjects_list(arena, generation->areas, regroup->subject, period->from_day, period->until_day,
                  out);
    bool done = read_states(&regrouping, snapshot->postgres, error);
    if (regroup->subject != SUBJECT_CHANNEL)
        subjects_name(out, generation->areas, period->from_day, period->until_day);
    arena_free(&regrouping.collected);
    arena_free(&regrouping.scratch);
    zone_close(window);
    return done;
}
