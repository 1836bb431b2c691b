// The journal is read once, in any order: every record is folded again (sql/refold.h), and its offset must lie in a range of its
// partition and be there once. Its own columns must say what its value says.
#include "sql/queries.h"
#include "sql/verify.h"

#include <inttypes.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

// The range that holds an offset; null when none does. Records mostly come in runs.
static struct verified_range *range_of(struct verified_partition *partition, int64_t offset)
{
    size_t low = 0, high = partition->range_count;
    if (partition->range_hint < high) {
        struct verified_range *hint = &partition->ranges[partition->range_hint];
        if (hint->from_offset <= offset && offset < hint->until_offset)
            return hint;
    }
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (partition->ranges[middle].until_offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == partition->range_count || offset < partition->ranges[low].from_offset)
        return NULL;
    partition->range_hint = low;
    return &partition->ranges[low];
}

// Meets an offset; null when it is not to be counted, which has been reported.
static struct verified_range *meet(struct verification *verification, const char *table,
                                   int32_t partition_id, int64_t offset,
                                   struct verified_partition **partition)
{
    *partition = verify_partition(verification, partition_id);
    if (!*partition) {
        verify_differs(verification, "%s (%d, %" PRId64 "): the ledger has no such partition",
                       table, partition_id, offset);
        return NULL;
    }
    struct verified_range *range = range_of(*partition, offset);
    if (!range) {
        verify_differs(verification, "%s (%d, %" PRId64 "): no range holds this offset", table,
                       partition_id, offset);
        return NULL;
    }
    if (!offset_set_add(&(*partition)->offsets, offset))
        verify_differs(verification,
                       "%s (%d, %" PRId64 "): this offset is in journal or quarantine twice", table,
                       partition_id, offset);
    return range;
}

static void note_progress(struct verification *verification,
                          const struct verified_partition *partition, const struct event *event)
{
    for (size_t i = 0; i < verification->progress_count; i++) {
        struct verified_progress *known = &verification->progress[i];
        if (!text_equal(known->source, event->version.source) ||
            !text_equal(known->topic, partition->topic) ||
            !text_equal(known->cluster, partition->cluster))
            continue;
        if (known->until_us < event->progress_until_us)
            known->until_us = event->progress_until_us;
        return;
    }
    if (verification->progress_count == verification->progress_capacity) {
        size_t capacity =
            verification->progress_capacity ? verification->progress_capacity * 2 : 16;
        struct verified_progress *progress =
            arena_array(&verification->arena, struct verified_progress, capacity);
        if (verification->progress_count)
            memcpy(progress, verification->progress,
                   verification->progress_count * sizeof *progress);
        verification->progress = progress;
        verification->progress_capacity = capacity;
    }
    verification->progress[verification->progress_count++] = (struct verified_progress){
        partition->cluster, partition->topic,
        arena_text(&verification->arena, event->version.source), event->progress_until_us};
}

// False: the record is not to be folded.
static bool meet_record(void *context, const struct journal_record *record)
{
    struct verification *verification = context;
    struct verified_partition *partition;
    if (verification->vector &&
        !vector_holds(verification->vector, record->partition_id, record->offset))
        return false;
    struct verified_range *range =
        meet(verification, "journal", record->partition_id, record->offset, &partition);
    verification->records++;
    if (!range)
        return false;
    bool erased = !record->has_value && record->family;
    uint64_t digest = erased              ? verify_erased_digest(verification, record)
                      : record->has_value ? XXH3_64bits(record->value.bytes, record->value.length)
                                          : 0;
    if (record->offset > partition->met_last_offset) {
        partition->met_last_offset = record->offset;
        partition->met_last_digest = digest;
    }
    (*(record->has_value || erased ? &range->met_stated : &range->met_tombstones))++;
    return true;
}

// What was met as a statement is a progress event.
static void meet_progress(void *context, const struct journal_record *record,
                          const struct event *event)
{
    struct verification *verification = context;
    struct verified_partition *partition = verify_partition(verification, record->partition_id);
    struct verified_range *range = range_of(partition, record->offset);
    range->met_stated--;
    range->met_progress++;
    note_progress(verification, partition, event);
}

static void report_fault(void *context, int32_t partition_id, int64_t offset, const char *what)
{
    verify_differs(context, "journal (%d, %" PRId64 "): %s", partition_id, offset, what);
}

static bool read_quarantined(void *context, const struct text *fields, const bool *nulls,
                             int field_count, struct error *error)
{
    struct verification *verification = context;
    struct verified_partition *partition;
    (void)nulls;
    if (field_count != 2)
        return error_set(error, ERROR_FATAL, "quarantine: %d columns", field_count);
    if (verification->vector &&
        !vector_holds(verification->vector, field_integer(fields[0]), field_bigint(fields[1])))
        return true;
    struct verified_range *range = meet(verification, "quarantine", field_integer(fields[0]),
                                        field_bigint(fields[1]), &partition);
    verification->quarantined++;
    if (range)
        range->met_quarantined++;
    return true;
}

bool verify_journal(struct verification *verification, struct error *error)
{
    const struct refold_options options = {.context = verification,
                                           .meet = meet_record,
                                           .progress = meet_progress,
                                           .fault = report_fault};
    return refold_journal(verification->postgres, &query_db_journal_out, &options,
                          verification->as_of.states, &verification->as_of.counts, error) &&
           postgres_copy_out(verification->postgres, &query_db_quarantine_out, read_quarantined,
                             verification, error);
}
