// What a problem contributes to which cells: the cohorts that it has reached, and each of its
// re-checks.
//
// Names become codes here and nowhere else (DESIGN 3, reference data), as of the day on which the
// problem was found, so that all of its cells are in one district. Invariant: what a cell gets
// depends on the state and the context alone.
#include "core/inspection.h"

#include "core/count_rule.h"
#include "core/inspection_family.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct column problem_day_dimensions[] = {
    {"cohort", COLUMN_SMALLINT, "1 found, 2 due, 3 rectified, 4 backlog left, 5 overdue left"},
    {"day", COLUMN_DATE, "civil day of the cohort's instant"},
    {"district", COLUMN_TEXT, "code of the district where it is, or \"unassigned\""},
    {"theme", COLUMN_SMALLINT, "1 environment, 2 traffic order, 0 when not stated"},
    {"flags", COLUMN_SMALLINT, "1 void"},
};

static const struct column problem_month_dimensions[] = {
    {"cohort", COLUMN_SMALLINT, "1 found, 2 due"},
    {"month", COLUMN_DATE, "first day of the civil month of the cohort's instant"},
    {"district", COLUMN_TEXT, "code of the district where it is, or \"unassigned\""},
    {"village", COLUMN_TEXT,
     "code of the village where it is, \"unassigned\" when unknown, empty when none"},
    {"theme", COLUMN_SMALLINT, "1 environment, 2 traffic order, 0 when not stated"},
    {"flags", COLUMN_SMALLINT, "1 void"},
};

static const struct column recheck_day_dimensions[] = {
    {"day", COLUMN_DATE, "civil day of the re-check"},
    {"district", COLUMN_TEXT, "code of the district where it is, or \"unassigned\""},
    {"theme", COLUMN_SMALLINT, "1 environment, 2 traffic order, 0 when not stated"},
    {"flags", COLUMN_SMALLINT, "1 void"},
};

static const struct measure problem_measure_names[] = {
    [PROBLEM_COUNT_PROBLEMS] = {"problems", "problems"},
    [PROBLEM_COUNT_NOTICES] = {"notices", "notices, summed"},
    [PROBLEM_COUNT_ASSIGNED] = {"assigned", "that were assigned by a notice with a time"},
    [PROBLEM_COUNT_DUE] = {"due", "that have a due time for rectification"},
    [PROBLEM_COUNT_RECTIFIED] = {"rectified", "that have a rectification with a time"},
    [PROBLEM_COUNT_ON_TIME] = {"on_time", "first rectified at or before the due time"},
    [PROBLEM_COUNT_LATE] = {"late", "first rectified after the due time"},
    [PROBLEM_COUNT_DUE_OPEN] = {"due_open",
                                "that have a due time and no rectification with a time"},
    [PROBLEM_COUNT_RECTIFIED_NEGATIVE] =
        {"rectified_before_found",
         "whose last rectification lies before the finding: in no duration"},
    [PROBLEM_COUNT_RECTIFIED_SECONDS] =
        {"rectification_seconds",
         "whole seconds from the finding to the last rectification, summed"},
    [PROBLEM_COUNT_RECHECKED] = {"rechecked", "that were re-checked at a time"},
    [PROBLEM_COUNT_RECHECK_FAILED] = {"recheck_failed", "whose last re-check failed"},
    [PROBLEM_COUNT_SETTLED] = {"settled",
                               "rectified, and whose last re-check, if any, did not fail"},
};

static const struct measure recheck_measure_names[] = {
    [RECHECK_COUNT_RECHECKS] = {"rechecks", "re-checks"},
    [RECHECK_COUNT_PASSED] = {"passed", "that passed"},
    [RECHECK_COUNT_FAILED] = {"failed", "that failed"},
};

_Static_assert(LENGTH_OF(problem_measure_names) == PROBLEM_MEASURE_COUNT,
               "every measure has a name");
_Static_assert(LENGTH_OF(recheck_measure_names) == RECHECK_MEASURE_COUNT,
               "every measure has a name");

const struct rollup rollup_problem_day = {
    .name = "problem_day",
    .meaning = "Problems by cohort, civil day, district, theme and flags",
    .family = FAMILY_INSPECTION,
    .dimensions = problem_day_dimensions,
    .measures = problem_measure_names,
    .dimension_count = LENGTH_OF(problem_day_dimensions),
    .measure_count = PROBLEM_MEASURE_COUNT,
};

const struct rollup rollup_problem_month = {
    .name = "problem_month",
    .meaning = "Problems by cohort, civil month, district, village, theme and flags",
    .family = FAMILY_INSPECTION,
    .dimensions = problem_month_dimensions,
    .measures = problem_measure_names,
    .dimension_count = LENGTH_OF(problem_month_dimensions),
    .measure_count = PROBLEM_MEASURE_COUNT,
};

const struct rollup rollup_recheck_day = {
    .name = "recheck_day",
    .meaning = "Re-checks by civil day, district, theme and flags",
    .family = FAMILY_INSPECTION,
    .dimensions = recheck_day_dimensions,
    .measures = recheck_measure_names,
    .dimension_count = LENGTH_OF(recheck_day_dimensions),
    .measure_count = RECHECK_MEASURE_COUNT,
};

struct text problem_district(const struct problem *problem, const struct area_index *areas,
                             int32_t day)
{
    bool has_town = text_trim(problem->town).length > 0;
    return area_district_code(areas, problem->district, has_town ? AREA_TOWN : AREA_VILLAGE,
                              has_town ? problem->town : problem->village, day);
}

static struct text village_code(const struct problem *problem, const struct area_index *areas,
                                int32_t day)
{
    if (text_trim(problem->village).length == 0)
        return TEXT("");
    return area_code(area_find(areas, AREA_VILLAGE, problem->village, day));
}

// Where the rollups say district: a subject of another kind.
static struct text problem_subject(const struct problem *problem,
                                   const struct contribution_context *context, int32_t day)
{
    const struct area_index *areas = context->areas;
    switch (context->subject) {
    case SUBJECT_TOWN:
        return area_town_code(areas, problem->town, problem->village, problem->unit, day);
    case SUBJECT_VILLAGE:
        return area_named_code(areas, AREA_VILLAGE, problem->village, day);
    case SUBJECT_UNIT:
        return area_code(area_find_unit(areas, problem->unit, day));
    default:
        return problem_district(problem, areas, day);
    }
}

// What stays the same over all cells of a problem.
struct contribution {
    const struct problem *problem;
    const struct contribution_context *context;
    int sign;
    struct rollup_sums *sums;
    struct addends addends;
};

// The day as of which names are resolved.
static int32_t naming_day(const struct contribution *contribution, int32_t own_day)
{
    int64_t found_us = contribution->problem->found_us;
    return found_us == INSTANT_NONE ? own_day : context_names_day(contribution->context, found_us);
}

static void contribute_cohort(const struct contribution *contribution, enum problem_cohort cohort,
                              int32_t day)
{
    const struct problem *problem = contribution->problem;
    const struct area_index *areas = contribution->context->areas;
    int32_t names_day = naming_day(contribution, day);
    const struct value district =
        value_text(problem_subject(problem, contribution->context, names_day));
    const struct value by_day[] = {value_integer(cohort), value_integer(day), district,
                                   value_integer(problem->theme), value_integer(problem->flags)};
    addends_add(&contribution->addends,
                rollup_sums_cell(contribution->sums, &rollup_problem_day, by_day));
    if (cohort != PROBLEM_COHORT_FOUND && cohort != PROBLEM_COHORT_DUE)
        return;
    const struct value by_month[] = {value_integer(cohort),
                                     value_integer(civil_month_first_day(civil_month(day))),
                                     district,
                                     value_text(village_code(problem, areas, names_day)),
                                     value_integer(problem->theme),
                                     value_integer(problem->flags)};
    addends_add(&contribution->addends,
                rollup_sums_cell(contribution->sums, &rollup_problem_month, by_month));
}

static void contribute_recheck(const struct contribution *contribution,
                               const struct problem_recheck *recheck)
{
    const struct problem *problem = contribution->problem;
    int32_t day = zone_day(contribution->context->zone, recheck->rechecked_us);
    const struct value cell[] = {
        value_integer(day),
        value_text(problem_subject(problem, contribution->context, naming_day(contribution, day))),
        value_integer(problem->theme),
        value_integer(problem->flags),
    };
    const int64_t counts[RECHECK_MEASURE_COUNT] = {
        [RECHECK_COUNT_RECHECKS] = 1,
        [RECHECK_COUNT_PASSED] = recheck->passed == 1,
        [RECHECK_COUNT_FAILED] = recheck->passed == 0,
    };
    struct addends addends;
    addends_collect(counts, RECHECK_MEASURE_COUNT, contribution->sign, &addends);
    addends_add(&addends, rollup_sums_cell(contribution->sums, &rollup_recheck_day, cell));
}

void problem_begun(const struct problem *problem, struct begun *out)
{
    *out = (struct begun){problem->theme, problem->first_assigned_us, problem->due_us, false};
}

void inspection_contribute(const struct entity_key *key, const struct state *state,
                           struct arena *arena, const struct contribution_context *context,
                           int sign, struct rollup_sums *sums)
{
    struct problem problem;
    int64_t measures[PROBLEM_MEASURE_COUNT];
    (void)key;
    problem_read(state, arena, &problem);
    struct begun begun;
    problem_begun(&problem, &begun);
    if (context->rule)
        problem.due_us = count_rule_due_us(context->rule, context->working, &begun);
    struct contribution contribution = {
        .problem = &problem, .context = context, .sign = sign, .sums = sums};
    problem_measures(&problem, measures);
    addends_collect(measures, PROBLEM_MEASURE_COUNT, sign, &contribution.addends);
    for (int cohort = PROBLEM_COHORT_FOUND; cohort <= PROBLEM_COHORT_OVERDUE_LEFT; cohort++) {
        int64_t instant_us = problem_cohort_us(&problem, (enum problem_cohort)cohort);
        if (instant_us != INSTANT_NONE)
            contribute_cohort(&contribution, (enum problem_cohort)cohort,
                              zone_day(context->zone, instant_us));
    }
    for (uint32_t i = 0; i < problem.recheck_count; i++) {
        if (problem.rechecks[i].rechecked_us != INSTANT_NONE)
            contribute_recheck(&contribution, &problem.rechecks[i]);
    }
}
