// A simulated city of 2022 for tests.
#pragma once

#include "ingest/simulation/simulation.h"

// `families`: names with commas, "": all. One sensor in each district. The caller's to free; a failed assertion when there is none.
struct simulation *city_of(uint64_t seed, uint64_t tickets, const char *families);
