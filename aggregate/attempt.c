// One attempt at writing the pending batch: every step of law 3 in its order, in one transaction.
//
// The ledger decides: a partition whose row is not where we left it belongs to somebody else (or was committed by an
// attempt whose answer was lost); its records are dropped and read again from where the ledger stands. What was not
// committed stays in memory and is tried again.
#include "aggregate/loop_internal.h"

#include "common/fail_point.h"
#include "common/log.h"

#include <inttypes.h>
#include <stdlib.h>

// The partitions of an attempt, ascending by partition_id; the writer slot's comes first, with or without a step.
struct plan {
    struct partition **partitions;
    const struct ledger_row **rows;
    struct ledger_row *actual;
    size_t count;
    int32_t slot;
};

static int compare_partition_ids(const void *left, const void *right)
{
    const struct partition *a = *(struct partition *const *)left;
    const struct partition *b = *(struct partition *const *)right;
    return (a->row.partition_id > b->row.partition_id) -
           (a->row.partition_id < b->row.partition_id);
}

static void plan_steps(struct loop *loop, struct plan *plan)
{
    *plan = (struct plan){0};
    plan->partitions = arena_array(&loop->scratch, struct partition *, loop->partition_count + 1);
    plan->rows = arena_array(&loop->scratch, const struct ledger_row *, loop->partition_count + 1);
    plan->actual = arena_array(&loop->scratch, struct ledger_row, loop->partition_count + 1);
    struct partition *lowest = NULL;
    for (size_t i = 0; i < loop->partition_count; i++) {
        struct partition *partition = &loop->partitions[i];
        if (partition->phase != PARTITION_RUNNING)
            continue;
        if (!lowest || partition->row.partition_id < lowest->row.partition_id)
            lowest = partition;
        if (partition_has_pending(partition))
            plan->partitions[plan->count++] = partition;
    }
    if (!plan->count)
        return;
    if (!partition_has_pending(lowest))
        plan->partitions[plan->count++] = lowest;
    qsort(plan->partitions, plan->count, sizeof *plan->partitions, compare_partition_ids);
    plan->slot = lowest->row.partition_id;
    for (size_t i = 0; i < plan->count; i++)
        plan->rows[i] = &plan->partitions[i]->row;
}

static int64_t arrival(const struct loop *loop, const struct record *record)
{
    return record->appended_us >= 0 ? record->appended_us : loop->time.wall_us;
}

// --- begin: is everything still as we left it? ---

// The answer to COMMIT was lost, and the ledger stands where it would have put it.
static bool was_committed(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct partition *partition = plan->partitions[i];
        if (plan->actual[i].partition_id != partition->row.partition_id ||
            plan->actual[i].next_offset != partition->position)
            return false;
    }
    return true;
}

static size_t drop_moved(struct loop *loop, const struct plan *plan)
{
    size_t moved = 0;
    for (size_t i = 0; i < plan->count; i++)
        moved += loop_drop_moved(loop, plan->partitions[i], &plan->actual[i]);
    return moved;
}

static bool is_generation_current(struct loop *loop, const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->actual[i].generation != loop->generation.generation)
            return false;
    return true;
}

// --- write ---

// Readings are too many to be kept as they came: the windows hold what they state.
static bool is_journalled(const struct batch_record *slot)
{
    return slot->outcome != OUTCOME_QUARANTINED && !(slot->event && slot->event->reading_count);
}

static bool write_journal(struct loop *loop, struct error *error)
{
    const struct batch *batch = &loop->batch;
    struct journal_row *rows = arena_alloc(&loop->scratch, (batch->count + 1) * sizeof *rows);
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_record *slot = &batch->records[i];
        const struct event *event = slot->event;
        if (batch_leaves_out(batch, i) || !is_journalled(slot))
            continue;
        struct journal_row *row = &rows[count++];
        *row = (struct journal_row){.partition_id =
                                        loop->partitions[slot->record.partition].row.partition_id,
                                    .has_value = slot->record.has_value,
                                    .offset = slot->record.offset,
                                    .arrived_us = arrival(loop, &slot->record),
                                    .occurred_us = INT64_MIN,
                                    .value = slot->record.value};
        if (!event)
            continue;
        row->family = event->family;
        row->kind = event->kind;
        row->key = (struct entity_key){event->authority, event->entity, 0};
        if (event->form != EVENT_PROGRESS)
            row->occurred_us = event->occurred_us;
    }
    return count == 0 || loop->store->write_journal(loop->store, rows, count, error);
}

// Reads the states of entities [from, until), of one family; of windows only those that may be stored already.
static bool read_family(struct loop *loop, size_t from, size_t until, struct error *error)
{
    struct fold *fold = &loop->fold;
    const struct family_definition *family = fold->entities[from].family;
    bool guesses = family->has_windows && !loop->lock_states;
    struct entity_key *keys = arena_alloc(&loop->scratch, (until - from) * sizeof *keys);
    size_t *places = arena_alloc(&loop->scratch, (until - from) * sizeof *places), count = 0;
    for (size_t i = from; i < until; i++) {
        if (guesses && newest_windows_are_before(loop->newest_windows, &fold->keys[i]))
            continue;
        keys[count] = fold->keys[i];
        places[count++] = i;
    }
    struct stored_state *stored = arena_alloc(&loop->scratch, (count + 1) * sizeof *stored);
    if (count && !loop->store->read_states(loop->store, family, keys, count, loop->lock_states,
                                           &fold->arena, stored, error))
        return false;
    for (size_t i = 0; i < count; i++)
        fold->stored[places[i]] = stored[i];
    return true;
}

static bool read_states(struct loop *loop, struct error *error)
{
    const struct fold *fold = &loop->fold;
    size_t from = 0;
    for (size_t family = 0; family < FAMILY_COUNT; family++) {
        size_t until = fold->entities_until[family];
        if (until > from && !read_family(loop, from, until, error))
            return false;
        from = until;
    }
    return true;
}

// Merges and writes the entities of one family up to `until`, a piece at a time: the store takes one piece while the next is
// merged.
static bool write_family(struct loop *loop, const struct family_definition *family, size_t until,
                         struct error *error)
{
    enum { PIECE_ENTITIES = 8192 };
    struct fold *fold = &loop->fold;
    while (fold->merged_until < until) {
        size_t left = until - fold->merged_until, from = fold->write_count;
        size_t piece = left < PIECE_ENTITIES * 3 / 2 ? left : PIECE_ENTITIES;
        FAIL_POINT("merge", "before");
        if (!fold_merge(fold, &loop->batch, &loop->generation.context, fold->merged_until + piece,
                        error))
            return false;
        FAIL_POINT("merge", "after");
        if (!loop->store->write_states(loop->store, family, fold->writes + from,
                                       fold->write_count - from, piece == left, error))
            return false;
    }
    return true;
}

static bool write_states(struct loop *loop, struct error *error)
{
    for (size_t family = 0; family < FAMILY_COUNT; family++)
        if (!write_family(loop, family_get((enum family)family), loop->fold.entities_until[family],
                          error))
            return false;
    return true;
}

// Another daemon wrote a state since it was read: read anew, for update.
static void take_conflict(struct loop *loop)
{
    if (!loop->store->conflict)
        return;
    loop->lock_states = true;
    loop->counts.conflicts++;
    newest_windows_distrust(loop->newest_windows);
}

static int compare_progress(const void *left, const void *right)
{
    const struct progress_row *a = left, *b = right;
    if (a->name != b->name) {
        int order = strcmp(a->name->topic, b->name->topic);
        if (order)
            return order;
    }
    int order = text_compare(a->source, b->source);
    return order ? order : (a->until_us > b->until_us) - (a->until_us < b->until_us);
}

// One row per (topic, source): its greatest statement.
static size_t greatest_progress(struct progress_row *rows, size_t count)
{
    qsort(rows, count, sizeof *rows, compare_progress);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool last = i + 1 == count || strcmp(rows[i].name->topic, rows[i + 1].name->topic) != 0 ||
                    !text_equal(rows[i].source, rows[i + 1].source);
        if (last)
            rows[kept++] = rows[i];
    }
    return kept;
}

static bool write_progress(struct loop *loop, struct error *error)
{
    const struct batch *batch = &loop->batch;
    struct progress_row *rows = arena_alloc(&loop->scratch, (batch->count + 1) * sizeof *rows);
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_record *slot = &batch->records[i];
        if (batch_leaves_out(batch, i) || slot->outcome != OUTCOME_PROGRESS)
            continue;
        rows[count++] =
            (struct progress_row){.source = slot->event->version.source,
                                  .name = loop->source->name(loop->source, slot->record.partition),
                                  .until_us = slot->event->progress_until_us};
    }
    if (!count)
        return true;
    return loop->store->write_progress(loop->store, rows, greatest_progress(rows, count), error);
}

// Counts what became of every offset; the sum is the invariant of the whole loop.
static void count_outcomes(struct loop *loop, struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct partition *partition = plan->partitions[i];
        partition->step = (struct ledger_step){.partition_id = partition->row.partition_id,
                                               .from_offset = partition->row.next_offset,
                                               .until_offset = partition->position,
                                               .last_record_offset = -1};
        partition->step.outcomes[OUTCOME_PASSED_OVER] = partition->passed_over;
        partition->last_record = NULL;
    }
    for (size_t i = 0; i < loop->batch.count; i++) {
        const struct batch_record *slot = &loop->batch.records[i];
        if (slot->dropped)
            continue;
        struct ledger_step *step = &loop->partitions[slot->record.partition].step;
        step->outcomes[slot->outcome]++;
        if (slot->outcome != OUTCOME_QUARANTINED) {
            step->last_record_offset = slot->record.offset;
            loop->partitions[slot->record.partition].last_record = &slot->record;
            step->unjournalled += !is_journalled(slot);
        }
    }
    for (size_t i = 0; i < plan->count; i++) {
        struct ledger_step *step = &plan->partitions[i]->step;
        if (plan->partitions[i]->last_record)
            step->last_record_digest = batch_value_digest(plan->partitions[i]->last_record);
        int64_t sum = 0;
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
            sum += step->outcomes[outcome];
        if (sum != step->until_offset - step->from_offset)
            abort(); // an offset without an outcome must never be committed
    }
}

static size_t collect_quarantine(struct loop *loop, struct quarantine_row *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < loop->batch.count; i++) {
        const struct batch_record *slot = &loop->batch.records[i];
        if (slot->dropped || slot->outcome != OUTCOME_QUARANTINED)
            continue;
        rows[count++] = (struct quarantine_row){
            .partition_id = loop->partitions[slot->record.partition].row.partition_id,
            .offset = slot->record.offset,
            .arrived_us = arrival(loop, &slot->record),
            .stage = slot->stage,
            .reason = slot->reason,
            .detail = slot->detail,
            .record = &slot->record};
    }
    return count;
}

static bool advance(struct loop *loop, struct plan *plan, struct error *error)
{
    count_outcomes(loop, plan);
    struct ledger_step *steps = arena_array(&loop->scratch, struct ledger_step, plan->count);
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++)
        if (partition_has_pending(plan->partitions[i]))
            steps[count++] = plan->partitions[i]->step;
    struct quarantine_row *quarantine =
        arena_array(&loop->scratch, struct quarantine_row, loop->batch.quarantined + 1);
    size_t quarantined = collect_quarantine(loop, quarantine);
    return loop->store->advance(loop->store, plan->slot, loop->generation.generation, steps, count,
                                quarantine, quarantined, error);
}

static bool add_rollups(struct loop *loop, int32_t slot, struct error *error)
{
    struct rollup_cell **cells;
    size_t count = rollup_sums_sorted(fold_sums(&loop->fold), &cells);
    return count == 0 || loop->store->add_rollups(loop->store, slot, cells, count, error);
}

// The store takes the journal, and states, while more is merged.
bool loop_write_records(struct loop *loop, int32_t slot, struct error *error)
{
    fold_begin(&loop->fold, &loop->batch, &loop->generation.context);
    bool written = read_states(loop, error) && write_journal(loop, error) &&
                   write_states(loop, error) && add_rollups(loop, slot, error) &&
                   loop_read_ahead(loop, error) && write_progress(loop, error) &&
                   loop->store->settle(loop->store, error);
    if (!written)
        take_conflict(loop);
    return written;
}

// False with *error of class ERROR_NONE: a search has begun.
static bool write_everything(struct loop *loop, struct plan *plan, struct error *error)
{
    if (loop_write_records(loop, plan->slot, error)) {
        if (advance(loop, plan, error))
            return true;
        loop->store->rollback(loop->store);
        return false;
    }
    loop->store->rollback(loop->store);
    if (error->class == ERROR_BAD_RECORD && loop->batch.count) {
        loop_begin_search(loop, error);
        *error = ERROR_INIT;
    }
    return false;
}

// --- after the commit ---

void loop_forget_batch(struct loop *loop)
{
    batch_clear(&loop->batch);
    loop->attempted = loop->commit_unknown = loop->lock_states = loop->searching = false;
    loop->waits_for_witnesses = false;
}

static void adopt_step(struct loop *loop, struct partition *partition)
{
    const struct ledger_step *step = &partition->step;
    partition->row.next_offset = step->until_offset;
    partition->row.generation = loop->generation.generation;
    if (step->last_record_offset >= 0) {
        partition->row.last_record_offset = step->last_record_offset;
        partition->row.last_record_digest = step->last_record_digest;
    }
    partition->passed_over = 0;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        loop->counts.outcomes[outcome] += step->outcomes[outcome];
}

static void finish_batch(struct loop *loop, const struct plan *plan)
{
    struct partition_offset *offsets =
        arena_array(&loop->scratch, struct partition_offset, plan->count);
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        struct partition *partition = plan->partitions[i];
        if (!partition_has_pending(partition))
            continue;
        adopt_step(loop, partition);
        offsets[count++] = (struct partition_offset){(uint32_t)(partition - loop->partitions),
                                                     partition->row.next_offset};
    }
    const size_t *windows = &loop->fold.entities_until[FAMILY_TRAFFIC];
    newest_windows_note(loop->newest_windows, loop->fold.keys + windows[-1],
                        windows[0] - windows[-1]);
    size_t records = loop->batch.count;
    loop->counts.batches++;
    if ((int64_t)records > loop->counts.largest_batch)
        loop->counts.largest_batch = (int64_t)records;
    if (loop->batch.quarantined)
        loop->unfed = true;
    bool behind = records >= loop->target_records;
    loop->target_records = behind ? loop->target_records * 2 : loop->settings.batch_records;
    if (loop->target_records > loop->settings.batch_records_max)
        loop->target_records = loop->settings.batch_records_max;
    loop_forget_batch(loop);
    FAIL_POINT("offsets", "before");
    loop->source->commit_advisory(loop->source, offsets, count);
    FAIL_POINT("offsets", "after");
}

static bool prepare(struct loop *loop, struct error *error)
{
    int64_t first_us = INT64_MAX, last_us = INT64_MIN;
    for (size_t i = 0; i < loop->batch.count; i++) {
        const struct batch_record *slot = &loop->batch.records[i];
        if (slot->dropped)
            continue;
        int64_t arrived_us = arrival(loop, &slot->record);
        first_us = arrived_us < first_us ? arrived_us : first_us;
        last_us = arrived_us > last_us ? arrived_us : last_us;
    }
    return first_us > last_us ||
           loop->store->prepare_journal(loop->store, first_us, last_us, error);
}

static bool commit(struct loop *loop, const struct plan *plan, struct error *error)
{
    enum commit_result result = loop->store->commit(loop->store, error);
    if (result == COMMIT_DONE) {
        finish_batch(loop, plan);
        return true;
    }
    if (result == COMMIT_UNKNOWN) {
        loop->commit_unknown = true;
        loop->counts.lost_answers++;
        error_prefix(error, "the answer to COMMIT was lost, the ledger will tell");
    }
    loop->store->rollback(loop->store);
    return false;
}

// Begins and compares. True with *go: write on. True without: the attempt ended here.
static bool begin(struct loop *loop, struct plan *plan, bool *go, struct error *error)
{
    *go = false;
    if (!loop->store->begin(loop->store, plan->rows, plan->count, loop->lock_states, plan->actual,
                            error)) {
        loop->store->rollback(loop->store);
        return false;
    }
    if (loop->commit_unknown && was_committed(plan)) {
        log_info("the lost answer was: committed");
        loop->store->rollback(loop->store);
        finish_batch(loop, plan);
        return true;
    }
    loop->commit_unknown = false;
    if (drop_moved(loop, plan)) {
        loop->store->rollback(loop->store);
        return true;
    }
    if (!is_generation_current(loop, plan)) {
        loop->store->rollback(loop->store);
        loop->generation_known = false;
        loop->counts.generations++;
        return error_set(error, ERROR_ABORT, "the generation has changed");
    }
    *go = true;
    return true;
}

static bool attempt(struct loop *loop, struct error *error)
{
    arena_reset(&loop->scratch);
    loop->may_read_ahead = !loop->attempted && loop_is_behind(loop);
    loop->attempted = true;
    FAIL_POINT("decode", "before");
    batch_decode(&loop->batch);
    FAIL_POINT("decode", "after");
    struct plan plan;
    plan_steps(loop, &plan);
    if (!plan.count) {
        loop_forget_batch(loop);
        return true;
    }
    bool go;
    loop_ask_witnesses(loop, plan.partitions, plan.count);
    if (!prepare(loop, error) || !begin(loop, &plan, &go, error))
        return false;
    if (!go)
        return true;
    if (loop->searching)
        return loop_try_records(loop, plan.slot, error);
    if (!write_everything(loop, &plan, error))
        return error->class == ERROR_NONE;
    if (!loop_hear_witnesses(loop, error)) {
        loop->store->rollback(loop->store);
        return error->class == ERROR_NONE;
    }
    return commit(loop, &plan, error);
}

bool loop_attempt(struct loop *loop, struct error *error)
{
    bool done = attempt(loop, error);
    loop_settle_ahead(loop);
    return done;
}
