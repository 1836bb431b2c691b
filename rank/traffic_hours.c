// Hourly sums of road segments: read for a result that is published, and read again from one.
#include "rank/snapshot.h"

#include "core/traffic.h"
#include "sql/queries.h"

enum { HOUR_KEY_COLUMNS = 4 };

bool snapshot_read_traffic_hours(struct snapshot *snapshot, struct arena *arena,
                                 const struct period *period, uint64_t kinds,
                                 struct traffic_hours *out, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_date(&parameters, period->from_day);
    parameter_date(&parameters, period->until_day);
    parameter_integer(&parameters, snapshot->generation.reference_version);
    parameter_text(&parameters, text_from(zone_name(snapshot->generation.zone)));
    parameter_bigint(&parameters, (int64_t)kinds);
    PGresult *result;
    *out = (struct traffic_hours){0};
    if (!postgres_query(snapshot->postgres, &query_rank_traffic_hours, &parameters, &result, error))
        return false;
    out->count = (size_t)PQntuples(result);
    out->list = arena_array(arena, struct traffic_hour, out->count + 1);
    for (int row = 0; row < (int)out->count; row++) {
        int64_t *measures = arena_array(arena, int64_t, TRAFFIC_MEASURE_COUNT);
        for (int i = 0; i < TRAFFIC_MEASURE_COUNT; i++)
            measures[i] = column_bigint(result, row, HOUR_KEY_COLUMNS + i);
        out->list[row] = (struct traffic_hour){
            .district = arena_text(arena, column_text(result, row, 0)),
            .segment = arena_text(arena, column_text(result, row, 1)),
            .hour_us =
                column_is_null(result, row, 2) ? INSTANT_NONE : column_instant(result, row, 2),
            .kind = column_smallint(result, row, 3),
            .measures = measures,
        };
    }
    PQclear(result);
    return true;
}

static bool counts_anything(const struct traffic_hour *hour)
{
    for (int i = 0; i < TRAFFIC_MEASURE_COUNT; i++)
        if (hour->measures[i])
            return true;
    return false;
}

void traffic_hours_add_cells(const struct traffic_hours *hours, struct arena *arena,
                             struct subjects *subjects)
{
    for (size_t i = 0; i < hours->count; i++) {
        const struct traffic_hour *hour = &hours->list[i];
        if (counts_anything(hour))
            *subject_add_cell(arena, subjects_add(arena, subjects, hour->district)) =
                (struct count_cell){.source = COUNTED_TRAFFIC,
                                    .range = RANGE_PERIOD,
                                    .kind = hour->kind,
                                    .measures = hour->measures};
    }
}

void traffic_hours_observe(const struct traffic_hours *hours, struct arena *arena,
                           const struct subjects *subjects, struct observations *observations)
{
    observations->list = arena_array(arena, struct observed_group, hours->count + 1);
    observations->count = 0;
    for (size_t i = 0; i < hours->count; i++) {
        const struct traffic_hour *hour = &hours->list[i];
        int64_t free_flow_ms = hour->measures[TRAFFIC_COUNT_FREE_FLOW_MS];
        const struct subject *subject = subjects_find(subjects, hour->district);
        if (hour->hour_us == INSTANT_NONE || free_flow_ms <= 0 || !subject)
            continue;
        struct observed_group *group = &observations->list[observations->count++];
        *group = (struct observed_group){
            .subject = (size_t)(subject - subjects->list),
            .kind = hour->kind,
            .list = arena_array(arena, struct observation, 1),
            .count = 1,
        };
        group->list[0] =
            (struct observation){hour->measures[TRAFFIC_COUNT_TRAVEL_MS], free_flow_ms};
    }
}
