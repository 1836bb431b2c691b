// Which area a name means on a day: names of areas and aliases, turned once into one hash table.
//
// area_index_finish writes every (kind, name) as a run of validity ranges that each point at one
// version of an area; a look-up is one hash, one comparison and mostly one range. A code can have
// several versions (its name or parent changed), whose days do not overlap. Invariant: within a run
// no day belongs to two codes.
#include "core/area.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define NO_GROUP UINT32_MAX

// A version of an area; `area` comes first, so that a pointer to it is one to its entry.
struct area_entry {
    struct area area;
    uint32_t parent_group; // in groups, or NO_GROUP
};

// A name's meaning for some days.
struct meaning {
    struct text name;
    enum area_kind kind;
    int32_t from_day, until_day;
    uint32_t entry;
};

// A run of meanings with one (kind, name), or of versions with one code.
struct run {
    uint64_t hash;
    uint32_t first, count; // count 0: the slot is free
};

struct run_table {
    struct run *slots;
    uint32_t mask;
};

struct area_index {
    struct arena arena;
    struct area_entry *entries;
    struct area_alias *aliases;
    struct meaning *meanings;
    uint32_t *by_code; // entries, ascending by (code, valid from)
    size_t entry_count, entry_capacity, alias_count, alias_capacity, meaning_count;
    struct run_table names, codes;
};

static const char *const kind_names[] = {
    [AREA_CITY] = "city",       [AREA_DISTRICT] = "district", [AREA_TOWN] = "town",
    [AREA_VILLAGE] = "village", [AREA_UNIT] = "unit",
};

const char *area_kind_name(enum area_kind kind)
{
    return kind >= AREA_CITY && kind <= AREA_UNIT ? kind_names[kind] : "unknown";
}

bool area_kind_parse(struct text text, enum area_kind *kind)
{
    for (int i = AREA_CITY; i <= AREA_UNIT; i++) {
        if (text_equal(text, text_from(kind_names[i]))) {
            *kind = (enum area_kind)i;
            return true;
        }
    }
    return false;
}

struct area_index *area_index_new(void)
{
    struct area_index *index = calloc(1, sizeof *index);
    if (!index)
        abort();
    return index;
}

void area_index_free(struct area_index *index)
{
    if (!index)
        return;
    arena_free(&index->arena);
    free(index->entries);
    free(index->aliases);
    free(index->meanings);
    free(index->by_code);
    free(index->names.slots);
    free(index->codes.slots);
    free(index);
}

// An array for one more than `count`; aborts when memory is out.
static void *array_with_room(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity ? *capacity * 2 : 32;
    array = reallocarray(array, *capacity, size);
    if (!array)
        abort();
    return array;
}

static void *array_of(size_t count, size_t size)
{
    void *array = calloc(count ? count : 1, size);
    if (!array)
        abort();
    return array;
}

static struct text copy_trimmed(struct area_index *index, struct text text)
{
    return arena_text(&index->arena, text_trim(text));
}

static bool days_overlap(int32_t a_from, int32_t a_until, int32_t b_from, int32_t b_until)
{
    return a_from < b_until && b_from < a_until;
}

bool area_index_add(struct area_index *index, const struct area *area, struct error *error)
{
    struct text code = text_trim(area->code);
    if (code.length == 0)
        return error_set(error, ERROR_BAD_CONFIG, "area \"" TEXT_FORMAT "\": a code is needed",
                         TEXT_ARGUMENTS(area->name_en));
    if (text_equal(code, TEXT(AREA_UNASSIGNED)))
        return error_set(error, ERROR_BAD_CONFIG,
                         "area \"" AREA_UNASSIGNED
                         "\": this code is reserved for names that nobody knows");
    if (area->kind < AREA_CITY || area->kind > AREA_UNIT)
        return error_set(error, ERROR_BAD_CONFIG,
                         "area \"" TEXT_FORMAT
                         "\": kind %d is none of city, district, town, village, unit",
                         TEXT_ARGUMENTS(code), (int)area->kind);
    if (area->valid_from_day >= area->valid_until_day)
        return error_set(error, ERROR_BAD_CONFIG,
                         "area \"" TEXT_FORMAT "\": valid_from must lie before valid_until",
                         TEXT_ARGUMENTS(code));
    index->entries = array_with_room(index->entries, index->entry_count, &index->entry_capacity,
                                     sizeof *index->entries);
    index->entries[index->entry_count++] =
        (struct area_entry){.area = {.code = copy_trimmed(index, area->code),
                                     .kind = area->kind,
                                     .parent = copy_trimmed(index, area->parent),
                                     .name_zh = copy_trimmed(index, area->name_zh),
                                     .name_en = copy_trimmed(index, area->name_en),
                                     .group = copy_trimmed(index, area->group),
                                     .valid_from_day = area->valid_from_day,
                                     .valid_until_day = area->valid_until_day},
                            .parent_group = NO_GROUP};
    return true;
}

bool area_index_add_alias(struct area_index *index, const struct area_alias *alias,
                          struct error *error)
{
    struct text name = text_trim(alias->name), code = text_trim(alias->code);
    if (alias->valid_from_day >= alias->valid_until_day)
        return error_set(error, ERROR_BAD_CONFIG,
                         "alias \"" TEXT_FORMAT "\": valid_from must lie before valid_until",
                         TEXT_ARGUMENTS(name));
    const struct area *known = NULL;
    for (size_t i = 0; i < index->entry_count; i++) {
        const struct area *area = &index->entries[i].area;
        if (text_equal(area->code, code) && (!known || area->kind == alias->kind))
            known = area;
    }
    if (!known)
        return error_set(error, ERROR_BAD_CONFIG,
                         "alias \"" TEXT_FORMAT "\": there is no area with code \"" TEXT_FORMAT
                         "\"",
                         TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(code));
    if (known->kind != alias->kind)
        return error_set(error, ERROR_BAD_CONFIG,
                         "alias \"" TEXT_FORMAT "\": area \"" TEXT_FORMAT "\" is a %s, not a %s",
                         TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(code), area_kind_name(known->kind),
                         area_kind_name(alias->kind));
    index->aliases = array_with_room(index->aliases, index->alias_count, &index->alias_capacity,
                                     sizeof *index->aliases);
    index->aliases[index->alias_count++] =
        (struct area_alias){.name = arena_text(&index->arena, name),
                            .code = arena_text(&index->arena, code),
                            .kind = alias->kind,
                            .valid_from_day = alias->valid_from_day,
                            .valid_until_day = alias->valid_until_day};
    return true;
}

static uint64_t hash_of(struct text text, uint64_t seed)
{
    return XXH3_64bits_withSeed(text.length ? text.bytes : "", text.length, seed);
}

static void table_make(struct run_table *table, size_t most)
{
    uint32_t slots = 16;
    while (slots < most * 2)
        slots *= 2;
    free(table->slots);
    table->slots = array_of(slots, sizeof *table->slots);
    table->mask = slots - 1;
}

static void table_add(struct run_table *table, struct run run)
{
    uint32_t slot = (uint32_t)run.hash & table->mask;
    while (table->slots[slot].count)
        slot = (slot + 1) & table->mask;
    table->slots[slot] = run;
}

static int compare_codes(const void *a, const void *b, void *context)
{
    const struct area_entry *entries = context;
    const struct area *x = &entries[*(const uint32_t *)a].area,
                      *y = &entries[*(const uint32_t *)b].area;
    int order = text_compare(x->code, y->code);
    return order
               ? order
               : (x->valid_from_day > y->valid_from_day) - (x->valid_from_day < y->valid_from_day);
}

// The run of versions of a code, as a position in by_code; NO_GROUP when there is none.
static uint32_t find_group(const struct area_index *index, struct text code, uint32_t *count)
{
    uint64_t hash = hash_of(code, 0);
    for (uint32_t slot = (uint32_t)hash & index->codes.mask; index->codes.slots[slot].count;
         slot = (slot + 1) & index->codes.mask) {
        const struct run *run = &index->codes.slots[slot];
        if (run->hash == hash &&
            text_equal(index->entries[index->by_code[run->first]].area.code, code)) {
            *count = run->count;
            return run->first;
        }
    }
    return NO_GROUP;
}

// Codes: sorted into runs, whose versions must not overlap.
static bool index_codes(struct area_index *index, struct error *error)
{
    free(index->by_code);
    index->by_code = array_of(index->entry_count, sizeof *index->by_code);
    for (uint32_t i = 0; i < index->entry_count; i++)
        index->by_code[i] = i;
    qsort_r(index->by_code, index->entry_count, sizeof *index->by_code, compare_codes,
            index->entries);
    table_make(&index->codes, index->entry_count);
    for (uint32_t i = 0, first = 0; i < index->entry_count; i++) {
        const struct area *area = &index->entries[index->by_code[i]].area;
        bool last = i + 1 == index->entry_count;
        const struct area *next = last ? NULL : &index->entries[index->by_code[i + 1]].area;
        if (next && text_equal(area->code, next->code)) {
            if (next->valid_from_day < area->valid_until_day)
                return error_set(error, ERROR_BAD_CONFIG,
                                 "area code \"" TEXT_FORMAT
                                 "\" is listed twice for the same days: as \"" TEXT_FORMAT
                                 "\" and as \"" TEXT_FORMAT "\"",
                                 TEXT_ARGUMENTS(area->code), TEXT_ARGUMENTS(area->name_en),
                                 TEXT_ARGUMENTS(next->name_en));
            continue;
        }
        table_add(&index->codes, (struct run){hash_of(area->code, 0), first, i + 1 - first});
        first = i + 1;
    }
    return true;
}

// The version of a code that is valid on the day; null when none is.
static const struct area_entry *version_on(const struct area_index *index, uint32_t group,
                                           int32_t day)
{
    struct text code = index->entries[index->by_code[group]].area.code;
    for (uint32_t i = group; i < index->entry_count; i++) {
        const struct area_entry *entry = &index->entries[index->by_code[i]];
        if (i > group && !text_equal(entry->area.code, code))
            break;
        if (entry->area.valid_from_day <= day && day < entry->area.valid_until_day)
            return entry;
    }
    return NULL;
}

static bool link_parents(struct area_index *index, struct error *error)
{
    for (size_t i = 0; i < index->entry_count; i++) {
        struct area_entry *entry = &index->entries[i];
        const struct area *area = &entry->area;
        if (area->parent.length == 0)
            continue;
        uint32_t versions = 0;
        entry->parent_group = find_group(index, area->parent, &versions);
        bool overlaps = false;
        for (uint32_t v = 0; v < versions; v++) {
            const struct area *parent =
                &index->entries[index->by_code[entry->parent_group + v]].area;
            overlaps |= days_overlap(area->valid_from_day, area->valid_until_day,
                                     parent->valid_from_day, parent->valid_until_day);
        }
        if (!overlaps)
            return error_set(error, ERROR_BAD_CONFIG,
                             "area \"" TEXT_FORMAT "\": its parent \"" TEXT_FORMAT "\" %s",
                             TEXT_ARGUMENTS(area->code), TEXT_ARGUMENTS(area->parent),
                             versions ? "is valid on none of its days" : "is not among the areas");
    }
    return true;
}

// Walks up from each version on its own first day. That finds every cycle: one that holds on some
// day holds on the latest first day of its members.
static bool refuse_cycles(const struct area_index *index, struct error *error)
{
    for (size_t i = 0; i < index->entry_count; i++) {
        const struct area_entry *entry = &index->entries[i];
        int32_t day = entry->area.valid_from_day;
        size_t steps = 0;
        while (entry && entry->parent_group != NO_GROUP && steps++ <= index->entry_count)
            entry = version_on(index, entry->parent_group, day);
        if (steps > index->entry_count)
            return error_set(error, ERROR_BAD_CONFIG,
                             "area \"" TEXT_FORMAT
                             "\" stands above itself: its parent \"" TEXT_FORMAT
                             "\" leads back to it",
                             TEXT_ARGUMENTS(entry->area.code), TEXT_ARGUMENTS(entry->area.parent));
    }
    return true;
}

// A meaning for the days that the name and this version of the area have in common, if there are
// any.
static void add_meaning(struct area_index *index, struct text name, uint32_t entry,
                        int32_t from_day, int32_t until_day)
{
    const struct area *area = &index->entries[entry].area;
    from_day = from_day > area->valid_from_day ? from_day : area->valid_from_day;
    until_day = until_day < area->valid_until_day ? until_day : area->valid_until_day;
    if (from_day < until_day)
        index->meanings[index->meaning_count++] =
            (struct meaning){name, area->kind, from_day, until_day, entry};
}

static void collect_meanings(struct area_index *index)
{
    size_t most = index->entry_count * 3;
    for (size_t i = 0; i < index->alias_count; i++) {
        uint32_t versions = 0;
        find_group(index, index->aliases[i].code, &versions);
        most += versions;
    }
    free(index->meanings);
    index->meanings = array_of(most, sizeof *index->meanings);
    index->meaning_count = 0;
    for (uint32_t i = 0; i < index->entry_count; i++) {
        const struct area *area = &index->entries[i].area;
        add_meaning(index, area->code, i, DAY_MIN, DAY_MAX);
        if (area->name_zh.length)
            add_meaning(index, area->name_zh, i, DAY_MIN, DAY_MAX);
        if (area->name_en.length)
            add_meaning(index, area->name_en, i, DAY_MIN, DAY_MAX);
    }
    for (size_t i = 0; i < index->alias_count; i++) {
        const struct area_alias *alias = &index->aliases[i];
        uint32_t versions = 0, group = find_group(index, alias->code, &versions);
        for (uint32_t v = 0; v < versions; v++) {
            uint32_t entry = index->by_code[group + v];
            if (index->entries[entry].area.kind == alias->kind)
                add_meaning(index, alias->name, entry, alias->valid_from_day,
                            alias->valid_until_day);
        }
    }
}

static int compare_names(const struct meaning *a, const struct meaning *b)
{
    return a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : text_compare(a->name, b->name);
}

static int compare_meanings(const void *a, const void *b)
{
    const struct meaning *x = a, *y = b;
    int order = compare_names(x, y);
    if (order == 0)
        order = (x->from_day > y->from_day) - (x->from_day < y->from_day);
    return order ? order : (x->entry > y->entry) - (x->entry < y->entry);
}

// Two codes on one day are refused. Compared with the meaning of the run that reaches furthest,
// which is enough since the run ascends by its first days.
static bool refuse_conflicts(const struct area_index *index, const struct meaning *run,
                             size_t count, struct error *error)
{
    const struct meaning *furthest = run;
    for (const struct meaning *meaning = run + 1; meaning < run + count; meaning++) {
        const struct area *a = &index->entries[furthest->entry].area,
                          *b = &index->entries[meaning->entry].area;
        if (meaning->from_day < furthest->until_day && !text_equal(a->code, b->code))
            return error_set(error, ERROR_BAD_CONFIG,
                             "the name \"" TEXT_FORMAT
                             "\" means two areas of kind %s for the same days: \"" TEXT_FORMAT
                             "\" and \"" TEXT_FORMAT "\"",
                             TEXT_ARGUMENTS(meaning->name), area_kind_name(meaning->kind),
                             TEXT_ARGUMENTS(a->code), TEXT_ARGUMENTS(b->code));
        if (meaning->until_day > furthest->until_day)
            furthest = meaning;
    }
    return true;
}

static bool index_names(struct area_index *index, struct error *error)
{
    collect_meanings(index);
    qsort(index->meanings, index->meaning_count, sizeof *index->meanings, compare_meanings);
    table_make(&index->names, index->meaning_count);
    for (size_t first = 0, until; first < index->meaning_count; first = until) {
        const struct meaning *run = &index->meanings[first];
        for (until = first + 1; until < index->meaning_count; until++) {
            if (compare_names(run, &index->meanings[until]) != 0)
                break;
        }
        if (!refuse_conflicts(index, run, until - first, error))
            return false;
        table_add(&index->names, (struct run){hash_of(run->name, run->kind), (uint32_t)first,
                                              (uint32_t)(until - first)});
    }
    return true;
}

bool area_index_finish(struct area_index *index, struct error *error)
{
    return index_codes(index, error) && link_parents(index, error) && refuse_cycles(index, error) &&
           index_names(index, error);
}

// What the name means on its days; null when it never means anything.
static const struct run *find_meanings(const struct area_index *index, enum area_kind kind,
                                       struct text name)
{
    uint64_t hash = hash_of(name, kind);
    for (uint32_t slot = (uint32_t)hash & index->names.mask; index->names.slots[slot].count;
         slot = (slot + 1) & index->names.mask) {
        const struct run *run = &index->names.slots[slot];
        const struct meaning *meaning = &index->meanings[run->first];
        if (run->hash == hash && meaning->kind == kind && text_equal(meaning->name, name))
            return run;
    }
    return NULL;
}

const struct area *area_find(const struct area_index *index, enum area_kind kind, struct text name,
                             int32_t day)
{
    const struct run *run = find_meanings(index, kind, text_trim(name));
    for (uint32_t i = 0; run && i < run->count; i++) {
        const struct meaning *meaning = &index->meanings[run->first + i];
        if (meaning->from_day <= day && day < meaning->until_day)
            return &index->entries[meaning->entry].area;
    }
    return NULL;
}

bool area_name_is_known(const struct area_index *index, enum area_kind kind, struct text name)
{
    return find_meanings(index, kind, text_trim(name)) != NULL;
}

const struct area *area_by_code(const struct area_index *index, struct text code, int32_t day)
{
    uint32_t versions, group = find_group(index, code, &versions);
    const struct area_entry *entry = group == NO_GROUP ? NULL : version_on(index, group, day);
    return entry ? &entry->area : NULL;
}

const struct area *area_ancestor(const struct area_index *index, const struct area *area,
                                 enum area_kind kind, int32_t day)
{
    while (area && area->kind != kind) {
        const struct area_entry *entry = (const struct area_entry *)area; // its first member
        const struct area_entry *parent =
            entry->parent_group == NO_GROUP ? NULL : version_on(index, entry->parent_group, day);
        area = parent ? &parent->area : NULL;
    }
    return area;
}

struct text area_town_code(const struct area_index *index, struct text town, struct text village,
                           struct text unit, int32_t day)
{
    const struct area *area;
    if (text_trim(town).length)
        area = area_find(index, AREA_TOWN, town, day);
    else if (text_trim(village).length)
        area = area_find(index, AREA_VILLAGE, village, day);
    else
        area = area_find_unit(index, unit, day);
    return area_code(area ? area_ancestor(index, area, AREA_TOWN, day) : NULL);
}

struct text area_named_code(const struct area_index *index, enum area_kind kind, struct text name,
                            int32_t day)
{
    return area_code(text_trim(name).length ? area_find(index, kind, name, day) : NULL);
}

size_t area_count(const struct area_index *index)
{
    return index->entry_count;
}

const struct area *area_at(const struct area_index *index, size_t position)
{
    return &index->entries[position].area;
}

bool area_has_code(const struct area_index *index, struct text code)
{
    for (size_t i = 0; i < area_count(index); i++)
        if (text_equal(area_at(index, i)->code, code))
            return true;
    return false;
}

struct text area_code(const struct area *area)
{
    return area ? area->code : text_from(AREA_UNASSIGNED);
}

struct text area_district_code(const struct area_index *index, struct text district,
                               enum area_kind below_kind, struct text below, int32_t day)
{
    if (text_trim(district).length > 0 || text_trim(below).length == 0)
        return area_code(area_find(index, AREA_DISTRICT, district, day));
    const struct area *area = area_find(index, below_kind, below, day);
    return area_code(area ? area_ancestor(index, area, AREA_DISTRICT, day) : NULL);
}

const struct area *area_find_unit(const struct area_index *index, struct text name, int32_t day)
{
    const struct area *unit = area_find(index, AREA_UNIT, name, day);
    return unit ? unit : area_find(index, AREA_TOWN, name, day);
}

const struct area *area_unit_district(const struct area_index *index, struct text name, int32_t day)
{
    const struct area *unit = area_find_unit(index, name, day);
    return unit ? area_ancestor(index, unit, AREA_DISTRICT, day)
                : area_find(index, AREA_DISTRICT, name, day);
}

struct text area_unit_code(const struct area_index *index, struct text name, int32_t day)
{
    if (text_trim(name).length == 0)
        return TEXT("");
    const struct area *unit = area_find_unit(index, name, day);
    if (!unit && area_find(index, AREA_DISTRICT, name, day))
        return TEXT("");
    return area_code(unit);
}

struct text area_responsible_code(const struct area_index *index, struct text district,
                                  struct text unit, int32_t day)
{
    const struct area *above = NULL;
    if (text_trim(district).length == 0 && text_trim(unit).length > 0)
        above = area_unit_district(index, unit, day);
    return area_code(above ? above : area_find(index, AREA_DISTRICT, district, day));
}
