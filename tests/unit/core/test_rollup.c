// Sums of contributions: one cell per dimensions, in the order in which rows are locked.
#include "core/rollup.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>

static const struct column dimensions[] = {{"day", COLUMN_DATE, ""}, {"place", COLUMN_TEXT, ""}};
static const struct measure measures[] = {{"a", ""}, {"b", ""}};
static const struct rollup later = {"z_second", "", FAMILY_HOTLINE, dimensions, measures, 2, 2};
static const struct rollup earlier = {"a_first", "", FAMILY_HOTLINE, dimensions, measures, 2, 2};

static struct rollup_cell *cell(struct rollup_sums *sums, const struct rollup *rollup, int64_t day,
                                const char *place)
{
    const struct value key[] = {{.type = VALUE_INTEGER, .integer = day},
                                {.type = VALUE_TEXT, .text = text_from(place)}};
    return rollup_sums_cell(sums, rollup, key);
}

Test(rollup, equal_dimensions_share_a_cell_and_its_texts_are_copies)
{
    struct arena arena = ARENA_INIT;
    struct rollup_sums *sums = rollup_sums_new(&arena);
    char place[] = "north";
    struct rollup_cell *first = cell(sums, &later, 1, place);
    first->measures[0] += 2;
    cr_assert_eq(cell(sums, &later, 1, "north"), first);
    cr_assert_neq(cell(sums, &later, 1, "nort"), first);
    cr_assert_neq(cell(sums, &later, 2, "north"), first);
    cr_assert_neq(cell(sums, &earlier, 1, "north"), first);
    place[0] = 'x';
    cr_assert(text_equal(first->dimensions[1].text, TEXT("north")));
    cr_assert_eq(rollup_sums_count(sums), 4);
    arena_free(&arena);
}

Test(rollup, sorted_cells_leave_out_zeros_and_ascend_by_name_and_dimensions)
{
    struct arena arena = ARENA_INIT;
    struct rollup_sums *sums = rollup_sums_new(&arena);
    cell(sums, &later, -1, "b")->measures[0] = 1;
    cell(sums, &later, 10, "")->measures[1] = -1;
    cell(sums, &later, 9, "c")->measures[0] = 1;
    cell(sums, &later, 9, "ab")->measures[0] = 1;
    cell(sums, &later, 9, "a")->measures[0] = 1;
    cell(sums, &earlier, 50, "z")->measures[0] = 1;
    struct rollup_cell *zero = cell(sums, &earlier, 51, "z");
    zero->measures[1] = rollup_add(zero->measures[1], 5);
    zero->measures[1] = rollup_add(zero->measures[1], -5);
    static const struct {
        const struct rollup *rollup;
        int64_t day;
        const char *place;
    } expected[] = {{&earlier, 50, "z"}, {&later, -1, "b"}, {&later, 9, "a"},
                    {&later, 9, "ab"},   {&later, 9, "c"},  {&later, 10, ""}};
    struct rollup_cell **sorted;
    cr_assert_eq(rollup_sums_sorted(sums, &sorted), sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        cr_assert_eq(sorted[i], cell(sums, expected[i].rollup, expected[i].day, expected[i].place),
                     "%zu", i);
    arena_free(&arena);
}

Test(rollup, cells_stay_where_they_are_while_the_table_grows)
{
    enum { DAYS = 60, PLACES = 200 };
    struct arena arena = ARENA_INIT;
    struct rollup_sums *sums = rollup_sums_new(&arena);
    static struct rollup_cell *seen[DAYS][PLACES];
    for (int round = 0; round < 2; round++) {
        for (int day = 0; day < DAYS; day++) {
            for (int place = 0; place < PLACES; place++) {
                char name[8];
                snprintf(name, sizeof name, "p%d", place);
                struct rollup_cell *found = cell(sums, &later, day, name);
                cr_assert(round == 0 || found == seen[day][place]);
                seen[day][place] = found;
                found->measures[0] += day;
            }
        }
    }
    struct rollup_cell **sorted;
    cr_assert_eq(rollup_sums_count(sums), DAYS * PLACES);
    cr_assert_eq(rollup_sums_sorted(sums, &sorted), (DAYS - 1) * PLACES, "day 0 adds nothing");
    cr_assert_eq(sorted[PLACES]->measures[0], 4, "day 2, twice");
    arena_free(&arena);
}

Test(rollup, a_sum_that_would_wrap_ends_the_program, .signal = SIGABRT)
{
    rollup_add(INT64_MAX, 1);
}
