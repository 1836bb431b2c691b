// `status`: what the database holds, for people. One snapshot; nothing is proven here, verify does that.
#include "sql/commands.h"
#include "sql/family_queries.h"
#include "sql/queries.h"

#include "common/reference.h"

#include <inttypes.h>

const struct config_key status_keys[] = {CONFIG_KEYS_DATABASE, {0}};

// What is shown, in order: a title and a query whose columns are all texts.
static const struct {
    const char *title;
    const struct query *query;
} parts[] = {
    {"database", &query_db_status_database},     {"reference data", &query_db_status_reference},
    {"ledger", &query_db_status_ledger},         {"outcomes", &query_db_status_outcomes},
    {"accepted losses", &query_db_status_gaps},  {"progress", &query_db_status_progress},
    {"quarantine", &query_db_status_quarantine}, {"journal", &query_db_status_journal},
};

struct counting {
    const struct rollup *rollup;
    int64_t cells, first; // and the sum of the first measure
};

static bool count_cell(void *context, const struct text *fields, const bool *nulls, int field_count,
                       struct error *error)
{
    struct counting *counting = context;
    struct value dimensions[ROLLUP_DIMENSIONS_MAX];
    int64_t measures[ROLLUP_MEASURES_MAX];
    if (!stored_cell_read(counting->rollup, fields, nulls, field_count, dimensions, measures,
                          error))
        return false;
    counting->cells++;
    counting->first = rollup_add(counting->first, measures[0]);
    return true;
}

// How much smaller a rollup is than what it sums (DESIGN: Grain).
static bool print_grain(struct postgres *postgres, const struct family_queries *queries,
                        struct error *error)
{
    struct buffer grain = BUFFER_INIT;
    bool done = true;
    PGresult *result;
    if (!postgres_query(postgres, queries->state_count, NULL, &result, error))
        return false;
    int64_t states = column_bigint(result, 0, 0);
    PQclear(result);
    printf("%-18s %9" PRId64 " states\n", queries->definition->state_table, states);
    for (size_t i = 0; done && i < queries->rollup_count; i++) {
        struct counting counting = {.rollup = queries->rollups[i].rollup};
        done = postgres_copy_out(postgres, queries->rollups[i].cells_out, count_cell, &counting,
                                 error);
        grain_print(&grain, counting.rollup, counting.cells, counting.first, states);
    }
    fwrite(grain.bytes, 1, grain.length, stdout);
    buffer_free(&grain);
    return done;
}

static bool print_status(struct postgres *postgres, struct error *error)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        PGresult *result;
        if (!postgres_query(postgres, parts[i].query, NULL, &result, error))
            return false;
        bool printed = print_texts(parts[i].title, result, error);
        PQclear(result);
        if (!printed)
            return false;
        printf("\n");
    }
    printf("grain\n");
    for (size_t i = 0; family_queries[i].definition; i++) {
        if (!print_grain(postgres, &family_queries[i], error))
            return false;
    }
    return true;
}

enum exit_status status_run(const struct config *config, struct error *error)
{
    if (!arguments_at_most(config, 0, error))
        return exit_status_of(error->class);
    struct postgres *postgres = postgres_open(config, "cityops-db status", error);
    if (!postgres)
        return exit_status_of(error->class);
    struct generation generation = {0};
    bool done =
        generation_load(postgres, &generation, error) &&
        postgres_script(postgres, query_begin_snapshot.name, query_begin_snapshot.text, error) &&
        print_status(postgres, error) && postgres_script(postgres, "commit", "commit", error);
    generation_free(&generation);
    postgres_close(postgres);
    return done ? EXIT_OK : exit_status_of(error->class);
}
