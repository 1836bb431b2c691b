// A simulated ticket: what really became of it, and the figures that it counts in. Private to the
// simulation.
#pragma once

#include "core/hotline.h"
#include "ingest/simulation/family.h"

enum { TICKET_DISPATCHES = 6, TICKET_CLOSINGS = 4 };

struct life_dispatch {
    int district;                                               // of its unit; NOBODY: unknown
    int64_t dispatched_us, sign_due_us, signed_us, returned_us; // INSTANT_NONE: not so
};

struct life_visit {
    int64_t visited_us; // INSTANT_NONE: none
    bool contacted, solved;
    int result, attitude; // enum satisfaction
};

// What really became of it before the horizon.
struct fate {
    int district; // NOBODY: unknown to every list
    int nature, channel, category;
    unsigned flags; // enum ticket_flag
    int64_t received_us, due_us;
    int64_t closings[TICKET_CLOSINGS];
    int closing_count;
    int outcome, contact; // as in struct ticket
    int reworks, escalations, extensions;
    bool replied;
    struct life_visit visit, second_visit; // the last valid ones
    struct life_dispatch dispatches[TICKET_DISPATCHES];
    int dispatch_count;
};

// By district and month:
//   received          tickets received in the month, of whatever flags
//   excluded, void, duplicate, escalated, extended   of these
//   received_visited, received_contacted, received_solved   of these: with a last valid visit, and
//     what it says
//   letters, letters_closed, letters_visited, letters_satisfied, letters_second_rated   of these:
//     to the message board
//   closed            tickets whose last closing lies in the month
//   closed_before_received, within_24h, within_72h, within_7d, within_30d, handling_seconds   of
//     these, by the last closing; impossible pairs are in no duration
//   contact_yes, contact_no, reworked, closed_without_rework, unit_solved, unit_explained   of
//     these
//   due, on_time, late, due_open   tickets due in the month, by their first closing
//   visited, result_1 ... result_5, not_rated, double_satisfied, second_rated, second_satisfied
//     by the last valid visit
//   dispatches, signed_on_time, returned   dispatches made in the month, for the district of their
//     unit
//   backlog_end, overdue_end   open, and open or closed late after it though due, when the month
//     ends
// And of orders that were escalated, and of letters to the message board:
// "received_letters_replied", for the milestone that puts them into the month, with the name of
// what is counted then.
enum { HOTLINE_TABLES = 2 };
extern const struct tally_table hotline_tables[HOTLINE_TABLES];
void hotline_count(const struct fate *fate, struct tally *const *tallies);
