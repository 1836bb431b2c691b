// What programs share that print random cases, a line of JSON each, for an oracle in Python to find the answers by itself.
#pragma once

#include "core/score.h"

// "total_digits":...,"sort_rounded":...,"ties":[[indicator,higher],...],"indicators":[...], without braces around.
void oracle_scoring_print(struct arena *arena, const struct scoring *scoring);

// Of `program SEED COUNT`: prints cases from SEED on until COUNT of them were printed (print_case says whether it printed one: a seed
// may give none). A case is told by its own seed, so that CITYOPS_SEED=N replays from there. The exit status.
int oracle_cases_run(int argc, char **argv, bool (*print_case)(uint64_t seed));
