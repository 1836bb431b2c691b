// A list in order of the codes, so that tables do not depend on the order of rows.
#include "rank/subjects.h"

#include "core/hotline.h"

#include <stdlib.h>

static int compare_code(const void *key, const void *subject)
{
    return text_compare(*(const struct text *)key, ((const struct subject *)subject)->code);
}

struct subject *subjects_find(const struct subjects *subjects, struct text code)
{
    return subjects->count ? bsearch(&code, subjects->list, subjects->count, sizeof *subjects->list,
                                     compare_code)
                           : NULL;
}

struct subject *subjects_add(struct arena *arena, struct subjects *subjects, struct text code)
{
    struct subject *found = subjects_find(subjects, code);
    if (found)
        return found;
    if (subjects->count == subjects->capacity) {
        subjects->capacity = subjects->capacity ? subjects->capacity * 2 : 32;
        struct subject *list = arena_array(arena, struct subject, subjects->capacity);
        if (subjects->count)
            memcpy(list, subjects->list, subjects->count * sizeof *list);
        subjects->list = list;
    }
    size_t place = subjects->count++;
    for (; place && text_compare(code, subjects->list[place - 1].code) < 0; place--)
        subjects->list[place] = subjects->list[place - 1];
    subjects->list[place] = (struct subject){.code = arena_text(arena, code)};
    return &subjects->list[place];
}

struct count_cell *subject_add_cell(struct arena *arena, struct subject *subject)
{
    if (subject->counts.cell_count == subject->cell_capacity) {
        subject->cell_capacity = subject->cell_capacity ? subject->cell_capacity * 2 : 16;
        struct count_cell *cells = arena_array(arena, struct count_cell, subject->cell_capacity);
        if (subject->counts.cell_count)
            memcpy(cells, subject->cells, subject->counts.cell_count * sizeof *cells);
        subject->counts.cells = subject->cells = cells;
    }
    return &subject->cells[subject->counts.cell_count++];
}

static const enum area_kind kinds[SUBJECT_KIND_COUNT] = {
    // channels are no areas
    [SUBJECT_DISTRICT] = AREA_DISTRICT,
    [SUBJECT_TOWN] = AREA_TOWN,
    [SUBJECT_VILLAGE] = AREA_VILLAGE,
    [SUBJECT_UNIT] = AREA_UNIT,
};

struct text subject_code(const struct area_index *areas, enum subject_kind kind, struct text word,
                         int32_t day)
{
    const struct area *area =
        kind == SUBJECT_CHANNEL ? NULL : area_find(areas, kinds[kind], word, day);
    return area ? area->code : word;
}

void subjects_list(struct arena *arena, const struct area_index *areas, enum subject_kind kind,
                   int32_t from_day, int32_t until_day, struct subjects *out)
{
    if (kind == SUBJECT_CHANNEL)
        for (int channel = 1; ticket_channel_name(channel); channel++)
            subjects_add(arena, out, text_from(ticket_channel_name(channel)));
    for (size_t i = 0; kind != SUBJECT_CHANNEL && i < area_count(areas); i++) {
        const struct area *area = area_at(areas, i);
        if (area->kind == kinds[kind] && area->valid_from_day < until_day &&
            area->valid_until_day > from_day)
            subjects_add(arena, out, area->code);
    }
}

void subjects_name(struct subjects *subjects, const struct area_index *areas, int32_t from_day,
                   int32_t until_day)
{
    for (size_t i = 0; i < subjects->count; i++) {
        struct subject *subject = &subjects->list[i];
        subject->area = area_by_code(areas, subject->code, until_day - 1);
        if (!subject->area)
            subject->area = area_by_code(areas, subject->code, from_day);
    }
}
