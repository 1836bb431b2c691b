// Counts by the hour, from the states and the hours of traffic; which days are comparable; and where nothing came at all.
#include "rank/questions/brief_internal.h"

#include "core/hotline.h"
#include "core/incident.h"
#include "core/inspection.h"
#include "sql/queries.h"

#include <stdlib.h>

enum {
    TRAFFIC,
    ORDERS,
    INCIDENTS,
    PROBLEMS,
    CARRIERS
}; // whose records show whether a source was silent

// So many records are expected of an hour or a day before none at all is a gap.
enum { RECORDS_BEFORE_A_GAP = 20 };

static const int carrier_of[CONDITION_COUNT] = {
    [CONDITION_FLOW] = TRAFFIC,     [CONDITION_SENTIMENT] = ORDERS,  [CONDITION_OPINION] = ORDERS,
    [CONDITION_POLICE] = INCIDENTS, [CONDITION_HAZARDS] = INCIDENTS, [CONDITION_EPIDEMIC] = ORDERS,
};

struct reading_brief {
    struct brief *brief;
    int64_t from_us, until_us;
    struct counted_day *carriers[CARRIERS]; // [days + 1]: every record; the last is the day itself
};

// Of a series the day that many days before the day; null: not looked at.
static struct counted_day *day_of(const struct brief *brief, struct brief_series *series,
                                  int32_t day)
{
    int64_t position = (int64_t)brief->days - (brief->day - day);
    if (position < 0 || position > (int64_t)brief->days)
        return NULL;
    return position == (int64_t)brief->days ? &series->day : &series->before[position];
}

static void add(struct reading_brief *reading, enum condition condition, int32_t day, int hour,
                int64_t count)
{
    struct brief_series *series = &reading->brief->series[condition];
    struct counted_day *of = day_of(reading->brief, series, day);
    if (!of)
        return;
    of->hours[hour] += count;
    series->has_any |= count > 0;
}

static void add_carried(struct reading_brief *reading, int carrier, int32_t day, int hour,
                        int64_t count)
{
    int64_t position = (int64_t)reading->brief->days - (reading->brief->day - day);
    if (position >= 0 && position <= (int64_t)reading->brief->days)
        reading->carriers[carrier][position].hours[hour] += count;
}

// Whether the row is of those that are asked about, as the rollups resolve its names.
static bool is_asked(const struct brief *brief, const PGresult *result, int row, int carrier,
                     int32_t day)
{
    enum { DISTRICT = 7, UNIT, TOWN, VILLAGE };
    const struct area_index *areas = brief->snapshot.generation.areas;
    struct text district = column_text(result, row, DISTRICT);
    const struct ticket order = {.district = district, .unit = column_text(result, row, UNIT)};
    const struct incident incident = {.district = district, .town = column_text(result, row, TOWN)};
    const struct problem problem = {.district = district,
                                    .town = column_text(result, row, TOWN),
                                    .village = column_text(result, row, VILLAGE)};
    return !brief->district.length ||
           text_equal(brief->district, carrier == ORDERS ? ticket_district(&order, areas, day)
                                       : carrier == INCIDENTS
                                           ? incident_district(&incident, areas, day)
                                           : problem_district(&problem, areas, day));
}

// Gaps are looked for in all records of the city: a district that had none for a day may just have been quiet.
static void add_counts(struct reading_brief *reading, const PGresult *result)
{
    for (int row = 0, rows = PQntuples(result); row < rows; row++) {
        int carrier = column_smallint(result, row, 0), hour = column_smallint(result, row, 2);
        int32_t day = column_date(result, row, 1);
        int64_t entities = column_bigint(result, row, 3), letters = column_bigint(result, row, 4),
                hazards = column_bigint(result, row, 5), epidemic = column_bigint(result, row, 6);
        add_carried(reading, carrier, day, hour, entities);
        if (!is_asked(reading->brief, result, row, carrier, day))
            continue;
        if (carrier == ORDERS) {
            add(reading, CONDITION_SENTIMENT, day, hour, entities - letters);
            add(reading, CONDITION_OPINION, day, hour, letters);
        }
        if (carrier == INCIDENTS)
            add(reading, CONDITION_POLICE, day, hour, entities - hazards);
        if (carrier != ORDERS)
            add(reading, CONDITION_HAZARDS, day, hour, hazards);
        if (carrier != PROBLEMS)
            add(reading, CONDITION_EPIDEMIC, day, hour, epidemic);
    }
}

static bool read_counts(struct reading_brief *reading, struct error *error)
{
    struct brief *brief = reading->brief;
    struct parameters parameters = PARAMETERS_INIT;
    struct buffer hazards = BUFFER_INIT, epidemics = BUFFER_INIT;
    PGresult *result;
    parameter_instant(&parameters, reading->from_us);
    parameter_instant(&parameters, reading->until_us);
    parameter_text(&parameters, text_from(zone_name(brief->snapshot.generation.zone)));
    array_begin(&hazards, TYPE_TEXT);
    array_begin(&epidemics, TYPE_TEXT);
    for (size_t i = 0; i < brief->hazard_count; i++)
        array_add_text(&hazards, brief->hazards[i]);
    for (size_t i = 0; i < brief->epidemic_count; i++)
        array_add_text(&epidemics, brief->epidemics[i]);
    parameter_array(&parameters, TYPE_TEXT_ARRAY, &hazards);
    parameter_array(&parameters, TYPE_TEXT_ARRAY, &epidemics);
    parameter_boolean(&parameters, brief->district.length > 0);
    bool done = postgres_query(brief->snapshot.postgres, &query_rank_brief_counts, &parameters,
                               &result, error);
    if (done) {
        add_counts(reading, result);
        PQclear(result);
    }
    buffer_free(&hazards);
    buffer_free(&epidemics);
    return done;
}

static bool read_traffic(struct reading_brief *reading, struct error *error)
{
    struct brief *brief = reading->brief;
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    brief->series[CONDITION_FLOW].is_refused = brief->snapshot.is_as_of;
    if (brief->snapshot.is_as_of)
        return true;
    parameter_instant(&parameters, reading->from_us);
    parameter_instant(&parameters, reading->until_us);
    parameter_text(&parameters, text_from(zone_name(brief->snapshot.generation.zone)));
    parameter_text(&parameters, brief->district);
    if (!postgres_query(brief->snapshot.postgres, &query_rank_brief_traffic, &parameters, &result,
                        error))
        return false;
    for (int row = 0, rows = PQntuples(result); row < rows; row++) {
        int32_t day = column_date(result, row, 0);
        int hour = column_smallint(result, row, 1);
        add(reading, CONDITION_FLOW, day, hour, column_bigint(result, row, 2));
        add_carried(reading, TRAFFIC, day, hour, column_bigint(result, row, 3));
    }
    PQclear(result);
    return true;
}

// ---- which days are comparable ----

enum { WEEKDAYS = 7, KIND_OFF, KIND_WORKING };

static int weekday(int32_t day)
{
    return ((day + 3) % WEEKDAYS + WEEKDAYS) % WEEKDAYS; // 1970-01-01 was a Thursday; 0: Monday
}

// Weekdays, but days off in the week and working weekends; those are like no weekday.
static bool mark_days(struct brief *brief, struct error *error)
{
    const int friday = 4;
    struct working_time working;
    struct error none = ERROR_INIT;
    bool has_calendar = snapshot_read_calendar(&brief->snapshot, &brief->arena, &working, &none);
    if (!has_calendar && none.class != ERROR_BAD_CONFIG) {
        *error = none;
        return false;
    }
    for (size_t i = 0; i <= brief->days; i++) {
        int32_t day = brief->day - (int32_t)(brief->days - i);
        bool plain = weekday(day) <= friday;
        bool works = has_calendar ? working_time_is_working(&working, day) : plain;
        bool is_exception = works != plain;
        if (i == brief->days)
            brief->is_exception = is_exception;
        for (int c = 0; c < CONDITION_COUNT; c++)
            day_of(brief, &brief->series[c], day)->kind =
                is_exception ? (works ? KIND_WORKING : KIND_OFF) : weekday(day);
    }
    if (!brief->is_exception)
        return true;
    // a day like no weekday is compared with all days off, or with all working days
    int32_t today = brief->day;
    bool works = working_time_is_working(&working, today);
    for (size_t i = 0; i <= brief->days; i++) {
        int32_t day = today - (int32_t)(brief->days - i);
        for (int c = 0; c < CONDITION_COUNT; c++)
            if (working_time_is_working(&working, day) == works)
                day_of(brief, &brief->series[c], day)->kind = works ? KIND_WORKING : KIND_OFF;
    }
    return true;
}

// ---- gaps ----

static int64_t total(const struct counted_day *day)
{
    int64_t sum = 0;
    for (int hour = 0; hour < HOURS_COUNTED; hour++)
        sum += day->hours[hour];
    return sum;
}

static int compare_counts(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

// Sensors send at fixed times, so a day or an hour with fewer readings than are usual lacks sensors: its vehicles are too few.
static bool lacks_sensors(int64_t readings, int64_t usual)
{
    enum { LEAST_PERCENT = 98 };
    return readings * 100 < usual * LEAST_PERCENT;
}

// `hour` -1: of the whole day.
static int64_t usual_readings(const struct brief *brief, const struct counted_day *carried,
                              int hour)
{
    struct arena arena = ARENA_INIT;
    int64_t *list = arena_array(&arena, int64_t, brief->days + 1);
    size_t count = 0;
    for (size_t i = 0; i < brief->days; i++)
        if (total(&carried[i]))
            list[count++] = hour < 0 ? total(&carried[i]) : carried[i].hours[hour];
    qsort(list, count, sizeof *list, compare_counts);
    int64_t usual = count ? list[count / 2] : 0;
    arena_free(&arena);
    return usual;
}

static void mark_missing_sensors(const struct brief *brief, const struct counted_day *carried,
                                 struct brief_series *series)
{
    int64_t usual = usual_readings(brief, carried, -1);
    for (size_t i = 0; i < brief->days; i++)
        if (series->before[i].is_known && lacks_sensors(total(&carried[i]), usual)) {
            series->before[i].is_known = false;
            series->gap_days++;
        }
    for (int hour = 0; hour < HOURS_COUNTED; hour++)
        series->day.hour_is_gap[hour] |=
            lacks_sensors(carried[brief->days].hours[hour], usual_readings(brief, carried, hour));
}

// Days without any record, and on the day itself hours that have always had many.
static void mark_gaps(struct reading_brief *reading, struct brief_series *series, int carrier)
{
    const struct brief *brief = reading->brief;
    const struct counted_day *carried = reading->carriers[carrier];
    int64_t hours[HOURS_COUNTED] = {0}, all = 0, days = 0;
    size_t first = 0; // before the first record there was no source
    while (first < brief->days && !total(&carried[first]))
        first++;
    for (size_t i = 0; i < brief->days; i++) {
        int64_t records = total(&carried[i]);
        all += records;
        days += records > 0;
        for (int hour = 0; hour < HOURS_COUNTED; hour++)
            hours[hour] += carried[i].hours[hour];
    }
    bool is_gap = days && all / days >= RECORDS_BEFORE_A_GAP;
    for (size_t i = 0; i <= brief->days; i++) {
        struct counted_day *day = i < brief->days ? &series->before[i] : &series->day;
        day->is_known = i >= first && (total(&carried[i]) > 0 || !is_gap);
        series->gap_days += i < brief->days && !day->is_known;
    }
    for (int hour = 0; days && hour < HOURS_COUNTED; hour++)
        series->day.hour_is_gap[hour] =
            hours[hour] / days >= RECORDS_BEFORE_A_GAP && carried[brief->days].hours[hour] == 0;
}

bool brief_read(struct brief *brief, struct error *error)
{
    const struct zone *zone = brief->snapshot.generation.zone;
    struct reading_brief reading = {
        .brief = brief,
        .from_us = zone_day_start_us(zone, brief->day - (int32_t)brief->days),
        .until_us = zone_day_start_us(zone, brief->day + 1),
    };
    for (int i = 0; i < CARRIERS; i++)
        reading.carriers[i] = arena_array(&brief->arena, struct counted_day, brief->days + 1);
    for (int i = 0; i < CONDITION_COUNT; i++)
        brief->series[i].before = arena_array(&brief->arena, struct counted_day, brief->days + 1);
    if (!mark_days(brief, error) || !read_counts(&reading, error) || !read_traffic(&reading, error))
        return false;
    for (int i = 0; i < CONDITION_COUNT; i++) {
        struct brief_series *series = &brief->series[i];
        mark_gaps(&reading, series, carrier_of[i]);
        if (carrier_of[i] == TRAFFIC)
            mark_missing_sensors(brief, reading.carriers[TRAFFIC], series);
        if (series->has_any)
            unusual_judge(series->before, brief->days, &series->day, brief->rate, CONDITION_COUNT,
                          &series->judged);
    }
    return true;
}
