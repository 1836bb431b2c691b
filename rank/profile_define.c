// Indicators that a profile defines itself, from counted outcomes: a row of the catalogue, but in the file.
#include "rank/profile_internal.h"

#include <stdlib.h>

static const char *const define_keys[] = {"id",   "source",    "cohort",     "better",
                                          "unit", "numerator", "denominator"};
// By enum count_source, as files write them.
static const char *const source_words[COUNT_SOURCE_COUNT] = {
    "tickets",  "ticket-subsets", "dispatches", "incidents",
    "problems", "re-checks",      "activities", "traffic"};
static const char *const better_words[] = {"neither", "higher",
                                           "lower"}; // enum indicator_direction
static const char *const unit_words[] = {"count", "percent", "hours", "ratio"}; // indicator_unit

// "cohort.": a name in front of the measure; what is left of the word follows it.
static bool take_cohort(const struct document *document, struct fy_node *node,
                        const struct count_source_definition *source, struct text *word,
                        uint8_t *cohort, struct error *error)
{
    const char *point = memchr(word->bytes, '.', word->length);
    if (!point)
        return true;
    struct text name = {word->bytes, (uint32_t)(point - word->bytes)};
    const char *known[COUNT_COHORTS_MAX];
    size_t known_count = 0;
    *word = (struct text){point + 1, word->length - name.length - 1};
    for (uint8_t i = 0; i < source->cohort_count; i++) {
        if (!source->cohorts[i])
            continue;
        known[known_count++] = source->cohorts[i];
        if (text_equal(text_from(source->cohorts[i]), name)) {
            *cohort = i;
            return true;
        }
    }
    return document_fail_word(document, node, "cohort in a term", known, known_count, error);
}

// "closed", "-late", "overdue-left.tickets".
static bool read_term(const struct document *document, struct fy_node *node,
                      const struct count_source_definition *source, struct indicator_term *out,
                      struct error *error)
{
    struct text word;
    const struct rollup *rollup = source->rollup;
    const char *known[ROLLUP_MEASURES_MAX];
    if (!document_scalar(document, node, &word, error))
        return false;
    *out = (struct indicator_term){.cohort = COHORT_OF_INDICATOR, .coefficient = 1};
    if (word.length && word.bytes[0] == '-') {
        out->coefficient = -1;
        word = (struct text){word.bytes + 1, word.length - 1};
    }
    if (!take_cohort(document, node, source, &word, &out->cohort, error))
        return false;
    for (uint8_t i = 0; i < rollup->measure_count; i++) {
        known[i] = rollup->measures[i].name;
        if (text_equal(text_from(known[i]), word)) {
            out->measure = i;
            return true;
        }
    }
    return document_fail_word(document, node,
                              arena_printf(document->arena, "count of %s", source->name), known,
                              rollup->measure_count, error);
}

static bool read_terms(const struct document *document, struct fy_node *mapping, const char *key,
                       const struct count_source_definition *source, struct indicator_term *out,
                       struct error *error)
{
    struct fy_node *list = document_value(mapping, key), *item;
    void *cursor = NULL;
    if (!list)
        return true;
    int count = fy_node_is_sequence(list) ? fy_node_sequence_item_count(list) : 0;
    if (count < 1 || count >= INDICATOR_TERMS_MAX)
        return document_fail(document, list, error,
                             "%s must be a list of 1 to %d counts, like [on_time] or "
                             "[closed, -late]",
                             key, INDICATOR_TERMS_MAX - 1);
    for (int i = 0; (item = fy_node_sequence_iterate(list, &cursor)); i++)
        if (!read_term(document, item, source, &out[i], error))
            return false;
    return true;
}

static bool read_own_cohort(const struct document *document, struct fy_node *mapping,
                            struct indicator *out, struct error *error)
{
    const struct count_source_definition *source = &count_sources[out->source];
    struct fy_node *node = document_value(mapping, "cohort");
    const char *known[COUNT_COHORTS_MAX];
    size_t known_count = 0;
    struct text word;
    for (uint8_t i = 1; i < source->milestones; i++) {
        if (!source->cohorts[i])
            continue;
        known[known_count++] = source->cohorts[i];
        out->cohorts |= (uint8_t)(1U << i);
    }
    if (!known_count)
        return !node || document_fail(document, node, error,
                                      "%s have no cohort to choose: each counts on the day on "
                                      "which it was %s",
                                      source->name, source->cohorts[0]);
    if (!node)
        return document_fail(document, mapping, error,
                             "the key \"cohort\" is missing here: which moment puts one of %s "
                             "into a month?",
                             source->name);
    if (!document_scalar(document, node, &word, error))
        return false;
    return cohort_parse(out->source, word, &out->cohort) ||
           document_fail_word(document, node, "cohort", known, known_count, error);
}

static const char *print_formula(const struct document *document, struct fy_node *mapping)
{
    struct fy_node *over = document_value(mapping, "denominator");
    char *top =
        fy_emit_node_to_string(document_value(mapping, "numerator"), FYECF_MODE_FLOW_ONELINE);
    char *bottom = over ? fy_emit_node_to_string(over, FYECF_MODE_FLOW_ONELINE) : NULL;
    const char *out = arena_printf(document->arena, "%s%s%s", top ? top : "", bottom ? " / " : "",
                                   bottom ? bottom : "");
    free(top);
    free(bottom);
    return out;
}

// Of a profile's own indicator nobody has said what a case is: one more of those that are counted, or one fewer.
static struct indicator_move default_move(const struct indicator *indicator)
{
    if (indicator->unit != UNIT_COUNT && indicator->unit != UNIT_SHARE)
        return (struct indicator_move){MOVE_NONE, "its unit is no number of cases",
                                       "其单位并非件数"};
    switch (indicator->direction) {
    case BETTER_HIGHER:
        return (struct indicator_move){MOVE_ONE_MORE, "one more counts in the numerator",
                                       "分子多计一件"};
    case BETTER_LOWER:
        return (struct indicator_move){MOVE_ONE_FEWER, "one fewer counts in the numerator",
                                       "分子少计一件"};
    default:
        return (struct indicator_move){MOVE_NONE, "neither more nor fewer is better", "无优劣方向"};
    }
}

bool profile_read_definition(const struct document *document, struct fy_node *mapping,
                             const struct indicator **out, struct error *error)
{
    struct text id;
    int source = 0, better = BETTER_NEITHER, unit = UNIT_SHARE;
    if (!document_check_mapping(document, mapping, "define", define_keys, WORD_COUNT(define_keys),
                                error) ||
        !document_read_name((struct document_field){document, mapping, "id", true}, &id, error) ||
        !document_read_choice((struct document_field){document, mapping, "source", true},
                              source_words, COUNT_SOURCE_COUNT, &source, error) ||
        !document_read_choice((struct document_field){document, mapping, "better", true},
                              better_words, WORD_COUNT(better_words), &better, error))
        return false;
    if (indicator_by_id(id))
        return document_fail(document, document_value(mapping, "id"), error,
                             "\"" TEXT_FORMAT "\" is in the catalogue: give this one another id",
                             TEXT_ARGUMENTS(id));
    if (!document_value(mapping, "numerator"))
        return document_fail(document, mapping, error, "the key \"numerator\" is missing here");
    bool is_count = !document_value(mapping, "denominator");
    if (is_count)
        unit = UNIT_COUNT;
    if (!document_read_choice((struct document_field){document, mapping, "unit", false}, unit_words,
                              WORD_COUNT(unit_words), &unit, error))
        return false;
    if (is_count != (unit == UNIT_COUNT))
        return document_fail(document, document_value(mapping, "unit"), error,
                             "a count has no denominator, anything else has one");
    struct indicator *indicator = arena_array(document->arena, struct indicator, 1);
    const struct count_source_definition *definition = &count_sources[source];
    *indicator = (struct indicator){
        .id = arena_string(document->arena, id),
        .name_en = arena_string(document->arena, id),
        .name_zh = arena_string(document->arena, id),
        .formula = print_formula(document, mapping),
        .direction = (enum indicator_direction)better,
        .unit = (enum indicator_unit)unit,
        .source = (enum count_source)source,
    };
    indicator->move = default_move(indicator);
    *out = indicator;
    return read_own_cohort(document, mapping, indicator, error) &&
           read_terms(document, mapping, "numerator", definition, indicator->numerator, error) &&
           read_terms(document, mapping, "denominator", definition, indicator->denominator, error);
}

bool profile_read_kinds(struct indicator_reader *reader, struct error *error)
{
    const struct document *document = reader->document;
    const struct indicator *indicator = reader->out->settings.indicator;
    const struct count_source_definition *source = &count_sources[indicator->source];
    struct fy_node *list = document_value(reader->node, "kinds"), *item;
    void *cursor = NULL;
    if (!list)
        return true;
    if (!source->kinds || indicator->source == COUNTED_TRAFFIC)
        return document_fail(document, list, error, "%s: %s have no kinds%s", indicator->id,
                             source->name,
                             indicator->source == COUNTED_TRAFFIC ? ", but hours and days" : "");
    if (!fy_node_is_sequence(list) || fy_node_sequence_item_count(list) == 0)
        return document_fail(document, list, error, "kinds must be a list of each %s that counts",
                             source->kind_title);
    const char **known = arena_array(document->arena, const char *, source->kind_count);
    size_t known_count = 0;
    for (uint8_t i = 0; i < source->kind_count; i++)
        if (source->kinds[i])
            known[known_count++] = source->kinds[i];
    while ((item = fy_node_sequence_iterate(list, &cursor))) {
        struct text word;
        uint8_t kind = 0;
        if (!document_scalar(document, item, &word, error))
            return false;
        while (kind < source->kind_count &&
               !(source->kinds[kind] && text_equal(text_from(source->kinds[kind]), word)))
            kind++;
        if (kind == source->kind_count)
            return document_fail_word(document, item, source->kind_title, known, known_count,
                                      error);
        reader->out->settings.kinds |= UINT64_C(1) << kind;
    }
    return true;
}
