// Which events are accepted, whatever their family; a family's own rules follow them.
//
// Leaves to the codec what is not protobuf or names no occurrence, and to the store what it does with a refusal. Invariant: a
// valid event can be folded, encoded and stored, and everything that corrects says when it was recorded.
#include "core/family.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum rule {
    FAMILY_UNKNOWN,
    SOURCE_MISSING,
    EVENT_ID_MISSING,
    AUTHORITY_MISSING,
    ENTITY_MISSING,
    NAME_TOO_LONG,
    TEXT_TOO_LONG,
    TEXT_NOT_STORABLE,
    TIME_MISSING,
    TIME_OUT_OF_RANGE,
    KIND_UNKNOWN,
    KIND_CONTRADICTS_FORM,
    PROGRESS_STATES,
    PROGRESS_UNTIL_MISSING,
    SNAPSHOT_PART_MISSING,
    SNAPSHOT_RECORDED_MISSING,
    SNAPSHOT_COMPLETE_UNKNOWN,
    SLOT_UNKNOWN,
    KEY_MISSING,
    VALUE_OF_OTHER_TYPE,
    WITHDRAWAL_STATES_MORE,
    WITHDRAWAL_RECORDED_MISSING,
    CLEARING_RECORDED_MISSING,
    RULE_COUNT,
};

static const struct event_rule rules[RULE_COUNT] = {
    [FAMILY_UNKNOWN] = {"family.unknown", "the family is one that this version knows"},
    [SOURCE_MISSING] = {"source.missing", "the source is named"},
    [EVENT_ID_MISSING] = {"event-id.missing", "the event has an id"},
    [AUTHORITY_MISSING] = {"authority.missing",
                           "who numbers the entity is named, but for progress"},
    [ENTITY_MISSING] = {"entity.missing", "the entity has an id, but for progress"},
    [NAME_TOO_LONG] = {"name.too-long",
                       "source, event id, authority and entity have at most 64 bytes"},
    [TEXT_TOO_LONG] = {"text.too-long", "any other text has at most 256 bytes"},
    [TEXT_NOT_STORABLE] = {"text.not-storable", "texts are UTF-8 without NUL"},
    [TIME_MISSING] = {"time.missing", "the event says when it happened"},
    [TIME_OUT_OF_RANGE] = {"time.out-of-range", "every instant lies in [1970-01-01, 2200-01-01)"},
    [KIND_UNKNOWN] = {"kind.unknown", "the kind of the event is one of its family's"},
    [KIND_CONTRADICTS_FORM] = {"kind.contradicts-form",
                               "snapshots and progress have the kind of that name"},
    [PROGRESS_STATES] = {"progress.states-something",
                         "a progress event states nothing of an entity"},
    [PROGRESS_UNTIL_MISSING] = {"progress.until-missing", "a progress event says until when"},
    [SNAPSHOT_PART_MISSING] = {"snapshot.part-missing", "a snapshot names its part"},
    [SNAPSHOT_RECORDED_MISSING] = {"snapshot.recorded-missing",
                                   "a snapshot states when it was taken (recorded_us)"},
    [SNAPSHOT_COMPLETE_UNKNOWN] = {"snapshot.complete-unknown",
                                   "complete lists kinds of the family's occurrences"},
    [SLOT_UNKNOWN] = {"slot.unknown", "every stated field is one of its family's"},
    [KEY_MISSING] = {"occurrence.key-missing", "an occurrence is named"},
    [VALUE_OF_OTHER_TYPE] = {"value.type", "a field has a value of its type"},
    [WITHDRAWAL_STATES_MORE] = {"withdrawal.states-more",
                                "a withdrawn occurrence states nothing else"},
    [WITHDRAWAL_RECORDED_MISSING] = {"withdrawal.recorded-missing",
                                     "a withdrawal states recorded_us"},
    [CLEARING_RECORDED_MISSING] = {"clearing.recorded-missing",
                                   "an event that clears a field states recorded_us"},
};

const struct event_rule *event_rules(size_t *count)
{
    *count = RULE_COUNT;
    return rules;
}

// What is being checked, and where to say what is wrong with it.
struct check {
    const struct event *event;
    const struct family_definition *family; // may be null
    struct arena *arena;
    struct violation *violation;
};

__attribute__((format(printf, 3, 4))) static bool broken(const struct check *check, enum rule rule,
                                                         const char *format, ...)
{
    char detail[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    *check->violation =
        (struct violation){rules[rule].code, arena_string(check->arena, text_from(detail))};
    return false;
}

static bool check_text(const struct check *check, const char *name, struct text text)
{
    if (text.length > TEXT_LIMIT_BYTES)
        return broken(check, TEXT_TOO_LONG, "%s has %u bytes, more than %d", name, text.length,
                      TEXT_LIMIT_BYTES);
    return text_is_storable(text) ||
           broken(check, TEXT_NOT_STORABLE, "%s is not UTF-8 without NUL", name);
}

static bool check_name(const struct check *check, const char *name, struct text text,
                       enum rule missing)
{
    if (!text.length)
        return broken(check, missing, "%s is missing", name);
    if (text.length > NAME_LIMIT_BYTES)
        return broken(check, NAME_TOO_LONG, "%s has %u bytes, more than %d", name, text.length,
                      NAME_LIMIT_BYTES);
    return check_text(check, name, text);
}

static bool check_names(const struct check *check)
{
    const struct event *event = check->event;
    bool needs_entity = event->form != EVENT_PROGRESS;
    return check_name(check, "source", event->version.source, SOURCE_MISSING) &&
           check_name(check, "event_id", event->version.event_id, EVENT_ID_MISSING) &&
           ((!needs_entity && !event->authority.length) ||
            check_name(check, "authority", event->authority, AUTHORITY_MISSING)) &&
           ((!needs_entity && !event->entity.length) ||
            check_name(check, "entity_id", event->entity, ENTITY_MISSING));
}

static bool check_instant(const struct check *check, const char *name, int64_t instant_us)
{
    return (instant_us >= 0 && instant_us < INSTANT_LIMIT_US) ||
           broken(check, TIME_OUT_OF_RANGE,
                  "%s is %" PRId64 " us since 1970, outside of [1970-01-01, 2200-01-01)", name,
                  instant_us);
}

static bool check_times(const struct check *check)
{
    const struct event *event = check->event;
    if (event->occurred_us == INT64_MIN)
        return broken(check, TIME_MISSING, "occurred_us is missing");
    return check_instant(check, "occurred_us", event->occurred_us) &&
           check_instant(check, "recorded_us", event->version.recorded_us) &&
           (event->form != EVENT_PROGRESS ||
            check_instant(check, "progress_until_us", event->progress_until_us));
}

static bool check_kind(const struct check *check)
{
    if (!check->family)
        return true;
    const struct event *event = check->event;
    const char *name = event->kind < check->family->event_kind_count
                           ? check->family->event_kind_names[event->kind]
                           : NULL;
    if (!name)
        return broken(check, KIND_UNKNOWN, "kind %u is none of %s", event->kind,
                      check->family->name);
    bool is_progress = strcmp(name, "progress") == 0, is_snapshot = strcmp(name, "snapshot") == 0;
    if (is_progress && event->form != EVENT_PROGRESS)
        return broken(check, PROGRESS_UNTIL_MISSING, "a progress event without progress_until_us");
    if (is_snapshot && event->form != EVENT_SNAPSHOT)
        return broken(check, SNAPSHOT_PART_MISSING, "a snapshot that does not say of which part");
    if (is_progress != (event->form == EVENT_PROGRESS) ||
        is_snapshot != (event->form == EVENT_SNAPSHOT))
        return broken(check, KIND_CONTRADICTS_FORM, "a %s event of kind \"%s\"",
                      event->form == EVENT_PROGRESS ? "progress" : "snapshot", name);
    return true;
}

static bool is_occurrence_kind(const struct check *check, uint16_t kind)
{
    if (!check->family)
        return kind != FACTS_KIND;
    for (size_t i = 0; i < check->family->kind_count; i++)
        if (check->family->kinds[i].kind == kind)
            return true;
    return false;
}

static bool check_form(const struct check *check)
{
    const struct event *event = check->event;
    if (event->form == EVENT_PROGRESS)
        return event->assignment_count == 0 ||
               broken(check, PROGRESS_STATES, "a progress event that states %zu fields",
                      event->assignment_count);
    if (event->form != EVENT_SNAPSHOT)
        return true;
    if (!event->part.length)
        return broken(check, SNAPSHOT_PART_MISSING, "a snapshot that does not say of which part");
    if (!event->recorded_stated)
        return broken(check, SNAPSHOT_RECORDED_MISSING,
                      "a snapshot without recorded_us: as of when is unknown");
    for (size_t i = 0; i < event->complete_kind_count; i++)
        if (!is_occurrence_kind(check, event->complete_kinds[i]))
            return broken(check, SNAPSHOT_COMPLETE_UNKNOWN,
                          "complete lists %u, which is no kind of occurrence",
                          event->complete_kinds[i]);
    return check_text(check, "snapshot.part", event->part);
}

static const struct family_field *find_field(const struct family_definition *family, uint16_t kind,
                                             uint16_t field)
{
    size_t from = 0, until = family->field_count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        const struct family_field *at = &family->fields[middle];
        if (at->kind == kind && at->field == field)
            return at;
        if (at->kind < kind || (at->kind == kind && at->field < field))
            from = middle + 1;
        else
            until = middle;
    }
    return NULL;
}

// Whether the slot exists, and takes a value of this type. Instants are told by their fields' names.
static bool check_slot(const struct check *check, const struct assignment *assignment)
{
    uint16_t kind = assignment->kind, number = assignment->field;
    const struct value *value = &assignment->value;
    if (kind != FACTS_KIND && (number == FIELD_STATED || number == FIELD_WITHDRAWN)) {
        if (!is_occurrence_kind(check, kind))
            return broken(check, SLOT_UNKNOWN, "occurrences of kind %u do not exist", kind);
        return value->type == VALUE_INTEGER ||
               broken(check, VALUE_OF_OTHER_TYPE, "field %u of kind %u is neither yes nor no",
                      number, kind);
    }
    if (!check->family)
        return true;
    const struct family_field *field = find_field(check->family, kind, number);
    if (!field)
        return broken(check, SLOT_UNKNOWN, "field %u of kind %u does not exist", number, kind);
    if (value->type != VALUE_EMPTY && value->type != field->type)
        return broken(check, VALUE_OF_OTHER_TYPE, "%s is %s", field->name,
                      value->type == VALUE_TEXT ? "a text" : "a number");
    bool may_be_bad =
        value->type == VALUE_INTEGER && (value->integer < 0 || value->integer >= INSTANT_LIMIT_US);
    size_t length = may_be_bad ? strlen(field->name) : 0;
    bool is_instant = length > 3 && strcmp(field->name + length - 3, "_us") == 0;
    return !is_instant || check_instant(check, field->name, value->integer);
}

static bool is_same_occurrence(const struct assignment *a, const struct assignment *b)
{
    return a->kind == b->kind && text_equal(a->key, b->key);
}

static bool check_withdrawal(const struct check *check, size_t at)
{
    const struct event *event = check->event;
    const struct assignment *withdrawal = &event->assignments[at];
    if (!event->recorded_stated)
        return broken(check, WITHDRAWAL_RECORDED_MISSING, "a withdrawal without recorded_us");
    if ((at > 0 && is_same_occurrence(withdrawal - 1, withdrawal)) ||
        (at + 1 < event->assignment_count && is_same_occurrence(withdrawal + 1, withdrawal)))
        return broken(check, WITHDRAWAL_STATES_MORE,
                      "an occurrence of kind %u is withdrawn and stated at once", withdrawal->kind);
    return true;
}

static bool check_assignment(const struct check *check, size_t at)
{
    const struct event *event = check->event;
    const struct assignment *assignment = &event->assignments[at];
    bool is_occurrence = assignment->kind != FACTS_KIND;
    if (is_occurrence && !assignment->key.length)
        return broken(check, KEY_MISSING, "an occurrence of kind %u has no name", assignment->kind);
    bool is_first = at == 0 || !is_same_occurrence(assignment - 1, assignment);
    if (is_first && !check_text(check, "an occurrence's name", assignment->key))
        return false;
    if (!check_slot(check, assignment))
        return false;
    if (assignment->value.type == VALUE_TEXT &&
        !check_text(check, "a field", assignment->value.text))
        return false;
    if (assignment->value.type == VALUE_EMPTY && event->form != EVENT_SNAPSHOT &&
        !event->recorded_stated)
        return broken(check, CLEARING_RECORDED_MISSING,
                      "field %u of kind %u is cleared without recorded_us", assignment->field,
                      assignment->kind);
    bool withdraws =
        is_occurrence && assignment->field == FIELD_WITHDRAWN && assignment->value.integer;
    return !withdraws || check_withdrawal(check, at);
}

bool event_validate(const struct event *event, struct arena *arena, struct violation *violation)
{
    const struct check check = {event, family_get(event->family), arena, violation};
    if (event->family == FAMILY_NONE || (unsigned)event->family >= FAMILY_COUNT)
        return broken(&check, FAMILY_UNKNOWN, "family %d", (int)event->family);
    if (!check_names(&check) || !check_times(&check) || !check_kind(&check) || !check_form(&check))
        return false;
    for (size_t i = 0; i < event->assignment_count; i++)
        if (!check_assignment(&check, i))
            return false;
    return !check.family || !check.family->validate ||
           check.family->validate(event, arena, violation);
}
