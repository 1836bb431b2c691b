// The newest window of each sensor that this daemon has met: what lies beyond is not stored yet, most probably.
//
// Readings mostly come in the order of time, so that most windows of a batch are new. Looking them up was a third of
// PostgreSQL's work (1.15 CPU-seconds for 200,000 windows without, 1.70 with it, on a busy machine). A guess: the store
// writes a first state only where there is none, and says when it was wrong; then everything is read for a while (a topic
// that is read again, a second daemon). One thread.
#pragma once

#include "core/family.h"

struct newest_windows;

struct newest_windows *newest_windows_new(void);
void newest_windows_free(struct newest_windows *windows); // takes null
// Whether the window is later than every window of its sensor that was noted, and one was.
bool newest_windows_are_before(const struct newest_windows *windows, const struct entity_key *key);
// Windows that stand in the store now. Called once per batch that was committed.
void newest_windows_note(struct newest_windows *windows, const struct entity_key *keys,
                         size_t count);
// A guess was wrong: forgets all, and answers no for the next batches.
void newest_windows_distrust(struct newest_windows *windows);
