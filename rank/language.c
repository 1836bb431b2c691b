// The locale is read from the environment, as gettext does: the process itself runs in a UTF-8 locale of no language.
#include "rank/language.h"

#include <stdlib.h>
#include <string.h>

enum language language_choose(const struct config *config)
{
    const char *wanted = config_text(config, "lang");
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; !wanted && i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            wanted = value;
    }
    return wanted && strncmp(wanted, "zh", 2) == 0 ? LANGUAGE_ZH : LANGUAGE_EN;
}

// An hour of traffic, by its start.
#define HOUR(hour)                                                                                 \
    {"working-" hour, "工作日" hour "时"},                                                         \
    {                                                                                              \
        "other-" hour, "非工作日" hour "时"                                                       \
    }

const char *language_word(enum language language, const char *word)
{
    static const struct {
        const char *en, *zh;
    } words[] = {
        {"received", "受理"},
        {"closed", "办结"},
        {"due", "到期"},
        {"backlog-left", "离开在办"},
        {"overdue-left", "离开超时在办"},
        {"visited", "回访"},
        {"dispatched", "派单"},
        {"arrived", "到达"},
        {"known", "首次获知"},
        {"reopened", "恢复通行"},
        {"found", "发现"},
        {"rectified", "整改"},
        {"re-checked", "复查"},
        {"done", "完成"},
        {"measured", "测得"},
        {"higher", "越高越好"},
        {"lower", "越低越好"},
        {"count", "件数"},
        {"percent", "%"},
        {"hours", "小时"},
        {"ratio", "比值"},
        {"level", "等级"},
        {"theme", "主题"},
        {"type", "类型"},
        {"subset", "范围"},
        {"hour", "时段"},
        {"not-stated", "未注明"},
        {"especially-serious", "特别重大"},
        {"serious", "重大"},
        {"larger", "较大"},
        {"general", "一般"},
        {"environment", "环境"},
        {"traffic-order", "交通秩序"},
        {"news-report", "日常新闻"},
        {"special-bulletin", "专报"},
        {"flash-bulletin", "快报"},
        {"duty-bulletin", "值班信息"},
        {"risk-report", "风险研判"},
        {"event-safeguarded", "活动保障"},
        {"problem-settled", "问题解决"},
        {"budget-allocated", "预算下达"},
        {"budget-paid", "预算支付"},
        {"escalated", "提级"},
        {"message-board", "留言板"},
        {"enquiry", "咨询"},
        {"request", "求助"},
        {"complaint", "投诉"},
        {"report", "举报"},
        {"suggestion", "建议"},
        {"praise", "表扬"},
        {"excluded", "剔除"},
        {"void", "作废"},
        {"duplicate", "重复"},
        {"all", "全部"},
        {"none", "无"},
        {"without-letters", "不含留言"},
        {"phone", "电话"},
        {"letters", "留言"},
        {"district", "区"},
        {"towns", "镇街"},
        {"units", "部门"},
        {"towns-and-units", "镇街与部门相加"},
        {"districts", "各区合计"},
        {"mean", "各区平均"},
        {"rated", "已评价"},
        {"visits", "有效回访"},
        {"yes", "是"},
        {"no", "否"},
        {"now", "现在"},
        {"end", "期末"},
        {"exact", "精确"},
        {"half-up", "四舍五入"},
        {"truncated", "截尾"},
        {"complete", "完整"},
        {"provisional", "暂定"},
        HOUR("00"),
        HOUR("01"),
        HOUR("02"),
        HOUR("03"),
        HOUR("04"),
        HOUR("05"),
        HOUR("06"),
        HOUR("07"),
        HOUR("08"),
        HOUR("09"),
        HOUR("10"),
        HOUR("11"),
        HOUR("12"),
        HOUR("13"),
        HOUR("14"),
        HOUR("15"),
        HOUR("16"),
        HOUR("17"),
        HOUR("18"),
        HOUR("19"),
        HOUR("20"),
        HOUR("21"),
        HOUR("22"),
        HOUR("23"),
    };
    for (size_t i = 0; language == LANGUAGE_ZH && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].en, word) == 0)
            return words[i].zh;
    return word;
}
