// `cityops-rank count`: one figure of orders, counted as the options say: what `reconcile` finds, made again.
#include "rank/commands.h"
#include "rank/facts.h"
#include "rank/headings.h"
#include "rank/questions/tallying.h"

#include "common/table.h"

#include <inttypes.h>

enum { PRINTED_DIGITS = 2 };

const struct config_key count_keys[] = {
    CONFIG_KEYS_DATABASE,
    CONFIG_KEYS_PERIOD("1"),
    {.name = "profile",
     .letter = 'p',
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "The profile whose months, natures, flags, cohorts and weights hold where no "
                "option says otherwise"},
    CONFIG_KEYS_WAY,
    CONFIG_KEY_OF,
    CONFIG_KEY_AS_OF,
    CONFIG_KEY_FORMAT,
    CONFIG_KEY_LANGUAGE,
    {0},
};

struct count {
    const struct config *config;
    struct arena arena;
    struct snapshot snapshot;
    struct profile profile;
    struct period period;
    struct tally *tally;
    struct way way;
    struct measured measured;
    enum language language;
    struct table *table;
};

static bool read_way(struct count *count, struct error *error)
{
    const char *path = config_text(count->config, "profile");
    if (!config_argument_count(count->config))
        return error_set(error, ERROR_BAD_CONFIG,
                         "say what to count: count tickets, count dispatches, count late, count "
                         "W09, ...");
    if (path && (!profile_load(&count->arena, path, &count->profile, error) ||
                 !way_check_profile(&count->profile, error)))
        return false;
    const struct month_rule months = path ? count->profile.months : CIVIL_MONTHS;
    return way_of_word(&count->arena, path ? &count->profile : NULL,
                       config_argument(count->config, 0), &count->way, error) &&
           way_read_options(&count->arena, count->config, &count->way, error) &&
           period_of_options(&count->arena, count->config, &months, &count->period, error);
}

static bool measure(struct count *count, struct error *error)
{
    const char *of = config_text(count->config, "of");
    struct tally_choice *choice = &count->way.choice;
    if (!snapshot_open(count->config, &count->snapshot, error) ||
        !tallying_read(&count->snapshot, &count->arena, &count->period, &count->tally, error) ||
        (of && !way_read_place(&count->arena, count->tally, count->snapshot.generation.areas,
                               &count->period, of, &choice->place, error)))
        return false;
    if (choice->place == PLACE_MEAN && !count->way.formula.is_share)
        return error_set(error, ERROR_BAD_CONFIG, "--of mean: %s is no share",
                         count->way.formula.name);
    tally_measure(&count->arena, count->tally, &count->way.formula, choice, &count->measured);
    return true;
}

static void add_columns(const struct count *count)
{
    static const struct table_heading columns[] = {
        {"what", "what", "指标", TABLE_WORDS, TABLE_FOR_ALL},
        {"name", "name", "名称", TABLE_WORDS, TABLE_FOR_ALL},
        {"figure", "figure", "数值", TABLE_NUMBER, TABLE_FOR_ALL},
        {"numerator", "numerator", "分子", TABLE_NUMBER, TABLE_FOR_ALL},
        {"n", "n", "n", TABLE_NUMBER, TABLE_FOR_ALL},
    };
    headings_add(count->table, count->language, columns, sizeof columns / sizeof *columns);
}

static const char *print_value(struct count *count, struct rational value, bool for_people)
{
    return for_people && !rational_is_whole(value)
               ? rational_print(&count->arena, value, PRINTED_DIGITS)
               : rational_print_exact(&count->arena, value);
}

static void add_figure(struct count *count, enum table_format format)
{
    const struct tally_formula *formula = &count->way.formula;
    const struct measured *measured = &count->measured;
    bool for_people = format == TABLE_TEXT || format == TABLE_MARKDOWN;
    struct rational value = measured->value;
    if (formula->is_share)
        value = rational_multiply(&count->arena, value, rational_integer(&count->arena, 100));
    table_add_row(count->table);
    table_add_cell(count->table, for_people ? way_name(formula, count->language) : formula->name);
    table_add_cell(count->table, formula->indicator
                                     ? language_pick(count->language, formula->indicator->name_en,
                                                     formula->indicator->name_zh)
                                     : "");
    const char *figure = measured->known ? print_value(count, value, for_people) : NULL;
    if (figure && for_people && formula->is_share) // digits as figures are printed, 100 % too
        figure = rational_print(&count->arena, value, PRINTED_DIGITS);
    table_add_cell(count->table, figure);
    table_add_cell(count->table, print_value(count, measured->numerator, for_people));
    table_add_cell(count->table, arena_printf(&count->arena, "%" PRId64, measured->n));
}

static void add_choice(struct count *count)
{
    const struct way *way = &count->way;
    const uint8_t all = (1U << TICKET_NATURES) - 1;
    const struct {
        const char *key, *en, *zh, *value;
    } facts[] = {
        {"period", "period", "时段", count->period.name},
        {"cohort", "cohort", "归期", way_cohort_name(&way->choice)},
        {"natures", "natures", "诉求性质",
         way_natures_print(&count->arena, way->choice.natures, all)},
        {"with", "counted too", "另计入", way_with_print(&count->arena, way->choice.with)},
        {"channels", "channels", "渠道", way_channels_name(way->choice.channels)},
        {"scope", "lists of", "清单", way_scope_name(way->choice.scope)},
        {"of", "of", "范围", way_place_print(&count->arena, count->tally, way->choice.place)},
        {"weights", "weights", "评价权重",
         way->formula.indicator && way->formula.indicator->is_weighted
             ? way_weights_print(&count->arena, &way->settings)
             : NULL},
        {"over", "over", "分母",
         way->formula.indicator && way->formula.indicator->over[0]
             ? way->formula.indicator->over[way->settings.over_other]
             : NULL},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        table_add_fact(
            count->table, facts[i].key, language_pick(count->language, facts[i].en, facts[i].zh),
            facts[i].value ? way_word(&count->arena, count->language, facts[i].value) : NULL,
            TABLE_FOR_PEOPLE);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        table_add_fact(count->table, facts[i].key, "", facts[i].value, TABLE_FOR_MACHINES);
}

static bool print(struct count *count, struct error *error)
{
    enum table_format format = TABLE_TEXT;
    table_format_parse(config_text(count->config, "format"), &format);
    add_columns(count);
    add_figure(count, format);
    add_choice(count);
    return facts_add_versions(count->table, count->language, &count->snapshot, &count->arena,
                              &count->period, error) &&
           table_print(count->table, format, false, stdout, error);
}

enum exit_status count_run(const struct config *config, struct error *error)
{
    struct count count = {.config = config,
                          .arena = ARENA_INIT,
                          .language = language_choose(config),
                          .table = table_new()};
    bool ok = read_way(&count, error) && measure(&count, error) && print(&count, error);
    table_free(count.table);
    snapshot_close(&count.snapshot);
    arena_free(&count.arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
