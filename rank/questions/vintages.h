// The revision triangle of one figure: each month as it was known at one time after the other.
//
// The times are the ends of the later months (or so many days after them), from one pass over the journal; or the month's published
// results. Of every subject, since a rank depends on the others. Parts of `cityops-rank vintages`: reading it
// (vintages_read.c, vintages_results.c), what it says of the months to come (vintages_forecast.c), printing (vintages_print.c).
#pragma once

#include "rank/assessment.h"
#include "rank/language.h"
#include "rank/published/publication.h"

#include "common/config.h"
#include "common/table.h"
#include "core/vintages.h"

enum vintage_figure { FIGURE_INDICATOR, FIGURE_TOTAL, FIGURE_RANK };

// One subject at one time.
struct vintage {
    struct text code, group;
    bool has_value;
    // Of the figure: as printed (per cent, hours, ...), exact. Of an indicator also what was counted; where it is no ratio, its value
    // over n. Defined when has_value.
    struct rational value, numerator, denominator;
    int64_t n;     // of an indicator
    uint32_t rank; // 0: not ranked
    bool is_shared;
    struct rational total; // exact; defined when ranked
};

// One month at one time.
struct known_month {
    bool is_there;      // false: the time has not come, or there is no such result
    int64_t known_us;   // the cut-off's instant; of a result, when it was published
    const char *name;   // of a result: announced, final, restated-1; else null
    const char *digest; // of the cut-off's vector
    const char *vector;
    struct versions versions;
    struct vintage *list; // by subject
    size_t count;
};

struct month_vintages {
    struct period period;
    // By age: so many month ends after its own. Of results: announced, final, restated 1, ...
    struct known_month *known;
    size_t count;
};

struct subject_name {
    struct text code, en, zh;
};

struct triangle {
    struct arena arena;
    struct profile profile;
    enum vintage_figure figure;
    struct text key;  // as it was asked for: W04, total, rank
    size_t indicator; // of FIGURE_INDICATOR: its position
    enum development development;
    double factor; // from the indicator to its printed value
    struct forecast_bounds bounds;
    const char *
        unranked_by; // the indicator without which there are no totals and ranks, and which cannot be had; null: none
    bool is_of_results;
    int64_t days;   // after each month's end
    size_t settled; // the age at which a month is taken as settled
    struct month_vintages *months;
    size_t count;
    size_t ages;        // the greatest count of them
    size_t missing;     // times that were asked for and have not come
    int64_t missing_us; // the first of them
    struct subject_name *names;
    size_t name_count;
    struct text
        subject; // whom the question is about: a code; while reading, the word if it is no area's
};

// Null when the month was not known then, or has no such subject.
const struct vintage *vintage_at(const struct triangle *triangle, size_t month, size_t age,
                                 struct text code);
// The position of the month's settled figure as known at an instant; the count of its times when it was not settled by then.
size_t settled_at(const struct triangle *triangle, size_t month, int64_t known_us);
const char *vintages_subject_name(struct triangle *triangle, enum language language);

// Fills months, names and what is missing, from the database. ERROR_BAD_CONFIG says what was asked for that is not there.
bool triangle_read_ages(struct triangle *triangle, const struct config *config,
                        const struct period *period, struct error *error);
bool triangle_read_results(struct triangle *triangle, const struct config *config,
                           const struct period *period, struct error *error);
// Whom it is asked about, as the areas of the snapshot know the word on the period's last day.
void triangle_name_subject(struct triangle *triangle, const struct config *config,
                           const struct snapshot *snapshot, const struct period *period);
// Keeps what the triangle needs of an assessment, in whose profile the indicator has this position.
void triangle_keep(struct triangle *triangle, const struct assessment *assessment, size_t indicator,
                   struct known_month *out);

// How often forecasts of past months from what was known then held the settled figure.
struct hit_rate {
    size_t tested, held;
};

struct month_forecast {
    size_t month, age;
    struct forecast forecast; // of an indicator or a total, as printed
    struct hit_rate own, all; // of this subject; of all together
    // Ranks by drawing, of those of the subject's group that have one now; held: without one in some month used.
    bool has_ranks;
    size_t rank_months, ranked, held;
    double *ranks;    // [ranked]: probability of each
    bool *likely;     // [ranked]: of the fewest that have the probability asked for
    size_t likeliest; // from 1
    struct hit_rate rank_own, rank_all;
};

struct forecast_options {
    double probability;
    uint64_t seed;
    size_t draws;
};

// Of the months that are not settled: a list in the triangle's arena. Returns how many.
size_t vintages_forecast(struct triangle *triangle, const struct forecast_options *options,
                         struct month_forecast **out);
// Revisions from an age to the settled figure, of the subject.
void vintages_revisions(struct triangle *triangle, size_t age, struct revision_summary *out);

struct vintages_printing {
    enum table_format format;
    enum language language;
    struct forecast_options options;
};
bool vintages_print(struct triangle *triangle, const struct vintages_printing *printing,
                    struct error *error);
