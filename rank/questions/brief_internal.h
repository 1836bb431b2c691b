// What the files of `cityops-rank brief` share: the six conditions (六情) and what they are counted from.
#pragma once

#include "rank/language.h"
#include "rank/snapshot.h"

#include "core/unusual.h"

enum condition {
    CONDITION_FLOW,      // 客情: vehicles that sensors count
    CONDITION_SENTIMENT, // 民情: hotline orders received, letters left out
    CONDITION_OPINION,   // 舆情: letters to the message board
    CONDITION_POLICE,    // 警情: incidents known, hazards left out
    CONDITION_HAZARDS, // 险情: incidents known and problems found, of categories that name a hazard
    CONDITION_EPIDEMIC, // 疫情: orders and incidents of categories that name an epidemic
    CONDITION_COUNT,
};

struct brief_series {
    struct counted_day *before, day; // before: [brief->days]
    size_t gap_days;                 // of those before: a source was silent, or sensors were
    bool has_any;                    // anything was counted at all
    bool is_refused;                 // readings, which have no earlier cut-off
    struct judged_day judged;
};

struct brief {
    struct arena arena;
    struct snapshot snapshot;
    enum language language;
    int32_t day;
    size_t days;          // looked back
    double rate;          // of false alarms
    struct text district; // code; empty: the whole city
    const char *district_name;
    struct text *hazards, *epidemics;
    size_t hazard_count, epidemic_count;
    bool
        is_exception; // a day off in the week, or a working weekend: compared with days of its kind
    struct brief_series series[CONDITION_COUNT];
};

// Fills in the series and judges them.
bool brief_read(struct brief *brief, struct error *error);
