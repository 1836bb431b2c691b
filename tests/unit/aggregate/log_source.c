// See log_source.h.
#include "log_source.h"

#include "aggregate/batch.h"

#include <stdlib.h>

struct log_member {
    struct record_source source; // first
    struct log *log;
    bool knows_it_owns[LOG_PARTITIONS], started[LOG_PARTITIONS], ended[LOG_PARTITIONS];
    bool learns[LOG_PARTITIONS];                            // something changed since its last poll
    int64_t next[LOG_PARTITIONS], farthest[LOG_PARTITIONS]; // farthest: before it fetched again
    int64_t late_end[LOG_PARTITIONS];                       // a notice that waits; -1: none
    bool skipped[LOG_PARTITIONS];                           // since it was started
    int64_t again_from[LOG_PARTITIONS]; // it fetches nothing again that it skipped
    struct recollection asked[LOG_PARTITIONS];
    size_t asked_count;
    bool paused;
    int number;
};

void log_init(struct log *log, struct dice *dice, uint32_t partitions)
{
    *log = (struct log){.arena = ARENA_INIT, .dice = dice, .partition_count = partitions};
    for (uint32_t i = 0; i < LOG_PARTITIONS; i++) {
        log->partitions[i].owner = -1;
        log->names[i] = (struct partition_name){"universe", "x", (int32_t)i, FAMILY_HOTLINE, false};
    }
}

void log_free(struct log *log)
{
    for (uint32_t i = 0; i < LOG_PARTITIONS; i++)
        for (int j = 0; j < LOG_INCARNATIONS; j++)
            free(log->partitions[i].incarnations[j].entries);
    for (int i = 0; i < LOG_MEMBERS; i++)
        free(log->members[i]);
    arena_free(&log->arena);
}

static struct log_incarnation *current(struct log *log, uint32_t partition)
{
    struct log_partition *p = &log->partitions[partition];
    return &p->incarnations[p->current];
}

void log_append(struct log *log, uint32_t partition, const struct record *record)
{
    struct log_incarnation *p = current(log, partition);
    if (p->count == p->capacity) {
        p->capacity = p->capacity ? p->capacity * 2 : 64;
        p->entries = realloc(p->entries, p->capacity * sizeof *p->entries);
        if (!p->entries)
            abort();
    }
    struct log_entry *entry = &p->entries[p->count];
    *entry = (struct log_entry){.hole = !record, .appended_us = log->now_us};
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
    const struct log_partition *p = &log->partitions[partition];
    const struct log_incarnation *incarnation = &p->incarnations[p->current];
    return incarnation->first + (int64_t)incarnation->count;
}

const struct log_entry *log_entry_at(const struct log *log, uint32_t partition, int incarnation,
                                     int64_t offset)
{
    const struct log_incarnation *p = &log->partitions[partition].incarnations[incarnation];
    bool has = offset >= p->first && offset < p->first + (int64_t)p->count;
    return has ? &p->entries[offset - p->first] : NULL;
}

void log_retain_from(struct log *log, uint32_t partition, int64_t low)
{
    log->partitions[partition].low = low;
    if (current(log, partition)->count == 0)
        current(log, partition)->first = low;
}

bool log_recreate(struct log *log, uint32_t partition, bool tells_owner)
{
    struct log_partition *p = &log->partitions[partition];
    if (p->current + 1 == LOG_INCARNATIONS)
        return false;
    p->current++;
    p->low = 0;
    for (int i = 0; i < LOG_MEMBERS; i++) // nothing comes twice from a log that is gone
        if (log->members[i])
            log->members[i]->next[partition] = log->members[i]->farthest[partition];
    if (tells_owner && p->owner >= 0 && log->members[p->owner])
        log->members[p->owner]->learns[partition] = true;
    return true;
}

// The client thinks that it has handed out some records which it has not.
static void skip(struct log_member *self, uint32_t partition)
{
    int64_t end = log_end(self->log, partition), next = self->next[partition];
    if (next >= end || !dice_hits(self->log->dice, self->log->faults.skips))
        return;
    self->skipped[partition] = true;
    self->ended[partition] = false; // it is told anew
    self->next[partition] += 1 + dice_below(self->log->dice, (uint32_t)(end - next));
    self->again_from[partition] = self->next[partition];
    if (self->next[partition] > self->farthest[partition])
        self->farthest[partition] = self->next[partition];
}

static void interrupt(struct log_member *self, struct delivery *delivery)
{
    delivery->interrupted = true;
    for (uint32_t i = 0; i < self->log->partition_count; i++)
        if (self->started[i] && !self->skipped[i])
            skip(self, i);
}

static bool learn(struct log_member *self, struct delivery *delivery)
{
    bool learns = false;
    for (uint32_t i = 0; i < self->log->partition_count; i++) {
        bool owns = self->log->partitions[i].owner == self->number;
        if (!self->learns[i])
            continue;
        self->learns[i] = false;
        learns = true;
        if (self->knows_it_owns[i])
            delivery_add_notice(
                delivery, dice_hits(self->log->dice, 300) ? SOURCE_LOST : SOURCE_REVOKED, i, -1);
        self->started[i] = false;
        self->late_end[i] = -1;
        self->knows_it_owns[i] = owns;
        if (owns)
            delivery_add_notice(delivery, SOURCE_ASSIGNED, i, -1);
    }
    if (learns)
        interrupt(self, delivery);
    return learns;
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
        const struct log_entry *entry =
            log_entry_at(log, partition, p->current, self->next[partition]);
        if (!entry->hole)
            deliver_record(delivery, entry);
        self->next[partition]++;
        if (self->next[partition] > self->farthest[partition])
            self->farthest[partition] = self->next[partition];
        self->ended[partition] = false;
    }
    if (self->next[partition] != log_end(log, partition) || self->ended[partition])
        return;
    self->ended[partition] = true;
    if (dice_hits(log->dice, log->faults.late_ends))
        self->late_end[partition] = self->next[partition];
    else
        delivery_add_notice(delivery, SOURCE_END, partition, self->next[partition]);
}

static void deliver_late_end(struct log_member *self, uint32_t partition, struct delivery *delivery)
{
    if (self->late_end[partition] >= 0)
        delivery_add_notice(delivery, SOURCE_END, partition, self->late_end[partition]);
    self->late_end[partition] = -1;
}

// Never what it takes for handed out and is not: it told the end above that, which would then come before its records.
static void fetch_again(struct log_member *self, uint32_t partition)
{
    int64_t back = 1 + dice_below(self->log->dice, 5);
    int64_t low = self->log->partitions[partition].low;
    if (low < self->again_from[partition])
        low = self->again_from[partition];
    if (self->next[partition] - back >= low)
        self->next[partition] -= back;
}

static void fetch(struct log_member *self, const struct poll_limits *limits,
                  struct delivery *delivery)
{
    struct log *log = self->log;
    uint32_t first = dice_below(log->dice, log->partition_count);
    for (uint32_t i = 0; i < log->partition_count; i++) {
        uint32_t partition = (first + i) % log->partition_count;
        if (!self->started[partition] || log->partitions[partition].has_no_leader ||
            delivery->record_count >= limits->records ||
            dice_hits(log->dice, log->faults.fetch_errors))
            continue;
        size_t most = 1 + dice_below(log->dice, 12);
        if (most > limits->records - delivery->record_count)
            most = limits->records - delivery->record_count;
        deliver_late_end(self, partition, delivery);
        deliver(self, partition, most, delivery);
        if (self->started[partition] && dice_hits(log->dice, log->faults.double_fetches))
            fetch_again(self, partition);
    }
}

// A revocation may come behind records of its partition, which it voids.
static bool poll(struct record_source *source, const struct poll_limits *limits,
                 struct delivery *delivery, struct error *error)
{
    struct log_member *self = (struct log_member *)source;
    (void)error;
    bool learns_first = dice_hits(self->log->dice, 500);
    if (learns_first)
        learn(self, delivery);
    if (!self->paused && limits->records)
        fetch(self, limits, delivery);
    if (!learns_first && learn(self, delivery) && !self->paused && limits->records)
        fetch(self, limits, delivery);
    return true;
}

static void start_from(struct log_member *self, const struct partition_offset *starts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t partition = starts[i].partition;
        if (!self->knows_it_owns[partition])
            continue;
        self->started[partition] = true;
        self->ended[partition] = false;
        self->late_end[partition] = -1;
        self->next[partition] = self->farthest[partition] = starts[i].offset;
        self->again_from[partition] = 0;
        bool skipped = self->skipped[partition];
        self->skipped[partition] = false;
        if (!skipped)
            skip(self, partition);
    }
}

static bool start(struct record_source *source, const struct partition_offset *starts, size_t count,
                  struct error *error)
{
    struct log_member *self = (struct log_member *)source;
    if (count && dice_hits(self->log->dice, self->log->faults.start_failures))
        return error_set(error, ERROR_RETRY, "the partition is not there yet");
    start_from(self, starts, count);
    return true;
}

static void stop(struct record_source *source, uint32_t partition)
{
    ((struct log_member *)source)->started[partition] = false;
    ((struct log_member *)source)->late_end[partition] = -1;
}

static void pause_reading(struct record_source *source)
{
    ((struct log_member *)source)->paused = true;
}

static void resume(struct record_source *source, const struct partition_offset *positions,
                   size_t count)
{
    ((struct log_member *)source)->paused = false;
    start_from((struct log_member *)source, positions, count);
}

static bool watermarks(struct record_source *source, const uint32_t *partitions, size_t count,
                       int64_t *lows, int64_t *highs, struct error *error)
{
    struct log *log = ((struct log_member *)source)->log;
    bool answered = true;
    for (size_t i = 0; i < count; i++) {
        bool no_leader = dice_hits(log->dice, log->faults.watermark_failures) ||
                         log->partitions[partitions[i]].has_no_leader;
        lows[i] = no_leader ? -1 : log->partitions[partitions[i]].low;
        highs[i] = no_leader ? -1 : log_end(log, partitions[i]);
        answered = answered && !no_leader;
    }
    return answered || error_set(error, ERROR_RETRY, "no leader");
}

static void answer(struct log *log, struct recollection *question)
{
    const struct log_partition *p = &log->partitions[question->partition];
    const struct log_entry *entry =
        log_entry_at(log, question->partition, p->current, question->offset);
    question->is_answered = true;
    question->has_record = entry && !entry->hole && question->offset >= p->low;
    if (question->has_record)
        question->digest = batch_value_digest(&entry->record);
}

// A broker answers at some instant between the question and when the answer is waited for.
static void ask(struct record_source *source, const struct recollection *questions, size_t count)
{
    struct log_member *self = (struct log_member *)source;
    self->asked_count = count;
    for (size_t i = 0; i < count; i++) {
        self->asked[i] = (struct recollection){.partition = questions[i].partition,
                                               .offset = questions[i].offset};
        if (dice_hits(self->log->dice, 500) &&
            !self->log->partitions[questions[i].partition].has_no_leader)
            answer(self->log, &self->asked[i]);
    }
}

static void recall(struct record_source *source, struct recollection *questions, size_t count,
                   int64_t wait_us)
{
    struct log_member *self = (struct log_member *)source;
    (void)wait_us;
    for (size_t i = 0; i < self->asked_count; i++)
        if (!self->asked[i].is_answered &&
            !self->log->partitions[self->asked[i].partition].has_no_leader &&
            !dice_hits(self->log->dice, self->log->faults.watermark_failures))
            answer(self->log, &self->asked[i]);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < self->asked_count; j++)
            if (self->asked[j].partition == questions[i].partition &&
                self->asked[j].offset == questions[i].offset)
                questions[i] = self->asked[j];
}

static bool list(struct record_source *source, struct arena *arena, uint32_t **out, size_t *count,
                 struct error *error)
{
    const struct log *log = ((struct log_member *)source)->log;
    *count = log->partition_count;
    *out = arena_array(arena, uint32_t, *count + 1);
    for (uint32_t i = 0; i < *count; i++)
        (*out)[i] = i;
    return !log->is_silent || error_set(error, ERROR_RETRY, "no broker answers");
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
                                          .list = log->is_listed ? list : NULL,
                                          .ask = ask,
                                          .recall = recall,
                                          .commit_advisory = commit_advisory,
                                          .name = name};
    self->log = log;
    for (int i = 0; i < LOG_PARTITIONS; i++)
        self->late_end[i] = -1;
    self->number = member;
    log->members[member] = self;
    return &self->source;
}

void log_leave(struct log *log, int member)
{
    for (uint32_t i = 0; i < LOG_PARTITIONS; i++)
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
