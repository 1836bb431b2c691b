// Records of the past, read again by a client of its own: the one that delivers is not disturbed.
//
// Each question assigns its partitions at their offsets, to a client that belongs to no group and fetches as little as it
// can; once all are answered it fetches nothing. One thread.
#include "aggregate/batch.h"
#include "aggregate/source_kafka_internal.h"

#include "common/clock.h"
#include "common/kafka.h"
#include "common/log.h"

#include <stdlib.h>

#define LISTEN_MIN_US INT64_C(1000)
#define LISTEN_MOST_US INT64_C(64000)

struct kafka_witness {
    struct source_kafka *source;
    rd_kafka_t *client;
    struct recollection *questions;
    size_t count, answered;
};

struct kafka_witness *kafka_witness_new(struct source_kafka *source, const struct config *config,
                                        struct error *error)
{
    char reason[512];
    const struct kafka_property properties[] = {
        {"group.id", config_text(config, "group"), false, NULL}, // which it never joins
        {"enable.auto.commit", "false", true, "the ledger in PostgreSQL is the offset"},
        {"enable.auto.offset.store", "false", true, "the ledger in PostgreSQL is the offset"},
        {"auto.offset.reset", "error", true, "an offset that is not there is a loss, never a jump"},
        {"enable.partition.eof", "true", true, "completeness is told from the ends of partitions"},
        {"isolation.level", "read_committed", true, "aborted transactions must not be counted"},
        {"queued.min.messages", "1", false, NULL},
        // Of a batch that is larger a broker sends nothing, but of a request's first partition: the others are asked for again and
        // again. Producers send up to a mebibyte.
        {"fetch.message.max.bytes", "2097152", false, NULL},
        {"fetch.wait.max.ms", "10", false, NULL},
        {NULL, NULL, false, NULL},
    };
    rd_kafka_conf_t *conf = kafka_conf_new(config, properties, error);
    if (!conf)
        return NULL;
    struct kafka_witness *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->source = source;
    self->client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason);
    if (!self->client) {
        rd_kafka_conf_destroy(conf);
        free(self);
        error_set(error, ERROR_BAD_CONFIG, "Kafka: %s", reason);
        return NULL;
    }
    rd_kafka_poll_set_consumer(self->client);
    return self;
}

void kafka_witness_free(struct kafka_witness *self)
{
    if (!self)
        return;
    rd_kafka_destroy_flags(self->client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    free(self->questions);
    free(self);
}

static rd_kafka_topic_partition_list_t *unanswered(const struct kafka_witness *self)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)self->count);
    for (size_t i = 0; i < self->count; i++) {
        const struct recollection *question = &self->questions[i];
        const struct partition_name *name = &self->source->partitions[question->partition]->name;
        if (!question->is_answered)
            rd_kafka_topic_partition_list_add(list, name->topic, name->partition)->offset =
                question->offset;
    }
    return list;
}

// Fetches what is not answered; nothing when all is.
static void fetch_unanswered(struct kafka_witness *self)
{
    rd_kafka_topic_partition_list_t *list = unanswered(self);
    rd_kafka_resp_err_t failure = rd_kafka_assign(self->client, list->cnt ? list : NULL);
    rd_kafka_topic_partition_list_destroy(list);
    if (failure) // the question stays unanswered
        log_warning("records of the past cannot be read: %s", rd_kafka_err2str(failure));
}

// librdkafka 2.0.2 does not wake the thread of an idle broker connection for an assignment: it sleeps for up to a second. A
// request wakes it.
static void wake(struct kafka_witness *self)
{
    enum { WAKE_WAIT_MS = 20 };
    rd_kafka_topic_partition_list_t *list = unanswered(self);
    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_offsets_for_times(self->client, list, WAKE_WAIT_MS);
    rd_kafka_topic_partition_list_destroy(list);
}

static struct recollection *question_of(struct kafka_witness *self,
                                        const rd_kafka_message_t *message)
{
    if (!message->rkt || message->partition < 0)
        return NULL;
    uint32_t number =
        kafka_partition_number(self->source, rd_kafka_topic_name(message->rkt), message->partition);
    for (size_t i = 0; i < self->count; i++)
        if (self->questions[i].partition == number)
            return self->questions[i].is_answered ? NULL : &self->questions[i];
    return NULL;
}

static void take_answer(struct kafka_witness *self, const rd_kafka_message_t *message)
{
    struct recollection *question = question_of(self, message);
    bool is_record = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
    bool tells = is_record || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF ||
                 message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
                 message->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE;
    if (!question || !tells || (is_record && message->offset < question->offset))
        return;
    question->is_answered = true;
    question->has_record = is_record && message->offset == question->offset;
    if (question->has_record) {
        struct record record = {.value = {message->payload, (uint32_t)message->len},
                                .has_value = message->payload != NULL};
        question->digest = batch_value_digest(&record);
    }
    self->answered++;
}

// Waits up to so long for one answer more. False: none came.
static bool hear_one(struct kafka_witness *self, int64_t wait_us)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(self->client, (int)(wait_us / 1000));
    if (!message)
        return false;
    take_answer(self, message);
    rd_kafka_message_destroy(message);
    if (self->answered == self->count)
        fetch_unanswered(self); // none is left
    return true;
}

void kafka_ask(struct record_source *source, const struct recollection *questions, size_t count)
{
    struct kafka_witness *self = ((struct source_kafka *)source)->witness;
    free(self->questions);
    self->questions = calloc(count + 1, sizeof *questions);
    if (!self->questions)
        abort();
    for (size_t i = 0; i < count; i++)
        self->questions[i] = (struct recollection){.partition = questions[i].partition,
                                                   .offset = questions[i].offset};
    self->count = count;
    self->answered = 0;
    fetch_unanswered(self);
    if (count && !hear_one(self, LISTEN_MIN_US)) // the client takes as long to know the assignment
        wake(self);
}

void kafka_recall(struct record_source *source, struct recollection *questions, size_t count,
                  int64_t wait_us)
{
    struct kafka_witness *self = ((struct source_kafka *)source)->witness;
    int64_t until_us = clock_monotonic_us() + wait_us, listen_us = LISTEN_MIN_US;
    while (self->answered < self->count && clock_monotonic_us() < until_us) {
        if (hear_one(self, listen_us))
            continue;
        wake(self);
        listen_us = listen_us * 2 < LISTEN_MOST_US ? listen_us * 2 : LISTEN_MOST_US;
    }
    for (size_t i = 0; i < count; i++) {
        questions[i].is_answered = false;
        for (size_t j = 0; j < self->count; j++)
            if (self->questions[j].partition == questions[i].partition &&
                self->questions[j].offset == questions[i].offset)
                questions[i] = self->questions[j];
    }
}
