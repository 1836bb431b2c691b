-- The stored states of activities, locked in the order of their keys.
-- Parameters: authorities text[], entity ids text[]; ascending, no two equal.
-- Columns: position integer from 0 (of the parameter's element), row_version bigint, state bytea.
select (k.position - 1)::integer as position, t.row_version, t.state
from unnest($1::text[], $2::text[]) with ordinality as k (authority, entity_id, position)
join cityops.activity t on t.authority = k.authority and t.entity_id = k.entity_id
order by t.authority, t.entity_id
for no key update of t
