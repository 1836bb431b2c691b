// libfyaml keeps positions in tokens, from 0; only scalars have a token, so a mapping stands at its first key, and what is empty (a
// key without a value) at its key.
#include "rank/document.h"

#include "common/config.h"
#include "core/buffer.h"
#include "core/zone.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

static bool file_read(struct document *document, struct error *error)
{
    FILE *file = fopen(document->path, "rb");
    if (!file)
        return error_set(error, ERROR_BAD_CONFIG, "%s: %s", document->path, strerror(errno));
    struct buffer bytes = BUFFER_INIT;
    char chunk[8192];
    for (size_t length; (length = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append(&bytes, chunk, length);
    bool failed = ferror(file);
    fclose(file);
    document->bytes =
        arena_text(document->arena, (struct text){bytes.bytes, (uint32_t)bytes.length});
    buffer_free(&bytes);
    if (failed)
        return error_set(error, ERROR_BAD_CONFIG, "%s: cannot be read: %s", document->path,
                         strerror(errno));
    return true;
}

// libfyaml also talks of its own accord; its first collected error is all that we pass on.
static void ignore_talk(struct fy_diag *diag, void *user, const char *bytes, size_t length)
{
    (void)diag, (void)user, (void)bytes, (void)length;
}

bool document_open(struct document *document, struct arena *arena, const char *path,
                   struct error *error)
{
    *document = (struct document){.path = path, .arena = arena};
    return file_read(document, error) &&
           document_parse(document, arena, path, document->bytes, error);
}

static bool fail_at(const struct document *document, size_t at, const char *what,
                    struct error *error)
{
    int line = 1, column = 1;
    for (size_t i = 0; i < at; i++) {
        bool ends_line = document->bytes.bytes[i] == '\n';
        line += ends_line;
        column = ends_line ? 1 : column + ((document->bytes.bytes[i] & 0xC0) != 0x80);
    }
    return error_set(error, ERROR_BAD_CONFIG, "%s:%d:%d: %s", document->path, line, column, what);
}

// libfyaml reads the first document and says nothing of what follows it.
static bool check_is_one(const struct document *document, struct error *error)
{
    const char *bytes = document->bytes.bytes, *end = bytes + document->bytes.length;
    bool begun = false;
    for (const char *line = bytes, *next; line < end; line = next) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        next = stop ? stop + 1 : end;
        bool marks = next - line >= 3 && memcmp(line, "---", 3) == 0 &&
                     (line + 3 == end || strchr(" \t\r\n", line[3]));
        if (marks && begun)
            return fail_at(document, (size_t)(line - bytes),
                           "a second document begins here: one file holds one", error);
        begun |= !marks && !strchr("#% \t\r\n", *line);
    }
    return true;
}

bool document_parse(struct document *document, struct arena *arena, const char *path,
                    struct text bytes, struct error *error)
{
    *document = (struct document){.path = path, .arena = arena, .bytes = bytes};
    if (!text_is_storable(bytes))
        return fail_at(document, text_storable_length(bytes),
                       "this is no UTF-8 text: save the file as UTF-8", error);
    if (!check_is_one(document, error))
        return false;
    struct fy_diag_cfg diag_config;
    fy_diag_cfg_default(&diag_config);
    diag_config.fp = NULL;
    diag_config.output_fn = ignore_talk;
    struct fy_diag *diag = fy_diag_create(&diag_config);
    fy_diag_set_collect_errors(diag, true);
    const struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG, .diag = diag};
    document->tree =
        fy_document_build_from_string(&config, document->bytes.bytes, document->bytes.length);
    if (!document->tree) {
        void *cursor = NULL;
        const struct fy_diag_error *first = fy_diag_errors_iterate(diag, &cursor);
        if (first)
            error_set(error, ERROR_BAD_CONFIG, "%s:%d:%d: not YAML: %s", path, first->line,
                      first->column, first->msg);
        else
            error_set(error, ERROR_BAD_CONFIG, "%s: the file is empty", path);
    }
    fy_diag_destroy(diag);
    return document->tree != NULL;
}

void document_close(struct document *document)
{
    if (document->tree)
        fy_document_destroy(document->tree);
    document->tree = NULL;
}

struct fy_node *document_root(const struct document *document)
{
    return fy_document_root(document->tree);
}

static struct fy_token *first_token(struct fy_node *node)
{
    void *cursor = NULL;
    while (node && !fy_node_is_scalar(node)) {
        struct fy_node *inner = NULL;
        cursor = NULL;
        if (fy_node_is_mapping(node)) {
            struct fy_node_pair *pair = fy_node_mapping_iterate(node, &cursor);
            inner = pair ? fy_node_pair_key(pair) : NULL;
        } else {
            inner = fy_node_sequence_iterate(node, &cursor);
        }
        node = inner;
    }
    return node ? fy_node_get_scalar_token(node) : NULL;
}

// The nearest to a node that has none: its key, else what it stands in.
static struct fy_token *token_near(struct fy_node *node)
{
    struct fy_token *token = first_token(node);
    struct fy_node *parent;
    for (; node && !token && (parent = fy_node_get_parent(node)); node = parent) {
        struct fy_node_pair *pair = NULL;
        void *cursor = NULL;
        if (fy_node_is_mapping(parent))
            while ((pair = fy_node_mapping_iterate(parent, &cursor)))
                if (fy_node_pair_value(pair) == node)
                    break;
        token = first_token(pair ? fy_node_pair_key(pair) : parent);
    }
    return token;
}

bool document_fail(const struct document *document, struct fy_node *node, struct error *error,
                   const char *format, ...)
{
    char text[sizeof error->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct fy_token *token = token_near(node);
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    return error_set(error, ERROR_BAD_CONFIG, "%s:%d:%d: %s", document->path,
                     mark ? mark->line + 1 : 1, mark ? mark->column + 1 : 1, text);
}

bool document_fail_word(const struct document *document, struct fy_node *node, const char *what,
                        const char *const *known, size_t known_count, struct error *error)
{
    size_t length = 0;
    const char *bytes = fy_node_get_scalar(node, &length);
    const char *word = arena_printf(document->arena, "%.*s", (int)length, bytes ? bytes : "");
    const char *nearest = nearest_word(word, known, known_count);
    if (nearest)
        return document_fail(document, node, error, "unknown %s \"%s\"; did you mean \"%s\"?", what,
                             word, nearest);
    struct buffer list = BUFFER_INIT;
    for (size_t i = 0; i < known_count; i++)
        buffer_printf(&list, "%s%s", i ? ", " : "", known[i]);
    document_fail(document, node, error, "unknown %s \"%s\"; known are: %.*s", what, word,
                  (int)list.length, list.bytes);
    buffer_free(&list);
    return false;
}

static bool key_is_known(struct fy_node *key, const char *const *known, size_t known_count)
{
    size_t length = 0;
    const char *bytes = fy_node_get_scalar(key, &length);
    for (size_t i = 0; bytes && i < known_count; i++)
        if (strlen(known[i]) == length && memcmp(known[i], bytes, length) == 0)
            return true;
    return false;
}

bool document_check_mapping(const struct document *document, struct fy_node *node, const char *what,
                            const char *const *known, size_t known_count, struct error *error)
{
    if (!node || !fy_node_is_mapping(node))
        return document_fail(document, node, error, "%s must be a mapping of keys and values",
                             what);
    void *cursor = NULL;
    struct fy_node_pair *pair;
    const char *key_of = arena_printf(document->arena, "key of %s", what);
    while ((pair = fy_node_mapping_iterate(node, &cursor)))
        if (!key_is_known(fy_node_pair_key(pair), known, known_count))
            return document_fail_word(document, fy_node_pair_key(pair), key_of, known, known_count,
                                      error);
    return true;
}

struct fy_node *document_value(struct fy_node *mapping, const char *key)
{
    return fy_node_mapping_lookup_value_by_simple_key(mapping, key, strlen(key));
}

bool document_scalar(const struct document *document, struct fy_node *node, struct text *out,
                     struct error *error)
{
    size_t length = 0;
    const char *bytes = node && fy_node_is_scalar(node) ? fy_node_get_scalar(node, &length) : NULL;
    if (!bytes)
        return document_fail(document, node, error, "one word or number is expected here");
    *out = arena_text(document->arena, (struct text){bytes, (uint32_t)length});
    return true;
}

bool document_number(const struct document *document, struct fy_node *node, struct rational *out,
                     struct error *error)
{
    struct text text;
    if (!document_scalar(document, node, &text, error))
        return false;
    if (!rational_parse(document->arena, text, out))
        return document_fail(document, node, error,
                             "\"" TEXT_FORMAT "\" is no exact number: write 93.815, -2 or 12/17",
                             TEXT_ARGUMENTS(text));
    return true;
}

// *present tells whether there is a value; false with a message when it is missing though required, or no scalar.
static bool field_text(struct document_field field, struct text *out, struct fy_node **node,
                       struct error *error)
{
    *node = document_value(field.mapping, field.key);
    if (*node)
        return document_scalar(field.document, *node, out, error);
    if (field.required)
        return document_fail(field.document, field.mapping, error, "the key \"%s\" is missing here",
                             field.key);
    return true;
}

bool document_read_text(struct document_field field, struct text *out, struct error *error)
{
    struct fy_node *node;
    return field_text(field, out, &node, error);
}

bool document_read_name(struct document_field field, struct text *out, struct error *error)
{
    struct fy_node *node;
    return field_text(field, out, &node, error) &&
           (!node || text_trim(*out).length > 0 ||
            document_fail(field.document, node, error, "%s must not be empty", field.key));
}

bool document_read_rational(struct document_field field, struct rational *out, struct error *error)
{
    struct text text;
    struct fy_node *node;
    if (!field_text(field, &text, &node, error))
        return false;
    return !node || document_number(field.document, node, out, error);
}

bool document_read_integer(struct document_field field, int64_t minimum, int64_t maximum,
                           int64_t *out, struct error *error)
{
    struct text text;
    struct fy_node *node;
    if (!field_text(field, &text, &node, error))
        return false;
    if (!node)
        return true;
    char *digits = arena_string(field.document->arena, text), *end = digits;
    errno = 0;
    long long value = strtoll(digits, &end, 10);
    if (errno || end == digits || *end || value < minimum || value > maximum)
        return document_fail(field.document, node, error,
                             "%s must be a whole number from %lld to %lld, not \"%s\"", field.key,
                             (long long)minimum, (long long)maximum, digits);
    *out = value;
    return true;
}

bool document_read_day(struct document_field field, int32_t *out, struct error *error)
{
    struct text text;
    struct fy_node *node;
    if (!field_text(field, &text, &node, error))
        return false;
    if (node && !civil_parse_day(text, out))
        return document_fail(field.document, node, error,
                             "%s must be a day like 2022-08-01, not \"" TEXT_FORMAT "\"", field.key,
                             TEXT_ARGUMENTS(text));
    return true;
}

bool document_read_choice(struct document_field field, const char *const *choices,
                          size_t choice_count, int *out, struct error *error)
{
    struct text text;
    struct fy_node *node;
    if (!field_text(field, &text, &node, error))
        return false;
    for (size_t i = 0; node && i < choice_count; i++) {
        if (text_equal(text_from(choices[i]), text)) {
            *out = (int)i;
            return true;
        }
    }
    return !node ||
           document_fail_word(field.document, node, field.key, choices, choice_count, error);
}
