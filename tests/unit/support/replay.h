// Files from which a failing case of a random test is run again, exactly: lines of words, bytes in hexadecimal.
//
// CITYOPS_SEED=N runs a seed again, CITYOPS_REPLAY=FILE a file that a failing test has printed and written.
#pragma once

#include "core/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// CITYOPS_SEED, else `otherwise`; said on stderr with the test's name.
uint64_t replay_seed(const char *test, uint64_t otherwise);
// A seed of the system's: for tests that are to meet something new in every run.
uint64_t replay_any_seed(void);
// The file that is to be run again instead of random cases; null when there is none. The caller's to close.
FILE *replay_asked(void);
// Writes what `print` prints to stderr and to a file, and says how to run it again.
void replay_print(const char *test, uint64_t seed, void (*print)(FILE *out, const void *context),
                  const void *context);

void replay_put_bytes(FILE *out, struct text bytes); // "-" when there are none
// Reads what replay_put_bytes wrote. Aborts the test when it is not that.
struct text replay_bytes(struct arena *arena, const char *word);
