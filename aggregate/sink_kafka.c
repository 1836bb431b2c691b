// The dead-letter topic: an idempotent producer, one bounded round at a time, nothing counted before its delivery report.
#include "aggregate/sink_kafka.h"

#include "common/kafka.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>

enum { DELIVERY_WAIT_MS = 10000 };

struct sink_kafka {
    struct dead_letter_sink sink; // first
    rd_kafka_t *client;
    const char *topic;
    size_t delivered;
    rd_kafka_resp_err_t failure; // of the last message that was not delivered
};

static void count_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    struct sink_kafka *self = opaque;
    (void)client;
    if (message->err)
        self->failure = message->err;
    else
        self->delivered++;
}

static void add_headers(rd_kafka_headers_t *headers, const struct record_header *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rd_kafka_header_add(headers, from[i].name, -1, from[i].value.bytes,
                            from[i].value.bytes ? (ssize_t)from[i].value.length : 0);
}

static rd_kafka_resp_err_t produce(struct sink_kafka *self, const struct dead_letter *letter)
{
    struct arena arena = ARENA_INIT;
    struct record_header added[DEAD_LETTER_HEADERS];
    size_t count = dead_letter_headers(&arena, letter, added);
    rd_kafka_headers_t *headers = rd_kafka_headers_new(letter->header_count + count);
    add_headers(headers, letter->headers, letter->header_count);
    add_headers(headers, added, count);
    char *key = letter->has_key ? arena_string(&arena, letter->key) : NULL; // never a null pointer
    char *value = letter->has_value ? arena_string(&arena, letter->value) : NULL;
    rd_kafka_resp_err_t failure = rd_kafka_producev(
        self->client, RD_KAFKA_V_TOPIC(self->topic), RD_KAFKA_V_KEY(key, letter->key.length),
        RD_KAFKA_V_VALUE(value, letter->value.length), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    if (failure)
        rd_kafka_headers_destroy(headers); // otherwise the message has taken them
    arena_free(&arena);
    return failure;
}

static bool publish(struct dead_letter_sink *sink, const struct dead_letter *letters, size_t count,
                    struct error *error)
{
    struct sink_kafka *self = (struct sink_kafka *)sink;
    self->delivered = 0;
    self->failure = RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_resp_err_t failure = RD_KAFKA_RESP_ERR_NO_ERROR;
    for (size_t i = 0; i < count && !failure; i++)
        failure = produce(self, &letters[i]);
    rd_kafka_resp_err_t flushed = rd_kafka_flush(self->client, DELIVERY_WAIT_MS);
    if (self->delivered == count)
        return true;
    rd_kafka_purge(self->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(self->client, 1000);
    failure = failure ? failure : self->failure ? self->failure : flushed;
    return error_set(error, ERROR_RETRY, "%zu of %zu were not delivered to %s: %s",
                     count - self->delivered, count, self->topic, rd_kafka_err2str(failure));
}

struct dead_letter_sink *sink_kafka_new(const struct config *config, const char *topic,
                                        struct error *error)
{
    static const struct kafka_property properties[] = {
        {"enable.idempotence", "true", false, NULL},
        {"compression.type", "zstd", false, NULL},
        {"message.timeout.ms", "9000", false, NULL},
        {"message.max.bytes", "20000000", false, NULL},
        {NULL, NULL, false, NULL},
    };
    char reason[512];
    rd_kafka_conf_t *conf = kafka_conf_new(config, properties, error);
    if (!conf)
        return NULL;
    struct sink_kafka *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->sink.publish = publish;
    self->topic = topic;
    rd_kafka_conf_set_opaque(conf, self);
    rd_kafka_conf_set_dr_msg_cb(conf, count_delivery);
    self->client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    if (self->client)
        return &self->sink;
    rd_kafka_conf_destroy(conf);
    free(self);
    error_set(error, ERROR_BAD_CONFIG, "Kafka: %s", reason);
    return NULL;
}

void sink_kafka_free(struct dead_letter_sink *sink)
{
    if (!sink)
        return;
    struct sink_kafka *self = (struct sink_kafka *)sink;
    rd_kafka_destroy(self->client);
    free(self);
}
