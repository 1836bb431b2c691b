// A simulated universe: a log, a store, several daemons, and what happens to them.
//
// What happens is the caller's: a script (universe_script.h) or a single test. Chance inside a turn comes from `dice`. What
// the tables must be is computed in universe_laws.c from the log alone.
#pragma once

#include "aggregate/loop.h"
#include "log_source.h"
#include "memory_store.h"
#include "tests/unit/support/small_world.h"

struct universe_daemon {
    struct loop *loop; // null: not running
    struct memory_session *session;
    int64_t sleeps_until_us; // stopped like a process under SIGSTOP
    bool is_turning;         // another one is turned meanwhile
};

enum { UNIVERSE_LEDGER_ROWS = LOG_PARTITIONS * LOG_INCARNATIONS };

struct universe {
    struct dice dice;
    struct log log;
    struct memory_server store;
    struct dead_letter_sink sink;
    uint32_t letter_failures; // per thousand rounds
    struct universe_daemon daemons[LOG_MEMBERS];
    int daemon_count;
    int turning, innermost;         // daemons that are in a turn now, and which of them began last
    bool recreated[LOG_PARTITIONS]; // made anew, and nobody has accepted it
    int64_t claims_us[UNIVERSE_LEDGER_ROWS]; // of having seen the end, that were checked last
    struct loop_settings settings;
    int64_t now_us;
    uint32_t entities, events_made; // of universe_append_event
    int64_t letters, crashes, stops, acceptances;
    struct loop_counts counts; // of daemons that are gone
    struct small_world world;
    char fault[512]; // what was wrong first; empty: nothing
};

void universe_open(struct universe *universe, uint64_t seed, uint32_t partitions);
void universe_close(struct universe *universe);
// Appends the next random statement about some ticket to this partition of hotline, for tests that need to know.
void universe_append_event(struct universe *universe, uint32_t partition);
void universe_start_daemon(struct universe *universe, int number); // nothing when it runs
void universe_kill_daemon(struct universe *universe, int number);  // its partitions have no owner
// Turns a daemon once. A daemon that died at a call is killed; a loop that gives up is a fault.
void universe_turn(struct universe *universe, int number);
// Bumps the generation, as rebuild does.
void universe_bump_generation(struct universe *universe);
// Deletes the topic's partition and makes it anew. False, and nothing happens: nobody could tell it from the old one.
bool universe_recreate(struct universe *universe, uint32_t partition, bool tells_owner);
// An operator accepts a stop. False: it has not stopped.
bool universe_accept(struct universe *universe, uint32_t partition);
// Without faults: gives all partitions to daemon 0 and turns it until everything is committed but what lies behind a stop.
// False: it never was.
bool universe_settle(struct universe *universe);

// --- universe_laws.c ---
// Compares every table with the undisturbed fold of what the ledger says is counted, at any time; the first difference goes
// to universe->fault.
bool universe_is_lawful(struct universe *universe);
// Whether everything is counted, but what lies behind a stop, and whether every stop has its reason in the log.
bool universe_is_settled(const struct universe *universe);
bool universe_stops_are_right(struct universe *universe);
// What the store claims to have seen the end of, it has: checks claims that are new since the last call.
bool universe_claims_are_true(struct universe *universe);
// Fills universe->fault unless it is filled already; returns false.
bool universe_fault(struct universe *universe, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
