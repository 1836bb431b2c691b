// `migrate`: forward-only. A migration is applied once, in one transaction with its row in
// cityops.migration; the checksum of an applied file never changes; a database that knows more than
// this program is left alone. Views are re-created and grants renewed each time, and a new database
// gets its first generation. One migration runs at a time, by a session advisory lock.
#include "sql/commands.h"
#include "sql/figures.h"
#include "sql/migrations.h"
#include "sql/queries.h"
#include "sql/views.h"

#include "common/log.h"
#include "core/state.h"
#include "core/zone.h"

#include <stdlib.h>

const struct config_key migrate_keys[] = {
    CONFIG_KEYS_DATABASE,
    {.name = "zone",
     .type = CONFIG_TEXT,
     .argument = "ZONE",
     .default_value = "Asia/Shanghai",
     .meaning = "Time zone of civil days and months in a new database, an IANA name"},
    {.name = "list",
     .type = CONFIG_FLAG,
     .meaning = "Show what is applied and what is pending, and change nothing"},
    {0},
};

struct applied {
    int32_t number;
    struct text name, sha256;
};

struct migration_step {
    const struct query *file;
    int32_t number;
    struct text sha256;
};

static int32_t migration_number(const struct query *file)
{
    return (int32_t)strtol(file->name, NULL, 10);
}

static size_t migration_count(void)
{
    size_t count = 0;
    while (migrations[count])
        count++;
    return count;
}

static bool sha256_of(struct postgres *postgres, struct arena *arena, struct text bytes,
                      struct text *sha256, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_bytes(&parameters, bytes);
    PGresult *result;
    if (!postgres_query(postgres, &query_db_sha256, &parameters, &result, error))
        return false;
    *sha256 = arena_text(arena, column_text(result, 0, 0));
    PQclear(result);
    return true;
}

// Reads what was applied; nothing in a database that was never migrated.
static bool read_applied(struct postgres *postgres, struct arena *arena, struct applied **applied,
                         size_t *count, struct error *error)
{
    *count = 0;
    *applied = NULL;
    PGresult *result;
    if (!postgres_query(postgres, &query_db_migration_table, NULL, &result, error))
        return false;
    bool exists = column_boolean(result, 0, 0);
    PQclear(result);
    if (!exists)
        return true;
    if (!postgres_query(postgres, &query_db_migration_list, NULL, &result, error))
        return false;
    *count = (size_t)PQntuples(result);
    *applied = arena_array(arena, struct applied, *count);
    for (int row = 0; row < (int)*count; row++)
        (*applied)[row] = (struct applied){column_integer(result, row, 0),
                                           arena_text(arena, column_text(result, row, 1)),
                                           arena_text(arena, column_text(result, row, 2))};
    PQclear(result);
    return true;
}

// The first `count` files must be what was applied, byte for byte.
static bool check_applied(struct postgres *postgres, struct arena *arena,
                          const struct applied *applied, size_t count, struct error *error)
{
    size_t known = migration_count();
    if (count > known)
        return error_set(error, ERROR_BAD_CONFIG,
                         "the database was migrated by a newer cityops-db: it has " TEXT_FORMAT
                         ", this program knows migrations up to %s; use the newer program",
                         TEXT_ARGUMENTS(applied[count - 1].name), migrations[known - 1]->name);
    for (size_t i = 0; i < count; i++) {
        const struct query *file = migrations[i];
        if (applied[i].number != migration_number(file))
            return error_set(error, ERROR_BAD_CONFIG,
                             "migration " TEXT_FORMAT " was applied where %s is expected: this is "
                             "not a database of this program",
                             TEXT_ARGUMENTS(applied[i].name), file->name);
        struct text sha256;
        if (!sha256_of(postgres, arena, text_from(file->text), &sha256, error))
            return false;
        if (!text_equal(sha256, applied[i].sha256))
            return error_set(error, ERROR_BAD_CONFIG,
                             "migration %s is not the file that was applied: its SHA-256 is "
                             "%.12s…, applied was %.12s…; an applied migration is never edited, "
                             "write a new one",
                             file->name, sha256.bytes, applied[i].sha256.bytes);
    }
    return true;
}

static bool apply_step(struct postgres *postgres, void *context, struct error *error)
{
    const struct migration_step *step = context;
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, step->number);
    parameter_text(&parameters, text_from(step->file->name));
    parameter_text(&parameters, step->sha256);
    return postgres_script(postgres, step->file->name, step->file->text, error) &&
           postgres_execute(postgres, &query_db_migration_add, &parameters, NULL, error);
}

static bool create_views(struct postgres *postgres, void *context, struct error *error)
{
    (void)context;
    for (size_t i = 0; views[i]; i++) {
        if (!postgres_script(postgres, views[i]->name, views[i]->text, error))
            return false;
    }
    bool granted;
    return roles_grant(postgres, &granted, error);
}

// ICU decides which civil day an instant belongs to, PostgreSQL shows it to analysts: both must
// know the zone.
static bool check_zone(struct postgres *postgres, const char *name, struct error *error)
{
    struct zone *zone = zone_open(name, error);
    if (!zone)
        return false;
    zone_close(zone);
    struct parameters parameters = PARAMETERS_INIT;
    parameter_text(&parameters, text_from(name));
    PGresult *result;
    if (!postgres_query(postgres, &query_db_zone_known, &parameters, &result, error))
        return false;
    bool known = column_boolean(result, 0, 0);
    PQclear(result);
    return known || error_set(error, ERROR_BAD_CONFIG,
                              "zone \"%s\" is not known to PostgreSQL; take a name of "
                              "pg_timezone_names",
                              name);
}

static bool add_first_generation(struct postgres *postgres, void *context, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, 1);
    parameter_integer(&parameters, 0);
    parameter_integer(&parameters, STATE_FOLD_VERSION);
    parameter_text(&parameters, text_from(*(const char *const *)context));
    parameter_text(&parameters, TEXT("migrate: a new database"));
    char figures[FIGURES_TEXT_BYTES];
    figures_print(figures);
    parameter_text(&parameters, text_from(figures));
    return postgres_execute(postgres, &query_db_generation_add, &parameters, NULL, error);
}

// Makes generation 1 where there is none; a zone asked for must be the database's.
static bool ensure_generation(struct postgres *postgres, const struct config *config, bool *made,
                              struct error *error)
{
    const char *zone = config_text(config, "zone");
    PGresult *result;
    if (!postgres_query(postgres, &query_generation_current, NULL, &result, error))
        return false;
    bool done;
    *made = PQntuples(result) == 0;
    if (*made)
        done = transaction_run(postgres, add_first_generation, &zone, error);
    else if (config_is_set(config, "zone") &&
             !text_equal(column_text(result, 0, 3), text_from(zone)))
        done = error_set(error, ERROR_BAD_CONFIG,
                         "--zone %s: the zone of this database is " TEXT_FORMAT
                         " since its first generation",
                         zone, TEXT_ARGUMENTS(column_text(result, 0, 3)));
    else
        done = true;
    PQclear(result);
    return done;
}

static bool migrate_locked(struct postgres *postgres, const struct config *config,
                           struct arena *arena, struct error *error)
{
    struct applied *applied;
    size_t count, known = migration_count();
    if (!read_applied(postgres, arena, &applied, &count, error) ||
        !check_applied(postgres, arena, applied, count, error))
        return false;
    if (count == 0 && !check_zone(postgres, config_text(config, "zone"), error))
        return false; // before anything is made
    for (size_t i = count; i < known; i++) {
        struct migration_step step = {migrations[i], migration_number(migrations[i]), {0}};
        if (!sha256_of(postgres, arena, text_from(step.file->text), &step.sha256, error) ||
            !transaction_run(postgres, apply_step, &step, error))
            return error_prefix(error, "migration %s", step.file->name);
        printf("applied %s\n", step.file->name);
    }
    bool made;
    if (!transaction_run(postgres, create_views, NULL, error) ||
        !ensure_generation(postgres, config, &made, error))
        return false;
    if (made)
        printf("generation 1: zone %s, no reference data yet\n", config_text(config, "zone"));
    if (made && !config_is_set(config, "zone"))
        log_warning(
            "--zone was not given: the civil days and months of this database are those of %s "
            "for good; for another zone begin anew, with --zone",
            config_text(config, "zone"));
    printf("migrate: %zu applied, %zu were there already\n", known - count, count);
    return true;
}

static bool list_migrations(struct postgres *postgres, struct arena *arena, struct error *error)
{
    struct applied *applied;
    size_t count, pending = 0;
    if (!read_applied(postgres, arena, &applied, &count, error) ||
        !check_applied(postgres, arena, applied, count, error))
        return false;
    for (size_t i = 0; migrations[i]; i++) {
        printf("%s  %s\n", i < count ? "applied" : "pending", migrations[i]->name);
        pending += i >= count;
    }
    printf("migrate: %zu pending\n", pending);
    return true;
}

enum exit_status migrate_run(const struct config *config, struct error *error)
{
    if (!arguments_at_most(config, 0, error))
        return exit_status_of(error->class);
    struct postgres *postgres = postgres_open(config, "cityops-db migrate", error);
    if (!postgres)
        return exit_status_of(error->class);
    struct arena arena = ARENA_INIT;
    bool done;
    if (config_boolean(config, "list")) {
        done = list_migrations(postgres, &arena, error);
    } else {
        done = postgres_execute(postgres, &query_db_migration_lock, NULL, NULL, error) &&
               migrate_locked(postgres, config, &arena, error);
        if (done)
            done = postgres_execute(postgres, &query_db_migration_unlock, NULL, NULL, error);
    }
    arena_free(&arena); // the lock ends with the connection where something failed
    postgres_close(postgres);
    return done ? EXIT_OK : exit_status_of(error->class);
}
