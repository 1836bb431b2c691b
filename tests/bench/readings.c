// Fills a topic with readings of traffic sensors for the benchmark: as gateways of detectors send them, raw protobuf without
// headers, in the order of time over all sensors.
//   readings BROKERS TOPIC SENSORS READINGS PACKED
// READINGS of 30 s in all, PACKED of one sensor in a message; prints the number of readings. Every seventh sensor stands
// in a jam. Deterministic.
#include "core/traffic.h"
#include "proto/codec.h"

#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLOT_S = 30, PACKED_MAX = 960, POLL_EVERY = 1000, FLUSH_MS = 60000 };

static const int64_t start_us = INT64_C(1641225600) * 1000000; // 2022-01-04T00:00 in Guangzhou

static rd_kafka_t *open_producer(const char *brokers)
{
    static const char *const properties[][2] = {
        {"linger.ms", "50"},
        {"batch.num.messages", "100000"},
        {"queue.buffering.max.messages", "2000000"},
        {"queue.buffering.max.kbytes", "1048576"},
        {"partitioner", "murmur2_random"},
        {"compression.type", "lz4"},
    };
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, text, sizeof text);
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (rd_kafka_conf_set(conf, properties[i][0], properties[i][1], text, sizeof text)) {
            fprintf(stderr, "readings: %s\n", text);
            exit(1);
        }
    rd_kafka_t *kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    if (!kafka) {
        fprintf(stderr, "readings: %s\n", text);
        exit(1);
    }
    return kafka;
}

static struct reading reading_of(int64_t sensor, int64_t slot)
{
    int64_t day_slot = slot % (86400 / SLOT_S), jam = sensor % 7 == 0 && day_slot % 1000 > 800;
    return (struct reading){.from_us = start_us + slot * SLOT_S * US_PER_SECOND,
                            .length_s = SLOT_S,
                            .vehicles = (sensor * 31 + slot * 17) % 23,
                            .speed_mm_per_s = (jam ? 3000 : 12000) + (sensor + slot) % 997,
                            .occupancy_permille = (sensor + slot * 3) % 400,
                            .queue_m = READING_NOT_MEASURED};
}

static void produce(rd_kafka_t *kafka, rd_kafka_topic_t *topic, const struct text *key,
                    const struct buffer *value)
{
    while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value->bytes,
                            value->length, key->bytes, key->length, NULL) != 0) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            fprintf(stderr, "readings: %s\n", rd_kafka_err2str(rd_kafka_last_error()));
            exit(1);
        }
        rd_kafka_poll(kafka, 100);
    }
}

// One message: `packed` slots of a sensor from `slot` on.
static void send_message(rd_kafka_t *kafka, rd_kafka_topic_t *topic, const int64_t numbers[3],
                         struct arena *arena, struct buffer *value)
{
    int64_t sensor = numbers[0], slot = numbers[1], packed = numbers[2];
    struct reading readings[PACKED_MAX];
    char name[32], id[32];
    struct error error = ERROR_INIT;
    for (int64_t i = 0; i < packed; i++)
        readings[i] = reading_of(sensor, slot + i);
    snprintf(name, sizeof name, "S%05" PRId64, sensor);
    snprintf(id, sizeof id, "%08" PRIx64 "%08" PRIx64, (uint64_t)sensor, (uint64_t)slot);
    int64_t end_us = readings[packed - 1].from_us + SLOT_S * US_PER_SECOND;
    struct event event = {
        .family = FAMILY_TRAFFIC,
        .kind = TRAFFIC_READINGS,
        .authority = TEXT("detectors"),
        .entity = text_from(name),
        .occurred_us = end_us,
        .version = {.recorded_us = end_us, .source = TEXT("detectors"), .event_id = text_from(id)},
        .readings = readings,
        .reading_count = (size_t)packed};
    arena_reset(arena);
    buffer_reset(value);
    if (!codec_encode(arena, &event, value, &error)) {
        fprintf(stderr, "readings: %s\n", error.text);
        exit(1);
    }
    produce(kafka, topic, &event.entity, value);
}

int main(int argc, char **argv)
{
    int64_t sensors = argc == 6 ? atoll(argv[3]) : 0, count = argc == 6 ? atoll(argv[4]) : 0;
    int64_t packed = argc == 6 ? atoll(argv[5]) : 0, sent = 0, messages = 0;
    if (sensors < 1 || count < 1 || packed < 1 || packed > PACKED_MAX) {
        fprintf(stderr, "usage: readings BROKERS TOPIC SENSORS READINGS PACKED\n");
        return 2;
    }
    rd_kafka_t *kafka = open_producer(argv[1]);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(kafka, argv[2], NULL);
    struct arena arena = ARENA_INIT;
    struct buffer value = BUFFER_INIT;
    for (int64_t slot = 0; sent < count; slot += packed)
        for (int64_t sensor = 0; sensor < sensors && sent < count; sensor++, sent += packed) {
            send_message(kafka, topic, (const int64_t[]){sensor, slot, packed}, &arena, &value);
            if (++messages % POLL_EVERY == 0)
                rd_kafka_poll(kafka, 0);
        }
    bool flushed = rd_kafka_flush(kafka, FLUSH_MS) == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (!flushed)
        fprintf(stderr, "readings: not everything was delivered\n");
    printf("%" PRId64 "\n", sent);
    buffer_free(&value);
    arena_free(&arena);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(kafka);
    return flushed ? 0 : 1;
}
