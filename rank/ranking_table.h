// The table of a ranking, for people and machines: every figure with its denominator, the status, and the versions beneath.
#pragma once

#include "common/table.h"
#include "rank/assessment.h"
#include "rank/language.h"

struct ranking_table_options {
    enum language language;
    enum table_format format;
    const char *columns; // "all", "points", "total": what people see of each indicator
    bool shows_vector;   // the cut-off whole, not only its digest
    bool shows_wilson;   // beside each share the interval that its number of cases leaves
    bool shows_shrunk;   // and what it is drawn to where cases are few
};

#define CONFIG_KEY_COLUMNS                                                                         \
    {                                                                                              \
        .name = "columns", .type = CONFIG_CHOICE, .argument = "WHICH", .default_value = "all",     \
        .choices = "all|points|total",                                                             \
        .meaning = "What people see of each indicator (table, md): value, n and points; the "      \
                   "points under its key; nothing but the total"                                   \
    }

#define CONFIG_KEY_WILSON                                                                          \
    {                                                                                              \
        .name = "wilson", .type = CONFIG_FLAG,                                                     \
        .meaning = "Beside each share its Wilson interval at 95 % (floating point; no rank "       \
                   "depends on it)"                                                                \
    }

#define CONFIG_KEY_SHRINKAGE                                                                       \
    {                                                                                              \
        .name = "shrinkage", .type = CONFIG_FLAG,                                                  \
        .meaning = "Beside each share what it is drawn to by a beta-binomial model of its peer "   \
                   "group, the further the fewer its cases (floating point; no rank depends on "   \
                   "it)"                                                                           \
    }

// On stdout; `continued` as of table_print. ERROR_FATAL when the output cannot be written.
bool ranking_table_print(const struct assessment *assessment,
                         const struct ranking_table_options *options, bool continued,
                         struct error *error);

// Why a subject has no rank, in words ("not ranked: no orders"); null when it has one.
const char *ranking_reason(struct arena *arena, const struct assessment *assessment,
                           const struct contender *contender, enum language language);
