// What the files of `dead-letters` share.
#pragma once

#include "sql/commands.h"

// dead_letter_show.c: prints all that is known of the one letter that is named.
bool dead_letter_show(struct postgres *postgres, const struct config *config, struct error *error);
