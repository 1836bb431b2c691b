-- The consumer was at the end of these partitions at this instant.
-- Parameters: partition ids integer[] (ascending), next offsets bigint[], instant timestamptz.
with at_end as (
    select l.partition_id
    from unnest($1::integer[], $2::bigint[]) as k (partition_id, next_offset)
    join cityops.ledger l on l.partition_id = k.partition_id and l.next_offset = k.next_offset
    order by l.partition_id
    for no key update of l
)
update cityops.ledger l
set end_seen_at = greatest(l.end_seen_at, $3::timestamptz)
from at_end
where l.partition_id = at_end.partition_id
