// Whether a log is still the one that was counted, asked after something was read from it and before that is counted (law 4).
//
// A topic that is made anew under a running daemon may have grown past the offset that is read next before the next fetch: its
// records come as if they went on, and no client tells. So each partition has a witness, a record from before what is to be
// counted: the last that was counted; of a partition of which nothing was, the first of the batch. A log never comes back once
// it is deleted, so when the witness is seen again at its offset, everything that was read before was its log's. The brokers
// are asked when the batch is complete and answer while the store writes it. Likewise an end is one of this log only when the
// witness is seen after it.
#include "aggregate/loop_internal.h"

#include "common/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define HEAR_US INT64_C(1000000)
// A partition without a leader holds the others' batch up for so long, once; then its records are dropped and read again.
#define SILENCE_US INT64_C(10000000)

static void add_question(struct loop *loop, struct recollection question)
{
    if (loop->asked_count == loop->asked_capacity) {
        loop->asked_capacity = loop->asked_capacity ? loop->asked_capacity * 2 : 16;
        loop->asked = realloc(loop->asked, loop->asked_capacity * sizeof *loop->asked);
        if (!loop->asked)
            abort();
    }
    loop->asked[loop->asked_count++] = question;
}

static const struct record *first_record(const struct loop *loop, uint32_t number)
{
    for (size_t i = 0; i < loop->batch.count; i++)
        if (!loop->batch.records[i].dropped && loop->batch.records[i].record.partition == number)
            return &loop->batch.records[i].record;
    return NULL;
}

// What is asked: the digest is the one that the answer must have.
static bool choose_witness(const struct loop *loop, const struct partition *partition,
                           struct recollection *out)
{
    uint32_t number = (uint32_t)(partition - loop->partitions);
    if (loop_name(loop, partition)->partition == REPLAY_PARTITION)
        return false; // the store's own log
    *out = (struct recollection){.partition = number,
                                 .offset = partition->row.last_record_offset,
                                 .digest = partition->row.last_record_digest};
    if (out->offset >= 0)
        return true;
    const struct record *first = first_record(loop, number);
    if (!first)
        return false;
    out->offset = first->offset;
    out->digest = batch_value_digest(first);
    return true;
}

static void begin_questions(struct loop *loop, struct partition *const *partitions, size_t count)
{
    struct recollection question;
    loop->asked_count = 0;
    for (size_t i = 0; i < count; i++)
        if (choose_witness(loop, partitions[i], &question))
            add_question(loop, question);
    if (loop->asked_count)
        loop->source->ask(loop->source, loop->asked, loop->asked_count);
}

void loop_ask_witnesses(struct loop *loop, struct partition *const *partitions, size_t count)
{
    if (loop->waits_for_witnesses)
        return;
    struct partition **pending = arena_array(&loop->scratch, struct partition *, count + 1);
    size_t pending_count = 0;
    for (size_t i = 0; i < count; i++)
        if (partition_has_pending(partitions[i]))
            pending[pending_count++] = partitions[i];
    begin_questions(loop, pending, pending_count);
}

// --- answers ---

enum testimony { SAME, UNHEARD, OTHER };

static enum testimony stop_as_other(struct loop *loop, struct partition *partition, int64_t offset,
                                    const char *what)
{
    char reason[200];
    snprintf(reason, sizeof reason,
             "the record at offset %" PRId64 " is %s: the topic was recreated", offset, what);
    loop_stop_partition(loop, partition, STOP_RECREATED, 0, reason);
    return OTHER;
}

// It is not there any more. Where retention or compaction took it, nothing can be told, as at a start.
static enum testimony miss(struct loop *loop, struct partition *partition, int64_t offset)
{
    struct error unanswered = ERROR_INIT;
    uint32_t number = (uint32_t)(partition - loop->partitions);
    const struct partition_name *name = loop_name(loop, partition);
    int64_t low, high;
    if (!loop->source->watermarks(loop->source, &number, 1, &low, &high, &unanswered))
        return UNHEARD;
    if (low <= offset && !name->is_compacted)
        return stop_as_other(loop, partition, offset, "not there any more");
    if (!partition->witness_gone)
        log_warning(
            "%s [%d]: retention or compaction has removed the last counted record, so that "
            "the topic cannot be compared with what was counted; going on at offset %" PRId64,
            name->topic, name->partition, partition->row.next_offset);
    partition->witness_gone = true;
    return SAME;
}

static enum testimony judge(struct loop *loop, struct partition *partition,
                            const struct recollection *question, const struct recollection *answer)
{
    if (!answer->is_answered)
        return UNHEARD;
    if (!answer->has_record)
        return miss(loop, partition, question->offset);
    if (answer->digest != question->digest)
        return stop_as_other(loop, partition, question->offset, "not the one that was counted");
    partition->witness_gone = false;
    return SAME;
}

// Fills testimonies[] of what was asked; those that were heard are SAME or stopped.
static void hear(struct loop *loop, enum testimony *testimonies)
{
    size_t count = loop->asked_count;
    struct recollection *answers =
        arena_copy(&loop->scratch, loop->asked, count * sizeof *loop->asked);
    if (count)
        loop->source->recall(loop->source, answers, count, HEAR_US);
    for (size_t i = 0; i < count; i++) {
        struct partition *partition = &loop->partitions[answers[i].partition];
        testimonies[i] = judge(loop, partition, &loop->asked[i], &answers[i]);
        loop->counts.unheard += testimonies[i] == UNHEARD;
        if (testimonies[i] == SAME)
            partition->silent_since_us = 0;
    }
}

// True: it is not waited for any longer.
static bool give_up(struct loop *loop, struct partition *partition)
{
    const struct partition_name *name = loop_name(loop, partition);
    if (!partition->silent_since_us)
        partition->silent_since_us = loop->time.monotonic_us;
    if (loop->time.monotonic_us - partition->silent_since_us < SILENCE_US)
        return false;
    log_warning("%s [%d]: its leader does not say whether the log is still the one that was "
                "counted; what was read since is dropped, to be read again",
                name->topic, name->partition);
    loop_want_later(loop, partition);
    return true;
}

bool loop_hear_witnesses(struct loop *loop, struct error *error)
{
    enum testimony *testimonies =
        arena_array(&loop->scratch, enum testimony, loop->asked_count + 1);
    const struct partition_name *unheard = NULL;
    bool changed = false;
    hear(loop, testimonies);
    for (size_t i = 0; i < loop->asked_count; i++) {
        struct partition *partition = &loop->partitions[loop->asked[i].partition];
        if (testimonies[i] == OTHER || (testimonies[i] == UNHEARD && give_up(loop, partition)))
            changed = true;
        else if (testimonies[i] == UNHEARD)
            unheard = loop_name(loop, partition);
    }
    loop->waits_for_witnesses = unheard && !changed;
    if (!unheard || changed)
        return !changed;
    return error_set(error, ERROR_RETRY,
                     "the leader of %s [%d] does not say yet whether the log is still the one "
                     "that was counted",
                     unheard->topic, unheard->partition);
}

size_t loop_keep_witnessed(struct loop *loop, uint32_t *numbers, size_t count)
{
    struct partition **partitions = arena_array(&loop->scratch, struct partition *, count + 1);
    enum testimony *testimonies = arena_array(&loop->scratch, enum testimony, count + 1);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        partitions[i] = &loop->partitions[numbers[i]];
    begin_questions(loop, partitions, count);
    hear(loop, testimonies);
    for (size_t i = 0, asked = 0; i < count; i++) {
        bool was_asked = asked < loop->asked_count && loop->asked[asked].partition == numbers[i];
        if (!was_asked || testimonies[asked] == SAME)
            numbers[kept++] = numbers[i];
        asked += was_asked;
    }
    return kept;
}
