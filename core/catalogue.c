// The table below is the catalogue: `cityops-rank indicators` prints it, and indicator_measure adds up what it lists.
#include "core/indicator.h"

#include "core/activity.h"
#include "core/hotline.h"
#include "core/incident.h"
#include "core/inspection.h"
#include "core/traffic.h"

#define BIT(number) (1U << (number))
#define OUTCOMES (BIT(COHORT_RECEIVED) | BIT(COHORT_CLOSED) | BIT(COHORT_VISITED))

// Terms that add: of the indicator's own cohort in the period, of another one, of certain kinds.
#define OF(measure_)                                                                               \
    {                                                                                              \
        .measure = (measure_), .coefficient = 1                                                    \
    }
#define OF_COHORT(cohort_, measure_)                                                               \
    {                                                                                              \
        .cohort = (cohort_), .measure = (measure_), .coefficient = 1                               \
    }
#define OF_KIND(kind_, measure_)                                                                   \
    {                                                                                              \
        .measure = (measure_), .coefficient = 1, .kinds = BIT(kind_)                               \
    }
#define LEVEL_OF_KIND(kind_, measure_, level_)                                                     \
    {                                                                                              \
        .measure = (measure_), .coefficient = 1, .level = (level_), .kinds = BIT(kind_)            \
    }
#define OF_YEAR(kind_, measure_)                                                                   \
    {                                                                                              \
        .range = RANGE_YEAR, .measure = (measure_), .coefficient = 1, .kinds = BIT(kind_)          \
    }
#define LEVEL(measure_, level_)                                                                    \
    {                                                                                              \
        .measure = (measure_), .coefficient = 1, .level = (level_)                                 \
    }
#define OVERDUE_STOCK(range_)                                                                      \
    {.range = (range_), .cohort = COHORT_DUE, .measure = COUNT_TICKETS, .coefficient = 1},         \
    {                                                                                              \
        .range = (range_), .cohort = COHORT_OVERDUE_LEFT, .measure = COUNT_TICKETS,                \
        .coefficient = -1                                                                          \
    }
// Five measures that follow each other, from very dissatisfied to very satisfied.
#define WEIGHED_RATINGS(first)                                                                     \
    LEVEL(first, VERY_DISSATISFIED), LEVEL((first) + 1, DISSATISFIED),                             \
        LEVEL((first) + 2, BASICALLY_SATISFIED), LEVEL((first) + 3, SATISFIED),                    \
        LEVEL((first) + 4, VERY_SATISFIED)
#define RATINGS(first) OF(first), OF((first) + 1), OF((first) + 2), OF((first) + 3), OF((first) + 4)
#define OVER_RATED_OR_VISITS .over = {"rated", "visits"}

// What a district can do about it, or why it can do nothing.
#define MOVE(type_, en_, zh_) .move = {.type = (type_), .en = (en_), .zh = (zh_)}
#define RATING_MOVE                                                                                \
    MOVE(MOVE_RATING, "one of the lowest rated orders is rated as highly as can be",               \
         "一件评价最低的工单改评为最高")

// The same of one subset of orders.
#define SUBSET_SATISFACTION(subset)                                                                \
    .direction = BETTER_HIGHER, .unit = UNIT_SHARE, .source = COUNTED_TICKET_SUBSETS,              \
    .cohort = COHORT_VISITED, .cohorts = OUTCOMES, .is_weighted = true, OVER_RATED_OR_VISITS,      \
    .numerator = {LEVEL_OF_KIND(subset, SUBSET_COUNT_RESULT_1, VERY_DISSATISFIED),                 \
                  LEVEL_OF_KIND(subset, SUBSET_COUNT_RESULT_2, DISSATISFIED),                      \
                  LEVEL_OF_KIND(subset, SUBSET_COUNT_RESULT_3, BASICALLY_SATISFIED),               \
                  LEVEL_OF_KIND(subset, SUBSET_COUNT_RESULT_4, SATISFIED),                         \
                  LEVEL_OF_KIND(subset, SUBSET_COUNT_RESULT_5, VERY_SATISFIED)},                   \
    .denominator = {OF_KIND(subset, SUBSET_COUNT_RESULT_1),                                        \
                    OF_KIND(subset, SUBSET_COUNT_RESULT_2),                                        \
                    OF_KIND(subset, SUBSET_COUNT_RESULT_3),                                        \
                    OF_KIND(subset, SUBSET_COUNT_RESULT_4),                                        \
                    OF_KIND(subset, SUBSET_COUNT_RESULT_5)},                                       \
    .other_denominator = {OF_KIND(subset, SUBSET_COUNT_VISITED)}, RATING_MOVE

_Static_assert(COUNT_RESULT_5 == COUNT_RESULT_1 + 4, "ratings follow each other");

// Outputs of one type, by the day on which they were done.
#define ACTIVITIES(id_, en, zh, type)                                                              \
    {                                                                                              \
        .id = (id_), .name_en = (en), .name_zh = (zh), .formula = "outputs of this kind",          \
        .direction = BETTER_HIGHER, .unit = UNIT_COUNT, .source = COUNTED_ACTIVITIES,              \
        MOVE(MOVE_ONE_MORE, "one more is done", "多完成一项"), .numerator = {                      \
            OF_KIND(type, ACTIVITY_COUNT_ACTIVITIES)                                               \
        }                                                                                          \
    }

const struct indicator indicator_catalogue[] = {
    {.id = "W01",
     .name_en = "orders received",
     .name_zh = "受理量",
     .formula = "orders",
     .unit = UNIT_COUNT,
     .cohort = COHORT_RECEIVED,
     .cohorts = BIT(COHORT_RECEIVED),
     .numerator = {OF(COUNT_TICKETS)},
     MOVE(MOVE_NONE, "orders come from the citizens", "工单来自市民，区无法增减")},
    {.id = "W02",
     .name_en = "on-time signing",
     .name_zh = "及时签收率",
     .formula = "dispatches signed by their signing due time / dispatches",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .source = COUNTED_DISPATCHES,
     .numerator = {OF(COUNT_SIGNED_ON_TIME)},
     .denominator = {OF(COUNT_DISPATCHES)},
     MOVE(MOVE_ONE_MORE, "one more dispatch is signed by its due time", "多一件派单按时签收")},
    {.id = "W03",
     .name_en = "first contact",
     .name_zh = "先行联系率",
     .formula = "caller reached / (caller reached + tried in vain)",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_CLOSED,
     .cohorts = OUTCOMES,
     .numerator = {OF(COUNT_CONTACT_YES)},
     .denominator = {OF(COUNT_CONTACT_YES), OF(COUNT_CONTACT_NO)},
     MOVE(MOVE_ONE_MORE, "one more caller, tried in vain, is reached",
          "多一名未联系上的来电人被联系上")},
    {.id = "W04",
     .name_en = "on-time closing",
     .name_zh = "按时办结率",
     .formula = "first closing by the due time / orders with a due time",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_DUE,
     .cohorts = BIT(COHORT_DUE) | BIT(COHORT_RECEIVED) | BIT(COHORT_CLOSED),
     .numerator = {OF(COUNT_ON_TIME)},
     .denominator = {OF(COUNT_DUE)},
     MOVE(MOVE_ONE_MORE, "one more order is first closed by its due time", "多一件工单按时办结")},
    {.id = "W05",
     .name_en = "closing",
     .name_zh = "办结率",
     .formula = "closed by the period's end, of: due in the period + overdue and open at its start",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_DUE,
     .cohorts = BIT(COHORT_DUE),
     .numerator = {OF_COHORT(COHORT_OVERDUE_LEFT, COUNT_TICKETS)},
     .denominator = {OF(COUNT_TICKETS), OVERDUE_STOCK(RANGE_BEFORE_FROM)},
     MOVE(MOVE_ONE_MORE, "one more order is closed by the period's end", "多一件工单在期末前办结")},
    {.id = "W06",
     .name_en = "response",
     .name_zh = "响应率",
     .formula = "contacted / orders with a valid visit",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_RECEIVED,
     .cohorts = OUTCOMES,
     .numerator = {OF(COUNT_CONTACTED)},
     .denominator = {OF(COUNT_VISITED)},
     MOVE(MOVE_ONE_MORE, "one more visited citizen had been contacted", "多一名受访市民曾被联系")},
    {.id = "W07",
     .name_en = "solved, by citizen",
     .name_zh = "解决率",
     .formula = "solved, says the citizen / orders with a valid visit",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_RECEIVED,
     .cohorts = OUTCOMES,
     .numerator = {OF(COUNT_SOLVED)},
     .denominator = {OF(COUNT_VISITED)},
     MOVE(MOVE_ONE_MORE, "one more visited citizen says that it is solved",
          "多一名受访市民认为已解决")},
    {.id = "W08",
     .name_en = "solved, by unit",
     .name_zh = "实际解决率",
     .formula = "solved, says the unit / (solved + explained)",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_CLOSED,
     .cohorts = OUTCOMES,
     .numerator = {OF(COUNT_UNIT_SOLVED)},
     .denominator = {OF(COUNT_UNIT_SOLVED), OF(COUNT_UNIT_EXPLAINED)},
     MOVE(MOVE_ONE_MORE, "one more order is solved rather than explained",
          "多一件工单由解释转为实际解决")},
    {.id = "W09",
     .name_en = "satisfaction",
     .name_zh = "满意率",
     .formula = "sum of the weight of each rating / rated orders",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_RECEIVED,
     .cohorts = OUTCOMES,
     .is_weighted = true,
     OVER_RATED_OR_VISITS,
     .numerator = {WEIGHED_RATINGS(COUNT_RESULT_1)},
     .denominator = {RATINGS(COUNT_RESULT_1)},
     .other_denominator = {OF(COUNT_VISITED)},
     RATING_MOVE},
    {.id = "W10",
     .name_en = "double satisfaction",
     .name_zh = "双满意率",
     .formula = "result and attitude both satisfied / orders with a valid visit",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_VISITED,
     .cohorts = OUTCOMES,
     .numerator = {OF(COUNT_DOUBLE_SATISFIED)},
     .denominator = {OF(COUNT_VISITED)},
     MOVE(MOVE_ONE_MORE, "one more visited citizen is satisfied with result and attitude",
          "多一名受访市民双满意")},
    {.id = "W11",
     .name_en = "return",
     .name_zh = "退单率",
     .formula = "dispatches returned / dispatches",
     .direction = BETTER_LOWER,
     .unit = UNIT_SHARE,
     .source = COUNTED_DISPATCHES,
     .numerator = {OF(COUNT_RETURNED)},
     .denominator = {OF(COUNT_DISPATCHES)},
     MOVE(MOVE_ONE_FEWER, "one dispatch fewer is returned", "少退一件派单")},
    {.id = "W12",
     .name_en = "rework",
     .name_zh = "重办率",
     .formula = "reworked at least once / orders closed",
     .direction = BETTER_LOWER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_CLOSED,
     .cohorts = BIT(COHORT_CLOSED),
     .numerator = {OF(COUNT_REWORKED)},
     .denominator = {OF(COUNT_CLOSED)},
     MOVE(MOVE_ONE_FEWER, "one order fewer is reworked", "少重办一件工单")},
    {.id = "W13",
     .name_en = "first time right",
     .name_zh = "一次办结率",
     .formula = "closed without rework / orders closed",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_CLOSED,
     .cohorts = BIT(COHORT_CLOSED),
     .numerator = {OF(COUNT_CLOSED_WITHOUT_REWORK)},
     .denominator = {OF(COUNT_CLOSED)},
     MOVE(MOVE_ONE_MORE, "one more order is closed without rework", "多一件工单一次办结")},
    {.id = "W14",
     .name_en = "second rating",
     .name_zh = "二次评价满意率",
     .formula = "satisfied in the second rating / second ratings",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_VISITED,
     .cohorts = OUTCOMES,
     .numerator = {OF(COUNT_SECOND_SATISFIED)},
     .denominator = {OF(COUNT_SECOND_RATED)},
     MOVE(MOVE_ONE_MORE, "one more second rating is satisfied", "多一件二次评价满意")},
    {.id = "W15",
     .name_en = "overdue and open",
     .name_zh = "超时未办结",
     .formula = "due before the period's end - closed, overdue or not, before it",
     .direction = BETTER_LOWER,
     .unit = UNIT_COUNT,
     .cohort = COHORT_DUE,
     .cohorts = BIT(COHORT_DUE),
     .numerator = {OVERDUE_STOCK(RANGE_BEFORE_UNTIL)},
     MOVE(MOVE_ONE_FEWER, "one overdue order more is closed before the period's end",
          "期末前多办结一件超时工单")},
    {.id = "W16",
     .name_en = "exclusion",
     .name_zh = "剔除率",
     .formula = "excluded / orders, excluded ones too",
     .unit = UNIT_SHARE,
     .cohort = COHORT_RECEIVED,
     .cohorts = BIT(COHORT_RECEIVED),
     .numerator = {{.measure = COUNT_TICKETS, .coefficient = 1, .only_flags = FLAG_EXCLUDED}},
     .denominator = {{.measure = COUNT_TICKETS, .coefficient = 1, .any_flags = FLAG_EXCLUDED}},
     MOVE(MOVE_NONE, "an exclusion is granted, not worked for", "剔除由上级审批，不可争取")},
    {.id = "W17",
     .name_en = "visit coverage",
     .name_zh = "回访覆盖率",
     .formula = "orders with a valid visit / orders closed",
     .unit = UNIT_SHARE,
     .cohort = COHORT_CLOSED,
     .cohorts = BIT(COHORT_CLOSED),
     .numerator = {OF(COUNT_VISITED)},
     .denominator = {OF(COUNT_CLOSED)},
     MOVE(MOVE_ONE_MORE, "one more closed order is visited", "多回访一件已办结工单")},
    {.id = "W18",
     .name_en = "handling time",
     .name_zh = "办理时长",
     .formula =
         "quantile of last closing - received, elapsed or working time; closings before receipt "
         "left out",
     .direction = BETTER_LOWER,
     .unit = UNIT_DURATION,
     .cohort = COHORT_CLOSED,
     .cohorts = BIT(COHORT_CLOSED) | BIT(COHORT_RECEIVED),
     .observed = OBSERVED_HANDLING,
     MOVE(MOVE_NONE, "a quantile moves with how long times are, not with a number of orders",
          "分位数取决于时长，而非件数")},
    {.id = "W19",
     .name_en = "satisfaction, escalated",
     .name_zh = "提级工单满意率",
     .formula = "as W09, of orders escalated at least once",
     SUBSET_SATISFACTION(SUBSET_ESCALATED)},
    {.id = "W20",
     .name_en = "closed within the limit",
     .name_zh = "限时办结率",
     .formula =
         "last closing within the profile's hours or working days of receipt / orders closed; "
         "closings before receipt left out",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_CLOSED,
     .cohorts = BIT(COHORT_CLOSED) | BIT(COHORT_RECEIVED),
     .observed = OBSERVED_HANDLING,
     .has_limit = true,
     MOVE(MOVE_ONE_MORE, "one more order is closed within the limit", "多一件工单限时办结")},
    {.id = "M01",
     .name_en = "message reply",
     .name_zh = "留言回复率",
     .formula = "replied / letters to the message board",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .source = COUNTED_TICKET_SUBSETS,
     .cohort = COHORT_RECEIVED,
     .cohorts = BIT(COHORT_RECEIVED) | BIT(COHORT_CLOSED),
     .numerator = {OF_KIND(SUBSET_MESSAGE_BOARD, SUBSET_COUNT_REPLIED)},
     .denominator = {OF_KIND(SUBSET_MESSAGE_BOARD, SUBSET_COUNT_TICKETS)},
     MOVE(MOVE_ONE_MORE, "one more letter is replied to", "多回复一条留言")},
    {.id = "M02",
     .name_en = "message satisfaction",
     .name_zh = "留言满意率",
     .formula = "as W09, of letters to the message board",
     SUBSET_SATISFACTION(SUBSET_MESSAGE_BOARD)},
    {.id = "E01",
     .name_en = "incidents handled",
     .name_zh = "突发事件处置",
     .formula = "incidents; merged ones are duplicates",
     .unit = UNIT_COUNT,
     .source = COUNTED_INCIDENTS,
     .cohort = INCIDENT_COHORT_KNOWN,
     .cohorts = BIT(INCIDENT_COHORT_KNOWN) | BIT(INCIDENT_COHORT_CLOSED),
     .numerator = {OF(INCIDENT_COUNT_INCIDENTS)},
     MOVE(MOVE_NONE, "incidents happen: a district does not make them", "突发事件并非区所能增减")},
    {.id = "E02",
     .name_en = "timely first report",
     .name_zh = "首报及时率",
     .formula = "first bulletin sent by its due time / incidents (or those with a due time)",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .source = COUNTED_INCIDENTS,
     .cohort = INCIDENT_COHORT_KNOWN,
     .cohorts = BIT(INCIDENT_COHORT_KNOWN) | BIT(INCIDENT_COHORT_CLOSED),
     .over = {"incidents", "due"},
     .numerator = {OF(INCIDENT_COUNT_FIRST_REPORT_ON_TIME)},
     .denominator = {OF(INCIDENT_COUNT_INCIDENTS)},
     .other_denominator = {OF(INCIDENT_COUNT_FIRST_REPORT_DUE)},
     MOVE(MOVE_ONE_MORE, "one more incident is first reported by its due time",
          "多一起事件按时首报")},
    {.id = "E03",
     .name_en = "arrival",
     .name_zh = "到达时长",
     .formula = "quantile of first arrival - first dispatch; arrivals before it left out",
     .direction = BETTER_LOWER,
     .unit = UNIT_DURATION,
     .source = COUNTED_INCIDENTS,
     .cohort = INCIDENT_COHORT_KNOWN,
     .cohorts = BIT(INCIDENT_COHORT_KNOWN) | BIT(INCIDENT_COHORT_CLOSED),
     .observed = OBSERVED_ARRIVAL,
     MOVE(MOVE_NONE, "a quantile moves with how long times are, not with a number of incidents",
          "分位数取决于时长，而非起数")},
    {.id = "E04",
     .name_en = "clearance",
     .name_zh = "处置时长",
     .formula = "quantile of closed - first known; closings before it left out",
     .direction = BETTER_LOWER,
     .unit = UNIT_DURATION,
     .source = COUNTED_INCIDENTS,
     .cohort = INCIDENT_COHORT_CLOSED,
     .cohorts = BIT(INCIDENT_COHORT_KNOWN) | BIT(INCIDENT_COHORT_CLOSED),
     .observed = OBSERVED_CLEARANCE,
     MOVE(MOVE_NONE, "a quantile moves with how long times are, not with a number of incidents",
          "分位数取决于时长，而非起数")},
    {.id = "T01",
     .name_en = "roadway clearance",
     .name_zh = "道路恢复时长",
     .formula = "quantile of roadway reopened - first known; reopenings before it left out",
     .direction = BETTER_LOWER,
     .unit = UNIT_DURATION,
     .source = COUNTED_INCIDENTS,
     .cohort = INCIDENT_COHORT_REOPENED,
     .cohorts = BIT(INCIDENT_COHORT_REOPENED) | BIT(INCIDENT_COHORT_KNOWN),
     .observed = OBSERVED_REOPENING,
     MOVE(MOVE_NONE, "a quantile moves with how long times are, not with a number of incidents",
          "分位数取决于时长，而非起数")},
    {.id = "T02",
     .name_en = "travel time index",
     .name_zh = "拥堵延时指数",
     .formula = "travel time / free-flow time, of all vehicles in the profile's hours; n: vehicles",
     .direction = BETTER_LOWER,
     .unit = UNIT_RATIO,
     .source = COUNTED_TRAFFIC,
     .numerator = {OF(TRAFFIC_COUNT_TRAVEL_MS)},
     .denominator = {OF(TRAFFIC_COUNT_FREE_FLOW_MS)},
     .sample = OF(TRAFFIC_COUNT_TIMED_VEHICLES),
     MOVE(MOVE_NONE, "a ratio of travel times is no number of cases", "行程时间之比并非件数")},
    // The hours of a district's segments are pooled, each counting once: the mean or the quantile of its segments' own P95s
    // would let a lane with five timed hours weigh as much as the ring road, and two districts could not be put together.
    {.id = "T03",
     .name_en = "planning time index",
     .name_zh = "规划时间指数",
     .formula = "quantile of travel time / free-flow time, of each hour of each road segment",
     .direction = BETTER_LOWER,
     .unit = UNIT_RATIO,
     .source = COUNTED_TRAFFIC,
     .observed = OBSERVED_DELAY,
     MOVE(MOVE_NONE, "a quantile of travel times is no number of cases", "行程时间分位数并非件数")},
    {.id = "T04",
     .name_en = "traffic order: settled",
     .name_zh = "交通秩序问题办结率",
     .formula = "rectified, and the last re-check did not fail / traffic-order problems",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .source = COUNTED_PROBLEMS,
     .cohort = PROBLEM_COHORT_FOUND,
     .cohorts = BIT(PROBLEM_COHORT_FOUND) | BIT(PROBLEM_COHORT_DUE),
     .numerator = {OF_KIND(THEME_TRAFFIC_ORDER, PROBLEM_COUNT_SETTLED)},
     .denominator = {OF_KIND(THEME_TRAFFIC_ORDER, PROBLEM_COUNT_PROBLEMS)},
     MOVE(MOVE_ONE_MORE, "one more traffic-order problem is settled", "多办结一个交通秩序问题")},
    {.id = "O01",
     .name_en = "environment: rectified on time",
     .name_zh = "按期整改率",
     .formula = "first rectification by the due time / environment problems with a due time",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .source = COUNTED_PROBLEMS,
     .cohort = PROBLEM_COHORT_DUE,
     .cohorts = BIT(PROBLEM_COHORT_DUE) | BIT(PROBLEM_COHORT_FOUND),
     .numerator = {OF_KIND(THEME_ENVIRONMENT, PROBLEM_COUNT_ON_TIME)},
     .denominator = {OF_KIND(THEME_ENVIRONMENT, PROBLEM_COUNT_DUE)},
     MOVE(MOVE_ONE_MORE, "one more environment problem is rectified by its due time",
          "多一个环境问题按期整改")},
    {.id = "O02",
     .name_en = "environment: re-check failures",
     .name_zh = "复查不合格率",
     .formula = "failed / re-checks of environment problems, each on its own day",
     .direction = BETTER_LOWER,
     .unit = UNIT_SHARE,
     .source = COUNTED_RECHECKS,
     .numerator = {OF_KIND(THEME_ENVIRONMENT, RECHECK_COUNT_FAILED)},
     .denominator = {OF_KIND(THEME_ENVIRONMENT, RECHECK_COUNT_RECHECKS)},
     MOVE(MOVE_ONE_FEWER, "one re-check fewer fails", "少一次复查不合格")},
    {.id = "O03",
     .name_en = "environment: problems",
     .name_zh = "环境问题数",
     .formula = "environment problems found; of each village: cityops-rank villages",
     .direction = BETTER_LOWER,
     .unit = UNIT_COUNT,
     .source = COUNTED_PROBLEMS,
     .cohort = PROBLEM_COHORT_FOUND,
     .cohorts = BIT(PROBLEM_COHORT_FOUND),
     .numerator = {OF_KIND(THEME_ENVIRONMENT, PROBLEM_COUNT_PROBLEMS)},
     MOVE(MOVE_ONE_FEWER, "one environment problem fewer arises", "少发生一个环境问题")},
    {.id = "P01",
     .name_en = "budget execution",
     .name_zh = "预算执行率",
     .formula = "paid / budget, from the year's first day to the period's end; n in fen",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .source = COUNTED_ACTIVITIES,
     .numerator = {OF_YEAR(ACTIVITY_BUDGET_PAID, ACTIVITY_COUNT_AMOUNT_FEN)},
     .denominator = {OF_YEAR(ACTIVITY_BUDGET_ALLOCATED, ACTIVITY_COUNT_AMOUNT_FEN)},
     MOVE(MOVE_ONE_MORE, "one fen more of the budget is paid", "多支出预算一分钱")},
    {.id = "P02",
     .name_en = "target deviation",
     .name_zh = "目标偏离度",
     .formula = "(actual - target) / target, of the count or share that the profile names",
     .unit = UNIT_SHARE,
     .source = COUNTED_ACTIVITIES,
     .is_deviation = true,
     MOVE(MOVE_NONE, "a deviation moves with the indicator that it is of",
          "偏离度随其所依据的指标变动")},
    {.id = "D01",
     .name_en = "data completeness",
     .name_zh = "数据完整率",
     .formula = "orders that state every field that the profile requires / orders",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_RECEIVED,
     .cohorts = BIT(COHORT_RECEIVED) | BIT(COHORT_CLOSED),
     .observed = OBSERVED_COMPLETE,
     .has_limit = true,
     MOVE(MOVE_ONE_MORE, "one more order states every required field", "多一件工单信息完整")},
    {.id = "D02",
     .name_en = "data timeliness",
     .name_zh = "数据及时率",
     .formula = "records that arrived within the profile's hours of what they state / records that "
                "arrived; those that came before it left out",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .moment = "arrived",
     .observed = OBSERVED_DELIVERY,
     .has_limit = true,
     MOVE(MOVE_ONE_MORE, "one more record arrives in time", "多一条记录及时到达")},
    ACTIVITIES("A01", "routine news reports", "日常新闻报送", ACTIVITY_NEWS_REPORT),
    ACTIVITIES("A02", "special bulletins", "专报", ACTIVITY_SPECIAL_BULLETIN),
    ACTIVITIES("A03", "flash bulletins", "快报", ACTIVITY_FLASH_BULLETIN),
    ACTIVITIES("A04", "duty bulletins", "值班信息", ACTIVITY_DUTY_BULLETIN),
    ACTIVITIES("A05", "risk reports", "风险研判报告", ACTIVITY_RISK_REPORT),
    ACTIVITIES("A06", "events safeguarded", "重大活动与节假日保障", ACTIVITY_EVENT_SAFEGUARDED),
    ACTIVITIES("A07", "problems settled", "镇街部门问题解决", ACTIVITY_PROBLEM_SETTLED),
};
const size_t indicator_count = sizeof indicator_catalogue / sizeof *indicator_catalogue;

const struct indicator *indicator_by_id(struct text id)
{
    for (size_t i = 0; i < indicator_count; i++)
        if (text_equal(text_from(indicator_catalogue[i].id), id))
            return &indicator_catalogue[i];
    return NULL;
}
