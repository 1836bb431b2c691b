// The life of one simulated ticket: everything that its sources will say of it, when each statement is sent, and what really
// became of it.
//
// A pure function of city, seed and number: it is planned again whenever its next statement is due, so that a simulation
// keeps no more than a few words per open ticket. Invariant: statements are recorded in the order in which they were
// invented, one after the other; what really became of the ticket is written down while inventing, never read back from them.
#pragma once

#include "core/event.h"
#include "core/hotline.h"
#include "ingest/simulate_city.h"

enum {
    LIFE_STATEMENTS = 48,
    LIFE_SENDS = 2 * LIFE_STATEMENTS,
    LIFE_ASSIGNMENTS = 12, // of one statement
    LIFE_DISPATCHES = 6,
    LIFE_CLOSINGS = 4,
};

struct life_statement {
    uint16_t kind; // enum ticket_event_kind
    int64_t occurred_us, recorded_us;
    struct assignment assignments[LIFE_ASSIGNMENTS];
    size_t count;
};

struct life_send {
    int64_t at_us;
    int statement;
};

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
    int64_t closings[LIFE_CLOSINGS];
    int closing_count;
    int outcome, contact; // as in struct ticket
    int reworks, escalations, extensions;
    struct life_visit visit, second_visit; // the last valid ones
    struct life_dispatch dispatches[LIFE_DISPATCHES];
    int dispatch_count;
};

struct life {
    const char *source, *authority;
    char number[24], external[24], caller[20], original[24];
    struct life_statement statements[LIFE_STATEMENTS];
    int statement_count;
    struct life_send sends[LIFE_SENDS]; // ascending by (at, statement)
    int send_count;
    struct fate fate;
};

#define LIFE_HOTLINE_SOURCE "12345.gz.example"
#define LIFE_BOARD_SOURCE "board.people.example"

// Plans ticket `number` (from 0) of `count`. Texts point into *life or to constants.
void life_plan(const struct city *city, uint64_t seed, uint64_t number, uint64_t count,
               struct life *life);
