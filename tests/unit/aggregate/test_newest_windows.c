// Which windows are not looked up: only those beyond what was noted, and none for a while after a wrong guess.
#include "aggregate/newest_windows.h"

#include <criterion/criterion.h>

static struct entity_key window_of(const char *sensor, int64_t window_us)
{
    return (struct entity_key){TEXT("roads"), text_from(sensor), window_us};
}

static bool is_beyond(const struct newest_windows *windows, const char *sensor, int64_t window_us)
{
    const struct entity_key key = window_of(sensor, window_us);
    return newest_windows_are_before(windows, &key);
}

Test(newest_windows, only_what_lies_beyond_a_noted_window_of_the_same_sensor_is_guessed_to_be_new)
{
    struct newest_windows *windows = newest_windows_new();
    cr_expect_not(is_beyond(windows, "a", 900), "nothing is known yet");
    const struct entity_key noted[] = {window_of("a", 0), window_of("a", 900), window_of("b", 300)};
    newest_windows_note(windows, noted, 3);
    cr_expect(is_beyond(windows, "a", 1800));
    cr_expect_not(is_beyond(windows, "a", 900), "it is there");
    cr_expect_not(is_beyond(windows, "a", 0));
    cr_expect(is_beyond(windows, "b", 900));
    cr_expect_not(is_beyond(windows, "ab", 900), "another sensor");
    newest_windows_note(windows, noted, 1); // late readings
    cr_expect_not(is_beyond(windows, "a", 900), "an older window takes nothing back");
    newest_windows_free(windows);
}

Test(newest_windows, a_wrong_guess_ends_guessing_for_a_while)
{
    struct newest_windows *windows = newest_windows_new();
    const struct entity_key noted[] = {window_of("a", 900)};
    newest_windows_note(windows, noted, 1);
    cr_assert(is_beyond(windows, "a", 1800));
    newest_windows_distrust(windows);
    cr_expect_not(is_beyond(windows, "a", 1800));
    newest_windows_note(windows, noted, 1);
    cr_expect_not(is_beyond(windows, "a", 1800), "the next batch is read whole");
    for (int batch = 0; batch < 1000; batch++)
        newest_windows_note(windows, noted, 1);
    cr_expect(is_beyond(windows, "a", 1800), "but not for ever");
    newest_windows_free(windows);
}
