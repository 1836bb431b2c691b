// Which inspection events are refused, beyond what event_validate says for all families.
//
// Codes are stable: they stand in dead-letter headers and in metrics. Unknown areas and impossible
// pairs of times are no reason to refuse: they are counted.
#include "core/inspection.h"

#include "core/family_rules.h"
#include "core/inspection_family.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct field_range ranges[] = {
    {FACTS_KIND, PROBLEM_THEME, THEME_ENVIRONMENT, THEME_TRAFFIC_ORDER},
    {FACTS_KIND, PROBLEM_ORIGIN, ORIGIN_PATROL, ORIGIN_CITIZEN},
    {FACTS_KIND, PROBLEM_IS_VOID, 0, 1},
    {PROBLEM_RECHECK, RECHECK_PASSED, 0, 1},
};

static const struct event_requirement requirements[] = {
    {PROBLEM_FOUND, FACTS_KIND, PROBLEM_FOUND_US, ANY_VALUE, "found.time-missing",
     "an event of kind found has to state found_us"},
    {PROBLEM_ASSIGNED, PROBLEM_NOTICE, NOTICE_ASSIGNED_US, ANY_VALUE, "assigned.notice-missing",
     "an event of kind assigned has to state a notice with assigned_us"},
    {PROBLEM_RECTIFIED, PROBLEM_RECTIFICATION, RECTIFICATION_AT_US, ANY_VALUE,
     "rectified.rectification-missing",
     "an event of kind rectified has to state a rectification with rectified_us"},
    {PROBLEM_RECHECKED, PROBLEM_RECHECK, RECHECK_AT_US, ANY_VALUE, "rechecked.recheck-missing",
     "an event of kind rechecked has to state a re-check with rechecked_us"},
    {PROBLEM_VOIDED, FACTS_KIND, PROBLEM_IS_VOID, 1, "voided.not-void",
     "an event of kind voided has to state voided = true"},
};

bool inspection_validate(const struct event *event, struct arena *arena,
                         struct violation *violation)
{
    if (event->kind == PROBLEM_CORRECTED && event->assignment_count == 0)
        return event_refuse(violation, "corrected.nothing-stated",
                            "an event of kind corrected has to state a field");
    return event_check_ranges(event, ranges, LENGTH_OF(ranges), arena, violation) &&
           event_check_requirements(event, requirements, LENGTH_OF(requirements), violation);
}
