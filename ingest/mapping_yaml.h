// Nodes of a mapping file with their places: the only code that knows libfyaml. Internal to
// mapping_*.c.
#pragma once

#include "ingest/mapping.h"

#include <libfyaml.h>

// While a mapping is being read. The first failure is kept in *error and everything after it is
// passed over.
struct loading {
    const char *path;
    struct mapping *mapping;
    struct error *error;
    struct text default_time; // `time` of the file; empty: none
    const struct zone *default_zone;
};

// A key with its value. key null: not there.
struct entry {
    struct fy_node *key, *value;
};

// Parses; null with "path:line:column: ..." in *error. Free with fy_document_destroy.
struct fy_document *yaml_parse(const char *path, struct text yaml, struct error *error);

// "path:line:column: <text>" at the node (a mapping or list: at its first element). Returns false.
bool fail_at(const struct loading *loading, struct fy_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// "...: unknown <what> "word"; the nearest is ...", or the list of all when none is near.
bool fail_unknown(const struct loading *loading, struct fy_node *node, const char *what,
                  struct text word, const char *const *known, size_t known_count);

// Checks that `node` is a mapping with only keys of this section, and all that are required. `at`
// is where a failure points when the node is empty or no mapping.
bool check_section(const struct loading *loading, struct fy_node *at, struct fy_node *node,
                   const char *section);

struct entry find_entry(struct fy_node *node, const char *key);
static inline bool is_there(struct entry entry)
{
    return entry.key != NULL;
}

// The scalar's text in the mapping's arena; false when it is no scalar, or empty.
bool read_text(const struct loading *loading, struct entry entry, struct text *out);
bool read_boolean(const struct loading *loading, struct entry entry, bool *out);
// A whole number from `least` to `most`.
bool read_whole(const struct loading *loading, struct entry entry, int64_t least, int64_t most,
                int64_t *out);
// One word of a list; *out is its position.
bool read_choice(const struct loading *loading, struct entry entry, const char *const *choices,
                 size_t count, size_t *out);
// A list of scalars, or one scalar.
bool read_texts(const struct loading *loading, struct entry entry, const struct text **out,
                size_t *count);
struct text node_text(struct fy_node *scalar); // borrowed from the document
