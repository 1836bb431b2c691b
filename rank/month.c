// `cityops-rank month`: the ranking of a period, as known or, of several months, as published.
#include "rank/commands.h"
#include "rank/published/as_published.h"
#include "rank/ranking_table.h"

#include "sql/as_of.h"

const struct config_key month_keys[] = {
    CONFIG_KEYS_DATABASE,
    {.name = "profile",
     .letter = 'p',
     .type = CONFIG_TEXT,
     .argument = "FILE[,FILE...]",
     .required = true,
     .meaning = "The profile: which indicators count, and how; of several versions of one rule the "
                "one that holds in the period"},
    CONFIG_KEYS_PERIOD("1"),
    CONFIG_KEY_BASIS("basis", "Several months from all events as they are known, or as the sum of "
                              "their final results"),
    {.name = "each",
     .type = CONFIG_FLAG,
     .meaning = "Rank each month of the period by itself, by the version of the rule that holds in "
                "it; csv has one heading, json is an array of the months' documents"},
    CONFIG_KEY_FORMAT,
    CONFIG_KEY_COLUMNS,
    CONFIG_KEY_WILSON,
    CONFIG_KEY_SHRINKAGE,
    {.name = "cut-off",
     .type = CONFIG_FLAG,
     .meaning = "Print the cut-off's whole vector, not only its digest"},
    CONFIG_KEY_AS_OF,
    CONFIG_KEY_PRINTED,
    CONFIG_KEY_PRINTED_VERSION,
    CONFIG_KEY_LANGUAGE,
    {0},
};

struct month_run {
    struct snapshot snapshot;
    struct profile_versions profiles;
    const struct profile *before; // of the table before
    struct ranking_table_options options;
    bool as_published;
};

// Whether their tables have the same columns.
static bool have_same_columns(const struct profile *a, const struct profile *b)
{
    bool same = a->scoring.indicator_count == b->scoring.indicator_count &&
                a->scoring.item_count == b->scoring.item_count;
    for (size_t i = 0; same && i < a->scoring.indicator_count; i++)
        same = text_equal(a->indicators[i].key, b->indicators[i].key) &&
               (a->indicators[i].rule.type == RULE_WATCHED) ==
                   (b->indicators[i].rule.type == RULE_WATCHED);
    for (size_t i = 0; same && i < a->scoring.item_count; i++)
        same = text_equal(a->scoring.items[i].key, b->scoring.items[i].key);
    return same;
}

static bool check_columns(const struct month_run *run, const struct profile *profile,
                          struct error *error)
{
    return !run->before || run->options.format != TABLE_CSV ||
           have_same_columns(run->before, profile) ||
           error_set(error, ERROR_BAD_CONFIG,
                     "%s and %s have other columns, which one CSV file cannot hold: rank their "
                     "months apart, or take another format",
                     run->before->path, profile->path);
}

static bool rank_period(struct month_run *run, const struct period *period, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct assessment assessment;
    const struct profile *profile = profile_version_of(&run->profiles, period);
    bool ok = check_columns(run, profile, error) &&
              (run->as_published ? as_published_make : assessment_make)(
                  &run->snapshot, &arena, profile, period, &assessment, error) &&
              ranking_table_print(&assessment, &run->options, run->before != NULL, error);
    run->before = profile;
    arena_free(&arena);
    return ok;
}

static bool choose_printed(struct month_run *run, const struct config *config, struct error *error)
{
    static const char *const of_counts[] = {"wilson", "shrinkage"};
    for (size_t i = 0; i < run->profiles.count; i++)
        if (!printed_figures_choose(config, &run->profiles.list[i], error))
            return false;
    for (size_t i = 0; i < sizeof of_counts / sizeof *of_counts; i++)
        if (run->profiles.list[0].printed != PRINTED_UNUSED && config_boolean(config, of_counts[i]))
            return error_set(error, ERROR_BAD_CONFIG,
                             "--%s is worked out from counted cases, and --printed takes shares of "
                             "which only the digits are known: leave one of them out",
                             of_counts[i]);
    return true;
}

static bool rank_all(struct month_run *run, const struct config *config, struct arena *arena,
                     struct error *error)
{
    struct period period;
    run->as_published = text_equal(text_from(config_text(config, "basis")), TEXT("as-published"));
    if (run->as_published && config_text(config, "as-of"))
        return error_set(error, ERROR_BAD_CONFIG,
                         "published results have cut-offs of their own: leave --as-of or --basis "
                         "as-published out");
    if (run->as_published &&
        !printed_figures_refuse(config, "published results hold counted figures alone", error))
        return false;
    if (!profile_load_versions(arena, config_text(config, "profile"), &run->profiles, error) ||
        !choose_printed(run, config, error) ||
        !period_of_options(arena, config, &run->profiles.list[0].months, &period, error) ||
        !snapshot_open(config, &run->snapshot, error))
        return false;
    if (!config_boolean(config, "each"))
        return rank_period(run, &period, error);
    table_series_open(run->options.format, stdout);
    for (int32_t i = 0; i < period.month_count; i++) {
        struct period month = period_month(arena, &period, i);
        period.rule = profile_version_of(&run->profiles, &month)->months; // of this version
        month = period_month(arena, &period, i);
        if (!rank_period(run, &month, error))
            return false;
    }
    return table_series_close(run->options.format, stdout, error);
}

enum exit_status month_run(const struct config *config, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct month_run run = {
        .options = {.language = language_choose(config),
                    .columns = config_text(config, "columns"),
                    .shows_vector = config_boolean(config, "cut-off"),
                    .shows_wilson = config_boolean(config, "wilson"),
                    .shows_shrunk = config_boolean(config, "shrinkage")},
    };
    table_format_parse(config_text(config, "format"), &run.options.format);
    bool ok = rank_all(&run, config, &arena, error);
    snapshot_close(&run.snapshot);
    arena_free(&arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
