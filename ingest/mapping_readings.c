// The section `readings`: where slots start, which columns hold what they measured, and in which
// unit.
//
// Units are never guessed: a speed or an occupancy without one is refused.
#include "ingest/mapping_fields.h"

#include "core/sensor.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS_PER_DAY = 86400, SLOTS_MOST = 1440, COLUMN_NUMBER_MOST = 9999, WIDTH_MOST = 9 };

struct named_unit {
    const char *name;
    struct measure_unit unit; // of the reading's
};

static const struct quantity {
    const char *name, *wanted; // the last: how to say its unit, null where it needs none
    bool is_whole;
    struct named_unit units[3]; // the first is the default where none is wanted
} quantities[QUANTITY_COUNT] = {
    {"vehicles", NULL, true, {{"vehicles", {1, 1}}}},
    {"speed",
     "unit: km/h, m/s or mph",
     false,
     {{"km/h", UNIT_KM_H}, {"m/s", UNIT_M_S}, {"mph", UNIT_MPH}}},
    {"occupancy",
     "unit: percent, permille or share",
     false,
     {{"percent", {10, 1}}, {"permille", {1, 1}}, {"share", {1000, 1}}}},
    {"queue", NULL, false, {{"m", {1, 1}}}},
};

const char *quantity_name(int quantity)
{
    return quantities[quantity].name;
}

// ---- Patterns of names ----

struct pattern {
    struct text before, after;
    int width; // 0: as many digits as there are
};

static bool read_pattern(const struct loading *loading, struct entry entry, struct pattern *out)
{
    struct text text;
    if (!read_text(loading, entry, &text))
        return false;
    const char *end = text.bytes + text.length, *percent = memchr(text.bytes, '%', text.length);
    const char *at = percent ? percent + 1 : end;
    out->width = 0;
    if (end - at >= 2 && at[0] == '0' && at[1] > '0' && at[1] <= '0' + WIDTH_MOST) {
        out->width = at[1] - '0';
        at += 2;
    }
    if (at == end || *at != 'd' || memchr(at, '%', (size_t)(end - at)))
        return fail_at(loading, entry.value,
                       "a pattern has one number in it, written %%d or %%02d, like V%%02d");
    out->before = (struct text){text.bytes, (uint32_t)(percent - text.bytes)};
    out->after = (struct text){at + 1, (uint32_t)(end - at - 1)};
    return true;
}

static const int *expand_pattern(const struct loading *loading, const struct pattern *pattern,
                                 int64_t first, size_t count)
{
    struct mapping *mapping = loading->mapping;
    int *columns = arena_array(&mapping->arena, int, count);
    for (size_t i = 0; i < count; i++) {
        const char *name = arena_printf(&mapping->arena, TEXT_FORMAT "%0*" PRId64 TEXT_FORMAT,
                                        TEXT_ARGUMENTS(pattern->before), pattern->width,
                                        first + (int64_t)i, TEXT_ARGUMENTS(pattern->after));
        columns[i] = mapping_column(mapping, text_from(name));
    }
    return columns;
}

// ---- Quantities ----

static bool read_unit(const struct loading *loading, struct entry entry, struct fy_node *at,
                      const struct quantity *quantity, struct mapped_quantity *out)
{
    const char *names[3];
    size_t count = 0, chosen = 0;
    while (count < 3 && quantity->units[count].name) {
        names[count] = quantity->units[count].name;
        count++;
    }
    if (is_there(entry) && !read_choice(loading, entry, names, count, &chosen))
        return false;
    if (!is_there(entry) && quantity->wanted)
        return fail_at(loading, at, "%s needs a unit: %s", quantity->name, quantity->wanted);
    out->unit = quantity->units[chosen].unit;
    out->is_whole = quantity->is_whole;
    return true;
}

// Of a row with one reading.
static bool read_one_column(const struct loading *loading, struct entry column,
                            struct mapped_quantity *out)
{
    struct text name;
    if (!read_text(loading, column, &name))
        return false;
    int *columns = arena_new(&loading->mapping->arena, int);
    *columns = mapping_column(loading->mapping, name);
    out->columns = columns;
    return true;
}

static bool read_slot_columns(const struct loading *loading, struct entry pattern,
                              struct entry first, struct mapped_quantity *out)
{
    struct pattern read = {0};
    int64_t number = 0;
    if (!read_pattern(loading, pattern, &read) ||
        (is_there(first) && !read_whole(loading, first, 0, COLUMN_NUMBER_MOST, &number)))
        return false;
    out->columns = expand_pattern(loading, &read, number, loading->mapping->readings->slot_count);
    return true;
}

static bool read_quantity(const struct loading *loading, struct entry entry, bool is_wide,
                          const struct quantity *quantity, struct mapped_quantity *out)
{
    struct fy_node *section = entry.value;
    if (!section || !fy_node_is_mapping(section)) {
        if (is_wide)
            return fail_at(loading, entry.key,
                           "a row with many readings has a column for each: %s: {pattern: V%%02d}",
                           quantity->name);
        return read_unit(loading, (struct entry){0}, entry.key, quantity, out) &&
               read_one_column(loading, entry, out);
    }
    if (!check_section(loading, entry.key, section, "quantity") ||
        !read_unit(loading, find_entry(section, "unit"), entry.key, quantity, out))
        return false;
    struct entry column = find_entry(section, "column"), pattern = find_entry(section, "pattern");
    struct entry first = find_entry(section, "first");
    if (is_there(column) == is_wide || is_there(pattern) != is_wide ||
        (is_there(first) && !is_wide))
        return fail_at(loading, entry.key, "%s needs \"%s\", because a row has %s", quantity->name,
                       is_wide ? "pattern" : "column", is_wide ? "many readings" : "one reading");
    return is_wide ? read_slot_columns(loading, pattern, first, out)
                   : read_one_column(loading, column, out);
}

static bool read_quantities(const struct loading *loading, struct entry at, bool is_wide)
{
    struct mapped_readings *readings = loading->mapping->readings;
    bool is_any = false;
    for (int i = 0; i < QUANTITY_COUNT; i++) {
        struct entry entry = find_entry(at.value, quantities[i].name);
        if (!is_there(entry))
            continue;
        if (!read_quantity(loading, entry, is_wide, &quantities[i], &readings->quantities[i]))
            return false;
        is_any = true;
    }
    return is_any ||
           fail_at(loading, at.key,
                   "the readings measure nothing: say vehicles, speed, occupancy or queue");
}

// ---- Slots ----

static bool read_length(const struct loading *loading, struct entry entry, struct binding *out)
{
    int64_t length_s;
    if (entry.value && fy_node_is_mapping(entry.value))
        return read_binding(loading, entry, SHAPE_INTEGER, out);
    *out = (struct binding){.name = "length_s", .shape = SHAPE_INTEGER, .column = NO_COLUMN};
    if (!read_whole(loading, entry, 1, SENSOR_WINDOW_DEFAULT_S, &length_s))
        return false;
    if (SENSOR_WINDOW_DEFAULT_S % length_s)
        return fail_at(loading, entry.value,
                       "a length is a whole part of 15 minutes, like 900, 300 or 60 seconds");
    out->constant = value_integer(length_s);
    return true;
}

static bool read_wide(const struct loading *loading, struct fy_node *section, struct entry day)
{
    struct mapped_readings *readings = loading->mapping->readings;
    struct entry every = find_entry(section, "every_s"), count = find_entry(section, "count");
    if (!is_there(every))
        return fail_at(loading, day.key, "\"day\" needs \"every_s\": how long each slot is");
    if (!read_binding(loading, day, SHAPE_TIME, &readings->from) ||
        !read_length(loading, every, &readings->length))
        return false;
    if (readings->length.column != NO_COLUMN)
        return fail_at(loading, every.key, "\"every_s\" is a number of seconds");
    int64_t most = SECONDS_PER_DAY / readings->length.constant.integer, slots = most;
    if (is_there(count) && !read_whole(loading, count, 1, most, &slots))
        return false;
    if (slots > SLOTS_MOST)
        return fail_at(loading, every.value, "a row has at most %d slots", SLOTS_MOST);
    readings->slot_count = (size_t)slots;
    return true;
}

static bool read_long(const struct loading *loading, struct entry at, struct entry from)
{
    struct mapped_readings *readings = loading->mapping->readings;
    struct entry length = find_entry(at.value, "length_s");
    if (!is_there(length))
        return fail_at(loading, at.key, "\"from\" needs \"length_s\": how long the reading is");
    readings->slot_count = 1;
    return read_binding(loading, from, SHAPE_TIME, &readings->from) &&
           read_length(loading, length, &readings->length);
}

// Keys of the other form would be passed over in silence.
static bool check_form(const struct loading *loading, struct fy_node *section, bool is_wide)
{
    static const char *const of_wide[] = {"every_s", "count"}, *const of_long[] = {"length_s"};
    const char *const *other = is_wide ? of_long : of_wide;
    for (size_t i = 0; i < (is_wide ? 1 : 2); i++) {
        struct entry entry = find_entry(section, other[i]);
        if (is_there(entry))
            return fail_at(loading, entry.key, "\"%s\" is for rows with %s", other[i],
                           is_wide ? "one reading: from" : "many readings: day");
    }
    return true;
}

bool read_readings(const struct loading *loading, struct entry entry)
{
    struct mapped_readings *readings = loading->mapping->readings;
    if (!check_section(loading, entry.key, entry.value, "readings"))
        return false;
    struct entry from = find_entry(entry.value, "from"), day = find_entry(entry.value, "day");
    struct entry series = find_entry(entry.value, "series");
    struct entry empties = find_entry(entry.value, "empty");
    bool is_wide = is_there(day);
    if (is_there(from) == is_wide)
        return fail_at(loading, entry.key,
                       "\"readings\" needs either \"from\" (a row is one reading) or \"day\" (a "
                       "row is a day)");
    return check_form(loading, entry.value, is_wide) &&
           (is_wide ? read_wide(loading, entry.value, day) : read_long(loading, entry, from)) &&
           (!is_there(series) || read_binding(loading, series, SHAPE_TEXT, &readings->series)) &&
           (!is_there(empties) ||
            read_texts(loading, empties, &readings->empties, &readings->empty_count)) &&
           read_quantities(loading, entry, is_wide);
}
