// `cityops-rank whatif`: the least change of each indicator by which one subject reaches a rank (core/whatif.h).
#include "rank/commands.h"
#include "rank/facts.h"
#include "rank/headings.h"
#include "rank/questions/question.h"

#include "core/whatif.h"

#include <inttypes.h>
#include <stdlib.h>

const struct config_key whatif_keys[] = {
    CONFIG_KEYS_QUESTION,
    {.name = "rank",
     .letter = 'k',
     .type = CONFIG_INTEGER,
     .argument = "N",
     .minimum = 1,
     .maximum = 1000000,
     .meaning = "The rank to reach, or a better one; default: one better than now"},
    {.name = "together",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "2",
     .minimum = 1,
     .maximum = INDICATORS_TOGETHER_MAX,
     .meaning = "How many indicators may be moved together; 1: each by itself"},
    {.name = "combinations",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "5",
     .minimum = 0,
     .maximum = INT32_MAX,
     .meaning = "How many combinations to list, cheapest first"},
    {0},
};

struct whatif {
    struct question question;
    struct whatif_question asked;
    struct whatif_answer *answers, **ordered; // ordered: what reaches the rank first, by cost
    struct whatif_combinations together;
    const struct interval_standing
        *standing; // of the subject, where others' figures are printed ones; else null
    struct whatif_answer *possible; // with standing: the least moves by which the rank is possible
    struct table *table;
};

static const char *pick(const struct whatif *whatif, const char *en, const char *zh)
{
    return question_pick(&whatif->question, en, zh);
}

static const struct scored_indicator *indicator_at(const struct whatif *whatif, size_t position)
{
    return &whatif->question.result.profile.indicators[position];
}

// ---- the answers ----

static bool choose_rank(struct whatif *whatif, struct error *error)
{
    struct question *question = &whatif->question;
    const struct contender *subject = question_subject(question);
    const char *name = question_subject_name(question, question->subject);
    const struct printed_figures *printed = question->result.assessment.printed;
    if (printed && printed->intervals.has_intervals)
        whatif->standing = &printed->intervals.standings[question->subject];
    uint32_t rank = whatif->standing ? whatif->standing->rank_high : subject->rank;
    int64_t wanted = config_is_set(question->config, "rank")
                         ? config_integer(question->config, "rank")
                         : (int64_t)rank - 1;
    if (rank == 1)
        return error_set(error, ERROR_BAD_CONFIG, "%s has rank 1 in %s: there is no better one",
                         name, question->name);
    if (wanted >= rank)
        return error_set(error, ERROR_BAD_CONFIG,
                         "%s has rank %" PRIu32 " in %s already: ask for a better one than that",
                         name, rank, question->name);
    whatif->asked = (struct whatif_question){
        .scoring = &question->result.profile.scoring,
        .contenders = question->result.assessment.contenders,
        .count = question->result.assessment.count,
        .subject = question->subject,
        .rank = (uint32_t)wanted,
        .certainty = whatif->standing ? WHATIF_CERTAINLY : WHATIF_AS_READ,
    };
    return true;
}

static int compare_answers(const void *left, const void *right)
{
    const struct whatif_answer *a = *(struct whatif_answer *const *)left,
                               *b = *(struct whatif_answer *const *)right;
    int order = (int)a->outcome - (int)b->outcome;
    if (!order && a->outcome == WHATIF_REACHED)
        order = rational_compare(a->cost, b->cost);
    return order ? order : (a->indicator > b->indicator) - (a->indicator < b->indicator);
}

static void find_answers(struct whatif *whatif)
{
    struct question *question = &whatif->question;
    size_t count = question->result.profile.scoring.indicator_count;
    whatif->answers = arena_array(&question->arena, struct whatif_answer, count + 1);
    whatif->ordered = arena_array(&question->arena, struct whatif_answer *, count + 1);
    whatif_each(&question->arena, &whatif->asked, whatif->answers);
    if (whatif->standing && whatif->standing->rank_low > whatif->asked.rank) {
        struct whatif_question possible = whatif->asked;
        possible.certainty = WHATIF_POSSIBLY;
        whatif->possible = arena_array(&question->arena, struct whatif_answer, count + 1);
        whatif_each(&question->arena, &possible, whatif->possible);
    }
    for (size_t i = 0; i < count; i++)
        whatif->ordered[i] = &whatif->answers[i];
    qsort(whatif->ordered, count, sizeof(struct whatif_answer *), compare_answers);
    whatif_together(&question->arena, &whatif->asked, whatif->answers,
                    (size_t)config_integer(question->config, "together"), &whatif->together);
}

// ---- the table ----

static void add_columns(const struct whatif *whatif)
{
    static const struct table_heading columns[] = {
        {"row", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"indicator", "indicator", "指标", TABLE_WORDS, TABLE_FOR_ALL},
        {"name", "name", "名称", TABLE_WORDS, TABLE_FOR_ALL},
        {"outcome", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"moves", "moves", "变动件数", TABLE_NUMBER, TABLE_FOR_ALL},
        {"limit", "of at most", "上限", TABLE_NUMBER, TABLE_FOR_ALL},
        {"move", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"move_words", "each", "每一变动", TABLE_WORDS, TABLE_FOR_ALL},
        {"cost", "cost", "代价", TABLE_NUMBER, TABLE_FOR_ALL},
        {"value", "value", "现值", TABLE_NUMBER, TABLE_FOR_ALL},
        {"value_after", "then", "变动后", TABLE_NUMBER, TABLE_FOR_ALL},
        {"total_after", "total", "总分", TABLE_NUMBER, TABLE_FOR_ALL},
        {"rank_after", "rank", "名次", TABLE_NUMBER, TABLE_FOR_ALL},
        {"shared_after", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"note", "note", "备注", TABLE_WORDS, TABLE_FOR_ALL},
    };
    enum { BEFORE = 5, AFTER = sizeof columns / sizeof *columns - BEFORE };
    headings_add(whatif->table, whatif->question.language, columns, BEFORE);
    if (whatif->standing)
        table_add_column(whatif->table, "moves_possible",
                         pick(whatif, "possibly with", "或可达件数"), TABLE_NUMBER, TABLE_FOR_ALL);
    headings_add(whatif->table, whatif->question.language, columns + BEFORE, AFTER);
}

static const char *print_count(struct whatif *whatif, int64_t count)
{
    return arena_printf(&whatif->question.arena, "%" PRId64, count);
}

// Total, rank and whether it is shared; null where nothing was tried.
static void add_state(struct whatif *whatif, const struct whatif_state *state)
{
    struct arena *arena = &whatif->question.arena;
    bool is_ranked = state && state->rank;
    struct rational total = rational_integer(arena, 0);
    if (is_ranked)
        total = question_is_for_people(&whatif->question) ? state->total : state->exact_total;
    table_add_cell(whatif->table,
                   is_ranked ? question_print_number(&whatif->question, arena, total) : NULL);
    table_add_cell(whatif->table, is_ranked ? arena_printf(arena, "%" PRIu32, state->rank) : NULL);
    table_add_cell(whatif->table, is_ranked ? (state->is_shared ? "yes" : "no") : NULL);
}

static void add_now(struct whatif *whatif)
{
    const struct contender *subject = question_subject(&whatif->question);
    uint32_t rank = whatif->standing ? whatif->standing->rank_high : subject->rank;
    const struct whatif_state state = {rank, subject->is_shared && !whatif->standing,
                                       subject->exact_total, subject->total};
    int empty = whatif->standing ? 9 : 8;
    table_add_row(whatif->table);
    table_add_cell(whatif->table, "now");
    table_add_cell(whatif->table, "");
    table_add_cell(whatif->table, pick(whatif, "now", "现状"));
    for (int i = 0; i < empty; i++)
        table_add_cell(whatif->table, i == 0 || i == empty - 5 || i == empty - 4 ? "" : NULL);
    add_state(whatif, &state);
    table_add_cell(whatif->table,
                   state.is_shared ? pick(whatif, "the rank is shared", "名次并列") : "");
}

static const char *print_note(struct whatif *whatif, const struct whatif_answer *answer)
{
    struct arena *arena = &whatif->question.arena;
    const struct indicator_move *move =
        &indicator_at(whatif, answer->indicator)->settings.indicator->move;
    switch (answer->outcome) {
    case WHATIF_REACHED:
        return answer->state.is_shared ? pick(whatif, "the rank is shared", "名次并列") : "";
    case WHATIF_UNREACHED:
        return pick(whatif, "not reached even with all of them", "全部变动后仍不能达到");
    case WHATIF_NO_MOVE:
        return arena_printf(arena, "%s: %s", pick(whatif, "nothing to be done", "无可变动"),
                            language_pick(whatif->question.language, move->en, move->zh));
    case WHATIF_NO_CASE:
        return pick(whatif, "no case is left that could be moved", "已无可变动的件");
    case WHATIF_WATCHED:
        return pick(whatif, "watched: decides no rank", "仅监测，不影响名次");
    case WHATIF_GIVEN_UP:
        break;
    }
    return pick(whatif, "not reached by so many; more were not tried", "该件数内未达到，未再尝试");
}

// The least moves by which the rank is possible; null where no number of them makes it so.
static const char *print_possible(struct whatif *whatif, size_t indicator)
{
    if (!whatif->possible)
        return "0";
    const struct whatif_answer *answer = &whatif->possible[indicator];
    return answer->outcome == WHATIF_REACHED ? print_count(whatif, answer->moves) : NULL;
}

static void add_answer(struct whatif *whatif, const struct whatif_answer *answer)
{
    static const char *const outcomes[] = {"reached", "unreached", "no-move",
                                           "no-case", "watched",   "given-up"};
    struct question *question = &whatif->question;
    struct arena *arena = &question->arena;
    const struct scored_indicator *indicator = indicator_at(whatif, answer->indicator);
    const struct indicator_move *move = &indicator->settings.indicator->move;
    const struct measured *before = &question_subject(question)->measured[answer->indicator];
    bool is_tried = answer->outcome == WHATIF_REACHED || answer->outcome == WHATIF_UNREACHED ||
                    answer->outcome == WHATIF_GIVEN_UP;
    bool is_endless = answer->limit == MOVES_MAX;
    table_add_row(whatif->table);
    table_add_cell(whatif->table, "indicator");
    table_add_cell(whatif->table, arena_string(arena, indicator->key));
    table_add_cell(whatif->table, question_title(question, answer->indicator));
    table_add_cell(whatif->table, outcomes[answer->outcome]);
    table_add_cell(whatif->table, is_tried ? print_count(whatif, answer->moves) : NULL);
    if (whatif->standing)
        table_add_cell(whatif->table, print_possible(whatif, answer->indicator));
    table_add_cell(whatif->table,
                   is_tried && !is_endless ? print_count(whatif, answer->limit) : NULL);
    table_add_cell(whatif->table, indicator_move_name(move->type));
    table_add_cell(whatif->table,
                   is_tried ? language_pick(question->language, move->en, move->zh) : "");
    table_add_cell(whatif->table,
                   is_tried ? question_print_number(question, arena, answer->cost) : NULL);
    table_add_cell(whatif->table,
                   before->known
                       ? question_print_value(question, arena, answer->indicator, before->value)
                       : NULL);
    table_add_cell(whatif->table, is_tried
                                      ? question_print_value(question, arena, answer->indicator,
                                                             answer->measured.value)
                                      : NULL);
    add_state(whatif, is_tried ? &answer->state : NULL);
    table_add_cell(whatif->table, print_note(whatif, answer));
}

// "W09 + W12", and with_moves "1 W09 + 3 W12".
static const char *print_combination(struct whatif *whatif,
                                     const struct whatif_combination *combination, bool with_moves)
{
    struct arena *arena = &whatif->question.arena;
    const char *out = "";
    for (size_t i = 0; i < whatif->question.result.profile.scoring.indicator_count; i++) {
        if (!combination->moves[i])
            continue;
        const char *moves =
            with_moves ? arena_printf(arena, "%" PRId64 " ", combination->moves[i]) : "";
        out = arena_printf(arena, "%s%s%s" TEXT_FORMAT, out, *out ? " + " : "", moves,
                           TEXT_ARGUMENTS(indicator_at(whatif, i)->key));
    }
    return out;
}

static void add_combination(struct whatif *whatif, const struct whatif_combination *combination)
{
    struct question *question = &whatif->question;
    struct arena *arena = &question->arena;
    table_add_row(whatif->table);
    table_add_cell(whatif->table, "together");
    table_add_cell(whatif->table, print_combination(whatif, combination, false));
    table_add_cell(whatif->table, pick(whatif, "together", "合并"));
    table_add_cell(whatif->table, "reached");
    for (int i = whatif->standing ? 3 : 2; i > 0; i--)
        table_add_cell(whatif->table, NULL);
    table_add_cell(whatif->table, "");
    table_add_cell(whatif->table, print_combination(whatif, combination, true));
    table_add_cell(whatif->table, question_print_number(question, arena, combination->cost));
    table_add_cell(whatif->table, NULL);
    table_add_cell(whatif->table, NULL);
    add_state(whatif, &combination->state);
    table_add_cell(whatif->table, combination->is_proven
                                      ? ""
                                      : pick(whatif, "cheaper ones may exist: not all tried",
                                             "未穷尽，或有更低代价"));
}

// "5 × one order fewer is reworked (W12), cost 5".
static const char *print_alone(struct whatif *whatif, enum language language)
{
    const struct whatif_answer *first = whatif->ordered[0];
    const struct scored_indicator *indicator = indicator_at(whatif, first->indicator);
    const struct indicator_move *move = &indicator->settings.indicator->move;
    return arena_printf(
        &whatif->question.arena, "%" PRId64 " × %s (" TEXT_FORMAT ")%s%s", first->moves,
        language_pick(language, move->en, move->zh), TEXT_ARGUMENTS(indicator->key),
        language_pick(language, ", cost ", "，代价 "),
        question_print_number(&whatif->question, &whatif->question.arena, first->cost));
}

static const char *print_together(struct whatif *whatif, enum language language)
{
    const struct whatif_combination *first = &whatif->together.list[0];
    return arena_printf(
        &whatif->question.arena, "%s%s%s%s", print_combination(whatif, first, true),
        language_pick(language, " together", "（合并）"),
        language_pick(language, ", cost ", "，代价 "),
        question_print_number(&whatif->question, &whatif->question.arena, first->cost));
}

// What else may reach it: more indicators at once, where there are more.
static const char *print_more(struct whatif *whatif, enum language language)
{
    int64_t together = config_integer(whatif->question.config, "together");
    int64_t movable = 0;
    for (size_t i = 0; i < whatif->question.result.profile.scoring.indicator_count; i++)
        movable += whatif->answers[i].limit > 0;
    if (together >= INDICATORS_TOGETHER_MAX || together >= movable)
        return "";
    return arena_printf(
        &whatif->question.arena, "%s--together %" PRId64 "%s", language_pick(language, ": ", "："),
        together + 1,
        language_pick(language, " tries more indicators at once", " 可试更多指标合并"));
}

// In one sentence, what a reader has to know before he looks at the rows: the cheapest way of all, and of one indicator.
static const char *print_verdict(struct whatif *whatif, enum language language)
{
    struct arena *arena = &whatif->question.arena;
    const struct whatif_answer *first = whatif->ordered[0];
    bool is_alone = whatif->question.result.profile.scoring.indicator_count &&
                    first->outcome == WHATIF_REACHED,
         is_together = whatif->together.count > 0;
    if (!is_alone && !is_together)
        return arena_printf(arena, "%s %" PRIu32 "%s",
                            language_pick(language, "no change that was tried reaches rank",
                                          "任何尝试的变动均不能达到名次"),
                            whatif->asked.rank, print_more(whatif, language));
    if (!is_alone)
        return arena_printf(arena, "%s %" PRIu32 "%s%s",
                            language_pick(language, "only several indicators together reach rank",
                                          "单项均不能达到，须多项合并方可达到名次"),
                            whatif->asked.rank, language_pick(language, ": ", "："),
                            print_together(whatif, language));
    bool is_cheaper =
        is_together && rational_compare(whatif->together.list[0].cost, first->cost) < 0;
    return arena_printf(
        arena, "%s %" PRIu32 "%s%s%s%s",
        language_pick(language, "the least change to rank", "达到名次"), whatif->asked.rank,
        language_pick(language, ": ", " 的最小变动："),
        is_cheaper ? print_together(whatif, language) : print_alone(whatif, language),
        is_cheaper ? language_pick(language, "; of one indicator alone: ", "；单项：") : "",
        is_cheaper ? print_alone(whatif, language) : "");
}

static const char *print_search(struct whatif *whatif, enum language language)
{
    return arena_printf(
        &whatif->question.arena, "%s %" PRId64 "%s%s",
        language_pick(language, "combinations of at most", "合并指标数至多"),
        config_integer(whatif->question.config, "together"),
        language_pick(language, " indicators, of those of which more is never worse",
                      "，限于变动越多越不差的指标"),
        whatif->together.is_whole
            ? language_pick(language, ", all", "，已穷尽")
            : arena_printf(&whatif->question.arena, "%s %" PRId64 " %s",
                           language_pick(language, ", until", "，试排满"),
                           whatif_trials_together(&whatif->asked),
                           language_pick(language, "rankings had been tried: some are missing",
                                         "次而止，未穷尽")));
}

static void add_facts(struct whatif *whatif)
{
    struct table *table = whatif->table;
    enum language language = whatif->question.language;
    facts_add_words(table, language, "answer", pick(whatif, "answer", "结论"),
                    print_verdict(whatif, LANGUAGE_EN), print_verdict(whatif, LANGUAGE_ZH));
    static const char *const held[][2] = {
        {"the others' figures, and its own of other indicators",
         "其他对象的数值，以及本对象其他指标的数值"},
        {"its own figures of other indicators; the others' lie anywhere inside their printed "
         "digits: the rank is reached when none of their values gives a worse one, and possible "
         "from so many moves on",
         "本对象其他指标的数值；其他对象可取刊载位数之内的任何数值：均不致更差，方为达到；或可达件"
         "数起，有可能达到"},
        {"its own figures of other indicators; the others' lie anywhere inside their printed "
         "digits, by bounds: rules look at others' figures, so that a smaller change may do",
         "本对象其他指标的数值；其他对象可取刊载位数之内的任何数值，按外界计算：含相对规则，更小的"
         "变动或已足够"},
    };
    size_t others = 0;
    if (whatif->standing)
        others = whatif->question.result.assessment.printed->intervals.is_exact ? 1 : 2;
    facts_add_words(table, language, "held_fixed", pick(whatif, "held fixed", "假定不变"),
                    held[others][0], held[others][1]);
    facts_add_words(table, language, "searched", pick(whatif, "searched", "搜索范围"),
                    print_search(whatif, LANGUAGE_EN), print_search(whatif, LANGUAGE_ZH));
    question_add_facts(&whatif->question, table);
}

static bool print(struct whatif *whatif, struct error *error)
{
    struct question *question = &whatif->question;
    int64_t most = config_integer(question->config, "combinations");
    whatif->table = table_new();
    table_set_title(whatif->table, arena_printf(&question->arena, "%s: %s %" PRIu32,
                                                question_subject_name(question, question->subject),
                                                pick(whatif, "what reaches rank", "如何达到名次"),
                                                whatif->asked.rank));
    add_columns(whatif);
    add_now(whatif);
    for (size_t i = 0; i < question->result.profile.scoring.indicator_count; i++)
        add_answer(whatif, whatif->ordered[i]);
    for (size_t i = 0; i < whatif->together.count && (int64_t)i < most; i++)
        add_combination(whatif, &whatif->together.list[i]);
    add_facts(whatif);
    bool done = table_print(whatif->table, question->format, false, stdout, error);
    table_free(whatif->table);
    return done;
}

enum exit_status whatif_run(const struct config *config, struct error *error)
{
    struct whatif whatif = {0};
    bool ok = question_open(config, "whatif", &whatif.question, error);
    ok = ok && choose_rank(&whatif, error);
    if (ok) {
        find_answers(&whatif);
        ok = print(&whatif, error);
    }
    question_close(&whatif.question);
    return ok ? EXIT_OK : EXIT_FAILED;
}
