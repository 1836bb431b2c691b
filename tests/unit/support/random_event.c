// See random_event.h.
#include "tests/unit/support/random_event.h"

#include "core/traffic.h"
#include "proto/codec.h"
#include "tests/unit/support/random_readings.h"

#include <stdio.h>
#include <stdlib.h>

#define START_US RANDOM_EVENT_START_US
enum { ASSIGNMENTS_MOST = 128, TRIES = 20, HALF_DAYS = 180 };

static const struct text keys[] = {TEXT("#1"), TEXT("#10"), TEXT("#2"), TEXT("D-7")}; // ascending
enum { KEY_COUNT = sizeof keys / sizeof *keys };

static bool ends_in_us(const char *name)
{
    size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, "_us") == 0;
}

static struct value random_value(struct dice *dice, const struct family_field *field,
                                 bool may_clear)
{
    static const struct text texts[] = {TEXT("440103"), TEXT("440113"), TEXT("unit"),
                                        TEXT("office"), TEXT("town"),   TEXT("nowhere"),
                                        TEXT("番禺")};
    if (may_clear && dice_hits(dice, 60))
        return (struct value){.type = VALUE_EMPTY};
    if (field->type == VALUE_TEXT)
        return value_text(texts[dice_below(dice, sizeof texts / sizeof *texts)]);
    if (ends_in_us(field->name))
        return value_integer(START_US + dice_below(dice, HALF_DAYS) * (US_PER_DAY / 2));
    uint32_t chance = dice_below(dice, 10); // 1 is a number of every enum and every boolean
    return value_integer(chance < 7 ? 1 : chance < 9 ? 0 : 2 + dice_below(dice, 3));
}

// Appends fields of a kind from `*at` on, each with this chance; *at ends behind the kind.
static void state_fields(struct dice *dice, struct event *event, struct assignment *out,
                         const struct family_definition *family, uint16_t kind, struct text key,
                         uint32_t per_thousand)
{
    for (size_t i = 0; i < family->field_count; i++) {
        const struct family_field *field = &family->fields[i];
        if (field->kind == kind && field->field >= FIRST_OWN_FIELD && dice_hits(dice, per_thousand))
            out[event->assignment_count++] =
                (struct assignment){.kind = kind,
                                    .field = field->field,
                                    .key = key,
                                    .value = random_value(dice, field, event->recorded_stated)};
    }
}

static void state_occurrence(struct dice *dice, struct event *event, struct assignment *out,
                             const struct family_definition *family, uint16_t kind, struct text key)
{
    bool withdraws = event->recorded_stated && dice_hits(dice, 150);
    out[event->assignment_count++] =
        (struct assignment){.kind = kind,
                            .field = withdraws ? FIELD_WITHDRAWN : FIELD_STATED,
                            .key = key,
                            .value = value_integer(1)};
    if (!withdraws)
        state_fields(dice, event, out, family, kind, key, 500);
}

static void state_something(struct dice *dice, struct arena *arena, struct event *event,
                            const struct family_definition *family)
{
    struct assignment *out = arena_array(arena, struct assignment, ASSIGNMENTS_MOST);
    uint16_t *complete = arena_array(arena, uint16_t, family->kind_count + 1);
    event->assignment_count = 0;
    event->complete_kind_count = 0;
    state_fields(dice, event, out, family, FACTS_KIND, TEXT(""), 30 + dice_below(dice, 300));
    for (size_t i = 0; i < family->kind_count; i++) {
        if (event->form == EVENT_SNAPSHOT && dice_hits(dice, 500))
            complete[event->complete_kind_count++] = family->kinds[i].kind;
        if (!dice_hits(dice, 200))
            continue;
        for (size_t k = 0; k < KEY_COUNT; k++)
            if (dice_hits(dice, 350) && event->assignment_count + 16 < ASSIGNMENTS_MOST)
                state_occurrence(dice, event, out, family, family->kinds[i].kind, keys[k]);
    }
    event->assignments = out;
    event->complete_kinds = complete;
}

// The number of a kind of event by its name; every family but traffic has these three.
static uint16_t kind_named(const struct family_definition *family, const char *name)
{
    for (size_t i = 1; i < family->event_kind_count; i++)
        if (family->event_kind_names[i] && strcmp(family->event_kind_names[i], name) == 0)
            return (uint16_t)i;
    abort();
}

static struct version random_version(struct dice *dice, struct arena *arena, uint32_t number)
{
    static const struct text sources[] = {TEXT("a"), TEXT("ab"), TEXT("b")};
    bool misused = dice_hits(dice, 50);
    return (struct version){.recorded_us = START_US + dice_below(dice, 20) * US_PER_DAY,
                            .sequence = dice_hits(dice, 700) ? 0 : dice_below(dice, 3),
                            .source = sources[dice_below(dice, 3)],
                            .event_id =
                                text_from(misused ? "twice" : arena_printf(arena, "e%u", number))};
}

static struct event *new_event(struct arena *arena, const struct event *from)
{
    return arena_copy(arena, from, sizeof *from);
}

struct event *random_event(struct dice *dice, struct arena *arena, enum family family_number,
                           uint32_t entities, uint32_t number)
{
    const struct family_definition *family = family_get(family_number);
    struct buffer bytes = BUFFER_INIT;
    struct violation violation;
    if (family->has_windows)
        return random_readings(dice, arena, START_US, number);
    struct event event = {.family = family_number,
                          .authority = TEXT("gz"),
                          .entity =
                              text_from(arena_printf(arena, "T%u", dice_below(dice, entities))),
                          .occurred_us = START_US + dice_below(dice, HALF_DAYS) * (US_PER_DAY / 2),
                          .recorded_stated = true,
                          .version = random_version(dice, arena, number)};
    if (dice_hits(dice, 250)) {
        event.form = EVENT_SNAPSHOT;
        event.part = dice_hits(dice, 700) ? text_from(family->root_part) : TEXT("u1");
    }
    event.kind = kind_named(family, event.form == EVENT_SNAPSHOT ? "snapshot" : "corrected");
    bool fits = false;
    for (int i = 0; i < TRIES && !fits; i++) { // numbers that a field does not take are tried again
        struct error error = ERROR_INIT;
        state_something(dice, arena, &event, family);
        buffer_reset(&bytes);
        fits = event_validate(&event, arena, &violation) &&
               codec_encode(arena, &event, &bytes, &error);
    }
    buffer_free(&bytes);
    if (!fits) { // a snapshot that lists nothing says so of nothing
        event.form = EVENT_SNAPSHOT;
        event.kind = kind_named(family, "snapshot");
        event.part = text_from(family->root_part);
        event.assignment_count = event.complete_kind_count = 0;
    }
    return new_event(arena, &event);
}

struct event *random_progress(struct dice *dice, struct arena *arena, enum family family_number,
                              uint32_t number)
{
    const struct family_definition *family = family_get(family_number);
    struct event event = {.family = family_number,
                          .form = EVENT_PROGRESS,
                          .kind = kind_named(family, "progress"),
                          .occurred_us = START_US,
                          .progress_until_us = START_US + dice_below(dice, 100) * US_PER_DAY,
                          .version = {.recorded_us = START_US,
                                      .source = dice_hits(dice, 500) ? TEXT("a") : TEXT("b"),
                                      .event_id = text_from(arena_printf(arena, "p%u", number))}};
    return new_event(arena, &event);
}

struct text random_event_bytes(struct arena *arena, const struct event *event)
{
    struct buffer bytes = BUFFER_INIT;
    struct error error = ERROR_INIT;
    if (!codec_encode(arena, event, &bytes, &error)) {
        fprintf(stderr, "a random event: %s\n", error.text);
        abort();
    }
    struct text copy = arena_text(arena, (struct text){bytes.bytes, (uint32_t)bytes.length});
    buffer_free(&bytes);
    return copy;
}
