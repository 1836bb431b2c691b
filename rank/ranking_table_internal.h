// What the two files of a ranking's table share.
#pragma once

#include "rank/ranking_table.h"

struct drawing {
    struct arena *arena;
    const struct assessment *assessment;
    enum language language;
    struct table *table;
    bool shows_values, shows_points; // to people; machines get all
    bool shows_wilson;               // to both
};

static inline const char *pick(const struct drawing *drawing, const char *en, const char *zh)
{
    return language_pick(drawing->language, en, zh);
}

// The title, and what holds of the whole: period, status, basis, versions.
void ranking_facts_add(const struct drawing *drawing);
