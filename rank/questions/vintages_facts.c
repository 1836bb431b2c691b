// What a triangle and its forecasts depend on: figure, settled age, method, gaps, and the versions of the newest cut-off.
#include "rank/questions/vintages_output.h"

#include "rank/facts.h"

#include <inttypes.h>

// Months in which nothing was counted at some time: gaps of the series.
static const char *print_gaps(const struct vintages_output *output)
{
    const struct triangle *triangle = output->triangle;
    const char *out = NULL;
    for (size_t i = 0; i < triangle->count; i++) {
        bool is_gap = triangle->is_of_results && !triangle->months[i].count;
        for (size_t age = 0; age < triangle->months[i].count; age++) {
            const struct vintage *vintage = vintage_at(triangle, i, age, triangle->subject);
            is_gap |= triangle->months[i].known[age].is_there && (!vintage || !vintage->has_value);
        }
        if (is_gap)
            out = arena_printf(output->arena, "%s%s%s", out ? out : "", out ? ", " : "",
                               triangle->months[i].period.name);
    }
    return out;
}

static const struct known_month *newest(const struct triangle *triangle)
{
    const struct known_month *out = NULL;
    for (size_t i = 0; i < triangle->count; i++)
        for (size_t age = 0; age < triangle->months[i].count; age++) {
            const struct known_month *known = &triangle->months[i].known[age];
            if (known->is_there && (!out || known->known_us >= out->known_us))
                out = known;
        }
    return out;
}

static void add_words(struct vintages_output *output, const char *key, const char *title,
                      const char *en, const char *zh)
{
    facts_add_words(output->table, output->options->language, key, title, en, zh);
}

static void add_method(struct vintages_output *output)
{
    const struct triangle *triangle = output->triangle;
    const struct forecast_options *options = &output->options->options;
    struct arena *arena = output->arena;
    int percent = (int)(100 * options->probability + 0.5);
    static const char *const en[] = {"chain ladder of counts, Student's t",
                                     "chain ladder of numerator and denominator, Student's t",
                                     "mean revision, Student's t"},
                             *const zh[] = {"件数链梯法，学生氏分布",
                                            "分子分母分别链梯法，学生氏分布",
                                            "平均修订，学生氏分布"};
    add_words(output, "settled", output_pick(output, "settled", "已定"),
              triangle->is_of_results ? "final, or the newest restated"
                                      : arena_printf(arena, "as known at +%zu", triangle->settled),
              triangle->is_of_results ? "终定或最近一次重述"
                                      : arena_printf(arena, "所知时点 +%zu", triangle->settled));
    add_words(output, "method", output_pick(output, "method", "方法"), en[triangle->development],
              zh[triangle->development]);
    add_words(output, "ranks", output_pick(output, "ranks", "名次"),
              arena_printf(arena,
                           "%zu joint draws of the totals, ties and tie-breaks left out, seed "
                           "%" PRIu64,
                           options->draws, options->seed),
              arena_printf(arena, "%zu 次联合抽取总分，不计并列规则，随机种子 %" PRIu64,
                           options->draws, options->seed));
    add_words(output, "intervals", output_pick(output, "intervals", "区间"),
              arena_printf(arena,
                           "%d %%, if months to come are revised as past ones were; held before: "
                           "forecasts of past months from what was known then",
                           percent),
              arena_printf(arena,
                           "%d %%，以今后修订与以往相同为前提；以往命中：只用当时所知预测以往各月",
                           percent));
}

static const char *print_versions(const struct vintages_output *output,
                                  const struct known_month *last, enum language language)
{
    const struct versions *versions = &last->versions;
    return arena_printf(output->arena,
                        "%s sha256 %.16s%s %" PRId32 "%s %" PRId32 "%s %" PRId32 "%s %s (%s)",
                        language_pick(language, "rule", "规则"), versions->rule_sha256,
                        language_pick(language, ", reference", "，参考数据"), versions->reference,
                        language_pick(language, ", fold", "，折叠"), versions->fold,
                        language_pick(language, ", generation", "，汇总代次"), versions->generation,
                        language_pick(language, ", newest cut-off", "，最近截止点"), last->digest,
                        output_instant(output, last->known_us));
}

// To machines in English.
static const char *answer_pick(const struct vintages_output *output, const char *en, const char *zh)
{
    return output->for_people ? output_pick(output, en, zh) : en;
}

// Of a forecast in one sentence: the figure, then the rank.
static const char *print_forecast(struct vintages_output *output,
                                  const struct month_forecast *forecast)
{
    struct arena *arena = output->arena;
    const struct triangle *triangle = output->triangle;
    const struct forecast *figure = &forecast->forecast;
    const struct vintage *now =
        vintage_at(triangle, forecast->month, forecast->age, triangle->subject);
    const char *out = arena_printf(arena, "%s%s%s", triangle->months[forecast->month].period.name,
                                   answer_pick(output, ": now ", "：现值 "),
                                   now && now->has_value ? output_exact(output, now->value) : "-");
    bool is_made = figure->outcome == FORECAST_MADE;
    if (triangle->figure != FIGURE_RANK && is_made)
        out = arena_printf(arena, "%s%s%s (%s %s %s)", out,
                           answer_pick(output, ", likely ", "，预计 "),
                           output_float(output, figure->value), output_float(output, figure->from),
                           answer_pick(output, "to", "至"), output_float(output, figure->until));
    if (forecast->has_ranks)
        out = arena_printf(arena, "%s%s%zu (%.1f %%)", out,
                           answer_pick(output, ", likeliest rank ", "，最可能名次 "),
                           forecast->likeliest, 100 * forecast->ranks[forecast->likeliest - 1]);
    return is_made || forecast->has_ranks
               ? out
               : arena_printf(arena, "%s%s%s", out, answer_pick(output, "; ", "；"),
                              output_note(output, forecast));
}

// Of the newest month; the others stand in the table.
static const char *print_answer(struct vintages_output *output)
{
    size_t count = output->forecast_count;
    return count ? print_forecast(output, &output->forecasts[count - 1])
                 : answer_pick(output, "every month is settled", "各月均已定");
}

void output_add_facts(struct vintages_output *output)
{
    struct triangle *triangle = output->triangle;
    const struct known_month *last = newest(triangle);
    struct arena *arena = output->arena;
    const char *code = arena_string(arena, triangle->subject);
    table_add_fact(output->table, "answer", output_pick(output, "answer", "结论"),
                   print_answer(output), TABLE_FOR_ALL);
    table_add_fact(output->table, "subject", "", code, TABLE_FOR_MACHINES);
    table_add_fact(output->table, "", output_pick(output, "of", "对象"),
                   arena_printf(arena, "%s %s", code,
                                vintages_subject_name(triangle, output->options->language)),
                   TABLE_FOR_PEOPLE);
    table_add_fact(output->table, "figure", "", arena_string(arena, triangle->key),
                   TABLE_FOR_MACHINES);
    table_add_fact(output->table, "", output_pick(output, "figure", "数值"), output_figure(output),
                   TABLE_FOR_PEOPLE);
    if (!triangle->is_of_results)
        add_words(output, "known", output_pick(output, "known", "时点"),
                  arena_printf(arena, "%" PRId64 " days after month ends", triangle->days),
                  arena_printf(arena, "月末之后 %" PRId64 " 天", triangle->days));
    add_method(output);
    table_add_fact(output->table, "gaps",
                   output_pick(output, "nothing counted, left out", "无计数、不计入"),
                   print_gaps(output), TABLE_FOR_ALL);
    if (triangle->unranked_by)
        add_words(output, "unranked", output_pick(output, "no ranks", "无名次"),
                  arena_printf(arena,
                               "totals depend on %s, whose readings the journal does not hold",
                               triangle->unranked_by),
                  arena_printf(arena, "总分依赖 %s，其读数不在日志之内", triangle->unranked_by));
    if (triangle->missing) {
        const char *from = output_instant(output, triangle->missing_us);
        add_words(output, "not_yet", output_pick(output, "not yet known", "尚未到达"),
                  arena_printf(arena, "%s and later", from),
                  arena_printf(arena, "%s 及以后", from));
    }
    table_add_fact(output->table, "rule", output_pick(output, "rule", "规则"),
                   arena_printf(arena, TEXT_FORMAT " %" PRId64,
                                TEXT_ARGUMENTS(triangle->profile.id), triangle->profile.version),
                   TABLE_FOR_ALL);
    if (last)
        add_words(output, "versions", output_pick(output, "versions", "版本"),
                  print_versions(output, last, LANGUAGE_EN),
                  print_versions(output, last, LANGUAGE_ZH));
}
