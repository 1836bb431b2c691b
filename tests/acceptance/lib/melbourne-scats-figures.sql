-- The oracle's cells from the windows of the sensors. Its slots are the columns of the file: the window's wall-clock time. What
-- was printed for the hour that does not exist is in the windows of the hour after it, in series of its own, hence in the day.
with window_volume as (
    select sensor as site, day, hour_of_day * 4 + extract(minute from window_start - hour)::integer / 15 as slot, vehicles
    from cityops.traffic_windows
)
select site, day, sum(vehicles) as volume, (array_agg(slot order by vehicles desc, slot))[1] as peak_slot,
    max(vehicles) as peak_volume
from window_volume
group by site, day
order by site, day
