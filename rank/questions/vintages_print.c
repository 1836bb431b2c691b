// For people three tables: the triangle, the revisions, the months to come.
#include "rank/questions/vintages_output.h"

#include <inttypes.h>

enum { PRINTED_DIGITS = 2 };

const char *output_pick(const struct vintages_output *output, const char *en, const char *zh)
{
    return language_pick(output->options->language, en, zh);
}

const char *output_size(const struct vintages_output *output, size_t number)
{
    return arena_printf(output->arena, "%zu", number);
}

const char *output_exact(const struct vintages_output *output, struct rational value)
{
    return output->for_people && !rational_is_whole(value)
               ? rational_print(output->arena, value, PRINTED_DIGITS)
               : rational_print_exact(output->arena, value);
}

const char *output_float(const struct vintages_output *output, double value)
{
    return arena_printf(output->arena, output->for_people ? "%.2f" : "%.6f", value);
}

const char *output_instant(const struct vintages_output *output, int64_t instant_us)
{
    char out[32];
    civil_print_instant(instant_us, out);
    return arena_printf(output->arena, "%s", out);
}

const char *output_figure(const struct vintages_output *output)
{
    const struct triangle *triangle = output->triangle;
    if (triangle->figure == FIGURE_TOTAL)
        return output_pick(output, "total", "总分");
    if (triangle->figure == FIGURE_RANK)
        return output_pick(output, "rank", "名次");
    const struct profile *profile = &triangle->profile;
    const struct profile_column *column = &profile->columns[triangle->indicator];
    enum indicator_unit unit = profile->indicators[triangle->indicator].settings.indicator->unit;
    const char *title =
        arena_string(output->arena, language_pick_text(output->options->language, column->title_en,
                                                       column->title_zh));
    const char *words = language_word(output->options->language,
                                      unit == UNIT_SHARE ? "%" : indicator_unit_name(unit));
    return unit == UNIT_COUNT ? title : arena_printf(output->arena, "%s %s", title, words);
}

// A difference of percentages is one of percentage points.
static const char *difference_unit(const struct vintages_output *output)
{
    const struct triangle *triangle = output->triangle;
    if (triangle->figure != FIGURE_INDICATOR)
        return triangle->figure == FIGURE_RANK ? output_pick(output, "ranks", "名")
                                               : output_pick(output, "points", "分");
    enum indicator_unit unit =
        triangle->profile.indicators[triangle->indicator].settings.indicator->unit;
    return unit == UNIT_SHARE ? output_pick(output, "percentage points", "百分点")
                              : language_word(output->options->language, indicator_unit_name(unit));
}

static const char *age_name(const struct vintages_output *output, size_t age)
{
    static const char *const en[] = {"announced", "final"}, *const zh[] = {"已公示", "终定"};
    if (!output->triangle->is_of_results)
        return arena_printf(output->arena, "+%zu", age);
    if (age <= STAGE_FINAL)
        return output_pick(output, en[age], zh[age]);
    return arena_printf(output->arena, "%s %zu", output_pick(output, "restated", "重述"),
                        age - STAGE_FINAL);
}

static bool is_settled(const struct triangle *triangle, size_t month)
{
    return settled_at(triangle, month, INT64_MAX) < triangle->months[month].count;
}

// ---- what is said of forecasts ----

static const char *too_few(const struct vintages_output *output, size_t months)
{
    return arena_printf(
        output->arena, "%s: %zu < %d",
        output_pick(output, "too few months are settled for a forecast", "已定月份太少，不作预测"),
        months, FORECAST_MONTHS_MIN);
}

// An interval without width is as good as the chance that the next month will not be the first: Laplace's rule of succession.
static const char *never_revised(const struct vintages_output *output,
                                 const struct month_forecast *forecast)
{
    size_t months = forecast->forecast.months;
    return forecast->forecast.was_never_revised
               ? arena_printf(output->arena, "%s: %zu/%zu",
                              output_pick(output,
                                          "no past month was revised from here on; chance of one "
                                          "more such by the rule of succession",
                                          "以往各月此后均未修订，按继起律再次不修订的概率"),
                              months + 1, months + 2)
               : "";
}

static const char *note_of_figure(const struct vintages_output *output,
                                  const struct month_forecast *forecast)
{
    if (output->triangle->figure == FIGURE_RANK)
        return forecast->has_ranks ? never_revised(output, forecast)
               : forecast->ranked  ? too_few(output, forecast->rank_months)
                                   : output_pick(output, "it has no rank", "尚无名次");
    switch (forecast->forecast.outcome) {
    case FORECAST_TOO_FEW:
        return too_few(output, forecast->forecast.months);
    case FORECAST_NOTHING:
        return output_pick(output, "nothing was counted of it yet", "尚无计数");
    case FORECAST_MADE:
        break;
    }
    return never_revised(output, forecast);
}

// Of whoever had no rank in a month that is used there is no revision to learn from.
const char *output_note(const struct vintages_output *output, const struct month_forecast *forecast)
{
    const char *note = note_of_figure(output, forecast);
    if (!forecast->has_ranks || !forecast->held)
        return note;
    return arena_printf(
        output->arena, "%s%s%s %zu", note, *note ? output_pick(output, "; ", "；") : "",
        output_pick(output, "taken as not revised where they had no rank in a month used:",
                    "所用月份中曾无名次、按未修订计的对象数："),
        forecast->held);
}

static const char *print_rate(const struct vintages_output *output, const struct hit_rate *rate)
{
    return rate->tested ? arena_printf(output->arena, "%zu / %zu", rate->held, rate->tested)
                        : output_pick(output, "none tested", "无可检验");
}

static const char *print_ranks(const struct vintages_output *output,
                               const struct month_forecast *forecast, bool only_likely)
{
    const char *out = "";
    for (size_t i = 0; forecast->has_ranks && i < forecast->ranked; i++) {
        if (only_likely ? !forecast->likely[i] : forecast->ranks[i] < 0.0005)
            continue;
        out = only_likely ? arena_printf(output->arena, "%s%s%zu", out, *out ? ", " : "", i + 1)
                          : arena_printf(output->arena, "%s%s%zu: %.1f %%", out, *out ? ", " : "",
                                         i + 1, 100 * forecast->ranks[i]);
    }
    return forecast->has_ranks ? out : NULL;
}

// ---- for people ----

void output_begin(struct vintages_output *output, const char *title)
{
    if (output->table)
        fputc('\n', stdout); // between two tables
    table_free(output->table);
    output->table = table_new();
    table_set_title(output->table, title);
}

bool output_end(struct vintages_output *output, struct error *error)
{
    return table_print(output->table, output->options->format, false, stdout, error);
}

static void add_words(struct vintages_output *output, const char *title)
{
    table_add_column(output->table, title, title, TABLE_WORDS, TABLE_FOR_PEOPLE);
}

static void add_number(struct vintages_output *output, const char *title)
{
    table_add_column(output->table, title, title, TABLE_NUMBER, TABLE_FOR_PEOPLE);
}

static bool print_triangle(struct vintages_output *output, struct error *error)
{
    struct triangle *triangle = output->triangle;
    bool has_n = triangle->figure == FIGURE_INDICATOR;
    output_begin(
        output,
        arena_printf(output->arena, "%s: %s, %s",
                     vintages_subject_name(triangle, output->options->language),
                     output_figure(output),
                     triangle->is_of_results
                         ? output_pick(output, "as published", "历次发布值")
                         : output_pick(output, "as known so many month ends after the month's own",
                                       "月末及其后各月末所知")));
    add_words(output, output_pick(output, "month", "月份"));
    for (size_t age = 0; age < triangle->ages; age++)
        add_number(output, age_name(output, age));
    if (has_n)
        add_number(output, "n");
    add_words(output, output_pick(output, "status", "状态"));
    for (size_t i = 0; i < triangle->count; i++) {
        const struct vintage *last = NULL;
        table_add_row(output->table);
        table_add_cell(output->table, triangle->months[i].period.name);
        for (size_t age = 0; age < triangle->ages; age++) {
            const struct vintage *vintage = vintage_at(triangle, i, age, triangle->subject);
            table_add_cell(output->table, vintage && vintage->has_value
                                              ? output_exact(output, vintage->value)
                                              : NULL);
            last = vintage ? vintage : last;
        }
        if (has_n)
            table_add_cell(output->table,
                           last ? arena_printf(output->arena, "%" PRId64, last->n) : NULL);
        table_add_cell(output->table, is_settled(triangle, i)
                                          ? output_pick(output, "settled", "已定")
                                          : output_pick(output, "provisional", "暂定"));
    }
    return output_end(output, error);
}

size_t output_revised_ages(const struct triangle *triangle)
{
    return triangle->is_of_results              ? 1
           : triangle->settled < triangle->ages ? triangle->settled
                                                : triangle->ages;
}

static const char *bias_words(const struct vintages_output *output,
                              const struct revision_summary *summary)
{
    static const double level = 0.05;
    if (!summary->has_bias)
        return output_pick(output, "cannot be told", "无从判断");
    return summary->p < level ? output_pick(output, "biased", "有偏")
                              : output_pick(output, "none shown", "未见偏差");
}

static bool print_revisions(struct vintages_output *output, struct error *error)
{
    output_begin(output, arena_printf(output->arena, "%s (%s)",
                                      output_pick(output, "Revisions up to the settled figure",
                                                  "至已定值的修订"),
                                      difference_unit(output)));
    add_words(output, output_pick(output, "from", "自"));
    add_number(output, output_pick(output, "months", "月数"));
    add_number(output, output_pick(output, "mean", "平均"));
    add_number(output, output_pick(output, "mean absolute", "平均绝对值"));
    add_number(output, output_pick(output, "t", "均值比标准误"));
    add_number(output, output_pick(output, "p", "偶然概率"));
    add_words(output, output_pick(output, "bias (5 %)", "偏差（5 %）"));
    for (size_t age = 0; age < output_revised_ages(output->triangle); age++) {
        struct revision_summary summary;
        vintages_revisions(output->triangle, age, &summary);
        bool is_any = summary.count > 0;
        table_add_row(output->table);
        table_add_cell(output->table, age_name(output, age));
        table_add_cell(output->table, output_size(output, summary.count));
        table_add_cell(output->table, is_any ? output_exact(output, summary.mean) : NULL);
        table_add_cell(output->table, is_any ? output_exact(output, summary.mean_absolute) : NULL);
        table_add_cell(output->table, summary.has_bias ? output_float(output, summary.t) : NULL);
        table_add_cell(output->table,
                       summary.has_bias ? arena_printf(output->arena, "%.3f", summary.p) : NULL);
        table_add_cell(output->table, bias_words(output, &summary));
    }
    if (!output->forecast_count) // no further table
        output_add_facts(output);
    return output_end(output, error);
}

static void add_forecast_columns(struct vintages_output *output)
{
    int percent = (int)(100 * output->options->options.probability + 0.5);
    add_words(output, output_pick(output, "month", "月份"));
    add_words(output, output_pick(output, "known", "所知"));
    add_number(output, output_pick(output, "now", "现值"));
    if (output->triangle->figure != FIGURE_RANK) {
        add_number(output, output_pick(output, "becomes", "预计"));
        add_number(output, output_pick(output, "from", "下限"));
        add_number(output, output_pick(output, "to", "上限"));
        add_number(output, output_pick(output, "past months", "依据月数"));
        add_words(output, output_pick(output, "held before", "以往命中"));
        add_words(output, output_pick(output, "of all subjects", "全部对象"));
    }
    add_number(output, output_pick(output, "rank now", "现名次"));
    add_words(output, arena_printf(output->arena, "%s %d %%",
                                   output_pick(output, "ranks of", "名次集"), percent));
    add_words(output, output_pick(output, "probability of each rank", "各名次概率"));
    add_words(output, output_pick(output, "ranks held before", "名次以往命中"));
    add_words(output, output_pick(output, "of all subjects", "全部对象"));
    add_words(output, output_pick(output, "note", "备注"));
}

static void add_figure_cells(struct vintages_output *output, const struct month_forecast *forecast)
{
    const struct forecast *figure = &forecast->forecast;
    bool is_made = figure->outcome == FORECAST_MADE;
    const double values[] = {figure->value, figure->from, figure->until};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        table_add_cell(output->table, is_made ? output_float(output, values[i]) : NULL);
    table_add_cell(output->table, output_size(output, figure->months));
    table_add_cell(output->table, print_rate(output, &forecast->own));
    table_add_cell(output->table, print_rate(output, &forecast->all));
}

static void add_forecast(struct vintages_output *output, const struct month_forecast *forecast)
{
    struct triangle *triangle = output->triangle;
    const struct vintage *now =
        vintage_at(triangle, forecast->month, forecast->age, triangle->subject);
    table_add_row(output->table);
    table_add_cell(output->table, triangle->months[forecast->month].period.name);
    table_add_cell(output->table, age_name(output, forecast->age));
    table_add_cell(output->table, now && now->has_value ? output_exact(output, now->value) : NULL);
    if (triangle->figure != FIGURE_RANK)
        add_figure_cells(output, forecast);
    table_add_cell(output->table,
                   now && now->rank ? arena_printf(output->arena, "%" PRIu32, now->rank) : NULL);
    table_add_cell(output->table, print_ranks(output, forecast, true));
    table_add_cell(output->table, print_ranks(output, forecast, false));
    table_add_cell(output->table,
                   forecast->has_ranks ? print_rate(output, &forecast->rank_own) : NULL);
    table_add_cell(output->table,
                   forecast->has_ranks ? print_rate(output, &forecast->rank_all) : NULL);
    table_add_cell(output->table, output_note(output, forecast));
}

static bool print_forecasts(struct vintages_output *output, struct error *error)
{
    if (!output->forecast_count)
        return true;
    output_begin(output,
                 output_pick(output, "What is not settled is likely to become", "未定月份的预计"));
    add_forecast_columns(output);
    for (size_t i = 0; i < output->forecast_count; i++)
        add_forecast(output, &output->forecasts[i]);
    output_add_facts(output);
    return output_end(output, error);
}

bool vintages_print(struct triangle *triangle, const struct vintages_printing *options,
                    struct error *error)
{
    struct month_forecast *forecasts;
    struct vintages_output output = {
        .triangle = triangle,
        .options = options,
        .arena = &triangle->arena,
        .for_people = options->format == TABLE_TEXT || options->format == TABLE_MARKDOWN,
    };
    output.forecast_count = vintages_forecast(triangle, &options->options, &forecasts);
    output.forecasts = forecasts;
    bool done = output.for_people
                    ? print_triangle(&output, error) && print_revisions(&output, error) &&
                          print_forecasts(&output, error)
                    : output_for_machines(&output, error);
    table_free(output.table);
    return done;
}
