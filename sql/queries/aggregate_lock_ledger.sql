-- Takes a batch's ledger rows, in order, the writer slot's first: it has the lowest partition_id. A log that was replaced has none.
-- Parameters: partition ids integer[].
-- Columns: those of aggregate_load_ledger without position.
select l.partition_id, l.generation, l.origin_offset, l.next_offset, l.last_record_offset,
    l.last_record_digest, l.stopped_at is not null as stopped, coalesce(l.stopped_reason, '') as stopped_reason,
    coalesce(l.stopped_kind, '') as stopped_kind, coalesce(l.stopped_until, 0) as stopped_until
from cityops.ledger l
where l.partition_id = any ($1::integer[]) and l.replaced_at is null
order by l.partition_id
for no key update
