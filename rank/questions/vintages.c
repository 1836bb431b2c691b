// `cityops-rank vintages`: how a figure of one subject was revised, and what the months that are not settled are likely to become.
#include "rank/questions/vintages.h"

#include "rank/commands.h"
#include "rank/known_names.h"
#include "sql/as_of.h"

#include <math.h>

const struct config_key vintages_keys[] = {
    CONFIG_KEYS_DATABASE,
    {.name = "profile",
     .letter = 'p',
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .required = true,
     .meaning = "The profile: which indicators count, and how"},
    {.name = "of",
     .type = CONFIG_TEXT,
     .argument = "FIGURE",
     .default_value = "total",
     .meaning = "Of what: an indicator of the profile, total, or rank"},
    CONFIG_KEYS_PERIOD("1"),
    {.name = "days",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "0",
     .minimum = -31,
     .maximum = 366,
     .meaning = "As known so many days after each month's end"},
    {.name = "later",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "0",
     .minimum = 0,
     .maximum = 120,
     .meaning = "Also at so many month ends after the last month"},
    {.name = "settled",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "3",
     .minimum = 1,
     .maximum = 119,
     .meaning = "So many month ends after its own, a month is taken as settled"},
    {.name = "closings",
     .type = CONFIG_FLAG,
     .meaning = "As published instead: announced, final, restated"},
    {.name = "probability",
     .type = CONFIG_INTEGER,
     .argument = "PERCENT",
     .default_value = "90",
     .minimum = 50,
     .maximum = 99,
     .meaning = "Of the intervals"},
    {.name = "draws",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "20000",
     .minimum = 100,
     .maximum = 10000000,
     .meaning = "How often totals are drawn to see who ranks where"},
    {.name = "seed",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "1",
     .minimum = 0,
     .maximum = INT32_MAX,
     .meaning = "Of the draws"},
    CONFIG_KEY_FORMAT,
    CONFIG_KEY_LANGUAGE,
    {0},
};

// ---- of what ----

static bool fail_figure(struct triangle *triangle, const char *word, struct error *error)
{
    struct arena *arena = &triangle->arena;
    const struct profile *profile = &triangle->profile;
    size_t indicators = profile->scoring.indicator_count, count = 0;
    struct known_name *known = arena_array(arena, struct known_name, indicators + 2);
    known[count++] = (struct known_name){"total", ""};
    known[count++] = (struct known_name){"rank", ""};
    for (size_t i = 0; i < indicators; i++)
        known[count++] = (struct known_name){arena_string(arena, profile->indicators[i].key),
                                             arena_string(arena, profile->columns[i].title_en)};
    return error_set(error, ERROR_BAD_CONFIG, "--of %s: %s has no such indicator; there are: %s",
                     word, profile->path, known_names_print(arena, known, count, word));
}

static void describe_indicator(struct triangle *triangle)
{
    const struct indicator *indicator =
        triangle->profile.indicators[triangle->indicator].settings.indicator;
    triangle->factor =
        rational_to_double(indicator_print_factor(&triangle->arena, indicator->unit));
    bool is_sum = indicator->observed == OBSERVED_NOTHING && !indicator->is_deviation;
    triangle->bounds = (struct forecast_bounds){indicator->is_deviation ? -INFINITY : 0, INFINITY};
    if (indicator->unit == UNIT_SHARE && !indicator->is_deviation)
        triangle->bounds.high = 100;
    triangle->development = DEVELOPS_AS_VALUE;
    if (is_sum)
        triangle->development =
            indicator->denominator[0].coefficient ? DEVELOPS_AS_SHARE : DEVELOPS_AS_COUNT;
    else if (indicator->has_limit)
        triangle->development = DEVELOPS_AS_SHARE;
}

static bool choose_figure(struct triangle *triangle, const struct config *config,
                          struct error *error)
{
    const char *word = config_text(config, "of");
    const struct scoring *scoring = &triangle->profile.scoring;
    triangle->key = text_from(word);
    triangle->development = DEVELOPS_AS_VALUE;
    triangle->factor = 1;
    triangle->bounds = (struct forecast_bounds){-INFINITY, INFINITY};
    triangle->figure = text_equal(text_from(word), TEXT("rank")) ? FIGURE_RANK : FIGURE_TOTAL;
    if (triangle->figure == FIGURE_RANK || text_equal(text_from(word), TEXT("total")))
        return true;
    triangle->figure = FIGURE_INDICATOR;
    while (triangle->indicator < scoring->indicator_count &&
           !text_equal(scoring->indicators[triangle->indicator].key, text_from(word)))
        triangle->indicator++;
    if (triangle->indicator == scoring->indicator_count)
        return fail_figure(triangle, word, error);
    describe_indicator(triangle);
    return true;
}

// ---- what need not be looked at ----

static bool is_of_readings(const struct scored_indicator *indicator)
{
    enum count_source source = indicator->settings.indicator->source;
    return family_get(count_sources[source].rollup->family)->has_windows;
}

static bool fail_readings(const struct triangle *triangle, size_t position, struct error *error)
{
    const struct scored_indicator *indicator = &triangle->profile.indicators[position];
    return error_set(
        error, ERROR_BAD_CONFIG,
        "%s: " TEXT_FORMAT
        " is of %s, whose readings the journal does not hold: they are known as they are "
        "now alone, not as of an earlier cut-off: ask --of another indicator, leave it "
        "out of the profile, or ask --closings",
        triangle->profile.path, TEXT_ARGUMENTS(indicator->key),
        count_sources[indicator->settings.indicator->source].name);
}

static bool is_caliber_elsewhere(const struct scoring *scoring, size_t position)
{
    const struct caliber *own = &scoring->indicators[position].settings.caliber;
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        const struct indicator_settings *settings = &scoring->indicators[i].settings;
        const struct caliber *other = &settings->caliber;
        if (settings->indicator->observed == OBSERVED_NOTHING && settings->rule == 0 &&
            !is_of_readings(&scoring->indicators[i]) && other->natures == own->natures &&
            other->excluded == own->excluded && other->void_orders == own->void_orders &&
            other->duplicate == own->duplicate)
            return true;
    }
    return false;
}

static bool decides_something(const struct triangle *triangle, size_t position)
{
    const struct scoring *scoring = &triangle->profile.scoring;
    const struct scored_indicator *indicator = &scoring->indicators[position];
    for (size_t i = 0; i < scoring->tie_break_count; i++)
        if (scoring->tie_breaks[i].indicator == position)
            return true;
    return indicator->rule.type != RULE_WATCHED ||
           (indicator->settings.indicator->observed == OBSERVED_NOTHING &&
            !is_of_readings(indicator)) ||
           indicator->settings.rule != 0 ||
           (triangle->figure == FIGURE_INDICATOR && triangle->indicator == position) ||
           !is_caliber_elsewhere(scoring, position); // by which it is known who had any orders
}

// What is observed of each entity alone needs the states at every cut-off: where it is just watched, and not asked for, it goes. So do readings,
// of which no earlier cut-off is known; where they decide totals, these go with them.
static bool leave_out(struct triangle *triangle, struct error *error)
{
    struct profile *profile = &triangle->profile;
    size_t count = profile->scoring.indicator_count, kept = 0;
    size_t *positions = arena_array(&triangle->arena, size_t, count + 1);
    bool *stays = arena_array(&triangle->arena, bool, count + 1);
    for (size_t i = 0; i < count; i++) {
        stays[i] = decides_something(triangle, i);
        if (!stays[i] || !is_of_readings(&profile->indicators[i]))
            continue;
        if (triangle->figure != FIGURE_INDICATOR || triangle->indicator == i)
            return fail_readings(triangle, i, error);
        stays[i] = false;
        triangle->unranked_by = arena_string(&triangle->arena, profile->indicators[i].key);
    }
    for (size_t i = 0; i < count; i++) {
        if (!stays[i])
            continue;
        positions[i] = kept;
        profile->columns[kept] = profile->columns[i];
        profile->indicators[kept++] = profile->indicators[i];
    }
    struct tie_break *tie_breaks =
        arena_array(&triangle->arena, struct tie_break, profile->scoring.tie_break_count + 1);
    size_t tie_break_count = triangle->unranked_by ? 0 : profile->scoring.tie_break_count;
    for (size_t i = 0; i < tie_break_count; i++) {
        tie_breaks[i] = profile->scoring.tie_breaks[i];
        tie_breaks[i].indicator = positions[tie_breaks[i].indicator];
    }
    profile->scoring.tie_breaks = tie_breaks;
    profile->scoring.tie_break_count = tie_break_count;
    profile->scoring.indicator_count = kept;
    triangle->indicator = positions[triangle->indicator];
    return true;
}

// ---- whom ----

static bool choose_subject(struct triangle *triangle, const struct config *config,
                           struct error *error)
{
    struct text word = text_from(config_argument(config, 0));
    struct arena *arena = &triangle->arena;
    struct known_name *known = arena_array(arena, struct known_name, triangle->name_count + 1);
    for (size_t i = 0; i < triangle->name_count; i++) {
        const struct subject_name *name = &triangle->names[i];
        if (text_equal(name->code, triangle->subject) || text_equal(name->en, word) ||
            text_equal(name->zh, word)) {
            triangle->subject = name->code;
            return true;
        }
        known[i] =
            (struct known_name){arena_string(arena, name->code), arena_string(arena, name->en)};
    }
    return error_set(
        error, ERROR_BAD_CONFIG, "\"%s\" is nobody in these months; there are: %s",
        config_argument(config, 0),
        known_names_print(arena, known, triangle->name_count, config_argument(config, 0)));
}

const char *vintages_subject_name(struct triangle *triangle, enum language language)
{
    for (size_t i = 0; i < triangle->name_count; i++)
        if (text_equal(triangle->names[i].code, triangle->subject)) {
            struct text name =
                language_pick_text(language, triangle->names[i].en, triangle->names[i].zh);
            return arena_string(&triangle->arena, name.length ? name : triangle->subject);
        }
    return arena_string(&triangle->arena, triangle->subject);
}

// ---- the command ----

static bool read_triangle(struct triangle *triangle, const struct config *config,
                          struct error *error)
{
    struct period period;
    if (!config_argument_count(config))
        return error_set(error, ERROR_BAD_CONFIG,
                         "say whose figures: vintages SUBJECT, by code or name");
    triangle->is_of_results = config_boolean(config, "closings");
    triangle->days = config_integer(config, "days");
    triangle->settled = (size_t)config_integer(config, "settled");
    if (!profile_load(&triangle->arena, config_text(config, "profile"), &triangle->profile,
                      error) ||
        !choose_figure(triangle, config, error) ||
        !period_of_options(&triangle->arena, config, &triangle->profile.months, &period, error))
        return false;
    if (period.month_count < 2)
        return error_set(error, ERROR_BAD_CONFIG,
                         "one month makes no triangle: give --month YYYY-MM --months N with at "
                         "least 2 months, or a quarter or year");
    if (!triangle->is_of_results && !leave_out(triangle, error))
        return false;
    return (triangle->is_of_results ? triangle_read_results : triangle_read_ages)(triangle, config,
                                                                                  &period, error) &&
           choose_subject(triangle, config, error);
}

enum exit_status vintages_run(const struct config *config, struct error *error)
{
    struct triangle triangle = {.arena = ARENA_INIT};
    struct vintages_printing printing = {
        .language = language_choose(config),
        .options = {.probability = (double)config_integer(config, "probability") / 100,
                    .seed = (uint64_t)config_integer(config, "seed"),
                    .draws = (size_t)config_integer(config, "draws")},
    };
    table_format_parse(config_text(config, "format"), &printing.format);
    bool ok =
        read_triangle(&triangle, config, error) && vintages_print(&triangle, &printing, error);
    arena_free(&triangle.arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
