// Writing down what the sources of a simulated entity say, and when each statement arrives. Private
// to the simulation.
#pragma once

#include "ingest/simulation/chance.h"
#include "ingest/simulation/city.h"
#include "ingest/simulation/life.h"

// An entity being planned. A family's own plan begins with this.
struct planner {
    const struct city *city;
    struct life *life;
    struct chance chance;
    int64_t now_us;      // of the newest statement
    int64_t recorded_us; // likewise
    bool over;           // the horizon is reached: nothing more is known
};

// Empties *life and opens the stream of chance of the family's entity `number`. The caller sets the
// source and the names, and now_us.
struct planner plan_open(const struct city *city, enum family family, uint64_t number,
                         struct life *life);
// The text, kept in the life.
const char *plan_text(struct planner *planner, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// A new statement of something that happens at `at_us` (not before the statement before it). Null,
// and over, from the horizon on.
struct life_statement *begin(struct planner *planner, uint16_t kind, int64_t at_us);
// The same of something that goes on beside: it may have happened before the newest statement, and
// is told after it.
struct life_statement *begin_beside(struct planner *planner, uint16_t kind, int64_t at_us);
// Some office hours after the newest statement: from_s to until_s - 1 seconds of work. Or minutes
// of the clock.
int64_t working_later(struct planner *planner, int64_t from_s, int64_t until_s);
int64_t minutes_later(struct planner *planner, int64_t from, int64_t until);

// Assignments, in ascending order of (kind, key, field). `ordinal` names the occurrence, from 1 to
// 9; 0 for the facts.
void put_occurrence(struct life_statement *statement, uint16_t kind, int ordinal);
void put_integer(struct life_statement *statement, uint16_t kind, int ordinal, uint16_t field,
                 int64_t integer);
void put_text(struct life_statement *statement, uint16_t kind, int ordinal, uint16_t field,
              const char *text);
#define put_instant put_integer

// That the occurrence never was.
void put_withdrawal(struct life_statement *statement, uint16_t kind, int ordinal);

// Names as people write them: codes, full and short names, in Chinese and English. NOBODY: a name
// that no list knows.
const char *district_as_written(struct chance *chance, int district);
const char *unit_as_written(struct chance *chance, int district, int unit);

// When each statement is sent: mostly within seconds of being recorded, some days late, some twice.
void plan_sends(struct planner *planner);
