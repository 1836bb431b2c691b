-- Adds staged deltas to the rows of their writer slot, in the order of their keys.
insert into cityops.recheck_day as r (
    slot, day, district, theme, flags, rechecks, passed, failed)
select
    slot, day, district, theme, flags, rechecks, passed, failed
from pg_temp.staged_recheck_day
order by slot, day, district, theme, flags
on conflict on constraint recheck_day_pk do update
set rechecks = r.rechecks + excluded.rechecks, passed = r.passed + excluded.passed,
    failed = r.failed + excluded.failed
