// Generations and areas out of a database that the migrations made.
#include "common/reference.h"
#include "core/state.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct postgres *postgres;
static struct error error = ERROR_INIT;
static char database[64];

static void script(struct postgres *where, const char *text)
{
    cr_assert(postgres_script(where, "test", text, &error), "%s", error.text);
}

// Each test has a database of its own.
static void database_create(void)
{
    if (!getenv("PGHOST")) {
        printf("SKIPPED: PGHOST is not set: test_reference needs a PostgreSQL\n");
        cr_skip_test("PGHOST is not set");
    }
    char text[128];
    struct postgres *owner = postgres_connect("dbname=postgres", "cityops-test", &error);
    cr_assert(owner, "%s", error.text);
    snprintf(database, sizeof database, "cityops_reference_%d", (int)getpid());
    snprintf(text, sizeof text, "create database %s", database);
    script(owner, text);
    postgres_close(owner);
    snprintf(text, sizeof text, "dbname=%s", database);
    postgres = postgres_connect(text, "cityops-test", &error);
    cr_assert(postgres, "%s", error.text);
}

static void database_drop(void)
{
    if (!postgres)
        return;
    char text[128];
    postgres_close(postgres);
    struct postgres *owner = postgres_connect("dbname=postgres", "cityops-test", &error);
    snprintf(text, sizeof text, "drop database if exists %s with (force)", database);
    script(owner, text);
    postgres_close(owner);
}

TestSuite(reference, .init = database_create, .fini = database_drop);

static void file_run(const char *path)
{
    struct buffer text = BUFFER_INIT;
    FILE *file = fopen(path, "re");
    cr_assert(file);
    char piece[4096];
    size_t bytes;
    while ((bytes = fread(piece, 1, sizeof piece, file)) > 0)
        buffer_append(&text, piece, bytes);
    fclose(file);
    buffer_append(&text, "", 1);
    script(postgres, text.bytes);
    buffer_free(&text);
}

// The tables as they stand in sql/migrations, with their newest number noted as cityops-db does.
static void migrate(void)
{
    glob_t files;
    char text[160];
    cr_assert_eq(glob("sql/migrations/*.sql", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++)
        file_run(files.gl_pathv[i]);
    globfree(&files);
    snprintf(text, sizeof text,
             "insert into cityops.migration (number, name, sha256) values (%d, 'newest', '')",
             schema_version_built());
    script(postgres, text);
}

static void generation_add(int reference_version, int fold_version, const char *zone)
{
    char text[256];
    snprintf(text, sizeof text,
             "insert into cityops.generation (generation, reference_version, fold_version, zone, "
             "reason) select count(*) + 1, %d, %d, '%s', 'test' from cityops.generation",
             reference_version, fold_version, zone);
    script(postgres, text);
}

static void expect_refusal(const char *text)
{
    struct generation generation;
    error = ERROR_INIT;
    cr_assert_not(generation_load(postgres, &generation, &error));
    cr_expect_eq(error.class, ERROR_BAD_CONFIG);
    cr_expect(strstr(error.text, text), "'%s' is missing in: %s", text, error.text);
    cr_expect_null(generation.zone);
    cr_expect_null(generation.areas);
}

Test(reference, a_database_never_migrated_says_what_to_run)
{
    expect_refusal("has no tables of cityops: run cityops-db migrate");
}

Test(reference, another_schema_version_says_what_to_do)
{
    migrate();
    expect_refusal("the database has no generation yet: run cityops-db migrate");
    script(postgres, "update cityops.migration set number = 0");
    expect_refusal("the database has schema version 0, this program needs ");
    script(postgres, "update cityops.migration set number = 1000");
    expect_refusal("the database has schema version 1000, this program knows only ");
    script(postgres, "delete from cityops.migration");
    expect_refusal("the database has schema version 0, this program needs ");
}

Test(reference, another_fold_version_or_an_unknown_zone_is_refused)
{
    migrate();
    generation_add(0, STATE_FOLD_VERSION + 1, "UTC");
    expect_refusal("generation 1 was folded by version ");
    generation_add(0, STATE_FOLD_VERSION, "Asia/Nowhere");
    expect_refusal("generation 2: ");
}

Test(reference, the_newest_generation_counts_and_version_0_has_no_areas)
{
    migrate();
    generation_add(0, STATE_FOLD_VERSION, "UTC");
    generation_add(0, STATE_FOLD_VERSION, "Asia/Shanghai");
    struct generation generation;
    cr_assert(generation_load(postgres, &generation, &error), "%s", error.text);
    cr_assert_eq(generation.generation, 2);
    cr_assert_eq(generation.reference_version, 0);
    cr_assert_str_eq(zone_name(generation.zone), "Asia/Shanghai");
    cr_assert_null(area_find(generation.areas, AREA_DISTRICT, TEXT("Tianhe"), 17000));
    generation_free(&generation);
    generation_free(&generation);
}

static const char reference_rows[] =
    "insert into cityops.reference_version (reference_version, kind, sha256, rows, origin) values "
    "(1, 'areas', '', 2, 'a'), (2, 'aliases', '', 1, 'b'), (3, 'areas', '', 2, 'c'), "
    "(4, 'calendar', '', 1, 'd'), (5, 'aliases', '', 1, 'e');"
    "insert into cityops.area (reference_version, code, kind, name_en) values "
    "(1, '01', 'district', 'Old Tianhe'), (3, '01', 'district', 'Tianhe'), "
    "(3, '02', 'district', 'Yuexiu');"
    "insert into cityops.area_alias (reference_version, name, code, kind) values "
    "(1, 'listed first', '01', 'district'), (2, 'loaded first', '01', 'district'), "
    "(3, 'listed', '01', 'district'), (5, 'listed', '01', 'district'), "
    "(5, 'loaded', '02', 'district'), (5, '', '02', 'district')";

static void expect_area(const struct area_index *index, const char *name, const char *code)
{
    const struct area *area = area_find(index, AREA_DISTRICT, text_from(name), 17000);
    if (!code)
        cr_expect_null(area, "'%s' is known", name);
    else
        cr_expect(area && text_equal(area->code, text_from(code)), "'%s' is not %s", name, code);
}

static struct area_index *areas_at(int version)
{
    struct area_index *index = reference_load_areas(postgres, version, &error);
    cr_assert(index, "%s", error.text);
    return index;
}

Test(reference, a_version_holds_the_newest_areas_and_aliases_up_to_it)
{
    migrate();
    script(postgres, reference_rows);
    struct area_index *index = areas_at(1);
    expect_area(index, "listed first", "01");
    expect_area(index, "Old Tianhe", "01");
    expect_area(index, "loaded first", NULL);
    area_index_free(index);
    index = areas_at(4);
    expect_area(index, "listed first", NULL);
    expect_area(index, "Old Tianhe", NULL);
    expect_area(index, "loaded first", "01");
    expect_area(index, "listed", "01");
    expect_area(index, "Yuexiu", "02");
    expect_area(index, "", NULL);
    area_index_free(index);
    index = areas_at(5);
    expect_area(index, "loaded first", NULL);
    expect_area(index, "listed", "01");
    expect_area(index, "loaded", "02");
    expect_area(index, "", "02");
    area_index_free(index);
}

Test(reference, a_version_holds_the_newest_sensors_up_to_it)
{
    migrate();
    generation_add(3, STATE_FOLD_VERSION, "UTC");
    script(postgres,
           "insert into cityops.reference_version (reference_version, kind, sha256, rows, origin) "
           "values (2, 'sensors', '', 1, 'a'), (4, 'sensors', '', 1, 'b');"
           "insert into cityops.sensor (reference_version, authority, code, name, district, "
           "road_segment, length_m, free_flow_mm_per_s, window_s) values "
           "(2, 'gz', '0970', 'North gate', 'Tianhe', 'G4', 1200, 17639, 300), "
           "(4, 'gz', '2', '', '', '', 0, 0, 900)");
    struct generation generation;
    cr_assert(generation_load(postgres, &generation, &error), "%s", error.text);
    struct contribution_context context = generation_context(&generation);
    const struct sensor *sensor = sensor_find(context.sensors, TEXT("gz"), TEXT("0970"));
    cr_assert_not_null(sensor);
    cr_expect(text_equal(sensor->name, TEXT("North gate")));
    cr_expect(text_equal(sensor->district, TEXT("Tianhe")));
    cr_expect(text_equal(sensor->segment, TEXT("G4")));
    cr_expect_eq(sensor->length_m, 1200);
    cr_expect_eq(sensor->free_flow_mm_per_s, 17639);
    cr_expect_eq(sensor->window_s, 300);
    cr_expect_null(sensor_find(context.sensors, TEXT("gz"), TEXT("2")));
    generation_free(&generation);
}

Test(reference, an_alias_of_no_area_names_the_version)
{
    migrate();
    script(postgres, reference_rows);
    script(postgres, "insert into cityops.area_alias (reference_version, name, code, kind) values "
                     "(5, 'lost', '99', 'district')");
    cr_assert_null(reference_load_areas(postgres, 5, &error));
    cr_assert_eq(error.class, ERROR_BAD_CONFIG);
    cr_assert(strstr(error.text, "reference version 5: "), "%s", error.text);
}
