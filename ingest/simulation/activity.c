// What the command centres of the simulated city put out, and what is counted of it.
//
// Bulletins, reports, safeguarded events, settled problems, and the budget of the year with its
// payments. In a storm flash bulletins take the place of duty bulletins. Every share is invented here
// (see city.h).
//
// Figures by district and month, and by unit: "duty_bulletin_activities", for each type, with the name
// of what is counted.
#include "core/activity.h"

#include "ingest/simulation/family.h"
#include "ingest/simulation/statement.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    OUTPUTS = 732,  // of each district in a year
    PAY_EVERY = 61, // twelve payments
    NO_UNIT = -2,   // the command centre's own
    UNITS = CITY_DISTRICTS * CITY_UNITS,
    TYPES = ACTIVITY_BUDGET_PAID,
};

#define ACTIVITY_SOURCE "office.gz.example"

// What really became of it before the horizon.
struct activity_fate {
    int district;
    int unit; // row of its table; NOBODY: unknown to every list, NO_UNIT
    int type;
    bool is_void;
    int64_t done_us, amount_fen;
};

struct activity_plan {
    struct planner base;
    int district;
    struct activity_fate fate;
};

// ---- Counting -----------------------------------------------------------------------------------

enum figure { ACTIVITIES, AMOUNT_FEN, VOID, FIGURE_COUNT };
static const char *const figure_names[] = {"activities", "amount_fen", "void", NULL};
static const char *const type_names[] = {
    "news_report",       "special_bulletin", "flash_bulletin",   "duty_bulletin", "risk_report",
    "event_safeguarded", "problem_settled",  "budget_allocated", "budget_paid",   NULL,
};

static size_t unit_rows(void)
{
    return UNITS + 1;
}

static const char *unit_code(size_t row)
{
    return row == UNITS ? "unassigned"
                        : city_unit_code((int)row / CITY_UNITS, (int)row % CITY_UNITS);
}

enum table { BY_DISTRICT, BY_UNIT, TABLES };
static const struct tally_table tables[TABLES] = {
    [BY_DISTRICT] = {"district", tally_district_rows, tally_district_code, type_names,
                     figure_names},
    [BY_UNIT] = {"unit", unit_rows, unit_code, type_names, figure_names},
};

static void count_fate(const struct activity_fate *fate, struct tally *const *tallies)
{
    const int64_t values[FIGURE_COUNT] = {1, fate->amount_fen, fate->is_void};
    size_t way = (size_t)fate->type - 1;
    tally_add(tallies[BY_DISTRICT], tally_district_row(fate->district), fate->done_us, way, values);
    if (fate->unit != NO_UNIT) {
        size_t row = fate->unit == NOBODY ? UNITS : (size_t)fate->unit;
        tally_add(tallies[BY_UNIT], row, fate->done_us, way, values);
    }
}

// ---- Planning -----------------------------------------------------------------------------------

// What the output number `turn` of a district's year is; turns are spread over the year.
static int type_of(const struct activity_plan *plan, uint64_t turn)
{
    if (turn == 0) {
        return ACTIVITY_BUDGET_ALLOCATED;
    }
    static const struct {
        uint64_t every, at;
        int type;
    } rare[] = {
        {PAY_EVERY, 40, ACTIVITY_BUDGET_PAID}, {146, 70, ACTIVITY_EVENT_SAFEGUARDED},
        {81, 50, ACTIVITY_RISK_REPORT},        {45, 20, ACTIVITY_PROBLEM_SETTLED},
        {24, 7, ACTIVITY_SPECIAL_BULLETIN},    {24, 19, ACTIVITY_FLASH_BULLETIN},
        {4, 1, ACTIVITY_NEWS_REPORT},
    };
    for (size_t i = 0; i < sizeof rare / sizeof rare[0]; i++) {
        if (turn % rare[i].every == rare[i].at) {
            return rare[i].type;
        }
    }
    bool storms = city_storm(plan->base.city, city_day(plan->base.now_us), plan->district) > 0;
    return storms ? ACTIVITY_FLASH_BULLETIN : ACTIVITY_DUTY_BULLETIN;
}

// A district's budget of the year, and what it pays in one of twelve months.
static int64_t amount_of(struct activity_plan *plan)
{
    int64_t budget_fen = 20000000 + city_district(plan->district)->weight * INT64_C(100000);
    return plan->fate.type == ACTIVITY_BUDGET_ALLOCATED
               ? budget_fen
               : budget_fen * chance_between(&plan->base.chance, 70, 84) / 1000;
}

static void choose_unit(struct activity_plan *plan, const char **name)
{
    struct activity_fate *fate = &plan->fate;
    struct chance *chance = &plan->base.chance;
    fate->unit = NO_UNIT;
    *name = NULL;
    if (fate->type >= ACTIVITY_BUDGET_ALLOCATED || !chance_permille(chance, 250)) {
        return;
    }
    int unit = (int)chance_below(chance, CITY_UNITS);
    bool unknown = chance_permille(chance, 20);
    fate->unit = unknown ? NOBODY : plan->district * CITY_UNITS + unit;
    *name = unknown ? "临时专班" : unit_as_written(chance, plan->district, unit);
}

static void do_activity(struct activity_plan *plan, uint64_t turn)
{
    struct activity_fate *fate = &plan->fate;
    struct chance *chance = &plan->base.chance;
    const char *unit;
    struct life_statement *statement = begin(&plan->base, ACTIVITY_DONE, plan->base.now_us);
    fate->type = type_of(plan, turn);
    fate->done_us = plan->base.now_us;
    choose_unit(plan, &unit);
    bool names_district = fate->unit < 0 || chance_permille(chance, 600); // else the unit tells
    fate->district = names_district && chance_permille(chance, 2) ? NOBODY : plan->district;
    put_instant(statement, FACTS_KIND, 0, ACTIVITY_DONE_US, fate->done_us);
    put_integer(statement, FACTS_KIND, 0, ACTIVITY_TYPE, fate->type);
    if (names_district) {
        put_text(statement, FACTS_KIND, 0, ACTIVITY_DISTRICT,
                 district_as_written(chance, fate->district));
    }
    if (unit) {
        put_text(statement, FACTS_KIND, 0, ACTIVITY_UNIT, unit);
    }
    if (fate->type >= ACTIVITY_BUDGET_ALLOCATED) {
        fate->amount_fen = amount_of(plan);
        bool is_mistyped = chance_permille(chance, 60);
        put_integer(statement, FACTS_KIND, 0, ACTIVITY_AMOUNT_FEN,
                    is_mistyped ? fate->amount_fen * 10 : fate->amount_fen);
        statement = is_mistyped ? begin(&plan->base, ACTIVITY_CORRECTED,
                                        working_later(&plan->base, 3000, 200000))
                                : NULL;
        if (statement) {
            put_integer(statement, FACTS_KIND, 0, ACTIVITY_AMOUNT_FEN, fate->amount_fen);
        } else if (is_mistyped) {
            fate->amount_fen *= 10; // nobody found it in time
        }
    }
}

// It was counted twice, or it was of another type.
static void correct(struct activity_plan *plan)
{
    struct activity_fate *fate = &plan->fate;
    bool is_twice = chance_permille(&plan->base.chance, 500);
    struct life_statement *statement =
        begin(&plan->base, is_twice ? ACTIVITY_VOIDED : ACTIVITY_CORRECTED,
              working_later(&plan->base, 600, 200000));
    if (statement && is_twice) {
        fate->is_void = true;
        put_integer(statement, FACTS_KIND, 0, ACTIVITY_IS_VOID, true);
    } else if (statement) {
        fate->type = ACTIVITY_NEWS_REPORT;
        put_integer(statement, FACTS_KIND, 0, ACTIVITY_TYPE, fate->type);
    }
}

static uint64_t count(const struct city *city)
{
    return OUTPUTS * (uint64_t)city->district_count;
}

static int64_t begins_us(const struct city *city, uint64_t number, uint64_t count)
{
    return city_arrival_us(city, RHYTHM_DESK, number, count, 0);
}

static void plan_activity(const struct city *city, uint64_t number, struct life *life,
                          struct tally *const *tallies)
{
    uint64_t districts = (uint64_t)city->district_count;
    struct activity_plan plan = {
        .base = plan_open(city, FAMILY_ACTIVITY, number, life),
        .district = city->districts[number % districts],
    };
    struct chance *chance = &plan.base.chance;
    life->source = ACTIVITY_SOURCE;
    life->authority = "gz-office";
    snprintf(life->entity, sizeof life->entity, "A%d%07" PRIu64, city->year, number + 1);
    plan.base.now_us = city_arrival_us(city, RHYTHM_DESK, number, count(city),
                                       (uint32_t)(chance_next(chance) >> 32));
    do_activity(&plan, number / districts);
    if (plan.fate.type < ACTIVITY_BUDGET_ALLOCATED && chance_permille(chance, 15)) {
        correct(&plan);
    }
    plan_sends(&plan.base);
    if (tallies) {
        count_fate(&plan.fate, tallies);
    }
}

static const char *const sources[] = {ACTIVITY_SOURCE, NULL};

const struct simulated_family simulated_activity = {
    .family = FAMILY_ACTIVITY,
    .sources = sources,
    .count = count,
    .begins_us = begins_us,
    .plan = plan_activity,
    .tables = tables,
    .table_count = TABLES,
};
