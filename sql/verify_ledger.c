// The ledger is the offset: ranges join up from a partition's origin to its next offset, and what
// they count is what journal and quarantine hold.
#include "sql/queries.h"
#include "sql/verify.h"

#include <inttypes.h>
#include <stdlib.h>

struct verified_partition *verify_partition(struct verification *verification, int32_t partition_id)
{
    size_t low = 0, high = verification->partition_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        struct verified_partition *partition = &verification->partitions[middle];
        if (partition->partition_id == partition_id)
            return partition;
        if (partition->partition_id < partition_id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool read_ledger(struct verification *verification, struct error *error)
{
    PGresult *result;
    if (!postgres_query(verification->postgres, &query_db_ledger_list, NULL, &result, error))
        return false;
    int count = PQntuples(result);
    struct arena *arena = &verification->arena;
    verification->partition_count = (size_t)count;
    verification->partitions = arena_array(arena, struct verified_partition, (size_t)count);
    for (int row = 0; row < count; row++) {
        bool none = column_is_null(result, row, 7);
        verification->partitions[row] = (struct verified_partition){
            .partition_id = column_integer(result, row, 0),
            .cluster = arena_text(arena, column_text(result, row, 1)),
            .topic = arena_text(arena, column_text(result, row, 2)),
            .partition = column_integer(result, row, 3),
            .origin_offset = column_bigint(result, row, 4),
            .next_offset = column_bigint(result, row, 5),
            .generation = column_integer(result, row, 6),
            .last_record_offset = none ? -1 : column_bigint(result, row, 7),
            .last_record_digest = none ? 0 : (uint64_t)column_bigint(result, row, 8),
            .met_last_offset = -1,
        };
    }
    PQclear(result);
    return true;
}

static void add_range(struct verification *verification, struct verified_partition *partition,
                      struct verified_range range)
{
    if (partition->range_count == partition->range_capacity) {
        size_t capacity = partition->range_capacity ? partition->range_capacity * 2 : 64;
        struct verified_range *ranges =
            arena_array(&verification->arena, struct verified_range, capacity);
        if (partition->range_count)
            memcpy(ranges, partition->ranges, partition->range_count * sizeof *ranges);
        partition->ranges = ranges;
        partition->range_capacity = capacity;
    }
    partition->ranges[partition->range_count++] = range;
}

static bool read_range(void *context, const struct text *fields, const bool *nulls, int field_count,
                       struct error *error)
{
    struct verification *verification = context;
    (void)nulls;
    if (field_count != 12)
        return error_set(error, ERROR_FATAL, "batch_range: %d columns", field_count);
    int32_t id = field_integer(fields[0]);
    struct verified_range range = {.from_offset = field_bigint(fields[1]),
                                   .until_offset = field_bigint(fields[2]),
                                   .batch_id = field_bigint(fields[3]),
                                   .stated = field_bigint(fields[4]) + field_bigint(fields[5]),
                                   .progress = field_bigint(fields[6]),
                                   .tombstones = field_bigint(fields[7]),
                                   .quarantined = field_bigint(fields[8]),
                                   .passed_over = field_bigint(fields[9]),
                                   .unjournalled = field_bigint(fields[10])};
    struct verified_partition *partition = verify_partition(verification, id);
    verification->ranges++;
    if (!partition) {
        verify_differs(verification,
                       "batch_range (%d, %" PRId64 "): the ledger has no such partition", id,
                       range.from_offset);
        return true;
    }
    if (fields[11].bytes[0] == 0)
        verify_differs(verification, "batch_range (%d, %" PRId64 "): there is no batch %" PRId64,
                       id, range.from_offset, range.batch_id);
    add_range(verification, partition, range);
    return true;
}

// From the origin to the next offset without a gap or an overlap.
static void check_contiguous(struct verification *verification,
                             const struct verified_partition *partition)
{
    int64_t expected = partition->origin_offset;
    for (size_t i = 0; i < partition->range_count; i++) {
        const struct verified_range *range = &partition->ranges[i];
        if (range->from_offset != expected)
            verify_differs(verification,
                           "batch_range (%d, %" PRId64 "): %s: the range before ends at %" PRId64,
                           partition->partition_id, range->from_offset,
                           range->from_offset > expected ? "gap" : "overlap", expected);
        expected = range->until_offset;
    }
    if (expected != partition->next_offset)
        verify_differs(verification,
                       "ledger (%d): next_offset is %" PRId64 ", the ranges end at %" PRId64,
                       partition->partition_id, partition->next_offset, expected);
}

bool verify_ledger(struct verification *verification, struct error *error)
{
    if (!read_ledger(verification, error) ||
        !postgres_copy_out(verification->postgres, &query_db_batch_range_out, read_range,
                           verification, error))
        return false;
    for (size_t i = 0; i < verification->partition_count; i++) {
        const struct verified_partition *partition = &verification->partitions[i];
        check_contiguous(verification, partition);
        if (partition->generation != verification->generation.generation)
            verify_differs(verification, "ledger (%d): generation is %d, the current one is %d",
                           partition->partition_id, partition->generation,
                           verification->generation.generation);
    }
    return true;
}

static void compare_count(struct verification *verification,
                          const struct verified_partition *partition,
                          const struct verified_range *range, const char *what, int64_t says,
                          int64_t met)
{
    if (says != met)
        verify_differs(
            verification,
            "batch_range (%d, %" PRId64 " to %" PRId64 "): says %" PRId64 " %s, there are %" PRId64,
            partition->partition_id, range->from_offset, range->until_offset, says, what, met);
}

// Whether the record at this offset may be one of readings, which the journal does not hold.
static bool is_unjournalled(const struct verified_partition *partition, int64_t offset)
{
    if (offset <= partition->met_last_offset)
        return false;
    for (size_t i = 0; i < partition->range_count; i++) {
        const struct verified_range *range = &partition->ranges[i];
        if (offset >= range->from_offset && offset < range->until_offset)
            return range->unjournalled > 0;
    }
    return false;
}

static void check_partition(struct verification *verification,
                            const struct verified_partition *partition)
{
    const struct offset_vector *vector = verification->vector;
    for (size_t i = 0; i < partition->range_count; i++) {
        const struct verified_range *range = &partition->ranges[i];
        if (vector && !vector_holds(vector, partition->partition_id, range->until_offset - 1))
            break; // a range that the cut-off divides was met in part
        compare_count(verification, partition, range, "journalled statements",
                      range->stated - range->unjournalled, range->met_stated);
        compare_count(verification, partition, range, "journalled progress events", range->progress,
                      range->met_progress);
        compare_count(verification, partition, range, "journalled tombstones", range->tombstones,
                      range->met_tombstones);
        compare_count(verification, partition, range, "quarantined records", range->quarantined,
                      range->met_quarantined);
    }
    if (vector)
        return; // the ledger and the progress are those of now
    if (is_unjournalled(partition, partition->last_record_offset))
        return; // readings: there is no record to compare with
    if (partition->last_record_offset != partition->met_last_offset)
        verify_differs(verification,
                       "ledger (%d): last_record_offset is %" PRId64
                       ", the journal's last is %" PRId64 " (-1: none)",
                       partition->partition_id, partition->last_record_offset,
                       partition->met_last_offset);
    else if (partition->last_record_digest != partition->met_last_digest)
        verify_differs(verification,
                       "ledger (%d): last_record_digest is %016" PRIx64
                       ", that of the journal's record is %016" PRIx64,
                       partition->partition_id, partition->last_record_digest,
                       partition->met_last_digest);
}

static const char *instant_text(int64_t instant_us, char out[32])
{
    civil_print_instant(instant_us, out);
    return out;
}

// Takes what it finds out of the journal's progress: what is left is missing in the table.
static void compare_progress(struct verification *verification,
                             const struct verified_progress *stored)
{
    char says[32], met[32];
    for (size_t i = 0; i < verification->progress_count; i++) {
        struct verified_progress *progress = &verification->progress[i];
        if (!text_equal(progress->cluster, stored->cluster) ||
            !text_equal(progress->topic, stored->topic) ||
            !text_equal(progress->source, stored->source))
            continue;
        if (progress->until_us != stored->until_us)
            verify_differs(verification,
                           "source_progress (" TEXT_FORMAT ", " TEXT_FORMAT ", " TEXT_FORMAT
                           "): is %s, the journal says %s",
                           TEXT_ARGUMENTS(stored->cluster), TEXT_ARGUMENTS(stored->topic),
                           TEXT_ARGUMENTS(stored->source), instant_text(stored->until_us, says),
                           instant_text(progress->until_us, met));
        *progress = verification->progress[--verification->progress_count];
        return;
    }
    verify_differs(verification,
                   "source_progress (" TEXT_FORMAT ", " TEXT_FORMAT ", " TEXT_FORMAT
                   "): is %s, the journal has no progress of this source",
                   TEXT_ARGUMENTS(stored->cluster), TEXT_ARGUMENTS(stored->topic),
                   TEXT_ARGUMENTS(stored->source), instant_text(stored->until_us, says));
}

static bool check_progress(struct verification *verification, struct error *error)
{
    PGresult *result;
    if (!postgres_query(verification->postgres, &query_db_source_progress_list, NULL, &result,
                        error))
        return false;
    for (int row = 0; row < PQntuples(result); row++) {
        struct verified_progress stored = {column_text(result, row, 0), column_text(result, row, 1),
                                           column_text(result, row, 2),
                                           column_instant(result, row, 3)};
        compare_progress(verification, &stored);
    }
    PQclear(result);
    for (size_t i = 0; i < verification->progress_count; i++) {
        char met[32];
        const struct verified_progress *missing = &verification->progress[i];
        verify_differs(verification,
                       "source_progress (" TEXT_FORMAT ", " TEXT_FORMAT ", " TEXT_FORMAT
                       "): is missing, the journal says %s",
                       TEXT_ARGUMENTS(missing->cluster), TEXT_ARGUMENTS(missing->topic),
                       TEXT_ARGUMENTS(missing->source), instant_text(missing->until_us, met));
    }
    return true;
}

bool verify_ledger_against_journal(struct verification *verification, struct error *error)
{
    for (size_t i = 0; i < verification->partition_count; i++)
        check_partition(verification, &verification->partitions[i]);
    return verification->vector || check_progress(verification, error);
}
