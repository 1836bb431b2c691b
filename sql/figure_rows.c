// A digit that cannot be right is refused here, where the file can still be mended: a rate above 100, a share that no number of cases
// gives. What depends on a profile (weights of ratings) is looked at when it is ranked.
#include "sql/figure_rows.h"

#include "core/decimal.h"
#include "core/zone.h"

enum {
    SUBJECT,
    INDICATOR,
    PERIOD,
    VALUE,
    NUMERATOR,
    CASES,
    UNIT,
    ROUNDING,
    SOURCE,
    DATE,
    CORRECTS,
    FIGURE_COLUMNS
};

static const struct csv_column figure_columns[FIGURE_COLUMNS] = {
    [SUBJECT] = {"subject", true, true}, [INDICATOR] = {"indicator", true, true},
    [PERIOD] = {"period", true, true},   [VALUE] = {"value", true, false},
    [NUMERATOR] = {.name = "numerator"}, [CASES] = {.name = "n"},
    [UNIT] = {.name = "unit"},           [ROUNDING] = {.name = "rounding"},
    [SOURCE] = {"source", true, true},   [DATE] = {"date", true, true},
    [CORRECTS] = {.name = "corrects"},
};

const char *const figure_rounding_names[] = {"half-up", "truncated", "unknown"};

static bool fail(struct error *error, const char *what, struct text cell, const char *wrong)
{
    return error_set(error, ERROR_BAD_CONFIG, "%s \"" TEXT_FORMAT "\" %s", what,
                     TEXT_ARGUMENTS(cell), wrong);
}

// "W09", or "E04-P90", by which a profile tells two indicators of one id apart.
static const struct indicator *find_indicator(struct text key)
{
    struct text id = key;
    const char *dash = memchr(key.bytes, '-', key.length);
    if (dash)
        id.length = (uint32_t)(dash - key.bytes);
    return indicator_by_id(id);
}

static bool read_whole(struct text cell, const char *what, bool *has, int64_t *out,
                       struct error *error)
{
    *has = cell.length > 0;
    return !*has ||
           (!memchr(cell.bytes, '.', cell.length) && decimal_read(cell, UNIT_ITSELF, out) &&
            *out >= 0) ||
           fail(error, what, cell, "is no whole number like 487");
}

static bool read_unit(struct text cell, struct figure_row *out, struct error *error)
{
    const char *name = indicator_unit_name(out->unit);
    return !cell.length || text_equal(cell, text_from(name)) ||
           error_set(error, ERROR_BAD_CONFIG,
                     "unit \"" TEXT_FORMAT "\": " TEXT_FORMAT " is counted in %s",
                     TEXT_ARGUMENTS(cell), TEXT_ARGUMENTS(out->indicator), name);
}

static bool read_rounding(struct text cell, struct figure_row *out, struct error *error)
{
    out->figure.rounding = ROUNDED_UNKNOWN;
    for (int i = 0; i <= ROUNDED_UNKNOWN && cell.length; i++)
        if (text_equal(cell, text_from(figure_rounding_names[i]))) {
            out->figure.rounding = (enum printed_rounding)i;
            return true;
        }
    return !cell.length ||
           fail(error, "rounding", cell,
                "is none of half-up, truncated, unknown: how does the source round?");
}

static bool read_value(struct arena *arena, struct figure_row *out, struct error *error)
{
    struct published_figure *figure = &out->figure;
    figure->has_value = out->value.length > 0;
    if (!figure->has_value)
        return true;
    if (!printed_read(arena, out->value, &figure->value, error))
        return error_prefix(error, "value");
    if (figure->value.is_percent && out->unit != UNIT_SHARE)
        return fail(error, "value", out->value, "is a rate, but its indicator is none");
    return !figure->value.is_in_units || out->unit == UNIT_COUNT ||
           fail(error, "value", out->value,
                "stands in ten thousands, but its indicator is no count");
}

static bool check_counts(const struct figure_row *row, struct error *error)
{
    const struct published_figure *figure = &row->figure;
    if (row->unit == UNIT_COUNT && (figure->has_n || figure->has_numerator))
        return error_set(error, ERROR_BAD_CONFIG,
                         TEXT_FORMAT " is a count: it has a value, but neither numerator nor n",
                         TEXT_ARGUMENTS(row->indicator));
    if (figure->has_numerator && !figure->has_n)
        return error_set(error, ERROR_BAD_CONFIG, "a numerator needs its n");
    if (figure->has_n && figure->n == 0)
        return error_set(error, ERROR_BAD_CONFIG,
                         "n is 0: of no case there is no rate; leave the row out");
    if (figure->has_numerator && row->unit != UNIT_SHARE)
        return error_set(error, ERROR_BAD_CONFIG, TEXT_FORMAT " is no share: it has no numerator",
                         TEXT_ARGUMENTS(row->indicator));
    return !figure->has_numerator || figure->numerator <= figure->n ||
           error_set(error, ERROR_BAD_CONFIG, "the numerator is greater than n");
}

static bool check_fit(struct arena *arena, const struct figure_row *row, bool counts_cases,
                      struct error *error)
{
    struct value_set set;
    switch (value_set_find(arena, &row->figure, row->unit, counts_cases, &set)) {
    case VALUE_FITS:
        return true;
    case VALUE_NOT_STATED:
        return error_set(error, ERROR_BAD_CONFIG, "neither a value nor numerator and n are stated");
    case VALUE_NOT_WHOLE:
        return fail(error, "value", row->value, "is no whole number, but its indicator is a count");
    case VALUE_ABOVE_ALL:
        return fail(error, "value", row->value, "is a rate above 100");
    case VALUE_NO_SUCH_SHARE:
        return error_set(error, ERROR_BAD_CONFIG,
                         "value \"" TEXT_FORMAT "\": no share of %lld cases is printed like that",
                         TEXT_ARGUMENTS(row->value), (long long)row->figure.n);
    case VALUE_CONTRADICTED:
        break;
    }
    return error_set(
        error, ERROR_BAD_CONFIG, "value \"" TEXT_FORMAT "\" is not what %lld of %lld gives",
        TEXT_ARGUMENTS(row->value), (long long)row->figure.numerator, (long long)row->figure.n);
}

static bool read_when(const struct csv_row *row, struct figure_row *out, struct error *error)
{
    struct text period = text_trim(row->cells[PERIOD]), date = text_trim(row->cells[DATE]);
    if (!civil_parse_months(period, &out->first_month, &out->month_count))
        return fail(error, "period", period, "is no period like 2022-08, 2022-Q3 or 2022");
    return civil_parse_day(date, &out->published_on_day) ||
           fail(error, "date", date, "is no day like 2015-03-01");
}

static bool read_figure(struct arena *arena, const struct area_index *areas,
                        const struct csv_row *row, struct figure_row *out, struct error *error)
{
    *out = (struct figure_row){.line = row->line,
                               .subject = text_trim(row->cells[SUBJECT]),
                               .indicator = text_trim(row->cells[INDICATOR]),
                               .value = text_trim(row->cells[VALUE]),
                               .source = text_trim(row->cells[SOURCE]),
                               .corrects = text_trim(row->cells[CORRECTS])};
    struct published_figure *figure = &out->figure;
    const struct indicator *indicator = find_indicator(out->indicator);
    if (!area_has_code(areas, out->subject))
        return fail(error, "subject", out->subject, "is the code of no area that is loaded");
    if (!indicator)
        return fail(error, "indicator", out->indicator,
                    "is none of the catalogue: cityops-rank indicators lists it");
    if (indicator->is_deviation)
        return fail(error, "indicator", out->indicator,
                    "is the deviation of another one from its target: load that one");
    out->unit = indicator->unit;
    return read_when(row, out, error) && read_unit(text_trim(row->cells[UNIT]), out, error) &&
           read_rounding(text_trim(row->cells[ROUNDING]), out, error) &&
           read_whole(text_trim(row->cells[NUMERATOR]), "numerator", &figure->has_numerator,
                      &figure->numerator, error) &&
           read_whole(text_trim(row->cells[CASES]), "n", &figure->has_n, &figure->n, error) &&
           read_value(arena, out, error) && check_counts(out, error) &&
           check_fit(arena, out, value_counts_cases(indicator, NULL), error);
}

// ---- rows against each other ----

static bool same_figure(const struct figure_row *a, const struct figure_row *b)
{
    return text_equal(a->subject, b->subject) && text_equal(a->indicator, b->indicator) &&
           a->first_month == b->first_month && a->month_count == b->month_count;
}

static bool says_the_same(const struct figure_row *a, const struct figure_row *b)
{
    const struct published_figure *x = &a->figure, *y = &b->figure;
    return text_equal(a->value, b->value) && x->has_n == y->has_n && (!x->has_n || x->n == y->n) &&
           x->has_numerator == y->has_numerator &&
           (!x->has_numerator || x->numerator == y->numerator) && x->rounding == y->rounding;
}

static bool fail_pair(const struct figure_row *row, const struct figure_row *other,
                      struct error *error)
{
    bool same_source = text_equal(row->source, other->source);
    return error_set(
        error, ERROR_BAD_CONFIG,
        "%s:%d and %s:%d: " TEXT_FORMAT " of " TEXT_FORMAT " is \"" TEXT_FORMAT
        "\" and \"" TEXT_FORMAT "\" %s",
        other->path, other->line, row->path, row->line, TEXT_ARGUMENTS(row->indicator),
        TEXT_ARGUMENTS(row->subject), TEXT_ARGUMENTS(other->value), TEXT_ARGUMENTS(row->value),
        same_source
            ? "by one source on one day: a corrected figure carries the day of its correction; if "
              "it was typed wrongly before, write the earlier value under \"corrects\""
            : "by two sources on one day: leave one of them out");
}

static bool check_loaded(const struct figure_row *row, const struct figure_row *loaded,
                         size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!same_figure(row, &loaded[i]) || row->published_on_day != loaded[i].published_on_day)
            continue;
        if (says_the_same(row, &loaded[i]))
            return true;
        if (row->corrects.length && text_equal(row->corrects, loaded[i].value))
            return true;
        return fail_pair(row, &loaded[i], error);
    }
    return !row->corrects.length || error_set(error, ERROR_BAD_CONFIG,
                                              "%s:%d: corrects \"" TEXT_FORMAT
                                              "\": no such value of this subject, indicator, "
                                              "period and date is loaded",
                                              row->path, row->line, TEXT_ARGUMENTS(row->corrects));
}

bool figure_rows_check(const struct figure_rows *rows, const struct figure_row *loaded,
                       size_t loaded_count, struct error *error)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct figure_row *row = &rows->list[i];
        for (size_t k = 0; k < i; k++) {
            const struct figure_row *other = &rows->list[k];
            if (!same_figure(row, other) || row->published_on_day != other->published_on_day)
                continue;
            if (!says_the_same(row, other))
                return fail_pair(row, other, error);
            return error_set(error, ERROR_BAD_CONFIG,
                             "%s:%d and %s:%d: " TEXT_FORMAT " of " TEXT_FORMAT " is listed twice",
                             other->path, other->line, row->path, row->line,
                             TEXT_ARGUMENTS(row->indicator), TEXT_ARGUMENTS(row->subject));
        }
        if (!check_loaded(row, loaded, loaded_count, error))
            return false;
    }
    return true;
}

// Rates of one indicator and period that are printed with different digits: allowed, since each is an interval of its own; said.
static const char *find_remarks(struct arena *arena, const struct figure_rows *rows)
{
    const char *out = "";
    for (size_t i = 0; i < rows->count; i++) {
        const struct figure_row *first = &rows->list[i];
        bool is_first = first->figure.has_value;
        int least = first->figure.value.digits, most = least;
        for (size_t k = 0; k < rows->count; k++) {
            const struct figure_row *row = &rows->list[k];
            if (!text_equal(row->indicator, first->indicator) || !row->figure.has_value ||
                row->first_month != first->first_month || row->month_count != first->month_count)
                continue;
            is_first = is_first && k >= i;
            least = row->figure.value.digits < least ? row->figure.value.digits : least;
            most = row->figure.value.digits > most ? row->figure.value.digits : most;
        }
        if (!is_first || least == most)
            continue;
        int year, month, day;
        civil_from_day(civil_month_first_day(first->first_month), &year, &month, &day);
        out = arena_printf(
            arena,
            "%s" TEXT_FORMAT " of the %d months from %04d-%02d is printed with %d to %d digits: "
            "each figure counts as the interval of its own digits\n",
            out, TEXT_ARGUMENTS(first->indicator), first->month_count, year, month, least, most);
    }
    return out;
}

bool figure_rows_read(struct arena *arena, const struct area_index *areas, struct figure_rows *rows,
                      struct csv_table *table, struct error *error)
{
    if (!csv_table_read(arena, table->path, figure_columns, FIGURE_COLUMNS, table, error))
        return false;
    rows->count = table->row_count;
    rows->list = arena_array(arena, struct figure_row, rows->count + 1);
    for (size_t i = 0; i < rows->count; i++) {
        if (!read_figure(arena, areas, &table->rows[i], &rows->list[i], error))
            return error_prefix(error, "%s:%d", table->path, table->rows[i].line);
        rows->list[i].path = table->path;
    }
    rows->remarks = find_remarks(arena, rows);
    return true;
}
