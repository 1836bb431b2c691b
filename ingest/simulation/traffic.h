// The sensors of a simulated city's roads. Private to the simulation.
#pragma once

#include "ingest/simulation/city.h"

enum { SENSORS_OF_DISTRICT_MAX = 90, SENSOR_CODE_BYTES = 24 };

struct simulated_sensor {
    int district;                    // NOBODY: a temporary sensor, which no list knows
    int number;                      // in its district, from 1
    char code[SENSOR_CODE_BYTES];    // "440113-s1"
    char segment[SENSOR_CODE_BYTES]; // of road: "440113-r1"
    int length_m, free_flow_km_h;    // of the segment
};

#define SENSOR_AUTHORITY "gz-traffic"

// Sensors 0 to count - 1; the last is the temporary one. None where the city has no sensors.
uint64_t traffic_sensor_count(const struct city *city);
void traffic_sensor(const struct city *city, uint64_t position, struct simulated_sensor *sensor);
