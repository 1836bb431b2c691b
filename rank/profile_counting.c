// How an indicator counts entities otherwise than the rollups do: by a deadline of the rule, or orders of some channels or
// categories alone. Indicators that count alike share a rule, and so one pass over the states.
#include "rank/profile_internal.h"

#include "core/hotline.h"

// The kinds by which a deadline may differ, by the source's number of each.
static size_t deadline_kinds(enum count_source source, const char *const **words)
{
    if (count_sources[source].has_natures) {
        *words = ticket_natures;
        return TICKET_NATURES;
    }
    *words = count_sources[source].kinds;
    return count_sources[source].kind_count;
}

// "{working-days: 5}", "{working-hours: 8}", "{hours: 24}"; a `by` beside them is read elsewhere.
static bool read_limit(const struct document *document, struct fy_node *node, bool may_differ,
                       struct deadline *out, struct error *error)
{
    static const char *const keys[] = {"hours", "working-hours", "working-days", "by"};
    enum { HOURS_MOST = 87600, DAYS_MOST = 3660 };
    int64_t amounts[3] = {0};
    if (!document_check_mapping(document, node, "deadline", keys, may_differ ? 4 : 3, error))
        return false;
    size_t given = 0;
    for (size_t i = 0; i < 3; i++) {
        if (!document_read_integer((struct document_field){document, node, keys[i], false}, 1,
                                   i == 2 ? DAYS_MOST : HOURS_MOST, &amounts[i], error))
            return false;
        given += amounts[i] != 0;
    }
    if (given != 1 && !(may_differ && given == 0 && document_value(node, "by")))
        return document_fail(document, node, error,
                             "say hours, working-hours or working-days, one of them");
    if (given)
        *out = (struct deadline){
            .type = amounts[0]   ? DEADLINE_ELAPSED
                    : amounts[1] ? DEADLINE_WORKING_TIME
                                 : DEADLINE_WORKING_DAYS,
            .limit_us = (amounts[0] ? amounts[0] : amounts[1]) * US_PER_HOUR,
            .limit_days = (int32_t)amounts[2],
        };
    return true;
}

// "by: {enquiry: {working-days: 1}, complaint: stated}"
static bool read_kind(const struct document *document, struct fy_node_pair *pair,
                      enum count_source source, struct count_rule *out, struct error *error)
{
    const char *const *words;
    size_t count = deadline_kinds(source, &words), kind = 0;
    struct fy_node *value = fy_node_pair_value(pair);
    struct text word;
    if (!document_scalar(document, fy_node_pair_key(pair), &word, error))
        return false;
    while (kind < count && !(words[kind] && text_equal(text_from(words[kind]), word)))
        kind++;
    if (kind == count || kind >= DEADLINE_KINDS_MAX)
        return document_fail_word(
            document, fy_node_pair_key(pair),
            count_sources[source].has_natures ? "nature" : count_sources[source].kind_title, words,
            count, error);
    if (value && fy_node_is_mapping(value))
        return read_limit(document, value, false, &out->deadlines[kind], error);
    if (!value || !document_scalar(document, value, &word, error) ||
        !text_equal(word, TEXT("stated")))
        return document_fail(document, value ? value : fy_node_pair_key(pair), error,
                             "write \"stated\" (the source's own due time), or a limit like "
                             "{working-days: 5}");
    out->deadlines[kind] = (struct deadline){.type = DEADLINE_STATED};
    return true;
}

static bool uses_hours(const struct count_rule *rule)
{
    bool uses = false;
    for (int i = 0; i < DEADLINE_KINDS_MAX; i++)
        uses |= rule->deadlines[i].type == DEADLINE_WORKING_TIME;
    return uses;
}

static bool read_deadline(struct indicator_reader *reader, struct count_rule *out,
                          struct error *error)
{
    const struct document *document = reader->document;
    const struct indicator_settings *settings = &reader->out->settings;
    struct fy_node *node = document_value(reader->node, "deadline"), *by;
    struct deadline all = {.type = DEADLINE_STATED};
    struct fy_node_pair *pair;
    void *cursor = NULL;
    if (!node)
        return true;
    if (!indicator_has_deadline(settings->indicator))
        return document_fail(document, node, error,
                             "%s depends on no due time: no deadline can change it",
                             settings->indicator->id);
    if (!read_limit(document, node, true, &all, error))
        return false;
    for (int i = 0; i < DEADLINE_KINDS_MAX; i++)
        out->deadlines[i] = all;
    by = document_value(node, "by");
    if (by && !fy_node_is_mapping(by))
        return document_fail(document, by, error,
                             "by must be a mapping, like {enquiry: {working-days: 1}}");
    while (by && (pair = fy_node_mapping_iterate(by, &cursor)))
        if (!read_kind(document, pair, settings->indicator->source, out, error))
            return false;
    out->hours = settings->time.hours;
    return uses_hours(out) == (out->hours.count > 0) ||
           document_fail(document, node, error,
                         out->hours.count ? "working-hours need a deadline of working-hours"
                                          : "a deadline of working-hours needs the hours of a "
                                            "working day: working-hours: [\"09:00-12:00\", ...]");
}

// ---- some orders alone ----

static struct fy_node *list_of(struct indicator_reader *reader, const char *key, bool *ok,
                               struct error *error)
{
    const struct indicator *indicator = reader->out->settings.indicator;
    struct fy_node *list = document_value(reader->node, key);
    *ok = true;
    if (!list)
        return NULL;
    if (count_sources[indicator->source].rollup->family != FAMILY_HOTLINE || indicator->observed)
        *ok =
            document_fail(reader->document, list, error,
                          "%s: only counts of orders can be told apart by %s", indicator->id, key);
    else if (!fy_node_is_sequence(list) || fy_node_sequence_item_count(list) == 0)
        *ok = document_fail(reader->document, list, error, "%s must be a list of those that count",
                            key);
    return *ok ? list : NULL;
}

static bool read_channels(struct indicator_reader *reader, struct count_rule *out,
                          struct error *error)
{
    enum { CHANNELS_MOST = 32 };
    const char *known[CHANNELS_MOST];
    size_t count = 0;
    bool ok;
    struct fy_node *list = list_of(reader, "channels", &ok, error), *item;
    void *cursor = NULL;
    while (count < CHANNELS_MOST && ticket_channel_name((int)count)) {
        known[count] = ticket_channel_name((int)count);
        count++;
    }
    while (list && (item = fy_node_sequence_iterate(list, &cursor))) {
        struct text word;
        size_t channel = 0;
        if (!document_scalar(reader->document, item, &word, error))
            return false;
        while (channel < count && !text_equal(text_from(known[channel]), word))
            channel++;
        if (channel == count)
            return document_fail_word(reader->document, item, "channel", known, count, error);
        out->channels |= 1U << channel;
    }
    return ok;
}

static bool read_categories(struct indicator_reader *reader, struct count_rule *out,
                            struct error *error)
{
    bool ok;
    struct fy_node *list = list_of(reader, "categories", &ok, error), *item;
    void *cursor = NULL;
    if (!list)
        return ok;
    struct text *categories = arena_array(reader->document->arena, struct text,
                                          (size_t)fy_node_sequence_item_count(list));
    while ((item = fy_node_sequence_iterate(list, &cursor)))
        if (!document_scalar(reader->document, item, &categories[out->category_count++], error))
            return false;
    out->categories = categories;
    return true;
}

bool profile_read_counting(struct indicator_reader *reader, struct profile *profile,
                           struct error *error)
{
    static const struct count_rule as_rollups_do;
    struct count_rule rule = {0};
    if (!read_deadline(reader, &rule, error) || !read_channels(reader, &rule, error) ||
        !read_categories(reader, &rule, error))
        return false;
    if (count_rule_equal(&rule, &as_rollups_do))
        return true;
    struct count_rule *rules = profile->rules;
    size_t position = 0;
    while (position < profile->rule_count && !count_rule_equal(&rules[position], &rule))
        position++;
    if (position == profile->rule_count)
        rules[profile->rule_count++] = rule;
    reader->out->settings.rule = (uint8_t)(position + 1);
    return true;
}

bool profile_needs_calendar(const struct profile *profile)
{
    bool needs = false;
    for (size_t i = 0; i < profile->scoring.indicator_count; i++)
        needs |= profile->indicators[i].settings.time.is_working ||
                 profile->indicators[i].settings.time.limit_days;
    for (size_t i = 0; i < profile->rule_count; i++)
        needs |= count_rule_needs_calendar(&profile->rules[i]);
    return needs;
}
