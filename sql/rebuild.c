// The command `rebuild`, and `rebuild --rollups`: the rollups as sums of the states under the newest reference data, and a new
// generation that says so. One transaction: it holds the ledger, so no batch can run between the
// states that are summed and the rollups that are written. Memory grows with the cells, not with the
// states. Rebuilt rows carry slot 0, which no daemon has; daemons add to rows of their own slot.
#include "sql/rebuild.h"

#include "sql/figures.h"

#include "sql/queries.h"

const struct config_key rebuild_keys[] = {
    CONFIG_KEYS_DATABASE,
    {.name = "rollups",
     .type = CONFIG_FLAG,
     .meaning = "Only sum the rollups again from the states, not the states from the journal"},
    {0},
};

enum { COPY_PIECE_BYTES = 1 << 24 };

struct summing {
    const struct family_definition *family;
    struct contribution_context context;
    struct rollup_sums *sums;
    struct arena scratch; // of one state
    int64_t states;
};

static bool sum_state(void *context, const struct text *fields, const bool *nulls, int field_count,
                      struct error *error)
{
    struct summing *summing = context;
    struct state state;
    (void)nulls; // key and state are not null
    if (!stored_state_check(summing->family, field_count, error))
        return false;
    arena_reset(&summing->scratch);
    if (!state_decode(&summing->scratch, fields[2], &state, error)) {
        struct buffer row = BUFFER_INIT;
        stored_key_print(&row, summing->family, fields);
        error_prefix(error, "%.*s", (int)row.length, row.bytes);
        buffer_free(&row);
        return false;
    }
    struct entity_key key = stored_key_read(summing->family, fields);
    summing->family->contribute(&key, &state, &summing->scratch, &summing->context, 1,
                                summing->sums);
    summing->states++;
    return true;
}

static void append_cell(struct buffer *rows, const struct rollup_cell *cell)
{
    const struct rollup *rollup = cell->rollup;
    copy_row(rows, 1 + rollup->dimension_count + rollup->measure_count);
    copy_integer(rows, REBUILT_SLOT);
    for (int i = 0; i < rollup->dimension_count; i++)
        copy_value(rows, rollup->dimensions[i].type, &cell->dimensions[i]);
    for (int i = 0; i < rollup->measure_count; i++)
        copy_bigint(rows, cell->measures[i]);
}

// The cells of one rollup, in pieces, so that the copy takes no second memory of their size.
static bool write_cells(struct postgres *postgres, const struct rollup_queries *queries,
                        struct rollup_cell **cells, size_t count, int64_t *written, int64_t *first,
                        struct error *error)
{
    struct buffer rows = BUFFER_INIT;
    bool done = true;
    *written = *first = 0;
    for (size_t i = 0; done && i < count;) {
        buffer_reset(&rows);
        copy_begin(&rows);
        for (; i < count && rows.length < COPY_PIECE_BYTES; i++) {
            if (cells[i]->rollup != queries->rollup)
                continue;
            append_cell(&rows, cells[i]);
            *first = rollup_add(*first, cells[i]->measures[0]);
            ++*written;
        }
        copy_end(&rows);
        done = postgres_copy_in(postgres, queries->cells_in, &rows, error);
    }
    buffer_free(&rows);
    return done;
}

static bool rebuild_family(struct postgres *postgres, const struct family_queries *queries,
                           const struct contribution_context *context, struct buffer *report,
                           struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct summing summing = {.family = queries->definition,
                              .context = *context,
                              .sums = rollup_sums_new(&arena),
                              .scratch = ARENA_INIT};
    bool done = postgres_copy_out(postgres, queries->states_out, sum_state, &summing, error);
    arena_free(&summing.scratch);
    struct rollup_cell **cells = NULL;
    size_t count = done ? rollup_sums_sorted(summing.sums, &cells) : 0;
    buffer_printf(report, "%-18s %9lld states\n", queries->definition->state_table,
                  (long long)summing.states);
    for (size_t i = 0; done && i < queries->rollup_count; i++) {
        const struct rollup_queries *rollup = &queries->rollups[i];
        int64_t written, first;
        done = postgres_execute(postgres, rollup->delete_all, NULL, NULL, error) &&
               write_cells(postgres, rollup, cells, count, &written, &first, error);
        if (done)
            grain_print(report, rollup->rollup, written, first, summing.states);
    }
    arena_free(&arena);
    return done;
}

bool rebuild_lock(struct postgres *postgres, struct error *error)
{
    PGresult *result;
    if (!postgres_query(postgres, &query_db_rebuild_lock, NULL, &result, error))
        return false;
    bool locked = column_boolean(result, 0, 0);
    PQclear(result);
    return locked || error_set(error, ERROR_RETRY, "another rebuild is at work in this database");
}

bool rebuild_newest_reference(struct postgres *postgres, int32_t *version, struct error *error)
{
    PGresult *result;
    if (!postgres_query(postgres, &query_db_reference_version, NULL, &result, error))
        return false;
    *version = column_integer(result, 0, 0);
    PQclear(result);
    return true;
}

bool rebuild_add_generation(struct postgres *postgres, const struct generation *old,
                            int32_t reference_version, const char *reason, const char *figures,
                            struct error *error)
{
    struct parameters added = PARAMETERS_INIT, moved = PARAMETERS_INIT;
    parameter_integer(&added, old->generation + 1);
    parameter_integer(&added, reference_version);
    parameter_integer(&added, STATE_FOLD_VERSION);
    parameter_text(&added, text_from(zone_name(old->zone)));
    parameter_text(&added, text_from(reason));
    parameter_text(&added, text_from(figures));
    parameter_integer(&moved, old->generation + 1);
    return postgres_execute(postgres, &query_db_generation_add, &added, NULL, error) &&
           postgres_execute(postgres, &query_db_ledger_generation, &moved, NULL, error);
}

// A reading belongs to one window of its sensor. Were the windows' length another one than that of the windows which are
// stored, a reading that comes again would enter a second window and be counted twice.
bool rebuild_check_windows(struct postgres *postgres, int32_t reference_version,
                           struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    parameter_integer(&parameters, reference_version);
    if (!postgres_query(postgres, &query_db_sensor_contradicted, &parameters, &result, error))
        return false;
    bool fits = PQntuples(result) == 0;
    if (!fits) {
        struct text authority = column_text(result, 0, 0), code = column_text(result, 0, 1),
                    start = column_text(result, 0, 4);
        int window_s = column_integer(result, 0, 3);
        int stored_s =
            window_s == SENSOR_WINDOW_SHORT_S ? SENSOR_WINDOW_DEFAULT_S : SENSOR_WINDOW_SHORT_S;
        error_set(error, ERROR_BAD_CONFIG,
                  "sensor (" TEXT_FORMAT ", " TEXT_FORMAT ") %s windows of %d s, but of %d s are "
                  "those stored of it, the first at " TEXT_FORMAT ": readings sent again would be "
                  "counted twice. Load the sensors again with window_s %d for it, or with another "
                  "code if it is another sensor now (%lld such sensors)",
                  TEXT_ARGUMENTS(authority), TEXT_ARGUMENTS(code),
                  column_boolean(result, 0, 2) ? "has" : "is not listed, hence has", window_s,
                  stored_s, TEXT_ARGUMENTS(start), stored_s,
                  (long long)column_bigint(result, 0, 5));
    }
    PQclear(result);
    return fits;
}

// Fills the report (a buffer), which is printed once the transaction has committed.
static bool rebuild_rollups(struct postgres *postgres, void *context, struct error *error)
{
    struct buffer *report = context;
    struct generation old = {0};
    struct area_index *areas = NULL;
    struct sensor_index *sensors = NULL;
    int32_t version;
    bool done = postgres_execute(postgres, &query_db_ledger_lock, NULL, NULL, error) &&
                generation_load(postgres, &old, error) &&
                rebuild_newest_reference(postgres, &version, error) &&
                rebuild_check_windows(postgres, version, error) &&
                (areas = reference_load_areas(postgres, version, error)) != NULL &&
                (sensors = reference_load_sensors(postgres, version, error)) != NULL;
    if (done) {
        struct contribution_context meaning = {
            .zone = old.zone, .areas = areas, .sensors = sensors};
        for (size_t i = 0; done && family_queries[i].definition; i++)
            done = rebuild_family(postgres, &family_queries[i], &meaning, report, error);
        char figures[FIGURES_TEXT_BYTES];
        done = done && figures_of_rollups(postgres, figures, error) &&
               rebuild_add_generation(postgres, &old, version, "rebuild --rollups", figures, error);
        buffer_printf(report, "rebuild: generation %d, reference version %d (before: %d, %d)\n",
                      old.generation + 1, version, old.generation, old.reference_version);
    }
    area_index_free(areas);
    sensor_index_free(sensors);
    generation_free(&old);
    return done;
}

enum exit_status rebuild_run(const struct config *config, struct error *error)
{
    if (!arguments_at_most(config, 0, error))
        return exit_status_of(error->class);
    bool rollups = config_boolean(config, "rollups");
    struct postgres *postgres =
        (rollups ? postgres_open_migrated : postgres_open)(config, "cityops-db rebuild", error);
    if (!postgres)
        return exit_status_of(error->class);
    struct buffer report = BUFFER_INIT;
    bool done = rollups ? rebuild_lock(postgres, error) &&
                              transaction_run(postgres, rebuild_rollups, &report, error)
                        : rebuild_from_journal(postgres, &report, error);
    if (done)
        fwrite(report.bytes, 1, report.length, stdout);
    buffer_free(&report);
    postgres_close(postgres);
    return done ? EXIT_OK : exit_status_of(error->class);
}
