// The catalogue of indicators: what is counted, over what, of which cohort - one table that computes and documents.
//
// An indicator counts one source (core/counts.h): its numerator and its denominator are each a sum of coefficient x (counted
// outcome of one cohort) over a range of days; or it is an order statistic of what is observed of each entity. What two
// careful people would do differently is a setting of the profile: cohort, caliber, denominator, weights of satisfaction,
// quantile and its method, peak hours. Pure and exact; a share without denominator has no value. Source of the catalogue: DOMAIN 5;
// A01 to A07 are the counts of its scorecard.
#pragma once

#include "core/arena.h"
#include "core/counts.h"
#include "core/rational.h"
#include "core/working_time.h"

enum indicator_direction { BETTER_NEITHER, BETTER_HIGHER, BETTER_LOWER };

// What a value is: a whole number, a share (printed in per cent), a duration in seconds (printed in hours), or a ratio.
enum indicator_unit { UNIT_COUNT, UNIT_SHARE, UNIT_DURATION, UNIT_RATIO };

// What an order statistic is taken of.
enum observed {
    OBSERVED_NOTHING,   // the indicator is no quantile
    OBSERVED_HANDLING,  // of a ticket: last closing - received
    OBSERVED_ARRIVAL,   // of an incident: first arrival - first dispatch
    OBSERVED_CLEARANCE, // closed - known
    OBSERVED_REOPENING, // roadway reopened - known
    OBSERVED_DELAY,     // of an hour of a road segment: travel time / free-flow time
    OBSERVED_COMPLETE, // of a ticket: 1 when it states every field that the profile requires, else 0
    OBSERVED_DELIVERY, // of a record of a ticket's: arrived - occurred
    OBSERVED_COUNT,
};

enum { COHORT_OF_INDICATOR = 0 }; // a term of the cohort that the indicator (or the profile) names

struct indicator_term {
    uint8_t range;      // enum count_range
    uint8_t cohort;     // of the source, or COHORT_OF_INDICATOR
    uint8_t measure;    // of the source's rollup
    int8_t coefficient; // -1 or 1; 0 ends the list
    uint8_t only_flags; // counts only entities with these flags, whatever the caliber says of them
    uint8_t any_flags;  // counts them with or without these flags, whatever the caliber says
    uint8_t
        level; // enum satisfaction: the term is multiplied by the profile's weight of this level; 0: it is not
    uint16_t kinds; // bit set (1 << kind) of those counted; 0: all
};

enum { INDICATOR_TERMS_MAX = 8 };

// The least thing that can be done about an indicator (core/move.h).
enum move_type {
    MOVE_NONE,
    MOVE_ONE_MORE,  // numerator + 1, up to the denominator; of a count, without end
    MOVE_ONE_FEWER, // numerator - 1, down to 0
    MOVE_RATING,    // one rating goes from its level's weight to the highest weight
};

const char *
indicator_move_name(enum move_type type); // "none", "one-more", "one-fewer", "rating": of machines

struct indicator_move {
    enum move_type type;
    const char *en, *zh; // the move in words; of MOVE_NONE why there is none
};

struct indicator {
    const char *id; // "W04": stable
    const char *name_en, *name_zh;
    const char *formula, *formula_zh; // of the catalogue; what a profile defines has no formula_zh
    enum indicator_direction direction;
    enum indicator_unit unit;
    enum count_source source;
    uint8_t cohort;         // the catalogue's; 0 where the source has no cohorts
    uint8_t cohorts;        // bit set (1 << cohort) of those that a profile may name instead
    enum observed observed; // of a quantile, which has no terms
    bool has_limit; // is no quantile, but the share of what was observed within the profile's limit
    bool is_deviation; // of another indicator from its target: the profile says of which
    const char
        *moment;      // what puts it into a month, where that is no cohort of the source; else null
    bool is_weighted; // uses satisfaction weights
    const char *over[2]; // names of the denominators, where there are two
    struct indicator_term numerator[INDICATOR_TERMS_MAX];
    struct indicator_term denominator[INDICATOR_TERMS_MAX]; // empty for counts
    struct indicator_term other_denominator[INDICATOR_TERMS_MAX];
    struct indicator_term sample; // n, where the denominator is no number of cases; else empty
    struct indicator_move move;
};

extern const struct indicator indicator_catalogue[];
extern const size_t indicator_count;
const struct indicator *indicator_by_id(struct text id); // null when unknown
// Adds the cells that it is computed from.
// Whether what it counts depends on due times: of closing, signing, rectification, the first report.
bool indicator_has_deadline(const struct indicator *indicator);
void indicator_add_needs(const struct indicator *indicator, struct count_needs *needs);

// What D01 may require of a ticket: columns of cityops.ticket. Ends with null.
extern const char *const ticket_required[];

const char *indicator_direction_name(enum indicator_direction direction); // "higher", "lower", "-"
const char *
indicator_unit_name(enum indicator_unit unit); // "count", "percent", "hours", "ratio": as printed
// "received": of the source's cohorts.
const char *indicator_cohort_name(const struct indicator *indicator, uint8_t cohort);
// Factor from a value to the printed one: 100 for shares, 1/3600 for durations, else 1.
struct rational indicator_print_factor(struct arena *arena, enum indicator_unit unit);

// How a profile wants an indicator computed.
struct indicator_settings {
    const struct indicator *indicator;
    uint8_t cohort; // one of indicator->cohorts
    struct caliber caliber;
    struct rational satisfaction_weights[5]; // of very dissatisfied .. very satisfied
    uint64_t kinds;           // bit set (1 << kind) of those counted, within each term's; 0: all
    bool over_other;          // over the other denominator: all valid visits, not the rated ones
    struct rational quantile; // 0 < q <= 1
    bool
        midpoint; // where q n is whole: the mean of the values at q n and q n + 1 (the usual median), else nearest rank
    struct time_rule time;           // of what is observed of tickets
    struct rational target;          // of a deviation: the printed value that was aimed at
    enum indicator_unit target_unit; // of what is compared with it
    uint32_t required;               // of COMPLETE: bit set (1 << position in ticket_required)
    uint8_t rule;                    // of the cells that count (struct count_cell)
};

// The sums that an indicator is computed from: of each of its terms, times the term's coefficient, in the order of the catalogue.
struct indicator_sums {
    int64_t numerator[INDICATOR_TERMS_MAX];
    int64_t denominator[INDICATOR_TERMS_MAX]; // of the one that the settings choose
    int64_t sample;
};

// One thing observed: a fraction, in seconds for durations. The denominator is above 0.
struct observation {
    int64_t numerator, denominator;
};

// A value with the figures behind it.
struct measured {
    bool known; // false: the denominator is zero, or there is nothing to take a quantile of
    struct rational value; // count, share, seconds, or ratio; defined when known
    struct rational numerator;
    int64_t
        n; // denominator or sample; of a count: the count; of a quantile: how many were observed
    const struct indicator_sums *sums;  // that it was computed from; null of a quantile
    const struct observation *observed; // of a quantile: all n, ascending
};

// The terms that the settings choose: a list that ends with a coefficient of 0.
const struct indicator_term *indicator_denominator(const struct indicator_settings *settings);
// What a term's sum is multiplied by, to be the numerator's part: 1, or the profile's weight of a level of satisfaction.
struct rational indicator_term_weight(struct arena *arena,
                                      const struct indicator_settings *settings,
                                      const struct indicator_term *term);

// Of anything but a quantile: the sums, and the value that they make. `sums` has to live as long as *out.
void indicator_sum(const struct indicator_settings *settings, const struct counts *counts,
                   struct indicator_sums *out);
void indicator_measure_sums(struct arena *arena, const struct indicator_settings *settings,
                            const struct indicator_sums *sums, struct measured *out);
// Both; the sums are the arena's.
void indicator_measure(struct arena *arena, const struct indicator_settings *settings,
                       const struct counts *counts, struct measured *out);

int observation_compare(const void *left, const void *right); // exact, for qsort
// Of an indicator with a limit: 1 for each thing observed within it, 0 for the others, ascending; lives as long as *out.
void indicator_share_within(struct arena *arena, const struct observation *observations,
                            size_t count, struct measured *out);
// Of a quantile: what was observed, ascending, which has to live as long as *out. Nearest rank: the value at ceil(q n).
void indicator_order_statistic(struct arena *arena, const struct indicator_settings *settings,
                               const struct observation *observations, size_t count,
                               struct measured *out);
// Of whatever is observed: the one or the other.
void indicator_measure_observed(struct arena *arena, const struct indicator_settings *settings,
                                const struct observation *observations, size_t count,
                                struct measured *out);
// Whether it matters when what is observed began: where time is not just elapsed, or has a limit.
bool indicator_needs_begins(const struct indicator_settings *settings);
