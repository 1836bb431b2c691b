// The laws of the fold, on random histories: whatever the order, the duplicates and the grouping, a
// set of events has one state, and it is what an oracle finds by looking at every event. A failing
// history is shrunk and printed.
#include "history.h"

#include "tests/unit/support/replay.h"

#include <criterion/criterion.h>
#include <inttypes.h>

enum { CASES = 2500, MOST_EVENTS = 10 };

static void encode(const struct state *state, struct buffer *out)
{
    buffer_reset(out);
    state_encode(state, out);
}

static bool buffer_equal(const struct buffer *a, const struct buffer *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

// Sometimes takes a state through its bytes, so that its texts lie elsewhere.
static struct state maybe_stored(struct arena *arena, struct random *random, struct state state)
{
    if (random_below(random, 3))
        return state;
    struct buffer bytes = BUFFER_INIT;
    struct state stored;
    struct error error = ERROR_INIT;
    state_encode(&state, &bytes);
    struct text copy = arena_text(arena, (struct text){bytes.bytes, (uint32_t)bytes.length});
    buffer_free(&bytes);
    cr_assert(state_decode(arena, copy, &stored, &error), "%s", error.text);
    return stored;
}

// The states of the events in a random order, some of them doubled.
static struct state *shuffled_states(struct arena *arena, struct random *random,
                                     const struct history *history, size_t *count)
{
    struct state *states = arena_array(arena, struct state, 2 * history->count + 1);
    *count = history->count;
    for (size_t i = 0; i < history->count; i++)
        state_from_event(arena, &history->events[i], &states[i]);
    for (size_t i = 0; i < history->count; i++)
        if (random_below(random, 4) == 0)
            states[(*count)++] = states[i];
    for (size_t i = *count; i > 1; i--) {
        size_t other = random_below(random, (uint32_t)i);
        struct state swapped = states[i - 1];
        states[i - 1] = states[other];
        states[other] = swapped;
    }
    return states;
}

// Joins in a random tree, and checks what each join says of itself. Null when all is well.
static const char *join_randomly(struct arena *arena, struct random *random, struct state *states,
                                 size_t count, struct state *out)
{
    struct buffer before = BUFFER_INIT, after = BUFFER_INIT;
    const char *fault = NULL;
    while (count > 1 && !fault) {
        size_t left = random_below(random, (uint32_t)count),
               right = random_below(random, (uint32_t)count - 1);
        right += right >= left;
        struct state joined;
        bool changed = state_merge(arena, &states[left], &states[right], &joined);
        encode(&states[left], &before);
        encode(&joined, &after);
        if (changed == buffer_equal(&before, &after))
            fault = "state_merge is wrong about whether its result differs";
        states[left] = maybe_stored(arena, random, joined);
        states[right] = states[--count];
    }
    *out = count ? states[0] : (struct state){0};
    buffer_free(&before);
    buffer_free(&after);
    return fault;
}

static const char *check_joins(struct arena *arena, struct random *random,
                               const struct history *history, const struct state *folded,
                               struct buffer *expected)
{
    struct buffer bytes = BUFFER_INIT;
    const char *fault = NULL;
    struct state other, again;
    size_t count;
    for (int round = 0; round < 3 && !fault; round++) {
        struct state *states = shuffled_states(arena, random, history, &count);
        fault = join_randomly(arena, random, states, count, &other);
        encode(&other, &bytes);
        if (!fault && !buffer_equal(&bytes, expected))
            fault = "another order or grouping gives other bytes";
    }
    struct state *states = shuffled_states(arena, random, history, &count);
    state_merge_all(arena, states, count, &other);
    encode(&other, &bytes);
    if (!fault && !buffer_equal(&bytes, expected))
        fault = "state_merge_all gives other bytes";
    for (size_t i = 0; i < count && !fault; i++)
        if (state_merge(arena, folded, &states[i], &again))
            fault = "an event that is already in changes the state";
    if (!fault && state_merge(arena, folded, &other, &again))
        fault = "a state merged with itself changes";
    buffer_free(&bytes);
    return fault;
}

static const char *check_bytes(struct arena *arena, const struct state *folded,
                               const struct buffer *expected)
{
    struct buffer bytes = BUFFER_INIT;
    struct state decoded;
    struct error error = ERROR_INIT;
    const char *fault = NULL;
    if (!state_decode(arena, (struct text){expected->bytes, (uint32_t)expected->length}, &decoded,
                      &error))
        fault = arena_printf(arena, "its bytes can't be read: %s", error.text);
    if (!fault && strcmp(state_describe(arena, &decoded), state_describe(arena, folded)) != 0)
        fault = "its bytes are read as another state";
    encode(&decoded, &bytes);
    if (!fault && !buffer_equal(&bytes, expected))
        fault = "its bytes are not given back";
    buffer_free(&bytes);
    return fault;
}

static const char *check_slot(struct arena *arena, const struct history *history,
                              const struct state *folded, uint16_t kind, struct text key,
                              uint16_t field)
{
    const char *wanted = history_slot_oracle(arena, history, kind, key, field);
    const struct state_entry *entry = state_find(folded, kind, key, field);
    const char *found = entry ? entry_describe(arena, folded, entry) : NULL;
    if (wanted && found ? strcmp(wanted, found) == 0 : wanted == found)
        return NULL;
    return arena_printf(arena, "state_find gives %s instead of %s", found ? found : "nothing",
                        wanted ? wanted : "nothing");
}

static const char *check_reads(struct arena *arena, const struct history *history,
                               const struct state *folded)
{
    const char *fault = NULL;
    for (uint16_t field = 1; field < HISTORY_FIELD_LIMIT && !fault; field++)
        fault = check_slot(arena, history, folded, FACTS_KIND, TEXT(""), field);
    for (size_t i = 0; i < history_kind_count && !fault; i++) {
        uint32_t cursor = 0;
        struct text live;
        bool more = state_next_occurrence(folded, history_kinds[i], &cursor, &live);
        for (size_t j = 0; j < history_key_count && !fault; j++) {
            for (uint16_t field = 1; field < HISTORY_FIELD_LIMIT && !fault; field++)
                fault =
                    check_slot(arena, history, folded, history_kinds[i], history_keys[j], field);
            bool lives = history_slot_oracle(arena, history, history_kinds[i], history_keys[j],
                                             FIELD_STATED);
            if (lives != (more && text_equal(live, history_keys[j])) && !fault)
                fault = "state_next_occurrence is wrong about an occurrence";
            if (lives && more)
                more = state_next_occurrence(folded, history_kinds[i], &cursor, &live);
        }
        if (more && !fault)
            fault = "state_next_occurrence gives more than there are";
    }
    return fault;
}

// What is wrong with the state of this history; null when nothing is. The arena is the caller's to
// reset.
static const char *check_history(struct arena *arena, const struct history *history, uint64_t seed)
{
    struct random random = {seed};
    struct state folded = {0};
    for (size_t i = 0; i < history->count; i++) {
        struct state stated, joined;
        state_from_event(arena, &history->events[i], &stated);
        state_merge(arena, &folded, &stated, &joined);
        folded = joined;
    }
    const char *wanted = history_oracle(arena, history), *found = state_describe(arena, &folded);
    if (strcmp(wanted, found) != 0)
        return arena_printf(arena, "the oracle finds\n%sbut the state is\n%s", wanted, found);
    struct buffer bytes = BUFFER_INIT;
    state_encode(&folded, &bytes);
    const char *fault = check_joins(arena, &random, history, &folded, &bytes);
    if (!fault)
        fault = check_bytes(arena, &folded, &bytes);
    if (!fault)
        fault = check_reads(arena, history, &folded);
    buffer_free(&bytes);
    return fault;
}

static bool still_fails(const struct history *history, uint64_t seed)
{
    struct arena arena = ARENA_INIT;
    bool fails = check_history(&arena, history, seed) != NULL;
    arena_free(&arena);
    return fails;
}

// The history without its event `skipped`.
static struct history without_event(struct arena *arena, const struct history *history,
                                    size_t skipped)
{
    struct history less = {arena_array(arena, struct event, history->count), history->count - 1};
    for (size_t i = 0, j = 0; i < history->count; i++)
        if (i != skipped)
            less.events[j++] = history->events[i];
    return less;
}

// The history in which the event `at` lacks its assignment `skipped`, in all its copies.
static struct history without_assignment(struct arena *arena, const struct history *history,
                                         size_t at, size_t skipped)
{
    struct history less = {
        arena_copy(arena, history->events, history->count * sizeof(struct event)), history->count};
    const struct event *old = &history->events[at];
    struct assignment *fewer = arena_array(arena, struct assignment, old->assignment_count);
    for (size_t i = 0, j = 0; i < old->assignment_count; i++)
        if (i != skipped)
            fewer[j++] = old->assignments[i];
    for (size_t i = 0; i < less.count; i++) {
        if (less.events[i].assignments != old->assignments)
            continue;
        less.events[i].assignments = fewer;
        less.events[i].assignment_count--;
    }
    return less;
}

static struct history shrink(struct arena *arena, struct history history, uint64_t seed)
{
    bool smaller = true;
    while (smaller) {
        smaller = false;
        for (size_t i = history.count; i-- > 0 && !smaller;) {
            struct history less = without_event(arena, &history, i);
            if (still_fails(&less, seed)) {
                history = less;
                smaller = true;
            }
            for (size_t j = 0; !smaller && j < history.events[i].assignment_count; j++) {
                less = without_assignment(arena, &history, i, j);
                smaller = still_fails(&less, seed);
                if (smaller)
                    history = less;
            }
        }
    }
    return history;
}

Test(state_laws, any_order_duplication_and_grouping_gives_the_state_that_the_oracle_finds)
{
    uint64_t seed = replay_seed("state laws");
    struct arena events = ARENA_INIT, arena = ARENA_INIT;
    for (uint64_t i = 0; i < CASES; i++) {
        struct random random = {seed + i};
        struct history history = history_random(&events, &random, MOST_EVENTS);
        const char *fault = check_history(&arena, &history, seed + i);
        if (fault) {
            history = shrink(&events, history, seed + i);
            fprintf(stderr, "CITYOPS_SEED=%" PRIu64 " gives, shrunk:\n", seed + i);
            history_print(stderr, &history);
            fault = check_history(&arena, &history, seed + i);
        }
        cr_assert_null(fault, "CITYOPS_SEED=%" PRIu64 ": %s", seed + i, fault ? fault : "");
        arena_reset(&arena);
        arena_reset(&events);
    }
    arena_free(&arena);
    arena_free(&events);
}

Test(state_laws, a_digest_that_collides_does_not_let_the_order_show)
{
    struct random random = {replay_seed("colliding digests")};
    struct arena arena = ARENA_INIT;
    struct buffer one = BUFFER_INIT, other = BUFFER_INIT;
    for (int i = 0; i < 500; i++) {
        struct history history = history_random(&arena, &random, MOST_EVENTS);
        for (size_t j = 0; j < history.count; j++)
            history.events[j].version.digest = 0;
        for (int round = 0; round < 4; round++) {
            size_t count;
            struct state *states = shuffled_states(&arena, &random, &history, &count), joined;
            cr_assert_null(join_randomly(&arena, &random, states, count, &joined));
            encode(&joined, round ? &other : &one);
            cr_assert(round == 0 || buffer_equal(&one, &other));
        }
        arena_reset(&arena);
    }
    buffer_free(&one);
    buffer_free(&other);
    arena_free(&arena);
}
