// What reconcile.c has searched, for reconcile_print.c.
#pragma once

#include "rank/published/publication.h"
#include "rank/questions/tallying.h"

#include "common/table.h"
#include "core/reconcile.h"

struct cut_off_searched {
    const char *as_of; // as --as-of takes it; null: now
    const char *name;  // "now", "end", an instant, or a published result
};

struct reconciling {
    const struct config *config;
    struct arena arena;
    struct snapshot snapshot;
    struct profile profile;
    bool has_profile;
    struct period period;
    const char *printed; // the figure, as it was given
    struct printed_figure figure;
    bool is_share;
    struct way *ways; // as reconcile_question.ways
    struct reconcile_question question;
    struct reconcile_answer answer;
    struct cut_off_searched *cut_offs;
    struct tally **tallies;
    size_t cut_off_count;
    enum language language;
    enum table_format format;
    struct table *table;
};

// The command line that counts so.
const char *reconcile_command(struct reconciling *reconciling, const struct reconcile_match *match);
bool reconcile_print(struct reconciling *reconciling, struct error *error);
