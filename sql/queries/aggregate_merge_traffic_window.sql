-- Writes staged window states, each only over the row version that it was merged from.
-- The number of rows is that of states written; fewer than staged: somebody else wrote one meanwhile.
insert into cityops.traffic_window as t (
    authority, entity_id, row_version, state, window_start, first_from, last_until, series, readings,
    overlapping_readings, vehicles, speed_vehicles, speed_sum_mm_per_s, occupancy_seconds,
    occupancy_permille_seconds, queue_most_m)
select
    authority, entity_id, row_version, state, window_start, first_from, last_until, series, readings,
    overlapping_readings, vehicles, speed_vehicles, speed_sum_mm_per_s, occupancy_seconds,
    occupancy_permille_seconds, queue_most_m
from pg_temp.staged_traffic_window
order by authority, entity_id, window_start
on conflict on constraint traffic_window_pk do update
set row_version = excluded.row_version, state = excluded.state, first_from = excluded.first_from,
    last_until = excluded.last_until, series = excluded.series, readings = excluded.readings,
    overlapping_readings = excluded.overlapping_readings, vehicles = excluded.vehicles,
    speed_vehicles = excluded.speed_vehicles, speed_sum_mm_per_s = excluded.speed_sum_mm_per_s,
    occupancy_seconds = excluded.occupancy_seconds,
    occupancy_permille_seconds = excluded.occupancy_permille_seconds, queue_most_m = excluded.queue_most_m
where t.row_version = excluded.row_version - 1
