// All families: one row each. What a row holds is said in family.h.
#include "core/family.h"

#include "core/activity.h"
#include "core/hotline.h"
#include "core/incident.h"
#include "core/inspection.h"
#include "core/traffic.h"

static const struct family_definition *const family_table[] = {
    &family_hotline, &family_incident, &family_traffic, &family_inspection, &family_activity,
};

enum { FAMILY_ROWS = sizeof family_table / sizeof family_table[0] };

const struct family_definition *family_get(enum family family)
{
    for (size_t i = 0; i < FAMILY_ROWS; i++) {
        if (family_table[i]->family == family)
            return family_table[i];
    }
    return NULL;
}

struct text event_part(const struct event *event)
{
    if (event->form != EVENT_SNAPSHOT)
        return TEXT("");
    const struct family_definition *family = family_get(event->family);
    bool is_root = family && text_equal(event->part, text_from(family->root_part));
    return is_root ? TEXT("") : event->part;
}

const struct family_definition *family_by_name(struct text name)
{
    for (size_t i = 0; i < FAMILY_ROWS; i++) {
        if (text_equal(text_from(family_table[i]->name), name))
            return family_table[i];
    }
    return NULL;
}

const struct family_field *family_field_by_name(const struct family_definition *family,
                                                uint16_t kind, struct text name)
{
    for (size_t i = 0; i < family->field_count; i++) {
        const struct family_field *field = &family->fields[i];
        if (field->kind == kind && text_equal(text_from(field->name), name))
            return field;
    }
    return NULL;
}
