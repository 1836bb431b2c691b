// Outages of the store: the source is polled on, reading stops, and afterwards it is told how long catching up took.
//
// An outage lasts from the first failure or unanswered call until something succeeds again. The loop has caught up when each
// partition was at its end once since, and everything below that end is committed.
#include "aggregate/loop_internal.h"

#include "common/log.h"

#include <inttypes.h>

#define SAY_EVERY_US INT64_C(10000000)

static int64_t now_us(const struct loop *loop)
{
    return loop->time.monotonic_us + loop->waited_us;
}

static int64_t records_counted(const struct loop *loop)
{
    int64_t records = 0;
    for (int outcome = 0; outcome < OUTCOME_PASSED_OVER; outcome++)
        records += loop->counts.outcomes[outcome];
    return records;
}

void loop_begin_outage(struct loop *loop)
{
    if (loop->outage.lasts)
        return;
    loop->outage = (struct outage){.lasts = true, .from_us = loop->time.monotonic_us};
    loop->source->pause(loop->source);
}

void loop_end_outage(struct loop *loop)
{
    struct outage *outage = &loop->outage;
    if (!outage->lasts)
        return;
    outage->lasts = false;
    outage->catches_up = true;
    outage->until_us = now_us(loop);
    outage->records = records_counted(loop);
    for (size_t i = 0; i < loop->partition_count; i++)
        loop->partitions[i].catch_up_offset = CATCH_UP_UNKNOWN;
    loop_resume(loop);
    log_info("going on");
}

static bool is_behind(const struct partition *partition)
{
    return partition->phase != PARTITION_NOT_OURS && partition->phase != PARTITION_STOPPED &&
           partition->row.next_offset < partition->catch_up_offset;
}

void loop_tell_catch_up(struct loop *loop)
{
    struct outage *outage = &loop->outage;
    if (!outage->catches_up)
        return;
    bool owned = false;
    for (size_t i = 0; i < loop->partition_count; i++) {
        owned = owned || loop->partitions[i].phase != PARTITION_NOT_OURS;
        if (is_behind(&loop->partitions[i]))
            return;
    }
    if (!owned)
        return; // nothing to catch up with yet
    outage->catches_up = false;
    log_info("caught up after an outage of %.1f s in %.1f s: %" PRId64 " records",
             (double)(outage->until_us - outage->from_us) / 1e6,
             (double)(now_us(loop) - outage->until_us) / 1e6,
             records_counted(loop) - outage->records);
}

// Records that a poll brings all the same are left out: the source reads them again when it goes on.
void loop_keep_polling(struct loop *loop, struct loop_time time, const char *what,
                       int64_t waited_us)
{
    struct poll_limits notices_only = {0};
    struct error error = ERROR_INIT;
    loop->waited_us = time.monotonic_us - loop->time.monotonic_us;
    loop_begin_outage(loop);
    if (!loop->source->poll(loop->source, &notices_only, &loop->noticed, &error))
        return; // the next poll tells it again
    loop->noticed.record_count = loop->noticed.bytes = 0;
    if (time.monotonic_us < loop->say_wait_at_us)
        return;
    loop->say_wait_at_us = time.monotonic_us + SAY_EVERY_US;
    log_warning("waiting for the store since %.1f s, to %s; polling goes on, %zu records in hand",
                (double)waited_us / 1e6, what, loop->batch.count);
}

void loop_take_noticed(struct loop *loop)
{
    if (loop->noticed.interrupted)
        loop_distrust(loop);
    for (size_t i = 0; i < loop->noticed.notice_count; i++)
        loop_take_notice(loop, &loop->noticed.notices[i]);
    delivery_clear(&loop->noticed);
}
