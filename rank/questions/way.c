// Ways of counting as words: a profile's or the catalogue's definition, the options that change it, and back.
#include "rank/known_names.h"
#include "rank/measure_words.h"
#include "rank/questions/tallying.h"
#include "rank/subjects.h"

#include <string.h>

enum { LEVELS = 5 };

static const char *const flag_words[] = {"excluded", "void",
                                         "duplicate"}; // bits of enum ticket_flag
enum { FLAG_WORDS = sizeof flag_words / sizeof *flag_words };
static const char *const channel_words[CHANNELS_COUNT] = {"all", "without-letters", "phone",
                                                          "letters"};
static const char *const scope_words[SCOPE_COUNT] = {"district", "towns", "units",
                                                     "towns-and-units"};

// ---- definitions ----

static uint8_t with_of(const struct caliber *caliber)
{
    return (uint8_t)((caliber->excluded == CALIBER_INCLUDE ? FLAG_EXCLUDED : 0) |
                     (caliber->void_orders == CALIBER_INCLUDE ? FLAG_VOID : 0) |
                     (caliber->duplicate == CALIBER_INCLUDE ? FLAG_DUPLICATE : 0));
}

bool way_check_profile(const struct profile *profile, struct error *error)
{
    const struct caliber *caliber = &profile->caliber;
    return (caliber->excluded != CALIBER_ONLY && caliber->void_orders != CALIBER_ONLY &&
            caliber->duplicate != CALIBER_ONLY) ||
           error_set(error, ERROR_BAD_CONFIG,
                     "%s counts only excluded, void or duplicate orders: figures here are counted "
                     "with or without them; ask without --profile",
                     profile->path);
}

// Without a profile: all natures, nothing that is excluded, void or a duplicate.
static struct tally_choice usual_choice(const struct profile *profile, const struct caliber *own,
                                        uint8_t cohort)
{
    const struct caliber *caliber = own ? own : profile ? &profile->caliber : NULL;
    return (struct tally_choice){
        .cohort = cohort,
        .natures = caliber ? (uint8_t)(caliber->natures & ((1U << TICKET_NATURES) - 1))
                           : (uint8_t)((1U << TICKET_NATURES) - 1),
        .with = caliber ? with_of(caliber) : 0,
        .place = PLACE_ALL,
    };
}

bool way_of_indicator(struct arena *arena, const struct indicator *indicator,
                      const struct scored_indicator *scored, const struct profile *profile,
                      struct way *out)
{
    *out = (struct way){.settings = {.indicator = indicator, .cohort = indicator->cohort}};
    if (scored)
        out->settings = scored->settings;
    else
        for (int level = 0; level < LEVELS; level++)
            out->settings.satisfaction_weights[level] =
                rational_integer(arena, level + 1 >= SATISFIED);
    if (!tally_formula_of_indicator(&out->settings, &out->formula))
        return false;
    out->choice =
        usual_choice(profile, scored ? &scored->settings.caliber : NULL, out->formula.cohort);
    return true;
}

static const struct scored_indicator *find_scored(const struct profile *profile, struct text word)
{
    for (size_t i = 0; profile && i < profile->scoring.indicator_count; i++)
        if (text_equal(profile->indicators[i].key, word))
            return &profile->indicators[i];
    return NULL;
}

bool way_of_word(struct arena *arena, const struct profile *profile, const char *word,
                 struct way *out, struct error *error)
{
    const struct scored_indicator *scored = find_scored(profile, text_from(word));
    const struct indicator *indicator =
        scored ? scored->settings.indicator : indicator_by_id(text_from(word));
    if (indicator)
        return way_of_indicator(arena, indicator, scored, profile, out) ||
               error_set(error, ERROR_BAD_CONFIG,
                         "%s (%s) is no number of cases and no share of orders or dispatches in "
                         "one period, as their sources tell them: cityops-rank month computes it",
                         word, indicator->name_en);
    *out = (struct way){0};
    if (!tally_formula_of_measure(text_from(word), &out->formula))
        return error_set(error, ERROR_BAD_CONFIG,
                         "\"%s\" cannot be counted: say tickets, dispatches, a measure of "
                         "cityops.ticket_day (late, reworked, ...) or an indicator (W04; "
                         "cityops-rank indicators lists them)",
                         word);
    out->choice = usual_choice(profile, NULL, out->formula.cohort);
    return true;
}

// ---- options ----

// Words between commas: a bit for each. `whole` alone means `whole_bits`.
static bool read_words(const char *option, const char *text, const char *const *words, size_t count,
                       const char *whole, uint8_t whole_bits, uint8_t *out, struct error *error)
{
    *out = 0;
    if (strcmp(text, whole) == 0) {
        *out = whole_bits;
        return true;
    }
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ","), i = 0;
        while (i < count && !text_equal(text_from(words[i]), (struct text){at, (uint32_t)length}))
            i++;
        if (i == count) {
            struct arena arena = ARENA_INIT;
            const char *word = arena_string(&arena, (struct text){at, (uint32_t)length}),
                       *near = nearest_word(word, words, count);
            const char *known = whole;
            for (i = 0; i < count; i++)
                known = arena_printf(&arena, "%s%s%s", known, i ? ", " : " alone, or ", words[i]);
            error_set(error, ERROR_BAD_CONFIG, "--%s %s: there is no \"%s\"%s%s%s", option, text,
                      word, near ? "; did you mean \"" : "; there are: ", near ? near : known,
                      near ? "\"?" : "");
            arena_free(&arena);
            return false;
        }
        *out |= (uint8_t)(1U << i);
        at += length;
        if (!*at)
            return true;
    }
}

static bool read_cohort(const char *word, struct way *way, struct error *error)
{
    uint8_t cohort = TALLY_DISPATCHED;
    if (strcmp(word, "dispatched") != 0)
        cohort_parse(COUNTED_TICKETS, text_from(word), &cohort);
    way->choice.cohort = cohort;
    return (way->formula.cohorts >> cohort & 1) ||
           error_set(error, ERROR_BAD_CONFIG, "%s cannot be counted by the day it was %s",
                     way->formula.name, word);
}

static bool read_weights(struct arena *arena, const char *text, struct way *way,
                         struct error *error)
{
    const char *at = text;
    bool good = way->settings.indicator && way->settings.indicator->is_weighted;
    if (!good)
        return error_set(error, ERROR_BAD_CONFIG, "--weights: %s weighs no ratings",
                         way->formula.name);
    for (int level = 0; good && level < LEVELS; level++) {
        size_t length = strcspn(at, ",");
        struct rational *weight = &way->settings.satisfaction_weights[level];
        good = rational_parse(arena, (struct text){at, (uint32_t)length}, weight) &&
               rational_sign(*weight) >= 0 &&
               rational_compare(*weight, rational_integer(arena, 1)) <= 0 &&
               (at[length] == (level + 1 < LEVELS ? ',' : '\0'));
        at += length + (at[length] == ',');
    }
    return good || error_set(error, ERROR_BAD_CONFIG,
                             "--weights %s: five numbers from 0 to 1 with commas between, from "
                             "very dissatisfied to very satisfied",
                             text);
}

static bool read_over(const char *word, struct way *way, struct error *error)
{
    const struct indicator *indicator = way->settings.indicator;
    if (!indicator || !indicator->over[0])
        return error_set(error, ERROR_BAD_CONFIG, "--over: %s has one denominator only",
                         way->formula.name);
    way->settings.over_other = strcmp(word, indicator->over[1]) == 0;
    return way->settings.over_other || strcmp(word, indicator->over[0]) == 0 ||
           error_set(error, ERROR_BAD_CONFIG, "--over %s: %s or %s", word, indicator->over[0],
                     indicator->over[1]);
}

static uint8_t position_of(const char *word, const char *const *words)
{
    uint8_t i = 0;
    while (strcmp(words[i], word) != 0) // the key has checked it
        i++;
    return i;
}

static bool read_formula(struct arena *arena, const struct config *config, struct way *way,
                         struct error *error)
{
    const char *weights = config_text(config, "weights"), *over = config_text(config, "over");
    if ((weights && !read_weights(arena, weights, way, error)) ||
        (over && !read_over(over, way, error)))
        return false;
    if ((weights || over) && !tally_formula_of_indicator(&way->settings, &way->formula))
        return error_set(error, ERROR_BAD_CONFIG,
                         "--weights %s: their common denominator is above a million",
                         weights ? weights : "");
    return true;
}

bool way_read_options(struct arena *arena, const struct config *config, struct way *way,
                      struct error *error)
{
    const char *cohort = config_text(config, "cohort"), *natures = config_text(config, "natures"),
               *with = config_text(config, "with");
    way->choice.channels = position_of(config_text(config, "channels"), channel_words);
    way->choice.scope = position_of(config_text(config, "scope"), scope_words);
    return read_formula(arena, config, way, error) &&
           (!cohort || read_cohort(cohort, way, error)) &&
           (!natures || read_words("natures", natures, ticket_natures, TICKET_NATURES, "all",
                                   (1U << TICKET_NATURES) - 1, &way->choice.natures, error)) &&
           (!with ||
            read_words("with", with, flag_words, FLAG_WORDS, "none", 0, &way->choice.with, error));
}

bool way_read_place(struct arena *arena, const struct tally *tally, const struct area_index *areas,
                    const struct period *period, const char *word, int32_t *place,
                    struct error *error)
{
    static const char *const words[] = {"all", "districts", "mean"};
    size_t count = tally_places(tally);
    struct known_name *known = arena_array(arena, struct known_name, count + 1);
    int32_t day = period->until_day - 1;
    for (int i = 0; i < 3; i++)
        if (strcmp(words[i], word) == 0) {
            *place = PLACE_ALL - i;
            return true;
        }
    struct text code = subject_code(areas, SUBJECT_DISTRICT, text_from(word), day);
    for (size_t i = 0; i < count; i++) {
        if (text_equal(tally_place(tally, i), code)) {
            *place = (int32_t)i;
            return true;
        }
        const struct area *area = area_by_code(areas, tally_place(tally, i), day);
        known[i] = (struct known_name){arena_string(arena, tally_place(tally, i)),
                                       area ? arena_string(arena, area->name_en) : ""};
    }
    if (!count)
        return error_set(error, ERROR_BAD_CONFIG,
                         "--of %s: no district is known in %s: cityops-db load areas, then rebuild "
                         "--rollups",
                         word, period->name);
    return error_set(error, ERROR_BAD_CONFIG,
                     "--of %s: no district of %s has that code or name; there are: %s, and all, "
                     "districts, mean",
                     word, period->name, known_names_print(arena, known, count, word));
}

// ---- and back ----

const char *way_cohort_name(const struct tally_choice *choice)
{
    return choice->cohort == TALLY_DISPATCHED
               ? "dispatched"
               : count_sources[COUNTED_TICKETS].cohorts[choice->cohort];
}

static const char *print_words(struct arena *arena, uint8_t bits, const char *const *words,
                               size_t count)
{
    const char *out = "";
    for (size_t i = 0; i < count; i++)
        if (bits >> i & 1)
            out = arena_printf(arena, "%s%s%s", out, *out ? "," : "", words[i]);
    return out;
}

const char *way_natures_print(struct arena *arena, uint8_t natures, uint8_t all)
{
    return (natures & all) == all ? "all"
                                  : print_words(arena, natures, ticket_natures, TICKET_NATURES);
}

const char *way_with_print(struct arena *arena, uint8_t with)
{
    return with ? print_words(arena, with, flag_words, FLAG_WORDS) : "none";
}

const char *way_channels_name(uint8_t channels)
{
    return channel_words[channels];
}

const char *way_scope_name(uint8_t scope)
{
    return scope_words[scope];
}

const char *way_place_print(struct arena *arena, const struct tally *tally, int32_t place)
{
    return place == PLACE_ALL         ? "all"
           : place == PLACE_DISTRICTS ? "districts"
           : place == PLACE_MEAN      ? "mean"
                                      : arena_string(arena, tally_place(tally, (size_t)place));
}

const char *way_weights_print(struct arena *arena, const struct indicator_settings *settings)
{
    const char *out = "";
    for (int level = 0; level < LEVELS; level++)
        out = arena_printf(arena, "%s%s%s", out, level ? "," : "",
                           rational_print_decimal(arena, settings->satisfaction_weights[level]));
    return out;
}

const char *way_name(const struct tally_formula *formula, enum language language)
{
    return formula->indicator ? formula->name
                              : measure_heading(language, FAMILY_HOTLINE, formula->name);
}

const char *way_word(struct arena *arena, enum language language, const char *words)
{
    const char *out = "";
    for (const char *at = words; language == LANGUAGE_ZH && *at;) {
        size_t length = strcspn(at, ",");
        const char *word = arena_string(arena, (struct text){at, (uint32_t)length});
        out = arena_printf(arena, "%s%s%s", out, *out ? "、" : "", language_word(language, word));
        at += length + (at[length] == ',');
    }
    return *out ? out : words;
}
