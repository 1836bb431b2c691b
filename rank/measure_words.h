// Chinese headings of what `cityops-rank figures` counts, as hotlines, duty desks and inspections call it.
#pragma once

#include "rank/language.h"

#include "core/event.h"
#include "core/indicator.h"

// The heading of a family's measure, quantile or stock: its name in English, and where the table has no Chinese, which a test
// rules out for every measure. `name` is borrowed.
const char *measure_heading(enum language language, enum family family, const char *name);
// One sum of an indicator: "due.on_time" as results name it (result_term_name), or "到期·按时办结". The arena's.
const char *measure_term_words(struct arena *arena, enum language language,
                               const struct indicator_settings *settings,
                               const struct indicator_term *term);
