#include "core/scorecard.h"

#include "core/score.h"

struct scoring_card {
    struct arena *arena;
    const struct scorecard *card;
    struct scorecard_result *out;
};

static void add_finding(struct scoring_card *scoring, enum scorecard_finding_type type, size_t at,
                        struct text subject)
{
    scoring->out->findings[scoring->out->finding_count++] =
        (struct scorecard_finding){type, at, subject};
}

static struct rational zero_of(struct scoring_card *scoring)
{
    return rational_integer(scoring->arena, 0);
}

// ---- weights ----

// What an indicator without a weight of its own gets: its part of what its level has left.
static struct rational find_weight(struct scoring_card *scoring, size_t position)
{
    const struct scorecard *card = scoring->card;
    const struct scorecard_indicator *indicator = &card->indicators[position];
    struct rational left = card->levels[indicator->level].weight;
    int64_t sharers = 0;
    if (indicator->has_weight)
        return indicator->weight;
    for (size_t i = 0; i < card->indicator_count; i++) {
        const struct scorecard_indicator *other = &card->indicators[i];
        if (other->level != indicator->level)
            continue;
        if (other->has_weight)
            left = rational_subtract(scoring->arena, left, other->weight);
        else
            sharers++;
    }
    if (rational_sign(left) < 0)
        return zero_of(scoring);
    return rational_divide(scoring->arena, left, rational_integer(scoring->arena, sharers));
}

static void check_weights(struct scoring_card *scoring)
{
    const struct scorecard *card = scoring->card;
    struct scorecard_result *out = scoring->out;
    out->weight = zero_of(scoring);
    for (size_t i = 0; i < card->level_count; i++)
        out->weight = rational_add(scoring->arena, out->weight, card->levels[i].weight);
    if (rational_compare(out->weight, card->full) != 0)
        add_finding(scoring, FINDING_WEIGHTS, 0, TEXT(""));
    for (size_t i = 0; i < card->level_count; i++)
        if (rational_compare(out->level_weights[i], card->levels[i].weight) != 0)
            add_finding(scoring, FINDING_LEVEL_WEIGHTS, i, card->levels[i].key);
}

// ---- points ----

// The rule ratio-to-target is the ranking's own (core/score.h).
static struct rational rule_points(struct scoring_card *scoring,
                                   const struct scorecard_indicator *indicator,
                                   struct scorecard_points *out)
{
    const struct scorecard *card = scoring->card;
    const struct indicator measured = {
        .direction = indicator->lower_is_better ? BETTER_LOWER : BETTER_HIGHER, .unit = UNIT_RATIO};
    const struct scored_indicator scored = {
        .settings = {.indicator = &measured},
        .weight = out->weight,
        .input_digits = -1,
        .rule = {.type = RULE_RATIO_TO_TARGET,
                 .target = indicator->target,
                 .cap = rational_integer(scoring->arena, 1),
                 .over_target = card->over_target,
                 .over_deduction = card->over_deduction},
    };
    return score_input(scoring->arena, &scored, indicator->actual.value, &out->is_over);
}

static void score_indicator(struct scoring_card *scoring, size_t position)
{
    const struct scorecard_indicator *indicator = &scoring->card->indicators[position];
    struct scorecard_points *out = &scoring->out->points[position];
    out->weight = find_weight(scoring, position);
    out->points = out->deviation = zero_of(scoring);
    if (indicator->has_target) {
        int order = rational_compare(indicator->actual.value, indicator->target);
        out->known = out->has_deviation = true;
        out->is_met = indicator->lower_is_better ? order <= 0 : order >= 0;
        out->points = rule_points(scoring, indicator, out);
        out->deviation = rational_divide(
            scoring->arena,
            rational_subtract(scoring->arena, indicator->actual.value, indicator->target),
            indicator->target);
    } else if (indicator->target_is_mean && indicator->rank == 1) {
        out->known = out->is_met = out->is_met_by_rank = true;
        out->points = out->weight;
    }
}

static void check_indicator(struct scoring_card *scoring, size_t position)
{
    const struct scorecard_indicator *indicator = &scoring->card->indicators[position];
    const struct scorecard_points *points = &scoring->out->points[position];
    if (!points->known)
        add_finding(scoring, FINDING_TARGET_UNKNOWN, position, indicator->key);
    if (points->is_over)
        add_finding(scoring, FINDING_TARGET_MIS_SET, position, indicator->key);
    if (points->known && !points->is_met)
        add_finding(scoring, FINDING_NOT_MET, position, indicator->key);
    if (points->known && indicator->completed >= 0 && (indicator->completed == 1) != points->is_met)
        add_finding(scoring, FINDING_CLAIM, position, indicator->key);
}

static size_t grade_of(const struct scoring_card *scoring, struct rational points)
{
    const struct scorecard *card = scoring->card;
    struct arena *arena = scoring->arena;
    struct rational percent = rational_divide(
        arena, rational_multiply(arena, points, rational_integer(arena, 100)), card->full);
    size_t grade = 0;
    while (grade + 1 < card->grade_count && rational_compare(percent, card->grades[grade].from) < 0)
        grade++;
    return grade;
}

static void add_up(struct scoring_card *scoring)
{
    struct arena *arena = scoring->arena;
    const struct scorecard *card = scoring->card;
    struct scorecard_result *out = scoring->out;
    struct rational scored = zero_of(scoring);
    out->total = out->rescaled = scored;
    for (size_t i = 0; i < card->level_count; i++)
        out->level_weights[i] = out->level_points[i] = zero_of(scoring);
    for (size_t i = 0; i < card->indicator_count; i++) {
        const struct scorecard_points *points = &out->points[i];
        size_t level = card->indicators[i].level;
        out->level_weights[level] = rational_add(arena, out->level_weights[level], points->weight);
        out->level_points[level] = rational_add(arena, out->level_points[level], points->points);
        out->total = rational_add(arena, out->total, points->points);
        if (points->known)
            scored = rational_add(arena, scored, points->weight);
    }
    if (rational_sign(scored) > 0)
        out->rescaled =
            rational_divide(arena, rational_multiply(arena, out->total, card->full), scored);
    out->grade = grade_of(scoring, out->total);
    out->rescaled_grade = grade_of(scoring, out->rescaled);
}

// ---- what is stated twice ----

struct stated {
    struct text subject, text;
    bool is_number;
    const struct printed_figure *figure;
};

static struct stated stated_at(const struct scorecard *card, size_t position)
{
    if (position < card->indicator_count) {
        const struct scorecard_indicator *indicator = &card->indicators[position];
        return (struct stated){indicator->subject, indicator->actual_text, true,
                               &indicator->actual};
    }
    const struct scorecard_statement *statement =
        &card->statements[position - card->indicator_count];
    return (struct stated){statement->subject, statement->text, statement->is_number,
                           &statement->figure};
}

// Whether both can be right: one value may have been printed with these digits and with those.
static bool agree(struct arena *arena, const struct stated *a, const struct stated *b)
{
    struct rational a_from, a_until, b_from, b_until;
    if (!a->is_number || !b->is_number)
        return text_equal(a->text, b->text);
    printed_interval(arena, a->figure, ROUNDED_UNKNOWN, &a_from, &a_until);
    printed_interval(arena, b->figure, ROUNDED_UNKNOWN, &b_from, &b_until);
    return rational_compare(a_from, b_until) < 0 && rational_compare(b_from, a_until) < 0;
}

// Once for each subject, whatever the number of its figures.
static void check_statements(struct scoring_card *scoring)
{
    const struct scorecard *card = scoring->card;
    size_t count = card->indicator_count + card->statement_count;
    for (size_t i = 0; i < count; i++) {
        struct stated first = stated_at(card, i);
        bool is_first = true, differs = false;
        for (size_t k = 0; k < count; k++) {
            struct stated one = stated_at(card, k);
            if (!text_equal(one.subject, first.subject))
                continue;
            is_first = is_first && k >= i;
            for (size_t m = 0; m < k; m++) {
                struct stated other = stated_at(card, m);
                differs = differs || (text_equal(other.subject, first.subject) &&
                                      !agree(scoring->arena, &one, &other));
            }
        }
        if (is_first && differs)
            add_finding(scoring, FINDING_TWO_FIGURES, i, first.subject);
    }
}

// ---- the whole ----

static void check_kinds(struct scoring_card *scoring)
{
    size_t *counts = scoring->out->kind_counts, missing = 0;
    for (size_t i = 0; i < scoring->card->indicator_count; i++)
        counts[scoring->card->indicators[i].kind]++;
    for (size_t kind = 0; kind < SCORECARD_KINDS_TO_SPLIT; kind++)
        missing += !counts[kind];
    if (missing || counts[KIND_NOT_STATED])
        add_finding(scoring, FINDING_KINDS, 0, TEXT(""));
}

static void check_stated(struct scoring_card *scoring)
{
    const struct scorecard *card = scoring->card;
    const struct scorecard_result *out = scoring->out;
    struct rational from, until;
    if (card->stated_grade >= 0 && !card->has_stated_score)
        add_finding(scoring, FINDING_NO_SCORE, 0, TEXT(""));
    if (card->stated_grade >= 0 && (size_t)card->stated_grade != out->grade &&
        (size_t)card->stated_grade != out->rescaled_grade)
        add_finding(scoring, FINDING_OTHER_GRADE, 0, TEXT(""));
    if (!card->has_stated_score)
        return;
    printed_interval(scoring->arena, &card->stated_score, ROUNDED_UNKNOWN, &from, &until);
    bool is_total =
             rational_compare(out->total, from) >= 0 && rational_compare(out->total, until) < 0,
         is_rescaled = rational_compare(out->rescaled, from) >= 0 &&
                       rational_compare(out->rescaled, until) < 0;
    if (!is_total && !is_rescaled)
        add_finding(scoring, FINDING_OTHER_SCORE, 0, TEXT(""));
}

void scorecard_score(struct arena *arena, const struct scorecard *scorecard,
                     struct scorecard_result *out)
{
    enum { OF_THE_WHOLE = 6, OF_EACH = 4 };
    size_t count = scorecard->indicator_count, most = OF_THE_WHOLE + scorecard->level_count +
                                                      OF_EACH * count + count +
                                                      scorecard->statement_count;
    *out = (struct scorecard_result){
        .points = arena_array(arena, struct scorecard_points, count + 1),
        .level_weights = arena_array(arena, struct rational, scorecard->level_count + 1),
        .level_points = arena_array(arena, struct rational, scorecard->level_count + 1),
        .findings = arena_array(arena, struct scorecard_finding, most),
    };
    struct scoring_card scoring = {arena, scorecard, out};
    for (size_t i = 0; i < count; i++)
        score_indicator(&scoring, i);
    add_up(&scoring);
    check_weights(&scoring);
    for (size_t i = 0; i < count; i++)
        check_indicator(&scoring, i);
    check_statements(&scoring);
    check_kinds(&scoring);
    check_stated(&scoring);
}
