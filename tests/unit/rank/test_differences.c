// Random pairs of rankings: the parts of their difference add up, level by level, whatever the rules, the tickets and what is missing.
// CITYOPS_SEED=N replays a seed.
#include "rank/difference/difference.h"
#include "tests/unit/support/dice.h"
#include "tests/unit/support/replay.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 3000, SUBJECTS = 4, INDICATORS = 3, TICKETS_MAX = 14, PLACES = SUBJECTS + 1 };

static const char *const codes[SUBJECTS] = {"a", "b", "c", "unassigned"};
static const char *const ids[INDICATORS] = {"W04", "W12", "W11"};
static const char rank_points[] = "rank points";
static const char *const rules[] = {"proportional",
                                    "relative-to-best",
                                    "share-of-total",
                                    "{type: proportional, full: 20}",
                                    "{type: deduct-below-baseline, baseline: 90, slope: 1, floor: "
                                    "0}",
                                    rank_points};
static const char *const policies[] = {"exclude", "redistribute", "zero", "full"};

// What one ticket counts on one side: of whom, and by bits per indicator whether it is a case, and a case that counts.
struct ticket {
    uint32_t place; // of codes; SUBJECTS: nowhere
    unsigned cases, counted;
};

struct side {
    struct profile profile;
    struct assessment assessment;
    struct ticket tickets[TICKETS_MAX];
};

static const char *draw_profile(struct arena *arena, struct dice *dice)
{
    const char *text = "id: p\nversion: 1\nvalid: {from: 2020-01-01}\nzone: "
                       "Asia/Shanghai\nindicators:\n";
    unsigned first = 10 * (1 + dice_below(dice, 5)), second = 10 * (1 + dice_below(dice, 4)),
             weights[INDICATORS] = {first, second, 100 - first - second};
    for (int i = 0; i < INDICATORS; i++) {
        const char *rule = rules[dice_below(dice, sizeof rules / sizeof *rules)];
        if (rule == rank_points) // the first earns the weight
            rule = arena_printf(arena, "{type: rank-points, points: [%u, 8, 5], beyond: 1}",
                                weights[i]);
        text = arena_printf(arena, "%s  - {id: %s, weight: %u, missing: %s, rule: %s}\n", text,
                            ids[i], weights[i],
                            policies[dice_below(dice, sizeof policies / sizeof *policies)], rule);
    }
    return text;
}

static void measure(struct arena *arena, struct side *side, size_t tickets)
{
    struct assessment *out = &side->assessment;
    out->contenders = arena_array(arena, struct contender, SUBJECTS);
    for (uint32_t i = 0; i < SUBJECTS; i++) {
        struct contender *contender = &out->contenders[i];
        *contender =
            (struct contender){.code = text_from(codes[i]),
                               .group = {"", 0},
                               .is_unassigned = i == SUBJECTS - 1,
                               .has_orders = true,
                               .measured = arena_array(arena, struct measured, INDICATORS + 1)};
        for (int k = 0; k < INDICATORS; k++) {
            struct indicator_sums *sums = arena_array(arena, struct indicator_sums, 1);
            *sums = (struct indicator_sums){0};
            for (size_t t = 0; t < tickets; t++)
                if (side->tickets[t].place == i) {
                    sums->denominator[0] += side->tickets[t].cases >> k & 1;
                    sums->numerator[0] += side->tickets[t].counted >> k & 1;
                }
            indicator_measure_sums(arena, &side->profile.indicators[k].settings, sums,
                                   &contender->measured[k]);
        }
    }
}

static void make(struct arena *arena, struct side *side, const char *profile, size_t tickets)
{
    struct error error = ERROR_INIT;
    cr_assert(profile_parse(arena, "p.yaml", text_from(profile), &side->profile, &error), "%s\n%s",
              error.text, profile);
    struct assessment *out = &side->assessment;
    *out = (struct assessment){
        .profile = &side->profile,
        .period = {.name = "2022-11", .from_day = 19297, .until_day = 19327, .month_count = 1},
        .areas = arena_array(arena, const struct area *, SUBJECTS),
        .count = SUBJECTS,
        .groups = arena_array(arena, struct assessed_group, 1),
        .group_count = 1,
        .cut_off = {.vector = "k/t[0]=7", .digest = "0", .missing = ""},
        .versions = {.reference = 3, .fold = 2, .generation = 4, .rule_sha256 = "00"},
    };
    memset(out->areas, 0, SUBJECTS * sizeof(const struct area *));
    measure(arena, side, tickets);
    out->groups[0] = (struct assessed_group){
        .name = {"", 0},
        .count = SUBJECTS,
        .pooled = arena_array(arena, struct measured, INDICATORS + 1),
        .mean = arena_array(arena, struct rational, INDICATORS + 1),
        .mean_count = arena_array(arena, size_t, INDICATORS + 1),
    };
    ranking_compute(arena, &side->profile.scoring, out->contenders, out->count);
}

// A third of the tickets is the same on both sides, the others come, go, move or count otherwise.
static void draw_tickets(struct dice *dice, struct side sides[2], size_t tickets)
{
    for (size_t t = 0; t < tickets; t++)
        for (int s = 0; s < 2; s++) {
            struct ticket *ticket = &sides[s].tickets[t];
            *ticket = (struct ticket){.place = dice_below(dice, PLACES),
                                      .cases = dice_below(dice, 1U << INDICATORS)};
            ticket->counted = ticket->cases & dice_below(dice, 1U << INDICATORS);
            if (s == 1 && dice_hits(dice, 333))
                *ticket = sides[0].tickets[t];
        }
}

static void add(struct contributions *contributions, int side, uint32_t ticket, uint32_t place,
                int indicator, uint8_t slot)
{
    struct contribution_list *list = &contributions->sides[side];
    list->list = realloc(list->list, (list->count + 1) * sizeof *list->list);
    list->list[list->count++] = (struct contribution){.contributor = ticket,
                                                      .subject = (uint16_t)place,
                                                      .indicator = (uint8_t)indicator,
                                                      .slot = slot,
                                                      .amount = 1,
                                                      .denominator = 1};
}

static struct contributions contribute(struct arena *arena, const struct side sides[2],
                                       size_t tickets)
{
    struct contributions out = CONTRIBUTIONS_INIT;
    out.contributors = calloc(tickets + 1, sizeof *out.contributors);
    out.subjects = calloc(SUBJECTS, sizeof *out.subjects);
    for (uint32_t t = 0; t < tickets; t++)
        out.contributors[t] = (struct contributor){FAMILY_HOTLINE, TEXT("gz"),
                                                   text_from(arena_printf(arena, "T%02u", t))};
    for (int i = 0; i < SUBJECTS; i++)
        out.subjects[i] = text_from(codes[i]);
    out.contributor_count = tickets;
    out.subject_count = SUBJECTS;
    for (int s = 0; s < 2; s++)
        for (uint32_t t = 0; t < tickets; t++)
            for (int k = 0; k < INDICATORS; k++) {
                const struct ticket *ticket = &sides[s].tickets[t];
                if (ticket->place == SUBJECTS)
                    continue;
                if (ticket->cases >> k & 1)
                    add(&out, s, t, ticket->place, k, SLOT_DENOMINATOR);
                if (ticket->counted >> k & 1)
                    add(&out, s, t, ticket->place, k, 0);
            }
    contributions_sort(&out);
    return out;
}

// ---- what adds up ----

enum {
    TOTAL,
    POINTS,
    CAUSES,
    OWN,
    ENTITY_POINTS,
    VALUE,
    ENTITIES,
    NO_ENTITY,
    SUMS,
    ENTITY_SUMS,
    LEVELS
};

struct told {
    struct arena *arena;
    // per subject and indicator; of the total, and of weights of missing indicators, position INDICATORS
    struct rational sum[LEVELS][SUBJECTS][INDICATORS + 1];
    bool has_difference[LEVELS][SUBJECTS][INDICATORS + 1];
    size_t parts;
};

static size_t find(struct text text, const char *const *words, size_t count)
{
    size_t i = 0;
    while (i < count && !text_equal(text, text_from(words[i])))
        i++;
    return i;
}

static void count_in(struct told *told, int level, const struct part *part, struct rational amount)
{
    size_t subject = find(part->subject, codes, SUBJECTS),
           indicator = find(part->indicator, ids, INDICATORS);
    cr_assert_lt(subject, SUBJECTS);
    struct rational *sum = &told->sum[level][subject][indicator];
    *sum = rational_add(told->arena, *sum, amount);
    told->has_difference[level][subject][indicator] |= part->has_difference;
}

static void tell(void *context, const struct part *part)
{
    static const int levels[PART_LEVEL_COUNT] = {
        [PART_RANK] = -1,         [PART_TOTAL] = TOTAL,           [PART_POINTS] = POINTS,
        [PART_CAUSE] = CAUSES,    [PART_VALUE] = VALUE,           [PART_SUM] = SUMS,
        [PART_ENTITY] = ENTITIES, [PART_ENTITY_SUM] = ENTITY_SUMS};
    struct told *told = context;
    told->parts++;
    int level = levels[part->level];
    if (level < 0)
        return;
    if (level != TOTAL && level != VALUE)
        count_in(told, level, part, part->difference);
    else if (part->has_difference)
        count_in(told, level, part, part->difference);
    if (level == CAUSES && strcmp(part->what, "own value") == 0)
        count_in(told, OWN, part, part->difference);
    if (level == ENTITIES && !part->contributor)
        count_in(told, NO_ENTITY, part, part->difference);
    if (level == ENTITIES && part->has_points)
        count_in(told, ENTITY_POINTS, part, part->points);
}

static void check_equal(struct told *told, struct rational whole, struct rational parts,
                        const char *what, size_t subject, size_t indicator, uint64_t seed,
                        const char *profiles)
{
    cr_assert_eq(rational_compare(whole, parts), 0,
                 "CITYOPS_SEED=%llu: %s of %s, %s: %s is not %s\n%s", (unsigned long long)seed,
                 what, codes[subject], indicator < INDICATORS ? ids[indicator] : "all",
                 rational_print_exact(told->arena, whole), rational_print_exact(told->arena, parts),
                 profiles);
}

static bool is_ranked(const struct side *side, size_t subject)
{
    for (size_t i = 0; i < SUBJECTS; i++)
        if (text_equal(side->assessment.contenders[i].code, text_from(codes[subject])))
            return side->assessment.contenders[i].reason == RANKED;
    return false;
}

static size_t check_sums(struct told *told, const struct side sides[2], uint64_t seed,
                         const char *profiles)
{
    static const struct {
        int whole, parts;
        const char *what;
    } pairs[] = {{POINTS, CAUSES, "causes and points"},
                 {OWN, ENTITY_POINTS, "entities' points and own value"},
                 {SUMS, ENTITY_SUMS, "entities' numbers and sums"}};
    size_t totals = 0;
    for (size_t s = 0; s < SUBJECTS; s++) {
        struct rational points = rational_integer(told->arena, 0);
        for (size_t k = 0; k <= INDICATORS; k++)
            points = rational_add(told->arena, points, told->sum[POINTS][s][k]);
        if (is_ranked(&sides[0], s) && is_ranked(&sides[1], s)) {
            check_equal(told, told->sum[TOTAL][s][INDICATORS], points, "points and total", s,
                        INDICATORS, seed, profiles);
            totals++;
        }
        for (size_t k = 0; k < INDICATORS; k++) {
            for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++)
                check_equal(told, told->sum[pairs[p].whole][s][k], told->sum[pairs[p].parts][s][k],
                            pairs[p].what, s, k, seed, profiles);
            if (!told->has_difference[VALUE][s][k])
                continue;
            check_equal(told, told->sum[VALUE][s][k], told->sum[ENTITIES][s][k],
                        "entities and value", s, k, seed, profiles);
            check_equal(told, rational_integer(told->arena, 0), told->sum[NO_ENTITY][s][k],
                        "nothing and what is of no entity", s, k, seed, profiles);
        }
    }
    return totals;
}

Test(differences, parts_of_random_rankings_add_up)
{
    bool is_replay = replay_is_asked();
    uint64_t first = replay_seed("differences"), cases = is_replay ? 1 : CASES;
    size_t parts = 0, totals = 0;
    for (uint64_t seed = first; seed < first + cases; seed++) {
        struct arena arena = ARENA_INIT;
        struct dice dice = {seed};
        struct error error = ERROR_INIT;
        struct side sides[2] = {0};
        size_t tickets = dice_below(&dice, TICKETS_MAX + 1);
        const char *left = draw_profile(&arena, &dice),
                   *right = dice_hits(&dice, 300) ? draw_profile(&arena, &dice) : left;
        draw_tickets(&dice, sides, tickets);
        make(&arena, &sides[0], left, tickets);
        make(&arena, &sides[1], right, tickets);
        struct contributions contributions = contribute(&arena, sides, tickets);
        struct told *told = arena_new(&arena, struct told);
        *told = (struct told){.arena = &arena};
        for (size_t i = 0; i < sizeof told->sum / sizeof(struct rational); i++)
            (&told->sum[0][0][0])[i] = rational_integer(&arena, 0);
        cr_assert(difference_read(&arena, &sides[0].assessment, &sides[1].assessment,
                                  &contributions, tell, told, &error),
                  "CITYOPS_SEED=%llu: %s", (unsigned long long)seed, error.text);
        totals += check_sums(told, sides, seed, arena_printf(&arena, "%s%s", left, right));
        parts += told->parts;
        contributions_free(&contributions);
        arena_free(&arena);
    }
    printf("differences: %llu pairs from seed %llu, %zu parts, %zu totals\n",
           (unsigned long long)cases, (unsigned long long)first, parts, totals);
    cr_expect(is_replay || (parts > CASES && totals > CASES / 2));
}
