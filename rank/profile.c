// The head of a profile: identity, dates, caliber, total, tie-breaks. Indicators are read by profile_indicator.c.
#include "rank/profile.h"
#include "rank/profile_internal.h"

#include "core/hotline.h"

static const char *const profile_keys[] = {"id",         "version", "title",           "valid",
                                           "zone",       "subject", "month-starts-on", "caliber",
                                           "indicators", "items",   "total",           "tie-breaks",
                                           "groups",     "lists",   "window"};
static const char *const caliber_keys[] = {"natures", "excluded", "void", "duplicate"};
static const char *const caliber_rules[] = {"leave-out", "include", "only"}; // enum flag_caliber

enum { ALL_NATURES = -1 };

static bool read_natures(const struct document *document, struct fy_node *mapping, uint32_t *out,
                         struct error *error)
{
    struct fy_node *list = document_value(mapping, "natures"), *item;
    if (!list)
        return true;
    if (!fy_node_is_sequence(list))
        return document_fail(document, list, error,
                             "natures must be a list, like [request, complaint]");
    void *cursor = NULL;
    *out = 0;
    while ((item = fy_node_sequence_iterate(list, &cursor))) {
        struct text word;
        size_t i = 0;
        if (!document_scalar(document, item, &word, error))
            return false;
        while (i < TICKET_NATURES && !text_equal(text_from(ticket_natures[i]), word))
            i++;
        if (i == TICKET_NATURES)
            return document_fail_word(document, item, "nature", ticket_natures, TICKET_NATURES,
                                      error);
        *out |= 1U << i;
    }
    return *out || document_fail(document, list, error, "natures must name at least one");
}

bool profile_read_caliber(const struct document *document, struct fy_node *mapping,
                          struct caliber *out, struct error *error)
{
    if (!document_check_mapping(document, mapping, "caliber", caliber_keys,
                                WORD_COUNT(caliber_keys), error))
        return false;
    int excluded = out->excluded, void_orders = out->void_orders, duplicate = out->duplicate;
    const struct document_field fields[] = {{document, mapping, "excluded", false},
                                            {document, mapping, "void", false},
                                            {document, mapping, "duplicate", false}};
    if (!document_read_choice(fields[0], caliber_rules, WORD_COUNT(caliber_rules), &excluded,
                              error) ||
        !document_read_choice(fields[1], caliber_rules, WORD_COUNT(caliber_rules), &void_orders,
                              error) ||
        !document_read_choice(fields[2], caliber_rules, WORD_COUNT(caliber_rules), &duplicate,
                              error))
        return false;
    out->excluded = (uint8_t)excluded;
    out->void_orders = (uint8_t)void_orders;
    out->duplicate = (uint8_t)duplicate;
    return read_natures(document, mapping, &out->natures, error);
}

bool profile_read_title(const struct document *document, struct fy_node *mapping,
                        struct text *title_zh, struct text *title_en, struct error *error)
{
    static const char *const languages[] = {"zh", "en"};
    struct fy_node *title = document_value(mapping, "title");
    return !title || (document_check_mapping(document, title, "title", languages, 2, error) &&
                      document_read_text((struct document_field){document, title, "zh", false},
                                         title_zh, error) &&
                      document_read_text((struct document_field){document, title, "en", false},
                                         title_en, error));
}

// "window: {from: noon-before, until: noon-before}": where the first day starts and the last one ends.
static bool read_window(const struct document *document, struct fy_node *root,
                        struct month_rule *out, struct error *error)
{
    static const char *const edges[] = {"from", "until"};
    static const char *const moments[] = {"noon-before", "midnight", "noon-after"};
    enum { MIDNIGHT = 1, HALF_A_DAY = 12 };
    struct fy_node *window = document_value(root, "window");
    int from = MIDNIGHT, until = MIDNIGHT;
    if (window &&
        (!document_check_mapping(document, window, "window", edges, WORD_COUNT(edges), error) ||
         !document_read_choice((struct document_field){document, window, "from", false}, moments,
                               WORD_COUNT(moments), &from, error) ||
         !document_read_choice((struct document_field){document, window, "until", false}, moments,
                               WORD_COUNT(moments), &until, error)))
        return false;
    out->from_hours = (from - MIDNIGHT) * HALF_A_DAY;
    out->until_hours = (until - MIDNIGHT) * HALF_A_DAY;
    return true;
}

// Published results are named PROFILE/PERIOD and PROFILE#NUMBER.
static bool read_id(const struct document *document, struct fy_node *root, struct text *out,
                    struct error *error)
{
    if (!document_read_name((struct document_field){document, root, "id", true}, out, error))
        return false;
    for (uint32_t i = 0; i < out->length; i++)
        if (strchr("/#\t\n ", out->bytes[i]))
            return document_fail(document, document_value(root, "id"), error,
                                 "an id has no blanks, / or #: published results are named by it");
    return true;
}

static bool read_zone(const struct document *document, struct fy_node *root, struct text *out,
                      struct error *error)
{
    struct error unknown;
    if (!document_read_name((struct document_field){document, root, "zone", true}, out, error))
        return false;
    return zone_check_name(arena_string(document->arena, *out), &unknown) ||
           document_fail(document, document_value(root, "zone"), error, "%s", unknown.text);
}

static bool read_identity(const struct document *document, struct fy_node *root,
                          struct profile *out, struct error *error)
{
    static const char *const dates[] = {"from", "until"};
    int64_t first_day = 1;
    struct fy_node *valid = document_value(root, "valid");
    if (!read_id(document, root, &out->id, error) ||
        !document_read_integer((struct document_field){document, root, "version", true}, 1,
                               INT32_MAX, &out->version, error) ||
        !read_zone(document, root, &out->zone, error) ||
        !document_read_integer((struct document_field){document, root, "month-starts-on", false}, 1,
                               28, &first_day, error))
        return false;
    out->months.first_day = (int)first_day;
    if (!read_window(document, root, &out->months, error))
        return false;
    out->title_en = out->title_zh = out->id;
    if (!profile_read_title(document, root, &out->title_zh, &out->title_en, error))
        return false;
    if (!valid)
        return document_fail(document, root, error,
                             "the key \"valid\" is missing: from which day does the rule hold?");
    if (!document_check_mapping(document, valid, "valid", dates, 2, error) ||
        !document_read_day((struct document_field){document, valid, "from", true},
                           &out->valid_from_day, error) ||
        !document_read_day((struct document_field){document, valid, "until", false},
                           &out->valid_until_day, error))
        return false;
    if (out->valid_from_day >= out->valid_until_day)
        return document_fail(document, document_value(valid, "until"), error,
                             "until must lie after from");
    return true;
}

static bool read_subject(const struct document *document, struct fy_node *root, struct profile *out,
                         struct error *error)
{
    static const char *const subjects[] = {"district", "town", "village", "unit",
                                           "channel"};       // enum subject_kind
    static const char *const groupings[] = {"area", "none"}; // enum profile_grouping
    int subject = 0, grouping = GROUPS_BY_AREA;
    if (!document_read_choice((struct document_field){document, root, "subject", false}, subjects,
                              WORD_COUNT(subjects), &subject, error) ||
        !document_read_choice((struct document_field){document, root, "groups", false}, groupings,
                              2, &grouping, error))
        return false;
    out->grouping = grouping;
    out->subject = (enum subject_kind)subject;
    struct fy_node *caliber = document_value(root, "caliber");
    return !caliber || profile_read_caliber(document, caliber, &out->caliber, error);
}

// "round: none" or a number of digits.
static bool read_round(const struct document *document, struct fy_node *total, int *digits,
                       struct error *error)
{
    struct fy_node *node = document_value(total, "round");
    struct text word;
    if (!node)
        return true;
    if (!document_scalar(document, node, &word, error))
        return false;
    if (text_equal(word, TEXT("none")))
        return true;
    int64_t number = 0;
    if (!document_read_integer((struct document_field){document, total, "round", true}, 0, 6,
                               &number, error))
        return false;
    *digits = (int)number;
    return true;
}

// What the weights of a group add up to; of no group (name null): of the indicators that count everywhere.
static struct rational sum_weights(struct arena *arena, const struct profile *profile,
                                   const struct text *group)
{
    const struct scoring *scoring = &profile->scoring;
    struct rational sum = rational_integer(arena, 0);
    for (size_t i = 0; i < scoring->indicator_count; i++)
        if (group ? indicator_counts_in(&scoring->indicators[i], *group)
                  : scoring->indicators[i].group_count == 0)
            sum = rational_add(arena, sum, scoring->indicators[i].weight);
    for (size_t i = 0; i < scoring->item_count; i++)
        if (scoring->items[i].type == ITEM_ENTERED)
            sum = rational_add(arena, sum, scoring->items[i].most);
    return sum;
}

static bool check_sum(const struct document *document, struct fy_node *root,
                      const struct profile *profile, const struct text *group, struct rational full,
                      struct error *error)
{
    struct rational sum = sum_weights(document->arena, profile, group);
    const char *of =
        group ? arena_printf(document->arena, " of group " TEXT_FORMAT, TEXT_ARGUMENTS(*group))
              : "";
    return rational_compare(sum, full) == 0 ||
           document_fail(document, document_value(root, "indicators"), error,
                         "the weights%s add up to %s, but total.full says %s", of,
                         rational_print_decimal(document->arena, sum),
                         rational_print_decimal(document->arena, full));
}

// Every group that an indicator names has its full mark: its own, or the one of all.
static bool check_weights(const struct document *document, struct fy_node *root,
                          const struct profile *profile, struct error *error)
{
    const struct scoring *scoring = &profile->scoring;
    bool has_groups = false;
    for (size_t i = 0; i < scoring->indicator_count; i++) {
        const struct scored_indicator *indicator = &scoring->indicators[i];
        for (size_t k = 0; k < indicator->group_count; k++) {
            const struct rational *full = profile_full_of(profile, indicator->groups[k]);
            has_groups = true;
            if (!full)
                return document_fail(
                    document, document_value(root, "indicators"), error,
                    "the indicator \"" TEXT_FORMAT "\" counts in the group \"" TEXT_FORMAT
                    "\", of which total.full says nothing",
                    TEXT_ARGUMENTS(indicator->key), TEXT_ARGUMENTS(indicator->groups[k]));
            if (!check_sum(document, root, profile, &indicator->groups[k], *full, error))
                return false;
        }
    }
    if (has_groups && profile->grouping == GROUPS_NONE)
        return document_fail(document, document_value(root, "groups"), error,
                             "indicators count in groups, but \"groups: none\" makes none");
    for (size_t i = 0; i < profile->group_full_count; i++)
        if (!check_sum(document, root, profile, &profile->group_fulls[i].group,
                       profile->group_fulls[i].full, error))
            return false;
    return has_groups || profile->group_full_count ||
           check_sum(document, root, profile, NULL, profile->full, error);
}

const struct rational *profile_full_of(const struct profile *profile, struct text group)
{
    for (size_t i = 0; i < profile->group_full_count; i++)
        if (text_equal(profile->group_fulls[i].group, group))
            return &profile->group_fulls[i].full;
    return profile->group_full_count ? NULL : &profile->full;
}

// "full: 100", or of each peer group "full: {county: 55, department: 45}".
static bool read_full(const struct document *document, struct fy_node *total, struct profile *out,
                      struct error *error)
{
    struct fy_node *node = document_value(total, "full");
    struct fy_node_pair *pair;
    void *cursor = NULL;
    if (!node || !fy_node_is_mapping(node))
        return document_read_rational((struct document_field){document, total, "full", false},
                                      &out->full, error);
    out->group_fulls = arena_array(document->arena, struct group_full,
                                   (size_t)fy_node_mapping_item_count(node) + 1);
    while ((pair = fy_node_mapping_iterate(node, &cursor))) {
        struct group_full *full = &out->group_fulls[out->group_full_count++];
        if (!document_scalar(document, fy_node_pair_key(pair), &full->group, error) ||
            !document_number(document, fy_node_pair_value(pair), &full->full, error))
            return false;
    }
    if (!out->group_full_count)
        return document_fail(document, node, error, "full names no group");
    out->full = out->group_fulls[0].full;
    return true;
}

static bool read_total(const struct document *document, struct fy_node *root, struct profile *out,
                       struct error *error)
{
    static const char *const keys[] = {"full", "round", "sort"};
    static const char *const sorts[] = {"exact", "rounded"};
    struct fy_node *total = document_value(root, "total");
    struct scoring *scoring = &out->scoring;
    int sort = 0;
    out->full = rational_integer(document->arena, 100);
    scoring->total_digits = -1;
    if (total &&
        (!document_check_mapping(document, total, "total", keys, WORD_COUNT(keys), error) ||
         !read_full(document, total, out, error) ||
         !read_round(document, total, &scoring->total_digits, error) ||
         !document_read_choice((struct document_field){document, total, "sort", false}, sorts, 2,
                               &sort, error)))
        return false;
    scoring->sort_rounded = sort == 1;
    if (scoring->sort_rounded && scoring->total_digits < 0)
        return document_fail(document, document_value(total, "sort"), error,
                             "\"sort: rounded\" needs \"round\": to how many digits?");

    return check_weights(document, root, out, error);
}

static bool read_tie_break(const struct document *document, struct fy_node *item,
                           const struct profile *profile, struct tie_break *out,
                           struct error *error)
{
    static const char *const keys[] = {"indicator", "first"};
    static const char *const orders[] = {"lower", "higher"};
    struct text key;
    if (!document_check_mapping(document, item, "tie-break", keys, WORD_COUNT(keys), error) ||
        !document_read_text((struct document_field){document, item, "indicator", true}, &key,
                            error))
        return false;
    const struct scoring *scoring = &profile->scoring;
    const char **known = arena_array(document->arena, const char *, scoring->indicator_count);
    for (out->indicator = 0; out->indicator < scoring->indicator_count; out->indicator++) {
        known[out->indicator] =
            arena_string(document->arena, scoring->indicators[out->indicator].key);
        if (text_equal(scoring->indicators[out->indicator].key, key))
            break;
    }
    if (out->indicator == scoring->indicator_count)
        return document_fail_word(document, document_value(item, "indicator"),
                                  "indicator of this profile", known, scoring->indicator_count,
                                  error);
    enum indicator_direction direction =
        scoring->indicators[out->indicator].settings.indicator->direction;
    int order = direction == BETTER_HIGHER;
    const struct document_field first = {document, item, "first", direction == BETTER_NEITHER};
    if (!document_read_choice(first, orders, WORD_COUNT(orders), &order, error))
        return false;
    out->higher = order == 1;
    for (size_t i = 0; i < scoring->tie_break_count; i++)
        if (scoring->tie_breaks[i].indicator == out->indicator)
            return document_fail(document, item, error,
                                 "\"" TEXT_FORMAT
                                 "\" breaks ties here twice: the second never would",
                                 TEXT_ARGUMENTS(key));
    return true;
}

static bool read_tie_breaks(const struct document *document, struct fy_node *root,
                            struct profile *out, struct error *error)
{
    struct fy_node *list = document_value(root, "tie-breaks"), *item;
    if (!list)
        return true;
    if (!fy_node_is_sequence(list))
        return document_fail(document, list, error, "tie-breaks must be a list");
    struct tie_break *tie_breaks =
        arena_array(document->arena, struct tie_break, (size_t)fy_node_sequence_item_count(list));
    void *cursor = NULL;
    out->scoring.tie_breaks = tie_breaks;
    for (; (item = fy_node_sequence_iterate(list, &cursor)); out->scoring.tie_break_count++)
        if (!read_tie_break(document, item, out, &tie_breaks[out->scoring.tie_break_count], error))
            return false;
    return true;
}

const char *profile_subject_name(const struct profile *profile)
{
    static const char *const names[SUBJECT_KIND_COUNT] = {"district", "town", "village", "unit",
                                                          "channel"};
    return names[profile->subject];
}

// Not everything is counted of every kind of subject, nor in half days.
static bool check_sources(const struct document *document, struct fy_node *list,
                          const struct profile *profile, struct error *error)
{
    bool has_window = profile->months.from_hours || profile->months.until_hours;
    void *cursor = NULL;
    for (size_t i = 0; i < profile->scoring.indicator_count; i++) {
        struct fy_node *node = fy_node_sequence_iterate(list, &cursor);
        const struct indicator *indicator = profile->indicators[i].settings.indicator;
        const struct count_source_definition *source = &count_sources[indicator->source];
        if (profile->subject != SUBJECT_DISTRICT && !(source->subjects >> profile->subject & 1))
            return document_fail(document, node, error, "%s: %s are not counted by %ss",
                                 indicator->id, source->name, profile_subject_name(profile));
        if (has_window && indicator->source == COUNTED_TRAFFIC)
            return document_fail(document, node, error,
                                 "%s: %s are counted in whole days, not in a window from noon",
                                 indicator->id, source->name);
    }
    return true;
}

static bool read_root(const struct document *document, struct profile *out, struct error *error)
{
    struct fy_node *root = document_root(document);
    if (!document_check_mapping(document, root, "profile", profile_keys, WORD_COUNT(profile_keys),
                                error) ||
        !read_identity(document, root, out, error) || !read_subject(document, root, out, error))
        return false;
    struct fy_node *indicators = document_value(root, "indicators");
    if (!indicators)
        return document_fail(document, root, error, "the key \"indicators\" is missing here");
    return profile_read_indicators(document, indicators, out, error) &&
           check_sources(document, indicators, out, error) &&
           profile_read_items(document, root, out, error) &&
           read_total(document, root, out, error) && read_tie_breaks(document, root, out, error);
}

static bool read_document(struct document *document, struct profile *out, struct error *error)
{
    *out = (struct profile){
        .path = document->path,
        .bytes = document->bytes,
        .valid_until_day = DAY_MAX,
        .caliber = {.natures = (uint32_t)ALL_NATURES,
                    CALIBER_LEAVE_OUT,
                    CALIBER_LEAVE_OUT,
                    CALIBER_LEAVE_OUT},
    };
    return read_root(document, out, error);
}

bool profile_load(struct arena *arena, const char *path, struct profile *out, struct error *error)
{
    struct document document;
    bool loaded =
        document_open(&document, arena, path, error) && read_document(&document, out, error);
    document_close(&document);
    return loaded;
}

bool profile_parse(struct arena *arena, const char *path, struct text bytes, struct profile *out,
                   struct error *error)
{
    struct document document;
    bool parsed = document_parse(&document, arena, path, bytes, error) &&
                  read_document(&document, out, error);
    document_close(&document);
    return parsed;
}
