// Partitions of the batch loop: from which offset each is read, whether the log is still the one that was counted, and when
// it is at its end (DESIGN, law 4 and Completeness).
//
// Nothing is read before the last journalled record was seen again. What is missing stops the partition, in the ledger,
// until an operator accepts it; the others go on.
#include "aggregate/loop_internal.h"

#include "common/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct partition *loop_partition(struct loop *loop, uint32_t number)
{
    if (number >= loop->partition_count) {
        size_t count = (size_t)number + 1;
        loop->partitions = realloc(loop->partitions, count * sizeof *loop->partitions);
        if (!loop->partitions)
            abort();
        for (size_t i = loop->partition_count; i < count; i++)
            loop->partitions[i] = (struct partition){.end_offset = -1};
        loop->partition_count = count;
    }
    return &loop->partitions[number];
}

static uint32_t number_of(const struct loop *loop, const struct partition *partition)
{
    return (uint32_t)(partition - loop->partitions);
}

int64_t loop_read_offset(const struct partition *partition)
{
    return partition->phase == PARTITION_CHECKING ? partition->row.last_record_offset
                                                  : partition->position;
}

const struct partition_name *loop_name(const struct loop *loop, const struct partition *partition)
{
    return loop->source->name(loop->source, number_of(loop, partition));
}

bool partition_has_pending(const struct partition *partition)
{
    return partition->phase == PARTITION_RUNNING &&
           partition->position > partition->row.next_offset;
}

void loop_drop_partition(struct loop *loop, struct partition *partition, enum partition_phase phase)
{
    if (batch_drop(&loop->batch, number_of(loop, partition)))
        loop_end_search(loop); // what was refused may be gone
    partition->phase = phase;
    partition->position = partition->row.next_offset;
    partition->passed_over = 0;
    partition->end_offset = -1;
    partition->out_of_range = partition->missing = partition->witness_gone = false;
    partition->silent_since_us = 0;
    partition_distrust(partition);
}

bool loop_drop_moved(struct loop *loop, struct partition *partition,
                     const struct ledger_row *actual)
{
    if (actual->partition_id == partition->row.partition_id && !actual->stopped &&
        actual->next_offset == partition->row.next_offset)
        return false;
    const struct partition_name *name = loop_name(loop, partition);
    log_warning("%s [%d]: the ledger is at offset %" PRId64 ", not at %" PRId64
                ": another daemon wrote it, or the database went back; its records are dropped "
                "here",
                name->topic, name->partition, actual->next_offset, partition->row.next_offset);
    loop->source->stop(loop->source, number_of(loop, partition));
    loop_drop_partition(loop, partition, PARTITION_WANTED);
    loop->counts.fenced++;
    return true;
}

// --- what the source delivers ---

static const char what_to_do[] =
    "Nothing above is counted and the other partitions go on; 'cityops-db accept-gap' lists what "
    "waits and lets it go on";

void loop_stop_partition(struct loop *loop, struct partition *partition, enum stop_kind kind,
                         int64_t until_offset, const char *reason)
{
    const struct partition_name *name = loop_name(loop, partition);
    loop_drop_partition(loop, partition, PARTITION_STOPPING);
    partition->row.stop_kind = kind;
    partition->row.stopped_until = until_offset;
    snprintf(partition->row.stopped_reason, sizeof partition->row.stopped_reason, "%s", reason);
    loop->source->stop(loop->source, number_of(loop, partition));
    struct error error = ERROR_INIT;
    error_set(&error, ERROR_DIFFERENT, "%s [%d] stops at offset %" PRId64 ": %s. %s", name->topic,
              name->partition, partition->row.next_offset, reason, what_to_do);
    log_error(&error);
}

// The first record of a partition that is being checked.
static void check_last_record(struct loop *loop, struct partition *partition,
                              const struct record *record)
{
    if (record->offset > partition->row.last_record_offset) {
        partition->missing = true;
    } else if (batch_value_digest(record) == partition->row.last_record_digest) {
        partition->phase = PARTITION_RUNNING;
    } else {
        char reason[200];
        snprintf(reason, sizeof reason,
                 "the record at offset %" PRId64 " is not the one that was counted: the topic was "
                 "recreated",
                 record->offset);
        loop_stop_partition(loop, partition, STOP_RECREATED, 0, reason);
    }
}

bool loop_accepts_record(struct loop *loop, const struct record *record)
{
    struct partition *partition = loop_partition(loop, record->partition);
    if (partition->phase == PARTITION_CHECKING && !partition->missing &&
        record->offset >= partition->row.last_record_offset) {
        if (record->offset == partition->row.last_record_offset ||
            partition_believes(partition, record->offset, false))
            check_last_record(loop, partition, record);
        return false;
    }
    if (partition->phase != PARTITION_RUNNING || record->offset < partition->position)
        return false; // stale, or fetched twice
    if (!partition_passes_over(partition, record->offset, false))
        return false;
    partition->position = record->offset + 1;
    return true;
}

static void take_end(struct partition *partition, int64_t end_offset)
{
    if (partition->phase == PARTITION_CHECKING) // the end came, and the last record did not
        partition->missing = partition_believes(partition, end_offset, true);
    if (partition->phase != PARTITION_RUNNING ||
        !partition_passes_over(partition, end_offset, true))
        return;
    partition->end_offset = end_offset;
    if (partition->catch_up_offset == CATCH_UP_UNKNOWN)
        partition->catch_up_offset = end_offset;
}

void loop_take_notice(struct loop *loop, const struct source_notice *notice)
{
    struct partition *partition = loop_partition(loop, notice->partition);
    switch (notice->type) {
    case SOURCE_ASSIGNED:
        loop_drop_partition(loop, partition, PARTITION_WANTED);
        break;
    case SOURCE_REVOKED:
    case SOURCE_LOST:
        loop_drop_partition(loop, partition, PARTITION_NOT_OURS);
        break;
    case SOURCE_END:
        take_end(partition, notice->offset);
        break;
    case SOURCE_OUT_OF_RANGE:
        if (partition->phase == PARTITION_CHECKING)
            partition->missing = true;
        else if (partition->phase == PARTITION_RUNNING)
            partition->out_of_range = true;
        break;
    }
}

// --- starting ---

#define ASK_AGAIN_US                                                                               \
    INT64_C(2000000) // leaders that did not answer: each question may take a second

static bool may_ask(const struct loop *loop, const struct partition *partition)
{
    return loop->time.monotonic_us >= partition->ask_again_us;
}

void loop_want_later(struct loop *loop, struct partition *partition)
{
    loop->source->stop(loop->source, number_of(loop, partition));
    loop_drop_partition(loop, partition, PARTITION_WANTED);
    partition->ask_again_us = loop->time.monotonic_us + ASK_AGAIN_US;
}

// Gives new partitions their rows. Those whose leader does not answer are left without, and asked again later: the others
// begin meanwhile.
static bool create_rows(struct loop *loop, const struct partition_name *const *names,
                        const uint32_t *numbers, size_t count, struct ledger_row *rows,
                        struct error *error)
{
    struct error unanswered = ERROR_INIT;
    uint32_t *asked = arena_array(&loop->scratch, uint32_t, count);
    int64_t *lows = arena_array(&loop->scratch, int64_t, count);
    int64_t *highs = arena_array(&loop->scratch, int64_t, count);
    size_t asked_count = 0;
    bool created = false;
    for (size_t i = 0; i < count; i++)
        if (!rows[i].partition_id)
            asked[asked_count++] = numbers[i];
    if (asked_count &&
        !loop->source->watermarks(loop->source, asked, asked_count, lows, highs, &unanswered))
        log_warning("new partitions wait: %s", unanswered.text);
    for (size_t i = 0, a = 0; i < count; i++) {
        if (rows[i].partition_id)
            continue;
        int64_t low = lows[a++];
        if (low < 0) {
            loop->partitions[numbers[i]].ask_again_us = loop->time.monotonic_us + ASK_AGAIN_US;
            continue;
        }
        if (!loop->store->create_ledger(loop->store, names[i], low, error))
            return false;
        log_info("%s [%d] is new: its origin is offset %" PRId64, names[i]->topic,
                 names[i]->partition, low);
        created = true;
    }
    return !created || loop->store->load_ledger(loop->store, names, count, rows, error);
}

static struct partition_offset start_of(struct loop *loop, uint32_t number,
                                        const struct ledger_row *row)
{
    struct partition *partition = &loop->partitions[number];
    const struct partition_name *name = loop_name(loop, partition);
    bool check = row->last_record_offset >= 0 && name->partition != REPLAY_PARTITION;
    partition->row = *row;
    loop_drop_partition(loop, partition, check ? PARTITION_CHECKING : PARTITION_RUNNING);
    loop->unfed = true; // a former owner may have left dead letters
    log_info("%s [%d] goes on at offset %" PRId64, name->topic, name->partition, row->next_offset);
    return (struct partition_offset){number, check ? row->last_record_offset : row->next_offset};
}

static void describe_loss(char *reason, size_t reason_bytes, int64_t next_offset, int64_t low)
{
    snprintf(reason, reason_bytes,
             "records from %" PRId64 " until %" PRId64 " are lost: the log begins at %" PRId64
             " now",
             next_offset, low, low);
}

// Retention goes on while a partition is stopped: what is to be accepted is what is missing by now. True when that is not what
// the ledger says. The brokers may not answer; then it stays as it is.
static bool look_again(struct loop *loop, uint32_t number, struct ledger_row *row)
{
    struct error error = ERROR_INIT;
    int64_t low, high;
    if (row->stop_kind == STOP_RECREATED || row->stop_kind == STOP_OTHER_CLUSTER ||
        !loop->source->watermarks(loop->source, &number, 1, &low, &high, &error))
        return false;
    if (low <= row->next_offset) {
        bool was_known = row->stop_kind != STOP_NONE;
        row->stop_kind = STOP_RECREATED; // what was lost is there again: it cannot be the same log
        return was_known || !row->stopped_reason[0];
    }
    if (row->stop_kind == STOP_LOST && row->stopped_until == low)
        return false;
    row->stop_kind = STOP_LOST;
    row->stopped_until = low;
    describe_loss(row->stopped_reason, sizeof row->stopped_reason, row->next_offset, low);
    return true;
}

static void keep_stopped(struct loop *loop, uint32_t number, const struct ledger_row *row)
{
    struct partition *partition = &loop->partitions[number];
    const struct partition_name *name = loop_name(loop, partition);
    partition->row = *row;
    loop_drop_partition(loop, partition, PARTITION_STOPPED);
    loop->source->stop(loop->source, number);
    loop->unfed = true;
    if (look_again(loop, number, &partition->row))
        partition->phase = PARTITION_STOPPING; // to be written down
    struct error error = ERROR_INIT;
    error_set(&error, ERROR_DIFFERENT, "%s [%d] is stopped at offset %" PRId64 ": %s. %s",
              name->topic, name->partition, row->next_offset, partition->row.stopped_reason,
              what_to_do);
    log_error(&error);
}

bool loop_start_wanted(struct loop *loop, struct error *error)
{
    arena_reset(&loop->scratch);
    uint32_t *numbers = arena_array(&loop->scratch, uint32_t, loop->partition_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < loop->partition_count; i++)
        if (loop->partitions[i].phase == PARTITION_WANTED && may_ask(loop, &loop->partitions[i]))
            numbers[count++] = (uint32_t)i;
    if (!count)
        return true;
    const struct partition_name **names =
        arena_array(&loop->scratch, const struct partition_name *, count);
    for (size_t i = 0; i < count; i++)
        names[i] = loop->source->name(loop->source, numbers[i]);
    struct ledger_row *rows = arena_array(&loop->scratch, struct ledger_row, count);
    if (!loop->store->load_ledger(loop->store, names, count, rows, error) ||
        !create_rows(loop, names, numbers, count, rows, error))
        return false;
    struct partition_offset *starts = arena_array(&loop->scratch, struct partition_offset, count);
    size_t start_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].stopped)
            keep_stopped(loop, numbers[i], &rows[i]);
        else if (rows[i].partition_id)
            starts[start_count++] = start_of(loop, numbers[i], &rows[i]);
    }
    if (loop->source->start(loop->source, starts, start_count, error))
        return true;
    for (size_t i = 0; i < start_count; i++)
        loop->partitions[starts[i].partition].phase = PARTITION_WANTED;
    return false;
}

void loop_resume(struct loop *loop)
{
    arena_reset(&loop->scratch);
    struct partition_offset *positions =
        arena_array(&loop->scratch, struct partition_offset, loop->partition_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < loop->partition_count; i++) {
        struct partition *partition = &loop->partitions[i];
        if (partition->phase != PARTITION_RUNNING && partition->phase != PARTITION_CHECKING)
            continue;
        positions[count++] = (struct partition_offset){(uint32_t)i, loop_read_offset(partition)};
        partition_distrust(partition);
    }
    loop->source->resume(loop->source, positions, count);
}

bool loop_recheck_stopped(struct loop *loop, struct error *error)
{
    arena_reset(&loop->scratch);
    uint32_t *numbers = arena_array(&loop->scratch, uint32_t, loop->partition_count + 1);
    const struct partition_name **names =
        arena_array(&loop->scratch, const struct partition_name *, loop->partition_count + 1);
    struct ledger_row *rows =
        arena_array(&loop->scratch, struct ledger_row, loop->partition_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < loop->partition_count; i++) {
        if (loop->partitions[i].phase != PARTITION_STOPPED)
            continue;
        numbers[count] = (uint32_t)i;
        names[count++] = loop_name(loop, &loop->partitions[i]);
    }
    if (count && !loop->store->load_ledger(loop->store, names, count, rows, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!rows[i].stopped)
            loop->partitions[numbers[i]].phase = PARTITION_WANTED;
    return true;
}

void loop_remind_of_stopped(struct loop *loop)
{
    for (size_t i = 0; i < loop->partition_count; i++)
        if (loop->partitions[i].phase == PARTITION_STOPPED)
            loop->partitions[i].phase = PARTITION_WANTED;
}

// --- losses ---

static bool restart(struct loop *loop, struct partition *partition, struct error *error)
{
    struct partition_offset start = {number_of(loop, partition), partition->position};
    partition->phase = PARTITION_RUNNING;
    partition->missing = partition->out_of_range = false;
    partition_distrust(partition);
    if (loop->source->start(loop->source, &start, 1, error))
        return true;
    partition->phase = PARTITION_WANTED;
    return false;
}

// The last journalled record did not come, or the log does not have the next offset: which of both, and why, is told by the
// log's bounds. A last record that retention removed, while all that was not counted is still there, is no loss.
static bool look_into(struct loop *loop, struct partition *partition, struct error *error)
{
    uint32_t number = number_of(loop, partition);
    int64_t low, high, next = partition->row.next_offset;
    struct error unanswered = ERROR_INIT;
    if (!loop->source->watermarks(loop->source, &number, 1, &low, &high, &unanswered)) {
        log_warning("what is missing cannot be told yet: %s", unanswered.text);
        partition->ask_again_us = loop->time.monotonic_us + ASK_AGAIN_US;
        return true;
    }
    char reason[200] = "";
    if (low > next)
        describe_loss(reason, sizeof reason, next, low);
    else if (high < next)
        snprintf(reason, sizeof reason,
                 "the log ends at %" PRId64 ", before what was counted: the topic was recreated or "
                 "cut",
                 high);
    else if (partition->missing && low <= partition->row.last_record_offset &&
             !loop_name(loop, partition)->is_compacted)
        snprintf(reason, sizeof reason,
                 "the record that was counted at offset %" PRId64
                 " is not there any more: the topic was recreated",
                 partition->row.last_record_offset);
    if (!*reason) {
        if (partition->missing)
            log_warning("%s [%d]: retention or compaction has removed the last counted record, so "
                        "that the topic cannot be compared with what was counted; going on at "
                        "offset %" PRId64,
                        loop_name(loop, partition)->topic, loop_name(loop, partition)->partition,
                        next);
        return restart(loop, partition, error);
    }
    loop_stop_partition(loop, partition, low > next ? STOP_LOST : STOP_RECREATED, low, reason);
    return true;
}

static bool save_stop(struct loop *loop, struct partition *partition, struct error *error)
{
    if (!loop->store->stop_partition(loop->store, &partition->row, error))
        return false;
    partition->phase = PARTITION_STOPPED;
    return true;
}

bool loop_settle_losses(struct loop *loop, struct error *error)
{
    for (size_t i = 0; i < loop->partition_count; i++) {
        struct partition *partition = &loop->partitions[i];
        bool lost =
            partition->missing || (partition->out_of_range && !partition_has_pending(partition));
        if (lost && may_ask(loop, partition) && !look_into(loop, partition, error))
            return false;
        if (partition->phase == PARTITION_STOPPING && !save_stop(loop, partition, error))
            return false;
    }
    return true;
}

// --- ends ---

static bool is_at_end(const struct partition *partition)
{
    return partition->phase == PARTITION_RUNNING && partition->end_offset == partition->position;
}

bool loop_all_at_end(const struct loop *loop)
{
    size_t assigned = 0;
    for (size_t i = 0; i < loop->partition_count; i++) {
        const struct partition *partition = &loop->partitions[i];
        if (partition->phase == PARTITION_NOT_OURS)
            continue;
        assigned++;
        if (partition->phase != PARTITION_STOPPED && !is_at_end(partition))
            return false;
    }
    return assigned > 0;
}

// An end notice may have waited in a queue while records were appended, so the brokers are asked anew: what they answer
// was true at some instant after the question.
static size_t confirm_ends(struct loop *loop, uint32_t *at_end, size_t *asked)
{
    struct error error = ERROR_INIT;
    uint32_t *numbers = arena_array(&loop->scratch, uint32_t, loop->partition_count + 1);
    size_t count = 0, confirmed = 0;
    for (size_t i = 0; i < loop->partition_count; i++) {
        const struct partition *partition = &loop->partitions[i];
        if (is_at_end(partition) && !partition_has_pending(partition))
            numbers[count++] = (uint32_t)i;
    }
    *asked = count;
    int64_t *lows = arena_array(&loop->scratch, int64_t, count + 1);
    int64_t *highs = arena_array(&loop->scratch, int64_t, count + 1);
    if (count && !loop->source->watermarks(loop->source, numbers, count, lows, highs, &error))
        log_warning("not every end of a partition is confirmed: %s", error.text);
    for (size_t i = 0; i < count; i++) {
        struct partition *partition = &loop->partitions[numbers[i]];
        if (highs[i] < 0)
            continue; // its leader does not answer
        if (highs[i] == partition->row.next_offset) {
            at_end[confirmed++] = numbers[i];
        } else { // more has come, another end notice will follow it; or the log was cut
            partition->end_offset = -1;
            partition->out_of_range = highs[i] < partition->row.next_offset;
        }
    }
    return confirmed;
}

// Nothing is written of a partition at its end, so nothing would find out that its ledger row is not where we left it: somebody
// else owns it, or the database went back (a standby that lagged was promoted, a server lost its last commits).
static bool compare_ledger(struct loop *loop, const uint32_t *numbers, size_t count,
                           const struct ledger_row **unmoved, size_t *unmoved_count,
                           struct error *error)
{
    const struct partition_name **names =
        arena_array(&loop->scratch, const struct partition_name *, count + 1);
    struct ledger_row *actual = arena_array(&loop->scratch, struct ledger_row, count + 1);
    for (size_t i = 0; i < count; i++)
        names[i] = loop->source->name(loop->source, numbers[i]);
    *unmoved_count = 0;
    if (count && !loop->store->load_ledger(loop->store, names, count, actual, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct partition *partition = &loop->partitions[numbers[i]];
        if (!loop_drop_moved(loop, partition, &actual[i]))
            unmoved[(*unmoved_count)++] = &partition->row;
    }
    return true;
}

// Puts those into the ledger that it does not have, so that every question of completeness knows of them: their owner may learn of
// them much later. A new partition without a leader leaves *all false.
static bool enter_new(struct loop *loop, const uint32_t *numbers, size_t count, bool *all,
                      struct error *error)
{
    const struct partition_name **names =
        arena_array(&loop->scratch, const struct partition_name *, count + 1);
    struct ledger_row *rows = arena_array(&loop->scratch, struct ledger_row, count + 1);
    for (size_t i = 0; i < count; i++)
        names[i] = loop->source->name(loop->source, numbers[i]);
    if (count && !loop->store->load_ledger(loop->store, names, count, rows, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct error unanswered = ERROR_INIT;
        int64_t low, high;
        bool is_there = rows[i].partition_id != 0;
        if (!is_there &&
            !loop->source->watermarks(loop->source, &numbers[i], 1, &low, &high, &unanswered)) {
            *all = false;
            continue;
        }
        if (!is_there && !loop->store->create_ledger(loop->store, names[i], low, error))
            return false;
        loop_partition(loop, numbers[i])->is_known = true;
    }
    return true;
}

static bool know_all(struct loop *loop, struct error *error)
{
    enum { LIST_HEARTBEATS = 6 };
    struct error unanswered = ERROR_INIT;
    uint32_t *numbers;
    size_t count, unknown = 0;
    if (!loop->source->list) {
        loop->listed_wall_us = loop->time.wall_us;
        return true;
    }
    if (loop->time.monotonic_us < loop->list_at_us)
        return true;
    if (!loop->source->list(loop->source, &loop->scratch, &numbers, &count, &unanswered)) {
        if (unanswered.class == ERROR_BAD_CONFIG) {
            *error = unanswered;
            return false;
        }
        log_warning("nothing is known of new partitions: %s", unanswered.text);
        return true;
    }
    for (size_t i = 0; i < count; i++)
        if (!loop_partition(loop, numbers[i])->is_known)
            numbers[unknown++] = numbers[i];
    bool all = true;
    if (!enter_new(loop, numbers, unknown, &all, error))
        return false;
    if (!all)
        return true;
    loop->list_at_us = loop->time.monotonic_us + LIST_HEARTBEATS * loop->settings.heartbeat_us;
    loop->listed_wall_us = loop->time.wall_us;
    return true;
}

bool loop_note_ends(struct loop *loop, struct error *error)
{
    arena_reset(&loop->scratch);
    if (!know_all(loop, error))
        return false;
    uint32_t *at_end = arena_array(&loop->scratch, uint32_t, loop->partition_count + 1);
    const struct ledger_row **rows =
        arena_array(&loop->scratch, const struct ledger_row *, loop->partition_count + 1);
    size_t asked, confirmed = confirm_ends(loop, at_end, &asked), count;
    confirmed =
        loop_keep_witnessed(loop, at_end, confirmed); // after the ends: theirs is this log, then
    if (!compare_ledger(loop, at_end, confirmed, rows, &count, error))
        return false;
    // Consumed through the instant at which the topics were known to have no other partitions.
    if (count && loop->listed_wall_us &&
        !loop->store->note_ends(loop->store, rows, count, loop->listed_wall_us, error))
        return false;
    if (loop->settings.until_end && confirmed == asked && loop_all_at_end(loop)) {
        loop->done = true;
        for (size_t i = 0; i < loop->partition_count; i++)
            if (partition_has_pending(&loop->partitions[i]))
                loop->done = false;
    }
    return true;
}
