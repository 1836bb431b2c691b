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
