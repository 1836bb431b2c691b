// Facts are words for people and machines alike; the ranking table, which says more, has its own.
#include "rank/facts.h"

bool facts_add_versions(struct table *table, struct snapshot *snapshot, struct arena *arena,
                        const struct period *period, struct error *error)
{
    const struct generation *generation = &snapshot->generation;
    struct cut_off cut_off;
    if (!snapshot_read_cut_off(snapshot, arena, period_until_us(period, generation->zone), &cut_off,
                               error))
        return false;
    table_add_fact(table, "zone", "zone", zone_name(generation->zone), TABLE_FOR_ALL);
    table_add_fact(table, "status", "status", cut_off.is_complete ? "complete" : "provisional",
                   TABLE_FOR_ALL);
    table_add_fact(table, "reference_version", "reference version",
                   arena_printf(arena, "%d", generation->reference_version), TABLE_FOR_ALL);
    table_add_fact(table, "fold_version", "fold version",
                   arena_printf(arena, "%d", generation->fold_version), TABLE_FOR_ALL);
    table_add_fact(table, "generation", "generation",
                   arena_printf(arena, "%d", generation->generation), TABLE_FOR_ALL);
    table_add_fact(table, "cut_off_digest", "cut-off", cut_off.digest, TABLE_FOR_ALL);
    return true;
}
