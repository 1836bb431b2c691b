// Random operations on both stores; see store_trial.h.
#include "core/traffic.h"
#include "store_trial.h"
#include "tests/unit/support/random_event.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

static uint32_t any(struct trial *t, uint32_t below)
{
    return dice_below(&t->chance, below);
}

// Some partitions that both ledgers have, ascending; returns how many.
static size_t choose_partitions(struct trial *t, int chosen[PARTITIONS], uint32_t per_thousand)
{
    size_t count = 0;
    for (int i = 0; i < PARTITIONS; i++)
        if (t->real.rows[i].partition_id && dice_hits(&t->chance, per_thousand))
            chosen[count++] = i;
    for (size_t i = 0; i < count; i++) // by number, which is the same order on both sides
        for (size_t j = i + 1; j < count; j++)
            if (t->real.rows[chosen[j]].partition_id < t->real.rows[chosen[i]].partition_id) {
                int swapped = chosen[i];
                chosen[i] = chosen[j];
                chosen[j] = swapped;
            }
    return count;
}

static bool create_ledger(struct trial *t, int session)
{
    const struct partition_name *name = &t->names[any(t, PARTITIONS)];
    int64_t origin = any(t, 100);
    ON_BOTH(store->create_ledger(store, name, origin, error));
    return true;
}

static bool stop_partition(struct trial *t, int session)
{
    int chosen[PARTITIONS];
    if (!choose_partitions(t, chosen, 400))
        return true;
    enum stop_kind kind = any(t, 2) ? STOP_LOST : STOP_RECREATED;
    int64_t aside = any(t, 4) ? 0 : 1, until = any(t, 50);
    for (int on = 0; on < 2; on++) {
        struct ledger_row *row = &(on ? &t->real : &t->stand_in)->rows[chosen[0]];
        row->next_offset += aside;
        row->stop_kind = kind;
        row->stopped_until = row->next_offset + until;
        snprintf(row->stopped_reason, sizeof row->stopped_reason, "something %d", (int)kind);
    }
    ON_BOTH(store->stop_partition(store, &side->rows[chosen[0]], error));
    return true;
}

static bool note_ends(struct trial *t, int session)
{
    int chosen[PARTITIONS];
    size_t count = choose_partitions(t, chosen, 600);
    int64_t instant_us = ARRIVED_US + any(t, 1000000);
    const struct ledger_row *rows[2][PARTITIONS];
    for (size_t i = 0; i < count; i++) {
        rows[0][i] = &t->stand_in.rows[chosen[i]];
        rows[1][i] = &t->real.rows[chosen[i]];
    }
    if (count)
        ON_BOTH(store->note_ends(store, rows[on], count, instant_us, error));
    return true;
}

static bool same_letters(struct trial *t, const struct dead_letter *a, const struct dead_letter *b,
                         size_t count)
{
    for (size_t i = 0; i < count;
         i++) // both ascending by (partition, offset), where offsets are unique
        if (a[i].offset != b[i].offset || !text_equal(a[i].stage, b[i].stage) ||
            !text_equal(a[i].reason, b[i].reason) || a[i].has_key != b[i].has_key ||
            a[i].has_value != b[i].has_value || !text_equal(a[i].key, b[i].key) ||
            !text_equal(a[i].value, b[i].value))
            return trial_differ(t, "dead letters: offset %" PRId64 " and %" PRId64, a[i].offset,
                                b[i].offset);
    return true;
}

static bool feed(struct trial *t, int session, bool marks)
{
    int chosen[PARTITIONS];
    int32_t ids[2][PARTITIONS];
    struct dead_letter *letters[2];
    size_t count = choose_partitions(t, chosen, 700), found[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        ids[0][i] = t->stand_in.rows[chosen[i]].partition_id;
        ids[1][i] = t->real.rows[chosen[i]].partition_id;
    }
    if (!count)
        return true;
    ON_BOTH(
        store->read_unfed(store, ids[on], count, 100, &t->arena, &letters[on], &found[on], error));
    if (found[0] != found[1])
        return trial_differ(t, "dead letters: %zu and %zu", found[0], found[1]);
    if (!same_letters(t, letters[0], letters[1], found[0]))
        return false;
    size_t half = (found[0] + 1) / 2;
    if (marks && half)
        ON_BOTH(store->mark_fed(store, letters[on], half, error));
    return true;
}

static bool begin(struct trial *t, int session)
{
    int chosen[PARTITIONS];
    size_t count = choose_partitions(t, chosen, 500);
    const struct ledger_row *rows[2][PARTITIONS];
    struct ledger_row actual[2][PARTITIONS];
    struct error refusal = ERROR_INIT;
    if (!count)
        return true;
    cr_assert(trial_postgres[session]->prepare_journal(trial_postgres[session], ARRIVED_US,
                                                       ARRIVED_US, &refusal));
    for (size_t i = 0; i < count; i++) {
        rows[0][i] = &t->stand_in.rows[chosen[i]];
        rows[1][i] = &t->real.rows[chosen[i]];
    }
    t->alone[session] = dice_hits(&t->chance, 100);
    t->waits_too = t->in_transaction[session] = true; // which ends when both are kept out
    ON_BOTH(store->begin(store, rows[on], count, t->alone[session], actual[on], error));
    if (!t->in_transaction[session])
        return true;
    memset(t->begun[session], 0, sizeof t->begun[session]);
    t->written[session] = 0;
    for (size_t i = 0; i < count; i++) {
        t->begun[session][chosen[i]] = true;
        if (!trial_same_rows(t, &actual[0][i], &actual[1][i]))
            return false;
        t->stand_in.rows[chosen[i]] = actual[0][i];
        t->real.rows[chosen[i]] = actual[1][i];
    }
    return true;
}

// A random statement about something of this list's own, as a state.
static void random_state(struct trial *t, const struct family_definition *family,
                         struct entity_key *key, struct state *state)
{
    struct event *event;
    bool fits;
    do {
        event = random_event(&t->chance, &t->arena, family->family, ENTITIES, any(t, 6));
        *key = (struct entity_key){text_from(t->authority), event->entity, 0};
        int64_t window_s = traffic_window_s(NULL);
        fits = !family->has_windows || traffic_window_holds(&event->readings[0], window_s);
        if (family->has_windows)
            key->window_us = traffic_window_us(event->readings[0].from_us, window_s);
    } while (!fits);
    struct window_statement statement = {event, event->readings, 1};
    if (family->has_windows)
        traffic_state_window(&t->arena, &statement, 1, state);
    else
        state_from_event(&t->arena, event, state);
}

struct drawn {
    struct entity_key key;
    struct state state;
};

static int drawn_order(const void *a, const void *b)
{
    const struct entity_key *left = &((const struct drawn *)a)->key;
    const struct entity_key *right = &((const struct drawn *)b)->key;
    int order = text_compare(left->entity, right->entity);
    return order ? order
                 : (left->window_us > right->window_us) - (left->window_us < right->window_us);
}

// Up to KEYS_MOST states of ascending keys, no two of one key.
static size_t draw(struct trial *t, const struct family_definition *family,
                   struct drawn out[KEYS_MOST])
{
    size_t count = 1 + any(t, KEYS_MOST), kept = 0;
    for (size_t i = 0; i < count; i++)
        random_state(t, family, &out[i].key, &out[i].state);
    qsort(out, count, sizeof *out, drawn_order);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || drawn_order(&out[kept - 1], &out[i]) != 0)
            out[kept++] = out[i];
    return kept;
}

static const struct family_definition *any_family(struct trial *t)
{
    bool another = dice_hits(&t->chance, 300);
    return family_get(another ? (enum family)(1 + any(t, FAMILY_COUNT - 1)) : t->family);
}

// What the loop does once in a transaction, the stores need not do twice: states of a family, and rollups (FAMILY_NONE).
static bool writes_once(struct trial *t, int session, enum family family)
{
    unsigned bit = 1u << family;
    bool once = !(t->written[session] & bit);
    t->written[session] |= bit;
    return once;
}

bool trial_read_keys(struct trial *t, int session, const struct family_definition *family,
                     const struct entity_key *keys, size_t count, bool lock,
                     struct stored_state (*stored)[KEYS_MOST])
{
    ON_BOTH(store->read_states(store, family, keys, count, lock, &t->arena, stored[on], error));
    for (size_t i = 0; t->in_transaction[session] && i < count; i++)
        if (stored[0][i].row_version != stored[1][i].row_version ||
            !text_equal(stored[0][i].bytes, stored[1][i].bytes))
            return trial_differ(t, "a state of %s has version %" PRId64 " and %" PRId64,
                                family->name, stored[0][i].row_version, stored[1][i].row_version);
    return true;
}

static bool read_states(struct trial *t, int session)
{
    const struct family_definition *family = any_family(t);
    struct drawn drawn[KEYS_MOST];
    struct entity_key keys[KEYS_MOST];
    struct stored_state stored[2][KEYS_MOST];
    size_t count = draw(t, family, drawn);
    bool lock = t->alone[session] && any(t, 2);
    for (size_t i = 0; i < count; i++)
        keys[i] = drawn[i].key;
    return trial_read_keys(t, session, family, keys, count, lock, stored);
}

static bool write_journal(struct trial *t, int session)
{
    struct journal_row rows[2][KEYS_MOST];
    size_t count = 1 + any(t, KEYS_MOST);
    int partition = (int)any(t, PARTITIONS);
    if (!t->begun[session][partition])
        return true;
    for (size_t i = 0; i < count; i++)
        for (int on = 0; on < 2; on++)
            rows[on][i] = (struct journal_row){
                .partition_id = (on ? &t->real : &t->stand_in)->rows[partition].partition_id,
                .offset = t->next_offset + (int64_t)i,
                .family = FAMILY_HOTLINE,
                .kind = 1,
                .has_value = true,
                .arrived_us = ARRIVED_US,
                .occurred_us = INT64_MIN,
                .key = {text_from(t->authority), TEXT("T0"), 0},
                .value = i % 2 ? TEXT("one") : TEXT("\xff\x00")};
    t->next_offset += (int64_t)count;
    ON_BOTH(store->write_journal(store, rows[on], count, error));
    return true;
}

// The one place that knows how the interface tells of a conflict.
static bool write_and_wait(struct store *store, const struct family_definition *family,
                           const struct state_write *writes, size_t count, struct answer *answer)
{
    bool taken = store->write_states(store, family, writes, count, true, &answer->error) &&
                 store->settle(store, &answer->error);
    answer->conflict = store->conflict;
    if (answer->conflict)
        answer->error = ERROR_INIT;
    return taken || answer->conflict;
}

static bool write_states(struct trial *t, int session)
{
    const struct family_definition *family = any_family(t);
    struct drawn drawn[KEYS_MOST];
    struct entity_key keys[KEYS_MOST];
    struct stored_state stored[2][KEYS_MOST];
    struct state_write writes[KEYS_MOST];
    bool stale = dice_hits(&t->chance, 150); // as if somebody else had written since it was read
    if (!writes_once(t, session, family->family))
        return true;
    size_t count = draw(t, family, drawn);
    for (size_t i = 0; i < count; i++)
        keys[i] = drawn[i].key;
    if (!trial_read_keys(t, session, family, keys, count, false, stored))
        return false;
    if (!t->in_transaction[session])
        return true;
    for (size_t i = 0; i < count; i++) {
        struct value *columns = arena_array(&t->arena, struct value, family->column_count + 1);
        struct buffer bytes = BUFFER_INIT;
        state_encode(&drawn[i].state, &bytes);
        family->read_columns(&keys[i], &drawn[i].state, &t->arena, columns);
        bool guesses = stale && stored[0][i].row_version && dice_hits(&t->chance, 600);
        trial_stale_merges += guesses && stored[0][i].row_version > 1;
        writes[i] = (struct state_write){
            .key = keys[i],
            .expected_version = stored[0][i].row_version - (guesses ? 1 : 0),
            .bytes = arena_text(&t->arena, (struct text){bytes.bytes, (uint32_t)bytes.length}),
            .columns = columns};
        buffer_free(&bytes);
    }
    ON_BOTH(write_and_wait(store, family, writes, count, answer));
    return true;
}

static int lowest_begun(const struct trial *t, int session)
{
    int lowest = -1;
    for (int i = 0; i < PARTITIONS; i++)
        if (t->begun[session][i] &&
            (lowest < 0 || t->real.rows[i].partition_id < t->real.rows[lowest].partition_id))
            lowest = i;
    return lowest;
}

static bool add_rollups(struct trial *t, int session)
{
    const struct family_definition *family = any_family(t);
    struct rollup_sums *sums = rollup_sums_new(&t->arena);
    struct rollup_cell **cells;
    int slot = lowest_begun(t, session);
    if (!writes_once(t, session, FAMILY_NONE))
        return true;
    for (uint32_t i = 1 + any(t, KEYS_MOST); i; i--) {
        struct entity_key key;
        struct state state;
        random_state(t, family, &key, &state);
        family->contribute(&key, &state, &t->arena, &t->world->context, any(t, 4) ? 1 : -1, sums);
    }
    size_t count = rollup_sums_sorted(sums, &cells);
    if (count)
        ON_BOTH(store->add_rollups(store, side->rows[slot].partition_id, cells, count, error) &&
                store->settle(store, error));
    return true;
}

static bool write_progress(struct trial *t, int session)
{
    static const struct text sources[] = {TEXT("a"), TEXT("b")};
    struct progress_row rows[2];
    size_t count = 0, from = any(t, 2);
    for (size_t i = from; i < 2; i++)
        rows[count++] = (struct progress_row){.source = sources[i],
                                              .name = &t->names[0],
                                              .until_us = ARRIVED_US + any(t, 100) * US_PER_HOUR};
    ON_BOTH(store->write_progress(store, rows, count, error));
    return true;
}

static bool settle(struct trial *t, int session)
{
    ON_BOTH(store->settle(store, error));
    return true;
}

static bool advance(struct trial *t, int session)
{
    struct ledger_step steps[2][PARTITIONS];
    struct record record = {.offset = t->next_offset++, .value = TEXT("\xff"), .has_value = true};
    struct quarantine_row quarantine[2];
    size_t count = 0;
    int slot = lowest_begun(t, session), wrong = (int)any(t, 12);
    for (int i = 0; i < PARTITIONS; i++) {
        if (!t->begun[session][i])
            continue;
        int64_t records = 1 + any(t, 20), last = any(t, 3) ? (int64_t)any(t, 1000) : -1;
        uint64_t digest = dice_next(&t->chance);
        for (int on = 0; on < 2; on++) {
            struct ledger_row *row = &(on ? &t->real : &t->stand_in)->rows[i];
            steps[on][count] = (struct ledger_step){
                .partition_id = row->partition_id,
                .from_offset = row->next_offset + (wrong == 0),
                .until_offset = row->next_offset + (wrong == 0) + records,
                .last_record_offset = last,
                .last_record_digest = digest,
                .outcomes = {[OUTCOME_APPLIED] = records - 1, [OUTCOME_QUARANTINED] = 1}};
            quarantine[on] = (struct quarantine_row){.partition_id = row->partition_id,
                                                     .offset = record.offset,
                                                     .arrived_us = ARRIVED_US,
                                                     .stage = "decode",
                                                     .reason = "decode.invalid",
                                                     .detail = TEXT("not protobuf"),
                                                     .record = &record};
            row->next_offset += records;
        }
        count++;
    }
    ON_BOTH(store->advance(store, side->rows[slot].partition_id,
                           side->first_generation + (wrong == 1), steps[on], count, &quarantine[on],
                           1, error));
    return true;
}

static bool commit(struct trial *t, int session)
{
    ON_BOTH(store->commit(store, error) == COMMIT_DONE);
    t->in_transaction[session] = false;
    return true;
}

bool trial_operate(struct trial *t, const struct operation *operation)
{
    int session = operation->session;
    bool within = operation->kind > BEGIN;
    t->chance.state = operation->chance;
    t->waits_too = false;
    if (within != t->in_transaction[session])
        return true;
    switch ((enum operation_kind)operation->kind) {
    case CREATE_LEDGER:
        return create_ledger(t, session) && trial_load(t);
    case STOP_PARTITION:
        return stop_partition(t, session) && trial_load(t);
    case NOTE_ENDS:
        return note_ends(t, session);
    case READ_UNFED:
        return feed(t, session, false);
    case MARK_FED:
        return feed(t, session, true);
    case BEGIN:
        return begin(t, session);
    case READ_STATES:
        return read_states(t, session);
    case WRITE_JOURNAL:
        return write_journal(t, session);
    case WRITE_STATES:
        return write_states(t, session);
    case ADD_ROLLUPS:
        return add_rollups(t, session);
    case WRITE_PROGRESS:
        return write_progress(t, session);
    case SETTLE:
        return settle(t, session);
    case ADVANCE:
        return advance(t, session);
    case COMMIT:
        return commit(t, session) && trial_load(t);
    case ROLLBACK:
        trial_end_transaction(t, session);
        return trial_load(t);
    case OPERATION_KINDS:
        break;
    }
    return trial_differ(t, "no operation");
}
