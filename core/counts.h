// What is counted of a district: cells of the rollups, read alike whatever the family, and which of
// them a rule takes.
//
// A source is a rollup as a ranking reads it: its cells summed over the days of a range, by
// district, cohort, nature, kind (what else the rollup tells apart: level, theme, type, ...) and
// flags. count_sources says of each source what its cohorts, kinds and flags are: the catalogue
// (core/indicator.h), the figures and the reading of cells know no family. Pure.
#pragma once

#include "core/family.h"
#include "core/rollup.h"

#include <stdbool.h>

enum count_source {
    COUNTED_TICKETS,
    COUNTED_TICKET_SUBSETS,
    COUNTED_DISPATCHES,
    COUNTED_INCIDENTS,
    COUNTED_PROBLEMS,
    COUNTED_RECHECKS,
    COUNTED_ACTIVITIES,
    COUNTED_TRAFFIC,
    COUNT_SOURCE_COUNT,
};

// Of which days a count is the sum. Stocks come from flows: what entered before minus what left
// before. The year: from the first day of the civil year in which the period begins, as the rule
// counts months, to the period's end.
enum count_range { RANGE_PERIOD, RANGE_YEAR, RANGE_BEFORE_FROM, RANGE_BEFORE_UNTIL, RANGE_COUNT };

enum { COUNT_COHORTS_MAX = 8 };

// Kinds of traffic: the civil hour of working days, and as many more of other days.
enum { HOURS_OF_DAY = 24 };

struct count_source_definition {
    const char *name; // "tickets"
    const struct rollup *rollup;
    // Names by number. A source without cohorts has one of number 0, named by its moment:
    // "dispatched". Null where there is none of the number.
    const char *const *cohorts;
    uint8_t cohort_count;               // numbers are below it
    uint8_t milestones;                 // cohorts below it are milestones, the others leave stocks
    uint8_t left_by[COUNT_COHORTS_MAX]; // the cohort that leaves the stock of this one; 0: no stock
    const char *const *kinds;           // names by number, null where there is none; null: no kinds
    uint8_t kind_count;
    const char *kind_title;                           // "level"; null without kinds
    uint8_t excluded_flag, void_flag, duplicate_flag; // bits of `flags`; 0: the source has none
    uint64_t due_measures; // bit set (1 << measure) of those that depend on due times
    uint8_t due_cohorts;   // bit set (1 << cohort) likewise
    bool has_natures;
    uint8_t
        subjects; // bit set (1 << enum subject_kind) of those that it can be counted by, beside districts
};

extern const struct count_source_definition count_sources[COUNT_SOURCE_COUNT];

// Of the milestones of a source: a profile names one. False when it has no such.
bool cohort_parse(enum count_source source, struct text text, uint8_t *cohort);

// Which entities count. Natures: bit set (1 << nature), 1 << 0 for those not stated; only of
// sources that have them. Incidents that were merged into another are duplicates.
enum flag_caliber { CALIBER_LEAVE_OUT, CALIBER_INCLUDE, CALIBER_ONLY };

struct caliber {
    uint32_t natures;
    uint8_t excluded, void_orders, duplicate; // enum flag_caliber
};

bool caliber_takes(const struct caliber *caliber, enum count_source source, int nature,
                   unsigned flags);

// Sums of rollup cells of one subject. Cells of equal keys add up; their order is of no matter.
struct count_cell {
    uint8_t source, range;
    uint8_t rule;                        // 0: as the rollups count; else by the rule of this number
    int16_t cohort, nature, kind, flags; // 0 where the source has none
    const int64_t *measures;             // of the source's rollup
};

struct counts {
    const struct count_cell *cells;
    size_t cell_count;
};

// Which cells are needed: by source a bit set (1 << range).
struct count_needs {
    uint8_t ranges[COUNT_SOURCE_COUNT];
};

// Whether anything at all is counted of a subject under this caliber, in any source that was read:
// in the period (or the year), or carried over in a stock. Else it had no orders.
bool counts_any(const struct counts *counts, const struct caliber *caliber);
