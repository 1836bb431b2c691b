// Turns of the batch loop: when to write, when to wait, when to poll.
//
// A failure of the environment never loses a record: the batch stays in memory, reading stops, polling goes on, and the same
// records are tried again.
#include "aggregate/loop_internal.h"

#include "common/fail_point.h"
#include "common/log.h"

#include <stdlib.h>

enum {
    ABORTS_BEFORE_BACK_OFF = 8,
    REMINDER_HEARTBEATS = 12,
};
#define POLL_WAIT_US INT64_C(100000)

struct loop *loop_new(const struct loop_settings *settings, struct record_source *source,
                      struct store *store, struct dead_letter_sink *sink)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        abort();
    loop->settings = *settings;
    loop->source = source;
    loop->store = store;
    loop->sink = sink;
    loop->target_records = settings->batch_records;
    loop->random = settings->seed;
    loop->unfed = sink != NULL; // a former life may have left some
    batch_init(&loop->batch);
    batch_init(&loop->ahead);
    fold_init(&loop->fold);
    loop->newest_windows = newest_windows_new();
    loop->delivery.arena = loop->noticed.arena = &loop->batch.arena;
    return loop;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    batch_free(&loop->batch);
    batch_free(&loop->ahead);
    fold_free(&loop->fold);
    newest_windows_free(loop->newest_windows);
    delivery_free(&loop->delivery);
    delivery_free(&loop->noticed);
    arena_free(&loop->scratch);
    free(loop->asked);
    free(loop->partitions);
    free(loop);
}

const struct loop_counts *loop_counts(const struct loop *loop)
{
    return &loop->counts;
}

bool loop_has_records(const struct loop *loop)
{
    return loop->batch.count > 0;
}

bool loop_is_done(const struct loop *loop)
{
    return loop->done;
}

size_t loop_stopped_partitions(const struct loop *loop)
{
    size_t stopped = 0;
    for (size_t i = 0; i < loop->partition_count; i++)
        stopped += loop->partitions[i].phase == PARTITION_STOPPING ||
                   loop->partitions[i].phase == PARTITION_STOPPED;
    return stopped;
}

static uint64_t next_random(uint64_t *state) // splitmix64
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void back_off(struct loop *loop, const struct error *error)
{
    int doublings = loop->failures_in_a_row < 20 ? loop->failures_in_a_row : 20;
    int64_t wait_us = loop->settings.back_off_us << doublings;
    if (wait_us > loop->settings.back_off_max_us)
        wait_us = loop->settings.back_off_max_us;
    wait_us = wait_us / 2 + (int64_t)(next_random(&loop->random) % (uint64_t)(wait_us / 2 + 1));
    loop->retry_at_us = loop->time.monotonic_us + wait_us;
    loop->failures_in_a_row++;
    loop->counts.failures++;
    loop_begin_outage(loop);
    loop->backing_off = true;
    log_warning("waiting %.1f s, %zu records in hand: %s", (double)wait_us / 1e6, loop->batch.count,
                error->text);
}

// Decides what follows a failure; false when nothing below can help.
static bool survive(struct loop *loop, struct error *error)
{
    switch (error->class) {
    case ERROR_ABORT:
    case ERROR_FENCED:
        loop->counts.aborts++;
        if (++loop->aborts_in_a_row <= ABORTS_BEFORE_BACK_OFF) {
            log_debug("trying again at once: %s", error->text);
            return true;
        }
        back_off(loop, error);
        return true;
    case ERROR_RETRY:
        back_off(loop, error);
        return true;
    default:
        return false;
    }
}

static bool anything_pending(const struct loop *loop)
{
    for (size_t i = 0; i < loop->partition_count; i++)
        if (partition_has_pending(&loop->partitions[i]))
            return true;
    return false;
}

static bool must_flush(const struct loop *loop)
{
    for (size_t i = 0; i < loop->partition_count; i++)
        if (loop->partitions[i].out_of_range)
            return true;
    return loop->settings.until_end && loop_all_at_end(loop);
}

static bool is_write_due(const struct loop *loop)
{
    if (!anything_pending(loop))
        return false;
    return loop->attempted || loop_is_behind(loop) ||
           loop->time.monotonic_us - loop->batch_began_us >= loop->settings.linger_us ||
           must_flush(loop);
}

static bool load_generation(struct loop *loop, struct error *error)
{
    if (loop->generation_known)
        return true;
    if (!loop->store->load_generation(loop->store, &loop->generation, error))
        return false;
    loop->generation_known = true;
    log_info("generation %d", loop->generation.generation);
    return true;
}

static bool beat(struct loop *loop, struct error *error)
{
    bool finishing = loop->settings.until_end && loop_all_at_end(loop) && !anything_pending(loop);
    if (loop->time.monotonic_us < loop->heartbeat_at_us && !finishing)
        return true;
    loop->heartbeat_at_us = loop->time.monotonic_us + loop->settings.heartbeat_us;
    if (++loop->heartbeats % REMINDER_HEARTBEATS == 0) {
        loop_remind_of_stopped(loop);
        loop->unfed = true; // a database that went back may have forgotten that letters were fed
    }
    return loop_recheck_stopped(loop, error) && loop_note_ends(loop, error);
}

// Dead letters have a back-off of their own: a topic that cannot be written to holds no batch up.
static void feed(struct loop *loop)
{
    struct error error = ERROR_INIT;
    if (!loop->sink || !loop->unfed || loop->time.monotonic_us < loop->feed_at_us)
        return;
    if (loop_feed(loop, &error))
        return;
    loop->feed_at_us = loop->time.monotonic_us + loop->settings.back_off_max_us;
    log_warning("dead letters wait in the quarantine table: %s", error.text);
}

static bool do_what_is_due(struct loop *loop, struct error *error)
{
    if (!anything_pending(loop) && (loop->attempted || loop->batch.count))
        loop_forget_batch(loop); // all of it was revoked or fenced
    if (!load_generation(loop, error) || !loop_start_wanted(loop, error))
        return false;
    if (is_write_due(loop) && !loop_attempt(loop, error))
        return false;
    if (!loop_settle_doubts(loop, error) || !loop_settle_losses(loop, error) || !beat(loop, error))
        return false;
    feed(loop);
    return true;
}

static bool poll_once(struct loop *loop, bool notices_only, int64_t wait_us, struct error *error)
{
    size_t room =
        loop->target_records > loop->batch.count ? loop->target_records - loop->batch.count : 0;
    size_t bytes = loop->settings.batch_bytes > loop->batch.bytes
                       ? loop->settings.batch_bytes - loop->batch.bytes
                       : 0;
    struct poll_limits limits = {
        .records = notices_only || bytes == 0 ? 0 : room, .bytes = bytes, .wait_us = wait_us};
    delivery_clear(&loop->delivery);
    loop_take_noticed(loop);
    if (limits.records)
        FAIL_POINT("poll", "before");
    if (!loop->source->poll(loop->source, &limits, &loop->delivery, error))
        return false;
    bool was_pending = anything_pending(loop);
    if (loop->delivery.interrupted)
        loop_distrust(loop); // before its records are looked at
    for (size_t i = 0; i < loop->delivery.record_count; i++) {
        const struct record *record = &loop->delivery.records[i];
        if (loop_accepts_record(loop, record))
            batch_add(&loop->batch, record,
                      loop->source->name(loop->source, record->partition)->family);
    }
    for (size_t i = 0; i < loop->delivery.notice_count; i++)
        loop_take_notice(loop, &loop->delivery.notices[i]);
    if (loop->delivery.record_count)
        FAIL_POINT("poll", "after");
    if (!was_pending)
        loop->batch_began_us = loop->time.monotonic_us;
    loop_tell_catch_up(loop);
    return true;
}

static int64_t poll_wait(const struct loop *loop)
{
    if (loop->attempted)
        return 0;
    int64_t wait_us = loop->began_meanwhile ? 0 : POLL_WAIT_US;
    if (wait_us && anything_pending(loop)) {
        int64_t left = loop->batch_began_us + loop->settings.linger_us - loop->time.monotonic_us;
        wait_us = left < 0 ? 0 : left < wait_us ? left : wait_us;
    }
    return wait_us;
}

static bool turn(struct loop *loop, struct error *error)
{
    if (!do_what_is_due(loop, error)) {
        if (!survive(loop, error))
            return false;
        *error = ERROR_INIT; // decided, and logged
        return poll_once(loop, true, 0, error);
    }
    loop->failures_in_a_row = 0;
    loop->backing_off = false;
    loop_end_outage(loop);
    if (!loop->attempted)
        loop->aborts_in_a_row = 0;
    return poll_once(loop, loop->attempted, poll_wait(loop), error);
}

bool loop_step(struct loop *loop, struct loop_time time, struct error *error)
{
    loop->time = time;
    loop->waited_us = 0;
    if (loop->began_meanwhile)
        loop->batch_began_us = time.monotonic_us;
    loop->began_meanwhile = false;
    if (loop->backing_off && time.monotonic_us < loop->retry_at_us) {
        int64_t wait_us = loop->retry_at_us - time.monotonic_us;
        return poll_once(loop, true, wait_us < POLL_WAIT_US ? wait_us : POLL_WAIT_US, error);
    }
    return turn(loop, error);
}

void loop_finish(struct loop *loop, struct loop_time time)
{
    struct error error = ERROR_INIT;
    loop->time = time;
    if (!anything_pending(loop) || !loop->generation_known || loop->backing_off)
        return;
    if (!loop_attempt(loop, &error) || loop->attempted)
        log_warning("%zu records were not written and will be read again%s%s", loop->batch.count,
                    error.class ? ": " : "", error.class ? error.text : "");
}
