-- Erased records, and whether anything of them is left.
-- Columns: partition_id integer, record_offset bigint, stored_in text, digest bigint, name text, erased_at text, erased_by text,
--   reason text, has_bytes boolean, is_there boolean (has a row in the quarantine; those of the journal are met there).
select
    e.partition_id, e.record_offset, e.stored_in, e.value_digest,
    cityops.partition_name(l.cluster, l.topic, l.partition, l.incarnation) || '@' || e.record_offset as name,
    to_char(e.erased_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as erased_at, e.erased_by, e.reason,
    q.value is not null or q.key is not null or coalesce(q.headers <> '[]', false) as has_bytes,
    q.partition_id is not null as is_there
from cityops.erasure e
join cityops.ledger l using (partition_id)
left join cityops.quarantine q using (partition_id, record_offset)
order by e.partition_id, e.record_offset
