-- The headers of a dead letter, in their order. Parameters: letter text.
-- Columns: name text, value bytea or null.
select h.pair ->> 0 as name, decode(h.pair ->> 1, 'base64') as value
from cityops.dead_letters d
join cityops.quarantine q using (partition_id, record_offset)
cross join lateral jsonb_array_elements(q.headers) with ordinality as h (pair, place)
where d.letter = $1
order by h.place
