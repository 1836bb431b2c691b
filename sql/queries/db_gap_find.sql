-- The logs that are read now under a name, and the lock of their ledger rows.
-- Parameters: name text (cluster/topic[partition], or topic[partition]; with or without the incarnation).
-- Columns: partition_id integer, generation integer, next_offset bigint, is_stopped boolean, stopped_kind text (or empty),
-- stopped_until bigint (of kind lost), name text.
select
    partition_id, generation, next_offset, stopped_at is not null as is_stopped, coalesce(stopped_kind, '') as stopped_kind,
    coalesce(stopped_until, 0) as stopped_until, cityops.partition_name(cluster, topic, partition, incarnation) as name
from cityops.ledger
where replaced_at is null and partition >= 0
    and (cityops.partition_name(cluster, topic, partition, incarnation) = $1 or cityops.partition_name(cluster, topic, partition, 0) = $1
        or cityops.partition_name('', topic, partition, 0) = '/' || $1)
order by partition_id
for update
