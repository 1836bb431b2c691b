-- Partitions that wait for an operator. Columns, all text: partition, why (lost, recreated, other_cluster, unknown), missing (offsets), since,
-- reason.
select
    cityops.partition_name(cluster, topic, partition, incarnation) as partition, coalesce(stopped_kind, 'unknown') as why,
    next_offset || case stopped_kind when 'lost' then ' until ' || stopped_until else ' and above' end as missing,
    to_char(stopped_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since, stopped_reason as reason
from cityops.ledger
where stopped_at is not null and replaced_at is null
order by cluster collate "C", topic collate "C", ledger.partition
