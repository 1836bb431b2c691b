// The way of an event into Kafka: check, encode, headers, key, produce, and the count of what the
// broker has acknowledged.
//
// It leaves building events to publisher_event.c. The invariant: accepted = delivered + failed +
// waiting; only a delivery report moves an event from waiting, and only one without an error moves
// it to delivered.
#include "ingest/publisher_core.h"

#include "core/buffer.h"
#include "core/family.h"
#include "ingest/publisher_event.h"
#include "proto/codec.h"

#include <librdkafka/rdkafka.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    QUEUE_WAIT_MS = 60000,
    POLL_STEP_MS = 50,
    POLL_EVERY_EVENTS = 256,
    ARENA_KEEP_BYTES = 1 << 20
};

struct cityops_publisher {
    rd_kafka_t *producer;
    struct arena arena;       // of one event
    struct buffer key, value; // of one event
    char *source, *topic;     // options; may be null
    int queue_wait_ms;
    cityops_delivered *delivered;
    void *context;
    uint64_t accepted, delivered_count, failed, refused, bytes;
    uint64_t failed_told;   // of failed: what an earlier flush has returned
    char first_reason[256]; // of the failures not yet told
};

struct forced_property {
    const char *name, *value;
    const char *reason; // null: a default that the user may change
};

static const struct forced_property properties[] = {
    {"enable.idempotence", "true", "without it a retry may write an event twice or out of order"},
    {"acks", "all", "an event is delivered only when all in-sync replicas have it"},
    {"compression.codec", "zstd", NULL},
    {"linger.ms", "10", NULL},
    {"partitioner", "murmur2_random", NULL},
    {"queue.buffering.max.messages", "200000", NULL},
    {"queue.buffering.max.kbytes", "131072", NULL},
};

static enum cityops_status status_of(enum error_class class)
{
    switch (class) {
    case ERROR_NONE:
        return CITYOPS_OK;
    case ERROR_RETRY:
    case ERROR_ABORT:
        return CITYOPS_RETRY;
    case ERROR_BAD_RECORD:
        return CITYOPS_BAD_RECORD;
    case ERROR_BAD_CONFIG:
        return CITYOPS_BAD_CONFIG;
    default:
        return CITYOPS_FATAL;
    }
}

const char *cityops_status_name(enum cityops_status status)
{
    static const char *const names[] = {"ok", "retry", "bad-record", "bad-config", "fatal"};
    return (unsigned)status < sizeof names / sizeof *names ? names[status] : "unknown";
}

// The rule's code stands before the first ": " of a bad record's text.
enum cityops_status publisher_tell(const struct error *error, struct cityops_failure *failure)
{
    enum cityops_status status = status_of(error->class);
    if (!failure)
        return status;
    *failure = (struct cityops_failure){.status = status};
    snprintf(failure->text, sizeof failure->text, "%s", error->text);
    const char *colon = status == CITYOPS_BAD_RECORD ? strstr(error->text, ": ") : NULL;
    if (colon && (size_t)(colon - error->text) < sizeof failure->rule)
        memcpy(failure->rule, error->text, (size_t)(colon - error->text));
    return status;
}

// ---- Configuration ----

static bool set_property(rd_kafka_conf_t *conf, const char *name, const char *value,
                         struct error *error)
{
    char reason[512];
    if (rd_kafka_conf_set(conf, name, value, reason, sizeof reason) == RD_KAFKA_CONF_OK)
        return true;
    return error_set(error, ERROR_BAD_CONFIG, "kafka property %s = %s: %s", name, value, reason);
}

static bool is_same_value(const char *name, const char *value, const char *forced)
{
    if (strcmp(value, forced) == 0)
        return true;
    return strcmp(name, "acks") == 0 && (strcmp(value, "-1") == 0);
}

static bool set_user_property(rd_kafka_conf_t *conf, const struct cityops_property *user,
                              struct error *error)
{
    if (!user->name || !user->value)
        return error_set(error, ERROR_BAD_CONFIG, "a kafka property needs a name and a value");
    const char *name = strcmp(user->name, "request.required.acks") == 0 ? "acks" : user->name;
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        const struct forced_property *forced = &properties[i];
        if (!forced->reason || strcmp(forced->name, name) != 0)
            continue;
        if (!is_same_value(name, user->value, forced->value))
            return error_set(error, ERROR_BAD_CONFIG,
                             "kafka property %s has to be %s: %s; remove it", user->name,
                             forced->value, forced->reason);
    }
    return set_property(conf, user->name, user->value, error);
}

static bool fill_conf(rd_kafka_conf_t *conf, const struct cityops_publisher_options *options,
                      struct error *error)
{
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        if (!set_property(conf, properties[i].name, properties[i].value, error))
            return false;
    }
    if (options->brokers && !set_property(conf, "bootstrap.servers", options->brokers, error))
        return false;
    bool has_brokers = options->brokers && *options->brokers;
    for (size_t i = 0; i < options->property_count; i++) {
        if (!set_user_property(conf, &options->properties[i], error))
            return false;
        const char *name = options->properties[i].name;
        has_brokers |= strcmp(name, "bootstrap.servers") == 0 ||
                       strcmp(name, "metadata.broker.list") == 0 ||
                       strcmp(name, "test.mock.num.brokers") == 0;
    }
    if (!has_brokers)
        return error_set(error, ERROR_BAD_CONFIG,
                         "no brokers: give host:port of at least one Kafka broker");
    if (options->source && strlen(options->source) > NAME_LIMIT_BYTES)
        return error_set(error, ERROR_BAD_CONFIG, "source \"%s\" is longer than %d bytes",
                         options->source, NAME_LIMIT_BYTES);
    return true;
}

// ---- Delivery ----

static void count_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    (void)producer;
    struct cityops_publisher *publisher = opaque;
    const char *reason = NULL;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        publisher->delivered_count++;
    } else {
        reason = rd_kafka_err2str(message->err);
        if (publisher->failed++ == publisher->failed_told)
            snprintf(publisher->first_reason, sizeof publisher->first_reason, "%s", reason);
    }
    if (publisher->delivered)
        publisher->delivered(publisher->context, message->_private,
                             reason ? CITYOPS_RETRY : CITYOPS_OK, reason);
}

// librdkafka's own lines would only repeat what calls return; a broker that is down shows in
// connect and in flush.
static void drop_log_line(const rd_kafka_t *producer, int level, const char *facility,
                          const char *text)
{
    (void)producer;
    (void)level;
    (void)facility;
    (void)text;
}

static bool await_broker(rd_kafka_t *producer, int wait_ms, const char *brokers,
                         struct error *error)
{
    // In pieces: librdkafka leaves a question with the broker that it was put to, also when that one has died meanwhile.
    enum { PIECE_MS = 2000 };
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;
    for (int left_ms = wait_ms; code && left_ms > 0; left_ms -= PIECE_MS)
        code = rd_kafka_metadata(producer, 0, NULL, &metadata,
                                 left_ms < PIECE_MS ? left_ms : PIECE_MS);
    if (code)
        return error_set(error, ERROR_RETRY, "no Kafka broker at %s answered within %d ms: %s",
                         brokers ? brokers : "bootstrap.servers", wait_ms, rd_kafka_err2str(code));
    rd_kafka_metadata_destroy(metadata);
    return true;
}

static rd_kafka_t *open_producer(struct cityops_publisher *publisher,
                                 const struct cityops_publisher_options *options,
                                 struct error *error)
{
    char reason[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (!fill_conf(conf, options, error)) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_opaque(conf, publisher);
    rd_kafka_conf_set_dr_msg_cb(conf, count_delivery);
    rd_kafka_conf_set_log_cb(conf, drop_log_line);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    if (!producer) {
        rd_kafka_conf_destroy(conf);
        error_set(error, ERROR_BAD_CONFIG, "kafka: %s", reason);
    }
    return producer;
}

struct cityops_publisher *cityops_publisher_new(const struct cityops_publisher_options *options,
                                                struct cityops_failure *failure)
{
    struct error error = ERROR_INIT;
    struct cityops_publisher *publisher = calloc(1, sizeof *publisher);
    if (!publisher)
        abort();
    publisher->queue_wait_ms = options->queue_wait_ms > 0 ? options->queue_wait_ms : QUEUE_WAIT_MS;
    publisher->delivered = options->delivered;
    publisher->context = options->context;
    publisher->source = options->source ? strdup(options->source) : NULL;
    publisher->topic = options->topic ? strdup(options->topic) : NULL;
    publisher->producer = open_producer(publisher, options, &error);
    if (!publisher->producer ||
        (options->connect_wait_ms > 0 &&
         !await_broker(publisher->producer, options->connect_wait_ms, options->brokers, &error))) {
        cityops_publisher_free(publisher);
        publisher_tell(&error, failure);
        return NULL;
    }
    return publisher;
}

void cityops_publisher_free(struct cityops_publisher *publisher)
{
    if (!publisher)
        return;
    if (publisher->producer) {
        rd_kafka_purge(publisher->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_flush(publisher->producer, POLL_STEP_MS);
        rd_kafka_destroy(publisher->producer);
    }
    arena_free(&publisher->arena);
    buffer_free(&publisher->key);
    buffer_free(&publisher->value);
    free(publisher->source);
    free(publisher->topic);
    free(publisher);
}

// ---- Sending ----

static bool encode_event(struct arena *arena, const struct event *event, struct buffer *value,
                         struct error *error)
{
    struct violation violation;
    if (!event_validate(event, arena, &violation))
        return error_set(error, ERROR_BAD_RECORD, "%s: %s", violation.code, violation.detail);
    return codec_encode(arena, event, value, error);
}

bool publisher_check_event(struct arena *arena, const struct event *event, struct error *error)
{
    struct buffer value = BUFFER_INIT;
    bool is_good = encode_event(arena, event, &value, error);
    buffer_free(&value);
    return is_good;
}

static rd_kafka_headers_t *make_headers(struct arena *arena, const struct event *event)
{
    struct record_header headers[CLOUD_EVENT_HEADERS];
    size_t count = codec_headers(arena, event, headers);
    rd_kafka_headers_t *out = rd_kafka_headers_new(count);
    for (size_t i = 0; i < count; i++)
        rd_kafka_header_add(out, headers[i].name, -1, headers[i].value.bytes,
                            headers[i].value.length);
    return out;
}

// "authority/entity", so that all events of an entity share a partition; of a progress event, its
// source.
static void write_key(struct buffer *key, const struct event *event)
{
    bool has_entity = event->entity.length > 0;
    buffer_reset(key);
    buffer_append_text(key, has_entity ? event->authority : TEXT("progress"));
    buffer_append(key, "/", 1);
    buffer_append_text(key, has_entity ? event->entity : event->version.source);
}

static const char *topic_of(const struct cityops_publisher *publisher, enum family family)
{
    if (publisher->topic)
        return publisher->topic;
    const struct family_definition *definition = family_get(family);
    return definition ? definition->topic : NULL;
}

static bool produce(struct cityops_publisher *publisher, const char *topic,
                    rd_kafka_headers_t *headers, void *opaque, struct error *error)
{
    int waited_ms = 0;
    for (;;) {
        rd_kafka_resp_err_t code = rd_kafka_producev(
            publisher->producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_KEY(publisher->key.bytes, publisher->key.length),
            RD_KAFKA_V_VALUE(publisher->value.bytes, publisher->value.length),
            RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return true; // the headers are librdkafka's now
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            rd_kafka_headers_destroy(headers);
            bool is_fatal = code == RD_KAFKA_RESP_ERR__FATAL;
            return error_set(error, is_fatal ? ERROR_FATAL : ERROR_BAD_RECORD, "%stopic %s: %s",
                             is_fatal ? "" : "kafka.refused: ", topic, rd_kafka_err2str(code));
        }
        if (waited_ms >= publisher->queue_wait_ms) {
            rd_kafka_headers_destroy(headers);
            return error_set(
                error, ERROR_RETRY,
                "topic %s: %d events are waiting and no broker took any of them for %d ms", topic,
                rd_kafka_outq_len(publisher->producer), waited_ms);
        }
        // Whatever is taken in between is progress, so the wait starts anew.
        waited_ms =
            rd_kafka_poll(publisher->producer, POLL_STEP_MS) > 0 ? 0 : waited_ms + POLL_STEP_MS;
    }
}

static bool send_event(struct cityops_publisher *publisher, const struct event *event, void *opaque,
                       struct error *error)
{
    buffer_reset(&publisher->value);
    if (!encode_event(&publisher->arena, event, &publisher->value, error)) {
        publisher->refused += error->class == ERROR_BAD_RECORD;
        return false;
    }
    const char *topic = topic_of(publisher, event->family);
    if (!topic)
        return error_set(error, ERROR_BAD_CONFIG, "this family of events has no topic: name one");
    write_key(&publisher->key, event);
    if (!produce(publisher, topic, make_headers(&publisher->arena, event), opaque, error))
        return false;
    publisher->accepted++;
    publisher->bytes += publisher->value.length;
    if (publisher->accepted % POLL_EVERY_EVENTS == 0)
        rd_kafka_poll(publisher->producer, 0);
    return true;
}

static void end_event(struct cityops_publisher *publisher)
{
    if (arena_held_bytes(&publisher->arena) > ARENA_KEEP_BYTES)
        arena_free(&publisher->arena);
    else
        arena_reset(&publisher->arena);
}

bool publisher_send_event(struct cityops_publisher *publisher, const struct event *event,
                          struct error *error)
{
    bool is_sent = send_event(publisher, event, NULL, error);
    end_event(publisher);
    return is_sent;
}

enum cityops_status cityops_publisher_publish(struct cityops_publisher *publisher,
                                              const struct cityops_event *event, void *opaque,
                                              struct cityops_failure *failure)
{
    struct error error = ERROR_INIT;
    struct event core;
    bool is_built =
        event_from_builder(event, text_from(publisher->source), &publisher->arena, &core, &error);
    if (is_built)
        send_event(publisher, &core, opaque, &error);
    else
        publisher->refused++;
    end_event(publisher);
    return publisher_tell(&error, failure);
}

bool publisher_send_progress(struct cityops_publisher *publisher, enum family family,
                             struct text source, int64_t until_us, struct error *error)
{
    const struct family_definition *definition = family_get(family);
    struct event event = {
        .family = family,
        .form = EVENT_PROGRESS,
        .kind = definition ? event_kind_by_name(definition, TEXT("progress")) : 0,
        .recorded_stated = true,
        .occurred_us = until_us,
        .progress_until_us = until_us,
        .version = {.recorded_us = until_us,
                    .source = source.length ? source : text_from(publisher->source)}};
    char id[17];
    publisher_event_id(&event, id);
    event.version.event_id = (struct text){id, 16};
    return publisher_send_event(publisher, &event, error);
}

enum cityops_status cityops_publisher_publish_progress(struct cityops_publisher *publisher,
                                                       const char *family, int64_t until,
                                                       struct cityops_failure *failure)
{
    struct error error = ERROR_INIT;
    const struct family_definition *definition = family_by_name(text_from(family));
    if (!definition)
        error_set(&error, ERROR_BAD_CONFIG, "unknown family \"%s\"", family);
    else if (!publisher->source)
        error_set(&error, ERROR_BAD_CONFIG, "progress needs options.source");
    else
        publisher_send_progress(publisher, definition->family, (struct text){0}, until, &error);
    return publisher_tell(&error, failure);
}

void cityops_publisher_poll(struct cityops_publisher *publisher)
{
    rd_kafka_poll(publisher->producer, 0);
}

bool publisher_wait(struct cityops_publisher *publisher, int timeout_ms, struct error *error)
{
    char reason[512];
    rd_kafka_flush(publisher->producer, timeout_ms);
    uint64_t failed = publisher->failed - publisher->failed_told;
    uint64_t waiting = publisher->accepted - publisher->delivered_count - publisher->failed;
    publisher->failed_told = publisher->failed;
    if (rd_kafka_fatal_error(publisher->producer, reason, sizeof reason))
        return error_set(error, ERROR_FATAL,
                         "the producer is lost: %s; %llu events were not delivered", reason,
                         (unsigned long long)(failed + waiting));
    if (failed > 0)
        return error_set(error, ERROR_RETRY, "%llu events were not delivered (%s)%s",
                         (unsigned long long)failed, publisher->first_reason,
                         waiting ? ", others are still waiting" : "");
    if (waiting > 0)
        return error_set(error, ERROR_RETRY, "%llu events are not delivered yet after %d ms",
                         (unsigned long long)waiting, timeout_ms);
    return true;
}

enum cityops_status cityops_publisher_flush(struct cityops_publisher *publisher, int timeout_ms,
                                            struct cityops_failure *failure)
{
    struct error error = ERROR_INIT;
    publisher_wait(publisher, timeout_ms, &error);
    return publisher_tell(&error, failure);
}

void cityops_publisher_counts(const struct cityops_publisher *publisher,
                              struct cityops_counts *counts)
{
    *counts = (struct cityops_counts){.accepted = publisher->accepted,
                                      .delivered = publisher->delivered_count,
                                      .failed = publisher->failed,
                                      .waiting = publisher->accepted - publisher->delivered_count -
                                                 publisher->failed,
                                      .refused = publisher->refused,
                                      .bytes = publisher->bytes};
}
