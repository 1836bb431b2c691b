// One reader and a thread per shard, with blocks of records between them.
//
// A block stays with its thread until what waits in the shard is joined, so a record is copied once. Why threads: the
// server sends rows on one core meanwhile, and decoding is most of the rest (the figures stand in tests/bench/run).
#include "sql/refold.h"

#include "proto/codec.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    BLOCK_BYTES = 1 << 20,
    QUEUED_BLOCKS = 8,         // of a shard, at most: the reader waits
    WAITING_BYTES = 128 << 20, // of a shard, before it is joined
    SHARDS_MOST = 8,
    FAULTS_KEPT = 10000, // of a shard; those beyond are as wrong as these
};

struct record_block {
    struct record_block *next;
    size_t used, capacity;
    _Alignas(8) char bytes[];
};

struct refold_fault {
    int32_t partition_id;
    int64_t offset;
    char *what; // owned
};

struct refolding;

struct shard_worker {
    struct refolding *refolding;
    size_t shard;
    pthread_t thread;
    struct record_block *filling; // the reader's

    // between the threads
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct record_block *queue_first, *queue_last;
    size_t queued;
    bool is_closed;

    // the worker's, until it has ended
    struct record_block *held;
    size_t held_bytes;
    struct refold_fault *faults;
    size_t fault_count, fault_capacity;
    struct waiting_record **strays; // copies, owned
    size_t stray_count, stray_capacity;
};

struct refolding {
    const struct refold_options *options;
    struct entity_states *const *layers;
    size_t layer_count;
    struct refold_counts counts;
    struct arena scratch; // of one record
    pthread_mutex_t changing;
    struct shard_worker workers[SHARDS_MOST];
    size_t worker_count;
};

struct entity_states *refold_states_new(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return entity_states_new(processors < 1             ? 1
                             : processors > SHARDS_MOST ? SHARDS_MOST
                                                        : (size_t)processors);
}

// ---- what a join tells, in the worker's thread ----

static void *grown(void *list, size_t *capacity, size_t element_bytes)
{
    *capacity = *capacity ? *capacity * 2 : 16;
    list = realloc(list, *capacity * element_bytes);
    if (!list)
        abort();
    return list;
}

static void add_fault(void *context, const struct waiting_record *record, const char *what)
{
    struct shard_worker *worker = context;
    if (worker->fault_count == FAULTS_KEPT)
        return;
    if (worker->fault_count == worker->fault_capacity)
        worker->faults = grown(worker->faults, &worker->fault_capacity, sizeof *worker->faults);
    char *copy = strdup(what);
    if (!copy)
        abort();
    worker->faults[worker->fault_count++] =
        (struct refold_fault){record->partition_id, record->offset, copy};
}

// Keeps a record of another entity, as a record of that one.
static void add_stray(void *context, const struct waiting_record *record, const struct event *event)
{
    struct shard_worker *worker = context;
    const struct journal_record as_stated = {
        .partition_id = record->partition_id,
        .offset = record->offset,
        .family = record->family,
        .kind = record->kind,
        .has_value = true,
        .authority = event->authority,
        .entity = event->entity,
        .value = {record->bytes + record->key_length, record->value_length}};
    void *room = malloc(waiting_record_bytes(&as_stated));
    if (!room)
        abort();
    if (worker->stray_count == worker->stray_capacity)
        worker->strays = grown(worker->strays, &worker->stray_capacity, sizeof *worker->strays);
    struct waiting_record *stray = waiting_record_make(room, &as_stated);
    stray->is_checked = true;
    stray->layer = record->layer;
    worker->strays[worker->stray_count++] = stray;
}

static void tell_change(void *context, struct entity_state *entity, const struct state *old,
                        const struct state *new, struct arena *scratch)
{
    struct refolding *refolding = ((struct shard_worker *)context)->refolding;
    pthread_mutex_lock(&refolding->changing);
    refolding->options->changed(refolding->options->context, entity, old, new, scratch);
    pthread_mutex_unlock(&refolding->changing);
}

static void join_shard(struct shard_worker *worker)
{
    const struct join_observer observer = {
        worker, add_fault, add_stray, worker->refolding->options->changed ? tell_change : NULL};
    for (size_t i = 0; i < worker->refolding->layer_count; i++)
        entity_states_join(worker->refolding->layers[i], worker->shard, &observer);
    while (worker->held) {
        struct record_block *block = worker->held;
        worker->held = block->next;
        free(block);
    }
    worker->held_bytes = 0;
}

static void take_block(struct shard_worker *worker, struct record_block *block)
{
    block->next = worker->held;
    worker->held = block;
    worker->held_bytes += block->used;
    for (size_t at = 0; at < block->used;) {
        struct waiting_record *record = (struct waiting_record *)(void *)(block->bytes + at);
        at += (sizeof *record + record->key_length + record->value_length + 7) & ~(size_t)7;
        entity_states_wait(worker->refolding->layers[record->layer], worker->shard, record);
    }
    if (worker->held_bytes >= WAITING_BYTES)
        join_shard(worker);
}

// ---- between the threads ----

// Null when there will be no more.
static struct record_block *next_block(struct shard_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    while (!worker->queue_first && !worker->is_closed)
        pthread_cond_wait(&worker->moved, &worker->lock);
    struct record_block *block = worker->queue_first;
    if (block) {
        worker->queue_first = block->next;
        worker->queued--;
        pthread_cond_signal(&worker->moved);
    }
    pthread_mutex_unlock(&worker->lock);
    return block;
}

static void *work(void *argument)
{
    struct shard_worker *worker = argument;
    struct record_block *block;
    while ((block = next_block(worker)))
        take_block(worker, block);
    join_shard(worker);
    return NULL;
}

static void hand_over(struct shard_worker *worker)
{
    struct record_block *block = worker->filling;
    worker->filling = NULL;
    if (!block)
        return;
    pthread_mutex_lock(&worker->lock);
    while (worker->queued >= QUEUED_BLOCKS)
        pthread_cond_wait(&worker->moved, &worker->lock);
    block->next = NULL;
    *(worker->queue_first ? &worker->queue_last->next : &worker->queue_first) = block;
    worker->queue_last = block;
    worker->queued++;
    pthread_cond_signal(&worker->moved);
    pthread_mutex_unlock(&worker->lock);
}

static void *room_in_block(struct shard_worker *worker, size_t bytes)
{
    if (worker->filling && worker->filling->capacity - worker->filling->used < bytes)
        hand_over(worker);
    if (!worker->filling) {
        size_t capacity = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        worker->filling = malloc(sizeof *worker->filling + capacity);
        if (!worker->filling)
            abort();
        *worker->filling = (struct record_block){.capacity = capacity};
    }
    void *room = worker->filling->bytes + worker->filling->used;
    worker->filling->used += bytes;
    return room;
}

// ---- reading ----

static bool read_record(const struct text *fields, const bool *nulls, int field_count,
                        struct journal_record *out, struct error *error)
{
    if (field_count != 8)
        return error_set(error, ERROR_FATAL, "journal: %d columns", field_count);
    struct text none = {"", 0};
    *out = (struct journal_record){.partition_id = field_integer(fields[0]),
                                   .offset = field_bigint(fields[1]),
                                   .family = field_smallint(fields[2]),
                                   .kind = field_smallint(fields[3]),
                                   .occurred_stated = !nulls[4],
                                   .occurred_us = nulls[4] ? 0 : field_instant(fields[4]),
                                   .authority = nulls[5] ? none : fields[5],
                                   .entity = nulls[6] ? none : fields[6],
                                   .has_value = !nulls[7],
                                   .value = nulls[7] ? none : fields[7]};
    return true;
}

// Only progress events have no instant; whatever else says so is sorted out by its shard.
static bool read_progress(struct refolding *refolding, const struct journal_record *record)
{
    struct event event;
    struct error error = ERROR_INIT;
    if (!codec_decode(&refolding->scratch, (enum family)record->family, record->value, &event,
                      &error) ||
        event.form != EVENT_PROGRESS || event.kind != record->kind)
        return false;
    refolding->counts.progress++;
    if (refolding->options->progress)
        refolding->options->progress(refolding->options->context, record, &event);
    return true;
}

static bool take_record(void *context, const struct text *fields, const bool *nulls,
                        int field_count, struct error *error)
{
    struct refolding *refolding = context;
    const struct refold_options *options = refolding->options;
    struct journal_record record;
    if (!read_record(fields, nulls, field_count, &record, error))
        return false;
    refolding->counts.records++;
    if (options->meet && !options->meet(options->context, &record))
        return true;
    if (!record.has_value) {
        (*(record.family ? &refolding->counts.erased : &refolding->counts.tombstones))++;
        return true;
    }
    arena_reset(&refolding->scratch);
    if (!record.occurred_stated && read_progress(refolding, &record))
        return true;
    refolding->counts.statements++;
    size_t bytes = waiting_record_bytes(&record);
    // The shard is known by the key, which is written with the record: so it is written twice, in the cache.
    void *room = arena_alloc(&refolding->scratch, bytes);
    struct waiting_record *made = waiting_record_make(room, &record);
    if (options->layer)
        made->layer = (uint16_t)options->layer(options->context, &record);
    size_t shard = entity_states_shard_of(refolding->layers[0], made->hash);
    memcpy(room_in_block(&refolding->workers[shard], bytes), made, bytes);
    return true;
}

// ---- the end ----

static int compare_faults(const void *left, const void *right)
{
    const struct refold_fault *a = left, *b = right;
    if (a->partition_id != b->partition_id)
        return a->partition_id < b->partition_id ? -1 : 1;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static bool tell_faults(struct refolding *refolding, struct error *error)
{
    struct refold_fault *all = NULL;
    size_t count = 0;
    for (size_t i = 0; i < refolding->worker_count; i++)
        count += refolding->workers[i].fault_count;
    if (!count)
        return true;
    all = arena_array(&refolding->scratch, struct refold_fault, count);
    for (size_t i = 0, filled = 0; i < refolding->worker_count; i++) {
        const struct shard_worker *worker = &refolding->workers[i];
        if (worker->fault_count)
            memcpy(all + filled, worker->faults, worker->fault_count * sizeof *all);
        filled += worker->fault_count;
    }
    qsort(all, count, sizeof *all, compare_faults);
    const struct refold_options *options = refolding->options;
    for (size_t i = 0; options->fault && i < count; i++)
        options->fault(options->context, all[i].partition_id, all[i].offset, all[i].what);
    return options->fault ||
           error_set(error, ERROR_FATAL,
                     "journal (%d, %" PRId64 "): %s: cityops-db verify lists all such records",
                     all[0].partition_id, all[0].offset, all[0].what);
}

// A record of another entity than its columns say, or a progress event that they call a statement.
static void place_stray(struct refolding *refolding, struct waiting_record *stray)
{
    const struct refold_options *options = refolding->options;
    const struct journal_record record = {
        .partition_id = stray->partition_id,
        .offset = stray->offset,
        .family = stray->family,
        .kind = stray->kind,
        .has_value = true,
        .value = {stray->bytes + stray->key_length, stray->value_length}};
    struct event event;
    struct error error = ERROR_INIT;
    arena_reset(&refolding->scratch);
    if (!codec_decode(&refolding->scratch, (enum family)record.family, record.value, &event,
                      &error))
        abort(); // it was decoded before
    if (event.form == EVENT_PROGRESS) {
        refolding->counts.progress++;
        refolding->counts.statements--;
        if (options->progress)
            options->progress(options->context, &record, &event);
        return;
    }
    size_t shard = entity_states_shard_of(refolding->layers[0], stray->hash);
    const struct join_observer observer = {&refolding->workers[shard], NULL, NULL,
                                           options->changed ? tell_change : NULL};
    entity_states_wait(refolding->layers[stray->layer], shard, stray);
    entity_states_join(refolding->layers[stray->layer], shard, &observer);
}

static bool start_workers(struct refolding *refolding, struct error *error)
{
    size_t shards = entity_states_shards(refolding->layers[0]);
    for (size_t i = 0; i < shards; i++) {
        struct shard_worker *worker = &refolding->workers[i];
        *worker = (struct shard_worker){.refolding = refolding, .shard = i};
        pthread_mutex_init(&worker->lock, NULL);
        pthread_cond_init(&worker->moved, NULL);
        if (pthread_create(&worker->thread, NULL, work, worker) != 0)
            return error_set(error, ERROR_RETRY, "no thread can be started");
        refolding->worker_count++;
    }
    return true;
}

static void end_workers(struct refolding *refolding)
{
    for (size_t i = 0; i < refolding->worker_count; i++) {
        struct shard_worker *worker = &refolding->workers[i];
        hand_over(worker);
        pthread_mutex_lock(&worker->lock);
        worker->is_closed = true;
        pthread_cond_signal(&worker->moved);
        pthread_mutex_unlock(&worker->lock);
    }
    for (size_t i = 0; i < refolding->worker_count; i++)
        pthread_join(refolding->workers[i].thread, NULL);
}

static void free_workers(struct refolding *refolding)
{
    for (size_t i = 0; i < refolding->worker_count; i++) {
        struct shard_worker *worker = &refolding->workers[i];
        for (size_t k = 0; k < worker->fault_count; k++)
            free(worker->faults[k].what);
        for (size_t k = 0; k < worker->stray_count; k++)
            free(worker->strays[k]);
        free(worker->faults);
        free(worker->strays);
        pthread_cond_destroy(&worker->moved);
        pthread_mutex_destroy(&worker->lock);
    }
}

bool refold_journal(struct postgres *postgres, const struct query *journal,
                    const struct refold_options *options, struct entity_states *states,
                    struct refold_counts *counts, struct error *error)
{
    return refold_journal_in_layers(postgres, journal, options, &states, 1, counts, error);
}

bool refold_journal_in_layers(struct postgres *postgres, const struct query *journal,
                              const struct refold_options *options,
                              struct entity_states *const *layers, size_t layer_count,
                              struct refold_counts *counts, struct error *error)
{
    struct refolding *refolding = calloc(1, sizeof *refolding);
    if (!refolding)
        abort();
    refolding->options = options;
    refolding->layers = layers;
    refolding->layer_count = layer_count;
    pthread_mutex_init(&refolding->changing, NULL);
    bool done = start_workers(refolding, error) &&
                postgres_copy_out(postgres, journal, take_record, refolding, error);
    end_workers(refolding);
    for (size_t i = 0; done && i < refolding->worker_count; i++)
        for (size_t k = 0; k < refolding->workers[i].stray_count; k++)
            place_stray(refolding, refolding->workers[i].strays[k]);
    done = done && tell_faults(refolding, error);
    if (counts) {
        counts->records += refolding->counts.records;
        counts->statements += refolding->counts.statements;
        counts->progress += refolding->counts.progress;
        counts->tombstones += refolding->counts.tombstones;
        counts->erased += refolding->counts.erased;
    }
    free_workers(refolding);
    pthread_mutex_destroy(&refolding->changing);
    arena_free(&refolding->scratch);
    free(refolding);
    return done;
}
