// Sensors as their file writes them. An empty length or speed is not known; a zero is a mistake: a
// segment without length, or without a speed to compare with, would silently have no travel time.
#include "sql/sensor_rows.h"

#include "core/decimal.h"

enum { AUTHORITY, CODE, NAME, DISTRICT, SEGMENT, LENGTH, FREE_FLOW, WINDOW, SENSOR_COLUMNS };

static const struct csv_column sensor_columns[SENSOR_COLUMNS] = {
    [AUTHORITY] = {"authority", true, true},
    [CODE] = {"code", true, true},
    [NAME] = {.name = "name"},
    [DISTRICT] = {.name = "district"},
    [SEGMENT] = {.name = "road_segment"},
    [LENGTH] = {.name = "length_m"},
    [FREE_FLOW] = {.name = "free_flow_km_h"},
    [WINDOW] = {"window_s", true, true},
};

// Of a quantity that has to be above zero where it is stated; 0 where it is not.
static bool read_positive(struct text cell, const char *what, struct measure_unit unit,
                          int32_t *out, struct error *error)
{
    int64_t value;
    *out = 0;
    if (cell.length == 0)
        return true;
    if (!decimal_read(cell, unit, &value) || value < 1 || value > INT32_MAX)
        return error_set(error, ERROR_BAD_CONFIG, "%s \"" TEXT_FORMAT "\" is no number above 0",
                         what, TEXT_ARGUMENTS(cell));
    *out = (int32_t)value;
    return true;
}

static bool read_whole(struct text cell, const char *what, int32_t *out, struct error *error)
{
    if (cell.length == 0 || !memchr(cell.bytes, '.', cell.length))
        return read_positive(cell, what, UNIT_ITSELF, out, error);
    return error_set(error, ERROR_BAD_CONFIG, "%s \"" TEXT_FORMAT "\" is no whole number", what,
                     TEXT_ARGUMENTS(cell));
}

static bool read_sensor(const struct area_index *areas, const struct csv_row *row,
                        struct sensor *sensor, struct error *error)
{
    *sensor = (struct sensor){.authority = text_trim(row->cells[AUTHORITY]),
                              .code = text_trim(row->cells[CODE]),
                              .name = text_trim(row->cells[NAME]),
                              .district = text_trim(row->cells[DISTRICT]),
                              .segment = text_trim(row->cells[SEGMENT])};
    if (!read_whole(text_trim(row->cells[LENGTH]), "length_m", &sensor->length_m, error) ||
        !read_positive(text_trim(row->cells[FREE_FLOW]), "free_flow_km_h", UNIT_KM_H,
                       &sensor->free_flow_mm_per_s, error) ||
        !read_whole(text_trim(row->cells[WINDOW]), "window_s", &sensor->window_s, error) ||
        !sensor_check(sensor, error))
        return false;
    if (sensor->district.length == 0 || area_name_is_known(areas, AREA_DISTRICT, sensor->district))
        return true;
    return error_set(error, ERROR_BAD_CONFIG,
                     "district \"" TEXT_FORMAT "\" is no district of the areas that are loaded; "
                     "load them first, or leave it empty",
                     TEXT_ARGUMENTS(sensor->district));
}

// core/sensor.h says which two have one key.
static bool refuse_twins(const struct sensor_rows *rows, const struct csv_table *table,
                         struct error *error)
{
    size_t twins[2];
    struct sensor_index *index = sensor_index_new(rows->sensors, rows->count, twins, error);
    if (!index)
        return error_prefix(error, "%s:%d and %s:%d", table->path, table->rows[twins[0]].line,
                            table->path, table->rows[twins[1]].line);
    sensor_index_free(index);
    return true;
}

bool sensor_rows_read(struct arena *arena, const struct area_index *areas, struct sensor_rows *rows,
                      struct csv_table *table, struct error *error)
{
    if (!csv_table_read(arena, table->path, sensor_columns, SENSOR_COLUMNS, table, error))
        return false;
    if (table->row_count == 0)
        return error_set(error, ERROR_BAD_CONFIG,
                         "%s: no sensors: every reading would become unassigned", table->path);
    rows->count = table->row_count;
    rows->sensors = arena_array(arena, struct sensor, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        if (!read_sensor(areas, &table->rows[i], &rows->sensors[i], error))
            return error_prefix(error, "%s:%d", table->path, table->rows[i].line);
    }
    return refuse_twins(rows, table, error);
}
