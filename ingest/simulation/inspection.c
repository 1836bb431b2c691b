// Problems that patrols and cameras of the simulated city find, and what is counted of them.
//
// Assigned by notice, rectified, re-checked, some more than once; and what goes wrong on the way. In a
// storm patrols stay at home. Every share and every duration is invented here (see city.h).
//
// Figures by district and month: "found_environment_problems", for the milestone that puts a problem
// into the month, its theme, and what is counted then (see FIGURES); "environment_rechecks" by the
// re-checks' own days. By village: those found and due.
#include "core/inspection.h"

#include "ingest/simulation/family.h"
#include "ingest/simulation/statement.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    TICKETS_PER_PROBLEM = 8,
    NOTICES = 2,
    ROUNDS = 3, // of rectification and re-check
    CATEGORIES = 4,
    NO_VILLAGE = -2,
    VILLAGES = CITY_DISTRICTS * CITY_TOWNS * CITY_VILLAGES,
};

#define INSPECTION_SOURCE "patrol.gz.example"
#define MINUTE_US (60 * US_PER_SECOND)

static const char *const categories[THEME_TRAFFIC_ORDER + 1][CATEGORIES] = {
    [THEME_ENVIRONMENT] = {"垃圾堆放", "占道经营", "乱拉乱挂", "河涌漂浮物"},
    [THEME_TRAFFIC_ORDER] = {"机动车违停", "非机动车乱停", "标线不清", "路口秩序"},
};

// What really became of it before the horizon. INSTANT_NONE: not so.
struct problem_fate {
    int district; // NOBODY: unknown to every list
    int village;  // row of its table; NOBODY likewise, NO_VILLAGE: none is stated
    int theme;
    bool is_void;
    int64_t found_us, due_us;
    int64_t assigned_us; // first
    int notices;
    int64_t rectified_us[ROUNDS];
    int rectifications;
    struct problem_recheck rechecks[ROUNDS]; // rechecked_us INSTANT_NONE: withdrawn
    int recheck_count;
};

struct problem_plan {
    struct planner base;
    int district, town, unit;
    struct problem_fate fate;
};

// ---- Counting -----------------------------------------------------------------------------------

// clang-format off
#define FIGURES(X) \
    X(problems) X(notices) X(assigned) X(due) X(rectified) X(on_time) X(late) X(due_open) \
    X(rectified_before_found) X(rectification_seconds) X(rechecked) \
    X(recheck_failed) X(settled) X(void)
// clang-format on

#define AS_NUMBER(name) FIGURE_##name,
#define AS_TEXT(name) #name,
enum figure { FIGURES(AS_NUMBER) FIGURE_COUNT };
static const char *const figure_names[] = {FIGURES(AS_TEXT) NULL};
enum recheck_figure { RECHECKS, PASSED, FAILED };
static const char *const recheck_names[] = {"rechecks", "passed", "failed", NULL};

// Each milestone once for either theme: way = 2 * milestone + theme - 1.
enum milestone { FOUND, DUE, RECTIFIED, BACKLOG_LEFT, OVERDUE_LEFT };
static const char *const way_names[] = {
    "found_environment",
    "found_traffic_order",
    "due_environment",
    "due_traffic_order",
    "rectified_environment",
    "rectified_traffic_order",
    "backlog_left_environment",
    "backlog_left_traffic_order",
    "overdue_left_environment",
    "overdue_left_traffic_order",
    NULL,
};
static const char *const village_ways[] = {"found_environment", "found_traffic_order",
                                           "due_environment", "due_traffic_order", NULL};
static const char *const theme_names[] = {"environment", "traffic_order", NULL};

static size_t village_rows(void)
{
    return VILLAGES + 1;
}

static const char *village_code(size_t row)
{
    if (row == VILLAGES) {
        return "unassigned";
    }
    int town = (int)row / CITY_VILLAGES;
    return city_village_code(town / CITY_TOWNS, town % CITY_TOWNS, (int)row % CITY_VILLAGES);
}

enum table { BY_DISTRICT, BY_VILLAGE, OF_RECHECKS, TABLES };
static const struct tally_table tables[TABLES] = {
    [BY_DISTRICT] = {"district", tally_district_rows, tally_district_code, way_names, figure_names},
    [BY_VILLAGE] = {"village", village_rows, village_code, village_ways, figure_names},
    [OF_RECHECKS] = {"district", tally_district_rows, tally_district_code, theme_names,
                     recheck_names},
};

static int64_t later(int64_t a_us, int64_t b_us)
{
    return a_us > b_us ? a_us : b_us;
}

static void add_milestone(const struct problem_fate *fate, struct tally *const *tallies,
                          enum milestone milestone, int64_t instant_us, const int64_t *values)
{
    size_t way = 2 * (size_t)milestone + (size_t)fate->theme - 1;
    tally_add(tallies[BY_DISTRICT], tally_district_row(fate->district), instant_us, way, values);
    if (milestone <= DUE && fate->village != NO_VILLAGE) {
        size_t row = fate->village == NOBODY ? VILLAGES : (size_t)fate->village;
        tally_add(tallies[BY_VILLAGE], row, instant_us, way, values);
    }
}

// Returns whether the last re-check failed.
static bool count_rechecks(const struct problem_fate *fate, struct tally *tally, int64_t *values)
{
    struct problem_recheck last = {INSTANT_NONE, 1};
    for (int i = 0; i < fate->recheck_count; i++) {
        const struct problem_recheck *recheck = &fate->rechecks[i];
        if (recheck->rechecked_us != INSTANT_NONE) {
            last = *recheck;
            int64_t *figures = tally_month(tally, tally_district_row(fate->district),
                                           recheck->rechecked_us, (size_t)fate->theme - 1);
            figures[RECHECKS]++;
            figures[recheck->passed ? PASSED : FAILED]++;
        }
    }
    values[FIGURE_rechecked] = last.rechecked_us != INSTANT_NONE;
    values[FIGURE_recheck_failed] = !last.passed;
    return !last.passed;
}

static void count_fate(const struct problem_fate *fate, struct tally *const *tallies)
{
    int64_t values[FIGURE_COUNT] = {[FIGURE_problems] = 1};
    int64_t first_us = INT64_MAX, last_us = INSTANT_NONE;
    bool rectified = fate->rectifications > 0, due = fate->due_us != INSTANT_NONE;
    for (int i = 0; i < fate->rectifications; i++) {
        first_us = fate->rectified_us[i] < first_us ? fate->rectified_us[i] : first_us;
        last_us = later(fate->rectified_us[i], last_us);
    }
    bool failed = count_rechecks(fate, tallies[OF_RECHECKS], values);
    values[FIGURE_notices] = fate->notices;
    values[FIGURE_assigned] = fate->assigned_us != INSTANT_NONE;
    values[FIGURE_due] = due;
    values[FIGURE_rectified] = rectified;
    values[FIGURE_on_time] = due && rectified && first_us <= fate->due_us;
    values[FIGURE_late] = due && rectified && first_us > fate->due_us;
    values[FIGURE_due_open] = due && !rectified;
    values[FIGURE_settled] = rectified && !failed;
    values[FIGURE_void] = fate->is_void;
    if (rectified && last_us < fate->found_us) {
        values[FIGURE_rectified_before_found] = 1;
    } else if (rectified) {
        values[FIGURE_rectification_seconds] = (last_us - fate->found_us) / US_PER_SECOND;
    }
    add_milestone(fate, tallies, FOUND, fate->found_us, values);
    if (due) {
        add_milestone(fate, tallies, DUE, fate->due_us, values);
    }
    if (rectified) {
        add_milestone(fate, tallies, RECTIFIED, last_us, values);
        add_milestone(fate, tallies, BACKLOG_LEFT, later(fate->found_us, last_us), values);
    }
    if (due && rectified) {
        add_milestone(fate, tallies, OVERDUE_LEFT, later(fate->due_us, first_us), values);
    }
}

// ---- Planning -----------------------------------------------------------------------------------

// The district, the town and the village may each be left out, as long as one of them tells where
// it is.
static void put_place(struct problem_plan *plan, struct life_statement *statement)
{
    struct problem_fate *fate = &plan->fate;
    struct chance *chance = &plan->base.chance;
    bool has_village = fate->theme == THEME_ENVIRONMENT || chance_permille(chance, 400);
    bool names_district = !has_village || chance_permille(chance, 700);
    bool names_town = names_district ? chance_permille(chance, 800) : chance_permille(chance, 500);
    int village = (int)chance_below(chance, CITY_VILLAGES);
    fate->district = names_district && chance_permille(chance, 2) ? NOBODY : plan->district;
    fate->village = NO_VILLAGE;
    if (names_district) {
        put_text(statement, FACTS_KIND, 0, PROBLEM_DISTRICT,
                 district_as_written(chance, fate->district));
    }
    if (names_town) {
        put_text(statement, FACTS_KIND, 0, PROBLEM_TOWN, city_unit_zh(plan->district, plan->town));
    }
    if (!has_village) {
        return;
    }
    fate->village = (plan->district * CITY_TOWNS + plan->town) * CITY_VILLAGES + village;
    const char *name = city_village_zh(plan->district, plan->town, village);
    if ((names_district || names_town) && chance_permille(chance, 4)) {
        fate->village = NOBODY;
        name = "无名村";
    }
    put_text(statement, FACTS_KIND, 0, PROBLEM_VILLAGE, name);
}

static void find(struct problem_plan *plan)
{
    static const int days[] = {3, 3, 5, 7};
    static const int origins[] = {620, 300, 80};
    struct problem_fate *fate = &plan->fate;
    struct chance *chance = &plan->base.chance;
    struct life_statement *statement = begin(&plan->base, PROBLEM_FOUND, plan->base.now_us);
    plan->district = city_choose_district(plan->base.city, chance, city_day(plan->base.now_us));
    plan->town = (int)chance_below(chance, CITY_TOWNS);
    plan->unit = chance_permille(chance, 750) ? plan->town : CITY_TOWNS; // else urban management
    fate->theme = chance_permille(chance, 740) ? THEME_ENVIRONMENT : THEME_TRAFFIC_ORDER;
    fate->found_us = plan->base.now_us;
    put_instant(statement, FACTS_KIND, 0, PROBLEM_FOUND_US, fate->found_us);
    if (chance_permille(chance, 980)) {
        fate->due_us =
            city_deadline_us(plan->base.city, fate->found_us, days[chance_below(chance, 4)]);
        put_instant(statement, FACTS_KIND, 0, PROBLEM_DUE_US, fate->due_us);
    }
    put_integer(statement, FACTS_KIND, 0, PROBLEM_THEME, fate->theme);
    put_integer(statement, FACTS_KIND, 0, PROBLEM_ORIGIN,
                ORIGIN_PATROL + city_choose(chance, origins, 3));
    put_text(statement, FACTS_KIND, 0, PROBLEM_CATEGORY1,
             categories[fate->theme][chance_below(chance, CATEGORIES)]);
    put_place(plan, statement);
}

static void assign(struct problem_plan *plan)
{
    struct problem_fate *fate = &plan->fate;
    struct life_statement *statement =
        begin(&plan->base, PROBLEM_ASSIGNED, working_later(&plan->base, 600, 20000));
    if (!statement) {
        return;
    }
    int key = ++fate->notices;
    fate->assigned_us = fate->assigned_us == INSTANT_NONE ? plan->base.now_us : fate->assigned_us;
    put_occurrence(statement, PROBLEM_NOTICE, key);
    put_instant(statement, PROBLEM_NOTICE, key, NOTICE_ASSIGNED_US, plan->base.now_us);
    put_text(statement, PROBLEM_NOTICE, key, NOTICE_UNIT,
             unit_as_written(&plan->base.chance, plan->district, plan->unit));
}

static void rectify(struct problem_plan *plan, int64_t from_s, int64_t until_s)
{
    struct problem_fate *fate = &plan->fate;
    int64_t seconds = chance_between(&plan->base.chance, from_s, until_s) *
                      city_district(plan->district)->speed / 1000;
    struct life_statement *statement = begin(
        &plan->base, PROBLEM_RECTIFIED, city_work_us(plan->base.city, plan->base.now_us, seconds));
    if (statement) {
        int key = ++fate->rectifications;
        fate->rectified_us[key - 1] = plan->base.now_us;
        put_occurrence(statement, PROBLEM_RECTIFICATION, key);
        put_instant(statement, PROBLEM_RECTIFICATION, key, RECTIFICATION_AT_US, plan->base.now_us);
    }
}

// Returns whether somebody looked and was not content.
static bool recheck(struct problem_plan *plan, int passes)
{
    struct problem_fate *fate = &plan->fate;
    struct life_statement *statement =
        begin(&plan->base, PROBLEM_RECHECKED, working_later(&plan->base, 3600, 90000));
    if (!statement) {
        return false;
    }
    int key = ++fate->recheck_count;
    bool passed = chance_permille(&plan->base.chance, passes);
    fate->rechecks[key - 1] = (struct problem_recheck){plan->base.now_us, passed};
    put_occurrence(statement, PROBLEM_RECHECK, key);
    put_instant(statement, PROBLEM_RECHECK, key, RECHECK_AT_US, plan->base.now_us);
    put_integer(statement, PROBLEM_RECHECK, key, RECHECK_PASSED, passed);
    return !passed;
}

static void settle(struct problem_plan *plan)
{
    struct chance *chance = &plan->base.chance;
    if (chance_permille(chance, 970)) {
        assign(plan);
    }
    if (chance_permille(chance, 50)) { // another unit answers for it
        plan->unit = (plan->unit + 1) % CITY_UNITS;
        assign(plan);
    }
    if (plan->base.over || chance_permille(chance, 25)) {
        return; // never rectified
    }
    int64_t day_s = CITY_DAY_SECONDS;
    bool is_slow = chance_permille(chance, 110);
    rectify(plan, is_slow ? 3 * day_s : day_s / 8, is_slow ? 12 * day_s : 3 * day_s);
    if (!chance_permille(chance, 800)) {
        return; // nobody looks again
    }
    int passes = 890 + city_district(plan->district)->goodwill;
    for (int round = 1; round < ROUNDS && recheck(plan, passes) && !plan->base.over; round++) {
        rectify(plan, day_s / 8, 3 * day_s);
    }
}

// A mistake is found later: the theme, the time of the rectification (now and then an impossible
// one), or a re-check that was another problem's.
static void correct(struct problem_plan *plan)
{
    struct problem_fate *fate = &plan->fate;
    struct chance *chance = &plan->base.chance;
    struct life_statement *statement =
        begin(&plan->base, PROBLEM_CORRECTED, working_later(&plan->base, 3000, 200000));
    if (!statement) {
        return;
    }
    int64_t what = chance_below(chance, 10);
    if (what < 4 && fate->recheck_count > 0) {
        fate->rechecks[fate->recheck_count - 1].rechecked_us = INSTANT_NONE;
        put_withdrawal(statement, PROBLEM_RECHECK, fate->recheck_count);
    } else if (what < 8 && fate->rectifications > 0) {
        int64_t earlier_us = chance_between(chance, 10, 600) * MINUTE_US;
        fate->rectified_us[0] = (what == 7 ? fate->found_us : fate->rectified_us[0]) - earlier_us;
        put_occurrence(statement, PROBLEM_RECTIFICATION, 1);
        put_instant(statement, PROBLEM_RECTIFICATION, 1, RECTIFICATION_AT_US,
                    fate->rectified_us[0]);
    } else {
        fate->theme = THEME_ENVIRONMENT + THEME_TRAFFIC_ORDER - fate->theme;
        put_integer(statement, FACTS_KIND, 0, PROBLEM_THEME, fate->theme);
    }
}

static void void_problem(struct problem_plan *plan)
{
    struct life_statement *statement =
        begin(&plan->base, PROBLEM_VOIDED, working_later(&plan->base, 600, 40000));
    if (statement) {
        plan->fate.is_void = true;
        put_integer(statement, FACTS_KIND, 0, PROBLEM_IS_VOID, true);
    }
}

static uint64_t count(const struct city *city)
{
    return city->tickets / TICKETS_PER_PROBLEM;
}

static int64_t begins_us(const struct city *city, uint64_t number, uint64_t count)
{
    return city_arrival_us(city, RHYTHM_PATROLS, number, count, 0);
}

static void plan_problem(const struct city *city, uint64_t number, struct life *life,
                         struct tally *const *tallies)
{
    struct problem_plan plan = {
        .base = plan_open(city, FAMILY_INSPECTION, number, life),
        .fate = {.due_us = INSTANT_NONE, .assigned_us = INSTANT_NONE},
    };
    struct chance *chance = &plan.base.chance;
    life->source = INSPECTION_SOURCE;
    life->authority = "gz-patrol";
    snprintf(life->entity, sizeof life->entity, "P%d%08" PRIu64, city->year, number + 1);
    plan.base.now_us = city_arrival_us(city, RHYTHM_PATROLS, number, count(city),
                                       (uint32_t)(chance_next(chance) >> 32));
    find(&plan);
    if (chance_permille(chance, 10)) {
        void_problem(&plan);
    } else {
        settle(&plan);
    }
    if (chance_permille(chance, 20)) {
        correct(&plan);
    }
    plan_sends(&plan.base);
    if (tallies) {
        count_fate(&plan.fate, tallies);
    }
}

static const char *const sources[] = {INSPECTION_SOURCE, NULL};

const struct simulated_family simulated_inspection = {
    .family = FAMILY_INSPECTION,
    .sources = sources,
    .count = count,
    .begins_us = begins_us,
    .plan = plan_problem,
    .tables = tables,
    .table_count = TABLES,
};
