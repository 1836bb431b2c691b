// Slots, windows and the fold of readings.
//
// Invariant: a slot is one entry for each source that states it, so the winner of a slot is a whole reading. The entry's key
// is the series, a NUL and the start in seconds, five bytes, high byte first: keys ascend by (series, start). Its value is a
// mask of the quantities measured, then the length and those quantities as minimal LEB128: one spelling for each reading.
#include "core/traffic.h"

#include "core/reading.h"

#include <stdlib.h>

enum {
    START_BYTES = 5,
    QUANTITIES = 4,
    PACKED_BYTES = 1 + 5 * (QUANTITIES + 1),
};

int reading_order(const struct reading *a, const struct reading *b)
{
    int order = text_order(a->series, b->series);
    return order ? order : (a->from_us > b->from_us) - (a->from_us < b->from_us);
}

int64_t traffic_window_s(const struct sensor *sensor)
{
    return sensor ? sensor->window_s : SENSOR_WINDOW_DEFAULT_S;
}

int64_t traffic_window_us(int64_t from_us, int64_t window_s)
{
    return from_us - from_us % (window_s * US_PER_SECOND);
}

bool traffic_window_holds(const struct reading *reading, int64_t window_s)
{
    return reading->from_us + reading->length_s * US_PER_SECOND <=
           traffic_window_us(reading->from_us, window_s) + window_s * US_PER_SECOND;
}

static uint8_t *put_number(uint8_t *at, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *at++ = (uint8_t)(number | 0x80);
    *at++ = (uint8_t)number;
    return at;
}

// Writes the key and the value of a slot; returns the byte after them.
static uint8_t *spell_slot(uint8_t *at, const struct reading *reading, struct state_entry *out)
{
    const int64_t quantities[QUANTITIES] = {reading->vehicles, reading->speed_mm_per_s,
                                            reading->occupancy_permille, reading->queue_m};
    uint8_t *key = at, *packed;
    uint64_t start_s = (uint64_t)(reading->from_us / US_PER_SECOND);
    if (reading->series.length)
        memcpy(at, reading->series.bytes, reading->series.length);
    at += reading->series.length;
    *at++ = 0;
    for (int i = START_BYTES - 1; i >= 0; i--)
        *at++ = (uint8_t)(start_s >> (8 * i));
    packed = at++;
    *packed = 0;
    at = put_number(at, (uint64_t)reading->length_s);
    for (int i = 0; i < QUANTITIES; i++) {
        if (quantities[i] < 0)
            continue;
        *packed = (uint8_t)(*packed | 1u << i);
        at = put_number(at, (uint64_t)quantities[i]);
    }
    *out = (struct state_entry){
        .kind = KIND_READING,
        .field = FIELD_STATED,
        .key = {(const char *)key, (uint32_t)(packed - key)},
        .value = value_text((struct text){(const char *)packed, (uint32_t)(at - packed)})};
    return at;
}

// False at the end of the text, and for more than any quantity has.
static bool take_number(const uint8_t **at, const uint8_t *end, int64_t *number)
{
    uint64_t value = 0;
    for (unsigned shift = 0; *at < end && shift < 35; shift += 7) {
        uint8_t byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *number = (int64_t)value;
            return true;
        }
    }
    return false;
}

static bool unpack_reading(struct text key, struct text packed, struct reading *out)
{
    if (key.length < 1 + START_BYTES || packed.length < 2)
        return false;
    const uint8_t *start = (const uint8_t *)key.bytes + key.length - START_BYTES;
    const uint8_t *at = (const uint8_t *)packed.bytes, *end = at + packed.length;
    uint64_t start_s = 0;
    for (int i = 0; i < START_BYTES; i++)
        start_s = start_s << 8 | start[i];
    *out = (struct reading){.series = {key.bytes, key.length - START_BYTES - 1},
                            .from_us = (int64_t)start_s * US_PER_SECOND};
    int64_t *const quantities[QUANTITIES] = {&out->vehicles, &out->speed_mm_per_s,
                                             &out->occupancy_permille, &out->queue_m};
    uint8_t mask = *at++;
    if (!take_number(&at, end, &out->length_s))
        return false;
    for (int i = 0; i < QUANTITIES; i++) {
        *quantities[i] = READING_NOT_MEASURED;
        if (mask >> i & 1 && !take_number(&at, end, quantities[i]))
            return false;
    }
    return true;
}

// --- the fold of a batch's statements ---

struct slot_statement {
    const struct reading *reading;
    const struct version *version;
    uint32_t statement; // its number, then its version's place
};

struct window_fold {
    const struct window_statement *statements;
    struct slot_statement *slots;
    struct version *versions; // ascending
    struct state_entry *entries;
    size_t statement_count, slot_count;
    uint32_t version_count, entry_count;
};

// The order of registers in a state: by slot, then by who speaks.
static int register_order(const struct slot_statement *a, const struct slot_statement *b)
{
    int order = reading_order(a->reading, b->reading);
    return order ? order : speaker_order(a->version, b->version);
}

static int compare_slots(const void *left, const void *right)
{
    const struct slot_statement *a = left, *b = right;
    int order = register_order(a, b);
    return order ? order : (a->statement > b->statement) - (a->statement < b->statement);
}

static int compare_versions(const void *left, const void *right)
{
    const struct slot_statement *a = left, *b = right;
    int order = version_compare(a->version, b->version);
    return order ? order : (a->statement > b->statement) - (a->statement < b->statement);
}

// Fills the versions, and place[statement] with where that of each is among them.
static void place_versions(struct arena *arena, struct window_fold *fold, uint32_t *place)
{
    size_t count = fold->statement_count;
    struct slot_statement *order = arena_alloc(arena, count * sizeof *order);
    bool ascends = true;
    for (size_t i = 0; i < count; i++) {
        order[i] = (struct slot_statement){NULL, &fold->statements[i].event->version, (uint32_t)i};
        ascends = ascends && (i == 0 || compare_versions(&order[i - 1], &order[i]) < 0);
    }
    if (!ascends)
        qsort(order, count, sizeof *order, compare_versions);
    fold->versions = arena_alloc(arena, count * sizeof *fold->versions);
    for (size_t i = 0; i < count; i++) {
        bool repeats = i > 0 && version_compare(order[i - 1].version, order[i].version) == 0;
        if (!repeats)
            fold->versions[fold->version_count++] = *order[i].version;
        place[order[i].statement] = fold->version_count - 1;
    }
}

// Fills the slots in the order of their registers, of one register by ascending version.
static void gather_slots(struct window_fold *fold, const uint32_t *place)
{
    bool ascends = true;
    for (size_t i = 0; i < fold->statement_count; i++) {
        const struct window_statement *statement = &fold->statements[i];
        for (size_t r = 0; r < statement->count; r++) {
            struct slot_statement *slot = &fold->slots[fold->slot_count];
            *slot = (struct slot_statement){&statement->readings[r], &statement->event->version,
                                            place[i]};
            ascends = ascends && (fold->slot_count == 0 || compare_slots(slot - 1, slot) < 0);
            fold->slot_count++;
        }
    }
    if (!ascends)
        qsort(fold->slots, fold->slot_count, sizeof *fold->slots, compare_slots);
}

// Whether `next` takes the register's place: the greater version; of one version (digests that collide) the greater value.
static bool takes_place(const struct state_entry *entry, const struct state_entry *next)
{
    return next->version > entry->version || text_compare(next->value.text, entry->value.text) > 0;
}

static void spell_entries(struct arena *arena, struct window_fold *fold)
{
    size_t bytes = 0;
    for (size_t i = 0; i < fold->slot_count; i++)
        bytes += fold->slots[i].reading->series.length + 1 + START_BYTES + PACKED_BYTES;
    uint8_t *at = arena_alloc(arena, bytes);
    fold->entries = arena_alloc(arena, fold->slot_count * sizeof *fold->entries);
    for (size_t i = 0; i < fold->slot_count; i++) {
        const struct slot_statement *slot = &fold->slots[i];
        struct state_entry entry;
        at = spell_slot(at, slot->reading, &entry);
        entry.version = slot->statement;
        bool repeats = i > 0 && register_order(slot - 1, slot) == 0;
        if (!repeats)
            fold->entries[fold->entry_count++] = entry;
        else if (takes_place(&fold->entries[fold->entry_count - 1], &entry))
            fold->entries[fold->entry_count - 1] = entry;
    }
}

// Takes out the versions whose readings were all replaced.
static void drop_unused_versions(struct arena *arena, struct window_fold *fold)
{
    uint32_t *places = arena_zalloc(arena, fold->version_count * sizeof *places), kept = 0;
    for (uint32_t i = 0; i < fold->entry_count; i++)
        places[fold->entries[i].version] = 1;
    for (uint32_t i = 0; i < fold->version_count; i++) {
        if (!places[i])
            continue;
        fold->versions[kept] = fold->versions[i];
        places[i] = kept++;
    }
    if (kept == fold->version_count)
        return;
    fold->version_count = kept;
    for (uint32_t i = 0; i < fold->entry_count; i++)
        fold->entries[i].version = places[fold->entries[i].version];
}

void traffic_state_window(struct arena *arena, const struct window_statement *statements,
                          size_t count, struct state *out)
{
    struct window_fold fold = {.statements = statements, .statement_count = count};
    size_t slots = 0;
    for (size_t i = 0; i < count; i++)
        slots += statements[i].count;
    *out = (struct state){0};
    if (!slots)
        return;
    uint32_t *place = arena_alloc(arena, count * sizeof *place);
    fold.slots = arena_alloc(arena, slots * sizeof *fold.slots);
    place_versions(arena, &fold, place);
    gather_slots(&fold, place);
    spell_entries(arena, &fold);
    drop_unused_versions(arena, &fold);
    *out = (struct state){.versions = fold.versions,
                          .entries = fold.entries,
                          .version_count = fold.version_count,
                          .entry_count = fold.entry_count};
}

// --- reading a window ---

bool traffic_next_slot(struct window_slots *slots, struct reading *slot, bool *overlaps)
{
    struct occurrence occurrence;
    while (occurrence_next(slots->window, &slots->cursor, &occurrence)) {
        const struct state_entry *entry = occurrence.fields[FIELD_STATED];
        if (entry->value.type != VALUE_TEXT ||
            !unpack_reading(occurrence.key, entry->value.text, slot))
            continue; // no event makes such an entry
        bool same_series =
            slots->counted_until_us != INSTANT_NONE && text_equal(slots->series, slot->series);
        *overlaps = same_series && slot->from_us < slots->counted_until_us;
        if (!*overlaps) {
            slots->series = slot->series;
            slots->counted_until_us = slot->from_us + slot->length_s * US_PER_SECOND;
        }
        return true;
    }
    return false;
}
