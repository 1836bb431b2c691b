-- Traffic for analysts: one row per window of a sensor, and hourly figures. Re-created at each migrate.

-- The sensor's district is resolved as the rollup resolves it: the name as loaded, on the window's day; for a sensor that is not
-- loaded, unassigned.
create view cityops.traffic_windows as
with placed as (
    select
        w.*,
        w.window_start at time zone g.zone as wall_start,
        s.code is not null as is_known,
        s.name as sensor_name,
        s.district,
        s.road_segment,
        s.window_s
    from cityops.traffic_window w
    cross join cityops.current_generation g
    left join cityops.sensors s on s.authority = w.authority and s.code = w.entity_id
)
select
    p.authority,
    p.entity_id as sensor,
    p.sensor_name,
    p.window_start,
    coalesce(p.window_s, 900) as window_s,
    p.wall_start::date as day,
    extract(hour from p.wall_start)::integer as hour_of_day,
    p.window_start - (p.wall_start - date_trunc('hour', p.wall_start)) as hour,
    case when p.is_known then coalesce(d.code, 'unassigned') else 'unassigned' end as district,
    case when p.is_known then p.road_segment else 'unassigned' end as segment,
    p.district as district_as_loaded,
    p.first_from,
    p.last_until,
    p.series,
    p.readings,
    p.overlapping_readings,
    p.vehicles,
    p.speed_vehicles,
    round(p.speed_sum_mm_per_s * 0.0036 / nullif(p.speed_vehicles, 0), 2) as mean_speed_km_h,
    round(p.occupancy_permille_seconds * 0.1 / nullif(p.occupancy_seconds, 0), 2) as occupancy_percent,
    p.queue_most_m
from placed p
left join cityops.area_names d on d.kind = 'district' and d.name = btrim(p.district, E' \t\r\n')
    and d.days @> p.wall_start::date;
comment on view cityops.traffic_windows is
    'One row per window of a sensor, as known now, with the sensors and names of the current generation. Slots that overlap another of their series are in no sum.';
comment on column cityops.traffic_windows.authority is 'Who runs the sensor.';
comment on column cityops.traffic_windows.sensor is 'The sensor''s code, as its readings name it.';
comment on column cityops.traffic_windows.sensor_name is 'For people; null: the sensor is not in the reference data.';
comment on column cityops.traffic_windows.window_start is 'Start of the window.';
comment on column cityops.traffic_windows.window_s is 'Length of the sensor''s windows, s; 900 for one that is not in the reference data.';
comment on column cityops.traffic_windows.day is 'Civil day of the window''s start in the generation''s zone.';
comment on column cityops.traffic_windows.hour_of_day is 'Civil hour, 0 to 23; where clocks are put back, two hours of the day have one number.';
comment on column cityops.traffic_windows.hour is 'Start of the civil hour: tells those two apart.';
comment on column cityops.traffic_windows.district is 'Code of the sensor''s district; unassigned when nobody knows the name or the sensor.';
comment on column cityops.traffic_windows.segment is 'Road segment of the sensor; unassigned when the sensor is not in the reference data, empty when it has none.';
comment on column cityops.traffic_windows.district_as_loaded is 'The sensor''s district as the reference data write it.';
comment on column cityops.traffic_windows.first_from is 'Start of its earliest slot.';
comment on column cityops.traffic_windows.last_until is 'End of its latest slot.';
comment on column cityops.traffic_windows.series is 'Series (lanes, approaches) that state a slot.';
comment on column cityops.traffic_windows.readings is 'Slots that are stated.';
comment on column cityops.traffic_windows.overlapping_readings is 'Of them, those that overlap another of their series: not summed.';
comment on column cityops.traffic_windows.vehicles is 'Vehicles counted; null where no slot counts any.';
comment on column cityops.traffic_windows.speed_vehicles is 'Of them, those whose speed is known.';
comment on column cityops.traffic_windows.mean_speed_km_h is 'Mean speed of those vehicles, km/h, rounded half up; null without such vehicles.';
comment on column cityops.traffic_windows.occupancy_percent is 'Mean occupancy over the time for which it is known, percent, rounded half up; null where it is not.';
comment on column cityops.traffic_windows.queue_most_m is 'Longest queue, m; null where none was measured.';

create view cityops.traffic_figures as
with summed as (
    select
        h.hour,
        h.district,
        h.segment,
        h.hour at time zone g.zone as wall_hour,
        sum(h.readings)::bigint as readings,
        sum(h.overlapping_readings)::bigint as overlapping_readings,
        sum(h.vehicles)::bigint as vehicles,
        sum(h.timed_vehicles)::bigint as timed_vehicles,
        sum(h.travel_ms)::bigint as travel_ms,
        sum(h.free_flow_ms)::bigint as free_flow_ms,
        sum(h.occupancy_seconds)::bigint as occupancy_seconds,
        sum(h.occupancy_permille_seconds)::bigint as occupancy_permille_seconds,
        sum(h.queue_seconds)::bigint as queue_seconds,
        sum(h.queue_metre_seconds)::bigint as queue_metre_seconds
    from cityops.traffic_hour h
    cross join cityops.current_generation g
    group by h.hour, h.district, h.segment, g.zone
)
select
    date_trunc('month', s.wall_hour)::date as month,
    s.wall_hour::date as day,
    extract(hour from s.wall_hour)::integer as hour_of_day,
    s.hour,
    s.district,
    n.name_zh,
    n.name_en,
    n.peer_group,
    s.segment,
    s.readings,
    s.overlapping_readings,
    s.vehicles,
    s.timed_vehicles,
    s.travel_ms,
    s.free_flow_ms,
    s.travel_ms::numeric / nullif(s.free_flow_ms, 0) as travel_time_index,
    s.occupancy_seconds,
    s.occupancy_permille_seconds,
    s.queue_seconds,
    s.queue_metre_seconds
from summed s
left join lateral (
    select a.name_zh, a.name_en, a.peer_group
    from cityops.areas a
    where a.code = s.district
    order by a.valid_from desc
    limit 1
) n on true
where s.readings <> 0; -- a cell that everything has left means nothing
comment on view cityops.traffic_figures is
    'Sums by civil hour, district and road segment, with the month, day and hour of the day that the hour lies in; an index or a mean over several rows is the quotient of two sums of its columns.';
comment on column cityops.traffic_figures.month is 'First day of the civil month in the generation''s zone.';
comment on column cityops.traffic_figures.day is 'Civil day in the generation''s zone.';
comment on column cityops.traffic_figures.hour_of_day is 'Civil hour, 0 to 23; where clocks are put back, two hours of the day have one number.';
comment on column cityops.traffic_figures.hour is 'Start of the civil hour: tells those two apart.';
comment on column cityops.traffic_figures.district is 'Code; unassigned for sensors and names that nobody knows.';
comment on column cityops.traffic_figures.name_zh is 'The district''s newest name in the current generation.';
comment on column cityops.traffic_figures.name_en is 'The same in English.';
comment on column cityops.traffic_figures.peer_group is 'The district''s newest peer group.';
comment on column cityops.traffic_figures.segment is 'Road segment; unassigned when the sensor is not in the reference data, empty when it has none.';
comment on column cityops.traffic_figures.readings is 'Slots that are stated.';
comment on column cityops.traffic_figures.overlapping_readings is 'Slots that overlap another of their series: in no other sum.';
comment on column cityops.traffic_figures.vehicles is 'Vehicles counted.';
comment on column cityops.traffic_figures.timed_vehicles is 'Of them, those with a travel time: their speed and the sensor''s length and free-flow speed are known.';
comment on column cityops.traffic_figures.travel_ms is 'Their travel times on the sensor''s length, ms.';
comment on column cityops.traffic_figures.free_flow_ms is 'The same at free flow, ms.';
comment on column cityops.traffic_figures.travel_time_index is 'travel_ms through free_flow_ms, not rounded; null where nothing is timed.';
comment on column cityops.traffic_figures.occupancy_seconds is 'Seconds of slots whose occupancy is known.';
comment on column cityops.traffic_figures.occupancy_permille_seconds is 'Their occupancy times their length.';
comment on column cityops.traffic_figures.queue_seconds is 'Seconds of slots whose queue is known.';
comment on column cityops.traffic_figures.queue_metre_seconds is 'Their queue in m times their length.';
