// Names and codes of the simulated city.
#include "ingest/simulation/city.h"

#include <pthread.h>
#include <stdio.h>

static const struct district_names districts[CITY_DISTRICTS] = {
    {"440103",
     "荔湾区",
     "荔湾",
     "Liwan",
     124,
     1010,
     55,
     860,
     0,
     {"沙面街道", "岭南街道", "华林街道", "多宝街道", "昌华街道", "逢源街道"},
     {"Shamian", "Lingnan", "Hualin", "Duobao", "Changhua", "Fengyuan"}},
    {"440104",
     "越秀区",
     "越秀",
     "Yuexiu",
     118,
     930,
     40,
     900,
     25,
     {"洪桥街道", "北京街道", "六榕街道", "流花街道", "光塔街道", "东山街道"},
     {"Hongqiao", "Beijing", "Liurong", "Liuhua", "Guangta", "Dongshan"}},
    {"440105",
     "海珠区",
     "海珠",
     "Haizhu",
     176,
     1000,
     60,
     850,
     5,
     {"赤岗街道", "新港街道", "昌岗街道", "江南中街道", "滨江街道", "琶洲街道"},
     {"Chigang", "Xingang", "Changgang", "Jiangnanzhong", "Binjiang", "Pazhou"}},
    {"440106",
     "天河区",
     "天河",
     "Tianhe",
     230,
     980,
     65,
     840,
     10,
     {"五山街道", "员村街道", "车陂街道", "沙河街道", "石牌街道", "猎德街道"},
     {"Wushan", "Yuancun", "Chebei", "Shahe", "Shipai", "Liede"}},
    {"440111",
     "白云区",
     "白云",
     "Baiyun",
     352,
     1110,
     85,
     790,
     -25,
     {"景泰街道", "松洲街道", "同德街道", "三元里街道", "江高镇", "太和镇"},
     {"Jingtai", "Songzhou", "Tongde", "Sanyuanli", "Jianggao", "Taihe"}},
    {"440112",
     "黄埔区",
     "黄埔",
     "Huangpu",
     130,
     950,
     45,
     880,
     15,
     {"红山街道", "鱼珠街道", "大沙街道", "文冲街道", "穗东街道", "萝岗街道"},
     {"Hongshan", "Yuzhu", "Dasha", "Wenchong", "Suidong", "Luogang"}},
    {"440113",
     "番禺区",
     "番禺",
     "Panyu",
     262,
     900,
     40,
     920,
     30,
     {"市桥街道", "沙头街道", "大石街道", "洛浦街道", "石楼镇", "南村镇"},
     {"Shiqiao", "Shatou", "Dashi", "Luopu", "Shilou", "Nancun"}},
    {"440114",
     "花都区",
     "花都",
     "Huadu",
     158,
     1060,
     70,
     820,
     -10,
     {"新华街道", "花城街道", "秀全街道", "花山镇", "炭步镇", "狮岭镇"},
     {"Xinhua", "Huacheng", "Xiuquan", "Huashan", "Tanbu", "Shiling"}},
    {"440115",
     "南沙区",
     "南沙",
     "Nansha",
     86,
     940,
     50,
     890,
     20,
     {"南沙街道", "珠江街道", "龙穴街道", "万顷沙镇", "黄阁镇", "东涌镇"},
     {"Nansha", "Zhujiang", "Longxue", "Wanqingsha", "Huangge", "Dongchong"}},
    {"440117",
     "从化区",
     "从化",
     "Conghua",
     70,
     1080,
     75,
     830,
     -5,
     {"街口街道", "城郊街道", "江埔街道", "温泉镇", "良口镇", "太平镇"},
     {"Jiekou", "Chengjiao", "Jiangpu", "Wenquan", "Liangkou", "Taiping"}},
    {"440118",
     "增城区",
     "增城",
     "Zengcheng",
     148,
     1040,
     65,
     840,
     -5,
     {"荔城街道", "增江街道", "永宁街道", "荔湖街道", "新塘镇", "石滩镇"},
     {"Licheng", "Zengjiang", "Yongning", "Lihu", "Xintang", "Shitan"}},
};

static const char *const departments_zh[CITY_DEPARTMENTS] = {
    "城市管理局", "住房和城乡建设局", "交通运输局", "生态环境分局", "市场监督管理局", "水务局"};
static const char *const departments_en[CITY_DEPARTMENTS] = {
    "Urban Management Bureau",        "Housing and Construction Bureau", "Transport Bureau",
    "Ecology and Environment Office", "Market Regulation Bureau",        "Water Bureau"};

static const char *const categories[CITY_CATEGORIES][1 + CITY_SUBCATEGORIES] = {
    {"城市管理", "占道经营", "市容环卫", "违法建设"},
    {"住房建设", "物业管理", "房屋质量", "装修扰民"},
    {"交通运输", "道路拥堵", "违章停车", "公交线路"},
    {"生态环境", "噪声污染", "空气污染", "工业废水"},
    {"市场监管", "消费纠纷", "食品安全", "价格收费"},
    {"公共服务", "供水", "供电", "通信网络"},
    {"劳动社保", "欠薪", "社会保险", "就业"},
    {"社会治安", "消防隐患", "噪音扰民", "养犬"},
    {"水务排涝", "内涝积水", "排水管网", "河涌黑臭"},
};

static const int department_of_category[CITY_CATEGORIES] = {0, 1, 2, 3, 4, 5, 4, 0, 5};

enum { CODE_BYTES = 16, NAME_BYTES = 64, VILLAGE_CODE_BYTES = 24, VILLAGE_NAME_BYTES = 80 };

static char codes[CITY_DISTRICTS][CITY_UNITS][CODE_BYTES];
static char names_zh[CITY_DISTRICTS][CITY_UNITS][NAME_BYTES];
static char names_en[CITY_DISTRICTS][CITY_UNITS][NAME_BYTES];

// Villages have names of the compass: their town's, and where they lie in it.
static const char *const villages_zh[CITY_VILLAGES] = {"东村", "西村", "新村"};
static const char *const villages_en[CITY_VILLAGES] = {"East", "West", "New"};
static char village_codes[CITY_DISTRICTS][CITY_TOWNS][CITY_VILLAGES][VILLAGE_CODE_BYTES];
static char village_names_zh[CITY_DISTRICTS][CITY_TOWNS][CITY_VILLAGES][VILLAGE_NAME_BYTES];
static char village_names_en[CITY_DISTRICTS][CITY_TOWNS][CITY_VILLAGES][VILLAGE_NAME_BYTES];
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void make_unit(int district, int unit)
{
    const struct district_names *names = &districts[district];
    bool is_town = unit < CITY_TOWNS;
    int position = is_town ? unit : unit - CITY_TOWNS;
    snprintf(codes[district][unit], CODE_BYTES, "%s-%c%d", names->code, is_town ? 't' : 'd',
             position + 1);
    snprintf(names_zh[district][unit], NAME_BYTES, "%s%s", names->zh,
             is_town ? names->towns_zh[position] : departments_zh[position]);
    snprintf(names_en[district][unit], NAME_BYTES, "%s %s", names->en,
             is_town ? names->towns_en[position] : departments_en[position]);
}

static void make_villages(int district, int town)
{
    for (int village = 0; village < CITY_VILLAGES; village++) {
        snprintf(village_codes[district][town][village], VILLAGE_CODE_BYTES, "%.15s-v%d",
                 codes[district][town], village + 1);
        snprintf(village_names_zh[district][town][village], VILLAGE_NAME_BYTES, "%.63s%s",
                 names_zh[district][town], villages_zh[village]);
        snprintf(village_names_en[district][town][village], VILLAGE_NAME_BYTES, "%.63s %s",
                 names_en[district][town], villages_en[village]);
    }
}

static void make_units(void)
{
    for (int district = 0; district < CITY_DISTRICTS; district++) {
        for (int unit = 0; unit < CITY_UNITS; unit++) {
            make_unit(district, unit);
        }
        for (int town = 0; town < CITY_TOWNS; town++) {
            make_villages(district, town);
        }
    }
}

const struct district_names *city_district(int district)
{
    return &districts[district];
}

const char *city_unit_code(int district, int unit)
{
    pthread_once(&made, make_units);
    return codes[district][unit];
}

const char *city_unit_zh(int district, int unit)
{
    pthread_once(&made, make_units);
    return names_zh[district][unit];
}

const char *city_unit_en(int district, int unit)
{
    pthread_once(&made, make_units);
    return names_en[district][unit];
}

const char *city_village_code(int district, int town, int village)
{
    pthread_once(&made, make_units);
    return village_codes[district][town][village];
}

const char *city_village_zh(int district, int town, int village)
{
    pthread_once(&made, make_units);
    return village_names_zh[district][town][village];
}

const char *city_village_en(int district, int town, int village)
{
    pthread_once(&made, make_units);
    return village_names_en[district][town][village];
}

const char *city_category(int category)
{
    return categories[category][0];
}

const char *city_subcategory(int category, int position)
{
    return categories[category][1 + position];
}

int city_department(int category)
{
    return CITY_TOWNS + department_of_category[category];
}
