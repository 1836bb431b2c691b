-- The adjustments of the current generation. Dropped by 0010_areas.sql.
create view cityops.adjustments as
select
    a.subject, a.item, a.first_month, a.months, a.points_millionths / 1000000.0 as points, a.reason, a.evidence,
    a.decided_on
from cityops.adjustment a
where a.reference_version = (
    select max(v.reference_version)
    from cityops.reference_version v, cityops.current_generation g
    where v.kind = 'adjustments' and v.reference_version <= g.reference_version
);
comment on view cityops.adjustments is
    'Points that people entered, as the current generation has them: subject (a code), item, period (first month, months), points, reason, evidence.';
