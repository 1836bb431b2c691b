// SIGTERM and SIGINT as a flag that loops look at; a second one ends the program at once with
// status 130.
#pragma once

#include <stdbool.h>

void signals_open(void);
bool signals_stop_requested(void);
