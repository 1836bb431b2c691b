// One trial is one ranking of copies of the group; everything else here decides which trials are made.
#include "core/whatif.h"

#include <stdlib.h>
#include <string.h>

struct trying {
    const struct whatif_question *question;
    struct arena scratch; // of one trial
    int64_t *moves;       // [indicator_count]: what is tried
    int64_t trials_left;
};

static const struct contender *subject_of(const struct whatif_question *question)
{
    return &question->contenders[question->subject];
}

// The subject with the worst or the best rank that is possible, instead of that of the figures as they read.
static struct contender try_intervals(struct trying *trying, struct measured *after)
{
    const struct whatif_question *question = trying->question;
    struct contender *group;
    struct interval_ranking ranking;
    size_t own = 0,
           count = ranking_try_group(&trying->scratch, question->scoring, question->contenders,
                                     question->count, question->subject, after, &group);
    while (!text_equal(group[own].code, subject_of(question)->code))
        own++;
    interval_ranking_compute(&trying->scratch, question->scoring, group, count, &ranking);
    const struct interval_standing *standing = &ranking.standings[own];
    group[own].rank =
        question->certainty == WHATIF_CERTAINLY ? standing->rank_high : standing->rank_low;
    group[own].is_shared = false; // with whom, depends on the choice
    return group[own];
}

// Ranks the group after trying->moves; what is found lives until the next trial.
static struct contender try_moves(struct trying *trying)
{
    const struct whatif_question *question = trying->question;
    const struct scoring *scoring = question->scoring;
    const struct measured *before = subject_of(question)->measured;
    trying->trials_left--;
    arena_reset(&trying->scratch);
    struct measured *after =
        arena_array(&trying->scratch, struct measured, scoring->indicator_count);
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        after[i] = before[i];
        if (trying->moves[i])
            move_make(&trying->scratch, &scoring->indicators[i].settings, &before[i],
                      trying->moves[i], &after[i]);
    }
    if (question->certainty != WHATIF_AS_READ)
        return try_intervals(trying, after);
    return ranking_try(&trying->scratch, scoring, question->contenders, question->count,
                       question->subject, after);
}

static bool is_reached(struct trying *trying)
{
    const struct contender own = try_moves(trying);
    return own.reason == RANKED && own.rank <= trying->question->rank;
}

static struct whatif_state try_state(struct arena *arena, struct trying *trying)
{
    const struct contender own = try_moves(trying);
    struct rational zero = rational_integer(arena, 0);
    return (struct whatif_state){
        .rank = own.reason == RANKED ? own.rank : 0,
        .is_shared = own.is_shared,
        .exact_total = rational_add(arena, own.exact_total, zero), // a copy
        .total = rational_add(arena, own.total, zero),
    };
}

// ---- where more is never worse ----

static bool descends(const struct score_rule *rule)
{
    for (size_t i = 1; i < rule->point_count; i++)
        if (rational_compare(rule->points[i], rule->points[i - 1]) > 0)
            return false;
    return rational_compare(rule->beyond, rule->points[rule->point_count - 1]) <= 0;
}

static bool rule_is_monotone(const struct scored_indicator *indicator)
{
    const struct score_rule *rule = &indicator->rule;
    bool lower = indicator->settings.indicator->direction == BETTER_LOWER;
    switch (rule->type) {
    case RULE_DEDUCT:
        return rational_sign(rule->slope) >= 0 &&
               rational_compare(rule->floor, indicator->weight) <= 0;
    case RULE_RANK_POINTS:
        return descends(rule);
    case RULE_RATIO_TO_TARGET: // a deduction beyond the target: also from peers, whose mean rises
        return rational_sign(rule->over_target) < 0 || rational_sign(rule->over_deduction) == 0;
    case RULE_SHARE_OF_TOTAL: // these two know no direction
    case RULE_FULL_IF_ANY:
        return !lower;
    default:
        return true;
    }
}

bool whatif_is_monotone(const struct scoring *scoring, size_t position)
{
    const struct scored_indicator *indicator = &scoring->indicators[position];
    bool lower = indicator->settings.indicator->direction == BETTER_LOWER;
    bool falls = indicator->settings.indicator->move.type == MOVE_ONE_FEWER;
    for (size_t i = 0; i < scoring->tie_break_count; i++)
        if (scoring->tie_breaks[i].indicator == position && scoring->tie_breaks[i].higher == falls)
            return false;
    bool may_become_too_few = falls && indicator->settings.indicator->unit == UNIT_COUNT &&
                              indicator->minimum_denominator > 0;
    return lower == falls && !may_become_too_few && rule_is_monotone(indicator);
}

// ---- each indicator by itself ----

// The least of 1 .. limit, of which `limit` is known to reach and more is never worse. *at is where it stands in trying->moves.
static void halve(struct trying *trying, int64_t *at, int64_t unreached, int64_t reached)
{
    while (reached - unreached > 1) {
        *at = unreached + (reached - unreached) / 2;
        if (is_reached(trying))
            reached = *at;
        else
            unreached = *at;
    }
    *at = reached;
}

static enum whatif_outcome find_by_doubling(struct trying *trying, int64_t *at, int64_t limit)
{
    int64_t unreached = 0;
    for (*at = 1; !is_reached(trying); *at = *at > limit / 2 ? limit : *at * 2) {
        if (*at == limit)
            return WHATIF_UNREACHED;
        unreached = *at;
    }
    halve(trying, at, unreached, *at);
    return WHATIF_REACHED;
}

static enum whatif_outcome find_one_by_one(struct trying *trying, int64_t *at, int64_t limit)
{
    for (*at = 1; *at <= limit && trying->trials_left; ++*at)
        if (is_reached(trying))
            return WHATIF_REACHED;
    --*at;
    return *at == limit ? WHATIF_UNREACHED : WHATIF_GIVEN_UP;
}

static bool decides(const struct scoring *scoring, size_t position, struct text group)
{
    const struct scored_indicator *indicator = &scoring->indicators[position];
    for (size_t i = 0; i < scoring->tie_break_count; i++)
        if (scoring->tie_breaks[i].indicator == position)
            return true;
    return indicator->rule.type != RULE_WATCHED && indicator_counts_in(indicator, group);
}

static void answer(struct arena *arena, struct trying *trying, size_t position,
                   struct whatif_answer *out)
{
    const struct scoring *scoring = trying->question->scoring;
    const struct indicator_settings *settings = &scoring->indicators[position].settings;
    const struct measured *before = &subject_of(trying->question)->measured[position];
    *out = (struct whatif_answer){.indicator = position, .outcome = WHATIF_WATCHED};
    if (!decides(scoring, position, subject_of(trying->question)->group))
        return;
    out->outcome = WHATIF_NO_MOVE;
    if (settings->indicator->move.type == MOVE_NONE)
        return;
    out->outcome = WHATIF_NO_CASE;
    out->limit = move_limit(arena, settings, before);
    if (!out->limit)
        return;
    trying->trials_left = trying->question->certainty == WHATIF_AS_READ
                              ? WHATIF_TRIALS_ONE_BY_ONE_MAX
                              : WHATIF_INTERVAL_TRIALS_MAX;
    int64_t *at = &trying->moves[position];
    out->outcome = whatif_is_monotone(scoring, position) ? find_by_doubling(trying, at, out->limit)
                                                         : find_one_by_one(trying, at, out->limit);
    out->moves = *at;
    out->cost = rational_multiply(arena, scoring->indicators[position].move_cost,
                                  rational_integer(arena, *at));
    out->state = try_state(arena, trying);
    move_make(arena, settings, before, *at, &out->measured);
    *at = 0;
}

void whatif_each(struct arena *arena, const struct whatif_question *question,
                 struct whatif_answer *answers)
{
    struct trying trying = {.question = question, .scratch = ARENA_INIT};
    size_t count = question->scoring->indicator_count;
    trying.moves = arena_array(arena, int64_t, count + 1);
    for (size_t i = 0; i < count; i++)
        answer(arena, &trying, i, &answers[i]);
    arena_free(&trying.scratch);
}

// ---- several together ----

struct searching {
    struct trying trying;
    const struct whatif_answer *answers;
    struct arena costs;                             // of the members at work
    size_t members[INDICATORS_TOGETHER_MAX], count; // by the cost of a move, dearest first
    bool has_best;
    struct rational best;
    int64_t best_moves[INDICATORS_TOGETHER_MAX];
};

static struct rational cost_of(struct searching *searching, size_t member, int64_t moves)
{
    const struct scored_indicator *indicator =
        &searching->trying.question->scoring->indicators[searching->members[member]];
    return rational_multiply(&searching->costs, indicator->move_cost,
                             rational_integer(&searching->costs, moves));
}

static int64_t *moves_of(struct searching *searching, size_t member)
{
    return &searching->trying.moves[searching->members[member]];
}

static void keep_best(struct searching *searching, struct rational cost)
{
    searching->has_best = true;
    searching->best = cost;
    for (size_t i = 0; i < searching->count; i++)
        searching->best_moves[i] = *moves_of(searching, i);
}

// What is known before any trial: the least moves of one member alone, and one move of each other.
static void begin_with_answers(struct searching *searching)
{
    searching->has_best = false;
    for (size_t alone = 0; alone < searching->count; alone++) {
        const struct whatif_answer *known = &searching->answers[searching->members[alone]];
        if (known->outcome != WHATIF_REACHED)
            continue;
        struct rational cost = rational_integer(&searching->costs, 0);
        for (size_t i = 0; i < searching->count; i++) {
            *moves_of(searching, i) = i == alone ? known->moves : 1;
            cost = rational_add(&searching->costs, cost,
                                cost_of(searching, i, *moves_of(searching, i)));
        }
        if (!searching->has_best || rational_compare(cost, searching->best) < 0)
            keep_best(searching, cost);
    }
}

// How many moves of a member are cheaper than the best together with what they are added to.
static int64_t affordable(struct searching *searching, size_t member, struct rational spent)
{
    int64_t limit = searching->answers[searching->members[member]].limit;
    if (!searching->has_best)
        return limit;
    struct arena *arena = &searching->costs;
    for (size_t i = member + 1; i < searching->count; i++)
        spent = rational_add(arena, spent, cost_of(searching, i, 1));
    struct rational left = rational_subtract(arena, searching->best, spent);
    if (rational_sign(left) <= 0)
        return 0;
    int64_t most =
        rational_ceiling(rational_divide(arena, left, cost_of(searching, member, 1))) - 1;
    return most < limit ? most : limit;
}

static void search_last(struct searching *searching, struct rational spent)
{
    size_t last = searching->count - 1;
    int64_t *at = moves_of(searching, last);
    *at = affordable(searching, last, spent);
    if (*at < 1 || !is_reached(&searching->trying))
        return;
    halve(&searching->trying, at, 0, *at);
    keep_best(searching, rational_add(&searching->costs, spent, cost_of(searching, last, *at)));
}

// The least moves of this member with which all moves of the later ones reach the rank; below it nothing has to be tried. 0: none do.
static int64_t first_of_use(struct searching *searching, size_t member)
{
    for (size_t i = member; i < searching->count; i++)
        *moves_of(searching, i) = searching->answers[searching->members[i]].limit;
    if (!is_reached(&searching->trying))
        return 0;
    int64_t *at = moves_of(searching, member);
    halve(&searching->trying, at, 0, *at);
    return *at;
}

// The two last members, the former with `from` to `until` moves. Where not even the most moves of the former reach the rank with as
// many of the last as can be afforded beside the fewest, nothing between does; else each half is looked at by itself.
static void search_two(struct searching *searching, size_t member, struct rational spent,
                       int64_t from, int64_t until)
{
    size_t last = member + 1;
    int64_t most = affordable(searching, member, spent);
    until = until < most ? until : most;
    if (from > until || searching->trying.trials_left <= 0)
        return;
    struct rational least =
        rational_add(&searching->costs, spent, cost_of(searching, member, from));
    if (from == until) {
        *moves_of(searching, member) = from;
        search_last(searching, least);
        return;
    }
    *moves_of(searching, member) = until;
    *moves_of(searching, last) = affordable(searching, last, least);
    if (*moves_of(searching, last) < 1 || !is_reached(&searching->trying))
        return;
    int64_t middle = from + (until - from) / 2;
    search_two(searching, member, spent, from, middle);
    search_two(searching, member, spent, middle + 1, until);
}

// Every number of moves of this member that can reach the rank and still be cheaper than the best.
static void search_from(struct searching *searching, size_t member, struct rational spent)
{
    int64_t *at = moves_of(searching, member), first = first_of_use(searching, member);
    if (first && member + 2 == searching->count) {
        search_two(searching, member, spent, first, affordable(searching, member, spent));
        return;
    }
    for (int64_t moves = first; first && moves <= affordable(searching, member, spent) &&
                                searching->trying.trials_left > 0;
         moves++) {
        *at = moves;
        search_from(searching, member + 1,
                    rational_add(&searching->costs, spent, cost_of(searching, member, moves)));
    }
}

static void add_combination(struct searching *searching, struct arena *arena,
                            struct whatif_combinations *out)
{
    struct whatif_combination *combination = &out->list[out->count];
    size_t counted = searching->trying.question->scoring->indicator_count;
    bool is_proven = searching->trying.trials_left > 0;
    for (size_t i = 0; i < searching->count; i++)
        *moves_of(searching, i) = searching->best_moves[i];
    *combination = (struct whatif_combination){
        .moves =
            arena_copy(arena, searching->trying.moves, counted * sizeof *searching->trying.moves),
        .indicators = searching->count,
        .cost = rational_add(arena, searching->best, rational_integer(arena, 0)),
        .state = try_state(arena, &searching->trying),
        .is_proven = is_proven,
    };
    out->count++;
}

static void search_members(struct searching *searching, struct arena *arena,
                           struct whatif_combinations *out)
{
    arena_reset(&searching->costs);
    if (searching->trying.trials_left <= 0) {
        out->is_whole = false;
        return;
    }
    begin_with_answers(searching);
    search_from(searching, 0, rational_integer(&searching->costs, 0));
    if (searching->has_best)
        add_combination(searching, arena, out);
    else if (searching->trying.trials_left <= 0)
        out->is_whole = false;
    for (size_t i = 0; i < searching->count; i++)
        *moves_of(searching, i) = 0;
}

// Every choice of `searching->count` of the list, from `next` on.
static void choose(struct searching *searching, const size_t *list, size_t list_count, size_t next,
                   size_t chosen, struct arena *arena, struct whatif_combinations *out)
{
    if (chosen == searching->count) {
        search_members(searching, arena, out);
        return;
    }
    for (size_t i = next; i < list_count; i++) {
        searching->members[chosen] = list[i];
        choose(searching, list, list_count, i + 1, chosen + 1, arena, out);
    }
}

static size_t list_movable(const struct whatif_question *question,
                           const struct whatif_answer *answers, size_t *list)
{
    const struct scored_indicator *indicators = question->scoring->indicators;
    size_t count = 0;
    for (size_t i = 0; i < question->scoring->indicator_count; i++) {
        if (!answers[i].limit || !whatif_is_monotone(question->scoring, i))
            continue;
        size_t place = count++;
        for (; place &&
               rational_compare(indicators[list[place - 1]].move_cost, indicators[i].move_cost) < 0;
             place--)
            list[place] = list[place - 1];
        list[place] = i;
    }
    return count;
}

static int compare_combinations(const void *left, const void *right)
{
    const struct whatif_combination *a = left, *b = right;
    int order = rational_compare(a->cost, b->cost);
    if (!order)
        order = (a->indicators > b->indicators) - (a->indicators < b->indicators);
    for (size_t i = 0; !order; i++)
        order = (a->moves[i] == 0) - (b->moves[i] == 0);
    return order;
}

static size_t choices(size_t of, size_t size)
{
    size_t out = 1;
    for (size_t i = 0; i < size; i++)
        out = out * (of - i) / (i + 1);
    return size > of ? 0 : out;
}

int64_t whatif_trials_together(const struct whatif_question *question)
{
    return question->certainty == WHATIF_AS_READ ? WHATIF_TRIALS_TOGETHER_MAX
                                                 : WHATIF_INTERVAL_TRIALS_MAX;
}

void whatif_together(struct arena *arena, const struct whatif_question *question,
                     const struct whatif_answer *answers, size_t most,
                     struct whatif_combinations *out)
{
    size_t counted = question->scoring->indicator_count, room = 1;
    size_t *list = arena_array(arena, size_t, counted + 1);
    size_t list_count = list_movable(question, answers, list);
    struct searching searching = {
        .trying = {.question = question,
                   .scratch = ARENA_INIT,
                   .moves = arena_array(arena, int64_t, counted + 1),
                   .trials_left = whatif_trials_together(question)},
        .answers = answers,
        .costs = ARENA_INIT,
    };
    for (size_t size = 2; size <= most; size++)
        room += choices(list_count, size);
    *out = (struct whatif_combinations){.list = arena_array(arena, struct whatif_combination, room),
                                        .is_whole = true};
    for (searching.count = 2; searching.count <= most; searching.count++)
        choose(&searching, list, list_count, 0, 0, arena, out);
    qsort(out->list, out->count, sizeof *out->list, compare_combinations);
    arena_free(&searching.costs);
    arena_free(&searching.trying.scratch);
}
