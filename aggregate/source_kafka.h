// The record source on librdkafka: a member of a consumer group that delivers what the loop starts.
#pragma once

#include "aggregate/source.h"
#include "common/config.h"

struct topic_family {
    char *topic;
    enum family family;
};

// Reads "TOPIC[=FAMILY],..."; without a family the topic must be a family's own. ERROR_BAD_CONFIG. Free with
// topic_families_free.
bool topic_families_parse(const char *text, struct topic_family **out, size_t *count,
                          struct error *error);
void topic_families_free(struct topic_family *topics, size_t count);

// Joins the group of config's keys group, queue-kbytes and brokers. Topics are borrowed. Null with ERROR_BAD_CONFIG, or with
// ERROR_RETRY when no broker answered within wait_ms.
struct record_source *source_kafka_new(const struct config *config,
                                       const struct topic_family *topics, size_t topic_count,
                                       int wait_ms, struct error *error);
// Leaves the group and forgets everything.
void source_kafka_free(struct record_source *source);
