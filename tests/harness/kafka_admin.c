// What tests do to a real Kafka besides publishing: topics made, grown, trimmed and dropped, and transactions that abort.
//
//   kafka-admin BROKERS create TOPIC...      TOPIC is NAME:PARTITIONS[:PROPERTY=VALUE]...
//   kafka-admin BROKERS renew TOPIC...       drops these first
//   kafka-admin BROKERS fresh TOPIC...       drops every topic first
//   kafka-admin BROKERS drop NAME...
//   kafka-admin BROKERS grow NAME PARTITIONS
//   kafka-admin BROKERS trim NAME PARTITION OFFSET    the log begins at OFFSET afterwards
//   kafka-admin BROKERS ends NAME                     lines "partition low high"
//   kafka-admin BROKERS transact FROM DECOY TO COUNT  copies FROM's records in committed transactions of COUNT, between
//                                                     aborted ones of DECOY's
//   kafka-admin BROKERS copy FROM SKIP COUNT PROPERTY=VALUE TO    copies COUNT records behind the first SKIP, by a producer with
//                                                     this property: partitioner, compression.codec
//
// It returns when every broker that answers knows of it. Exit status 1 with the broker's words when something is refused.
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WAIT_MS = 30000, TOPICS_MAX = 64, REASON_BYTES = 512 };

static void fail(const char *what, const char *reason)
{
    fprintf(stderr, "kafka-admin: %s: %s\n", what, reason);
    exit(1);
}

static void check(rd_kafka_resp_err_t code, const char *what)
{
    if (code)
        fail(what, rd_kafka_err2str(code));
}

// `property`, where it is not null, gets `value`.
static rd_kafka_t *open_client(rd_kafka_type_t type, const char *brokers, const char *property,
                               const char *value)
{
    char reason[REASON_BYTES];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, reason, sizeof reason);
    if (type == RD_KAFKA_CONSUMER) {
        rd_kafka_conf_set(conf, "group.id", "kafka-admin", reason, sizeof reason);
        rd_kafka_conf_set(conf, "fetch.wait.max.ms", "10", reason, sizeof reason);
    }
    if (property && rd_kafka_conf_set(conf, property, value, reason, sizeof reason))
        fail(property, reason);
    rd_kafka_t *client = rd_kafka_new(type, conf, reason, sizeof reason);
    if (!client)
        fail("client", reason);
    return client;
}

// --- topics ---

// Waits until the brokers say that the topic has so many partitions; 0: that it is gone.
static void await_partitions(rd_kafka_t *client, const char *name, int partitions)
{
    for (int waited_ms = 0; waited_ms < WAIT_MS; waited_ms += 20) {
        const struct rd_kafka_metadata *metadata;
        if (!rd_kafka_metadata(client, 1, NULL, &metadata, WAIT_MS)) {
            int found = 0, led = 0;
            for (int t = 0; t < metadata->topic_cnt; t++)
                for (int p = 0; strcmp(metadata->topics[t].topic, name) == 0 &&
                                p < metadata->topics[t].partition_cnt;
                     p++, found++)
                    led += metadata->topics[t].partitions[p].leader >= 0;
            rd_kafka_metadata_destroy(metadata);
            if (found == partitions && led == partitions)
                return;
        }
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    fail(name, "the brokers do not agree on it in time");
}

// The answer to an admin request on topics; the first refusal ends the program, unless it is `tolerated`.
static void await_topics(rd_kafka_queue_t *queue, rd_kafka_resp_err_t tolerated)
{
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, WAIT_MS);
    if (!event)
        fail("request", "no answer in time");
    check(rd_kafka_event_error(event), "request");
    size_t count = 0;
    const rd_kafka_topic_result_t **results = NULL;
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_CREATETOPICS_RESULT)
        results =
            rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    else if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_DELETETOPICS_RESULT)
        results =
            rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count);
    else if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_CREATEPARTITIONS_RESULT)
        results = rd_kafka_CreatePartitions_result_topics(
            rd_kafka_event_CreatePartitions_result(event), &count);
    for (size_t i = 0; i < count; i++)
        if (rd_kafka_topic_result_error(results[i]) != tolerated)
            check(rd_kafka_topic_result_error(results[i]),
                  rd_kafka_topic_result_error_string(results[i])
                      ? rd_kafka_topic_result_error_string(results[i])
                      : rd_kafka_topic_result_name(results[i]));
    rd_kafka_event_destroy(event);
}

static void drop(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *name)
{
    rd_kafka_DeleteTopic_t *topic = rd_kafka_DeleteTopic_new(name);
    rd_kafka_DeleteTopics(client, &topic, 1, NULL, queue);
    await_topics(queue, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    rd_kafka_DeleteTopic_destroy(topic);
    await_partitions(client, name, 0);
}

// "name:partitions:property=value:..."
static void create(rd_kafka_t *client, rd_kafka_queue_t *queue, char *description, bool drop_first)
{
    char reason[REASON_BYTES];
    char *name = strsep(&description, ":"), *partitions = strsep(&description, ":"), *property;
    int count = partitions ? atoi(partitions) : 0;
    rd_kafka_NewTopic_t *topic =
        rd_kafka_NewTopic_new(name, count ? count : 1, -1, reason, sizeof reason);
    if (!topic || !count)
        fail(name, topic ? "say NAME:PARTITIONS" : reason);
    if (drop_first)
        drop(client, queue, name);
    while ((property = strsep(&description, ":"))) {
        char *value = strchr(property, '=');
        if (!value)
            fail(property, "is not PROPERTY=VALUE");
        *value++ = 0;
        check(rd_kafka_NewTopic_set_config(topic, property, value), property);
    }
    rd_kafka_CreateTopics(client, &topic, 1, NULL, queue);
    await_topics(queue, RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_NewTopic_destroy(topic);
    await_partitions(client, name, count);
}

static void drop_all(rd_kafka_t *client, rd_kafka_queue_t *queue)
{
    const struct rd_kafka_metadata *metadata;
    check(rd_kafka_metadata(client, 1, NULL, &metadata, WAIT_MS), "metadata");
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (strncmp(metadata->topics[i].topic, "__", 2) != 0) // Kafka's own
            drop(client, queue, metadata->topics[i].topic);
    rd_kafka_metadata_destroy(metadata);
}

static void grow(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *name, int partitions)
{
    char reason[REASON_BYTES];
    rd_kafka_NewPartitions_t *wanted =
        rd_kafka_NewPartitions_new(name, (size_t)partitions, reason, sizeof reason);
    if (!wanted)
        fail(name, reason);
    rd_kafka_CreatePartitions(client, &wanted, 1, NULL, queue);
    await_topics(queue, RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_NewPartitions_destroy(wanted);
    await_partitions(client, name, partitions);
}

static void trim(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *name, int partition,
                 int64_t offset)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, name, partition)->offset = offset;
    rd_kafka_DeleteRecords_t *request = rd_kafka_DeleteRecords_new(list);
    rd_kafka_DeleteRecords(client, &request, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, WAIT_MS);
    if (!event)
        fail(name, "no answer in time");
    check(rd_kafka_event_error(event), name);
    check(rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event))
              ->elems[0]
              .err,
          name);
    rd_kafka_event_destroy(event);
    rd_kafka_DeleteRecords_destroy(request);
    rd_kafka_topic_partition_list_destroy(list);
}

// --- records ---

// The partitions of a topic with their bounds, as a list whose offsets are the ends.
static rd_kafka_topic_partition_list_t *bounds(rd_kafka_t *client, const char *name, int64_t *lows)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, name, NULL);
    check(rd_kafka_metadata(client, 0, topic, &metadata, WAIT_MS), name);
    int count = metadata->topics[0].partition_cnt;
    if (count == 0 || count > TOPICS_MAX)
        fail(name, "no such topic, or too many partitions");
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
    for (int p = 0; p < count; p++)
        check(rd_kafka_query_watermark_offsets(
                  client, name, p, &lows[p],
                  &rd_kafka_topic_partition_list_add(list, name, p)->offset, WAIT_MS),
              name);
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(topic);
    return list;
}

static void print_ends(rd_kafka_t *client, const char *name)
{
    int64_t lows[TOPICS_MAX];
    rd_kafka_topic_partition_list_t *list = bounds(client, name, lows);
    for (int p = 0; p < list->cnt; p++)
        printf("%d %" PRId64 " %" PRId64 "\n", p, lows[p], list->elems[p].offset);
    rd_kafka_topic_partition_list_destroy(list);
}

struct reader {
    rd_kafka_t *client;
    int64_t left; // records until the end
};

static struct reader open_reader(const char *brokers, const char *name)
{
    int64_t lows[TOPICS_MAX];
    struct reader reader = {.client = open_client(RD_KAFKA_CONSUMER, brokers, NULL, NULL)};
    rd_kafka_topic_partition_list_t *list = bounds(reader.client, name, lows);
    for (int p = 0; p < list->cnt; p++) {
        reader.left += list->elems[p].offset - lows[p];
        list->elems[p].offset = lows[p];
    }
    rd_kafka_poll_set_consumer(reader.client);
    check(rd_kafka_assign(reader.client, list), name);
    rd_kafka_topic_partition_list_destroy(list);
    return reader;
}

static void close_reader(struct reader *reader)
{
    rd_kafka_consumer_close(reader->client);
    rd_kafka_destroy(reader->client);
}

static rd_kafka_message_t *next_record(struct reader *reader)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(reader->client, WAIT_MS);
    if (!message)
        fail("reading", "the records to copy do not come");
    check(message->err, "reading");
    reader->left--;
    return message;
}

// Sends up to `count` of the reader's records on, in the open transaction if there is one. Headers are copied; returns how many.
static int pass_on(struct reader *reader, rd_kafka_t *producer, const char *to, int count)
{
    int passed = 0;
    while (passed < count && reader->left > 0) {
        rd_kafka_message_t *message = next_record(reader);
        rd_kafka_headers_t *headers = NULL, *copy = NULL;
        if (!rd_kafka_message_headers(message, &headers))
            copy = rd_kafka_headers_copy(headers);
        check(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(to),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                RD_KAFKA_V_KEY(message->key, message->key_len),
                                RD_KAFKA_V_VALUE(message->payload, message->len),
                                RD_KAFKA_V_HEADERS(copy), RD_KAFKA_V_END),
              "sending");
        rd_kafka_message_destroy(message);
        rd_kafka_poll(producer, 0);
        passed++;
    }
    return passed;
}

static void check_transaction(rd_kafka_error_t *error, const char *what)
{
    if (error)
        fail(what, rd_kafka_error_string(error));
}

static void transact(const char *brokers, const char *from, const char *decoy, const char *to,
                     int count)
{
    struct reader real = open_reader(brokers, from), false_ones = open_reader(brokers, decoy);
    rd_kafka_t *producer =
        open_client(RD_KAFKA_PRODUCER, brokers, "transactional.id", "kafka-admin");
    check_transaction(rd_kafka_init_transactions(producer, WAIT_MS), "transactions");
    int committed = 0, aborted = 0, passed = 0;
    while (real.left > 0 || false_ones.left > 0) {
        check_transaction(rd_kafka_begin_transaction(producer), "begin");
        passed = pass_on(&false_ones, producer, to, count);
        check(rd_kafka_flush(producer, WAIT_MS),
              "flush"); // they are in the log before they are void
        check_transaction(rd_kafka_abort_transaction(producer, WAIT_MS), "abort");
        aborted += passed;
        check_transaction(rd_kafka_begin_transaction(producer), "begin");
        committed += pass_on(&real, producer, to, count);
        check_transaction(rd_kafka_commit_transaction(producer, WAIT_MS), "commit");
    }
    printf("%d committed, %d aborted\n", committed, aborted);
    close_reader(&real);
    close_reader(&false_ones);
    rd_kafka_destroy(producer);
}

static void copy(const char *brokers, const char *from, int skip, int count, char *property,
                 const char *to)
{
    char *value = strchr(property, '=');
    if (!value)
        fail(property, "is not PROPERTY=VALUE");
    *value++ = 0;
    struct reader reader = open_reader(brokers, from);
    rd_kafka_t *producer = open_client(RD_KAFKA_PRODUCER, brokers, property, value);
    while (skip-- > 0 && reader.left > 0)
        rd_kafka_message_destroy(next_record(&reader));
    printf("%d copied\n", pass_on(&reader, producer, to, count));
    check(rd_kafka_flush(producer, WAIT_MS), "flush");
    close_reader(&reader);
    rd_kafka_destroy(producer);
}

int main(int argc, char **argv)
{
    const char *command = argc > 2 ? argv[2] : "";
    if (strcmp(command, "transact") == 0 && argc == 7) {
        transact(argv[1], argv[3], argv[4], argv[5], atoi(argv[6]));
        return 0;
    }
    if (strcmp(command, "copy") == 0 && argc == 8) {
        copy(argv[1], argv[3], atoi(argv[4]), atoi(argv[5]), argv[6], argv[7]);
        return 0;
    }
    if (argc < 3)
        fail("usage", "kafka-admin BROKERS create|renew|fresh|drop|grow|trim|ends|transact|copy "
                      "ARGUMENT...");
    rd_kafka_t *client = open_client(RD_KAFKA_PRODUCER, argv[1], NULL, NULL);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    bool renew = strcmp(command, "renew") == 0, fresh = strcmp(command, "fresh") == 0;
    if (fresh)
        drop_all(client, queue);
    if (fresh || renew || strcmp(command, "create") == 0) {
        for (int i = 3; i < argc; i++)
            create(client, queue, argv[i], renew);
    } else if (strcmp(command, "drop") == 0) {
        for (int i = 3; i < argc; i++)
            drop(client, queue, argv[i]);
    } else if (strcmp(command, "grow") == 0 && argc == 5) {
        grow(client, queue, argv[3], atoi(argv[4]));
    } else if (strcmp(command, "trim") == 0 && argc == 6) {
        trim(client, queue, argv[3], atoi(argv[4]), atoll(argv[5]));
    } else if (strcmp(command, "ends") == 0 && argc == 4) {
        print_ends(client, argv[3]);
    } else {
        fail(command, "no such command, or other arguments");
    }
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(client);
    return 0;
}
