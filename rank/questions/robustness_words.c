// Names, lists and chances that tables, rows and facts of `robustness` say alike.
#include "rank/questions/robustness_words.h"

struct arena *robustness_arena(struct printing *printing)
{
    return &printing->asked->question.arena;
}

const char *robustness_pick(const struct printing *printing, const char *en, const char *zh)
{
    const struct question *question = &printing->asked->question;
    return question_is_for_people(question) ? question_pick(question, en, zh) : en;
}

const char *robustness_comma(const struct printing *printing)
{
    return robustness_pick(printing, ", ", "、");
}

const struct scored_indicator *robustness_indicator(const struct printing *printing,
                                                    size_t position)
{
    return &printing->asked->question.result.profile.indicators[position];
}

size_t robustness_indicators(const struct printing *printing)
{
    return printing->asked->question.result.profile.scoring.indicator_count;
}

const char *robustness_name(struct printing *printing, const struct contender *contender)
{
    struct question *question = &printing->asked->question;
    return question_subject_name(question,
                                 (size_t)(contender - question->result.assessment.contenders));
}

const char *robustness_code(struct printing *printing, const struct contender *contender)
{
    return arena_string(robustness_arena(printing), contender->code);
}

const char *robustness_call(struct printing *printing, const struct contender *contender)
{
    return question_is_for_people(&printing->asked->question)
               ? robustness_name(printing, contender)
               : robustness_code(printing, contender);
}

const char *robustness_key(struct printing *printing, size_t indicator)
{
    return arena_string(robustness_arena(printing), robustness_indicator(printing, indicator)->key);
}

const char *robustness_choice_name(const struct printing *printing, int choice)
{
    static const char *const en[CHOICE_COUNT] = {"weights", "scoring rule", "minimum denominator",
                                                 "chance"},
                             *const zh[CHOICE_COUNT] = {"权重", "计分规则", "最低样本数", "偶然性"};
    return robustness_pick(printing, en[choice], zh[choice]);
}

double robustness_chance(const struct asked_group *group, size_t member, size_t rank)
{
    return (double)group->tally.ranks[member * group->count + rank - 1] /
           (double)group->tally.draws;
}

size_t robustness_ranked(const struct asked_group *group)
{
    return float_score_ranked(robustness_score(group->robustness), 0);
}

const char *robustness_list_ways(struct printing *printing)
{
    static const char *const zh[SCORE_WAY_COUNT] = {"规则本身", "名次计分", "与最优之比",
                                                    "极差标准化", "Z 分数"};
    const struct robustness_settings *settings = &printing->asked->settings;
    const char *out = "";
    for (size_t i = 0; i < settings->way_count; i++)
        out = arena_printf(
            robustness_arena(printing), "%s%s%s", out, i ? robustness_comma(printing) : "",
            robustness_pick(printing, score_way_names[settings->ways[i]], zh[settings->ways[i]]));
    return out;
}

const char *robustness_list_minimums(struct printing *printing)
{
    const struct robustness_settings *settings = &printing->asked->settings;
    const char *out = "";
    bool has_any = false;
    for (size_t i = 0; i < robustness_indicators(printing); i++)
        has_any |= robustness_indicator(printing, i)->minimum_denominator > 0;
    if (!has_any)
        return robustness_pick(printing, "the profile has none", "规则未设");
    for (size_t i = 0; i < settings->minimum_count; i++)
        out = arena_printf(robustness_arena(printing), "%s%s%.0f", out,
                           i ? robustness_comma(printing) : "", PER_CENT * settings->minimums[i]);
    return arena_printf(robustness_arena(printing), "%s %s", out,
                        robustness_pick(printing, "% of the profile's", "%（相对规则所定）"));
}

const char *robustness_list_open(struct printing *printing, const struct asked_group *group,
                                 size_t member)
{
    enum { MOST = 12 };
    const char *out = "";
    size_t open = 0;
    for (size_t i = 0; i < group->count; i++)
        if (i != member && group->members[i]->reason == RANKED &&
            robustness_is_open(printing->asked, group, member, i) && ++open <= MOST)
            out = arena_printf(robustness_arena(printing), "%s%s%s", out,
                               *out ? robustness_comma(printing) : "",
                               robustness_call(printing, group->members[i]));
    return open <= MOST ? out
                        : arena_printf(robustness_arena(printing), "%s%s%zu%s", out,
                                       robustness_pick(printing, " and ", " 等共 "),
                                       question_is_for_people(&printing->asked->question) &&
                                               printing->asked->question.language == LANGUAGE_ZH
                                           ? open
                                           : open - MOST,
                                       robustness_pick(printing, " more", " 个"));
}

bool robustness_has_without(const struct printing *printing, const struct asked_group *group)
{
    for (size_t i = 0; i < robustness_indicators(printing); i++)
        if (group->without[i])
            return true;
    return false;
}
