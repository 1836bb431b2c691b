// Single decisions of the batch loop: where it begins, what it passes over, lost answers, quarantine.
#include "lone_daemon.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(loop, .init = say_errors_only);

static int64_t passed_over(const struct universe *u)
{
    int64_t sum = 0;
    for (size_t i = 0; i < u->store.committed.ranges.count; i++)
        sum += u->store.committed.ranges.rows[i].step.outcomes[OUTCOME_PASSED_OVER];
    return sum;
}

Test(loop, begins_where_the_log_begins)
{
    struct universe u;
    open_with_daemon(&u, 1);
    log_retain_from(&u.log, 0, 5000);
    append_events(&u, 0, 30);
    turn(&u);
    const struct ledger_row *row = &memory_server_ledger(&u.store, 0)->row;
    cr_expect(row->origin_offset == 5000);
    cr_expect(row->next_offset == log_end(&u.log, 0));
    expect_lawful(&u);
    universe_close(&u);
}

Test(loop, passes_over_holes_up_to_the_end_and_counts_them)
{
    struct universe u;
    open_with_daemon(&u, 1);
    append_events(&u, 0, 3);
    int64_t events = log_end(&u.log, 0);
    log_append(&u.log, 0, NULL);
    log_append(&u.log, 0, NULL);
    turn(&u);
    cr_expect(passed_over(&u) == 2);
    cr_expect(memory_server_ledger(&u.store, 0)->row.next_offset == events + 2);
    cr_expect(memory_server_ledger(&u.store, 0)->end_seen_us > 0);
    universe_close(&u);
}

Test(loop, reads_again_what_was_left_out_where_reading_began)
{
    struct universe u;
    open_with_daemon(&u, 1);
    append_events(&u, 0, 10);
    u.log.faults.skips = 1000; // every other start
    turn(&u);
    cr_expect(loop_counts(u.daemons[0].loop)->doubts > 0);
    cr_expect(memory_server_ledger(&u.store, 0)->row.next_offset == log_end(&u.log, 0));
    cr_expect(passed_over(&u) == 0);
    expect_lawful(&u);
    universe_close(&u);
}

// As librdkafka 2.0.2 does under the cooperative protocol: what a rebalance finds in the hands of its batch call is gone.
Test(loop, reads_again_what_was_left_out_of_a_partition_that_it_kept)
{
    struct universe u;
    universe_open(&u, 7, 2);
    universe_start_daemon(&u, 0);
    log_assign(&u.log, 0, 0);
    append_events(&u, 0, 10);
    turn(&u);
    u.log.faults.skips = 1000;
    append_events(&u, 0, 10);
    log_assign(&u.log, 1, 0); // it is given another one
    turn(&u);
    cr_expect(loop_counts(u.daemons[0].loop)->doubts > 0);
    cr_expect(memory_server_ledger(&u.store, 0)->row.next_offset == log_end(&u.log, 0));
    cr_expect(passed_over(&u) == 0);
    expect_lawful(&u);
    universe_close(&u);
}

// A topic that is full of markers is read twice where reading began, not once per marker.
Test(loop, believes_the_gaps_of_one_stretch_of_reading_after_the_first)
{
    struct universe u;
    open_with_daemon(&u, 1);
    for (int i = 0; i < 50; i++) {
        append_events(&u, 0, 2);
        log_append(&u.log, 0, NULL);
    }
    turn(&u);
    cr_expect(loop_counts(u.daemons[0].loop)->doubts == 1);
    cr_expect(passed_over(&u) == 50);
    expect_lawful(&u);
    universe_close(&u);
}

// Transactions that abort, one after the other: the end is never twice at the same place.
Test(loop, passes_over_an_end_that_moves_on_without_records)
{
    struct universe u;
    open_with_daemon(&u, 1);
    append_events(&u, 0, 2);
    for (int i = 0; i < TURNS; i++) {
        log_append(&u.log, 0, NULL);
        universe_turn(&u, 0);
    }
    cr_expect(memory_server_ledger(&u.store, 0)->row.next_offset > log_end(&u.log, 0) / 2);
    turn(&u);
    cr_expect(passed_over(&u) == TURNS);
    expect_lawful(&u);
    universe_close(&u);
}

Test(loop, reads_the_ledger_after_a_lost_answer_and_counts_nothing_twice)
{
    struct universe u;
    open_with_daemon(&u, 1);
    u.store.faults.lost_answer = 700;
    for (int round = 0; round < 10; round++) {
        append_events(&u, 0, 10);
        turn(&u);
    }
    u.store.faults.lost_answer = 0;
    turn(&u);
    cr_expect(u.store.lost_committed > 0 && u.store.lost_not_committed > 0);
    cr_expect(loop_counts(u.daemons[0].loop)->fenced == 0);
    cr_expect(memory_server_ledger(&u.store, 0)->row.next_offset == log_end(&u.log, 0));
    expect_lawful(&u);
    universe_close(&u);
}

// A call of the store that lasts, during which something happens to partition 1.
static struct universe *slow_universe;
static void (*meanwhile)(struct universe *u); // the daemon polls behind it
static bool (*quick_begin)(struct store *, const struct ledger_row *const *, size_t, bool,
                           struct ledger_row *, struct error *);

static void keep_polling(struct universe *u)
{
    for (int64_t waited_us = 2000000; waited_us < 5000000; waited_us += 1000000)
        loop_keep_polling(u->daemons[0].loop,
                          (struct loop_time){u->now_us + waited_us, u->now_us + waited_us},
                          "lock its rows of the ledger", waited_us);
}

static bool slow_begin(struct store *store, const struct ledger_row *const *rows, size_t count,
                       bool alone, struct ledger_row *actual, struct error *error)
{
    store->begin = quick_begin;
    meanwhile(slow_universe);
    return quick_begin(store, rows, count, alone, actual, error);
}

static void make_slow(struct universe *u, void (*happens)(struct universe *u))
{
    slow_universe = u;
    meanwhile = happens;
    quick_begin = u->daemons[0].session->store.begin;
    u->daemons[0].session->store.begin = slow_begin;
}

static void give(struct universe *u)
{
    log_assign(&u->log, 1, 0);
    keep_polling(u);
}

Test(loop, keeps_what_it_learns_while_it_waits_for_the_store)
{
    struct universe u;
    universe_open(&u, 7, 2);
    universe_start_daemon(&u, 0);
    log_assign(&u.log, 0, 0);
    make_slow(&u, give);
    append_events(&u, 0, 10);
    append_events(&u, 1, 10);
    turn(&u);
    cr_expect(u.daemons[0].session->store.begin == quick_begin); // there was a wait
    cr_assert(memory_server_ledger(&u.store, 1) != NULL);
    cr_expect(memory_server_ledger(&u.store, 1)->row.next_offset == log_end(&u.log, 1));
    cr_expect(memory_server_ledger(&u.store, 0)->row.next_offset == log_end(&u.log, 0));
    expect_lawful(&u);
    universe_close(&u);
}

static void take_away_and_give_back(struct universe *u)
{
    log_assign(&u->log, 1, 1);
    keep_polling(u);
    log_assign(&u->log, 1, 0); // which it learns by reading ahead
}

// Else the partition is taken away last, and nobody reads it.
Test(loop, takes_what_it_learns_in_its_order_though_it_reads_ahead)
{
    struct universe u;
    universe_open(&u, 7, 2);
    u.settings.batch_records = 4;
    u.store.faults.late_answers = 1000;
    universe_start_daemon(&u, 0);
    universe_start_daemon(&u, 1); // which does nothing
    for (uint32_t i = 0; i < 2; i++)
        log_assign(&u.log, i, 0);
    append_events(&u, 1, 1);
    turn(&u);
    make_slow(&u, take_away_and_give_back);
    append_events(&u, 0, 40);
    turn(&u);
    cr_expect(u.daemons[0].session->store.begin == quick_begin);
    cr_expect(loop_counts(u.daemons[0].loop)->read_ahead > 0);
    append_events(&u, 1, 10);
    turn(&u);
    cr_expect(memory_server_ledger(&u.store, 1)->row.next_offset == log_end(&u.log, 1));
    expect_lawful(&u);
    universe_close(&u);
}

// Two daemons that write under one slot meet at its row, whichever partitions they have records of.
static int32_t first_locked;
static bool (*quick_advance)(struct store *, int32_t, int32_t, const struct ledger_step *, size_t,
                             const struct quarantine_row *, size_t, struct error *);

static bool note_begin(struct store *store, const struct ledger_row *const *rows, size_t count,
                       bool alone, struct ledger_row *actual, struct error *error)
{
    first_locked = rows[0]->partition_id;
    return quick_begin(store, rows, count, alone, actual, error);
}

static bool expect_slot(struct store *store, int32_t slot, int32_t generation,
                        const struct ledger_step *steps, size_t count,
                        const struct quarantine_row *quarantine, size_t quarantined,
                        struct error *error)
{
    cr_expect(slot == first_locked, "slot %d, but partition %d is locked first", slot,
              first_locked);
    return quick_advance(store, slot, generation, steps, count, quarantine, quarantined, error);
}

Test(loop, locks_the_row_of_its_slot_though_the_batch_has_nothing_of_that_partition)
{
    struct universe u;
    open_with_daemon(&u, 2);
    turn(&u);
    struct store *store = &u.daemons[0].session->store;
    quick_begin = store->begin;
    quick_advance = store->advance;
    store->begin = note_begin;
    store->advance = expect_slot;
    append_events(&u, 1, 10);
    turn(&u);
    cr_expect(memory_server_ledger(&u.store, 1)->row.next_offset == log_end(&u.log, 1));
    cr_expect(first_locked == memory_server_ledger(&u.store, 0)->row.partition_id);
    universe_close(&u);
}

// What a store holds, to be put back later: as when a server loses its last commits, or a standby that lagged is promoted.
static struct memory_tables tables_kept(const struct memory_tables *tables)
{
    struct memory_tables kept = *tables;
#define KEEP(table)                                                                                \
    do {                                                                                           \
        size_t bytes = kept.table.count * sizeof *kept.table.rows;                                 \
        kept.table.capacity = kept.table.count;                                                    \
        kept.table.rows = malloc(bytes + 1);                                                       \
        cr_assert(kept.table.rows);                                                                \
        if (bytes)                                                                                 \
            memcpy(kept.table.rows, tables->table.rows, bytes);                                    \
    } while (0)
    KEEP(ledger);
    KEEP(states);
    KEEP(cells);
    KEEP(progress);
    KEEP(journal);
    KEEP(quarantine);
    KEEP(ranges);
#undef KEEP
    return kept;
}

static void tables_put_back(struct memory_tables *tables, const struct memory_tables *kept)
{
    free(tables->ledger.rows);
    free(tables->states.rows);
    free(tables->cells.rows);
    free(tables->progress.rows);
    free(tables->journal.rows);
    free(tables->quarantine.rows);
    free(tables->ranges.rows);
    *tables = *kept;
}

Test(loop, finds_out_that_the_store_went_back_though_no_record_comes)
{
    struct universe u;
    open_with_daemon(&u, 2);
    append_events(&u, 0, 10);
    turn(&u);
    struct memory_tables kept = tables_kept(&u.store.committed);
    append_events(&u, 1, 10);
    turn(&u);
    cr_assert(memory_server_ledger(&u.store, 1)->row.next_offset == log_end(&u.log, 1));
    tables_put_back(&u.store.committed, &kept);
    cr_assert(memory_server_ledger(&u.store, 1)->row.next_offset == 0);
    turn(&u);
    cr_expect(memory_server_ledger(&u.store, 1)->row.next_offset == log_end(&u.log, 1));
    expect_lawful(&u);
    universe_close(&u);
}

Test(loop, quarantines_a_poison_record_between_good_ones_and_feeds_it)
{
    struct universe u;
    open_with_daemon(&u, 1);
    append_events(&u, 0, 3);
    struct record poison = {.appended_us = -1, .value = TEXT("\xff\xff"), .has_value = true};
    log_append(&u.log, 0, &poison);
    append_events(&u, 0, 3);
    turn(&u);
    cr_assert(u.store.committed.quarantine.count == 1);
    cr_expect_str_eq(u.store.committed.quarantine.rows[0].stage, "decode");
    cr_expect_str_eq(u.store.committed.quarantine.rows[0].reason, "decode.invalid");
    cr_expect(u.store.committed.quarantine.rows[0].fed && u.letters == 1);
    expect_lawful(&u);
    universe_close(&u);
}

// Partition 0 runs at once, having no record; partition 1 is still being compared when the first round of letters is read.
Test(loop, feeds_what_a_former_life_left_of_a_partition_that_is_being_compared)
{
    struct universe u;
    open_with_daemon(&u, 2);
    append_events(&u, 1, 3);
    struct record poison = {.appended_us = -1, .value = TEXT("\xff\xff"), .has_value = true};
    log_append(&u.log, 1, &poison);
    turn(&u);
    cr_assert(u.store.committed.quarantine.count == 1 && u.letters == 1);
    u.store.committed.quarantine.rows[0].fed = false; // as if it had ended before feeding
    u.settings.heartbeat_us = INT64_MAX / 4; // which looks for letters again, sooner or later
    restart(&u);
    turn(&u);
    cr_expect(u.store.committed.quarantine.rows[0].fed && u.letters == 2);
    universe_close(&u);
}

Test(loop, feeds_what_another_left_of_a_partition_that_it_is_given_later)
{
    struct universe u;
    open_with_daemon(&u, 2);
    struct record poison = {.appended_us = -1, .value = TEXT("\xff\xff"), .has_value = true};
    log_append(&u.log, 1, &poison);
    turn(&u);
    cr_assert(u.store.committed.quarantine.count == 1 && u.letters == 1);
    u.store.committed.quarantine.rows[0].fed = false;
    u.settings.heartbeat_us = INT64_MAX / 4; // which looks for letters again, sooner or later
    universe_kill_daemon(&u, 0);
    universe_start_daemon(&u, 0);
    log_assign(&u.log, 0, 0);
    turn(&u);
    cr_expect(u.letters == 1); // it has looked, of what is its own
    log_assign(&u.log, 1, 0);
    turn(&u);
    cr_expect(u.store.committed.quarantine.rows[0].fed && u.letters == 2);
    universe_close(&u);
}

Test(loop, feeds_the_dead_letters_of_a_log_that_was_replaced)
{
    struct universe u;
    open_with_daemon(&u, 1);
    append_events(&u, 0, 3);
    struct record poison = {.appended_us = -1, .value = TEXT("\xff\xff"), .has_value = true};
    log_append(&u.log, 0, &poison);
    u.letter_failures = 1000;
    turn(&u);
    cr_assert(universe_recreate(&u, 0, true));
    append_events(&u, 0, 2);
    turn(&u);
    cr_assert(universe_accept(&u, 0));
    restart(&u);
    u.letter_failures = 0;
    turn(&u);
    cr_expect(memory_server_ledger(&u.store, 0)->row.next_offset == log_end(&u.log, 0));
    cr_expect(u.store.committed.quarantine.rows[0].fed && u.letters == 1);
    universe_close(&u);
}

Test(loop, quarantines_the_one_record_that_the_store_refuses)
{
    struct universe u;
    open_with_daemon(&u, 1);
    append_events(&u, 0, 30);
    u.store.refused = log_entry_at(&u.log, 0, 0, 17)->record.value;
    turn(&u);
    cr_assert(u.store.committed.quarantine.count >= 1); // the value may be there twice
    const struct memory_quarantine *row = &u.store.committed.quarantine.rows[0];
    cr_expect(text_equal(log_entry_at(&u.log, 0, 0, row->offset)->record.value, u.store.refused));
    cr_expect_str_eq(row->stage, "store");
    cr_expect_str_eq(row->reason, "22000");
    cr_expect(row->fed);
    cr_expect(memory_server_ledger(&u.store, 0)->row.next_offset == log_end(&u.log, 0));
    cr_expect(u.store.committed.journal.count + u.store.committed.quarantine.count ==
              (size_t)log_end(&u.log, 0));
    cr_expect(u.store.refusals > 2); // it was searched for
    universe_close(&u);
}

// DESIGN, Completeness: a partition that nobody reads yet is known, and nothing is said to be consumed through an instant of which it
// is not known which partitions there were.
Test(loop, enters_a_partition_that_was_just_made_before_anybody_reads_it)
{
    struct universe u;
    universe_open(&u, 7, 1);
    u.log.is_listed = true;
    universe_start_daemon(&u, 0);
    log_assign(&u.log, 0, 0);
    append_events(&u, 0, 5);
    turn(&u);
    cr_assert(memory_server_ledger(&u.store, 0)->end_seen_us > 0);
    u.log.partition_count++; // nobody is given it
    append_events(&u, 1, 3);
    int64_t made_us = u.now_us;
    while (u.now_us < made_us + 60000000)
        turn(&u);
    const struct memory_ledger *made = memory_server_ledger(&u.store, 1);
    cr_assert(made != NULL);
    cr_expect(made->row.next_offset == made->row.origin_offset && made->end_seen_us <= 0);
    cr_expect(memory_server_ledger(&u.store, 0)->end_seen_us > made_us);
    universe_close(&u);
}

Test(loop, says_nothing_of_an_instant_of_which_the_partitions_are_not_known)
{
    struct universe u;
    universe_open(&u, 7, 1);
    u.log.is_listed = true;
    universe_start_daemon(&u, 0);
    log_assign(&u.log, 0, 0);
    append_events(&u, 0, 5);
    turn(&u);
    int64_t silent_us = u.now_us;
    u.log.is_silent = true;
    append_events(&u, 0, 5);
    while (u.now_us < silent_us + 60000000)
        turn(&u);
    cr_expect(memory_server_ledger(&u.store, 0)->row.next_offset == log_end(&u.log, 0));
    cr_expect(memory_server_ledger(&u.store, 0)->end_seen_us <= silent_us);
    universe_close(&u);
}
