-- The cut-off as known at an instant: how far each partition had been counted by the batches that were stored by then.
-- Parameters: known_at timestamptz.
-- Columns: partition_id integer, cluster text, topic text, partition integer, until_offset bigint (the partition's origin, where
-- no batch had come yet), next_offset bigint (how far it is now), seen_at timestamptz (when the consumer was last at its end, as
-- far as that was by then; else null), in the order of cluster, topic and partition.
select
    l.partition_id, l.cluster, l.topic, l.partition,
    coalesce(max(r.until_offset) filter (where b.committed_at <= $1), l.origin_offset) as until_offset, l.next_offset,
    case when l.end_seen_at <= $1 then l.end_seen_at end as seen_at
from cityops.ledger l
left join cityops.batch_range r on r.partition_id = l.partition_id
left join cityops.batch b on b.batch_id = r.batch_id
group by l.partition_id
order by l.cluster collate "C", l.topic collate "C", l.partition
