// The table of sources is the only place that says what a rollup's cohorts, kinds and flags are to
// a ranking.
#include "core/counts.h"

#include "core/activity.h"
#include "core/hotline.h"
#include "core/incident.h"
#include "core/inspection.h"
#include "core/traffic.h"

#define BIT(number) (UINT64_C(1) << (number))
#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

static const char *const ticket_cohorts[] = {
    NULL,
    [COHORT_RECEIVED] = "received",
    [COHORT_CLOSED] = "closed",
    [COHORT_DUE] = "due",
    [COHORT_VISITED] = "visited",
    [COHORT_BACKLOG_LEFT] = "backlog-left",
    [COHORT_OVERDUE_LEFT] = "overdue-left",
};
static const char *const subset_cohorts[] = {
    NULL,
    [COHORT_RECEIVED] = "received",
    [COHORT_CLOSED] = "closed",
    [COHORT_VISITED] = "visited",
};
static const char *const dispatch_cohorts[] = {"dispatched"};
static const char *const incident_cohorts[] = {
    NULL,
    [INCIDENT_COHORT_KNOWN] = "known",
    [INCIDENT_COHORT_CLOSED] = "closed",
    [INCIDENT_COHORT_REOPENED] = "reopened",
};
static const char *const problem_cohorts[] = {
    NULL,
    [PROBLEM_COHORT_FOUND] = "found",
    [PROBLEM_COHORT_DUE] = "due",
    [PROBLEM_COHORT_RECTIFIED] = "rectified",
    [PROBLEM_COHORT_BACKLOG_LEFT] = "backlog-left",
    [PROBLEM_COHORT_OVERDUE_LEFT] = "overdue-left",
};
static const char *const recheck_cohorts[] = {"re-checked"};
static const char *const activity_cohorts[] = {"done"};

static const char *const subsets[] = {
    NULL,
    [SUBSET_ESCALATED] = "escalated",
    [SUBSET_MESSAGE_BOARD] = "message-board",
};
static const char *const traffic_cohorts[] = {"measured"};

static const char *const levels[] = {
    "not-stated",
    [LEVEL_ESPECIALLY_SERIOUS] = "especially-serious",
    [LEVEL_SERIOUS] = "serious",
    [LEVEL_LARGER] = "larger",
    [LEVEL_GENERAL] = "general",
};
static const char *const themes[] = {
    "not-stated",
    [THEME_ENVIRONMENT] = "environment",
    [THEME_TRAFFIC_ORDER] = "traffic-order",
};
static const char *const activity_types[] = {
    "not-stated",
    [ACTIVITY_NEWS_REPORT] = "news-report",
    [ACTIVITY_SPECIAL_BULLETIN] = "special-bulletin",
    [ACTIVITY_FLASH_BULLETIN] = "flash-bulletin",
    [ACTIVITY_DUTY_BULLETIN] = "duty-bulletin",
    [ACTIVITY_RISK_REPORT] = "risk-report",
    [ACTIVITY_EVENT_SAFEGUARDED] = "event-safeguarded",
    [ACTIVITY_PROBLEM_SETTLED] = "problem-settled",
    [ACTIVITY_BUDGET_ALLOCATED] = "budget-allocated",
    [ACTIVITY_BUDGET_PAID] = "budget-paid",
};

static const char *const hours[2 * HOURS_OF_DAY] = {
    "working-00", "working-01", "working-02", "working-03", "working-04", "working-05",
    "working-06", "working-07", "working-08", "working-09", "working-10", "working-11",
    "working-12", "working-13", "working-14", "working-15", "working-16", "working-17",
    "working-18", "working-19", "working-20", "working-21", "working-22", "working-23",
    "other-00",   "other-01",   "other-02",   "other-03",   "other-04",   "other-05",
    "other-06",   "other-07",   "other-08",   "other-09",   "other-10",   "other-11",
    "other-12",   "other-13",   "other-14",   "other-15",   "other-16",   "other-17",
    "other-18",   "other-19",   "other-20",   "other-21",   "other-22",   "other-23",
};

#define SUBJECTS_OF_ORDERS                                                                         \
    (1 << SUBJECT_TOWN | 1 << SUBJECT_VILLAGE | 1 << SUBJECT_UNIT | 1 << SUBJECT_CHANNEL)
#define COHORTS(names, milestone_count)                                                            \
    .cohorts = (names), .cohort_count = LENGTH_OF(names), .milestones = (milestone_count)
#define KINDS(title, names) .kind_title = (title), .kinds = (names), .kind_count = LENGTH_OF(names)

const struct count_source_definition count_sources[COUNT_SOURCE_COUNT] = {
    [COUNTED_TICKETS] =
        {.name = "tickets",
         .rollup = &rollup_ticket_day,
         COHORTS(ticket_cohorts, COHORT_VISITED + 1),
         .left_by = {[COHORT_RECEIVED] = COHORT_BACKLOG_LEFT, [COHORT_DUE] = COHORT_OVERDUE_LEFT},
         .excluded_flag = FLAG_EXCLUDED,
         .void_flag = FLAG_VOID,
         .duplicate_flag = FLAG_DUPLICATE,
         .due_measures =
             BIT(COUNT_DUE) | BIT(COUNT_ON_TIME) | BIT(COUNT_LATE) | BIT(COUNT_DUE_OPEN),
         .due_cohorts = BIT(COHORT_DUE) | BIT(COHORT_OVERDUE_LEFT),
         .has_natures = true,
         .subjects = SUBJECTS_OF_ORDERS},
    [COUNTED_TICKET_SUBSETS] = {.name = "tickets of subsets",
                                .rollup = &rollup_ticket_subset_day,
                                COHORTS(subset_cohorts, COHORT_VISITED + 1),
                                KINDS("subset", subsets),
                                .excluded_flag = FLAG_EXCLUDED,
                                .void_flag = FLAG_VOID,
                                .duplicate_flag = FLAG_DUPLICATE,
                                .has_natures = true,
                                .subjects = SUBJECTS_OF_ORDERS},
    [COUNTED_DISPATCHES] = {.name = "dispatches",
                            .rollup = &rollup_dispatch_day,
                            COHORTS(dispatch_cohorts, 1),
                            .excluded_flag = FLAG_EXCLUDED,
                            .void_flag = FLAG_VOID,
                            .due_measures = BIT(COUNT_SIGN_DUE) | BIT(COUNT_SIGNED_ON_TIME),
                            .duplicate_flag = FLAG_DUPLICATE,
                            .has_natures = true,
                            .subjects = SUBJECTS_OF_ORDERS},
    [COUNTED_INCIDENTS] = {.name = "incidents",
                           .rollup = &rollup_incident_day,
                           COHORTS(incident_cohorts, INCIDENT_COHORT_REOPENED + 1),
                           KINDS("level", levels),
                           .void_flag = INCIDENT_FLAG_VOID,
                           .duplicate_flag = INCIDENT_FLAG_MERGED,
                           .due_measures = BIT(INCIDENT_COUNT_FIRST_REPORT_DUE) |
                                           BIT(INCIDENT_COUNT_FIRST_REPORT_ON_TIME),
                           .subjects = 1 << SUBJECT_TOWN},
    [COUNTED_PROBLEMS] = {.name = "problems",
                          .rollup = &rollup_problem_day,
                          COHORTS(problem_cohorts, PROBLEM_COHORT_RECTIFIED + 1),
                          .left_by = {[PROBLEM_COHORT_FOUND] = PROBLEM_COHORT_BACKLOG_LEFT,
                                      [PROBLEM_COHORT_DUE] = PROBLEM_COHORT_OVERDUE_LEFT},
                          KINDS("theme", themes),
                          .void_flag = PROBLEM_FLAG_VOID,
                          .due_measures = BIT(PROBLEM_COUNT_DUE) | BIT(PROBLEM_COUNT_ON_TIME) |
                                          BIT(PROBLEM_COUNT_LATE) | BIT(PROBLEM_COUNT_DUE_OPEN),
                          .due_cohorts = BIT(PROBLEM_COHORT_DUE) | BIT(PROBLEM_COHORT_OVERDUE_LEFT),
                          .subjects = 1 << SUBJECT_TOWN | 1 << SUBJECT_VILLAGE | 1 << SUBJECT_UNIT},
    [COUNTED_RECHECKS] = {.name = "re-checks",
                          .rollup = &rollup_recheck_day,
                          COHORTS(recheck_cohorts, 1),
                          KINDS("theme", themes),
                          .void_flag = PROBLEM_FLAG_VOID,
                          .subjects = 1 << SUBJECT_TOWN | 1 << SUBJECT_VILLAGE | 1 << SUBJECT_UNIT},
    [COUNTED_ACTIVITIES] = {.name = "activities",
                            .rollup = &rollup_activity_day,
                            COHORTS(activity_cohorts, 1),
                            KINDS("type", activity_types),
                            .void_flag = ACTIVITY_FLAG_VOID,
                            .subjects = 1 << SUBJECT_TOWN | 1 << SUBJECT_UNIT},
    [COUNTED_TRAFFIC] = {.name = "hours of traffic",
                         .rollup = &rollup_traffic_hour,
                         COHORTS(traffic_cohorts, 1),
                         KINDS("hour", hours)},
};

bool cohort_parse(enum count_source source, struct text text, uint8_t *cohort)
{
    const struct count_source_definition *definition = &count_sources[source];
    for (uint8_t i = 1; i < definition->milestones; i++) {
        if (!definition->cohorts[i] || !text_equal(text_from(definition->cohorts[i]), text))
            continue;
        *cohort = i;
        return true;
    }
    return false;
}

static bool flag_taken(uint8_t caliber, bool is_set)
{
    return caliber == CALIBER_INCLUDE || (caliber == CALIBER_ONLY) == is_set;
}

bool caliber_takes(const struct caliber *caliber, enum count_source source, int nature,
                   unsigned flags)
{
    const struct count_source_definition *definition = &count_sources[source];
    if (definition->has_natures &&
        (nature < 0 || nature >= 32 || !(caliber->natures >> nature & 1)))
        return false;
    return (!definition->excluded_flag ||
            flag_taken(caliber->excluded, flags & definition->excluded_flag)) &&
           (!definition->void_flag ||
            flag_taken(caliber->void_orders, flags & definition->void_flag)) &&
           (!definition->duplicate_flag ||
            flag_taken(caliber->duplicate, flags & definition->duplicate_flag));
}

// How much of a stock at the period's start the cell adds or takes away: overdue ones only, since
// what is merely open is not yet anybody's arrears.
static int64_t carried_over(const struct count_cell *cell)
{
    if (cell->range != RANGE_BEFORE_FROM || cell->source != COUNTED_TICKETS)
        return 0;
    return cell->cohort == COHORT_DUE            ? cell->measures[0]
           : cell->cohort == COHORT_OVERDUE_LEFT ? -cell->measures[0]
                                                 : 0;
}

bool counts_any(const struct counts *counts, const struct caliber *caliber)
{
    int64_t carried = 0;
    for (size_t i = 0; i < counts->cell_count; i++) {
        const struct count_cell *cell = &counts->cells[i];
        if (!caliber_takes(caliber, (enum count_source)cell->source, cell->nature,
                           (unsigned)cell->flags))
            continue;
        // the first measure of every rollup says how many
        if (cell->range <= RANGE_YEAR && cell->measures[0] != 0)
            return true;
        carried += carried_over(cell);
    }
    return carried != 0;
}
