// Prints random groups of which some figures are printed ones, with the ranks that core/interval_ranking.h finds possible, and what
// core/whatif.h finds for a subject that was counted, a line of JSON each, for interval_oracle.py to find by itself.
//
// Usage: interval-cases SEED COUNT. A case is told by its own seed, so that CITYOPS_SEED=N replays from there.
#include "core/whatif.h"
#include "tests/unit/core/oracle_cases.h"
#include "tests/unit/support/dice.h"

#include <inttypes.h>
#include <stdio.h>

enum { DISTRICTS_MAX = 5, INDICATORS_MAX = 3, RATING_LEVELS = 5 };

static const char *const ids[] = {"W04", "W04", "W11", "W09", "A01"};
static const char *const roundings[] = {"half-up", "truncated", "unknown"};
static const enum score_rule_type own_rules[] = {RULE_PROPORTIONAL, RULE_DEDUCT,
                                                 RULE_RATIO_TO_TARGET, RULE_FULL_IF_ANY};

struct group {
    struct arena arena;
    struct dice dice;
    bool is_relative;           // rules may be
    bool is_finite;             // of all printed figures n is known
    uint32_t late_per_thousand; // what figures lie about
    struct scored_indicator indicators[INDICATORS_MAX];
    struct tie_break tie_break;
    struct scored_item item;
    struct scoring scoring;
    struct contender contenders[DISTRICTS_MAX];
    struct published_figure figures[DISTRICTS_MAX][INDICATORS_MAX]; // by code
    struct text texts[DISTRICTS_MAX][INDICATORS_MAX];               // what stands printed
    char codes[DISTRICTS_MAX][2];
    size_t count, ranges;
    uint64_t choices;
};

static struct rational whole(struct group *group, int64_t value)
{
    return rational_integer(&group->arena, value);
}

static uint32_t below(struct group *group, uint32_t bound)
{
    return dice_below(&group->dice, bound);
}

// Near to where figures lie, so that they fall on both sides.
static struct rational typical(struct group *group, bool is_share)
{
    if (!is_share)
        return whole(group, 1 + below(group, 6));
    int64_t about = 1000 - group->late_per_thousand;
    return dice_hits(&group->dice, 600)
               ? rational_fraction(&group->arena, about - below(group, 30), 10)
               : rational_fraction(&group->arena, 150 + below(group, 50), 2);
}

static struct score_rule random_rule(struct group *group, bool is_share)
{
    enum { POINTS = 3 };
    struct arena *arena = &group->arena;
    struct rational *points = arena_array(arena, struct rational, POINTS);
    bool falls = dice_hits(&group->dice, 800);
    for (int i = 0; i < POINTS; i++)
        points[i] = whole(group, falls ? 12 - 4 * i : (int)below(group, 13));
    enum score_rule_type type = group->is_relative && dice_hits(&group->dice, 700)
                                    ? 1 + below(group, SCORE_RULE_COUNT - 1)
                                    : own_rules[below(group, 4)];
    return (struct score_rule){
        .type = dice_hits(&group->dice, 50) ? RULE_WATCHED : type,
        .full =
            dice_hits(&group->dice, 500) && is_share ? whole(group, 100) : typical(group, is_share),
        .baseline = typical(group, is_share),
        .slope = rational_fraction(arena, 1 + below(group, 8), 4),
        .floor = whole(group, below(group, 4)),
        .points = points,
        .point_count = POINTS,
        .beyond = whole(group, 0),
        .target = typical(group, is_share),
        .target_is_mean = group->is_relative && dice_hits(&group->dice, 500),
        .cap = whole(group, 1 + below(group, 2)),
        .over_target =
            dice_hits(&group->dice, 600) ? whole(group, -1) : rational_fraction(arena, 1, 50),
        .over_deduction = whole(group, below(group, 6)),
    };
}

static void make_indicator(struct group *group, size_t position)
{
    const struct indicator *indicator = indicator_by_id(text_from(ids[below(group, 5)]));
    struct scored_indicator *out = &group->indicators[position];
    *out = (struct scored_indicator){
        .key = text_from(indicator->id),
        .settings = {.indicator = indicator},
        .move_cost = whole(group, 1),
        .weight = whole(group, 5 * (1 + below(group, 12))),
        .minimum_denominator = dice_hits(&group->dice, 100) ? 12 : 0,
        .missing = (enum missing_policy)below(group, 4),
        .input_digits = dice_hits(&group->dice, 700) ? -1 : (int)below(group, 3),
        .rule = random_rule(group, indicator->unit == UNIT_SHARE),
    };
    bool is_half = !group->is_finite && dice_hits(&group->dice, 300);
    for (int level = 0; level < RATING_LEVELS; level++)
        out->settings.satisfaction_weights[level] = level == 2 && is_half
                                                        ? rational_fraction(&group->arena, 1, 2)
                                                        : whole(group, level > 2);
}

// The digits of n - late of n: as a source of this rounding prints them.
static struct text print_share(struct group *group, struct rational share,
                               enum printed_rounding rounding, int digits)
{
    struct arena *arena = &group->arena;
    struct rational percent = rational_multiply(arena, share, whole(group, 100));
    if (rounding == ROUNDED_TRUNCATED || (rounding == ROUNDED_UNKNOWN && below(group, 2))) {
        struct rational half = rational_fraction(arena, 1, 2);
        for (int i = 0; i < digits; i++)
            half = rational_divide(arena, half, whole(group, 10));
        struct rational down = rational_subtract(
            arena, percent, half); // rounds to what cutting gives, but at whole steps
        if (rational_compare(rational_round(arena, percent, digits), percent) != 0)
            percent = down;
    }
    return text_from(rational_print(arena, percent, digits));
}

static void make_share(struct group *group, struct published_figure *figure, struct text *text,
                       struct measured *out)
{
    int64_t n = 8 + below(group, dice_hits(&group->dice, 500) ? 300 : 30),
            k = n - n * group->late_per_thousand / 1000 - below(group, 2 + (uint32_t)n / 40);
    k = k < 0 ? 0 : k;
    struct rational share = rational_fraction(&group->arena, k, n);
    struct indicator_sums *sums = arena_array(&group->arena, struct indicator_sums, 1);
    sums->numerator[RATING_LEVELS - 1] = k; // of ratings: the best, and the worst
    sums->numerator[0] += n - k;
    *out = (struct measured){
        .known = true, .value = share, .numerator = whole(group, k), .n = n, .sums = sums};
    if (dice_hits(&group->dice, 300))
        return;
    *figure = (struct published_figure){.has_value = true,
                                        .rounding = (enum printed_rounding)below(group, 3),
                                        .has_n = group->is_finite || dice_hits(&group->dice, 400),
                                        .n = n};
    *text = print_share(group, share, figure->rounding,
                        dice_hits(&group->dice, 700) ? 0 : 1 + (int)below(group, 2));
    printed_read(&group->arena, *text, &figure->value, NULL);
    if (!figure->has_n)
        out->n = INT64_MAX;
}

static bool make_figure(struct group *group, size_t position, size_t indicator)
{
    const struct indicator_settings *settings = &group->indicators[indicator].settings;
    struct contender *contender = &group->contenders[position];
    struct measured *measured = &contender->measured[indicator];
    struct published_figure *figure = &group->figures[position][indicator];
    if (dice_hits(&group->dice, 30))
        return true; // missing
    if (settings->indicator->unit == UNIT_COUNT) {
        int64_t count = below(group, 9);
        *measured = (struct measured){.known = true,
                                      .value = whole(group, count),
                                      .numerator = whole(group, count),
                                      .n = count};
        return true;
    }
    make_share(group, figure, &group->texts[position][indicator], measured);
    if (!figure->has_value)
        return true;
    struct value_set *set = arena_array(&group->arena, struct value_set, 1);
    if (value_set_find(&group->arena, figure, UNIT_SHARE,
                       value_counts_cases(settings->indicator, settings->satisfaction_weights),
                       set) != VALUE_FITS)
        return false;
    contender->printed[indicator] = set;
    measured->value = value_nominal(&group->arena, figure, UNIT_SHARE, set);
    group->ranges += set->is_range;
    group->choices *= set->is_range ? 1 : set->count;
    return true;
}

static bool make_contender(struct group *group, size_t position)
{
    struct contender *out = &group->contenders[position];
    size_t count = group->scoring.indicator_count;
    group->codes[position][0] = (char)('a' + position);
    *out = (struct contender){
        .code = text_from(group->codes[position]),
        .has_orders = true,
        .measured = arena_array(&group->arena, struct measured, count + 1),
        .printed = arena_array(&group->arena, const struct value_set *, count),
        .entered = arena_array(&group->arena, struct entered_item, 1),
    };
    out->entered[0] = (struct entered_item){.known = true,
                                            .sum = whole(group, dice_hits(&group->dice, 150)),
                                            .points = whole(group, 0)};
    bool fits = true;
    for (size_t i = 0; i < count; i++)
        fits = make_figure(group, position, i) && fits;
    return fits;
}

static bool make_group(struct group *group)
{
    size_t indicator_number = 1 + below(group, INDICATORS_MAX);
    group->is_relative = dice_hits(&group->dice, 400);
    group->is_finite = dice_hits(&group->dice, 500);
    group->late_per_thousand = below(group, 200);
    group->count = 2 + below(group, DISTRICTS_MAX - 1);
    group->choices = 1;
    group->item =
        (struct scored_item){.key = TEXT("item"), .type = ITEM_ENTERED, .most = whole(group, 5)};
    group->scoring = (struct scoring){
        .indicators = group->indicators,
        .indicator_count = indicator_number,
        .tie_breaks = &group->tie_break,
        .tie_break_count = dice_hits(&group->dice, 250),
        .total_digits = dice_hits(&group->dice, 600) ? -1 : (int)below(group, 2),
        .items = &group->item,
        .item_count = 1,
    };
    group->scoring.sort_rounded = group->scoring.total_digits >= 0 && dice_hits(&group->dice, 600);
    group->tie_break =
        (struct tie_break){below(group, (uint32_t)indicator_number), dice_hits(&group->dice, 500)};
    for (size_t i = 0; i < indicator_number; i++)
        make_indicator(group, i);
    bool fits = true;
    for (size_t i = 0; i < group->count; i++)
        fits = make_contender(group, i) && fits;
    ranking_compute(&group->arena, &group->scoring, group->contenders, group->count);
    return fits;
}

// ---- printing ----

static const char *exact(struct group *group, struct rational value)
{
    return rational_print_exact(&group->arena, value);
}

static void print_figures(struct group *group, const struct contender *contender)
{
    size_t position = (size_t)(contender->code.bytes[0] - 'a');
    printf("{\"code\":\"%s\",\"item\":\"%s\",\"figures\":[", contender->code.bytes,
           exact(group, contender->entered[0].sum));
    for (size_t i = 0; i < group->scoring.indicator_count; i++) {
        const struct measured *measured = &contender->measured[i];
        const struct published_figure *figure = &group->figures[position][i];
        printf("%s{\"value\":", i ? "," : "");
        measured->known ? printf("\"%s\"", exact(group, measured->value)) : printf("null");
        printf(",\"n\":%" PRId64, measured->n);
        if (figure->has_value)
            printf(",\"printed\":\"" TEXT_FORMAT "\",\"rounding\":\"%s\",\"has_n\":%d",
                   TEXT_ARGUMENTS(group->texts[position][i]), roundings[figure->rounding],
                   figure->has_n);
        printf("}");
    }
    printf("]");
}

static void print_standing(struct group *group, const struct interval_standing *standing)
{
    printf(",\"ranks\":[");
    for (uint32_t rank = standing->rank_low, printed = 0; rank && rank <= standing->rank_high;
         rank++)
        if (standing->ranks[rank])
            printf("%s%" PRIu32, printed++ ? "," : "", rank);
    printf("],\"exact\":%d", standing->is_exact);
    if (standing->rank_low)
        printf(",\"low\":\"%s\",\"high\":\"%s\",\"open\":[%d,%d]",
               exact(group, standing->total.low), exact(group, standing->total.high),
               standing->total.low_is_open, standing->total.high_is_open);
    printf("}");
}

static void print_answers(struct group *group, struct whatif_question *question,
                          enum whatif_certainty certainty)
{
    static const char *const outcomes[] = {"reached", "unreached", "no-move",
                                           "no-case", "watched",   "given-up"};
    struct whatif_answer answers[INDICATORS_MAX];
    question->certainty = certainty;
    whatif_each(&group->arena, question, answers);
    for (size_t i = 0; i < group->scoring.indicator_count; i++)
        printf("%s{\"outcome\":\"%s\",\"moves\":%" PRId64 ",\"limit\":%" PRId64 "}", i ? "," : "",
               outcomes[answers[i].outcome], answers[i].moves, answers[i].limit);
}

static bool was_counted(const struct group *group, const struct contender *contender)
{
    for (size_t i = 0; i < group->scoring.indicator_count; i++)
        if (contender->printed[i])
            return false;
    return true;
}

// Of the first ranked subject that was counted and may not be the first.
static void print_question(struct group *group, const struct interval_ranking *ranking)
{
    for (size_t i = 0; i < group->count; i++) {
        const struct interval_standing *standing = &ranking->standings[i];
        if (standing->rank_high < 2 || !was_counted(group, &group->contenders[i]))
            continue;
        struct whatif_question question = {
            .scoring = &group->scoring,
            .contenders = group->contenders,
            .count = group->count,
            .subject = i,
            .rank = 1 + below(group, standing->rank_high - 1),
        };
        printf(",\"whatif\":{\"subject\":\"%s\",\"rank\":%" PRIu32 ",\"certain\":[",
               group->contenders[i].code.bytes, question.rank);
        print_answers(group, &question, WHATIF_CERTAINLY);
        printf("],\"possible\":[");
        print_answers(group, &question, WHATIF_POSSIBLY);
        printf("]}");
        return;
    }
}

static bool print_case(uint64_t seed)
{
    enum { RANGES_MAX = 4, CHOICES_MAX = 256 };
    struct group group = {.arena = ARENA_INIT, .dice = {seed}};
    struct interval_ranking ranking;
    bool fits = make_group(&group),
         is_one = fits && group.ranges <= RANGES_MAX && group.choices <= CHOICES_MAX;
    if (!fits)
        printf("{\"seed\":%" PRIu64 ",\"unfit\":true}\n", seed);
    if (is_one) {
        interval_ranking_compute(&group.arena, &group.scoring, group.contenders, group.count,
                                 &ranking);
        is_one = ranking.has_intervals;
    }
    if (is_one) {
        printf("{\"seed\":%" PRIu64 ",", seed);
        oracle_scoring_print(&group.arena, &group.scoring);
        printf(",\"districts\":[");
        for (size_t i = 0; i < group.count; i++) {
            printf("%s", i ? "," : "");
            print_figures(&group, &group.contenders[i]);
            print_standing(&group, &ranking.standings[i]);
        }
        printf("]");
        print_question(&group, &ranking);
        printf("}\n");
    }
    arena_free(&group.arena);
    return is_one;
}

int main(int argc, char **argv)
{
    return oracle_cases_run(argc, argv, print_case);
}
