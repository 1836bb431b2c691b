-- New cells of rollup traffic_hour: the slot, the key, the measures in their order.
copy cityops.traffic_hour (
    slot,
    hour, district, segment,
    readings, overlapping_readings, vehicles, timed_vehicles, travel_ms, free_flow_ms, occupancy_seconds,
    occupancy_permille_seconds, queue_seconds, queue_metre_seconds
) from stdin (format binary)
