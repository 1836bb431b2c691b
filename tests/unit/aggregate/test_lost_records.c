// What the batch loop does where records are gone: retention, topics recreated, compaction, leaders that do not confirm; and the
// gap that an operator accepts.
#include "lone_daemon.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(lost_records, .init = say_errors_only);

Test(lost_records, stops_a_partition_whose_records_are_lost_and_goes_on_with_the_others)
{
    struct universe u;
    open_with_daemon(&u, 2);
    append_events(&u, 0, 10);
    append_events(&u, 1, 10);
    turn(&u);
    int64_t counted = memory_server_ledger(&u.store, 0)->row.next_offset;
    universe_kill_daemon(&u, 0);
    append_events(&u, 0, 20);
    append_events(&u, 1, 20);
    log_retain_from(&u.log, 0, counted + 5);
    universe_start_daemon(&u, 0);
    log_assign(&u.log, 0, 0);
    log_assign(&u.log, 1, 0);
    turn(&u);
    const struct ledger_row *row = &memory_server_ledger(&u.store, 0)->row;
    cr_expect(row->stopped && row->next_offset == counted);
    cr_expect(strstr(row->stopped_reason, "are lost"), "%s", row->stopped_reason);
    cr_expect(memory_server_ledger(&u.store, 1)->row.next_offset == log_end(&u.log, 1));
    cr_expect(loop_stopped_partitions(u.daemons[0].loop) == 1);
    universe_close(&u);
}

static bool expect_no_begin(struct store *store, const struct ledger_row *const *rows, size_t count,
                            bool alone, struct ledger_row *actual, struct error *error)
{
    (void)store, (void)rows, (void)count, (void)alone, (void)actual;
    cr_expect(false, "records of the new log are written, if only to be rolled back");
    return error_set(error, ERROR_RETRY, "not expected");
}

// The last counted record is compared on assignment, before anything is read: not only before a commit.
Test(lost_records, stops_at_a_recreated_topic_that_has_grown_past_the_ledger)
{
    struct universe u;
    open_with_daemon(&u, 1);
    append_events(&u, 0, 10);
    turn(&u);
    int64_t counted = memory_server_ledger(&u.store, 0)->row.next_offset;
    log_recreate(&u.log, 0, true);
    append_events(&u, 0, 40);
    restart(&u);
    u.daemons[0].session->store.begin = expect_no_begin;
    turn(&u);
    const struct ledger_row *row = &memory_server_ledger(&u.store, 0)->row;
    cr_expect(row->stopped && row->next_offset == counted);
    cr_expect(strstr(row->stopped_reason, "recreated"), "%s", row->stopped_reason);
    universe_close(&u);
}

Test(lost_records, stops_at_a_recreated_topic_that_is_shorter_than_the_ledger)
{
    struct universe u;
    open_with_daemon(&u, 1);
    append_events(&u, 0, 10);
    turn(&u);
    log_recreate(&u.log, 0, true);
    append_events(&u, 0, 2);
    restart(&u);
    turn(&u);
    const struct ledger_row *row = &memory_server_ledger(&u.store, 0)->row;
    cr_expect(row->stopped);
    cr_expect(strstr(row->stopped_reason, "recreated"), "%s", row->stopped_reason);
    universe_close(&u);
}

// Nothing was counted of it that could be its witness, and its end is looked at before anything is read.
Test(lost_records, takes_an_end_below_what_was_passed_over_for_no_end)
{
    struct universe u;
    open_with_daemon(&u, 1);
    for (int i = 0; i < 3; i++)
        log_append(&u.log, 0, NULL);
    turn(&u);
    const struct memory_ledger *ledger = memory_server_ledger(&u.store, 0);
    int64_t seen_us = ledger->end_seen_us;
    cr_assert(ledger->row.next_offset == 3 && ledger->row.last_record_offset < 0 && seen_us > 0);
    log_recreate(&u.log, 0, false);
    append_events(&u, 0, 1);
    u.now_us += 2 * u.settings.heartbeat_us;
    turn(&u);
    ledger = memory_server_ledger(&u.store, 0);
    cr_expect(ledger->end_seen_us == seen_us, "an end of another log was noted");
    cr_expect(ledger->row.stopped && strstr(ledger->row.stopped_reason, "recreated"));
    universe_close(&u);
}

// Its owner is not told: the next record that it reads is one of the new log.
static void expect_stop_under_daemon(int counted_events, int new_events)
{
    struct universe u;
    open_with_daemon(&u, 2);
    append_events(&u, 0, counted_events);
    append_events(&u, 1, 10);
    turn(&u);
    int64_t counted = memory_server_ledger(&u.store, 0)->row.next_offset;
    int64_t seen_us = memory_server_ledger(&u.store, 0)->end_seen_us;
    expect_lawful(&u);
    log_recreate(&u.log, 0, false);
    append_events(&u, 0, new_events);
    append_events(&u, 1, 10);
    turn(&u);
    const struct memory_ledger *ledger = memory_server_ledger(&u.store, 0);
    cr_expect(ledger->row.stopped && ledger->row.next_offset == counted);
    cr_expect(strstr(ledger->row.stopped_reason, "not the one that was counted"), "%s",
              ledger->row.stopped_reason);
    cr_expect(ledger->end_seen_us == seen_us, "an end of another log was noted");
    cr_expect(memory_server_ledger(&u.store, 1)->row.next_offset == log_end(&u.log, 1));
    expect_lawful(&u);
    cr_assert(memory_server_accept(&u.store, 0));
    turn(&u);
    ledger = memory_server_ledger(&u.store, 0);
    cr_expect(ledger->incarnation == 1 && ledger->row.next_offset == new_events);
    expect_lawful(&u);
    universe_close(&u);
}

Test(lost_records, stops_at_a_topic_recreated_under_it_that_has_grown_past_its_offset)
{
    expect_stop_under_daemon(10, 40);
}

Test(lost_records, stops_at_a_topic_recreated_under_it_that_is_as_long_as_what_was_counted)
{
    expect_stop_under_daemon(10, 10);
}

Test(lost_records, stops_at_a_topic_recreated_under_it_before_anything_of_it_was_counted)
{
    struct universe u;
    universe_open(&u, 7, 1);
    u.settings.batch_records = u.settings.batch_records_max = 1000;
    u.settings.linger_us = 2000000;
    universe_start_daemon(&u, 0);
    log_assign(&u.log, 0, 0);
    append_events(&u, 0, 10);
    while (!loop_has_records(u.daemons[0].loop))
        universe_turn(&u, 0);
    log_recreate(&u.log, 0, false);
    append_events(&u, 0, 40);
    turn(&u);
    const struct ledger_row *row = &memory_server_ledger(&u.store, 0)->row;
    cr_expect(row->stopped && row->next_offset == 0);
    expect_lawful(&u);
    universe_close(&u);
}

Test(lost_records, counts_nothing_that_a_leader_does_not_confirm_and_lets_the_others_go_on)
{
    struct universe u;
    open_with_daemon(&u, 2);
    append_events(&u, 0, 10);
    append_events(&u, 1, 10);
    turn(&u);
    int64_t counted = memory_server_ledger(&u.store, 0)->row.next_offset;
    expect_lawful(&u);
    append_events(&u, 0, 10);
    while (!loop_has_records(u.daemons[0].loop))
        universe_turn(&u, 0);
    u.log.partitions[0].has_no_leader = true;
    append_events(&u, 1, 10);
    for (int i = 0; i < 3; i++)
        turn(&u);
    cr_expect(loop_counts(u.daemons[0].loop)->unheard > 0);
    cr_expect(memory_server_ledger(&u.store, 0)->row.next_offset == counted);
    cr_expect(memory_server_ledger(&u.store, 1)->row.next_offset == log_end(&u.log, 1));
    expect_lawful(&u);
    u.log.partitions[0].has_no_leader = false;
    turn(&u);
    cr_expect(memory_server_ledger(&u.store, 0)->row.next_offset == log_end(&u.log, 0));
    expect_lawful(&u);
    universe_close(&u);
}

// What a later record of the same key has made superfluous.
static void compact_last_counted(struct universe *u)
{
    struct log_incarnation *log = &u->log.partitions[0].incarnations[0];
    log->entries[memory_server_ledger(&u->store, 0)->row.last_record_offset].hole = true;
}

static void expect_after_compaction(bool is_compacted)
{
    struct universe u;
    open_with_daemon(&u, 1);
    u.log.names[0].is_compacted = is_compacted;
    append_events(&u, 0, 10);
    turn(&u);
    compact_last_counted(&u);
    append_events(&u, 0, 10);
    turn(&u);
    const struct memory_ledger *ledger = memory_server_ledger(&u.store, 0);
    cr_expect(ledger->row.stopped != is_compacted, "under the daemon: %s",
              ledger->row.stopped_reason);
    if (is_compacted) {
        compact_last_counted(&u);
        append_events(&u, 0, 10);
        restart(&u);
        turn(&u);
        ledger = memory_server_ledger(&u.store, 0);
        cr_expect(!ledger->row.stopped, "at a start: %s", ledger->row.stopped_reason);
        cr_expect(ledger->row.next_offset == log_end(&u.log, 0));
    }
    universe_close(&u);
}

Test(lost_records, goes_on_when_compaction_took_the_last_counted_record)
{
    expect_after_compaction(true);
}

Test(lost_records, stops_when_the_last_counted_record_is_gone_from_a_log_that_is_not_compacted)
{
    expect_after_compaction(false);
}

Test(lost_records, goes_on_when_retention_took_the_last_counted_record_and_nothing_else)
{
    struct universe u;
    open_with_daemon(&u, 1);
    append_events(&u, 0, 10);
    turn(&u);
    log_retain_from(&u.log, 0, log_end(&u.log, 0));
    append_events(&u, 0, 5);
    restart(&u);
    turn(&u);
    cr_expect(!memory_server_ledger(&u.store, 0)->row.stopped);
    cr_expect(memory_server_ledger(&u.store, 0)->row.next_offset == log_end(&u.log, 0));
    expect_lawful(&u);
    universe_close(&u);
}

Test(lost_records, goes_on_after_an_operator_accepted_a_gap)
{
    struct universe u;
    open_with_daemon(&u, 1);
    append_events(&u, 0, 10);
    turn(&u);
    universe_kill_daemon(&u, 0);
    append_events(&u, 0, 20);
    int64_t low = memory_server_ledger(&u.store, 0)->row.next_offset + 5;
    log_retain_from(&u.log, 0, low);
    universe_start_daemon(&u, 0);
    log_assign(&u.log, 0, 0);
    turn(&u);
    const struct ledger_row *row = &memory_server_ledger(&u.store, 0)->row;
    cr_assert(universe_accept(&u, 0) && row->next_offset == low);
    for (int i = 0; i < 10; i++)
        turn(&u);
    cr_expect(!row->stopped && row->next_offset == log_end(&u.log, 0));
    expect_lawful(&u);
    universe_close(&u);
}
