-- The days that differ from "Monday to Friday are working days" at a reference version.
-- Parameters: reference_version integer.
-- Columns: day date, working boolean.
select day, working
from cityops.calendar_day
where reference_version = (
    select max(reference_version)
    from cityops.reference_version
    where kind = 'calendar' and reference_version <= $1
)
order by day
