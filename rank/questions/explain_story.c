// One row per indicator: which of the entity's times and facts tell why it costs. What a profile defines by itself is told by its move.
#include "rank/questions/explain_internal.h"

#include "core/count_rule.h"
#include "core/hotline.h"
#include "core/incident.h"
#include "core/inspection.h"
#include "core/traffic.h"

#include <inttypes.h>

struct teller {
    const struct question *question;
    struct arena *arena;
    const struct indicator_settings *settings;
    const struct costly_entity *entity;
    const struct family_definition *family;
    const struct state *state;
    const struct value *values; // of the family's columns
    const struct story *story;
};

struct story {
    const char *indicator;
    const char *(*tell)(const struct teller *teller);
    const char *from, *until; // columns
    const char *en, *zh;      // of what is done, or not
};

static const char *pick(const struct teller *teller, const char *en, const char *zh)
    __attribute__((format_arg(2), format_arg(3)));
static const char *pick(const struct teller *teller, const char *en, const char *zh)
{
    return question_pick(teller->question, en, zh);
}

static int64_t instant(const struct teller *teller, const char *column)
{
    for (size_t i = 0; i < teller->family->column_count; i++)
        if (strcmp(teller->family->columns[i].name, column) == 0)
            return teller->values[i].type == VALUE_EMPTY ? INSTANT_NONE : teller->values[i].integer;
    return INSTANT_NONE;
}

static int64_t rule_due_us(const struct teller *teller, const struct begun *begun)
{
    const struct count_rule *rules = teller->question->result.profile.rules;
    return teller->settings->rule ? count_rule_due_us(&rules[teller->settings->rule - 1],
                                                      &teller->question->working, begun)
                                  : begun->stated_due_us;
}

// When it is due: as the source states, or as the rule has it.
static int64_t due_us(const struct teller *teller)
{
    struct begun begun = {.stated_due_us = INSTANT_NONE};
    struct ticket ticket;
    struct problem problem;
    struct incident incident;
    switch (teller->family->family) {
    case FAMILY_HOTLINE:
        ticket_read(teller->state, teller->arena, &ticket);
        ticket_begun(&ticket, &begun);
        break;
    case FAMILY_INSPECTION:
        problem_read(teller->state, teller->arena, &problem);
        problem_begun(&problem, &begun);
        break;
    case FAMILY_INCIDENT:
        incident_read(teller->state, &incident);
        incident_begun(&incident, &begun);
        break;
    default:
        break;
    }
    return rule_due_us(teller, &begun);
}

// "2022-10-03 09:00", in the zone.
static const char *print_time(const struct teller *teller, int64_t instant_us)
{
    enum { DATE = 10, TIME = 5 };
    char printed[32];
    civil_print_instant(zone_wall_us(teller->question->snapshot.generation.zone, instant_us),
                        printed);
    return arena_printf(teller->arena, "%.*s %.*s", DATE, printed, TIME, printed + DATE + 1);
}

// "3 h 10 min": two units, rounded down.
static const char *print_span(const struct teller *teller, int64_t span_us)
{
    int64_t minutes = span_us / US_PER_SECOND / 60, hours = minutes / 60, days = hours / 24;
    if (days)
        return arena_printf(
            teller->arena,
            pick(teller, "%" PRId64 " d %" PRId64 " h", "%" PRId64 "天%" PRId64 "小时"), days,
            hours % 24);
    if (hours)
        return arena_printf(
            teller->arena,
            pick(teller, "%" PRId64 " h %" PRId64 " min", "%" PRId64 "小时%" PRId64 "分"), hours,
            minutes % 60);
    if (minutes)
        return arena_printf(teller->arena, pick(teller, "%" PRId64 " min", "%" PRId64 "分"),
                            minutes);
    return arena_printf(teller->arena, pick(teller, "%" PRId64 " s", "%" PRId64 "秒"),
                        span_us / US_PER_SECOND);
}

static bool is_in_period(const struct teller *teller, int64_t instant_us)
{
    const struct period *period = &teller->question->result.assessment.period;
    const struct zone *zone = teller->question->snapshot.generation.zone;
    return instant_us != INSTANT_NONE && instant_us >= period_from_us(period, zone) &&
           instant_us < period_until_us(period, zone);
}

// ---- times ----

static const char *tell_late(const struct teller *teller)
{
    int64_t due = due_us(teller), done = instant(teller, teller->story->until);
    const char *verb = pick(teller, teller->story->en, teller->story->zh);
    if (due == INSTANT_NONE)
        return pick(teller, "has no due time", "无时限");
    if (done == INSTANT_NONE)
        return arena_printf(teller->arena, pick(teller, "due %s, not %s", "时限 %s，未%s"),
                            print_time(teller, due), verb);
    return arena_printf(teller->arena,
                        pick(teller, "due %s, %s %s after it was due", "时限 %s，%s晚 %s"),
                        print_time(teller, due), verb, print_span(teller, done - due));
}

static const char *tell_open(const struct teller *teller)
{
    int64_t due = due_us(teller), closed = instant(teller, "first_closed_at");
    if (closed == INSTANT_NONE)
        return arena_printf(teller->arena, pick(teller, "due %s, not closed", "时限 %s，未办结"),
                            print_time(teller, due));
    return arena_printf(
        teller->arena,
        pick(teller, "due %s, closed %s, after the period's end", "时限 %s，期末之后 %s 才办结"),
        print_time(teller, due), print_time(teller, closed));
}

static const char *tell_span(const struct teller *teller)
{
    int64_t from = instant(teller, teller->story->from),
            until = instant(teller, teller->story->until);
    return arena_printf(teller->arena, pick(teller, "%s, from %s to %s", "历时 %s，自 %s 至 %s"),
                        print_span(teller, until - from), print_time(teller, from),
                        print_time(teller, until));
}

static const char *tell_found(const struct teller *teller)
{
    return arena_printf(teller->arena, "%s %s", pick(teller, "found", "发现于"),
                        print_time(teller, instant(teller, "found_at")));
}

// ---- tickets ----

static const char *const levels[][2] = {
    {"not rated", "未评价"},    {"very dissatisfied", "非常不满意"},
    {"dissatisfied", "不满意"}, {"basically satisfied", "基本满意"},
    {"satisfied", "满意"},      {"very satisfied", "非常满意"},
    {"not rated", "未评价"},
};

static const char *print_level(const struct teller *teller, int level)
{
    return pick(teller, levels[level][0], levels[level][1]);
}

static const char *tell_visit(const struct teller *teller)
{
    struct ticket ticket;
    ticket_read(teller->state, teller->arena, &ticket);
    const char *what = teller->story->en ? pick(teller, teller->story->en, teller->story->zh)
                                         : print_level(teller, ticket.visit.result);
    return arena_printf(teller->arena, pick(teller, "visited %s: %s", "回访 %s：%s"),
                        print_time(teller, ticket.visit.visited_us), what);
}

static const char *tell_double(const struct teller *teller)
{
    struct ticket ticket;
    ticket_read(teller->state, teller->arena, &ticket);
    return arena_printf(
        teller->arena,
        pick(teller, "visited %s: result %s, attitude %s", "回访 %s：结果%s，态度%s"),
        print_time(teller, ticket.visit.visited_us), print_level(teller, ticket.visit.result),
        print_level(teller, ticket.visit.attitude));
}

static const char *tell_second_visit(const struct teller *teller)
{
    struct ticket ticket;
    ticket_read(teller->state, teller->arena, &ticket);
    return arena_printf(teller->arena, pick(teller, "second rating %s: %s", "二次评价 %s：%s"),
                        print_time(teller, ticket.second_visit.visited_us),
                        print_level(teller, ticket.second_visit.result));
}

static const char *tell_closed(const struct teller *teller)
{
    return arena_printf(teller->arena, pick(teller, "closed %s: %s", "办结 %s：%s"),
                        print_time(teller, instant(teller, "last_closed_at")),
                        pick(teller, teller->story->en, teller->story->zh));
}

static const char *tell_reworked(const struct teller *teller)
{
    struct ticket ticket;
    ticket_read(teller->state, teller->arena, &ticket);
    return arena_printf(
        teller->arena,
        pick(teller, "closed %s, reworked %" PRIu32 " x", "办结 %s，重办 %" PRIu32 " 次"),
        print_time(teller, ticket.last_closed_us), ticket.reworks);
}

static bool is_of_subject(const struct teller *teller, const struct ticket *ticket,
                          const struct ticket_dispatch *dispatch)
{
    const struct question *question = teller->question;
    const struct generation *generation = &question->snapshot.generation;
    if (!is_in_period(teller, dispatch->dispatched_us))
        return false;
    return question->result.profile.subject != SUBJECT_DISTRICT ||
           text_equal(dispatch_district(ticket, dispatch, generation->areas,
                                        zone_day(generation->zone, dispatch->dispatched_us)),
                      question_subject(question)->code);
}

static const char *print_signing(const struct teller *teller,
                                 const struct ticket_dispatch *dispatch, int64_t sign_due_us)
{
    if (sign_due_us == INSTANT_NONE)
        return pick(teller, "has no signing due time", "无签收时限");
    if (dispatch->signed_us == INSTANT_NONE)
        return pick(teller, "not signed", "未签收");
    return arena_printf(teller->arena, pick(teller, "signed %s after it was due", "签收晚 %s"),
                        print_span(teller, dispatch->signed_us - sign_due_us));
}

static const char *tell_dispatches(const struct teller *teller, bool of_returns)
{
    struct ticket ticket;
    const char *out = "";
    ticket_read(teller->state, teller->arena, &ticket);
    for (uint32_t i = 0; i < ticket.dispatch_count; i++) {
        const struct ticket_dispatch *at = &ticket.dispatches[i];
        struct begun begun;
        dispatch_begun(&ticket, at, &begun);
        int64_t sign_due_us = rule_due_us(teller, &begun);
        bool costs = of_returns ? at->returned_us != INSTANT_NONE
                                : sign_due_us == INSTANT_NONE || at->signed_us == INSTANT_NONE ||
                                      at->signed_us > sign_due_us;
        if (!costs || !is_of_subject(teller, &ticket, at))
            continue;
        out = of_returns
                  ? arena_printf(teller->arena, "%s%s%s %s", out, *out ? "; " : "",
                                 pick(teller, "returned", "退单"),
                                 print_time(teller, at->returned_us))
                  : arena_printf(teller->arena,
                                 pick(teller, "%s%sdispatched %s: %s", "%s%s派单 %s：%s"), out,
                                 *out ? "; " : "", print_time(teller, at->dispatched_us),
                                 print_signing(teller, at, sign_due_us));
    }
    return out;
}

static const char *tell_signing(const struct teller *teller)
{
    return tell_dispatches(teller, false);
}

static const char *tell_returns(const struct teller *teller)
{
    return tell_dispatches(teller, true);
}

static const char *tell_plain(const struct teller *teller)
{
    return arena_printf(teller->arena, pick(teller, "received %s: %s", "受理 %s：%s"),
                        print_time(teller, instant(teller, "received_at")),
                        pick(teller, teller->story->en, teller->story->zh));
}

static const char *tell_missing(const struct teller *teller)
{
    const char *out = pick(teller, "does not state:", "未填：");
    for (int i = 0; ticket_required[i]; i++)
        for (size_t j = 0; j < teller->family->column_count; j++)
            if ((teller->settings->required >> i & 1) && teller->values[j].type == VALUE_EMPTY &&
                strcmp(teller->family->columns[j].name, ticket_required[i]) == 0)
                out = arena_printf(teller->arena, "%s %s", out, ticket_required[i]);
    return out;
}

// ---- problems and roads ----

static const char *tell_unsettled(const struct teller *teller)
{
    struct problem problem;
    problem_read(teller->state, teller->arena, &problem);
    return arena_printf(teller->arena, "%s%s", tell_found(teller),
                        problem.last_rectified_us == INSTANT_NONE
                            ? pick(teller, ", not rectified", "，未整改")
                            : pick(teller, ", the last re-check failed", "，末次复查不合格"));
}

static const char *tell_rechecks(const struct teller *teller)
{
    struct problem problem;
    const char *out = "";
    problem_read(teller->state, teller->arena, &problem);
    for (uint32_t i = 0; i < problem.recheck_count; i++)
        if (problem.rechecks[i].passed == 0 &&
            is_in_period(teller, problem.rechecks[i].rechecked_us))
            out = arena_printf(
                teller->arena, pick(teller, "%s%sre-check of %s failed", "%s%s%s 复查不合格"), out,
                *out ? "; " : "", print_time(teller, problem.rechecks[i].rechecked_us));
    return out;
}

static const char *tell_hour(const struct teller *teller)
{
    const int64_t *measures = teller->entity->hour->measures;
    struct rational ratio = rational_fraction(teller->arena, measures[TRAFFIC_COUNT_TRAVEL_MS],
                                              measures[TRAFFIC_COUNT_FREE_FLOW_MS]);
    const char *printed = rational_print(teller->arena, ratio, 2);
    if (teller->entity->hour->hour_us == INSTANT_NONE)
        return arena_printf(teller->arena,
                            pick(teller, "%s x the time of free flow", "自由流时间的 %s 倍"),
                            printed);
    return arena_printf(teller->arena,
                        pick(teller, "the hour from %s: %s x the time of free flow",
                             "%s 起一小时：自由流时间的 %s 倍"),
                        print_time(teller, teller->entity->hour->hour_us), printed);
}

// ---- the table ----

static const struct story stories[] = {
    {"W02", tell_signing, NULL, NULL, NULL, NULL},
    {"W03", tell_plain, NULL, NULL, "the caller was tried and never reached", "联系未果"},
    {"W04", tell_late, NULL, "first_closed_at", "closed", "办结"},
    {"W05", tell_open, NULL, NULL, NULL, NULL},
    {"W06", tell_visit, NULL, NULL, "had not been contacted", "未曾联系"},
    {"W07", tell_visit, NULL, NULL, "not solved, says the citizen", "诉求人认为未解决"},
    {"W08", tell_closed, NULL, NULL, "explained, not solved", "解释说明，未实际解决"},
    {"W09", tell_visit, NULL, NULL, NULL, NULL},
    {"W10", tell_double, NULL, NULL, NULL, NULL},
    {"W11", tell_returns, NULL, NULL, NULL, NULL},
    {"W12", tell_reworked, NULL, NULL, NULL, NULL},
    {"W13", tell_reworked, NULL, NULL, NULL, NULL},
    {"W14", tell_second_visit, NULL, NULL, NULL, NULL},
    {"W15", tell_open, NULL, NULL, NULL, NULL},
    {"W17", tell_closed, NULL, NULL, "no valid visit", "无有效回访"},
    {"W18", tell_span, "received_at", "last_closed_at", NULL, NULL},
    {"W19", tell_visit, NULL, NULL, NULL, NULL},
    {"W20", tell_span, "received_at", "last_closed_at", NULL, NULL},
    {"M01", tell_plain, NULL, NULL, "not replied to", "未回复"},
    {"M02", tell_visit, NULL, NULL, NULL, NULL},
    {"D01", tell_missing, NULL, NULL, NULL, NULL},
    {"E02", tell_late, NULL, "first_reported_at", "first reported", "首报"},
    {"E03", tell_span, "dispatched_at", "arrived_at", NULL, NULL},
    {"E04", tell_span, "known_at", "closed_at", NULL, NULL},
    {"T01", tell_span, "known_at", "reopened_at", NULL, NULL},
    {"T02", tell_hour, NULL, NULL, NULL, NULL},
    {"T03", tell_hour, NULL, NULL, NULL, NULL},
    {"T04", tell_unsettled, NULL, NULL, NULL, NULL},
    {"O01", tell_late, NULL, "first_rectified_at", "rectified", "整改"},
    {"O02", tell_rechecks, NULL, NULL, NULL, NULL},
    {"O03", tell_found, NULL, NULL, NULL, NULL},
};

static bool read_entity(struct teller *teller, struct state *state)
{
    const struct costly_entity *entity = teller->entity;
    struct error error = ERROR_INIT;
    teller->family = family_get(entity->family);
    if (!entity->state.length)
        return true;
    if (!state_decode(teller->arena, entity->state, state, &error))
        return false; // it was decoded when it was counted
    struct value *values =
        arena_array(teller->arena, struct value, teller->family->column_count + 1);
    const struct entity_key key = {entity->authority, entity->id, 0};
    teller->family->read_columns(&key, state, teller->arena, values);
    teller->state = state;
    teller->values = values;
    return true;
}

const char *explain_story(const struct question *question, struct arena *arena, size_t indicator,
                          const struct costly_entity *entity)
{
    const struct indicator_settings *settings =
        &question->result.profile.indicators[indicator].settings;
    struct teller teller = {
        .question = question, .arena = arena, .settings = settings, .entity = entity};
    struct state state;
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
        if (strcmp(stories[i].indicator, settings->indicator->id) != 0)
            continue;
        teller.story = &stories[i];
        return read_entity(&teller, &state) ? stories[i].tell(&teller) : "";
    }
    return arena_printf(arena, "%s%s", pick(&teller, "had it been saved: ", "若："),
                        pick(&teller, settings->indicator->move.en, settings->indicator->move.zh));
}

const char *explain_times(struct arena *arena, const struct costly_entity *entity)
{
    struct teller teller = {.arena = arena, .entity = entity};
    struct state state;
    const char *out = "";
    char printed[32];
    if (!read_entity(&teller, &state) || !entity->state.length)
        return out;
    for (size_t i = 0; i < teller.family->column_count; i++) {
        if (teller.family->columns[i].type != COLUMN_TIMESTAMP ||
            teller.values[i].type == VALUE_EMPTY)
            continue;
        civil_print_instant(teller.values[i].integer, printed);
        out = arena_printf(arena, "%s%s%s=%s", out, *out ? " " : "", teller.family->columns[i].name,
                           printed);
    }
    return out;
}
