-- Adds staged deltas to the rows of their writer slot, in the order of their keys.
insert into cityops.dispatch_day as r (
    slot, day, district, unit, nature, flags, dispatches, sign_due, signed, signed_on_time, returned)
select
    slot, day, district, unit, nature, flags, dispatches, sign_due, signed, signed_on_time, returned
from pg_temp.staged_dispatch_day
order by slot, day, district, unit, nature, flags
on conflict on constraint dispatch_day_pk do update
set dispatches = r.dispatches + excluded.dispatches, sign_due = r.sign_due + excluded.sign_due,
    signed = r.signed + excluded.signed,
    signed_on_time = r.signed_on_time + excluded.signed_on_time,
    returned = r.returned + excluded.returned
