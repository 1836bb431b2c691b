// How far a ranking of one peer group rests on choices and on chance.
//
// Drawings: weights uniformly within (1 - spread) to (1 + spread) of the profile's, each by itself, then scaled to their old sum, as COINr
// and the JRC's audits perturb them (W. Becker, G. Caputo, M. Del Sorbo, COINr: An R package for developing composite indicators, Journal of
// Open Source Software 7 (2022)); values as core/noise.h says. Each drawing scores and ranks the group again (core/float_score.h).
// The choices of the sensitivity analysis besides these two: one of several ways of scoring, and one of several minimum denominators, each as
// likely as the others. The design is core/sobol.h's.
// Floating point, for people to look at; it decides no rank. But robustness_leave_out, which is exact.
// Everything depends on the seed and on stream numbers, not on threads: robustness_draw and robustness_vary may run at once, each with
// results of its own.
#pragma once

#include "core/float_score.h"
#include "core/noise.h"
#include "core/ranking.h"
#include "core/sobol.h"

struct robustness_settings {
    double spread;  // 0 .. 1; 0: the weights are fixed
    bool has_noise; // else values are as measured
    const enum score_way *ways;
    size_t way_count; // at least one
    const double *minimums;
    size_t minimum_count; // factors of the profile's minimum denominators; at least one
    uint64_t seed;
};

enum robustness_choice { CHOICE_WEIGHTS, CHOICE_WAY, CHOICE_MINIMUM, CHOICE_NOISE, CHOICE_COUNT };

struct robustness;

// The group as ranking_compute left it; everything is borrowed until robustness_free. Unassigned areas are left out, so that positions
// below are those in robustness_subject.
struct robustness *robustness_new(const struct scoring *scoring,
                                  const struct contender *const *group, size_t count,
                                  const struct robustness_settings *settings);
void robustness_free(struct robustness *robustness); // takes null
size_t robustness_count(const struct robustness *robustness);
const struct contender *robustness_subject(const struct robustness *robustness, size_t position);
size_t robustness_position(const struct robustness *robustness, const struct contender *subject);
const struct float_score *robustness_score(const struct robustness *robustness);
// How values of an indicator (position in the profile) vary: of the first subject whose do; NOISE_NONE when none does.
enum noise_kind robustness_noise(const struct robustness *robustness, size_t indicator);

// ---- how often each rank ----

struct robustness_tally {
    int64_t draws;
    int64_t *ranks; // [subject * count + rank - 1]: how often
    int64_t *
        ahead; // [subject * count + other]: twice how often the subject stood before the other, and once how often beside it
};

void robustness_tally_new(struct arena *arena, const struct robustness *robustness,
                          struct robustness_tally *out);
// Adds so many drawings of weights and noise. Rule and minimums are the profile's.
void robustness_draw(const struct robustness *robustness, uint32_t stream, int64_t draws,
                     struct robustness_tally *tally);
void robustness_tally_add(const struct robustness *robustness, struct robustness_tally *into,
                          const struct robustness_tally *from);

struct rank_summary {
    double own, mean; // probability of the rank that the subject has; of all drawings
    uint32_t median, low,
        high; // 50th, 5th and 95th percentile: the least rank with so much at or below it
};

void robustness_summarize(const struct robustness *robustness, const struct robustness_tally *tally,
                          size_t subject, struct rank_summary *out);
// The probability of standing before the other, half of that of standing beside it included.
double robustness_ahead(const struct robustness *robustness, const struct robustness_tally *tally,
                        size_t subject, size_t other);

// ---- which choice moves it ----

enum robustness_output { OUTPUT_RANK, OUTPUT_SCORE, OUTPUT_COUNT };

// Adds so many pairs of drawings to the sums of a block. Of a subject its rank (the unranked all stand behind the last ranked one) and its total; of none
// (ROBUSTNESS_ALL) the mean absolute difference of all ranks from the ranking's, and nothing else. `record`, if not null, gets the
// rank output of each drawing, CHOICE_COUNT + 2 of each pair: A, AB of each choice, B.
enum { ROBUSTNESS_ALL = -1 };
void robustness_vary(const struct robustness *robustness, long subject, uint32_t stream,
                     int64_t pairs, struct sobol_sums sums[OUTPUT_COUNT], double *record);

// ---- without one indicator; exact ----

// Ranks a group as a profile without the indicator would, tie-breaks by it left out too. out[i] is group[i] then, the arena's.
// False when no scored indicator would be left; out is not filled.
bool robustness_leave_out(struct arena *arena, const struct scoring *scoring,
                          const struct contender *const *group, size_t count, size_t indicator,
                          struct contender *out);
