// `export`: states, rollups or slots of readings as sorted CSV without what depends on how events arrived (row versions,
// slots, batches), so that two databases with the same events give the same bytes; as stored, or as known at an earlier cut-off.
#include "sql/as_of.h"
#include "sql/commands.h"
#include "sql/queries.h"

#include "common/log.h"
#include "common/reference.h"
#include "core/traffic.h"

#include <csv.h>

const struct config_key export_keys[] = {CONFIG_KEYS_DATABASE, CONFIG_KEY_AS_OF, {0}};

struct exporting {
    const struct as_of *as_of; // null: what is stored
    struct generation generation;
    const struct family_definition *family;
    const struct rollup *rollup;
    struct buffer cell;
    struct arena scratch; // of one state
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

static void write_state_row(struct exporting *exporting, struct text authority, struct text entity,
                            struct text bytes, const struct value *columns)
{
    const struct family_definition *family = exporting->family;
    printf("%s", family->state_table);
    write_text(exporting, authority);
    write_text(exporting, entity);
    write_hex(bytes);
    for (size_t i = 0; i < family->column_count; i++)
        write_value(exporting, family->columns[i].type, &columns[i]);
    putchar('\n');
}

static bool write_stored_state(void *context, const struct text *fields, const bool *nulls,
                               int field_count, struct error *error)
{
    struct exporting *exporting = context;
    const struct family_definition *family = exporting->family;
    if (!stored_state_check(family, field_count, error))
        return false;
    arena_reset(&exporting->scratch);
    struct value *columns = arena_array(&exporting->scratch, struct value, family->column_count);
    for (size_t i = 0; i < family->column_count; i++)
        columns[i] = field_value(family->columns[i].type, fields[3 + i], nulls[3 + i]);
    write_state_row(exporting, fields[0], fields[1], fields[2], columns);
    return true;
}

static bool write_known_state(void *context, const struct entity_state *entity,
                              const struct value *columns, struct error *error)
{
    (void)error;
    write_state_row(context, entity->authority, entity->entity, entity->bytes, columns);
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
    if (exporting->as_of)
        return as_of_read_states(exporting->as_of, queries->definition, NULL, NULL,
                                 write_known_state, exporting, error);
    return postgres_copy_out(postgres, queries->states_sorted_out, write_stored_state, exporting,
                             error);
}

static void write_cell_row(struct exporting *exporting, const struct value *dimensions,
                           const int64_t *measures)
{
    const struct rollup *rollup = exporting->rollup;
    printf("%s", rollup->name);
    for (int i = 0; i < rollup->dimension_count; i++)
        write_value(exporting, rollup->dimensions[i].type, &dimensions[i]);
    for (int i = 0; i < rollup->measure_count; i++)
        printf(",%lld", (long long)measures[i]);
    putchar('\n');
}

static bool write_stored_cell(void *context, const struct text *fields, const bool *nulls,
                              int field_count, struct error *error)
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
    if (!zero)
        write_cell_row(exporting, dimensions, measures);
    return true;
}

static void write_rollup_head(struct exporting *exporting, const struct rollup *rollup)
{
    exporting->rollup = rollup;
    printf("table");
    for (int k = 0; k < rollup->dimension_count; k++)
        write_name(rollup->dimensions[k].name);
    for (int k = 0; k < rollup->measure_count; k++)
        write_name(rollup->measures[k].name);
    putchar('\n');
}

static bool export_known_rollups(struct exporting *exporting, const struct family_queries *queries,
                                 struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct rollup_sums *sums = rollup_sums_new(&arena);
    struct rollup_cell **cells;
    const struct contribution_context meaning = generation_context(&exporting->generation);
    bool done =
        as_of_read_states(exporting->as_of, queries->definition, &meaning, sums, NULL, NULL, error);
    size_t count = done ? rollup_sums_sorted(sums, &cells) : 0;
    for (size_t i = 0; done && i < queries->rollup_count; i++) {
        write_rollup_head(exporting, queries->rollups[i].rollup);
        for (size_t k = 0; k < count; k++)
            if (cells[k]->rollup == exporting->rollup)
                write_cell_row(exporting, cells[k]->dimensions, cells[k]->measures);
    }
    arena_free(&arena);
    return done;
}

static bool export_rollups(struct postgres *postgres, struct exporting *exporting,
                           const struct family_queries *queries, struct error *error)
{
    if (exporting->as_of)
        return export_known_rollups(exporting, queries, error);
    for (size_t i = 0; i < queries->rollup_count; i++) {
        write_rollup_head(exporting, queries->rollups[i].rollup);
        if (!postgres_copy_out(postgres, queries->rollups[i].cells_out, write_stored_cell,
                               exporting, error))
            return false;
    }
    return true;
}

static void write_number(int64_t number)
{
    if (number == READING_NOT_MEASURED)
        putchar(',');
    else
        printf(",%lld", (long long)number);
}

// What a window's state holds in its bytes, a line for each slot.
static bool write_slots(void *context, const struct text *fields, const bool *nulls,
                        int field_count, struct error *error)
{
    struct exporting *exporting = context;
    struct state state;
    (void)nulls; // key and state are not null
    arena_reset(&exporting->scratch);
    if (!stored_state_check(exporting->family, field_count, error) ||
        !state_decode(&exporting->scratch, fields[2], &state, error))
        return false;
    struct window_slots slots = WINDOW_SLOTS(&state);
    struct reading slot;
    bool overlaps;
    while (traffic_next_slot(&slots, &slot, &overlaps)) {
        struct value from = value_integer(slot.from_us);
        struct value until = value_integer(slot.from_us + slot.length_s * US_PER_SECOND);
        printf("%s", exporting->family->name);
        write_text(exporting, fields[0]);
        write_text(exporting, fields[1]);
        write_text(exporting, slot.series);
        write_value(exporting, COLUMN_TIMESTAMP, &from);
        write_value(exporting, COLUMN_TIMESTAMP, &until);
        write_number(slot.vehicles);
        write_number(slot.speed_mm_per_s);
        write_number(slot.occupancy_permille);
        write_number(slot.queue_m);
        printf(",%d\n", overlaps);
    }
    return true;
}

static bool export_slots(struct postgres *postgres, struct exporting *exporting,
                         const struct family_queries *queries, struct error *error)
{
    if (!queries->definition->has_windows)
        return true;
    exporting->family = queries->definition;
    printf("family,authority,sensor,series,from,until,vehicles,speed_mm_per_s,occupancy_permille,"
           "queue_m,overlaps\n");
    return postgres_copy_out(postgres, queries->states_sorted_out, write_slots, exporting, error);
}

// Folds what the option asks for; the vector goes to the log, since stdout is data.
static bool fold_as_of(struct postgres *postgres, const char *text, struct arena *arena,
                       struct as_of *as_of, struct error *error)
{
    struct offset_vector *vector = arena_new(arena, struct offset_vector);
    struct buffer printed = BUFFER_INIT;
    if (!as_of_read(postgres, arena, text, vector, error))
        return false;
    vector_print(vector, &printed);
    log_info("as of %.*s; without readings of traffic, which have no earlier cut-off",
             (int)printed.length, printed.bytes);
    buffer_free(&printed);
    return as_of_fold(postgres, vector, as_of, error);
}

enum { PART_STATES, PART_ROLLUPS, PART_SLOTS, PART_COUNT };

static const char *const part_names[PART_COUNT] = {"states", "rollups", "slots"};

static bool export_part(struct postgres *postgres, struct exporting *exporting, const char *part,
                        const struct family_queries *queries, struct error *error)
{
    if (part == part_names[PART_STATES])
        return export_states(postgres, exporting, queries, error);
    if (part == part_names[PART_ROLLUPS])
        return export_rollups(postgres, exporting, queries, error);
    return export_slots(postgres, exporting, queries, error);
}

enum exit_status export_run(const struct config *config, struct error *error)
{
    const char *part = argument_choice(config, 0, "what to export", part_names, PART_COUNT, error);
    const char *text = config_text(config, "as-of");
    if (!part || !arguments_at_most(config, 1, error))
        return exit_status_of(error->class);
    if (part == part_names[PART_SLOTS] && text) {
        error_set(error, ERROR_BAD_CONFIG,
                  "readings of traffic have no earlier cut-off: the journal does not hold them");
        return exit_status_of(error->class);
    }
    struct postgres *postgres = postgres_open_migrated(config, "cityops-db export", error);
    if (!postgres)
        return exit_status_of(error->class);
    struct exporting exporting = {0};
    struct arena arena = ARENA_INIT;
    struct as_of as_of = {0};
    bool done =
        postgres_script(postgres, query_begin_snapshot.name, query_begin_snapshot.text, error) &&
        generation_load(postgres, &exporting.generation, error) &&
        (!text || fold_as_of(postgres, text, &arena, &as_of, error));
    exporting.as_of = text ? &as_of : NULL;
    for (size_t i = 0; done && family_queries[i].definition; i++) {
        if (text && family_queries[i].definition->has_windows)
            continue; // said in the log
        done = export_part(postgres, &exporting, part, &family_queries[i], error);
    }
    done = done && postgres_script(postgres, "commit", "commit", error);
    buffer_free(&exporting.cell);
    arena_free(&exporting.scratch);
    generation_free(&exporting.generation);
    as_of_free(&as_of);
    arena_free(&arena);
    postgres_close(postgres);
    return done ? EXIT_OK : exit_status_of(error->class);
}
