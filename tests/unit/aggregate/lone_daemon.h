// A universe with one daemon that owns all partitions: for tests of single decisions.
#pragma once

#include "universe.h"

enum { TURNS = 400 }; // enough for whatever a test has appended

void say_errors_only(void);
void open_with_daemon(struct universe *u, uint32_t partitions);
void turn(struct universe *u);    // TURNS times
void restart(struct universe *u); // kill -9, and all partitions again
void append_events(struct universe *u, uint32_t partition, int count);
void expect_lawful(struct universe *u); // the tables are the fold of the log, and the claims hold
