-- The ledger: the cut-off vector, and how far each partition was seen to its end.
-- Parameters: period_end timestamptz.
-- Columns: cluster text, topic text, partition integer, next_offset bigint, seen_to_end boolean (the consumer was at the end
-- of the partition at or after the period's end), is_stopped boolean.
select
    cluster, topic, partition, next_offset, coalesce(end_seen_at >= $1, false) as seen_to_end,
    stopped_at is not null as is_stopped
from ledger
order by cluster collate "C", topic collate "C", partition
