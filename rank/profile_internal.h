// The two halves of reading a profile: the file's head (profile.c) and its indicators (profile_indicator.c).
#pragma once

#include "rank/document.h"
#include "rank/profile.h"

// Reads "caliber: {...}" over the values that are already in *out.
bool profile_read_caliber(const struct document *document, struct fy_node *mapping,
                          struct caliber *out, struct error *error);
// Reads "indicators: [...]".
bool profile_read_indicators(const struct document *document, struct fy_node *sequence,
                             struct profile *profile, struct error *error);

#define WORDS(...) ((const char *const[]){__VA_ARGS__})
#define WORD_COUNT(words) (sizeof(words) / sizeof *(words))
