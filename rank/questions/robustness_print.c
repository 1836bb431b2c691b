// What holds of all answers of `robustness`, and in which order they are printed.
#include "rank/questions/robustness_words.h"

#include <inttypes.h>

static int greatest_choice(const struct asked_group *group)
{
    int out = 0;
    for (int i = 1; i < CHOICE_COUNT; i++)
        if (group->indices[OUTPUT_RANK][i].total.value >
            group->indices[OUTPUT_RANK][out].total.value)
            out = i;
    return out;
}

static const char *moved_words(struct printing *printing, const struct asked_group *group)
{
    if (!group->varied[OUTPUT_RANK])
        return robustness_pick(printing, "no choice that was varied moves it",
                               "所变动的选择均不影响名次");
    int choice = greatest_choice(group);
    const struct sobol_estimate *total = &group->indices[OUTPUT_RANK][choice].total;
    return arena_printf(
        robustness_arena(printing), "%s%s%s %.2f, %.2f %s %.2f%s",
        robustness_pick(printing, "moved most by the choice of ", "影响最大的选择为"),
        robustness_choice_name(printing, choice),
        robustness_pick(printing, " (total index", "（总指数"), total->value, total->low,
        robustness_pick(printing, "to", "至"), total->high, robustness_pick(printing, ")", "）"));
}

static const char *subject_verdict(struct printing *printing, const struct asked_group *group)
{
    size_t member = (size_t)group->subject;
    const struct contender *contender = group->members[member];
    const struct rank_summary *summary = &group->summaries[member];
    const char *open = robustness_list_open(printing, group, member);
    return arena_printf(
        robustness_arena(printing), "%s%s%" PRIu32 "%s %.1f %%%s%" PRIu32 " %s %" PRIu32 "%s%s%s%s",
        robustness_call(printing, contender), robustness_pick(printing, ": rank ", "：名次 "),
        contender->rank, robustness_pick(printing, " in", "，保持于"), PER_CENT * summary->own,
        robustness_pick(printing, " of the draws, 5th to 95th percentile ",
                        "的抽样，第 5 至第 95 百分位名次 "),
        summary->low, robustness_pick(printing, "to", "至"), summary->high,
        *open ? robustness_pick(printing, "; not told apart from ", "；无法区分先后：") : "", open,
        robustness_pick(printing, "; ", "；"), moved_words(printing, group));
}

static const char *group_verdict(struct printing *printing, const struct asked_group *group)
{
    struct arena *arena = robustness_arena(printing);
    size_t sure = 0, open = 0, pairs = 0, ranked = 0;
    for (size_t i = 0; i < group->count; i++) {
        if (group->members[i]->reason != RANKED)
            continue;
        ranked++;
        sure += group->summaries[i].low == group->members[i]->rank &&
                group->summaries[i].high == group->members[i]->rank;
        for (size_t other = i + 1; other < group->count; other++) {
            if (group->members[other]->reason != RANKED)
                continue;
            pairs++;
            open += robustness_is_open(printing->asked, group, i, other);
        }
    }
    return printing->asked->question.language == LANGUAGE_ZH &&
                   question_is_for_people(&printing->asked->question)
               ? arena_printf(
                     arena,
                     "%zu / %zu 个名次在第 5 至第 95 百分位间不变；%zu / %zu 对无法区分先后；%s",
                     sure, ranked, open, pairs, moved_words(printing, group))
               : arena_printf(arena,
                              "%zu of %zu ranks stay from the 5th to the 95th percentile; %zu of "
                              "%zu pairs are not told apart; %s",
                              sure, ranked, open, pairs, moved_words(printing, group));
}

static void add_verdict(struct printing *printing, const struct asked_group *group)
{
    const char *verdict = group->subject == ROBUSTNESS_ALL ? group_verdict(printing, group)
                                                           : subject_verdict(printing, group);
    table_add_fact(printing->table, "answer", robustness_pick(printing, "answer", "结论"), verdict,
                   TABLE_FOR_ALL);
}

// The scored indicators whose values stay as measured.
static const char *list_without_noise(struct printing *printing)
{
    const char *out = "";
    for (size_t i = 0; i < robustness_indicators(printing); i++) {
        bool varies = robustness_indicator(printing, i)->rule.type == RULE_WATCHED;
        for (size_t at = 0; at < printing->asked->group_count; at++)
            varies |= robustness_noise(printing->asked->groups[at].robustness, i) != NOISE_NONE;
        if (!varies)
            out = arena_printf(robustness_arena(printing), "%s%s%s", out,
                               *out ? robustness_comma(printing) : "", robustness_key(printing, i));
    }
    return out;
}

// "Liwan W19": what was not counted of those that are ranked nevertheless.
static const char *list_without_cases(struct printing *printing)
{
    const char *out = "";
    for (size_t at = 0; at < printing->asked->group_count; at++) {
        const struct asked_group *group = &printing->asked->groups[at];
        for (size_t member = 0; member < group->count; member++)
            for (size_t i = 0; i < robustness_indicators(printing); i++)
                if (group->members[member]->reason == RANKED &&
                    robustness_indicator(printing, i)->rule.type != RULE_WATCHED &&
                    indicator_counts_in(robustness_indicator(printing, i), group->name) &&
                    !group->members[member]->measured[i].known)
                    out = arena_printf(robustness_arena(printing), "%s%s%s %s", out,
                                       *out ? robustness_comma(printing) : "",
                                       robustness_call(printing, group->members[member]),
                                       robustness_key(printing, i));
    }
    return *out ? out : NULL;
}

// How far figures are drawn of which no number of cases was printed.
static const char *print_printed(struct printing *printing)
{
    const struct printed_figures *printed = printing->asked->question.result.assessment.printed;
    return printed && printed->used
               ? robustness_pick(printing,
                                 "without a number of cases they are drawn inside their digits "
                                 "alone, so their chance is too small",
                                 "未刊样本数者仅在所刊位数内抽取，其偶然性偏小")
               : NULL;
}

static const char *print_weights(struct printing *printing)
{
    double spread = printing->asked->settings.spread;
    if (spread <= 0)
        return robustness_pick(printing, "as the profile has them", "按规则不变");
    return arena_printf(
        robustness_arena(printing), "%s%.0f %% %s",
        robustness_pick(printing, "each drawn uniformly within ±", "各自在规则所定的 ±"),
        PER_CENT * spread,
        robustness_pick(printing, "of the profile's, then scaled to their old sum",
                        "内均匀抽取，再按原合计缩放"));
}

static const char *print_model(struct printing *printing)
{
    const char *fixed = list_without_noise(printing);
    bool has_items = printing->asked->question.result.profile.scoring.item_count > 0;
    if (!printing->asked->settings.has_noise)
        return robustness_pick(printing, "values as measured", "数值按实测不变");
    return arena_printf(
        robustness_arena(printing), "%s%s%s%s",
        robustness_pick(
            printing,
            "shares by Beta, ratings by Dirichlet, counts by Gamma distributions (Jeffreys' "
            "prior), quantiles by drawing again",
            "比率按 Beta、评价按 Dirichlet、件数按 Gamma 分布（Jeffreys 先验），分位数按重抽样"),
        *fixed ? robustness_pick(printing, "; as measured: ", "；按实测不变：") : "", fixed,
        has_items
            ? robustness_pick(printing, "; points entered by hand do not vary", "；人工录入分不变")
            : "");
}

static const char *print_level(struct printing *printing)
{
    return arena_printf(
        robustness_arena(printing), "%s %" PRId64 " %% %s",
        robustness_pick(printing, "either stands before the other in more than",
                        "双方各自领先的抽样均超过"),
        printing->asked->level,
        robustness_pick(printing, "of the draws (of a shared rank half)", "（并列各计一半）"));
}

static const char *print_indices(struct printing *printing)
{
    return arena_printf(
        robustness_arena(printing), "%s%s %" PRId64 " %s",
        printing->asked->question.has_subject
            ? robustness_pick(printing, "of the rank", "名次的")
            : robustness_pick(printing, "of the mean absolute shift of ranks",
                              "名次平均绝对变动的"),
        robustness_pick(printing, ", Sobol's, of", " Sobol 指数，抽样"), printing->asked->draws,
        robustness_pick(
            printing,
            "pairs of draws (first order: Saltelli 2010, total: Jansen 1999); 95 %: bootstrap; an "
            "unranked subject counts as behind the last",
            "对（一阶：Saltelli 2010，总：Jansen 1999）；95 %：自助法；未排名者计为末位之后"));
}

static void add_facts(struct printing *printing)
{
    struct arena *arena = robustness_arena(printing);
    const struct robustness_question *asked = printing->asked;
    const struct {
        const char *key, *en, *zh, *value;
        enum table_audience audience;
    } facts[] = {
        {"draws", "draws", "抽样次数", arena_printf(arena, "%" PRId64, asked->draws),
         TABLE_FOR_ALL},
        {"seed", "seed", "随机种子", arena_printf(arena, "%" PRIu64, asked->settings.seed),
         TABLE_FOR_ALL},
        {"weights", "weights", "权重", print_weights(printing), TABLE_FOR_ALL},
        {"chance", "chance", "偶然性", print_model(printing), TABLE_FOR_ALL},
        {"printed_drawn", "figures of others", "他方数值", print_printed(printing), TABLE_FOR_ALL},
        {"no_cases", "no cases, missing in every draw", "无样本，各次抽样均缺",
         list_without_cases(printing), TABLE_FOR_ALL},
        {"apart", "not told apart", "无法区分先后", print_level(printing), TABLE_FOR_ALL},
        {"indices", "indices", "敏感性指数", print_indices(printing), TABLE_FOR_ALL},
        {"rules", "", "", robustness_list_ways(printing), TABLE_FOR_MACHINES},
        {"minimums", "", "", robustness_list_minimums(printing), TABLE_FOR_MACHINES},
        {"arithmetic", "arithmetic", "计算",
         robustness_pick(
             printing, "floating point, and decides no rank; ranks without one indicator are exact",
             "浮点计算，不决定任何名次；去掉单项指标的名次为精确计算"),
         TABLE_FOR_ALL},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        table_add_fact(printing->table, facts[i].key,
                       robustness_pick(printing, facts[i].en, facts[i].zh), facts[i].value,
                       facts[i].audience);
    question_add_facts(&printing->asked->question, printing->table);
}

static bool finish(struct table *table, const struct robustness_question *asked, bool continued,
                   struct error *error)
{
    bool done = table_print(table, asked->question.format, continued, stdout, error);
    table_free(table);
    return done;
}

static bool print_for_people(struct robustness_question *asked, struct error *error)
{
    bool continued = false;
    for (size_t i = 0; i < asked->group_count; i++) {
        struct table *table, *next;
        int question = 0;
        for (table = robustness_table(asked, &asked->groups[i], question++); table; table = next) {
            next = robustness_table(asked, &asked->groups[i], question++);
            struct printing printing = {asked, table};
            if (!next)
                add_verdict(&printing, &asked->groups[i]);
            if (!next && i + 1 == asked->group_count)
                add_facts(&printing);
            if (!finish(table, asked, continued, error)) {
                table_free(next);
                return false;
            }
            continued = true;
        }
    }
    return true;
}

bool robustness_print(struct robustness_question *asked, struct error *error)
{
    if (question_is_for_people(&asked->question))
        return print_for_people(asked, error);
    struct printing printing = {asked, robustness_rows(asked)};
    if (asked->group_count == 1)
        add_verdict(&printing, &asked->groups[0]);
    add_facts(&printing);
    return finish(printing.table, asked, false, error);
}
