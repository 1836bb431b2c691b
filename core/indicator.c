// The table below is the catalogue: `cityops-rank indicators` prints it, and indicator_measure adds up what it lists.
#include "core/indicator.h"

#define BIT(cohort) (1U << (cohort))
#define OUTCOMES (BIT(COHORT_RECEIVED) | BIT(COHORT_CLOSED) | BIT(COHORT_VISITED))

// One count of the indicator's own cohort in the period.
#define TICKETS(measure_)                                                                          \
    {                                                                                              \
        COUNTED_TICKETS, RANGE_PERIOD, COHORT_OF_INDICATOR, measure_, 1, 0, 0, 0                   \
    }
#define LEVEL(measure_, level_)                                                                    \
    {                                                                                              \
        COUNTED_TICKETS, RANGE_PERIOD, COHORT_OF_INDICATOR, measure_, 1, 0, 0, level_              \
    }
#define DISPATCHES(measure_)                                                                       \
    {                                                                                              \
        COUNTED_DISPATCHES, RANGE_PERIOD, 0, measure_, 1, 0, 0, 0                                  \
    }
#define OVERDUE_STOCK(range_)                                                                      \
    {COUNTED_TICKETS, range_, COHORT_DUE, COUNT_TICKETS, 1, 0, 0, 0},                              \
    {                                                                                              \
        COUNTED_TICKETS, range_, COHORT_OVERDUE_LEFT, COUNT_TICKETS, -1, 0, 0, 0                   \
    }

const struct indicator indicator_catalogue[] = {
    {.id = "W01",
     .name_en = "orders received",
     .name_zh = "受理量",
     .formula = "orders",
     .unit = UNIT_COUNT,
     .cohort = COHORT_RECEIVED,
     .cohorts = BIT(COHORT_RECEIVED),
     .numerator = {TICKETS(COUNT_TICKETS)}},
    {.id = "W02",
     .name_en = "on-time signing",
     .name_zh = "及时签收率",
     .formula = "dispatches signed by their signing due time / dispatches",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .numerator = {DISPATCHES(COUNT_SIGNED_ON_TIME)},
     .denominator = {DISPATCHES(COUNT_DISPATCHES)}},
    {.id = "W03",
     .name_en = "first contact",
     .name_zh = "先行联系率",
     .formula = "caller reached / (caller reached + tried in vain)",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_CLOSED,
     .cohorts = OUTCOMES,
     .numerator = {TICKETS(COUNT_CONTACT_YES)},
     .denominator = {TICKETS(COUNT_CONTACT_YES), TICKETS(COUNT_CONTACT_NO)}},
    {.id = "W04",
     .name_en = "on-time closing",
     .name_zh = "按时办结率",
     .formula = "first closing by the due time / orders with a due time",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_DUE,
     .cohorts = BIT(COHORT_DUE) | BIT(COHORT_RECEIVED) | BIT(COHORT_CLOSED),
     .numerator = {TICKETS(COUNT_ON_TIME)},
     .denominator = {TICKETS(COUNT_DUE)}},
    {.id = "W05",
     .name_en = "closing",
     .name_zh = "办结率",
     .formula = "closed by the period's end, of: due in the period + overdue and open at its start",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_DUE,
     .cohorts = BIT(COHORT_DUE),
     .numerator = {{COUNTED_TICKETS, RANGE_PERIOD, COHORT_OVERDUE_LEFT, COUNT_TICKETS, 1, 0, 0, 0}},
     .denominator = {TICKETS(COUNT_TICKETS), OVERDUE_STOCK(RANGE_BEFORE_FROM)}},
    {.id = "W06",
     .name_en = "response",
     .name_zh = "响应率",
     .formula = "contacted / orders with a valid visit",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_RECEIVED,
     .cohorts = OUTCOMES,
     .numerator = {TICKETS(COUNT_CONTACTED)},
     .denominator = {TICKETS(COUNT_VISITED)}},
    {.id = "W07",
     .name_en = "solved, by citizen",
     .name_zh = "解决率",
     .formula = "solved, says the citizen / orders with a valid visit",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_RECEIVED,
     .cohorts = OUTCOMES,
     .numerator = {TICKETS(COUNT_SOLVED)},
     .denominator = {TICKETS(COUNT_VISITED)}},
    {.id = "W08",
     .name_en = "solved, by unit",
     .name_zh = "实际解决率",
     .formula = "solved, says the unit / (solved + explained)",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_CLOSED,
     .cohorts = OUTCOMES,
     .numerator = {TICKETS(COUNT_UNIT_SOLVED)},
     .denominator = {TICKETS(COUNT_UNIT_SOLVED), TICKETS(COUNT_UNIT_EXPLAINED)}},
    {.id = "W09",
     .name_en = "satisfaction",
     .name_zh = "满意率",
     .formula = "sum of the weight of each rating / rated orders",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_RECEIVED,
     .cohorts = OUTCOMES,
     .is_weighted = true,
     .numerator = {LEVEL(COUNT_RESULT_1, VERY_DISSATISFIED), LEVEL(COUNT_RESULT_2, DISSATISFIED),
                   LEVEL(COUNT_RESULT_3, BASICALLY_SATISFIED), LEVEL(COUNT_RESULT_4, SATISFIED),
                   LEVEL(COUNT_RESULT_5, VERY_SATISFIED)},
     .denominator = {TICKETS(COUNT_RESULT_1), TICKETS(COUNT_RESULT_2), TICKETS(COUNT_RESULT_3),
                     TICKETS(COUNT_RESULT_4), TICKETS(COUNT_RESULT_5)}},
    {.id = "W10",
     .name_en = "double satisfaction",
     .name_zh = "双满意率",
     .formula = "result and attitude both satisfied / orders with a valid visit",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_VISITED,
     .cohorts = OUTCOMES,
     .numerator = {TICKETS(COUNT_DOUBLE_SATISFIED)},
     .denominator = {TICKETS(COUNT_VISITED)}},
    {.id = "W11",
     .name_en = "return",
     .name_zh = "退单率",
     .formula = "dispatches returned / dispatches",
     .direction = BETTER_LOWER,
     .unit = UNIT_SHARE,
     .numerator = {DISPATCHES(COUNT_RETURNED)},
     .denominator = {DISPATCHES(COUNT_DISPATCHES)}},
    {.id = "W12",
     .name_en = "rework",
     .name_zh = "重办率",
     .formula = "reworked at least once / orders closed",
     .direction = BETTER_LOWER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_CLOSED,
     .cohorts = BIT(COHORT_CLOSED),
     .numerator = {TICKETS(COUNT_REWORKED)},
     .denominator = {TICKETS(COUNT_CLOSED)}},
    {.id = "W13",
     .name_en = "first time right",
     .name_zh = "一次办结率",
     .formula = "closed without rework / orders closed",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_CLOSED,
     .cohorts = BIT(COHORT_CLOSED),
     .numerator = {TICKETS(COUNT_CLOSED_WITHOUT_REWORK)},
     .denominator = {TICKETS(COUNT_CLOSED)}},
    {.id = "W14",
     .name_en = "second rating",
     .name_zh = "二次评价满意率",
     .formula = "satisfied in the second rating / second ratings",
     .direction = BETTER_HIGHER,
     .unit = UNIT_SHARE,
     .cohort = COHORT_VISITED,
     .cohorts = OUTCOMES,
     .numerator = {TICKETS(COUNT_SECOND_SATISFIED)},
     .denominator = {TICKETS(COUNT_SECOND_RATED)}},
    {.id = "W15",
     .name_en = "overdue and open",
     .name_zh = "超时未办结",
     .formula = "due before the period's end - closed, overdue or not, before it",
     .direction = BETTER_LOWER,
     .unit = UNIT_COUNT,
     .cohort = COHORT_DUE,
     .cohorts = BIT(COHORT_DUE),
     .numerator = {OVERDUE_STOCK(RANGE_BEFORE_UNTIL)}},
    {.id = "W16",
     .name_en = "exclusion",
     .name_zh = "剔除率",
     .formula = "excluded / orders, excluded ones too",
     .unit = UNIT_SHARE,
     .cohort = COHORT_RECEIVED,
     .cohorts = BIT(COHORT_RECEIVED),
     .numerator = {{COUNTED_TICKETS, RANGE_PERIOD, COHORT_OF_INDICATOR, COUNT_TICKETS, 1,
                    FLAG_EXCLUDED, 0, 0}},
     .denominator = {{COUNTED_TICKETS, RANGE_PERIOD, COHORT_OF_INDICATOR, COUNT_TICKETS, 1, 0,
                      FLAG_EXCLUDED, 0}}},
    {.id = "W17",
     .name_en = "visit coverage",
     .name_zh = "回访覆盖率",
     .formula = "orders with a valid visit / orders closed",
     .unit = UNIT_SHARE,
     .cohort = COHORT_CLOSED,
     .cohorts = BIT(COHORT_CLOSED),
     .numerator = {TICKETS(COUNT_VISITED)},
     .denominator = {TICKETS(COUNT_CLOSED)}},
    {.id = "W18",
     .name_en = "handling time",
     .name_zh = "办理时长",
     .formula = "quantile of last closing - received, elapsed; closings before receipt left out",
     .direction = BETTER_LOWER,
     .unit = UNIT_DURATION,
     .cohort = COHORT_CLOSED,
     .cohorts = BIT(COHORT_CLOSED) | BIT(COHORT_RECEIVED),
     .is_quantile = true},
};
const size_t indicator_count = sizeof indicator_catalogue / sizeof *indicator_catalogue;

const struct indicator *indicator_by_id(struct text id)
{
    for (size_t i = 0; i < indicator_count; i++)
        if (text_equal(text_from(indicator_catalogue[i].id), id))
            return &indicator_catalogue[i];
    return NULL;
}

const char *indicator_direction_name(enum indicator_direction direction)
{
    static const char *const names[] = {"-", "higher", "lower"};
    return names[direction];
}

const char *indicator_unit_name(enum indicator_unit unit)
{
    static const char *const names[] = {"count", "percent", "hours"};
    return names[unit];
}

static const char *const cohort_names[] = {"",        "received",     "closed",      "due",
                                           "visited", "backlog-left", "overdue-left"};

const char *cohort_name(enum ticket_cohort cohort)
{
    return cohort_names[cohort];
}

bool cohort_parse(struct text text, uint8_t *cohort)
{
    for (uint8_t i = COHORT_RECEIVED; i <= COHORT_VISITED; i++) {
        if (text_equal(text_from(cohort_names[i]), text)) {
            *cohort = i;
            return true;
        }
    }
    return false;
}

struct rational indicator_print_factor(struct arena *arena, enum indicator_unit unit)
{
    if (unit == UNIT_SHARE)
        return rational_integer(arena, 100);
    return rational_fraction(arena, 1, unit == UNIT_DURATION ? 3600 : 1);
}

static bool flag_taken(uint8_t rule, bool flag)
{
    return rule == CALIBER_INCLUDE || (rule == CALIBER_ONLY) == flag;
}

bool caliber_takes(const struct caliber *caliber, int nature, unsigned flags)
{
    return nature >= 0 && nature < 32 && (caliber->natures >> nature & 1) &&
           flag_taken(caliber->excluded, flags & FLAG_EXCLUDED) &&
           flag_taken(caliber->void_orders, flags & FLAG_VOID) &&
           flag_taken(caliber->duplicate, flags & FLAG_DUPLICATE);
}

static struct caliber term_caliber(const struct caliber *caliber, const struct indicator_term *term)
{
    struct caliber out = *caliber;
    if (term->only_flags & FLAG_EXCLUDED)
        out.excluded = CALIBER_ONLY;
    if (term->any_flags & FLAG_EXCLUDED)
        out.excluded = CALIBER_INCLUDE;
    return out;
}

static int64_t term_sum(const struct indicator_settings *settings,
                        const struct indicator_term *term, const struct counts *counts)
{
    struct caliber caliber = term_caliber(&settings->caliber, term);
    int cohort = term->source == COUNTED_DISPATCHES    ? 0
                 : term->cohort == COHORT_OF_INDICATOR ? settings->cohort
                                                       : term->cohort;
    int64_t sum = 0;
    for (size_t i = 0; i < counts->cell_count; i++) {
        const struct count_cell *cell = &counts->cells[i];
        if (cell->source == term->source && cell->range == term->range && cell->cohort == cohort &&
            caliber_takes(&caliber, cell->nature, (unsigned)cell->flags))
            sum = rollup_add(sum, cell->measures[term->measure]);
    }
    return sum * term->coefficient;
}

void indicator_measure(struct arena *arena, const struct indicator_settings *settings,
                       const struct counts *counts, struct measured *out)
{
    const struct indicator *indicator = settings->indicator;
    int64_t whole = 0, denominator = 0;
    struct rational weighted = rational_integer(arena, 0);
    for (const struct indicator_term *term = indicator->numerator; term->coefficient; term++) {
        int64_t sum = term_sum(settings, term, counts);
        if (term->level)
            weighted =
                rational_add(arena, weighted,
                             rational_multiply(arena, rational_integer(arena, sum),
                                               settings->satisfaction_weights[term->level - 1]));
        else
            whole = rollup_add(whole, sum);
    }
    static const struct indicator_term visits[] = {TICKETS(COUNT_VISITED), {0}};
    const struct indicator_term *term = indicator->denominator;
    if (indicator->is_weighted && settings->over_visits)
        term = visits;
    for (; term->coefficient; term++)
        denominator = rollup_add(denominator, term_sum(settings, term, counts));

    bool is_count = !indicator->denominator[0].coefficient;
    out->numerator = rational_add(arena, weighted, rational_integer(arena, whole));
    out->n = is_count ? whole : denominator;
    out->known = is_count || denominator != 0;
    out->value = out->numerator;
    if (!is_count && out->known)
        out->value = rational_divide(arena, out->numerator, rational_integer(arena, denominator));
}

void indicator_order_statistic(struct arena *arena, const struct indicator_settings *settings,
                               const int64_t *durations_us, size_t count, struct measured *out)
{
    *out = (struct measured){.known = count > 0, .n = (int64_t)count};
    if (!count) {
        out->value = out->numerator = rational_integer(arena, 0);
        return;
    }
    struct rational place =
        rational_multiply(arena, settings->quantile, rational_integer(arena, (int64_t)count));
    size_t position = (size_t)rational_ceiling(place); // from 1
    int64_t low = durations_us[position - 1], high = low;
    if (settings->midpoint && rational_is_whole(place) && position < count)
        high = durations_us[position];
    out->value = rational_add(arena, rational_fraction(arena, low, 2 * US_PER_SECOND),
                              rational_fraction(arena, high, 2 * US_PER_SECOND));
    out->numerator = out->value;
}

bool counts_any(const struct counts *counts, const struct caliber *caliber)
{
    int64_t carried = 0; // overdue and open at the start
    for (size_t i = 0; i < counts->cell_count; i++) {
        const struct count_cell *cell = &counts->cells[i];
        if (!caliber_takes(caliber, cell->nature, (unsigned)cell->flags))
            continue;
        _Static_assert(COUNT_TICKETS == 0 && COUNT_DISPATCHES == 0,
                       "the first measure says how many");
        if (cell->range == RANGE_PERIOD && cell->measures[0] != 0)
            return true;
        if (cell->range == RANGE_BEFORE_FROM && cell->cohort == COHORT_DUE)
            carried += cell->measures[0];
        if (cell->range == RANGE_BEFORE_FROM && cell->cohort == COHORT_OVERDUE_LEFT)
            carried -= cell->measures[0];
    }
    return carried != 0;
}
