-- The calendar of the current generation. Dropped by 0010_areas.sql.
create view cityops.calendar as
select c.day, c.working, c.name
from cityops.calendar_day c
where c.reference_version = (
    select max(v.reference_version)
    from cityops.reference_version v, cityops.current_generation g
    where v.kind = 'calendar' and v.reference_version <= g.reference_version
);
comment on view cityops.calendar is
    'The days of the current generation that are not what their weekday says: of all others Monday to Friday are working days.';
