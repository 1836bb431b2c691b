#include "rank/questions/scorecard_file.h"

#include "rank/profile_internal.h"

const char *const scorecard_kind_words[] = {"quantity", "quality", "timeliness",
                                            "cost",     "effect",  NULL};

struct card_reading {
    struct document document;
    struct scorecard_file *out;
};

static struct document_field field(const struct card_reading *reading, struct fy_node *node,
                                   const char *key, bool required)
{
    return (struct document_field){&reading->document, node, key, required};
}

// A list of mappings; *items has room for them. Null and no error where the key is absent.
static bool open_list(const struct card_reading *reading, struct fy_node *root, const char *key,
                      const char *none, struct fy_node **list, size_t *count, struct error *error)
{
    *list = document_value(root, key);
    *count = 0;
    if (*list && !fy_node_is_sequence(*list))
        return document_fail(&reading->document, *list, error, "%s must be a list", key);
    if (*list)
        *count = (size_t)fy_node_sequence_item_count(*list);
    return *count || !none || document_fail(&reading->document, *list, error, "%s", none);
}

static bool read_title(const struct card_reading *reading, struct fy_node *node, struct text key,
                       struct scorecard_title *out, struct error *error)
{
    out->en = out->zh = key;
    return profile_read_title(&reading->document, node, &out->zh, &out->en, error);
}

// "key: words", or "key: {zh: ..., en: ...}".
static bool read_both(const struct card_reading *reading, struct fy_node *node, const char *key,
                      struct scorecard_title *out, struct error *error)
{
    static const char *const languages[] = {"zh", "en"};
    struct fy_node *value = document_value(node, key);
    if (!value || !fy_node_is_mapping(value)) {
        bool done = document_read_text(field(reading, node, key, true), &out->en, error);
        out->zh = out->en;
        return done;
    }
    return document_check_mapping(&reading->document, value, key, languages, 2, error) &&
           document_read_text(field(reading, value, "zh", true), &out->zh, error) &&
           document_read_text(field(reading, value, "en", true), &out->en, error);
}

static bool read_weight(const struct card_reading *reading, struct fy_node *node, bool required,
                        struct rational *out, struct error *error)
{
    if (!document_read_rational(field(reading, node, "weight", required), out, error))
        return false;
    return !document_value(node, "weight") || rational_sign(*out) > 0 ||
           document_fail(&reading->document, document_value(node, "weight"), error,
                         "a weight must be above 0");
}

static bool read_level(struct card_reading *reading, struct fy_node *node, size_t position,
                       struct error *error)
{
    static const char *const keys[] = {"id", "title", "weight"};
    struct scorecard_level *out = &reading->out->card.levels[position];
    return document_check_mapping(&reading->document, node, "level", keys, WORD_COUNT(keys),
                                  error) &&
           document_read_text(field(reading, node, "id", true), &out->key, error) &&
           read_weight(reading, node, true, &out->weight, error) &&
           read_title(reading, node, out->key, &reading->out->level_titles[position], error);
}

static bool read_levels(struct card_reading *reading, struct fy_node *root, struct error *error)
{
    struct scorecard *card = &reading->out->card;
    struct fy_node *list;
    void *cursor = NULL;
    if (!open_list(reading, root, "levels",
                   "levels are missing: - {id: output, weight: 50}, each with its weight", &list,
                   &card->level_count, error))
        return false;
    card->levels =
        arena_array(reading->document.arena, struct scorecard_level, card->level_count + 1);
    reading->out->level_titles =
        arena_array(reading->document.arena, struct scorecard_title, card->level_count + 1);
    for (size_t i = 0; i < card->level_count; i++)
        if (!read_level(reading, fy_node_sequence_iterate(list, &cursor), i, error))
            return false;
    return true;
}

static bool find_level(struct card_reading *reading, struct fy_node *node,
                       struct scorecard_indicator *out, struct error *error)
{
    const struct scorecard *card = &reading->out->card;
    const char **words = arena_array(reading->document.arena, const char *, card->level_count + 1);
    int level = 0;
    for (size_t i = 0; i < card->level_count; i++)
        words[i] = arena_string(reading->document.arena, card->levels[i].key);
    if (!document_read_choice(field(reading, node, "level", true), words, card->level_count, &level,
                              error))
        return false;
    out->level = (size_t)level;
    return true;
}

static bool read_printed(const struct card_reading *reading, struct fy_node *node, const char *key,
                         struct text *text, struct printed_figure *out, struct error *error)
{
    struct error wrong = ERROR_INIT;
    if (!document_read_text(field(reading, node, key, true), text, error))
        return false;
    return printed_read(reading->document.arena, *text, out, &wrong) ||
           document_fail(&reading->document, document_value(node, key), error, "%s %s", key,
                         wrong.text);
}

// "target: 400", or "target: mean" with "mean:" or "rank:" beside it.
static bool read_target(const struct card_reading *reading, struct fy_node *node,
                        struct scorecard_indicator *out, struct error *error)
{
    const struct document *document = &reading->document;
    struct fy_node *at = document_value(node, "target");
    struct text text;
    struct printed_figure figure;
    if (!at)
        return document_fail(document, node, error,
                             "the indicator " TEXT_FORMAT
                             " has no target: what was aimed at? target: NUMBER, or target: mean",
                             TEXT_ARGUMENTS(out->key));
    if (!document_read_text(field(reading, node, "target", true), &text, error))
        return false;
    out->target_is_mean = text_equal(text, TEXT("mean"));
    const char *key = out->target_is_mean ? "mean" : "target";
    if (!out->target_is_mean && (document_value(node, "mean") || document_value(node, "rank")))
        return document_fail(document, at, error, "mean and rank belong to target: mean");
    if (out->target_is_mean && !document_read_integer(field(reading, node, "rank", false), 1,
                                                      INT32_MAX, &out->rank, error))
        return false;
    at = document_value(node, key);
    if (!at)
        return true; // the mean itself is not stated
    if (!read_printed(reading, node, key, &text, &figure, error))
        return false;
    out->has_target = true;
    out->target = figure.value;
    return rational_sign(out->target) > 0 ||
           document_fail(document, at, error,
                         "a target of 0 cannot be met by a part of it: leave the indicator out, or "
                         "state what was aimed at");
}

static bool read_words(const struct card_reading *reading, struct fy_node *node,
                       struct scorecard_indicator *out, struct error *error)
{
    static const char *const directions[] = {"higher", "lower"}, *const answers[] = {"no", "yes"};
    int kind = KIND_NOT_STATED, better = 0;
    out->completed = -1;
    if (!document_read_choice(field(reading, node, "kind", false), scorecard_kind_words,
                              KIND_NOT_STATED, &kind, error) ||
        !document_read_choice(field(reading, node, "better", false), directions, 2, &better,
                              error) ||
        !document_read_choice(field(reading, node, "completed", false), answers, 2, &out->completed,
                              error))
        return false;
    out->kind = (enum scorecard_kind)kind;
    out->lower_is_better = better == 1;
    return true;
}

static bool read_indicator(struct card_reading *reading, struct fy_node *node, size_t position,
                           struct error *error)
{
    static const char *const keys[] = {"id",     "title",  "level", "kind", "better",  "weight",
                                       "target", "actual", "mean",  "rank", "subject", "completed"};
    struct scorecard_indicator *out = &reading->out->card.indicators[position];
    if (!document_check_mapping(&reading->document, node, "indicator", keys, WORD_COUNT(keys),
                                error) ||
        !document_read_text(field(reading, node, "id", true), &out->key, error))
        return false;
    for (size_t i = 0; i < position; i++)
        if (text_equal(reading->out->card.indicators[i].key, out->key))
            return document_fail(&reading->document, document_value(node, "id"), error,
                                 "\"" TEXT_FORMAT "\" stands here twice", TEXT_ARGUMENTS(out->key));
    out->subject = out->key;
    out->has_weight = document_value(node, "weight") != NULL;
    return read_title(reading, node, out->key, &reading->out->indicator_titles[position], error) &&
           find_level(reading, node, out, error) &&
           read_weight(reading, node, false, &out->weight, error) &&
           document_read_text(field(reading, node, "subject", false), &out->subject, error) &&
           read_words(reading, node, out, error) && read_target(reading, node, out, error) &&
           read_printed(reading, node, "actual", &out->actual_text, &out->actual, error);
}

static bool read_indicators(struct card_reading *reading, struct fy_node *root, struct error *error)
{
    struct scorecard *card = &reading->out->card;
    struct fy_node *list;
    void *cursor = NULL;
    if (!open_list(reading, root, "indicators",
                   "a scorecard without targets: indicators are missing: - {id: reports, level: "
                   "output, target: 200, actual: 200}",
                   &list, &card->indicator_count, error))
        return false;
    card->indicators =
        arena_array(reading->document.arena, struct scorecard_indicator, card->indicator_count + 1);
    reading->out->indicator_titles =
        arena_array(reading->document.arena, struct scorecard_title, card->indicator_count + 1);
    for (size_t i = 0; i < card->indicator_count; i++)
        if (!read_indicator(reading, fy_node_sequence_iterate(list, &cursor), i, error))
            return false;
    return true;
}

static bool read_statement(struct card_reading *reading, struct fy_node *node, size_t position,
                           struct error *error)
{
    static const char *const keys[] = {"subject", "title", "value", "where"};
    struct scorecard_file *file = reading->out;
    struct scorecard_statement *out = &file->card.statements[position];
    if (!document_check_mapping(&reading->document, node, "statement", keys, WORD_COUNT(keys),
                                error) ||
        !document_read_text(field(reading, node, "subject", true), &out->subject, error) ||
        !read_title(reading, node, out->subject, &file->subjects[position], error) ||
        !read_both(reading, node, "value", &file->texts[position], error) ||
        !read_both(reading, node, "where", &file->wheres[position], error))
        return false;
    out->text = file->texts[position].en;
    out->is_number = printed_read(reading->document.arena, out->text, &out->figure, NULL);
    return true;
}

static bool read_statements(struct card_reading *reading, struct fy_node *root, struct error *error)
{
    struct scorecard_file *file = reading->out;
    struct scorecard *card = &file->card;
    struct arena *arena = reading->document.arena;
    struct fy_node *list;
    void *cursor = NULL;
    if (!open_list(reading, root, "statements", NULL, &list, &card->statement_count, error))
        return false;
    card->statements = arena_array(arena, struct scorecard_statement, card->statement_count + 1);
    file->subjects = arena_array(arena, struct scorecard_title, card->statement_count + 1);
    file->texts = arena_array(arena, struct scorecard_title, card->statement_count + 1);
    file->wheres = arena_array(arena, struct scorecard_title, card->statement_count + 1);
    for (size_t i = 0; i < card->statement_count; i++)
        if (!read_statement(reading, fy_node_sequence_iterate(list, &cursor), i, error))
            return false;
    return true;
}

// 优 from 90, 良 from 80, 中 from 60, else 差.
static void set_grades(struct card_reading *reading)
{
    static const struct {
        const char *word;
        int from;
    } grades[] = {{"优", 90}, {"良", 80}, {"中", 60}, {"差", 0}};
    struct scorecard *card = &reading->out->card;
    card->grade_count = sizeof grades / sizeof *grades;
    card->grades = arena_array(reading->document.arena, struct scorecard_grade, card->grade_count);
    for (size_t i = 0; i < card->grade_count; i++)
        card->grades[i] = (struct scorecard_grade){
            text_from(grades[i].word), rational_integer(reading->document.arena, grades[i].from)};
}

static bool read_stated(struct card_reading *reading, struct fy_node *root, struct error *error)
{
    static const char *const keys[] = {"grade", "score"};
    struct scorecard *card = &reading->out->card;
    struct fy_node *node = document_value(root, "stated");
    const char *words[8];
    struct text text;
    card->stated_grade = -1;
    for (size_t i = 0; i < card->grade_count; i++)
        words[i] = card->grades[i].word.bytes;
    if (!node)
        return true;
    card->has_stated_score = fy_node_is_mapping(node) && document_value(node, "score");
    return document_check_mapping(&reading->document, node, "stated", keys, WORD_COUNT(keys),
                                  error) &&
           document_read_choice(field(reading, node, "grade", false), words, card->grade_count,
                                &card->stated_grade, error) &&
           (!card->has_stated_score ||
            read_printed(reading, node, "score", &text, &card->stated_score, error));
}

static bool read_rule(struct card_reading *reading, struct fy_node *root, struct error *error)
{
    static const char *const keys[] = {"full", "over-target", "over-deduction"};
    struct scorecard *card = &reading->out->card;
    struct arena *arena = reading->document.arena;
    struct fy_node *node = document_value(root, "rule");
    struct rational hundred = rational_integer(arena, 100);
    card->full = hundred;
    card->over_target = rational_integer(arena, 30);
    card->over_deduction = rational_integer(arena, 0);
    if (node &&
        (!document_check_mapping(&reading->document, node, "rule", keys, WORD_COUNT(keys), error) ||
         !document_read_rational(field(reading, node, "full", false), &card->full, error) ||
         !document_read_rational(field(reading, node, "over-target", false), &card->over_target,
                                 error) ||
         !document_read_rational(field(reading, node, "over-deduction", false),
                                 &card->over_deduction, error)))
        return false;
    if (rational_sign(card->full) <= 0 || rational_sign(card->over_target) < 0 ||
        rational_sign(card->over_deduction) < 0)
        return document_fail(&reading->document, node, error,
                             "full must be above 0, over-target and over-deduction not below 0");
    card->over_target = rational_divide(arena, card->over_target, hundred);
    return true;
}

static bool read_root(struct card_reading *reading, struct error *error)
{
    static const char *const keys[] = {"id",     "title",  "source",     "rule",
                                       "stated", "levels", "indicators", "statements"};
    struct fy_node *root = document_root(&reading->document);
    struct scorecard_file *out = reading->out;
    set_grades(reading);
    return document_check_mapping(&reading->document, root, "scorecard", keys, WORD_COUNT(keys),
                                  error) &&
           document_read_text(field(reading, root, "id", true), &out->id, error) &&
           read_both(reading, root, "source", &out->source, error) &&
           read_title(reading, root, out->id, &out->title, error) &&
           read_rule(reading, root, error) && read_stated(reading, root, error) &&
           read_levels(reading, root, error) && read_indicators(reading, root, error) &&
           read_statements(reading, root, error);
}

bool scorecard_file_read(struct arena *arena, const char *path, struct scorecard_file *out,
                         struct error *error)
{
    struct card_reading reading = {.out = out};
    *out = (struct scorecard_file){0};
    bool ok = document_open(&reading.document, arena, path, error) && read_root(&reading, error);
    document_close(&reading.document);
    return ok;
}
