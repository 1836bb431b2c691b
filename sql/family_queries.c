// The table of families, and reading the rows that its queries give.
#include "sql/family_queries.h"

#include "core/activity.h"
#include "core/hotline.h"
#include "core/incident.h"
#include "core/inspection.h"
#include "core/traffic.h"
#include "sql/queries.h"

static const struct rollup_queries hotline_rollups[] = {
    {&rollup_ticket_day, &query_db_ticket_day_out, &query_db_ticket_day_delete,
     &query_db_ticket_day_in, &query_aggregate_stage_ticket_day, &query_aggregate_copy_ticket_day,
     &query_aggregate_add_ticket_day},
    {&rollup_ticket_month, &query_db_ticket_month_out, &query_db_ticket_month_delete,
     &query_db_ticket_month_in, &query_aggregate_stage_ticket_month,
     &query_aggregate_copy_ticket_month, &query_aggregate_add_ticket_month},
    {&rollup_dispatch_day, &query_db_dispatch_day_out, &query_db_dispatch_day_delete,
     &query_db_dispatch_day_in, &query_aggregate_stage_dispatch_day,
     &query_aggregate_copy_dispatch_day, &query_aggregate_add_dispatch_day},
    {&rollup_ticket_subset_day, &query_db_ticket_subset_day_out, &query_db_ticket_subset_day_delete,
     &query_db_ticket_subset_day_in, &query_aggregate_stage_ticket_subset_day,
     &query_aggregate_copy_ticket_subset_day, &query_aggregate_add_ticket_subset_day},
};

static const struct rollup_queries incident_rollups[] = {
    {&rollup_incident_day, &query_db_incident_day_out, &query_db_incident_day_delete,
     &query_db_incident_day_in, &query_aggregate_stage_incident_day,
     &query_aggregate_copy_incident_day, &query_aggregate_add_incident_day},
};

static const struct rollup_queries inspection_rollups[] = {
    {&rollup_problem_day, &query_db_problem_day_out, &query_db_problem_day_delete,
     &query_db_problem_day_in, &query_aggregate_stage_problem_day,
     &query_aggregate_copy_problem_day, &query_aggregate_add_problem_day},
    {&rollup_problem_month, &query_db_problem_month_out, &query_db_problem_month_delete,
     &query_db_problem_month_in, &query_aggregate_stage_problem_month,
     &query_aggregate_copy_problem_month, &query_aggregate_add_problem_month},
    {&rollup_recheck_day, &query_db_recheck_day_out, &query_db_recheck_day_delete,
     &query_db_recheck_day_in, &query_aggregate_stage_recheck_day,
     &query_aggregate_copy_recheck_day, &query_aggregate_add_recheck_day},
};

static const struct rollup_queries activity_rollups[] = {
    {&rollup_activity_day, &query_db_activity_day_out, &query_db_activity_day_delete,
     &query_db_activity_day_in, &query_aggregate_stage_activity_day,
     &query_aggregate_copy_activity_day, &query_aggregate_add_activity_day},
};

static const struct rollup_queries traffic_rollups[] = {
    {&rollup_traffic_hour, &query_db_traffic_hour_out, &query_db_traffic_hour_delete,
     &query_db_traffic_hour_in, &query_aggregate_stage_traffic_hour,
     &query_aggregate_copy_traffic_hour, &query_aggregate_add_traffic_hour},
};

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

const struct family_queries family_queries[] = {
    {&family_hotline, &query_db_ticket_out, &query_db_ticket_sorted_out, &query_db_ticket_count,
     hotline_rollups, LENGTH_OF(hotline_rollups), &query_aggregate_stage_ticket,
     &query_aggregate_copy_ticket, &query_aggregate_merge_ticket,
     &query_aggregate_read_ticket_for_update, &query_db_ticket_drop},
    {&family_incident, &query_db_incident_out, &query_db_incident_sorted_out,
     &query_db_incident_count, incident_rollups, LENGTH_OF(incident_rollups),
     &query_aggregate_stage_incident, &query_aggregate_copy_incident,
     &query_aggregate_merge_incident, &query_aggregate_read_incident_for_update,
     &query_db_incident_drop},
    {&family_traffic, &query_db_traffic_window_out, &query_db_traffic_window_sorted_out,
     &query_db_traffic_window_count, traffic_rollups, LENGTH_OF(traffic_rollups),
     &query_aggregate_stage_traffic_window, &query_aggregate_copy_traffic_window,
     &query_aggregate_merge_traffic_window, NULL, NULL},
    {&family_inspection, &query_db_problem_out, &query_db_problem_sorted_out,
     &query_db_problem_count, inspection_rollups, LENGTH_OF(inspection_rollups),
     &query_aggregate_stage_problem, &query_aggregate_copy_problem, &query_aggregate_merge_problem,
     &query_aggregate_read_problem_for_update, &query_db_problem_drop},
    {&family_activity, &query_db_activity_out, &query_db_activity_sorted_out,
     &query_db_activity_count, activity_rollups, LENGTH_OF(activity_rollups),
     &query_aggregate_stage_activity, &query_aggregate_copy_activity,
     &query_aggregate_merge_activity, &query_aggregate_read_activity_for_update,
     &query_db_activity_drop},
    {0},
};

struct value field_value(enum column_type type, struct text field, bool is_null)
{
    struct value value = {.type = VALUE_INTEGER};
    if (is_null) {
        value.type = VALUE_EMPTY;
        return value;
    }
    switch (type) {
    case COLUMN_DATE:
        value.integer = field_date(field);
        break;
    case COLUMN_SMALLINT:
        value.integer = field_smallint(field);
        break;
    case COLUMN_INTEGER:
        value.integer = field_integer(field);
        break;
    case COLUMN_BIGINT:
        value.integer = field_bigint(field);
        break;
    case COLUMN_TIMESTAMP:
        value.integer = field_instant(field);
        break;
    case COLUMN_BOOLEAN:
        value.integer = field.length == 1 && field.bytes[0] != 0;
        break;
    case COLUMN_TEXT:
        value.type = VALUE_TEXT;
        value.text = field;
        break;
    }
    return value;
}

struct entity_key stored_key_read(const struct family_definition *family, const struct text *fields)
{
    struct entity_key key = {.authority = fields[0], .entity = fields[1]};
    if (family->has_windows)
        key.window_us = field_instant(fields[3]); // window_start, the first of its columns
    return key;
}

void stored_key_print(struct buffer *out, const struct family_definition *family,
                      const struct text *fields)
{
    struct entity_key key = stored_key_read(family, fields);
    buffer_printf(out, "%s (" TEXT_FORMAT ", " TEXT_FORMAT, family->state_table,
                  TEXT_ARGUMENTS(key.authority), TEXT_ARGUMENTS(key.entity));
    if (family->has_windows) {
        char start[32];
        civil_print_instant(key.window_us, start);
        buffer_printf(out, ", %s", start);
    }
    buffer_printf(out, ")");
}

bool stored_cell_read(const struct rollup *rollup, const struct text *fields, const bool *nulls,
                      int field_count, struct value *dimensions, int64_t *measures,
                      struct error *error)
{
    int dimension_count = rollup->dimension_count;
    if (field_count != dimension_count + rollup->measure_count)
        return error_set(error, ERROR_FATAL, "%s: %d columns where the rollup has %d", rollup->name,
                         field_count, dimension_count + rollup->measure_count);
    for (int i = 0; i < field_count; i++) {
        if (nulls[i])
            return error_set(error, ERROR_FATAL, "%s: column %d is null", rollup->name, i + 1);
        if (i < dimension_count)
            dimensions[i] = field_value(rollup->dimensions[i].type, fields[i], false);
        else
            measures[i - dimension_count] = field_bigint(fields[i]);
    }
    return true;
}

bool stored_state_check(const struct family_definition *family, int field_count,
                        struct error *error)
{
    return field_count == 3 + (int)family->column_count ||
           error_set(error, ERROR_FATAL, "%s: %d columns where the family has %zu",
                     family->state_table, field_count, 3 + family->column_count);
}

void value_print(struct buffer *out, enum column_type type, const struct value *value)
{
    char instant[32];
    int year, month, day;
    if (value->type == VALUE_EMPTY)
        return;
    switch (type) {
    case COLUMN_TEXT:
        buffer_append_text(out, value->text);
        break;
    case COLUMN_DATE:
        civil_from_day((int32_t)value->integer, &year, &month, &day);
        buffer_printf(out, "%04d-%02d-%02d", year, month, day);
        break;
    case COLUMN_TIMESTAMP:
        civil_print_instant(value->integer, instant);
        buffer_printf(out, "%s", instant);
        break;
    case COLUMN_BOOLEAN:
        buffer_printf(out, "%s", value->integer ? "true" : "false");
        break;
    case COLUMN_SMALLINT:
    case COLUMN_INTEGER:
    case COLUMN_BIGINT:
        buffer_printf(out, "%lld", (long long)value->integer);
        break;
    }
}

void grain_print(struct buffer *out, const struct rollup *rollup, int64_t cells, int64_t first,
                 int64_t states)
{
    buffer_printf(out, "%-18s %9lld cells", rollup->name, (long long)cells);
    if (cells)
        buffer_printf(out, ", %.1f %s a cell", (double)first / (double)cells,
                      rollup->measures[0].name);
    if (states)
        buffer_printf(out, ", %.2f cells a state", (double)cells / (double)states);
    buffer_printf(out, "\n");
}
