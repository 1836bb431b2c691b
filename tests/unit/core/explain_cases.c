// Prints random groups with what explain says of one district, a line of JSON each, for explain_oracle.py to find by itself.
//
// Usage: explain-cases SEED COUNT. A case is told by its own seed, so that CITYOPS_SEED=N replays from there.
#include "core/explain.h"
#include "core/whatif.h"
#include "tests/unit/core/oracle_cases.h"
#include "tests/unit/core/random_group.h"

#include <inttypes.h>
#include <stdio.h>

enum { ENTITIES = 5, RATING_LEVELS = 5 }; // tried of each indicator

static const char *const ids[] = {"W04", "W04", "W03", "W08", "W11", "O02", "W15", "A01",
                                  "W09", "W09", "W18", "W18", "E03", "W20", "W20"};

static const char *exact(struct group *group, struct rational value)
{
    return rational_print_exact(&group->arena, value);
}

static int64_t up_to(struct group *group, int64_t most)
{
    return most > 0 ? dice_below(&group->dice, (uint32_t)most + 1) : 0;
}

// An entity that is among those which the sums were added up from.
static void choose_entity(struct group *group, const struct measured *measured, const char *id,
                          struct entity_figures *out)
{
    *out = (struct entity_figures){0};
    if (!measured->sums) {
        out->is_observed = true;
        out->observed = measured->observed[dice_below(&group->dice, (uint32_t)measured->n)];
        return;
    }
    const struct indicator_sums *all = measured->sums;
    if (strcmp(id, "W09") == 0) {
        for (int level = 0; level < RATING_LEVELS; level++)
            out->sums.numerator[level] = out->sums.denominator[level] =
                up_to(group, all->numerator[level]);
        return;
    }
    int64_t of = up_to(group, all->numerator[0]),
            missing = up_to(group, all->denominator[0] - all->numerator[0]);
    out->sums.numerator[0] = of;
    if (strcmp(id, "W15") == 0)
        out->sums.numerator[1] = -up_to(group, of < -all->numerator[1] ? of : -all->numerator[1]);
    out->sums.denominator[0] = of + missing;
    if (strcmp(id, "W03") == 0 || strcmp(id, "W08") == 0) {
        out->sums.denominator[0] = of;
        out->sums.denominator[1] = up_to(group, all->denominator[1]);
    }
    if (strcmp(id, "A01") == 0 || strcmp(id, "W15") == 0)
        out->sums.denominator[0] = 0;
}

static void print_entity(struct group *group, const struct explain_question *question,
                         size_t indicator)
{
    const struct indicator_settings *settings = &group->indicators[indicator].settings;
    const struct measured *measured = &question->contenders[question->subject].measured[indicator];
    struct entity_figures entity;
    struct measured saved;
    struct rational gain = rational_integer(&group->arena, 0), cost = gain;
    choose_entity(group, measured, settings->indicator->id, &entity);
    bool costs = explain_gain(&group->arena, settings, measured, &entity, &gain), is_ranked = true;
    if (costs) {
        explain_saved(&group->arena, settings, measured, &entity, &saved);
        is_ranked = explain_cost(&group->arena, question, indicator, &saved, &cost);
    }
    printf("{\"indicator\":%zu,\"observed\":%" PRId64
           ",\"costs\":%d,\"ranked\":%d,\"gain\":\"%s\",\"cost\":\"%s\",\"top\":[",
           indicator, entity.observed.numerator, costs, is_ranked, exact(group, gain),
           exact(group, cost));
    for (int i = 0; i < RATING_LEVELS; i++)
        printf("%s%" PRId64, i ? "," : "", entity.sums.numerator[i]);
    printf("],\"bottom\":[");
    for (int i = 0; i < RATING_LEVELS; i++)
        printf("%s%" PRId64, i ? "," : "", entity.sums.denominator[i]);
    printf("]}");
}

static void print_entities(struct group *group, const struct explain_question *question)
{
    bool is_first = true;
    printf("],\"entities\":[");
    for (size_t i = 0; i < group->scoring.indicator_count; i++) {
        const struct measured *measured = &question->contenders[question->subject].measured[i];
        for (int j = 0; j < ENTITIES && (measured->sums || measured->n); j++) {
            printf("%s", is_first ? "" : ",");
            print_entity(group, question, i);
            is_first = false;
        }
    }
    printf("]}\n");
}

static void print_term(struct group *group, const struct explained_term *term, bool is_monotone)
{
    printf("{\"counts\":%d,\"monotone\":%d,\"part\":\"%s\",\"full\":\"%s\",\"lost\":\"%s\","
           "\"best\":\"%s\",\"best_part\":\"%s\",\"first_part\":\"%s\",\"target\":\"%s\"}",
           term->counts, is_monotone, exact(group, term->part), exact(group, term->full),
           exact(group, term->lost), group->contenders[term->best].code.bytes,
           exact(group, term->best_part), exact(group, term->first_part),
           term->has_target ? exact(group, term->target) : "");
}

static bool print_case(uint64_t seed)
{
    struct group group = {
        .arena = ARENA_INIT, .dice = {seed}, .ids = ids, .id_count = sizeof ids / sizeof *ids};
    size_t ranked = 0;
    random_group_make(&group);
    while (ranked < group.count && group.contenders[ranked].reason == RANKED)
        ranked++;
    if (ranked) {
        const struct explain_question question = {
            .scoring = &group.scoring,
            .contenders = group.contenders,
            .count = group.count,
            .subject = dice_below(&group.dice, (uint32_t)ranked),
        };
        const struct contender *subject = &group.contenders[question.subject];
        struct explained_score score;
        explain_score(&group.arena, &question, &score);
        printf("{\"seed\":%" PRIu64 ",\"subject\":\"%s\",", seed, subject->code.bytes);
        random_group_print(&group);
        printf(
            ",\"total\":\"%s\",\"scale\":\"%s\",\"rounding\":\"%s\",\"first\":\"%s\",\"terms\":[",
            exact(&group, subject->total), exact(&group, score.scale),
            exact(&group, score.rounding), group.contenders[score.first].code.bytes);
        for (size_t i = 0; i < group.scoring.indicator_count; i++) {
            print_term(&group, &score.indicators[i], whatif_is_monotone(&group.scoring, i));
            printf(",");
        }
        print_term(&group, &score.items[0], true);
        print_entities(&group, &question);
    }
    arena_free(&group.arena);
    return ranked;
}

int main(int argc, char **argv)
{
    return oracle_cases_run(argc, argv, print_case);
}
