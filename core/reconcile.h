// Which ways of counting give a figure that somebody printed, and which come nearest.
//
// Every combination of cut-off, formula, cohort, natures, flags, channels, and whose lists is a sum over a tally (core/tally.h); it fits
// when its exact value lies in the interval that the printed digits leave (core/printed.h). Several may fit: those come first in which
// fewest settings differ from the usual way, since the plainest explanation is the likeliest. Nothing but exact comparison decides a
// fit; floating point only orders what does not fit, and passes over means that lie far from the figure. Pure; one thread.
#pragma once

#include "core/printed.h"
#include "core/tally.h"

// One thing that is counted, and how it usually is.
struct reconcile_way {
    struct tally_formula formula;
    struct tally_choice usual; // its place is left out of account: the usual one is everything
    uint32_t cost;             // how many settings its formula differs in from the usual formula
};

struct reconcile_question {
    const struct tally *const
        *tallies; // one for each cut-off, of one period and generation; the first is the usual one
    size_t cut_off_count;
    const struct reconcile_way *ways; // all shares, or none
    size_t way_count;
    const struct printed_figure *figure; // of shares in per cent
    enum printed_rounding rounding;
    bool has_place; // only this one is searched, and it is the usual one:
    int32_t place;  // PLACE_ALL, PLACE_DISTRICTS, PLACE_MEAN, or 0: the district of this code
    struct text code;
    size_t most, nearest; // how many to list
};

enum { FITS_HALF_UP = 1, FITS_TRUNCATED = 2 };

struct reconcile_match {
    size_t way, cut_off;
    struct tally_choice choice; // its place is one of the cut-off's tally
    uint32_t cost;              // how many settings differ from the usual way
    uint64_t sequence;          // of the search: parts equals
    unsigned roundings;         // FITS_...: under which of the roundings asked for it fits; 0: none
    struct measured measured;
    struct rational difference; // printed value minus this one, as the figure is printed (per cent)
};

struct reconcile_answer {
    struct reconcile_match *fits;    // ascending by cost
    size_t listed;                   // at most `most`
    uint64_t fit_count;              // all of them
    struct reconcile_match *nearest; // of different values, each the plainest; nearest first
    size_t nearest_count;
    uint64_t tried;  // combinations that have a value
    uint8_t natures; // bit set of those that occur at some cut-off: subsets of these were tried
};

// Cohorts: those of each formula. Natures: every subset of those that occur. Flags: every set of them counted too. Channels: each
// choice. Lists: of all whom they know, and of each district; of the districts' own orders also of all districts together, and of
// shares their mean. Everything is the arena's.
void reconcile_search(struct arena *arena, const struct reconcile_question *question,
                      struct reconcile_answer *out);
// How many settings of natures differ: 1 for all, those left out or put in, or, when they are few, one and each that is named.
uint32_t reconcile_natures_cost(uint8_t natures, uint8_t usual, uint8_t all);
