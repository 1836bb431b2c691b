// `erase`: takes the bytes of a record that should never have held personal data out of journal and quarantine. Hash, reason, who and
// when are left.
//
// **What becomes of the state.** An erased record states nothing any more, as if it had been a tombstone: the states of its
// entity are folded again from what the journal still has of it, and the rollups change by the difference, in the transaction that takes
// the bytes. So law 1 and 2 hold at its commit, nothing personal stays in a state, and nobody can fold the record again, now or as
// of then: an entity of which nothing else was told is gone. Where the fact is needed, its source states it again without the data.
// Every record with the same bytes is erased with it: copies, and what it was replayed from or as.
//
// The ledger is held meanwhile, so batches wait: for two passes over the journal to find the bytes, and one for the entities.
#include "sql/queries.h"
#include "sql/rebuild.h"

#include "common/log.h"

#include <inttypes.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

const struct config_key erase_keys[] = {CONFIG_KEYS_DATABASE, CONFIG_KEYS_DECISION, {0}};

struct erasing {
    const struct config *config;
    struct text by, reason;
    struct rebuilding rebuilding; // its states are those of the entities concerned, no others
    int64_t journal, quarantine, fed, entities;
};

// ---- the bytes ----

static bool count_noted(struct erasing *erasing, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        bool quarantine = text_equal(column_text(result, row, 0), TEXT("quarantine"));
        *(quarantine ? &erasing->quarantine : &erasing->journal) += column_bigint(result, row, 1);
        erasing->fed += column_bigint(result, row, 2);
    }
    return true;
}

static bool erase_value(struct postgres *postgres, struct erasing *erasing, struct text value,
                        struct error *error)
{
    struct parameters bytes = PARAMETERS_INIT, note = PARAMETERS_INIT;
    PGresult *result;
    parameter_bytes(&bytes, value);
    parameter_bytes(&note, value);
    parameter_bigint(&note, (int64_t)XXH3_64bits(value.bytes, value.length));
    parameter_text(&note, erasing->by);
    parameter_text(&note, erasing->reason);
    if (!postgres_execute(postgres, &query_db_erase_choose, &bytes, NULL, error) ||
        !postgres_query(postgres, &query_db_erase_note, &note, &result, error))
        return false;
    count_noted(erasing, result);
    PQclear(result);
    return postgres_execute(postgres, &query_db_erase_journal, &bytes, NULL, error) &&
           postgres_execute(postgres, &query_db_erase_quarantine, &bytes, NULL, error);
}

static bool check_found(const PGresult *result, const char *name, struct error *error)
{
    if (PQntuples(result) == 0)
        return error_set(
            error, ERROR_BAD_CONFIG,
            "%s: neither journal nor quarantine has a record there: the broker had none, "
            "it is lost, or it is one of readings, of which only numbers are kept",
            name);
    if (!column_is_null(result, 0, 3))
        return error_set(error, ERROR_BAD_CONFIG, "%s was erased " TEXT_FORMAT, name,
                         TEXT_ARGUMENTS(column_text(result, 0, 3)));
    if (column_is_null(result, 0, 1))
        return error_set(error, ERROR_BAD_CONFIG, "%s is a tombstone: it has no bytes", name);
    if (column_boolean(result, 0, 2))
        return error_set(
            error, ERROR_BAD_CONFIG,
            "%s is a progress event: it states how far a source has published, and nothing "
            "of anybody",
            name);
    return true;
}

// Erases the record called CLUSTER/TOPIC[PARTITION]@OFFSET.
static bool erase_named(struct postgres *postgres, struct erasing *erasing, const char *name,
                        struct error *error)
{
    const char *at = strrchr(name, '@');
    char *end = NULL;
    int64_t offset = at ? strtoll(at + 1, &end, 10) : 0;
    if (!at || end == at + 1 || *end)
        return error_set(error, ERROR_BAD_CONFIG,
                         "%s is no record; they are called CLUSTER/TOPIC[PARTITION]@OFFSET", name);
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    parameter_text(&parameters, (struct text){name, (uint32_t)(at - name)});
    parameter_bigint(&parameters, offset);
    if (!postgres_query(postgres, &query_db_erase_find, &parameters, &result, error))
        return false;
    bool done = check_found(result, name, error) &&
                erase_value(postgres, erasing, column_text(result, 0, 1), error);
    PQclear(result);
    return done;
}

// ---- the states ----

static bool mark_entities(struct erasing *erasing, struct error *error)
{
    struct rebuilding *rebuilding = &erasing->rebuilding;
    PGresult *result;
    if (!postgres_query(rebuilding->postgres, &query_db_erase_entities, NULL, &result, error))
        return false;
    erasing->entities = PQntuples(result);
    for (int row = 0; row < PQntuples(result); row++) {
        arena_reset(&rebuilding->scratch);
        entity_states_get(rebuilding->states, (enum family)column_smallint(result, row, 0),
                          column_text(result, row, 1), column_text(result, row, 2),
                          &rebuilding->scratch)
            ->mark = STATE_WRONG;
    }
    PQclear(result);
    return true;
}

static bool fold_again(struct erasing *erasing, struct error *error)
{
    struct rebuilding *rebuilding = &erasing->rebuilding;
    const struct refold_options options = {0};
    return refold_journal(rebuilding->postgres, &query_db_erase_journal_out, &options,
                          rebuilding->states, NULL, error) &&
           mark_entities(erasing, error) && rebuild_write_states(rebuilding, true, error) &&
           rebuild_add_cells(rebuilding, rebuilding->meaning_change, error);
}

static bool erase_within(struct postgres *postgres, void *context, struct error *error)
{
    struct erasing *erasing = context;
    if (!postgres_execute(postgres, &query_db_ledger_lock, NULL, NULL, error) ||
        !generation_load(postgres, &erasing->rebuilding.old, error) ||
        !postgres_execute(postgres, &query_db_erase_stage, NULL, NULL, error))
        return false;
    for (size_t i = 0; i < config_argument_count(erasing->config); i++)
        if (!erase_named(postgres, erasing, config_argument(erasing->config, i), error))
            return false;
    return fold_again(erasing, error);
}

// ---- the command ----

static void print_result(const struct erasing *erasing)
{
    printf("erase: %" PRId64 " records of the journal, %" PRId64 " of the quarantine; %" PRId64
           " entities folded again: %" PRId64 " states written, %" PRId64 " taken away\n",
           erasing->journal, erasing->quarantine, erasing->entities,
           erasing->rebuilding.states_written, erasing->rebuilding.states_dropped);
    log_info(
        "the bytes leave the disk when PostgreSQL vacuums journal and quarantine; its log, backups "
        "and standbys, and Kafka's topics keep theirs%s",
        erasing->fed ? ", the dead-letter topic among them" : "");
}

enum exit_status erase_run(const struct config *config, struct error *error)
{
    struct erasing erasing = {.config = config};
    struct rebuilding *rebuilding = &erasing.rebuilding;
    if (config_argument_count(config) == 0)
        error_set(error, ERROR_BAD_CONFIG,
                  "which records? They are called CLUSTER/TOPIC[PARTITION]@OFFSET");
    if (error->class || !decision_read(config, &erasing.by, &erasing.reason, error))
        return exit_status_of(error->class);
    rebuilding->postgres = postgres_open_migrated(config, "cityops-db erase", error);
    if (!rebuilding->postgres)
        return exit_status_of(error->class);
    rebuilding->states = refold_states_new();
    rebuilding->meaning_change = rollup_sums_new(&rebuilding->sums_arena);
    // A rebuild beside us would write what it has folded before.
    bool done = rebuild_lock(rebuilding->postgres, error) &&
                rebuild_stage(rebuilding->postgres, error) &&
                transaction_run(rebuilding->postgres, erase_within, &erasing, error);
    if (done)
        print_result(&erasing);
    entity_states_free(rebuilding->states);
    generation_free(&rebuilding->old);
    arena_free(&rebuilding->scratch);
    arena_free(&rebuilding->sums_arena);
    arena_free(&rebuilding->arena);
    postgres_close(rebuilding->postgres);
    return done ? EXIT_OK : exit_status_of(error->class);
}
