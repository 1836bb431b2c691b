// Seeded fault histories through the loop that ships: whatever happened, the tables are the undisturbed fold of the log, at
// the end and in between; what is said to be consumed is; what is missing stops its partition and no other.
//
// CITYOPS_UNIVERSES: how many; CITYOPS_SEED: the first seed; CITYOPS_REPLAY: a file that a failing one has printed.
#include "universe_script.h"

#include "common/log.h"
#include "tests/unit/support/replay.h"
#include "tests/unit/support/shrink.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { FAULT_BYTES = sizeof((struct universe *)0)->fault };

static char current[64]; // said when the loop aborts

static void say_which(int signal_number)
{
    (void)signal_number;
    if (write(STDERR_FILENO, current, strlen(current)) > 0)
        _exit(134);
}

static void open_suite(void)
{
    enum log_level nothing = (enum log_level)(LOG_ERROR + 1); // partitions stop by design
    log_open("test", getenv("CITYOPS_REPLAY") ? LOG_INFO : nothing, false);
    signal(SIGABRT, say_which);
}

TestSuite(universes, .init = open_suite);

struct failing {
    const struct script_settings *settings;
    struct script_sums ignored;
};

static bool steps_fail(void *context, const void *steps, size_t count)
{
    struct failing *failing = context;
    char fault[FAULT_BYTES];
    return !script_run(failing->settings, steps, count, fault, &failing->ignored);
}

static void print(FILE *out, const void *context)
{
    script_print(out, context);
}

static void run(struct script *script, uint64_t seed, struct script_sums *sums)
{
    char fault[FAULT_BYTES];
    snprintf(current, sizeof current, "universes: aborted, CITYOPS_SEED=%" PRIu64 "\n", seed);
    if (script_run(&script->settings, script->steps, script->count, fault, sums))
        return;
    struct failing failing = {.settings = &script->settings};
    size_t steps = script->count;
    script->count =
        shrink(script->steps, sizeof *script->steps, script->count, steps_fail, &failing);
    script_run(&script->settings, script->steps, script->count, fault, &failing.ignored);
    replay_print("universe", seed, print, script);
    cr_assert_fail("CITYOPS_SEED=%" PRIu64 ": %s (%zu of %zu steps)", seed, fault, script->count,
                   steps);
}

// The histories that once found a bug, shrunk: each in a file of found/, run before anything random.
static void run_found(struct script_sums *sums)
{
    glob_t found;
    cr_assert_eq(glob("tests/unit/aggregate/found/*.txt", 0, NULL, &found), 0,
                 "the tests run in the source folder");
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct script script;
        FILE *file = fopen(found.gl_pathv[i], "r");
        cr_assert(file && script_read(file, &script), "%s is no script", found.gl_pathv[i]);
        fclose(file);
        run(&script, i, sums);
        script_free(&script);
    }
    globfree(&found);
}

static void say(const struct script_sums *sums, uint64_t first)
{
    const struct loop_counts *counts = &sums->counts;
    fprintf(stderr,
            "universes: %" PRId64 " from seed %" PRIu64 "; batches %" PRId64 ", failures %" PRId64
            ", aborts %" PRId64 ", conflicts %" PRId64 ", fenced %" PRId64 ", lost answers %" PRId64
            ", doubted gaps %" PRId64 ", generations %" PRId64 ", read ahead %" PRId64 " (%" PRId64
            " forgotten), stalls %" PRId64 ", blocked %" PRId64 ", crashes %" PRId64
            ", stops %" PRId64 ", accepted %" PRId64 ", dead letters %" PRId64
            ", checks in between %" PRId64 "\n",
            sums->universes, first, counts->batches, counts->failures, counts->aborts,
            counts->conflicts, counts->fenced, counts->lost_answers, counts->doubts,
            counts->generations, counts->read_ahead, counts->forgotten, sums->stalls, sums->blocked,
            sums->crashes, sums->stops, sums->acceptances, sums->letters, sums->checks);
}

// Otherwise the faults were not there, and the test proved nothing.
static void expect_faults(const struct script_sums *sums)
{
    const struct loop_counts *counts = &sums->counts;
    cr_assert(counts->conflicts && counts->fenced && counts->lost_answers && counts->failures &&
              counts->doubts && counts->generations && counts->forgotten &&
              counts->read_ahead > counts->forgotten);
    cr_assert(sums->stalls && sums->blocked && sums->crashes && sums->stops && sums->acceptances &&
              sums->letters && sums->refusals && sums->going_back && sums->checks);
    for (int family = FAMILY_NONE + 1; family < FAMILY_COUNT; family++)
        cr_assert(sums->states[family], "no universe has events of family %d", family);
}

Test(universes, end_with_the_undisturbed_fold_whatever_failed)
{
    const char *count_text = getenv("CITYOPS_UNIVERSES");
    uint64_t count = count_text ? strtoull(count_text, NULL, 10) : 300;
    struct script script;
    struct script_sums sums = {0};
    FILE *file = replay_asked();
    if (file) {
        cr_assert(script_read(file, &script), "CITYOPS_REPLAY is no script of a universe");
        run(&script, 0, &sums);
        script_free(&script);
        fclose(file);
        return;
    }
    run_found(&(struct script_sums){0});
    cr_assert_gt(count, 0, "CITYOPS_UNIVERSES names no number of universes to run");
    uint64_t first = replay_fixed_seed("universes", 1);
    for (uint64_t seed = first; seed < first + count; seed++) {
        script_make(&script, seed);
        run(&script, seed, &sums);
        script_free(&script);
    }
    say(&sums, first);
    if (count >= 100)
        expect_faults(&sums);
}
