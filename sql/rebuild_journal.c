// `rebuild`: states and rollups anew from the journal, beside the running daemons.
//
// The fold is made in memory, and only rows that differ from it are written: in place, over their row versions, like a daemon's
// own. Fresh tables that are swapped in would take views, grants and every reader's plans with them, need the room twice, and
// have to be written whole although mostly little is wrong. The order:
//   1. fold the journal of one snapshot, compare the states that it holds, and find what the rollups lack of those states;
//   2. add that to the rollups, then write the wrong states: each in a transaction beside the daemons (sql/rebuild_states.c).
//      What rollups lack is the same before and after any batch, since a batch adds what it changes: so it may be added late;
//   3. fold the journal's tail, again and again, until that is shorter than a batch;
//   4. hold the ledger; fold the rest; write what a daemon had in hand in step 2; add what other reference data change; make the
//      generation; commit. Daemons wait for this step alone.
// Windows of readings are not in the journal: they are kept, and their rollup is what they sum to.
// States of another fold version cannot be read, nor written beside daemons that cannot read ours: then step 2 is left out, and
// step 4 writes everything.
#include "sql/rebuild.h"

#include "sql/figures.h"

#include "common/clock.h"
#include "common/log.h"
#include "sql/queries.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    TAIL_RECORDS = 50000, // the daemon's batches are as long, by default
    TAILS_MOST = 20,      // a daemon that is as fast as the fold leaves always as much
    // The journal grows at its end, but for rows that fit into what was left of a page nearby: so much is read again.
    SLACK_BLOCKS = 1024,
};

// ---- where the journal ended ----

struct journal_month {
    int64_t from_us, until_us, blocks;
};

struct journal_months {
    struct journal_month *list;
    size_t count;
};

static bool read_months(struct postgres *postgres, struct arena *arena, struct journal_months *out,
                        struct error *error)
{
    PGresult *result;
    if (!postgres_query(postgres, &query_db_journal_months, NULL, &result, error))
        return false;
    out->count = (size_t)PQntuples(result);
    out->list = arena_array(arena, struct journal_month, out->count + 1);
    for (int row = 0; row < (int)out->count; row++)
        out->list[row] =
            (struct journal_month){column_instant(result, row, 0), column_instant(result, row, 1),
                                   column_bigint(result, row, 2)};
    PQclear(result);
    return true;
}

struct noting {
    struct arena *arena;
    struct journal_months *months;
};

static bool note_held_months(struct postgres *postgres, void *context, struct error *error)
{
    struct noting *noting = context;
    return postgres_execute(postgres, &query_db_ledger_lock, NULL, NULL, error) &&
           read_months(postgres, noting->arena, noting->months, error);
}

// While no batch is under way: so whatever comes later stands behind.
static bool note_months(struct rebuilding *rebuilding, struct journal_months *out,
                        struct error *error)
{
    struct noting noting = {&rebuilding->arena, out};
    return transaction_run(rebuilding->postgres, note_held_months, &noting, error);
}

// ---- folding ----

struct folding {
    struct rebuilding *rebuilding;
    struct offset_vector until; // the records of this pass: from rebuilding->folded to here
};

static bool is_of_pass(void *context, const struct journal_record *record)
{
    const struct folding *folding = context;
    return vector_holds(&folding->until, record->partition_id, record->offset) &&
           !vector_holds(&folding->rebuilding->folded, record->partition_id, record->offset);
}

static void add_meaning(struct rebuilding *rebuilding, const struct entity_state *entity,
                        const struct state *state, struct arena *scratch, int sign)
{
    const struct family_definition *family = family_get(entity->family);
    const struct entity_key key = {entity->authority, entity->entity, 0};
    struct contribution_context now = generation_context(&rebuilding->old);
    struct contribution_context then = generation_context(&rebuilding->new);
    then.zone = now.zone;
    family->contribute(&key, state, scratch, &then, sign, rebuilding->meaning_change);
    family->contribute(&key, state, scratch, &now, -sign, rebuilding->meaning_change);
}

// Of the tail: an entity that was wrong may be wrong again, and what it means changes.
static void note_change(void *context, struct entity_state *entity, const struct state *old,
                        const struct state *new, struct arena *scratch)
{
    struct rebuilding *rebuilding = ((struct folding *)context)->rebuilding;
    if (entity->mark & STATE_REPAIRED)
        entity->mark = STATE_WRONG;
    if (!rebuilding->changes_meaning)
        return;
    if (old->version_count)
        add_meaning(rebuilding, entity, old, scratch, -1);
    add_meaning(rebuilding, entity, new, scratch, 1);
}

static bool count_expected(struct folding *folding, int64_t *expected, struct error *error)
{
    struct buffer ids = BUFFER_INIT, from = BUFFER_INIT, until = BUFFER_INIT;
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    array_begin(&ids, TYPE_INTEGER);
    array_begin(&from, TYPE_BIGINT);
    array_begin(&until, TYPE_BIGINT);
    for (size_t i = 0; i < folding->until.count; i++) {
        const struct vector_step *step = &folding->until.steps[i];
        const struct vector_step *before =
            vector_step(&folding->rebuilding->folded, step->partition_id);
        array_add_integer(&ids, step->partition_id);
        array_add_bigint(&from, before ? before->until_offset : 0);
        array_add_bigint(&until, step->until_offset);
    }
    parameter_array(&parameters, TYPE_INTEGER_ARRAY, &ids);
    parameter_array(&parameters, TYPE_BIGINT_ARRAY, &from);
    parameter_array(&parameters, TYPE_BIGINT_ARRAY, &until);
    bool done = postgres_query(folding->rebuilding->postgres, &query_db_journalled_between,
                               &parameters, &result, error);
    if (done) {
        *expected = column_bigint(result, 0, 0);
        PQclear(result);
    }
    buffer_free(&ids);
    buffer_free(&from);
    buffer_free(&until);
    return done;
}

static bool fold_months(struct folding *folding, const struct refold_options *options,
                        const struct journal_months *noted, struct refold_counts *counts,
                        struct error *error)
{
    struct postgres *postgres = folding->rebuilding->postgres;
    struct journal_months months;
    if (!read_months(postgres, &folding->rebuilding->arena, &months, error))
        return false;
    for (size_t i = 0; i < months.count; i++) {
        const struct journal_month *month = &months.list[i];
        int64_t block = 0;
        for (size_t k = 0; k < noted->count; k++)
            if (noted->list[k].from_us == month->from_us && noted->list[k].blocks > SLACK_BLOCKS)
                block = noted->list[k].blocks - SLACK_BLOCKS;
        struct parameters parameters = PARAMETERS_INIT;
        parameter_instant(&parameters, month->from_us);
        parameter_instant(&parameters, month->until_us);
        parameter_bigint(&parameters, block);
        if (!postgres_execute(postgres, &query_db_journal_tail_set, &parameters, NULL, error) ||
            !refold_journal(postgres, &query_db_journal_tail_out, options,
                            folding->rebuilding->states, counts, error))
            return false;
    }
    return true;
}

static int64_t met(const struct refold_counts *counts)
{
    return counts->statements + counts->progress + counts->tombstones + counts->erased;
}

// Folds what this transaction sees beyond rebuilding->folded: of the months' ends, where they were noted, else of everything.
// The ranges say how many records that is; when the ends hold fewer, everything is read.
static bool fold_on(struct rebuilding *rebuilding, const struct journal_months *noted,
                    int64_t *records, struct error *error)
{
    struct folding folding = {.rebuilding = rebuilding};
    struct refold_counts counts = {0};
    const struct refold_options options = {
        .context = &folding, .meet = is_of_pass, .changed = noted ? note_change : NULL};
    int64_t expected;
    if (!as_of_read_newest(rebuilding->postgres, &rebuilding->arena, &folding.until, error) ||
        !count_expected(&folding, &expected, error))
        return false;
    if (noted && expected && !fold_months(&folding, &options, noted, &counts, error))
        return false;
    if (met(&counts) < expected) {
        if (noted)
            log_info("the journal's end holds %" PRId64 " of %" PRId64
                     " records: reading all of it",
                     met(&counts), expected);
        counts = (struct refold_counts){0};
        if (!refold_journal(rebuilding->postgres, &query_db_journal_out, &options,
                            rebuilding->states, &counts, error))
            return false;
    }
    if (met(&counts) != expected)
        return error_set(error, ERROR_FATAL,
                         "the journal has %" PRId64 " records where the ranges count %" PRId64
                         ": cityops-db verify says where",
                         met(&counts), expected);
    rebuilding->erased += counts.erased;
    rebuilding->folded = folding.until;
    rebuilding->records += expected;
    *records = expected;
    return true;
}

// ---- the steps ----

static bool in_snapshot(struct postgres *postgres, bool done, struct error *error)
{
    if (done)
        return postgres_script(postgres, "commit", "commit", error);
    if (postgres_is_alive(postgres))
        postgres_script(postgres, "rollback", "rollback", NULL);
    return false;
}

static bool add_lacking(struct postgres *postgres, void *context, struct error *error)
{
    struct rebuilding *rebuilding = ((void **)context)[0];
    (void)postgres;
    return rebuild_add_cells(rebuilding, ((void **)context)[1], error);
}

static bool fold_and_repair(struct rebuilding *rebuilding, struct error *error)
{
    struct postgres *postgres = rebuilding->postgres;
    struct arena arena = ARENA_INIT;
    struct rollup_sums *lacking = rollup_sums_new(&arena);
    int64_t records;
    bool done =
        postgres_script(postgres, query_begin_snapshot.name, query_begin_snapshot.text, error);
    if (done)
        done = in_snapshot(postgres,
                           fold_on(rebuilding, NULL, &records, error) &&
                               rebuild_compare(rebuilding, lacking, error),
                           error);
    if (done && !rebuilding->changes_fold)
        done = transaction_run(postgres, add_lacking, (void *[]){rebuilding, lacking}, error) &&
               rebuild_write_states(rebuilding, false, error);
    arena_free(&arena);
    return done;
}

// What the states folded so far will mean; the tail's are added as they change.
static void sum_meaning(struct rebuilding *rebuilding)
{
    if (!rebuilding->changes_meaning)
        return;
    for (struct entity_state *at = NULL; (at = entity_states_next(rebuilding->states, at));) {
        struct state state;
        struct error error = ERROR_INIT;
        arena_reset(&rebuilding->scratch);
        if (at->bytes.length && !state_decode(&rebuilding->scratch, at->bytes, &state, &error))
            abort(); // these bytes are our own
        if (at->bytes.length)
            add_meaning(rebuilding, at, &state, &rebuilding->scratch, 1);
    }
}

static bool fold_tail(struct rebuilding *rebuilding, struct journal_months *noted, int64_t *records,
                      struct error *error)
{
    struct journal_months now;
    struct postgres *postgres = rebuilding->postgres;
    if (!note_months(rebuilding, &now, error) ||
        !postgres_script(postgres, query_begin_snapshot.name, query_begin_snapshot.text, error) ||
        !in_snapshot(postgres, fold_on(rebuilding, noted, records, error), error))
        return false;
    *noted = now;
    rebuilding->tail_records += *records;
    rebuilding->tails++;
    return true;
}

static bool fold_tails(struct rebuilding *rebuilding, struct journal_months *noted,
                       struct error *error)
{
    int64_t records = 0;
    do {
        if (!fold_tail(rebuilding, noted, &records, error))
            return false;
    } while (records >= TAIL_RECORDS && rebuilding->tails < TAILS_MOST);
    return true;
}

// ---- the end ----

struct finishing {
    struct rebuilding *rebuilding;
    const struct journal_months *noted;
    int64_t tail_records, held_us;
};

// What windows of readings will mean minus what they mean now; they are read, since the journal does not hold them.
static bool sum_window(void *context, const struct text *fields, const bool *nulls, int field_count,
                       struct error *error)
{
    struct rebuilding *rebuilding = context;
    const struct family_definition *family = family_get(FAMILY_TRAFFIC);
    struct state state;
    (void)nulls;
    arena_reset(&rebuilding->scratch);
    if (!stored_state_check(family, field_count, error) ||
        !state_decode(&rebuilding->scratch, fields[2], &state, error))
        return false;
    struct entity_key key = stored_key_read(family, fields);
    struct contribution_context now = generation_context(&rebuilding->old);
    struct contribution_context then = generation_context(&rebuilding->new);
    then.zone = now.zone;
    family->contribute(&key, &state, &rebuilding->scratch, &then, 1, rebuilding->meaning_change);
    family->contribute(&key, &state, &rebuilding->scratch, &now, -1, rebuilding->meaning_change);
    return true;
}

// Under another fold version: everything that the states will mean, minus what the rollups hold.
static bool sum_everything(struct rebuilding *rebuilding, struct error *error)
{
    arena_reset(&rebuilding->sums_arena);
    rebuilding->meaning_change = rollup_sums_new(&rebuilding->sums_arena);
    struct contribution_context then = generation_context(&rebuilding->new);
    then.zone = rebuilding->old.zone;
    for (const struct family_queries *family = family_queries; family->definition; family++) {
        const struct as_of as_of = {.states = rebuilding->states};
        if (family->definition->has_windows)
            continue; // their states cannot be read any more
        if (!as_of_read_states(&as_of, family->definition, &then, rebuilding->meaning_change, NULL,
                               NULL, error) ||
            !rebuild_subtract_cells(rebuilding->postgres, family, rebuilding->meaning_change,
                                    error))
            return false;
    }
    return true;
}

static bool sum_windows(struct rebuilding *rebuilding, struct error *error)
{
    for (const struct family_queries *family = family_queries; family->definition; family++)
        if (family->definition->has_windows && rebuilding->changes_meaning &&
            !postgres_copy_out(rebuilding->postgres, family->states_out, sum_window, rebuilding,
                               error))
            return false;
    return true;
}

static bool finish(struct postgres *postgres, void *context, struct error *error)
{
    struct finishing *finishing = context;
    struct rebuilding *rebuilding = finishing->rebuilding;
    if (!postgres_execute(postgres, &query_db_ledger_lock, NULL, NULL, error))
        return false;
    finishing->held_us = clock_monotonic_us();
    char figures[FIGURES_TEXT_BYTES];
    figures_print(figures);
    return fold_on(rebuilding, finishing->noted, &finishing->tail_records, error) &&
           rebuild_check_windows(postgres, rebuilding->new.reference_version, error) &&
           rebuild_write_states(rebuilding, true, error) &&
           (rebuilding->changes_fold ? sum_everything(rebuilding, error)
                                     : sum_windows(rebuilding, error)) &&
           rebuild_add_cells(rebuilding, rebuilding->meaning_change, error) &&
           rebuild_add_generation(postgres, &rebuilding->old, rebuilding->new.reference_version,
                                  "rebuild", figures, error);
}

static bool run_steps(struct rebuilding *rebuilding, struct error *error)
{
    struct journal_months noted;
    if (!note_months(rebuilding, &noted, error) || !fold_and_repair(rebuilding, error))
        return false;
    sum_meaning(rebuilding);
    if (!fold_tails(rebuilding, &noted, error))
        return false;
    struct finishing finishing = {.rebuilding = rebuilding, .noted = &noted};
    if (!transaction_run(rebuilding->postgres, finish, &finishing, error))
        return false;
    buffer_printf(&rebuilding->report,
                  "journal          %9" PRId64 " records folded, %" PRId64 " of them in %" PRId64
                  " tails, %" PRId64 " while the ledger was held, for %.3f s\n",
                  rebuilding->records, rebuilding->tail_records + finishing.tail_records,
                  rebuilding->tails, finishing.tail_records,
                  (double)(clock_monotonic_us() - finishing.held_us) / 1e6);
    return true;
}

// The old generation is of any fold version; the new one has the newest reference data.
static bool choose_generations(struct rebuilding *rebuilding, struct error *error)
{
    struct postgres *postgres = rebuilding->postgres;
    struct generation *old = &rebuilding->old, *new = &rebuilding->new;
    if (!generation_load_any_fold(postgres, old, error) ||
        !rebuild_newest_reference(postgres, &new->reference_version, error) ||
        !rebuild_check_windows(postgres, new->reference_version, error))
        return false;
    new->generation = old->generation + 1;
    new->areas = reference_load_areas(postgres, new->reference_version, error);
    new->sensors =
        new->areas ? reference_load_sensors(postgres, new->reference_version, error) : NULL;
    rebuilding->changes_fold = old->fold_version != STATE_FOLD_VERSION;
    rebuilding->changes_meaning =
        !rebuilding->changes_fold && old->reference_version != new->reference_version;
    return new->sensors != NULL;
}

bool rebuild_from_journal(struct postgres *postgres, struct buffer *report, struct error *error)
{
    struct rebuilding rebuilding = {.postgres = postgres, .states = refold_states_new()};
    rebuilding.meaning_change = rollup_sums_new(&rebuilding.sums_arena);
    bool done = rebuild_lock(postgres, error) && choose_generations(&rebuilding, error) &&
                rebuild_stage(postgres, error) && run_steps(&rebuilding, error);
    if (done) {
        buffer_append(report, rebuilding.report.bytes, rebuilding.report.length);
        if (rebuilding.erased)
            buffer_printf(report,
                          "erased           %9" PRId64
                          " records could not be folded: cityops-db verify lists them\n",
                          rebuilding.erased);
        buffer_printf(report,
                      "states           %9" PRId64 " written, %" PRId64 " taken away\n"
                      "rollups          %9" PRId64 " cells changed\n"
                      "rebuild: generation %d, reference version %d (before: %d, %d)\n",
                      rebuilding.states_written, rebuilding.states_dropped,
                      rebuilding.cells_changed, rebuilding.new.generation,
                      rebuilding.new.reference_version, rebuilding.old.generation,
                      rebuilding.old.reference_version);
    }
    entity_states_free(rebuilding.states);
    generation_free(&rebuilding.old);
    generation_free(&rebuilding.new);
    buffer_free(&rebuilding.report);
    arena_free(&rebuilding.scratch);
    arena_free(&rebuilding.sums_arena);
    arena_free(&rebuilding.arena);
    return done;
}
