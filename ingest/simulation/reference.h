// A simulated city's reference data, as `cityops-db load` takes them, and its weather. Private to
// the simulation.
#pragma once

#include "ingest/simulation/city.h"

#include <stdio.h>

void reference_write_areas(const struct city *city, FILE *out);
void reference_write_sensors(const struct city *city, FILE *out);
void reference_write_calendar(FILE *out);
void reference_write_weather(const struct city *city, FILE *out);
