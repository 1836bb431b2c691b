// The batch loop: one small state machine over a record source and a store, with time as an argument.
//
// It decides when a batch is written, what is tried again, and from which offset a partition is read. It knows neither
// Kafka nor PostgreSQL nor a clock: the program's run.c drives it with the real ones, tests with deterministic ones.
// Invariant (law 3): a partition's position is its ledger row's next_offset plus the records and gaps in the pending
// batch. One thread.
#pragma once

#include "aggregate/dead_letters.h"
#include "aggregate/source.h"
#include "aggregate/store.h"

struct loop_settings {
    size_t batch_records;     // when fresh
    size_t batch_records_max; // batches double up to this while there is a backlog
    size_t batch_bytes;   // bound of a batch's records; two batches are held while one is written
    int64_t linger_us;    // a batch is written at the latest this long after its first record
    int64_t heartbeat_us; // how often ends are confirmed, and stopped partitions looked at again
    int64_t back_off_us, back_off_max_us; // after a failure of the environment, doubling
    uint64_t seed;                        // of the back-off's jitter
    bool until_end;                       // be done when every assigned partition was at its end
};

struct loop_time {
    int64_t monotonic_us; // for durations
    int64_t
        wall_us; // since 1970: when records arrived that carry no append time, when an end was seen
};

struct loop_counts {
    int64_t outcomes[OUTCOME_COUNT]; // committed
    int64_t batches, largest_batch;
    int64_t failures;     // of the environment, each followed by a back-off
    int64_t aborts;       // attempts that were done again at once
    int64_t conflicts;    // attempts that found a state written by somebody else
    int64_t fenced;       // partitions whose ledger row somebody else had moved
    int64_t lost_answers; // of COMMIT
    int64_t unheard;      // partitions whose witness was not heard in time, each time
    int64_t doubts;     // gaps that were read again before they were believed, or found to be none
    int64_t read_ahead; // records, of which those forgotten were to be read again
    int64_t forgotten;
    int64_t generations; // changes seen
    int64_t dead_letters;
};

struct loop;

// All are borrowed and must outlive the loop; sink may be null: quarantined records stay in the store alone.
struct loop *loop_new(const struct loop_settings *settings, struct record_source *source,
                      struct store *store, struct dead_letter_sink *sink);
void loop_free(struct loop *loop);
// One turn: does what is due, then polls once. False: ERROR_FATAL or ERROR_BAD_CONFIG; everything else is tried again in a
// later turn.
bool loop_step(struct loop *loop, struct loop_time time, struct error *error);
// until_end: every assigned partition was at its end, and everything below is committed.
bool loop_is_done(const struct loop *loop);
// Tries once to write what is pending, for an orderly stop; what is not written will be read again.
void loop_finish(struct loop *loop, struct loop_time time);
// For whoever waits for a call of the store in the thread of loop_step: keeps the group membership by polling, reads nothing
// more, and says from time to time what is waited for (`what`: an infinitive).
void loop_keep_polling(struct loop *loop, struct loop_time time, const char *what,
                       int64_t waited_us);
bool loop_has_records(const struct loop *loop); // in the pending batch
const struct loop_counts *loop_counts(const struct loop *loop);
size_t loop_stopped_partitions(const struct loop *loop);
