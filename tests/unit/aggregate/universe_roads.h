// The traffic of a simulated universe: sensors of both window lengths and one that nobody has loaded, and what they state.
#pragma once

#include "core/sensor.h"
#include "dice.h"
#include "proto/codec.h"

// The caller's to free. Aborts when the core refuses it.
struct sensor_index *roads_open(void);

// Makes an event of readings, among them: corrections, both series of a sensor, several windows in one event in and out of
// order, slots that overlap, readings longer than their sensor's window, two values of one slot. `number` is its own.
// Memory is the arena's.
struct event *roads_event(struct dice *dice, struct arena *arena, int64_t start_us,
                          uint32_t number);
