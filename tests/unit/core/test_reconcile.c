// Orders counted in every way, and which ways give a printed figure. Against every combination that is counted from exported states:
// tests/e2e/questions-reconcile.
#include "ticket_rows.h"

#include "core/reconcile.h"
#include "tests/unit/support/dice.h"
#include "tests/unit/support/replay.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define FROM INT64_C(1646064000000000)  // 2022-02-28T16:00Z: March in Shanghai
#define UNTIL INT64_C(1648742400000000) // 2022-03-31T16:00Z
#define DAY US_PER_DAY
#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

enum { ROWS_MAX = 16, ALL_NATURES = (1 << TICKET_NATURES) - 1 };

struct world {
    struct arena arena;
    struct zone *zone;
    struct area_index *areas;
    struct tally *tally;
};

// Two districts: A with town T, in which unit U lies, and B with unit V; a bureau of the city.
static struct area_index *make_areas(void)
{
    static const struct area areas[] = {
        {TEXT("city"), AREA_CITY, {0}, {0}, TEXT("City"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("A"), AREA_DISTRICT, TEXT("city"), {0}, TEXT("Alpha"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("B"), AREA_DISTRICT, TEXT("city"), {0}, TEXT("Beta"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("T"), AREA_TOWN, TEXT("A"), {0}, TEXT("Town"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("U"), AREA_UNIT, TEXT("T"), {0}, TEXT("Unit"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("V"), AREA_UNIT, TEXT("B"), {0}, TEXT("Other"), {0}, DAY_MIN, DAY_MAX},
        {TEXT("C"), AREA_UNIT, TEXT("city"), {0}, TEXT("Bureau"), {0}, DAY_MIN, DAY_MAX},
    };
    struct area_index *index = area_index_new();
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < LENGTH_OF(areas); i++)
        cr_assert(area_index_add(index, &areas[i], &error), "%s", error.text);
    cr_assert(area_index_finish(index, &error), "%s", error.text);
    return index;
}

static void world_open(struct world *world)
{
    static const struct text districts[] = {TEXT("A"), TEXT("B")};
    *world = (struct world){
        .arena = ARENA_INIT, .zone = zone_open("Asia/Shanghai", NULL), .areas = make_areas()};
    world->tally = tally_new(&world->arena, world->areas, world->zone, FROM, UNTIL, districts, 2);
}

static void world_close(struct world *world)
{
    zone_close(world->zone);
    area_index_free(world->areas);
    arena_free(&world->arena);
}

static void add(struct world *world, const struct stated *rows)
{
    struct state state;
    rows_fold(&world->arena, rows, &state);
    tally_add(world->tally, &state, &world->arena);
}

static int64_t count(struct world *world, const char *word, struct tally_choice choice)
{
    struct tally_formula formula;
    struct measured measured;
    cr_assert(tally_formula_of_measure(text_from(word), &formula), "%s", word);
    tally_measure(&world->arena, world->tally, &formula, &choice, &measured);
    return measured.n;
}

static struct tally_choice received(enum tally_scope scope, int32_t place)
{
    return (struct tally_choice){
        .cohort = COHORT_RECEIVED, .natures = ALL_NATURES, .scope = (uint8_t)scope, .place = place};
}

Test(tally, an_order_is_in_the_lists_of_its_district_its_town_and_its_unit)
{
    struct world world;
    world_open(&world);
    add(&world, (const struct stated[]){FACT(TICKET_RECEIVED_US, FROM),
                                        FACT_TEXT(TICKET_DISTRICT, "B"),
                                        FACT_TEXT(TICKET_TOWN, "Town"),
                                        OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, FROM + 1),
                                        OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "V"),
                                        {0}});
    const int32_t a = 0, b = 1;
    cr_expect_eq(count(&world, "tickets", received(SCOPE_DISTRICT, b)), 1);
    cr_expect_eq(count(&world, "tickets", received(SCOPE_DISTRICT, a)), 0);
    cr_expect_eq(count(&world, "tickets", received(SCOPE_TOWNS, a)), 1);
    cr_expect_eq(count(&world, "tickets", received(SCOPE_UNITS, b)), 1);
    cr_expect_eq(count(&world, "tickets", received(SCOPE_TOWNS_AND_UNITS, PLACE_ALL)), 2,
                 "an order in both lists counts twice");
    world_close(&world);
}

Test(tally, what_nobody_knows_is_in_no_list_of_towns_or_units)
{
    struct world world;
    world_open(&world);
    add(&world, (const struct stated[]){FACT(TICKET_RECEIVED_US, FROM),
                                        FACT_TEXT(TICKET_DISTRICT, "nowhere"),
                                        FACT_TEXT(TICKET_TOWN, "no town"),
                                        {0}});
    cr_expect_eq(count(&world, "tickets", received(SCOPE_DISTRICT, PLACE_ALL)), 1);
    cr_expect_eq(count(&world, "tickets", received(SCOPE_DISTRICT, PLACE_DISTRICTS)), 0);
    cr_expect_eq(count(&world, "tickets", received(SCOPE_TOWNS_AND_UNITS, PLACE_ALL)), 0);
    world_close(&world);
}

Test(tally, a_bureau_of_the_city_is_a_unit_of_no_district)
{
    struct world world;
    world_open(&world);
    add(&world, (const struct stated[]){FACT(TICKET_RECEIVED_US, FROM),
                                        FACT_TEXT(TICKET_DISTRICT, "A"),
                                        OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, FROM + 1),
                                        OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "C"),
                                        {0}});
    cr_expect_eq(count(&world, "tickets", received(SCOPE_UNITS, PLACE_ALL)), 1);
    cr_expect_eq(count(&world, "tickets", received(SCOPE_UNITS, PLACE_DISTRICTS)), 0);
    world_close(&world);
}

Test(tally, the_period_is_half_open_for_each_milestone)
{
    struct world world;
    world_open(&world);
    add(&world, (const struct stated[]){FACT(TICKET_RECEIVED_US, FROM - 1),
                                        FACT(TICKET_DUE_US, UNTIL - 1),
                                        FACT_TEXT(TICKET_DISTRICT, "A"),
                                        OF(TICKET_CLOSING, "1", OCCURRENCE_AT_US, UNTIL),
                                        {0}});
    struct tally_choice choice = received(SCOPE_DISTRICT, PLACE_ALL);
    cr_expect_eq(count(&world, "tickets", choice), 0);
    choice.cohort = COHORT_DUE;
    cr_expect_eq(count(&world, "tickets", choice), 1);
    choice.cohort = COHORT_CLOSED;
    cr_expect_eq(count(&world, "tickets", choice), 0);
    world_close(&world);
}

Test(tally, dispatches_count_by_their_own_day_and_unit_or_once_for_each_of_an_order)
{
    struct world world;
    world_open(&world);
    add(&world, (const struct stated[]){FACT(TICKET_RECEIVED_US, FROM),
                                        FACT_TEXT(TICKET_DISTRICT, "A"),
                                        OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, FROM + DAY),
                                        OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, "U"),
                                        OF(TICKET_DISPATCH, "1", DISPATCH_RETURNED_US, FROM + DAY),
                                        OF(TICKET_DISPATCH, "2", OCCURRENCE_AT_US, UNTIL + DAY),
                                        OF_TEXT(TICKET_DISPATCH, "2", DISPATCH_UNIT, "V"),
                                        {0}});
    struct tally_choice choice = received(SCOPE_DISTRICT, PLACE_ALL);
    cr_expect_eq(count(&world, "dispatches", choice), 2, "of an order received in the period");
    choice.cohort = TALLY_DISPATCHED;
    cr_expect_eq(count(&world, "dispatches", choice), 1, "in the period itself");
    cr_expect_eq(count(&world, "returned", choice), 1);
    choice.scope = SCOPE_TOWNS;
    choice.place = 0;
    cr_expect_eq(count(&world, "dispatches", choice), 1, "U lies in T, T in A");
    world_close(&world);
}

Test(tally, flags_channels_and_natures_are_chosen)
{
    struct world world;
    world_open(&world);
    add(&world, (const struct stated[]){FACT(TICKET_RECEIVED_US, FROM),
                                        FACT_TEXT(TICKET_DISTRICT, "A"),
                                        FACT(TICKET_NATURE, 3),
                                        FACT(TICKET_CHANNEL, CHANNEL_MESSAGE_BOARD),
                                        FACT(TICKET_EXCLUDED, 1),
                                        FACT(TICKET_IS_VOID, 1),
                                        {0}});
    struct tally_choice choice = received(SCOPE_DISTRICT, PLACE_ALL);
    cr_expect_eq(count(&world, "tickets", choice), 0);
    choice.with = FLAG_EXCLUDED;
    cr_expect_eq(count(&world, "tickets", choice), 0, "it is void too");
    choice.with = FLAG_EXCLUDED | FLAG_VOID;
    cr_expect_eq(count(&world, "tickets", choice), 1);
    choice.channels = CHANNELS_LETTERS;
    cr_expect_eq(count(&world, "tickets", choice), 1);
    choice.channels = CHANNELS_WITHOUT_LETTERS;
    cr_expect_eq(count(&world, "tickets", choice), 0);
    choice.channels = CHANNELS_ALL;
    choice.natures = ALL_NATURES & ~(1 << 3);
    cr_expect_eq(count(&world, "tickets", choice), 0);
    world_close(&world);
}

Test(tally, only_what_one_period_of_orders_can_tell_is_a_formula)
{
    static const struct {
        const char *id;
        bool is_formula;
    } cases[] = {{"W01", true},  {"W02", true},  {"W04", true},  {"W05", false}, {"W09", true},
                 {"W11", true},  {"W15", false}, {"W16", false}, {"W17", true},  {"W18", false},
                 {"W19", false}, {"M01", false}, {"E01", false}, {"O01", false}, {"D01", false}};
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct tally_formula formula;
        struct indicator_settings settings = {.indicator = indicator_by_id(text_from(cases[i].id))};
        for (int level = 0; level < 5; level++)
            settings.satisfaction_weights[level] = rational_fraction(&arena, level, 4);
        cr_expect_eq(tally_formula_of_indicator(&settings, &formula), cases[i].is_formula, "%s",
                     cases[i].id);
    }
    struct tally_formula formula;
    cr_expect(!tally_formula_of_measure(TEXT("nonsense"), &formula));
    arena_free(&arena);
}

Test(reconcile, natures_cost_what_people_would_have_to_say)
{
    static const struct {
        uint8_t natures, usual, all;
        uint32_t cost;
    } cases[] = {
        {0x7e, 0x7e, 0x7e, 0}, {0x7c, 0x7e, 0x7e, 1}, // without enquiries
        {0x08, 0x7e, 0x7e, 2},                        // complaints alone
        {0x18, 0x7e, 0x7e, 3}, {0x7e, 0x08, 0x7e, 1}, // all of them
        {0x0c, 0x08, 0x7e, 1}, {0x08, 0x08, 0x08, 0},
    };
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        cr_expect_eq(reconcile_natures_cost(cases[i].natures, cases[i].usual, cases[i].all),
                     cases[i].cost, "case %zu", i);
}

// ---- against each combination by itself ----

static void add_random(struct world *world, struct dice *dice)
{
    static const char *const districts[] = {"A", "B", "nowhere"}, *const units[] = {"U", "V", "C"};
    static const int natures[] = {1, 3, 4}, channels[] = {1, 2, CHANNEL_MESSAGE_BOARD};
    int64_t at = FROM - 2 * DAY + dice_below(dice, 34) * DAY;
    struct stated rows[ROWS_MAX] = {
        FACT(TICKET_RECEIVED_US, at),
        FACT(TICKET_DUE_US, at + 5 * DAY),
        FACT_TEXT(TICKET_DISTRICT, districts[dice_below(dice, 3)]),
        FACT(TICKET_NATURE, natures[dice_below(dice, 3)]),
        FACT(TICKET_CHANNEL, channels[dice_below(dice, 3)]),
        FACT(TICKET_EXCLUDED, dice_below(dice, 8) == 0),
        FACT(TICKET_IS_VOID, dice_below(dice, 8) == 0),
        OF(TICKET_DISPATCH, "1", OCCURRENCE_AT_US, at + DAY),
        OF_TEXT(TICKET_DISPATCH, "1", DISPATCH_UNIT, units[dice_below(dice, 3)]),
        OF(TICKET_CLOSING, "1", OCCURRENCE_AT_US, at + dice_below(dice, 9) * DAY),
    };
    add(world, rows);
}

struct expected {
    uint64_t fits, tried;
};

// The value of every choice, as tally_measure gives it.
static struct expected try_all(struct world *world, const struct reconcile_question *question)
{
    struct expected out = {0};
    const struct reconcile_way *way = question->ways;
    uint8_t natures = tally_natures(world->tally);
    struct arena scratch = ARENA_INIT;
    struct rational from, until;
    printed_interval(&world->arena, question->figure, question->rounding, &from, &until);
    for (uint8_t cohort = 0; cohort < TALLY_COHORTS; cohort++)
        for (unsigned chosen = 1; chosen <= ALL_NATURES; chosen++)
            for (unsigned rest = 0; rest < 8U * CHANNELS_COUNT * SCOPE_COUNT; rest++)
                for (int32_t place = PLACE_MEAN; place < (int32_t)tally_places(world->tally);
                     place++) {
                    const struct tally_choice choice = {
                        .cohort = cohort,
                        .natures = (uint8_t)chosen,
                        .with = (uint8_t)(rest % 8),
                        .channels = (uint8_t)(rest / 8 % CHANNELS_COUNT),
                        .scope = (uint8_t)(rest / 8 / CHANNELS_COUNT),
                        .place = place};
                    struct measured measured;
                    if (!(way->formula.cohorts >> cohort & 1) || (chosen & ~(unsigned)natures) ||
                        (place < PLACE_ALL && choice.scope != SCOPE_DISTRICT) ||
                        (place == PLACE_MEAN && !way->formula.is_share) ||
                        (place >= 0 && !tally_place_is_district(world->tally, (size_t)place)))
                        continue;
                    arena_reset(&scratch);
                    tally_measure(&scratch, world->tally, &way->formula, &choice, &measured);
                    if (!measured.known)
                        continue;
                    struct rational value = rational_multiply(
                        &scratch, measured.value,
                        rational_integer(&scratch, way->formula.is_share ? 100 : 1));
                    out.tried++;
                    out.fits +=
                        rational_compare(value, from) >= 0 && rational_compare(value, until) < 0;
                }
    arena_free(&scratch);
    return out;
}

static void check(struct world *world, const char *word, const char *figure)
{
    struct printed_figure printed;
    struct reconcile_way way = {0};
    struct reconcile_answer answer;
    struct indicator_settings settings = {.indicator = indicator_by_id(text_from(word))};
    if (settings.indicator) {
        settings.cohort = settings.indicator->cohort;
        cr_assert(tally_formula_of_indicator(&settings, &way.formula), "%s", word);
    } else {
        cr_assert(tally_formula_of_measure(text_from(word), &way.formula), "%s", word);
    }
    way.usual = (struct tally_choice){.cohort = way.formula.cohort, .natures = ALL_NATURES};
    cr_assert(printed_read(&world->arena, text_from(figure), &printed, NULL), "%s", figure);
    const struct tally *const tallies[] = {world->tally};
    const struct reconcile_question question = {.tallies = tallies,
                                                .cut_off_count = 1,
                                                .ways = &way,
                                                .way_count = 1,
                                                .figure = &printed,
                                                .rounding = ROUNDED_UNKNOWN,
                                                .most = 10,
                                                .nearest = 3};
    reconcile_search(&world->arena, &question, &answer);
    struct expected expected = try_all(world, &question);
    cr_expect_eq(answer.fit_count, expected.fits, "%s = %s: %lu fits, not %lu", word, figure,
                 (unsigned long)answer.fit_count, (unsigned long)expected.fits);
    cr_expect_eq(answer.tried, expected.tried, "%s = %s: %lu tried, not %lu", word, figure,
                 (unsigned long)answer.tried, (unsigned long)expected.tried);
    cr_expect_eq(answer.listed, answer.fit_count < 10 ? answer.fit_count : 10);
    for (size_t i = 1; i < answer.listed; i++)
        cr_expect_leq(answer.fits[i - 1].cost, answer.fits[i].cost, "the plainest come first");
    for (size_t i = 1; i < answer.nearest_count; i++)
        cr_expect_neq(rational_compare(answer.nearest[i - 1].measured.value,
                                       answer.nearest[i].measured.value),
                      0, "the nearest are different values");
}

Test(reconcile, every_combination_that_fits_is_counted)
{
    struct dice dice = {replay_seed("reconcile")};
    struct world world;
    world_open(&world);
    for (int i = 0; i < 60; i++)
        add_random(&world, &dice);
    check(&world, "tickets", "20");
    check(&world, "dispatches", "31");
    check(&world, "W04", "66.7");
    check(&world, "W11", "0.0");
    check(&world, "W04", "60");
    check(&world, "tickets", "1000");
    world_close(&world);
}
