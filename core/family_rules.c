// Runs over the rule tables of a family: the first rule that an event breaks is told.
#include "core/family_rules.h"

#include <inttypes.h>

bool event_refuse(struct violation *violation, const char *code, const char *detail)
{
    *violation = (struct violation){code, detail};
    return false;
}

static const char *field_name(enum family family, uint16_t kind, uint16_t field)
{
    const struct family_definition *definition = family_get(family);
    for (size_t i = 0; definition && i < definition->field_count; i++) {
        const struct family_field *known = &definition->fields[i];
        if (known->kind == kind && known->field == field)
            return known->name;
    }
    return "unknown";
}

static const char *range_code(const struct field_range *range)
{
    if (range->least == 0)
        return range->most == 1 ? "boolean.out-of-range" : "number.out-of-range";
    return "enum.out-of-range";
}

static bool check_range(const struct event *event, const struct assignment *assignment,
                        const struct field_range *range, struct arena *arena,
                        struct violation *violation)
{
    int64_t integer = assignment->value.integer;
    if (integer >= range->least && integer <= range->most)
        return true;
    return event_refuse(
        violation, range_code(range),
        arena_printf(arena, "%s is %" PRId64 ", but has to be from %" PRId64 " to %" PRId64,
                     field_name(event->family, assignment->kind, assignment->field), integer,
                     range->least, range->most));
}

bool event_check_ranges(const struct event *event, const struct field_range *ranges, size_t count,
                        struct arena *arena, struct violation *violation)
{
    for (size_t i = 0; i < event->assignment_count; i++) {
        const struct assignment *assignment = &event->assignments[i];
        if (assignment->value.type != VALUE_INTEGER)
            continue;
        for (size_t r = 0; r < count; r++) {
            if (ranges[r].kind == assignment->kind && ranges[r].field == assignment->field &&
                !check_range(event, assignment, &ranges[r], arena, violation))
                return false;
        }
    }
    return true;
}

bool event_states(const struct event *event, uint16_t kind, uint16_t field, int integer)
{
    for (size_t i = 0; i < event->assignment_count; i++) {
        const struct assignment *assignment = &event->assignments[i];
        const struct value *value = &assignment->value;
        if (assignment->kind != kind || assignment->field != field)
            continue;
        if (value->type == VALUE_TEXT && value->text.length > 0 && integer == ANY_VALUE)
            return true;
        if (value->type == VALUE_INTEGER && (integer == ANY_VALUE || value->integer == integer))
            return true;
    }
    return false;
}

bool event_check_requirements(const struct event *event,
                              const struct event_requirement *requirements, size_t count,
                              struct violation *violation)
{
    for (size_t i = 0; i < count; i++) {
        const struct event_requirement *required = &requirements[i];
        if (required->event_kind == event->kind &&
            !event_states(event, required->kind, required->field, required->integer))
            return event_refuse(violation, required->code, required->detail);
    }
    return true;
}

bool event_check_other(const struct event *event, uint16_t field, const char *code,
                       const char *detail, struct violation *violation)
{
    for (size_t i = 0; i < event->assignment_count; i++) {
        const struct assignment *assignment = &event->assignments[i];
        if (assignment->kind == FACTS_KIND && assignment->field == field &&
            assignment->value.type == VALUE_TEXT &&
            text_equal(assignment->value.text, event->entity))
            return event_refuse(violation, code, detail);
    }
    return true;
}
