// Seeded fault histories through the loop that ships: whatever happened, the tables are the undisturbed fold of the log.
#include "universe.h"

#include "common/log.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void be_quiet(void)
{
    log_open("test", LOG_ERROR, false);
}

TestSuite(universes, .init = be_quiet);

static void rebalance(struct universe *u)
{
    for (uint32_t i = 0; i < u->log.partition_count; i++) {
        int member = (int)dice_below(&u->dice, (uint32_t)u->daemon_count);
        if (u->daemons[member].loop && dice_hits(&u->dice, 500))
            log_assign(&u->log, i, member);
    }
}

static void bump_generation(struct universe *u)
{
    struct memory_tables *tables = &u->store.committed;
    tables->generation++;
    for (size_t i = 0; i < tables->ledger.count; i++)
        tables->ledger.rows[i].row.generation = tables->generation;
}

// Something happens; mostly a daemon is turned.
static void happen(struct universe *u)
{
    int daemon = (int)dice_below(&u->dice, (uint32_t)u->daemon_count);
    uint32_t what = dice_below(&u->dice, 1000);
    if (what < 850) {
        universe_turn(u, daemon);
    } else if (what < 960) {
        for (uint32_t i = dice_below(&u->dice, 12); i && u->events_left; i--, u->events_left--)
            universe_append(u);
    } else if (what < 980) {
        rebalance(u);
    } else if (what < 990) {
        universe_kill_daemon(u, daemon);
        universe_start_daemon(u, daemon);
        rebalance(u);
    } else if (what < 996) {
        u->daemons[daemon].sleeps_until_us = u->now_us + 5000000;
    } else {
        bump_generation(u);
    }
}

static void run_universe(uint64_t seed, struct loop_counts *sum, int64_t *readings)
{
    struct universe u;
    char what[256] = "";
    struct dice dice = {seed ^ UINT64_C(0x5eed)};
    universe_open(&u, seed, 1 + dice_below(&dice, LOG_PARTITIONS), 40 + dice_below(&dice, 160));
    universe_build_roads(&u);
    u.store.faults = (struct memory_faults){.retry = dice_below(&dice, 40),
                                            .abort = dice_below(&dice, 40),
                                            .lost_answer = dice_below(&dice, 150),
                                            .refused_commit = dice_below(&dice, 80),
                                            .early_read = dice_below(&dice, 60)};
    u.log.watermark_failures = dice_below(&dice, 100);
    u.log.double_fetches = dice_below(&dice, 200);
    int daemons = 1 + (int)dice_below(&dice, LOG_MEMBERS - 1);
    for (int i = 0; i < daemons; i++)
        universe_start_daemon(&u, i);
    rebalance(&u);
    for (int turn = 0; turn < 1200 || u.events_left; turn++)
        happen(&u);
    cr_expect(universe_settle(&u), "seed %" PRIu64 ": it never settled", seed);
    cr_expect(universe_is_lawful(&u, what, sizeof what), "seed %" PRIu64 ": %s", seed, what);
    cr_expect(u.letters >= (int64_t)u.store.committed.quarantine.count,
              "seed %" PRIu64 ": a dead letter is missing", seed);
    for (int i = 0; i < u.daemon_count; i++)
        universe_kill_daemon(&u, i);
    sum->failures += u.counts.failures;
    sum->aborts += u.counts.aborts;
    sum->conflicts += u.counts.conflicts;
    sum->fenced += u.counts.fenced;
    sum->lost_answers += u.counts.lost_answers;
    sum->generations += u.counts.generations;
    sum->batches += u.counts.batches;
    *readings += u.readings;
    universe_close(&u);
}

Test(universes, end_with_the_undisturbed_fold_whatever_failed)
{
    const char *first_text = getenv("CITYOPS_UNIVERSE_SEED");
    const char *count_text = getenv("CITYOPS_UNIVERSES");
    uint64_t first = first_text ? strtoull(first_text, NULL, 10) : 1;
    uint64_t count = count_text ? strtoull(count_text, NULL, 10) : 300;
    cr_assert_gt(count, 0, "CITYOPS_UNIVERSES names no number of universes to run");
    struct loop_counts sum = {0};
    int64_t readings = 0;
    for (uint64_t seed = first; seed < first + count; seed++)
        run_universe(seed, &sum, &readings);
    fprintf(stderr,
            "universes: %" PRIu64 " from seed %" PRIu64 "; batches %" PRId64 ", failures %" PRId64
            ", aborts %" PRId64 ", conflicts %" PRId64 ", fenced %" PRId64 ", lost answers %" PRId64
            ", generations %" PRId64 ", records of readings %" PRId64 "\n",
            count, first, sum.batches, sum.failures, sum.aborts, sum.conflicts, sum.fenced,
            sum.lost_answers, sum.generations, readings);
    if (count >= 100) // otherwise the faults were not there, and the test proved nothing
        cr_assert(sum.conflicts && sum.fenced && sum.lost_answers && sum.failures &&
                  sum.generations && readings);
}
