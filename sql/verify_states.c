// States against the fold of the journal, byte for byte and column for column; rollups against the
// sum of what the stored states contribute under the current generation.
#include "sql/family_queries.h"
#include "sql/verify.h"

#include "core/traffic.h"

#include <inttypes.h>

enum { COMPARED = 1 }; // mark of a state that was met in its table

// One family under comparison.
struct comparing {
    struct verification *verification;
    const struct family_definition *family;
    const struct rollup *rollup;
    struct rollup_sums *sums; // what the cells must be; compared cells are set to zero
    struct buffer row, key, says, met;
    int64_t rows;
};

static const char *printed(struct buffer *buffer, enum column_type type, const struct value *value)
{
    buffer_reset(buffer);
    if (value->type == VALUE_EMPTY)
        buffer_printf(buffer, "null");
    else
        value_print(buffer, type, value);
    buffer_append(buffer, "", 1);
    return buffer->bytes;
}

static const char *row_name(struct comparing *comparing, const struct text *fields)
{
    buffer_reset(&comparing->row);
    stored_key_print(&comparing->row, comparing->family, fields);
    buffer_append(&comparing->row, "", 1);
    return comparing->row.bytes;
}

static bool column_equal(enum column_type type, const struct value *a, const struct value *b)
{
    if (a->type != b->type)
        return false;
    if (a->type == VALUE_EMPTY)
        return true;
    if (type == COLUMN_BOOLEAN)
        return !a->integer == !b->integer;
    return value_equal(a, b);
}

static void compare_columns(struct comparing *comparing, const struct text *fields,
                            const bool *nulls, const struct state *state)
{
    const struct family_definition *family = comparing->family;
    struct arena *scratch = &comparing->verification->scratch;
    struct value *derived = arena_array(scratch, struct value, family->column_count);
    struct entity_key key = stored_key_read(family, fields);
    family->read_columns(&key, state, scratch, derived);
    for (size_t i = 0; i < family->column_count; i++) {
        const struct column *column = &family->columns[i];
        struct value stored = field_value(column->type, fields[3 + i], nulls[3 + i]);
        if (!column_equal(column->type, &stored, &derived[i]))
            verify_differs(comparing->verification, "%s: %s is %s, its state says %s",
                           row_name(comparing, fields), column->name,
                           printed(&comparing->says, column->type, &stored),
                           printed(&comparing->met, column->type, &derived[i]));
    }
}

// The journal does not hold readings: of a window it is shown that its slots are spelled in the one way they have, and that
// they lie in it, so that no other window of the sensor can hold them too.
static void check_window(struct comparing *comparing, const struct text *fields,
                         const struct state *state)
{
    struct entity_key key = stored_key_read(comparing->family, fields);
    int64_t window_s = traffic_window_s(
        sensor_find(comparing->verification->generation.sensors, key.authority, key.entity));
    struct window_slots slots = WINDOW_SLOTS(state);
    struct reading slot;
    bool overlaps, lies = true;
    while (traffic_next_slot(&slots, &slot, &overlaps))
        lies = lies && traffic_window_us(slot.from_us, window_s) == key.window_us &&
               traffic_window_holds(&slot, window_s);
    if (!lies)
        verify_differs(comparing->verification,
                       "%s: a slot does not lie in it, windows of the sensor have %" PRId64 " s",
                       row_name(comparing, fields), window_s);
    struct buffer bytes = BUFFER_INIT;
    state_encode(state, &bytes);
    if (bytes.length != fields[2].length || memcmp(bytes.bytes, fields[2].bytes, bytes.length) != 0)
        verify_differs(comparing->verification, "%s: its state is not canonical",
                       row_name(comparing, fields));
    buffer_free(&bytes);
}

static void compare_bytes(struct comparing *comparing, const struct text *fields)
{
    struct verification *verification = comparing->verification;
    struct entity_state *folded =
        entity_states_find(verification->as_of.states, comparing->family->family, fields[0],
                           fields[1], &verification->scratch);
    if (!folded || !folded->bytes.length) {
        verify_differs(verification, "%s: the journal has no event of it",
                       row_name(comparing, fields));
        return;
    }
    folded->mark = COMPARED;
    if (text_equal(folded->bytes, fields[2]))
        return;
    uint32_t at = 0;
    while (at < folded->bytes.length && at < fields[2].length &&
           folded->bytes.bytes[at] == fields[2].bytes[at])
        at++;
    verify_differs(verification,
                   "%s: state has %u bytes, the journal's fold %u; they differ from byte %u on",
                   row_name(comparing, fields), fields[2].length, folded->bytes.length, at);
}

static bool read_state(void *context, const struct text *fields, const bool *nulls, int field_count,
                       struct error *error)
{
    struct comparing *comparing = context;
    struct verification *verification = comparing->verification;
    if (!stored_state_check(comparing->family, field_count, error))
        return false;
    arena_reset(&verification->scratch);
    verification->states++;
    comparing->rows++;
    if (!comparing->family->has_windows)
        compare_bytes(comparing, fields);
    struct state state;
    struct error broken = ERROR_INIT;
    if (!state_decode(&verification->scratch, fields[2], &state, &broken)) {
        verify_differs(verification, "%s: %s", row_name(comparing, fields), broken.text);
        return true;
    }
    if (comparing->family->has_windows)
        check_window(comparing, fields, &state);
    compare_columns(comparing, fields, nulls, &state);
    struct contribution_context meaning = generation_context(&verification->generation);
    struct entity_key key = stored_key_read(comparing->family, fields);
    comparing->family->contribute(&key, &state, &verification->scratch, &meaning, 1,
                                  comparing->sums);
    return true;
}

static void report_missing_states(struct comparing *comparing)
{
    struct verification *verification = comparing->verification;
    for (struct entity_state *folded = NULL;
         (folded = entity_states_next(verification->as_of.states, folded));) {
        if (folded->family == comparing->family->family && folded->bytes.length &&
            folded->mark != COMPARED)
            verify_differs(verification,
                           "%s (" TEXT_FORMAT ", " TEXT_FORMAT
                           "): is missing, the journal has events of it",
                           comparing->family->state_table, TEXT_ARGUMENTS(folded->authority),
                           TEXT_ARGUMENTS(folded->entity));
    }
}

static void print_key(struct buffer *key, const struct rollup *rollup,
                      const struct value *dimensions)
{
    buffer_reset(key);
    for (int i = 0; i < rollup->dimension_count; i++) {
        buffer_printf(key, "%s%s ", i ? ", " : "", rollup->dimensions[i].name);
        value_print(key, rollup->dimensions[i].type, &dimensions[i]);
    }
    buffer_append(key, "", 1);
}

static void compare_cell(struct comparing *comparing, const struct value *dimensions,
                         const int64_t *stored, int64_t *expected)
{
    const struct rollup *rollup = comparing->rollup;
    for (int i = 0; i < rollup->measure_count; i++) {
        if (stored[i] == expected[i])
            continue;
        print_key(&comparing->key, rollup, dimensions);
        verify_differs(comparing->verification,
                       "%s (%s): %s is %" PRId64 ", the states give %" PRId64, rollup->name,
                       comparing->key.bytes, rollup->measures[i].name, stored[i], expected[i]);
    }
    comparing->verification->cells++;
    comparing->rows++;
}

static bool read_cell(void *context, const struct text *fields, const bool *nulls, int field_count,
                      struct error *error)
{
    struct comparing *comparing = context;
    const struct rollup *rollup = comparing->rollup;
    struct value dimensions[ROLLUP_DIMENSIONS_MAX];
    int64_t stored[ROLLUP_MEASURES_MAX];
    if (!stored_cell_read(rollup, fields, nulls, field_count, dimensions, stored, error))
        return false;
    struct rollup_cell *cell = rollup_sums_cell(comparing->sums, rollup, dimensions);
    compare_cell(comparing, dimensions, stored, cell->measures);
    memset(cell->measures, 0, sizeof *cell->measures * rollup->measure_count);
    return true;
}

// What is left of this rollup in the sums has no row.
static void report_missing_cells(struct comparing *comparing)
{
    struct rollup_cell **cells;
    int64_t none[ROLLUP_MEASURES_MAX] = {0};
    size_t count = rollup_sums_sorted(comparing->sums, &cells);
    for (size_t i = 0; i < count; i++) {
        if (cells[i]->rollup == comparing->rollup)
            compare_cell(comparing, cells[i]->dimensions, none, cells[i]->measures);
    }
}

static void print_compared(const struct comparing *comparing, const char *table, const char *what,
                           int64_t differences_before)
{
    printf("%-18s %10" PRId64 " %s compared: %" PRId64 " differences\n", table, comparing->rows,
           what, comparing->verification->differences - differences_before);
}

static bool compare_rollup(struct comparing *comparing, const struct rollup_queries *queries,
                           struct error *error)
{
    int64_t before = comparing->verification->differences;
    comparing->rollup = queries->rollup;
    comparing->rows = 0;
    if (!postgres_copy_out(comparing->verification->postgres, queries->cells_out, read_cell,
                           comparing, error))
        return false;
    report_missing_cells(comparing);
    print_compared(comparing, queries->rollup->name, "cells", before);
    return true;
}

static bool compare_family(struct verification *verification, const struct family_queries *queries,
                           struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct comparing comparing = {.verification = verification,
                                  .family = queries->definition,
                                  .sums = rollup_sums_new(&arena)};
    int64_t before = verification->differences;
    bool done = postgres_copy_out(verification->postgres, queries->states_out, read_state,
                                  &comparing, error);
    if (done) {
        report_missing_states(&comparing);
        print_compared(&comparing, queries->definition->state_table, "states", before);
    }
    for (size_t i = 0; done && i < queries->rollup_count; i++)
        done = compare_rollup(&comparing, &queries->rollups[i], error);
    buffer_free(&comparing.row);
    buffer_free(&comparing.key);
    buffer_free(&comparing.says);
    buffer_free(&comparing.met);
    arena_free(&arena);
    return done;
}

bool verify_states(struct verification *verification, struct error *error)
{
    for (size_t i = 0; family_queries[i].definition; i++) {
        if (!compare_family(verification, &family_queries[i], error))
            return false;
    }
    return true;
}
