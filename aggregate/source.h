// Where records come from: what the batch loop needs of a partitioned log, and nothing else.
//
// Kafka implements it (source_kafka.c); so does a deterministic log in tests/unit/aggregate. The loop, not the source,
// decides offsets: a partition that the group assigns delivers nothing until `start` names an offset for it. Records of
// one partition come in the order of their offsets, and what lies between two of them is not in the log. Only right after
// `start` or `resume`, and in a delivery that was interrupted or after it, records may be left out, of which the loop has
// to find out. One thread.
#pragma once

#include "core/arena.h"
#include "core/error.h"
#include "core/event.h"
#include "proto/codec.h"

#include <stddef.h>
#include <stdint.h>

// The partition of a topic's replay log, which is the store's own: see source_replay.h.
enum { REPLAY_PARTITION = -1 };

struct partition_name {
    const char *cluster, *topic; // the source's, as long as it lives
    int32_t partition;
    enum family family; // how the topic's values are to be read
    bool is_compacted;  // records may vanish from the middle of its log
};

struct record {
    uint32_t partition; // the source's number for (topic, partition): dense from 0, never reused
    int64_t offset;
    int64_t appended_us; // the broker's append time; -1 when the topic has the producers' times
    struct text key, value;
    bool has_key, has_value; // a record without a value is a tombstone
    const struct record_header *headers;
    uint32_t header_count;
};

enum source_notice_type {
    SOURCE_ASSIGNED, // the group gave us this partition; the loop starts it
    SOURCE_REVOKED,  // the group took it; what was read and not committed is to be dropped
    SOURCE_LOST,     // the same, after somebody else may have begun with it
    SOURCE_END, // everything below `offset` was delivered or passed over, and nothing was above
    SOURCE_OUT_OF_RANGE, // the log does not have `offset`; the partition delivers nothing until started again
};

struct source_notice {
    enum source_notice_type type;
    uint32_t partition;
    int64_t offset;
};

// What one poll brings: records first, then notices. A revocation voids all records of its partition, an end lies behind
// the records below its offset. The arrays grow and are reused; the bytes of records live in `arena`.
struct delivery {
    struct arena *arena; // borrowed: the batch's
    struct record *records;
    size_t record_count, record_capacity;
    struct source_notice *notices;
    size_t notice_count, notice_capacity;
    size_t bytes;     // of keys, values and headers
    bool interrupted; // the group changed meanwhile: of any partition, also of those that stay ours
};

// For implementations: appends; a record's texts must already live in delivery->arena.
void delivery_add_record(struct delivery *delivery, const struct record *record);
void delivery_add_notice(struct delivery *delivery, enum source_notice_type type,
                         uint32_t partition, int64_t offset);
void delivery_clear(struct delivery *delivery); // keeps the arrays
void delivery_free(struct delivery *delivery);

struct poll_limits {
    size_t records, bytes; // stop at whichever comes first; records 0: notices only
    int64_t wait_us;       // return empty-handed after this time at the latest
};

struct partition_offset {
    uint32_t partition;
    int64_t offset;
};

// What a partition's log has at an offset by now.
struct recollection {
    uint32_t partition;
    int64_t offset;
    bool is_answered;
    bool
        has_record; // answered: false where retention or compaction took it, or the log ends before it
    uint64_t digest; // of the record's value: batch_value_digest
};

struct record_source {
    // Appends to *delivery what is there, waiting up to limits->wait_us for the first thing. Also keeps the group
    // membership alive: it is called at least every few seconds, whatever else is wrong. ERROR_FATAL only.
    bool (*poll)(struct record_source *source, const struct poll_limits *limits,
                 struct delivery *delivery, struct error *error);
    // Delivers these assigned partitions from these offsets on, whatever they delivered before. Ignores partitions that
    // are no longer assigned. ERROR_RETRY.
    bool (*start)(struct record_source *source, const struct partition_offset *starts, size_t count,
                  struct error *error);
    // Delivers nothing more of this partition until it is started again.
    void (*stop)(struct record_source *source, uint32_t partition);
    // Stops reading from the brokers, memory stays bounded, polling goes on; and reads on from `positions`, which are all
    // partitions that were started and not stopped.
    void (*pause)(struct record_source *source);
    void (*resume)(struct record_source *source, const struct partition_offset *positions,
                   size_t count);
    // Asks the brokers, after the call began, for the first offset and the end (the last stable offset) of each. Never waits
    // longer than a poll may. ERROR_RETRY when the leaders of some do not answer: both are -1 for those.
    bool (*watermarks)(struct record_source *source, const uint32_t *partitions, size_t count,
                       int64_t *lows, int64_t *highs, struct error *error);
    // Asks the brokers, after the call began, which partitions the topics have, whoever reads them; *out is the arena's. May be
    // null: no partition is ever added. Never waits longer than a poll may. ERROR_RETRY when they do not answer;
    // ERROR_BAD_CONFIG when a topic must not be read.
    bool (*list)(struct record_source *source, struct arena *arena, uint32_t **out, size_t *count,
                 struct error *error);
    // Asks the brokers, after the call began, what these partitions' logs have at these offsets, without a change to what is
    // delivered; whatever was asked before is forgotten. Waits some milliseconds at most. *questions is copied.
    void (*ask)(struct record_source *source, const struct recollection *questions, size_t count);
    // Fills in what has been answered of the last `ask`; waits up to wait_us until all is.
    void (*recall)(struct record_source *source, struct recollection *questions, size_t count,
                   int64_t wait_us);
    // Tells the group how far we are, for lag tools; nothing depends on it. Never waits.
    void (*commit_advisory)(struct record_source *source, const struct partition_offset *offsets,
                            size_t count);
    const struct partition_name *(*name)(struct record_source *source, uint32_t partition);
};
