// The simulated city: the same for the same seed, valid, untidy in sending; and the product's fold gives the figures that the
// city counted while it was invented.
#include "core/hotline.h"
#include "ingest/simulate.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <xxhash.h>

enum { TICKETS = 3000, MONTHS = 14, DISTRICTS = 12, FIGURES_MAX = 64 };

static struct simulation *city_of(uint64_t seed, uint64_t tickets, const char *districts)
{
    struct simulation_options options = {seed, 2022, tickets, districts};
    struct error error = ERROR_INIT;
    struct simulation *simulation = simulation_new(&options, &error);
    cr_assert_not_null(simulation, "%s", error.text);
    return simulation;
}

static void hash_text(XXH3_state_t *hash, struct text text)
{
    XXH3_64bits_update(hash, &text.length, sizeof text.length);
    XXH3_64bits_update(hash, text.bytes, text.length);
}

// Of everything that the events say, in their order.
static uint64_t digest_of(uint64_t seed, uint64_t tickets)
{
    struct simulation *simulation = city_of(seed, tickets, "");
    XXH3_state_t *hash = XXH3_createState();
    XXH3_64bits_reset(hash);
    struct event event;
    while (simulation_next(simulation, &event)) {
        const int64_t head[] = {event.kind, event.occurred_us, event.version.recorded_us};
        XXH3_64bits_update(hash, head, sizeof head);
        hash_text(hash, event.version.event_id);
        hash_text(hash, event.entity);
        for (size_t i = 0; i < event.assignment_count; i++) {
            const struct assignment *assignment = &event.assignments[i];
            const int64_t slot[] = {assignment->kind, assignment->field};
            XXH3_64bits_update(hash, slot, sizeof slot);
            hash_text(hash, assignment->key);
            if (assignment->value.type == VALUE_TEXT) {
                hash_text(hash, assignment->value.text);
            } else {
                XXH3_64bits_update(hash, &assignment->value.integer, sizeof(int64_t));
            }
        }
    }
    uint64_t digest = XXH3_64bits_digest(hash);
    XXH3_freeState(hash);
    simulation_free(simulation);
    return digest;
}

Test(simulate, the_same_seed_is_the_same_city_on_every_machine)
{
    cr_assert_eq(digest_of(1, 200), UINT64_C(0xdab1efd64b121d37), "0x%llx",
                 (unsigned long long)digest_of(1, 200));
    cr_assert_neq(digest_of(2, 200), digest_of(1, 200));
}

Test(simulate, every_event_is_valid_and_every_kind_happens)
{
    struct simulation *simulation = city_of(7, 20000, "");
    struct arena arena = ARENA_INIT;
    struct event event;
    size_t kinds[TICKET_PROGRESS + 1] = {0};
    int64_t previous_us = 0;
    size_t overtaken = 0;
    while (simulation_next(simulation, &event)) {
        struct violation violation = {0};
        arena_reset(&arena);
        cr_assert(event_validate(&event, &arena, &violation), "%s: %s", violation.code,
                  violation.detail);
        for (size_t i = 1; i < event.assignment_count; i++) {
            cr_assert_lt(assignment_compare(&event.assignments[i - 1], &event.assignments[i]), 0);
        }
        cr_assert_lt(event.occurred_us, simulation_complete_until_us(simulation));
        cr_assert_geq(event.version.recorded_us, event.occurred_us);
        kinds[event.kind]++;
        overtaken += event.version.recorded_us < previous_us;
        previous_us = event.version.recorded_us;
    }
    for (int kind = TICKET_RECEIVED; kind <= TICKET_VOIDED; kind++) {
        cr_assert_gt(kinds[kind], 0, "kind %d", kind);
    }
    cr_assert_gt(overtaken, 1000, "arrival does not keep the order of recording");
    cr_assert_eq(simulation_tickets(simulation), 20000);
    arena_free(&arena);
    simulation_free(simulation);
}

static int compare_words(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

Test(simulate, some_statements_are_sent_twice)
{
    struct simulation *simulation = city_of(3, TICKETS, "");
    uint64_t *ids = calloc(TICKETS * 20, sizeof *ids);
    struct event event;
    size_t count = 0, twice = 0;
    while (simulation_next(simulation, &event)) {
        ids[count++] = XXH3_64bits(event.version.event_id.bytes, event.version.event_id.length);
    }
    qsort(ids, count, sizeof *ids, compare_words);
    for (size_t i = 1; i < count; i++) {
        twice += ids[i] == ids[i - 1];
    }
    cr_assert_gt(twice, count / 200);
    cr_assert_lt(twice, count / 50);
    free(ids);
    simulation_free(simulation);
}

Test(simulate, options_that_make_no_city_are_refused)
{
    static const struct {
        struct simulation_options options;
        const char *expected;
    } cases[] = {
        {{1, 2022, 0, ""}, "tickets: 0 is not from 1 to 99999999"},
        {{1, 1900, 10, ""}, "year: 1900 is not from 1971 to 2190"},
        {{1, 2022, 10, "440113,440199"},
         "districts: \"440199\" is no district of Guangzhou; they are 440103 to 440106, 440111 to "
         "440115, 440117 and 440118"},
        {{1, 2022, 10, "440113,440113"}, "districts: 440113 is listed twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = ERROR_INIT;
        cr_assert_null(simulation_new(&cases[i].options, &error));
        cr_assert_eq(error.class, ERROR_BAD_CONFIG);
        cr_assert_str_eq(error.text, cases[i].expected);
    }
}

Test(simulate, districts_can_be_chosen)
{
    struct simulation *simulation = city_of(1, 500, "440113, 440104");
    struct event event;
    while (simulation_next(simulation, &event)) {
        for (size_t i = 0; i < event.assignment_count; i++) {
            const struct assignment *assignment = &event.assignments[i];
            if (assignment->kind == FACTS_KIND && assignment->field == TICKET_LOCATION_DISTRICT) {
                cr_assert(text_equal(assignment->value.text, TEXT("番禺区")) ||
                          text_equal(assignment->value.text, TEXT("越秀区")));
            }
        }
    }
    simulation_free(simulation);
}

Test(simulate, tickets_of_another_year_arrive_in_that_year)
{
    struct simulation_options options = {1, 2024, 2000, NULL};
    struct error error = ERROR_INIT;
    struct simulation *simulation = simulation_new(&options, &error);
    struct event event;
    int32_t from = civil_day(2024, 1, 1), until = civil_day(2025, 1, 1);
    while (simulation_next(simulation, &event)) {
        if (event.kind == TICKET_RECEIVED) {
            int32_t day = (int32_t)((event.occurred_us + 8 * US_PER_HOUR) / US_PER_DAY);
            cr_assert(day >= from && day < until);
        }
    }
    simulation_free(simulation);
}

// ---- The fold against the truth ------------------------------------------------------------------------------------------

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
    struct contribution_context context = {product->zone, product->areas, sensor_index_none()};
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

// The sum of a measure over a cohort's cells of a district, in one month or, with `before`, up to its end.
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

// What the product has for a column of the truth file.
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
    bool backlog = text_equal(name, TEXT("backlog_end"));
    cr_assert(backlog || text_equal(name, TEXT("overdue_end")), "unknown column " TEXT_FORMAT,
              TEXT_ARGUMENTS(name));
    return ticket_sum(product, backlog ? COHORT_RECEIVED : COHORT_DUE, COUNT_TICKETS, district,
                      month, true) -
           ticket_sum(product, backlog ? COHORT_BACKLOG_LEFT : COHORT_OVERDUE_LEFT, COUNT_TICKETS,
                      district, month, true);
}

Test(simulate, the_fold_gives_the_figures_that_the_city_counted, .timeout = 120)
{
    struct simulation *simulation = city_of(11, TICKETS, "");
    struct product *product = product_of(simulation);
    char *bytes = NULL;
    size_t size;
    FILE *file = open_memstream(&bytes, &size);
    simulation_write_truth(simulation, file);
    fclose(file);
    struct text names[FIGURES_MAX], cells[FIGURES_MAX];
    char *at = bytes;
    size_t columns = read_cells(&at, names, FIGURES_MAX), rows = 0, compared = 0;
    while (read_cells(&at, cells, FIGURES_MAX) == columns) {
        int32_t month;
        cr_assert(civil_parse_month(cells[1], &month));
        for (size_t i = 2; i < columns; i++) {
            int64_t truth = strtoll(cells[i].bytes, NULL, 10);
            int64_t figure = product_figure(product, names[i], cells[0], month);
            cr_assert_eq(figure, truth,
                         TEXT_FORMAT " of " TEXT_FORMAT " in " TEXT_FORMAT ": %ld instead of %ld",
                         TEXT_ARGUMENTS(names[i]), TEXT_ARGUMENTS(cells[0]),
                         TEXT_ARGUMENTS(cells[1]), (long)figure, (long)truth);
            compared++;
        }
        rows++;
    }
    cr_assert_eq(rows, DISTRICTS * MONTHS);
    cr_assert_eq(compared, DISTRICTS * MONTHS * 41);
    free(bytes);
    product_free(product);
    simulation_free(simulation);
}

Test(simulate, reference_data_are_written_as_cityops_db_reads_them)
{
    char *bytes = NULL;
    size_t size;
    FILE *file = open_memstream(&bytes, &size);
    simulation_write_sources(file);
    simulation_write_calendar(file);
    fclose(file);
    cr_assert(strstr(bytes, "source,topic\n12345.gz.example,cityops.hotline.v1\n"));
    cr_assert(strstr(bytes, "day,working,name\n2022-01-03,no,元旦\n"),
              "1 January 2022 is a Saturday");
    cr_assert(strstr(bytes, "2022-10-08,yes,国庆节调休\n"));
    free(bytes);
}
