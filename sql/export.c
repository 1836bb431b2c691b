// `export`: states or rollups as sorted CSV without what depends on how events arrived (row versions,
// slots, batches), so that two databases with the same events give the same bytes.
#include "sql/commands.h"
#include "sql/family_queries.h"
#include "sql/queries.h"

#include <csv.h>

const struct config_key export_keys[] = {CONFIG_KEYS_DATABASE, {0}};

struct exporting {
    const struct family_definition *family;
    const struct rollup *rollup;
    struct buffer cell;
};

static void write_name(const char *name)
{
    printf(",%s", name);
}

// An absent value is empty without quotes, an empty text has them.
static void write_value(struct exporting *exporting, enum column_type type,
                        const struct value *value)
{
    putchar(',');
    buffer_reset(&exporting->cell);
    value_print(&exporting->cell, type, value);
    if (value->type == VALUE_TEXT)
        csv_fwrite(stdout, exporting->cell.bytes, exporting->cell.length);
    else
        fwrite(exporting->cell.bytes, 1, exporting->cell.length, stdout);
}

static void write_text(struct exporting *exporting, struct text text)
{
    struct value value = {.type = VALUE_TEXT, .text = text};
    write_value(exporting, COLUMN_TEXT, &value);
}

static void write_hex(struct text bytes)
{
    static const char digits[] = "0123456789abcdef";
    putchar(',');
    for (uint32_t i = 0; i < bytes.length; i++) {
        putchar(digits[(unsigned char)bytes.bytes[i] >> 4]);
        putchar(digits[(unsigned char)bytes.bytes[i] & 15]);
    }
}

static bool write_state(void *context, const struct text *fields, const bool *nulls,
                        int field_count, struct error *error)
{
    struct exporting *exporting = context;
    const struct family_definition *family = exporting->family;
    if (!stored_state_check(family, field_count, error))
        return false;
    printf("%s", family->state_table);
    write_text(exporting, fields[0]);
    write_text(exporting, fields[1]);
    write_hex(fields[2]);
    for (size_t i = 0; i < family->column_count; i++) {
        enum column_type type = family->columns[i].type;
        struct value value = field_value(type, fields[3 + i], nulls[3 + i]);
        write_value(exporting, type, &value);
    }
    putchar('\n');
    return true;
}

static bool export_states(struct postgres *postgres, struct exporting *exporting,
                          const struct family_queries *queries, struct error *error)
{
    exporting->family = queries->definition;
    printf("table,authority,entity_id,state");
    for (size_t i = 0; i < queries->definition->column_count; i++)
        write_name(queries->definition->columns[i].name);
    putchar('\n');
    return postgres_copy_out(postgres, queries->states_sorted_out, write_state, exporting, error);
}

static bool write_cell(void *context, const struct text *fields, const bool *nulls, int field_count,
                       struct error *error)
{
    struct exporting *exporting = context;
    const struct rollup *rollup = exporting->rollup;
    struct value dimensions[ROLLUP_DIMENSIONS_MAX];
    int64_t measures[ROLLUP_MEASURES_MAX];
    if (!stored_cell_read(rollup, fields, nulls, field_count, dimensions, measures, error))
        return false;
    bool zero = true; // a cell that everything has left means nothing
    for (int i = 0; i < rollup->measure_count; i++)
        zero = zero && measures[i] == 0;
    if (zero)
        return true;
    printf("%s", rollup->name);
    for (int i = 0; i < rollup->dimension_count; i++)
        write_value(exporting, rollup->dimensions[i].type, &dimensions[i]);
    for (int i = 0; i < rollup->measure_count; i++)
        printf(",%lld", (long long)measures[i]);
    putchar('\n');
    return true;
}

static bool export_rollups(struct postgres *postgres, struct exporting *exporting,
                           const struct family_queries *queries, struct error *error)
{
    for (size_t i = 0; i < queries->rollup_count; i++) {
        const struct rollup *rollup = queries->rollups[i].rollup;
        exporting->rollup = rollup;
        printf("table");
        for (int k = 0; k < rollup->dimension_count; k++)
            write_name(rollup->dimensions[k].name);
        for (int k = 0; k < rollup->measure_count; k++)
            write_name(rollup->measures[k].name);
        putchar('\n');
        if (!postgres_copy_out(postgres, queries->rollups[i].cells_out, write_cell, exporting,
                               error))
            return false;
    }
    return true;
}

enum exit_status export_run(const struct config *config, struct error *error)
{
    static const char *const parts[] = {"states", "rollups"};
    const char *part = argument_choice(config, 0, "what to export", parts, 2, error);
    if (!part || !arguments_at_most(config, 1, error))
        return exit_status_of(error->class);
    struct postgres *postgres = postgres_open_migrated(config, "cityops-db export", error);
    if (!postgres)
        return exit_status_of(error->class);
    struct exporting exporting = {0};
    bool done =
        postgres_script(postgres, query_begin_snapshot.name, query_begin_snapshot.text, error);
    for (size_t i = 0; done && family_queries[i].definition; i++)
        done = part == parts[0] ? export_states(postgres, &exporting, &family_queries[i], error)
                                : export_rollups(postgres, &exporting, &family_queries[i], error);
    done = done && postgres_script(postgres, "commit", "commit", error);
    buffer_free(&exporting.cell);
    postgres_close(postgres);
    return done ? EXIT_OK : exit_status_of(error->class);
}
