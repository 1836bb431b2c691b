// From names in a mapping file to bindings: which column, which conversion, which number of which
// field.
//
// Everything that can be wrong before a row is seen is refused here, with its place; rows can only
// bring wrong values.
#include "ingest/mapping_fields.h"

#include "ingest/publisher_event.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 64 };

int mapping_column(struct mapping *mapping, struct text name)
{
    struct reader_options *reader = &mapping->reader;
    for (size_t i = 0; i < reader->column_count; i++) {
        if (text_equal(text_from(reader->columns[i]), name))
            return (int)i;
    }
    const char **columns = arena_array(&mapping->arena, const char *, reader->column_count + 1);
    if (reader->column_count > 0)
        memcpy(columns, reader->columns, reader->column_count * sizeof *columns);
    columns[reader->column_count] = arena_string(&mapping->arena, name);
    reader->columns = columns;
    return (int)reader->column_count++;
}

bool open_zone(const struct loading *loading, struct entry entry, const struct zone **out)
{
    struct mapping *mapping = loading->mapping;
    struct error reason = ERROR_INIT;
    struct text name;
    if (!read_text(loading, entry, &name))
        return false;
    for (size_t i = 0; i < mapping->zone_count; i++) {
        if (text_equal(text_from(zone_name(mapping->zones[i])), name)) {
            *out = mapping->zones[i];
            return true;
        }
    }
    if (mapping->zone_count == sizeof mapping->zones / sizeof *mapping->zones)
        return fail_at(loading, entry.value, "a mapping may use at most %zu zones",
                       mapping->zone_count);
    struct zone *zone = zone_open(arena_string(&mapping->arena, name), &reason);
    if (!zone)
        return fail_at(loading, entry.value, "%s", reason.text);
    *out = mapping->zones[mapping->zone_count++] = zone;
    return true;
}

bool read_time_format(const struct loading *loading, struct fy_node *at, struct entry format,
                      struct entry zone, struct binding *binding)
{
    struct error reason = ERROR_INIT;
    struct text pattern = loading->default_time.length ? loading->default_time : TEXT("rfc3339");
    if (is_there(format) && !read_text(loading, format, &pattern))
        return false;
    if (!time_format_compile(pattern, false, &binding->format, &reason))
        return fail_at(loading, is_there(format) ? format.value : at, "%s", reason.text);
    binding->zone = loading->default_zone;
    if (is_there(zone) && !open_zone(loading, zone, &binding->zone))
        return false;
    if (!binding->zone && !binding->format.is_absolute)
        return fail_at(
            loading, at,
            "the time format \"%s\" has no offset, so a zone is needed: zone: Asia/Shanghai",
            binding->format.pattern);
    return true;
}

// ---- Values ----

// ~ or null as they stand; libfyaml only calls a missing value null.
static bool is_null(struct fy_node *node)
{
    if (!node || !fy_node_is_scalar(node) || fy_node_get_style(node) != FYNS_PLAIN)
        return false;
    return text_equal(node_text(node), TEXT("~")) || text_equal(node_text(node), TEXT("null"));
}

// A value written in the mapping file itself, in the field's own words.
static bool read_constant(const struct loading *loading, struct entry entry, uint16_t kind,
                          const struct binding *binding, struct value *out)
{
    struct error reason = ERROR_INIT;
    struct text word;
    size_t count;
    if (is_null(entry.value)) {
        *out = (struct value){.type = VALUE_EMPTY};
        return true;
    }
    if (!read_text(loading, entry, &word))
        return false;
    *out = (struct value){.type = VALUE_INTEGER};
    char *end;
    switch (binding->shape) {
    case SHAPE_TEXT:
        *out = (struct value){.type = VALUE_TEXT, .text = word};
        return true;
    case SHAPE_TIME:
        if (!time_format_read(&binding->format, binding->zone, word, &out->integer, &reason))
            return fail_at(loading, entry.value, "%s", reason.text);
        return true;
    case SHAPE_INTEGER:
        errno = 0;
        out->integer = strtoll(arena_string(&loading->mapping->arena, word), &end, 10);
        return *end || errno ? fail_at(loading, entry.value, "an integer is needed") : true;
    case SHAPE_BOOLEAN: {
        bool is_true;
        if (!read_boolean(loading, entry, &is_true))
            return false;
        out->integer = is_true;
        return true;
    }
    case SHAPE_ENUM: {
        const char *const *words =
            field_words_of(loading->mapping->family->family, kind, binding->field, &count);
        out->integer =
            field_word_value(loading->mapping->family->family, kind, binding->field, word);
        if (!out->integer)
            return fail_unknown(loading, entry.value, binding->name, word, words + 1, count - 1);
        return true;
    }
    }
    return false;
}

static bool read_map(const struct loading *loading, struct entry entry, uint16_t kind,
                     struct binding *binding)
{
    if (binding->shape != SHAPE_ENUM && binding->shape != SHAPE_TEXT)
        return fail_at(loading, entry.key, "a map is for texts and enums, and %s takes a %s",
                       binding->name, field_shape_name(binding->shape));
    if (!entry.value || !fy_node_is_mapping(entry.value))
        return fail_at(loading, entry.key,
                       "\"map\" needs lines of \"word in the file: word of the field\"");
    size_t count = (size_t)fy_node_mapping_item_count(entry.value);
    struct mapped_word *words =
        arena_array(&loading->mapping->arena, struct mapped_word, count + 1);
    void *cursor = NULL;
    struct fy_node_pair *pair;
    for (size_t i = 0; (pair = fy_node_mapping_iterate(entry.value, &cursor)); i++) {
        struct entry line = {fy_node_pair_key(pair), fy_node_pair_value(pair)};
        words[i].from = arena_text(&loading->mapping->arena, node_text(line.key));
        if (!read_constant(loading, line, kind, binding, &words[i].to))
            return false;
    }
    binding->words = words;
    binding->word_count = count;
    return true;
}

// An enum without a map is written in the field's own words.
static void use_own_words(const struct loading *loading, uint16_t kind, struct binding *binding)
{
    size_t count;
    const char *const *names =
        field_words_of(loading->mapping->family->family, kind, binding->field, &count);
    struct mapped_word *words =
        arena_array(&loading->mapping->arena, struct mapped_word, count + 1);
    for (size_t i = 1; i < count; i++)
        words[i - 1] = (struct mapped_word){text_from(names[i]),
                                            {.type = VALUE_INTEGER, .integer = (int64_t)i}};
    binding->words = words;
    binding->word_count = count ? count - 1 : 0;
}

static bool read_boolean_words(const struct loading *loading, struct fy_node *section,
                               struct binding *binding)
{
    static const struct text defaults[2][5] = {
        {TEXT("false"), TEXT("no"), TEXT("n"), TEXT("f"), TEXT("0")},
        {TEXT("true"), TEXT("yes"), TEXT("y"), TEXT("t"), TEXT("1")}};
    static const char *const names[2] = {"false_words", "true_words"};
    const struct text *texts[2] = {defaults[0], defaults[1]};
    size_t counts[2] = {5, 5};
    for (int i = 0; i < 2; i++) {
        struct entry entry = section ? find_entry(section, names[i]) : (struct entry){0};
        if (is_there(entry) && !read_texts(loading, entry, &texts[i], &counts[i]))
            return false;
    }
    struct mapped_word *words =
        arena_array(&loading->mapping->arena, struct mapped_word, counts[0] + counts[1]);
    for (size_t i = 0; i < counts[0] + counts[1]; i++) {
        bool is_true = i >= counts[0];
        words[i].from = is_true ? texts[1][i - counts[0]] : texts[0][i];
        words[i].to = (struct value){.type = VALUE_INTEGER, .integer = is_true};
    }
    binding->words = words;
    binding->word_count = counts[0] + counts[1];
    binding->folds_case = true;
    return true;
}

// ---- One binding ----

static bool check_type(const struct loading *loading, struct entry type,
                       const struct binding *binding)
{
    static const char *const names[] = {"text", "time", "integer", "boolean", "enum"};
    size_t position;
    if (!is_there(type))
        return true;
    if (!read_choice(loading, type, names, 5, &position))
        return false;
    if ((enum field_shape)position == binding->shape)
        return true;
    return fail_at(loading, type.value, "%s takes a %s, not a %s", binding->name,
                   field_shape_name(binding->shape), names[position]);
}

// Keys that only one shape of value understands.
static bool check_keys_fit(const struct loading *loading, struct fy_node *section,
                           const struct binding *binding)
{
    static const struct {
        const char *key;
        enum field_shape shape;
    } rows[] = {{"format", SHAPE_TIME},        {"zone", SHAPE_TIME},
                {"trim", SHAPE_TEXT},          {"prefix", SHAPE_TEXT},
                {"true_words", SHAPE_BOOLEAN}, {"false_words", SHAPE_BOOLEAN}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct entry entry = find_entry(section, rows[i].key);
        if (is_there(entry) && rows[i].shape != binding->shape)
            return fail_at(loading, entry.key, "\"%s\" is for a %s, and %s takes a %s", rows[i].key,
                           field_shape_name(rows[i].shape), binding->name,
                           field_shape_name(binding->shape));
    }
    return true;
}

static bool read_columns(const struct loading *loading, struct entry entry, struct binding *binding)
{
    const struct text *names;
    size_t count;
    if (binding->shape != SHAPE_TIME && binding->shape != SHAPE_TEXT)
        return fail_at(loading, entry.key, "\"columns\" is for times and texts, and %s takes a %s",
                       binding->name, field_shape_name(binding->shape));
    if (!read_texts(loading, entry, &names, &count))
        return false;
    if (count < 2)
        return fail_at(loading, entry.key, "\"columns\" joins at least two; of one say \"column\"");
    int *more = arena_array(&loading->mapping->arena, int, count - 1);
    binding->column = mapping_column(loading->mapping, names[0]);
    for (size_t i = 1; i < count; i++)
        more[i - 1] = mapping_column(loading->mapping, names[i]);
    binding->more_columns = more;
    binding->more_count = count - 1;
    return true;
}

static bool read_origin(const struct loading *loading, struct entry at, struct fy_node *section,
                        uint16_t kind, struct binding *binding)
{
    struct entry column = find_entry(section, "column"), constant = find_entry(section, "value");
    struct entry columns = find_entry(section, "columns");
    struct text name;
    if (is_there(column) + is_there(columns) + is_there(constant) != 1)
        return fail_at(loading, at.key, "%s needs either \"column\" or \"value\"", binding->name);
    if (is_there(columns))
        return read_columns(loading, columns, binding);
    if (is_there(constant))
        return read_constant(loading, constant, kind, binding, &binding->constant);
    if (!read_text(loading, column, &name))
        return false;
    binding->column = mapping_column(loading->mapping, name);
    return true;
}

static bool read_section(const struct loading *loading, struct entry at, uint16_t kind,
                         struct binding *binding)
{
    struct fy_node *section = at.value;
    struct entry trim, prefix, map, fallback, empties;
    if (!check_section(loading, at.key, section, "field") ||
        !check_type(loading, find_entry(section, "type"), binding) ||
        !check_keys_fit(loading, section, binding))
        return false;
    if (binding->shape == SHAPE_TIME &&
        !read_time_format(loading, at.key, find_entry(section, "format"),
                          find_entry(section, "zone"), binding))
        return false;
    if (binding->shape == SHAPE_BOOLEAN && !read_boolean_words(loading, section, binding))
        return false;
    if (!read_origin(loading, at, section, kind, binding))
        return false;
    if (is_there(trim = find_entry(section, "trim"))) {
        bool trims;
        if (!read_boolean(loading, trim, &trims))
            return false;
        binding->keeps_blanks = !trims;
    }
    if (is_there(prefix = find_entry(section, "prefix")) &&
        !read_text(loading, prefix, &binding->prefix))
        return false;
    if (is_there(map = find_entry(section, "map")) && !read_map(loading, map, kind, binding))
        return false;
    if (is_there(fallback = find_entry(section, "default"))) {
        binding->has_fallback = true;
        if (!is_there(map))
            return fail_at(loading, fallback.key,
                           "\"default\" is for words that a \"map\" does not list");
        if (!read_constant(loading, fallback, kind, binding, &binding->fallback))
            return false;
    }
    empties = find_entry(section, "empty");
    return !is_there(empties) ||
           read_texts(loading, empties, &binding->empties, &binding->empty_count);
}

static bool read_bound(const struct loading *loading, struct entry entry, uint16_t kind,
                       struct binding *binding)
{
    struct text column;
    binding->column = NO_COLUMN;
    if (entry.value && fy_node_is_mapping(entry.value)) {
        if (!read_section(loading, entry, kind, binding))
            return false;
    } else {
        if (!read_text(loading, entry, &column))
            return false;
        binding->column = mapping_column(loading->mapping, column);
        if (binding->shape == SHAPE_TIME &&
            !read_time_format(loading, entry.key, (struct entry){0}, (struct entry){0}, binding))
            return false;
        if (binding->shape == SHAPE_BOOLEAN && !read_boolean_words(loading, NULL, binding))
            return false;
    }
    if (binding->shape == SHAPE_ENUM && binding->column != NO_COLUMN && !binding->words)
        use_own_words(loading, kind, binding);
    return true;
}

bool read_binding(const struct loading *loading, struct entry entry, enum field_shape shape,
                  struct binding *out)
{
    *out = (struct binding){.name = arena_string(&loading->mapping->arena, node_text(entry.key)),
                            .shape = shape};
    return read_bound(loading, entry, FACTS_KIND, out);
}

// ---- Lists ----

static bool fail_unknown_field(const struct loading *loading, struct fy_node *key, uint16_t kind)
{
    const struct family_definition *family = loading->mapping->family;
    const char *known[FIELDS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < family->field_count && count < FIELDS_MAX; i++) {
        if (family->fields[i].kind == kind && family->fields[i].field >= FIRST_OWN_FIELD)
            known[count++] = family->fields[i].name;
    }
    return fail_unknown(loading, key, "field", node_text(key), known, count);
}

static int compare_bindings(const void *a, const void *b)
{
    return (int)((const struct binding *)a)->field - (int)((const struct binding *)b)->field;
}

bool read_fields(const struct loading *loading, struct entry entry, uint16_t kind,
                 const struct binding **out, size_t *count)
{
    if (!entry.value || !fy_node_is_mapping(entry.value) || fy_node_mapping_is_empty(entry.value))
        return fail_at(loading, entry.key, "\"" TEXT_FORMAT "\" needs lines of \"field: column\"",
                       TEXT_ARGUMENTS(node_text(entry.key)));
    struct binding *fields = arena_array(&loading->mapping->arena, struct binding,
                                         (size_t)fy_node_mapping_item_count(entry.value));
    void *cursor = NULL;
    struct fy_node_pair *pair;
    *count = 0;
    while ((pair = fy_node_mapping_iterate(entry.value, &cursor))) {
        struct entry line = {fy_node_pair_key(pair), fy_node_pair_value(pair)};
        const struct family_field *field =
            family_field_by_name(loading->mapping->family, kind, node_text(line.key));
        if (!field || field->field < FIRST_OWN_FIELD)
            return fail_unknown_field(loading, line.key, kind);
        struct binding *binding = &fields[(*count)++];
        *binding =
            (struct binding){.name = field->name,
                             .field = field->field,
                             .shape = field_shape_of(loading->mapping->family->family, field)};
        if (!read_bound(loading, line, kind, binding))
            return false;
    }
    qsort(fields, *count, sizeof *fields, compare_bindings);
    *out = fields;
    return true;
}

bool read_condition(const struct loading *loading, struct entry entry, struct condition *out)
{
    struct text column;
    if (!entry.value || !fy_node_is_mapping(entry.value)) {
        if (!read_text(loading, entry, &column))
            return false;
        *out = (struct condition){.column = mapping_column(loading->mapping, column)};
        return true;
    }
    if (!check_section(loading, entry.key, entry.value, "condition") ||
        !read_text(loading, find_entry(entry.value, "column"), &column))
        return false;
    *out = (struct condition){.column = mapping_column(loading->mapping, column)};
    struct entry is = find_entry(entry.value, "is");
    return !is_there(is) || read_texts(loading, is, &out->words, &out->word_count);
}

bool read_occurrence_kind(const struct loading *loading, struct entry at, struct text name,
                          uint16_t *kind)
{
    const struct family_definition *family = loading->mapping->family;
    const char *known[FIELDS_MAX];
    *kind = occurrence_kind_by_name(family, name);
    if (*kind)
        return true;
    for (size_t i = 0; i < family->kind_count && i < FIELDS_MAX; i++)
        known[i] = family->kinds[i].name;
    return fail_unknown(loading, at.value, "kind of occurrences", name, known, family->kind_count);
}

static bool read_occurrence_name(const struct loading *loading, struct fy_node *node,
                                 struct mapped_occurrence *out)
{
    struct entry id = find_entry(node, "id"), ordinal = find_entry(node, "ordinal");
    if (is_there(id) == is_there(ordinal))
        return fail_at(loading, node, "an occurrence needs either \"id\" or \"ordinal\"");
    if (is_there(id))
        return read_binding(loading, id, SHAPE_TEXT, &out->name);
    out->is_ordinal = true;
    if (ordinal.value && fy_node_is_mapping(ordinal.value))
        return read_binding(loading, ordinal, SHAPE_INTEGER, &out->name);
    int64_t number;
    if (!read_whole(loading, ordinal, 1, ORDINAL_MOST, &number))
        return false;
    out->name = (struct binding){.name = "ordinal",
                                 .shape = SHAPE_INTEGER,
                                 .column = NO_COLUMN,
                                 .constant = value_integer(number)};
    return true;
}

static bool read_occurrence(const struct loading *loading, struct entry item,
                            struct mapped_occurrence *out)
{
    struct text kind;
    struct entry present, fields, withdrawn;
    if (!check_section(loading, item.key, item.value, "occurrence") ||
        !read_text(loading, find_entry(item.value, "kind"), &kind) ||
        !read_occurrence_kind(loading, find_entry(item.value, "kind"), kind, &out->kind) ||
        !read_occurrence_name(loading, item.value, out))
        return false;
    out->kind_name = arena_string(&loading->mapping->arena, kind);
    if (is_there(withdrawn = find_entry(item.value, "withdrawn")) &&
        !read_boolean(loading, withdrawn, &out->is_withdrawn))
        return false;
    if (out->is_withdrawn && loading->mapping->is_snapshot)
        return fail_at(loading, withdrawn.key,
                       "a snapshot withdraws nothing: what it does not list is gone, for kinds in "
                       "\"complete\"");
    if (is_there(fields = find_entry(item.value, "fields")) &&
        !read_fields(loading, fields, out->kind, &out->fields, &out->field_count))
        return false;
    out->has_condition = is_there(present = find_entry(item.value, "present"));
    return !out->has_condition || read_condition(loading, present, &out->present);
}

bool read_occurrences(const struct loading *loading, struct entry entry,
                      const struct mapped_occurrence **out, size_t *count)
{
    if (!entry.value || !fy_node_is_sequence(entry.value))
        return fail_at(loading, entry.key, "\"occurrences\" needs a list: \"- kind: closings\"");
    *count = (size_t)fy_node_sequence_item_count(entry.value);
    struct mapped_occurrence *occurrences =
        arena_array(&loading->mapping->arena, struct mapped_occurrence, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        struct entry item = {entry.key, fy_node_sequence_get_by_index(entry.value, (int)i)};
        if (!read_occurrence(loading, item, &occurrences[i]))
            return false;
    }
    *out = occurrences;
    return true;
}
