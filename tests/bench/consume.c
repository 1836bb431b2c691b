// The yardstick for reading: librdkafka consumes a topic from its start to its present end and does
// nothing with it.
//   consume BROKERS TOPIC  prints the number of messages
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>

enum { PARTITIONS_MAX = 256, BATCH = 10000, TIMEOUT_MS = 10000 };

static void check(rd_kafka_resp_err_t code, const char *what)
{
    if (code) {
        fprintf(stderr, "consume: %s: %s\n", what, rd_kafka_err2str(code));
        exit(1);
    }
}

static rd_kafka_t *open_consumer(const char *brokers)
{
    static const char *const properties[][2] = {
        {"group.id", "bench-consume"},      {"enable.auto.commit", "false"},
        {"queued.min.messages", "1000000"}, {"queued.max.messages.kbytes", "1048576"},
        {"fetch.wait.max.ms", "10"},
    };
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, text, sizeof text);
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        rd_kafka_conf_set(conf, properties[i][0], properties[i][1], text, sizeof text);
    rd_kafka_t *kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text);
    if (!kafka) {
        fprintf(stderr, "consume: %s\n", text);
        exit(1);
    }
    rd_kafka_poll_set_consumer(kafka);
    return kafka;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: consume BROKERS TOPIC\n");
        return 2;
    }
    static int64_t end[PARTITIONS_MAX];
    static rd_kafka_message_t *messages[BATCH];
    rd_kafka_t *kafka = open_consumer(argv[1]);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(kafka, argv[2], NULL);
    const struct rd_kafka_metadata *metadata;
    check(rd_kafka_metadata(kafka, 0, topic, &metadata, TIMEOUT_MS), "metadata");
    int partitions = metadata->topics[0].partition_cnt, open = 0;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int p = 0; p < partitions && p < PARTITIONS_MAX; p++) {
        int64_t low;
        check(rd_kafka_query_watermark_offsets(kafka, argv[2], p, &low, &end[p], TIMEOUT_MS),
              "watermarks");
        if (low < end[p]) {
            rd_kafka_topic_partition_list_add(list, argv[2], p)->offset = low;
            open++;
        }
    }
    check(rd_kafka_assign(kafka, list), "assign");
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(kafka);
    int64_t count = 0;
    while (open) {
        ssize_t got = rd_kafka_consume_batch_queue(queue, 100, messages, BATCH);
        for (ssize_t i = 0; i < got; i++) {
            check(messages[i]->err, "message");
            count++;
            open -= messages[i]->offset + 1 == end[messages[i]->partition];
            rd_kafka_message_destroy(messages[i]);
        }
    }
    printf("%" PRId64 "\n", count);
    rd_kafka_queue_destroy(queue);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(kafka);
    return 0;
}
