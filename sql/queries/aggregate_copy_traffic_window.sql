-- A batch's window states, ascending by key.
copy pg_temp.staged_traffic_window (
    authority, entity_id, row_version, state, window_start, first_from, last_until, series, readings,
    overlapping_readings, vehicles, speed_vehicles, speed_sum_mm_per_s, occupancy_seconds,
    occupancy_permille_seconds, queue_most_m)
from stdin (format binary)
