// Sums of contributions in memory: one flat table from (rollup, dimensions) to a cell.
//
// The table is on the hot path (about ten look-ups a changed ticket) and outgrows the caches, so that its cost is the
// number of cache lines it touches: a slot, the line of a cell that holds its key, and the measures that change. Hence
// open addressing, and keys that are whole numbers: a text stands in them as the number of its one copy.
// Everything lives in the caller's arena. Invariant: at most half of the slots of a table are taken.
#include "core/rollup.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { FIRST_SLOTS = 1024, FIRST_WORD_SLOTS = 256, CACHE_LINE_BYTES = 64 };

// A cell; behind it its key, then its measures. The typed dimensions stand apart, since only readers of sums need them.
struct keyed_cell {
    struct rollup_cell cell;
    int64_t key[]; // integers as they are, texts as the numbers of their words
};

struct slot {
    uint64_t hash;
    struct keyed_cell *cell; // null: free
};

struct word {
    uint64_t hash;
    struct text text;
    int64_t number; // from 1, in the order of arrival; 0: the slot is free
};

struct rollup_sums {
    struct arena *arena;
    struct slot *slots;
    size_t mask, count;
    struct word *words;
    size_t word_mask, word_count;
};

struct rollup_sums *rollup_sums_new(struct arena *arena)
{
    struct rollup_sums *sums = arena_new(arena, struct rollup_sums);
    sums->arena = arena;
    sums->slots = arena_array(arena, struct slot, FIRST_SLOTS);
    sums->mask = FIRST_SLOTS - 1;
    sums->words = arena_array(arena, struct word, FIRST_WORD_SLOTS);
    sums->word_mask = FIRST_WORD_SLOTS - 1;
    return sums;
}

static void grow_words(struct rollup_sums *sums)
{
    size_t mask = (sums->word_mask + 1) * 4 - 1;
    struct word *words = arena_array(sums->arena, struct word, mask + 1);
    for (size_t i = 0; i <= sums->word_mask; i++) {
        if (!sums->words[i].number)
            continue;
        size_t slot = sums->words[i].hash & mask;
        while (words[slot].number)
            slot = (slot + 1) & mask;
        words[slot] = sums->words[i];
    }
    sums->words = words;
    sums->word_mask = mask;
}

// The word of a text, copied when it is new; valid until the next call.
static const struct word *find_word(struct rollup_sums *sums, struct text text)
{
    uint64_t hash = XXH3_64bits(text.length ? text.bytes : "", text.length);
    size_t slot = hash & sums->word_mask;
    for (; sums->words[slot].number; slot = (slot + 1) & sums->word_mask) {
        if (sums->words[slot].hash == hash && text_equal(sums->words[slot].text, text))
            return &sums->words[slot];
    }
    if ((sums->word_count + 1) * 2 > sums->word_mask) {
        grow_words(sums);
        for (slot = hash & sums->word_mask; sums->words[slot].number;)
            slot = (slot + 1) & sums->word_mask;
    }
    sums->words[slot] =
        (struct word){hash, arena_text(sums->arena, text), (int64_t)++sums->word_count};
    return &sums->words[slot];
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    return XXH3_mul128_fold64(a ^ UINT64_C(0x9e3779b97f4a7c15), b ^ UINT64_C(0xd1b54a32d192ed03));
}

// The key of these dimensions and its hash.
static uint64_t read_key(struct rollup_sums *sums, const struct rollup *rollup,
                         const struct value *dimensions, int64_t key[ROLLUP_DIMENSIONS_MAX])
{
    uint64_t hash = (uint64_t)(uintptr_t)rollup;
    for (unsigned i = 0; i < rollup->dimension_count; i++) {
        const struct value *dimension = &dimensions[i];
        key[i] = dimension->type == VALUE_TEXT ? find_word(sums, dimension->text)->number
                                               : dimension->integer;
        hash = mix(hash, (uint64_t)key[i]);
    }
    return hash;
}

static bool has_key(const struct keyed_cell *cell, const struct rollup *rollup,
                    const int64_t key[ROLLUP_DIMENSIONS_MAX])
{
    if (cell->cell.rollup != rollup)
        return false;
    for (unsigned i = 0; i < rollup->dimension_count; i++) {
        if (cell->key[i] != key[i])
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

static struct value *copy_dimensions(struct rollup_sums *sums, const struct rollup *rollup,
                                     const struct value *dimensions)
{
    struct value *copy = arena_array(sums->arena, struct value, rollup->dimension_count);
    for (unsigned i = 0; i < rollup->dimension_count; i++) {
        copy[i] = dimensions[i];
        if (dimensions[i].type == VALUE_TEXT)
            copy[i].text = find_word(sums, dimensions[i].text)->text;
    }
    return copy;
}

static struct keyed_cell *make_cell(struct rollup_sums *sums, const struct rollup *rollup,
                                    const struct value *dimensions, const int64_t *key)
{
    size_t key_bytes = rollup->dimension_count * sizeof *key;
    size_t bytes = sizeof(struct keyed_cell) + key_bytes + rollup->measure_count * sizeof(int64_t);
    char *room = arena_zalloc(sums->arena, bytes + CACHE_LINE_BYTES);
    room += (CACHE_LINE_BYTES - (uintptr_t)room % CACHE_LINE_BYTES) % CACHE_LINE_BYTES;
    struct keyed_cell *cell = (struct keyed_cell *)(void *)room;
    memcpy(cell->key, key, key_bytes);
    cell->cell = (struct rollup_cell){.rollup = rollup,
                                      .measures = cell->key + rollup->dimension_count,
                                      .dimensions = copy_dimensions(sums, rollup, dimensions)};
    return cell;
}

struct rollup_cell *rollup_sums_cell(struct rollup_sums *sums, const struct rollup *rollup,
                                     const struct value *dimensions)
{
    int64_t key[ROLLUP_DIMENSIONS_MAX];
    uint64_t hash = read_key(sums, rollup, dimensions, key);
    size_t slot = hash & sums->mask;
    for (; sums->slots[slot].cell; slot = (slot + 1) & sums->mask) {
        if (sums->slots[slot].hash == hash && has_key(sums->slots[slot].cell, rollup, key))
            return &sums->slots[slot].cell->cell;
    }
    struct keyed_cell *cell = make_cell(sums, rollup, dimensions, key);
    sums->slots[slot] = (struct slot){hash, cell};
    if (++sums->count * 2 > sums->mask)
        grow(sums);
    return &cell->cell;
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
        if (sums->slots[i].cell && !is_zero(&sums->slots[i].cell->cell))
            sorted[count++] = &sums->slots[i].cell->cell;
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
