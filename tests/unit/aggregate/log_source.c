// See log_source.h.
#include "log_source.h"

#include <stdlib.h>

struct log_member {
    struct record_source source; // first
    struct log *log;
    bool knows_it_owns[LOG_PARTITIONS], started[LOG_PARTITIONS], ended[LOG_PARTITIONS];
    bool learns[LOG_PARTITIONS]; // something changed since its last poll
    int64_t next[LOG_PARTITIONS];
    bool paused;
    int number;
};

void log_init(struct log *log, struct dice *dice, uint32_t partitions)
{
    *log = (struct log){.arena = ARENA_INIT, .dice = dice, .partition_count = partitions};
    for (uint32_t i = 0; i < partitions; i++) {
        log->partitions[i].owner = -1;
        log->names[i] = (struct partition_name){"universe", "x", (int32_t)i, FAMILY_HOTLINE};
    }
}

void log_free(struct log *log)
{
    for (uint32_t i = 0; i < log->partition_count; i++)
        free(log->partitions[i].entries);
    for (int i = 0; i < LOG_MEMBERS; i++)
        free(log->members[i]);
    arena_free(&log->arena);
}

void log_append(struct log *log, uint32_t partition, const struct record *record)
{
    struct log_partition *p = &log->partitions[partition];
    if (p->count == p->capacity) {
        p->capacity = p->capacity ? p->capacity * 2 : 64;
        p->entries = realloc(p->entries, p->capacity * sizeof *p->entries);
        if (!p->entries)
            abort();
    }
    struct log_entry *entry = &p->entries[p->count];
    *entry = (struct log_entry){.hole = !record};
    if (record) {
        entry->record = *record;
        entry->record.partition = partition;
        entry->record.offset = p->first + (int64_t)p->count;
        entry->record.value = arena_text(&log->arena, record->value);
        entry->record.key = arena_text(&log->arena, record->key);
    }
    p->count++;
}

int64_t log_end(const struct log *log, uint32_t partition)
{
    return log->partitions[partition].first + (int64_t)log->partitions[partition].count;
}

void log_retain_from(struct log *log, uint32_t partition, int64_t low)
{
    log->partitions[partition].low = low;
    if (log->partitions[partition].count == 0)
        log->partitions[partition].first = low;
}

void log_recreate(struct log *log, uint32_t partition)
{
    struct log_partition *p = &log->partitions[partition];
    p->count = 0;
    p->first = p->low = 0;
}

static void learn(struct log_member *self, struct delivery *delivery)
{
    for (uint32_t i = 0; i < self->log->partition_count; i++) {
        bool owns = self->log->partitions[i].owner == self->number;
        if (!self->learns[i])
            continue;
        self->learns[i] = false;
        if (self->knows_it_owns[i])
            delivery_add_notice(delivery, SOURCE_REVOKED, i, -1);
        self->started[i] = false;
        self->knows_it_owns[i] = owns;
        if (owns)
            delivery_add_notice(delivery, SOURCE_ASSIGNED, i, -1);
    }
}

static void deliver_record(struct delivery *delivery, const struct log_entry *entry)
{
    struct record copy = entry->record;
    copy.value = arena_text(delivery->arena, copy.value);
    copy.key = arena_text(delivery->arena, copy.key);
    delivery_add_record(delivery, &copy);
}

// Up to `most` offsets of a partition; an end notice when the end was reached.
static void deliver(struct log_member *self, uint32_t partition, size_t most,
                    struct delivery *delivery)
{
    struct log *log = self->log;
    const struct log_partition *p = &log->partitions[partition];
    if (self->next[partition] < p->low || self->next[partition] > log_end(log, partition)) {
        self->started[partition] = false;
        delivery_add_notice(delivery, SOURCE_OUT_OF_RANGE, partition, self->next[partition]);
        return;
    }
    for (; most && self->next[partition] < log_end(log, partition); most--) {
        const struct log_entry *entry = &p->entries[self->next[partition] - p->first];
        if (!entry->hole)
            deliver_record(delivery, entry);
        self->next[partition]++;
        self->ended[partition] = false;
    }
    if (self->next[partition] == log_end(log, partition) && !self->ended[partition]) {
        self->ended[partition] = true;
        delivery_add_notice(delivery, SOURCE_END, partition, self->next[partition]);
    }
}

static void fetch_again(struct log_member *self, uint32_t partition)
{
    int64_t back = 1 + dice_below(self->log->dice, 5);
    int64_t low = self->log->partitions[partition].low;
    if (self->next[partition] - back >= low)
        self->next[partition] -= back;
}

static bool poll(struct record_source *source, const struct poll_limits *limits,
                 struct delivery *delivery, struct error *error)
{
    struct log_member *self = (struct log_member *)source;
    struct log *log = self->log;
    (void)error;
    learn(self, delivery);
    if (self->paused || !limits->records)
        return true;
    uint32_t first = dice_below(log->dice, log->partition_count);
    for (uint32_t i = 0; i < log->partition_count; i++) {
        uint32_t partition = (first + i) % log->partition_count;
        if (!self->started[partition] || delivery->record_count >= limits->records)
            continue;
        size_t most = 1 + dice_below(log->dice, 12);
        if (most > limits->records - delivery->record_count)
            most = limits->records - delivery->record_count;
        deliver(self, partition, most, delivery);
        if (self->started[partition] && dice_hits(log->dice, log->double_fetches))
            fetch_again(self, partition);
    }
    return true;
}

static bool start(struct record_source *source, const struct partition_offset *starts, size_t count,
                  struct error *error)
{
    struct log_member *self = (struct log_member *)source;
    (void)error;
    for (size_t i = 0; i < count; i++) {
        uint32_t partition = starts[i].partition;
        if (!self->knows_it_owns[partition])
            continue;
        self->started[partition] = true;
        self->ended[partition] = false;
        self->next[partition] = starts[i].offset;
    }
    return true;
}

static void stop(struct record_source *source, uint32_t partition)
{
    ((struct log_member *)source)->started[partition] = false;
}

static void pause_reading(struct record_source *source)
{
    ((struct log_member *)source)->paused = true;
}

static void resume(struct record_source *source, const struct partition_offset *positions,
                   size_t count)
{
    struct error ignored = ERROR_INIT;
    ((struct log_member *)source)->paused = false;
    start(source, positions, count, &ignored);
}

static bool watermarks(struct record_source *source, const uint32_t *partitions, size_t count,
                       int64_t *lows, int64_t *highs, struct error *error)
{
    struct log *log = ((struct log_member *)source)->log;
    if (dice_hits(log->dice, log->watermark_failures))
        return error_set(error, ERROR_RETRY, "no leader");
    for (size_t i = 0; i < count; i++) {
        lows[i] = log->partitions[partitions[i]].low;
        highs[i] = log_end(log, partitions[i]);
    }
    return true;
}

static void commit_advisory(struct record_source *source, const struct partition_offset *offsets,
                            size_t count)
{
    (void)source;
    (void)offsets;
    (void)count;
}

static const struct partition_name *name(struct record_source *source, uint32_t partition)
{
    return &((struct log_member *)source)->log->names[partition];
}

struct record_source *log_join(struct log *log, int member)
{
    struct log_member *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->source = (struct record_source){.poll = poll,
                                          .start = start,
                                          .stop = stop,
                                          .pause = pause_reading,
                                          .resume = resume,
                                          .watermarks = watermarks,
                                          .commit_advisory = commit_advisory,
                                          .name = name};
    self->log = log;
    self->number = member;
    log->members[member] = self;
    return &self->source;
}

void log_leave(struct log *log, int member)
{
    for (uint32_t i = 0; i < log->partition_count; i++)
        if (log->partitions[i].owner == member)
            log->partitions[i].owner = -1;
    free(log->members[member]);
    log->members[member] = NULL;
}

void log_assign(struct log *log, uint32_t partition, int member)
{
    int before = log->partitions[partition].owner;
    if (before == member)
        return;
    log->partitions[partition].owner = member;
    if (before >= 0 && log->members[before])
        log->members[before]->learns[partition] = true;
    log->members[member]->learns[partition] = true;
}
