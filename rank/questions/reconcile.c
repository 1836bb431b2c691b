// `cityops-rank reconcile`: which ways of counting give a printed figure (core/reconcile.h), and which come nearest.
//
// The states are read once for each cut-off; every way is a sum over what was counted then. Each way is printed as a command line of
// `count`, which shares the tally, the formulas and the words with the search.
#include "rank/commands.h"
#include "rank/published/result_document.h"
#include "rank/questions/reconciling.h"

#include "common/log.h"

#include <inttypes.h>
#include <string.h>

enum {
    SHARE_DIGITS_MAX = 9,
    CUT_OFFS_MAX = 64,
    WEIGHT_SETS = 4,
    WAYS_OF_WEIGHED = 2 * WEIGHT_SETS
};

const struct config_key reconcile_keys[] = {
    CONFIG_KEYS_DATABASE,
    CONFIG_KEYS_PERIOD("1"),
    {.name = "what",
     .letter = 'w',
     .type = CONFIG_TEXT,
     .argument = "WHAT",
     .meaning = "What it is of, as count takes it; default: of a count orders or dispatches, of a "
                "share any indicator"},
    {.name = "of",
     .type = CONFIG_TEXT,
     .argument = "WHOM",
     .meaning = "Whose it is, as count takes it; default: anybody's"},
    {.name = "rounding",
     .type = CONFIG_CHOICE,
     .argument = "HOW",
     .default_value = "unknown",
     .choices = PRINTED_ROUNDINGS,
     .meaning = "How whoever printed it rounds; unknown: halves up, or digits cut off"},
    {.name = "step",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .minimum = 1,
     .maximum = 1000000000,
     .meaning = "A count is printed to so many: 100 of 345,300 that was rounded; default: its last "
                "digit"},
    {.name = "cut-offs",
     .type = CONFIG_TEXT,
     .argument = "WHEN,...",
     .default_value = "now",
     .meaning = "As known when, the usual one first: now, end (of the period), published (at each "
                "result of the period), or instants; each but now folds the journal"},
    {.name = "profile",
     .letter = 'p',
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "The profile whose months and definitions are the usual ones; default: the "
                "catalogue's"},
    {.name = "most",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "20",
     .minimum = 1,
     .maximum = 10000000,
     .meaning = "How many ways that fit to list, the plainest first; all are counted"},
    {.name = "nearest",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "5",
     .minimum = 0,
     .maximum = 1000,
     .meaning = "How many values that do not fit to list, the nearest first"},
    CONFIG_KEY_FORMAT,
    CONFIG_KEY_LANGUAGE,
    {0},
};

// ---- the figure ----

static bool check_share(struct reconciling *reconciling, struct error *error)
{
    const struct printed_figure *figure = &reconciling->figure;
    if (figure->is_in_units)
        return error_set(error, ERROR_BAD_CONFIG, "%s is a count, but %s is a share",
                         reconciling->printed, config_text(reconciling->config, "what"));
    if (rational_compare(figure->value, rational_integer(&reconciling->arena, 100)) > 0)
        return error_set(error, ERROR_BAD_CONFIG,
                         "%s is a share above 100 %%, which no share of cases is; a count is "
                         "printed whole (345,300) or in 万 (34.53万)",
                         reconciling->printed);
    if (figure->digits > SHARE_DIGITS_MAX)
        return error_set(error, ERROR_BAD_CONFIG, "%s: at most %d digits after the point",
                         reconciling->printed, SHARE_DIGITS_MAX);
    return !config_is_set(reconciling->config, "step") ||
           error_set(error, ERROR_BAD_CONFIG, "--step is of counts; %s is a share",
                     reconciling->printed);
}

static bool check_count(struct reconciling *reconciling, struct error *error)
{
    struct printed_figure *figure = &reconciling->figure;
    struct arena *arena = &reconciling->arena;
    const char *what = config_text(reconciling->config, "what");
    if (figure->is_percent || !rational_is_whole(figure->value))
        return error_set(error, ERROR_BAD_CONFIG, "%s is no count%s%s%s", reconciling->printed,
                         what ? ", but " : "", what ? what : "", what ? " is one" : "");
    if (rational_compare(figure->value, rational_integer(arena, INT64_C(1000000000000000))) > 0)
        return error_set(error, ERROR_BAD_CONFIG, "%s is more than anybody counts",
                         reconciling->printed);
    if (!config_is_set(reconciling->config, "step"))
        return true;
    figure->step = rational_integer(arena, config_integer(reconciling->config, "step"));
    return rational_is_whole(rational_divide(arena, figure->value, figure->step)) ||
           error_set(error, ERROR_BAD_CONFIG,
                     "--step %" PRId64 ": %s is no multiple of it, so it was not printed so",
                     config_integer(reconciling->config, "step"), reconciling->printed);
}

// A share: per cent, or with decimals and no 万; or because of what it is asked to be of.
static bool read_figure(struct reconciling *reconciling, struct error *error)
{
    const struct printed_figure *figure = &reconciling->figure;
    if (!config_argument_count(reconciling->config))
        return error_set(error, ERROR_BAD_CONFIG,
                         "say which figure: reconcile 345,300, reconcile 34.53万, reconcile 93.82");
    reconciling->printed = config_argument(reconciling->config, 0);
    if (!printed_read(&reconciling->arena, text_from(reconciling->printed), &reconciling->figure,
                      error))
        return false;
    reconciling->is_share =
        config_text(reconciling->config, "what")
            ? reconciling->ways[0].formula.is_share
            : figure->is_percent || (!figure->is_in_units && figure->digits > 0);
    return reconciling->is_share ? check_share(reconciling, error)
                                 : check_count(reconciling, error);
}

// ---- the ways ----

static void add_way(struct reconciling *reconciling, const struct way *way, uint32_t cost)
{
    struct reconcile_question *question = &reconciling->question;
    struct reconcile_way *ways = (struct reconcile_way *)(uintptr_t)question->ways;
    reconciling->ways[question->way_count] = *way;
    ways[question->way_count++] = (struct reconcile_way){way->formula, way->choice, cost};
}

static bool same_weights(const struct rational *a, const struct rational *b)
{
    for (int level = 0; level < 5; level++)
        if (rational_compare(a[level], b[level]) != 0)
            return false;
    return true;
}

// Satisfied or better; basically satisfied too; 0.9 and {1, .8, .6, 0} as DOMAIN 4 has them of Huairou and Zhaoxiang. And over all
// valid visits instead of the rated ones.
static void add_weighed(struct reconciling *reconciling, const struct way *usual, uint32_t cost)
{
    static const int tenths[WEIGHT_SETS][5] = {
        {0, 0, 0, 10, 10}, {0, 0, 10, 10, 10}, {0, 0, 9, 10, 10}, {0, 0, 6, 8, 10}};
    for (int other = 0; other < 2; other++)
        for (int set = -1; set < WEIGHT_SETS; set++) {
            struct way way = *usual;
            for (int level = 0; set >= 0 && level < 5; level++)
                way.settings.satisfaction_weights[level] =
                    rational_fraction(&reconciling->arena, tenths[set][level], 10);
            bool is_usual = same_weights(way.settings.satisfaction_weights,
                                         usual->settings.satisfaction_weights);
            if (set >= 0 && is_usual)
                continue;
            way.settings.over_other = usual->settings.over_other != (other == 1);
            if (tally_formula_of_indicator(&way.settings, &way.formula))
                add_way(reconciling, &way, cost + (uint32_t)!is_usual + (uint32_t)other);
        }
}

static void add_indicator(struct reconciling *reconciling, const struct way *way, uint32_t cost)
{
    if (way->settings.indicator && way->settings.indicator->is_weighted)
        add_weighed(reconciling, way, cost);
    else
        add_way(reconciling, way, cost);
}

// Also by a key of the profile that means something else: a command line would take it for that.
static bool has_added(const struct reconciling *reconciling, const struct indicator *indicator)
{
    const struct profile *profile = &reconciling->profile;
    for (size_t i = 0; reconciling->has_profile && i < profile->scoring.indicator_count; i++)
        if (text_equal(profile->indicators[i].key, text_from(indicator->id)))
            return true;
    for (size_t i = 0; i < reconciling->question.way_count; i++)
        if (reconciling->ways[i].settings.indicator == indicator)
            return true;
    return false;
}

// The profile's own shares, then those of the catalogue that it does not have.
static void add_shares(struct reconciling *reconciling)
{
    const struct profile *profile = &reconciling->profile;
    struct way way;
    for (size_t i = 0; reconciling->has_profile && i < profile->scoring.indicator_count; i++) {
        const struct scored_indicator *scored = &profile->indicators[i];
        if (way_of_indicator(&reconciling->arena, scored->settings.indicator, scored, profile,
                             &way) &&
            way.formula.is_share) {
            way.formula.name = arena_string(&reconciling->arena, scored->key);
            add_indicator(reconciling, &way, 0);
        }
    }
    for (size_t i = 0; i < indicator_count; i++)
        if (!has_added(reconciling, &indicator_catalogue[i]) &&
            way_of_indicator(&reconciling->arena, &indicator_catalogue[i], NULL,
                             reconciling->has_profile ? profile : NULL, &way) &&
            way.formula.is_share)
            add_indicator(reconciling, &way, reconciling->has_profile);
}

static bool add_counts(struct reconciling *reconciling, struct error *error)
{
    static const char *const words[] = {"tickets", "dispatches"};
    const struct profile *profile = reconciling->has_profile ? &reconciling->profile : NULL;
    struct way way;
    for (uint32_t i = 0; i < 2; i++) {
        if (!way_of_word(&reconciling->arena, profile, words[i], &way, error))
            return false;
        add_way(reconciling, &way, i);
    }
    return true;
}

static bool read_profile(struct reconciling *reconciling, struct error *error)
{
    const char *path = config_text(reconciling->config, "profile");
    reconciling->has_profile = path != NULL;
    return !path || (profile_load(&reconciling->arena, path, &reconciling->profile, error) &&
                     way_check_profile(&reconciling->profile, error));
}

static void make_room_for_ways(struct reconciling *reconciling)
{
    size_t most =
        WAYS_OF_WEIGHED + 2 +
        (indicator_count + reconciling->profile.scoring.indicator_count) * (WAYS_OF_WEIGHED + 2);
    reconciling->ways = arena_array(&reconciling->arena, struct way, most);
    reconciling->question.ways = arena_array(&reconciling->arena, struct reconcile_way, most);
}

static bool read_question(struct reconciling *reconciling, struct error *error)
{
    const char *what = config_text(reconciling->config, "what");
    struct way way;
    if (!read_profile(reconciling, error))
        return false;
    make_room_for_ways(reconciling);
    if (what) {
        if (!way_of_word(&reconciling->arena,
                         reconciling->has_profile ? &reconciling->profile : NULL, what, &way,
                         error))
            return false;
        way.formula.name = what;
        add_indicator(reconciling, &way, 0);
    }
    if (!read_figure(reconciling, error))
        return false;
    if (!what && reconciling->is_share)
        add_shares(reconciling);
    else if (!what && !add_counts(reconciling, error))
        return false;
    struct reconcile_question *question = &reconciling->question;
    question->figure = &reconciling->figure;
    printed_rounding_parse(config_text(reconciling->config, "rounding"), &question->rounding);
    question->most = (size_t)config_integer(reconciling->config, "most");
    question->nearest = (size_t)config_integer(reconciling->config, "nearest");
    return true;
}

// ---- the cut-offs ----

static bool add_cut_off(struct reconciling *reconciling, const char *name, const char *as_of,
                        struct error *error)
{
    if (reconciling->cut_off_count == CUT_OFFS_MAX)
        return error_set(error, ERROR_BAD_CONFIG, "--cut-offs: at most %d", CUT_OFFS_MAX);
    reconciling->cut_offs[reconciling->cut_off_count++] = (struct cut_off_searched){as_of, name};
    return true;
}

static bool add_published(struct reconciling *reconciling, struct error *error)
{
    struct arena *arena = &reconciling->arena;
    struct publications found;
    const struct publication_filter filter = {
        .profile = reconciling->has_profile ? reconciling->profile.id : (struct text){"", 0},
        .subjects = {"", 0},
        .period = text_from(reconciling->period.name),
        .with_documents = true};
    if (!publications_read(reconciling->snapshot.postgres, arena, &filter, &found, error))
        return false;
    if (!found.count)
        log_info("--cut-offs published: nothing of %s was published", reconciling->period.name);
    for (size_t i = 0; i < found.count; i++) {
        struct result result;
        const char *name = publication_name(arena, &found.list[i]);
        if (!result_read(arena, name, found.list[i].document, &result, error) ||
            !add_cut_off(reconciling, name, result.assessment.cut_off.vector, error))
            return false;
    }
    return true;
}

static bool add_named(struct reconciling *reconciling, const char *word, struct error *error)
{
    char instant[32];
    int64_t known_us;
    if (strcmp(word, "now") == 0)
        return add_cut_off(reconciling, "now", NULL, error);
    if (strcmp(word, "published") == 0)
        return add_published(reconciling, error);
    if (strcmp(word, "end") == 0) {
        civil_print_instant(
            period_until_us(&reconciling->period, reconciling->snapshot.generation.zone), instant);
        return add_cut_off(reconciling, "end", arena_printf(&reconciling->arena, "%s", instant),
                           error);
    }
    return civil_parse_instant(text_from(word), &known_us)
               ? add_cut_off(reconciling, word, word, error)
               : error_set(error, ERROR_BAD_CONFIG,
                           "--cut-offs: \"%s\" is neither now, end, published nor an instant like "
                           "2022-12-05T09:00:00+08:00",
                           word);
}

static bool list_cut_offs(struct reconciling *reconciling, struct error *error)
{
    reconciling->cut_offs = arena_array(&reconciling->arena, struct cut_off_searched, CUT_OFFS_MAX);
    for (const char *at = config_text(reconciling->config, "cut-offs");; at++) {
        size_t length = strcspn(at, ",");
        const char *word = arena_string(&reconciling->arena, (struct text){at, (uint32_t)length});
        if (!add_named(reconciling, word, error))
            return false;
        at += length;
        if (!*at)
            break;
    }
    return reconciling->cut_off_count ||
           error_set(error, ERROR_BAD_CONFIG, "--cut-offs: none is left to search");
}

static bool tally_at(struct reconciling *reconciling, size_t position, struct error *error)
{
    const char *as_of_text = reconciling->cut_offs[position].as_of;
    struct snapshot *snapshot = &reconciling->snapshot;
    struct arena *arena = &reconciling->arena;
    struct tally **out = &reconciling->tallies[position];
    struct offset_vector vector;
    struct as_of as_of = {0};
    if (!as_of_text)
        return tallying_read(snapshot, arena, &reconciling->period, out, error);
    bool done = as_of_read(snapshot->postgres, arena, as_of_text, &vector, error) &&
                as_of_fold(snapshot->postgres, &vector, &as_of, error) &&
                tallying_fold(snapshot, arena, &reconciling->period, &as_of, out, error);
    as_of_free(&as_of);
    return done;
}

static bool read_tallies(struct reconciling *reconciling, struct error *error)
{
    bool is_empty = true;
    const char *known = "";
    reconciling->tallies =
        arena_array(&reconciling->arena, struct tally *, reconciling->cut_off_count);
    for (size_t i = 0; i < reconciling->cut_off_count; i++) {
        if (!tally_at(reconciling, i, error))
            return false;
        is_empty &= tally_is_empty(reconciling->tallies[i]);
        known = arena_printf(&reconciling->arena, "%s%s%s", known, i ? ", " : "",
                             reconciling->cut_offs[i].name);
    }
    return !is_empty ||
           error_set(
               error, ERROR_BAD_CONFIG,
               "in %s nothing was received, dispatched, due, closed or visited (as known: %s): "
               "there is nothing to reconcile %s with; is it the right period?",
               reconciling->period.name, known, reconciling->printed);
}

static bool read_place(struct reconciling *reconciling, struct error *error)
{
    const char *of = config_text(reconciling->config, "of");
    struct reconcile_question *question = &reconciling->question;
    const struct tally *first = reconciling->tallies[0];
    if (!of)
        return true;
    question->has_place = true;
    if (!way_read_place(&reconciling->arena, first, reconciling->snapshot.generation.areas,
                        &reconciling->period, of, &question->place, error))
        return false;
    if (question->place == PLACE_MEAN && !reconciling->is_share)
        return error_set(error, ERROR_BAD_CONFIG, "--of mean: %s is no share",
                         reconciling->printed);
    if (question->place >= 0) {
        question->code = tally_place(first, (size_t)question->place);
        question->place = 0;
    }
    return true;
}

static bool search(struct reconciling *reconciling, struct error *error)
{
    struct month_rule months =
        reconciling->has_profile ? reconciling->profile.months : CIVIL_MONTHS;
    if (!period_of_options(&reconciling->arena, reconciling->config, &months, &reconciling->period,
                           error) ||
        !snapshot_open_newest(reconciling->config, &reconciling->snapshot, error) ||
        !list_cut_offs(reconciling, error) || !read_tallies(reconciling, error) ||
        !read_place(reconciling, error))
        return false;
    reconciling->question.tallies = (const struct tally *const *)reconciling->tallies;
    reconciling->question.cut_off_count = reconciling->cut_off_count;
    reconcile_search(&reconciling->arena, &reconciling->question, &reconciling->answer);
    return true;
}

enum exit_status reconcile_run(const struct config *config, struct error *error)
{
    struct reconciling reconciling = {.config = config,
                                      .arena = ARENA_INIT,
                                      .language = language_choose(config),
                                      .table = table_new()};
    table_format_parse(config_text(config, "format"), &reconciling.format);
    bool ok = read_question(&reconciling, error) && search(&reconciling, error) &&
              reconcile_print(&reconciling, error);
    enum exit_status status = !ok                            ? EXIT_FAILED
                              : reconciling.answer.fit_count ? EXIT_OK
                                                             : EXIT_DIFFERENT;
    table_free(reconciling.table);
    snapshot_close(&reconciling.snapshot);
    arena_free(&reconciling.arena);
    return status;
}
