// How much a partition of the mock cluster keeps. The limits are fields of a private struct without an accessor, so they are
// found by their values: two neighbouring words, 5 MiB and 100,000, near the start of the partition. This runs in the mock
// cluster's own thread, before the first record is appended: no partition, not even one made on demand, is missed.
//
// Invariant: a partition whose limits are not found ends the program. It would drop records silently later.
#include "mock.h"

#include "common/log.h"

#include <stddef.h>
#include <stdlib.h>

enum {
    WORDS_SEARCHED = 20
}; // the struct of librdkafka 2.0.2 has 27; the limits are words 12 and 13

static uint64_t kept_bytes = MOCK_DEFAULT_BYTES, kept_batches = MOCK_DEFAULT_BATCHES;

// The parameters are those of librdkafka 2.0.2: records, transactional id, the base offset to return. All are pointers.
int __real_rd_kafka_mock_partition_log_append(void *partition, const void *records,
                                              const void *transactional_id, int64_t *base_offset);
int __wrap_rd_kafka_mock_partition_log_append(void *partition, const void *records,
                                              const void *transactional_id, int64_t *base_offset);

// False: neither the library's limits nor ours are there.
static bool set_limits(size_t *words)
{
    for (size_t i = 0; i < WORDS_SEARCHED; i++) {
        if (words[i] == kept_bytes && words[i + 1] == kept_batches) {
            return true;
        }
        if (words[i] == MOCK_DEFAULT_BYTES && words[i + 1] == MOCK_DEFAULT_BATCHES) {
            words[i] = kept_bytes;
            words[i + 1] = kept_batches;
            return true;
        }
    }
    return false;
}

int __wrap_rd_kafka_mock_partition_log_append(void *partition, const void *records,
                                              const void *transactional_id, int64_t *base_offset)
{
    if (!set_limits(partition)) {
        log_line(LOG_ERROR, "this librdkafka keeps a partition's limits elsewhere than 2.0.2 does: "
                            "records would be lost silently; build with librdkafka 2.0.2");
        abort();
    }
    return __real_rd_kafka_mock_partition_log_append(partition, records, transactional_id,
                                                     base_offset);
}

void mock_retention_set(uint64_t bytes, uint64_t batches)
{
    kept_bytes = bytes;
    kept_batches = batches;
}
