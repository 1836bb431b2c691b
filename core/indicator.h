// The catalogue of indicators: what is counted, over what, of which cohort - one table that computes and documents.
//
// An indicator is a numerator and a denominator, each a sum of coefficient x (counted outcome of one cohort) over a range of
// days; or an order statistic of handling times. What two careful people would do differently is a setting of the profile:
// cohort, caliber, weights of satisfaction, quantile and its method. Pure and exact; a share without denominator has no
// value. Source of the catalogue: DOMAIN 5.
#pragma once

#include "core/arena.h"
#include "core/hotline.h"
#include "core/rational.h"

enum indicator_direction { BETTER_NEITHER, BETTER_HIGHER, BETTER_LOWER };

// What a value is: a whole number, a share (printed in per cent), or a duration in seconds (printed in hours).
enum indicator_unit { UNIT_COUNT, UNIT_SHARE, UNIT_DURATION };

enum count_source { COUNTED_TICKETS, COUNTED_DISPATCHES };

// Of which days a count is the sum. Stocks come from flows: what entered before minus what left before.
enum count_range { RANGE_PERIOD, RANGE_BEFORE_FROM, RANGE_BEFORE_UNTIL, RANGE_COUNT };

enum { COHORT_OF_INDICATOR = 0 }; // a term of the cohort that the indicator (or the profile) names

struct indicator_term {
    uint8_t source;     // enum count_source
    uint8_t range;      // enum count_range
    uint8_t cohort;     // enum ticket_cohort, or COHORT_OF_INDICATOR; 0 for dispatches
    uint8_t measure;    // enum ticket_measure or dispatch_measure
    int8_t coefficient; // -1 or 1; 0 ends the list
    uint8_t only_flags; // counts only tickets with these flags, whatever the caliber says of them
    uint8_t any_flags;  // counts them with or without these flags, whatever the caliber says
    uint8_t
        level; // enum satisfaction: the term is multiplied by the profile's weight of this level; 0: it is not
};

enum { INDICATOR_TERMS_MAX = 10 };

struct indicator {
    const char *id; // "W04": stable
    const char *name_en, *name_zh;
    const char *formula;
    enum indicator_direction direction;
    enum indicator_unit unit;
    uint8_t cohort;   // the catalogue's
    uint8_t cohorts;  // bit set (1 << cohort) of those that a profile may name instead
    bool is_quantile; // of handling times; no terms
    bool is_weighted; // uses satisfaction weights
    struct indicator_term numerator[INDICATOR_TERMS_MAX];
    struct indicator_term denominator[INDICATOR_TERMS_MAX]; // empty for counts
};

extern const struct indicator indicator_catalogue[];
extern const size_t indicator_count;
const struct indicator *indicator_by_id(struct text id); // null when unknown

const char *indicator_direction_name(enum indicator_direction direction); // "higher", "lower", "-"
const char *
indicator_unit_name(enum indicator_unit unit);        // "count", "percent", "hours": as printed
const char *cohort_name(enum ticket_cohort cohort);   // "received"
bool cohort_parse(struct text text, uint8_t *cohort); // of those that a profile may name
// Factor from a value to the printed one: 100 for shares, 1/3600 for durations, else 1.
struct rational indicator_print_factor(struct arena *arena, enum indicator_unit unit);

// Which tickets count. Flags: enum ticket_flag; natures: bit set (1 << nature), 1 << 0 for those not stated.
enum flag_caliber { CALIBER_LEAVE_OUT, CALIBER_INCLUDE, CALIBER_ONLY };

struct caliber {
    uint32_t natures;
    uint8_t excluded, void_orders, duplicate; // enum flag_caliber
};

bool caliber_takes(const struct caliber *caliber, int nature, unsigned flags);

// What is counted of one subject: sums of rollup cells. Cells of equal keys add up; their order is of no matter.
struct count_cell {
    uint8_t source, range;
    int16_t cohort, nature, flags; // cohort 0 for dispatches
    const int64_t *measures;       // TICKET_MEASURE_COUNT or DISPATCH_MEASURE_COUNT
};

struct counts {
    const struct count_cell *cells;
    size_t cell_count;
};

// How a profile wants an indicator computed.
struct indicator_settings {
    const struct indicator *indicator;
    uint8_t cohort; // one of indicator->cohorts
    struct caliber caliber;
    struct rational satisfaction_weights[5]; // of very dissatisfied .. very satisfied
    bool over_visits;         // satisfaction over all valid visits, not over the rated ones
    struct rational quantile; // 0 < q <= 1
    bool
        midpoint; // where q n is whole: the mean of the values at q n and q n + 1 (the usual median), else nearest rank
};

// A value with the figures behind it.
struct measured {
    bool known; // false: the denominator is zero, or there is nothing to take a quantile of
    struct rational value; // count, share, or seconds; defined when known
    struct rational numerator;
    int64_t n; // denominator; of a count: the count; of a quantile: how many durations
};

// Of anything but a quantile.
void indicator_measure(struct arena *arena, const struct indicator_settings *settings,
                       const struct counts *counts, struct measured *out);
// Of a quantile: durations in µs, ascending. Nearest rank: the value at ceil(q n).
void indicator_order_statistic(struct arena *arena, const struct indicator_settings *settings,
                               const int64_t *durations_us, size_t count, struct measured *out);
// Whether anything at all is counted of a subject under this caliber: else it had no orders.
bool counts_any(const struct counts *counts, const struct caliber *caliber);
