-- The ledger as it was at an earlier cut-off; whether a partition was stopped then is not known.
-- Parameters: partition_ids integer[], until_offsets bigint[], seen_at timestamptz[] (null: not known to have been at its end).
insert into pg_temp.ledger (
    partition_id, cluster, topic, partition, incarnation, origin_offset, next_offset, generation, end_seen_at, replaced_at)
select
    l.partition_id, l.cluster, l.topic, l.partition, l.incarnation, l.origin_offset, k.until_offset, l.generation, k.seen_at,
    l.replaced_at
from unnest($1::integer[], $2::bigint[], $3::timestamptz[]) as k (partition_id, until_offset, seen_at)
join cityops.ledger l on l.partition_id = k.partition_id
