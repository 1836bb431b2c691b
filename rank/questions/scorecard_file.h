// The file of a self-evaluation's table: YAML, as rank/scorecards/*.yaml, whose comments are the reference of its keys.
#pragma once

#include "core/scorecard.h"
#include "rank/document.h"

struct scorecard_title {
    struct text en, zh;
};

struct scorecard_file {
    struct scorecard card;
    struct text id;
    struct scorecard_title title, source;                    // source: where the table stands
    struct scorecard_title *level_titles, *indicator_titles; // [of each]
    struct scorecard_title *subjects, *texts, *wheres;       // [statement_count]
};

extern const char *const scorecard_kind_words[]; // "quantity": by enum scorecard_kind; then null

// Everything lives in `arena`. ERROR_BAD_CONFIG: "file:line:column: what is wrong".
bool scorecard_file_read(struct arena *arena, const char *path, struct scorecard_file *out,
                         struct error *error);
