#include "core/hotline.h"
#include "proto/codec.h"
#include "sql/entity_states.h"

#include <criterion/criterion.h>
#include <stdio.h>

// Events as journal records; they wait in the arena.
static struct waiting_record *record_of(struct arena *arena, const struct event *event)
{
    struct buffer value = BUFFER_INIT;
    struct error error = ERROR_INIT;
    cr_assert(codec_encode(arena, event, &value, &error), "%s", error.text);
    const struct journal_record record = {.partition_id = 1,
                                          .offset = event->version.recorded_us,
                                          .occurred_us = event->occurred_us,
                                          .family = (int16_t)event->family,
                                          .kind = (int16_t)event->kind,
                                          .occurred_stated = event->form != EVENT_PROGRESS,
                                          .has_value = true,
                                          .authority = event->authority,
                                          .entity = event->entity,
                                          .value = {value.bytes, (uint32_t)value.length}};
    struct waiting_record *waiting =
        waiting_record_make(arena_alloc(arena, waiting_record_bytes(&record)), &record);
    buffer_free(&value);
    return waiting;
}

static void let_wait(struct entity_states *states, struct arena *arena, const struct event *event)
{
    struct waiting_record *record = record_of(arena, event);
    entity_states_wait(states, entity_states_shard_of(states, record->hash), record);
}

static void join_all(struct entity_states *states, const struct join_observer *observer)
{
    for (size_t shard = 0; shard < entity_states_shards(states); shard++)
        entity_states_join(states, shard, observer);
}

static const struct join_observer nobody = {0};

static struct event statement(const char *entity, int64_t recorded_us,
                              const struct assignment *assignment)
{
    return (struct event){
        .family = FAMILY_HOTLINE,
        .form = EVENT_STATEMENT,
        .kind = TICKET_CORRECTED,
        .authority = TEXT("a"),
        .entity = text_from(entity),
        .occurred_us = recorded_us,
        .version = {.recorded_us = recorded_us, .source = TEXT("s"), .event_id = TEXT("e")},
        .assignments = assignment,
        .assignment_count = 1};
}

Test(entity_states, keep_the_fold_of_each_entity_apart_and_in_any_order_of_events)
{
    const struct assignment north = {
        FACTS_KIND, TICKET_DISTRICT, {"", 0}, {.type = VALUE_TEXT, .text = TEXT("North")}};
    const struct assignment south = {
        FACTS_KIND, TICKET_DISTRICT, {"", 0}, {.type = VALUE_TEXT, .text = TEXT("South")}};
    struct event events[] = {statement("1", 10, &north), statement("1", 20, &south),
                             statement("2", 10, &north)};
    struct entity_states *forward = entity_states_new(1), *backward = entity_states_new(3);
    struct arena scratch = ARENA_INIT;
    for (int i = 0; i < 3; i++) {
        let_wait(forward, &scratch, &events[i]);
        let_wait(backward, &scratch, &events[2 - i]);
        if (i == 1)
            join_all(backward, &nobody);
        let_wait(backward, &scratch, &events[2 - i]);
    }
    join_all(forward, &nobody);
    join_all(backward, &nobody);
    struct entity_state *one =
        entity_states_find(forward, FAMILY_HOTLINE, TEXT("a"), TEXT("1"), &scratch);
    struct entity_state *same =
        entity_states_find(backward, FAMILY_HOTLINE, TEXT("a"), TEXT("1"), &scratch);
    struct entity_state *two =
        entity_states_find(forward, FAMILY_HOTLINE, TEXT("a"), TEXT("2"), &scratch);
    cr_assert(one && same && two);
    cr_assert(text_equal(one->bytes, same->bytes));
    cr_assert_not(text_equal(one->bytes, two->bytes));
    cr_assert_null(entity_states_find(forward, FAMILY_HOTLINE, TEXT("a1"), TEXT(""), &scratch));
    size_t count = 0;
    for (struct entity_state *at = NULL; (at = entity_states_next(forward, at));)
        count++;
    cr_assert_eq(count, 2);
    arena_free(&scratch);
    entity_states_free(forward);
    entity_states_free(backward);
}

// One entity with many replies, in an order given by `step`, joined after each `piece` of them.
static void fold_replies(struct entity_states *states, uint32_t count, uint32_t step,
                         uint32_t piece)
{
    struct arena scratch = ARENA_INIT;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = (uint32_t)((uint64_t)i * step % count);
        struct assignment reply[] = {
            {TICKET_REPLY, FIELD_STATED, text_from(arena_printf(&scratch, "#%u", number + 1)),
             value_integer(1)},
            {TICKET_REPLY, OCCURRENCE_AT_US, text_from(arena_printf(&scratch, "#%u", number + 1)),
             value_integer(number)}};
        struct event event = statement("many", 10, reply);
        event.assignment_count = 2;
        event.version.event_id = text_from(arena_printf(&scratch, "%u", number));
        let_wait(states, &scratch, &event);
        if (i % piece == piece - 1)
            join_all(states, &nobody);
    }
    join_all(states, &nobody);
    arena_free(&scratch);
}

Test(entity_states, an_entity_of_many_events_has_one_fold_in_every_order)
{
    struct entity_states *forward = entity_states_new(2), *jumping = entity_states_new(1);
    fold_replies(forward, 3001, 1, 10000);
    fold_replies(jumping, 3001, 1234, 700);
    struct arena scratch = ARENA_INIT;
    struct entity_state *one =
        entity_states_find(forward, FAMILY_HOTLINE, TEXT("a"), TEXT("many"), &scratch);
    struct entity_state *same = entity_states_next(jumping, NULL);
    struct error error = ERROR_INIT;
    struct state state;
    cr_assert(text_equal(one->bytes, same->bytes));
    cr_assert(state_decode(&scratch, one->bytes, &state, &error));
    cr_assert_eq(state.version_count, 3001);
    arena_free(&scratch);
    entity_states_free(forward);
    entity_states_free(jumping);
}

// Replies numbered from `from`, each stated by one event of its own.
static void fold_some(struct entity_states *states, uint32_t from, uint32_t until)
{
    struct arena scratch = ARENA_INIT;
    for (uint32_t number = from; number < until; number++) {
        const char *name = arena_printf(&scratch, "#%u", number);
        struct assignment reply[] = {
            {TICKET_REPLY, FIELD_STATED, text_from(name), value_integer(1)},
            {TICKET_REPLY, OCCURRENCE_AT_US, text_from(name), value_integer(number)}};
        struct event event = statement(number % 3 ? "one" : "other", 10 + number % 7, reply);
        event.assignment_count = 2;
        event.version.event_id = text_from(name);
        let_wait(states, &scratch, &event);
    }
    join_all(states, &nobody);
    arena_free(&scratch);
}

static void note_growth(void *context, struct entity_state *entity, const struct state *old,
                        const struct state *new, struct arena *scratch)
{
    (void)scratch;
    cr_assert_eq(old->version_count == 0, entity->bytes.length == 0);
    *(size_t *)context += new->version_count - old->version_count;
}

Test(entity_states, of_parts_that_are_added_are_those_of_the_whole_whatever_the_order)
{
    static const uint32_t bounds[] = {0, 40, 41, 41, 100};
    enum { PARTS = 4 };
    struct entity_states *whole = entity_states_new(2), *upwards = entity_states_new(2),
                         *downwards = entity_states_new(2);
    size_t grown = 0;
    const struct join_observer observer = {.context = &grown, .changed = note_growth};
    fold_some(whole, 0, 100);
    for (int i = 0; i < PARTS; i++) {
        struct entity_states *part = entity_states_new(2), *last = entity_states_new(2);
        fold_some(part, bounds[i], bounds[i + 1]);
        fold_some(last, bounds[PARTS - 1 - i], bounds[PARTS - i]);
        entity_states_add(upwards, part, &observer);
        entity_states_add(downwards, last, &nobody);
        entity_states_free(part);
        entity_states_free(last);
    }
    cr_assert_eq(grown, 100, "each statement was told once");
    struct arena scratch = ARENA_INIT;
    size_t count = 0;
    for (struct entity_state *at = NULL; (at = entity_states_next(whole, at)); count++) {
        struct entity_states *const sums[] = {upwards, downwards};
        for (int i = 0; i < 2; i++) {
            const struct entity_state *same =
                entity_states_find(sums[i], at->family, at->authority, at->entity, &scratch);
            cr_assert(same && text_equal(same->bytes, at->bytes));
        }
    }
    cr_assert_eq(count, 2);
    arena_free(&scratch);
    entity_states_free(whole);
    entity_states_free(upwards);
    entity_states_free(downwards);
}

struct told {
    int faults, strays, changes;
    char what[100];
};

static void note_fault(void *context, const struct waiting_record *record, const char *what)
{
    struct told *told = context;
    (void)record;
    told->faults++;
    snprintf(told->what, sizeof told->what, "%s", what);
}

static void note_stray(void *context, const struct waiting_record *record,
                       const struct event *event)
{
    (void)record;
    (void)event;
    ((struct told *)context)->strays++;
}

static void note_change(void *context, struct entity_state *entity, const struct state *old,
                        const struct state *new, struct arena *scratch)
{
    (void)entity;
    (void)scratch;
    cr_assert_lt(old->version_count, new->version_count);
    ((struct told *)context)->changes++;
}

Test(entity_states, tell_of_a_record_whose_columns_do_not_say_what_its_value_says)
{
    static const struct {
        const char *what;
        int faults, strays;
    } cases[] = {{"kind is not what the value says", 1, 0},
                 {"occurred_at is not what the value says", 1, 0},
                 {"entity_id is not what the value says", 1, 1},
                 {"cannot be decoded: ", 1, 0},
                 {"", 0, 0}};
    const struct assignment north = {
        FACTS_KIND, TICKET_DISTRICT, {"", 0}, {.type = VALUE_TEXT, .text = TEXT("North")}};
    for (int i = 0; i < 5; i++) {
        struct arena scratch = ARENA_INIT;
        struct entity_states *states = entity_states_new(1);
        struct event event = statement("1", 10, &north);
        struct waiting_record *record = record_of(&scratch, &event);
        record->kind = (int16_t)(record->kind + (i == 0));
        record->occurred_us += i == 1;
        record->bytes[record->key_length - 1] = (char)(i == 2 ? '2' : '1');
        record->bytes[record->key_length] = (char)(record->bytes[record->key_length] ^ -(i == 3));
        entity_states_wait(states, 0, record);
        struct told told = {0};
        const struct join_observer observer = {&told, note_fault, note_stray, note_change};
        join_all(states, &observer);
        cr_assert(strncmp(told.what, cases[i].what, strlen(cases[i].what)) == 0, "%s", told.what);
        cr_assert_eq(told.faults, cases[i].faults);
        cr_assert_eq(told.strays, cases[i].strays);
        cr_assert_eq(told.changes, i != 2 && i != 3);
        entity_states_free(states);
        arena_free(&scratch);
    }
}

Test(entity_states, an_entity_that_was_only_asked_for_has_no_bytes)
{
    struct arena scratch = ARENA_INIT;
    struct entity_states *states = entity_states_new(4);
    struct entity_state *made =
        entity_states_get(states, FAMILY_INCIDENT, TEXT("a"), TEXT("1"), &scratch);
    cr_assert_eq(made->bytes.length, 0);
    cr_assert_eq(entity_states_find(states, FAMILY_INCIDENT, TEXT("a"), TEXT("1"), &scratch), made);
    cr_assert_eq(entity_states_next(states, NULL), made);
    cr_assert_null(entity_states_next(states, made));
    entity_states_free(states);
    arena_free(&scratch);
}
