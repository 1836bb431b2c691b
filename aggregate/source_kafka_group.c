// What the client fetches: the partitions that the group gave us, the loop started, and nothing paused.
//
// Starting, stopping, pausing and resuming all are "assign these partitions at these offsets": an assignment discards what
// the client had fetched before, so that no record of an old position can slip through. librdkafka's own pause, resume and
// seek are not used: in 2.0.2 their combinations forget positions. Both the eager and the cooperative protocol are spoken.
// A rebalance pauses and resumes everything within the client all the same: what it delivers then is marked as interrupted.
#include "aggregate/source_kafka_internal.h"

#include "common/log.h"
#include "core/family.h"

#include <stdlib.h>

static struct source_kafka *self_of(struct record_source *source)
{
    return (struct source_kafka *)source;
}

static bool is_cooperative(const struct source_kafka *self)
{
    const char *protocol = rd_kafka_rebalance_protocol(self->client);
    return protocol && strcmp(protocol, "COOPERATIVE") == 0;
}

static void add(rd_kafka_topic_partition_list_t *list, const struct kafka_partition *partition)
{
    rd_kafka_topic_partition_list_add(list, partition->name.topic, partition->name.partition)
        ->offset = partition->next_offset;
}

static bool succeeded(rd_kafka_error_t *failure, struct error *error)
{
    if (!failure)
        return true;
    error_set(error, ERROR_RETRY, "Kafka: %s", rd_kafka_error_string(failure));
    rd_kafka_error_destroy(failure);
    return false;
}

static bool is_wanted(const struct source_kafka *self, const struct kafka_partition *partition)
{
    return partition->assigned && partition->started && !self->paused;
}

// What the client fetches is asked of the client: a call that failed may have left it otherwise than we wanted.
static rd_kafka_topic_partition_list_t *fetched(struct source_kafka *self)
{
    rd_kafka_topic_partition_list_t *list = NULL;
    if (rd_kafka_assignment(self->client, &list))
        return rd_kafka_topic_partition_list_new(0);
    return list;
}

static bool has(rd_kafka_topic_partition_list_t *list, const struct kafka_partition *partition)
{
    return rd_kafka_topic_partition_list_find(list, partition->name.topic,
                                              partition->name.partition) != NULL;
}

// Cooperative: takes away what is fetched and either unwanted or to be restarted, then adds what is wanted.
static bool assign_difference(struct source_kafka *self, const bool *restart, struct error *error)
{
    rd_kafka_topic_partition_list_t *now = fetched(self);
    rd_kafka_topic_partition_list_t *away = rd_kafka_topic_partition_list_new(8);
    rd_kafka_topic_partition_list_t *more = rd_kafka_topic_partition_list_new(8);
    for (size_t i = 0; i < self->partition_count; i++) {
        const struct kafka_partition *partition = self->partitions[i];
        bool wanted = is_wanted(self, partition), restarts = restart && restart[i];
        bool is_fetched = has(now, partition);
        if (is_fetched && (!wanted || restarts))
            add(away, partition);
        if (wanted && (!is_fetched || restarts))
            add(more, partition);
    }
    bool ok = away->cnt == 0 || succeeded(rd_kafka_incremental_unassign(self->client, away), error);
    ok =
        ok && (more->cnt == 0 || succeeded(rd_kafka_incremental_assign(self->client, more), error));
    rd_kafka_topic_partition_list_destroy(now);
    rd_kafka_topic_partition_list_destroy(away);
    rd_kafka_topic_partition_list_destroy(more);
    return ok;
}

static bool assign_all(struct source_kafka *self, struct error *error)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    for (size_t i = 0; i < self->partition_count; i++) {
        if (is_wanted(self, self->partitions[i]))
            add(list, self->partitions[i]);
    }
    rd_kafka_resp_err_t failure = rd_kafka_assign(self->client, list);
    rd_kafka_topic_partition_list_destroy(list);
    return !failure || error_set(error, ERROR_RETRY, "Kafka: %s", rd_kafka_err2str(failure));
}

static bool apply(struct source_kafka *self, const bool *restart, struct error *error)
{
    return is_cooperative(self) ? assign_difference(self, restart, error) : assign_all(self, error);
}

static void apply_and_log(struct source_kafka *self, const bool *restart)
{
    struct error error = ERROR_INIT;
    if (!apply(self, restart, &error))
        log_error(&error);
}

bool kafka_start(struct record_source *source, const struct partition_offset *starts, size_t count,
                 struct error *error)
{
    struct source_kafka *self = self_of(source);
    bool *restart = calloc(self->partition_count + 1, sizeof *restart);
    if (!restart)
        abort();
    for (size_t i = 0; i < count; i++) {
        struct kafka_partition *partition = self->partitions[starts[i].partition];
        if (!partition->assigned)
            continue;
        partition->started = restart[starts[i].partition] = true;
        partition->next_offset = starts[i].offset;
    }
    bool ok = count == 0 || apply(self, restart, error);
    free(restart);
    return ok;
}

void kafka_stop(struct record_source *source, uint32_t partition)
{
    struct source_kafka *self = self_of(source);
    bool was_wanted = is_wanted(self, self->partitions[partition]);
    self->partitions[partition]->started = false;
    if (was_wanted)
        apply_and_log(self, NULL);
}

void kafka_pause(struct record_source *source)
{
    struct source_kafka *self = self_of(source);
    self->paused = true;
    apply_and_log(self, NULL);
}

void kafka_resume(struct record_source *source, const struct partition_offset *positions,
                  size_t count)
{
    struct source_kafka *self = self_of(source);
    bool *restart = calloc(self->partition_count + 1, sizeof *restart);
    if (!restart)
        abort();
    self->paused = false;
    for (size_t i = 0; i < count; i++) {
        restart[positions[i].partition] = true; // the pause may have failed
        self->partitions[positions[i].partition]->next_offset = positions[i].offset;
    }
    apply_and_log(self, restart);
    free(restart);
}

static void notice(struct source_kafka *self, enum source_notice_type type, uint32_t number)
{
    if (self->delivery)
        delivery_add_notice(self->delivery, type, number, -1);
}

static void give_away(struct source_kafka *self, uint32_t number, enum source_notice_type type)
{
    struct kafka_partition *partition = self->partitions[number];
    if (partition->assigned)
        notice(self, type, number);
    partition->assigned = partition->started = false;
}

// The group's answer is acknowledged at once; fetching begins when the loop knows the offsets.
static void take_assignment(struct source_kafka *self, rd_kafka_topic_partition_list_t *list)
{
    bool cooperative = is_cooperative(self);
    struct error error = ERROR_INIT;
    if (!cooperative)
        for (size_t i = 0; i < self->partition_count; i++)
            give_away(self, (uint32_t)i, SOURCE_REVOKED);
    for (int i = 0; i < list->cnt; i++) {
        uint32_t number =
            kafka_partition_number(self, list->elems[i].topic, list->elems[i].partition);
        self->partitions[number]->assigned = true;
        notice(self, SOURCE_ASSIGNED, number);
    }
    log_info("the group assigned %d partition(s)", list->cnt);
    if (!cooperative) {
        apply_and_log(self, NULL);
        return;
    }
    rd_kafka_topic_partition_list_t *none = rd_kafka_topic_partition_list_new(0);
    if (!succeeded(rd_kafka_incremental_assign(self->client, none), &error))
        log_error(&error);
    rd_kafka_topic_partition_list_destroy(none);
}

static void take_revocation(struct source_kafka *self, rd_kafka_topic_partition_list_t *list)
{
    bool lost = rd_kafka_assignment_lost(self->client);
    struct error error = ERROR_INIT;
    rd_kafka_topic_partition_list_t *now = fetched(self);
    rd_kafka_topic_partition_list_t *away = rd_kafka_topic_partition_list_new(list->cnt);
    for (int i = 0; i < list->cnt; i++) {
        uint32_t number =
            kafka_partition_number(self, list->elems[i].topic, list->elems[i].partition);
        if (has(now, self->partitions[number]))
            add(away, self->partitions[number]);
        give_away(self, number, lost ? SOURCE_LOST : SOURCE_REVOKED);
    }
    log_info("the group %s %d partition(s)", lost ? "lost us" : "revoked", list->cnt);
    if (!is_cooperative(self)) {
        for (size_t i = 0; i < self->partition_count; i++)
            give_away(self, (uint32_t)i, lost ? SOURCE_LOST : SOURCE_REVOKED);
        rd_kafka_assign(self->client, NULL);
    } else if (!succeeded(rd_kafka_incremental_unassign(self->client, away), &error)) {
        log_error(&error);
    }
    rd_kafka_topic_partition_list_destroy(now);
    rd_kafka_topic_partition_list_destroy(away);
}

// We have nothing any more, until the group gives it again.
static void take_failure(struct source_kafka *self)
{
    rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(8);
    for (size_t i = 0; i < self->partition_count; i++)
        if (self->partitions[i]->assigned)
            add(all, self->partitions[i]);
    take_revocation(self, all);
    rd_kafka_topic_partition_list_destroy(all);
}

void kafka_take_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t what,
                          rd_kafka_topic_partition_list_t *list, void *opaque)
{
    (void)client;
    struct source_kafka *self = opaque;
    if (self->delivery)
        self->delivery->interrupted = true;
    if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        take_assignment(self, list);
    } else if (what == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
        take_revocation(self, list);
    } else {
        log_warning("Kafka: the group's rebalance failed: %s", rd_kafka_err2str(what));
        take_failure(self);
    }
}

// --- without a group ---

static bool take_topic(struct source_kafka *self, const char *topic, struct error *error)
{
    enum { METADATA_WAIT_MS = 10000 };
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(self->client, topic, NULL);
    rd_kafka_resp_err_t failure =
        rd_kafka_metadata(self->client, 0, handle, &metadata, METADATA_WAIT_MS);
    rd_kafka_topic_destroy(handle);
    if (failure)
        return error_set(error, ERROR_FATAL, "the partitions of topic %s cannot be read: %s", topic,
                         rd_kafka_err2str(failure));
    const struct rd_kafka_metadata_topic *found = &metadata->topics[0];
    bool exists = found->err != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (!exists)
        log_warning("topic %s does not exist", topic);
    for (int i = 0; exists && i < found->partition_cnt; i++) {
        uint32_t number = kafka_partition_number(self, topic, found->partitions[i].id);
        self->partitions[number]->assigned = true;
        notice(self, SOURCE_ASSIGNED, number);
    }
    rd_kafka_metadata_destroy(metadata);
    return true;
}

bool kafka_take_all(struct source_kafka *self, struct error *error)
{
    if (self->has_taken_all)
        return true;
    self->has_taken_all = true;
    for (size_t i = 0; i < self->topic_count; i++)
        if (!take_topic(self, self->topics[i].topic, error))
            return false;
    log_info("taking all %zu partition(s), without a group", self->partition_count);
    return true;
}

// --- metadata ---

bool kafka_list(struct record_source *source, struct arena *arena, uint32_t **out, size_t *count,
                struct error *error)
{
    enum { LIST_WAIT_MS = 1000 };
    struct source_kafka *self = self_of(source);
    const struct rd_kafka_metadata *metadata;
    size_t found = 0;
    if (!kafka_check_policies(self, LIST_WAIT_MS, error))
        return false;
    rd_kafka_resp_err_t failure = rd_kafka_metadata(self->client, 1, NULL, &metadata, LIST_WAIT_MS);
    if (failure)
        return error_set(error, ERROR_RETRY, "the topics' partitions cannot be read: %s",
                         rd_kafka_err2str(failure));
    for (int t = 0; t < metadata->topic_cnt; t++)
        found += (size_t)metadata->topics[t].partition_cnt;
    *out = arena_array(arena, uint32_t, found + 1);
    *count = 0;
    for (int t = 0; t < metadata->topic_cnt; t++) {
        const struct rd_kafka_metadata_topic *topic = &metadata->topics[t];
        bool ours = false;
        for (size_t i = 0; i < self->topic_count; i++)
            ours = ours || strcmp(self->topics[i].topic, topic->topic) == 0;
        for (int i = 0; ours && i < topic->partition_cnt; i++)
            (*out)[(*count)++] =
                kafka_partition_number(self, topic->topic, topic->partitions[i].id);
    }
    rd_kafka_metadata_destroy(metadata);
    return true;
}

// --- topics ---

static bool parse_topic(char *item, struct topic_family *out, struct error *error)
{
    char *equals = strchr(item, '=');
    const struct family_definition *family = NULL;
    if (equals) {
        *equals = 0;
        family = family_by_name(text_from(equals + 1));
        if (!family)
            return error_set(error, ERROR_BAD_CONFIG,
                             "topics: %s is no family with states; write TOPIC=hotline",
                             equals + 1);
    } else {
        for (int f = 1; f < FAMILY_COUNT; f++)
            if (family_get((enum family)f) && strcmp(family_get((enum family)f)->topic, item) == 0)
                family = family_get((enum family)f);
        if (!family)
            return error_set(error, ERROR_BAD_CONFIG,
                             "topics: %s is no family's own topic; say how to read it: %s=hotline",
                             item, item);
    }
    *out = (struct topic_family){strdup(item), family->family};
    return true;
}

bool topic_families_parse(const char *text, struct topic_family **out, size_t *count,
                          struct error *error)
{
    char *copy = strdup(text), *rest = copy, *item;
    *count = 0;
    *out = calloc(strlen(text) / 2 + 1, sizeof **out);
    bool ok = copy && *out;
    while (ok && (item = strsep(&rest, ",")))
        ok = *item == 0 || (parse_topic(item, &(*out)[*count], error) && ++*count);
    free(copy);
    if (ok && *count == 0)
        ok = error_set(error, ERROR_BAD_CONFIG, "topics: none is named");
    if (!ok) {
        topic_families_free(*out, *count);
        *out = NULL;
    }
    return ok;
}

void topic_families_free(struct topic_family *topics, size_t count)
{
    for (size_t i = 0; topics && i < count; i++)
        free(topics[i].topic);
    free(topics);
}
