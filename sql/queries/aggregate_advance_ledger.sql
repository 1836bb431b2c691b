-- Moves the ledger by compare-and-set from (from_offset, generation), and gives the batch its time.
-- Parameters: batch_id bigint; generation integer; partition ids integer[]; from, until, last record's offset (-1: as
--   before), last record's digest bigint[].
-- The number of rows is that of partitions moved.
with stamped as (
    update cityops.batch set committed_at = clock_timestamp() where batch_id = $1
)
update cityops.ledger l
set next_offset = k.until_offset,
    last_batch_id = $1,
    last_record_offset = case when k.last_offset >= 0 then k.last_offset else l.last_record_offset end,
    last_record_digest = case when k.last_offset >= 0 then k.last_digest else l.last_record_digest end
from unnest($3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
    as k (partition_id, from_offset, until_offset, last_offset, last_digest)
where l.partition_id = k.partition_id and l.next_offset = k.from_offset and l.generation = $2
    and l.stopped_at is null and l.replaced_at is null
