// `cityops-rank brief`: the six conditions of a day on one page, each a counted series, with what is unusual (core/unusual.h).
#include "rank/commands.h"
#include "rank/facts.h"
#include "rank/headings.h"
#include "rank/known_names.h"
#include "rank/questions/brief_internal.h"
#include "rank/subjects.h"
#include "sql/as_of.h"

#include "common/table.h"

#include <inttypes.h>

const struct config_key brief_keys[] = {
    CONFIG_KEYS_DATABASE,
    {.name = "day",
     .type = CONFIG_TEXT,
     .argument = "YYYY-MM-DD",
     .meaning = "The civil day, in the zone of the rollups"},
    {.name = "district",
     .type = CONFIG_TEXT,
     .argument = "DISTRICT",
     .meaning = "Of this district alone, by code or name; default: the whole city"},
    {.name = "weeks",
     .type = CONFIG_INTEGER,
     .argument = "N",
     .default_value = "8",
     .minimum = UNUSUAL_DAYS_LEAST,
     .maximum = 52,
     .meaning = "How many weeks before the day it is compared with"},
    {.name = "false-alarms",
     .type = CONFIG_INTEGER,
     .argument = "PERCENT",
     .default_value = "5",
     .minimum = 1,
     .maximum = 50,
     .meaning = "Of ordinary days, so many per cent at most have anything unusual on their page"},
    {.name = "hazards",
     .type = CONFIG_TEXT,
     .argument = "WORD,...",
     .default_value = "火灾,燃气,爆炸,危化,内涝,积水,洪,滑坡,塌,倒伏,台风,暴雨,地震,fire,gas,"
                      "flood,storm,landslide,explosion",
     .meaning = "Categories that hold one of these words are hazards"},
    {.name = "epidemics",
     .type = CONFIG_TEXT,
     .argument = "WORD,...",
     .default_value = "疫情,防疫,传染病,核酸,epidemic,infectious",
     .meaning = "Categories that hold one of these words are epidemics"},
    CONFIG_KEY_AS_OF,
    CONFIG_KEY_FORMAT,
    CONFIG_KEY_LANGUAGE,
    {0},
};

static const struct {
    const char *key, *en, *zh, *counted_en, *counted_zh;
} conditions[CONDITION_COUNT] = {
    [CONDITION_FLOW] = {"flow", "passenger flow", "客情", "vehicles", "车辆数"},
    [CONDITION_SENTIMENT] = {"sentiment", "public sentiment", "民情", "orders received",
                             "受理工单"},
    [CONDITION_OPINION] = {"opinion", "online opinion", "舆情", "letters", "留言板来信"},
    [CONDITION_POLICE] = {"police", "police", "警情", "incidents, no hazards", "非险情事件"},
    [CONDITION_HAZARDS] = {"hazards", "hazards", "险情", "incidents and problems of hazard",
                           "险情事件与隐患"},
    [CONDITION_EPIDEMIC] = {"epidemic", "epidemic", "疫情", "orders and incidents of epidemic",
                            "涉疫工单与事件"},
};

struct page {
    struct brief brief;
    struct table *table;
    bool for_people;
};

static const char *pick(const struct page *page, const char *en, const char *zh)
    __attribute__((format_arg(2), format_arg(3)));
static const char *pick(const struct page *page, const char *en, const char *zh)
{
    return language_pick(page->brief.language, en, zh);
}

// ---- cells ----

static const char *print_integer(struct page *page, int64_t value)
{
    return arena_printf(&page->brief.arena, "%" PRId64, value);
}

static const char *print_expected(struct page *page, const struct judged_count *judged)
{
    return judged->is_tested ? arena_printf(&page->brief.arena, "%.1f", judged->expected) : NULL;
}

static const char *print_usual(struct page *page, const struct judged_count *judged)
{
    return judged->is_tested ? arena_printf(&page->brief.arena, "%" PRId64 "..%" PRId64,
                                            judged->low, judged->high)
                             : NULL;
}

// The day's hours as bars, the highest full.
static const char *print_bars(struct page *page, const struct brief_series *series)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const int64_t steps = sizeof bars / sizeof *bars;
    int64_t most = 1;
    const char *out = "";
    for (int hour = 0; hour < HOURS_COUNTED; hour++)
        if (series->day.hours[hour] > most)
            most = series->day.hours[hour];
    for (int hour = 0; hour < HOURS_COUNTED; hour++)
        out = arena_printf(&page->brief.arena, "%s%s", out,
                           series->day.hour_is_gap[hour]
                               ? " "
                               : bars[series->day.hours[hour] * (steps - 1) / most]);
    return out;
}

// "8-9, 14": of the hours that are marked; null when none is.
static const char *print_hours(struct page *page, const bool *marked)
{
    const char *out = NULL;
    for (int hour = 0, last; hour < HOURS_COUNTED; hour = last + 1) {
        last = hour;
        if (!marked[hour])
            continue;
        while (last + 1 < HOURS_COUNTED && marked[last + 1])
            last++;
        out = arena_printf(&page->brief.arena, "%s%s%d", out ? out : "", out ? ", " : "", hour);
        if (last > hour)
            out = arena_printf(&page->brief.arena, "%s-%d", out, last);
    }
    return out;
}

static const char *join(struct page *page, const char *left, const char *right)
{
    if (!*left)
        return right;
    return arena_printf(&page->brief.arena, "%s%s%s", left, pick(page, "; ", "；"), right);
}

static const char *note_hours(struct page *page, const struct brief_series *series, int sign,
                              const char *words)
{
    bool marked[HOURS_COUNTED];
    for (int hour = 0; hour < HOURS_COUNTED; hour++)
        marked[hour] = series->judged.hours[hour].unusual == sign;
    const char *hours = print_hours(page, marked);
    return hours ? arena_printf(&page->brief.arena, "%s %s", words, hours) : "";
}

static bool is_unusual(const struct brief_series *series)
{
    bool any = series->judged.total.unusual != 0;
    for (int hour = 0; hour < HOURS_COUNTED; hour++)
        any |= series->judged.hours[hour].unusual != 0;
    return any;
}

// What is unusual, what is missing, and why nothing is said.
static const char *print_note(struct page *page, const struct brief_series *series)
{
    struct arena *arena = &page->brief.arena;
    const char *out = "";
    if (series->is_refused)
        return pick(page, "not judged: readings are known as they are now alone",
                    "不作判断：读数不保留历史截止点");
    if (!series->has_any)
        return pick(page, "nothing of this kind was counted in all these weeks",
                    "此期间从无此类记录");
    if (series->judged.total.unusual)
        out = series->judged.total.unusual > 0 ? pick(page, "UNUSUALLY MANY", "异常偏多")
                                               : pick(page, "UNUSUALLY FEW", "异常偏少");
    const char *more = note_hours(page, series, 1, pick(page, "more in hours", "偏多时段")),
               *fewer = note_hours(page, series, -1, pick(page, "fewer in hours", "偏少时段")),
               *gaps = print_hours(page, series->day.hour_is_gap);
    if (*more)
        out = join(page, out, more);
    if (*fewer)
        out = join(page, out, fewer);
    if (!series->day.is_known)
        out = join(page, out, pick(page, "gap: no record of the day", "缺数：当日无任何记录"));
    else if (gaps)
        out = join(page, out,
                   arena_printf(arena, "%s %s",
                                pick(page, "gap: sources or sensors silent in hours",
                                     "缺数（来源或传感器无数据）时段"),
                                gaps));
    if (series->judged.comparable < UNUSUAL_DAYS_LEAST)
        out = join(page, out,
                   arena_printf(arena,
                                pick(page, "not judged: %zu comparable days, %d are needed",
                                     "不作判断：可比日 %zu 天，至少 %d 天"),
                                series->judged.comparable, UNUSUAL_DAYS_LEAST));
    if (series->gap_days)
        out = join(page, out,
                   arena_printf(arena,
                                pick(page, "left out of the baseline for gaps: %zu of %zu days",
                                     "因缺数不计入基准：%zu / %zu 天"),
                                series->gap_days, page->brief.days));
    return out;
}

// ---- the table ----

static void add_columns(const struct page *page)
{
    const struct table_heading columns[] = {
        {"condition", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"condition_name", "condition", "六情", TABLE_WORDS, TABLE_FOR_ALL},
        {"counted_words", "counted", "计数", TABLE_WORDS, TABLE_FOR_ALL},
        {"hour", "", "", TABLE_NUMBER, TABLE_FOR_MACHINES},
        {"hours", "hours 0 to 23", "0至23时", TABLE_WORDS, TABLE_FOR_PEOPLE},
        {"count", "of the day", "当日", TABLE_NUMBER, TABLE_FOR_ALL},
        {"expected", "expected", "基准", TABLE_NUMBER, TABLE_FOR_ALL},
        {"usual", "usual", "正常范围", TABLE_WORDS, TABLE_FOR_PEOPLE},
        {"low", "", "", TABLE_NUMBER, TABLE_FOR_MACHINES},
        {"high", "", "", TABLE_NUMBER, TABLE_FOR_MACHINES},
        {"unusual", "", "", TABLE_WORDS, TABLE_FOR_MACHINES},
        {"comparable_days", "days like it", "可比日数", TABLE_NUMBER, TABLE_FOR_ALL},
        {"note", "note", "备注", TABLE_WORDS, TABLE_FOR_ALL},
    };
    headings_add(page->table, page->brief.language, columns, sizeof columns / sizeof *columns);
}

// `hour` -1: the day.
static void add_row(struct page *page, enum condition condition, int hour)
{
    const struct brief_series *series = &page->brief.series[condition];
    const struct judged_count *judged =
        hour < 0 ? &series->judged.total : &series->judged.hours[hour];
    bool is_gap =
        series->is_refused || (hour < 0 ? !series->day.is_known : series->day.hour_is_gap[hour]);
    table_add_row(page->table);
    table_add_cell(page->table, conditions[condition].key);
    table_add_cell(page->table, pick(page, conditions[condition].en, conditions[condition].zh));
    table_add_cell(page->table,
                   pick(page, conditions[condition].counted_en, conditions[condition].counted_zh));
    table_add_cell(page->table, hour < 0 ? NULL : print_integer(page, hour));
    table_add_cell(page->table, print_bars(page, series));
    table_add_cell(page->table, is_gap ? NULL : print_integer(page, judged->count));
    table_add_cell(page->table, print_expected(page, judged));
    table_add_cell(page->table, print_usual(page, judged));
    table_add_cell(page->table, judged->is_tested ? print_integer(page, judged->low) : NULL);
    table_add_cell(page->table, judged->is_tested ? print_integer(page, judged->high) : NULL);
    table_add_cell(page->table, !judged->is_tested    ? "not-judged"
                                : judged->unusual > 0 ? "more"
                                : judged->unusual < 0 ? "fewer"
                                                      : "no");
    table_add_cell(page->table, print_integer(page, (int64_t)series->judged.comparable));
    table_add_cell(page->table, hour < 0 ? print_note(page, series) : "");
}

// ---- facts ----

typedef bool series_predicate(const struct brief_series *series);

static bool is_not_judged(const struct brief_series *series)
{
    bool any = series->judged.total.is_tested;
    for (int hour = 0; hour < HOURS_COUNTED; hour++)
        any |= series->judged.hours[hour].is_tested;
    return !any;
}

static const char *list_conditions(struct page *page, enum language language,
                                   series_predicate *belongs)
{
    const char *out = "";
    for (int i = 0; i < CONDITION_COUNT; i++)
        if (belongs(&page->brief.series[i]))
            out = arena_printf(&page->brief.arena, "%s%s%s", out,
                               *out ? language_pick(language, ", ", "、") : "",
                               language_pick(language, conditions[i].en, conditions[i].zh));
    return out;
}

// What was not judged is said too: it may be unusual all the same.
static const char *print_answer(struct page *page, enum language language)
{
    struct arena *arena = &page->brief.arena;
    int silent = 0;
    for (int i = 0; i < CONDITION_COUNT; i++)
        silent += is_not_judged(&page->brief.series[i]);
    if (silent == CONDITION_COUNT)
        return language_pick(language, "no condition could be judged: the notes say why",
                             "六情均未能判断，原因见备注");
    const char *unusual = list_conditions(page, language, is_unusual),
               *out = *unusual
                          ? arena_printf(arena, "%s%s",
                                         language_pick(language, "unusual: ", "异常："), unusual)
                          : language_pick(language, "nothing is unusual", "无异常");
    return silent ? arena_printf(arena, "%s%s%s", out,
                                 language_pick(language, "; not judged: ", "；未作判断："),
                                 list_conditions(page, language, is_not_judged))
                  : out;
}

static const char *print_method(struct page *page, enum language language)
{
    const struct brief *brief = &page->brief;
    const char *likes =
        !brief->is_exception
            ? language_pick(language, "the same weekday", "同一星期几")
            : language_pick(language,
                            "all days off, or all working ones, as this day is none of its weekday",
                            "全部休息日或全部工作日（当日与其星期几的常态不同）");
    return arena_printf(
        &page->brief.arena, "%s%s%s%zu%s%.0f%s",
        language_pick(language, "compared with ", "与之前比较："), likes,
        language_pick(language, " in the ", "，之前 "), brief->days / 7,
        language_pick(
            language,
            " weeks before: median of the days, hours by their share; negative binomial, "
            "dispersion the upper end of its 95 % interval; on at most ",
            " 周；日总量取中位数，时段按占比；负二项分布，离散度取95%区间上限；正常日中至多 "),
        brief->rate * 100,
        language_pick(
            language,
            " % of ordinary days is anything on the page unusual, all conditions and hours "
            "together "
            "(Bonferroni; the days' totals have half of it); floating point",
            "% 的日子整页出现任何异常（六情各时段合计，Bonferroni 校正，日总量占其半）；浮点计算"));
}

static bool add_facts(struct page *page, struct error *error)
{
    struct brief *brief = &page->brief;
    const struct period day = {
        .from_day = brief->day, .until_day = brief->day + 1, .rule = CIVIL_MONTHS};
    facts_add_words(page->table, brief->language, "answer", pick(page, "answer", "结论"),
                    print_answer(page, LANGUAGE_EN), print_answer(page, LANGUAGE_ZH));
    table_add_fact(page->table, "district", "",
                   brief->district.length ? arena_string(&brief->arena, brief->district) : NULL,
                   TABLE_FOR_MACHINES);
    facts_add_words(page->table, brief->language, "method", pick(page, "method", "方法"),
                    print_method(page, LANGUAGE_EN), print_method(page, LANGUAGE_ZH));
    return facts_add_versions(page->table, brief->language, &brief->snapshot, &brief->arena, &day,
                              error);
}

static bool print(struct page *page, const char *day, enum table_format format, struct error *error)
{
    const char *district = page->brief.district_name;
    table_set_title(page->table, arena_printf(&page->brief.arena, "%s · %s%s%s",
                                              pick(page, "the six conditions", "六情"), day,
                                              district ? " · " : "", district ? district : ""));
    add_columns(page);
    for (int i = 0; i < CONDITION_COUNT; i++) {
        add_row(page, (enum condition)i, -1);
        for (int hour = 0; !page->for_people && hour < HOURS_COUNTED; hour++)
            add_row(page, (enum condition)i, hour);
    }
    return add_facts(page, error) && table_print(page->table, format, false, stdout, error);
}

// ---- what is asked ----

static size_t split(struct arena *arena, const char *words, struct text **out)
{
    size_t count = 0, room = 1;
    for (const char *at = words; *at; at++)
        room += *at == ',';
    *out = arena_array(arena, struct text, room);
    for (const char *at = words; *at; at += *at == ',') {
        size_t length = strcspn(at, ",");
        if (length)
            (*out)[count++] = (struct text){at, (uint32_t)length};
        at += length;
    }
    return count;
}

static bool read_district(struct brief *brief, const struct config *config, struct error *error)
{
    const char *word = config_text(config, "district");
    struct arena *arena = &brief->arena;
    struct subjects districts = {0};
    if (!word)
        return true;
    const struct area_index *areas = brief->snapshot.generation.areas;
    struct text code = subject_code(areas, SUBJECT_DISTRICT, text_from(word), brief->day);
    subjects_list(arena, areas, SUBJECT_DISTRICT, brief->day, brief->day + 1, &districts);
    subjects_name(&districts, areas, brief->day, brief->day + 1);
    if (!districts.count)
        return error_set(error, ERROR_BAD_CONFIG,
                         "--district %s: no district is known on this day: cityops-db load areas, "
                         "then rebuild --rollups",
                         word);
    struct known_name *known = arena_array(arena, struct known_name, districts.count);
    for (size_t i = 0; i < districts.count; i++) {
        const struct area *area = districts.list[i].area;
        known[i] = (struct known_name){arena_string(arena, area->code),
                                       arena_string(arena, area->name_en)};
        if (!text_equal(area->code, code))
            continue;
        brief->district = arena_text(arena, code);
        brief->district_name =
            arena_string(arena, language_pick_text(brief->language, area->name_en, area->name_zh));
        return true;
    }
    return error_set(error, ERROR_BAD_CONFIG,
                     "--district %s: there is no such district on this day; there are: %s", word,
                     known_names_print(arena, known, districts.count, word));
}

static bool read_question(struct brief *brief, const struct config *config, struct error *error)
{
    const char *day = config_text(config, "day");
    if (!day)
        return error_set(error, ERROR_BAD_CONFIG, "which day? give --day YYYY-MM-DD");
    if (!civil_parse_day(text_from(day), &brief->day))
        return error_set(error, ERROR_BAD_CONFIG, "--day \"%s\" is no day: write it as 2022-06-18",
                         day);
    static const char *const lists[] = {"hazards", "epidemics"};
    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
        if (!text_is_storable(text_from(config_text(config, lists[i]))))
            return error_set(error, ERROR_BAD_CONFIG, "--%s: its words are no UTF-8 text",
                             lists[i]);
    brief->days = (size_t)config_integer(config, "weeks") * 7;
    brief->rate = (double)config_integer(config, "false-alarms") / 100;
    brief->hazard_count = split(&brief->arena, config_text(config, "hazards"), &brief->hazards);
    brief->epidemic_count =
        split(&brief->arena, config_text(config, "epidemics"), &brief->epidemics);
    return snapshot_open(config, &brief->snapshot, error) && read_district(brief, config, error);
}

enum exit_status brief_run(const struct config *config, struct error *error)
{
    enum table_format format = TABLE_TEXT;
    table_format_parse(config_text(config, "format"), &format);
    struct page page = {
        .brief = {.language = language_choose(config)},
        .table = table_new(),
        .for_people = format == TABLE_TEXT || format == TABLE_MARKDOWN,
    };
    bool ok = read_question(&page.brief, config, error) && brief_read(&page.brief, error) &&
              print(&page, config_text(config, "day"), format, error);
    table_free(page.table);
    snapshot_close(&page.brief.snapshot);
    arena_free(&page.brief.arena);
    return ok ? EXIT_OK : EXIT_FAILED;
}
