// `cityops-rank figures`: every count of every cohort by month and district, without any rule: what cross-checks read.
//
// One row per (month, district, cohort), zeros too; "dispatched" counts dispatches. Beside the counts: quantiles of handling
// times (p50: mean of the middle two; the others by nearest rank), and for the cohorts received and due what was open
// (backlog, overdue) at the start and the end of the month.
#include "rank/commands.h"
#include "rank/language.h"
#include "rank/profile.h"
#include "rank/snapshot.h"

#include "common/table.h"

#include <inttypes.h>

enum { HOUR_DIGITS = 8 };

const struct config_key figures_keys[] = {
    CONFIG_KEYS_DATABASE,
    {.name = "month",
     .letter = 'm',
     .type = CONFIG_TEXT,
     .argument = "YYYY-MM",
     .meaning = "The first month"},
    {.name = "months",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "1",
     .minimum = 1,
     .maximum = 120,
     .meaning = "So many months from --month on, each by itself"},
    {.name = "year",
     .type = CONFIG_TEXT,
     .argument = "YYYY",
     .meaning = "A year's twelve months, each by itself"},
    {.name = "profile",
     .letter = 'p',
     .type = CONFIG_TEXT,
     .argument = "FILE",
     .meaning = "Count under this profile's caliber and months; default: all orders, civil months"},
    {.name = "format",
     .letter = 'f',
     .type = CONFIG_CHOICE,
     .argument = "FORMAT",
     .default_value = "table",
     .choices = TABLE_FORMATS,
     .meaning = "How to print it"},
    CONFIG_KEY_LANGUAGE,
    {0},
};

struct figures {
    struct arena *arena; // of one month
    struct snapshot *snapshot;
    struct caliber caliber;
    enum language language;
    struct table *table;
    const struct period *period;
    const struct subject *subject;
};

enum { COHORT_DISPATCHED = 0 }; // the cohort of dispatches: the day of dispatch

// The quantile columns, of the cohorts received and closed.
static const struct {
    const char *key;
    int tenths;
    bool midpoint;
} quantiles[] = {{"p50_hours", 5, true}, {"p50_nearest_hours", 5, false}, {"p90_hours", 9, false}};

enum { QUANTILE_COUNT = sizeof quantiles / sizeof *quantiles };

static const char *print_integer(const struct figures *figures, int64_t value)
{
    return arena_printf(figures->arena, "%" PRId64, value);
}

static int64_t sum_measure(const struct figures *figures, enum count_range range, int cohort,
                           size_t measure)
{
    int64_t sum = 0;
    const struct counts *counts = &figures->subject->counts;
    enum count_source source = cohort == COHORT_DISPATCHED ? COUNTED_DISPATCHES : COUNTED_TICKETS;
    for (size_t i = 0; i < counts->cell_count; i++) {
        const struct count_cell *cell = &counts->cells[i];
        if (cell->source == source && cell->range == range && cell->cohort == cohort &&
            caliber_takes(&figures->caliber, cell->nature, (unsigned)cell->flags))
            sum = rollup_add(sum, cell->measures[measure]);
    }
    return sum;
}

static void add_counts(const struct figures *figures, const struct rollup *rollup, bool counted,
                       int cohort)
{
    for (size_t i = 0; i < rollup->measure_count; i++)
        table_add_cell(
            figures->table,
            counted ? print_integer(figures, sum_measure(figures, RANGE_PERIOD, cohort, i)) : NULL);
}

// What entered before minus what left before.
static void add_stock(const struct figures *figures, enum count_range range, int cohort)
{
    int left = cohort == COHORT_RECEIVED ? COHORT_BACKLOG_LEFT
               : cohort == COHORT_DUE    ? COHORT_OVERDUE_LEFT
                                         : 0;
    table_add_cell(
        figures->table,
        left ? print_integer(figures, sum_measure(figures, range, cohort, COUNT_TICKETS) -
                                          sum_measure(figures, range, left, COUNT_TICKETS))
             : NULL);
}

static void add_quantile(const struct figures *figures, size_t position, const int64_t *durations,
                         size_t count)
{
    const struct indicator_settings settings = {
        .quantile = rational_fraction(figures->arena, quantiles[position].tenths, 10),
        .midpoint = quantiles[position].midpoint,
    };
    struct measured measured;
    indicator_order_statistic(figures->arena, &settings, durations, count, &measured);
    struct rational hours = rational_multiply(
        figures->arena, measured.value, indicator_print_factor(figures->arena, UNIT_DURATION));
    table_add_cell(figures->table,
                   measured.known ? rational_print(figures->arena, hours, HOUR_DIGITS) : NULL);
}

static void add_row(const struct figures *figures, int cohort, const int64_t *durations,
                    size_t count)
{
    const struct area *area = figures->subject->area;
    struct text name = area ? language_pick_text(figures->language, area->name_en, area->name_zh)
                            : (struct text){"", 0};
    table_add_row(figures->table);
    table_add_cell(figures->table, figures->period->name);
    table_add_cell(figures->table, arena_string(figures->arena, figures->subject->code));
    table_add_cell(figures->table, arena_string(figures->arena, name));
    table_add_cell(figures->table, cohort == COHORT_DISPATCHED
                                       ? "dispatched"
                                       : cohort_name((enum ticket_cohort)cohort));
    add_counts(figures, &rollup_ticket_day, cohort != COHORT_DISPATCHED, cohort);
    add_counts(figures, &rollup_dispatch_day, cohort == COHORT_DISPATCHED, cohort);
    for (size_t i = 0; i < QUANTILE_COUNT; i++)
        add_quantile(figures, i, durations, count);
    add_stock(figures, RANGE_BEFORE_FROM, cohort);
    add_stock(figures, RANGE_BEFORE_UNTIL, cohort);
}

static void add_subject(struct figures *figures, const struct subjects *subjects, size_t position,
                        const struct duration_groups durations[COHORT_CLOSED + 1])
{
    figures->subject = &subjects->list[position];
    bool *member = arena_array(figures->arena, bool, subjects->count);
    member[position] = true;
    for (int cohort = COHORT_RECEIVED; cohort <= COHORT_VISITED; cohort++) {
        int64_t *sorted = NULL;
        size_t count = 0;
        if (cohort <= COHORT_CLOSED)
            count = durations_sorted(figures->arena, &durations[cohort], member, &figures->caliber,
                                     &sorted);
        add_row(figures, cohort, sorted, count);
    }
    add_row(figures, COHORT_DISPATCHED, NULL, 0);
}

static bool add_month(struct figures *figures, struct error *error)
{
    struct subjects subjects;
    struct duration_groups durations[COHORT_CLOSED + 1];
    struct snapshot *snapshot = figures->snapshot;
    if (!snapshot_read_districts(snapshot, figures->arena, figures->period, &subjects, error))
        return false;
    for (uint8_t cohort = COHORT_RECEIVED; cohort <= COHORT_CLOSED; cohort++)
        if (!snapshot_read_durations(snapshot, figures->arena, figures->period, cohort, &subjects,
                                     &durations[cohort], error))
            return false;
    for (size_t i = 0; i < subjects.count; i++)
        add_subject(figures, &subjects, i, durations);
    return true;
}

static void add_number_column(const struct figures *figures, const char *key)
{
    table_add_column(figures->table, key, key, TABLE_NUMBER, TABLE_FOR_ALL);
}

static void add_head(const struct figures *figures)
{
    static const struct {
        const char *key, *en, *zh;
    } columns[] = {{"month", "month", "月份"},
                   {"district", "code", "代码"},
                   {"name", "district", "区"},
                   {"cohort", "cohort", "归期"}};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        table_add_column(figures->table, columns[i].key,
                         language_pick(figures->language, columns[i].en, columns[i].zh),
                         TABLE_WORDS, TABLE_FOR_ALL);
    for (size_t i = 0; i < rollup_ticket_day.measure_count; i++)
        add_number_column(figures, rollup_ticket_day.measures[i].name);
    for (size_t i = 0; i < rollup_dispatch_day.measure_count; i++)
        add_number_column(figures, rollup_dispatch_day.measures[i].name);
    for (size_t i = 0; i < QUANTILE_COUNT; i++)
        add_number_column(figures, quantiles[i].key);
    add_number_column(figures, "stock_start");
    add_number_column(figures, "stock_end");
}

// What the figures depend on, once for the whole period.
static bool add_versions(const struct figures *figures, struct arena *arena,
                         const struct period *whole, struct error *error)
{
    const struct generation *generation = &figures->snapshot->generation;
    struct cut_off cut_off;
    if (!snapshot_read_cut_off(figures->snapshot, arena, period_until_us(whole, generation->zone),
                               &cut_off, error))
        return false;
    struct table *table = figures->table;
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

static bool print_figures(const struct config *config, struct figures *figures,
                          struct arena *whole_arena, struct error *error)
{
    int first_day = 1;
    figures->caliber =
        (struct caliber){UINT32_MAX, CALIBER_INCLUDE, CALIBER_INCLUDE, CALIBER_INCLUDE};
    if (config_text(config, "profile")) {
        struct profile profile;
        if (!profile_load(whole_arena, config_text(config, "profile"), &profile, error))
            return false;
        figures->caliber = profile.caliber;
        first_day = profile.first_day_of_month;
    }
    struct period whole;
    if (!period_read(whole_arena, config_text(config, "month"), config_integer(config, "months"),
                     config_text(config, "year"), first_day, &whole, error) ||
        !snapshot_open(config, figures->snapshot, error))
        return false;
    add_head(figures);
    for (int32_t i = 0; i < whole.month_count; i++) {
        struct arena arena = ARENA_INIT;
        struct period month = period_month(&arena, &whole, i, first_day);
        figures->arena = &arena;
        figures->period = &month;
        bool ok = add_month(figures, error);
        arena_free(&arena);
        if (!ok)
            return false;
    }
    enum table_format format = TABLE_TEXT;
    table_format_parse(config_text(config, "format"), &format);
    return add_versions(figures, whole_arena, &whole, error) &&
           table_print(figures->table, format, false, stdout, error);
}

enum exit_status figures_run(const struct config *config, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct snapshot snapshot = {0};
    struct figures figures = {
        .snapshot = &snapshot, .language = language_choose(config), .table = table_new()};
    bool ok = print_figures(config, &figures, &arena, error);
    table_free(figures.table);
    snapshot_close(&snapshot);
    arena_free(&arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
