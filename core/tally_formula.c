// What is counted of a tally: terms of the catalogue as whole numbers times measures.
#include "core/tally.h"

enum { SCALE_MAX = 1000000 };

#define BIT(number) (1U << (number))
#define OF_TICKETS                                                                                 \
    (BIT(COHORT_RECEIVED) | BIT(COHORT_CLOSED) | BIT(COHORT_DUE) | BIT(COHORT_VISITED))

static bool find_measure(const struct rollup *rollup, struct text name, int *out)
{
    for (int i = 0; i < rollup->measure_count; i++)
        if (text_equal(text_from(rollup->measures[i].name), name)) {
            *out = i;
            return true;
        }
    return false;
}

bool tally_formula_of_measure(struct text name, struct tally_formula *out)
{
    int measure;
    *out = (struct tally_formula){.cohort = COHORT_RECEIVED, .cohorts = OF_TICKETS, .scale = 1};
    if (text_equal(name, TEXT("dispatches"))) {
        out->name = "dispatches";
        out->cohort = TALLY_DISPATCHED;
        out->cohorts = OF_TICKETS | BIT(TALLY_DISPATCHED);
        out->numerator[TALLY_DISPATCHES] = 1;
        return true;
    }
    if (find_measure(&rollup_ticket_day, name, &measure)) {
        out->name = rollup_ticket_day.measures[measure].name;
    } else if (find_measure(&rollup_dispatch_day, name, &measure)) {
        out->name = rollup_dispatch_day.measures[measure].name;
        out->of_dispatches = true;
        out->cohort = TALLY_DISPATCHED;
        out->cohorts = BIT(TALLY_DISPATCHED);
    } else {
        return false;
    }
    out->numerator[measure] = 1;
    return true;
}

static bool is_plain(const struct indicator_term *terms)
{
    for (; terms->coefficient; terms++)
        if (terms->range != RANGE_PERIOD || terms->cohort != COHORT_OF_INDICATOR || terms->kinds ||
            terms->only_flags || terms->any_flags)
            return false;
    return true;
}

// The least number that makes whole numbers of the weights; 0 when it is not small.
static int64_t find_scale(const struct rational *weights)
{
    int64_t scale = 1;
    mpz_t common;
    mpz_init_set_ui(common, 1);
    for (int level = 0; level < 5; level++)
        mpz_lcm(common, common, mpq_denref(weights[level].value));
    scale = mpz_cmp_ui(common, SCALE_MAX) <= 0 ? (int64_t)mpz_get_ui(common) : 0;
    mpz_clear(common);
    return scale;
}

static int64_t scaled(int64_t scale, struct rational weight)
{
    mpz_t product;
    mpz_init(product);
    mpz_mul_si(product, mpq_numref(weight.value), scale);
    mpz_divexact(product, product, mpq_denref(weight.value));
    int64_t out = mpz_get_si(product);
    mpz_clear(product);
    return out;
}

bool tally_formula_of_indicator(const struct indicator_settings *settings,
                                struct tally_formula *out)
{
    const struct indicator *indicator = settings->indicator;
    const struct indicator_term *denominator = indicator_denominator(settings);
    bool of_tickets = indicator->source == COUNTED_TICKETS;
    if ((!of_tickets && indicator->source != COUNTED_DISPATCHES) || settings->rule ||
        indicator->is_deviation || indicator->observed != OBSERVED_NOTHING ||
        !indicator->numerator[0].coefficient || !is_plain(indicator->numerator) ||
        !is_plain(denominator))
        return false;
    *out = (struct tally_formula){
        .indicator = indicator,
        .name = indicator->id,
        .is_share = indicator->unit == UNIT_SHARE,
        .of_dispatches = !of_tickets,
        .cohort = of_tickets ? settings->cohort : TALLY_DISPATCHED,
        .cohorts = of_tickets ? indicator->cohorts : BIT(TALLY_DISPATCHED),
        .scale = indicator->is_weighted ? find_scale(settings->satisfaction_weights) : 1,
    };
    if (!out->scale || (!out->is_share && indicator->unit != UNIT_COUNT))
        return false;
    for (const struct indicator_term *term = indicator->numerator; term->coefficient; term++)
        out->numerator[term->measure] +=
            term->coefficient *
            (term->level ? scaled(out->scale, settings->satisfaction_weights[term->level - 1])
                         : out->scale);
    for (const struct indicator_term *term = denominator; term->coefficient; term++)
        out->denominator[term->measure] += term->coefficient;
    return true;
}
