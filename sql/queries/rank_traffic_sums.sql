-- What is counted of traffic in a range of days; kind is the civil hour (0 to 23) of working days, and 24 more of other days.
-- Parameters: from date, until date (half open, of the zone), reference version integer, zone text.
-- Columns: district text, cohort smallint, nature smallint, kind smallint, flags smallint (0 where the rollup has none), then
-- every measure of traffic_hour as bigint, in the order of core/traffic.h.
with calendar as (
    select day, working
    from cityops.calendar_day
    where reference_version = (
        select max(reference_version)
        from cityops.reference_version
        where kind = 'calendar' and reference_version <= $3
    )
), traffic as (
    select *, hour at time zone $4 as wall_hour
    from traffic_hour
    where hour >= $1::timestamp at time zone $4 and hour < $2::timestamp at time zone $4
)
select
    t.district, 0::smallint as cohort, 0::smallint as nature,
    (extract(hour from t.wall_hour)
        + case when coalesce(c.working, extract(isodow from t.wall_hour) < 6) then 0 else 24 end)::smallint as kind,
    0::smallint as flags,
    sum(t.readings)::bigint as readings, sum(t.overlapping_readings)::bigint as overlapping_readings,
    sum(t.vehicles)::bigint as vehicles, sum(t.timed_vehicles)::bigint as timed_vehicles,
    sum(t.travel_ms)::bigint as travel_ms, sum(t.free_flow_ms)::bigint as free_flow_ms,
    sum(t.occupancy_seconds)::bigint as occupancy_seconds,
    sum(t.occupancy_permille_seconds)::bigint as occupancy_permille_seconds,
    sum(t.queue_seconds)::bigint as queue_seconds, sum(t.queue_metre_seconds)::bigint as queue_metre_seconds
from traffic t
left join calendar c on c.day = t.wall_hour::date
group by 1, 4
order by 1, 4
