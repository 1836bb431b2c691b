// The record source on librdkafka: polling, and what a message becomes.
//
// The client decides nothing: group offsets are ignored, every fetch starts where the loop says, and offsets that are not
// there are an error, never a jump. Assignment is in source_kafka_group.c.
#include "aggregate/source_kafka_internal.h"

#include "common/kafka.h"
#include "common/log.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    CHUNK_MESSAGES =
        500, // of one call to the client: it may go so far over its bytes when records become larger
    WATERMARK_WAIT_MS = 1000,
    POLICY_WAIT_MS = 5000,
};

static struct source_kafka *self_of(struct record_source *source)
{
    return (struct source_kafka *)source;
}

uint32_t kafka_partition_number(struct source_kafka *self, const char *topic, int32_t partition)
{
    for (size_t i = 0; i < self->partition_count; i++)
        if (self->partitions[i]->name.partition == partition &&
            strcmp(self->partitions[i]->name.topic, topic) == 0)
            return (uint32_t)i;
    struct kafka_partition *added = calloc(1, sizeof *added);
    size_t bytes = (self->partition_count + 1) * sizeof *self->partitions;
    self->partitions = realloc(self->partitions, bytes);
    if (!added || !self->partitions)
        abort();
    added->name = (struct partition_name){.cluster = self->cluster, .partition = partition};
    for (size_t i = 0; i < self->topic_count; i++)
        if (strcmp(self->topics[i].topic, topic) == 0)
            added->name =
                (struct partition_name){self->cluster, self->topics[i].topic, partition,
                                        self->topics[i].family, self->policies[i].is_compacted};
    if (!added->name.topic)
        abort(); // a topic that we never subscribed to
    self->partitions[self->partition_count++] = added;
    return (uint32_t)(self->partition_count - 1);
}

// The number of a message's partition; consecutive messages mostly share it.
static uint32_t number_of(struct source_kafka *self, const rd_kafka_message_t *message)
{
    if (self->last_topic != message->rkt || self->last_partition != message->partition) {
        self->last_topic = message->rkt;
        self->last_partition = message->partition;
        self->last_number =
            kafka_partition_number(self, rd_kafka_topic_name(message->rkt), message->partition);
    }
    return self->last_number;
}

static void copy_headers(struct arena *arena, const rd_kafka_message_t *message,
                         struct record *record)
{
    rd_kafka_headers_t *headers;
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    size_t count = rd_kafka_header_cnt(headers);
    struct record_header *copies = arena_array(arena, struct record_header, count + 1);
    for (size_t i = 0; i < count; i++) {
        const char *name;
        const void *value;
        size_t length;
        if (rd_kafka_header_get_all(headers, i, &name, &value, &length))
            break;
        copies[i].name = arena_string(arena, text_from(name));
        if (value)
            copies[i].value = (struct text){arena_copy(arena, value, length), (uint32_t)length};
        record->header_count++;
    }
    record->headers = copies;
}

static void take_record(struct source_kafka *self, const rd_kafka_message_t *message,
                        struct delivery *delivery)
{
    struct arena *arena = delivery->arena;
    rd_kafka_timestamp_type_t type;
    int64_t timestamp_ms = rd_kafka_message_timestamp(message, &type);
    struct record record = {
        .partition = number_of(self, message),
        .offset = message->offset,
        .appended_us = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME ? timestamp_ms * 1000 : -1,
        .has_key = message->key != NULL,
        .has_value = message->payload != NULL,
    };
    if (record.has_key)
        record.key = (struct text){arena_copy(arena, message->key, message->key_len),
                                   (uint32_t)message->key_len};
    if (record.has_value)
        record.value = (struct text){arena_copy(arena, message->payload, message->len),
                                     (uint32_t)message->len};
    copy_headers(arena, message, &record);
    self->partitions[record.partition]->next_offset = message->offset + 1;
    delivery_add_record(delivery, &record);
}

static void take_error(struct source_kafka *self, const rd_kafka_message_t *message,
                       struct delivery *delivery)
{
    bool of_partition = message->rkt && message->partition >= 0;
    switch (message->err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF: {
        uint32_t number = number_of(self, message);
        if (message->offset > self->partitions[number]->next_offset)
            self->partitions[number]->next_offset = message->offset;
        delivery_add_notice(delivery, SOURCE_END, number, message->offset);
        break;
    }
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        if (of_partition)
            delivery_add_notice(delivery, SOURCE_OUT_OF_RANGE, number_of(self, message),
                                message->offset);
        break;
    default:
        log_warning("Kafka: %s", rd_kafka_message_errstr(message));
    }
}

static size_t chunk_size(const struct source_kafka *self, const struct poll_limits *limits,
                         const struct delivery *delivery)
{
    if (limits->records <= delivery->record_count || limits->bytes <= delivery->bytes)
        return 0;
    size_t chunk = limits->records - delivery->record_count;
    size_t average = self->average_bytes ? self->average_bytes : 256;
    size_t fitting = (limits->bytes - delivery->bytes) / average + 1;
    chunk = chunk < fitting ? chunk : fitting;
    return chunk < CHUNK_MESSAGES ? chunk : CHUNK_MESSAGES;
}

// One call to the client: up to `wanted` messages. Returns how many came.
static size_t take_chunk(struct source_kafka *self, size_t wanted, int wait_ms,
                         struct delivery *delivery)
{
    ssize_t came = rd_kafka_consume_batch_queue(self->queue, wait_ms, self->messages, wanted);
    size_t bytes = 0, records = 0;
    for (ssize_t i = 0; i < came; i++) {
        rd_kafka_message_t *message = self->messages[i];
        if (message->err) {
            take_error(self, message, delivery);
        } else {
            bytes += message->len + message->key_len;
            records++;
            take_record(self, message, delivery);
        }
        rd_kafka_message_destroy(message);
    }
    if (records)
        self->average_bytes = bytes / records + 1;
    return came > 0 ? (size_t)came : 0;
}

static bool poll(struct record_source *source, const struct poll_limits *limits,
                 struct delivery *delivery, struct error *error)
{
    struct source_kafka *self = self_of(source);
    char reason[512];
    int wait_ms = (int)((limits->wait_us + 999) / 1000);
    self->delivery = delivery;
    if (self->is_alone && !kafka_take_all(self, error))
        return false;
    size_t wanted = chunk_size(self, limits, delivery);
    // Without room for records the client is still served: once it is paused, notices are all that comes.
    size_t came = take_chunk(self, wanted ? wanted : 1, wait_ms, delivery);
    while (wanted > 1 && came == wanted) {
        wanted = chunk_size(self, limits, delivery);
        came = wanted ? take_chunk(self, wanted, 0, delivery) : 0;
    }
    self->delivery = NULL;
    if (rd_kafka_fatal_error(self->client, reason, sizeof reason))
        return error_set(error, ERROR_FATAL, "Kafka: %s", reason);
    return true;
}

// One bound of all partitions, in a request per leader: `which` is RD_KAFKA_OFFSET_BEGINNING or _END. Not asked by
// rd_kafka_query_watermark_offsets: in 2.0.2 it waits for a leader that is down until that comes back.
static rd_kafka_resp_err_t query_bound(struct source_kafka *self, const uint32_t *partitions,
                                       size_t count, int64_t which, int64_t *bounds)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++) {
        const struct partition_name *name = &self->partitions[partitions[i]]->name;
        rd_kafka_topic_partition_list_add(list, name->topic, name->partition)->offset = which;
    }
    rd_kafka_resp_err_t failure = rd_kafka_offsets_for_times(self->client, list, WATERMARK_WAIT_MS);
    for (size_t i = 0; i < count; i++) { // what was not answered is as it was asked: negative
        const rd_kafka_topic_partition_t *answer = &list->elems[i];
        bounds[i] = answer->err || answer->offset < 0 ? -1 : answer->offset;
        failure = failure ? failure : answer->err;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return failure;
}

static bool watermarks(struct record_source *source, const uint32_t *partitions, size_t count,
                       int64_t *lows, int64_t *highs, struct error *error)
{
    struct source_kafka *self = self_of(source);
    rd_kafka_resp_err_t failure =
        query_bound(self, partitions, count, RD_KAFKA_OFFSET_BEGINNING, lows);
    rd_kafka_resp_err_t failure_of_ends =
        query_bound(self, partitions, count, RD_KAFKA_OFFSET_END, highs);
    size_t missing = count, answered = 0;
    for (size_t i = 0; i < count; i++) {
        if (lows[i] >= 0 && highs[i] >= 0)
            answered++;
        else if (missing == count)
            missing = i;
    }
    if (answered == count)
        return true;
    const struct partition_name *name = &self->partitions[partitions[missing]]->name;
    failure = failure ? failure : failure_of_ends ? failure_of_ends : RD_KAFKA_RESP_ERR__TIMED_OUT;
    for (size_t i = 0; i < count; i++)
        if (lows[i] < 0 || highs[i] < 0)
            lows[i] = highs[i] = -1;
    return error_set(error, ERROR_RETRY,
                     "the bounds of %zu of %zu partition(s) cannot be read, of %s [%d] first: %s",
                     count - answered, count, name->topic, name->partition,
                     rd_kafka_err2str(failure));
}

static void commit_advisory(struct record_source *source, const struct partition_offset *offsets,
                            size_t count)
{
    struct source_kafka *self = self_of(source);
    if (self->is_alone)
        return;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++) {
        const struct kafka_partition *partition = self->partitions[offsets[i].partition];
        if (partition->assigned)
            rd_kafka_topic_partition_list_add(list, partition->name.topic,
                                              partition->name.partition)
                ->offset = offsets[i].offset;
    }
    if (list->cnt)
        rd_kafka_commit(self->client, list, 1);
    rd_kafka_topic_partition_list_destroy(list);
}

static const struct partition_name *name(struct record_source *source, uint32_t partition)
{
    return &self_of(source)->partitions[partition]->name;
}

static rd_kafka_conf_t *configure(const struct config *config, struct error *error)
{
    char queue_kbytes[24];
    snprintf(queue_kbytes, sizeof queue_kbytes, "%lld",
             (long long)config_integer(config, "queue-kbytes"));
    const struct kafka_property properties[] = {
        {"group.id", config_text(config, "group"), false, NULL},
        {"enable.auto.commit", "false", true, "the ledger in PostgreSQL is the offset"},
        {"enable.auto.offset.store", "false", true, "the ledger in PostgreSQL is the offset"},
        {"auto.offset.reset", "error", true, "an offset that is not there is a loss, never a jump"},
        {"enable.partition.eof", "true", true, "completeness is told from the ends of partitions"},
        {"isolation.level", "read_committed", true, "aborted transactions must not be counted"},
        {"queued.min.messages", "1000000", false, NULL},
        {"queued.max.messages.kbytes", queue_kbytes, false, NULL},
        {"fetch.wait.max.ms", "10", false, NULL},
        {"partition.assignment.strategy", "range,roundrobin", false, NULL},
        {NULL, NULL, false, NULL},
    };
    return kafka_conf_new(config, properties, error);
}

static bool subscribe(struct source_kafka *self, struct error *error)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)self->topic_count);
    for (size_t i = 0; i < self->topic_count; i++)
        rd_kafka_topic_partition_list_add(list, self->topics[i].topic, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t failure = rd_kafka_subscribe(self->client, list);
    rd_kafka_topic_partition_list_destroy(list);
    return !failure || error_set(error, ERROR_BAD_CONFIG, "Kafka refuses the subscription: %s",
                                 rd_kafka_err2str(failure));
}

// Null when no broker answers. Until a new client of librdkafka 2.0.2 is asked for something that a broker has to answer it may
// sleep for a second before it connects, and the cluster's name is nothing of the kind.
static char *ask_cluster(rd_kafka_t *client, int wait_ms)
{
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(client, 0, NULL, &metadata, wait_ms))
        return NULL;
    rd_kafka_metadata_destroy(metadata);
    return rd_kafka_clusterid(client, wait_ms);
}

static bool connect_client(struct source_kafka *self, const struct config *config, int wait_ms,
                           struct error *error)
{
    char reason[512];
    rd_kafka_conf_t *conf = configure(config, error);
    if (!conf)
        return false;
    rd_kafka_conf_set_opaque(conf, self);
    rd_kafka_conf_set_rebalance_cb(conf, kafka_take_rebalance);
    self->client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason);
    if (!self->client) {
        rd_kafka_conf_destroy(conf);
        return error_set(error, ERROR_BAD_CONFIG, "Kafka: %s", reason);
    }
    rd_kafka_poll_set_consumer(self->client);
    self->queue = rd_kafka_queue_get_consumer(self->client);
    self->cluster = ask_cluster(self->client, wait_ms);
    if (!self->cluster)
        return error_set(error, ERROR_RETRY,
                         "Kafka does not answer at %s; is the broker up, and is the address right?",
                         config_text(config, "brokers"));
    self->is_alone = config_boolean(config, "alone");
    self->witness = kafka_witness_new(self, config, error);
    if (!self->witness || !kafka_check_policies(self, POLICY_WAIT_MS, error))
        return false;
    return self->is_alone || subscribe(self, error);
}

struct record_source *source_kafka_new(const struct config *config,
                                       const struct topic_family *topics, size_t topic_count,
                                       int wait_ms, struct error *error)
{
    struct source_kafka *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->topics = topics;
    self->topic_count = topic_count;
    self->compacted = config_text(config, "compacted");
    self->policies = calloc(topic_count + 1, sizeof *self->policies);
    self->messages = calloc(CHUNK_MESSAGES, sizeof *self->messages);
    if (!self->messages || !self->policies)
        abort();
    self->source = (struct record_source){.poll = poll,
                                          .start = kafka_start,
                                          .stop = kafka_stop,
                                          .pause = kafka_pause,
                                          .resume = kafka_resume,
                                          .watermarks = watermarks,
                                          .list = kafka_list,
                                          .ask = kafka_ask,
                                          .recall = kafka_recall,
                                          .commit_advisory = commit_advisory,
                                          .name = name};
    if (connect_client(self, config, wait_ms, error))
        return &self->source;
    source_kafka_free(&self->source);
    return NULL;
}

void source_kafka_free(struct record_source *source)
{
    if (!source)
        return;
    struct source_kafka *self = self_of(source);
    kafka_witness_free(self->witness);
    if (self->queue)
        rd_kafka_queue_destroy(self->queue);
    if (self->client) {
        rd_kafka_consumer_close(self->client);
        if (self->cluster)
            rd_kafka_mem_free(self->client, self->cluster);
        rd_kafka_destroy(self->client);
    }
    for (size_t i = 0; i < self->partition_count; i++)
        free(self->partitions[i]);
    free(self->partitions);
    free(self->messages);
    free(self->policies);
    free(self);
}
