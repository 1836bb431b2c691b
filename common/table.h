// One table, four formats: a terminal table with aligned wide characters, CSV, JSON, Markdown.
//
// A table has columns, rows, and facts: what holds of the whole table (versions, period, cut-off). Every format carries the
// facts: as lines under a terminal or Markdown table, as the object "facts" in JSON, as further columns in CSV, so that
// each row of a CSV file says where it comes from. Texts are copied. One thread.
#pragma once

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum table_format { TABLE_TEXT, TABLE_CSV, TABLE_JSON, TABLE_MARKDOWN };
enum table_column_type {
    TABLE_WORDS,
    TABLE_NUMBER
}; // numbers: right aligned; in JSON numbers, where they are finite decimals
enum table_audience {
    TABLE_FOR_ALL,
    TABLE_FOR_PEOPLE,
    TABLE_FOR_MACHINES
}; // people: text, Markdown; machines: CSV, JSON

#define TABLE_FORMATS "table|csv|json|md"
#define CONFIG_KEY_FORMAT                                                                          \
    {                                                                                              \
        .name = "format", .letter = 'f', .type = CONFIG_CHOICE, .argument = "FORMAT",              \
        .default_value = "table", .choices = TABLE_FORMATS, .meaning = "How to print it"           \
    }
bool table_format_parse(const char *word, enum table_format *format);

struct table;

struct table *table_new(void);
void table_free(struct table *table); // takes null

// `key` is the name for machines, `title` for people. Add all columns before the first row.
void table_add_column(struct table *table, const char *key, const char *title,
                      enum table_column_type type, enum table_audience audience);
void table_add_row(struct table *table);
// Adds the next cell of the last row; null: no value (empty, JSON null, "-" for people). Every column gets one, in order.
void table_add_cell(struct table *table, const char *value);
// In Markdown and terminal tables one line "title: value"; null values are left out there.
void table_add_fact(struct table *table, const char *key, const char *title, const char *value,
                    enum table_audience audience);
void table_set_title(struct table *table, const char *title); // for people; may be null

// `continued`: a further table of the same columns in the same output: CSV leaves the header out. Between table_series_open and
// table_series_close JSON is one array, with an element of each table; the other formats need them not, and print nothing.
void table_series_open(enum table_format format, FILE *out);
bool table_series_close(enum table_format format, FILE *out, struct error *error);
// ERROR_FATAL when the output cannot be written.
bool table_print(const struct table *table, enum table_format format, bool continued, FILE *out,
                 struct error *error);
