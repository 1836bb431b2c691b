// Hotline work orders: what a ticket's state means, and what it contributes.
//
// Numbers of kinds and fields are those of proto/cityops/v1/hotline.proto. Firsts, lasts and counts are derived here from
// the live occurrences; nothing derived is stored in a state.
#pragma once

#include "core/family.h"

enum ticket_event_kind {
    TICKET_RECEIVED = 1,
    TICKET_DISPATCHED,
    TICKET_SIGNED,
    TICKET_RETURNED,
    TICKET_CONTACTED,
    TICKET_EXTENDED,
    TICKET_REPLIED,
    TICKET_CLOSED,
    TICKET_VISITED,
    TICKET_REWORKED,
    TICKET_SECOND_RATED,
    TICKET_ESCALATED,
    TICKET_REASSIGNED,
    TICKET_DUPLICATE_MARKED,
    TICKET_EXCLUSION_APPROVED,
    TICKET_EXCLUSION_REVOKED,
    TICKET_CORRECTED,
    TICKET_VOIDED,
    TICKET_SNAPSHOT,
    TICKET_PROGRESS,
};

enum ticket_kind { // of occurrences
    TICKET_DISPATCH = 10,
    TICKET_CONTACT = 11,
    TICKET_EXTENSION = 12,
    TICKET_REPLY = 13,
    TICKET_CLOSING = 14,
    TICKET_VISIT = 15,
    TICKET_REWORK = 16,
    TICKET_ESCALATION = 17,
};

enum ticket_field { // kind 0
    TICKET_RECEIVED_US = 5,
    TICKET_DUE_US = 6,
    TICKET_DISTRICT = 7,
    TICKET_TOWN = 8,
    TICKET_VILLAGE = 9,
    TICKET_LOCATION_DISTRICT = 10,
    TICKET_NATURE = 11,
    TICKET_CHANNEL = 12,
    TICKET_CATEGORY1 = 13,
    TICKET_CATEGORY2 = 14,
    TICKET_CATEGORY3 = 15,
    TICKET_EXTERNAL_NUMBER = 16,
    TICKET_CALLER_HASH = 17,
    TICKET_EXCLUDED = 18,
    TICKET_IS_VOID = 19,
    TICKET_DUPLICATE_OF = 20,
};

enum {
    OCCURRENCE_AT_US = 5, // of every occurrence of a ticket: when it happened
    DISPATCH_UNIT = 6,
    DISPATCH_SIGN_DUE_US = 7,
    DISPATCH_SIGNED_US = 8,
    DISPATCH_RETURNED_US = 9,
    CONTACT_REACHED = 6,
    EXTENSION_APPROVED = 6,
    CLOSING_UNIT = 6,
    CLOSING_OUTCOME = 7,
    VISIT_VALID = 6,
    VISIT_CONTACTED = 7,
    VISIT_SOLVED = 8,
    VISIT_RESULT = 9,
    VISIT_ATTITUDE = 10,
    VISIT_SECOND = 11,
    ESCALATION_LEVEL = 6,
};

enum {
    CHANNEL_MESSAGE_BOARD = 6
};                           // of TICKET_CHANNEL: the other channels mean nothing to the rules
enum { TICKET_NATURES = 7 }; // of TICKET_NATURE, 0 for not stated
extern const char *const ticket_natures[TICKET_NATURES]; // "not-stated", "enquiry", ...
enum ticket_outcome { OUTCOME_SOLVED = 1, OUTCOME_EXPLAINED = 2 };
enum satisfaction {
    VERY_DISSATISFIED = 1,
    DISSATISFIED,
    BASICALLY_SATISFIED,
    SATISFIED,
    VERY_SATISFIED,
    NOT_RATED
};
enum ticket_flag { FLAG_EXCLUDED = 1, FLAG_VOID = 2, FLAG_DUPLICATE = 4 };

struct ticket_dispatch {
    struct text key, unit;
    int64_t dispatched_us, sign_due_us, signed_us, returned_us; // INSTANT_NONE where not stated
};

struct ticket_visit {
    struct text key;
    int64_t visited_us;
    int valid, contacted, solved; // 1 yes, 0 no, -1 not stated
    int result, attitude;         // enum satisfaction, 0 not stated
    bool second;
};

// A ticket as the rules read it. An occurrence that states no time is counted as one, but is neither first nor last; a
// dispatch without a time comes before all others. A visit is valid when it states so and has a time.
struct ticket {
    int64_t received_us, due_us;
    int64_t first_closed_us, last_closed_us;
    int64_t first_replied_us;
    struct text district, town, village, location_district, category1, category2, category3,
        duplicate_of;
    int nature, channel; // 0 not stated
    unsigned flags;      // enum ticket_flag
    int outcome;         // of the last closing; 0 not stated
    int contact;         // 1 reached in some contact, 0 tried, -1 none
    uint32_t closings, reworks, escalations, returns;
    uint32_t extensions;                      // but for those that were refused
    const struct ticket_dispatch *dispatches; // live, ascending by (dispatched, key)
    uint32_t dispatch_count;
    struct text unit; // of the last live dispatch that was not returned; empty when none
    struct ticket_visit
        visit; // the last valid one, second ratings included; visited_us INSTANT_NONE when none
    struct ticket_visit second_visit; // the last valid second rating, likewise
};

// Texts share the state's memory, arrays the arena's.
void ticket_read(const struct state *state, struct arena *arena, struct ticket *out);

// Which milestone puts a ticket into a period. The instants of BACKLOG_LEFT and OVERDUE_LEFT make stocks from flows:
// backlog before E = RECEIVED before E - BACKLOG_LEFT before E; overdue before E = DUE before E - OVERDUE_LEFT before E.
enum ticket_cohort {
    COHORT_RECEIVED = 1,
    COHORT_CLOSED = 2, // the last closing
    COHORT_DUE = 3,
    COHORT_VISITED = 4, // the last valid visit
    COHORT_BACKLOG_LEFT =
        5, // max(received, last closing), of tickets that were received and closed
    COHORT_OVERDUE_LEFT = 6, // max(due, first closing), of tickets that are due and closed
};

// What is counted of a ticket, in whichever cohort: each is 0 or 1 for one ticket, but for the sums that say so.
enum ticket_measure {
    COUNT_TICKETS,
    COUNT_CLOSED,                 // has a live closing with a time
    COUNT_CLOSED_BEFORE_RECEIVED, // impossible pair: in no duration below
    COUNT_WITHIN_24H,             // 0 <= last closing - received <= limit, true elapsed time
    COUNT_WITHIN_72H,
    COUNT_WITHIN_7D,
    COUNT_WITHIN_30D,
    COUNT_HANDLING_SECONDS, // sum of last closing - received, whole seconds, impossible pairs left out
    COUNT_DUE,              // has a due time
    COUNT_ON_TIME,          // first closing <= due
    COUNT_LATE,             // first closing > due
    COUNT_DUE_OPEN,         // due, no closing with a time: due = on time + late + due open
    COUNT_CONTACT_YES,
    COUNT_CONTACT_NO,  // tried, never reached; contacts that do not say so count in neither
    COUNT_UNIT_SOLVED, // the last closing's outcome, in the unit's words
    COUNT_UNIT_EXPLAINED,
    COUNT_VISITED, // has a valid visit
    COUNT_CONTACTED,
    COUNT_SOLVED,
    COUNT_RESULT_1, // last valid visit: very dissatisfied
    COUNT_RESULT_2,
    COUNT_RESULT_3,
    COUNT_RESULT_4,
    COUNT_RESULT_5, // very satisfied
    COUNT_RESULT_NOT_RATED,
    COUNT_DOUBLE_SATISFIED, // result and attitude both satisfied or very satisfied
    COUNT_SECOND_RATED,     // the last valid second rating has one of the five levels
    COUNT_SECOND_SATISFIED, // second rating satisfied or very satisfied
    COUNT_REWORKED,         // at least once
    COUNT_CLOSED_WITHOUT_REWORK,
    COUNT_ESCALATED,
    COUNT_EXTENDED, // refused extensions left out
    TICKET_MEASURE_COUNT,
};

// Orders that are watched apart from all others, few enough to be counted by day: an order can be in both.
enum ticket_subset { SUBSET_ESCALATED = 1, SUBSET_MESSAGE_BOARD = 2 };

// What is counted of a ticket of a subset, in the cohorts RECEIVED, CLOSED and VISITED.
enum subset_measure {
    SUBSET_COUNT_TICKETS,
    SUBSET_COUNT_REPLIED, // has a live reply with a time
    SUBSET_COUNT_VISITED,
    SUBSET_COUNT_RESULT_1, // as COUNT_RESULT_1 to COUNT_RESULT_NOT_RATED
    SUBSET_COUNT_RESULT_2,
    SUBSET_COUNT_RESULT_3,
    SUBSET_COUNT_RESULT_4,
    SUBSET_COUNT_RESULT_5,
    SUBSET_COUNT_RESULT_NOT_RATED,
    SUBSET_MEASURE_COUNT,
};

// What is counted of a dispatch, on the day of dispatch, for its own unit's district.
enum dispatch_measure {
    COUNT_DISPATCHES,
    COUNT_SIGN_DUE,
    COUNT_SIGNED,
    COUNT_SIGNED_ON_TIME, // signed <= sign due
    COUNT_RETURNED,
    DISPATCH_MEASURE_COUNT,
};

// What the deadlines of closing and of signing are of (core/count_rule.h).
struct begun;
void ticket_begun(const struct ticket *ticket, struct begun *out);
void dispatch_begun(const struct ticket *ticket, const struct ticket_dispatch *dispatch,
                    struct begun *out);

// The instant of a cohort; INSTANT_NONE when the ticket has not reached it.
int64_t ticket_cohort_us(const struct ticket *ticket, enum ticket_cohort cohort);
void ticket_measures(const struct ticket *ticket, int64_t out[TICKET_MEASURE_COUNT]);
// `sign_due_us`: the dispatch's own, or a rule's.
void dispatch_measures(const struct ticket_dispatch *dispatch, int64_t sign_due_us,
                       int64_t out[DISPATCH_MEASURE_COUNT]);

// The district that answers for a ticket: what it states, else the district above the unit of its last live dispatch;
// AREA_UNASSIGNED when the name is unknown. With no name and no district above the unit, the empty alias answers.
// `day`: the civil day of received_us, or of the cohort's instant where the ticket was never received.
struct text ticket_district(const struct ticket *ticket, const struct area_index *areas,
                            int32_t day);
// What stands for a subject of another kind: of a town or a village where the ticket says that it lies (for a town also through
// its unit), of a unit the ticket's, of a channel its name. AREA_UNASSIGNED when there is none.
struct text ticket_subject(const struct ticket *ticket, const struct area_index *areas,
                           enum subject_kind subject, int32_t day);
const char *ticket_channel_name(int channel); // "phone", "not-stated"; null when there is no such
// The code of the ticket's unit (a unit or a town); empty when it has none or its unit is a whole district.
struct text ticket_unit(const struct ticket *ticket, const struct area_index *areas, int32_t day);
// The district above the dispatch's own unit, or the unit itself where it names a district; of a dispatch without a unit
// the ticket's. AREA_UNASSIGNED when the unit is unknown or has no district above it.
struct text dispatch_district(const struct ticket *ticket, const struct ticket_dispatch *dispatch,
                              const struct area_index *areas, int32_t day);
// What stands for a subject of another kind: of a town or a unit the dispatch's own unit where it has one, else as ticket_subject.
struct text dispatch_subject(const struct ticket *ticket, const struct ticket_dispatch *dispatch,
                             const struct area_index *areas, enum subject_kind subject,
                             int32_t day);

// ticket_day: (cohort, day, district, nature, flags). ticket_month: (cohort, month, district, unit, category1, channel),
// cohorts RECEIVED and CLOSED. dispatch_day: (day, district, unit, nature, flags). ticket_subset_day: (cohort, day, district,
// subset, nature, flags).
extern const struct rollup rollup_ticket_day, rollup_ticket_month, rollup_dispatch_day,
    rollup_ticket_subset_day;
extern const struct family_definition family_hotline;
