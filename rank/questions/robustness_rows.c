// What `robustness` gives to machines: everything as rows of one table, each with the cells that its kind has.
#include "rank/questions/robustness_words.h"

#include <inttypes.h>

static const char *const choice_keys[CHOICE_COUNT] = {"weights", "rule", "minimum", "noise"};

// Cells of a row, by column; null: none.
enum cell {
    COLUMN_ROW,
    COLUMN_GROUP,
    COLUMN_SUBJECT,
    COLUMN_NAME,
    COLUMN_OTHER,
    COLUMN_INDICATOR,
    COLUMN_CHOICE,
    COLUMN_OUTPUT,
    COLUMN_ORDER,
    COLUMN_RANK,
    COLUMN_SHARED,
    COLUMN_TOTAL,
    COLUMN_VALUE,
    COLUMN_LOW,
    COLUMN_HIGH,
    COLUMN_MEDIAN,
    COLUMN_MEAN,
    COLUMN_NOTE,
    COLUMN_COUNT
};

static const struct {
    const char *key;
    enum table_column_type type;
} machine_columns[COLUMN_COUNT] = {
    {"row", TABLE_WORDS},     {"group", TABLE_WORDS},  {"subject", TABLE_WORDS},
    {"name", TABLE_WORDS},    {"other", TABLE_WORDS},  {"indicator", TABLE_WORDS},
    {"choice", TABLE_WORDS},  {"output", TABLE_WORDS}, {"order", TABLE_WORDS},
    {"rank", TABLE_NUMBER},   {"shared", TABLE_WORDS}, {"total", TABLE_NUMBER},
    {"value", TABLE_NUMBER},  {"low", TABLE_NUMBER},   {"high", TABLE_NUMBER},
    {"median", TABLE_NUMBER}, {"mean", TABLE_NUMBER},  {"note", TABLE_WORDS},
};

static void add_cells(struct printing *printing, const char *const cells[COLUMN_COUNT])
{
    table_add_row(printing->table);
    for (int i = 0; i < COLUMN_COUNT; i++)
        table_add_cell(printing->table, cells[i]);
}

static const char *print_float(struct printing *printing, double value)
{
    return arena_printf(robustness_arena(printing), "%.6f", value);
}

static const char *print_rank(struct printing *printing, uint32_t rank)
{
    return arena_printf(robustness_arena(printing), "%" PRIu32, rank);
}

static void begin_row(struct printing *printing, const struct asked_group *group, const char *row,
                      const struct contender *contender, const char *cells[COLUMN_COUNT])
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        cells[i] = NULL;
    cells[COLUMN_ROW] = row;
    cells[COLUMN_GROUP] = arena_string(robustness_arena(printing), group->name);
    if (!contender)
        return;
    cells[COLUMN_SUBJECT] = robustness_code(printing, contender);
    cells[COLUMN_NAME] = robustness_name(printing, contender);
}

static void set_standing(struct printing *printing, const struct contender *contender,
                         const char *cells[COLUMN_COUNT])
{
    if (contender->reason != RANKED)
        return;
    cells[COLUMN_RANK] = print_rank(printing, contender->rank);
    cells[COLUMN_SHARED] = contender->is_shared ? "yes" : "no";
    cells[COLUMN_TOTAL] = rational_print_exact(robustness_arena(printing), contender->exact_total);
}

static void add_machine_ranks(struct printing *printing, const struct asked_group *group,
                              size_t member)
{
    const struct contender *contender = group->members[member];
    const struct rank_summary *summary = &group->summaries[member];
    const char *cells[COLUMN_COUNT];
    begin_row(printing, group, "rank", contender, cells);
    set_standing(printing, contender, cells);
    cells[COLUMN_VALUE] = print_float(printing, summary->own);
    cells[COLUMN_LOW] = print_rank(printing, summary->low);
    cells[COLUMN_HIGH] = print_rank(printing, summary->high);
    cells[COLUMN_MEDIAN] = print_rank(printing, summary->median);
    cells[COLUMN_MEAN] = print_float(printing, summary->mean);
    add_cells(printing, cells);
    for (size_t rank = 1; rank <= robustness_ranked(group); rank++) {
        begin_row(printing, group, "chance", contender, cells);
        cells[COLUMN_RANK] = print_rank(printing, (uint32_t)rank);
        cells[COLUMN_VALUE] = print_float(printing, robustness_chance(group, member, rank));
        add_cells(printing, cells);
    }
}

static void add_machine_pairs(struct printing *printing, const struct asked_group *group,
                              size_t member)
{
    const char *cells[COLUMN_COUNT];
    for (size_t other = member + 1; other < group->count; other++) {
        if (group->members[other]->reason != RANKED)
            continue;
        begin_row(printing, group, "pair", group->members[member], cells);
        cells[COLUMN_OTHER] = robustness_code(printing, group->members[other]);
        cells[COLUMN_VALUE] = print_float(
            printing, robustness_ahead(group->robustness, &group->tally, member, other));
        cells[COLUMN_NOTE] =
            robustness_is_open(printing->asked, group, member, other) ? "not told apart" : "";
        add_cells(printing, cells);
    }
}

static void add_machine_without(struct printing *printing, const struct asked_group *group)
{
    const char *cells[COLUMN_COUNT];
    if (!robustness_has_without(printing, group)) {
        begin_row(printing, group, "without", NULL, cells);
        cells[COLUMN_NOTE] = "the only indicator: nothing is left to rank by";
        add_cells(printing, cells);
    }
    for (size_t i = 0; i < robustness_indicators(printing); i++) {
        for (size_t member = 0; group->without[i] && member < group->count; member++) {
            const struct contender *without = &group->without[i][member];
            begin_row(printing, group, "without", group->members[member], cells);
            cells[COLUMN_INDICATOR] = robustness_key(printing, i);
            set_standing(printing, without, cells);
            cells[COLUMN_NOTE] = without->reason == RANKED ? "" : "not ranked";
            add_cells(printing, cells);
        }
    }
}

static void add_machine_index(struct printing *printing, const struct asked_group *group,
                              int output, int choice, bool is_total)
{
    static const char *const outputs[] = {"rank", "score"};
    const struct sobol_index *index = &group->indices[output][choice];
    const struct sobol_estimate *estimate = is_total ? &index->total : &index->first;
    const char *cells[COLUMN_COUNT];
    begin_row(printing, group, "index",
              group->subject == ROBUSTNESS_ALL ? NULL : group->members[group->subject], cells);
    cells[COLUMN_CHOICE] = choice_keys[choice];
    cells[COLUMN_OUTPUT] = group->subject == ROBUSTNESS_ALL ? "shift" : outputs[output];
    cells[COLUMN_ORDER] = is_total ? "total" : "first";
    if (group->varied[output]) {
        cells[COLUMN_VALUE] = print_float(printing, estimate->value);
        cells[COLUMN_LOW] = print_float(printing, estimate->low);
        cells[COLUMN_HIGH] = print_float(printing, estimate->high);
    }
    cells[COLUMN_NOTE] = group->varied[output] ? "" : "never varied";
    add_cells(printing, cells);
}

static void fill_for_machines(struct printing *printing, const struct asked_group *group)
{
    int outputs = group->subject == ROBUSTNESS_ALL ? 1 : OUTPUT_COUNT;
    for (size_t i = 0; i < group->count; i++)
        if (group->members[i]->reason == RANKED)
            add_machine_ranks(printing, group, i);
    for (size_t i = 0; i < group->count; i++)
        if (group->members[i]->reason == RANKED)
            add_machine_pairs(printing, group, i);
    add_machine_without(printing, group);
    for (int output = 0; output < outputs; output++)
        for (int choice = 0; choice < CHOICE_COUNT; choice++) {
            add_machine_index(printing, group, output, choice, false);
            add_machine_index(printing, group, output, choice, true);
        }
}

struct table *robustness_rows(struct robustness_question *asked)
{
    struct printing printing = {asked, table_new()};
    for (int i = 0; i < COLUMN_COUNT; i++)
        table_add_column(printing.table, machine_columns[i].key, "", machine_columns[i].type,
                         TABLE_FOR_ALL);
    for (size_t i = 0; i < asked->group_count; i++)
        fill_for_machines(&printing, &asked->groups[i]);
    return printing.table;
}
