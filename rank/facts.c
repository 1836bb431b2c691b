// Facts are words for people and machines alike; the ranking table, which says more, has its own.
#include "rank/facts.h"

#include "rank/incomplete.h"

void facts_add_words(struct table *table, enum language language, const char *key,
                     const char *title, const char *en, const char *zh)
{
    table_add_fact(table, key, "", en, TABLE_FOR_MACHINES);
    table_add_fact(table, "", title, language_pick(language, en, zh), TABLE_FOR_PEOPLE);
}

bool facts_add_versions(struct table *table, enum language language, struct snapshot *snapshot,
                        struct arena *arena, const struct period *period, struct error *error)
{
    const struct generation *generation = &snapshot->generation;
    struct cut_off cut_off;
    if (!snapshot_read_cut_off(snapshot, arena, period_until_us(period, generation->zone), &cut_off,
                               error))
        return false;
    const char *status = cut_off.is_complete ? "complete" : "provisional";
    const char *words = language_word(language, status);
    if (!cut_off.is_complete)
        words = arena_printf(arena, "%s%s%s", words, language_pick(language, ": ", "："),
                             incomplete_words(arena, language, cut_off.missing));
    const struct {
        const char *key, *en, *zh, *value;
        enum table_audience audience;
    } facts[] = {
        {"zone", "zone", "时区", zone_name(generation->zone), TABLE_FOR_ALL},
        {"status", "", "", status, TABLE_FOR_MACHINES},
        {"missing", "", "", cut_off.missing, TABLE_FOR_MACHINES},
        {"status", "status", "状态", words, TABLE_FOR_PEOPLE},
        {"reference_version", "reference version", "参考数据版本",
         arena_printf(arena, "%d", generation->reference_version), TABLE_FOR_ALL},
        {"fold_version", "fold version", "折叠版本",
         arena_printf(arena, "%d", generation->fold_version), TABLE_FOR_ALL},
        {"generation", "generation", "汇总代次", arena_printf(arena, "%d", generation->generation),
         TABLE_FOR_ALL},
        {"cut_off_digest", "cut-off", "截止点", cut_off.digest, TABLE_FOR_ALL},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        table_add_fact(table, facts[i].key, language_pick(language, facts[i].en, facts[i].zh),
                       facts[i].value, facts[i].audience);
    return true;
}
