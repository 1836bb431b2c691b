// Inspection's row of the family table: names, columns, and where its rules, figures and
// contributions are.
//
// inspection_problem.c reads a problem, inspection_rollup.c counts it, inspection_rules.c refuses
// an event. Invariant: kinds, fields and their names are those of inspection.proto, columns those
// of the table cityops.problem (tests compare them).
#include "core/inspection.h"

#include "core/inspection_family.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct family_kind kinds[] = {
    {PROBLEM_NOTICE, "notices"},
    {PROBLEM_RECTIFICATION, "rectifications"},
    {PROBLEM_RECHECK, "rechecks"},
};

static const struct family_field fields[] = {
    {FACTS_KIND, PROBLEM_FOUND_US, "found_us", VALUE_INTEGER},
    {FACTS_KIND, PROBLEM_DUE_US, "due_us", VALUE_INTEGER},
    {FACTS_KIND, PROBLEM_THEME, "theme", VALUE_INTEGER},
    {FACTS_KIND, PROBLEM_ORIGIN, "origin", VALUE_INTEGER},
    {FACTS_KIND, PROBLEM_CATEGORY1, "category1", VALUE_TEXT},
    {FACTS_KIND, PROBLEM_CATEGORY2, "category2", VALUE_TEXT},
    {FACTS_KIND, PROBLEM_DISTRICT, "district", VALUE_TEXT},
    {FACTS_KIND, PROBLEM_TOWN, "town", VALUE_TEXT},
    {FACTS_KIND, PROBLEM_VILLAGE, "village", VALUE_TEXT},
    {FACTS_KIND, PROBLEM_IS_VOID, "voided", VALUE_INTEGER},
    {PROBLEM_NOTICE, NOTICE_ASSIGNED_US, "assigned_us", VALUE_INTEGER},
    {PROBLEM_NOTICE, NOTICE_UNIT, "unit", VALUE_TEXT},
    {PROBLEM_RECTIFICATION, RECTIFICATION_AT_US, "rectified_us", VALUE_INTEGER},
    {PROBLEM_RECHECK, RECHECK_AT_US, "rechecked_us", VALUE_INTEGER},
    {PROBLEM_RECHECK, RECHECK_PASSED, "passed", VALUE_INTEGER},
};

static const char *const event_kind_names[] = {
    [PROBLEM_FOUND] = "found",         [PROBLEM_ASSIGNED] = "assigned",
    [PROBLEM_RECTIFIED] = "rectified", [PROBLEM_RECHECKED] = "rechecked",
    [PROBLEM_CORRECTED] = "corrected", [PROBLEM_VOIDED] = "voided",
    [PROBLEM_SNAPSHOT] = "snapshot",   [PROBLEM_PROGRESS] = "progress",
};

static const struct column columns[] = {
    {"found_at", COLUMN_TIMESTAMP, "when it was found"},
    {"due_at", COLUMN_TIMESTAMP, "when it has to be rectified"},
    {"first_assigned_at", COLUMN_TIMESTAMP, "its first notice"},
    {"first_rectified_at", COLUMN_TIMESTAMP, "its first rectification"},
    {"last_rectified_at", COLUMN_TIMESTAMP, "its last rectification"},
    {"last_rechecked_at", COLUMN_TIMESTAMP, "its last re-check"},
    {"recheck_passed", COLUMN_BOOLEAN, "whether the last re-check passed"},
    {"district", COLUMN_TEXT, "district where it is, as sent"},
    {"town", COLUMN_TEXT, "town where it is, as sent"},
    {"village", COLUMN_TEXT, "village where it is, as sent"},
    {"unit", COLUMN_TEXT, "unit of the last notice, as sent"},
    {"theme", COLUMN_SMALLINT, "1 environment, 2 traffic order"},
    {"origin", COLUMN_SMALLINT, "1 patrol, 2 video, 3 citizen"},
    {"category1", COLUMN_TEXT, "first-level category as sent"},
    {"category2", COLUMN_TEXT, "second-level category as sent"},
    {"flags", COLUMN_SMALLINT, "1 void"},
    {"notices", COLUMN_INTEGER, "number of notices"},
    {"rectifications", COLUMN_INTEGER, "number of rectifications"},
    {"rechecks", COLUMN_INTEGER, "number of re-checks"},
    {"failed_rechecks", COLUMN_INTEGER, "number of re-checks that failed"},
};

static const struct rollup *const rollups[] = {&rollup_problem_day, &rollup_problem_month,
                                               &rollup_recheck_day};

void inspection_read_columns(const struct entity_key *key, const struct state *state,
                             struct arena *arena, struct value *values)
{
    struct problem problem;
    (void)key;
    problem_read(state, arena, &problem);
    const struct value row[] = {
        value_integer_unless(problem.found_us, INSTANT_NONE),
        value_integer_unless(problem.due_us, INSTANT_NONE),
        value_integer_unless(problem.first_assigned_us, INSTANT_NONE),
        value_integer_unless(problem.first_rectified_us, INSTANT_NONE),
        value_integer_unless(problem.last_rectified_us, INSTANT_NONE),
        value_integer_unless(problem.last_recheck.rechecked_us, INSTANT_NONE),
        value_integer_unless(problem.last_recheck.passed, -1),
        value_text_unless_empty(problem.district),
        value_text_unless_empty(problem.town),
        value_text_unless_empty(problem.village),
        value_text_unless_empty(problem.unit),
        value_integer_unless(problem.theme, 0),
        value_integer_unless(problem.origin, 0),
        value_text_unless_empty(problem.category1),
        value_text_unless_empty(problem.category2),
        value_integer(problem.flags),
        value_integer(problem.notices),
        value_integer(problem.rectifications),
        value_integer(problem.recheck_count),
        value_integer(problem.failed_rechecks),
    };
    _Static_assert(LENGTH_OF(row) == LENGTH_OF(columns), "a value for every column");
    memcpy(values, row, sizeof row);
}

const struct family_definition family_inspection = {
    .family = FAMILY_INSPECTION,
    .name = "inspection",
    .topic = "cityops.inspection.v1",
    .state_table = "problem",
    .root_part = "problem",
    .kinds = kinds,
    .kind_count = LENGTH_OF(kinds),
    .fields = fields,
    .field_count = LENGTH_OF(fields),
    .event_kind_names = event_kind_names,
    .event_kind_count = LENGTH_OF(event_kind_names),
    .validate = inspection_validate,
    .columns = columns,
    .column_count = LENGTH_OF(columns),
    .read_columns = inspection_read_columns,
    .rollups = rollups,
    .rollup_count = LENGTH_OF(rollups),
    .contribute = inspection_contribute,
};
