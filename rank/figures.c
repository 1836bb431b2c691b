// `cityops-rank figures`: every count of every cohort by month and district, without any rule: what cross-checks read.
//
// One row per (month, district, cohort), zeros too, and of families that tell kinds apart (level, theme, type) per kind;
// "dispatched" counts dispatches, "re-checked" re-checks. Beside the counts: quantiles of times (of hotline's p50 the mean of
// the middle two; all others by nearest rank), and for cohorts that make stocks what was open (backlog, overdue) at the start
// and the end of the month.
#include "rank/commands.h"
#include "rank/facts.h"
#include "rank/language.h"
#include "rank/measure_words.h"
#include "rank/profile.h"
#include "rank/snapshot.h"

#include "common/table.h"
#include "core/hotline.h"
#include "core/incident.h"
#include "sql/as_of.h"

#include <inttypes.h>
#include <string.h>

enum { HOUR_DIGITS = 8 };

const struct config_key figures_keys[] = {
    CONFIG_KEYS_DATABASE,
    CONFIG_KEYS_PERIOD("1"),
    {.name = "family",
     .type = CONFIG_CHOICE,
     .argument = "FAMILY",
     .default_value = "hotline",
     .choices = "hotline|hotline-subsets|incident|traffic|inspection|activity",
     .meaning = "Whose counts"},
    {.name = "profile",
     .letter = 'p',
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "Count under this profile's caliber and months; default: all orders, civil months"},
    CONFIG_KEY_FORMAT,
    CONFIG_KEY_AS_OF,
    CONFIG_KEY_LANGUAGE,
    {0},
};

// A column with an order statistic of the rows of some cohorts.
struct quantile_column {
    const char *key;
    enum observed observed;
    unsigned cohorts; // bit set
    int tenths;
    bool midpoint;
};

#define TICKETS_HANDLED (1U << COHORT_RECEIVED | 1U << COHORT_CLOSED)
static const struct quantile_column hotline_quantiles[] = {
    {"p50_hours", OBSERVED_HANDLING, TICKETS_HANDLED, 5, true},
    {"p50_nearest_hours", OBSERVED_HANDLING, TICKETS_HANDLED, 5, false},
    {"p90_hours", OBSERVED_HANDLING, TICKETS_HANDLED, 9, false},
};
static const struct quantile_column incident_quantiles[] = {
    {"arrival_p90_hours", OBSERVED_ARRIVAL, 1U << INCIDENT_COHORT_KNOWN, 9, false},
    {"clearance_p50_hours", OBSERVED_CLEARANCE, 1U << INCIDENT_COHORT_CLOSED, 5, false},
    {"clearance_p90_hours", OBSERVED_CLEARANCE, 1U << INCIDENT_COHORT_CLOSED, 9, false},
    {"reopening_p90_hours", OBSERVED_REOPENING, 1U << INCIDENT_COHORT_REOPENED, 9, false},
};

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])
enum { LAYOUT_SOURCES = 2, QUANTILES_MAX = 4 };

// What the figures of a family show: a row for each cohort of its sources and each of their kinds, a column for each of
// their measures.
static const struct layout {
    const char *family;
    enum count_source sources[LAYOUT_SOURCES];
    size_t source_count;
    const struct quantile_column *quantiles;
    size_t quantile_count;
} layouts[] = {
    {"hotline",
     {COUNTED_TICKETS, COUNTED_DISPATCHES},
     2,
     hotline_quantiles,
     LENGTH_OF(hotline_quantiles)},
    {"hotline-subsets", {COUNTED_TICKET_SUBSETS}, 1, NULL, 0},
    {"incident", {COUNTED_INCIDENTS}, 1, incident_quantiles, LENGTH_OF(incident_quantiles)},
    {"traffic", {COUNTED_TRAFFIC}, 1, NULL, 0},
    {"inspection", {COUNTED_PROBLEMS, COUNTED_RECHECKS}, 2, NULL, 0},
    {"activity", {COUNTED_ACTIVITIES}, 1, NULL, 0},
};

struct figures {
    struct arena *arena; // of one month
    struct snapshot *snapshot;
    const struct layout *layout;
    struct caliber caliber;
    enum language language;
    struct table *table;
    const struct period *period;
    struct subjects subjects;
    struct observations observations[QUANTILES_MAX][COUNT_COHORTS_MAX];
};

// What one row is of.
struct row {
    size_t subject; // position
    const struct count_source_definition *definition;
    enum count_source source;
    uint8_t cohort, kind;
};

static const struct count_source_definition *layout_source(const struct layout *layout, size_t i)
{
    return &count_sources[layout->sources[i]];
}

// A layout's sources have the same kinds, or none.
static const struct count_source_definition *first_source(const struct figures *figures)
{
    return layout_source(figures->layout, 0);
}

static bool has_stocks(const struct count_source_definition *source)
{
    for (size_t i = 0; i < COUNT_COHORTS_MAX; i++)
        if (source->left_by[i])
            return true;
    return false;
}

static const char *print_integer(const struct figures *figures, int64_t value)
{
    return arena_printf(figures->arena, "%" PRId64, value);
}

static int64_t sum_measure(const struct figures *figures, const struct row *row,
                           enum count_range range, int cohort, size_t measure)
{
    int64_t sum = 0;
    const struct counts *counts = &figures->subjects.list[row->subject].counts;
    for (size_t i = 0; i < counts->cell_count; i++) {
        const struct count_cell *cell = &counts->cells[i];
        if (cell->source == row->source && cell->range == range && cell->cohort == cohort &&
            (!row->definition->kinds || cell->kind == row->kind) &&
            caliber_takes(&figures->caliber, row->source, cell->nature, (unsigned)cell->flags))
            sum = rollup_add(sum, cell->measures[measure]);
    }
    return sum;
}

// The columns of every source of the layout: empty in the rows of another.
static void add_counts(const struct figures *figures, const struct row *row)
{
    for (size_t i = 0; i < figures->layout->source_count; i++) {
        const struct count_source_definition *source = layout_source(figures->layout, i);
        for (size_t measure = 0; measure < source->rollup->measure_count; measure++)
            table_add_cell(figures->table,
                           source == row->definition
                               ? print_integer(figures, sum_measure(figures, row, RANGE_PERIOD,
                                                                    row->cohort, measure))
                               : NULL);
    }
}

// What entered before minus what left before.
static void add_stock(const struct figures *figures, const struct row *row, enum count_range range)
{
    int left = row->definition->left_by[row->cohort];
    table_add_cell(figures->table,
                   left ? print_integer(figures, sum_measure(figures, row, range, row->cohort, 0) -
                                                     sum_measure(figures, row, range, left, 0))
                        : NULL);
}

static void add_quantile(const struct figures *figures, const struct row *row, size_t position)
{
    const struct quantile_column *column = &figures->layout->quantiles[position];
    struct arena *arena = figures->arena;
    bool *member = arena_array(arena, bool, figures->subjects.count);
    struct observation *sorted = NULL;
    size_t count = 0;
    member[row->subject] = true;
    if (column->cohorts >> row->cohort & 1 && row->source == figures->layout->sources[0])
        count =
            observations_sorted(arena, &figures->observations[position][row->cohort],
                                &(struct observation_filter){
                                    .member = member,
                                    .caliber = figures->caliber,
                                    .kinds = row->definition->kinds ? UINT64_C(1) << row->kind : 0,
                                },
                                &sorted);
    const struct indicator_settings settings = {
        .quantile = rational_fraction(arena, column->tenths, 10),
        .midpoint = column->midpoint,
    };
    struct measured measured;
    indicator_order_statistic(arena, &settings, sorted, count, &measured);
    struct rational hours =
        rational_multiply(arena, measured.value, indicator_print_factor(arena, UNIT_DURATION));
    table_add_cell(figures->table,
                   measured.known ? rational_print(arena, hours, HOUR_DIGITS) : NULL);
}

// For machines as it is, for people in their language.
static void add_word(const struct figures *figures, const char *word)
{
    table_add_cell(figures->table, word);
    table_add_cell(figures->table, language_word(figures->language, word));
}

static void add_row(const struct figures *figures, const struct row *row)
{
    const struct subject *subject = &figures->subjects.list[row->subject];
    struct text name = subject->area ? language_pick_text(figures->language, subject->area->name_en,
                                                          subject->area->name_zh)
                                     : (struct text){"", 0};
    table_add_row(figures->table);
    table_add_cell(figures->table, figures->period->name);
    table_add_cell(figures->table, arena_string(figures->arena, subject->code));
    table_add_cell(figures->table, arena_string(figures->arena, name));
    add_word(figures, row->definition->cohorts[row->cohort]);
    if (row->definition->kinds)
        add_word(figures, row->definition->kinds[row->kind]);
    add_counts(figures, row);
    for (size_t i = 0; i < figures->layout->quantile_count; i++)
        add_quantile(figures, row, i);
    if (has_stocks(first_source(figures))) {
        add_stock(figures, row, RANGE_BEFORE_FROM);
        add_stock(figures, row, RANGE_BEFORE_UNTIL);
    }
}

static void add_source_rows(const struct figures *figures, size_t subject, enum count_source source)
{
    struct row row = {.subject = subject, .definition = &count_sources[source], .source = source};
    for (row.cohort = 0; row.cohort < row.definition->milestones; row.cohort++) {
        if (!row.definition->cohorts[row.cohort])
            continue;
        row.kind = 0;
        do
            if (!row.definition->kinds || row.definition->kinds[row.kind])
                add_row(figures, &row);
        while (++row.kind < row.definition->kind_count);
    }
}

static bool read_month(struct figures *figures, struct error *error)
{
    const struct layout *layout = figures->layout;
    struct count_needs needs = {0};
    for (size_t i = 0; i < layout->source_count; i++)
        needs.ranges[layout->sources[i]] =
            has_stocks(layout_source(layout, i))
                ? 1U << RANGE_PERIOD | 1U << RANGE_BEFORE_FROM | 1U << RANGE_BEFORE_UNTIL
                : 1U << RANGE_PERIOD;
    if (!snapshot_read_districts(figures->snapshot, figures->arena, figures->period, &needs,
                                 &figures->subjects, error))
        return false;
    for (size_t i = 0; i < layout->quantile_count; i++)
        for (uint8_t cohort = 0; cohort < COUNT_COHORTS_MAX; cohort++) {
            struct observations *observations = &figures->observations[i][cohort];
            const struct quantile_column *column = &layout->quantiles[i];
            *observations = (struct observations){.observed = column->observed, .cohort = cohort};
            if (!(column->cohorts >> cohort & 1))
                continue;
            if (i && column->observed == column[-1].observed) // has been read
                *observations = figures->observations[i - 1][cohort];
            else if (!snapshot_read_observations(figures->snapshot, figures->arena, figures->period,
                                                 &figures->subjects, observations, error))
                return false;
        }
    return true;
}

static bool add_month(struct figures *figures, struct error *error)
{
    if (!read_month(figures, error))
        return false;
    for (size_t subject = 0; subject < figures->subjects.count; subject++)
        for (size_t i = 0; i < figures->layout->source_count; i++)
            add_source_rows(figures, subject, figures->layout->sources[i]);
    return true;
}

static void add_number_column(const struct figures *figures, const char *key)
{
    table_add_column(figures->table, key,
                     measure_heading(figures->language, first_source(figures)->rollup->family, key),
                     TABLE_NUMBER, TABLE_FOR_ALL);
}

static void add_word_column(const struct figures *figures, const char *key, const char *title)
{
    table_add_column(figures->table, key, title, TABLE_WORDS, TABLE_FOR_MACHINES);
    table_add_column(figures->table, key, title, TABLE_WORDS, TABLE_FOR_PEOPLE);
}

static void add_head(const struct figures *figures)
{
    static const struct {
        const char *key, *en, *zh;
    } columns[] = {
        {"month", "month", "月份"}, {"district", "code", "代码"}, {"name", "district", "区"}};
    for (size_t i = 0; i < LENGTH_OF(columns); i++)
        table_add_column(figures->table, columns[i].key,
                         language_pick(figures->language, columns[i].en, columns[i].zh),
                         TABLE_WORDS, TABLE_FOR_ALL);
    add_word_column(figures, "cohort", language_pick(figures->language, "cohort", "归期"));
    const char *kind = first_source(figures)->kind_title;
    if (kind)
        add_word_column(figures, kind, language_word(figures->language, kind));
    for (size_t i = 0; i < figures->layout->source_count; i++) {
        const struct rollup *rollup = layout_source(figures->layout, i)->rollup;
        for (size_t measure = 0; measure < rollup->measure_count; measure++)
            add_number_column(figures, rollup->measures[measure].name);
    }
    for (size_t i = 0; i < figures->layout->quantile_count; i++)
        add_number_column(figures, figures->layout->quantiles[i].key);
    if (has_stocks(first_source(figures))) {
        add_number_column(figures, "stock_start");
        add_number_column(figures, "stock_end");
    }
}

static bool print_figures(const struct config *config, struct figures *figures,
                          struct arena *whole_arena, struct error *error)
{
    struct month_rule rule = CIVIL_MONTHS;
    while (strcmp(figures->layout->family, config_text(config, "family")) != 0)
        figures->layout++;
    figures->caliber =
        (struct caliber){UINT32_MAX, CALIBER_INCLUDE, CALIBER_INCLUDE, CALIBER_INCLUDE};
    if (config_text(config, "profile")) {
        struct profile profile;
        if (!profile_load(whole_arena, config_text(config, "profile"), &profile, error))
            return false;
        figures->caliber = profile.caliber;
        rule = profile.months;
        if (rule.from_hours || rule.until_hours)
            return error_set(error, ERROR_BAD_CONFIG,
                             "%s: figures are counted in whole days; the profile's window begins "
                             "or ends at noon",
                             profile.path);
    }
    struct period whole;
    if (!period_of_options(whole_arena, config, &rule, &whole, error) ||
        !snapshot_open(config, figures->snapshot, error))
        return false;
    add_head(figures);
    for (int32_t i = 0; i < whole.month_count; i++) {
        struct arena arena = ARENA_INIT;
        struct period month = period_month(&arena, &whole, i);
        figures->arena = &arena;
        figures->period = &month;
        bool ok = add_month(figures, error);
        arena_free(&arena);
        if (!ok)
            return false;
    }
    enum table_format format = TABLE_TEXT;
    table_format_parse(config_text(config, "format"), &format);
    return facts_add_versions(figures->table, figures->language, figures->snapshot, whole_arena,
                              &whole, error) &&
           table_print(figures->table, format, false, stdout, error);
}

enum exit_status figures_run(const struct config *config, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct snapshot snapshot = {0};
    struct figures figures = {
        .snapshot = &snapshot,
        .layout = layouts,
        .language = language_choose(config),
        .table = table_new(),
    };
    bool ok = print_figures(config, &figures, &arena, error);
    table_free(figures.table);
    snapshot_close(&snapshot);
    arena_free(&arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
