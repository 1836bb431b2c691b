// Reads a mapping file from top to bottom: header keys first, then what depends on the kind of row.
//
// Nothing is half applied: the mapping is built aside and handed out only when all of it is right.
#include "ingest/mapping_fields.h"
#include "ingest/publisher_event.h"
#include "ingest/row_events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAPPING_LIMIT_BYTES = 1 << 20 };

static const char *const rule_names[] = {"all-equal", "first", "last", "reject"};

const char *repeated_rule_name(enum repeated_rule rule)
{
    return rule_names[rule];
}

// ---- The head ----

static bool read_family(const struct loading *loading, struct fy_node *root)
{
    struct entry entry = find_entry(root, "family");
    static const char *known[FAMILY_COUNT];
    size_t count = 0;
    struct text name;
    if (!read_text(loading, entry, &name))
        return false;
    loading->mapping->family = family_by_name(name);
    if (loading->mapping->family)
        return true;
    for (int family = FAMILY_NONE + 1; family < FAMILY_COUNT; family++) {
        if (family_get((enum family)family))
            known[count++] = family_get((enum family)family)->name;
    }
    return fail_unknown(loading, entry.value, "family", name, known, count);
}

static bool read_name(const struct loading *loading, struct fy_node *root, const char *key,
                      struct text *out)
{
    struct entry entry = find_entry(root, key);
    if (!read_text(loading, entry, out))
        return false;
    if (out->length > NAME_LIMIT_BYTES)
        return fail_at(loading, entry.value, "\"%s\" has %u bytes; at most %d are allowed", key,
                       out->length, NAME_LIMIT_BYTES);
    return true;
}

static bool read_delimiter(const struct loading *loading, struct entry entry, char *out)
{
    struct text word;
    *out = ',';
    if (!is_there(entry))
        return true;
    if (loading->mapping->reader.format != ROW_CSV)
        return fail_at(loading, entry.key, "\"delimiter\" is for format csv");
    if (!read_text(loading, entry, &word))
        return false;
    bool is_tab = text_equal(word, TEXT("tab")) || text_equal(word, TEXT("\t"));
    if (!is_tab && (word.length != 1 || strchr("\"\r\n", word.bytes[0])))
        return fail_at(loading, entry.value,
                       "a delimiter is one character (but no quote), or the word tab");
    *out = is_tab ? '\t' : word.bytes[0];
    return true;
}

static bool read_format(const struct loading *loading, struct fy_node *root)
{
    static const char *const rows[] = {"event", "snapshot", "readings"},
                             *const formats[] = {"csv", "jsonl"},
                             *const encodings[] = {"utf-8", "latin-1"};
    struct mapping *mapping = loading->mapping;
    struct entry format = find_entry(root, "format"), encoding = find_entry(root, "encoding");
    size_t row, chosen_format = 0, chosen_encoding = 0;
    if (!read_choice(loading, find_entry(root, "row"), rows, 3, &row) ||
        (is_there(format) && !read_choice(loading, format, formats, 2, &chosen_format)) ||
        (is_there(encoding) && !read_choice(loading, encoding, encodings, 2, &chosen_encoding)))
        return false;
    mapping->is_snapshot = row == 1;
    if (row == 2)
        mapping->readings = arena_new(&mapping->arena, struct mapped_readings);
    mapping->reader.format = chosen_format == 0 ? ROW_CSV : ROW_JSON_LINES;
    mapping->reader.is_latin1 = chosen_encoding == 1;
    if (mapping->reader.is_latin1 && mapping->reader.format == ROW_JSON_LINES)
        return fail_at(loading, encoding.value, "JSON is always utf-8");
    return read_delimiter(loading, find_entry(root, "delimiter"), &mapping->reader.delimiter);
}

static bool read_times(struct loading *loading, struct fy_node *root)
{
    struct entry zone = find_entry(root, "zone"), time = find_entry(root, "time");
    struct time_format format;
    struct error reason = ERROR_INIT;
    if (is_there(zone) && !open_zone(loading, zone, &loading->default_zone))
        return false;
    if (!is_there(time))
        return true;
    if (!read_text(loading, time, &loading->default_time))
        return false;
    return time_format_compile(loading->default_time, false, &format, &reason) ||
           fail_at(loading, time.value, "%s", reason.text);
}

// Keys of another kind of row would be passed over in silence: refused instead.
static bool check_row_keys(const struct loading *loading, struct fy_node *root)
{
    enum { EVENT = 1, SNAPSHOT = 2, READINGS = 4 };
    static const char *const names[] = {
        [EVENT] = "event",
        [SNAPSHOT] = "snapshot",
        [READINGS] = "readings",
        [SNAPSHOT | READINGS] = "snapshot or readings",
    };
    static const struct {
        const char *key;
        int rows;
    } keys[] = {
        {"part", SNAPSHOT},
        {"parts", SNAPSHOT},
        {"complete", SNAPSHOT},
        {"facts", SNAPSHOT},
        {"occurrences", SNAPSHOT},
        {"as_of", SNAPSHOT | READINGS},
        {"repeated", SNAPSHOT | READINGS},
        {"progress", SNAPSHOT | READINGS},
        {"readings", READINGS},
        {"event_id", EVENT},
        {"recorded", EVENT},
        {"sequence", EVENT},
        {"events", EVENT},
    };
    const struct mapping *mapping = loading->mapping;
    int row = mapping->is_snapshot ? SNAPSHOT : mapping->readings ? READINGS : EVENT;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct entry entry = find_entry(root, keys[i].key);
        if (is_there(entry) && !(keys[i].rows & row))
            return fail_at(loading, entry.key,
                           "\"%s\" is for row: %s, and this mapping has row: %s", keys[i].key,
                           names[keys[i].rows], names[row]);
    }
    bool is_traffic = mapping->family->family == FAMILY_TRAFFIC;
    if (is_traffic != (row == READINGS))
        return fail_at(loading, find_entry(root, "row").value,
                       is_traffic ? "traffic is stated by row: readings"
                                  : "row: readings is for family traffic, and this is %s",
                       mapping->family->name);
    return true;
}

// ---- Snapshots ----

static bool read_as_of_section(const struct loading *loading, struct entry entry)
{
    struct mapping *mapping = loading->mapping;
    struct error reason = ERROR_INIT;
    struct text word;
    if (!check_section(loading, entry.key, entry.value, "as_of"))
        return false;
    struct entry column = find_entry(entry.value, "column"), file = find_entry(entry.value, "file");
    struct entry zone = find_entry(entry.value, "zone");
    if (is_there(column) == is_there(file))
        return fail_at(loading, entry.key, "\"as_of\" needs either \"column\" or \"file\"");
    if (!read_text(loading, is_there(column) ? column : file, &word))
        return false;
    if (is_there(column)) {
        mapping->as_of_origin = AS_OF_COLUMN;
        mapping->as_of = (struct binding){
            .name = "as_of", .shape = SHAPE_TIME, .column = mapping_column(mapping, word)};
        return read_time_format(loading, entry.key, find_entry(entry.value, "format"), zone,
                                &mapping->as_of);
    }
    mapping->as_of_origin = AS_OF_FILE_NAME;
    if (is_there(find_entry(entry.value, "format")))
        return fail_at(loading, find_entry(entry.value, "format").key,
                       "the pattern in \"file\" is the format already");
    if (!time_format_compile(word, true, &mapping->as_of_pattern, &reason))
        return fail_at(loading, file.value, "%s", reason.text);
    if (is_there(zone) && !open_zone(loading, zone, &mapping->as_of_zone))
        return false;
    if (!mapping->as_of_zone && !mapping->as_of_pattern.is_absolute)
        return fail_at(loading, file.value,
                       "the pattern has no offset, so a zone is needed: zone: Asia/Shanghai");
    return true;
}

static bool read_as_of(const struct loading *loading, struct fy_node *root)
{
    static const char *const words[] = {"option"};
    struct entry entry = find_entry(root, "as_of");
    size_t chosen;
    loading->mapping->as_of_zone = loading->default_zone;
    if (!is_there(entry))
        return true;
    if (entry.value && fy_node_is_mapping(entry.value))
        return read_as_of_section(loading, entry);
    return read_choice(loading, entry, words, 1, &chosen);
}

static int compare_kinds(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static bool read_complete(const struct loading *loading, struct fy_node *node,
                          struct mapped_event *part)
{
    struct entry entry = find_entry(node, "complete");
    const struct text *names;
    size_t count;
    if (!is_there(entry))
        return true;
    if (!read_texts(loading, entry, &names, &count))
        return false;
    if (count > COMPLETE_KINDS_MAX)
        return fail_at(loading, entry.value, "at most %d kinds", COMPLETE_KINDS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (!read_occurrence_kind(loading, entry, names[i], &part->complete_kinds[i]))
            return false;
        for (size_t other = 0; other < i; other++) {
            if (part->complete_kinds[other] == part->complete_kinds[i])
                return fail_at(loading, entry.value, "\"" TEXT_FORMAT "\" is listed twice",
                               TEXT_ARGUMENTS(names[i]));
        }
    }
    part->complete_kind_count = count;
    qsort(part->complete_kinds, count, sizeof *part->complete_kinds, compare_kinds);
    return true;
}

static bool read_progress(const struct loading *loading, struct fy_node *root)
{
    static const char *const words[] = {"as_of"};
    struct mapping *mapping = loading->mapping;
    struct entry progress = find_entry(root, "progress");
    size_t chosen;
    if (!is_there(progress))
        return true;
    if (!read_choice(loading, progress, words, 1, &chosen))
        return false;
    if (mapping->as_of_origin == AS_OF_COLUMN)
        return fail_at(
            loading, progress.key,
            "progress is stated until the as_of of a whole file, and here every row has its own");
    mapping->sends_progress = true;
    return true;
}

// "unit:" of the kind "units": what stands before an occurrence's name in the name of its part.
static const char *part_prefix(struct arena *arena, const char *kind)
{
    size_t length = strlen(kind);
    if (length > 3 && strcmp(kind + length - 3, "ies") == 0)
        return arena_printf(arena, "%.*sy:", (int)length - 3, kind);
    bool is_hissing = length > 4 && strcmp(kind + length - 4, "ches") == 0;
    return arena_printf(arena, "%.*s:", (int)length - (is_hissing ? 2 : 1), kind);
}

// The core takes any name, so a typo would make a part of its own beside the right one.
static bool check_part_name(const struct loading *loading, struct fy_node *at, struct text name)
{
    const struct family_definition *family = loading->mapping->family;
    const char **known =
        arena_array(&loading->mapping->arena, const char *, family->kind_count + 1);
    known[0] = family->root_part;
    for (size_t i = 0; i < family->kind_count; i++)
        known[i + 1] = part_prefix(&loading->mapping->arena, family->kinds[i].name);
    if (text_equal(name, text_from(family->root_part)))
        return true;
    for (size_t i = 1; i <= family->kind_count; i++) {
        struct text prefix = text_from(known[i]);
        if (name.length >= prefix.length && memcmp(name.bytes, prefix.bytes, prefix.length) == 0)
            return true;
    }
    return fail_unknown(loading, at, "part", name, known, family->kind_count + 1);
}

static bool read_part_name(const struct loading *loading, struct fy_node *node,
                           struct mapped_event *part)
{
    struct entry entry = find_entry(node, "part");
    part->part =
        (struct binding){.name = "part",
                         .column = NO_COLUMN,
                         .constant = value_text(text_from(loading->mapping->family->root_part))};
    if (!is_there(entry))
        return true;
    if (!entry.value || !fy_node_is_mapping(entry.value))
        return read_text(loading, entry, &part->part.constant.text) &&
               check_part_name(loading, entry.value, part->part.constant.text);
    if (!read_binding(loading, entry, SHAPE_TEXT, &part->part))
        return false;
    if (part->part.column == NO_COLUMN)
        return check_part_name(loading, entry.value, part->part.constant.text);
    return part->part.prefix.length == 0 ||
           check_part_name(loading, find_entry(entry.value, "prefix").value, part->part.prefix);
}

// One part of a snapshot, from the keys of `node`.
static bool read_part(const struct loading *loading, struct fy_node *node,
                      struct mapped_event *part)
{
    struct entry facts = find_entry(node, "facts"), occurrences = find_entry(node, "occurrences");
    struct entry repeated = find_entry(node, "repeated");
    size_t rule = REPEATED_ALL_EQUAL;
    part->kind_name = "snapshot";
    part->kind = event_kind_by_name(loading->mapping->family, TEXT("snapshot"));
    part->when.column = NO_COLUMN;
    if (!read_part_name(loading, node, part) || !read_complete(loading, node, part) ||
        (is_there(repeated) && !read_choice(loading, repeated, rule_names, 4, &rule)))
        return false;
    part->repeated = (enum repeated_rule)rule;
    if (!is_there(facts) && !is_there(occurrences))
        return fail_at(loading, node,
                       "the mapping states nothing: it needs \"facts\" or \"occurrences\"");
    return (!is_there(facts) ||
            read_fields(loading, facts, FACTS_KIND, &part->facts, &part->fact_count)) &&
           (!is_there(occurrences) ||
            read_occurrences(loading, occurrences, &part->occurrences, &part->occurrence_count));
}

static bool read_parts(const struct loading *loading, struct fy_node *root, struct entry parts)
{
    static const char *const of_one_part[] = {"part", "repeated", "complete", "facts",
                                              "occurrences"};
    struct mapping *mapping = loading->mapping;
    for (size_t i = 0; i < sizeof of_one_part / sizeof *of_one_part; i++) {
        struct entry entry = find_entry(root, of_one_part[i]);
        if (is_there(entry))
            return fail_at(loading, entry.key, "\"%s\" belongs to one of the \"parts\"",
                           of_one_part[i]);
    }
    if (!parts.value || !fy_node_is_sequence(parts.value) || fy_node_sequence_is_empty(parts.value))
        return fail_at(loading, parts.key, "\"parts\" needs a list: \"- part: incident\"");
    mapping->event_count = (size_t)fy_node_sequence_item_count(parts.value);
    if (mapping->event_count > ROW_EVENTS_MAX)
        return fail_at(loading, parts.key, "a row states at most %d parts", ROW_EVENTS_MAX);
    mapping->events = arena_array(&mapping->arena, struct mapped_event, mapping->event_count);
    for (size_t i = 0; i < mapping->event_count; i++) {
        struct fy_node *node = fy_node_sequence_get_by_index(parts.value, (int)i);
        if (!check_section(loading, parts.key, node, "part") ||
            !read_part(loading, node, &mapping->events[i]))
            return false;
    }
    return true;
}

static bool read_snapshot(const struct loading *loading, struct fy_node *root)
{
    struct mapping *mapping = loading->mapping;
    struct entry parts = find_entry(root, "parts");
    if (!read_as_of(loading, root) || !read_progress(loading, root))
        return false;
    if (is_there(parts))
        return read_parts(loading, root, parts);
    mapping->events = arena_new(&mapping->arena, struct mapped_event);
    mapping->event_count = 1;
    return read_part(loading, root, &mapping->events[0]);
}

// ---- Readings ----

static bool read_readings_rows(const struct loading *loading, struct fy_node *root)
{
    struct mapping *mapping = loading->mapping;
    struct entry readings = find_entry(root, "readings"), repeated = find_entry(root, "repeated");
    size_t rule = REPEATED_ALL_EQUAL;
    if (!read_as_of(loading, root) || !read_progress(loading, root) ||
        (is_there(repeated) && !read_choice(loading, repeated, rule_names, 4, &rule)))
        return false;
    if (!is_there(readings))
        return fail_at(loading, root, "the key \"readings\" is missing: what a row measures");
    mapping->events = arena_new(&mapping->arena, struct mapped_event);
    mapping->event_count = 1;
    mapping->events[0] = (struct mapped_event){
        .kind = event_kind_by_name(mapping->family, TEXT("readings")),
        .kind_name = "readings",
        .when.column = NO_COLUMN,
        .repeated = (enum repeated_rule)rule,
    };
    return read_readings(loading, readings);
}

// ---- Events ----

static bool read_event_kind(const struct loading *loading, struct fy_node *node,
                            struct mapped_event *out)
{
    const struct family_definition *family = loading->mapping->family;
    struct entry entry = find_entry(node, "kind");
    struct text name;
    if (!read_text(loading, entry, &name))
        return false;
    out->kind = event_kind_by_name(family, name);
    out->kind_name = arena_string(&loading->mapping->arena, name);
    if (text_equal(name, TEXT("snapshot")) || text_equal(name, TEXT("progress")))
        return fail_at(loading, entry.value, "a row of events yields no %s: that is row: snapshot",
                       out->kind_name);
    return out->kind || fail_unknown(loading, entry.value, "kind of event", name,
                                     family->event_kind_names + 1, family->event_kind_count - 1);
}

static bool read_event(const struct loading *loading, struct entry item, struct mapped_event *out)
{
    struct entry when, suffix, facts, occurrences;
    struct fy_node *node = item.value;
    if (!check_section(loading, item.key, node, "event") || !read_event_kind(loading, node, out) ||
        !read_binding(loading, find_entry(node, "occurred"), SHAPE_TIME, &out->occurred))
        return false;
    out->when.column = out->occurred.column;
    if (is_there(when = find_entry(node, "when")) && !read_condition(loading, when, &out->when))
        return false;
    if (is_there(suffix = find_entry(node, "id_suffix")) &&
        !read_text(loading, suffix, &out->id_suffix))
        return false;
    if (is_there(facts = find_entry(node, "facts")) &&
        !read_fields(loading, facts, FACTS_KIND, &out->facts, &out->fact_count))
        return false;
    occurrences = find_entry(node, "occurrences");
    return !is_there(occurrences) ||
           read_occurrences(loading, occurrences, &out->occurrences, &out->occurrence_count);
}

static bool read_events(const struct loading *loading, struct fy_node *root)
{
    struct mapping *mapping = loading->mapping;
    struct entry events = find_entry(root, "events"), entry;
    if (!is_there(events))
        return fail_at(loading, root, "the key \"events\" is missing: what a row may yield");
    if (!events.value || !fy_node_is_sequence(events.value) ||
        fy_node_sequence_is_empty(events.value))
        return fail_at(loading, events.key, "\"events\" needs a list: \"- kind: received\"");
    if (is_there(entry = find_entry(root, "event_id")) &&
        !read_binding(loading, entry, SHAPE_TEXT, &mapping->event_id))
        return false;
    if (is_there(entry = find_entry(root, "recorded")) &&
        !read_binding(loading, entry, SHAPE_TIME, &mapping->recorded))
        return false;
    if (is_there(entry = find_entry(root, "sequence")) &&
        !read_binding(loading, entry, SHAPE_INTEGER, &mapping->sequence))
        return false;
    mapping->event_count = (size_t)fy_node_sequence_item_count(events.value);
    if (mapping->event_count > ROW_EVENTS_MAX)
        return fail_at(loading, events.key, "a row yields at most %d events", ROW_EVENTS_MAX);
    mapping->events = arena_array(&mapping->arena, struct mapped_event, mapping->event_count);
    for (size_t i = 0; i < mapping->event_count; i++) {
        struct entry item = {events.key, fy_node_sequence_get_by_index(events.value, (int)i)};
        if (!read_event(loading, item, &mapping->events[i]))
            return false;
    }
    return true;
}

// ---- The whole ----

static bool read_mapping(struct loading *loading, struct fy_node *root)
{
    struct mapping *mapping = loading->mapping;
    return check_section(loading, root, root, "mapping") && read_family(loading, root) &&
           read_name(loading, root, "source", &mapping->source) &&
           read_name(loading, root, "authority", &mapping->authority) &&
           read_format(loading, root) && check_row_keys(loading, root) &&
           read_times(loading, root) &&
           read_binding(loading, find_entry(root, "entity"), SHAPE_TEXT, &mapping->entity) &&
           (mapping->is_snapshot ? read_snapshot(loading, root)
            : mapping->readings  ? read_readings_rows(loading, root)
                                 : read_events(loading, root));
}

struct mapping *mapping_parse(const char *path, struct text yaml, struct error *error)
{
    struct error own = ERROR_INIT;
    struct fy_document *document = yaml_parse(path, yaml, error);
    if (!document)
        return NULL;
    struct mapping *mapping = calloc(1, sizeof *mapping);
    if (!mapping)
        abort();
    mapping->path = arena_string(&mapping->arena, text_from(path));
    struct loading loading = {.path = path, .mapping = mapping, .error = error ? error : &own};
    if (!read_mapping(&loading, fy_document_root(document))) {
        mapping_free(mapping);
        mapping = NULL;
    }
    fy_document_destroy(document);
    return mapping;
}

struct mapping *mapping_load(const char *path, struct error *error)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        error_set(error, ERROR_BAD_CONFIG, "%s: cannot be opened: %s", path, strerror(errno));
        return NULL;
    }
    char *bytes = malloc(MAPPING_LIMIT_BYTES);
    if (!bytes)
        abort();
    size_t length = fread(bytes, 1, MAPPING_LIMIT_BYTES, file);
    bool is_whole = !ferror(file) && length < MAPPING_LIMIT_BYTES;
    fclose(file);
    struct mapping *mapping = NULL;
    if (is_whole)
        mapping = mapping_parse(path, (struct text){bytes, (uint32_t)length}, error);
    else
        error_set(error, ERROR_BAD_CONFIG, "%s: is no readable file of less than 1 MiB", path);
    free(bytes);
    return mapping;
}

void mapping_free(struct mapping *mapping)
{
    if (!mapping)
        return;
    for (size_t i = 0; i < mapping->zone_count; i++)
        zone_close(mapping->zones[i]);
    arena_free(&mapping->arena);
    free(mapping);
}
