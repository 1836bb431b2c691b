// Chinese headings of what `cityops-rank figures` counts, as hotlines, duty desks and inspections call it.
#pragma once

#include "rank/language.h"

#include "core/event.h"

// The heading of a family's measure, quantile or stock: its name in English, and where the table has no Chinese, which a test
// rules out for every measure. `name` is borrowed.
const char *measure_heading(enum language language, enum family family, const char *name);
