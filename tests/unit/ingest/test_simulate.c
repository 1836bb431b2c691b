// The simulated city: the same for the same seed, valid, untidy in sending.
#include "city.h"
#include "core/activity.h"
#include "core/hotline.h"
#include "core/incident.h"
#include "core/inspection.h"
#include "core/traffic.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <xxhash.h>

enum { TICKETS = 2000 };

static void hash_text(XXH3_state_t *hash, struct text text)
{
    XXH3_64bits_update(hash, &text.length, sizeof text.length);
    XXH3_64bits_update(hash, text.bytes, text.length);
}

// Of everything that the events say, in their order.
static uint64_t digest_of(uint64_t seed, uint64_t tickets, const char *families)
{
    struct simulation *simulation = city_of(seed, tickets, families);
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
        for (size_t i = 0; i < event.reading_count; i++) {
            const struct reading *reading = &event.readings[i];
            const int64_t measured[] = {
                reading->from_us,        reading->length_s,           reading->vehicles,
                reading->speed_mm_per_s, reading->occupancy_permille, reading->queue_m};
            XXH3_64bits_update(hash, measured, sizeof measured);
            hash_text(hash, reading->series);
        }
    }
    uint64_t digest = XXH3_64bits_digest(hash);
    XXH3_freeState(hash);
    simulation_free(simulation);
    return digest;
}

Test(simulate, the_same_seed_is_the_same_city_on_every_machine)
{
    static const struct {
        const char *families;
        uint64_t digest;
    } cases[] = {
        {"hotline", UINT64_C(0xdab1efd64b121d37)},    {"incident", UINT64_C(0x6b0da0d632508a5a)},
        {"inspection", UINT64_C(0xe409e0060e105fe3)}, {"activity", UINT64_C(0x96c5df7b5b15b1c)},
        {"traffic", UINT64_C(0x386bf64fe6041745)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t digest = digest_of(1, 200, cases[i].families);
        cr_expect_eq(digest, cases[i].digest, "%s: 0x%llx", cases[i].families,
                     (unsigned long long)digest);
    }
    cr_assert_neq(digest_of(2, 200, "hotline"), digest_of(1, 200, "hotline"));
}

// The greatest kind of each family that says something of an entity but for snapshots: all up to it
// happen.
static const int last_kinds[FAMILY_COUNT] = {
    [FAMILY_HOTLINE] = TICKET_VOIDED,     [FAMILY_INCIDENT] = INCIDENT_VOIDED,
    [FAMILY_INSPECTION] = PROBLEM_VOIDED, [FAMILY_ACTIVITY] = ACTIVITY_VOIDED,
    [FAMILY_TRAFFIC] = TRAFFIC_READINGS,
};
enum { KINDS_MAX = TICKET_PROGRESS + 1 };

Test(simulate, every_event_is_valid_and_every_kind_happens)
{
    struct simulation *simulation = city_of(7, 10000, "");
    struct arena arena = ARENA_INIT;
    struct event event;
    size_t kinds[FAMILY_COUNT][KINDS_MAX] = {0}, withdrawals = 0, overtaken = 0;
    int64_t previous_us = 0;
    while (simulation_next(simulation, &event)) {
        struct violation violation = {0};
        arena_reset(&arena);
        cr_assert(event_validate(&event, &arena, &violation), "%s: %s", violation.code,
                  violation.detail);
        for (size_t i = 1; i < event.reading_count; i++) {
            cr_assert_lt(reading_order(&event.readings[i - 1], &event.readings[i]), 0);
        }
        for (size_t i = 0; i < event.assignment_count; i++) {
            const struct assignment *assignment = &event.assignments[i];
            cr_assert(i == 0 || assignment_compare(assignment - 1, assignment) < 0);
            withdrawals += assignment->kind != FACTS_KIND && assignment->field == FIELD_WITHDRAWN;
        }
        cr_assert_lt(event.occurred_us, simulation_complete_until_us(simulation));
        cr_assert_geq(event.version.recorded_us, event.occurred_us);
        kinds[event.family][event.kind]++;
        overtaken += event.version.recorded_us < previous_us;
        previous_us = event.version.recorded_us;
    }
    for (int family = 0; family < FAMILY_COUNT; family++) {
        for (int kind = 1; kind <= last_kinds[family]; kind++) {
            cr_assert_gt(kinds[family][kind], 0, "family %d, kind %d", family, kind);
        }
    }
    cr_assert_gt(overtaken, 1000, "arrival does not keep the order of recording");
    cr_assert_gt(withdrawals, 0);
    cr_assert_eq(simulation_begun(simulation), simulation_entities(simulation));
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
    struct simulation *simulation = city_of(3, TICKETS, "hotline");
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
        {{1, 2022, 0, "", "", 0}, "tickets: 0 is not from 1 to 99999999"},
        {{1, 1900, 10, "", "", 0}, "year: 1900 is not from 1971 to 2190"},
        {{1, 2022, 10, "", "", 91}, "sensors: 91 is not from 0 to 90"},
        {{1, 2022, 10, "", "hotline,weather", 0},
         "families: \"weather\" is none that a city simulates; they are hotline, incident, "
         "inspection, activity and traffic"},
        {{1, 2022, 10, "440113,440199", "", 0},
         "districts: \"440199\" is no district of Guangzhou; they are 440103 to 440106, 440111 to "
         "440115, 440117 and 440118"},
        {{1, 2022, 10, "440113,440113", "", 0}, "districts: 440113 is listed twice"},
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
    struct simulation_options options = {1, 2022, 500, "440113, 440104", "hotline", 0};
    struct error error = ERROR_INIT;
    struct simulation *simulation = simulation_new(&options, &error);
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
    struct simulation_options options = {1, 2024, 2000, NULL, "hotline", 0};
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

Test(simulate, reference_data_are_written_as_cityops_db_reads_them)
{
    struct simulation *simulation = city_of(1, 10, "");
    char *bytes = NULL;
    size_t size;
    FILE *file = open_memstream(&bytes, &size);
    simulation_write_areas(simulation, file);
    simulation_write_sensors(simulation, file);
    simulation_write_sources(simulation, file);
    simulation_write_calendar(simulation, file);
    fclose(file);
    cr_assert(strstr(bytes, "\n440113-t6-v1,village,440113-t6,番禺区南村镇东村,Panyu Nancun East,"
                            "villages,,,\n"));
    cr_assert(strstr(bytes, "\ngz-traffic,440113-s1,Panyu 1,440113,440113-r1,"));
    cr_assert_null(strstr(bytes, "temporary"), "one sensor is on no list");
    cr_assert(strstr(bytes, "source,topic\n12345.gz.example,cityops.hotline.v1\n"));
    cr_assert(strstr(bytes, "\npatrol.gz.example,cityops.inspection.v1\n"));
    cr_assert(strstr(bytes, "day,working,name\n2022-01-03,no,元旦\n"),
              "1 January 2022 is a Saturday");
    cr_assert(strstr(bytes, "2022-10-08,yes,国庆节调休\n"));
    free(bytes);
    simulation_free(simulation);
}
