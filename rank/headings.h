// Columns with their titles in both languages.
#pragma once

#include "rank/language.h"

#include "common/table.h"

struct table_heading {
    const char *key, *en, *zh; // "" where there is none: a column for people alone, or for machines
    enum table_column_type type;
    enum table_audience audience;
};

void headings_add(struct table *table, enum language language, const struct table_heading *headings,
                  size_t count);
