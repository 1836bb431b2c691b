// Writing down what a simulated ticket's sources say, and when each statement arrives. Private to the simulation.
#pragma once

#include "ingest/simulate_chance.h"
#include "ingest/simulate_life.h"

// A ticket being planned.
struct planner {
    const struct city *city;
    struct life *life;
    struct chance chance;
    int64_t now_us;      // of the newest statement
    int64_t recorded_us; // likewise
    bool over;           // the horizon is reached: nothing more is known
    int district, unit;  // who has it
};

// A new statement of something that happens at `at_us` (not before the statement before it). Null, and over, from the
// horizon on.
struct life_statement *begin(struct planner *planner, enum ticket_event_kind kind, int64_t at_us);

// Assignments, in ascending order of (kind, key, field). `ordinal` names the occurrence, from 1 to 9; 0 for the facts.
void put_occurrence(struct life_statement *statement, uint16_t kind, int ordinal);
void put_integer(struct life_statement *statement, uint16_t kind, int ordinal, uint16_t field,
                 int64_t integer);
void put_text(struct life_statement *statement, uint16_t kind, int ordinal, uint16_t field,
              const char *text);
#define put_instant put_integer

// Names as people write them: codes, full and short names, in Chinese and English. NOBODY: a name that no list knows.
const char *district_as_written(struct planner *planner, int district);
const char *unit_as_written(struct planner *planner, int district, int unit);

// When each statement is sent: mostly within seconds of being recorded, some days late, some twice.
void plan_sends(struct planner *planner);
