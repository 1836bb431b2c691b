-- What the catalogue takes from the states, for cityops.indicators, which checks what is asked and says what it means. Quantiles: the
-- value at place ceil(quantile * n), nearest rank, exactly; durations are in seconds (denominator 1), of T03 it is a quotient. And
-- shares of what is within a limit.
--
-- left_out: as in 0082_indicator_sums.sql. Only what is `wanted` is read: these scan whole tables. Rows are picked by time
-- alone, of which PostgreSQL can tell how many they are; what else they have to be is asked of those (`materialized`): it would expect
-- next to none to be left, and resolve their names in nested loops.
create function cityops.indicator_observed(
    from_at timestamptz, until_at timestamptz, zone text, wanted text[], by_cohort text, natures smallint[], left_out integer,
    quantile numeric, peak_hours integer[], peak_days text, within interval, required text[])
returns table (indicator text, district text, numerator numeric, denominator numeric, n bigint)
language sql stable parallel safe
as $$
with handling as materialized (
    select
        t.district, extract(epoch from t.last_closed_at - t.received_at) as seconds,
        coalesce(t.nature_number, 0::smallint) = any (natures)
            and not (t.excluded and left_out & 1 <> 0 or t.voided and left_out & 2 <> 0 or t.duplicate and left_out & 4 <> 0)
            as is_taken
    from cityops.tickets t
    where wanted && array['W18', 'W20']
        and (by_cohort is distinct from 'received' and t.last_closed_at >= from_at and t.last_closed_at < until_at
            or by_cohort = 'received' and t.received_at >= from_at and t.received_at < until_at)
),
-- Whether orders state all that is required.
stated as materialized (
    select
        'D01' as indicator, t.district,
        not required && array[
            case when t.received_at is null then 'received_at' end, case when t.due_at is null then 'due_at' end,
            case when t.district_as_sent is null then 'district' end, case when t.unit_as_sent is null then 'unit' end,
            case when t.town_as_sent is null then 'town' end, case when t.village_as_sent is null then 'village' end,
            case when t.nature_number is null then 'nature' end, case when t.channel_number is null then 'channel' end,
            case when t.category1 is null then 'category1' end, case when t.category2 is null then 'category2' end] as is_met,
        coalesce(t.nature_number, 0::smallint) = any (natures)
            and not (t.excluded and left_out & 1 <> 0 or t.voided and left_out & 2 <> 0 or t.duplicate and left_out & 4 <> 0)
            as is_taken
    from cityops.tickets t
    where 'D01' = any (wanted)
        and (by_cohort is distinct from 'closed' and t.received_at >= from_at and t.received_at < until_at
            or by_cohort = 'closed' and t.last_closed_at >= from_at and t.last_closed_at < until_at)
),
-- Whether records of orders (family 1) arrived soon after what they state.
delivered as materialized (
    select
        'D02' as indicator, t.district, j.arrived_at - j.occurred_at as took,
        coalesce(t.nature_number, 0::smallint) = any (natures)
            and not (t.excluded and left_out & 1 <> 0 or t.voided and left_out & 2 <> 0 or t.duplicate and left_out & 4 <> 0)
            as is_taken
    from cityops.journal j
    join cityops.tickets t on t.authority = j.authority and t.entity_id = j.entity_id
    where 'D02' = any (wanted)
        and j.family = 1 and j.arrived_at >= from_at and j.arrived_at < until_at
),
limited as (
    select indicator, district, count(*) filter (where is_met) as numerator, count(*) as denominator
    from (
        select 'W20' as indicator, district, seconds <= extract(epoch from within) as is_met
        from handling
        where 'W20' = any (wanted) and is_taken and seconds >= 0
        union all
        select indicator, district, is_met from stated where is_taken
        union all
        select indicator, district, took <= within from delivered where is_taken and took >= interval '0'
    ) l
    group by indicator, district
),
stages as materialized (
    select
        s.indicator, i.district, s.cohort_at, extract(epoch from s.ended_at - s.began_at) as seconds,
        not (i.voided and left_out & 2 <> 0 or i.merged and left_out & 4 <> 0) as is_taken
    from cityops.incidents i
    cross join lateral (values
        ('E03', i.dispatched_at, i.arrived_at, case by_cohort when 'closed' then i.closed_at else i.known_at end),
        ('E04', i.known_at, i.closed_at, case by_cohort when 'known' then i.known_at else i.closed_at end),
        ('T01', i.known_at, i.reopened_at, case by_cohort when 'known' then i.known_at else i.reopened_at end)
    ) as s (indicator, began_at, ended_at, cohort_at)
    where wanted && array['E03', 'E04', 'T01']
        and (i.known_at >= from_at and i.known_at < until_at or i.closed_at >= from_at and i.closed_at < until_at
            or i.reopened_at >= from_at and i.reopened_at < until_at)
),
-- Of each hour of each road segment. An hour that exists twice is two hours.
delays as (
    select 'T03' as indicator, h.district, h.travel_ms, h.free_flow_ms
    from (
        select
            t.district, t.hour at time zone zone as wall_hour, sum(t.travel_ms) as travel_ms, sum(t.free_flow_ms) as free_flow_ms
        from cityops.traffic_hour t
        where 'T03' = any (wanted) and t.hour >= from_at and t.hour < until_at
        group by t.district, t.segment, t.hour
    ) h
    left join cityops.calendar c on c.day = h.wall_hour::date
    where h.free_flow_ms > 0
        and extract(hour from h.wall_hour) = any (peak_hours)
        and (peak_days = 'all' or coalesce(c.working, extract(isodow from h.wall_hour) < 6))
),
observed as (
    select 'W18' as indicator, district, seconds as numerator, 1::numeric as denominator
    from handling
    where 'W18' = any (wanted) and is_taken and seconds >= 0
    union all
    select indicator, district, seconds, 1
    from stages
    where indicator = any (wanted) and is_taken and seconds >= 0 and cohort_at >= from_at and cohort_at < until_at
    union all
    select indicator, district, travel_ms, free_flow_ms from delays
),
-- Two fractions of bigints that differ do so within 40 digits.
placed as (
    select
        o.*, count(*) over (partition by o.indicator, o.district) as n,
        row_number() over (
            partition by o.indicator, o.district order by o.numerator::numeric(60, 40) / o.denominator, o.numerator) as place
    from observed o
)
select p.indicator, p.district, p.numerator, p.denominator, p.n
from placed p
where p.place = ceil(quantile * p.n)
union all
select l.indicator, l.district, l.numerator, l.denominator, l.denominator
from limited l
$$;
