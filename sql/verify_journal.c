// The journal is read once, in any order: every record is decoded and folded, and its offset must
// lie in a range of its partition and be there once. Its own columns must say what its value says.
#include "sql/queries.h"
#include "sql/verify.h"

#include "proto/codec.h"

#include <inttypes.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

// A row of db_journal_out.
struct journal_record {
    int32_t partition_id;
    int64_t offset, occurred_us;
    int16_t family, kind;
    bool occurred_stated, has_value;
    struct text authority, entity, value;
};

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

static void compare_columns(struct verification *verification, const struct journal_record *record,
                            const struct event *event)
{
    bool progress = event->form == EVENT_PROGRESS;
    const char *what = NULL;
    if (record->kind != event->kind)
        what = "kind";
    else if (!text_equal(record->authority, event->authority))
        what = "authority";
    else if (!text_equal(record->entity, event->entity))
        what = "entity_id";
    else if (record->occurred_stated == progress ||
             (!progress && record->occurred_us != event->occurred_us))
        what = "occurred_at";
    if (what)
        verify_differs(verification, "journal (%d, %" PRId64 "): %s is not what the value says",
                       record->partition_id, record->offset, what);
}

static void fold_record(struct verification *verification, const struct journal_record *record,
                        const struct verified_partition *partition, struct verified_range *range)
{
    struct event event;
    struct error error = ERROR_INIT;
    if (!record->has_value) {
        range->met_tombstones++;
        return;
    }
    if (!codec_decode(&verification->scratch, (enum family)record->family, record->value, &event,
                      &error)) {
        range->met_stated++;
        verify_differs(verification, "journal (%d, %" PRId64 "): cannot be decoded: %s",
                       record->partition_id, record->offset, error.text);
        return;
    }
    compare_columns(verification, record, &event);
    if (event.form == EVENT_PROGRESS) {
        range->met_progress++;
        note_progress(verification, partition, &event);
        return;
    }
    range->met_stated++;
    entity_states_fold(verification->entities, &event, &verification->scratch);
}

static bool read_record(void *context, const struct text *fields, const bool *nulls,
                        int field_count, struct error *error)
{
    struct verification *verification = context;
    if (field_count != 8)
        return error_set(error, ERROR_FATAL, "journal: %d columns", field_count);
    arena_reset(&verification->scratch);
    struct text none = {"", 0};
    struct journal_record record = {.partition_id = field_integer(fields[0]),
                                    .offset = field_bigint(fields[1]),
                                    .family = field_smallint(fields[2]),
                                    .kind = field_smallint(fields[3]),
                                    .occurred_stated = !nulls[4],
                                    .occurred_us = nulls[4] ? 0 : field_instant(fields[4]),
                                    .authority = nulls[5] ? none : fields[5],
                                    .entity = nulls[6] ? none : fields[6],
                                    .has_value = !nulls[7],
                                    .value = nulls[7] ? none : fields[7]};
    struct verified_partition *partition;
    struct verified_range *range =
        meet(verification, "journal", record.partition_id, record.offset, &partition);
    verification->records++;
    if (!range)
        return true;
    if (record.offset > partition->met_last_offset) {
        partition->met_last_offset = record.offset;
        partition->met_last_digest =
            record.has_value ? XXH3_64bits(record.value.bytes, record.value.length) : 0;
    }
    fold_record(verification, &record, partition, range);
    return true;
}

static bool read_quarantined(void *context, const struct text *fields, const bool *nulls,
                             int field_count, struct error *error)
{
    struct verification *verification = context;
    struct verified_partition *partition;
    (void)nulls;
    if (field_count != 2)
        return error_set(error, ERROR_FATAL, "quarantine: %d columns", field_count);
    struct verified_range *range = meet(verification, "quarantine", field_integer(fields[0]),
                                        field_bigint(fields[1]), &partition);
    verification->quarantined++;
    if (range)
        range->met_quarantined++;
    return true;
}

bool verify_journal(struct verification *verification, struct error *error)
{
    return postgres_copy_out(verification->postgres, &query_db_journal_out, read_record,
                             verification, error) &&
           postgres_copy_out(verification->postgres, &query_db_quarantine_out, read_quarantined,
                             verification, error);
}
