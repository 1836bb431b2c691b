// Reading an entity out of its state: what the families' reading functions share.
//
// One walk over the state's sorted entries, without state_find and without malloc: this runs twice
// per event. An occurrence is handed out with the winning entry of each of its fields, and only
// while it is live. Internal to core.
#pragma once

#include "core/state_order.h"

enum { OCCURRENCE_FIELDS = 12 }; // an occurrence's fields are numbered below this

struct occurrence {
    uint16_t kind;
    uint32_t first; // the index of its first entry
    struct text key;
    const struct state_entry *fields[OCCURRENCE_FIELDS]; // null: not stated
};

// Instants, enums and booleans; `otherwise` when not stated or stated empty.
static inline int64_t integer_of(const struct state_entry *entry, int64_t otherwise)
{
    return entry && entry->value.type == VALUE_INTEGER ? entry->value.integer : otherwise;
}

static inline struct text text_of(const struct state_entry *entry)
{
    return entry && entry->value.type == VALUE_TEXT ? entry->value.text : (struct text){"", 0};
}

// Where the entries of the entity itself end: those of its occurrences start there.
static inline uint32_t facts_end(const struct state *state)
{
    uint32_t end = 0;
    while (end < state->entry_count && state->entries[end].kind == FACTS_KIND)
        end++;
    return end;
}

// How many occurrences of the kind of entries[first] there may be from there on: room for an array
// of them.
static inline size_t occurrences_at_most(const struct state *state, uint32_t first)
{
    size_t most = 0;
    uint16_t kind = state->entries[first].kind;
    for (uint32_t i = first; i < state->entry_count && state->entries[i].kind == kind; i++)
        most += state->entries[i].field == FIELD_STATED;
    return most;
}

// The next live occurrence, ascending by (kind, key); false at the end. Start with *cursor =
// facts_end. Versions ascend with their index, so the greatest index wins a field.
static inline bool occurrence_next(const struct state *state, uint32_t *cursor,
                                   struct occurrence *out)
{
    while (*cursor < state->entry_count) {
        uint32_t from = *cursor, until = occurrence_end(state->entries, from, state->entry_count);
        *out = (struct occurrence){
            .kind = state->entries[from].kind, .first = from, .key = state->entries[from].key};
        for (uint32_t i = from; i < until; i++) {
            const struct state_entry *entry = &state->entries[i];
            if (entry->field >= OCCURRENCE_FIELDS)
                continue;
            const struct state_entry **winner = &out->fields[entry->field];
            if (!*winner || entry->version > (*winner)->version)
                *winner = entry;
        }
        *cursor = until;
        if (out->fields[FIELD_STATED])
            return true;
    }
    return false;
}
