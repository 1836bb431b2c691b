// The next batch is read and decoded while the store takes this one, when there is a backlog.
//
// Invariant: between two attempts nothing is ahead, so every notice finds the records before it in the batch. What was read
// is looked at only then: whether a partition takes a record depends on what became of the attempt. After a failure it is
// forgotten, and read again from where the batch ends.
#include "aggregate/loop_internal.h"

#define AHEAD_WAIT_US INT64_C(10000)
enum { DECODE_RECORDS = 4096 }; // at a time: some milliseconds

bool loop_is_behind(const struct loop *loop)
{
    return loop->batch.count >= loop->target_records ||
           loop->batch.bytes >= loop->settings.batch_bytes;
}

// How many records the next batch takes yet, should it double.
static size_t room(const struct loop *loop)
{
    size_t most = 2 * loop->target_records;
    if (most > loop->settings.batch_records_max)
        most = loop->settings.batch_records_max;
    bool is_full = loop->ahead.count >= most || loop->ahead.bytes >= loop->settings.batch_bytes;
    return is_full ? 0 : most - loop->ahead.count;
}

static bool read_some(struct loop *loop, bool *came, struct error *error)
{
    size_t records = room(loop);
    struct poll_limits limits = {.records = records < DECODE_RECORDS ? records : DECODE_RECORDS,
                                 .bytes = loop->settings.batch_bytes - loop->ahead.bytes,
                                 .wait_us = AHEAD_WAIT_US};
    delivery_clear(&loop->delivery);
    loop->delivery.arena = &loop->ahead.arena;
    bool polled = loop->source->poll(loop->source, &limits, &loop->delivery, error);
    loop->delivery.arena = &loop->batch.arena;
    for (size_t i = 0; i < loop->delivery.record_count; i++) {
        const struct record *record = &loop->delivery.records[i];
        batch_add(&loop->ahead, record,
                  loop->source->name(loop->source, record->partition)->family);
    }
    batch_decode(&loop->ahead);
    loop->notices_wait = loop->delivery.notice_count > 0 || loop->delivery.interrupted;
    *came = loop->delivery.record_count > 0;
    return polled;
}

bool loop_read_ahead(struct loop *loop, struct error *error)
{
    // What was noticed while the store did not answer is taken after this attempt: nothing newer may be taken before it.
    bool goes_on = loop->may_read_ahead && loop->noticed.notice_count == 0;
    while (goes_on && !loop->notices_wait && room(loop) > 0 && loop->store->is_busy(loop->store))
        if (!read_some(loop, &goes_on, error))
            return false;
    return true;
}

// The batch was committed: what is ahead is the next.
static void take(struct loop *loop)
{
    struct batch written = loop->batch;
    loop->batch = loop->ahead;
    loop->ahead = written;
    loop->began_meanwhile = true;
    for (size_t i = 0; i < loop->batch.count; i++)
        if (!loop->batch.records[i].dropped &&
            !loop_accepts_record(loop, &loop->batch.records[i].record))
            batch_leave(&loop->batch, i);
}

// The batch is to be written again, and decides from which offsets there is more to read. An end behind records that are
// forgotten is none; it will be said again.
static void forget(struct loop *loop)
{
    loop->counts.forgotten += (int64_t)loop->ahead.count;
    batch_clear(&loop->ahead);
    size_t kept = 0; // in their order: a partition may have been taken away and given back
    for (size_t i = 0; i < loop->delivery.notice_count; i++)
        if (loop->delivery.notices[i].type != SOURCE_END)
            loop->delivery.notices[kept++] = loop->delivery.notices[i];
    loop->delivery.notice_count = kept;
}

void loop_settle_ahead(struct loop *loop)
{
    bool is_read = loop->ahead.count > 0 || loop->notices_wait, goes_on = loop->batch.count == 0;
    if (!is_read)
        return;
    loop->counts.read_ahead += (int64_t)loop->ahead.count;
    if (loop->notices_wait && loop->delivery.interrupted)
        loop_distrust(loop); // before its records are looked at
    if (goes_on)
        take(loop);
    else
        forget(loop);
    for (size_t i = 0; loop->notices_wait && i < loop->delivery.notice_count; i++)
        loop_take_notice(loop, &loop->delivery.notices[i]);
    loop->notices_wait = false;
    if (goes_on || loop->outage.lasts)
        return; // the end of an outage resumes
    loop->source->pause(loop->source);
    loop_resume(loop);
}
