// Which entities cost: every state of the period contributes as it does to the rollups, and what it could have contributed is compared.
//
// Of tickets only those are read whose stated times touch the period. That is a guess, which the sums confirm: what a term counts is never
// negative, so when the entities that were read add up to the ranking's sums, nothing that counts is missing; else all are read.
#include "rank/questions/explain_internal.h"

#include "sql/queries.h"

#include <stdlib.h>

enum { LEAST_ROOM = 64 };

struct finding { // of one indicator
    struct costly_entities *out;
    size_t capacity;
    bool is_cut;                // out->list[most - 1] was the last that was kept
    struct indicator_sums sums; // of all entities
    struct observation *observed;
    size_t observed_count, observed_capacity;
};

struct search {
    struct question *question;
    const struct explained_term *terms; // of each indicator
    size_t most;
    const struct contender *subject;
    const struct scored_indicator *indicators;
    size_t indicator_count;
    struct counting counting;
    struct contribution_context meaning;
    struct contributions contributions; // of the entity at work
    struct arena scratch;
    enum family family; // that is being read
    struct finding *findings;
    struct measured *measured; // the subject's, with what was observed
};

// ---- the dearest ----

static int compare_costly(const void *left, const void *right)
{
    const struct costly_entity *a = left, *b = right;
    int order = rational_compare(b->gain, a->gain);
    if (!order)
        order = (int)a->family - (int)b->family;
    if (!order)
        order = text_compare(a->authority, b->authority);
    return order ? order : text_compare(a->id, b->id);
}

static void cut(struct search *search, struct finding *finding)
{
    struct costly_entities *out = finding->out;
    if (out->count)
        qsort(out->list, out->count, sizeof *out->list, compare_costly);
    if (out->count < search->most)
        return;
    out->count = search->most;
    finding->is_cut = true;
}

// Copies what is kept.
static void keep(struct search *search, struct finding *finding, const struct costly_entity *entity)
{
    struct arena *arena = &search->question->arena;
    struct costly_entities *out = finding->out;
    if (!search->most ||
        (finding->is_cut && compare_costly(&out->list[search->most - 1], entity) < 0))
        return;
    if (out->count == finding->capacity && out->count >= 2 * search->most)
        cut(search, finding);
    if (out->count == finding->capacity) {
        finding->capacity = finding->capacity ? finding->capacity * 2 : LEAST_ROOM;
        struct costly_entity *list = arena_array(arena, struct costly_entity, finding->capacity);
        if (out->count)
            memcpy(list, out->list, out->count * sizeof *list);
        out->list = list;
    }
    struct costly_entity *kept = &out->list[out->count++];
    *kept = *entity;
    kept->authority = arena_text(arena, entity->authority);
    kept->id = arena_text(arena, entity->id);
    kept->state = arena_text(arena, entity->state);
    kept->gain = rational_add(arena, entity->gain, rational_integer(arena, 0));
}

static void note_observed(struct search *search, struct finding *finding,
                          const struct observation *observed)
{
    if (finding->observed_count == finding->observed_capacity) {
        size_t capacity = finding->observed_capacity ? finding->observed_capacity * 2 : LEAST_ROOM;
        struct observation *list =
            arena_array(&search->question->arena, struct observation, capacity);
        if (finding->observed_count)
            memcpy(list, finding->observed, finding->observed_count * sizeof *list);
        finding->observed = list;
        finding->observed_capacity = capacity;
    }
    finding->observed[finding->observed_count++] = *observed;
}

// Of a quantile anything may cost until all is known; whoever took longest comes first in any case.
static void judge(struct search *search, size_t indicator, struct costly_entity *entity)
{
    struct finding *finding = &search->findings[indicator];
    const struct indicator_settings *settings = &search->indicators[indicator].settings;
    bool is_quantile =
        settings->indicator->observed != OBSERVED_NOTHING && !settings->indicator->has_limit;
    if (is_quantile)
        entity->gain = rational_fraction(&search->scratch, entity->figures.observed.numerator,
                                         entity->figures.observed.denominator);
    else if (!explain_gain(&search->scratch, settings, &search->measured[indicator],
                           &entity->figures, &entity->gain))
        return;
    finding->out->all += !is_quantile;
    keep(search, finding, entity);
}

// What the entity at work has contributed: in order of the indicators.
static void take_contributions(struct search *search, struct costly_entity *entity)
{
    struct contribution_list *list = &search->contributions.sides[SIDE_LEFT];
    struct entity_figures *figures =
        arena_array(&search->scratch, struct entity_figures, search->indicator_count + 1);
    bool *has = arena_array(&search->scratch, bool, search->indicator_count + 1);
    for (size_t i = 0; i < list->count; i++) {
        const struct contribution *at = &list->list[i];
        struct entity_figures *own = &figures[at->indicator];
        struct finding *finding = &search->findings[at->indicator];
        has[at->indicator] = true;
        if (at->slot == SLOT_OBSERVED) {
            bool is_share = search->indicators[at->indicator].settings.indicator->has_limit;
            own->is_observed = true;
            own->observed = (struct observation){at->amount, is_share ? 1 : at->denominator};
            note_observed(search, finding, &own->observed);
        } else if (at->slot == SLOT_SAMPLE) {
            own->sums.sample += at->amount;
            finding->sums.sample += at->amount;
        } else if (at->slot >= SLOT_DENOMINATOR) {
            own->sums.denominator[at->slot - SLOT_DENOMINATOR] += at->amount;
            finding->sums.denominator[at->slot - SLOT_DENOMINATOR] += at->amount;
        } else {
            own->sums.numerator[at->slot] += at->amount;
            finding->sums.numerator[at->slot] += at->amount;
        }
    }
    list->count = 0;
    for (size_t i = 0; i < search->indicator_count; i++) {
        entity->figures = figures[i];
        if (has[i] && search->terms[i].counts)
            judge(search, i, entity);
    }
}

// ---- the states ----

static bool add_row(void *context, const struct text *fields, const bool *nulls, int field_count,
                    struct error *error)
{
    struct search *search = context;
    (void)nulls;
    if (field_count != 3)
        return error_set(error, ERROR_FATAL, "states: %d columns where the query has 3",
                         field_count);
    const struct entity_state state = {
        .bytes = fields[2],
        .family = search->family,
        .authority = fields[0],
        .entity = fields[1],
    };
    struct costly_entity entity = {
        .family = search->family, .authority = fields[0], .id = fields[1], .state = fields[2]};
    arena_reset(&search->scratch);
    if (!contributions_add_state(&search->contributions, &search->counting, &search->meaning,
                                 &state, &search->scratch, error))
        return false;
    take_contributions(search, &entity);
    return true;
}

static bool counts_family(const struct search *search, enum family family)
{
    for (size_t i = 0; i < search->indicator_count; i++) {
        const struct indicator *indicator = search->indicators[i].settings.indicator;
        if (count_sources[indicator->source].rollup->family == family)
            return true;
    }
    return false;
}

static bool read_states(struct search *search, bool near_the_period, struct error *error)
{
    struct snapshot *snapshot = &search->question->snapshot;
    const struct {
        enum family family;
        const struct query *query; // authority, entity_id, state
    } states[] = {
        {FAMILY_HOTLINE,
         near_the_period ? &query_rank_ticket_states_near : &query_rank_ticket_states},
        {FAMILY_INCIDENT, &query_rank_incident_states},
        {FAMILY_INSPECTION, &query_rank_problem_states},
        {FAMILY_ACTIVITY, &query_rank_activity_states},
    };
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        search->family = states[i].family;
        if (counts_family(search, states[i].family) &&
            !postgres_copy_out(snapshot->postgres, states[i].query, add_row, search, error))
            return false;
    }
    return true;
}

// Each hour of a road segment by itself.
static bool read_hours(struct search *search, struct error *error)
{
    struct question *question = search->question;
    const struct traffic_hours *hours = &question->result.hours;
    struct traffic_hours known;
    uint64_t kinds = profile_traffic_kinds(&question->result.profile);
    if (!kinds)
        return true;
    if (!question->is_published) {
        if (!snapshot_read_traffic_hours(&question->snapshot, &question->arena,
                                         &question->result.assessment.period, kinds, &known, error))
            return false;
        hours = &known;
    }
    for (size_t i = 0; i < hours->count; i++) {
        struct traffic_hour *hour = &hours->list[i];
        char instant[32] = "";
        arena_reset(&search->scratch);
        contributions_add_hours(&search->contributions, &search->counting,
                                &(struct traffic_hours){hour, 1});
        if (hour->hour_us != INSTANT_NONE)
            civil_print_instant(hour->hour_us, instant);
        struct text id = text_from(arena_printf(&search->scratch, TEXT_FORMAT " %s",
                                                TEXT_ARGUMENTS(hour->segment), instant));
        take_contributions(
            search, &(struct costly_entity){.family = FAMILY_TRAFFIC, .id = id, .hour = hour});
    }
    return true;
}

// ---- whether that was all ----

static bool is_stock(const struct indicator_term *term)
{
    return term->range > RANGE_YEAR;
}

// Terms one by one; those that make a stock from flows together, since who entered and left adds nothing.
static bool terms_agree(const struct indicator_term *terms, const int64_t *left,
                        const int64_t *right)
{
    int64_t stock = 0;
    for (size_t i = 0; terms[i].coefficient; i++) {
        if (is_stock(&terms[i]))
            stock += left[i] - right[i];
        else if (left[i] != right[i])
            return false;
    }
    return stock == 0;
}

static bool is_whole(const struct search *search, size_t indicator)
{
    const struct indicator_settings *settings = &search->indicators[indicator].settings;
    const struct measured *measured = &search->subject->measured[indicator];
    const struct finding *finding = &search->findings[indicator];
    if (settings->indicator->observed == OBSERVED_DELIVERY)
        return true; // of records, which no state tells apart
    if (settings->indicator->observed != OBSERVED_NOTHING)
        return finding->observed_count == (size_t)measured->n;
    return !measured->sums ||
           (terms_agree(settings->indicator->numerator, finding->sums.numerator,
                        measured->sums->numerator) &&
            terms_agree(indicator_denominator(settings), finding->sums.denominator,
                        measured->sums->denominator) &&
            finding->sums.sample == measured->sums->sample);
}

static size_t first_incomplete(const struct search *search)
{
    size_t indicator = 0;
    while (indicator < search->indicator_count && is_whole(search, indicator))
        indicator++;
    return indicator;
}

static void begin(struct search *search, struct costly_entities *out)
{
    for (size_t i = 0; i < search->indicator_count; i++) {
        out[i] = (struct costly_entities){0};
        search->findings[i] = (struct finding){.out = &out[i]};
    }
}

static bool read_all(struct search *search, struct costly_entities *out, struct error *error)
{
    size_t wrong = 0;
    for (int near_the_period = 1; near_the_period >= 0; near_the_period--) {
        begin(search, out);
        if (!read_states(search, near_the_period, error) || !read_hours(search, error))
            return false;
        wrong = first_incomplete(search);
        if (wrong == search->indicator_count)
            return true;
    }
    return error_set(error, ERROR_DIFFERENT,
                     TEXT_FORMAT ", " TEXT_FORMAT ": the entities do not add up to the figures of "
                                 "the ranking: run cityops-db verify, and cityops-rank prove of "
                                 "what was published",
                     TEXT_ARGUMENTS(search->subject->code),
                     TEXT_ARGUMENTS(search->indicators[wrong].key));
}

// ---- what each costs ----

// Those of a quantile that were kept though they cost nothing go; all that cost are counted.
static void settle_quantile(struct search *search, size_t indicator)
{
    const struct indicator_settings *settings = &search->indicators[indicator].settings;
    struct finding *finding = &search->findings[indicator];
    struct measured *measured = &search->measured[indicator];
    struct rational gain;
    if (finding->observed_count)
        qsort(finding->observed, finding->observed_count, sizeof *finding->observed,
              observation_compare);
    measured->observed = finding->observed;
    for (size_t i = finding->observed_count; i > 0; i--) {
        struct entity_figures one = {.is_observed = true, .observed = finding->observed[i - 1]};
        arena_reset(&search->scratch);
        if (!explain_gain(&search->scratch, settings, measured, &one, &gain))
            break;
        finding->out->all++;
    }
    if (finding->out->count > (size_t)finding->out->all)
        finding->out->count = (size_t)finding->out->all;
}

static void price(struct search *search, size_t indicator)
{
    struct question *question = search->question;
    const struct explain_question asked = explain_asked(question);
    struct costly_entities *out = search->findings[indicator].out;
    for (size_t i = 0; i < out->count; i++) {
        struct costly_entity *entity = &out->list[i];
        struct measured saved;
        struct rational cost;
        arena_reset(&search->scratch);
        explain_saved(&search->scratch, &search->indicators[indicator].settings,
                      &search->measured[indicator], &entity->figures, &saved);
        entity->has_cost = explain_cost(&search->scratch, &asked, indicator, &saved, &cost);
        if (entity->has_cost)
            entity->cost =
                rational_add(&question->arena, cost, rational_integer(&question->arena, 0));
    }
}

static void settle(struct search *search)
{
    for (size_t i = 0; i < search->indicator_count; i++) {
        const struct indicator *indicator = search->indicators[i].settings.indicator;
        if (!search->terms[i].counts)
            continue;
        cut(search, &search->findings[i]);
        if (indicator->observed != OBSERVED_NOTHING && !indicator->has_limit)
            settle_quantile(search, i);
        price(search, i);
    }
}

// ---- where they are read ----

// A published result's cut-off is gone back to, unless nothing has come since.
static bool move_snapshot(struct search *search, struct error *error)
{
    struct question *question = search->question;
    const struct assessment *assessment = &question->result.assessment;
    struct offset_vector vector;
    if (!question->is_published)
        return true;
    if (!as_of_read(question->snapshot.postgres, &question->arena, assessment->cut_off.vector,
                    &vector, error))
        return false;
    bool is_now = vector_is_newest(&vector) && !vector.leaves_out &&
                  assessment->versions.generation == question->snapshot.generation.generation;
    return is_now || snapshot_move(&question->snapshot, assessment->versions.generation,
                                   assessment->cut_off.vector, &question->result.hours, error);
}

static bool prepare(struct search *search, struct error *error)
{
    struct question *question = search->question;
    struct snapshot *snapshot = &question->snapshot;
    const struct period *period = &question->result.assessment.period;
    bool counts_working = profile_needs_calendar(&question->result.profile);
    struct parameters parameters = PARAMETERS_INIT;
    if (!move_snapshot(search, error))
        return false;
    if (counts_working &&
        !snapshot_read_calendar(snapshot, &question->arena, &question->working, error))
        return false;
    search->counting = (struct counting){
        .working = counts_working ? &question->working : NULL,
        .profile = &question->result.profile,
        .period = period,
        .generation = &snapshot->generation,
        .is_first = true,
        .is_last = true,
        .side = SIDE_LEFT,
        .only = search->subject->code,
    };
    parameter_instant(&parameters, period_from_us(period, snapshot->generation.zone));
    parameter_instant(&parameters, period_until_us(period, snapshot->generation.zone));
    return postgres_execute(snapshot->postgres, &query_rank_near_the_period, &parameters, NULL,
                            error);
}

bool explain_find_entities(struct question *question, const struct explained_term *terms,
                           size_t most, struct costly_entities *out, struct error *error)
{
    const struct contender *subject = question_subject(question);
    size_t count = question->result.profile.scoring.indicator_count;
    struct search search = {
        .question = question,
        .terms = terms,
        .most = most,
        .subject = subject,
        .indicators = question->result.profile.indicators,
        .indicator_count = count,
        .contributions = CONTRIBUTIONS_INIT,
        .findings = arena_array(&question->arena, struct finding, count + 1),
        .measured =
            arena_copy(&question->arena, subject->measured, count * sizeof *subject->measured),
    };
    bool done = prepare(&search, error);
    if (done) {
        struct zone *window =
            period_window(search.counting.period, search.counting.generation->zone);
        search.meaning = counting_meaning(&search.counting, window);
        done = read_all(&search, out, error);
        zone_close(window);
    }
    if (done)
        settle(&search);
    contributions_free(&search.contributions);
    arena_free(&search.scratch);
    return done;
}
