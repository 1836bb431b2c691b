// See universe.h.
#include "universe.h"

#include "tests/unit/support/random_event.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool universe_fault(struct universe *u, const char *format, ...)
{
    va_list arguments;
    if (u->fault[0])
        return false;
    va_start(arguments, format);
    vsnprintf(u->fault, sizeof u->fault, format, arguments);
    va_end(arguments);
    return false;
}

void universe_append_event(struct universe *u, uint32_t partition)
{
    struct arena arena = ARENA_INIT;
    const struct event *event =
        random_event(&u->dice, &arena, FAMILY_HOTLINE, u->entities, u->events_made++);
    struct record record = {.appended_us = -1,
                            .key = event->entity,
                            .value = random_event_bytes(&arena, event),
                            .has_key = true,
                            .has_value = true};
    log_append(&u->log, partition, &record);
    arena_free(&arena);
}

static bool publish(struct dead_letter_sink *sink, const struct dead_letter *letters, size_t count,
                    struct error *error)
{
    struct universe *u = (struct universe *)((char *)sink - offsetof(struct universe, sink));
    (void)letters;
    if (dice_hits(&u->dice, u->letter_failures))
        return error_set(error, ERROR_RETRY, "no broker");
    u->letters += (int64_t)count;
    return true;
}

// While one daemon waits for the server, time passes, others are turned, and partitions may go to others.
static void meanwhile(void *context)
{
    struct universe *u = context;
    enum { NESTED_MOST = 3 };
    struct universe_daemon *waiting = &u->daemons[u->innermost];
    int64_t waits_us = dice_below(&u->dice, 10000000);
    u->now_us += waits_us;
    if (u->turning > NESTED_MOST)
        return;
    if (dice_hits(&u->dice, 500)) // as store_patient.c does
        loop_keep_polling(waiting->loop, (struct loop_time){u->now_us, u->now_us}, "wait",
                          waits_us);
    for (uint32_t turns = dice_below(&u->dice, 10); turns; turns--) {
        int daemon = (int)dice_below(&u->dice, (uint32_t)u->daemon_count);
        uint32_t partition = dice_below(&u->dice, u->log.partition_count);
        if (dice_hits(&u->dice, 100) && u->daemons[daemon].loop)
            log_assign(&u->log, partition, daemon);
        if (!u->daemons[daemon].is_turning)
            universe_turn(u, daemon);
    }
}

void universe_open(struct universe *u, uint64_t seed, uint32_t partitions)
{
    *u = (struct universe){.dice = {seed}, .now_us = RANDOM_EVENT_START_US};
    small_world_open(&u->world);
    log_init(&u->log, &u->dice, partitions);
    u->log.now_us = u->now_us;
    memory_server_init(&u->store, &u->dice, &u->world.context);
    u->store.meanwhile = meanwhile;
    u->store.universe = u;
    u->sink.publish = publish;
    u->entities = 2 + dice_below(&u->dice, 10);
    u->settings = (struct loop_settings){.batch_records = 1 + dice_below(&u->dice, 40),
                                         .batch_records_max = 80,
                                         .batch_bytes = 1 << 20,
                                         .linger_us = 200000,
                                         .heartbeat_us = 5000000,
                                         .back_off_us = 100000,
                                         .back_off_max_us = 2000000,
                                         .seed = seed};
    for (int i = 0; i < UNIVERSE_LEDGER_ROWS; i++)
        u->claims_us[i] = INT64_MIN;
}

void universe_start_daemon(struct universe *u, int number)
{
    struct universe_daemon *daemon = &u->daemons[number];
    if (daemon->loop)
        return;
    struct memory_session *session = memory_session_open(&u->store);
    *daemon = (struct universe_daemon){
        .loop = loop_new(&u->settings, log_join(&u->log, number), &session->store, &u->sink),
        .session = session};
    if (number >= u->daemon_count)
        u->daemon_count = number + 1;
}

static void add_counts(struct loop_counts *sum, const struct loop_counts *more)
{
    sum->failures += more->failures;
    sum->aborts += more->aborts;
    sum->conflicts += more->conflicts;
    sum->fenced += more->fenced;
    sum->lost_answers += more->lost_answers;
    sum->doubts += more->doubts;
    sum->read_ahead += more->read_ahead;
    sum->forgotten += more->forgotten;
    sum->generations += more->generations;
    sum->batches += more->batches;
}

void universe_kill_daemon(struct universe *u, int number)
{
    struct universe_daemon *daemon = &u->daemons[number];
    if (!daemon->loop)
        return;
    const struct loop_counts *counts = loop_counts(daemon->loop);
    if (counts->largest_batch > (int64_t)u->settings.batch_records_max)
        universe_fault(u, "a batch of %" PRId64 " records", counts->largest_batch);
    add_counts(&u->counts, counts);
    loop_free(daemon->loop);
    log_leave(&u->log, number);
    memory_session_close(daemon->session);
    *daemon = (struct universe_daemon){0};
}

void universe_close(struct universe *u)
{
    for (int i = 0; i < u->daemon_count; i++)
        universe_kill_daemon(u, i);
    log_free(&u->log);
    memory_server_free(&u->store);
    small_world_close(&u->world);
}

void universe_turn(struct universe *u, int number)
{
    struct universe_daemon *daemon = &u->daemons[number];
    struct error error = ERROR_INIT;
    u->now_us += 1 + dice_below(&u->dice, 60000);
    if (!daemon->loop || daemon->sleeps_until_us > u->now_us)
        return;
    int outer = u->innermost;
    daemon->is_turning = true;
    u->innermost = number;
    u->turning++;
    bool goes_on = loop_step(daemon->loop, (struct loop_time){u->now_us, u->now_us}, &error);
    daemon->is_turning = false;
    u->innermost = outer;
    u->turning--;
    if (!goes_on && !daemon->session->crashed)
        universe_fault(u, "the loop gave up: %s", error.text);
    if (daemon->session->transaction)
        universe_fault(u, "a transaction is left open after a turn");
    if (!daemon->session->crashed)
        return;
    u->crashes++;
    universe_kill_daemon(u, number);
}

void universe_bump_generation(struct universe *u)
{
    struct memory_tables *tables = &u->store.committed;
    memory_server_end_orphans(&u->store); // rebuild waits for the ledger's rows
    tables->generation++;
    for (size_t i = 0; i < tables->ledger.count; i++)
        tables->ledger.rows[i].row.generation = tables->generation;
}

bool universe_recreate(struct universe *u, uint32_t partition, bool tells_owner)
{
    memory_server_end_orphans(&u->store);
    const struct memory_ledger *ledger = memory_server_ledger(&u->store, (int32_t)partition);
    if (!ledger || ledger->row.stopped || ledger->row.last_record_offset < 0 ||
        u->recreated[partition] ||
        u->log.partitions[partition].low > ledger->row.last_record_offset ||
        !log_recreate(&u->log, partition, tells_owner))
        return false;
    u->recreated[partition] = true;
    return true;
}

bool universe_accept(struct universe *u, uint32_t partition)
{
    if (!memory_server_accept(&u->store, (int32_t)partition))
        return false;
    if (!memory_server_ledger(&u->store, (int32_t)partition))
        u->recreated[partition] = false;
    u->acceptances++;
    return true;
}

bool universe_settle(struct universe *u)
{
    enum { PATIENCE_TURNS = 5000 };
    u->store.faults = (struct memory_faults){0};
    u->log.faults = (struct log_faults){0};
    u->letter_failures = 0;
    universe_start_daemon(u, 0);
    u->daemons[0].sleeps_until_us = 0;
    for (uint32_t i = 0; i < u->log.partition_count; i++)
        log_assign(&u->log, i, 0);
    for (int turn = 0; turn < PATIENCE_TURNS && !u->fault[0]; turn++) {
        if (universe_is_settled(u))
            return true;
        universe_turn(u, 0);
        universe_claims_are_true(u);
    }
    return universe_fault(u, "it never settled");
}
