-- Window states with their typed columns, in any order.
-- Columns: authority text, entity_id text, state bytea, then the columns of core/traffic.c in their order.
copy (
    select
        authority, entity_id, state,
        window_start, first_from, last_until, series, readings, overlapping_readings, vehicles, speed_vehicles,
        speed_sum_mm_per_s, occupancy_seconds, occupancy_permille_seconds, queue_most_m
    from cityops.traffic_window
) to stdout (format binary)
