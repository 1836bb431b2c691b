// Which incident events are refused, beyond what event_validate says for all families.
//
// Codes are stable: they stand in dead-letter headers and in metrics. Stages in an impossible order
// and unknown areas are no reason to refuse: they are counted.
#include "core/incident.h"

#include "core/family_rules.h"
#include "core/incident_family.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

enum { PEOPLE_MOST = 1000000 };

static const struct field_range ranges[] = {
    {FACTS_KIND, INCIDENT_LEVEL, LEVEL_ESPECIALLY_SERIOUS, LEVEL_GENERAL},
    {FACTS_KIND, INCIDENT_IS_VOID, 0, 1},
    {FACTS_KIND, INCIDENT_KILLED, 0, PEOPLE_MOST},
    {FACTS_KIND, INCIDENT_SEVERELY_INJURED, 0, PEOPLE_MOST},
    {FACTS_KIND, INCIDENT_SLIGHTLY_INJURED, 0, PEOPLE_MOST},
    {INCIDENT_BULLETIN, BULLETIN_KIND, BULLETIN_FLASH, BULLETIN_DUTY},
};

static const struct event_requirement requirements[] = {
    {INCIDENT_KNOWN, FACTS_KIND, INCIDENT_KNOWN_US, ANY_VALUE, "known.time-missing",
     "an event of kind known has to state known_us"},
    {INCIDENT_VERIFIED, FACTS_KIND, INCIDENT_VERIFIED_US, ANY_VALUE, "verified.time-missing",
     "an event of kind verified has to state verified_us"},
    {INCIDENT_REPORTED, INCIDENT_BULLETIN, BULLETIN_SENT_US, ANY_VALUE, "reported.bulletin-missing",
     "an event of kind reported has to state a bulletin with sent_us"},
    {INCIDENT_DISPATCHED, INCIDENT_UNIT, UNIT_DISPATCHED_US, ANY_VALUE, "dispatched.unit-missing",
     "an event of kind dispatched has to state a unit with dispatched_us"},
    {INCIDENT_ARRIVED, INCIDENT_UNIT, UNIT_ARRIVED_US, ANY_VALUE, "arrived.unit-missing",
     "an event of kind arrived has to state a unit with arrived_us"},
    {INCIDENT_REOPENED, FACTS_KIND, INCIDENT_REOPENED_US, ANY_VALUE, "reopened.time-missing",
     "an event of kind reopened has to state reopened_us"},
    {INCIDENT_CLEARED, FACTS_KIND, INCIDENT_CLEARED_US, ANY_VALUE, "cleared.time-missing",
     "an event of kind cleared has to state cleared_us"},
    {INCIDENT_CLOSED, FACTS_KIND, INCIDENT_CLOSED_US, ANY_VALUE, "closed.time-missing",
     "an event of kind closed has to state closed_us"},
    {INCIDENT_MERGED, FACTS_KIND, INCIDENT_MERGED_INTO, ANY_VALUE, "merged.target-missing",
     "an event of kind merged has to state merged_into"},
    {INCIDENT_VOIDED, FACTS_KIND, INCIDENT_IS_VOID, 1, "voided.not-void",
     "an event of kind voided has to state voided = true"},
};

bool incident_validate(const struct event *event, struct arena *arena, struct violation *violation)
{
    if (event->kind == INCIDENT_CORRECTED && event->assignment_count == 0)
        return event_refuse(violation, "corrected.nothing-stated",
                            "an event of kind corrected has to state a field");
    return event_check_ranges(event, ranges, LENGTH_OF(ranges), arena, violation) &&
           event_check_other(event, INCIDENT_MERGED_INTO, "merged.into-itself",
                             "an incident cannot be merged into itself", violation) &&
           event_check_requirements(event, requirements, LENGTH_OF(requirements), violation);
}
