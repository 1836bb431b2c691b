-- The ledger for people. Columns, all text: id, cluster, topic, partition, origin, next, generation, batch, stopped (or
-- replaced: the log is gone for good).
select
    partition_id::text as id, cluster, topic, partition::text as partition, origin_offset::text as origin,
    next_offset::text as next, generation::text as generation, last_batch_id::text as batch,
    coalesce(
        to_char(replaced_at at time zone 'UTC', '"replaced "YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        to_char(stopped_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ' ' || stopped_reason || '; to let it go on: cityops-db '
            || 'accept-gap ''' || cityops.partition_name(cluster, topic, ledger.partition, incarnation) || ''' --reason ...') as stopped
from cityops.ledger
order by cluster collate "C", topic collate "C", ledger.partition, incarnation
