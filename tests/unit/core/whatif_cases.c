// Prints random groups with what whatif finds in them, a line of JSON each, for whatif_oracle.py to find by itself.
//
// Usage: whatif-cases SEED COUNT. A case is told by its own seed, so that CITYOPS_SEED=N replays from there.
#include "core/whatif.h"
#include "tests/unit/support/dice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { DISTRICTS_MAX = 6, INDICATORS_MAX = 4, RATING_LEVELS = 5, CASES_OF_A_SHARE = 9 };

static const char *const ids[] = {"W04", "W04", "W03", "W03", "W11",
                                  "W11", "W15", "A01", "W09", "W09"};
static const char *const rule_names[SCORE_RULE_COUNT] = {
    "watched",          "proportional",   "deduct",          "rank-points",
    "relative-to-best", "share-of-total", "ratio-to-target", "full-if-any"};
static const char *const missing_names[] = {"exclude", "redistribute", "zero", "full"};
static const char *const outcomes[] = {"reached", "unreached", "no-move",
                                       "no-case", "watched",   "given-up"};

struct group {
    struct arena arena;
    struct dice dice;
    struct scored_indicator indicators[INDICATORS_MAX];
    struct tie_break tie_breaks[INDICATORS_MAX];
    struct scored_item item;
    struct scoring scoring;
    struct contender contenders[DISTRICTS_MAX];
    char codes[DISTRICTS_MAX][2];
    size_t count;
};

static struct rational whole(struct group *group, int64_t value)
{
    return rational_integer(&group->arena, value);
}

static struct rational random_fraction(struct group *group, uint32_t below)
{
    return rational_fraction(&group->arena, 1 + dice_below(&group->dice, below),
                             1 + dice_below(&group->dice, 3));
}

static struct score_rule random_rule(struct group *group, const struct scored_indicator *indicator)
{
    enum { POINTS = 3 };
    bool is_share = indicator->settings.indicator->unit == UNIT_SHARE;
    uint32_t typical = is_share ? 100 : 6;
    struct rational *points = arena_array(&group->arena, struct rational, POINTS);
    for (int i = 0; i < POINTS; i++) // mostly as profiles have them, falling; else any
        points[i] = dice_hits(&group->dice, 800) ? whole(group, 12 - 4 * i)
                                                 : whole(group, dice_below(&group->dice, 13));
    return (struct score_rule){
        .type = dice_hits(&group->dice, 100) ? RULE_WATCHED
                                             : 1 + dice_below(&group->dice, SCORE_RULE_COUNT - 1),
        .full = random_fraction(group, typical),
        .baseline = random_fraction(group, typical),
        .slope = rational_fraction(&group->arena, 1 + dice_below(&group->dice, 4), 4),
        .floor = whole(group, dice_below(&group->dice, 4)),
        .points = points,
        .point_count = POINTS,
        .beyond = whole(group, 0),
        .target = random_fraction(group, typical),
        .target_is_mean = dice_hits(&group->dice, 400),
        .cap = whole(group, 1 + dice_below(&group->dice, 2)),
        .over_target = dice_hits(&group->dice, 700) ? whole(group, -1)
                                                    : rational_fraction(&group->arena, 1, 10),
        .over_deduction = whole(group, dice_below(&group->dice, 6)),
    };
}

static void make_indicator(struct group *group, size_t position)
{
    struct scored_indicator *out = &group->indicators[position];
    const char *id = ids[dice_below(&group->dice, sizeof ids / sizeof *ids)];
    *out = (struct scored_indicator){
        .key = text_from(id),
        .settings = {.indicator = indicator_by_id(text_from(id))},
        .weight = whole(group, 1 + dice_below(&group->dice, 40)),
        .minimum_denominator = dice_hits(&group->dice, 200) ? 3 : 0,
        .missing = (enum missing_policy)dice_below(&group->dice, 4),
        .input_digits = dice_hits(&group->dice, 700) ? -1 : (int)dice_below(&group->dice, 3),
        .move_cost = rational_fraction(&group->arena, 1 + dice_below(&group->dice, 3),
                                       1 + dice_below(&group->dice, 2)),
    };
    for (int level = 0; level < RATING_LEVELS; level++)
        out->settings.satisfaction_weights[level] = rational_fraction(
            &group->arena, dice_hits(&group->dice, 700) ? level : (int)dice_below(&group->dice, 5),
            4);
    out->rule = random_rule(group, out);
}

static int64_t below(struct group *group, uint32_t bound)
{
    return dice_below(&group->dice, bound);
}

// Counts as the database would give them, so that numerator and denominator fit each other.
static void random_sums(struct group *group, const char *id, struct indicator_sums *out)
{
    *out = (struct indicator_sums){0};
    int64_t n = below(group, CASES_OF_A_SHARE);
    if (strcmp(id, "W09") == 0) {
        for (int level = 0; level < RATING_LEVELS; level++)
            out->numerator[level] = out->denominator[level] = below(group, 3);
        return;
    }
    if (strcmp(id, "W15") == 0) {
        out->numerator[0] = 5 + below(group, 5);
        out->numerator[1] = -below(group, 6);
        return;
    }
    out->numerator[0] = below(group, (uint32_t)n + 1);
    out->denominator[0] = n;
    if (strcmp(id, "W03") == 0) {
        out->denominator[0] = out->numerator[0];
        out->denominator[1] = n - out->numerator[0];
    }
}

static void make_contender(struct group *group, size_t position)
{
    struct contender *out = &group->contenders[position];
    size_t count = group->scoring.indicator_count;
    group->codes[position][0] = (char)('a' + position);
    *out = (struct contender){
        .code = text_from(group->codes[position]),
        .has_orders = true,
        .measured = arena_array(&group->arena, struct measured, count),
        .entered = arena_array(&group->arena, struct entered_item, 1),
    };
    out->entered[0] = (struct entered_item){
        .known = true, .sum = whole(group, below(group, 6)), .points = whole(group, 0)};
    for (size_t i = 0; i < count; i++) {
        struct indicator_sums *sums = arena_array(&group->arena, struct indicator_sums, 1);
        random_sums(group, group->indicators[i].settings.indicator->id, sums);
        indicator_measure_sums(&group->arena, &group->indicators[i].settings, sums,
                               &out->measured[i]);
    }
}

static void make_group(struct group *group)
{
    size_t indicator_number = 1 + dice_below(&group->dice, INDICATORS_MAX);
    group->count = 2 + dice_below(&group->dice, DISTRICTS_MAX - 1);
    group->item =
        (struct scored_item){.key = TEXT("item"), .type = ITEM_ENTERED, .most = whole(group, 5)};
    group->scoring = (struct scoring){
        .indicators = group->indicators,
        .indicator_count = indicator_number,
        .tie_breaks = group->tie_breaks,
        .total_digits = dice_hits(&group->dice, 500) ? -1 : (int)dice_below(&group->dice, 2),
        .items = &group->item,
        .item_count = 1,
    };
    group->scoring.sort_rounded = group->scoring.total_digits >= 0 && dice_hits(&group->dice, 500);
    for (size_t i = 0; i < indicator_number; i++)
        make_indicator(group, i);
    if (dice_hits(&group->dice, 300))
        group->tie_breaks[group->scoring.tie_break_count++] = (struct tie_break){
            dice_below(&group->dice, (uint32_t)indicator_number), dice_hits(&group->dice, 500)};
    for (size_t i = 0; i < group->count; i++)
        make_contender(group, i);
    ranking_compute(&group->arena, &group->scoring, group->contenders, group->count);
}

// ---- printing ----

static const char *exact(struct group *group, struct rational value)
{
    return rational_print_exact(&group->arena, value);
}

static void print_indicator(struct group *group, const struct scored_indicator *indicator)
{
    const struct score_rule *rule = &indicator->rule;
    printf("{\"id\":\"%s\",\"weight\":\"%s\",\"minimum\":%" PRId64
           ",\"missing\":\"%s\",\"digits\":%d,\"cost\":\"%s\",\"levels\":[",
           indicator->settings.indicator->id, exact(group, indicator->weight),
           indicator->minimum_denominator, missing_names[indicator->missing],
           indicator->input_digits, exact(group, indicator->move_cost));
    for (int level = 0; level < RATING_LEVELS; level++)
        printf("%s\"%s\"", level ? "," : "",
               exact(group, indicator->settings.satisfaction_weights[level]));
    printf("],\"rule\":{\"type\":\"%s\",\"full\":\"%s\",\"baseline\":\"%s\",\"slope\":\"%s\","
           "\"floor\":\"%s\",\"target\":\"%s\",\"cap\":\"%s\",\"over\":\"%s\",\"deduction\":\"%s\","
           "\"beyond\":\"%s\",\"points\":[",
           rule_names[rule->type], exact(group, rule->full), exact(group, rule->baseline),
           exact(group, rule->slope), exact(group, rule->floor),
           rule->target_is_mean ? "mean" : exact(group, rule->target), exact(group, rule->cap),
           exact(group, rule->over_target), exact(group, rule->over_deduction),
           exact(group, rule->beyond));
    for (size_t i = 0; i < rule->point_count; i++)
        printf("%s\"%s\"", i ? "," : "", exact(group, rule->points[i]));
    printf("]}}");
}

static void print_contender(struct group *group, const struct contender *contender)
{
    printf("{\"code\":\"%s\",\"rank\":%" PRIu32 ",\"item\":\"%s\",\"sums\":[",
           contender->code.bytes, contender->rank, exact(group, contender->entered[0].sum));
    for (size_t i = 0; i < group->scoring.indicator_count; i++) {
        const struct indicator_sums *sums = contender->measured[i].sums;
        printf("%s[[", i ? "," : "");
        for (int term = 0; term < RATING_LEVELS; term++)
            printf("%s%" PRId64, term ? "," : "", sums->numerator[term]);
        printf("],[");
        for (int term = 0; term < RATING_LEVELS; term++)
            printf("%s%" PRId64, term ? "," : "", sums->denominator[term]);
        printf("]]");
    }
    printf("]}");
}

static void print_answers(struct group *group, const struct whatif_question *question)
{
    struct whatif_answer answers[INDICATORS_MAX];
    struct whatif_combinations together;
    size_t count = group->scoring.indicator_count;
    whatif_each(&group->arena, question, answers);
    whatif_together(&group->arena, question, answers, 3, &together);
    printf(",\"answers\":[");
    for (size_t i = 0; i < count; i++) {
        bool is_tried =
            answers[i].outcome == WHATIF_REACHED || answers[i].outcome == WHATIF_UNREACHED;
        printf("%s{\"outcome\":\"%s\",\"monotone\":%d,\"limit\":%" PRId64 ",\"moves\":%" PRId64
               ",\"rank\":%" PRIu32 ",\"total\":\"%s\"}",
               i ? "," : "", outcomes[answers[i].outcome], whatif_is_monotone(&group->scoring, i),
               answers[i].limit, answers[i].moves, is_tried ? answers[i].state.rank : 0,
               is_tried ? exact(group, answers[i].state.exact_total) : "");
    }
    printf("],\"whole\":%d,\"together\":[", together.is_whole);
    for (size_t i = 0; i < together.count; i++) {
        printf("%s{\"cost\":\"%s\",\"rank\":%" PRIu32 ",\"proven\":%d,\"moves\":[", i ? "," : "",
               exact(group, together.list[i].cost), together.list[i].state.rank,
               together.list[i].is_proven);
        for (size_t j = 0; j < count; j++)
            printf("%s%" PRId64, j ? "," : "", together.list[i].moves[j]);
        printf("]}");
    }
    printf("]}\n");
}

// A subject that can do better, and a better rank; false where nobody can.
static bool choose_question(struct group *group, struct whatif_question *out)
{
    size_t ranked = 0;
    while (ranked < group->count && group->contenders[ranked].reason == RANKED)
        ranked++;
    size_t subject = ranked ? dice_below(&group->dice, (uint32_t)ranked) : 0;
    if (!ranked || group->contenders[subject].rank < 2)
        return false;
    *out = (struct whatif_question){
        .scoring = &group->scoring,
        .contenders = group->contenders,
        .count = group->count,
        .subject = subject,
        .rank = 1 + dice_below(&group->dice, group->contenders[subject].rank - 1),
    };
    return true;
}

static bool print_case(uint64_t seed)
{
    struct group group = {.arena = ARENA_INIT, .dice = {seed}};
    struct whatif_question question;
    make_group(&group);
    bool is_one = choose_question(&group, &question);
    if (is_one) {
        printf("{\"seed\":%" PRIu64 ",\"subject\":\"%s\",\"rank\":%" PRIu32
               ",\"total_digits\":%d,\"sort_rounded\":%d,\"ties\":[",
               seed, group.contenders[question.subject].code.bytes, question.rank,
               group.scoring.total_digits, group.scoring.sort_rounded);
        for (size_t i = 0; i < group.scoring.tie_break_count; i++)
            printf("[%zu,%d]", group.tie_breaks[i].indicator, group.tie_breaks[i].higher);
        printf("],\"indicators\":[");
        for (size_t i = 0; i < group.scoring.indicator_count; i++) {
            printf("%s", i ? "," : "");
            print_indicator(&group, &group.indicators[i]);
        }
        printf("],\"districts\":[");
        for (size_t i = 0; i < group.count; i++) {
            printf("%s", i ? "," : "");
            print_contender(&group, &group.contenders[i]);
        }
        printf("]");
        print_answers(&group, &question);
    }
    arena_free(&group.arena);
    return is_one;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    uint64_t seed = strtoull(argv[1], NULL, 10);
    for (long left = strtol(argv[2], NULL, 10); left > 0; seed++)
        left -= print_case(seed);
    return 0;
}
