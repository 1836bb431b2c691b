// Nothing is entered without a reason and something that can be looked up: empty cells are refused.
#include "sql/adjustment_rows.h"

#include "core/decimal.h"
#include "core/zone.h"

enum { SUBJECT, ITEM, PERIOD, POINTS, REASON, EVIDENCE, DATE, ADJUSTMENT_COLUMNS };
enum { POINT_DIGITS = 6 }; // of POINTS_UNIT

static const struct csv_column adjustment_columns[ADJUSTMENT_COLUMNS] = {
    [SUBJECT] = {"subject", true, true}, [ITEM] = {"item", true, true},
    [PERIOD] = {"period", true, true},   [POINTS] = {"points", true, true},
    [REASON] = {"reason", true, true},   [EVIDENCE] = {"evidence", true, true},
    [DATE] = {"date", true, true},
};

// Points are exact: a seventh digit could not be kept.
static bool read_points(struct text cell, int64_t *out, struct error *error)
{
    const char *point = memchr(cell.bytes, '.', cell.length);
    bool too_fine = point && cell.bytes + cell.length - point - 1 > POINT_DIGITS;
    if (!too_fine && decimal_read(cell, (struct measure_unit){POINTS_UNIT, 1}, out))
        return true;
    return error_set(error, ERROR_BAD_CONFIG,
                     "points \"" TEXT_FORMAT "\" is no number like -2 or 1.5",
                     TEXT_ARGUMENTS(cell));
}

static bool read_adjustment(const struct area_index *areas, const struct csv_row *row,
                            struct adjustment *out, struct error *error)
{
    *out = (struct adjustment){.line = row->line,
                               .subject = text_trim(row->cells[SUBJECT]),
                               .item = text_trim(row->cells[ITEM]),
                               .reason = text_trim(row->cells[REASON]),
                               .evidence = text_trim(row->cells[EVIDENCE])};
    struct text period = text_trim(row->cells[PERIOD]), date = text_trim(row->cells[DATE]);
    if (!area_has_code(areas, out->subject))
        return error_set(error, ERROR_BAD_CONFIG,
                         "subject \"" TEXT_FORMAT "\" is the code of no area that is loaded",
                         TEXT_ARGUMENTS(out->subject));
    if (!civil_parse_months(period, &out->first_month, &out->month_count))
        return error_set(error, ERROR_BAD_CONFIG,
                         "period \"" TEXT_FORMAT "\" is no period like 2022-08, 2022-Q3 or 2022",
                         TEXT_ARGUMENTS(period));
    if (!civil_parse_day(date, &out->decided_on_day))
        return error_set(error, ERROR_BAD_CONFIG,
                         "date \"" TEXT_FORMAT "\" is no day like 2015-03-01",
                         TEXT_ARGUMENTS(date));
    return read_points(text_trim(row->cells[POINTS]), &out->points_millionths, error);
}

bool adjustment_rows_read(struct arena *arena, const struct area_index *areas,
                          struct adjustment_rows *rows, struct csv_table *table,
                          struct error *error)
{
    if (!csv_table_read(arena, table->path, adjustment_columns, ADJUSTMENT_COLUMNS, table, error))
        return false;
    rows->count = table->row_count;
    rows->list = arena_array(arena, struct adjustment, rows->count + 1);
    for (size_t i = 0; i < rows->count; i++)
        if (!read_adjustment(areas, &table->rows[i], &rows->list[i], error))
            return error_prefix(error, "%s:%d", table->path, table->rows[i].line);
    return true;
}
