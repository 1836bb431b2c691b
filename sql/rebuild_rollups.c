// What the rollups lack is added to them, as a daemon adds a batch: in rows of a slot that no daemon has.
#include "sql/rebuild.h"

struct subtracting {
    const struct rollup *rollup;
    struct rollup_sums *sums;
};

static bool subtract_cell(void *context, const struct text *fields, const bool *nulls,
                          int field_count, struct error *error)
{
    struct subtracting *subtracting = context;
    const struct rollup *rollup = subtracting->rollup;
    struct value dimensions[ROLLUP_DIMENSIONS_MAX];
    int64_t stored[ROLLUP_MEASURES_MAX];
    if (!stored_cell_read(rollup, fields, nulls, field_count, dimensions, stored, error))
        return false;
    struct rollup_cell *cell = rollup_sums_cell(subtracting->sums, rollup, dimensions);
    for (int i = 0; i < rollup->measure_count; i++)
        cell->measures[i] = rollup_add(cell->measures[i], -stored[i]);
    return true;
}

bool rebuild_subtract_cells(struct postgres *postgres, const struct family_queries *queries,
                            struct rollup_sums *sums, struct error *error)
{
    for (size_t i = 0; i < queries->rollup_count; i++) {
        struct subtracting subtracting = {queries->rollups[i].rollup, sums};
        if (!postgres_copy_out(postgres, queries->rollups[i].cells_out, subtract_cell, &subtracting,
                               error))
            return false;
    }
    return true;
}

bool rebuild_stage(struct postgres *postgres, struct error *error)
{
    for (const struct family_queries *family = family_queries; family->definition; family++) {
        if (!postgres_execute(postgres, family->stage, NULL, NULL, error))
            return false;
        for (size_t i = 0; i < family->rollup_count; i++)
            if (!postgres_execute(postgres, family->rollups[i].stage, NULL, NULL, error))
                return false;
    }
    return true;
}

static bool add_rollup(struct rebuilding *rebuilding, const struct rollup_queries *queries,
                       struct rollup_cell **cells, size_t count, struct error *error)
{
    const struct rollup *rollup = queries->rollup;
    struct buffer rows = BUFFER_INIT;
    int64_t added = 0;
    copy_begin(&rows);
    for (size_t i = 0; i < count; i++) {
        if (cells[i]->rollup != rollup)
            continue;
        copy_row(&rows, 1 + rollup->dimension_count + rollup->measure_count);
        copy_integer(&rows, REBUILT_SLOT);
        for (int k = 0; k < rollup->dimension_count; k++)
            copy_value(&rows, rollup->dimensions[k].type, &cells[i]->dimensions[k]);
        for (int k = 0; k < rollup->measure_count; k++)
            copy_bigint(&rows, cells[i]->measures[k]);
        added++;
    }
    copy_end(&rows);
    bool done =
        !added || (postgres_copy_in(rebuilding->postgres, queries->stage_in, &rows, error) &&
                   postgres_execute(rebuilding->postgres, queries->stage_add, NULL, NULL, error));
    buffer_free(&rows);
    rebuilding->cells_changed += added;
    return done;
}

bool rebuild_add_cells(struct rebuilding *rebuilding, struct rollup_sums *sums, struct error *error)
{
    struct rollup_cell **cells;
    size_t count = rollup_sums_sorted(sums, &cells);
    for (const struct family_queries *family = family_queries; family->definition; family++)
        for (size_t i = 0; i < family->rollup_count; i++)
            if (!add_rollup(rebuilding, &family->rollups[i], cells, count, error))
                return false;
    return true;
}
