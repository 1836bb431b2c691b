-- The ledger rows of partitions: of each the log that is read now, not those that it replaced.
-- Parameters: cluster text, topics text[], partitions integer[].
-- Columns: position integer from 0 (of the parameter's element), partition_id integer, generation integer,
--   origin_offset bigint, next_offset bigint, last_record_offset bigint or null, last_record_digest bigint or null,
--   stopped boolean, stopped_reason text, stopped_kind text (lost, recreated, other_cluster, or empty), stopped_until bigint (of kind lost).
select (k.position - 1)::integer as position, l.partition_id, l.generation, l.origin_offset, l.next_offset, l.last_record_offset,
    l.last_record_digest, l.stopped_at is not null as stopped, coalesce(l.stopped_reason, '') as stopped_reason,
    coalesce(l.stopped_kind, '') as stopped_kind, coalesce(l.stopped_until, 0) as stopped_until
from unnest($2::text[], $3::integer[]) with ordinality as k (topic, partition, position)
join cityops.ledger l on l.cluster = $1 and l.topic = k.topic and l.partition = k.partition and l.replaced_at is null
