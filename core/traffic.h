// Readings of traffic sensors: which slot a reading states, which window it belongs to, and what a window contributes.
//
// Readings are not journalled. A window of a sensor has a state, which is the common fold (core/state.h) with one occurrence
// per slot: its key is (series, start), its one value everything that was measured. So a second reading of a slot replaces
// the first as a whole, another series adds, and replayed, late and corrected readings are exact. Windows of a sensor that is
// not in the reference data have SENSOR_WINDOW_DEFAULT_S. Pure.
#pragma once

#include "core/family.h"

enum traffic_event_kind { TRAFFIC_READINGS = 1, TRAFFIC_PROGRESS };

enum { KIND_READING = 10 };     // the proto's number of readings
enum { READINGS_MOST = 10000 }; // of one event

// The order of slots: series, then start.
int reading_order(const struct reading *a, const struct reading *b);

// Length of the windows of this sensor, seconds; null: unknown.
int64_t traffic_window_s(const struct sensor *sensor);
// Start of the window that a reading at this instant belongs to. Windows start at multiples of their length from
// 1970-01-01T00:00Z.
int64_t traffic_window_us(int64_t from_us, int64_t window_s);
// Whether the whole reading lies in one window of this length; a reading of 15 minutes does not in one of 5.
bool traffic_window_holds(const struct reading *reading, int64_t window_s);

// What one event states of a window: those of its readings that lie in it.
struct window_statement {
    const struct event *event;
    const struct reading *readings;
    size_t count;
};

// The state that these statements make together, as state_merge_all of each alone would: of the readings of one slot, that
// of the greatest version for each source. In one pass where they come in order, as they mostly do. Memory is the arena's
// and the events'.
void traffic_state_window(struct arena *arena, const struct window_statement *statements,
                          size_t count, struct state *out);

// A walk over the slots of a window, ascending by (series, start).
struct window_slots {
    const struct state *window;
    uint32_t cursor;
    struct text series; // of the last slot that is summed, and its end
    int64_t counted_until_us;
};
#define WINDOW_SLOTS(window) ((struct window_slots){(window), 0, {"", 0}, INSTANT_NONE})
// False at the end. A slot that overlaps one before it of its series (of another length) is handed out with *overlaps: it
// is kept, but not summed. The series shares the state's memory.
bool traffic_next_slot(struct window_slots *slots, struct reading *slot, bool *overlaps);

enum traffic_measure {
    TRAFFIC_COUNT_READINGS,
    TRAFFIC_COUNT_OVERLAPPING,
    TRAFFIC_COUNT_VEHICLES,
    TRAFFIC_COUNT_TIMED_VEHICLES,
    TRAFFIC_COUNT_TRAVEL_MS,
    TRAFFIC_COUNT_FREE_FLOW_MS,
    TRAFFIC_COUNT_OCCUPANCY_SECONDS,
    TRAFFIC_COUNT_OCCUPANCY_PERMILLE_SECONDS,
    TRAFFIC_COUNT_QUEUE_SECONDS,
    TRAFFIC_COUNT_QUEUE_METRE_SECONDS,
    TRAFFIC_MEASURE_COUNT
};

// traffic_hour: (hour, district, segment). The travel time index T02 is the sum of TRAVEL_MS over that of FREE_FLOW_MS; a
// vehicle's travel time on the sensor's length is rounded half up to whole milliseconds once, then summed. A window in which
// they add up to more than 10^13 ms, at free flow or as measured, has no travel times: its vehicles are not timed.
extern const struct rollup rollup_traffic_hour;
extern const struct family_definition family_traffic;
