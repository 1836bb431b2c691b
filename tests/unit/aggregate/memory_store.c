// See memory_store.h.
#include "memory_store.h"

#include <stdio.h>
#include <stdlib.h>

#define TABLE_ADD(table, row)                                                                      \
    do {                                                                                           \
        if ((table).count == (table).capacity) {                                                   \
            (table).capacity = (table).capacity ? (table).capacity * 2 : 16;                       \
            (table).rows = realloc((table).rows, (table).capacity * sizeof *(table).rows);         \
            if (!(table).rows)                                                                     \
                abort();                                                                           \
        }                                                                                          \
        (table).rows[(table).count++] = (row);                                                     \
    } while (0)

#define TABLE_COPY(to, from)                                                                       \
    do {                                                                                           \
        (to).count = 0;                                                                            \
        for (size_t copied = 0; copied < (from).count; copied++)                                   \
            TABLE_ADD(to, (from).rows[copied]);                                                    \
    } while (0)

static struct memory_store *self_of(struct store *store)
{
    return (struct memory_store *)store;
}

static void copy_tables(struct memory_tables *to, const struct memory_tables *from)
{
    to->generation = from->generation;
    TABLE_COPY(to->ledger, from->ledger);
    TABLE_COPY(to->states, from->states);
    TABLE_COPY(to->cells, from->cells);
    TABLE_COPY(to->journal, from->journal);
    TABLE_COPY(to->quarantine, from->quarantine);
    TABLE_COPY(to->ranges, from->ranges);
    TABLE_COPY(to->progress, from->progress);
}

static void free_tables(struct memory_tables *tables)
{
    free(tables->ledger.rows);
    free(tables->states.rows);
    free(tables->cells.rows);
    free(tables->journal.rows);
    free(tables->quarantine.rows);
    free(tables->ranges.rows);
    free(tables->progress.rows);
}

// Whether this call fails, and how.
static bool works(struct memory_store *self, struct error *error)
{
    if (dice_hits(self->dice, self->faults.retry)) {
        self->in_transaction = false;
        return error_set(error, ERROR_RETRY, "the server is gone");
    }
    if (self->in_transaction && dice_hits(self->dice, self->faults.abort)) {
        self->in_transaction = false;
        return error_set(error, ERROR_ABORT, "deadlock");
    }
    return true;
}

static bool load_generation(struct store *store, struct store_generation *out, struct error *error)
{
    struct memory_store *self = self_of(store);
    *out = (struct store_generation){self->committed.generation, self->context};
    return works(self, error);
}

struct memory_ledger *memory_store_ledger(struct memory_store *store, int32_t partition)
{
    for (size_t i = 0; i < store->committed.ledger.count; i++)
        if (store->committed.ledger.rows[i].name.partition == partition)
            return &store->committed.ledger.rows[i];
    return NULL;
}

static bool load_ledger(struct store *store, const struct partition_name *const *names,
                        size_t count, struct ledger_row *rows, struct error *error)
{
    struct memory_store *self = self_of(store);
    for (size_t i = 0; i < count; i++) {
        const struct memory_ledger *ledger = memory_store_ledger(self, names[i]->partition);
        rows[i] = ledger ? ledger->row : (struct ledger_row){.last_record_offset = -1};
    }
    return works(self, error);
}

static bool create_ledger(struct store *store, const struct partition_name *name,
                          int64_t origin_offset, struct error *error)
{
    struct memory_store *self = self_of(store);
    if (!works(self, error))
        return false;
    if (memory_store_ledger(self, name->partition))
        return true;
    struct memory_ledger row = {*name,
                                {.partition_id = (int32_t)self->committed.ledger.count + 1,
                                 .generation = self->committed.generation,
                                 .origin_offset = origin_offset,
                                 .next_offset = origin_offset,
                                 .last_record_offset = -1},
                                -1};
    TABLE_ADD(self->committed.ledger, row);
    return true;
}

static struct memory_ledger *ledger_of(struct memory_tables *tables, int32_t partition_id)
{
    for (size_t i = 0; i < tables->ledger.count; i++)
        if (tables->ledger.rows[i].row.partition_id == partition_id)
            return &tables->ledger.rows[i];
    return NULL;
}

static bool stop_partition(struct store *store, const struct ledger_row *row, struct error *error)
{
    struct memory_store *self = self_of(store);
    if (!works(self, error))
        return false;
    struct ledger_row *stored = &ledger_of(&self->committed, row->partition_id)->row;
    if (stored->next_offset == row->next_offset) {
        stored->stopped = true;
        stored->stop_kind = row->stop_kind;
        stored->stopped_until = row->stopped_until;
        snprintf(stored->stopped_reason, sizeof stored->stopped_reason, "%s", row->stopped_reason);
    }
    return true;
}

static bool note_ends(struct store *store, const struct ledger_row *const *rows, size_t count,
                      int64_t instant_us, struct error *error)
{
    struct memory_store *self = self_of(store);
    if (!works(self, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct memory_ledger *ledger = ledger_of(&self->committed, rows[i]->partition_id);
        if (ledger->row.next_offset == rows[i]->next_offset && instant_us > ledger->end_seen_us)
            ledger->end_seen_us = instant_us;
    }
    return true;
}

static bool prepare_journal(struct store *store, int64_t first_us, int64_t last_us,
                            struct error *error)
{
    (void)first_us;
    (void)last_us;
    return works(self_of(store), error);
}

static bool begin(struct store *store, const struct ledger_row *const *rows, size_t count,
                  struct ledger_row *actual, struct error *error)
{
    struct memory_store *self = self_of(store);
    if (self->in_transaction)
        abort(); // the loop never nests
    self->in_transaction = true;
    copy_tables(&self->working, &self->committed);
    for (size_t i = 0; i < count; i++) {
        const struct memory_ledger *ledger = ledger_of(&self->working, rows[i]->partition_id);
        actual[i] = ledger ? ledger->row : (struct ledger_row){0};
        if (i && rows[i - 1]->partition_id >= rows[i]->partition_id)
            abort(); // locked out of order
    }
    return works(self, error);
}

static bool write_journal(struct store *store, const struct journal_row *rows, size_t count,
                          struct error *error)
{
    struct memory_store *self = self_of(store);
    for (size_t i = 0; i < count; i++) {
        if (self->refused.length && text_equal(rows[i].value, self->refused)) {
            self->refusals++;
            snprintf(store->refusal, sizeof store->refusal, "22000");
            return error_set(error, ERROR_BAD_RECORD, "not to the store's taste");
        }
        struct memory_journal row = {rows[i].partition_id, rows[i].offset, rows[i].family,
                                     arena_text(&self->arena, rows[i].value)};
        TABLE_ADD(self->working.journal, row);
    }
    return works(self, error);
}

static struct memory_state *state_of(struct memory_store *self, enum family family,
                                     const struct entity_key *key)
{
    for (size_t i = 0; i < self->working.states.count; i++) {
        struct memory_state *state = &self->working.states.rows[i];
        if (state->family == family && text_equal(state->key.entity, key->entity) &&
            text_equal(state->key.authority, key->authority) &&
            state->key.window_us == key->window_us)
            return state;
    }
    return NULL;
}

static bool read_states(struct store *store, const struct family_definition *family,
                        const struct entity_key *keys, size_t count, bool lock, struct arena *arena,
                        struct stored_state *out, struct error *error)
{
    struct memory_store *self = self_of(store);
    for (size_t i = 0; i < count; i++) {
        const struct memory_state *state = state_of(self, family->family, &keys[i]);
        out[i] = (struct stored_state){0};
        if (!state)
            continue;
        bool early = !lock && dice_hits(self->dice, self->faults.early_read);
        self->early_reads += early;
        out[i].row_version = early ? state->row_version - 1 : state->row_version;
        out[i].bytes = arena_text(arena, early ? state->bytes_before : state->bytes);
    }
    return works(self, error);
}

static bool write_states(struct store *store, const struct family_definition *family,
                         const struct state_write *writes, size_t count, size_t *written,
                         struct error *error)
{
    struct memory_store *self = self_of(store);
    *written = 0;
    for (size_t i = 0; i < count; i++) {
        struct memory_state *state = state_of(self, family->family, &writes[i].key);
        if ((state ? state->row_version : 0) != writes[i].expected_version)
            continue;
        ++*written;
        struct text bytes = arena_text(&self->arena, writes[i].bytes);
        if (state) {
            state->bytes_before = state->bytes;
            state->bytes = bytes;
            state->row_version++;
            continue;
        }
        struct memory_state row = {.family = family->family,
                                   .key = {arena_text(&self->arena, writes[i].key.authority),
                                           arena_text(&self->arena, writes[i].key.entity),
                                           writes[i].key.window_us},
                                   .bytes = bytes,
                                   .row_version = 1};
        TABLE_ADD(self->working.states, row);
    }
    return works(self, error);
}

static bool same_dimensions(const struct memory_cell *row, const struct rollup_cell *cell)
{
    for (size_t d = 0; d < cell->rollup->dimension_count; d++)
        if (!value_equal(&row->dimensions[d], &cell->dimensions[d]))
            return false;
    return true;
}

static struct memory_cell *cell_of(struct memory_store *self, int32_t slot,
                                   const struct rollup_cell *cell)
{
    for (size_t i = 0; i < self->working.cells.count; i++) {
        struct memory_cell *row = &self->working.cells.rows[i];
        if (row->slot == slot && row->rollup == cell->rollup && same_dimensions(row, cell))
            return row;
    }
    struct memory_cell row = {.slot = slot, .rollup = cell->rollup};
    for (size_t d = 0; d < cell->rollup->dimension_count; d++) {
        row.dimensions[d] = cell->dimensions[d];
        if (row.dimensions[d].type == VALUE_TEXT)
            row.dimensions[d].text = arena_text(&self->arena, row.dimensions[d].text);
    }
    TABLE_ADD(self->working.cells, row);
    return &self->working.cells.rows[self->working.cells.count - 1];
}

static bool add_rollups(struct store *store, int32_t slot, struct rollup_cell *const *cells,
                        size_t count, struct error *error)
{
    struct memory_store *self = self_of(store);
    for (size_t i = 0; i < count; i++) {
        struct memory_cell *row = cell_of(self, slot, cells[i]);
        for (size_t m = 0; m < cells[i]->rollup->measure_count; m++)
            row->measures[m] += cells[i]->measures[m];
    }
    return works(self, error);
}

static bool write_progress(struct store *store, const struct progress_row *rows, size_t count,
                           struct error *error)
{
    struct memory_store *self = self_of(store);
    for (size_t i = 0; i < count; i++) {
        struct memory_progress *found = NULL;
        for (size_t j = 0; j < self->working.progress.count; j++)
            if (text_equal(self->working.progress.rows[j].source, rows[i].source))
                found = &self->working.progress.rows[j];
        struct memory_progress row = {arena_text(&self->arena, rows[i].source), rows[i].until_us};
        if (!found)
            TABLE_ADD(self->working.progress, row);
        else if (found->until_us < row.until_us)
            found->until_us = row.until_us;
    }
    return works(self, error);
}

static bool settle(struct store *store, struct error *error)
{
    return works(self_of(store), error);
}

static bool advance(struct store *store, int32_t slot, int32_t generation,
                    const struct ledger_step *steps, size_t count,
                    const struct quarantine_row *quarantine, size_t quarantine_count,
                    struct error *error)
{
    struct memory_store *self = self_of(store);
    (void)slot;
    for (size_t i = 0; i < quarantine_count; i++) {
        struct memory_quarantine row = {quarantine[i].partition_id, quarantine[i].offset,
                                        quarantine[i].stage, quarantine[i].reason, false};
        TABLE_ADD(self->working.quarantine, row);
    }
    for (size_t i = 0; i < count; i++) {
        struct ledger_row *row = &ledger_of(&self->working, steps[i].partition_id)->row;
        if (row->next_offset != steps[i].from_offset || row->generation != generation ||
            row->stopped)
            return error_set(error, ERROR_FENCED, "moved");
        row->next_offset = steps[i].until_offset;
        if (steps[i].last_record_offset >= 0) {
            row->last_record_offset = steps[i].last_record_offset;
            row->last_record_digest = steps[i].last_record_digest;
        }
        struct memory_range range = {steps[i]};
        TABLE_ADD(self->working.ranges, range);
    }
    return works(self, error);
}

static void put_in_place(struct memory_store *self)
{
    struct memory_tables old = self->committed;
    self->committed = self->working;
    self->working = old;
    self->commits++;
}

static enum commit_result commit(struct store *store, struct error *error)
{
    struct memory_store *self = self_of(store);
    self->in_transaction = false;
    if (dice_hits(self->dice, self->faults.refused_commit)) {
        error_set(error, ERROR_RETRY, "disk full");
        return COMMIT_NOT_DONE;
    }
    if (dice_hits(self->dice, self->faults.lost_answer)) {
        error_set(error, ERROR_RETRY, "connection lost");
        if (dice_hits(self->dice, 500)) {
            put_in_place(self);
            self->lost_committed++;
        } else {
            self->lost_not_committed++;
        }
        return COMMIT_UNKNOWN;
    }
    put_in_place(self);
    return COMMIT_DONE;
}

static void rollback(struct store *store)
{
    self_of(store)->in_transaction = false;
}

static bool read_unfed(struct store *store, const int32_t *partition_ids, size_t partition_count,
                       size_t limit, struct arena *arena, struct dead_letter **out, size_t *count,
                       struct error *error)
{
    struct memory_store *self = self_of(store);
    *out = arena_array(arena, struct dead_letter, limit);
    *count = 0;
    for (size_t i = 0; i < self->committed.quarantine.count && *count < limit; i++) {
        const struct memory_quarantine *row = &self->committed.quarantine.rows[i];
        for (size_t p = 0; p < partition_count && !row->fed; p++)
            if (partition_ids[p] == row->partition_id)
                (*out)[(*count)++] = (struct dead_letter){
                    .partition_id = row->partition_id, .offset = row->offset, .topic = TEXT("x")};
    }
    return works(self, error);
}

static bool mark_fed(struct store *store, const struct dead_letter *letters, size_t count,
                     struct error *error)
{
    struct memory_store *self = self_of(store);
    if (!works(self, error))
        return false;
    for (size_t i = 0; i < self->committed.quarantine.count; i++)
        for (size_t l = 0; l < count; l++)
            if (self->committed.quarantine.rows[i].partition_id == letters[l].partition_id &&
                self->committed.quarantine.rows[i].offset == letters[l].offset)
                self->committed.quarantine.rows[i].fed = true;
    return true;
}

void memory_store_init(struct memory_store *store, struct dice *dice,
                       const struct contribution_context *context)
{
    *store = (struct memory_store){.dice = dice, .context = *context};
    store->committed.generation = 1;
    store->store = (struct store){.load_generation = load_generation,
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
                                  .settle = settle,
                                  .advance = advance,
                                  .commit = commit,
                                  .rollback = rollback,
                                  .read_unfed = read_unfed,
                                  .mark_fed = mark_fed};
}

void memory_store_free(struct memory_store *store)
{
    free_tables(&store->committed);
    free_tables(&store->working);
    arena_free(&store->arena);
}

void memory_store_break(struct memory_store *store)
{
    store->in_transaction = false;
}
