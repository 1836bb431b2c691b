#include "core/hotline.h"
#include "sql/entity_states.h"

#include <criterion/criterion.h>

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
    struct entity_states *forward = entity_states_new(), *backward = entity_states_new();
    struct arena scratch = ARENA_INIT;
    for (int i = 0; i < 3; i++) {
        entity_states_fold(forward, &events[i], &scratch);
        entity_states_fold(backward, &events[2 - i], &scratch);
        entity_states_fold(backward, &events[2 - i], &scratch);
        arena_reset(&scratch);
    }
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

// One entity with many replies, in an order given by `step`; what the scratch memory grew to.
static size_t fold_replies(struct entity_states *states, uint32_t count, uint32_t step)
{
    struct arena scratch = ARENA_INIT;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = (uint32_t)((uint64_t)i * step % count);
        struct assignment reply = {TICKET_REPLY, OCCURRENCE_AT_US,
                                   text_from(arena_printf(&scratch, "#%u", number + 1)),
                                   value_integer(number)};
        struct event event = statement("many", 10, &reply);
        event.version.event_id = text_from(arena_printf(&scratch, "%u", number));
        entity_states_fold(states, &event, &scratch);
    }
    size_t held = arena_held_bytes(&scratch);
    arena_free(&scratch);
    return held;
}

Test(entity_states, an_entity_of_many_events_costs_about_twice_as_much_for_twice_as_many)
{
    struct entity_states *once = entity_states_new(), *twice = entity_states_new();
    const size_t small = fold_replies(once, 1000, 1), large = fold_replies(twice, 2000, 1);
    cr_assert_lt(large, 3 * small);
    entity_states_free(once);
    entity_states_free(twice);
}

Test(entity_states, an_entity_of_many_events_has_one_fold_in_every_order)
{
    struct entity_states *forward = entity_states_new(), *jumping = entity_states_new();
    fold_replies(forward, 3001, 1);
    fold_replies(jumping, 3001, 1234);
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
