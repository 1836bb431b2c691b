// The bytes of states: what is not a state is refused, whatever it is, and what is accepted has one
// spelling only.
#include "history.h"

#include "tests/unit/support/replay.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

enum { MUTATIONS = 60000 };

static const struct version version_a = {.recorded_us = 1400000000000000,
                                         .source = {"src", 3},
                                         .event_id = {"event-0123456789", 16},
                                         .digest = 42};

static struct buffer random_state_bytes(struct random *random)
{
    struct arena arena = ARENA_INIT;
    struct buffer bytes = BUFFER_INIT;
    struct history history = history_random(&arena, random, 5);
    struct state *states = arena_array(&arena, struct state, history.count + 1), folded;
    for (size_t i = 0; i < history.count; i++)
        state_from_event(&arena, &history.events[i], &states[i]);
    state_merge_all(&arena, states, history.count, &folded);
    state_encode(&folded, &bytes);
    arena_free(&arena);
    return bytes;
}

static void mutate(struct random *random, struct buffer *bytes)
{
    for (uint32_t left = 1 + random_below(random, 3); left > 0; left--) {
        size_t at = random_below(random, (uint32_t)bytes->length + 1);
        switch (random_below(random, 6)) {
        case 0: // ends early
            bytes->length = at;
            break;
        case 1: // something more
            buffer_extend(bytes, 1);
            memmove(bytes->bytes + at + 1, bytes->bytes + at, bytes->length - 1 - at);
            bytes->bytes[at] = (char)random_next(random);
            break;
        case 2: // something less
            if (at < bytes->length) {
                memmove(bytes->bytes + at, bytes->bytes + at + 1, bytes->length - at - 1);
                bytes->length--;
            }
            break;
        case 3: // a bit turned
            if (at < bytes->length)
                bytes->bytes[at] = (char)(bytes->bytes[at] ^ (1 << random_below(random, 8)));
            break;
        case 4: // a small change
            if (at < bytes->length)
                bytes->bytes[at] = (char)(bytes->bytes[at] + (int)random_below(random, 5) - 2);
            break;
        default: // any byte
            if (at < bytes->length)
                bytes->bytes[at] = (char)random_next(random);
        }
    }
}

// Decodes a copy whose end is the end of its memory, so that AddressSanitizer sees a byte too many
// being read.
static bool decode_exactly(struct arena *arena, const struct buffer *bytes)
{
    char *copy = malloc(bytes->length ? bytes->length : 1);
    memcpy(copy, bytes->bytes, bytes->length);
    struct state state, joined;
    struct error error = ERROR_INIT;
    bool accepted =
        state_decode(arena, (struct text){copy, (uint32_t)bytes->length}, &state, &error);
    if (accepted) {
        struct buffer again = BUFFER_INIT;
        state_encode(&state, &again);
        cr_assert(again.length == bytes->length &&
                      memcmp(again.bytes, bytes->bytes, again.length) == 0,
                  "accepted bytes are not given back");
        cr_assert_not(state_merge(arena, &state, &state, &joined),
                      "an accepted state is not canonical");
        buffer_free(&again);
    } else {
        cr_assert_eq(error.class, ERROR_FATAL);
        cr_assert_eq(state.entry_count, 0);
    }
    free(copy);
    return accepted;
}

Test(state_bytes, damaged_bytes_are_refused_or_are_another_canonical_state)
{
    uint64_t seed = replay_seed("damaged states");
    struct arena arena = ARENA_INIT;
    size_t accepted = 0;
    for (uint64_t i = 0; i < MUTATIONS; i++) {
        struct random random = {seed + i};
        struct buffer bytes = random_state_bytes(&random);
        cr_assert(decode_exactly(&arena, &bytes));
        for (int copies = 0; copies < 8 && i < MUTATIONS; copies++, i++) {
            struct buffer damaged = BUFFER_INIT;
            buffer_append(&damaged, bytes.bytes, bytes.length);
            mutate(&random, &damaged);
            if (damaged.length)
                accepted += decode_exactly(&arena, &damaged);
            buffer_free(&damaged);
        }
        buffer_free(&bytes);
        arena_reset(&arena);
    }
    cr_assert_gt(accepted, 0, "mutations never reach past the first checks");
    cr_assert_lt(accepted, MUTATIONS / 2);
    arena_free(&arena);
}

Test(state_bytes, random_bytes_are_refused)
{
    struct random random = {replay_seed("random bytes")};
    struct arena arena = ARENA_INIT;
    for (int i = 0; i < 20000; i++) {
        struct buffer bytes = BUFFER_INIT;
        buffer_append(&bytes, &(char){STATE_FOLD_VERSION}, 1);
        for (uint32_t left = 1 + random_below(&random, 60); left > 0; left--)
            buffer_append(
                &bytes,
                &(char){(char)(random_next(&random) & (random_below(&random, 2) ? 0x07 : 0xff))},
                1);
        decode_exactly(&arena, &bytes);
        buffer_free(&bytes);
        arena_reset(&arena);
    }
    arena_free(&arena);
}

Test(state_bytes, every_truncation_of_a_state_is_refused)
{
    struct arena arena = ARENA_INIT;
    for (uint64_t i = 0; i < 100; i++) {
        struct random random = {i};
        struct buffer bytes = random_state_bytes(&random);
        for (size_t length = bytes.length; length-- > 2;) {
            struct buffer cut = {bytes.bytes, length, length};
            cr_assert_not(decode_exactly(&arena, &cut), "state %" PRIu64 " cut to %zu bytes", i,
                          length);
        }
        buffer_free(&bytes);
        arena_reset(&arena);
    }
    arena_free(&arena);
}

#define HEAD "\x02\x01\x03src" // fold version, one source
#define ID "event-0123456789"
#define DIGEST "\x2a\0\0\0\0\0\0\0"
#define VERSION "\x01\x01\x80\x9c\xc9\x9b\x05\x10" ID DIGEST // one version, whole seconds

Test(state_bytes, the_spelling_is_fixed)
{
    struct assignment assignments[] = {
        {0, 5, {"", 0}, {.type = VALUE_INTEGER, .integer = 1400000000000000}}};
    struct event event = {.version = version_a, .assignments = assignments, .assignment_count = 1};
    struct arena arena = ARENA_INIT;
    struct buffer bytes = BUFFER_INIT;
    struct state state;
    state_from_event(&arena, &event, &state);
    state_encode(&state, &bytes);
    static const char expected[] = HEAD VERSION "\0\x01\0\0\x01\x56\0";
    cr_assert_eq(bytes.length, sizeof expected - 1);
    cr_assert_arr_eq(bytes.bytes, expected, sizeof expected - 1);
    buffer_free(&bytes);
    arena_free(&arena);
}

Test(state_bytes, a_part_costs_its_name_and_the_entity_itself_nothing)
{
    static const uint16_t complete[] = {14};
    struct event event = {.family = FAMILY_HOTLINE,
                          .form = EVENT_SNAPSHOT,
                          .version = version_a,
                          .part = TEXT("ticket"),
                          .complete_kinds = complete,
                          .complete_kind_count = 1};
    struct arena arena = ARENA_INIT;
    struct buffer bytes = BUFFER_INIT;
    struct state state;
    state_from_event(&arena, &event, &state);
    state_encode(&state, &bytes);
    static const char of_ticket[] = HEAD VERSION "\x01\x0e\0\0";
    cr_assert_eq(bytes.length, sizeof of_ticket - 1);
    cr_assert_arr_eq(bytes.bytes, of_ticket, sizeof of_ticket - 1);
    event.part = TEXT("u");
    buffer_reset(&bytes);
    state_from_event(&arena, &event, &state);
    state_encode(&state, &bytes);
    static const char of_part[] =
        "\x02\x02\x03src\0\x01u\x01\x11\x80\x9c\xc9\x9b\x05\x10" ID DIGEST "\x01\x0e\0\0";
    cr_assert_eq(bytes.length, sizeof of_part - 1);
    cr_assert_arr_eq(bytes.bytes, of_part, sizeof of_part - 1);
    buffer_free(&bytes);
    arena_free(&arena);
}

Test(state_bytes, each_other_spelling_is_refused_and_named)
{
    static const struct {
        struct text bytes;
        const char *reason;
    } cases[] = {
        {{NULL, 0}, "has no bytes"},
        {TEXT("\x01"), "fold version 1"},
        {TEXT("\x02\0"), "it ends inside a number"},
        {TEXT("\x02\x05"), "a count is more than can follow"},
        {TEXT("\x02\0\0\0\0"), "an empty state is spelled out"},
        {TEXT(HEAD VERSION "\0\x01\0\0\x01\x56\0\0"), "bytes follow its end"},
        {TEXT(HEAD VERSION "\0\x01\0\0\x01\x56"), "it ends inside a number"},
        {TEXT(HEAD VERSION "\0\x01\0\0\x01\x56\x01"), "field or version does not exist"},
        {TEXT(HEAD VERSION "\0\x01\0\0\x01\x5e"), "field or version does not exist"},
        {TEXT(HEAD VERSION "\0\x01\0\0\x01\x57\0"), "a value's code is unknown"},
        {TEXT(HEAD VERSION "\0\x01\0\0\x81\0\x56\0"), "longer than it needs"},
        {TEXT(HEAD VERSION "\0\x01\0\0\x01\x51\0\x02"),
         "not in its shortest form"}, // the integer 1
        {TEXT(HEAD VERSION "\0\x01\0\0\x01\x53\0\0"), "seconds are out of range"},
        {TEXT(HEAD VERSION "\0\x01\0\0\x01\x53\0\xff\xb7\x92\xb7\x0a"),
         "not in its shortest form"}, // before 1970-01-13
        {TEXT(HEAD VERSION "\0\x01\0\0\x01\x54\0\x80\x89\x7a"), "given in microseconds"},
        {TEXT(HEAD VERSION "\0\x01\0\0\0\x56\0"), "an occurrence has no entries"},
        {TEXT(HEAD VERSION "\0\x01\0\0\x02\x56\0"), "more entries than its state"},
        {TEXT(HEAD VERSION "\0\x02\0\0\x02\x56\0\x0e"), "entries are out of order"},
        {TEXT(HEAD VERSION "\0\x02\0\0\x02\x56\0\x16\0"), "an entry's version is repeated"},
        {TEXT(HEAD VERSION "\0\x02\0\x01x\x01\x56\0\0\x01x\x01\x5e"),
         "occurrences are out of order"},
        {TEXT(HEAD VERSION "\0\x01\x0a\x01x\x01\x36\0"), "a withdrawal has a value"},
        {TEXT(HEAD VERSION "\0\0"), "a version states nothing"},
        {TEXT(HEAD VERSION "\x01\0\0\0"), "a cut has no kind"},
        {TEXT(HEAD VERSION "\x02\x0a\0\0\0\0"), "cuts are out of order"},
        {TEXT("\x02\x02\x01z\x03src" VERSION "\x01\x0a\0\0"), "sources are out of order"},
        {TEXT("\x02\x02\x03src\x01z" VERSION "\x01\x0a\0\0"), "a source has no version"},
        {TEXT("\x02\x01\0\x01u" VERSION "\x01\x0a\0\0"), "a part has no source"},
        {TEXT("\x02\x02\x03src\0\0" VERSION "\x01\x0a\0\0"), "or no name"},
        {TEXT("\x02\x03\x03src\0\x01v\0\x01u" VERSION "\x01\x0a\0\0"), "parts are out of order"},
        {TEXT("\x02\x02\x03src\0\x01u" VERSION "\x01\x0a\0\0"), "a source has no version"},
        {TEXT(HEAD "\x01\x11\x80\x9c\xc9\x9b\x05\x10" ID DIGEST "\x01\x0a\0\0"),
         "a version has no source"},
        {TEXT(HEAD "\x01\x03\x80\x9c\xc9\x9b\x05\0\x10" ID DIGEST "\x01\x0a\0\0"),
         "a sequence of 0"},
        {TEXT(HEAD "\x01\0\x80\x89\x7a\x10" ID DIGEST "\x01\x0a\0\0"),
         "recorded time in whole seconds"},
        {TEXT(HEAD "\x01\x01\x80\x9c\xc9\x9b\x05\0" DIGEST "\x01\x0a\0\0"),
         "an event id's length is repeated"},
        {TEXT(HEAD "\x02\x01\x01\x01x" DIGEST "\x05\0x" DIGEST "\x02\x0a\0\x01\x01\0"),
         "versions are out of order"},
        {TEXT(HEAD "\x02\x01\x01\x01x" DIGEST "\x05\x01x" DIGEST
                   "\x01\x0a\x01\x01\x0a\x01x\x01\x15\0"),
         "older than its withdrawal or cut"},
        {TEXT(HEAD "\x02\x01\x01\x01x" DIGEST "\x05\x01x" DIGEST
                   "\0\x02\x0a\x01x\x02\x15\0\x25\x01"),
         "older than its withdrawal or cut"},
        {TEXT("\x02\x02\x01"
              "a\x01"
              "b\x02\x01\x01\x01x" DIGEST "\x15\x01x" DIGEST "\0\x02\0\0\x02\x55\0\x05\x01"),
         "entries are out of order"}, // one fact by two sources
        {TEXT(HEAD "\x01\x01\x01\x02"
                   "a0" DIGEST "\x01\x0a\0\0"),
         "in hexadecimal is not packed"},
        {TEXT(HEAD "\x01\x09\x01\x03\xaa" DIGEST "\x01\x0a\0\0"), "has no whole bytes"},
        {TEXT(HEAD "\x01\x0d\x01" DIGEST "\x01\x0a\0\0"), "has no whole bytes"},
        {TEXT("\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), "a number is too large"},
        {TEXT(HEAD "\x01\x01\x01\x20" ID), "it ends inside a text"},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = ERROR_INIT;
        struct state state;
        cr_assert_not(state_decode(&arena, cases[i].bytes, &state, &error), "case %zu", i);
        cr_assert_eq(error.class, ERROR_FATAL);
        cr_assert_not_null(strstr(error.text, cases[i].reason), "case %zu: %s", i, error.text);
    }
    arena_free(&arena);
}
