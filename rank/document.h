// A YAML file read with line and column: every complaint names the place, what is wrong, and the nearest known word.
//
// Nothing here knows what a profile is. Texts live in the document's arena. Positions count from 1. One thread.
#pragma once

#include "core/arena.h"
#include "core/error.h"
#include "core/rational.h"
#include "core/text.h"

#include <libfyaml.h>
#include <stdint.h>

struct document {
    const char *path; // as in messages
    struct arena *arena;
    struct text bytes; // the file
    struct fy_document *tree;
};

// Reads a file whole and parses it. ERROR_BAD_CONFIG with the place of a syntax error. document_close in any case.
bool document_open(struct document *document, struct arena *arena, const char *path,
                   struct error *error);
// The same of bytes that are there already, which `path` names in messages. Both live as long as the document.
bool document_parse(struct document *document, struct arena *arena, const char *path,
                    struct text bytes, struct error *error);
void document_close(struct document *document);
struct fy_node *document_root(const struct document *document); // null when empty

// "path:line:column: ..." at the first word of `node` (null: the start of the file), class ERROR_BAD_CONFIG; returns false.
bool document_fail(const struct document *document, struct fy_node *node, struct error *error,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));
// The same for a word that is none of `known`: names the nearest of them, or all.
bool document_fail_word(const struct document *document, struct fy_node *node, const char *what,
                        const char *const *known, size_t known_count, struct error *error);

// That `node` is a mapping with no other keys than `known`, each once; `what` names it in messages.
bool document_check_mapping(const struct document *document, struct fy_node *node, const char *what,
                            const char *const *known, size_t known_count, struct error *error);
// The value of a key, null when absent; of the key itself, for messages.
struct fy_node *document_value(struct fy_node *mapping, const char *key);

// Each reads mapping[key] into *out, which is left alone when the key is absent; `required` makes that an error.
struct document_field {
    const struct document *document;
    struct fy_node *mapping;
    const char *key;
    bool required;
};

// A text that is not empty.
bool document_read_name(struct document_field field, struct text *out, struct error *error);
bool document_read_text(struct document_field field, struct text *out, struct error *error);
bool document_read_integer(struct document_field field, int64_t minimum, int64_t maximum,
                           int64_t *out, struct error *error);
bool document_read_rational(struct document_field field, struct rational *out, struct error *error);
bool document_read_day(struct document_field field, int32_t *out, struct error *error);
// The position of a word in `choices`.
bool document_read_choice(struct document_field field, const char *const *choices,
                          size_t choice_count, int *out, struct error *error);
// A scalar node's own text; false with a message when it is none.
bool document_scalar(const struct document *document, struct fy_node *node, struct text *out,
                     struct error *error);
bool document_number(const struct document *document, struct fy_node *node, struct rational *out,
                     struct error *error);
