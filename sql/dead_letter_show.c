// One dead letter: where it stood, why it is one, what came with it, and what its value says, as far as it can be read.
#include "sql/dead_letters.h"

#include "sql/queries.h"

#include "core/family.h"
#include "core/zone.h"
#include "proto/codec.h"

#include <inttypes.h>

// Bytes of others: nothing that moves a terminal's cursor is printed as it is.
static void print_quoted(struct text text)
{
    putchar('"');
    for (uint32_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
            printf("\\x%02x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void print_bytes(struct text bytes)
{
    if (text_is_storable(bytes)) {
        print_quoted(bytes);
        return;
    }
    for (uint32_t i = 0; i < bytes.length && i < 32; i++)
        printf("%02x", (unsigned char)bytes.bytes[i]);
    printf(bytes.length > 32 ? "... (%u bytes, not text)" : " (%u bytes, not text)", bytes.length);
}

static void print_column(const char *title, const PGresult *result, int column)
{
    if (!column_is_null(result, 0, column))
        printf("%-12s " TEXT_FORMAT "\n", title, TEXT_ARGUMENTS(column_text(result, 0, column)));
}

// ---- the value ----

static bool read_varint(struct text bytes, uint32_t *at, uint64_t *out)
{
    *out = 0;
    for (int shift = 0; shift < 64 && *at < bytes.length; shift += 7) {
        uint8_t byte = (uint8_t)bytes.bytes[(*at)++];
        *out |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

// The fields of the outermost message, by their numbers, up to where it is no protobuf any more.
static void print_wire(struct text bytes)
{
    uint32_t at = 0;
    while (at < bytes.length) {
        uint32_t field_at = at;
        uint64_t tag, number;
        bool readable = read_varint(bytes, &at, &tag) && tag >> 3 && tag >> 3 < 1u << 29;
        uint64_t length = 0;
        int type = readable ? (int)(tag & 7) : -1;
        if (type == 0)
            readable = read_varint(bytes, &at, &number);
        else if (type == 2)
            readable = read_varint(bytes, &at, &length);
        else if (type == 1 || type == 5)
            length = type == 1 ? 8 : 4;
        else
            readable = false;
        if (!readable || length > bytes.length - at) {
            printf("%-12s not readable from byte %u of %u on\n", "wire", field_at, bytes.length);
            return;
        }
        printf("%-12s byte %u: field %" PRIu64 ", ", "wire", field_at, tag >> 3);
        if (type == 0)
            printf("number %" PRIu64 "\n", number);
        else {
            print_bytes((struct text){bytes.bytes + at, (uint32_t)length});
            putchar('\n');
        }
        at += (uint32_t)length;
    }
}

static void print_instant(const char *title, int64_t instant_us)
{
    char text[32];
    if (instant_us == INSTANT_NONE)
        return;
    civil_print_instant(instant_us, text);
    printf("%-12s %s\n", title, text);
}

static void print_text(const char *title, struct text text)
{
    printf("%-12s ", title);
    print_quoted(text);
    putchar('\n');
}

static const char *field_name(const struct family_definition *family,
                              const struct assignment *assignment)
{
    for (size_t i = 0; i < family->field_count; i++)
        if (family->fields[i].kind == assignment->kind &&
            family->fields[i].field == assignment->field)
            return family->fields[i].name;
    return "?";
}

static void print_assignment(const struct family_definition *family,
                             const struct assignment *assignment)
{
    const char *occurrence = "";
    for (size_t i = 0; i < family->kind_count; i++)
        if (family->kinds[i].kind == assignment->kind)
            occurrence = family->kinds[i].name;
    printf("%-12s ", "states");
    if (*occurrence) {
        printf("%s ", occurrence);
        print_quoted(assignment->key);
        putchar(' ');
    }
    printf("%s = ", field_name(family, assignment));
    if (assignment->value.type == VALUE_TEXT)
        print_quoted(assignment->value.text);
    else if (assignment->value.type == VALUE_INTEGER)
        printf("%" PRId64, assignment->value.integer);
    else
        printf("empty");
    putchar('\n');
}

static void print_event(const struct family_definition *family, const struct event *event)
{
    static const char *const forms[] = {"statement", "snapshot", "progress"};
    const char *kind =
        event->kind < family->event_kind_count ? family->event_kind_names[event->kind] : NULL;
    printf("%-12s %s %s %s\n", "event", family->name, forms[event->form], kind ? kind : "");
    print_text("source", event->version.source);
    print_text("event id", event->version.event_id);
    print_text("authority", event->authority);
    print_text("entity", event->entity);
    print_instant("occurred", event->occurred_us);
    print_instant("recorded", event->version.recorded_us);
    if (event->form == EVENT_PROGRESS)
        print_instant("published", event->progress_until_us);
    for (size_t i = 0; i < event->assignment_count; i++)
        print_assignment(family, &event->assignments[i]);
    if (event->reading_count)
        printf("%-12s %zu\n", "readings", event->reading_count);
}

static void print_value(struct arena *arena, const struct family_definition *family,
                        struct text value)
{
    struct error error = ERROR_INIT;
    struct text payload;
    int32_t schema_id;
    struct event event;
    struct violation violation = {0};
    if (!codec_unframe(value, &payload, &schema_id, &error)) {
        printf("%-12s %s\n", "framing", error.text);
        return;
    }
    if (schema_id >= 0)
        printf("%-12s Confluent's, schema %d\n", "framing", schema_id);
    if (!family) {
        print_wire(payload);
        return;
    }
    if (!codec_decode(arena, family->family, value, &event, &error)) {
        printf("%-12s now: %s\n", "decoding", error.text);
        print_wire(payload);
        return;
    }
    print_event(family, &event);
    if (event_validate(&event, arena, &violation))
        printf("%-12s now: no rule is broken\n", "checking");
    else
        printf("%-12s now: %s: %s\n", "checking", violation.code, violation.detail);
}

// ---- the letter ----

static bool print_headers(struct postgres *postgres, const struct parameters *letter,
                          struct error *error)
{
    PGresult *result;
    if (!postgres_query(postgres, &query_db_dead_letter_headers, letter, &result, error))
        return false;
    for (int row = 0; row < PQntuples(result); row++) {
        printf("%-12s " TEXT_FORMAT " = ", "header", TEXT_ARGUMENTS(column_text(result, row, 0)));
        if (column_is_null(result, row, 1))
            printf("none");
        else
            print_bytes(column_text(result, row, 1));
        putchar('\n');
    }
    PQclear(result);
    return true;
}

static bool print_encoded(struct postgres *postgres, struct text value, const char *encoding,
                          struct error *error)
{
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    parameter_bytes(&parameters, value);
    parameter_text(&parameters, text_from(encoding));
    if (!postgres_query(postgres, &query_db_dead_letter_bytes, &parameters, &result, error))
        return false;
    printf("%-12s " TEXT_FORMAT "\n", encoding, TEXT_ARGUMENTS(column_text(result, 0, 0)));
    PQclear(result);
    return true;
}

// Null with *error empty: the topic does not tell.
static const struct family_definition *choose_family(const struct config *config, struct text topic,
                                                     struct error *error)
{
    const char *name = config_text(config, "family");
    const struct family_definition *family = name ? family_by_name(text_from(name)) : NULL;
    if (name && !family)
        error_set(error, ERROR_BAD_CONFIG, "--family %s: there is no such family", name);
    for (int f = 1; !name && f < FAMILY_COUNT; f++)
        if (text_equal(topic, text_from(family_get((enum family)f)->topic)))
            family = family_get((enum family)f);
    return family;
}

static bool print_letter(struct postgres *postgres, const struct config *config,
                         const PGresult *result, const struct parameters *letter,
                         struct error *error)
{
    static const char *const titles[] = {"topic",  "letter", "arrived",     "stage", "reason",
                                         "detail", "became", "replayed as", "fed"};
    const char *encoding = config_text(config, "bytes");
    const struct family_definition *family =
        choose_family(config, column_text(result, 0, 0), error);
    if (error->class)
        return false;
    for (int column = 0; column < (int)(sizeof titles / sizeof *titles); column++)
        print_column(titles[column], result, column);
    print_column("erased", result, 11);
    if (!print_headers(postgres, letter, error))
        return false;
    if (!column_is_null(result, 0, 9)) {
        printf("%-12s ", "key");
        print_bytes(column_text(result, 0, 9));
        putchar('\n');
    }
    if (column_is_null(result, 0, 10)) {
        printf("%-12s none\n", "value");
        return true;
    }
    struct text value = column_text(result, 0, 10);
    struct arena arena = ARENA_INIT;
    printf("%-12s %u bytes\n", "value", value.length);
    print_value(&arena, family, value);
    arena_free(&arena);
    return strcmp(encoding, "none") == 0 || print_encoded(postgres, value, encoding, error);
}

bool dead_letter_show(struct postgres *postgres, const struct config *config, struct error *error)
{
    if (config_argument_count(config) != 2)
        return error_set(error, ERROR_BAD_CONFIG,
                         "show takes one letter, as 'dead-letters list' names it: "
                         "CLUSTER/TOPIC[PARTITION]@OFFSET");
    struct parameters parameters = PARAMETERS_INIT;
    PGresult *result;
    parameter_text(&parameters, text_from(config_argument(config, 1)));
    if (!postgres_query(postgres, &query_db_dead_letter_find, &parameters, &result, error))
        return false;
    bool done = PQntuples(result) == 1
                    ? print_letter(postgres, config, result, &parameters, error)
                    : error_set(error, ERROR_BAD_CONFIG,
                                "there is no dead letter %s; 'cityops-db dead-letters list --all' "
                                "names them",
                                config_argument(config, 1));
    PQclear(result);
    return done;
}
