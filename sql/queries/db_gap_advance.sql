-- Lets a partition go on above a loss. Parameters: partition_id integer, batch_id bigint (with its range).
update cityops.ledger
set next_offset = stopped_until, last_batch_id = $2, stopped_at = null, stopped_kind = null, stopped_until = null,
    stopped_reason = null
where partition_id = $1
