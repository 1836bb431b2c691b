// Says in sentences what a mapping does, so that its author can check that it means what was meant.
#include "ingest/mapping.h"

#include <inttypes.h>

static void print_value(const struct value *value, FILE *out)
{
    if (value->type == VALUE_EMPTY)
        fprintf(out, "empty");
    else if (value->type == VALUE_TEXT)
        fprintf(out, "\"" TEXT_FORMAT "\"", TEXT_ARGUMENTS(value->text));
    else
        fprintf(out, "%" PRId64, value->integer);
}

static void print_origin(const struct mapping *mapping, const struct binding *binding, FILE *out)
{
    if (binding->column == NO_COLUMN)
        print_value(&binding->constant, out);
    else if (binding->prefix.length > 0)
        fprintf(out, "\"" TEXT_FORMAT "\" before ", TEXT_ARGUMENTS(binding->prefix));
    if (binding->column != NO_COLUMN)
        fprintf(out, "column%s \"%s\"", binding->more_count ? "s" : "",
                mapping->reader.columns[binding->column]);
    for (size_t i = 0; i < binding->more_count; i++)
        fprintf(out, " \"%s\"", mapping->reader.columns[binding->more_columns[i]]);
    if (binding->shape == SHAPE_TIME && binding->column != NO_COLUMN) {
        fprintf(out, ", a time like %s", binding->format.pattern);
        if (binding->zone && !binding->format.is_absolute)
            fprintf(out, " in %s", zone_name(binding->zone));
    }
    if (binding->shape == SHAPE_ENUM && binding->word_count > 0)
        fprintf(out, ", %zu words%s", binding->word_count,
                binding->has_fallback ? ", others by default" : ", others are rejected");
    if (binding->shape == SHAPE_INTEGER || binding->shape == SHAPE_BOOLEAN)
        fprintf(out, ", %s", field_shape_name(binding->shape));
}

static void print_fields(const struct mapping *mapping, const struct binding *fields, size_t count,
                         const char *indent, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s%-18s <- ", indent, fields[i].name);
        print_origin(mapping, &fields[i], out);
        fputc('\n', out);
    }
}

static void print_condition(const struct mapping *mapping, const struct condition *condition,
                            FILE *out)
{
    if (condition->column == NO_COLUMN) {
        fprintf(out, "always");
        return;
    }
    fprintf(out, "when column \"%s\" is ", mapping->reader.columns[condition->column]);
    if (condition->word_count == 0)
        fprintf(out, "not empty");
    for (size_t i = 0; i < condition->word_count; i++)
        fprintf(out, "%s\"" TEXT_FORMAT "\"", i ? " or " : "", TEXT_ARGUMENTS(condition->words[i]));
}

static void print_event(const struct mapping *mapping, const struct mapped_event *event, FILE *out)
{
    fprintf(out, "%s, ", event->kind_name);
    print_condition(mapping, &event->when, out);
    fputc('\n', out);
    if (event->occurred.name) {
        fprintf(out, "  %-18s <- ", "occurred");
        print_origin(mapping, &event->occurred, out);
        fputc('\n', out);
    }
    print_fields(mapping, event->facts, event->fact_count, "  ", out);
    for (size_t i = 0; i < event->occurrence_count; i++) {
        const struct mapped_occurrence *occurrence = &event->occurrences[i];
        fprintf(out, "  %s%s, %s ", occurrence->is_withdrawn ? "withdrawn " : "",
                occurrence->kind_name, occurrence->is_ordinal ? "ordinal" : "id");
        print_origin(mapping, &occurrence->name, out);
        fprintf(out, ", ");
        if (occurrence->has_condition)
            print_condition(mapping, &occurrence->present, out);
        else
            fprintf(out, "when any of its columns is not empty");
        fputc('\n', out);
        print_fields(mapping, occurrence->fields, occurrence->field_count, "    ", out);
    }
}

static void print_part(const struct mapping *mapping, const struct mapped_event *part, FILE *out)
{
    fprintf(out, "part        ");
    print_origin(mapping, &part->part, out);
    fprintf(out, "\nrepeated    %s\n", repeated_rule_name(part->repeated));
}

static void print_as_of(const struct mapping *mapping, FILE *out)
{
    fprintf(out, "as of       ");
    if (mapping->as_of_origin == AS_OF_OPTION)
        fprintf(out, "the option --as-of");
    else if (mapping->as_of_origin == AS_OF_FILE_NAME)
        fprintf(out, "the file's name, like %s; --as-of overrides it",
                mapping->as_of_pattern.pattern);
    else
        print_origin(mapping, &mapping->as_of, out);
    fputc('\n', out);
}

static void print_quantity(const struct mapping *mapping, int number, FILE *out)
{
    const struct mapped_readings *readings = mapping->readings;
    const struct mapped_quantity *quantity = &readings->quantities[number];
    if (!quantity->columns)
        return;
    fprintf(out, "  %-18s <- column%s \"%s\"", quantity_name(number),
            readings->slot_count > 1 ? "s" : "", mapping->reader.columns[quantity->columns[0]]);
    if (readings->slot_count > 1)
        fprintf(out, " to \"%s\"",
                mapping->reader.columns[quantity->columns[readings->slot_count - 1]]);
    if (quantity->unit.times != 1 || quantity->unit.per != 1)
        fprintf(out, ", times %" PRId64 "/%" PRId64, quantity->unit.times, quantity->unit.per);
    fputc('\n', out);
}

static void print_readings(const struct mapping *mapping, FILE *out)
{
    const struct mapped_readings *readings = mapping->readings;
    fprintf(out, "repeated    %s\nreadings, %zu in a row\n",
            repeated_rule_name(mapping->events[0].repeated), readings->slot_count);
    print_fields(mapping, &readings->from, 1, "  ", out);
    print_fields(mapping, &readings->length, 1, "  ", out);
    print_fields(mapping, &readings->series, readings->series.name != NULL, "  ", out);
    for (int i = 0; i < QUANTITY_COUNT; i++)
        print_quantity(mapping, i, out);
}

void mapping_print(const struct mapping *mapping, FILE *out)
{
    fprintf(out, "events      %s, topic %s\n", mapping->family->name, mapping->family->topic);
    fprintf(out, "source      " TEXT_FORMAT "\n", TEXT_ARGUMENTS(mapping->source));
    fprintf(out, "entity      " TEXT_FORMAT "/", TEXT_ARGUMENTS(mapping->authority));
    print_origin(mapping, &mapping->entity, out);
    fprintf(out, "\nfile        %s, %s", mapping->reader.format == ROW_CSV ? "CSV" : "JSON lines",
            mapping->reader.is_latin1 ? "latin-1" : "UTF-8");
    if (mapping->reader.format == ROW_CSV && mapping->reader.delimiter == '\t')
        fprintf(out, ", separated by tabs");
    else if (mapping->reader.format == ROW_CSV)
        fprintf(out, ", separated by %c", mapping->reader.delimiter);
    fprintf(out, "\nrow         %s\n",
            mapping->is_snapshot ? "a snapshot: fields without a value are cleared"
            : mapping->readings  ? "readings of a sensor: each replaces what its slot had"
                                 : "events");
    if (mapping_has_as_of(mapping)) {
        print_as_of(mapping, out);
        fprintf(out, "progress    %s\n",
                mapping->sends_progress ? "until as_of, once everything is delivered" : "none");
    } else {
        fprintf(out, "event id    ");
        if (mapping->event_id.name)
            print_origin(mapping, &mapping->event_id, out);
        else
            fprintf(out, "a hash of what the event says");
        fputc('\n', out);
    }
    if (mapping->readings)
        print_readings(mapping, out);
    for (size_t i = 0; !mapping->readings && i < mapping->event_count; i++) {
        if (mapping->is_snapshot)
            print_part(mapping, &mapping->events[i], out);
        print_event(mapping, &mapping->events[i], out);
    }
}
