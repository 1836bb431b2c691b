-- The oracle's cells from the windows of the sensors. Its slots are the columns of the file: the window's wall-clock time. What
-- was printed for the hour that does not exist is in the windows of the hour after it, in series of its own, hence in the day.
with window_volume as (
    select entity_id as site, window_start at time zone 'Australia/Melbourne' as wall, vehicles
    from cityops.traffic_window
)
select site, wall::date as day, sum(vehicles) as volume,
    (array_agg(extract(epoch from wall - date_trunc('day', wall))::integer / 900 order by vehicles desc, wall))[1] as peak_slot,
    max(vehicles) as peak_volume
from window_volume
group by site, wall::date
order by site, day
