// See universe.h. What is expected is computed here from the log alone, without the loop's code: one fold per entity, one
// contribution per final state; for readings, window by window.
#include "universe.h"

#include "core/hotline.h"
#include "core/traffic.h"
#include "tests/unit/support/random_readings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define START_US INT64_C(1425168000000000) // 2015-03-01

// --- history ---

static size_t choose_assignments(struct universe *u, struct event *event, struct assignment *out)
{
    static const char *const districts[] = {"440103", "440113", "nowhere", ""};
    int64_t instant = START_US + (int64_t)dice_below(&u->dice, 90) * US_PER_DAY / 2;
    struct text district = text_from(districts[dice_below(&u->dice, 4)]);
    event->occurred_us = instant;
    switch (dice_below(&u->dice, 3)) {
    case 0:
        event->kind = TICKET_RECEIVED;
        out[0] = (struct assignment){.field = TICKET_RECEIVED_US,
                                     .value = {.type = VALUE_INTEGER, .integer = instant}};
        out[1] = (struct assignment){.field = TICKET_DISTRICT,
                                     .value = {.type = VALUE_TEXT, .text = district}};
        return 2;
    case 1: {
        struct text key = text_from(dice_hits(&u->dice, 500) ? "#1" : "#2");
        event->kind = TICKET_CLOSED;
        out[0] = (struct assignment){.kind = TICKET_CLOSING,
                                     .key = key,
                                     .field = FIELD_STATED,
                                     .value = {.type = VALUE_INTEGER, .integer = 1}};
        out[1] = (struct assignment){.kind = TICKET_CLOSING,
                                     .key = key,
                                     .field = OCCURRENCE_AT_US,
                                     .value = {.type = VALUE_INTEGER, .integer = instant}};
        return 2;
    }
    default:
        event->kind = TICKET_CORRECTED;
        out[0] = (struct assignment){.field = TICKET_DISTRICT,
                                     .value = {.type = VALUE_TEXT, .text = district}};
        return 1;
    }
}

static uint32_t another_partition(struct universe *u, enum family family)
{
    uint32_t partition;
    do
        partition = dice_below(&u->dice, u->log.partition_count);
    while (u->log.names[partition].family != family);
    return partition;
}

static void append_encoded(struct universe *u, uint32_t partition, const struct event *event)
{
    struct buffer bytes = BUFFER_INIT;
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    if (!codec_encode(&arena, event, &bytes, &error)) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
    struct record record = {.appended_us = -1,
                            .key = event->entity,
                            .value = {bytes.bytes, (uint32_t)bytes.length},
                            .has_key = true,
                            .has_value = true};
    log_append(&u->log, partition, &record);
    if (dice_hits(&u->dice, 100)) // the producer sent it twice
        log_append(&u->log, another_partition(u, event->family), &record);
    buffer_free(&bytes);
    arena_free(&arena);
}

void universe_append_event(struct universe *u, uint32_t partition)
{
    char entity[16], id[24];
    struct assignment assignments[2];
    struct event event = {.family = FAMILY_HOTLINE, .authority = TEXT("gz")};
    snprintf(entity, sizeof entity, "T%u", dice_below(&u->dice, u->entities));
    snprintf(id, sizeof id, "e%u", u->events_made++);
    event.entity = text_from(entity);
    event.assignment_count = choose_assignments(u, &event, assignments);
    event.assignments = assignments;
    event.recorded_stated = true;
    event.version =
        (struct version){.recorded_us = START_US + dice_below(&u->dice, 100) * US_PER_DAY,
                         .source = dice_hits(&u->dice, 500) ? TEXT("a") : TEXT("b"),
                         .event_id = text_from(id)};
    append_encoded(u, partition, &event);
}

static void append_readings(struct universe *u, uint32_t partition)
{
    struct arena arena = ARENA_INIT;
    append_encoded(u, partition, random_readings(&u->dice, &arena, START_US, u->events_made++));
    arena_free(&arena);
}

static void append_progress(struct universe *u, uint32_t partition)
{
    char id[24];
    enum family family = u->log.names[partition].family;
    struct event event = {.family = family,
                          .form = EVENT_PROGRESS,
                          .kind = family == FAMILY_TRAFFIC ? TRAFFIC_PROGRESS : TICKET_PROGRESS,
                          .occurred_us = START_US};
    snprintf(id, sizeof id, "p%u", u->events_made++);
    event.progress_until_us = START_US + dice_below(&u->dice, 100) * US_PER_DAY;
    event.version =
        (struct version){.recorded_us = START_US, .source = TEXT("a"), .event_id = text_from(id)};
    append_encoded(u, partition, &event);
}

void universe_append(struct universe *u)
{
    uint32_t partition = dice_below(&u->dice, u->log.partition_count);
    uint32_t what = dice_below(&u->dice, 100);
    if (what < 80) {
        if (u->log.names[partition].family == FAMILY_TRAFFIC)
            append_readings(u, partition);
        else
            universe_append_event(u, partition);
    } else if (what < 85) {
        append_progress(u, partition);
    } else if (what < 90) {
        log_append(&u->log, partition, NULL);
    } else if (what < 95) {
        struct record tombstone = {.appended_us = -1, .key = TEXT("T1"), .has_key = true};
        log_append(&u->log, partition, &tombstone);
    } else {
        struct record poison = {
            .appended_us = -1, .value = TEXT("\xff\xff\xff"), .has_value = true};
        log_append(&u->log, partition, &poison);
    }
}

// --- life ---

static bool publish(struct dead_letter_sink *sink, const struct dead_letter *letters, size_t count,
                    struct error *error)
{
    struct universe *u = (struct universe *)((char *)sink - offsetof(struct universe, sink));
    (void)letters;
    if (u->store.faults.retry && dice_hits(&u->dice, 100)) {
        u->letter_failures++;
        return error_set(error, ERROR_RETRY, "no broker");
    }
    u->letters += (int64_t)count;
    return true;
}

static void open_reference(struct universe *u)
{
    struct error error = ERROR_INIT;
    u->zone = zone_open("Asia/Shanghai", &error);
    u->areas = area_index_new();
    static const char *const codes[] = {"440103", "440113", "unassigned"};
    for (int i = 0; i < 3; i++) {
        struct area area = {.code = text_from(codes[i]),
                            .kind = AREA_DISTRICT,
                            .valid_from_day = DAY_MIN,
                            .valid_until_day = DAY_MAX};
        if (i < 2 && !area_index_add(u->areas, &area, &error))
            abort();
    }
    if (!u->zone || !area_index_finish(u->areas, &error)) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
    u->sensors = random_readings_sensors();
    u->context = (struct contribution_context){u->zone, u->areas, u->sensors};
}

void universe_open(struct universe *u, uint64_t seed, uint32_t partitions, uint32_t events)
{
    *u = (struct universe){.dice = {seed}, .now_us = START_US, .events_left = events};
    open_reference(u);
    log_init(&u->log, &u->dice, partitions);
    memory_store_init(&u->store, &u->dice, &u->context);
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
}

void universe_build_roads(struct universe *u)
{
    for (uint32_t i = 0; i < u->log.partition_count; i++)
        if (dice_hits(&u->dice, 500))
            u->log.names[i].family = FAMILY_TRAFFIC;
}

void universe_start_daemon(struct universe *u, int number)
{
    struct record_source *source = log_join(&u->log, number);
    u->daemons[number] =
        (struct universe_daemon){.loop = loop_new(&u->settings, source, &u->store.store, &u->sink)};
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
    sum->generations += more->generations;
    sum->batches += more->batches;
}

void universe_kill_daemon(struct universe *u, int number)
{
    if (!u->daemons[number].loop)
        return;
    add_counts(&u->counts, loop_counts(u->daemons[number].loop));
    loop_free(u->daemons[number].loop);
    u->daemons[number].loop = NULL;
    log_leave(&u->log, number);
    memory_store_break(&u->store);
}

void universe_close(struct universe *u)
{
    for (int i = 0; i < u->daemon_count; i++)
        universe_kill_daemon(u, i);
    log_free(&u->log);
    memory_store_free(&u->store);
    area_index_free(u->areas);
    sensor_index_free(u->sensors);
    zone_close(u->zone);
}

void universe_turn(struct universe *u, int number)
{
    struct universe_daemon *daemon = &u->daemons[number];
    struct error error = ERROR_INIT;
    u->now_us += 1 + dice_below(&u->dice, 60000);
    if (!daemon->loop || daemon->sleeps_until_us > u->now_us)
        return;
    if (loop_step(daemon->loop, (struct loop_time){u->now_us, u->now_us}, &error))
        return;
    fprintf(stderr, "the loop gave up: %s\n", error.text);
    abort();
}

static bool is_settled(struct universe *u)
{
    for (uint32_t i = 0; i < u->log.partition_count; i++) {
        const struct memory_ledger *ledger = memory_store_ledger(&u->store, (int32_t)i);
        if (!ledger || (!ledger->row.stopped && (ledger->row.next_offset != log_end(&u->log, i) ||
                                                 ledger->end_seen_us < 0)))
            return false;
    }
    for (size_t i = 0; i < u->store.committed.quarantine.count; i++)
        if (!u->store.committed.quarantine.rows[i].fed)
            return false;
    return true;
}

bool universe_settle(struct universe *u)
{
    enum { PATIENCE_TURNS = 5000 };
    u->store.faults = (struct memory_faults){0};
    u->log.watermark_failures = 0;
    if (!u->daemons[0].loop)
        universe_start_daemon(u, 0);
    u->daemons[0].sleeps_until_us = 0;
    for (uint32_t i = 0; i < u->log.partition_count; i++)
        log_assign(&u->log, i, 0);
    for (int turn = 0; turn < PATIENCE_TURNS; turn++) {
        if (is_settled(u))
            return true;
        universe_turn(u, 0);
    }
    return false;
}

// --- laws ---

struct expected_entity {
    const struct family_definition *family;
    struct entity_key key;
    struct state state;
};

struct expectation {
    const struct universe *universe;
    struct arena arena;
    struct expected_entity *entities;
    size_t count, capacity;
    int64_t poison, journalled, readings; // records
};

static bool same_key(const struct entity_key *a, const struct entity_key *b)
{
    return text_equal(a->entity, b->entity) && a->window_us == b->window_us; // of one authority
}

static struct state *expected_state(struct expectation *e, enum family family,
                                    const struct entity_key *key)
{
    for (size_t i = 0; i < e->count; i++)
        if (e->entities[i].family->family == family && same_key(&e->entities[i].key, key))
            return &e->entities[i].state;
    if (e->count == e->capacity)
        abort();
    e->entities[e->count] = (struct expected_entity){.family = family_get(family), .key = *key};
    return &e->entities[e->count++].state;
}

static void expect_stated(struct expectation *e, enum family family, const struct entity_key *key,
                          const struct state *stated)
{
    struct state *state = expected_state(e, family, key), merged;
    state_merge(&e->arena, state, stated, &merged);
    *state = merged;
}

// One reading at a time: how they come packed must not matter.
static void expect_readings(struct expectation *e, const struct event *event)
{
    int64_t window_s =
        traffic_window_s(sensor_find(e->universe->sensors, event->authority, event->entity));
    for (size_t i = 0; i < event->reading_count; i++)
        if (!traffic_window_holds(&event->readings[i], window_s)) {
            e->poison++;
            return;
        }
    e->readings++;
    for (size_t i = 0; i < event->reading_count; i++) {
        struct entity_key key = {event->authority, event->entity,
                                 traffic_window_us(event->readings[i].from_us, window_s)};
        struct window_statement statement = {event, &event->readings[i], 1};
        struct state stated;
        traffic_state_window(&e->arena, &statement, 1, &stated);
        expect_stated(e, event->family, &key, &stated);
    }
}

static void expect_record(struct expectation *e, enum family family, const struct record *record)
{
    struct event *event = arena_new(&e->arena, struct event); // states share its memory
    struct error error = ERROR_INIT;
    struct violation violation;
    if (record->has_value && (!codec_decode(&e->arena, family, record->value, event, &error) ||
                              !event_validate(event, &e->arena, &violation))) {
        e->poison++;
        return;
    }
    if (record->has_value && event->reading_count) {
        expect_readings(e, event);
        return;
    }
    e->journalled++;
    if (!record->has_value || event->form == EVENT_PROGRESS)
        return;
    struct entity_key key = {event->authority, event->entity, 0};
    struct state stated;
    state_from_event(&e->arena, event, &stated);
    expect_stated(e, family, &key, &stated);
}

static void expect(const struct universe *u, struct expectation *e)
{
    *e = (struct expectation){.universe = u, .arena = ARENA_INIT, .capacity = u->entities + 4096};
    e->entities = arena_array(&e->arena, struct expected_entity, e->capacity);
    for (uint32_t i = 0; i < u->log.partition_count; i++) {
        const struct log_partition *p = &u->log.partitions[i];
        for (size_t j = p->count; j-- > 0;) // the other way round: order must not matter
            if (!p->entries[j].hole)
                expect_record(e, u->log.names[i].family, &p->entries[j].record);
    }
}

static bool states_agree(const struct universe *u, const struct expectation *e, char *what,
                         size_t bytes)
{
    struct buffer encoded = BUFFER_INIT;
    bool agree = u->store.committed.states.count == e->count;
    if (!agree)
        snprintf(what, bytes, "%zu states instead of %zu", u->store.committed.states.count,
                 e->count);
    for (size_t i = 0; agree && i < e->count; i++) {
        const struct memory_state *found = NULL;
        for (size_t j = 0; j < u->store.committed.states.count; j++)
            if (u->store.committed.states.rows[j].family == e->entities[i].family->family &&
                same_key(&u->store.committed.states.rows[j].key, &e->entities[i].key))
                found = &u->store.committed.states.rows[j];
        buffer_reset(&encoded);
        state_encode(&e->entities[i].state, &encoded);
        agree = found &&
                text_equal(found->bytes, (struct text){encoded.bytes, (uint32_t)encoded.length});
        if (!agree)
            snprintf(what, bytes, "the state of " TEXT_FORMAT " is not the fold of its events",
                     TEXT_ARGUMENTS(e->entities[i].key.entity));
    }
    buffer_free(&encoded);
    return agree;
}

// What the store holds is taken off what the states contribute: nothing may be left.
static bool rollups_agree(const struct universe *u, struct expectation *e, char *what, size_t bytes)
{
    struct rollup_sums *sums = rollup_sums_new(&e->arena);
    for (size_t i = 0; i < e->count; i++)
        e->entities[i].family->contribute(&e->entities[i].key, &e->entities[i].state, &e->arena,
                                          &u->context, 1, sums);
    for (size_t i = 0; i < u->store.committed.cells.count; i++) {
        const struct memory_cell *row = &u->store.committed.cells.rows[i];
        struct rollup_cell *cell = rollup_sums_cell(sums, row->rollup, row->dimensions);
        for (size_t m = 0; m < row->rollup->measure_count; m++)
            cell->measures[m] -= row->measures[m];
    }
    struct rollup_cell **left;
    size_t count = rollup_sums_sorted(sums, &left);
    if (count)
        snprintf(what, bytes, "%zu cells differ, the first of rollup %s", count,
                 left[0]->rollup->name);
    return count == 0;
}

static bool offsets_agree(const struct universe *u, char *what, size_t bytes)
{
    for (size_t i = 0; i < u->store.committed.ledger.count; i++) {
        const struct ledger_row *row = &u->store.committed.ledger.rows[i].row;
        int64_t at = row->origin_offset;
        for (size_t j = 0; j < u->store.committed.ranges.count; j++) {
            const struct ledger_step *step = &u->store.committed.ranges.rows[j].step;
            if (step->partition_id != row->partition_id)
                continue;
            if (step->from_offset != at) {
                snprintf(what, bytes, "a range begins at %" PRId64 " instead of %" PRId64,
                         step->from_offset, at);
                return false;
            }
            at = step->until_offset;
        }
        if (at != row->next_offset) {
            snprintf(what, bytes, "the ranges end at %" PRId64 ", the ledger is at %" PRId64, at,
                     row->next_offset);
            return false;
        }
    }
    return true;
}

static bool journal_agrees(const struct universe *u, const struct expectation *e, char *what,
                           size_t bytes)
{
    const struct memory_tables *tables = &u->store.committed;
    if (tables->journal.count != (size_t)e->journalled ||
        tables->quarantine.count != (size_t)e->poison) {
        snprintf(what, bytes,
                 "journal %zu instead of %" PRId64 ", quarantine %zu instead of %" PRId64,
                 tables->journal.count, e->journalled, tables->quarantine.count, e->poison);
        return false;
    }
    for (size_t i = 0; i < tables->journal.count; i++)
        for (size_t j = i + 1; j < tables->journal.count; j++)
            if (tables->journal.rows[i].offset == tables->journal.rows[j].offset &&
                tables->journal.rows[i].partition_id == tables->journal.rows[j].partition_id) {
                snprintf(what, bytes, "offset %" PRId64 " is journalled twice",
                         tables->journal.rows[i].offset);
                return false;
            }
    return true;
}

// Law 4 for what the journal does not hold: the ranges count it.
static bool ranges_agree(const struct universe *u, const struct expectation *e, char *what,
                         size_t bytes)
{
    const struct memory_tables *tables = &u->store.committed;
    int64_t unjournalled = 0, journalled = 0;
    for (size_t i = 0; i < tables->ranges.count; i++) {
        const struct ledger_step *step = &tables->ranges.rows[i].step;
        const int64_t *outcomes = step->outcomes;
        unjournalled += step->unjournalled;
        journalled += outcomes[OUTCOME_APPLIED] + outcomes[OUTCOME_UNCHANGED] - step->unjournalled +
                      outcomes[OUTCOME_PROGRESS] + outcomes[OUTCOME_TOMBSTONE];
    }
    if (unjournalled == e->readings && journalled == e->journalled)
        return true;
    snprintf(what, bytes,
             "the ranges count %" PRId64 " records of readings instead of %" PRId64 " and %" PRId64
             " of the journal instead of %" PRId64,
             unjournalled, e->readings, journalled, e->journalled);
    return false;
}

bool universe_is_lawful(struct universe *u, char *what, size_t what_bytes)
{
    struct expectation e;
    expect(u, &e);
    bool lawful = offsets_agree(u, what, what_bytes) && journal_agrees(u, &e, what, what_bytes) &&
                  ranges_agree(u, &e, what, what_bytes) && states_agree(u, &e, what, what_bytes) &&
                  rollups_agree(u, &e, what, what_bytes);
    u->readings += e.readings;
    arena_free(&e.arena);
    return lawful;
}
