// Counted outputs of a command centre: bulletins, reports, safeguarded events, problems settled,
// budget payments.
//
// Numbers of fields are those of proto/cityops/v1/activity.proto. An activity has no occurrences.
#pragma once

#include "core/family.h"

enum activity_event_kind {
    ACTIVITY_DONE = 1,
    ACTIVITY_CORRECTED,
    ACTIVITY_VOIDED,
    ACTIVITY_SNAPSHOT,
    ACTIVITY_PROGRESS,
};

enum activity_field { // kind 0
    ACTIVITY_DONE_US = 5,
    ACTIVITY_TYPE = 6,
    ACTIVITY_DISTRICT = 7,
    ACTIVITY_UNIT = 8,
    ACTIVITY_AMOUNT_FEN = 9,
    ACTIVITY_SUBJECT = 10,
    ACTIVITY_IS_VOID = 11,
};

enum activity_type {
    ACTIVITY_NEWS_REPORT = 1,
    ACTIVITY_SPECIAL_BULLETIN,
    ACTIVITY_FLASH_BULLETIN,
    ACTIVITY_DUTY_BULLETIN,
    ACTIVITY_RISK_REPORT,
    ACTIVITY_EVENT_SAFEGUARDED,
    ACTIVITY_PROBLEM_SETTLED,
    ACTIVITY_BUDGET_ALLOCATED,
    ACTIVITY_BUDGET_PAID,
};
enum activity_flag { ACTIVITY_FLAG_VOID = 1 };

struct activity {
    int64_t done_us;    // INSTANT_NONE where not stated
    int64_t amount_fen; // 1/100 CNY; -1 not stated
    struct text district, unit, subject;
    int type;       // 0 not stated
    unsigned flags; // enum activity_flag
};

// Texts share the state's memory.
void activity_read(const struct state *state, struct activity *out);

enum activity_measure {
    ACTIVITY_COUNT_ACTIVITIES,
    ACTIVITY_COUNT_AMOUNT_FEN,
    ACTIVITY_MEASURE_COUNT
};

// activity_day: (day, district, unit, type, flags). P01 of a year: the amounts of BUDGET_PAID over
// those of BUDGET_ALLOCATED.
extern const struct rollup rollup_activity_day;
extern const struct family_definition family_activity;
