// Laws 1 and 2 through the daemon's own decoding and folding, for every family: whatever the order of a history's records,
// their duplicates, the partitions they come from and the borders of batches, states and rollups are those of the set.
//
// What is expected is computed from each event alone: the states by merging one event after the other (readings one by one),
// compared with an oracle that looks at every event; the rollups as contributions of the final states. A failing case is
// shrunk and printed as a file that replays.
#include "aggregate/batch.h"
#include "core/traffic.h"
#include "tests/unit/core/history.h"
#include "tests/unit/support/random_event.h"
#include "tests/unit/support/replay.h"
#include "tests/unit/support/shrink.h"
#include "tests/unit/support/small_world.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

enum {
    CASES = 1000, // of each family
    EVENTS_MOST = 14,
    ENTITIES = 2,
    PARTITIONS = 4,
    ENTITIES_MOST = 1024,
    ITEMS_MOST = 4 * EVENTS_MOST,
    FAULT_BYTES = 4096,
};

// What arrives: a record, and whether a batch is written before it.
struct item {
    struct text value;
    uint32_t partition;
    bool begins_batch;
};

struct laws_case {
    enum family family;
    const struct small_world *world;
    struct item *items;
    size_t count;
};

struct kept { // a state's row
    struct entity_key key;
    struct text bytes;
    int64_t row_version;
};

struct tables {
    struct arena arena;
    struct kept states[ENTITIES_MOST];
    size_t state_count;
    struct rollup_sums *sums;
    size_t applied; // records
};

static void open_tables(struct tables *tables)
{
    *tables = (struct tables){.arena = ARENA_INIT};
    tables->sums = rollup_sums_new(&tables->arena);
}

static bool same_key(const struct entity_key *a, const struct entity_key *b)
{
    return a->window_us == b->window_us && text_equal(a->entity, b->entity) &&
           text_equal(a->authority, b->authority);
}

static struct kept *find(struct tables *tables, const struct entity_key *key)
{
    for (size_t i = 0; i < tables->state_count; i++)
        if (same_key(&tables->states[i].key, key))
            return &tables->states[i];
    return NULL;
}

static struct kept *find_or_add(struct tables *tables, const struct entity_key *key)
{
    struct kept *kept = find(tables, key);
    if (kept)
        return kept;
    cr_assert_lt(tables->state_count, ENTITIES_MOST);
    kept = &tables->states[tables->state_count++];
    *kept = (struct kept){.key = {arena_text(&tables->arena, key->authority),
                                  arena_text(&tables->arena, key->entity), key->window_us}};
    return kept;
}

static void add_cells(struct tables *tables, struct rollup_sums *more, int sign)
{
    struct rollup_cell **cells;
    size_t count = rollup_sums_sorted(more, &cells);
    for (size_t i = 0; i < count; i++) {
        struct rollup_cell *cell =
            rollup_sums_cell(tables->sums, cells[i]->rollup, cells[i]->dimensions);
        for (size_t m = 0; m < cells[i]->rollup->measure_count; m++)
            cell->measures[m] += sign * cells[i]->measures[m];
    }
}

// --- as the daemon does it ---

static void write_batch(struct tables *tables, struct batch *batch, struct fold *fold,
                        const struct small_world *world)
{
    struct error error = ERROR_INIT;
    batch_decode(batch);
    fold_begin(fold, batch, &world->context);
    for (size_t i = 0; i < fold->entity_count; i++) {
        const struct kept *kept = find(tables, &fold->entities[i].key);
        fold->stored[i] =
            kept ? (struct stored_state){kept->bytes, kept->row_version} : (struct stored_state){0};
    }
    size_t half = fold->entity_count / 2;
    cr_assert(fold_merge(fold, batch, &world->context, half, &error), "%s", error.text);
    cr_assert(fold_merge(fold, batch, &world->context, fold->entity_count, &error), "%s",
              error.text);
    for (size_t i = 0; i < fold->write_count; i++) {
        struct kept *kept = find_or_add(tables, &fold->writes[i].key);
        cr_assert_eq(fold->writes[i].expected_version, kept->row_version);
        kept->bytes = arena_text(&tables->arena, fold->writes[i].bytes);
        kept->row_version++;
    }
    add_cells(tables, fold_sums(fold), 1);
    for (size_t i = 0; i < batch->count; i++)
        tables->applied += batch->records[i].outcome == OUTCOME_APPLIED;
    batch_clear(batch);
}

static void aggregate(const struct laws_case *the_case, struct tables *tables)
{
    int64_t next[PARTITIONS] = {0};
    struct batch batch;
    struct fold fold;
    batch_init(&batch);
    fold_init(&fold);
    for (size_t i = 0; i < the_case->count; i++) {
        const struct item *item = &the_case->items[i];
        if (item->begins_batch && batch.count)
            write_batch(tables, &batch, &fold, the_case->world);
        struct record record = {.partition = item->partition,
                                .offset = next[item->partition]++,
                                .appended_us = -1,
                                .value = arena_text(&batch.arena, item->value),
                                .has_value = true};
        batch_add(&batch, &record, the_case->family);
    }
    if (batch.count)
        write_batch(tables, &batch, &fold, the_case->world);
    fold_free(&fold);
    batch_free(&batch);
}

// --- as it has to be ---

static void merge_alone(struct tables *tables, const struct entity_key *key,
                        const struct state *stated)
{
    struct error error = ERROR_INIT;
    struct buffer bytes = BUFFER_INIT;
    struct state old = {0}, merged;
    const struct kept *kept = find(tables, key);
    cr_assert(!kept || state_decode(&tables->arena, kept->bytes, &old, &error));
    if (!state_merge(&tables->arena, &old, stated, &merged))
        return; // of what nothing is stated there is no state
    state_encode(&merged, &bytes);
    find_or_add(tables, key)->bytes =
        arena_text(&tables->arena, (struct text){bytes.bytes, (uint32_t)bytes.length});
    buffer_free(&bytes);
}

static void expect_readings(struct tables *tables, const struct small_world *world,
                            const struct event *event)
{
    int64_t window_s =
        traffic_window_s(sensor_find(world->sensors, event->authority, event->entity));
    for (size_t i = 0; i < event->reading_count; i++)
        if (!traffic_window_holds(&event->readings[i], window_s))
            return; // the whole record is set aside
    for (size_t i = 0; i < event->reading_count; i++) {
        struct entity_key key = {event->authority, event->entity,
                                 traffic_window_us(event->readings[i].from_us, window_s)};
        struct window_statement statement = {event, &event->readings[i], 1};
        struct state stated;
        traffic_state_window(&tables->arena, &statement, 1, &stated);
        merge_alone(tables, &key, &stated);
    }
}

static void expect_event(struct tables *tables, const struct laws_case *the_case,
                         const struct event *event)
{
    struct state stated;
    struct violation violation;
    if (!event_validate(event, &tables->arena, &violation) || event->form == EVENT_PROGRESS)
        return;
    if (event->reading_count) {
        expect_readings(tables, the_case->world, event);
        return;
    }
    struct entity_key key = {event->authority, event->entity, 0};
    state_from_event(&tables->arena, event, &stated);
    merge_alone(tables, &key, &stated);
}

// The events of the items, each value once, in the order of their bytes: an order that no arrangement chose.
static struct history distinct_events(struct arena *arena, const struct laws_case *the_case)
{
    struct history history = {arena_array(arena, struct event, the_case->count + 1), 0};
    struct text *seen = arena_array(arena, struct text, the_case->count + 1);
    for (size_t i = 0; i < the_case->count; i++) {
        size_t at = history.count;
        struct text value = the_case->items[i].value;
        struct error error = ERROR_INIT;
        struct event event;
        while (at > 0 && text_compare(seen[at - 1], value) > 0)
            at--;
        if (at > 0 && text_equal(seen[at - 1], value))
            continue;
        if (!codec_decode(arena, the_case->family, arena_text(arena, value), &event, &error))
            continue;
        memmove(seen + at + 1, seen + at, (history.count - at) * sizeof *seen);
        memmove(history.events + at + 1, history.events + at,
                (history.count - at) * sizeof *history.events);
        seen[at] = value;
        history.events[at] = event;
        history.count++;
    }
    return history;
}

// --- comparing ---

static bool states_agree(struct tables *made, struct tables *expected, char *fault)
{
    if (made->state_count != expected->state_count) {
        snprintf(fault, FAULT_BYTES, "%zu states instead of %zu", made->state_count,
                 expected->state_count);
        return false;
    }
    for (size_t i = 0; i < expected->state_count; i++) {
        const struct kept *kept = find(made, &expected->states[i].key);
        if (kept && text_equal(kept->bytes, expected->states[i].bytes))
            continue;
        snprintf(fault, FAULT_BYTES, "the state of " TEXT_FORMAT " is not the fold of its events",
                 TEXT_ARGUMENTS(expected->states[i].key.entity));
        return false;
    }
    return true;
}

static bool rollups_agree(const struct laws_case *the_case, struct tables *made, char *fault)
{
    const struct family_definition *family = family_get(the_case->family);
    struct rollup_sums *sums = rollup_sums_new(&made->arena);
    struct rollup_cell **left;
    for (size_t i = 0; i < made->state_count; i++) {
        struct error error = ERROR_INIT;
        struct state state;
        cr_assert(state_decode(&made->arena, made->states[i].bytes, &state, &error));
        family->contribute(&made->states[i].key, &state, &made->arena, &the_case->world->context, 1,
                           sums);
    }
    add_cells(made, sums, -1);
    size_t count = rollup_sums_sorted(made->sums, &left);
    if (count)
        snprintf(fault, FAULT_BYTES,
                 "%zu cells are not what the states contribute, the first of rollup %s", count,
                 left[0]->rollup->name);
    return count == 0;
}

// The oracle of tests/unit/core sees one entity at a time.
static bool oracle_agrees(struct tables *made, const struct history *history, char *fault)
{
    for (size_t i = 0; i < made->state_count; i++) {
        struct history own = {arena_array(&made->arena, struct event, history->count + 1), 0};
        struct error error = ERROR_INIT;
        struct state state;
        for (size_t j = 0; j < history->count; j++)
            if (text_equal(history->events[j].entity, made->states[i].key.entity))
                own.events[own.count++] = history->events[j];
        cr_assert(state_decode(&made->arena, made->states[i].bytes, &state, &error));
        const char *wanted = history_oracle(&made->arena, &own);
        const char *found = state_describe(&made->arena, &state);
        if (strcmp(wanted, found) == 0)
            continue;
        snprintf(fault, FAULT_BYTES, "the oracle finds\n%sbut the state is\n%s", wanted, found);
        return false;
    }
    return true;
}

// `fault`: FAULT_BYTES, or null.
static bool is_lawful(const struct laws_case *the_case, char *fault, size_t *applied)
{
    static struct tables made, expected; // large
    char ignored[FAULT_BYTES];
    open_tables(&made);
    open_tables(&expected);
    aggregate(the_case, &made);
    struct history history = distinct_events(&expected.arena, the_case);
    for (size_t i = 0; i < history.count; i++)
        expect_event(&expected, the_case, &history.events[i]);
    fault = fault ? fault : ignored;
    bool lawful =
        states_agree(&made, &expected, fault) && rollups_agree(the_case, &made, fault) &&
        (family_get(the_case->family)->has_windows || oracle_agrees(&made, &history, fault));
    if (applied)
        *applied += made.applied;
    arena_free(&made.arena);
    arena_free(&expected.arena);
    return lawful;
}

// --- cases ---

static void arrange(struct dice *dice, struct laws_case *the_case)
{
    uint32_t partitions = 1 + dice_below(dice, PARTITIONS), split = dice_below(dice, 700);
    size_t distinct = the_case->count;
    for (size_t i = 0; i < distinct; i++)
        for (int more = 0; more < 3 && dice_hits(dice, 250); more++)
            the_case->items[the_case->count++] = the_case->items[i];
    for (size_t i = the_case->count; i > 1; i--) {
        size_t other = dice_below(dice, (uint32_t)i);
        struct item swapped = the_case->items[i - 1];
        the_case->items[i - 1] = the_case->items[other];
        the_case->items[other] = swapped;
    }
    for (size_t i = 0; i < the_case->count; i++) {
        the_case->items[i].partition = dice_below(dice, partitions);
        the_case->items[i].begins_batch = dice_hits(dice, split);
    }
}

static void make_case(struct dice *dice, struct arena *arena, struct laws_case *the_case)
{
    size_t events = 1 + dice_below(dice, EVENTS_MOST);
    the_case->count = 0;
    for (size_t i = 0; i < events; i++) {
        const struct event *event =
            dice_hits(dice, 950)
                ? random_event(dice, arena, the_case->family, ENTITIES, (uint32_t)i)
                : random_progress(dice, arena, the_case->family, (uint32_t)i);
        the_case->items[the_case->count++] =
            (struct item){.value = random_event_bytes(arena, event)};
    }
    arrange(dice, the_case);
}

static bool items_fail(void *context, const void *items, size_t count)
{
    struct laws_case the_case = *(const struct laws_case *)context;
    struct item copy[ITEMS_MOST];
    memcpy(copy, items, count * sizeof *copy);
    the_case.items = copy;
    the_case.count = count;
    return !is_lawful(&the_case, NULL, NULL);
}

static void print_case(FILE *out, const void *context)
{
    const struct laws_case *the_case = context;
    fprintf(out, "family %s\n", family_get(the_case->family)->name);
    for (size_t i = 0; i < the_case->count; i++) {
        if (the_case->items[i].begins_batch)
            fprintf(out, "batch\n");
        fprintf(out, "record %u ", the_case->items[i].partition);
        replay_put_bytes(out, the_case->items[i].value);
        fputc('\n', out);
    }
}

static void read_case(FILE *file, struct arena *arena, struct laws_case *the_case)
{
    char word[32];
    static char value[1 << 20];
    bool begins_batch = false;
    the_case->count = 0;
    while (fscanf(file, "%31s", word) == 1) {
        if (strcmp(word, "batch") == 0) {
            begins_batch = true;
        } else if (strcmp(word, "family") == 0) {
            cr_assert(fscanf(file, "%31s", word) == 1 && family_by_name(text_from(word)));
            the_case->family = family_by_name(text_from(word))->family;
        } else {
            struct item *item = &the_case->items[the_case->count++];
            cr_assert(the_case->count < ITEMS_MOST &&
                      fscanf(file, "%u %1048575s", &item->partition, value) == 2);
            item->value = replay_bytes(arena, value);
            item->begins_batch = begins_batch;
            begins_batch = false;
        }
    }
}

static void check(struct laws_case *the_case, uint64_t seed, size_t *applied)
{
    char fault[FAULT_BYTES] = "";
    if (is_lawful(the_case, fault, applied))
        return;
    the_case->count =
        shrink(the_case->items, sizeof *the_case->items, the_case->count, items_fail, the_case);
    is_lawful(the_case, fault, NULL);
    replay_print("family-laws", seed, print_case, the_case);
    cr_assert_fail("CITYOPS_SEED=%" PRIu64 ", %s: %s", seed, family_get(the_case->family)->name,
                   fault);
}

static void check_family(enum family family, const struct small_world *world, uint64_t seed)
{
    struct item items[ITEMS_MOST];
    struct arena arena = ARENA_INIT;
    struct laws_case the_case = {.family = family, .world = world, .items = items};
    size_t applied = 0, records = 0;
    for (uint64_t i = 0; i < CASES; i++) {
        struct dice dice = {seed + i};
        make_case(&dice, &arena, &the_case);
        records += the_case.count;
        check(&the_case, seed + i, &applied);
        arena_reset(&arena);
    }
    arena_free(&arena);
    fprintf(stderr, "family laws: %s, %d cases, %zu records, %zu applied\n",
            family_get(family)->name, (int)CASES, records, applied);
    cr_assert_gt(applied, records / 4, "most records stated nothing: the test proved nothing");
}

Test(family_laws,
     any_order_duplication_split_and_partitioning_gives_the_states_and_rollups_of_the_set)
{
    struct small_world world;
    small_world_open(&world);
    FILE *file = replay_asked();
    if (file) {
        struct arena arena = ARENA_INIT;
        struct item items[ITEMS_MOST];
        struct laws_case the_case = {.world = &world, .items = items};
        read_case(file, &arena, &the_case);
        check(&the_case, 0, NULL);
        arena_free(&arena);
        fclose(file);
    } else {
        uint64_t seed = replay_seed("family laws");
        for (int family = FAMILY_NONE + 1; family < FAMILY_COUNT; family++)
            check_family((enum family)family, &world, seed);
    }
    small_world_close(&world);
}
