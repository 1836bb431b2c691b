// Reads an incident out of its state, and counts it.
//
// Units state their own times, and sources disagree about stages: what is impossible (an arrival
// before the dispatch) is kept, left out of every duration, and counted as negative. A unit that
// states no time exists and is counted as one.
#include "core/incident.h"

#include "core/reading.h"

enum { ARRIVAL_LIMIT_S = 480 };

static int64_t *instant_of_field(struct incident *incident, uint16_t field)
{
    switch (field) {
    case INCIDENT_OCCURRED_US:
        return &incident->occurred_us;
    case INCIDENT_KNOWN_US:
        return &incident->known_us;
    case INCIDENT_VERIFIED_US:
        return &incident->verified_us;
    case INCIDENT_FIRST_REPORT_DUE_US:
        return &incident->first_report_due_us;
    case INCIDENT_REOPENED_US:
        return &incident->reopened_us;
    case INCIDENT_CLEARED_US:
        return &incident->cleared_us;
    case INCIDENT_CLOSED_US:
        return &incident->closed_us;
    default:
        return NULL;
    }
}

static int64_t *people_of_field(struct incident *incident, uint16_t field)
{
    switch (field) {
    case INCIDENT_KILLED:
        return &incident->killed;
    case INCIDENT_SEVERELY_INJURED:
        return &incident->severely_injured;
    case INCIDENT_SLIGHTLY_INJURED:
        return &incident->slightly_injured;
    default:
        return NULL;
    }
}

static struct text *text_of_field(struct incident *incident, uint16_t field)
{
    switch (field) {
    case INCIDENT_CATEGORY1:
        return &incident->category1;
    case INCIDENT_CATEGORY2:
        return &incident->category2;
    case INCIDENT_DISTRICT:
        return &incident->district;
    case INCIDENT_TOWN:
        return &incident->town;
    case INCIDENT_ROAD_SEGMENT:
        return &incident->road_segment;
    case INCIDENT_MERGED_INTO:
        return &incident->merged_into;
    default:
        return NULL;
    }
}

static void read_fact(struct incident *incident, const struct state_entry *entry)
{
    int64_t *instant = instant_of_field(incident, entry->field);
    int64_t *people = people_of_field(incident, entry->field);
    struct text *text = text_of_field(incident, entry->field);
    if (instant)
        *instant = integer_of(entry, INSTANT_NONE);
    if (people)
        *people = integer_of(entry, -1);
    if (text)
        *text = text_of(entry);
    if (entry->field == INCIDENT_LEVEL)
        incident->level = (int)integer_of(entry, 0);
    if (entry->field == INCIDENT_IS_VOID && integer_of(entry, 0) == 1)
        incident->flags |= INCIDENT_FLAG_VOID;
    if (entry->field == INCIDENT_MERGED_INTO && text_of(entry).length > 0)
        incident->flags |= INCIDENT_FLAG_MERGED;
}

static void keep_earliest(int64_t *earliest_us, int64_t instant_us)
{
    if (instant_us != INSTANT_NONE && (*earliest_us == INSTANT_NONE || instant_us < *earliest_us))
        *earliest_us = instant_us;
}

// What the units say of the incident as a whole, for where nobody states it.
struct units_say {
    int64_t received_us, available_us; // the earliest; the latest
    bool any_is_out;                   // dispatched, and not available again
};

static void read_unit(struct incident *incident, struct units_say *say,
                      const struct state_entry *const *fields)
{
    int64_t dispatched_us = integer_of(fields[UNIT_DISPATCHED_US], INSTANT_NONE);
    int64_t arrived_us = integer_of(fields[UNIT_ARRIVED_US], INSTANT_NONE);
    int64_t transport_us = integer_of(fields[UNIT_TRANSPORT_US], INSTANT_NONE);
    int64_t hospital_us = integer_of(fields[UNIT_HOSPITAL_US], INSTANT_NONE);
    int64_t available_us = integer_of(fields[UNIT_AVAILABLE_US], INSTANT_NONE);
    incident->units++;
    incident->units_arrived += arrived_us != INSTANT_NONE;
    incident->hospital_before_transport +=
        hospital_us != INSTANT_NONE && transport_us != INSTANT_NONE && hospital_us < transport_us;
    keep_earliest(&incident->dispatched_us, dispatched_us);
    keep_earliest(&incident->arrived_us, arrived_us);
    keep_earliest(&say->received_us, integer_of(fields[UNIT_RECEIVED_US], INSTANT_NONE));
    if (available_us > say->available_us) // INSTANT_NONE is below all others
        say->available_us = available_us;
    say->any_is_out |= dispatched_us != INSTANT_NONE && available_us == INSTANT_NONE;
}

static void read_bulletin(struct incident *incident, const struct state_entry *const *fields)
{
    int64_t kind = integer_of(fields[BULLETIN_KIND], 0);
    incident->bulletins[kind >= 0 && kind < BULLETIN_KIND_COUNT ? kind : 0]++;
    keep_earliest(&incident->first_reported_us, integer_of(fields[BULLETIN_SENT_US], INSTANT_NONE));
}

void incident_read(const struct state *state, struct incident *out)
{
    *out = (struct incident){
        .occurred_us = INSTANT_NONE,
        .known_us = INSTANT_NONE,
        .verified_us = INSTANT_NONE,
        .dispatched_us = INSTANT_NONE,
        .arrived_us = INSTANT_NONE,
        .reopened_us = INSTANT_NONE,
        .cleared_us = INSTANT_NONE,
        .closed_us = INSTANT_NONE,
        .first_report_due_us = INSTANT_NONE,
        .first_reported_us = INSTANT_NONE,
        .killed = -1,
        .severely_injured = -1,
        .slightly_injured = -1,
    };
    struct units_say say = {INSTANT_NONE, INSTANT_NONE, false};
    struct occurrence occurrence;
    bool known_is_stated = false, closed_is_stated = false; // if only as empty
    uint32_t cursor = facts_end(state);
    for (uint32_t i = 0; i < cursor; i++) {
        read_fact(out, &state->entries[i]);
        known_is_stated |= state->entries[i].field == INCIDENT_KNOWN_US;
        closed_is_stated |= state->entries[i].field == INCIDENT_CLOSED_US;
    }
    while (occurrence_next(state, &cursor, &occurrence)) {
        if (occurrence.kind == INCIDENT_UNIT)
            read_unit(out, &say, occurrence.fields);
        else if (occurrence.kind == INCIDENT_BULLETIN)
            read_bulletin(out, occurrence.fields);
    }
    if (!known_is_stated)
        out->known_us = say.received_us;
    if (!closed_is_stated && !say.any_is_out)
        out->closed_us = say.available_us;
}

int64_t incident_cohort_us(const struct incident *incident, enum incident_cohort cohort)
{
    switch (cohort) {
    case INCIDENT_COHORT_KNOWN:
        return incident->known_us;
    case INCIDENT_COHORT_CLOSED:
        return incident->closed_us;
    case INCIDENT_COHORT_REOPENED:
        return incident->reopened_us;
    }
    return INSTANT_NONE;
}

static void measure_pair(int64_t from_us, int64_t until_us, int64_t out[3])
{
    if (from_us == INSTANT_NONE || until_us == INSTANT_NONE)
        return;
    bool is_in_order = until_us >= from_us;
    out[0] = is_in_order;
    out[1] = !is_in_order;
    out[2] = is_in_order ? (until_us - from_us) / US_PER_SECOND : 0;
}

static void measure_pairs(const struct incident *incident, int64_t out[3 * INCIDENT_PAIR_COUNT])
{
    const struct {
        int64_t from_us, until_us;
    } pairs[INCIDENT_PAIR_COUNT] = {
        [PAIR_KNOWN_VERIFIED] = {incident->known_us, incident->verified_us},
        [PAIR_KNOWN_DISPATCHED] = {incident->known_us, incident->dispatched_us},
        [PAIR_KNOWN_ARRIVED] = {incident->known_us, incident->arrived_us},
        [PAIR_DISPATCHED_ARRIVED] = {incident->dispatched_us, incident->arrived_us},
        [PAIR_KNOWN_REOPENED] = {incident->known_us, incident->reopened_us},
        [PAIR_KNOWN_CLEARED] = {incident->known_us, incident->cleared_us},
        [PAIR_KNOWN_CLOSED] = {incident->known_us, incident->closed_us},
    };
    for (size_t i = 0; i < INCIDENT_PAIR_COUNT; i++)
        measure_pair(pairs[i].from_us, pairs[i].until_us, out + 3 * i);
}

static void measure_reports(const struct incident *incident, int64_t out[INCIDENT_MEASURE_COUNT])
{
    bool due = incident->first_report_due_us != INSTANT_NONE;
    bool reported = incident->first_reported_us != INSTANT_NONE;
    out[INCIDENT_COUNT_FIRST_REPORT_DUE] = due;
    out[INCIDENT_COUNT_FIRST_REPORTED] = reported;
    out[INCIDENT_COUNT_FIRST_REPORT_ON_TIME] =
        due && reported && incident->first_reported_us <= incident->first_report_due_us;
    out[INCIDENT_COUNT_BULLETINS_FLASH] = incident->bulletins[BULLETIN_FLASH];
    out[INCIDENT_COUNT_BULLETINS_SPECIAL] = incident->bulletins[BULLETIN_SPECIAL];
    out[INCIDENT_COUNT_BULLETINS_DUTY] = incident->bulletins[BULLETIN_DUTY];
}

static int64_t people_count(int64_t stated)
{
    return stated < 0 ? 0 : stated;
}

void incident_measures(const struct incident *incident, int64_t out[INCIDENT_MEASURE_COUNT])
{
    memset(out, 0, INCIDENT_MEASURE_COUNT * sizeof *out);
    out[INCIDENT_COUNT_INCIDENTS] = 1;
    out[INCIDENT_COUNT_UNITS] = incident->units;
    out[INCIDENT_COUNT_UNITS_ARRIVED] = incident->units_arrived;
    out[INCIDENT_COUNT_HOSPITAL_BEFORE_TRANSPORT] = incident->hospital_before_transport;
    out[INCIDENT_COUNT_VERIFIED] = incident->verified_us != INSTANT_NONE;
    out[INCIDENT_COUNT_DISPATCHED] = incident->dispatched_us != INSTANT_NONE;
    out[INCIDENT_COUNT_ARRIVED] = incident->arrived_us != INSTANT_NONE;
    out[INCIDENT_COUNT_REOPENED] = incident->reopened_us != INSTANT_NONE;
    out[INCIDENT_COUNT_CLEARED] = incident->cleared_us != INSTANT_NONE;
    out[INCIDENT_COUNT_CLOSED] = incident->closed_us != INSTANT_NONE;
    measure_reports(incident, out);
    out[INCIDENT_COUNT_KILLED] = people_count(incident->killed);
    out[INCIDENT_COUNT_SEVERELY_INJURED] = people_count(incident->severely_injured);
    out[INCIDENT_COUNT_SLIGHTLY_INJURED] = people_count(incident->slightly_injured);
    measure_pairs(incident, out + INCIDENT_COUNT_PAIRS);
    const int64_t *arrival = out + INCIDENT_COUNT_PAIRS + (size_t)3 * PAIR_KNOWN_ARRIVED;
    out[INCIDENT_COUNT_ARRIVED_WITHIN_480S] =
        arrival[0] && incident->arrived_us - incident->known_us <= ARRIVAL_LIMIT_S * US_PER_SECOND;
}
