// The fold of one batch: outcomes, and what an entity with very many records costs.
#include "aggregate/batch.h"
#include "core/hotline.h"
#include "core/traffic.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define START_US INT64_C(1425168000000000) // 2015-03-01

static struct batch batch;
static struct fold fold;
static struct arena arena;
static struct zone *zone;
static struct area_index *areas;
static struct contribution_context context;

static void open_fold(void)
{
    struct error error = ERROR_INIT;
    batch_init(&batch);
    fold_init(&fold);
    zone = zone_open("Asia/Shanghai", &error);
    cr_assert(zone, "%s", error.text);
    areas = area_index_new();
    cr_assert(area_index_finish(areas, &error), "%s", error.text);
    context =
        (struct contribution_context){.zone = zone, .areas = areas, .sensors = sensor_index_none()};
}

static void close_fold(void)
{
    batch_free(&batch);
    fold_free(&fold);
    arena_free(&arena);
    area_index_free(areas);
    zone_close(zone);
}

TestSuite(fold, .init = open_fold, .fini = close_fold);

// A statement of one closing and of the ticket's district.
static struct text encode_closing(const char *ticket, int recorded_s, int closing)
{
    char id[24], key[16];
    snprintf(id, sizeof id, "e%d-%d", recorded_s, closing);
    snprintf(key, sizeof key, "#%d", closing);
    struct assignment assignments[] = {
        {.field = TICKET_DISTRICT, .value = value_text(TEXT("440103"))},
        {.kind = TICKET_CLOSING,
         .key = text_from(key),
         .field = FIELD_STATED,
         .value = value_integer(1)},
        {.kind = TICKET_CLOSING,
         .key = text_from(key),
         .field = OCCURRENCE_AT_US,
         .value = value_integer(START_US + recorded_s * INT64_C(1000000))},
    };
    struct event event = {
        .family = FAMILY_HOTLINE,
        .kind = TICKET_CLOSED,
        .authority = TEXT("gz"),
        .entity = text_from(ticket),
        .occurred_us = START_US,
        .recorded_stated = true,
        .version = {.recorded_us = START_US + recorded_s * INT64_C(1000000),
                    .source = TEXT("a"),
                    .event_id = text_from(id)},
        .assignments = assignments,
        .assignment_count = sizeof assignments / sizeof *assignments,
    };
    struct buffer bytes = BUFFER_INIT;
    struct error error = ERROR_INIT;
    cr_assert(codec_encode(&arena, &event, &bytes, &error), "%s", error.text);
    struct text value = arena_text(&arena, (struct text){bytes.bytes, (uint32_t)bytes.length});
    buffer_free(&bytes);
    return value;
}

static void add_closing_of(const char *ticket, int recorded_s, int closing)
{
    struct record record = {.offset = (int64_t)batch.count,
                            .appended_us = -1,
                            .value = encode_closing(ticket, recorded_s, closing),
                            .has_value = true};
    batch_add(&batch, &record, FAMILY_HOTLINE);
    batch_decode(&batch);
    cr_assert(batch.quarantined == 0, "%s", batch.records[batch.count - 1].detail.bytes);
}

static void add_closing(int recorded_s, int closing)
{
    add_closing_of("T1", recorded_s, closing);
}

static void merge(void)
{
    struct error error = ERROR_INIT;
    fold_begin(&fold, &batch, &context);
    cr_assert(fold_merge(&fold, &batch, &context, fold.entity_count, &error), "%s", error.text);
}

Test(fold, counts_a_statement_as_applied_when_it_stands_in_the_new_state)
{
    add_closing(1, 1);
    add_closing(3, 1); // supersedes it
    add_closing(2, 2);
    add_closing(2, 2); // the same again
    merge();
    cr_assert(fold.write_count == 1);
    cr_expect(batch.records[0].outcome == OUTCOME_UNCHANGED);
    cr_expect(batch.records[1].outcome == OUTCOME_APPLIED);
    cr_expect(batch.records[2].outcome == OUTCOME_APPLIED);
    cr_expect(batch.records[3].outcome == OUTCOME_UNCHANGED);
}

Test(fold, finds_everything_unchanged_that_the_stored_state_has_already)
{
    add_closing(1, 1);
    add_closing(2, 2);
    merge();
    cr_assert(fold.write_count == 1);
    struct text bytes = arena_text(&arena, fold.writes[0].bytes);
    fold_begin(&fold, &batch, &context);
    fold.stored[0] = (struct stored_state){bytes, 1};
    struct error error = ERROR_INIT;
    cr_assert(fold_merge(&fold, &batch, &context, fold.entity_count, &error), "%s", error.text);
    cr_expect(fold.write_count == 0);
    cr_expect(batch.records[0].outcome == OUTCOME_UNCHANGED);
    cr_expect(batch.records[1].outcome == OUTCOME_UNCHANGED);
}

// The bytes that it takes to fold a batch of `count` records of one entity, each with an occurrence of its own.
static size_t fold_bytes(int count)
{
    batch_clear(&batch);
    fold_free(&fold);
    for (int i = 0; i < count; i++)
        add_closing(i, i);
    merge();
    cr_expect(batch.records[0].outcome == OUTCOME_APPLIED);
    return arena_held_bytes(&fold.arena);
}

Test(fold, takes_little_more_than_twice_as_much_for_an_entity_with_twice_as_many_records)
{
    size_t half = fold_bytes(10000), whole = fold_bytes(20000);
    cr_expect(whole < 3 * half, "10,000 records take %zu bytes, 20,000 take %zu", half, whole);
}

// A reading of 15 minutes.
static void add_reading(void)
{
    const struct reading reading = {.from_us = START_US,
                                    .length_s = 900,
                                    .vehicles = 3,
                                    .speed_mm_per_s = READING_NOT_MEASURED,
                                    .occupancy_permille = READING_NOT_MEASURED,
                                    .queue_m = READING_NOT_MEASURED};
    const struct event event = {
        .family = FAMILY_TRAFFIC,
        .kind = TRAFFIC_READINGS,
        .authority = TEXT("roads"),
        .entity = TEXT("0970"),
        .occurred_us = START_US,
        .version = {.recorded_us = START_US, .source = TEXT("roads"), .event_id = TEXT("r1")},
        .readings = &reading,
        .reading_count = 1};
    struct buffer bytes = BUFFER_INIT;
    struct error error = ERROR_INIT;
    cr_assert(codec_encode(&arena, &event, &bytes, &error), "%s", error.text);
    struct record record = {
        .offset = (int64_t)batch.count,
        .appended_us = -1,
        .value = arena_text(&arena, (struct text){bytes.bytes, (uint32_t)bytes.length}),
        .has_value = true};
    buffer_free(&bytes);
    batch_add(&batch, &record, FAMILY_TRAFFIC);
    batch_decode(&batch);
    cr_assert(batch.quarantined == 0, "%s", batch.records[batch.count - 1].detail.bytes);
}

Test(fold, judges_a_reading_anew_when_the_sensors_are_others_at_the_next_attempt)
{
    struct error error = ERROR_INIT;
    const struct sensor sensor = {
        .authority = TEXT("roads"), .code = TEXT("0970"), .window_s = SENSOR_WINDOW_SHORT_S};
    struct sensor_index *sensors = sensor_index_new(&sensor, 1, NULL, &error);
    cr_assert(sensors, "%s", error.text);
    add_reading();
    context.sensors = sensors;
    merge();
    cr_expect(batch.records[0].outcome == OUTCOME_QUARANTINED);
    cr_expect_eq(batch.quarantined, 1u);
    context.sensors = sensor_index_none(); // the generation changed before this could be committed
    merge();
    cr_expect(batch.records[0].outcome == OUTCOME_APPLIED);
    cr_expect_eq(batch.quarantined, 0u);
    context.sensors = sensors; // and back; this time its partition is taken away
    merge();
    cr_expect_eq(batch.quarantined, 1u);
    batch_drop(&batch, 0);
    merge();
    cr_expect_eq(batch.quarantined, 0u);
    cr_expect_eq(fold.write_count, 0u);
    sensor_index_free(sensors);
}

enum { MANY = 6000, FEW = 500 };

// Folds tickets [from, until), three records each, and appends what is to be written, then the sums.
static void fold_tickets(int from, int until, struct buffer *written, struct rollup_sums *sums)
{
    batch_clear(&batch);
    arena_reset(&arena);
    for (int pass = 0; pass < 3; pass++)
        for (int i = from; i < until; i++) {
            char ticket[24];
            snprintf(ticket, sizeof ticket, "T%06d", i);
            add_closing_of(ticket, i + pass, pass % 2);
        }
    merge();
    for (size_t i = 0; i < fold.write_count; i++) {
        buffer_printf(written, TEXT_FORMAT " ", TEXT_ARGUMENTS(fold.writes[i].key.entity));
        buffer_append_text(written, fold.writes[i].bytes);
    }
    struct rollup_cell **cells;
    size_t count = rollup_sums_sorted(fold_sums(&fold), &cells);
    for (size_t i = 0; i < count; i++) {
        struct rollup_cell *cell = rollup_sums_cell(sums, cells[i]->rollup, cells[i]->dimensions);
        for (unsigned m = 0; m < cell->rollup->measure_count; m++)
            cell->measures[m] += cells[i]->measures[m];
    }
}

Test(fold, gives_the_same_whatever_number_of_threads_shares_the_entities)
{
    struct buffer at_once = BUFFER_INIT, in_turn = BUFFER_INIT;
    struct arena kept = ARENA_INIT;
    struct rollup_sums *sums_at_once = rollup_sums_new(&kept),
                       *sums_in_turn = rollup_sums_new(&kept);
    cr_assert_eq(shares_for(FEW), 1, "a small batch takes one thread on any machine");
    fold_tickets(0, MANY, &at_once, sums_at_once);
    cr_expect_eq(batch.decoded_count, 3u * MANY);
    for (int from = 0; from < MANY; from += FEW)
        fold_tickets(from, from + FEW, &in_turn, sums_in_turn);
    cr_assert_eq(at_once.length, in_turn.length);
    cr_assert_eq(memcmp(at_once.bytes, in_turn.bytes, at_once.length), 0);
    struct rollup_cell **a, **b;
    size_t count = rollup_sums_sorted(sums_at_once, &a);
    cr_assert_eq(rollup_sums_sorted(sums_in_turn, &b), count);
    cr_assert_gt(count, 0u);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(memcmp(a[i]->measures, b[i]->measures,
                            a[i]->rollup->measure_count * sizeof *a[i]->measures),
                     0);
    buffer_free(&at_once);
    buffer_free(&in_turn);
    arena_free(&kept);
}

static size_t ran[SHARES_MOST];

static void note_share(void *share)
{
    ++**(size_t **)share;
}

Test(shares, each_share_is_run_once)
{
    size_t *shares[SHARES_MOST];
    for (size_t i = 0; i < SHARES_MOST; i++)
        shares[i] = &ran[i];
    shares_run(shares, sizeof *shares, SHARES_MOST, note_share);
    for (size_t i = 0; i < SHARES_MOST; i++)
        cr_expect_eq(ran[i], 1u);
    cr_expect_geq(shares_for(0), 1u);
    cr_expect_leq(shares_for(1000000000), (size_t)SHARES_MOST);
}
