// What `robustness` shows to people: how sure the ranks are, what they are without one indicator, and which choice moves them.
#include "rank/questions/robustness_words.h"

#include <inttypes.h>
#include <stdio.h>

enum { RANK_COLUMNS_MAX = 16 }; // beyond, the chance of each rank would fill the screen

static const char *rank_words(struct printing *printing, const struct contender *contender)
{
    return contender->reason == RANKED
               ? arena_printf(robustness_arena(printing), "%" PRIu32 "%s", contender->rank,
                              contender->is_shared ? "=" : "")
               : "-";
}

// Whole per cent; what is not quite none or all says so.
static const char *print_chance(struct printing *printing, double chance)
{
    double per_cent = PER_CENT * chance;
    if (chance <= 0)
        return "";
    if (per_cent < 1)
        return "<1";
    if (per_cent > 99 && chance < 1)
        return ">99";
    return arena_printf(robustness_arena(printing), "%.0f", per_cent);
}

static void add_words(struct printing *printing, const char *key, const char *title)
{
    table_add_column(printing->table, key, title, TABLE_WORDS, TABLE_FOR_ALL);
}

static void add_number(struct printing *printing, const char *key, const char *title)
{
    table_add_column(printing->table, key, title, TABLE_NUMBER, TABLE_FOR_ALL);
}

// ---- to people: how sure the ranks are ----

static void add_rank_row(struct printing *printing, const struct asked_group *group, size_t member,
                         size_t rank_columns)
{
    struct arena *arena = robustness_arena(printing);
    const struct contender *contender = group->members[member];
    const struct rank_summary *summary = &group->summaries[member];
    table_add_row(printing->table);
    table_add_cell(printing->table, rank_words(printing, contender));
    table_add_cell(printing->table, robustness_code(printing, contender));
    table_add_cell(printing->table, robustness_name(printing, contender));
    table_add_cell(printing->table,
                   question_print_number(&printing->asked->question, arena, contender->total));
    table_add_cell(printing->table, print_chance(printing, summary->own));
    table_add_cell(printing->table, arena_printf(arena, "%.2f", summary->mean));
    table_add_cell(printing->table, arena_printf(arena, "%" PRIu32, summary->median));
    table_add_cell(printing->table,
                   summary->low == summary->high
                       ? arena_printf(arena, "%" PRIu32, summary->low)
                       : arena_printf(arena, "%" PRIu32 "-%" PRIu32, summary->low, summary->high));
    for (size_t rank = 1; rank <= rank_columns; rank++)
        table_add_cell(printing->table,
                       print_chance(printing, robustness_chance(group, member, rank)));
    table_add_cell(printing->table, robustness_list_open(printing, group, member));
}

static void fill_ranks(struct printing *printing, const struct asked_group *group)
{
    size_t ranked = robustness_ranked(group),
           rank_columns = ranked <= RANK_COLUMNS_MAX ? ranked : 0;
    add_number(printing, "", robustness_pick(printing, "rank", "名次"));
    add_words(printing, "", robustness_pick(printing, "code", "代码"));
    add_words(printing, "", robustness_pick(printing, "name", "名称"));
    add_number(printing, "", robustness_pick(printing, "total", "总分"));
    add_number(printing, "", robustness_pick(printing, "% at this rank", "保持名次%"));
    add_number(printing, "", robustness_pick(printing, "mean", "平均"));
    add_number(printing, "", robustness_pick(printing, "median", "中位"));
    add_number(printing, "", "5-95 %");
    for (size_t rank = 1; rank <= rank_columns; rank++)
        add_number(printing, "", arena_printf(robustness_arena(printing), "%zu", rank));
    add_words(printing, "", robustness_pick(printing, "not told apart from", "无法区分先后"));
    for (size_t i = 0; i < group->count; i++)
        if (group->members[i]->reason == RANKED)
            add_rank_row(printing, group, i, rank_columns);
}

// ---- to people: without one indicator ----

static void fill_without(struct printing *printing, const struct asked_group *group)
{
    add_number(printing, "", robustness_pick(printing, "rank", "名次"));
    add_words(printing, "", robustness_pick(printing, "code", "代码"));
    add_words(printing, "", robustness_pick(printing, "name", "名称"));
    for (size_t i = 0; i < robustness_indicators(printing); i++)
        if (group->without[i])
            add_number(printing, "", robustness_key(printing, i));
    if (!robustness_has_without(printing, group))
        add_words(printing, "",
                  robustness_pick(printing, "without the only indicator", "去掉唯一指标"));
    for (size_t member = 0; member < group->count; member++) {
        table_add_row(printing->table);
        table_add_cell(printing->table, rank_words(printing, group->members[member]));
        table_add_cell(printing->table, robustness_code(printing, group->members[member]));
        table_add_cell(printing->table, robustness_name(printing, group->members[member]));
        for (size_t i = 0; i < robustness_indicators(printing); i++)
            if (group->without[i])
                table_add_cell(printing->table, rank_words(printing, &group->without[i][member]));
        if (!robustness_has_without(printing, group))
            table_add_cell(printing->table, robustness_pick(printing, "nothing is left to rank by",
                                                            "已无可排名的指标"));
    }
}

// ---- which choice moves the rank ----

static const char *choice_words(struct printing *printing, int choice)
{
    const struct robustness_settings *settings = &printing->asked->settings;
    switch (choice) {
    case CHOICE_WEIGHTS:
        return settings->spread > 0 ? arena_printf(robustness_arena(printing), "%s ±%.0f %%",
                                                   robustness_pick(printing, "each", "各自"),
                                                   PER_CENT * settings->spread)
                                    : robustness_pick(printing, "fixed", "固定");
    case CHOICE_WAY:
        return robustness_list_ways(printing);
    case CHOICE_MINIMUM:
        return robustness_list_minimums(printing);
    default:
        return settings->has_noise
                   ? robustness_pick(printing, "values as their numbers of cases leave them open",
                                     "数值在其样本数所容许的范围内")
                   : robustness_pick(printing, "off", "不计");
    }
}

// Indices near zero may come out below it: no "-0.00".
static double without_sign_of_zero(double value)
{
    static const double half_digit = 0.005;
    return value < 0 && value > -half_digit ? 0 : value;
}

static void add_estimate(struct printing *printing, const struct sobol_estimate *estimate)
{
    struct arena *arena = robustness_arena(printing);
    table_add_cell(printing->table,
                   estimate ? arena_printf(arena, "%.2f", without_sign_of_zero(estimate->value))
                            : NULL);
    table_add_cell(printing->table, estimate ? arena_printf(arena, "%.2f %s %.2f",
                                                            without_sign_of_zero(estimate->low),
                                                            robustness_pick(printing, "to", "至"),
                                                            without_sign_of_zero(estimate->high))
                                             : NULL);
}

static void fill_choices(struct printing *printing, const struct asked_group *group)
{
    bool varied = group->varied[OUTPUT_RANK];
    add_words(printing, "", robustness_pick(printing, "choice", "选择"));
    add_words(printing, "", robustness_pick(printing, "varied", "变动范围"));
    add_number(printing, "", robustness_pick(printing, "first order", "一阶指数"));
    add_number(printing, "", "95 %");
    add_number(printing, "", robustness_pick(printing, "total", "总指数"));
    add_number(printing, "", "95 %");
    for (int i = 0; i < CHOICE_COUNT; i++) {
        table_add_row(printing->table);
        table_add_cell(printing->table, robustness_choice_name(printing, i));
        table_add_cell(printing->table, choice_words(printing, i));
        add_estimate(printing, varied ? &group->indices[OUTPUT_RANK][i].first : NULL);
        add_estimate(printing, varied ? &group->indices[OUTPUT_RANK][i].total : NULL);
    }
}

// ---- all three ----

struct table *robustness_table(struct robustness_question *asked, const struct asked_group *group,
                               int question)
{
    struct printing printing = {asked, table_new()};
    const char *title = NULL;
    if (question == 0) {
        title = robustness_pick(&printing, "how sure the ranks are", "名次的稳健程度");
        fill_ranks(&printing, group);
    } else if (question == 1) {
        title = robustness_pick(&printing, "ranks without one indicator", "去掉单项指标后的名次");
        fill_without(&printing, group);
    } else if (question == 2) {
        title = robustness_pick(&printing, "which choice moves the rank", "哪项选择影响名次");
        fill_choices(&printing, group);
    } else {
        table_free(printing.table);
        return NULL;
    }
    bool is_one_of_several = assessment_has_groups(&asked->question.result.assessment);
    const char *name = arena_string(robustness_arena(&printing), group->name);
    table_set_title(printing.table, is_one_of_several ? arena_printf(robustness_arena(&printing),
                                                                     "%s: %s", name, title)
                                                      : title);
    return printing.table;
}
