// Areas and aliases on their way into the database: from a file, together with those already loaded that they have to agree
// with, each knowing where it stands.
//
// The rules are core/area.h's. What is added here is the place: an error names file and line of every row that has a part
// in it. Everything lives in the arena. Pure but for reading the file.
#pragma once

#include "core/area.h"
#include "sql/csv_table.h"

struct place {
    const char *origin; // a file, or "areas of reference version 3"
    int line;           // 0 where it has none
};

struct placed_area {
    struct area area;
    struct place place;
};

struct placed_alias {
    struct area_alias alias;
    struct place place;
};

struct area_rows {
    struct placed_area *areas;
    struct placed_alias *aliases;
    size_t area_count, alias_count, area_capacity, alias_capacity;
};

#define AREA_ROWS_INIT ((struct area_rows){0})

void area_rows_add(struct arena *arena, struct area_rows *rows, const struct area *area,
                   struct place place);
void area_rows_add_alias(struct arena *arena, struct area_rows *rows,
                         const struct area_alias *alias, struct place place);

// Adds the rows of a file of areas (with their aliases) or of aliases. ERROR_BAD_CONFIG with path:line.
bool area_rows_read_areas(struct arena *arena, const char *path, struct area_rows *rows,
                          struct csv_table *table, struct error *error);
bool area_rows_read_aliases(struct arena *arena, const char *path, struct area_rows *rows,
                            struct csv_table *table, struct error *error);

// Whether all of it can stand together. ERROR_BAD_CONFIG names the rows at fault, with both where two contradict each other.
bool area_rows_check(const struct area_rows *rows, struct error *error);
