// The history of a universe as a list of steps, so that a failing one can be made smaller and run again.
//
// A step needs nothing of the steps before it: what is appended is in it, and so is the chance of a turn. So whatever steps
// are taken out, the others mean the same. One seed makes a script; a script's text makes the same script again.
#pragma once

#include "universe.h"

#include <stdio.h>

enum step_kind {
    STEP_APPEND,    // value to partition a
    STEP_HOLE,      // an offset without a record to partition a
    STEP_TOMBSTONE, // to partition a; in a partition made anew a hole, for two tombstones are equal
    STEP_TURN,      // of daemon a with chance b
    STEP_ASSIGN,    // partition a to daemon b
    STEP_START,     // daemon a
    STEP_KILL,      // daemon a
    STEP_SLEEP,     // of daemon a for b microseconds
    STEP_GENERATION, // the rollups are summed again
    STEP_EXTEND,     // the topic gets one more partition
    STEP_RETAIN,     // takes b per thousand of what partition a has
    STEP_RECREATE,   // partition a; b 1: its owner is told
    STEP_ACCEPT,     // an operator accepts the stop of partition a
    STEP_CHECK,      // the laws hold here too
    STEP_KEEP,       // a standby has what the store has now
    STEP_GO_BACK,    // and is promoted: what was committed since is gone
    STEP_KINDS,
};

struct step {
    enum step_kind kind;
    uint32_t a;
    uint64_t b;
    struct text value;
};

// Rates are per thousand.
struct script_settings {
    int64_t seed; // of what is not in a step: the loops' back-off, the end
    int64_t partitions, batch_records;
    int64_t family[LOG_PARTITIONS], topic[LOG_PARTITIONS]; // topic: two feed each family
    int64_t retry, abort, lost_answer, refused_commit, stall, crash, letter_failures, late_answers;
    int64_t refuses; // 1: the store does not take what is said of T1
    int64_t watermark_failures, start_failures, fetch_errors, double_fetches, late_ends, skips;
};

struct script {
    struct arena arena;
    struct script_settings settings;
    struct step *steps;
    size_t count, capacity;
};

struct script_sums { // over all universes: that what the test is about took place
    struct loop_counts counts;
    int64_t universes, stops, acceptances, crashes, stalls, blocked, letters, readings, checks;
    int64_t refusals, going_back, states[FAMILY_COUNT];
};

void script_make(struct script *script, uint64_t seed);
void script_print(FILE *out, const struct script *script);
// False: the text is no script.
bool script_read(FILE *file, struct script *script);
void script_free(struct script *script);
// Runs the first `count` of these steps, then lets the universe settle, lets an operator accept what has stopped, and lets it
// settle again. The first fault, empty when there is none, goes to `fault` (of sizeof ((struct universe *)0)->fault bytes).
bool script_run(const struct script_settings *settings, const struct step *steps, size_t count,
                char *fault, struct script_sums *sums);
