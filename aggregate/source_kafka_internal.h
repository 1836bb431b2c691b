// What the files of the Kafka source share.
#pragma once

#include "aggregate/source_kafka.h"

#include <librdkafka/rdkafka.h>

struct kafka_partition {
    struct partition_name name;
    bool assigned;       // by the group
    bool started;        // by the loop
    int64_t next_offset; // to be delivered
};

struct topic_policy {
    bool is_known;
    bool is_compacted;
};

struct kafka_witness; // see source_kafka_witness.c

struct source_kafka {
    struct record_source source; // first
    rd_kafka_t *client;
    struct kafka_witness *witness;
    rd_kafka_queue_t *queue;
    char *cluster;
    const struct topic_family *topics;
    size_t topic_count;
    const char *compacted;               // of topics those that may be, separated by commas
    struct topic_policy *policies;       // by topic
    struct kafka_partition **partitions; // by number; their names are lent out
    size_t partition_count;
    bool is_alone;      // no group: all partitions are ours
    bool has_taken_all; // alone: the loop was told of them
    bool paused;
    struct delivery *delivery; // of the poll that is going on; null outside
    rd_kafka_message_t **messages;
    size_t average_bytes;               // of a record of the last chunk
    const rd_kafka_topic_t *last_topic; // of the last message looked up
    int32_t last_partition;
    uint32_t last_number;
};

uint32_t kafka_partition_number(struct source_kafka *self, const char *topic, int32_t partition);

// --- source_kafka_group.c ---
// Alone: tells the loop, once, of every partition that the topics have. ERROR_FATAL when a topic cannot be read.
bool kafka_take_all(struct source_kafka *self, struct error *error);
void kafka_take_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t what,
                          rd_kafka_topic_partition_list_t *list, void *opaque);
bool kafka_start(struct record_source *source, const struct partition_offset *starts, size_t count,
                 struct error *error);
void kafka_stop(struct record_source *source, uint32_t partition);
bool kafka_list(struct record_source *source, struct arena *arena, uint32_t **out, size_t *count,
                struct error *error);
void kafka_pause(struct record_source *source);
void kafka_resume(struct record_source *source, const struct partition_offset *positions,
                  size_t count);

// --- source_kafka_policy.c ---
// Asks which topics are compacted, of those that it does not know of. ERROR_BAD_CONFIG when one is that may not be.
bool kafka_check_policies(struct source_kafka *self, int wait_ms, struct error *error);

// --- source_kafka_witness.c ---
// Null with ERROR_BAD_CONFIG.
struct kafka_witness *kafka_witness_new(struct source_kafka *source, const struct config *config,
                                        struct error *error);
void kafka_witness_free(struct kafka_witness *witness);
void kafka_ask(struct record_source *source, const struct recollection *questions, size_t count);
void kafka_recall(struct record_source *source, struct recollection *questions, size_t count,
                  int64_t wait_us);
