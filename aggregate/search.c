// The search for a record that the store refuses: a bisection over how many of the batch's first records are written, in
// transactions that are rolled back. The one record that makes the difference is quarantined; then attempts are whole again.
#include "aggregate/loop_internal.h"

#include "common/log.h"

#include <inttypes.h>

void loop_end_search(struct loop *loop)
{
    loop->searching = false;
    loop->batch.limit = SIZE_MAX;
}

static void quarantine_refused(struct loop *loop, size_t index)
{
    const struct record *record = &loop->batch.records[index].record;
    const struct partition_name *name = loop->source->name(loop->source, record->partition);
    log_warning("%s [%d]: the record at offset %" PRId64 " is quarantined: %s", name->topic,
                name->partition, record->offset, loop->refused.text);
    batch_refuse(&loop->batch, index, loop->store->refusal, loop->refused.text);
    loop_end_search(loop);
}

// Tries half of what is left next, or has found the record that makes the difference; none, when the whole batch passes now.
static void narrow_search(struct loop *loop)
{
    if (loop->failing - loop->passing > 1)
        loop->batch.limit = loop->passing + (loop->failing - loop->passing) / 2;
    else if (loop->passing == loop->batch.count)
        loop_end_search(loop);
    else
        quarantine_refused(loop, loop->failing - 1);
}

// The first trial is the whole batch again: what was wrong may not have been a record.
void loop_begin_search(struct loop *loop, const struct error *error)
{
    log_warning("the store refuses one of %zu records, looking for it: %s", loop->batch.count,
                error->text);
    loop->searching = true;
    loop->refused = *error;
    loop->passing = 0;
    loop->failing = loop->batch.count + 1;
    loop->batch.limit = loop->batch.count;
}

bool loop_try_records(struct loop *loop, int32_t slot, struct error *error)
{
    bool taken = loop_write_records(loop, slot, error);
    loop->store->rollback(loop->store);
    if (!taken && error->class != ERROR_BAD_RECORD)
        return false;
    if (taken) {
        loop->passing = loop->batch.limit;
    } else {
        loop->failing = loop->batch.limit;
        loop->refused = *error;
    }
    *error = ERROR_INIT;
    narrow_search(loop);
    return true;
}
