// Digests of what the journal folds to: XXH3, 128 bits, over rows in COPY's binary form in the order of their keys. States by their
// key and canonical bytes; cells by dimensions and measures. For comparing, not against forgery.
#include "sql/verify.h"

#include <inttypes.h>
#include <xxhash.h>

struct digesting {
    XXH3_state_t *hash;
    struct buffer row;
    int64_t rows;
};

static void digest_begin(struct digesting *digesting)
{
    XXH3_128bits_reset(digesting->hash);
    digesting->rows = 0;
}

static void digest_row(struct digesting *digesting)
{
    XXH3_128bits_update(digesting->hash, digesting->row.bytes, digesting->row.length);
    digesting->rows++;
}

static void digest_print(const struct digesting *digesting, const char *table, const char *what)
{
    XXH128_hash_t digest = XXH3_128bits_digest(digesting->hash);
    printf("%-18s %10" PRId64 " %s, digest %016" PRIx64 "%016" PRIx64 "\n", table, digesting->rows,
           what, digest.high64, digest.low64);
}

static bool digest_state(void *context, const struct entity_state *entity,
                         const struct value *columns, struct error *error)
{
    struct digesting *digesting = context;
    (void)columns; // they follow from the bytes
    (void)error;
    buffer_reset(&digesting->row);
    copy_row(&digesting->row, 3);
    copy_text(&digesting->row, entity->authority);
    copy_text(&digesting->row, entity->entity);
    copy_text(&digesting->row, entity->bytes);
    digest_row(digesting);
    return true;
}

static void digest_cells(struct digesting *digesting, const struct rollup *rollup,
                         struct rollup_cell *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (cells[i]->rollup != rollup)
            continue;
        buffer_reset(&digesting->row);
        copy_row(&digesting->row, rollup->dimension_count + rollup->measure_count);
        for (int k = 0; k < rollup->dimension_count; k++)
            copy_value(&digesting->row, rollup->dimensions[k].type, &cells[i]->dimensions[k]);
        for (int k = 0; k < rollup->measure_count; k++)
            copy_bigint(&digesting->row, cells[i]->measures[k]);
        digest_row(digesting);
    }
}

static bool digest_family(struct verification *verification, struct digesting *digesting,
                          const struct family_queries *queries, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct rollup_sums *sums = rollup_sums_new(&arena);
    struct rollup_cell **cells;
    const struct contribution_context meaning = generation_context(&verification->generation);
    digest_begin(digesting);
    bool done = as_of_read_states(&verification->as_of, queries->definition, &meaning, sums,
                                  digest_state, digesting, error);
    if (done)
        digest_print(digesting, queries->definition->state_table, "states");
    verification->states += verification->vector ? digesting->rows : 0;
    size_t count = done ? rollup_sums_sorted(sums, &cells) : 0;
    for (size_t i = 0; done && i < queries->rollup_count; i++) {
        digest_begin(digesting);
        digest_cells(digesting, queries->rollups[i].rollup, cells, count);
        digest_print(digesting, queries->rollups[i].rollup->name, "cells");
        verification->cells += verification->vector ? digesting->rows : 0;
    }
    arena_free(&arena);
    return done;
}

bool verify_print_digests(struct verification *verification, struct error *error)
{
    struct digesting digesting = {.hash = XXH3_createState()};
    bool done = digesting.hash || error_set(error, ERROR_RETRY, "no memory for a digest");
    for (size_t i = 0; done && family_queries[i].definition; i++)
        done = family_queries[i].definition->has_windows || // the journal does not hold readings
               digest_family(verification, &digesting, &family_queries[i], error);
    buffer_free(&digesting.row);
    XXH3_freeState(digesting.hash);
    return done;
}
