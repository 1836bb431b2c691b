// `cityops-rank indicators`: the catalogue, from the table that computes it.
#include "rank/commands.h"
#include "rank/language.h"

#include "common/table.h"
#include "core/buffer.h"
#include "core/indicator.h"

const struct config_key indicators_keys[] = {
    CONFIG_KEY_FORMAT,
    CONFIG_KEY_LANGUAGE,
    {0},
};

// "due (also received, closed)": the catalogue's cohort, and those that a profile may name.
static const char *print_cohorts(struct arena *arena, const struct indicator *indicator,
                                 enum language language)
{
    struct buffer others = BUFFER_INIT;
    for (uint8_t cohort = 0; cohort < COUNT_COHORTS_MAX; cohort++)
        if (cohort != indicator->cohort && (indicator->cohorts >> cohort & 1))
            buffer_printf(&others, "%s%s", others.length ? language_pick(language, ", ", "、") : "",
                          language_word(language, indicator_cohort_name(indicator, cohort)));
    const char *out = language_word(language, indicator_cohort_name(indicator, indicator->cohort));
    if (others.length)
        out = arena_printf(arena, "%s%s%.*s%s", out, language_pick(language, " (or ", "（或"),
                           (int)others.length, others.bytes, language_pick(language, ")", "）"));
    buffer_free(&others);
    return out;
}

enum exit_status indicators_run(const struct config *config, struct error *error)
{
    enum language language = language_choose(config);
    enum table_format format = TABLE_TEXT;
    struct arena arena = ARENA_INIT;
    struct table *table = table_new();
    table_format_parse(config_text(config, "format"), &format);
    table_add_column(table, "id", language_pick(language, "id", "编号"), TABLE_WORDS,
                     TABLE_FOR_ALL);
    table_add_column(table, "name_en", "", TABLE_WORDS, TABLE_FOR_MACHINES);
    table_add_column(table, "name_zh", "", TABLE_WORDS, TABLE_FOR_MACHINES);
    table_add_column(table, "name", language_pick(language, "indicator", "指标"), TABLE_WORDS,
                     TABLE_FOR_PEOPLE);
    for (enum table_audience to = TABLE_FOR_PEOPLE; to <= TABLE_FOR_MACHINES; to++) {
        table_add_column(table, "better", language_pick(language, "better", "方向"), TABLE_WORDS,
                         to);
        table_add_column(table, "unit", language_pick(language, "unit", "单位"), TABLE_WORDS, to);
        table_add_column(table, "cohort", language_pick(language, "cohort", "归期"), TABLE_WORDS,
                         to);
        table_add_column(table, "formula", language_pick(language, "formula", "公式"), TABLE_WORDS,
                         to);
    }
    table_add_column(table, "move", "", TABLE_WORDS, TABLE_FOR_MACHINES);
    table_add_column(table, "move_words",
                     language_pick(language, "a move, or why none", "变动，或为何不可变动"),
                     TABLE_WORDS, TABLE_FOR_ALL);
    for (size_t i = 0; i < indicator_count; i++) {
        const struct indicator *indicator = &indicator_catalogue[i];
        table_add_row(table);
        table_add_cell(table, indicator->id);
        table_add_cell(table, indicator->name_en);
        table_add_cell(table, indicator->name_zh);
        table_add_cell(table, language_pick(language, indicator->name_en, indicator->name_zh));
        const enum language in[] = {language, LANGUAGE_EN}; // people, machines
        for (size_t to = 0; to < 2; to++) {
            table_add_cell(table,
                           language_word(in[to], indicator_direction_name(indicator->direction)));
            table_add_cell(table, language_word(in[to], indicator_unit_name(indicator->unit)));
            table_add_cell(table, print_cohorts(&arena, indicator, in[to]));
            table_add_cell(table, language_pick(in[to], indicator->formula, indicator->formula_zh));
        }
        table_add_cell(table, indicator_move_name(indicator->move.type));
        table_add_cell(
            table, arena_printf(&arena, "%s%s",
                                indicator->move.type == MOVE_NONE
                                    ? language_pick(language, "none: ", "无：")
                                    : "",
                                language_pick(language, indicator->move.en, indicator->move.zh)));
    }
    bool ok = table_print(table, format, false, stdout, error);
    table_free(table);
    arena_free(&arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
