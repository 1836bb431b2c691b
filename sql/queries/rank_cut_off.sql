-- The ledger: the cut-off vector, and how far each partition was seen to its end.
-- Parameters: period_end timestamptz.
-- Columns: name text, next_offset bigint, seen_to_end boolean (the consumer was at the end of the partition at or after the
-- period's end; or its log is gone for good, as an operator has accepted), is_stopped boolean, short_name text (without the
-- cluster), lost bigint (records below next_offset that the log no longer had, accepted by an operator).
select
    cityops.partition_name(cluster, topic, partition, incarnation) as name, next_offset,
    coalesce(end_seen_at >= $1, false) or replaced_at is not null as seen_to_end, stopped_at is not null as is_stopped,
    substr(cityops.partition_name('', topic, partition, incarnation), 2) as short_name,
    (select coalesce(sum(a.until_offset - a.from_offset), 0)::bigint from accepted_gap a
        where a.partition_id = l.partition_id and a.kind = 'lost' and a.until_offset <= l.next_offset) as lost
from ledger l
order by cluster collate "C", topic collate "C", partition, incarnation
