-- Takes states away that no event of the journal makes.
-- Parameters: authorities text[], entity ids text[].
delete from cityops.ticket t
using unnest($1::text[], $2::text[]) as k (authority, entity_id)
where t.authority = k.authority and t.entity_id = k.entity_id
