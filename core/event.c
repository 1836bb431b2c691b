// The orders of versions, slots and values, on which every fold rests.
//
// Leaves the rules of a valid event to event_rules.c. Invariant: each order is total, and equal
// means identical.
#include "core/event.h"

int version_compare(const struct version *a, const struct version *b)
{
    if (a->recorded_us != b->recorded_us)
        return a->recorded_us < b->recorded_us ? -1 : 1;
    if (a->sequence != b->sequence)
        return a->sequence < b->sequence ? -1 : 1;
    int order = text_compare(a->source, b->source);
    if (!order)
        order = text_compare(a->event_id, b->event_id);
    if (!order)
        order = (a->digest > b->digest) - (a->digest < b->digest);
    return order ? order : text_compare(a->part, b->part);
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case VALUE_INTEGER:
        return a->integer == b->integer;
    case VALUE_TEXT:
        return text_equal(a->text, b->text);
    case VALUE_EMPTY:
        break;
    }
    return true;
}

int assignment_compare(const struct assignment *a, const struct assignment *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int order = text_compare(a->key, b->key);
    return order ? order : (a->field > b->field) - (a->field < b->field);
}
