// One long table, a row for each number's source, in exact fractions but for what is floating point.
#include "rank/questions/vintages_output.h"

#include <inttypes.h>

enum cell {
    CELL_ROW,
    CELL_MONTH,
    CELL_AGE,
    CELL_RESULT,
    CELL_KNOWN_AT,
    CELL_VALUE,
    CELL_NUMERATOR,
    CELL_DENOMINATOR,
    CELL_N,
    CELL_TOTAL,
    CELL_RANK,
    CELL_SHARED,
    CELL_MONTHS,
    CELL_MEAN,
    CELL_MEAN_ABSOLUTE,
    CELL_T,
    CELL_P,
    CELL_FROM,
    CELL_UNTIL,
    CELL_PROBABILITY,
    CELL_TESTED,
    CELL_HELD,
    CELL_TESTED_ALL,
    CELL_HELD_ALL,
    CELL_NOTE,
    CELL_CUT_OFF,
    CELL_VECTOR,
    CELL_COUNT
};

static void add_machine_columns(struct vintages_output *output)
{
    static const struct {
        const char *key;
        enum table_column_type type;
    } columns[CELL_COUNT] = {
        [CELL_ROW] = {"row", TABLE_WORDS},
        [CELL_MONTH] = {"month", TABLE_WORDS},
        [CELL_AGE] = {"age", TABLE_NUMBER},
        [CELL_RESULT] = {"result", TABLE_WORDS},
        [CELL_KNOWN_AT] = {"known_at", TABLE_WORDS},
        [CELL_VALUE] = {"value", TABLE_NUMBER},
        [CELL_NUMERATOR] = {"numerator", TABLE_NUMBER},
        [CELL_DENOMINATOR] = {"denominator", TABLE_NUMBER},
        [CELL_N] = {"n", TABLE_NUMBER},
        [CELL_TOTAL] = {"total", TABLE_NUMBER},
        [CELL_RANK] = {"rank", TABLE_NUMBER},
        [CELL_SHARED] = {"shared", TABLE_WORDS},
        [CELL_MONTHS] = {"months", TABLE_NUMBER},
        [CELL_MEAN] = {"mean_revision", TABLE_NUMBER},
        [CELL_MEAN_ABSOLUTE] = {"mean_absolute_revision", TABLE_NUMBER},
        [CELL_T] = {"t", TABLE_NUMBER},
        [CELL_P] = {"p", TABLE_NUMBER},
        [CELL_FROM] = {"from", TABLE_NUMBER},
        [CELL_UNTIL] = {"until", TABLE_NUMBER},
        [CELL_PROBABILITY] = {"probability", TABLE_NUMBER},
        [CELL_TESTED] = {"tested", TABLE_NUMBER},
        [CELL_HELD] = {"held", TABLE_NUMBER},
        [CELL_TESTED_ALL] = {"tested_all", TABLE_NUMBER},
        [CELL_HELD_ALL] = {"held_all", TABLE_NUMBER},
        [CELL_NOTE] = {"note", TABLE_WORDS},
        [CELL_CUT_OFF] = {"cut_off_digest", TABLE_WORDS},
        [CELL_VECTOR] = {"cut_off", TABLE_WORDS},
    };
    for (int i = 0; i < CELL_COUNT; i++)
        table_add_column(output->table, columns[i].key, "", columns[i].type, TABLE_FOR_MACHINES);
}

static void add_cells(struct vintages_output *output, const char *const cells[CELL_COUNT])
{
    table_add_row(output->table);
    for (int i = 0; i < CELL_COUNT; i++)
        table_add_cell(output->table, cells[i]);
}

static void add_vintage_row(struct vintages_output *output, size_t month, size_t age)
{
    struct triangle *triangle = output->triangle;
    const struct known_month *known = &triangle->months[month].known[age];
    const struct vintage *vintage = vintage_at(triangle, month, age, triangle->subject);
    const char *cells[CELL_COUNT] = {
        [CELL_ROW] = "vintage",
        [CELL_MONTH] = triangle->months[month].period.name,
        [CELL_AGE] = output_size(output, age),
        [CELL_RESULT] = known->name,
        [CELL_KNOWN_AT] = output_instant(output, known->known_us),
        [CELL_CUT_OFF] = known->digest,
        [CELL_VECTOR] = known->vector,
    };
    if (vintage && vintage->has_value) {
        cells[CELL_VALUE] = output_exact(output, vintage->value);
        if (triangle->figure == FIGURE_INDICATOR) {
            cells[CELL_NUMERATOR] = output_exact(output, vintage->numerator);
            cells[CELL_DENOMINATOR] = output_exact(output, vintage->denominator);
            cells[CELL_N] = arena_printf(output->arena, "%" PRId64, vintage->n);
        }
    }
    if (vintage && vintage->rank) {
        cells[CELL_TOTAL] = output_exact(output, vintage->total);
        cells[CELL_RANK] = arena_printf(output->arena, "%" PRIu32, vintage->rank);
        cells[CELL_SHARED] = vintage->is_shared ? "yes" : "no";
    }
    add_cells(output, cells);
}

static void add_revision_row(struct vintages_output *output, size_t age)
{
    struct revision_summary summary;
    vintages_revisions(output->triangle, age, &summary);
    const char *cells[CELL_COUNT] = {
        [CELL_ROW] = "revision",
        [CELL_AGE] = output_size(output, age),
        [CELL_MONTHS] = output_size(output, summary.count),
    };
    if (summary.count) {
        cells[CELL_MEAN] = output_exact(output, summary.mean);
        cells[CELL_MEAN_ABSOLUTE] = output_exact(output, summary.mean_absolute);
    }
    if (summary.has_bias) {
        cells[CELL_T] = output_float(output, summary.t);
        cells[CELL_P] = output_float(output, summary.p);
    }
    add_cells(output, cells);
}

static void add_forecast_row(struct vintages_output *output, const struct month_forecast *forecast)
{
    const struct triangle *triangle = output->triangle;
    bool is_of_rank = triangle->figure == FIGURE_RANK;
    const struct forecast *figure = &forecast->forecast;
    const struct hit_rate *own = is_of_rank ? &forecast->rank_own : &forecast->own,
                          *all = is_of_rank ? &forecast->rank_all : &forecast->all;
    const char *cells[CELL_COUNT] = {
        [CELL_ROW] = "forecast",
        [CELL_MONTH] = triangle->months[forecast->month].period.name,
        [CELL_AGE] = output_size(output, forecast->age),
        [CELL_MONTHS] = output_size(output, is_of_rank ? forecast->rank_months : figure->months),
        [CELL_PROBABILITY] = output_float(output, output->options->options.probability),
        [CELL_TESTED] = output_size(output, own->tested),
        [CELL_HELD] = output_size(output, own->held),
        [CELL_TESTED_ALL] = output_size(output, all->tested),
        [CELL_HELD_ALL] = output_size(output, all->held),
        [CELL_NOTE] = output_note(output, forecast),
    };
    if (!is_of_rank && figure->outcome == FORECAST_MADE) {
        cells[CELL_VALUE] = output_float(output, figure->value);
        cells[CELL_FROM] = output_float(output, figure->from);
        cells[CELL_UNTIL] = output_float(output, figure->until);
    }
    if (forecast->has_ranks)
        cells[CELL_RANK] = output_size(output, forecast->likeliest);
    add_cells(output, cells);
}

static void add_rank_rows(struct vintages_output *output, const struct month_forecast *forecast)
{
    for (size_t i = 0; forecast->has_ranks && i < forecast->ranked; i++) {
        const char *cells[CELL_COUNT] = {
            [CELL_ROW] = "rank",
            [CELL_MONTH] = output->triangle->months[forecast->month].period.name,
            [CELL_AGE] = output_size(output, forecast->age),
            [CELL_RANK] = output_size(output, i + 1),
            [CELL_PROBABILITY] = output_float(output, forecast->ranks[i]),
            [CELL_MONTHS] = output_size(output, forecast->rank_months),
            [CELL_TESTED] = output_size(output, forecast->rank_own.tested),
            [CELL_HELD] = output_size(output, forecast->rank_own.held),
            [CELL_TESTED_ALL] = output_size(output, forecast->rank_all.tested),
            [CELL_HELD_ALL] = output_size(output, forecast->rank_all.held),
            [CELL_NOTE] = forecast->likely[i] ? "likely" : "",
        };
        add_cells(output, cells);
    }
}

bool output_for_machines(struct vintages_output *output, struct error *error)
{
    const struct triangle *triangle = output->triangle;
    output_begin(output, NULL);
    add_machine_columns(output);
    for (size_t i = 0; i < triangle->count; i++)
        for (size_t age = 0; age < triangle->months[i].count; age++)
            if (triangle->months[i].known[age].is_there)
                add_vintage_row(output, i, age);
    for (size_t age = 0; age < output_revised_ages(triangle); age++)
        add_revision_row(output, age);
    for (size_t i = 0; i < output->forecast_count; i++) {
        add_forecast_row(output, &output->forecasts[i]);
        add_rank_rows(output, &output->forecasts[i]);
    }
    output_add_facts(output);
    return output_end(output, error);
}
