// The public library against librdkafka's mock cluster: what is counted, what is refused, and what
// a consumer finds.
#include "ingest/cityops/publisher.h"

#include "core/event.h"
#include "proto/codec.h"

#include <criterion/criterion.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>

// A mock cluster of its own, so that a consumer can read what was published.
struct cluster {
    rd_kafka_t *owner;
    rd_kafka_mock_cluster_t *mock;
    const char *brokers;
};

static struct cluster cluster_open(void)
{
    char reason[256];
    struct cluster cluster = {.owner =
                                  rd_kafka_new(RD_KAFKA_PRODUCER, NULL, reason, sizeof reason)};
    cluster.mock = rd_kafka_mock_cluster_new(cluster.owner, 1);
    rd_kafka_mock_topic_create(cluster.mock, "cityops.hotline.v1", 1, 1);
    cluster.brokers = rd_kafka_mock_cluster_bootstraps(cluster.mock);
    return cluster;
}

static void cluster_close(struct cluster *cluster)
{
    rd_kafka_mock_cluster_destroy(cluster->mock);
    rd_kafka_destroy(cluster->owner);
}

static struct cityops_event *closed_event(const char *entity)
{
    struct cityops_failure why;
    struct cityops_event *event = cityops_event_new("hotline", "closed", &why);
    cr_assert_not_null(event, "%s", why.text);
    cityops_event_set_entity(event, "gz", entity);
    cityops_event_set_id(event, "e1");
    cityops_event_set_occurred(event, 1671840000000000);
    cityops_occurrence closing = cityops_event_add_occurrence(event, "closings", NULL, 1);
    cityops_event_state_instant(event, closing, "closed_us", 1671840000000000);
    cityops_event_state_word(event, closing, "outcome", "solved");
    return event;
}

static void count_call(void *context, void *opaque, enum cityops_status status, const char *reason)
{
    (void)reason;
    *(int *)context += status == CITYOPS_OK ? *(int *)opaque : 1000;
}

static void read_one(const char *brokers, rd_kafka_message_t **message, rd_kafka_t **consumer)
{
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, reason, sizeof reason);
    rd_kafka_conf_set(conf, "group.id", "test", reason, sizeof reason);
    *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason);
    rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(partitions, "cityops.hotline.v1", 0)->offset = 0;
    rd_kafka_assign(*consumer, partitions);
    rd_kafka_topic_partition_list_destroy(partitions);
    do {
        *message = rd_kafka_consumer_poll(*consumer, 1000);
    } while (*message && (*message)->err);
}

Test(publisher, delivers_an_event_with_key_headers_and_a_value_that_decodes)
{
    struct cluster cluster = cluster_open();
    struct cityops_failure why;
    int told = 0, seven = 7;
    struct cityops_publisher_options options = {.brokers = cluster.brokers,
                                                .source = "12345.example.org",
                                                .delivered = count_call,
                                                .context = &told,
                                                .connect_wait_ms = 10000};
    struct cityops_publisher *publisher = cityops_publisher_new(&options, &why);
    cr_assert_not_null(publisher, "%s", why.text);
    struct cityops_event *event = closed_event("T1");
    cr_assert_eq(cityops_publisher_publish(publisher, event, &seven, &why), CITYOPS_OK, "%s",
                 why.text);
    cr_assert_eq(cityops_publisher_flush(publisher, 10000, &why), CITYOPS_OK, "%s", why.text);
    cr_assert_eq(told, 7);
    struct cityops_counts counts;
    cityops_publisher_counts(publisher, &counts);
    cr_assert_eq(counts.accepted, 1);
    cr_assert_eq(counts.delivered, 1);
    cr_assert_eq(counts.waiting, 0);

    rd_kafka_t *consumer;
    rd_kafka_message_t *message;
    read_one(cluster.brokers, &message, &consumer);
    cr_assert_not_null(message);
    cr_assert_eq(message->key_len, 5);
    cr_assert_eq(memcmp(message->key, "gz/T1", 5), 0);
    struct arena arena = ARENA_INIT;
    struct event decoded;
    struct error error = ERROR_INIT;
    struct text value = {message->payload, (uint32_t)message->len};
    cr_assert(codec_decode(&arena, FAMILY_HOTLINE, value, &decoded, &error), "%s", error.text);
    cr_assert(text_equal(decoded.version.source, TEXT("12345.example.org")));
    cr_assert_eq(decoded.assignment_count, 3);
    rd_kafka_headers_t *headers;
    const void *type;
    size_t length;
    cr_assert_eq(rd_kafka_message_headers(message, &headers), RD_KAFKA_RESP_ERR_NO_ERROR);
    cr_assert_eq(rd_kafka_header_get_last(headers, "ce_type", &type, &length),
                 RD_KAFKA_RESP_ERR_NO_ERROR);
    cr_assert(text_equal((struct text){type, (uint32_t)length}, TEXT("cityops.hotline.v1.closed")));
    arena_free(&arena);
    rd_kafka_message_destroy(message);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    cityops_event_free(event);
    cityops_publisher_free(publisher);
    cluster_close(&cluster);
}

static struct cityops_publisher *mock_publisher(const struct cityops_property *more, size_t count,
                                                struct cityops_failure *why)
{
    struct cityops_property properties[8] = {{"test.mock.num.brokers", "1"}};
    for (size_t i = 0; i < count; i++)
        properties[i + 1] = more[i];
    struct cityops_publisher_options options = {
        .source = "s", .properties = properties, .property_count = count + 1, .brokers = ""};
    return cityops_publisher_new(&options, why);
}

Test(publisher, delivers_many_events_idempotently_and_counts_each_once)
{
    struct cityops_failure why;
    struct cityops_publisher *publisher = mock_publisher(
        (struct cityops_property[]){{"queue.buffering.max.messages", "500"}}, 1, &why);
    cr_assert_not_null(publisher, "%s", why.text);
    struct cityops_event *event = closed_event("T1");
    for (int i = 0; i < 5000; i++) {
        char entity[16];
        snprintf(entity, sizeof entity, "T%d", i);
        cityops_event_set_entity(event, "gz", entity);
        cr_assert_eq(cityops_publisher_publish(publisher, event, NULL, &why), CITYOPS_OK, "%s",
                     why.text);
    }
    cr_assert_eq(cityops_publisher_flush(publisher, 20000, &why), CITYOPS_OK, "%s", why.text);
    cr_assert_eq(cityops_publisher_publish_progress(publisher, "hotline", 1671840000000000, &why),
                 CITYOPS_OK, "%s", why.text);
    cr_assert_eq(cityops_publisher_flush(publisher, 20000, &why), CITYOPS_OK, "%s", why.text);
    struct cityops_counts counts;
    cityops_publisher_counts(publisher, &counts);
    cr_assert_eq(counts.accepted, 5001);
    cr_assert_eq(counts.delivered, 5001);
    cr_assert_eq(counts.failed, 0);
    cityops_event_free(event);
    cityops_publisher_free(publisher);
}

Test(publisher, refuses_properties_that_correctness_rests_on)
{
    static const struct {
        const char *name, *value, *message;
    } rows[] = {
        {"enable.idempotence", "false",
         "kafka property enable.idempotence has to be true: without it a retry may write an event "
         "twice or out of order; remove it"},
        {"request.required.acks", "1",
         "kafka property request.required.acks has to be all: an event is delivered only when all "
         "in-sync replicas have it; remove it"},
        {"linger.mss", "1",
         "kafka property linger.mss = 1: No such configuration property: \"linger.mss\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cityops_failure why;
        struct cityops_property property = {rows[i].name, rows[i].value};
        cr_assert_null(mock_publisher(&property, 1, &why));
        cr_expect_eq(why.status, CITYOPS_BAD_CONFIG);
        cr_expect_str_eq(why.text, rows[i].message);
    }
}

Test(publisher, needs_brokers_and_says_when_none_answers)
{
    struct cityops_failure why;
    cr_assert_null(cityops_publisher_new(&(struct cityops_publisher_options){0}, &why));
    cr_assert_eq(why.status, CITYOPS_BAD_CONFIG);
    cr_assert_str_eq(why.text, "no brokers: give host:port of at least one Kafka broker");
    struct cityops_publisher_options nobody = {.brokers = "127.0.0.1:1", .connect_wait_ms = 200};
    cr_assert_null(cityops_publisher_new(&nobody, &why));
    cr_assert_eq(why.status, CITYOPS_RETRY);
    cr_assert_eq(strncmp(why.text, "no Kafka broker at 127.0.0.1:1 answered within 200 ms: ", 55),
                 0, "%s", why.text);
}

Test(publisher, returns_how_many_events_were_not_delivered)
{
    struct cityops_failure why;
    struct cityops_property timeout = {"message.timeout.ms", "300"};
    struct cityops_publisher_options options = {
        .brokers = "127.0.0.1:1", .source = "s", .properties = &timeout, .property_count = 1};
    struct cityops_publisher *publisher = cityops_publisher_new(&options, &why);
    struct cityops_event *event = closed_event("T1");
    cr_assert_eq(cityops_publisher_publish(publisher, event, NULL, &why), CITYOPS_OK);
    cr_assert_eq(cityops_publisher_publish(publisher, event, NULL, &why), CITYOPS_OK);
    cr_assert_eq(cityops_publisher_flush(publisher, 10000, &why), CITYOPS_RETRY);
    cr_assert_str_eq(why.text, "2 events were not delivered (Local: Message timed out)");
    cr_assert_eq(cityops_publisher_flush(publisher, 1000, &why), CITYOPS_OK, "told once");
    struct cityops_counts counts;
    cityops_publisher_counts(publisher, &counts);
    cr_assert_eq(counts.failed, 2);
    cr_assert_eq(counts.delivered, 0);
    cityops_event_free(event);
    cityops_publisher_free(publisher);
}

static void expect_refusal(struct cityops_publisher *publisher, struct cityops_event *event,
                           const char *rule, const char *text)
{
    struct cityops_failure why;
    cr_expect_eq(cityops_publisher_publish(publisher, event, NULL, &why), CITYOPS_BAD_RECORD);
    cr_expect_str_eq(why.rule, rule);
    cr_expect_str_eq(why.text, text);
    cityops_event_free(event);
}

Test(publisher, refuses_events_that_break_a_rule_or_were_built_wrong)
{
    struct cityops_failure why;
    struct cityops_publisher *publisher = mock_publisher(NULL, 0, &why);
    expect_refusal(publisher, closed_event(""), "entity.missing",
                   "entity.missing: entity_id is missing");
    struct cityops_event *event = closed_event("T1");
    cityops_event_state_text(event, CITYOPS_FACTS, "distrikt", "x");
    expect_refusal(publisher, event, "event.built-wrong",
                   "event.built-wrong: there is no field \"distrikt\"");
    event = closed_event("T1");
    cityops_event_state_integer(event, CITYOPS_FACTS, "district", 1);
    expect_refusal(publisher, event, "event.built-wrong",
                   "event.built-wrong: another type is wanted by field \"district\"");
    event = closed_event("T1");
    cityops_event_state_word(event, CITYOPS_FACTS, "channel", "pigeon");
    expect_refusal(publisher, event, "event.built-wrong",
                   "event.built-wrong: an enum has no word \"pigeon\"");
    cr_assert_eq(cityops_event_reset(event = closed_event("T1"), "clozed", &why),
                 CITYOPS_BAD_CONFIG);
    cr_assert_eq(strncmp(why.text,
                         "hotline has no event kind \"clozed\"; it has received, dispatched, ", 64),
                 0, "%s", why.text);
    cityops_event_free(event);
    struct cityops_counts counts;
    cityops_publisher_counts(publisher, &counts);
    cr_assert_eq(counts.refused, 4);
    cr_assert_eq(counts.accepted, 0);
    cityops_publisher_free(publisher);
}

Test(publisher, lets_a_snapshot_clear_and_a_correction_withdraw)
{
    struct cityops_failure why;
    struct cityops_publisher *publisher = mock_publisher(NULL, 0, &why);
    struct cityops_event *event = cityops_event_new("hotline", "snapshot", &why);
    cityops_event_set_entity(event, "gz", "T1");
    cityops_event_set_snapshot(event, "ticket", 1671840000000000);
    cityops_event_set_complete(event, "closings");
    cityops_event_state_text(event, CITYOPS_FACTS, "district", "440113");
    cityops_event_clear(event, CITYOPS_FACTS, "due_us");
    cityops_event_state_boolean(event, CITYOPS_FACTS, "excluded", false);
    cr_assert_eq(cityops_publisher_publish(publisher, event, NULL, &why), CITYOPS_OK, "%s",
                 why.text);
    cr_assert_eq(cityops_event_reset(event, "corrected", &why), CITYOPS_OK);
    cityops_event_set_entity(event, "gz", "T1");
    cityops_event_set_occurred(event, 1671840000000000);
    cityops_event_set_recorded(event, 1671840000000001);
    cityops_event_withdraw(event, cityops_event_add_occurrence(event, "closings", "C-17", 0));
    cr_assert_eq(cityops_publisher_publish(publisher, event, NULL, &why), CITYOPS_OK, "%s",
                 why.text);
    cr_assert_eq(cityops_publisher_flush(publisher, 10000, &why), CITYOPS_OK, "%s", why.text);
    cityops_event_free(event);
    cityops_publisher_free(publisher);
}

static struct cityops_event *readings_event(const struct cityops_reading *readings, size_t count)
{
    struct cityops_failure why;
    struct cityops_event *event = cityops_event_new("traffic", "readings", &why);
    cr_assert_not_null(event, "%s", why.text);
    cityops_event_set_entity(event, "gz", "0970");
    cityops_event_set_occurred(event, 1671840900000000);
    for (size_t i = 0; i < count; i++)
        cityops_event_add_reading(event, &readings[i]);
    return event;
}

static const struct cityops_reading packed_readings[] = {
    {"north", 1671840000000000, 300, 12, 17639, CITYOPS_NOT_MEASURED, CITYOPS_NOT_MEASURED},
    {NULL, 1671840300000000, 300, 0, CITYOPS_NOT_MEASURED, 73, 40}};

Test(publisher, packs_readings_into_one_event_of_their_sensor)
{
    struct cluster cluster = cluster_open();
    struct cityops_failure why;
    struct cityops_publisher_options options = {.brokers = cluster.brokers,
                                                .source = "s",
                                                .topic = "cityops.hotline.v1",
                                                .connect_wait_ms = 10000};
    struct cityops_publisher *publisher = cityops_publisher_new(&options, &why);
    struct cityops_event *event = readings_event(packed_readings, 2);
    cr_assert_eq(cityops_publisher_publish(publisher, event, NULL, &why), CITYOPS_OK, "%s",
                 why.text);
    cr_assert_eq(cityops_publisher_flush(publisher, 10000, &why), CITYOPS_OK, "%s", why.text);
    rd_kafka_t *consumer;
    rd_kafka_message_t *message;
    read_one(cluster.brokers, &message, &consumer);
    cr_assert_not_null(message);
    struct arena arena = ARENA_INIT;
    struct event decoded;
    struct error error = ERROR_INIT;
    struct text value = {message->payload, (uint32_t)message->len};
    cr_assert(codec_decode(&arena, FAMILY_TRAFFIC, value, &decoded, &error), "%s", error.text);
    cr_assert_eq(decoded.reading_count, 2);
    cr_assert(text_equal(decoded.readings[0].series, TEXT("north")));
    cr_assert_eq(decoded.readings[0].from_us, 1671840000000000);
    cr_assert_eq(decoded.readings[0].length_s, 300);
    cr_assert_eq(decoded.readings[0].vehicles, 12);
    cr_assert_eq(decoded.readings[0].speed_mm_per_s, 17639);
    cr_assert_eq(decoded.readings[0].queue_m, READING_NOT_MEASURED);
    cr_assert_eq(decoded.readings[1].series.length, 0);
    cr_assert_eq(decoded.readings[1].vehicles, 0);
    cr_assert_eq(decoded.readings[1].speed_mm_per_s, READING_NOT_MEASURED);
    cr_assert_eq(decoded.readings[1].occupancy_permille, 73);
    cr_assert_eq(decoded.readings[1].queue_m, 40);
    arena_free(&arena);
    rd_kafka_message_destroy(message);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    cityops_event_free(event);
    cityops_publisher_free(publisher);
    cluster_close(&cluster);
}

Test(publisher, refuses_readings_that_are_negative_outside_their_slot_or_of_another_family)
{
    struct cityops_failure why;
    struct cityops_publisher *publisher = mock_publisher(NULL, 0, &why);
    struct cityops_reading reading = packed_readings[0];
    reading.vehicles = -5;
    expect_refusal(publisher, readings_event(&reading, 1), "event.built-wrong",
                   "event.built-wrong: a reading has a negative quantity: \"vehicles\"");
    reading = packed_readings[0];
    reading.from_us += 1000000;
    expect_refusal(publisher, readings_event(&reading, 1), "reading.outside-slot",
                   "reading.outside-slot: from_us has to be a multiple of the reading's length");
    struct cityops_event *event = closed_event("T1");
    cityops_event_add_reading(event, packed_readings);
    expect_refusal(publisher, event, "event.built-wrong",
                   "event.built-wrong: readings are of family traffic, not of \"hotline\"");
    event = readings_event(packed_readings, 1);
    cr_assert_eq(cityops_event_reset(event, "readings", &why), CITYOPS_OK);
    cityops_event_set_entity(event, "gz", "0970");
    cityops_event_set_occurred(event, 1671840900000000);
    expect_refusal(publisher, event, "readings.count",
                   "readings.count: an event has 1 to 10,000 readings");
    cityops_publisher_free(publisher);
}
