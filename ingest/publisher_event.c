// The public builder of events: names become the core's numbers here, and the first mistake is kept
// until the event is published.
//
// It checks only names and types; whether the event makes sense is event_validate's to say.
// Invariant: no slot is stated twice, because a second value replaces the first.
#include "ingest/publisher_event.h"

#include "core/buffer.h"
#include "ingest/publisher_core.h"
#include "ingest/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

struct occurrence {
    uint16_t kind;
    struct text key;
};

struct cityops_event {
    const struct family_definition *family;
    struct event core; // but for its arrays
    bool has_id, has_occurred;
    struct assignment *assignments;
    size_t assignment_count, assignment_capacity;
    struct occurrence *occurrences; // [0] is unused: CITYOPS_FACTS
    size_t occurrence_count, occurrence_capacity;
    struct reading *readings;
    size_t reading_count, reading_capacity;
    uint16_t complete_kinds[32];
    struct arena arena;
    char mistake[256]; // the first; empty: none
};

// ---- Names ----

uint16_t event_kind_by_name(const struct family_definition *family, struct text name)
{
    for (size_t i = 1; i < family->event_kind_count; i++) {
        if (family->event_kind_names[i] && text_equal(text_from(family->event_kind_names[i]), name))
            return (uint16_t)i;
    }
    return 0;
}

uint16_t occurrence_kind_by_name(const struct family_definition *family, struct text name)
{
    for (size_t i = 0; i < family->kind_count; i++) {
        if (text_equal(text_from(family->kinds[i].name), name))
            return family->kinds[i].kind;
    }
    return 0;
}

static void list_families(char *out, size_t size)
{
    size_t used = 0;
    *out = 0;
    for (int family = FAMILY_NONE + 1; family < FAMILY_COUNT && used < size; family++) {
        if (family_get((enum family)family))
            used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "",
                                     family_get((enum family)family)->name);
    }
}

static void list_event_kinds(const struct family_definition *family, char *out, size_t size)
{
    size_t used = 0;
    *out = 0;
    for (size_t i = 1; i < family->event_kind_count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "",
                                 family->event_kind_names[i]);
}

// ---- Life cycle ----

static void *grown(void *array, size_t *capacity, size_t element_bytes)
{
    *capacity = *capacity ? 2 * *capacity : 16;
    void *larger = realloc(array, *capacity * element_bytes);
    if (!larger)
        abort();
    return larger;
}

static void empty(struct cityops_event *event)
{
    arena_reset(&event->arena);
    event->core = (struct event){.family = event->family->family, .form = EVENT_STATEMENT};
    event->has_id = event->has_occurred = false;
    event->assignment_count = event->reading_count = 0;
    event->occurrence_count = 1;
    event->mistake[0] = 0;
}

enum cityops_status cityops_event_reset(struct cityops_event *event, const char *kind,
                                        struct cityops_failure *failure)
{
    struct error error = ERROR_INIT;
    char known[512];
    empty(event);
    event->core.kind = event_kind_by_name(event->family, text_from(kind));
    if (!event->core.kind) {
        list_event_kinds(event->family, known, sizeof known);
        error_set(&error, ERROR_BAD_CONFIG, "%s has no event kind \"%s\"; it has %s",
                  event->family->name, kind, known);
    }
    return publisher_tell(&error, failure);
}

struct cityops_event *cityops_event_new(const char *family, const char *kind,
                                        struct cityops_failure *failure)
{
    struct error error = ERROR_INIT;
    const struct family_definition *definition = family_by_name(text_from(family));
    if (!definition) {
        char known[128];
        list_families(known, sizeof known);
        error_set(&error, ERROR_BAD_CONFIG, "unknown family \"%s\"; known are %s", family, known);
        publisher_tell(&error, failure);
        return NULL;
    }
    struct cityops_event *event = calloc(1, sizeof *event);
    if (!event)
        abort();
    event->family = definition;
    event->occurrences = grown(NULL, &event->occurrence_capacity, sizeof *event->occurrences);
    event->occurrences[0] = (struct occurrence){0};
    if (cityops_event_reset(event, kind, failure) != CITYOPS_OK) {
        cityops_event_free(event);
        return NULL;
    }
    return event;
}

void cityops_event_free(struct cityops_event *event)
{
    if (!event)
        return;
    arena_free(&event->arena);
    free(event->assignments);
    free(event->occurrences);
    free(event->readings);
    free(event);
}

// ---- The envelope ----

static struct text copied(struct cityops_event *event, const char *string)
{
    return arena_text(&event->arena, text_from(string));
}

static void note_mistake(struct cityops_event *event, const char *what, const char *name)
{
    if (!event->mistake[0])
        snprintf(event->mistake, sizeof event->mistake, "%s \"%s\"", what, name ? name : "");
}

void cityops_event_set_source(struct cityops_event *event, const char *source)
{
    event->core.version.source = copied(event, source);
}

void cityops_event_set_entity(struct cityops_event *event, const char *authority,
                              const char *entity_id)
{
    event->core.authority = copied(event, authority);
    event->core.entity = copied(event, entity_id);
}

void cityops_event_set_id(struct cityops_event *event, const char *event_id)
{
    event->core.version.event_id = copied(event, event_id);
    event->has_id = true;
}

void cityops_event_set_occurred(struct cityops_event *event, int64_t instant_us)
{
    event->core.occurred_us = instant_us;
    event->has_occurred = true;
}

void cityops_event_set_recorded(struct cityops_event *event, int64_t instant_us)
{
    event->core.version.recorded_us = instant_us;
    event->core.recorded_stated = true;
}

void cityops_event_set_sequence(struct cityops_event *event, uint64_t sequence)
{
    event->core.version.sequence = sequence;
}

void cityops_event_set_snapshot(struct cityops_event *event, const char *part, int64_t as_of)
{
    event->core.form = EVENT_SNAPSHOT;
    event->core.part = copied(event, part);
    cityops_event_set_occurred(event, as_of);
    cityops_event_set_recorded(event, as_of);
}

void cityops_event_set_complete(struct cityops_event *event, const char *kind)
{
    uint16_t number = occurrence_kind_by_name(event->family, text_from(kind));
    size_t *count = &event->core.complete_kind_count;
    if (!number || *count == sizeof event->complete_kinds / sizeof *event->complete_kinds) {
        note_mistake(event, "there is no kind of occurrences", kind);
        return;
    }
    size_t at = 0;
    while (at < *count && event->complete_kinds[at] < number)
        at++;
    if (at < *count && event->complete_kinds[at] == number)
        return;
    memmove(event->complete_kinds + at + 1, event->complete_kinds + at,
            (*count - at) * sizeof *event->complete_kinds);
    event->complete_kinds[at] = number;
    (*count)++;
}

// ---- Fields ----

static void put(struct cityops_event *event, cityops_occurrence occurrence, uint16_t field,
                struct value value)
{
    const struct occurrence *owner = &event->occurrences[occurrence];
    for (size_t i = 0; i < event->assignment_count; i++) {
        struct assignment *known = &event->assignments[i];
        if (known->kind == owner->kind && known->field == field &&
            text_equal(known->key, owner->key)) {
            known->value = value;
            return;
        }
    }
    if (event->assignment_count == event->assignment_capacity)
        event->assignments =
            grown(event->assignments, &event->assignment_capacity, sizeof *event->assignments);
    event->assignments[event->assignment_count++] =
        (struct assignment){.kind = owner->kind, .field = field, .key = owner->key, .value = value};
}

cityops_occurrence cityops_event_add_occurrence(struct cityops_event *event, const char *kind,
                                                const char *id, uint32_t ordinal)
{
    struct occurrence added = {.kind = occurrence_kind_by_name(event->family, text_from(kind))};
    if (!added.kind)
        note_mistake(event, "there is no kind of occurrences", kind);
    added.key =
        id ? copied(event, id) : text_from(arena_printf(&event->arena, "#%" PRIu32, ordinal));
    for (size_t i = 1; i < event->occurrence_count; i++) {
        if (event->occurrences[i].kind == added.kind &&
            text_equal(event->occurrences[i].key, added.key))
            return (cityops_occurrence)i;
    }
    if (event->occurrence_count == event->occurrence_capacity)
        event->occurrences =
            grown(event->occurrences, &event->occurrence_capacity, sizeof *event->occurrences);
    event->occurrences[event->occurrence_count] = added;
    cityops_occurrence occurrence = (cityops_occurrence)event->occurrence_count++;
    put(event, occurrence, FIELD_STATED, (struct value){.type = VALUE_INTEGER, .integer = 1});
    return occurrence;
}

// A withdrawal stands alone: it replaces the statement that the occurrence exists.
void cityops_event_withdraw(struct cityops_event *event, cityops_occurrence occurrence)
{
    if (occurrence < 1 || (size_t)occurrence >= event->occurrence_count) {
        note_mistake(event, "only an occurrence can be withdrawn, not", "the entity");
        return;
    }
    const struct occurrence *owner = &event->occurrences[occurrence];
    for (size_t i = 0; i < event->assignment_count; i++) {
        struct assignment *known = &event->assignments[i];
        if (known->kind == owner->kind && text_equal(known->key, owner->key) &&
            known->field == FIELD_STATED)
            known->field = FIELD_WITHDRAWN;
    }
}

// The field of this name, null (with the mistake noted) when there is none or it has another shape.
// shape < 0: any.
static const struct family_field *
find_field(struct cityops_event *event, cityops_occurrence occurrence, const char *name, int shape)
{
    if (occurrence < 0 || (size_t)occurrence >= event->occurrence_count) {
        note_mistake(event, "a field of an occurrence that is not this event's:", name);
        return NULL;
    }
    uint16_t kind = event->occurrences[occurrence].kind;
    const struct family_field *field = family_field_by_name(event->family, kind, text_from(name));
    if (!field)
        note_mistake(event, "there is no field", name);
    else if (shape >= 0 && (int)field_shape_of(event->family->family, field) != shape) {
        note_mistake(event, "another type is wanted by field", name);
        return NULL;
    }
    return field;
}

static void put_integer(struct cityops_event *event, cityops_occurrence occurrence,
                        const char *name, enum field_shape shape, int64_t value)
{
    const struct family_field *field = find_field(event, occurrence, name, (int)shape);
    if (field)
        put(event, occurrence, field->field,
            (struct value){.type = VALUE_INTEGER, .integer = value});
}

void cityops_event_state_text(struct cityops_event *event, cityops_occurrence occurrence,
                              const char *field, const char *value)
{
    const struct family_field *found = find_field(event, occurrence, field, SHAPE_TEXT);
    if (found)
        put(event, occurrence, found->field,
            (struct value){.type = VALUE_TEXT, .text = copied(event, value)});
}

void cityops_event_state_integer(struct cityops_event *event, cityops_occurrence occurrence,
                                 const char *field, int64_t value)
{
    put_integer(event, occurrence, field, SHAPE_INTEGER, value);
}

void cityops_event_state_instant(struct cityops_event *event, cityops_occurrence occurrence,
                                 const char *field, int64_t instant_us)
{
    put_integer(event, occurrence, field, SHAPE_TIME, instant_us);
}

void cityops_event_state_boolean(struct cityops_event *event, cityops_occurrence occurrence,
                                 const char *field, bool value)
{
    put_integer(event, occurrence, field, SHAPE_BOOLEAN, value);
}

void cityops_event_state_word(struct cityops_event *event, cityops_occurrence occurrence,
                              const char *field, const char *word)
{
    const struct family_field *found = find_field(event, occurrence, field, SHAPE_ENUM);
    if (!found)
        return;
    int64_t value =
        field_word_value(event->family->family, found->kind, found->field, text_from(word));
    if (value)
        put(event, occurrence, found->field,
            (struct value){.type = VALUE_INTEGER, .integer = value});
    else
        note_mistake(event, "an enum has no word", word);
}

void cityops_event_clear(struct cityops_event *event, cityops_occurrence occurrence,
                         const char *field)
{
    const struct family_field *found = find_field(event, occurrence, field, -1);
    if (found)
        put(event, occurrence, found->field, (struct value){.type = VALUE_EMPTY});
}

// ---- Readings ----

// Below zero only "not measured" means something; anything else would be taken for that.
static int64_t quantity_of(struct cityops_event *event, int64_t value, const char *name)
{
    if (value < 0 && value != CITYOPS_NOT_MEASURED)
        note_mistake(event, "a reading has a negative quantity:", name);
    return value < 0 ? READING_NOT_MEASURED : value;
}

void cityops_event_add_reading(struct cityops_event *event, const struct cityops_reading *reading)
{
    if (event->family->family != FAMILY_TRAFFIC)
        note_mistake(event, "readings are of family traffic, not of", event->family->name);
    if (event->reading_count == event->reading_capacity)
        event->readings = grown(event->readings, &event->reading_capacity, sizeof *event->readings);
    event->readings[event->reading_count++] = (struct reading){
        .series = copied(event, reading->series ? reading->series : ""),
        .from_us = reading->from_us,
        .length_s = reading->length_s,
        .vehicles = quantity_of(event, reading->vehicles, "vehicles"),
        .speed_mm_per_s = quantity_of(event, reading->speed_mm_per_s, "speed_mm_per_s"),
        .occupancy_permille = quantity_of(event, reading->occupancy_permille, "occupancy_permille"),
        .queue_m = quantity_of(event, reading->queue_m, "queue_m"),
    };
}

// ---- The event ----

bool assignments_sort(struct assignment *assignments, size_t count, size_t *twin)
{
    // Insertion sort: callers build them nearly in order, and an event has a dozen.
    for (size_t i = 1; i < count; i++) {
        struct assignment moved = assignments[i];
        size_t at = i;
        for (; at > 0 && assignment_compare(&assignments[at - 1], &moved) > 0; at--)
            assignments[at] = assignments[at - 1];
        assignments[at] = moved;
    }
    for (size_t i = 1; i < count; i++) {
        if (assignment_compare(&assignments[i - 1], &assignments[i]) == 0) {
            *twin = i;
            return false;
        }
    }
    return true;
}

bool event_from_builder(const struct cityops_event *event, struct text default_source,
                        struct arena *arena, struct event *out, struct error *error)
{
    if (event->mistake[0])
        return error_set(error, ERROR_BAD_RECORD, "event.built-wrong: %s", event->mistake);
    if (!event->has_occurred)
        return error_set(error, ERROR_BAD_RECORD,
                         "event.built-wrong: it does not say when it happened");
    *out = event->core;
    if (!out->version.source.length)
        out->version.source = default_source;
    if (!out->recorded_stated)
        out->version.recorded_us = out->occurred_us;
    struct assignment *sorted =
        arena_copy(arena, event->assignments, event->assignment_count * sizeof *event->assignments);
    size_t twin;
    assignments_sort(sorted, event->assignment_count, &twin); // put keeps slots apart
    out->assignments = sorted;
    out->assignment_count = event->assignment_count;
    out->complete_kinds = event->complete_kinds;
    out->readings =
        arena_copy(arena, event->readings, event->reading_count * sizeof *event->readings);
    out->reading_count = event->reading_count;
    if (!event->has_id) {
        char *id = arena_alloc(arena, 17);
        publisher_event_id(out, id);
        out->version.event_id = (struct text){id, 16};
    }
    return true;
}

static void hash_text(XXH3_state_t *hash, struct text text)
{
    XXH3_64bits_update(hash, &text.length, sizeof text.length);
    if (text.length)
        XXH3_64bits_update(hash, text.bytes, text.length);
}

static void hash_number(XXH3_state_t *hash, int64_t number)
{
    XXH3_64bits_update(hash, &number, sizeof number);
}

void publisher_event_id(const struct event *event, char out[17])
{
    XXH3_state_t hash; // on the stack: it is used for every row
    XXH3_64bits_reset(&hash);
    hash_text(&hash, event->version.source);
    hash_text(&hash, event->authority);
    hash_text(&hash, event->entity);
    hash_text(&hash, event->part);
    hash_number(&hash, event->kind);
    hash_number(&hash, event->occurred_us);
    hash_number(&hash, event->version.recorded_us);
    hash_number(&hash, (int64_t)event->version.sequence);
    hash_number(&hash, event->form == EVENT_PROGRESS ? event->progress_until_us : 0);
    for (size_t i = 0; i < event->complete_kind_count; i++)
        hash_number(&hash, event->complete_kinds[i]);
    for (size_t i = 0; i < event->assignment_count; i++) {
        const struct assignment *stated = &event->assignments[i];
        hash_number(&hash,
                    (int64_t)stated->kind << 32 | (int64_t)stated->field << 8 | stated->value.type);
        hash_text(&hash, stated->key);
        if (stated->value.type == VALUE_INTEGER)
            hash_number(&hash, stated->value.integer);
        else if (stated->value.type == VALUE_TEXT)
            hash_text(&hash, stated->value.text);
    }
    for (size_t i = 0; i < event->reading_count; i++) {
        const struct reading *reading = &event->readings[i];
        hash_text(&hash, reading->series);
        hash_number(&hash, reading->from_us);
        hash_number(&hash, reading->length_s);
        hash_number(&hash, reading->vehicles);
        hash_number(&hash, reading->speed_mm_per_s);
        hash_number(&hash, reading->occupancy_permille);
        hash_number(&hash, reading->queue_m);
    }
    snprintf(out, 17, "%016" PRIx64, (uint64_t)XXH3_64bits_digest(&hash));
}
