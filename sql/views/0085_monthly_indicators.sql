-- The indicators of every civil month. Dropped by 0010_areas.sql.
create view cityops.monthly_indicators as
select
    m.month, i.indicator, c.name_zh as indicator_zh, c.name_en as indicator_en, c.better, c.unit, i.district, a.name_zh, a.name_en,
    a.peer_group, i.numerator, i.denominator, i.n, i.value, i.shown
from (
    select distinct date_trunc('month', d.day)::date as month
    from (
        select t.day from cityops.ticket_day t where t.cohort = 1
        union select d.day from cityops.incident_day d where d.cohort = 1
        union select d.day from cityops.problem_day d where d.cohort = 1
        union select d.day from cityops.activity_day d
        union
        select (h.hour at time zone g.zone)::date
        from (select distinct t.hour from cityops.traffic_hour t) h
        cross join cityops.current_generation g
    ) d
) m
cross join lateral cityops.indicators(m.month, (m.month + interval '1 month')::date) i
join cityops.indicator_catalogue c on c.id = i.indicator
left join lateral (
    select a.name_zh, a.name_en, a.peer_group
    from cityops.areas a
    where a.code = i.district and a.valid_from < m.month + interval '1 month' and a.valid_until > m.month
    order by a.valid_from desc
    limit 1
) a on true;
comment on view cityops.monthly_indicators is
    'cityops.indicators of each civil month in which anything came in, with names; each month is computed when it is read, so say which.';
