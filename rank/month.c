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
     .argument = "FILE",
     .required = true,
     .meaning = "The profile: which indicators count, and how"},
    CONFIG_KEYS_PERIOD("1"),
    CONFIG_KEY_BASIS("basis", "Several months from all events as they are known, or as the sum of "
                              "their final results"),
    {.name = "each", .type = CONFIG_FLAG, .meaning = "Rank each month of the period by itself"},
    {.name = "format",
     .letter = 'f',
     .type = CONFIG_CHOICE,
     .argument = "FORMAT",
     .default_value = "table",
     .choices = TABLE_FORMATS,
     .meaning = "How to print it"},
    CONFIG_KEY_COLUMNS,
    CONFIG_KEY_WILSON,
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
    struct profile profile;
    struct ranking_table_options options;
    bool as_published;
};

static bool rank_period(struct month_run *run, const struct period *period, bool continued,
                        struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct assessment assessment;
    bool ok = (run->as_published ? as_published_make : assessment_make)(
                  &run->snapshot, &arena, &run->profile, period, &assessment, error) &&
              ranking_table_print(&assessment, &run->options, continued, error);
    arena_free(&arena);
    return ok;
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
    if (!profile_load(arena, config_text(config, "profile"), &run->profile, error) ||
        !period_of_options(arena, config, &run->profile.months, &period, error) ||
        !snapshot_open(config, &run->snapshot, error))
        return false;
    printed_figures_choose(config, &run->profile);
    if (!config_boolean(config, "each"))
        return rank_period(run, &period, false, error);
    for (int32_t i = 0; i < period.month_count; i++) {
        struct period month = period_month(arena, &period, i);
        if (!rank_period(run, &month, i > 0, error))
            return false;
    }
    return true;
}

enum exit_status month_run(const struct config *config, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct month_run run = {
        .options = {.language = language_choose(config),
                    .columns = config_text(config, "columns"),
                    .shows_vector = config_boolean(config, "cut-off"),
                    .shows_wilson = config_boolean(config, "wilson")},
    };
    table_format_parse(config_text(config, "format"), &run.options.format);
    bool ok = rank_all(&run, config, &arena, error);
    snapshot_close(&run.snapshot);
    arena_free(&arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
