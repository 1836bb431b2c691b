// Where the drawings of a random test begin, and files from which a failing case is run again, exactly: lines of words, bytes in
// hexadecimal.
//
// CITYOPS_SEED=N runs a seed again, CITYOPS_REPLAY=FILE a file that a failing test has printed and written. Otherwise drawings begin at
// CITYOPS_RUN_SEED, which tests/run takes from the commit, else at a seed of the system's. A variable that is empty is not set; what is
// no number aborts the test.
#pragma once

#include "core/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// Whether CITYOPS_SEED is set: a test may then run that one case alone.
bool replay_is_asked(void);
// For tests that meet something new with every commit: CITYOPS_SEED, else CITYOPS_RUN_SEED, else a seed of the system's. Said on stderr
// with the test's name.
uint64_t replay_seed(const char *test);
// For tests that new drawings would break by chance, or that are a smoke test of the same cases: CITYOPS_SEED, else `seed`. Said, too.
uint64_t replay_fixed_seed(const char *test, uint64_t seed);
// The file (CITYOPS_REPLAY) that is to be run again instead of random cases; null when there is none. The caller's to close.
FILE *replay_asked(void);
// Writes what `print` prints to stderr and to a file, and says how to run it again.
void replay_print(const char *test, uint64_t seed, void (*print)(FILE *out, const void *context),
                  const void *context);

void replay_put_bytes(FILE *out, struct text bytes); // "-" when there are none
// Reads what replay_put_bytes wrote. Aborts the test when it is not that.
struct text replay_bytes(struct arena *arena, const char *word);
