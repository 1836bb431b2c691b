// What the tables of a universe must be, computed from the log without the loop's code: which records are counted is said by
// the ledger's ranges; then one fold per entity, one contribution per final state; for readings, one reading at a time.
#include "core/traffic.h"
#include "universe.h"

#include <inttypes.h>
#include <stdlib.h>

struct expected_entity {
    const struct family_definition *family;
    struct entity_key key;
    struct state state;
};

struct expected_progress {
    const char *topic;
    struct text source;
    int64_t until_us;
    bool found;
};

enum { EXPECTED_PROGRESS = 64, EXPECTED_ENTITIES = 4096 };

struct expectation {
    const struct universe *universe;
    struct arena arena;
    struct expected_entity *entities;
    size_t count;
    struct expected_progress progress[EXPECTED_PROGRESS];
    size_t progress_count;
    int64_t poison, journalled, readings, passed_over; // offsets
};

// --- what the log says ---

static struct expected_entity *find_entity(const struct expectation *e, enum family family,
                                           const struct entity_key *key)
{
    for (size_t i = 0; i < e->count; i++) // of one authority
        if (e->entities[i].family->family == family &&
            e->entities[i].key.window_us == key->window_us &&
            text_equal(e->entities[i].key.entity, key->entity))
            return &e->entities[i];
    return NULL;
}

static void expect_stated(struct expectation *e, enum family family, const struct entity_key *key,
                          const struct state *stated)
{
    struct expected_entity *entity = find_entity(e, family, key);
    struct state old = entity ? entity->state : (struct state){0}, merged;
    if (!state_merge(&e->arena, &old, stated, &merged))
        return; // of what nothing is stated there is no state
    if (!entity) {
        if (e->count == EXPECTED_ENTITIES)
            abort();
        entity = &e->entities[e->count++];
        *entity = (struct expected_entity){.family = family_get(family), .key = *key};
    }
    entity->state = merged;
}

static void expect_readings(struct expectation *e, const struct event *event)
{
    int64_t window_s =
        traffic_window_s(sensor_find(e->universe->world.sensors, event->authority, event->entity));
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

static void expect_progress(struct expectation *e, const char *topic, const struct event *event)
{
    struct expected_progress *found = NULL;
    for (size_t i = 0; i < e->progress_count; i++)
        if (strcmp(e->progress[i].topic, topic) == 0 &&
            text_equal(e->progress[i].source, event->version.source))
            found = &e->progress[i];
    if (!found) {
        if (e->progress_count == EXPECTED_PROGRESS)
            abort();
        found = &e->progress[e->progress_count++];
        *found = (struct expected_progress){topic, event->version.source, INT64_MIN, false};
    }
    if (event->progress_until_us > found->until_us)
        found->until_us = event->progress_until_us;
}

// Whether the record is one that has to be quarantined.
static void expect_record(struct expectation *e, const struct partition_name *name,
                          const struct record *record)
{
    struct event *event = arena_new(&e->arena, struct event); // states share its memory
    struct error error = ERROR_INIT;
    struct violation violation;
    if (record->has_value &&
        (!codec_decode(&e->arena, name->family, record->value, event, &error) ||
         !event_validate(event, &e->arena, &violation))) {
        e->poison++;
        return;
    }
    if (record->has_value && event->reading_count) {
        expect_readings(e, event);
        return;
    }
    e->journalled++;
    if (!record->has_value)
        return;
    if (event->form == EVENT_PROGRESS) {
        expect_progress(e, name->topic, event);
        return;
    }
    if (e->universe->store.refused_entity.length &&
        text_equal(event->entity, e->universe->store.refused_entity)) {
        e->journalled--;
        e->poison++; // the store does not take it
        return;
    }
    struct entity_key key = {event->authority, event->entity, 0};
    struct state stated;
    state_from_event(&e->arena, event, &stated);
    expect_stated(e, name->family, &key, &stated);
}

static const struct memory_ledger *ledger_of(const struct universe *u, int32_t partition_id)
{
    for (size_t i = 0; i < u->store.committed.ledger.count; i++)
        if (u->store.committed.ledger.rows[i].row.partition_id == partition_id)
            return &u->store.committed.ledger.rows[i];
    abort();
}

// The entry that an offset of a ledger row means; null when the log never had it.
static const struct log_entry *entry_at(const struct universe *u,
                                        const struct memory_ledger *ledger, int64_t offset)
{
    return log_entry_at(&u->log, (uint32_t)ledger->name.partition, ledger->incarnation, offset);
}

static bool expect_range(struct universe *u, struct expectation *e,
                         const struct memory_range *range)
{
    const struct ledger_step *step = &range->step;
    const struct memory_ledger *ledger = ledger_of(u, step->partition_id);
    const struct log_partition *log = &u->log.partitions[ledger->name.partition];
    if (range->lost)
        return ledger->incarnation < log->current || step->until_offset <= log->low ||
               universe_fault(u, "offset %" PRId64 " is said to be lost, and is not",
                              step->until_offset - 1);
    for (int64_t offset = step->until_offset; offset-- > step->from_offset;) {
        const struct log_entry *entry = entry_at(u, ledger, offset);
        if (!entry)
            return universe_fault(u, "offset %" PRId64 " of partition %d never was", offset,
                                  ledger->name.partition);
        if (entry->hole)
            e->passed_over++;
        else
            expect_record(e, &ledger->name, &entry->record);
    }
    return true;
}

// The other way round than they came: order must not matter. False: something is counted that the log never had.
static bool expect(struct universe *u, struct expectation *e)
{
    *e = (struct expectation){.universe = u, .arena = ARENA_INIT};
    e->entities = arena_array(&e->arena, struct expected_entity, EXPECTED_ENTITIES);
    for (size_t i = u->store.committed.ranges.count; i-- > 0;)
        if (!expect_range(u, e, &u->store.committed.ranges.rows[i]))
            return false;
    return true;
}

// --- the laws ---

static bool states_agree(struct universe *u, const struct expectation *e)
{
    struct buffer encoded = BUFFER_INIT;
    size_t count = memory_server_state_count(&u->store);
    bool agree =
        count == e->count || universe_fault(u, "%zu states instead of %zu", count, e->count);
    for (size_t i = 0; agree && i < u->store.committed.states.count; i++) {
        const struct memory_state *row = &u->store.committed.states.rows[i];
        if (!row->row_version)
            continue;
        struct expected_entity *entity = find_entity(e, row->family, &row->key);
        buffer_reset(&encoded);
        if (entity)
            state_encode(&entity->state, &encoded);
        agree = entity &&
                text_equal(row->bytes, (struct text){encoded.bytes, (uint32_t)encoded.length});
        if (!agree)
            universe_fault(u, "the state of %s " TEXT_FORMAT " is not the fold of its events",
                           family_get(row->family)->name, TEXT_ARGUMENTS(row->key.entity));
    }
    buffer_free(&encoded);
    return agree;
}

// What the store holds is taken off what the states contribute: nothing may be left.
static bool rollups_agree(struct universe *u, struct expectation *e)
{
    struct rollup_sums *sums = rollup_sums_new(&e->arena);
    for (size_t i = 0; i < e->count; i++)
        e->entities[i].family->contribute(&e->entities[i].key, &e->entities[i].state, &e->arena,
                                          &u->world.context, 1, sums);
    for (size_t i = 0; i < u->store.committed.cells.count; i++) {
        const struct memory_cell *row = &u->store.committed.cells.rows[i];
        struct rollup_cell *cell = rollup_sums_cell(sums, row->rollup, row->dimensions);
        for (size_t m = 0; m < row->rollup->measure_count; m++)
            cell->measures[m] -= row->measures[m];
    }
    struct rollup_cell **left;
    size_t count = rollup_sums_sorted(sums, &left);
    return count == 0 || universe_fault(u, "%zu cells differ, the first of rollup %s", count,
                                        left[0]->rollup->name);
}

static bool offsets_agree(struct universe *u)
{
    for (size_t i = 0; i < u->store.committed.ledger.count; i++) {
        const struct memory_ledger *ledger = &u->store.committed.ledger.rows[i];
        int64_t at = ledger->row.origin_offset;
        for (size_t j = 0; j < u->store.committed.ranges.count; j++) {
            const struct ledger_step *step = &u->store.committed.ranges.rows[j].step;
            if (step->partition_id != ledger->row.partition_id)
                continue;
            if (step->from_offset != at)
                return universe_fault(u, "a range begins at %" PRId64 " instead of %" PRId64,
                                      step->from_offset, at);
            at = step->until_offset;
        }
        if (at != ledger->row.next_offset)
            return universe_fault(u, "the ranges end at %" PRId64 ", the ledger is at %" PRId64, at,
                                  ledger->row.next_offset);
    }
    return true;
}

static bool is_journalled_twice(const struct memory_tables *tables, size_t i)
{
    const struct memory_journal *rows = tables->journal.rows;
    for (size_t j = i + 1; j < tables->journal.count; j++)
        if (rows[i].offset == rows[j].offset && rows[i].partition_id == rows[j].partition_id)
            return true;
    return false;
}

static bool journal_agrees(struct universe *u, const struct expectation *e)
{
    const struct memory_tables *tables = &u->store.committed;
    if (tables->journal.count != (size_t)e->journalled ||
        tables->quarantine.count != (size_t)e->poison)
        return universe_fault(
            u, "journal %zu instead of %" PRId64 ", quarantine %zu instead of %" PRId64,
            tables->journal.count, e->journalled, tables->quarantine.count, e->poison);
    for (size_t i = 0; i < tables->journal.count; i++) {
        const struct memory_journal *row = &tables->journal.rows[i];
        const struct log_entry *entry = entry_at(u, ledger_of(u, row->partition_id), row->offset);
        if (!entry || entry->hole || !text_equal(entry->record.value, row->value))
            return universe_fault(u, "what is journalled at offset %" PRId64 " is not what came",
                                  row->offset);
        if (is_journalled_twice(tables, i))
            return universe_fault(u, "offset %" PRId64 " is journalled twice", row->offset);
    }
    return true;
}

// Law 4: the ranges count every offset once.
static bool ranges_agree(struct universe *u, const struct expectation *e)
{
    const struct memory_tables *tables = &u->store.committed;
    int64_t unjournalled = 0, journalled = 0, quarantined = 0, passed_over = 0;
    for (size_t i = 0; i < tables->ranges.count; i++) {
        const struct ledger_step *step = &tables->ranges.rows[i].step;
        const int64_t *outcomes = step->outcomes;
        unjournalled += step->unjournalled;
        journalled += outcomes[OUTCOME_APPLIED] + outcomes[OUTCOME_UNCHANGED] - step->unjournalled +
                      outcomes[OUTCOME_PROGRESS] + outcomes[OUTCOME_TOMBSTONE];
        quarantined += outcomes[OUTCOME_QUARANTINED];
        passed_over += outcomes[OUTCOME_PASSED_OVER];
    }
    if (unjournalled == e->readings && journalled == e->journalled && quarantined == e->poison &&
        passed_over == e->passed_over)
        return true;
    return universe_fault(u,
                          "the ranges count %" PRId64 " readings, %" PRId64 " journalled, %" PRId64
                          " quarantined, %" PRId64 " passed over instead of %" PRId64 ", %" PRId64
                          ", %" PRId64 ", %" PRId64,
                          unjournalled, journalled, quarantined, passed_over, e->readings,
                          e->journalled, e->poison, e->passed_over);
}

static bool progress_agrees(struct universe *u, const struct expectation *e)
{
    size_t rows = 0;
    for (size_t i = 0; i < u->store.committed.progress.count; i++) {
        const struct memory_progress *row = &u->store.committed.progress.rows[i];
        bool found = row->until_us == INT64_MIN; // only ever written by who rolled back
        rows += !found;
        for (size_t j = 0; j < e->progress_count; j++)
            found = found || (strcmp(e->progress[j].topic, row->topic) == 0 &&
                              text_equal(e->progress[j].source, row->source) &&
                              e->progress[j].until_us == row->until_us);
        if (!found)
            return universe_fault(u, "the progress of source " TEXT_FORMAT " in %s is not its own",
                                  TEXT_ARGUMENTS(row->source), row->topic);
    }
    return rows == e->progress_count ||
           universe_fault(u, "progress of %zu sources instead of %zu", rows, e->progress_count);
}

bool universe_is_lawful(struct universe *u)
{
    struct expectation e;
    if (u->store.breach[0])
        return universe_fault(u, "the store's contract is broken: %s", u->store.breach);
    bool lawful = expect(u, &e) && offsets_agree(u) && ranges_agree(u, &e) &&
                  journal_agrees(u, &e) && states_agree(u, &e) && rollups_agree(u, &e) &&
                  progress_agrees(u, &e);
    arena_free(&e.arena);
    return lawful;
}

// --- being done, and saying so ---

// Whether something between the ledger and the log's end can never be read.
static bool is_damaged(const struct universe *u, uint32_t partition)
{
    const struct memory_ledger *ledger = memory_server_ledger(&u->store, (int32_t)partition);
    return u->recreated[partition] || u->log.partitions[partition].low > ledger->row.next_offset;
}

bool universe_is_settled(const struct universe *u)
{
    for (uint32_t i = 0; i < u->log.partition_count; i++) {
        const struct memory_ledger *ledger = memory_server_ledger(&u->store, (int32_t)i);
        if (!ledger || (!ledger->row.stopped && (ledger->row.next_offset != log_end(&u->log, i) ||
                                                 ledger->end_seen_us == INT64_MIN)))
            return false;
        if (u->recreated[i] && !ledger->row.stopped)
            return false;
    }
    for (size_t i = 0; i < u->store.committed.quarantine.count; i++)
        if (!u->store.committed.quarantine.rows[i].fed)
            return false;
    return true;
}

bool universe_stops_are_right(struct universe *u)
{
    for (uint32_t i = 0; i < u->log.partition_count; i++) {
        const struct memory_ledger *ledger = memory_server_ledger(&u->store, (int32_t)i);
        u->stops += ledger->row.stopped;
        if (ledger->row.stopped != is_damaged(u, i))
            return universe_fault(u, "partition %u %s", i,
                                  ledger->row.stopped ? "has stopped though nothing is missing"
                                                      : "goes on though something is missing");
    }
    return u->letters >= (int64_t)u->store.committed.quarantine.count ||
           universe_fault(u, "a dead letter was never published");
}

// Everything that was there at the instant is counted. A log that is shorter than what was counted has lost something.
static bool is_claim_true(const struct universe *u, const struct memory_ledger *ledger)
{
    uint32_t partition = (uint32_t)ledger->name.partition;
    int64_t end = log_end(&u->log, partition);
    for (int64_t offset = ledger->row.next_offset; offset < end; offset++) {
        const struct log_entry *entry =
            log_entry_at(&u->log, partition, u->log.partitions[partition].current, offset);
        if (entry && entry->appended_us <= ledger->end_seen_us)
            return false;
    }
    return end >= ledger->row.next_offset;
}

bool universe_claims_are_true(struct universe *u)
{
    for (size_t i = 0; i < u->store.committed.ledger.count; i++) {
        const struct memory_ledger *ledger = &u->store.committed.ledger.rows[i];
        bool is_new = ledger->end_seen_us != u->claims_us[i] && !ledger->is_replaced;
        u->claims_us[i] = ledger->end_seen_us;
        if (is_new && !is_claim_true(u, ledger))
            return universe_fault(u,
                                  "partition %d is said to be consumed through an instant at which "
                                  "it was not",
                                  ledger->name.partition);
    }
    return true;
}
