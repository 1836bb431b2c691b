// Printing a revision triangle: what its tables for people (vintages_print.c) and its table for machines (vintages_rows.c) share.
#pragma once

#include "rank/questions/vintages.h"

struct vintages_output {
    struct triangle *triangle;
    const struct vintages_printing *options;
    struct arena *arena;
    struct table *table; // the one that is being filled
    const struct month_forecast *forecasts;
    size_t forecast_count;
    bool for_people;
};

const char *output_pick(const struct vintages_output *output, const char *en, const char *zh);
const char *output_size(const struct vintages_output *output, size_t number);
const char *output_exact(const struct vintages_output *output, struct rational value);
const char *output_float(const struct vintages_output *output, double value);
const char *output_instant(const struct vintages_output *output, int64_t instant_us);
// Why there is no forecast, or what has to be known of it.
const char *output_note(const struct vintages_output *output,
                        const struct month_forecast *forecast);
// The ages from which figures are revised; of results the announcement alone.
size_t output_revised_ages(const struct triangle *triangle);

void output_begin(struct vintages_output *output, const char *title); // another table
bool output_end(struct vintages_output *output, struct error *error); // prints it
const char *output_figure(const struct vintages_output *output);      // in words, with its unit
// What the whole depends on (vintages_facts.c).
void output_add_facts(struct vintages_output *output);

// The one table of machines.
bool output_for_machines(struct vintages_output *output, struct error *error);
