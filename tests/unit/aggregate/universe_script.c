// See universe_script.h.
#include "universe_script.h"

#include "tests/unit/support/random_event.h"
#include "tests/unit/support/replay.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>

static const char *const step_names[STEP_KINDS] = {
    [STEP_APPEND] = "append",   [STEP_HOLE] = "hole",     [STEP_TOMBSTONE] = "tombstone",
    [STEP_TURN] = "turn",       [STEP_ASSIGN] = "assign", [STEP_START] = "start",
    [STEP_KILL] = "kill",       [STEP_SLEEP] = "sleep",   [STEP_GENERATION] = "generation",
    [STEP_EXTEND] = "extend",   [STEP_RETAIN] = "retain", [STEP_RECREATE] = "recreate",
    [STEP_ACCEPT] = "accept",   [STEP_CHECK] = "check",   [STEP_KEEP] = "keep",
    [STEP_GO_BACK] = "go-back",
};

#define SETTING(name)                                                                              \
    {                                                                                              \
#name, offsetof(struct script_settings, name) / sizeof(int64_t)                            \
    }
static const struct {
    const char *name;
    size_t at; // of the settings as an array
} setting_names[] = {
    SETTING(seed),           SETTING(partitions),      SETTING(batch_records),
    SETTING(family[0]),      SETTING(family[1]),       SETTING(family[2]),
    SETTING(family[3]),      SETTING(family[4]),       SETTING(family[5]),
    SETTING(family[6]),      SETTING(family[7]),       SETTING(topic[0]),
    SETTING(topic[1]),       SETTING(topic[2]),        SETTING(topic[3]),
    SETTING(topic[4]),       SETTING(topic[5]),        SETTING(topic[6]),
    SETTING(topic[7]),       SETTING(retry),           SETTING(abort),
    SETTING(lost_answer),    SETTING(refused_commit),  SETTING(stall),
    SETTING(crash),          SETTING(letter_failures), SETTING(watermark_failures),
    SETTING(start_failures), SETTING(fetch_errors),    SETTING(double_fetches),
    SETTING(late_ends),      SETTING(late_answers),    SETTING(refuses),
    SETTING(skips),
};
enum { SETTING_COUNT = sizeof setting_names / sizeof *setting_names };
static_assert(SETTING_COUNT == sizeof(struct script_settings) / sizeof(int64_t),
              "every setting is printed");

// --- making ---

static struct step *add_step(struct script *script, enum step_kind kind, uint32_t a, uint64_t b)
{
    if (script->count == script->capacity) {
        script->capacity = script->capacity ? script->capacity * 2 : 512;
        script->steps = realloc(script->steps, script->capacity * sizeof *script->steps);
        if (!script->steps)
            abort();
    }
    struct step *step = &script->steps[script->count++];
    *step = (struct step){.kind = kind, .a = a, .b = b};
    return step;
}

// A rate that is nothing in one universe of three, so that a fault is also met alone.
static int64_t rate(struct dice *dice, uint32_t most)
{
    return dice_hits(dice, 667) ? dice_below(dice, most) : 0;
}

static void make_settings(struct script_settings *settings, struct dice *dice)
{
    *settings = (struct script_settings){.seed = (int64_t)(dice_next(dice) >> 1),
                                         .partitions = 1 + dice_below(dice, LOG_PARTITIONS - 1),
                                         .batch_records = 1 + dice_below(dice, 40),
                                         .retry = rate(dice, 40),
                                         .abort = rate(dice, 40),
                                         .lost_answer = rate(dice, 150),
                                         .refused_commit = rate(dice, 80),
                                         .stall = rate(dice, 200),
                                         .crash = rate(dice, 15),
                                         .letter_failures = rate(dice, 200),
                                         .watermark_failures = rate(dice, 100),
                                         .start_failures = rate(dice, 100),
                                         .fetch_errors = rate(dice, 200),
                                         .double_fetches = rate(dice, 200),
                                         .late_ends = rate(dice, 300),
                                         .late_answers = rate(dice, 1000)};
    settings->refuses = dice_hits(dice, 100);
    settings->skips = rate(dice, 300);
    enum family one = (enum family)(1 + dice_below(dice, FAMILY_COUNT - 1));
    enum family other = (enum family)(1 + dice_below(dice, FAMILY_COUNT - 1));
    for (int i = 0; i < LOG_PARTITIONS; i++) { // few families, so that partitions share entities
        settings->family[i] = dice_hits(dice, 600) ? one : other;
        settings->topic[i] = dice_below(dice, 2);
    }
}

struct making {
    struct script *script;
    struct dice *dice;
    uint32_t entities, events_left, daemons, partitions;
    uint32_t number; // of events
    bool goes_back;  // to a standby that lags
    bool has_losses; // retention ahead of the readers, recreated topics
};

static uint32_t any_partition(struct making *m)
{
    return dice_below(m->dice, m->partitions);
}

static struct text random_record(struct making *m, enum family family)
{
    struct arena *arena = &m->script->arena;
    uint32_t what = dice_below(m->dice, 100);
    if (what < 5)
        return TEXT("\xff\xff\xff");
    if (what < 10)
        return random_event_bytes(arena, random_progress(m->dice, arena, family, m->number++));
    return random_event_bytes(arena,
                              random_event(m->dice, arena, family, m->entities, m->number++));
}

static void make_record(struct making *m, uint32_t partition)
{
    uint32_t what = dice_below(m->dice, 100);
    int64_t family = m->script->settings.family[partition];
    if (what < 10) {
        for (uint32_t i = 1 + dice_below(m->dice, 3); i; i--)
            add_step(m->script, STEP_HOLE, partition, 0);
        return;
    }
    if (what < 14) {
        add_step(m->script, STEP_TOMBSTONE, partition, 0);
        return;
    }
    struct text value = random_record(m, (enum family)family);
    add_step(m->script, STEP_APPEND, partition, 0)->value = value;
    if (!dice_hits(m->dice, 100))
        return;
    do // the producer sent it twice
        partition = any_partition(m);
    while (m->script->settings.family[partition] != family);
    add_step(m->script, STEP_APPEND, partition, 0)->value = value;
}

static void make_rebalance(struct making *m)
{
    for (uint32_t i = 0; i < LOG_PARTITIONS; i++)
        if (dice_hits(m->dice, 500))
            add_step(m->script, STEP_ASSIGN, i, dice_below(m->dice, m->daemons));
}

// The topic that is made anew often grows past what was counted.
static void make_recreation(struct making *m, uint32_t partition)
{
    add_step(m->script, STEP_RECREATE, partition, dice_below(m->dice, 2));
    for (uint32_t i = dice_below(m->dice, 30); i; i--)
        make_record(m, partition);
}

static void make_loss(struct making *m)
{
    uint32_t partition = any_partition(m), what = dice_below(m->dice, 100);
    if (what < 45)
        add_step(m->script, STEP_RETAIN, partition, dice_below(m->dice, m->has_losses ? 900 : 300));
    else if (what < 60 && m->has_losses)
        make_recreation(m, partition);
    else
        add_step(m->script, STEP_ACCEPT, partition, 0);
}

// A standby that lags by some turns, and is promoted in some universes.
static void make_standby(struct making *m)
{
    add_step(m->script, STEP_KEEP, 0, 0);
    if (!m->goes_back)
        return;
    for (uint32_t i = dice_below(m->dice, 60); i; i--)
        add_step(m->script, STEP_TURN, dice_below(m->dice, m->daemons), dice_next(m->dice) >> 1);
    add_step(m->script, STEP_GO_BACK, 0, 0);
}

// Something happens; mostly a daemon is turned.
static void make_step(struct making *m)
{
    uint32_t daemon = dice_below(m->dice, m->daemons), what = dice_below(m->dice, 1000);
    if (what < 800) {
        add_step(m->script, STEP_TURN, daemon, dice_next(m->dice) >> 1);
    } else if (what < 930) {
        for (uint32_t i = dice_below(m->dice, 12); i && m->events_left; i--, m->events_left--)
            make_record(m, any_partition(m));
    } else if (what < 955) {
        make_rebalance(m);
    } else if (what < 965) {
        add_step(m->script, STEP_KILL, daemon, 0);
    } else if (what < 980) {
        add_step(m->script, STEP_START, daemon, 0);
        make_rebalance(m);
    } else if (what < 985) {
        add_step(m->script, STEP_SLEEP, daemon, 5000000);
    } else if (what < 989) {
        add_step(m->script, STEP_GENERATION, 0, 0);
    } else if (what < 991) {
        add_step(m->script, STEP_EXTEND, 0, 0);
        m->partitions += m->partitions < LOG_PARTITIONS;
    } else if (what < 993) {
        add_step(m->script, STEP_CHECK, 0, 0);
    } else if (what < 995) {
        make_standby(m);
    } else {
        make_loss(m);
    }
}

void script_make(struct script *script, uint64_t seed)
{
    struct dice dice = {seed ^ UINT64_C(0x5eed)};
    *script = (struct script){.arena = ARENA_INIT};
    make_settings(&script->settings, &dice);
    struct making m = {.script = script,
                       .dice = &dice,
                       .entities = 2 + dice_below(&dice, 10),
                       .events_left = 20 + dice_below(&dice, 120),
                       .daemons = 1 + dice_below(&dice, LOG_MEMBERS - 1),
                       .partitions = (uint32_t)script->settings.partitions,
                       .goes_back = dice_hits(&dice, 200),
                       .has_losses = dice_hits(&dice, 400)};
    for (uint32_t i = 0; i < m.daemons; i++)
        add_step(script, STEP_START, i, 0);
    make_rebalance(&m);
    for (uint32_t left = 200 + dice_below(&dice, 500); left || m.events_left; left -= left > 0)
        make_step(&m);
}

void script_free(struct script *script)
{
    free(script->steps);
    arena_free(&script->arena);
    *script = (struct script){.arena = ARENA_INIT};
}

// --- text ---

void script_print(FILE *out, const struct script *script)
{
    for (size_t i = 0; i < SETTING_COUNT; i++)
        fprintf(out, "set %s %" PRId64 " -\n", setting_names[i].name,
                ((const int64_t *)&script->settings)[setting_names[i].at]);
    for (size_t i = 0; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        fprintf(out, "%s %u %" PRIu64 " ", step_names[step->kind], step->a, step->b);
        replay_put_bytes(out, step->value);
        fputc('\n', out);
    }
}

static bool read_setting(struct script_settings *settings, const char *name, int64_t value)
{
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (strcmp(setting_names[i].name, name) == 0) {
            ((int64_t *)settings)[setting_names[i].at] = value;
            return true;
        }
    return false;
}

bool script_read(FILE *file, struct script *script)
{
    char word[32], a[32];
    static char value[1 << 20];
    uint64_t b;
    *script = (struct script){.arena = ARENA_INIT};
    while (fscanf(file, "%31s %31s %" SCNu64 " %1048575s", word, a, &b, value) == 4) {
        int kind = 0;
        while (kind < STEP_KINDS && strcmp(step_names[kind], word) != 0)
            kind++;
        if (kind < STEP_KINDS)
            add_step(script, (enum step_kind)kind, (uint32_t)strtoul(a, NULL, 10), b)->value =
                replay_bytes(&script->arena, value);
        else if (strcmp(word, "set") != 0 || !read_setting(&script->settings, a, (int64_t)b))
            return false;
    }
    return feof(file) && script->count > 0;
}

// --- running ---

static void open_universe(struct universe *u, const struct script_settings *settings)
{
    static const char *const topics[] = {"x",
                                         "y"}; // each family has its own names by its partitions
    static char names[FAMILY_COUNT][2][32];
    universe_open(u, (uint64_t)settings->seed, (uint32_t)settings->partitions);
    u->settings.batch_records = (size_t)settings->batch_records;
    u->letter_failures = (uint32_t)settings->letter_failures;
    u->store.refused_entity = settings->refuses ? TEXT("T1") : TEXT("");
    u->store.faults =
        (struct memory_faults){(uint32_t)settings->retry,       (uint32_t)settings->abort,
                               (uint32_t)settings->lost_answer, (uint32_t)settings->refused_commit,
                               (uint32_t)settings->stall,       (uint32_t)settings->crash,
                               (uint32_t)settings->late_answers};
    u->log.faults =
        (struct log_faults){.watermark_failures = (uint32_t)settings->watermark_failures,
                            .start_failures = (uint32_t)settings->start_failures,
                            .fetch_errors = (uint32_t)settings->fetch_errors,
                            .double_fetches = (uint32_t)settings->double_fetches,
                            .late_ends = (uint32_t)settings->late_ends,
                            .skips = (uint32_t)settings->skips};
    for (int i = 0; i < LOG_PARTITIONS; i++) {
        int64_t family = settings->family[i], topic = settings->topic[i];
        snprintf(names[family][topic], sizeof names[family][topic], "%s.%s",
                 family_get((enum family)family)->name, topics[topic]);
        u->log.names[i].family = (enum family)family;
        u->log.names[i].topic = names[family][topic];
    }
}

static void append(struct universe *u, const struct step *step)
{
    struct record record = {.appended_us = -1, .value = step->value, .has_value = true};
    bool is_new = u->log.partitions[step->a].current > 0;
    if (step->kind == STEP_TOMBSTONE)
        record = (struct record){.appended_us = -1, .key = TEXT("T1"), .has_key = true};
    bool is_hole = step->kind == STEP_HOLE || (step->kind == STEP_TOMBSTONE && is_new);
    u->log.now_us = ++u->now_us; // after whatever was claimed
    log_append(&u->log, step->a, is_hole ? NULL : &record);
}

// What retention does to a topic that was made anew and not accepted yet could hide that it was.
static void retain(struct universe *u, uint32_t partition, uint64_t per_thousand)
{
    int64_t low = u->log.partitions[partition].low, end = log_end(&u->log, partition);
    if (!u->recreated[partition])
        log_retain_from(&u->log, partition, low + (end - low) * (int64_t)per_thousand / 1000);
}

static void take_step(struct universe *u, const struct step *step, struct script_sums *sums)
{
    uint32_t a = step->a;
    bool about_partition = step->kind <= STEP_TOMBSTONE || step->kind == STEP_ASSIGN ||
                           (step->kind >= STEP_RETAIN && step->kind <= STEP_ACCEPT);
    if (about_partition && a >= u->log.partition_count)
        return; // not there yet
    switch (step->kind) {
    case STEP_APPEND:
    case STEP_HOLE:
    case STEP_TOMBSTONE:
        append(u, step);
        break;
    case STEP_TURN:
        u->dice.state = step->b;
        universe_turn(u, (int)a);
        break;
    case STEP_ASSIGN:
        if (u->daemons[step->b].loop)
            log_assign(&u->log, a, (int)step->b);
        break;
    case STEP_START:
        universe_start_daemon(u, (int)a);
        break;
    case STEP_KILL:
        universe_kill_daemon(u, (int)a);
        break;
    case STEP_SLEEP:
        u->daemons[a].sleeps_until_us = u->now_us + (int64_t)step->b;
        break;
    case STEP_GENERATION:
        universe_bump_generation(u);
        break;
    case STEP_EXTEND:
        u->log.partition_count += u->log.partition_count < LOG_PARTITIONS;
        break;
    case STEP_RETAIN:
        retain(u, a, step->b);
        break;
    case STEP_RECREATE:
        if (universe_recreate(u, a, step->b))
            memory_server_forget(&u->store); // the log does not go back
        break;
    case STEP_ACCEPT:
        if (universe_accept(u, a))
            memory_server_forget(&u->store);
        break;
    case STEP_CHECK:
        universe_is_lawful(u);
        sums->checks++;
        break;
    case STEP_KEEP:
        memory_server_keep(&u->store);
        break;
    case STEP_GO_BACK:
        sums->going_back += memory_server_go_back(&u->store);
        break;
    case STEP_KINDS:
        abort();
    }
}

static bool accept_all(struct universe *u)
{
    bool accepted = false;
    for (uint32_t i = 0; i < u->log.partition_count; i++)
        accepted = universe_accept(u, i) || accepted;
    return accepted;
}

// Settles, checks, lets an operator accept what has stopped, and settles again; the loss may have grown meanwhile.
static void come_to_an_end(struct universe *u)
{
    do {
        if (!universe_settle(u) || !universe_stops_are_right(u) || !universe_is_lawful(u))
            return;
    } while (accept_all(u));
}

static void add_up(struct script_sums *sums, const struct universe *u)
{
    sums->universes++;
    sums->counts.failures += u->counts.failures;
    sums->counts.aborts += u->counts.aborts;
    sums->counts.conflicts += u->counts.conflicts;
    sums->counts.fenced += u->counts.fenced;
    sums->counts.lost_answers += u->counts.lost_answers;
    sums->counts.doubts += u->counts.doubts;
    sums->counts.generations += u->counts.generations;
    sums->counts.batches += u->counts.batches;
    sums->counts.read_ahead += u->counts.read_ahead;
    sums->counts.forgotten += u->counts.forgotten;
    sums->stops += u->stops;
    sums->acceptances += u->acceptances;
    sums->crashes += u->crashes;
    sums->letters += u->letters;
    sums->stalls += u->store.stalls;
    sums->refusals += u->store.refusals;
    sums->blocked += u->store.blocked;
    for (size_t i = 0; i < u->store.committed.states.count; i++)
        sums->states[u->store.committed.states.rows[i].family]++;
}

bool script_run(const struct script_settings *settings, const struct step *steps, size_t count,
                char *fault, struct script_sums *sums)
{
    static struct universe u; // large
    open_universe(&u, settings);
    for (size_t i = 0; i < count && !u.fault[0]; i++) {
        take_step(&u, &steps[i], sums);
        universe_claims_are_true(&u);
    }
    u.dice.state = (uint64_t)settings->seed;
    if (!u.fault[0])
        come_to_an_end(&u);
    for (int i = 0; i < u.daemon_count; i++)
        universe_kill_daemon(&u, i);
    memcpy(fault, u.fault, sizeof u.fault);
    add_up(sums, &u);
    universe_close(&u);
    return !fault[0];
}
