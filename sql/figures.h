// Which measures, rollups and columns of states there are: a generation says of which its figures were made.
//
// A program that knows more of them than its generation shows zeros and nulls for everything that was counted before. The fold
// version does not tell: the states are as they were.
#pragma once

#include "common/postgres.h"

enum { FIGURES_TEXT_BYTES = 34 };

// Digests of all rollups and of all columns: "rollups-columns", in hex. For comparing, not against forgery.
void figures_print(char out[FIGURES_TEXT_BYTES]);
// What the generation that `rebuild --rollups` makes will say: our rollups, and the columns of the present one.
bool figures_of_rollups(struct postgres *postgres, char out[FIGURES_TEXT_BYTES],
                        struct error *error);
// Logs what the present generation lacks, and which command makes it. False: the query failed.
bool figures_warn(struct postgres *postgres, struct error *error);
