// `cityops-rank villages`: the villages in which most problems were found, the quarterly list of the worst (O03).
//
// Void problems are left out. Villages with equal numbers share their rank and are listed together, so the list may hold more
// than was asked for. Problems of no known village have no rank; they stand at the end, so that the sum is the district's.
#include "rank/commands.h"
#include "rank/facts.h"
#include "rank/headings.h"
#include "rank/language.h"
#include "sql/as_of.h"

#include "core/inspection.h"

#include <inttypes.h>
#include <string.h>

const struct config_key villages_keys[] = {
    CONFIG_KEYS_DATABASE,
    CONFIG_KEYS_PERIOD("3"),
    {.name = "worst",
     .letter = 'n',
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "10",
     .minimum = 1,
     .maximum = INT32_MAX,
     .meaning = "How many villages to list, and those that share the last one's rank"},
    {.name = "theme",
     .type = CONFIG_CHOICE,
     .argument = "THEME",
     .default_value = "environment",
     .choices = "environment|traffic-order",
     .meaning = "Problems of which theme"},
    CONFIG_KEY_FORMAT,
    CONFIG_KEY_AS_OF,
    CONFIG_KEY_LANGUAGE,
    {0},
};

struct listing {
    struct arena arena;
    struct snapshot snapshot;
    struct period period;
    enum language language;
    struct table *table;
};

static void add_columns(const struct listing *listing)
{
    static const struct table_heading columns[] = {
        {"period", "period", "时段", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"rank", "", "", TABLE_NUMBER, TABLE_FOR_MACHINES},
        {"shared", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"rank", "rank", "名次", TABLE_NUMBER, TABLE_FOR_PEOPLE},
        {"village", "code", "代码", TABLE_WORDS, TABLE_FOR_ALL},
        {"name", "village", "村居", TABLE_WORDS, TABLE_FOR_ALL},
        {"district", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"district_name", "district", "区", TABLE_WORDS, TABLE_FOR_ALL},
        {"problems", "problems", "问题数", TABLE_NUMBER, TABLE_FOR_ALL},
        {"rectified", "rectified", "已整改", TABLE_NUMBER, TABLE_FOR_ALL},
        {"settled", "settled", "已办结", TABLE_NUMBER, TABLE_FOR_ALL},
    };
    headings_add(listing->table, listing->language, columns, sizeof columns / sizeof *columns);
}

static const char *area_name(struct listing *listing, const struct area *area)
{
    struct text name = language_pick_text(listing->language, area->name_en, area->name_zh);
    return arena_string(&listing->arena, name.length ? name : area->code);
}

static const char *unknown_name(const struct listing *listing, struct text code)
{
    return code.length ? language_pick(listing->language, "unassigned", "未归属")
                       : language_pick(listing->language, "no village stated", "未注明村居");
}

// rank 0: none.
static void add_village(struct listing *listing, const struct village_problems *village,
                        size_t rank, bool is_shared)
{
    struct table *table = listing->table;
    struct arena *arena = &listing->arena;
    const struct area *district =
        village->area ? area_ancestor(listing->snapshot.generation.areas, village->area,
                                      AREA_DISTRICT, listing->period.until_day - 1)
                      : NULL;
    table_add_row(table);
    table_add_cell(table, listing->period.name);
    table_add_cell(table, rank ? arena_printf(arena, "%zu", rank) : NULL);
    table_add_cell(table, rank ? (is_shared ? "yes" : "no") : NULL);
    table_add_cell(table, rank ? arena_printf(arena, "%zu%s", rank, is_shared ? "=" : " ") : NULL);
    table_add_cell(table, arena_string(arena, village->code));
    table_add_cell(table, village->area ? area_name(listing, village->area)
                                        : unknown_name(listing, village->code));
    table_add_cell(table, district ? arena_string(arena, district->code) : "");
    table_add_cell(table, district ? area_name(listing, district) : "");
    table_add_cell(table, arena_printf(arena, "%" PRId64, village->problems));
    table_add_cell(table, arena_printf(arena, "%" PRId64, village->rectified));
    table_add_cell(table, arena_printf(arena, "%" PRId64, village->settled));
}

static bool is_ranked(const struct village_problems *village)
{
    return village->code.length && !text_equal(village->code, TEXT(AREA_UNASSIGNED));
}

// The list is ascending by rank: ranks are given by comparing neighbours.
static void add_villages(struct listing *listing, const struct village_problems *villages,
                         size_t count, size_t worst)
{
    struct village_problems *ranked =
        arena_array(&listing->arena, struct village_problems, count + 1);
    size_t ranked_count = 0, rank = 1;
    for (size_t i = 0; i < count; i++)
        if (is_ranked(&villages[i]))
            ranked[ranked_count++] = villages[i];
    for (size_t i = 0; i < ranked_count; i++) {
        bool same_as_before = i && ranked[i].problems == ranked[i - 1].problems;
        bool same_as_next = i + 1 < ranked_count && ranked[i].problems == ranked[i + 1].problems;
        if (!same_as_before)
            rank = i + 1;
        if (rank > worst)
            break;
        add_village(listing, &ranked[i], rank, same_as_before || same_as_next);
    }
    for (size_t i = 0; i < count; i++)
        if (!is_ranked(&villages[i]))
            add_village(listing, &villages[i], 0, false);
    table_add_fact(listing->table, "villages",
                   language_pick(listing->language, "villages with problems", "有问题的村居"),
                   arena_printf(&listing->arena, "%zu", ranked_count), TABLE_FOR_ALL);
}

static bool print_villages(const struct config *config, struct listing *listing,
                           struct error *error)
{
    struct village_problems *villages;
    size_t count;
    bool environment = strcmp(config_text(config, "theme"), "environment") == 0;
    if (!period_of_options(&listing->arena, config, &CIVIL_MONTHS, &listing->period, error) ||
        !snapshot_open(config, &listing->snapshot, error) ||
        !snapshot_read_villages(&listing->snapshot, &listing->arena, &listing->period,
                                environment ? THEME_ENVIRONMENT : THEME_TRAFFIC_ORDER, &villages,
                                &count, error))
        return false;
    add_columns(listing);
    add_villages(listing, villages, count, (size_t)config_integer(config, "worst"));
    enum table_format format = TABLE_TEXT;
    table_format_parse(config_text(config, "format"), &format);
    return facts_add_versions(listing->table, listing->language, &listing->snapshot,
                              &listing->arena, &listing->period, error) &&
           table_print(listing->table, format, false, stdout, error);
}

enum exit_status villages_run(const struct config *config, struct error *error)
{
    struct listing listing = {
        .arena = ARENA_INIT, .language = language_choose(config), .table = table_new()};
    bool ok = print_villages(config, &listing, error);
    table_free(listing.table);
    snapshot_close(&listing.snapshot);
    arena_free(&listing.arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
