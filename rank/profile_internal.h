// The parts of reading a profile: the file's head (profile.c), its indicators (profile_indicator.c), how each scores
// (profile_rule.c), those that the profile defines itself
// (profile_define.c), items that people enter and lists (profile_items.c).
#pragma once

#include "rank/document.h"
#include "rank/profile.h"

// Reads "caliber: {...}" over the values that are already in *out.
bool profile_read_caliber(const struct document *document, struct fy_node *mapping,
                          struct caliber *out, struct error *error);
// Reads "indicators: [...]".
bool profile_read_indicators(const struct document *document, struct fy_node *sequence,
                             struct profile *profile, struct error *error);

// Reads "items: [...]" and "lists: {...}" of the root, after its indicators.
bool profile_read_items(const struct document *document, struct fy_node *root,
                        struct profile *profile, struct error *error);

// One indicator on its way.
struct indicator_reader {
    const struct document *document;
    struct fy_node *node; // the indicator's mapping
    struct scored_indicator *out;
    struct profile_column *column;
};

static inline struct document_field reader_field(const struct indicator_reader *reader,
                                                 const char *key, bool required)
{
    return (struct document_field){reader->document, reader->node, key, required};
}

// Reads "define: {...}" into an indicator of the arena.
bool profile_read_definition(const struct document *document, struct fy_node *mapping,
                             const struct indicator **out, struct error *error);
// Reads "kinds: [...]" of an indicator whose catalogue entry is known.
bool profile_read_kinds(struct indicator_reader *reader, struct error *error);
// Reads "time", "working-hours" and "within".
bool profile_read_time(struct indicator_reader *reader, struct error *error);
// Reads "deadline", "channels" and "categories", of an indicator whose working hours are known: settings.rule, and the profile's rules.
bool profile_read_counting(struct indicator_reader *reader, struct profile *profile,
                           struct error *error);
// Whether a ranking's table has a column or a fact of this name already: no key may take it.
bool profile_key_is_reserved(struct text key);
// Whether two keys are one, or one is a column of the other's (W04_n).
bool profile_keys_collide(struct text a, struct text b);
// Reads "weight" and "rule" of an indicator whose catalogue entry is known.
bool profile_read_rule(struct indicator_reader *reader, struct error *error);

// What a missing value means, as enum missing_policy.
extern const char *const profile_missing_words[4];
// "title: {zh: ..., en: ...}" over what is already in the two.
bool profile_read_title(const struct document *document, struct fy_node *mapping,
                        struct text *title_zh, struct text *title_en, struct error *error);

#define WORDS(...) ((const char *const[]){__VA_ARGS__})
#define WORD_COUNT(words) (sizeof(words) / sizeof *(words))
