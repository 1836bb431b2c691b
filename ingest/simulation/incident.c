// Incidents of the simulated city (突发事件), and what is counted of them.
//
// Known, verified, reported, units sent and back, the road open again; and what goes wrong on the way.
// In a storm there are more of them, graver ones, and units take longer. Every share and every duration
// is invented here (see city.h).
//
// Figures by district and month are "known_", "closed_" or "reopened_", for the milestone that puts an
// incident into the month, with the name of what is counted then: see FIGURES.
#include "core/incident.h"

#include "ingest/simulation/family.h"
#include "ingest/simulation/statement.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    TICKETS_PER_INCIDENT = 40,
    RESPONSES = 4,
    REPORTS = 5,
    CATEGORIES = 6,
    ROAD_ACCIDENT = 0,
    FLOODING = 3,
    SEGMENTS = 4, // of each district, on which accidents happen
    ARRIVAL_LIMIT_S = 480,
};

#define INCIDENT_SOURCE "duty.gz.example"
#define MINUTE_US (60 * US_PER_SECOND)

static const char *const categories[CATEGORIES][2] = {
    {"道路交通事故", "车辆碰撞"}, {"火灾事故", "居民火灾"}, {"燃气泄漏", "管道破损"},
    {"内涝积水", "道路积水"},     {"树木倒伏", "阻断道路"}, {"群众救援", "人员被困"},
};

// Minutes until the first bulletin is due, by level.
static const int report_minutes[LEVEL_GENERAL + 1] = {0, 30, 30, 60, 120};

struct response { // of one unit; INSTANT_NONE: not so
    int64_t dispatched_us, arrived_us, transport_us, hospital_us, available_us;
};

struct report {
    int64_t sent_us;
    int kind; // 0: withdrawn, it never was
};

// What really became of it before the horizon. INSTANT_NONE: not so.
struct incident_fate {
    int district; // NOBODY: unknown to every list
    int category, level;
    unsigned flags; // enum incident_flag
    int64_t known_us, due_us, verified_us, reopened_us, cleared_us, closed_us;
    struct response responses[RESPONSES];
    int response_count;
    struct report reports[REPORTS];
    int report_count;
    int64_t killed, severely_injured, slightly_injured;
};

struct incident_plan {
    struct planner base;
    int district, storm; // where it is, and how strong the storm there
    struct incident_fate fate;
};

// ---- Counting -----------------------------------------------------------------------------------

// clang-format off
#define PAIR(X, name) X(name) X(name##_negative) X(name##_seconds)
#define FIGURES(X) \
    X(incidents) X(units) X(units_arrived) X(hospital_before_transport) \
    X(verified) X(dispatched) X(arrived) X(reopened) X(cleared) X(closed) \
    X(first_report_due) X(first_reported) X(first_report_on_time) \
    X(bulletins_flash) X(bulletins_special) X(bulletins_duty) \
    X(killed) X(severely_injured) X(slightly_injured) X(arrived_within_480s) \
    PAIR(X, known_verified) PAIR(X, known_dispatched) PAIR(X, known_arrived) \
    PAIR(X, dispatched_arrived) \
    PAIR(X, known_reopened) PAIR(X, known_cleared) PAIR(X, known_closed) \
    X(void) X(merged) X(level_1) X(level_2) X(level_3) X(level_4)
// clang-format on

#define AS_NUMBER(name) FIGURE_##name,
#define AS_TEXT(name) #name,
enum figure { FIGURES(AS_NUMBER) FIGURE_COUNT };
static const char *const figure_names[] = {FIGURES(AS_TEXT) NULL};
enum way { WAY_KNOWN, WAY_CLOSED, WAY_REOPENED };
static const char *const way_names[] = {"known", "closed", "reopened", NULL};

static const struct tally_table tables[] = {{
    .by = "district",
    .rows = tally_district_rows,
    .code = tally_district_code,
    .ways = way_names,
    .names = figure_names,
}};

static int64_t earlier(int64_t a_us, int64_t b_us)
{
    return a_us == INSTANT_NONE || (b_us != INSTANT_NONE && b_us < a_us) ? b_us : a_us;
}

// Three figures from `first` on: that it happened in this order, the other way round, and the
// seconds taken.
static void count_pair(int64_t *values, enum figure first, int64_t from_us, int64_t until_us)
{
    if (from_us == INSTANT_NONE || until_us == INSTANT_NONE) {
        return;
    }
    values[until_us >= from_us ? first : first + 1] = 1;
    values[first + 2] = until_us >= from_us ? (until_us - from_us) / US_PER_SECOND : 0;
}

static void count_responses(const struct incident_fate *fate, int64_t *values,
                            int64_t *dispatched_us, int64_t *arrived_us)
{
    *dispatched_us = *arrived_us = INSTANT_NONE;
    for (int i = 0; i < fate->response_count; i++) {
        const struct response *response = &fate->responses[i];
        *dispatched_us = earlier(*dispatched_us, response->dispatched_us);
        *arrived_us = earlier(*arrived_us, response->arrived_us);
        values[FIGURE_units]++;
        values[FIGURE_units_arrived] += response->arrived_us != INSTANT_NONE;
        values[FIGURE_hospital_before_transport] += response->hospital_us < response->transport_us;
    }
}

static void count_reports(const struct incident_fate *fate, int64_t *values)
{
    int64_t first_us = INSTANT_NONE;
    for (int i = 0; i < fate->report_count; i++) {
        const struct report *report = &fate->reports[i];
        if (report->kind != 0) {
            first_us = earlier(first_us, report->sent_us);
            values[FIGURE_bulletins_flash + report->kind - BULLETIN_FLASH]++;
        }
    }
    values[FIGURE_first_report_due] = 1;
    values[FIGURE_first_reported] = first_us != INSTANT_NONE;
    values[FIGURE_first_report_on_time] = first_us != INSTANT_NONE && first_us <= fate->due_us;
}

// Without a closing, it is over when the last unit is back.
static int64_t over_us(const struct incident_fate *fate)
{
    int64_t back_us = INSTANT_NONE;
    for (int i = 0; i < fate->response_count; i++) {
        if (fate->responses[i].available_us == INSTANT_NONE) {
            return fate->closed_us;
        }
        back_us =
            fate->responses[i].available_us > back_us ? fate->responses[i].available_us : back_us;
    }
    return fate->closed_us != INSTANT_NONE ? fate->closed_us : back_us;
}

static void count_fate(const struct incident_fate *fate, struct tally *tally)
{
    int64_t values[FIGURE_COUNT] = {[FIGURE_incidents] = 1};
    int64_t dispatched_us, arrived_us, closed_us = over_us(fate);
    count_responses(fate, values, &dispatched_us, &arrived_us);
    count_reports(fate, values);
    values[FIGURE_verified] = fate->verified_us != INSTANT_NONE;
    values[FIGURE_dispatched] = dispatched_us != INSTANT_NONE;
    values[FIGURE_arrived] = arrived_us != INSTANT_NONE;
    values[FIGURE_reopened] = fate->reopened_us != INSTANT_NONE;
    values[FIGURE_cleared] = fate->cleared_us != INSTANT_NONE;
    values[FIGURE_closed] = closed_us != INSTANT_NONE;
    values[FIGURE_killed] = fate->killed;
    values[FIGURE_severely_injured] = fate->severely_injured;
    values[FIGURE_slightly_injured] = fate->slightly_injured;
    count_pair(values, FIGURE_known_verified, fate->known_us, fate->verified_us);
    count_pair(values, FIGURE_known_dispatched, fate->known_us, dispatched_us);
    count_pair(values, FIGURE_known_arrived, fate->known_us, arrived_us);
    count_pair(values, FIGURE_dispatched_arrived, dispatched_us, arrived_us);
    count_pair(values, FIGURE_known_reopened, fate->known_us, fate->reopened_us);
    count_pair(values, FIGURE_known_cleared, fate->known_us, fate->cleared_us);
    count_pair(values, FIGURE_known_closed, fate->known_us, closed_us);
    values[FIGURE_arrived_within_480s] =
        values[FIGURE_known_arrived] &&
        arrived_us - fate->known_us <= ARRIVAL_LIMIT_S * US_PER_SECOND;
    values[FIGURE_void] = (fate->flags & INCIDENT_FLAG_VOID) != 0;
    values[FIGURE_merged] = (fate->flags & INCIDENT_FLAG_MERGED) != 0;
    values[FIGURE_level_1 + fate->level - 1] = 1;
    size_t row = tally_district_row(fate->district);
    tally_add(tally, row, fate->known_us, WAY_KNOWN, values);
    if (closed_us != INSTANT_NONE) {
        tally_add(tally, row, closed_us, WAY_CLOSED, values);
    }
    if (fate->reopened_us != INSTANT_NONE) {
        tally_add(tally, row, fate->reopened_us, WAY_REOPENED, values);
    }
}

// ---- Planning -----------------------------------------------------------------------------------

static void choose_incident(struct incident_plan *plan)
{
    static const int shares[CATEGORIES] = {480, 110, 70, 40, 100, 200};
    static const int levels[LEVEL_GENERAL] = {2, 12, 90, 896};
    static const int storm_levels[LEVEL_GENERAL] = {8, 40, 200, 752};
    struct incident_fate *fate = &plan->fate;
    struct chance *chance = &plan->base.chance;
    fate->category = city_choose(chance, shares, CATEGORIES);
    if (plan->storm && chance_permille(chance, 500)) {
        fate->category = FLOODING + (int)chance_below(chance, 2); // or a fallen tree
    }
    fate->level = 1 + city_choose(chance, plan->storm ? storm_levels : levels, LEVEL_GENERAL);
}

static void know(struct incident_plan *plan)
{
    struct incident_fate *fate = &plan->fate;
    struct chance *chance = &plan->base.chance;
    plan->district = city_choose_district(plan->base.city, chance, city_day(plan->base.now_us));
    plan->storm = city_storm(plan->base.city, city_day(plan->base.now_us), plan->district);
    choose_incident(plan);
    struct life_statement *statement = begin(&plan->base, INCIDENT_KNOWN, plan->base.now_us);
    int town = (int)chance_below(chance, CITY_TOWNS);
    bool names_district = chance_permille(chance, 940); // else the town alone tells
    fate->district = names_district && chance_permille(chance, 3) ? NOBODY : plan->district;
    fate->known_us = plan->base.now_us;
    fate->due_us = fate->known_us + report_minutes[fate->level] * MINUTE_US;
    if (chance_permille(chance, 800)) {
        put_instant(statement, FACTS_KIND, 0, INCIDENT_OCCURRED_US,
                    fate->known_us - chance_between(chance, 1, 20) * MINUTE_US);
    }
    put_instant(statement, FACTS_KIND, 0, INCIDENT_KNOWN_US, fate->known_us);
    put_instant(statement, FACTS_KIND, 0, INCIDENT_FIRST_REPORT_DUE_US, fate->due_us);
    put_integer(statement, FACTS_KIND, 0, INCIDENT_LEVEL, fate->level);
    put_text(statement, FACTS_KIND, 0, INCIDENT_CATEGORY1, categories[fate->category][0]);
    put_text(statement, FACTS_KIND, 0, INCIDENT_CATEGORY2, categories[fate->category][1]);
    if (names_district) {
        put_text(statement, FACTS_KIND, 0, INCIDENT_DISTRICT,
                 district_as_written(chance, fate->district));
    }
    put_text(statement, FACTS_KIND, 0, INCIDENT_TOWN, city_unit_zh(plan->district, town));
    if (fate->category == ROAD_ACCIDENT) {
        put_text(statement, FACTS_KIND, 0, INCIDENT_ROAD_SEGMENT,
                 plan_text(&plan->base, "%s-r%d", city_district(plan->district)->code,
                           1 + (int)chance_below(chance, SEGMENTS)));
    }
}

// One fact: an instant that is now.
static void state_stage(struct incident_plan *plan, uint16_t kind, uint16_t field, int64_t at_us,
                        int64_t *stage_us)
{
    struct life_statement *statement = begin(&plan->base, kind, at_us);
    if (statement) {
        *stage_us = plan->base.now_us;
        put_instant(statement, FACTS_KIND, 0, field, *stage_us);
    }
}

static void send_report(struct incident_plan *plan, int kind, int64_t sent_us)
{
    struct incident_fate *fate = &plan->fate;
    struct life_statement *statement =
        fate->report_count < REPORTS ? begin_beside(&plan->base, INCIDENT_REPORTED, sent_us) : NULL;
    if (statement) {
        int key = ++fate->report_count;
        fate->reports[key - 1] = (struct report){sent_us, kind};
        put_occurrence(statement, INCIDENT_BULLETIN, key);
        put_instant(statement, INCIDENT_BULLETIN, key, BULLETIN_SENT_US, sent_us);
        put_integer(statement, INCIDENT_BULLETIN, key, BULLETIN_KIND, kind);
    }
}

// The first bulletin: a few come late.
static void report_first(struct incident_plan *plan)
{
    struct chance *chance = &plan->base.chance;
    int due = report_minutes[plan->fate.level];
    int64_t minutes = chance_permille(chance, 925) ? chance_between(chance, 5, due)
                                                   : chance_between(chance, due, 3 * (int64_t)due);
    int kind = plan->fate.level <= LEVEL_LARGER ? BULLETIN_FLASH : BULLETIN_DUTY;
    send_report(plan, kind, plan->fate.known_us + minutes * MINUTE_US);
}

static void dispatch_unit(struct incident_plan *plan)
{
    struct incident_fate *fate = &plan->fate;
    struct life_statement *statement =
        begin(&plan->base, INCIDENT_DISPATCHED,
              plan->base.now_us + chance_between(&plan->base.chance, 20, 240) * US_PER_SECOND);
    if (statement) {
        int key = ++fate->response_count;
        fate->responses[key - 1] = (struct response){plan->base.now_us, INSTANT_NONE, INSTANT_NONE,
                                                     INSTANT_NONE, INSTANT_NONE};
        put_occurrence(statement, INCIDENT_UNIT, key);
        put_instant(statement, INCIDENT_UNIT, key, UNIT_DISPATCHED_US, plan->base.now_us);
    }
}

// Roads under water make the way longer.
static void arrive(struct incident_plan *plan, int key)
{
    struct incident_fate *fate = &plan->fate;
    int64_t way_s = chance_between(&plan->base.chance, 120, 960);
    way_s = way_s * (plan->storm ? plan->storm : 100) / 100;
    way_s = way_s * city_district(plan->district)->speed / 1000;
    int64_t arrived_us = fate->responses[key - 1].dispatched_us + way_s * US_PER_SECOND;
    struct life_statement *statement = begin_beside(&plan->base, INCIDENT_ARRIVED, arrived_us);
    if (statement) {
        fate->responses[key - 1].arrived_us = arrived_us;
        put_occurrence(statement, INCIDENT_UNIT, key);
        put_instant(statement, INCIDENT_UNIT, key, UNIT_ARRIVED_US, arrived_us);
    }
}

static void send_units(struct incident_plan *plan)
{
    static const int more[LEVEL_GENERAL + 1] = {0, 1000, 950, 700, 220}; // in 1,000, by level
    do {
        dispatch_unit(plan);
    } while (!plan->base.over && plan->fate.response_count < RESPONSES &&
             chance_permille(&plan->base.chance, more[plan->fate.level]));
    for (int key = 1; key <= plan->fate.response_count; key++) {
        if (chance_permille(&plan->base.chance, 970)) { // else it turned back on the way
            arrive(plan, key);
        }
    }
}

// Somebody is hurt: the first unit takes them to a hospital. Some clocks there are wrong.
static void count_casualties(struct incident_plan *plan)
{
    struct incident_fate *fate = &plan->fate;
    struct chance *chance = &plan->base.chance;
    if (!chance_permille(chance, fate->level <= LEVEL_LARGER ? 350 : 90)) {
        return;
    }
    struct life_statement *statement =
        begin(&plan->base, INCIDENT_CORRECTED, minutes_later(&plan->base, 10, 60));
    if (!statement) {
        return;
    }
    fate->killed = chance_permille(chance, 60);
    fate->severely_injured = chance_below(chance, fate->level == LEVEL_GENERAL ? 2 : 4);
    fate->slightly_injured = chance_between(chance, 1, 4);
    put_integer(statement, FACTS_KIND, 0, INCIDENT_KILLED, fate->killed);
    put_integer(statement, FACTS_KIND, 0, INCIDENT_SEVERELY_INJURED, fate->severely_injured);
    put_integer(statement, FACTS_KIND, 0, INCIDENT_SLIGHTLY_INJURED, fate->slightly_injured);
    struct response *first = &fate->responses[0];
    if (first->arrived_us != INSTANT_NONE) {
        int64_t minutes = chance_between(chance, 4, 25);
        first->transport_us = plan->base.now_us;
        first->hospital_us =
            first->transport_us + (chance_permille(chance, 950) ? minutes : -minutes) * MINUTE_US;
        put_occurrence(statement, INCIDENT_UNIT, 1);
        put_instant(statement, INCIDENT_UNIT, 1, UNIT_TRANSPORT_US, first->transport_us);
        put_instant(statement, INCIDENT_UNIT, 1, UNIT_HOSPITAL_US, first->hospital_us);
    }
}

// The last responder has left: all are available again.
static void clear(struct incident_plan *plan)
{
    struct incident_fate *fate = &plan->fate;
    int64_t most = fate->level == LEVEL_GENERAL ? 90 : 420;
    struct life_statement *statement =
        begin(&plan->base, INCIDENT_CLEARED, minutes_later(&plan->base, most / 6, most));
    if (!statement) {
        return;
    }
    fate->cleared_us = plan->base.now_us;
    put_instant(statement, FACTS_KIND, 0, INCIDENT_CLEARED_US, fate->cleared_us);
    for (int key = 1; key <= fate->response_count; key++) {
        fate->responses[key - 1].available_us =
            plan->base.now_us - chance_below(&plan->base.chance, 300) * US_PER_SECOND;
        put_occurrence(statement, INCIDENT_UNIT, key);
        put_instant(statement, INCIDENT_UNIT, key, UNIT_AVAILABLE_US,
                    fate->responses[key - 1].available_us);
    }
}

static void respond(struct incident_plan *plan)
{
    struct incident_fate *fate = &plan->fate;
    struct chance *chance = &plan->base.chance;
    send_units(plan);
    report_first(plan);
    if (plan->base.over) {
        return;
    }
    count_casualties(plan);
    for (int i = 0; fate->level <= LEVEL_LARGER && i < 2 && chance_permille(chance, 600); i++) {
        send_report(plan, BULLETIN_SPECIAL, minutes_later(&plan->base, 20, 120));
    }
    if (fate->category == ROAD_ACCIDENT || fate->category >= FLOODING) {
        state_stage(plan, INCIDENT_REOPENED, INCIDENT_REOPENED_US,
                    minutes_later(&plan->base, 8, plan->storm ? 240 : 75), &fate->reopened_us);
    }
    clear(plan);
    if (chance_permille(chance, 955)) {
        state_stage(plan, INCIDENT_CLOSED, INCIDENT_CLOSED_US, minutes_later(&plan->base, 5, 600),
                    &fate->closed_us);
    }
}

// A mistake is found later: the level, an arrival (now and then an impossible one), a bulletin of
// another incident, or the district.
static void correct(struct incident_plan *plan)
{
    struct incident_fate *fate = &plan->fate;
    struct chance *chance = &plan->base.chance;
    struct life_statement *statement =
        begin(&plan->base, INCIDENT_CORRECTED, minutes_later(&plan->base, 60, 9000));
    if (!statement) {
        return;
    }
    int64_t what = chance_below(chance, 10);
    if (what < 3 && fate->response_count > 0 && fate->responses[0].arrived_us != INSTANT_NONE) {
        int64_t minutes = chance_between(chance, 1, what == 0 ? 90 : 5);
        fate->responses[0].arrived_us -= minutes * MINUTE_US;
        put_occurrence(statement, INCIDENT_UNIT, 1);
        put_instant(statement, INCIDENT_UNIT, 1, UNIT_ARRIVED_US, fate->responses[0].arrived_us);
    } else if (what < 6 && fate->report_count > 0) {
        fate->reports[fate->report_count - 1].kind = 0;
        put_withdrawal(statement, INCIDENT_BULLETIN, fate->report_count);
    } else if (what < 8) {
        fate->district =
            plan->base.city->districts[chance_below(chance, plan->base.city->district_count)];
        put_text(statement, FACTS_KIND, 0, INCIDENT_DISTRICT,
                 district_as_written(chance, fate->district));
    } else {
        fate->level = fate->level == LEVEL_GENERAL ? LEVEL_LARGER : LEVEL_GENERAL;
        put_integer(statement, FACTS_KIND, 0, INCIDENT_LEVEL, fate->level);
    }
}

// The same as one of the incidents before, or a false alarm. Returns whether that is all.
static bool settle_early(struct incident_plan *plan, uint64_t number)
{
    struct chance *chance = &plan->base.chance;
    int64_t turn = chance_below(chance, 1000);
    if (turn < 30 && number > 0) {
        struct life_statement *statement =
            begin(&plan->base, INCIDENT_MERGED, minutes_later(&plan->base, 2, 90));
        uint64_t back = 1 + (uint64_t)chance_below(chance, number < 20 ? (int64_t)number : 20);
        if (statement) {
            plan->fate.flags |= INCIDENT_FLAG_MERGED;
            put_text(
                statement, FACTS_KIND, 0, INCIDENT_MERGED_INTO,
                plan_text(&plan->base, "I%d%07" PRIu64, plan->base.city->year, number - back + 1));
        }
        return true;
    }
    state_stage(plan, INCIDENT_VERIFIED, INCIDENT_VERIFIED_US, minutes_later(&plan->base, 1, 12),
                &plan->fate.verified_us);
    if (turn >= 45) {
        return false;
    }
    struct life_statement *statement =
        begin(&plan->base, INCIDENT_VOIDED, minutes_later(&plan->base, 3, 60));
    if (statement) {
        plan->fate.flags |= INCIDENT_FLAG_VOID;
        put_integer(statement, FACTS_KIND, 0, INCIDENT_IS_VOID, true);
    }
    return true;
}

static uint64_t count(const struct city *city)
{
    return city->tickets / TICKETS_PER_INCIDENT;
}

static int64_t begins_us(const struct city *city, uint64_t number, uint64_t count)
{
    return city_arrival_us(city, RHYTHM_ALARMS, number, count, 0);
}

static void plan_incident(const struct city *city, uint64_t number, struct life *life,
                          struct tally *const *tallies)
{
    struct incident_plan plan = {
        .base = plan_open(city, FAMILY_INCIDENT, number, life),
        .fate = {.verified_us = INSTANT_NONE,
                 .reopened_us = INSTANT_NONE,
                 .cleared_us = INSTANT_NONE,
                 .closed_us = INSTANT_NONE},
    };
    struct chance *chance = &plan.base.chance;
    life->source = INCIDENT_SOURCE;
    life->authority = "gz-duty";
    snprintf(life->entity, sizeof life->entity, "I%d%07" PRIu64, city->year, number + 1);
    plan.base.now_us = city_arrival_us(city, RHYTHM_ALARMS, number, count(city),
                                       (uint32_t)(chance_next(chance) >> 32));
    know(&plan);
    if (!settle_early(&plan, number)) {
        respond(&plan);
    }
    if (chance_permille(chance, 40)) {
        correct(&plan);
    }
    plan_sends(&plan.base);
    if (tallies) {
        count_fate(&plan.fate, tallies[0]);
    }
}

static const char *const sources[] = {INCIDENT_SOURCE, NULL};

const struct simulated_family simulated_incident = {
    .family = FAMILY_INCIDENT,
    .sources = sources,
    .count = count,
    .begins_us = begins_us,
    .plan = plan_incident,
    .tables = tables,
    .table_count = 1,
};
