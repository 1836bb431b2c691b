// The table of families against the contracts outside of the core: the migrations and the proto files, read as text.
#include "core/hotline.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s: the tests run in the source folder", path);
    size_t length = 0, capacity = 1 << 20;
    char *text = calloc(1, capacity);
    cr_assert_not_null(text);
    length = fread(text, 1, capacity - 1, file);
    cr_assert_lt(length, capacity - 1);
    fclose(file);
    return text;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_sql(const struct dirent *entry)
{
    const char *end = strrchr(entry->d_name, '.');
    return end && strcmp(end, ".sql") == 0;
}

// All migrations, one after the other in their order.
static char *read_migrations(void)
{
    static const char folder[] = "sql/migrations";
    struct dirent **entries;
    int count = scandir(folder, &entries, is_sql, by_name);
    cr_assert_gt(count, 0);
    char *all = calloc(1, 1 << 22);
    cr_assert_not_null(all);
    for (int i = 0; i < count; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        char *text = read_file(path);
        cr_assert_lt(strlen(all) + strlen(text), 1u << 22);
        strcat(all, text);
        free(text);
        free(entries[i]);
    }
    free(entries);
    return all;
}

enum { COLUMNS_MAX = 80, NAME_MAX_BYTES = 64 };

struct sql_table {
    char names[COLUMNS_MAX][NAME_MAX_BYTES], types[COLUMNS_MAX][NAME_MAX_BYTES];
    size_t count;
};

// "    name type ..." is a column, "    constraint ..." and comments are not.
static void read_column(struct sql_table *table, const char *line)
{
    char name[NAME_MAX_BYTES], type[NAME_MAX_BYTES];
    if (sscanf(line, " %63[a-z0-9_] %63[a-z]", name, type) != 2 || strcmp(name, "constraint") == 0)
        return;
    cr_assert_lt(table->count, COLUMNS_MAX);
    memcpy(table->names[table->count], name, sizeof name);
    memcpy(table->types[table->count++], type, sizeof type);
}

// The columns of "create table cityops.<name> (", then those that later migrations add.
static struct sql_table read_table(const char *sql, const char *name)
{
    struct sql_table table = {.count = 0};
    char head[128], alter[128];
    snprintf(head, sizeof head, "create table cityops.%s (", name);
    snprintf(alter, sizeof alter, "alter table cityops.%s add column ", name);
    const char *line = strstr(sql, head);
    cr_assert_not_null(line, "no migration creates %s", name);
    for (line = strchr(line, '\n') + 1; *line != ')'; line = strchr(line, '\n') + 1)
        read_column(&table, line);
    for (line = strstr(sql, alter); line; line = strstr(line + 1, alter))
        read_column(&table, line + strlen(alter));
    return table;
}

static const char *sql_type(enum column_type type)
{
    static const char *const names[] = {
        [COLUMN_DATE] = "date",       [COLUMN_SMALLINT] = "smallint",
        [COLUMN_INTEGER] = "integer", [COLUMN_BIGINT] = "bigint",
        [COLUMN_TEXT] = "text",       [COLUMN_TIMESTAMP] = "timestamptz",
        [COLUMN_BOOLEAN] = "boolean",
    };
    return names[type];
}

static void expect_column(const struct sql_table *table, size_t at, const char *name,
                          const char *type)
{
    cr_assert_lt(at, table->count, "%s is missing in the migrations", name);
    cr_expect_str_eq(table->names[at], name);
    cr_expect_str_eq(table->types[at], type, "%s: %s, not %s", name, table->types[at], type);
}

// What the proto of a family calls its messages.
struct proto_names {
    const char *event, *facts, *kinds;
};

static const struct proto_names *proto_name(const struct family_definition *family)
{
    static const struct proto_names names[FAMILY_COUNT] = {
        [FAMILY_HOTLINE] = {"TicketEvent", "TicketFacts", "TicketEventKind"},
        [FAMILY_INCIDENT] = {"IncidentEvent", "IncidentFacts", "IncidentEventKind"},
        [FAMILY_TRAFFIC] = {"TrafficEvent", NULL, "TrafficEventKind"},
        [FAMILY_INSPECTION] = {"ProblemEvent", "ProblemFacts", "ProblemEventKind"},
        [FAMILY_ACTIVITY] = {"ActivityEvent", "ActivityFacts", "ActivityEventKind"},
    };
    return &names[family->family];
}

static char *read_proto(const struct family_definition *family)
{
    char path[128];
    snprintf(path, sizeof path, "proto/cityops/v1/%s.proto", family->name);
    return read_file(path);
}

static void each_family(void (*check)(const struct family_definition *family))
{
    size_t checked = 0;
    for (int family = FAMILY_NONE + 1; family < FAMILY_COUNT; family++) {
        if (family_get((enum family)family)) {
            check(family_get((enum family)family));
            checked++;
        }
    }
    cr_assert_gt(checked, 0);
}

static void compare_columns(const struct family_definition *family)
{
    char *sql = read_migrations();
    struct sql_table table = read_table(sql, family->state_table);
    static const char *const first[] = {"authority", "entity_id", "row_version", "state"};
    for (size_t i = 0; i < 4; i++)
        cr_expect_str_eq(table.names[i], first[i]);
    for (size_t i = 0; i < family->column_count; i++)
        expect_column(&table, i + 4, family->columns[i].name, sql_type(family->columns[i].type));
    cr_expect_eq(table.count, family->column_count + 4);
    free(sql);
}

Test(family, columns_of_the_state_are_those_of_the_migrations)
{
    each_family(compare_columns);
}

static void compare_rollups(const struct family_definition *family)
{
    char *sql = read_migrations();
    for (size_t r = 0; r < family->rollup_count; r++) {
        const struct rollup *rollup = family->rollups[r];
        struct sql_table table = read_table(sql, rollup->name);
        size_t at = 0;
        expect_column(&table, at++, "slot", "integer");
        for (unsigned i = 0; i < rollup->dimension_count; i++, at++)
            expect_column(&table, at, rollup->dimensions[i].name,
                          sql_type(rollup->dimensions[i].type));
        for (unsigned i = 0; i < rollup->measure_count; i++, at++)
            expect_column(&table, at, rollup->measures[i].name, "bigint");
        cr_expect_eq(table.count, at, "%s", rollup->name);
        cr_expect(rollup->dimension_count <= ROLLUP_DIMENSIONS_MAX &&
                  rollup->measure_count <= ROLLUP_MEASURES_MAX);
    }
    free(sql);
}

Test(family, dimensions_and_measures_of_rollups_are_the_columns_of_the_migrations)
{
    each_family(compare_rollups);
}

// The body of "<keyword> <name> {" in a proto file; ends at the next '}'.
static const char *proto_body(const char *proto, const char *keyword, const char *name)
{
    char head[128];
    snprintf(head, sizeof head, "\n%s %s {", keyword, name);
    const char *body = strstr(proto, head);
    cr_assert_not_null(body, "no %s %s", keyword, name);
    return body + strlen(head);
}

// Every field from FIRST_OWN_FIELD on of the message is the next row of the table, with name and kind of value.
static size_t expect_fields(const struct family_definition *family, const char *proto,
                            const char *message, uint16_t kind, size_t at)
{
    const char *body = proto_body(proto, "message", message), *end = strchr(body, '}');
    for (const char *line = strchr(body, '\n') + 1; line < end; line = strchr(line, '\n') + 1) {
        char type[64], name[64];
        unsigned number;
        if (sscanf(line, " optional %63[A-Za-z0-9] %63[a-z0-9_] = %u;", type, name, &number) != 3 ||
            number < FIRST_OWN_FIELD)
            continue;
        cr_assert_lt(at, family->field_count, "%s.%s is missing", message, name);
        const struct family_field *field = &family->fields[at++];
        cr_expect(field->kind == kind && field->field == number, "%s.%s", message, name);
        cr_expect_str_eq(field->name, name);
        cr_expect_eq(field->type, strcmp(type, "string") == 0 ? VALUE_TEXT : VALUE_INTEGER, "%s.%s",
                     message, name);
    }
    return at;
}

static void compare_fields(const struct family_definition *family)
{
    if (family->has_windows)
        return; // readings are no occurrences: tests/unit/proto compares them by their values
    char *proto = read_proto(family);
    size_t at = expect_fields(family, proto, proto_name(family)->facts, FACTS_KIND, 0), kinds = 0;
    const char *body = proto_body(proto, "message", proto_name(family)->event),
               *end = strchr(body, '}');
    for (const char *line = strchr(body, '\n') + 1; line < end; line = strchr(line, '\n') + 1) {
        char message[64], name[64];
        unsigned number;
        if (sscanf(line, " repeated %63[A-Za-z] %63[a-z_] = %u;", message, name, &number) != 3)
            continue;
        cr_assert_lt(kinds, family->kind_count, "%s is missing", name);
        cr_expect_eq(family->kinds[kinds].kind, number);
        cr_expect_str_eq(family->kinds[kinds++].name, name);
        at = expect_fields(family, proto, message, (uint16_t)number, at);
    }
    cr_expect_eq(at, family->field_count);
    cr_expect_eq(kinds, family->kind_count);
    free(proto);
}

Test(family, fields_and_kinds_are_those_of_the_proto)
{
    each_family(compare_fields);
}

static void compare_event_kinds(const struct family_definition *family)
{
    char *proto = read_proto(family);
    const char *body = proto_body(proto, "enum", proto_name(family)->kinds),
               *end = strchr(body, '}');
    size_t count = 0;
    for (const char *line = strchr(body, '\n') + 1; line < end; line = strchr(line, '\n') + 1) {
        char word[128], *name = word;
        unsigned number;
        if (sscanf(line, " %127[A-Z_] = %u;", word, &number) != 2)
            continue;
        name = strstr(word, "_EVENT_KIND_") + strlen("_EVENT_KIND_");
        for (char *byte = name; *byte; byte++)
            *byte = (char)tolower(*byte);
        cr_assert_lt(number, family->event_kind_count, "%s is missing", name);
        if (number > 0)
            cr_expect_str_eq(family->event_kind_names[number], name);
        count++;
    }
    cr_expect_eq(count, family->event_kind_count);
    cr_expect_null(family->event_kind_names[0]);
    free(proto);
}

Test(family, kinds_of_events_are_those_of_the_proto)
{
    each_family(compare_event_kinds);
}

static void expect_ascending(const struct family_definition *family)
{
    for (size_t i = 1; i < family->field_count; i++) {
        const struct family_field *a = &family->fields[i - 1], *b = &family->fields[i];
        cr_expect(a->kind < b->kind || (a->kind == b->kind && a->field < b->field), "%s", b->name);
    }
    for (size_t i = 1; i < family->kind_count; i++)
        cr_expect_lt(family->kinds[i - 1].kind, family->kinds[i].kind);
}

Test(family, kinds_and_fields_ascend_so_that_they_can_be_searched)
{
    each_family(expect_ascending);
}

Test(family, is_found_by_number_and_by_name_and_is_null_when_unknown)
{
    cr_expect_eq(family_get(FAMILY_HOTLINE), &family_hotline);
    cr_expect_eq(family_by_name(TEXT("hotline")), &family_hotline);
    static const enum family others[] = {FAMILY_NONE, (enum family)77};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        cr_expect_null(family_get(others[i]));
    cr_expect_null(family_by_name(TEXT("hot")));
    const struct family_field *unit =
        family_field_by_name(&family_hotline, TICKET_DISPATCH, TEXT("unit"));
    cr_assert_not_null(unit);
    cr_expect_eq(unit->field, DISPATCH_UNIT);
    cr_expect_null(family_field_by_name(&family_hotline, FACTS_KIND, TEXT("unit")));
}

static void expect_meanings(const struct family_definition *family)
{
    for (size_t i = 0; i < family->column_count; i++)
        cr_expect_gt(strlen(family->columns[i].meaning), 5u);
    for (size_t r = 0; r < family->rollup_count; r++) {
        const struct rollup *rollup = family->rollups[r];
        cr_expect_gt(strlen(rollup->meaning), 5u);
        cr_expect_eq(rollup->family, family->family);
        for (unsigned i = 0; i < rollup->measure_count; i++)
            cr_expect_gt(strlen(rollup->measures[i].meaning), 5u, "%s", rollup->measures[i].name);
        for (unsigned i = 0; i < rollup->dimension_count; i++)
            cr_expect_gt(strlen(rollup->dimensions[i].meaning), 5u);
    }
}

Test(family, everything_that_analysts_see_says_what_it_means)
{
    each_family(expect_meanings);
}
