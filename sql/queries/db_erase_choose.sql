-- Chooses every record with these bytes: the one that was named, its copies, and what it was replayed from or as.
-- Parameters: value bytea.
insert into pg_temp.erased (partition_id, record_offset, stored_in, family, authority, entity_id, value_bytes)
select partition_id, record_offset, 'journal', family, authority, entity_id, octet_length(value)
from cityops.journal
where value = $1
union all
select partition_id, record_offset, 'quarantine', null, null, null, octet_length(value)
from cityops.quarantine
where value = $1
on conflict do nothing
