// `cityops-rank robustness`: how often ranks hold when weights and chance vary, and which choice moves them most (core/robustness.h).
//
// Drawings are split into streams of their own random numbers; threads take the next stream, and what they find is added up or kept by
// stream, so that a seed gives the same answer on any machine.
#include "rank/questions/robustness_question.h"

#include "rank/commands.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const score_way_names[SCORE_WAY_COUNT] = {"profile", "rank-points", "relative-to-best",
                                                      "min-max", "z-score"};

const struct config_key robustness_keys[] = {
    CONFIG_KEYS_QUESTION,
    {.name = "draws",
     .letter = 'n',
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "10000",
     .minimum = 100,
     .maximum = 10000000,
     .meaning = "Drawings of weights and chance, and as many pairs of drawings for the indices"},
    {.name = "seed",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "1",
     .minimum = 0,
     .maximum = INT64_MAX,
     .meaning = "Of the random numbers: the same seed gives the same answer"},
    {.name = "spread",
     .type = CONFIG_INTEGER,
     .argument = "PERCENT",
     .default_value = "25",
     .minimum = 0,
     .maximum = 100,
     .meaning = "Each weight is drawn uniformly within so much of the profile's, then all are "
                "scaled to their old sum; 0: weights are fixed"},
    {.name = "noise",
     .type = CONFIG_BOOLEAN,
     .default_value = "on",
     .meaning = "Values vary as chance lets so few cases vary; off: they are as measured"},
    {.name = "rules",
     .type = CONFIG_TEXT,
     .argument = "LIST",
     .default_value = "profile,rank-points,relative-to-best,min-max,z-score",
     .meaning = "Scoring rules among which the indices vary, all indicators by the same one"},
    {.name = "minimums",
     .type = CONFIG_TEXT,
     .argument = "LIST",
     .default_value = "50,100,200",
     .meaning = "Minimum denominators among which the indices vary, in per cent of the profile's"},
    {.name = "level",
     .type = CONFIG_INTEGER,
     .argument = "PERCENT",
     .default_value = "5",
     .minimum = 1,
     .maximum = 49,
     .meaning =
         "Two subjects are told apart when their order is reversed in no more drawings than that"},
    {0},
};

enum {
    DRAWS_OF_A_STREAM = 500,
    BLOCKS_MAX = 500, // of pairs; the bootstrap draws blocks
    RESAMPLES = 1000,
    THREADS_MAX = 64,
    PER_CENT = 100,
    STREAM_OF_PAIRS = 1 << 29, // the first; drawings have those below
};

// ---- what is asked ----

// The next word of a list that is parted by commas; false at its end.
static bool next_word(struct text *list, struct text *word)
{
    if (!list->bytes)
        return false;
    const char *comma = memchr(list->bytes, ',', list->length);
    uint32_t length = comma ? (uint32_t)(comma - list->bytes) : list->length;
    *word = (struct text){list->bytes, length};
    *list = comma ? (struct text){comma + 1, list->length - length - 1} : (struct text){NULL, 0};
    return true;
}

static bool read_ways(struct robustness_question *asked, struct error *error)
{
    struct text list = text_from(config_text(asked->question.config, "rules")), word;
    asked->settings.ways = asked->ways;
    while (next_word(&list, &word)) {
        int way = 0;
        while (way < SCORE_WAY_COUNT && !text_equal(text_from(score_way_names[way]), word))
            way++;
        bool is_twice = false;
        for (size_t i = 0; i < asked->settings.way_count; i++)
            is_twice |= (int)asked->ways[i] == way;
        if (way == SCORE_WAY_COUNT || is_twice)
            return error_set(error, ERROR_BAD_CONFIG,
                             "--rules: \"" TEXT_FORMAT "\" %s; there are: %s, %s, %s, %s, %s",
                             TEXT_ARGUMENTS(word),
                             is_twice ? "stands there twice" : "is no scoring rule",
                             score_way_names[0], score_way_names[1], score_way_names[2],
                             score_way_names[3], score_way_names[4]);
        asked->ways[asked->settings.way_count++] = (enum score_way)way;
    }
    return true;
}

static bool read_minimums(struct robustness_question *asked, struct error *error)
{
    enum { MOST = 10000 };
    struct text list = text_from(config_text(asked->question.config, "minimums")), word;
    asked->settings.minimums = asked->minimums;
    while (next_word(&list, &word)) {
        char digits[8] = "", *end = digits;
        long value = -1;
        if (word.length && word.length < sizeof digits) {
            memcpy(digits, word.bytes, word.length);
            value = strtol(digits, &end, 10);
        }
        if (*end || value < 0 || value > MOST || digits[0] < '0' || digits[0] > '9')
            return error_set(error, ERROR_BAD_CONFIG,
                             "--minimums: \"" TEXT_FORMAT
                             "\" is no whole number from 0 to %d (per cent of the profile's)",
                             TEXT_ARGUMENTS(word), MOST);
        if (asked->settings.minimum_count == MINIMUMS_MAX)
            return error_set(error, ERROR_BAD_CONFIG, "--minimums: at most %d can be named",
                             MINIMUMS_MAX);
        asked->minimums[asked->settings.minimum_count++] = (double)value / PER_CENT;
    }
    return true;
}

static bool read_options(struct robustness_question *asked, struct error *error)
{
    const struct config *config = asked->question.config;
    asked->draws = config_integer(config, "draws");
    asked->level = config_integer(config, "level");
    asked->settings = (struct robustness_settings){
        .spread = (double)config_integer(config, "spread") / PER_CENT,
        .has_noise = config_boolean(config, "noise"),
        .seed = (uint64_t)config_integer(config, "seed"),
    };
    return read_ways(asked, error) && read_minimums(asked, error);
}

// ---- peer groups ----

static void add_group(struct robustness_question *asked, size_t first, size_t until)
{
    struct question *question = &asked->question;
    const struct contender *contenders = question->result.assessment.contenders;
    struct asked_group *group = &asked->groups[asked->group_count];
    size_t ranked = 0;
    *group = (struct asked_group){
        .name = contenders[first].group,
        .members = arena_array(&question->arena, const struct contender *, until - first),
        .subject = ROBUSTNESS_ALL,
    };
    for (size_t i = first; i < until; i++) {
        if (contenders[i].is_unassigned)
            continue;
        if (question->has_subject && i == question->subject)
            group->subject = (long)group->count;
        group->members[group->count++] = &contenders[i];
        ranked += contenders[i].reason == RANKED;
    }
    if (ranked > 1 && (!question->has_subject || group->subject != ROBUSTNESS_ALL))
        asked->group_count++;
}

static bool find_groups(struct robustness_question *asked, struct error *error)
{
    struct question *question = &asked->question;
    const struct assessment *assessment = &question->result.assessment;
    asked->groups = arena_array(&question->arena, struct asked_group, assessment->count + 1);
    for (size_t first = 0, until; first < assessment->count; first = until) {
        for (until = first + 1; until < assessment->count; until++)
            if (!text_equal(assessment->contenders[until].group,
                            assessment->contenders[first].group))
                break;
        add_group(asked, first, until);
    }
    if (asked->group_count)
        return true;
    if (question->has_subject)
        return error_set(error, ERROR_BAD_CONFIG,
                         "%s alone has a rank in its group in %s: there is no order to be doubted",
                         question_subject_name(question, question->subject), question->name);
    return error_set(error, ERROR_BAD_CONFIG,
                     "nowhere do two have a rank in %s: there is no order to be doubted",
                     question->name);
}

// ---- threads ----

struct task {
    struct robustness_question *asked;
    struct asked_group *group;
    pthread_mutex_t lock; // of what follows
    uint32_t next_stream, next_block;
    struct sobol_sums (*blocks)[OUTPUT_COUNT]; // [block]
    uint32_t streams, block_count;
};

// So many of them, as evenly as can be, fall to part `at` of `parts`.
static int64_t share_of(int64_t draws, uint32_t at, uint32_t parts)
{
    return draws / parts + (at < draws % parts);
}

static bool take_next(struct task *task, uint32_t *next, uint32_t count, uint32_t *out)
{
    pthread_mutex_lock(&task->lock);
    *out = *next;
    *next += *next < count;
    pthread_mutex_unlock(&task->lock);
    return *out < count;
}

static void *work(void *context)
{
    struct task *task = context;
    const struct robustness *robustness = task->group->robustness;
    int64_t draws = task->asked->draws;
    struct arena arena = ARENA_INIT;
    struct robustness_tally tally;
    uint32_t at;
    robustness_tally_new(&arena, robustness, &tally);
    while (take_next(task, &task->next_stream, task->streams, &at))
        robustness_draw(robustness, at, share_of(draws, at, task->streams), &tally);
    while (take_next(task, &task->next_block, task->block_count, &at))
        robustness_vary(robustness, task->group->subject, STREAM_OF_PAIRS + at,
                        share_of(draws, at, task->block_count), task->blocks[at], NULL);
    pthread_mutex_lock(&task->lock);
    robustness_tally_add(robustness, &task->group->tally, &tally);
    pthread_mutex_unlock(&task->lock);
    arena_free(&arena);
    return NULL;
}

static void draw(struct task *task)
{
    pthread_t threads[THREADS_MAX];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int count = 0;
    pthread_mutex_init(&task->lock, NULL);
    while (count + 1 < processors && count < THREADS_MAX &&
           pthread_create(&threads[count], NULL, work, task) == 0)
        count++;
    work(task);
    while (count)
        pthread_join(threads[--count], NULL);
    pthread_mutex_destroy(&task->lock);
}

// ---- answers ----

static void estimate(struct robustness_question *asked, struct asked_group *group,
                     const struct task *task)
{
    struct sobol_sums *blocks =
        arena_array(&asked->question.arena, struct sobol_sums, task->block_count);
    for (int output = 0; output < OUTPUT_COUNT; output++) {
        for (uint32_t i = 0; i < task->block_count; i++)
            blocks[i] = task->blocks[i][output];
        group->varied[output] = sobol_estimate(blocks, task->block_count, CHOICE_COUNT, RESAMPLES,
                                               asked->settings.seed, group->indices[output]);
    }
}

static void leave_out_each(struct robustness_question *asked, struct asked_group *group)
{
    struct arena *arena = &asked->question.arena;
    const struct scoring *scoring = &asked->question.result.profile.scoring;
    group->without = arena_array(arena, struct contender *, scoring->indicator_count + 1);
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        struct contender *list = arena_array(arena, struct contender, group->count + 1);
        if (scoring->indicators[i].rule.type != RULE_WATCHED &&
            indicator_counts_in(&scoring->indicators[i], group->name) &&
            robustness_leave_out(arena, scoring, group->members, group->count, i, list))
            group->without[i] = list;
    }
}

static void answer(struct robustness_question *asked, struct asked_group *group)
{
    struct arena *arena = &asked->question.arena;
    const struct scoring *scoring = &asked->question.result.profile.scoring;
    int64_t streams = (asked->draws + DRAWS_OF_A_STREAM - 1) / DRAWS_OF_A_STREAM;
    struct task task = {
        .asked = asked,
        .group = group,
        .streams = (uint32_t)streams,
        .block_count = asked->draws < BLOCKS_MAX ? (uint32_t)asked->draws : BLOCKS_MAX,
    };
    task.blocks = arena_zalloc(arena, task.block_count * sizeof *task.blocks);
    group->robustness = robustness_new(scoring, group->members, group->count, &asked->settings);
    robustness_tally_new(arena, group->robustness, &group->tally);
    draw(&task);
    group->summaries = arena_array(arena, struct rank_summary, group->count);
    for (size_t i = 0; i < group->count; i++)
        if (group->members[i]->reason == RANKED)
            robustness_summarize(group->robustness, &group->tally, i, &group->summaries[i]);
    estimate(asked, group, &task);
    leave_out_each(asked, group);
}

bool robustness_is_open(const struct robustness_question *asked, const struct asked_group *group,
                        size_t subject, size_t other)
{
    double ahead = robustness_ahead(group->robustness, &group->tally, subject, other),
           level = (double)asked->level / PER_CENT;
    return ahead > level && ahead < 1 - level;
}

enum exit_status robustness_run(const struct config *config, struct error *error)
{
    struct robustness_question asked = {.question = {.config = config}};
    bool ok = read_options(&asked, error) &&
              question_open_ranking(config, "robustness", &asked.question, error) &&
              find_groups(&asked, error);
    for (size_t i = 0; ok && i < asked.group_count; i++)
        answer(&asked, &asked.groups[i]);
    ok = ok && robustness_print(&asked, error);
    for (size_t i = 0; i < asked.group_count; i++)
        robustness_free(asked.groups[i].robustness);
    question_close(&asked.question);
    return ok ? EXIT_OK : EXIT_FAILED;
}
