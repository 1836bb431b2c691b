// A partitioned log in memory, with a consumer group: the deterministic stand-in for Kafka.
//
// Several members read one log. A member learns of a rebalance when it polls, as with Kafka, so that a member that was not
// turned for a while is a zombie that still writes what it had read. Faults are drawn from the log's dice.
#pragma once

#include "aggregate/source.h"
#include "tests/unit/support/dice.h"

enum { LOG_PARTITIONS = 6, LOG_MEMBERS = 4 };

struct log_entry {
    bool hole; // an offset without a record: a transaction marker, or compacted away
    struct record record;
};

struct log_partition {
    struct log_entry *entries; // of offsets from `first` on
    size_t count, capacity;
    int64_t first; // offset of entries[0]
    int64_t low;   // what retention left: first <= low
    int owner;     // member, or -1
};

struct log_member;

struct log {
    struct arena arena; // bytes of records
    struct dice *dice;
    struct log_partition partitions[LOG_PARTITIONS];
    uint32_t partition_count;
    struct partition_name names[LOG_PARTITIONS];
    struct log_member *members[LOG_MEMBERS];
    uint32_t watermark_failures; // per thousand
    uint32_t double_fetches;     // per thousand polls: a few records come again
};

void log_init(struct log *log, struct dice *dice, uint32_t partitions);
void log_free(struct log *log);
// Appends; the texts are copied. A null record is a hole.
void log_append(struct log *log, uint32_t partition, const struct record *record);
int64_t log_end(const struct log *log, uint32_t partition);
// Removes what lies below an offset, as retention does.
void log_retain_from(struct log *log, uint32_t partition, int64_t low);
// Deletes the topic's partition and makes it anew, empty.
void log_recreate(struct log *log, uint32_t partition);

// A member of the group under this number; takes no partition until log_assign.
struct record_source *log_join(struct log *log, int member);
void log_leave(struct log *log,
               int member); // its partitions have no owner until the next log_assign
// Gives a partition to a member; both members learn of it when they poll.
void log_assign(struct log *log, uint32_t partition, int member);
