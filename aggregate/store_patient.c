// Each call is handed to the one helper thread and waited for, with interruptions.
#include "aggregate/store_patient.h"

#include "common/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define INTERRUPT_EVERY_US INT64_C(200000)

// The arguments and the answer of any call, by the role that they play in it.
struct call {
    const void *in, *more_in;
    size_t count, more_count;
    int32_t slot, generation;
    int64_t first_us, last_us;
    bool lock, is_last;
    struct arena *arena;
    void *out, *more_out;
    struct error *error;
    bool ok;
    enum commit_result committed;
};
typedef void call_function(struct store *inner, struct call *call);

struct patient {
    struct store store; // first
    struct store *inner;
    int64_t after_us;
    store_waiting *waiting;
    void *context;

    pthread_t thread;
    pthread_mutex_t mutex; // of what follows
    pthread_cond_t changed;
    call_function *function; // to do, or being done; null: none
    struct call *call;
    bool ends;
};

static void *serve(void *argument)
{
    struct patient *self = argument;
    pthread_mutex_lock(&self->mutex);
    while (!self->ends) {
        if (!self->function) {
            pthread_cond_wait(&self->changed, &self->mutex);
            continue;
        }
        pthread_mutex_unlock(&self->mutex);
        self->function(self->inner, self->call);
        pthread_mutex_lock(&self->mutex);
        self->function = NULL;
        pthread_cond_broadcast(&self->changed);
    }
    pthread_mutex_unlock(&self->mutex);
    return NULL;
}

// Waits until the call is done or the clock shows this; with the mutex. False: it is still under way.
static bool is_done_by(struct patient *self, int64_t until_us)
{
    struct timespec until = {.tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};
    int failure = 0;
    while (self->function && !failure)
        failure = pthread_cond_timedwait(&self->changed, &self->mutex, &until);
    return !self->function;
}

static void run(struct patient *self, call_function *function, const char *what, struct call *call)
{
    int64_t from_us = clock_monotonic_us(), next_us = from_us + self->after_us;
    pthread_mutex_lock(&self->mutex);
    self->call = call;
    self->function = function;
    pthread_cond_broadcast(&self->changed);
    while (!is_done_by(self, next_us)) {
        pthread_mutex_unlock(&self->mutex);
        if (self->waiting)
            self->waiting(self->context, what, clock_monotonic_us() - from_us);
        next_us = clock_monotonic_us() + INTERRUPT_EVERY_US;
        pthread_mutex_lock(&self->mutex);
    }
    pthread_mutex_unlock(&self->mutex);
    memcpy(self->store.refusal, self->inner->refusal, sizeof self->store.refusal);
    self->store.conflict = self->inner->conflict;
}

static bool ask(struct store *store, call_function *function, const char *what, struct call call)
{
    run((struct patient *)store, function, what, &call);
    return call.ok;
}

// --- the calls: what each hands on, and how it is called on the other side ---

static void do_load_generation(struct store *inner, struct call *call)
{
    call->ok = inner->load_generation(inner, call->out, call->error);
}

static bool load_generation(struct store *store, struct store_generation *out, struct error *error)
{
    return ask(store, do_load_generation, "read the generation",
               (struct call){.out = out, .error = error});
}

static void do_load_ledger(struct store *inner, struct call *call)
{
    call->ok = inner->load_ledger(inner, call->in, call->count, call->out, call->error);
}

static bool load_ledger(struct store *store, const struct partition_name *const *names,
                        size_t count, struct ledger_row *rows, struct error *error)
{
    return ask(store, do_load_ledger, "read the ledger",
               (struct call){.in = names, .count = count, .out = rows, .error = error});
}

static void do_create_ledger(struct store *inner, struct call *call)
{
    call->ok = inner->create_ledger(inner, call->in, call->first_us, call->error);
}

static bool create_ledger(struct store *store, const struct partition_name *name,
                          int64_t origin_offset, struct error *error)
{
    return ask(store, do_create_ledger, "add a row to the ledger",
               (struct call){.in = name, .first_us = origin_offset, .error = error});
}

static void do_stop_partition(struct store *inner, struct call *call)
{
    call->ok = inner->stop_partition(inner, call->in, call->error);
}

static bool stop_partition(struct store *store, const struct ledger_row *row, struct error *error)
{
    return ask(store, do_stop_partition, "stop a partition in the ledger",
               (struct call){.in = row, .error = error});
}

static void do_note_ends(struct store *inner, struct call *call)
{
    call->ok = inner->note_ends(inner, call->in, call->count, call->first_us, call->error);
}

static bool note_ends(struct store *store, const struct ledger_row *const *rows, size_t count,
                      int64_t instant_us, struct error *error)
{
    return ask(store, do_note_ends, "note in the ledger where the ends were",
               (struct call){.in = rows, .count = count, .first_us = instant_us, .error = error});
}

static void do_prepare_journal(struct store *inner, struct call *call)
{
    call->ok = inner->prepare_journal(inner, call->first_us, call->last_us, call->error);
}

static bool prepare_journal(struct store *store, int64_t first_us, int64_t last_us,
                            struct error *error)
{
    return ask(store, do_prepare_journal, "make the journal's months",
               (struct call){.first_us = first_us, .last_us = last_us, .error = error});
}

static void do_begin(struct store *inner, struct call *call)
{
    call->ok = inner->begin(inner, call->in, call->count, call->lock, call->out, call->error);
}

static bool begin(struct store *store, const struct ledger_row *const *rows, size_t count,
                  bool alone, struct ledger_row *actual, struct error *error)
{
    return ask(
        store, do_begin, "lock its rows of the ledger",
        (struct call){.in = rows, .count = count, .lock = alone, .out = actual, .error = error});
}

static void do_read_states(struct store *inner, struct call *call)
{
    call->ok = inner->read_states(inner, call->in, call->more_in, call->count, call->lock,
                                  call->arena, call->out, call->error);
}

static bool read_states(struct store *store, const struct family_definition *family,
                        const struct entity_key *keys, size_t count, bool lock, struct arena *arena,
                        struct stored_state *out, struct error *error)
{
    return ask(store, do_read_states, "read states",
               (struct call){.in = family,
                             .more_in = keys,
                             .count = count,
                             .lock = lock,
                             .arena = arena,
                             .out = out,
                             .error = error});
}

static void do_write_journal(struct store *inner, struct call *call)
{
    call->ok = inner->write_journal(inner, call->in, call->count, call->error);
}

static bool write_journal(struct store *store, const struct journal_row *rows, size_t count,
                          struct error *error)
{
    return ask(store, do_write_journal, "copy the journal",
               (struct call){.in = rows, .count = count, .error = error});
}

static void do_write_states(struct store *inner, struct call *call)
{
    call->ok = inner->write_states(inner, call->in, call->more_in, call->count, call->is_last,
                                   call->error);
}

static bool write_states(struct store *store, const struct family_definition *family,
                         const struct state_write *writes, size_t count, bool is_last,
                         struct error *error)
{
    return ask(
        store, do_write_states, "write states",
        (struct call){
            .in = family, .more_in = writes, .count = count, .is_last = is_last, .error = error});
}

static void do_add_rollups(struct store *inner, struct call *call)
{
    call->ok = inner->add_rollups(inner, call->slot, call->in, call->count, call->error);
}

static bool add_rollups(struct store *store, int32_t slot, struct rollup_cell *const *cells,
                        size_t count, struct error *error)
{
    return ask(store, do_add_rollups, "add to the rollups",
               (struct call){.slot = slot, .in = cells, .count = count, .error = error});
}

static void do_write_progress(struct store *inner, struct call *call)
{
    call->ok = inner->write_progress(inner, call->in, call->count, call->error);
}

static bool write_progress(struct store *store, const struct progress_row *rows, size_t count,
                           struct error *error)
{
    return ask(store, do_write_progress, "note the sources' progress",
               (struct call){.in = rows, .count = count, .error = error});
}

static bool is_busy(struct store *store) // does not wait
{
    struct store *inner = ((struct patient *)store)->inner;
    return inner->is_busy(inner);
}

static void do_settle(struct store *inner, struct call *call)
{
    call->ok = inner->settle(inner, call->error);
}

static bool settle(struct store *store, struct error *error)
{
    return ask(store, do_settle, "finish what it copies", (struct call){.error = error});
}

static void do_advance(struct store *inner, struct call *call)
{
    call->ok = inner->advance(inner, call->slot, call->generation, call->in, call->count,
                              call->more_in, call->more_count, call->error);
}

static bool advance(struct store *store, int32_t slot, int32_t generation,
                    const struct ledger_step *steps, size_t count,
                    const struct quarantine_row *quarantine, size_t quarantine_count,
                    struct error *error)
{
    return ask(store, do_advance, "move the ledger",
               (struct call){.slot = slot,
                             .generation = generation,
                             .in = steps,
                             .count = count,
                             .more_in = quarantine,
                             .more_count = quarantine_count,
                             .error = error});
}

static void do_commit(struct store *inner, struct call *call)
{
    call->committed = inner->commit(inner, call->error);
}

static enum commit_result commit(struct store *store, struct error *error)
{
    struct call call = {.error = error};
    run((struct patient *)store, do_commit, "commit", &call);
    return call.committed;
}

static void do_rollback(struct store *inner, struct call *call)
{
    (void)call;
    inner->rollback(inner);
}

static void rollback(struct store *store)
{
    struct call call = {0};
    run((struct patient *)store, do_rollback, "roll back", &call);
}

struct unfed_call { // what no role fits
    const int32_t *partition_ids;
    size_t partition_count, limit;
    struct dead_letter **out;
    size_t *count;
};

static void do_read_unfed(struct store *inner, struct call *call)
{
    const struct unfed_call *unfed = call->in;
    call->ok = inner->read_unfed(inner, unfed->partition_ids, unfed->partition_count, unfed->limit,
                                 call->arena, unfed->out, unfed->count, call->error);
}

static bool read_unfed(struct store *store, const int32_t *partition_ids, size_t partition_count,
                       size_t limit, struct arena *arena, struct dead_letter **out, size_t *count,
                       struct error *error)
{
    struct unfed_call unfed = {partition_ids, partition_count, limit, out, count};
    return ask(store, do_read_unfed, "read dead letters",
               (struct call){.in = &unfed, .arena = arena, .error = error});
}

static void do_mark_fed(struct store *inner, struct call *call)
{
    call->ok = inner->mark_fed(inner, call->in, call->count, call->error);
}

static bool mark_fed(struct store *store, const struct dead_letter *letters, size_t count,
                     struct error *error)
{
    return ask(store, do_mark_fed, "mark dead letters as published",
               (struct call){.in = letters, .count = count, .error = error});
}

// --- life ---

struct store *store_patient_new(struct store *inner, int64_t after_us)
{
    struct patient *self = calloc(1, sizeof *self);
    pthread_condattr_t monotonic;
    if (!self)
        abort();
    self->inner = inner;
    self->after_us = after_us;
    self->store = (struct store){.load_generation = load_generation,
                                 .load_ledger = load_ledger,
                                 .create_ledger = create_ledger,
                                 .stop_partition = stop_partition,
                                 .note_ends = note_ends,
                                 .prepare_journal = prepare_journal,
                                 .begin = begin,
                                 .read_states = read_states,
                                 .write_journal = write_journal,
                                 .write_states = write_states,
                                 .add_rollups = add_rollups,
                                 .write_progress = write_progress,
                                 .is_busy = is_busy,
                                 .settle = settle,
                                 .advance = advance,
                                 .commit = commit,
                                 .rollback = rollback,
                                 .read_unfed = read_unfed,
                                 .mark_fed = mark_fed};
    pthread_mutex_init(&self->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&self->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&self->thread, NULL, serve, self) != 0)
        abort(); // out of memory for a stack
    return &self->store;
}

void store_patient_on_wait(struct store *store, store_waiting *waiting, void *context)
{
    struct patient *self = (struct patient *)store;
    self->waiting = waiting;
    self->context = context;
}

void store_patient_free(struct store *store)
{
    if (!store)
        return;
    struct patient *self = (struct patient *)store;
    pthread_mutex_lock(&self->mutex);
    self->ends = true;
    pthread_cond_broadcast(&self->changed);
    pthread_mutex_unlock(&self->mutex);
    pthread_join(self->thread, NULL);
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->mutex);
    free(self);
}
