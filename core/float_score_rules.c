// Points are worked out with the profile's weights and multiplied by factors afterwards: every rule gives a multiple of the weight, or
// is taken as one (a deduction's slope and floor, a list of points by rank change in proportion).
#include "core/float_score_internal.h"

#include <gsl/gsl_sort_double.h>
#include <math.h>

// ---- rules ----

// A half, or what is a half but for the last bits, goes away from zero.
static double round_half_away(double value, double scale)
{
    return copysign(floor(fabs(value) * scale + 0.5 + FLOAT_SCORE_TIE) / scale, value);
}

enum { LOOKED_THROUGH_MAX = 24 };

struct scored_column { // one indicator of all subjects
    const struct float_indicator *indicator;
    const uint8_t *standing;
    const double *inputs;
    double *points, *sorted;
    size_t count;
};

struct summary { // of the values that take part
    size_t count;
    double sum, least, greatest;
};

static struct summary summarize(const struct scored_column *column)
{
    struct summary out = {0, 0, INFINITY, -INFINITY};
    for (size_t i = 0; i < column->count; i++) {
        if (column->standing[i] != STANDS_SCORED)
            continue;
        out.count++;
        out.sum += column->inputs[i];
        out.least = column->inputs[i] < out.least ? column->inputs[i] : out.least;
        out.greatest = column->inputs[i] > out.greatest ? column->inputs[i] : out.greatest;
    }
    return out;
}

static double score_proportional(const struct float_indicator *indicator, double input)
{
    double earned = indicator->lower ? indicator->full - input : input;
    return fmax(0, fmin(indicator->weight, indicator->weight * (earned / indicator->full)));
}

static double score_deduct(const struct float_indicator *indicator, double input)
{
    double shortfall = indicator->lower ? input - indicator->baseline : indicator->baseline - input;
    return shortfall <= 0
               ? indicator->weight
               : fmax(indicator->floor, indicator->weight - indicator->slope * shortfall);
}

static double score_ratio(const struct float_indicator *indicator, double target, double input)
{
    double over = indicator->lower ? target : input, under = indicator->lower ? input : target;
    double ratio = under > 0 ? fmin(indicator->cap, over / under) : indicator->cap;
    double points = indicator->weight * fmax(0, ratio);
    double ahead = indicator->lower ? target - input : input - target;
    if (indicator->over_target < 0 || target <= 0 ||
        ahead <= (indicator->over_target + FLOAT_SCORE_TIE) * target)
        return points;
    return fmax(0, points - indicator->over_deduction);
}

static double score_by_best(const struct scored_column *column, const struct summary *all,
                            double input)
{
    double best = column->indicator->lower ? all->least : all->greatest;
    if (input == best)
        return column->indicator->weight;
    return column->indicator->weight * (column->indicator->lower ? best / input : input / best);
}

// How many of so many values lie above (below) the input. Values are sorted when there are many; a few are looked through faster.
static size_t count_better(const struct scored_column *column, size_t count, double input)
{
    size_t low = 0, high = count;
    bool lower = column->indicator->lower;
    if (count <= LOOKED_THROUGH_MAX) {
        size_t better = 0;
        for (size_t i = 0; i < count; i++)
            better += lower ? column->sorted[i] < input : column->sorted[i] > input;
        return better;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        double at = column->sorted[middle];
        if (lower ? at < input : at <= input)
            low = middle + 1;
        else
            high = middle;
    }
    return lower ? low : count - low;
}

static void sort_inputs(const struct scored_column *column)
{
    size_t count = 0;
    for (size_t i = 0; i < column->count; i++)
        if (column->standing[i] == STANDS_SCORED)
            column->sorted[count++] = column->inputs[i];
    if (count > LOOKED_THROUGH_MAX)
        gsl_sort(column->sorted, 1, count);
}

static double points_of_rank(const struct float_indicator *indicator, size_t better)
{
    return better < indicator->point_count ? indicator->points[better] : indicator->beyond;
}

static double score_as_profile(const struct scored_column *column, const struct summary *all,
                               double target, double input)
{
    const struct float_indicator *indicator = column->indicator;
    switch (indicator->type) {
    case RULE_PROPORTIONAL:
        return score_proportional(indicator, input);
    case RULE_DEDUCT:
        return score_deduct(indicator, input);
    case RULE_RANK_POINTS:
        return points_of_rank(indicator, count_better(column, all->count, input));
    case RULE_RELATIVE_TO_BEST:
        return score_by_best(column, all, input);
    case RULE_SHARE_OF_TOTAL:
        return all->sum == 0 ? 0 : indicator->weight * input / all->sum;
    case RULE_RATIO_TO_TARGET:
        return score_ratio(indicator, target, input);
    default: // FULL_IF_ANY
        return indicator->is_count && input <= 0 ? 0 : indicator->weight;
    }
}

static double standard_deviation(const struct scored_column *column, const struct summary *all)
{
    double mean = all->sum / (double)all->count, squares = 0;
    for (size_t i = 0; i < column->count; i++)
        if (column->standing[i] == STANDS_SCORED)
            squares += (column->inputs[i] - mean) * (column->inputs[i] - mean);
    return all->count < 2 ? 0 : sqrt(squares / (double)(all->count - 1));
}

static double score_in_way(const struct scored_column *column, enum score_way way,
                           const struct summary *all, double sd, double input)
{
    double weight = column->indicator->weight, sign = column->indicator->lower ? -1 : 1;
    double worst = column->indicator->lower ? all->greatest : all->least,
           range = all->greatest - all->least;
    switch (way) {
    case SCORE_BY_RANK:
        return all->count < 2
                   ? weight
                   : weight * (double)(all->count - 1 - count_better(column, all->count, input)) /
                         (double)(all->count - 1);
    case SCORE_BY_BEST:
        return score_by_best(column, all, input);
    case SCORE_BY_RANGE:
        return range > 0 ? weight * sign * (input - worst) / range : weight;
    default: // BY_STANDARD
        return weight *
               (0.5 + (sd > 0 ? sign * (input - all->sum / (double)all->count) / sd / 4 : 0));
    }
}

static void score_column(const struct scored_column *column, enum score_way way)
{
    const struct float_indicator *indicator = column->indicator;
    struct summary all = summarize(column);
    double sd = way == SCORE_BY_STANDARD ? standard_deviation(column, &all) : 0,
           target = indicator->target_is_mean && all.count ? all.sum / (double)all.count
                                                           : indicator->target;
    if (way == SCORE_BY_RANK || (way == SCORE_AS_PROFILE && indicator->type == RULE_RANK_POINTS))
        sort_inputs(column);
    for (size_t i = 0; i < column->count; i++) {
        double input = column->inputs[i];
        if (column->standing[i] != STANDS_SCORED)
            column->points[i] = indicator->missing == MISSING_FULL ? indicator->weight : 0;
        else if (way == SCORE_AS_PROFILE)
            column->points[i] = score_as_profile(column, &all, target, input);
        else
            column->points[i] = score_in_way(column, way, &all, sd, input);
    }
}

void float_score_points(const struct float_score *score, const double *values, enum score_way way,
                        size_t minimum, struct float_sheet *sheet)
{
    for (size_t i = 0; i < score->indicator_count; i++) {
        const struct float_indicator *indicator = &score->indicators[i];
        if (!indicator->scores)
            continue;
        const double *inputs = values + i * score->count;
        if (indicator->scale > 0) {
            for (size_t subject = 0; subject < score->count; subject++)
                sheet->keys[subject] = round_half_away(inputs[subject], indicator->scale);
            inputs = sheet->keys;
        }
        const struct scored_column column = {
            .indicator = indicator,
            .standing = score->standings[minimum].of + i * score->count,
            .inputs = inputs,
            .points = sheet->points + i * score->count,
            .sorted = sheet->sorted,
            .count = score->count,
        };
        score_column(&column, indicator->may_change ? way : SCORE_AS_PROFILE);
    }
}

// ---- totals and ranks ----

static bool is_left_out(const struct float_score *score, const struct float_standing *standing,
                        size_t indicator, size_t subject)
{
    return standing->of[indicator * score->count + subject] == STANDS_MISSING &&
           score->indicators[indicator].missing == MISSING_REDISTRIBUTE;
}

// The others stand for what is missing.
static void stretch(const struct float_score *score, const struct float_standing *standing,
                    const double *factors, struct float_sheet *sheet)
{
    for (size_t subject = 0; subject < score->count; subject++) {
        if (!standing->is_short[subject])
            continue;
        double weights = standing->mark_weights[subject], present = standing->mark_present[subject];
        for (size_t i = 0; i < score->indicator_count; i++) {
            double weight = score->indicators[i].weight * (factors ? factors[i] : 1);
            weights += weight;
            present += is_left_out(score, standing, i, subject) ? 0 : weight;
        }
        if (present > 0)
            sheet->totals[subject] *= weights / present;
    }
}

static void add_totals(const struct float_score *score, const struct float_standing *standing,
                       const double *points, const double *factors, struct float_sheet *sheet)
{
    size_t count = score->count;
    for (size_t subject = 0; subject < count; subject++)
        sheet->totals[subject] = standing->mark[subject];
    for (size_t i = 0; i < score->indicator_count; i++) {
        double factor = factors ? factors[i] : 1;
        if (!score->indicators[i].scores)
            continue;
        for (size_t subject = 0; subject < count; subject++)
            sheet->totals[subject] += factor * points[i * count + subject];
    }
    stretch(score, standing, factors, sheet);
    for (size_t subject = 0; subject < count; subject++)
        sheet->totals[subject] += standing->bonus[subject];
}

static int compare_ties(const struct float_score *score, const double *values, size_t a, size_t b)
{
    for (size_t i = 0; i < score->scoring->tie_break_count; i++) {
        const struct tie_break *tie_break = &score->scoring->tie_breaks[i];
        bool a_known = score->contenders[a]->measured[tie_break->indicator].known,
             b_known = score->contenders[b]->measured[tie_break->indicator].known;
        size_t indicator = 0;
        while (score->indicators[indicator].position != tie_break->indicator)
            indicator++;
        const double *column = values + indicator * score->count;
        int order = a_known && b_known ? (column[a] > column[b]) - (column[a] < column[b]) : 0;
        order = tie_break->higher ? -order : order;
        if (a_known != b_known)
            order = (int)b_known - (int)a_known;
        if (order)
            return order;
    }
    return 0;
}

static int compare(const struct float_score *score, const double *values,
                   const struct float_sheet *sheet, size_t a, size_t b)
{
    double difference = sheet->keys[b] - sheet->keys[a];
    if (fabs(difference) > score->tolerance)
        return difference > 0 ? 1 : -1;
    return compare_ties(score, values, a, b);
}

void float_score_rank(const struct float_score *score, const double *values, const double *points,
                      const double *factors, size_t minimum, struct float_sheet *sheet)
{
    const struct float_standing *standing = &score->standings[minimum];
    const struct scoring *scoring = score->scoring;
    double scale = scoring->sort_rounded ? pow(10, scoring->total_digits) : 0;
    size_t ranked = 0;
    add_totals(score, standing, points, factors, sheet);
    for (size_t subject = 0; subject < score->count; subject++) {
        double total = sheet->totals[subject];
        sheet->keys[subject] = scale > 0 ? round_half_away(total, scale) : total;
        sheet->ranks[subject] = (uint32_t)standing->ranked + 1;
        if (!standing->is_ranked[subject])
            continue;
        size_t at = ranked++; // subjects come in nearly the order that they leave in
        for (; at && compare(score, values, sheet, sheet->order[at - 1], subject) > 0; at--)
            sheet->order[at] = sheet->order[at - 1];
        sheet->order[at] = subject;
    }
    for (size_t i = 0; i < ranked; i++) {
        size_t subject = sheet->order[i];
        bool is_shared = i && compare(score, values, sheet, sheet->order[i - 1], subject) == 0;
        sheet->ranks[subject] = is_shared ? sheet->ranks[sheet->order[i - 1]] : (uint32_t)i + 1;
    }
}
