// What each entity's state must be: a table from entity to the encoded fold of its events so far.
//
// Memory: the encoded state (twice that, where it is large), the key and about 150 bytes an
// entity. One thread.
#pragma once

#include "core/family.h"

struct entity_state {
    struct text bytes; // the encoded state
    bool compared;     // for the caller: met among the stored states
    enum family family;
    struct text authority, entity;
};

struct entity_states;

struct entity_states *entity_states_new(void);
void entity_states_free(struct entity_states *states); // takes null
// Merges an event into its entity's state. `scratch` is used and may be reset afterwards.
void entity_states_fold(struct entity_states *states, const struct event *event,
                        struct arena *scratch);
// Null when no event of this entity states anything.
struct entity_state *entity_states_find(struct entity_states *states, enum family family,
                                        struct text authority, struct text entity,
                                        struct arena *scratch);
// Runs over all of them, in no order that means anything. Start with null; null at the end.
struct entity_state *entity_states_next(struct entity_states *states, struct entity_state *after);
