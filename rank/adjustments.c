// Items and subjects are looked for by name; whatever finds none is counted, so that nothing entered is lost in silence.
#include "rank/adjustments.h"

#include "sql/queries.h"

#include <inttypes.h>

#define POINTS_UNIT INT64_C(1000000) // as cityops-db keeps them

static size_t find_item(const struct scoring *scoring, struct text key)
{
    size_t position = 0;
    while (position < scoring->item_count && !text_equal(scoring->items[position].key, key))
        position++;
    return position;
}

static struct contender *find_contender(struct contender *contenders, size_t count,
                                        struct text code)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(contenders[i].code, code))
            return &contenders[i];
    return NULL;
}

static bool check_points(const struct scored_item *item, struct rational sum, int32_t line,
                         struct error *error)
{
    int sign = rational_sign(sum);
    const char *wrong = NULL;
    if (item->type == ITEM_DEDUCTION && sign > 0)
        wrong = "is a deduction: write points below 0";
    if (item->type == ITEM_BONUS && sign < 0)
        wrong = "is a bonus: write points above 0";
    if (item->type == ITEM_ENTERED && (sign < 0 || rational_compare(sum, item->most) > 0))
        wrong = "is a part of the full mark: its points lie between 0 and its weight";
    return !wrong || error_set(error, ERROR_BAD_CONFIG,
                               "line %" PRId32 " of the adjustments that are loaded: the item "
                               "\"" TEXT_FORMAT "\" %s",
                               line, TEXT_ARGUMENTS(item->key), wrong);
}

static bool enter_row(struct arena *arena, const struct scoring *scoring, const PGresult *result,
                      int row, struct contender *contenders, size_t count,
                      struct adjustment_counts *out, struct error *error)
{
    size_t position = find_item(scoring, column_text(result, row, 2));
    struct contender *contender = find_contender(contenders, count, column_text(result, row, 1));
    if (position == scoring->item_count || !contender) {
        out->unused++;
        return true;
    }
    struct entered_item *entered = &contender->entered[position];
    struct rational points = rational_fraction(arena, column_bigint(result, row, 3), POINTS_UNIT);
    entered->sum = entered->known ? rational_add(arena, entered->sum, points) : points;
    entered->known = true;
    out->used++;
    const struct scored_item *item = &scoring->items[position];
    return check_points(item, item->type == ITEM_ENTERED ? entered->sum : points,
                        column_integer(result, row, 0), error);
}

bool adjustments_enter(struct snapshot *snapshot, struct arena *arena,
                       const struct profile *profile, const struct period *period,
                       struct contender *contenders, size_t count, struct adjustment_counts *out,
                       struct error *error)
{
    const struct scoring *scoring = &profile->scoring;
    *out = (struct adjustment_counts){0};
    for (size_t i = 0; i < count; i++)
        contenders[i].entered = arena_array(arena, struct entered_item, scoring->item_count + 1);
    if (!scoring->item_count)
        return true;
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, snapshot->generation.reference_version);
    parameter_date(&parameters, civil_month_first_day(period->first_month));
    parameter_date(&parameters, civil_month_first_day(period->first_month + period->month_count));
    PGresult *result;
    if (!postgres_query(snapshot->postgres, &query_rank_adjustments, &parameters, &result, error))
        return false;
    bool ok = true;
    for (int row = 0; ok && row < PQntuples(result); row++)
        ok = enter_row(arena, scoring, result, row, contenders, count, out, error);
    PQclear(result);
    return ok;
}
