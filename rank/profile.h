// A profile: the dated, versioned rule by which a ranking is made, read from a YAML file.
//
// A profile is loaded whole or not at all. What it says is data for core/score.h and core/ranking.h; what depends on the
// database (areas, the zone of the rollups) is checked where both are known. The reference of keys is profile_keys below
// and rank/profiles/*.yaml, which are commented.
#pragma once

#include "core/area.h"
#include "core/count_rule.h"
#include "core/ranking.h"
#include "core/zone.h"
#include "rank/period.h"

enum profile_grouping { GROUPS_BY_AREA, GROUPS_NONE };

// Whether printed figures are taken (rank/printed_figures.h): an option's to say, no part of the file.
enum printed_use { PRINTED_UNUSED, PRINTED_WHERE_MISSING, PRINTED_FIRST };

struct profile_column { // of one indicator or item
    struct text title_en, title_zh;
};

struct group_full { // what the weights of a peer group add up to
    struct text group;
    struct rational full;
};

struct profile {
    const char *path;
    struct text bytes; // the file: its SHA-256 is the rule version
    struct text id, title_en, title_zh, zone;
    int64_t version;
    int32_t valid_from_day, valid_until_day; // half open
    struct month_rule months;
    enum subject_kind subject; // whom it ranks
    struct caliber caliber;
    struct scoring scoring;
    struct scored_indicator *indicators; // scoring.indicators
    struct profile_column *columns;      // one for each
    struct profile_column *item_columns; // one for each of scoring.items
    struct rational full; // what the weights add up to; of the first group, where they differ
    struct group_full *group_fulls; // where full marks differ by group
    size_t group_full_count;
    enum profile_grouping grouping;
    struct count_rule *rules; // of settings.rule 1, 2, ...: how some indicators count entities
    size_t rule_count;
    enum printed_use printed;
    int32_t printed_version; // of the reference data; 0: the generation's
};

// The full mark of a peer group; null when the profile has none for it.
const struct rational *profile_full_of(const struct profile *profile, struct text group);
// Whom it ranks: "district".
const char *profile_subject_name(const struct profile *profile);

// Whether it counts working time, for which a calendar has to be loaded.
bool profile_needs_calendar(const struct profile *profile);

// Everything lives in `arena`. ERROR_BAD_CONFIG: "file:line:column: what is wrong".
bool profile_load(struct arena *arena, const char *path, struct profile *out, struct error *error);
// The same of a profile's text, as a published result keeps it; `path` names it in messages. Both live as long as *out.
bool profile_parse(struct arena *arena, const char *path, struct text bytes, struct profile *out,
                   struct error *error);

// Versions of one rule.
struct profile_versions {
    struct profile *list; // as they were named
    size_t count;         // at least 1
};

// That the last of these profiles may stand beside the others: no two versions of one id hold on one day, nor are two files one version.
// ERROR_BAD_CONFIG with both paths.
bool profile_check_versions(const struct profile *profiles, size_t count, struct error *error);
// "FILE" or "FILE,FILE,...": all of one id.
bool profile_load_versions(struct arena *arena, const char *paths, struct profile_versions *out,
                           struct error *error);
// The one that holds on the period's first day; where none does, the first, of which a ranking says why it cannot be taken.
const struct profile *profile_version_of(const struct profile_versions *versions,
                                         const struct period *period);
