// What others printed of the subjects of a period (cityops-db load figures), as the generation's reference version has it.
//
// Of a subject of which nothing was counted its printed figures are taken, and what was not printed is missing; or, where it is asked
// for, printed figures go before counted ones. A figure belongs to the indicator whose key in the profile it names.
#pragma once

#include "common/table.h"
#include "core/interval_ranking.h"
#include "rank/language.h"
#include "rank/profile.h"
#include "rank/snapshot.h"

#define CONFIG_KEY_PRINTED                                                                         \
    {                                                                                              \
        .name = "printed", .type = CONFIG_CHOICE, .argument = "WHICH", .default_value = "no",      \
        .choices = "no|missing|first",                                                             \
        .meaning = "Take the figures that were printed (cityops-db load figures): of subjects "    \
                   "that nothing was counted of, or of all, before what was counted; ranks are "   \
                   "then those that are possible inside the printed digits"                        \
    }
#define CONFIG_KEY_PRINTED_VERSION                                                                 \
    {                                                                                              \
        .name = "printed-version", .type = CONFIG_INTEGER, .argument = "VERSION", .minimum = 1,    \
        .maximum = INT32_MAX,                                                                      \
        .meaning = "The printed figures as this reference version had them; default: that of "     \
                   "the generation"                                                                \
    }

// What the keys "printed" and "printed-version" say, into the profile. ERROR_BAD_CONFIG where the second stands without the first.
bool printed_figures_choose(const struct config *config, struct profile *profile,
                            struct error *error);
// That printed figures are not asked for; ERROR_BAD_CONFIG says why `what` cannot take them.
bool printed_figures_refuse(const struct config *config, const char *what, struct error *error);

struct used_figure {
    struct text code; // of the subject
    size_t indicator;
    const char *value; // the digits, "93.80"; null: numerator and n alone
    bool has_n;
};

struct printed_source {
    struct text source; // who, and where
    int32_t published_on_day;
    int32_t reference_version, line; // of its first figure
    size_t used;
};

struct printed_figures {
    struct used_figure *list;
    size_t used, subjects; // subjects: with at least one
    size_t unused;         // of indicators or subjects that the table lacks, or that were counted
    struct printed_source *sources;
    size_t source_count;
    bool lacks_n; // of some figure, so that a minimum denominator could not be looked at
    struct interval_ranking intervals; // filled by the assessment, once it is ranked
};

// Puts the figures into `contenders` before they are ranked; as profile->printed says. *out is null where it says none.
// ERROR_BAD_CONFIG when the version that is asked for is newer than the generation's; names the version and line whose digits no number of cases gives under the profile's weights.
bool printed_figures_enter(struct snapshot *snapshot, struct arena *arena,
                           const struct profile *profile, const struct period *period,
                           struct contender *contenders, size_t count, struct printed_figures **out,
                           struct error *error);
// Null: it was counted.
const struct used_figure *printed_figures_find(const struct printed_figures *figures,
                                               struct text code, size_t indicator);

// Every rank that is possible: "1 2 3 5", for people "1–3, 5"; "" when it is not ranked.
const char *printed_figures_print_ranks(struct arena *arena,
                                        const struct interval_standing *standing, bool for_people);
// What was printed, by whom, and what that leaves of the ranks.
void printed_figures_add_facts(struct table *table, enum language language, struct arena *arena,
                               const struct printed_figures *printed);
