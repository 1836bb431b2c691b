// A partitioned log in memory, with a consumer group: the deterministic stand-in for Kafka.
//
// Several members read one log. A member learns of a rebalance when it polls, as with Kafka, so that a member that was not
// turned for a while is a zombie that still writes what it had read. Whatever it learns interrupts what it keeps, as with the
// cooperative protocol. Faults are drawn from the log's dice. What retention or
// a deletion took is kept for whoever checks what was counted.
#pragma once

#include "aggregate/source.h"
#include "tests/unit/support/dice.h"

enum { LOG_PARTITIONS = 8, LOG_MEMBERS = 6, LOG_INCARNATIONS = 4 };

struct log_entry {
    bool hole; // an offset without a record: a transaction marker, aborted, or compacted away
    int64_t appended_us;
    struct record record;
};

struct log_incarnation {       // what the partition was between two deletions of its topic
    struct log_entry *entries; // of offsets from `first` on
    size_t count, capacity;
    int64_t first;
};

struct log_partition {
    struct log_incarnation incarnations[LOG_INCARNATIONS];
    int current;        // of them
    int64_t low;        // what retention left
    int owner;          // member, or -1
    bool has_no_leader; // nobody answers
};

struct log_faults { // per thousand
    uint32_t watermark_failures, start_failures;
    uint32_t fetch_errors;   // a poll brings nothing of a partition
    uint32_t double_fetches; // a few records come again
    uint32_t late_ends;      // an end notice waits for the next poll, behind what has come since
    uint32_t
        skips; // reading begins, or goes on after others came or went, behind some records; never twice in a row
};

struct log_member;

struct log {
    struct arena arena; // bytes of records
    struct dice *dice;
    struct log_partition partitions[LOG_PARTITIONS];
    uint32_t partition_count;
    bool is_listed; // members that join may ask which partitions there are
    bool is_silent; // and get no answer
    struct partition_name names[LOG_PARTITIONS];
    struct log_member *members[LOG_MEMBERS];
    struct log_faults faults;
    int64_t now_us; // when what is appended is appended
};

void log_init(struct log *log, struct dice *dice, uint32_t partitions);
void log_free(struct log *log);
// Appends; the texts are copied. A null record is a hole.
void log_append(struct log *log, uint32_t partition, const struct record *record);
int64_t log_end(const struct log *log, uint32_t partition);
// Null when the log never had this offset.
const struct log_entry *log_entry_at(const struct log *log, uint32_t partition, int incarnation,
                                     int64_t offset);
// Removes what lies below an offset, as retention does.
void log_retain_from(struct log *log, uint32_t partition, int64_t low);
// Deletes the topic's partition and makes it anew, empty. Its owner's group may tell it, or not: then it meets a log that ends
// before where it reads. False: that was done too often.
bool log_recreate(struct log *log, uint32_t partition, bool tells_owner);

// A member of the group under this number; takes no partition until log_assign.
struct record_source *log_join(struct log *log, int member);
// Its partitions have no owner until the next log_assign.
void log_leave(struct log *log, int member);
// Gives a partition to a member; both members learn of it when they poll.
void log_assign(struct log *log, uint32_t partition, int member);
