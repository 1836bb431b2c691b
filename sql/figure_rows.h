// Published figures as their file writes them: what others printed of an indicator in a period, with source and date.
//
// Rows are checked one by one, then against each other and against what is loaded: one subject, indicator, period and day of
// publication has one value. A corrected figure carries the day on which it was corrected; a mistake of ours names, in `corrects`, the
// value that was loaded. Everything lives in the arena.
#pragma once

#include "core/area.h"
#include "core/value_set.h"
#include "sql/csv_table.h"

struct figure_row {
    const char *path; // of messages: the file, or the reference version that holds it
    int32_t line;
    struct text subject, indicator, value, source,
        corrects;                     // value: as printed; empty where only counts are
    int32_t first_month, month_count; // months since 1970-01
    int32_t published_on_day;
    enum indicator_unit unit;
    struct published_figure figure;
};

struct figure_rows {
    struct figure_row *list;
    size_t count;
    const char *
        remarks; // lines for whoever loads: rates of one indicator and period that have different digits; ""
};

extern const char *const figure_rounding_names[]; // by enum printed_rounding

// Reads table->path. ERROR_BAD_CONFIG with path:line.
bool figure_rows_read(struct arena *arena, const struct area_index *areas, struct figure_rows *rows,
                      struct csv_table *table, struct error *error);
// That no row says of one day what another row, or one of `loaded`, says otherwise. ERROR_BAD_CONFIG names both places.
bool figure_rows_check(const struct figure_rows *rows, const struct figure_row *loaded,
                       size_t loaded_count, struct error *error);
