-- The range of a loss that was accepted. Parameters: partition_id integer, batch_id bigint.
insert into cityops.batch_range (
    partition_id, from_offset, until_offset, batch_id, applied, unchanged, progress, tombstones, quarantined, passed_over, lost)
select partition_id, next_offset, stopped_until, $2, 0, 0, 0, 0, 0, 0, stopped_until - next_offset
from cityops.ledger
where partition_id = $1
