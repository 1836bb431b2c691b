// The product's fold gives the figures that the simulated city counted while it was invented.
#include "city.h"
#include "core/hotline.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { TICKETS = 2000, MONTHS = 14 };

// Which sum of the rollups each figure of the truth is.
static const struct {
    const char *name;
    enum ticket_cohort cohort;
    enum ticket_measure measure;
} figures[] = {
    {"received", COHORT_RECEIVED, COUNT_TICKETS},
    {"escalated", COHORT_RECEIVED, COUNT_ESCALATED},
    {"extended", COHORT_RECEIVED, COUNT_EXTENDED},
    {"received_visited", COHORT_RECEIVED, COUNT_VISITED},
    {"received_contacted", COHORT_RECEIVED, COUNT_CONTACTED},
    {"received_solved", COHORT_RECEIVED, COUNT_SOLVED},
    {"closed", COHORT_CLOSED, COUNT_TICKETS},
    {"closed_before_received", COHORT_CLOSED, COUNT_CLOSED_BEFORE_RECEIVED},
    {"within_24h", COHORT_CLOSED, COUNT_WITHIN_24H},
    {"within_72h", COHORT_CLOSED, COUNT_WITHIN_72H},
    {"within_7d", COHORT_CLOSED, COUNT_WITHIN_7D},
    {"within_30d", COHORT_CLOSED, COUNT_WITHIN_30D},
    {"handling_seconds", COHORT_CLOSED, COUNT_HANDLING_SECONDS},
    {"contact_yes", COHORT_CLOSED, COUNT_CONTACT_YES},
    {"contact_no", COHORT_CLOSED, COUNT_CONTACT_NO},
    {"reworked", COHORT_CLOSED, COUNT_REWORKED},
    {"closed_without_rework", COHORT_CLOSED, COUNT_CLOSED_WITHOUT_REWORK},
    {"unit_solved", COHORT_CLOSED, COUNT_UNIT_SOLVED},
    {"unit_explained", COHORT_CLOSED, COUNT_UNIT_EXPLAINED},
    {"due", COHORT_DUE, COUNT_TICKETS},
    {"on_time", COHORT_DUE, COUNT_ON_TIME},
    {"late", COHORT_DUE, COUNT_LATE},
    {"due_open", COHORT_DUE, COUNT_DUE_OPEN},
    {"visited", COHORT_VISITED, COUNT_VISITED},
    {"result_1", COHORT_VISITED, COUNT_RESULT_1},
    {"result_2", COHORT_VISITED, COUNT_RESULT_2},
    {"result_3", COHORT_VISITED, COUNT_RESULT_3},
    {"result_4", COHORT_VISITED, COUNT_RESULT_4},
    {"result_5", COHORT_VISITED, COUNT_RESULT_5},
    {"not_rated", COHORT_VISITED, COUNT_RESULT_NOT_RATED},
    {"double_satisfied", COHORT_VISITED, COUNT_DOUBLE_SATISFIED},
    {"second_rated", COHORT_VISITED, COUNT_SECOND_RATED},
    {"second_satisfied", COHORT_VISITED, COUNT_SECOND_SATISFIED},
};
enum { FIGURES = sizeof figures / sizeof figures[0] };

struct product {
    struct arena arena;
    struct zone *zone;
    struct area_index *areas;
    struct state states[TICKETS + 1]; // by the ticket's number
    struct rollup_sums *sums;
    struct rollup_cell **cells;
    size_t cell_count;
};

// One line of a CSV without quotes; moves on. Returns the number of cells, 0 at the end.
static size_t read_cells(char **at, struct text *cells, size_t most)
{
    size_t count = 0;
    if (!**at) {
        return 0;
    }
    for (;;) {
        size_t length = strcspn(*at, ",\n");
        cr_assert_lt(count, most);
        cells[count++] = (struct text){*at, (uint32_t)length};
        char end = (*at)[length];
        *at += length + (end != '\0');
        if (end != ',') {
            return count;
        }
    }
}

static struct area_index *read_areas(const struct simulation *simulation)
{
    char *bytes = NULL;
    size_t size;
    FILE *file = open_memstream(&bytes, &size);
    simulation_write_areas(simulation, file);
    fclose(file);
    struct area_index *index = area_index_new();
    struct error error = ERROR_INIT;
    struct text cells[9];
    char *at = bytes;
    read_cells(&at, cells, 9);
    while (read_cells(&at, cells, 9) == 9) {
        struct area area = {.code = cells[0],
                            .parent = cells[2],
                            .name_zh = cells[3],
                            .name_en = cells[4],
                            .group = cells[5],
                            .valid_from_day = DAY_MIN,
                            .valid_until_day = DAY_MAX};
        cr_assert(area_kind_parse(cells[1], &area.kind));
        cr_assert(area_index_add(index, &area, &error), "%s", error.text);
        for (struct text rest = cells[8]; rest.length;) {
            const char *bar = memchr(rest.bytes, '|', rest.length);
            uint32_t length = bar ? (uint32_t)(bar - rest.bytes) : rest.length;
            struct area_alias alias = {
                {rest.bytes, length}, area.code, area.kind, DAY_MIN, DAY_MAX};
            cr_assert(area_index_add_alias(index, &alias, &error), "%s", error.text);
            uint32_t used = length + (bar != NULL);
            rest = (struct text){rest.bytes + used, rest.length - used};
        }
    }
    cr_assert(area_index_finish(index, &error), "%s", error.text);
    free(bytes);
    return index;
}

// A copy that ends in NUL, for strtol.
static struct text keep(struct arena *arena, struct text text)
{
    return text_from(arena_string(arena, text));
}

// The event in memory of the arena: a state shares it.
static struct event *copy_event(struct arena *arena, const struct event *from)
{
    struct event *event = arena_copy(arena, from, sizeof *from);
    struct assignment *assignments =
        arena_copy(arena, event->assignments, event->assignment_count * sizeof *event->assignments);
    for (size_t i = 0; i < event->assignment_count; i++) {
        assignments[i].key = keep(arena, assignments[i].key);
        if (assignments[i].value.type == VALUE_TEXT) {
            assignments[i].value.text = keep(arena, assignments[i].value.text);
        }
    }
    event->assignments = assignments;
    event->entity = keep(arena, event->entity);
    event->version.source = keep(arena, event->version.source);
    event->version.event_id = keep(arena, event->version.event_id);
    return event;
}

static void fold(struct product *product, const struct event *sent)
{
    struct state stated, merged;
    const struct event *event = copy_event(&product->arena, sent);
    long number = strtol(event->entity.bytes + 4, NULL,
                         10); // arena_text may not end in NUL, but digits do end
    cr_assert(number >= 1 && number <= TICKETS);
    state_from_event(&product->arena, event, &stated);
    state_merge(&product->arena, &product->states[number], &stated, &merged);
    product->states[number] = merged;
}

static struct product *product_of(struct simulation *simulation)
{
    struct product *product = calloc(1, sizeof *product);
    struct error error = ERROR_INIT;
    product->zone = zone_open("Asia/Shanghai", &error);
    product->areas = read_areas(simulation);
    struct event event;
    while (simulation_next(simulation, &event)) {
        fold(product, &event);
    }
    product->sums = rollup_sums_new(&product->arena);
    struct contribution_context context = {
        .zone = product->zone, .areas = product->areas, .sensors = sensor_index_none()};
    for (int number = 1; number <= TICKETS; number++) {
        family_hotline.contribute(&(struct entity_key){0}, &product->states[number],
                                  &product->arena, &context, 1, product->sums);
    }
    product->cell_count = rollup_sums_sorted(product->sums, &product->cells);
    return product;
}

static void product_free(struct product *product)
{
    zone_close(product->zone);
    area_index_free(product->areas);
    arena_free(&product->arena);
    free(product);
}

// The sum of a measure over a cohort's cells of a district, in one month or, with `before`, up to
// its end.
static int64_t ticket_sum(const struct product *product, enum ticket_cohort cohort, int measure,
                          struct text district, int32_t month, bool before)
{
    int64_t sum = 0;
    for (size_t i = 0; i < product->cell_count; i++) {
        const struct rollup_cell *cell = product->cells[i];
        if (cell->rollup != &rollup_ticket_day || cell->dimensions[0].integer != cohort ||
            !text_equal(cell->dimensions[2].text, district)) {
            continue;
        }
        int32_t of = civil_month((int32_t)cell->dimensions[1].integer);
        if (of == month || (before && of < month)) {
            sum += cell->measures[measure];
        }
    }
    return sum;
}

static int64_t flag_sum(const struct product *product, unsigned flag, struct text district,
                        int32_t month)
{
    int64_t sum = 0;
    for (size_t i = 0; i < product->cell_count; i++) {
        const struct rollup_cell *cell = product->cells[i];
        if (cell->rollup == &rollup_ticket_day && cell->dimensions[0].integer == COHORT_RECEIVED &&
            text_equal(cell->dimensions[2].text, district) &&
            civil_month((int32_t)cell->dimensions[1].integer) == month &&
            ((unsigned)cell->dimensions[4].integer & flag)) {
            sum += cell->measures[COUNT_TICKETS];
        }
    }
    return sum;
}

static int64_t dispatch_sum(const struct product *product, int measure, struct text district,
                            int32_t month)
{
    int64_t sum = 0;
    for (size_t i = 0; i < product->cell_count; i++) {
        const struct rollup_cell *cell = product->cells[i];
        if (cell->rollup == &rollup_dispatch_day &&
            text_equal(cell->dimensions[1].text, district) &&
            civil_month((int32_t)cell->dimensions[0].integer) == month) {
            sum += cell->measures[measure];
        }
    }
    return sum;
}

// Of letters to the message board received in the month.
static int64_t letter_sum(const struct product *product, int measure, struct text district,
                          int32_t month)
{
    int64_t sum = 0;
    for (size_t i = 0; i < product->cell_count; i++) {
        const struct rollup_cell *cell = product->cells[i];
        if (cell->rollup == &rollup_ticket_month &&
            cell->dimensions[0].integer == COHORT_RECEIVED &&
            text_equal(cell->dimensions[2].text, district) &&
            civil_month((int32_t)cell->dimensions[1].integer) == month &&
            cell->dimensions[5].integer == CHANNEL_MESSAGE_BOARD) {
            sum += cell->measures[measure];
        }
    }
    return sum;
}

// What the product has for a figure of the truth file.
static int64_t product_figure(const struct product *product, struct text name, struct text district,
                              int32_t month)
{
    for (size_t i = 0; i < FIGURES; i++) {
        if (text_equal(name, text_from(figures[i].name))) {
            return ticket_sum(product, figures[i].cohort, figures[i].measure, district, month,
                              false);
        }
    }
    static const struct {
        const char *name;
        unsigned flag;
    } flags[] = {{"excluded", FLAG_EXCLUDED}, {"void", FLAG_VOID}, {"duplicate", FLAG_DUPLICATE}};
    for (size_t i = 0; i < 3; i++) {
        if (text_equal(name, text_from(flags[i].name))) {
            return flag_sum(product, flags[i].flag, district, month);
        }
    }
    static const struct {
        const char *name;
        enum dispatch_measure measure;
    } dispatches[] = {{"dispatches", COUNT_DISPATCHES},
                      {"signed_on_time", COUNT_SIGNED_ON_TIME},
                      {"returned", COUNT_RETURNED}};
    for (size_t i = 0; i < 3; i++) {
        if (text_equal(name, text_from(dispatches[i].name))) {
            return dispatch_sum(product, dispatches[i].measure, district, month);
        }
    }
    static const struct {
        const char *name;
        enum ticket_measure measure, other; // the sum of both, unless they are one
    } letters[] = {{"letters", COUNT_TICKETS, COUNT_TICKETS},
                   {"letters_closed", COUNT_CLOSED, COUNT_CLOSED},
                   {"letters_visited", COUNT_VISITED, COUNT_VISITED},
                   {"letters_satisfied", COUNT_RESULT_4, COUNT_RESULT_5},
                   {"letters_second_rated", COUNT_SECOND_RATED, COUNT_SECOND_RATED}};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        if (text_equal(name, text_from(letters[i].name))) {
            int64_t sum = letter_sum(product, letters[i].measure, district, month);
            bool both = letters[i].other != letters[i].measure;
            return both ? sum + letter_sum(product, letters[i].other, district, month) : sum;
        }
    }
    bool backlog = text_equal(name, TEXT("backlog_end"));
    cr_assert(backlog || text_equal(name, TEXT("overdue_end")), "unknown column " TEXT_FORMAT,
              TEXT_ARGUMENTS(name));
    return ticket_sum(product, backlog ? COHORT_RECEIVED : COHORT_DUE, COUNT_TICKETS, district,
                      month, true) -
           ticket_sum(product, backlog ? COHORT_BACKLOG_LEFT : COHORT_OVERDUE_LEFT, COUNT_TICKETS,
                      district, month, true);
}

// The figures of one district and month that are not in the list above.
static const char *const other_figures[] = {
    "excluded",
    "void",
    "duplicate",
    "dispatches",
    "signed_on_time",
    "returned",
    "letters",
    "letters_closed",
    "letters_visited",
    "letters_satisfied",
    "letters_second_rated",
    "backlog_end",
    "overdue_end",
};
enum { OTHER_FIGURES = sizeof other_figures / sizeof other_figures[0] };

// A line of the truth file.
struct truth_line {
    struct text area, figure;
    int32_t month;
    int64_t value;
};
enum { LINES_MAX = 10000 };

static size_t read_truth(char *bytes, struct truth_line *lines)
{
    enum { FAMILY, BY, AREA, MONTH, FIGURE, VALUE, COLUMNS };
    struct text cells[COLUMNS];
    size_t count = 0;
    cr_assert_eq(read_cells(&bytes, cells, COLUMNS), COLUMNS);
    cr_assert(text_equal(cells[VALUE], TEXT("value")));
    while (read_cells(&bytes, cells, COLUMNS) == COLUMNS) {
        cr_assert_lt(count, LINES_MAX);
        cr_assert(text_equal(cells[FAMILY], TEXT("hotline")));
        cr_assert(text_equal(cells[BY], TEXT("district")));
        if (memmem(cells[FIGURE].bytes, cells[FIGURE].length, "_escalated_", 11) ||
            memmem(cells[FIGURE].bytes, cells[FIGURE].length, "_letters_", 9)) {
            continue; // of a rollup that tests/e2e/simulated-year compares
        }
        lines[count] = (struct truth_line){.area = cells[AREA],
                                           .figure = cells[FIGURE],
                                           .value = strtoll(cells[VALUE].bytes, NULL, 10)};
        cr_assert(civil_parse_month(cells[MONTH], &lines[count++].month));
    }
    return count;
}

// The lines of one district and month: each figure of the product is one of them, or zero.
static void compare_month(const struct product *product, struct text district, int32_t month,
                          const struct truth_line *lines, size_t count)
{
    size_t met = 0;
    for (size_t i = 0; i < FIGURES + OTHER_FIGURES; i++) {
        struct text name = text_from(i < FIGURES ? figures[i].name : other_figures[i - FIGURES]);
        int64_t truth = 0;
        for (size_t k = 0; k < count; k++) {
            bool is_it = text_equal(lines[k].figure, name);
            truth = is_it ? lines[k].value : truth;
            met += is_it;
        }
        int64_t figure = product_figure(product, name, district, month);
        cr_assert_eq(
            figure, truth, TEXT_FORMAT " of " TEXT_FORMAT " in month %d: %ld instead of %ld",
            TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(district), month, (long)figure, (long)truth);
    }
    cr_assert_eq(met, count, "a figure without a name in the product");
}

Test(simulate_truth, the_fold_gives_the_figures_that_the_city_counted, .timeout = 120)
{
    static const char *const districts[] = {"440103", "440104", "440105", "440106",
                                            "440111", "440112", "440113", "440114",
                                            "440115", "440117", "440118", "unassigned"};
    struct simulation *simulation = city_of(11, TICKETS, "hotline");
    struct product *product = product_of(simulation);
    struct truth_line *lines = calloc(LINES_MAX, sizeof *lines);
    char *bytes = NULL;
    size_t size, at = 0;
    FILE *file = open_memstream(&bytes, &size);
    simulation_write_truth(simulation, file);
    fclose(file);
    size_t count = read_truth(bytes, lines);
    for (size_t d = 0; d < sizeof districts / sizeof districts[0]; d++) {
        struct text district = text_from(districts[d]);
        for (int32_t month = civil_month(civil_day(2022, 1, 1)), end = month + MONTHS; month < end;
             month++) {
            size_t from = at;
            while (at < count && text_equal(lines[at].area, district) && lines[at].month == month) {
                at++;
            }
            compare_month(product, district, month, lines + from, at - from);
        }
    }
    cr_assert_eq(at, count, "every line of the truth is met, in the order of areas and months");
    free(lines);
    free(bytes);
    product_free(product);
    simulation_free(simulation);
}
