// The answer as a table: what fits, the plainest first, then what comes nearest; each with the command line that counts so.
#include "rank/facts.h"
#include "rank/headings.h"
#include "rank/questions/reconciling.h"

#include <inttypes.h>
#include <string.h>

enum { DIFFERENCE_DIGITS = 4, SHARE_DIGITS = 4 };

static const char *pick(const struct reconciling *reconciling, const char *en, const char *zh)
{
    return language_pick(reconciling->language, en, zh);
}

static bool is_for_people(const struct reconciling *reconciling)
{
    return reconciling->format == TABLE_TEXT || reconciling->format == TABLE_MARKDOWN;
}

// ---- the command line ----

// As a shell takes it for one word.
static const char *quoted(struct arena *arena, const char *word)
{
    const char *safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@";
    if (*word && !word[strspn(word, safe)])
        return word;
    const char *out = "'";
    for (const char *at = word; *at; at++)
        out = *at == '\'' ? arena_printf(arena, "%s'\\''", out)
                          : arena_printf(arena, "%s%c", out, *at);
    return arena_printf(arena, "%s'", out);
}

static const char *with_option(struct arena *arena, const char *line, const char *option,
                               const char *value)
{
    return arena_printf(arena, "%s --%s %s", line, option, quoted(arena, value));
}

static const char *with_period(struct reconciling *reconciling, const char *line)
{
    static const char *const options[] = {"month", "quarter", "year"};
    const struct config *config = reconciling->config;
    struct arena *arena = &reconciling->arena;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (config_text(config, options[i]))
            line = with_option(arena, line, options[i], config_text(config, options[i]));
    if (config_boolean(config, "to-date"))
        line = arena_printf(arena, "%s --to-date", line);
    if (config_integer(config, "months") > 1)
        line = arena_printf(arena, "%s --months %" PRId64, line, config_integer(config, "months"));
    return line;
}

// A profile is needed for its months and for what it defines itself; then everything is said, since its own settings hold otherwise.
const char *reconcile_command(struct reconciling *reconciling, const struct reconcile_match *match)
{
    struct arena *arena = &reconciling->arena;
    const struct way *way = &reconciling->ways[match->way];
    const struct indicator *indicator = way->formula.indicator;
    const struct tally *tally = reconciling->tallies[match->cut_off];
    const struct tally_choice *choice = &match->choice;
    const bool says_all = reconciling->has_profile;
    const char *natures = way_natures_print(arena, choice->natures, reconciling->answer.natures);
    const char *line =
        with_period(reconciling, arena_printf(arena, "cityops-rank count %s", way->formula.name));
    if (says_all)
        line = with_option(arena, line, "profile", config_text(reconciling->config, "profile"));
    if (says_all || choice->cohort != way->formula.cohort)
        line = with_option(arena, line, "cohort", way_cohort_name(choice));
    if (says_all || strcmp(natures, "all") != 0)
        line = with_option(arena, line, "natures", natures);
    if (says_all || choice->with)
        line = with_option(arena, line, "with", way_with_print(arena, choice->with));
    if (choice->channels != CHANNELS_ALL)
        line = with_option(arena, line, "channels", way_channels_name(choice->channels));
    if (choice->scope != SCOPE_DISTRICT)
        line = with_option(arena, line, "scope", way_scope_name(choice->scope));
    if (choice->place != PLACE_ALL)
        line = with_option(arena, line, "of", way_place_print(arena, tally, choice->place));
    if (indicator && indicator->is_weighted)
        line = with_option(arena, line, "weights", way_weights_print(arena, &way->settings));
    if (indicator && indicator->over[0])
        line = with_option(arena, line, "over", indicator->over[way->settings.over_other]);
    const char *as_of = reconciling->cut_offs[match->cut_off].as_of;
    return as_of ? with_option(arena, line, "as-of", as_of) : line;
}

// ---- rows ----

static void add_columns(const struct reconciling *reconciling)
{
    static const struct table_heading columns[] = {
        {"fits", "fits", "相符", TABLE_WORDS, TABLE_FOR_ALL},
        {"value", "value", "数值", TABLE_NUMBER, TABLE_FOR_ALL},
        {"difference", "difference", "相差", TABLE_NUMBER, TABLE_FOR_ALL},
        {"settings", "settings that differ", "口径差异数", TABLE_NUMBER, TABLE_FOR_ALL},
        {"what", "what", "指标", TABLE_WORDS, TABLE_FOR_ALL},
        {"cohort", "cohort", "归期", TABLE_WORDS, TABLE_FOR_ALL},
        {"natures", "natures", "诉求性质", TABLE_WORDS, TABLE_FOR_ALL},
        {"with", "counted too", "另计入", TABLE_WORDS, TABLE_FOR_ALL},
        {"channels", "channels", "渠道", TABLE_WORDS, TABLE_FOR_ALL},
        {"scope", "lists of", "清单", TABLE_WORDS, TABLE_FOR_ALL},
        {"of", "of", "范围", TABLE_WORDS, TABLE_FOR_ALL},
        {"weights", "weights", "评价权重", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"over", "over", "分母", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"known", "as known", "截至", TABLE_WORDS, TABLE_FOR_ALL},
        {"rounding", "rounding", "修约", TABLE_WORDS, TABLE_FOR_ALL},
        {"numerator", "numerator", "分子", TABLE_NUMBER, TABLE_FOR_MACHINES},
        {"n", "n", "n", TABLE_NUMBER, TABLE_FOR_ALL},
        {"command", "command", "命令", TABLE_WORDS, TABLE_FOR_ALL},
    };
    headings_add(reconciling->table, reconciling->language, columns,
                 sizeof columns / sizeof *columns);
}

static void add_word(struct reconciling *reconciling, const char *words)
{
    table_add_cell(reconciling->table,
                   words && is_for_people(reconciling)
                       ? way_word(&reconciling->arena, reconciling->language, words)
                       : words);
}

static const char *print_number(struct reconciling *reconciling, struct rational value, int digits)
{
    return is_for_people(reconciling) && !rational_is_whole(value)
               ? rational_print(&reconciling->arena, value, digits)
               : rational_print_exact(&reconciling->arena, value);
}

// A whole number that is printed to its last digit is itself.
static bool is_exact(struct reconciling *reconciling)
{
    return !reconciling->is_share &&
           rational_compare(reconciling->figure.step, rational_integer(&reconciling->arena, 1)) ==
               0;
}

static const char *rounding_name(struct reconciling *reconciling, unsigned roundings)
{
    return !roundings                                     ? NULL
           : is_exact(reconciling)                        ? "exact"
           : roundings == (FITS_HALF_UP | FITS_TRUNCATED) ? "half-up,truncated"
           : roundings == FITS_HALF_UP                    ? "half-up"
                                                          : "truncated";
}

static void add_match(struct reconciling *reconciling, const struct reconcile_match *match)
{
    struct arena *arena = &reconciling->arena;
    struct table *table = reconciling->table;
    const struct way *way = &reconciling->ways[match->way];
    const struct indicator *indicator = way->formula.indicator;
    struct rational value = rational_multiply(
        arena, match->measured.value, rational_integer(arena, reconciling->is_share ? 100 : 1));
    table_add_row(table);
    add_word(reconciling, match->roundings ? "yes" : "no");
    table_add_cell(table, print_number(reconciling, value, SHARE_DIGITS));
    table_add_cell(table, print_number(reconciling, match->difference, DIFFERENCE_DIGITS));
    table_add_cell(table, arena_printf(arena, "%" PRIu32, match->cost));
    table_add_cell(table, is_for_people(reconciling)
                              ? way_name(&way->formula, reconciling->language)
                              : way->formula.name);
    add_word(reconciling, way_cohort_name(&match->choice));
    add_word(reconciling,
             way_natures_print(arena, match->choice.natures, reconciling->answer.natures));
    add_word(reconciling, way_with_print(arena, match->choice.with));
    add_word(reconciling, way_channels_name(match->choice.channels));
    add_word(reconciling, way_scope_name(match->choice.scope));
    add_word(reconciling,
             way_place_print(arena, reconciling->tallies[match->cut_off], match->choice.place));
    table_add_cell(table, indicator && indicator->is_weighted
                              ? way_weights_print(arena, &way->settings)
                              : NULL);
    table_add_cell(
        table, indicator && indicator->over[0] ? indicator->over[way->settings.over_other] : NULL);
    add_word(reconciling, reconciling->cut_offs[match->cut_off].name);
    add_word(reconciling, rounding_name(reconciling, match->roundings));
    table_add_cell(table, print_number(reconciling, match->measured.numerator, SHARE_DIGITS));
    table_add_cell(table, arena_printf(arena, "%" PRId64, match->measured.n));
    table_add_cell(table, reconcile_command(reconciling, match));
}

// ---- facts ----

// How many of those listed differ in as few settings as the first.
static uint64_t count_plainest(const struct reconcile_answer *answer)
{
    uint64_t count = 0;
    while (count < answer->listed && answer->fits[count].cost == answer->fits[0].cost)
        count++;
    return count;
}

static const char *print_answer(struct reconciling *reconciling, enum language language)
{
    struct arena *arena = &reconciling->arena;
    const struct reconcile_answer *answer = &reconciling->answer;
    if (!answer->fit_count)
        return arena_printf(
            arena, "%s %s",
            language_pick(language, "none of the ways that were tried gives", "所试口径均得不出"),
            reconciling->printed);
    if (answer->fit_count == 1)
        return arena_printf(arena, "%s %s",
                            language_pick(language, "one way gives", "唯一一种口径得出"),
                            reconciling->printed);
    uint64_t plainest = count_plainest(answer);
    const char *ways =
        arena_printf(arena, "%" PRIu64 " %s %s", answer->fit_count,
                     language_pick(language, "ways give", "种口径得出"), reconciling->printed);
    return plainest == 1
               ? arena_printf(arena, "%s%s", ways,
                              language_pick(language, "; one of them is the plainest",
                                            "，其中一种与通常口径差异最少"))
               : arena_printf(
                     arena, "%s%s%" PRIu64 "%s", ways, language_pick(language, "; ", "，"),
                     plainest,
                     language_pick(language,
                                   " of those listed are equally plain: the figure alone does not "
                                   "tell them apart",
                                   " 种所列口径与通常口径差异同样最少，仅凭该数字无法区分"));
}

static const char *print_interval(struct reconciling *reconciling, enum printed_rounding rounding)
{
    struct arena *arena = &reconciling->arena;
    struct rational from, until;
    printed_interval(arena, &reconciling->figure, rounding, &from, &until);
    return arena_printf(arena, "[%s, %s)", rational_print_decimal(arena, from),
                        rational_print_decimal(arena, until));
}

static const char *print_meaning(struct reconciling *reconciling, enum language language)
{
    struct arena *arena = &reconciling->arena;
    const char *out = "";
    enum printed_rounding rounding = reconciling->question.rounding;
    if (is_exact(reconciling))
        return arena_printf(arena, "%s %s", rational_print_exact(arena, reconciling->figure.value),
                            language_pick(language, "exactly", "（精确）"));
    if (rounding != ROUNDED_TRUNCATED)
        out = arena_printf(arena, "%s %s", print_interval(reconciling, ROUNDED_HALF_UP),
                           language_pick(language, "if halves go up", "（四舍五入）"));
    if (rounding != ROUNDED_HALF_UP)
        out = arena_printf(arena, "%s%s%s %s", out, *out ? ", " : "",
                           print_interval(reconciling, ROUNDED_TRUNCATED),
                           language_pick(language, "if digits are cut off", "（截尾）"));
    return out;
}

static const char *print_searched(struct reconciling *reconciling, enum language language)
{
    struct arena *arena = &reconciling->arena;
    const char *cut_offs = "";
    for (size_t i = 0; i < reconciling->cut_off_count; i++)
        cut_offs = arena_printf(arena, "%s%s%s", cut_offs, i ? ", " : "",
                                way_word(arena, language, reconciling->cut_offs[i].name));
    return arena_printf(
        arena, "%" PRIu64 " %s%s", reconciling->answer.tried,
        language_pick(language,
                      "combinations of cohort, natures, flags, channels, lists and whom; as "
                      "known: ",
                      "种归期、诉求性质、剔除作废重复、渠道、清单与范围的组合；截至："),
        cut_offs);
}

// What else could be asked.
static const char *print_hint(struct reconciling *reconciling, enum language language)
{
    struct arena *arena = &reconciling->arena;
    const struct rational hundred = rational_integer(arena, 100);
    if (reconciling->answer.fit_count)
        return NULL;
    if (!reconciling->is_share && !reconciling->figure.is_in_units &&
        !config_is_set(reconciling->config, "step") &&
        rational_sign(reconciling->figure.value) > 0 &&
        rational_is_whole(rational_divide(arena, reconciling->figure.value, hundred)))
        return arena_printf(arena, "%s %s", reconciling->printed,
                            language_pick(language,
                                          "ends in zeros: if it was rounded, say --step 100",
                                          "以零结尾：若经修约，请加 --step 100"));
    return reconciling->cut_off_count == 1
               ? language_pick(
                     language,
                     "searched as known at one cut-off alone: --cut-offs now,end,published",
                     "仅按一个截止点搜索，可加 --cut-offs now,end,published")
               : NULL;
}

static void add_sentence(struct reconciling *reconciling, const char *key, const char *title_en,
                         const char *title_zh,
                         const char *(*print)(struct reconciling *, enum language))
{
    facts_add_words(reconciling->table, reconciling->language, key,
                    pick(reconciling, title_en, title_zh), print(reconciling, LANGUAGE_EN),
                    print(reconciling, LANGUAGE_ZH));
}

static void add_facts(struct reconciling *reconciling)
{
    struct table *table = reconciling->table;
    struct arena *arena = &reconciling->arena;
    add_sentence(reconciling, "answer", "answer", "结论", print_answer);
    table_add_fact(table, "figure", pick(reconciling, "the figure", "数字"), reconciling->printed,
                   TABLE_FOR_ALL);
    add_sentence(reconciling, "means", "is", "即", print_meaning);
    add_sentence(reconciling, "hint", "try", "可试", print_hint);
    add_sentence(reconciling, "searched", "searched", "搜索范围", print_searched);
    table_add_fact(table, "period", pick(reconciling, "period", "时段"), reconciling->period.name,
                   TABLE_FOR_ALL);
    const char *rule =
        reconciling->has_profile
            ? arena_printf(arena, TEXT_FORMAT " %" PRId64, TEXT_ARGUMENTS(reconciling->profile.id),
                           reconciling->profile.version)
            : NULL;
    facts_add_words(table, reconciling->language, "rule",
                    pick(reconciling, "the usual way", "通常口径"),
                    rule ? rule : "of the catalogue", rule ? rule : "指标目录");
    table_add_fact(table, "fit_count", "",
                   arena_printf(arena, "%" PRIu64, reconciling->answer.fit_count),
                   TABLE_FOR_MACHINES);
    table_add_fact(table, "tried", "", arena_printf(arena, "%" PRIu64, reconciling->answer.tried),
                   TABLE_FOR_MACHINES);
}

bool reconcile_print(struct reconciling *reconciling, struct error *error)
{
    const struct reconcile_answer *answer = &reconciling->answer;
    table_set_title(
        reconciling->table,
        arena_printf(&reconciling->arena, "%s: %s", reconciling->printed,
                     pick(reconciling, "which ways of counting give it", "哪些口径得出该数")));
    add_columns(reconciling);
    for (size_t i = 0; i < answer->listed; i++)
        add_match(reconciling, &answer->fits[i]);
    for (size_t i = 0; i < answer->nearest_count; i++)
        add_match(reconciling, &answer->nearest[i]);
    add_facts(reconciling);
    return facts_add_versions(reconciling->table, reconciling->language, &reconciling->snapshot,
                              &reconciling->arena, &reconciling->period, error) &&
           table_print(reconciling->table, reconciling->format, false, stdout, error);
}
