// What a simulated city's figures are, counted while it is invented.
//
// By area and civil month, from what became of each entity and never from what was said of it. Tests
// hold the product's sums against it.
#pragma once

#include "ingest/simulation/city.h"

#include <stdio.h>

enum { TALLY_MONTHS = 12 + 2 }; // of the year, and the two after it

// A table of figures. Where things are counted in several ways (by what puts them into a month, by
// theme), a figure's name is "way_name", and its number way * name_count + name.
struct tally_table {
    const char *by;                  // what its rows are: "district"
    size_t (*rows)(void);            // however many the city has
    const char *(*code)(size_t row); // of the area
    const char *const *ways;         // ends with null; null: one way without a name
    const char *const *names;        // ends with null
};

struct tally;

struct tally *tally_new(const struct city *city, const struct tally_table *table);
void tally_free(struct tally *tally); // takes null
// The figures of a row in the month of an instant, those of one way. Outside of the months that are
// counted: some that nobody reads.
int64_t *tally_month(struct tally *tally, size_t row, int64_t instant_us, size_t way);
// Adds `values`, one for each name.
void tally_add(struct tally *tally, size_t row, int64_t instant_us, size_t way,
               const int64_t *values);
// When a month that is counted ends; from 0.
int64_t tally_month_end_us(const struct tally *tally, int month);

// Lines "family,by,area,month,figure,value" of all figures but zeros, ascending by row and month.
void tally_write(const struct tally *tally, const char *family, FILE *out);

// Rows by district: as in city_district, then "unassigned" for NOBODY.
size_t tally_district_rows(void);
const char *tally_district_code(size_t row);
size_t tally_district_row(int district);
