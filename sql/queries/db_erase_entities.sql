-- Whose states the erased records were part of. Columns: family smallint, authority text, entity_id text.
select distinct family, authority, entity_id
from pg_temp.erased
where stored_in = 'journal'
order by family, authority, entity_id
