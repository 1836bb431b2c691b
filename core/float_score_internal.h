// What core/float_score.c makes of a profile and a group, and core/float_score_rules.c reads.
#pragma once

#include "core/float_score.h"

#define FLOAT_SCORE_TIE                                                                            \
    1e-9 // of the full mark, of a target, and of the last digit of what is rounded

struct float_indicator {
    size_t position;
    bool scores, lower, is_count, may_change;
    enum score_rule_type type;
    enum missing_policy missing;
    double scale; // 10^digits of the rule's input; 0: it is not rounded
    double weight, full, baseline, slope, floor, beyond, target, cap, over_target, over_deduction;
    bool target_is_mean;
    double *points;
    size_t point_count;
};

enum standing { STANDS_SCORED, STANDS_MISSING, STANDS_TOO_FEW };

struct float_standing { // under one minimum
    uint8_t *of;        // [indicator * count + subject]: enum standing
    size_t same_as;     // the first minimum under which all stand alike
    bool *is_ranked;    // [subject]
    size_t ranked;
    bool *is_short; // [subject]: some of the weights are missing, and the others stand for them
    // [subject]: of items: points of the full mark, their weights, those present, points on top
    double *mark, *mark_weights, *mark_present, *bonus;
};
