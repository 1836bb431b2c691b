-- The logs that are read now under a name, and the lock of their ledger rows, in the order in which batches take them.
-- Parameters: name text (cluster/topic[partition], or topic[partition], with or without the incarnation; cluster/topic, or topic: all of it).
-- Columns: partition_id integer, generation integer, next_offset bigint, is_stopped boolean, stopped_kind text (or empty),
-- stopped_until bigint (of kind lost), name text, cluster text.
select
    partition_id, generation, next_offset, stopped_at is not null as is_stopped, coalesce(stopped_kind, '') as stopped_kind,
    coalesce(stopped_until, 0) as stopped_until, cityops.partition_name(cluster, topic, partition, incarnation) as name, cluster
from cityops.ledger
where replaced_at is null and partition >= 0
    and $1 in (
        cityops.partition_name(cluster, topic, partition, incarnation), cityops.partition_name(cluster, topic, partition, 0),
        ltrim(cityops.partition_name('', topic, partition, 0), '/'), cluster || '/' || topic, topic
    )
order by partition_id
for update
