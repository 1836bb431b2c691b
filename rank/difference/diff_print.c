// The parts of a difference as a table: to machines each by itself in exact fractions, to people an entity on one line with all that
// it changed, and of the entities of an indicator the first few.
#include "rank/difference/diff_internal.h"
#include "rank/headings.h"
#include "rank/measure_words.h"

#include "common/table.h"

#include <inttypes.h>
#include <string.h>

enum { PRINTED_DIGITS = 4 };

struct printing {
    struct diff *diff;
    struct arena arena; // of one part
    struct table *table;
    bool for_people;
    int64_t most, shown, left_out; // entities of the indicator at work
    struct arena held_arena;
    bool is_held; // an entity waits for its whole numbers
    struct part held;
    const char *held_words;
    size_t rows;
};

static void add_columns(struct table *table, enum language language)
{
    static const struct table_heading columns[] = {
        {"level", "of", "层次", TABLE_WORDS, TABLE_FOR_ALL},
        {"subject", "code", "代码", TABLE_WORDS, TABLE_FOR_ALL},
        {"name", "name", "名称", TABLE_WORDS, TABLE_FOR_ALL},
        {"indicator", "indicator", "指标", TABLE_WORDS, TABLE_FOR_ALL},
        {"what", "what", "内容", TABLE_WORDS, TABLE_FOR_ALL},
        {"family", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"authority", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"entity", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"left", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"right", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"difference", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"points", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"", "left", "左", TABLE_NUMBER, TABLE_FOR_PEOPLE},
        {"", "right", "右", TABLE_NUMBER, TABLE_FOR_PEOPLE},
        {"", "difference", "差", TABLE_NUMBER, TABLE_FOR_PEOPLE},
        {"", "points", "得分", TABLE_NUMBER, TABLE_FOR_PEOPLE},
    };
    headings_add(table, language, columns, sizeof columns / sizeof *columns);
}

static const char *level_name(const struct printing *printing, enum part_level level)
{
    static const char *const zh[PART_LEVEL_COUNT] = {"名次", "总分", "得分", "缘由",
                                                     "数值", "合计", "记录", "记录数"};
    return printing->for_people
               ? language_pick(printing->diff->language, part_level_names[level], zh[level])
               : part_level_names[level];
}

static const char *part_words(struct printing *printing, const struct part *part)
{
    static const struct {
        const char *en, *zh;
    } words[] = {{"own value", "自身数值"},
                 {"values of peers", "其他对象的数值"},
                 {"rule", "规则"},
                 {"entered", "人工录入"},
                 {"weights of missing indicators", "缺项权重"},
                 {"no entity", "无对应记录"}};
    static const char *const roles[TERM_ROLE_COUNT] = {"分子", "分母", "件数", "有时长的件数"};
    enum language language = printing->diff->language;
    const struct term_place *place = part->term;
    if (place && printing->for_people && language == LANGUAGE_ZH)
        return place->term ? arena_printf(&printing->arena, "%s：%s", roles[place->role],
                                          measure_term_words(&printing->arena, language,
                                                             place->settings, place->term))
                           : roles[place->role];
    for (size_t i = 0; printing->for_people && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].en, part->what) == 0)
            return language_pick(printing->diff->language, words[i].en, words[i].zh);
    return part->what;
}

static void add_numbers(struct printing *printing, const struct part *part, bool exact)
{
    const struct {
        bool known;
        struct rational value;
    } numbers[] = {{part->left_known && part->level != PART_ENTITY, part->left},
                   {part->right_known && part->level != PART_ENTITY, part->right},
                   {part->has_difference, part->difference},
                   {part->has_points, part->points}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const char *text = NULL;
        if (numbers[i].known)
            text = exact || rational_is_whole(numbers[i].value)
                       ? rational_print_exact(&printing->arena, numbers[i].value)
                       : rational_print(&printing->arena, numbers[i].value, PRINTED_DIGITS);
        table_add_cell(printing->table, text);
    }
}

static void add_row(struct printing *printing, const struct part *part, const char *words)
{
    struct arena *arena = &printing->arena;
    const struct contributor *contributor = part->contributor;
    printing->rows++;
    struct text name = part->area ? language_pick_text(printing->diff->language,
                                                       part->area->name_en, part->area->name_zh)
                                  : (struct text){"", 0};
    const char *family = contributor ? family_get(contributor->family)->name : "",
               *authority = contributor ? arena_string(arena, contributor->authority) : "",
               *id = contributor ? arena_string(arena, contributor->id) : "";
    if (printing->for_people && contributor)
        words = arena_printf(arena, "%s %s: %s", authority, id, words);
    table_add_row(printing->table);
    table_add_cell(printing->table, level_name(printing, part->level));
    table_add_cell(printing->table, arena_string(arena, part->subject));
    table_add_cell(printing->table, arena_string(arena, name));
    table_add_cell(printing->table, arena_string(arena, part->indicator));
    table_add_cell(printing->table, words);
    table_add_cell(printing->table, family);
    table_add_cell(printing->table, authority);
    table_add_cell(printing->table, id);
    add_numbers(printing, part, true);
    add_numbers(printing, part, false);
}

// ---- entities, for people ----

static void hold(struct printing *printing, const struct part *part)
{
    struct arena *arena = &printing->held_arena;
    struct rational zero = rational_integer(arena, 0);
    arena_reset(arena);
    printing->held = *part;
    printing->held.difference = rational_add(arena, part->difference, rational_integer(arena, 0));
    printing->held.points =
        part->has_points ? rational_add(arena, part->points, rational_integer(arena, 0)) : zero;
    printing->held_words = "";
    printing->is_held = true;
}

// "due.on_time -1", "到期·按时办结 -1"; a term that is in numerator and denominator is said once.
static void add_held_words(struct printing *printing, const struct part *part)
{
    struct arena *arena = &printing->held_arena;
    const struct term_place *place = part->term;
    const char *name = place->term ? measure_term_words(arena, printing->diff->language,
                                                        place->settings, place->term)
                                   : part_words(printing, part);
    const char *words =
        arena_printf(arena, "%s %s%s", name, rational_sign(part->difference) > 0 ? "+" : "",
                     rational_print_exact(arena, part->difference));
    if (strstr(printing->held_words, words))
        return;
    printing->held_words = arena_printf(arena, "%s%s%s", printing->held_words,
                                        *printing->held_words ? "; " : "", words);
}

static void release(struct printing *printing)
{
    if (!printing->is_held)
        return;
    printing->is_held = false;
    if (printing->shown++ < printing->most)
        add_row(printing, &printing->held, printing->held_words);
    else
        printing->left_out++;
}

static void tell_left_out(struct printing *printing)
{
    enum { COLUMNS_BEFORE = 4, COLUMNS_AFTER = 11 };
    int64_t left_out = printing->left_out;
    printing->shown = printing->left_out = 0;
    if (!left_out)
        return;
    table_add_row(printing->table);
    for (int i = 0; i < COLUMNS_BEFORE; i++)
        table_add_cell(printing->table, "");
    table_add_cell(printing->table,
                   arena_printf(&printing->arena, "%s %" PRId64 " %s",
                                language_pick(printing->diff->language, "and", "另有"), left_out,
                                language_pick(printing->diff->language, "more (--entities)",
                                              "条（--entities）")));
    for (int i = 0; i < COLUMNS_AFTER; i++)
        table_add_cell(printing->table, "");
}

static void add_for_people(struct printing *printing, const struct part *part)
{
    if (part->level == PART_ENTITY_SUM) {
        add_held_words(printing, part);
        return;
    }
    release(printing);
    if (part->level == PART_ENTITY && part->contributor) {
        hold(printing, part);
        return;
    }
    tell_left_out(printing);
    add_row(printing, part, part_words(printing, part));
}

static void add_part(void *context, const struct part *part)
{
    struct printing *printing = context;
    arena_reset(&printing->arena);
    if (printing->for_people)
        add_for_people(printing, part);
    else
        add_row(printing, part, part->what);
}

// ---- the table ----

// What the side is and what its figures depend on.
static const char *print_side(struct printing *printing, const struct side *side,
                              enum language language, const char *name)
{
    const struct versions *versions = &side->result.assessment.versions;
    const char *out =
        arena_printf(&printing->arena, "%s%s sha256 %.16s", name,
                     language_pick(language, "; rule", "；规则"), versions->rule_sha256);
    if (side->part_count != 1) // months as published have versions of their own
        return out;
    return arena_printf(&printing->arena, "%s%s %" PRId32 "%s %" PRId32 "%s %" PRId32 "%s %s", out,
                        language_pick(language, ", reference", "，参考数据"), versions->reference,
                        language_pick(language, ", fold", "，折叠"), versions->fold,
                        language_pick(language, ", generation", "，汇总代次"), versions->generation,
                        language_pick(language, ", cut-off", "，截止点"),
                        side->result.assessment.cut_off.digest);
}

static void add_facts(struct printing *printing)
{
    const struct diff *diff = printing->diff;
    static const char *const keys[] = {"left_is", "right_is"};
    for (int which = 0; which < SIDE_COUNT; which++) {
        const struct side *side = &diff->sides[which];
        const char *title = which == SIDE_LEFT ? language_pick(diff->language, "left", "左")
                                               : language_pick(diff->language, "right", "右");
        table_add_fact(printing->table, keys[which], title,
                       print_side(printing, side, LANGUAGE_EN, side->name), TABLE_FOR_MACHINES);
        table_add_fact(printing->table, keys[which], title,
                       print_side(printing, side, diff->language, side->title), TABLE_FOR_PEOPLE);
    }
}

bool diff_print(struct diff *diff, struct error *error)
{
    enum table_format format = TABLE_TEXT;
    table_format_parse(config_text(diff->config, "format"), &format);
    struct printing printing = {
        .diff = diff,
        .table = table_new(),
        .for_people = format == TABLE_TEXT || format == TABLE_MARKDOWN,
        .most = config_integer(diff->config, "entities"),
    };
    add_columns(printing.table, diff->language);
    bool done = difference_read(&diff->arena, &diff->sides[SIDE_LEFT].result.assessment,
                                &diff->sides[SIDE_RIGHT].result.assessment, &diff->contributions,
                                add_part, &printing, error);
    release(&printing);
    tell_left_out(&printing);
    add_facts(&printing);
    if (!printing.rows)
        table_add_fact(printing.table, "", language_pick(diff->language, "difference", "差异"),
                       language_pick(diff->language, "none: the figures of both are the same",
                                     "无：两者数值相同"),
                       TABLE_FOR_PEOPLE);
    done = done && table_print(printing.table, format, false, stdout, error);
    table_free(printing.table);
    arena_free(&printing.held_arena);
    arena_free(&printing.arena);
    return done;
}
