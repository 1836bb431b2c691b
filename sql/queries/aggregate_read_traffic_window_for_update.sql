-- The stored states of windows, locked for update in the order of their keys.
-- Parameters: authorities text[], entity ids text[], starts timestamptz[]; ascending, no two equal.
-- Columns: position integer from 0 (of the parameter's element), row_version bigint, state bytea.
select (k.position - 1)::integer as position, t.row_version, t.state
from unnest($1::text[], $2::text[], $3::timestamptz[]) with ordinality as k (authority, entity_id, window_start, position)
join cityops.traffic_window t on t.authority = k.authority and t.entity_id = k.entity_id
    and t.window_start = k.window_start
order by t.authority, t.entity_id, t.window_start
for no key update of t
