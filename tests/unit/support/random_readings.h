// Random readings of traffic: sensors of both window lengths and one that nobody has loaded, and what they state.
#pragma once

#include "core/event.h"
#include "core/sensor.h"
#include "tests/unit/support/dice.h"

// The caller's to free. Aborts when the core refuses it.
struct sensor_index *random_readings_sensors(void);

// Makes an event of readings, among them: corrections, both series of a sensor, several windows in one event in and out of
// order, slots that overlap, readings longer than their sensor's window, two values of one slot. Time moves on with
// `number`, which is the event's own; some come late. Memory is the arena's.
struct event *random_readings(struct dice *dice, struct arena *arena, int64_t start_us,
                              uint32_t number);
