// From columns to statements. Snapshots state every field of the mapping, with a value or as
// cleared; events state what their columns hold and nothing else.
#include "ingest/row_events.h"

#include "ingest/publisher_core.h"

#include <strings.h>

// ---- Values ----

static bool is_listed(struct text text, const struct text *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(words[i], text))
            return true;
    }
    return false;
}

bool refuse_column(const struct mapping *mapping, int column, struct text text, const char *why,
                   struct error *error)
{
    return error_set(error, ERROR_BAD_RECORD, "column \"%s\": \"" TEXT_FORMAT "\" %s",
                     mapping->reader.columns[column], (int)(text.length < 120 ? text.length : 120),
                     text.bytes, why);
}

static bool fail_value(const struct binding *binding, const struct mapping *mapping,
                       struct error *error, const char *why, struct text text)
{
    return refuse_column(mapping, binding->column, text, why, error);
}

static bool read_integer(struct text text, int64_t *out)
{
    uint32_t at = text.length && (text.bytes[0] == '-' || text.bytes[0] == '+');
    int64_t value = 0;
    if (at == text.length)
        return false;
    for (; at < text.length; at++) {
        int digit = text.bytes[at] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit,
                                   &value)) // below zero there is room for every value
            return false;
    }
    if (text.bytes[0] == '-') {
        *out = value;
        return true;
    }
    return !__builtin_sub_overflow(0, value, out);
}

static bool read_word(const struct binding *binding, struct text text, struct value *value)
{
    for (size_t i = 0; i < binding->word_count; i++) {
        const struct text from = binding->words[i].from;
        bool is_equal = binding->folds_case
                            ? from.length == text.length &&
                                  strncasecmp(from.bytes, text.bytes, text.length) == 0
                            : text_equal(from, text);
        if (is_equal) {
            *value = binding->words[i].to;
            return true;
        }
    }
    *value = binding->fallback;
    return binding->has_fallback;
}

static bool read_text_value(const struct binding *binding, const struct mapping *mapping,
                            struct text text, struct arena *arena, struct value *value,
                            struct error *error)
{
    if (!text_is_storable(text))
        return error_set(error, ERROR_BAD_RECORD, "column \"%s\": the text is not %s",
                         mapping->reader.columns[binding->column],
                         "UTF-8 without NUL; see encoding in the mapping");
    if (binding->words)
        return read_word(binding, text, value) ||
               fail_value(binding, mapping, error, "is not in the map, which has no default", text);
    *value = (struct value){.type = VALUE_TEXT, .text = text};
    if (binding->prefix.length == 0)
        return true;
    char *joined = arena_alloc(arena, binding->prefix.length + text.length);
    memcpy(joined, binding->prefix.bytes, binding->prefix.length);
    memcpy(joined + binding->prefix.length, text.bytes, text.length);
    value->text = (struct text){joined, binding->prefix.length + text.length};
    return true;
}

// Whether every column of the binding is blank; a constant is not.
static bool is_blank(const struct binding *binding, const struct row *row)
{
    if (binding->column == NO_COLUMN || text_trim(row->fields[binding->column]).length > 0)
        return false;
    for (size_t i = 0; i < binding->more_count; i++) {
        if (text_trim(row->fields[binding->more_columns[i]]).length > 0)
            return false;
    }
    return true;
}

struct text binding_text(const struct binding *binding, const struct row *row, struct arena *arena)
{
    struct text first = row->fields[binding->column];
    if (binding->more_count == 0 || is_blank(binding, row))
        return first;
    struct buffer joined = BUFFER_INIT;
    buffer_append_text(&joined, text_trim(first));
    for (size_t i = 0; i < binding->more_count; i++) {
        buffer_append(&joined, " ", 1);
        buffer_append_text(&joined, text_trim(row->fields[binding->more_columns[i]]));
    }
    struct text text = arena_text(arena, (struct text){joined.bytes, (uint32_t)joined.length});
    buffer_free(&joined);
    return text;
}

bool binding_read(const struct binding *binding, const struct mapping *mapping,
                  const struct row *row, struct arena *arena, struct value *value,
                  struct error *error)
{
    struct error reason = ERROR_INIT;
    if (binding->column == NO_COLUMN) {
        *value = binding->constant;
        return true;
    }
    struct text text = binding_text(binding, row, arena);
    struct text trimmed = text_trim(text);
    *value = (struct value){.type = VALUE_EMPTY};
    if (trimmed.length == 0 || is_listed(trimmed, binding->empties, binding->empty_count))
        return true;
    value->type = VALUE_INTEGER;
    switch (binding->shape) {
    case SHAPE_TEXT:
        return read_text_value(binding, mapping, binding->keeps_blanks ? text : trimmed, arena,
                               value, error);
    case SHAPE_TIME:
        return time_format_read(&binding->format, binding->zone, trimmed, &value->integer,
                                &reason) ||
               error_set(error, ERROR_BAD_RECORD, "column \"%s\": %s",
                         mapping->reader.columns[binding->column], reason.text);
    case SHAPE_INTEGER:
        return read_integer(trimmed, &value->integer) ||
               fail_value(binding, mapping, error, "is no integer", trimmed);
    case SHAPE_BOOLEAN:
        return read_word(binding, trimmed, value) ||
               fail_value(binding, mapping, error, "is no word for yes or no", trimmed);
    case SHAPE_ENUM:
        return read_word(binding, trimmed, value) ||
               fail_value(binding, mapping, error, "is not in the map, which has no default",
                          trimmed);
    }
    return false;
}

// A value that has to be there: the entity, an id, a time.
static bool read_required(const struct binding *binding, const struct mapping *mapping,
                          const struct row *row, struct arena *arena, struct value *value,
                          struct error *error)
{
    if (!binding_read(binding, mapping, row, arena, value, error))
        return false;
    if (value->type != VALUE_EMPTY)
        return true;
    return error_set(error, ERROR_BAD_RECORD, "column \"%s\" is empty, and %s has to be stated",
                     binding->column == NO_COLUMN ? "" : mapping->reader.columns[binding->column],
                     binding->name);
}

static bool condition_holds(const struct condition *condition, const struct row *row)
{
    if (condition->column == NO_COLUMN)
        return true;
    struct text text = text_trim(row->fields[condition->column]);
    return text.length > 0 &&
           (condition->word_count == 0 || is_listed(text, condition->words, condition->word_count));
}

// ---- Statements ----

struct building {
    const struct mapping *mapping;
    const struct row *row;
    struct arena *arena;
    struct assignment *assignments;
    size_t count;
};

static bool state_fields(struct building *building, const struct binding *fields, size_t count,
                         uint16_t kind, struct text key, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        struct assignment *assignment = &building->assignments[building->count];
        *assignment = (struct assignment){.kind = kind, .field = fields[i].field, .key = key};
        if (!binding_read(&fields[i], building->mapping, building->row, building->arena,
                          &assignment->value, error))
            return false;
        // A snapshot says that the field is empty, an event says nothing of it; a map's ~ is said
        // in both.
        bool is_silent = assignment->value.type == VALUE_EMPTY && !building->mapping->is_snapshot &&
                         is_blank(&fields[i], building->row);
        building->count += !is_silent;
    }
    return true;
}

// An ordinal alone lists nothing, since rows number what they do not hold; but a withdrawal has
// nothing else.
static bool is_present(const struct mapped_occurrence *occurrence, const struct row *row)
{
    if (occurrence->has_condition)
        return condition_holds(&occurrence->present, row);
    if (occurrence->is_withdrawn)
        return occurrence->name.column == NO_COLUMN || !is_blank(&occurrence->name, row);
    if (!occurrence->is_ordinal && occurrence->name.column != NO_COLUMN &&
        !is_blank(&occurrence->name, row))
        return true;
    for (size_t i = 0; i < occurrence->field_count; i++) {
        if (occurrence->fields[i].column != NO_COLUMN && !is_blank(&occurrence->fields[i], row))
            return true;
    }
    return false;
}

static bool state_occurrence(struct building *building, const struct mapped_occurrence *occurrence,
                             struct error *error)
{
    struct value name;
    if (!read_required(&occurrence->name, building->mapping, building->row, building->arena, &name,
                       error))
        return false;
    if (occurrence->is_ordinal && (name.integer < 1 || name.integer > ORDINAL_MOST))
        return error_set(error, ERROR_BAD_RECORD,
                         "the ordinal of %s is %lld; it counts from 1 to %lld",
                         occurrence->kind_name, (long long)name.integer, (long long)ORDINAL_MOST);
    struct text key =
        occurrence->is_ordinal
            ? text_from(arena_printf(building->arena, "#%lld", (long long)name.integer))
            : name.text;
    building->assignments[building->count++] =
        (struct assignment){.kind = occurrence->kind,
                            .field = occurrence->is_withdrawn ? FIELD_WITHDRAWN : FIELD_STATED,
                            .key = key,
                            .value = {.type = VALUE_INTEGER, .integer = 1}};
    return occurrence->is_withdrawn ||
           state_fields(building, occurrence->fields, occurrence->field_count, occurrence->kind,
                        key, error);
}

static bool state_event(struct building *building, const struct mapped_event *mapped,
                        struct error *error)
{
    size_t limit = mapped->fact_count, twin;
    for (size_t i = 0; i < mapped->occurrence_count; i++)
        limit += 1 + mapped->occurrences[i].field_count;
    building->count = 0;
    building->assignments =
        arena_alloc(building->arena, (limit + 1) * sizeof *building->assignments);
    if (!state_fields(building, mapped->facts, mapped->fact_count, FACTS_KIND, (struct text){0},
                      error))
        return false;
    for (size_t i = 0; i < mapped->occurrence_count; i++) {
        if (is_present(&mapped->occurrences[i], building->row) &&
            !state_occurrence(building, &mapped->occurrences[i], error))
            return false;
    }
    if (assignments_sort(building->assignments, building->count, &twin))
        return true;
    return error_set(error, ERROR_BAD_RECORD,
                     "the row states the occurrence \"" TEXT_FORMAT "\" twice",
                     TEXT_ARGUMENTS(building->assignments[twin].key));
}

static void hash_id(struct event *event, struct arena *arena)
{
    char *id = arena_alloc(arena, 17);
    publisher_event_id(event, id);
    event->version.event_id = (struct text){id, 16};
}

// ---- Rows ----

bool row_as_of(const struct mapping *mapping, const struct row *row, int64_t as_of_us,
               struct arena *arena, int64_t *out, struct error *error)
{
    struct value value;
    *out = as_of_us;
    if (mapping->as_of_origin != AS_OF_COLUMN)
        return true;
    if (!read_required(&mapping->as_of, mapping, row, arena, &value, error))
        return false;
    *out = value.integer;
    return true;
}

static bool make_snapshot(struct building *building, const struct mapped_event *mapped,
                          int64_t as_of_us, struct event *event, struct error *error)
{
    const struct mapping *mapping = building->mapping;
    struct value part;
    int64_t recorded_us;
    if (!read_required(&mapped->part, mapping, building->row, building->arena, &part, error) ||
        !row_as_of(mapping, building->row, as_of_us, building->arena, &recorded_us, error) ||
        !state_event(building, mapped, error))
        return false;
    event->form = EVENT_SNAPSHOT;
    event->kind = mapped->kind;
    event->part = part.text;
    event->occurred_us = event->version.recorded_us = recorded_us;
    event->recorded_stated = true;
    event->assignments = building->assignments;
    event->assignment_count = building->count;
    event->complete_kinds = mapped->complete_kinds;
    event->complete_kind_count = mapped->complete_kind_count;
    hash_id(event, building->arena);
    return true;
}

// The column's id with the event's suffix; without a column, the hash.
static bool name_event(struct building *building, const struct mapped_event *mapped,
                       struct event *event, struct error *error)
{
    const struct mapping *mapping = building->mapping;
    struct value id;
    if (!mapping->event_id.name) {
        hash_id(event, building->arena);
        return true;
    }
    if (!read_required(&mapping->event_id, mapping, building->row, building->arena, &id, error))
        return false;
    event->version.event_id = id.text;
    if (mapped->id_suffix.length > 0)
        event->version.event_id =
            text_from(arena_printf(building->arena, TEXT_FORMAT TEXT_FORMAT,
                                   TEXT_ARGUMENTS(id.text), TEXT_ARGUMENTS(mapped->id_suffix)));
    return true;
}

static bool make_event(struct building *building, const struct mapped_event *mapped,
                       struct event *event, struct error *error)
{
    const struct mapping *mapping = building->mapping;
    struct value occurred, recorded = {0}, sequence = {0};
    if (!read_required(&mapped->occurred, mapping, building->row, building->arena, &occurred,
                       error) ||
        (mapping->recorded.name && !binding_read(&mapping->recorded, mapping, building->row,
                                                 building->arena, &recorded, error)) ||
        (mapping->sequence.name && !binding_read(&mapping->sequence, mapping, building->row,
                                                 building->arena, &sequence, error)) ||
        !state_event(building, mapped, error))
        return false;
    if (sequence.type == VALUE_INTEGER && sequence.integer < 0)
        return error_set(error, ERROR_BAD_RECORD, "the sequence is negative");
    event->form = EVENT_STATEMENT;
    event->kind = mapped->kind;
    event->occurred_us = occurred.integer;
    event->recorded_stated = recorded.type == VALUE_INTEGER;
    event->version.recorded_us = event->recorded_stated ? recorded.integer : occurred.integer;
    event->version.sequence = sequence.type == VALUE_INTEGER ? (uint64_t)sequence.integer : 0;
    event->assignments = building->assignments;
    event->assignment_count = building->count;
    return name_event(building, mapped, event, error);
}

static bool check_ids(const struct row_events *events, struct error *error)
{
    for (size_t i = 1; i < events->count; i++) {
        for (size_t other = 0; other < i; other++) {
            struct text id = events->events[i].version.event_id;
            if (text_equal(events->events[other].version.event_id, id))
                return error_set(error, ERROR_BAD_RECORD,
                                 "two events of the row have the id \"" TEXT_FORMAT
                                 "\": give one an id_suffix",
                                 TEXT_ARGUMENTS(id));
        }
    }
    return true;
}

static bool make_readings(struct building *building, int64_t as_of_us, struct row_events *out,
                          struct error *error)
{
    if (!row_to_readings(building->mapping, building->row, as_of_us, building->arena, out, error))
        return false;
    out->events[0].kind = building->mapping->events[0].kind;
    if (out->count > 0)
        hash_id(&out->events[0], building->arena);
    return true;
}

bool row_to_events(const struct mapping *mapping, const struct row *row, int64_t as_of_us,
                   struct arena *arena, struct row_events *out, struct error *error)
{
    struct building building = {.mapping = mapping, .row = row, .arena = arena};
    struct value entity;
    out->count = 0;
    out->findings = (struct clock_findings){0};
    if (!read_required(&mapping->entity, mapping, row, arena, &entity, error))
        return false;
    for (size_t i = 0; i < mapping->event_count; i++) {
        struct event *event = &out->events[out->count];
        *event = (struct event){.family = mapping->family->family,
                                .authority = mapping->authority,
                                .entity = entity.text,
                                .version = {.source = mapping->source}};
        if (mapping->readings)
            return make_readings(&building, as_of_us, out, error);
        if (!mapping->is_snapshot && !condition_holds(&mapping->events[i].when, row))
            continue;
        bool is_made = mapping->is_snapshot
                           ? make_snapshot(&building, &mapping->events[i], as_of_us, event, error)
                           : make_event(&building, &mapping->events[i], event, error);
        if (!is_made)
            return false;
        out->count++;
    }
    return check_ids(out, error);
}

// What distinguishes the rows of one entity: the part, or the series with its start.
static bool read_distinction(const struct mapping *mapping, const struct mapped_event *mapped,
                             const struct row *row, struct arena *arena, struct text *out,
                             struct error *error)
{
    struct value part;
    if (mapping->readings)
        return row_readings_key(mapping, row, arena, out, error);
    if (!read_required(&mapped->part, mapping, row, arena, &part, error))
        return false;
    *out = part.text;
    return true;
}

bool row_key(const struct mapping *mapping, const struct mapped_event *mapped,
             const struct row *row, struct arena *arena, struct text *key, struct error *error)
{
    struct value entity;
    struct text part;
    int64_t as_of_us;
    if (!read_required(&mapping->entity, mapping, row, arena, &entity, error) ||
        !read_distinction(mapping, mapped, row, arena, &part, error) ||
        !row_as_of(mapping, row, 0, arena, &as_of_us, error))
        return false;
    uint32_t length = entity.text.length + 1 + part.length + (uint32_t)sizeof as_of_us;
    char *joined = arena_alloc(arena, length);
    memcpy(joined, entity.text.bytes, entity.text.length);
    joined[entity.text.length] = 0; // no text holds a NUL
    memcpy(joined + entity.text.length + 1, part.bytes, part.length);
    memcpy(joined + length - sizeof as_of_us, &as_of_us, sizeof as_of_us);
    *key = (struct text){joined, length};
    return true;
}
