// A simulated universe: a log, a store, several daemons, and everything that may go wrong, from one seed.
#pragma once

#include "aggregate/loop.h"
#include "log_source.h"
#include "memory_store.h"

struct universe_daemon {
    struct loop *loop;
    int64_t sleeps_until_us; // stopped like a process under SIGSTOP
};

struct universe {
    struct dice dice;
    struct log log;
    struct memory_store store;
    struct dead_letter_sink sink;
    struct universe_daemon daemons[LOG_MEMBERS];
    int daemon_count;
    struct loop_settings settings;
    int64_t now_us;
    uint32_t entities, events_left, events_made;
    int64_t letters, letter_failures,
        readings;              // readings: records of them that the last comparison has met
    struct loop_counts counts; // of daemons that are gone
    struct zone *zone;
    struct area_index *areas;
    struct sensor_index *sensors;
    struct contribution_context context;
};

void universe_open(struct universe *universe, uint64_t seed, uint32_t partitions, uint32_t events);
void universe_close(struct universe *universe);
// Makes some of the partitions of a topic of traffic: what is appended to them are readings.
void universe_build_roads(struct universe *universe);
// Appends the next event of the history to a random partition, or something else that a log may hold.
void universe_append(struct universe *universe);
// Appends the next statement about some ticket to this partition of hotline, for tests that need to know.
void universe_append_event(struct universe *universe, uint32_t partition);
void universe_start_daemon(struct universe *universe, int number);
void universe_kill_daemon(struct universe *universe,
                          int number); // its loop is gone, its partitions have no owner
// Turns a daemon once; aborts the test when the loop gives up.
void universe_turn(struct universe *universe, int number);
// Without faults: gives all partitions to daemon 0 and turns it until everything is committed. False: it never was.
bool universe_settle(struct universe *universe);
// Compares every table with the undisturbed fold of the log; the first difference as a sentence in `what`.
bool universe_is_lawful(struct universe *universe, char *what, size_t what_bytes);
