-- Writes staged activity states, each only over the row version that it was merged from.
-- The number of rows is that of states written; fewer than staged: somebody else wrote one meanwhile.
insert into cityops.activity as t (
    authority, entity_id, row_version, state, done_at, type, district, unit, amount_fen, subject,
    flags)
select
    authority, entity_id, row_version, state, done_at, type, district, unit, amount_fen, subject,
    flags
from pg_temp.staged_activity
order by authority, entity_id
on conflict on constraint activity_pk do update
set row_version = excluded.row_version, state = excluded.state, done_at = excluded.done_at,
    type = excluded.type, district = excluded.district, unit = excluded.unit,
    amount_fen = excluded.amount_fen, subject = excluded.subject, flags = excluded.flags
where t.row_version = excluded.row_version - 1
