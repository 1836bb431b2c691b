// Reading rollups, states and ledger for a ranking. Sums are grouped by what a caliber distinguishes; which of them count
// is the core's business.
#include "rank/snapshot.h"

#include "sql/queries.h"

#include <stdlib.h>

bool snapshot_open(const struct config *config, struct snapshot *out, struct error *error)
{
    *out = (struct snapshot){0};
    out->postgres = postgres_open(config, "cityops-rank", error);
    return out->postgres &&
           postgres_execute(out->postgres, &query_begin_snapshot, NULL, NULL, error) &&
           postgres_execute(out->postgres, &query_rank_settings, NULL, NULL, error) &&
           generation_load(out->postgres, &out->generation, error);
}

void snapshot_close(struct snapshot *snapshot)
{
    generation_free(&snapshot->generation);
    postgres_close(snapshot->postgres);
    snapshot->postgres = NULL;
}

// ---- subjects ----

static int compare_code(const void *key, const void *subject)
{
    return text_compare(*(const struct text *)key, ((const struct subject *)subject)->code);
}

static struct subject *find_subject(const struct subjects *subjects, struct text code)
{
    return subjects->count ? bsearch(&code, subjects->list, subjects->count, sizeof *subjects->list,
                                     compare_code)
                           : NULL;
}

// The subject of a code, added in its place when it is new.
static struct subject *add_subject(struct arena *arena, struct subjects *subjects, struct text code)
{
    struct subject *found = find_subject(subjects, code);
    if (found)
        return found;
    if (subjects->count == subjects->capacity) {
        subjects->capacity = subjects->capacity ? subjects->capacity * 2 : 32;
        struct subject *list = arena_array(arena, struct subject, subjects->capacity);
        if (subjects->count)
            memcpy(list, subjects->list, subjects->count * sizeof *list);
        subjects->list = list;
    }
    size_t place = subjects->count++;
    for (; place && text_compare(code, subjects->list[place - 1].code) < 0; place--)
        subjects->list[place] = subjects->list[place - 1];
    subjects->list[place] = (struct subject){.code = arena_text(arena, code)};
    return &subjects->list[place];
}

static struct count_cell *add_cell(struct arena *arena, struct subject *subject)
{
    if (subject->counts.cell_count == subject->cell_capacity) {
        subject->cell_capacity = subject->cell_capacity ? subject->cell_capacity * 2 : 16;
        struct count_cell *cells = arena_array(arena, struct count_cell, subject->cell_capacity);
        if (subject->counts.cell_count)
            memcpy(cells, subject->cells, subject->counts.cell_count * sizeof *cells);
        subject->counts.cells = subject->cells = cells;
    }
    return &subject->cells[subject->counts.cell_count++];
}

// A query whose columns are district, [cohort,] nature, flags, and then measures.
struct cell_query {
    const struct query *query;
    enum count_source source;
    enum count_range range;
    bool has_cohort;
    int measure_count;
};

static bool read_cells(struct snapshot *snapshot, struct arena *arena,
                       const struct cell_query *shape, const struct parameters *parameters,
                       struct subjects *subjects, struct error *error)
{
    PGresult *result;
    if (!postgres_query(snapshot->postgres, shape->query, parameters, &result, error))
        return false;
    int key_columns = shape->has_cohort ? 4 : 3;
    int capacity = shape->source == COUNTED_TICKETS ? TICKET_MEASURE_COUNT : DISPATCH_MEASURE_COUNT;
    for (int row = 0, rows = PQntuples(result); row < rows; row++) {
        struct subject *subject = add_subject(arena, subjects, column_text(result, row, 0));
        struct count_cell *cell = add_cell(arena, subject);
        int64_t *measures = arena_array(arena, int64_t, (size_t)capacity);
        for (int i = 0; i < shape->measure_count; i++)
            measures[i] = column_bigint(result, row, key_columns + i);
        *cell = (struct count_cell){
            .source = (uint8_t)shape->source,
            .range = (uint8_t)shape->range,
            .cohort = shape->has_cohort ? column_smallint(result, row, 1) : 0,
            .nature = column_smallint(result, row, key_columns - 2),
            .flags = column_smallint(result, row, key_columns - 1),
            .measures = measures,
        };
    }
    PQclear(result);
    return true;
}

bool snapshot_read_districts(struct snapshot *snapshot, struct arena *arena,
                             const struct period *period, struct subjects *out, struct error *error)
{
    static const struct cell_query tickets = {&query_rank_ticket_sums, COUNTED_TICKETS,
                                              RANGE_PERIOD, true, TICKET_MEASURE_COUNT};
    static const struct cell_query dispatches = {&query_rank_dispatch_sums, COUNTED_DISPATCHES,
                                                 RANGE_PERIOD, false, DISPATCH_MEASURE_COUNT};
    static const struct cell_query before_from = {&query_rank_ticket_before, COUNTED_TICKETS,
                                                  RANGE_BEFORE_FROM, true, 1};
    static const struct cell_query before_until = {&query_rank_ticket_before, COUNTED_TICKETS,
                                                   RANGE_BEFORE_UNTIL, true, 1};
    *out = (struct subjects){0};
    const struct area_index *areas = snapshot->generation.areas;
    for (size_t i = 0; i < area_count(areas); i++) {
        const struct area *area = area_at(areas, i);
        if (area->kind == AREA_DISTRICT && area->valid_from_day < period->until_day &&
            area->valid_until_day > period->from_day)
            add_subject(arena, out, area->code);
    }
    struct parameters range = PARAMETERS_INIT, from = PARAMETERS_INIT, until = PARAMETERS_INIT;
    parameter_date(&range, period->from_day);
    parameter_date(&range, period->until_day);
    parameter_date(&from, period->from_day);
    parameter_date(&until, period->until_day);
    if (!read_cells(snapshot, arena, &tickets, &range, out, error) ||
        !read_cells(snapshot, arena, &dispatches, &range, out, error) ||
        !read_cells(snapshot, arena, &before_from, &from, out, error) ||
        !read_cells(snapshot, arena, &before_until, &until, out, error))
        return false;
    for (size_t i = 0; i < out->count; i++) {
        struct subject *subject = &out->list[i];
        subject->area = area_by_code(areas, subject->code, period->until_day - 1);
        if (!subject->area) // dissolved inside the period
            subject->area = area_by_code(areas, subject->code, period->from_day);
    }
    return true;
}

// ---- durations ----

static bool add_durations(struct arena *arena, struct text array, struct duration_group *group,
                          struct error *error)
{
    // the binary form of a bigint[]: dimensions, flags, element type, length, lower bound, then length and value of each
    enum { HEADER = 20, ELEMENT = 12 };
    size_t bytes = array.length;
    if (bytes < HEADER || (bytes - HEADER) % ELEMENT != 0)
        return error_set(error, ERROR_FATAL, "query rank_durations: not an array of bigint");
    group->count = (bytes - HEADER) / ELEMENT;
    group->durations_us = arena_array(arena, int64_t, group->count);
    for (size_t i = 0; i < group->count; i++)
        group->durations_us[i] =
            field_bigint((struct text){array.bytes + HEADER + i * ELEMENT + 4, 8});
    return true;
}

bool snapshot_read_durations(struct snapshot *snapshot, struct arena *arena,
                             const struct period *period, uint8_t cohort,
                             const struct subjects *subjects, struct duration_groups *out,
                             struct error *error)
{
    const struct generation *generation = &snapshot->generation;
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, cohort);
    parameter_instant(&parameters, period_from_us(period, generation->zone));
    parameter_instant(&parameters, period_until_us(period, generation->zone));
    parameter_text(&parameters, text_from(zone_name(generation->zone)));
    PGresult *result;
    if (!postgres_query(snapshot->postgres, &query_rank_durations, &parameters, &result, error))
        return false;
    int rows = PQntuples(result);
    bool ok = true;
    *out = (struct duration_groups){arena_array(arena, struct duration_group, (size_t)rows + 1), 0,
                                    (size_t)rows + 1};
    for (int row = 0; row < rows && ok; row++) {
        struct ticket ticket = {.district = column_text(result, row, 0),
                                .unit = column_text(result, row, 1)};
        struct text code = ticket_district(&ticket, generation->areas, column_date(result, row, 2));
        const struct subject *subject = find_subject(subjects, code);
        if (!subject) {
            ok = error_set(error, ERROR_FATAL,
                           "tickets of district " TEXT_FORMAT " are in no rollup: run cityops-db "
                           "verify",
                           TEXT_ARGUMENTS(code));
            break;
        }
        struct duration_group *group = &out->list[out->count++];
        group->subject = (size_t)(subject - subjects->list);
        group->nature = column_smallint(result, row, 3);
        group->flags = (unsigned)column_smallint(result, row, 4);
        ok = add_durations(arena, column_text(result, row, 5), group, error);
    }
    PQclear(result);
    return ok;
}

static int compare_durations(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

size_t durations_sorted(struct arena *arena, const struct duration_groups *groups,
                        const bool *member, const struct caliber *caliber, int64_t **out)
{
    size_t count = 0;
    for (size_t i = 0; i < groups->count; i++) {
        const struct duration_group *group = &groups->list[i];
        if (member[group->subject] && caliber_takes(caliber, group->nature, group->flags))
            count += group->count;
    }
    *out = arena_array(arena, int64_t, count + 1);
    size_t filled = 0;
    for (size_t i = 0; i < groups->count; i++) {
        const struct duration_group *group = &groups->list[i];
        if (!member[group->subject] || !caliber_takes(caliber, group->nature, group->flags))
            continue;
        memcpy(*out + filled, group->durations_us, group->count * sizeof **out);
        filled += group->count;
    }
    qsort(*out, count, sizeof **out, compare_durations);
    return count;
}
