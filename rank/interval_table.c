// The table of a ranking in which some figures are known to their printed digits alone: ranks, points and totals are what is possible.
#include "rank/ranking_table_internal.h"

#include <inttypes.h>

enum { PRINTED_DIGITS = 2 };

static const struct interval_standing *standing_of(const struct drawing *drawing, size_t position)
{
    return &drawing->assessment->printed->intervals.standings[position];
}

static enum table_audience audience(bool for_people)
{
    return for_people ? TABLE_FOR_ALL : TABLE_FOR_MACHINES;
}

static void add_indicator_columns(const struct drawing *drawing, size_t position)
{
    const struct profile *profile = drawing->assessment->profile;
    const struct scored_indicator *indicator = &profile->indicators[position];
    const struct profile_column *column = &profile->columns[position];
    enum indicator_unit unit = indicator->settings.indicator->unit;
    struct arena *arena = drawing->arena;
    const char *key = arena_string(arena, indicator->key);
    struct text title = language_pick_text(drawing->language, column->title_en, column->title_zh);
    table_add_column(drawing->table, key,
                     arena_printf(arena, TEXT_FORMAT "%s", TEXT_ARGUMENTS(title),
                                  drawing_unit_suffix(drawing, unit)),
                     TABLE_NUMBER, audience(drawing->shows_values));
    table_add_column(drawing->table, arena_printf(arena, "%s_n", key), "n", TABLE_NUMBER,
                     audience(drawing->shows_values && unit != UNIT_COUNT));
    table_add_column(drawing->table, arena_printf(arena, "%s_printed", key), "", TABLE_WORDS,
                     TABLE_FOR_MACHINES);
    if (indicator->rule.type == RULE_WATCHED)
        return;
    table_add_column(drawing->table, arena_printf(arena, "%s_points_low", key), "", TABLE_WORDS,
                     TABLE_FOR_MACHINES);
    table_add_column(drawing->table, arena_printf(arena, "%s_points_high", key), "", TABLE_WORDS,
                     TABLE_FOR_MACHINES);
    if (drawing->shows_points)
        table_add_column(drawing->table, "",
                         drawing->shows_values ? pick(drawing, "points", "得分") : key,
                         TABLE_NUMBER, TABLE_FOR_PEOPLE);
}

static void add_columns(const struct drawing *drawing)
{
    struct table *table = drawing->table;
    const struct profile *profile = drawing->assessment->profile;
    static const char *const machine[] = {"row",       "ranks",   "rank_low",
                                          "rank_high", "certain", "bound"};
    for (size_t i = 0; i < sizeof machine / sizeof *machine; i++)
        table_add_column(table, machine[i], "", TABLE_WORDS, TABLE_FOR_MACHINES);
    table_add_column(table, "", pick(drawing, "rank", "名次"), TABLE_NUMBER, TABLE_FOR_PEOPLE);
    table_add_column(table, "district", pick(drawing, "code", "代码"), TABLE_WORDS,
                     audience(drawing_has_codes(drawing)));
    table_add_column(table, "name", drawing_subject_word(drawing, false), TABLE_WORDS,
                     TABLE_FOR_ALL);
    table_add_column(table, "group", pick(drawing, "group", "分组"), TABLE_WORDS,
                     audience(assessment_has_groups(drawing->assessment)));
    for (size_t i = 0; i < profile->scoring.indicator_count; i++)
        add_indicator_columns(drawing, i);
    for (size_t i = 0; i < profile->scoring.item_count; i++) {
        const struct profile_column *column = &profile->item_columns[i];
        table_add_column(
            table, arena_string(drawing->arena, profile->scoring.items[i].key),
            arena_string(drawing->arena,
                         language_pick_text(drawing->language, column->title_en, column->title_zh)),
            TABLE_NUMBER, audience(drawing->shows_points));
    }
    table_add_column(table, "total_low", "", TABLE_WORDS, TABLE_FOR_MACHINES);
    table_add_column(table, "total_high", "", TABLE_WORDS, TABLE_FOR_MACHINES);
    table_add_column(table, "", pick(drawing, "total", "总分"), TABLE_NUMBER, TABLE_FOR_PEOPLE);
    table_add_column(table, "note", pick(drawing, "note", "备注"), TABLE_WORDS, TABLE_FOR_ALL);
}

// "9.38–9.41", or one number where both ends are printed alike.
static const char *print_between(const struct drawing *drawing, const struct piece *piece,
                                 int digits)
{
    const char *low = rational_print(drawing->arena, piece->low, digits),
               *high = rational_print(drawing->arena, piece->high, digits);
    return strcmp(low, high) == 0 ? low : arena_printf(drawing->arena, "%s–%s", low, high);
}

static void add_figure(const struct drawing *drawing, size_t position, size_t i)
{
    const struct assessment *assessment = drawing->assessment;
    const struct contender *contender = &assessment->contenders[position];
    const struct measured *measured = &contender->measured[i];
    const struct points *points = &contender->points[i];
    const struct interval_standing *standing = standing_of(drawing, position);
    const struct scored_indicator *indicator = &assessment->profile->indicators[i];
    const struct used_figure *printed =
        printed_figures_find(assessment->printed, contender->code, i);
    struct arena *arena = drawing->arena;
    table_add_cell(drawing->table,
                   printed && printed->value
                       ? printed->value
                       : drawing_print_value(drawing, i, measured->known, measured->value));
    table_add_cell(drawing->table,
                   measured->n == INT64_MAX ? NULL : arena_printf(arena, "%" PRId64, measured->n));
    table_add_cell(drawing->table, printed ? "yes" : "no");
    if (indicator->rule.type == RULE_WATCHED)
        return;
    bool has_points = standing->points &&
                      (points->status == POINTS_SCORED ||
                       (points->status == POINTS_MISSING && indicator->missing >= MISSING_ZERO));
    const struct piece *piece = has_points ? &standing->points[i] : NULL;
    table_add_cell(drawing->table, piece ? rational_print_exact(arena, piece->low) : NULL);
    table_add_cell(drawing->table, piece ? rational_print_exact(arena, piece->high) : NULL);
    if (drawing->shows_points)
        table_add_cell(drawing->table,
                       piece ? print_between(drawing, piece, PRINTED_DIGITS) : NULL);
}

static const char *print_certainty(const struct drawing *drawing,
                                   const struct interval_standing *standing)
{
    if (standing->rank_count == 1)
        return pick(drawing, "certain", "名次确定");
    return standing->is_exact
               ? pick(drawing, "cannot be told from the printed digits", "据刊载的位数不能判定")
               : pick(drawing, "cannot be told from the printed digits; at most these",
                      "据刊载的位数不能判定，至多为此范围");
}

static void add_rank(const struct drawing *drawing, const struct contender *contender,
                     const struct interval_standing *standing)
{
    struct arena *arena = drawing->arena;
    bool ranked = standing->rank_count > 0;
    table_add_cell(drawing->table, contender->is_unassigned ? "unassigned" : "district");
    table_add_cell(drawing->table,
                   ranked ? printed_figures_print_ranks(arena, standing, false) : NULL);
    table_add_cell(drawing->table,
                   ranked ? arena_printf(arena, "%" PRIu32, standing->rank_low) : NULL);
    table_add_cell(drawing->table,
                   ranked ? arena_printf(arena, "%" PRIu32, standing->rank_high) : NULL);
    table_add_cell(drawing->table, ranked ? (standing->rank_count == 1 ? "yes" : "no") : NULL);
    table_add_cell(drawing->table, ranked ? (standing->is_exact ? "exact" : "outer") : NULL);
    table_add_cell(drawing->table,
                   ranked ? printed_figures_print_ranks(arena, standing, true) : NULL);
}

static void add_contender(const struct drawing *drawing, size_t position)
{
    const struct assessment *assessment = drawing->assessment;
    const struct contender *contender = &assessment->contenders[position];
    const struct interval_standing *standing = standing_of(drawing, position);
    const struct scoring *scoring = &assessment->profile->scoring;
    struct arena *arena = drawing->arena;
    struct table *table = drawing->table;
    bool ranked = standing->rank_count > 0;
    table_add_row(table);
    add_rank(drawing, contender, standing);
    table_add_cell(table, arena_string(arena, contender->code));
    table_add_cell(table, drawing_subject_name(drawing, position));
    table_add_cell(table, contender->group.length ? arena_string(arena, contender->group) : NULL);
    for (size_t i = 0; i < scoring->indicator_count; i++)
        add_figure(drawing, position, i);
    for (size_t i = 0; i < scoring->item_count; i++)
        table_add_cell(table,
                       ranked ? rational_print(arena, contender->entered[i].points, PRINTED_DIGITS)
                              : NULL);
    int digits = scoring->total_digits >= 0 ? scoring->total_digits : PRINTED_DIGITS;
    table_add_cell(table, ranked ? rational_print_exact(arena, standing->total.low) : NULL);
    table_add_cell(table, ranked ? rational_print_exact(arena, standing->total.high) : NULL);
    table_add_cell(table, ranked ? print_between(drawing, &standing->total, digits) : NULL);
    table_add_cell(table, ranked ? print_certainty(drawing, standing)
                                 : drawing_print_note(drawing, contender));
}

void interval_table_draw(const struct drawing *drawing)
{
    add_columns(drawing);
    for (size_t i = 0; i < drawing->assessment->count; i++)
        add_contender(drawing, i);
}
