// Reference data and generations out of PostgreSQL. All of it is append-only, so that several
// statements see one truth.
#include "common/reference.h"

#include "core/state.h"
#include "sql/queries.h"

#include <string.h>

int32_t schema_version_built(void)
{
    return CITYOPS_SCHEMA_VERSION;
}

static bool schema_check(struct postgres *postgres, struct error *error)
{
    PGresult *result;
    if (!postgres_query(postgres, &query_schema_version, NULL, &result, error)) {
        // Undefined table, undefined schema.
        const char *sqlstate = postgres_sqlstate(postgres);
        if (strcmp(sqlstate, "42P01") != 0 && strcmp(sqlstate, "3F000") != 0)
            return false;
        return error_set(error, ERROR_BAD_CONFIG,
                         "database %s has no tables of cityops: run cityops-db migrate",
                         PQdb(postgres_connection(postgres)));
    }
    int32_t built = schema_version_built(), found = 0;
    if (PQntuples(result) > 0 && !column_is_null(result, 0, 0))
        found = column_integer(result, 0, 0);
    PQclear(result);
    if (found < built)
        return error_set(error, ERROR_BAD_CONFIG,
                         "the database has schema version %d, this program needs %d: run "
                         "cityops-db migrate",
                         found, built);
    if (found > built)
        return error_set(error, ERROR_BAD_CONFIG,
                         "the database has schema version %d, this program knows only %d: use the "
                         "programs that migrated it",
                         found, built);
    return true;
}

static bool generation_read(struct postgres *postgres, int32_t number, struct generation *out,
                            struct error *error)
{
    PGresult *result;
    struct parameters parameters = PARAMETERS_INIT;
    if (number)
        parameter_integer(&parameters, number);
    if (!postgres_query(postgres, number ? &query_generation_of : &query_generation_current,
                        &parameters, &result, error))
        return false;
    bool right = PQntuples(result) > 0;
    if (!right && number) {
        error_set(error, ERROR_BAD_CONFIG, "the database has no generation %d", number);
    } else if (!right) {
        error_set(error, ERROR_BAD_CONFIG,
                  "the database has no generation yet: run cityops-db migrate");
    } else {
        out->generation = column_integer(result, 0, 0);
        out->reference_version = column_integer(result, 0, 1);
        out->fold_version = column_integer(result, 0, 2);
        struct arena arena = ARENA_INIT;
        out->zone = zone_open(arena_string(&arena, column_text(result, 0, 3)), error);
        right = out->zone != NULL;
        if (!right)
            error_prefix(error, "generation %d", out->generation);
        arena_free(&arena);
    }
    PQclear(result);
    return right;
}

static bool load_any_fold(struct postgres *postgres, int32_t number, struct generation *out,
                          struct error *error)
{
    *out = (struct generation){0};
    bool right = schema_check(postgres, error) && generation_read(postgres, number, out, error);
    if (right) {
        out->areas = reference_load_areas(postgres, out->reference_version, error);
        right = out->areas != NULL;
    }
    if (right) {
        out->sensors = reference_load_sensors(postgres, out->reference_version, error);
        right = out->sensors != NULL;
    }
    if (!right)
        generation_free(out);
    return right;
}

static bool load(struct postgres *postgres, int32_t number, struct generation *out,
                 struct error *error)
{
    if (!load_any_fold(postgres, number, out, error))
        return false;
    if (out->fold_version == STATE_FOLD_VERSION)
        return true;
    error_set(
        error, ERROR_BAD_CONFIG,
        "generation %d was folded by version %d, this program folds by version %d: its states "
        "mean something else here, use the programs that made it, or run cityops-db rebuild",
        out->generation, out->fold_version, STATE_FOLD_VERSION);
    generation_free(out);
    return false;
}

bool generation_load(struct postgres *postgres, struct generation *out, struct error *error)
{
    return load(postgres, 0, out, error);
}

bool generation_load_number(struct postgres *postgres, int32_t number, struct generation *out,
                            struct error *error)
{
    return load(postgres, number, out, error);
}

bool generation_load_any_fold(struct postgres *postgres, struct generation *out,
                              struct error *error)
{
    return load_any_fold(postgres, 0, out, error);
}

void generation_free(struct generation *generation)
{
    zone_close(generation->zone);
    area_index_free(generation->areas);
    sensor_index_free(generation->sensors);
    *generation = (struct generation){0};
}

static bool kind_read(const PGresult *result, int row, int column, enum area_kind *kind,
                      struct error *error)
{
    struct text name = column_text(result, row, column);
    return area_kind_parse(name, kind) ||
           error_set(error, ERROR_FATAL, "'" TEXT_FORMAT "' is no kind of area",
                     TEXT_ARGUMENTS(name));
}

// Columns as in area_list.sql.
static bool area_row_add(const PGresult *result, int row, struct area_index *index,
                         struct error *error)
{
    struct area area = {
        .code = column_text(result, row, 0),
        .parent = column_text(result, row, 2),
        .name_zh = column_text(result, row, 3),
        .name_en = column_text(result, row, 4),
        .group = column_text(result, row, 5),
        .valid_from_day = column_date(result, row, 6),
        .valid_until_day = column_date(result, row, 7),
    };
    return kind_read(result, row, 1, &area.kind, error) && area_index_add(index, &area, error);
}

// Columns as in area_alias_list.sql.
static bool alias_row_add(const PGresult *result, int row, struct area_index *index,
                          struct error *error)
{
    struct area_alias alias = {
        .name = column_text(result, row, 0),
        .code = column_text(result, row, 1),
        .valid_from_day = column_date(result, row, 3),
        .valid_until_day = column_date(result, row, 4),
    };
    return kind_read(result, row, 2, &alias.kind, error) &&
           area_index_add_alias(index, &alias, error);
}

typedef bool row_adder(const PGresult *result, int row, struct area_index *index,
                       struct error *error);

static bool rows_add(struct postgres *postgres, const struct query *query, int32_t version,
                     row_adder *add, struct area_index *index, struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    parameter_integer(&parameters, version);
    if (!postgres_query(postgres, query, &parameters, &result, error))
        return false;
    bool right = true;
    for (int row = 0; right && row < PQntuples(result); row++)
        right = add(result, row, index, error);
    PQclear(result);
    return right;
}

struct area_index *reference_load_areas(struct postgres *postgres, int32_t reference_version,
                                        struct error *error)
{
    struct area_index *index = area_index_new();
    if (rows_add(postgres, &query_area_list, reference_version, area_row_add, index, error) &&
        rows_add(postgres, &query_area_alias_list, reference_version, alias_row_add, index,
                 error) &&
        area_index_finish(index, error))
        return index;
    error_prefix(error, "reference version %d", reference_version);
    area_index_free(index);
    return NULL;
}

// Columns as in sensor_list.sql.
static struct sensor sensor_row(const PGresult *result, int row)
{
    return (struct sensor){
        .authority = column_text(result, row, 0),
        .code = column_text(result, row, 1),
        .name = column_text(result, row, 2),
        .district = column_text(result, row, 3),
        .segment = column_text(result, row, 4),
        .length_m = column_integer(result, row, 5),
        .free_flow_mm_per_s = column_integer(result, row, 6),
        .window_s = column_integer(result, row, 7),
    };
}

struct sensor_index *reference_load_sensors(struct postgres *postgres, int32_t reference_version,
                                            struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    parameter_integer(&parameters, reference_version);
    if (!postgres_query(postgres, &query_sensor_list, &parameters, &result, error))
        return NULL;
    struct arena arena = ARENA_INIT;
    size_t count = (size_t)PQntuples(result);
    struct sensor *sensors = arena_array(&arena, struct sensor, count);
    for (size_t row = 0; row < count; row++)
        sensors[row] = sensor_row(result, (int)row);
    struct sensor_index *index = sensor_index_new(sensors, count, NULL, error);
    if (!index)
        error_prefix(error, "reference version %d", reference_version);
    arena_free(&arena);
    PQclear(result);
    return index;
}
