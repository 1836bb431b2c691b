#include "rank/printed_figures.h"

#include "core/zone.h"
#include "rank/facts.h"
#include "sql/queries.h"

#include <inttypes.h>

static enum printed_use printed_use_of(const struct config *config)
{
    const char *word = config_text(config, "printed");
    return strcmp(word, "missing") == 0 ? PRINTED_WHERE_MISSING
           : strcmp(word, "first") == 0 ? PRINTED_FIRST
                                        : PRINTED_UNUSED;
}

bool printed_figures_choose(const struct config *config, struct profile *profile,
                            struct error *error)
{
    bool has_version = config_is_set(config, "printed-version");
    profile->printed = printed_use_of(config);
    profile->printed_version = has_version ? (int32_t)config_integer(config, "printed-version") : 0;
    return !has_version || profile->printed != PRINTED_UNUSED ||
           error_set(error, ERROR_BAD_CONFIG,
                     "--printed-version says which printed figures: add --printed missing (or "
                     "first), or leave it out");
}

bool printed_figures_refuse(const struct config *config, const char *what, struct error *error)
{
    return printed_use_of(config) == PRINTED_UNUSED ||
           error_set(
               error, ERROR_BAD_CONFIG,
               "%s: leave --printed out. What others printed is no event, so nobody could "
               "fold it again, and its ranks are ranges. To keep such a table, store what month "
               "--printed missing --format json prints: with --printed-version and the "
               "reference version that stands in it, it is printed again",
               what);
}

struct entering {
    struct arena *arena;
    const struct profile *profile;
    struct contender *contenders;
    size_t count;
    bool *was_counted; // [count]: something was, before any figure was entered
    struct printed_figures *out;
};

static size_t find_contender(const struct entering *entering, struct text code)
{
    size_t position = 0;
    while (position < entering->count && !text_equal(entering->contenders[position].code, code))
        position++;
    return position;
}

static size_t find_indicator(const struct entering *entering, struct text key)
{
    size_t position = 0;
    while (position < entering->profile->scoring.indicator_count &&
           !text_equal(entering->profile->indicators[position].key, key))
        position++;
    return position;
}

// What was not printed of a subject that nothing was counted of is not zero, but not known.
static void begin_subject(struct entering *entering, struct contender *contender, bool was_counted)
{
    size_t count = entering->profile->scoring.indicator_count;
    contender->printed = arena_array(entering->arena, const struct value_set *, count + 1);
    for (size_t i = 0; i < count && !was_counted; i++)
        contender->measured[i] =
            (struct measured){.numerator = rational_integer(entering->arena, 0)};
    contender->has_orders = true;
    entering->out->subjects++;
}

static void note_source(struct entering *entering, const PGresult *result, int row)
{
    struct printed_figures *out = entering->out;
    struct text source = column_text(result, row, 6);
    int32_t day = column_date(result, row, 7);
    size_t i = 0;
    while (i < out->source_count &&
           !(text_equal(out->sources[i].source, source) && out->sources[i].published_on_day == day))
        i++;
    if (i == out->source_count)
        out->sources[out->source_count++] =
            (struct printed_source){.source = arena_text(entering->arena, source),
                                    .published_on_day = day,
                                    .reference_version = column_integer(result, row, 8),
                                    .line = column_integer(result, row, 9)};
    out->sources[i].used++;
}

static bool read_figure(struct arena *arena, const PGresult *result, int row,
                        struct published_figure *out, struct error *error)
{
    struct text value = column_text(result, row, 2);
    *out = (struct published_figure){.has_value = value.length > 0,
                                     .has_numerator = !PQgetisnull(result, row, 3),
                                     .has_n = !PQgetisnull(result, row, 4)};
    out->numerator = out->has_numerator ? column_bigint(result, row, 3) : 0;
    out->n = out->has_n ? column_bigint(result, row, 4) : 0;
    return printed_rounding_parse(arena_string(arena, column_text(result, row, 5)),
                                  &out->rounding) &&
           (!out->has_value || printed_read(arena, value, &out->value, error));
}

static const char *print_digits(struct arena *arena, const struct published_figure *figure)
{
    if (!figure->has_value)
        return NULL;
    return figure->value.is_in_units
               ? rational_print(arena, figure->value.value, 0)
               : rational_print(arena, figure->value.value, figure->value.digits);
}

static void set_measured(struct entering *entering, const struct indicator_settings *settings,
                         const struct published_figure *figure, const struct value_set *set,
                         struct measured *out)
{
    struct arena *arena = entering->arena;
    enum indicator_unit unit = settings->indicator->unit;
    *out = (struct measured){.known = true, .value = value_nominal(arena, figure, unit, set)};
    out->n = figure->has_n ? figure->n : INT64_MAX;
    out->numerator = out->value;
    if (unit == UNIT_COUNT)
        out->n = rational_ceiling(out->value);
    else if (figure->has_n)
        out->numerator = rational_multiply(arena, out->value, rational_integer(arena, figure->n));
    entering->out->lacks_n |= unit != UNIT_COUNT && !figure->has_n;
}

static bool enter_row(struct entering *entering, const PGresult *result, int row,
                      struct error *error)
{
    struct arena *arena = entering->arena;
    struct printed_figures *out = entering->out;
    struct published_figure figure;
    size_t position = find_contender(entering, column_text(result, row, 0)),
           indicator = find_indicator(entering, column_text(result, row, 1));
    if (position == entering->count || indicator == entering->profile->scoring.indicator_count ||
        (entering->was_counted[position] && entering->profile->printed != PRINTED_FIRST)) {
        out->unused++;
        return true;
    }
    const struct indicator_settings *settings = &entering->profile->indicators[indicator].settings;
    struct contender *contender = &entering->contenders[position];
    struct value_set *set = arena_array(arena, struct value_set, 1);
    if (!read_figure(arena, result, row, &figure, error))
        return false;
    if (value_set_find(arena, &figure, settings->indicator->unit,
                       value_counts_cases(settings->indicator, settings->satisfaction_weights),
                       set) != VALUE_FITS)
        return error_set(error, ERROR_BAD_CONFIG,
                         "line %" PRId32 " of the figures of reference version %" PRId32
                         ": no share of %" PRId64 " cases is printed as " TEXT_FORMAT,
                         column_integer(result, row, 9), column_integer(result, row, 8), figure.n,
                         TEXT_ARGUMENTS(column_text(result, row, 2)));
    if (!contender->printed)
        begin_subject(entering, contender, entering->was_counted[position]);
    contender->printed[indicator] = set;
    set_measured(entering, settings, &figure, set, &contender->measured[indicator]);
    out->list[out->used++] = (struct used_figure){.code = contender->code,
                                                  .indicator = indicator,
                                                  .value = print_digits(arena, &figure),
                                                  .has_n = figure.has_n};
    note_source(entering, result, row);
    return true;
}

bool printed_figures_enter(struct snapshot *snapshot, struct arena *arena,
                           const struct profile *profile, const struct period *period,
                           struct contender *contenders, size_t count, struct printed_figures **out,
                           struct error *error)
{
    *out = NULL;
    if (profile->printed == PRINTED_UNUSED)
        return true;
    int32_t newest = snapshot->generation.reference_version;
    if (profile->printed_version > newest)
        return error_set(error, ERROR_BAD_CONFIG,
                         "--printed-version %" PRId32
                         ": the generation has reference version %" PRId32
                         "; later ones apply after cityops-db rebuild --rollups",
                         profile->printed_version, newest);
    struct parameters parameters = PARAMETERS_INIT;
    parameter_integer(&parameters, profile->printed_version ? profile->printed_version : newest);
    parameter_date(&parameters, civil_month_first_day(period->first_month));
    parameter_integer(&parameters, period->month_count);
    PGresult *result;
    if (!postgres_query(snapshot->postgres, &query_rank_printed_figures, &parameters, &result,
                        error))
        return false;
    size_t rows = (size_t)PQntuples(result);
    *out = arena_new(arena, struct printed_figures);
    (*out)->list = arena_array(arena, struct used_figure, rows + 1);
    (*out)->sources = arena_array(arena, struct printed_source, rows + 1);
    struct entering entering = {.arena = arena,
                                .profile = profile,
                                .contenders = contenders,
                                .count = count,
                                .was_counted = arena_array(arena, bool, count + 1),
                                .out = *out};
    for (size_t i = 0; i < count; i++)
        entering.was_counted[i] = contenders[i].has_orders;
    bool ok = true;
    for (size_t row = 0; ok && row < rows; row++)
        ok = enter_row(&entering, result, (int)row, error);
    PQclear(result);
    return ok;
}

const struct used_figure *printed_figures_find(const struct printed_figures *figures,
                                               struct text code, size_t indicator)
{
    for (size_t i = 0; figures && i < figures->used; i++)
        if (figures->list[i].indicator == indicator && text_equal(figures->list[i].code, code))
            return &figures->list[i];
    return NULL;
}

// ---- in words ----

const char *printed_figures_print_ranks(struct arena *arena,
                                        const struct interval_standing *standing, bool for_people)
{
    const char *out = "";
    for (uint32_t from = standing->rank_low, until; from <= standing->rank_high; from = until) {
        for (until = from; until <= standing->rank_high && standing->ranks[until]; until++)
            if (!for_people)
                out = arena_printf(arena, "%s%s%" PRIu32, out, *out ? " " : "", until);
        if (for_people && until > from)
            out = until - from == 1
                      ? arena_printf(arena, "%s%s%" PRIu32, out, *out ? ", " : "", from)
                      : arena_printf(arena, "%s%s%" PRIu32 "–%" PRIu32, out, *out ? ", " : "", from,
                                     until - 1);
        until += until == from;
    }
    return out;
}

static const char *print_source(struct arena *arena, const struct printed_source *source,
                                enum language language)
{
    int year, month, day;
    civil_from_day(source->published_on_day, &year, &month, &day);
    return arena_printf(
        arena, TEXT_FORMAT ", %04d-%02d-%02d: %zu %s, %s %" PRId32, TEXT_ARGUMENTS(source->source),
        year, month, day, source->used, language_pick(language, "figures", "个数值"),
        language_pick(language, "reference version", "参考数据版本"), source->reference_version);
}

static void add_used(struct table *table, enum language language, struct arena *arena,
                     const struct printed_figures *printed)
{
    table_add_fact(
        table, "", language_pick(language, "printed", "已刊数值"),
        arena_printf(
            arena, "%zu %s %zu %s; %zu %s", printed->used,
            language_pick(language, "figures of", "个，涉及"), printed->subjects,
            language_pick(language, "subjects", "个对象"), printed->unused,
            language_pick(language,
                          "of no indicator of this table, or of a subject that was counted",
                          "个不属本表指标，或对象已有事件计数")),
        TABLE_FOR_PEOPLE);
}

void printed_figures_add_facts(struct table *table, enum language language, struct arena *arena,
                               const struct printed_figures *printed)
{
    table_add_fact(table, "printed_figures", "", arena_printf(arena, "%zu", printed->used),
                   TABLE_FOR_MACHINES);
    table_add_fact(table, "printed_unused", "", arena_printf(arena, "%zu", printed->unused),
                   TABLE_FOR_MACHINES);
    if (!printed->used && !printed->unused)
        table_add_fact(
            table, "", language_pick(language, "printed", "已刊数值"),
            language_pick(language,
                          "nothing is known of this period by this reference version: cityops-db "
                          "load figures, then rebuild --rollups",
                          "该参考数据版本中无此时段的已刊数值：cityops-db load figures，再 rebuild "
                          "--rollups"),
            TABLE_FOR_PEOPLE);
    else
        add_used(table, language, arena, printed);
    for (size_t i = 0; i < printed->source_count; i++)
        facts_add_words(table, language, arena_printf(arena, "source_%zu", i + 1),
                        language_pick(language, "source", "出处"),
                        print_source(arena, &printed->sources[i], LANGUAGE_EN),
                        print_source(arena, &printed->sources[i], LANGUAGE_ZH));
    bool is_exact = printed->intervals.is_exact;
    facts_add_words(
        table, language, "possible_ranks", language_pick(language, "ranks", "名次范围"),
        is_exact
            ? "those that some choice inside the printed digits gives, and no others"
            : "an outer bound: they hold every rank that some choice inside the printed digits "
              "gives, perhaps more",
        is_exact ? "恰为刊载位数之内的取值所能得到的全部名次"
                 : "外界：包含刊载位数之内的取值所能得到的全部名次，可能偏多");
    facts_add_words(table, language, "order", language_pick(language, "order", "排列"),
                    "as the printed digits read", "按刊载的数字排列");
    if (printed->lacks_n)
        facts_add_words(table, language, "n_not_printed",
                        language_pick(language, "n not printed", "分母未刊"),
                        "taken as enough for every minimum", "视为达到最低分母要求");
}
