// Rules that families write as tables: what numbers may be, and what an event of each kind has to
// state.
//
// Codes are stable: they stand in dead-letter headers and in metrics. Each function returns true
// when nothing is wrong, else fills *violation. Pure. Internal to core.
#pragma once

#include "core/family.h"

// What a number may be beyond its type: from `least` to `most`, both inclusive. Instants and texts
// have general rules.
struct field_range {
    uint16_t kind, field;
    int64_t least, most; // 0 and 1 of booleans; enums start at 1, since 0 is UNSPECIFIED
};

enum { ANY_VALUE = -1 };

// What an event of a kind has to state: this slot, not empty, and with this integer unless
// ANY_VALUE.
struct event_requirement {
    uint16_t event_kind, kind, field;
    int integer;
    const char *code, *detail;
};

// Fills *violation and returns false.
bool event_refuse(struct violation *violation, const char *code, const char *detail);
// Whether the event states the slot with a value: of any occurrence of the kind, and with this
// integer unless ANY_VALUE.
bool event_states(const struct event *event, uint16_t kind, uint16_t field, int integer);

// "boolean.out-of-range", "enum.out-of-range" or "number.out-of-range".
bool event_check_ranges(const struct event *event, const struct field_range *ranges, size_t count,
                        struct arena *arena, struct violation *violation);
bool event_check_requirements(const struct event *event,
                              const struct event_requirement *requirements, size_t count,
                              struct violation *violation);
// A fact that names another entity (merged into, duplicate of) must not name the entity itself.
bool event_check_other(const struct event *event, uint16_t field, const char *code,
                       const char *detail, struct violation *violation);
