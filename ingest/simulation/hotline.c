// How a ticket lives: every share and every duration of it is invented here (see city.h).
//
// Received, dispatched, signed or returned, contacted, extended, replied, closed, visited, done again,
// escalated; and what goes wrong on the way.
#include "ingest/simulation/hotline.h"

#include "ingest/simulation/chance.h"
#include "ingest/simulation/statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { NATURES = 6, NO_UNIT = -2 };

#define MINUTE_US (60 * US_PER_SECOND)

#define HOTLINE_SOURCE "12345.gz.example"
#define BOARD_SOURCE                                                                               \
    "board.people.example" // letters to it are tickets of the channel message board

// A ticket being planned.
struct ticket_plan {
    struct planner base;
    int district, unit; // who has it
    struct fate fate;
};

// Working days that a ticket may take, by nature.
static const int days_allowed[NATURES + 1] = {0, 2, 5, 5, 10, 10, 5};

// Time taken, in 1,000 of the time allowed, at sixteenths of all tickets: about 6 % come late.
static const int time_taken[17] = {20,  70,  130, 190, 250, 310, 370, 430, 490,
                                   550, 620, 690, 760, 840, 920, 995, 2600};

static int64_t handling_seconds(struct ticket_plan *plan, int working_days)
{
    int64_t draw = chance_below(&plan->base.chance, 16 << 12);
    int64_t low = time_taken[draw >> 12], high = time_taken[(draw >> 12) + 1];
    int64_t share = low + (high - low) * (draw & 4095) / 4096;
    const struct district_names *names = city_district(plan->district);
    int month =
        (int)((plan->base.now_us - plan->base.city->first_day * US_PER_DAY) / (30 * US_PER_DAY));
    int mood = plan->base.city->mood[plan->district][month < 0 ? 0 : month > 11 ? 11 : month];
    return working_days * CITY_DAY_SECONDS * share / 1000 * names->speed / 1000 * mood / 1000;
}

static void choose_subject(struct ticket_plan *plan, struct fate *fate)
{
    static const int natures[NATURES] = {230, 330, 300, 70, 50, 20};
    static const int channels[8] = {560, 60, 190, 90, 30, 15, 40, 15};
    static const int categories[CITY_CATEGORIES] = {190, 140, 150, 120, 130, 90, 70, 60, 50};
    fate->nature = 1 + city_choose(&plan->base.chance, natures, NATURES);
    fate->channel = 1 + city_choose(&plan->base.chance, channels, 8);
    fate->category = city_choose(&plan->base.chance, categories, CITY_CATEGORIES);
    if (city_storm(plan->base.city, city_day(plan->base.now_us), plan->district) &&
        chance_permille(&plan->base.chance, 450)) {
        fate->category = CATEGORY_WATER;
    }
}

static void receive(struct ticket_plan *plan)
{
    struct life *life = plan->base.life;
    struct fate *fate = &plan->fate;
    struct life_statement *statement = begin(&plan->base, TICKET_RECEIVED, plan->base.now_us);
    plan->district =
        city_choose_district(plan->base.city, &plan->base.chance, city_day(plan->base.now_us));
    choose_subject(plan, fate);
    fate->district = chance_permille(&plan->base.chance, 2) ? NOBODY : plan->district;
    fate->received_us = plan->base.now_us;
    fate->due_us = city_deadline_us(plan->base.city, plan->base.now_us, days_allowed[fate->nature]);
    plan->unit = chance_permille(&plan->base.chance, 600)
                     ? (int)chance_below(&plan->base.chance, CITY_TOWNS)
                     : city_department(fate->category);
    int town =
        plan->unit < CITY_TOWNS ? plan->unit : (int)chance_below(&plan->base.chance, CITY_TOWNS);
    const char *external = plan_text(&plan->base, "W%011" PRIu64,
                                     chance_next(&plan->base.chance) % UINT64_C(100000000000));
    const char *caller = plan_text(&plan->base, "%016" PRIx64, // some call often
                                   chance_mix((uint64_t)chance_below(&plan->base.chance, 400000)));
    put_instant(statement, FACTS_KIND, 0, TICKET_RECEIVED_US, fate->received_us);
    put_instant(statement, FACTS_KIND, 0, TICKET_DUE_US, fate->due_us);
    put_text(statement, FACTS_KIND, 0, TICKET_DISTRICT,
             district_as_written(&plan->base.chance, fate->district));
    put_text(statement, FACTS_KIND, 0, TICKET_TOWN, city_unit_zh(plan->district, town));
    put_text(statement, FACTS_KIND, 0, TICKET_LOCATION_DISTRICT, city_district(plan->district)->zh);
    put_integer(statement, FACTS_KIND, 0, TICKET_NATURE, fate->nature);
    put_integer(statement, FACTS_KIND, 0, TICKET_CHANNEL, fate->channel);
    put_text(statement, FACTS_KIND, 0, TICKET_CATEGORY1, city_category(fate->category));
    put_text(statement, FACTS_KIND, 0, TICKET_CATEGORY2,
             city_subcategory(fate->category,
                              (int)chance_below(&plan->base.chance, CITY_SUBCATEGORIES)));
    put_text(statement, FACTS_KIND, 0, TICKET_EXTERNAL_NUMBER, external);
    put_text(statement, FACTS_KIND, 0, TICKET_CALLER_HASH, caller);
    if (fate->channel == CHANNEL_MESSAGE_BOARD) { // the message board is a source of its own
        life->source = BOARD_SOURCE;
        life->authority = "gz-board";
    }
}

// Puts a new dispatch to the unit that has it into a statement.
static void put_dispatch(struct ticket_plan *plan, struct life_statement *statement)
{
    struct fate *fate = &plan->fate;
    struct life_dispatch *dispatch = &fate->dispatches[fate->dispatch_count++];
    int unknown = chance_permille(&plan->base.chance, 1);
    *dispatch = (struct life_dispatch){
        .district = unknown ? NOBODY : plan->district,
        .dispatched_us = plan->base.now_us,
        .sign_due_us = city_work_us(plan->base.city, plan->base.now_us, 4 * 3600),
        .signed_us = INSTANT_NONE,
        .returned_us = INSTANT_NONE,
    };
    int key = fate->dispatch_count;
    put_occurrence(statement, TICKET_DISPATCH, key);
    put_instant(statement, TICKET_DISPATCH, key, OCCURRENCE_AT_US, dispatch->dispatched_us);
    put_text(statement, TICKET_DISPATCH, key, DISPATCH_UNIT,
             unknown ? "临时专班"
                     : unit_as_written(&plan->base.chance, plan->district, plan->unit));
    put_instant(statement, TICKET_DISPATCH, key, DISPATCH_SIGN_DUE_US, dispatch->sign_due_us);
}

static void dispatch(struct ticket_plan *plan, int64_t at_us)
{
    struct life_statement *statement = begin(&plan->base, TICKET_DISPATCHED, at_us);
    if (statement) {
        put_dispatch(plan, statement);
    }
}

// To another district: its name and a dispatch in one statement.
static void reassign(struct ticket_plan *plan)
{
    const struct city *city = plan->base.city;
    if (city->district_count < 2) {
        return;
    }
    struct life_statement *statement =
        begin(&plan->base, TICKET_REASSIGNED, working_later(&plan->base, 600, 20000));
    if (!statement) {
        return;
    }
    int other = plan->district;
    while (other == plan->district) {
        other = city->districts[chance_below(&plan->base.chance, city->district_count)];
    }
    plan->district = plan->fate.district = other;
    put_text(statement, FACTS_KIND, 0, TICKET_DISTRICT,
             district_as_written(&plan->base.chance, other));
    put_dispatch(plan, statement);
}

// Signs or returns the newest dispatch. Returns whether the unit keeps it.
static bool sign(struct ticket_plan *plan)
{
    struct fate *fate = &plan->fate;
    struct life_dispatch *newest = &fate->dispatches[fate->dispatch_count - 1];
    const struct district_names *names = city_district(plan->district);
    bool is_late = chance_permille(&plan->base.chance, 25 + (names->speed - 850) / 6);
    int64_t at_us =
        is_late ? working_later(&plan->base, 15000, 50000) : working_later(&plan->base, 120, 12000);
    bool is_returned = fate->dispatch_count < TICKET_DISPATCHES - 1 &&
                       chance_permille(&plan->base.chance, names->returns);
    struct life_statement *statement =
        begin(&plan->base, is_returned ? TICKET_RETURNED : TICKET_SIGNED, at_us);
    if (!statement) {
        return true;
    }
    put_occurrence(statement, TICKET_DISPATCH, fate->dispatch_count);
    if (is_returned) {
        newest->returned_us = plan->base.now_us;
        put_instant(statement, TICKET_DISPATCH, fate->dispatch_count, DISPATCH_RETURNED_US,
                    plan->base.now_us);
    } else {
        newest->signed_us = plan->base.now_us;
        put_instant(statement, TICKET_DISPATCH, fate->dispatch_count, DISPATCH_SIGNED_US,
                    plan->base.now_us);
    }
    return !is_returned;
}

// Until some unit keeps it.
static void find_unit(struct ticket_plan *plan)
{
    dispatch(plan, minutes_later(&plan->base, 2, 60));
    if (chance_permille(&plan->base.chance, 18)) {
        reassign(plan);
    }
    while (!plan->base.over && !sign(plan)) {
        plan->unit =
            (plan->unit + 1 + (int)chance_below(&plan->base.chance, CITY_UNITS - 1)) % CITY_UNITS;
        dispatch(plan, minutes_later(&plan->base, 5, 90));
    }
}

static void contact(struct ticket_plan *plan, int key)
{
    struct fate *fate = &plan->fate;
    struct life_statement *statement =
        begin(&plan->base, TICKET_CONTACTED, working_later(&plan->base, 300, 15000));
    if (!statement) {
        return;
    }
    bool reached = chance_permille(&plan->base.chance, 900);
    fate->contact = reached || fate->contact == 1;
    put_occurrence(statement, TICKET_CONTACT, key);
    put_instant(statement, TICKET_CONTACT, key, OCCURRENCE_AT_US, plan->base.now_us);
    put_integer(statement, TICKET_CONTACT, key, CONTACT_REACHED, reached);
}

static void extend(struct ticket_plan *plan)
{
    struct fate *fate = &plan->fate;
    struct life_statement *statement =
        begin(&plan->base, TICKET_EXTENDED, working_later(&plan->base, 600, 20000));
    if (!statement) {
        return;
    }
    bool approved = chance_permille(&plan->base.chance, 850);
    if (approved) {
        fate->extensions++;
        fate->due_us = city_deadline_us(plan->base.city, fate->due_us, days_allowed[fate->nature]);
        put_instant(statement, FACTS_KIND, 0, TICKET_DUE_US, fate->due_us);
    }
    put_occurrence(statement, TICKET_EXTENSION, 1);
    put_instant(statement, TICKET_EXTENSION, 1, OCCURRENCE_AT_US, plan->base.now_us);
    put_integer(statement, TICKET_EXTENSION, 1, EXTENSION_APPROVED, approved);
}

static void reply(struct ticket_plan *plan)
{
    struct life_statement *statement = begin(&plan->base, TICKET_REPLIED, plan->base.now_us);
    if (statement) {
        plan->fate.replied = true;
        put_occurrence(statement, TICKET_REPLY, 1);
        put_instant(statement, TICKET_REPLY, 1, OCCURRENCE_AT_US, plan->base.now_us);
    }
}

static void close_ticket(struct ticket_plan *plan, int64_t at_us, int unit)
{
    struct fate *fate = &plan->fate;
    struct life_statement *statement = begin(&plan->base, TICKET_CLOSED, at_us);
    if (!statement) {
        return;
    }
    int key = ++fate->closing_count;
    fate->closings[key - 1] = plan->base.now_us;
    fate->outcome = chance_permille(&plan->base.chance, 780) ? OUTCOME_SOLVED : OUTCOME_EXPLAINED;
    put_occurrence(statement, TICKET_CLOSING, key);
    put_instant(statement, TICKET_CLOSING, key, OCCURRENCE_AT_US, plan->base.now_us);
    if (unit != NO_UNIT) {
        put_text(statement, TICKET_CLOSING, key, CLOSING_UNIT,
                 city_unit_code(plan->district, unit));
    }
    put_integer(statement, TICKET_CLOSING, key, CLOSING_OUTCOME, fate->outcome);
}

// Five levels and "not rated"; goodwill moves the draw, in 1,000.
static int choose_rating(struct ticket_plan *plan, int goodwill)
{
    static const int up_to[5] = {30, 75, 150, 430, 880};
    int64_t draw = chance_below(&plan->base.chance, 1000);
    draw += draw < 880 ? goodwill : 0;
    for (int i = 0; i < 5; i++) {
        if (draw < up_to[i]) {
            return VERY_DISSATISFIED + i;
        }
    }
    return NOT_RATED;
}

static int goodwill_of(const struct ticket_plan *plan)
{
    const struct fate *fate = &plan->fate;
    int goodwill = city_district(plan->district)->goodwill;
    goodwill += fate->closings[0] > fate->due_us ? -45 : 0;
    goodwill += fate->contact == 1 ? 10 : -30;
    return goodwill;
}

// Asks the citizen. Returns whether the visit was valid and the answer bad.
static bool visit(struct ticket_plan *plan, int key, bool second, int goodwill)
{
    struct fate *fate = &plan->fate;
    struct life_statement *statement =
        begin(&plan->base, second ? TICKET_SECOND_RATED : TICKET_VISITED,
              working_later(&plan->base, 3600, 120000));
    if (!statement) {
        return false;
    }
    bool valid = chance_permille(&plan->base.chance, second ? 970 : 920);
    struct life_visit answer = {.visited_us = plan->base.now_us};
    put_occurrence(statement, TICKET_VISIT, key);
    put_instant(statement, TICKET_VISIT, key, OCCURRENCE_AT_US, plan->base.now_us);
    put_integer(statement, TICKET_VISIT, key, VISIT_VALID, valid);
    if (valid) {
        answer.contacted = chance_permille(&plan->base.chance, fate->contact == 1 ? 975 : 500);
        answer.result = choose_rating(plan, goodwill);
        answer.solved =
            chance_permille(&plan->base.chance, answer.result <= DISSATISFIED ? 250 : 905);
        answer.attitude = choose_rating(plan, goodwill + 60);
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

static void rework(struct ticket_plan *plan, int key)
{
    struct life_statement *statement =
        begin(&plan->base, TICKET_REWORKED, minutes_later(&plan->base, 10, 600));
    if (statement) {
        plan->fate.reworks++;
        put_occurrence(statement, TICKET_REWORK, key);
        put_instant(statement, TICKET_REWORK, key, OCCURRENCE_AT_US, plan->base.now_us);
    }
}

static void escalate(struct ticket_plan *plan, int level)
{
    struct life_statement *statement =
        begin(&plan->base, TICKET_ESCALATED, working_later(&plan->base, 600, 30000));
    if (statement) {
        plan->fate.escalations++;
        put_occurrence(statement, TICKET_ESCALATION, level);
        put_instant(statement, TICKET_ESCALATION, level, OCCURRENCE_AT_US, plan->base.now_us);
        put_integer(statement, TICKET_ESCALATION, level, ESCALATION_LEVEL, level);
    }
}

static void close_again(struct ticket_plan *plan)
{
    close_ticket(plan, city_work_us(plan->base.city, plan->base.now_us, handling_seconds(plan, 3)),
                 plan->unit);
}

// What follows a closing: a visit; if the citizen is not satisfied, once more; if still not, higher
// up.
static void ask_citizen(struct ticket_plan *plan)
{
    if (!chance_permille(&plan->base.chance, 720) || !visit(plan, 1, false, goodwill_of(plan)) ||
        !chance_permille(&plan->base.chance, 700)) {
        return;
    }
    rework(plan, 1);
    close_again(plan);
    if (!chance_permille(&plan->base.chance, 850) || !visit(plan, 2, true, -60)) {
        return;
    }
    for (int level = 1; level <= 4 && (level == 1 || chance_permille(&plan->base.chance, 300));
         level++) {
        escalate(plan, level);
    }
    close_again(plan);
    visit(plan, 3, true, 20);
}

static void settle(struct ticket_plan *plan)
{
    struct fate *fate = &plan->fate;
    const struct district_names *names = city_district(plan->district);
    if (chance_permille(&plan->base.chance, names->contacts)) {
        contact(plan, 1);
        if (fate->contact != 1 && chance_permille(&plan->base.chance, 600)) {
            contact(plan, 2);
        }
    }
    if (chance_permille(&plan->base.chance, fate->nature == 1 ? 5 : 70)) {
        extend(plan);
    }
    if (plan->base.over || chance_permille(&plan->base.chance, 4)) {
        return; // never closed
    }
    int64_t seconds = handling_seconds(plan, days_allowed[fate->nature]) +
                      fate->extensions * 2 * CITY_DAY_SECONDS;
    int64_t begun_us = fate->received_us > plan->base.now_us - 2 * US_PER_HOUR ? plan->base.now_us
                                                                               : fate->received_us;
    int64_t done_us = city_work_us(plan->base.city, begun_us, seconds);
    plan->base.now_us = done_us > plan->base.now_us ? done_us : plan->base.now_us + 5 * MINUTE_US;
    reply(plan);
    close_ticket(plan, minutes_later(&plan->base, 1, 40), plan->unit);
    ask_citizen(plan);
}

static void exclude(struct ticket_plan *plan)
{
    struct life_statement *statement =
        begin(&plan->base, TICKET_EXCLUSION_APPROVED, working_later(&plan->base, 7000, 90000));
    if (!statement) {
        return;
    }
    plan->fate.flags |= FLAG_EXCLUDED;
    put_integer(statement, FACTS_KIND, 0, TICKET_EXCLUDED, true);
    if (chance_permille(&plan->base.chance, 150)) {
        statement =
            begin(&plan->base, TICKET_EXCLUSION_REVOKED, working_later(&plan->base, 7000, 150000));
        if (statement) {
            plan->fate.flags &= ~(unsigned)FLAG_EXCLUDED;
            put_integer(statement, FACTS_KIND, 0, TICKET_EXCLUDED, false);
        }
    }
}

static void void_ticket(struct ticket_plan *plan)
{
    struct life_statement *statement =
        begin(&plan->base, TICKET_VOIDED, minutes_later(&plan->base, 3, 240));
    if (statement) {
        plan->fate.flags |= FLAG_VOID;
        put_integer(statement, FACTS_KIND, 0, TICKET_IS_VOID, true);
    }
}

// The same matter as one of the tickets before: closed at once, without a unit.
static void mark_duplicate(struct ticket_plan *plan, uint64_t number)
{
    struct life_statement *statement =
        begin(&plan->base, TICKET_DUPLICATE_MARKED, minutes_later(&plan->base, 5, 480));
    if (!statement) {
        return;
    }
    uint64_t back =
        1 + (uint64_t)chance_below(&plan->base.chance, number < 400 ? (int64_t)number : 400);
    plan->fate.flags |= FLAG_DUPLICATE;
    put_text(statement, FACTS_KIND, 0, TICKET_DUPLICATE_OF,
             plan_text(&plan->base, "%d%08" PRIu64, plan->base.city->year, number - back + 1));
    close_ticket(plan, minutes_later(&plan->base, 1, 30), NO_UNIT);
}

// A mistake is found later: the category, the time of the first closing (now and then an impossible
// one), or the district.
static void correct(struct ticket_plan *plan)
{
    struct fate *fate = &plan->fate;
    struct life_statement *statement =
        begin(&plan->base, TICKET_CORRECTED, working_later(&plan->base, 3000, 200000));
    if (!statement) {
        return;
    }
    int64_t what = chance_below(&plan->base.chance, 10);
    if (what < 4 || (what < 8 && fate->closing_count == 0)) {
        fate->category = (fate->category + 1) % CITY_CATEGORIES;
        put_text(statement, FACTS_KIND, 0, TICKET_CATEGORY1, city_category(fate->category));
    } else if (what < 8) {
        int64_t earlier_us = chance_between(&plan->base.chance, 60, 9000) * US_PER_SECOND;
        fate->closings[0] -= earlier_us;
        if (what == 7 && fate->closing_count == 1) {
            fate->closings[0] = fate->received_us - earlier_us;
        }
        put_occurrence(statement, TICKET_CLOSING, 1);
        put_instant(statement, TICKET_CLOSING, 1, OCCURRENCE_AT_US, fate->closings[0]);
    } else {
        fate->district =
            plan->base.city
                ->districts[chance_below(&plan->base.chance, plan->base.city->district_count)];
        put_text(statement, FACTS_KIND, 0, TICKET_DISTRICT,
                 district_as_written(&plan->base.chance, fate->district));
    }
}

static uint64_t count(const struct city *city)
{
    return city->tickets;
}

static int64_t begins_us(const struct city *city, uint64_t number, uint64_t count)
{
    return city_arrival_us(city, RHYTHM_CALLS, number, count, 0);
}

static void plan_ticket(const struct city *city, uint64_t number, struct life *life,
                        struct tally *const *tallies)
{
    struct ticket_plan ticket = {
        .base = plan_open(city, FAMILY_HOTLINE, number, life),
        .fate = {.contact = -1,
                 .visit.visited_us = INSTANT_NONE,
                 .second_visit.visited_us = INSTANT_NONE},
    };
    struct chance *chance = &ticket.base.chance;
    life->source = HOTLINE_SOURCE;
    life->authority = "gz12345";
    snprintf(life->entity, sizeof life->entity, "%d%08" PRIu64, city->year, number + 1);
    ticket.base.now_us = city_arrival_us(city, RHYTHM_CALLS, number, city->tickets,
                                         (uint32_t)(chance_next(chance) >> 32));
    receive(&ticket);
    int64_t turn = chance_below(chance, 1000);
    if (turn < 6) {
        void_ticket(&ticket);
    } else if (turn < 20 && number > 0 && ticket.fate.channel != CHANNEL_MESSAGE_BOARD) {
        mark_duplicate(&ticket, number);
    } else {
        find_unit(&ticket);
        settle(&ticket);
    }
    if (chance_permille(chance, 20)) {
        exclude(&ticket);
    }
    if (chance_permille(chance, 12)) {
        correct(&ticket);
    }
    plan_sends(&ticket.base);
    if (tallies) {
        hotline_count(&ticket.fate, tallies);
    }
}

static const char *const sources[] = {HOTLINE_SOURCE, BOARD_SOURCE, NULL};

const struct simulated_family simulated_hotline = {
    .family = FAMILY_HOTLINE,
    .sources = sources,
    .count = count,
    .begins_us = begins_us,
    .plan = plan_ticket,
    .tables = hotline_tables,
    .table_count = HOTLINE_TABLES,
};
