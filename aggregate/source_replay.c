// Partitions of the source within have even numbers, replay logs odd ones. A log belongs to whom the group gave the topic's
// partition 0; the ledger fences whoever is wrong about that.
#include "aggregate/source_replay.h"

#include "common/clock.h"
#include "common/log.h"

#include <stdlib.h>

struct replay_partition {
    struct partition_name name;
    uint32_t number;
    bool ours;      // we were given the topic's first partition
    bool announced; // the log is there, and the loop was told that it is ours
    bool started, end_told;
    int64_t position, end;
};

struct source_replay {
    struct record_source source; // first
    struct record_source *inner;
    struct replay_log *log;
    struct replay_partition **partitions; // by topic; their names are lent out
    size_t count;
    int64_t look_us, look_at_us;
    bool paused;
};

static struct source_replay *self_of(struct record_source *source)
{
    return (struct source_replay *)source;
}

static bool is_log(uint32_t number)
{
    return number & 1;
}

static struct replay_partition *log_of(const struct source_replay *self, uint32_t number)
{
    return self->partitions[number / 2];
}

static struct replay_partition *log_of_topic(struct source_replay *self,
                                             const struct partition_name *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->partitions[i]->name.topic, name->topic) == 0)
            return self->partitions[i];
    struct replay_partition *added = calloc(1, sizeof *added);
    self->partitions = realloc(self->partitions, (self->count + 1) * sizeof *self->partitions);
    if (!added || !self->partitions)
        abort();
    added->name =
        (struct partition_name){name->cluster, name->topic, REPLAY_PARTITION, name->family, false};
    added->number = (uint32_t)self->count * 2 + 1;
    self->partitions[self->count++] = added;
    return added;
}

// ---- who reads a log ----

static void take_ownership(struct source_replay *self, const struct source_notice *notice,
                           struct delivery *delivery)
{
    const struct partition_name *name = self->inner->name(self->inner, notice->partition);
    if (name->partition != 0 || notice->type == SOURCE_END || notice->type == SOURCE_OUT_OF_RANGE)
        return;
    struct replay_partition *partition = log_of_topic(self, name);
    partition->ours = notice->type == SOURCE_ASSIGNED;
    self->look_at_us = 0;
    if (partition->ours)
        return;
    if (partition->announced)
        delivery_add_notice(delivery, notice->type, partition->number, -1);
    partition->announced = partition->started = false;
}

// What the source within delivered since then gets our numbers.
static void translate(struct source_replay *self, struct delivery *delivery, size_t records,
                      size_t notices)
{
    size_t until = delivery->notice_count;
    for (size_t i = records; i < delivery->record_count; i++)
        delivery->records[i].partition *= 2;
    for (size_t i = notices; i < until; i++) {
        struct source_notice notice = delivery->notices[i]; // the array may move
        delivery->notices[i].partition *= 2;
        take_ownership(self, &notice, delivery);
    }
}

// ---- reading ----

// Asks how far all our logs reach. A database that does not answer is the loop's business: it will find out itself.
static void look(struct source_replay *self, struct delivery *delivery)
{
    struct error error = ERROR_INIT;
    struct arena arena = ARENA_INIT;
    const struct partition_name **names =
        arena_array(&arena, const struct partition_name *, self->count + 1);
    int64_t *ends = arena_array(&arena, int64_t, self->count + 1);
    for (size_t i = 0; i < self->count; i++)
        names[i] = &self->partitions[i]->name;
    bool done = self->count == 0 || self->log->ends(self->log, names, self->count, ends, &error);
    for (size_t i = 0; done && i < self->count; i++) {
        struct replay_partition *partition = self->partitions[i];
        if (!partition->ours || ends[i] < 0)
            continue;
        partition->end_told = partition->end_told && partition->end == ends[i];
        partition->end = ends[i];
        if (!partition->announced)
            delivery_add_notice(delivery, SOURCE_ASSIGNED, partition->number, -1);
        partition->announced = true;
    }
    arena_free(&arena);
}

static void read_log(struct source_replay *self, struct replay_partition *partition,
                     const struct poll_limits *limits, struct delivery *delivery)
{
    struct error error = ERROR_INIT;
    if (partition->position < partition->end &&
        !self->log->read(self->log, &partition->name, partition->number, partition->position,
                         limits, delivery, &partition->position, &error))
        return;
    if (partition->position < partition->end || partition->end_told)
        return;
    delivery_add_notice(delivery, SOURCE_END, partition->number, partition->position);
    partition->end_told = true;
}

static bool has_room(const struct poll_limits *limits, const struct delivery *delivery)
{
    return delivery->record_count < limits->records && delivery->bytes < limits->bytes;
}

static bool poll(struct record_source *source, const struct poll_limits *limits,
                 struct delivery *delivery, struct error *error)
{
    struct source_replay *self = self_of(source);
    size_t records = delivery->record_count, notices = delivery->notice_count;
    if (!self->inner->poll(self->inner, limits, delivery, error))
        return false;
    translate(self, delivery, records, notices);
    int64_t now_us = clock_monotonic_us();
    if (self->paused || limits->records == 0)
        return true;
    if (now_us >= self->look_at_us) {
        look(self, delivery);
        self->look_at_us = now_us + self->look_us;
    }
    for (size_t i = 0; i < self->count; i++)
        if (self->partitions[i]->started && has_room(limits, delivery))
            read_log(self, self->partitions[i], limits, delivery);
    return true;
}

// ---- what the loop decides ----

// The elements of the source within, in its numbers; those of logs are handled here.
static size_t divide(struct source_replay *self, const struct partition_offset *all, size_t count,
                     struct partition_offset *within, bool start)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_log(all[i].partition)) {
            within[kept++] = (struct partition_offset){all[i].partition / 2, all[i].offset};
            continue;
        }
        struct replay_partition *partition = log_of(self, all[i].partition);
        if (start)
            partition->started = partition->announced;
        partition->position = all[i].offset;
        partition->end_told = false;
    }
    return kept;
}

static bool start(struct record_source *source, const struct partition_offset *starts, size_t count,
                  struct error *error)
{
    struct source_replay *self = self_of(source);
    struct arena arena = ARENA_INIT;
    struct partition_offset *within = arena_array(&arena, struct partition_offset, count + 1);
    size_t kept = divide(self, starts, count, within, true);
    bool done = kept == 0 || self->inner->start(self->inner, within, kept, error);
    arena_free(&arena);
    return done;
}

static void stop(struct record_source *source, uint32_t partition)
{
    struct source_replay *self = self_of(source);
    if (is_log(partition))
        log_of(self, partition)->started = false;
    else
        self->inner->stop(self->inner, partition / 2);
}

static void pause_all(struct record_source *source)
{
    struct source_replay *self = self_of(source);
    self->paused = true;
    self->inner->pause(self->inner);
}

static void resume(struct record_source *source, const struct partition_offset *positions,
                   size_t count)
{
    struct source_replay *self = self_of(source);
    struct arena arena = ARENA_INIT;
    struct partition_offset *within = arena_array(&arena, struct partition_offset, count + 1);
    self->paused = false;
    size_t kept = divide(self, positions, count, within, false);
    self->inner->resume(self->inner, within, kept);
    arena_free(&arena);
}

static bool log_bounds(struct source_replay *self, uint32_t number, int64_t *low, int64_t *high,
                       struct error *error)
{
    const struct partition_name *name = &log_of(self, number)->name;
    *low = *high = -1;
    if (!self->log->ends(self->log, &name, 1, high, error))
        return false;
    *low = 0;
    if (*high < 0)
        *high = 0;
    return true;
}

// Where one does not answer, the others' answers count all the same.
static bool watermarks(struct record_source *source, const uint32_t *partitions, size_t count,
                       int64_t *lows, int64_t *highs, struct error *error)
{
    struct source_replay *self = self_of(source);
    struct arena arena = ARENA_INIT;
    uint32_t *within = arena_array(&arena, uint32_t, count + 1);
    int64_t *bounds = arena_array(&arena, int64_t, 2 * count + 1);
    size_t kept = 0;
    bool done = true;
    for (size_t i = 0; i < count; i++)
        if (is_log(partitions[i]))
            done = log_bounds(self, partitions[i], &lows[i], &highs[i], error) && done;
        else
            within[kept++] = partitions[i] / 2;
    for (size_t i = 0; i < 2 * count; i++)
        bounds[i] = -1;
    if (kept)
        done = self->inner->watermarks(self->inner, within, kept, bounds, bounds + count, error) &&
               done;
    for (size_t i = 0, k = 0; i < count; i++) {
        if (is_log(partitions[i]))
            continue;
        lows[i] = bounds[k];
        highs[i] = bounds[count + k++];
    }
    arena_free(&arena);
    return done;
}

static bool list(struct record_source *source, struct arena *arena, uint32_t **out, size_t *count,
                 struct error *error)
{
    struct source_replay *self = self_of(source);
    if (!self->inner->list(self->inner, arena, out, count, error))
        return false;
    for (size_t i = 0; i < *count; i++)
        (*out)[i] *= 2;
    return true;
}

// Only of the source within: a replay log is the store's own.
static void ask(struct record_source *source, const struct recollection *questions, size_t count)
{
    struct source_replay *self = self_of(source);
    struct arena arena = ARENA_INIT;
    struct recollection *within = arena_copy(&arena, questions, count * sizeof *questions);
    for (size_t i = 0; i < count; i++)
        within[i].partition /= 2;
    self->inner->ask(self->inner, within, count);
    arena_free(&arena);
}

static void recall(struct record_source *source, struct recollection *questions, size_t count,
                   int64_t wait_us)
{
    struct source_replay *self = self_of(source);
    for (size_t i = 0; i < count; i++)
        questions[i].partition /= 2;
    self->inner->recall(self->inner, questions, count, wait_us);
    for (size_t i = 0; i < count; i++)
        questions[i].partition *= 2;
}

static void commit_advisory(struct record_source *source, const struct partition_offset *offsets,
                            size_t count)
{
    struct source_replay *self = self_of(source);
    struct arena arena = ARENA_INIT;
    struct partition_offset *within = arena_array(&arena, struct partition_offset, count + 1);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_log(offsets[i].partition))
            within[kept++] = (struct partition_offset){offsets[i].partition / 2, offsets[i].offset};
    if (kept)
        self->inner->commit_advisory(self->inner, within, kept);
    arena_free(&arena);
}

static const struct partition_name *name(struct record_source *source, uint32_t partition)
{
    struct source_replay *self = self_of(source);
    return is_log(partition) ? &log_of(self, partition)->name
                             : self->inner->name(self->inner, partition / 2);
}

struct record_source *source_replay_new(struct record_source *inner, struct replay_log *log,
                                        int64_t look_us)
{
    struct source_replay *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    self->source = (struct record_source){.poll = poll,
                                          .start = start,
                                          .stop = stop,
                                          .pause = pause_all,
                                          .resume = resume,
                                          .watermarks = watermarks,
                                          .list = inner->list ? list : NULL,
                                          .ask = ask,
                                          .recall = recall,
                                          .commit_advisory = commit_advisory,
                                          .name = name};
    self->inner = inner;
    self->log = log;
    self->look_us = look_us;
    return &self->source;
}

void source_replay_free(struct record_source *source)
{
    if (!source)
        return;
    struct source_replay *self = self_of(source);
    for (size_t i = 0; i < self->count; i++)
        free(self->partitions[i]);
    free(self->partitions);
    free(self);
}
