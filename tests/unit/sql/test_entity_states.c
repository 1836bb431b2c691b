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
