// Who is ranked, and what was counted of each: a list ascending by code. Everything lives in the arena. Pure.
#pragma once

#include "core/area.h"
#include "core/counts.h"

struct subject {
    struct text code;
    const struct area
        *area; // null for AREA_UNASSIGNED, for channels, and for codes that no area has
    struct counts counts;
    struct count_cell *cells; // counts.cells, while they grow
    size_t cell_capacity;
};

struct subjects {
    struct subject *list;
    size_t count, capacity;
};

struct subject *subjects_find(const struct subjects *subjects, struct text code); // or null
// The subject of a code, added in its place when it is new; others may move.
struct subject *subjects_add(struct arena *arena, struct subjects *subjects, struct text code);
struct count_cell *subject_add_cell(struct arena *arena, struct subject *subject);

// Adds all that there are on some of the days: areas of the kind, or the channels.
void subjects_list(struct arena *arena, const struct area_index *areas, enum subject_kind kind,
                   int32_t from_day, int32_t until_day, struct subjects *out);
// The code of the subject that a name or an alias means on a day; the word itself where the areas know none of this kind.
struct text subject_code(const struct area_index *areas, enum subject_kind kind, struct text word,
                         int32_t day);
// Sets each one's area: of the last day, or, where it was dissolved meanwhile, of the first.
void subjects_name(struct subjects *subjects, const struct area_index *areas, int32_t from_day,
                   int32_t until_day);
