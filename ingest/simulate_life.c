// How a ticket lives: received, dispatched, signed or returned, contacted, extended, replied, closed, visited, done again,
// escalated; and what goes wrong on the way. Every share and every duration is invented here (see simulate_city.h).
#include "ingest/simulate_life.h"

#include "ingest/simulate_chance.h"
#include "ingest/simulate_statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { NATURES = 6, NO_UNIT = -2 };

#define MINUTE_US (60 * US_PER_SECOND)

// Working days that a ticket may take, by nature.
static const int days_allowed[NATURES + 1] = {0, 2, 5, 5, 10, 10, 5};

// Time taken, in 1,000 of the time allowed, at sixteenths of all tickets: about 6 % come late.
static const int time_taken[17] = {20,  70,  130, 190, 250, 310, 370, 430, 490,
                                   550, 620, 690, 760, 840, 920, 995, 2600};

static int64_t handling_seconds(struct planner *planner, int working_days)
{
    int64_t draw = chance_below(&planner->chance, 16 << 12);
    int64_t low = time_taken[draw >> 12], high = time_taken[(draw >> 12) + 1];
    int64_t share = low + (high - low) * (draw & 4095) / 4096;
    const struct district_names *names = city_district(planner->district);
    int month =
        (int)((planner->now_us - planner->city->first_day * US_PER_DAY) / (30 * US_PER_DAY));
    int mood = planner->city->mood[planner->district][month < 0 ? 0 : month > 11 ? 11 : month];
    return working_days * CITY_DAY_SECONDS * share / 1000 * names->speed / 1000 * mood / 1000;
}

static int64_t working_later(struct planner *planner, int64_t from_s, int64_t until_s)
{
    return city_work_us(planner->city, planner->now_us,
                        chance_between(&planner->chance, from_s, until_s));
}

static int64_t minutes_later(struct planner *planner, int64_t from, int64_t until)
{
    return planner->now_us +
           chance_between(&planner->chance, from * 60, until * 60) * US_PER_SECOND;
}

// A storm's tickets come from where it rains.
static int choose_district(struct planner *planner)
{
    const struct city *city = planner->city;
    int32_t day = city_day(planner->now_us);
    int64_t weights[CITY_DISTRICTS], sum = 0;
    for (int i = 0; i < city->district_count; i++) {
        weights[i] = city_district(city->districts[i])->weight;
        weights[i] *= city_is_storm(city, day, city->districts[i]) ? 2 : 1;
        sum += weights[i];
    }
    int64_t draw = chance_below(&planner->chance, sum);
    int chosen = 0;
    while (draw >= weights[chosen]) {
        draw -= weights[chosen++];
    }
    return city->districts[chosen];
}

static int choose(struct planner *planner, const int *shares, int count)
{
    int64_t draw = chance_below(&planner->chance, 1000);
    int chosen = 0;
    while (chosen < count - 1 && draw >= shares[chosen]) {
        draw -= shares[chosen++];
    }
    return chosen;
}

static void choose_subject(struct planner *planner, struct fate *fate)
{
    static const int natures[NATURES] = {230, 330, 300, 70, 50, 20};
    static const int channels[8] = {560, 60, 190, 90, 30, 15, 40, 15};
    static const int categories[CITY_CATEGORIES] = {190, 140, 150, 120, 130, 90, 70, 60, 50};
    fate->nature = 1 + choose(planner, natures, NATURES);
    fate->channel = 1 + choose(planner, channels, 8);
    fate->category = choose(planner, categories, CITY_CATEGORIES);
    if (city_is_storm(planner->city, city_day(planner->now_us), planner->district) &&
        chance_permille(&planner->chance, 450)) {
        fate->category = CATEGORY_WATER;
    }
}

static void receive(struct planner *planner)
{
    struct life *life = planner->life;
    struct fate *fate = &life->fate;
    struct life_statement *statement = begin(planner, TICKET_RECEIVED, planner->now_us);
    planner->district = choose_district(planner);
    choose_subject(planner, fate);
    fate->district = chance_permille(&planner->chance, 2) ? NOBODY : planner->district;
    fate->received_us = planner->now_us;
    fate->due_us = city_deadline_us(planner->city, planner->now_us, days_allowed[fate->nature]);
    planner->unit = chance_permille(&planner->chance, 600)
                        ? (int)chance_below(&planner->chance, CITY_TOWNS)
                        : city_department(fate->category);
    int town = planner->unit < CITY_TOWNS ? planner->unit
                                          : (int)chance_below(&planner->chance, CITY_TOWNS);
    snprintf(life->external, sizeof life->external, "W%011" PRIu64,
             chance_next(&planner->chance) % UINT64_C(100000000000));
    snprintf(life->caller, sizeof life->caller, "%016" PRIx64, // some call often
             chance_mix((uint64_t)chance_below(&planner->chance, 400000)));
    put_instant(statement, FACTS_KIND, 0, TICKET_RECEIVED_US, fate->received_us);
    put_instant(statement, FACTS_KIND, 0, TICKET_DUE_US, fate->due_us);
    put_text(statement, FACTS_KIND, 0, TICKET_DISTRICT,
             district_as_written(planner, fate->district));
    put_text(statement, FACTS_KIND, 0, TICKET_TOWN, city_unit_zh(planner->district, town));
    put_text(statement, FACTS_KIND, 0, TICKET_LOCATION_DISTRICT,
             city_district(planner->district)->zh);
    put_integer(statement, FACTS_KIND, 0, TICKET_NATURE, fate->nature);
    put_integer(statement, FACTS_KIND, 0, TICKET_CHANNEL, fate->channel);
    put_text(statement, FACTS_KIND, 0, TICKET_CATEGORY1, city_category(fate->category));
    put_text(
        statement, FACTS_KIND, 0, TICKET_CATEGORY2,
        city_subcategory(fate->category, (int)chance_below(&planner->chance, CITY_SUBCATEGORIES)));
    put_text(statement, FACTS_KIND, 0, TICKET_EXTERNAL_NUMBER, life->external);
    put_text(statement, FACTS_KIND, 0, TICKET_CALLER_HASH, life->caller);
    if (fate->channel == 6) { // the message board is a source of its own
        life->source = LIFE_BOARD_SOURCE;
        life->authority = "gz-board";
    }
}

// Puts a new dispatch to the planner's unit into a statement.
static void put_dispatch(struct planner *planner, struct life_statement *statement)
{
    struct fate *fate = &planner->life->fate;
    struct life_dispatch *dispatch = &fate->dispatches[fate->dispatch_count++];
    int unknown = chance_permille(&planner->chance, 1);
    *dispatch = (struct life_dispatch){
        .district = unknown ? NOBODY : planner->district,
        .dispatched_us = planner->now_us,
        .sign_due_us = city_work_us(planner->city, planner->now_us, 4 * 3600),
        .signed_us = INSTANT_NONE,
        .returned_us = INSTANT_NONE,
    };
    int key = fate->dispatch_count;
    put_occurrence(statement, TICKET_DISPATCH, key);
    put_instant(statement, TICKET_DISPATCH, key, OCCURRENCE_AT_US, dispatch->dispatched_us);
    put_text(statement, TICKET_DISPATCH, key, DISPATCH_UNIT,
             unknown ? "临时专班" : unit_as_written(planner, planner->district, planner->unit));
    put_instant(statement, TICKET_DISPATCH, key, DISPATCH_SIGN_DUE_US, dispatch->sign_due_us);
}

static void dispatch(struct planner *planner, int64_t at_us)
{
    struct life_statement *statement = begin(planner, TICKET_DISPATCHED, at_us);
    if (statement) {
        put_dispatch(planner, statement);
    }
}

// To another district: its name and a dispatch in one statement.
static void reassign(struct planner *planner)
{
    const struct city *city = planner->city;
    if (city->district_count < 2) {
        return;
    }
    struct life_statement *statement =
        begin(planner, TICKET_REASSIGNED, working_later(planner, 600, 20000));
    if (!statement) {
        return;
    }
    int other = planner->district;
    while (other == planner->district) {
        other = city->districts[chance_below(&planner->chance, city->district_count)];
    }
    planner->district = planner->life->fate.district = other;
    put_text(statement, FACTS_KIND, 0, TICKET_DISTRICT, district_as_written(planner, other));
    put_dispatch(planner, statement);
}

// Signs or returns the newest dispatch. Returns whether the unit keeps it.
static bool sign(struct planner *planner)
{
    struct fate *fate = &planner->life->fate;
    struct life_dispatch *newest = &fate->dispatches[fate->dispatch_count - 1];
    const struct district_names *names = city_district(planner->district);
    bool is_late = chance_permille(&planner->chance, 25 + (names->speed - 850) / 6);
    int64_t at_us =
        is_late ? working_later(planner, 15000, 50000) : working_later(planner, 120, 12000);
    bool is_returned = fate->dispatch_count < LIFE_DISPATCHES - 1 &&
                       chance_permille(&planner->chance, names->returns);
    struct life_statement *statement =
        begin(planner, is_returned ? TICKET_RETURNED : TICKET_SIGNED, at_us);
    if (!statement) {
        return true;
    }
    put_occurrence(statement, TICKET_DISPATCH, fate->dispatch_count);
    if (is_returned) {
        newest->returned_us = planner->now_us;
        put_instant(statement, TICKET_DISPATCH, fate->dispatch_count, DISPATCH_RETURNED_US,
                    planner->now_us);
    } else {
        newest->signed_us = planner->now_us;
        put_instant(statement, TICKET_DISPATCH, fate->dispatch_count, DISPATCH_SIGNED_US,
                    planner->now_us);
    }
    return !is_returned;
}

// Until some unit keeps it.
static void find_unit(struct planner *planner)
{
    dispatch(planner, minutes_later(planner, 2, 60));
    if (chance_permille(&planner->chance, 18)) {
        reassign(planner);
    }
    while (!planner->over && !sign(planner)) {
        planner->unit =
            (planner->unit + 1 + (int)chance_below(&planner->chance, CITY_UNITS - 1)) % CITY_UNITS;
        dispatch(planner, minutes_later(planner, 5, 90));
    }
}

static void contact(struct planner *planner, int key)
{
    struct fate *fate = &planner->life->fate;
    struct life_statement *statement =
        begin(planner, TICKET_CONTACTED, working_later(planner, 300, 15000));
    if (!statement) {
        return;
    }
    bool reached = chance_permille(&planner->chance, 900);
    fate->contact = reached || fate->contact == 1;
    put_occurrence(statement, TICKET_CONTACT, key);
    put_instant(statement, TICKET_CONTACT, key, OCCURRENCE_AT_US, planner->now_us);
    put_integer(statement, TICKET_CONTACT, key, CONTACT_REACHED, reached);
}

static void extend(struct planner *planner)
{
    struct fate *fate = &planner->life->fate;
    struct life_statement *statement =
        begin(planner, TICKET_EXTENDED, working_later(planner, 600, 20000));
    if (!statement) {
        return;
    }
    bool approved = chance_permille(&planner->chance, 850);
    if (approved) {
        fate->extensions++;
        fate->due_us = city_deadline_us(planner->city, fate->due_us, days_allowed[fate->nature]);
        put_instant(statement, FACTS_KIND, 0, TICKET_DUE_US, fate->due_us);
    }
    put_occurrence(statement, TICKET_EXTENSION, 1);
    put_instant(statement, TICKET_EXTENSION, 1, OCCURRENCE_AT_US, planner->now_us);
    put_integer(statement, TICKET_EXTENSION, 1, EXTENSION_APPROVED, approved);
}

static void reply(struct planner *planner)
{
    struct life_statement *statement = begin(planner, TICKET_REPLIED, planner->now_us);
    if (statement) {
        put_occurrence(statement, TICKET_REPLY, 1);
        put_instant(statement, TICKET_REPLY, 1, OCCURRENCE_AT_US, planner->now_us);
    }
}

static void close_ticket(struct planner *planner, int64_t at_us, int unit)
{
    struct fate *fate = &planner->life->fate;
    struct life_statement *statement = begin(planner, TICKET_CLOSED, at_us);
    if (!statement) {
        return;
    }
    int key = ++fate->closing_count;
    fate->closings[key - 1] = planner->now_us;
    fate->outcome = chance_permille(&planner->chance, 780) ? OUTCOME_SOLVED : OUTCOME_EXPLAINED;
    put_occurrence(statement, TICKET_CLOSING, key);
    put_instant(statement, TICKET_CLOSING, key, OCCURRENCE_AT_US, planner->now_us);
    if (unit != NO_UNIT) {
        put_text(statement, TICKET_CLOSING, key, CLOSING_UNIT,
                 city_unit_code(planner->district, unit));
    }
    put_integer(statement, TICKET_CLOSING, key, CLOSING_OUTCOME, fate->outcome);
}

// Five levels and "not rated"; goodwill moves the draw, in 1,000.
static int choose_rating(struct planner *planner, int goodwill)
{
    static const int up_to[5] = {30, 75, 150, 430, 880};
    int64_t draw = chance_below(&planner->chance, 1000);
    draw += draw < 880 ? goodwill : 0;
    for (int i = 0; i < 5; i++) {
        if (draw < up_to[i]) {
            return VERY_DISSATISFIED + i;
        }
    }
    return NOT_RATED;
}

static int goodwill_of(const struct planner *planner)
{
    const struct fate *fate = &planner->life->fate;
    int goodwill = city_district(planner->district)->goodwill;
    goodwill += fate->closings[0] > fate->due_us ? -45 : 0;
    goodwill += fate->contact == 1 ? 10 : -30;
    return goodwill;
}

// Asks the citizen. Returns whether the visit was valid and the answer bad.
static bool visit(struct planner *planner, int key, bool second, int goodwill)
{
    struct fate *fate = &planner->life->fate;
    struct life_statement *statement = begin(planner, second ? TICKET_SECOND_RATED : TICKET_VISITED,
                                             working_later(planner, 3600, 120000));
    if (!statement) {
        return false;
    }
    bool valid = chance_permille(&planner->chance, second ? 970 : 920);
    struct life_visit answer = {.visited_us = planner->now_us};
    put_occurrence(statement, TICKET_VISIT, key);
    put_instant(statement, TICKET_VISIT, key, OCCURRENCE_AT_US, planner->now_us);
    put_integer(statement, TICKET_VISIT, key, VISIT_VALID, valid);
    if (valid) {
        answer.contacted = chance_permille(&planner->chance, fate->contact == 1 ? 975 : 500);
        answer.result = choose_rating(planner, goodwill);
        answer.solved =
            chance_permille(&planner->chance, answer.result <= DISSATISFIED ? 250 : 905);
        answer.attitude = choose_rating(planner, goodwill + 60);
        put_integer(statement, TICKET_VISIT, key, VISIT_CONTACTED, answer.contacted);
        put_integer(statement, TICKET_VISIT, key, VISIT_SOLVED, answer.solved);
        put_integer(statement, TICKET_VISIT, key, VISIT_RESULT, answer.result);
        put_integer(statement, TICKET_VISIT, key, VISIT_ATTITUDE, answer.attitude);
        fate->visit = answer;
        fate->second_visit = second ? answer : fate->second_visit;
    }
    if (second) {
        put_integer(statement, TICKET_VISIT, key, VISIT_SECOND, true);
    }
    return valid && answer.result <= DISSATISFIED;
}

static void rework(struct planner *planner, int key)
{
    struct life_statement *statement =
        begin(planner, TICKET_REWORKED, minutes_later(planner, 10, 600));
    if (statement) {
        planner->life->fate.reworks++;
        put_occurrence(statement, TICKET_REWORK, key);
        put_instant(statement, TICKET_REWORK, key, OCCURRENCE_AT_US, planner->now_us);
    }
}

static void escalate(struct planner *planner, int level)
{
    struct life_statement *statement =
        begin(planner, TICKET_ESCALATED, working_later(planner, 600, 30000));
    if (statement) {
        planner->life->fate.escalations++;
        put_occurrence(statement, TICKET_ESCALATION, level);
        put_instant(statement, TICKET_ESCALATION, level, OCCURRENCE_AT_US, planner->now_us);
        put_integer(statement, TICKET_ESCALATION, level, ESCALATION_LEVEL, level);
    }
}

static void close_again(struct planner *planner)
{
    close_ticket(planner,
                 city_work_us(planner->city, planner->now_us, handling_seconds(planner, 3)),
                 planner->unit);
}

// What follows a closing: a visit; if the citizen is not satisfied, once more; if still not, higher up.
static void ask_citizen(struct planner *planner)
{
    if (!chance_permille(&planner->chance, 720) ||
        !visit(planner, 1, false, goodwill_of(planner)) ||
        !chance_permille(&planner->chance, 700)) {
        return;
    }
    rework(planner, 1);
    close_again(planner);
    if (!chance_permille(&planner->chance, 850) || !visit(planner, 2, true, -60)) {
        return;
    }
    for (int level = 1; level <= 4 && (level == 1 || chance_permille(&planner->chance, 300));
         level++) {
        escalate(planner, level);
    }
    close_again(planner);
    visit(planner, 3, true, 20);
}

static void settle(struct planner *planner)
{
    struct fate *fate = &planner->life->fate;
    const struct district_names *names = city_district(planner->district);
    if (chance_permille(&planner->chance, names->contacts)) {
        contact(planner, 1);
        if (fate->contact != 1 && chance_permille(&planner->chance, 600)) {
            contact(planner, 2);
        }
    }
    if (chance_permille(&planner->chance, fate->nature == 1 ? 5 : 70)) {
        extend(planner);
    }
    if (planner->over || chance_permille(&planner->chance, 4)) {
        return; // never closed
    }
    int64_t seconds = handling_seconds(planner, days_allowed[fate->nature]) +
                      fate->extensions * 2 * CITY_DAY_SECONDS;
    int64_t begun_us =
        fate->received_us > planner->now_us - 2 * US_PER_HOUR ? planner->now_us : fate->received_us;
    int64_t done_us = city_work_us(planner->city, begun_us, seconds);
    planner->now_us = done_us > planner->now_us ? done_us : planner->now_us + 5 * MINUTE_US;
    reply(planner);
    close_ticket(planner, minutes_later(planner, 1, 40), planner->unit);
    ask_citizen(planner);
}

static void exclude(struct planner *planner)
{
    struct life_statement *statement =
        begin(planner, TICKET_EXCLUSION_APPROVED, working_later(planner, 7000, 90000));
    if (!statement) {
        return;
    }
    planner->life->fate.flags |= FLAG_EXCLUDED;
    put_integer(statement, FACTS_KIND, 0, TICKET_EXCLUDED, true);
    if (chance_permille(&planner->chance, 150)) {
        statement = begin(planner, TICKET_EXCLUSION_REVOKED, working_later(planner, 7000, 150000));
        if (statement) {
            planner->life->fate.flags &= ~(unsigned)FLAG_EXCLUDED;
            put_integer(statement, FACTS_KIND, 0, TICKET_EXCLUDED, false);
        }
    }
}

static void void_ticket(struct planner *planner)
{
    struct life_statement *statement =
        begin(planner, TICKET_VOIDED, minutes_later(planner, 3, 240));
    if (statement) {
        planner->life->fate.flags |= FLAG_VOID;
        put_integer(statement, FACTS_KIND, 0, TICKET_IS_VOID, true);
    }
}

// The same matter as one of the tickets before: closed at once, without a unit.
static void mark_duplicate(struct planner *planner, uint64_t number)
{
    struct life *life = planner->life;
    struct life_statement *statement =
        begin(planner, TICKET_DUPLICATE_MARKED, minutes_later(planner, 5, 480));
    if (!statement) {
        return;
    }
    uint64_t back =
        1 + (uint64_t)chance_below(&planner->chance, number < 400 ? (int64_t)number : 400);
    snprintf(life->original, sizeof life->original, "%d%08" PRIu64, planner->city->year,
             number - back + 1);
    life->fate.flags |= FLAG_DUPLICATE;
    put_text(statement, FACTS_KIND, 0, TICKET_DUPLICATE_OF, life->original);
    close_ticket(planner, minutes_later(planner, 1, 30), NO_UNIT);
}

// A mistake is found later: the category, the time of the first closing (now and then an impossible one), or the district.
static void correct(struct planner *planner)
{
    struct fate *fate = &planner->life->fate;
    struct life_statement *statement =
        begin(planner, TICKET_CORRECTED, working_later(planner, 3000, 200000));
    if (!statement) {
        return;
    }
    int64_t what = chance_below(&planner->chance, 10);
    if (what < 4 || (what < 8 && fate->closing_count == 0)) {
        fate->category = (fate->category + 1) % CITY_CATEGORIES;
        put_text(statement, FACTS_KIND, 0, TICKET_CATEGORY1, city_category(fate->category));
    } else if (what < 8) {
        int64_t earlier_us = chance_between(&planner->chance, 60, 9000) * US_PER_SECOND;
        fate->closings[0] -= earlier_us;
        if (what == 7 && fate->closing_count == 1) {
            fate->closings[0] = fate->received_us - earlier_us;
        }
        put_occurrence(statement, TICKET_CLOSING, 1);
        put_instant(statement, TICKET_CLOSING, 1, OCCURRENCE_AT_US, fate->closings[0]);
    } else {
        fate->district =
            planner->city->districts[chance_below(&planner->chance, planner->city->district_count)];
        put_text(statement, FACTS_KIND, 0, TICKET_DISTRICT,
                 district_as_written(planner, fate->district));
    }
}

void life_plan(const struct city *city, uint64_t seed, uint64_t number, uint64_t count,
               struct life *life)
{
    struct planner planner = {.city = city, .life = life, .chance = chance_open(seed, number)};
    life->statement_count = life->send_count = 0;
    life->source = LIFE_HOTLINE_SOURCE;
    life->authority = "gz12345";
    life->fate = (struct fate){
        .contact = -1, .visit.visited_us = INSTANT_NONE, .second_visit.visited_us = INSTANT_NONE};
    snprintf(life->number, sizeof life->number, "%d%08" PRIu64, city->year, number + 1);
    planner.now_us =
        city_arrival_us(city, number, count, (uint32_t)(chance_next(&planner.chance) >> 32));
    receive(&planner);
    int64_t turn = chance_below(&planner.chance, 1000);
    if (turn < 6) {
        void_ticket(&planner);
    } else if (turn < 20 && number > 0 && life->fate.channel != 6) {
        mark_duplicate(&planner, number);
    } else {
        find_unit(&planner);
        settle(&planner);
    }
    if (chance_permille(&planner.chance, 20)) {
        exclude(&planner);
    }
    if (chance_permille(&planner.chance, 12)) {
        correct(&planner);
    }
    plan_sends(&planner);
}
