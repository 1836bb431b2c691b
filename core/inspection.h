// Environment and traffic-order problems: found by patrol or video, assigned by notice (交办通知),
// rectified, re-checked.
//
// Numbers of kinds and fields are those of proto/cityops/v1/inspection.proto. Firsts, lasts and
// counts are derived here from the live occurrences; nothing derived is stored in a state.
#pragma once

#include "core/family.h"

enum problem_event_kind {
    PROBLEM_FOUND = 1,
    PROBLEM_ASSIGNED,
    PROBLEM_RECTIFIED,
    PROBLEM_RECHECKED,
    PROBLEM_CORRECTED,
    PROBLEM_VOIDED,
    PROBLEM_SNAPSHOT,
    PROBLEM_PROGRESS,
};

enum problem_kind { // of occurrences
    PROBLEM_NOTICE = 10,
    PROBLEM_RECTIFICATION = 11,
    PROBLEM_RECHECK = 12,
};

enum problem_field { // kind 0
    PROBLEM_FOUND_US = 5,
    PROBLEM_DUE_US = 6,
    PROBLEM_THEME = 7,
    PROBLEM_ORIGIN = 8,
    PROBLEM_CATEGORY1 = 9,
    PROBLEM_CATEGORY2 = 10,
    PROBLEM_DISTRICT = 11,
    PROBLEM_TOWN = 12,
    PROBLEM_VILLAGE = 13,
    PROBLEM_IS_VOID = 14,
};

enum {
    NOTICE_ASSIGNED_US = 5,
    NOTICE_UNIT = 6,
    RECTIFICATION_AT_US = 5,
    RECHECK_AT_US = 5,
    RECHECK_PASSED = 6,
};

enum problem_theme { THEME_ENVIRONMENT = 1, THEME_TRAFFIC_ORDER };
enum problem_origin { ORIGIN_PATROL = 1, ORIGIN_VIDEO, ORIGIN_CITIZEN };
enum problem_flag { PROBLEM_FLAG_VOID = 1 };

struct problem_recheck {
    int64_t rechecked_us; // INSTANT_NONE where not stated
    int passed;           // 1 yes, 0 no, -1 not stated
};

// A problem as the rules read it; INSTANT_NONE where nobody states a time. An occurrence that
// states no time is counted as one, but is neither first nor last.
struct problem {
    int64_t found_us, due_us, first_assigned_us, first_rectified_us, last_rectified_us;
    struct text district, town, village, category1, category2;
    struct text unit;  // of the last notice
    int theme, origin; // 0 not stated
    unsigned flags;    // enum problem_flag
    uint32_t notices, rectifications;
    const struct problem_recheck *rechecks; // live, ascending by key
    uint32_t recheck_count, failed_rechecks;
    struct problem_recheck last_recheck; // the last with a time
};

// Texts share the state's memory, arrays the arena's.
void problem_read(const struct state *state, struct arena *arena, struct problem *out);

// What the deadline of rectification is of (core/count_rule.h).
struct begun;
void problem_begun(const struct problem *problem, struct begun *out);

// Which milestone puts a problem into a period. The instants of BACKLOG_LEFT and OVERDUE_LEFT make
// stocks from flows, as those of tickets do (core/hotline.h).
enum problem_cohort {
    PROBLEM_COHORT_FOUND = 1,
    PROBLEM_COHORT_DUE = 2,
    PROBLEM_COHORT_RECTIFIED = 3,    // the last rectification
    PROBLEM_COHORT_BACKLOG_LEFT = 4, // max(found, last rectification)
    PROBLEM_COHORT_OVERDUE_LEFT = 5, // max(due, first rectification)
};

// What is counted of a problem, in whichever cohort: 0 or 1, but for notices and seconds.
enum problem_measure {
    PROBLEM_COUNT_PROBLEMS,
    PROBLEM_COUNT_NOTICES,
    PROBLEM_COUNT_ASSIGNED,
    PROBLEM_COUNT_DUE,
    PROBLEM_COUNT_RECTIFIED,          // has a live rectification with a time
    PROBLEM_COUNT_ON_TIME,            // first rectification <= due
    PROBLEM_COUNT_LATE,               // first rectification > due
    PROBLEM_COUNT_DUE_OPEN,           // due = on time + late + due open
    PROBLEM_COUNT_RECTIFIED_NEGATIVE, // last rectification before found: in no duration
    PROBLEM_COUNT_RECTIFIED_SECONDS,  // last rectification - found
    PROBLEM_COUNT_RECHECKED,          // has a re-check with a time
    PROBLEM_COUNT_RECHECK_FAILED,     // the last re-check failed
    PROBLEM_COUNT_SETTLED,            // rectified, and the last re-check, if any, did not fail
    PROBLEM_MEASURE_COUNT,
};

// What is counted of a re-check, on its own day.
enum recheck_measure {
    RECHECK_COUNT_RECHECKS,
    RECHECK_COUNT_PASSED,
    RECHECK_COUNT_FAILED,
    RECHECK_MEASURE_COUNT
};

// The instant of a cohort; INSTANT_NONE when the problem has not reached it.
int64_t problem_cohort_us(const struct problem *problem, enum problem_cohort cohort);
void problem_measures(const struct problem *problem, int64_t out[PROBLEM_MEASURE_COUNT]);

// The district where it is: what is stated, else the district above the town, else above the
// village; AREA_UNASSIGNED when the name is unknown. `day`: the civil day of found_us, or of the
// cohort's instant.
struct text problem_district(const struct problem *problem, const struct area_index *areas,
                             int32_t day);

// problem_day: (cohort, day, district, theme, flags). problem_month: (cohort, month, district,
// village, theme, flags), cohorts FOUND and DUE. recheck_day: (day, district, theme, flags).
extern const struct rollup rollup_problem_day, rollup_problem_month, rollup_recheck_day;
extern const struct family_definition family_inspection;
