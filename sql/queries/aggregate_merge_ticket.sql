-- Writes staged ticket states, each only over the row version that it was merged from.
-- The number of rows is that of states written; fewer than staged: somebody else wrote one meanwhile.
insert into cityops.ticket as t (
    authority, entity_id, row_version, state, received_at, due_at, first_closed_at, last_closed_at,
    visited_at, district, unit, town, village, nature, channel, category1, category2, flags,
    dispatches, returns, closings, reworks, escalations, contact, solved, result, attitude)
select
    authority, entity_id, row_version, state, received_at, due_at, first_closed_at, last_closed_at,
    visited_at, district, unit, town, village, nature, channel, category1, category2, flags,
    dispatches, returns, closings, reworks, escalations, contact, solved, result, attitude
from pg_temp.staged_ticket
order by authority, entity_id
on conflict on constraint ticket_pk do update
set row_version = excluded.row_version, state = excluded.state, received_at = excluded.received_at,
    due_at = excluded.due_at, first_closed_at = excluded.first_closed_at,
    last_closed_at = excluded.last_closed_at, visited_at = excluded.visited_at,
    district = excluded.district, unit = excluded.unit, town = excluded.town,
    village = excluded.village, nature = excluded.nature, channel = excluded.channel,
    category1 = excluded.category1, category2 = excluded.category2, flags = excluded.flags,
    dispatches = excluded.dispatches, returns = excluded.returns, closings = excluded.closings,
    reworks = excluded.reworks, escalations = excluded.escalations, contact = excluded.contact,
    solved = excluded.solved, result = excluded.result, attitude = excluded.attitude
where t.row_version = excluded.row_version - 1
