// What people enter, and who is put on a list: the items of a profile and its red and black list.
#include "rank/profile_internal.h"

static const char *const item_types[] = {"entered", "deduction", "bonus"}; // enum item_type

static bool check_key(const struct document *document, struct fy_node *node,
                      const struct profile *profile, const struct scored_item *items,
                      const struct scored_item *item, struct error *error)
{
    bool taken = profile_key_is_reserved(item->key);
    for (const struct scored_item *other = items; other < item; other++)
        taken |= text_equal(other->key, item->key);
    for (size_t i = 0; i < profile->scoring.indicator_count; i++)
        taken |= profile_keys_collide(profile->indicators[i].key, item->key);
    return !taken || document_fail(document, document_value(node, "item"), error,
                                   "\"" TEXT_FORMAT
                                   "\" is taken, here or by a column of the table: name it anew",
                                   TEXT_ARGUMENTS(item->key));
}

// "{item: thanks, type: bonus, most: 5}"; an entered one has a weight instead, and may say what a missing one means.
static bool read_item(const struct document *document, struct fy_node *node,
                      struct scored_item *out, struct profile_column *column, struct error *error)
{
    static const char *const of_entered[] = {"item", "type", "title", "weight", "missing"};
    static const char *const of_others[] = {"item", "type", "title", "most"};
    int type = ITEM_ENTERED, missing = MISSING_EXCLUDE;
    const struct document_field type_field = {document, node, "type", true};
    if (!fy_node_is_mapping(node))
        return document_fail(document, node, error, "an item must be a mapping");
    if (!document_read_choice(type_field, item_types, WORD_COUNT(item_types), &type, error))
        return false;
    bool entered = type == ITEM_ENTERED;
    const char *most = entered ? "weight" : "most";
    if (!document_check_mapping(document, node, "item", entered ? of_entered : of_others,
                                entered ? WORD_COUNT(of_entered) : WORD_COUNT(of_others), error) ||
        !document_read_name((struct document_field){document, node, "item", true}, &out->key,
                            error) ||
        !document_read_rational((struct document_field){document, node, most, true}, &out->most,
                                error) ||
        !document_read_choice((struct document_field){document, node, "missing", false},
                              profile_missing_words, WORD_COUNT(profile_missing_words), &missing,
                              error))
        return false;
    out->type = (enum item_type)type;
    out->missing = (enum missing_policy)missing;
    column->title_zh = column->title_en = out->key;
    if (rational_sign(out->most) <= 0)
        return document_fail(document, document_value(node, most), error, "%s must be above 0",
                             most);
    return profile_read_title(document, node, &column->title_zh, &column->title_en, error);
}

static bool read_items(const struct document *document, struct fy_node *list,
                       struct profile *profile, struct error *error)
{
    if (!fy_node_is_sequence(list))
        return document_fail(document, list, error, "items must be a list");
    size_t count = (size_t)fy_node_sequence_item_count(list);
    struct scored_item *items = arena_array(document->arena, struct scored_item, count + 1);
    profile->item_columns = arena_array(document->arena, struct profile_column, count + 1);
    void *cursor = NULL;
    for (size_t i = 0; i < count; i++) {
        struct fy_node *node = fy_node_sequence_iterate(list, &cursor);
        if (!read_item(document, node, &items[i], &profile->item_columns[i], error) ||
            !check_key(document, node, profile, items, &items[i], error))
            return false;
    }
    profile->scoring.items = items;
    profile->scoring.item_count = count;
    return true;
}

// "red: {places: 5, of: group}"
static bool read_list(const struct document *document, struct fy_node *lists, const char *name,
                      struct ranking_list *out, struct error *error)
{
    static const char *const keys[] = {"places", "of"};
    static const char *const scopes[] = {"group", "all"};
    struct fy_node *node = document_value(lists, name);
    int scope = 0;
    if (!node)
        return true;
    if (!document_check_mapping(document, node, name, keys, WORD_COUNT(keys), error) ||
        !document_read_integer((struct document_field){document, node, "places", true}, 1, 1000,
                               &out->places, error) ||
        !document_read_choice((struct document_field){document, node, "of", false}, scopes,
                              WORD_COUNT(scopes), &scope, error))
        return false;
    out->of_all = scope == 1;
    return true;
}

bool profile_read_items(const struct document *document, struct fy_node *root,
                        struct profile *profile, struct error *error)
{
    static const char *const colours[] = {"red", "black"};
    struct fy_node *items = document_value(root, "items"), *lists = document_value(root, "lists");
    if (items && !read_items(document, items, profile, error))
        return false;
    return !lists ||
           (document_check_mapping(document, lists, "lists", colours, WORD_COUNT(colours), error) &&
            read_list(document, lists, "red", &profile->scoring.red, error) &&
            read_list(document, lists, "black", &profile->scoring.black, error));
}
