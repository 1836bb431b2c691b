// Sums of contributions in memory: one flat table from (rollup, dimensions) to a cell.
//
// The table is on the hot path (about twelve look-ups a changed ticket), hence open addressing with
// the hash beside the pointer, so that a probe mostly touches one line of the table and the cell
// itself. Everything lives in the caller's arena. Invariant: at most half of the slots are taken.
#include "core/rollup.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { FIRST_SLOTS = 1024 };

struct slot {
    uint64_t hash;
    struct rollup_cell *cell; // null: free
};

struct rollup_sums {
    struct arena *arena;
    struct slot *slots;
    size_t mask, count;
};

struct rollup_sums *rollup_sums_new(struct arena *arena)
{
    struct rollup_sums *sums = arena_new(arena, struct rollup_sums);
    sums->arena = arena;
    sums->slots = arena_array(arena, struct slot, FIRST_SLOTS);
    sums->mask = FIRST_SLOTS - 1;
    return sums;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    return XXH3_mul128_fold64(a ^ UINT64_C(0x9e3779b97f4a7c15), b ^ UINT64_C(0xd1b54a32d192ed03));
}

static uint64_t hash_dimensions(const struct rollup *rollup, const struct value *dimensions)
{
    uint64_t hash = (uint64_t)(uintptr_t)rollup;
    for (unsigned i = 0; i < rollup->dimension_count; i++) {
        const struct value *dimension = &dimensions[i];
        uint64_t part = dimension->type == VALUE_TEXT
                            ? XXH3_64bits(dimension->text.length ? dimension->text.bytes : "",
                                          dimension->text.length)
                            : (uint64_t)dimension->integer;
        hash = mix(hash, part);
    }
    return hash;
}

static bool same_dimensions(const struct rollup_cell *cell, const struct rollup *rollup,
                            const struct value *dimensions)
{
    if (cell->rollup != rollup)
        return false;
    for (unsigned i = 0; i < rollup->dimension_count; i++) {
        const struct value *a = &cell->dimensions[i], *b = &dimensions[i];
        if (a->type == VALUE_TEXT ? !text_equal(a->text, b->text) : a->integer != b->integer)
            return false;
    }
    return true;
}

static void grow(struct rollup_sums *sums)
{
    size_t old_count = sums->mask + 1, mask = old_count * 4 - 1;
    struct slot *slots = arena_array(sums->arena, struct slot, mask + 1);
    for (size_t i = 0; i < old_count; i++) {
        if (!sums->slots[i].cell)
            continue;
        size_t slot = sums->slots[i].hash & mask;
        while (slots[slot].cell)
            slot = (slot + 1) & mask;
        slots[slot] = sums->slots[i];
    }
    sums->slots = slots;
    sums->mask = mask;
}

static struct rollup_cell *make_cell(struct arena *arena, const struct rollup *rollup,
                                     const struct value *dimensions)
{
    struct rollup_cell *cell =
        arena_zalloc(arena, sizeof *cell + rollup->measure_count * sizeof *cell->measures);
    cell->rollup = rollup;
    cell->measures = (int64_t *)(cell + 1);
    for (unsigned i = 0; i < rollup->dimension_count; i++) {
        cell->dimensions[i] = dimensions[i];
        if (dimensions[i].type == VALUE_TEXT)
            cell->dimensions[i].text = arena_text(arena, dimensions[i].text);
    }
    return cell;
}

struct rollup_cell *rollup_sums_cell(struct rollup_sums *sums, const struct rollup *rollup,
                                     const struct value *dimensions)
{
    uint64_t hash = hash_dimensions(rollup, dimensions);
    size_t slot = hash & sums->mask;
    for (; sums->slots[slot].cell; slot = (slot + 1) & sums->mask) {
        if (sums->slots[slot].hash == hash &&
            same_dimensions(sums->slots[slot].cell, rollup, dimensions))
            return sums->slots[slot].cell;
    }
    struct rollup_cell *cell = make_cell(sums->arena, rollup, dimensions);
    sums->slots[slot] = (struct slot){hash, cell};
    if (++sums->count * 2 > sums->mask)
        grow(sums);
    return cell;
}

int64_t rollup_add(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        abort();
    return sum;
}

static int compare_cells(const void *a, const void *b)
{
    const struct rollup_cell *x = *(struct rollup_cell *const *)a,
                             *y = *(struct rollup_cell *const *)b;
    if (x->rollup != y->rollup) {
        int order = strcmp(x->rollup->name, y->rollup->name);
        if (order)
            return order;
    }
    for (unsigned i = 0; i < x->rollup->dimension_count; i++) {
        const struct value *left = &x->dimensions[i], *right = &y->dimensions[i];
        int order = left->type == VALUE_TEXT
                        ? text_compare(left->text, right->text)
                        : (left->integer > right->integer) - (left->integer < right->integer);
        if (order)
            return order;
    }
    return 0;
}

static bool is_zero(const struct rollup_cell *cell)
{
    for (unsigned i = 0; i < cell->rollup->measure_count; i++) {
        if (cell->measures[i])
            return false;
    }
    return true;
}

size_t rollup_sums_sorted(struct rollup_sums *sums, struct rollup_cell ***cells)
{
    struct rollup_cell **sorted = arena_array(sums->arena, struct rollup_cell *, sums->count + 1);
    size_t count = 0;
    for (size_t i = 0; i <= sums->mask; i++) {
        if (sums->slots[i].cell && !is_zero(sums->slots[i].cell))
            sorted[count++] = sums->slots[i].cell;
    }
    qsort(sorted, count, sizeof *sorted, compare_cells);
    *cells = sorted;
    return count;
}

size_t rollup_sums_count(const struct rollup_sums *sums)
{
    return sums->count;
}

void addends_collect(const int64_t *measures, unsigned measure_count, int sign, struct addends *out)
{
    out->count = 0;
    for (unsigned i = 0; i < measure_count; i++) {
        out->measures[out->count] = (uint8_t)i;
        out->amounts[out->count] = sign * measures[i];
        out->count += measures[i] != 0;
    }
}

void addends_add(const struct addends *addends, struct rollup_cell *cell)
{
    for (unsigned i = 0; i < addends->count; i++) {
        int64_t *sum = &cell->measures[addends->measures[i]];
        *sum = rollup_add(*sum, addends->amounts[i]);
    }
}
