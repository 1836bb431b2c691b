// Emergency incidents (突发事件): what an incident's state means, and what it contributes.
//
// Numbers of kinds and fields are those of proto/cityops/v1/incident.proto; times follow the FHWA
// incident timeline (DOMAIN 5). What several units did is derived here from the live occurrences;
// nothing derived is stored in a state.
#pragma once

#include "core/family.h"

enum incident_event_kind {
    INCIDENT_KNOWN = 1,
    INCIDENT_VERIFIED,
    INCIDENT_REPORTED,
    INCIDENT_DISPATCHED,
    INCIDENT_ARRIVED,
    INCIDENT_REOPENED,
    INCIDENT_CLEARED,
    INCIDENT_CLOSED,
    INCIDENT_MERGED,
    INCIDENT_CORRECTED,
    INCIDENT_VOIDED,
    INCIDENT_SNAPSHOT,
    INCIDENT_PROGRESS,
};

enum incident_kind { // of occurrences
    INCIDENT_UNIT = 10,
    INCIDENT_BULLETIN = 11,
};

enum incident_field { // kind 0
    INCIDENT_OCCURRED_US = 5,
    INCIDENT_KNOWN_US = 6,
    INCIDENT_VERIFIED_US = 7,
    INCIDENT_FIRST_REPORT_DUE_US = 8,
    INCIDENT_REOPENED_US = 9,
    INCIDENT_CLEARED_US = 10,
    INCIDENT_CLOSED_US = 11,
    INCIDENT_LEVEL = 12,
    INCIDENT_CATEGORY1 = 13,
    INCIDENT_CATEGORY2 = 14,
    INCIDENT_DISTRICT = 15,
    INCIDENT_TOWN = 16,
    INCIDENT_ROAD_SEGMENT = 17,
    INCIDENT_MERGED_INTO = 18,
    INCIDENT_IS_VOID = 19,
    INCIDENT_KILLED = 20,
    INCIDENT_SEVERELY_INJURED = 21,
    INCIDENT_SLIGHTLY_INJURED = 22,
};

enum {
    UNIT_RECEIVED_US = 5,
    UNIT_DISPATCHED_US = 6,
    UNIT_RESPONDED_US = 7,
    UNIT_ARRIVED_US = 8,
    UNIT_TRANSPORT_US = 9,
    UNIT_HOSPITAL_US = 10,
    UNIT_AVAILABLE_US = 11,
    BULLETIN_SENT_US = 5,
    BULLETIN_KIND = 6,
};

enum incident_level { LEVEL_ESPECIALLY_SERIOUS = 1, LEVEL_SERIOUS, LEVEL_LARGER, LEVEL_GENERAL };
enum bulletin_kind { BULLETIN_FLASH = 1, BULLETIN_SPECIAL, BULLETIN_DUTY, BULLETIN_KIND_COUNT };
enum incident_flag { INCIDENT_FLAG_VOID = 1, INCIDENT_FLAG_MERGED = 2 };

// An incident as the rules read it; INSTANT_NONE where nobody states a time. Of several units the
// earliest dispatch and the earliest arrival count. Where nobody states known_us (nor clears it),
// the earliest receipt of a unit answers; where nobody states closed_us, the last unit's return,
// once every unit that was dispatched is available again.
struct incident {
    int64_t occurred_us, known_us, verified_us, dispatched_us, arrived_us, reopened_us, cleared_us,
        closed_us;
    int64_t first_report_due_us, first_reported_us; // the latter: the earliest bulletin with a time
    struct text district, town, road_segment, category1, category2, merged_into;
    int level;                                          // 0 not stated
    unsigned flags;                                     // enum incident_flag
    int64_t killed, severely_injured, slightly_injured; // -1 not stated
    uint32_t units, units_arrived;
    uint32_t hospital_before_transport;      // impossible order, of one unit
    uint32_t bulletins[BULLETIN_KIND_COUNT]; // by enum bulletin_kind; [0] of no stated kind
};

// Texts share the state's memory.
void incident_read(const struct state *state, struct incident *out);

// What the deadline of the first report is of (core/count_rule.h).
struct begun;
void incident_begun(const struct incident *incident, struct begun *out);

enum incident_cohort { // which milestone puts an incident into a period
    INCIDENT_COHORT_KNOWN = 1,
    INCIDENT_COHORT_CLOSED = 2,
    INCIDENT_COHORT_REOPENED = 3,
};

// Pairs of stages. Each has three measures: pairs in order, pairs in the wrong order, and whole
// seconds of those in order.
enum incident_pair {
    PAIR_KNOWN_VERIFIED,
    PAIR_KNOWN_DISPATCHED,
    PAIR_KNOWN_ARRIVED,
    PAIR_DISPATCHED_ARRIVED,
    PAIR_KNOWN_REOPENED,
    PAIR_KNOWN_CLEARED,
    PAIR_KNOWN_CLOSED,
    INCIDENT_PAIR_COUNT,
};

// What is counted of an incident, in whichever cohort: 0 or 1, but for counts of units, bulletins
// and people, and seconds.
enum incident_measure {
    INCIDENT_COUNT_INCIDENTS,
    INCIDENT_COUNT_UNITS,
    INCIDENT_COUNT_UNITS_ARRIVED,
    INCIDENT_COUNT_HOSPITAL_BEFORE_TRANSPORT, // units
    INCIDENT_COUNT_VERIFIED,
    INCIDENT_COUNT_DISPATCHED,
    INCIDENT_COUNT_ARRIVED,
    INCIDENT_COUNT_REOPENED,
    INCIDENT_COUNT_CLEARED,
    INCIDENT_COUNT_CLOSED,
    INCIDENT_COUNT_FIRST_REPORT_DUE,
    INCIDENT_COUNT_FIRST_REPORTED,
    INCIDENT_COUNT_FIRST_REPORT_ON_TIME, // sent <= due
    INCIDENT_COUNT_BULLETINS_FLASH,
    INCIDENT_COUNT_BULLETINS_SPECIAL,
    INCIDENT_COUNT_BULLETINS_DUTY,
    INCIDENT_COUNT_KILLED,
    INCIDENT_COUNT_SEVERELY_INJURED,
    INCIDENT_COUNT_SLIGHTLY_INJURED,
    INCIDENT_COUNT_ARRIVED_WITHIN_480S, // 0 <= arrived - known <= 480 s, true elapsed time
    INCIDENT_COUNT_PAIRS,               // then, for each pair: in order, negative, seconds
    INCIDENT_MEASURE_COUNT = INCIDENT_COUNT_PAIRS + 3 * INCIDENT_PAIR_COUNT,
};

// The instant of a cohort; INSTANT_NONE when the incident has not reached it.
int64_t incident_cohort_us(const struct incident *incident, enum incident_cohort cohort);
void incident_measures(const struct incident *incident, int64_t out[INCIDENT_MEASURE_COUNT]);

// The district where it happened: what is stated, else the district above the town; AREA_UNASSIGNED
// when the name is unknown. With neither, the empty alias answers. `day`: the civil day of
// known_us, or of the cohort's instant.
// The same of a subject of another kind: a town.
struct text incident_subject(const struct incident *incident, const struct area_index *areas,
                             enum subject_kind subject, int32_t day);
struct text incident_district(const struct incident *incident, const struct area_index *areas,
                              int32_t day);

// incident_day: (cohort, day, district, level, flags).
extern const struct rollup rollup_incident_day;
extern const struct family_definition family_incident;
