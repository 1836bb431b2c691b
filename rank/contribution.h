// What each entity adds to the sums behind a ranking: the bottom of a difference.
//
// An entity is a ticket, an incident, a problem, an activity; of traffic an hour of a road segment. What it adds is worked out from its
// state at a cut-off, as rollups are (law 2): for each subject, indicator and term a whole number, so that the numbers of all
// entities add up to the sums that the ranking was computed from. Of quantiles an entity has what was observed of it. Two sides are
// collected, left and right of a difference. One thread.
#pragma once

#include "rank/assessment.h"
#include "sql/as_of.h"

// Which of an indicator's numbers: a term of the numerator, from SLOT_DENOMINATOR on of the denominator, the sample, or what
// was observed.
enum contribution_slot {
    SLOT_DENOMINATOR = INDICATOR_TERMS_MAX,
    SLOT_SAMPLE = 2 * INDICATOR_TERMS_MAX,
    SLOT_OBSERVED,
};

struct contributor {
    enum family family;
    struct text authority, id; // of traffic: the road segment, the hour
};

struct contribution {
    uint32_t contributor; // position; ascending by family, authority, id once sorted
    uint16_t subject;     // position
    uint8_t indicator, slot;
    int64_t amount, denominator; // the denominator of what was observed; else 1
};

enum contribution_side { SIDE_LEFT, SIDE_RIGHT, SIDE_COUNT };

struct contribution_list {
    struct contribution *list; // by subject, indicator, contributor, slot, once sorted
    size_t count, capacity;
};

struct contributions {
    struct arena arena;
    struct contributor *contributors;
    size_t contributor_count, contributor_capacity;
    uint32_t *slots; // hash table of positions + 1; 0: free
    size_t slot_mask;
    struct text *subjects;
    size_t subject_count, subject_capacity;
    struct contribution_list sides[SIDE_COUNT];
};

#define CONTRIBUTIONS_INIT ((struct contributions){.arena = ARENA_INIT})
void contributions_free(struct contributions *contributions);
// Positions of an entity and of a subject; new ones are copied to the arena.
uint32_t contributions_find_contributor(struct contributions *contributions,
                                        const struct contributor *wanted);
uint16_t contributions_find_subject(struct contributions *contributions, struct text code);
void contributions_add(struct contributions *contributions, enum contribution_side side,
                       struct contribution contribution);

// What is counted: the indicators of a profile in a period, under a generation. Of several periods that are summed, stocks before the
// period are those of the first, everything up to its end and in the year those of the last.
struct counting {
    const struct profile *profile;
    const struct period *period;
    const struct generation *generation;
    const struct working_time
        *working; // where an indicator counts working time; else it may be null
    bool is_first, is_last;
    const int *
        indicators; // by position in the profile: under which it is collected, -1: not; null: its own
    enum contribution_side side;
    struct text
        only; // code: of this subject alone, whose contributors are not told apart; empty: of all
};

// What a state contributes under it. `window` is the zone of the period's days (period_window).
struct contribution_context counting_meaning(const struct counting *counting,
                                             const struct zone *window);
// Adds what one entity's state gives. Memory of `scratch` is not needed afterwards.
bool contributions_add_state(struct contributions *contributions, const struct counting *counting,
                             const struct contribution_context *meaning,
                             const struct entity_state *entity, struct arena *scratch,
                             struct error *error);
// Adds what lies in the states of a fold; those that are the same in `same_in` (may be null) are left out, since they cannot differ.
bool contributions_add_states(struct contributions *contributions, const struct counting *counting,
                              const struct as_of *as_of, const struct as_of *same_in,
                              struct error *error);
void contributions_add_hours(struct contributions *contributions, const struct counting *counting,
                             const struct traffic_hours *hours);
// Sorts and renumbers the contributors, and sorts both sides.
void contributions_sort(struct contributions *contributions);
