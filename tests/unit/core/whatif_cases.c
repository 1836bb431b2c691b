// Prints random groups with what whatif finds in them, a line of JSON each, for whatif_oracle.py to find by itself.
//
// Usage: whatif-cases SEED COUNT. A case is told by its own seed, so that CITYOPS_SEED=N replays from there.
#include "core/whatif.h"
#include "tests/unit/core/oracle_cases.h"
#include "tests/unit/core/random_group.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const outcomes[] = {"reached", "unreached", "no-move",
                                       "no-case", "watched",   "given-up"};

static const char *exact(struct group *group, struct rational value)
{
    return rational_print_exact(&group->arena, value);
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
    random_group_make(&group);
    bool is_one = choose_question(&group, &question);
    if (is_one) {
        printf("{\"seed\":%" PRIu64 ",\"subject\":\"%s\",\"rank\":%" PRIu32 ",", seed,
               group.contenders[question.subject].code.bytes, question.rank);
        random_group_print(&group);
        print_answers(&group, &question);
    }
    arena_free(&group.arena);
    return is_one;
}

int main(int argc, char **argv)
{
    return oracle_cases_run(argc, argv, print_case);
}
