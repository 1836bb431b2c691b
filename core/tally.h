// Orders counted in every way that people count them: one pass over the states, then every way is a sum.
//
// Two careful people give two figures of one month because they differ in the milestone that puts an order there, in natures, in
// excluded, void or duplicate orders, in channels, and in whose orders they add up: those that districts answer for, or the lists of
// the towns where they lie and of the units that have them (which count some orders twice), or dispatches instead of orders. A tally
// holds the sums apart by all of these; a choice picks one way; a formula says what is counted. Sums of whole numbers: exact.
// Pure; one thread.
#pragma once

#include "core/hotline.h"
#include "core/indicator.h"

// Cohorts: 0 the day of dispatch, else enum ticket_cohort up to COHORT_VISITED.
enum { TALLY_DISPATCHED = 0, TALLY_COHORTS = COHORT_VISITED + 1, TALLY_FLAG_SETS = 8 };
// Measures: of tickets, enum ticket_measure; in cohort TALLY_DISPATCHED, enum dispatch_measure. And how many dispatches a ticket
// has; in TALLY_DISPATCHED each counts itself.
enum { TALLY_DISPATCHES = TICKET_MEASURE_COUNT, TALLY_MEASURES };

enum tally_channels {
    CHANNELS_ALL,
    CHANNELS_WITHOUT_LETTERS, // all but letters to the message board
    CHANNELS_PHONE,
    CHANNELS_LETTERS,
    CHANNELS_COUNT,
};

// Whose: an order is in the list of the district that answers for it, of the town where it lies, and of the unit that has it; a
// dispatch in those of its own unit. An order whose town or unit nobody knows is in no such list.
enum tally_scope {
    SCOPE_DISTRICT,
    SCOPE_TOWNS,           // of the towns in the place
    SCOPE_UNITS,           // of the units (departments, and towns' offices) in the place
    SCOPE_TOWNS_AND_UNITS, // both lists added up: what is in both counts twice
    SCOPE_COUNT,
};

enum {
    PLACE_ALL = -1,       // whoever it is, names that nobody knows too
    PLACE_DISTRICTS = -2, // all districts that the areas list
    PLACE_MEAN = -3,      // the mean of those districts' shares, of those that have one
};

struct tally_choice {
    uint8_t cohort;
    uint8_t natures; // bit set (1 << nature)
    uint8_t with;    // enum ticket_flag: counted though they are excluded, void, duplicate
    uint8_t channels, scope;
    int32_t place; // position of a district, or PLACE_ALL, ...
};

// What is counted: a whole number, or a share of two. Numerator and denominator are sums of measures times whole numbers; the
// value is numerator / (scale x denominator).
struct tally_formula {
    const struct indicator *indicator; // null: a measure of its own
    const char *name;                  // "tickets", "dispatches", "late", "W04"
    bool is_share;
    bool of_dispatches; // measures are those of TALLY_DISPATCHED
    uint8_t cohort;     // the usual one
    uint8_t cohorts;    // bit set (1 << cohort) of those that it can be counted by
    int64_t numerator[TALLY_MEASURES], denominator[TALLY_MEASURES];
    int64_t scale; // 1, or what makes weights of satisfaction whole numbers
};

// A number of cases: "tickets", "dispatches", or a measure of ticket_day or dispatch_day by its name. False when it is none.
bool tally_formula_of_measure(struct text name, struct tally_formula *out);
// An indicator of the catalogue under settings (denominator, weights). False when it is no share or count of the tickets or the
// dispatches of one period: stocks, quantiles, subsets, what counts excluded orders apart or by a rule of the profile's
// own, other families; or its weights have no small common denominator.
bool tally_formula_of_indicator(const struct indicator_settings *settings,
                                struct tally_formula *out);

struct tally;

// Of the instants [from_us, until_us). `districts`: codes that there are even if nothing is counted of them. Names are resolved as of
// days of `zone`. Everything is the arena's; areas and zone have to live as long.
struct tally *tally_new(struct arena *arena, const struct area_index *areas,
                        const struct zone *zone, int64_t from_us, int64_t until_us,
                        const struct text *districts, size_t district_count);
// Adds a ticket's state. `scratch` is reset by the caller.
void tally_add(struct tally *tally, const struct state *state, struct arena *scratch);

size_t tally_places(const struct tally *tally);
struct text tally_place(const struct tally *tally, size_t position); // code, or AREA_UNASSIGNED
bool tally_place_is_district(const struct tally *tally, size_t position);
// Bit set of the natures that occur.
uint8_t tally_natures(const struct tally *tally);
bool tally_is_empty(const struct tally *tally);

// A cell: the measures of a list's orders of one cohort, channel, nature and set of flags; null where there are none. Lists are
// those of SCOPE_DISTRICT, SCOPE_TOWNS and SCOPE_UNITS.
enum { TALLY_CHANNEL_CLASSES = 3 }; // phone, letters, others
const int64_t *tally_cell(const struct tally *tally, enum tally_scope list, size_t place,
                          uint8_t cohort, int channel_class, int nature, unsigned flags);
// Bit set of the classes that a choice of channels takes.
unsigned tally_channel_classes(enum tally_channels channels);
bool tally_scope_has(enum tally_scope scope, enum tally_scope list);

// The value of a formula; `n` is the denominator of a share, of a count the count, of PLACE_MEAN how many districts have a value;
// `numerator` that of the formula (of PLACE_MEAN the sum of the shares).
void tally_measure(struct arena *arena, const struct tally *tally,
                   const struct tally_formula *formula, const struct tally_choice *choice,
                   struct measured *out);
