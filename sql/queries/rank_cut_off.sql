-- The ledger: the cut-off vector, and how far each partition was seen to its end.
-- Parameters: period_end timestamptz.
-- Columns: name text, next_offset bigint, seen_to_end boolean (the consumer was at the end of the partition at or after the
-- period's end; or its log is gone for good, as an operator has accepted), is_stopped boolean, short_name text (without the
-- cluster).
select
    cityops.partition_name(cluster, topic, partition, incarnation) as name, next_offset,
    coalesce(end_seen_at >= $1, false) or replaced_at is not null as seen_to_end, stopped_at is not null as is_stopped,
    substr(cityops.partition_name('', topic, partition, incarnation), 2) as short_name
from ledger
order by cluster collate "C", topic collate "C", partition, incarnation
