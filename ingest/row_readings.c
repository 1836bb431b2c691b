// From the columns of a row to readings. A value that cannot be one refuses the whole row: half a
// day would look like a whole one.
#include "ingest/row_readings.h"

#include "ingest/row_events.h"

// The columns of one row on their way to readings.
struct measuring {
    const struct mapping *mapping;
    const struct row *row;
    struct arena *arena;
    struct wall_time from;      // of the first slot
    int64_t length_s;           // of each
    struct text series, beside; // and that of readings whose hour does not exist
};

static bool is_not_measured(const struct mapped_readings *readings, struct text text)
{
    bool is_empty = text.length == 0;
    for (size_t i = 0; !is_empty && i < readings->empty_count; i++)
        is_empty = text_equal(text, readings->empties[i]);
    return is_empty;
}

static bool read_measured(const struct measuring *measuring, const struct mapped_quantity *quantity,
                          size_t slot, int64_t *out, struct error *error)
{
    const struct mapping *mapping = measuring->mapping;
    *out = READING_NOT_MEASURED;
    if (!quantity->columns)
        return true;
    int column = quantity->columns[slot];
    struct text text = text_trim(measuring->row->fields[column]);
    if (is_not_measured(mapping->readings, text))
        return true;
    if (!decimal_read(text, quantity->unit, out))
        return refuse_column(mapping, column, text, "is no number", error);
    if (text.bytes[0] == '-')
        return refuse_column(mapping, column, text, "is negative", error);
    if (quantity->is_whole && memchr(text.bytes, '.', text.length))
        return refuse_column(mapping, column, text, "is no whole number", error);
    return true;
}

static bool read_slot(const struct measuring *measuring, size_t slot, struct reading *out,
                      bool *is_any, struct error *error)
{
    const struct mapped_quantity *quantities = measuring->mapping->readings->quantities;
    int64_t *const values[QUANTITY_COUNT] = {&out->vehicles, &out->speed_mm_per_s,
                                             &out->occupancy_permille, &out->queue_m};
    *is_any = false;
    for (int i = 0; i < QUANTITY_COUNT; i++) {
        if (!read_measured(measuring, &quantities[i], slot, values[i], error))
            return false;
        *is_any |= *values[i] != READING_NOT_MEASURED;
    }
    return true;
}

static void place_slot(const struct measuring *measuring, size_t slot, struct reading *out,
                       struct clock_findings *findings)
{
    int status;
    struct wall_time start = measuring->from;
    start.wall_us += (int64_t)slot * measuring->length_s * US_PER_SECOND;
    out->from_us = wall_time_instant_us(&start, measuring->mapping->readings->from.zone, &status);
    out->length_s = measuring->length_s;
    out->series = status == 2 ? measuring->beside : measuring->series;
    findings->moved += status == 2;
    findings->twice += status == 1;
}

static bool read_series(struct measuring *measuring, struct error *error)
{
    const struct binding *series = &measuring->mapping->readings->series;
    struct value value = {.type = VALUE_EMPTY};
    if (series->name &&
        !binding_read(series, measuring->mapping, measuring->row, measuring->arena, &value, error))
        return false;
    measuring->series = value.type == VALUE_TEXT ? value.text : TEXT("");
    return true;
}

static bool read_start(struct measuring *measuring, struct error *error)
{
    const struct mapping *mapping = measuring->mapping;
    const struct binding *from = &mapping->readings->from;
    struct error reason = ERROR_INIT;
    if (from->column == NO_COLUMN) {
        measuring->from = (struct wall_time){.wall_us = from->constant.integer, .has_offset = true};
        return true;
    }
    struct text text = text_trim(binding_text(from, measuring->row, measuring->arena));
    if (text.length == 0)
        return error_set(error, ERROR_BAD_RECORD, "column \"%s\" is empty, and %s has to be stated",
                         mapping->reader.columns[from->column], from->name);
    return time_format_read_wall(&from->format, text, &measuring->from, &reason) ||
           error_set(error, ERROR_BAD_RECORD, "column \"%s\": %s",
                     mapping->reader.columns[from->column], reason.text);
}

static bool read_length(struct measuring *measuring, struct error *error)
{
    const struct binding *length = &measuring->mapping->readings->length;
    struct value value;
    if (!binding_read(length, measuring->mapping, measuring->row, measuring->arena, &value, error))
        return false;
    measuring->length_s = value.type == VALUE_INTEGER ? value.integer : 0;
    return (measuring->length_s > 0 && measuring->length_s <= INT32_MAX) ||
           error_set(error, ERROR_BAD_RECORD, "the reading's length is not above 0 seconds");
}

bool row_to_readings(const struct mapping *mapping, const struct row *row, int64_t as_of_us,
                     struct arena *arena, struct row_events *out, struct error *error)
{
    struct event *event = &out->events[0];
    struct measuring measuring = {.mapping = mapping, .row = row, .arena = arena};
    if (!read_series(&measuring, error) || !read_start(&measuring, error) ||
        !read_length(&measuring, error) ||
        !row_as_of(mapping, row, as_of_us, arena, &event->version.recorded_us, error))
        return false;
    measuring.beside = text_from(
        arena_printf(arena, TEXT_FORMAT GAP_SERIES_SUFFIX, TEXT_ARGUMENTS(measuring.series)));
    struct reading *readings = arena_alloc(arena, mapping->readings->slot_count * sizeof *readings);
    event->occurred_us = INT64_MIN;
    for (size_t slot = 0; slot < mapping->readings->slot_count; slot++) {
        struct reading *reading = &readings[event->reading_count];
        bool is_any;
        if (!read_slot(&measuring, slot, reading, &is_any, error))
            return false;
        if (!is_any)
            continue;
        place_slot(&measuring, slot, reading, &out->findings);
        int64_t until_us = reading->from_us + reading->length_s * US_PER_SECOND;
        if (until_us > event->occurred_us)
            event->occurred_us = until_us;
        event->reading_count++;
    }
    event->form = EVENT_STATEMENT;
    event->recorded_stated = true;
    event->readings = readings;
    out->count = event->reading_count > 0;
    return true;
}

bool row_readings_key(const struct mapping *mapping, const struct row *row, struct arena *arena,
                      struct text *key, struct error *error)
{
    struct measuring measuring = {.mapping = mapping, .row = row, .arena = arena};
    if (!read_series(&measuring, error) || !read_start(&measuring, error))
        return false;
    int64_t from_us = measuring.from.wall_us - measuring.from.offset_us;
    uint32_t length = measuring.series.length + (uint32_t)sizeof from_us;
    char *bytes = arena_alloc(arena, length);
    if (measuring.series.length)
        memcpy(bytes, measuring.series.bytes, measuring.series.length);
    memcpy(bytes + measuring.series.length, &from_us, sizeof from_us);
    *key = (struct text){bytes, length};
    return true;
}
