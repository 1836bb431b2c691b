-- The cut-off as known at an instant: how far each partition had been counted by the batches that were stored by then.
-- Parameters: known_at timestamptz.
-- Columns: partition_id integer, cluster text, topic text, partition integer, until_offset bigint (the partition's origin, where
-- no batch had come yet), next_offset bigint (how far it is now), seen_at timestamptz (when the consumer was last at its end, as
-- far as that was by then; else null), name text, was_there boolean (the ledger had it by then), in the order of cluster, topic,
-- partition and incarnation.
select
    l.partition_id, l.cluster, l.topic, l.partition,
    coalesce(max(r.until_offset) filter (where b.committed_at <= $1), l.origin_offset) as until_offset, l.next_offset,
    case when l.end_seen_at <= $1 then l.end_seen_at end as seen_at,
    cityops.partition_name(l.cluster, l.topic, l.partition, l.incarnation) as name,
    l.created_at is null or l.created_at <= $1 or coalesce(bool_or(b.committed_at <= $1), false) as was_there
from cityops.ledger l
left join cityops.batch_range r on r.partition_id = l.partition_id
left join cityops.batch b on b.batch_id = r.batch_id
group by l.partition_id
order by l.cluster collate "C", l.topic collate "C", l.partition, l.incarnation
