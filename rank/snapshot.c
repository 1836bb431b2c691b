// Reading rollups, states and ledger for a ranking. Sums are grouped by what a caliber distinguishes; which of them count
// is the core's business.
#include "rank/snapshot.h"

#include "core/hotline.h"
#include "core/incident.h"
#include "sql/figures.h"
#include "sql/queries.h"

#include <stdlib.h>

static bool begin(struct snapshot *snapshot, const struct query *query, int32_t generation,
                  struct error *error)
{
    return postgres_execute(snapshot->postgres, query, NULL, NULL, error) &&
           postgres_execute(snapshot->postgres, &query_rank_settings, NULL, NULL, error) &&
           postgres_execute(snapshot->postgres, &query_rank_search_path, NULL, NULL, error) &&
           (generation ? generation_load_number(snapshot->postgres, generation,
                                                &snapshot->generation, error)
                       : generation_load(snapshot->postgres, &snapshot->generation, error));
}

static bool connect(const struct config *config, struct snapshot *out, struct error *error)
{
    *out = (struct snapshot){0};
    out->postgres = postgres_open(config, "cityops-rank", error);
    return out->postgres != NULL;
}

bool snapshot_open(const struct config *config, struct snapshot *out, struct error *error)
{
    const char *as_of = config_text(config, "as-of");
    return connect(config, out, error) &&
           begin(out, as_of ? &query_rank_begin_as_of : &query_begin_snapshot, 0, error) &&
           (as_of || figures_warn(out->postgres, error)) && // as of then everything is summed anew
           (!as_of || snapshot_fold_as_of(out, as_of, error));
}

bool snapshot_open_newest(const struct config *config, struct snapshot *out, struct error *error)
{
    return connect(config, out, error) && begin(out, &query_begin_snapshot, 0, error);
}

bool snapshot_open_to_walk(const struct config *config, struct snapshot *out, struct error *error)
{
    return connect(config, out, error) && begin(out, &query_rank_begin_as_of, 0, error);
}

bool snapshot_open_to_publish(const struct config *config, const char *chain, struct snapshot *out,
                              struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_text(&parameters, text_from(chain));
    return connect(config, out, error) &&
           postgres_execute(out->postgres, &query_rank_result_lock, &parameters, NULL, error) &&
           begin(out, &query_rank_begin_as_of, 0, error);
}

bool snapshot_move(struct snapshot *snapshot, int32_t generation, const char *vector,
                   const struct traffic_hours *hours, struct error *error)
{
    generation_free(&snapshot->generation);
    snapshot->is_as_of = false;
    snapshot->stored_hours = hours;
    return postgres_execute(snapshot->postgres, &query_rollback, NULL, NULL, error) &&
           begin(snapshot, &query_rank_begin_as_of, generation, error) &&
           snapshot_fold_as_of(snapshot, vector, error);
}

bool snapshot_commit(struct snapshot *snapshot, struct error *error)
{
    return postgres_execute(snapshot->postgres, &query_commit, NULL, NULL, error);
}

void snapshot_close(struct snapshot *snapshot)
{
    generation_free(&snapshot->generation);
    postgres_close(snapshot->postgres);
    snapshot->postgres = NULL;
}

// The journal does not hold readings.
static bool check_cut_off(const struct snapshot *snapshot, enum count_source source,
                          struct error *error)
{
    return !snapshot->is_as_of || snapshot->stored_hours ||
           !family_get(count_sources[source].rollup->family)->has_windows ||
           error_set(
               error, ERROR_BAD_CONFIG,
               "%s are known as they are now alone, not as of an earlier cut-off: ask without "
               "--as-of, or leave their indicators out",
               count_sources[source].name);
}

// How the cells of a source are read. Every query has the columns district, cohort, nature, kind, flags, then measures in
// the order of the source's rollup: `sums` of a range of days, all of them; `before` a day, the first alone, and only of
// cohorts that make stocks (null where there are none). Where the calendar matters, the reference version and the zone
// follow the days.
static const struct {
    const struct query *sums, *before;
    bool by_calendar;
} cell_queries[COUNT_SOURCE_COUNT] = {
    [COUNTED_TICKETS] = {&query_rank_ticket_sums, &query_rank_ticket_before, false},
    [COUNTED_TICKET_SUBSETS] = {&query_rank_ticket_subset_sums, NULL, false},
    [COUNTED_DISPATCHES] = {&query_rank_dispatch_sums, NULL, false},
    [COUNTED_INCIDENTS] = {&query_rank_incident_sums, NULL, false},
    [COUNTED_PROBLEMS] = {&query_rank_problem_sums, &query_rank_problem_before, false},
    [COUNTED_RECHECKS] = {&query_rank_recheck_sums, NULL, false},
    [COUNTED_ACTIVITIES] = {&query_rank_activity_sums, NULL, false},
    [COUNTED_TRAFFIC] = {&query_rank_traffic_sums, NULL, true},
};

enum { CELL_KEY_COLUMNS = 5 };

static void add_cells(struct arena *arena, const PGresult *result, enum count_source source,
                      enum count_range range, struct subjects *subjects)
{
    size_t capacity = count_sources[source].rollup->measure_count;
    int measure_count = range <= RANGE_YEAR ? (int)capacity : 1;
    for (int row = 0, rows = PQntuples(result); row < rows; row++) {
        int64_t *measures = arena_array(arena, int64_t, capacity), any = 0;
        for (int i = 0; i < measure_count; i++)
            any |= measures[i] = column_bigint(result, row, CELL_KEY_COLUMNS + i);
        if (!any)
            continue; // everything has left it: whether it is there depends on the order of events
        struct subject *subject = subjects_add(arena, subjects, column_text(result, row, 0));
        struct count_cell *cell = subject_add_cell(arena, subject);
        *cell = (struct count_cell){
            .source = (uint8_t)source,
            .range = (uint8_t)range,
            .cohort = column_smallint(result, row, 1),
            .nature = column_smallint(result, row, 2),
            .kind = column_smallint(result, row, 3),
            .flags = column_smallint(result, row, 4),
            .measures = measures,
        };
    }
}

static bool read_cells(struct snapshot *snapshot, struct arena *arena, const struct period *period,
                       enum count_source source, enum count_range range, struct subjects *subjects,
                       struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    const struct query *query = cell_queries[source].sums;
    if (!check_cut_off(snapshot, source, error))
        return false;
    if (source == COUNTED_TRAFFIC && snapshot->stored_hours) {
        traffic_hours_add_cells(snapshot->stored_hours, arena, subjects);
        return true;
    }
    switch (range) {
    case RANGE_PERIOD:
    case RANGE_YEAR:
        parameter_date(&parameters, range == RANGE_YEAR ? period->year_from_day : period->from_day);
        parameter_date(&parameters, period->until_day);
        break;
    default:
        query = cell_queries[source].before;
        parameter_date(&parameters,
                       range == RANGE_BEFORE_FROM ? period->from_day : period->until_day);
    }
    const struct generation *generation = &snapshot->generation;
    if (cell_queries[source].by_calendar) {
        parameter_integer(&parameters, generation->reference_version);
        parameter_text(&parameters, text_from(zone_name(generation->zone)));
    }
    PGresult *result;
    if (!postgres_query(snapshot->postgres, query, &parameters, &result, error))
        return false;
    add_cells(arena, result, source, range, subjects);
    PQclear(result);
    return true;
}

static bool read_needed_cells(struct snapshot *snapshot, struct arena *arena,
                              const struct period *period, const struct count_needs *needs,
                              struct subjects *subjects, struct error *error)
{
    for (int source = 0; source < COUNT_SOURCE_COUNT; source++)
        for (int range = 0; range < RANGE_COUNT; range++)
            if ((needs->ranges[source] >> range & 1) &&
                !read_cells(snapshot, arena, period, (enum count_source)source,
                            (enum count_range)range, subjects, error))
                return false;
    return true;
}

bool snapshot_read_districts(struct snapshot *snapshot, struct arena *arena,
                             const struct period *period, const struct count_needs *needs,
                             struct subjects *out, struct error *error)
{
    const struct area_index *areas = snapshot->generation.areas;
    *out = (struct subjects){0};
    subjects_list(arena, areas, SUBJECT_DISTRICT, period->from_day, period->until_day, out);
    if (!read_needed_cells(snapshot, arena, period, needs, out, error))
        return false;
    subjects_name(out, areas, period->from_day, period->until_day);
    return true;
}

bool snapshot_read_villages(struct snapshot *snapshot, struct arena *arena,
                            const struct period *period, int theme, struct village_problems **out,
                            size_t *count, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_date(&parameters, period->from_day);
    parameter_date(&parameters, period->until_day);
    parameter_integer(&parameters, theme);
    PGresult *result;
    if (!postgres_query(snapshot->postgres, &query_rank_village_problems, &parameters, &result,
                        error))
        return false;
    *count = (size_t)PQntuples(result);
    *out = arena_array(arena, struct village_problems, *count + 1);
    for (int row = 0; row < (int)*count; row++) {
        struct text code = arena_text(arena, column_text(result, row, 0));
        const struct area_index *areas = snapshot->generation.areas;
        const struct area *area = area_by_code(areas, code, period->until_day - 1);
        if (!area) // dissolved inside the period
            area = area_by_code(areas, code, period->from_day);
        (*out)[row] =
            (struct village_problems){code, area, column_bigint(result, row, 1),
                                      column_bigint(result, row, 2), column_bigint(result, row, 3)};
    }
    PQclear(result);
    return true;
}

// ---- observations ----

// As contributions resolve them.
typedef struct text resolve_subject(const struct area_index *areas, enum subject_kind subject,
                                    const struct observed_names *names, int32_t day);

static struct text ticket_resolve(const struct area_index *areas, enum subject_kind subject,
                                  const struct observed_names *names, int32_t day)
{
    const struct ticket ticket = {.district = names->district,
                                  .unit = names->below,
                                  .town = names->town,
                                  .village = names->village,
                                  .channel = names->channel};
    return ticket_subject(&ticket, areas, subject, day);
}

static struct text incident_resolve(const struct area_index *areas, enum subject_kind subject,
                                    const struct observed_names *names, int32_t day)
{
    const struct incident incident = {.district = names->district, .town = names->below};
    return incident_subject(&incident, areas, subject, day);
}

static struct text traffic_resolve(const struct area_index *areas, enum subject_kind subject,
                                   const struct observed_names *names, int32_t day)
{
    (void)areas, (void)subject, (void)day;
    return names->district; // a rollup's: a code
}

// Every query has the columns district, below, day, nature, kind, flags, town, village, channel, then numerators and denominators, or durations
// alone, in µs; its parameters are the cohort, from, until, the zone, and (where it can observe several things) which, or
// (where the calendar matters) the reference version.
static const struct {
    const struct query *query;
    enum count_source source;
    resolve_subject *resolve;
    int32_t which; // 0: the query observes one thing alone
    bool by_calendar;
    bool by_place; // takes whether town, village and channel matter, and whether begins are wanted
} observed_queries[OBSERVED_COUNT] = {
    [OBSERVED_HANDLING] = {&query_rank_durations, COUNTED_TICKETS, ticket_resolve, 0, false, true},
    [OBSERVED_ARRIVAL] = {&query_rank_incident_durations, COUNTED_INCIDENTS, incident_resolve, 1,
                          false, false},
    [OBSERVED_CLEARANCE] = {&query_rank_incident_durations, COUNTED_INCIDENTS, incident_resolve, 2,
                            false, false},
    [OBSERVED_REOPENING] = {&query_rank_incident_durations, COUNTED_INCIDENTS, incident_resolve, 3,
                            false, false},
    [OBSERVED_DELAY] = {&query_rank_traffic_ratios, COUNTED_TRAFFIC, traffic_resolve, 0, true,
                        false},
    [OBSERVED_COMPLETE] = {&query_rank_completeness, COUNTED_TICKETS, ticket_resolve, 0, false,
                           true},
    [OBSERVED_DELIVERY] = {&query_rank_deliveries, COUNTED_TICKETS, ticket_resolve, 0, false, true},
};

// The binary form of a bigint[]: dimensions, flags, element type, length, lower bound, then length and value of each.
enum { VALUES_COLUMN = 9 }; // the first of the arrays
enum { ARRAY_HEADER = 20, ARRAY_ELEMENT = 12 };

static int64_t array_element(struct text array, size_t position)
{
    return field_bigint(
        (struct text){array.bytes + ARRAY_HEADER + position * ARRAY_ELEMENT + 4, 8});
}

static bool add_observations(struct arena *arena, const PGresult *result, int row,
                             const struct observations *out, struct observed_group *group,
                             struct error *error)
{
    struct text numerators = column_text(result, row, VALUES_COLUMN), denominators = {"", 0};
    bool is_fraction = out->observed == OBSERVED_DELAY;
    if (is_fraction || out->with_begins)
        denominators = column_text(result, row, VALUES_COLUMN + 1);
    if (numerators.length < ARRAY_HEADER ||
        (numerators.length - ARRAY_HEADER) % ARRAY_ELEMENT != 0 ||
        (denominators.length && denominators.length != numerators.length))
        return error_set(error, ERROR_FATAL, "what was observed is not an array of bigint");
    group->count = (numerators.length - ARRAY_HEADER) / ARRAY_ELEMENT;
    group->list = arena_array(arena, struct observation, group->count);
    for (size_t i = 0; i < group->count; i++)
        group->list[i] = (struct observation){
            array_element(numerators, i),
            is_fraction ? array_element(denominators, i) : US_PER_SECOND,
        };
    if (!out->with_begins)
        return true;
    int64_t *begins_us = arena_array(arena, int64_t, group->count);
    for (size_t i = 0; i < group->count; i++)
        begins_us[i] = array_element(denominators, i);
    group->begins_us = begins_us;
    return true;
}

static int32_t naming_day(const PGresult *result, int row)
{
    return column_is_null(result, row, 2) ? 0 : column_date(result, row, 2);
}

struct text observed_subject(enum observed observed, const struct area_index *areas,
                             enum subject_kind subject, const struct observed_names *names,
                             int32_t day)
{
    return observed_queries[observed].resolve(areas, subject, names, day);
}

static bool add_groups(struct snapshot *snapshot, struct arena *arena, const PGresult *result,
                       const struct subjects *subjects, struct observations *out,
                       struct error *error)
{
    enum observed observed = out->observed;
    int rows = PQntuples(result);
    out->list = arena_array(arena, struct observed_group, (size_t)rows + 1);
    for (int row = 0; row < rows; row++) {
        const struct observed_names names = {
            .district = column_text(result, row, 0),
            .below = column_text(result, row, 1),
            .town = column_text(result, row, 6),
            .village = column_text(result, row, 7),
            .channel = column_smallint(result, row, 8),
        };
        struct text code = observed_subject(observed, snapshot->generation.areas, out->subject,
                                            &names, naming_day(result, row));
        const struct subject *subject = subjects_find(subjects, code);
        if (!subject)
            return error_set(error, ERROR_FATAL,
                             "%s of " TEXT_FORMAT " are in no rollup: run cityops-db "
                             "verify",
                             count_sources[observed_queries[observed].source].name,
                             TEXT_ARGUMENTS(code));
        struct observed_group *group = &out->list[out->count++];
        group->subject = (size_t)(subject - subjects->list);
        group->nature = column_smallint(result, row, 3);
        group->kind = column_smallint(result, row, 4);
        group->flags = (unsigned)column_smallint(result, row, 5);
        if (!add_observations(arena, result, row, out, group, error))
            return false;
    }
    return true;
}

bool snapshot_read_observations(struct snapshot *snapshot, struct arena *arena,
                                const struct period *period, const struct subjects *subjects,
                                struct observations *observations, struct error *error)
{
    const struct generation *generation = &snapshot->generation;
    enum observed observed = observations->observed;
    if (observed == OBSERVED_DELAY && snapshot->stored_hours) {
        traffic_hours_observe(snapshot->stored_hours, arena, subjects, observations);
        return true;
    }
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, observations->cohort);
    parameter_instant(&parameters, period_from_us(period, generation->zone));
    parameter_instant(&parameters, period_until_us(period, generation->zone));
    parameter_text(&parameters, text_from(zone_name(generation->zone)));
    if (observed_queries[observed].by_place) {
        parameter_boolean(&parameters, observations->subject != SUBJECT_DISTRICT);
        parameter_boolean(&parameters, observations->with_begins);
    }
    struct buffer required = BUFFER_INIT;
    if (observed == OBSERVED_COMPLETE) {
        array_begin(&required, TYPE_TEXT);
        for (int i = 0; ticket_required[i]; i++)
            if (observations->required >> i & 1)
                array_add_text(&required, text_from(ticket_required[i]));
        parameter_array(&parameters, TYPE_TEXT_ARRAY, &required);
    }
    if (observed_queries[observed].which)
        parameter_integer(&parameters, observed_queries[observed].which);
    if (observed_queries[observed].by_calendar)
        parameter_integer(&parameters, generation->reference_version);
    PGresult *result;
    bool read = check_cut_off(snapshot, observed_queries[observed].source, error) &&
                snapshot_check_states(snapshot, error) &&
                postgres_query(snapshot->postgres, observed_queries[observed].query, &parameters,
                               &result, error);
    buffer_free(&required);
    if (!read)
        return false;
    bool ok = add_groups(snapshot, arena, result, subjects, observations, error);
    PQclear(result);
    return ok;
}

static bool group_taken(const struct observed_group *group, enum count_source source,
                        const struct observation_filter *filter)
{
    return filter->member[group->subject] &&
           (!filter->kinds || (filter->kinds >> group->kind & 1)) &&
           caliber_takes(&filter->caliber, source, group->nature, group->flags);
}

bool snapshot_read_calendar(struct snapshot *snapshot, struct arena *arena,
                            struct working_time *out, struct error *error)
{
    const struct generation *generation = &snapshot->generation;
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, generation->reference_version);
    PGresult *result;
    if (!postgres_query(snapshot->postgres, &query_rank_calendar, &parameters, &result, error))
        return false;
    size_t count = (size_t)PQntuples(result);
    struct calendar_day *days = arena_array(arena, struct calendar_day, count + 1);
    for (int row = 0; row < (int)count; row++)
        days[row] =
            (struct calendar_day){column_date(result, row, 0), column_boolean(result, row, 1)};
    PQclear(result);
    working_time_make(arena, generation->zone, days, count, out);
    return count || error_set(error, ERROR_BAD_CONFIG,
                              "the profile counts working time, but reference version %d has no "
                              "calendar: cityops-db load calendar FILE, then rebuild --rollups",
                              generation->reference_version);
}

// As the filter's rule counts it.
static void count_time(const struct observed_group *group, const struct observation_filter *filter,
                       struct observation *list)
{
    for (size_t i = 0; filter->time && i < group->count; i++) {
        int64_t from_us = group->begins_us[i], until_us = from_us + list[i].numerator;
        if (filter->time->limit_us || filter->time->limit_days)
            list[i] = (struct observation){
                time_rule_holds(filter->time, filter->working, from_us, until_us), 1};
        else
            list[i].numerator = time_rule_count(filter->time, filter->working, from_us, until_us);
    }
}

size_t observations_sorted(struct arena *arena, const struct observations *observations,
                           const struct observation_filter *filter, struct observation **out)
{
    enum count_source source = observed_queries[observations->observed].source;
    size_t count = 0, filled = 0;
    for (size_t i = 0; i < observations->count; i++)
        if (group_taken(&observations->list[i], source, filter))
            count += observations->list[i].count;
    *out = arena_array(arena, struct observation, count + 1);
    for (size_t i = 0; i < observations->count; i++) {
        const struct observed_group *group = &observations->list[i];
        if (!group_taken(group, source, filter) || !group->count)
            continue;
        memcpy(*out + filled, group->list, group->count * sizeof **out);
        count_time(group, filter, *out + filled);
        filled += group->count;
    }
    qsort(*out, count, sizeof **out, observation_compare);
    return count;
}
