-- Adds staged deltas to the rows of their writer slot, in the order of their keys.
insert into cityops.activity_day as r (
    slot, day, district, unit, type, flags, activities, amount_fen)
select
    slot, day, district, unit, type, flags, activities, amount_fen
from pg_temp.staged_activity_day
order by slot, day, district, unit, type, flags
on conflict on constraint activity_day_pk do update
set activities = r.activities + excluded.activities,
    amount_fen = r.amount_fen + excluded.amount_fen
