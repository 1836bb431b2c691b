// The table of a ranking, drawn from an assessment, whether it has just been made or comes from a published result.
#include "rank/ranking_table_internal.h"

#include "core/interval.h"

#include <inttypes.h>
#include <string.h>

enum { PRINTED_DIGITS = 2 };

static enum table_audience audience(bool for_people)
{
    return for_people ? TABLE_FOR_ALL : TABLE_FOR_MACHINES;
}

const char *drawing_unit_suffix(const struct drawing *drawing, enum indicator_unit unit)
{
    switch (unit) {
    case UNIT_SHARE:
        return " %";
    case UNIT_DURATION:
        return pick(drawing, " h", " 小时");
    case UNIT_COUNT:
    case UNIT_RATIO:
        break;
    }
    return "";
}

// A share of cases: not of money.
static bool is_of_cases(const struct scored_indicator *indicator)
{
    return indicator->settings.indicator->unit == UNIT_SHARE &&
           indicator->settings.indicator->source != COUNTED_ACTIVITIES &&
           !indicator->settings.indicator->is_deviation;
}

static bool has_interval(const struct drawing *drawing, const struct scored_indicator *indicator)
{
    return drawing->shows_wilson && is_of_cases(indicator);
}

static bool has_shrunk(const struct drawing *drawing, const struct scored_indicator *indicator)
{
    return drawing->shrunk && is_of_cases(indicator);
}

// The number of cases behind a share. False of a numerator with weights between 0 and 1, of which no number of cases is the sum.
static bool read_cases(const struct measured *measured, struct share_of_cases *out)
{
    if (!measured->sums || !rational_is_whole(measured->numerator))
        return false;
    *out = (struct share_of_cases){rational_ceiling(measured->numerator), measured->n};
    return true;
}

// The model of each indicator in each peer group.
static void fit_shrinkage(struct drawing *drawing)
{
    const struct assessment *assessment = drawing->assessment;
    size_t indicators = assessment->profile->scoring.indicator_count;
    struct shrunk_share *out =
        arena_array(drawing->arena, struct shrunk_share, assessment->group_count * indicators + 1);
    struct share_of_cases *cases =
        arena_array(drawing->arena, struct share_of_cases, assessment->count + 1);
    for (size_t group = 0; group < assessment->group_count; group++) {
        const struct assessed_group *at = &assessment->groups[group];
        for (size_t i = 0; i < indicators; i++) {
            struct shrunk_share *fitted = &out[group * indicators + i];
            size_t count = 0;
            for (size_t j = at->first; j < at->first + at->count; j++)
                if (!assessment->contenders[j].is_unassigned)
                    count += read_cases(&assessment->contenders[j].measured[i], &cases[count]);
            fitted->known = is_of_cases(&assessment->profile->indicators[i]) &&
                            shrinkage_fit(cases, count, &fitted->model);
        }
    }
    drawing->shrunk = out;
}

static void add_indicator_columns(const struct drawing *drawing, size_t position)
{
    const struct profile *profile = drawing->assessment->profile;
    const struct scored_indicator *indicator = &profile->indicators[position];
    const struct profile_column *column = &profile->columns[position];
    const char *title = arena_printf(
        drawing->arena, TEXT_FORMAT "%s",
        TEXT_ARGUMENTS(language_pick_text(drawing->language, column->title_en, column->title_zh)),
        drawing_unit_suffix(drawing, indicator->settings.indicator->unit));
    const char *key = arena_string(drawing->arena, indicator->key);
    bool is_count = indicator->settings.indicator->unit == UNIT_COUNT;
    table_add_column(drawing->table, key, title, TABLE_NUMBER, audience(drawing->shows_values));
    table_add_column(drawing->table, arena_printf(drawing->arena, "%s_n", key), "n", TABLE_NUMBER,
                     audience(drawing->shows_values && !is_count));
    if (has_interval(drawing, indicator)) {
        table_add_column(drawing->table, arena_printf(drawing->arena, "%s_low", key),
                         pick(drawing, "from", "下限"), TABLE_NUMBER,
                         audience(drawing->shows_values));
        table_add_column(drawing->table, arena_printf(drawing->arena, "%s_high", key),
                         pick(drawing, "to", "上限"), TABLE_NUMBER,
                         audience(drawing->shows_values));
    }
    if (has_shrunk(drawing, indicator))
        table_add_column(drawing->table, arena_printf(drawing->arena, "%s_shrunk", key),
                         pick(drawing, "shrunk", "收缩值"), TABLE_NUMBER,
                         audience(drawing->shows_values));
    if (indicator->rule.type != RULE_WATCHED)
        table_add_column(drawing->table, arena_printf(drawing->arena, "%s_points", key),
                         drawing->shows_values ? pick(drawing, "points", "得分") : key,
                         TABLE_NUMBER, audience(drawing->shows_points));
}

static void add_item_column(const struct drawing *drawing, size_t position)
{
    const struct profile *profile = drawing->assessment->profile;
    const struct profile_column *column = &profile->item_columns[position];
    struct text title = language_pick_text(drawing->language, column->title_en, column->title_zh);
    table_add_column(
        drawing->table, arena_string(drawing->arena, profile->scoring.items[position].key),
        arena_string(drawing->arena, title), TABLE_NUMBER, audience(drawing->shows_points));
}

// Whom the table ranks, in words.
const char *drawing_subject_word(const struct drawing *drawing, bool several)
{
    static const char *const one_en[] = {"district", "town", "village", "unit", "channel"};
    static const char *const many_en[] = {"districts", "towns", "villages", "units", "channels"};
    static const char *const zh[] = {"区", "镇街", "村居", "单位", "渠道"};
    enum subject_kind subject = drawing->assessment->profile->subject;
    return pick(drawing, several ? many_en[subject] : one_en[subject], zh[subject]);
}

const char *drawing_subject_name(const struct drawing *drawing, size_t position)
{
    const struct area *area = drawing->assessment->areas[position];
    if (area) {
        struct text name = language_pick_text(drawing->language, area->name_en, area->name_zh);
        return arena_string(drawing->arena, name.length ? name : area->code);
    }
    struct text code = drawing->assessment->contenders[position].code;
    return text_equal(code, TEXT(AREA_UNASSIGNED)) ? pick(drawing, "unassigned", "未归属")
                                                   : arena_string(drawing->arena, code);
}

// Whether codes say more than names.
bool drawing_has_codes(const struct drawing *drawing)
{
    for (size_t i = 0; i < drawing->assessment->count; i++) {
        const struct contender *contender = &drawing->assessment->contenders[i];
        if (!contender->is_unassigned &&
            !text_equal(contender->code, text_from(drawing_subject_name(drawing, i))))
            return true;
    }
    return false;
}

static bool has_any_list(const struct drawing *drawing)
{
    const struct scoring *scoring = &drawing->assessment->profile->scoring;
    return scoring->red.places || scoring->black.places;
}

static void add_columns(const struct drawing *drawing)
{
    struct table *table = drawing->table;
    table_add_column(table, "row", "", TABLE_WORDS, TABLE_FOR_MACHINES);
    table_add_column(table, "rank", "", TABLE_NUMBER, TABLE_FOR_MACHINES);
    table_add_column(table, "shared", "", TABLE_WORDS, TABLE_FOR_MACHINES);
    table_add_column(table, "rank", pick(drawing, "rank", "名次"), TABLE_NUMBER, TABLE_FOR_PEOPLE);
    table_add_column(table, "district", pick(drawing, "code", "代码"), TABLE_WORDS,
                     drawing_has_codes(drawing) ? TABLE_FOR_ALL : TABLE_FOR_MACHINES);
    table_add_column(table, "name", drawing_subject_word(drawing, false), TABLE_WORDS,
                     TABLE_FOR_ALL);
    table_add_column(table, "group", pick(drawing, "group", "分组"), TABLE_WORDS,
                     assessment_has_groups(drawing->assessment) ? TABLE_FOR_ALL
                                                                : TABLE_FOR_MACHINES);
    for (size_t i = 0; i < drawing->assessment->profile->scoring.indicator_count; i++)
        add_indicator_columns(drawing, i);
    for (size_t i = 0; i < drawing->assessment->profile->scoring.item_count; i++)
        add_item_column(drawing, i);
    table_add_column(table, "total", pick(drawing, "total", "总分"), TABLE_NUMBER, TABLE_FOR_ALL);
    table_add_column(table, "total_exact", "", TABLE_WORDS, TABLE_FOR_MACHINES);
    bool has_lists = has_any_list(drawing);
    table_add_column(table, "list", "", TABLE_WORDS, TABLE_FOR_MACHINES);
    if (has_lists)
        table_add_column(table, "", pick(drawing, "list", "红黑榜"), TABLE_WORDS, TABLE_FOR_PEOPLE);
    table_add_column(table, "reason", "", TABLE_WORDS, TABLE_FOR_MACHINES);
    table_add_column(table, "note", pick(drawing, "note", "备注"), TABLE_WORDS, TABLE_FOR_ALL);
}

// A count as it is, a share in per cent, a duration in hours; null when unknown.
const char *drawing_print_value(const struct drawing *drawing, size_t position, bool known,
                                struct rational value)
{
    if (!known)
        return NULL;
    enum indicator_unit unit =
        drawing->assessment->profile->indicators[position].settings.indicator->unit;
    struct rational factor = indicator_print_factor(drawing->arena, unit);
    struct rational printed = rational_multiply(drawing->arena, value, factor);
    bool whole = unit == UNIT_COUNT && rational_is_whole(printed);
    return rational_print(drawing->arena, printed, whole ? 0 : PRINTED_DIGITS);
}

static void add_interval_cells(const struct drawing *drawing, const struct measured *measured)
{
    struct interval interval;
    struct share_of_cases cases;
    bool known =
        read_cases(measured, &cases) && interval_wilson(cases.successes, cases.n, &interval);
    const double ends[] = {known ? interval.low : 0, known ? interval.high : 0};
    for (int i = 0; i < 2; i++)
        table_add_cell(drawing->table,
                       known ? arena_printf(drawing->arena, "%.*f", PRINTED_DIGITS, 100 * ends[i])
                             : NULL);
}

static void add_shrunk_cell(const struct drawing *drawing, const struct shrunk_share *shrunk,
                            const struct measured *measured)
{
    struct share_of_cases cases;
    bool known = shrunk->known && measured->known && read_cases(measured, &cases);
    table_add_cell(drawing->table, known
                                       ? arena_printf(drawing->arena, "%.*f", PRINTED_DIGITS,
                                                      100 * shrinkage_share(&shrunk->model, cases))
                                       : NULL);
}

// `group`: whose model applies; null: none.
static void add_value_cells(const struct drawing *drawing, size_t position,
                            const struct assessed_group *group, const struct measured *measured,
                            const struct points *points)
{
    static const struct shrunk_share no_model;
    const struct assessment *assessment = drawing->assessment;
    const struct scored_indicator *indicator = &drawing->assessment->profile->indicators[position];
    table_add_cell(drawing->table,
                   drawing_print_value(drawing, position, measured->known, measured->value));
    table_add_cell(drawing->table, arena_printf(drawing->arena, "%" PRId64, measured->n));
    if (has_interval(drawing, indicator))
        add_interval_cells(drawing, measured);
    if (has_shrunk(drawing, indicator))
        add_shrunk_cell(drawing,
                        group ? &drawing->shrunk[(size_t)(group - assessment->groups) *
                                                     assessment->profile->scoring.indicator_count +
                                                 position]
                              : &no_model,
                        measured);
    if (indicator->rule.type == RULE_WATCHED)
        return;
    bool has_points =
        points && (points->status == POINTS_SCORED ||
                   (points->status == POINTS_MISSING && indicator->missing >= MISSING_ZERO));
    table_add_cell(drawing->table,
                   has_points ? rational_print(drawing->arena, points->points, PRINTED_DIGITS)
                              : NULL);
}

const char *ranking_reason(struct arena *arena, const struct assessment *assessment,
                           const struct contender *contender, enum language language)
{
    const struct scored_indicator *indicator =
        &assessment->profile->indicators[contender->reason_indicator];
    switch (contender->reason) {
    case UNRANKED_UNASSIGNED:
        return language_pick(language, "not ranked: names that no area has",
                             "不排名：名称无对应区");
    case UNRANKED_NO_ORDERS:
        return language_pick(language, "not ranked: no orders", "不排名：无工单");
    case UNRANKED_TOO_FEW:
        return arena_printf(arena, "%s (n < %" PRId64 ": " TEXT_FORMAT ")",
                            language_pick(language, "not ranked", "不排名"),
                            indicator->minimum_denominator, TEXT_ARGUMENTS(indicator->key));
    case UNRANKED_MISSING:
        return arena_printf(arena, "%s: " TEXT_FORMAT,
                            language_pick(language, "not ranked: no value of", "不排名：缺指标"),
                            TEXT_ARGUMENTS(indicator->key));
    case UNRANKED_NOT_ENTERED:
        return arena_printf(
            arena, "%s: " TEXT_FORMAT,
            language_pick(language, "not ranked: nobody entered", "不排名：未录入"),
            TEXT_ARGUMENTS(assessment->profile->scoring.items[contender->reason_indicator].key));
    case RANKED:
        break;
    }
    return NULL;
}

// The reason, and the indicators whose target was exceeded so far that it is in doubt.
const char *drawing_print_note(const struct drawing *drawing, const struct contender *contender)
{
    const struct profile *profile = drawing->assessment->profile;
    const char *reason = ranking_reason(drawing->arena, drawing->assessment, contender,
                                        drawing->language),
               *note = reason ? reason : "";
    for (size_t i = 0; i < profile->scoring.indicator_count; i++) {
        if (!contender->points[i].is_over_target)
            continue;
        struct rational percent =
            rational_multiply(drawing->arena, profile->indicators[i].rule.over_target,
                              rational_integer(drawing->arena, 100));
        note = arena_printf(
            drawing->arena, "%s%s%s %s %% (" TEXT_FORMAT ")", note, *note ? "; " : "",
            pick(drawing, "target mis-set? exceeded by more than", "指标值偏离，超出目标"),
            rational_print_decimal(drawing->arena, percent),
            TEXT_ARGUMENTS(profile->indicators[i].key));
    }
    return note;
}

static void add_items(const struct drawing *drawing, const struct contender *contender)
{
    const struct scoring *scoring = &drawing->assessment->profile->scoring;
    for (size_t i = 0; i < scoring->item_count; i++) {
        bool has_points = contender->reason == RANKED &&
                          (contender->entered[i].known || scoring->items[i].type != ITEM_ENTERED ||
                           scoring->items[i].missing >= MISSING_ZERO);
        table_add_cell(drawing->table,
                       has_points ? rational_print(drawing->arena, contender->entered[i].points,
                                                   PRINTED_DIGITS)
                                  : NULL);
    }
}

// Which list, and why there is no rank: to machines in codes, to people in words (the reason is in the note).
static void add_codes(const struct drawing *drawing, const struct contender *contender)
{
    static const char *const en[] = {"", "red", "black", "red, black"};
    static const char *const zh[] = {"", "红榜", "黑榜", "红榜、黑榜"};
    static const char *const reasons[] = {
        [RANKED] = "",
        [UNRANKED_UNASSIGNED] = "unassigned",
        [UNRANKED_NO_ORDERS] = "no-orders",
        [UNRANKED_TOO_FEW] = "too-few",
        [UNRANKED_MISSING] = "missing",
        [UNRANKED_NOT_ENTERED] = "not-entered",
    };
    table_add_cell(drawing->table, en[contender->lists]);
    if (has_any_list(drawing))
        table_add_cell(drawing->table, pick(drawing, en[contender->lists], zh[contender->lists]));
    table_add_cell(drawing->table, reasons[contender->reason]);
}

// Of a ranked subject's; null of the unassigned, which are nobody's peers.
static const struct assessed_group *group_of(const struct assessment *assessment, size_t position)
{
    for (size_t i = 0; i < assessment->group_count; i++)
        if (position >= assessment->groups[i].first &&
            position < assessment->groups[i].first + assessment->groups[i].count)
            return assessment->contenders[position].is_unassigned ? NULL : &assessment->groups[i];
    return NULL;
}

static void add_contender(const struct drawing *drawing, size_t position)
{
    const struct assessment *assessment = drawing->assessment;
    const struct contender *contender = &assessment->contenders[position];
    const struct scoring *scoring = &assessment->profile->scoring;
    struct table *table = drawing->table;
    bool ranked = contender->reason == RANKED;
    const char *rank = arena_printf(drawing->arena, "%" PRIu32, contender->rank);
    table_add_row(table);
    table_add_cell(table, contender->is_unassigned ? "unassigned" : "district");
    table_add_cell(table, ranked ? rank : NULL);
    table_add_cell(table, ranked ? (contender->is_shared ? "yes" : "no") : NULL);
    table_add_cell(
        table, ranked ? arena_printf(drawing->arena, "%s%s", rank, contender->is_shared ? "=" : " ")
                      : NULL);
    table_add_cell(table, arena_string(drawing->arena, contender->code));
    table_add_cell(table, drawing_subject_name(drawing, position));
    table_add_cell(table,
                   contender->group.length ? arena_string(drawing->arena, contender->group) : NULL);
    for (size_t i = 0; i < scoring->indicator_count; i++)
        add_value_cells(drawing, i, group_of(assessment, position), &contender->measured[i],
                        contender->is_unassigned ? NULL : &contender->points[i]);
    add_items(drawing, contender);
    int digits = scoring->total_digits >= 0 ? scoring->total_digits : PRINTED_DIGITS;
    table_add_cell(table, ranked ? rational_print(drawing->arena, contender->total, digits) : NULL);
    table_add_cell(table,
                   ranked ? rational_print_exact(drawing->arena, contender->exact_total) : NULL);
    add_codes(drawing, contender);
    table_add_cell(table, drawing_print_note(drawing, contender));
}

static void add_summary_head(const struct drawing *drawing, const struct assessed_group *group,
                             const char *kind, const char *name)
{
    table_add_row(drawing->table);
    table_add_cell(drawing->table, kind);
    for (int i = 0; i < 3; i++)
        table_add_cell(drawing->table, NULL);
    table_add_cell(drawing->table, "");
    table_add_cell(drawing->table, name);
    table_add_cell(drawing->table,
                   group->name.length ? arena_string(drawing->arena, group->name) : NULL);
}

static void add_summary_tail(const struct drawing *drawing, const char *note)
{
    for (size_t i = 0; i < drawing->assessment->profile->scoring.item_count; i++)
        table_add_cell(drawing->table, NULL);
    table_add_cell(drawing->table, NULL);
    table_add_cell(drawing->table, NULL);
    for (int i = has_any_list(drawing) ? 3 : 2; i > 0; i--)
        table_add_cell(drawing->table, ""); // no list, no reason
    table_add_cell(drawing->table, note);
}

// The pooled rate and the mean of the rates: two figures, two names (DOMAIN 6.6).
static void add_summary(const struct drawing *drawing, const struct assessed_group *group)
{
    const struct scoring *scoring = &drawing->assessment->profile->scoring;
    if (drawing->assessment->contenders[group->first].is_unassigned)
        return;
    add_summary_head(drawing, group, "pooled", pick(drawing, "all together", "合计"));
    for (size_t i = 0; i < scoring->indicator_count; i++)
        add_value_cells(drawing, i, NULL, &group->pooled[i], NULL);
    add_summary_tail(drawing, pick(drawing, "pooled: of the sums", "按合计数计算"));
    add_summary_head(
        drawing, group, "mean",
        drawing->language == LANGUAGE_ZH
            ? arena_printf(drawing->arena, "各%s平均", drawing_subject_word(drawing, true))
            : arena_printf(drawing->arena, "mean of %s", drawing_subject_word(drawing, true)));
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        const struct measured mean = {.known = group->mean_count[i] > 0,
                                      .value = group->mean[i],
                                      .n = (int64_t)group->mean_count[i]};
        add_value_cells(drawing, i, NULL, &mean, NULL);
    }
    const char *subjects = drawing_subject_word(drawing, true);
    add_summary_tail(drawing, drawing->language == LANGUAGE_ZH
                                  ? arena_printf(drawing->arena, "n 为有值的%s数", subjects)
                                  : arena_printf(drawing->arena, "n: %s with a value", subjects));
}

static void draw(const struct drawing *drawing, bool for_people)
{
    const struct assessment *assessment = drawing->assessment;
    add_columns(drawing);
    for (size_t i = 0; i < assessment->count; i++)
        add_contender(drawing, i);
    for (size_t i = 0; i < assessment->group_count; i++)
        if (drawing->shows_values || !for_people) // summaries have values alone
            add_summary(drawing, &assessment->groups[i]);
}

bool ranking_table_print(const struct assessment *assessment,
                         const struct ranking_table_options *options, bool continued,
                         struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct drawing drawing = {
        .arena = &arena,
        .assessment = assessment,
        .language = options->language,
        .table = table_new(),
        .shows_values = strcmp(options->columns, "all") == 0,
        .shows_points = strcmp(options->columns, "total") != 0,
        .shows_wilson = options->shows_wilson,
    };
    bool for_people = options->format == TABLE_TEXT || options->format == TABLE_MARKDOWN;
    if (options->shows_shrunk && !assessment->printed)
        fit_shrinkage(&drawing);
    if (assessment->printed)
        interval_table_draw(&drawing);
    else
        draw(&drawing, for_people);
    ranking_facts_add(&drawing);
    if (options->shows_vector)
        table_add_fact(drawing.table, "cut_off", pick(&drawing, "cut-off", "截止"),
                       assessment->cut_off.vector, TABLE_FOR_ALL);
    bool ok = table_print(drawing.table, options->format, continued, stdout, error);
    table_free(drawing.table);
    arena_free(&arena);
    return ok;
}
