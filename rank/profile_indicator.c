// The indicators of a profile: which of the catalogue, of which cohort, and how each scores.
#include "rank/profile_internal.h"

#include "core/hotline.h"

#include <stdlib.h>

static const char *const indicator_keys[] = {"id",
                                             "define",
                                             "kinds",
                                             "key",
                                             "title",
                                             "cohort",
                                             "caliber",
                                             "weight",
                                             "rule",
                                             "minimum-denominator",
                                             "missing",
                                             "satisfaction-weights",
                                             "satisfaction-over",
                                             "over",
                                             "hours",
                                             "days",
                                             "input-rounding",
                                             "quantile",
                                             "quantile-method",
                                             "time",
                                             "working-hours",
                                             "within",
                                             "require",
                                             "of",
                                             "groups",
                                             "deadline",
                                             "channels",
                                             "categories",
                                             "target",
                                             "move-cost"};
const char *const profile_missing_words[4] = {"exclude", "redistribute", "zero",
                                              "full"}; // enum missing_policy
static bool read_defined(struct indicator_reader *reader, struct fy_node *definition,
                         struct error *error)
{
    struct indicator_settings *settings = &reader->out->settings;
    if (!profile_read_definition(reader->document, definition, &settings->indicator, error))
        return false;
    settings->cohort = settings->indicator->cohort;
    reader->out->key = text_from(settings->indicator->id);
    return document_read_name(reader_field(reader, "key", false), &reader->out->key, error);
}

// "{id: P02, of: A01, target: 200}": the same terms under another name, compared with the target.
static bool read_deviation(struct indicator_reader *reader, const struct indicator *deviation,
                           struct error *error)
{
    const struct document *document = reader->document;
    struct indicator_settings *settings = &reader->out->settings;
    struct text of;
    if (!document_read_text(reader_field(reader, "of", true), &of, error) ||
        !document_read_rational(reader_field(reader, "target", true), &settings->target, error))
        return false;
    const struct indicator *actual = indicator_by_id(of);
    struct fy_node *node = document_value(reader->node, "of");
    if (!actual || actual->observed || actual->is_deviation)
        return document_fail(document, node, error,
                             "%s is of a count or a share of the catalogue: \"" TEXT_FORMAT
                             "\" is none",
                             deviation->id, TEXT_ARGUMENTS(of));
    if (rational_sign(settings->target) <= 0)
        return document_fail(document, document_value(reader->node, "target"), error,
                             "a target must be above 0");
    struct indicator *out = arena_array(document->arena, struct indicator, 1);
    *out = *actual;
    out->id = deviation->id;
    out->name_en = arena_printf(document->arena, "%s: %s", deviation->name_en, actual->name_en);
    out->name_zh = arena_printf(document->arena, "%s：%s", deviation->name_zh, actual->name_zh);
    out->direction = deviation->direction;
    out->unit = deviation->unit;
    out->is_deviation = true;
    out->move = deviation->move;
    settings->target_unit = actual->unit;
    settings->indicator = out;
    settings->cohort = out->cohort;
    return true;
}

static bool read_catalogue_entry(struct indicator_reader *reader, struct error *error)
{
    struct text id;
    const struct document *document = reader->document;
    struct fy_node *definition = document_value(reader->node, "define");
    struct fy_node *stray = definition ? document_value(reader->node, "id") : NULL;
    if (stray)
        return document_fail(document, stray, error,
                             "an indicator that is defined here has its id inside \"define\"");
    if (definition)
        return read_defined(reader, definition, error);
    if (!document_read_text(reader_field(reader, "id", true), &id, error))
        return false;
    const struct indicator *indicator = indicator_by_id(id);
    if (!indicator) {
        const char **known = arena_array(document->arena, const char *, indicator_count);
        for (size_t i = 0; i < indicator_count; i++)
            known[i] = indicator_catalogue[i].id;
        return document_fail_word(document, document_value(reader->node, "id"), "indicator", known,
                                  indicator_count, error);
    }
    reader->out->settings.indicator = indicator;
    reader->out->settings.cohort = indicator->cohort;
    reader->out->key = id;
    const char *word = document_value(reader->node, "of") ? "of" : "target";
    if (!indicator->is_deviation && document_value(reader->node, word))
        return document_fail(document, document_value(reader->node, word), error,
                             "%s has no \"%s\" here: only P02 has (a rule has its target inside)",
                             indicator->id, word);
    if (indicator->is_deviation && !read_deviation(reader, indicator, error))
        return false;
    return document_read_name(reader_field(reader, "key", false), &reader->out->key, error);
}

static bool read_title(struct indicator_reader *reader, struct error *error)
{
    const struct document *document = reader->document;
    const struct indicator_settings *settings = &reader->out->settings;
    reader->column->title_zh = text_from(settings->indicator->name_zh);
    reader->column->title_en = text_from(settings->indicator->name_en);
    if (settings->indicator->observed && !settings->indicator->has_limit) {
        struct rational percent = rational_multiply(document->arena, settings->quantile,
                                                    rational_integer(document->arena, 100));
        const char *number = rational_print_decimal(document->arena, percent);
        reader->column->title_zh = text_from(
            arena_printf(document->arena, "%s P%s", settings->indicator->name_zh, number));
        reader->column->title_en = text_from(
            arena_printf(document->arena, "%s P%s", settings->indicator->name_en, number));
    }
    return profile_read_title(document, reader->node, &reader->column->title_zh,
                              &reader->column->title_en, error);
}

static bool read_cohort(struct indicator_reader *reader, struct error *error)
{
    struct fy_node *node = document_value(reader->node, "cohort");
    const struct indicator *indicator = reader->out->settings.indicator;
    struct text word;
    if (!node)
        return true;
    if (!document_scalar(reader->document, node, &word, error))
        return false;
    const char *known[COUNT_COHORTS_MAX];
    size_t known_count = 0;
    for (uint8_t cohort = 0; cohort < COUNT_COHORTS_MAX; cohort++)
        if (indicator->cohorts >> cohort & 1)
            known[known_count++] = indicator_cohort_name(indicator, cohort);
    if (!known_count)
        return document_fail(reader->document, node, error,
                             "%s has no cohort to choose: each of its %s counts on the day on "
                             "which it was %s",
                             indicator->id, count_sources[indicator->source].name,
                             indicator_cohort_name(indicator, 0));
    if (!cohort_parse(indicator->source, word, &reader->out->settings.cohort) ||
        !(indicator->cohorts >> reader->out->settings.cohort & 1))
        return document_fail_word(
            reader->document, node,
            arena_printf(reader->document->arena, "cohort of %s", indicator->id), known,
            known_count, error);
    return true;
}

// "over: visits", of an indicator with two denominators; satisfaction-over is its older name where ratings are weighed.
static bool read_over(struct indicator_reader *reader, struct error *error)
{
    struct indicator_settings *settings = &reader->out->settings;
    const struct indicator *indicator = settings->indicator;
    const char *key = indicator->is_weighted && !document_value(reader->node, "over")
                          ? "satisfaction-over"
                          : "over";
    int other = 0;
    struct fy_node *stray = document_value(reader->node, "satisfaction-over");
    if (stray && !indicator->is_weighted)
        return document_fail(reader->document, stray, error, "%s has no satisfaction weights",
                             indicator->id);
    struct fy_node *node = document_value(reader->node, key);
    if (node && !indicator->over[0])
        return document_fail(reader->document, node, error, "%s has one denominator only",
                             indicator->id);
    if (!document_read_choice(reader_field(reader, key, false), indicator->over, 2, &other, error))
        return false;
    settings->over_other = other == 1;
    return true;
}

static bool read_satisfaction(struct indicator_reader *reader, struct error *error)
{
    const struct document *document = reader->document;
    struct fy_node *list = document_value(reader->node, "satisfaction-weights"), *item;
    struct indicator_settings *settings = &reader->out->settings;
    struct rational one = rational_integer(document->arena, 1);
    for (int level = 0; level < 5; level++)
        settings->satisfaction_weights[level] =
            rational_integer(document->arena, level + 1 >= SATISFIED);
    if (!list)
        return true;
    if (!settings->indicator->is_weighted)
        return document_fail(document, list, error, "%s has no satisfaction weights",
                             settings->indicator->id);
    if (!fy_node_is_sequence(list) || fy_node_sequence_item_count(list) != 5)
        return document_fail(
            document, list, error,
            "satisfaction-weights must be five numbers, from very dissatisfied to very satisfied");
    void *cursor = NULL;
    for (int level = 0; (item = fy_node_sequence_iterate(list, &cursor)); level++) {
        struct rational *weight = &settings->satisfaction_weights[level];
        if (!document_number(document, item, weight, error))
            return false;
        if (rational_sign(*weight) < 0 || rational_compare(*weight, one) > 0)
            return document_fail(document, item, error,
                                 "a satisfaction weight lies between 0 and 1");
        if (level > 0 && rational_compare(*weight, weight[-1]) < 0)
            return document_fail(document, item, error,
                                 "satisfaction weights do not fall: the first is that of very "
                                 "dissatisfied, the last that of very satisfied");
    }
    return true;
}

static bool read_quantile(struct indicator_reader *reader, struct error *error)
{
    static const char *const methods[] = {"nearest", "midpoint"};
    struct indicator_settings *settings = &reader->out->settings;
    const struct document *document = reader->document;
    int method = 0;
    settings->quantile = rational_fraction(document->arena, 1, 2);
    if (!document_read_rational(reader_field(reader, "quantile", false), &settings->quantile,
                                error) ||
        !document_read_choice(reader_field(reader, "quantile-method", false), methods,
                              WORD_COUNT(methods), &method, error))
        return false;
    settings->midpoint = method == 1;
    struct fy_node *node = document_value(reader->node, "quantile");
    if (node &&
        (settings->indicator->observed == OBSERVED_NOTHING || settings->indicator->has_limit))
        return document_fail(document, node, error, "%s is no quantile", settings->indicator->id);
    if (rational_sign(settings->quantile) <= 0 ||
        rational_compare(settings->quantile, rational_integer(document->arena, 1)) > 0)
        return document_fail(document, node, error,
                             "a quantile lies above 0 and not above 1: the median is 0.5");
    return true;
}

// "hours: [7, 8, 17, 18]" and "days: working": the peak hours of an indicator of traffic. Hours are civil ones, by their start.
static bool read_hours(struct indicator_reader *reader, struct error *error)
{
    static const char *const days[] = {"all", "working"};
    const struct document *document = reader->document;
    const struct indicator *indicator = reader->out->settings.indicator;
    struct fy_node *hours = document_value(reader->node, "hours"), *item;
    struct fy_node *stray = hours ? hours : document_value(reader->node, "days");
    if (indicator->source != COUNTED_TRAFFIC)
        return !stray ||
               document_fail(document, stray, error,
                             "%s has no hours: only indicators of traffic have", indicator->id);
    if (!hours || !fy_node_is_sequence(hours) || fy_node_sequence_item_count(hours) == 0)
        return document_fail(document, reader->node, error,
                             "%s needs the hours that count: hours: [7, 8, 17, 18]", indicator->id);
    int day_choice = 0;
    if (!document_read_choice(reader_field(reader, "days", false), days, 2, &day_choice, error))
        return false;
    void *cursor = NULL;
    while ((item = fy_node_sequence_iterate(hours, &cursor))) {
        struct rational hour;
        if (!document_number(document, item, &hour, error))
            return false;
        if (!rational_is_whole(hour) || rational_sign(hour) < 0 ||
            rational_compare(hour, rational_integer(document->arena, HOURS_OF_DAY)) >= 0)
            return document_fail(document, item, error,
                                 "an hour is a whole number from 0 to 23, its start");
        reader->out->settings.kinds |= UINT64_C(1) << rational_ceiling(hour);
    }
    if (day_choice == 0)
        reader->out->settings.kinds |= reader->out->settings.kinds << HOURS_OF_DAY;
    return true;
}

static bool read_missing(struct indicator_reader *reader, struct error *error)
{
    const struct document *document = reader->document;
    int missing = MISSING_EXCLUDE;
    int64_t input_digits = -1;
    if (!document_read_choice(reader_field(reader, "missing", false), profile_missing_words,
                              WORD_COUNT(profile_missing_words), &missing, error) ||
        !document_read_integer(reader_field(reader, "minimum-denominator", false), 0, INT32_MAX,
                               &reader->out->minimum_denominator, error) ||
        !document_read_integer(reader_field(reader, "input-rounding", false), 0, 6, &input_digits,
                               error))
        return false;
    reader->out->missing = missing;
    reader->out->input_digits = (int)input_digits;
    reader->out->move_cost = rational_integer(document->arena, 1);
    if (!document_read_rational(reader_field(reader, "move-cost", false), &reader->out->move_cost,
                                error))
        return false;
    if (rational_sign(reader->out->move_cost) <= 0)
        return document_fail(document, document_value(reader->node, "move-cost"), error,
                             "a move costs more than 0: it orders what cityops-rank whatif finds");
    struct fy_node *caliber = document_value(reader->node, "caliber");
    return !caliber ||
           profile_read_caliber(reader->document, caliber, &reader->out->settings.caliber, error);
}

bool profile_key_is_reserved(struct text key)
{
    static const char *const reserved[] = {
        // columns of rankings
        "row", "rank", "shared", "district", "name", "group", "total", "total_exact", "list",
        "reason", "note", "ranks", "rank_low", "rank_high", "certain", "bound", "total_low",
        "total_high",
        // facts
        "status", "missing", "basis", "period", "days", "zone", "stage", "profile",
        "profile_version", "rule_sha256", "reference_version", "fold_version", "generation",
        "cut_off", "cut_off_digest", "intervals", "shrinkage", "adjustments_used",
        "adjustments_unused", "lost_records", "printed_figures", "printed_unused", "possible_ranks",
        "order", "n_not_printed", "published", "number", "appeals_until", "restatement", "early"};
    for (size_t i = 0; i < WORD_COUNT(reserved); i++)
        if (text_equal(text_from(reserved[i]), key))
            return true;
    return false;
}

static bool is_column_of(struct text key, struct text other)
{
    static const char *const suffixes[] = {"_n",      "_points",  "_low",        "_high",
                                           "_shrunk", "_printed", "_points_low", "_points_high"};
    if (key.length <= other.length || memcmp(key.bytes, other.bytes, other.length) != 0)
        return false;
    const struct text rest = {key.bytes + other.length, key.length - other.length};
    for (size_t i = 0; i < WORD_COUNT(suffixes); i++)
        if (text_equal(text_from(suffixes[i]), rest))
            return true;
    return false;
}

bool profile_keys_collide(struct text a, struct text b)
{
    return text_equal(a, b) || is_column_of(a, b) || is_column_of(b, a);
}

// "groups: [county]"
static bool read_groups(struct indicator_reader *reader, struct error *error)
{
    const struct document *document = reader->document;
    struct fy_node *list = document_value(reader->node, "groups"), *item;
    void *cursor = NULL;
    if (!list)
        return true;
    if (!fy_node_is_sequence(list) || fy_node_sequence_item_count(list) == 0)
        return document_fail(document, list, error,
                             "groups must be a list of the peer groups in which it counts");
    struct text *groups =
        arena_array(document->arena, struct text, (size_t)fy_node_sequence_item_count(list));
    while ((item = fy_node_sequence_iterate(list, &cursor)))
        if (!document_scalar(document, item, &groups[reader->out->group_count++], error))
            return false;
    reader->out->groups = groups;
    return true;
}

static bool check_key_is_new(const struct indicator_reader *reader, const struct profile *profile,
                             struct error *error)
{
    if (profile_key_is_reserved(reader->out->key))
        return document_fail(reader->document, reader->node, error,
                             "\"" TEXT_FORMAT "\" is the name of a column of the table already: "
                             "give the indicator another key",
                             TEXT_ARGUMENTS(reader->out->key));
    for (const struct scored_indicator *other = profile->indicators; other < reader->out; other++)
        if (profile_keys_collide(other->key, reader->out->key))
            return document_fail(reader->document, reader->node, error,
                                 text_equal(other->key, reader->out->key)
                                     ? "the indicator \"" TEXT_FORMAT
                                       "\" stands here twice: give one of them another key"
                                     : "\"" TEXT_FORMAT "\" and another key give columns of one "
                                       "name (W04_n): give one of them another key",
                                 TEXT_ARGUMENTS(reader->out->key));
    return true;
}

bool profile_read_indicators(const struct document *document, struct fy_node *sequence,
                             struct profile *profile, struct error *error)
{
    if (!fy_node_is_sequence(sequence) || fy_node_sequence_item_count(sequence) == 0)
        return document_fail(document, sequence, error,
                             "indicators must be a list with at least one");
    size_t count = (size_t)fy_node_sequence_item_count(sequence);
    profile->indicators = arena_array(document->arena, struct scored_indicator, count);
    profile->columns = arena_array(document->arena, struct profile_column, count);
    profile->scoring.indicators = profile->indicators;
    profile->rules = arena_array(document->arena, struct count_rule, count);
    void *cursor = NULL;
    for (size_t i = 0; i < count; i++) {
        struct indicator_reader reader = {document, fy_node_sequence_iterate(sequence, &cursor),
                                          &profile->indicators[i], &profile->columns[i]};
        reader.out->settings.caliber = profile->caliber;
        if (!document_check_mapping(document, reader.node, "indicator", indicator_keys,
                                    WORD_COUNT(indicator_keys), error) ||
            !read_catalogue_entry(&reader, error) || !check_key_is_new(&reader, profile, error) ||
            !read_cohort(&reader, error) || !read_quantile(&reader, error) ||
            !profile_read_time(&reader, error) || !read_title(&reader, error) ||
            !read_over(&reader, error) || !read_hours(&reader, error) ||
            !profile_read_kinds(&reader, error) ||
            !profile_read_counting(&reader, profile, error) || !read_satisfaction(&reader, error) ||
            !profile_read_rule(&reader, error) || !read_missing(&reader, error) ||
            !read_groups(&reader, error))
            return false;
        profile->scoring.indicator_count++;
    }
    return true;
}
