-- Counts and shares of the catalogue, each as the sums of the rollups that it is the quotient of: for cityops.indicators, which
-- checks what is asked and says what it means. What a sum lacks, no row says; what the states say is in 0083_indicator_observed.sql.
--
-- left_out: the bits of `flags` that do not count, of orders 1 excluded, 2 void, 4 duplicate. Incidents have 1 void, 2 merged (a
-- duplicate); problems and activities 1 void.
create function cityops.indicator_sums(
    first_day date, end_day date, year_day date, by_cohort text, natures smallint[], left_out integer, weights numeric[],
    peak_hours integer[], peak_days text)
returns table (indicator text, district text, numerator numeric, denominator numeric, n numeric)
language sql stable parallel safe
as $$
with wanted as (
    select c.id, c.unit, case when by_cohort = any (c.other_cohorts) then by_cohort else c.cohort end as cohort
    from cityops.indicator_catalogue c
),
tickets as (
    select
        t.district, (array['received', 'closed', 'due', 'visited', 'backlog-left', 'overdue-left'])[t.cohort] as cohort,
        sum(t.tickets) as tickets, sum(t.closed) as closed, sum(t.due) as due, sum(t.on_time) as on_time,
        sum(t.contact_yes) as contact_yes, sum(t.contact_no) as contact_no, sum(t.unit_solved) as unit_solved,
        sum(t.unit_explained) as unit_explained, sum(t.visited) as visited, sum(t.contacted) as contacted, sum(t.solved) as solved,
        sum(t.result_1 * weights[1] + t.result_2 * weights[2] + t.result_3 * weights[3] + t.result_4 * weights[4]
            + t.result_5 * weights[5]) as satisfied,
        sum(t.result_1 + t.result_2 + t.result_3 + t.result_4 + t.result_5) as rated,
        sum(t.double_satisfied) as double_satisfied, sum(t.second_rated) as second_rated,
        sum(t.second_satisfied) as second_satisfied, sum(t.reworked) as reworked,
        sum(t.closed_without_rework) as closed_without_rework
    from cityops.ticket_day t
    where t.day >= first_day and t.day < end_day and t.nature = any (natures) and t.flags & left_out = 0
    group by t.district, t.cohort
),
of_tickets as (
    select i.indicator, t.district, i.numerator, i.denominator
    from tickets t
    cross join lateral (values
        ('W01', t.tickets, null),
        ('W03', t.contact_yes, t.contact_yes + t.contact_no),
        ('W04', t.on_time, t.due),
        ('W06', t.contacted, t.visited),
        ('W07', t.solved, t.visited),
        ('W08', t.unit_solved, t.unit_solved + t.unit_explained),
        ('W09', t.satisfied, t.rated),
        ('W10', t.double_satisfied, t.visited),
        ('W12', t.reworked, t.closed),
        ('W13', t.closed_without_rework, t.closed),
        ('W14', t.second_satisfied, t.second_rated),
        ('W17', t.visited, t.closed)
    ) as i (indicator, numerator, denominator)
    join wanted w on w.id = i.indicator and w.cohort = t.cohort
),
-- What was overdue: what had become due before a day, less what had left since, closed by then.
overdue as (
    select
        t.district,
        coalesce(sum(case t.cohort when 3 then t.tickets else -t.tickets end) filter (where t.day < first_day), 0) as at_start,
        sum(case t.cohort when 3 then t.tickets else -t.tickets end) as at_end,
        coalesce(sum(t.tickets) filter (where t.cohort = 3 and t.day >= first_day), 0) as came_due,
        coalesce(sum(t.tickets) filter (where t.cohort = 6 and t.day >= first_day), 0) as closed
    from cityops.ticket_day t
    where t.day < end_day and t.cohort in (3, 6) and t.nature = any (natures) and t.flags & left_out = 0
    group by t.district
),
of_overdue as (
    select i.indicator, o.district, i.numerator, i.denominator
    from overdue o
    cross join lateral (values
        ('W05', o.closed, o.came_due + o.at_start),
        ('W15', o.at_end, null)
    ) as i (indicator, numerator, denominator)
),
-- Excluded orders are what it counts, so they count whatever is left out.
of_exclusion as (
    select
        'W16' as indicator, t.district, coalesce(sum(t.tickets) filter (where t.flags & 1 = 1), 0) as numerator,
        sum(t.tickets) as denominator
    from cityops.ticket_day t
    where t.cohort = 1 and t.day >= first_day and t.day < end_day and t.nature = any (natures) and t.flags & left_out & 6 = 0
    group by t.district
),
-- Escalated orders (1) and letters to the message board (2).
subsets as (
    select
        s.district, (array['received', 'closed', 'due', 'visited'])[s.cohort] as cohort, s.subset, sum(s.tickets) as tickets,
        sum(s.replied) as replied,
        sum(s.result_1 * weights[1] + s.result_2 * weights[2] + s.result_3 * weights[3] + s.result_4 * weights[4]
            + s.result_5 * weights[5]) as satisfied,
        sum(s.result_1 + s.result_2 + s.result_3 + s.result_4 + s.result_5) as rated
    from cityops.ticket_subset_day s
    where s.day >= first_day and s.day < end_day and s.nature = any (natures) and s.flags & left_out = 0
    group by s.district, s.cohort, s.subset
),
of_subsets as (
    select i.indicator, s.district, i.numerator, i.denominator
    from subsets s
    cross join lateral (values
        ('W19', 1, s.satisfied, s.rated),
        ('M01', 2, s.replied, s.tickets),
        ('M02', 2, s.satisfied, s.rated)
    ) as i (indicator, subset, numerator, denominator)
    join wanted w on w.id = i.indicator and w.cohort = s.cohort
    where i.subset = s.subset
),
of_dispatches as (
    select i.indicator, d.district, i.numerator, i.denominator
    from (
        select d.district, sum(d.dispatches) as dispatches, sum(d.signed_on_time) as signed_on_time, sum(d.returned) as returned
        from cityops.dispatch_day d
        where d.day >= first_day and d.day < end_day and d.nature = any (natures) and d.flags & left_out = 0
        group by d.district
    ) d
    cross join lateral (values
        ('W02', d.signed_on_time, d.dispatches),
        ('W11', d.returned, d.dispatches)
    ) as i (indicator, numerator, denominator)
),
of_incidents as (
    select i.indicator, d.district, i.numerator, i.denominator
    from (
        select
            d.district, (array['known', 'closed', 'reopened'])[d.cohort] as cohort, sum(d.incidents) as incidents,
            sum(d.first_report_on_time) as first_report_on_time
        from cityops.incident_day d
        where d.day >= first_day and d.day < end_day and d.flags & (left_out >> 1) = 0
        group by d.district, d.cohort
    ) d
    cross join lateral (values
        ('E01', d.incidents, null),
        ('E02', d.first_report_on_time, d.incidents)
    ) as i (indicator, numerator, denominator)
    join wanted w on w.id = i.indicator and w.cohort = d.cohort
),
-- Environment (1) and traffic order (2).
of_problems as (
    select i.indicator, d.district, i.numerator, i.denominator
    from (
        select
            d.district, (array['found', 'due', 'rectified', 'backlog-left', 'overdue-left'])[d.cohort] as cohort, d.theme,
            sum(d.problems) as problems, sum(d.due) as due, sum(d.on_time) as on_time, sum(d.settled) as settled
        from cityops.problem_day d
        where d.day >= first_day and d.day < end_day and d.flags & (left_out >> 1) & 1 = 0
        group by d.district, d.cohort, d.theme
    ) d
    cross join lateral (values
        ('T04', 2, d.settled, d.problems),
        ('O01', 1, d.on_time, d.due),
        ('O03', 1, d.problems, null)
    ) as i (indicator, theme, numerator, denominator)
    join wanted w on w.id = i.indicator and w.cohort = d.cohort
    where i.theme = d.theme
),
of_rechecks as (
    select 'O02' as indicator, r.district, sum(r.failed) as numerator, sum(r.rechecks) as denominator
    from cityops.recheck_day r
    where r.day >= first_day and r.day < end_day and r.theme = 1 and r.flags & (left_out >> 1) & 1 = 0
    group by r.district
),
-- The outputs of types 1 to 7 are A01 to A07.
of_activities as (
    select 'A0' || a.type as indicator, a.district, sum(a.activities) as numerator, null::numeric as denominator
    from cityops.activity_day a
    where a.day >= first_day and a.day < end_day and a.type between 1 and 7 and a.flags & (left_out >> 1) & 1 = 0
    group by a.district, a.type
),
-- Budgets are the year's: allocated is 8, paid 9.
of_budget as (
    select
        'P01' as indicator, a.district, coalesce(sum(a.amount_fen) filter (where a.type = 9), 0) as numerator,
        coalesce(sum(a.amount_fen) filter (where a.type = 8), 0) as denominator
    from cityops.activity_day a
    where a.day >= year_day and a.day < end_day and a.type in (8, 9) and a.flags & (left_out >> 1) & 1 = 0
    group by a.district
),
of_traffic as (
    select
        'T02' as indicator, h.district, sum(h.travel_ms) as numerator, sum(h.free_flow_ms) as denominator,
        sum(h.timed_vehicles) as n
    from (
        select t.*, t.hour at time zone g.zone as wall_hour
        from cityops.traffic_hour t
        cross join cityops.current_generation g
        where t.hour >= first_day::timestamp at time zone g.zone and t.hour < end_day::timestamp at time zone g.zone
    ) h
    left join cityops.calendar c on c.day = h.wall_hour::date
    where extract(hour from h.wall_hour) = any (peak_hours)
        and (peak_days = 'all' or coalesce(c.working, extract(isodow from h.wall_hour) < 6))
    group by h.district
)
select f.indicator, f.district, f.numerator, f.denominator, coalesce(f.denominator, f.numerator)
from (
    select * from of_tickets
    union all select * from of_overdue
    union all select * from of_exclusion
    union all select * from of_subsets
    union all select * from of_dispatches
    union all select * from of_incidents
    union all select * from of_problems
    union all select * from of_rechecks
    union all select * from of_activities
    union all select * from of_budget
) f
union all
select t.indicator, t.district, t.numerator, t.denominator, t.n
from of_traffic t
$$;
