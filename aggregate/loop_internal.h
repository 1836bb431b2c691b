// What the files of the batch loop share: loop.c (turns), partitions.c (assignment, ends, losses), witness.c (is it still the
// same log), attempt.c (one write of the batch), gaps.c (what did not come), search.c (which record the store refuses), ahead.c
// (the next batch meanwhile), outage.c (a store that does not answer), dead_letters.c.
#pragma once

#include "aggregate/batch.h"
#include "aggregate/loop.h"
#include "aggregate/newest_windows.h"

enum partition_phase {
    PARTITION_NOT_OURS,
    PARTITION_WANTED,   // assigned; its ledger row is to be read
    PARTITION_CHECKING, // started at the last journalled record, which is to be compared
    PARTITION_RUNNING,
    PARTITION_STOPPING, // something is missing; to be written down in the ledger
    PARTITION_STOPPED,  // until an operator accepts it; partition->row says why
};

#define CATCH_UP_UNKNOWN INT64_MAX // its end was not seen since the outage

struct partition {
    enum partition_phase phase;
    struct ledger_row row;   // as last read or committed
    int64_t position;        // next offset to take
    int64_t passed_over;     // gaps of the pending batch
    bool is_known;           // the ledger has it, whoever reads it
    int64_t end_offset;      // of the last end notice; -1: none since the start
    int64_t catch_up_offset; // where its end was, first after an outage; 0: there was none
    bool out_of_range; // the source gave up at `position`; looked into when the batch is written
    bool missing;      // the last journalled record did not come; looked into likewise
    bool trusts_gaps;  // what is left out is not in the log
    bool in_doubt;     // it may be: nothing is taken until it is read again
    bool doubted_end;  // behind the gap came the end, not a record
    int64_t doubted_offset; // of what came behind the gap; -1: no gap is doubted
    int64_t ask_again_us;   // its leader did not answer: not before this time
    int64_t
        silent_since_us; // since when its log does not say whether it has the witness; 0: it does
    bool witness_gone;   // retention or compaction took the witness, which was said
    struct ledger_step step;          // of the current attempt
    const struct record *last_record; // likewise: the last that is not quarantined; null: none
};

// Of the store: reading stops while it lasts.
struct outage {
    bool lasts;
    bool catches_up; // it is over, and not everything that came meanwhile is committed
    int64_t from_us, until_us;
    int64_t records; // committed when it was over
};

struct loop {
    struct loop_settings settings;
    struct record_source *source;
    struct store *store;
    struct dead_letter_sink *sink;
    struct loop_time time;
    struct loop_counts counts;

    struct partition *partitions; // by the source's number
    size_t partition_count;

    struct store_generation generation;
    bool generation_known;

    struct batch batch;
    struct batch ahead; // read while `batch` is written
    bool may_read_ahead,
        notices_wait; // notices_wait: those of the last poll, behind the records that are ahead
    struct delivery delivery;
    struct fold fold;
    struct newest_windows *newest_windows;
    struct arena scratch;  // of one attempt, or of one round of something else
    size_t target_records; // the current batch's
    int64_t batch_began_us;
    bool began_meanwhile;       // during an attempt: as if now
    bool attempted;             // the batch was tried already: try again before taking more
    struct recollection *asked; // of the logs, for the current attempt or the ends
    size_t asked_count, asked_capacity;
    bool
        waits_for_witnesses; // not all of it is answered, and nothing was added since: not asked anew
    bool commit_unknown;     // the answer to its COMMIT was lost
    bool lock_states;        // a conflict was found: read the states for update
    // The store refuses a record: attempts are trials with the batch's first records, which are never committed, until
    // the one is found that makes the difference.
    bool searching;
    size_t passing, failing; // with so many records the store takes, refuses them
    struct error refused;    // the last refusal

    struct outage outage;
    int64_t waited_us; // from the turn's beginning to now, where a call of the store took long
    int64_t say_wait_at_us;
    struct delivery noticed; // what polls meanwhile brought: notices

    bool backing_off;
    int64_t retry_at_us;
    int failures_in_a_row, aborts_in_a_row;
    uint64_t random;

    int64_t heartbeat_at_us, feed_at_us;
    int64_t list_at_us;
    int64_t listed_wall_us; // all partitions that the topics had at this instant are in the ledger
    int heartbeats;
    bool unfed; // quarantined records may be waiting
    bool done;
};

// --- partitions.c ---
struct partition *loop_partition(struct loop *loop, uint32_t number); // made when new
const struct partition_name *loop_name(const struct loop *loop, const struct partition *partition);
bool partition_has_pending(const struct partition *partition);
// Whether the record is the batch's next of its partition; moves the position behind it, and compares the last journalled one.
bool loop_accepts_record(struct loop *loop, const struct record *record);
void loop_take_notice(struct loop *loop, const struct source_notice *notice);
// Forgets what is pending of a partition and goes to `phase`.
void loop_drop_partition(struct loop *loop, struct partition *partition,
                         enum partition_phase phase);
// Where the ledger is not where we left it, drops what is pending of the partition and wants it anew. True: so it is.
bool loop_drop_moved(struct loop *loop, struct partition *partition,
                     const struct ledger_row *actual);
// Reads the ledger of wanted partitions and starts them.
bool loop_start_wanted(struct loop *loop, struct error *error);
// Looks into losses and writes stops down; only while nothing is pending of the partitions concerned.
bool loop_settle_losses(struct loop *loop, struct error *error);
// Confirms with the brokers who is at the end, and notes it.
bool loop_note_ends(struct loop *loop, struct error *error);
void loop_resume(struct loop *loop);
bool loop_all_at_end(
    const struct loop *loop); // by the notices, committed or not; false when nothing is assigned
// Whether an operator has let stopped partitions go on.
bool loop_recheck_stopped(struct loop *loop, struct error *error);
// Says again that they are stopped, and looks where their logs begin by now.
void loop_remind_of_stopped(struct loop *loop);

// Where the partition is read from: its position, or the last journalled record that is to be compared.
int64_t loop_read_offset(const struct partition *partition);

// --- gaps.c ---
// Reading began anew, or goes on where the source says: the next gap is doubted.
void partition_distrust(struct partition *partition);
void loop_distrust(struct loop *loop); // the same for all, who stay in doubt if they are
// Whether there is nothing in the log before this offset, that a record or the end came from, behind a gap. False: it is to be
// left out, and the gap to be looked at again.
bool partition_believes(struct partition *partition, int64_t offset, bool is_end);
// Goes to this offset, if what lies between is believed to be a gap.
bool partition_passes_over(struct partition *partition, int64_t offset, bool is_end);
// Reads partitions in doubt again.
bool loop_settle_doubts(struct loop *loop, struct error *error);

// Stops a partition, to be written down; what is pending of it is forgotten. until_offset: of STOP_LOST.
void loop_stop_partition(struct loop *loop, struct partition *partition, enum stop_kind kind,
                         int64_t until_offset, const char *reason);
// Wants the partition anew, not before some seconds: its leader does not answer.
void loop_want_later(struct loop *loop, struct partition *partition);

// --- witness.c ---
// Asks, of those partitions that have something pending, whether their logs are still those that were counted.
void loop_ask_witnesses(struct loop *loop, struct partition *const *partitions, size_t count);
// The answers. False with ERROR_RETRY: not all have come; with ERROR_NONE: a partition was stopped, or is to be read again.
bool loop_hear_witnesses(struct loop *loop, struct error *error);
// Asks and hears at once, of partitions that have nothing pending; keeps those in `numbers` that are as they were, returns
// how many, and stops those that are not.
size_t loop_keep_witnessed(struct loop *loop, uint32_t *numbers, size_t count);

// --- attempt.c ---
// Writes the pending batch, or finds out why not. True: it is written, or there was nothing to write, or something was
// dropped and the rest is to be tried again (loop->attempted stays set).
bool loop_attempt(struct loop *loop, struct error *error);
void loop_forget_batch(struct loop *loop);
// Within a transaction: everything but what becomes of the offsets.
bool loop_write_records(struct loop *loop, int32_t slot, struct error *error);

// --- search.c ---
void loop_begin_search(struct loop *loop, const struct error *refusal);
// The next trial, within a transaction, which ends. False: it failed for another reason.
bool loop_try_records(struct loop *loop, int32_t slot, struct error *error);
void loop_end_search(struct loop *loop); // attempts are whole again

// --- outage.c ---
// The source is paused; on at the end of the first turn that succeeds.
void loop_begin_outage(struct loop *loop);
void loop_end_outage(struct loop *loop);
void loop_tell_catch_up(struct loop *loop); // once per outage
void loop_take_noticed(struct loop *loop);

// --- ahead.c ---
bool loop_is_behind(const struct loop *loop); // the batch is as large as it may become
// Reads the next batch while the store is busy. ERROR_FATAL only.
bool loop_read_ahead(struct loop *loop, struct error *error);
// After an attempt: what was read becomes the batch, or is forgotten when there is one yet.
void loop_settle_ahead(struct loop *loop);

// --- dead_letters.c ---
// Publishes one bounded round of dead letters.
bool loop_feed(struct loop *loop, struct error *error);
