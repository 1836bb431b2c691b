#include "ticket_rows.h"

#include <inttypes.h>
#include <stdlib.h>

static int compare_assignments(const void *a, const void *b)
{
    return assignment_compare(a, b);
}

static struct value value_of(const struct stated *row)
{
    if (row->text)
        return (struct value){.type = VALUE_TEXT, .text = text_from(row->text)};
    if (row->integer == STATED_EMPTY)
        return (struct value){.type = VALUE_EMPTY};
    return (struct value){.type = VALUE_INTEGER, .integer = row->integer};
}

static size_t add_once(struct assignment *assignments, size_t count, struct assignment assignment)
{
    for (size_t i = 0; i < count; i++) {
        if (assignment_compare(&assignments[i], &assignment) == 0)
            return count;
    }
    assignments[count] = assignment;
    return count + 1;
}

struct event family_statement_event(struct arena *arena, enum family family,
                                    const struct statement *statement)
{
    size_t rows = 0, count = 0;
    while (statement->rows[rows].field)
        rows++;
    struct assignment *assignments = arena_array(arena, struct assignment, 2 * rows + 1);
    for (size_t i = 0; i < rows; i++) {
        const struct stated *row = &statement->rows[i];
        struct text key = row->key ? text_from(row->key) : (struct text){"", 0};
        count = add_once(assignments, count,
                         (struct assignment){row->kind, row->field, key, value_of(row)});
        if (row->kind != FACTS_KIND && row->field != FIELD_WITHDRAWN)
            count =
                add_once(assignments, count,
                         (struct assignment){
                             row->kind, FIELD_STATED, key, {.type = VALUE_INTEGER, .integer = 1}});
    }
    qsort(assignments, count, sizeof *assignments, compare_assignments);
    return (struct event){
        .family = family,
        .form = statement->complete_kinds ? EVENT_SNAPSHOT : EVENT_STATEMENT,
        .kind = statement->complete_kinds ? TICKET_SNAPSHOT : TICKET_CORRECTED,
        .recorded_stated = true,
        .authority = TEXT("city"),
        .entity = TEXT("1"),
        .occurred_us = statement->recorded_us,
        .version = {.recorded_us = statement->recorded_us,
                    .source = text_from(statement->source),
                    .event_id = TEXT("e")},
        .part = statement->complete_kinds ? TEXT("ticket") : (struct text){"", 0},
        .assignments = assignments,
        .assignment_count = count,
        .complete_kinds = statement->complete_kinds,
        .complete_kind_count = statement->complete_kind_count,
    };
}

struct event statement_event(struct arena *arena, const struct statement *statement)
{
    return family_statement_event(arena, FAMILY_HOTLINE, statement);
}

void statement_fold(struct arena *arena, const struct statement *statement, struct state *out)
{
    struct event *event = arena_new(arena, struct event);
    *event = statement_event(arena, statement);
    state_from_event(arena, event, out);
}

void rows_fold(struct arena *arena, const struct stated *rows, struct state *out)
{
    statement_fold(arena, &(struct statement){.source = "test", .recorded_us = 1, .rows = rows},
                   out);
}

void family_rows_fold(struct arena *arena, enum family family, const struct stated *rows,
                      struct state *out)
{
    struct event *event = arena_new(arena, struct event);
    *event = family_statement_event(
        arena, family, &(struct statement){.source = "test", .recorded_us = 1, .rows = rows});
    state_from_event(arena, event, out);
}

void rows_read(struct arena *arena, const struct stated *rows, struct ticket *out)
{
    struct state state;
    rows_fold(arena, rows, &state);
    ticket_read(&state, arena, out);
}

static void describe_dimension(struct buffer *out, const struct column *column,
                               const struct value *value)
{
    if (value->type == VALUE_TEXT) {
        buffer_printf(out, " \"" TEXT_FORMAT "\"", TEXT_ARGUMENTS(value->text));
    } else if (column->type == COLUMN_DATE) {
        int year, month, day;
        civil_from_day((int32_t)value->integer, &year, &month, &day);
        buffer_printf(out, " %04d-%02d-%02d", year, month, day);
    } else {
        buffer_printf(out, " %" PRId64, value->integer);
    }
}

const char *sums_describe(struct arena *arena, struct rollup_sums *sums)
{
    struct buffer out = BUFFER_INIT;
    struct rollup_cell **cells;
    size_t count = rollup_sums_sorted(sums, &cells);
    for (size_t i = 0; i < count; i++) {
        const struct rollup *rollup = cells[i]->rollup;
        buffer_printf(&out, "%s", rollup->name);
        for (unsigned d = 0; d < rollup->dimension_count; d++)
            describe_dimension(&out, &rollup->dimensions[d], &cells[i]->dimensions[d]);
        const char *separator = ":";
        for (unsigned m = 0; m < rollup->measure_count; m++) {
            if (cells[i]->measures[m] == 0)
                continue;
            buffer_printf(&out, "%s %s %" PRId64, separator, rollup->measures[m].name,
                          cells[i]->measures[m]);
            separator = ",";
        }
        buffer_append(&out, "\n", 1);
    }
    const char *text = arena_string(arena, (struct text){out.bytes, (uint32_t)out.length});
    buffer_free(&out);
    return text;
}
