-- What the catalogue takes from the states, for cityops.indicators, which checks what is asked and says what it means. Quantiles: the
-- value at place ceil(quantile * n), nearest rank, exactly; durations are in seconds (denominator 1), of T03 it is a quotient. And
-- shares of what is within a limit.
--
-- left_out: as in 0082_indicator_sums.sql. Only what is `wanted` is read: these scan whole tables.
create function cityops.indicator_observed(
    first_day date, end_day date, wanted text[], by_cohort text, natures smallint[], left_out integer, quantile numeric,
    peak_hours integer[], peak_days text, within interval, required text[])
returns table (indicator text, district text, numerator numeric, denominator numeric, n bigint)
language sql stable parallel safe
as $$
with asked as (
    select first_day::timestamp at time zone g.zone as from_at, end_day::timestamp at time zone g.zone as until_at, g.zone
    from cityops.current_generation g
),
cohorts as (
    select c.id, case when by_cohort = any (c.other_cohorts) then by_cohort else c.cohort end as cohort
    from cityops.indicator_catalogue c
),
handling as (
    select w.indicator, t.district, extract(epoch from t.last_closed_at - t.received_at) as seconds
    from cityops.tickets t
    cross join asked a
    cross join unnest(array['W18', 'W20']) as w (indicator)
    join cohorts c on c.id = w.indicator
    where wanted && array['W18', 'W20']
        and w.indicator = any (wanted)
        and case c.cohort when 'received' then t.received_at else t.last_closed_at end >= a.from_at
        and case c.cohort when 'received' then t.received_at else t.last_closed_at end < a.until_at
        and t.last_closed_at >= t.received_at
        and coalesce(t.nature_number, 0::smallint) = any (natures)
        and not (t.excluded and left_out & 1 <> 0 or t.voided and left_out & 2 <> 0 or t.duplicate and left_out & 4 <> 0)
),
-- Whether orders state all that is required.
stated as (
    select
        'D01' as indicator, t.district,
        not required && array[
            case when t.received_at is null then 'received_at' end, case when t.due_at is null then 'due_at' end,
            case when t.district_as_sent is null then 'district' end, case when t.unit_as_sent is null then 'unit' end,
            case when t.town_as_sent is null then 'town' end, case when t.village_as_sent is null then 'village' end,
            case when t.nature_number is null then 'nature' end, case when t.channel_number is null then 'channel' end,
            case when t.category1 is null then 'category1' end, case when t.category2 is null then 'category2' end] as is_met
    from cityops.tickets t
    cross join asked a
    join cohorts c on c.id = 'D01'
    where 'D01' = any (wanted)
        and case c.cohort when 'closed' then t.last_closed_at else t.received_at end >= a.from_at
        and case c.cohort when 'closed' then t.last_closed_at else t.received_at end < a.until_at
        and coalesce(t.nature_number, 0::smallint) = any (natures)
        and not (t.excluded and left_out & 1 <> 0 or t.voided and left_out & 2 <> 0 or t.duplicate and left_out & 4 <> 0)
),
-- Whether records of orders (family 1) arrived soon after what they state.
delivered as (
    select 'D02' as indicator, t.district, j.arrived_at - j.occurred_at <= within as is_met
    from cityops.journal j
    cross join asked a
    join cityops.tickets t on t.authority = j.authority and t.entity_id = j.entity_id
    where 'D02' = any (wanted)
        and j.family = 1 and j.arrived_at >= a.from_at and j.arrived_at < a.until_at and j.arrived_at >= j.occurred_at
        and coalesce(t.nature_number, 0::smallint) = any (natures)
        and not (t.excluded and left_out & 1 <> 0 or t.voided and left_out & 2 <> 0 or t.duplicate and left_out & 4 <> 0)
),
limited as (
    select indicator, district, count(*) filter (where is_met) as numerator, count(*) as denominator
    from (
        select indicator, district, seconds <= extract(epoch from within) as is_met from handling where indicator = 'W20'
        union all
        select * from stated
        union all
        select * from delivered
    ) l
    group by indicator, district
),
stages as (
    select s.indicator, i.district, extract(epoch from s.ended_at - s.began_at) as seconds
    from cityops.incidents i
    cross join asked a
    cross join lateral (values
        ('E03', i.dispatched_at, i.arrived_at),
        ('E04', i.known_at, i.closed_at),
        ('T01', i.known_at, i.reopened_at)
    ) as s (indicator, began_at, ended_at)
    join cohorts c on c.id = s.indicator
    cross join lateral (
        select case c.cohort when 'known' then i.known_at when 'closed' then i.closed_at else i.reopened_at end as cohort_at
    ) as o
    where wanted && array['E03', 'E04', 'T01']
        and s.indicator = any (wanted)
        and o.cohort_at >= a.from_at and o.cohort_at < a.until_at
        and s.ended_at >= s.began_at
        and not (i.voided and left_out & 2 <> 0 or i.merged and left_out & 4 <> 0)
),
-- Of each hour of each road segment. An hour that exists twice is two hours.
delays as (
    select 'T03' as indicator, h.district, h.travel_ms, h.free_flow_ms
    from (
        select
            t.district, t.hour at time zone a.zone as wall_hour, sum(t.travel_ms) as travel_ms, sum(t.free_flow_ms) as free_flow_ms
        from cityops.traffic_hour t
        cross join asked a
        where 'T03' = any (wanted) and t.hour >= a.from_at and t.hour < a.until_at
        group by t.district, t.segment, t.hour, a.zone
    ) h
    left join cityops.calendar c on c.day = h.wall_hour::date
    where h.free_flow_ms > 0
        and extract(hour from h.wall_hour) = any (peak_hours)
        and (peak_days = 'all' or coalesce(c.working, extract(isodow from h.wall_hour) < 6))
),
observed as (
    select indicator, district, seconds as numerator, 1::numeric as denominator from handling where indicator = 'W18'
    union all
    select indicator, district, seconds, 1 from stages
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
