-- The oracle's cells, from the product's tables alone: the rollup for counts, typed columns of states for percentiles. An
-- analyst could have written it. The oracle's durations are differences of the wall clock as printed (data/README), the
-- product's are true elapsed time: they differ for a call that is open while the clock changes, so percentiles are asked
-- of the wall clock here.
with zone as (
    select zone from cityops.generation order by generation desc limit 1
), day as (
    select date_trunc('month', day)::date as month, district, sum(incidents) as incidents, sum(units) as units,
        sum(arrived) as arrived, sum(closed) as closed, sum(known_dispatched_negative) as neg_dispatch,
        sum(known_arrived_negative) as neg_arrive, sum(arrived_within_480s) as arrive_le_480s
    from cityops.incident_day
    where cohort = 1
    group by 1, 2
), elapsed as (
    select i.district, date_trunc('month', i.known_at at time zone z.zone)::date as month,
        extract(epoch from (i.dispatched_at at time zone z.zone) - (i.known_at at time zone z.zone)) as dispatch_s,
        extract(epoch from (i.arrived_at at time zone z.zone) - (i.known_at at time zone z.zone)) as arrive_s
    from cityops.incidents i, zone z
), quantile as (
    select district, month,
        percentile_disc(0.5) within group (order by dispatch_s) filter (where dispatch_s >= 0) as disp_p50,
        percentile_disc(0.9) within group (order by dispatch_s) filter (where dispatch_s >= 0) as disp_p90,
        percentile_disc(0.5) within group (order by arrive_s) filter (where arrive_s >= 0) as arrive_p50,
        percentile_disc(0.9) within group (order by arrive_s) filter (where arrive_s >= 0) as arrive_p90
    from elapsed
    group by 1, 2
)
select d.district, to_char(d.month, 'YYYY-MM') as month, d.incidents, d.units, d.arrived, d.closed, d.neg_dispatch,
    d.neg_arrive, q.disp_p50, q.disp_p90, q.arrive_p50, q.arrive_p90, d.arrive_le_480s
from day d
join quantile q using (district, month)
order by d.district collate "C", d.month
