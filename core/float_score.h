// The scores and ranks of one peer group in floating point: those of core/score.h, but some thousand times as fast, for questions that
// score a group ten thousand times. It decides no rank that is printed as a result.
//
// With the values as measured, every weight as it is and every minimum as the profile has it, ranks are those of ranking_compute and
// totals lie within 1e-12 of them. Totals that are nearer to each other than 1e-9 of the full mark count as equal. A minimum is held
// against the number of cases that was counted, whatever the values are. Instead of the profile's rules all indicators may be scored in
// one of the ways that composite indicators know (OECD and JRC, Handbook on Constructing Composite Indicators, 2008, step 5).
// After float_score_new everything is read only: any number of threads, each with a sheet of its own.
#pragma once

#include "core/score.h"

// How indicators earn points. All but the first: of those that are better higher or lower, and not scored for being there at all.
enum score_way {
    SCORE_AS_PROFILE,
    SCORE_BY_RANK,     // the first of m the weight, the last 0, equal steps between
    SCORE_BY_BEST,     // weight x value / best; lower is better: weight x best / value
    SCORE_BY_RANGE,    // weight x (value - worst) / (best - worst)
    SCORE_BY_STANDARD, // weight x (1/2 + z / 4): the mean earns half, two standard deviations more earn all; without bounds
    SCORE_WAY_COUNT,
};

struct float_indicator;
struct float_standing;

struct float_score {
    const struct scoring *scoring;
    size_t count; // of subjects: the group without the unassigned area, in its order
    const struct contender **contenders;
    size_t indicator_count; // those that score in the group or break ties
    const struct float_indicator *indicators;
    size_t minimum_count;
    const struct float_standing *standings; // one for each minimum
    double *values; // [indicator * count + subject]: as measured and printed; 0 where unknown
    double tolerance;
};

// What is worked out for one drawing; reused.
struct float_sheet {
    double *points;  // [indicator * count + subject]
    double *totals;  // [subject]; defined when ranked
    uint32_t *ranks; // [subject]; the unranked all stand behind the last ranked one
    double *keys, *sorted;
    size_t *order; // of no meaning outside
};

// `minimums`: factors of the profile's minimum denominators, each an alternative. Everything is the arena's; the group is borrowed.
void float_score_new(struct arena *arena, const struct scoring *scoring,
                     const struct contender *const *group, size_t count, const double *minimums,
                     size_t minimum_count, struct float_score *out);
void float_sheet_new(struct arena *arena, const struct float_score *score, struct float_sheet *out);

// The position in the profile; whether it scores (else it breaks ties alone) and may be scored in another way than the profile's.
size_t float_score_position(const struct float_score *score, size_t indicator);
bool float_score_scores(const struct float_score *score, size_t indicator);
double float_score_weight(const struct float_score *score, size_t indicator);
bool float_score_is_ranked(const struct float_score *score, size_t minimum, size_t subject);
size_t float_score_ranked(const struct float_score *score, size_t minimum); // how many
// Whether two minimums make no difference to any subject.
bool float_score_minimums_agree(const struct float_score *score, size_t one, size_t other);

// Fills sheet->points from values, which are as score->values.
void float_score_points(const struct float_score *score, const double *values, enum score_way way,
                        size_t minimum, struct float_sheet *sheet);
// Fills totals and ranks from points. factors[indicator]: of each weight; null: 1.
void float_score_rank(const struct float_score *score, const double *values, const double *points,
                      const double *factors, size_t minimum, struct float_sheet *sheet);
