// Adjustments as their file writes them: points that people enter for a subject and a period, with reason, evidence and date.
//
// Rows are checked one by one; a subject has to be the code of an area that is loaded. Everything lives in the arena.
#pragma once

#include "core/area.h"
#include "sql/csv_table.h"

#define POINTS_UNIT INT64_C(1000000) // points are kept in millionths

struct adjustment {
    int32_t line;
    struct text subject, item, reason, evidence;
    int32_t first_month, month_count; // months since 1970-01
    int64_t points_millionths;
    int32_t decided_on_day;
};

struct adjustment_rows {
    struct adjustment *list;
    size_t count;
};

// Reads table->path. ERROR_BAD_CONFIG with path:line.
bool adjustment_rows_read(struct arena *arena, const struct area_index *areas,
                          struct adjustment_rows *rows, struct csv_table *table,
                          struct error *error);
