// Random histories and the naive oracle; see history.h.
#include "history.h"

#include "core/family.h"

#include <inttypes.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

const uint16_t history_kinds[] = {10, 11};
const struct text history_keys[] = {{"#1", 2}, {"#10", 3}, {"#2", 2}, {"D-7", 3}}; // ascending
// Of snapshots; the ticket is the entity itself. One is another's beginning, one sorts before the sources.
static const struct text history_parts[] = {{"ticket", 6}, {"u", 1}, {"u1", 2}, {"A", 1}};
const size_t history_kind_count = COUNT(history_kinds), history_key_count = COUNT(history_keys);

uint64_t random_next(struct random *random) // SplitMix64
{
    uint64_t mixed = random->state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

uint32_t random_below(struct random *random, uint32_t limit)
{
    return (uint32_t)((random_next(random) >> 32) * limit >> 32);
}

static struct value random_value(struct random *random)
{
    static const int64_t integers[] = {0,
                                       1,
                                       2,
                                       -5,
                                       INT64_MIN,
                                       INT64_MAX,
                                       1L << 40,
                                       (1L << 40) - 1,
                                       -(1L << 40),
                                       1400000000000000,
                                       1400000001000000,
                                       1400000000000001};
    static const struct text texts[] = {{"", 0}, {"440113", 6}, {"番禺", 6}};
    switch (random_below(random, 5)) {
    case 0:
        return (struct value){.type = VALUE_EMPTY};
    case 1:
        return (struct value){.type = VALUE_TEXT,
                              .text = texts[random_below(random, COUNT(texts))]};
    default:
        return (struct value){.type = VALUE_INTEGER,
                              .integer = integers[random_below(random, COUNT(integers))]};
    }
}

static struct version random_version(struct random *random, uint64_t digest)
{
    static const int64_t instants[] = {1400000000000000,
                                       1400000000000000,
                                       1400000000000001,
                                       1400000000000002,
                                       1400000001000000,
                                       1400003600000000,
                                       0,
                                       INT64_MIN,
                                       INT64_MAX};
    static const struct text sources[] = {{"a", 1}, {"ab", 2}, {"b", 1}};
    static const struct text ids[] = {{"", 0}, {"e1", 2}, {"e2", 2}, {"event-3", 7}, {"0af3", 4}};
    return (struct version){
        .recorded_us =
            instants[random_below(random, random_below(random, 4) ? 4 : COUNT(instants))],
        .sequence = random_below(random, 4) ? 0 : random_below(random, 3),
        .source = sources[random_below(random, COUNT(sources))],
        .event_id = ids[random_below(random, COUNT(ids))],
        .digest = digest,
    };
}

static size_t random_occurrence(struct random *random, uint16_t kind, struct text key,
                                struct assignment *out)
{
    size_t count = 0;
    bool withdraws = random_below(random, 5) == 0;
    for (uint16_t field = 1; field < 7; field++) {
        if (field == FIELD_WITHDRAWN) {
            struct value value = {.type = VALUE_INTEGER,
                                  .integer = random_below(random, 8) ? 1 : 0};
            if (withdraws)
                out[count++] = (struct assignment){kind, field, key, value};
        } else if ((!withdraws || random_below(random, 6) == 0) && random_below(random, 2)) {
            out[count++] = (struct assignment){kind, field, key, random_value(random)};
        }
    }
    return count;
}

static struct event random_event(struct arena *arena, struct random *random, uint64_t digest)
{
    struct event event = {.family = FAMILY_HOTLINE,
                          .form = EVENT_STATEMENT,
                          .version = random_version(random, digest)};
    struct assignment *assignments = arena_array(arena, struct assignment, 128);
    uint16_t *complete = arena_array(arena, uint16_t, 2);
    uint32_t chance = random_below(random, 20);
    event.form = chance == 0 ? EVENT_PROGRESS : chance < 8 ? EVENT_SNAPSHOT : EVENT_STATEMENT;
    if (event.form == EVENT_SNAPSHOT)
        event.part = history_parts[random_below(random, COUNT(history_parts))];
    for (uint16_t field = 5; random_below(random, 2) && field < HISTORY_FIELD_LIMIT; field++)
        assignments[event.assignment_count++] =
            (struct assignment){0, field, {"", 0}, random_value(random)};
    for (size_t kind = 0; kind < history_kind_count; kind++) {
        if (event.form == EVENT_SNAPSHOT && random_below(random, 2))
            complete[event.complete_kind_count++] = history_kinds[kind];
        for (size_t key = 0; key < history_key_count; key++)
            if (random_below(random, 3) == 0)
                event.assignment_count +=
                    random_occurrence(random, history_kinds[kind], history_keys[key],
                                      assignments + event.assignment_count);
    }
    event.assignments = assignments;
    event.complete_kinds = complete;
    return event;
}

struct history history_random(struct arena *arena, struct random *random, size_t most_events)
{
    struct history history = {.count = random_below(random, (uint32_t)most_events + 1)};
    history.events = arena_array(arena, struct event, history.count);
    for (size_t i = 0; i < history.count; i++) {
        if (i && random_below(random, 8) == 0)
            history.events[i] = history.events[random_below(random, (uint32_t)i)];
        else
            history.events[i] = random_event(arena, random, i);
    }
    return history;
}

// --- the oracle ---

static int bytes_order(struct text a, struct text b)
{
    for (uint32_t i = 0; i < a.length && i < b.length; i++)
        if (a.bytes[i] != b.bytes[i])
            return (unsigned char)a.bytes[i] < (unsigned char)b.bytes[i] ? -1 : 1;
    return a.length == b.length ? 0 : a.length < b.length ? -1 : 1;
}

static bool is_newer(const struct version *a, const struct version *b)
{
    if (a->recorded_us != b->recorded_us)
        return a->recorded_us > b->recorded_us;
    if (a->sequence != b->sequence)
        return a->sequence > b->sequence;
    if (bytes_order(a->source, b->source))
        return bytes_order(a->source, b->source) > 0;
    if (bytes_order(a->event_id, b->event_id))
        return bytes_order(a->event_id, b->event_id) > 0;
    return a->digest > b->digest;
}

// The part that an event speaks for: empty for the ticket itself.
static struct text part_of(const struct event *event)
{
    bool is_root = event->form != EVENT_SNAPSHOT ||
                   bytes_order(event->part, text_from(family_get(event->family)->root_part)) == 0;
    return is_root ? TEXT("") : event->part;
}

static bool same_speaker(const struct event *a, const struct event *b)
{
    return bytes_order(a->version.source, b->version.source) == 0 &&
           bytes_order(part_of(a), part_of(b)) == 0;
}

static bool withdraws(const struct assignment *assignment)
{
    return assignment->kind != 0 && assignment->field == 3 && assignment->value.integer;
}

static bool same_occurrence(const struct assignment *a, const struct assignment *b)
{
    return a->kind == b->kind && bytes_order(a->key, b->key) == 0;
}

// Whether something in the newer event `other` leaves nothing of this assignment of `event`.
static bool is_superseded(const struct event *event, const struct assignment *assignment,
                          const struct event *other)
{
    if (other->form == EVENT_PROGRESS || !is_newer(&other->version, &event->version))
        return false;
    for (size_t i = 0; i < other->assignment_count; i++) {
        const struct assignment *newer = &other->assignments[i];
        if (!same_occurrence(assignment, newer) ||
            (newer->kind && newer->field == 3 && !newer->value.integer))
            continue;
        if (withdraws(newer))
            return true; // of a value, and of an older withdrawal
        if (newer->field == assignment->field &&
            (assignment->kind == 0 || same_speaker(event, other)))
            return true;
    }
    for (size_t i = 0; other->form == EVENT_SNAPSHOT && i < other->complete_kind_count; i++)
        if (assignment->kind == other->complete_kinds[i] && same_speaker(event, other) &&
            !withdraws(assignment))
            return true;
    return false;
}

static bool cut_is_superseded(const struct event *event, uint16_t kind, const struct event *other)
{
    if (other->form != EVENT_SNAPSHOT || !same_speaker(event, other) ||
        !is_newer(&other->version, &event->version))
        return false;
    for (size_t i = 0; i < other->complete_kind_count; i++)
        if (other->complete_kinds[i] == kind)
            return true;
    return false;
}

static char *version_describe(struct arena *arena, const struct version *version)
{
    return arena_printf(
        arena,
        "%" PRId64 "/%" PRIu64 "/" TEXT_FORMAT "/" TEXT_FORMAT "/%" PRIu64 " for '" TEXT_FORMAT "'",
        version->recorded_us, version->sequence, TEXT_ARGUMENTS(version->source),
        TEXT_ARGUMENTS(version->event_id), version->digest, TEXT_ARGUMENTS(version->part));
}

// As the state has to keep it.
static struct version version_of(const struct event *event)
{
    struct version version = event->version;
    version.part = part_of(event);
    return version;
}

static char *slot_describe(struct arena *arena, uint16_t kind, struct text key, uint16_t field,
                           struct value value, const struct version *version)
{
    char *shown = value.type == VALUE_EMPTY ? arena_printf(arena, "empty")
                  : value.type == VALUE_INTEGER
                      ? arena_printf(arena, "%" PRId64, value.integer)
                      : arena_printf(arena, "\"" TEXT_FORMAT "\"", TEXT_ARGUMENTS(value.text));
    return arena_printf(arena, "%u " TEXT_FORMAT " %u = %s by %s", kind, TEXT_ARGUMENTS(key), field,
                        shown, version_describe(arena, version));
}

static char *cut_describe(struct arena *arena, uint16_t kind, const struct version *version)
{
    return arena_printf(arena, "cut %u by %s", kind, version_describe(arena, version));
}

static int line_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static const char *join_lines(struct arena *arena, char **lines, size_t count)
{
    qsort(lines, count, sizeof *lines, line_order);
    struct buffer text = BUFFER_INIT;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(lines[i - 1], lines[i]) != 0)
            buffer_printf(&text, "%s\n", lines[i]);
    const char *joined = arena_string(arena, (struct text){text.bytes, (uint32_t)text.length});
    buffer_free(&text);
    return joined;
}

static bool survives(const struct history *history, const struct event *event,
                     const struct assignment *assignment)
{
    if (event->form == EVENT_PROGRESS ||
        (assignment->kind && assignment->field == 3 && !withdraws(assignment)))
        return false;
    for (size_t i = 0; i < history->count; i++)
        if (is_superseded(event, assignment, &history->events[i]))
            return false;
    return true;
}

static bool cut_survives(const struct history *history, const struct event *event, uint16_t kind)
{
    for (size_t i = 0; i < history->count; i++)
        if (cut_is_superseded(event, kind, &history->events[i]))
            return false;
    return event->form == EVENT_SNAPSHOT;
}

const char *history_oracle(struct arena *arena, const struct history *history)
{
    size_t most = 1, count = 0;
    for (size_t i = 0; i < history->count; i++)
        most += history->events[i].assignment_count + history->events[i].complete_kind_count;
    char **lines = arena_array(arena, char *, most);
    for (size_t i = 0; i < history->count; i++) {
        const struct event *event = &history->events[i];
        struct version version = version_of(event);
        for (size_t j = 0; j < event->assignment_count; j++) {
            const struct assignment *stated = &event->assignments[j];
            if (survives(history, event, stated))
                lines[count++] = slot_describe(arena, stated->kind, stated->key, stated->field,
                                               stated->value, &version);
        }
        for (size_t j = 0; j < event->complete_kind_count; j++)
            if (cut_survives(history, event, event->complete_kinds[j]))
                lines[count++] = cut_describe(arena, event->complete_kinds[j], &version);
    }
    return join_lines(arena, lines, count);
}

const char *history_slot_oracle(struct arena *arena, const struct history *history, uint16_t kind,
                                struct text key, uint16_t field)
{
    const struct event *best = NULL;
    const struct assignment *winner = NULL;
    for (size_t i = 0; i < history->count; i++) {
        const struct event *event = &history->events[i];
        for (size_t j = 0; j < event->assignment_count; j++) {
            const struct assignment *stated = &event->assignments[j];
            if (stated->kind != kind || stated->field != field || bytes_order(stated->key, key) ||
                !survives(history, event, stated))
                continue;
            if (!best || is_newer(&event->version, &best->version)) {
                best = event;
                winner = stated;
            }
        }
    }
    struct version version = best ? version_of(best) : (struct version){0};
    return best ? slot_describe(arena, kind, key, field, winner->value, &version) : NULL;
}

const char *entry_describe(struct arena *arena, const struct state *state,
                           const struct state_entry *entry)
{
    return slot_describe(arena, entry->kind, entry->key, entry->field, entry->value,
                         &state->versions[entry->version]);
}

const char *state_describe(struct arena *arena, const struct state *state)
{
    char **lines = arena_array(arena, char *, (size_t)state->entry_count + state->cut_count + 1);
    size_t count = 0;
    for (uint32_t i = 0; i < state->entry_count; i++) {
        const struct state_entry *entry = &state->entries[i];
        lines[count++] = slot_describe(arena, entry->kind, entry->key, entry->field, entry->value,
                                       &state->versions[entry->version]);
    }
    for (uint32_t i = 0; i < state->cut_count; i++)
        lines[count++] =
            cut_describe(arena, state->cuts[i].kind, &state->versions[state->cuts[i].version]);
    return join_lines(arena, lines, count);
}

static void event_print(FILE *out, struct arena *arena, const struct event *event)
{
    static const char *const forms[] = {"statement", "snapshot", "progress"};
    struct version version = version_of(event);
    fprintf(out, "%s %s\n", forms[event->form], version_describe(arena, &version));
    for (size_t i = 0; i < event->complete_kind_count; i++)
        fprintf(out, "    complete %u\n", event->complete_kinds[i]);
    for (size_t i = 0; i < event->assignment_count; i++) {
        const struct assignment *stated = &event->assignments[i];
        fprintf(out, "    %s\n",
                slot_describe(arena, stated->kind, stated->key, stated->field, stated->value,
                              &version));
    }
}

void history_print(FILE *out, const struct history *history)
{
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < history->count; i++)
        event_print(out, &arena, &history->events[i]);
    arena_free(&arena);
}
