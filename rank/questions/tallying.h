// Orders counted in every way (core/tally.h), read from the states of one moment, and the ways as people write them: the options of
// `count`, which `reconcile` prints as command lines.
#pragma once

#include "rank/language.h"
#include "rank/profile.h"
#include "rank/snapshot.h"

#include "core/tally.h"
#include "sql/as_of.h"

// One pass over the states of tickets as the snapshot has them; everything is the arena's.
bool tallying_read(struct snapshot *snapshot, struct arena *arena, const struct period *period,
                   struct tally **out, struct error *error);
// The same over a fold.
bool tallying_fold(const struct snapshot *snapshot, struct arena *arena,
                   const struct period *period, const struct as_of *as_of, struct tally **out,
                   struct error *error);

// What a profile, or without one the catalogue, understands by a word: an indicator (by a profile's key, or its id) or a measure.
struct way {
    struct indicator_settings settings; // of an indicator
    struct tally_formula formula;
    struct tally_choice choice; // the usual one: all natures, or as the profile says
};

// `profile` may be null. ERROR_BAD_CONFIG when the word is neither, or cannot be counted so.
bool way_of_word(struct arena *arena, const struct profile *profile, const char *word,
                 struct way *out, struct error *error);
// Of an indicator of the catalogue as a profile's entry (or, null, the catalogue) has it. False when it cannot be counted so.
bool way_of_indicator(struct arena *arena, const struct indicator *indicator,
                      const struct scored_indicator *scored, const struct profile *profile,
                      struct way *out);
// ERROR_BAD_CONFIG when a profile counts only excluded (void, duplicate) orders: a choice is with or without.
bool way_check_profile(const struct profile *profile, struct error *error);

// The options of a choice; keys that are not set leave it as it is. CONFIG_KEYS_WAY are theirs, but for "of".
#define CHOICES_OF_CHANNELS "all|without-letters|phone|letters"
#define CHOICES_OF_SCOPE "district|towns|units|towns-and-units"
bool way_read_options(struct arena *arena, const struct config *config, struct way *way,
                      struct error *error);
#define CONFIG_KEY_OF                                                                              \
    {                                                                                              \
        .name = "of", .type = CONFIG_TEXT, .argument = "WHOM",                                     \
        .meaning = "all (also what no known district answers for), districts, mean (of their "     \
                   "shares), or one district by code or name; default: all"                        \
    }
// By code or name, of the districts of the tally. ERROR_BAD_CONFIG when nobody has it.
bool way_read_place(struct arena *arena, const struct tally *tally, const struct area_index *areas,
                    const struct period *period, const char *word, int32_t *place,
                    struct error *error);

#define CONFIG_KEYS_WAY                                                                            \
    {.name = "cohort",                                                                             \
     .type = CONFIG_CHOICE,                                                                        \
     .argument = "MILESTONE",                                                                      \
     .choices = "received|closed|due|visited|dispatched",                                          \
     .meaning = "Which milestone puts an order into the period; default: the profile's, else the " \
                "catalogue's"},                                                                    \
        {.name = "natures",                                                                        \
         .type = CONFIG_TEXT,                                                                      \
         .argument = "NATURE,...",                                                                 \
         .meaning = "Of enquiry, request, complaint, report, suggestion, praise, not-stated; or "  \
                    "all; default: the profile's, else all"},                                      \
        {.name = "with",                                                                           \
         .type = CONFIG_TEXT,                                                                      \
         .argument = "FLAG,...",                                                                   \
         .meaning = "Counted too, of excluded, void, duplicate; or none; default: the profile's, " \
                    "else none"},                                                                  \
        {.name = "channels",                                                                       \
         .type = CONFIG_CHOICE,                                                                    \
         .argument = "CHANNELS",                                                                   \
         .default_value = "all",                                                                   \
         .choices = CHOICES_OF_CHANNELS,                                                           \
         .meaning = "All, all but letters to the message board, phone alone, or letters alone"},   \
        {.name = "scope",                                                                          \
         .type = CONFIG_CHOICE,                                                                    \
         .argument = "LISTS",                                                                      \
         .default_value = "district",                                                              \
         .choices = CHOICES_OF_SCOPE,                                                              \
         .meaning = "Orders that districts answer for; or the lists of their towns, of their "     \
                    "units, or both added up (what is in both counts twice)"},                     \
        {.name = "weights",                                                                        \
         .type = CONFIG_TEXT,                                                                      \
         .argument = "W1,...,W5",                                                                  \
         .meaning = "Of ratings, from very dissatisfied to very satisfied; default: the "          \
                    "profile's, else 0,0,0,1,1"},                                                  \
    {                                                                                              \
        .name = "over", .type = CONFIG_TEXT, .argument = "DENOMINATOR",                            \
        .meaning = "rated or visits, of satisfaction; default: the profile's, else rated"          \
    }

// As options take them: "received", "complaint,report", "all", ...
const char *way_cohort_name(const struct tally_choice *choice);
const char *way_natures_print(struct arena *arena, uint8_t natures, uint8_t all);
const char *way_with_print(struct arena *arena, uint8_t with);
const char *way_channels_name(uint8_t channels);
const char *way_scope_name(uint8_t scope);
const char *way_place_print(struct arena *arena, const struct tally *tally, int32_t place);
const char *way_weights_print(struct arena *arena, const struct indicator_settings *settings);
// What is counted, for people: an indicator's id or key; "工单", "late".
const char *way_name(const struct tally_formula *formula, enum language language);
// Such words for people: each between commas in the language.
const char *way_word(struct arena *arena, enum language language, const char *words);
