-- A batch's deltas, ascending by key.
copy pg_temp.staged_traffic_hour (
    slot, hour, district, segment, readings, overlapping_readings, vehicles, timed_vehicles, travel_ms,
    free_flow_ms, occupancy_seconds, occupancy_permille_seconds, queue_seconds, queue_metre_seconds)
from stdin (format binary)
