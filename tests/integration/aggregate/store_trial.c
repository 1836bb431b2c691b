// See store_trial.h.
#include "store_trial.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

struct small_world trial_world;
struct store *trial_postgres[SESSIONS];
int trial_stale_merges;
static int trials;

bool trial_differ(struct trial *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (!t->fault[0])
        vsnprintf(t->fault, sizeof t->fault, format, arguments);
    va_end(arguments);
    return false;
}

// --- both sides ---

static void load_side(struct trial *t, struct side *side)
{
    const struct partition_name *names[PARTITIONS];
    struct store_generation generation;
    struct error error = ERROR_INIT;
    for (int i = 0; i < PARTITIONS; i++)
        names[i] = &t->names[i];
    int idle = t->in_transaction[0]; // a session outside of a transaction
    cr_assert(side->stores[idle]->load_ledger(side->stores[idle], names, PARTITIONS, side->rows,
                                              &error) &&
                  side->stores[idle]->load_generation(side->stores[idle], &generation, &error),
              "%s", error.text);
    if (!side->first_generation)
        side->first_generation = generation.generation;
}

// Whether both rows say the same, but for their numbers.
bool trial_same_rows(struct trial *t, const struct ledger_row *a, const struct ledger_row *b)
{
    bool same = (a->partition_id == 0) == (b->partition_id == 0) &&
                a->origin_offset == b->origin_offset && a->next_offset == b->next_offset &&
                a->last_record_offset == b->last_record_offset &&
                a->last_record_digest == b->last_record_digest && a->stopped == b->stopped &&
                a->stop_kind == b->stop_kind && a->stopped_until == b->stopped_until &&
                strcmp(a->stopped_reason, b->stopped_reason) == 0;
    return same || trial_differ(t,
                                "ledger: next %" PRId64 " and %" PRId64
                                ", stopped %d and %d, last %" PRId64 " and %" PRId64,
                                a->next_offset, b->next_offset, a->stopped, b->stopped,
                                a->last_record_offset, b->last_record_offset);
}

bool trial_load(struct trial *t)
{
    if (t->in_transaction[0] && t->in_transaction[1])
        return true;
    load_side(t, &t->stand_in);
    load_side(t, &t->real);
    for (int i = 0; i < PARTITIONS; i++)
        if (!trial_same_rows(t, &t->stand_in.rows[i], &t->real.rows[i]))
            return false;
    return true;
}

void trial_end_transaction(struct trial *t, int session)
{
    t->stand_in.stores[session]->rollback(t->stand_in.stores[session]);
    t->real.stores[session]->rollback(t->real.stores[session]);
    t->in_transaction[session] = false;
}

bool trial_is_asked(struct trial *t, int session, const struct answer *stand_in)
{
    if (stand_in->ok || !t->memory[session]->was_blocked || t->waits_too)
        return true;
    if (t->in_transaction[session])
        trial_end_transaction(t, session);
    t->stand_in.stores[session]->rollback(t->stand_in.stores[session]); // of a BEGIN
    return false;
}

bool trial_compare(struct trial *t, int session, const struct answer *stand_in,
                   const struct answer *real)
{
    bool same = stand_in->ok == real->ok && stand_in->conflict == real->conflict &&
                (stand_in->ok || stand_in->error.class == real->error.class);
    if (!same)
        return trial_differ(t, "answers: %s%s and %s%s (%s)",
                            stand_in->ok ? "done" : error_class_name(stand_in->error.class),
                            stand_in->conflict ? ", conflict" : "",
                            real->ok ? "done" : error_class_name(real->error.class),
                            real->conflict ? ", conflict" : "", real->error.text);
    if ((!real->ok || real->conflict) && t->in_transaction[session])
        trial_end_transaction(t, session);
    return true;
}

// --- life ---

void trial_open(struct trial *t)
{
    *t = (struct trial){.world = &trial_world, .arena = ARENA_INIT};
    snprintf(t->topic, sizeof t->topic, "same-%d-%d", (int)getpid(), ++trials);
    snprintf(t->authority, sizeof t->authority, "same-%d-%d", (int)getpid(), trials);
    memory_server_init(&t->server, &t->no_faults, &trial_world.context);
    for (int i = 0; i < SESSIONS; i++) {
        t->memory[i] = memory_session_open(&t->server);
        t->stand_in.stores[i] = &t->memory[i]->store;
        t->real.stores[i] = trial_postgres[i];
    }
    for (int i = 0; i < PARTITIONS; i++)
        t->names[i] = (struct partition_name){"test", t->topic, i, FAMILY_HOTLINE, false};
}

void trial_close(struct trial *t)
{
    for (int i = 0; i < SESSIONS; i++) {
        if (t->in_transaction[i])
            trial_end_transaction(t, i);
        memory_session_close(t->memory[i]);
    }
    memory_server_free(&t->server);
    arena_free(&t->arena);
}
