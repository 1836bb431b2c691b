// The life of one simulated entity, of whatever family: what its sources say of it, and when.
//
// A pure function of city and number: it is planned again whenever its next statement is due, so that a
// simulation keeps no more than a few words per open entity. Invariant: statements are recorded in the
// order in which they were invented, one after the other; what really became of the entity is counted
// while inventing, never read back from them.
#pragma once

#include "core/event.h"

enum {
    LIFE_STATEMENTS = 48,
    LIFE_SENDS = 2 * LIFE_STATEMENTS,
    LIFE_ASSIGNMENTS = 12, // of one statement
    LIFE_TEXT_BYTES = 256,
    LIFE_ENTITY_BYTES = 24,
    LIFE_READINGS = 24,
};

struct life_statement {
    uint16_t kind; // of the family's events
    int64_t occurred_us, recorded_us;
    struct assignment assignments[LIFE_ASSIGNMENTS];
    size_t count;
    const struct reading *readings; // of a sensor; null: none
    size_t reading_count;
};

struct life_send {
    int64_t at_us;
    int statement;
};

struct life {
    const char *source, *authority;
    char entity[LIFE_ENTITY_BYTES];
    // Tells its events from those of the same entity that are planned apart; empty: there are none.
    char chapter[8];
    char texts[LIFE_TEXT_BYTES]; // what assignments point to, unless it is constant
    size_t text_bytes;
    struct life_statement statements[LIFE_STATEMENTS];
    int statement_count;
    struct reading readings[LIFE_READINGS]; // what statements point to
    struct life_send sends[LIFE_SENDS];     // ascending by (at, statement)
    int send_count;
};
