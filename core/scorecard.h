// A self-evaluation's table: targets against actuals, points, grade, and what is wrong with the table, found from its numbers alone.
//
// The rule (财预〔2020〕10号, DOMAIN 4): a target that is met earns the weight; one that is not, weight x actual / target, or
// target / actual where lower is better; never more than the weight. A target exceeded by more than a share of it is called mis-set.
// What cannot be scored is dropped, and the rest rescaled to the full mark. Pure and exact.
#pragma once

#include "core/printed.h"

#include <stddef.h>

// What an indicator measures; the rule wants output split into the first four.
enum scorecard_kind {
    KIND_QUANTITY,
    KIND_QUALITY,
    KIND_TIMELINESS,
    KIND_COST,
    KIND_EFFECT, // benefit, satisfaction: no output
    KIND_NOT_STATED,
    SCORECARD_KINDS_TO_SPLIT = KIND_EFFECT, // how many output is split into
};

struct scorecard_level { // output, benefit, ...
    struct text key;
    struct rational weight;
};

struct scorecard_indicator {
    struct text key, subject; // subject: what it counts, where other figures of it are stated
    size_t level;
    enum scorecard_kind kind;
    bool lower_is_better;
    bool has_weight; // else its level's is shared equally among those of the level that have none
    struct rational weight;
    bool target_is_mean;    // of a group that the actual is one of
    bool has_target;        // of a mean: it is known
    struct rational target; // above 0
    int64_t rank;           // of the actual in that group; 0: not stated
    struct printed_figure actual;
    struct text actual_text; // as it stands
    int completed;           // as the table claims: 1 yes, 0 no, -1 no claim
};

struct scorecard_statement { // what is stated of a subject elsewhere
    struct text subject, text;
    bool is_number;
    struct printed_figure figure; // of a number
};

struct scorecard_grade {
    struct text word;
    struct rational from; // points of 100; grades descend
};

struct scorecard {
    struct scorecard_level *levels;
    struct scorecard_indicator *indicators;
    struct scorecard_statement *statements;
    struct scorecard_grade *grades;
    size_t level_count, indicator_count, statement_count, grade_count;
    struct rational full;                        // what the weights should add up to
    struct rational over_target, over_deduction; // a share; points
    int stated_grade;                            // position; -1: none
    bool has_stated_score;
    struct printed_figure stated_score;
};

struct scorecard_points {
    bool known; // false: whether the target is met cannot be told
    bool is_met;
    bool is_met_by_rank; // the first of a group is not below its mean
    bool is_over;        // so far beyond its target that the target is in doubt
    bool has_deviation;
    struct rational weight, points, deviation; // deviation: (actual - target) / target
};

enum scorecard_finding_type {
    FINDING_WEIGHTS,        // weights of the levels do not add up to the full mark
    FINDING_LEVEL_WEIGHTS,  // `at`: weights of a level's indicators do not add up to its own
    FINDING_TARGET_MIS_SET, // `at`: an indicator
    FINDING_NOT_MET,        // `at`
    FINDING_CLAIM,          // `at`: is claimed to be completed, or not to be, and is otherwise
    FINDING_TARGET_UNKNOWN, // `at`: nothing says what was aimed at
    FINDING_TWO_FIGURES,    // `subject` has figures that cannot both be right
    FINDING_KINDS,          // indicators state no kind, or no indicator is of some
    FINDING_NO_SCORE,       // a grade is stated without a score
    FINDING_OTHER_GRADE,    // the stated grade is not that of the points
    FINDING_OTHER_SCORE,    // nor the stated score
};

struct scorecard_finding {
    enum scorecard_finding_type type;
    size_t at;
    struct text subject;
};

struct scorecard_result {
    struct scorecard_points *points; // [indicator_count]
    struct rational *level_weights;  // [level_count]: of the indicators
    struct rational *level_points;   // [level_count]
    struct rational weight;          // of all levels
    struct rational total;           // of that weight
    struct rational rescaled;        // to the full mark, what could be scored alone
    size_t grade, rescaled_grade;    // of total and rescaled, in per cent of the full mark
    size_t kind_counts[KIND_NOT_STATED + 1];
    struct scorecard_finding *findings;
    size_t finding_count;
};

// Everything is the arena's.
void scorecard_score(struct arena *arena, const struct scorecard *scorecard,
                     struct scorecard_result *out);
