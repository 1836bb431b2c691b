// Words for people: what figures counts has a Chinese heading of its own, and what a period lacks is said in both languages.
#include "rank/incomplete.h"
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

static struct arena arena;

static void close_arena(void)
{
    arena_free(&arena);
}

static void expect_lack(const enum incomplete *kinds, const char *const *names, size_t count,
                        const char *en, const char *zh)
{
    struct buffer sentences = BUFFER_INIT;
    for (size_t i = 0; i < count; i++)
        incomplete_add(&sentences, kinds[i], text_from(names[i]));
    const char *text =
        arena_string(&arena, (struct text){sentences.bytes, (uint32_t)sentences.length});
    cr_expect_str_eq(text, en);
    cr_expect_str_eq(incomplete_words(&arena, LANGUAGE_EN, text), en);
    cr_expect_str_eq(incomplete_words(&arena, LANGUAGE_ZH, text), zh);
    buffer_free(&sentences);
}

Test(words, what_a_period_lacks_is_said_in_both_languages, .fini = close_arena)
{
    static const enum incomplete all[] = {INCOMPLETE_PARTITION_STOPPED, INCOMPLETE_PARTITION_UNSEEN,
                                          INCOMPLETE_PARTITION_STOPPED, INCOMPLETE_SOURCE_SILENT,
                                          INCOMPLETE_SOURCE_SILENT};
    static const char *const names[] = {"t[0]", "t[1]", "t[2]", "a; source b", "丙"};
    expect_lack(all, names, 5,
                "partition t[0] is stopped; partition t[1] was not yet seen to its end after the "
                "period; partition t[2] is stopped; source a; source b has not published "
                "everything up to the period's end; source 丙 has not published everything up to "
                "the period's end",
                "分区 t[0] 已停止；分区 t[1] 在期末之后尚未读至末尾；分区 t[2] 已停止；来源 a; "
                "source b 尚未发布期末之前的全部事件；来源 丙 尚未发布期末之前的全部事件");
    static const enum incomplete nothing[] = {INCOMPLETE_NOTHING_AGGREGATED,
                                              INCOMPLETE_NO_PROGRESS};
    static const char *const nobody[] = {"", ""};
    expect_lack(nothing, nobody, 2,
                "nothing was ever aggregated; no source has ever told how far it has published",
                "从未汇总任何事件；尚无来源报告其发布进度");
    expect_lack(nothing, nobody, 0, "", "");
    cr_expect_str_eq(incomplete_words(&arena, LANGUAGE_ZH, "partition t[0] is stopped; or so"),
                     "partition t[0] is stopped; or so");
}
