// Reading and placing areas and aliases. core/area.h judges; when it refuses, the places are looked
// for here, in the order in which it checks: codes, parents, cycles, names.
#include "sql/area_rows.h"

#include "common/config.h"
#include "core/zone.h"

#include <stdio.h>

enum { PLACE_LIMIT = 300 };

static const char *place_print(struct place place, char out[PLACE_LIMIT])
{
    if (place.line)
        snprintf(out, PLACE_LIMIT, "%s:%d", place.origin, place.line);
    else
        snprintf(out, PLACE_LIMIT, "%s", place.origin);
    return out;
}

static bool refuse_at(struct place place, struct error *error)
{
    char at[PLACE_LIMIT];
    return error_prefix(error, "%s", place_print(place, at));
}

// Room for one more.
static void *with_room(struct arena *arena, void *array, size_t count, size_t *capacity,
                       size_t size)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity ? *capacity * 2 : 64;
    void *larger = arena_zalloc(arena, *capacity * size);
    if (count)
        memcpy(larger, array, count * size);
    return larger;
}

void area_rows_add(struct arena *arena, struct area_rows *rows, const struct area *area,
                   struct place place)
{
    rows->areas =
        with_room(arena, rows->areas, rows->area_count, &rows->area_capacity, sizeof *rows->areas);
    rows->areas[rows->area_count++] = (struct placed_area){*area, place};
}

void area_rows_add_alias(struct arena *arena, struct area_rows *rows,
                         const struct area_alias *alias, struct place place)
{
    rows->aliases = with_room(arena, rows->aliases, rows->alias_count, &rows->alias_capacity,
                              sizeof *rows->aliases);
    rows->aliases[rows->alias_count++] = (struct placed_alias){*alias, place};
}

static bool read_kind(struct text cell, enum area_kind *kind, struct error *error)
{
    if (area_kind_parse(text_trim(cell), kind))
        return true;
    const char *names[AREA_UNIT];
    for (int i = AREA_CITY; i <= AREA_UNIT; i++)
        names[i - AREA_CITY] = area_kind_name((enum area_kind)i);
    char word[32];
    snprintf(word, sizeof word, TEXT_FORMAT, TEXT_ARGUMENTS(cell));
    const char *near = nearest_word(word, names, AREA_UNIT);
    return error_set(
        error, ERROR_BAD_CONFIG,
        "kind \"" TEXT_FORMAT "\" is none of city, district, town, village, unit%s%s%s",
        TEXT_ARGUMENTS(cell), near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

// Half-open days; an empty cell is unbounded.
static bool read_days(struct text from, struct text until, int32_t *from_day, int32_t *until_day,
                      struct error *error)
{
    *from_day = DAY_MIN;
    *until_day = DAY_MAX;
    if (from.length && !civil_parse_day(text_trim(from), from_day))
        return error_set(error, ERROR_BAD_CONFIG,
                         "valid_from \"" TEXT_FORMAT "\" is no day like 2015-03-01",
                         TEXT_ARGUMENTS(from));
    if (until.length && !civil_parse_day(text_trim(until), until_day))
        return error_set(error, ERROR_BAD_CONFIG,
                         "valid_until \"" TEXT_FORMAT "\" is no day like 2015-03-01",
                         TEXT_ARGUMENTS(until));
    return *from_day < *until_day ||
           error_set(error, ERROR_BAD_CONFIG, "valid_from must lie before valid_until");
}

// "a|b|\"\"": names between bars; the token "" is the empty name.
static bool read_alias_list(struct arena *arena, struct area_rows *rows, const struct area *area,
                            struct text list, struct place place, struct error *error)
{
    while (list.length) {
        const char *bar = memchr(list.bytes, '|', list.length);
        uint32_t length = bar ? (uint32_t)(bar - list.bytes) : list.length;
        struct text name = text_trim((struct text){list.bytes, length});
        if (name.length == 0)
            return error_set(error, ERROR_BAD_CONFIG,
                             "an alias between two bars is empty; write \"\" for the empty name");
        if (text_equal(name, TEXT("\"\"")))
            name = (struct text){"", 0};
        struct area_alias alias = {name, area->code, area->kind, area->valid_from_day,
                                   area->valid_until_day};
        area_rows_add_alias(arena, rows, &alias, place);
        uint32_t used = length + (bar ? 1 : 0);
        list = (struct text){list.bytes + used, list.length - used};
        if (bar && list.length == 0)
            return error_set(error, ERROR_BAD_CONFIG,
                             "aliases end with a bar; write \"\" for the empty name");
    }
    return true;
}

enum {
    CODE,
    KIND,
    PARENT,
    NAME_ZH,
    NAME_EN,
    GROUP,
    VALID_FROM,
    VALID_UNTIL,
    ALIASES,
    AREA_COLUMNS
};

static const struct csv_column area_columns[AREA_COLUMNS] = {
    [CODE] = {"code", true, true},         [KIND] = {"kind", true, true},
    [PARENT] = {.name = "parent"},         [NAME_ZH] = {.name = "name_zh"},
    [NAME_EN] = {.name = "name_en"},       [GROUP] = {.name = "group"},
    [VALID_FROM] = {.name = "valid_from"}, [VALID_UNTIL] = {.name = "valid_until"},
    [ALIASES] = {.name = "aliases"},
};

static bool read_area(struct arena *arena, struct area_rows *rows, const struct text *cells,
                      struct place place, struct error *error)
{
    struct area area = {.code = text_trim(cells[CODE]),
                        .parent = text_trim(cells[PARENT]),
                        .name_zh = text_trim(cells[NAME_ZH]),
                        .name_en = text_trim(cells[NAME_EN]),
                        .group = text_trim(cells[GROUP])};
    if (!read_kind(cells[KIND], &area.kind, error) ||
        !read_days(cells[VALID_FROM], cells[VALID_UNTIL], &area.valid_from_day,
                   &area.valid_until_day, error) ||
        !read_alias_list(arena, rows, &area, cells[ALIASES], place, error))
        return false;
    area_rows_add(arena, rows, &area, place);
    return true;
}

bool area_rows_read_areas(struct arena *arena, const char *path, struct area_rows *rows,
                          struct csv_table *table, struct error *error)
{
    if (!csv_table_read(arena, path, area_columns, AREA_COLUMNS, table, error))
        return false;
    if (table->row_count == 0)
        return error_set(error, ERROR_BAD_CONFIG,
                         "%s: no areas: every ticket would become unassigned", path);
    for (size_t i = 0; i < table->row_count; i++) {
        struct place place = {path, table->rows[i].line};
        if (!read_area(arena, rows, table->rows[i].cells, place, error))
            return refuse_at(place, error);
    }
    return true;
}

enum { ALIAS_NAME, ALIAS_CODE, ALIAS_KIND, ALIAS_FROM, ALIAS_UNTIL, ALIAS_COLUMNS };

static const struct csv_column alias_columns[ALIAS_COLUMNS] = {
    [ALIAS_NAME] = {"name", true, false}, // the empty name is one
    [ALIAS_CODE] = {"code", true, true},   [ALIAS_KIND] = {"kind", true, true},
    [ALIAS_FROM] = {.name = "valid_from"}, [ALIAS_UNTIL] = {.name = "valid_until"},
};

bool area_rows_read_aliases(struct arena *arena, const char *path, struct area_rows *rows,
                            struct csv_table *table, struct error *error)
{
    if (!csv_table_read(arena, path, alias_columns, ALIAS_COLUMNS, table, error))
        return false;
    for (size_t i = 0; i < table->row_count; i++) {
        struct place place = {path, table->rows[i].line};
        const struct text *cells = table->rows[i].cells;
        struct area_alias alias = {.name = text_trim(cells[ALIAS_NAME]),
                                   .code = text_trim(cells[ALIAS_CODE])};
        if (!read_kind(cells[ALIAS_KIND], &alias.kind, error) ||
            !read_days(cells[ALIAS_FROM], cells[ALIAS_UNTIL], &alias.valid_from_day,
                       &alias.valid_until_day, error))
            return refuse_at(place, error);
        area_rows_add_alias(arena, rows, &alias, place);
    }
    return true;
}

// Two rows that contradict each other: "a.csv:7 and a.csv:3: what".
static bool refuse_both(struct place a, struct place b, struct error *error)
{
    char at_a[PLACE_LIMIT], at_b[PLACE_LIMIT];
    return error_prefix(error, "%s and %s", place_print(a, at_a), place_print(b, at_b));
}

static bool areas_overlap(const struct area *a, const struct area *b)
{
    return a->valid_from_day < b->valid_until_day && b->valid_from_day < a->valid_until_day;
}

// Each of these returns false when it has found who is at fault.
static bool find_double_code(const struct area_rows *rows, struct error *error)
{
    for (size_t i = 0; i < rows->area_count; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct placed_area *a = &rows->areas[k], *b = &rows->areas[i];
            if (!text_equal(a->area.code, b->area.code) || !areas_overlap(&a->area, &b->area))
                continue;
            error_set(error, ERROR_BAD_CONFIG,
                      "code \"" TEXT_FORMAT "\" is listed twice for the same days",
                      TEXT_ARGUMENTS(b->area.code));
            return refuse_both(a->place, b->place, error);
        }
    }
    return true;
}

static const struct placed_area *find_parent(const struct area_rows *rows, const struct area *area)
{
    for (size_t i = 0; i < rows->area_count; i++) {
        if (text_equal(rows->areas[i].area.code, area->parent) &&
            areas_overlap(&rows->areas[i].area, area))
            return &rows->areas[i];
    }
    return NULL;
}

static bool find_orphan_or_cycle(const struct area_rows *rows, struct error *error)
{
    for (size_t i = 0; i < rows->area_count; i++) {
        const struct placed_area *row = &rows->areas[i], *above = row;
        for (size_t steps = 0; above->area.parent.length; steps++) {
            const struct placed_area *parent = find_parent(rows, &above->area);
            if (!parent) {
                error_set(error, ERROR_BAD_CONFIG,
                          "parent \"" TEXT_FORMAT "\" is no area on these days",
                          TEXT_ARGUMENTS(above->area.parent));
                return refuse_at(above->place, error);
            }
            if (steps >= rows->area_count) {
                error_set(error, ERROR_BAD_CONFIG, "area \"" TEXT_FORMAT "\" stands above itself",
                          TEXT_ARGUMENTS(above->area.code));
                return refuse_both(above->place, parent->place, error);
            }
            above = parent;
        }
    }
    return true;
}

// A name with the days on which one area bears it.
struct naming {
    struct text name;
    const struct area *area;
    int32_t from_day, until_day;
    struct place place;
};

static void add_naming(struct naming *namings, size_t *count, struct text name,
                       const struct placed_area *row, const struct placed_alias *alias)
{
    struct naming naming = {name, &row->area, row->area.valid_from_day, row->area.valid_until_day,
                            row->place};
    if (alias) {
        naming.place = alias->place;
        if (naming.from_day < alias->alias.valid_from_day)
            naming.from_day = alias->alias.valid_from_day;
        if (naming.until_day > alias->alias.valid_until_day)
            naming.until_day = alias->alias.valid_until_day;
    } else if (name.length == 0) {
        return; // no name is none, unless it is an alias
    }
    if (naming.from_day < naming.until_day)
        namings[(*count)++] = naming;
}

static size_t collect_namings(const struct area_rows *rows, struct naming *namings)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->area_count; i++) {
        const struct placed_area *row = &rows->areas[i];
        add_naming(namings, &count, row->area.code, row, NULL);
        add_naming(namings, &count, row->area.name_zh, row, NULL);
        add_naming(namings, &count, row->area.name_en, row, NULL);
        for (size_t k = 0; k < rows->alias_count; k++) {
            const struct area_alias *alias = &rows->aliases[k].alias;
            if (alias->kind == row->area.kind && text_equal(alias->code, row->area.code))
                add_naming(namings, &count, alias->name, row, &rows->aliases[k]);
        }
    }
    return count;
}

static bool find_double_name(struct arena *arena, const struct area_rows *rows, struct error *error)
{
    size_t most = 3 * rows->area_count + rows->alias_count * rows->area_count;
    struct naming *namings = arena_array(arena, struct naming, most + 1);
    size_t count = collect_namings(rows, namings);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct naming *a = &namings[k], *b = &namings[i];
            if (a->area->kind != b->area->kind || !text_equal(a->name, b->name) ||
                text_equal(a->area->code, b->area->code) || a->from_day >= b->until_day ||
                b->from_day >= a->until_day)
                continue;
            error_set(error, ERROR_BAD_CONFIG,
                      "%s name \"" TEXT_FORMAT "\" means \"" TEXT_FORMAT "\" and \"" TEXT_FORMAT
                      "\" on the same days",
                      area_kind_name(b->area->kind), TEXT_ARGUMENTS(b->name),
                      TEXT_ARGUMENTS(a->area->code), TEXT_ARGUMENTS(b->area->code));
            return refuse_both(a->place, b->place, error);
        }
    }
    return true;
}

// The database keeps one row for each (kind, name, first day) of a version.
static bool find_double_alias(const struct area_rows *rows, struct error *error)
{
    for (size_t i = 0; i < rows->alias_count; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct placed_alias *a = &rows->aliases[k], *b = &rows->aliases[i];
            if (strcmp(a->place.origin, b->place.origin) != 0 || a->alias.kind != b->alias.kind ||
                !text_equal(a->alias.name, b->alias.name) ||
                a->alias.valid_from_day != b->alias.valid_from_day)
                continue;
            error_set(error, ERROR_BAD_CONFIG, "alias \"" TEXT_FORMAT "\" is listed twice",
                      TEXT_ARGUMENTS(b->alias.name));
            return refuse_both(a->place, b->place, error);
        }
    }
    return true;
}

static bool judge(const struct area_rows *rows, struct area_index *index, struct error *error)
{
    for (size_t i = 0; i < rows->area_count; i++) {
        if (!area_index_add(index, &rows->areas[i].area, error))
            return refuse_at(rows->areas[i].place, error);
    }
    for (size_t i = 0; i < rows->alias_count; i++) {
        if (!area_index_add_alias(index, &rows->aliases[i].alias, error))
            return refuse_at(rows->aliases[i].place, error);
    }
    if (area_index_finish(index, error))
        return true;
    struct arena arena = ARENA_INIT;
    struct error judged = *error;
    bool found = !find_double_code(rows, error) || !find_orphan_or_cycle(rows, error) ||
                 !find_double_name(&arena, rows, error);
    arena_free(&arena);
    if (!found && rows->area_count) {
        *error = judged;
        error_prefix(error, "%s", rows->areas[0].place.origin);
    }
    return false;
}

bool area_rows_check(const struct area_rows *rows, struct error *error)
{
    struct area_index *index = area_index_new();
    bool fits = judge(rows, index, error) && find_double_alias(rows, error);
    area_index_free(index);
    return fits;
}
