// From values to points: the scoring rules of a profile, applied to one peer group.
//
// Every rule reads a value as it is printed (per cent, hours, a count), after the rule's own rounding if it has one, and
// never gives more points than the weight (but RATIO_TO_TARGET with a cap above 1). Relative rules look at the whole group,
// so a group is always scored as one. Pure and exact. Source of the rules: DOMAIN 4.
#pragma once

#include "core/indicator.h"

enum score_rule_type {
    RULE_WATCHED, // printed, not scored
    RULE_PROPORTIONAL, // weight x value / full; lower is better: weight x (full - value) / full; within 0 .. weight
    RULE_DEDUCT,      // max(floor, weight - slope x shortfall of the baseline)
    RULE_RANK_POINTS, // points[rank in the group - 1], beyond the list `beyond`
    RULE_RELATIVE_TO_BEST, // weight x value / best; lower is better: weight x best / value; the best earns the weight
    RULE_SHARE_OF_TOTAL, // weight x value / sum of the group
    RULE_RATIO_TO_TARGET, // weight x min(cap, value / target); lower is better: weight x min(cap, target / value)
    RULE_FULL_IF_ANY, // the weight where there is a value (of a count: one above 0), else it is missing
    SCORE_RULE_COUNT,
};

struct score_rule {
    enum score_rule_type type;
    struct rational full;                   // PROPORTIONAL: the printed value that earns the weight
    struct rational baseline, slope, floor; // DEDUCT: slope in points per printed unit
    const struct rational *points;          // RANK_POINTS
    size_t point_count;
    struct rational beyond;
    struct rational target; // RATIO_TO_TARGET, as printed
    bool target_is_mean;    // the mean of the group's values instead
    struct rational cap;    // of the ratio; 1: never more than the weight
    // A target exceeded by more than this share of it is flagged as mis-set and costs so many points; negative: it is not.
    struct rational over_target, over_deduction;
};

// What a missing value means. EXCLUDE: the subject is not ranked. REDISTRIBUTE: the other indicators' points are scaled up
// to the full mark.
enum missing_policy { MISSING_EXCLUDE, MISSING_REDISTRIBUTE, MISSING_ZERO, MISSING_FULL };

struct scored_indicator {
    struct text key; // unique within a profile
    struct indicator_settings settings;
    struct rational weight; // the most points; 0 when watched
    struct score_rule rule;
    int64_t minimum_denominator; // below it, the subject is not ranked; 0: no minimum
    enum missing_policy missing;
    int input_digits; // the printed value is rounded to so many digits before the rule; -1: it is not
    const struct text *groups; // it counts in these peer groups alone: full marks may differ
    size_t group_count;        // 0: in all
    struct rational move_cost; // of one move (core/move.h), above 0; scores do not depend on it
};

struct tie_break {
    size_t indicator; // position
    bool higher;      // the higher value goes first
};

// Points that people enter (adjustments, reference data): a part of the full mark, or on top of it.
enum item_type {
    ITEM_ENTERED,   // 0 .. most points, part of the full mark
    ITEM_DEDUCTION, // at most `most` points less
    ITEM_BONUS,     // at most `most` points more
};

struct scored_item {
    struct text key; // unique within a profile, also among indicators
    enum item_type type;
    struct rational most;
    enum missing_policy missing; // of ENTERED: nothing was entered; the others are 0 then
};

// Who stands in the first or the last places; units of equal totals are listed together, so a list may be longer.
struct ranking_list {
    int64_t places; // 0: there is no such list
    bool of_all;    // all groups together; else each by itself
};

enum list_flag { LIST_RED = 1, LIST_BLACK = 2 };

// What a profile says about scores and order.
struct scoring {
    const struct scored_indicator *indicators;
    size_t indicator_count;
    const struct tie_break *tie_breaks;
    size_t tie_break_count;
    int total_digits;  // the total is rounded to so many digits; -1: it is not
    bool sort_rounded; // ranks compare rounded totals: "round, then sort"
    const struct scored_item *items;
    size_t item_count;
    struct ranking_list red, black;
};

enum points_status { POINTS_WATCHED, POINTS_SCORED, POINTS_MISSING, POINTS_TOO_FEW };

struct points {
    enum points_status status;
    struct rational input;  // what the rule read; defined when the value is known
    struct rational points; // SCORED, and MISSING with a policy of zero or full
    bool is_over_target;    // so far above its target that the target is in doubt
};

// What was entered of one item: the sum of its points, deductions negative.
struct entered_item {
    bool known;
    struct rational sum;    // defined when known
    struct rational points; // what it adds to the total, after its limit; filled by score_group
};

// Why a subject is listed without a rank.
enum unranked_reason {
    RANKED,
    UNRANKED_UNASSIGNED,
    UNRANKED_NO_ORDERS,
    UNRANKED_TOO_FEW,
    UNRANKED_MISSING,
    UNRANKED_NOT_ENTERED, // reason_indicator is the position of an item
};

struct value_set;

// One subject of a ranking: what was measured, and what came of it.
struct contender {
    struct text code, group;
    bool
        is_unassigned; // the area "unassigned": listed, never ranked, no part of its group's best or sum
    bool has_orders;
    struct measured *measured;    // [indicator_count]
    struct entered_item *entered; // [item_count]; null where there are none
    // [indicator_count], each null or all that a printed figure can have been (core/value_set.h), of which measured[] is the one that
    // its digits read; null: everything was counted. Scores do not look at it, core/interval_ranking.h does.
    const struct value_set **printed;

    struct points
        *points; // [indicator_count]; from here on filled by score_group and ranking_compute
    enum unranked_reason reason;
    size_t reason_indicator; // of TOO_FEW, MISSING and NOT_ENTERED
    struct rational exact_total,
        total; // without and with the profile's rounding; defined when ranked
    struct rational
        scale; // of the indicators' points in the total: above 1 where the weight of missing ones is redistributed
    uint32_t rank;
    bool is_shared;
    unsigned lists; // enum list_flag
};

// Whether the indicator counts in a peer group; where not, it is watched.
bool indicator_counts_in(const struct scored_indicator *indicator, struct text group);

// Whether points depend on the values of the other subjects of the group.
bool score_rule_is_relative(const struct score_rule *rule);
// The points of an input under a rule that is not relative (nor RULE_WATCHED); *is_over_target as of struct points.
struct rational score_input(struct arena *arena, const struct scored_indicator *indicator,
                            struct rational input, bool *is_over_target);
// What the rule reads of a value: as printed, after the rule's own rounding.
struct rational score_rule_input(struct arena *arena, const struct scored_indicator *indicator,
                                 struct rational value);

// contender->scale, of points that are filled in.
struct rational score_scale(struct arena *arena, const struct scoring *scoring,
                            const struct contender *contender);

// Fills points, reason and totals of one peer group.
void score_group(struct arena *arena, const struct scoring *scoring, struct contender *const *group,
                 size_t count);
