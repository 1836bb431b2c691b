// Words for people: what figures counts has a Chinese heading of its own.
#include "rank/measure_words.h"

#include "core/counts.h"

#include <criterion/criterion.h>
#include <string.h>

static bool is_ascii(const char *text)
{
    while (*text && !(*text & 0x80))
        text++;
    return !*text;
}

static const char *heading(const struct rollup *rollup, size_t measure)
{
    return measure_heading(LANGUAGE_ZH, rollup->family, rollup->measures[measure].name);
}

Test(words, every_measure_that_figures_prints_has_a_chinese_heading)
{
    for (size_t source = 0; source < COUNT_SOURCE_COUNT; source++) {
        const struct rollup *rollup = count_sources[source].rollup;
        for (size_t i = 0; i < rollup->measure_count; i++) {
            const char *name = rollup->measures[i].name, *zh = heading(rollup, i);
            cr_expect(!is_ascii(zh), "%s.%s has none", rollup->name, name);
            cr_expect_str_eq(measure_heading(LANGUAGE_EN, rollup->family, name), name);
        }
    }
}

Test(words, no_two_measures_of_a_family_have_one_heading)
{
    for (size_t source = 0; source < COUNT_SOURCE_COUNT; source++)
        for (size_t other = 0; other < COUNT_SOURCE_COUNT; other++) {
            const struct rollup *a = count_sources[source].rollup, *b = count_sources[other].rollup;
            for (size_t i = 0; a->family == b->family && i < a->measure_count; i++)
                for (size_t j = 0; j < b->measure_count; j++) {
                    const char *left = a->measures[i].name, *right = b->measures[j].name;
                    if (strcmp(left, right) != 0)
                        cr_expect_str_neq(heading(a, i), heading(b, j), "%s and %s", left, right);
                }
        }
}
