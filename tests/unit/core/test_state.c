// What the fold means, by example: corrections, withdrawals, snapshots that clear, several sources.
#include "core/state.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { CLOSING = 14, AT = 5, UNIT = 6, DISTRICT = 7 };

static struct arena arena;

static void free_arena(void)
{
    arena_free(&arena);
}

TestSuite(state, .fini = free_arena);

static struct value number(int64_t integer)
{
    return (struct value){.type = VALUE_INTEGER, .integer = integer};
}

static struct value words(const char *string)
{
    return (struct value){.type = VALUE_TEXT, .text = text_from(string)};
}

static struct event *new_event(const char *source, int64_t recorded_us, size_t assignment_count,
                               const struct assignment *assignments)
{
    struct event *event = arena_new(&arena, struct event);
    *event = (struct event){
        .family = FAMILY_HOTLINE,
        .version = {.recorded_us = recorded_us, .source = text_from(source), .event_id = TEXT("e")},
        .assignments = arena_copy(&arena, assignments, assignment_count * sizeof *assignments),
        .assignment_count = assignment_count,
    };
    return event;
}

#define EVENT(source, recorded_us, ...)                                                            \
    new_event(source, recorded_us,                                                                 \
              sizeof((struct assignment[]){__VA_ARGS__}) / sizeof(struct assignment),              \
              (const struct assignment[]){__VA_ARGS__})

static struct event *snapshot_of_closings(struct event *event)
{
    static const uint16_t complete[] = {CLOSING};
    event->form = EVENT_SNAPSHOT;
    event->complete_kinds = complete;
    event->complete_kind_count = 1;
    return event;
}

static bool add(struct state *state, const struct event *event)
{
    struct state stated, joined;
    state_from_event(&arena, event, &stated);
    bool changed = state_merge(&arena, state, &stated, &joined);
    *state = joined;
    return changed;
}

static uint32_t live_closings(const struct state *state)
{
    uint32_t cursor = 0, count = 0;
    struct text key;
    while (state_next_occurrence(state, CLOSING, &cursor, &key))
        count++;
    return count;
}

static struct event *closing(const char *source, int64_t recorded_us, const char *key)
{
    return EVENT(source, recorded_us, {CLOSING, FIELD_STATED, text_from(key), number(1)},
                 {CLOSING, AT, text_from(key), number(recorded_us)});
}

static struct event *withdrawal(const char *source, int64_t recorded_us, const char *key)
{
    return EVENT(source, recorded_us, {CLOSING, FIELD_WITHDRAWN, text_from(key), number(1)});
}

Test(state, of_nothing_is_one_byte_and_neutral)
{
    struct state empty = {0}, joined, decoded;
    struct buffer bytes = BUFFER_INIT;
    cr_assert_not(state_merge(&arena, &empty, &empty, &joined));
    state_encode(&joined, &bytes);
    cr_assert_eq(bytes.length, 1);
    cr_assert_eq(bytes.bytes[0], STATE_FOLD_VERSION);
    cr_assert(state_decode(&arena, (struct text){bytes.bytes, 1}, &decoded, NULL));
    cr_assert_eq(decoded.version_count + decoded.entry_count + decoded.cut_count, 0);
    cr_assert_null(state_find(&decoded, FACTS_KIND, TEXT(""), DISTRICT));
    cr_assert_eq(live_closings(&decoded), 0);
    buffer_free(&bytes);
}

Test(state, keeps_the_newest_statement_of_a_fact_whatever_its_source)
{
    struct state state = {0};
    cr_assert(add(&state, EVENT("hotline", 200, {0, DISTRICT, {"", 0}, words("440113")})));
    cr_assert_not(add(&state, EVENT("archive", 100, {0, DISTRICT, {"", 0}, words("440106")})),
                  "older: superseded");
    cr_assert(add(&state, EVENT("archive", 300, {0, DISTRICT, {"", 0}, words("440104")})));
    const struct state_entry *district = state_find(&state, FACTS_KIND, TEXT(""), DISTRICT);
    cr_assert(text_equal(district->value.text, TEXT("440104")));
    cr_assert_eq(state_version(&state, district)->recorded_us, 300);
    cr_assert_eq(state.version_count, 1, "the superseded event is forgotten");
}

Test(state, a_fact_stated_empty_is_not_a_fact_that_nobody_states)
{
    struct state state = {0};
    add(&state, EVENT("hotline", 100, {0, DISTRICT, {"", 0}, words("440113")}));
    add(&state, EVENT("hotline", 200, {0, DISTRICT, {"", 0}, {.type = VALUE_EMPTY}}));
    cr_assert_eq(state_find(&state, FACTS_KIND, TEXT(""), DISTRICT)->value.type, VALUE_EMPTY);
    cr_assert_null(state_find(&state, FACTS_KIND, TEXT(""), UNIT));
}

Test(state, progress_and_a_denied_withdrawal_state_nothing)
{
    struct state state = {0};
    struct event *progress = closing("hotline", 100, "#1");
    progress->form = EVENT_PROGRESS;
    cr_assert_not(add(&state, progress));
    cr_assert_not(
        add(&state, EVENT("hotline", 100, {CLOSING, FIELD_WITHDRAWN, {"#1", 2}, number(0)})));
    cr_assert_eq(state.version_count, 0);
}

Test(state, a_withdrawal_voids_what_any_source_said_before_it_and_nothing_after)
{
    struct state state = {0};
    add(&state, withdrawal("hotline", 200, "#1"));
    cr_assert_not(add(&state, closing("archive", 100, "#1")), "it comes late, but was voided");
    cr_assert_eq(live_closings(&state), 0);
    cr_assert(add(&state, closing("archive", 300, "#1")));
    cr_assert_eq(live_closings(&state), 1);
    cr_assert_eq(state_find(&state, CLOSING, TEXT("#1"), FIELD_WITHDRAWN)->value.integer, 1);
}

Test(state, a_snapshot_drops_what_its_own_source_no_longer_lists)
{
    struct state state = {0};
    add(&state, closing("hotline", 100, "#1"));
    add(&state, closing("hotline", 110, "#2"));
    add(&state, closing("archive", 120, "#3"));
    add(&state, snapshot_of_closings(closing("hotline", 200, "#2")));
    cr_assert_null(state_find(&state, CLOSING, TEXT("#1"), FIELD_STATED));
    cr_assert_eq(state_version(&state, state_find(&state, CLOSING, TEXT("#2"), AT))->recorded_us,
                 200);
    cr_assert_not_null(state_find(&state, CLOSING, TEXT("#3"), FIELD_STATED), "another source's");
    cr_assert_eq(live_closings(&state), 2);
    cr_assert_not(add(&state, closing("hotline", 150, "#4")), "late, but the snapshot knew better");
    cr_assert(add(&state, closing("hotline", 250, "#4")));
}

static struct event *snapshot_of_part(const char *part, int64_t recorded_us, const char *key)
{
    struct event *event = snapshot_of_closings(closing("hotline", recorded_us, key));
    event->part = text_from(part);
    return event;
}

Test(state, a_snapshot_of_one_part_leaves_what_other_parts_list)
{
    struct state state = {0};
    add(&state, snapshot_of_part("unit:E1", 100, "E1"));
    add(&state, snapshot_of_part("unit:E2", 200, "E2"));
    cr_assert_eq(live_closings(&state), 2, "E2's list says nothing of E1's");
    cr_assert_not(add(&state, snapshot_of_part("unit:E2", 150, "E3")), "E2 knew better at 200");
    cr_assert(add(&state, snapshot_of_part("unit:E1", 150, "E4")), "E1 did not");
    cr_assert_null(state_find(&state, CLOSING, TEXT("E1"), FIELD_STATED));
    cr_assert_not_null(state_find(&state, CLOSING, TEXT("E4"), FIELD_STATED));
    cr_assert_eq(state.cut_count, 2);
}

Test(state, statements_belong_to_the_entity_itself_whose_part_has_its_family_s_name)
{
    struct state state = {0};
    add(&state, closing("hotline", 100, "#1"));
    add(&state, snapshot_of_part("annex", 200, "#2"));
    cr_assert_eq(live_closings(&state), 2, "the annex does not list what the ticket's source says");
    add(&state, snapshot_of_part("ticket", 300, "#3"));
    cr_assert_null(state_find(&state, CLOSING, TEXT("#1"), FIELD_STATED));
    cr_assert_not_null(state_find(&state, CLOSING, TEXT("#2"), FIELD_STATED));
    cr_assert_eq(live_closings(&state), 2);
}

Test(state, parts_that_state_one_occurrence_keep_their_own_view_and_the_newest_wins)
{
    struct state state = {0};
    add(&state, snapshot_of_part("unit:E1", 100, "#1"));
    add(&state, snapshot_of_part("unit:E2", 200, "#1"));
    cr_assert_eq(state_find(&state, CLOSING, TEXT("#1"), AT)->value.integer, 200);
    add(&state, snapshot_of_part("unit:E2", 300, "#2"));
    cr_assert_eq(state_find(&state, CLOSING, TEXT("#1"), AT)->value.integer, 100);
}

Test(state, an_empty_snapshot_clears_even_before_anything_was_there)
{
    struct state state = {0};
    struct event *nothing_listed = snapshot_of_closings(closing("hotline", 200, "#1"));
    nothing_listed->assignment_count = 0;
    cr_assert(add(&state, nothing_listed));
    cr_assert_not(add(&state, closing("hotline", 100, "#1")));
    cr_assert_eq(live_closings(&state), 0);
    cr_assert_eq(state.cut_count, 1);
}

Test(state, complete_kinds_of_what_is_no_snapshot_cut_nothing)
{
    struct state state = {0};
    struct event *statement = snapshot_of_closings(closing("hotline", 200, "#2"));
    statement->form = EVENT_STATEMENT;
    add(&state, closing("hotline", 100, "#1"));
    add(&state, statement);
    cr_assert_eq(live_closings(&state), 2);
}

Test(state, sources_keep_their_own_view_of_an_occurrence_and_the_newest_wins)
{
    struct state state = {0};
    add(&state, EVENT("hotline", 100, {CLOSING, FIELD_STATED, {"#1", 2}, number(1)},
                      {CLOSING, UNIT, {"#1", 2}, words("parks")}));
    add(&state, EVENT("archive", 200, {CLOSING, UNIT, {"#1", 2}, words("roads")}));
    cr_assert(text_equal(state_find(&state, CLOSING, TEXT("#1"), UNIT)->value.text, TEXT("roads")));
    struct event *retracts = snapshot_of_closings(closing("archive", 300, "#9"));
    retracts->assignment_count = 0;
    add(&state, retracts);
    cr_assert(text_equal(state_find(&state, CLOSING, TEXT("#1"), UNIT)->value.text, TEXT("parks")),
              "with the archive's view gone, the hotline's stands again");
}

Test(state, states_of_events_share_their_texts_and_outlive_a_reused_event)
{
    struct event *event = closing("hotline", 100, "#1");
    struct text key = event->assignments[0].key;
    struct state state = {0};
    add(&state, event);
    *event = *closing("archive", 999, "#2");
    cr_assert_eq(state.entries[0].key.bytes, key.bytes);
    cr_assert_eq(state.versions[0].recorded_us, 100);
    cr_assert(text_equal(state.versions[0].source, TEXT("hotline")));
}

Test(state, ten_thousand_occurrences_of_many_sources_fold_and_come_back)
{
    enum { OCCURRENCES = 10000, SOURCES = 300 };
    struct state *states = arena_array(&arena, struct state, OCCURRENCES), folded, other, decoded,
                 joined;
    for (int i = 0; i < OCCURRENCES; i++)
        state_from_event(&arena,
                         closing(arena_printf(&arena, "source-%d", i * 7 % SOURCES),
                                 1400000000000000 + i, arena_printf(&arena, "closing-%d", i)),
                         &states[i]);
    state_merge_all(&arena, states, OCCURRENCES, &folded);
    for (int i = 0; i < OCCURRENCES / 2; i++) {
        struct state swapped = states[i];
        states[i] = states[OCCURRENCES - 1 - i];
        states[OCCURRENCES - 1 - i] = swapped;
    }
    state_merge_all(&arena, states, OCCURRENCES, &other);
    struct buffer bytes = BUFFER_INIT, other_bytes = BUFFER_INIT;
    state_encode(&folded, &bytes);
    state_encode(&other, &other_bytes);
    cr_assert_eq(live_closings(&folded), OCCURRENCES);
    cr_assert(bytes.length == other_bytes.length &&
              memcmp(bytes.bytes, other_bytes.bytes, bytes.length) == 0);
    cr_assert(
        state_decode(&arena, (struct text){bytes.bytes, (uint32_t)bytes.length}, &decoded, NULL));
    cr_assert_not(state_merge(&arena, &decoded, &other, &joined));
    buffer_free(&bytes);
    buffer_free(&other_bytes);
}
