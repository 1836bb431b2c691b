// Why two rankings of the same subjects differ, in parts that add up exactly, down to the entities.
//
// Of each subject: its total is the sum of points (and of what was entered, and of weights that missing indicators give away). The
// points of an indicator differ by the subject's own value, by the values of its peers, and by the rule, each worked out by scoring
// again with the one exchanged. The value differs by its sums, each sum by whole numbers of entities. An entity's share of the
// difference of a value N/D is (its part of N - left value x its part of D) / right D: these shares add up to the difference, in
// whatever order. Quantiles have no such shares: theirs are the steps by which the value changes when the entities' changes are made
// one after the other, in the order of their keys. Pure but for the memory it takes.
#pragma once

#include "rank/contribution.h"

enum part_level {
    PART_RANK,   // ranks
    PART_TOTAL,  // exact totals
    PART_POINTS, // of an indicator or item, or of the weights of missing ones: add up to the total
    PART_CAUSE,  // own value, peers' values, rule: add up to the points
    PART_VALUE,  // as printed: per cent, hours
    PART_SUM,    // of a term: the sums behind the value
    PART_ENTITY, // its share of the value; its points add up to the cause "own"
    PART_ENTITY_SUM, // its whole numbers: add up to the sum
    PART_LEVEL_COUNT,
};

// Where a sum stands in its indicator.
enum term_role { TERM_NUMERATOR, TERM_DENOMINATOR, TERM_SAMPLE, TERM_OBSERVED, TERM_ROLE_COUNT };
struct term_place {
    enum term_role role;
    const struct indicator_settings *settings;
    const struct indicator_term *term; // null of what is observed
};

struct part {
    enum part_level level;
    struct text subject;
    const struct area *area;       // null: none
    struct text indicator;         // key, of an indicator or item; empty of ranks and totals
    const char *what;              // the cause, or the term; "" elsewhere
    const struct term_place *term; // of sums: which one
    const struct contributor *contributor; // of entities; null: what no entity can be given
    bool left_known, right_known;
    struct rational left, right; // defined when known
    struct rational
        difference; // unknown counts as 0, but of PART_TOTAL and PART_VALUE where has_difference is false
    bool has_difference;
    bool has_points; // of PART_ENTITY
    struct rational points;
    bool is_change; // of PART_ENTITY: its whole numbers follow, though its share may be 0
};

extern const char *const part_level_names[PART_LEVEL_COUNT]; // "rank", "total", ...

typedef void part_reader(void *context, const struct part *part);

// Whether the sums of two indicators, maybe of two profiles, are of the same terms: same key, outcomes and denominator. Cohort, caliber
// and weights may differ.
bool indicators_comparable(const struct scored_indicator *a, const struct scored_indicator *b);

// Tells every part that is not 0, subject by subject in the right side's order, from the total down. The contributions are sorted.
// ERROR_DIFFERENT when the entities do not add up to the sums: tables or results are not what the journal says.
bool difference_read(struct arena *arena, const struct assessment *left,
                     const struct assessment *right, const struct contributions *contributions,
                     part_reader *reader, void *context, struct error *error);
