// `cityops-rank explain`: every term of one subject's score (core/explain.h), and the entities that cost it most.
#include "rank/commands.h"
#include "rank/facts.h"
#include "rank/headings.h"
#include "rank/questions/explain_internal.h"

#include "core/move.h"

#include <inttypes.h>

const struct config_key explain_keys[] = {
    CONFIG_KEYS_QUESTION,
    {.name = "top",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "5",
     .minimum = 0,
     .maximum = 1000000,
     .meaning = "How many tickets, incidents, ... to name of each indicator; 0: none, then no "
                "states are read"},
    {0},
};

enum row_kind { ROW_TERM, ROW_ITEM, ROW_ENTITY, ROW_MORE, ROW_TOTAL };

struct explain {
    struct question question;
    struct explained_score score;
    struct costly_entities *entities; // of each indicator; null: none were asked for
    struct table *table;
};

// What a row says; null: nothing.
struct row {
    enum row_kind kind;
    const char *indicator, *name, *formula, *numerator, *n, *value, *target, *weight, *points,
        *part, *full, *share, *lost, *best, *best_part, *to_best, *to_first, *family, *authority,
        *entity, *times, *cost, *note;
};

static const char *pick(const struct explain *explain, const char *en, const char *zh)
    __attribute__((format_arg(2), format_arg(3)));
static const char *pick(const struct explain *explain, const char *en, const char *zh)
{
    return question_pick(&explain->question, en, zh);
}

// ---- the table ----

static void add_columns(const struct explain *explain)
{
    const struct table_heading columns[] = {
        {"row", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"indicator", "indicator", "指标", TABLE_WORDS, TABLE_FOR_ALL},
        {"name", "name", "名称", TABLE_WORDS, TABLE_FOR_ALL},
        {"formula_words", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"numerator", "numerator", "分子", TABLE_NUMBER, TABLE_FOR_ALL},
        {"n", "n", "n", TABLE_NUMBER, TABLE_FOR_ALL},
        {"value", "value", "值", TABLE_NUMBER, TABLE_FOR_ALL},
        {"target", "full at", "满分值", TABLE_NUMBER, TABLE_FOR_ALL},
        {"weight", "", "", TABLE_NUMBER, TABLE_FOR_MACHINES},
        {"points", "", "", TABLE_NUMBER, TABLE_FOR_MACHINES},
        {"part", "points", "得分", TABLE_NUMBER, TABLE_FOR_ALL},
        {"full", "of", "满分", TABLE_NUMBER, TABLE_FOR_ALL},
        {"share_of_score", "% of score", "占总分%", TABLE_NUMBER, TABLE_FOR_ALL},
        {"lost", "lost", "失分", TABLE_NUMBER, TABLE_FOR_ALL},
        {"best", "best", "最优", TABLE_WORDS, TABLE_FOR_ALL},
        {"best_part", "", "", TABLE_NUMBER, TABLE_FOR_MACHINES},
        {"lost_to_best", "behind best", "与最优差", TABLE_NUMBER, TABLE_FOR_ALL},
        {"lost_to_first", "behind first", "与第一差", TABLE_NUMBER, TABLE_FOR_ALL},
        {"family", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"authority", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"entity", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"times", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"cost", "", "", TABLE_NUMBER, TABLE_FOR_MACHINES},
        {"note", "note", "备注", TABLE_WORDS, TABLE_FOR_ALL},
    };
    headings_add(explain->table, explain->question.language, columns,
                 sizeof columns / sizeof *columns);
}

static void add_row(struct explain *explain, const struct row *row)
{
    static const char *const kinds[] = {"term", "item", "entity", "more", "total"};
    const char *const cells[] = {
        kinds[row->kind],
        row->indicator ? row->indicator : "",
        row->name ? row->name : "",
        row->formula ? row->formula : "",
        row->numerator,
        row->n,
        row->value,
        row->target,
        row->weight,
        row->points,
        row->part,
        row->full,
        row->share,
        row->lost,
        row->best ? row->best : "",
        row->best_part,
        row->to_best,
        row->to_first,
        row->family ? row->family : "",
        row->authority ? row->authority : "",
        row->entity ? row->entity : "",
        row->times ? row->times : "",
        row->cost,
        row->note ? row->note : "",
    };
    table_add_row(explain->table);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        table_add_cell(explain->table, cells[i]);
}

static const char *number(struct explain *explain, struct rational value)
{
    return question_print_number(&explain->question, &explain->question.arena, value);
}

// Beside the others: what the term gives, what it lacks, and to whom.
static void fill_term(struct explain *explain, const struct explained_term *term, struct row *row)
{
    struct question *question = &explain->question;
    struct arena *arena = &question->arena;
    struct rational total = question_subject(question)->exact_total;
    const struct contender *best = &question->result.assessment.contenders[term->best];
    row->part = number(explain, term->part);
    row->full = number(explain, term->full);
    row->lost = number(explain, term->lost);
    if (rational_sign(total))
        row->share = number(
            explain,
            rational_divide(
                arena, rational_multiply(arena, term->part, rational_integer(arena, 100)), total));
    row->best = question_is_for_people(question) ? question_subject_name(question, term->best)
                                                 : arena_string(arena, best->code);
    row->best_part = number(explain, term->best_part);
    row->to_best = number(explain, rational_subtract(arena, term->best_part, term->part));
    row->to_first = number(explain, rational_subtract(arena, term->first_part, term->part));
}

// What a reader has to know of a term that is no plain case.
static const char *term_state(const struct explain *explain, size_t position)
{
    const struct contender *subject = question_subject(&explain->question);
    const struct points *points = &subject->points[position];
    const struct scored_indicator *indicator =
        &explain->question.result.profile.indicators[position];
    if (points->status == POINTS_WATCHED)
        return pick(explain, "watched: gives no points", "仅监测，不计分");
    if (points->is_over_target)
        return pick(explain, "so far above its target that the target is in doubt",
                    "远超目标，目标值存疑");
    if (points->status != POINTS_MISSING)
        return NULL;
    switch (indicator->missing) {
    case MISSING_REDISTRIBUTE:
        return pick(explain, "no value: its weight went to the others", "无值，权重分给其他指标");
    case MISSING_FULL:
        return pick(explain, "no value: full marks", "无值，计满分");
    default:
        return pick(explain, "no value: no points", "无值，计零分");
    }
}

static void add_term(struct explain *explain, size_t position)
{
    struct question *question = &explain->question;
    struct arena *arena = &question->arena;
    const struct scored_indicator *scored = &question->result.profile.indicators[position];
    const struct indicator *indicator = scored->settings.indicator;
    const struct measured *measured = &question_subject(question)->measured[position];
    const struct explained_term *term = &explain->score.indicators[position];
    bool is_quantile = indicator->observed != OBSERVED_NOTHING && !indicator->has_limit;
    const char *formula = indicator->formula_zh && question->language == LANGUAGE_ZH
                              ? indicator->formula_zh
                              : indicator->formula,
               *state = term_state(explain, position);
    struct row row = {
        .kind = ROW_TERM,
        .indicator = arena_string(arena, scored->key),
        .name = question_title(question, position),
        .formula = formula,
        .numerator = measured->known && !is_quantile ? number(explain, measured->numerator) : NULL,
        .n = arena_printf(arena, "%" PRId64, measured->n),
        .value = measured->known ? question_print_value(question, arena, position, measured->value)
                                 : NULL,
        .target = term->has_target ? number(explain, term->target) : NULL,
        .note = state ? state : formula,
    };
    if (term->counts) {
        row.weight = number(explain, scored->weight);
        row.points = number(explain, question_subject(question)->points[position].points);
    }
    if (question_subject(question)->points[position].status != POINTS_WATCHED)
        fill_term(explain, term, &row); // also where it has no value, but the others do
    if (!question_is_for_people(question))
        row.note = state;
    add_row(explain, &row);
}

static void add_item(struct explain *explain, size_t position)
{
    struct question *question = &explain->question;
    const struct profile *profile = &question->result.profile;
    const struct scored_item *item = &profile->scoring.items[position];
    const struct entered_item *entered = &question_subject(question)->entered[position];
    const struct profile_column *column = &profile->item_columns[position];
    struct row row = {
        .kind = ROW_ITEM,
        .indicator = arena_string(&question->arena, item->key),
        .name =
            arena_string(&question->arena, language_pick_text(question->language, column->title_en,
                                                              column->title_zh)),
        .value = entered->known ? number(explain, entered->sum) : NULL,
        .weight = number(explain, item->most),
        .points = number(explain, entered->points),
        .note = entered->known ? pick(explain, "entered by hand", "人工录入")
                               : pick(explain, "nothing was entered", "未录入"),
    };
    fill_term(explain, &explain->score.items[position], &row);
    add_row(explain, &row);
}

// ---- entities ----

static void add_entity(struct explain *explain, size_t position, const struct costly_entity *entity)
{
    struct question *question = &explain->question;
    struct arena *arena = &question->arena;
    const char *story = explain_story(question, arena, position, entity);
    struct row row = {
        .kind = ROW_ENTITY,
        .indicator = question_is_for_people(question)
                         ? ""
                         : arena_string(arena, question->result.profile.indicators[position].key),
        .name = question_is_for_people(question)
                    ? arena_printf(arena, "  " TEXT_FORMAT, TEXT_ARGUMENTS(entity->id))
                    : "",
        .family = family_get(entity->family)->name,
        .authority = arena_string(arena, entity->authority),
        .entity = arena_string(arena, entity->id),
        .times = explain_times(arena, entity),
        .cost = entity->has_cost ? number(explain, entity->cost) : NULL,
        .note = entity->has_cost
                    ? story
                    : arena_printf(arena,
                                   pick(explain, "%s; without it there would be no rank",
                                        "%s；若无此件则不参与排名"),
                                   story),
    };
    if (question_is_for_people(question) && entity->has_cost) // small beside the term's own points
        row.lost = rational_print(arena, entity->cost, 4);
    add_row(explain, &row);
}

static const char *no_entities(const struct explain *explain, size_t position)
{
    const struct indicator *indicator =
        explain->question.result.profile.indicators[position].settings.indicator;
    if (indicator->observed == OBSERVED_DELIVERY)
        return pick(explain, "records are late, not tickets: cityops-db shows when they arrived",
                    "迟到的是记录而非工单");
    if (indicator->move.type == MOVE_ONE_MORE && indicator->unit == UNIT_COUNT)
        return pick(explain, "what was not done has no record", "未做之事没有记录");
    return NULL;
}

static void add_entities(struct explain *explain, size_t position)
{
    struct arena *arena = &explain->question.arena;
    const struct costly_entities *entities = &explain->entities[position];
    for (size_t i = 0; i < entities->count; i++)
        add_entity(explain, position, &entities->list[i]);
    int64_t more = entities->all - (int64_t)entities->count;
    const char *none = entities->all ? NULL : no_entities(explain, position);
    if (more > 0 || none)
        add_row(
            explain,
            &(struct row){
                .kind = ROW_MORE,
                .indicator =
                    question_is_for_people(&explain->question)
                        ? ""
                        : arena_string(arena,
                                       explain->question.result.profile.indicators[position].key),
                .n = none ? NULL : arena_printf(arena, "%" PRId64, more),
                .note = none ? none
                             : pick(explain, "more that cost points (--top)", "件亦失分（--top）"),
            });
}

// ---- the whole ----

static void add_total(struct explain *explain)
{
    const struct contender *subject = question_subject(&explain->question);
    struct arena *arena = &explain->question.arena;
    const struct contender *first =
        &explain->question.result.assessment.contenders[explain->score.first];
    bool is_rounded = rational_sign(explain->score.rounding) != 0;
    add_row(explain,
            &(struct row){
                .kind = ROW_TOTAL,
                .name = pick(explain, "sum of the points", "得分合计"),
                .points = number(explain, subject->total),
                .part = number(explain, subject->exact_total),
                .share = "100",
                .to_first = number(
                    explain, rational_subtract(arena, first->exact_total, subject->exact_total)),
                .note = is_rounded ? arena_printf(arena,
                                                  pick(explain, "rounded by the rule to %s",
                                                       "按规则取整为 %s"),
                                                  rational_print_decimal(arena, subject->total))
                                   : "",
            });
}

// The term by which most is lost, a position; indicator_count where nothing is.
static size_t most_lost(const struct explain *explain)
{
    size_t count = explain->question.result.profile.scoring.indicator_count, out = count;
    for (size_t i = 0; i < count; i++) {
        const struct explained_term *term = &explain->score.indicators[i];
        if (term->counts && rational_sign(term->lost) > 0 &&
            (out == count || rational_compare(term->lost, explain->score.indicators[out].lost) > 0))
            out = i;
    }
    return out;
}

// "1", "1 (shared)"; among printed figures "1–2 (cannot be told from the printed digits)".
static const char *print_rank(struct question *question, enum language language)
{
    const struct contender *subject = question_subject(question);
    const struct printed_figures *printed = question->result.assessment.printed;
    const struct interval_standing *standing =
        printed ? &printed->intervals.standings[question->subject] : NULL;
    if (standing && standing->rank_low < standing->rank_high)
        return arena_printf(&question->arena, "%s%s",
                            printed_figures_print_ranks(&question->arena, standing, true),
                            language_pick(language, " (cannot be told from the printed digits)",
                                          "（据刊载的位数不能判定）"));
    return arena_printf(&question->arena, "%" PRIu32 "%s", subject->rank,
                        subject->is_shared ? language_pick(language, " (shared)", "（并列）") : "");
}

static const char *print_verdict(struct explain *explain, enum language language)
{
    struct question *question = &explain->question;
    struct arena *arena = &question->arena;
    const struct contender *subject = question_subject(question);
    const struct profile *profile = &question->result.profile;
    size_t at = most_lost(explain);
    const char *out = arena_printf(arena, "%s%s%s%s", language_pick(language, "rank ", "名次 "),
                                   print_rank(question, language),
                                   language_pick(language, ", points ", "，得分 "),
                                   rational_print(arena, subject->total, 2));
    if (at == profile->scoring.indicator_count)
        return out;
    const struct explained_term *term = &explain->score.indicators[at];
    const struct profile_column *column = &profile->columns[at];
    return arena_printf(
        arena, "%s%s" TEXT_FORMAT " " TEXT_FORMAT "%s%s%s%s", out,
        language_pick(language, "; most is lost by ", "；失分最多："),
        TEXT_ARGUMENTS(profile->indicators[at].key),
        TEXT_ARGUMENTS(language_pick_text(language, column->title_en, column->title_zh)),
        language_pick(language, ": ", "，失 "), rational_print(arena, term->lost, 2),
        language_pick(language, " of ", " / "), rational_print(arena, term->full, 2));
}

static const char *print_first(struct explain *explain, enum language language)
{
    struct arena *arena = &explain->question.arena;
    const struct assessment *assessment = &explain->question.result.assessment;
    const struct contender *first = &assessment->contenders[explain->score.first];
    const struct area *area = assessment->areas[explain->score.first];
    return arena_printf(
        arena, TEXT_FORMAT "%s" TEXT_FORMAT " %s", TEXT_ARGUMENTS(first->code), area ? " " : "",
        TEXT_ARGUMENTS(area ? language_pick_text(language, area->name_en, area->name_zh)
                            : TEXT("")),
        rational_print(arena, first->total, 2));
}

static const char *print_scale(struct explain *explain, enum language language)
{
    struct arena *arena = &explain->question.arena;
    return arena_printf(arena, "%s %s", rational_print_exact(arena, explain->score.scale),
                        language_pick(language,
                                      "x, since weights without a value went to the others",
                                      "倍，无值指标的权重分给其他指标"));
}

static void add_facts(struct explain *explain)
{
    struct question *question = &explain->question;
    struct table *table = explain->table;
    enum language language = question->language;
    facts_add_words(table, language, "answer", pick(explain, "answer", "结论"),
                    print_verdict(explain, LANGUAGE_EN), print_verdict(explain, LANGUAGE_ZH));
    facts_add_words(table, language, "first", pick(explain, "first", "第一名"),
                    print_first(explain, LANGUAGE_EN), print_first(explain, LANGUAGE_ZH));
    if (rational_compare(explain->score.scale, rational_integer(&question->arena, 1)) != 0)
        facts_add_words(table, language, "scale", pick(explain, "scale", "折算系数"),
                        print_scale(explain, LANGUAGE_EN), print_scale(explain, LANGUAGE_ZH));
    if (explain->entities)
        facts_add_words(
            table, language, "cost_meaning", pick(explain, "what one costs", "单件失分"),
            "the score had it been saved for this indicator alone, minus the score; the others' "
            "figures, and its own of other indicators, held fixed; a quantile is saved by the "
            "quickest time; costs of several do not simply add up",
            "该件在本指标上达标时的总分减去现总分；其他对象及本对象其他指标的数值不变；分位数以最短"
            "时"
            "长为达标；多件之失分不可简单相加");
    question_add_facts(question, table);
}

static bool print(struct explain *explain, struct error *error)
{
    struct question *question = &explain->question;
    const struct scoring *scoring = &question->result.profile.scoring;
    explain->table = table_new();
    table_set_title(explain->table,
                    arena_printf(&question->arena, "%s: %s",
                                 question_subject_name(question, question->subject),
                                 pick(explain, "what the score is made of", "总分的构成")));
    add_columns(explain);
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        add_term(explain, i);
        if (explain->entities && explain->score.indicators[i].counts)
            add_entities(explain, i);
    }
    for (size_t i = 0; i < scoring->item_count; i++)
        add_item(explain, i);
    add_total(explain);
    add_facts(explain);
    bool done = table_print(explain->table, question->format, false, stdout, error);
    table_free(explain->table);
    return done;
}

static bool find(struct explain *explain, struct error *error)
{
    struct question *question = &explain->question;
    const struct explain_question asked = explain_asked(question);
    size_t top = (size_t)config_integer(question->config, "top");
    explain_score(&question->arena, &asked, &explain->score);
    if (!top)
        return true;
    explain->entities = arena_array(&question->arena, struct costly_entities,
                                    question->result.profile.scoring.indicator_count + 1);
    return explain_find_entities(question, explain->score.indicators, top, explain->entities,
                                 error);
}

enum exit_status explain_run(const struct config *config, struct error *error)
{
    struct explain explain = {0};
    bool ok = question_open(config, "explain", &explain.question, error) && find(&explain, error) &&
              print(&explain, error);
    question_close(&explain.question);
    return ok ? EXIT_OK : EXIT_FAILED;
}
