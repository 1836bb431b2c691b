// The ground under everything: texts, arenas, buffers, errors.
#include "core/arena.h"
#include "core/buffer.h"
#include "core/error.h"
#include "core/text.h"

#include <criterion/criterion.h>

Test(text, trimming_takes_blanks_tabs_and_line_ends_from_both_sides)
{
    cr_assert(text_equal(text_trim(TEXT(" \t a b\r\n")), TEXT("a b")));
    cr_assert(text_equal(text_trim(TEXT(" \n ")), TEXT("")));
    cr_assert(text_equal(text_trim((struct text){0}), TEXT("")));
    cr_assert(text_equal(text_trim(TEXT("\xe3\x80\x80x")), TEXT("\xe3\x80\x80x")),
              "an ideographic space is a character of the name");
}

Test(text, a_text_is_storable_when_postgresql_would_take_it)
{
    static const struct {
        struct text text;
        bool storable;
    } cases[] = {
        {{"", 0}, true},
        {{NULL, 0}, true},
        {TEXT("plain ASCII of more than a word"), true},
        {TEXT("番禺区城市运行"), true},
        {TEXT("ascii then 中 then ascii again"), true},
        {TEXT("\xf0\x9f\x9a\xa6"), true},
        {TEXT("\xf4\x8f\xbf\xbf"), true},
        {TEXT("nul \0 inside a longer text"), false},
        {TEXT("\0"), false},
        {TEXT("eightbyt\0"), false},
        {TEXT("\x80"), false},
        {TEXT("\xc0\x80"), false},         // overlong NUL
        {TEXT("\xe0\x80\xaf"), false},     // overlong slash
        {TEXT("\xed\xa0\x80"), false},     // surrogate
        {TEXT("\xf4\x90\x80\x80"), false}, // beyond U+10FFFF
        {TEXT("cut off in the middle \xe4\xb8"), false},
        {TEXT("latin-1 \xe9t\xe9 is not UTF-8"), false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_eq(text_is_storable(cases[i].text), cases[i].storable, "case %zu", i);
}

Test(text, texts_are_ordered_as_bytes_with_a_prefix_first)
{
    cr_assert_lt(text_compare(TEXT("a"), TEXT("ab")), 0);
    cr_assert_lt(text_compare(TEXT("ab"), TEXT("b")), 0);
    cr_assert_lt(text_compare(TEXT("z"), TEXT("\xe4\xb8\xad")), 0, "bytes are unsigned");
    cr_assert_eq(text_compare((struct text){0}, TEXT("")), 0);
}

Test(arena, memory_is_aligned_separate_and_stays_until_reset)
{
    struct arena arena = ARENA_INIT;
    char *blocks[2000];
    for (size_t i = 0; i < 2000; i++) {
        size_t bytes = 1 + i % 97;
        blocks[i] = arena_alloc(&arena, bytes);
        cr_assert_eq((uintptr_t)blocks[i] % 16, 0);
        memset(blocks[i], (int)(i & 0x7f), bytes);
    }
    for (size_t i = 0; i < 2000; i++)
        for (size_t at = 0; at < 1 + i % 97; at++)
            cr_assert_eq(blocks[i][at], (char)(i & 0x7f));
    arena_free(&arena);
    cr_assert_eq(arena_held_bytes(&arena), 0);
}

Test(arena, reset_keeps_the_memory_and_the_next_round_takes_no_more)
{
    struct arena arena = ARENA_INIT;
    size_t held_bytes = 0;
    for (int round = 0; round < 5; round++) {
        arena_alloc(&arena, 10);
        arena_alloc(&arena, 10 << 20); // larger than any block
        for (int i = 0; i < 1000; i++)
            arena_alloc(&arena, 1000);
        if (round > 0)
            cr_assert_eq(arena_held_bytes(&arena), held_bytes);
        held_bytes = arena_held_bytes(&arena);
        arena_reset(&arena);
    }
    arena_free(&arena);
}

Test(arena, cleared_memory_is_clear_even_where_it_was_used_before)
{
    struct arena arena = ARENA_INIT;
    memset(arena_alloc(&arena, 3000), 0xff, 3000);
    arena_reset(&arena);
    const char *cleared = arena_zalloc(&arena, 3000);
    for (size_t i = 0; i < 3000; i++)
        cr_assert_eq(cleared[i], 0);
    arena_free(&arena);
}

Test(arena, copies_are_equal_and_independent)
{
    struct arena arena = ARENA_INIT;
    char original[] = "ticket";
    struct text copy = arena_text(&arena, text_from(original));
    char *string = arena_string(&arena, text_from(original));
    original[0] = 'X';
    cr_assert(text_equal(copy, TEXT("ticket")));
    cr_assert_str_eq(string, "ticket");
    cr_assert_str_eq(arena_printf(&arena, "%s #%d", string, 7), "ticket #7");
    cr_assert_str_eq(arena_string(&arena, (struct text){0}), "");
    arena_free(&arena);
}

Test(buffer, bytes_that_are_no_text_are_escaped_and_the_letters_beside_them_stay)
{
    static const struct {
        struct text text;
        const char *printable;
    } cases[] = {
        {TEXT("番禺"), "番禺"},
        {TEXT(""), ""},
        {TEXT("番\xff禺"), "番\\xff禺"},
        {TEXT("番\xe7\xa6"), "番\\xe7\\xa6"}, // the beginning of a letter
        {TEXT("a\0b"), "a\\x00b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer buffer = BUFFER_INIT;
        buffer_append_printable(&buffer, cases[i].text);
        buffer_append(&buffer, "", 1);
        cr_assert_str_eq(buffer.bytes, cases[i].printable);
        buffer_free(&buffer);
    }
}

Test(text, digits_of_full_width_are_known)
{
    cr_assert(text_has_full_width_digits(TEXT("--month ２０２２-12")));
    cr_assert(text_has_full_width_digits(TEXT("2022－12")));
    cr_assert_not(text_has_full_width_digits(TEXT("2022-12，番禺")));
    cr_assert_not(text_has_full_width_digits(TEXT("")));
}

Test(buffer, grows_and_keeps_what_was_appended)
{
    struct buffer buffer = BUFFER_INIT;
    for (int i = 0; i < 10000; i++)
        buffer_printf(&buffer, "%04d", i);
    buffer_append_text(&buffer, TEXT("end"));
    buffer_append(&buffer, NULL, 0);
    cr_assert_eq(buffer.length, 40003);
    cr_assert_eq(memcmp(buffer.bytes + 4 * 1234, "1234", 4), 0);
    cr_assert_eq(memcmp(buffer.bytes + 40000, "end", 3), 0);
    memset(buffer_extend(&buffer, 100000), 'x', 100000);
    cr_assert_eq(buffer.length, 140003);
    size_t capacity = buffer.capacity;
    buffer_reset(&buffer);
    cr_assert_eq(buffer.length, 0);
    cr_assert_eq(buffer.capacity, capacity);
    buffer_free(&buffer);
    cr_assert_null(buffer.bytes);
}

Test(error, the_prefix_goes_before_the_text_and_long_texts_are_cut)
{
    struct error error = ERROR_INIT;
    cr_assert_not(error_set(&error, ERROR_BAD_RECORD, "field %d is wrong", 3));
    cr_assert_not(error_prefix(&error, "topic[%d]@%d", 1, 2));
    cr_assert_eq(error.class, ERROR_BAD_RECORD);
    cr_assert_str_eq(error.text, "topic[1]@2: field 3 is wrong");
    cr_assert_not(error_set(&error, ERROR_FATAL, "%02000d", 1));
    cr_assert_eq(strlen(error.text), sizeof error.text - 1);
    cr_assert_not(error_prefix(&error, "%s", "row 5"));
    cr_assert_eq(strncmp(error.text, "row 5: 000", 10), 0);
    cr_assert_eq(strlen(error.text), sizeof error.text - 1);
    cr_assert_not(error_prefix(&error, "%02000d", 1));
    cr_assert_eq(strlen(error.text), sizeof error.text - 1);
    cr_assert_not(error_set(NULL, ERROR_RETRY, "nobody listens"));
    error_set(&error, ERROR_FATAL, "%01022d番禺", 1);
    cr_assert_eq(strlen(error.text), 1022); // no part of a character
    error_set(&error, ERROR_FATAL, "%01017d番", 1);
    error_prefix(&error, "row");
    cr_assert_eq(strlen(error.text), 5 + 1017);
    cr_assert_str_eq(error_class_name(ERROR_BAD_CONFIG), "bad configuration");
}
