-- A log that is gone: what was counted of it stays, and a daemon that is given a partition of its name begins a new one.
-- Parameters: partition_id integer.
update cityops.ledger
set replaced_at = clock_timestamp(), stopped_at = null, stopped_kind = null, stopped_until = null, stopped_reason = null
where partition_id = $1
