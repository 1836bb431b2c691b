// `load`: reference data as a new version. Append-only: nothing loaded before is touched, and no
// figure changes until the rollups are summed again. The file is checked whole, against what is
// already loaded, before anything is written.
#include "sql/adjustment_rows.h"
#include "sql/area_rows.h"
#include "sql/commands.h"
#include "sql/figure_rows.h"
#include "sql/queries.h"
#include "sql/sensor_rows.h"

#include "common/reference.h"
#include "core/zone.h"

#include <stdlib.h>

const struct config_key load_keys[] = {CONFIG_KEYS_DATABASE, {0}};

// One load under way.
struct load {
    struct postgres *postgres;
    struct arena arena;
    struct csv_table table;
    struct area_rows rows; // areas, aliases: of the file alone
    struct sensor_rows sensors;
    struct adjustment_rows adjustments;
    struct figure_rows figures;
    const char *sha256, *loaded_from; // of the file; of the version that already has these bytes
    int32_t version;
    bool same; // as the newest version: nothing to do
};

struct reference_kind {
    const char *name;
    // Reads and checks the file.
    bool (*read)(struct load *load, struct error *error);
    bool (*write)(struct load *load, int32_t version, struct error *error);
};

static bool newest_version(struct load *load, const char *kind, int32_t *version,
                           const char **sha256, const char **origin, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_text(&parameters, text_from(kind));
    PGresult *result;
    if (!postgres_query(load->postgres, &query_db_reference_newest, &parameters, &result, error))
        return false;
    *version = 0;
    if (PQntuples(result) > 0) {
        *version = column_integer(result, 0, 0);
        *sha256 = arena_string(&load->arena, column_text(result, 0, 1));
        *origin = arena_string(&load->arena, column_text(result, 0, 2));
    }
    PQclear(result);
    return true;
}

static bool stored_kind(struct text text, enum area_kind *kind, struct error *error)
{
    return area_kind_parse(text, kind) ||
           error_set(error, ERROR_FATAL,
                     "the database has an area of unknown kind \"" TEXT_FORMAT "\"",
                     TEXT_ARGUMENTS(text));
}

static bool add_stored_areas(struct load *load, int32_t version, struct area_rows *rows,
                             struct error *error)
{
    struct arena *arena = &load->arena;
    struct place place = {arena_printf(arena, "areas of reference version %d", version), 0};
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, version);
    PGresult *result;
    if (!postgres_query(load->postgres, &query_db_area_of_version, &parameters, &result, error))
        return false;
    bool done = true;
    for (int row = 0; done && row < PQntuples(result); row++) {
        struct area area = {.code = arena_text(arena, column_text(result, row, 0)),
                            .parent = arena_text(arena, column_text(result, row, 2)),
                            .name_zh = arena_text(arena, column_text(result, row, 3)),
                            .name_en = arena_text(arena, column_text(result, row, 4)),
                            .group = arena_text(arena, column_text(result, row, 5)),
                            .valid_from_day = column_date(result, row, 6),
                            .valid_until_day = column_date(result, row, 7)};
        done = stored_kind(column_text(result, row, 1), &area.kind, error);
        area_rows_add(arena, rows, &area, place);
    }
    PQclear(result);
    return done;
}

static bool add_stored_aliases(struct load *load, int32_t version, const char *with,
                               struct area_rows *rows, struct error *error)
{
    struct arena *arena = &load->arena;
    struct place place = {arena_printf(arena, "%s of reference version %d", with, version), 0};
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, version);
    PGresult *result;
    if (!postgres_query(load->postgres, &query_db_area_alias_of_version, &parameters, &result,
                        error))
        return false;
    bool done = true;
    for (int row = 0; done && row < PQntuples(result); row++) {
        struct area_alias alias = {.name = arena_text(arena, column_text(result, row, 0)),
                                   .code = arena_text(arena, column_text(result, row, 1)),
                                   .valid_from_day = column_date(result, row, 3),
                                   .valid_until_day = column_date(result, row, 4)};
        done = stored_kind(column_text(result, row, 2), &alias.kind, error);
        area_rows_add_alias(arena, rows, &alias, place);
    }
    PQclear(result);
    return done;
}

// The file's rows and the loaded ones of the other kind must be able to stand together.
static bool check_with_loaded(struct load *load, bool loading_areas, struct error *error)
{
    struct area_rows all = AREA_ROWS_INIT;
    int32_t version;
    const char *sha256, *origin;
    if (!newest_version(load, loading_areas ? "aliases" : "areas", &version, &sha256, &origin,
                        error))
        return false;
    if (!loading_areas && version == 0)
        return error_set(error, ERROR_BAD_CONFIG,
                         "%s: no areas are loaded yet; load them first: cityops-db load areas FILE",
                         load->table.path);
    if (!loading_areas && (!add_stored_areas(load, version, &all, error) ||
                           !add_stored_aliases(load, version, "areas", &all, error)))
        return false;
    for (size_t i = 0; i < load->rows.area_count; i++)
        area_rows_add(&load->arena, &all, &load->rows.areas[i].area, load->rows.areas[i].place);
    for (size_t i = 0; i < load->rows.alias_count; i++)
        area_rows_add_alias(&load->arena, &all, &load->rows.aliases[i].alias,
                            load->rows.aliases[i].place);
    if (loading_areas && version != 0 && !add_stored_aliases(load, version, "aliases", &all, error))
        return false;
    return area_rows_check(&all, error);
}

static bool read_areas(struct load *load, struct error *error)
{
    return area_rows_read_areas(&load->arena, load->table.path, &load->rows, &load->table, error) &&
           check_with_loaded(load, true, error);
}

static bool read_aliases(struct load *load, struct error *error)
{
    return area_rows_read_aliases(&load->arena, load->table.path, &load->rows, &load->table,
                                  error) &&
           check_with_loaded(load, false, error);
}

static bool send_copy(struct load *load, const struct query *query, struct buffer *rows,
                      struct error *error)
{
    copy_end(rows);
    bool done = postgres_copy_in(load->postgres, query, rows, error);
    buffer_free(rows);
    return done;
}

static bool write_aliases(struct load *load, int32_t version, struct error *error)
{
    struct buffer rows = BUFFER_INIT;
    copy_begin(&rows);
    for (size_t i = 0; i < load->rows.alias_count; i++) {
        const struct area_alias *alias = &load->rows.aliases[i].alias;
        copy_row(&rows, 6);
        copy_integer(&rows, version);
        copy_text(&rows, alias->name);
        copy_text(&rows, alias->code);
        copy_text(&rows, text_from(area_kind_name(alias->kind)));
        copy_date(&rows, alias->valid_from_day);
        copy_date(&rows, alias->valid_until_day);
    }
    return send_copy(load, &query_db_area_alias_in, &rows, error);
}

static bool write_areas(struct load *load, int32_t version, struct error *error)
{
    struct buffer rows = BUFFER_INIT;
    copy_begin(&rows);
    for (size_t i = 0; i < load->rows.area_count; i++) {
        const struct area *area = &load->rows.areas[i].area;
        copy_row(&rows, 9);
        copy_integer(&rows, version);
        copy_text(&rows, area->code);
        copy_text(&rows, text_from(area_kind_name(area->kind)));
        copy_text(&rows, area->parent);
        copy_text(&rows, area->name_zh);
        copy_text(&rows, area->name_en);
        copy_text(&rows, area->group);
        copy_date(&rows, area->valid_from_day);
        copy_date(&rows, area->valid_until_day);
    }
    return send_copy(load, &query_db_area_in, &rows, error) && write_aliases(load, version, error);
}

// Rows of calendar and sources have their own identity: two of one are refused with both lines.
static bool refuse_repeats(const struct load *load, size_t key_cells, const char *what,
                           struct error *error)
{
    const struct csv_row *rows = load->table.rows;
    for (size_t i = 0; i < load->table.row_count; i++) {
        for (size_t k = 0; k < i; k++) {
            bool same = true;
            for (size_t cell = 0; cell < key_cells; cell++)
                same = same && text_equal(rows[i].cells[cell], rows[k].cells[cell]);
            if (same)
                return error_set(error, ERROR_BAD_CONFIG,
                                 "%s:%d and %s:%d: %s \"" TEXT_FORMAT "\" is listed twice",
                                 load->table.path, rows[k].line, load->table.path, rows[i].line,
                                 what, TEXT_ARGUMENTS(rows[i].cells[0]));
        }
    }
    return true;
}

static const struct csv_column calendar_columns[] = {
    {"day", true, true}, {"working", true, true}, {.name = "name"}};

static bool read_calendar(struct load *load, struct error *error)
{
    if (!csv_table_read(&load->arena, load->table.path, calendar_columns, 3, &load->table, error))
        return false;
    for (size_t i = 0; i < load->table.row_count; i++) {
        const struct csv_row *row = &load->table.rows[i];
        int32_t day;
        if (!civil_parse_day(row->cells[0], &day))
            return error_set(error, ERROR_BAD_CONFIG,
                             "%s:%d: day \"" TEXT_FORMAT "\" is no day like 2015-03-01",
                             load->table.path, row->line, TEXT_ARGUMENTS(row->cells[0]));
        if (!text_equal(row->cells[1], TEXT("yes")) && !text_equal(row->cells[1], TEXT("no")))
            return error_set(error, ERROR_BAD_CONFIG,
                             "%s:%d: working \"" TEXT_FORMAT "\" is neither yes nor no",
                             load->table.path, row->line, TEXT_ARGUMENTS(row->cells[1]));
    }
    return refuse_repeats(load, 1, "day", error);
}

static bool write_calendar(struct load *load, int32_t version, struct error *error)
{
    struct buffer rows = BUFFER_INIT;
    copy_begin(&rows);
    for (size_t i = 0; i < load->table.row_count; i++) {
        const struct text *cells = load->table.rows[i].cells;
        int32_t day = 0;
        civil_parse_day(cells[0], &day); // read_calendar has checked it
        copy_row(&rows, 4);
        copy_integer(&rows, version);
        copy_date(&rows, day);
        copy_boolean(&rows, text_equal(cells[1], TEXT("yes")));
        copy_text(&rows, cells[2]);
    }
    return send_copy(load, &query_db_calendar_day_in, &rows, error);
}

static const struct csv_column source_columns[] = {{"source", true, true}, {"topic", true, true}};

static bool read_sources(struct load *load, struct error *error)
{
    return csv_table_read(&load->arena, load->table.path, source_columns, 2, &load->table, error) &&
           refuse_repeats(load, 2, "source", error);
}

static bool write_sources(struct load *load, int32_t version, struct error *error)
{
    struct buffer rows = BUFFER_INIT;
    copy_begin(&rows);
    for (size_t i = 0; i < load->table.row_count; i++) {
        copy_row(&rows, 3);
        copy_integer(&rows, version);
        copy_text(&rows, load->table.rows[i].cells[0]);
        copy_text(&rows, load->table.rows[i].cells[1]);
    }
    return send_copy(load, &query_db_source_in, &rows, error);
}

// The newest areas and aliases: those that the next generation will have. Null on failure.
static struct area_index *load_newest_areas(struct load *load, struct error *error)
{
    PGresult *result;
    if (!postgres_query(load->postgres, &query_db_reference_version, NULL, &result, error))
        return NULL;
    int32_t newest = column_integer(result, 0, 0);
    PQclear(result);
    return reference_load_areas(load->postgres, newest, error);
}

static bool read_sensors(struct load *load, struct error *error)
{
    struct area_index *areas = load_newest_areas(load, error);
    bool done = areas && sensor_rows_read(&load->arena, areas, &load->sensors, &load->table, error);
    area_index_free(areas);
    return done;
}

static bool read_adjustments(struct load *load, struct error *error)
{
    struct area_index *areas = load_newest_areas(load, error);
    bool done =
        areas && adjustment_rows_read(&load->arena, areas, &load->adjustments, &load->table, error);
    area_index_free(areas);
    return done;
}

static bool write_adjustments(struct load *load, int32_t version, struct error *error)
{
    struct buffer rows = BUFFER_INIT;
    copy_begin(&rows);
    for (size_t i = 0; i < load->adjustments.count; i++) {
        const struct adjustment *adjustment = &load->adjustments.list[i];
        copy_row(&rows, 10);
        copy_integer(&rows, version);
        copy_integer(&rows, adjustment->line);
        copy_text(&rows, adjustment->subject);
        copy_text(&rows, adjustment->item);
        copy_date(&rows, civil_month_first_day(adjustment->first_month));
        copy_integer(&rows, adjustment->month_count);
        copy_bigint(&rows, adjustment->points_millionths);
        copy_text(&rows, adjustment->reason);
        copy_text(&rows, adjustment->evidence);
        copy_date(&rows, adjustment->decided_on_day);
    }
    return send_copy(load, &query_db_adjustment_in, &rows, error);
}

static struct figure_row loaded_figure(struct load *load, const PGresult *result, int row)
{
    struct arena *arena = &load->arena;
    struct figure_row out = {.subject = arena_text(arena, column_text(result, row, 0)),
                             .indicator = arena_text(arena, column_text(result, row, 1)),
                             .first_month = civil_month(column_date(result, row, 2)),
                             .month_count = column_integer(result, row, 3),
                             .published_on_day = column_date(result, row, 4),
                             .value = arena_text(arena, column_text(result, row, 5)),
                             .source = arena_text(arena, column_text(result, row, 9)),
                             .line = column_integer(result, row, 11)};
    out.figure.has_numerator = !PQgetisnull(result, row, 6);
    out.figure.numerator = out.figure.has_numerator ? column_bigint(result, row, 6) : 0;
    out.figure.has_n = !PQgetisnull(result, row, 7);
    out.figure.n = out.figure.has_n ? column_bigint(result, row, 7) : 0;
    out.path = arena_printf(arena, "reference version %d", column_integer(result, row, 10));
    printed_rounding_parse(arena_string(arena, column_text(result, row, 8)), &out.figure.rounding);
    return out;
}

static bool check_with_loaded_figures(struct load *load, struct error *error)
{
    PGresult *result;
    if (!postgres_query(load->postgres, &query_db_printed_figure_list, NULL, &result, error))
        return false;
    int count = PQntuples(result);
    struct figure_row *loaded = arena_array(&load->arena, struct figure_row, (size_t)count + 1);
    for (int row = 0; row < count; row++)
        loaded[row] = loaded_figure(load, result, row);
    PQclear(result);
    return figure_rows_check(&load->figures, loaded, (size_t)count, error);
}

static bool read_figures(struct load *load, struct error *error)
{
    struct area_index *areas = load_newest_areas(load, error);
    bool done = areas &&
                figure_rows_read(&load->arena, areas, &load->figures, &load->table, error) &&
                check_with_loaded_figures(load, error);
    area_index_free(areas);
    return done;
}

static void copy_count(struct buffer *rows, bool has, int64_t count)
{
    if (has)
        copy_bigint(rows, count);
    else
        copy_null(rows);
}

static bool write_figures(struct load *load, int32_t version, struct error *error)
{
    struct buffer rows = BUFFER_INIT;
    copy_begin(&rows);
    for (size_t i = 0; i < load->figures.count; i++) {
        const struct figure_row *row = &load->figures.list[i];
        copy_row(&rows, 14);
        copy_integer(&rows, version);
        copy_integer(&rows, row->line);
        copy_text(&rows, row->subject);
        copy_text(&rows, row->indicator);
        copy_date(&rows, civil_month_first_day(row->first_month));
        copy_integer(&rows, row->month_count);
        copy_text(&rows, row->value);
        copy_count(&rows, row->figure.has_numerator, row->figure.numerator);
        copy_count(&rows, row->figure.has_n, row->figure.n);
        copy_text(&rows, text_from(indicator_unit_name(row->unit)));
        copy_text(&rows, text_from(figure_rounding_names[row->figure.rounding]));
        copy_text(&rows, row->source);
        copy_date(&rows, row->published_on_day);
        copy_text(&rows, row->corrects);
    }
    return send_copy(load, &query_db_printed_figure_in, &rows, error);
}

static bool write_sensors(struct load *load, int32_t version, struct error *error)
{
    struct buffer rows = BUFFER_INIT;
    copy_begin(&rows);
    for (size_t i = 0; i < load->sensors.count; i++) {
        const struct sensor *sensor = &load->sensors.sensors[i];
        copy_row(&rows, 9);
        copy_integer(&rows, version);
        copy_text(&rows, sensor->authority);
        copy_text(&rows, sensor->code);
        copy_text(&rows, sensor->name);
        copy_text(&rows, sensor->district);
        copy_text(&rows, sensor->segment);
        copy_integer(&rows, sensor->length_m);
        copy_integer(&rows, sensor->free_flow_mm_per_s);
        copy_integer(&rows, sensor->window_s);
    }
    return send_copy(load, &query_db_sensor_in, &rows, error);
}

static const struct reference_kind kinds[] = {
    {"areas", read_areas, write_areas},
    {"aliases", read_aliases, write_aliases},
    {"calendar", read_calendar, write_calendar},
    {"sources", read_sources, write_sources},
    {"sensors", read_sensors, write_sensors},
    {"adjustments", read_adjustments, write_adjustments},
    {"figures", read_figures, write_figures},
};

enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static bool hash_file(struct load *load, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    parameter_bytes(&parameters, load->table.bytes);
    PGresult *result;
    if (!postgres_query(load->postgres, &query_db_sha256, &parameters, &result, error))
        return false;
    load->sha256 = arena_string(&load->arena, column_text(result, 0, 0));
    PQclear(result);
    return true;
}

static bool add_version(struct load *load, const struct reference_kind *kind, struct error *error)
{
    const char *slash = strrchr(load->table.path, '/');
    struct parameters parameters = PARAMETERS_INIT;
    parameter_text(&parameters, text_from(kind->name));
    parameter_text(&parameters, text_from(load->sha256));
    parameter_bigint(&parameters, (int64_t)load->table.row_count);
    parameter_text(&parameters, text_from(slash ? slash + 1 : load->table.path));
    PGresult *result;
    if (!postgres_query(load->postgres, &query_db_reference_add, &parameters, &result, error))
        return false;
    load->version = column_integer(result, 0, 0);
    PQclear(result);
    return kind->write(load, load->version, error);
}

static void print_outcome(const struct load *load, const char *kind)
{
    if (load->same) {
        printf("%s: nothing to do: reference version %d holds these very bytes (from %s)\n", kind,
               load->version, load->loaded_from);
        return;
    }
    printf("%s: %zu rows of %s are reference version %d\n", kind, load->table.row_count,
           load->table.path, load->version);
    if (load->figures.remarks)
        fputs(load->figures.remarks, stdout);
    printf("no figure has changed yet: 'cityops-db rebuild --rollups' applies it\n");
}

// Under the lock, so that what was checked against is still the newest when it is written.
static bool load_locked(struct load *load, const struct reference_kind *kind, struct error *error)
{
    const char *sha256 = NULL;
    if (!postgres_execute(load->postgres, &query_db_reference_lock, NULL, NULL, error) ||
        !kind->read(load, error) || !hash_file(load, error) ||
        !newest_version(load, kind->name, &load->version, &sha256, &load->loaded_from, error))
        return false;
    load->same = load->version != 0 && strcmp(sha256, load->sha256) == 0;
    return load->same || add_version(load, kind, error);
}

struct loading {
    struct load *load;
    const struct reference_kind *kind;
};

static bool load_body(struct postgres *postgres, void *context, struct error *error)
{
    const struct loading *loading = context;
    (void)postgres;
    return load_locked(loading->load, loading->kind, error);
}

enum exit_status load_run(const struct config *config, struct error *error)
{
    const char *names[KIND_COUNT];
    for (size_t i = 0; i < KIND_COUNT; i++)
        names[i] = kinds[i].name;
    const char *name = argument_choice(config, 0, "what to load", names, KIND_COUNT, error);
    if (!name)
        return exit_status_of(error->class);
    if (config_argument_count(config) < 2) {
        error_set(error, ERROR_BAD_CONFIG, "the file is missing: cityops-db load %s FILE", name);
        return exit_status_of(error->class);
    }
    if (!arguments_at_most(config, 2, error))
        return exit_status_of(error->class);
    struct load load = {.table.path = config_argument(config, 1)};
    load.postgres = postgres_open_migrated(config, "cityops-db load", error);
    if (!load.postgres)
        return exit_status_of(error->class);
    struct loading loading = {&load, kinds};
    while (loading.kind->name != name)
        loading.kind++;
    bool done = transaction_run(load.postgres, load_body, &loading, error);
    if (done)
        print_outcome(&load, name);
    arena_free(&load.arena);
    postgres_close(load.postgres);
    return done ? EXIT_OK : exit_status_of(error->class);
}
