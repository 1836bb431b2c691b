-- Adds staged deltas to the rows of their writer slot, in the order of their keys.
insert into cityops.traffic_hour as r (
    slot, hour, district, segment, readings, overlapping_readings, vehicles, timed_vehicles, travel_ms,
    free_flow_ms, occupancy_seconds, occupancy_permille_seconds, queue_seconds, queue_metre_seconds)
select
    slot, hour, district, segment, readings, overlapping_readings, vehicles, timed_vehicles, travel_ms,
    free_flow_ms, occupancy_seconds, occupancy_permille_seconds, queue_seconds, queue_metre_seconds
from pg_temp.staged_traffic_hour
order by slot, hour, district, segment
on conflict on constraint traffic_hour_pk do update
set readings = r.readings + excluded.readings,
    overlapping_readings = r.overlapping_readings + excluded.overlapping_readings,
    vehicles = r.vehicles + excluded.vehicles, timed_vehicles = r.timed_vehicles + excluded.timed_vehicles,
    travel_ms = r.travel_ms + excluded.travel_ms, free_flow_ms = r.free_flow_ms + excluded.free_flow_ms,
    occupancy_seconds = r.occupancy_seconds + excluded.occupancy_seconds,
    occupancy_permille_seconds = r.occupancy_permille_seconds + excluded.occupancy_permille_seconds,
    queue_seconds = r.queue_seconds + excluded.queue_seconds,
    queue_metre_seconds = r.queue_metre_seconds + excluded.queue_metre_seconds
