-- Travel time and free-flow time of each hour of each road segment, for exact order statistics of their ratio. Hours without a
-- vehicle of known speed have no ratio. An hour that exists twice is two hours.
-- Parameters: cohort integer (traffic has none: 0), from timestamptz, until timestamptz (half open), zone text, reference
-- version integer.
-- Columns: district text (a code), below text (empty), day date (null), nature smallint (0), kind smallint (as in
-- rank_traffic_sums), flags smallint (0), town text, village text (both empty), channel smallint (0), travel bigint[], free flow bigint[] (milliseconds, in no order, but in the same).
with calendar as (
    select day, working
    from cityops.calendar_day
    where reference_version = (
        select max(reference_version)
        from cityops.reference_version
        where kind = 'calendar' and reference_version <= $5
    )
), traffic as (
    select
        district, hour at time zone $4 as wall_hour, sum(travel_ms)::bigint as travel_ms,
        sum(free_flow_ms)::bigint as free_flow_ms
    from traffic_hour
    where hour >= $2 and hour < $3 and $1::integer = 0
    group by district, segment, hour
)
select
    t.district, ''::text as below, null::date as day, 0::smallint as nature,
    (extract(hour from t.wall_hour)
        + case when coalesce(c.working, extract(isodow from t.wall_hour) < 6) then 0 else 24 end)::smallint as kind,
    0::smallint as flags, ''::text as town, ''::text as village, 0::smallint as channel,
    array_agg(t.travel_ms) as travel, array_agg(t.free_flow_ms) as free_flow
from traffic t
left join calendar c on c.day = t.wall_hour::date
where t.free_flow_ms > 0
group by 1, 5
