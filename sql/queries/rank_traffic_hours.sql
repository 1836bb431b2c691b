-- The hourly sums of road segments that indicators of traffic are computed from: of the kinds asked for each hour by itself, of all
-- others one sum by district and kind, whose segment is empty and whose hour is null.
-- Parameters: from date, until date (half open, of the zone), reference version integer, zone text, kinds bigint (bit set).
-- Columns: district text, segment text, hour timestamptz, kind smallint (as in rank_traffic_sums), then every measure of
-- traffic_hour as bigint, in the order of core/traffic.h.
with calendar as (
    select day, working
    from cityops.calendar_day
    where reference_version = (
        select max(reference_version)
        from cityops.reference_version
        where kind = 'calendar' and reference_version <= $3
    )
), traffic as (
    select
        t.*,
        (extract(hour from t.hour at time zone $4)
            + case when coalesce(c.working, extract(isodow from t.hour at time zone $4) < 6) then 0 else 24 end)::smallint as kind
    from traffic_hour t
    left join calendar c on c.day = (t.hour at time zone $4)::date
    where t.hour >= $1::timestamp at time zone $4 and t.hour < $2::timestamp at time zone $4
), told_apart as (
    select
        traffic.*, case when ($5::bigint >> kind) & 1 = 1 then segment else '' end as own_segment,
        case when ($5::bigint >> kind) & 1 = 1 then hour end as own_hour
    from traffic
)
select
    district, own_segment as segment, own_hour as hour, kind,
    sum(readings)::bigint as readings, sum(overlapping_readings)::bigint as overlapping_readings,
    sum(vehicles)::bigint as vehicles, sum(timed_vehicles)::bigint as timed_vehicles, sum(travel_ms)::bigint as travel_ms,
    sum(free_flow_ms)::bigint as free_flow_ms, sum(occupancy_seconds)::bigint as occupancy_seconds,
    sum(occupancy_permille_seconds)::bigint as occupancy_permille_seconds, sum(queue_seconds)::bigint as queue_seconds,
    sum(queue_metre_seconds)::bigint as queue_metre_seconds
from told_apart
group by district, own_segment, own_hour, kind
order by district collate "C", own_segment collate "C", own_hour nulls first, kind
