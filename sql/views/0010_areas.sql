-- The current generation and its areas and names, for the views that follow. Re-created at each migrate.
drop view if exists
    cityops.monthly_indicators, cityops.indicator_catalogue, cityops.calendar,
    cityops.findings, cityops.traffic_figures, cityops.traffic_windows, cityops.activity_figures, cityops.activities,
    cityops.recheck_figures, cityops.problem_figures, cityops.problems, cityops.incident_figures, cityops.incidents,
    cityops.ticket_subset_figures, cityops.ticket_figures, cityops.tickets, cityops.area_districts,
    cityops.printed_figures, cityops.adjustments, cityops.sensors, cityops.area_names, cityops.areas, cityops.current_generation;
drop function if exists cityops.indicators;
drop function if exists cityops.indicator_check;
drop function if exists cityops.indicator_observed;
drop function if exists cityops.indicator_sums;

create view cityops.current_generation as
select generation, reference_version, fold_version, zone, made_at, reason
from cityops.generation
order by generation desc
limit 1;
comment on view cityops.current_generation is
    'What the rollups mean now: the reference data, the fold and the zone that they were summed with.';

create view cityops.areas as
select a.code, a.kind, a.parent, a.name_zh, a.name_en, a.peer_group, a.valid_from, a.valid_until
from cityops.area a
where a.reference_version = (
    select max(v.reference_version)
    from cityops.reference_version v, cityops.current_generation g
    where v.kind = 'areas' and v.reference_version <= g.reference_version
);
comment on view cityops.areas is 'The areas of the current generation, each valid from a day until before another.';

-- One row per name, kind and stretch of days. What a name means on a day is unique: cityops-db load refuses anything else.
create view cityops.area_names as
select n.kind, n.name, n.code, d.days
from (
    select kind, name, code, range_agg(daterange(valid_from, valid_until)) as days
    from (
        select a.kind, x.name, a.code, a.valid_from, a.valid_until
        from cityops.areas a
        cross join lateral (values (a.code), (a.name_zh), (a.name_en)) as x (name)
        where x.name <> ''
        union all
        select l.kind, l.name, l.code, greatest(l.valid_from, a.valid_from), least(l.valid_until, a.valid_until)
        from cityops.area_alias l
        join cityops.areas a on a.code = l.code and a.kind = l.kind
            and l.valid_from < a.valid_until and a.valid_from < l.valid_until
        where l.reference_version in (
            select max(v.reference_version)
            from cityops.reference_version v, cityops.current_generation g
            where v.kind in ('areas', 'aliases') and v.reference_version <= g.reference_version
            group by v.kind
        )
    ) every_name
    group by kind, name, code
) n
cross join lateral unnest(n.days) as d (days);
comment on view cityops.area_names is
    'What each name means in the current generation: codes, names and aliases, and the days on which they hold.';
