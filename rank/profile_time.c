// How an indicator counts time: elapsed or working, in which hours, and what is in time.
#include "rank/profile_internal.h"

// "09:00", up to "24:00", in µs since midnight.
static bool read_moment(struct text text, int64_t *out)
{
    if (text.length != 5 || text.bytes[2] != ':')
        return false;
    for (int i = 0; i < 5; i++)
        if (i != 2 && (text.bytes[i] < '0' || text.bytes[i] > '9'))
            return false;
    int hour = (text.bytes[0] - '0') * 10 + text.bytes[1] - '0';
    int minute = (text.bytes[3] - '0') * 10 + text.bytes[4] - '0';
    *out = (hour * INT64_C(60) + minute) * 60 * US_PER_SECOND;
    return minute < 60 && *out <= US_PER_DAY;
}

// "09:00-12:00"
static bool read_span(const struct document *document, struct fy_node *node,
                      struct working_hours *hours, struct error *error)
{
    struct text text;
    int64_t from_us, until_us, last_us = hours->count ? hours->spans[hours->count - 1].until_us : 0;
    if (!document_scalar(document, node, &text, error))
        return false;
    const char *dash = memchr(text.bytes, '-', text.length);
    uint32_t before = dash ? (uint32_t)(dash - text.bytes) : 0;
    if (!dash || !read_moment((struct text){text.bytes, before}, &from_us) ||
        !read_moment((struct text){dash + 1, text.length - before - 1}, &until_us) ||
        from_us >= until_us || from_us < last_us)
        return document_fail(document, node, error,
                             "working-hours are spans like \"09:00-12:00\", one after the other");
    hours->spans[hours->count].from_us = from_us;
    hours->spans[hours->count++].until_us = until_us;
    return true;
}

static bool read_hours_of_work(struct indicator_reader *reader, struct fy_node *list,
                               struct error *error)
{
    struct fy_node *item;
    void *cursor = NULL;
    int count = fy_node_is_sequence(list) ? fy_node_sequence_item_count(list) : 0;
    if (count < 1 || count > WORKING_SPANS_MAX)
        return document_fail(reader->document, list, error,
                             "working-hours must be a list of 1 to %d spans like \"09:00-12:00\"",
                             WORKING_SPANS_MAX);
    while ((item = fy_node_sequence_iterate(list, &cursor)))
        if (!read_span(reader->document, item, &reader->out->settings.time.hours, error))
            return false;
    return true;
}

// "within: {hours: 24}" or "within: {working-days: 5}"
static bool read_within(struct indicator_reader *reader, struct error *error)
{
    static const char *const keys[] = {"hours", "working-days"};
    enum { HOURS_MOST = 87600, DAYS_MOST = 3660 };
    const struct document *document = reader->document;
    struct time_rule *time = &reader->out->settings.time;
    const struct indicator *indicator = reader->out->settings.indicator;
    struct fy_node *node = document_value(reader->node, "within");
    int64_t hours = 0, days = 0;
    if (!node)
        return !indicator->has_limit || indicator->observed == OBSERVED_COMPLETE ||
               document_fail(document, reader->node, error,
                             "%s needs its limit: within: {hours: 24} or within: {working-days: 5}",
                             indicator->id);
    if (!indicator->has_limit || indicator->observed == OBSERVED_COMPLETE)
        return document_fail(document, node, error, "%s has no limit: only W20 and D02 have",
                             indicator->id);
    if (!document_check_mapping(document, node, "within", keys, WORD_COUNT(keys), error) ||
        !document_read_integer((struct document_field){document, node, "hours", false}, 1,
                               HOURS_MOST, &hours, error) ||
        !document_read_integer((struct document_field){document, node, "working-days", false}, 1,
                               DAYS_MOST, &days, error))
        return false;
    if (!hours == !days)
        return document_fail(document, node, error, "say hours or working-days, one of them");
    if (days && !time->is_working)
        return document_fail(document, node, error, "working-days need \"time: working\"");
    time->limit_us = hours * US_PER_HOUR;
    time->limit_days = (int32_t)days;
    return true;
}

// "require: [nature, category1]": what a complete order states.
static bool read_required(struct indicator_reader *reader, struct error *error)
{
    const struct document *document = reader->document;
    struct indicator_settings *settings = &reader->out->settings;
    struct fy_node *list = document_value(reader->node, "require"), *item;
    bool wanted = settings->indicator->observed == OBSERVED_COMPLETE;
    size_t known = 0;
    void *cursor = NULL;
    while (ticket_required[known])
        known++;
    if (!wanted)
        return !list || document_fail(document, list, error, "%s requires no fields: only D01 does",
                                      settings->indicator->id);
    if (!list || !fy_node_is_sequence(list) || fy_node_sequence_item_count(list) == 0)
        return document_fail(document, list ? list : reader->node, error,
                             "%s needs what a complete order states: require: [nature, category1]",
                             settings->indicator->id);
    while ((item = fy_node_sequence_iterate(list, &cursor))) {
        struct text word;
        size_t i = 0;
        if (!document_scalar(document, item, &word, error))
            return false;
        while (i < known && !text_equal(text_from(ticket_required[i]), word))
            i++;
        if (i == known)
            return document_fail_word(document, item, "field of an order", ticket_required, known,
                                      error);
        settings->required |= 1U << i;
    }
    return true;
}

bool profile_read_time(struct indicator_reader *reader, struct error *error)
{
    static const char *const times[] = {"elapsed", "working"};
    const struct document *document = reader->document;
    const struct indicator *indicator = reader->out->settings.indicator;
    struct fy_node *time = document_value(reader->node, "time"),
                   *hours = document_value(reader->node, "working-hours");
    int counted = 0;
    bool is_of_deadline = document_value(reader->node, "deadline") != NULL;
    if ((time || (hours && !is_of_deadline)) && indicator->observed != OBSERVED_HANDLING)
        return document_fail(document, time ? time : hours, error,
                             "%s counts no working time: only W18 and W20 do, and deadlines",
                             indicator->id);
    if (!document_read_choice(reader_field(reader, "time", false), times, WORD_COUNT(times),
                              &counted, error))
        return false;
    reader->out->settings.time.is_working = counted == 1;
    if (hours && counted == 0 && !is_of_deadline)
        return document_fail(document, hours, error, "working-hours need \"time: working\"");
    return (!hours || read_hours_of_work(reader, hours, error)) && read_within(reader, error) &&
           read_required(reader, error);
}
