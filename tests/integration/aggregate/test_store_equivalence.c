// The stand-in store of the simulated universes against the real one: the same random operations, from two sessions each, have
// the same answers and leave the same tables, for all families and readings. So what universes prove holds on PostgreSQL as
// far as PostgreSQL does what it did here.
//
// Needs a migrated database: PGHOST and PGDATABASE say which. Each list of operations has names of its own. An operation that
// would wait for the other session is left out on both sides. A failing list is shrunk and printed as a file that replays.
#include "store_trial.h"
#include "tests/unit/support/replay.h"
#include "tests/unit/support/shrink.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

enum { LISTS = 80, OPERATIONS_MOST = 160 };

static void open_suite(void)
{
    if (!getenv("PGHOST")) {
        fprintf(stderr, "skipped: store_equivalence needs a server, PGHOST is not set\n");
        exit(0);
    }
    setenv("PGOPTIONS", "-c lock_timeout=5ms", 1); // nobody goes on meanwhile
    small_world_open(&trial_world);
    for (int i = 0; i < SESSIONS; i++)
        trial_postgres[i] = store_postgres_new("", NULL);
}

static void close_suite(void)
{
    for (int i = 0; i < SESSIONS; i++)
        store_postgres_free(trial_postgres[i]);
    small_world_close(&trial_world);
}

TestSuite(store_equivalence, .init = open_suite, .fini = close_suite, .timeout = 300);

static bool is_same(const struct operation *operations, size_t count, char fault[512], int *done)
{
    struct trial t;
    bool same = true;
    trial_open(&t);
    trial_load(&t);
    t.family = (enum family)(1 + (count ? operations[0].chance : 0) % (FAMILY_COUNT - 1));
    for (size_t i = 0; same && i < count; i++) {
        bool was_within = t.in_transaction[operations[i].session];
        same = trial_operate(&t, &operations[i]);
        done[operations[i].kind] += (operations[i].kind > BEGIN) == was_within;
    }
    same = same && trial_same_tables(&t) && !t.server.breach[0];
    snprintf(fault, sizeof t.fault, "%s", t.fault[0] ? t.fault : t.server.breach);
    trial_close(&t);
    return same;
}

static bool list_fails(void *context, const void *operations, size_t count)
{
    char fault[512];
    return !is_same(operations, count, fault, context);
}

struct list {
    struct operation operations[OPERATIONS_MOST];
    size_t count;
};

static void print_list(FILE *out, const void *context)
{
    const struct list *list = context;
    for (size_t i = 0; i < list->count; i++)
        fprintf(out, "%d %d %" PRIu64 "\n", list->operations[i].kind, list->operations[i].session,
                list->operations[i].chance);
}

// Transactions are mostly long, and mostly committed.
static void make_list(struct list *list, uint64_t seed)
{
    static const int weighted[] = {
        CREATE_LEDGER,  CREATE_LEDGER, BEGIN,        BEGIN,          BEGIN,        BEGIN,
        STOP_PARTITION, NOTE_ENDS,     READ_UNFED,   MARK_FED,       READ_STATES,  READ_STATES,
        READ_STATES,    WRITE_JOURNAL, WRITE_STATES, WRITE_STATES,   WRITE_STATES, WRITE_STATES,
        ADD_ROLLUPS,    ADD_ROLLUPS,   ADD_ROLLUPS,  WRITE_PROGRESS, SETTLE,       ADVANCE,
        ADVANCE,        COMMIT,        COMMIT,       ROLLBACK,       WRITE_STATES, WRITE_STATES,
        WRITE_STATES,   COMMIT,        COMMIT};
    struct dice dice = {seed};
    list->count = 20 + dice_below(&dice, OPERATIONS_MOST - 20);
    for (size_t i = 0; i < list->count; i++)
        list->operations[i] = (struct operation){
            .kind = i < 2 ? CREATE_LEDGER
                          : weighted[dice_below(&dice, sizeof weighted / sizeof *weighted)],
            .session = (int)dice_below(&dice, SESSIONS),
            .chance = dice_next(&dice)};
}

static void check(struct list *list, uint64_t seed, int *done)
{
    char fault[512], shrunk_fault[512];
    int ignored[OPERATION_KINDS];
    if (is_same(list->operations, list->count, fault, done))
        return;
    struct list shrunk = *list;
    shrunk.count =
        shrink(shrunk.operations, sizeof *shrunk.operations, shrunk.count, list_fails, ignored);
    bool repeats = !is_same(shrunk.operations, shrunk.count, shrunk_fault, ignored);
    replay_print("store-equivalence", seed, print_list, repeats ? &shrunk : list);
    cr_assert_fail("CITYOPS_SEED=%" PRIu64 ": the stand-in and PostgreSQL differ: %s%s", seed,
                   repeats ? shrunk_fault : fault,
                   repeats ? "" : " (once; the same list then passed)");
}

Test(store_equivalence, the_stand_in_answers_as_postgresql_does_and_keeps_the_same_tables)
{
    struct list list = {.count = 0};
    int done[OPERATION_KINDS] = {0};
    FILE *file = replay_asked();
    if (file) {
        struct operation *at = list.operations;
        while (fscanf(file, "%d %d %" SCNu64, &at->kind, &at->session, &at->chance) == 3) {
            cr_assert(at->kind < OPERATION_KINDS && at->session < SESSIONS &&
                      ++list.count < OPERATIONS_MOST);
            at++;
        }
        fclose(file);
        check(&list, 0, done);
        return;
    }
    uint64_t seed = replay_seed("store equivalence");
    for (uint64_t i = 0; i < LISTS; i++) {
        make_list(&list, seed + i);
        check(&list, seed + i, done);
    }
    fprintf(stderr, "store equivalence: %d lists, %d states over an older version\n", (int)LISTS,
            trial_stale_merges);
    for (int kind = 0; kind < OPERATION_KINDS; kind++)
        cr_assert(done[kind], "no operation of kind %d was tried", kind);
}
