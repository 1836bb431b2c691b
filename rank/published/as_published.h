// Several months as published: the sum of their final results, scored as one period.
//
// Counts and durations of the months are put together as the results have stored them, each month's newest final or restated one; nothing
// is read from today's events. Stocks before the period are the first month's, those at its end and counts of the year the last month's.
// Points are those of the given profile, whose indicators the months must have had, whatever their versions.
#pragma once

#include "rank/published/result_document.h"

struct published_part { // one month
    struct publication publication;
    struct result result;
    int *indicators; // by position in the month's profile: the position in the given one; -1: none
};

struct published_parts {
    struct published_part *list; // by month
    size_t count;
};

// "as-known|as-published"
#define CONFIG_KEY_BASIS(NAME, MEANING)                                                            \
    {                                                                                              \
        .name = (NAME), .type = CONFIG_CHOICE, .argument = "BASIS", .default_value = "as-known",   \
        .choices = "as-known|as-published", .meaning = (MEANING)                                   \
    }

// Everything is the arena's; out->parts are the months. ERROR_INCOMPLETE when a month is not final, ERROR_BAD_CONFIG when one lacks an
// indicator of the profile.
bool as_published_make(struct snapshot *snapshot, struct arena *arena,
                       const struct profile *profile, const struct period *period,
                       struct assessment *out, struct error *error);
