// One row per family and name, in the order of the rollups.
#include "rank/measure_words.h"

#include "rank/published/result_document.h"

#include <string.h>

// Of times between two milestones of an incident: how many, how many run backwards, and their sum.
#define PAIR_WORDS(name, zh)                                                                       \
    {FAMILY_INCIDENT, name, zh "次数"}, {FAMILY_INCIDENT, name "_negative", zh "倒置数"},          \
    {                                                                                              \
        FAMILY_INCIDENT, name "_seconds", zh "秒数"                                              \
    }

static const struct {
    enum family family;
    const char *name, *zh;
} words[] = {
    {FAMILY_HOTLINE, "tickets", "工单数"},
    {FAMILY_HOTLINE, "closed", "已办结"},
    {FAMILY_HOTLINE, "closed_before_received", "办结早于受理"},
    {FAMILY_HOTLINE, "within_24h", "24小时内办结"},
    {FAMILY_HOTLINE, "within_72h", "72小时内办结"},
    {FAMILY_HOTLINE, "within_7d", "7日内办结"},
    {FAMILY_HOTLINE, "within_30d", "30日内办结"},
    {FAMILY_HOTLINE, "handling_seconds", "办理秒数"},
    {FAMILY_HOTLINE, "due", "有办结时限"},
    {FAMILY_HOTLINE, "on_time", "按时办结"},
    {FAMILY_HOTLINE, "late", "超时办结"},
    {FAMILY_HOTLINE, "due_open", "有时限未办结"},
    {FAMILY_HOTLINE, "contact_yes", "先行联系成功"},
    {FAMILY_HOTLINE, "contact_no", "先行联系未成功"},
    {FAMILY_HOTLINE, "unit_solved", "单位认定解决"},
    {FAMILY_HOTLINE, "unit_explained", "单位解释说明"},
    {FAMILY_HOTLINE, "visited", "有效回访"},
    {FAMILY_HOTLINE, "contacted", "回访已联系"},
    {FAMILY_HOTLINE, "solved", "回访已解决"},
    {FAMILY_HOTLINE, "result_1", "结果非常不满意"},
    {FAMILY_HOTLINE, "result_2", "结果不满意"},
    {FAMILY_HOTLINE, "result_3", "结果基本满意"},
    {FAMILY_HOTLINE, "result_4", "结果满意"},
    {FAMILY_HOTLINE, "result_5", "结果非常满意"},
    {FAMILY_HOTLINE, "result_not_rated", "结果未评价"},
    {FAMILY_HOTLINE, "double_satisfied", "双满意"},
    {FAMILY_HOTLINE, "second_rated", "二次评价"},
    {FAMILY_HOTLINE, "second_satisfied", "二次评价满意"},
    {FAMILY_HOTLINE, "reworked", "重办"},
    {FAMILY_HOTLINE, "closed_without_rework", "一次办结"},
    {FAMILY_HOTLINE, "escalated", "提级"},
    {FAMILY_HOTLINE, "extended", "延期"},
    {FAMILY_HOTLINE, "dispatches", "派单数"},
    {FAMILY_HOTLINE, "sign_due", "有签收时限"},
    {FAMILY_HOTLINE, "signed", "已签收"},
    {FAMILY_HOTLINE, "signed_on_time", "及时签收"},
    {FAMILY_HOTLINE, "returned", "退单"},
    {FAMILY_HOTLINE, "replied", "已答复"},
    {FAMILY_HOTLINE, "p50_hours", "办理时长P50（小时）"},
    {FAMILY_HOTLINE, "p50_nearest_hours", "办理时长P50最近秩（小时）"},
    {FAMILY_HOTLINE, "p90_hours", "办理时长P90（小时）"},
    {FAMILY_HOTLINE, "stock_start", "期初存量"},
    {FAMILY_HOTLINE, "stock_end", "期末存量"},

    {FAMILY_INCIDENT, "incidents", "事件数"},
    {FAMILY_INCIDENT, "units", "出动单位数"},
    {FAMILY_INCIDENT, "units_arrived", "到场单位数"},
    {FAMILY_INCIDENT, "hospital_before_transport", "到院早于转运"},
    {FAMILY_INCIDENT, "verified", "已核查"},
    {FAMILY_INCIDENT, "dispatched", "已派出"},
    {FAMILY_INCIDENT, "arrived", "已到场"},
    {FAMILY_INCIDENT, "reopened", "已恢复通行"},
    {FAMILY_INCIDENT, "cleared", "已清场"},
    {FAMILY_INCIDENT, "closed", "已办结"},
    {FAMILY_INCIDENT, "first_report_due", "有首报时限"},
    {FAMILY_INCIDENT, "first_reported", "已首报"},
    {FAMILY_INCIDENT, "first_report_on_time", "首报及时"},
    {FAMILY_INCIDENT, "bulletins_flash", "快报"},
    {FAMILY_INCIDENT, "bulletins_special", "专报"},
    {FAMILY_INCIDENT, "bulletins_duty", "值班信息"},
    {FAMILY_INCIDENT, "killed", "死亡人数"},
    {FAMILY_INCIDENT, "severely_injured", "重伤人数"},
    {FAMILY_INCIDENT, "slightly_injured", "轻伤人数"},
    {FAMILY_INCIDENT, "arrived_within_480s", "480秒内到场"},
    PAIR_WORDS("known_verified", "获知至核查"),
    PAIR_WORDS("known_dispatched", "获知至派出"),
    PAIR_WORDS("known_arrived", "获知至到场"),
    PAIR_WORDS("dispatched_arrived", "派出至到场"),
    PAIR_WORDS("known_reopened", "获知至恢复通行"),
    PAIR_WORDS("known_cleared", "获知至清场"),
    PAIR_WORDS("known_closed", "获知至办结"),
    {FAMILY_INCIDENT, "arrival_p90_hours", "到场时长P90（小时）"},
    {FAMILY_INCIDENT, "clearance_p50_hours", "处置时长P50（小时）"},
    {FAMILY_INCIDENT, "clearance_p90_hours", "处置时长P90（小时）"},
    {FAMILY_INCIDENT, "reopening_p90_hours", "恢复通行时长P90（小时）"},

    {FAMILY_TRAFFIC, "readings", "观测时段数"},
    {FAMILY_TRAFFIC, "overlapping_readings", "重叠时段数"},
    {FAMILY_TRAFFIC, "vehicles", "车辆数"},
    {FAMILY_TRAFFIC, "timed_vehicles", "有行程时间车辆数"},
    {FAMILY_TRAFFIC, "travel_ms", "行程时间（毫秒）"},
    {FAMILY_TRAFFIC, "free_flow_ms", "自由流时间（毫秒）"},
    {FAMILY_TRAFFIC, "occupancy_seconds", "有占有率秒数"},
    {FAMILY_TRAFFIC, "occupancy_permille_seconds", "占有率（千分比·秒）"},
    {FAMILY_TRAFFIC, "queue_seconds", "有排队秒数"},
    {FAMILY_TRAFFIC, "queue_metre_seconds", "排队长度（米·秒）"},

    {FAMILY_INSPECTION, "problems", "问题数"},
    {FAMILY_INSPECTION, "notices", "交办通知数"},
    {FAMILY_INSPECTION, "assigned", "已交办"},
    {FAMILY_INSPECTION, "due", "有整改时限"},
    {FAMILY_INSPECTION, "rectified", "已整改"},
    {FAMILY_INSPECTION, "on_time", "按期整改"},
    {FAMILY_INSPECTION, "late", "逾期整改"},
    {FAMILY_INSPECTION, "due_open", "有时限未整改"},
    {FAMILY_INSPECTION, "rectified_before_found", "整改早于发现"},
    {FAMILY_INSPECTION, "rectification_seconds", "整改秒数"},
    {FAMILY_INSPECTION, "rechecked", "已复查"},
    {FAMILY_INSPECTION, "recheck_failed", "末次复查不合格"},
    {FAMILY_INSPECTION, "settled", "已解决"},
    {FAMILY_INSPECTION, "rechecks", "复查次数"},
    {FAMILY_INSPECTION, "passed", "复查合格次数"},
    {FAMILY_INSPECTION, "failed", "复查不合格次数"},
    {FAMILY_INSPECTION, "stock_start", "期初存量"},
    {FAMILY_INSPECTION, "stock_end", "期末存量"},

    {FAMILY_ACTIVITY, "activities", "活动数"},
    {FAMILY_ACTIVITY, "amount_fen", "金额（分）"},
};

const char *measure_heading(enum language language, enum family family, const char *name)
{
    if (language == LANGUAGE_EN)
        return name;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].family == family && strcmp(words[i].name, name) == 0)
            return words[i].zh;
    return name;
}

const char *measure_term_words(struct arena *arena, enum language language,
                               const struct indicator_settings *settings,
                               const struct indicator_term *term)
{
    static const char *const ranges[RANGE_COUNT] = {"", "（本年）", "（期初之前）", "（期末之前）"};
    const struct count_source_definition *source = &count_sources[settings->indicator->source];
    uint8_t cohort = term->cohort == COHORT_OF_INDICATOR ? settings->cohort : term->cohort;
    if (language == LANGUAGE_EN)
        return result_term_name(arena, settings, term);
    return arena_printf(arena, "%s%s·%s%s", term->coefficient < 0 ? "减 " : "",
                        language_word(language, source->cohorts[cohort]),
                        measure_heading(language, source->rollup->family,
                                        source->rollup->measures[term->measure].name),
                        ranges[term->range]);
}
