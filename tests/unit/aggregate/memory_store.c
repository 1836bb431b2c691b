// See memory_store.h. Transactions and their locks are memory_transaction.c's.
#include "memory_transaction.h"

#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

static struct memory_session *self_of(struct store *store)
{
    return (struct memory_session *)store;
}

// --- outside a transaction ---

static bool load_generation(struct store *store, struct store_generation *out, struct error *error)
{
    struct memory_session *self = self_of(store);
    *out = (struct store_generation){self->server->committed.generation, self->server->context};
    return memory_begins_outside(self, error);
}

static struct memory_ledger *ledger_named(struct memory_server *server,
                                          const struct partition_name *name)
{
    for (size_t i = 0; i < server->committed.ledger.count; i++) {
        struct memory_ledger *ledger = &server->committed.ledger.rows[i];
        if (!ledger->is_replaced && ledger->name.partition == name->partition &&
            strcmp(ledger->name.topic, name->topic) == 0)
            return ledger;
    }
    return NULL;
}

static int replaced_logs(const struct memory_server *server, const struct partition_name *name)
{
    int count = 0;
    for (size_t i = 0; i < server->committed.ledger.count; i++)
        count += server->committed.ledger.rows[i].name.partition == name->partition &&
                 strcmp(server->committed.ledger.rows[i].name.topic, name->topic) == 0;
    return count;
}

static struct memory_ledger *ledger_of(struct memory_server *server, int32_t partition_id)
{
    for (size_t i = 0; i < server->committed.ledger.count; i++)
        if (server->committed.ledger.rows[i].row.partition_id == partition_id)
            return &server->committed.ledger.rows[i];
    return NULL;
}

static bool load_ledger(struct store *store, const struct partition_name *const *names,
                        size_t count, struct ledger_row *rows, struct error *error)
{
    struct memory_session *self = self_of(store);
    if (!memory_begins_outside(self, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct memory_ledger *ledger = ledger_named(self->server, names[i]);
        rows[i] = ledger ? ledger->row : (struct ledger_row){.last_record_offset = -1};
    }
    return true;
}

static bool create_ledger(struct store *store, const struct partition_name *name,
                          int64_t origin_offset, struct error *error)
{
    struct memory_session *self = self_of(store);
    struct memory_server *server = self->server;
    if (!memory_begins_outside(self, error))
        return false;
    struct memory_ledger *there = ledger_named(server, name);
    bool is_moving = there && there->holder && there->pending.next_offset != there->row.next_offset;
    if (is_moving && memory_is_taken(self, &there->holder))
        return memory_blocked(self, error); // of a row that is only locked it would not wait
    if (there)
        return true;
    struct memory_ledger row = {.name = *name,
                                .incarnation = replaced_logs(server, name),
                                .row = {.partition_id = ++server->last_partition_id,
                                        .generation = server->committed.generation,
                                        .origin_offset = origin_offset,
                                        .next_offset = origin_offset,
                                        .last_record_offset = -1},
                                .end_seen_us = INT64_MIN};
    TABLE_ADD(server->committed.ledger, row);
    return memory_answers(self, error);
}

static bool stop_partition(struct store *store, const struct ledger_row *row, struct error *error)
{
    struct memory_session *self = self_of(store);
    if (!memory_begins_outside(self, error))
        return false;
    struct memory_ledger *ledger = ledger_of(self->server, row->partition_id);
    if (ledger && memory_is_taken(self, &ledger->holder))
        return memory_blocked(self, error);
    // A server that went back may not know the partition: then no row is written, which is no failure.
    if (ledger && ledger->row.next_offset == row->next_offset && !ledger->is_replaced) {
        ledger->row.stopped = true;
        ledger->row.stop_kind = row->stop_kind;
        ledger->row.stopped_until = row->stop_kind == STOP_LOST ? row->stopped_until : 0;
        snprintf(ledger->row.stopped_reason, sizeof ledger->row.stopped_reason, "%s",
                 row->stopped_reason);
    }
    return memory_answers(self, error);
}

static bool note_ends(struct store *store, const struct ledger_row *const *rows, size_t count,
                      int64_t instant_us, struct error *error)
{
    struct memory_session *self = self_of(store);
    if (!memory_begins_outside(self, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct memory_ledger *ledger = ledger_of(self->server, rows[i]->partition_id);
        if (ledger && memory_is_taken(self, &ledger->holder))
            return memory_blocked(self, error);
    }
    for (size_t i = 0; i < count; i++) {
        struct memory_ledger *ledger = ledger_of(self->server, rows[i]->partition_id);
        if (ledger && ledger->row.next_offset == rows[i]->next_offset &&
            instant_us > ledger->end_seen_us)
            ledger->end_seen_us = instant_us;
    }
    return memory_answers(self, error);
}

static bool prepare_journal(struct store *store, int64_t first_us, int64_t last_us,
                            struct error *error)
{
    (void)first_us;
    (void)last_us;
    return memory_begins_outside(self_of(store), error);
}

// --- one transaction ---

static bool begin(struct store *store, const struct ledger_row *const *rows, size_t count,
                  bool alone, struct ledger_row *actual, struct error *error)
{
    struct memory_session *self = self_of(store);
    if (!memory_begins_outside(self, error))
        return false;
    memory_transaction_begin(self, alone);
    if (memory_is_kept_out(self))
        return memory_blocked(self, error);
    store->conflict = false;
    for (size_t i = 0; i < count; i++) {
        struct memory_ledger *ledger = ledger_of(self->server, rows[i]->partition_id);
        actual[i] = (struct ledger_row){.last_record_offset = -1};
        if (i && rows[i - 1]->partition_id >= rows[i]->partition_id)
            memory_breach(self->server, "ledger rows are locked out of order");
        if (!ledger || ledger->is_replaced)
            continue;
        if (memory_is_taken(self, &ledger->holder))
            return memory_blocked(self, error);
        memory_take_ledger(self, ledger);
        actual[i] = ledger->row;
    }
    return true;
}

static bool is_refused(const struct memory_server *server, const struct journal_row *row)
{
    return (server->refused.length && text_equal(row->value, server->refused)) ||
           (server->refused_entity.length && text_equal(row->key.entity, server->refused_entity));
}

static bool write_journal(struct store *store, const struct journal_row *rows, size_t count,
                          struct error *error)
{
    struct memory_session *self = self_of(store);
    if (!memory_begins_within(self, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (is_refused(self->server, &rows[i])) {
            self->server->refusals++;
            snprintf(store->refusal, sizeof store->refusal, "22000");
            return memory_fails(self, ERROR_BAD_RECORD, "not to the store's taste", error);
        }
        struct memory_journal row = {rows[i].partition_id, rows[i].offset, rows[i].family,
                                     arena_text(&self->server->arena, rows[i].value)};
        TABLE_ADD(self->transaction->journal, row);
    }
    return true;
}

static uint64_t state_hash(enum family family, const struct entity_key *key)
{
    uint64_t hash = XXH3_64bits_withSeed(key->authority.bytes, key->authority.length,
                                         (uint64_t)family + (uint64_t)key->window_us);
    return XXH3_64bits_withSeed(key->entity.bytes, key->entity.length, hash);
}

static struct memory_state *state_of(struct memory_server *server, enum family family,
                                     const struct entity_key *key)
{
    uint64_t hash = state_hash(family, key);
    for (size_t i = 0; i < server->committed.states.count; i++) {
        struct memory_state *state = &server->committed.states.rows[i];
        if (state->hash == hash && state->family == family &&
            text_equal(state->key.entity, key->entity) &&
            text_equal(state->key.authority, key->authority) &&
            state->key.window_us == key->window_us)
            return state;
    }
    return NULL;
}

static int key_order(const struct entity_key *a, const struct entity_key *b)
{
    int order = text_compare(a->authority, b->authority);
    order = order ? order : text_compare(a->entity, b->entity);
    return order ? order : (a->window_us > b->window_us) - (a->window_us < b->window_us);
}

// What this session sees of a row: its own writing, else what is committed; version 0: nothing.
static struct stored_state seen(const struct memory_session *self, const struct memory_state *state)
{
    if (state->holder && state->holder == self->transaction && state->pending_version)
        return (struct stored_state){state->pending_bytes, state->pending_version};
    return (struct stored_state){state->bytes, state->row_version};
}

static bool read_states(struct store *store, const struct family_definition *family,
                        const struct entity_key *keys, size_t count, bool lock, struct arena *arena,
                        struct stored_state *out, struct error *error)
{
    struct memory_session *self = self_of(store);
    if (!memory_begins_within(self, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct memory_state *state = state_of(self->server, family->family, &keys[i]);
        if (i && key_order(&keys[i - 1], &keys[i]) >= 0)
            memory_breach(self->server, "states are read out of order");
        out[i] = (struct stored_state){0};
        if (!state || !seen(self, state).row_version)
            continue;
        if (lock && memory_is_taken(self, &state->holder))
            return memory_blocked(self, error);
        if (lock && !self->transaction->alone)
            memory_breach(self->server, "states are locked by a transaction that is not alone");
        if (lock)
            memory_take_state(self, state);
        out[i] = seen(self, state);
        out[i].bytes = arena_text(arena, out[i].bytes);
    }
    return true;
}

static struct memory_state *add_state(struct memory_server *server, enum family family,
                                      const struct entity_key *key)
{
    struct memory_state row = {.hash = state_hash(family, key),
                               .family = family,
                               .key = {arena_text(&server->arena, key->authority),
                                       arena_text(&server->arena, key->entity), key->window_us}};
    TABLE_ADD(server->committed.states, row);
    return &server->committed.states.rows[server->committed.states.count - 1];
}

static bool write_states(struct store *store, const struct family_definition *family,
                         const struct state_write *writes, size_t count, bool is_last,
                         struct error *error)
{
    struct memory_session *self = self_of(store);
    (void)is_last;
    if (!memory_begins_within(self, error))
        return false;
    for (size_t i = 0; i < count; i++) { // all or none: who is blocked has done nothing
        struct memory_state *state = state_of(self->server, family->family, &writes[i].key);
        if (i && key_order(&writes[i - 1].key, &writes[i].key) >= 0)
            memory_breach(self->server, "states are written out of order");
        if (state && memory_is_taken(self, &state->holder))
            return memory_blocked(self, error);
    }
    for (size_t i = 0; i < count; i++) {
        struct memory_state *state = state_of(self->server, family->family, &writes[i].key);
        if ((state ? seen(self, state).row_version : 0) != writes[i].expected_version) {
            self->transaction->conflict = true;
            continue;
        }
        if (!state)
            state = add_state(self->server, family->family, &writes[i].key);
        memory_take_state(self, state);
        state->pending_bytes = arena_text(&self->server->arena, writes[i].bytes);
        state->pending_version = writes[i].expected_version + 1;
    }
    // often told by a later call, settle at the latest
    return dice_hits(self->server->dice, self->server->faults.late_answers) ||
           memory_tells_conflict(self, error);
}

static uint64_t cell_hash(int32_t slot, const struct rollup_cell *cell)
{
    uint64_t hash = XXH3_64bits_withSeed(&cell->rollup, sizeof cell->rollup, (uint64_t)slot);
    for (size_t d = 0; d < cell->rollup->dimension_count; d++) {
        const struct value *value = &cell->dimensions[d];
        hash = value->type == VALUE_TEXT
                   ? XXH3_64bits_withSeed(value->text.bytes, value->text.length, hash)
                   : XXH3_64bits_withSeed(&value->integer, sizeof value->integer, hash);
    }
    return hash;
}

static bool same_dimensions(const struct memory_cell *row, const struct rollup_cell *cell)
{
    for (size_t d = 0; d < cell->rollup->dimension_count; d++)
        if (!value_equal(&row->dimensions[d], &cell->dimensions[d]))
            return false;
    return true;
}

static struct memory_cell *cell_of(struct memory_server *server, int32_t slot,
                                   const struct rollup_cell *cell)
{
    uint64_t hash = cell_hash(slot, cell);
    for (size_t i = 0; i < server->committed.cells.count; i++) {
        struct memory_cell *row = &server->committed.cells.rows[i];
        if (row->hash == hash && row->slot == slot && row->rollup == cell->rollup &&
            same_dimensions(row, cell))
            return row;
    }
    struct memory_cell row = {.hash = hash, .slot = slot, .rollup = cell->rollup};
    for (size_t d = 0; d < cell->rollup->dimension_count; d++) {
        row.dimensions[d] = cell->dimensions[d];
        if (row.dimensions[d].type == VALUE_TEXT)
            row.dimensions[d].text = arena_text(&server->arena, row.dimensions[d].text);
    }
    TABLE_ADD(server->committed.cells, row);
    return &server->committed.cells.rows[server->committed.cells.count - 1];
}

static bool add_rollups(struct store *store, int32_t slot, struct rollup_cell *const *cells,
                        size_t count, struct error *error)
{
    struct memory_session *self = self_of(store);
    if (!memory_begins_within(self, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct memory_cell *row = cell_of(self->server, slot, cells[i]);
        if (memory_is_taken(self, &row->holder)) {
            memory_breach(self->server, "two daemons write one slot's rollups at once");
            return memory_blocked(self, error);
        }
        memory_take_cell(self, row);
        for (size_t m = 0; m < cells[i]->rollup->measure_count; m++)
            row->pending[m] += cells[i]->measures[m];
    }
    return true;
}

static struct memory_progress *progress_of(struct memory_server *server,
                                           const struct progress_row *of)
{
    for (size_t i = 0; i < server->committed.progress.count; i++) {
        struct memory_progress *row = &server->committed.progress.rows[i];
        if (strcmp(row->topic, of->name->topic) == 0 && text_equal(row->source, of->source))
            return row;
    }
    struct memory_progress row = {.topic = arena_string(&server->arena, text_from(of->name->topic)),
                                  .source = arena_text(&server->arena, of->source),
                                  .until_us = INT64_MIN,
                                  .pending_us = INT64_MIN};
    TABLE_ADD(server->committed.progress, row);
    return &server->committed.progress.rows[server->committed.progress.count - 1];
}

static bool write_progress(struct store *store, const struct progress_row *rows, size_t count,
                           struct error *error)
{
    struct memory_session *self = self_of(store);
    if (!memory_begins_within(self, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (memory_is_taken(self, &progress_of(self->server, &rows[i])->holder))
            return memory_blocked(self, error);
    for (size_t i = 0; i < count; i++) {
        struct memory_progress *row = progress_of(self->server, &rows[i]);
        memory_take_progress(self, row);
        if (rows[i].until_us > row->pending_us)
            row->pending_us = rows[i].until_us;
    }
    return true;
}

// Whether something is under way is chance: the loop may read ahead meanwhile, or not.
static bool is_busy(struct store *store)
{
    const struct memory_server *server = self_of(store)->server;
    return dice_hits(server->dice, server->faults.late_answers);
}

static bool settle(struct store *store, struct error *error)
{
    struct memory_session *self = self_of(store);
    return memory_begins_within(self, error) && memory_tells_conflict(self, error);
}

static void quarantine_rows(struct memory_session *self, const struct quarantine_row *rows,
                            size_t count)
{
    struct arena *arena = &self->server->arena;
    for (size_t i = 0; i < count; i++) {
        const struct record *record = rows[i].record;
        struct memory_quarantine row = {.partition_id = rows[i].partition_id,
                                        .offset = rows[i].offset,
                                        .stage = arena_string(arena, text_from(rows[i].stage)),
                                        .reason = arena_string(arena, text_from(rows[i].reason)),
                                        .key = arena_text(arena, record->key),
                                        .value = arena_text(arena, record->value),
                                        .has_key = record->has_key,
                                        .has_value = record->has_value};
        TABLE_ADD(self->transaction->quarantine, row);
    }
}

static bool advance(struct store *store, int32_t slot, int32_t generation,
                    const struct ledger_step *steps, size_t count,
                    const struct quarantine_row *quarantine, size_t quarantine_count,
                    struct error *error)
{
    struct memory_session *self = self_of(store);
    (void)slot;
    if (!memory_begins_within(self, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct memory_ledger *ledger = ledger_of(self->server, steps[i].partition_id);
        if (!ledger || ledger->holder != self->transaction) {
            memory_breach(self->server, "a ledger row is moved that begin did not lock");
            return memory_fails(self, ERROR_FENCED, "not locked", error);
        }
        struct ledger_row *row = &ledger->pending;
        if (row->next_offset != steps[i].from_offset || row->generation != generation ||
            row->stopped)
            return memory_fails(self, ERROR_FENCED, "moved", error);
        row->next_offset = steps[i].until_offset;
        if (steps[i].last_record_offset >= 0) {
            row->last_record_offset = steps[i].last_record_offset;
            row->last_record_digest = steps[i].last_record_digest;
        }
        struct memory_range range = {steps[i], 0};
        TABLE_ADD(self->transaction->ranges, range);
    }
    quarantine_rows(self, quarantine, quarantine_count);
    return true;
}

static enum commit_result commit(struct store *store, struct error *error)
{
    struct memory_session *self = self_of(store);
    struct memory_server *server = self->server;
    if (!memory_begins_within(self, error)) {
        if (self->crashed && dice_hits(server->dice, 500)) // it had sent COMMIT before it died
            memory_transaction_end(self, true);
        return COMMIT_NOT_DONE;
    }
    if (dice_hits(server->dice, server->faults.refused_commit)) {
        memory_fails(self, ERROR_RETRY, "disk full", error);
        return COMMIT_NOT_DONE;
    }
    if (dice_hits(server->dice, server->faults.lost_answer)) {
        error_set(error, ERROR_RETRY, "connection lost");
        memory_transaction_orphan(self);
        return COMMIT_UNKNOWN;
    }
    memory_transaction_end(self, true);
    return COMMIT_DONE;
}

static void rollback(struct store *store)
{
    memory_transaction_end(self_of(store), false);
}

// --- dead letters ---

static int letter_order(const void *left, const void *right)
{
    const struct dead_letter *a = left, *b = right;
    if (a->partition_id != b->partition_id)
        return a->partition_id < b->partition_id ? -1 : 1;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

// Oldest first; all are looked at before the limit takes some.
static bool read_unfed(struct store *store, const int32_t *partition_ids, size_t partition_count,
                       size_t limit, struct arena *arena, struct dead_letter **out, size_t *count,
                       struct error *error)
{
    struct memory_session *self = self_of(store);
    const struct memory_tables *tables = &self->server->committed;
    *out = arena_array(arena, struct dead_letter, tables->quarantine.count + 1);
    *count = 0;
    for (size_t i = 0; i < tables->quarantine.count; i++) {
        const struct memory_quarantine *row = &tables->quarantine.rows[i];
        const struct memory_ledger *of = ledger_of(self->server, row->partition_id);
        bool asked = false;
        for (size_t p = 0; p < partition_count; p++)
            asked = asked || ledger_of(self->server, partition_ids[p]) ==
                                 ledger_named(self->server, &of->name);
        if (!asked || row->fed)
            continue;
        (*out)[(*count)++] = (struct dead_letter){.partition_id = row->partition_id,
                                                  .offset = row->offset,
                                                  .topic = TEXT("x"),
                                                  .stage = text_from(row->stage),
                                                  .reason = text_from(row->reason),
                                                  .key = row->key,
                                                  .value = row->value,
                                                  .has_key = row->has_key,
                                                  .has_value = row->has_value};
    }
    qsort(*out, *count, sizeof **out, letter_order);
    *count = *count < limit ? *count : limit;
    return memory_begins_outside(self, error);
}

static bool mark_fed(struct store *store, const struct dead_letter *letters, size_t count,
                     struct error *error)
{
    struct memory_session *self = self_of(store);
    if (!memory_begins_outside(self, error))
        return false;
    struct memory_tables *tables = &self->server->committed;
    for (size_t i = 0; i < tables->quarantine.count; i++)
        for (size_t l = 0; l < count; l++)
            if (tables->quarantine.rows[i].partition_id == letters[l].partition_id &&
                tables->quarantine.rows[i].offset == letters[l].offset)
                tables->quarantine.rows[i].fed = true;
    return memory_answers(self, error);
}

// --- life ---

struct memory_session *memory_session_open(struct memory_server *server)
{
    struct memory_session *session = calloc(1, sizeof *session);
    if (!session)
        abort();
    *session = (struct memory_session){.store = {.load_generation = load_generation,
                                                 .load_ledger = load_ledger,
                                                 .create_ledger = create_ledger,
                                                 .stop_partition = stop_partition,
                                                 .note_ends = note_ends,
                                                 .prepare_journal = prepare_journal,
                                                 .begin = begin,
                                                 .write_journal = write_journal,
                                                 .read_states = read_states,
                                                 .write_states = write_states,
                                                 .add_rollups = add_rollups,
                                                 .write_progress = write_progress,
                                                 .is_busy = is_busy,
                                                 .settle = settle,
                                                 .advance = advance,
                                                 .commit = commit,
                                                 .rollback = rollback,
                                                 .read_unfed = read_unfed,
                                                 .mark_fed = mark_fed},
                                       .server = server};
    return session;
}

void memory_session_close(struct memory_session *session)
{
    if (!session)
        return;
    memory_transaction_end(session, false);
    free(session);
}
