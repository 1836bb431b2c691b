// What the files of a ranking's table share.
#pragma once

#include "rank/ranking_table.h"

#include "core/shrinkage.h"

// The model of one indicator in one peer group.
struct shrunk_share {
    bool known; // false: no shares of cases, or fewer than two
    struct shrinkage model;
};

struct drawing {
    struct arena *arena;
    const struct assessment *assessment;
    enum language language;
    struct table *table;
    bool shows_values, shows_points;   // to people; machines get all
    bool shows_wilson;                 // to both
    const struct shrunk_share *shrunk; // likewise, by group and indicator; null: not asked for
};

static inline const char *pick(const struct drawing *drawing, const char *en, const char *zh)
{
    return language_pick(drawing->language, en, zh);
}

// The title, and what holds of the whole: period, status, basis, versions.
void ranking_facts_add(const struct drawing *drawing);

// The table where printed figures are taken (rank/interval_table.c): columns and rows, not the facts beneath.
void interval_table_draw(const struct drawing *drawing);

const char *drawing_subject_name(const struct drawing *drawing, size_t position); // of a contender
const char *drawing_subject_word(const struct drawing *drawing,
                                 bool several); // whom the table ranks
const char *drawing_unit_suffix(const struct drawing *drawing, enum indicator_unit unit);
bool drawing_has_codes(const struct drawing *drawing); // codes say more than names
// A count as it is, a share in per cent, a duration in hours; null when unknown.
const char *drawing_print_value(const struct drawing *drawing, size_t position, bool known,
                                struct rational value);
const char *drawing_print_note(const struct drawing *drawing, const struct contender *contender);
