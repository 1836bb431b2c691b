// Whether a topic is compacted: a law that is checked where the topic is met (law 4).
//
// Compaction drops what was said of a key before its last record: whoever reads later never learns of it. Only where each
// record says all of its key is nothing lost, and only people know that. Brokers that do not tell are believed.
#include "aggregate/source_kafka_internal.h"

#include "common/log.h"

#include <stdlib.h>

static bool is_allowed(const struct source_kafka *self, const char *topic)
{
    size_t length = strlen(topic);
    for (const char *at = self->compacted; (at = strstr(at, topic)); at += length) {
        bool begins = at == self->compacted || at[-1] == ',';
        if (begins && (at[length] == ',' || at[length] == 0))
            return true;
    }
    return false;
}

static bool learn(struct source_kafka *self, size_t topic, const char *policy, struct error *error)
{
    const char *name = self->topics[topic].topic;
    bool is_compacted = strstr(policy, "compact") != NULL;
    if (is_compacted && !is_allowed(self, name))
        return error_set(error, ERROR_BAD_CONFIG,
                         "topic %s is compacted (cleanup.policy=%s): what was said of a key before "
                         "its last record is lost to whoever reads later. Set "
                         "cleanup.policy=delete; or, if each of its records is a snapshot that "
                         "says all of its key, --compacted %s",
                         name, policy, name);
    if (is_compacted)
        log_info("topic %s is compacted, and said to carry nothing but snapshots", name);
    self->policies[topic] = (struct topic_policy){.is_known = true, .is_compacted = is_compacted};
    for (size_t i = 0; i < self->partition_count; i++)
        if (strcmp(self->partitions[i]->name.topic, name) == 0)
            self->partitions[i]->name.is_compacted = is_compacted;
    return true;
}

// One topic's answer. One that does not exist yet is asked for again.
static bool take_answer(struct source_kafka *self, const rd_kafka_ConfigResource_t *answer,
                        struct error *error)
{
    size_t topic = 0, count;
    while (topic < self->topic_count &&
           strcmp(self->topics[topic].topic, rd_kafka_ConfigResource_name(answer)) != 0)
        topic++;
    rd_kafka_resp_err_t failure = rd_kafka_ConfigResource_error(answer);
    if (topic == self->topic_count || failure == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        return true;
    if (failure) {
        log_warning("whether topic %s is compacted is not told: %s", self->topics[topic].topic,
                    rd_kafka_err2str(failure));
        self->policies[topic].is_known = true;
        return true;
    }
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(answer, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), "cleanup.policy") == 0 &&
            rd_kafka_ConfigEntry_value(entries[i]))
            return learn(self, topic, rd_kafka_ConfigEntry_value(entries[i]), error);
    return true;
}

static bool take_answers(struct source_kafka *self, rd_kafka_event_t *event, struct error *error)
{
    rd_kafka_resp_err_t failure =
        event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (failure) {
        log_warning("whether topics are compacted is not told: %s", rd_kafka_err2str(failure));
        return true;
    }
    size_t count;
    const rd_kafka_ConfigResource_t **answers = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event), &count);
    for (size_t i = 0; i < count; i++)
        if (!take_answer(self, answers[i], error))
            return false;
    return true;
}

static bool ask_policies(struct source_kafka *self, int wait_ms, struct error *error)
{
    char reason[256];
    size_t count = 0;
    rd_kafka_ConfigResource_t **asked = calloc(self->topic_count + 1, sizeof *asked);
    if (!asked)
        abort();
    for (size_t i = 0; i < self->topic_count; i++)
        if (!self->policies[i].is_known)
            asked[count++] =
                rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, self->topics[i].topic);
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(self->client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_AdminOptions_set_request_timeout(options, wait_ms, reason, sizeof reason);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(self->client);
    rd_kafka_DescribeConfigs(self->client, asked, count, options, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, wait_ms);
    bool lawful = take_answers(self, event, error);
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ConfigResource_destroy_array(asked, count);
    free(asked);
    return lawful;
}

// librdkafka's mock cluster, which the embedded broker is, leaves the question unanswered. It compacts nothing.
static bool is_embedded(const struct source_kafka *self)
{
    static const char id[] = "mockCluster";
    return strncmp(self->cluster, id, sizeof id - 1) == 0;
}

bool kafka_check_policies(struct source_kafka *self, int wait_ms, struct error *error)
{
    bool any = false;
    for (size_t i = 0; i < self->topic_count; i++)
        any = any || !self->policies[i].is_known;
    return !any || is_embedded(self) || ask_policies(self, wait_ms, error);
}
