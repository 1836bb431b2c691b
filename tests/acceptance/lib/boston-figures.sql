-- The oracle's cells, from the product's tables alone: rollups for counts and stocks, typed columns of states for
-- quantiles. An analyst could have written it. Columns as in the oracle, without med_h_wall (a wall-clock difference,
-- which is no product feature).
with zone as (
    select zone from cityops.generation order by generation desc limit 1
), day as (
    select cohort, date_trunc('month', day)::date as month, district, sum(tickets) as tickets, sum(closed) as closed,
        sum(closed_before_received) as neg, sum(within_24h) as w24h, sum(within_72h) as w72h, sum(within_7d) as w7d,
        sum(within_30d) as w30d, sum(due) as due, sum(on_time) as on_time, sum(late) as late, sum(due_open) as due_open
    from cityops.ticket_day
    group by 1, 2, 3
), months as (
    select distinct month from day where cohort in (1, 2)
), cells as (
    select distinct district, month from day where cohort in (1, 2)
), stock as (
    select c.district, c.month,
        coalesce(sum(case cohort when 1 then tickets when 5 then -tickets end), 0) as backlog_end
    from cells c
    left join day d on d.district = c.district and d.month <= c.month and d.cohort in (1, 5)
    group by 1, 2
), elapsed as (
    select t.district, date_trunc('month', t.received_at at time zone z.zone)::date as month,
        extract(epoch from t.last_closed_at - t.received_at)::numeric as seconds
    from cityops.tickets t, zone z
    where t.last_closed_at >= t.received_at
), quantile as (
    select district, month,
        percentile_cont(0.5) within group (order by seconds) / 3600 as med_h,
        percentile_disc(0.9) within group (order by seconds) / 3600 as p90_h
    from elapsed
    group by 1, 2
)
select c.district, to_char(c.month, 'YYYY-MM') as month,
    coalesce(r.tickets, 0) as created, coalesce(k.tickets, 0) as closed, coalesce(r.closed, 0) as closed_by_snapshot,
    coalesce(r.neg, 0) as neg, coalesce(r.w24h, 0) as w24h, coalesce(r.w72h, 0) as w72h, coalesce(r.w7d, 0) as w7d,
    coalesce(r.w30d, 0) as w30d, coalesce(r.due, 0) as due, coalesce(r.on_time, 0) as on_time, coalesce(r.late, 0) as late,
    coalesce(r.due_open, 0) as due_open, round(q.med_h::numeric, 8) as med_h_utc, round(q.p90_h::numeric, 8) as p90_h_utc,
    s.backlog_end
from cells c
join stock s using (district, month)
left join day r on r.district = c.district and r.month = c.month and r.cohort = 1
left join day k on k.district = c.district and k.month = c.month and k.cohort = 2
left join quantile q on q.district = c.district and q.month = c.month
order by c.district collate "C", c.month
