// Whether offsets that the source left out are believed not to be in the log (transaction markers, aborted, compacted away).
//
// The first gap after reading began, or after the group changed, is believed when it was seen twice, read from the offset
// before it; those that follow are believed at once, so that a topic full of markers is not read twice. So no record is lost
// to a client that goes on behind records which it never handed out, as librdkafka before 2.1.0 does with those that a call of
// its batch interface had in hand when a rebalance paused everything (confluentinc/librdkafka, pull request 4208).
#include "aggregate/loop_internal.h"

#include "common/log.h"

#include <inttypes.h>

void partition_distrust(struct partition *partition)
{
    partition->trusts_gaps = partition->in_doubt = false;
    partition->doubted_offset = -1;
}

void loop_distrust(struct loop *loop)
{
    for (size_t i = 0; i < loop->partition_count; i++) {
        loop->partitions[i].trusts_gaps = false;
        loop->partitions[i].doubted_offset = -1;
    }
}

bool partition_believes(struct partition *partition, int64_t offset, bool is_end)
{
    if (partition->in_doubt)
        return false;
    // Of a last record that does not come it only matters that it did not come twice.
    bool any = partition->phase == PARTITION_CHECKING && partition->doubted_end == is_end;
    if (partition->doubted_offset >= 0 && (partition->doubted_offset == offset || any))
        partition->trusts_gaps = true;
    if (partition->trusts_gaps)
        return true;
    partition->doubted_offset = offset;
    partition->doubted_end = is_end;
    partition->in_doubt = true;
    partition->end_offset = -1;
    return false;
}

static void go_to(struct partition *partition, int64_t offset)
{
    partition->passed_over += offset - partition->position;
    partition->position = offset;
    partition->doubted_offset = -1;
}

bool partition_passes_over(struct partition *partition, int64_t offset, bool is_end)
{
    if (partition->in_doubt)
        return false;
    // Ends move on: nothing came before where it was, twice.
    if (partition->doubted_end && offset > partition->doubted_offset &&
        partition->doubted_offset > partition->position)
        go_to(partition, partition->doubted_offset);
    if (offset > partition->position && !partition_believes(partition, offset, is_end))
        return false;
    if (offset >= partition->position)
        go_to(partition, offset);
    return true;
}

bool loop_settle_doubts(struct loop *loop, struct error *error)
{
    arena_reset(&loop->scratch);
    struct partition_offset *starts =
        arena_array(&loop->scratch, struct partition_offset, loop->partition_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < loop->partition_count; i++) {
        struct partition *partition = &loop->partitions[i];
        bool is_read =
            partition->phase == PARTITION_CHECKING || partition->phase == PARTITION_RUNNING;
        if (!partition->in_doubt || !is_read)
            continue;
        starts[count++] = (struct partition_offset){(uint32_t)i, loop_read_offset(partition)};
        log_debug("%s [%d]: nothing came between offsets %" PRId64 " and %" PRId64
                  "; reading again",
                  loop_name(loop, partition)->topic, loop_name(loop, partition)->partition,
                  starts[count - 1].offset, partition->doubted_offset);
    }
    if (count && !loop->source->start(loop->source, starts, count, error))
        return false; // they stay in doubt
    for (size_t i = 0; i < count; i++)
        loop->partitions[starts[i].partition].in_doubt = false;
    loop->counts.doubts += (int64_t)count;
    return true;
}
