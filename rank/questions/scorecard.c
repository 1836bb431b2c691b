// `cityops-rank scorecard FILE`: the points and the grade of a self-evaluation's table, and what is wrong with it (core/scorecard.h).
#include "rank/commands.h"
#include "rank/facts.h"
#include "rank/headings.h"
#include "rank/questions/scorecard_file.h"

#include "common/table.h"

#include <inttypes.h>

enum { PRINTED_DIGITS = 2 };

const struct config_key scorecard_keys[] = {
    CONFIG_KEY_FORMAT,
    CONFIG_KEY_LANGUAGE,
    {0},
};

struct sheet {
    struct arena arena;
    struct scorecard_file file;
    struct scorecard_result result;
    enum language language;
    enum table_format format;
    struct table *table;
};

static const char *pick(const struct sheet *sheet, const char *en, const char *zh)
{
    return language_pick(sheet->language, en, zh);
}

static bool is_for_people(const struct sheet *sheet)
{
    return sheet->format == TABLE_TEXT || sheet->format == TABLE_MARKDOWN;
}

// Exact for machines and in facts; for people two digits where it is not whole.
static const char *print(struct sheet *sheet, struct rational value)
{
    return is_for_people(sheet) && !rational_is_whole(value)
               ? rational_print(&sheet->arena, value, PRINTED_DIGITS)
               : rational_print_exact(&sheet->arena, value);
}

static const char *percent(struct sheet *sheet, struct rational share)
{
    return print(sheet,
                 rational_multiply(&sheet->arena, share, rational_integer(&sheet->arena, 100)));
}

static const char *title_of(struct sheet *sheet, const struct scorecard_title *title)
{
    return arena_string(&sheet->arena, language_pick_text(sheet->language, title->en, title->zh));
}

// ---- rows ----

static void add_columns(struct sheet *sheet)
{
    const struct table_heading columns[] = {
        {"row", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"level", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"", "level", "级别", TABLE_WORDS, TABLE_FOR_PEOPLE},
        {"indicator", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"name", "indicator", "指标", TABLE_WORDS, TABLE_FOR_ALL},
        {"kind", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"target", "target", "目标值", TABLE_NUMBER, TABLE_FOR_ALL},
        {"actual", "actual", "完成值", TABLE_NUMBER, TABLE_FOR_ALL},
        {"deviation", "deviation %", "偏离 %", TABLE_NUMBER, TABLE_FOR_ALL},
        {"weight", "weight", "权重", TABLE_NUMBER, TABLE_FOR_ALL},
        {"points", "points", "得分", TABLE_NUMBER, TABLE_FOR_ALL},
        {"met", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"", "met", "完成", TABLE_WORDS, TABLE_FOR_PEOPLE},
        {"note", "note", "备注", TABLE_WORDS, TABLE_FOR_ALL},
    };
    headings_add(sheet->table, sheet->language, columns, sizeof columns / sizeof *columns);
}

static const char *print_note(struct sheet *sheet, const struct scorecard_points *points)
{
    if (points->is_met_by_rank)
        return pick(sheet, "the first is not below the mean", "居首，必不低于平均");
    if (!points->known)
        return pick(sheet, "what was aimed at is not stated", "目标未明");
    return points->is_over ? pick(sheet, "target mis-set?", "指标值偏离") : "";
}

static void add_indicator(struct sheet *sheet, size_t position)
{
    const struct scorecard_indicator *indicator = &sheet->file.card.indicators[position];
    const struct scorecard_points *points = &sheet->result.points[position];
    const struct scorecard_level *level = &sheet->file.card.levels[indicator->level];
    const char *const met[] = {"no", "yes"}, *const met_words[] = {pick(sheet, "no", "否"),
                                                                   pick(sheet, "yes", "是")};
    const char *kind = scorecard_kind_words[indicator->kind];
    struct table *table = sheet->table;
    table_add_row(table);
    table_add_cell(table, "indicator");
    table_add_cell(table, arena_string(&sheet->arena, level->key));
    table_add_cell(table, title_of(sheet, &sheet->file.level_titles[indicator->level]));
    table_add_cell(table, arena_string(&sheet->arena, indicator->key));
    table_add_cell(table, title_of(sheet, &sheet->file.indicator_titles[position]));
    table_add_cell(table, kind ? kind : "");
    table_add_cell(table, indicator->has_target ? print(sheet, indicator->target)
                          : indicator->target_is_mean && is_for_people(sheet)
                              ? pick(sheet, "mean", "平均")
                              : NULL);
    table_add_cell(table, print(sheet, indicator->actual.value));
    table_add_cell(table, points->has_deviation ? percent(sheet, points->deviation) : NULL);
    table_add_cell(table, print(sheet, points->weight));
    table_add_cell(table, points->known ? print(sheet, points->points) : NULL);
    table_add_cell(table, points->known ? met[points->is_met] : NULL);
    table_add_cell(table, points->known ? met_words[points->is_met] : NULL);
    table_add_cell(table, print_note(sheet, points));
}

static void add_sum(struct sheet *sheet, const char *row, const char *level, const char *name,
                    struct rational weight, struct rational points)
{
    struct table *table = sheet->table;
    table_add_row(table);
    table_add_cell(table, row);
    table_add_cell(table, level);
    table_add_cell(table, name);
    table_add_cell(table, "");
    table_add_cell(table, pick(sheet, "together", "合计"));
    table_add_cell(table, "");
    for (int i = 0; i < 3; i++)
        table_add_cell(table, NULL);
    table_add_cell(table, print(sheet, weight));
    table_add_cell(table, print(sheet, points));
    table_add_cell(table, NULL);
    table_add_cell(table, "");
    table_add_cell(table, "");
}

// ---- findings ----

static const char *const finding_codes[] = {
    "weights",     "level-weights", "target-mis-set", "not-met",     "claim",      "target-unknown",
    "two-figures", "not-split",     "no-score",       "other-grade", "other-score"};

static const char *in_language(struct sheet *sheet, const struct scorecard_title *title,
                               enum language language)
{
    return arena_string(&sheet->arena, language_pick_text(language, title->en, title->zh));
}

// What is stated of a subject, with where: "bulletins: 60 (scorecard), 413 (duty desk)".
static const char *print_statements(struct sheet *sheet, struct text subject,
                                    enum language language)
{
    const struct scorecard *card = &sheet->file.card;
    struct arena *arena = &sheet->arena;
    const char *out = "", *name = NULL;
    for (size_t i = 0; i < card->indicator_count; i++) {
        if (!text_equal(card->indicators[i].subject, subject))
            continue;
        name = name ? name : in_language(sheet, &sheet->file.indicator_titles[i], language);
        out = arena_printf(arena, "%s%s" TEXT_FORMAT " (%s)", out, *out ? ", " : "",
                           TEXT_ARGUMENTS(card->indicators[i].actual_text),
                           language_pick(language, "this scorecard", "本绩效表"));
    }
    for (size_t i = 0; i < card->statement_count; i++) {
        if (!text_equal(card->statements[i].subject, subject))
            continue;
        name = name ? name : in_language(sheet, &sheet->file.subjects[i], language);
        out = arena_printf(arena, "%s%s%s (%s)", out, *out ? ", " : "",
                           in_language(sheet, &sheet->file.texts[i], language),
                           in_language(sheet, &sheet->file.wheres[i], language));
    }
    return arena_printf(arena, "%s: %s", name, out);
}

static const char *print_kinds(struct sheet *sheet, enum language language)
{
    static const char *const en[] = {"quantity", "quality", "timeliness", "cost"}, *const zh[] = {
                                                                                       "数量",
                                                                                       "质量",
                                                                                       "时效",
                                                                                       "成本"};
    const size_t *counts = sheet->result.kind_counts;
    struct arena *arena = &sheet->arena;
    const char *out = "";
    for (size_t kind = 0; kind < SCORECARD_KINDS_TO_SPLIT; kind++)
        if (!counts[kind])
            out =
                arena_printf(arena, "%s%s%s", out, *out ? language_pick(language, ", ", "、") : "",
                             language_pick(language, en[kind], zh[kind]));
    if (*out)
        out = arena_printf(arena, "%s %s",
                           language_pick(language, "no indicator of", "缺少以下指标："), out);
    if (counts[KIND_NOT_STATED])
        out = arena_printf(arena, "%s%s%zu %s", out,
                           *out ? language_pick(language, "; ", "；") : "", counts[KIND_NOT_STATED],
                           language_pick(language, "indicators do not say what kind they are of",
                                         "个指标未注明类别"));
    return out;
}

static const char *print_indicator_finding(struct sheet *sheet,
                                           const struct scorecard_finding *finding,
                                           enum language language)
{
    const struct scorecard_indicator *indicator = &sheet->file.card.indicators[finding->at];
    const struct scorecard_points *points = &sheet->result.points[finding->at];
    struct arena *arena = &sheet->arena;
    const char *target = indicator->has_target ? rational_print_decimal(arena, indicator->target)
                                               : language_pick(language, "mean", "平均");
    const char *words = NULL;
    switch (finding->type) {
    case FINDING_TARGET_MIS_SET:
        words = arena_printf(
            arena, "%s %s %%, %s %s %%", language_pick(language, "exceeded by", "超出"),
            rational_print(
                arena, rational_multiply(arena, points->deviation, rational_integer(arena, 100)),
                PRINTED_DIGITS),
            language_pick(language, "more than", "多于"),
            rational_print_decimal(arena, rational_multiply(arena, sheet->file.card.over_target,
                                                            rational_integer(arena, 100))));
        break;
    case FINDING_NOT_MET:
        words = language_pick(language, "not met", "未完成");
        break;
    case FINDING_CLAIM:
        words =
            indicator->completed
                ? language_pick(language, "claimed to be met, and is not", "自称完成，实未完成")
                : language_pick(language, "claimed not to be met, and is", "自称未完成，实已完成");
        break;
    default:
        words = language_pick(language, "neither the mean nor a first rank is stated",
                              "未注明平均值，也未注明居首");
        break;
    }
    return arena_printf(arena, "%s: %s %s, %s " TEXT_FORMAT ": %s",
                        in_language(sheet, &sheet->file.indicator_titles[finding->at], language),
                        language_pick(language, "target", "目标"), target,
                        language_pick(language, "actual", "完成"),
                        TEXT_ARGUMENTS(indicator->actual_text), words);
}

static const char *print_weights(struct sheet *sheet, const struct scorecard_finding *finding,
                                 enum language language)
{
    struct arena *arena = &sheet->arena;
    const struct scorecard *card = &sheet->file.card;
    if (finding->type == FINDING_LEVEL_WEIGHTS)
        return arena_printf(arena, TEXT_FORMAT ": %s %s, %s %s", TEXT_ARGUMENTS(finding->subject),
                            language_pick(language, "its indicators weigh", "所含指标权重合计"),
                            rational_print_decimal(arena, sheet->result.level_weights[finding->at]),
                            language_pick(language, "the level weighs", "级别权重"),
                            rational_print_decimal(arena, card->levels[finding->at].weight));
    const char *sum = "";
    for (size_t i = 0; i < card->level_count; i++)
        sum = arena_printf(arena, "%s%s%s", sum, i ? " + " : "",
                           rational_print_decimal(arena, card->levels[i].weight));
    if (card->level_count > 1)
        sum = arena_printf(arena, "%s = %s", sum,
                           rational_print_decimal(arena, sheet->result.weight));
    return arena_printf(arena, "%s, %s %s", sum, language_pick(language, "not", "不等于"),
                        rational_print_decimal(arena, card->full));
}

static const char *print_finding(struct sheet *sheet, const struct scorecard_finding *finding,
                                 enum language language)
{
    struct arena *arena = &sheet->arena;
    const struct scorecard *card = &sheet->file.card;
    switch (finding->type) {
    case FINDING_WEIGHTS:
    case FINDING_LEVEL_WEIGHTS:
        return print_weights(sheet, finding, language);
    case FINDING_TWO_FIGURES:
        return print_statements(sheet, finding->subject, language);
    case FINDING_KINDS:
        return print_kinds(sheet, language);
    case FINDING_NO_SCORE:
        return arena_printf(
            arena, "%s " TEXT_FORMAT,
            language_pick(language, "a grade is stated without a score:", "只有等级，没有得分："),
            TEXT_ARGUMENTS(card->grades[card->stated_grade].word));
    case FINDING_OTHER_GRADE:
        return arena_printf(arena, "%s " TEXT_FORMAT,
                            language_pick(language,
                                          "the points do not give the grade that is stated:",
                                          "所得分数不对应所列等级："),
                            TEXT_ARGUMENTS(card->grades[card->stated_grade].word));
    case FINDING_OTHER_SCORE:
        return arena_printf(arena, "%s %s",
                            language_pick(language,
                                          "the rule does not give the score that is stated:",
                                          "按规则不能得出所列得分："),
                            rational_print_decimal(arena, card->stated_score.value));
    default:
        return print_indicator_finding(sheet, finding, language);
    }
}

// ---- the whole ----

static void add_conclusion(struct sheet *sheet)
{
    struct arena *arena = &sheet->arena;
    const struct scorecard *card = &sheet->file.card;
    const struct scorecard_result *result = &sheet->result;
    const char *full = rational_print_decimal(arena, card->full);
    table_add_fact(sheet->table, "points_total", pick(sheet, "points", "得分"),
                   arena_printf(arena, "%s / %s", print(sheet, result->total), full),
                   TABLE_FOR_ALL);
    table_add_fact(sheet->table, "grade", pick(sheet, "grade", "等级"),
                   arena_string(arena, card->grades[result->grade].word), TABLE_FOR_ALL);
    table_add_fact(
        sheet->table, "points_rescaled",
        pick(sheet, "points, what is not weighed left out", "得分（未赋权部分剔除后折算）"),
        arena_printf(arena, "%s / %s", print(sheet, result->rescaled), full), TABLE_FOR_ALL);
    table_add_fact(sheet->table, "grade_rescaled", pick(sheet, "its grade", "相应等级"),
                   arena_string(arena, card->grades[result->rescaled_grade].word), TABLE_FOR_ALL);
    table_add_fact(sheet->table, "findings", pick(sheet, "findings", "问题数"),
                   arena_printf(arena, "%zu", result->finding_count), TABLE_FOR_ALL);
    for (size_t i = 0; i < result->finding_count; i++) {
        const struct scorecard_finding *finding = &result->findings[i];
        const char *code = finding_codes[finding->type];
        facts_add_words(
            sheet->table, sheet->language, arena_printf(arena, "finding_%zu", i + 1),
            pick(sheet, "finding", "问题"),
            arena_printf(arena, "%s: %s", code, print_finding(sheet, finding, LANGUAGE_EN)),
            print_finding(sheet, finding, sheet->language));
    }
}

static const char *print_rule(struct sheet *sheet, enum language language)
{
    const struct scorecard *card = &sheet->file.card;
    return arena_printf(
        &sheet->arena, "%s %s %%%s",
        language_pick(language,
                      "met: the weight; not met: weight x actual / target; never more; a target "
                      "exceeded by more than",
                      "完成得满权重分，未完成按完成值与目标值之比得分，不超过权重；超出目标多于"),
        rational_print_decimal(&sheet->arena,
                               rational_multiply(&sheet->arena, card->over_target,
                                                 rational_integer(&sheet->arena, 100))),
        language_pick(language, " is in doubt", " 视为指标值偏离"));
}

static bool print_sheet(struct sheet *sheet, struct error *error)
{
    struct arena *arena = &sheet->arena;
    const struct scorecard *card = &sheet->file.card;
    sheet->table = table_new();
    table_set_title(sheet->table, title_of(sheet, &sheet->file.title));
    add_columns(sheet);
    for (size_t i = 0; i < card->indicator_count; i++)
        add_indicator(sheet, i);
    for (size_t i = 0; i < card->level_count; i++)
        add_sum(sheet, "level", arena_string(arena, card->levels[i].key),
                title_of(sheet, &sheet->file.level_titles[i]), sheet->result.level_weights[i],
                sheet->result.level_points[i]);
    add_sum(sheet, "total", "", pick(sheet, "all", "全部"), sheet->result.weight,
            sheet->result.total);
    add_conclusion(sheet);
    facts_add_words(sheet->table, sheet->language, "rule", pick(sheet, "rule", "规则"),
                    print_rule(sheet, LANGUAGE_EN), print_rule(sheet, LANGUAGE_ZH));
    facts_add_words(sheet->table, sheet->language, "source", pick(sheet, "source", "出处"),
                    in_language(sheet, &sheet->file.source, LANGUAGE_EN),
                    in_language(sheet, &sheet->file.source, LANGUAGE_ZH));
    bool done = table_print(sheet->table, sheet->format, false, stdout, error);
    table_free(sheet->table);
    return done;
}

enum exit_status scorecard_run(const struct config *config, struct error *error)
{
    struct sheet sheet = {.language = language_choose(config)};
    table_format_parse(config_text(config, "format"), &sheet.format);
    bool ok =
        config_argument_count(config) || error_set(error, ERROR_BAD_CONFIG, "say: scorecard FILE");
    ok = ok && scorecard_file_read(&sheet.arena, config_argument(config, 0), &sheet.file, error);
    if (ok) {
        scorecard_score(&sheet.arena, &sheet.file.card, &sheet.result);
        ok = print_sheet(&sheet, error);
    }
    arena_free(&sheet.arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
